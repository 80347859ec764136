//! An open store for JavaScript: its soups. Entries cross as JSON text; reads answer at once, writes with a promise.

use super::cursors::Cursors;
use super::failure::Failure;
use super::observers::Observers;
use super::options;
use super::task::promise;
use crate::database::{Database, Transaction, unless};
use crate::json;
use crate::pager::Medium;
use crate::pager::medium::indexed_db::IndexedDbMedium;
use crate::soup::{self, Cursor, EntryId, IndexSpec, QuerySpec, Soup, UpsertKey, registry};
use crate::sync::{self, bound};
use js_sys::{Function, Promise};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

/// An open store.
#[wasm_bindgen]
pub struct Store {
    name: String,
    database: Database,
    cursors: Cursors,
    observers: Observers,
}

/// Opens the store `name`, making it when it is not there: a promise of a [`Store`].
#[wasm_bindgen(js_name = openStore)]
pub fn open_store(name: String, options: JsValue) -> Promise {
    promise(async move {
        let database = Database::open(options::read(name.clone(), options)?).await?;
        Store::of(name, database).await
    })
}

/// Opens the store `name` with what an export of a store holds, which takes the place of whatever store of that name
/// there is: a promise of a [`Store`]. When it is rejected, everything is as it was.
#[wasm_bindgen(js_name = importStore)]
pub fn import_store(name: String, bytes: Vec<u8>, passphrase: Option<String>, options: JsValue) -> Promise {
    promise(async move {
        let options = options::read(name.clone(), options)?;
        let database = Database::import(options, &bytes, options::passphrase(passphrase)?).await?;
        Store::of(name, database).await
    })
}

/// The names of the stores that the device keeps: a promise of an array.
#[wasm_bindgen(js_name = storeNames)]
pub fn store_names() -> Promise {
    promise(async {
        let names = IndexedDbMedium::names().await.map_err(crate::database::Error::from)?;
        Ok(names.into_iter().map(JsValue::from).collect::<js_sys::Array>())
    })
}

/// Removes a store that is not open, with all it holds.
#[wasm_bindgen(js_name = removeStore)]
pub fn remove_store(name: String) -> Promise {
    promise(async move {
        IndexedDbMedium::new(&name).destroy().await.map_err(crate::database::Error::from)?;
        Ok(JsValue::UNDEFINED)
    })
}

#[wasm_bindgen]
impl Store {
    /// Resolves when `options` name the key that the store has, and rejects when they name another.
    #[wasm_bindgen(js_name = checkKey)]
    pub fn check_key(&self, options: JsValue) -> Promise {
        let name = self.name.clone();
        promise(async move {
            Database::open(options::read(name, options)?).await?.close().await;
            Ok(JsValue::UNDEFINED)
        })
    }

    /// The whole store as one file, sealed with `passphrase`; without one, anybody can read it. A promise of a
    /// `Uint8Array`, for `importStore`.
    pub fn export(&self, passphrase: Option<String>) -> Promise {
        let database = self.database.clone();
        promise(async move {
            let file = database.export(options::passphrase(passphrase)?).await?;
            Ok(js_sys::Uint8Array::from(&file[..]))
        })
    }

    /// Seals the store with the key that `options` name, in one transaction.
    #[wasm_bindgen(js_name = changeKey)]
    pub fn change_key(&self, options: JsValue) -> Promise {
        let (database, name) = (self.database.clone(), self.name.clone());
        promise(async move {
            database.change_key(options::read(name, options)?.key).await?;
            Ok(JsValue::UNDEFINED)
        })
    }

    /// Lets go of the store once its writes are done.
    pub fn close(&self) -> Promise {
        self.observers.clear();
        let database = self.database.clone();
        promise(async move {
            database.close().await;
            Ok(JsValue::UNDEFINED)
        })
    }

    /// Removes the store with all it holds.
    pub fn destroy(&self) -> Promise {
        self.observers.clear();
        let database = self.database.clone();
        promise(async move {
            database.destroy().await?;
            Ok(JsValue::UNDEFINED)
        })
    }

    /// Whether opening has made the store, because there was none of its name.
    #[wasm_bindgen(js_name = isNew)]
    pub fn is_new(&self) -> bool {
        self.database.is_new()
    }

    /// The store's size in bytes.
    pub fn size(&self) -> Result<f64, JsValue> {
        self.read(|connection| Ok(registry::size(connection)? as f64))
    }

    /// `ok`, or what SQLite finds wrong with the store.
    #[wasm_bindgen(js_name = integrityCheck)]
    pub fn integrity_check(&self) -> Result<String, JsValue> {
        self.read(|connection| Ok(connection.query_row("PRAGMA integrity_check", [], |row| row.get(0))?))
    }

    /// Makes a soup; a promise of its name.
    #[wasm_bindgen(js_name = registerSoup)]
    pub fn register_soup(&self, soup: String, specs: &str) -> Promise {
        let specs = IndexSpec::parse_list(specs);
        self.write_soup(soup, move |tx, soup| registry::register(tx, soup, specs.as_ref().map_err(Clone::clone)?))
    }

    /// Gives a soup other indexes, filled from its entries with `re_index_data`; a promise of its name.
    #[wasm_bindgen(js_name = alterSoup)]
    pub fn alter_soup(&self, soup: String, specs: &str, re_index_data: bool) -> Promise {
        let specs = IndexSpec::parse_list(specs);
        self.write_soup(soup, move |tx, soup| {
            registry::alter(tx, soup, specs.as_ref().map_err(Clone::clone)?, re_index_data)
        })
    }

    /// Fills the indexes on the paths of a JSON array anew; a promise of the soup's name.
    #[wasm_bindgen(js_name = reIndexSoup)]
    pub fn re_index_soup(&self, soup: String, paths: &str) -> Promise {
        match json::texts(paths) {
            Ok(paths) => self.write_soup(soup, move |tx, soup| registry::re_index(tx, soup, &paths)),
            Err(_) => Promise::reject(&Failure::argument("Paths are an array of strings.").into()),
        }
    }

    /// Removes a soup, if it is there.
    #[wasm_bindgen(js_name = removeSoup)]
    pub fn remove_soup(&self, soup: String) -> Promise {
        self.write(move |transaction| bound::drop_soup(transaction, &soup))
    }

    /// Removes the entries of a soup.
    #[wasm_bindgen(js_name = clearSoup)]
    pub fn clear_soup(&self, soup: String) -> Promise {
        self.write(move |transaction| bound::clear(transaction, &soup))
    }

    /// Whether there is such a soup.
    #[wasm_bindgen(js_name = soupExists)]
    pub fn soup_exists(&self, soup: &str) -> Result<bool, JsValue> {
        self.read(|connection| registry::exists(connection, soup))
    }

    /// The JSON text of a soup's index specs.
    #[wasm_bindgen(js_name = soupIndexSpecs)]
    pub fn soup_index_specs(&self, soup: &str) -> Result<String, JsValue> {
        let specs = self.read(|connection| registry::index_specs(connection, soup))?;
        Ok(IndexSpec::list_text(&specs))
    }

    /// Creates or replaces the entries of a JSON array, by `_soupEntryId` or by the indexed path `external_id`; a
    /// promise of the JSON text of the stored entries.
    pub fn upsert(&self, soup: String, entries: String, external_id: Option<String>) -> Promise {
        let database = self.database.clone();
        promise(async move {
            let job = move |transaction: &Transaction<'_>| {
                let key = external_id.as_deref().map_or(UpsertKey::EntryId, UpsertKey::External);
                bound::upsert(transaction, &soup, &entries, key)
            };
            Ok(database.write(job).await?)
        })
    }

    /// The JSON text of those of the entries `ids` that are there.
    pub fn retrieve(&self, soup: &str, ids: &str) -> Result<String, JsValue> {
        let ids = entry_ids(ids)?;
        self.read(|connection| Soup::open(connection, soup)?.retrieve_text(connection, &ids))
    }

    /// Removes the entries `ids`.
    #[wasm_bindgen(js_name = removeByIds)]
    pub fn remove_by_ids(&self, soup: String, ids: &str) -> Promise {
        let ids = match entry_ids(ids) {
            Ok(ids) => ids,
            Err(failure) => return Promise::reject(&failure.into()),
        };
        self.write(move |transaction| bound::remove(transaction, &soup, &ids))
    }

    /// Removes as many of the entries that a query finds as its page holds.
    #[wasm_bindgen(js_name = removeByQuery)]
    pub fn remove_by_query(&self, soup: String, spec: &str) -> Promise {
        let spec = match QuerySpec::parse(spec) {
            Ok(spec) => spec,
            Err(error) => return Promise::reject(&Failure::from(error).into()),
        };
        self.write(move |transaction| bound::remove_by_query(transaction, &soup, &spec))
    }

    /// Runs a query on `soup`, or a smart query: the JSON text of a cursor at its first page. `signal` breaks it off, if
    /// what it says can change meanwhile.
    #[wasm_bindgen(js_name = openCursor)]
    pub fn open_cursor(
        &self,
        soup: Option<String>,
        spec: &str,
        signal: Option<AbortSignal>,
    ) -> Result<String, JsValue> {
        self.query(signal, |connection| {
            let cursor = Rc::new(Cursor::open(connection, QuerySpec::parse(spec)?, soup.as_deref())?);
            let id = self.cursors.add(Rc::clone(&cursor));
            cursor.page(connection, 0, Some(&id))
        })
    }

    /// The JSON text of a cursor at the page `index`, or at the nearest that there is. `signal` as of `openCursor`.
    #[wasm_bindgen(js_name = moveCursor)]
    pub fn move_cursor(&self, id: &str, index: f64, signal: Option<AbortSignal>) -> Result<String, JsValue> {
        let cursor = self.cursors.get(id)?;
        self.query(signal, |connection| cursor.page(connection, index as i64, Some(id)))
    }

    /// Forgets a cursor.
    #[wasm_bindgen(js_name = closeCursor)]
    pub fn close_cursor(&self, id: &str) {
        self.cursors.close(id);
    }

    /// Calls `callback` with the JSON text of a cursor, without an id, at the first page of a query on `soup`, or of a
    /// smart query: soon, and again whenever a commit of any tab alters that text. When the query fails, the callback's
    /// second argument is the error. What the callback throws is dropped. Returns the id that `unobserve` takes.
    pub fn observe(&self, spec: &str, soup: Option<String>, callback: Function) -> u32 {
        self.observers.add(&self.database, spec, soup, callback)
    }

    /// Ends a live query. Closing the store ends them all.
    pub fn unobserve(&self, id: u32) {
        self.observers.remove(id);
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn database(&self) -> Database {
        self.database.clone()
    }

    async fn of(name: String, database: Database) -> Result<Self, Failure> {
        database.write(prepare).await?;
        Ok(Self { name, database, cursors: Cursors::default(), observers: Observers::default() })
    }

    fn read<T>(&self, job: impl FnOnce(&rusqlite::Connection) -> soup::Result<T>) -> Result<T, JsValue> {
        self.database.read(job).map_err(|error| Failure::from(error).into())
    }

    /// Reads until `signal`, if there is one, is aborted.
    fn query<T>(
        &self,
        signal: Option<AbortSignal>,
        job: impl FnOnce(&rusqlite::Connection) -> soup::Result<T>,
    ) -> Result<T, JsValue> {
        let is_cancelled = signal.map(|signal| Box::new(move || signal.aborted()) as Box<dyn Fn() -> bool>);
        let cancelled = || Failure::Own { code: "ABORTED", message: "The query was cancelled.".to_owned() };
        unless(is_cancelled, || self.read(job)).ok_or_else(cancelled)?
    }

    /// Writes to a soup; a promise of its name.
    fn write_soup(
        &self,
        soup: String,
        mut job: impl FnMut(&Transaction<'_>, &str) -> soup::Result<()> + 'static,
    ) -> Promise {
        let database = self.database.clone();
        promise(async move {
            let name = soup.clone();
            database.write(move |transaction| job(transaction, &name)).await?;
            Ok(soup)
        })
    }

    fn write(&self, job: impl FnMut(&Transaction<'_>) -> Result<(), sync::Error> + 'static) -> Promise {
        let database = self.database.clone();
        promise(async move {
            database.write(job).await?;
            Ok(JsValue::UNDEFINED)
        })
    }
}

fn prepare(tx: &Transaction<'_>) -> Result<(), sync::Error> {
    registry::prepare(tx)?;
    bound::prepare(tx)
}

/// Reads a JSON array of entry ids.
fn entry_ids(text: &str) -> Result<Vec<EntryId>, Failure> {
    let id = |item: &str| item.parse().ok().map(EntryId);
    let ids = json::items(text).ok().and_then(|items| items.into_iter().map(id).collect());
    ids.ok_or_else(|| Failure::argument("Entry ids are an array of numbers."))
}
