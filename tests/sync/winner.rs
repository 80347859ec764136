//! Conflicts that are settled by saying which side wins.

use crate::backend::{Mishap, Server};
use crate::client::Client;
use crate::handler::Handler;
use futures::executor::block_on;
use serde_json::json;
use std::rc::Rc;
use tureen::sync::{Action, Error, PushError};

/// A client whose push left one conflict: it did `action` to `a`, which the backend has changed to `plums` or deleted.
fn conflict(action: Action, server: &str) -> (Client, Rc<PushError>) {
    let client = Client::new(&Rc::<Server>::default());
    if action != Action::Insert {
        client.synced("a", "apples");
    }
    match action {
        Action::Insert => client.insert("a", "pears"),
        Action::Update => client.update("a", "pears"),
        Action::Delete => client.delete("a"),
    }
    client.backend.server.put("todo", "a", server);
    let mut conflicts = client.push().unwrap().conflicts;
    assert_eq!(conflicts.len(), 1);
    (client, conflicts.remove(0))
}

/// An insert of what the backend had, and has deleted: its refusal says so.
fn clash_with_a_deleted_one() -> (Client, Rc<PushError>) {
    let client = Client::new(&Rc::<Server>::default());
    client.backend.server.put("todo", "a", "plums");
    client.backend.server.delete("todo", "a");
    client.insert("a", "pears");
    let mut conflicts = client.push().unwrap().conflicts;
    (client, conflicts.remove(0))
}

fn server_text(client: &Client) -> Option<String> {
    client.backend.server.texts("todo").remove("a")
}

#[test]
fn the_backends_record_wins_over_any_change_and_nothing_is_sent() {
    for action in [Action::Insert, Action::Update, Action::Delete] {
        let (client, conflict) = conflict(action, "plums");
        block_on(conflict.take_server()).unwrap();
        assert!(conflict.is_handled());
        assert_eq!((client.text("a").unwrap(), client.pending().len()), ("plums".into(), 0), "{action}");
        let version = client.backend.server.row("todo", "a").unwrap().version.to_string();
        assert_eq!(client.version("a").unwrap(), version, "{action}");
        client.backend.requests();
        client.push().unwrap();
        assert!(client.backend.requests().is_empty(), "{action}");
        assert_eq!(server_text(&client).unwrap(), "plums", "{action}");
    }
}

#[test]
fn the_clients_change_wins_with_the_next_push() {
    for (action, expected) in [(Action::Insert, Some("pears")), (Action::Update, Some("pears")), (Action::Delete, None)]
    {
        let (client, conflict) = conflict(action, "plums");
        block_on(conflict.keep_client(None)).unwrap();
        assert!(conflict.is_handled());
        assert_eq!(server_text(&client).unwrap(), "plums", "nothing is sent before the push");
        let report = client.push().unwrap();
        assert_eq!((report.pushed, report.conflicts.len()), (1, 0), "{action}");
        assert_eq!(server_text(&client).as_deref(), expected, "{action}");
        assert_eq!((client.text("a").as_deref(), client.pending().len()), (expected, 0), "{action}");
    }
}

#[test]
fn a_record_that_joins_both_wins_with_the_next_push() {
    for action in [Action::Insert, Action::Update, Action::Delete] {
        let (client, conflict) = conflict(action, "plums");
        let both = json!({ "id": "a", "text": "pears and plums" }).to_string();
        block_on(conflict.keep_client(Some(&both))).unwrap();
        assert_eq!(client.text("a").unwrap(), "pears and plums", "{action}");
        assert_eq!(client.pending(), ["update a"], "{action}");
        assert_eq!(client.push().unwrap().conflicts.len(), 0, "{action}");
        assert_eq!(server_text(&client).unwrap(), "pears and plums", "{action}");
    }
}

#[test]
fn a_record_that_is_another_is_refused() {
    let (client, conflict) = conflict(Action::Update, "plums");
    let other = json!({ "id": "b", "text": "x" }).to_string();
    assert_eq!(block_on(conflict.keep_client(Some(&other))).unwrap_err().code(), "CHANGED_RECORD_ID");
    assert_eq!((client.text("a").unwrap(), client.pending()), ("pears".into(), vec!["update a".to_owned()]));
    assert!(!conflict.is_handled());
}

#[test]
fn what_the_backend_has_deleted_goes_when_it_wins_and_comes_again_when_it_loses() {
    let (client, conflict) = clash_with_a_deleted_one();
    block_on(conflict.take_server()).unwrap();
    assert_eq!((client.text("a"), client.pending().len()), (None, 0));

    let (client, conflict) = clash_with_a_deleted_one();
    block_on(conflict.keep_client(None)).unwrap();
    assert_eq!((client.text("a").unwrap(), client.pending()), ("pears".into(), vec!["insert a".to_owned()]));
}

#[test]
fn an_edit_since_the_push_wins_with_the_client_and_is_not_lost_to_the_backend() {
    let (client, conflict) = conflict(Action::Update, "plums");
    client.update("a", "newer");
    assert!(matches!(block_on(conflict.take_server()), Err(Error::ChangedMeanwhile(_))));
    let both = json!({ "id": "a", "text": "both" }).to_string();
    assert!(matches!(block_on(conflict.keep_client(Some(&both))), Err(Error::ChangedMeanwhile(_))));
    assert_eq!((client.text("a").unwrap(), conflict.is_handled()), ("newer".into(), false));

    block_on(conflict.keep_client(None)).unwrap();
    assert_eq!(client.push().unwrap().pushed, 1);
    assert_eq!(server_text(&client).unwrap(), "newer");

    let (client, conflict) = self::conflict(Action::Update, "plums");
    client.delete("a");
    block_on(conflict.keep_client(None)).unwrap();
    assert_eq!(client.push().unwrap().pushed, 1);
    assert_eq!(server_text(&client), None, "a deletion is an edit too");
}

#[test]
fn a_resolution_survives_a_crash_and_one_of_what_is_gone_does_nothing() {
    let (client, conflict) = conflict(Action::Update, "plums");
    block_on(conflict.keep_client(None)).unwrap();
    let again = client.after_a_crash();
    assert_eq!(again.push().unwrap().pushed, 1);
    assert_eq!(server_text(&again).unwrap(), "pears");

    let (client, conflict) = self::conflict(Action::Update, "plums");
    let id = conflict.operation().id;
    block_on(client.context.cancel(id, tureen::sync::CancelledRecord::Keep)).unwrap();
    block_on(conflict.take_server()).unwrap();
    assert_eq!(client.text("a").unwrap(), "pears");
}

#[test]
fn over_a_record_that_the_backend_did_not_tell_the_client_cannot_win_and_the_next_pull_brings_it() {
    let client = Client::new(&Rc::<Server>::default());
    client.synced("a", "apples");
    client.pull(50).unwrap();
    client.update("a", "pears");
    client.backend.next([Mishap::Status(400)]);
    let handler = Handler::new(|error| async move {
        assert_eq!(error.keep_client(None).await.unwrap_err().code(), "NO_SERVER_RECORD");
        assert!(!error.is_handled());
        error.take_server().await.unwrap();
    });
    client.push_with(handler).unwrap();
    assert_eq!((client.text("a"), client.pending().len()), (None, 0));
    client.pull(50).unwrap();
    assert_eq!(client.text("a").unwrap(), "apples");
}
