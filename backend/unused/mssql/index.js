'use strict';
// Only names of SQL Server types are asked for, and SQLite ignores them.
