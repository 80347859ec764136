use super::*;
use crate::database::{Database, OpenOptions};
use crate::sync::queue;
use crate::sync::token::{self, Stage, Token, TokenKey};
use futures::executor::block_on;

/// A store in which something waits and something has been pulled.
struct Books {
    store: Database,
}

impl Books {
    fn empty() -> Self {
        Self { store: block_on(Database::open(OpenOptions::default())).unwrap() }
    }

    fn open() -> Self {
        let books = Self::empty();
        books
            .write(|tx| {
                queue::prepare(tx)?;
                token::prepare(tx)?;
                let add =
                    r#"INSERT INTO sync_operation (scope, "table", itemId, action, version) VALUES (?, 't', ?, ?, ?)"#;
                for (scope, item, action, version) in [
                    ("azure", "a", "insert", None),
                    ("azure", "b", "update", Some("MQ==")),
                    ("other", "c", "insert", None),
                ] {
                    tx.execute(add, (scope, item, action, version))?;
                }
                let position = "2024-01-01T00:00:00.123Z".to_owned();
                let token = Token { position, last_id: "a".into(), ties: 1, seen_ms: 0, stage: Stage::Open };
                Ok(token::save(tx, &all_of_t(), &token)?)
            })
            .unwrap();
        books
    }

    fn write<T: 'static>(&self, job: impl FnMut(&Transaction<'_>) -> Result<T, Error> + 'static) -> Result<T, Error> {
        block_on(self.store.write(job))
    }

    fn read(&self, query: &str) -> String {
        let query = Query::parse(query).unwrap();
        self.store.read(|connection| Bookkeeping::named(&query.table).unwrap().read(connection, &query)).unwrap()
    }

    fn upsert(&self, table: &'static str, rows: &'static str) -> Result<(), Error> {
        self.write(move |tx| Bookkeeping::named(table).unwrap().upsert(tx, rows))
    }

    fn token(&self) -> Option<Token> {
        self.store.read(|connection| token::load(connection, &all_of_t())).unwrap()
    }

    fn operations(&self) -> String {
        self.read(r#"{"table":"__operations","selections":["id","action","itemId","metadata"]}"#)
    }
}

fn all_of_t() -> TokenKey {
    TokenKey { scope: "azure".into(), table: "t".into(), query_id: "all".into() }
}

#[test]
fn the_queue_is_read_like_any_table() {
    let books = Books::open();
    let first = r#"{"id":1,"tableName":"t","action":"insert","itemId":"a","metadata":{"version":null}}"#;
    let second = r#"{"id":2,"tableName":"t","action":"update","itemId":"b","metadata":{"version":"MQ=="}}"#;
    assert_eq!(books.read(r#"{"table":"__operations"}"#), format!("[{first},{second}]"));
    let turned = r#"{"table":"__OPERATIONS","orderings":[{"name":"id","ascending":false}],"take":1}"#;
    assert_eq!(books.read(turned), format!("[{second}]"));
    let filtered =
        r#"{"table":"__operations","filter":"itemId eq 'a'","selections":["action"],"includeTotalCount":true}"#;
    assert_eq!(books.read(filtered), r#"{"result":[{"action":"insert"}],"count":1}"#);
    let operations = Bookkeeping::named("__operations").unwrap();
    let found = books.store.read(|connection| operations.lookup(connection, &Cell::Number(2.0, "2"))).unwrap();
    assert_eq!(found.as_deref(), Some(second));
}

#[test]
fn the_times_of_pulls_are_read_too() {
    let row = r#"[{"id":"all","tableName":"t","value":"2024-01-01T00:00:00.1230000Z"}]"#;
    assert_eq!(Books::open().read(r#"{"table":"__pulltime"}"#), row);
}

#[test]
fn before_a_context_is_made_there_are_none() {
    let books = Books::empty();
    let query = Query::of("__operations");
    let refused = books.store.read(|connection| Bookkeeping::named(&query.table).unwrap().read(connection, &query));
    assert_eq!(refused.unwrap_err().code(), "UNDEFINED_TABLE");
    let refused = books.upsert("__operations", r#"{"id":1}"#);
    assert_eq!(refused.unwrap_err().code(), "UNDEFINED_TABLE");
    assert!(Bookkeeping::named("todoitem").is_none());
}

#[test]
fn an_operation_is_written_and_changed_like_any_row() {
    let books = Books::open();
    let new = r#"{"id":9,"tableName":"t","action":"delete","itemId":"d","metadata":{"version":"Mw=="}}"#;
    books.upsert("__operations", new).unwrap();
    books.upsert("__operations", r#"[null,{"id":1,"action":"update"}]"#).unwrap();
    let first = r#"{"id":1,"action":"update","itemId":"a","metadata":{"version":null}}"#;
    let second = r#"{"id":2,"action":"update","itemId":"b","metadata":{"version":"MQ=="}}"#;
    let ninth = r#"{"id":9,"action":"delete","itemId":"d","metadata":{"version":"Mw=="}}"#;
    assert_eq!(books.operations(), format!("[{first},{second},{ninth}]"));
    let queued = books.store.read(|connection| queue::get(connection, crate::sync::OperationId(9))).unwrap().unwrap();
    assert_eq!((queued.action, queued.key.id.as_str()), (Action::Delete, "d"));
}

#[test]
fn what_would_be_no_operation_is_refused() {
    let books = Books::open();
    let before = books.operations();
    let paint = r#"{"id":1,"action":"paint"}"#;
    assert_eq!(books.upsert("__operations", paint).unwrap_err().to_string(), "Action paint not supported.");
    assert_eq!(books.upsert("__operations", r#"{"action":"delete"}"#).unwrap_err().code(), "INVALID_ID");
    assert!(books.upsert("__operations", r#"{"id":7,"action":"delete"}"#).is_err(), "of no record");
    assert_eq!(books.operations(), before);
}

#[test]
fn operations_are_deleted_and_those_of_another_backend_are_not() {
    let books = Books::open();
    let ids = Id::parse_list("[1,3]").unwrap();
    books.write(move |tx| Bookkeeping::named("__operations").unwrap().delete(tx, &ids)).unwrap();
    assert!(books.operations().starts_with(r#"[{"id":2,"#));
    let of_b = Query { filter: Some("itemId eq 'b'".into()), ..Query::of("__operations") };
    books.write(move |tx| Bookkeeping::named("__operations").unwrap().delete_matching(tx, &of_b)).unwrap();
    assert_eq!(books.operations(), "[]");
    let left: Result<i64, Error> = books
        .store
        .read(|connection| Ok(connection.query_row("SELECT count(*) FROM sync_operation", [], |row| row.get(0))?));
    assert_eq!(left.unwrap(), 1);
}

#[test]
fn a_pull_goes_on_from_the_time_that_an_app_wrote_inclusively() {
    let books = Books::open();
    books.upsert("__pulltime", r#"{"id":"all","value":{"\u0000":"date","v":1704067200000}}"#).unwrap();
    let token = books.token().unwrap();
    assert_eq!(token.position, "2024-01-01T00:00:00.0000000Z");
    assert_eq!((token.ties, token.stage, token.last_id.as_str()), (0, Stage::Reading, ""));
    books.upsert("__pulltime", r#"{"id":"some","tableName":"u","value":{"\u0000":"date","v":0}}"#).unwrap();
    assert!(books.read(r#"{"table":"__pulltime"}"#).contains(r#"{"id":"some","tableName":"u""#));
}

#[test]
fn a_pull_begins_anew_when_its_time_is_deleted() {
    let books = Books::open();
    let ids = Id::parse_list(r#""all""#).unwrap();
    books.write(move |tx| Bookkeeping::named("__PullTime").unwrap().delete(tx, &ids)).unwrap();
    assert_eq!(books.token(), None);
}
