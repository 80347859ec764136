//! An HTTP request and its answer, and whatever carries them: the browser's fetch, an app's filters, a test's server.

use crate::foreign::Foreign;
use futures::future::LocalBoxFuture;
use std::fmt;

/// What is asked of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Read it.
    Get,
    /// Add to it.
    Post,
    /// Replace it.
    Put,
    /// Change some of it.
    Patch,
    /// Remove it.
    Delete,
    /// Read its headers alone.
    Head,
    /// Read what may be asked of it.
    Options,
}

impl Method {
    /// Its name in the protocol.
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Head => "HEAD",
            Self::Options => "OPTIONS",
        }
    }

    /// The method of this name, in any case.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Get, Self::Post, Self::Put, Self::Patch, Self::Delete, Self::Head, Self::Options]
            .into_iter()
            .find(|method| method.name().eq_ignore_ascii_case(name))
    }
}

/// Header names and values, in the order they were set. Names compare without regard to case.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    /// The value of a header.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Sets a header, in place of one of that name.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        let name = name.into();
        self.0.retain(|(key, _)| !key.eq_ignore_ascii_case(&name));
        self.0.push((name, value.into()));
    }

    /// Every header.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl FromIterator<(String, String)> for Headers {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Self {
        let mut headers = Self::default();
        for (name, value) in pairs {
            headers.set(name, value);
        }
        headers
    }
}

/// Shows the names alone: values hold tokens.
impl fmt::Debug for Headers {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_set().entries(self.iter().map(|(name, _)| name)).finish()
    }
}

/// A request to send.
#[derive(Debug, Clone)]
pub struct Request {
    /// What is asked.
    pub method: Method,
    /// The absolute address, its parts encoded.
    pub url: String,
    /// Its headers.
    pub headers: Headers,
    /// Its body as text.
    pub body: Option<String>,
}

/// The answer of a server that was reached.
#[derive(Debug, Clone)]
pub struct Response {
    /// The status code, 200 to 599.
    pub status: u16,
    /// The status in words; HTTP/2 servers send none.
    pub status_text: String,
    /// Its headers, as far as the server exposes them to the page.
    pub headers: Headers,
    /// Its whole body.
    pub body: String,
}

impl Response {
    /// Whether the server did what was asked.
    pub fn is_success(&self) -> bool {
        (200..400).contains(&self.status)
    }
}

/// `text` with everything encoded that `encodeURIComponent` encodes.
pub fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// Why there is no answer.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No connection, a name that does not resolve, or a request that the page's or the server's policy forbids: a
    /// browser does not tell these apart.
    #[error(
        "Unexpected connection failure. The device may be offline; or the server does not allow this page's origin \
         (CORS), or the page's Content-Security-Policy has no connect-src for it."
    )]
    Unreachable,
    /// The server took too long.
    #[error("The server did not answer within {0} ms. Try again, or set a longer timeout.")]
    TimedOut(u32),
    /// The app cancelled it.
    #[error("The request was cancelled.")]
    Cancelled,
    /// The request cannot be sent at all.
    #[error("The request is not valid: {0}")]
    Invalid(String),
    /// More than the app wants to read.
    #[error("The answer is larger than maxBytes allows. Ask for smaller pages, or allow for more.")]
    TooLarge,
    /// A filter of the app's refused.
    #[error("{}", .0.message)]
    Foreign(Foreign),
}

impl Error {
    /// The short name that JavaScript's `error.code` carries.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreachable => "UNREACHABLE",
            Self::TimedOut(_) => "TIMED_OUT",
            Self::Cancelled => "ABORTED",
            Self::Invalid(_) => "BAD_REQUEST",
            Self::TooLarge => "TOO_LARGE",
            Self::Foreign(_) => "FOREIGN",
        }
    }
}

/// Carries requests. Each call is one request; retrying is the caller's affair.
pub trait Transport {
    /// Sends `request` and reads the whole answer.
    fn send(&self, request: Request) -> LocalBoxFuture<'static, Result<Response, Error>>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_names_compare_without_case_and_never_stand_twice() {
        let mut headers = Headers::default();
        headers.set("Accept", "text/plain");
        headers.set("accept", "application/json");
        assert_eq!(headers.get("ACCEPT"), Some("application/json"));
        assert_eq!(headers.iter().count(), 1);
    }

    #[test]
    fn a_token_is_not_printed() {
        let headers: Headers = [("X-ZUMO-AUTH".to_owned(), "secret".to_owned())].into_iter().collect();
        assert_eq!(format!("{headers:?}"), r#"{"X-ZUMO-AUTH"}"#);
    }
}
