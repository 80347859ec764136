//! Targets of syncs up: which records go to the org, by which calls, and what the answers say of each.
//!
//! [`Plan`] makes an operation of a changed record; a way sends some of them at once; what is the same for all ways is
//! the runner's.

mod apply;
mod collection;
mod composite;
mod custom;
mod family;
mod plan;

pub(super) use apply::{Applied, apply, mark_lost, restamp};
pub(super) use collection::retrieve;
pub(super) use family::{renewed, trees, with_kin};
pub(super) use plan::Plan;

use super::custom::Customs;
use super::down::{Family, NAMES, Place};
use super::rest::Rest;
use super::state::State;
use super::{Error, Result, record};
use crate::json::{self, Fields, quoted};
use crate::soup::EntryId;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::rc::Rc;

/// What the org is asked to do with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verb {
    Create,
    Update,
    /// Create it, or change the one with its external id.
    Upsert,
    Delete,
    /// Nothing: it came and went on this device.
    Forget,
}

/// A changed record, and what is to be done with it.
#[derive(Debug, Clone)]
pub(super) struct Op {
    pub(super) place: Rc<Place>,
    pub(super) entry: EntryId,
    /// The record as it was read.
    pub(super) before: String,
    pub(super) verb: Verb,
    /// The object of which it is one.
    pub(super) object: String,
    /// Its id: the org's, or a local one.
    pub(super) id: String,
    /// The fields to send.
    pub(super) body: Vec<(String, String)>,
    /// The external id of an upsert: field and value.
    pub(super) key: Option<(String, String)>,
}

/// The ids that the org gave for local ones, since this sync began.
pub(super) type Ids = BTreeMap<String, String>;

impl Op {
    /// The JSON of what is sent, where `first` come before the record's own fields. Local ids that have become others
    /// are those.
    fn body(&self, first: &[(&str, String)], ids: &Ids) -> String {
        let first = first.iter().map(|(name, value)| (*name, Cow::from(value.as_str())));
        let own = self.body.iter().map(|(name, value)| {
            let known = json::text(value).ok().and_then(|id| ids.get(&*id));
            (name.as_str(), known.map_or(Cow::from(value.as_str()), |id| Cow::from(quoted(id))))
        });
        json::object(first.chain(own))
    }

    /// When the record was changed last in the org, as far as this device knows.
    pub(super) fn stamp(&self) -> Option<String> {
        let fields = json::fields(&self.before).ok()?;
        record::text(&fields, &self.place.stamp_field)
    }

    /// Whether doing it twice makes two records.
    pub(super) fn is_risky(&self) -> bool {
        self.verb == Verb::Create
    }
}

/// What became of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It is done; the id, where the answer says it.
    Done(Option<String>),
    /// The org has no such record.
    Gone,
    /// The org refused: the error's JSON, or what else it said.
    Refused(String),
}

/// How operations are sent.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Way {
    /// One call each.
    Single,
    /// Composite calls.
    Batch,
    /// Collections of one kind.
    Collection,
    /// By the app's own target of this name.
    Custom(String),
}

/// A target of a sync up.
pub(super) struct Up {
    way: Way,
    size: usize,
    /// Of the records of the soup.
    pub(super) plan: Plan,
    /// Of the records that hang on those, where there are such.
    pub(super) kin: Option<(Family, Plan)>,
    target: String,
}

impl Up {
    /// Reads the target of a sync up; `customs` are the names of the app's own. One that names no class is a
    /// collection's, as in the original.
    ///
    /// # Errors
    /// A malformed target, or one of a class that is not known.
    pub(super) fn parse(state: &State, customs: &[String]) -> Result<Self> {
        let fields = json::fields(&state.target)?;
        let named: Vec<String> =
            NAMES.iter().filter_map(|field| fields.given_text(field).transpose()).collect::<json::Result<_>>()?;
        let class = named.first().map(String::as_str).unwrap_or_default();
        let own = named.iter().find(|name| customs.contains(name));
        let is_family = fields.given("parent").is_some() && fields.given("children").is_some();
        let (way, most) = if let Some(own) = own {
            (Way::Custom(own.clone()), 1)
        } else if is_family || class.ends_with("BatchSyncUpTarget") {
            (Way::Batch, 25)
        } else if class.is_empty() || class.ends_with("CollectionSyncUpTarget") {
            (Way::Collection, 200)
        } else if class.ends_with("SyncUpTarget") {
            (Way::Single, 1)
        } else {
            return Err(Error::Target(format!("No target is registered as {class}: call registerTarget first.")));
        };
        let size = fields.given("maxBatchSize").map(json::whole).transpose()?;
        let size = size.and_then(|size| usize::try_from(size).ok()).unwrap_or(most).clamp(1, most);
        let (plan, kin) = if is_family {
            let family = Family::parse(&fields)?;
            let parent = Plan::parent(&fields, &family)?;
            let children = Plan::children(&fields, &family)?;
            (parent, Some((family, children)))
        } else {
            (Plan::parse(&fields, state)?, None)
        };
        Ok(Self { way, size, plan, kin, target: state.target.clone() })
    }

    /// How records of a place become operations.
    pub(super) fn plan_of(&self, place: &Place) -> &Plan {
        match &self.kin {
            Some((family, plan)) if family.children == *place => plan,
            _ => &self.plan,
        }
    }

    /// Parts operations into those that are sent at once.
    pub(super) fn parted(&self, mut ops: Vec<Op>) -> Vec<Vec<Op>> {
        if self.way == Way::Collection {
            // In the original's order of kinds; within a kind, in that of the entries.
            ops.sort_by(|one, other| kind(one).cmp(&kind(other)));
        }
        let mut parts: Vec<Vec<Op>> = Vec::new();
        for op in ops {
            let fits = |part: &Vec<Op>| {
                part.len() < self.size
                    && (self.way != Way::Collection || part.first().is_some_and(|first| kind(first) == kind(&op)))
            };
            match parts.last_mut() {
                Some(part) if fits(part) => part.push(op),
                _ => parts.push(vec![op]),
            }
        }
        parts
    }

    /// Sends operations that were parted so: what became of each.
    pub(super) async fn send(&self, rest: &Rest, customs: &dyn Customs, ops: &[Op], ids: &Ids) -> Result<Vec<Outcome>> {
        match &self.way {
            Way::Single => composite::one_by_one(rest, ops, ids).await,
            Way::Batch => composite::send(rest, ops, ids).await,
            Way::Collection => collection::send(rest, ops, ids).await,
            Way::Custom(name) => custom::send(customs, name, &self.target, ops, ids).await,
        }
    }

    /// For each operation, when the org's record was changed last: none where it has no such record.
    pub(super) async fn stamps(
        &self,
        rest: &Rest,
        customs: &dyn Customs,
        ops: &[&Op],
    ) -> Result<BTreeMap<(String, String), String>> {
        match &self.way {
            Way::Custom(name) => custom::stamps(customs, name, &self.target, ops).await,
            _ => collection::stamps(rest, ops).await,
        }
    }

    /// Whether the org says when records were changed by what it is asked anyway.
    pub(super) fn is_custom(&self) -> bool {
        matches!(self.way, Way::Custom(_))
    }
}

/// What operations of one collection have in common.
fn kind(op: &Op) -> (Verb, &str, Option<&str>) {
    (op.verb, &op.object, op.key.as_ref().map(|(field, _)| field.as_str()))
}

/// The id in an answer about one record.
fn id_of(fields: &Fields<'_>) -> Option<String> {
    record::text(fields, "id").or_else(|| record::text(fields, "Id"))
}

/// The first of some errors, as the original keeps it; or what was said, if it is no list of errors.
fn first_error(errors: &str) -> String {
    let first = json::items(errors).ok().and_then(|errors| errors.first().map(|error| (*error).to_owned()));
    first.unwrap_or_else(|| errors.to_owned())
}
