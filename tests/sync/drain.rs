//! A queue that drains by itself, in a world whose clock, dice and network the test holds.

use crate::backend::{Mishap, Server};
use crate::client::Client;
use crate::handler::Handler;
use futures::channel::oneshot;
use futures::executor::{LocalPool, block_on};
use futures::future::{FutureExt, LocalBoxFuture, ready};
use futures::task::LocalSpawnExt;
use proptest::prelude::*;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use tureen::sync::{Backoff, Drain, DrainOptions, Error, Order, Pace, Phase, PushHandler, Status, Unhandled, Winner};

/// The world: nothing in it happens but what a test lets happen.
#[derive(Default)]
struct World {
    now: Cell<i64>,
    offline: Cell<bool>,
    portal: Cell<bool>,
    timers: RefCell<BTreeMap<i64, Vec<oneshot::Sender<()>>>>,
}

impl Pace for World {
    fn now(&self) -> i64 {
        self.now.get()
    }

    fn sleep(&self, milliseconds: u64) -> LocalBoxFuture<'static, ()> {
        let (ring, rung) = oneshot::channel();
        self.timers.borrow_mut().entry(self.now.get() + milliseconds as i64).or_default().push(ring);
        rung.map(|_| ()).boxed_local()
    }

    fn random(&self) -> f64 {
        1.0
    }

    fn online(&self) -> bool {
        !self.offline.get()
    }

    fn probe(&self) -> LocalBoxFuture<'_, bool> {
        ready(!self.portal.get()).boxed_local()
    }
}

/// A device whose queue drains.
struct Stage {
    client: Client,
    world: Rc<World>,
    drain: Drain,
    pool: LocalPool,
    told: Rc<RefCell<Vec<Status>>>,
}

impl Stage {
    fn new(server: &Rc<Server>) -> Self {
        Self::with(server, Rc::new(Unhandled), DrainOptions::default())
    }

    fn with(server: &Rc<Server>, handler: Rc<dyn PushHandler>, options: DrainOptions) -> Self {
        let (client, world, told) = (Client::new(server), Rc::new(World::default()), Rc::new(RefCell::default()));
        let heard: Rc<RefCell<Vec<Status>>> = Rc::clone(&told);
        let listener = move |status: &Status| heard.borrow_mut().push(status.clone());
        let drain = Drain::new(client.context.clone(), handler, world.clone(), options, listener);
        let pool = LocalPool::new();
        let running = drain.clone();
        pool.spawner().spawn_local(async move { running.run().await }).unwrap();
        Self { client, world, drain, pool, told }
    }

    /// Lets everything happen that can happen now.
    fn settle(&mut self) {
        self.pool.run_until_stalled();
    }

    /// A command was queued.
    fn queued(&mut self) {
        self.drain.wake();
        self.settle();
    }

    /// Lets time pass, timer by timer.
    fn pass(&mut self, milliseconds: i64) {
        self.settle();
        let end = self.world.now.get() + milliseconds;
        loop {
            let next = self.world.timers.borrow().keys().next().copied().filter(|at| *at <= end);
            let Some(at) = next else { break };
            self.world.now.set(at);
            for ring in self.world.timers.borrow_mut().remove(&at).unwrap_or_default() {
                let _ = ring.send(());
            }
            self.settle();
        }
        self.world.now.set(end);
        self.settle();
    }

    fn dead(&self) -> Vec<String> {
        let operations = self.client.context.pending(None).unwrap();
        operations.into_iter().filter(|operation| operation.dead).map(|operation| operation.key.id).collect()
    }

    fn phase(&self) -> Phase {
        self.drain.status().phase
    }
}

#[test]
fn what_is_queued_is_sent_at_once_and_told_of() {
    let server = Rc::new(Server::default());
    let mut stage = Stage::new(&server);
    stage.settle();
    stage.client.insert("a", "apples");
    stage.client.insert("b", "bread");
    stage.queued();
    assert_eq!(server.texts("todo").len(), 2);
    let told: Vec<_> = stage.told.borrow().iter().map(|status| (status.phase, status.pending, status.sent)).collect();
    assert_eq!(told[0], (Phase::Sending, 2, 0));
    assert_eq!(*told.last().unwrap(), (Phase::Idle, 0, 2));
    assert!(told.contains(&(Phase::Sending, 1, 1)), "{told:?}");
}

#[test]
fn without_a_network_nothing_is_tried_until_it_is_back() {
    let server = Rc::new(Server::default());
    let mut stage = Stage::new(&server);
    stage.world.offline.set(true);
    stage.client.insert("a", "apples");
    stage.queued();
    stage.pass(3_600_000);
    assert_eq!((stage.phase(), stage.client.backend.requests().len()), (Phase::Offline, 0));
    stage.world.offline.set(false);
    stage.drain.look_again();
    stage.settle();
    assert_eq!((stage.phase(), server.texts("todo").len()), (Phase::Idle, 1));
}

#[test]
fn a_server_that_cannot_be_reached_is_tried_ever_more_seldom_and_kills_no_change() {
    let server = Rc::new(Server::default());
    let mut stage = Stage::new(&server);
    stage.client.backend.next([Mishap::Offline; 100]);
    stage.client.insert("a", "apples");
    stage.queued();
    let mut at = Vec::new();
    for _ in 0..5 {
        let Phase::Waiting(until) = stage.phase() else { panic!("{:?}", stage.phase()) };
        at.push(until - stage.world.now.get());
        stage.pass(until - stage.world.now.get());
    }
    assert_eq!(at, [1_000, 2_000, 4_000, 8_000, 16_000]);
    stage.pass(3_600_000);
    assert!(stage.client.backend.requests().len() < 40, "five minutes apart at last");
    assert_eq!(stage.dead().len(), 0);
    stage.client.backend.mishaps.take();
    stage.pass(300_000);
    assert_eq!((stage.phase(), server.texts("todo").len()), (Phase::Idle, 1));
    assert_eq!(stage.drain.status().error, None);
}

#[test]
fn a_server_says_when_to_come_again() {
    let server = Rc::new(Server::default());
    let mut stage = Stage::new(&server);
    stage.client.backend.next([Mishap::Busy(90_000)]);
    stage.client.insert("a", "apples");
    stage.queued();
    assert_eq!(stage.phase(), Phase::Waiting(90_000));
    stage.pass(89_999);
    assert_eq!(stage.client.backend.requests().len(), 1);
    stage.pass(1);
    assert_eq!(server.texts("todo").len(), 1);
}

#[test]
fn a_change_that_is_refused_is_set_aside_and_the_others_go_on() {
    let server = Rc::new(Server::default());
    let mut stage =
        Stage::with(&server, Rc::new(Unhandled), DrainOptions { parallelism: 1, ..DrainOptions::default() });
    stage.client.backend.next([Mishap::Status(422)]);
    for id in ["a", "b", "c"] {
        stage.client.insert(id, id);
    }
    stage.queued();
    assert_eq!(server.texts("todo").keys().collect::<Vec<_>>(), ["b", "c"]);
    assert_eq!((stage.dead(), stage.phase()), (vec!["a".to_owned()], Phase::Idle));
    assert_eq!(stage.drain.status().dead, 1);
    let dead = stage.client.context.pending(None).unwrap().remove(0);
    assert_eq!(dead.last_error.as_deref(), Some("the server says no"));

    stage.client.backend.requests();
    stage.client.insert("d", "d");
    stage.queued();
    assert_eq!(stage.client.backend.requests(), ["insert todo/d"], "it is left alone");
    block_on(stage.client.context.send_again(None)).unwrap();
    stage.queued();
    assert_eq!((server.texts("todo").len(), stage.dead().len()), (4, 0));
}

#[test]
fn a_change_that_was_set_aside_is_edited_by_changing_its_record_and_dropped_by_cancelling_it() {
    let server = Rc::new(Server::default());
    let mut stage = Stage::new(&server);
    stage.client.backend.next([Mishap::Status(400)]);
    stage.client.insert("a", "wrong");
    stage.queued();
    assert_eq!(stage.dead(), ["a"]);
    stage.client.update("a", "right");
    stage.queued();
    assert_eq!((server.texts("todo")["a"].as_str(), stage.dead().len()), ("right", 0));

    stage.client.backend.next([Mishap::Status(400)]);
    stage.client.insert("b", "wrong");
    stage.queued();
    let id = stage.client.context.pending(None).unwrap()[0].id;
    block_on(stage.client.context.cancel(id, tureen::sync::CancelledRecord::Discard)).unwrap();
    stage.queued();
    assert_eq!((stage.client.text("b"), stage.drain.status().dead), (None, 0));
}

#[test]
fn a_server_that_fails_over_one_change_is_asked_a_bounded_number_of_times() {
    let server = Rc::new(Server::default());
    let options = DrainOptions { attempts: 3, ..DrainOptions::default() };
    let mut stage = Stage::with(&server, Rc::new(Unhandled), options);
    stage.client.backend.next([Mishap::Status(500); 3]);
    stage.client.insert("a", "apples");
    stage.queued();
    stage.pass(60_000);
    assert_eq!((stage.client.backend.requests().len(), stage.dead()), (3, vec!["a".to_owned()]));
}

#[test]
fn a_conflict_is_set_aside_and_settled_later_by_either_side() {
    let server = Rc::new(Server::default());
    let mut stage = Stage::new(&server);
    for (id, winner, text) in [("a", Winner::Server, "theirs"), ("b", Winner::Client, "mine")] {
        stage.client.synced(id, "first");
        server.put("todo", id, "theirs");
        stage.client.update(id, "mine");
        stage.queued();
        assert_eq!((stage.dead(), stage.phase()), (vec![id.to_owned()], Phase::Idle));
        let operation = stage.client.context.pending(None).unwrap()[0].id;
        block_on(stage.client.context.settle(operation, winner)).unwrap();
        stage.queued();
        assert_eq!((stage.client.text(id).as_deref(), server.texts("todo")[id].as_str()), (Some(text), text));
        assert!(stage.dead().is_empty());
    }
}

#[test]
fn the_app_is_asked_about_a_conflict_before_it_is_set_aside() {
    let server = Rc::new(Server::default());
    let handler = Handler::new(|error| async move { error.keep_client(None).await.unwrap() });
    let mut stage = Stage::with(&server, handler, DrainOptions::default());
    stage.client.synced("a", "first");
    server.put("todo", "a", "theirs");
    stage.client.update("a", "mine");
    stage.queued();
    assert_eq!((server.texts("todo")["a"].as_str(), stage.phase()), ("mine", Phase::Idle));
}

#[test]
fn behind_a_portal_nothing_is_sent_and_no_change_pays_for_it() {
    let server = Rc::new(Server::default());
    let mut stage = Stage::new(&server);
    stage.world.portal.set(true);
    stage.client.backend.next([Mishap::Offline]);
    stage.client.insert("a", "apples");
    stage.queued();
    stage.pass(600_000);
    assert_eq!(stage.client.backend.requests().len(), 1, "the first try only, which made it doubtful");
    assert!(stage.drain.status().error.unwrap().contains("login page"));
    assert!(matches!(block_on(stage.drain.drain()), Err(Error::Portal)));
    stage.world.portal.set(false);
    stage.drain.look_again();
    stage.settle();
    assert_eq!(server.texts("todo").len(), 1);
}

#[test]
fn a_paused_drain_sends_nothing_and_gives_up_what_is_under_way() {
    let server = Rc::new(Server::default());
    let mut stage = Stage::new(&server);
    let mut held = stage.client.backend.hold("insert todo/a");
    stage.client.insert("a", "apples");
    stage.queued();
    stage.pool.run_until(held.arrived());
    stage.drain.pause();
    stage.settle();
    stage.client.insert("b", "bread");
    stage.queued();
    assert_eq!((stage.phase(), stage.client.backend.requests().len()), (Phase::Paused, 1));
    stage.drain.resume();
    stage.settle();
    assert_eq!((server.texts("todo").len(), stage.phase()), (2, Phase::Idle));
    stage.drain.close();
    stage.settle();
    stage.client.insert("c", "corn");
    stage.queued();
    assert_eq!(server.texts("todo").len(), 2, "closed");
}

#[test]
fn two_tabs_that_drain_send_each_change_once() {
    let server = Rc::new(Server::default());
    let mut stage = Stage::new(&server);
    let other = stage.client.another_tab();
    let drain =
        Drain::new(other.context.clone(), Rc::new(Unhandled), stage.world.clone(), DrainOptions::default(), |_| {});
    let running = drain.clone();
    stage.pool.spawner().spawn_local(async move { running.run().await }).unwrap();
    stage.settle();
    for id in 0..20 {
        stage.client.insert(&id.to_string(), "x");
    }
    block_on(other.store.refresh()).unwrap();
    drain.wake();
    stage.queued();
    stage.pass(10_000);
    assert_eq!((server.texts("todo").len(), server.writes()), (20, 20));
}

/// What a model of the queue knows: what every record must be at the server when all is drained.
fn drains(commands: &[(u8, u8)], mishaps: Vec<Mishap>, offline: i64) {
    let server = Rc::new(Server::default());
    let options = DrainOptions {
        order: Order::Queue,
        backoff: Backoff { first: 100, longest: 5_000 },
        ..DrainOptions::default()
    };
    let mut stage = Stage::with(&server, Rc::new(Unhandled), options);
    let mut model: BTreeMap<String, String> = BTreeMap::new();
    let mut inserted = Vec::new();
    stage.world.offline.set(true);
    for (place, (record, action)) in commands.iter().enumerate() {
        let (id, text) = (record.to_string(), place.to_string());
        match (model.contains_key(&id), action % 3) {
            (false, _) if inserted.contains(&id) => continue, // A record that was deleted is not made again.
            (false, _) => {
                stage.client.insert(&id, &text);
                inserted.push(id.clone());
                model.insert(id, text);
            }
            (true, 2) => {
                stage.client.delete(&id);
                model.remove(&id);
            }
            (true, _) => {
                stage.client.update(&id, &text);
                model.insert(id, text);
            }
        }
        if place % 7 == 0 {
            stage.world.offline.set(false);
            stage.client.backend.next(mishaps.iter().copied().take(3));
            stage.queued();
            stage.pass(10);
            stage.world.offline.set(true);
        }
    }
    stage.pass(offline);
    stage.client.backend.next(mishaps);
    stage.world.offline.set(false);
    stage.drain.look_again();
    stage.pass(3_600_000);
    assert_eq!(stage.phase(), Phase::Idle, "{:?}", stage.drain.status());
    assert_eq!(server.texts("todo"), model, "none lost");
    assert!(stage.client.context.pending(None).unwrap().is_empty());
}

fn mishap() -> impl Strategy<Value = Mishap> {
    prop_oneof![
        Just(Mishap::None),
        Just(Mishap::Offline),
        Just(Mishap::LostAnswer),
        Just(Mishap::Status(503)),
        Just(Mishap::Busy(700)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_network_does_every_record_ends_as_its_last_command_says(
        commands in prop::collection::vec((0..12u8, any::<u8>()), 1..60),
        mishaps in prop::collection::vec(mishap(), 0..30),
    ) {
        drains(&commands, mishaps, 0);
    }
}

#[test]
fn a_thousand_commands_after_an_hour_offline_arrive_once_each_and_in_their_order() {
    let server = Rc::new(Server::default());
    let options = DrainOptions { order: Order::Queue, ..DrainOptions::default() };
    let mut stage = Stage::with(&server, Rc::new(Unhandled), options);
    stage.world.offline.set(true);
    for id in 0..1_000 {
        stage.client.insert(&format!("{id:04}"), "x");
    }
    stage.queued();
    stage.pass(3_600_000);
    assert_eq!(stage.client.backend.requests().len(), 0);
    // Every third answer is lost, and every tenth request never arrives.
    let mishap = |place: usize| match place {
        place if place % 10 == 9 => Mishap::Offline,
        place if place % 3 == 2 => Mishap::LostAnswer,
        _ => Mishap::None,
    };
    stage.client.backend.next((0..2_000).map(mishap));
    stage.world.offline.set(false);
    stage.drain.look_again();
    stage.pass(24 * 3_600_000);
    assert_eq!(stage.phase(), Phase::Idle);
    assert_eq!((server.texts("todo").len(), server.writes()), (1_000, 1_000), "none lost, none doubled");
    let mut arrived = stage.client.backend.requests();
    arrived.dedup();
    let expected: Vec<_> = (0..1_000).map(|id| format!("insert todo/{id:04}")).collect();
    assert_eq!(arrived, expected, "first in, first out");
}
