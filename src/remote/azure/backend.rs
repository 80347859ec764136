//! Azure Mobile Apps as the sync room's backend, in whatever dialect its server speaks.

use super::Cell;
use super::answers::Answers;
use super::away;
use super::cell::Record;
use super::client::{Call, Client};
use super::definition::same_name;
use super::dialect::Dialect;
use super::edit::Edit;
use super::error::Error;
use super::id::Id;
use super::pull_query::PullQuery;
use super::refusal::{CallError, Refusal};
use super::row::{Listing, row_of};
use super::table::{Source, Table};
use super::tables::Tables;
use super::wire::{self, Feature};
use crate::json;
use crate::remote::transport::{self, Response};
use crate::sync::backend::{
    self, Answer, Backend, BackendError, Boundary, Capabilities, Fault, Form, ListRequest, Next, Outcome, Outgoing,
    Page, PayloadId, Row, Start, Ties,
};
use crate::sync::{Action, RecordKey};
use futures::future::{FutureExt, LocalBoxFuture};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Under which name operations and tokens are kept. One for all addresses: an app that moves to another address of its
/// backend keeps the changes that it has not pushed.
pub const SCOPE: &str = "azure";

/// No backend is set to answer fewer rows at once than this.
const LEAST_CAP: usize = 10;

/// A backend of Azure Mobile Apps, for the tables that the app has defined.
pub struct AzureBackend {
    client: Client,
    tables: Tables,
    answers: Answers,
    /// How many rows of a table the backend has given at once, at most.
    largest: RefCell<BTreeMap<String, usize>>,
}

impl AzureBackend {
    /// A backend that `client` calls.
    pub fn new(client: Client, tables: Tables) -> Self {
        Self { client, tables, answers: Answers::default(), largest: RefCell::default() }
    }

    /// The failure that the sync room knows by `id`, as long as it is kept.
    pub fn answer(&self, id: PayloadId) -> Option<CallError> {
        self.answers.get(id)
    }

    fn table(&self, name: &str) -> Result<Rc<Table>, BackendError> {
        self.tables.get(name).map_err(refused)
    }

    /// The dialect of a server that has answered.
    fn dialect(&self) -> Dialect {
        self.client.known_dialect().unwrap_or_default()
    }

    async fn call(&self, call: Call) -> Result<Response, CallError> {
        self.client.send(call.feature(Feature::Offline)).await
    }

    /// What a change came to.
    fn outcome(&self, answer: Result<Response, CallError>) -> Answer {
        match answer {
            Ok(response) => self.applied(response),
            Err(CallError::Refused(refusal)) => match refusal.response.status {
                409 | 412 => Ok(Outcome::Conflict(self.conflict(*refusal))),
                404 | 410 => Ok(Outcome::Gone(self.refusal(*refusal, None))),
                _ => Err(self.failure(CallError::Refused(refusal))),
            },
            Err(error) => Err(self.failure(error)),
        }
    }

    fn applied(&self, response: Response) -> Result<Outcome, BackendError> {
        if response.body.trim().is_empty() {
            return Ok(Outcome::Done(None));
        }
        match row_in(&response) {
            Some(row) => Ok(Outcome::Done(Some(row))),
            None => Err(self.unreadable("the change", &response)),
        }
    }

    /// A stale version is refused with the record as it is. In version 2, a refused insert's answer repeats what was
    /// sent, so the record is to be looked up: it may be the very one that an earlier attempt inserted, whose answer
    /// was lost.
    fn conflict(&self, refusal: Refusal) -> backend::Refusal {
        let carries_it = refusal.response.status == 412 || self.dialect().sends_whole_records();
        let server = if carries_it { row_in(&refusal.response) } else { None };
        backend::Refusal { complete: carries_it, ..self.refusal(refusal, server) }
    }

    async fn insert(&self, change: &Outgoing) -> Answer {
        let table = self.table(&change.key.table)?;
        let body = body_of(&table, change)?;
        let answer = self.call(Call::insert(&table.name, body)).await;
        self.outcome(answer)
    }

    async fn update(&self, change: &Outgoing) -> Answer {
        let table = self.table(&change.key.table)?;
        let edit = Edit {
            table: table.name.clone(),
            id: change.key.id.clone(),
            changes: Some(body_of(&table, change)?),
            version: change.version.clone(),
        };
        let answer = self.client.edit(&edit, &|call| call.feature(Feature::Offline)).await;
        self.outcome(answer)
    }

    async fn delete(&self, change: &Outgoing) -> Answer {
        let table = self.table(&change.key.table)?;
        let answer = self.call(Call::delete(&table.name, &change.key.id, change.version.as_deref())).await;
        self.outcome(answer)
    }

    async fn look_up(&self, key: &RecordKey) -> Result<Option<Row>, BackendError> {
        let table = self.table(&key.table)?;
        let answer = self.call(Call::lookup(&table.name, &key.id)).await;
        answer.map(|response| row_in(&response)).map_err(|error| self.failure(error))
    }

    async fn read(&self, request: &ListRequest) -> Result<Page, BackendError> {
        let table = self.table(&request.table)?;
        let pull = PullQuery::parse(&request.query).map_err(refused)?;
        let dialect = self.client.dialect(&table.name).await.map_err(|error| self.failure(error))?;
        let query = match &request.start {
            Start::Link(link) => link.clone(),
            _ => pull.page(request, dialect).and_then(|query| dialect.options(&query)).map_err(refused)?,
        };
        let call = Call::read(&table.name, &query).feature(Feature::Offline).feature(Feature::RawRead);
        let call = if pull.incremental { call.feature(Feature::IncrementalPull) } else { call };
        let response = self.client.send(call).await.map_err(|error| self.failure(error))?;
        let Some(listing) = Listing::parse(&response.body) else { return Err(self.unreadable("a pull", &response)) };
        let next = self.next(&table.name, &listing, request.page_size as usize, &response);
        Ok(Page { rows: listing.rows, next, boundary: Boundary::Open, position: None, total: None })
    }

    fn refusal(&self, refusal: Refusal, server: Option<Row>) -> backend::Refusal {
        let (status, message) = (refusal.response.status, refusal.message.clone());
        let payload = Some(self.answers.keep(CallError::Refused(Box::new(refusal))));
        backend::Refusal { status, message, server, complete: true, payload }
    }

    fn unreadable(&self, what: &str, response: &Response) -> BackendError {
        let error = CallError::Unreadable(what.to_owned(), self.client.application_url());
        self.failure(error).with_body(response.body.clone())
    }

    fn failure(&self, error: CallError) -> BackendError {
        let fault = match &error {
            CallError::Transport(transport::Error::Invalid(_)) => Fault::Refused,
            CallError::Transport(_) => Fault::Unreachable,
            CallError::Refused(refusal) => Fault::Status(refusal.response.status),
            CallError::Unreadable(..) => Fault::Malformed,
        };
        let failure = BackendError::new(fault, error.to_string());
        let failure = match &error {
            CallError::Refused(refusal) => failure.with_body(refusal.response.body.clone()),
            CallError::Transport(_) | CallError::Unreadable(..) => failure,
        };
        failure.with_payload(self.answers.keep(error))
    }

    /// Whether a page is the last one.
    ///
    /// Where it names a next page there is one. The link itself is of no use: in version 2 the port and path are missing,
    /// and a position leaves out no row when others move on meanwhile, as a count of rows does.
    ///
    /// A listing of `items` shorter than was asked for, and without a link, is the end. In version 2, such a page may be
    /// all that the backend gives at once, too: that cannot be less than it has given before.
    fn next(&self, table: &str, listing: &Listing, asked: usize, response: &Response) -> Next {
        let rows = listing.rows.len();
        if let Some(linked) = listing.linked {
            return if rows > 0 && (rows >= asked || linked) { Next::More } else { Next::End };
        }
        let mut largest = self.largest.borrow_mut();
        let largest = largest.entry(table.to_owned()).or_default();
        let linked = response.headers.get("Link").is_some_and(|link| link.contains("rel=next"));
        let may_be_all_at_once = rows >= LEAST_CAP && rows >= *largest;
        *largest = rows.max(*largest);
        if rows > 0 && (rows >= asked || linked || may_be_all_at_once) { Next::More } else { Next::End }
    }
}

/// The record in an answer, of the version that the entity tag says.
fn row_in(response: &Response) -> Option<Row> {
    let row = row_of(&response.body)?;
    let version = response.headers.get("ETag").map(wire::version_of);
    Some(Row { version: version.or(row.version.clone()), ..row })
}

fn refused(error: Error) -> BackendError {
    BackendError::new(Fault::Refused, error.to_string())
}

impl Form for AzureBackend {
    fn version_of(&self, table: &str, entry: &str) -> Option<String> {
        self.tables.get(table).ok()?.version_of(entry)
    }

    fn id_of(&self, table: &str, json: &str) -> Result<Option<String>, BackendError> {
        self.table(table)?;
        let record = Record::parse(json).map_err(refused)?;
        match record.get("id") {
            Cell::Undefined | Cell::Null => Ok(None),
            cell => Id::of("id", cell).map(|id| Some(id.key().to_owned())).map_err(refused),
        }
    }

    fn store(&self, table: &str, local: Option<&str>, entry: &str) -> Result<String, BackendError> {
        let table = self.table(table)?;
        let mut record = Record::plain(entry).map_err(refused)?;
        if self.dialect().sends_whole_records() {
            let named = |name: &str| record.properties.iter().any(|(property, _)| same_name(property, name));
            let known = match local {
                Some(local) if table.is_away() => away::names(local).map_err(refused)?,
                _ => table.columns.iter().map(|column| column.name.clone()).collect(),
            };
            let nulls: Vec<_> = known.into_iter().filter(|name| !named(name)).map(|name| (name, Cell::Null)).collect();
            record.properties.extend(nulls);
        }
        table.merge(local, &record, Source::Server).map_err(refused)
    }

    fn change(&self, table: &str, local: Option<&str>, change: &str) -> Result<String, BackendError> {
        let table = self.table(table)?;
        let record = Record::parse(change).map_err(refused)?;
        table.merge(local, &record, Source::App).map_err(refused)
    }

    fn adopt(&self, table: &str, local: &str, row: &Row) -> Result<String, BackendError> {
        let Some(version) = &row.version else { return Ok(local.to_owned()) };
        let properties = vec![("version".to_owned(), Cell::Text(version.clone()))];
        self.table(table)?.merge(Some(local), &Record { properties }, Source::Server).map_err(refused)
    }

    fn same(&self, table: &str, sent: &str, entry: &str) -> bool {
        let Ok(table) = self.tables.get(table) else { return false };
        let server = Record::plain(entry).and_then(|record| table.merge(None, &record, Source::Server));
        let bodies = server.and_then(|server| Ok((table.outgoing(sent)?, table.outgoing(&server)?)));
        // Of a store of the app's, which columns there are only it knows: those count that something was sent of.
        let same = if table.is_away() { json::has_all } else { json::same };
        bodies.is_ok_and(|(sent, server)| same(&sent, &server))
    }
}

impl Backend for AzureBackend {
    fn scope(&self) -> &str {
        SCOPE
    }

    fn capabilities(&self) -> Capabilities {
        let (delta, tombstones, versions, parallel) = (true, true, true, true);
        Capabilities { ties: Ties::Skip, delta, tombstones, versions, parallel, ..Capabilities::default() }
    }

    fn apply<'a>(&'a self, change: &'a Outgoing) -> LocalBoxFuture<'a, Answer> {
        match change.action {
            Action::Insert => self.insert(change).boxed_local(),
            Action::Update => self.update(change).boxed_local(),
            Action::Delete => self.delete(change).boxed_local(),
        }
    }

    fn fetch<'a>(&'a self, key: &'a RecordKey) -> LocalBoxFuture<'a, Result<Option<Row>, BackendError>> {
        self.look_up(key).boxed_local()
    }

    fn list<'a>(&'a self, request: &'a ListRequest) -> LocalBoxFuture<'a, Result<Page, BackendError>> {
        self.read(request).boxed_local()
    }
}

/// What the backend is sent of a record.
fn body_of(table: &Table, change: &Outgoing) -> Result<String, BackendError> {
    table.outgoing(change.entry.as_deref().unwrap_or("{}")).map_err(refused)
}
