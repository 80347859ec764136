//! A query as it crosses from JavaScript: its components, and its filter as OData v2 text.
//!
//! Why text: an app's own filters may be OData text, `toOData()` must answer at once, before this module is loaded, and
//! a server of that dialect wants the text unchanged, also where it says what only that server understands. So
//! JavaScript writes OData v2 (`www/windows-azure/odata.mjs`, the only writer of it), and here it is read
//! ([`super::parse_filter`], the only reader).

use super::error::Error;
use super::expression::Expression;
use super::odata_parse::parse_filter;
use crate::json;

/// What is asked of a table.
///
/// ```
/// use tureen::remote::azure::Query;
/// let query = Query::parse(r#"{"table":"todoitem","filter":"(complete eq false)","take":10}"#).unwrap();
/// assert_eq!(query.take, Some(10));
/// assert!(query.expression().unwrap().is_some());
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Query {
    /// The table's name.
    pub table: String,
    /// OData v2 filter text, not URL-encoded.
    pub filter: Option<String>,
    /// What the rows are ordered by, first things first.
    pub orderings: Vec<Ordering>,
    /// The columns that are wanted; all when there are none.
    pub selections: Vec<String>,
    /// How many rows are left out at the start.
    pub skip: Option<u64>,
    /// How many rows are wanted at most.
    pub take: Option<u64>,
    /// Whether the number of rows without skip and take is wanted too.
    pub include_total_count: bool,
    /// Whether a server shall give its deleted rows too.
    pub include_deleted: bool,
}

/// A column to order by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ordering {
    /// The column's name.
    pub name: String,
    /// Smallest first, null before all.
    pub ascending: bool,
}

impl Ordering {
    fn read(json: &str) -> json::Result<Self> {
        let fields = json::fields(json)?;
        Ok(Self { name: fields.text("name")?, ascending: json::truth(fields.need("ascending")?)? })
    }

    fn text(&self) -> String {
        format!(r#"{{"name":{},"ascending":{}}}"#, json::quoted(&self.name), self.ascending)
    }
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
        Self::read(json).map_err(|error| Error::malformed("the query", &error))
    }

    pub(super) fn read(json: &str) -> json::Result<Self> {
        let mut query = Self::default();
        let fields = json::fields(json)?;
        query.table = fields.text("table")?;
        for (name, value) in &fields.0 {
            match &**name {
                "table" => {}
                "filter" => query.filter = fields.given_text(name)?,
                "orderings" => {
                    query.orderings =
                        json::items(value)?.into_iter().map(Ordering::read).collect::<json::Result<_>>()?;
                }
                "selections" => query.selections = json::texts(value)?,
                "skip" => query.skip = fields.given(name).map(json::whole).transpose()?,
                "take" => query.take = fields.given(name).map(json::whole).transpose()?,
                "includeTotalCount" => query.include_total_count = json::truth(value)?,
                "includeDeleted" => query.include_deleted = json::truth(value)?,
                _ => return Err(json::Error::new(format!("unknown field `{name}`"))),
            }
        }
        Ok(query)
    }

    /// The JSON text that [`Query::parse`] reads.
    pub(super) fn text(&self) -> String {
        let listed = |items: Vec<String>| (!items.is_empty()).then(|| json::array(&items));
        let fields = [
            ("table", Some(json::quoted(&self.table))),
            ("filter", self.filter.as_deref().map(json::quoted)),
            ("orderings", listed(self.orderings.iter().map(Ordering::text).collect())),
            ("selections", listed(self.selections.iter().map(|name| json::quoted(name)).collect())),
            ("skip", self.skip.map(|skip| skip.to_string())),
            ("take", self.take.map(|take| take.to_string())),
            ("includeTotalCount", Some(self.include_total_count.to_string())),
            ("includeDeleted", Some(self.include_deleted.to_string())),
        ];
        json::object(fields.into_iter().filter_map(|(name, value)| Some((name, value?))))
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
        assert_eq!(query.text(), json);
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
