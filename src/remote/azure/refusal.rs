//! Why a call to the backend failed, and how its words are found.

use crate::json::compact;
use crate::json::{self, Fields};
use crate::remote::transport::{self, Response};
use std::borrow::Cow;

/// A backend that answered, but not with what was asked.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// The backend's words, or the protocol's.
    pub message: String,
    /// The whole answer.
    pub response: Response,
}

impl Refusal {
    /// Reads the reason from an answer: the body if it is a JSON string; else its `error`, else its `description`; a
    /// body of text as it is; else the status in words. (Azure Mobile Apps specification, "Rejection shapes".)
    pub fn of(response: Response) -> Self {
        Self { message: words(&response).unwrap_or_else(|| "Unexpected failure.".to_owned()), response }
    }

    /// Whether the record was changed by another meanwhile, or is there already.
    pub fn is_conflict(&self) -> bool {
        matches!(self.response.status, 409 | 412)
    }
}

fn words(response: &Response) -> Option<String> {
    let status = Some(response.status_text.as_str()).filter(|text| !text.is_empty()).map(str::to_owned);
    match json::value(&response.body) {
        Ok(body) if body.starts_with('"') => json::lossy_text(body).map(Cow::into_owned),
        Ok(body) => {
            let fields = json::fields(body).unwrap_or_default();
            said(&fields, "error").or_else(|| said(&fields, "description")).or(status)
        }
        Err(_) if is_text(response) => Some(response.body.clone()),
        Err(_) => status,
    }
}

fn said(body: &Fields<'_>, key: &str) -> Option<String> {
    match body.given(key)? {
        "false" | "\"\"" => None,
        other => Some(json::lossy_text(other).unwrap_or_else(|| compact(other)).into_owned()),
    }
}

fn is_text(response: &Response) -> bool {
    response.headers.get("content-type").is_some_and(|kind| kind.to_ascii_lowercase().contains("text"))
}

/// Why a call failed.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum CallError {
    /// There was no answer.
    #[error(transparent)]
    Transport(#[from] transport::Error),
    /// The answer was a refusal.
    #[error("{}", .0.message)]
    Refused(Box<Refusal>),
    /// The answer cannot be read.
    #[error(
        "The backend's answer to {0} is not the JSON that the protocol promises. Is {1} an Azure Mobile Apps backend?"
    )]
    Unreadable(String, String),
}

impl CallError {
    /// The short name that JavaScript's `error.code` carries.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Transport(error) => error.code(),
            Self::Refused(refusal) if refusal.is_conflict() => "CONFLICT",
            Self::Refused(_) => "REFUSED",
            Self::Unreadable(..) => "UNREADABLE_ANSWER",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(kind: &str, body: &str, status_text: &str) -> String {
        Refusal::of(Response {
            status: 500,
            status_text: status_text.to_owned(),
            headers: [("Content-Type".to_owned(), kind.to_owned())].into_iter().collect(),
            body: body.to_owned(),
        })
        .message
    }

    #[test]
    fn the_words_are_looked_for_where_backends_put_them() {
        assert_eq!(refused("application/json", r#""no""#, "Bad"), "no");
        assert_eq!(refused("application/json", r#"{"error":"e","description":"d"}"#, "Bad"), "e");
        assert_eq!(refused("application/json", r#"{"error":"","description":"d"}"#, "Bad"), "d");
        assert_eq!(refused("application/json", r#"{"code":1}"#, "Bad"), "Bad");
        assert_eq!(refused("text/plain", "it broke", "Bad"), "it broke");
        assert_eq!(refused("application/json", "{broken", "Bad"), "Bad");
        assert_eq!(refused("application/octet-stream", "", ""), "Unexpected failure.");
    }
}
