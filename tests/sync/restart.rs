//! A device that is switched off in the middle of a push or a pull, and two tabs of one device.

use crate::backend::{Mishap, Server};
use crate::client::Client;
use futures::executor::block_on;
use futures::future::{LocalBoxFuture, join, select};
use futures::lock::Mutex;
use std::any::Any;
use std::cell::Cell;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use tureen::sync::{Error, Turn, Unhandled};

#[test]
fn what_was_under_way_at_a_crash_is_sent_once_more_and_once_only_applied() {
    for reached in [false, true] {
        let server = Rc::<Server>::default();
        let client = Client::new(&server);
        client.synced("b", "bread");
        client.insert("a", "apples");
        client.update("b", "butter");
        let mut held = [client.backend.hold("insert todo/a"), client.backend.hold("update todo/b")];
        let at_rest = block_on(async {
            let push = pin!(client.push_async(Rc::new(Unhandled)));
            let crash = pin!(async {
                for held in &mut held {
                    held.arrived().await;
                }
                client.medium.copy()
            });
            match select(push, crash).await {
                futures::future::Either::Right((at_rest, _)) => at_rest,
                futures::future::Either::Left(_) => panic!("the push cannot end"),
            }
        });
        let crashed = Client::on(Rc::new(at_rest), &server, None);
        if reached {
            // The same device, had it lived on, stands for its requests' reaching the server.
            client.push().unwrap();
        }
        assert_eq!(crashed.pending(), ["(insert a)", "(update b)"], "nothing that was acknowledged is lost");
        crashed.update("a", "pears");
        let report = crashed.push().unwrap();
        assert_eq!(report.conflicts.len(), 0, "reached: {reached}");
        assert_eq!(crashed.pending().len(), 0);
        let server_texts = server.texts("todo");
        assert_eq!((server_texts["a"].as_str(), server_texts["b"].as_str()), ("pears", "butter"));
        assert_eq!(crashed.texts_by_id(), server_texts);
    }
}

#[test]
fn a_push_that_is_dropped_can_be_repeated_in_the_same_context() {
    let client = Client::new(&Rc::<Server>::default());
    client.insert("a", "apples");
    let mut held = client.backend.hold("insert todo/a");
    block_on(async {
        let push = pin!(client.push_async(Rc::new(Unhandled)));
        select(push, pin!(held.arrived())).await;
    });
    assert_eq!(client.pending(), ["(insert a)"]);
    assert_eq!(client.push().unwrap().pushed, 1);
}

#[test]
fn a_pull_killed_half_way_resumes_where_it_stood() {
    let server = Rc::<Server>::default();
    for row in 0..20 {
        server.tick();
        server.put("todo", &format!("{row:03}"), "x");
    }
    let client = Client::new(&server);
    client.backend.list_mishaps.borrow_mut().extend([Mishap::None, Mishap::Offline]);
    client.pull(5).unwrap_err();
    let crashed = client.after_a_crash();
    crashed.pull(5).unwrap();
    assert_eq!(crashed.backend.requests()[0], r#"list todo At { position: "5", skip: 0 }"#);
    assert_eq!(crashed.texts_by_id(), server.texts("todo"));
}

#[test]
fn two_tabs_that_push_at_once_apply_nothing_twice() {
    let server = Rc::<Server>::default();
    let client = Client::new(&server);
    client.synced("b", "bread");
    client.insert("a", "apples");
    client.update("b", "butter");
    let other = client.another_tab();
    let (mut one, mut two) = (client.backend.hold("insert todo/a"), other.backend.hold("insert todo/a"));
    let both = async {
        one.arrived().await;
        two.arrived().await;
        client.update_async("todo", "a", "pears").await.unwrap();
        one.let_go();
        two.let_go();
    };
    let pushes = join(client.push_async(Rc::new(Unhandled)), other.push_async(Rc::new(Unhandled)));
    let ((one, two), ()) = block_on(join(pushes, both));
    assert_eq!(one.unwrap().conflicts.len() + two.unwrap().conflicts.len(), 0);
    block_on(client.store.refresh()).unwrap();
    client.push().unwrap();
    assert_eq!(client.pending().len(), 0);
    assert_eq!(server.texts("todo")["a"], "pears");
    assert_eq!(client.texts_by_id(), server.texts("todo"));
}

/// A turn that one holder at a time has.
#[derive(Default)]
struct OneAtATime {
    mutex: Arc<Mutex<()>>,
    taken: Cell<usize>,
}

impl Turn for OneAtATime {
    fn take(&self) -> LocalBoxFuture<'_, Result<Box<dyn Any>, Error>> {
        Box::pin(async {
            let guard = self.mutex.clone().lock_owned().await;
            self.taken.set(self.taken.get() + 1);
            Ok(Box::new(guard) as Box<dyn Any>)
        })
    }
}

#[test]
fn a_turn_keeps_two_tabs_apart() {
    let server = Rc::<Server>::default();
    let turn = Rc::new(OneAtATime::default());
    let client = Client::new(&server);
    let tab = |medium| Client::on(Rc::new(medium), &server, Some(turn.clone()));
    let (one, two) = (tab(client.medium.another()), tab(client.medium.another()));
    one.insert("a", "apples");
    let mut held = one.backend.hold("insert todo/a");
    let look = async {
        held.arrived().await;
        assert_eq!(turn.taken.get(), 1);
        held.let_go();
    };
    let pushes = join(one.push_async(Rc::new(Unhandled)), two.push_async(Rc::new(Unhandled)));
    let ((first, second), ()) = block_on(join(pushes, look));
    first.unwrap();
    second.unwrap();
    assert_eq!((turn.taken.get(), two.backend.requests().len()), (2, 0));
}
