//! Records as soups keep them: what of a record says that it was changed here, and of which sync it is.

use super::Result;
use crate::json::{self, Fields};
use crate::platform::instant::Instant;
use std::borrow::Cow;

pub(super) const LOCAL: &str = "__local__";
pub(super) const CREATED: &str = "__locally_created__";
pub(super) const UPDATED: &str = "__locally_updated__";
pub(super) const DELETED: &str = "__locally_deleted__";
pub(super) const SYNC_ID: &str = "__sync_id__";
/// The syncs that have the record, where they are several.
pub(super) const SYNC_IDS: &str = "__sync_ids__";
pub(super) const LAST_ERROR: &str = "__last_error__";

/// What the ids of records begin with that no org has seen.
const LOCAL_ID: &str = "local_";

/// Whether an id is of this device's making.
pub(super) fn is_local_id(id: &str) -> bool {
    id.starts_with(LOCAL_ID)
}

/// Whether a flag stands in a record. Apps have them as booleans, or as what SQLite makes of those.
pub(super) fn flag(fields: &Fields<'_>, name: &str) -> bool {
    matches!(fields.get(name), Some("true" | "1" | "\"true\"" | "\"1\""))
}

/// The text of a field; of a number, its digits.
pub(super) fn text(fields: &Fields<'_>, name: &str) -> Option<String> {
    let value = fields.given(name)?;
    json::lossy_text(value).map_or_else(|| Some(value.to_owned()), |text| Some(text.into_owned()))
}

/// The value at a dotted path.
pub(super) fn at<'t>(fields: &Fields<'t>, path: &str) -> Option<&'t str> {
    if let Some(value) = fields.get(path) {
        return Some(value);
    }
    let (first, rest) = path.split_once('.')?;
    at(&json::fields(fields.get(first)?).ok()?, rest)
}

/// A record's JSON with other values for some fields, and without those whose value is none.
pub(super) fn with(record: &str, changes: &[(&str, Option<String>)]) -> Result<String> {
    let fields = json::fields(record)?;
    let is_changed = |name: &str| changes.iter().any(|(changed, _)| *changed == name);
    let kept = fields.0.iter().filter(|(name, _)| !is_changed(name)).map(|(name, value)| (&**name, Cow::from(*value)));
    let set = changes.iter().filter_map(|(name, value)| Some((*name, Cow::from(value.as_deref()?))));
    Ok(json::object(kept.chain(set)))
}

/// The flags of a record that is as the org has it.
pub(super) fn clean() -> [(&'static str, Option<String>); 4] {
    [LOCAL, CREATED, UPDATED, DELETED].map(|name| (name, Some("false".to_owned())))
}

/// When a record was changed last, by the field that says so: milliseconds since 1970.
pub(super) fn stamp(record: &str, field: &str) -> Option<i64> {
    let fields = json::fields(record).ok()?;
    Instant::parse(&json::text(at(&fields, field)?).ok()?).map(Instant::milliseconds)
}

/// The newest of [`stamp`]s; -1 when there is none.
pub(super) fn newest(records: &[String], field: &str) -> i64 {
    records.iter().filter_map(|record| stamp(record, field)).max().unwrap_or(-1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_set_and_taken_away() {
        let record = with(r#"{"a":1,"b":{"c":2},"d":3}"#, &[("a", Some("\"x\"".into())), ("d", None)]).unwrap();
        assert_eq!(record, r#"{"b":{"c":2},"a":"x"}"#);
        let fields = json::fields(&record).unwrap();
        assert_eq!((at(&fields, "b.c"), at(&fields, "b.d"), at(&fields, "a.b")), (Some("2"), None, None));
        assert_eq!((text(&fields, "a").as_deref(), flag(&fields, "a")), (Some("x"), false));
    }

    #[test]
    fn flags_are_read_in_every_form() {
        for (value, is) in [("true", true), ("\"true\"", true), ("1", true), ("false", false), ("0", false)] {
            let record = format!(r#"{{"__local__":{value}}}"#);
            assert_eq!(flag(&json::fields(&record).unwrap(), LOCAL), is, "{value}");
        }
    }

    #[test]
    fn the_newest_change_is_found() {
        let records = ["2024-01-01T00:00:01.000+0000", "1970-01-01T00:00:02.000Z", "never"];
        let records: Vec<_> = records.iter().map(|time| format!(r#"{{"M":"{time}"}}"#)).collect();
        assert_eq!(newest(&records, "M"), 1_704_067_201_000);
        assert_eq!(newest(&records[2..], "M"), -1);
    }
}
