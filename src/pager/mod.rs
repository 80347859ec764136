//! SQLite's pages, committed as sealed records of one IndexedDB transaction each.
