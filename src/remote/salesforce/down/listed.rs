//! Records of which the org makes a list: those that a search finds, and those that the user looked at last.

use super::super::rest::Rest;
use super::super::soql::{Soql, one_of};
use super::super::store::Held;
use super::super::{Error, Result};
use super::{Ask, Down, Page, Place, all, ids, names, selected};
use crate::json::{self, Fields};
use crate::remote::transport::encode;
use futures::future::{FutureExt, LocalBoxFuture};
use std::collections::BTreeSet;

/// How many ids one query takes: an address has at most 16 KiB.
pub(super) const IDS_A_QUERY: usize = 500;

enum List {
    /// What a SOSL query finds.
    Search(String),
    /// What the user looked at last of an object: its name, and the fields to read.
    Recent(String, Vec<String>),
}

pub(super) struct Listed {
    list: List,
    place: Place,
}

impl Listed {
    pub(super) fn sosl(fields: &Fields<'_>, place: Place) -> Result<Self> {
        let text = fields.given_text("query")?.unwrap_or_default();
        if !text.trim_start().get(..4).is_some_and(|word| word.eq_ignore_ascii_case("FIND")) {
            return Err(Error::Target(format!("This is no SOSL query, which begins with FIND: {text}")));
        }
        Ok(Self { list: List::Search(text), place })
    }

    pub(super) fn mru(fields: &Fields<'_>, place: Place) -> Result<Self> {
        Ok(Self { list: List::Recent(fields.text("sobjectType")?, names(fields, "fieldlist")?), place })
    }

    async fn records(&self, rest: &Rest) -> Result<Vec<String>> {
        let (object, fields) = match &self.list {
            List::Search(text) => {
                let answer = rest.get(&format!("search?q={}", encode(text))).await?;
                let found = json::fields(&answer)?;
                return Ok(json::items(found.need("searchRecords")?)?.into_iter().map(str::to_owned).collect());
            }
            List::Recent(object, fields) => (object, fields),
        };
        let answer = rest.get(&format!("sobjects/{}", encode(object))).await?;
        let items: Vec<String> =
            json::items(json::fields(&answer)?.need("recentItems")?)?.into_iter().map(str::to_owned).collect();
        let recent: Vec<String> = ids(&items, "Id")?.into_iter().collect();
        if recent.is_empty() {
            return Ok(Vec::new());
        }
        all(rest, &Soql::of(&selected(fields, &self.place), object, &one_of("Id", &recent))).await
    }
}

impl Down for Listed {
    fn places(&self) -> Vec<Place> {
        vec![self.place.clone()]
    }

    fn fetch<'a>(&'a self, ask: &'a Ask, _: i64) -> LocalBoxFuture<'a, Result<Page>> {
        async { Ok(Page::whole(self.records(&ask.rest).await?)) }.boxed_local()
    }

    fn more<'a>(&'a self, _: &'a Ask, _: String) -> LocalBoxFuture<'a, Result<Page>> {
        async { Ok(Page::default()) }.boxed_local()
    }

    fn remaining<'a>(
        &'a self,
        ask: &'a Ask,
        held: &'a [Vec<Held>],
    ) -> LocalBoxFuture<'a, Result<Vec<BTreeSet<String>>>> {
        async move {
            let held = held.first().map(Vec::as_slice).unwrap_or_default();
            Ok(vec![match &self.list {
                List::Search(_) => ids(&self.records(&ask.rest).await?, &self.place.id_field)?,
                List::Recent(object, _) => still_there(&ask.rest, object, &self.place.id_field, held).await?,
            }])
        }
        .boxed_local()
    }
}

/// Which of the records that are held an object still has.
pub(super) async fn still_there(rest: &Rest, object: &str, id: &str, held: &[Held]) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    for some in held.chunks(IDS_A_QUERY) {
        let some: Vec<_> = some.iter().map(|held| held.id.clone()).collect();
        found.append(&mut ids(&all(rest, &Soql::of(id, object, &one_of(id, &some))).await?, id)?);
    }
    Ok(found)
}
