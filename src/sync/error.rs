//! What can go wrong in sync.

use super::backend::BackendError;
use super::operation::{Action, RecordKey};
use crate::{database, soup};

/// Why a change could not be queued, or a push, pull or purge did not come to its end.
///
/// Where Azure's sync context has a text for the same thing, it is that text (Azure spec, Operation queue, pushError).
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The store as a whole failed.
    #[error(transparent)]
    Database(#[from] database::Error),
    /// A soup failed.
    #[error(transparent)]
    Soup(#[from] soup::Error),
    /// An insert of a record whose insert or update is pending.
    #[error("Record with id {} already exists in the table {}", .0.id, .0.table)]
    RecordExists(RecordKey),
    /// A change of a record whose deletion is pending.
    #[error("Operation {0} not supported as a DELETE operation is pending")]
    DeletePending(Action),
    /// An action that there is not.
    #[error("Action {0} not supported.")]
    UnknownAction(String),
    /// A push ended at a change that the backend would not take.
    #[error(
        "Push failed while pushing operation for tableName : {}, action: {action}, and record ID: {}: {cause}",
        .key.table, .key.id
    )]
    PushAborted {
        /// The record.
        key: RecordKey,
        /// What was to be done to it.
        action: Action,
        /// What the backend said.
        cause: Box<BackendError>,
    },
    /// A pull ended because a page could not be had.
    #[error("{0}")]
    Pull(BackendError),
    /// A row that the backend sent cannot be stored. Nothing of its page is.
    #[error("the record {} of the table {} cannot be stored: {reason}", .key.id, .key.table)]
    UnstorableRow {
        /// The record.
        key: RecordKey,
        /// What is wrong with it.
        reason: String,
    },
    /// A page from which the pull cannot go on.
    #[error("the pull of {table} cannot go on: {reason}")]
    Listing {
        /// The table.
        table: String,
        /// What is wrong with the page.
        reason: &'static str,
    },
    /// A network that leads to something else than the backend.
    #[error("there is a network, but it does not lead to the backend; a login page may stand before it")]
    Portal,
    /// The application's signal.
    #[error("the operation was aborted by the application's signal; what was stored until then remains")]
    Aborted,
    /// A purge of records that wait to be pushed.
    #[error("Cannot purge the table as it contains pending operations")]
    PendingOperations,
    /// An operation that is not in the queue any more.
    #[error("there is no pending operation {0}; it may have been pushed or cancelled meanwhile")]
    NoSuchOperation(i64),
    /// A resolution of a conflict whose record is not what it was when the conflict was told of.
    #[error(
        "the record {} of the table {} was changed again meanwhile, and is left as it is; push again to resolve it",
        .0.id, .0.table
    )]
    ChangedMeanwhile(RecordKey),
    /// The client's record cannot win over one that nobody knows.
    #[error(
        "the backend did not tell what it has of the record {} of the table {}; push again, or resolve it by its push \
         error",
        .0.id, .0.table
    )]
    NoServerRecord(RecordKey),
    /// A record of the application's that the backend's rules refuse.
    #[error("{0}")]
    Record(BackendError),
    /// A new value for a record whose deletion was pushed.
    #[error("Cannot update a deleted record")]
    UpdateOfDeleted,
    /// No new value where one is needed.
    #[error("Need a valid object to update the record")]
    NoValue,
    /// A new value whose id cannot be one.
    #[error("Invalid ID: {0}")]
    InvalidId(String),
    /// A new value for some other record.
    #[error("Only updating the record being pushed is allowed")]
    OtherRecord,
    /// A new value without an id.
    #[error("New client record value must specify the record ID")]
    NoRecordId,
    /// A new value with another id.
    #[error("New client record value cannot change the record ID. Original ID: {original} New ID: {new}")]
    ChangedRecordId {
        /// The id of the record being pushed.
        original: String,
        /// The id of the new value.
        new: String,
    },
    /// A delete cannot become an insert or update of nothing.
    #[error("Changing action from {from} to {to} without specifying a value for the associated record is not allowed!")]
    NoValueForAction {
        /// What it was.
        from: Action,
        /// What it should become.
        to: Action,
    },
    /// A soup that another backend has.
    #[error("The soup {soup} is bound to {scope} already; disconnect it there first")]
    Bound {
        /// The soup.
        soup: String,
        /// Whose it is.
        scope: String,
    },
    /// A setting out of its range.
    #[error("{0}")]
    Setting(String),
}

impl Error {
    /// The short name that JavaScript's `error.code` carries.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Database(error) => error.code(),
            Self::Soup(error) => error.code(),
            Self::RecordExists(_) => "RECORD_EXISTS",
            Self::DeletePending(_) => "DELETE_PENDING",
            Self::UnknownAction(_) => "UNKNOWN_ACTION",
            Self::PushAborted { .. } => "PUSH_ABORTED",
            Self::Pull(_) => "PULL_FAILED",
            Self::UnstorableRow { .. } => "UNSTORABLE_ROW",
            Self::Listing { .. } => "LISTING",
            Self::Portal => "PORTAL",
            Self::Aborted => "ABORTED",
            Self::PendingOperations => "PENDING_OPERATIONS",
            Self::NoSuchOperation(_) => "NO_SUCH_OPERATION",
            Self::ChangedMeanwhile(_) => "CHANGED_MEANWHILE",
            Self::NoServerRecord(_) => "NO_SERVER_RECORD",
            Self::Record(_) => "RECORD",
            Self::UpdateOfDeleted => "UPDATE_OF_DELETED",
            Self::NoValue => "NO_VALUE",
            Self::InvalidId(_) => "INVALID_ID",
            Self::OtherRecord => "OTHER_RECORD",
            Self::NoRecordId => "NO_RECORD_ID",
            Self::ChangedRecordId { .. } => "CHANGED_RECORD_ID",
            Self::NoValueForAction { .. } => "NO_VALUE_FOR_ACTION",
            Self::Bound { .. } => "BOUND",
            Self::Setting(_) => "SETTING",
        }
    }

    /// The backend's failure behind this one, for its status, body and payload.
    pub fn backend(&self) -> Option<&BackendError> {
        match self {
            Self::PushAborted { cause, .. } => Some(cause),
            Self::Pull(cause) | Self::Record(cause) => Some(cause),
            _ => None,
        }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error.into())
    }
}
