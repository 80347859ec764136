//! A store in memory, which several handles (tabs) may share, and which can be told to fail.

use super::{Append, Appended, AtRest, Birth, Error, Fold, LocalBoxFuture, Medium, OneExtent, Swap, Tail};
use crate::pager::key::DeviceKey;
use std::any::Any;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

/// What the next call shall do instead of succeeding.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// Change nothing and report this.
    Refuse(Error),
    /// Do it, and report this all the same: the answer was lost.
    Forget(Error),
}

#[derive(Clone, Default)]
struct Contents {
    meta: Option<(String, String, Vec<u8>, Option<DeviceKey>)>,
    witness: u64,
    /// Counts how often the store was removed.
    life: u64,
    extents: BTreeMap<u32, Vec<u8>>,
    log: BTreeMap<u64, Vec<u8>>,
}

type Listener = Rc<dyn Fn()>;

#[derive(Default)]
struct Shared {
    contents: RefCell<Contents>,
    listeners: RefCell<Vec<(usize, Listener)>>,
    handles: Cell<usize>,
}

/// One handle on a store in memory.
#[derive(Default)]
pub struct MemoryMedium {
    shared: Rc<Shared>,
    handle: usize,
    /// In which life of the store this handle read it last.
    life: Cell<u64>,
    faults: RefCell<VecDeque<Option<Fault>>>,
    lost: RefCell<Option<Error>>,
}

impl MemoryMedium {
    /// A store that does not exist yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Another handle on the same store, as another tab has one.
    pub fn another(&self) -> Self {
        let handle = self.shared.handles.get() + 1;
        self.shared.handles.set(handle);
        Self { shared: self.shared.clone(), handle, ..Self::default() }
    }

    /// An independent store with the same contents, as a copy of the disk has them.
    pub fn copy(&self) -> Self {
        let copy = Self::default();
        *copy.shared.contents.borrow_mut() = self.shared.contents.borrow().clone();
        copy
    }

    /// What the next calls that write shall do, in order; `None` lets one through.
    pub fn fail_next(&self, faults: impl IntoIterator<Item = Option<Fault>>) {
        self.faults.borrow_mut().extend(faults);
    }

    /// Why no single extent can be read, from now on; none: they can.
    pub fn lose_extents(&self, error: Option<Error>) {
        *self.lost.borrow_mut() = error;
    }

    /// Changes what lies at rest behind the pager's back: every value with its place's name.
    pub fn tamper(&self, mut change: impl FnMut(&str, &mut Vec<u8>)) {
        let mut contents = self.shared.contents.borrow_mut();
        if let Some((_, _, manifest, _)) = &mut contents.meta {
            change("manifest", manifest);
        }
        for (index, extent) in &mut contents.extents {
            change(&format!("extent {index}"), extent);
        }
        for (number, record) in &mut contents.log {
            change(&format!("record {number}"), record);
        }
    }

    /// Removes a commit behind the pager's back.
    pub fn drop_record(&self, number: u64) {
        self.shared.contents.borrow_mut().log.remove(&number);
    }

    /// How many commits and extents there are.
    pub fn counts(&self) -> (usize, usize) {
        let contents = self.shared.contents.borrow();
        (contents.log.len(), contents.extents.len())
    }

    fn write<T>(&self, work: impl FnOnce(&mut Contents) -> T) -> Result<T, Error> {
        match self.faults.borrow_mut().pop_front().flatten() {
            None => Ok(work(&mut self.shared.contents.borrow_mut())),
            Some(Fault::Refuse(error)) => Err(error),
            Some(Fault::Forget(error)) => {
                work(&mut self.shared.contents.borrow_mut());
                Err(error)
            }
        }
    }
}

/// Lets the others run once, so that calls interleave as they do over IndexedDB.
async fn pause() {
    let mut first = true;
    futures::future::poll_fn(move |context| {
        if std::mem::take(&mut first) {
            context.waker().wake_by_ref();
            return std::task::Poll::Pending;
        }
        std::task::Poll::Ready(())
    })
    .await;
}

impl Medium for MemoryMedium {
    fn load(&self, most: u32) -> LocalBoxFuture<'_, Result<Option<AtRest>, Error>> {
        Box::pin(async move {
            pause().await;
            let contents = self.shared.contents.borrow().clone();
            self.life.set(contents.life);
            Ok(contents.meta.map(|(identity, head, manifest, device_key)| AtRest {
                identity,
                head,
                manifest,
                witness: contents.witness,
                device_key,
                extents: (contents.extents.len() <= most as usize).then(|| contents.extents.into_iter().collect()),
                records: contents.log.into_iter().collect(),
            }))
        })
    }

    fn extent(&self, index: u32) -> LocalBoxFuture<'_, Result<Option<OneExtent>, Error>> {
        if let Some(error) = self.lost.borrow().clone() {
            return Box::pin(std::future::ready(Err(error)));
        }
        let contents = self.shared.contents.borrow();
        let extent = || contents.extents.get(&index).cloned();
        let found = contents.meta.as_ref().map(|(_, head, ..)| OneExtent { head: head.clone(), extent: extent() });
        Box::pin(std::future::ready(Ok(found)))
    }

    fn create(&self, birth: Birth) -> LocalBoxFuture<'_, Result<Swap, Error>> {
        Box::pin(async {
            pause().await;
            self.write(|contents| {
                if contents.meta.is_some() {
                    return Swap::Behind;
                }
                contents.meta = Some((birth.identity, birth.head, birth.manifest, birth.device_key));
                Swap::Done
            })
        })
    }

    fn since(&self, commit: u64) -> LocalBoxFuture<'_, Result<Option<Tail>, Error>> {
        Box::pin(async move {
            pause().await;
            let contents = self.shared.contents.borrow();
            let Some((_, head, ..)) = &contents.meta else { return Ok(None) };
            let records = contents.log.range(commit + 1..).map(|(&number, record)| (number, record.clone()));
            Ok(Some(Tail { head: head.clone(), records: records.collect() }))
        })
    }

    fn append<'a>(&'a self, append: Append<'a>) -> LocalBoxFuture<'a, Result<Appended, Error>> {
        Box::pin(async move {
            pause().await;
            self.write(|contents| {
                let Some((_, head, ..)) = &contents.meta else { return Appended::Refused };
                // A removed database takes its connections with it, and a new one looks at the head before it writes.
                if contents.life != self.life.get() || contents.log.contains_key(&append.number) {
                    return Appended::Refused;
                }
                contents.log.insert(append.number, append.record.to_vec());
                if append.witness {
                    contents.witness = append.number;
                }
                Appended::Put(head.clone())
            })
        })
    }

    fn fold<'a>(&'a self, fold: Fold<'a>) -> LocalBoxFuture<'a, Result<Swap, Error>> {
        Box::pin(async move {
            pause().await;
            self.write(|contents| {
                let found = contents.meta.as_ref().map(|(_, head, ..)| head.as_str());
                if found != fold.expected || contents.log.range(fold.newest + 1..).next().is_some() {
                    return Swap::Behind;
                }
                let (identity, head, manifest, device) = contents.meta.get_or_insert_default();
                contents.witness = fold.witness;
                *head = fold.head.to_owned();
                *manifest = fold.manifest.to_vec();
                if let Some((new_identity, new_device)) = fold.birth {
                    *identity = new_identity.to_owned();
                    *device = new_device.cloned();
                }
                contents.extents.retain(|&index, _| index < fold.extent_count);
                contents.extents.extend(fold.extents.iter().cloned());
                contents.log.clear();
                Swap::Done
            })
        })
    }

    fn destroy(&self) -> LocalBoxFuture<'_, Result<(), Error>> {
        Box::pin(async {
            pause().await;
            let mut contents = self.shared.contents.borrow_mut();
            *contents = Contents { life: contents.life + 1, ..Contents::default() };
            Ok(())
        })
    }

    fn close(&self) {
        self.shared.listeners.borrow_mut().retain(|(handle, _)| *handle != self.handle);
    }

    fn announce(&self) {
        let listeners = self.shared.listeners.borrow().clone();
        for (_, heard) in listeners.iter().filter(|(handle, _)| *handle != self.handle) {
            heard();
        }
    }

    fn listen(&self, heard: Box<dyn Fn()>) {
        self.shared.listeners.borrow_mut().push((self.handle, heard.into()));
    }

    fn turn(&self) -> LocalBoxFuture<'_, Option<Box<dyn Any>>> {
        Box::pin(async { None })
    }
}
