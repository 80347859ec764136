//! OData text in words: the lexer that [`super::odata_parse`] reads through.

use super::error::Error;
use super::instant::Instant;
use crate::platform::number;

/// One word of OData text.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Open,
    Close,
    Comma,
    Minus,
    /// A name, keyword, operator or function.
    Word(String),
    Text(String),
    /// `datetime'…'`: the type's name and the text.
    Typed(String, String),
    Whole(i64),
    Real(f64),
    /// A date without quotes, as OData v4 writes it.
    Time(Instant),
    End,
}

/// Reads `text` from left to right.
pub(super) struct Lexer<'t> {
    text: &'t str,
    /// The byte that comes next.
    at: usize,
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    /// An error at byte `at`.
    pub(super) fn error(&self, reason: impl Into<String>, at: usize) -> Error {
        let position = self.text.get(..at).map_or(0, |before| before.chars().count());
        Error::Filter { reason: reason.into(), position }
    }

    /// The next word and the byte at which it starts.
    pub(super) fn next(&mut self) -> Result<(Token, usize), Error> {
        self.take_while(char::is_whitespace);
        let start = self.at;
        let Some(first) = self.peek() else { return Ok((Token::End, start)) };
        let token = match first {
            '(' => self.single(Token::Open),
            ')' => self.single(Token::Close),
            ',' => self.single(Token::Comma),
            '-' => self.single(Token::Minus),
            '\'' => Token::Text(self.quoted(start)?),
            _ if first.is_ascii_digit() => self.number(start)?,
            _ if is_name_start(first) => self.word(start)?,
            _ => return Err(self.error(format!("Syntax error '{first}'"), start)),
        };
        Ok((token, start))
    }

    /// Whether an argument list follows.
    pub(super) fn is_before_open(&self) -> bool {
        self.rest().trim_start().starts_with('(')
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn single(&mut self, token: Token) -> Token {
        self.at += 1;
        token
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let length = rest.find(|c| !wanted(c)).unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or("")
    }

    /// `'text'`, in which two quotes are one.
    fn quoted(&mut self, start: usize) -> Result<String, Error> {
        let mut text = String::new();
        loop {
            self.at += 1;
            text.push_str(self.take_while(|c| c != '\''));
            if self.peek().is_none() {
                return Err(self.error("Unterminated string literal", start));
            }
            self.at += 1;
            if self.peek() != Some('\'') {
                return Ok(text);
            }
            text.push('\'');
        }
    }

    fn word(&mut self, start: usize) -> Result<Token, Error> {
        let word = self.take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '@' | '$')).to_owned();
        if self.peek() != Some('\'') {
            return Ok(Token::Word(word));
        }
        let text = self.quoted(start)?;
        Ok(Token::Typed(word, text))
    }

    /// An integer, a number, or a date, with the suffix letters of OData v2, which say nothing here.
    fn number(&mut self, start: usize) -> Result<Token, Error> {
        let digits = self.take_while(|c| c.is_ascii_digit()).len();
        if digits == 4 && self.rest().starts_with('-') {
            return self.date(start);
        }
        let fraction = self.fraction(start)?;
        let exponent = self.exponent(start)?;
        let text = self.text.get(start..self.at).unwrap_or("");
        let suffix = self.take_while(|c| c.is_alphanumeric() || c == '_');
        let whole = !fraction && !exponent;
        let known = matches!(suffix, "" | "f" | "F" | "m" | "M" | "d" | "D") || whole && matches!(suffix, "l" | "L");
        match text.parse() {
            Ok(integer) if whole && known => Ok(Token::Whole(integer)),
            _ if known => {
                let real = number::parse(text).map(Token::Real);
                real.ok_or_else(|| self.error("Invalid number", start))
            }
            _ => Err(self.error(format!("Invalid number '{text}{suffix}'"), start)),
        }
    }

    fn fraction(&mut self, start: usize) -> Result<bool, Error> {
        if !self.rest().starts_with('.') {
            return Ok(false);
        }
        self.at += 1;
        self.digits(start)
    }

    fn exponent(&mut self, start: usize) -> Result<bool, Error> {
        if !self.rest().starts_with(['e', 'E']) {
            return Ok(false);
        }
        self.at += 1;
        if self.rest().starts_with(['+', '-']) {
            self.at += 1;
        }
        self.digits(start)
    }

    fn digits(&mut self, start: usize) -> Result<bool, Error> {
        let none = self.take_while(|c| c.is_ascii_digit()).is_empty();
        if none { Err(self.error("Digit expected", start)) } else { Ok(true) }
    }

    fn date(&mut self, start: usize) -> Result<Token, Error> {
        self.take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | ':' | '.'));
        let text = self.text.get(start..self.at).unwrap_or("");
        Instant::parse(text).map(Token::Time).ok_or_else(|| self.error(format!("Invalid date '{text}'"), start))
    }
}

fn is_name_start(c: char) -> bool {
    c.is_alphabetic() || matches!(c, '_' | '@' | '$')
}
