//! A store in IndexedDB: three object stores, and one transaction a call.

mod connection;
mod neighbours;
mod request;

use super::{Append, Appended, AtRest, Birth, Durability, Error, Fold, LocalBoxFuture, Medium, OneExtent, Swap, Tail};
use crate::pager::key::DeviceKey;
use connection::{Connection, EXTENTS, LOG, META};
use js_sys::{Array, Uint8Array};
use neighbours::Neighbours;
pub(crate) use neighbours::web_lock;
use request::{Work, bytes, found, key_above, text};
use std::any::Any;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{IdbDatabase, IdbRequest};

const IDENTITY: &str = "identity";
const HEAD: &str = "head";
const WITNESS: &str = "witness";
const MANIFEST: &str = "manifest";
const KEY: &str = "key";

/// A store in IndexedDB.
pub struct IndexedDbMedium {
    connection: Connection,
    neighbours: Neighbours,
}

impl IndexedDbMedium {
    /// The store `name` of this origin, in the database `tureen/name`.
    pub fn new(name: &str) -> Self {
        let database = format!("tureen/{name}");
        Self { neighbours: Neighbours::new(&database), connection: Connection::new(database) }
    }

    /// The names of this origin's stores, where the browser can list databases.
    ///
    /// # Errors
    /// Storage that is refused.
    pub async fn names() -> Result<Vec<String>, Error> {
        let all = connection::database_names().await?;
        Ok(all.into_iter().filter_map(|name| name.strip_prefix("tureen/").map(str::to_owned)).collect())
    }

    /// Reads once more over a new connection when the old one turns out to be lost.
    async fn reading<T>(&self, read: impl AsyncFn(&Connection) -> Result<T, Error>) -> Result<T, Error> {
        match read(&self.connection).await {
            Err(Error::Lost(_)) => {
                self.connection.drop_handle();
                read(&self.connection).await
            }
            result => result,
        }
    }

    /// Runs a transaction, and gives the connection up when it turns out to be lost.
    async fn writing<T>(&self, write: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        let result = write.await;
        if matches!(result, Err(Error::Lost(_))) {
            self.connection.drop_handle();
        }
        result
    }

    /// Lets `writes` happen only if the head is the expected one and no commit is newer than `newest`.
    async fn swap(
        &self,
        stores: &[&str],
        expected: Option<&str>,
        newest: u64,
        writes: impl FnOnce(&Work) -> Result<(), JsValue>,
    ) -> Result<Swap, Error> {
        let handle = self.connection.handle().await?.database;
        // From here to the first request there is no await: WebKit ends a transaction that nothing was asked of.
        let work = Work::write(&handle, stores, Durability::Strict)?;
        let head = work.get(META, HEAD)?;
        let newer = stores.contains(&LOG).then(|| work.count(LOG, &key_above(newest)?)).transpose()?;
        if let Err(error) = writes(&work) {
            work.abort().await;
            return Err(request::error(&error));
        }
        match Self::compare(&head, newer.as_ref(), expected).await {
            // Not finished early: in Firefox it would then be complete even if one of the writes failed.
            Ok(Swap::Done) => work.done().await.map(|()| Swap::Done),
            result => {
                work.abort().await;
                result
            }
        }
    }

    async fn compare(head: &IdbRequest, newer: Option<&IdbRequest>, expected: Option<&str>) -> Result<Swap, Error> {
        // The one that was asked last is answered last.
        let last = request::answer(newer.unwrap_or(head)).await?;
        let is_newest = newer.is_none() || last.as_f64() == Some(0.0);
        let is_expected = text(&found(head)?).as_deref() == expected;
        Ok(if is_expected && is_newest { Swap::Done } else { Swap::Behind })
    }

    /// How many extents there are.
    async fn count_extents(handle: &IdbDatabase) -> Result<u64, Error> {
        let work = Work::read(handle, &[EXTENTS])?;
        let count = work.count(EXTENTS, &JsValue::UNDEFINED)?;
        work.done().await?;
        Ok(found(&count)?.as_f64().unwrap_or_default() as u64)
    }

    /// Adds one commit: one request to add it, one to read the head, and nobody waits in between.
    async fn add(&self, append: Append<'_>) -> Result<Appended, Error> {
        let handle = self.connection.handle().await?;
        let work = Work::write(&handle.database, &[META, LOG], append.durability)?;
        let head = work.get(META, HEAD)?;
        if handle.is_new {
            // The database may have been removed and made anew since: then this number means something else there.
            let found = request::answer(&head).await?;
            if text(&found).as_deref() != Some(append.expected) {
                work.abort().await;
                return Ok(Appended::Refused);
            }
        }
        let added = work.add(LOG, &(append.number as f64).into(), &bytes(append.record))?;
        if append.witness {
            work.put(META, &WITNESS.into(), &(append.number as f64).into())
                .map_err(|exception| request::error(&exception))?;
        }
        let ended = work.finish().await;
        if request::is_taken(&added) {
            return Ok(Appended::Refused);
        }
        ended?;
        found(&added)?;
        let head = text(&found(&head)?).ok_or_else(|| Error::Lost("the head is missing".into()))?;
        self.connection.proven();
        Ok(Appended::Put(head))
    }
}

fn device_key(value: JsValue) -> Option<DeviceKey> {
    match value.dyn_into::<Uint8Array>() {
        Ok(bytes) => Some(DeviceKey::Bytes(bytes.to_vec())),
        Err(value) => (!value.is_undefined()).then_some(DeviceKey::Subtle(value)),
    }
}

fn put_birth(work: &Work, identity: &str, device: Option<&DeviceKey>) -> Result<(), JsValue> {
    work.put(META, &IDENTITY.into(), &identity.into())?;
    match device {
        Some(DeviceKey::Bytes(key)) => work.put(META, &KEY.into(), &bytes(key)),
        Some(DeviceKey::Subtle(key)) => work.put(META, &KEY.into(), key),
        None => work.delete(META, &KEY.into()),
    }
}

/// Pairs of keys and values, as `getAllKeys` and `getAll` answer them.
fn pairs(keys: &JsValue, values: &JsValue) -> Vec<(u64, Vec<u8>)> {
    let (keys, values) = (Array::from(keys), Array::from(values));
    let numbers = keys.iter().map(|key| key.as_f64().unwrap_or_default() as u64);
    numbers.zip(values.iter().map(|value| Uint8Array::new(&value).to_vec())).collect()
}

impl Medium for IndexedDbMedium {
    fn load(&self, most: u32) -> LocalBoxFuture<'_, Result<Option<AtRest>, Error>> {
        Box::pin(self.reading(async move |connection: &Connection| {
            let handle = connection.handle().await?.database;
            let is_large = most < u32::MAX && Self::count_extents(&handle).await? > most.into();
            let work = Work::read(&handle, &[META, LOG, EXTENTS])?;
            let (identity, head) = (work.get(META, IDENTITY)?, work.get(META, HEAD)?);
            let (manifest, key) = (work.get(META, MANIFEST)?, work.get(META, KEY)?);
            let witness = work.get(META, WITNESS)?;
            let extents = (!is_large).then(|| work.get_all(EXTENTS, &JsValue::UNDEFINED)).transpose()?;
            let (record_keys, records) = work.get_all(LOG, &JsValue::UNDEFINED)?;
            work.done().await?;
            let (identity, head) = (text(&found(&identity)?), text(&found(&head)?));
            let (manifest, key, witness) = (found(&manifest)?, found(&key)?, found(&witness)?);
            let extents = extents.map(|(keys, values)| Ok(pairs(&found(&keys)?, &found(&values)?))).transpose()?;
            let records = pairs(&found(&record_keys)?, &found(&records)?);
            let (Some(identity), Some(head)) = (identity, head) else { return Ok(None) };
            Ok(Some(AtRest {
                identity,
                head,
                witness: witness.as_f64().unwrap_or_default() as u64,
                manifest: Uint8Array::new(&manifest).to_vec(),
                device_key: device_key(key),
                extents: extents.map(|all| all.into_iter().map(|(index, bytes)| (index as u32, bytes)).collect()),
                records,
            }))
        }))
    }

    fn extent(&self, index: u32) -> LocalBoxFuture<'_, Result<Option<OneExtent>, Error>> {
        Box::pin(self.reading(async move |connection: &Connection| {
            let handle = connection.handle().await?.database;
            let work = Work::read(&handle, &[META, EXTENTS])?;
            let (head, extent) = (work.get(META, HEAD)?, work.get_numbered(EXTENTS, index)?);
            work.done().await?;
            let (head, extent) = (text(&found(&head)?), found(&extent)?);
            let extent = extent.dyn_ref::<Uint8Array>().map(Uint8Array::to_vec);
            Ok(head.map(|head| OneExtent { head, extent }))
        }))
    }

    fn create(&self, birth: Birth) -> LocalBoxFuture<'_, Result<Swap, Error>> {
        Box::pin(self.writing(async move {
            self.swap(&[META], None, 0, |work| {
                work.put(META, &HEAD.into(), &birth.head.as_str().into())?;
                work.put(META, &MANIFEST.into(), &bytes(&birth.manifest))?;
                put_birth(work, &birth.identity, birth.device_key.as_ref())
            })
            .await
        }))
    }

    fn since(&self, commit: u64) -> LocalBoxFuture<'_, Result<Option<Tail>, Error>> {
        Box::pin(self.reading(async move |connection: &Connection| {
            let handle = connection.handle().await?.database;
            let work = Work::read(&handle, &[META, LOG])?;
            let head = work.get(META, HEAD)?;
            let (keys, records) = work.get_all(LOG, &key_above(commit)?)?;
            work.done().await?;
            let (head, records) = (text(&found(&head)?), pairs(&found(&keys)?, &found(&records)?));
            Ok(head.map(|head| Tail { head, records }))
        }))
    }

    fn append<'a>(&'a self, append: Append<'a>) -> LocalBoxFuture<'a, Result<Appended, Error>> {
        Box::pin(self.writing(self.add(append)))
    }

    fn fold<'a>(&'a self, fold: Fold<'a>) -> LocalBoxFuture<'a, Result<Swap, Error>> {
        Box::pin(self.writing(self.swap(&[META, LOG, EXTENTS], fold.expected, fold.newest, move |work| {
            for (index, extent) in fold.extents {
                work.put(EXTENTS, &(*index).into(), extent)?;
            }
            match u64::from(fold.extent_count).checked_sub(1) {
                None => work.clear(EXTENTS)?,
                Some(last) => work.delete(EXTENTS, &key_above(last).map_err(request::thrown)?)?,
            }
            work.clear(LOG)?;
            if let Some((identity, device)) = fold.birth {
                put_birth(work, identity, device)?;
            }
            work.put(META, &MANIFEST.into(), &bytes(fold.manifest))?;
            work.put(META, &WITNESS.into(), &(fold.witness as f64).into())?;
            work.put(META, &HEAD.into(), &fold.head.into())
        })))
    }

    fn destroy(&self) -> LocalBoxFuture<'_, Result<(), Error>> {
        Box::pin(self.connection.delete())
    }

    fn close(&self) {
        self.neighbours.leave();
        self.connection.drop_handle();
    }

    fn announce(&self) {
        self.neighbours.announce();
    }

    fn listen(&self, heard: Box<dyn Fn()>) {
        self.neighbours.listen(heard);
    }

    fn turn(&self) -> LocalBoxFuture<'_, Option<Box<dyn Any>>> {
        Box::pin(self.neighbours.turn())
    }
}
