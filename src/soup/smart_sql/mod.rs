//! Smart SQL: SELECT statements in which `{soup}` is a soup and `{soup:path}` a value of its entries.
//!
//! The rules are SmartStore's (spec, Smart SQL and storage), written as a rewriting of tokens. Where the original leaves
//! the column `soup` ambiguous, because a query reads several soups, a path here knows its table. That a query does
//! nothing but read is not seen to here: SQLite itself does, when the query is compiled.

mod scope;
mod token;

use super::spec::IndexType;
use super::table::extraction;
use super::{Error, Result, Soup};
use rusqlite::Connection;
use scope::{Qualifier, Scopes};
use std::collections::BTreeMap;
use token::{Placed, Token, tokens};

/// The SQL that the Smart SQL query `sql` stands for.
///
/// Values for its parameters (`?`) are bound by whoever runs it.
///
/// # Errors
/// A soup that does not exist, a reference that is none or that can be that of several tables, a text that does not
/// begin as a SELECT does.
pub fn to_sql(conn: &Connection, sql: &str) -> Result<String> {
    Rewriting::new(conn).query(sql)
}

/// Rewrites texts that speak of the same soups.
pub(super) struct Rewriting<'c> {
    conn: &'c Connection,
    soups: BTreeMap<String, Soup>,
}

impl<'c> Rewriting<'c> {
    pub(super) fn new(conn: &'c Connection) -> Self {
        Self { conn, soups: BTreeMap::new() }
    }

    /// A rewriting that need not look up `soup` again.
    pub(super) fn knowing(conn: &'c Connection, soup: Soup) -> Self {
        let mut rewriting = Self::new(conn);
        rewriting.soups.insert(soup.name().to_owned(), soup);
        rewriting
    }

    /// Rewrites a whole query.
    pub(super) fn query(&mut self, sql: &str) -> Result<String> {
        let tokens = tokens(sql);
        let tokens = select(&tokens)?;
        let scopes = Scopes::of(tokens);
        let mut out = String::with_capacity(sql.len() + 64);
        let mut starts = Vec::with_capacity(tokens.len());
        for (number, Placed { token, at }) in tokens.iter().enumerate() {
            let start = out.len();
            starts.push(start);
            match *token {
                Token::Reference(reference) => {
                    let reference = Reference::read(reference, *at)?;
                    let prefix = prefix(tokens, number);
                    let soup = self.soup(&reference)?;
                    match (prefix, reference.column(soup)) {
                        (_, Column::Whole) => out.push_str(soup.table()),
                        (Some(_), Column::Own(name) | Column::Index(name)) => out.push_str(name),
                        (Some(prefix), Column::Extracted(path)) => {
                            let from = starts.get(prefix).copied().unwrap_or(start);
                            let column = out.split_off(from) + "soup";
                            out.push_str(&extraction(&column, path));
                        }
                        (None, column) => {
                            let table = match scopes.qualifier(number, soup.name()) {
                                Qualifier::Table => Some(soup.table()),
                                Qualifier::Alias(alias) => Some(alias),
                                Qualifier::Unknown => None,
                                Qualifier::Several => return Err(reference.ambiguous()),
                            };
                            out.push_str(&column.of(table, soup));
                        }
                    }
                }
                Token::Text(text) if follows_match(tokens, number) => self.names_in(text, *at, &mut out)?,
                Token::Quoted(text) if text.starts_with('"') => self.names_in(text, *at, &mut out)?,
                Token::Word(text) | Token::Text(text) | Token::Quoted(text) | Token::Space(text) => out.push_str(text),
                Token::Symbol(symbol) => out.push(symbol),
            }
        }
        Ok(out)
    }

    /// Rewrites the references in a text that is no SQL, such as the key of a match query.
    pub(super) fn names(&mut self, text: &str) -> Result<String> {
        let mut out = String::with_capacity(text.len());
        self.names_in(text, 0, &mut out)?;
        Ok(out)
    }

    fn names_in(&mut self, text: &str, at: usize, out: &mut String) -> Result<()> {
        let mut rest = text;
        while let Some((before, (reference, after))) =
            rest.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
        {
            out.push_str(before);
            let consumed = text.len() - rest.len() + before.len();
            let place = text.get(..consumed).map_or(0, |before| before.encode_utf16().count());
            let reference = Reference::read(reference, at + place)?;
            let soup = self.soup(&reference)?;
            match reference.column(soup) {
                Column::Whole => out.push_str(soup.table()),
                Column::Own(name) | Column::Index(name) => out.push_str(name),
                Column::Extracted(path) => out.push_str(&extraction("soup", path)),
            }
            rest = after;
        }
        out.push_str(rest);
        Ok(())
    }

    fn soup(&mut self, reference: &Reference<'_>) -> Result<&Soup> {
        if !self.soups.contains_key(reference.soup) {
            let soup = Soup::find_soup(self.conn, reference.soup)?;
            let soup = soup.ok_or_else(|| Error::UnknownSoup { soup: reference.soup.to_owned(), at: reference.at })?;
            self.soups.insert(reference.soup.to_owned(), soup);
        }
        let unknown = || Error::UnknownSoup { soup: reference.soup.to_owned(), at: reference.at };
        self.soups.get(reference.soup).ok_or_else(unknown)
    }
}

/// What stands between braces.
struct Reference<'a> {
    soup: &'a str,
    path: Option<&'a str>,
    at: usize,
}

/// What a reference is in SQL.
enum Column<'r> {
    /// The soup's table.
    Whole,
    /// A column that every soup has, by its name.
    Own(&'static str),
    /// The column of an index.
    Index(&'r str),
    /// A path without a column.
    Extracted(&'r str),
}

impl Column<'_> {
    /// The column as an expression, of the table or alias `table` if that is known.
    fn of(&self, table: Option<&str>, soup: &Soup) -> String {
        let name = match self {
            Self::Whole => return soup.table().to_owned(),
            Self::Own(name) => return format!("{}.{name}", table.unwrap_or(soup.table())),
            Self::Index(name) => name,
            Self::Extracted(_) => "soup",
        };
        let name = table.map_or_else(|| name.to_owned(), |table| format!("{table}.{name}"));
        match self {
            Self::Extracted(path) => extraction(&name, path),
            _ => name,
        }
    }
}

impl<'a> Reference<'a> {
    fn ambiguous(&self) -> Error {
        let reference = format!("{}:{}", self.soup, self.path.unwrap_or_default());
        Error::AmbiguousReference { reference, at: self.at }
    }

    fn read(text: &'a str, at: usize) -> Result<Self> {
        let bad = || Error::BadReference { reference: text.to_owned(), at };
        let (soup, path) = match text.split_once(':') {
            Some((soup, path)) => (soup, Some(path)),
            None => (text, None),
        };
        if soup.is_empty() || path.is_some_and(|path| path.is_empty() || path.contains(':')) {
            return Err(bad());
        }
        Ok(Self { soup, path, at })
    }

    fn column<'r>(&'r self, soup: &'r Soup) -> Column<'r> {
        match self.path {
            None => Column::Whole,
            Some("_soup") => Column::Own("soup"),
            Some("_soupEntryId") => Column::Own("id"),
            Some("_soupCreatedDate") => Column::Own("created"),
            Some("_soupLastModifiedDate") => Column::Own("lastModified"),
            Some(path) => match soup.index(path) {
                Some(index) if index.spec.kind != IndexType::Json1 => Column::Index(&index.column),
                _ => Column::Extracted(path),
            },
        }
    }
}

/// The number of the token that names the table of the reference at `number`, as `e` does in `e.{emp:name}`.
fn prefix(tokens: &[Placed<'_>], number: usize) -> Option<usize> {
    let dot = number.checked_sub(1)?;
    let name = number.checked_sub(2)?;
    let is_dot = tokens.get(dot)?.token == Token::Symbol('.');
    let is_name = matches!(tokens.get(name)?.token, Token::Word(_) | Token::Quoted(_) | Token::Reference(_));
    (is_dot && is_name).then_some(name)
}

fn follows_match(tokens: &[Placed<'_>], number: usize) -> bool {
    let before = tokens.iter().take(number).rev().map(|placed| placed.token).find(|token| !token.is_space());
    before.is_some_and(|token| token.is_word("match"))
}

/// The tokens of a SELECT, without the semicolon that may end it: it is run as `SELECT … FROM (<it>)`.
fn select<'t, 'a>(tokens: &'t [Placed<'a>]) -> Result<&'t [Placed<'a>]> {
    let end = tokens.iter().rposition(|placed| !placed.token.is_space() && placed.token != Token::Symbol(';'));
    let tokens = tokens.get(..end.map_or(0, |end| end + 1)).unwrap_or_default();
    let first = tokens.iter().find(|placed| !placed.token.is_space());
    let is_select = first.is_some_and(|placed| placed.token.is_any(&["select", "with", "values"]));
    is_select.then_some(tokens).ok_or(Error::NotSelect)
}

#[cfg(test)]
mod tests;
