//! One thing that the org says of an object, kept as one record: its layout, or its description.

use super::super::Result;
use super::super::store::Held;
use super::{Ask, Down, Page, Place};
use crate::json::{self, Fields, quoted};
use crate::remote::transport::encode;
use futures::future::{FutureExt, LocalBoxFuture};
use std::collections::BTreeSet;

pub(super) struct Single {
    path: String,
    id: String,
    place: Place,
}

impl Single {
    /// The layout of an object for a form factor, a type of layout and a mode.
    pub(super) fn layout(fields: &Fields<'_>, place: Place) -> Result<Self> {
        let object = fields.text("sobjectType")?;
        let mut path = format!("ui-api/layout/{}", encode(&object));
        let mut id = object;
        for name in ["formFactor", "layoutType", "mode", "recordTypeId"] {
            let value = fields.given_text(name)?;
            if let Some(value) = &value {
                let separator = if path.contains('?') { '&' } else { '?' };
                path.push_str(&format!("{separator}{name}={}", encode(value)));
            }
            // The original writes what is left out so.
            id.push_str(&format!("-{}", value.as_deref().unwrap_or("null")));
        }
        Ok(Self { path, id, place })
    }

    /// The description of an object.
    pub(super) fn metadata(fields: &Fields<'_>, place: Place) -> Result<Self> {
        let id = fields.text("sobjectType")?;
        Ok(Self { path: format!("sobjects/{}/describe", encode(&id)), id, place })
    }
}

impl Down for Single {
    fn places(&self) -> Vec<Place> {
        vec![self.place.clone()]
    }

    fn fetch<'a>(&'a self, ask: &'a Ask, _: i64) -> LocalBoxFuture<'a, Result<Page>> {
        async {
            let answer = ask.rest.get(&self.path).await?;
            let id = quoted(&self.id);
            let fields = json::fields(&answer)?;
            let kept = fields.0.iter().map(|(name, value)| (&**name, *value));
            let own = [(self.place.id_field.as_str(), id.as_str())];
            Ok(Page::whole(vec![json::object(own.into_iter().chain(kept))]))
        }
        .boxed_local()
    }

    fn more<'a>(&'a self, _: &'a Ask, _: String) -> LocalBoxFuture<'a, Result<Page>> {
        async { Ok(Page::default()) }.boxed_local()
    }

    fn remaining<'a>(&'a self, _: &'a Ask, _: &'a [Vec<Held>]) -> LocalBoxFuture<'a, Result<Vec<BTreeSet<String>>>> {
        async { Ok(vec![BTreeSet::from([self.id.clone()])]) }.boxed_local()
    }
}
