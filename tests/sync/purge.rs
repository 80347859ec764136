//! What a purge removes, and what it refuses to.

use crate::backend::Server;
use crate::client::Client;
use futures::executor::block_on;
use std::rc::Rc;
use tureen::sync::{Error, Force, Forget, Matching, PullOptions, PurgeOptions, PushFirst};

/// A client with the pulled records `a`, `b` and `c`.
fn client() -> Client {
    let server = Rc::<Server>::default();
    for id in ["a", "b", "c"] {
        server.tick();
        server.put("todo", id, "x");
    }
    let client = Client::new(&server);
    client.pull(50).unwrap();
    client
}

fn purge(client: &Client, matching: Matching, force: Force, forget: Forget) -> Result<(), Error> {
    block_on(client.context.purge(PurgeOptions { table: "todo".into(), matching, force, forget, away: Vec::new() }))
}

fn ids(ids: &[&str]) -> Matching {
    let ids: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
    Matching::Ids(Rc::new(move |_| Ok(ids.clone())))
}

fn left(client: &Client) -> Vec<String> {
    client.texts_by_id().into_keys().collect()
}

#[test]
fn a_table_is_emptied_and_pulled_anew() {
    let client = client();
    purge(&client, Matching::All, Force::Respect, Forget::All).unwrap();
    assert_eq!(left(&client), [""; 0]);
    assert_eq!(client.pull(50).unwrap().stored, 3);
}

#[test]
fn only_what_matches_goes() {
    let client = client();
    let matching = Matching::Ids(Rc::new(|conn| {
        let records = tureen::sync::Bindings::by_name("id").open(conn, "todo")?;
        let is_there = |id: &&str| records.find(conn, id).is_ok_and(|found| found.is_some());
        Ok(["a", "b", "z"].iter().filter(|id| is_there(id)).map(|id| (*id).to_owned()).collect())
    }));
    purge(&client, matching, Force::Respect, Forget::All).unwrap();
    assert_eq!(left(&client), ["c"]);
}

#[test]
fn pending_operations_forbid_the_purge_of_their_records_only() {
    let client = client();
    client.update("b", "mine");
    for matching in [Matching::All, ids(&["a", "b"])] {
        let error = purge(&client, matching, Force::Respect, Forget::All).unwrap_err();
        assert_eq!(error.to_string(), "Cannot purge the table as it contains pending operations");
        assert_eq!((left(&client).len(), client.pending().len()), (3, 1), "nothing is changed");
        assert_eq!(client.pull(50).unwrap().stored, 0, "no token is forgotten");
    }
    purge(&client, ids(&["a", "c"]), Force::Respect, Forget::All).unwrap();
    assert_eq!((left(&client), client.pending()), (vec!["b".to_owned()], vec!["update b".to_owned()]));
}

#[test]
fn force_gives_up_matching_operations_and_no_others() {
    let client = client();
    client.update("a", "mine");
    client.update("b", "mine");
    client.delete("c");
    block_on(client.insert_async("list", "l", "groceries")).unwrap();
    purge(&client, ids(&["a"]), Force::GiveUp, Forget::All).unwrap();
    assert_eq!(
        (left(&client), client.pending()),
        (vec!["b".to_owned()], vec!["update b".to_owned(), "delete c".to_owned(), "insert l".to_owned()])
    );
    purge(&client, Matching::All, Force::GiveUp, Forget::All).unwrap();
    assert_eq!((left(&client).len(), client.pending()), (0, vec!["insert l".to_owned()]));
}

#[test]
fn one_query_can_be_forgotten_and_the_others_kept() {
    let client = client();
    let named = |name: &str| PullOptions { query_id: Some(name.into()), ..PullOptions::new("todo", "") };
    let pull = |name: &str| block_on(client.context.pull(named(name), PushFirst::Never)).unwrap().counts.stored;
    assert_eq!(pull("other"), 3);
    purge(&client, ids(&["a"]), Force::Respect, Forget::Query("other".into())).unwrap();
    assert_eq!((pull("all"), pull("other")), (0, 3));
}

#[test]
fn an_unknown_table_is_named() {
    let client = client();
    let (table, matching, force, forget) = ("nothing".into(), Matching::All, Force::Respect, Forget::All);
    let options = PurgeOptions { table, matching, force, forget, away: Vec::new() };
    assert_eq!(block_on(client.context.purge(options)).unwrap_err().code(), "NO_SUCH_SOUP");
}
