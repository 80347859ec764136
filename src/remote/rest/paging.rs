//! How a listing goes on from page to page, and where the next one begins.
//!
//! Where a listing stands is a [`Place`], which the sync room keeps as the text of a link from one page to the next, so
//! that nothing is kept here.

use crate::json;
use crate::remote::provider::settings;
use crate::remote::provider::{Path, newest, plain, with_parameter};
use crate::remote::transport::Response;
use crate::sync::backend::{BackendError, Fault, Row};

/// By what a service's pages are told apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum By {
    /// There is one page.
    #[default]
    Nothing,
    /// Its number.
    Page,
    /// How many rows come before it.
    Offset,
    /// A text that the page before gave.
    Cursor,
    /// An address that the page before gave, in itself or in a `Link` header.
    Link,
}

/// How a service's listings go on.
#[derive(Debug, Clone, Default)]
pub struct Paging {
    by: By,
    /// The parameter that says which page, if the template does not.
    parameter: Option<String>,
    /// The parameter that says how many rows, if the template does not.
    size: Option<String>,
    /// The number of the first page, or row.
    start: u64,
    /// Where a page says what the next is asked for by.
    next: Option<Path>,
}

/// How a service is asked for what changed.
#[derive(Debug, Clone)]
pub struct Since {
    parameter: Option<String>,
    /// Where a row says when it changed.
    pub(super) position: Option<Path>,
    /// Where a listing says what the next one is to be asked for.
    token: Option<Path>,
}

/// Where a listing stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// The number, cursor or address of the page; the first one's without.
    pub(super) at: Option<String>,
    /// From where on changes are asked for.
    pub(super) since: Option<String>,
    /// The newest position so far.
    pub(super) newest: Option<String>,
    /// The most rows that a page had so far.
    pub(super) most: usize,
    /// The first id of the page before.
    pub(super) first: Option<String>,
}

impl Paging {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let fields = settings(text, "paging", &["by", "parameter", "size", "start", "next"])?;
        let given = |name: &str| fields.given_text(name).map_err(|error| format!("paging.{name}: {error}"));
        let by = match given("by")?.as_deref() {
            Some("page") => By::Page,
            Some("offset") => By::Offset,
            Some("cursor") => By::Cursor,
            Some("link") => By::Link,
            _ => return Err("paging.by is page, offset, cursor or link".to_owned()),
        };
        let next = given("next")?.map(|path| Path::parse(&path)).transpose()?;
        if by == By::Cursor && next.is_none() {
            return Err("paging by cursor needs next: where a page says what the next one is asked for by".to_owned());
        }
        let start = fields.given("start").map(json::whole).transpose();
        let start = start.map_err(|error| format!("paging.start: {error}"))?.unwrap_or(u64::from(by == By::Page));
        Ok(Self { by, parameter: given("parameter")?, size: given("size")?, start, next })
    }

    /// The address of a page, `address` being that of the listing with what its template says filled in.
    pub(super) fn address(&self, address: String, place: &Place, size: u32) -> String {
        let sized = match &self.size {
            Some(name) => with_parameter(&address, name, &size.to_string()),
            None => address,
        };
        match (&self.parameter, self.value(place)) {
            (Some(name), Some(value)) => with_parameter(&sized, name, &value),
            _ => sized,
        }
    }

    /// What stands for the page in an address.
    pub(super) fn value(&self, place: &Place) -> Option<String> {
        match self.by {
            By::Nothing | By::Link => None,
            By::Cursor => place.at.clone(),
            By::Page | By::Offset => Some(place.at.clone().unwrap_or_else(|| self.start.to_string())),
        }
    }

    /// The address that stands for the page by itself.
    pub(super) fn link<'p>(&self, place: &'p Place) -> Option<&'p str> {
        if self.by == By::Link { place.at.as_deref() } else { None }
    }

    /// The place after a page, if there is one.
    ///
    /// # Errors
    /// `SAME_PAGE` where the service does not look at what it is asked for.
    pub(super) fn after(&self, place: &Place, rows: &[Row], answer: &Response) -> Result<Option<Place>, BackendError> {
        let next =
            || self.next.as_ref().and_then(|path| path.of(&answer.body)).map(plain).filter(|next| !next.is_empty());
        let number = |step: u64| {
            // A page that is shorter than was asked for may be all that the service gives at once: the last is one that
            // is shorter than another was, or empty.
            let last = rows.is_empty() || rows.len() < place.most;
            let now = self.value(place).and_then(|value| value.parse::<u64>().ok()).unwrap_or(self.start);
            (!last).then(|| (now + step).to_string())
        };
        let at = match self.by {
            By::Nothing => None,
            By::Page => number(1),
            By::Offset => number(rows.len() as u64),
            By::Cursor => next(),
            By::Link => next().or_else(|| answer.headers.get("link").and_then(next_of)),
        };
        let Some(at) = at else { return Ok(None) };
        let first = rows.first().map(|row| row.id.clone());
        if place.at.as_ref() == Some(&at) || first.is_some() && place.first == first {
            let what = "the service gives the same page again: it does not look at the parameter of paging";
            return Err(BackendError::coded(Fault::Malformed, "SAME_PAGE", what));
        }
        let most = place.most.max(rows.len());
        Ok(Some(Place { at: Some(at), most, first: first.or(place.first.clone()), ..place.clone() }))
    }
}

/// The address of a `Link` header whose relation is `next`.
fn next_of(header: &str) -> Option<String> {
    header.split(",").find_map(|link| {
        let (address, relation) = link.split_once('>')?;
        let next = relation.split(';').any(|part| matches!(part.trim(), "rel=\"next\"" | "rel=next"));
        next.then(|| address.trim().trim_start_matches('<').to_owned())
    })
}

impl Since {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let fields = settings(text, "since", &["parameter", "position", "token"])?;
        let given = |name: &str| fields.given_text(name).map_err(|error| format!("since.{name}: {error}"));
        let path = |name: &str| given(name)?.map(|text| Path::parse(&text)).transpose();
        let (position, token) = (path("position")?, path("token")?);
        if position.is_some() == token.is_some() {
            return Err("since has a position, where a row says when it changed, or a token of the listing".to_owned());
        }
        Ok(Self { parameter: given("parameter")?, position, token })
    }

    /// `address`, asking for what changed since the place's.
    pub(super) fn address(&self, address: String, place: &Place) -> String {
        match (&self.parameter, &place.since) {
            (Some(name), Some(since)) => with_parameter(&address, name, since),
            _ => address,
        }
    }

    /// Up to where a listing came with this page.
    pub(super) fn newest(&self, place: &Place, rows: &[Row], body: &str) -> Option<String> {
        match &self.token {
            Some(path) => path.of(body).map(plain).or_else(|| place.newest.clone()),
            None => newest(rows, place.newest.as_ref()),
        }
    }
}

impl Place {
    /// The place as a text.
    pub(super) fn text(&self) -> String {
        let Self { at, since, newest, most, first } = self;
        let texts = [("at", at), ("since", since), ("newest", newest), ("first", first)];
        let texts = texts.into_iter().filter_map(|(name, text)| Some((name, json::quoted(text.as_deref()?))));
        json::object(texts.chain([("most", most.to_string())]))
    }

    /// The place that a text stands for.
    pub(super) fn of(text: &str) -> Self {
        let fields = json::fields(text).unwrap_or_default();
        let given = |name: &str| fields.given_text(name).ok().flatten();
        let most = fields.given("most").and_then(|most| most.parse().ok()).unwrap_or(0);
        Self { at: given("at"), since: given("since"), newest: given("newest"), most, first: given("first") }
    }
}
