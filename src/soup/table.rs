//! The SQLite table of a soup, and every statement on it.
//!
//! Its layout is SmartStore's (spec, Smart SQL and storage), so that Smart SQL means here what it means there.

use super::projection::Projection;
use super::spec::{IndexSpec, IndexType};
use super::{Error, Result};
use rusqlite::Connection;
use std::fmt::Write as _;

/// One soup, opened: its name, its table and its indexes, as they were when it was opened.
///
/// ```
/// use tureen::database::{Database, OpenOptions};
/// use tureen::soup::{Error, IndexSpec, IndexType, Soup, UpsertKey, registry};
/// # futures::executor::block_on(async {
/// let store = Database::open(OpenOptions::default()).await?;
/// let cities = store.write(|tx| {
///     registry::prepare(tx)?;
///     registry::register(tx, "cities", &[IndexSpec::new("name", IndexType::String)])?;
///     Soup::open(tx, "cities")?.upsert_text(tx, r#"[{"name": "Ulm"}]"#, UpsertKey::External("name"))
/// });
/// assert!(cities.await?.starts_with(r#"[{"name":"Ulm","_soupEntryId":1,"#));
/// let ulm = store.read(|conn| Soup::open(conn, "cities")?.find(conn, "name", "Ulm"))?;
/// assert!(ulm.is_some());
/// # Ok::<(), Error>(())
/// # }).unwrap();
/// ```
#[derive(Debug, Clone)]
pub struct Soup {
    name: String,
    table: String,
    pub(super) indexes: Vec<Index>,
}

/// One index of a soup, and where it is.
#[derive(Debug, Clone)]
pub(super) struct Index {
    pub(super) spec: IndexSpec,
    /// The column, or for json1 the expression that is indexed.
    pub(super) column: String,
}

const DEFINITION: &str = "SELECT attrs.id, map.path, map.columnName, map.columnType, map.isUnique \
    FROM soup_attrs AS attrs JOIN soup_index_map AS map ON map.soupName = attrs.soupName \
    WHERE attrs.soupName = ?1 ORDER BY map.rowid";

impl Soup {
    /// Opens the soup called `name`. Cheap: one cached statement.
    ///
    /// # Errors
    /// When there is no such soup.
    pub fn open(conn: &Connection, name: &str) -> Result<Self> {
        Self::find_soup(conn, name)?.ok_or_else(|| Error::NoSuchSoup(name.to_owned()))
    }

    /// As [`Soup::open`], with none for a soup that is not there.
    pub(super) fn find_soup(conn: &Connection, name: &str) -> Result<Option<Self>> {
        let mut statement = conn.prepare_cached(DEFINITION)?;
        let mut rows = statement.query([name])?;
        let mut table = None;
        let mut indexes = Vec::new();
        while let Some(row) = rows.next()? {
            table = Some(row.get(0)?);
            let kind: String = row.get(3)?;
            let kind = IndexType::from_name(&kind)
                .ok_or_else(|| Error::BadIndexSpecs(format!("{name} has an index of unknown type {kind}")))?;
            let spec = IndexSpec { path: row.get(1)?, kind, unique: row.get(4)? };
            indexes.push(Index { spec, column: row.get(2)? });
        }
        Ok(table.map(|number| Self { name: name.to_owned(), table: table_name(number), indexes }))
    }

    /// A soup as it is about to be made, with the table called `table`.
    pub(super) fn planned(name: &str, table: String, specs: &[IndexSpec]) -> Self {
        let mut soup = Self { name: name.to_owned(), table, indexes: Vec::new() };
        soup.plan(specs);
        soup
    }

    /// The same soup with its table called otherwise; the columns keep their names.
    pub(super) fn in_table(mut self, table: String) -> Self {
        self.table = table;
        self
    }

    /// Gives the soup further indexes, whose columns are numbered on.
    pub(super) fn plan(&mut self, specs: &[IndexSpec]) {
        for spec in specs {
            let column = match spec.kind {
                IndexType::Json1 => extraction("soup", &spec.path),
                _ => format!("{}_{}", self.table, self.indexes.len()),
            };
            self.indexes.push(Index { spec: spec.clone(), column });
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name of its table in SQLite.
    pub fn table(&self) -> &str {
        &self.table
    }

    /// What its indexes are on, in the order of their registration.
    pub fn index_specs(&self) -> impl Iterator<Item = &IndexSpec> {
        self.indexes.iter().map(|index| &index.spec)
    }

    /// The index on `path`, if there is one.
    pub(super) fn index(&self, path: &str) -> Option<&Index> {
        self.indexes.iter().find(|index| index.spec.path == path)
    }

    /// The column or expression that the index on `path` is on.
    pub(super) fn indexed(&self, path: &str) -> Result<&Index> {
        self.index(path).ok_or_else(|| Error::NotIndexed { soup: self.name.clone(), path: path.to_owned() })
    }

    /// The indexes that have a column.
    pub(super) fn columns(&self) -> impl Iterator<Item = &Index> {
        self.indexes.iter().filter(|index| index.spec.kind != IndexType::Json1)
    }

    fn searched(&self) -> impl Iterator<Item = &Index> {
        self.indexes.iter().filter(|index| index.spec.kind == IndexType::FullText)
    }

    /// How an entry becomes the values of the columns.
    pub(super) fn projection(&self) -> Projection {
        Projection::new(self.columns().map(|index| &index.spec))
    }

    /// Which of the projected values are searched by words, in the order of the full-text table's columns.
    pub(super) fn searched_positions(&self) -> Vec<usize> {
        let columns = self.columns().enumerate();
        columns.filter(|(_, index)| index.spec.kind == IndexType::FullText).map(|(position, _)| position).collect()
    }

    /// Makes the table, without indexes.
    pub(super) fn create_sql(&self) -> String {
        let mut sql = format!(
            "CREATE TABLE {} (id INTEGER PRIMARY KEY AUTOINCREMENT, soup TEXT, created INTEGER, lastModified INTEGER",
            self.table
        );
        for Index { spec, column } in self.columns() {
            let _ = write!(sql, ", {column} {}", spec.kind.column_type().unwrap_or_default());
        }
        sql + ")"
    }

    /// Makes the table's indexes from number `first` on.
    pub(super) fn create_indexes_sql(&self, first: usize) -> String {
        let mut sql = String::new();
        for (number, Index { spec, column }) in self.indexes.iter().enumerate().skip(first) {
            let unique = if spec.unique { "UNIQUE " } else { "" };
            let table = &self.table;
            let _ = write!(sql, "CREATE {unique}INDEX {table}_{number}_idx ON {table} ({column});");
        }
        sql
    }

    /// Makes the indexes on the two dates.
    pub(super) fn create_date_indexes_sql(&self) -> String {
        let table = &self.table;
        format!(
            "CREATE INDEX {table}_created_idx ON {table} (created);\
             CREATE INDEX {table}_lastModified_idx ON {table} (lastModified);"
        )
    }

    /// Makes the full-text table afresh from the columns; for a soup without full-text indexes, nothing.
    pub(super) fn fill_search_sql(&self) -> String {
        let columns: Vec<_> = self.searched().map(|index| index.column.as_str()).collect();
        if columns.is_empty() {
            return String::new();
        }
        let (table, columns) = (&self.table, columns.join(", "));
        format!(
            "DROP TABLE IF EXISTS {table}_fts; CREATE VIRTUAL TABLE {table}_fts USING fts5({columns});\
             INSERT INTO {table}_fts(rowid, {columns}) SELECT id, {columns} FROM {table};"
        )
    }

    /// Adds the columns of the indexes from number `first` on.
    pub(super) fn add_columns_sql(&self, first: usize) -> String {
        let mut sql = String::new();
        for Index { spec, column } in self.indexes.iter().skip(first) {
            if let Some(kind) = spec.kind.column_type() {
                let _ = write!(sql, "ALTER TABLE {} ADD COLUMN {column} {kind};", self.table);
            }
        }
        sql
    }

    pub(super) fn drop_sql(&self) -> String {
        format!("DROP TABLE IF EXISTS {0}_fts; DROP TABLE {0};", self.table)
    }

    pub(super) fn drop_indexes_sql(&self) -> String {
        let table = &self.table;
        let mut sql = format!("DROP INDEX {table}_created_idx; DROP INDEX {table}_lastModified_idx;");
        for number in 0..self.indexes.len() {
            let _ = write!(sql, "DROP INDEX {table}_{number}_idx;");
        }
        sql
    }

    pub(super) fn clear_sql(&self) -> String {
        format!("DELETE FROM {}; {}", self.table, self.fill_search_sql())
    }

    /// Puts an entry: id, soup, both dates, then the columns.
    pub(super) fn insert_sql(&self) -> String {
        let mut sql = format!("INSERT INTO {} (id, soup, created, lastModified", self.table);
        for Index { column, .. } in self.columns() {
            let _ = write!(sql, ", {column}");
        }
        sql + ") VALUES (?, ?, ?3, ?3" + &", ?".repeat(self.columns().count()) + ")"
    }

    /// Replaces an entry: soup, date, the columns, then the id.
    pub(super) fn update_sql(&self) -> String {
        let mut sql = format!("UPDATE {} SET soup = ?, lastModified = ?", self.table);
        for Index { column, .. } in self.columns() {
            let _ = write!(sql, ", {column} = ?");
        }
        sql + " WHERE id = ?"
    }

    /// Sets only some columns of an entry: the columns, then the id.
    pub(super) fn project_sql(&self, columns: &[&Index]) -> String {
        let columns: Vec<_> = columns.iter().map(|index| format!("{} = ?", index.column)).collect();
        format!("UPDATE {} SET {} WHERE id = ?", self.table, columns.join(", "))
    }

    /// Puts what is searched of an entry, its id first; replaces what was there.
    pub(super) fn search_sql(&self) -> String {
        let columns: Vec<_> = self.searched().map(|index| index.column.as_str()).collect();
        let (table, places) = (&self.table, ", ?".repeat(columns.len()));
        format!("INSERT OR REPLACE INTO {table}_fts(rowid, {}) VALUES (?{places})", columns.join(", "))
    }

    pub(super) fn delete_sql(&self) -> String {
        format!("DELETE FROM {} WHERE id = ?", self.table)
    }

    pub(super) fn delete_search_sql(&self) -> String {
        format!("DELETE FROM {}_fts WHERE rowid = ?", self.table)
    }

    /// Up to two entries by the value of an index.
    pub(super) fn find_sql(&self, index: &Index) -> String {
        format!("SELECT id, soup FROM {} WHERE {} = ? LIMIT 2", self.table, index.column)
    }

    /// Up to two ids by the value of an index.
    pub(super) fn find_id_sql(&self, index: &Index) -> String {
        format!("SELECT id FROM {} WHERE {} = ? LIMIT 2", self.table, index.column)
    }

    /// The values of an index as texts.
    pub(super) fn values_sql(&self, index: &Index) -> String {
        let Index { column, .. } = index;
        format!("SELECT CAST({column} AS TEXT) FROM {} WHERE {column} IS NOT NULL", self.table)
    }

    pub(super) fn get_sql(&self) -> String {
        format!("SELECT soup FROM {} WHERE id = ?", self.table)
    }

    /// Some entries after an id, in the order of their ids.
    pub(super) fn walk_sql(&self) -> String {
        format!("SELECT id, soup, lastModified FROM {} WHERE id > ? ORDER BY id LIMIT ?", self.table)
    }
}

/// The name of the table of the soup with this number.
pub(super) fn table_name(number: i64) -> String {
    format!("TABLE_{number}")
}

/// The SQL expression for what `path` leads to in the JSON of `column`.
pub(super) fn extraction(column: &str, path: &str) -> String {
    format!("json_extract({column}, '$.{}')", path.replace('\'', "''"))
}
