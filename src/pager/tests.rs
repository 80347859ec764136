//! The pager over a medium in memory: commits, tabs, faults, folds, keys and tampering.

use super::medium::memory::{Fault, MemoryMedium};
use super::*;
use futures::FutureExt;
use futures::executor::block_on;

/// A store with one connection, as the database room holds it.
pub(super) struct Tab {
    connection: Option<Connection>,
    pub(super) pager: Pager,
}

impl Tab {
    pub(super) fn open(medium: MemoryMedium, key: Key) -> Result<Self, Error> {
        let pager = block_on(Pager::open(Rc::new(medium), "test", key, Durability::Strict, Paging::default()))?;
        let connection = pager.connect();
        pager.take_failure().map_or(Ok(()), Err)?;
        Ok(Self { connection: Some(connection.unwrap()), pager })
    }

    pub(super) fn sql(&self, sql: &str) {
        self.connection.as_ref().unwrap().execute_batch(sql).unwrap();
    }

    pub(super) fn commit(&self) -> Result<Outcome, Error> {
        let names = BTreeSet::from(["soup".to_owned()]);
        self.pager.stage(&names).map_or(Ok(Outcome::Durable), |staged| block_on(self.pager.commit(&staged)))
    }

    pub(super) fn undo(&mut self) {
        self.connection = None;
        self.pager.roll_back();
        self.connection = Some(self.pager.connect().unwrap());
    }

    pub(super) fn catch_up(&mut self) -> Result<Touched, Error> {
        let news = block_on(self.pager.fetch())?;
        self.undo();
        Ok(self.pager.adopt(news))
    }

    pub(super) fn rows(&self) -> Vec<i64> {
        let connection = self.connection.as_ref().unwrap();
        let check: String = connection.query_row("pragma integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(check, "ok");
        let mut statement = connection.prepare("select a from t order by a").unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }
}

impl Drop for Tab {
    fn drop(&mut self) {
        self.connection = None;
    }
}

fn keys() -> [Key; 2] {
    [Key::None, Key::Bytes([7; KEY_BYTES])]
}

pub(super) fn with_rows(medium: &MemoryMedium, key: Key, count: usize) -> Tab {
    let tab = Tab::open(medium.another(), key).unwrap();
    tab.sql("create table if not exists t (a integer primary key, b)");
    for _ in 0..count {
        tab.sql("insert into t (b) values (hex(randomblob(500)))");
        assert_eq!(tab.commit(), Ok(Outcome::Durable));
    }
    tab
}

pub(super) fn expect_rows(medium: &MemoryMedium, key: Key, count: i64) {
    assert_eq!(Tab::open(medium.another(), key).unwrap().rows(), (1..=count).collect::<Vec<_>>());
}

#[test]
fn what_is_committed_is_there_after_opening_again() {
    for key in keys() {
        let medium = MemoryMedium::new();
        let tab = with_rows(&medium, key.clone(), 20);
        tab.sql("insert into t (b) values ('not committed')");
        expect_rows(&medium, key, 20);
    }
}

#[test]
fn a_refused_commit_leaves_no_trace_and_the_store_goes_on() {
    for key in keys() {
        let medium = MemoryMedium::new();
        drop(with_rows(&medium, key.clone(), 3));
        let handle = medium.another();
        handle.fail_next([Some(Fault::Refuse(Error::Full))]);
        let mut tab = Tab::open(handle, key.clone()).unwrap();
        tab.sql("insert into t (b) values (hex(randomblob(20000)))");
        assert_eq!(tab.commit(), Err(Error::Full));
        tab.undo();
        assert_eq!(tab.rows(), [1, 2, 3]);
        tab.sql("insert into t (b) values ('x')");
        assert_eq!(tab.commit(), Ok(Outcome::Durable));
        expect_rows(&medium, key, 4);
    }
}

#[test]
fn a_commit_whose_answer_was_lost_counts_once() {
    let lost = || Error::Lost("gone".into());
    for fault in [Fault::Forget(lost()), Fault::Refuse(lost())] {
        let medium = MemoryMedium::new();
        let handle = medium.another();
        handle.fail_next([None, Some(fault)]);
        let tab = Tab::open(handle, Key::None).unwrap();
        tab.sql("create table t (a integer primary key, b); insert into t (b) values (1)");
        assert_eq!(tab.commit(), Ok(Outcome::Durable));
        assert_eq!(tab.pager.commit_number(), 1);
        expect_rows(&medium, Key::None, 1);
    }
}

#[test]
fn a_tab_that_is_behind_cannot_overwrite_and_catches_up() {
    for key in keys() {
        let medium = MemoryMedium::new();
        let first = with_rows(&medium, key.clone(), 2);
        let mut second = Tab::open(medium.another(), key.clone()).unwrap();
        first.sql("insert into t (b) values ('first')");
        assert_eq!(first.commit(), Ok(Outcome::Durable));
        second.sql("insert into t (b) values ('second')");
        assert_eq!(second.commit(), Ok(Outcome::Behind));
        let touched = second.catch_up().unwrap();
        assert!(touched.names.contains("soup") && !touched.everything);
        assert_eq!(second.rows(), [1, 2, 3]);
        second.sql("insert into t (b) values ('second')");
        assert_eq!(second.commit(), Ok(Outcome::Durable));
        expect_rows(&medium, key, 4);
    }
}

#[test]
fn folding_keeps_everything_and_empties_the_log() {
    for key in keys() {
        let medium = MemoryMedium::new();
        let tab = with_rows(&medium, key.clone(), 5);
        let mut asleep = Tab::open(medium.another(), key.clone()).unwrap();
        tab.sql("insert into t (b) values (hex(randomblob(1500000)))");
        assert_eq!(tab.commit(), Ok(Outcome::Durable));
        tab.sql("insert into t (b) values ('not committed while folding')");
        assert_eq!(block_on(tab.pager.fold()), Ok(Outcome::Durable));
        assert_eq!(medium.counts(), (0, 3));
        expect_rows(&medium, key.clone(), 6);
        assert_eq!(tab.commit(), Ok(Outcome::Durable));
        expect_rows(&medium, key.clone(), 7);
        assert!(asleep.catch_up().unwrap().everything);
        assert_eq!(asleep.rows().len(), 7);
        tab.sql("delete from t where a = 6; vacuum");
        assert_eq!(tab.commit(), Ok(Outcome::Durable));
        assert_eq!(block_on(tab.pager.fold()), Ok(Outcome::Durable));
        assert_eq!(medium.counts(), (0, 1));
        assert_eq!(Tab::open(medium.another(), key).unwrap().rows(), [1, 2, 3, 4, 5, 7]);
    }
}

#[test]
fn a_fold_that_is_refused_or_behind_changes_nothing() {
    let medium = MemoryMedium::new();
    let handle = medium.another();
    handle.fail_next([None, None, Some(Fault::Refuse(Error::Full))]);
    let tab = Tab::open(handle, Key::None).unwrap();
    tab.sql("create table t (a integer primary key, b); insert into t (b) values (1)");
    tab.commit().unwrap();
    assert_eq!(block_on(tab.pager.fold()), Err(Error::Full));
    assert_eq!(medium.counts(), (1, 0));
    let other = Tab::open(medium.another(), Key::None).unwrap();
    other.sql("insert into t (b) values (2)");
    other.commit().unwrap();
    assert_eq!(block_on(tab.pager.fold()), Ok(Outcome::Behind));
    expect_rows(&medium, Key::None, 2);
}

#[test]
fn a_wrong_key_is_told_from_damage_and_harms_nothing() {
    let medium = MemoryMedium::new();
    drop(with_rows(&medium, Key::Bytes([1; KEY_BYTES]), 2));
    for wrong in [Key::Bytes([2; KEY_BYTES]), Key::None, Key::Device, Key::Passphrase("soup".into())] {
        assert!(matches!(Tab::open(medium.another(), wrong), Err(Error::WrongKey { .. })));
    }
    expect_rows(&medium, Key::Bytes([1; KEY_BYTES]), 2);
}

#[test]
fn every_kind_of_key_opens_its_store_again() {
    for key in [Key::Device, Key::Passphrase("correct horse".into()), Key::Bytes([3; KEY_BYTES]), Key::None] {
        let medium = MemoryMedium::new();
        drop(with_rows(&medium, key.clone(), 2));
        expect_rows(&medium, key, 2);
    }
}

#[test]
fn a_changed_key_opens_and_the_old_one_does_not() {
    let (old, new) = (Key::Bytes([1; KEY_BYTES]), Key::Bytes([2; KEY_BYTES]));
    let medium = MemoryMedium::new();
    let tab = with_rows(&medium, old.clone(), 3);
    assert_eq!(block_on(tab.pager.change_key(new.clone())), Ok(Outcome::Durable));
    assert!(matches!(Tab::open(medium.another(), old), Err(Error::WrongKey { .. })));
    expect_rows(&medium, new.clone(), 3);
    tab.sql("insert into t (b) values ('after')");
    assert_eq!(tab.commit(), Ok(Outcome::Durable));
    expect_rows(&medium, new, 4);
}

#[test]
fn a_key_change_whose_answer_was_lost_is_noticed() {
    let new = Key::Bytes([2; KEY_BYTES]);
    for fault in [Fault::Forget as fn(Error) -> Fault, Fault::Refuse] {
        let medium = MemoryMedium::new();
        drop(with_rows(&medium, Key::None, 1));
        let handle = medium.another();
        handle.fail_next([Some(fault(Error::Lost("gone".into())))]);
        let mut tab = Tab::open(handle, Key::None).unwrap();
        let changed = block_on(tab.pager.change_key(new.clone()));
        let took_place = changed == Ok(Outcome::Durable);
        assert_eq!(took_place, fault(Error::Full) == Fault::Forget(Error::Full), "{changed:?}");
        tab.catch_up().unwrap();
        tab.sql("insert into t (b) values ('after')");
        assert_eq!(tab.commit(), Ok(Outcome::Durable));
        expect_rows(&medium, if took_place { new.clone() } else { Key::None }, 2);
    }
}

#[test]
fn no_plaintext_lies_at_rest() {
    let medium = MemoryMedium::new();
    let tab = with_rows(&medium, Key::Device, 1);
    tab.sql("insert into t (b) values ('canary canary canary')");
    tab.commit().unwrap();
    block_on(tab.pager.fold()).unwrap();
    tab.sql("insert into t (b) values ('canary in the log')");
    tab.commit().unwrap();
    medium.tamper(|place, value| assert!(!value.windows(6).any(|window| window == b"canary"), "{place}"));
}

#[test]
fn tampering_is_found_out() {
    for key in keys() {
        let medium = MemoryMedium::new();
        let tab = with_rows(&medium, key.clone(), 4);
        block_on(tab.pager.fold()).unwrap();
        for _ in 0..3 {
            tab.sql("insert into t (b) values (hex(randomblob(300)))");
            tab.commit().unwrap();
        }
        let mut places = Vec::new();
        medium.tamper(|place, _| places.push(place.to_owned()));
        assert_eq!(places.len(), 5);
        for victim in &places {
            for cut in [false, true] {
                let copy = medium.copy();
                copy.tamper(|place, value| match cut {
                    _ if place != victim => {}
                    true => value.truncate(value.len() - 1),
                    false => value[20] ^= 1,
                });
                assert!(matches!(Tab::open(copy, key.clone()), Err(Error::Damaged { .. })), "{victim}");
            }
        }
        for number in 5..=6 {
            let copy = medium.copy();
            copy.drop_record(number);
            assert!(matches!(Tab::open(copy, key.clone()), Err(Error::Damaged { .. })), "{number}");
        }
        let swapped = medium.copy();
        let mut records = Vec::new();
        swapped.tamper(|place, value| {
            if place.starts_with("record") {
                records.push(value.clone())
            }
        });
        records.reverse();
        swapped.tamper(|place, value| {
            if place.starts_with("record") {
                *value = records.remove(0)
            }
        });
        assert!(matches!(Tab::open(swapped, key), Err(Error::Damaged { .. })));
    }
}

#[test]
fn a_store_cannot_ask_for_endless_rounds() {
    let (medium, zeros) = (MemoryMedium::new(), [0_u8; 16]);
    let lock = format!(r#"{{"kind":"passphrase","salt":{zeros:?},"iterations":4000000000}}"#);
    let identity = format!(r#"{{"format":1,"store":{zeros:?},"lock":{lock},"check":[0]}}"#);
    let head = Head::birth(zeros).text();
    block_on(medium.create(medium::Birth { identity, head, manifest: vec![0], device_key: None })).unwrap();
    let error = Tab::open(medium, Key::Passphrase("soup".to_owned())).err().unwrap();
    assert!(matches!(&error, Error::Damaged { what, .. } if what.contains("4000000000 rounds")), "{error}");
}

#[test]
fn a_log_that_ends_too_early_is_found_out() {
    let medium = MemoryMedium::new();
    drop(with_rows(&medium, Key::None, 20));
    for number in 16..=20 {
        medium.drop_record(number);
    }
    assert!(matches!(Tab::open(medium.another(), Key::None), Err(Error::Damaged { .. })));
}

#[test]
fn a_tab_that_slept_through_folds_and_key_changes_overwrites_nothing() {
    for rekeyed in [false, true] {
        for commits in 0..3 {
            let medium = MemoryMedium::new();
            let awake = with_rows(&medium, Key::None, 3);
            let mut asleep = Tab::open(medium.another(), Key::None).unwrap();
            for _ in 0..commits {
                awake.sql("insert into t (b) values ('meanwhile')");
                awake.commit().unwrap();
            }
            let folded = if rekeyed {
                awake.pager.change_key(Key::None).boxed_local()
            } else {
                awake.pager.fold().boxed_local()
            };
            assert_eq!(block_on(folded), Ok(Outcome::Durable));
            asleep.sql("insert into t (b) values ('late')");
            let behind = rekeyed || commits > 0;
            assert_eq!(
                asleep.commit(),
                Ok(if behind { Outcome::Behind } else { Outcome::Durable }),
                "{rekeyed} {commits}"
            );
            if behind {
                expect_rows(&medium, Key::None, 3 + commits);
                asleep.catch_up().unwrap();
                asleep.sql("insert into t (b) values ('late')");
                assert_eq!(asleep.commit(), Ok(Outcome::Durable));
            }
            expect_rows(&medium, Key::None, 4 + commits);
            assert_eq!(block_on(asleep.pager.fold()), Ok(if behind { Outcome::Durable } else { Outcome::Behind }));
            awake.sql("insert into t (b) values ('stale again')");
            assert_eq!(awake.commit(), Ok(Outcome::Behind));
            expect_rows(&medium, Key::None, 4 + commits);
        }
    }
}

#[test]
fn a_vanished_store_is_reported_as_such() {
    let medium = MemoryMedium::new();
    let tab = with_rows(&medium, Key::None, 1);
    block_on(medium.destroy()).unwrap();
    assert!(matches!(block_on(tab.pager.fetch()), Err(Error::Gone(_))));
    drop(with_rows(&medium, Key::None, 1));
    tab.sql("insert into t (b) values (2)");
    assert_eq!(tab.commit(), Ok(Outcome::Behind));
    assert!(matches!(block_on(tab.pager.fetch()), Err(Error::Gone(_))));
}

#[test]
fn a_file_holds_a_store() {
    let folder = std::env::temp_dir().join(format!("tureen-{}", crate::platform::uuid().unwrap()));
    std::fs::create_dir(&folder).unwrap();
    let open = || {
        let medium = Rc::new(medium::file::FileMedium::new(folder.join("store")));
        block_on(Pager::open(medium, "file", Key::Device, Durability::Strict, Paging::default())).unwrap()
    };
    for round in 0..3 {
        let pager = open();
        let connection = pager.connect().unwrap();
        connection.execute_batch("create table if not exists t (a); insert into t values (1)").unwrap();
        assert_eq!(connection.query_row("select count(*) from t", [], |row| row.get::<_, i64>(0)), Ok(round + 1));
        drop(connection);
        block_on(pager.commit(&pager.stage(&BTreeSet::new()).unwrap())).unwrap();
        block_on(pager.fold()).unwrap();
    }
    std::fs::remove_dir_all(folder).unwrap();
}
