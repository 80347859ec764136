//! What strings stand for.

use super::{Error, Result};
use std::borrow::Cow;

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

#[cfg(test)]
mod tests {
    use super::*;

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
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod properties {
    use super::super::{text as text_of, value};
    use proptest::prelude::*;
    use std::borrow::Cow;

    proptest! {
        #[test]
        fn strings_read_as_serde_reads_them(text in "\\PC{0,6}|[\\x00-\\x7f]{0,6}|(\\\\u[dD][89abcdefAF][0-9a-f]{2}|x){0,4}") {
            let written = serde_json::to_string(&text).unwrap();
            prop_assert_eq!(text_of(&written).unwrap(), &*text);
            let raw = format!("\"{text}\"");
            if value(&raw).is_ok() {
                prop_assert_eq!(text_of(&raw).ok().map(Cow::into_owned), serde_json::from_str::<String>(&raw).ok());
            }
        }
    }
}
