//! In which order a push sends, how much at once, when it stops, and when it asks the application.

use crate::backend::{Held, Mishap, Server};
use crate::client::Client;
use crate::handler::Handler;
use futures::executor::block_on;
use futures::future::{join, join3};
use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::rc::Rc;
use tureen::sync::{AbortFlag, Error, Order, PushOptions, PushProgress, Unhandled};

fn server() -> Rc<Server> {
    Rc::default()
}

fn push_with(client: &Client, options: PushOptions) -> Result<tureen::sync::PushReport, Error> {
    block_on(client.context.push(Rc::new(Unhandled), options))
}

#[test]
fn independent_records_go_side_by_side_up_to_the_limit() {
    for parallelism in [1, 3, 8] {
        let client = Client::new(&server());
        let ids: Vec<String> = (0..9).map(|id| id.to_string()).collect();
        ids.iter().for_each(|id| client.insert(id, "x"));
        let hold = |id: &String| client.backend.hold(&format!("insert todo/{id}"));
        let mut held: Vec<_> = ids[..parallelism].iter().map(hold).collect();
        let look = async {
            for held in &mut held {
                held.arrived().await;
            }
            assert_eq!(client.backend.log.borrow().len(), parallelism, "the oldest are under way, and no others");
            held.drain(..).for_each(Held::let_go);
        };
        let options = PushOptions { parallelism, order: Order::Record, ..PushOptions::default() };
        let (report, ()) = block_on(join(client.context.push(Rc::new(Unhandled), options), look));
        assert_eq!(report.unwrap().pushed, 9);
        assert_eq!(client.backend.most_under_way.get(), parallelism);
    }
    let client = Client::new(&server());
    for parallelism in [0, 9] {
        let error = push_with(&client, PushOptions { parallelism, ..PushOptions::default() }).unwrap_err();
        assert_eq!(error.code(), "SETTING");
    }
}

#[test]
fn a_record_of_another_table_waits_for_what_was_queued_before() {
    let client = Client::new(&server());
    block_on(client.insert_async("list", "l", "groceries")).unwrap();
    client.insert("a", "apples");
    let mut held = client.backend.hold("insert list/l");
    let look = async {
        held.arrived().await;
        assert_eq!(*client.backend.log.borrow(), ["insert list/l"]);
        held.let_go();
    };
    let (report, ()) = block_on(join(client.push_async(Rc::new(Unhandled)), look));
    report.unwrap();
    assert_eq!(client.backend.requests(), ["insert list/l", "insert todo/a"]);
}

#[test]
fn a_bulk_backend_gets_many_records_in_one_request() {
    let client = Client::new(&server());
    client.backend.batch.set(5);
    (0..12).for_each(|id| client.insert(&id.to_string(), "x"));
    client.update("0", "y");
    let options = PushOptions { parallelism: 1, ..PushOptions::default() };
    client.backend.next([Mishap::None, Mishap::LostAnswer]);
    let error = push_with(&client, options.clone()).unwrap_err();
    assert!(matches!(&error, Error::PushAborted { key, .. } if key.id == "1"), "{error:?}");
    assert_eq!(client.backend.sent.take(), [5]);
    assert_eq!(client.operations().len(), 8, "the others of the request are done");
    assert_eq!(push_with(&client, options).unwrap().pushed, 8);
    assert_eq!(client.backend.sent.take(), [5, 3]);
    assert_eq!(client.texts_by_id(), client.backend.server.texts("todo"));
}

#[test]
fn an_aborted_push_stops_at_once_and_can_be_repeated() {
    let client = Client::new(&server());
    client.insert("a", "apples");
    client.insert("b", "bread");
    let abort = AbortFlag::default();
    let mut held = client.backend.hold("insert todo/a");
    let stop = async {
        held.arrived().await;
        abort.raise();
    };
    let options = PushOptions { parallelism: 1, abort: abort.clone(), ..PushOptions::default() };
    let (report, ()) = block_on(join(client.context.push(Rc::new(Unhandled), options), stop));
    assert!(matches!(report, Err(Error::Aborted)));
    assert_eq!(client.pending(), ["(insert a)", "insert b"]);
    assert_eq!(client.push().unwrap().pushed, 2);
}

#[test]
fn progress_counts_what_is_done_and_what_is_left() {
    let client = Client::new(&server());
    client.synced("a", "apples");
    client.update("a", "pears");
    client.insert("b", "bread");
    client.backend.server.put("todo", "a", "plums");
    let seen: Rc<RefCell<Vec<PushProgress>>> = Rc::default();
    let progress = seen.clone();
    let options = PushOptions {
        parallelism: 1,
        progress: Some(Rc::new(move |counts| progress.borrow_mut().push(counts))),
        ..PushOptions::default()
    };
    push_with(&client, options).unwrap();
    let counts = |pushed, conflicts, pending| PushProgress { pushed, conflicts, pending };
    assert_eq!(*seen.borrow(), [counts(0, 1, 1), counts(1, 1, 0)]);
}

#[test]
fn pushes_take_their_turns() {
    let client = Client::new(&server());
    client.insert("a", "apples");
    let mut held = client.backend.hold("insert todo/a");
    let order: RefCell<Vec<&str>> = RefCell::default();
    let first = async {
        let report = client.push_async(Rc::new(Unhandled)).await;
        order.borrow_mut().push("first");
        report
    };
    let second = async {
        let report = client.push_async(Rc::new(Unhandled)).await;
        order.borrow_mut().push("second");
        report
    };
    let look = async {
        held.arrived().await;
        order.borrow_mut().push("under way");
        held.let_go();
    };
    let (first, second, ()) = block_on(join3(first, second, look));
    assert_eq!((first.unwrap().pushed, second.unwrap().pushed), (1, 0));
    assert_eq!(*order.borrow(), ["under way", "first", "second"]);
    assert_eq!(client.backend.requests(), ["insert todo/a"]);
}

#[test]
fn a_handler_is_asked_five_times_about_an_operation() {
    for status in [412, 400] {
        let client = Client::new(&server());
        client.synced("a", "apples");
        client.update("a", "pears");
        client.backend.server.put("todo", "a", "plums");
        if status == 400 {
            client.backend.next([Mishap::Status(400); 6]);
        }
        let handler = Handler::new(|error| async move { error.set_handled(true) });
        let outcome = client.push_with(handler.clone());
        assert_eq!(handler.conflicts.get() + handler.errors.get(), 5);
        assert_eq!(client.backend.requests().len(), 6);
        assert_eq!(outcome.is_ok(), status == 412, "a conflict is left aside, an error ends the push");
        assert_eq!(client.pending(), ["update a"]);
    }
}

#[test]
fn handlers_are_called_one_at_a_time() {
    let client = Client::new(&server());
    let ids = ["a", "b", "c", "d"];
    for id in ids {
        client.synced(id, "x");
        client.update(id, "y");
        client.backend.server.put("todo", id, "z");
    }
    let inside = Rc::new(Cell::new(0));
    let seen: Rc<RefCell<HashSet<String>>> = Rc::default();
    let names = seen.clone();
    let handler = Handler::new(move |error| {
        let (inside, names) = (inside.clone(), names.clone());
        async move {
            assert_eq!(inside.replace(1), 0);
            names.borrow_mut().insert(error.key().id.clone());
            error.cancel().await.unwrap();
            inside.set(0);
        }
    });
    assert_eq!(client.push_with(handler).unwrap().conflicts.len(), 0);
    assert_eq!(seen.borrow().len(), 4);
}
