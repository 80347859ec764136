//! Soups and paths with odd names: every call works with them, and none of them gets into SQL as anything but a name.

use super::testing::{Kitchen, undated};
use super::{Cursor, EntryId, IndexSpec, IndexType, Order, QuerySpec, Soup, UpsertKey, registry};
use serde_json::{Value, json};

const SOUPS: [&str; 13] = [
    "my soup",
    "it's",
    "a\"b",
    "größe 😀",
    "select",
    "TABLE_1",
    "soup_attrs",
    "x;DROP TABLE soup_attrs;--",
    "100%",
    "a.b",
    "[x]",
    "`",
    "\\",
];

const PATHS: [&str; 13] =
    ["a b", "it's", "a-b", "select", "größe 😀", "a;b", "$x", "#", "123", "a=1--", "q\"q", "deep.it's.a b", "%"];

fn rows(kitchen: &Kitchen, spec: QuerySpec, soup: Option<&str>) -> Value {
    let page = kitchen.store.read(|conn| Cursor::open(conn, spec, soup)?.page(conn, 0, None)).unwrap();
    serde_json::from_str::<Value>(&undated(&page)).unwrap()["currentPageOrderedEntries"].take()
}

/// `{"a":{"b":value}}` for `a.b`.
fn entry(path: &str, value: &str) -> Value {
    path.rsplit('.').fold(json!(value), |inner, name| json!({ name: inner }))
}

#[test]
fn soups() {
    let kitchen = Kitchen::with(r#"[{"path":"x","type":"string"}]"#);
    for name in SOUPS {
        let ids = kitchen.write(move |tx| {
            registry::register(tx, name, &[IndexSpec::new("name", IndexType::FullText)])?;
            let entries = r#"[{"name":"Ulm"},{"name":"Bonn"}]"#;
            Soup::open(tx, name)?.upsert_text(tx, entries, UpsertKey::External("name"))?;
            registry::alter(tx, name, &[IndexSpec::new("name", IndexType::FullText)], true)?;
            registry::re_index(tx, name, &["name".to_owned()])?;
            Soup::open(tx, name)?.remove(tx, &[EntryId(2)])
        });
        assert_eq!(ids.unwrap(), 1, "{name}");
        let cells = QuerySpec::exact("name", "Ulm").selecting(["name", "_soupEntryId", "other"]);
        assert_eq!(rows(&kitchen, cells, Some(name)), json!([["Ulm", 1, null]]), "{name}");
        let all = QuerySpec::matching(Some("name"), "ulm").ordered_by("name", Order::Descending);
        assert_eq!(rows(&kitchen, all, Some(name)), json!([{"name": "Ulm", "_soupEntryId": 1}]), "{name}");
        let smart = format!("SELECT a.{{{name}:name}}, {{{name}:other}} FROM {{{name}}} a, {{cities}}");
        assert_eq!(rows(&kitchen, QuerySpec::smart(smart), None), json!([]), "{name}");
        kitchen.write(move |tx| registry::drop_soup(tx, name)).unwrap();
    }
    assert_eq!(kitchen.value::<i64>("SELECT count(*) FROM soup_attrs"), 1);
    assert_eq!(kitchen.value::<String>("PRAGMA integrity_check"), "ok");
}

#[test]
fn paths() {
    for path in PATHS {
        for kind in [None, Some(IndexType::String), Some(IndexType::FullText), Some(IndexType::Json1)] {
            let kitchen = Kitchen::with(r#"[{"path":"x","type":"string"}]"#);
            if let Some(kind) = kind {
                let specs = [IndexSpec::new(path, kind)];
                kitchen.write(move |tx| registry::alter(tx, "cities", &specs, true)).unwrap();
                let entries = json!([entry(path, "Ulm"), entry(path, "Bonn"), entry(path, "Ulm")]).to_string();
                assert!(
                    kitchen.upsert_by(path, &entries).unwrap().ends_with("\"_soupEntryId\":1}]"),
                    "{path} {kind:?}"
                );
            } else {
                kitchen.upsert(&json!([entry(path, "Ulm"), entry(path, "Bonn")]).to_string()).unwrap();
            }
            let found = |spec: QuerySpec| rows(&kitchen, spec.selecting([path, "_soupEntryId"]), Some("cities"));
            let by_path = || QuerySpec::all().ordered_by(path, Order::Ascending);
            assert_eq!(found(by_path()), json!([["Bonn", 2], ["Ulm", 1]]), "{path} {kind:?}");
            assert_eq!(found(QuerySpec::exact(path, "Ulm")), json!([["Ulm", 1]]), "{path} {kind:?}");
            assert_eq!(found(QuerySpec::like(path, "bo%")), json!([["Bonn", 2]]), "{path} {kind:?}");
            assert_eq!(found(QuerySpec::range(path, Some("C"), None)), json!([["Ulm", 1]]), "{path} {kind:?}");
            let smart =
                format!("SELECT b.{{cities:{path}}} FROM {{cities}} a JOIN {{cities}} b ON a.id = 1 AND b.id = 2");
            assert_eq!(rows(&kitchen, QuerySpec::smart(smart), None), json!([["Bonn"]]), "{path} {kind:?}");
        }
    }
}
