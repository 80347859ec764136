//! A change of some of a record's fields, by whatever means a dialect has for it.

use super::client::{Call, Client};
use super::definition::same_name;
use super::dialect::Dialect;
use super::error::Error;
use super::fields::field_text;
use super::refusal::CallError;
use super::wire;
use crate::json;
use crate::remote::transport::Response;

/// How often a record that others change again and again is read anew.
const ATTEMPTS: u32 = 5;

/// What a server sets by itself. `createdAt` is none of these, for it is the app's own where Datasync stores it.
const SET_BY_SERVER: [&str; 3] = ["version", "updatedAt", "deleted"];

const INCLUDE_DELETED: (&str, &str) = ("__includedeleted", "true");

/// A change of a record.
#[derive(Debug, Clone)]
pub struct Edit {
    /// The record's table.
    pub table: String,
    /// The record.
    pub id: String,
    /// The JSON text of the fields that change; nothing to bring a softly deleted record back.
    pub changes: Option<String>,
    /// The version that the record must have.
    pub version: Option<String>,
}

impl Client {
    /// Makes a change; `dress` completes each call that it takes.
    ///
    /// A Datasync server replaces records whole. There the record is read first, and put back with the changes if it is
    /// still the one that was read, so that the fields which the app does not name, or does not know, stay.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn edit(&self, edit: &Edit, dress: &dyn Fn(Call) -> Call) -> Result<Response, CallError> {
        let Edit { table, id, changes, version } = edit;
        let version = version.as_deref().filter(|version| !version.is_empty());
        let call = match (self.dialect(table).await?, changes) {
            (Dialect::Datasync, _) => return self.replace(edit, version, dress).await,
            (_, Some(changes)) => Call::update(table, id, changes.clone(), version),
            (Dialect::MobileApps, None) => Call::undelete(table, id, version),
            (Dialect::DotNet, None) => Call::update(table, id, NOT_DELETED.to_owned(), version),
        };
        self.send(dress(call)).await
    }

    async fn replace(
        &self,
        edit: &Edit,
        version: Option<&str>,
        dress: &dyn Fn(Call) -> Call,
    ) -> Result<Response, CallError> {
        let Edit { table, id, changes, .. } = edit;
        let reach = |call: Call| if changes.is_none() { call.asking(INCLUDE_DELETED) } else { call };
        let changes = changes.as_deref().unwrap_or(NOT_DELETED);
        let mut attempts = 0;
        loop {
            attempts += 1;
            let read = self.send(dress(reach(Call::lookup(table, id)))).await?;
            let unreadable = |_| CallError::Unreadable("a lookup".to_owned(), self.application_url());
            let body = laid_over(&read.body, changes).map_err(unreadable)?;
            let found = match read.headers.get("ETag") {
                Some(tag) => Some(wire::version_of(tag)),
                None => field_text(&read.body, "version").map_err(unreadable)?,
            };
            let call = Call::replace(table, id, body, version.or(found.as_deref()));
            match self.send(dress(reach(call))).await {
                Err(CallError::Refused(refusal))
                    if refusal.response.status == 412 && version.is_none() && attempts < ATTEMPTS => {}
                answer => return answer,
            }
        }
    }
}

const NOT_DELETED: &str = r#"{"deleted":false}"#;

/// The server's record with the fields of `changes` in the place of its own.
fn laid_over(record: &str, changes: &str) -> Result<String, Error> {
    let malformed = |error| Error::malformed("a record", &error);
    let (found, changes) = (json::fields(record).map_err(malformed)?, json::fields(changes).map_err(malformed)?);
    let mut whole: Vec<(&str, &str)> = found.0.iter().map(|(name, value)| (&**name, *value)).collect();
    whole.retain(|(name, _)| !SET_BY_SERVER.contains(name));
    for (name, value) in &changes.0 {
        match whole.iter_mut().find(|(known, _)| same_name(known, name)) {
            Some((_, old)) => *old = value,
            None => whole.push((name, value)),
        }
    }
    Ok(json::object(whole.into_iter()))
}

#[cfg(test)]
#[path = "edit_tests.rs"]
mod tests;
