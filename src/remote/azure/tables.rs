//! Which tables there are: those that the app has defined since it started, and what the store remembers of them.
//!
//! A definition only grows: a column that an earlier one had stays readable, as it did when a table was a SQLite table.
//! The store remembers the columns, and under which key of the entries each is kept, in a soup of its own.

use super::column::ColumnType;
use super::definition::{Definition, ID, same_name};
use super::error::Error;
use super::table::{Table, TableColumn};
use crate::database::Transaction;
use crate::json;
use crate::platform::case;
use crate::soup::{IndexSpec, IndexType, Soup, registry};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The soup in which the store remembers definitions.
const SOUP: &str = "__tables";

/// What the store remembers of one table.
struct Remembered {
    /// The table's name in lower case.
    name: String,
    soup: String,
    /// Keys of the entries, and types.
    columns: Vec<(String, String)>,
}

impl Remembered {
    fn parse(json: &str) -> Result<Self, Error> {
        Self::read(json).map_err(|error| Error::malformed("a stored table definition", &error))
    }

    fn read(json: &str) -> json::Result<Self> {
        let fields = json::fields(json)?;
        let pair = |pair: &str| match <[String; 2]>::try_from(json::texts(pair)?) {
            Ok([key, column_type]) => Ok((key, column_type)),
            Err(_) => Err(json::Error::new("a column is a key and a type")),
        };
        let columns = json::items(fields.need("columns")?)?.into_iter().map(pair).collect::<json::Result<_>>()?;
        Ok(Self { name: fields.text("name")?, soup: fields.text("soup")?, columns })
    }

    fn text(&self) -> String {
        let columns: Vec<_> = self
            .columns
            .iter()
            .map(|(key, column_type)| format!("[{},{}]", json::quoted(key), json::quoted(column_type)))
            .collect();
        let columns = json::array(&columns);
        let fields = [("name", json::quoted(&self.name)), ("soup", json::quoted(&self.soup)), ("columns", columns)];
        json::object(fields.into_iter())
    }
}

/// Defines a table, or adds to the definition of one: makes its soup when there is none.
///
/// Nothing but the store is changed: once the transaction is durable, [`Tables::add`] makes the table known.
///
/// # Errors
/// What the store refuses, among it a second record of an id in a soup that the app made itself.
pub fn define(tx: &Transaction<'_>, definition: &Definition) -> Result<Table, Error> {
    registry::register(tx, SOUP, &[IndexSpec::unique("name", IndexType::String)])?;
    let memory = Soup::open(tx, SOUP)?;
    let name = case::lower(&definition.name);
    let stored = memory.find(tx, "name", &name)?;
    let remembered: Option<Remembered> = match &stored {
        Some(stored) => Some(Remembered::parse(&stored.json)?),
        None => None,
    };
    let columns = grown(remembered.as_ref().map_or(&[], |known| &known.columns), definition)?;
    let soup = match &remembered {
        Some(known) if registry::exists(tx, &known.soup)? => known.soup.clone(),
        _ => soup_of(tx, definition)?,
    };
    let table = Table { name: definition.name.clone(), soup, columns };
    provide_soup(tx, &table)?;
    let pairs = table.columns.iter().map(|column| (column.key.clone(), column.column_type.name().to_owned())).collect();
    let now = Remembered { name, soup: table.soup.clone(), columns: pairs };
    if remembered.is_none_or(|known| known.columns != now.columns || known.soup != now.soup) {
        memory.put(tx, stored.map(|stored| stored.id), &now.text())?;
    }
    Ok(table)
}

/// The remembered columns, each as the definition has it now, then the new ones.
fn grown(remembered: &[(String, String)], definition: &Definition) -> Result<Vec<TableColumn>, Error> {
    let mut columns = Vec::new();
    for (key, old_type) in remembered {
        let now = definition.columns.iter().find(|(name, _)| same_name(name, key));
        let (name, column_type) = match now {
            Some((name, column_type)) => (name.clone(), *column_type),
            None => (key.clone(), old_type.parse::<ColumnType>()?),
        };
        columns.push(TableColumn { name, key: key.clone(), column_type });
    }
    for (name, column_type) in &definition.columns {
        if !columns.iter().any(|column| same_name(&column.key, name)) {
            columns.push(TableColumn { name: name.clone(), key: name.clone(), column_type: *column_type });
        }
    }
    Ok(columns)
}

/// The soup of the table's name, in whatever case the app may have registered it.
fn soup_of(tx: &Transaction<'_>, definition: &Definition) -> Result<String, Error> {
    let names = registry::names(tx)?;
    let exact = names.iter().find(|name| **name == definition.name);
    let found = exact.or_else(|| names.iter().find(|name| same_name(name, &definition.name)));
    Ok(found.unwrap_or(&definition.name).clone())
}

/// Makes the soup, or gives one that is there the index by which records are found.
fn provide_soup(tx: &Transaction<'_>, table: &Table) -> Result<(), Error> {
    let by_id = [IndexSpec::unique(table.id_path(), IndexType::String)];
    registry::register(tx, &table.soup, &by_id)?;
    let soup = Soup::open(tx, &table.soup)?;
    let index = soup.index_specs().find(|spec| spec.path == table.id_path());
    match index.map(|spec| spec.kind) {
        Some(IndexType::String | IndexType::FullText) => Ok(()),
        Some(_) => Err(Error::Definition(format!(
            "The soup {} has an index on {}, but not of type string: a table needs one of that type.",
            json::quoted(&table.soup),
            json::quoted(ID)
        ))),
        None => Ok(registry::add_indexes(tx, &table.soup, &by_id)?),
    }
}

/// The tables that the app has defined since it started. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Tables {
    by_name: Rc<RefCell<BTreeMap<String, Rc<Table>>>>,
    /// Whether they are in a store of the app's own making, which alone knows its definitions.
    away: bool,
}

impl Tables {
    /// The tables of a store of the app's own making: there is one of any name, and its records have any columns.
    pub fn away() -> Self {
        Self { by_name: Rc::default(), away: true }
    }

    /// Makes a table known, in place of one of its name.
    pub fn add(&self, table: Table) -> Rc<Table> {
        let table = Rc::new(table);
        self.by_name.borrow_mut().insert(case::lower(&table.name), Rc::clone(&table));
        table
    }

    /// The table called `name`, in any case.
    ///
    /// # Errors
    /// [`Error::UndefinedTable`] when the app has not defined it.
    pub fn get(&self, name: &str) -> Result<Rc<Table>, Error> {
        if self.away {
            return Ok(Rc::new(Table::away(name)));
        }
        let found = self.by_name.borrow().get(&case::lower(name)).cloned();
        found.ok_or_else(|| Error::UndefinedTable(name.to_owned()))
    }

    /// All tables, by their names.
    pub fn all(&self) -> Vec<Rc<Table>> {
        self.by_name.borrow().values().cloned().collect()
    }
}
