//! A described service, by its requests and what becomes of its answers.

use super::{RestConfig, connect};
use crate::remote::provider::testing::{Network, answer};
use crate::remote::provider::{Exchange, Open, RecordBackend};
use crate::remote::transport::Response;
use crate::sync::backend::{Backend, BackendError, Content, Form, ListRequest, Next, Outcome, Outgoing, Page, Start};
use crate::sync::{Action, RecordKey};
use futures::executor::block_on;
use std::rc::Rc;

fn service(resource: &str) -> (RecordBackend, Rc<Network>) {
    let network = Rc::new(Network::default());
    let text = format!(
        r#"{{"name":"shop","url":"https://shop.example/api","idempotencyKey":"Idempotency-Key",
        "soups":{{"todos":{resource}}}}}"#
    );
    let exchange = Exchange::new("https://shop.example/api", network.clone(), Rc::new(Open)).unwrap();
    (connect(RestConfig::parse(&text).unwrap(), exchange), network)
}

fn list(backend: &RecordBackend, start: Start) -> Result<Page, BackendError> {
    let (table, query) = ("todos".to_owned(), String::new());
    block_on(backend.list(&ListRequest { table, query, start, page_size: 2 }))
}

/// Reads page after page; the ids, and where the next listing is to begin.
fn list_all(backend: &RecordBackend, start: Start) -> (Vec<String>, Option<String>) {
    let (mut ids, mut start) = (Vec::new(), start);
    loop {
        let page = list(backend, start).unwrap();
        ids.extend(page.rows.into_iter().map(|row| row.id));
        match page.next {
            Next::Link(link) => start = Start::Link(link),
            _ => return (ids, page.position),
        }
    }
}

fn outgoing(action: Action, entry: Option<&str>, version: Option<&str>) -> Outgoing {
    let (entry, version) = (entry.map(str::to_owned), version.map(str::to_owned));
    Outgoing { key: RecordKey::new("todos", "a/1"), action, entry, version, in_doubt: false }
}

fn pages(bodies: [&str; 3]) -> [Response; 3] {
    bodies.map(|body| answer(200, body))
}

#[test]
fn the_usual_addresses_need_no_saying() {
    let (backend, network) = service("{}");
    let entry = r#"{"id":"a/1","n":1,"_soupEntryId":3,"_soupLastModifiedDate":4,"_version":"v"}"#;
    network.answers([answer(201, ""), answer(200, ""), answer(204, ""), answer(404, "")]);
    for action in [Action::Insert, Action::Update, Action::Delete] {
        let done = block_on(backend.apply(&outgoing(action, Some(entry), Some("v")))).unwrap();
        assert!(matches!(done, Outcome::Done(_)));
    }
    assert_eq!(block_on(backend.fetch(&RecordKey::new("todos", "b"))).unwrap(), None);
    let seen = network.seen();
    assert_eq!(seen[0].body.as_deref(), Some(r#"{"id":"a/1","n":1}"#));
    assert_eq!(seen[0].headers.get("idempotency-key"), Some("a/1"));
    assert_eq!(
        (seen[1].headers.get("if-match"), seen[1].headers.get("content-type")),
        (None, Some("application/json"))
    );
    let lines: Vec<_> = seen.iter().map(|request| format!("{} {}", request.method.name(), request.url)).collect();
    assert_eq!(
        lines,
        [
            "POST https://shop.example/api/todos",
            "PUT https://shop.example/api/todos/a%2F1",
            "DELETE https://shop.example/api/todos/a%2F1",
            "GET https://shop.example/api/todos/b",
        ]
    );
}

#[test]
fn what_an_answer_says_is_laid_over_what_was_sent() {
    let (backend, network) = service(r#"{"ids":"server","etag":true,"record":"$.data"}"#);
    let mut made = answer(201, r#"{"data":{"id":7,"done":false}}"#);
    made.headers.set("ETag", "\"e1\"");
    let mut located = answer(201, "");
    located.headers.set("Location", "https://shop.example/api/todos/8");
    network.answers([made, located]);
    let insert = outgoing(Action::Insert, Some(r#"{"id":"local","n":1}"#), None);
    let row = |outcome| match outcome {
        Ok(Outcome::Done(Some(row))) => row,
        other => panic!("{other:?}"),
    };
    let first = row(block_on(backend.apply(&insert)));
    assert_eq!((&*first.id, first.version.as_deref()), ("7", Some("\"e1\"")));
    assert_eq!(first.content, Content::Entry(r#"{"n":1,"id":7,"done":false,"_version":"\"e1\""}"#.to_owned()));
    assert_eq!(network.seen()[0].body.as_deref(), Some(r#"{"n":1}"#), "the service gives the ids");
    assert_eq!(row(block_on(backend.apply(&insert))).id, "8");
}

#[test]
fn a_stale_entity_tag_is_a_conflict_and_other_refusals_are_named() {
    let (backend, network) =
        service(r#"{"etag":true,"update":"PATCH /todos/{id}","body":{"update":{"data":"{record}"}}}"#);
    network.answers([412, 409, 404, 422].map(|status| answer(status, r#"{"message":"no"}"#)));
    let update = outgoing(Action::Update, Some(r#"{"id":"a/1","n":1}"#), Some("\"e1\""));
    let mut outcomes = (0..4).map(|_| block_on(backend.apply(&update)));
    assert!(matches!(outcomes.next().unwrap(), Ok(Outcome::Conflict(refusal)) if refusal.message.contains(": no")));
    assert!(matches!(outcomes.next().unwrap(), Ok(Outcome::Conflict(_))));
    assert!(matches!(outcomes.next().unwrap(), Ok(Outcome::Gone(_))));
    assert_eq!(outcomes.next().unwrap().unwrap_err().status(), Some(422));
    let seen = network.seen();
    assert_eq!((seen[0].method.name(), seen[0].headers.get("if-match")), ("PATCH", Some("\"e1\"")));
    assert_eq!(seen[0].body.as_deref(), Some(r#"{"data":{"id":"a/1","n":1}}"#));
}

const THREE: [&str; 3] = [r#"[{"id":1},{"id":2}]"#, r#"[{"id":3},{"id":4}]"#, r#"[{"id":5}]"#];
const FIVE: [&str; 5] = ["1", "2", "3", "4", "5"];

#[test]
fn pages_are_counted_by_number_or_by_rows() {
    let by_number = r#"{"paging":{"by":"page","parameter":"_page","size":"_limit"}}"#;
    let by_rows = r#"{"list":"/todos?skip={offset}&take={size}","paging":{"by":"offset"}}"#;
    for (resource, last) in [(by_number, "todos?_limit=2&_page=3"), (by_rows, "todos?skip=4&take=2")] {
        let (backend, network) = service(resource);
        network.answers(pages(THREE));
        assert_eq!(list_all(&backend, Start::Beginning).0, FIVE);
        assert!(network.lines().last().unwrap().ends_with(last));
    }
}

#[test]
fn a_service_that_gives_fewer_rows_than_asked_for_is_read_to_its_end() {
    let (backend, network) = service(r#"{"paging":{"by":"page","parameter":"p"}}"#);
    network.answers([r#"[{"id":1}]"#, r#"[{"id":2}]"#, "[]"].map(|body| answer(200, body)));
    assert_eq!(list_all(&backend, Start::Beginning).0, ["1", "2"]);
}

#[test]
fn pages_follow_a_cursor_or_a_link_but_not_to_another_origin() {
    let cursors = [
        r#"{"rows":[{"id":1},{"id":2}],"next":"c1"}"#,
        r#"{"rows":[{"id":3},{"id":4}],"next":"c2"}"#,
        r#"{"rows":[{"id":5}],"next":null}"#,
    ];
    let (backend, network) =
        service(r#"{"rows":"$.rows","paging":{"by":"cursor","parameter":"after","next":"$.next"}}"#);
    network.answers(pages(cursors));
    assert_eq!(list_all(&backend, Start::Beginning).0, FIVE);
    assert_eq!(network.lines()[2], "GET https://shop.example/api/todos?after=c2");

    let (backend, network) = service(r#"{"paging":{"by":"link"}}"#);
    let mut answers = pages(THREE);
    answers[0]
        .headers
        .set("Link", "<https://shop.example/api/todos?p=0>; rel=\"prev\", </api/todos?p=2>; rel=\"next\"");
    answers[1].headers.set("Link", "<https://evil.example/steal>; rel=next");
    network.answers(answers);
    let Next::Link(second) = list(&backend, Start::Beginning).unwrap().next else { panic!() };
    let Next::Link(third) = list(&backend, Start::Link(second)).unwrap().next else { panic!() };
    assert_eq!(list(&backend, Start::Link(third)).unwrap_err().code, "FOREIGN_ADDRESS");
    assert_eq!(network.lines(), ["GET https://shop.example/api/todos", "GET https://shop.example/api/todos?p=2"]);
}

#[test]
fn changes_are_asked_for_since_the_newest_position_or_by_the_services_token() {
    let (backend, network) = service(
        r#"{"deleted":"$.gone","since":{"parameter":"since","position":"$.at"},"paging":{"by":"page","parameter":"p"}}"#,
    );
    network.answers(pages([r#"[{"id":1,"at":"2026-02"},{"id":2,"at":"2026-01"}]"#, "[]", r#"[{"id":1,"gone":true}]"#]));
    let (_, position) = list_all(&backend, Start::Beginning);
    assert_eq!(position.as_deref(), Some("2026-02"));
    let page = list(&backend, Start::After("2026-02".into())).unwrap();
    assert_eq!(page.rows[0].content, Content::Deleted);
    assert_eq!(network.lines()[2], "GET https://shop.example/api/todos?since=2026-02&p=1");

    let (backend, network) = service(r#"{"rows":"$.rows","since":{"parameter":"token","token":"$.token"}}"#);
    network.answers([answer(200, r#"{"rows":[{"id":1}],"token":"t1"}"#), answer(200, r#"{"rows":[]}"#)]);
    assert_eq!(list_all(&backend, Start::Beginning).1.as_deref(), Some("t1"));
    assert_eq!(list(&backend, Start::After("t1".into())).unwrap().position.as_deref(), Some("t1"), "kept");
}

#[test]
fn bad_answers_are_named_and_give_no_rows() {
    for (resource, body, code) in [
        (r#"{"rows":"$.items"}"#, r#"{"rows":[]}"#, "NO_ROWS"),
        ("{}", r#"[{"id":1},{"name":"x"}]"#, "NO_ID"),
        ("{}", r#"[{"id":1},{"na"#, "BAD_JSON"),
        ("{}", r#"{"id":1}"#, "BAD_ROW"),
        ("{}", "[1]", "BAD_ROW"),
    ] {
        let (backend, network) = service(resource);
        network.answers([answer(200, body)]);
        assert_eq!(list(&backend, Start::Beginning).unwrap_err().code, code, "{body}");
    }
    let (backend, network) = service(r#"{"paging":{"by":"page","parameter":"p"}}"#);
    network.answers([answer(200, THREE[0]), answer(200, THREE[0])]);
    let Next::Link(second) = list(&backend, Start::Beginning).unwrap().next else { panic!() };
    assert_eq!(list(&backend, Start::Link(second)).unwrap_err().code, "SAME_PAGE", "it would never end");
}

#[test]
fn wrong_settings_are_refused_and_say_where() {
    let parse = |resource: &str| {
        let text = format!(r#"{{"name":"shop","url":"https://x","soups":{{"todos":{resource}}}}}"#);
        RestConfig::parse(&text).unwrap_err()
    };
    for (resource, part) in [
        (r#"{"pathh":"/x"}"#, "pathh"),
        (r#"{"fetch":"/x/{key}"}"#, "{key}"),
        (r#"{"id":"$..id"}"#, "$..id"),
        (r#"{"ids":"both"}"#, "'client'"),
        (r#"{"paging":{"by":"hand"}}"#, "paging.by"),
        (r#"{"paging":{"by":"cursor"}}"#, "next"),
        (r#"{"since":{"parameter":"x"}}"#, "position"),
        ("[]", "object"),
    ] {
        let error = parse(resource);
        assert!(error.starts_with("soups.todos: ") && error.contains(part), "{resource}: {error}");
    }
}

#[test]
fn an_entry_that_says_the_same_is_no_change() {
    let (backend, _) = service("{}");
    let local = r#"{"id":1,"n":1.0,"_soupEntryId":4,"_soupLastModifiedDate":9}"#;
    assert!(backend.unchanged("todos", local, r#"{"n":1,"id":1}"#));
    assert!(!backend.unchanged("todos", local, r#"{"n":2,"id":1}"#));
    assert!(backend.same("todos", local, r#"{"id":1,"n":1,"made":"today"}"#), "the service may add to it");
}
