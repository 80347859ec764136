//! Storage that behaves as IndexedDB does, one decision at a time.
//!
//! Each call is a transaction: it waits to connect, waits to be applied, and waits for its answer. At each of these
//! gates somebody else decides who goes next, and what happens to them.

use futures::future::LocalBoxFuture;
use std::any::Any;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::{poll_fn, ready};
use std::rc::{Rc, Weak};
use std::task::{Poll, Waker};
use tureen::pager::medium::{Append, Appended, AtRest, Birth, Fold, Medium, OneExtent, Swap, Tail};
use tureen::pager::{DeviceKey, Error};

/// What lies at rest.
#[derive(Clone, Default)]
pub struct Contents {
    pub meta: Option<Meta>,
    pub extents: BTreeMap<u32, Rc<[u8]>>,
    pub log: BTreeMap<u64, Rc<[u8]>>,
}

/// The object store `meta`.
#[derive(Clone)]
pub struct Meta {
    pub identity: String,
    pub head: String,
    pub witness: u64,
    pub manifest: Vec<u8>,
    pub device_key: Option<DeviceKey>,
}

/// What happens to a call at a gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Pass,
    /// The connection breaks: before the transaction is applied, or, at the last gate, after it.
    Lost,
    /// No space is left, and the transaction is aborted.
    Full,
    /// Any other reason to abort.
    Fails,
}

/// How far a call has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Connect,
    Apply,
    Answer,
}

#[derive(Default)]
struct Slot {
    fate: Cell<Option<Fate>>,
    waker: RefCell<Option<Waker>>,
}

/// A call that waits. It is gone when its tab is.
struct Gate {
    tab: usize,
    at: At,
    is_late: bool,
    slot: Weak<Slot>,
}

/// The storage that tabs share.
#[derive(Default)]
pub struct Disk {
    pub contents: RefCell<Contents>,
    gates: RefCell<Vec<Gate>>,
    is_calm: bool,
    /// One in so many pages that are read in the middle of a statement is lost; none: no page is.
    pub pages_lost: Cell<u64>,
    pages_read: Cell<u64>,
}

impl Disk {
    /// One where nobody waits at any gate.
    pub fn calm() -> Rc<Self> {
        Rc::new(Self { is_calm: true, ..Self::default() })
    }

    /// The tabs whose calls wait, in the order in which they came to their gates.
    pub fn waiting(&self) -> Vec<usize> {
        let mut gates = self.gates.borrow_mut();
        gates.retain(|gate| gate.slot.strong_count() > 0);
        // Late ones come last: a stable sort keeps the order of the rest.
        gates.sort_by_key(|gate| gate.is_late);
        gates.iter().map(|gate| gate.tab).collect()
    }

    /// Lets the call at `index` of [`Disk::waiting`] go on.
    pub fn release(&self, index: usize, fate: Fate) {
        let gate = self.gates.borrow_mut().remove(index);
        // An answer can only arrive or not: the transaction was complete before.
        let fate = if gate.at == At::Answer && fate != Fate::Lost { Fate::Pass } else { fate };
        if let Some(slot) = gate.slot.upgrade() {
            slot.fate.set(Some(fate));
            if let Some(waker) = slot.waker.take() {
                waker.wake();
            }
        }
    }

    /// Lets the call at `index` wait until no other does.
    pub fn delay(&self, index: usize) {
        self.gates.borrow_mut()[index].is_late = true;
    }

    /// Whether the page that is being read cannot be.
    fn loses_page(&self) -> bool {
        self.pages_read.set(self.pages_read.get() + 1);
        self.pages_lost.get() > 0 && self.pages_read.get().is_multiple_of(self.pages_lost.get())
    }

    async fn gate(&self, tab: usize, at: At) -> Fate {
        if self.is_calm {
            return Fate::Pass;
        }
        let slot = Rc::new(Slot::default());
        self.gates.borrow_mut().push(Gate { tab, at, is_late: false, slot: Rc::downgrade(&slot) });
        poll_fn(|context| match slot.fate.take() {
            Some(fate) => Poll::Ready(fate),
            None => {
                *slot.waker.borrow_mut() = Some(context.waker().clone());
                Poll::Pending
            }
        })
        .await
    }
}

/// One tab's handle on a [`Disk`].
pub struct Handle {
    disk: Rc<Disk>,
    tab: usize,
    is_open: Cell<bool>,
    /// Whether nothing was committed over this connection yet.
    is_new: Cell<bool>,
}

impl Handle {
    pub fn new(disk: &Rc<Disk>, tab: usize) -> Self {
        Self { disk: disk.clone(), tab, is_open: Cell::new(false), is_new: Cell::new(true) }
    }

    /// One transaction over one connection.
    async fn transaction<T>(&self, work: impl FnOnce(&mut Contents) -> T) -> Result<T, Error> {
        if !self.is_open.get() {
            match self.disk.gate(self.tab, At::Connect).await {
                Fate::Pass => {}
                Fate::Full => return Err(Error::Full),
                Fate::Lost | Fate::Fails => return Err(Error::Refused("it does not open".into())),
            }
            self.is_open.set(true);
            self.is_new.set(true);
        }
        let result = match self.disk.gate(self.tab, At::Apply).await {
            Fate::Pass => {
                let result = work(&mut self.disk.contents.borrow_mut());
                match self.disk.gate(self.tab, At::Answer).await {
                    Fate::Pass => Ok(result),
                    _ => Err(Error::Lost("after it was applied".into())),
                }
            }
            Fate::Lost => Err(Error::Lost("before it was applied".into())),
            Fate::Full => Err(Error::Full),
            Fate::Fails => Err(Error::Storage("it was aborted".into())),
        };
        if matches!(result, Err(Error::Lost(_))) {
            self.is_open.set(false);
        }
        result
    }

    /// A transaction that reads is tried again over a new connection.
    async fn reading<T>(&self, work: impl Fn(&Contents) -> T) -> Result<T, Error> {
        match self.transaction(|contents| work(contents)).await {
            Err(Error::Lost(_)) => self.transaction(|contents| work(contents)).await,
            result => result,
        }
    }
}

impl Medium for Handle {
    fn load(&self, most: u32) -> LocalBoxFuture<'_, Result<Option<AtRest>, Error>> {
        Box::pin(self.reading(move |contents| {
            let extents = || contents.extents.iter().map(|(&index, extent)| (index, extent.to_vec())).collect();
            contents.meta.clone().map(|meta| AtRest {
                identity: meta.identity,
                head: meta.head,
                witness: meta.witness,
                manifest: meta.manifest,
                device_key: meta.device_key,
                extents: (contents.extents.len() <= most as usize).then(extents),
                records: contents.log.iter().map(|(&number, record)| (number, record.to_vec())).collect(),
            })
        }))
    }

    /// Nobody else decides how this goes: the statement that needs the page holds up everything until it has it.
    fn extent(&self, index: u32) -> LocalBoxFuture<'_, Result<Option<OneExtent>, Error>> {
        if self.disk.loses_page() {
            return Box::pin(ready(Err(Error::Lost("while a page was read".into()))));
        }
        let contents = self.disk.contents.borrow();
        let extent = || contents.extents.get(&index).map(|extent| extent.to_vec());
        let found = contents.meta.as_ref().map(|meta| OneExtent { head: meta.head.clone(), extent: extent() });
        Box::pin(ready(Ok(found)))
    }

    fn create(&self, birth: Birth) -> LocalBoxFuture<'_, Result<Swap, Error>> {
        Box::pin(self.transaction(move |contents| {
            if contents.meta.is_some() {
                return Swap::Behind;
            }
            let Birth { identity, head, manifest, device_key } = birth;
            contents.meta = Some(Meta { identity, head, witness: 0, manifest, device_key });
            Swap::Done
        }))
    }

    fn since(&self, commit: u64) -> LocalBoxFuture<'_, Result<Option<Tail>, Error>> {
        Box::pin(self.reading(move |contents| {
            let records = contents.log.range(commit + 1..).map(|(&number, record)| (number, record.to_vec())).collect();
            contents.meta.as_ref().map(|meta| Tail { head: meta.head.clone(), records })
        }))
    }

    fn append<'a>(&'a self, append: Append<'a>) -> LocalBoxFuture<'a, Result<Appended, Error>> {
        Box::pin(async move {
            let appended = self.transaction(|contents| {
                let Some(meta) = &mut contents.meta else { return Appended::Refused };
                let is_another = self.is_new.get() && meta.head != append.expected;
                if is_another || contents.log.contains_key(&append.number) {
                    return Appended::Refused;
                }
                contents.log.insert(append.number, append.record.into());
                if append.witness {
                    meta.witness = append.number;
                }
                Appended::Put(meta.head.clone())
            });
            let appended = appended.await?;
            if matches!(appended, Appended::Put(_)) {
                self.is_new.set(false);
            }
            Ok(appended)
        })
    }

    fn fold<'a>(&'a self, fold: Fold<'a>) -> LocalBoxFuture<'a, Result<Swap, Error>> {
        Box::pin(self.transaction(move |contents| {
            let Some(meta) = &mut contents.meta else { return Swap::Behind };
            let is_newest = contents.log.range(fold.newest + 1..).next().is_none();
            if fold.expected != Some(&meta.head) || !is_newest {
                return Swap::Behind;
            }
            if let Some((identity, device_key)) = fold.birth {
                meta.identity = identity.to_owned();
                meta.device_key = device_key.cloned();
            }
            meta.head = fold.head.to_owned();
            meta.witness = fold.witness;
            meta.manifest = fold.manifest.to_vec();
            contents.extents.retain(|&index, _| index < fold.extent_count);
            contents.extents.extend(fold.extents.iter().map(|(index, extent)| (*index, Rc::from(&extent[..]))));
            contents.log.clear();
            Swap::Done
        }))
    }

    fn destroy(&self) -> LocalBoxFuture<'_, Result<(), Error>> {
        Box::pin(self.transaction(|contents| *contents = Contents::default()))
    }

    fn close(&self) {
        self.is_open.set(false);
    }

    fn announce(&self) {}

    fn listen(&self, _heard: Box<dyn Fn()>) {}

    fn turn(&self) -> LocalBoxFuture<'_, Option<Box<dyn Any>>> {
        Box::pin(async { None })
    }
}
