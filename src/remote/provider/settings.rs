//! The settings that an app gives, read as JSON: what is wrong with one is said in words for who wrote it.

use crate::json::{self, Fields};

/// The fields of an object that has only these; of any names, if none are said. `what` says whose they are.
///
/// # Errors
/// What is wrong with it.
pub fn settings<'t>(text: &'t str, what: &str, names: &[&str]) -> Result<Fields<'t>, String> {
    let fields = json::fields(text).map_err(|error| format!("{what} is an object: {error}"))?;
    let unknown = fields.0.iter().find(|(name, _)| !names.is_empty() && !names.contains(&&**name));
    match unknown {
        None => Ok(fields),
        Some((name, _)) => Err(format!("{what} has no {name}; it may have {}", names.join(", "))),
    }
}

/// What is wrong with a field.
pub fn show(error: json::Error) -> String {
    error.to_string()
}
