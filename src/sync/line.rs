//! Which operations may go next, and which must wait for others.

use super::operation::{Operation, OperationId, RecordKey};
use std::collections::{HashSet, VecDeque};

/// Between which operations the order of the queue is kept. Within one record it always is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// Between those of one record only: records are taken to know nothing of each other.
    Record,
    /// Also between tables: an operation waits for every earlier one of another table, so that an order is not sent
    /// before its customer, nor a customer deleted before its orders.
    #[default]
    Tables,
    /// Also within a table: it is sent one by one, beside other tables.
    Table,
    /// Between all: one at a time.
    Queue,
}

/// The operations of a push that are waiting or under way.
#[derive(Debug)]
pub(super) struct Line {
    order: Order,
    waiting: VecDeque<Operation>,
    under_way: Vec<(OperationId, RecordKey)>,
    held: HashSet<RecordKey>,
}

impl Line {
    pub(super) fn new(order: Order) -> Self {
        Self { order, waiting: VecDeque::new(), under_way: Vec::new(), held: HashSet::new() }
    }

    pub(super) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Appends operations, the oldest first.
    pub(super) fn add(&mut self, operations: Vec<Operation>) {
        self.waiting.extend(operations);
    }

    /// Takes up to `most` operations that wait for none, and neither for each other.
    pub(super) fn take(&mut self, most: usize) -> Vec<Operation> {
        self.waiting.retain(|operation| !self.held.contains(&operation.key));
        let mut ahead = Ahead::default();
        self.under_way.iter().for_each(|(_, key)| ahead.add(key));
        let mut free = Vec::new();
        for (place, operation) in self.waiting.iter().enumerate() {
            if free.len() == most {
                break;
            }
            if !ahead.blocks(self.order, &operation.key) {
                free.push(place);
            }
            ahead.add(&operation.key);
        }
        let taken: Vec<_> = free.iter().rev().filter_map(|place| self.waiting.remove(*place)).collect();
        let taken: Vec<_> = taken.into_iter().rev().collect();
        self.under_way.extend(taken.iter().map(|operation| (operation.id, operation.key.clone())));
        taken
    }

    /// The operation is no longer under way.
    pub(super) fn done(&mut self, id: OperationId) {
        self.under_way.retain(|(under_way, _)| *under_way != id);
    }

    /// No further operation of this record goes out in this push.
    pub(super) fn hold(&mut self, key: RecordKey) {
        self.held.insert(key);
    }
}

/// What stands ahead of an operation.
#[derive(Debug, Default)]
struct Ahead<'k> {
    records: HashSet<&'k RecordKey>,
    tables: HashSet<&'k str>,
}

impl<'k> Ahead<'k> {
    fn add(&mut self, key: &'k RecordKey) {
        self.records.insert(key);
        self.tables.insert(&key.table);
    }

    fn blocks(&self, order: Order, key: &RecordKey) -> bool {
        let own_table = self.tables.contains(key.table.as_str());
        match order {
            Order::Record => self.records.contains(key),
            Order::Tables => self.records.contains(key) || self.tables.len() > usize::from(own_table),
            Order::Table => own_table,
            Order::Queue => !self.tables.is_empty(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::operation::{Action, State};
    use super::*;

    fn line(order: Order, keys: &[&str]) -> Line {
        let mut line = Line::new(order);
        line.add(keys.iter().zip(1..).map(|(key, id)| operation(id, key)).collect());
        line
    }

    fn operation(id: i64, key: &str) -> Operation {
        let (table, record) = key.split_at(1);
        Operation {
            id: OperationId(id),
            key: RecordKey::new(table, record),
            action: Action::Update,
            version: None,
            state: State::Waiting,
            attempts: 0,
            last_error: None,
            in_doubt: false,
            failures: 0,
            dead: false,
        }
    }

    fn take(line: &mut Line, most: usize) -> Vec<i64> {
        line.take(most).iter().map(|operation| operation.id.0).collect()
    }

    #[test]
    fn each_order_lets_through_what_it_may() {
        let keys = ["A1", "A2", "A1", "B1", "A3", "B2"];
        for (order, first) in [
            (Order::Record, vec![1, 2, 4, 5, 6]),
            (Order::Tables, vec![1, 2]),
            (Order::Table, vec![1, 4]),
            (Order::Queue, vec![1]),
        ] {
            let mut line = line(order, &keys);
            assert_eq!(take(&mut line, 8), first, "{order:?}");
            assert!(take(&mut line, 8).is_empty(), "{order:?}: the rest waits");
        }
    }

    #[test]
    fn what_is_done_lets_others_go() {
        let mut line = line(Order::Tables, &["A1", "A1", "B1", "A2"]);
        assert_eq!(take(&mut line, 4), [1], "a later operation of the same table waits for the other table");
        line.done(OperationId(1));
        assert_eq!(take(&mut line, 4), [2]);
        line.done(OperationId(2));
        assert_eq!(take(&mut line, 4), [3]);
        line.done(OperationId(3));
        assert_eq!((take(&mut line, 4), line.waiting()), (vec![4], 0));
    }

    #[test]
    fn no_more_are_taken_than_asked_for() {
        let mut line = line(Order::Record, &["A1", "A2", "A3"]);
        assert_eq!(take(&mut line, 2), [1, 2]);
        assert_eq!(take(&mut line, 2), [3]);
    }

    #[test]
    fn a_held_record_holds_its_later_operations_and_nobody_else() {
        let mut line = line(Order::Queue, &["A1", "A1", "B1"]);
        assert_eq!(take(&mut line, 1), [1]);
        line.hold(RecordKey::new("A", "1"));
        line.done(OperationId(1));
        assert_eq!(take(&mut line, 1), [3]);
    }
}
