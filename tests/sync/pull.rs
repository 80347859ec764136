//! What a pull fetches, stores and remembers.

use crate::backend::{Mishap, Server};
use crate::client::{Client, NOW};
use futures::executor::block_on;
use futures::future::join;
use std::cell::RefCell;
use std::rc::Rc;
use tureen::pager::Error as PagerError;
use tureen::pager::medium::memory::Fault;
use tureen::sync::cursor::SETTLE_MS;
use tureen::sync::{AbortFlag, Error, PullOptions, PullProgress, PushFirst, PushOptions, Unhandled};

/// A server with `rows` records `000`, `001`, …, each at a position of its own.
fn server(rows: usize) -> Rc<Server> {
    let server = Rc::<Server>::default();
    for row in 0..rows {
        server.tick();
        server.put("todo", &format!("{row:03}"), "x");
    }
    server
}

#[test]
fn all_pages_are_stored() {
    let server = server(23);
    let client = Client::new(&server);
    let counts = client.pull(5).unwrap();
    assert_eq!((counts.stored, counts.removed, counts.passed_over), (23, 0, 0));
    assert_eq!(client.texts_by_id(), server.texts("todo"));
}

#[test]
fn an_incremental_pull_fetches_what_changed_and_one_request_if_nothing_did() {
    let server = server(23);
    let client = Client::new(&server);
    client.pull(5).unwrap();
    client.backend.requests();
    let nothing = |client: &Client, start: &str| {
        let counts = client.pull(5).unwrap();
        assert_eq!((counts.stored, counts.requests), (0, 1));
        assert_eq!(client.backend.requests(), [format!("list todo {start}")]);
    };
    nothing(&client, r#"At { position: "23", skip: 0 }"#);
    NOW.with(|now| now.set(now.get() + SETTLE_MS));
    nothing(&client, r#"At { position: "23", skip: 0 }"#);
    nothing(&client, r#"After("23")"#);

    server.tick();
    server.put("todo", "004", "y");
    server.delete("todo", "005");
    let counts = client.pull(5).unwrap();
    assert_eq!((counts.stored, counts.removed), (1, 1));
    assert_eq!(client.texts_by_id(), server.texts("todo"));
}

#[test]
fn a_row_that_joins_the_last_position_later_is_pulled() {
    let server = server(3);
    let client = Client::new(&server);
    client.pull(50).unwrap();
    server.put("todo", "000a", "late");
    let counts = client.pull(50).unwrap();
    assert_eq!(counts.stored, 1, "what is known is not stored again");
    assert_eq!(client.text("000a").unwrap(), "late");
}

#[test]
fn a_query_name_is_remembered_for_its_table_only() {
    let server = server(3);
    server.put("list", "l", "groceries");
    let client = Client::new(&server);
    client.pull(50).unwrap();
    let options = PullOptions { query_id: Some("all".into()), ..PullOptions::new("list", "") };
    assert_eq!(block_on(client.context.pull(options, PushFirst::Never)).unwrap().counts.stored, 1);
    let all_again = PullOptions::new("todo", "");
    assert_eq!(block_on(client.context.pull(all_again, PushFirst::Never)).unwrap().counts.stored, 3);
}

#[test]
fn a_query_is_handed_through() {
    let client = Client::new(&server(12));
    let options = PullOptions::new("todo", "01");
    assert_eq!(block_on(client.context.pull(options, PushFirst::Never)).unwrap().counts.stored, 2);
}

#[test]
fn records_with_pending_operations_are_left_as_they_are() {
    let server = server(2);
    let client = Client::new(&server);
    client.pull(50).unwrap();
    client.update("000", "mine");
    client.delete("001");
    server.tick();
    server.put("todo", "000", "theirs");
    server.put("todo", "001", "theirs");
    let counts = client.pull(50).unwrap();
    assert_eq!((counts.passed_over, counts.stored), (2, 0));
    assert_eq!((client.text("000").unwrap(), client.text("001")), ("mine".into(), None));
}

#[test]
fn an_edit_made_between_a_page_and_its_storing_is_not_overwritten() {
    let server = server(1);
    let client = Client::new(&server);
    client.pull(50).unwrap();
    server.tick();
    server.put("todo", "000", "theirs");
    let mut held = client.backend.hold("list todo");
    let edit = async {
        held.arrived().await;
        client.update_async("todo", "000", "mine").await.unwrap();
        held.let_go();
    };
    let (counts, ()) = block_on(join(client.pull_async(50), edit));
    assert_eq!(counts.unwrap().passed_over, 1);
    assert_eq!(client.text("000").unwrap(), "mine");
}

#[test]
fn a_page_is_stored_while_the_next_is_fetched() {
    let client = Client::new(&server(8));
    let first = client.backend.hold("list todo");
    let mut second = client.backend.hold("list todo");
    first.let_go();
    let (seen, seen_stored) = futures::channel::oneshot::channel();
    let seen = RefCell::new(Some(seen));
    let progress: Rc<RefCell<usize>> = Rc::default();
    let subscription = {
        let progress = progress.clone();
        client.store.subscribe(move |changes| {
            if changes.names.contains("todo") {
                *progress.borrow_mut() += 1;
                if let Some(seen) = seen.take() {
                    seen.send(()).unwrap();
                }
            }
        })
    };
    let look = async {
        second.arrived().await;
        seen_stored.await.unwrap();
        assert_eq!(client.texts().len(), 5, "the first page is there while the second one is on its way");
        second.let_go();
    };
    let (counts, ()) = block_on(join(client.pull_async(5), look));
    assert_eq!(counts.unwrap().stored, 8);
    drop(subscription);
    assert_eq!(*progress.borrow(), 2);
}

#[test]
fn a_pull_that_breaks_off_keeps_its_pages_and_goes_on_from_there() {
    let server = server(20);
    let client = Client::new(&server);
    client.backend.list_mishaps.borrow_mut().extend([Mishap::None, Mishap::None, Mishap::Offline]);
    let error = client.pull(5).unwrap_err();
    assert_eq!(error.to_string(), "Unexpected connection failure.");
    assert_eq!(client.texts().len(), 9, "the second page begins with the first one's last row");
    client.backend.requests();
    let counts = client.pull(5).unwrap();
    assert_eq!(client.backend.requests()[0], r#"list todo At { position: "9", skip: 0 }"#);
    assert_eq!(counts.stored, 11);
    assert_eq!(client.texts_by_id(), server.texts("todo"));
}

#[test]
fn a_page_with_a_row_that_cannot_be_stored_is_not_stored_at_all() {
    let client = Client::new(&server(9));
    client.backend.list_mishaps.borrow_mut().extend([Mishap::None, Mishap::BrokenType]);
    let error = client.pull(5).unwrap_err();
    assert_eq!(error.to_string(), "the record 008 of the table todo cannot be stored: n must be a number");
    assert_eq!(client.texts().len(), 5);
    assert_eq!(client.pull(5).unwrap().stored, 4);
}

#[test]
fn a_page_and_its_token_are_durable_together_or_not_at_all() {
    let client = Client::new(&server(9));
    client.medium.fail_next([None, Some(Fault::Refuse(PagerError::Full))]);
    let error = client.pull(5).unwrap_err();
    assert_eq!(error.code(), "STORAGE_FULL");
    assert_eq!(client.texts().len(), 5);
    client.backend.requests();
    client.pull(5).unwrap();
    assert_eq!(client.backend.requests()[0], r#"list todo At { position: "5", skip: 0 }"#);
    assert_eq!(client.texts().len(), 9);
}

#[test]
fn an_aborted_pull_stops_at_once() {
    let client = Client::new(&server(9));
    let abort = AbortFlag::default();
    let first = client.backend.hold("list todo");
    let mut second = client.backend.hold("list todo");
    first.let_go();
    let stop = async {
        second.arrived().await;
        abort.raise();
    };
    let options = PullOptions { page_size: 5, abort: abort.clone(), ..PullOptions::new("todo", "") };
    let (outcome, ()) = block_on(join(client.context.pull(options, PushFirst::Never), stop));
    assert!(matches!(outcome, Err(Error::Aborted)));
    assert_eq!(client.texts().len(), 5, "what was fetched before stays");
}

#[test]
fn progress_tells_of_every_page() {
    let client = Client::new(&server(7));
    let seen: Rc<RefCell<Vec<PullProgress>>> = Rc::default();
    let noted = seen.clone();
    let progress: Rc<dyn Fn(PullProgress)> = Rc::new(move |counts| noted.borrow_mut().push(counts));
    let options = PullOptions { page_size: 5, progress: Some(progress), ..PullOptions::new("todo", "") };
    let report = block_on(client.context.pull(options, PushFirst::Never)).unwrap();
    let counts: Vec<_> = seen.borrow().iter().map(|counts| (counts.requests, counts.stored)).collect();
    assert_eq!(counts, [(1, 5), (2, 7)]);
    assert_eq!(seen.borrow()[0].total, Some(7));
    assert_eq!(report.counts, seen.borrow()[1]);
}

#[test]
fn a_page_size_of_nothing_is_refused() {
    let error = Client::new(&server(1)).pull(0).unwrap_err();
    assert_eq!(error.to_string(), "Page size must be a positive integer. Page size 0 is invalid.");
}

#[test]
fn a_pull_may_push_what_is_pending_first() {
    let server = server(1);
    let client = Client::new(&server);
    client.pull(50).unwrap();
    client.update("000", "mine");
    let pull = |first: PushFirst| block_on(client.context.pull(PullOptions::new("todo", ""), first)).unwrap();
    let push_first = || PushFirst::IfPending(Rc::new(Unhandled), PushOptions::default());
    assert!(pull(PushFirst::Never).pushed.is_none());
    assert_eq!(pull(push_first()).pushed.unwrap().pushed, 1);
    assert_eq!((client.pending().len(), server.texts("todo")["000"].as_str()), (0, "mine"));
    assert!(pull(push_first()).pushed.is_none(), "nothing is pending for the table");
    client.update("000", "again");
    client.backend.next([Mishap::Offline]);
    let failed = block_on(client.context.pull(PullOptions::new("todo", ""), push_first()));
    assert!(matches!(failed, Err(Error::PushAborted { .. })));
}

#[test]
fn a_backend_without_tombstones_is_compared_with_what_it_lists() {
    let server = Rc::new(Server::default());
    let client = Client::new(&server);
    client.backend.tombstones.set(false);
    for id in ["a", "b", "c"] {
        server.put("todo", id, id);
    }
    client.pull_whole().unwrap();
    client.insert("d", "not pushed yet");
    client.update("c", "changed here");
    server.forget("todo", "b");
    server.forget("todo", "c");
    let counts = client.pull_whole().unwrap();
    assert_eq!((counts.removed, client.text("b")), (1, None));
    let kept = (client.text("a"), client.text("c"), client.text("d"));
    assert_eq!(kept, (Some("a".into()), Some("changed here".into()), Some("not pushed yet".into())));
}

#[test]
fn a_listing_that_breaks_off_removes_nothing() {
    let server = Rc::new(Server::default());
    let client = Client::new(&server);
    client.backend.tombstones.set(false);
    for id in ["a", "b", "c", "d"] {
        server.put("todo", id, id);
        server.tick();
    }
    client.pull_whole().unwrap();
    server.forget("todo", "a");
    client.backend.list_mishaps.borrow_mut().extend([Mishap::None, Mishap::Offline]);
    assert!(client.pull_whole().is_err());
    assert_eq!(client.texts().len(), 4);
}
