//! A network whose answers a test lays out beforehand.

use crate::remote::transport::{Error, Headers, Request, Response, Transport};
use futures::future::{FutureExt, LocalBoxFuture, ready};
use std::cell::RefCell;
use std::collections::VecDeque;

/// Gives its answers one by one; then there is nobody.
#[derive(Default)]
pub struct Network {
    seen: RefCell<Vec<Request>>,
    answers: RefCell<VecDeque<Response>>,
}

impl Network {
    /// What the next requests are answered.
    pub fn answers(&self, answers: impl IntoIterator<Item = Response>) {
        self.answers.borrow_mut().extend(answers);
    }

    /// The requests since the last look.
    pub fn seen(&self) -> Vec<Request> {
        self.seen.take()
    }

    /// The same as `METHOD address`.
    pub fn lines(&self) -> Vec<String> {
        self.seen().iter().map(|request| format!("{} {}", request.method.name(), request.url)).collect()
    }
}

impl Transport for Network {
    fn send(&self, request: Request) -> LocalBoxFuture<'static, Result<Response, Error>> {
        self.seen.borrow_mut().push(request);
        ready(self.answers.borrow_mut().pop_front().ok_or(Error::Unreachable)).boxed_local()
    }
}

/// An answer of JSON.
pub fn answer(status: u16, body: &str) -> Response {
    let headers: Headers = [("Content-Type".to_owned(), "application/json".to_owned())].into_iter().collect();
    Response { status, status_text: "Said".to_owned(), headers, body: body.to_owned() }
}
