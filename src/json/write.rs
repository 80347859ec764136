//! Writes JSON text.

use std::borrow::Cow;

const HEX: &[u8; 16] = b"0123456789abcdef";

/// Appends `text` to `out` as a JSON string.
pub fn push_string(out: &mut String, text: &str) {
    out.push('"');
    if !text.bytes().any(|byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
        out.push_str(text);
        out.push('"');
        return;
    }
    let mut written = 0;
    for (at, byte) in text.bytes().enumerate() {
        let short = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0x08 => "\\b",
            0x0c => "\\f",
            0..0x20 => "",
            _ => continue,
        };
        // Each such byte is a character of its own, so both ends of the run are character boundaries.
        out.push_str(text.get(written..at).unwrap_or_default());
        if short.is_empty() {
            out.push_str("\\u00");
            for digit in [byte >> 4, byte & 15] {
                out.push(char::from(HEX.get(usize::from(digit)).copied().unwrap_or(b'0')));
            }
        }
        out.push_str(short);
        written = at + 1;
    }
    out.push_str(text.get(written..).unwrap_or_default());
    out.push('"');
}

/// The JSON text of a string.
pub fn quoted(text: &str) -> String {
    let mut json = String::with_capacity(text.len() + 2);
    push_string(&mut json, text);
    json
}

/// The text of an object, from its names and the texts of its values.
pub fn object<'n, V: AsRef<str>>(fields: impl Iterator<Item = (&'n str, V)>) -> String {
    let mut json = String::with_capacity(256);
    json.push('{');
    for (name, value) in fields {
        if json.len() > 1 {
            json.push(',');
        }
        push_string(&mut json, name);
        json.push(':');
        json.push_str(value.as_ref());
    }
    json.push('}');
    json
}

/// The text of an array, from the texts of its elements.
pub fn array(items: &[String]) -> String {
    format!("[{}]", items.join(","))
}

/// Bytes as an array of numbers.
pub fn listed(bytes: &[u8]) -> String {
    let numbers: Vec<_> = bytes.iter().map(u8::to_string).collect();
    array(&numbers)
}

/// `json` without white space between its tokens.
pub fn compact(json: &str) -> Cow<'_, str> {
    if !json.bytes().any(|byte| byte.is_ascii_whitespace()) {
        return Cow::Borrowed(json);
    }
    let mut out = String::with_capacity(json.len());
    let (mut quoted, mut escaped) = (false, false);
    for character in json.chars() {
        if quoted {
            quoted = escaped || character != '"';
            escaped = !escaped && character == '\\';
        } else if character.is_ascii_whitespace() {
            continue;
        } else {
            quoted = character == '"';
        }
        out.push(character);
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_goes_only_between_tokens() {
        assert_eq!(compact(" [ \"a \\\" b\" ,\n {\"c d\" : 1.50 } ] "), "[\"a \\\" b\",{\"c d\":1.50}]");
        assert_eq!(compact(r#"["\\", 1]"#), r#"["\\",1]"#);
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod properties {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_written_string_reads_back(text in "\\PC*|[\\x00-\\x7f]*") {
            let mut json = String::new();
            push_string(&mut json, &text);
            prop_assert_eq!(serde_json::from_str::<String>(&json).unwrap(), &*text);
            prop_assert_eq!(crate::json::lossy_text(&json).unwrap(), text);
        }
    }
}
