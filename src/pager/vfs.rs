//! SQLite's view of the pages: a virtual file system with one file.
//!
//! Everything else that SQLite asks for (temporary files, should there be any) lies in memory and is never committed.
//! Locks are no matter: a store has one connection in a tab, and tabs are kept apart by the head.

use super::base::Base;
use super::error::Error;
use super::page::{Missing, PAGE_SIZE, Pages};
use crate::platform::wait;
use rsqlite_vfs::{
    AccessMode, LockLevel, MemChunksFile, OpenOptions, OpenRequest, OpenedFile, OsCallback, SQLiteIoMethods, SQLiteVfs,
    SyncOptions, VfsError, VfsErrorCode, VfsFile, VfsRegistration, VfsResult, VfsStore, register_vfs,
};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The only file's name.
const MAIN: &str = "main";

/// The pages, and where those come from that are missing. Nothing holds them while it waits: other stores go on.
#[derive(Clone)]
pub(super) struct Main {
    pages: Rc<RefCell<Pages>>,
    base: Option<Rc<Base>>,
}

impl Main {
    /// Does `work`, and again for each page that was missing.
    fn with<T>(&self, mut work: impl FnMut(&mut Pages) -> Result<T, Missing>) -> VfsResult<T> {
        loop {
            let done = work(&mut self.pages.borrow_mut());
            match done {
                Ok(done) => return Ok(done),
                Err(missing) => self.bring(missing)?,
            }
        }
    }

    /// Supplies a page. Which error SQLite is told is all the same: what it makes of it is not what counts.
    fn bring(&self, missing: Missing) -> VfsResult<()> {
        let failed = || VfsError::new(VfsErrorCode::IoRead, "".into());
        let base = self.base.as_ref().ok_or_else(failed)?;
        let cannot = || Error::Storage("a page was needed where nothing can wait for it".into());
        match wait::until(base.read(missing.extent())).unwrap_or_else(|| Err(cannot())) {
            Ok(bytes) => {
                self.pages.borrow_mut().supply(missing.extent(), &bytes, missing);
                Ok(())
            }
            Err(error) => {
                base.fail(error);
                Err(failed())
            }
        }
    }
}

pub(super) struct Data {
    main: Main,
    os: Os,
}

pub(super) enum File {
    Main(Main),
    Temporary(MemChunksFile),
}

impl VfsFile for File {
    fn read(&mut self, buffer: &mut [u8], offset: u64) -> VfsResult<usize> {
        match self {
            Self::Main(main) => main.with(|pages| pages.read(buffer, offset)),
            Self::Temporary(file) => file.read(buffer, offset),
        }
    }

    fn write(&mut self, buffer: &[u8], offset: u64) -> VfsResult<()> {
        match self {
            Self::Main(main) => main.with(|pages| pages.write(buffer, offset)),
            Self::Temporary(file) => file.write(buffer, offset),
        }
    }

    fn truncate(&mut self, size: u64) -> VfsResult<()> {
        match self {
            Self::Main(main) => main.with(|pages| pages.truncate(size)),
            Self::Temporary(file) => file.truncate(size),
        }
    }

    /// Durability is the commit's matter, after SQLite is done.
    fn sync(&mut self, _options: SyncOptions) -> VfsResult<()> {
        Ok(())
    }

    fn size(&self) -> VfsResult<u64> {
        match self {
            Self::Main(main) => Ok(main.pages.borrow().size()),
            Self::Temporary(file) => file.size(),
        }
    }

    fn lock(&mut self, _level: LockLevel) -> VfsResult<()> {
        Ok(())
    }

    fn unlock(&mut self, _level: LockLevel) -> VfsResult<()> {
        Ok(())
    }

    fn check_reserved_lock(&self) -> VfsResult<bool> {
        Ok(false)
    }
}

struct Files;

impl VfsStore for Files {
    type File = File;
    type AppData = Data;

    fn open_file(data: &Data, request: OpenRequest<'_>) -> VfsResult<OpenedFile<File>> {
        let access = request.options.access();
        let file = match request.filename {
            Some(name) if name.path() == MAIN => File::Main(data.main.clone()),
            _ => File::Temporary(MemChunksFile::default()),
        };
        Ok(OpenedFile { file, access })
    }

    fn close_file(_data: &Data, _name: Option<&str>, _file: File, _options: OpenOptions) -> VfsResult<()> {
        Ok(())
    }

    fn access(_data: &Data, name: &str, _mode: AccessMode) -> VfsResult<bool> {
        Ok(name == MAIN)
    }

    fn full_pathname(_data: &Data, name: &str) -> VfsResult<String> {
        Ok(name.to_owned())
    }

    fn delete_file(_data: &Data, _name: &str, _sync_dir: bool) -> VfsResult<()> {
        Ok(())
    }
}

struct Os;

impl OsCallback for Os {
    /// Never needed: nothing here is ever busy.
    fn sleep(&self, _duration: Duration) {}

    fn random(&self, buffer: &mut [u8]) -> usize {
        match getrandom::getrandom(buffer) {
            Ok(()) => buffer.len(),
            Err(_) => 0,
        }
    }

    fn epoch_timestamp_in_ms(&self) -> VfsResult<i64> {
        Ok(crate::platform::now_ms())
    }
}

struct Io;
impl SQLiteIoMethods for Io {
    type Store = Files;
}

struct Vfs;
impl SQLiteVfs<Io> for Vfs {
    type Os = Os;
    fn os(data: &Data) -> &Os {
        &data.os
    }
}

/// Stands in for the start and the end of SQLite's own file system, which the module has not (`.cargo/config.toml`).
#[cfg(target_arch = "wasm32")]
#[unsafe(no_mangle)]
extern "C" fn tureen_no_os() -> std::ffi::c_int {
    rusqlite::ffi::SQLITE_OK
}

/// A registered file system for one store's pages. It must outlive its connections.
pub(super) struct Mounted {
    name: String,
    registered: Option<VfsRegistration<Data>>,
}

impl Mounted {
    pub(super) fn new(pages: Rc<RefCell<Pages>>, base: Option<Rc<Base>>) -> Result<Self, String> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let name = format!("tureen-{}", NEXT.fetch_add(1, Ordering::Relaxed));
        // SAFETY: the name is unique in this process, and the registration ends in `drop`, after every connection:
        // `Pager` hands connections to the database, which drops them before it drops the pager.
        //
        // SQLite takes its randomness from the default one, so there has to be one.
        let default = cfg!(target_arch = "wasm32");
        let registered =
            unsafe { register_vfs::<Io, Vfs>(&name, Data { main: Main { pages, base }, os: Os }, default) };
        Ok(Self { name, registered: Some(registered.map_err(|error| error.to_string())?) })
    }

    /// A new connection on the pages.
    pub(super) fn connect(&self) -> rusqlite::Result<Connection> {
        self.open(MAIN)
    }

    /// A connection on pages that only SQLite itself has.
    pub(super) fn connect_to_nothing(&self) -> rusqlite::Result<Connection> {
        self.open(":memory:")
    }

    fn open(&self, file: &str) -> rusqlite::Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags_and_vfs(file, flags, self.name.as_str())?;
        connection.pragma_update(None, "page_size", PAGE_SIZE as i64)?;
        // A rollback journal in memory is all that is needed: crash safety is the commit's. Without temp_store, statement
        // journals would go through this file system, twenty times slower.
        connection.execute_batch(
            "pragma journal_mode = memory; pragma synchronous = off; pragma temp_store = memory;
             pragma cache_size = -8192; pragma trusted_schema = off;",
        )?;
        // Otherwise SQLite compiles a prepared statement again whenever a LIMIT, or another value that might change its
        // plan, is bound anew: ten times the cost of running a small query.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.set_prepared_statement_cache_capacity(128);
        Ok(connection)
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        if let Some(registered) = self.registered.take() {
            // SAFETY: no connection uses it any more, see `new`. Should SQLite refuse, the registration stays: a leak of
            // some bytes, and no harm.
            let _ = unsafe { registered.unregister() };
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use rsqlite_vfs::test_suite::{
        test_vfs_file, test_vfs_store_file_isolation, test_vfs_store_recreate, test_vfs_store_reopen,
        test_vfs_store_temporary,
    };
    use rsqlite_vfs::{FileKind, OpenAccess};
    use std::collections::BTreeMap;

    fn empty() -> Data {
        Data { main: Main { pages: Rc::default(), base: None }, os: Os }
    }

    /// Stores by name, for the suite asks for files by theirs, and a store has only one.
    ///
    /// Its checks of modes and of files that go when they are closed have nothing to check here: the file is always
    /// there and always writable, and the only others are without a name.
    #[derive(Default)]
    struct Shelf(RefCell<BTreeMap<String, Data>>);

    struct Shelved;

    impl VfsStore for Shelved {
        type File = File;
        type AppData = Shelf;

        fn open_file(shelf: &Shelf, request: OpenRequest<'_>) -> VfsResult<OpenedFile<File>> {
            let Some(name) = request.filename else { return Files::open_file(&empty(), request) };
            let mut stores = shelf.0.borrow_mut();
            let store = stores.entry(name.path().to_owned()).or_insert_with(empty);
            Files::open_file(store, OpenRequest::named(MAIN, request.options))
        }

        fn close_file(_shelf: &Shelf, name: Option<&str>, file: File, options: OpenOptions) -> VfsResult<()> {
            Files::close_file(&empty(), name, file, options)
        }

        fn access(shelf: &Shelf, name: &str, _mode: AccessMode) -> VfsResult<bool> {
            Ok(shelf.0.borrow().contains_key(name))
        }

        fn full_pathname(_shelf: &Shelf, name: &str) -> VfsResult<String> {
            Files::full_pathname(&empty(), name)
        }

        fn delete_file(shelf: &Shelf, name: &str, _sync_dir: bool) -> VfsResult<()> {
            shelf.0.borrow_mut().remove(name);
            Ok(())
        }
    }

    #[test]
    fn a_file_behaves_as_sqlite_expects_of_one() {
        let options = OpenOptions::new(OpenAccess::ReadWrite, FileKind::MainDb);
        for request in [OpenRequest::named(MAIN, options), OpenRequest::temporary(options)] {
            let mut file = Files::open_file(&empty(), request).unwrap().file;
            test_vfs_file(&mut file).unwrap();
        }
    }

    #[test]
    fn files_are_kept_and_kept_apart() {
        test_vfs_store_temporary::<Files>(&empty()).unwrap();
        let shelf = Shelf::default();
        test_vfs_store_temporary::<Shelved>(&shelf).unwrap();
        test_vfs_store_reopen::<Shelved>(&shelf).unwrap();
        test_vfs_store_recreate::<Shelved>(&shelf).unwrap();
        test_vfs_store_file_isolation::<Shelved>(&shelf).unwrap();
    }
}
