//! Templates of addresses and bodies: `/orders/{id}`, `{"data":"{record}"}`.

use crate::json;
use crate::remote::transport::Method;

/// An address with names in braces, of which each is replaced by its encoded value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UrlTemplate {
    /// The request's method.
    pub method: Method,
    text: String,
}

impl UrlTemplate {
    /// A template of an address; `METHOD address` also says the method, which else is `usual`.
    ///
    /// # Errors
    /// A name in braces that is none of `names`, braces without end, or a method that there is not.
    pub fn parse(text: &str, usual: Method, names: &[&str]) -> Result<Self, String> {
        let (method, address) = match text.split_once(' ') {
            Some((method, address)) => {
                (Method::named(method).ok_or_else(|| format!("there is no HTTP method {method}"))?, address)
            }
            None => (usual, text),
        };
        let template = Self { method, text: address.to_owned() };
        template
            .fill(&mut |name| names.contains(&name).then(String::new))
            .map_err(|name| format!("{text} has {{{name}}} in it; there is {{{}}}", names.join("}, {")))?;
        Ok(template)
    }

    /// The address with values in the places of names.
    ///
    /// # Errors
    /// The name that has no value.
    pub fn fill(&self, value: &mut dyn FnMut(&str) -> Option<String>) -> Result<String, String> {
        let (mut out, mut rest) = (String::new(), &*self.text);
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').ok_or_else(|| after.to_owned())?;
            out.push_str(before);
            out.push_str(&encode(&value(name).ok_or_else(|| name.to_owned())?));
            rest = after;
        }
        out.push_str(rest);
        Ok(out)
    }
}

/// A JSON text in which `"{record}"` stands for the whole record, and `"{name}"` for the value of its field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodyTemplate(pub String);

impl BodyTemplate {
    /// The body that is sent of `record`.
    pub fn fill(&self, record: &str) -> String {
        let fields = json::fields(record).unwrap_or_default();
        let (mut out, mut rest) = (String::new(), &*self.0);
        while let Some((before, after)) = rest.split_once("\"{") {
            let Some((name, after)) = after.split_once("}\"") else { break };
            out.push_str(before);
            out.push_str(if name == "record" { record } else { fields.get(name).unwrap_or("null") });
            rest = after;
        }
        out.push_str(rest);
        out
    }
}

/// A text as a part of an address.
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// `address` with one more parameter.
pub fn with_parameter(address: &str, name: &str, value: &str) -> String {
    let joint = if address.contains('?') { '&' } else { '?' };
    format!("{address}{joint}{name}={}", encode(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_encoded_and_cannot_leave_their_place() {
        let template = UrlTemplate::parse("PATCH /orders/{id}?x={id}", Method::Put, &["id"]).unwrap();
        let filled = template.fill(&mut |_| Some("../a b&c".to_owned())).unwrap();
        assert_eq!((template.method, &*filled), (Method::Patch, "/orders/..%2Fa%20b%26c?x=..%2Fa%20b%26c"));
        assert_eq!(with_parameter("/a?b=1", "c", "ü"), "/a?b=1&c=%C3%BC");
    }

    #[test]
    fn wrong_templates_are_refused() {
        for wrong in ["/orders/{key}", "/orders/{id", "FETCH /orders"] {
            assert!(UrlTemplate::parse(wrong, Method::Get, &["id"]).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_body_holds_the_record_or_its_fields() {
        let template = BodyTemplate(r#"{"data":"{record}","key":"{id}","none":"{x}","plain":"{"}"#.to_owned());
        let body = template.fill(r#"{"id":"a\"b","n":1}"#);
        assert_eq!(body, r#"{"data":{"id":"a\"b","n":1},"key":"a\"b","none":null,"plain":"{"}"#);
    }
}
