//! The database over a medium in memory: group commit, failures, several tabs.

use super::*;
use crate::pager;
use crate::pager::medium::memory::{Fault, MemoryMedium};
use futures::executor::block_on;
use futures::future::join_all;

type Outcome = Result<(), Error>;

fn open(medium: &MemoryMedium) -> Database {
    block_on(Database::open_on(Rc::new(medium.another()), OpenOptions::default())).unwrap()
}

fn with_table(medium: &MemoryMedium) -> Database {
    let database = open(medium);
    block_on(database.write(|tx| -> Outcome {
        Ok(tx.execute_batch("create table if not exists t (a integer primary key, b unique)")?)
    }))
    .unwrap();
    database
}

async fn insert(database: &Database, b: i64) -> Result<i64, Error> {
    database
        .write(move |tx| {
            tx.touch("t");
            tx.execute("insert into t (b) values (?)", [b])?;
            Ok(tx.last_insert_rowid())
        })
        .await
}

fn rows(database: &Database) -> Vec<i64> {
    database
        .read(|connection| -> Result<Vec<i64>, Error> {
            let mut statement = connection.prepare("select b from t order by b")?;
            Ok(statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
        })
        .unwrap()
}

#[test]
fn a_resolved_write_is_at_rest() {
    let medium = MemoryMedium::new();
    let database = with_table(&medium);
    assert_eq!(block_on(insert(&database, 5)), Ok(1));
    assert_eq!(rows(&open(&medium)), [5]);
}

#[test]
fn a_store_is_new_to_whoever_made_it_and_again_when_it_has_vanished() {
    let medium = MemoryMedium::new();
    let database = open(&medium);
    assert!(database.is_new());
    assert!(!open(&medium).is_new());
    block_on(database.destroy()).unwrap();
    assert!(open(&medium).is_new());
}

#[test]
fn writes_that_arrive_together_share_records() {
    let medium = MemoryMedium::new();
    let database = with_table(&medium);
    let results = block_on(join_all((0..300).map(|b| insert(&database, b))));
    assert!(results.iter().all(Result::is_ok));
    assert_eq!(rows(&open(&medium)), (0..300).collect::<Vec<_>>());
    assert!(medium.counts().0 < 10, "{:?}", medium.counts());
}

#[test]
fn a_failing_job_leaves_nothing_and_harms_no_neighbour() {
    let medium = MemoryMedium::new();
    let database = with_table(&medium);
    let results = block_on(join_all([1, 2, 1, 3].map(|b| insert(&database, b))));
    assert_eq!(results.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, true, false, true]);
    assert_eq!(rows(&open(&medium)), [1, 2, 3]);
}

#[test]
fn a_failed_flush_rejects_every_write_it_held_and_the_store_goes_on() {
    let medium = MemoryMedium::new();
    drop(with_table(&medium));
    let handle = medium.another();
    handle.fail_next([None, Some(Fault::Refuse(pager::Error::Full))]);
    let database = block_on(Database::open_on(Rc::new(handle), OpenOptions::default())).unwrap();
    assert_eq!(block_on(insert(&database, 1)), Ok(1));
    let results = block_on(join_all((2..6).map(|b| insert(&database, b))));
    assert!(results.iter().all(|result| *result == Err(Error::Pager(pager::Error::Full))), "{results:?}");
    assert_eq!(rows(&database), [1]);
    assert_eq!(block_on(insert(&database, 7)), Ok(2));
    assert_eq!(rows(&open(&medium)), [1, 7]);
}

#[test]
fn two_tabs_lose_nothing_and_agree() {
    let medium = MemoryMedium::new();
    let (one, two) = (with_table(&medium), open(&medium));
    let writes = (0..200).map(|b| insert(if b % 2 == 0 { &one } else { &two }, b));
    let results = block_on(join_all(writes));
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    for database in [&one, &two] {
        block_on(database.refresh()).unwrap();
        assert_eq!(rows(database), (0..200).collect::<Vec<_>>());
    }
    assert_eq!(rows(&open(&medium)).len(), 200);
}

#[test]
fn a_job_that_no_longer_fits_the_newer_state_is_refused() {
    let medium = MemoryMedium::new();
    let (one, two) = (with_table(&medium), open(&medium));
    block_on(insert(&one, 1)).unwrap();
    assert!(matches!(block_on(insert(&two, 1)), Err(Error::Sql(_))));
    assert_eq!(rows(&two), [1]);
}

#[test]
fn everyone_is_told_of_a_commit() {
    let medium = MemoryMedium::new();
    let (one, two) = (with_table(&medium), open(&medium));
    let heard: Rc<RefCell<Vec<String>>> = Rc::default();
    let note = |tab: &'static str| {
        let heard = heard.clone();
        move |changes: &Changes| heard.borrow_mut().push(format!("{tab} {:?}", changes.names))
    };
    let subscriptions = (one.subscribe(note("one")), two.subscribe(note("two")));
    block_on(insert(&one, 1)).unwrap();
    block_on(two.refresh()).unwrap();
    assert_eq!(*heard.borrow(), ["one {\"t\"}", "two {\"t\"}"]);
    drop(subscriptions);
    block_on(insert(&one, 2)).unwrap();
    assert_eq!(heard.borrow().len(), 2);
}

#[test]
fn who_has_read_what_is_undone_is_told() {
    let medium = MemoryMedium::new();
    drop(with_table(&medium));
    let handle = medium.another();
    handle.fail_next([Some(Fault::Refuse(pager::Error::Full))]);
    let database = block_on(Database::open_on(Rc::new(handle), OpenOptions::default())).unwrap();
    let heard: Rc<RefCell<Vec<String>>> = Rc::default();
    let kept = heard.clone();
    let _subscription = database.subscribe(move |changes| kept.borrow_mut().extend(changes.names.iter().cloned()));
    assert!(block_on(insert(&database, 1)).is_err());
    assert_eq!(*heard.borrow(), ["t"]);
}

#[test]
fn a_dropped_write_leaves_the_store_usable() {
    let medium = MemoryMedium::new();
    let database = with_table(&medium);
    for b in 0..4 {
        let mut write = Box::pin(insert(&database, b));
        let mut polls = 0;
        let half_way = futures::future::poll_fn(|context| {
            polls += 1;
            if polls > b || write.as_mut().poll(context).is_ready() {
                return std::task::Poll::Ready(());
            }
            std::task::Poll::Pending
        });
        block_on(half_way);
        drop(write);
        block_on(insert(&database, 100 + b)).unwrap();
    }
    let at_rest = rows(&open(&medium));
    assert_eq!(rows(&database), at_rest);
    assert!((100..104).all(|b| at_rest.contains(&b)));
}

#[test]
fn a_long_log_folds_by_itself() {
    let medium = MemoryMedium::new();
    let database = with_table(&medium);
    for _ in 0..4 {
        let written = block_on(database.write(|tx| -> Outcome {
            Ok(tx.execute_batch("create table if not exists blob (a); insert into blob values (randomblob(2000000))")?)
        }));
        assert_eq!(written, Ok(()));
    }
    let (records, extents) = medium.counts();
    assert!(records < 3 && extents >= 4, "{records} {extents}");
    assert_eq!(
        open(&medium)
            .read(|c| -> Result<i64, Error> { Ok(c.query_row("select count(*) from blob", [], |r| r.get(0))?) }),
        Ok(4)
    );
}

#[test]
fn a_closed_store_says_so() {
    let database = with_table(&MemoryMedium::new());
    block_on(database.close());
    assert!(matches!(block_on(insert(&database, 1)), Err(Error::Closed(_))));
    assert!(matches!(database.read(|_| -> Outcome { Ok(()) }), Err(Error::Closed(_))));
    assert!(matches!(block_on(database.refresh()), Err(Error::Closed(_))), "news that comes late");
    assert!(matches!(block_on(database.export(Key::None)), Err(Error::Closed(_))));
}

#[test]
fn a_changed_key_goes_on_for_this_tab() {
    let medium = MemoryMedium::new();
    let database = with_table(&medium);
    block_on(database.change_key(Key::Bytes([9; 32]))).unwrap();
    block_on(insert(&database, 1)).unwrap();
    let options = OpenOptions { key: Key::Bytes([9; 32]), ..OpenOptions::default() };
    assert_eq!(rows(&block_on(Database::open_on(Rc::new(medium.another()), options)).unwrap()), [1]);
}

#[test]
fn a_tab_that_slept_through_a_fold_folds_and_changes_its_key() {
    let medium = MemoryMedium::new();
    let one = with_table(&medium);
    let two = open(&medium);
    block_on(two.inner.pager.fold()).unwrap();
    for _ in 0..4 {
        let written = block_on(one.write(|tx| -> Outcome {
            Ok(tx.execute_batch("create table if not exists blob (a); insert into blob values (randomblob(3000000))")?)
        }));
        assert_eq!(written, Ok(()));
    }
    let (records, extents) = medium.counts();
    assert!(records < 3 && extents > 4, "{records} {extents}");
    block_on(one.inner.pager.fold()).unwrap();
    block_on(two.refresh()).unwrap();
    block_on(one.change_key(Key::None)).unwrap();
}

#[test]
fn a_write_that_is_dropped_while_it_looks_after_a_dropped_one_breaks_nothing() {
    for polls in (0..36).map(|at| (at / 6, at % 6)) {
        let medium = MemoryMedium::new();
        let database = with_table(&medium);
        for (b, polls) in [(1, polls.0), (2, polls.1)] {
            let mut write = Box::pin(insert(&database, b));
            let mut context = std::task::Context::from_waker(futures::task::noop_waker_ref());
            for _ in 0..polls {
                if write.as_mut().poll(&mut context).is_ready() {
                    break;
                }
            }
        }
        block_on(insert(&database, 3)).unwrap();
        let reopened = open(&medium);
        let check = |c: &Connection| -> Result<String, Error> {
            Ok(c.query_row("pragma integrity_check", [], |row| row.get(0))?)
        };
        assert_eq!(reopened.read(check).unwrap(), "ok", "{polls:?}");
        assert_eq!(rows(&reopened), rows(&database), "{polls:?}");
    }
}
