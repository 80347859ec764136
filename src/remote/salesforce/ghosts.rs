//! Takes away the records that a sync down has no more.
//!
//! What the org says was deleted since, and which records have changed so that the query leaves them out, takes two
//! requests; that is enough for queries whose records go only by a change of their own. For others, and where the org
//! does not remember that far back, all ids are read, as the original always does.

use super::down::{self, Down, all_ids};
use super::rest::Rest;
use super::soql::{Soql, time};
use super::state::{Kind, State, Which};
use super::store::{self, Held};
use super::syncs::{Syncs, no_such};
use super::{Error, Result, record};
use crate::database::Transaction;
use crate::json;
use crate::platform::{self, instant::Instant};
use crate::remote::transport::encode;
use crate::soup::EntryId;
use std::collections::BTreeSet;

const MINUTE: i64 = 60_000;

/// What the org says of deletions.
struct Deleted {
    ids: BTreeSet<String>,
    /// Up to when it has said all.
    until: i64,
}

/// The entries of one soup to take away.
#[derive(Debug, Default, Clone)]
struct Ghosts {
    soup: String,
    /// Their records are deleted in the org.
    gone: Vec<EntryId>,
    /// Their records are among those of the sync no more, for whatever reason.
    left: Vec<EntryId>,
}

impl Syncs {
    /// Takes away the records that a sync down has no more, and tells how many. Changed ones stay; so do those that
    /// another sync has, unless they are deleted in the org.
    ///
    /// # Errors
    /// No such sync, one that is under way or no sync down; an org that cannot be asked: then nothing is taken away.
    pub async fn clean_ghosts(&self, which: Which) -> Result<usize> {
        let state = self.status(&which).await?.ok_or_else(|| no_such(&which))?;
        if self.is_active(state.id) {
            return Err(Error::Running(state.id));
        }
        if state.kind != Kind::Down {
            return Err(Error::Target(format!("Sync {} is no sync down: it leaves no ghosts.", state.id)));
        }
        let _turn = self.turn().await?;
        let ask = self.ask();
        let target = down::parse(&state.target, &state.soup, &ask.customs.names().await?)?;
        let places = target.places();
        let held = |conn: &rusqlite::Connection| {
            places.iter().map(|place| store::clean(conn, &place.soup, state.id, &place.id_field)).collect()
        };
        let held: Vec<Vec<Held>> = self.store().read_newest(held).await?;
        let names: Vec<String> = places.iter().map(|place| place.soup.clone()).collect();
        let (ghosts, since) = self.ghosts(&*target, &state, &held, &names).await?;
        let id = state.id;
        let write = move |tx: &Transaction<'_>| {
            let mut removed = 0;
            for Ghosts { soup, gone, left } in &ghosts {
                removed += store::remove(tx, soup, id, gone, left)?;
            }
            if let Some(mut state) = super::state::find(tx, &Which::Id(id))? {
                state.ghosts_since = since;
                state.save(tx)?;
            }
            Ok(removed)
        };
        self.store().write(write).await
    }

    /// The ghosts, and since when the next cleaning has to look.
    async fn ghosts(
        &self,
        target: &dyn Down,
        state: &State,
        held: &[Vec<Held>],
        names: &[String],
    ) -> Result<(Vec<Ghosts>, i64)> {
        let ask = self.ask();
        let mut since = -1;
        if let Some(soql) = target.query() {
            let start = if state.ghosts_since < 0 { platform::now_ms() } else { state.ghosts_since };
            // An org that keeps no list for the object, or none that goes so far back, refuses.
            match deleted(&ask.rest, soql.object(), start).await {
                Ok(deleted) if state.ghosts_since >= 0 => {
                    let left = self.left(soql, start).await?;
                    let of = |ids: &BTreeSet<String>| entries(held.first(), &|held| ids.contains(&held.id));
                    let (gone, soup) = (of(&deleted.ids), names.first().cloned().unwrap_or_default());
                    return Ok((vec![Ghosts { soup, gone, left: of(&left) }], deleted.until));
                }
                Ok(deleted) => since = deleted.until,
                Err(Error::Refused { status: 400..500, .. }) => {}
                Err(error) => return Err(error),
            }
        }
        let remaining = target.remaining(ask, held).await?;
        let ghosts = names.iter().zip(held).zip(remaining).map(|((soup, held), ids)| {
            let left = entries(Some(held), &|held| !ids.contains(&held.id));
            Ghosts { soup: soup.clone(), gone: Vec::new(), left }
        });
        Ok((ghosts.collect(), since))
    }

    /// The ids of records that have changed since, and that the query leaves out.
    async fn left(&self, soql: &Soql, since: i64) -> Result<BTreeSet<String>> {
        let Some(condition) = soql.clause("WHERE") else { return Ok(BTreeSet::new()) };
        let condition = format!("LastModifiedDate >= {} AND (NOT ({condition}))", time(since));
        all_ids(&self.ask().rest, &Soql::of("Id", soql.object(), &condition), "Id").await
    }
}

fn entries(held: Option<&Vec<Held>>, is_meant: &dyn Fn(&Held) -> bool) -> Vec<EntryId> {
    held.into_iter().flatten().filter(|held| is_meant(held)).map(|held| held.entry).collect()
}

/// What was deleted of an object from `since` on.
async fn deleted(rest: &Rest, object: &str, since: i64) -> Result<Deleted> {
    // The org looks at whole minutes, and wants the end to be after the start.
    let end = platform::now_ms().max(since) + 2 * MINUTE;
    let path =
        format!("sobjects/{}/deleted/?start={}&end={}", encode(object), encode(&time(since)), encode(&time(end)));
    let answer = rest.get(&path).await?;
    let fields = json::fields(&answer)?;
    let mut ids = BTreeSet::new();
    for text in json::items(fields.need("deletedRecords")?)? {
        ids.extend(record::text(&json::fields(text)?, "id"));
    }
    let until = Instant::parse(&fields.text("latestDateCovered")?).map_or(-1, Instant::milliseconds);
    Ok(Deleted { ids, until })
}
