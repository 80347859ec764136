//! Requests to an org: whose they are, and what is done when the session has ended.

use super::{Error, Result};
use crate::json;
use crate::remote::transport::{self, Headers, Method, Request, Response, Transport};
use futures::future::LocalBoxFuture;
use std::rc::Rc;

/// An org, and who is logged in there.
#[derive(Clone)]
pub struct Org {
    /// Its address, such as `https://acme.my.salesforce.com`.
    pub instance_url: String,
    /// The version of the API, such as `v66.0`.
    pub api_version: String,
    /// The token of the session. None where whoever carries the requests adds it.
    pub token: Option<String>,
}

/// Says which org is meant. It is asked anew for each request: tokens are never kept here.
pub trait Session {
    /// What is so now.
    fn read(&self) -> LocalBoxFuture<'static, std::result::Result<Org, transport::Error>>;
    /// Gets another token in place of one that the org refused, and tells whether there is one now.
    fn renew(&self, refused: Option<String>) -> LocalBoxFuture<'static, std::result::Result<bool, transport::Error>>;
}

/// An org as one user sees it.
#[derive(Clone)]
pub struct Rest {
    session: Rc<dyn Session>,
    transport: Rc<dyn Transport>,
}

/// A request to make: its path begins with `/services`, or is below that of the API's version.
pub(super) struct Call<'c> {
    pub(super) method: Method,
    pub(super) path: &'c str,
    pub(super) body: Option<String>,
    pub(super) header: Option<(&'static str, String)>,
}

impl Rest {
    /// An org that `session` is at and `transport` leads to.
    pub fn new(session: Rc<dyn Session>, transport: Rc<dyn Transport>) -> Self {
        Self { session, transport }
    }

    /// What the paths of the API's resources begin with.
    pub(super) async fn base(&self) -> Result<String> {
        Ok(base(&self.session.read().await?))
    }

    /// Reads a resource: the JSON text of the answer.
    pub(super) async fn get(&self, path: &str) -> Result<String> {
        self.read(Call { method: Method::Get, path, body: None, header: None }).await
    }

    /// Sends a body: the JSON text of the answer.
    pub(super) async fn post(&self, path: &str, body: String) -> Result<String> {
        self.read(Call { method: Method::Post, path, body: Some(body), header: None }).await
    }

    /// Makes a request: the JSON text of the answer.
    pub(super) async fn read(&self, call: Call<'_>) -> Result<String> {
        let answer = self.send(call).await?;
        if !(200..300).contains(&answer.status) {
            return Err(Error::Refused { status: answer.status, body: answer.body });
        }
        match json::value(&answer.body) {
            Ok(_) => Ok(answer.body),
            Err(error) => Err(Error::Unreadable(error.to_string())),
        }
    }

    /// Makes a request: the answer, whatever it says. When the session has ended a new one is begun, once.
    pub(super) async fn send(&self, call: Call<'_>) -> Result<Response> {
        let org = self.session.read().await?;
        let answer = self.once(&call, &org).await?;
        if answer.status != 401 || !self.session.renew(org.token).await? {
            return Ok(answer);
        }
        self.once(&call, &self.session.read().await?).await
    }

    async fn once(&self, call: &Call<'_>, org: &Org) -> Result<Response> {
        let mut headers = Headers::default();
        headers.set("Accept", "application/json");
        if let Some(token) = &org.token {
            headers.set("Authorization", format!("Bearer {token}"));
        }
        if call.body.is_some() {
            headers.set("Content-Type", "application/json");
        }
        if let Some((name, value)) = &call.header {
            headers.set(*name, value.clone());
        }
        let root = org.instance_url.trim_end_matches('/');
        let url = match call.path.starts_with("/services/") {
            true => format!("{root}{}", call.path),
            false => format!("{root}{}/{}", base(org), call.path),
        };
        let request = Request { method: call.method, url, headers, body: call.body.clone() };
        Ok(self.transport.send(request).await?)
    }
}

fn base(org: &Org) -> String {
    format!("/services/data/{}", org.api_version)
}
