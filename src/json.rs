//! JSON text, read where it stands: no values are built, and a part of a text is a text again.
//!
//! By hand rather than by a crate: entries are kept as the text that they came as, of which little is ever looked at; and
//! readers that are made for each type are a great part of a download.

use std::borrow::Cow;

/// Why a text is not the JSON that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Error(String);

/// What reading comes to.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error that says so.
    pub fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }

    /// The error of a value that is of another type than it should be.
    #[cold]
    pub fn type_of(json: &str, expected: &str) -> Self {
        let found = match json.as_bytes().first() {
            Some(b'{') => "map",
            Some(b'[') => "sequence",
            Some(b'"') => "string",
            Some(b't' | b'f') => "boolean",
            Some(b'n') => "null",
            _ => "number",
        };
        Self(format!("invalid type: {found}, expected {expected}"))
    }
}

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

/// The value that a whole text is, without the white space around it.
///
/// # Errors
/// It is none, or more than one.
pub fn value(json: &str) -> Result<&str> {
    let mut reader = Reader::new(json);
    let value = reader.value()?;
    reader.end()?;
    Ok(value)
}

/// The elements of an array.
///
/// # Errors
/// The text is none.
pub fn items(json: &str) -> Result<Vec<&str>> {
    let mut items = Vec::new();
    let mut reader = Reader::new(json);
    reader.array(&mut |reader| {
        items.push(reader.value()?);
        Ok(())
    })?;
    reader.end()?;
    Ok(items)
}

/// The fields of an object.
///
/// # Errors
/// The text is none.
pub fn fields(json: &str) -> Result<Fields<'_>> {
    let mut fields = Vec::new();
    let mut reader = Reader::new(json);
    reader.object(&mut |name, value| fields.push((name, value)))?;
    reader.end()?;
    Ok(Fields(fields))
}

/// The fields of an object, in their order.
#[derive(Debug, Default)]
pub struct Fields<'t>(pub Vec<(Cow<'t, str>, &'t str)>);

impl<'t> Fields<'t> {
    /// The value of a field; of two with one name, the later one's.
    pub fn get(&self, name: &str) -> Option<&'t str> {
        self.0.iter().rev().find(|(own, _)| own == name).map(|(_, value)| *value)
    }

    /// The value of a field that may be left out, or be null.
    pub fn given(&self, name: &str) -> Option<&'t str> {
        self.get(name).filter(|value| *value != "null")
    }

    /// The value of a field that must be there.
    ///
    /// # Errors
    /// It is not.
    pub fn need(&self, name: &str) -> Result<&'t str> {
        self.get(name).ok_or_else(|| Error(format!("missing field `{name}`")))
    }

    /// The text of a field that must be there.
    ///
    /// # Errors
    /// It is not, or is no string.
    pub fn text(&self, name: &str) -> Result<String> {
        text(self.need(name)?).map(Cow::into_owned)
    }

    /// The text of a field that may be left out.
    ///
    /// # Errors
    /// It is no string.
    pub fn given_text(&self, name: &str) -> Result<Option<String>> {
        self.given(name).map(|value| text(value).map(Cow::into_owned)).transpose()
    }

    /// The number of a field that must be there.
    ///
    /// # Errors
    /// It is not, or is no whole number from zero on, or too large.
    pub fn number(&self, name: &str) -> Result<u32> {
        u32::try_from(whole(self.need(name)?)?).map_err(|_| Error(format!("{name} is too large")))
    }

    /// The 16 bytes of a field that must be there.
    ///
    /// # Errors
    /// It is not, or is something else.
    pub fn bytes(&self, name: &str) -> Result<[u8; 16]> {
        bytes(self.need(name)?)?.try_into().map_err(|_| Error(format!("{name} is not 16 bytes")))
    }

    /// Whether a field is there and true.
    ///
    /// # Errors
    /// It is neither true nor false.
    pub fn truth(&self, name: &str) -> Result<bool> {
        self.get(name).map_or(Ok(false), truth)
    }
}

/// The text that the string `json` stands for.
///
/// # Errors
/// It is no string, or has half of a surrogate pair.
pub fn text(json: &str) -> Result<Cow<'_, str>> {
    let quoted = quoted(json).ok_or_else(|| Error::type_of(json, "a string"))?;
    unescaped(quoted, &mut |_| false).ok_or_else(|| Error::new("lone surrogate in hex escape"))
}

/// As [`text`], with replacement characters for halves of surrogate pairs, which JavaScript's strings may hold alone.
/// None when it is no string.
pub fn lossy_text(json: &str) -> Option<Cow<'_, str>> {
    unescaped(quoted(json)?, &mut |out| {
        // As many as there are bytes that are no UTF-8.
        out.push_str("\u{fffd}\u{fffd}\u{fffd}");
        true
    })
}

fn quoted(json: &str) -> Option<&str> {
    json.strip_prefix('"')?.strip_suffix('"')
}

/// A string's text without its escapes; `lone` says what becomes of half a surrogate pair.
fn unescaped<'t>(quoted: &'t str, lone: &mut dyn FnMut(&mut String) -> bool) -> Option<Cow<'t, str>> {
    if !quoted.contains('\\') {
        return Some(Cow::Borrowed(quoted));
    }
    let mut out = String::with_capacity(quoted.len());
    let mut rest = quoted;
    while let Some((before, escape)) = rest.split_once('\\') {
        out.push_str(before);
        let mut characters = escape.chars();
        let character = match characters.next()? {
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let unit = unit(escape)?;
                characters = escape.get(5..)?.chars();
                match (unit, pair(unit, characters.as_str())) {
                    (_, Some(character)) => {
                        characters = escape.get(11..)?.chars();
                        character
                    }
                    (0xd800..0xe000, None) if lone(&mut out) => {
                        rest = characters.as_str();
                        continue;
                    }
                    _ => char::from_u32(unit)?,
                }
            }
            other => other,
        };
        out.push(character);
        rest = characters.as_str();
    }
    out.push_str(rest);
    Some(Cow::Owned(out))
}

/// The number in `uXXXX`.
fn unit(escape: &str) -> Option<u32> {
    u32::from_str_radix(escape.get(1..5)?, 16).ok()
}

/// The character of a surrogate pair, the second half of which is escaped at the start of `rest`.
fn pair(first: u32, rest: &str) -> Option<char> {
    let second = unit(rest.strip_prefix('\\').filter(|escape| escape.starts_with('u'))?)?;
    let halves = (0xd800..0xdc00).contains(&first) && (0xdc00..0xe000).contains(&second);
    halves.then(|| char::from_u32(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00)))?
}

/// Which of `names` the string `json` is.
///
/// # Errors
/// It is none of them.
pub fn one_of(json: &str, names: &[&str]) -> Result<usize> {
    let text = text(json)?;
    names.iter().position(|name| *name == text).ok_or_else(|| {
        let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
        Error(format!("unknown variant `{text}`, expected one of {}", names.join(", ")))
    })
}

/// Whether `json` is true.
///
/// # Errors
/// It is neither true nor false.
pub fn truth(json: &str) -> Result<bool> {
    match json {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(Error::type_of(json, "a boolean")),
    }
}

/// A whole number from zero on.
///
/// # Errors
/// It is none.
pub fn whole(json: &str) -> Result<u64> {
    json.parse().map_err(|_| Error::type_of(json, "a whole number"))
}

/// The texts of an array of strings.
///
/// # Errors
/// It is none.
pub fn texts(json: &str) -> Result<Vec<String>> {
    items(json)?.into_iter().map(|item| text(item).map(Cow::into_owned)).collect()
}

/// The bytes of an array of numbers.
///
/// # Errors
/// It is none.
pub fn bytes(json: &str) -> Result<Vec<u8>> {
    let byte = |item: &str| item.parse().map_err(|_| Error::type_of(item, "a byte"));
    items(json)?.into_iter().map(byte).collect()
}

/// Bytes as an array of numbers.
pub fn listed(bytes: &[u8]) -> String {
    let numbers: Vec<_> = bytes.iter().map(u8::to_string).collect();
    format!("[{}]", numbers.join(","))
}

/// How deep [`same`] looks.
const DEEPEST: usize = 128;

/// Whether two texts stand for the same value, with numbers by what they are and fields in any order.
pub fn same(left: &str, right: &str) -> bool {
    same_at(left, right, 0)
}

/// Whether the object `json` has the fields of the object `some`, of which null counts as none, with the same values.
pub fn has_all(some: &str, json: &str) -> bool {
    let (Ok(some), Ok(all)) = (fields(some), fields(json)) else { return false };
    some.0
        .iter()
        .filter(|(_, value)| *value != "null")
        .all(|(name, value)| all.get(name).is_some_and(|other| same(value, other)))
}

fn same_at(left: &str, right: &str, depth: usize) -> bool {
    if depth > DEEPEST {
        return false;
    }
    match (left.as_bytes().first(), right.as_bytes().first()) {
        (Some(b'{'), Some(b'{')) => {
            let (Ok(left), Ok(right)) = (fields(left), fields(right)) else { return false };
            let known = |one: &Fields<'_>, other: &Fields<'_>| {
                one.0.iter().all(|(name, _)| match (one.get(name), other.get(name)) {
                    (Some(one), Some(other)) => same_at(one, other, depth + 1),
                    _ => false,
                })
            };
            known(&left, &right) && right.0.iter().all(|(name, _)| left.get(name).is_some())
        }
        (Some(b'['), Some(b'[')) => {
            let (Ok(left), Ok(right)) = (items(left), items(right)) else { return false };
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same_at(left, right, depth + 1))
        }
        (Some(b'"'), Some(b'"')) => text(left).is_ok_and(|left| text(right).is_ok_and(|right| left == right)),
        _ => left == right || number(left).is_some_and(|left| number(right) == Some(left)),
    }
}

fn number(json: &str) -> Option<f64> {
    crate::platform::number::parse(json)
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn fields_are_read_by_their_names() {
        let fields = fields(r#" {"a":"x\n","b":null,"c":[1, 2],"yes":true,"a\u0062":7,"b":null} "#).unwrap();
        assert_eq!(fields.text("a").unwrap(), "x\n");
        assert_eq!((fields.get("b"), fields.given("b"), fields.get("z")), (Some("null"), None, None));
        assert_eq!(bytes(fields.need("c").unwrap()).unwrap(), [1, 2]);
        assert_eq!((fields.truth("yes"), fields.truth("no")), (Ok(true), Ok(false)));
        assert_eq!(whole(fields.need("ab").unwrap()), Ok(7));
        assert_eq!(fields.need("z").unwrap_err().to_string(), "missing field `z`");
        assert_eq!(fields.text("c").unwrap_err().to_string(), "invalid type: sequence, expected a string");
        for json in ["-1", "1.5", "\"1\"", "1e3"] {
            assert!(whole(json).is_err(), "{json}");
        }
        assert!(bytes("[256]").is_err() && texts(r#"["a",1]"#).is_err() && items("{}").is_err());
    }

    #[test]
    fn half_a_surrogate_pair_is_no_text() {
        assert_eq!(text(r#""\ud83d\ude00\u00e9\/""#).unwrap(), "😀é/");
        for lone in [r#""a\ud83db""#, r#""\ud83d\u0041""#, r#""\ude00\ud83d""#, r#""\ud83d\ud83d\ude00""#] {
            assert!(text(lone).is_err(), "{lone}");
            assert!(lossy_text(lone).unwrap().contains('\u{fffd}'), "{lone}");
        }
        assert_eq!(lossy_text(r#""\ud83d\u0041""#).unwrap(), "\u{fffd}\u{fffd}\u{fffd}A");
        assert!(text("1").is_err() && lossy_text("1").is_none() && text("\"").is_err());
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

    #[test]
    fn values_are_the_same_however_they_are_written() {
        assert!(same(r#"{"a":1.0,"b":["x",null]}"#, r#"{ "b":["\u0078", null], "a":1 }"#));
        for (left, right) in [("1", "2"), ("{}", r#"{"a":1}"#), (r#"{"a":1}"#, "{}"), ("[1]", "[1,2]"), ("1", "\"1\"")]
        {
            assert!(!same(left, right), "{left} {right}");
        }
        let deep = "[".repeat(9000) + &"]".repeat(9000);
        assert!(!same(&deep, &deep));
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod properties {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_text_is_json_where_serde_says_so(json in "[\\[\\]{},: \"\\\\a-fnrstu0-9.eE+-]{0,12}") {
            let expected = serde_json::from_str::<&serde_json::value::RawValue>(&json).map(|raw| raw.get());
            prop_assert_eq!(value(&json).ok(), expected.ok(), "{}", json);
        }

        #[test]
        fn strings_read_as_serde_reads_them(text in "\\PC{0,6}|[\\x00-\\x7f]{0,6}|(\\\\u[dD][89abcdefAF][0-9a-f]{2}|x){0,4}") {
            let written = serde_json::to_string(&text).unwrap();
            prop_assert_eq!(super::text(&written).unwrap(), &*text);
            let raw = format!("\"{text}\"");
            if value(&raw).is_ok() {
                prop_assert_eq!(super::text(&raw).ok().map(Cow::into_owned), serde_json::from_str::<String>(&raw).ok());
            }
        }
    }
}
