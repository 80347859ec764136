//! A target of the app's own making.

use super::super::store::Held;
use super::super::{Error, Result};
use super::{Ask, Down, Page, Place};
use crate::json::{self, Fields, quoted};
use futures::future::{FutureExt, LocalBoxFuture};
use std::collections::BTreeSet;

/// The fields of a target that may name the app's own.
pub(in super::super) const NAMES: [&str; 3] = ["impl", "androidImpl", "iOSImpl"];

pub(super) struct Custom {
    name: String,
    target: String,
    place: Place,
}

impl Custom {
    pub(super) fn parse(target: &str, fields: &Fields<'_>, place: Place, customs: &[String]) -> Result<Self> {
        let named: Vec<String> =
            NAMES.iter().filter_map(|field| fields.given_text(field).transpose()).collect::<json::Result<_>>()?;
        let Some(name) = named.iter().find(|name| customs.contains(name)) else {
            let names = named.join(", ");
            return Err(Error::Target(format!("No target is registered as {names}: call registerTarget first.")));
        };
        Ok(Self { name: name.clone(), target: target.to_owned(), place })
    }

    async fn page(&self, ask: &Ask, method: &str, argument: &str) -> Result<Page> {
        let answer = ask.customs.call(&self.name, method, format!("[{argument},{}]", self.target)).await?;
        let page = if answer.starts_with('[') { format!("{{\"records\":{answer}}}") } else { answer };
        if page == "null" {
            return Ok(Page::default());
        }
        let fields = json::fields(&page)?;
        let total = fields.given("totalSize").and_then(|total| total.parse().ok());
        let records: Vec<String> = match fields.given("records") {
            Some(records) => json::items(records)?.into_iter().map(str::to_owned).collect(),
            None => Vec::new(),
        };
        // It is asked for more until it has none.
        let next = (!records.is_empty()).then(String::new);
        Ok(Page { records: vec![records], total, next })
    }
}

impl Down for Custom {
    fn places(&self) -> Vec<Place> {
        vec![self.place.clone()]
    }

    fn fetch<'a>(&'a self, ask: &'a Ask, since: i64) -> LocalBoxFuture<'a, Result<Page>> {
        async move { self.page(ask, "startFetch", &since.to_string()).await }.boxed_local()
    }

    fn more<'a>(&'a self, ask: &'a Ask, _: String) -> LocalBoxFuture<'a, Result<Page>> {
        async { self.page(ask, "continueFetch", "null").await }.boxed_local()
    }

    fn remaining<'a>(
        &'a self,
        ask: &'a Ask,
        held: &'a [Vec<Held>],
    ) -> LocalBoxFuture<'a, Result<Vec<BTreeSet<String>>>> {
        async move {
            let held: Vec<String> = held.iter().flatten().map(|held| held.id.clone()).collect();
            let known: Vec<String> = held.iter().map(|id| quoted(id)).collect();
            let arguments = format!("[{},{}]", json::array(&known), self.target);
            let answer = ask.customs.call(&self.name, "getRemoteIds", arguments).await?;
            // One that does not say so has them all.
            Ok(vec![if answer == "null" {
                held.into_iter().collect()
            } else {
                json::texts(&answer)?.into_iter().collect()
            }])
        }
        .boxed_local()
    }
}
