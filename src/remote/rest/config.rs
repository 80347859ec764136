//! What an app says of a REST service, read once and checked when it connects.

use super::paging::{Paging, Since};
use crate::json::{self, Fields};
use crate::remote::provider::{BodyTemplate, Layout, Path, UrlTemplate, settings, show};
use crate::remote::transport::Method;
use std::collections::BTreeMap;

/// A service and its soups.
#[derive(Debug)]
pub struct RestConfig {
    /// Under which name commands are queued.
    pub name: String,
    /// The absolute address under which all others lie.
    pub url: String,
    /// Whether independent records may be sent side by side.
    pub parallel: bool,
    /// Whether the service's record wins each conflict.
    pub server_decides: bool,
    /// The header by which the service knows a repeated insert.
    pub idempotency_key: Option<String>,
    /// What each soup is there.
    pub resources: BTreeMap<String, Resource>,
}

/// The rows of one soup.
#[derive(Debug)]
pub struct Resource {
    pub(super) layout: Layout,
    /// Where the rows lie in a listing.
    pub(super) rows: Path,
    /// Where the record lies in every other answer.
    pub(super) record: Path,
    pub(super) list: UrlTemplate,
    pub(super) fetch: UrlTemplate,
    pub(super) create: UrlTemplate,
    pub(super) update: UrlTemplate,
    pub(super) remove: UrlTemplate,
    pub(super) create_body: BodyTemplate,
    pub(super) update_body: BodyTemplate,
    /// Whether versions are entity tags.
    pub(super) etag: bool,
    /// Whether an id that was made here is sent with a new record.
    pub(super) with_id: bool,
    pub(super) paging: Paging,
    pub(super) since: Option<Since>,
}

const SERVICE: [&str; 6] = ["name", "url", "parallel", "serverDecides", "idempotencyKey", "soups"];
const RESOURCE: [&str; 17] = [
    "path", "rows", "record", "id", "key", "ids", "version", "etag", "deleted", "list", "fetch", "create", "update",
    "remove", "body", "paging", "since",
];
const LISTED: [&str; 5] = ["size", "page", "offset", "cursor", "since"];

impl RestConfig {
    /// Reads `{ name, url, soups: { todos: { path, … } }, … }`.
    ///
    /// # Errors
    /// What is wrong, where, and what to write instead.
    pub fn parse(text: &str) -> Result<Self, String> {
        let fields = settings(text, "a service", &SERVICE)?;
        let soups = settings(fields.need("soups").map_err(show)?, "soups", &[])?;
        let resource = |(soup, text): &(std::borrow::Cow<'_, str>, &str)| {
            let resource = Resource::parse(soup, text).map_err(|why| format!("soups.{soup}: {why}"))?;
            Ok((soup.to_string(), resource))
        };
        Ok(Self {
            name: fields.text("name").map_err(show)?,
            url: fields.text("url").map_err(show)?,
            parallel: fields.truth("parallel").map_err(show)?,
            server_decides: fields.truth("serverDecides").map_err(show)?,
            idempotency_key: fields.given_text("idempotencyKey").map_err(show)?,
            resources: soups.0.iter().map(resource).collect::<Result<_, String>>()?,
        })
    }
}

impl Resource {
    fn parse(soup: &str, text: &str) -> Result<Self, String> {
        let fields = settings(text, "a soup", &RESOURCE)?;
        let given = |name: &str| fields.given_text(name).map_err(|error| format!("{name}: {error}"));
        let path = |name: &str| given(name)?.map(|text| Path::parse(&text)).transpose();
        let base = given("path")?.unwrap_or_else(|| format!("/{soup}"));
        let item = format!("{}/{{id}}", base.split('?').next().unwrap_or_default());
        let template = |name: &str, usual: Method, address: &str, names: &[&str]| {
            UrlTemplate::parse(given(name)?.as_deref().unwrap_or(address), usual, names)
        };
        let id = path("id")?.unwrap_or(Path::parse("$.id")?);
        let key = match given("key")? {
            Some(key) => key,
            None => id.last_name().ok_or("id is the path of a name")?.to_owned(),
        };
        let with_id = match given("ids")?.as_deref() {
            None | Some("client") => true,
            Some("server") => false,
            Some(_) => return Err("ids are given by the 'client' or by the 'server'".to_owned()),
        };
        let since = fields.given("since").map(Since::parse).transpose()?;
        let body = fields
            .given("body")
            .map_or_else(|| Ok(Fields::default()), |body| settings(body, "body", &["create", "update"]))?;
        let body = |name: &str| {
            let text = body.given(name).unwrap_or("\"{record}\"");
            BodyTemplate(json::compact(text).into_owned())
        };
        let layout = Layout {
            id,
            key,
            version: path("version")?,
            deleted: path("deleted")?,
            position: since.as_ref().and_then(|since| since.position.clone()),
        };
        Ok(Self {
            layout,
            rows: path("rows")?.unwrap_or(Path::parse("$")?),
            record: path("record")?.unwrap_or(Path::parse("$")?),
            list: template("list", Method::Get, &base, &LISTED)?,
            fetch: template("fetch", Method::Get, &item, &["id"])?,
            create: template("create", Method::Post, &base, &["id"])?,
            update: template("update", Method::Put, &item, &["id"])?,
            remove: template("remove", Method::Delete, &item, &["id"])?,
            create_body: body("create"),
            update_body: body("update"),
            etag: fields.truth("etag").map_err(show)?,
            with_id,
            paging: fields.given("paging").map_or(Ok(Paging::default()), Paging::parse)?,
            since,
        })
    }
}
