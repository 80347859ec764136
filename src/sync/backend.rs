//! What a backend must be able to do, and what it may answer.
//!
//! Two traits: [`Form`] is what a backend knows about the text of a stored entry, without asking anyone; it runs inside
//! write transactions. [`Backend`] is what it does over the wire.

use super::operation::{Action, RecordKey};
use futures::future::{FutureExt, LocalBoxFuture};

/// Where JavaScript finds the original answer or error object behind a failure. Means nothing to the sync room.
pub type PayloadId = u64;

/// What a record is in an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// The record, as the JSON text of an entry in stored form.
    Entry(String),
    /// The record is deleted.
    Deleted,
    /// A record that cannot be stored, a value of the wrong type for example: why not.
    Unreadable(String),
}

/// One record as the backend has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its id. After an insert this may be another one than was sent, where the backend gives the ids.
    pub id: String,
    /// Its version, where the backend has versions.
    pub version: Option<String>,
    /// Where it stands in the order of changes: the text of `updatedAt`, of a sequence number, …, digit for digit.
    pub position: Option<String>,
    /// The record itself.
    pub content: Content,
}

/// One change on its way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// The record.
    pub key: RecordKey,
    /// What is to be done to it.
    pub action: Action,
    /// The entry's JSON text, as it is stored; nothing for a delete.
    pub entry: Option<String>,
    /// The version that the backend's record must have, where that is known.
    pub version: Option<String>,
    /// Whether the very same change may have been applied already, by an attempt whose answer never came.
    pub in_doubt: bool,
}

/// Why a backend would not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The status of its answer, as HTTP counts.
    pub status: u16,
    /// What it said.
    pub message: String,
    /// The record as the backend has it, where the refusal carries it.
    pub server: Option<Row>,
    /// Whether such a refusal carries the record, if there is one. Else it is looked up by [`Backend::fetch`].
    pub complete: bool,
    /// The original answer.
    pub payload: Option<PayloadId>,
}

/// A backend's answer to one change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Applied; the record as it now is, where the answer tells.
    Done(Option<Row>),
    /// Not applied: the record is not as the sender thought (409, 412).
    Conflict(Refusal),
    /// Not applied: there is no such record (404, 410).
    Gone(Refusal),
}

/// What kind of failure it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// No answer: offline, timed out, connection lost.
    Unreachable,
    /// An answer with this HTTP status, which is no success.
    Status(u16),
    /// Never sent: the change or the query cannot be put in the backend's terms.
    Refused,
    /// An answer that cannot be understood: not JSON, not the expected shape, not from the backend at all.
    Malformed,
}

/// Whether a failed change has been applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It surely has not.
    NotApplied,
    /// It may have been: it must be sent again just as it was.
    Unknown,
}

/// Why there is no [`Outcome`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct BackendError {
    /// What kind of failure.
    pub fault: Fault,
    /// The short name of the failure, for a program.
    pub code: &'static str,
    /// What to tell a person.
    pub message: String,
    /// The body of the answer, if there was one.
    pub body: Option<String>,
    /// The original answer or error.
    pub payload: Option<PayloadId>,
    /// How long the backend asks to be left alone, in milliseconds.
    pub retry_after: Option<u64>,
}

impl BackendError {
    /// A failure without an answer's body.
    pub fn new(fault: Fault, message: impl Into<String>) -> Self {
        let code = match fault {
            Fault::Unreachable => "UNREACHABLE",
            Fault::Status(_) => "REFUSED_BY_SERVER",
            Fault::Refused => "BAD_REQUEST",
            Fault::Malformed => "BAD_ANSWER",
        };
        Self::coded(fault, code, message)
    }

    /// The same, by a name of its own.
    pub fn coded(fault: Fault, code: &'static str, message: impl Into<String>) -> Self {
        Self { fault, code, message: message.into(), body: None, payload: None, retry_after: None }
    }

    /// The same, with the answer's body.
    pub fn with_body(self, body: impl Into<String>) -> Self {
        Self { body: Some(body.into()), ..self }
    }

    /// The same, with the original answer or error.
    pub fn with_payload(self, payload: PayloadId) -> Self {
        Self { payload: Some(payload), ..self }
    }

    /// The HTTP status, if there was an answer with one.
    pub fn status(&self) -> Option<u16> {
        match self.fault {
            Fault::Status(status) => Some(status),
            _ => None,
        }
    }

    /// Whether the change may have been applied. A server that fails (5xx) or gives up waiting (408) may do so after
    /// its work is done; one that refuses (4xx) has not begun.
    pub fn fate(&self) -> Fate {
        match self.fault {
            Fault::Refused => Fate::NotApplied,
            Fault::Status(status) if status < 500 && status != 408 => Fate::NotApplied,
            Fault::Status(_) | Fault::Unreachable | Fault::Malformed => Fate::Unknown,
        }
    }
}

/// How a backend can go on listing when many rows share one position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ties {
    /// They never do: each row has a position of its own (a sequence number).
    None,
    /// Rows of one position are ordered by id, and [`Start::Within`] works.
    Keyset,
    /// Only by leaving out the first so many rows of it.
    Skip,
}

/// What a backend can do. The default can do nothing but take one change after the other and list everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capabilities {
    /// How many changes of independent records one [`Backend::send`] takes: 1 unless there is a bulk request.
    pub batch: usize,
    /// What its positions are like.
    pub ties: Ties,
    /// Whether it lists what changed since a position. Else every pull lists everything.
    pub delta: bool,
    /// Whether its listings tell of deleted records. Else a pull that has listed everything removes what was not listed.
    pub tombstones: bool,
    /// Whether its records have versions, by which it refuses a change of what is not as the sender thought.
    pub versions: bool,
    /// Whether changes of independent records may be under way side by side. Else they go one by one, in their order.
    pub parallel: bool,
    /// Whether it tells by itself when something has changed.
    pub live: bool,
    /// Whether its word counts in a conflict: its record takes the place of the local one, and nobody is asked.
    pub server_decides: bool,
}

impl Default for Capabilities {
    fn default() -> Self {
        let no = false;
        let (delta, tombstones, versions, parallel, live, server_decides) = (no, no, no, no, no, no);
        Self { batch: 1, ties: Ties::None, delta, tombstones, versions, parallel, live, server_decides }
    }
}

/// Where a listing starts. The backend sorts by position, and rows of one position by something that no two share: by
/// their ids, if its [`Ties`] are [`Ties::Keyset`]. With [`Ties::Skip`], [`Start::Beginning`] may be sorted by position
/// alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// At the very first row.
    Beginning,
    /// After every row of this position.
    After(String),
    /// At the rows of this position, of which the first `skip` are left out.
    At {
        /// The position.
        position: String,
        /// How many rows to leave out.
        skip: u64,
    },
    /// After the row `id` of this position.
    Within {
        /// The position.
        position: String,
        /// The last row that is known.
        id: String,
    },
    /// Where the [`Next::Link`] of the page before says.
    Link(String),
}

/// A request for one page of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListRequest {
    /// The table.
    pub table: String,
    /// Which of its rows: the backend's own text, opaque to the sync room. Deleted rows are always listed too.
    pub query: String,
    /// Where to start.
    pub start: Start,
    /// How many rows at most.
    pub page_size: u32,
}

/// How a listing goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// There is nothing after this page. A backend that knows no better says so of a page shorter than asked for.
    End,
    /// There may be more: ask from the last row's position.
    More,
    /// There is more, and this is how to ask for it.
    Link(String),
}

/// Whether a row can still appear at a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Boundary {
    /// It may: the server's clock may not have moved on yet. Always true to say.
    Open,
    /// It cannot: the backend knows its server's clock to have passed this position *before* the page was asked for.
    Closed,
}

/// A page of rows, in the order of their positions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The rows.
    pub rows: Vec<Row>,
    /// How it goes on.
    pub next: Next,
    /// Whether more rows can appear at the position of the last row.
    pub boundary: Boundary,
    /// Where the listing stands after this page, for a feed that says so apart from its rows (with [`Ties::None`]).
    pub position: Option<String>,
    /// How many rows the whole listing has, if the backend said.
    pub total: Option<u64>,
}

/// What a backend knows about the JSON text of an entry. Everything here is pure, and quick: it runs in transactions.
pub trait Form {
    /// The version that the entry carries.
    fn version_of(&self, table: &str, entry: &str) -> Option<String>;

    /// The id that an application's JSON text of a record names, `None` if it names none.
    ///
    /// # Errors
    /// [`Fault::Refused`] for text that is no record, or an id that the backend cannot take.
    fn id_of(&self, table: &str, json: &str) -> Result<Option<String>, BackendError>;

    /// The entry to store for the backend's `entry`, where `local` is what stands there now.
    ///
    /// # Errors
    /// What cannot be stored, and why.
    fn store(&self, table: &str, local: Option<&str>, entry: &str) -> Result<String, BackendError>;

    /// `local`, with the application's `change` laid over it as the backend's tables do it: whole or in part.
    ///
    /// # Errors
    /// What cannot be stored, and why.
    fn change(&self, table: &str, local: Option<&str>, change: &str) -> Result<String, BackendError>;

    /// `local` with all its values, but of the version that the backend's `row` is of, so that its next change is
    /// understood as based on that one.
    ///
    /// # Errors
    /// What cannot be stored, and why.
    fn adopt(&self, table: &str, local: &str, row: &Row) -> Result<String, BackendError>;

    /// Whether the stored `local` is the very entry `json`, so that storing that would change nothing.
    fn unchanged(&self, table: &str, local: &str, json: &str) -> bool {
        let _ = (table, local, json);
        false
    }

    /// Whether the backend's record holds just what `sent` says, apart from what only the backend sets.
    fn same(&self, table: &str, sent: &str, entry: &str) -> bool;
}

/// What a backend answers to a change.
pub type Answer = Result<Outcome, BackendError>;

/// A backend: the one contract of Azure, REST, OData, and what an app writes itself. Its futures need not be `Send`:
/// everything is on one thread. A future may be dropped at any await, when the push or pull is cancelled; then its
/// request should be given up. They are boxed so that the rooms above are compiled once for all backends.
pub trait Backend: Form {
    /// Under which name this backend's operations and tokens are kept; two backends of one store differ in it.
    fn scope(&self) -> &str;

    /// What it can do.
    fn capabilities(&self) -> Capabilities;

    /// Creates, changes or deletes one record: an update or delete only if the backend's record still has the version
    /// that the change was based on, where there are versions.
    fn apply<'a>(&'a self, change: &'a Outgoing) -> LocalBoxFuture<'a, Answer>;

    /// Sends changes of different records, at most [`Capabilities::batch`] of them, and answers for each in its order.
    fn send<'a>(&'a self, changes: &'a [Outgoing]) -> LocalBoxFuture<'a, Vec<Answer>> {
        async move {
            let mut answers = Vec::with_capacity(changes.len());
            for change in changes {
                answers.push(self.apply(change).await);
            }
            answers
        }
        .boxed_local()
    }

    /// Reads one record; none if it is not there. Asked after a conflict whose refusal does not carry the record: only
    /// by it can a repeated insert be told from a clash.
    fn fetch<'a>(&'a self, key: &'a RecordKey) -> LocalBoxFuture<'a, Result<Option<Row>, BackendError>>;

    /// Reads one page of a table: all of it, or what changed since [`Start`].
    fn list<'a>(&'a self, request: &'a ListRequest) -> LocalBoxFuture<'a, Result<Page, BackendError>>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_clear_refusal_is_surely_not_applied() {
        let fate = |fault| BackendError::new(fault, "").fate();
        for certain in [Fault::Refused, Fault::Status(400), Fault::Status(401), Fault::Status(429)] {
            assert_eq!(fate(certain), Fate::NotApplied, "{certain:?}");
        }
        for open in [Fault::Unreachable, Fault::Malformed, Fault::Status(408), Fault::Status(500), Fault::Status(504)] {
            assert_eq!(fate(open), Fate::Unknown, "{open:?}");
        }
    }
}
