//! Records of a store of the app's own making. Nobody but that store knows its columns, so they have any properties, and
//! their values are kept as they cross from JavaScript ([`super::cell`]): a `Date` stays one.

use super::cell::{Cell, Record};
use super::definition::{ID, same_name};
use super::error::Error;
use super::fields::SYSTEM_FIELDS;
use super::instant::Instant;
use super::table::{Source, parse_entry};
use crate::json::{self, Fields};
use crate::soup::content;
use std::borrow::Cow;

/// As [`super::Table::merge`]. What a server says in the form of a time is a `Date`, as the original has it.
pub(super) fn merge(local: Option<&str>, record: &Record<'_>, source: Source) -> Result<String, Error> {
    let Fields(old) = parse_entry(local.unwrap_or("{}"))?;
    let mut merged: Vec<(&str, Cow<'_, str>)> = old.iter().map(|(name, value)| (&**name, (*value).into())).collect();
    for (name, cell) in &record.properties {
        let date = if source == Source::Server { date_of(cell) } else { None };
        let value = Cow::Owned(date.unwrap_or_else(|| crossing(cell)));
        match merged.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = value,
            None => merged.push((name, value)),
        }
    }
    Ok(json::object(merged.into_iter()))
}

/// As [`super::Table::outgoing`].
pub(super) fn outgoing(entry: &str) -> Result<String, Error> {
    let content = content(entry)?;
    let record = Record::parse(&content)?;
    let own = |name: &str| !SYSTEM_FIELDS.iter().any(|system| same_name(system, name));
    let body = record.properties.iter().filter(|(name, _)| own(name)).filter_map(|(name, cell)| {
        let name = if same_name(name, ID) { ID } else { name };
        Some((name, cell.json()?))
    });
    Ok(json::object(body))
}

/// The names of an entry's properties.
pub(super) fn names(entry: &str) -> Result<Vec<String>, Error> {
    let content = content(entry)?;
    let Fields(stored) = parse_entry(&content)?;
    Ok(stored.into_iter().map(|(name, _)| name.into_owned()).collect())
}

/// A value as it crosses; what no store can keep, and `undefined`, as null.
fn crossing(cell: &Cell<'_>) -> String {
    match cell {
        Cell::Date(milliseconds) => date(milliseconds.map(|number| number as i64)),
        Cell::NonFinite(name) => format!(r#"{{"\u0000":"number","v":"{name}"}}"#),
        Cell::BigInt(digits) => format!(r#"{{"\u0000":"bigint","v":"{digits}"}}"#),
        Cell::Object(json) if json.starts_with(r#"{"\u0000":"#) => format!(r#"{{"\u0000":"json","v":{json}}}"#),
        _ => cell.json().unwrap_or("null".into()).into_owned(),
    }
}

fn date(milliseconds: Option<i64>) -> String {
    let milliseconds = milliseconds.map_or("null".to_owned(), |number| number.to_string());
    format!(r#"{{"\u0000":"date","v":{milliseconds}}}"#)
}

/// The `Date` that the original makes of a server's text in the form of `www/windows-azure/dates.mjs`.
fn date_of(cell: &Cell<'_>) -> Option<String> {
    match cell {
        Cell::Text(text) if text.len() >= 20 && text.as_bytes()[10] == b'T' && text.ends_with('Z') => {
            Instant::parse(text).map(|instant| date(Some(instant.milliseconds())))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATE: &str = r#"{"\u0000":"date","v":1577836800123}"#;

    #[test]
    fn values_stay_what_they_are() {
        let said = format!(
            r#"{{"id":"a","due":{DATE},"none":{{"\u0000":"undefined"}},"big":{{"\u0000":"bigint","v":"7"}},"odd":{{"\u0000":"json","v":{{"\u0000":1}}}},"nan":{{"\u0000":"number","v":"NaN"}},"list":[1.50],"text":"2020-01-01T00:00:00.123Z"}}"#
        );
        let entry = merge(None, &Record::parse(&said).unwrap(), Source::App).unwrap();
        assert_eq!(entry, said.replace(r#"{"\u0000":"undefined"}"#, "null"));
        assert_eq!(
            outgoing(&entry).unwrap(),
            r#"{"id":"a","due":"2020-01-01T00:00:00.123Z","none":null,"big":7,"odd":{"\u0000":1},"nan":null,"list":[1.50],"text":"2020-01-01T00:00:00.123Z"}"#
        );
    }

    #[test]
    fn a_server_s_times_are_dates_and_what_it_leaves_out_stays() {
        let local = r#"{"id":"a","kept":1,"_soupEntryId":7,"_soupLastModifiedDate":9}"#;
        let row =
            r#"{"id":"a","version":"MQ==","updatedAt":"2020-01-01T00:00:00.1239Z","day":"2020-01-01","deleted":false}"#;
        let entry = merge(Some(local), &Record::plain(row).unwrap(), Source::Server).unwrap();
        assert!(entry.contains(&format!(r#""updatedAt":{DATE},"day":"2020-01-01""#)), "{entry}");
        assert_eq!(outgoing(&entry).unwrap(), r#"{"id":"a","kept":1,"day":"2020-01-01"}"#);
        assert_eq!(names(&entry).unwrap(), ["id", "kept", "version", "updatedAt", "day", "deleted"]);
    }
}
