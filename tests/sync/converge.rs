//! Two devices and one server under random edits, pushes, pulls, crashes and mishaps: in the end all three agree,
//! nothing that a device acknowledged is lost, and no record is there twice.
//!
//! A record's text is a set of words, each edit adds one of its own, and conflicts are resolved by union; so what is
//! lost can be told. Records `0` to `2` are made by both devices and never deleted. Each device has two more that
//! either may delete; there a deletion wins over what was changed before it was known, and a change that was there first
//! wins over a deletion.
//!
//! `PROPTEST_CASES=10000 cargo test --test sync converge` runs more sequences than the usual 256.

use crate::backend::{Mishap, Server, parse};
use crate::client::{Client, NOW};
use crate::handler::Handler;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use tureen::sync::cursor::SETTLE_MS;
use tureen::sync::{Action, Failure, PushError};

#[derive(Debug, Clone)]
enum Step {
    Edit { device: usize, edit: Edit },
    Push { device: usize, mishaps: Vec<Mishap>, meanwhile: Vec<Edit> },
    Pull { device: usize, page_size: u32, mishaps: Vec<Mishap> },
    Crash { device: usize },
    Tick,
    Settle,
}

#[derive(Debug, Clone, Copy)]
struct Edit {
    record: usize,
    action: Action,
}

const RECORDS: [&str; 7] = ["0", "1", "2", "a3", "a4", "b3", "b4"];

fn edit() -> impl Strategy<Value = Edit> {
    let action = prop_oneof![3 => Just(Action::Insert), 4 => Just(Action::Update), 2 => Just(Action::Delete)];
    (0..RECORDS.len(), action).prop_map(|(record, action)| Edit { record, action })
}

fn mishaps() -> impl Strategy<Value = Vec<Mishap>> {
    let mishap = prop_oneof![
        6 => Just(Mishap::None),
        1 => Just(Mishap::Offline),
        3 => Just(Mishap::LostAnswer),
        1 => Just(Mishap::Status(400)),
        1 => Just(Mishap::Status(500)),
        1 => Just(Mishap::BrokenType),
    ];
    proptest::collection::vec(mishap, 0..4)
}

fn step() -> impl Strategy<Value = Step> {
    let device = 0..2usize;
    prop_oneof![
        8 => (device.clone(), edit()).prop_map(|(device, edit)| Step::Edit { device, edit }),
        4 => (device.clone(), mishaps(), proptest::collection::vec(edit(), 0..4))
            .prop_map(|(device, mishaps, meanwhile)| Step::Push { device, mishaps, meanwhile }),
        3 => (device.clone(), 1u32..5, mishaps())
            .prop_map(|(device, page_size, mishaps)| Step::Pull { device, page_size, mishaps }),
        1 => device.prop_map(|device| Step::Crash { device }),
        3 => Just(Step::Tick),
        1 => Just(Step::Settle),
    ]
}

/// What the devices have acknowledged to their users.
#[derive(Default)]
struct Acknowledged {
    edits: u64,
    words: BTreeMap<usize, BTreeSet<String>>,
    deleted: BTreeSet<usize>,
    /// Records whose deletion gave way to a change that was there first.
    revived: BTreeSet<String>,
}

struct World {
    server: Rc<Server>,
    devices: [Rc<Client>; 2],
    acknowledged: Rc<RefCell<Acknowledged>>,
}

impl World {
    fn new() -> Self {
        let server = Rc::<Server>::default();
        let devices = [Rc::new(Client::new(&server)), Rc::new(Client::new(&server))];
        Self { server, devices, acknowledged: Rc::default() }
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Edit { device, edit } => {
                futures::executor::block_on(apply(
                    self.devices[device].clone(),
                    self.acknowledged.clone(),
                    device,
                    edit,
                ));
            }
            Step::Push { device, mishaps, meanwhile } => {
                let client = &self.devices[device];
                client.backend.next(mishaps);
                for edit in meanwhile {
                    let apply = apply(client.clone(), self.acknowledged.clone(), device, edit);
                    client.backend.meanwhile.borrow_mut().push_back(Box::pin(apply));
                }
                // What goes wrong here is made good later.
                let _ = client.push_with(self.handler());
                client.backend.mishaps.take();
                client.backend.meanwhile.take();
            }
            Step::Pull { device, page_size, mishaps } => {
                let client = &self.devices[device];
                let mishaps = mishaps.into_iter().filter(|mishap| *mishap != Mishap::BrokenType);
                client.backend.list_mishaps.borrow_mut().extend(mishaps);
                let _ = client.pull(page_size);
                client.backend.list_mishaps.take();
            }
            Step::Crash { device } => self.devices[device] = Rc::new(self.devices[device].after_a_crash()),
            Step::Tick => self.server.tick(),
            Step::Settle => self.settle(),
        }
    }

    fn settle(&self) {
        NOW.with(|now| now.set(now.get() + SETTLE_MS));
        self.server.clock.set(self.server.clock.get() + SETTLE_MS);
    }

    /// Merges what conflicts, and lets errors end the push.
    fn handler(&self) -> Rc<Handler> {
        let acknowledged = self.acknowledged.clone();
        Handler::new(move |error| resolve(error, acknowledged.clone()))
    }

    fn come_to_rest(&self) {
        for _ in 0..4 {
            for client in &self.devices {
                client.push_with(self.handler()).unwrap();
                client.pull(3).unwrap();
            }
            self.settle();
        }
    }
}

/// A local edit, if the device's user could make it.
async fn apply(client: Rc<Client>, acknowledged: Rc<RefCell<Acknowledged>>, device: usize, edit: Edit) {
    let Edit { record, action } = edit;
    let id = RECORDS[record];
    let local = client.text(id);
    let shared = record < 3;
    let own = id.starts_with(["a", "b"][device]);
    let possible = match action {
        Action::Insert => local.is_none() && (shared || own && !acknowledged.borrow().deleted.contains(&record)),
        Action::Update => local.is_some(),
        Action::Delete => local.is_some() && !shared,
    };
    if !possible {
        return;
    }
    let word = {
        let mut acknowledged = acknowledged.borrow_mut();
        acknowledged.edits += 1;
        format!("w{}", acknowledged.edits)
    };
    let text = union(local.as_deref().unwrap_or_default(), &word);
    let done = match action {
        Action::Insert => client.insert_async("todo", id, &text).await,
        Action::Update => client.update_async("todo", id, &text).await,
        Action::Delete => client.delete_async("todo", id).await,
    };
    if done.is_err() {
        return;
    }
    let mut acknowledged = acknowledged.borrow_mut();
    if action == Action::Delete {
        acknowledged.deleted.insert(record);
    } else {
        acknowledged.words.entry(record).or_default().insert(word);
    }
}

fn words(text: &str) -> BTreeSet<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

fn union(one: &str, other: &str) -> String {
    let all: Vec<String> = words(one).union(&words(other)).cloned().collect();
    all.join(" ")
}

async fn resolve(error: Rc<PushError>, acknowledged: Rc<RefCell<Acknowledged>>) {
    let action = error.operation().action;
    let theirs = error.server_record().map(parse);
    let outcome = match (error.failure(), theirs) {
        (Failure::Failed(_), _) => return,
        (_, None) => error.cancel_and_discard().await,
        (_, Some(theirs)) if action == Action::Delete => {
            acknowledged.borrow_mut().revived.insert(error.key().id.clone());
            error.change_action(Action::Update, Some(&Value::Object(theirs).to_string())).await
        }
        (_, Some(theirs)) => {
            let mine = parse(error.client_record().unwrap());
            let text = union(theirs["text"].as_str().unwrap(), mine["text"].as_str().unwrap());
            let merged = json!({ "id": error.key().id, "text": text, "version": theirs["version"] }).to_string();
            error.change_action(Action::Update, Some(&merged)).await
        }
    };
    outcome.unwrap();
}

proptest! {
    #[test]
    fn all_sides_agree_and_nothing_acknowledged_is_lost(steps in proptest::collection::vec(step(), 1..40)) {
        let mut world = World::new();
        for step in steps {
            world.take(step);
        }
        world.come_to_rest();
        let server = world.server.texts("todo");
        for client in &world.devices {
            prop_assert_eq!(client.pending(), Vec::<String>::new());
            prop_assert_eq!(&client.texts_by_id(), &server);
        }
        let acknowledged = world.acknowledged.borrow();
        for (record, id) in RECORDS.iter().enumerate() {
            let kept = server.get(*id).map(|text| words(text)).unwrap_or_default();
            let said = acknowledged.words.get(&record).cloned().unwrap_or_default();
            if acknowledged.deleted.contains(&record) {
                prop_assert!(kept.is_empty() || acknowledged.revived.contains(*id), "{} is back: {:?}", id, kept);
            } else {
                prop_assert_eq!(&kept, &said, "{}", id);
            }
        }
    }
}
