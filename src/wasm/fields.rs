//! Plain objects of JavaScript's, read and made field by field.

use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};

/// What reading comes to: a value, or a sentence about the field that is not as it should be.
pub(super) type Read<T> = Result<T, String>;

/// A field, unless it is left out, undefined or null.
pub(super) fn given(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &name.into()).ok().filter(|value| !value.is_undefined() && !value.is_null())
}

fn must<T>(name: &str, what: &str, value: Option<T>) -> Read<T> {
    value.ok_or_else(|| format!("{name} is not {what}"))
}

/// A field that may be left out, and else is a text.
pub(super) fn given_text(object: &JsValue, name: &str) -> Read<Option<String>> {
    given(object, name).map(|value| must(name, "a string", value.as_string())).transpose()
}

/// A field that is a text.
pub(super) fn text(object: &JsValue, name: &str) -> Read<String> {
    must(name, "a string", given_text(object, name)?)
}

/// A field that may be left out, and else is a whole number from zero on.
pub(super) fn given_number(object: &JsValue, name: &str) -> Read<Option<u32>> {
    let Some(value) = given(object, name) else { return Ok(None) };
    let whole = value.as_f64().filter(|number| *number == f64::from(*number as u32)).map(|number| number as u32);
    must(name, "a whole number", whole).map(Some)
}

/// Whether a field is there and true.
pub(super) fn truth(object: &JsValue, name: &str) -> Read<bool> {
    given(object, name).map_or(Ok(false), |value| must(name, "true or false", value.as_bool()))
}

/// A field that may be left out, and else is an array of texts.
pub(super) fn texts(object: &JsValue, name: &str) -> Read<Vec<String>> {
    list(object, name)?.iter().map(|item| must(name, "an array of strings", item.as_string())).collect()
}

/// A field that may be left out, and else is an array of pairs of texts.
pub(super) fn pairs(object: &JsValue, name: &str) -> Read<Vec<(String, String)>> {
    let pair = |item: JsValue| {
        let pair = Array::from(&item);
        must(name, "an array of pairs", pair.get(0).as_string().zip(pair.get(1).as_string()))
    };
    list(object, name)?.iter().map(pair).collect()
}

fn list(object: &JsValue, name: &str) -> Read<Array> {
    given(object, name).map_or_else(|| Ok(Array::new()), |value| must(name, "an array", value.dyn_into().ok()))
}

/// A field that is a `Uint8Array`, or an array of bytes.
pub(super) fn bytes(object: &JsValue, name: &str) -> Option<Vec<u8>> {
    let bytes = given(object, name)?;
    (bytes.is_instance_of::<Uint8Array>() || Array::is_array(&bytes)).then(|| Uint8Array::new(&bytes).to_vec())
}

/// An object with these fields.
pub(super) fn object<const N: usize>(fields: [(&str, JsValue); N]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        // Setting a property of a fresh plain object cannot fail.
        let _ = Reflect::set(&object, &name.into(), &value);
    }
    object.into()
}

/// An array of pairs of texts.
pub(super) fn array_of<'p>(pairs: impl Iterator<Item = (&'p str, &'p str)>) -> JsValue {
    pairs.map(|(name, value)| Array::of2(&name.into(), &value.into())).collect::<Array>().into()
}
