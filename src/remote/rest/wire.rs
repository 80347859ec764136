//! The requests to a REST service.

use super::config::{Resource, RestConfig};
use super::paging::Place;
use crate::json;
use crate::remote::provider::{Exchange, RecordBackend, RecordForm, UrlTemplate, Wire, failure, outcome, unknown_soup};
use crate::remote::transport::{Headers, Request, Response};
use crate::sync::backend::{
    Answer, BackendError, Boundary, Capabilities, Fault, ListRequest, Next, Outgoing, Page, Row, Start, Ties,
};
use crate::sync::{Action, RecordKey};
use futures::future::{FutureExt, LocalBoxFuture};

/// A service as an app described it.
struct RestWire {
    config: RestConfig,
    exchange: Exchange,
}

/// The backend that `config` describes, reached by `exchange`.
pub fn connect(config: RestConfig, exchange: Exchange) -> RecordBackend {
    let layouts = config.resources.iter().map(|(soup, resource)| (soup.clone(), resource.layout.clone())).collect();
    let scope = config.name.clone();
    RecordBackend::new(scope, RecordForm::new(layouts), Box::new(RestWire { config, exchange }))
}

impl RestWire {
    fn resource(&self, table: &str) -> Result<&Resource, BackendError> {
        self.config.resources.get(table).ok_or_else(|| unknown_soup(table))
    }

    async fn ask(
        &self,
        template: &UrlTemplate,
        key: &RecordKey,
        headers: Headers,
        body: Option<String>,
    ) -> Result<Response, BackendError> {
        let filled = template.fill(&mut |name| (name == "id").then(|| key.id.clone()));
        let url = self.exchange.address(&filled.map_err(|name| BackendError::new(Fault::Refused, name))?)?;
        let mut headers = headers;
        headers.set("Accept", "application/json");
        if body.is_some() {
            headers.set("Content-Type", "application/json");
        }
        self.exchange.send(Request { method: template.method, url, headers, body }).await
    }

    async fn change(&self, change: &Outgoing) -> Answer {
        let resource = self.resource(&change.key.table)?;
        let mut headers = Headers::default();
        if let Some(version) = change.version.as_deref().filter(|_| resource.etag) {
            headers.set("If-Match", version);
        }
        let record = |with_id| resource.layout.outgoing(change.entry.as_deref().unwrap_or("{}"), with_id);
        let (template, body) = match change.action {
            Action::Insert => {
                if let Some(name) = &self.config.idempotency_key {
                    headers.set(name.as_str(), change.key.id.as_str());
                }
                (&resource.create, Some(resource.create_body.fill(&record(resource.with_id)?)))
            }
            Action::Update => (&resource.update, Some(resource.update_body.fill(&record(true)?))),
            Action::Delete => (&resource.remove, None),
        };
        let answer = self.ask(template, &change.key, headers, body).await?;
        outcome(&answer, || {
            if change.action == Action::Delete { Ok(None) } else { resource.taken(change, &answer).map(Some) }
        })
    }

    async fn read(&self, key: &RecordKey) -> Result<Option<Row>, BackendError> {
        let resource = self.resource(&key.table)?;
        let answer = self.ask(&resource.fetch, key, Headers::default(), None).await?;
        match answer.status {
            200..300 => {
                let record = resource.record.of(&answer.body).ok_or_else(|| not_found("record", &answer))?;
                resource.layout.row(record, resource.tag(&answer)).map(Some)
            }
            404 | 410 => Ok(None),
            _ => Err(failure(&answer)),
        }
    }

    async fn page(&self, request: &ListRequest) -> Result<Page, BackendError> {
        let resource = self.resource(&request.table)?;
        let place = match &request.start {
            Start::Link(text) => Place::of(text),
            Start::After(position) => {
                let since = Some(position.clone());
                Place { since: since.clone(), newest: since, ..Place::default() }
            }
            Start::Beginning | Start::At { .. } | Start::Within { .. } => Place::default(),
        };
        let url = resource.address(&self.exchange, &place, request.page_size)?;
        let headers = [("Accept".to_owned(), "application/json".to_owned())].into_iter().collect();
        let answer = self.exchange.send(Request { method: resource.list.method, url, headers, body: None }).await?;
        if !(200..300).contains(&answer.status) {
            return Err(failure(&answer));
        }
        let rows = resource.rows.of(&answer.body).ok_or_else(|| not_found("rows", &answer))?;
        let rows = resource.layout.rows(rows)?;
        let newest = match &resource.since {
            Some(since) => since.newest(&place, &rows, &answer.body),
            None => None,
        };
        let next = resource.paging.after(&place, &rows, &answer)?.map(|next| Place { newest: newest.clone(), ..next });
        // Only a listing that came to its end may be gone on from.
        let position = if next.is_none() { newest } else { None };
        let rows = rows.into_iter().map(|row| Row { position: None, ..row }).collect();
        let next = next.map_or(Next::End, |next| Next::Link(next.text()));
        Ok(Page { rows, next, boundary: Boundary::Closed, position, total: None })
    }
}

impl Resource {
    /// The entity tag of an answer, where those are the versions.
    fn tag<'r>(&self, answer: &'r Response) -> Option<&'r str> {
        if self.etag { answer.headers.get("etag") } else { None }
    }

    /// The record of an answer to a change. A service that gives the ids may say a new one in `Location` alone.
    fn taken(&self, change: &Outgoing, answer: &Response) -> Result<Row, BackendError> {
        let record = self.record.of(&answer.body).filter(|record| record.starts_with('{'));
        let row = self.layout.answered(change, record, self.tag(answer))?;
        let located = answer.headers.get("location").and_then(|place| place.rsplit('/').next()).map(str::to_owned);
        match located
            .filter(|id| change.action == Action::Insert && !self.with_id && row.id == change.key.id && !id.is_empty())
        {
            None => Ok(row),
            Some(id) => {
                let own = json::object([(&*self.layout.key, json::quoted(&id))].into_iter());
                self.layout.answered(change, Some(&own), self.tag(answer))
            }
        }
    }

    fn address(&self, exchange: &Exchange, place: &Place, size: u32) -> Result<String, BackendError> {
        if let Some(link) = self.paging.link(place) {
            return exchange.link(link);
        }
        let filled = self.list.fill(&mut |name| {
            Some(match name {
                "size" => size.to_string(),
                "since" => place.since.clone().unwrap_or_default(),
                _ => self.paging.value(place).unwrap_or_default(),
            })
        });
        let address = exchange.address(&filled.map_err(|name| BackendError::new(Fault::Refused, name))?)?;
        let address =
            self.since.as_ref().map_or_else(|| address.clone(), |since| since.address(address.clone(), place));
        Ok(self.paging.address(address, place, size))
    }
}

/// The error of an answer in which a path finds nothing.
fn not_found(what: &str, answer: &Response) -> BackendError {
    let (code, why) = match json::value(&answer.body) {
        Ok(_) if what == "rows" => ("NO_ROWS", "the path of the rows finds nothing in it".to_owned()),
        Ok(_) => ("NO_RECORD", "the path of the record finds nothing in it".to_owned()),
        Err(error) => ("BAD_JSON", error.to_string()),
    };
    BackendError::coded(Fault::Malformed, code, format!("the service's answer is not understood: {why}"))
}

impl Wire for RestWire {
    fn capabilities(&self) -> Capabilities {
        let resources = || self.config.resources.values();
        Capabilities {
            batch: 1,
            ties: Ties::None,
            delta: resources().all(|resource| resource.since.is_some()),
            tombstones: resources().all(|resource| resource.layout.deleted.is_some()),
            versions: resources().all(|resource| resource.etag || resource.layout.version.is_some()),
            parallel: self.config.parallel,
            live: false,
            server_decides: self.config.server_decides,
        }
    }

    fn apply<'a>(&'a self, _: &'a RecordForm, change: &'a Outgoing) -> LocalBoxFuture<'a, Answer> {
        self.change(change).boxed_local()
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
