//! An org whose answers a test has written down, and a store to sync with it.

use super::state::State;
use super::{Kind, NoCustoms, Org, Rest, Session, Status, Syncs, Which};
use crate::database::{Database, OpenOptions};
use crate::json;
use crate::remote::transport::{Error, Request, Response, Transport};
use crate::soup::{IndexSpec, IndexType, Soup, UpsertKey, registry};
use futures::executor::block_on;
use futures::future::{FutureExt, LocalBoxFuture, ready};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

/// The soup.
pub(super) const SOUP: &str = "accounts";

/// Gives the answers in their order: a status and a body; without one, the connection is lost.
#[derive(Default)]
pub(super) struct Script {
    answers: RefCell<VecDeque<(u16, String)>>,
    pub(super) requests: RefCell<Vec<Request>>,
    /// How many tokens were asked for.
    pub(super) renewals: Cell<u32>,
}

impl Transport for Rc<Script> {
    fn send(&self, request: Request) -> LocalBoxFuture<'static, Result<Response, Error>> {
        self.requests.borrow_mut().push(request);
        let answer = self.answers.borrow_mut().pop_front().ok_or(Error::Unreachable);
        ready(answer.map(|(status, body)| Response {
            status,
            status_text: String::new(),
            headers: Default::default(),
            body,
        }))
        .boxed_local()
    }
}

impl Session for Rc<Script> {
    fn read(&self) -> LocalBoxFuture<'static, Result<Org, Error>> {
        let token = Some(format!("token {}", self.renewals.get()));
        ready(Ok(Org { instance_url: "https://org".into(), api_version: "v60.0".into(), token })).boxed_local()
    }

    fn renew(&self, _: Option<String>) -> LocalBoxFuture<'static, Result<bool, Error>> {
        self.renewals.set(self.renewals.get() + 1);
        ready(Ok(true)).boxed_local()
    }
}

pub(super) struct Desk {
    pub(super) store: Database,
    pub(super) script: Rc<Script>,
    pub(super) syncs: Syncs,
}

impl Desk {
    pub(super) fn new() -> Self {
        let store = block_on(Database::open(OpenOptions::default())).unwrap();
        let register = |tx: &crate::database::Transaction<'_>| {
            registry::prepare(tx)?;
            let specs = ["Id", "__local__"].map(|path| IndexSpec::new(path, IndexType::String));
            registry::register(tx, SOUP, &specs)
        };
        block_on(store.write::<_, crate::soup::Error>(register)).unwrap();
        let script = Rc::new(Script::default());
        let syncs = Self::open(&store, &script);
        Self { store, script, syncs }
    }

    /// The syncs of the store as another page finds them.
    pub(super) fn open(store: &Database, script: &Rc<Script>) -> Syncs {
        let rest = Rest::new(Rc::new(Rc::clone(script)), Rc::new(Rc::clone(script)));
        block_on(Syncs::open(store.clone(), rest, Rc::new(NoCustoms), None)).unwrap()
    }

    pub(super) fn answers<const N: usize>(&self, answers: [(u16, &str); N]) {
        self.script.answers.borrow_mut().extend(answers.map(|(status, body)| (status, body.to_owned())));
    }

    /// What was asked since the last call: `METHOD path`.
    pub(super) fn asked(&self) -> Vec<String> {
        let requests = self.script.requests.take();
        let path = |request: &Request| request.url.replace("https://org/services/data/v60.0/", "");
        requests.iter().map(|request| format!("{} {}", request.method.name(), path(request))).collect()
    }

    /// Makes a sync and runs it.
    pub(super) fn sync(&self, kind: Kind, target: &str, options: &str) -> State {
        let state = block_on(self.syncs.create(kind, target, SOUP, options, None)).unwrap();
        self.again(state.id)
    }

    pub(super) fn again(&self, id: i64) -> State {
        let ended = block_on(async {
            let begun = self.syncs.begin(Which::Id(id)).await.unwrap();
            assert_eq!(begun.state.status, Status::Running);
            self.syncs.run(begun, &|_| {}).await
        });
        assert_eq!(block_on(self.syncs.status(&Which::Id(id))).unwrap().unwrap().text(), ended.text());
        ended
    }

    pub(super) fn put(&self, entries: &'static str) {
        let write = move |tx: &crate::database::Transaction<'_>| {
            Soup::open(tx, SOUP)?.upsert_text(tx, entries, UpsertKey::EntryId)
        };
        block_on(self.store.write::<_, crate::soup::Error>(write)).unwrap();
    }

    /// A field of every record, in the order of the entries; `-` where it is missing.
    pub(super) fn all(&self, field: &str) -> Vec<String> {
        let read = |conn: &rusqlite::Connection| -> Result<Vec<String>, crate::database::Error> {
            let table = Soup::open(conn, SOUP).unwrap().table().to_owned();
            let mut statement = conn.prepare(&format!("SELECT soup FROM {table} ORDER BY id"))?;
            let rows = statement.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
            Ok(rows)
        };
        let value = |text: &String| json::fields(text).unwrap().get(field).unwrap_or("-").to_owned();
        self.store.read(read).unwrap().iter().map(value).collect()
    }
}
