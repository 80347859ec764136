//! Delta tokens: up to where a query's rows have been pulled.
//!
//! A token belongs to one query of one table of one backend. Positions are texts, so that nothing is rounded. What else
//! a token says, and why, is told in [`super::cursor`].

use super::Error;
use rusqlite::{Connection, OptionalExtension, Row, params};

/// How far the rows at a token's position are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// They are being read, and more may appear there meanwhile.
    Reading,
    /// They are being read, and no more can appear.
    ReadingClosed,
    /// All were read, but more may have appeared since.
    Open,
    /// All were read, and no more can appear.
    Closed,
}

impl Stage {
    fn as_str(self) -> &'static str {
        match self {
            Self::Reading => "reading",
            Self::ReadingClosed => "reading-closed",
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }

    fn parse(name: &str) -> Self {
        match name {
            "reading-closed" => Self::ReadingClosed,
            "open" => Self::Open,
            "closed" => Self::Closed,
            // The most careful reading, for a name of some later version.
            _ => Self::Reading,
        }
    }
}

/// Up to where a query's rows have been pulled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The position of the last row.
    pub position: String,
    /// The last row's id.
    pub last_id: String,
    /// How many rows were read at this position.
    pub ties: u64,
    /// When the position was first seen, in milliseconds of this device's clock.
    pub seen_ms: i64,
    /// How far the rows at this position are known.
    pub stage: Stage,
}

/// Whose token it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenKey {
    /// The backend's scope.
    pub scope: String,
    /// The table.
    pub table: String,
    /// The name that the application gave the query.
    pub query_id: String,
}

const TABLE: &str = r#"
CREATE TABLE IF NOT EXISTS sync_token (
    scope TEXT NOT NULL, "table" TEXT NOT NULL, queryId TEXT NOT NULL,
    position TEXT NOT NULL, lastId TEXT NOT NULL, ties INTEGER NOT NULL, seenMs INTEGER NOT NULL, stage TEXT NOT NULL,
    PRIMARY KEY (scope, "table", queryId)
) WITHOUT ROWID"#;
const LOAD: &str = r#"
SELECT position, lastId, ties, seenMs, stage FROM sync_token WHERE scope = ? AND "table" = ? AND queryId = ?"#;
const SAVE: &str = r#"
INSERT OR REPLACE INTO sync_token (scope, "table", queryId, position, lastId, ties, seenMs, stage)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)"#;
const FORGET: &str = r#"DELETE FROM sync_token WHERE scope = ? AND "table" = ? AND queryId = ?"#;
const FORGET_TABLE: &str = r#"DELETE FROM sync_token WHERE scope = ? AND "table" = ?"#;

/// Makes the table of tokens, if it is not there.
///
/// # Errors
/// Those of the store.
pub fn prepare(transaction: &Connection) -> Result<(), Error> {
    Ok(transaction.execute_batch(TABLE)?)
}

/// The token of a query, if it was ever pulled.
///
/// # Errors
/// Those of the store.
pub fn load(connection: &Connection, key: &TokenKey) -> Result<Option<Token>, Error> {
    let mut statement = connection.prepare_cached(LOAD)?;
    Ok(statement.query_row(params![key.scope, key.table, key.query_id], read).optional()?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Token> {
    Ok(Token {
        position: row.get(0)?,
        last_id: row.get(1)?,
        ties: row.get::<_, i64>(2)?.unsigned_abs(),
        seen_ms: row.get(3)?,
        stage: Stage::parse(&row.get::<_, String>(4)?),
    })
}

/// Sets the token of a query.
///
/// # Errors
/// Those of the store.
pub fn save(transaction: &Connection, key: &TokenKey, token: &Token) -> Result<(), Error> {
    let ties = i64::try_from(token.ties).unwrap_or(i64::MAX);
    transaction.prepare_cached(SAVE)?.execute(params![
        key.scope,
        key.table,
        key.query_id,
        token.position,
        token.last_id,
        ties,
        token.seen_ms,
        token.stage.as_str()
    ])?;
    Ok(())
}

/// Forgets the token of one query, which the next pull then lists from its beginning.
///
/// # Errors
/// Those of the store.
pub fn forget(transaction: &Connection, key: &TokenKey) -> Result<(), Error> {
    transaction.prepare_cached(FORGET)?.execute(params![key.scope, key.table, key.query_id])?;
    Ok(())
}

/// Forgets the tokens of all queries of a table.
///
/// # Errors
/// Those of the store.
pub fn forget_table(transaction: &Connection, scope: &str, table: &str) -> Result<(), Error> {
    transaction.prepare_cached(FORGET_TABLE)?.execute(params![scope, table])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(table: &str, query_id: &str) -> TokenKey {
        TokenKey { scope: "cloud".into(), table: table.into(), query_id: query_id.into() }
    }

    fn token(position: &str, stage: Stage) -> Token {
        Token { position: position.into(), last_id: "b".into(), ties: 2, seen_ms: 7, stage }
    }

    #[test]
    fn a_query_name_counts_within_its_table_only() {
        let store = Connection::open_in_memory().unwrap();
        prepare(&store).unwrap();
        prepare(&store).unwrap();
        let of_one = token("2024-01-01T00:00:00.1236000Z", Stage::Open);
        save(&store, &key("one", "all"), &of_one).unwrap();
        assert_eq!(load(&store, &key("two", "all")).unwrap(), None);
        for stage in [Stage::Reading, Stage::ReadingClosed, Stage::Open, Stage::Closed] {
            save(&store, &key("two", "all"), &token("9", stage)).unwrap();
            assert_eq!(load(&store, &key("two", "all")).unwrap().unwrap().stage, stage);
        }
        assert_eq!(load(&store, &key("one", "all")).unwrap(), Some(of_one), "digit for digit");
    }

    #[test]
    fn one_token_or_all_of_a_table_can_be_forgotten() {
        let store = Connection::open_in_memory().unwrap();
        prepare(&store).unwrap();
        for (table, query) in [("one", "a"), ("one", "b"), ("two", "a")] {
            save(&store, &key(table, query), &token("1", Stage::Closed)).unwrap();
        }
        forget(&store, &key("one", "a")).unwrap();
        assert_eq!(load(&store, &key("one", "a")).unwrap(), None);
        assert!(load(&store, &key("one", "b")).unwrap().is_some());
        forget_table(&store, "cloud", "one").unwrap();
        assert_eq!(load(&store, &key("one", "b")).unwrap(), None);
        assert!(load(&store, &key("two", "a")).unwrap().is_some());
    }
}
