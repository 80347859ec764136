//! What syncs do with a soup: pages of records into it, changed ones out of it, and ghosts away from it.

use super::record::{self, LOCAL, SYNC_ID, SYNC_IDS};
use super::state::{self, MergeMode, sql};
use super::{Error, Result};
use crate::database::Transaction;
use crate::json;
use crate::soup::{EntryId, Soup, Stored, smart_sql};
use rusqlite::Connection;
use std::collections::BTreeSet;

/// How records of a sync are stored.
#[derive(Debug, Clone)]
pub(super) struct Storing {
    pub(super) soup: String,
    pub(super) id_field: String,
    pub(super) sync: i64,
    pub(super) mode: MergeMode,
}

/// Stores records as the org has them, in the place of those with their ids.
///
/// # Errors
/// No such soup, or none with an index on the id; a record without one.
pub(super) fn save_page(tx: &Transaction<'_>, how: &Storing, records: &[String]) -> Result<()> {
    let soup = Soup::open(tx, &how.soup)?;
    let mut known = soup.keyed(tx, &how.id_field)?;
    for text in records {
        let fields = json::fields(text)?;
        let id = record::text(&fields, &how.id_field).ok_or_else(|| no_id(how))?;
        let before = known.find(&id)?;
        let held = match &before {
            Some(before) => {
                let old = json::fields(&before.json)?;
                if how.mode == MergeMode::LeaveIfChanged && record::flag(&old, LOCAL) {
                    continue;
                }
                holders(&old)
            }
            None => BTreeSet::new(),
        };
        known.put(before.map(|before| before.id), &stamped(text, &fields, how.sync, held)?)?;
    }
    Ok(())
}

fn no_id(how: &Storing) -> Error {
    Error::Target(format!("A record for {} has no {}: ask for it, or say another idFieldName.", how.soup, how.id_field))
}

/// A record with clean flags, and with the syncs that have it.
fn stamped(text: &str, fields: &json::Fields<'_>, sync: i64, mut held: BTreeSet<i64>) -> Result<String> {
    held.insert(sync);
    let mut changes = record::clean().to_vec();
    changes.push((SYNC_ID, Some(sync.to_string())));
    changes.push((SYNC_IDS, several(&held)));
    // What comes from an org has none of these: then they are added to the text as it is.
    let has_some = changes.iter().any(|(name, _)| fields.get(name).is_some());
    match text.trim_end().strip_suffix('}') {
        Some(open) if !has_some && !fields.0.is_empty() => {
            let mut stamped = String::with_capacity(text.len() + 160);
            stamped.push_str(open);
            for (name, value) in &changes {
                if let Some(value) = value {
                    stamped.push_str(",\"");
                    stamped.push_str(name);
                    stamped.push_str("\":");
                    stamped.push_str(value);
                }
            }
            stamped.push('}');
            Ok(stamped)
        }
        _ => record::with(text, &changes),
    }
}

fn several(held: &BTreeSet<i64>) -> Option<String> {
    let ids: Vec<_> = held.iter().map(i64::to_string).collect();
    (ids.len() > 1).then(|| json::array(&ids))
}

/// The syncs that have a record.
fn holders(fields: &json::Fields<'_>) -> BTreeSet<i64> {
    let one = fields.given(SYNC_ID).and_then(|id| id.parse().ok());
    let several = fields.given(SYNC_IDS).and_then(|ids| json::items(ids).ok()).unwrap_or_default();
    several.into_iter().filter_map(|id| id.parse().ok()).chain(one).collect()
}

/// The entries of a soup that were changed here, in the order in which they came to be.
pub(super) fn dirty(conn: &Connection, soup: &str) -> Result<Vec<EntryId>> {
    let query = format!(
        "SELECT {{{soup}:_soupEntryId}} FROM {{{soup}}} WHERE {{{soup}:{LOCAL}}} IN ('true', '1', 1) ORDER BY 1"
    );
    let mut statement = conn.prepare_cached(&smart_sql::to_sql(conn, &query)?).map_err(sql)?;
    let rows = statement.query_map([], |row| row.get(0)).map_err(sql)?;
    rows.collect::<rusqlite::Result<_>>().map_err(sql)
}

/// The entries with these numbers that are there.
pub(super) fn entries(conn: &Connection, soup: &str, ids: &[EntryId]) -> Result<Vec<Stored>> {
    let soup = Soup::open(conn, soup)?;
    ids.iter().filter_map(|id| soup.get(conn, *id).transpose()).map(|stored| Ok(stored?)).collect()
}

/// The entries of a soup whose value at `path` is `value`.
pub(super) fn entries_where(conn: &Connection, soup: &str, path: &str, value: &str) -> Result<Vec<Stored>> {
    let query = format!("SELECT {{{soup}:_soupEntryId}}, {{{soup}:_soup}} FROM {{{soup}}} WHERE {{{soup}:{path}}} = ?");
    let mut statement = conn.prepare_cached(&smart_sql::to_sql(conn, &query)?).map_err(sql)?;
    let rows = statement.query_map([value], |row| Ok(Stored { id: row.get(0)?, json: row.get(1)? })).map_err(sql)?;
    rows.collect::<rusqlite::Result<_>>().map_err(sql)
}

/// A record that the org is said to have.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) entry: EntryId,
    pub(super) id: String,
    /// When it was changed last, in milliseconds since 1970, or -1.
    pub(super) stamp: i64,
}

/// The records of a sync that have not been changed here, and those of no sync.
pub(super) fn clean(conn: &Connection, soup: &str, sync: i64, id: &str) -> Result<Vec<Held>> {
    held(conn, soup, id, "", &|fields| {
        let of = holders(fields);
        !record::flag(fields, LOCAL) && (of.is_empty() || of.contains(&sync))
    })
}

/// The records of a soup that an org has given an id.
pub(super) fn of_org(conn: &Connection, soup: &str, id: &str, stamp: &str) -> Result<Vec<Held>> {
    held(conn, soup, id, stamp, &|_| true)
}

fn held(
    conn: &Connection,
    soup: &str,
    id: &str,
    stamp: &str,
    is_meant: &dyn Fn(&json::Fields<'_>) -> bool,
) -> Result<Vec<Held>> {
    let soup = Soup::open(conn, soup)?;
    let all = format!("SELECT id, soup FROM {} ORDER BY id", soup.table());
    let mut statement = conn.prepare_cached(&all).map_err(sql)?;
    let mut rows = statement.query([]).map_err(sql)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(sql)? {
        let text = row.get_ref(1).and_then(|value| Ok(value.as_str()?)).map_err(sql)?;
        let fields = json::fields(text)?;
        if !is_meant(&fields) {
            continue;
        }
        if let Some(id) = record::text(&fields, id).filter(|id| !record::is_local_id(id)) {
            found.push(Held { entry: row.get(0).map_err(sql)?, id, stamp: record::stamp(text, stamp).unwrap_or(-1) });
        }
    }
    Ok(found)
}

/// Takes records away that a sync has no more: those `gone` from the org altogether, the others (`left`) unless another
/// sync has them. What was changed here meanwhile stays. Tells how many went.
pub(super) fn remove(tx: &Transaction<'_>, name: &str, sync: i64, gone: &[EntryId], left: &[EntryId]) -> Result<usize> {
    let soup = Soup::open(tx, name)?;
    let living: BTreeSet<i64> = state::all(tx)?.into_iter().map(|state| state.id).collect();
    let mut removed = 0;
    for (entry, is_gone) in gone.iter().map(|entry| (entry, true)).chain(left.iter().map(|entry| (entry, false))) {
        let Some(stored) = soup.get(tx, *entry)? else { continue };
        let fields = json::fields(&stored.json)?;
        if record::flag(&fields, LOCAL) {
            continue;
        }
        let others: BTreeSet<i64> =
            holders(&fields).into_iter().filter(|other| *other != sync && living.contains(other)).collect();
        match others.last() {
            Some(other) if !is_gone => {
                let changes = [(SYNC_ID, Some(other.to_string())), (SYNC_IDS, several(&others))];
                soup.put(tx, Some(*entry), &record::with(&stored.json, &changes)?)?;
            }
            _ => removed += soup.remove(tx, &[*entry])?,
        }
    }
    Ok(removed)
}
