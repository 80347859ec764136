//! Whether two texts stand for the same value.

use super::{Fields, fields, items, text};

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
