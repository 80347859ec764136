//! The one way an error of any room becomes a JavaScript error.

use super::{host, http};
use crate::database;
use crate::foreign::Foreign;
use crate::remote::azure::{self, AzureBackend, CallError};
use crate::remote::transport;
use crate::soup;
use crate::sync;
use wasm_bindgen::JsValue;

/// An error on its way to JavaScript.
#[derive(Debug)]
pub(super) enum Failure {
    /// An error of this module's rooms.
    Own {
        /// The short name that `error.code` carries.
        code: &'static str,
        /// The sentence that says what to do.
        message: String,
    },
    /// An error with another behind it.
    Caused {
        /// As in `Own`.
        code: &'static str,
        /// As in `Own`.
        message: String,
        /// The error behind it.
        cause: JsValue,
    },
    /// A backend's refusal, with its whole answer.
    Refused {
        /// As in `Own`.
        code: &'static str,
        /// The backend's words.
        message: String,
        /// What `error.request` is made from.
        answer: JsValue,
    },
    /// What JavaScript threw, handed back as it is.
    Foreign(JsValue),
}

impl Failure {
    /// An argument that cannot be read.
    pub(super) fn argument(message: impl Into<String>) -> Self {
        Self::Own { code: "BAD_ARGUMENT", message: message.into() }
    }

    /// A failure of sync: what the backend answered is shown in its own words, or stands behind the failure of a push.
    pub(super) fn of_sync(error: sync::Error, backend: &AzureBackend) -> Self {
        let answer = error.backend().and_then(|cause| backend.answer(cause.payload?)).map(Self::from);
        match (error, answer) {
            (sync::Error::Pull(_), Some(answer)) => answer,
            (error, Some(answer)) => {
                Self::Caused { code: error.code(), message: error.to_string(), cause: answer.into() }
            }
            (error, None) => error.into(),
        }
    }
}

impl From<Failure> for JsValue {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Own { code, message } => host::error(code, &message, &JsValue::UNDEFINED),
            Failure::Caused { code, message, cause } => host::error(code, &message, &cause),
            Failure::Refused { code, message, answer } => host::refusal(code, &message, &answer),
            Failure::Foreign(value) => value,
        }
    }
}

impl From<Foreign> for Failure {
    fn from(Foreign { message, value }: Foreign) -> Self {
        match value.downcast_ref::<JsValue>() {
            Some(value) => Self::Foreign(value.clone()),
            None => Self::Own { code: "FOREIGN", message },
        }
    }
}

impl From<transport::Error> for Failure {
    fn from(error: transport::Error) -> Self {
        match error {
            transport::Error::Foreign(foreign) => foreign.into(),
            error => Self::Own { code: error.code(), message: error.to_string() },
        }
    }
}

impl From<CallError> for Failure {
    fn from(error: CallError) -> Self {
        let (code, message) = (error.code(), error.to_string());
        match error {
            CallError::Transport(error) => error.into(),
            CallError::Refused(refusal) => Self::Refused { code, message, answer: http::answer(&refusal.response) },
            CallError::Unreadable(..) => Self::Own { code, message },
        }
    }
}

impl From<database::Error> for Failure {
    fn from(error: database::Error) -> Self {
        match error {
            database::Error::Foreign(foreign) => foreign.into(),
            error => Self::Own { code: error.code(), message: error.to_string() },
        }
    }
}

impl From<soup::Error> for Failure {
    fn from(error: soup::Error) -> Self {
        Self::Own { code: error.code(), message: error.to_string() }
    }
}

impl From<sync::Error> for Failure {
    fn from(error: sync::Error) -> Self {
        match error {
            sync::Error::Database(error) => error.into(),
            error => Self::Own { code: error.code(), message: error.to_string() },
        }
    }
}

impl From<azure::Error> for Failure {
    fn from(error: azure::Error) -> Self {
        match error {
            azure::Error::Sync(error) => (*error).into(),
            azure::Error::Database(error) => error.into(),
            error => Self::Own { code: error.code(), message: error.to_string() },
        }
    }
}
