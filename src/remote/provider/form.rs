//! What is known of an entry of a bound soup without asking its backend.

use super::layout::Layout;
use crate::json;
use crate::soup;
use crate::sync::backend::{BackendError, Fault, Row};
use crate::sync::bound::{self, VERSION, id_text};
use std::collections::BTreeMap;

/// The layouts of a backend's tables, as the sync room asks of them. Its functions are those of `sync::backend::Form`.
#[derive(Debug, Default)]
pub struct RecordForm {
    layouts: BTreeMap<String, Layout>,
}

impl RecordForm {
    /// The form of entries whose rows lie so.
    pub fn new(layouts: BTreeMap<String, Layout>) -> Self {
        Self { layouts }
    }

    /// The layout of a table.
    ///
    /// # Errors
    /// A table that is not connected.
    pub fn layout(&self, table: &str) -> Result<&Layout, BackendError> {
        let unknown = || BackendError::new(Fault::Refused, format!("the soup {table} is not among those connected"));
        self.layouts.get(table).ok_or_else(unknown)
    }

    /// The tables, each with the property that holds its ids.
    pub fn keys(&self) -> Vec<(String, String)> {
        self.layouts.iter().map(|(table, layout)| (table.clone(), layout.key.clone())).collect()
    }

    /// See `Form::id_of`.
    ///
    /// # Errors
    /// Text that is no record.
    pub fn id_of(&self, table: &str, entry: &str) -> Result<Option<String>, BackendError> {
        let fields = json::fields(entry).map_err(refused)?;
        fields.given(&self.layout(table)?.key).map(id_text).transpose().map_err(refused)
    }

    /// See `Form::change`: `change` laid over `local`.
    ///
    /// # Errors
    /// Texts that are no entries.
    pub fn change(local: Option<&str>, change: &str) -> Result<String, BackendError> {
        let (old, new) =
            (json::fields(local.unwrap_or("{}")).map_err(refused)?, json::fields(change).map_err(refused)?);
        let kept = old.0.iter().filter(|(name, _)| new.get(name).is_none());
        Ok(json::object(kept.chain(&new.0).map(|(name, value)| (&**name, *value))))
    }

    /// See `Form::adopt`.
    ///
    /// # Errors
    /// Text that is no entry.
    pub fn adopt(&self, table: &str, local: &str, row: &Row) -> Result<String, BackendError> {
        let version = row.version.as_deref().map(json::quoted);
        let id = json::quoted(&row.id);
        let fresh = self.id_of(table, local)?.is_none_or(|own| own != row.id);
        let key = fresh.then_some((&*self.layout(table)?.key, &*id));
        let version = version.as_deref().map(|version| (VERSION, version));
        Self::change(Some(local), &json::object(key.into_iter().chain(version)))
    }

    /// See `Form::same`.
    pub fn same(&self, table: &str, sent: &str, entry: &str) -> bool {
        let Ok(layout) = self.layout(table) else { return false };
        let bodies = layout.outgoing(sent, false).and_then(|sent| Ok((sent, layout.outgoing(entry, false)?)));
        bodies.is_ok_and(|(sent, entry)| json::has_all(&sent, &entry))
    }

    /// See `Form::unchanged`.
    pub fn unchanged(local: &str, json: &str) -> bool {
        soup::content(local).is_ok_and(|local| json::same(&local, json))
    }

    /// See `Form::version_of`.
    pub fn version_of(entry: &str) -> Option<String> {
        bound::version_of(entry)
    }
}

fn refused(error: impl std::fmt::Display) -> BackendError {
    BackendError::new(Fault::Refused, error.to_string())
}
