//! Reads a text token by token, and says where it is not JSON.

use super::{Error, Result, text};
use std::borrow::Cow;

/// Reads a text from its start to its end.
#[derive(Debug)]
pub struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Reader<'t> {
    /// A reader at the start of `text`.
    pub fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    /// Reads the end.
    ///
    /// # Errors
    /// There is something else.
    pub fn end(&mut self) -> Result<()> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.fault("trailing characters")),
        }
    }

    /// Reads a value: its text.
    ///
    /// # Errors
    /// It is none.
    pub fn value(&mut self) -> Result<&'t str> {
        self.peek();
        let start = self.at;
        // What is open around the place: no recursion, which text from outside could make too deep.
        let mut open: Vec<u8> = Vec::new();
        loop {
            match self.peek() {
                Some(bracket @ (b'{' | b'[')) => {
                    self.at += 1;
                    // The closing brackets come two after the opening ones.
                    if !self.eat(bracket + 2) {
                        open.push(bracket);
                        if bracket == b'{' {
                            self.name()?;
                        }
                        continue;
                    }
                }
                Some(b'"') => {
                    self.string()?;
                }
                Some(b't') => self.word("true")?,
                Some(b'f') => self.word("false")?,
                Some(b'n') => self.word("null")?,
                Some(b'-' | b'0'..=b'9') => self.number()?,
                Some(_) => return Err(self.fault("expected value")),
                None => return Err(self.fault(end_in(open.last()))),
            }
            loop {
                let Some(&bracket) = open.last() else { return Ok(self.since(start)) };
                if self.next_in(bracket)? {
                    if bracket == b'{' {
                        self.name()?;
                    }
                    break;
                }
                open.pop();
            }
        }
    }

    /// Reads an object: the names and the texts of its fields.
    ///
    /// # Errors
    /// It is none.
    pub fn object(&mut self, each: &mut dyn FnMut(Cow<'t, str>, &'t str)) -> Result<()> {
        self.open(b'{', "an object")?;
        if self.eat(b'}') {
            return Ok(());
        }
        loop {
            let name = self.name()?;
            let name = text(name)?;
            each(name, self.value()?);
            if !self.next_in(b'{')? {
                return Ok(());
            }
        }
    }

    /// Reads an array: `each` reads an element.
    ///
    /// # Errors
    /// It is none, or those of `each`.
    pub fn array(&mut self, each: &mut dyn FnMut(&mut Self) -> Result<()>) -> Result<()> {
        self.open(b'[', "an array")?;
        if self.eat(b']') {
            return Ok(());
        }
        loop {
            each(self)?;
            if !self.next_in(b'[')? {
                return Ok(());
            }
        }
    }

    fn open(&mut self, bracket: u8, expected: &str) -> Result<()> {
        if self.eat(bracket) {
            return Ok(());
        }
        Err(Error::type_of(self.value()?, expected))
    }

    /// After an element: reads the comma before the next one, or the end. Tells whether there is one.
    fn next_in(&mut self, bracket: u8) -> Result<bool> {
        if self.eat(bracket + 2) {
            return Ok(false);
        }
        if self.eat(b',') {
            return if self.peek() == Some(bracket + 2) { Err(self.fault("trailing comma")) } else { Ok(true) };
        }
        let reason = match (bracket, self.peek()) {
            (_, None) => end_in(Some(&bracket)),
            (b'{', _) => "expected `,` or `}`",
            _ => "expected `,` or `]`",
        };
        Err(self.fault(reason))
    }

    /// A field's name and the colon after it: the name's text.
    fn name(&mut self) -> Result<&'t str> {
        let name = match self.peek() {
            Some(b'"') => self.string()?,
            None => return Err(self.fault(end_in(Some(&b'{')))),
            _ => return Err(self.fault("key must be a string")),
        };
        if self.eat(b':') { Ok(name) } else { Err(self.fault("expected `:`")) }
    }

    /// The text of a string, with its quotes.
    fn string(&mut self) -> Result<&'t str> {
        let start = self.at;
        self.at += 1;
        loop {
            self.at += plain_bytes(self.text.as_bytes().get(self.at..).unwrap_or_default());
            match self.byte() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(self.since(start));
                }
                Some(b'\\') => {
                    self.at += 1;
                    self.escape()?;
                }
                Some(_) => return Err(self.fault("control character (\\u0000-\\u001F) found while parsing a string")),
                None => return Err(self.fault("EOF while parsing a string")),
            }
        }
    }

    fn escape(&mut self) -> Result<()> {
        let digits = match self.byte() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => 0,
            Some(b'u') => 4,
            _ => return Err(self.fault("invalid escape")),
        };
        self.at += 1;
        for _ in 0..digits {
            if !self.byte().is_some_and(|byte| byte.is_ascii_hexdigit()) {
                return Err(self.fault("invalid escape"));
            }
            self.at += 1;
        }
        Ok(())
    }

    fn number(&mut self) -> Result<()> {
        if self.byte() == Some(b'-') {
            self.at += 1;
        }
        let start = self.at;
        self.digits()?;
        if self.at > start + 1 && self.text.as_bytes().get(start) == Some(&b'0') {
            return Err(self.fault("invalid number"));
        }
        if self.byte() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.byte(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.byte(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<()> {
        let start = self.at;
        while self.byte().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at > start { Ok(()) } else { Err(self.fault("invalid number")) }
    }

    fn word(&mut self, word: &str) -> Result<()> {
        let there = self.text.get(self.at..).is_some_and(|rest| rest.starts_with(word));
        self.at += word.len();
        if there { Ok(()) } else { Err(self.fault("expected ident")) }
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The next byte that is no white space.
    fn peek(&mut self) -> Option<u8> {
        while matches!(self.byte(), Some(b' ' | b'\n' | b'\t' | b'\r')) {
            self.at += 1;
        }
        self.byte()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    /// What was read from `start` on, which is a character boundary, as every place between tokens.
    fn since(&self, start: usize) -> &'t str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    #[cold]
    fn fault(&self, reason: &str) -> Error {
        let before = self.text.as_bytes().get(..self.at).unwrap_or(self.text.as_bytes());
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let column = before.iter().rev().take_while(|byte| **byte != b'\n').count();
        Error(format!("{reason} at line {line} column {column}"))
    }
}

/// How many bytes there are before the first that ends a string, or means something in it. Eight at a time: most of what
/// is read are strings of plain characters.
fn plain_bytes(bytes: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let (words, rest) = bytes.as_chunks::<8>();
    for (at, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let (quote, slash) = (word ^ (ONES * 0x22), word ^ (ONES * 0x5c));
        // The high bit of each byte that is less than what is taken from it. A borrow spoils only bytes after it.
        let less = (quote.wrapping_sub(ONES) & !quote)
            | (slash.wrapping_sub(ONES) & !slash)
            | (word.wrapping_sub(ONES * 0x20) & !word);
        if less & HIGH != 0 {
            return at * 8 + (less & HIGH).trailing_zeros() as usize / 8;
        }
    }
    let plain = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20));
    words.len() * 8 + plain.unwrap_or(rest.len())
}

fn end_in(bracket: Option<&u8>) -> &'static str {
    match bracket {
        Some(b'{') => "EOF while parsing an object",
        Some(_) => "EOF while parsing a list",
        None => "EOF while parsing a value",
    }
}

#[cfg(test)]
mod tests {
    use super::super::value;

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        for (json, said) in [
            ("", "EOF while parsing a value at line 1 column 0"),
            ("[", "EOF while parsing a list at line 1 column 1"),
            ("{", "EOF while parsing an object at line 1 column 1"),
            ("\"a", "EOF while parsing a string at line 1 column 2"),
            ("[1,\n 2 x]", "expected `,` or `]` at line 2 column 3"),
            ("{\"a\":1 2}", "expected `,` or `}` at line 1 column 7"),
            ("{\"a\" 1}", "expected `:` at line 1 column 5"),
            ("{1:1}", "key must be a string at line 1 column 1"),
            ("[1,]", "trailing comma at line 1 column 3"),
            ("{\"a\":1,}", "trailing comma at line 1 column 7"),
            ("1 2", "trailing characters at line 1 column 2"),
            ("\"\\x\"", "invalid escape at line 1 column 2"),
            ("\"\u{1}\"", "control character (\\u0000-\\u001F) found while parsing a string at line 1 column 1"),
            ("<html>", "expected value at line 1 column 0"),
            ("nil", "expected ident at line 1 column 3"),
        ] {
            assert_eq!(value(json).unwrap_err().to_string(), said, "{json}");
        }
        for json in ["01", "-", "1.", "1e", "+1", ".5", "1.e1", "tru", "[1}", "{\"a\":[}", "\"\\u12g4\"", "\u{a0}1"] {
            assert!(value(json).is_err(), "{json}");
        }
    }

    #[test]
    fn a_string_ends_at_its_quote_wherever_that_lies() {
        for length in 0..40 {
            let plain = "é~".repeat(length);
            for (end, bad) in [("\"", false), ("\\n\"", false), ("\u{1f}\"", true), ("\\", true), ("", true)] {
                assert_eq!(value(&format!("\"{plain}{end}")).is_err(), bad, "{length} {end:?}");
            }
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod properties {
    use super::super::value;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_text_is_json_where_serde_says_so(json in "[\\[\\]{},: \"\\\\a-fnrstu0-9.eE+-]{0,12}") {
            let expected = serde_json::from_str::<&serde_json::value::RawValue>(&json).map(|raw| raw.get());
            prop_assert_eq!(value(&json).ok(), expected.ok(), "{}", json);
        }
    }
}
