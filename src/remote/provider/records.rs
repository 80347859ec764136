//! Bound soups of JSON records and a wire to their service, as one backend of the sync room.

use super::form::RecordForm;
use crate::sync::RecordKey;
use crate::sync::backend::{
    Answer, Backend, BackendError, Capabilities, Fault, Form, ListRequest, Outgoing, Page, Row,
};
use futures::future::{FutureExt, LocalBoxFuture};

/// The refusal of what concerns a soup that was not connected.
pub fn unknown_soup(soup: &str) -> BackendError {
    BackendError::new(Fault::Refused, format!("the soup {soup} is not among those connected"))
}

/// What a service of records can be asked: `sync::backend::Backend`, without what is the same for all of them. Its
/// rows and entries lie as `form` says.
pub trait Wire {
    /// See `Backend::capabilities`.
    fn capabilities(&self) -> Capabilities;

    /// See `Backend::apply`.
    fn apply<'a>(&'a self, form: &'a RecordForm, change: &'a Outgoing) -> LocalBoxFuture<'a, Answer>;

    /// See `Backend::send`.
    fn send<'a>(&'a self, form: &'a RecordForm, changes: &'a [Outgoing]) -> LocalBoxFuture<'a, Vec<Answer>> {
        async move {
            let mut answers = Vec::with_capacity(changes.len());
            for change in changes {
                answers.push(self.apply(form, change).await);
            }
            answers
        }
        .boxed_local()
    }

    /// See `Backend::fetch`.
    fn fetch<'a>(
        &'a self,
        form: &'a RecordForm,
        key: &'a RecordKey,
    ) -> LocalBoxFuture<'a, Result<Option<Row>, BackendError>>;

    /// See `Backend::list`.
    fn list<'a>(
        &'a self,
        form: &'a RecordForm,
        request: &'a ListRequest,
    ) -> LocalBoxFuture<'a, Result<Page, BackendError>>;
}

/// A backend of bound soups.
pub struct RecordBackend {
    scope: String,
    form: RecordForm,
    wire: Box<dyn Wire>,
}

impl RecordBackend {
    /// The backend `scope`, behind `wire`.
    pub fn new(scope: String, form: RecordForm, wire: Box<dyn Wire>) -> Self {
        Self { scope, form, wire }
    }

    /// The soups, each with the property that holds its ids.
    pub fn soups(&self) -> Vec<(String, String)> {
        self.form.keys()
    }
}

impl Form for RecordBackend {
    fn version_of(&self, _: &str, entry: &str) -> Option<String> {
        RecordForm::version_of(entry)
    }

    fn id_of(&self, table: &str, json: &str) -> Result<Option<String>, BackendError> {
        self.form.id_of(table, json)
    }

    fn store(&self, _: &str, _: Option<&str>, entry: &str) -> Result<String, BackendError> {
        Ok(entry.to_owned())
    }

    fn change(&self, _: &str, local: Option<&str>, change: &str) -> Result<String, BackendError> {
        RecordForm::change(local, change)
    }

    fn adopt(&self, table: &str, local: &str, row: &Row) -> Result<String, BackendError> {
        self.form.adopt(table, local, row)
    }

    fn unchanged(&self, _: &str, local: &str, json: &str) -> bool {
        RecordForm::unchanged(local, json)
    }

    fn same(&self, table: &str, sent: &str, entry: &str) -> bool {
        self.form.same(table, sent, entry)
    }
}

impl Backend for RecordBackend {
    fn scope(&self) -> &str {
        &self.scope
    }

    fn capabilities(&self) -> Capabilities {
        self.wire.capabilities()
    }

    fn apply<'a>(&'a self, change: &'a Outgoing) -> LocalBoxFuture<'a, Answer> {
        self.wire.apply(&self.form, change)
    }

    fn send<'a>(&'a self, changes: &'a [Outgoing]) -> LocalBoxFuture<'a, Vec<Answer>> {
        self.wire.send(&self.form, changes)
    }

    fn fetch<'a>(&'a self, key: &'a RecordKey) -> LocalBoxFuture<'a, Result<Option<Row>, BackendError>> {
        self.wire.fetch(&self.form, key)
    }

    fn list<'a>(&'a self, request: &'a ListRequest) -> LocalBoxFuture<'a, Result<Page, BackendError>> {
        self.wire.list(&self.form, request)
    }
}
