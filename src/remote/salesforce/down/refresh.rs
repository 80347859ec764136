//! The records that a soup has already, read anew in slices.

use super::super::soql::{Soql, after, one_of};
use super::super::store::{self, Held};
use super::super::{Error, Result};
use super::listed::{IDS_A_QUERY, still_there};
use super::{Ask, Down, Page, Place, all, names, selected};
use crate::json::{self, Fields};
use futures::future::{FutureExt, LocalBoxFuture};
use std::cell::RefCell;
use std::collections::BTreeSet;

pub(super) struct Refresh {
    object: String,
    fields: Vec<String>,
    slice: usize,
    place: Place,
    /// What the soup had when the first page was asked for.
    held: RefCell<Vec<Held>>,
    is_resync: RefCell<bool>,
}

impl Refresh {
    pub(super) fn parse(fields: &Fields<'_>, place: Place) -> Result<Self> {
        let soup = fields.given_text("soupName")?.unwrap_or_else(|| place.soup.clone());
        let slice = fields.given("countIdsPerSoql").map(json::whole).transpose()?.unwrap_or(IDS_A_QUERY as u64);
        let slice = usize::try_from(slice).ok().filter(|slice| (1..=IDS_A_QUERY).contains(slice));
        Ok(Self {
            object: fields.text("sobjectType")?,
            fields: names(fields, "fieldlist")?,
            slice: slice.ok_or_else(|| Error::Target(format!("countIdsPerSoql is 1 to {IDS_A_QUERY}.")))?,
            place: Place { soup, ..place },
            held: RefCell::default(),
            is_resync: RefCell::default(),
        })
    }

    async fn slice(&self, ask: &Ask, start: usize) -> Result<Page> {
        let (ids, newest, total) = {
            let held = self.held.borrow();
            let some = held.get(start..).unwrap_or_default();
            let some = some.get(..self.slice.min(some.len())).unwrap_or_default();
            let ids: Vec<String> = some.iter().map(|held| held.id.clone()).collect();
            (ids, some.iter().map(|held| held.stamp).max().unwrap_or(-1), held.len())
        };
        if ids.is_empty() {
            return Ok(Page::whole(Vec::new()));
        }
        let place = &self.place;
        let mut soql = Soql::of(&selected(&self.fields, place), &self.object, &one_of(&place.id_field, &ids));
        if *self.is_resync.borrow() && newest >= 0 {
            soql.and_where(&after(&place.stamp_field, newest));
        }
        let next = start + ids.len();
        Ok(Page {
            records: vec![all(&ask.rest, &soql).await?],
            total: i64::try_from(total).ok(),
            next: (next < total).then(|| next.to_string()),
        })
    }
}

impl Down for Refresh {
    fn places(&self) -> Vec<Place> {
        vec![self.place.clone()]
    }

    fn fetch<'a>(&'a self, ask: &'a Ask, since: i64) -> LocalBoxFuture<'a, Result<Page>> {
        async move {
            let Place { soup, id_field, stamp_field } = &self.place;
            let held = ask.store.read_newest(|conn| store::of_org(conn, soup, id_field, stamp_field)).await?;
            self.held.replace(held);
            self.is_resync.replace(since >= 0);
            self.slice(ask, 0).await
        }
        .boxed_local()
    }

    fn more<'a>(&'a self, ask: &'a Ask, next: String) -> LocalBoxFuture<'a, Result<Page>> {
        async move { self.slice(ask, next.parse().unwrap_or(usize::MAX)).await }.boxed_local()
    }

    fn remaining<'a>(
        &'a self,
        ask: &'a Ask,
        held: &'a [Vec<Held>],
    ) -> LocalBoxFuture<'a, Result<Vec<BTreeSet<String>>>> {
        async move {
            let held = held.first().map(Vec::as_slice).unwrap_or_default();
            Ok(vec![still_there(&ask.rest, &self.object, &self.place.id_field, held).await?])
        }
        .boxed_local()
    }
}
