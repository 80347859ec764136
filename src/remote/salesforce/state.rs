//! The states of syncs, in the soup `syncs_soup`, as the original lays them out (Mobile Sync spec, State).

use super::{Error, Result};
use crate::database::Transaction;
use crate::json::{self, quoted};
use crate::platform;
use crate::soup::{EntryId, IndexSpec, IndexType, Soup, registry};
use rusqlite::Connection;
use std::fmt::Write as _;

/// The soup of the states.
pub const SYNCS_SOUP: &str = "syncs_soup";

/// Which way records go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// From the org.
    Down,
    /// To the org.
    Up,
}

/// How a sync stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It never ran.
    New,
    /// It was stopped, or broke off with its page.
    Stopped,
    /// It is under way.
    Running,
    /// It came to its end.
    Done,
    /// It met an error.
    Failed,
}

const STATUSES: [(&str, Status); 5] = [
    ("NEW", Status::New),
    ("STOPPED", Status::Stopped),
    ("RUNNING", Status::Running),
    ("DONE", Status::Done),
    ("FAILED", Status::Failed),
];

/// What happens to a record that was changed on the other side, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MergeMode {
    /// This side's takes its place.
    Overwrite,
    /// It stays.
    LeaveIfChanged,
}

/// A sync: what it does, and how it stands.
#[derive(Debug, Clone)]
pub struct State {
    /// Its number.
    pub id: i64,
    /// Which way records go.
    pub kind: Kind,
    /// Its name, if it has one.
    pub name: Option<String>,
    /// The JSON of its target.
    pub target: String,
    /// The JSON of its options.
    pub options: String,
    /// The soup that it fills or empties.
    pub soup: String,
    /// How it stands.
    pub status: Status,
    /// How far it has come, in percent.
    pub progress: i64,
    /// How many records there are to do; -1 until it is known.
    pub total: i64,
    /// When the newest record that it has was changed, in milliseconds since 1970; -1 when it has none.
    pub stamp: i64,
    /// When it was started last, in milliseconds since 1970.
    pub started: i64,
    /// When it came to its end.
    pub ended: i64,
    /// Why it failed.
    pub error: String,
    /// How many records the org refused; they have the reason in `__last_error__`.
    pub failed: i64,
    /// Since when deletions in the org have not been looked at, in milliseconds since 1970; -1 when nobody knows.
    pub ghosts_since: i64,
    /// The entries, by their soups, that were sent to be created without an external id, and had no answer yet.
    pub in_flight: Vec<(String, i64)>,
}

impl State {
    /// A sync that never ran.
    pub fn new(kind: Kind, target: &str, soup: &str, options: &str, name: Option<&str>) -> Self {
        Self {
            id: -1,
            kind,
            name: name.map(str::to_owned),
            target: target.to_owned(),
            options: options.to_owned(),
            soup: soup.to_owned(),
            status: Status::New,
            progress: 0,
            total: -1,
            stamp: -1,
            started: 0,
            ended: 0,
            error: String::new(),
            failed: 0,
            ghosts_since: -1,
            in_flight: Vec::new(),
        }
    }

    /// What its options say of records that were changed on both sides.
    ///
    /// # Errors
    /// Options without a merge mode, or with one that is none.
    pub fn merge_mode(&self) -> Result<MergeMode> {
        let options = json::fields(&self.options)?;
        match options.given_text("mergeMode")?.as_deref() {
            Some("OVERWRITE") => Ok(MergeMode::Overwrite),
            Some("LEAVE_IF_CHANGED") => Ok(MergeMode::LeaveIfChanged),
            _ => Err(Error::Target("options.mergeMode is OVERWRITE or LEAVE_IF_CHANGED.".to_owned())),
        }
    }

    /// The fields that its options name, if they name some.
    ///
    /// # Errors
    /// Something else than an array of strings.
    pub fn fieldlist(&self) -> Result<Option<Vec<String>>> {
        Ok(json::fields(&self.options)?.given("fieldlist").map(json::texts).transpose()?)
    }

    /// Notes that it begins.
    pub(super) fn begin(&mut self) {
        self.status = Status::Running;
        self.started = platform::now_ms();
        self.ended = 0;
        self.total = -1;
        self.progress = 0;
        self.failed = 0;
        self.error.clear();
    }

    /// Notes that it ended so.
    pub(super) fn end(&mut self, status: Status, error: &str) {
        self.status = status;
        self.ended = platform::now_ms();
        error.clone_into(&mut self.error);
        if status == Status::Done {
            self.progress = 100;
        }
    }

    /// Its JSON.
    pub fn text(&self) -> String {
        let mut json = String::from("{");
        if self.id >= 0 {
            let _ = write!(json, "\"_soupEntryId\":{},", self.id);
        }
        let kind = if self.kind == Kind::Down { "syncDown" } else { "syncUp" };
        let _ = write!(json, "\"type\":\"{kind}\"");
        if let Some(name) = &self.name {
            let _ = write!(json, ",\"name\":{}", quoted(name));
        }
        let status = STATUSES.iter().find(|(_, status)| *status == self.status).map_or("", |(name, _)| name);
        let _ = write!(
            json,
            ",\"target\":{},\"options\":{},\"soupName\":{},\"status\":\"{status}\"",
            self.target,
            self.options,
            quoted(&self.soup)
        );
        for (name, number) in [
            ("progress", self.progress),
            ("totalSize", self.total),
            ("maxTimeStamp", self.stamp),
            ("startTime", self.started),
            ("endTime", self.ended),
            ("failed", self.failed),
            ("__ghosts_since__", self.ghosts_since),
        ] {
            let _ = write!(json, ",\"{name}\":{number}");
        }
        let in_flight: Vec<_> = self.in_flight.iter().map(|(soup, id)| format!("[{},{id}]", quoted(soup))).collect();
        let _ = write!(json, ",\"error\":{},\"__in_flight__\":{}}}", quoted(&self.error), json::array(&in_flight));
        json
    }

    /// Reads a state.
    fn parse(id: EntryId, text: &str) -> Result<Self> {
        let fields = json::fields(text)?;
        let status = fields.text("status")?;
        let number = |name: &str, other: i64| fields.given(name).and_then(|text| text.parse().ok()).unwrap_or(other);
        let in_flight = fields.given("__in_flight__").map_or_else(|| Ok(Vec::new()), json::items)?;
        let entry = |pair: &str| match json::items(pair).ok()?.as_slice() {
            [soup, id] => Some((json::text(soup).ok()?.into_owned(), id.parse().ok()?)),
            _ => None,
        };
        Ok(Self {
            id: id.0,
            kind: if fields.text("type")? == "syncUp" { Kind::Up } else { Kind::Down },
            name: fields.given_text("name")?,
            target: fields.given("target").unwrap_or("{}").to_owned(),
            options: fields.given("options").unwrap_or("{}").to_owned(),
            soup: fields.text("soupName")?,
            status: STATUSES.iter().find(|(name, _)| *name == status).map_or(Status::Failed, |(_, status)| *status),
            progress: number("progress", 0),
            total: number("totalSize", -1),
            stamp: number("maxTimeStamp", -1),
            started: number("startTime", 0),
            ended: number("endTime", 0),
            error: fields.given_text("error")?.unwrap_or_default(),
            failed: number("failed", 0),
            ghosts_since: number("__ghosts_since__", -1),
            in_flight: in_flight.into_iter().filter_map(entry).collect(),
        })
    }

    /// Stores it: a new one gets its number. Tells whether it is still there: it may have been deleted meanwhile.
    pub(super) fn save(&mut self, tx: &Transaction<'_>) -> Result<bool> {
        let id = (self.id >= 0).then_some(EntryId(self.id));
        let stored = Soup::open(tx, SYNCS_SOUP)?.put(tx, id, &self.text())?;
        self.id = stored.as_ref().map_or(self.id, |stored| stored.id.0);
        Ok(stored.is_some())
    }
}

/// What a call says of which sync it means: its number, or its name.
#[derive(Debug, Clone)]
pub enum Which {
    /// Its number.
    Id(i64),
    /// Its name.
    Name(String),
}

/// Makes the soup of states in a store that has none.
pub(super) fn prepare(tx: &Transaction<'_>) -> Result<()> {
    let specs = ["type", "name", "status"].map(|path| IndexSpec::new(path, IndexType::Json1));
    Ok(registry::register(tx, SYNCS_SOUP, &specs)?)
}

/// The state of a sync, if there is one.
///
/// # Errors
/// A state that cannot be read.
pub fn find(conn: &Connection, which: &Which) -> Result<Option<State>> {
    if !registry::exists(conn, SYNCS_SOUP)? {
        return Ok(None);
    }
    let soup = Soup::open(conn, SYNCS_SOUP)?;
    let stored = match which {
        Which::Id(id) => soup.get(conn, EntryId(*id))?,
        Which::Name(name) => soup.find(conn, "name", name)?,
    };
    stored.map(|stored| State::parse(stored.id, &stored.json)).transpose()
}

/// The states of all syncs, the oldest first.
pub(super) fn all(conn: &Connection) -> Result<Vec<State>> {
    let soup = Soup::open(conn, SYNCS_SOUP)?;
    let mut statement =
        conn.prepare_cached(&format!("SELECT id, soup FROM {} ORDER BY id", soup.table())).map_err(sql)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?))).map_err(sql)?;
    rows.map(|row| row.map_err(sql).and_then(|(id, text)| State::parse(id, &text))).collect()
}

/// What SQLite says, as an error of this room.
pub(super) fn sql(error: rusqlite::Error) -> Error {
    crate::database::Error::from(error).into()
}
