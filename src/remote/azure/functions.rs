//! SQL functions for what a filter asks and SQLite answers differently, or only for ASCII.
//!
//! | function | answers as |
//! |---|---|
//! | `azure_length`, `azure_indexof`, `azure_substring` | JavaScript and SQL Server: counted in UTF-16 units, from 0 |
//! | `azure_upper`, `azure_lower`, `azure_trim` | JavaScript: all of Unicode |
//! | `azure_replace` | the servers: every occurrence |
//! | `azure_startswith`, `azure_endswith`, `azure_contains` | the servers' `LIKE`: in any case; no wildcards |
//! | `azure_floor`, `azure_ceiling`, `azure_round`, `azure_modulo` | the servers: halves away from zero, fractions kept |
//! | `azure_text`, `azure_number`, `azure_time`, `azure_milliseconds` | a value as one of another kind, or null |
//!
//! All give null when an argument is null.

use super::instant::Instant;
use crate::platform::{case, number};
use rusqlite::Connection;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::{Value, ValueRef};

/// What the names of all functions begin with.
const PREFIX: &str = "azure_";

/// Makes sure that `connection` knows the functions, when `sql` calls one.
///
/// # Errors
/// SQLite refuses to add a function.
pub(super) fn provide(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    if !sql.contains(PREFIX) || connection.prepare("SELECT azure_text(NULL)").is_ok() {
        return Ok(());
    }
    for (name, arguments, function) in FUNCTIONS {
        let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
        connection.create_scalar_function(name, arguments, flags, move |context| {
            Ok(function(&Arguments { context }).unwrap_or(Value::Null))
        })?;
    }
    Ok(())
}

type Function = fn(&Arguments<'_, '_>) -> Option<Value>;

const FUNCTIONS: [(&str, i32, Function); 19] = [
    ("azure_length", 1, |a| Some(Value::Integer(units(&a.text(0)?)))),
    ("azure_indexof", 2, |a| Some(Value::Integer(index_of(&a.text(0)?, &a.text(1)?)))),
    ("azure_substring", 2, |a| Some(Value::Text(substring(&a.text(0)?, a.number(1)?, f64::INFINITY)))),
    ("azure_substring", 3, |a| Some(Value::Text(substring(&a.text(0)?, a.number(1)?, a.number(2)?)))),
    ("azure_upper", 1, |a| Some(Value::Text(case::upper(&a.text(0)?)))),
    ("azure_lower", 1, |a| Some(Value::Text(case::lower(&a.text(0)?)))),
    ("azure_trim", 1, |a| Some(Value::Text(a.text(0)?.trim_matches(is_space).to_owned()))),
    ("azure_replace", 3, |a| Some(Value::Text(replace(&a.text(0)?, &a.text(1)?, &a.text(2)?)))),
    ("azure_startswith", 2, |a| Some(truth(a.folded(0)?.starts_with(&a.folded(1)?)))),
    ("azure_endswith", 2, |a| Some(truth(a.folded(0)?.ends_with(&a.folded(1)?)))),
    ("azure_contains", 2, |a| Some(truth(a.folded(0)?.contains(&a.folded(1)?)))),
    ("azure_floor", 1, |a| Some(Value::Real(a.number(0)?.floor()))),
    ("azure_ceiling", 1, |a| Some(Value::Real(a.number(0)?.ceil()))),
    ("azure_round", 1, |a| Some(Value::Real(a.number(0)?.round()))),
    ("azure_modulo", 2, |a| modulo(a.number(0)?, a.number(1)?)),
    ("azure_text", 1, |a| Some(Value::Text(a.text(0)?))),
    ("azure_number", 1, |a| a.number(0).map(Value::Real)),
    ("azure_time", 1, |a| Some(Value::Text(a.time(0)?.to_string()))),
    ("azure_milliseconds", 1, |a| Some(Value::Integer(a.time(0)?.milliseconds()))),
];

/// The arguments of one call, each as the kind that its function wants.
struct Arguments<'c, 'a> {
    context: &'c Context<'a>,
}

impl Arguments<'_, '_> {
    fn value(&self, at: usize) -> Option<ValueRef<'_>> {
        (at < self.context.len()).then(|| self.context.get_raw(at))
    }

    fn text(&self, at: usize) -> Option<String> {
        match self.value(at)? {
            ValueRef::Text(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
            ValueRef::Integer(number) => Some(number.to_string()),
            ValueRef::Real(number) => Some(number::text(number)),
            ValueRef::Null | ValueRef::Blob(_) => None,
        }
    }

    /// A text without its case.
    fn folded(&self, at: usize) -> Option<String> {
        Some(case::lower(&self.text(at)?))
    }

    fn number(&self, at: usize) -> Option<f64> {
        match self.value(at)? {
            ValueRef::Integer(number) => Some(number as f64),
            ValueRef::Real(number) => Some(number),
            ValueRef::Text(_) => number::parse(self.text(at)?.trim()).filter(|number| number.is_finite()),
            ValueRef::Null | ValueRef::Blob(_) => None,
        }
    }

    /// A time from its text, also the JSON text that a string column keeps of a `Date`, or from its milliseconds.
    fn time(&self, at: usize) -> Option<Instant> {
        match self.value(at)? {
            ValueRef::Text(_) => Instant::parse(self.text(at)?.trim_matches('"')),
            ValueRef::Integer(milliseconds) => Instant::from_milliseconds(milliseconds),
            ValueRef::Real(milliseconds) => Instant::from_milliseconds(milliseconds as i64),
            ValueRef::Null | ValueRef::Blob(_) => None,
        }
    }
}

fn truth(truth: bool) -> Value {
    Value::Integer(i64::from(truth))
}

/// UTF-16 units.
fn units(text: &str) -> i64 {
    i64::try_from(text.encode_utf16().count()).unwrap_or(i64::MAX)
}

fn index_of(text: &str, part: &str) -> i64 {
    text.find(part).and_then(|at| text.get(..at)).map_or(-1, units)
}

fn substring(text: &str, start: f64, length: f64) -> String {
    let units: Vec<u16> = text.encode_utf16().collect();
    // The casts saturate, and make of NaN zero.
    let start = (start as usize).min(units.len());
    let end = start.saturating_add(length as usize).min(units.len());
    String::from_utf16_lossy(units.get(start..end).unwrap_or_default())
}

/// SQL's: nothing is replaced when there is nothing to look for.
fn replace(text: &str, old: &str, new: &str) -> String {
    if old.is_empty() { text.to_owned() } else { text.replace(old, new) }
}

fn modulo(dividend: f64, divisor: f64) -> Option<Value> {
    (divisor != 0.0).then(|| Value::Real(dividend % divisor))
}

/// What JavaScript's `trim` takes away.
fn is_space(c: char) -> bool {
    c == '\u{feff}' || c.is_whitespace() && c != '\u{85}'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(sql: &str) -> Value {
        let connection = Connection::open_in_memory().unwrap();
        provide(&connection, sql).unwrap();
        connection.query_row(&format!("SELECT {sql}"), [], |row| row.get(0)).unwrap()
    }

    fn text(text: &str) -> Value {
        Value::Text(text.into())
    }

    #[test]
    fn texts_are_counted_in_utf_16_units() {
        assert_eq!(ask("azure_length('a\u{1f600}é')"), Value::Integer(4));
        assert_eq!(ask("azure_indexof('\u{1f600}ab', 'b')"), Value::Integer(3));
        assert_eq!(ask("azure_indexof('abc', 'x')"), Value::Integer(-1));
        assert_eq!(ask("azure_indexof('abc', '')"), Value::Integer(0));
        assert_eq!(ask("azure_substring('\u{1f600}abc', 2)"), text("abc"));
        assert_eq!(ask("azure_substring('abc', 1, 1)"), text("b"));
        assert_eq!(ask("azure_substring('abc', -2, 2)"), text("ab"));
        assert_eq!(ask("azure_substring('abc', 9, 2)"), text(""));
    }

    #[test]
    fn case_and_space_are_those_of_all_scripts() {
        assert_eq!(ask("azure_upper('straße é')"), text("STRASSE É"));
        assert_eq!(ask("azure_lower('ÀÉ')"), text("àé"));
        assert_eq!(ask("azure_trim(char(160, 9) || ' a b ' || char(65279))"), text("a b"));
    }

    #[test]
    fn parts_are_found_in_any_case_and_without_wildcards() {
        assert_eq!(ask("azure_startswith('Éclair', 'éc')"), truth(true));
        assert_eq!(ask("azure_endswith('Apple', 'PLE')"), truth(true));
        assert_eq!(ask("azure_contains('a100b', '0%')"), truth(false));
        assert_eq!(ask("azure_contains('50% off', '0% O')"), truth(true));
    }

    #[test]
    fn every_occurrence_is_replaced() {
        assert_eq!(ask("azure_replace('aXbXc', 'X', '-')"), text("a-b-c"));
        assert_eq!(ask("azure_replace('abc', '', '-')"), text("abc"));
    }

    #[test]
    fn numbers_are_rounded_as_the_servers_do() {
        assert_eq!(ask("azure_round(-2.5)"), Value::Real(-3.0));
        assert_eq!(ask("azure_floor(-2.5)"), Value::Real(-3.0));
        assert_eq!(ask("azure_ceiling(-2.5)"), Value::Real(-2.0));
        assert_eq!(ask("azure_modulo(5.5, 2)"), Value::Real(1.5));
        assert_eq!(ask("azure_modulo(5.5, 0)"), Value::Null);
    }

    #[test]
    fn values_become_other_kinds_or_null() {
        assert_eq!(ask("azure_text(5.0)"), text("5"));
        assert_eq!(ask("azure_number(' 2.5 ')"), Value::Real(2.5));
        assert_eq!(ask("azure_number('NaN')"), Value::Null);
        assert_eq!(ask("azure_time('2024-05-06T07:08:09Z')"), text("2024-05-06T07:08:09.0000000Z"));
        assert_eq!(ask("azure_time('\"2024-05-06T07:08:09.5Z\"')"), text("2024-05-06T07:08:09.5000000Z"));
        assert_eq!(ask("azure_time(0)"), text("1970-01-01T00:00:00.0000000Z"));
        assert_eq!(ask("azure_time('soon')"), Value::Null);
        assert_eq!(ask("azure_milliseconds('1970-01-01T00:00:01.5000009Z')"), Value::Integer(1500));
    }

    #[test]
    fn null_gives_null_whatever_the_function() {
        for (name, arguments, _) in FUNCTIONS {
            for null in 0..arguments {
                let list: Vec<&str> = (0..arguments).map(|at| if at == null { "NULL" } else { "1" }).collect();
                assert_eq!(ask(&format!("{name}({})", list.join(","))), Value::Null, "{name}");
            }
        }
    }

    #[test]
    fn a_statement_without_functions_needs_none() {
        let connection = Connection::open_in_memory().unwrap();
        provide(&connection, "SELECT 1").unwrap();
        assert!(connection.prepare("SELECT azure_text(1)").is_err());
        provide(&connection, "SELECT azure_text(1)").unwrap();
        provide(&connection, "SELECT azure_text(1)").unwrap();
        assert!(connection.prepare("SELECT azure_text(1)").is_ok());
    }
}
