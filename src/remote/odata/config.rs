//! What an app says of an OData service, read once and checked when it connects.

use crate::json;
use crate::remote::provider::{Layout, Path, encode, settings, show};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A service and its soups.
#[derive(Debug)]
pub struct OdataConfig {
    /// Under which name commands are queued.
    pub name: String,
    /// The service root.
    pub url: String,
    pub(super) dialect: Dialect,
    pub(super) parallel: bool,
    pub(super) server_decides: bool,
    /// How many changes go in one `$batch`; 1 for none.
    pub(super) batch: usize,
    pub(super) sets: BTreeMap<String, EntitySet>,
}

/// Whose addresses they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// The standard's: `Books('1')`.
    Standard,
    /// Data API builder's: `Book/id/1`, pages by `$first` and `nextLink`, and each answer a list.
    DataApiBuilder,
}

/// How a key is written in an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyType {
    /// In single quotes.
    Text,
    /// As it is: a number, or a GUID.
    Bare,
}

/// The entities of one soup.
#[derive(Debug)]
pub(super) struct EntitySet {
    pub(super) layout: Layout,
    /// Its name at the service.
    pub(super) name: String,
    pub(super) key_type: KeyType,
    pub(super) select: Option<String>,
    pub(super) filter: Option<String>,
    pub(super) expand: Option<String>,
    pub(super) order: Option<String>,
    /// Whether the service is asked for a delta link.
    pub(super) delta: bool,
    /// The property by which changes are asked for, where there is no delta link.
    pub(super) changed: Option<String>,
    /// Whether the client counts the pages, by `$skip`, since the service gives no next link.
    pub(super) skips: bool,
    /// Whether an id that was made here is sent with a new record.
    pub(super) with_id: bool,
}

const SERVICE: [&str; 7] = ["name", "url", "preset", "parallel", "serverDecides", "batch", "soups"];
const SET: [&str; 11] =
    ["entitySet", "id", "keyType", "ids", "select", "filter", "expand", "orderby", "delta", "changed", "paging"];

impl OdataConfig {
    /// Reads `{ name, url, soups: { books: { entitySet, id, … } }, … }`.
    ///
    /// # Errors
    /// What is wrong, where, and what to write instead.
    pub fn parse(text: &str) -> Result<Self, String> {
        let fields = settings(text, "a service", &SERVICE)?;
        let dialect = match fields.given_text("preset").map_err(show)?.as_deref() {
            None => Dialect::Standard,
            Some("data-api-builder") => Dialect::DataApiBuilder,
            Some(_) => return Err("preset is data-api-builder, or left out".to_owned()),
        };
        let soups = json::fields(fields.need("soups").map_err(show)?).map_err(show)?;
        let set = |(soup, text): &(Cow<'_, str>, &str)| {
            let set = EntitySet::parse(soup, text).map_err(|why| format!("soups.{soup}: {why}"))?;
            Ok((soup.to_string(), set))
        };
        let batch = fields.given("batch").map_or(Ok(1), json::whole).map_err(|error| format!("batch: {error}"))?;
        if !(1..=100).contains(&batch) {
            return Err("batch is how many changes go in one request: from 1 to 100".to_owned());
        }
        Ok(Self {
            name: fields.text("name").map_err(show)?,
            url: fields.text("url").map_err(show)?,
            dialect,
            parallel: fields.truth("parallel").map_err(show)?,
            server_decides: fields.truth("serverDecides").map_err(show)?,
            batch: batch as usize,
            sets: soups.0.iter().map(set).collect::<Result<_, String>>()?,
        })
    }
}

impl EntitySet {
    fn parse(soup: &str, text: &str) -> Result<Self, String> {
        let fields = settings(text, "a soup", &SET)?;
        let given = |name: &str| fields.given_text(name).map_err(|error| format!("{name}: {error}"));
        let key = given("id")?.ok_or("id is the name of the key property, as in 'CustomerID'")?;
        let key_type = match given("keyType")?.as_deref() {
            None | Some("string") => KeyType::Text,
            Some("number" | "guid") => KeyType::Bare,
            Some(_) => return Err("keyType is string, number or guid".to_owned()),
        };
        let with_id = match given("ids")?.as_deref() {
            None | Some("client") => true,
            Some("server") => false,
            Some(_) => return Err("ids are given by the 'client' or by the 'server'".to_owned()),
        };
        let skips = match given("paging")?.as_deref() {
            None | Some("server") => false,
            Some("client") => true,
            Some(_) => return Err("paging is the 'server' or 'client''s affair".to_owned()),
        };
        let (delta, changed) = (fields.truth("delta").map_err(show)?, given("changed")?);
        if delta && changed.is_some() {
            return Err("changes are asked for by delta links or by a property: delta or changed, not both".to_owned());
        }
        let layout = Layout {
            id: Path::parse(&format!("$['{key}']"))?,
            key,
            version: Some(Path::parse("$['@odata.etag']")?),
            deleted: Some(Path::parse("$['@removed']")?),
            position: changed.as_ref().map(|name| Path::parse(&format!("$['{name}']"))).transpose()?,
        };
        Ok(Self {
            layout,
            name: given("entitySet")?.unwrap_or_else(|| soup.to_owned()),
            key_type,
            select: given("select")?,
            filter: given("filter")?,
            expand: given("expand")?,
            order: given("orderby")?,
            delta,
            changed,
            skips,
            with_id,
        })
    }

    /// The address of an entity, below the service root.
    pub(super) fn entity(&self, dialect: Dialect, id: &str) -> String {
        match (dialect, self.key_type) {
            (Dialect::DataApiBuilder, _) => format!("{}/{}/{}", self.name, self.layout.key, encode(id)),
            (Dialect::Standard, KeyType::Text) => format!("{}('{}')", self.name, encode(&id.replace('\'', "''"))),
            (Dialect::Standard, KeyType::Bare) => format!("{}({})", self.name, encode(id)),
        }
    }

    /// What is sent of an entry: no annotations, and no navigation properties that were read along.
    pub(super) fn body(&self, record: &str) -> String {
        let fields = json::fields(record).unwrap_or_default();
        let expanded = |name: &str| {
            let expand = self.expand.as_deref().unwrap_or_default();
            expand.split(',').any(|part| part.split('(').next().is_some_and(|own| own.trim() == name))
        };
        let sent = |name: &str| !name.contains('@') && !expanded(name);
        json::object(fields.0.iter().map(|(name, value)| (&**name, *value)).filter(|(name, _)| sent(name)))
    }
}
