//! A sync down: page after page into the soups, each stored while the next is on its way.

use super::down::{self, Place};
use super::record;
use super::state::{State, Status};
use super::store::{self, Storing};
use super::syncs::{Syncs, Tell};
use super::{Error, Result};
use crate::database::Transaction;
use crate::soup::Soup;
use futures::future::join;
use std::cell::Cell;

impl Syncs {
    /// Runs a sync down; what it has stored by the time of an error stays.
    pub(super) async fn down(
        &self,
        state: &mut State,
        since: i64,
        stop: &Cell<bool>,
        tell: Tell<'_>,
    ) -> Result<Status> {
        let ask = self.ask();
        let target = down::parse(&state.target, &state.soup, &ask.customs.names().await?)?;
        let places = target.places();
        let how = self.storing(state, &places)?;
        let mut page = target.fetch(ask, since).await?;
        let stamp_field = places.first().map(|place| place.stamp_field.clone()).unwrap_or_default();
        let (mut done, mut newest) = (0, state.stamp);
        state.total = page.total.unwrap_or(-1);
        loop {
            let main = page.records.first().map(Vec::as_slice).unwrap_or_default();
            let page_newest = places
                .iter()
                .zip(&page.records)
                .map(|(place, records)| record::newest(records, &place.stamp_field))
                .max();
            let page_newest =
                if target.is_by_time() { record::newest(main, &stamp_field) } else { page_newest.unwrap_or(-1) };
            newest = newest.max(page_newest);
            // Whatever is deleted of what has come, is deleted after this.
            if state.ghosts_since < 0 && since < 0 {
                state.ghosts_since = page_newest;
            }
            if target.is_by_time() {
                state.stamp = newest;
            }
            done += i64::try_from(main.len()).unwrap_or_default();
            state.progress = percent(done, state.total);
            let next = page.next.take().filter(|_| !stop.get());
            let fetched = async {
                match next {
                    Some(next) => Some(target.more(ask, next).await),
                    None => None,
                }
            };
            let (stored, fetched) = join(self.store_page(state, &how, page.records), fetched).await;
            stored?;
            if stop.get() {
                return Ok(Status::Stopped);
            }
            let Some(next) = fetched else { break };
            tell(state);
            page = next?;
        }
        state.stamp = newest;
        state.total = state.total.max(0);
        Ok(Status::Done)
    }

    /// How each place is filled.
    fn storing(&self, state: &State, places: &[Place]) -> Result<Vec<Storing>> {
        let mode = state.merge_mode()?;
        let how = |place: &Place| {
            // Asked before the org is: a soup that is not there is no reason to fetch anything.
            self.store().read(|conn| Soup::open(conn, &place.soup))?;
            Ok(Storing { soup: place.soup.clone(), id_field: place.id_field.clone(), sync: state.id, mode })
        };
        places.iter().map(how).collect()
    }

    /// Stores a page, and with it how the sync stands.
    async fn store_page(&self, state: &State, how: &[Storing], records: Vec<Vec<String>>) -> Result<()> {
        let (state, how) = (state.clone(), how.to_vec());
        let write = move |tx: &Transaction<'_>| {
            if !state.clone().save(tx)? {
                return Err(Error::NoSuchSync(state.id.to_string()));
            }
            how.iter().zip(&records).try_for_each(|(how, records)| store::save_page(tx, how, records))
        };
        self.store().write(write).await
    }
}

/// How far a sync is, in percent; it is not at its end before it says so.
pub(super) fn percent(done: i64, total: i64) -> i64 {
    if total > 0 { (done * 100 / total).clamp(0, 99) } else { 0 }
}
