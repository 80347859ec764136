//! What is asked of a soup.

use super::loose;
use super::{Error, Result};
use crate::json;

/// How entries are chosen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum QueryType {
    /// By one value of a path.
    #[default]
    Exact,
    /// By the bounds, both included, of a path's values; without bounds, all.
    Range,
    /// By SQL's LIKE on a path: `%` and `_` stand for any text and any character.
    Like,
    /// By the words of full-text indexes.
    Match,
    /// By Smart SQL.
    Smart,
}

impl QueryType {
    /// As errors call it.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Exact => "Exact",
            Self::Range => "Range",
            Self::Like => "Like",
            Self::Match => "Match",
            Self::Smart => "Smart",
        }
    }
}

/// Which way results are sorted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// Smallest first.
    #[default]
    Ascending,
    /// Largest first.
    Descending,
}

/// A query, as SmartStore's specs describe it (SmartStore spec, QuerySpec fields).
///
/// In JSON, keys that are numbers or booleans are taken as their text, as the original takes them.
///
/// ```
/// use tureen::soup::{Order, QuerySpec};
/// let spec = QuerySpec::parse(r#"{"queryType": "range", "indexPath": "size", "beginKey": 10, "orderPath": "size"}"#)?;
/// assert_eq!(spec, QuerySpec::range("size", Some("10"), None).ordered_by("size", Order::Ascending));
/// # Ok::<(), tureen::soup::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuerySpec {
    /// How entries are chosen.
    pub query_type: QueryType,
    /// The path that the keys are about. For match, none means every full-text index.
    pub index_path: Option<String>,
    /// The value, or for match the words.
    pub match_key: Option<String>,
    /// The pattern of a like query.
    pub like_key: Option<String>,
    /// The smallest value of a range; none for no bound.
    pub begin_key: Option<String>,
    /// The largest value of a range; none for no bound.
    pub end_key: Option<String>,
    /// The Smart SQL of a smart query.
    pub smart_sql: Option<String>,
    /// The path that results are sorted by; none leaves their order open.
    pub order_path: Option<String>,
    /// Which way they are sorted.
    pub order: Order,
    /// How many results a page has, and how many entries a removal takes at most.
    pub page_size: u64,
    /// The paths whose values to give, in arrays, instead of whole entries.
    pub select_paths: Option<Vec<String>>,
    /// Whether the cursor holds the rows that there are when it is opened, so that later writes do not shift its pages.
    /// (Not in SmartStore.)
    pub snapshot: bool,
    /// After how many milliseconds the search for a page, or for what to remove, is given up. (Not in SmartStore.)
    pub timeout: Option<u64>,
}

/// The page size of a spec that says none.
pub(super) const PAGE_SIZE: u64 = 10;

impl Default for QuerySpec {
    fn default() -> Self {
        Self {
            query_type: QueryType::default(),
            index_path: None,
            match_key: None,
            like_key: None,
            begin_key: None,
            end_key: None,
            smart_sql: None,
            order_path: None,
            order: Order::default(),
            page_size: PAGE_SIZE,
            select_paths: None,
            snapshot: false,
            timeout: None,
        }
    }
}

impl QuerySpec {
    /// Reads and checks the JSON of a spec.
    ///
    /// # Errors
    /// Malformed JSON, unknown types, or a spec that lacks what its type needs.
    pub fn parse(json: &str) -> Result<Self> {
        let spec = Self::read(json).map_err(|error| Error::BadQuery(error.to_string()))?;
        spec.check()?;
        Ok(spec)
    }

    fn read(json: &str) -> json::Result<Self> {
        let fields = json::fields(json)?;
        let key = |name| loose::text(fields.get(name));
        let one_of = |name, names| fields.given(name).map_or(Ok(0), |json| json::one_of(json, names));
        Ok(Self {
            query_type: match one_of("queryType", &["exact", "range", "like", "match", "smart"])? {
                0 => QueryType::Exact,
                1 => QueryType::Range,
                2 => QueryType::Like,
                3 => QueryType::Match,
                _ => QueryType::Smart,
            },
            index_path: fields.given_text("indexPath")?,
            match_key: key("matchKey")?,
            like_key: key("likeKey")?,
            begin_key: key("beginKey")?,
            end_key: key("endKey")?,
            smart_sql: fields.given_text("smartSql")?,
            order_path: fields.given_text("orderPath")?,
            order: match one_of("order", &["ascending", "descending"])? {
                0 => Order::Ascending,
                _ => Order::Descending,
            },
            page_size: loose::page_size(fields.get("pageSize"))?,
            select_paths: fields.given("selectPaths").map(json::texts).transpose()?,
            snapshot: fields.given("snapshot").map_or(Ok(false), json::truth)?,
            timeout: fields.given("timeout").map(json::whole).transpose()?,
        })
    }

    /// All entries.
    pub fn all() -> Self {
        Self { query_type: QueryType::Range, ..Self::default() }
    }

    /// The entries whose value of `path` is `key`.
    pub fn exact(path: impl Into<String>, key: impl Into<String>) -> Self {
        Self { index_path: Some(path.into()), match_key: Some(key.into()), ..Self::default() }
    }

    /// The entries whose value of `path` lies between two keys, both included.
    pub fn range(path: impl Into<String>, begin: Option<&str>, end: Option<&str>) -> Self {
        let (begin_key, end_key) = (begin.map(str::to_owned), end.map(str::to_owned));
        Self { index_path: Some(path.into()), begin_key, end_key, ..Self::all() }
    }

    /// The entries whose value of `path` is like `key`.
    pub fn like(path: impl Into<String>, key: impl Into<String>) -> Self {
        let (index_path, like_key) = (Some(path.into()), Some(key.into()));
        Self { query_type: QueryType::Like, index_path, like_key, ..Self::default() }
    }

    /// The entries that have the words `key`, in `path` or in any full-text index.
    pub fn matching(path: Option<&str>, key: impl Into<String>) -> Self {
        let (index_path, match_key) = (path.map(str::to_owned), Some(key.into()));
        Self { query_type: QueryType::Match, index_path, match_key, ..Self::default() }
    }

    /// What a Smart SQL query selects.
    pub fn smart(sql: impl Into<String>) -> Self {
        Self { query_type: QueryType::Smart, smart_sql: Some(sql.into()), ..Self::default() }
    }

    /// The same, sorted by `path`.
    #[must_use]
    pub fn ordered_by(self, path: impl Into<String>, order: Order) -> Self {
        Self { order_path: Some(path.into()), order, ..self }
    }

    /// The same, in pages of this size.
    #[must_use]
    pub fn paged_by(self, page_size: u64) -> Self {
        Self { page_size, ..self }
    }

    /// The same, giving the values of `paths`.
    #[must_use]
    pub fn selecting<P: Into<String>>(self, paths: impl IntoIterator<Item = P>) -> Self {
        Self { select_paths: Some(paths.into_iter().map(Into::into).collect()), ..self }
    }

    /// The same, with a cursor that later writes do not change.
    #[must_use]
    pub fn as_snapshot(self) -> Self {
        Self { snapshot: true, ..self }
    }

    /// The same, given up when a page takes longer than this.
    #[must_use]
    pub fn within(self, milliseconds: u64) -> Self {
        Self { timeout: Some(milliseconds), ..self }
    }

    /// Says what the spec lacks, if anything.
    ///
    /// # Errors
    /// [`Error::BadQuery`], with what to add.
    pub fn check(&self) -> Result<()> {
        let lacks = |what: &str| Err(Error::BadQuery(format!("{} query without {what}", self.query_type.title())));
        if self.page_size == 0 {
            return Err(Error::BadQuery("pageSize must be at least 1".to_owned()));
        }
        match self.query_type {
            QueryType::Smart if self.smart_sql.is_none() => lacks("smartSql"),
            QueryType::Exact | QueryType::Like if self.index_path.is_none() => lacks("indexPath"),
            QueryType::Exact | QueryType::Match if self.match_key.is_none() => lacks("matchKey"),
            QueryType::Like if self.like_key.is_none() => lacks("likeKey"),
            QueryType::Range if self.index_path.is_none() && (self.begin_key.is_some() || self.end_key.is_some()) => {
                lacks("indexPath")
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spec_crosses_with_the_originals_fields_and_defaults() {
        let spec = QuerySpec::parse(r#"{"indexPath":"name","matchKey":"Ulm"}"#).unwrap();
        assert_eq!(spec, QuerySpec::exact("name", "Ulm"));
        assert_eq!((spec.order, spec.page_size), (Order::Ascending, 10));
        let json = r#"{"queryType":"like","indexPath":"name","matchKey":null,"likeKey":"U%","beginKey":null,
            "endKey":null,"smartSql":null,"orderPath":"size","order":"descending","pageSize":3,
            "selectPaths":["name","size"],"cursor":{}}"#;
        let spec = QuerySpec::parse(json).unwrap();
        let expected = QuerySpec::like("name", "U%").ordered_by("size", Order::Descending).paged_by(3);
        assert_eq!(spec, expected.selecting(["name", "size"]));
    }

    #[test]
    fn nulls_are_defaults_and_keys_may_be_numbers() {
        let json = r#"{"queryType":"range","indexPath":"n","beginKey":1.5,"endKey":true,"order":null,"pageSize":null}"#;
        assert_eq!(QuerySpec::parse(json).unwrap(), QuerySpec::range("n", Some("1.5"), Some("true")));
        let json = r#"{"queryType":null,"indexPath":"n","matchKey":-12,"pageSize":"7"}"#;
        assert_eq!(QuerySpec::parse(json).unwrap(), QuerySpec::exact("n", "-12").paged_by(7));
        assert_eq!(QuerySpec::parse(r#"{"queryType":"range","pageSize":1e3}"#).unwrap().page_size, 1000);
    }

    #[test]
    fn what_is_lacking_is_said() {
        let cases = [
            ("{}", "indexPath"),
            (r#"{"indexPath":"a"}"#, "matchKey"),
            (r#"{"queryType":"like","indexPath":"a"}"#, "likeKey"),
            (r#"{"queryType":"match"}"#, "matchKey"),
            (r#"{"queryType":"smart"}"#, "smartSql"),
            (r#"{"queryType":"range","beginKey":"a"}"#, "indexPath"),
            (r#"{"queryType":"range","pageSize":0}"#, "pageSize"),
            (r#"{"queryType":"range","pageSize":-1}"#, "page"),
            (r#"{"queryType":"range","pageSize":1.5}"#, "page"),
            (r#"{"queryType":"fuzzy"}"#, "fuzzy"),
            (r#"{"queryType":"range","order":"up"}"#, "up"),
            (r#"{"indexPath":"a","matchKey":{}}"#, "string"),
            ("[", "EOF"),
        ];
        for (json, word) in cases {
            let error = QuerySpec::parse(json).unwrap_err();
            assert_eq!(error.code(), "BAD_QUERY", "{json}");
            assert!(error.to_string().contains(word), "{json}: {error}");
        }
        assert!(QuerySpec::all().check().is_ok());
    }
}
