//! A store of the application's own making, on which the transactions of this room run all the same.
//!
//! Such a store can read, and it can take a batch; it cannot run a transaction that reads before it writes. So each one
//! runs in a scratch: what it may touch is read from the store, the very code that runs on a store of Tureen's changes
//! the scratch, and what it has changed there goes back as one batch. Nothing is kept in the scratch but the queue and
//! the tokens as they were last read, so that a push can look for what is next without waiting.
//!
//! What is weaker than on a store of Tureen's: transactions of this page run one after another, but other pages, and the
//! application itself, may write in between; and a batch is as whole as the store makes it. Its order is chosen so that
//! half of one does no harm: an operation is there before its change, and goes after its answer is stored.

use super::operation::RecordKey;
use super::record::{Binding, Bindings, Records};
use super::{Error, Turn, queue, token};
use crate::database::{self, Job, Scratch, Transaction};
use crate::json::{self, quoted};
use crate::soup::{self, IndexSpec, IndexType, registry};
use futures::future::{FutureExt, LocalBoxFuture};
use futures::lock::Mutex;
use rusqlite::{Connection, params};
use std::any::Any;
use std::cell::{Cell, Ref};
use std::sync::Arc;

/// What is asked of a store of the application's own. Texts are JSON.
///
/// An operation is `{id, table, itemId, action, version, base, sending, image, attempts, inDoubt, lastError,
/// passedOver}`, a token `{table, queryId, position, lastId, ties, seenMs, stage}`.
pub trait Outside {
    /// Reads `{records: [[table, id], …], table, everything}`: the records, and the operations of the whole `table`, or of
    /// the records when there is none; or all operations and tokens. Gives `[operations, tokens, entry or null, …]`.
    fn load(&self, asked: String) -> LocalBoxFuture<'_, Result<String, database::Error>>;

    /// Writes, in this order, `{operations, records: [{table, record}, …], removed: [{table, id}, …], done, tokens,
    /// forgotten: [{table, queryId}, …]}`; `done` are the numbers of operations that are to go.
    fn save(&self, changes: String) -> LocalBoxFuture<'_, Result<(), database::Error>>;
}

/// What a transaction may read and change.
#[derive(Debug, Default)]
pub struct Touched {
    records: Vec<RecordKey>,
    table: Option<String>,
}

impl Touched {
    /// Records and their operations.
    pub fn records(records: Vec<RecordKey>) -> Self {
        Self { records, table: None }
    }

    /// Records of one table, and the operations of all of it.
    pub fn table(table: &str, ids: impl Iterator<Item = impl Into<String>>) -> Self {
        Self { records: ids.map(|id| RecordKey::new(table, id)).collect(), table: Some(table.to_owned()) }
    }

    fn asked(&self, everything: bool) -> String {
        let pair = |key: &RecordKey| format!("[{},{}]", quoted(&key.table), quoted(&key.id));
        let records: Vec<_> = self.records.iter().map(pair).collect();
        let table = self.table.as_deref().map_or_else(|| "null".to_owned(), quoted);
        format!(r#"{{"records":{},"table":{table},"everything":{everything}}}"#, json::array(&records))
    }
}

/// A store of the application's own making.
pub struct Away {
    outside: Box<dyn Outside>,
    scratch: Scratch,
    bindings: Bindings,
    scope: String,
    /// One transaction at a time.
    busy: Mutex<()>,
    /// One push, pull or purge at a time, of all contexts on this store.
    turn: Arc<Mutex<()>>,
    /// Whether the queue or the tokens may be other ones than the scratch has.
    stale: Cell<bool>,
}

const SCRATCH: &str = "CREATE TABLE touched (tbl TEXT, item TEXT); CREATE TABLE seen (token INTEGER, key, entry TEXT)";
const TOUCH: &str = "INSERT INTO touched VALUES (?, ?)";
const FORGET_TOUCHED: &str = "DELETE FROM touched; DELETE FROM seen";
/// The operations of what is touched. CROSS JOIN keeps SQLite from reading all of them.
const IN_TOUCH: &str = r#"
SELECT o.id FROM touched t CROSS JOIN sync_operation o ON o.scope = ?1 AND o."table" = t.tbl AND o.itemId = t.item
UNION ALL
SELECT o.id FROM touched t CROSS JOIN sync_operation o ON o.scope = ?1 AND o."table" = t.tbl AND t.item IS NULL"#;
/// These, and all tokens, as the store is told of them.
const NOW: &str = r#"
SELECT 0 AS token, id AS key, json_object('id', id, 'table', "table", 'itemId', itemId, 'action', action,
    'version', version, 'base', base, 'sending', sending, 'image', image, 'attempts', attempts, 'inDoubt', inDoubt,
    'lastError', lastError, 'passedOver', passedOver) AS entry
FROM sync_operation WHERE id IN"#;
const AND_TOKENS: &str = r#"
UNION ALL
SELECT 1, json_object('table', "table", 'queryId', queryId), json_object('table', "table", 'queryId', queryId,
    'position', position, 'lastId', lastId, 'ties', ties, 'seenMs', seenMs, 'stage', stage)
FROM sync_token WHERE scope = ?1"#;
const ADD_OPERATIONS: &str = r#"
INSERT OR REPLACE INTO sync_operation (id, scope, "table", itemId, action, version, base, sending, image, attempts,
    inDoubt, lastError, passedOver)
SELECT value ->> 'id', ?1, value ->> 'table', value ->> 'itemId', value ->> 'action', value ->> 'version',
    value ->> 'base', ifnull(value ->> 'sending', 0), value ->> 'image', ifnull(value ->> 'attempts', 0),
    ifnull(value ->> 'inDoubt', 0), value ->> 'lastError', ifnull(value ->> 'passedOver', 0)
FROM json_each(?2)"#;
const ADD_TOKENS: &str = r#"
INSERT OR REPLACE INTO sync_token (scope, "table", queryId, position, lastId, ties, seenMs, stage)
SELECT ?1, value ->> 'table', value ->> 'queryId', value ->> 'position', value ->> 'lastId', value ->> 'ties',
    value ->> 'seenMs', value ->> 'stage'
FROM json_each(?2)"#;

impl Away {
    /// A store that `outside` reaches, whose records, operations and tokens are those of the backend `scope`.
    ///
    /// # Errors
    /// No memory.
    pub fn new(outside: Box<dyn Outside>, bindings: Bindings, scope: &str) -> Result<Self, Error> {
        let (scratch, scope, stale) = (Scratch::open()?, scope.to_owned(), Cell::new(true));
        let this = Self { outside, scratch, bindings, scope, busy: Mutex::new(()), turn: Arc::default(), stale };
        this.attempt(&mut |tx| {
            registry::prepare(tx)?;
            queue::prepare(tx)?;
            token::prepare(tx)?;
            tx.execute_batch(SCRATCH)?;
            Ok(true)
        })?;
        Ok(this)
    }

    /// The queue and the tokens as they were last read.
    pub(super) fn connection(&self) -> Result<Ref<'_, Connection>, database::Error> {
        self.scratch.connection()
    }

    /// Reads the queue and the tokens anew.
    pub(super) async fn refresh(&self) -> Result<(), Error> {
        let _alone = self.busy.lock().await;
        self.load_all().await
    }

    async fn load_all(&self) -> Result<(), Error> {
        let text = self.outside.load(Touched::default().asked(true)).await?;
        let loaded = read_loaded(&text)?;
        self.attempt(&mut |tx| {
            tx.execute_batch("DELETE FROM sync_operation; DELETE FROM sync_token")?;
            self.add(tx, ADD_OPERATIONS, loaded[0])?;
            self.add(tx, ADD_TOKENS, loaded[1])?;
            Ok(true)
        })?;
        self.stale.set(false);
        Ok(())
    }

    /// Runs `job` on what the store has of `touched`, writes what it changed, and answers it.
    pub(super) fn write(&self, touched: Touched, mut job: Job) -> LocalBoxFuture<'_, ()> {
        async move {
            let outcome = self.change(&touched, &mut job).await;
            job.settle(outcome.map_err(|error| match error {
                Error::Database(error) => error,
                error => database::Error::Sql(error.to_string()),
            }));
        }
        .boxed_local()
    }

    async fn change(&self, touched: &Touched, job: &mut Job) -> Result<(), Error> {
        let _alone = self.busy.lock().await;
        if self.stale.get() {
            self.load_all().await?;
        }
        let text = self.outside.load(touched.asked(false)).await?;
        let mut changes = None;
        self.attempt(&mut |tx| {
            changes = self.run(tx, touched, &text, job)?;
            Ok(changes.is_some())
        })?;
        let Some(changes) = changes else { return Ok(()) };
        // Until the store has said that it has them: whether it took some, only it knows.
        self.stale.set(true);
        self.outside.save(changes).await?;
        self.stale.set(false);
        Ok(())
    }

    /// Runs `work` on the scratch; nothing of it remains there if it fails, or says that nothing is to.
    fn attempt(&self, work: &mut dyn FnMut(&Transaction<'_>) -> Result<bool, Error>) -> Result<(), Error> {
        let mut outcome = Ok(false);
        self.scratch.write(&mut |tx| {
            outcome = work(tx);
            matches!(outcome, Ok(true))
        })?;
        outcome.map(drop)
    }

    /// The changes as the store is told of them, if there are any.
    fn run(&self, tx: &Transaction<'_>, touched: &Touched, text: &str, job: &mut Job) -> Result<Option<String>, Error> {
        self.take_in(tx, touched, &read_loaded(text)?)?;
        let before = self.contents(tx, touched)?;
        if !job.run_in(tx) {
            return Ok(None);
        }
        let changes = self.changes(tx, touched, &before)?;
        for key in &touched.records {
            self.records(tx, &key.table)?.remove(tx, &key.id)?;
        }
        tx.execute_batch(FORGET_TOUCHED)?;
        Ok(changes)
    }

    /// Puts what was loaded in the place of what the scratch has.
    fn take_in(&self, tx: &Transaction<'_>, touched: &Touched, loaded: &[&str]) -> Result<(), Error> {
        let mut touch = tx.prepare_cached(TOUCH)?;
        if let Some(table) = &touched.table {
            touch.execute(params![table, None::<&str>])?;
            self.records(tx, table)?;
        }
        for (key, entry) in touched.records.iter().zip(&loaded[2..]) {
            if touched.table.is_none() {
                touch.execute(params![key.table, key.id])?;
            }
            let records = self.records(tx, &key.table)?;
            if *entry != "null" {
                records.put(tx, None, entry)?;
            }
        }
        tx.prepare_cached(&format!("DELETE FROM sync_operation WHERE id IN ({IN_TOUCH})"))?.execute([&self.scope])?;
        self.add(tx, ADD_OPERATIONS, loaded[0])?;
        tx.prepare_cached(&format!("INSERT INTO seen {}", now()))?.execute([&self.scope])?;
        Ok(())
    }

    fn add(&self, tx: &Transaction<'_>, statement: &str, rows: &str) -> Result<(), Error> {
        tx.prepare_cached(statement)?.execute(params![self.scope, rows])?;
        Ok(())
    }

    /// The records of a table, whose soup is made when it is first asked for.
    fn records(&self, tx: &Transaction<'_>, table: &str) -> Result<Records, Error> {
        let Binding { soup, id_path, .. } = self.bindings.of(table);
        if !registry::exists(tx, &soup)? {
            registry::register(tx, &soup, &[IndexSpec::unique(id_path, IndexType::String)])?;
        }
        self.bindings.open(tx, table)
    }

    /// What the scratch has of the records.
    fn contents(&self, tx: &Transaction<'_>, touched: &Touched) -> Result<Vec<Option<String>>, Error> {
        let mut contents = Vec::with_capacity(touched.records.len());
        for key in &touched.records {
            let stored = self.bindings.open(tx, &key.table)?.find(tx, &key.id)?;
            contents.push(stored.map(|stored| stored.content()).transpose()?);
        }
        Ok(contents)
    }

    fn changes(
        &self,
        tx: &Transaction<'_>,
        touched: &Touched,
        before: &[Option<String>],
    ) -> Result<Option<String>, Error> {
        let (mut records, mut removed) = (Vec::new(), Vec::new());
        for ((key, before), now) in touched.records.iter().zip(before).zip(self.contents(tx, touched)?) {
            let table = quoted(&key.table);
            match now {
                Some(now) if before.as_ref() != Some(&now) => {
                    records.push(format!(r#"{{"table":{table},"record":{now}}}"#));
                }
                None if before.is_some() => {
                    removed.push(format!(r#"{{"table":{table},"id":{}}}"#, quoted(&key.id)));
                }
                Some(_) | None => {}
            }
        }
        let (records, removed) = (json::array(&records), json::array(&removed));
        let (operations, done) = (self.changed(tx, 0)?, self.gone(tx, 0)?);
        let (tokens, forgotten) = (self.changed(tx, 1)?, self.gone(tx, 1)?);
        let all = [&operations, &records, &removed, &done, &tokens, &forgotten];
        Ok(all.iter().any(|list| *list != "[]").then(|| {
            format!(
                r#"{{"operations":{operations},"records":{records},"removed":{removed},"done":{done},"tokens":{tokens},"forgotten":{forgotten}}}"#
            )
        }))
    }

    /// Operations, or tokens, that are new or were changed.
    fn changed(&self, tx: &Transaction<'_>, token: i64) -> Result<String, Error> {
        let sql = format!(
            "SELECT json_group_array(json(entry)) FROM ({}) WHERE token = ?2 AND entry NOT IN (SELECT entry FROM seen)",
            now()
        );
        Ok(tx.prepare_cached(&sql)?.query_row(params![self.scope, token], |row| row.get(0))?)
    }

    /// The keys of those that are not there any more.
    fn gone(&self, tx: &Transaction<'_>, token: i64) -> Result<String, Error> {
        let sql = format!(
            "SELECT json_group_array(json(key)) FROM seen
             WHERE token = ?2 AND key NOT IN (SELECT key FROM ({}) WHERE token = ?2)",
            now()
        );
        Ok(tx.prepare_cached(&sql)?.query_row(params![self.scope, token], |row| row.get(0))?)
    }
}

impl Turn for Away {
    fn take(&self) -> LocalBoxFuture<'_, Result<Box<dyn Any>, Error>> {
        async { Ok(Box::new(Arc::clone(&self.turn).lock_owned().await) as Box<dyn Any>) }.boxed_local()
    }
}

fn now() -> String {
    format!("{NOW} ({IN_TOUCH}){AND_TOKENS}")
}

fn read_loaded(text: &str) -> Result<Vec<&str>, Error> {
    match json::items(text) {
        Ok(loaded) if loaded.len() >= 2 => Ok(loaded),
        _ => Err(soup::Error::BadEntries("what a store was asked for is malformed".to_owned()).into()),
    }
}
