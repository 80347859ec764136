//! A described OData service, by its requests and what becomes of its answers.

use super::{OdataConfig, connect};
use crate::remote::provider::testing::{Network, answer};
use crate::remote::provider::{Exchange, Open, RecordBackend};
use crate::sync::backend::{Backend, BackendError, Content, ListRequest, Next, Outcome, Outgoing, Page, Start};
use crate::sync::{Action, RecordKey};
use futures::executor::block_on;
use std::rc::Rc;

fn service(more: &str, set: &str) -> (RecordBackend, Rc<Network>) {
    let network = Rc::new(Network::default());
    let text = format!(r#"{{"name":"books","url":"https://x/odata"{more},"soups":{{"books":{set}}}}}"#);
    let exchange = Exchange::new("https://x/odata", network.clone(), Rc::new(Open)).unwrap();
    (connect(OdataConfig::parse(&text).unwrap(), exchange), network)
}

fn list(backend: &RecordBackend, start: Start) -> Result<Page, BackendError> {
    block_on(backend.list(&ListRequest { table: "books".into(), query: String::new(), start, page_size: 2 }))
}

fn change(action: Action, id: &str, entry: &str, version: Option<&str>) -> Outgoing {
    let (entry, version) = (Some(entry.to_owned()), version.map(str::to_owned));
    Outgoing { key: RecordKey::new("books", id), action, entry, version, in_doubt: false }
}

#[test]
fn a_listing_asks_with_the_systems_options_and_follows_next_links_to_the_delta_link() {
    let (backend, network) = service(
        "",
        r#"{"entitySet":"Books","id":"ID","select":"ID,title","filter":"stock gt 0","expand":"author","orderby":"ID","delta":true}"#,
    );
    network.answers([
        answer(
            200,
            r#"{"@odata.count":2,"value":[{"ID":"a","@odata.etag":"W/\"1\""}],"@odata.nextLink":"Books?$skiptoken=1"}"#,
        ),
        answer(200, r#"{"value":[{"ID":"b"}],"@odata.deltaLink":"https://x/odata/Books?$deltatoken=7"}"#),
        answer(
            200,
            r#"{"value":[{"@removed":{"reason":"deleted"},"ID":"a"},{"@removed":{},"@id":"Books('b''c')"}],
            "@odata.deltaLink":"https://x/odata/Books?$deltatoken=8"}"#,
        ),
    ]);
    let first = list(&backend, Start::Beginning).unwrap();
    assert_eq!((first.total, first.rows[0].version.as_deref()), (Some(2), Some("W/\"1\"")));
    let Next::Link(link) = first.next else { panic!() };
    let last = list(&backend, Start::Link(link)).unwrap();
    assert_eq!((last.next, last.position.as_deref()), (Next::End, Some("https://x/odata/Books?$deltatoken=7")));
    let changes = list(&backend, Start::After(last.position.unwrap())).unwrap();
    let gone: Vec<_> = changes.rows.iter().map(|row| (&*row.id, row.content == Content::Deleted)).collect();
    assert_eq!(gone, [("a", true), ("b'c", true)]);
    let seen = network.seen();
    assert_eq!(seen[0].headers.get("prefer"), Some("odata.maxpagesize=2,odata.track-changes"));
    assert_eq!(
        seen[0].url,
        "https://x/odata/Books?$filter=stock%20gt%200&$select=ID%2Ctitle&$expand=author&$orderby=ID&$count=true"
    );
    assert_eq!(seen[1].url, "https://x/odata/Books?$skiptoken=1");
}

#[test]
fn without_delta_links_changes_are_asked_for_by_a_property_and_pages_by_skipping() {
    let (backend, network) =
        service("", r#"{"id":"ID","changed":"modified","filter":"a eq 1 or b eq 2","paging":"client"}"#);
    network.answers([
        answer(200, r#"{"value":[{"ID":1,"modified":"2026-01"},{"ID":2,"modified":"2026-03"}]}"#),
        answer(200, r#"{"value":[{"ID":3,"modified":"2026-02"}]}"#),
    ]);
    let Next::Link(link) = list(&backend, Start::After("2025".into())).unwrap().next else { panic!() };
    assert_eq!(list(&backend, Start::Link(link)).unwrap().position.as_deref(), Some("2026-03"));
    let url = &network.seen()[1].url;
    assert!(url.contains("$filter=%28a%20eq%201%20or%20b%20eq%202%29%20and%20modified%20ge%202025&"), "{url}");
    assert!(url.contains("$orderby=ID&$top=2&$skip=2"), "{url}");
}

#[test]
fn changes_name_the_entity_and_its_version_and_leave_annotations_out() {
    let (backend, network) = service("", r#"{"id":"ID","expand":"author($select=name),tags"}"#);
    let entry = r#"{"ID":"o'x","title":"t","author":{"name":"n"},"tags":[],"title@odata.type":"x","@odata.etag":"1","_version":"1"}"#;
    let mut made = answer(200, r#"{"ID":"o'x","title":"T"}"#);
    made.headers.set("ETag", "W/\"2\"");
    network.answers([made, answer(204, ""), answer(412, "{}")]);
    let done = block_on(backend.apply(&change(Action::Update, "o'x", entry, Some("W/\"1\"")))).unwrap();
    assert!(matches!(done, Outcome::Done(Some(row)) if row.version.as_deref() == Some("W/\"2\"")));
    block_on(backend.apply(&change(Action::Insert, "o'x", entry, None))).unwrap();
    let stale = block_on(backend.apply(&change(Action::Delete, "o'x", entry, Some("W/\"1\"")))).unwrap();
    assert!(matches!(stale, Outcome::Conflict(_)));
    let seen = network.seen();
    assert_eq!((seen[0].method.name(), &*seen[0].url), ("PATCH", "https://x/odata/books('o%27%27x')"));
    assert_eq!((seen[0].body.as_deref(), seen[0].headers.get("if-match")), (Some(r#"{"title":"t"}"#), Some("W/\"1\"")));
    assert_eq!(seen[1].body.as_deref(), Some(r#"{"ID":"o'x","title":"t"}"#));
    assert_eq!((seen[2].method.name(), &seen[2].body), ("DELETE", &None));
}

#[test]
fn a_batch_is_one_request_and_each_change_has_its_own_answer() {
    let (backend, network) = service(r#","batch":10"#, r#"{"id":"ID","keyType":"number"}"#);
    network.answers([
        answer(
            200,
            r#"{"responses":[
        {"id":"2","status":412,"body":{"error":{"message":"stale"}}},
        {"id":"0","status":201,"headers":{"ETag":"e"},"body":{"ID":1}}]}"#,
        ),
        answer(503, ""),
    ]);
    let changes = [
        change(Action::Insert, "1", r#"{"ID":1}"#, None),
        change(Action::Update, "2", r#"{"ID":2}"#, None),
        change(Action::Delete, "3", "{}", Some("x")),
    ];
    let outcomes = block_on(backend.send(&changes));
    assert!(matches!(&outcomes[0], Ok(Outcome::Done(Some(row))) if row.version.as_deref() == Some("e")));
    assert_eq!(outcomes[1].as_ref().unwrap_err().code, "BAD_BATCH", "left out of the answer");
    assert!(matches!(&outcomes[2], Ok(Outcome::Conflict(refusal)) if refusal.message.contains("stale")));
    let seen = network.seen();
    assert_eq!(seen[0].url, "https://x/odata/$batch");
    assert!(seen[0].body.as_deref().unwrap().contains(r#""method":"PATCH","url":"books(2)""#));
    let outcomes = block_on(backend.send(&changes));
    assert!(outcomes.iter().all(|outcome| outcome.as_ref().is_err_and(|error| error.status() == Some(503))));
}

#[test]
fn data_api_builder_has_its_own_addresses_and_lists() {
    let (backend, network) = service(
        r#","preset":"data-api-builder""#,
        r#"{"entitySet":"Book","id":"id","ids":"server","keyType":"number"}"#,
    );
    network.answers([
        answer(200, r#"{"value":[{"id":1}],"nextLink":"https://x/odata/Book?$after=abc"}"#),
        answer(200, r#"{"value":[{"id":1,"title":"t"}]}"#),
        answer(201, r#"{"value":[{"id":9,"title":"t"}]}"#),
    ]);
    assert!(matches!(list(&backend, Start::Beginning).unwrap().next, Next::Link(_)));
    let row = block_on(backend.fetch(&RecordKey::new("books", "1"))).unwrap().unwrap();
    assert_eq!(row.id, "1");
    let made =
        block_on(backend.apply(&change(Action::Insert, "local", r#"{"id":"local","title":"t"}"#, None))).unwrap();
    assert!(matches!(made, Outcome::Done(Some(row)) if row.id == "9"));
    assert_eq!(
        network.lines(),
        ["GET https://x/odata/Book?$first=2", "GET https://x/odata/Book/id/1", "POST https://x/odata/Book",]
    );
}

#[test]
fn what_is_no_list_of_entities_is_named() {
    for (body, code) in
        [("<html", "BAD_JSON"), ("{}", "NO_ROWS"), (r#"{"value":{}}"#, "NO_ROWS"), (r#"{"value":[{}]}"#, "NO_ID")]
    {
        let (backend, network) = service("", r#"{"id":"ID"}"#);
        network.answers([answer(200, body)]);
        assert_eq!(list(&backend, Start::Beginning).unwrap_err().code, code, "{body}");
    }
    let text = r#"{"name":"b","url":"https://x","soups":{"books":{"id":"ID","delta":true,"changed":"m"}}}"#;
    assert!(OdataConfig::parse(text).unwrap_err().starts_with("soups.books: changes"));
}
