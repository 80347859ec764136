//! The store in a real browser: IndexedDB, WebCrypto, Web Locks and BroadcastChannel under the database room.

#![cfg(target_arch = "wasm32")]

use futures::future::join_all;
use tureen::database::{Database, Durability, Error, Key, OpenOptions};
use tureen::pager::medium::Medium;
use tureen::pager::medium::indexed_db::IndexedDbMedium;
use tureen::platform;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

type Outcome = Result<(), Error>;

fn fresh_name() -> String {
    format!("test {}", platform::uuid().unwrap())
}

fn keys() -> [Key; 4] {
    [Key::Device, Key::Passphrase("soup of the day".into()), Key::Bytes([7; 32]), Key::None]
}

async fn open(name: &str, key: Key) -> Result<Database, Error> {
    Database::open(OpenOptions { name: name.into(), key, durability: Durability::Strict, ..OpenOptions::default() })
        .await
}

async fn with_table(name: &str, key: Key) -> Database {
    let database = open(name, key).await.unwrap();
    database
        .write(|tx| -> Outcome { Ok(tx.execute_batch("create table if not exists t (a integer primary key, b)")?) })
        .await
        .unwrap();
    database
}

async fn insert(database: &Database, b: String) -> Result<i64, Error> {
    database
        .write(move |tx| {
            tx.touch("t");
            tx.execute("insert into t (b) values (?)", [&b])?;
            Ok(tx.last_insert_rowid())
        })
        .await
}

fn count(database: &Database) -> i64 {
    database
        .read(|connection| -> Result<i64, Error> {
            let check: String = connection.query_row("pragma integrity_check", [], |row| row.get(0))?;
            assert_eq!(check, "ok");
            Ok(connection.query_row("select count(*) from t", [], |row| row.get(0))?)
        })
        .unwrap()
}

#[wasm_bindgen_test]
async fn an_export_takes_the_place_of_a_store_under_every_kind_of_key() {
    let database = with_table(&fresh_name(), Key::Device).await;
    for b in ["leek", "potato", "lovage"] {
        insert(&database, b.into()).await.unwrap();
    }
    for file_key in [Key::None, Key::Passphrase("salt and pepper".into())] {
        let file = database.export(file_key.clone()).await.unwrap();
        for key in keys() {
            let options =
                OpenOptions { name: fresh_name(), key, durability: Durability::Strict, ..OpenOptions::default() };
            let old_key = Key::Bytes([1; 32]);
            let old = with_table(&options.name, old_key.clone()).await;
            insert(&old, "old".into()).await.unwrap();
            old.close().await;
            let cut = &file[..file.len() - 1];
            assert!(Database::import(options.clone(), cut, file_key.clone()).await.is_err());
            let old = open(&options.name, old_key).await.unwrap();
            assert_eq!(count(&old), 1);
            old.close().await;
            let imported = Database::import(options.clone(), &file, file_key.clone()).await.unwrap();
            assert_eq!(count(&imported), 3);
            imported.close().await;
            let again = Database::open(options).await.unwrap();
            insert(&again, "celery".into()).await.unwrap();
            assert_eq!(count(&again), 4);
            again.destroy().await.unwrap();
        }
    }
    database.destroy().await.unwrap();
}

#[wasm_bindgen_test]
async fn a_store_opens_again_with_every_kind_of_key() {
    for key in keys() {
        let name = fresh_name();
        let database = with_table(&name, key.clone()).await;
        for n in 0..5 {
            insert(&database, format!("row {n}")).await.unwrap();
        }
        database.close().await;
        let again = open(&name, key).await.unwrap();
        assert_eq!(count(&again), 5);
        again.destroy().await.unwrap();
    }
}

#[wasm_bindgen_test]
async fn a_wrong_key_is_refused_and_harms_nothing() {
    let name = fresh_name();
    with_table(&name, Key::Passphrase("right".into())).await.close().await;
    for wrong in [Key::Passphrase("wrong".into()), Key::Device, Key::None, Key::Bytes([1; 32])] {
        assert_eq!(open(&name, wrong).await.err().map(|error| error.code()), Some("WRONG_KEY"));
    }
    let database = open(&name, Key::Passphrase("right".into())).await.unwrap();
    assert_eq!(count(&database), 0);
    database.destroy().await.unwrap();
}

#[wasm_bindgen_test]
async fn two_tabs_lose_no_write() {
    for key in [Key::Device, Key::None] {
        let name = fresh_name();
        let one = with_table(&name, key.clone()).await;
        let two = open(&name, key).await.unwrap();
        let burst = |database: Database, tab: u8| async move {
            for n in 0..50 {
                insert(&database, format!("{tab} {n}")).await.unwrap();
            }
        };
        futures::join!(burst(one.clone(), 1), burst(two.clone(), 2));
        for database in [&one, &two] {
            database.refresh().await.unwrap();
            assert_eq!(count(database), 100);
        }
        two.close().await;
        one.destroy().await.unwrap();
    }
}

#[wasm_bindgen_test]
async fn another_tab_hears_of_a_commit_by_itself() {
    let name = fresh_name();
    let one = with_table(&name, Key::Device).await;
    let two = open(&name, Key::Device).await.unwrap();
    let (sender, receiver) = futures::channel::oneshot::channel();
    let sender = std::cell::RefCell::new(Some(sender));
    let subscription = two.subscribe(move |changes| {
        if changes.names.contains("t")
            && let Some(sender) = sender.borrow_mut().take()
        {
            sender.send(()).unwrap();
        }
    });
    insert(&one, "heard".into()).await.unwrap();
    receiver.await.unwrap();
    assert_eq!(count(&two), 1);
    drop(subscription);
    two.close().await;
    one.destroy().await.unwrap();
}

#[wasm_bindgen_test]
async fn nothing_at_rest_can_be_read() {
    let name = fresh_name();
    let database = with_table(&name, Key::Device).await;
    insert(&database, "canary canary canary".into()).await.unwrap();
    let at_rest = IndexedDbMedium::new(&name).load(u32::MAX).await.unwrap().unwrap();
    let values =
        at_rest.extents.iter().flatten().map(|(_, value)| value).chain(at_rest.records.iter().map(|(_, value)| value));
    for value in values.chain([&at_rest.manifest]) {
        assert!(!value.windows(6).any(|window| window == b"canary"));
    }
    assert!(!at_rest.records.is_empty());
    database.destroy().await.unwrap();
}

#[wasm_bindgen_test]
async fn much_folds_and_opens_again() {
    let name = fresh_name();
    let database = with_table(&name, Key::Device).await;
    let noise = |tx: &tureen::database::Transaction<'_>| -> Outcome {
        Ok(tx.execute_batch("insert into t (b) values (randomblob(3000000))")?)
    };
    for _ in 0..4 {
        database.write(noise).await.unwrap();
    }
    database.close().await;
    let at_rest = IndexedDbMedium::new(&name).load(u32::MAX).await.unwrap().unwrap();
    let extents = at_rest.extents.map_or(0, |extents| extents.len());
    assert!(extents >= 5, "{extents}");
    let again = open(&name, Key::Device).await.unwrap();
    assert_eq!(count(&again), 4);
    again.destroy().await.unwrap();
}

#[wasm_bindgen_test]
async fn a_store_that_another_tab_removed_says_so() {
    let name = fresh_name();
    let one = with_table(&name, Key::Device).await;
    IndexedDbMedium::new(&name).destroy().await.unwrap();
    assert_eq!(insert(&one, "too late".into()).await.err().map(|error| error.code()), Some("STORE_GONE"));
}

#[wasm_bindgen_test]
async fn many_writes_at_once_share_their_transactions() {
    let name = fresh_name();
    let database = with_table(&name, Key::Device).await;
    let results = join_all((0..300).map(|n| insert(&database, n.to_string()))).await;
    assert!(results.iter().all(Result::is_ok));
    let at_rest = IndexedDbMedium::new(&name).load(u32::MAX).await.unwrap().unwrap();
    assert!(at_rest.records.len() < 20, "{}", at_rest.records.len());
    database.destroy().await.unwrap();
}

#[wasm_bindgen_test]
async fn stores_can_be_listed() {
    let name = fresh_name();
    let database = with_table(&name, Key::Device).await;
    assert!(IndexedDbMedium::names().await.unwrap().contains(&name));
    database.destroy().await.unwrap();
    assert!(!IndexedDbMedium::names().await.unwrap().contains(&name));
}
