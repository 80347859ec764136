//! Sync over a store of the application's own making, of which any batch may fail at any step.

use crate::backend::{Fake, Server, parse};
use futures::executor::block_on;
use futures::future::{FutureExt, LocalBoxFuture, ready};
use serde_json::{Value, json};
use std::any::Any;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use tureen::database::{self, Transaction};
use tureen::foreign::Foreign;
use tureen::sync::queue::{Change, Queue};
use tureen::sync::{
    Action, Away, Bindings, CancelledRecord, ContextOptions, Error, Force, Forget, Home, Matching, OperationId,
    Outside, PullOptions, PurgeOptions, PushFirst, PushOptions, RecordKey, SyncContext, Touched, Unhandled,
};

type Key = (String, String);

/// The application's store.
#[derive(Default)]
struct Store {
    records: RefCell<BTreeMap<Key, Value>>,
    operations: RefCell<BTreeMap<i64, Value>>,
    tokens: RefCell<BTreeMap<Key, Value>>,
    /// How many batches came.
    saves: Cell<usize>,
    /// Which of them fails, after how many of its steps.
    fails: Cell<Option<(usize, usize)>>,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn key(value: &Value, second: &str) -> Key {
    (text(&value["table"]), text(&value[second]))
}

impl Store {
    fn load(&self, asked: &Value) -> Value {
        let everything = asked["everything"] == true;
        let records = asked["records"].as_array().unwrap();
        let entry = |record: &Value| {
            let found = self.records.borrow().get(&(text(&record[0]), text(&record[1]))).cloned();
            found.unwrap_or_default()
        };
        let wanted = |operation: &&Value| {
            let (table, item) = (&operation["table"], &operation["itemId"]);
            everything || asked["table"] == *table || records.contains(&json!([table, item]))
        };
        let operations: Vec<_> = self.operations.borrow().values().filter(wanted).cloned().collect();
        let tokens: Vec<_> = self.tokens.borrow().values().cloned().collect();
        let mut loaded = vec![json!(operations), json!(tokens)];
        loaded.extend(records.iter().map(entry));
        Value::from(loaded)
    }

    /// Takes the steps in the order that is asked for, and says how many there were.
    fn save(&self, changes: &Value, most: usize) -> usize {
        let lists = ["operations", "records", "removed", "done", "tokens", "forgotten"];
        let steps: Vec<_> = lists
            .iter()
            .flat_map(|list| changes[list].as_array().unwrap().iter().map(move |step| (*list, step)))
            .collect();
        for (list, step) in steps.iter().take(most) {
            let step = (*step).clone();
            match *list {
                "operations" => drop(self.operations.borrow_mut().insert(step["id"].as_i64().unwrap(), step)),
                "records" => {
                    let id = text(&step["record"]["id"]);
                    self.records.borrow_mut().insert((text(&step["table"]), id), step["record"].clone());
                }
                "removed" => drop(self.records.borrow_mut().remove(&key(&step, "id"))),
                "done" => drop(self.operations.borrow_mut().remove(&step.as_i64().unwrap())),
                "tokens" => drop(self.tokens.borrow_mut().insert(key(&step, "queryId"), step)),
                _ => drop(self.tokens.borrow_mut().remove(&key(&step, "queryId"))),
            }
        }
        steps.len()
    }
}

struct Reached(Rc<Store>);

impl Outside for Reached {
    fn load(&self, asked: String) -> LocalBoxFuture<'_, Result<String, database::Error>> {
        ready(Ok(self.0.load(&serde_json::from_str(&asked).unwrap()).to_string())).boxed_local()
    }

    fn save(&self, changes: String) -> LocalBoxFuture<'_, Result<(), database::Error>> {
        let changes = serde_json::from_str(&changes).unwrap();
        let number = self.0.saves.replace(self.0.saves.get() + 1);
        let outcome = match self.0.fails.get().filter(|(failing, _)| *failing == number) {
            Some((_, steps)) => {
                self.0.save(&changes, steps);
                let value: Rc<dyn Any> = Rc::new("full");
                Err(database::Error::Foreign(Foreign { message: "the disk is full".into(), value }))
            }
            None => {
                assert!(self.0.save(&changes, usize::MAX) > 0, "an empty batch is not sent");
                Ok(())
            }
        };
        ready(outcome).boxed_local()
    }
}

struct Device {
    store: Rc<Store>,
    home: Home,
    context: SyncContext,
}

impl Device {
    fn new(server: &Rc<Server>) -> Self {
        let store = Rc::new(Store::default());
        let bindings = Bindings::by_name("id");
        let home = Home::Away(Rc::new(Away::new(Box::new(Reached(store.clone())), bindings.clone(), "fake").unwrap()));
        let backend = Rc::new(Fake::new(server.clone()));
        let context = block_on(SyncContext::initialize(home.clone(), backend, ContextOptions::new(bindings))).unwrap();
        Self { store, home, context }
    }

    /// A local change and its operation; a delete without a `text`.
    fn edit(&self, id: &str, action: Action, text: &str) -> Result<(), Error> {
        let (key, id, text) = (RecordKey::new("todo", id), id.to_owned(), text.to_owned());
        let touched = key.clone();
        let job = move |tx: &Transaction<'_>| {
            let records = Bindings::by_name("id").open(tx, "todo")?;
            let local = records.find(tx, &id)?;
            let base = local.as_ref().map(|stored| stored.json.clone());
            let mut merged = base.as_deref().map(parse).unwrap_or_default();
            let version = merged.get("version").and_then(Value::as_str).map(str::to_owned);
            let change = Change { key: &key, action, version: version.as_deref(), base: base.as_deref() };
            Queue::new("fake").record(tx, &change)?;
            if action == Action::Delete {
                return records.remove(tx, &id).map(drop);
            }
            merged.insert("id".into(), Value::from(&*id));
            merged.insert("text".into(), Value::from(&*text));
            records.put(tx, local.as_ref(), &Value::Object(merged).to_string())
        };
        block_on(self.home.write(&|| Touched::records(vec![touched.clone()]), job))
    }

    fn push(&self) -> Result<usize, Error> {
        let report = block_on(self.context.push(Rc::new(Unhandled), PushOptions::default()))?;
        Ok(report.conflicts.len())
    }

    fn pull(&self) -> Result<(), Error> {
        let options = PullOptions { query_id: Some("all".into()), page_size: 2, ..PullOptions::new("todo", "") };
        block_on(self.context.pull(options, PushFirst::Never)).map(drop)
    }

    fn texts(&self) -> BTreeMap<String, String> {
        let records = self.store.records.borrow();
        records.iter().map(|((_, id), record)| (id.clone(), text(&record["text"]))).collect()
    }
}

/// Changes on both sides. Of those that are acknowledged the last ones, by their records: none for a deletion.
fn scenario(server: &Server, device: &Device) -> BTreeMap<&'static str, Option<&'static str>> {
    let mut acknowledged = BTreeMap::new();
    let mut edit = |id: &'static str, action: Action, text: &'static str| {
        // What was refused an app does not build on.
        if acknowledged.remove(id).is_none() && action != Action::Insert {
            return;
        }
        if device.edit(id, action, text).is_ok() {
            acknowledged.insert(id, Some(text).filter(|text| !text.is_empty()));
        }
    };
    edit("a", Action::Insert, "one");
    edit("b", Action::Insert, "gone");
    let _ = device.pull();
    let _ = device.push();
    edit("a", Action::Update, "two");
    edit("b", Action::Delete, "");
    server.tick();
    server.put("todo", "c", "there");
    let _ = device.push();
    let _ = device.pull();
    acknowledged
}

fn server() -> Rc<Server> {
    let server = Rc::new(Server::default());
    for id in ["x", "y", "z"] {
        server.put("todo", id, "theirs");
    }
    server
}

#[test]
fn whatever_batch_fails_at_whatever_step_both_sides_come_to_the_same() {
    let whole = Device::new(&server());
    scenario(&server(), &whole);
    let saves = whole.store.saves.get();
    assert!(saves > 12, "{saves}");
    for number in 0..saves {
        for steps in 0..4 {
            let server = server();
            let device = Device::new(&server);
            device.store.fails.set(Some((number, steps)));
            let acknowledged = scenario(&server, &device);
            device.store.fails.set(None);
            server.tick();
            assert_eq!(device.push().unwrap(), 0, "no conflict, after {steps} steps of batch {number}");
            device.pull().unwrap();
            assert!(device.store.operations.borrow().is_empty());
            let there = server.texts("todo");
            assert_eq!(device.texts(), there, "after {steps} steps of batch {number}");
            for (id, text) in acknowledged {
                assert_eq!(there.get(id).map(String::as_str), text, "{id}, after {steps} steps of batch {number}");
            }
        }
    }
}

#[test]
fn what_fails_itself_writes_nothing() {
    let device = Device::new(&server());
    device.edit("a", Action::Insert, "one").unwrap();
    let saves = device.store.saves.get();
    assert!(matches!(device.edit("a", Action::Insert, "two"), Err(Error::RecordExists(_))));
    assert_eq!(device.store.saves.get(), saves);
    assert_eq!(device.texts()["a"], "one");
}

#[test]
fn what_the_application_wrote_meanwhile_counts() {
    let server = server();
    let device = Device::new(&server);
    device.edit("a", Action::Insert, "one").unwrap();
    device.edit("b", Action::Insert, "one").unwrap();
    let first = *device.store.operations.borrow().keys().next().unwrap();
    device.store.operations.borrow_mut().remove(&first);
    let b = ("todo".to_owned(), "b".to_owned());
    device.store.records.borrow_mut().insert(b, json!({ "id": "b", "text": "by hand" }));
    device.push().unwrap();
    assert_eq!(server.row("todo", "a"), None, "its operation was taken away");
    assert_eq!(server.texts("todo")["b"], "by hand");
    assert!(matches!(
        block_on(device.context.cancel(OperationId(first), CancelledRecord::Keep)),
        Err(Error::NoSuchOperation(_))
    ));
}

#[test]
fn a_cancelled_change_is_undone_and_a_purge_takes_what_it_is_told() {
    let device = Device::new(&server());
    device.pull().unwrap();
    device.edit("x", Action::Update, "mine").unwrap();
    block_on(device.context.refresh()).unwrap();
    let [operation] = &device.context.pending(Some("todo")).unwrap()[..] else { panic!("one is pending") };
    block_on(device.context.cancel(operation.id, CancelledRecord::Restore)).unwrap();
    assert_eq!(device.texts()["x"], "theirs");
    let purge = |ids: &[&str], matching: Matching, force: Force| {
        let away: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
        let options = PurgeOptions { table: "todo".into(), matching, force, forget: Forget::All, away };
        block_on(device.context.purge(options))
    };
    purge(&["x"], Matching::Ids(Rc::new(|_| Ok(vec!["x".to_owned()]))), Force::Respect).unwrap();
    assert_eq!(device.texts().into_keys().collect::<Vec<_>>(), ["y", "z"]);
    assert!(device.store.tokens.borrow().is_empty());
    device.edit("y", Action::Delete, "").unwrap();
    assert!(matches!(purge(&["z"], Matching::All, Force::Respect), Err(Error::PendingOperations)));
    purge(&["z"], Matching::All, Force::GiveUp).unwrap();
    assert!(device.texts().is_empty() && device.store.operations.borrow().is_empty());
}
