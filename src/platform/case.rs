//! Upper and lower case: of ASCII here, of the rest by the machine underneath. In the module that is JavaScript, because
//! std's tables of letters are 10 KiB of download.

/// The text in lower case.
pub fn lower(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_lowercase() } else { other_lower(text) }
}

/// The text in upper case.
pub fn upper(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_uppercase() } else { other_upper(text) }
}

#[cfg(target_arch = "wasm32")]
fn other_lower(text: &str) -> String {
    js_sys::JsString::from(text).to_lower_case().into()
}

#[cfg(target_arch = "wasm32")]
fn other_upper(text: &str) -> String {
    js_sys::JsString::from(text).to_upper_case().into()
}

#[cfg(not(target_arch = "wasm32"))]
fn other_lower(text: &str) -> String {
    text.to_lowercase()
}

#[cfg(not(target_arch = "wasm32"))]
fn other_upper(text: &str) -> String {
    text.to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_every_script_have_a_case() {
        assert_eq!((lower("LEEK"), upper("leek")), ("leek".to_owned(), "LEEK".to_owned()));
        assert_eq!((lower("ÖΣ"), upper("straße")), ("öς".to_owned(), "STRASSE".to_owned()));
    }
}
