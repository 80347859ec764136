//! The connection to one database: made when it is needed, given up when the browser takes it or another tab asks.

use super::{Error, request};
use js_sys::{Array, Function, Promise, Reflect};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbFactory};

/// The identity, the head, the manifest and this device's key.
pub(super) const META: &str = "meta";
/// The commits, by number.
pub(super) const LOG: &str = "log";
/// The extents, by index.
pub(super) const EXTENTS: &str = "extents";

/// The version of the object stores, which is not that of what lies in them.
const SCHEMA: u32 = 1;

/// A handle, and what listens for its end.
struct Handle {
    database: IdbDatabase,
    _ended: Closure<dyn FnMut()>,
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.database.set_onversionchange(None);
        self.database.close();
    }
}

/// The connection to one database.
pub(super) struct Connection {
    name: String,
    handle: Rc<RefCell<Option<Handle>>>,
    is_new: Cell<bool>,
}

/// An open database.
pub(super) struct Opened {
    pub database: IdbDatabase,
    /// Whether nothing was committed over this connection yet: the database may be another than before it.
    pub is_new: bool,
}

fn factory() -> Result<IdbFactory, Error> {
    let refused = || Error::Refused("this page has no IndexedDB".into());
    let value = Reflect::get(&js_sys::global(), &"indexedDB".into()).map_err(|exception| request::error(&exception))?;
    if value.is_object() { Ok(value.unchecked_into()) } else { Err(refused()) }
}

/// The names of all databases of this origin; none where the browser does not tell.
pub(super) async fn database_names() -> Result<Vec<String>, Error> {
    let factory = factory()?;
    let Ok(list) = Reflect::get(&factory, &"databases".into()).and_then(JsCast::dyn_into::<Function>) else {
        return Ok(Vec::new());
    };
    let promise: Promise = list.call0(&factory).map_err(|exception| request::error(&exception))?.unchecked_into();
    let all = JsFuture::from(promise).await.map_err(|exception| request::error(&exception))?;
    let all = Array::from(&all);
    let names = all.iter().filter_map(|entry| Reflect::get(&entry, &"name".into()).ok()?.as_string());
    Ok(names.collect())
}

impl Connection {
    pub(super) fn new(name: String) -> Self {
        Self { name, handle: Rc::default(), is_new: Cell::new(true) }
    }

    /// The open database.
    pub(super) async fn handle(&self) -> Result<Opened, Error> {
        if let Some(handle) = &*self.handle.borrow() {
            return Ok(Opened { database: handle.database.clone(), is_new: self.is_new.get() });
        }
        let database = self.open().await?;
        self.is_new.set(true);
        *self.handle.borrow_mut() = Some(self.watch(database.clone()));
        Ok(Opened { database, is_new: true })
    }

    /// Something was committed over this connection: it is to the right database.
    pub(super) fn proven(&self) {
        self.is_new.set(false);
    }

    /// Opens the database; a new one gets its object stores.
    async fn open(&self) -> Result<IdbDatabase, Error> {
        let open = factory()?.open_with_u32(&self.name, SCHEMA).map_err(|exception| self.refused(&exception))?;
        let asked = open.clone();
        let upgrade = Closure::<dyn FnMut()>::new(move || {
            let Ok(database) = asked.result().map(JsCast::unchecked_into::<IdbDatabase>) else { return };
            for store in [META, LOG, EXTENTS] {
                // A new database has none yet, so that nothing stands against making them.
                let _ = database.create_object_store(store);
            }
        });
        open.set_onupgradeneeded(Some(upgrade.as_ref().unchecked_ref()));
        request::settled(&open).await;
        request::outcome(&open).map(JsCast::unchecked_into).map_err(|exception| self.refused(&exception))
    }

    /// Why the database could not be opened.
    fn refused(&self, exception: &JsValue) -> Error {
        let (name, told) = request::told(exception);
        match name.as_str() {
            "VersionError" => Error::Newer { store: self.name.clone(), found: SCHEMA + 1, known: SCHEMA },
            "QuotaExceededError" => Error::Full,
            _ => Error::Refused(told),
        }
    }

    /// Another tab that wants to remove the database must not wait for us; nor must we use what the browser closed.
    fn watch(&self, database: IdbDatabase) -> Handle {
        let slot = Rc::downgrade(&self.handle);
        let ended = Closure::<dyn FnMut()>::new(move || {
            if let Some(slot) = slot.upgrade() {
                // Dropping the handle drops this very closure: not before it has returned.
                let handle = slot.borrow_mut().take();
                crate::platform::tasks::spawn(async move { drop(handle) });
            }
        });
        let listener: &Function = ended.as_ref().unchecked_ref();
        database.set_onversionchange(Some(listener));
        // Absent only in browsers that never end a connection by themselves.
        let _ = database.add_event_listener_with_callback("close", listener);
        Handle { database, _ended: ended }
    }

    /// Lets go of the database; the next call opens it again.
    pub(super) fn drop_handle(&self) {
        self.handle.borrow_mut().take();
    }

    /// Removes the database.
    pub(super) async fn delete(&self) -> Result<(), Error> {
        self.drop_handle();
        let storage = |exception| Error::Storage(request::told(&exception).1);
        let request = factory()?.delete_database(&self.name).map_err(storage)?;
        request::settled(&request).await;
        request::outcome(&request).map(drop).map_err(storage)
    }
}
