//! The database over a paged source: pages that are read in the middle of a statement, or cannot be.

use super::*;
use crate::pager::medium::memory::MemoryMedium;
use futures::executor::block_on;

type Outcome = Result<(), Error>;

fn options(paging: Paging) -> OpenOptions {
    OpenOptions { key: Key::Bytes([3; 32]), paging, ..OpenOptions::default() }
}

fn open(medium: &Rc<MemoryMedium>) -> Database {
    block_on(Database::open_on(medium.clone(), options(Paging::ALWAYS.with_cache(2)))).unwrap()
}

/// Some mebibytes of rows, folded.
fn large() -> MemoryMedium {
    let medium = MemoryMedium::new();
    let database = block_on(Database::open_on(Rc::new(medium.another()), options(Paging::NEVER))).unwrap();
    block_on(database.write(|tx| -> Outcome {
        Ok(tx.execute_batch(
            "create table t (a integer primary key, b);
             with recursive n (i) as (values (1) union all select i + 1 from n where i < 400)
             insert into t select i, hex(randomblob(5000)) from n",
        )?)
    }))
    .unwrap();
    block_on(database.inner.pager.fold()).unwrap();
    medium
}

fn length(connection: &Connection, a: i64) -> Result<i64, Error> {
    Ok(connection.query_row("select length(b) from t where a = ?", [a], |row| row.get(0))?)
}

async fn shorten(database: &Database, a: i64) -> Outcome {
    database
        .write(move |tx| {
            tx.touch("t");
            Ok(tx.execute("update t set b = 'short' where a = ?", [a]).map(drop)?)
        })
        .await
}

/// Rewrites the extents, as another tab does.
fn fold(medium: &MemoryMedium, a: i64) {
    let other = block_on(Database::open_on(Rc::new(medium.another()), options(Paging::NEVER))).unwrap();
    block_on(shorten(&other, a)).unwrap();
    block_on(other.inner.pager.fold()).unwrap();
}

#[test]
fn a_store_is_paged_when_it_is_large() {
    let medium = large();
    for (paging, is_paged) in [(Paging::NEVER, false), (Paging::AUTO, false), (Paging::ALWAYS, true)] {
        let database = block_on(Database::open_on(Rc::new(medium.another()), options(paging))).unwrap();
        assert_eq!(database.is_paged(), is_paged, "{paging:?}");
        let sum = database.read(|connection| -> Result<i64, Error> {
            Ok(connection.query_row("select sum(length(b)) from t", [], |row| row.get(0))?)
        });
        assert_eq!(sum, Ok(400 * 10_000));
    }
}

#[test]
fn a_store_that_grows_large_is_paged_from_its_fold_on() {
    let medium = Rc::new(MemoryMedium::new());
    let database = block_on(Database::open_on(medium, options(Paging::AUTO))).unwrap();
    assert!(!database.is_paged());
    for _ in 0..4 {
        let written = block_on(database.write(|tx| -> Outcome {
            Ok(tx.execute_batch("create table if not exists blob (a); insert into blob values (randomblob(6000000))")?)
        }));
        assert_eq!(written, Ok(()));
    }
    assert!(database.is_paged());
    let count =
        database.read(|c| -> Result<i64, Error> { Ok(c.query_row("select count(*) from blob", [], |r| r.get(0))?) });
    assert_eq!(count, Ok(4));
}

#[test]
fn what_another_tab_folded_meanwhile_is_read_again() {
    let medium = large();
    let database = open(&Rc::new(medium.another()));
    assert_eq!(database.read(|connection| length(connection, 1)), Ok(10_000));
    fold(&medium, 390);
    let stale = database.read(|connection| length(connection, 390));
    assert_eq!(stale.unwrap_err().code(), "STORE_STALE");
    assert_eq!(block_on(database.read_newest(|connection| length(connection, 390))), Ok(5));
}

#[test]
fn writes_that_meet_a_fold_run_again_in_their_order() {
    let medium = large();
    let database = open(&Rc::new(medium.another()));
    fold(&medium, 390);
    let append = |text: &'static str| {
        database
            .write(move |tx| -> Outcome { Ok(tx.execute("update t set b = b || ? where a = 390", [text]).map(drop)?) })
    };
    let (first, second) = block_on(futures::future::join(append("ing"), append(" cuts")));
    assert_eq!((first, second), (Ok(()), Ok(())));
    let text = |c: &Connection| -> Result<String, Error> {
        Ok(c.query_row("select b from t where a = 390", [], |row| row.get(0))?)
    };
    assert_eq!(database.read(text).unwrap(), "shorting cuts");
    assert_eq!(open(&Rc::new(medium.another())).read(text).unwrap(), "shorting cuts");
}

#[test]
fn a_page_that_cannot_be_read_fails_its_statement_only() {
    let medium = Rc::new(large().another());
    let database = open(&medium);
    assert_eq!(block_on(shorten(&database, 2)), Ok(()));
    let lost = pager::Error::Lost("unplugged".into());
    medium.lose_extents(Some(lost.clone()));
    assert_eq!(database.read(|connection| length(connection, 200)), Err(Error::Pager(lost.clone())));
    assert_eq!(block_on(shorten(&database, 300)), Err(Error::Pager(lost.clone())));
    // A job that makes nothing of it fails all the same.
    let careless = database.write(|tx| -> Outcome {
        let _ = tx.execute("update t set b = 'wrong' where a in (2, 395)", []);
        Ok(())
    });
    assert_eq!(block_on(careless), Err(Error::Pager(lost)));
    medium.lose_extents(None);
    assert_eq!(database.read(|connection| length(connection, 200)), Ok(10_000));
    assert_eq!(block_on(shorten(&database, 300)), Ok(()));
    for database in [&database, &open(&medium)] {
        let lengths = [2, 300, 395].map(|a| database.read(|connection| length(connection, a)).unwrap());
        assert_eq!(lengths, [5, 5, 10_000]);
    }
}

#[test]
fn a_page_that_was_tampered_with_is_never_shown() {
    let medium = large();
    let database = open(&Rc::new(medium.another()));
    medium.tamper(|place, value| value[30] ^= u8::from(place == "extent 2"));
    let read = database.read(|connection| -> Result<i64, Error> {
        Ok(connection.query_row("select sum(length(b)) from t", [], |row| row.get(0))?)
    });
    assert_eq!(read.unwrap_err().code(), "STORE_DAMAGED");
}

#[test]
fn folds_key_changes_and_exports_need_no_page_in_memory() {
    let medium = large();
    let database = open(&Rc::new(medium.another()));
    block_on(shorten(&database, 17)).unwrap();
    block_on(database.inner.pager.fold()).unwrap();
    block_on(database.change_key(Key::Bytes([4; 32]))).unwrap();
    let file = block_on(database.export(Key::None)).unwrap();
    let other = Rc::new(MemoryMedium::new());
    block_on(Pager::import(&*other, "", &file, &Key::None, &Key::Bytes([3; 32]))).unwrap();
    let copy = open(&other);
    for a in [1, 17, 399] {
        let length = |connection: &Connection| length(connection, a);
        assert_eq!(database.read(length), copy.read(length), "{a}");
    }
}
