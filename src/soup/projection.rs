//! From an entry to the values of its indexes, in one pass over its fields.

use super::cell::Cell;
use super::document::{Document, ENTRY_ID, LAST_MODIFIED};
use super::entry::EntryId;
use super::spec::IndexSpec;
use crate::json;
use std::borrow::Cow;

/// Arrays in arrays are followed this deep; what lies deeper has no value.
const DEEPEST: usize = 100;

/// A dotted path, split once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path {
    head: String,
    rest: Vec<String>,
}

impl Path {
    pub(super) fn new(path: &str) -> Self {
        let mut parts = path.split('.').map(str::to_owned);
        Self { head: parts.next().unwrap_or_default(), rest: parts.collect() }
    }

    /// The JSON text that the path leads to in the document, if it leads anywhere.
    ///
    /// On the way, arrays collect what their elements have: `a.b.c` over `{"a":{"b":[{"c":1},{"c":2}]}}` is `[1,2]`.
    pub(super) fn of<'a>(&self, document: &Document<'a>) -> Option<Cow<'a, str>> {
        self.below(document.get(&self.head)?)
    }

    fn below<'a>(&self, field: &'a str) -> Option<Cow<'a, str>> {
        if self.rest.is_empty() { Some(Cow::Borrowed(field)) } else { descend(field, &self.rest, 0) }
    }
}

fn descend<'a>(json: &'a str, path: &[String], depth: usize) -> Option<Cow<'a, str>> {
    let Some((name, rest)) = path.split_first() else { return Some(Cow::Borrowed(json)) };
    match json.as_bytes().first() {
        _ if depth > DEEPEST => None,
        Some(b'{') => descend(Document::parse(json).ok()?.get(name)?, rest, depth + 1),
        Some(b'[') => collect(json, path, depth + 1).map(Cow::Owned),
        _ => None,
    }
}

/// The array of what `path` leads to in each element; elements where it leads nowhere are left out.
fn collect(json: &str, path: &[String], depth: usize) -> Option<String> {
    let elements = json::items(json).ok()?;
    let mut found = String::new();
    for part in elements.into_iter().filter_map(|element| descend(element, path, depth)) {
        found.push(if found.is_empty() { '[' } else { ',' });
        found.push_str(&part);
    }
    (!found.is_empty()).then(|| found + "]")
}

/// How the entries of a soup become the values of its indexes.
#[derive(Debug, Clone, Default)]
pub(super) struct Projection {
    indexes: Vec<(IndexSpec, Path)>,
}

impl Projection {
    /// A projection to the given indexes, in their order.
    pub(super) fn new<'s>(specs: impl IntoIterator<Item = &'s IndexSpec>) -> Self {
        Self { indexes: specs.into_iter().map(|spec| (spec.clone(), Path::new(&spec.path))).collect() }
    }

    /// One value for each index, of the document as the soup keeps it under `id`.
    pub(super) fn cells<'a>(&self, document: &Document<'a>, id: EntryId, modified: i64) -> Vec<Cell<'a>> {
        let mut cells = vec![Cell::Null; self.indexes.len()];
        for (name, value) in document.fields() {
            for ((spec, path), cell) in self.indexes.iter().zip(cells.iter_mut()) {
                if path.head == name {
                    *cell = path.below(value).map_or(Cell::Null, |json| Cell::of(spec.kind, json));
                }
            }
        }
        for ((spec, _), cell) in self.indexes.iter().zip(&mut cells) {
            let set = match spec.path.as_str() {
                ENTRY_ID => id.0,
                LAST_MODIFIED => modified,
                _ => continue,
            };
            *cell = Cell::of(spec.kind, Cow::Owned(set.to_string()));
        }
        cells
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::soup::IndexType;

    fn at(json: &str, path: &str) -> Option<String> {
        Path::new(path).of(&Document::parse(json).unwrap()).map(Cow::into_owned)
    }

    #[test]
    fn a_path_leads_through_objects_and_collects_through_arrays() {
        assert_eq!(at(r#"{"a":{"b":[{"c":1},{"c":2}]}}"#, "a.b.c").unwrap(), "[1,2]");
        assert_eq!(at(r#"{"a":[{"b":[{"c":1},{"c":2}]},{"b":[{"c":3}]}]}"#, "a.b.c").unwrap(), "[[1,2],[3]]");
        assert_eq!(at(r#"{"a":[{"b":1},{"x":2},3,{"b":null}]}"#, "a.b").unwrap(), "[1,null]");
        assert_eq!(at(r#"{"a":[]}"#, "a.b"), None);
        assert_eq!(at(r#"{"a":[{"x":1}]}"#, "a.b"), None);
        assert_eq!(at(r#"{"a":"text"}"#, "a.b"), None);
        assert_eq!(at(r#"{"a":{"b":{"c":true}}}"#, "a.b").unwrap(), r#"{"c":true}"#);
        assert_eq!(at(r#"{"a":[1,2]}"#, "a").unwrap(), "[1,2]");
        assert_eq!(at(r#"{"b":1}"#, "a"), None);
    }

    #[test]
    fn very_deep_arrays_have_no_value_and_do_no_harm() {
        let deep = format!(r#"{{"a":{}{}}}"#, "[".repeat(20_000), "]".repeat(20_000));
        assert_eq!(at(&deep, "a.b"), None);
    }

    #[test]
    fn the_fields_that_the_soup_sets_are_projected_as_set() {
        let specs = [IndexSpec::new(ENTRY_ID, IndexType::Integer), IndexSpec::new(LAST_MODIFIED, IndexType::String)];
        let document = Document::parse(r#"{"_soupEntryId":3,"x":1}"#).unwrap();
        let cells = Projection::new(&specs).cells(&document, EntryId(7), 99);
        assert_eq!(cells, [Cell::Integer(7), Cell::Text("99".into())]);
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod properties {
    use super::*;
    use crate::soup::IndexType;
    use proptest::prelude::*;

    fn scalar() -> impl Strategy<Value = serde_json::Value> {
        prop_oneof![
            Just(serde_json::Value::Null),
            "\\PC{0,12}|[\\x01-\\x7f]{0,12}".prop_map(serde_json::Value::from),
            any::<i64>().prop_map(serde_json::Value::from),
            (-1.0e9..1.0e9).prop_map(|real: f64| serde_json::Value::from(real)),
            any::<bool>().prop_map(serde_json::Value::from),
        ]
    }

    proptest! {
        #[test]
        fn json1_values_are_what_sqlite_extracts(value in scalar(), nested in any::<bool>()) {
            let json = if nested {
                serde_json::json!({"x": 1, "a": {"b": value}})
            } else {
                serde_json::json!({"a.b": 1, "c": value})
            };
            let json = json.to_string();
            let path = if nested { "a.b" } else { "c" };
            let projection = Projection::new(&[IndexSpec::new(path, IndexType::Json1)]);
            let cells = projection.cells(&Document::parse(&json).unwrap(), EntryId(1), 1);
            let connection = rusqlite::Connection::open_in_memory().unwrap();
            let same: bool = connection
                .query_row(
                    "SELECT json_extract(?1, ?2) IS ?3 AND typeof(json_extract(?1, ?2)) = typeof(?3)",
                    rusqlite::params![json, format!("$.{path}"), cells[0]],
                    |row| row.get(0),
                )
                .unwrap();
            prop_assert!(same, "{json} {:?}", cells[0]);
        }
    }
}
