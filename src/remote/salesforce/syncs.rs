//! The syncs of a store: made, run one after another, stopped, and asked how they stand.

use super::custom::Customs;
use super::down::Ask;
use super::rest::Rest;
use super::state::{self, Kind, State, Status, Which};
use super::up::mark_lost;
use super::{Error, Result};
use crate::database::Database;
use crate::json;
use crate::sync::Turn;
use futures::lock::Mutex;
use std::any::Any;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// The syncs of a store. Clones share them.
#[derive(Clone)]
pub struct Syncs {
    inner: Rc<Inner>,
}

struct Inner {
    ask: Ask,
    /// What keeps the tabs of a store from running syncs at the same time.
    turn: Option<Rc<dyn Turn>>,
    line: Mutex<()>,
    /// Those that this tab runs or is about to, and whether they shall stop.
    active: RefCell<BTreeMap<i64, Rc<Cell<bool>>>>,
}

/// A sync that was begun, and is to be [`Syncs::run`].
pub struct Begun {
    /// Its state: it is running.
    pub state: State,
    /// What it has already: only what was changed after this is fetched.
    pub(super) since: i64,
    pub(super) stop: Rc<Cell<bool>>,
}

/// Who is told how a sync stands.
pub type Tell<'t> = &'t dyn Fn(&State);

impl Syncs {
    /// The syncs of `store`, whose records are those of an org.
    ///
    /// # Errors
    /// Storage that fails.
    pub async fn open(
        store: Database,
        rest: Rest,
        customs: Rc<dyn Customs>,
        turn: Option<Rc<dyn Turn>>,
    ) -> Result<Self> {
        store.write(state::prepare).await?;
        let ask = Ask { rest, store, customs };
        Ok(Self { inner: Rc::new(Inner { ask, turn, line: Mutex::default(), active: RefCell::default() }) })
    }

    /// Says of syncs that broke off with their page that they are stopped: none that runs is there when it is our turn.
    ///
    /// # Errors
    /// Storage that fails.
    pub async fn recover(&self) -> Result<()> {
        let store = self.store();
        let is_open = |state: &State| state.status == Status::Running || !state.in_flight.is_empty();
        let open = move |states: Vec<State>| states.into_iter().filter(is_open).collect::<Vec<_>>();
        if open(store.read_newest(state::all).await?).is_empty() {
            return Ok(());
        }
        let _turn = self.turn().await?;
        let ours: Vec<i64> = self.inner.active.borrow().keys().copied().collect();
        let write = move |tx: &crate::database::Transaction<'_>| {
            for mut state in open(state::all(tx)?) {
                if ours.contains(&state.id) {
                    continue;
                }
                mark_lost(tx, &std::mem::take(&mut state.in_flight))?;
                if state.status == Status::Running {
                    state.end(Status::Stopped, "");
                }
                state.save(tx)?;
            }
            Ok(())
        };
        store.write(write).await
    }

    /// Makes a sync that has not run.
    ///
    /// # Errors
    /// A name that another has; a target or options that are no JSON objects.
    pub async fn create(
        &self,
        kind: Kind,
        target: &str,
        soup: &str,
        options: &str,
        name: Option<&str>,
    ) -> Result<State> {
        let target = json::fields(target).map_or("{}", |_| target);
        let options = json::fields(options).map_or("{}", |_| options);
        let target = completed(target)?;
        let state = State::new(kind, &target, soup, options, name.filter(|name| !name.is_empty()));
        let write = move |tx: &crate::database::Transaction<'_>| {
            let mut state = state.clone();
            if let Some(name) = &state.name
                && state::find(tx, &Which::Name(name.clone()))?.is_some()
            {
                return Err(Error::NameTaken(name.clone()));
            }
            state.save(tx)?;
            Ok(state)
        };
        self.store().write(write).await
    }

    /// How a sync stands; none when there is no such sync.
    ///
    /// # Errors
    /// Storage that fails.
    pub async fn status(&self, which: &Which) -> Result<Option<State>> {
        self.store().read_newest(|conn| state::find(conn, which)).await
    }

    /// Forgets a sync. One that is under way stops.
    ///
    /// # Errors
    /// Storage that fails.
    pub async fn delete(&self, which: Which) -> Result<()> {
        let Some(state) = self.status(&which).await? else { return Ok(()) };
        self.stop(state.id);
        let write = move |tx: &crate::database::Transaction<'_>| {
            let soup = crate::soup::Soup::open(tx, state::SYNCS_SOUP)?;
            soup.remove(tx, &[crate::soup::EntryId(state.id)])?;
            Ok(())
        };
        self.store().write(write).await
    }

    /// Asks a sync that is under way to stop after what it is at.
    pub fn stop(&self, id: i64) {
        if let Some(stop) = self.inner.active.borrow().get(&id) {
            stop.set(true);
        }
    }

    /// Asks every sync that is under way to stop.
    pub fn stop_all(&self) {
        self.inner.active.borrow().values().for_each(|stop| stop.set(true));
    }

    /// Begins a sync, again or for the first time: what it has is not fetched again.
    ///
    /// # Errors
    /// No such sync, or one that is under way.
    pub async fn begin(&self, which: Which) -> Result<Begun> {
        let known = self.status(&which).await?.ok_or_else(|| no_such(&which))?;
        let stop = Rc::new(Cell::new(false));
        if self.inner.active.borrow().contains_key(&known.id) {
            return Err(Error::Running(known.id));
        }
        self.inner.active.borrow_mut().insert(known.id, Rc::clone(&stop));
        let since = match known.status {
            _ if known.stamp < 0 => -1,
            Status::Done => known.stamp,
            // The org's times are those of whole seconds: more of the last one may be on the page that never came.
            _ => known.stamp - 1,
        };
        let write = move |tx: &crate::database::Transaction<'_>| {
            let mut state = state::find(tx, &Which::Id(known.id))?.ok_or_else(|| no_such(&which))?;
            mark_lost(tx, &std::mem::take(&mut state.in_flight))?;
            state.begin();
            state.save(tx)?;
            Ok(state)
        };
        match self.store().write(write).await {
            Ok(state) => Ok(Begun { state, since, stop }),
            Err(error) => {
                self.inner.active.borrow_mut().remove(&known.id);
                Err(error)
            }
        }
    }

    /// Runs a sync to its end, when those before it are done, and gives how it then stands. What it meets is in there.
    pub async fn run(&self, begun: Begun, tell: Tell<'_>) -> State {
        let Begun { mut state, since, stop } = begun;
        let ended = self.in_turn(&mut state, since, &stop, tell).await;
        match ended {
            Ok(status) => state.end(status, ""),
            Err(error) => state.end(Status::Failed, &error.to_string()),
        }
        // A store that is gone, or fails, has nowhere to say so; whoever waits is told all the same.
        let _ = self.save(&state).await;
        self.inner.active.borrow_mut().remove(&state.id);
        tell(&state);
        state
    }

    async fn in_turn(&self, state: &mut State, since: i64, stop: &Cell<bool>, tell: Tell<'_>) -> Result<Status> {
        let _place = self.inner.line.lock().await;
        let _turn = self.turn().await?;
        match state.kind {
            Kind::Down => self.down(state, since, stop, tell).await,
            Kind::Up => self.up(state, stop, tell).await,
        }
    }

    /// Waits for the turn of this tab.
    pub(super) async fn turn(&self) -> Result<Option<Box<dyn Any>>> {
        let Some(turn) = &self.inner.turn else { return Ok(None) };
        Ok(turn.take().await.ok())
    }

    /// Whether a sync is under way in this tab.
    pub(super) fn is_active(&self, id: i64) -> bool {
        self.inner.active.borrow().contains_key(&id)
    }

    pub(super) fn ask(&self) -> &Ask {
        &self.inner.ask
    }

    pub(super) fn store(&self) -> &Database {
        &self.inner.ask.store
    }

    /// Stores how a sync stands, unless it has been deleted.
    pub(super) async fn save(&self, state: &State) -> Result<()> {
        let state = state.clone();
        self.store().write(move |tx| state.clone().save(tx).map(drop)).await
    }
}

pub(super) fn no_such(which: &Which) -> Error {
    Error::NoSuchSync(match which {
        Which::Id(id) => id.to_string(),
        Which::Name(name) => name.clone(),
    })
}

/// A target with the names of its fields, which the original writes into it.
fn completed(target: &str) -> Result<String> {
    let fields = json::fields(target)?;
    let missing = [("idFieldName", "\"Id\""), ("modificationDateFieldName", "\"LastModifiedDate\"")];
    let missing = missing.into_iter().filter(|(name, _)| fields.given(name).is_none());
    let missing: Vec<_> = missing.map(|(name, value)| (name, Some(value.to_owned()))).collect();
    super::record::with(target, &missing)
}
