//! Targets of syncs down: where records come from, page by page, and which are there no more. Each kind is a small
//! strategy; what is the same for all is the runner's.

mod briefcase;
mod custom;
mod listed;
mod parent_children;
mod refresh;
mod single;
mod soql;

pub(super) use custom::NAMES;
pub(super) use parent_children::Family;

use super::custom::Customs;
use super::record;
use super::rest::Rest;
use super::soql::Soql;
use super::store::Held;
use super::{Error, Result};
use crate::database::Database;
use crate::json::{self, Fields};
use crate::remote::transport::{Method, encode};
use futures::future::LocalBoxFuture;
use std::collections::BTreeSet;
use std::rc::Rc;

/// What a target works with.
pub(super) struct Ask {
    pub(super) rest: Rest,
    pub(super) store: Database,
    pub(super) customs: Rc<dyn Customs>,
}

/// A soup that a target fills.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) soup: String,
    pub(super) id_field: String,
    pub(super) stamp_field: String,
}

impl Place {
    /// `soup`, with the fields that `fields` name.
    pub(super) fn read(fields: &Fields<'_>, soup: &str) -> Result<Self> {
        let named =
            |name: &str, usual: &str| Ok::<_, Error>(fields.given_text(name)?.unwrap_or_else(|| usual.to_owned()));
        Ok(Self {
            soup: soup.to_owned(),
            id_field: named("idFieldName", "Id")?,
            stamp_field: named("modificationDateFieldName", "LastModifiedDate")?,
        })
    }
}

/// A page: records for each place, in the order of [`Down::places`].
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) records: Vec<Vec<String>>,
    /// How many there are in all, where it is known.
    pub(super) total: Option<i64>,
    /// What leads to the next page, in the target's own words.
    pub(super) next: Option<String>,
}

impl Page {
    /// A page that is all there is.
    fn whole(records: Vec<String>) -> Self {
        Self { total: i64::try_from(records.len()).ok(), records: vec![records], next: None }
    }
}

/// A target of a sync down.
pub(super) trait Down {
    /// The soups that it fills. The first one's records are counted.
    fn places(&self) -> Vec<Place>;

    /// Whether records come in the order of their changes, so that what a page brought need not be brought again.
    fn is_by_time(&self) -> bool {
        false
    }

    /// The first page of what changed after `since`, or of everything when that is -1.
    fn fetch<'a>(&'a self, ask: &'a Ask, since: i64) -> LocalBoxFuture<'a, Result<Page>>;

    /// A further page.
    fn more<'a>(&'a self, ask: &'a Ask, next: String) -> LocalBoxFuture<'a, Result<Page>>;

    /// For each place: which of the records that are `held` the target still has.
    fn remaining<'a>(
        &'a self,
        ask: &'a Ask,
        held: &'a [Vec<Held>],
    ) -> LocalBoxFuture<'a, Result<Vec<BTreeSet<String>>>>;

    /// The query whose records go only by a change of their own, where there is one: then what the org says of its
    /// deletions and changes takes the place of reading all ids.
    fn query(&self) -> Option<&Soql> {
        None
    }
}

/// Reads the target of a sync that fills `soup`; `customs` are the names of the app's own.
///
/// # Errors
/// A target that is malformed, or of no kind that there is.
pub(super) fn parse(target: &str, soup: &str, customs: &[String]) -> Result<Box<dyn Down>> {
    let fields = json::fields(target)?;
    let place = Place::read(&fields, soup)?;
    let kind = fields.given_text("type")?.unwrap_or_default();
    Ok(match kind.as_str() {
        "soql" => Box::new(soql::SoqlDown::parse(&fields, place)?),
        "sosl" => Box::new(listed::Listed::sosl(&fields, place)?),
        "mru" => Box::new(listed::Listed::mru(&fields, place)?),
        "refresh" => Box::new(refresh::Refresh::parse(&fields, place)?),
        "parent_children" => Box::new(parent_children::ParentChildren::parse(&fields, place)?),
        "layout" => Box::new(single::Single::layout(&fields, place)?),
        "metadata" => Box::new(single::Single::metadata(&fields, place)?),
        "briefcase" => Box::new(briefcase::Briefcase::parse(&fields)?),
        "custom" => Box::new(custom::Custom::parse(target, &fields, place, customs)?),
        _ => return Err(Error::Target(format!("Unknown sync down target type: {kind}"))),
    })
}

/// The names of a field that must be an array of them.
fn names(fields: &Fields<'_>, name: &str) -> Result<Vec<String>> {
    let names = json::texts(fields.need(name)?)?;
    if names.is_empty() { Err(Error::Target(format!("{name} names no field."))) } else { Ok(names) }
}

/// `names` as a list of SOQL, with the fields that a sync needs.
fn selected(names: &[String], place: &Place) -> String {
    let mut all: Vec<&str> = names.iter().map(String::as_str).collect();
    for needed in [&place.id_field, &place.stamp_field] {
        if !names.iter().any(|name| name.eq_ignore_ascii_case(needed)) {
            all.push(needed);
        }
    }
    all.join(",")
}

/// The first page of a query's records.
async fn query(rest: &Rest, soql: &Soql, page_size: Option<u64>) -> Result<Page> {
    let path = format!("query?q={}", encode(&soql.to_string()));
    let header = page_size.map(|size| ("Sforce-Query-Options", format!("batchSize={size}")));
    page(&rest.read(super::rest::Call { method: Method::Get, path: &path, body: None, header }).await?)
}

/// A further page of a query's records.
async fn more(rest: &Rest, next: &str) -> Result<Page> {
    page(&rest.get(next).await?)
}

fn page(answer: &str) -> Result<Page> {
    let fields = json::fields(answer)?;
    Ok(Page {
        records: vec![json::items(fields.need("records")?)?.into_iter().map(str::to_owned).collect()],
        total: fields.given("totalSize").and_then(|total| total.parse().ok()),
        next: fields.given_text("nextRecordsUrl")?,
    })
}

/// All records of a query.
async fn all(rest: &Rest, soql: &Soql) -> Result<Vec<String>> {
    let mut page = query(rest, soql, None).await?;
    let mut found = page.records.pop().unwrap_or_default();
    while let Some(next) = page.next {
        page = more(rest, &next).await?;
        found.append(&mut page.records.pop().unwrap_or_default());
    }
    Ok(found)
}

/// The ids of records.
pub(super) fn ids(records: &[String], field: &str) -> Result<BTreeSet<String>> {
    let id = |text: &String| json::fields(text).map(|fields| record::text(&fields, field));
    records.iter().filter_map(|text| id(text).transpose()).map(|id| Ok(id?)).collect()
}

/// The ids of all records of a query.
pub(super) async fn all_ids(rest: &Rest, soql: &Soql, field: &str) -> Result<BTreeSet<String>> {
    ids(&all(rest, &soql.ids(field)).await?, field)
}
