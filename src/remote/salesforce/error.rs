//! Why a sync, or a call about one, failed.

use crate::foreign::Foreign;
use crate::remote::transport;
use crate::{database, json, soup};

/// Why a sync, or a call about one, failed. A sync keeps the text in its state.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The store.
    #[error(transparent)]
    Database(#[from] database::Error),
    /// A soup, or its lack of an index.
    #[error(transparent)]
    Soup(#[from] soup::Error),
    /// There is no answer.
    #[error(transparent)]
    Transport(transport::Error),
    /// The org refused. Its own words are the message, as in the original: an array of `{message, errorCode}`.
    #[error("{}", refusal(*.status, .body))]
    Refused {
        /// The status of the answer.
        status: u16,
        /// The answer's body.
        body: String,
    },
    /// What answered is no org: a page of a proxy or of a network that wants a login, or half an answer.
    #[error(
        "The answer is not JSON ({0}). Something between this device and the org answers in its place, or broke off."
    )]
    Unreadable(String),
    /// A target or options that cannot be run.
    #[error("{0}")]
    Target(String),
    /// There is no such sync.
    #[error("Sync {0} does not exist")]
    NoSuchSync(String),
    /// A name that another sync has.
    #[error("Failed to create sync, there is already a sync with name: {0}")]
    NameTaken(String),
    /// The same sync is under way.
    #[error("Cannot run runSync {0} - sync is still running")]
    Running(i64),
    /// The app's own target failed.
    #[error("{}", .0.message)]
    Foreign(Foreign),
}

/// What a call of this room returns.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// The short name that JavaScript's `error.code` carries.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Database(error) => error.code(),
            Self::Soup(error) => error.code(),
            Self::Transport(error) => error.code(),
            Self::Refused { .. } => "REFUSED",
            Self::Unreadable(_) => "UNREADABLE",
            Self::Target(_) => "BAD_TARGET",
            Self::NoSuchSync(_) => "NO_SUCH_SYNC",
            Self::NameTaken(_) => "SYNC_EXISTS",
            Self::Running(_) => "SYNC_RUNNING",
            Self::Foreign(_) => "FOREIGN",
        }
    }

    /// Whether the org may have done what was asked, though nobody knows.
    pub(super) fn is_lost_answer(&self) -> bool {
        match self {
            Self::Transport(error) => {
                matches!(error, transport::Error::Unreachable | transport::Error::TimedOut(_))
            }
            Self::Unreadable(_) => true,
            // 503 says that it was not even looked at.
            Self::Refused { status, .. } => *status >= 500 && *status != 503,
            _ => false,
        }
    }
}

impl From<transport::Error> for Error {
    fn from(error: transport::Error) -> Self {
        match error {
            transport::Error::Foreign(foreign) => Self::Foreign(foreign),
            error => Self::Transport(error),
        }
    }
}

/// A target or options that are malformed.
impl From<json::Error> for Error {
    fn from(error: json::Error) -> Self {
        Self::Target(format!("The target or its options are malformed: {error}"))
    }
}

fn refusal(status: u16, body: &str) -> String {
    match json::value(body) {
        Ok(body) => body.to_owned(),
        Err(_) => {
            format!("The org answered with status {status} and no JSON: it is down, or something stands before it")
        }
    }
}
