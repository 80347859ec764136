//! A query in the words of a server: the options of its URL.
//!
//! A server of Azure Mobile Apps reads OData v2, in which queries cross from JavaScript already: their filters go to it
//! unchanged, so that an app may use what only its server knows. Its successors read OData v4: for them a filter is
//! read, and written anew here, the only writer of that version.
//!
//! The two versions differ in what null is, too. In v2, as the Node backend and the local store have it, a comparison
//! with null is unknown, as in SQL, and so is its negation. In v4 it is false, but for `ne`, and its negation true. So
//! that a query finds the same rows wherever it is asked, comparisons are written so that null meets none of them, and
//! a negation is written inside of what it negates.

use super::dialect::Dialect;
use super::error::Error;
use super::expression::{Arithmetic, Comparison, Expression, Function, Literal};
use super::instant::Instant;
use super::query::{Ordering, Query};
use super::wire;
use crate::platform::number;

impl Dialect {
    /// A point in time as a constant of a filter. The fraction has three digits where three say it, and seven otherwise.
    ///
    /// ```
    /// use tureen::remote::azure::{Dialect, Instant};
    /// let instant = Instant::from_milliseconds(1).unwrap();
    /// assert_eq!(Dialect::MobileApps.time(instant), "datetimeoffset'1970-01-01T00:00:00.001Z'");
    /// assert_eq!(Dialect::Datasync.time(instant), "cast(1970-01-01T00:00:00.001Z,Edm.DateTimeOffset)");
    /// ```
    pub fn time(self, instant: Instant) -> String {
        let text = instant.to_wire_text();
        match self {
            Self::MobileApps => format!("datetimeoffset'{text}'"),
            Self::DotNet | Self::Datasync => format!("cast({text},Edm.DateTimeOffset)"),
        }
    }

    /// A query's filter, or nothing when all rows are wanted.
    ///
    /// # Errors
    /// For OData v4, text that is no filter, or a function that it has not.
    pub fn filter(self, query: &Query) -> Result<Option<String>, Error> {
        match self {
            Self::MobileApps => Ok(query.filter.clone().filter(|text| !text.trim().is_empty())),
            Self::DotNet | Self::Datasync => query.expression()?.map(|expression| version_4(&expression)).transpose(),
        }
    }

    /// The options of the URL that asks `query`, encoded, without a question mark; empty when all of a table is wanted.
    ///
    /// ```
    /// use tureen::remote::azure::{Dialect, Query};
    /// let query = Query { filter: Some("(text eq 'a b')".into()), take: Some(2), ..Query::of("todoitem") };
    /// assert_eq!(Dialect::MobileApps.options(&query).unwrap(), "$filter=(text eq 'a%20b')&$top=2");
    /// ```
    ///
    /// # Errors
    /// As [`Dialect::filter`].
    pub fn options(self, query: &Query) -> Result<String, Error> {
        let mut options: Vec<(&str, String)> = Vec::new();
        options.extend(self.filter(query)?.map(|filter| ("$filter", filter)));
        if !query.orderings.is_empty() {
            options.push(("$orderby", query.orderings.iter().map(ordering).collect::<Vec<_>>().join(",")));
        }
        options.extend(query.skip.filter(|skip| *skip > 0).map(|skip| ("$skip", skip.to_string())));
        options.extend(query.take.map(|take| ("$top", take.to_string())));
        if !query.selections.is_empty() {
            options.push(("$select", query.selections.join(",")));
        }
        let (count, deleted) = match self {
            Self::MobileApps => (("$inlinecount", "allpages"), "__includeDeleted"),
            Self::DotNet | Self::Datasync => (("$count", "true"), "__includedeleted"),
        };
        if query.include_total_count {
            options.push((count.0, count.1.to_owned()));
        }
        if query.include_deleted {
            options.push((deleted, "true".to_owned()));
        }
        let encode = if self == Self::MobileApps { encoded } else { wire::encode };
        let pairs: Vec<String> = options.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
        Ok(pairs.join("&"))
    }
}

/// Both conditions, of which the first may be none: what a pull adds to an app's filter. `clause` is in parentheses.
pub fn and_also(filter: Option<&str>, clause: &str) -> String {
    match filter {
        None => clause.to_owned(),
        Some(filter) if is_in_parentheses(filter) => format!("({filter} and {clause})"),
        Some(filter) => format!("(({filter}) and {clause})"),
    }
}

/// Whether the parenthesis that `filter` begins with is closed by the one that it ends with.
fn is_in_parentheses(filter: &str) -> bool {
    let (mut depth, mut in_string) = (0, false);
    for (at, char) in filter.char_indices() {
        in_string ^= char == '\'';
        match char {
            '(' if !in_string => depth += 1,
            ')' if !in_string => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at > 0 && at + 1 == filter.len();
        }
    }
    false
}

/// An option as the original writes it: a filter can be read in the log of a server. Within strings all is encoded that
/// `encodeURIComponent` encodes, but for the colons of times.
fn encoded(value: &str) -> String {
    let (mut text, mut in_string) = (String::new(), false);
    for char in value.chars() {
        in_string ^= char == '\'';
        if char == ':' || !in_string && " ,/".contains(char) {
            text.push(char);
        } else {
            text.push_str(&wire::encode(char.encode_utf8(&mut [0; 4])));
        }
    }
    text
}

fn ordering(ordering: &Ordering) -> String {
    if ordering.ascending { ordering.name.clone() } else { format!("{} desc", ordering.name) }
}

/// A filter in OData v4, every operator in parentheses of its own.
fn version_4(expression: &Expression) -> Result<String, Error> {
    match expression {
        Expression::Literal(literal) => Ok(literal_text(literal)),
        Expression::Member(name) => Ok(name.clone()),
        Expression::Not(inner) => negated(inner),
        Expression::Negate(inner) => Ok(format!("(0 sub {})", version_4(inner)?)),
        Expression::All(terms) => joined(terms, " and ", version_4),
        Expression::Any(terms) => joined(terms, " or ", version_4),
        Expression::Comparison(operator, sides) => comparison(*operator, sides),
        Expression::Arithmetic(operator, sides) => arithmetic(*operator, sides),
        Expression::Call(Function::Replace, _) => Err(Error::Dialect(
            "replace cannot be asked of this server: OData v4 has no such function. Compare with both texts instead."
                .to_owned(),
        )),
        Expression::Call(function, arguments) => {
            let name = match function {
                Function::Contains => "contains",
                other => name_of(&Function::NAMES, *other),
            };
            let arguments: Result<Vec<String>, Error> = arguments.iter().map(version_4).collect();
            Ok(format!("{name}({})", arguments?.join(",")))
        }
    }
}

/// `not inner`. What is no operator is unknown for null in both versions, and so is its negation.
fn negated(inner: &Expression) -> Result<String, Error> {
    match inner {
        Expression::Not(twice) => version_4(twice),
        Expression::All(terms) => joined(terms, " or ", negated),
        Expression::Any(terms) => joined(terms, " and ", negated),
        Expression::Comparison(operator, sides) => comparison(operator.opposite(), sides),
        other => Ok(format!("not ({})", version_4(other)?)),
    }
}

/// A comparison that null does not meet, unless it is with the constant null.
fn comparison(operator: Comparison, sides: &[Expression; 2]) -> Result<String, Error> {
    let compared = binary(name_of(&Comparison::NAMES, operator), sides)?;
    let (constants, others): (Vec<_>, Vec<_>) = sides.iter().partition(|side| matches!(side, Expression::Literal(_)));
    let with_null = constants.contains(&&Expression::Literal(Literal::Null));
    let met_by_null = match operator {
        Comparison::NotEqual => true,
        Comparison::Equal => others.len() == 2,
        _ => false,
    };
    if with_null || !met_by_null {
        return Ok(compared);
    }
    let known: Result<Vec<String>, Error> =
        others.into_iter().map(|side| Ok(format!(" and ({} ne null)", version_4(side)?))).collect();
    Ok(format!("({compared}{})", known?.concat()))
}

/// A calculation. A whole divisor is written as a fraction: in v4 the quotient of two integers is one, cut off. Nor can
/// texts be added there.
fn arithmetic(operator: Arithmetic, sides: &[Expression; 2]) -> Result<String, Error> {
    let name = name_of(&Arithmetic::NAMES, operator);
    match (operator, sides) {
        (Arithmetic::Divide, [left, Expression::Literal(Literal::Whole(divisor))]) => {
            Ok(format!("({} {name} {divisor}.0)", version_4(left)?))
        }
        (Arithmetic::Add, [left, right]) if is_text(left) || is_text(right) => {
            Ok(format!("concat({},{})", version_4(left)?, version_4(right)?))
        }
        _ => binary(name, sides),
    }
}

/// Whether an expression is surely a text.
fn is_text(expression: &Expression) -> bool {
    use Function::{Concat, Replace, Substring, ToLower, ToUpper, Trim};
    match expression {
        Expression::Literal(literal) => matches!(literal, Literal::Text(_)),
        Expression::Call(function, _) => matches!(function, Concat | Replace | Substring | ToLower | ToUpper | Trim),
        Expression::Arithmetic(Arithmetic::Add, sides) => sides.iter().any(is_text),
        _ => false,
    }
}

fn name_of<T: PartialEq>(names: &[(&'static str, T)], wanted: T) -> &'static str {
    names.iter().find(|(_, known)| *known == wanted).map_or("", |(name, _)| name)
}

fn joined(
    terms: &[Expression],
    between: &str,
    written: fn(&Expression) -> Result<String, Error>,
) -> Result<String, Error> {
    let terms: Result<Vec<String>, Error> = terms.iter().map(written).collect();
    Ok(format!("({})", terms?.join(between)))
}

fn binary(operator: &str, sides: &[Expression; 2]) -> Result<String, Error> {
    let [left, right] = sides;
    Ok(format!("({} {operator} {})", version_4(left)?, version_4(right)?))
}

fn literal_text(literal: &Literal) -> String {
    match literal {
        Literal::Null => "null".to_owned(),
        Literal::Truth(truth) => truth.to_string(),
        Literal::Whole(number) => number.to_string(),
        Literal::Real(number) => real_text(*number),
        Literal::Text(text) => format!("'{}'", text.replace('\'', "''")),
        Literal::Time(instant) => Dialect::Datasync.time(*instant),
    }
}

/// A number that stays one of floating point when it is read.
fn real_text(number: f64) -> String {
    let text = number::text(number);
    if text.contains(['.', 'e']) { text } else { text + ".0" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn datasync(filter: &str) -> String {
        let query = Query { filter: Some(filter.to_owned()), ..Query::of("t") };
        Dialect::Datasync.filter(&query).unwrap().unwrap()
    }

    #[test]
    fn a_mobile_apps_server_gets_the_filter_as_it_is() {
        let query = Query { filter: Some("geo.distance(a,b) lt 5".to_owned()), ..Query::of("t") };
        assert_eq!(Dialect::MobileApps.filter(&query).unwrap().as_deref(), Some("geo.distance(a,b) lt 5"));
        assert_eq!(Dialect::MobileApps.filter(&Query::of("t")).unwrap(), None);
    }

    #[test]
    fn a_datasync_server_gets_version_4() {
        for (filter, written) in [
            ("complete", "complete"),
            ("not complete", "not (complete)"),
            ("substringof('a''b',text)", "contains(text,'a''b')"),
            ("due gt datetime'2024-05-06T07:08:09Z'", "(due gt cast(2024-05-06T07:08:09.000Z,Edm.DateTimeOffset))"),
            (
                "due gt datetimeoffset'2024-05-06T07:08:09.1234567Z'",
                "(due gt cast(2024-05-06T07:08:09.1234567Z,Edm.DateTimeOffset))",
            ),
            ("((a eq 1) or (a eq 2)) or b ne null", "((a eq 1) or (a eq 2) or (b ne null))"),
            ("id add '-' add text eq 'a'", "(concat(concat(id,'-'),text) eq 'a')"),
            ("count div 2 eq 2.5", "((count div 2.0) eq 2.5)"),
            ("-price lt 1.5e-9", "((0 sub price) lt 1.5e-9)"),
        ] {
            assert_eq!(datasync(filter), written);
        }
    }

    #[test]
    fn what_version_4_has_not_is_refused() {
        let query = Query { filter: Some("replace(a,'x','y') eq 'y'".to_owned()), ..Query::of("t") };
        assert_eq!(Dialect::Datasync.filter(&query).unwrap_err().code(), "DIALECT");
    }

    #[test]
    fn the_options_of_a_url() {
        let ordering = |name: &str, ascending| Ordering { name: name.to_owned(), ascending };
        let query = Query {
            table: "todoitem".to_owned(),
            filter: Some("(text eq 'R&D #1+1?')".to_owned()),
            orderings: vec![ordering("a", true), ordering("b", false)],
            selections: vec!["id".to_owned(), "text".to_owned()],
            skip: Some(1),
            take: Some(0),
            include_total_count: true,
            include_deleted: true,
        };
        assert_eq!(
            Dialect::MobileApps.options(&query).unwrap(),
            "$filter=(text eq 'R%26D%20%231%2B1%3F')&$orderby=a,b desc&$skip=1&$top=0&$select=id,text&$inlinecount=allpages&__includeDeleted=true"
        );
        assert!(Dialect::Datasync.options(&query).unwrap().ends_with("&$count=true&__includedeleted=true"));
        assert_eq!(Dialect::MobileApps.options(&Query::of("t")).unwrap(), "");
    }

    #[test]
    fn a_clause_is_added_whatever_the_filter() {
        for (filter, both) in [
            (None, "(a ge 1)"),
            (Some("b or c"), "((b or c) and (a ge 1))"),
            (Some("(b or c)"), "((b or c) and (a ge 1))"),
            (Some("(b) or (c)"), "(((b) or (c)) and (a ge 1))"),
            (Some("(b eq ')')"), "((b eq ')') and (a ge 1))"),
            (Some("(b eq '('"), "(((b eq '(') and (a ge 1))"),
            (Some("("), "((() and (a ge 1))"),
        ] {
            assert_eq!(and_also(filter, "(a ge 1)"), both, "{filter:?}");
        }
    }

    #[test]
    fn null_meets_no_comparison() {
        for (filter, written) in [
            ("a ne 1", "((a ne 1) and (a ne null))"),
            ("a eq b", "((a eq b) and (a ne null) and (b ne null))"),
            ("null ne a", "(null ne a)"),
            ("a eq 1", "(a eq 1)"),
            ("not (a gt 1)", "(a le 1)"),
            ("not (a eq 1)", "((a ne 1) and (a ne null))"),
            ("not (a eq null)", "(a ne null)"),
            ("not (a gt 1 and (b or c lt 2))", "((a le 1) or (not (b) and (c ge 2)))"),
            ("not (not (a ge 1))", "(a ge 1)"),
        ] {
            assert_eq!(datasync(filter), written, "{filter}");
        }
    }
}
