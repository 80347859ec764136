//! Azure Mobile Apps and its successors: their tables, their values, their queries, their protocol.
//!
//! A table is a soup whose entries keep the rules of column types ([`column`]); a query crosses from JavaScript as
//! OData v2 text ([`query`] says why), is read once ([`parse_filter`]) and told to SQLite ([`sql`]) or to a
//! server of another [`Dialect`]; calls to a backend are made by a [`Client`].

mod answers;
mod away;
mod backend;
mod bookkeeping;
pub mod cell;
mod changes;
mod client;
pub mod column;
mod definition;
mod dialect;
mod edit;
mod error;
mod expression;
mod fields;
mod functions;
mod id;
mod named;
mod odata;
mod odata_lex;
mod odata_parse;
mod probe;
mod pull_query;
mod purge;
pub mod query;
mod records;
mod refusal;
mod row;
pub mod sql;
mod sql_term;
mod table;
mod tables;
pub mod wire;

use crate::platform::instant;

pub use backend::{AzureBackend, SCOPE};
pub use bookkeeping::Bookkeeping;
pub use cell::{Cell, Record};
pub use changes::Changes;
pub use client::{App, Call, Client, Session};
pub use column::{ColumnType, Kind};
pub use definition::Definition;
pub use dialect::Dialect;
pub use edit::Edit;
pub use error::Error;
pub use expression::{Arithmetic, Comparison, Expression, Function, Literal};
pub use fields::{field_text, own_fields};
pub use id::Id;
pub use instant::Instant;
pub use named::Named;
pub use odata::and_also;
pub use odata_parse::parse_filter;
pub use pull_query::PullQuery;
pub use purge::purge;
pub use query::{Ordering, Query};
pub use refusal::{CallError, Refusal};
pub use table::{Source, Table, TableColumn};
pub use tables::{Tables, define};
pub use wire::{etag_of, version_of};
