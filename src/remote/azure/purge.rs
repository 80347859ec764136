//! Which records a purge takes out of the store.

use super::error::Error;
use super::query::Query;
use super::table::Table;
use crate::soup::Soup;
use crate::sync::{self, Force, Forget, Home, Matching, PurgeOptions};
use rusqlite::Connection;
use std::rc::Rc;

/// A purge of what `query` says of `table`. With a `query_id` only the pulls of that name begin anew. In a store of the
/// app's own making, `away` are the ids of the records that the query finds there.
///
/// # Errors
/// A query that names no column, or a filter that is none.
pub async fn purge(
    home: &Home,
    table: Rc<Table>,
    query: Query,
    force: Force,
    query_id: Option<String>,
    away: Vec<String>,
) -> Result<PurgeOptions, Error> {
    let name = table.name.clone();
    let matching = if is_all(&query) {
        Matching::All
    } else if matches!(home, Home::Away(_)) {
        let found = away.clone();
        Matching::Ids(Rc::new(move |_| Ok(found.clone())))
    } else {
        // Asked once before, so that a query which cannot be asked is told in its own words.
        home.read_newest(|connection| keys_of(connection, &table, &query)).await?;
        Matching::Ids(Rc::new(move |connection| {
            keys_of(connection, &table, &query).map_err(|error| sync::Error::Setting(error.to_string()))
        }))
    };
    Ok(PurgeOptions { table: name, matching, force, forget: query_id.map_or(Forget::All, Forget::Query), away })
}

fn is_all(query: &Query) -> bool {
    query.filter.as_deref().is_none_or(|filter| filter.trim().is_empty())
        && query.take.is_none()
        && query.skip.is_none_or(|skip| skip == 0)
}

fn keys_of(connection: &Connection, table: &Table, query: &Query) -> Result<Vec<String>, Error> {
    let soup = Soup::open(connection, &table.soup)?;
    let mut keys = Vec::new();
    for id in table.ids_matching(connection, query)? {
        keys.extend(soup.get(connection, id)?.and_then(|stored| table.key_of(&stored.json)));
    }
    Ok(keys)
}
