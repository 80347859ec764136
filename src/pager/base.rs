//! What lies folded, read one extent at a time: the source of the pages that are not in memory.
//!
//! Another tab may fold while this one goes by an older manifest. The extents that it rewrote are then others than those
//! the manifest lists. A tag tells so, and the head, read in the same transaction, tells a fold from damage: what was
//! being done is broken off, the new manifest is taken over, and it is done again ([`Error::Stale`]).

use super::head::Head;
use super::medium::Medium;
use super::open::{damaged, unreadable};
use super::seal::{self, Kind, Label, Seal, Tag};
use super::{Error, Place};
use std::cell::RefCell;
use std::rc::Rc;

/// The folded pages of a store.
pub(super) struct Base {
    pub name: String,
    pub medium: Rc<dyn Medium>,
    pub place: RefCell<Place>,
    /// Why a page could not be read, in the middle of a statement: SQLite passes on no more than that it was not.
    failure: RefCell<Option<Error>>,
}

impl Base {
    pub(super) fn new(name: String, medium: Rc<dyn Medium>, place: Place) -> Self {
        Self { name, medium, place: RefCell::new(place), failure: RefCell::default() }
    }

    /// The bytes of extent `index`.
    pub(super) async fn read(&self, index: u32) -> Result<Vec<u8>, Error> {
        let (wanted, head) = {
            let place = self.place.borrow();
            (Wanted::of(&self.name, &place, index)?, place.head)
        };
        let gone = || Error::Gone(self.name.clone());
        let found = self.medium.extent(index).await?.ok_or_else(gone)?;
        if found.extent.as_deref().is_none_or(|sealed| !wanted.is(sealed)) {
            let now = Head::parse(&found.head, &self.name)?;
            if now.store != head.store {
                return Err(gone());
            }
            if now != head {
                return Err(Error::Stale(self.name.clone()));
            }
        }
        wanted.open(&self.name, found.extent.as_deref()).await
    }

    /// Keeps why a page could not be read, for whoever runs the statement. The first reason counts.
    pub(super) fn fail(&self, error: Error) {
        self.failure.borrow_mut().get_or_insert(error);
    }

    /// Whether there is such a reason.
    pub(super) fn has_failed(&self) -> bool {
        self.failure.borrow().is_some()
    }

    /// Why a page could not be read since this was last asked.
    pub(super) fn take_failure(&self) -> Option<Error> {
        self.failure.take()
    }
}

/// An extent as the manifest lists it, and what opens it.
pub(super) struct Wanted {
    index: u32,
    tag: Tag,
    label: Label,
    length: usize,
    seal: Rc<Seal>,
}

impl Wanted {
    pub(super) fn of(name: &str, place: &Place, index: u32) -> Result<Self, Error> {
        let written = place.manifest.extents.get(index as usize).ok_or_else(|| missing(name, index))?;
        let label = place.label(Kind::Extent, written.fold, index, Tag::default());
        Ok(Self { index, tag: written.tag, label, length: place.manifest.length(index), seal: place.seal.clone() })
    }

    fn is(&self, sealed: &[u8]) -> bool {
        seal::tag(sealed) == self.tag
    }

    pub(super) async fn open(&self, name: &str, sealed: Option<&[u8]>) -> Result<Vec<u8>, Error> {
        let sealed = sealed.ok_or_else(|| missing(name, self.index))?;
        let other = || damaged(name, format!("extent {} is not the one that was written", self.index));
        if !self.is(sealed) {
            return Err(other());
        }
        let what = format!("extent {}", self.index);
        let bytes = self.seal.open(&self.label, sealed).await.map_err(|error| unreadable(name, &what, error))?;
        if bytes.len() == self.length { Ok(bytes) } else { Err(other()) }
    }
}

fn missing(name: &str, index: u32) -> Error {
    damaged(name, format!("extent {index} is missing"))
}
