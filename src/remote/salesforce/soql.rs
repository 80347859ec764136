//! SOQL, taken apart by its clauses, so that a target can add a field, a condition or an order, and no further.

use super::{Error, Result};
use crate::platform::instant::Instant;

/// The words that begin a clause, in the order in which SOQL has them.
const CLAUSES: [&str; 11] =
    ["SELECT", "FROM", "WHERE", "WITH", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "FOR", "ALL"];

/// A query: its clauses in their order, each with what follows its first word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Soql(Vec<(&'static str, String)>);

impl Soql {
    /// Takes a query apart.
    pub(super) fn parse(text: &str) -> Result<Self> {
        let mut clauses: Vec<(&'static str, String)> = Vec::new();
        let mut end = text.len();
        for (start, word) in words(text).into_iter().rev() {
            let Some(place) = CLAUSES.iter().position(|clause| word.eq_ignore_ascii_case(clause)) else { continue };
            // A clause comes before those that have been found; else the word is a name.
            let known = clauses.last().and_then(|(clause, _)| CLAUSES.iter().position(|known| known == clause));
            if known.is_some_and(|known| known <= place) {
                continue;
            }
            let body = text.get(start + word.len()..end).unwrap_or_default().trim();
            clauses.push((CLAUSES[place], body.to_owned()));
            end = start;
        }
        clauses.reverse();
        match clauses.as_slice() {
            [("SELECT", fields), ("FROM", from), ..] if !fields.is_empty() && !from.is_empty() => Ok(Self(clauses)),
            _ => Err(Error::Target(format!("This is no SOQL query, which begins with SELECT … FROM …: {text}"))),
        }
    }

    /// A query for `fields` of an object.
    pub(super) fn of(fields: &str, object: &str, condition: &str) -> Self {
        let mut clauses = vec![("SELECT", fields.to_owned()), ("FROM", object.to_owned())];
        if !condition.is_empty() {
            clauses.push(("WHERE", condition.to_owned()));
        }
        Self(clauses)
    }

    /// A clause's text.
    pub(super) fn clause(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(clause, _)| *clause == name).map(|(_, text)| text.as_str())
    }

    /// The object that is asked for, without an alias or a scope.
    pub(super) fn object(&self) -> &str {
        self.clause("FROM").and_then(|from| from.split_whitespace().next()).unwrap_or_default()
    }

    /// Asks for a field, too, if it is not asked for.
    pub(super) fn and_field(&mut self, field: &str) {
        let Some((_, fields)) = self.0.first_mut() else { return };
        if !parts(fields).any(|known| known.trim().eq_ignore_ascii_case(field)) {
            *fields = format!("{field},{fields}");
        }
    }

    /// Adds a condition, which stands before those that are there: those keep together in parentheses.
    pub(super) fn and_where(&mut self, condition: &str) {
        match self.0.iter_mut().find(|(clause, _)| *clause == "WHERE") {
            Some((_, text)) => *text = format!("{condition} AND ({text})"),
            None => self.0.insert(2.min(self.0.len()), ("WHERE", condition.to_owned())),
        }
    }

    /// Orders by a field, if there is no order.
    pub(super) fn or_order_by(&mut self, field: &str) {
        if self.clause("ORDER").is_none() {
            let later = |clause: &str| ["LIMIT", "OFFSET", "FOR", "ALL"].contains(&clause);
            let place = self.0.iter().position(|(clause, _)| later(clause)).unwrap_or(self.0.len());
            self.0.insert(place, ("ORDER", format!("BY {field}")));
        }
    }

    /// Whether its first order is by `field`, ascending.
    pub(super) fn is_ordered_by(&self, field: &str) -> bool {
        let order = self.clause("ORDER").unwrap_or_default().to_ascii_lowercase();
        let mut first = order.split(',').next().unwrap_or_default().split_whitespace();
        first.next() == Some("by")
            && first.next() == Some(field.to_ascii_lowercase().as_str())
            && first.next() != Some("desc")
    }

    /// The same records, asked for their ids alone.
    pub(super) fn ids(&self, id: &str) -> Self {
        let mut clauses = self.0.clone();
        if let Some((_, fields)) = clauses.first_mut() {
            id.clone_into(fields);
        }
        clauses.retain(|(clause, _)| *clause != "ORDER" || self.clause("LIMIT").is_some());
        Self(clauses)
    }

    /// Whether a record can only come to be among those that are asked for, or go from among them, by a change of its
    /// own: nothing counts records, looks at others, or at the clock.
    pub(super) fn is_of_single_records(&self) -> bool {
        let plain = self.0.iter().all(|(clause, _)| ["SELECT", "FROM", "WHERE", "ORDER"].contains(clause));
        let from = self.clause("FROM").unwrap_or_default();
        plain && from.split_whitespace().count() == 1 && !from.contains(',') && is_of_own_fields(self.clause("WHERE"))
    }
}

impl std::fmt::Display for Soql {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (number, (clause, text)) in self.0.iter().enumerate() {
            let space = if number > 0 { " " } else { "" };
            write!(out, "{space}{clause} {text}")?;
        }
        Ok(())
    }
}

/// Whether a condition speaks of nothing but a record's own fields and fixed values.
fn is_of_own_fields(condition: Option<&str>) -> bool {
    let condition = condition.unwrap_or_default();
    // Depth is of no matter here.
    let flat: String = unquoted(condition).replace(['(', ')', ','], " ");
    !flat.split_whitespace().any(|word| {
        let word = word.to_ascii_uppercase();
        let dotted = word.contains('.') && word.starts_with(|first: char| first.is_ascii_alphabetic());
        let clock = ["LAST_", "THIS_", "NEXT_", "N_"].iter().any(|start| word.starts_with(start));
        dotted || clock || ["SELECT", "TODAY", "YESTERDAY", "TOMORROW", "USING"].contains(&&*word)
    })
}

/// A text without what its quotes hold.
fn unquoted(text: &str) -> String {
    let (mut quoted, mut escaped) = (false, false);
    let keep = |character: &char| {
        let was = quoted;
        match character {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '\'' => quoted = !quoted,
            _ => {}
        }
        !was && !quoted
    };
    text.chars().filter(keep).collect()
}

/// The words outside of quotes and parentheses, and where they start.
fn words(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut start = None;
    let mut scan = Scan::default();
    for (at, character) in text.char_indices().chain([(text.len(), ' ')]) {
        let plain = scan.is_plain(character);
        if plain && (character.is_alphanumeric() || "_.".contains(character)) {
            start.get_or_insert(at);
        } else if let Some(start) = start.take() {
            found.push((start, text.get(start..at).unwrap_or_default()));
        }
    }
    found
}

/// A text, parted by the commas outside of quotes and parentheses.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let mut scan = Scan::default();
    text.split(move |character| scan.is_plain(character) && character == ',')
}

/// Whether a place is outside of quotes and parentheses.
#[derive(Default)]
struct Scan {
    depth: usize,
    quoted: bool,
    escaped: bool,
}

impl Scan {
    fn is_plain(&mut self, character: char) -> bool {
        if self.escaped {
            self.escaped = false;
            return false;
        }
        match character {
            '\\' if self.quoted => self.escaped = true,
            '\'' => self.quoted = !self.quoted,
            '(' if !self.quoted => self.depth += 1,
            ')' if !self.quoted => self.depth = self.depth.saturating_sub(1),
            _ => return !self.quoted && self.depth == 0,
        }
        false
    }
}

/// A string of SOQL.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

/// `field IN ('…','…')`
pub(super) fn one_of(field: &str, values: &[String]) -> String {
    let values: Vec<_> = values.iter().map(|value| quoted(value)).collect();
    format!("{field} IN ({})", values.join(","))
}

/// `field > …`, for a time in milliseconds since 1970.
pub(super) fn after(field: &str, milliseconds: i64) -> String {
    format!("{field} > {}", time(milliseconds))
}

/// A time as the API reads it.
pub(super) fn time(milliseconds: i64) -> String {
    Instant::from_milliseconds(milliseconds).map_or_else(String::new, Instant::to_millisecond_text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(text: &str) -> Soql {
        Soql::parse(text).unwrap()
    }

    #[test]
    fn a_query_is_added_to_where_its_clauses_are() {
        let text = "select Name, (SELECT Id FROM Contacts WHERE x = 'from' ORDER BY y) from Account \
            where Name = 'it\\'s where' or x IN (1,2) limit 5";
        let mut soql = query(text);
        soql.and_field("Id");
        soql.and_field("name");
        soql.and_where("LastModifiedDate > 5");
        soql.or_order_by("LastModifiedDate");
        assert_eq!(
            soql.to_string(),
            "SELECT Id,Name, (SELECT Id FROM Contacts WHERE x = 'from' ORDER BY y) FROM Account \
             WHERE LastModifiedDate > 5 AND (Name = 'it\\'s where' or x IN (1,2)) ORDER BY LastModifiedDate LIMIT 5"
        );
        assert_eq!(soql.object(), "Account");
    }

    #[test]
    fn conditions_and_orders_find_their_places() {
        let mut soql = query("SELECT Id FROM A USING SCOPE mine WITH SECURITY_ENFORCED LIMIT 3 OFFSET 2");
        soql.and_where("x = 1");
        soql.or_order_by("y");
        assert_eq!(
            soql.to_string(),
            "SELECT Id FROM A USING SCOPE mine WHERE x = 1 WITH SECURITY_ENFORCED ORDER BY y LIMIT 3 OFFSET 2"
        );
        let ids = query("SELECT Name, Id FROM A WHERE x = 1 ORDER BY Name").ids("Id");
        assert_eq!(ids.to_string(), "SELECT Id FROM A WHERE x = 1");
        assert_eq!(
            query("SELECT a FROM A ORDER BY b LIMIT 2").ids("Id").to_string(),
            "SELECT Id FROM A ORDER BY b LIMIT 2"
        );
    }

    #[test]
    fn the_order_is_known() {
        for (order, is) in [("d", true), ("D ASC, x", true), ("d desc", false), ("x, d", false), ("dd", false)] {
            assert_eq!(query(&format!("SELECT a FROM A ORDER BY {order}")).is_ordered_by("D"), is, "{order}");
        }
        assert!(!query("SELECT a FROM A").is_ordered_by("d"));
    }

    #[test]
    fn what_depends_on_more_than_a_record_is_known() {
        for (rest, single) in [
            ("", true),
            ("WHERE Name = 'TODAY a.b' AND x > 1.5 OR d > 2024-01-01T00:00:00.000Z", true),
            ("WHERE Account.Name = 'x'", false),
            ("WHERE d = LAST_N_DAYS:3", false),
            ("WHERE d = TODAY", false),
            ("WHERE Id IN (SELECT AccountId FROM Contact)", false),
            ("LIMIT 5", false),
            ("USING SCOPE mine", false),
        ] {
            assert_eq!(query(&format!("SELECT Id FROM A {rest}")).is_of_single_records(), single, "{rest}");
        }
    }

    #[test]
    fn what_is_no_query_is_refused() {
        for text in ["", "FIND {x}", "SELECT Id", "FROM A", "SELECT FROM A", "SELECT Id FROM"] {
            assert_eq!(Soql::parse(text).unwrap_err().code(), "BAD_TARGET", "{text}");
        }
    }

    #[test]
    fn values_are_written_as_soql_reads_them() {
        assert_eq!(one_of("Id", &["a'b\\".into(), "c".into()]), "Id IN ('a\\'b\\\\','c')");
        assert_eq!(after("d", 1_700_000_000_123), "d > 2023-11-14T22:13:20.123Z");
    }
}
