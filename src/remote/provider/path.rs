//! JSONPath, as far as it says where one thing lies: `$`, `.name`, `['name']`, `[0]`, and a last `[*]`.
//!
//! Not by a crate: those there are build a tree of values by serde, which the module has not, and bring filters and
//! slices that no setting of a backend needs. Here a path is walked over the text, as everywhere in `json`.

use crate::json::{self, Fields};

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Name(String),
    Place(usize),
}

/// Where something lies in a JSON text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path(Vec<Step>);

impl Path {
    /// The path that a text says. `$` may be left out before a name.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text} is no path; write $, $.name, $['name'] or $.names[0], as in $.data.items");
        let dotted = if text.starts_with('$') { text.to_owned() } else { format!("$.{text}") };
        let mut rest = dotted.get(1..).unwrap_or_default();
        rest = rest.strip_suffix("[*]").unwrap_or(rest);
        let mut steps = Vec::new();
        while !rest.is_empty() {
            let (step, left) = if let Some(name) = rest.strip_prefix('.') {
                let end = name.find(['.', '[']).unwrap_or(name.len());
                let (name, left) = name.split_at(end);
                (Step::Name(name.to_owned()), left)
            } else {
                let (inner, left) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')).ok_or_else(wrong)?;
                let quoted = ['\'', '"'].iter().find_map(|quote| inner.strip_prefix(*quote)?.strip_suffix(*quote));
                let step = match quoted {
                    Some(name) => Step::Name(name.to_owned()),
                    None => Step::Place(inner.parse().map_err(|_| wrong())?),
                };
                (step, left)
            };
            if matches!(&step, Step::Name(name) if name.is_empty() || name == "*") {
                return Err(wrong());
            }
            steps.push(step);
            rest = left;
        }
        Ok(Self(steps))
    }

    /// The name, if the path is that of a top-level property.
    pub fn name(&self) -> Option<&str> {
        match &self.0[..] {
            [Step::Name(name)] => Some(name),
            _ => None,
        }
    }

    /// The last name of the path.
    pub fn last_name(&self) -> Option<&str> {
        self.0.iter().rev().find_map(|step| match step {
            Step::Name(name) => Some(&**name),
            Step::Place(_) => None,
        })
    }

    /// What lies there, if anything does and it is not null.
    pub fn of<'t>(&self, text: &'t str) -> Option<&'t str> {
        follow(&self.0, json::value(text).ok()?)
    }

    /// The same, of an object whose fields were read already.
    pub fn of_fields<'t>(&self, fields: &Fields<'t>) -> Option<&'t str> {
        match self.0.split_first()? {
            (Step::Name(name), rest) => follow(rest, fields.given(name)?),
            (Step::Place(_), _) => None,
        }
    }
}

fn follow<'t>(steps: &[Step], value: &'t str) -> Option<&'t str> {
    let found = steps.iter().try_fold(value, |value, step| match step {
        Step::Name(name) => json::fields(value).ok()?.given(name),
        Step::Place(place) => json::items(value).ok()?.get(*place).copied(),
    });
    found.filter(|value| *value != "null")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_says_where_something_lies() {
        let text = r#" {"data":{"items":[{"a.b":1},{"id":"x"}]},"none":null} "#;
        for (path, found) in [
            ("$.data.items[1].id", Some("\"x\"")),
            ("data.items[0]['a.b']", Some("1")),
            (r#"$["data"].items[*]"#, Some(r#"[{"a.b":1},{"id":"x"}]"#)),
            ("$.none", None),
            ("$.data.items[7]", None),
            ("$.data.items.id", None),
        ] {
            assert_eq!(Path::parse(path).unwrap().of(text), found, "{path}");
        }
        assert_eq!(Path::parse("$").unwrap().of("[1]"), Some("[1]"));
        assert_eq!(Path::parse("$").unwrap().of("[1"), None, "a text that breaks off has nothing in it");
        let fields = json::fields(text).unwrap();
        assert_eq!(Path::parse("data.items[1].id").unwrap().of_fields(&fields), Some("\"x\""));
    }

    #[test]
    fn what_is_no_path_is_refused_with_a_hint() {
        for wrong in ["$..id", "$.a[?(@.b)]", "$.a[1:2]", "$.", "$x", "$.*.id", "$.a[", "$['a'"] {
            assert!(Path::parse(wrong).unwrap_err().contains("$.data.items"), "{wrong}");
        }
    }
}
