//! What backends that speak of JSON records over HTTP have in common: where a row's parts lie, how an entry is made of
//! it, and what an answer means.

mod exchange;
mod form;
mod layout;
mod path;
mod records;
mod settings;
mod template;

#[cfg(test)]
pub(super) mod testing;

pub use exchange::{Credentials, Exchange, Open, failure, outcome};
pub use form::RecordForm;
pub use layout::{Layout, newest, plain};
pub use path::Path;
pub use records::{RecordBackend, Wire, unknown_soup};
pub use settings::{settings, show};
pub use template::{BodyTemplate, UrlTemplate, encode, with_parameter};
