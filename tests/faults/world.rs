//! Tabs on one disk, and who goes next.

use crate::medium::{Disk, Fate, Handle};
use crate::model::{Model, Row, body, keys};
use futures::executor::LocalPool;
use futures::future::{AbortHandle, Abortable};
use futures::task::LocalSpawnExt;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;
use tureen::database::{Database, Durability, Error, OpenOptions, Paging};
use tureen::pager::{self, Pager};

/// What a tab is asked to do. One that is not open is opened instead.
#[derive(Debug, Clone, PartialEq)]
pub enum Op {
    /// This many writes at once, of this many bytes each.
    Write(usize, usize),
    Read,
    Refresh,
    /// By a tab of its own.
    Fold,
    /// To one of [`keys`].
    ChangeKey(usize),
    Close,
    /// Drops the future of one write.
    Drop(usize),
}

/// What happens at a gate, beyond [`Fate`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    Go(Fate),
    /// It waits until no other does.
    Delay,
    /// Its tab dies.
    KillTab,
    /// All do.
    KillAll,
}

#[derive(Default)]
struct Tab {
    database: Rc<RefCell<Option<Database>>>,
    /// Counts the times that any tab was opened.
    life: u64,
    tasks: Vec<AbortHandle>,
    writes: Vec<AbortHandle>,
}

/// Tells that a task ended, however it did.
struct Running(Rc<Cell<usize>>);

impl Running {
    fn new(count: &Rc<Cell<usize>>) -> Self {
        count.set(count.get() + 1);
        Self(count.clone())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

/// No history takes as many steps: one that does goes round in circles.
const ENDLESS: usize = 20_000;

pub struct World {
    pub disk: Rc<Disk>,
    pub model: Rc<RefCell<Model>>,
    pub steps: usize,
    pool: LocalPool,
    tabs: Vec<Tab>,
    lives: u64,
    running: Rc<Cell<usize>>,
    key_changes: Rc<Cell<usize>>,
    /// What happens at the step of this number, instead of nothing.
    pub plan: Vec<(usize, Turn)>,
}

fn options(key: usize) -> OpenOptions {
    OpenOptions {
        name: "pantry".into(),
        key: keys()[key].clone(),
        durability: Durability::Strict,
        ..OpenOptions::default()
    }
}

pub fn rows(database: &Database) -> Vec<Row> {
    try_rows(database).unwrap()
}

pub fn try_rows(database: &Database) -> Result<Vec<Row>, Error> {
    let (check, rows) = database.read(|connection| -> Result<(String, Vec<Row>), Error> {
        let check = connection.query_row("pragma integrity_check", [], |row| row.get(0))?;
        if !connection.table_exists(None, "entry")? {
            return Ok((check, Vec::new()));
        }
        let mut statement = connection.prepare("select n, id, body from entry order by n")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        Ok((check, rows.collect::<Result<_, _>>()?))
    })?;
    assert_eq!(check, "ok");
    Ok(rows)
}

pub async fn write(database: &Database, id: i64, size: usize) -> Result<i64, Error> {
    let body = body(id, size);
    database
        .write(move |tx| {
            tx.execute_batch(
                "create table if not exists entry (n integer primary key, id integer not null unique, body blob)",
            )?;
            tx.execute("insert into entry (id, body) values (?, ?)", (id, &body))?;
            Ok(tx.last_insert_rowid())
        })
        .await
}

/// Opens the store with the key that is thought to be right, or another if it is not.
async fn open(disk: &Rc<Disk>, tab: usize, candidates: &BTreeSet<usize>) -> Result<Database, Error> {
    let others = (0..keys().len()).filter(|key| !candidates.contains(key));
    let mut result = Err(Error::Busy);
    for key in candidates.iter().copied().chain(others) {
        result = Database::open_on(Rc::new(Handle::new(disk, tab)), options(key)).await;
        if !matches!(result, Err(Error::Pager(pager::Error::WrongKey { .. }))) {
            break;
        }
    }
    result
}

impl World {
    pub fn new(tabs: usize, key: usize) -> Self {
        let model = Model::new(key);
        Self {
            disk: Rc::default(),
            model: Rc::new(RefCell::new(model)),
            steps: 0,
            pool: LocalPool::new(),
            tabs: (0..tabs).map(|_| Tab::default()).collect(),
            lives: 0,
            running: Rc::default(),
            key_changes: Rc::default(),
            plan: Vec::new(),
        }
    }

    fn spawn(&mut self, tab: usize, task: impl Future<Output = ()> + 'static) -> AbortHandle {
        let (handle, registration) = AbortHandle::new_pair();
        let running = Running::new(&self.running);
        let task = Abortable::new(task, registration);
        let spawned = self.pool.spawner().spawn_local(async move {
            // Whether it was broken off is for the model to bear.
            let _ = task.await;
            drop(running);
        });
        spawned.unwrap();
        self.tabs[tab].tasks.push(handle.clone());
        handle
    }

    fn kill(&mut self, tab: usize) {
        let tab = &mut self.tabs[tab];
        tab.tasks.drain(..).for_each(|task| task.abort());
        tab.writes.clear();
        self.pool.run_until_stalled();
        // What opening it would have put there must not come after all.
        tab.database = Rc::default();
    }

    fn open(&mut self, tab: usize) {
        self.kill(tab);
        self.lives += 1;
        self.tabs[tab].life = self.lives;
        let (disk, model, slot, life) =
            (self.disk.clone(), self.model.clone(), self.tabs[tab].database.clone(), self.lives);
        self.spawn(tab, async move {
            let candidates = model.borrow().keys.clone();
            match open(&disk, tab, &candidates).await {
                Ok(database) => *slot.borrow_mut() = Some(database),
                Err(error) => model.borrow_mut().failed(life, &error),
            }
        });
    }

    /// Has one page in so many be lost that is read in the middle of a statement; none: no page is.
    pub fn lose_pages(&mut self, one_in: u64) {
        self.disk.pages_lost.set(one_in);
        self.model.borrow_mut().has_failed |= one_in > 0;
    }

    /// Begins `op`.
    pub fn begin(&mut self, tab: usize, op: &Op) {
        self.pool.run_until_stalled();
        let life = self.tabs[tab].life;
        let Some(database) = self.lively(tab) else { return self.open(tab) };
        let model = self.model.clone();
        match *op {
            Op::Write(count, size) => (0..count).for_each(|_| self.begin_write(tab, &database, size)),
            Op::Read => match try_rows(&database) {
                Ok(rows) => model.borrow().check_view(&rows, life),
                // Whoever can wait reads again.
                Err(Error::Pager(pager::Error::Stale(_))) => {}
                Err(error) => model.borrow_mut().failed(life, &error),
            },
            Op::Refresh => drop(self.spawn(tab, async move {
                if let Err(error) = database.refresh().await {
                    model.borrow_mut().failed(life, &error);
                }
            })),
            Op::Fold => self.begin_fold(tab),
            Op::ChangeKey(key) => self.begin_key_change(tab, database, key),
            Op::Close => {
                self.tabs[tab].database.borrow_mut().take();
                self.spawn(tab, async move { database.close().await });
            }
            Op::Drop(which) => {
                let writes = &mut self.tabs[tab].writes;
                if !writes.is_empty() {
                    writes.remove(which % writes.len()).abort();
                }
            }
        }
        self.pool.run_until_stalled();
    }

    fn begin_write(&mut self, tab: usize, database: &Database, size: usize) {
        let (database, model, life) = (database.clone(), self.model.clone(), self.tabs[tab].life);
        let id = model.borrow_mut().asked(life, size);
        let handle = self.spawn(tab, async move {
            let answer = write(&database, id, size).await;
            model.borrow_mut().answered(id, &answer);
        });
        self.tabs[tab].writes.push(handle);
    }

    fn begin_fold(&mut self, tab: usize) {
        let (disk, model) = (self.disk.clone(), self.model.clone());
        self.lives += 1;
        let life = self.lives;
        let candidates = model.borrow().keys.clone();
        self.spawn(tab, async move {
            for key in candidates {
                let medium = Rc::new(Handle::new(&disk, tab));
                let opened =
                    Pager::open(medium, "pantry", keys()[key].clone(), Durability::Strict, Paging::default()).await;
                let folded = match opened {
                    Ok(pager) => pager.fold().await,
                    Err(pager::Error::WrongKey { .. }) => continue,
                    Err(error) => Err(error),
                };
                if let Err(error) = folded {
                    model.borrow_mut().failed(life, &error.into());
                }
                return;
            }
        });
    }

    fn begin_key_change(&mut self, tab: usize, database: Database, key: usize) {
        let (model, life, changes) = (self.model.clone(), self.tabs[tab].life, self.key_changes.clone());
        self.spawn(tab, async move {
            let is_alone = changes.get() == 0;
            let _running = Running::new(&changes);
            let (before, number) = {
                let mut model = model.borrow_mut();
                let before = model.keys.clone();
                model.keys.insert(key);
                model.key_changes += 1;
                (before, model.key_changes)
            };
            let changed = database.change_key(keys()[key].clone()).await;
            let mut model = model.borrow_mut();
            let is_alone = is_alone && model.key_changes == number;
            match changed {
                Ok(()) if is_alone => model.keys = BTreeSet::from([key]),
                Ok(()) => {}
                Err(error) => {
                    let is_unknown = matches!(error, Error::Pager(pager::Error::Lost(_)));
                    if is_alone && !is_unknown {
                        model.keys = before;
                    }
                    model.failed(life, &error);
                }
            }
        });
    }

    /// Lets one call go on, the `which`th of those that wait. None is left when it tells so.
    pub fn step(&mut self, which: usize, turn: Turn) -> bool {
        self.pool.run_until_stalled();
        let waiting = self.disk.waiting();
        if waiting.is_empty() {
            return false;
        }
        let index = which % waiting.len();
        let planned = self.plan.iter().find(|(step, _)| *step == self.steps).map(|(_, turn)| *turn);
        self.steps += 1;
        assert!(self.steps < ENDLESS, "it goes round in circles");
        match planned.unwrap_or(turn) {
            Turn::Delay => self.disk.delay(index),
            Turn::Go(fate) => {
                self.model.borrow_mut().has_failed |= fate != Fate::Pass;
                self.disk.release(index, fate);
            }
            Turn::KillTab => self.kill(waiting[index]),
            Turn::KillAll => (0..self.tabs.len()).for_each(|tab| self.kill(tab)),
        }
        self.pool.run_until_stalled();
        true
    }

    /// Lets everything that was begun end.
    pub fn settle(&mut self) {
        while self.step(0, Turn::Go(Fate::Pass)) {}
        assert_eq!(self.running.get(), 0, "something waits for what never comes");
    }

    /// After everything: the store opens with a key that it may have, holds what it must, and the tabs that live agree.
    pub fn check(mut self) -> usize {
        self.settle();
        self.plan.clear();
        self.disk.pages_lost.set(0);
        // A write that was dropped may still wait in memory, and goes to rest with the next thing that its tab does.
        self.refresh_all();
        let at_rest = self.at_rest();
        self.model.borrow().check_at_rest(&at_rest);
        self.refresh_all();
        for tab in 0..self.tabs.len() {
            if let Some(database) = self.lively(tab) {
                assert!(rows(&database) == at_rest, "tab {tab} sees something else");
            }
        }
        for tab in 0..self.tabs.len() {
            self.kill(tab);
        }
        self.model.borrow().acknowledged()
    }

    /// The database of a tab that is open and has the right key, as far as it knows.
    fn lively(&self, tab: usize) -> Option<Database> {
        let is_locked_out = self.model.borrow().locked_out.contains(&self.tabs[tab].life);
        self.tabs[tab].database.borrow().clone().filter(|_| !is_locked_out)
    }

    fn refresh_all(&mut self) {
        for tab in 0..self.tabs.len() {
            if self.lively(tab).is_some() {
                self.begin(tab, &Op::Refresh);
                self.settle();
            }
        }
    }

    fn at_rest(&mut self) -> Vec<Row> {
        let found: Rc<RefCell<Vec<Row>>> = Rc::default();
        let (disk, model, kept) = (self.disk.clone(), self.model.clone(), found.clone());
        self.spawn(0, async move {
            let is_made = disk.contents.borrow().meta.is_some();
            for key in (0..keys().len()).filter(|_| is_made) {
                let opened = Database::open_on(Rc::new(Handle::new(&disk, 0)), options(key)).await;
                match opened {
                    Ok(database) => {
                        assert!(model.borrow().keys.contains(&key), "it opens with key {key}");
                        *kept.borrow_mut() = rows(&database);
                        return;
                    }
                    Err(Error::Pager(pager::Error::WrongKey { .. })) => {}
                    Err(error) => panic!("it does not open: {error}"),
                }
            }
            assert!(!is_made, "no key opens it");
        });
        self.settle();
        found.take()
    }
}
