//! A cursor against a server whose rows come, change and move while they are listed.

use super::super::backend::Content;
use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// A table whose clock counts in grains: changes within one grain share a position.
#[derive(Debug, Clone, Default)]
struct Server {
    clock: i64,
    versions: u64,
    /// By id: position and version.
    rows: BTreeMap<String, (i64, u64)>,
}

#[derive(Debug, Clone)]
enum Change {
    Put(u8),
    Tick(i64),
}

impl Server {
    fn apply(&mut self, change: &Change) {
        match change {
            Change::Put(id) => {
                self.versions += 1;
                self.rows.insert(format!("{id:03}"), (self.clock, self.versions));
            }
            Change::Tick(by) => self.clock += by,
        }
    }

    fn list(&self, start: &Start, page_size: u32, (ties, knows_its_clock): (Ties, bool)) -> Page {
        let mut rows: Vec<_> = self.rows.iter().map(|(id, (position, version))| (*position, id, *version)).collect();
        rows.sort();
        let number = |position: &str| position.parse::<i64>().unwrap();
        let mut skip = 0;
        match start {
            // Sorted by position alone: rows of one come in any order, here in the other one.
            Start::Beginning if ties == Ties::Skip => rows.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(a.1))),
            Start::Beginning => {}
            Start::After(position) => rows.retain(|row| row.0 > number(position)),
            Start::At { position, skip: count } => {
                rows.retain(|row| row.0 >= number(position));
                skip = *count as usize;
            }
            Start::Within { position, id } => rows.retain(|row| (row.0, row.1.as_str()) > (number(position), id)),
            Start::Link(_) => unreachable!("no link was given"),
        }
        let rows: Vec<Row> = rows.into_iter().skip(skip).take(page_size as usize).map(row).collect();
        let next = if rows.len() < page_size as usize { Next::End } else { Next::More };
        let last = rows.last().map(|row| number(row.position.as_ref().unwrap()));
        let closed = knows_its_clock && last.is_some_and(|last| last < self.clock);
        let boundary = if closed { Boundary::Closed } else { Boundary::Open };
        Page { rows, next, boundary, position: None, total: None }
    }
}

fn row((position, id, version): (i64, &String, u64)) -> Row {
    let (version, position) = (Some(version.to_string()), Some(position.to_string()));
    Row { id: id.clone(), version, position, content: Content::Entry(String::new()) }
}

#[derive(Debug, Default)]
struct Device {
    rows: BTreeMap<String, u64>,
    token: Option<Token>,
}

impl Device {
    /// Pulls to the end, or until `requests` have been made; counts them. `meanwhile` runs before each request.
    fn pull(
        &mut self,
        server: &mut Server,
        (ties, page_size, knows): (Ties, u32, bool),
        requests: usize,
        mut meanwhile: impl FnMut(&mut Server),
    ) -> usize {
        const SKEW: i64 = -77_777;
        let mut cursor = Cursor::new(self.token.clone(), ties, page_size, server.clock + SKEW);
        let mut made = 0;
        while let Some((start, size)) = cursor.request() {
            if made == requests {
                break;
            }
            made += 1;
            meanwhile(server);
            let page = server.list(&start, size, (ties, knows));
            if cursor.advance(&page, server.clock + SKEW).unwrap() == Verdict::Store {
                for row in &page.rows {
                    self.rows.insert(row.id.clone(), row.version.as_ref().unwrap().parse().unwrap());
                }
            }
            self.token = cursor.token();
        }
        made
    }

    fn has_all_of(&self, server: &Server) -> bool {
        self.rows.iter().map(|(id, version)| (id, *version)).eq(server.rows.iter().map(|(id, row)| (id, row.1)))
    }
}

fn server_with(groups: &[usize]) -> Server {
    let mut server = Server::default();
    let mut id = 0;
    for size in groups {
        for _ in 0..*size {
            server.apply(&Change::Put(id));
            id += 1;
        }
        server.apply(&Change::Tick(1));
    }
    server
}

const KEYSET: (Ties, u32, bool) = (Ties::Keyset, 4, false);

#[test]
fn nothing_new_is_one_request_before_and_after_the_position_is_closed() {
    for (groups, rereading) in [(&[3, 1][..], 1), (&[3, 3], 1), (&[1, 4], 2), (&[2, 9], 3), (&[12], 4)] {
        let mut server = server_with(groups);
        let mut device = Device::default();
        device.pull(&mut server, KEYSET, usize::MAX, |_| {});
        assert!(device.has_all_of(&server), "{groups:?}");
        assert_eq!(device.token.as_ref().unwrap().stage, Stage::Open);
        assert_eq!(device.pull(&mut server, KEYSET, usize::MAX, |_| {}), 1, "{groups:?}, at once");
        server.clock += SETTLE_MS;
        assert_eq!(device.pull(&mut server, KEYSET, usize::MAX, |_| {}), rereading, "{groups:?}, later");
        assert_eq!(device.token.as_ref().unwrap().stage, Stage::Closed);
        let cursor = Cursor::new(device.token.clone(), Ties::Keyset, 4, server.clock);
        assert!(matches!(cursor.request(), Some((Start::After(_), 4))), "no row is fetched for ever again");
        assert_eq!(device.pull(&mut server, KEYSET, usize::MAX, |_| {}), 1);
    }
}

#[test]
fn a_row_that_joins_the_last_position_later_is_pulled() {
    for size in [2, 9] {
        let mut server = Server::default();
        (100..100 + size).for_each(|id| server.apply(&Change::Put(id)));
        let mut device = Device::default();
        device.pull(&mut server, KEYSET, usize::MAX, |_| {});
        server.apply(&Change::Put(1));
        device.pull(&mut server, KEYSET, usize::MAX, |_| {});
        assert!(device.has_all_of(&server), "{size} rows at one position");
    }
}

#[test]
fn each_page_of_distinct_positions_is_asked_for_once() {
    let mut server = server_with(&[1; 30]);
    let mut device = Device::default();
    assert_eq!(device.pull(&mut server, KEYSET, usize::MAX, |_| {}), 10, "one row of four is the last page's");
    let mut device = Device::default();
    let knowing = (Ties::Keyset, 4, true);
    assert_eq!(device.pull(&mut server, knowing, usize::MAX, |_| {}), 8, "none is, where the clock is known");
}

#[test]
fn an_import_of_one_moment_is_read_once() {
    let mut server = server_with(&[100, 3]);
    let mut device = Device::default();
    let made = device.pull(&mut server, KEYSET, usize::MAX, |_| {});
    assert!(device.has_all_of(&server));
    assert!(made <= 26 + 3, "26 pages, the first one twice, a probe: {made}");
}

#[test]
fn a_backend_that_does_not_filter_is_found_out() {
    let server = server_with(&[1; 9]);
    let page = server.list(&Start::Beginning, 4, (Ties::Keyset, false));
    let mut cursor = Cursor::new(None, Ties::Keyset, 4, 0);
    cursor.advance(&page, 0).unwrap();
    assert!(cursor.advance(&page, 0).is_err());
}

#[test]
fn rows_without_positions_end_a_listing_by_position_only() {
    let mut page = server_with(&[1; 4]).list(&Start::Beginning, 4, (Ties::Keyset, false));
    page.rows.iter_mut().for_each(|row| row.position = None);
    assert_eq!(Cursor::new(None, Ties::Keyset, 4, 0).advance(&page, 0), Err(NO_POSITION));
    page.next = Next::Link("next".into());
    let mut cursor = Cursor::new(None, Ties::Keyset, 4, 0);
    assert_eq!(cursor.advance(&page, 0), Ok(Verdict::Store));
    assert_eq!(cursor.request(), Some((Start::Link("next".into()), 4)));
    page.next = Next::End;
    assert_eq!(cursor.advance(&page, 0), Ok(Verdict::Store));
    assert_eq!((cursor.request(), cursor.token()), (None, None));
}

#[test]
fn a_feed_says_itself_where_it_stands() {
    let page =
        Page { rows: vec![], next: Next::End, boundary: Boundary::Open, position: Some("41-xyz".into()), total: None };
    let mut cursor = Cursor::new(None, Ties::None, 4, 0);
    cursor.advance(&page, 0).unwrap();
    let token = cursor.token().unwrap();
    assert_eq!((token.position.as_str(), token.stage), ("41-xyz", Stage::Closed));
    let again = Cursor::new(Some(token), Ties::None, 4, 0);
    assert_eq!(again.request(), Some((Start::After("41-xyz".into()), 4)));
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        6 => (0u8..40).prop_map(Change::Put),
        3 => Just(Change::Tick(1)),
        1 => Just(Change::Tick(SETTLE_MS)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Rows come, change and move while they are pulled, pulls are broken off: in the end none is missing.
    #[test]
    fn no_row_is_missed_however_positions_tie(
        start in proptest::collection::vec(change(), 0..60),
        pulls in proptest::collection::vec(
            (proptest::collection::vec(proptest::collection::vec(change(), 0..4), 0..12), 0usize..12), 0..6),
        page_size in 1u32..7,
        knows_its_clock: bool,
    ) {
        let mut server = Server::default();
        start.iter().for_each(|change| server.apply(change));
        let settings = (Ties::Keyset, page_size, knows_its_clock);
        let mut device = Device::default();
        for (changes, requests) in pulls {
            let mut changes = changes.into_iter();
            device.pull(&mut server, settings, requests, |server| {
                changes.next().iter().flatten().for_each(|change| server.apply(change));
            });
        }
        let made = device.pull(&mut server, settings, 1_000, |_| {});
        prop_assert!(made < 1_000, "the pull does not end");
        server.clock += SETTLE_MS;
        device.pull(&mut server, settings, 1_000, |_| {});
        prop_assert!(device.has_all_of(&server), "{:?}\n{:?}", device, server);
        prop_assert_eq!(device.pull(&mut server, settings, 1_000, |_| {}), 1);
        prop_assert!(device.token.is_none_or(|token| token.stage == Stage::Closed));
    }

    /// With paging by count only, what stands still is complete all the same.
    #[test]
    fn paging_by_count_misses_nothing_that_stands_still(
        start in proptest::collection::vec(change(), 0..60),
        later in proptest::collection::vec(change(), 0..30),
        page_size in 1u32..7,
    ) {
        let mut server = Server::default();
        let mut device = Device::default();
        for changes in [start, later] {
            changes.iter().for_each(|change| server.apply(change));
            server.clock += SETTLE_MS;
            device.pull(&mut server, (Ties::Skip, page_size, false), 1_000, |_| {});
            prop_assert!(device.has_all_of(&server));
        }
    }
}
