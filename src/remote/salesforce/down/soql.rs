//! The records of a SOQL query.

use super::super::soql::{Soql, after};
use super::super::store::Held;
use super::super::{Error, Result};
use super::{Ask, Down, Page, Place, all_ids, more, query};
use crate::json::{self, Fields};
use futures::future::{FutureExt, LocalBoxFuture};
use std::collections::BTreeSet;

/// How many records a page has when nothing is said, and the bounds of what may be said (REST API, query options).
const PAGE: u64 = 2000;
const LEAST: u64 = 200;

pub(super) struct SoqlDown {
    soql: Soql,
    page_size: Option<u64>,
    place: Place,
}

impl SoqlDown {
    pub(super) fn parse(fields: &Fields<'_>, place: Place) -> Result<Self> {
        let text = fields.given_text("query")?.unwrap_or_default();
        let mut soql = Soql::parse(&text)?;
        soql.and_field(&place.stamp_field);
        soql.and_field(&place.id_field);
        soql.or_order_by(&place.stamp_field);
        let size = fields.given("maxBatchSize").map(json::whole).transpose()?.unwrap_or(PAGE);
        if !(LEAST..=PAGE).contains(&size) {
            return Err(Error::Target(format!("maxBatchSize is {LEAST} to {PAGE}, not {size}.")));
        }
        Ok(Self { soql, page_size: (size != PAGE).then_some(size), place })
    }
}

impl Down for SoqlDown {
    fn places(&self) -> Vec<Place> {
        vec![self.place.clone()]
    }

    fn is_by_time(&self) -> bool {
        self.soql.is_ordered_by(&self.place.stamp_field)
    }

    fn fetch<'a>(&'a self, ask: &'a Ask, since: i64) -> LocalBoxFuture<'a, Result<Page>> {
        let mut soql = self.soql.clone();
        if since >= 0 {
            soql.and_where(&after(&self.place.stamp_field, since));
        }
        async move { query(&ask.rest, &soql, self.page_size).await }.boxed_local()
    }

    fn more<'a>(&'a self, ask: &'a Ask, next: String) -> LocalBoxFuture<'a, Result<Page>> {
        async move { more(&ask.rest, &next).await }.boxed_local()
    }

    fn remaining<'a>(&'a self, ask: &'a Ask, _: &'a [Vec<Held>]) -> LocalBoxFuture<'a, Result<Vec<BTreeSet<String>>>> {
        async { Ok(vec![all_ids(&ask.rest, &self.soql, &self.place.id_field).await?]) }.boxed_local()
    }

    fn query(&self) -> Option<&Soql> {
        (self.place.id_field == "Id" && self.soql.is_of_single_records()).then_some(&self.soql)
    }
}
