//! What a pull asks for: an app's query, and from where on in the order of changes.
//!
//! Times of a backend's answers may be cut to milliseconds where its database has finer ones. So a position with three
//! digits or fewer stands for its whole millisecond: "at" begins with it, "after" with the next. Rows are sorted by
//! `updatedAt` and then by `id`, so that rows of one time have an order too and none is skipped between pages. Only the
//! first page is asked for to the letter as the original asks: from a time before all, and sorted by `updatedAt` alone.

use super::dialect::Dialect;
use super::error::Error;
use super::instant::Instant;
use super::odata::and_also;
use super::query::{Ordering, Query};
use crate::json;
use crate::sync::backend::{ListRequest, Start};

/// How changes are ordered.
const POSITION: &str = "updatedAt";

/// An app's pull, as it passes through the sync room in the text of a [`ListRequest`].
#[derive(Debug, Clone, PartialEq)]
pub struct PullQuery {
    /// Which rows.
    pub query: Query,
    /// Whether the pull remembers where it ended.
    pub incremental: bool,
    /// The time before all at which the original begins: midnight before the last day of 1969, of the device's own clock.
    pub beginning: Option<String>,
}

impl PullQuery {
    /// A pull of `query`, if it can be pulled.
    ///
    /// # Errors
    /// [`Error::Dialect`] for a query that sorts, counts, or leaves rows or columns out.
    pub fn of(query: Query, incremental: bool) -> Result<Self, Error> {
        let has = [
            (!query.orderings.is_empty(), "orderBy and orderByDescending clauses are not supported in the pull query"),
            (query.skip.is_some_and(|skip| skip > 0), "skip is not supported in the pull query"),
            (query.take.is_some_and(|take| take > 0), "take is not supported in the pull query"),
            (!query.selections.is_empty(), "select is not supported in the pull query"),
            (query.include_total_count, "includeTotalCount is not supported in the pull query"),
        ];
        match has.into_iter().find(|(refused, _)| *refused) {
            Some((_, reason)) => Err(Error::Dialect(reason.to_owned())),
            None => Ok(Self { query, incremental, beginning: None }),
        }
    }

    /// Its text in the sync room.
    pub fn to_text(&self) -> String {
        let fields = [
            ("query", Some(self.query.text())),
            ("incremental", Some(self.incremental.to_string())),
            ("beginning", self.beginning.as_deref().map(json::quoted)),
        ];
        json::object(fields.into_iter().filter_map(|(name, value)| Some((name, value?))))
    }

    /// Reads [`PullQuery::to_text`].
    ///
    /// # Errors
    /// [`Error::Malformed`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        Self::read(text).map_err(|error| Error::malformed("the query", &error))
    }

    fn read(text: &str) -> json::Result<Self> {
        let fields = json::fields(text)?;
        Ok(Self {
            query: Query::read(fields.need("query")?)?,
            incremental: json::truth(fields.need("incremental")?)?,
            beginning: fields.given_text("beginning")?,
        })
    }

    /// The query for one page of a server of `dialect`, as all are until they are written in its words: in OData v2.
    ///
    /// # Errors
    /// A position that is no time.
    pub fn page(&self, request: &ListRequest, dialect: Dialect) -> Result<Query, Error> {
        let beginning = match (&request.start, dialect) {
            (Start::Beginning, Dialect::MobileApps) => self.beginning.as_deref(),
            _ => None,
        };
        let (clause, skip) = match &request.start {
            Start::At { position, skip } => (Some(from(instant(position)?)), Some(*skip)),
            Start::After(position) => (Some(from(after(position)?)), None),
            // Not asked of a backend whose ties are told apart by leaving rows out.
            Start::Within { position, .. } => (Some(from(instant(position)?)), None),
            Start::Beginning | Start::Link(_) => (beginning.map(instant).transpose()?.map(from), None),
        };
        let filter = match clause {
            Some(clause) => Some(and_also(self.query.filter.as_deref(), &clause)),
            None => self.query.filter.clone(),
        };
        let by = |name: &str| Ordering { name: name.to_owned(), ascending: true };
        let by_id = beginning.is_none().then(|| by("id"));
        Ok(Query {
            filter,
            orderings: [by(POSITION)].into_iter().chain(by_id).collect(),
            skip: skip.filter(|skip| *skip > 0),
            take: Some(request.page_size.into()),
            include_deleted: true,
            ..self.query.clone()
        })
    }
}

fn from(instant: Instant) -> String {
    format!("({POSITION} ge {})", Dialect::MobileApps.time(instant))
}

fn instant(position: &str) -> Result<Instant, Error> {
    Instant::parse(position).ok_or_else(|| {
        Error::Dialect(format!(
            "Property {POSITION} of the last record should be a valid date, not {}",
            json::quoted(position)
        ))
    })
}

/// The first time that is later than `position`, as far as its text tells.
fn after(position: &str) -> Result<Instant, Error> {
    let instant = instant(position)?;
    let digits = position.split_once('.').map_or(0, |(_, rest)| rest.bytes().take_while(u8::is_ascii_digit).count());
    if digits > 3 {
        return Ok(instant.next());
    }
    Instant::from_milliseconds(instant.milliseconds() + 1).ok_or_else(|| Error::Dialect("The date is too late.".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(filter: Option<&str>, start: Start) -> String {
        let query = Query { filter: filter.map(str::to_owned), ..Query::of("todoitem") };
        let pull = PullQuery::of(query, true).unwrap();
        let pull = PullQuery::parse(&pull.to_text()).unwrap();
        Dialect::MobileApps.options(&pull.page(&request(start), Dialect::MobileApps).unwrap()).unwrap()
    }

    fn request(start: Start) -> ListRequest {
        ListRequest { table: "todoitem".into(), query: String::new(), start, page_size: 50 }
    }

    fn at(position: &str, skip: u64) -> Start {
        Start::At { position: position.to_owned(), skip }
    }

    const REST: &str = "$orderby=updatedAt,id&$top=50&__includeDeleted=true";

    #[test]
    fn the_first_page_has_only_the_app_s_filter() {
        assert_eq!(options(None, Start::Beginning), REST);
        assert_eq!(options(Some("(a eq 1)"), Start::Beginning), format!("$filter=(a eq 1)&{REST}"));
    }

    #[test]
    fn the_first_page_is_asked_for_as_the_original_asks() {
        let filter = Some("(text eq 'a:b c')".to_owned());
        let query = Query { filter, ..Query::of("todoitem") };
        let beginning = Some("1969-12-31T08:00:00.000Z".to_owned());
        let pull = PullQuery { beginning, ..PullQuery::of(query, true).unwrap() };
        let asked = |start, dialect: Dialect| dialect.options(&pull.page(&request(start), dialect).unwrap()).unwrap();
        assert_eq!(
            asked(Start::Beginning, Dialect::MobileApps),
            "$filter=((text eq 'a:b%20c') and (updatedAt ge datetimeoffset'1969-12-31T08:00:00.000Z'))\
             &$orderby=updatedAt&$top=50&__includeDeleted=true"
        );
        let next = asked(at("2024-01-01T00:00:00.000Z", 0), Dialect::MobileApps);
        assert!(next.ends_with("&$orderby=updatedAt,id&$top=50&__includeDeleted=true"), "{next}");
        assert!(!asked(Start::Beginning, Dialect::Datasync).contains("1969"), "it would leave out what has no time");
    }

    #[test]
    fn a_date_in_the_app_s_filter_stays_what_it_is() {
        let filter = "(due gt datetime'2024-01-01T00:00:00.000Z')";
        let since = "(updatedAt ge datetimeoffset'2024-05-06T07:08:09.123Z')";
        let asked = options(Some(filter), at("2024-05-06T07:08:09.123Z", 0));
        assert_eq!(asked, format!("$filter=({filter} and {since})&{REST}"));
    }

    #[test]
    fn a_position_of_milliseconds_stands_for_all_of_its_millisecond() {
        let after = |position: &str| options(None, Start::After(position.to_owned()));
        let asked = |time: &str| format!("$filter=(updatedAt ge datetimeoffset'{time}')&{REST}");
        assert_eq!(after("2024-01-01T00:00:00.123Z"), asked("2024-01-01T00:00:00.124Z"));
        assert_eq!(after("2024-01-01T00:00:00.12Z"), asked("2024-01-01T00:00:00.121Z"));
        assert_eq!(after("2024-01-01T00:00:00Z"), asked("2024-01-01T00:00:00.001Z"));
        assert_eq!(after("2024-01-01T00:00:00.1236Z"), asked("2024-01-01T00:00:00.1236001Z"));
        assert_eq!(after("2024-01-01T00:00:00.1239999Z"), asked("2024-01-01T00:00:00.124Z"));
    }

    #[test]
    fn rows_of_one_time_are_left_out_by_count() {
        let time = "2024-01-01T00:00:00.1236Z";
        let asked = options(None, at(time, 50));
        assert!(asked.contains("$skip=50"), "{asked}");
        assert!(asked.contains("updatedAt ge datetimeoffset'2024-01-01T00:00:00.1236000Z'"), "{asked}");
    }

    #[test]
    fn what_cannot_be_pulled_is_refused_in_the_original_s_words() {
        let by_text = Ordering { name: "text".into(), ascending: true };
        let refused = |query| PullQuery::of(query, false).unwrap_err().to_string();
        let all = Query::of("t");
        assert!(refused(Query { orderings: vec![by_text], ..all.clone() }).starts_with("orderBy and"));
        assert_eq!(refused(Query { skip: Some(1), ..all.clone() }), "skip is not supported in the pull query");
        assert_eq!(refused(Query { take: Some(1), ..all.clone() }), "take is not supported in the pull query");
        assert!(refused(Query { selections: vec!["a".into()], ..all.clone() }).starts_with("select is"));
        assert!(refused(Query { include_total_count: true, ..all.clone() }).starts_with("includeTotalCount"));
        assert!(PullQuery::of(Query { skip: Some(0), take: Some(0), ..all }, false).is_ok());
    }
}
