//! Ordinary calls of a bound soup, and what they leave in the queue.

use super::*;
use crate::database::{Database, OpenOptions};
use crate::soup::{IndexSpec, IndexType};
use crate::sync::Operation;
use futures::executor::block_on;

fn store() -> Database {
    let store = block_on(Database::open(OpenOptions::default())).unwrap();
    write(&store, |tx| {
        registry::prepare(tx)?;
        prepare(tx)?;
        registry::register(
            tx,
            "todo",
            &[IndexSpec::new("id", IndexType::String), IndexSpec::new("n", IndexType::Integer)],
        )?;
        bind(tx, "cloud", &binding("todo"))
    })
    .unwrap();
    store
}

fn binding(soup: &str) -> Binding {
    Binding { table: "todos".into(), soup: soup.into(), id_path: "id".into() }
}

fn write<T: 'static>(
    store: &Database,
    mut job: impl FnMut(&Transaction<'_>) -> Result<T, Error> + 'static,
) -> Result<T, Error> {
    block_on(store.write(move |tx| job(tx)))
}

fn put(store: &Database, entries: &'static str) -> Result<String, Error> {
    write(store, move |tx| upsert(tx, "todo", entries, UpsertKey::EntryId))
}

fn pending(store: &Database) -> Vec<String> {
    let show = |operation: Operation| format!("{} {}", operation.action, operation.key.id);
    store.read(|conn| Queue::new("cloud").list(conn, None)).unwrap().into_iter().map(show).collect()
}

#[test]
fn a_change_and_its_command_are_there_together_or_not_at_all() {
    let store = store();
    put(&store, r#"[{"id":"a","n":1},{"id":2}]"#).unwrap();
    assert_eq!(pending(&store), ["insert a", "insert 2"]);
    let error = put(&store, r#"[{"id":"b"},{"id":true}]"#).unwrap_err();
    assert_eq!(error.code(), "INVALID_ID");
    assert_eq!(put(&store, r#"[{"id":"c"},3]"#).unwrap_err().code(), "BAD_ENTRIES");
    assert_eq!(pending(&store), ["insert a", "insert 2"], "nothing of a batch that failed");
    assert_eq!(entries(&store), 2);
}

fn entries(store: &Database) -> i64 {
    store.read(|conn| Ok::<_, Error>(conn.query_row("SELECT count(*) FROM TABLE_1", [], |row| row.get(0))?)).unwrap()
}

#[test]
fn an_entry_of_a_known_id_replaces_the_record_and_hands_the_version_on() {
    let store = store();
    put(&store, r#"[{"id":"a","n":1,"_version":"\"v1\""}]"#).unwrap();
    write(&store, |tx| Ok(tx.execute_batch("DELETE FROM sync_operation")?)).unwrap();
    let stored = put(&store, r#"[{"id":"a","n":2}]"#).unwrap();
    assert_eq!(version_of(&stored[1..stored.len() - 1]).as_deref(), Some("\"v1\""));
    assert_eq!((pending(&store), entries(&store)), (vec!["update a".to_owned()], 1));
    let operations = store.read(|conn| Queue::new("cloud").list(conn, None)).unwrap();
    assert_eq!(operations[0].version.as_deref(), Some("\"v1\""));
    let error = put(&store, r#"[{"_soupEntryId":1,"id":"b"}]"#).unwrap_err();
    assert_eq!(error.code(), "CHANGED_RECORD_ID");
    assert_eq!(put(&store, r#"[{"_soupEntryId":9,"id":"b"}]"#).unwrap(), "[null]");
}

#[test]
fn an_entry_without_an_id_is_given_one_and_keeps_it() {
    let store = store();
    let stored = put(&store, r#"[{"n":1}]"#).unwrap();
    let id = pending(&store)[0].replace("insert ", "");
    assert_eq!(id.len(), 36, "a UUID: {id}");
    assert!(stored.contains(&id));
    put(&store, r#"[{"_soupEntryId":1,"n":2}]"#).unwrap();
    assert_eq!(pending(&store), [format!("insert {id}")], "an update joins its insert");
}

#[test]
fn an_external_id_finds_the_record_as_in_any_soup() {
    let store = store();
    put(&store, r#"[{"id":"a","n":1}]"#).unwrap();
    let by = |path: &'static str, entries: &'static str| {
        write(&store, move |tx| upsert(tx, "todo", entries, UpsertKey::External(path)))
    };
    by("n", r#"[{"n":1,"text":"x"}]"#).unwrap();
    by("id", r#"[{"id":"a","n":2}]"#).unwrap();
    assert_eq!((pending(&store), entries(&store)), (vec!["insert a".to_owned()], 1));
    assert_eq!(by("id", r#"[{"n":2}]"#).unwrap_err().code(), by("n", r#"[{}]"#).unwrap_err().code());
}

#[test]
fn what_is_removed_is_deleted_at_the_backend() {
    let store = store();
    put(&store, r#"[{"id":"a","n":1},{"id":"b","n":2},{"id":"c","n":3}]"#).unwrap();
    write(&store, |tx| Ok(tx.execute_batch("DELETE FROM sync_operation")?)).unwrap();
    write(&store, |tx| remove(tx, "todo", &[EntryId(1), EntryId(9)])).unwrap();
    write(&store, |tx| remove_by_query(tx, "todo", &QuerySpec::range("n", Some("3"), None).paged_by(5))).unwrap();
    assert_eq!((pending(&store), entries(&store)), (vec!["delete a".to_owned(), "delete c".to_owned()], 1));
    let error = put(&store, r#"[{"id":"a"}]"#).unwrap_err();
    assert_eq!(error.code(), "DELETE_PENDING");
}

#[test]
fn clearing_and_unbinding_wait_for_what_is_pending_and_delete_nothing_at_the_backend() {
    let store = store();
    put(&store, r#"[{"id":"a"}]"#).unwrap();
    for job in [clear, unbind, drop_soup] {
        assert_eq!(write(&store, move |tx| job(tx, "todo")).unwrap_err().code(), "PENDING_OPERATIONS");
    }
    write(&store, |tx| Ok(tx.execute_batch("DELETE FROM sync_operation")?)).unwrap();
    write(&store, |tx| clear(tx, "todo")).unwrap();
    assert_eq!((pending(&store).len(), entries(&store)), (0, 0));
    write(&store, |tx| unbind(tx, "todo")).unwrap();
    put(&store, r#"[{"id":"a"}]"#).unwrap();
    assert_eq!(pending(&store).len(), 0, "the app's alone");
}

#[test]
fn a_soup_has_one_backend_and_an_index_on_its_ids() {
    let store = store();
    let error = write(&store, |tx| bind(tx, "other", &binding("todo"))).unwrap_err();
    assert_eq!(error.code(), "BOUND");
    write(&store, |tx| Ok(registry::register(tx, "bare", &[IndexSpec::new("n", IndexType::Integer)])?)).unwrap();
    let error = write(&store, |tx| bind(tx, "cloud", &binding("bare"))).unwrap_err();
    assert!(error.to_string().contains("on id"), "{error}");
}
