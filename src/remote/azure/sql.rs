//! A filter as SQL over the entries of a table's soup, its constants bound.
//!
//! The answers are those of the backend: null compares as in SQL (`text ne 'x'` leaves out null) but for `eq null` and
//! `ne null`; `eq` minds the case, `startswith` and its kin do not; `div` gives fractions, also of integers; what is no
//! condition is compared with true. Where a filter mixes kinds the constant becomes of the column's kind.

use super::column::{ColumnType, Kind};
use super::error::Error;
use super::expression::{Arithmetic, Comparison, Expression, Function, Literal};
use super::instant::Instant;
use super::query::Ordering;
use super::sql_term::{Term, balanced};
use crate::platform::number;
use rusqlite::types::Value;

/// Where a column is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The SQL of its stored value: `json_extract(soup, '$."text"')`, or a projected column.
    pub sql: String,
    /// Its type.
    pub column_type: ColumnType,
}

/// SQL with its parameters, in the order of their question marks.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sql {
    /// The text.
    pub text: String,
    /// What is bound.
    pub parameters: Vec<Value>,
}

/// How a filter's names are found: gives the column, or [`Error::UndefinedColumn`].
pub type Columns<'c> = dyn Fn(&str) -> Result<Column, Error> + 'c;

/// The condition that `filter` is.
///
/// ```
/// use tureen::remote::azure::{ColumnType, parse_filter, sql};
/// let columns = |name: &str| Ok(sql::Column { sql: format!("[{name}]"), column_type: ColumnType::Text });
/// let condition = sql::condition(&parse_filter("text ne 'x'").unwrap(), &columns).unwrap();
/// assert_eq!(condition.text, "([text] <> ?)");
/// assert_eq!(condition.parameters.len(), 1);
/// ```
///
/// # Errors
/// What `columns` gives for a name that it does not know.
pub fn condition(filter: &Expression, columns: &Columns<'_>) -> Result<Sql, Error> {
    let term = Writer { columns }.condition(filter)?;
    Ok(Sql { text: term.text, parameters: term.parameters })
}

/// The list after `ORDER BY`: null first in ascending order, which is SQLite's own way. Empty without orderings.
///
/// # Errors
/// What `columns` gives for a name that it does not know.
pub fn order(orderings: &[Ordering], columns: &Columns<'_>) -> Result<String, Error> {
    let writer = Writer { columns };
    let terms: Result<Vec<String>, Error> = orderings
        .iter()
        .map(|ordering| {
            let term = writer.member(&ordering.name)?;
            Ok(format!("{} {}", term.text, if ordering.ascending { "ASC" } else { "DESC" }))
        })
        .collect();
    Ok(terms?.join(", "))
}

struct Writer<'c> {
    columns: &'c Columns<'c>,
}

impl Writer<'_> {
    /// An expression as a condition: what is none is compared with true, as the backend does.
    fn condition(&self, expression: &Expression) -> Result<Term, Error> {
        let term = self.term(expression)?;
        Ok(if term.kind == Some(Kind::Truth) { term } else { Term::compose("({} = 1)", [term], Kind::Truth) })
    }

    fn term(&self, expression: &Expression) -> Result<Term, Error> {
        match expression {
            Expression::Literal(literal) => Ok(Term::literal(literal.clone())),
            Expression::Member(name) => self.member(name),
            Expression::Not(inner) => Ok(Term::compose("(NOT {})", [self.condition(inner)?], Kind::Truth)),
            Expression::Negate(inner) => {
                let number = as_number(self.term(inner)?);
                let kind = number.number_kind();
                Ok(Term::compose("(- {})", [number], kind))
            }
            Expression::All(terms) => {
                let terms: Result<Vec<Term>, Error> = terms.iter().map(|term| self.condition(term)).collect();
                Ok(balanced(terms?, "AND"))
            }
            Expression::Any(terms) => self.any(terms),
            Expression::Comparison(operator, sides) => {
                let [left, right] = sides.as_ref();
                Ok(compare(*operator, self.term(left)?, self.term(right)?))
            }
            Expression::Arithmetic(operator, sides) => {
                let [left, right] = sides.as_ref();
                Ok(calculate(*operator, self.term(left)?, self.term(right)?))
            }
            Expression::Call(function, arguments) => {
                let terms: Result<Vec<Term>, Error> = arguments.iter().map(|argument| self.term(argument)).collect();
                Ok(call(*function, terms?))
            }
        }
    }

    fn member(&self, name: &str) -> Result<Term, Error> {
        let column = (self.columns)(name)?;
        let kind = column.column_type.kind();
        let text = match kind {
            // An integer that an older definition stored is a boolean too.
            Kind::Truth => format!("({} <> 0)", column.sql),
            // JSON's 5 is a number, and 5 div 2 of a real column is 2.5.
            Kind::Real => format!("CAST({} AS REAL)", column.sql),
            _ => column.sql,
        };
        Ok(Term { text, parameters: Vec::new(), kind: Some(kind), literal: None })
    }

    /// The alternatives, with those of one column (a function's `this.id in list`) gathered into one `IN`.
    fn any(&self, expressions: &[Expression]) -> Result<Term, Error> {
        let mut lists: Vec<(Term, Vec<Term>)> = Vec::new();
        let mut others = Vec::new();
        for expression in expressions {
            match self.listed(expression)? {
                Some((column, value)) => match lists.iter_mut().find(|(known, _)| *known == column) {
                    Some((_, values)) => values.push(value),
                    None => lists.push((column, vec![value])),
                },
                None => others.push(self.condition(expression)?),
            }
        }
        let gathered = lists.into_iter().map(|(column, values)| Term::one_of(column, values));
        Ok(balanced(gathered.chain(others).collect(), "OR"))
    }

    /// Column and constant of `column eq constant`, when neither needs more than the constant made of another kind.
    fn listed(&self, expression: &Expression) -> Result<Option<(Term, Term)>, Error> {
        let Expression::Comparison(Comparison::Equal, sides) = expression else { return Ok(None) };
        let [Expression::Member(name), Expression::Literal(literal)] = sides.as_ref() else { return Ok(None) };
        if *literal == Literal::Null {
            return Ok(None);
        }
        let (column, value) = alike(self.member(name)?, Term::literal(literal.clone()));
        Ok((column == self.member(name)? && value.text == "?").then_some((column, value)))
    }
}

fn compare(operator: Comparison, left: Term, right: Term) -> Term {
    let test = match operator {
        Comparison::Equal => "IS NULL",
        Comparison::NotEqual => "IS NOT NULL",
        // Nothing is greater or less than null.
        _ => "= NULL",
    };
    if right.kind.is_none() {
        return Term::compose(&format!("({{}} {test})"), [left], Kind::Truth);
    }
    if left.kind.is_none() {
        return Term::compose(&format!("({{}} {test})"), [right], Kind::Truth);
    }
    let sign = match operator {
        Comparison::Equal => "=",
        Comparison::NotEqual => "<>",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
    };
    let (left, right) = alike(left, right);
    Term::compose(&format!("({{}} {sign} {{}})"), [left, right], Kind::Truth)
}

/// Both sides as values of one kind, so that SQLite compares them as the backend does.
fn alike(left: Term, right: Term) -> (Term, Term) {
    let texts = |term: &Term| matches!(term.kind, Some(Kind::Text | Kind::Json));
    if left.kind == Some(Kind::Time) || right.kind == Some(Kind::Time) {
        return (as_time(left), as_time(right));
    }
    if texts(&left) == texts(&right) {
        return (left, right);
    }
    let (text, other) = if texts(&left) { (&left, &right) } else { (&right, &left) };
    if other.kind != Some(Kind::Truth) && text.literal.as_ref().and_then(literal_number).is_some() {
        return (as_number(left), as_number(right));
    }
    (as_text(left), as_text(right))
}

fn calculate(operator: Arithmetic, left: Term, right: Term) -> Term {
    let texts = |term: &Term| matches!(term.kind, Some(Kind::Text | Kind::Json));
    if operator == Arithmetic::Add && (texts(&left) || texts(&right)) {
        return Term::compose("({} || {})", [as_text(left), as_text(right)], Kind::Text);
    }
    let (left, right) = (as_number(left), as_number(right));
    let both_whole = left.number_kind() == Kind::Whole && right.number_kind() == Kind::Whole;
    let kind = if both_whole && operator != Arithmetic::Divide { Kind::Whole } else { Kind::Real };
    let template = match operator {
        Arithmetic::Add => "({} + {})",
        Arithmetic::Subtract => "({} - {})",
        Arithmetic::Multiply => "({} * {})",
        // A column of numbers is of floating-point numbers on the servers, as all numbers are in JavaScript.
        Arithmetic::Divide => "(CAST({} AS REAL) / {})",
        Arithmetic::Modulo if both_whole => "({} % {})",
        Arithmetic::Modulo => "azure_modulo({}, {})",
    };
    Term::compose(template, [left, right], kind)
}

fn call(function: Function, arguments: Vec<Term>) -> Term {
    match function {
        Function::StartsWith => texts("azure_startswith({}, {})", arguments, Kind::Truth),
        Function::EndsWith => texts("azure_endswith({}, {})", arguments, Kind::Truth),
        Function::Contains => texts("azure_contains({}, {})", arguments, Kind::Truth),
        Function::Length => texts("azure_length({})", arguments, Kind::Whole),
        Function::ToUpper => texts("azure_upper({})", arguments, Kind::Text),
        Function::ToLower => texts("azure_lower({})", arguments, Kind::Text),
        Function::Trim => texts("azure_trim({})", arguments, Kind::Text),
        Function::IndexOf => texts("azure_indexof({}, {})", arguments, Kind::Whole),
        Function::Replace => texts("azure_replace({}, {}, {})", arguments, Kind::Text),
        Function::Concat => texts("({} || {})", arguments, Kind::Text),
        Function::Substring => {
            let template = if arguments.len() == 2 { "azure_substring({}, {})" } else { "azure_substring({}, {}, {})" };
            let mut terms = arguments.into_iter();
            let text = terms.next().map(as_text);
            Term::compose(template, text.into_iter().chain(terms.map(as_number)), Kind::Text)
        }
        Function::Year => part_of_time(arguments, 1, 4),
        Function::Month => part_of_time(arguments, 6, 2),
        Function::Day => part_of_time(arguments, 9, 2),
        Function::Hour => part_of_time(arguments, 12, 2),
        Function::Minute => part_of_time(arguments, 15, 2),
        Function::Second => part_of_time(arguments, 18, 2),
        Function::Floor => rounded("azure_floor({})", arguments),
        Function::Ceiling => rounded("azure_ceiling({})", arguments),
        Function::Round => rounded("azure_round({})", arguments),
    }
}

fn texts(template: &str, arguments: Vec<Term>, kind: Kind) -> Term {
    Term::compose(template, arguments.into_iter().map(as_text), kind)
}

fn part_of_time(arguments: Vec<Term>, start: usize, length: usize) -> Term {
    let template = format!("CAST(substr({{}}, {start}, {length}) AS INTEGER)");
    Term::compose(&template, arguments.into_iter().map(as_time), Kind::Whole)
}

/// An integer is its own floor, ceiling and round.
fn rounded(template: &str, arguments: Vec<Term>) -> Term {
    let numbers: Vec<Term> = arguments.into_iter().map(as_number).collect();
    let whole = numbers.iter().all(|number| number.number_kind() == Kind::Whole);
    if whole { Term::compose("{}", numbers, Kind::Whole) } else { Term::compose(template, numbers, Kind::Real) }
}

fn as_text(term: Term) -> Term {
    match (term.kind, &term.literal) {
        (_, Some(Literal::Whole(number))) => Term::literal(Literal::Text(number.to_string())),
        (_, Some(Literal::Real(number))) => Term::literal(Literal::Text(number::text(*number))),
        (Some(Kind::Whole | Kind::Real), _) => Term::compose("azure_text({})", [term], Kind::Text),
        (Some(Kind::Truth), _) => {
            Term::compose("CASE {} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END", [term], Kind::Text)
        }
        _ => term,
    }
}

fn as_number(term: Term) -> Term {
    match (term.kind, &term.literal) {
        (Some(Kind::Text), Some(literal)) => Term::literal(literal_number(literal).unwrap_or(Literal::Null)),
        (Some(Kind::Text | Kind::Json), None) => Term::compose("azure_number({})", [term], Kind::Real),
        (Some(Kind::Time), _) => Term::compose("azure_milliseconds({})", [term], Kind::Whole),
        _ => term,
    }
}

fn as_time(term: Term) -> Term {
    let instant = match &term.literal {
        Some(Literal::Text(text)) => Instant::parse(text),
        Some(Literal::Whole(milliseconds)) => Instant::from_milliseconds(*milliseconds),
        Some(Literal::Real(milliseconds)) => Instant::from_milliseconds(*milliseconds as i64),
        Some(Literal::Truth(_)) => None,
        Some(Literal::Null | Literal::Time(_)) => return term,
        None if term.kind == Some(Kind::Time) => return term,
        None => return Term::compose("azure_time({})", [term], Kind::Time),
    };
    Term::literal(instant.map_or(Literal::Null, Literal::Time))
}

/// The number that a text says.
fn literal_number(literal: &Literal) -> Option<Literal> {
    let Literal::Text(text) = literal else { return None };
    let text = text.trim();
    let whole = text.parse().ok().map(Literal::Whole);
    whole.or_else(|| number::parse(text).filter(|number| number.is_finite()).map(Literal::Real))
}

#[cfg(test)]
#[path = "sql_tests.rs"]
mod tests;
