//! Every sample of the store format that is kept opens, and goes on: what users' devices have must never be lost.

#![cfg(not(target_arch = "wasm32"))]

use futures::executor::block_on;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use tureen::database::{Database, Error, Key, OpenOptions};
use tureen::pager::Medium;
use tureen::pager::medium::memory::MemoryMedium;
use tureen::pager::medium::{Append, Appended, Birth, Durability, Fold, Swap};
use tureen::soup::registry;

fn folders() -> Vec<PathBuf> {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples");
    let mut folders: Vec<_> = fs::read_dir(samples).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.retain(|path| path.is_dir());
    assert!(!folders.is_empty());
    folders
}

fn kinds() -> [(&'static str, Key); 2] {
    [("plain", Key::None), ("passphrase", Key::Passphrase("soup of the day".into()))]
}

fn options(key: &Key) -> OpenOptions {
    OpenOptions { name: "sample".into(), key: key.clone(), durability: Durability::Strict, ..OpenOptions::default() }
}

fn from_base64(text: &str) -> Vec<u8> {
    let value = |letter: u8| match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let letters: Vec<u8> = text.bytes().filter(|letter| *letter != b'=').map(value).collect();
    let bits = |group: &[u8]| group.iter().fold(0u32, |bits, value| bits << 6 | u32::from(*value));
    letters
        .chunks(4)
        .flat_map(|group| {
            let bytes = (bits(group) << (6 * (4 - group.len()))).to_be_bytes();
            bytes[1..group.len()].to_vec()
        })
        .collect()
}

/// The values of an object store, by key.
fn values<'a>(content: &'a Value, store: &str) -> Vec<(&'a Value, &'a Value)> {
    content[store].as_array().unwrap().iter().map(|pair| (&pair[0], &pair[1])).collect()
}

fn numbered(content: &Value, store: &str) -> Vec<(u64, Vec<u8>)> {
    let bytes = |value: &Value| from_base64(value["base64"].as_str().unwrap());
    values(content, store).into_iter().map(|(key, value)| (key.as_u64().unwrap(), bytes(value))).collect()
}

/// Storage that has what a sample tells of IndexedDB.
fn planted(sample: &Path) -> MemoryMedium {
    let content: Value = serde_json::from_str(&fs::read_to_string(sample).unwrap()).unwrap();
    let meta = |name: &str| values(&content, "meta").into_iter().find(|(key, _)| *key == name).unwrap().1;
    let (identity, head) = (meta("identity").as_str().unwrap(), meta("head").as_str().unwrap());
    let manifest = from_base64(meta("manifest")["base64"].as_str().unwrap());
    let extents: Vec<_> = numbered(&content, "extents").into_iter().map(|(at, bytes)| (at as u32, bytes)).collect();
    let log = numbered(&content, "log");
    let medium = MemoryMedium::new();
    let birth = Birth { identity: identity.into(), head: head.into(), manifest: manifest.clone(), device_key: None };
    assert_eq!(block_on(medium.create(birth)), Ok(Swap::Done));
    let folded = block_on(medium.fold(Fold {
        expected: Some(head),
        newest: log[0].0 - 1,
        witness: meta("witness").as_u64().unwrap(),
        head,
        manifest: &manifest,
        extents: &extents,
        extent_count: extents.len() as u32,
        birth: None,
    }));
    assert_eq!(folded, Ok(Swap::Done));
    for (number, record) in &log {
        let durability = Durability::Strict;
        let append = Append { expected: head, number: *number, witness: false, record, durability };
        assert_eq!(block_on(medium.append(append)), Ok(Appended::Put(head.into())));
    }
    medium
}

/// What `scripts/samples.mjs` has put there is there, and something can be added to it.
fn check(database: &Database) {
    block_on(database.write(registry::prepare)).unwrap();
    let text =
        |sql: &str| database.read(|connection| Ok::<String, Error>(connection.query_row(sql, [], |row| row.get(0))?));
    assert_eq!(text("PRAGMA integrity_check").unwrap(), "ok");
    assert_eq!(text("SELECT 'TABLE_' || id FROM soup_attrs WHERE soupName = 'jars'").unwrap(), "TABLE_1");
    let todos = text("SELECT 'TABLE_' || id FROM soup_attrs WHERE soupName = 'todoitem'").unwrap();
    let jars = "SELECT count(*) || ' ' || sum(TABLE_1_1) || ' ' || min(id) FROM TABLE_1";
    assert_eq!(text(jars).unwrap(), format!("60 {} 2", (0..60).sum::<i64>() + 3));
    let found = "SELECT json_extract(soup, '$.label') FROM TABLE_1 \
                 WHERE id IN (SELECT rowid FROM TABLE_1_fts WHERE TABLE_1_fts MATCH 'mountains')";
    assert_eq!(text(found).unwrap(), "saffron");
    assert!(text(&format!("SELECT soup FROM {todos}")).unwrap().contains("Peel"));
    block_on(database.write(|tx| Ok::<_, Error>(tx.execute("DELETE FROM TABLE_1 WHERE id > 10", [])?))).unwrap();
}

#[test]
fn every_sample_of_a_store_opens_and_goes_on() {
    for folder in folders() {
        for (name, key) in kinds() {
            let medium = planted(&folder.join(name).with_extension("json"));
            let open = |key: &Key| block_on(Database::open_on(Rc::new(medium.another()), options(key)));
            if key != Key::None {
                assert_eq!(open(&Key::Passphrase("wrong".into())).map(drop).unwrap_err().code(), "WRONG_KEY");
            }
            check(&open(&key).unwrap());
            let left = open(&key).unwrap().read(|connection| {
                Ok::<i64, Error>(connection.query_row("SELECT count(*) FROM TABLE_1", [], |row| row.get(0))?)
            });
            assert_eq!(left.unwrap(), 9, "{name} of {}", folder.display());
        }
    }
}

#[test]
fn every_sample_of_an_export_is_imported() {
    for folder in folders() {
        for (name, key) in kinds() {
            let file = fs::read(folder.join(name).with_extension("tureen")).unwrap();
            check(&block_on(Database::import(options(&Key::None), &file, key)).unwrap());
        }
    }
}
