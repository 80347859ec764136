//! Full text as the original has it: what a match query finds, in any script, and what it says to malformed words.

use super::testing::{Kitchen, SOUP};
use super::{Cursor, Order, QuerySpec, Result};

const SPECS: &str = r#"[{"path":"about","type":"full_text"},{"path":"by","type":"full_text"},
    {"path":"name","type":"string"}]"#;

fn kitchen() -> Kitchen {
    let kitchen = Kitchen::with(SPECS);
    let entries = r#"[{"about":"Gréy old town","by":"Ada"},{"about":"a new town hall","by":"Grey"},
        {"about":"東京都庁 の 展望台","by":"Übermut"},{"about":["red","green"],"by":true},
        {"about":"O'Brien's half-timbered inn"},{"by":"naïve façade"}]"#;
    kitchen.upsert(entries).unwrap();
    kitchen
}

fn find(kitchen: &Kitchen, path: Option<&str>, words: &str) -> Result<String> {
    let spec = QuerySpec::matching(path, words).ordered_by("_soupEntryId", Order::Ascending);
    let spec = spec.selecting(["_soupEntryId"]);
    let page = kitchen.read(|conn, _| Cursor::open(conn, spec, Some(SOUP))?.page(conn, 0, None))?;
    let ids = page.split_once("OrderedEntries\":").unwrap().1;
    Ok(ids.chars().filter(|letter| letter.is_ascii_digit() || *letter == ',').collect())
}

#[test]
fn words_find_entries() {
    let kitchen = kitchen();
    let cases = [
        // Case and marks do not matter, in the words or in the text.
        (None, "grey", "1,2"),
        (None, "GRÉY", "1,2"),
        (None, "ubermut", "3"),
        (None, "NAIVE FACADE", "6"),
        // A path limits each word.
        (Some("about"), "grey", "1"),
        (Some("by"), "grey", "2"),
        (Some("about"), "town grey", "1"),
        (Some("about"), "town {cities:by}:grey", "2"),
        // Operators, groups, prefixes, phrases, distance.
        (Some("about"), "town NOT old", "2"),
        (Some("about"), "old OR hall OR inn", "1,2,5"),
        (Some("about"), "(old OR new) AND town", "1,2"),
        (Some("about"), "gr*", "1,4"),
        (Some("about"), "\"old town\"", "1"),
        (Some("about"), "\"town old\"", ""),
        (Some("about"), "\"new to\"*", "2"),
        (Some("about"), "NEAR(new hall, 1)", "2"),
        (Some("about"), "NEAR(new hall, 0)", ""),
        (Some("about"), "new + town", "2"),
        (Some("about"), "^a", "2"),
        // A run of signs without a space is one word: its beginning finds it.
        (None, "東京都庁", "3"),
        (None, "東京*", "3"),
        (None, "都庁", ""),
        // The text of other values.
        (Some("about"), "green", "4"),
        (Some("by"), "true", "4"),
        // Signs inside quotes only part words.
        (None, "\"O'Brien's\"", "5"),
        (None, "\"half-timbered\"", "5"),
        (None, "\"'); DROP TABLE TABLE_1; --\"", ""),
        (None, "nothing", ""),
    ];
    for (path, words, expected) in cases {
        assert_eq!(find(&kitchen, path, words).unwrap(), expected, "{path:?} {words}");
    }
}

#[test]
fn malformed_words_are_said_to_be_so() {
    let kitchen = kitchen();
    for words in [
        "\"", "(", "(old", "old)", "old AND", "NOT old", "*", "it's", "a-b", "a@b", ":", "", "none:x", "{", "NEAR(",
        "+",
    ] {
        for path in [None, Some("about")] {
            let error = find(&kitchen, path, words).map(|found| format!("found {found:?}")).unwrap_err();
            assert_eq!(error.code(), "BAD_MATCH", "{path:?} {words}: {error}");
        }
    }
    let smart = QuerySpec::smart("SELECT rowid FROM {cities}_fts WHERE {cities}_fts MATCH 'old AND'");
    let error = kitchen.read(|conn, _| Cursor::open(conn, smart, None).map(drop)).unwrap_err();
    assert_eq!(error.code(), "BAD_MATCH");
    assert_eq!(find(&kitchen, None, "{none:x}:old").unwrap_err().code(), "UNKNOWN_SOUP");
    assert_eq!(find(&kitchen, Some("name"), "old").unwrap_err().code(), "NOT_SEARCHABLE");
    let spec = QuerySpec::matching(None, "old AND");
    let removed = kitchen.write(move |tx| super::Soup::open(tx, SOUP)?.remove_by_query(tx, &spec));
    assert_eq!(removed.unwrap_err().code(), "BAD_MATCH");
}
