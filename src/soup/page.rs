//! Rows of a result, written as JSON.

use super::Result;
use super::query::Shape;
use crate::json;
use crate::json::push_string;
use crate::platform::number;
use rusqlite::types::ValueRef;
use rusqlite::{Row, Rows, Statement};
use std::fmt::Write as _;

/// What the values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    /// JSON texts of entries, to be written as they are.
    Entries,
    Values,
}

/// Writes rows of one statement.
pub(super) struct RowWriter {
    shape: Shape,
    columns: Vec<Column>,
}

impl RowWriter {
    /// A writer for the rows of `statement`.
    pub(super) fn new(statement: &Statement<'_>, shape: Shape) -> Self {
        let names = (0..statement.column_count()).map(|column| statement.column_name(column).unwrap_or_default());
        Self { shape, columns: names.map(column).collect() }
    }

    /// Appends up to `limit` rows to `out` as a JSON array, and says how many came.
    pub(super) fn write(&self, rows: &mut Rows<'_>, limit: u64, out: &mut String) -> Result<u64> {
        let mut count = 0;
        out.push('[');
        while count < limit {
            let Some(row) = rows.next()? else { break };
            if count > 0 {
                out.push(',');
            }
            self.write_row(row, out)?;
            count += 1;
        }
        out.push(']');
        Ok(count)
    }

    fn write_row(&self, row: &Row<'_>, out: &mut String) -> Result<()> {
        match self.shape {
            // What the soup itself wrote needs no second look.
            Shape::Entry => {
                out.push_str(row.get_ref(0)?.as_str_or_null().map_err(rusqlite::Error::from)?.unwrap_or("null"))
            }
            Shape::Cells => {
                let mut separator = '[';
                for (number, column) in self.columns.iter().enumerate() {
                    out.push(separator);
                    push_cell(out, row.get_ref(number)?, *column)?;
                    separator = ',';
                }
                out.push(']');
            }
        }
        Ok(())
    }
}

/// Columns called `soup`, or `soup:1` where SQLite had to number them, hold entries.
fn column(name: &str) -> Column {
    let number = name.strip_prefix("soup").and_then(|rest| rest.is_empty().then_some("0").or(rest.strip_prefix(':')));
    match number {
        Some(number) if number.bytes().all(|byte| byte.is_ascii_digit()) => Column::Entries,
        _ => Column::Values,
    }
}

fn push_cell(out: &mut String, value: ValueRef<'_>, column: Column) -> Result<()> {
    match value {
        ValueRef::Null => out.push_str("null"),
        ValueRef::Integer(number) => {
            let _ = write!(out, "{number}");
        }
        // JSON has no infinities.
        ValueRef::Real(number) if !number.is_finite() => out.push_str("null"),
        ValueRef::Real(number) => out.push_str(&number::text(number)),
        ValueRef::Text(bytes) => {
            let text = std::str::from_utf8(bytes)?;
            match column {
                Column::Entries if is_object(text) => out.push_str(text),
                _ => push_string(out, text),
            }
        }
        ValueRef::Blob(bytes) => {
            out.push('"');
            for byte in bytes {
                let _ = write!(out, "{byte:02x}");
            }
            out.push('"');
        }
    }
    Ok(())
}

/// Whether `text` is a JSON object: a query may call anything `soup`.
fn is_object(text: &str) -> bool {
    text.starts_with('{') && json::value(text).is_ok()
}
