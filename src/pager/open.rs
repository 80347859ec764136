//! Opening: the key, the manifest, the extents, then every commit after them, each checked against the one before.

use super::base::{Base, Wanted};
use super::extent::Manifest;
use super::head::{FORMAT, Head, Identity};
use super::key::{self, Key, Lock};
use super::medium::{AtRest, Birth, Durability, Medium, Swap};
use super::page::{Missing, Pages};
use super::paging::Paging;
use super::record::Record;
use super::seal::{self, Kind, OpenError, Seal, Tag};
use super::{Error, Pager, Place, vfs};
use futures::future::try_join_all;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// How often opening starts over because another tab makes or folds the store at the same time.
pub(super) const ATTEMPTS: usize = 4;

impl Pager {
    /// Opens the store that lies in `medium`, or makes it.
    ///
    /// # Errors
    /// A wrong key, a damaged or newer store, or storage that cannot be had. Nothing at rest is changed then.
    pub async fn open(
        medium: Rc<dyn Medium>,
        name: &str,
        key: Key,
        durability: Durability,
        paging: Paging,
    ) -> Result<Self, Error> {
        let (image, is_new) = Self::load_or_create(&*medium, name, &key, paging).await?;
        let pages = Rc::new(RefCell::new(image.pages));
        let base = Rc::new(Base::new(name.to_owned(), medium, image.place));
        let mounted = vfs::Mounted::new(pages.clone(), Some(base.clone())).map_err(Error::Storage)?;
        Ok(Self { pages, base, paging, key: RefCell::new(key), durability: Cell::new(durability), mounted, is_new })
    }

    /// What lies there, and whether it was made just now.
    async fn load_or_create(
        medium: &dyn Medium,
        name: &str,
        key: &Key,
        paging: Paging,
    ) -> Result<(Image, bool), Error> {
        let mut is_new = false;
        for _ in 0..ATTEMPTS {
            match medium.load(paging.most_preloaded()).await? {
                Some(at_rest) => return Ok((Image::read(name, at_rest, key, paging).await?, is_new)),
                // Whoever comes first makes it; either way it is there afterwards.
                None => is_new = medium.create(birth(key).await?).await? == Swap::Done,
            };
        }
        Err(Error::Storage("the store vanishes as soon as it is made".into()))
    }
}

/// What a new store sealed with `key` begins with.
async fn birth(key: &Key) -> Result<Birth, Error> {
    let (place, device_key) = Place::born(key).await?;
    let label = place.label(Kind::Manifest, 0, 0, Tag::default());
    let manifest = place.seal.seal(&label, &place.manifest.encode()).await?;
    Ok(Birth { identity: place.identity.text(), head: place.head.text(), manifest, device_key })
}

impl Place {
    /// The place of a new store, with its device's key if it has one.
    pub(super) async fn born(key: &Key) -> Result<(Self, Option<key::DeviceKey>), Error> {
        let head = Head::birth(store_id()?);
        let Sealed { identity, seal, device_key } = Sealed::fresh(key, head.store, head.generation).await?;
        Ok((Self::at(identity, head, seal), device_key))
    }
}

pub(super) fn store_id() -> Result<[u8; 16], Error> {
    crate::platform::random().map_err(|error| Error::Storage(format!("no random numbers: {error}")))
}

/// A new seal, with the identity that tells of it.
pub(super) struct Sealed {
    pub identity: Identity,
    pub seal: Seal,
    pub device_key: Option<key::DeviceKey>,
}

impl Sealed {
    pub(super) async fn fresh(key: &Key, store: [u8; 16], generation: u32) -> Result<Self, Error> {
        let device_key = match key {
            Key::Device => Some(key::new_device_key().await?),
            _ => None,
        };
        let lock = Lock::fresh(key)?;
        let seal = lock.seal(key, device_key.as_ref()).await?.map_err(Error::Storage)?;
        let check = key::make_check(&seal, store, generation).await?;
        Ok(Self { identity: Identity { format: FORMAT, store, lock, check }, seal, device_key })
    }
}

pub(super) fn damaged(store: &str, what: String) -> Error {
    Error::Damaged { store: store.to_owned(), what }
}

/// A store in memory: all of it or, of a paged one, what is not folded.
pub(super) struct Image {
    pub pages: Pages,
    pub place: Place,
}

impl Image {
    /// Unseals what lies at rest.
    pub(super) async fn read(name: &str, at_rest: AtRest, key: &Key, paging: Paging) -> Result<Self, Error> {
        let mut place = unlock(name, &at_rest, key).await?;
        let cached = at_rest.extents.is_none().then(|| paging.cached());
        let mut pages = Pages::absent(place.manifest.size, cached);
        if let Some(sealed) = &at_rest.extents {
            let indexes = 0..place.manifest.extents.len() as u32;
            let extents = try_join_all(indexes.map(|index| open_extent(name, &place, index, sealed))).await?;
            for (index, bytes) in extents.into_iter().enumerate() {
                pages.supply(index as u32, &bytes, Missing(0));
            }
        }
        let fold = place.head.fold;
        for (number, sealed) in at_rest.records.iter().filter(|(number, _)| *number > fold) {
            let (record, tag) = open_record(name, &place, *number, sealed).await?;
            record.apply(&mut pages);
            place.advance(tag, sealed.len());
        }
        if place.commit < at_rest.witness {
            return Err(damaged(name, format!("commit {} is missing", place.commit + 1)));
        }
        Ok(Self { pages, place })
    }
}

/// The place of the last fold, with the seal that opens the rest.
async fn unlock(name: &str, at_rest: &AtRest, key: &Key) -> Result<Place, Error> {
    let identity = Identity::parse(&at_rest.identity, name)?;
    let head = Head::parse(&at_rest.head, name)?;
    let wrong = |hint: String| Error::WrongKey { store: name.to_owned(), hint };
    if let Some(iterations) = identity.lock.endless() {
        return Err(damaged(name, format!("its key takes {iterations} rounds")));
    }
    let seal = identity.lock.seal(key, at_rest.device_key.as_ref()).await?.map_err(wrong)?;
    let is_right = key::is_right(&seal, identity.store, head.generation, &identity.check).await?;
    match key {
        _ if is_right && head.store == identity.store => {}
        Key::Passphrase(_) | Key::Bytes(_) if !is_right => return Err(wrong(identity.lock.hint().to_owned())),
        // There is no other key that the app could pass.
        _ => return Err(damaged(name, "its identity is not the one that was written".into())),
    }
    let mut place = Place::at(identity, head, seal);
    let label = place.label(Kind::Manifest, head.fold, 0, Tag::default());
    let manifest =
        place.seal.open(&label, &at_rest.manifest).await.map_err(|error| unreadable(name, "the manifest", error))?;
    place.manifest = Manifest::decode(&manifest).map_err(|_| damaged(name, "the manifest is malformed".into()))?;
    place.tag = place.manifest.tag;
    Ok(place)
}

pub(super) fn unreadable(store: &str, what: &str, error: OpenError) -> Error {
    match error {
        OpenError::Refused => damaged(store, format!("{what} is not the one that was written")),
        OpenError::Failed(error) => error,
    }
}

async fn open_extent(name: &str, place: &Place, index: u32, extents: &[(u32, Vec<u8>)]) -> Result<Vec<u8>, Error> {
    let found = extents.binary_search_by_key(&index, |(index, _)| *index);
    let sealed = found.ok().map(|at| &extents[at].1[..]);
    Wanted::of(name, place, index)?.open(name, sealed).await
}

/// Opens the commit that must come next after `place`.
pub(super) async fn open_record(name: &str, place: &Place, number: u64, sealed: &[u8]) -> Result<(Record, Tag), Error> {
    let expected = place.commit + 1;
    if number != expected {
        return Err(damaged(name, format!("commit {expected} is missing")));
    }
    let what = format!("commit {number}");
    let payload = place.seal.open(&place.next_label(), sealed).await.map_err(|error| unreadable(name, &what, error))?;
    let record = Record::decode(&payload).map_err(|_| damaged(name, format!("{what} is malformed")))?;
    Ok((record, seal::tag(sealed)))
}
