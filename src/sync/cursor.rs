//! Where a listing stands: which request comes next, and which token may be kept.
//!
//! A backend lists rows by position, an `updatedAt` or the like, of which many rows may have the same one: clocks are
//! coarse (the Node backend counts milliseconds), and a bulk import gives thousands of rows one time. The rules here
//! must skip no row, loop on none, and fetch none for ever again. They rest on one assumption: **positions are given in
//! the order in which changes become visible**, so that once some row is seen at a later position, or once the server's
//! clock has passed it, no row can appear at a position any more. The position is *closed* then. (The original asks for
//! `updatedAt ge last` and skips as many rows as it has seen: a row that moves on to a later time meanwhile makes it
//! skip one that it has not seen. And it re-fetches the last row for ever.)
//!
//! * **Within a pull** the next page is asked for from the last position *inclusive*, so that rows which joined it since
//!   are seen: the answer either shows a later position, and then the whole group has been read after it was closed, or
//!   it is the end. Rows seen twice cost nothing, their version being the one that is stored already.
//! * **A group larger than a page** cannot be read inclusively. It is read by id, `position = p and id > last`, which
//!   is exact only if the group was closed before. One probe for any row after it tells; if it was not closed and turns
//!   out to be left behind nevertheless, it is read once more.
//! * **At the end of a pull** the last position is open: nothing later was seen. The next pull asks inclusively again,
//!   and once a pull began [`SETTLE_MS`] after the position was first seen, that pull has closed it by the clock: after
//!   it, pulls ask for later positions only. Elapsed time is this device's own, so that a clock which is wrong but
//!   steady does no harm.
//! * **An open last group larger than a page** is read again once, when it can be closed by the clock, for a row of it
//!   may have changed again without leaving its position. Until then a pull only checks it: it asks inclusively but
//!   leaves out all rows of the group save the last. If exactly that row comes back, then no row was added before it,
//!   or it would stand further back, and none has moved on, or it would follow.
//!
//! So with nothing new a pull is one request, but for that one re-reading. A backend whose positions are unique
//! ([`Ties::None`]) or which knows that a position is closed ([`Boundary::Closed`]) takes the short way at once.

use super::backend::{Boundary, Next, Page, Row, Start, Ties};
use super::token::{Stage, Token};

/// After how long a position counts as closed although nothing later was seen. Far more than the grain of any server's
/// clock, and than the time that passes between a row's stamp and its commit.
pub const SETTLE_MS: i64 = 5_000;

/// What the request under way is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// The rows from a position on, inclusively or not.
    From,
    /// The rest of a large group, and what comes after it.
    Within,
    /// Whether anything comes after a large group.
    Probe,
    /// Whether anything has changed since a large group was read.
    Check,
}

/// The rows at the last position.
#[derive(Debug, Clone)]
struct Group {
    position: String,
    last_id: String,
    ties: u64,
    seen_ms: i64,
    /// Whether the position was closed before the reading of the group began.
    boundary: Boundary,
}

/// What to do with a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Store its rows.
    Store,
    /// Not store them: it only answered a question, or will be read again.
    Discard,
}

/// Where a listing stands.
#[derive(Debug, Clone)]
pub struct Cursor {
    ties: Ties,
    page_size: u32,
    request: Option<(Start, Purpose)>,
    group: Option<Group>,
}

impl Cursor {
    /// A listing that goes on from `token`, or begins. `now_ms` is this device's clock.
    pub fn new(token: Option<Token>, ties: Ties, page_size: u32, now_ms: i64) -> Self {
        let mut cursor = Self { ties, page_size, request: Some((Start::Beginning, Purpose::From)), group: None };
        if let Some(token) = token {
            cursor.resume(token, now_ms);
        }
        cursor
    }

    fn resume(&mut self, token: Token, now_ms: i64) {
        let settled = now_ms.saturating_sub(token.seen_ms) >= SETTLE_MS;
        let small = token.ties < u64::from(self.page_size);
        let closed = matches!(token.stage, Stage::Closed | Stage::ReadingClosed);
        let read_by_id = token.stage == Stage::Reading && !small;
        let boundary = if closed || settled && !read_by_id { Boundary::Closed } else { Boundary::Open };
        let position = token.position.clone();
        self.request = Some(match token.stage {
            Stage::Closed => (Start::After(position), Purpose::From),
            _ if self.ties == Ties::None => (Start::After(position), Purpose::From),
            Stage::Open if small || settled => (Start::At { position, skip: 0 }, Purpose::From),
            Stage::Open => (Start::At { position, skip: token.ties.saturating_sub(1) }, Purpose::Check),
            _ if small => (Start::At { position, skip: 0 }, Purpose::From),
            _ => (self.within(&token.position, &token.last_id, token.ties), Purpose::Within),
        });
        let Token { position, last_id, ties, seen_ms, .. } = token;
        self.group = Some(Group { position, last_id, ties, seen_ms: seen_ms.min(now_ms), boundary });
    }

    /// The request to make now, and how many rows to ask for; `None` when the listing has ended.
    pub fn request(&self) -> Option<(Start, u32)> {
        let (start, purpose) = self.request.clone()?;
        let page_size = match purpose {
            Purpose::Probe => 1,
            // One row more than expected, so that a page of one shows whether it is the only one.
            Purpose::Check => self.page_size.max(2),
            Purpose::From | Purpose::Within => self.page_size,
        };
        Some((start, page_size))
    }

    /// The position from which the page under way is asked for: rows that stand at it may be known already.
    pub fn boundary_position(&self) -> Option<&str> {
        self.group.as_ref().map(|group| group.position.as_str())
    }

    /// The token that may be kept once every row up to here is stored.
    pub fn token(&self) -> Option<Token> {
        let group = self.group.as_ref()?;
        let stage = match (self.request.is_some(), group.boundary) {
            (true, Boundary::Open) => Stage::Reading,
            (true, Boundary::Closed) => Stage::ReadingClosed,
            (false, Boundary::Open) => Stage::Open,
            (false, Boundary::Closed) => Stage::Closed,
        };
        let Group { position, last_id, ties, seen_ms, .. } = group.clone();
        Some(Token { position, last_id, ties, seen_ms, stage })
    }

    /// Takes note of the answer to [`Cursor::request`].
    ///
    /// # Errors
    /// What is wrong with the page, if the listing cannot go on from it.
    pub fn advance(&mut self, page: &Page, now_ms: i64) -> Result<Verdict, &'static str> {
        let Some((start, purpose)) = self.request.take() else { return Ok(Verdict::Discard) };
        let verdict = match purpose {
            Purpose::Probe => self.take_probe(page),
            Purpose::Check => self.take_check(page),
            Purpose::From | Purpose::Within => self.take_rows(page, &start, purpose, now_ms)?,
        };
        if self.request.as_ref().is_some_and(|(next, next_purpose)| *next == start && *next_purpose == purpose) {
            return Err("the backend answers the same rows again; it does not filter or sort by their position");
        }
        Ok(verdict)
    }

    fn take_probe(&mut self, page: &Page) -> Verdict {
        let Some(group) = &mut self.group else { return Verdict::Discard };
        if page.rows.is_empty() {
            let (position, id, ties) = (group.position.clone(), group.last_id.clone(), group.ties);
            self.request = Some((self.within(&position, &id, ties), Purpose::Within));
        } else {
            self.read_again();
        }
        Verdict::Discard
    }

    fn take_check(&mut self, page: &Page) -> Verdict {
        let unchanged = match (&page.rows[..], &self.group) {
            ([row], Some(group)) => {
                row.id == group.last_id && row.position.as_ref() == Some(&group.position) && page.next == Next::End
            }
            _ => false,
        };
        if !unchanged && let Some(group) = &mut self.group {
            group.ties = 0;
            self.request = Some((Start::At { position: group.position.clone(), skip: 0 }, Purpose::From));
        }
        Verdict::Discard
    }

    /// Reads the group from its first row again, now that it is closed.
    fn read_again(&mut self) {
        if let Some(group) = &mut self.group {
            group.boundary = Boundary::Closed;
            group.ties = 0;
            self.request = Some((Start::At { position: group.position.clone(), skip: 0 }, Purpose::From));
        }
    }

    fn take_rows(
        &mut self,
        page: &Page,
        start: &Start,
        purpose: Purpose,
        now_ms: i64,
    ) -> Result<Verdict, &'static str> {
        let last = page.rows.last();
        if last.is_some_and(|last| last.position.is_none()) && page.position.is_none() {
            return if page.next == Next::More { Err(NO_POSITION) } else { self.go_on_without(page) };
        }
        if let Some((last, position)) = last.and_then(|last| Some((last, last.position.as_ref()?))) {
            if self.leaves_an_open_group(purpose, position) {
                self.read_again();
                return Ok(Verdict::Discard);
            }
            self.reach(position, last, page, start, purpose, now_ms);
            self.recount_if_unsorted(start, &page.next);
        }
        if let Some(position) = &page.position {
            let last_id = page.rows.last().map_or_else(String::new, |row| row.id.clone());
            let boundary = Boundary::Closed;
            self.group = Some(Group { position: position.clone(), last_id, ties: 0, seen_ms: now_ms, boundary });
        }
        self.request = match &page.next {
            Next::End => None,
            Next::Link(link) => Some((Start::Link(link.clone()), Purpose::From)),
            Next::More if page.rows.is_empty() && page.position.is_none() => None,
            Next::More => self.after(page, purpose),
        };
        Ok(Verdict::Store)
    }

    /// Rows without positions can be stored, but give no token.
    fn go_on_without(&mut self, page: &Page) -> Result<Verdict, &'static str> {
        if let Next::Link(link) = &page.next {
            self.request = Some((Start::Link(link.clone()), Purpose::From));
        }
        Ok(Verdict::Store)
    }

    fn leaves_an_open_group(&self, purpose: Purpose, position: &str) -> bool {
        let left = self.group.as_ref().filter(|group| group.position != position);
        purpose == Purpose::Within && left.is_some_and(|group| group.boundary == Boundary::Open)
    }

    fn reach(&mut self, position: &str, last: &Row, page: &Page, start: &Start, purpose: Purpose, now_ms: i64) {
        let here = page.rows.iter().rev().take_while(|row| row.position.as_deref() == Some(position)).count() as u64;
        match &mut self.group {
            Some(group) if group.position == position => {
                let goes_on = purpose == Purpose::Within || matches!(start, Start::Link(_));
                group.ties = if goes_on { group.ties + here } else { here };
                group.last_id.clone_from(&last.id);
            }
            _ => {
                let (position, last_id) = (position.to_owned(), last.id.clone());
                let boundary = if self.ties == Ties::None { Boundary::Closed } else { page.boundary };
                self.group = Some(Group { position, last_id, ties: here, seen_ms: now_ms, boundary });
            }
        }
    }

    /// The first page may have the rows of its last position in any order: how many it had is no place to go on from.
    fn recount_if_unsorted(&mut self, start: &Start, next: &Next) {
        if let Some(group) = &mut self.group
            && (self.ties, start, next) == (Ties::Skip, &Start::Beginning, &Next::More)
        {
            group.ties = 0;
        }
    }

    /// The request for the page after `page`, by the position reached.
    fn after(&self, page: &Page, purpose: Purpose) -> Option<(Start, Purpose)> {
        let group = self.group.as_ref()?;
        let position = group.position.clone();
        if self.ties == Ties::None {
            return Some((Start::After(position), Purpose::From));
        }
        let small = group.ties < page.rows.len() as u64;
        let within = || (self.within(&group.position, &group.last_id, group.ties), Purpose::Within);
        Some(match (group.boundary, purpose) {
            (Boundary::Closed, _) if self.ties == Ties::Keyset => within(),
            _ if small => (Start::At { position, skip: 0 }, Purpose::From),
            (Boundary::Closed, _) => within(),
            (Boundary::Open, Purpose::Within) if group.ties > page.rows.len() as u64 => within(),
            (Boundary::Open, _) => (Start::After(position), Purpose::Probe),
        })
    }

    fn within(&self, position: &str, id: &str, ties: u64) -> Start {
        let position = position.to_owned();
        match self.ties {
            Ties::Keyset => Start::Within { position, id: id.to_owned() },
            Ties::Skip | Ties::None => Start::At { position, skip: ties },
        }
    }
}

const NO_POSITION: &str = "the last row has no position; the backend must list the column that changes are ordered by";

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
