//! The local store of Azure's tables for JavaScript. Records cross as the text of their cells, rows as JSON text.

use super::failure::Failure;
use super::store::Store;
use super::task::promise;
use super::turn::SyncTurn;
use crate::database::{self, Transaction};
use crate::foreign::Foreign;
use crate::json;
use crate::remote::azure::{self, Cell, Definition, Error, Id, Query, Table, Tables};
use crate::sync::{Away, Binding, Bindings, Home, Outside, Touched, Turn};
use futures::future::{FutureExt, LocalBoxFuture};
use js_sys::Promise;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    /// A store of the app's own making, as `www/windows-azure/app-store.mjs` asks it.
    pub type JsOutside;

    #[wasm_bindgen(method)]
    fn load(this: &JsOutside, asked: &str) -> Promise;

    #[wasm_bindgen(method)]
    fn save(this: &JsOutside, changes: &str) -> Promise;
}

impl Outside for JsOutside {
    fn load(&self, asked: String) -> LocalBoxFuture<'_, Result<String, database::Error>> {
        let answer = JsFuture::from(JsOutside::load(self, &asked));
        async { Ok(answer.await.map_err(outside_error)?.as_string().unwrap_or_default()) }.boxed_local()
    }

    fn save(&self, changes: String) -> LocalBoxFuture<'_, Result<(), database::Error>> {
        let answer = JsFuture::from(JsOutside::save(self, &changes));
        async { answer.await.map(drop).map_err(outside_error) }.boxed_local()
    }
}

fn outside_error(value: JsValue) -> database::Error {
    database::Error::Foreign(Foreign { message: "the app's own store failed".to_owned(), value: Rc::new(value) })
}

/// The tables that an app has defined in a store.
#[wasm_bindgen]
pub struct AzureStore {
    name: String,
    home: Home,
    tables: Tables,
    bindings: Bindings,
}

/// One step of a batch: the records to write, or the ids to delete, of a table.
struct Step {
    action: StepAction,
    table: String,
    cells: String,
}

enum StepAction {
    Upsert,
    Delete,
}

#[wasm_bindgen]
impl AzureStore {
    /// The tables of `store`, of which none is defined yet.
    #[wasm_bindgen(constructor)]
    pub fn new(store: &Store) -> Self {
        let (name, home) = (store.name().to_owned(), store.database().into());
        Self { name, home, tables: Tables::default(), bindings: Bindings::by_name("id") }
    }

    /// The tables of a store of the app's own making, for a sync context: whatever else is asked of them, the app's
    /// store is asked itself.
    pub fn away(outside: JsOutside) -> Result<Self, JsValue> {
        let bindings = Bindings::by_name("id");
        let away = Away::new(Box::new(outside), bindings.clone(), azure::SCOPE).map_err(Failure::from)?;
        Ok(Self { name: String::new(), home: Home::Away(Rc::new(away)), tables: Tables::away(), bindings })
    }

    /// The same tables in `store`, which is this one opened again.
    pub fn reopened(&self, store: &Store) -> Self {
        let (tables, bindings) = (self.tables.clone(), self.bindings.clone());
        Self { name: store.name().to_owned(), home: store.database().into(), tables, bindings }
    }

    /// Defines a table, or adds to the definition of one; a promise of the names of its columns of dates.
    #[wasm_bindgen(js_name = defineTable)]
    pub fn define_table(&self, definition: &str) -> Promise {
        let definition = Definition::parse(definition);
        let (home, tables, bindings) = (self.home.clone(), self.tables.clone(), self.bindings.clone());
        promise(async move {
            let definition = definition?;
            let table = home.write(&Touched::default, move |tx| azure::define(tx, &definition)).await?;
            let id_path = table.id_path().to_owned();
            bindings.bind(Binding { table: table.name.clone(), soup: table.soup.clone(), id_path });
            Ok(dates_of(&tables.add(table)))
        })
    }

    /// Writes the records of a JSON array.
    pub fn upsert(&self, table: &str, records: String) -> Promise {
        let table = self.tables.named(table);
        self.write(move |tx| table.as_ref().map_err(Clone::clone)?.upsert(tx, &records))
    }

    /// The row of an id, if there is one.
    pub fn lookup(&self, table: &str, id: &str) -> Result<Option<String>, JsValue> {
        self.read_with(|connection| self.tables.named(table)?.lookup(connection, &Cell::parse(id)?))
    }

    /// Deletes the records of a JSON array of ids, of which null is none.
    pub fn delete(&self, table: &str, ids: &str) -> Promise {
        let (table, ids) = (self.tables.named(table), Id::parse_list(ids));
        self.write(move |tx| {
            let ids = ids.as_deref().map_err(Clone::clone)?;
            table.as_ref().map_err(Clone::clone)?.delete(tx, ids)
        })
    }

    /// Deletes the records that a query would read.
    #[wasm_bindgen(js_name = deleteMatching)]
    pub fn delete_matching(&self, query: &str) -> Promise {
        let query = Query::parse(query);
        let tables = self.tables.clone();
        self.write(move |tx| {
            let query = query.as_ref().map_err(Clone::clone)?;
            tables.named(&query.table)?.delete_matching(tx, query)
        })
    }

    /// The rows that a query asks for.
    pub fn read(&self, query: &str) -> Result<String, JsValue> {
        self.read_with(|connection| {
            let query = Query::parse(query)?;
            self.tables.named(&query.table)?.read(connection, &query)
        })
    }

    /// The names of a table's columns of dates.
    #[wasm_bindgen(js_name = dateColumns)]
    pub fn date_columns(&self, table: &str) -> Result<Vec<String>, JsValue> {
        Ok(dates_of(self.tables.named(table).map_err(Failure::from)?.table()))
    }

    /// Takes the steps of a JSON array in one transaction.
    #[wasm_bindgen(js_name = executeBatch)]
    pub fn execute_batch(&self, steps: &str) -> Promise {
        let steps =
            json::items(steps).and_then(|steps| steps.into_iter().map(Step::read).collect::<json::Result<Vec<_>>>());
        let steps = match steps {
            Ok(steps) => steps,
            Err(error) => return Promise::reject(&Failure::argument(error.to_string()).into()),
        };
        let tables = self.tables.clone();
        self.write(move |tx| steps.iter().try_for_each(|step| step.take(tx, &tables)))
    }

    fn read_with<T>(&self, job: impl FnOnce(&rusqlite::Connection) -> Result<T, Error>) -> Result<T, JsValue> {
        self.home.read(job).map_err(|error| Failure::from(error).into())
    }

    fn write(&self, job: impl FnMut(&Transaction<'_>) -> Result<(), Error> + 'static) -> Promise {
        let home = self.home.clone();
        promise(async move {
            home.write(&Touched::default, job).await?;
            Ok(JsValue::UNDEFINED)
        })
    }
}

impl AzureStore {
    /// What lets one context at a time work on the store.
    pub(super) fn turn(&self) -> Rc<dyn Turn> {
        match &self.home {
            Home::Own(_) => Rc::new(SyncTurn::at(&self.name)),
            Home::Away(away) => Rc::clone(away) as Rc<dyn Turn>,
        }
    }

    pub(super) fn home(&self) -> &Home {
        &self.home
    }

    pub(super) fn tables(&self) -> &Tables {
        &self.tables
    }

    pub(super) fn bindings(&self) -> &Bindings {
        &self.bindings
    }
}

impl Step {
    fn read(json: &str) -> json::Result<Self> {
        let fields = json::fields(json)?;
        let action = match json::one_of(fields.need("action")?, &["upsert", "delete"])? {
            0 => StepAction::Upsert,
            _ => StepAction::Delete,
        };
        Ok(Self { action, table: fields.text("table")?, cells: fields.need("cells")?.to_owned() })
    }

    fn take(&self, tx: &Transaction<'_>, tables: &Tables) -> Result<(), Error> {
        let table = tables.named(&self.table)?;
        match self.action {
            StepAction::Upsert => table.upsert(tx, &self.cells),
            StepAction::Delete => table.delete(tx, &Id::parse_list(&self.cells)?),
        }
    }
}

/// The names of a table's columns of dates.
pub(super) fn dates_of(table: &Table) -> Vec<String> {
    table.date_columns().into_iter().map(str::to_owned).collect()
}
