//! A part of a filter's SQL: its text, what it binds, and what kind of value it is.

use super::column::Kind;
use super::expression::Literal;
use rusqlite::types::Value;

/// A part of a condition.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Term {
    pub(super) text: String,
    /// In the order of the question marks.
    pub(super) parameters: Vec<Value>,
    /// Nothing for null.
    pub(super) kind: Option<Kind>,
    /// The constant it is, if it is one.
    pub(super) literal: Option<Literal>,
}

impl Term {
    pub(super) fn literal(literal: Literal) -> Self {
        let (value, kind) = match &literal {
            Literal::Null => (Value::Null, None),
            Literal::Truth(truth) => (Value::Integer(i64::from(*truth)), Some(Kind::Truth)),
            Literal::Whole(number) => (Value::Integer(*number), Some(Kind::Whole)),
            Literal::Real(number) => (Value::Real(*number), Some(Kind::Real)),
            Literal::Text(text) => (Value::Text(text.clone()), Some(Kind::Text)),
            Literal::Time(instant) => (Value::Text(instant.to_string()), Some(Kind::Time)),
        };
        Self { text: "?".to_owned(), parameters: vec![value], kind, literal: Some(literal) }
    }

    /// Puts `terms` into the `{}` of `template`, in their order, and their parameters after each other.
    pub(super) fn compose(template: &str, terms: impl IntoIterator<Item = Self>, kind: Kind) -> Self {
        let mut text = String::new();
        let mut parameters = Vec::new();
        let mut pieces = template.split("{}");
        text.push_str(pieces.next().unwrap_or(""));
        for (term, piece) in terms.into_iter().zip(pieces) {
            text.push_str(&term.text);
            text.push_str(piece);
            parameters.extend(term.parameters);
        }
        Self { text, parameters, kind: Some(kind), literal: None }
    }

    /// `column IN (values)`, or `=` for one.
    pub(super) fn one_of(column: Self, values: Vec<Self>) -> Self {
        let template = match values.len() {
            1 => "({} = {})".to_owned(),
            count => format!("({{}} IN ({}))", vec!["{}"; count].join(",")),
        };
        Self::compose(&template, std::iter::once(column).chain(values), Kind::Truth)
    }

    /// What arithmetic with it gives.
    pub(super) fn number_kind(&self) -> Kind {
        if self.kind == Some(Kind::Real) { Kind::Real } else { Kind::Whole }
    }
}

/// Joins conditions as a balanced tree: SQLite refuses expressions that are more than a thousand levels deep.
pub(super) fn balanced(mut terms: Vec<Term>, operator: &str) -> Term {
    let template = format!("({{}} {operator} {{}})");
    while terms.len() > 1 {
        let mut pairs = terms.into_iter();
        let mut joined = Vec::new();
        while let Some(left) = pairs.next() {
            joined.push(match pairs.next() {
                Some(right) => Term::compose(&template, [left, right], Kind::Truth),
                None => left,
            });
        }
        terms = joined;
    }
    terms.pop().unwrap_or_else(|| Term::literal(Literal::Truth(true)))
}
