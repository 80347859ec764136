//! SQLite's pages, committed as sealed records of one IndexedDB transaction each.
//!
//! ```text
//! SQLite ── vfs ── page ── record ── seal ── medium (IndexedDB, file, memory)
//!                    └──── extent ────┘
//! ```
//!
//! *A commit is one record*: the ranges of bytes that changed, compressed, sealed under the tag of the record before,
//! and added under the next number, which no other commit can have ([`head`]). It is durable when that
//! transaction is complete, and not before; until then the pages remember what they were ([`page`]), so that a commit
//! that fails leaves no trace. Now and then the log is *folded* into extents of a mebibyte. Whoever opens the store, or
//! is told by another tab that there is something new, reads what it has not seen and takes it over.

mod archive;
mod base;
mod clock;
mod codec;
mod error;
mod extent;
mod fold;
mod head;
mod key;
pub mod medium;
mod open;
mod page;
mod paging;
mod record;
mod seal;
mod vfs;

pub use error::Error;
pub use fold::FoldNeed;
pub use key::{DeviceKey, Key};
pub use medium::{Durability, Medium};
pub use page::PAGE_SIZE;
pub use paging::Paging;
pub use seal::KEY_BYTES;

use base::Base;
use extent::Manifest;
use head::{Head, Identity};
use medium::{Append, Appended};
use page::Pages;
use record::Record;
use rusqlite::Connection;
use seal::{Kind, Label, Seal, Tag};
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;

/// How many commits may be cut off the log's end unnoticed, less one: noting each would cost a tenth of its time.
const WITNESS_EVERY: u64 = 16;

/// One open store's pages.
pub struct Pager {
    pages: Rc<RefCell<Pages>>,
    base: Rc<Base>,
    paging: Paging,
    key: RefCell<Key>,
    durability: Cell<Durability>,
    mounted: vfs::Mounted,
    is_new: bool,
}

/// Where in the store's history the pages stand, and what is needed to go on from there.
#[derive(Clone)]
struct Place {
    identity: Identity,
    head: Head,
    /// The newest commit's number; 0 before the first.
    commit: u64,
    /// Its tag.
    tag: Tag,
    manifest: Manifest,
    /// Bytes and number of commits since the fold.
    log_bytes: u64,
    log_length: u64,
    seal: Rc<Seal>,
}

impl Place {
    /// Right after the fold that `head` tells of, before its manifest is read or written.
    fn at(identity: Identity, head: Head, seal: Seal) -> Self {
        let (tag, manifest) = (Tag::default(), Manifest::default());
        Self { identity, head, commit: head.fold, tag, manifest, log_bytes: 0, log_length: 0, seal: Rc::new(seal) }
    }

    fn label(&self, kind: Kind, number: u64, index: u32, predecessor: Tag) -> Label {
        let (store, generation) = (self.identity.store, self.head.generation);
        Label { store, kind, generation, number, index, predecessor }
    }

    /// The label of the commit after this place.
    fn next_label(&self) -> Label {
        self.label(Kind::Record, self.commit + 1, 0, self.tag)
    }

    /// Moves past a commit whose sealed record is `length` bytes long.
    fn advance(&mut self, tag: Tag, length: usize) {
        self.commit += 1;
        self.tag = tag;
        self.log_bytes += length as u64;
        self.log_length += 1;
    }
}

/// A commit as it leaves the pages, before it is sealed.
pub struct Staged {
    payload: Vec<u8>,
}

/// How a commit ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is durable.
    Durable,
    /// Another tab was first: nothing is kept. [`Pager::fetch`] what it did, and try again.
    Behind,
}

/// What other tabs committed, read and opened, not taken over yet.
pub struct News {
    steps: Vec<(Record, Tag, usize)>,
    whole: Option<Box<open::Image>>,
}

/// What taking over the [`News`] changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Touched {
    /// The names that the commits touched.
    pub names: BTreeSet<String>,
    /// Whether anything at all may have changed.
    pub everything: bool,
}

impl News {
    /// Whether there is nothing to take over.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty() && self.whole.is_none()
    }
}

/// What SQLite needs of its surroundings where it keeps its pages to itself, and no store is made of them.
pub struct Unkept {
    mounted: vfs::Mounted,
}

impl Unkept {
    /// Surroundings for one connection.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn new() -> Result<Self, Error> {
        Ok(Self { mounted: vfs::Mounted::new(Rc::default(), None).map_err(Error::Storage)? })
    }

    /// The connection, on an empty database. It must be dropped before this.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn connect(&self) -> rusqlite::Result<Connection> {
        self.mounted.connect_to_nothing()
    }
}

impl Pager {
    /// A SQLite connection on the pages. It must be dropped before the pager.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn connect(&self) -> rusqlite::Result<Connection> {
        self.mounted.connect()
    }

    /// The store's name.
    pub fn name(&self) -> &str {
        &self.base.name
    }

    /// Whether opening has made it, because nothing lay there.
    pub fn is_new(&self) -> bool {
        self.is_new
    }

    /// Where its records lie.
    pub fn medium(&self) -> &Rc<dyn Medium> {
        &self.base.medium
    }

    /// Whether pages are read on demand, so that a statement may have to wait.
    pub fn is_paged(&self) -> bool {
        self.pages.borrow().is_paged()
    }

    /// Whether a page could not be read since [`Pager::take_failure`] was last asked.
    pub fn has_failed(&self) -> bool {
        self.base.has_failed()
    }

    /// Why a page could not be read since this was last asked: what a statement then came to does not count.
    pub fn take_failure(&self) -> Option<Error> {
        self.base.take_failure()
    }

    /// The number of the newest durable commit.
    pub fn commit_number(&self) -> u64 {
        self.base.place.borrow().commit
    }

    /// Whether anything is changed since the last [`Pager::stage`].
    pub fn is_dirty(&self) -> bool {
        self.pages.borrow().is_dirty()
    }

    /// Collects what changed since the last call, as a commit that touched `names`; later changes belong to the next
    /// one. Nothing when nothing changed.
    pub fn stage(&self, names: &BTreeSet<String>) -> Option<Staged> {
        let mut pages = self.pages.borrow_mut();
        if !pages.is_dirty() {
            return None;
        }
        let payload = record::encode(names, &pages);
        pages.open_layer();
        Some(Staged { payload })
    }

    /// Makes a staged commit durable.
    ///
    /// # Errors
    /// Why it could not be: then it is not, and the caller must [`Pager::roll_back`].
    pub async fn commit(&self, staged: &Staged) -> Result<Outcome, Error> {
        let place = self.base.place.borrow().clone();
        let sealed = place.seal.seal(&place.next_label(), &staged.payload).await?;
        let number = place.commit + 1;
        let append = Append {
            expected: &place.head.text(),
            number,
            witness: number.is_multiple_of(WITNESS_EVERY),
            record: &sealed,
            durability: self.durability.get(),
        };
        let appended = match self.base.medium.append(append).await {
            Err(Error::Lost(_)) => self.after_loss(&place.head, append).await?,
            appended => appended?,
        };
        match appended {
            Appended::Put(found) if place.head.admits(number, &Head::parse(&found, self.name())?) => {}
            _ => return Ok(Outcome::Behind),
        }
        self.base.place.borrow_mut().advance(seal::tag(&sealed), sealed.len());
        self.pages.borrow_mut().settle_oldest();
        Ok(Outcome::Durable)
    }

    /// The connection broke during a commit, so that nobody knows whether it is at rest: look, and put it if not. When
    /// that cannot be seen, the loss is what the caller is told.
    async fn after_loss(&self, built_on: &Head, append: Append<'_>) -> Result<Appended, Error> {
        let tail = self.base.medium.since(append.number - 1).await.map_err(Error::unseen)?;
        let tail = tail.ok_or_else(|| Error::Gone(self.name().to_owned()))?;
        match tail.records.first() {
            Some((number, record)) if *number == append.number && record == append.record => {
                Ok(Appended::Put(tail.head))
            }
            // With this commit or without it: to put it again might do it twice.
            _ if !built_on.admits(append.number, &Head::parse(&tail.head, self.name())?) => {
                Err(Error::Lost("another tab has folded the log since".into()))
            }
            _ => self.base.medium.append(append).await,
        }
    }

    /// Undoes everything that is not durable. Connections must be opened anew: SQLite cannot know.
    pub fn roll_back(&self) {
        self.pages.borrow_mut().roll_back();
    }

    /// Reads what other tabs committed since.
    ///
    /// # Errors
    /// A damaged or vanished store, or storage that fails.
    pub async fn fetch(&self) -> Result<News, Error> {
        let mut place = self.base.place.borrow().clone();
        let gone = || Error::Gone(self.name().to_owned());
        let tail = self.base.medium.since(place.commit).await?.ok_or_else(gone)?;
        let head = Head::parse(&tail.head, self.name())?;
        if head.store != place.identity.store {
            return Err(gone());
        }
        // Another tab may have folded just what this one has: without commits to take over, the new head and manifest
        // are the news, or every swap from here on would be refused.
        // A paged one reads extents by its manifest, and the new one costs it little.
        let is_behind = head.fold > place.commit || tail.records.is_empty() || self.is_paged();
        let is_folded = head != place.head && is_behind;
        if head.generation != place.head.generation || is_folded {
            let at_rest = self.base.medium.load(self.paging.most_preloaded()).await?.ok_or_else(gone)?;
            let key = self.key.borrow().clone();
            let image = open::Image::read(self.name(), at_rest, &key, self.paging).await?;
            if image.place.identity.store != place.identity.store {
                return Err(gone());
            }
            if image.place.commit < place.commit {
                return Err(open::damaged(self.name(), format!("commit {} is missing", place.commit)));
            }
            return Ok(News { steps: Vec::new(), whole: Some(Box::new(image)) });
        }
        let mut steps = Vec::new();
        for (number, sealed) in &tail.records {
            let (record, tag) = open::open_record(self.name(), &place, *number, sealed).await?;
            place.advance(tag, sealed.len());
            steps.push((record, tag, sealed.len()));
        }
        Ok(News { steps, whole: None })
    }

    /// Takes over what [`Pager::fetch`] read. Whatever is not durable must be rolled back before.
    pub fn adopt(&self, news: News) -> Touched {
        if let Some(image) = news.whole {
            *self.pages.borrow_mut() = image.pages;
            *self.base.place.borrow_mut() = image.place;
            return Touched { everything: true, ..Touched::default() };
        }
        let mut touched = Touched::default();
        let (mut pages, mut place) = (self.pages.borrow_mut(), self.base.place.borrow_mut());
        for (record, tag, length) in news.steps {
            record.apply(&mut pages);
            place.advance(tag, length);
            touched.names.extend(record.names);
        }
        touched
    }

    /// Removes the store for good.
    ///
    /// # Errors
    /// Storage that fails.
    pub async fn destroy(&self) -> Result<(), Error> {
        self.base.medium.destroy().await
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
