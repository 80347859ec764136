//! Where the parts of a row lie, and the entry that is made of one.

use super::form::RecordForm;
use super::path::Path;
use crate::json::{self, Fields};
use crate::platform::number;
use crate::sync::backend::{BackendError, Content, Fault, Outgoing, Row};
use crate::sync::bound::{VERSION, id_text};

/// Where the parts of a row lie.
#[derive(Debug, Clone)]
pub struct Layout {
    /// Its id.
    pub id: Path,
    /// The property of an entry that holds the id: that of the row, or one of its own where the row's lies deeper.
    pub key: String,
    /// Its version.
    pub version: Option<Path>,
    /// What is there, and not false, in a row that stands for a deleted record.
    pub deleted: Option<Path>,
    /// Where it stands in the order of changes.
    pub position: Option<Path>,
}

impl Layout {
    /// The rows of an array.
    ///
    /// # Errors
    /// `NO_ID` for a row without an id, `BAD_ROW` for one that is no object.
    pub fn rows(&self, array: &str) -> Result<Vec<Row>, BackendError> {
        let items = json::items(array).map_err(|error| bad_row(&error.to_string()))?;
        items.into_iter().map(|item| self.row(item, None)).collect()
    }

    /// One row, of the version `version` where that is said apart from it.
    ///
    /// # Errors
    /// As of [`Layout::rows`].
    pub fn row(&self, json: &str, version: Option<&str>) -> Result<Row, BackendError> {
        let fields = json::fields(json).map_err(|error| bad_row(&error.to_string()))?;
        let id = self.id.of_fields(&fields).and_then(|id| id_text(id).ok()).ok_or_else(|| {
            let place = self.id.last_name().unwrap_or("$");
            BackendError::coded(Fault::Malformed, "NO_ID", format!("a row has no {place} that is a string or number"))
        })?;
        let own = self.version.as_ref().and_then(|path| path.of_fields(&fields)).map(plain);
        let version = version.map(str::to_owned).or(own);
        let position = self.position.as_ref().and_then(|path| path.of_fields(&fields)).map(plain);
        let deleted = self.deleted.as_ref().and_then(|path| path.of_fields(&fields));
        let content = match deleted {
            Some(value) if !matches!(value, "false" | "0" | "\"\"") => Content::Deleted,
            _ => Content::Entry(self.entry(&fields, &id, version.as_deref())),
        };
        Ok(Row { id, version, position, content })
    }

    /// The record that an answer to a change of `sent` tells of: what it says of the record, laid over what was sent.
    ///
    /// # Errors
    /// Text that is no entry.
    pub fn answered(&self, change: &Outgoing, json: Option<&str>, version: Option<&str>) -> Result<Row, BackendError> {
        let sent = change.entry.as_deref().map_or_else(|| Ok("{}".to_owned()), |entry| self.outgoing(entry, true))?;
        let told = json.and_then(|json| self.row(json, version).ok());
        let row = told.unwrap_or_else(|| {
            let id = json::quoted(&change.key.id);
            let version = version.map(json::quoted);
            let version = version.as_deref().map(|version| (VERSION, version));
            let entry = json::object([(&*self.key, &*id)].into_iter().chain(version));
            let (id, version) = (change.key.id.clone(), version.map(|(_, version)| plain(version)));
            Row { id, version, position: None, content: Content::Entry(entry) }
        });
        let content = match row.content {
            Content::Entry(entry) => Content::Entry(RecordForm::change(Some(&sent), &entry)?),
            other => other,
        };
        Ok(Row { content, ..row })
    }

    /// The entry of a row: its fields, its version, and its id where that lies deeper.
    fn entry(&self, fields: &Fields<'_>, id: &str, version: Option<&str>) -> String {
        let (id, version) = (json::quoted(id), version.map(json::quoted));
        let own = fields.0.iter().map(|(name, value)| (&**name, *value)).filter(|(name, _)| *name != VERSION);
        let key = fields.get(&self.key).is_none().then_some((&*self.key, &*id));
        let version = version.as_deref().map(|version| (VERSION, version));
        json::object(own.chain(key).chain(version))
    }

    /// What is sent of an entry: what the app put there, without the id if the backend gives those.
    ///
    /// # Errors
    /// Text that is no entry.
    pub fn outgoing(&self, entry: &str, with_id: bool) -> Result<String, BackendError> {
        let fields = json::fields(entry).map_err(|error| BackendError::new(Fault::Refused, error.to_string()))?;
        let own_key = self.id.name() == Some(&self.key);
        let sent =
            |name: &str| !name.starts_with("_soup") && name != VERSION && (name != self.key || (own_key && with_id));
        Ok(json::object(fields.0.iter().map(|(name, value)| (&**name, *value)).filter(|(name, _)| sent(name))))
    }
}

/// The text that a plain JSON value stands for.
pub fn plain(value: &str) -> String {
    json::text(value).map_or_else(|_| value.to_owned(), |text| text.into_owned())
}

/// The newest position of rows and of what was `seen` before: numbers by what they are, times as texts.
pub fn newest(rows: &[Row], seen: Option<&String>) -> Option<String> {
    let later = |left: &&String, right: &&String| match (number::parse(left), number::parse(right)) {
        (Some(left), Some(right)) => left.total_cmp(&right),
        _ => left.cmp(right),
    };
    rows.iter().filter_map(|row| row.position.as_ref()).chain(seen).max_by(later).cloned()
}

fn bad_row(why: &str) -> BackendError {
    BackendError::coded(Fault::Malformed, "BAD_ROW", format!("a row is no JSON object: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout() -> Layout {
        let path = |text| Some(Path::parse(text).unwrap());
        Layout {
            id: Path::parse("$.meta.id").unwrap(),
            key: "id".into(),
            version: path("rev"),
            deleted: path("gone"),
            position: path("at"),
        }
    }

    #[test]
    fn a_row_becomes_an_entry_with_its_id_and_version_and_back() {
        let row = layout().row(r#"{"meta":{"id":7},"rev":"r1","at":"2026","n":1}"#, None).unwrap();
        assert_eq!((&*row.id, row.version.as_deref(), row.position.as_deref()), ("7", Some("r1"), Some("2026")));
        let Content::Entry(entry) = row.content else { panic!() };
        assert_eq!(entry, r#"{"meta":{"id":7},"rev":"r1","at":"2026","n":1,"id":"7","_version":"r1"}"#);
        let sent = layout().outgoing(&entry, true).unwrap();
        assert_eq!(sent, r#"{"meta":{"id":7},"rev":"r1","at":"2026","n":1}"#);
        assert_eq!(layout().row(r#"{"meta":{"id":7},"gone":"2026"}"#, None).unwrap().content, Content::Deleted);
        assert_ne!(layout().row(r#"{"meta":{"id":7},"gone":false}"#, None).unwrap().content, Content::Deleted);
    }

    #[test]
    fn a_row_without_an_id_and_what_is_no_row_are_named() {
        assert_eq!(layout().rows(r#"[{"meta":{"id":1}},{"meta":{}}]"#).unwrap_err().code, "NO_ID");
        assert_eq!(layout().rows(r#"[{"meta":{"id":""}}]"#).unwrap_err().code, "NO_ID");
        assert_eq!(layout().rows("[3]").unwrap_err().code, "BAD_ROW");
        assert_eq!(layout().rows(r#"[{"meta":"#).unwrap_err().code, "BAD_ROW");
    }
}
