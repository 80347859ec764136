//! A soup against a map: whatever is written in whatever order, both hold the same.

use super::testing::{Kitchen, SOUP};
use super::{Cursor, EntryId, Order, QuerySpec, Soup, registry};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

#[derive(Debug, Clone)]
enum Step {
    /// Entries with a name and maybe the number of an entry.
    Upsert(Vec<(u8, Option<i64>)>),
    /// Entries with a name that tells which is meant.
    UpsertByName(Vec<u8>),
    Remove(Vec<i64>),
    /// The entries of one name, so many at most.
    RemoveNamed(u8, u64),
    Clear,
}

fn step() -> impl Strategy<Value = Step> {
    let entry = (0_u8..6, proptest::option::of(1_i64..20));
    prop_oneof![
        4 => proptest::collection::vec(entry, 0..5).prop_map(Step::Upsert),
        4 => proptest::collection::vec(0_u8..6, 0..5).prop_map(Step::UpsertByName),
        2 => proptest::collection::vec(1_i64..20, 0..4).prop_map(Step::Remove),
        1 => (0_u8..6, 1_u64..3).prop_map(|(name, most)| Step::RemoveNamed(name, most)),
        1 => Just(Step::Clear),
    ]
}

/// The names of the entries by their ids, and the last id that was given.
#[derive(Default)]
struct Model {
    entries: BTreeMap<i64, u8>,
    last: i64,
}

impl Model {
    fn create(&mut self, name: u8) {
        self.last += 1;
        self.entries.insert(self.last, name);
    }

    fn named(&self, name: u8) -> Vec<i64> {
        self.entries.iter().filter(|(_, own)| **own == name).map(|(id, _)| *id).collect()
    }

    /// Does nothing when a name in the batch is ambiguous, as the soup must.
    fn upsert_by_name(&mut self, names: &[u8]) -> bool {
        if names.iter().any(|name| self.named(*name).len() > 1) {
            return false;
        }
        for name in names {
            if self.named(*name).is_empty() {
                self.create(*name);
            }
        }
        true
    }
}

fn apply(kitchen: &Kitchen, model: &mut Model, step: Step) {
    match step {
        Step::Upsert(entries) => {
            let json: Vec<Value> = entries.iter().map(|(name, id)| json!({"name": name, "_soupEntryId": id})).collect();
            let stored: Value = serde_json::from_str(&kitchen.upsert(&json!(json).to_string()).unwrap()).unwrap();
            for ((name, id), stored) in entries.iter().zip(stored.as_array().unwrap()) {
                match id {
                    None => model.create(*name),
                    Some(id) => match model.entries.get_mut(id) {
                        Some(own) => *own = *name,
                        None => assert_eq!(*stored, Value::Null),
                    },
                }
            }
        }
        Step::UpsertByName(names) => {
            let json: Vec<Value> = names.iter().map(|name| json!({ "name": name })).collect();
            let done = kitchen.upsert_by("name", &json!(json).to_string());
            assert_eq!(done.is_ok(), model.upsert_by_name(&names), "{done:?}");
        }
        Step::Remove(ids) => {
            let entries: Vec<_> = ids.iter().copied().map(EntryId).collect();
            let removed = kitchen.write(move |tx| Soup::open(tx, SOUP)?.remove(tx, &entries)).unwrap();
            let gone = ids.iter().filter(|id| model.entries.remove(id).is_some()).count();
            assert_eq!(removed, gone);
        }
        Step::RemoveNamed(name, most) => {
            let spec = QuerySpec::exact("name", name.to_string()).paged_by(most);
            let spec = spec.ordered_by("_soupEntryId", Order::Ascending);
            kitchen.write(move |tx| Soup::open(tx, SOUP)?.remove_by_query(tx, &spec)).unwrap();
            for id in model.named(name).into_iter().take(most as usize) {
                model.entries.remove(&id);
            }
        }
        Step::Clear => {
            kitchen.write(|tx| registry::clear(tx, SOUP)).unwrap();
            model.entries.clear();
        }
    }
}

/// What a query finds, in rows of id and name.
fn rows(kitchen: &Kitchen, spec: QuerySpec) -> Value {
    let spec = spec.paged_by(1000).selecting(["_soupEntryId", "name"]);
    let page = kitchen.read(|conn, _| Cursor::open(conn, spec, Some(SOUP))?.page(conn, 0, None)).unwrap();
    serde_json::from_str::<Value>(&page).unwrap()["currentPageOrderedEntries"].take()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn a_soup_holds_what_was_written(steps in proptest::collection::vec(step(), 1..12)) {
        let kitchen = Kitchen::with(r#"[{"path":"name","type":"full_text"}]"#);
        let mut model = Model::default();
        for step in steps {
            apply(&kitchen, &mut model, step);
            let expected: Vec<Value> = model.entries.iter().map(|(id, name)| json!([id, name.to_string()])).collect();
            prop_assert_eq!(rows(&kitchen, QuerySpec::all().ordered_by("_soupEntryId", Order::Ascending)), json!(expected));
            for name in 0..6 {
                let ids = model.named(name);
                let expected: Vec<Value> = ids.iter().map(|id| json!([id, name.to_string()])).collect();
                let found = QuerySpec::matching(Some("name"), name.to_string());
                prop_assert_eq!(rows(&kitchen, found.ordered_by("_soupEntryId", Order::Ascending)), json!(expected));
            }
        }
        prop_assert_eq!(kitchen.value::<String>("PRAGMA integrity_check"), "ok");
    }
}
