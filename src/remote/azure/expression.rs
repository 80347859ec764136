//! A filter's expression tree, as OData defines it.

use super::instant::Instant;

/// A filter, or a part of one.
#[derive(Debug, Clone, PartialEq)]
pub enum Expression {
    /// A constant.
    Literal(Literal),
    /// A column's value, under the name the filter gives it.
    Member(String),
    /// `not x`.
    Not(Box<Expression>),
    /// `-x`.
    Negate(Box<Expression>),
    /// `x and y and …`, flat, so that a long chain is not deep.
    All(Vec<Expression>),
    /// `x or y or …`, flat.
    Any(Vec<Expression>),
    /// `x eq y` and its kin.
    Comparison(Comparison, Box<[Expression; 2]>),
    /// `x add y` and its kin.
    Arithmetic(Arithmetic, Box<[Expression; 2]>),
    /// `length(x)` and its kin, with as many arguments as the function takes.
    Call(Function, Vec<Expression>),
}

/// A constant of a filter.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `null`.
    Null,
    /// `true` or `false`.
    Truth(bool),
    /// An integer.
    Whole(i64),
    /// A number.
    Real(f64),
    /// `'text'`.
    Text(String),
    /// A point in time.
    Time(Instant),
}

/// The operators that compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `eq`.
    Equal,
    /// `ne`.
    NotEqual,
    /// `gt`.
    Greater,
    /// `ge`.
    GreaterOrEqual,
    /// `lt`.
    Less,
    /// `le`.
    LessOrEqual,
}

/// The operators that calculate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arithmetic {
    /// `add`; of strings, their concatenation.
    Add,
    /// `sub`.
    Subtract,
    /// `mul`.
    Multiply,
    /// `div`, which gives fractions, also of integers.
    Divide,
    /// `mod`.
    Modulo,
}

/// The functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    /// `startswith(text, start)`.
    StartsWith,
    /// `endswith(text, end)`.
    EndsWith,
    /// `substringof(part, text)`; here, and in OData v4's `contains`, the text comes first.
    Contains,
    /// `length(text)`.
    Length,
    /// `toupper(text)`.
    ToUpper,
    /// `tolower(text)`.
    ToLower,
    /// `trim(text)`.
    Trim,
    /// `indexof(text, part)`, from 0, or -1.
    IndexOf,
    /// `replace(text, old, new)`.
    Replace,
    /// `substring(text, start)` or `substring(text, start, length)`.
    Substring,
    /// `concat(text, text)`.
    Concat,
    /// `year(time)`, in UTC as all parts of a time.
    Year,
    /// `month(time)`, from 1.
    Month,
    /// `day(time)`, of the month.
    Day,
    /// `hour(time)`.
    Hour,
    /// `minute(time)`.
    Minute,
    /// `second(time)`.
    Second,
    /// `floor(number)`.
    Floor,
    /// `ceiling(number)`.
    Ceiling,
    /// `round(number)`, halves away from zero.
    Round,
}

impl Comparison {
    /// All, with their names in OData.
    pub const NAMES: [(&'static str, Self); 6] = [
        ("eq", Self::Equal),
        ("ne", Self::NotEqual),
        ("gt", Self::Greater),
        ("ge", Self::GreaterOrEqual),
        ("lt", Self::Less),
        ("le", Self::LessOrEqual),
    ];

    /// What holds of two known values just when this one does not.
    pub fn opposite(self) -> Self {
        match self {
            Self::Equal => Self::NotEqual,
            Self::NotEqual => Self::Equal,
            Self::Greater => Self::LessOrEqual,
            Self::GreaterOrEqual => Self::Less,
            Self::Less => Self::GreaterOrEqual,
            Self::LessOrEqual => Self::Greater,
        }
    }
}

impl Arithmetic {
    /// All, with their names in OData.
    pub const NAMES: [(&'static str, Self); 5] = [
        ("add", Self::Add),
        ("sub", Self::Subtract),
        ("mul", Self::Multiply),
        ("div", Self::Divide),
        ("mod", Self::Modulo),
    ];
}

impl Function {
    /// All, with their names in OData v2.
    pub const NAMES: [(&'static str, Self); 20] = [
        ("startswith", Self::StartsWith),
        ("endswith", Self::EndsWith),
        ("substringof", Self::Contains),
        ("length", Self::Length),
        ("toupper", Self::ToUpper),
        ("tolower", Self::ToLower),
        ("trim", Self::Trim),
        ("indexof", Self::IndexOf),
        ("replace", Self::Replace),
        ("substring", Self::Substring),
        ("concat", Self::Concat),
        ("year", Self::Year),
        ("month", Self::Month),
        ("day", Self::Day),
        ("hour", Self::Hour),
        ("minute", Self::Minute),
        ("second", Self::Second),
        ("floor", Self::Floor),
        ("ceiling", Self::Ceiling),
        ("round", Self::Round),
    ];

    /// How many arguments it takes.
    pub fn arity(self) -> std::ops::RangeInclusive<usize> {
        match self {
            Self::Substring => 2..=3,
            Self::Replace => 3..=3,
            Self::StartsWith | Self::EndsWith | Self::Contains | Self::IndexOf | Self::Concat => 2..=2,
            _ => 1..=1,
        }
    }
}

impl Expression {
    /// `left and right`.
    pub fn and(self, right: Self) -> Self {
        Self::All(flat(self, right, |expression| match expression {
            Self::All(terms) => Ok(terms),
            other => Err(other),
        }))
    }

    /// `left or right`.
    pub fn or(self, right: Self) -> Self {
        Self::Any(flat(self, right, |expression| match expression {
            Self::Any(terms) => Ok(terms),
            other => Err(other),
        }))
    }
}

/// The terms of both sides in one list, where a side is a list of the same kind.
fn flat(
    left: Expression,
    right: Expression,
    terms: impl Fn(Expression) -> Result<Vec<Expression>, Expression>,
) -> Vec<Expression> {
    let mut all = terms(left).unwrap_or_else(|single| vec![single]);
    match terms(right) {
        Ok(more) => all.extend(more),
        Err(single) => all.push(single),
    }
    all
}
