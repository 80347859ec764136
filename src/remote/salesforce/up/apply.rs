//! What the answers of the org do to a soup.

use super::super::down::Family;
use super::super::record::{self, CREATED, DELETED, LAST_ERROR, LOCAL, UPDATED};
use super::super::{Result, store};
use super::{Ids, Op, Outcome, Verb};
use crate::database::Transaction;
use crate::json::{self, quoted};
use crate::soup::{EntryId, Soup};

/// Of a record that was sent to be created, and that no answer came for.
const NO_ANSWER: &str = "{\"errorCode\":\"NO_ANSWER\",\"message\":\"The org did not answer. Whether it has created the record \
    is not known. The next sync up sends it again: without an external id that may make a second one.\"}";

/// What came of a batch.
#[derive(Debug, Default, Clone)]
pub(in super::super) struct Applied {
    /// How many records the org refused.
    pub(in super::super) failed: i64,
    /// The ids that it gave.
    pub(in super::super) ids: Ids,
}

/// Puts what the org answered into the soups.
pub(in super::super) fn apply(
    tx: &Transaction<'_>,
    family: Option<&Family>,
    answers: &[(Op, Outcome)],
) -> Result<Applied> {
    let mut applied = Applied::default();
    // Children first: what becomes of a parent changes them.
    let (parents, others): (Vec<_>, Vec<_>) = answers.iter().partition(|(op, _)| parent_of(family, op).is_some());
    for (op, outcome) in others.into_iter().chain(parents) {
        let soup = Soup::open(tx, &op.place.soup)?;
        // Whoever removed the entry meanwhile wants nothing of it.
        let Some(now) = soup.get(tx, op.entry)? else { continue };
        match (outcome, op.verb) {
            (Outcome::Refused(error), _) => {
                applied.failed += 1;
                let changed = record::with(&now.json, &[(LAST_ERROR, Some(quoted(error)))])?;
                soup.put(tx, Some(op.entry), &changed)?;
            }
            (Outcome::Done(_) | Outcome::Gone, Verb::Delete | Verb::Forget) => {
                if now.json == op.before {
                    soup.remove(tx, &[op.entry])?;
                } else {
                    // It was changed again while it was being deleted: the org has to get it anew.
                    let changes = [(CREATED, yes()), (UPDATED, no()), (LAST_ERROR, None)];
                    soup.put(tx, Some(op.entry), &record::with(&now.json, &changes)?)?;
                }
                if let Some(family) = parent_of(family, op) {
                    orphan(tx, family, &op.id)?;
                }
            }
            (Outcome::Done(id), _) => {
                let id = id.as_deref().unwrap_or(&op.id);
                let mut changes = vec![(op.place.id_field.as_str(), Some(quoted(id))), (LAST_ERROR, None)];
                if now.json == op.before {
                    changes.extend(record::clean());
                } else {
                    // It was edited while it was on its way: the edit goes up next.
                    changes.extend([(CREATED, no()), (UPDATED, yes()), (LOCAL, yes())]);
                }
                soup.put(tx, Some(op.entry), &record::with(&now.json, &changes)?)?;
                if id != op.id {
                    join(tx, op, id)?;
                    applied.ids.insert(op.id.clone(), id.to_owned());
                    if let Some(family) = parent_of(family, op) {
                        relink(tx, family, &op.id, id)?;
                    }
                }
            }
            (Outcome::Gone, _) => {}
        }
    }
    Ok(applied)
}

fn yes() -> Option<String> {
    Some("true".to_owned())
}

fn no() -> Option<String> {
    Some("false".to_owned())
}

/// The family, when the record is a parent in it.
fn parent_of<'f>(family: Option<&'f Family>, op: &Op) -> Option<&'f Family> {
    family.filter(|family| family.parent.soup == op.place.soup)
}

/// A record that was created though its answer was lost may have come down meanwhile: one of the two entries stays,
/// that with a change if there is one.
fn join(tx: &Transaction<'_>, op: &Op, id: &str) -> Result<()> {
    let soup = Soup::open(tx, &op.place.soup)?;
    for other in store::entries_where(tx, soup.name(), &op.place.id_field, id)? {
        if other.id != op.entry {
            let is_changed = record::flag(&json::fields(&other.json)?, LOCAL);
            soup.remove(tx, &[if is_changed { op.entry } else { other.id }])?;
        }
    }
    Ok(())
}

/// Children follow their parent to another id. Those that an org has lost with the parent are to be made again.
fn relink(tx: &Transaction<'_>, family: &Family, from: &str, to: &str) -> Result<()> {
    let soup = Soup::open(tx, &family.children.soup)?;
    for child in store::entries_where(tx, soup.name(), &family.parent_id_field, from)? {
        let mut changes = vec![(family.parent_id_field.as_str(), Some(quoted(to)))];
        if !record::is_local_id(from) && family.is_master_detail {
            changes.extend([(LOCAL, yes()), (CREATED, yes())]);
        }
        soup.put(tx, Some(child.id), &record::with(&child.json, &changes)?)?;
    }
    Ok(())
}

/// Children whose parent is deleted go with it, or lose it, as in the org.
fn orphan(tx: &Transaction<'_>, family: &Family, parent: &str) -> Result<()> {
    let soup = Soup::open(tx, &family.children.soup)?;
    for child in store::entries_where(tx, soup.name(), &family.parent_id_field, parent)? {
        if family.is_master_detail {
            soup.remove(tx, &[child.id])?;
        } else {
            let changes = [(family.parent_id_field.as_str(), Some("null".to_owned()))];
            soup.put(tx, Some(child.id), &record::with(&child.json, &changes)?)?;
        }
    }
    Ok(())
}

/// Says at records that it is not known whether the org has created them.
pub(in super::super) fn mark_lost(tx: &Transaction<'_>, entries: &[(String, i64)]) -> Result<()> {
    for (name, id) in entries {
        if !crate::soup::registry::exists(tx, name)? {
            continue;
        }
        let soup = Soup::open(tx, name)?;
        let Some(now) = soup.get(tx, EntryId(*id))? else { continue };
        let fields = json::fields(&now.json)?;
        if record::flag(&fields, LOCAL) && !record::flag(&fields, DELETED) {
            soup.put(tx, Some(now.id), &record::with(&now.json, &[(LAST_ERROR, Some(quoted(NO_ANSWER)))])?)?;
        }
    }
    Ok(())
}

/// Stores when records were changed in the org: soup, entry, field, time.
pub(in super::super) fn restamp(tx: &Transaction<'_>, stamps: &[(String, EntryId, String, String)]) -> Result<()> {
    for (soup, entry, field, stamp) in stamps {
        let soup = Soup::open(tx, soup)?;
        let Some(now) = soup.get(tx, *entry)? else { continue };
        soup.put(tx, Some(*entry), &record::with(&now.json, &[(field, Some(quoted(stamp)))])?)?;
    }
    Ok(())
}
