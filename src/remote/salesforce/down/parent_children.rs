//! Records and what hangs on them, asked for by one nested query and kept in two soups.

use super::super::rest::Rest;
use super::super::soql::{Soql, after};
use super::super::store::Held;
use super::super::{Error, Result, record};
use super::{Ask, Down, Page, Place, all, ids, more, names, query, selected};
use crate::json::{self, Fields, quoted};
use futures::future::{FutureExt, LocalBoxFuture};
use std::collections::BTreeSet;

/// How children hang on their parents; and the two soups, which the target of a sync up names in the same way.
#[derive(Debug, Clone)]
pub(in super::super) struct Family {
    pub(in super::super) parent: Place,
    pub(in super::super) parent_object: String,
    pub(in super::super) children: Place,
    pub(in super::super) children_plural: String,
    pub(in super::super) parent_id_field: String,
    pub(in super::super) parent_external_id: Option<String>,
    pub(in super::super) children_external_id: Option<String>,
    /// Whether children go with their parent.
    pub(in super::super) is_master_detail: bool,
}

impl Family {
    pub(in super::super) fn parse(fields: &Fields<'_>) -> Result<Self> {
        let parent = json::fields(fields.need("parent")?)?;
        let children = json::fields(fields.need("children")?)?;
        let soup = |fields: &Fields<'_>| Place::read(fields, &fields.text("soupName")?);
        let relationship = fields.given_text("relationshipType")?;
        let is_master_detail = match relationship.as_deref() {
            Some("MASTER_DETAIL") => true,
            Some("LOOKUP") => false,
            _ => return Err(Error::Target("relationshipType is MASTER_DETAIL or LOOKUP.".to_owned())),
        };
        // The schema of the configuration says `parentFieldName` where the original reads `parentIdFieldName`.
        let parent_id_field = match children.given_text("parentIdFieldName")? {
            Some(name) => name,
            None => children.given_text("parentFieldName")?.unwrap_or_default(),
        };
        if parent_id_field.is_empty() {
            return Err(Error::Target(
                "children.parentIdFieldName is missing: which field names the parent?".to_owned(),
            ));
        }
        Ok(Self {
            parent: soup(&parent)?,
            parent_object: parent.text("sobjectType")?,
            children: soup(&children)?,
            children_plural: children.given_text("sobjectTypePlural")?.unwrap_or_default(),
            parent_id_field,
            parent_external_id: parent.given_text("externalIdFieldName")?,
            children_external_id: children.given_text("externalIdFieldName")?,
            is_master_detail,
        })
    }
}

pub(super) struct ParentChildren {
    family: Family,
    parent_fields: Vec<String>,
    children_fields: Vec<String>,
    filter: String,
}

impl ParentChildren {
    pub(super) fn parse(fields: &Fields<'_>, _: Place) -> Result<Self> {
        let family = Family::parse(fields)?;
        if family.children_plural.is_empty() {
            return Err(Error::Target(
                "children.sobjectTypePlural is missing: the name of the relationship.".to_owned(),
            ));
        }
        Ok(Self {
            family,
            parent_fields: names(fields, "parentFieldlist")?,
            children_fields: names(fields, "childrenFieldlist")?,
            filter: fields.given_text("parentSoqlFilter")?.unwrap_or_default(),
        })
    }

    fn soql(&self, parent: &str, children: &str) -> Soql {
        let family = &self.family;
        let nested = format!("{parent},(SELECT {children} FROM {})", family.children_plural);
        Soql::of(&nested, &family.parent_object, &self.filter)
    }

    /// Parts a page of parents that hold their children.
    async fn parted(&self, rest: &Rest, mut page: Page) -> Result<Page> {
        let (mut parents, mut children) = (Vec::new(), Vec::new());
        for text in page.records.pop().unwrap_or_default() {
            parents.push(record::with(&text, &[(&self.family.children_plural, None)])?);
            children.extend(self.children_of(rest, &text).await?);
        }
        Ok(Page { records: vec![parents, children], ..page })
    }

    async fn children_of(&self, rest: &Rest, parent: &str) -> Result<Vec<String>> {
        let family = &self.family;
        let fields = json::fields(parent)?;
        let Some(list) = fields.given(&family.children_plural) else { return Ok(Vec::new()) };
        let mut page = super::page(list)?;
        let mut found = page.records.pop().unwrap_or_default();
        while let Some(next) = page.next {
            page = more(rest, &next).await?;
            found.append(&mut page.records.pop().unwrap_or_default());
        }
        let id = record::text(&fields, &family.parent.id_field).unwrap_or_default();
        found.iter().map(|text| record::with(text, &[(&family.parent_id_field, Some(quoted(&id)))])).collect()
    }
}

impl Down for ParentChildren {
    fn places(&self) -> Vec<Place> {
        vec![self.family.parent.clone(), self.family.children.clone()]
    }

    fn is_by_time(&self) -> bool {
        true
    }

    fn fetch<'a>(&'a self, ask: &'a Ask, since: i64) -> LocalBoxFuture<'a, Result<Page>> {
        let Family { parent, children, .. } = &self.family;
        let mut soql = self.soql(&selected(&self.parent_fields, parent), &selected(&self.children_fields, children));
        if since >= 0 {
            soql.and_where(&after(&parent.stamp_field, since));
        }
        soql.or_order_by(&parent.stamp_field);
        async move { self.parted(&ask.rest, query(&ask.rest, &soql, None).await?).await }.boxed_local()
    }

    fn more<'a>(&'a self, ask: &'a Ask, next: String) -> LocalBoxFuture<'a, Result<Page>> {
        async move { self.parted(&ask.rest, more(&ask.rest, &next).await?).await }.boxed_local()
    }

    fn remaining<'a>(&'a self, ask: &'a Ask, _: &'a [Vec<Held>]) -> LocalBoxFuture<'a, Result<Vec<BTreeSet<String>>>> {
        async {
            let Family { parent, children, .. } = &self.family;
            let parents = all(&ask.rest, &self.soql(&parent.id_field, &children.id_field)).await?;
            let mut left = BTreeSet::new();
            for text in &parents {
                left.append(&mut ids(&self.children_of(&ask.rest, text).await?, &children.id_field)?);
            }
            Ok(vec![ids(&parents, &parent.id_field)?, left])
        }
        .boxed_local()
    }
}
