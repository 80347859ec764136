//! Records as a backend sends them: read no deeper than the fields that sync goes by, and passed on as they stand.

use super::cell::Cell;
use super::id::Id;
use crate::json;
use crate::sync::backend::{Content, Row};

/// A page of records.
pub(super) struct Listing {
    /// The records.
    pub(super) rows: Vec<Row>,
    /// Whether it names a next page, for servers that say so in the listing.
    pub(super) linked: Option<bool>,
}

impl Listing {
    /// Reads a listing's JSON text: an array, or one under `results` (v2) or `items` (v3, Datasync). None when it is no
    /// listing.
    pub(super) fn parse(body: &str) -> Option<Self> {
        let (records, linked) = if body.trim_start().starts_with('[') {
            (body, None)
        } else {
            let wrapped = json::fields(body).ok()?;
            let items = wrapped.given("items");
            let linked = items.map(|_| wrapped.given("nextLink").is_some());
            (items.or(wrapped.given("results"))?, linked)
        };
        let rows: Option<Vec<Row>> = json::items(records).ok()?.into_iter().map(row_of).collect();
        Some(Self { rows: rows?, linked })
    }
}

/// A record's JSON text as sync knows it. None when it is no record, or has no valid id.
pub(super) fn row_of(record: &str) -> Option<Row> {
    let fields = json::fields(record).ok()?;
    let id = Id::of("id", &Cell::plain(fields.get("id")?).ok()?).ok()?;
    let content = match fields.get("deleted") {
        Some("true") => Content::Deleted,
        _ => Content::Entry(record.to_owned()),
    };
    Some(Row {
        id: id.key().to_owned(),
        version: text_of(fields.get("version")),
        position: text_of(fields.get("updatedAt")),
        content,
    })
}

fn text_of(value: Option<&str>) -> Option<String> {
    match Cell::plain(value?).ok()? {
        Cell::Text(text) => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_passes_as_it_stands() {
        let record =
            r#"{"id":"a","n":1.50,"version":"MQ==","updatedAt":"2024-01-01T00:00:00.1234567Z","deleted":false}"#;
        let row = row_of(record).unwrap();
        assert_eq!((row.id.as_str(), row.version.as_deref()), ("a", Some("MQ==")));
        assert_eq!(row.position.as_deref(), Some("2024-01-01T00:00:00.1234567Z"), "digit for digit");
        assert_eq!(row.content, Content::Entry(record.to_owned()));
    }

    #[test]
    fn a_deleted_record_is_told_apart_and_a_number_is_an_id() {
        let row = row_of(r#"{"id":7,"deleted":true,"version":null}"#).unwrap();
        assert_eq!(row, Row { id: "7".into(), version: None, position: None, content: Content::Deleted });
    }

    #[test]
    fn a_listing_is_an_array_or_has_one() {
        let ids =
            |body| Listing::parse(body).map(|listing| listing.rows.into_iter().map(|row| row.id).collect::<Vec<_>>());
        assert_eq!(ids(r#" [{"id":"a"},{"id":"b"}]"#), Some(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(ids(r#"{"results":[{"id":"a"}],"count":9}"#), Some(vec!["a".to_owned()]));
        assert_eq!(ids(r#"{"count":9,"items":[{"id":"a"}]}"#), Some(vec!["a".to_owned()]));
        assert_eq!(ids("[]"), Some(vec![]));
        for broken in ["", "<html>", "{}", "null", r#"[{"name":"no id"}]"#, "[1]", r#"[{"id":"a"}"#, r#"[{"id":""}]"#] {
            assert_eq!(ids(broken), None, "{broken}");
        }
    }

    #[test]
    fn a_listing_of_items_says_whether_there_are_more() {
        let linked = |body| Listing::parse(body).unwrap().linked;
        assert_eq!(linked("[]"), None);
        assert_eq!(linked(r#"{"results":[],"nextLink":"$skip=1"}"#), None);
        assert_eq!(linked(r#"{"items":[],"nextLink":"$skip=1"}"#), Some(true));
        assert_eq!(linked(r#"{"items":[],"nextLink":null}"#), Some(false));
        assert_eq!(linked(r#"{"items":[]}"#), Some(false));
    }
}
