//! What lies at rest is changed behind the engine's back: it says so, naming the store, or nothing is lost by it.
//!
//! A sealed store tells every change but one: a whole older copy of it, or the last commits cut off (fewer than sixteen),
//! is a state that it once was in, the first of which is that of a new store. A plain store tells the same of accidents. Of intent it tells nothing: whoever can
//! write there can make the checksums, too, so this is not tried here.

use crate::medium::{Contents, Disk, Handle};
use crate::model::Row;
use crate::world::{rows, try_rows, write};
use futures::executor::block_on;
use proptest::prelude::*;
use proptest::sample::Index;
use std::rc::Rc;
use tureen::database::{Database, Durability, Error, Key, OpenOptions, Paging};
use tureen::pager::Pager;

/// A value at rest.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Place {
    Identity,
    Head,
    Manifest,
    DeviceKey,
    Extent(u32),
    Record(u64),
}

#[derive(Debug, Clone)]
enum Tampering {
    Flip(Index, Index, u8),
    Cut(Index, Index),
    Remove(Index),
    /// Exchanges two values of one kind.
    Swap(Index, Index),
    /// One more commit: a copy of an older one.
    Append(Index),
    /// From an older copy, those of the seven parts whose bit is set.
    Replay(Index, u8),
}

impl Tampering {
    /// Whether it may leave a state that the store once was in.
    fn may_go_back(&self) -> bool {
        matches!(self, Self::Remove(_) | Self::Replay(..))
    }
}

fn tampering() -> impl Strategy<Value = Tampering> {
    let index = any::<Index>;
    prop_oneof![
        4 => (index(), index(), 0..8_u8).prop_map(|(place, at, bit)| Tampering::Flip(place, at, bit)),
        2 => (index(), index()).prop_map(|(place, at)| Tampering::Cut(place, at)),
        2 => index().prop_map(Tampering::Remove),
        2 => (index(), index()).prop_map(|(one, other)| Tampering::Swap(one, other)),
        1 => index().prop_map(Tampering::Append),
        4 => (index(), 1..128_u8).prop_map(|(copy, parts)| Tampering::Replay(copy, parts)),
    ]
}

fn places(contents: &Contents) -> Vec<Place> {
    let mut places = vec![Place::Identity, Place::Head, Place::Manifest];
    if contents.meta.as_ref().is_some_and(|meta| meta.device_key.is_some()) {
        places.push(Place::DeviceKey);
    }
    places.extend(contents.extents.keys().map(|index| Place::Extent(*index)));
    places.extend(contents.log.keys().map(|number| Place::Record(*number)));
    places
}

/// Changes the value at `place`; one that is none afterwards is removed.
fn change(contents: &mut Contents, place: Place, change: impl FnOnce(&mut Vec<u8>)) {
    fn text(text: &mut String, change: impl FnOnce(&mut Vec<u8>)) {
        let mut bytes = std::mem::take(text).into_bytes();
        change(&mut bytes);
        *text = String::from_utf8_lossy(&bytes).into_owned();
    }
    fn value(value: &mut Rc<[u8]>, change: impl FnOnce(&mut Vec<u8>)) {
        let mut bytes = value.to_vec();
        change(&mut bytes);
        *value = bytes.into();
    }
    let meta = contents.meta.as_mut().unwrap();
    match place {
        Place::Identity => text(&mut meta.identity, change),
        Place::Head => text(&mut meta.head, change),
        Place::Manifest => change(&mut meta.manifest),
        Place::DeviceKey => {
            if let Some(tureen::pager::DeviceKey::Bytes(bytes)) = &mut meta.device_key {
                change(bytes);
            }
        }
        Place::Extent(index) => value(contents.extents.get_mut(&index).unwrap(), change),
        Place::Record(number) => value(contents.log.get_mut(&number).unwrap(), change),
    }
}

fn tamper(contents: &mut Contents, history: &[(Contents, Vec<Row>)], tampering: &Tampering) {
    let places = places(contents);
    match tampering {
        Tampering::Flip(place, at, bit) => change(contents, *place.get(&places), |bytes| {
            if !bytes.is_empty() {
                let at = at.index(bytes.len());
                bytes[at] ^= 1 << bit;
            }
        }),
        Tampering::Cut(place, at) => {
            change(contents, *place.get(&places), |bytes| bytes.truncate(at.index(bytes.len() + 1)));
        }
        Tampering::Remove(place) => match *place.get(&places) {
            Place::Extent(index) => drop(contents.extents.remove(&index)),
            Place::Record(number) => drop(contents.log.remove(&number)),
            Place::DeviceKey => contents.meta.as_mut().unwrap().device_key = None,
            place => change(contents, place, Vec::clear),
        },
        Tampering::Swap(one, other) => swap(contents, *one, *other),
        Tampering::Append(which) => {
            let copied = contents.log.values().nth(which.index(contents.log.len().max(1))).cloned();
            if let Some((copied, (last, _))) = copied.zip(contents.log.last_key_value()) {
                contents.log.insert(last + 1, copied);
            }
        }
        Tampering::Replay(copy, parts) => replay(contents, &copy.get(history).0, *parts),
    }
}

fn swap(contents: &mut Contents, one: Index, other: Index) {
    if contents.extents.len() > 1 && one.index(2) == 0 {
        let (one, other) = (one.index(contents.extents.len()) as u32, other.index(contents.extents.len()) as u32);
        let (first, second) = (contents.extents[&one].clone(), contents.extents[&other].clone());
        contents.extents.extend([(one, second), (other, first)]);
    } else if contents.log.len() > 1 {
        let numbers: Vec<u64> = contents.log.keys().copied().collect();
        let (one, other) = (*one.get(&numbers), *other.get(&numbers));
        let (first, second) = (contents.log[&one].clone(), contents.log[&other].clone());
        contents.log.extend([(one, second), (other, first)]);
    }
}

fn replay(contents: &mut Contents, copy: &Contents, parts: u8) {
    let copy = copy.clone();
    let (meta, old) = (contents.meta.as_mut().unwrap(), copy.meta.unwrap());
    let is_set = |part: u8| parts & 1 << part != 0;
    if is_set(0) {
        meta.identity = old.identity;
    }
    if is_set(1) {
        meta.head = old.head;
    }
    if is_set(2) {
        meta.manifest = old.manifest;
    }
    if is_set(3) {
        meta.witness = old.witness;
    }
    if is_set(4) {
        meta.device_key = old.device_key;
    }
    if is_set(5) {
        contents.extents = copy.extents;
    }
    if is_set(6) {
        contents.log = copy.log;
    }
}

fn open(disk: &Rc<Disk>, key: &Key) -> Result<Database, Error> {
    let options = OpenOptions { name: "pantry".into(), key: key.clone(), ..OpenOptions::default() };
    block_on(Database::open_on(Rc::new(Handle::new(disk, 0)), options))
}

/// What a store is made of.
#[derive(Debug, Clone)]
enum Step {
    Write(usize),
    Fold,
    /// Under a new key of the same kind.
    ChangeKey,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => (0..400_usize).prop_map(Step::Write),
        1 => Just(Step::Write(1_100_000)),
        3 => Just(Step::Fold),
        1 => Just(Step::ChangeKey),
    ]
}

/// A store's states, oldest first, the new and empty one among them. `sleeper` is a tab that was opened in the middle.
fn live(disk: &Rc<Disk>, key: &Key, steps: &[Step]) -> (Vec<(Contents, Vec<Row>)>, Database, usize) {
    let tab = open(disk, key).unwrap();
    let mut history = vec![(disk.contents.borrow().clone(), rows(&tab))];
    let mut sleeper = None;
    for (at, step) in std::iter::once(&Step::Write(10)).chain(steps).enumerate() {
        match step {
            Step::Write(size) => assert!(block_on(write(&tab, at as i64, *size)).is_ok()),
            Step::ChangeKey => block_on(tab.change_key(key.clone())).unwrap(),
            Step::Fold => {
                let medium = Rc::new(Handle::new(disk, 1));
                let pager = block_on(Pager::open(medium, "pantry", key.clone(), Durability::Strict, Paging::default()))
                    .unwrap();
                block_on(pager.fold()).unwrap();
            }
        }
        history.push((disk.contents.borrow().clone(), rows(&tab)));
        if at == steps.len() / 2 {
            sleeper = Some((open(disk, key).unwrap(), history.len() - 1));
        }
    }
    let (sleeper, since) = sleeper.unwrap();
    (history, sleeper, since)
}

/// That an error names the store, and says what to do in words that are right for one that was tampered with.
fn check_named(error: &Error, allowed: &[&str]) {
    assert!(allowed.contains(&error.code()), "{}: {error}", error.code());
    let text = error.to_string();
    assert!(text.contains("'pantry'") && text.contains(": "), "{text}");
}

/// What may be read: all there is, or what there was, if that cannot be told.
fn check_rows(found: &[Row], history: &[(Contents, Vec<Row>)], tampering: &Tampering) -> bool {
    let is_newest = history.last().is_some_and(|(_, rows)| rows == found);
    let was_there = tampering.may_go_back() && history.iter().any(|(_, rows)| rows == found);
    assert!(is_newest || was_there, "wrong rows after {tampering:?}");
    is_newest
}

fn check(key: &Key, steps: &[Step], tampering: &Tampering) {
    let disk = Disk::calm();
    let (history, sleeper, since) = live(&disk, key, steps);
    tamper(&mut disk.contents.borrow_mut(), &history, tampering);
    let tampered = disk.contents.borrow().clone();

    let codes: &[&str] = match key {
        // Whether the key or the check is wrong, nobody can tell.
        Key::Bytes(_) => &["STORE_DAMAGED", "STORE_NEWER", "WRONG_KEY"],
        // Its key may be gone.
        Key::Device => &["STORE_DAMAGED", "STORE_NEWER", "WRONG_KEY"],
        _ => &["STORE_DAMAGED", "STORE_NEWER"],
    };
    // A store that is paged says so when it comes upon it.
    match open(&disk, key).and_then(|tab| Ok((try_rows(&tab)?, tab))) {
        Err(error) => check_named(&error, codes),
        Ok((found, tab)) => {
            check_rows(&found, &history, tampering);
            let number = block_on(write(&tab, 1_000_000, 10)).unwrap();
            let reopened = rows(&open(&disk, key).unwrap());
            assert_eq!(reopened.last().map(|row| row.1), Some(1_000_000));
            assert_eq!(reopened.len() as i64, number);
        }
    }

    *disk.contents.borrow_mut() = tampered;
    match block_on(sleeper.refresh()) {
        Err(error) => {
            check_named(&error, &[codes, &["STORE_GONE"]].concat());
            match try_rows(&sleeper) {
                Ok(found) => assert!(found == history[since].1, "it was refused, and changed something all the same"),
                Err(error) => check_named(&error, &[codes, &["STORE_GONE", "STORE_STALE"]].concat()),
            }
        }
        Ok(()) => match try_rows(&sleeper) {
            Ok(found) => {
                check_rows(&found, &history, tampering);
                assert!(found.len() >= history[since].1.len(), "a tab went back");
            }
            Err(error) => check_named(&error, &[codes, &["STORE_GONE"]].concat()),
        },
    }
}

proptest! {
    #[test]
    fn a_store_that_was_tampered_with_says_so_and_shows_no_wrong_row(
        key in prop_oneof![Just(Key::None), Just(Key::Device), Just(Key::Bytes([1; 32]))],
        steps in proptest::collection::vec(step(), 1..12),
        tampering in tampering(),
    ) {
        check(&key, &steps, &tampering);
    }

    /// The log has gone into the extents; then what names them is put back to what it was before.
    #[test]
    fn a_folded_store_may_go_back_to_when_it_was_new(copy in any::<Index>()) {
        check(&Key::None, &[Step::Write(0), Step::Fold], &Tampering::Replay(copy, 0b001_1110));
    }
}
