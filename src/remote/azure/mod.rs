//! Azure Mobile Apps and its successors: their tables, their values, their queries, their protocol.
//!
//! A table is a soup whose entries keep the rules of column types ([`column`]); a query crosses from JavaScript as
//! OData v2 text and is read once ([`parse_filter`]); calls to a backend are made by a [`Client`].

pub mod cell;
mod client;
pub mod column;
mod error;
mod expression;
mod fields;
mod id;
mod instant;
mod number;
mod odata_lex;
mod odata_parse;
mod refusal;
pub mod wire;

pub use cell::{Cell, Record};
pub use client::{Call, Client, Session};
pub use column::{ColumnType, Kind};
pub use error::Error;
pub use expression::{Arithmetic, Comparison, Expression, Function, Literal};
pub use fields::{field_text, own_fields};
pub use id::Id;
pub use instant::Instant;
pub use odata_parse::parse_filter;
pub use refusal::{CallError, Refusal};
pub use wire::{etag_of, version_of};
