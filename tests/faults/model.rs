//! What was asked for and what was answered, and therefore what may be at rest.
//!
//! Every write adds a row, whose number is one more than that of the row before: so the rows say in which order the
//! writes took place, and that none was built on a state that was undone.

use std::collections::{BTreeMap, BTreeSet};
use tureen::database::{Error, Key};
use tureen::pager;

/// A row: its number, its write, and what it carries.
pub type Row = (i64, i64, Vec<u8>);

/// What a caller knows of a write.
enum Known {
    /// It was not answered, or in such a way that nobody knows.
    Nothing,
    /// It is kept, as the row of this number; known from this time on.
    Kept(i64, u64),
    /// It is not kept.
    Refused,
}

struct Write {
    life: u64,
    size: usize,
    asked: u64,
    known: Known,
}

/// The keys that histories change between.
pub fn keys() -> [Key; 4] {
    [Key::None, Key::Device, Key::Bytes([1; 32]), Key::Bytes([2; 32])]
}

/// Everything that callers know.
#[derive(Default)]
pub struct Model {
    clock: u64,
    writes: BTreeMap<i64, Write>,
    /// Which of [`keys`] may open the store. Never empty once it is made.
    pub keys: BTreeSet<usize>,
    /// How many changes of the key were begun.
    pub key_changes: u64,
    /// Tabs that were told that their key is no longer the right one.
    pub locked_out: BTreeSet<u64>,
    /// Whether storage has failed: only then may anything else.
    pub has_failed: bool,
}

/// Bytes that no compression makes smaller.
pub fn body(id: i64, size: usize) -> Vec<u8> {
    let mut state = id as u64 * 2 + 1;
    let mut bytes = Vec::with_capacity(size + 8);
    while bytes.len() < size {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(size);
    bytes
}

impl Model {
    /// Of a store that will be sealed with this one of [`keys`].
    pub fn new(key: usize) -> Self {
        Self { keys: BTreeSet::from([key]), ..Self::default() }
    }

    fn now(&mut self) -> u64 {
        self.clock += 1;
        self.clock
    }

    /// A write is asked for. Its id.
    pub fn asked(&mut self, life: u64, size: usize) -> i64 {
        let id = self.writes.len() as i64 + 1;
        let asked = self.now();
        self.writes.insert(id, Write { life, size, asked, known: Known::Nothing });
        id
    }

    /// A write is answered.
    pub fn answered(&mut self, id: i64, answer: &Result<i64, Error>) {
        let now = self.now();
        let life = self.writes[&id].life;
        let known = match answer {
            Ok(number) => Known::Kept(*number, now),
            Err(Error::Interrupted | Error::Pager(pager::Error::Lost(_))) => Known::Nothing,
            Err(error) => {
                self.failed(life, error);
                Known::Refused
            }
        };
        self.writes.get_mut(&id).unwrap().known = known;
    }

    /// Anything failed: it must be for a reason that there was.
    pub fn failed(&mut self, life: u64, error: &Error) {
        match error {
            Error::Pager(pager::Error::WrongKey { .. }) if self.key_changes > 0 => {
                self.locked_out.insert(life);
            }
            Error::Closed(_) | Error::Interrupted => {}
            Error::Pager(
                pager::Error::Full | pager::Error::Refused(_) | pager::Error::Lost(_) | pager::Error::Storage(_),
            ) if self.has_failed => {}
            error => panic!("no reason to fail: {error:?}"),
        }
    }

    /// What a tab that lives reads: it includes its own writes, as soon as they have run.
    pub fn check_view(&self, rows: &[Row], life: u64) {
        self.check_rows(rows);
        for (id, write) in self.writes.iter().filter(|(_, write)| write.life == life) {
            if let Known::Kept(number, _) = write.known {
                assert_eq!(
                    rows.get(number as usize - 1).map(|row| row.1),
                    Some(*id),
                    "a tab does not see its own write"
                );
            }
        }
    }

    fn check_rows(&self, rows: &[Row]) {
        for (at, (number, id, body)) in rows.iter().enumerate() {
            assert_eq!(*number, at as i64 + 1, "a row is missing or twice");
            let write = self.writes.get(id).expect("a row that nobody wrote");
            assert!(*body == self::body(*id, write.size), "the body of {id} is another");
        }
    }

    /// What lies at rest.
    pub fn check_at_rest(&self, rows: &[Row]) {
        self.check_rows(rows);
        let numbers: BTreeMap<i64, i64> = rows.iter().map(|(number, id, _)| (*id, *number)).collect();
        assert_eq!(numbers.len(), rows.len(), "a write took place twice");
        let mut newest_of: BTreeMap<u64, i64> = BTreeMap::new();
        for (id, write) in &self.writes {
            match write.known {
                Known::Kept(number, _) => assert_eq!(numbers.get(id), Some(&number), "write {id} was acknowledged"),
                Known::Refused => assert_eq!(numbers.get(id), None, "write {id} was refused"),
                Known::Nothing => {}
            }
            if let Some(number) = numbers.get(id) {
                let before = newest_of.insert(write.life, *number);
                assert!(before < Some(*number), "write {id} overtook one that its tab asked for before");
            }
        }
        self.check_time(&numbers);
    }

    /// What was acknowledged before another write was asked for comes before it.
    fn check_time(&self, numbers: &BTreeMap<i64, i64>) {
        let mut acknowledged: Vec<(u64, i64)> = Vec::new();
        for write in self.writes.values() {
            if let Known::Kept(number, at) = write.known {
                acknowledged.push((at, number));
            }
        }
        acknowledged.sort_unstable();
        for (id, write) in &self.writes {
            let Some(number) = numbers.get(id) else { continue };
            let before = acknowledged.iter().take_while(|(at, _)| *at < write.asked).map(|(_, number)| number).max();
            assert!(before < Some(number), "write {id} came before one that had been acknowledged");
        }
    }

    /// How many writes were acknowledged.
    pub fn acknowledged(&self) -> usize {
        self.writes.values().filter(|write| matches!(write.known, Known::Kept(..))).count()
    }
}
