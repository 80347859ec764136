//! What is to be done with a changed record, by its flags and the field lists of its target.

use super::super::down::{Family, Place};
use super::super::record::{self, CREATED, DELETED};
use super::super::state::State;
use super::super::{Error, Result};
use super::{Op, Verb};
use crate::json::{self, Fields};
use crate::soup::Stored;
use std::rc::Rc;

/// How records of one soup become operations.
#[derive(Debug, Clone)]
pub(in super::super) struct Plan {
    pub(in super::super) place: Rc<Place>,
    /// The fields of a record that is created.
    create: Vec<String>,
    /// The fields of a record that is changed.
    update: Vec<String>,
    external: Option<String>,
}

impl Plan {
    pub(super) fn parse(fields: &Fields<'_>, state: &State) -> Result<Self> {
        let common = state.fieldlist()?;
        let place = Place::read(fields, &state.soup)?;
        Self::of(
            place,
            fields,
            ["createFieldlist", "updateFieldlist"],
            common,
            fields.given_text("externalIdFieldName")?,
        )
    }

    pub(super) fn parent(fields: &Fields<'_>, family: &Family) -> Result<Self> {
        let lists = ["parentCreateFieldlist", "parentUpdateFieldlist"];
        Self::of(family.parent.clone(), fields, lists, None, family.parent_external_id.clone())
    }

    pub(super) fn children(fields: &Fields<'_>, family: &Family) -> Result<Self> {
        let lists = ["childrenCreateFieldlist", "childrenUpdateFieldlist"];
        let mut plan = Self::of(family.children.clone(), fields, lists, None, family.children_external_id.clone())?;
        // A child that is created needs its parent, whatever the list says.
        if !plan.create.contains(&family.parent_id_field) {
            plan.create.push(family.parent_id_field.clone());
        }
        Ok(plan)
    }

    fn of(
        place: Place,
        fields: &Fields<'_>,
        [create, update]: [&str; 2],
        common: Option<Vec<String>>,
        external: Option<String>,
    ) -> Result<Self> {
        let list = |name: &str| {
            let own = fields.given(name).map(json::texts).transpose()?;
            own.or_else(|| common.clone())
                .filter(|names| !names.is_empty())
                .ok_or_else(|| Error::Target(format!("No fields specified: give options.fieldlist, or {name}.")))
        };
        Ok(Self { create: list(create)?, update: list(update)?, place: Rc::new(place), external })
    }

    /// What is to be done with a record. Deletion comes before creation, and that before a change.
    pub(in super::super) fn op(&self, stored: Stored) -> Result<Op> {
        let fields = json::fields(&stored.json)?;
        let id = record::text(&fields, &self.place.id_field).unwrap_or_default();
        let is_new = record::flag(&fields, CREATED) || id.is_empty() || record::is_local_id(&id);
        let verb = match (record::flag(&fields, DELETED), is_new) {
            (true, true) => Verb::Forget,
            (true, false) => Verb::Delete,
            (false, true) => Verb::Create,
            (false, false) => Verb::Update,
        };
        let object = record::at(&fields, "attributes.type").and_then(|text| json::text(text).ok());
        let object = object.map(|text| text.into_owned()).unwrap_or_default();
        let op = Op {
            place: Rc::clone(&self.place),
            entry: stored.id,
            verb,
            object,
            id,
            body: self.body(&fields, if verb == Verb::Create { &self.create } else { &self.update }),
            key: None,
            before: stored.json.clone(),
        };
        Ok(self.upserted(op, &fields))
    }

    /// The operation that creates a record anew which the org has no more.
    pub(in super::super) fn again(&self, op: &Op) -> Result<Op> {
        let fields = json::fields(&op.before)?;
        let op = Op { verb: Verb::Create, body: self.body(&fields, &self.create), ..op.clone() };
        Ok(self.upserted(op, &fields))
    }

    /// A record that is created and has an external id is created by it.
    fn upserted(&self, op: Op, fields: &Fields<'_>) -> Op {
        let Some(field) = self.external.as_ref().filter(|_| op.verb == Verb::Create) else { return op };
        let value = record::text(fields, field).filter(|value| !value.is_empty() && !record::is_local_id(value));
        let Some(value) = value else { return op };
        let body = op.body.into_iter().filter(|(name, _)| name != field).collect();
        Op { verb: Verb::Upsert, key: Some((field.clone(), value)), body, ..op }
    }

    /// The fields of a list that a record has: what it has not is not sent, and null is.
    fn body(&self, fields: &Fields<'_>, names: &[String]) -> Vec<(String, String)> {
        let names = names.iter().filter(|name| **name != self.place.id_field && **name != self.place.stamp_field);
        names.filter_map(|name| Some((name.clone(), record::at(fields, name)?.to_owned()))).collect()
    }
}
