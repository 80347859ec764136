//! What a client asks of servers of each dialect, and how it finds out which it is.

use super::*;
use crate::remote::azure::{App, Call, Session};
use crate::remote::transport::{self, Headers, Method, Request, Transport};
use futures::executor::block_on;
use futures::future::{FutureExt, LocalBoxFuture, join, ready};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

struct At(&'static str);

impl Session for At {
    fn read(&self) -> LocalBoxFuture<'static, Result<App, transport::Error>> {
        ready(Ok(App { url: self.0.to_owned(), ..App::default() })).boxed_local()
    }
}

/// Answers in turn, and the requests that they were given to.
#[derive(Default)]
struct Script {
    answers: RefCell<VecDeque<(u16, &'static str)>>,
    seen: RefCell<Vec<Request>>,
}

impl Script {
    fn of(answers: &[(u16, &'static str)]) -> Rc<Self> {
        Rc::new(Self { answers: RefCell::new(answers.iter().copied().collect()), ..Self::default() })
    }

    fn client(self: &Rc<Self>, address: &'static str, dialect: Option<Dialect>) -> Client {
        Client::new(Rc::new(At(address)), self.clone(), dialect)
    }

    /// Methods, addresses and bodies.
    fn asked(&self) -> Vec<String> {
        let shown = |request: Request| {
            let version = request.headers.get("if-match").map(|tag| format!(" if {tag}")).unwrap_or_default();
            let body = request.body.map(|body| format!(" {body}")).unwrap_or_default();
            format!("{} {}{body}{version}", request.method.name(), request.url)
        };
        self.seen.take().into_iter().map(shown).collect()
    }
}

impl Transport for Script {
    fn send(&self, request: Request) -> LocalBoxFuture<'static, Result<Response, transport::Error>> {
        self.seen.borrow_mut().push(request);
        let answer = self.answers.borrow_mut().pop_front();
        let Some((status, body)) = answer else { return ready(Err(transport::Error::Unreachable)).boxed_local() };
        let response =
            Response { status, status_text: String::new(), headers: Headers::default(), body: body.to_owned() };
        // Not at once, as over a network, so that others get a turn meanwhile.
        let mut waited = false;
        futures::future::poll_fn(move |context| {
            if std::mem::replace(&mut waited, true) {
                return std::task::Poll::Ready(());
            }
            context.waker().wake_by_ref();
            std::task::Poll::Pending
        })
        .map(move |()| Ok(response))
        .boxed_local()
    }
}

fn edit(changes: Option<&str>, version: Option<&str>) -> Edit {
    let (changes, version) = (changes.map(str::to_owned), version.map(str::to_owned));
    Edit { table: "t".to_owned(), id: "a".to_owned(), changes, version }
}

fn asked(dialect: Dialect, edit: &Edit, answers: &[(u16, &'static str)]) -> (Vec<String>, Result<u16, u16>) {
    let script = Script::of(answers);
    let answer = block_on(script.client("http://h", Some(dialect)).edit(edit, &|call| call));
    let status = answer.map(|response| response.status).map_err(|error| match error {
        CallError::Refused(refusal) => refusal.response.status,
        other => panic!("{other}"),
    });
    (script.asked(), status)
}

const ROW: &str = r#"{"id":"a","text":"old","note":"n","version":"v1","updatedAt":"u","deleted":false}"#;

#[test]
fn fields_that_nobody_names_stay() {
    let record = r#"{"id":"a","text":"old","Rank":1.50,"createdAt":"c","version":"v","updatedAt":"u","deleted":true}"#;
    let whole = laid_over(record, r#"{"id":"a","text":"new","rank":2,"more":null}"#).unwrap();
    assert_eq!(whole, r#"{"id":"a","text":"new","Rank":2,"createdAt":"c","more":null}"#);
    assert_eq!(laid_over(r#"{"id":"a","deleted":true}"#, NOT_DELETED).unwrap(), r#"{"id":"a","deleted":false}"#);
    assert!(laid_over("<html>", "{}").is_err());
}

#[test]
fn a_change_is_a_patch_and_for_datasync_a_whole_record() {
    let change = edit(Some(r#"{"text":"new"}"#), Some("v0"));
    for dialect in [Dialect::MobileApps, Dialect::DotNet] {
        let (requests, _) = asked(dialect, &change, &[(200, ROW)]);
        assert_eq!(requests, [r#"PATCH http://h/tables/t/a {"text":"new"} if "v0""#]);
    }
    let (requests, status) = asked(Dialect::Datasync, &change, &[(200, ROW), (412, ROW)]);
    let put = r#"PUT http://h/tables/t/a {"id":"a","text":"new","note":"n"} if "v0""#;
    assert_eq!(requests, ["GET http://h/tables/t/a", put], "the app's version counts, not the one just read");
    assert_eq!(status, Err(412), "and a stale one is not tried again");
}

#[test]
fn without_a_version_a_record_is_read_anew_but_not_for_ever() {
    let change = edit(Some(r#"{"text":"new"}"#), None);
    let (requests, status) = asked(Dialect::Datasync, &change, &[(200, ROW), (412, ""), (200, ROW), (200, ROW)]);
    assert_eq!((requests.len(), status), (4, Ok(200)));
    assert!(requests[1].ends_with(r#" if "v1""#), "{}", requests[1]);
    let (requests, status) = asked(Dialect::Datasync, &change, &[(200, ROW), (412, "")].repeat(9));
    assert_eq!((requests.len(), status), (2 * ATTEMPTS as usize, Err(412)));
    let (requests, status) = asked(Dialect::Datasync, &change, &[(410, "")]);
    assert_eq!((requests.len(), status), (1, Err(410)), "what is gone is not put");
}

#[test]
fn a_deleted_record_comes_back_in_every_dialect() {
    let back = edit(None, Some("v0"));
    let requests = |dialect, answers: &[_]| asked(dialect, &back, answers).0;
    assert_eq!(requests(Dialect::MobileApps, &[(201, ROW)]), [r#"POST http://h/tables/t/a if "v0""#]);
    assert_eq!(requests(Dialect::DotNet, &[(200, ROW)]), [r#"PATCH http://h/tables/t/a {"deleted":false} if "v0""#]);
    let deleted = r#"{"id":"a","text":"old","deleted":true}"#;
    assert_eq!(
        requests(Dialect::Datasync, &[(200, deleted), (200, ROW)]),
        [
            "GET http://h/tables/t/a?__includedeleted=true",
            r#"PUT http://h/tables/t/a?__includedeleted=true {"id":"a","text":"old","deleted":false} if "v0""#,
        ]
    );
}

#[test]
fn a_server_is_asked_once_by_all_of_its_clients() {
    let script = Script::of(&[(200, r#"{"items":[]}"#), (200, ROW), (200, ROW), (200, ROW)]);
    let [one, two] = ["http://once", "http://once/"].map(|address| script.client(address, None));
    assert_eq!(one.known_dialect(), None);
    let (first, second) = block_on(join(one.send(Call::lookup("t", "1")), two.send(Call::lookup("t", "2"))));
    assert!(first.is_ok() && second.is_ok());
    block_on(two.send(Call::lookup("t", "3"))).unwrap();
    assert_eq!(one.known_dialect(), Some(Dialect::Datasync));
    let seen = script.seen.take();
    let shown: Vec<_> = seen.iter().map(|request| (request.method, request.url.as_str())).collect();
    assert_eq!(shown[0], (Method::Get, "http://once/tables/t?$top=1"));
    assert_eq!(shown.len(), 4, "{shown:?}");
    assert!(seen.iter().all(|request| request.headers.get("zumo-api-version").is_none()));
}

#[test]
fn an_answer_that_tells_nothing_is_given_back_and_forgotten() {
    let script = Script::of(&[(401, r#"{"error":"log in"}"#), (200, "<html>"), (400, ""), (200, ROW)]);
    let client = script.client("http://later", None);
    let failed = |client: &Client| block_on(client.send(Call::lookup("t", "1"))).unwrap_err();
    assert_eq!(failed(&client).to_string(), "log in");
    assert_eq!(failed(&client).code(), "UNREADABLE_ANSWER");
    block_on(client.send(Call::lookup("t", "1"))).unwrap();
    assert_eq!(client.known_dialect(), Some(Dialect::DotNet));
    assert_eq!(script.seen.take().last().unwrap().headers.get("zumo-api-version"), Some("3.0.0"));
}

#[test]
fn what_is_about_no_table_asks_for_no_dialect() {
    let script = Script::of(&[(200, ""), (200, "")]);
    let client = script.client("http://api", None);
    block_on(client.send(Call::new(Method::Post, "api/a"))).unwrap();
    let own = Call::new(Method::Post, "api/a").header("zumo-api-version", "9");
    block_on(client.send(own)).unwrap();
    let versions: Vec<_> =
        script.seen.take().iter().map(|request| request.headers.get("zumo-api-version").map(str::to_owned)).collect();
    assert_eq!(versions, [Some("2.0.0".to_owned()), Some("9".to_owned())]);
}
