//! A whole store as one file: what a fold of everything would leave, under a key of the file's own.
//!
//! ```text
//! "TUREEN" · version · identity · manifest · extents…      each with its length before it
//! ```
//! The identity says how the key is made (PBKDF2's salt and rounds), as a store's does; the manifest lists the tag of
//! each extent, so that one that is missing, swapped or cut is found out.

use super::codec::{Malformed, Reader, put_bytes};
use super::extent;
use super::fold::swap_in;
use super::head::{Head, Identity};
use super::key::Key;
use super::medium::{AtRest, Fold, Medium, Swap};
use super::open::{ATTEMPTS, Image, Sealed, store_id};
use super::paging::Paging;
use super::{Error, Pager, Place};
use std::cell::RefCell;

const MAGIC: &[u8] = b"TUREEN";
/// The newest version of such files that this version reads, and the one that it writes.
const VERSION: u8 = 1;

impl Pager {
    /// Everything durable as one file, sealed with `key`. None may be in flight.
    ///
    /// # Errors
    /// A cipher that fails.
    pub async fn export(&self, key: &Key) -> Result<Vec<u8>, Error> {
        let (mut place, _) = Place::born(key).await?;
        let all = extent::all(self.pages.borrow().durable_size());
        let (extents, manifest) = place.seal_extents(&self.pages, Some(&self.base), &all).await?;
        let mut file = MAGIC.to_vec();
        file.push(VERSION);
        put_bytes(&mut file, place.identity.text().as_bytes());
        put_bytes(&mut file, &manifest);
        for (_, extent) in &extents {
            put_bytes(&mut file, &extent.to_vec());
        }
        Ok(file)
    }

    /// Puts what `file` holds, which `file_key` opens, in the place of whatever store lies in `medium`, sealed with
    /// `key`: in one transaction, once all of the file has been read and found whole.
    ///
    /// # Errors
    /// A file that is none, not whole or of another key, and storage that fails: then everything is as it was.
    pub async fn import(medium: &dyn Medium, name: &str, file: &[u8], file_key: &Key, key: &Key) -> Result<(), Error> {
        let at_rest = at_rest(name, file)?;
        let count = at_rest.extents.as_ref().map_or(0, Vec::len);
        let image =
            Image::read(name, at_rest, file_key, Paging::NEVER).await.map_err(|error| of_file(error, file_key))?;
        if image.place.manifest.extents.len() != count {
            return Err(Error::BadExport("it has more than its manifest lists".into()));
        }
        let pages = RefCell::new(image.pages);
        let all = extent::all(pages.borrow().durable_size());
        for _ in 0..ATTEMPTS {
            let found = medium.load(0).await?;
            let newest = found.as_ref().map_or(0, newest);
            let head = match found.as_ref().and_then(|found| next(found, name)) {
                Some(head) => head,
                None => Head::birth(store_id()?),
            };
            let head = Head { fold: newest + 1, ..head };
            let sealed = Sealed::fresh(key, head.store, head.generation).await?;
            let mut place = Place::at(sealed.identity, head, sealed.seal);
            let (extents, manifest) = place.seal_extents(&pages, None, &all).await?;
            let fold = Fold {
                expected: found.as_ref().map(|found| found.head.as_str()),
                newest,
                witness: head.fold,
                head: &head.text(),
                manifest: &manifest,
                extents: &extents,
                extent_count: all.len() as u32,
                birth: Some((&place.identity.text(), sealed.device_key.as_ref())),
            };
            if swap_in(medium, fold).await? == Swap::Done {
                return Ok(());
            }
        }
        Err(Error::Storage("other tabs write to the store all the time: close them and import again".into()))
    }
}

/// The newest commit that the store may have had.
fn newest(found: &AtRest) -> u64 {
    let last = found.records.last().map_or(0, |(number, _)| *number);
    let fold = Head::parse(&found.head, "").map_or(0, |head| head.fold);
    last.max(fold).max(found.witness)
}

/// The head of the store as it goes on: under a new key, whatever the old one was. None for a head that is damaged.
fn next(found: &AtRest, name: &str) -> Option<Head> {
    let head = Head::parse(&found.head, name).ok()?;
    Some(Head { generation: head.generation + 1, ..head })
}

/// The contents of a file, as they would lie in a store of their own.
fn at_rest(name: &str, file: &[u8]) -> Result<AtRest, Error> {
    let mut reader = Reader::new(file);
    let malformed = |_| Error::BadExport("it does not have the form of one".into());
    if reader.take(MAGIC.len()).map_err(malformed)? != MAGIC {
        return Err(Error::BadExport("it does not begin as one".into()));
    }
    let [version] = reader.array().map_err(malformed)?;
    if version > VERSION {
        return Err(Error::Newer { store: name.to_owned(), found: version.into(), known: VERSION.into() });
    }
    let (identity, manifest, extents) = contents(&mut reader).map_err(malformed)?;
    let Identity { store, lock, .. } = Identity::parse(&identity, name)?;
    if let Some(iterations) = lock.endless() {
        return Err(Error::BadExport(format!("its key takes {iterations} rounds")));
    }
    let head = Head::birth(store).text();
    Ok(AtRest { identity, head, witness: 0, manifest, device_key: None, extents: Some(extents), records: Vec::new() })
}

type Contents = (String, Vec<u8>, Vec<(u32, Vec<u8>)>);

/// The identity, the manifest and the extents.
fn contents(reader: &mut Reader<'_>) -> Result<Contents, Malformed> {
    let (identity, manifest) = (reader.text()?, reader.bytes()?.to_vec());
    let mut extents = Vec::new();
    while !reader.is_empty() {
        extents.push((extents.len() as u32, reader.bytes()?.to_vec()));
    }
    Ok((identity, manifest, extents))
}

/// What is wrong with a file, said of the file and not of a store.
fn of_file(error: Error, key: &Key) -> Error {
    match error {
        Error::Damaged { what, .. } => Error::BadExport(what),
        Error::WrongKey { store, .. } => Error::WrongKey {
            store,
            hint: match key {
                Key::None => "the export needs its passphrase".into(),
                _ => "it is not the passphrase that the export was made with".into(),
            },
        },
        error => error,
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::super::medium::memory::{Fault, MemoryMedium};
    use super::super::tests::{Tab, expect_rows, with_rows};
    use super::*;
    use futures::executor::block_on;

    const OWN: Key = Key::Bytes([3; 32]);

    fn passphrase() -> Key {
        Key::Passphrase("salt and pepper".into())
    }

    /// The file of a store with three rows.
    fn file(key: &Key) -> Vec<u8> {
        let tab = with_rows(&MemoryMedium::new(), OWN, 3);
        block_on(tab.pager.export(key)).unwrap()
    }

    fn import(medium: &MemoryMedium, file: &[u8], file_key: &Key) -> Result<(), Error> {
        block_on(Pager::import(&medium.another(), "pantry", file, file_key, &OWN))
    }

    #[test]
    fn a_store_comes_back_whether_or_not_there_is_one() {
        for key in [Key::None, passphrase()] {
            let file = file(&key);
            let (fresh, used) = (MemoryMedium::new(), MemoryMedium::new());
            drop(with_rows(&used, Key::Bytes([9; 32]), 40));
            for medium in [fresh, used] {
                import(&medium, &file, &key).unwrap();
                expect_rows(&medium, OWN, 3);
                drop(with_rows(&medium, OWN, 0));
                import(&medium, &file, &key).unwrap();
                expect_rows(&medium, OWN, 3);
            }
        }
    }

    #[test]
    fn an_export_holds_what_is_folded_and_what_is_not() {
        let medium = MemoryMedium::new();
        let tab = with_rows(&medium, OWN, 3);
        tab.sql("create table big (a); insert into big values (zeroblob(3000000))");
        tab.commit().unwrap();
        block_on(tab.pager.fold()).unwrap();
        tab.sql("insert into t (b) values (4)");
        tab.commit().unwrap();
        let file = block_on(tab.pager.export(&Key::None)).unwrap();
        let other = MemoryMedium::new();
        import(&other, &file, &Key::None).unwrap();
        expect_rows(&other, OWN, 4);
    }

    #[test]
    fn a_file_that_is_not_whole_leaves_the_old_store_as_it_was() {
        let medium = MemoryMedium::new();
        drop(with_rows(&medium, OWN, 2));
        let whole = file(&Key::None);
        let mut reader = Reader::new(&whole[MAGIC.len() + 1..]);
        let identity = reader.bytes().unwrap().len();
        for at in (MAGIC.len() + 2 + identity..whole.len()).step_by(7).chain(0..MAGIC.len()) {
            let mut bad = whole.clone();
            bad[at] ^= 1;
            assert!(import(&medium, &bad, &Key::None).is_err(), "{at}");
            assert!(import(&medium, &whole[..at], &Key::None).is_err(), "cut at {at}");
        }
        let longer = [&whole[..], &[0]].concat();
        assert!(import(&medium, &longer, &Key::None).is_err());
        assert_eq!(import(&medium, b"", &Key::None).unwrap_err().code(), "BAD_EXPORT");
        expect_rows(&medium, OWN, 2);
    }

    #[test]
    fn a_wrong_passphrase_leaves_the_old_store_as_it_was_and_says_so() {
        let medium = MemoryMedium::new();
        drop(with_rows(&medium, OWN, 2));
        let sealed = file(&passphrase());
        for key in [Key::Passphrase("sugar".into()), Key::None] {
            let error = import(&medium, &sealed, &key).unwrap_err();
            assert_eq!(error.code(), "WRONG_KEY");
            assert!(error.to_string().contains("passphrase"), "{error}");
        }
        assert_eq!(import(&medium, &file(&Key::None), &passphrase()).unwrap_err().code(), "WRONG_KEY");
        expect_rows(&medium, OWN, 2);
    }

    #[test]
    fn a_file_cannot_ask_for_endless_rounds_nor_come_from_the_future() {
        let sealed = file(&passphrase());
        let mut reader = Reader::new(&sealed[MAGIC.len() + 1..]);
        let identity = reader.text().unwrap().replace("600000", "4000000000");
        let mut busy = sealed[..=MAGIC.len()].to_vec();
        put_bytes(&mut busy, identity.as_bytes());
        for _ in 0..2 {
            put_bytes(&mut busy, reader.bytes().unwrap());
        }
        let mut from_the_future = file(&Key::None);
        from_the_future[MAGIC.len()] = VERSION + 1;
        assert_eq!(import(&MemoryMedium::new(), &from_the_future, &Key::None).unwrap_err().code(), "STORE_NEWER");
        let error = import(&MemoryMedium::new(), &busy, &passphrase()).unwrap_err();
        assert_eq!(error.to_string(), Error::BadExport("its key takes 4000000000 rounds".into()).to_string());
    }

    #[test]
    fn storage_that_is_full_leaves_the_old_store_as_it_was() {
        let file = file(&Key::None);
        for rows in [None, Some(2)] {
            let medium = MemoryMedium::new();
            if let Some(rows) = rows {
                drop(with_rows(&medium, OWN, rows));
            }
            let handle = medium.another();
            handle.fail_next([Some(Fault::Refuse(Error::Full))]);
            let imported = block_on(Pager::import(&handle, "pantry", &file, &Key::None, &OWN));
            assert_eq!(imported, Err(Error::Full));
            match rows {
                Some(rows) => expect_rows(&medium, OWN, rows as i64),
                None => assert!(block_on(medium.another().load(0)).unwrap().is_none()),
            }
        }
    }

    #[test]
    fn an_import_whose_answer_is_lost_is_looked_after() {
        let file = file(&Key::None);
        for (fault, took_place) in [(Fault::Forget as fn(Error) -> Fault, true), (Fault::Refuse, false)] {
            let medium = MemoryMedium::new();
            drop(with_rows(&medium, OWN, 2));
            let handle = medium.another();
            handle.fail_next([Some(fault(Error::Lost("server lost".into())))]);
            let imported = block_on(Pager::import(&handle, "pantry", &file, &Key::None, &OWN));
            assert_eq!(imported.is_ok(), took_place, "{imported:?}");
            expect_rows(&medium, OWN, if took_place { 3 } else { 2 });
        }
    }

    #[test]
    fn a_damaged_store_is_repaired() {
        let medium = MemoryMedium::new();
        drop(with_rows(&medium, OWN, 2));
        medium.tamper(|_, value| value.clear());
        assert!(Tab::open(medium.another(), OWN).is_err());
        import(&medium, &file(&Key::None), &Key::None).unwrap();
        expect_rows(&medium, OWN, 3);
    }

    #[test]
    fn another_tab_finds_the_imported_store_and_overwrites_nothing() {
        let medium = MemoryMedium::new();
        let mut tab = with_rows(&medium, OWN, 2);
        import(&medium, &file(&Key::None), &Key::None).unwrap();
        tab.sql("insert into t (b) values (77)");
        assert_eq!(tab.commit().unwrap(), super::super::Outcome::Behind);
        tab.undo();
        assert!(tab.catch_up().unwrap().everything);
        assert_eq!(tab.rows(), [1, 2, 3]);
    }

    #[test]
    fn no_plaintext_is_in_a_sealed_export() {
        let tab = with_rows(&MemoryMedium::new(), OWN, 1);
        tab.sql("create table secret_soup (a); insert into secret_soup values ('saffron')");
        tab.commit().unwrap();
        let shows = |key: &Key| block_on(tab.pager.export(key)).unwrap().windows(7).any(|bytes| bytes == b"saffron");
        assert!(shows(&Key::None));
        assert!(!shows(&passphrase()));
    }
}
