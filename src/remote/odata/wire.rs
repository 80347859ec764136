//! The requests to an OData service.

use super::batch;
use super::config::{Dialect, EntitySet, OdataConfig};
use crate::json;
use crate::remote::provider::{
    Exchange, Path, RecordBackend, RecordForm, Wire, failure, newest, outcome, plain, unknown_soup, with_parameter,
};
use crate::remote::transport::{Headers, Method, Request, Response};
use crate::sync::backend::{
    Answer, BackendError, Boundary, Capabilities, Fault, ListRequest, Next, Outgoing, Page, Row, Start, Ties,
};
use crate::sync::{Action, RecordKey};
use futures::future::{FutureExt, LocalBoxFuture};

struct OdataWire {
    config: OdataConfig,
    exchange: Exchange,
}

/// The backend that `config` describes, reached by `exchange`.
pub fn connect(config: OdataConfig, exchange: Exchange) -> RecordBackend {
    let layouts = config.sets.iter().map(|(soup, set)| (soup.clone(), set.layout.clone())).collect();
    let scope = config.name.clone();
    RecordBackend::new(scope, RecordForm::new(layouts), Box::new(OdataWire { config, exchange }))
}

impl OdataWire {
    fn set(&self, table: &str) -> Result<&EntitySet, BackendError> {
        self.config.sets.get(table).ok_or_else(|| unknown_soup(table))
    }

    /// The request for a change, its address below the service root.
    fn request(&self, change: &Outgoing) -> Result<Request, BackendError> {
        let set = self.set(&change.key.table)?;
        let mut headers = usual_headers();
        if let Some(version) = change.version.as_deref().filter(|_| change.action != Action::Insert) {
            headers.set("If-Match", version);
        }
        let entity = set.entity(self.config.dialect, &change.key.id);
        let (method, url, with_id) = match change.action {
            Action::Insert => (Method::Post, set.name.clone(), set.with_id),
            Action::Update => (Method::Patch, entity, false),
            Action::Delete => (Method::Delete, entity, false),
        };
        let body = change.entry.as_deref().filter(|_| change.action != Action::Delete);
        let body = body.map(|entry| set.layout.outgoing(entry, with_id)).transpose()?.map(|record| set.body(&record));
        if body.is_some() {
            headers.set("Content-Type", "application/json");
            headers.set("Prefer", "return=representation");
        }
        Ok(Request { method, url, headers, body })
    }

    async fn send_one(&self, mut request: Request) -> Result<Response, BackendError> {
        request.url = self.exchange.address(&request.url)?;
        self.exchange.send(request).await
    }

    async fn change(&self, change: &Outgoing) -> Answer {
        let answer = self.send_one(self.request(change)?).await?;
        self.meaning(change, &answer)
    }

    async fn changes(&self, changes: &[Outgoing]) -> Vec<Answer> {
        if let [change] = changes {
            return vec![self.change(change).await];
        }
        let requests: Vec<_> = changes.iter().map(|change| self.request(change)).collect();
        let sent: Vec<_> = requests.iter().flatten().cloned().collect();
        let mut headers = usual_headers();
        headers.set("Content-Type", "application/json");
        let whole = Request { method: Method::Post, url: "$batch".into(), headers, body: Some(batch::body(&sent)) };
        let mut answers = batch::answers(sent.len(), self.send_one(whole).await).into_iter();
        let of = |(change, request): (&Outgoing, Result<Request, BackendError>)| {
            request?;
            self.meaning(change, &answers.next().unwrap_or_else(|| Err(BackendError::new(Fault::Malformed, "")))?)
        };
        changes.iter().zip(requests).map(of).collect()
    }

    fn meaning(&self, change: &Outgoing, answer: &Response) -> Answer {
        let set = self.set(&change.key.table)?;
        outcome(answer, || match change.action {
            Action::Delete => Ok(None),
            Action::Insert | Action::Update => {
                set.layout.answered(change, self.record(&answer.body), answer.headers.get("etag")).map(Some)
            }
        })
    }

    /// The entity in an answer, if there is one.
    fn record<'t>(&self, body: &'t str) -> Option<&'t str> {
        match self.config.dialect {
            Dialect::Standard => json::value(body).ok().filter(|value| value.starts_with('{')),
            Dialect::DataApiBuilder => at("$.value[0]", body),
        }
    }

    async fn read(&self, key: &RecordKey) -> Result<Option<Row>, BackendError> {
        let set = self.set(&key.table)?;
        let url = set.entity(self.config.dialect, &key.id);
        let answer = self.send_one(Request { method: Method::Get, url, headers: usual_headers(), body: None }).await?;
        match answer.status {
            // Some services answer with an empty list instead of 404.
            200..300 if at("$.value", &answer.body) == Some("[]") => Ok(None),
            200..300 => {
                let record = self.record(&answer.body).ok_or_else(|| not_understood(&answer.body, "an entity"))?;
                set.layout.row(record, answer.headers.get("etag")).map(Some)
            }
            404 | 410 => Ok(None),
            _ => Err(failure(&answer)),
        }
    }

    async fn page(&self, request: &ListRequest) -> Result<Page, BackendError> {
        let set = self.set(&request.table)?;
        let size = request.page_size;
        let place = Place::of(&request.start, set);
        let url = match &place.link {
            Some(link) => self.exchange.link(link)?,
            None => self.exchange.address(&self.address(set, &place, size))?,
        };
        let mut headers = usual_headers();
        let track = if set.delta { ",odata.track-changes" } else { "" };
        headers.set("Prefer", format!("odata.maxpagesize={size}{track}"));
        let answer = self.exchange.send(Request { method: Method::Get, url, headers, body: None }).await?;
        if !(200..300).contains(&answer.status) {
            return Err(failure(&answer));
        }
        let body = &answer.body;
        let rows = at("$.value", body).ok_or_else(|| not_understood(body, "a list of entities"))?;
        let rows = json::items(rows).map_err(|_| not_understood(body, "a list of entities"))?;
        let rows = rows.into_iter().map(|row| self.row(set, row)).collect::<Result<Vec<_>, _>>()?;
        let newest = newest(&rows, place.newest.as_ref());
        let link = ["$['@odata.nextLink']", "$['@nextLink']", "$.nextLink"].iter().find_map(|path| at(path, body));
        let skipped = place.skip + rows.len() as u64;
        let next = match link.map(plain) {
            Some(link) => Some(Place { link: Some(link), newest: newest.clone(), ..place }),
            None if set.skips && rows.len() >= size as usize => {
                Some(Place { link: None, newest: newest.clone(), skip: skipped, ..place })
            }
            None => None,
        };
        let delta = ["$['@odata.deltaLink']", "$['@deltaLink']"].iter().find_map(|path| at(path, body)).map(plain);
        let position = if next.is_none() { delta.or(newest) } else { None };
        let total = at("$['@odata.count']", body).and_then(|count| count.parse().ok());
        let rows = rows.into_iter().map(|row| Row { position: None, ..row }).collect();
        let next = next.map_or(Next::End, |next| Next::Link(next.text()));
        Ok(Page { rows, next, boundary: Boundary::Closed, position, total })
    }

    /// One entity of a listing. What a delta link tells of as removed may be named by its address alone.
    fn row(&self, set: &EntitySet, text: &str) -> Result<Row, BackendError> {
        let named = ["$['@odata.id']", "$['@id']", "$.id"].iter().find_map(|path| at(path, text)).map(plain);
        match (at("$['@removed']", text), set.layout.row(text, None), named) {
            (Some(_), Err(_), Some(address)) => {
                let key = address.rsplit_once('(').map_or(&*address, |(_, key)| key.trim_end_matches(')'));
                let id = json::quoted(&key.trim_matches('\'').replace("''", "'"));
                let removed = [(&*set.layout.key, &*id), ("@removed", "{}")];
                set.layout.row(&json::object(removed.into_iter()), None)
            }
            (_, row, _) => row,
        }
    }

    fn address(&self, set: &EntitySet, place: &Place, size: u32) -> String {
        let since = set.changed.as_ref().zip(place.since.as_ref());
        let since = since.map(|(name, since)| format!("{name} ge {since}"));
        let filter = match (&set.filter, since) {
            (Some(filter), Some(since)) => Some(format!("({filter}) and {since}")),
            (filter, since) => filter.clone().or(since),
        };
        let order = set.order.clone().or_else(|| set.skips.then(|| set.layout.key.clone()));
        let standard = self.config.dialect == Dialect::Standard;
        let size = size.to_string();
        let skip = (place.skip > 0).then(|| place.skip.to_string());
        let options = [
            ("$filter", filter),
            ("$select", set.select.clone()),
            ("$expand", set.expand.clone()),
            ("$orderby", order),
            ("$top", (standard && set.skips).then(|| size.clone())),
            ("$skip", skip),
            ("$count", standard.then(|| "true".to_owned())),
            ("$first", (!standard).then_some(size)),
        ];
        let given = options.into_iter().filter_map(|(name, value)| Some((name, value?)));
        given.fold(set.name.clone(), |address, (name, value)| with_parameter(&address, name, &value))
    }
}

/// Where a listing stands; kept by the sync room as the text of a link.
#[derive(Debug, Default)]
struct Place {
    link: Option<String>,
    since: Option<String>,
    newest: Option<String>,
    skip: u64,
}

impl Place {
    fn of(start: &Start, set: &EntitySet) -> Self {
        match start {
            Start::Link(text) => {
                let fields = json::fields(text).unwrap_or_default();
                let given = |name: &str| fields.given_text(name).ok().flatten();
                let skip = fields.given("skip").and_then(|skip| skip.parse().ok()).unwrap_or(0);
                Self { link: given("link"), since: given("since"), newest: given("newest"), skip }
            }
            Start::After(position) if set.changed.is_some() => {
                Self { since: Some(position.clone()), newest: Some(position.clone()), ..Self::default() }
            }
            Start::After(link) => Self { link: Some(link.clone()), ..Self::default() },
            Start::Beginning | Start::At { .. } | Start::Within { .. } => Self::default(),
        }
    }

    fn text(&self) -> String {
        let texts = [("link", &self.link), ("since", &self.since), ("newest", &self.newest)];
        let texts = texts.into_iter().filter_map(|(name, text)| Some((name, json::quoted(text.as_deref()?))));
        json::object(texts.chain([("skip", self.skip.to_string())]))
    }
}

fn at<'t>(path: &str, text: &'t str) -> Option<&'t str> {
    Path::parse(path).ok()?.of(text)
}

fn usual_headers() -> Headers {
    let pairs = [("Accept", "application/json"), ("OData-Version", "4.0"), ("OData-MaxVersion", "4.01")];
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn not_understood(body: &str, expected: &str) -> BackendError {
    let code = if json::value(body).is_ok() { "NO_ROWS" } else { "BAD_JSON" };
    BackendError::coded(Fault::Malformed, code, format!("the service's answer is not {expected}; is url its root?"))
}

impl Wire for OdataWire {
    fn capabilities(&self) -> Capabilities {
        let sets = || self.config.sets.values();
        Capabilities {
            batch: self.config.batch,
            ties: Ties::None,
            delta: sets().all(|set| set.delta || set.changed.is_some()),
            tombstones: sets().all(|set| set.delta),
            versions: self.config.dialect == Dialect::Standard,
            parallel: self.config.parallel || self.config.batch > 1,
            live: false,
            server_decides: self.config.server_decides,
        }
    }

    fn apply<'a>(&'a self, _: &'a RecordForm, change: &'a Outgoing) -> LocalBoxFuture<'a, Answer> {
        self.change(change).boxed_local()
    }

    fn send<'a>(&'a self, _: &'a RecordForm, changes: &'a [Outgoing]) -> LocalBoxFuture<'a, Vec<Answer>> {
        self.changes(changes).boxed_local()
    }

    fn fetch<'a>(
        &'a self,
        _: &'a RecordForm,
        key: &'a RecordKey,
    ) -> LocalBoxFuture<'a, Result<Option<Row>, BackendError>> {
        self.read(key).boxed_local()
    }

    fn list<'a>(
        &'a self,
        _: &'a RecordForm,
        request: &'a ListRequest,
    ) -> LocalBoxFuture<'a, Result<Page, BackendError>> {
        self.page(request).boxed_local()
    }
}
