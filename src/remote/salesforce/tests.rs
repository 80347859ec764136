//! Syncs against answers that are written down: what is asked, and what becomes of each answer. What a whole org does
//! is in `tests/js`.

use super::testing::Desk;
use super::{Kind, Status, Which};
use futures::executor::block_on;

const DOWN: &str = r#"{"type":"soql","query":"SELECT Name FROM Account","maxBatchSize":200}"#;
const OVERWRITE: &str = r#"{"mergeMode":"OVERWRITE","fieldlist":["Name"]}"#;
const LEAVE: &str = r#"{"mergeMode":"LEAVE_IF_CHANGED","fieldlist":["Name"]}"#;

const FIRST: &str = r#"{"totalSize":2,"done":false,"nextRecordsUrl":"/services/data/v60.0/query/x-1","records":[
    {"Id":"1","Name":"a","LastModifiedDate":"2024-01-01T00:00:01.000+0000"}]}"#;
const SECOND: &str = r#"{"totalSize":2,"done":true,"records":[
    {"Id":"2","Name":"b","LastModifiedDate":"2024-01-01T00:00:02.000+0000"}]}"#;
const CREATED: &str =
    r#"{"Id":"local_1","Name":"new","attributes":{"type":"Account"},"__local__":true,"__locally_created__":true}"#;

#[test]
fn pages_are_stored_and_the_newest_change_is_kept() {
    let desk = Desk::new();
    desk.answers([(200, FIRST), (200, SECOND)]);
    let state = desk.sync(Kind::Down, DOWN, OVERWRITE);
    assert_eq!((state.status, state.total, state.progress), (Status::Done, 2, 100));
    assert_eq!(state.stamp, 1_704_067_202_000);
    assert_eq!(desk.all("Name"), ["\"a\"", "\"b\""]);
    assert_eq!(desk.all("__sync_id__"), ["1", "1"]);
    let header =
        |number: usize| desk.script.requests.borrow()[number].headers.get("Sforce-Query-Options").map(str::to_owned);
    assert_eq!(header(0).as_deref(), Some("batchSize=200"));
    assert_eq!(
        desk.asked(),
        [
            "GET query?q=SELECT%20Id%2CLastModifiedDate%2CName%20FROM%20Account%20ORDER%20BY%20LastModifiedDate",
            "GET query/x-1"
        ]
    );
}

#[test]
fn a_session_that_has_ended_is_renewed_once_for_each_request() {
    let desk = Desk::new();
    desk.answers([(401, "[]"), (200, FIRST), (401, "[]"), (401, "[{\"errorCode\":\"INVALID_SESSION_ID\"}]")]);
    let state = desk.sync(Kind::Down, DOWN, OVERWRITE);
    assert_eq!((state.status, desk.script.renewals.get()), (Status::Failed, 2));
    assert!(state.error.contains("INVALID_SESSION_ID"), "{}", state.error);
    let sent: Vec<_> = desk
        .script
        .requests
        .borrow()
        .iter()
        .map(|sent| sent.headers.get("Authorization").unwrap().to_owned())
        .collect();
    assert_eq!(sent, ["Bearer token 0", "Bearer token 1", "Bearer token 1", "Bearer token 2"]);
    assert_eq!(desk.all("Id"), ["\"1\""], "what came stays");
}

#[test]
fn a_sync_that_died_with_its_page_is_stopped_and_goes_on() {
    let desk = Desk::new();
    desk.answers([(200, FIRST), (200, SECOND)]);
    let id = desk.sync(Kind::Down, DOWN, OVERWRITE).id;
    // It begins, and its page is gone: nobody runs it.
    drop(block_on(desk.syncs.begin(Which::Id(id))).unwrap());
    let next = Desk::open(&desk.store, &desk.script);
    let status = || block_on(next.status(&Which::Id(id))).unwrap().unwrap().status;
    assert_eq!(status(), Status::Running);
    block_on(next.recover()).unwrap();
    assert_eq!(status(), Status::Stopped);
    let begun = block_on(next.begin(Which::Id(id))).unwrap();
    desk.asked();
    desk.answers([(200, r#"{"totalSize":0,"done":true,"records":[]}"#)]);
    assert_eq!(block_on(next.run(begun, &|_| {})).status, Status::Done);
    let [asked] = <[String; 1]>::try_from(desk.asked()).unwrap();
    assert!(asked.contains("LastModifiedDate%20%3E%202024-01-01T00%3A00%3A01.999Z"), "{asked}");
}

#[test]
fn a_record_that_was_on_its_way_when_the_page_died_says_so() {
    let desk = Desk::new();
    desk.put(Box::leak(format!("[{CREATED}]").into_boxed_str()));
    let state = block_on(desk.syncs.create(Kind::Up, "{}", super::testing::SOUP, OVERWRITE, None)).unwrap();
    let begun = block_on(desk.syncs.begin(Which::Id(state.id))).unwrap();
    let mut kept = begun.state.clone();
    kept.in_flight = vec![(super::testing::SOUP.to_owned(), 1)];
    block_on(desk.syncs.save(&kept)).unwrap();
    drop(begun);
    let next = Desk::open(&desk.store, &desk.script);
    block_on(next.recover()).unwrap();
    assert!(desk.all("__last_error__")[0].contains("NO_ANSWER"));
    assert_eq!(desk.all("__local__"), ["true"]);
    assert!(block_on(next.status(&Which::Id(state.id))).unwrap().unwrap().in_flight.is_empty());
}

#[test]
fn what_the_org_answers_of_each_record_is_kept_there() {
    let desk = Desk::new();
    desk.put(Box::leak(format!("[{CREATED},{CREATED}]").into_boxed_str()));
    desk.answers([
        (
            200,
            r#"[{"id":"9","success":true,"errors":[]},{"success":false,"errors":[{"statusCode":"NO","message":"x"}]}]"#,
        ),
        (200, r#"[{"Id":"9","LastModifiedDate":"2024-01-01T00:00:05.000+0000"}]"#),
    ]);
    let state = desk.sync(Kind::Up, "{}", OVERWRITE);
    assert_eq!((state.status, state.failed, state.total), (Status::Done, 1, 2));
    assert_eq!(desk.all("Id"), ["\"9\"", "\"local_1\""]);
    assert_eq!(desk.all("__local__"), ["false", "true"]);
    assert_eq!(desk.all("LastModifiedDate"), ["\"2024-01-01T00:00:05.000+0000\"", "-"]);
    assert_eq!(desk.asked(), ["POST composite/sobjects", "POST composite/sobjects/Account"]);
}

#[test]
fn half_an_answer_is_a_lost_one() {
    for (status, body, is_lost) in [
        (200, "[{\"id\":", true),
        (200, "[]", true),
        (500, "[]", true),
        (502, "<html>", true),
        (503, "[]", false),
        (403, "[{\"errorCode\":\"REQUEST_LIMIT_EXCEEDED\"}]", false),
    ] {
        let desk = Desk::new();
        desk.put(Box::leak(format!("[{CREATED}]").into_boxed_str()));
        desk.answers([(status, body)]);
        let state = desk.sync(Kind::Up, "{}", OVERWRITE);
        assert_eq!(state.status, Status::Failed);
        assert_eq!(desk.all("__last_error__")[0].contains("NO_ANSWER"), is_lost, "{status} {body}");
        assert_eq!(desk.all("__local__"), ["true"]);
    }
}

#[test]
fn a_change_is_left_when_the_org_has_a_newer_one() {
    for (theirs, requests) in [("00:00:02", 1), ("00:00:01", 3)] {
        let desk = Desk::new();
        desk.put(
            r#"[{"Id":"1","Name":"a","LastModifiedDate":"2024-01-01T00:00:01.000+0000",
            "attributes":{"type":"Account"},"__local__":"true","__locally_updated__":true}]"#,
        );
        let stamp = format!(r#"[{{"Id":"1","LastModifiedDate":"2024-01-01T{theirs}.000+0000"}}]"#);
        desk.answers([(200, &stamp), (200, r#"[{"id":"1","success":true,"errors":[]}]"#), (200, &stamp)]);
        assert_eq!(desk.sync(Kind::Up, "{}", LEAVE).status, Status::Done);
        assert_eq!(desk.asked().len(), requests);
    }
}

#[test]
fn deletions_are_asked_for_since_the_first_page_came() {
    let desk = Desk::new();
    desk.answers([(200, FIRST), (200, SECOND)]);
    let id = desk.sync(Kind::Down, DOWN, OVERWRITE).id;
    desk.asked();
    let deleted = r#"{"deletedRecords":[{"id":"1","deletedDate":"x"},{"id":"7","deletedDate":"x"}],
        "latestDateCovered":"2024-02-01T00:00:00.000+0000"}"#;
    desk.answers([(200, deleted)]);
    assert_eq!(block_on(desk.syncs.clean_ghosts(Which::Id(id))).unwrap(), 1);
    assert_eq!(desk.all("Id"), ["\"2\""]);
    let [asked] = <[String; 1]>::try_from(desk.asked()).unwrap();
    assert!(asked.starts_with("GET sobjects/Account/deleted/?start=2024-01-01T00%3A00%3A01.000Z&end="), "{asked}");
    desk.answers([(500, "[]")]);
    assert!(block_on(desk.syncs.clean_ghosts(Which::Id(id))).is_err());
    assert!(desk.asked()[0].contains("start=2024-02-01"));
}
