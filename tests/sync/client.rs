//! One device: a store with two tables, and its sync context.

use crate::backend::{Fake, Server, parse};
use futures::executor::block_on;
use serde_json::{Value, json};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;
use tureen::database::{Database, Key, OpenOptions, Transaction};
use tureen::pager::medium::memory::MemoryMedium;
use tureen::soup::{IndexSpec, IndexType, registry};
use tureen::sync::queue::{Change, Queue};
use tureen::sync::{
    Action, Bindings, ContextOptions, Error, Operation, PullOptions, PullProgress, PushFirst, PushHandler, PushOptions,
    PushReport, RecordKey, State, SyncContext, Turn, Unhandled,
};

thread_local! {
    /// The clock of all devices.
    pub static NOW: Cell<i64> = const { Cell::new(0) };
}

pub struct Client {
    pub medium: Rc<MemoryMedium>,
    pub store: Database,
    pub backend: Rc<Fake>,
    pub context: SyncContext,
}

impl Client {
    pub fn new(server: &Rc<Server>) -> Self {
        Self::on(Rc::new(MemoryMedium::new()), server, None)
    }

    /// A client on a store that may be there already.
    pub fn on(medium: Rc<MemoryMedium>, server: &Rc<Server>, turn: Option<Rc<dyn Turn>>) -> Self {
        let backend = Rc::new(Fake::new(server.clone()));
        let (store, context) = block_on(async {
            let store = Database::open_on(medium.clone(), OpenOptions { key: Key::None, ..OpenOptions::default() })
                .await
                .unwrap();
            store.write(define_tables).await.unwrap();
            let now = || NOW.with(Cell::get);
            let options = ContextOptions { turn, now, ..ContextOptions::new(Bindings::by_name("id")) };
            let context = SyncContext::initialize(store.clone(), backend.clone(), options).await.unwrap();
            (store, context)
        });
        Self { medium, store, backend, context }
    }

    /// Another tab of the same device.
    pub fn another_tab(&self) -> Self {
        Self::on(Rc::new(self.medium.another()), &self.backend.server, None)
    }

    /// What a device finds after a crash at this moment.
    pub fn after_a_crash(&self) -> Self {
        Self::on(Rc::new(self.medium.copy()), &self.backend.server, None)
    }

    pub async fn insert_async(&self, table: &str, id: &str, text: &str) -> Result<(), Error> {
        self.edit(RecordKey::new(table, id), Action::Insert, json!({ "id": id, "text": text, "n": 1 })).await
    }

    pub async fn update_async(&self, table: &str, id: &str, text: &str) -> Result<(), Error> {
        self.edit(RecordKey::new(table, id), Action::Update, json!({ "id": id, "text": text })).await
    }

    pub async fn delete_async(&self, table: &str, id: &str) -> Result<(), Error> {
        self.edit(RecordKey::new(table, id), Action::Delete, Value::Null).await
    }

    /// A local change and its operation, in one transaction.
    async fn edit(&self, key: RecordKey, action: Action, values: Value) -> Result<(), Error> {
        let queue = Queue::new("fake");
        let job = move |tx: &Transaction<'_>| {
            let records = Bindings::by_name("id").open(tx, &key.table)?;
            let local = records.find(tx, &key.id)?;
            let base = local.as_ref().map(|stored| stored.json.clone());
            let mut merged = base.as_deref().map(parse).unwrap_or_default();
            let version = merged.get("version").and_then(Value::as_str).map(str::to_owned);
            let change = Change { key: &key, action, version: version.as_deref(), base: base.as_deref() };
            queue.record(tx, &change)?;
            if action == Action::Delete {
                return records.remove(tx, &key.id).map(|_| ());
            }
            merged.extend(values.as_object().cloned().unwrap_or_default());
            records.put(tx, local.as_ref(), &Value::Object(merged).to_string())
        };
        self.store.write(job).await
    }

    pub fn insert(&self, id: &str, text: &str) {
        block_on(self.insert_async("todo", id, text)).unwrap();
    }

    pub fn update(&self, id: &str, text: &str) {
        block_on(self.update_async("todo", id, text)).unwrap();
    }

    pub fn delete(&self, id: &str) {
        block_on(self.delete_async("todo", id)).unwrap();
    }

    /// A record that both sides have: pushed, and without anything pending.
    pub fn synced(&self, id: &str, text: &str) {
        self.insert(id, text);
        self.push().unwrap();
        self.backend.requests();
    }

    pub async fn push_async(&self, handler: Rc<dyn PushHandler>) -> Result<PushReport, Error> {
        self.context.push(handler, PushOptions::default()).await
    }

    pub fn push(&self) -> Result<PushReport, Error> {
        block_on(self.push_async(Rc::new(Unhandled)))
    }

    pub fn push_with(&self, handler: Rc<dyn PushHandler>) -> Result<PushReport, Error> {
        block_on(self.push_async(handler))
    }

    /// An incremental pull of the whole table `todo`, pages of `page_size`.
    pub fn pull(&self, page_size: u32) -> Result<PullProgress, Error> {
        block_on(self.pull_async(page_size))
    }

    pub async fn pull_async(&self, page_size: u32) -> Result<PullProgress, Error> {
        let options = PullOptions { query_id: Some("all".into()), page_size, ..PullOptions::new("todo", "") };
        Ok(self.context.pull(options, PushFirst::Never).await?.counts)
    }

    /// A pull of all of the table `todo` from its beginning, pages of 2.
    pub fn pull_whole(&self) -> Result<PullProgress, Error> {
        let options = PullOptions { whole: true, page_size: 2, ..PullOptions::new("todo", "") };
        Ok(block_on(self.context.pull(options, PushFirst::Never))?.counts)
    }

    pub fn record(&self, id: &str) -> Option<serde_json::Map<String, Value>> {
        let find = |conn: &rusqlite::Connection| Bindings::by_name("id").open(conn, "todo")?.find(conn, id);
        self.store.read::<_, Error>(find).unwrap().map(|stored| parse(&stored.json))
    }

    pub fn text(&self, id: &str) -> Option<String> {
        self.record(id).map(|record| record["text"].as_str().unwrap().to_owned())
    }

    pub fn version(&self, id: &str) -> Option<String> {
        self.record(id)?.get("version")?.as_str().map(str::to_owned)
    }

    /// The texts of all records of `todo`, by their ids, each as often as it is there.
    pub fn texts(&self) -> Vec<(String, String)> {
        let read = |conn: &rusqlite::Connection| {
            let soup = tureen::soup::Soup::open(conn, "todo")?;
            let sql = format!("SELECT soup FROM {} ORDER BY json_extract(soup, '$.id')", soup.table());
            let mut statement = conn.prepare(&sql)?;
            let rows = statement.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
            Ok::<_, Error>(rows)
        };
        let rows = self.store.read(read).unwrap();
        let text = |record: &serde_json::Map<String, Value>, name: &str| record[name].as_str().unwrap().to_owned();
        rows.iter().map(|json| parse(json)).map(|record| (text(&record, "id"), text(&record, "text"))).collect()
    }

    pub fn texts_by_id(&self) -> BTreeMap<String, String> {
        let texts = self.texts();
        let by_id: BTreeMap<_, _> = texts.iter().cloned().collect();
        assert_eq!(by_id.len(), texts.len(), "no record is there twice");
        by_id
    }

    pub fn operations(&self) -> Vec<Operation> {
        self.context.pending(None).unwrap()
    }

    /// What is pending, in short: `insert a`, and `(insert a)` for what is marked as under way.
    pub fn pending(&self) -> Vec<String> {
        let short = |operation: &Operation| match operation.state {
            State::Waiting => format!("{} {}", operation.action, operation.key.id),
            State::Sending => format!("({} {})", operation.action, operation.key.id),
        };
        self.operations().iter().map(short).collect()
    }
}

fn define_tables(tx: &Transaction<'_>) -> Result<(), Error> {
    registry::prepare(tx)?;
    for table in ["todo", "list"] {
        registry::register(tx, table, &[IndexSpec { unique: true, ..IndexSpec::new("id", IndexType::String) }])?;
    }
    Ok(())
}
