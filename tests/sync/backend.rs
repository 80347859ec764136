//! A backend in memory: tables with versions, soft deletion, and a clock that tests move.
//!
//! It behaves as Azure's does where the sync room can tell: an insert of an id that is there is a conflict, so is a
//! change of a version that is not the newest; a deleted record is gone; `updatedAt` counts in grains of the clock, so
//! that many rows may share one. What a test wants to go wrong is said beforehand, request by request.

use futures::channel::oneshot;
use futures::future::{FutureExt, LocalBoxFuture, ready};
use serde_json::{Map, Value, json};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;
use tureen::sync::backend::{
    Answer, Backend, BackendError, Boundary, Capabilities, Content, Fault, Form, ListRequest, Next, Outcome, Outgoing,
    Page, Refusal, Row, Start, Ties,
};
use tureen::sync::{Action, RecordKey};

pub type Record = Map<String, Value>;

/// A record as the server has it.
#[derive(Debug, Clone, PartialEq)]
pub struct ServerRow {
    pub values: Record,
    pub version: u64,
    pub updated: i64,
    pub deleted: bool,
}

/// What the next change shall meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mishap {
    None,
    /// The request never arrives.
    Offline,
    /// The change is made, but nobody learns of it.
    LostAnswer,
    /// 503, and nothing done; to be asked again after so many milliseconds.
    Busy(u64),
    /// This status, and nothing done.
    Status(u16),
    /// The answer has a text where a number belongs.
    BrokenType,
}

/// What all clients share.
#[derive(Default)]
pub struct Server {
    pub clock: Cell<i64>,
    versions: Cell<u64>,
    tables: RefCell<BTreeMap<String, BTreeMap<String, ServerRow>>>,
}

impl Server {
    pub fn row(&self, table: &str, id: &str) -> Option<ServerRow> {
        self.tables.borrow().get(table)?.get(id).cloned()
    }

    /// The records that are not deleted: their texts by their ids.
    pub fn texts(&self, table: &str) -> BTreeMap<String, String> {
        let tables = self.tables.borrow();
        let rows = tables.get(table).into_iter().flatten().filter(|(_, row)| !row.deleted);
        rows.map(|(id, row)| (id.clone(), row.values["text"].as_str().unwrap_or_default().to_owned())).collect()
    }

    /// Writes a row as some other client does, and returns its version.
    pub fn put(&self, table: &str, id: &str, text: &str) -> u64 {
        let values = json!({ "id": id, "text": text }).as_object().cloned().unwrap();
        self.write(table, id, values, false).version
    }

    pub fn delete(&self, table: &str, id: &str) {
        let values = self.row(table, id).unwrap().values;
        self.write(table, id, values, true);
    }

    /// How many changes were made.
    pub fn writes(&self) -> u64 {
        self.versions.get()
    }

    /// Deletes a row without a trace.
    pub fn forget(&self, table: &str, id: &str) {
        self.tables.borrow_mut().get_mut(table).unwrap().remove(id).unwrap();
    }

    pub fn tick(&self) {
        self.clock.set(self.clock.get() + 1);
    }

    fn write(&self, table: &str, id: &str, values: Record, deleted: bool) -> ServerRow {
        self.versions.set(self.versions.get() + 1);
        let row = ServerRow { values, version: self.versions.get(), updated: self.clock.get(), deleted };
        self.tables.borrow_mut().entry(table.to_owned()).or_default().insert(id.to_owned(), row.clone());
        row
    }

    fn apply(&self, change: &Outgoing, given_id: Option<String>) -> Outcome {
        let key = &change.key;
        let there = self.row(&key.table, &key.id);
        let refusal = |status, row: Option<&ServerRow>| Refusal {
            status,
            message: format!("status {status}"),
            server: row.map(|row| to_row(&key.id, row)),
            complete: false,
            payload: None,
        };
        match (change.action, there) {
            (Action::Insert, Some(row)) => Outcome::Conflict(refusal(409, Some(&row))),
            (Action::Insert, None) => {
                let id = given_id.unwrap_or_else(|| key.id.clone());
                let mut values = sent_values(change.entry.as_deref().unwrap());
                values.insert("id".into(), id.clone().into());
                Outcome::Done(Some(to_row(&id, &self.write(&key.table, &id, values, false))))
            }
            (_, None) => Outcome::Gone(refusal(404, None)),
            (_, Some(row)) if row.deleted => Outcome::Gone(refusal(404, None)),
            (_, Some(row)) if change.version.as_ref().is_some_and(|version| *version != row.version.to_string()) => {
                Outcome::Conflict(refusal(412, Some(&row)))
            }
            (Action::Update, Some(row)) => {
                let mut values = row.values;
                values.extend(sent_values(change.entry.as_deref().unwrap()));
                Outcome::Done(Some(to_row(&key.id, &self.write(&key.table, &key.id, values, false))))
            }
            (Action::Delete, Some(row)) => {
                Outcome::Done(Some(to_row(&key.id, &self.write(&key.table, &key.id, row.values, true))))
            }
        }
    }

    fn list(&self, request: &ListRequest) -> Page {
        let tables = self.tables.borrow();
        let mut rows: Vec<_> = tables.get(&request.table).into_iter().flatten().collect();
        rows.retain(|(id, _)| id.starts_with(&request.query));
        rows.sort_by_key(|(id, row)| (row.updated, (*id).clone()));
        let number = |position: &str| position.parse::<i64>().unwrap();
        let mut skip = 0;
        match &request.start {
            Start::Beginning => {}
            Start::After(position) => rows.retain(|(_, row)| row.updated > number(position)),
            Start::At { position, skip: count } => {
                rows.retain(|(_, row)| row.updated >= number(position));
                skip = *count as usize;
            }
            Start::Within { position, id } => rows.retain(|(i, row)| (row.updated, *i) > (number(position), id)),
            Start::Link(_) => panic!("no link was given"),
        }
        let total = Some(rows.len() as u64);
        let rows = rows.into_iter().skip(skip).take(request.page_size as usize).map(|(id, row)| to_row(id, row));
        let rows: Vec<Row> = rows.collect();
        let next = if rows.len() < request.page_size as usize { Next::End } else { Next::More };
        Page { rows, next, boundary: Boundary::Open, position: None, total }
    }
}

fn to_row(id: &str, row: &ServerRow) -> Row {
    let mut values = row.values.clone();
    values.insert("version".into(), row.version.to_string().into());
    values.insert("updatedAt".into(), row.updated.into());
    Row {
        id: id.to_owned(),
        version: Some(row.version.to_string()),
        position: Some(row.updated.to_string()),
        content: if row.deleted { Content::Deleted } else { Content::Entry(Value::Object(values).to_string()) },
    }
}

fn sent_values(entry: &str) -> Record {
    let mut values = parse(entry);
    values.retain(|name, _| !is_given(name));
    values
}

/// Whether only the backend or the soup sets it.
fn is_given(name: &str) -> bool {
    matches!(name, "version" | "updatedAt") || name.starts_with("_soup")
}

pub fn parse(json: &str) -> Record {
    serde_json::from_str(json).unwrap()
}

type Hold = (oneshot::Sender<()>, oneshot::Receiver<()>);

/// A request that waits at the server's door.
pub struct Held {
    arrived: oneshot::Receiver<()>,
    go: oneshot::Sender<()>,
}

impl Held {
    pub async fn arrived(&mut self) {
        (&mut self.arrived).await.unwrap();
    }

    pub fn let_go(self) {
        self.go.send(()).unwrap();
    }
}

/// One client's way to the server.
pub struct Fake {
    pub server: Rc<Server>,
    /// What goes wrong with the next changes.
    pub mishaps: RefCell<VecDeque<Mishap>>,
    /// What goes wrong with the next pages.
    pub list_mishaps: RefCell<VecDeque<Mishap>>,
    /// Every request: `insert todo/a`, `list todo Beginning`.
    pub log: RefCell<Vec<String>>,
    /// How many changes one `send` brought.
    pub sent: RefCell<Vec<usize>>,
    pub batch: Cell<usize>,
    pub server_decides: Cell<bool>,
    pub tombstones: Cell<bool>,
    pub parallel: Cell<bool>,
    /// Ids that the server gives to the next inserts.
    pub given_ids: RefCell<VecDeque<String>>,
    pub under_way: Cell<usize>,
    pub most_under_way: Cell<usize>,
    /// What happens while the next changes are at the server's door, one for each.
    pub meanwhile: RefCell<VecDeque<LocalBoxFuture<'static, ()>>>,
    holds: RefCell<BTreeMap<String, VecDeque<Hold>>>,
}

impl Fake {
    pub fn new(server: Rc<Server>) -> Self {
        Self {
            server,
            mishaps: RefCell::default(),
            list_mishaps: RefCell::default(),
            log: RefCell::default(),
            sent: RefCell::default(),
            batch: Cell::new(1),
            server_decides: Cell::default(),
            tombstones: Cell::new(true),
            parallel: Cell::new(true),
            given_ids: RefCell::default(),
            under_way: Cell::default(),
            most_under_way: Cell::default(),
            meanwhile: RefCell::default(),
            holds: RefCell::default(),
        }
    }

    pub fn next(&self, mishaps: impl IntoIterator<Item = Mishap>) {
        self.mishaps.borrow_mut().extend(mishaps);
    }

    /// Holds the next request of this text, `update todo/a` or `list todo`, before the server sees it.
    pub fn hold(&self, request: &str) -> Held {
        let (arrive, arrived) = oneshot::channel();
        let (go, wait) = oneshot::channel();
        self.holds.borrow_mut().entry(request.to_owned()).or_default().push_back((arrive, wait));
        Held { arrived, go }
    }

    /// What was requested since the last look.
    pub fn requests(&self) -> Vec<String> {
        self.log.take()
    }

    async fn pass(&self, request: &str) {
        let hold = self.holds.borrow_mut().get_mut(request).and_then(VecDeque::pop_front);
        if let Some((arrive, wait)) = hold {
            let _ = arrive.send(());
            let _ = wait.await;
        }
    }

    async fn carry_out(&self, change: &Outgoing) -> Result<Outcome, BackendError> {
        let request = format!("{} {}/{}", change.action, change.key.table, change.key.id);
        self.log.borrow_mut().push(request.clone());
        self.under_way.set(self.under_way.get() + 1);
        self.most_under_way.set(self.most_under_way.get().max(self.under_way.get()));
        self.pass(&request).await;
        let meanwhile = self.meanwhile.borrow_mut().pop_front();
        if let Some(meanwhile) = meanwhile {
            meanwhile.await;
        }
        self.under_way.set(self.under_way.get() - 1);
        let mishap = self.mishaps.borrow_mut().pop_front().unwrap_or(Mishap::None);
        let given = self.given_ids.borrow_mut().pop_front();
        match mishap {
            Mishap::None => Ok(self.server.apply(change, given)),
            Mishap::Offline => Err(offline()),
            Mishap::LostAnswer => {
                self.server.apply(change, given);
                Err(offline())
            }
            Mishap::Status(status) => Err(refused(status)),
            Mishap::Busy(retry_after) => Err(busy(retry_after)),
            Mishap::BrokenType => Ok(break_type(self.server.apply(change, given))),
        }
    }
}

fn offline() -> BackendError {
    BackendError::new(Fault::Unreachable, "Unexpected connection failure.")
}

fn busy(retry_after: u64) -> BackendError {
    BackendError { retry_after: Some(retry_after), ..refused(503) }
}

fn refused(status: u16) -> BackendError {
    BackendError::new(Fault::Status(status), "the server says no").with_body("no").with_payload(7)
}

fn break_type(outcome: Outcome) -> Outcome {
    let Outcome::Done(Some(Row { id, version, position, content: Content::Entry(entry) })) = outcome else {
        return outcome;
    };
    let mut values = parse(&entry);
    values.insert("n".into(), "no number".into());
    let content = Content::Entry(Value::Object(values).to_string());
    Outcome::Done(Some(Row { id, version, position, content }))
}

impl Form for Fake {
    fn version_of(&self, _: &str, entry: &str) -> Option<String> {
        parse(entry).get("version").and_then(Value::as_str).map(str::to_owned)
    }

    fn id_of(&self, _: &str, json: &str) -> Result<Option<String>, BackendError> {
        match parse(json).get("id") {
            None => Ok(None),
            Some(Value::String(id)) if !id.is_empty() => Ok(Some(id.clone())),
            Some(other) => Err(BackendError::new(Fault::Refused, other.to_string())),
        }
    }

    fn store(&self, table: &str, local: Option<&str>, entry: &str) -> Result<String, BackendError> {
        self.change(table, local, entry)
    }

    fn change(&self, _: &str, local: Option<&str>, change: &str) -> Result<String, BackendError> {
        let mut values = local.map(parse).unwrap_or_default();
        values.extend(parse(change));
        if values.get("n").is_some_and(|n| !n.is_number()) {
            return Err(BackendError::new(Fault::Refused, "n must be a number"));
        }
        Ok(Value::Object(values).to_string())
    }

    fn adopt(&self, table: &str, local: &str, row: &Row) -> Result<String, BackendError> {
        self.change(table, Some(local), &json!({ "id": row.id, "version": row.version }).to_string())
    }

    fn same(&self, _: &str, sent: &str, entry: &str) -> bool {
        sent_values(sent) == sent_values(entry)
    }
}

impl Fake {
    async fn carry_out_all(&self, changes: &[Outgoing]) -> Vec<Answer> {
        self.sent.borrow_mut().push(changes.len());
        let mut outcomes = Vec::new();
        for change in changes {
            outcomes.push(self.carry_out(change).await);
        }
        outcomes
    }

    async fn read(&self, request: &ListRequest) -> Result<Page, BackendError> {
        self.log.borrow_mut().push(format!("list {} {:?}", request.table, request.start));
        self.pass(&format!("list {}", request.table)).await;
        let mishap = self.list_mishaps.borrow_mut().pop_front().unwrap_or(Mishap::None);
        let mut page = self.server.list(request);
        match mishap {
            Mishap::None => {}
            Mishap::Offline | Mishap::LostAnswer => return Err(offline()),
            Mishap::Status(status) => return Err(refused(status)),
            Mishap::Busy(retry_after) => return Err(busy(retry_after)),
            Mishap::BrokenType => {
                let last = page.rows.last_mut().unwrap();
                last.content = Content::Unreadable("n must be a number".into());
            }
        }
        Ok(page)
    }
}

impl Backend for Fake {
    fn scope(&self) -> &str {
        "fake"
    }

    fn capabilities(&self) -> Capabilities {
        let (batch, ties) = (self.batch.get(), Ties::Keyset);
        let (tombstones, parallel) = (self.tombstones.get(), self.parallel.get());
        let server_decides = self.server_decides.get();
        Capabilities { batch, ties, delta: true, tombstones, versions: true, parallel, server_decides, live: false }
    }

    fn apply<'a>(&'a self, change: &'a Outgoing) -> LocalBoxFuture<'a, Answer> {
        self.carry_out(change).boxed_local()
    }

    fn send<'a>(&'a self, changes: &'a [Outgoing]) -> LocalBoxFuture<'a, Vec<Answer>> {
        self.carry_out_all(changes).boxed_local()
    }

    fn fetch<'a>(&'a self, key: &'a RecordKey) -> LocalBoxFuture<'a, Result<Option<Row>, BackendError>> {
        let row = self.server.row(&key.table, &key.id).map(|row| to_row(&key.id, &row));
        ready(Ok(row)).boxed_local()
    }

    fn list<'a>(&'a self, request: &'a ListRequest) -> LocalBoxFuture<'a, Result<Page, BackendError>> {
        self.read(request).boxed_local()
    }
}
