//! The JSON of an entry, read no deeper than its own fields, and written with the two that the soup sets.

use super::entry::EntryId;
use super::{Error, Result};
use crate::json::push_string;
use crate::json::{self, Fields, Reader};
use std::fmt::Write as _;

/// The field that holds an entry's number.
pub(super) const ENTRY_ID: &str = "_soupEntryId";
/// The field that holds when the entry was last written, in milliseconds since 1970.
pub(super) const LAST_MODIFIED: &str = "_soupLastModifiedDate";

/// The fields of one JSON object in their order, each value still the text it came as.
#[derive(Debug, Default)]
pub(super) struct Document<'a> {
    fields: Fields<'a>,
}

impl<'a> Document<'a> {
    /// Reads one object.
    pub(super) fn parse(json: &'a str) -> Result<Self> {
        let mut document = Self::default();
        let mut reader = Reader::new(json);
        let read = document.read(&mut reader).and_then(|()| reader.end());
        read.map_err(|error| Error::BadEntries(error.to_string()))?;
        Ok(document)
    }

    fn read(&mut self, reader: &mut Reader<'a>) -> json::Result<()> {
        self.fields.0.clear();
        reader.object(&mut |name, value| self.fields.0.push((name, value)))
    }

    /// The fields in their order. Where a name comes twice, the later one counts, as in JavaScript.
    pub(super) fn fields(&self) -> impl Iterator<Item = (&str, &'a str)> {
        self.fields.0.iter().map(|(name, value)| (&**name, *value))
    }

    /// The JSON text of the field called `name`.
    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        self.fields.get(name)
    }

    /// The object without the fields that a soup sets.
    pub(super) fn content(&self) -> String {
        let mut out = String::from("{");
        for (name, value) in self.fields().filter(|(name, _)| ![ENTRY_ID, LAST_MODIFIED].contains(name)) {
            if out.len() > 1 {
                out.push(',');
            }
            push_string(&mut out, name);
            out.push(':');
            out.push_str(value);
        }
        out.push('}');
        out
    }

    /// The number that the document says its entry has; none for a new entry.
    ///
    /// # Errors
    /// When the field holds something other than a whole number.
    pub(super) fn entry_id(&self) -> Result<Option<EntryId>> {
        // SmartStore reads numbers in strings too, and takes -1 for "none".
        match self.get(ENTRY_ID).map(|json| json.trim_matches('"')) {
            None | Some("null" | "-1") => Ok(None),
            Some(number) => number
                .parse()
                .map(|id| Some(EntryId(id)))
                .map_err(|_| Error::BadEntries(format!("{ENTRY_ID} is {number}, which is not the number of an entry"))),
        }
    }

    /// Appends the object to `out` with its two set fields, each where it stood before or else at the end.
    pub(super) fn write(&self, out: &mut String, id: EntryId, modified: i64) {
        let set = [(ENTRY_ID, id.0), (LAST_MODIFIED, modified)];
        let mut written = [false; 2];
        let mut separator = '{';
        for (name, value) in &self.fields.0 {
            let own = set.iter().zip(&mut written).find(|((own, _), _)| name == own);
            match own {
                Some((_, true)) => continue,
                Some(((name, number), done)) => {
                    *done = true;
                    let _ = write!(out, "{separator}\"{name}\":{number}");
                }
                None => {
                    out.push(separator);
                    push_string(out, name);
                    out.push(':');
                    out.push_str(value);
                }
            }
            separator = ',';
        }
        for ((name, number), _) in set.iter().zip(written).filter(|(_, done)| !done) {
            let _ = write!(out, "{separator}\"{name}\":{number}");
            separator = ',';
        }
        out.push('}');
    }
}

/// Calls `each` for each object of a JSON array, in order, while the array is being read.
///
/// # Errors
/// When the text is not an array of objects, or what `each` returns; what `each` did by then stays done.
pub(super) fn for_each<'a>(array: &'a str, mut each: impl FnMut(&Document<'a>) -> Result<()>) -> Result<()> {
    let mut failure = None;
    let mut document = Document::default();
    let mut reader = Reader::new(array);
    let read = reader.array(&mut |reader| {
        document.read(reader)?;
        each(&document).map_err(|error| {
            failure = Some(error);
            json::Error::new("stopped")
        })
    });
    let read = read.and_then(|()| reader.end());
    match (failure, read) {
        (Some(failure), _) => Err(failure),
        (None, Err(error)) => Err(Error::BadEntries(error.to_string())),
        (None, Ok(())) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(json: &str) -> String {
        let mut out = String::new();
        Document::parse(json).unwrap().write(&mut out, EntryId(7), 99);
        out
    }

    #[test]
    fn the_two_fields_stand_where_they_stood_or_at_the_end() {
        assert_eq!(written("{}"), r#"{"_soupEntryId":7,"_soupLastModifiedDate":99}"#);
        assert_eq!(written(r#"{ "a" : 1 }"#), r#"{"a":1,"_soupEntryId":7,"_soupLastModifiedDate":99}"#);
        let before = r#"{"_soupLastModifiedDate":1,"a":[1, 2],"_soupEntryId":"3","_soupEntryId":4}"#;
        assert_eq!(written(before), r#"{"_soupLastModifiedDate":99,"a":[1, 2],"_soupEntryId":7}"#);
    }

    #[test]
    fn values_and_names_keep_their_text() {
        let json = r#"{"n":12345678901234567890.10,"e":1E+2,"q\"uote":"\ud83d","deep":{"x":[ ]}}"#;
        let kept = r#"{"n":12345678901234567890.10,"e":1E+2,"q\"uote":"\ud83d","deep":{"x":[ ]}"#;
        assert_eq!(written(json), format!(r#"{kept},"_soupEntryId":7,"_soupLastModifiedDate":99}}"#));
    }

    #[test]
    fn the_number_of_an_entry_is_read_as_the_original_reads_it() {
        let id = |json| Document::parse(json).unwrap().entry_id();
        assert_eq!(id(r#"{"_soupEntryId":12}"#).unwrap(), Some(EntryId(12)));
        assert_eq!(id(r#"{"_soupEntryId":"12"}"#).unwrap(), Some(EntryId(12)));
        for none in ["{}", r#"{"_soupEntryId":null}"#, r#"{"_soupEntryId":-1}"#] {
            assert_eq!(id(none).unwrap(), None);
        }
        for bad in [r#"{"_soupEntryId":"x"}"#, r#"{"_soupEntryId":1.5}"#, r#"{"_soupEntryId":{}}"#] {
            assert_eq!(id(bad).unwrap_err().code(), "BAD_ENTRIES", "{bad}");
        }
    }

    #[test]
    fn what_is_not_an_array_of_objects_is_refused() {
        for bad in ["", "[", "{}", "[1]", "[null]", r#"[{"a":}]"#, r#"[{"a":1}] x"#, "[[]]", r#"[{"a":1},]"#] {
            let error = for_each(bad, |_| Ok(())).unwrap_err();
            assert_eq!(error.code(), "BAD_ENTRIES", "{bad}");
        }
        for bad in ["", "1", "[]", "{", r#"{"a":1}{}"#] {
            assert_eq!(Document::parse(bad).unwrap_err().code(), "BAD_ENTRIES", "{bad}");
        }
    }

    #[test]
    fn a_failure_inside_stops_the_reading_and_comes_out() {
        let mut seen = 0;
        let error = for_each(r#"[{"a":1},{"a":2},{"a":3}]"#, |_| {
            seen += 1;
            if seen == 2 { Err(Error::NoExternalId("a".to_owned())) } else { Ok(()) }
        });
        assert_eq!(error.unwrap_err().code(), "NO_EXTERNAL_ID");
        assert_eq!(seen, 2);
    }

    #[test]
    fn of_two_fields_with_one_name_the_later_counts() {
        let document = Document::parse(r#"{"a":1,"a":2}"#).unwrap();
        assert_eq!(document.get("a"), Some("2"));
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod properties {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "\\PC{0,8}|[\\x00-\\x7f]{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                proptest::collection::btree_map("\\PC{0,4}", inner, 0..4).prop_map(|map| json!(map)),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_what_was_read_and_the_two_fields(
            fields in proptest::collection::btree_map("\\PC{0,6}|_soupEntryId", value(), 0..6),
            pretty in any::<bool>(),
        ) {
            let mut expected = json!(fields);
            let text = if pretty { format!("{expected:#}") } else { expected.to_string() };
            let mut written = String::new();
            Document::parse(&text).unwrap().write(&mut written, EntryId(7), 99);
            expected[ENTRY_ID] = json!(7);
            expected[LAST_MODIFIED] = json!(99);
            prop_assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), expected);
        }
    }
}
