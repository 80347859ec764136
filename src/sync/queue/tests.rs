//! The queue on a store in memory.

use super::*;
use crate::database::{Database, OpenOptions};
use futures::executor::block_on;

fn store() -> Database {
    let store = block_on(Database::open(OpenOptions::default())).unwrap();
    write(&store, |tx| prepare(tx));
    write(&store, |tx| prepare(tx));
    store
}

fn write<T: 'static>(store: &Database, mut job: impl FnMut(&Transaction<'_>) -> Result<T, Error> + 'static) -> T {
    block_on(store.write(move |tx| job(tx))).unwrap()
}

fn queue() -> Queue {
    Queue::new("cloud")
}

fn change(store: &Database, id: &str, action: Action) -> Result<Decision, Error> {
    let key = RecordKey::new("todo", id);
    block_on(
        store.write(move |tx| queue().record(tx, &Change { key: &key, action, version: Some("v1"), base: Some("{}") })),
    )
}

fn pending(store: &Database) -> Vec<(i64, Action, State)> {
    let operations = store.read(|conn| queue().list(conn, None)).unwrap();
    operations.into_iter().map(|operation| (operation.id.0, operation.action, operation.state)).collect()
}

fn first(store: &Database) -> Operation {
    store.read(|conn| queue().after(conn, OperationId(0), 1)).unwrap().remove(0)
}

#[test]
fn numbers_are_never_given_twice() {
    let store = store();
    for number in 1..4 {
        change(&store, "a", Action::Insert).unwrap();
        assert_eq!(first(&store).id, OperationId(number));
        assert_eq!(change(&store, "a", Action::Delete).unwrap(), Decision::Remove);
        assert_eq!(pending(&store), []);
    }
}

#[test]
fn a_change_joins_what_waits_but_not_what_is_under_way() {
    let store = store();
    change(&store, "a", Action::Update).unwrap();
    change(&store, "a", Action::Update).unwrap();
    write(&store, |tx| send(tx, OperationId(1), Some("{}")));
    change(&store, "a", Action::Update).unwrap();
    change(&store, "a", Action::Delete).unwrap();
    assert_eq!(pending(&store), [(1, Action::Update, State::Sending), (2, Action::Delete, State::Waiting)]);
    assert!(change(&store, "a", Action::Insert).is_err());
    assert_eq!(pending(&store).len(), 2, "a refused change leaves the queue as it was");
}

#[test]
fn what_was_queued_meanwhile_joins_an_operation_that_failed() {
    for (one, two, left) in [
        (Action::Insert, Action::Update, vec![(1, Action::Insert, State::Waiting)]),
        (Action::Update, Action::Update, vec![(1, Action::Update, State::Waiting)]),
        (Action::Update, Action::Delete, vec![(1, Action::Delete, State::Waiting)]),
        (Action::Insert, Action::Delete, vec![]),
    ] {
        let store = store();
        change(&store, "a", one).unwrap();
        write(&store, |tx| send(tx, OperationId(1), None));
        change(&store, "a", two).unwrap();
        write(&store, |tx| queue().release(tx, OperationId(1), Fate::NotApplied));
        assert_eq!(pending(&store), left, "{one} {two}");
    }
}

#[test]
fn an_insert_that_may_have_arrived_is_deleted_and_not_forgotten() {
    let store = store();
    change(&store, "a", Action::Insert).unwrap();
    write(&store, |tx| send(tx, OperationId(1), Some("{}")));
    write(&store, |tx| queue().release(tx, OperationId(1), Fate::Unknown));
    assert_eq!(change(&store, "a", Action::Delete).unwrap(), Decision::Become(Action::Delete));
    assert_eq!(pending(&store), [(1, Action::Delete, State::Waiting)]);

    change(&store, "b", Action::Insert).unwrap();
    for _ in 0..2 {
        write(&store, |tx| send(tx, OperationId(2), Some("{}")));
    }
    change(&store, "b", Action::Delete).unwrap();
    write(&store, |tx| queue().release(tx, OperationId(2), Fate::NotApplied));
    assert_eq!(pending(&store)[1..], [(2, Action::Delete, State::Waiting)], "its first sending was never answered");
}

#[test]
fn an_operation_tells_how_it_fared() {
    let store = store();
    change(&store, "a", Action::Update).unwrap();
    write(&store, |tx| {
        send(tx, OperationId(1), Some(r#"{"n":1}"#))?;
        note_error(tx, OperationId(1), "no network")
    });
    let operation = first(&store);
    assert_eq!((operation.attempts, operation.state, operation.in_doubt), (1, State::Sending, false));
    assert_eq!(operation.last_error.as_deref(), Some("no network"));
    assert_eq!(store.read(|conn| image(conn, OperationId(1))).unwrap().as_deref(), Some(r#"{"n":1}"#));
    write(&store, |tx| send(tx, OperationId(1), None));
    assert!(first(&store).in_doubt, "it was found under way");
}

#[test]
fn backends_and_tables_are_counted_apart() {
    let store = store();
    change(&store, "a", Action::Insert).unwrap();
    write(&store, |tx| {
        let (one, other) = (RecordKey::new("list", "a"), RecordKey::new("todo", "a"));
        let added = |key| Change { key, action: Action::Insert, version: None, base: None };
        queue().record(tx, &added(&one))?;
        Queue::new("other cloud").record(tx, &added(&other))
    });
    let count = |table| store.read(|conn| queue().count(conn, table)).unwrap();
    assert_eq!((count(None), count(Some("todo")), count(Some("list")), count(Some("none"))), (2, 1, 1, 0));
    let any = |table| store.read(|conn| queue().any(conn, table)).unwrap();
    assert_eq!((any("list"), any("none")), (true, false));
    assert_eq!(store.read(|conn| Queue::new("third cloud").newest(conn)).unwrap(), None);
    assert_eq!(store.read(|conn| queue().newest(conn)).unwrap(), Some(OperationId(2)));
    let listed = store.read(|conn| queue().list(conn, Some("list"))).unwrap();
    assert_eq!(listed[0].key, RecordKey::new("list", "a"));
}

#[test]
fn the_queue_is_watched_like_a_soup() {
    let store = store();
    let seen = std::rc::Rc::new(std::cell::Cell::new(0));
    let counter = seen.clone();
    let _subscription = store.subscribe(move |changes| {
        counter.set(counter.get() + usize::from(changes.names.contains(NAME)));
    });
    change(&store, "a", Action::Insert).unwrap();
    write(&store, |tx| remove(tx, OperationId(1)));
    assert_eq!(seen.get(), 2);
}

#[test]
fn a_queue_of_an_earlier_version_goes_on() {
    let store = store();
    change(&store, "a", Action::Insert).unwrap();
    write(&store, |tx| {
        let older = "ALTER TABLE sync_operation DROP COLUMN failures; ALTER TABLE sync_operation DROP COLUMN dead";
        Ok(tx.execute_batch(older)?)
    });
    write(&store, |tx| prepare(tx));
    assert_eq!(store.read(|conn| queue().tally(conn)).unwrap(), Tally { pending: 1, dead: 0 });
}
