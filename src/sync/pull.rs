//! Pull: reads what changed at the backend, page by page, the next one while the last is being stored.
//!
//! Which page comes next, and what is remembered for the next pull, is the [`Cursor`]'s matter. A page is stored in one
//! transaction together with the token: records with pending operations are left as they are, for their turn comes with
//! the push; deleted ones are removed, all others are put.

use super::Error;
use super::abort::AbortFlag;
use super::away::Touched;
use super::backend::{Backend, Capabilities, Content, ListRequest, Page, Row, Start};
use super::cursor::{Cursor, Verdict};
use super::ledger::Ledger;
use super::operation::RecordKey;
use super::token::{self, Stage, Token, TokenKey};
use crate::database::Transaction;
use crate::soup::Keyed;
use futures::future::{Either, select};
use std::collections::HashSet;
use std::pin::pin;
use std::rc::Rc;

/// How far a pull has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PullProgress {
    /// Requests answered.
    pub requests: u64,
    /// Records stored, new or changed.
    pub stored: u64,
    /// Records removed, because the backend has deleted them.
    pub removed: u64,
    /// Records left as they are, because local changes wait to be pushed.
    pub passed_over: u64,
    /// How many rows the whole listing has, if the backend said.
    pub total: Option<u64>,
}

/// What to pull, and how.
#[derive(Clone)]
pub struct PullOptions {
    /// The table.
    pub table: String,
    /// Which of its rows: the backend's own text.
    pub query: String,
    /// With a name, the pull is incremental: it goes on where the last one of this name and table ended.
    pub query_id: Option<String>,
    /// Whether the pull begins anew, wherever the last one ended.
    pub afresh: bool,
    /// Whether `query` asks for the whole table, so that what it does not list is gone.
    pub whole: bool,
    /// How many rows to ask for at once; 50 unless said otherwise (Azure spec, Pull).
    pub page_size: u32,
    /// Told after each page.
    pub progress: Option<Rc<dyn Fn(PullProgress)>>,
    /// Ends the pull when it is raised. What was stored until then stays, and the next one goes on from there.
    pub abort: AbortFlag,
}

impl PullOptions {
    /// All of what `query` says of `table`, not incrementally.
    pub fn new(table: impl Into<String>, query: impl Into<String>) -> Self {
        Self {
            table: table.into(),
            query: query.into(),
            query_id: None,
            afresh: false,
            whole: false,
            page_size: 50,
            progress: None,
            abort: AbortFlag::default(),
        }
    }
}

/// Pulls what `options` say. `now` is this device's clock in milliseconds.
pub(super) async fn pull(
    ledger: Rc<Ledger>,
    backend: Rc<dyn Backend>,
    options: PullOptions,
    now: &dyn Fn() -> i64,
) -> Result<PullProgress, Error> {
    if options.page_size == 0 {
        return Err(Error::Setting("Page size must be a positive integer. Page size 0 is invalid.".to_owned()));
    }
    let mut run = Run::new(ledger.clone(), backend.clone(), options.clone(), now()).await?;
    let mut fetched = match run.fetch().await {
        // The backend does not know any more what changed since then.
        Err(Error::Pull(error)) if error.status() == Some(410) && run.saved.is_some() => {
            run = Run::new(ledger, backend, PullOptions { afresh: true, ..options }, now()).await?;
            run.fetch().await?
        }
        first => first?,
    };
    while let Some(page) = fetched {
        let boundary = run.cursor.boundary_position().map(str::to_owned);
        let verdict = run.cursor.advance(&page, now()).map_err(|reason| run.listing(reason))?;
        run.counts.requests += 1;
        run.counts.total = page.total.or(run.counts.total);
        if let Some(listed) = &mut run.listed {
            listed.extend(page.rows.iter().map(|row| row.id.clone()));
        }
        let (stored, next) = run.store_and_fetch(page, verdict, boundary).await?;
        run.note(stored);
        fetched = next?;
    }
    run.remove_unlisted().await?;
    run.note_whole(now()).await?;
    Ok(run.counts)
}

/// Under which name it is kept when a whole table was pulled last.
fn whole_key(scope: &str, table: &str) -> TokenKey {
    TokenKey { scope: scope.to_owned(), table: table.to_owned(), query_id: " whole".to_owned() }
}

/// When a whole table was pulled last, in milliseconds of this device's clock.
pub(super) fn pulled_at(ledger: &Ledger, table: &str) -> Result<Option<i64>, Error> {
    let key = whole_key(ledger.queue.scope(), table);
    Ok(ledger.home.read(|connection| token::load(connection, &key))?.map(|token| token.seen_ms))
}

/// A pull under way.
struct Run {
    ledger: Rc<Ledger>,
    backend: Rc<dyn Backend>,
    options: PullOptions,
    token_key: Option<TokenKey>,
    saved: Option<Token>,
    cursor: Cursor,
    counts: PullProgress,
    /// The ids of all rows so far, of a listing of everything by a backend that does not tell of deleted ones.
    listed: Option<HashSet<String>>,
}

/// What one page came to.
#[derive(Default)]
struct Stored {
    counts: PullProgress,
    token: Option<Token>,
}

impl Run {
    async fn new(
        ledger: Rc<Ledger>,
        backend: Rc<dyn Backend>,
        options: PullOptions,
        now_ms: i64,
    ) -> Result<Self, Error> {
        let PullOptions { table, query_id, page_size, .. } = &options;
        let scope = ledger.queue.scope();
        let token_key = query_id.as_ref().map(|query_id| TokenKey {
            scope: scope.to_owned(),
            table: table.clone(),
            query_id: query_id.clone(),
        });
        let saved = match token_key.as_ref().filter(|_| !options.afresh) {
            Some(key) => ledger.home.read_newest(|connection| token::load(connection, key)).await?,
            None => None,
        };
        let Capabilities { ties, tombstones, .. } = backend.capabilities();
        let cursor = Cursor::new(saved.clone(), ties, *page_size, now_ms);
        let everything = cursor.request().is_some_and(|(start, _)| start == Start::Beginning);
        let listed = (everything && !tombstones && options.whole).then(HashSet::new);
        Ok(Self { ledger, backend, options, token_key, saved, cursor, counts: PullProgress::default(), listed })
    }

    fn listing(&self, reason: &'static str) -> Error {
        Error::Listing { table: self.options.table.clone(), reason }
    }

    /// The next page, if there is one.
    async fn fetch(&self) -> Result<Option<Page>, Error> {
        let Some((start, page_size)) = self.cursor.request() else { return Ok(None) };
        let PullOptions { table, query, abort, .. } = &self.options;
        let request = ListRequest { table: table.clone(), query: query.clone(), start, page_size };
        let page = abort.or_abort(self.backend.list(&request)).await?;
        page.map(Some).map_err(Error::Pull)
    }

    /// Stores a page while the next one is fetched: that one is asked for first, since storing takes the thread. The page is stored even if the next one cannot be had; if it cannot
    /// be stored, there is nothing to wait for.
    async fn store_and_fetch(
        &self,
        page: Page,
        verdict: Verdict,
        boundary: Option<String>,
    ) -> Result<(Stored, Result<Option<Page>, Error>), Error> {
        let store = pin!(self.store(page, verdict, boundary));
        let fetch = pin!(self.fetch());
        Ok(match select(fetch, store).await {
            Either::Left((next, store)) => (store.await?, next),
            Either::Right((stored, fetch)) => (stored?, fetch.await),
        })
    }

    /// Stores a page, and the token if it has moved.
    async fn store(&self, page: Page, verdict: Verdict, boundary: Option<String>) -> Result<Stored, Error> {
        let rows = if verdict == Verdict::Store { page.rows } else { Vec::new() };
        let moved = self.token_key.clone().zip(self.cursor.token().filter(|token| self.saved.as_ref() != Some(token)));
        if rows.is_empty() && moved.is_none() {
            return Ok(Stored::default());
        }
        let (ledger, table, rows) = (self.ledger.clone(), self.options.table.clone(), Rc::new(rows));
        let (touched_table, touched) = (table.clone(), Rc::clone(&rows));
        let touched = move || Touched::table(&touched_table, touched.iter().map(|row| &*row.id));
        let job = move |tx: &Transaction<'_>| {
            let counts = store_rows(&ledger, tx, &table, &rows, boundary.as_deref())?;
            if let Some((key, token)) = &moved {
                token::save(tx, key, token)?;
            }
            Ok(Stored { counts, token: moved.as_ref().map(|(_, token)| token.clone()) })
        };
        self.ledger.home.write(&touched, job).await
    }

    /// Everything was listed, and what was not listed is gone at the backend. What waits to be pushed stays.
    async fn remove_unlisted(&mut self) -> Result<(), Error> {
        let Some(listed) = self.listed.take() else { return Ok(()) };
        let (ledger, table) = (self.ledger.clone(), self.options.table.clone());
        let job = move |tx: &Transaction<'_>| {
            let records = ledger.bindings.open(tx, &table)?;
            let mut removed = 0;
            for id in records.ids(tx)?.into_iter().filter(|id| !listed.contains(id)) {
                if ledger.queue.of(tx, &RecordKey::new(&*table, &*id))?.is_empty() {
                    removed += u64::from(records.remove(tx, &id)?);
                }
            }
            Ok::<_, Error>(removed)
        };
        let touched = self.options.table.clone();
        let removed = self.ledger.home.write(&|| Touched::table(&touched, std::iter::empty::<String>()), job).await?;
        self.note(Stored { counts: PullProgress { removed, ..PullProgress::default() }, token: None });
        Ok(())
    }

    async fn note_whole(&self, now: i64) -> Result<(), Error> {
        if !self.options.whole {
            return Ok(());
        }
        let key = whole_key(self.ledger.queue.scope(), &self.options.table);
        let (position, last_id, stage) = (String::new(), String::new(), Stage::Closed);
        let token = Token { position, last_id, ties: 0, seen_ms: now, stage };
        self.ledger.home.write(&Touched::default, move |tx: &Transaction<'_>| token::save(tx, &key, &token)).await
    }

    fn note(&mut self, stored: Stored) {
        self.counts.stored += stored.counts.stored;
        self.counts.removed += stored.counts.removed;
        self.counts.passed_over += stored.counts.passed_over;
        self.saved = stored.token.or(self.saved.take());
        if let Some(progress) = &self.options.progress {
            progress(self.counts);
        }
    }
}

/// Stores rows. Those at the `boundary` may have been stored before: they are left alone if their version says so.
fn store_rows(
    ledger: &Ledger,
    tx: &Transaction<'_>,
    table: &str,
    rows: &[Row],
    boundary: Option<&str>,
) -> Result<PullProgress, Error> {
    let mut counts = PullProgress::default();
    if rows.is_empty() {
        return Ok(counts);
    }
    let records = ledger.bindings.open(tx, table)?;
    let mut records = records.keyed(tx)?;
    let some_wait = ledger.queue.any(tx, table)?;
    for row in rows {
        let key = RecordKey::new(table, &*row.id);
        if some_wait && !ledger.queue.of(tx, &key)?.is_empty() {
            ledger.queue.pass_over(tx, &key)?;
            counts.passed_over += 1;
            continue;
        }
        let seen = boundary.is_some() && row.position.as_deref() == boundary;
        match store_row(ledger, &mut records, &key, row, seen)? {
            Change::Stored => counts.stored += 1,
            Change::Removed => counts.removed += 1,
            Change::Nothing => {}
        }
    }
    Ok(counts)
}

/// What a row changed.
enum Change {
    Stored,
    Removed,
    Nothing,
}

fn store_row(
    ledger: &Ledger,
    records: &mut Keyed<'_>,
    key: &RecordKey,
    row: &Row,
    seen: bool,
) -> Result<Change, Error> {
    let unstorable = |reason: &str| Error::UnstorableRow { key: key.clone(), reason: reason.to_owned() };
    let entry = match &row.content {
        Content::Deleted => return remove_row(records, &key.id),
        Content::Unreadable(reason) => return Err(unstorable(reason)),
        Content::Entry(entry) => entry,
    };
    let local = records.find(&key.id)?;
    let before = local.as_ref().map(|stored| stored.json.as_str());
    let version = || before.and_then(|json| ledger.form.version_of(&key.table, json));
    if seen && row.version.is_some() && version() == row.version {
        return Ok(Change::Nothing);
    }
    let json = ledger.form.store(&key.table, before, entry).map_err(|refused| unstorable(&refused.message))?;
    if before.is_some_and(|before| ledger.form.unchanged(&key.table, before, &json)) {
        return Ok(Change::Nothing);
    }
    records.put(local.map(|stored| stored.id), &json)?;
    Ok(Change::Stored)
}

fn remove_row(records: &mut Keyed<'_>, id: &str) -> Result<Change, Error> {
    match records.find(id)? {
        Some(stored) if records.remove(stored.id)? => Ok(Change::Removed),
        _ => Ok(Change::Nothing),
    }
}
