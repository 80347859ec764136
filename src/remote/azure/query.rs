//! A query as it crosses from JavaScript: its components, and its filter as OData v2 text.
//!
//! Why text: an app's own filters may be OData text, `toOData()` must answer at once, before this module is loaded, and
//! a server of that dialect wants the text unchanged, also where it says what only that server understands. So
//! JavaScript writes OData v2 (`www/windows-azure/odata.mjs`, the only writer of it), and here it is read
//! ([`super::parse_filter`], the only reader).

use super::error::Error;
use super::expression::Expression;
use super::odata_parse::parse_filter;
use serde::{Deserialize, Serialize};

/// What is asked of a table.
///
/// ```
/// use tureen::remote::azure::Query;
/// let query = Query::parse(r#"{"table":"todoitem","filter":"(complete eq false)","take":10}"#).unwrap();
/// assert_eq!(query.take, Some(10));
/// assert!(query.expression().unwrap().is_some());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Query {
    /// The table's name.
    pub table: String,
    /// OData v2 filter text, not URL-encoded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// What the rows are ordered by, first things first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub orderings: Vec<Ordering>,
    /// The columns that are wanted; all when there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub selections: Vec<String>,
    /// How many rows are left out at the start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skip: Option<u64>,
    /// How many rows are wanted at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub take: Option<u64>,
    /// Whether the number of rows without skip and take is wanted too.
    #[serde(default)]
    pub include_total_count: bool,
    /// Whether a server shall give its deleted rows too.
    #[serde(default)]
    pub include_deleted: bool,
}

/// A column to order by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ordering {
    /// The column's name.
    pub name: String,
    /// Smallest first, null before all.
    pub ascending: bool,
}

impl Query {
    /// All of a table.
    pub fn of(table: impl Into<String>) -> Self {
        Self { table: table.into(), ..Self::default() }
    }

    /// Reads what `www/windows-azure/query.mjs` wrote.
    ///
    /// # Errors
    /// [`Error::Malformed`] when a component is missing, of another type, or negative.
    pub fn parse(json: &str) -> Result<Self, Error> {
        serde_json::from_str(json).map_err(|error| Error::malformed("the query", &error))
    }

    /// The filter's tree, or nothing when all rows are wanted.
    ///
    /// # Errors
    /// [`Error::Filter`] when the text is no filter.
    pub fn expression(&self) -> Result<Option<Expression>, Error> {
        let text = self.filter.as_deref().filter(|text| !text.trim().is_empty());
        text.map(parse_filter).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_components_cross() {
        let json = r#"{"table":"t","filter":"a","orderings":[{"name":"a","ascending":false}],"selections":["a","b"],"skip":1,"take":2,"includeTotalCount":true,"includeDeleted":true}"#;
        let query = Query::parse(json).unwrap();
        assert_eq!(serde_json::to_string(&query).unwrap(), json);
        assert_eq!(query.expression().unwrap(), Some(Expression::Member("a".into())));
    }

    #[test]
    fn a_blank_filter_is_none() {
        for filter in [None, Some(String::new()), Some(" ".to_owned())] {
            assert_eq!(Query { filter, ..Query::of("t") }.expression().unwrap(), None);
        }
    }

    #[test]
    fn malformed_queries_are_named() {
        for json in ["", "[]", "{}", r#"{"table":5}"#, r#"{"table":"t","skip":-1}"#, r#"{"table":"t","top":1}"#] {
            let refused = Query::parse(json).unwrap_err();
            assert_eq!(refused.code(), "MALFORMED_ARGUMENT");
            assert!(refused.to_string().starts_with("the query is malformed: "), "{refused}");
        }
    }
}
