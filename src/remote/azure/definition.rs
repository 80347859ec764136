//! Definitions of tables, as an app gives them to `defineTable`.

use super::column::ColumnType;
use super::error::Error;
use crate::json;
use crate::platform::case;

/// The column by which records are told apart, in any case.
pub(super) const ID: &str = "id";

/// What a JSON path of SQLite's cannot quote.
const UNQUOTABLE: [char; 3] = ['"', '\\', '\0'];

/// A table's name, and its columns in their order.
///
/// ```
/// use tureen::remote::azure::Definition;
/// let json = r#"{"name":"todoitem","columnDefinitions":{"id":"string","complete":"boolean"}}"#;
/// assert_eq!(Definition::parse(json).unwrap().name, "todoitem");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// The table's name.
    pub name: String,
    /// Names and types.
    pub columns: Vec<(String, ColumnType)>,
}

impl Definition {
    /// Reads `{"name": …, "columnDefinitions": {…}}`.
    ///
    /// # Errors
    /// [`Error::Malformed`] when something is missing, [`Error::ColumnType`] for a type that is none, and
    /// [`Error::Definition`] for an empty name, a name that is there twice in different cases, and no `id`.
    pub fn parse(json: &str) -> Result<Self, Error> {
        let malformed = |error| Error::malformed("the table definition", &error);
        let given = json::fields(json).map_err(malformed)?;
        let name = given.text("name").map_err(malformed)?;
        let columns = given.need("columnDefinitions").and_then(json::fields).map_err(malformed)?;
        let columns: Result<Vec<_>, Error> = columns
            .0
            .into_iter()
            .map(|(name, column_type)| Ok((name.into_owned(), json::text(column_type).map_err(malformed)?.parse()?)))
            .collect();
        let definition = Self { name, columns: columns? };
        definition.check()?;
        Ok(definition)
    }

    fn check(&self) -> Result<(), Error> {
        let wrong = |text: String| Err(Error::Definition(text));
        if self.name.is_empty() {
            return wrong("tableDefinition.name cannot be null or empty.".to_owned());
        }
        for (at, (name, _)) in self.columns.iter().enumerate() {
            if name.is_empty() || name.contains(UNQUOTABLE) {
                return wrong(format!(
                    "Column name {} cannot be used: leave out quotes and backslashes.",
                    json::quoted(name)
                ));
            }
            if self.columns.iter().take(at).any(|(other, _)| same_name(other, name)) {
                return wrong(format!("Duplicate definition for column \"{name}\" in table \"{}\"", self.name));
            }
        }
        if !self.columns.iter().any(|(name, _)| same_name(name, ID)) {
            return wrong(format!(
                "The definition of table \"{}\" has no column \"id\", which tells records apart.",
                self.name
            ));
        }
        Ok(())
    }

    /// The JSON text of the columns.
    pub fn columns_json(&self) -> String {
        json::object(self.columns.iter().map(|(name, column_type)| (name.as_str(), json::quoted(column_type.name()))))
    }
}

/// Whether two names are one, as names of tables and columns are in any case.
pub(super) fn same_name(left: &str, right: &str) -> bool {
    left.eq_ignore_ascii_case(right) || !left.is_ascii() && case::lower(left) == case::lower(right)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(json: &str) -> (String, &'static str) {
        let error = Definition::parse(json).unwrap_err();
        (error.to_string(), error.code())
    }

    #[test]
    fn columns_keep_their_order() {
        let json = r#"{"name":"T","columnDefinitions":{"z":"text","Id":"int","a":"date"}}"#;
        let definition = Definition::parse(json).unwrap();
        assert_eq!(definition.columns_json(), r#"{"z":"text","Id":"int","a":"date"}"#);
    }

    #[test]
    fn mistakes_are_named() {
        for (json, message, code) in [
            (
                r#"{"name":"","columnDefinitions":{"id":"int"}}"#,
                "tableDefinition.name cannot be null or empty.",
                "BAD_DEFINITION",
            ),
            (
                r#"{"name":"t","columnDefinitions":{"id":"int","a":"int","A":"text"}}"#,
                "Duplicate definition for column \"A\" in table \"t\"",
                "BAD_DEFINITION",
            ),
            (
                r#"{"name":"t","columnDefinitions":{"a":"int"}}"#,
                "The definition of table \"t\" has no column \"id\", which tells records apart.",
                "BAD_DEFINITION",
            ),
            (
                r#"{"name":"t","columnDefinitions":{"id":"int","a\"b":"int"}}"#,
                r#"Column name "a\"b" cannot be used: leave out quotes and backslashes."#,
                "BAD_DEFINITION",
            ),
            (
                r#"{"name":"t","columnDefinitions":{"id":"varchar"}}"#,
                "Column type varchar is not supported",
                "BAD_COLUMN_TYPE",
            ),
        ] {
            assert_eq!(refusal(json), (message.to_owned(), code));
        }
        for json in [
            "{}",
            r#"{"name":"t"}"#,
            r#"{"name":5,"columnDefinitions":{}}"#,
            r#"{"name":"t","columnDefinitions":["int"]}"#,
        ] {
            assert_eq!(refusal(json).1, "MALFORMED_ARGUMENT", "{json}");
        }
    }

    #[test]
    fn names_are_the_same_in_any_case() {
        assert!(same_name("TodoItem", "todoitem") && same_name("GRÖSSE", "grösse"));
        assert!(!same_name("a", "b"));
    }
}
