//! Trees of records that go up together: a parent, and what was changed of its children.

use super::super::record::{self, LOCAL};
use super::super::{Result, store};
use super::{Op, Up, Verb};
use crate::json;
use crate::soup::EntryId;
use rusqlite::Connection;
use std::collections::BTreeSet;

/// The changed parents, and those with changed children, besides `dirty`, in the order in which they came to be.
pub(in super::super) fn with_kin(conn: &Connection, up: &Up, dirty: Vec<EntryId>) -> Result<Vec<EntryId>> {
    let Some((family, _)) = &up.kin else { return Ok(dirty) };
    let mut all: BTreeSet<EntryId> = dirty.into_iter().collect();
    let changed = store::dirty(conn, &family.children.soup)?;
    for child in store::entries(conn, &family.children.soup, &changed)? {
        let Some(parent) = record::text(&json::fields(&child.json)?, &family.parent_id_field) else { continue };
        let parents = store::entries_where(conn, &family.parent.soup, &family.parent.id_field, &parent)?;
        all.extend(parents.into_iter().map(|parent| parent.id));
    }
    Ok(all.into_iter().collect())
}

/// The operations of each tree, in the order in which an org can do them: a parent before its children, or after them
/// when it is deleted. Without a family, those of the records.
pub(in super::super) fn trees(conn: &Connection, up: &Up, entries: &[EntryId]) -> Result<Vec<Vec<Op>>> {
    let stored = store::entries(conn, &up.plan.place.soup, entries)?;
    let Some((family, plan)) = &up.kin else {
        let ops: Vec<Op> = stored.into_iter().map(|stored| up.plan.op(stored)).collect::<Result<_>>()?;
        return Ok(up.parted(ops));
    };
    let mut trees = Vec::new();
    for parent in stored {
        let is_dirty = record::flag(&json::fields(&parent.json)?, LOCAL);
        let op = up.plan.op(parent)?;
        let is_leaving = is_dirty && matches!(op.verb, Verb::Delete | Verb::Forget);
        let mut tree = Vec::new();
        if !(is_leaving && family.is_master_detail) {
            for child in store::entries_where(conn, &family.children.soup, &family.parent_id_field, &op.id)? {
                if record::flag(&json::fields(&child.json)?, LOCAL) {
                    tree.push(plan.op(child)?);
                }
            }
        }
        tree.sort_by_key(|op| op.entry);
        if is_dirty {
            tree.insert(if is_leaving { tree.len() } else { 0 }, op);
        }
        trees.extend(up.parted(tree));
    }
    Ok(trees)
}

/// The same operations, of what the soups have now: those that went before may have changed it.
pub(in super::super) fn renewed(conn: &Connection, up: &Up, ops: &[Op]) -> Result<Vec<Op>> {
    let mut renewed = Vec::new();
    for op in ops {
        let plan = up.plan_of(&op.place);
        for stored in store::entries(conn, &op.place.soup, &[op.entry])? {
            if record::flag(&json::fields(&stored.json)?, LOCAL) {
                renewed.push(plan.op(stored)?);
            }
        }
    }
    Ok(renewed)
}
