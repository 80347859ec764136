//! The records that the org's administrator wants on the device: the briefcase, which may fill several soups.

use super::super::rest::Rest;
use super::super::soql::time;
use super::super::store::Held;
use super::super::up::retrieve;
use super::super::{Error, Result, record};
use super::{Ask, Down, Page, Place, names};
use crate::json::{self, Fields};
use crate::remote::transport::encode;
use futures::future::{FutureExt, LocalBoxFuture};
use std::collections::{BTreeMap, BTreeSet};

/// Of which object the records of a soup are, and what is read of them.
struct Info {
    object: String,
    fields: Vec<String>,
    place: Place,
}

pub(super) struct Briefcase {
    infos: Vec<Info>,
    slice: usize,
}

/// What one answer says is in the briefcase: the ids by their objects.
struct Listing {
    ids: BTreeMap<String, Vec<String>>,
    total: Option<i64>,
    next: Option<String>,
}

impl Briefcase {
    pub(super) fn parse(fields: &Fields<'_>) -> Result<Self> {
        let info = |text: &str| {
            let fields = json::fields(text)?;
            let place = Place::read(&fields, &fields.text("soupName")?)?;
            Ok(Info { object: fields.text("sobjectType")?, fields: names(&fields, "fieldlist")?, place })
        };
        let infos: Vec<Info> = json::items(fields.need("infos")?)?.into_iter().map(info).collect::<Result<_>>()?;
        let slice = fields.given("countIdsPerRetrieve").map(json::whole).transpose()?.unwrap_or(2000);
        let slice = usize::try_from(slice).ok().filter(|slice| (1..=2000).contains(slice));
        if infos.is_empty() {
            return Err(Error::Target("infos names no soup.".to_owned()));
        }
        let slice = slice.ok_or_else(|| Error::Target("countIdsPerRetrieve is 1 to 2000.".to_owned()))?;
        Ok(Self { infos, slice })
    }

    async fn page(&self, rest: &Rest, parameters: &str) -> Result<Page> {
        let listing = list(rest, parameters).await?;
        let mut records = Vec::new();
        for info in &self.infos {
            let ids = listing.ids.get(&info.object).map(Vec::as_slice).unwrap_or_default();
            let mut fields = info.fields.clone();
            fields.extend([info.place.id_field.clone(), info.place.stamp_field.clone()]);
            fields.sort_unstable();
            fields.dedup();
            let mut found = Vec::new();
            for ids in ids.chunks(self.slice) {
                found.extend(retrieve(rest, &info.object, ids, &fields).await?);
            }
            records.push(found);
        }
        let next = listing.next.map(|token| {
            let rest = parameters.split('&').filter(|part| !part.starts_with("relayToken=") && !part.is_empty());
            let parts: Vec<_> = rest.map(str::to_owned).chain([format!("relayToken={}", encode(&token))]).collect();
            parts.join("&")
        });
        Ok(Page { records, total: listing.total, next })
    }
}

async fn list(rest: &Rest, parameters: &str) -> Result<Listing> {
    let answer = rest.get(&format!("connect/briefcase/priming-records?{parameters}")).await?;
    let fields = json::fields(&answer)?;
    let mut ids: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (object, types) in json::fields(fields.need("primingRecords")?)?.0 {
        let found = ids.entry(object.into_owned()).or_default();
        for (_, records) in json::fields(types)?.0 {
            for text in json::items(records)? {
                found.extend(record::text(&json::fields(text)?, "id"));
            }
        }
    }
    let stats = fields.given("stats").map(json::fields).transpose()?.unwrap_or_default();
    let total = stats.given("recordCountTotal").and_then(|total| total.parse().ok());
    Ok(Listing { ids, total, next: fields.given_text("relayToken")? })
}

impl Down for Briefcase {
    fn places(&self) -> Vec<Place> {
        self.infos.iter().map(|info| info.place.clone()).collect()
    }

    fn fetch<'a>(&'a self, ask: &'a Ask, since: i64) -> LocalBoxFuture<'a, Result<Page>> {
        let after = if since < 0 { String::new() } else { format!("changedAfterTimestamp={}", encode(&time(since))) };
        async move { self.page(&ask.rest, &after).await }.boxed_local()
    }

    fn more<'a>(&'a self, ask: &'a Ask, next: String) -> LocalBoxFuture<'a, Result<Page>> {
        async move { self.page(&ask.rest, &next).await }.boxed_local()
    }

    fn remaining<'a>(&'a self, ask: &'a Ask, _: &'a [Vec<Held>]) -> LocalBoxFuture<'a, Result<Vec<BTreeSet<String>>>> {
        async {
            let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
            let mut parameters = Some(String::new());
            while let Some(asked) = parameters.take() {
                let listing = list(&ask.rest, &asked).await?;
                for (object, ids) in listing.ids {
                    found.entry(object).or_default().extend(ids);
                }
                parameters = listing.next.map(|token| format!("relayToken={}", encode(&token)));
            }
            Ok(self.infos.iter().map(|info| found.get(&info.object).cloned().unwrap_or_default()).collect())
        }
        .boxed_local()
    }
}
