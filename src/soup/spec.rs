//! What an index is on: a path of the entries, and the type of its values.

use super::{Error, Result};
use crate::json;
use crate::json::push_string;
use std::collections::BTreeSet;

/// The type of an index's values (SmartStore spec, Index types).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IndexType {
    /// Text; every value is kept as its text: booleans as `true` and `false`, objects and arrays as their JSON.
    String,
    /// 64-bit integers; other numbers are truncated, anything else has no value.
    Integer,
    /// 64-bit floating-point numbers; anything else has no value.
    Floating,
    /// Text as [`IndexType::String`], which `match` queries search by its words too.
    FullText,
    /// Whatever SQLite's `json_extract` finds, in an index without a column. Does not reach through arrays.
    Json1,
}

impl IndexType {
    const ALL: [Self; 5] = [Self::String, Self::Integer, Self::Floating, Self::FullText, Self::Json1];

    /// The name that specs and tables use.
    pub fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Integer => "integer",
            Self::Floating => "floating",
            Self::FullText => "full_text",
            Self::Json1 => "json1",
        }
    }

    /// The type called `name`, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The SQL type of its column, or none for an index without one.
    pub(super) fn column_type(self) -> Option<&'static str> {
        match self {
            Self::String | Self::FullText => Some("TEXT"),
            Self::Integer => Some("INTEGER"),
            Self::Floating => Some("REAL"),
            Self::Json1 => None,
        }
    }
}

/// One index of a soup.
///
/// ```
/// use tureen::soup::{IndexSpec, IndexType};
/// let specs = IndexSpec::parse_list(r#"[{"path": "address.city", "type": "string"}]"#)?;
/// assert_eq!(specs, [IndexSpec::new("address.city", IndexType::String)]);
/// # Ok::<(), tureen::soup::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexSpec {
    /// The dotted path of the indexed value in the entry.
    pub path: String,
    /// The type of its values.
    pub kind: IndexType,
    /// Whether two entries may not share a value. (Not in SmartStore, and left out of its JSON when false.)
    pub unique: bool,
}

impl IndexSpec {
    /// An index on `path`, where entries may share values.
    pub fn new(path: impl Into<String>, kind: IndexType) -> Self {
        Self { path: path.into(), kind, unique: false }
    }

    /// An index on `path`, where entries may not share values.
    pub fn unique(path: impl Into<String>, kind: IndexType) -> Self {
        Self { path: path.into(), kind, unique: true }
    }

    /// The specs of a JSON array of `{path, type}`.
    ///
    /// # Errors
    /// When the text is something else, or names a type that does not exist.
    pub fn parse_list(json: &str) -> Result<Vec<Self>> {
        let specs = json::items(json).and_then(|specs| specs.into_iter().map(Self::read).collect());
        specs.map_err(|error: json::Error| Error::BadIndexSpecs(error.to_string()))
    }

    fn read(json: &str) -> json::Result<Self> {
        let fields = json::fields(json)?;
        let kind = json::one_of(fields.need("type")?, &IndexType::ALL.map(IndexType::name))?;
        let kind = IndexType::ALL.get(kind).copied().unwrap_or(IndexType::String);
        Ok(Self { path: fields.text("path")?, kind, unique: fields.truth("unique")? })
    }

    /// The JSON array that [`IndexSpec::parse_list`] reads.
    pub fn list_text(specs: &[Self]) -> String {
        let mut out = String::from("[");
        for spec in specs {
            out.push_str(if out.len() > 1 { ",{\"path\":" } else { "{\"path\":" });
            push_string(&mut out, &spec.path);
            out.push_str(",\"type\":\"");
            out.push_str(spec.kind.name());
            out.push_str(if spec.unique { "\",\"unique\":true}" } else { "\"}" });
        }
        out + "]"
    }
}

/// The paths that Smart SQL gives a meaning of its own and that no entry holds.
const RESERVED_PATHS: [&str; 2] = ["_soup", "_soupCreatedDate"];

/// Refuses names that Smart SQL's `{name:path}` could not carry.
pub(super) fn check_name(soup: &str) -> Result<()> {
    if soup.trim().is_empty() || soup.contains(['{', '}', ':', '\0']) {
        return Err(Error::BadSoupName(soup.to_owned()));
    }
    Ok(())
}

/// Refuses specs that no soup can have: none at all, a path twice, or one that cannot be indexed.
pub(super) fn check_specs(soup: &str, specs: &[IndexSpec]) -> Result<()> {
    if specs.is_empty() {
        return Err(Error::NoIndexSpecs(soup.to_owned()));
    }
    let mut paths = BTreeSet::new();
    for IndexSpec { path, kind, .. } in specs {
        let reason = if path.trim().is_empty() {
            Some("it is empty")
        } else if path.contains(['{', '}', ':', '\0']) {
            Some("a path has no braces or colons")
        } else if RESERVED_PATHS.contains(&path.as_str()) {
            Some("that name is reserved")
        } else if *kind == IndexType::Json1 && !is_json_path(path) {
            Some("json_extract cannot follow it")
        } else if !paths.insert(path) {
            Some("it is given twice")
        } else {
            None
        };
        if let Some(reason) = reason {
            return Err(Error::BadIndexPath { soup: soup.to_owned(), path: path.clone(), reason });
        }
    }
    Ok(())
}

/// Whether SQLite can read `$.path`. It would say so only at the first entry, and then refuse every entry.
fn is_json_path(path: &str) -> bool {
    path.split('.').all(|part| {
        let mut steps = part.split('[');
        let name = steps.next().unwrap_or_default();
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let is_step = |step: &str| {
            step.strip_suffix(']').is_some_and(|place| is_number(place.strip_prefix("#-").unwrap_or(place)))
        };
        !name.is_empty() && !name.starts_with('"') && steps.all(is_step)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error_of(specs: &[IndexSpec]) -> String {
        check_specs("cities", specs).map_or_else(|error| error.to_string(), |()| String::new())
    }

    #[test]
    fn a_spec_crosses_as_the_originals_json() {
        let specs = r#"[{"path":"a.b","type":"full_text"},{"path":"c","type":"json1"}]"#;
        let parsed = IndexSpec::parse_list(specs).unwrap();
        assert_eq!(parsed[0], IndexSpec::new("a.b", IndexType::FullText));
        assert_eq!(IndexSpec::list_text(&parsed), specs);
        let unique = IndexSpec::parse_list(r#"[{"path":"id","type":"string","unique":true}]"#).unwrap();
        assert_eq!(unique, [IndexSpec::unique("id", IndexType::String)]);
    }

    #[test]
    fn every_type_has_its_name_both_ways() {
        for name in ["string", "integer", "floating", "full_text", "json1"] {
            let kind = IndexType::from_name(name).unwrap();
            assert_eq!(kind.name(), name);
        }
        assert_eq!(IndexType::from_name("date"), None);
    }

    #[test]
    fn specs_that_are_none_are_refused() {
        for bad in ["{", "{}", r#"[{"path":"a","type":"date"}]"#, r#"[{"type":"string"}]"#, r#"["a"]"#] {
            assert_eq!(IndexSpec::parse_list(bad).unwrap_err().code(), "BAD_INDEX_SPECS", "{bad}");
        }
    }

    #[test]
    fn names_and_paths_that_smart_sql_cannot_carry_are_refused() {
        for bad in ["", " ", "a:b", "{a", "a}"] {
            assert_eq!(check_name(bad).unwrap_err().code(), "BAD_SOUP_NAME", "{bad}");
            assert!(!error_of(&[IndexSpec::new(bad, IndexType::String)]).is_empty(), "{bad}");
        }
        assert!(check_name("table with 'spaces'").is_ok());
        assert!(error_of(&[]).starts_with("No indexSpecs specified for soup: cities"));
        assert!(error_of(&[IndexSpec::new("_soup", IndexType::String)]).contains("reserved"));
        let twice = [IndexSpec::new("a", IndexType::String), IndexSpec::new("a", IndexType::Integer)];
        assert!(error_of(&twice).contains("given twice"));
        assert_eq!(error_of(&[IndexSpec::new("_soupEntryId", IndexType::Integer)]), "");
    }

    #[test]
    fn a_json1_path_is_refused_when_sqlite_cannot_follow_it() {
        let json = r#"{"a":{"b":[{"b":{}}]},"b'c":{},"a b":{}}"#;
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        for path in ["a.b", "a.b[0]", "a.b[#-1].b", "b'c", "a b", "a.b[", "a.b[x]", "a..b", "a.b[0", "\"a", "a."] {
            let extract = format!("SELECT {}", crate::soup::table::extraction("?1", path));
            let followed = connection.query_row(&extract, [json], |_| Ok(())).is_ok();
            assert_eq!(check_specs("cities", &[IndexSpec::new(path, IndexType::Json1)]).is_ok(), followed, "{path}");
        }
        assert_eq!(error_of(&[IndexSpec::new("a..b", IndexType::String)]), "");
    }
}
