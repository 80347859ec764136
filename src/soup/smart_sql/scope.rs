//! Which SELECT each piece of a query belongs to, and which soups that SELECT reads under which names.
//!
//! It is needed where a query reads several tables, or gives one another name: the soups' tables all have the columns
//! `soup` and `id`, so that a path must say whose.

use super::token::{Placed, Token};

/// A soup among the tables of one SELECT.
struct Table<'a> {
    soup: &'a str,
    alias: Option<&'a str>,
}

#[derive(Default)]
struct Select<'a> {
    tables: Vec<Table<'a>>,
    /// The SELECT around it, whose tables it sees too.
    around: Option<usize>,
}

/// The SELECTs of a query.
pub(super) struct Scopes<'a> {
    selects: Vec<Select<'a>>,
    /// For each token, the SELECT that it belongs to.
    of_token: Vec<usize>,
}

/// How a SELECT calls a soup of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Qualifier<'a> {
    /// By the name of its table.
    Table,
    /// By an alias.
    Alias(&'a str),
    /// The query has one table only, which it calls by its own name, or the SELECT does not read the soup.
    Unknown,
    /// By several aliases, of which only the query can say which is meant.
    Several,
}

/// Words that may stand after a table without being its alias.
const NO_ALIAS: [&str; 24] = [
    "cross",
    "except",
    "full",
    "group",
    "having",
    "indexed",
    "inner",
    "intersect",
    "is",
    "join",
    "left",
    "limit",
    "match",
    "natural",
    "not",
    "offset",
    "on",
    "order",
    "outer",
    "right",
    "union",
    "using",
    "where",
    "window",
];

impl<'a> Scopes<'a> {
    pub(super) fn of(tokens: &[Placed<'a>]) -> Self {
        let mut tables = (0..tokens.len()).filter(|number| is_table(tokens, *number));
        if tables.next().is_none_or(|first| alias(tokens, first).is_none() && tables.next().is_none()) {
            return Self { selects: Vec::new(), of_token: Vec::new() };
        }
        let mut scopes = Self { selects: vec![Select::default()], of_token: Vec::with_capacity(tokens.len()) };
        let mut open = Vec::new();
        let mut current = 0;
        for (number, placed) in tokens.iter().enumerate() {
            match placed.token {
                Token::Symbol('(') => {
                    open.push(current);
                    if following(tokens, number).is_some_and(|next| next.is_any(&["select", "with", "values"])) {
                        current = scopes.begin(Some(current));
                    }
                }
                Token::Symbol(')') => current = open.pop().unwrap_or(current),
                token if token.is_any(&["union", "intersect", "except"]) => {
                    let around = scopes.selects.get(current).and_then(|select| select.around);
                    current = scopes.begin(around);
                }
                Token::Reference(soup) if is_table(tokens, number) => {
                    if let Some(select) = scopes.selects.get_mut(current) {
                        select.tables.push(Table { soup, alias: alias(tokens, number) });
                    }
                }
                _ => {}
            }
            scopes.of_token.push(current);
        }
        scopes
    }

    fn begin(&mut self, around: Option<usize>) -> usize {
        self.selects.push(Select { tables: Vec::new(), around });
        self.selects.len() - 1
    }

    /// What the columns of `soup` are qualified with at token `number`. In a query on one table, nothing is: there the
    /// text is the original's.
    pub(super) fn qualifier(&self, number: usize, soup: &str) -> Qualifier<'a> {
        let mut select = self.of_token.get(number).and_then(|own| self.selects.get(*own));
        while let Some(own) = select {
            let mut tables = own.tables.iter().filter(|table| table.soup == soup);
            match (tables.next(), tables.next()) {
                (None, _) => select = own.around.and_then(|around| self.selects.get(around)),
                (Some(table), None) => return table.alias.map_or(Qualifier::Table, Qualifier::Alias),
                (Some(Table { alias: None, .. }), _) | (_, Some(Table { alias: None, .. })) => return Qualifier::Table,
                (Some(_), Some(_)) => return Qualifier::Several,
            }
        }
        Qualifier::Unknown
    }
}

/// Whether the reference at `number` names a table that is read: not a column's table, not part of a longer name.
fn is_table(tokens: &[Placed<'_>], number: usize) -> bool {
    let Some(Token::Reference(reference)) = tokens.get(number).map(|placed| placed.token) else { return false };
    let after = tokens.get(number + 1).map(|placed| placed.token);
    !reference.contains(':') && !matches!(after, Some(Token::Symbol('.') | Token::Word(_)))
}

/// The alias that follows the table at `number`.
fn alias<'a>(tokens: &[Placed<'a>], number: usize) -> Option<&'a str> {
    let mut following = tokens.iter().skip(number + 1).map(|placed| placed.token).filter(|token| !token.is_space());
    let first = following.next()?;
    let alias = if first.is_word("as") { following.next()? } else { first };
    match alias {
        Token::Quoted(name) => Some(name),
        Token::Word(name) if !alias.is_any(&NO_ALIAS) => Some(name),
        _ => None,
    }
}

/// The token after `number`, white space left out.
fn following<'a>(tokens: &[Placed<'a>], number: usize) -> Option<Token<'a>> {
    tokens.iter().skip(number + 1).map(|placed| placed.token).find(|token| !token.is_space())
}
