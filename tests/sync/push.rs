//! What a push sends, and what it leaves in the store.

use crate::backend::{Mishap, Server};
use crate::client::Client;
use futures::executor::block_on;
use futures::future::join;
use std::rc::Rc;
use tureen::pager::Error as PagerError;
use tureen::pager::medium::memory::Fault;
use tureen::sync::{Error, PushOptions, Unhandled};

fn server() -> Rc<Server> {
    Rc::default()
}

fn push_with(client: &Client, options: PushOptions) -> Result<tureen::sync::PushReport, Error> {
    block_on(client.context.push(Rc::new(Unhandled), options))
}

#[test]
fn the_oldest_goes_first_and_answers_are_stored() {
    let client = Client::new(&server());
    client.insert("b", "bread");
    client.insert("a", "apples");
    client.insert("c", "cheese");
    client.delete("c");
    let report = push_with(&client, PushOptions { parallelism: 1, ..PushOptions::default() }).unwrap();
    assert_eq!(client.backend.requests(), ["insert todo/b", "insert todo/a"]);
    assert_eq!((report.pushed, report.conflicts.len(), report.unstored.len()), (2, 0, 0));
    assert_eq!(client.pending(), [""; 0]);
    assert_eq!((client.version("b").unwrap(), client.version("a").unwrap()), ("1".into(), "2".into()));
    assert_eq!(client.backend.server.texts("todo"), client.texts_by_id());
}

#[test]
fn an_update_and_a_delete_carry_the_version_they_are_based_on() {
    let client = Client::new(&server());
    client.synced("a", "apples");
    client.synced("b", "bread");
    client.update("a", "pears");
    client.delete("b");
    client.backend.server.put("todo", "b", "more bread");
    let report = client.push().unwrap();
    assert_eq!(client.backend.server.row("todo", "a").unwrap().values["text"], "pears");
    assert!(!client.backend.server.row("todo", "b").unwrap().deleted, "its version was not the newest");
    assert_eq!(report.conflicts.len(), 1);
    assert_eq!(client.pending(), ["delete b"]);
}

#[test]
fn an_edit_made_while_its_record_is_under_way_is_not_lost() {
    for (prepare, request) in [(false, "insert todo/a"), (true, "update todo/a")] {
        let client = Client::new(&server());
        if prepare {
            client.synced("a", "old");
        }
        if prepare {
            client.update("a", "first")
        } else {
            client.insert("a", "first")
        }
        let mut held = client.backend.hold(request);
        let edit = async {
            held.arrived().await;
            client.update_async("todo", "a", "second").await.unwrap();
            assert_eq!(client.operations().len(), 2, "what is under way is not changed any more");
            held.let_go();
        };
        let (report, ()) = block_on(join(client.push_async(Rc::new(Unhandled)), edit));
        assert_eq!(report.unwrap().pushed, 2, "it is pushed in the same push, and does not conflict with the first");
        assert_eq!(client.text("a").unwrap(), "second");
        let row = client.backend.server.row("todo", "a").unwrap();
        assert_eq!(
            (row.values["text"].as_str(), row.version.to_string()),
            (Some("second"), client.version("a").unwrap())
        );
    }
}

#[test]
fn an_edit_of_another_tab_while_the_record_is_under_way_is_not_lost() {
    let client = Client::new(&server());
    client.insert("a", "first");
    let other = client.another_tab();
    let mut held = client.backend.hold("insert todo/a");
    let edit = async {
        held.arrived().await;
        other.update_async("todo", "a", "second").await.unwrap();
        held.let_go();
    };
    let (report, ()) = block_on(join(client.push_async(Rc::new(Unhandled)), edit));
    report.unwrap();
    client.push().unwrap();
    assert_eq!(client.backend.server.texts("todo")["a"], "second");
    assert_eq!((client.text("a").unwrap(), client.pending().len()), ("second".into(), 0));
    block_on(other.store.refresh()).unwrap();
    assert_eq!((other.text("a").unwrap(), other.version("a")), ("second".into(), client.version("a")));
}

#[test]
fn a_record_deleted_while_it_is_under_way_is_deleted_at_the_backend_too() {
    for (known, request) in [(false, "insert todo/a"), (true, "update todo/a")] {
        let client = Client::new(&server());
        if known {
            client.synced("a", "old");
            client.update("a", "first");
        } else {
            client.insert("a", "first");
        }
        let mut held = client.backend.hold(request);
        let edit = async {
            held.arrived().await;
            client.delete_async("todo", "a").await.unwrap();
            held.let_go();
        };
        let (report, ()) = block_on(join(client.push_async(Rc::new(Unhandled)), edit));
        assert_eq!(report.unwrap().pushed, 2, "{request}: the deletion is based on the version that was answered");
        assert_eq!(client.text("a"), None, "the answer does not bring it back");
        assert!(client.backend.server.row("todo", "a").unwrap().deleted);
    }
}

#[test]
fn an_operation_added_while_pushing_is_pushed_too() {
    let client = Client::new(&server());
    client.insert("a", "apples");
    let mut held = client.backend.hold("insert todo/a");
    let add = async {
        held.arrived().await;
        client.insert_async("todo", "b", "bread").await.unwrap();
        held.let_go();
    };
    let (report, ()) = block_on(join(client.push_async(Rc::new(Unhandled)), add));
    assert_eq!((report.unwrap().pushed, client.pending().len()), (2, 0));
}

#[test]
fn a_lost_answer_is_made_good_by_the_next_push() {
    let client = Client::new(&server());
    client.insert("a", "apples");
    client.backend.next([Mishap::LostAnswer]);
    let error = client.push().unwrap_err();
    assert!(matches!(&error, Error::PushAborted { key, .. } if key.id == "a"), "{error:?}");
    assert_eq!(client.pending(), ["(insert a)"]);

    client.update("a", "pears");
    assert_eq!(client.pending(), ["(insert a)", "update a"], "what may have arrived is sent again to the letter");
    let report = client.push().unwrap();
    assert_eq!((report.pushed, report.conflicts.len()), (2, 0));
    assert_eq!(client.backend.server.texts("todo")["a"], "pears");

    client.update("a", "plums");
    client.backend.next([Mishap::LostAnswer]);
    client.push().unwrap_err();
    assert_eq!(client.push().unwrap().conflicts.len(), 0, "an update likewise");
    client.delete("a");
    client.backend.next([Mishap::LostAnswer]);
    client.push().unwrap_err();
    assert_eq!(client.push().unwrap().conflicts.len(), 0, "and a delete");
    assert_eq!((client.pending().len(), client.backend.server.texts("todo").len()), (0, 0));
}

#[test]
fn an_insert_whose_answer_was_lost_and_that_is_deleted_since_leaves_nothing_behind() {
    let client = Client::new(&server());
    client.insert("a", "apples");
    client.backend.next([Mishap::LostAnswer]);
    client.push().unwrap_err();
    client.delete("a");
    client.push().unwrap();
    assert!(client.backend.server.texts("todo").is_empty());
    assert_eq!((client.pending().len(), client.texts().len()), (0, 0));
}

#[test]
fn offline_ends_the_push_and_leaves_the_rest() {
    let client = Client::new(&server());
    client.insert("a", "apples");
    client.insert("b", "bread");
    client.backend.next([Mishap::Offline]);
    let error = push_with(&client, PushOptions { parallelism: 1, ..PushOptions::default() }).unwrap_err();
    assert_eq!(
        error.to_string(),
        "Push failed while pushing operation for tableName : todo, action: insert, and record ID: a: \
         Unexpected connection failure."
    );
    assert_eq!(error.backend().unwrap().status(), None);
    assert_eq!(client.backend.requests(), ["insert todo/a"], "no request after it");
    assert_eq!(client.pending(), ["(insert a)", "insert b"]);
    assert_eq!(client.operations()[0].last_error.as_deref(), Some("Unexpected connection failure."));
    assert_eq!(client.push().unwrap().pushed, 2);
}

#[test]
fn a_refused_change_can_be_changed_again() {
    let client = Client::new(&server());
    client.insert("a", "apples");
    client.backend.next([Mishap::Status(400)]);
    let error = client.push().unwrap_err();
    let cause = error.backend().unwrap();
    assert_eq!((cause.status(), cause.body.as_deref(), cause.payload), (Some(400), Some("no"), Some(7)));
    assert_eq!(client.pending(), ["insert a"]);
    client.update("a", "pears");
    assert_eq!(client.pending(), ["insert a"]);
    client.push().unwrap();
    assert_eq!(client.backend.server.texts("todo")["a"], "pears");
}

#[test]
fn deleting_what_is_gone_already_is_a_success() {
    let client = Client::new(&server());
    client.synced("a", "apples");
    client.backend.server.delete("todo", "a");
    client.delete("a");
    assert_eq!(client.push().unwrap().pushed, 1);
    assert_eq!(client.pending().len(), 0);
}

#[test]
fn the_same_change_made_by_someone_else_is_no_conflict() {
    let client = Client::new(&server());
    client.synced("a", "apples");
    client.update("a", "pears");
    let mut row = client.backend.server.row("todo", "a").unwrap().values;
    row.insert("text".into(), "pears".into());
    client.backend.server.put("todo", "a", "other");
    assert_eq!(client.push().unwrap().conflicts.len(), 1, "another text is one");
    client.update("a", "other");
    client.backend.server.put("todo", "b", "bread");
    client.insert("b", "butter");
    assert_eq!(client.push().unwrap().conflicts.len(), 2, "n is missing at the server: not the same");
}

#[test]
fn a_conflict_is_left_aside_and_holds_its_record_only() {
    let client = Client::new(&server());
    client.synced("a", "apples");
    client.insert("b", "bread");
    client.update("a", "pears");
    client.insert("c", "cheese");
    client.backend.server.put("todo", "a", "plums");
    let mut held = client.backend.hold("update todo/a");
    let edit = async {
        held.arrived().await;
        client.update_async("todo", "a", "more pears").await.unwrap();
        held.let_go();
    };
    let (report, ()) = block_on(join(client.push_async(Rc::new(Unhandled)), edit));
    let report = report.unwrap();
    assert_eq!(report.pushed, 2);
    let conflict = &report.conflicts[0];
    assert!(conflict.is_conflict() && !conflict.is_handled());
    assert_eq!((conflict.key().id.as_str(), conflict.failure().status()), ("a", Some(412)));
    assert!(conflict.server_record().unwrap().contains("plums"));
    assert!(conflict.client_record().unwrap().contains("\"more pears\""));
    assert!(conflict.base_record().unwrap().unwrap().contains("apples"));
    assert_eq!(client.pending(), ["update a"], "the edit made meanwhile has joined it");
    assert_eq!(client.text("a").unwrap(), "more pears");
}

#[test]
fn an_operation_without_its_record_is_dropped() {
    let client = Client::new(&server());
    client.insert("a", "apples");
    let remove = |tx: &tureen::database::Transaction<'_>| {
        tureen::sync::Bindings::by_name("id").open(tx, "todo")?.remove(tx, "a")
    };
    block_on(client.store.write(remove)).unwrap();
    assert_eq!(client.push().unwrap().pushed, 0);
    assert_eq!((client.pending().len(), client.backend.requests().len()), (0, 0));
}

#[test]
fn an_answer_that_breaks_a_column_type_wedges_nothing() {
    let client = Client::new(&server());
    client.insert("a", "apples");
    client.backend.next([Mishap::BrokenType]);
    let report = client.push().unwrap();
    assert_eq!((report.pushed, report.unstored[0].reason.as_str()), (1, "n must be a number"));
    assert_eq!(client.pending().len(), 0);
    assert_eq!((client.text("a").unwrap(), client.version("a").unwrap()), ("apples".into(), "1".into()));
    client.update("a", "pears");
    assert_eq!(client.push().unwrap().conflicts.len(), 0, "the version was taken over");
}

#[test]
fn an_answer_that_cannot_be_made_durable_is_got_again() {
    let client = Client::new(&server());
    client.insert("a", "apples");
    let full = || Some(Fault::Refuse(PagerError::Full));
    client.medium.fail_next([None, full()]);
    let error = client.push().unwrap_err();
    assert!(matches!(error, Error::Database(_)), "{error:?}");
    assert_eq!((client.pending(), client.version("a")), (vec!["(insert a)".to_owned()], None), "neither nor");
    let report = client.push().unwrap();
    assert_eq!((report.pushed, report.conflicts.len()), (1, 0));
    assert_eq!(client.version("a").unwrap(), "1");
}

#[test]
fn an_id_given_by_the_backend_is_taken_over() {
    let client = Client::new(&server());
    client.insert("local", "apples");
    client.backend.given_ids.borrow_mut().push_back("given".into());
    let mut held = client.backend.hold("insert todo/local");
    let edit = async {
        held.arrived().await;
        client.update_async("todo", "local", "pears").await.unwrap();
        held.let_go();
    };
    let (report, ()) = block_on(join(client.push_async(Rc::new(Unhandled)), edit));
    assert_eq!(report.unwrap().pushed, 2);
    assert_eq!(client.backend.requests(), ["insert todo/local", "update todo/given"]);
    assert_eq!(client.texts(), [("given".to_owned(), "pears".to_owned())]);
    assert_eq!(client.backend.server.texts("todo"), client.texts_by_id());
}

#[test]
fn where_the_server_decides_its_record_takes_the_place_of_the_local_one_and_nobody_is_asked() {
    let server = Rc::new(Server::default());
    let client = Client::new(&server);
    client.backend.server_decides.set(true);
    client.synced("a", "first");
    client.synced("b", "first");
    server.put("todo", "a", "theirs");
    server.delete("todo", "b");
    client.update("a", "mine");
    client.update("b", "mine");
    let report = client.push().unwrap();
    assert!(report.conflicts.is_empty());
    assert_eq!((client.text("a").as_deref(), client.text("b")), (Some("theirs"), None));
    assert!(client.context.pending(None).unwrap().is_empty());
}

#[test]
fn where_changes_are_not_safe_side_by_side_they_go_one_by_one_in_their_order() {
    let server = Rc::new(Server::default());
    let client = Client::new(&server);
    client.backend.parallel.set(false);
    client.backend.batch.set(4);
    for id in ["c", "a", "b"] {
        client.insert(id, "x");
    }
    client.push().unwrap();
    assert_eq!(client.backend.most_under_way.get(), 1);
    assert_eq!(client.backend.requests(), ["insert todo/c", "insert todo/a", "insert todo/b"]);
}

#[test]
fn an_insert_that_was_applied_before_is_known_again_by_a_backend_that_only_fails_then() {
    let server = Rc::new(Server::default());
    let client = Client::new(&server);
    client.insert("a", "apples");
    client.backend.next([Mishap::LostAnswer, Mishap::Status(500)]);
    assert!(client.push().is_err());
    client.push().unwrap();
    assert_eq!((server.writes(), client.context.pending(None).unwrap().len()), (1, 0));

    client.insert("b", "bread");
    client.backend.next([Mishap::Offline, Mishap::Status(500)]);
    assert!(client.push().is_err());
    assert!(client.push().is_err(), "it is not there");
    client.push().unwrap();
    assert_eq!(server.writes(), 2);
}
