//! What an application's handler may do about a change that the backend would not take.

use crate::backend::{Mishap, Server};
use crate::client::Client;
use crate::handler::Handler;
use futures::executor::block_on;
use futures::future::join;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::rc::Rc;
use tureen::sync::{Action, CancelledRecord, Error, OperationId, PushError, PushReport};

/// A client whose change of `a` conflicts: it says `pears`, the backend `plums`.
fn in_conflict(action: Action) -> Client {
    let client = Client::new(&Rc::<Server>::default());
    if action != Action::Insert {
        client.synced("a", "apples");
        client.pull(50).unwrap();
    }
    match action {
        Action::Insert => client.insert("a", "pears"),
        Action::Update => client.update("a", "pears"),
        Action::Delete => client.delete("a"),
    }
    client.backend.server.tick();
    client.backend.server.put("todo", "a", "plums");
    client.backend.requests();
    client
}

/// Pushes with a handler that calls `resolve`, whose outcome must be `expected`.
fn resolved<F>(
    client: &Client,
    expected: Result<(), &str>,
    resolve: impl Fn(Rc<PushError>) -> F + 'static,
) -> PushReport
where
    F: Future<Output = Result<(), Error>> + 'static,
{
    let outcomes: Rc<RefCell<Vec<Result<(), String>>>> = Rc::default();
    let noted = outcomes.clone();
    let handler = Handler::new(move |error| {
        let (noted, resolving) = (noted.clone(), resolve(error));
        async move {
            let outcome = resolving.await;
            noted.borrow_mut().push(outcome.map_err(|error| error.to_string()));
        }
    });
    let report = client.push_with(handler).unwrap();
    assert_eq!(*outcomes.borrow(), [expected.map_err(str::to_owned)]);
    report
}

fn record(id: &str, text: &str, version: Option<u64>) -> String {
    let mut record = json!({ "id": id, "text": text });
    if let Some(version) = version {
        record["version"] = version.to_string().into();
    }
    record.to_string()
}

fn server_version(client: &Client) -> u64 {
    client.backend.server.row("todo", "a").unwrap().version
}

#[test]
fn cancel_leaves_the_record_and_sends_nothing() {
    let client = in_conflict(Action::Update);
    let report = resolved(&client, Ok(()), |error| async move { error.cancel().await });
    assert_eq!(report.conflicts.len(), 0);
    assert_eq!((client.pending().len(), client.text("a").unwrap()), (0, "pears".into()));
    assert_eq!(client.backend.server.texts("todo")["a"], "plums");
    assert_eq!(client.backend.requests().len(), 1);
}

#[test]
fn what_a_pull_passed_over_is_pulled_once_the_change_is_given_up() {
    let client = in_conflict(Action::Update);
    assert_eq!(client.pull(50).unwrap().passed_over, 1);
    resolved(&client, Ok(()), |error| async move { error.cancel().await });
    client.pull(50).unwrap();
    assert_eq!(client.text("a").unwrap(), "plums");
}

#[test]
fn a_discarded_record_comes_again_with_the_next_pull() {
    for action in [Action::Insert, Action::Update, Action::Delete] {
        let client = in_conflict(action);
        resolved(&client, Ok(()), |error| async move { error.cancel_and_discard().await });
        assert_eq!((client.pending().len(), client.text("a")), (0, None), "{action}");
        client.pull(50).unwrap();
        assert_eq!(client.text("a").unwrap(), "plums", "{action}");
    }
}

#[test]
fn the_backends_record_can_be_taken_instead() {
    let client = in_conflict(Action::Update);
    resolved(&client, Ok(()), |error| async move {
        let theirs = error.server_record().map(str::to_owned);
        error.cancel_and_update(theirs.as_deref()).await
    });
    assert_eq!((client.pending().len(), client.text("a").unwrap()), (0, "plums".into()));
    assert_eq!(client.version("a").unwrap(), server_version(&client).to_string());
}

#[test]
fn a_merged_record_is_pushed_in_its_stead() {
    let client = in_conflict(Action::Update);
    let merged = record("a", "pears and plums", Some(server_version(&client)));
    resolved(&client, Ok(()), move |error| {
        let merged = merged.clone();
        async move { error.update(Some(&merged)).await }
    });
    assert_eq!(client.pending().len(), 0);
    assert_eq!(client.text("a").unwrap(), "pears and plums");
    assert_eq!(client.backend.server.texts("todo")["a"], "pears and plums");
    assert_eq!(client.record("a").unwrap()["n"], 1, "the rest of the record stays");
}

#[test]
fn an_insert_that_clashes_can_become_an_update() {
    let client = in_conflict(Action::Insert);
    let mine = record("a", "pears", Some(server_version(&client)));
    resolved(&client, Ok(()), move |error| {
        let mine = mine.clone();
        async move { error.change_action(Action::Update, Some(&mine)).await }
    });
    assert_eq!((client.pending().len(), client.backend.server.texts("todo")["a"].as_str()), (0, "pears"));
    assert_eq!(client.backend.requests(), ["insert todo/a", "update todo/a"]);
}

#[test]
fn an_update_of_what_is_gone_can_become_an_insert() {
    let client = Client::new(&Rc::<Server>::default());
    let insert = |tx: &tureen::database::Transaction<'_>| {
        let records = tureen::sync::Bindings::by_name("id").open(tx, "todo")?;
        records.put(tx, None, &record("a", "apples", Some(77)))
    };
    block_on(client.store.write(insert)).unwrap();
    client.update("a", "pears");
    let handler = Handler::new(|error| async move { error.change_action(Action::Insert, None).await.unwrap() });
    assert_eq!(client.push_with(handler.clone()).unwrap().pushed, 1);
    assert_eq!((handler.conflicts.get(), handler.errors.get()), (0, 1), "404 is an error, not a conflict");
    assert_eq!(client.backend.server.texts("todo")["a"], "pears");
}

#[test]
fn an_update_can_become_a_delete_which_takes_the_local_record_along() {
    let client = in_conflict(Action::Update);
    let newest = record("a", "", Some(server_version(&client)));
    resolved(&client, Ok(()), move |error| {
        let newest = newest.clone();
        async move { error.change_action(Action::Delete, Some(&newest)).await }
    });
    assert_eq!((client.pending().len(), client.text("a")), (0, None));
    assert!(client.backend.server.row("todo", "a").unwrap().deleted);
}

#[test]
fn a_delete_can_become_an_update_of_a_given_record() {
    let client = in_conflict(Action::Delete);
    let back = record("a", "back", Some(server_version(&client)));
    resolved(&client, Ok(()), move |error| {
        let back = back.clone();
        async move { error.change_action(Action::Update, Some(&back)).await }
    });
    assert_eq!((client.text("a").unwrap(), client.backend.server.texts("todo")["a"].as_str()), ("back".into(), "back"));
}

#[test]
fn a_wrong_resolution_says_what_is_wrong_and_changes_nothing() {
    type Resolution = fn(&PushError) -> futures::future::LocalBoxFuture<'_, Result<(), Error>>;
    const OTHER: &str = r#"{"id":"b","text":"x"}"#;
    const NONE: &str = r#"{"text":"x"}"#;
    const ODD: &str = r#"{"id":7,"text":"x"}"#;
    let cases: [(Action, Resolution, &str); 10] = [
        (Action::Delete, |e| Box::pin(e.update(Some(OTHER))), "Cannot update a deleted record"),
        (Action::Delete, |e| Box::pin(e.cancel_and_update(Some(OTHER))), "Cannot update a deleted record"),
        (Action::Update, |e| Box::pin(e.update(None)), "Need a valid object to update the record"),
        (Action::Update, |e| Box::pin(e.cancel_and_update(None)), "Need a valid object to update the record"),
        (Action::Update, |e| Box::pin(e.update(Some(ODD))), "Invalid ID: 7"),
        (Action::Update, |e| Box::pin(e.update(Some(NONE))), "Invalid ID: undefined"),
        (Action::Update, |e| Box::pin(e.update(Some(OTHER))), "Only updating the record being pushed is allowed"),
        (
            Action::Update,
            |e| Box::pin(e.change_action(Action::Insert, Some(NONE))),
            "New client record value must specify the record ID",
        ),
        (
            Action::Update,
            |e| Box::pin(e.change_action(Action::Insert, Some(OTHER))),
            "New client record value cannot change the record ID. Original ID: a New ID: b",
        ),
        (
            Action::Delete,
            |e| Box::pin(e.change_action(Action::Update, None)),
            "Changing action from delete to update without specifying a value for the associated record is not allowed!",
        ),
    ];
    for (action, resolution, text) in cases {
        let client = in_conflict(action);
        let before = client.texts();
        let report = resolved(&client, Err(text), move |error| async move { resolution(&error).await });
        assert_eq!(report.conflicts.len(), 1, "{text}");
        assert_eq!(client.pending(), [format!("{action} a")], "{text}");
        assert_eq!(client.texts(), before, "{text}");
    }
}

#[test]
fn conflicts_can_be_resolved_after_the_push_as_well() {
    let client = in_conflict(Action::Update);
    let report = client.push().unwrap();
    let conflict = &report.conflicts[0];
    let merged = record("a", "merged", conflict.server_record().map(|_| server_version(&client)));
    block_on(conflict.update(Some(&merged))).unwrap();
    assert_eq!(client.pending(), ["update a"]);
    assert_eq!(client.push().unwrap().pushed, 1);
    assert_eq!(client.backend.server.texts("todo")["a"], "merged");
}

#[test]
fn a_handler_sees_the_edit_made_while_its_record_was_under_way() {
    let client = in_conflict(Action::Update);
    let mut held = client.backend.hold("update todo/a");
    let newest = server_version(&client).to_string();
    let edit = async {
        held.arrived().await;
        client.update_async("todo", "a", "newer").await.unwrap();
        held.let_go();
    };
    let handler = Handler::new(move |error| {
        assert!(error.client_record().unwrap().contains("newer"));
        let version = json!({ "id": "a", "version": newest }).to_string();
        async move { error.update(Some(&version)).await.unwrap() }
    });
    let (report, ()) = block_on(join(client.push_async(handler), edit));
    assert_eq!((report.unwrap().pushed, client.pending().len()), (1, 0));
    assert_eq!(client.backend.server.texts("todo")["a"], "newer");
}

#[test]
fn a_resolution_does_not_undo_what_its_handler_has_not_seen() {
    const MINE: &str = r#"{"id":"a","text":"mine"}"#;
    let client = Rc::new(in_conflict(Action::Update));
    let editing = client.clone();
    let handler = Handler::new(move |error| {
        let client = editing.clone();
        async move {
            client.update_async("todo", "a", "newer").await.unwrap();
            for outcome in [
                error.cancel().await,
                error.cancel_and_discard().await,
                error.cancel_and_update(Some(MINE)).await,
                error.update(Some(MINE)).await,
                error.change_action(Action::Delete, None).await,
            ] {
                assert_eq!(outcome.unwrap_err().code(), "CHANGED_MEANWHILE");
            }
        }
    });
    assert_eq!(client.push_with(handler).unwrap().conflicts.len(), 1);
    assert_eq!((client.pending(), client.text("a").unwrap()), (vec!["update a".to_owned()], "newer".to_owned()));
}

#[test]
fn an_insert_refused_after_its_record_was_deleted_is_dropped() {
    let client = Client::new(&Rc::<Server>::default());
    client.insert("a", "apples");
    client.backend.next([Mishap::Status(400)]);
    let mut held = client.backend.hold("insert todo/a");
    let delete = async {
        held.arrived().await;
        client.delete_async("todo", "a").await.unwrap();
        held.let_go();
    };
    let handler = Handler::new(|_| async { panic!("there is nothing left to ask about") });
    let (report, ()) = block_on(join(client.push_async(handler), delete));
    report.unwrap();
    assert_eq!((client.texts().len(), client.pending().len()), (0, 0));
    assert!(client.backend.server.texts("todo").is_empty());
}

#[test]
fn a_change_of_unknown_fate_is_looked_at_afresh_once_it_is_handled() {
    let client = Client::new(&Rc::<Server>::default());
    client.insert("a", "apples");
    client.backend.next([Mishap::LostAnswer]);
    let handler = Handler::new(|error| async move {
        if error.is_conflict() {
            let version = serde_json::from_str::<Value>(error.server_record().unwrap()).unwrap()["version"].clone();
            let mine = json!({ "id": "a", "text": "pears", "version": version }).to_string();
            error.change_action(Action::Update, Some(&mine)).await.unwrap();
        } else {
            error.update(Some(&record("a", "pears", None))).await.unwrap();
        }
    });
    assert_eq!(client.push_with(handler.clone()).unwrap().pushed, 1);
    assert_eq!((handler.errors.get(), handler.conflicts.get()), (1, 1));
    assert_eq!(client.backend.server.texts("todo")["a"], "pears");
}

#[test]
fn an_insert_that_may_have_arrived_is_deleted_at_the_backend_even_if_it_was_refused_later() {
    let client = Client::new(&Rc::<Server>::default());
    client.insert("a", "apples");
    client.backend.next([Mishap::LostAnswer, Mishap::Status(400)]);
    let handler = Handler::new(|error| async move { error.set_handled(error.failure().status().is_none()) });
    assert!(matches!(client.push_with(handler), Err(Error::PushAborted { .. })));
    assert_eq!(client.pending(), ["insert a"]);
    client.delete("a");
    assert_eq!(client.pending(), ["delete a"], "it is not forgotten");
    client.push().unwrap();
    assert!(client.backend.server.texts("todo").is_empty());
}

#[test]
fn a_pending_operation_can_be_cancelled() {
    for (record, text) in [
        (CancelledRecord::Keep, Some("pears")),
        (CancelledRecord::Restore, Some("apples")),
        (CancelledRecord::Discard, None),
    ] {
        let client = Client::new(&Rc::<Server>::default());
        client.synced("a", "apples");
        client.pull(50).unwrap();
        client.update("a", "pears");
        let id = client.operations()[0].id;
        block_on(client.context.cancel(id, record)).unwrap();
        assert_eq!((client.pending().len(), client.text("a").as_deref()), (0, text), "{record:?}");
        let error = block_on(client.context.cancel(id, record)).unwrap_err();
        assert_eq!(error.code(), "NO_SUCH_OPERATION");
        client.pull(50).unwrap();
        assert!(client.text("a").is_some(), "{record:?}: what the backend has comes again");
    }
}

#[test]
fn undoing_brings_back_what_was_deleted_and_takes_away_what_was_new() {
    let client = Client::new(&Rc::<Server>::default());
    client.synced("a", "apples");
    client.update("a", "pears");
    client.delete("a");
    client.insert("b", "bread");
    for id in client.operations().iter().map(|operation| operation.id).collect::<Vec<OperationId>>() {
        block_on(client.context.cancel(id, CancelledRecord::Restore)).unwrap();
    }
    assert_eq!(client.texts(), [("a".to_owned(), "apples".to_owned())]);
    assert_eq!(client.push().unwrap().pushed, 0);
}
