//! One local change that waits for its backend, and how a further change of the same record joins it.

use super::Error;

/// What was done to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// The record is new.
    Insert,
    /// The record was there before.
    Update,
    /// The record is gone.
    Delete,
}

impl Action {
    /// `insert`, `update` or `delete`: as the queue stores it and applications read it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }

    /// The action that an application names, `del` being another word for `delete`.
    ///
    /// # Errors
    /// [`Error::UnknownAction`] for any other word.
    pub fn parse(name: &str) -> Result<Self, Error> {
        match name {
            "insert" => Ok(Self::Insert),
            "update" => Ok(Self::Update),
            "delete" | "del" => Ok(Self::Delete),
            other => Err(Error::UnknownAction(other.to_owned())),
        }
    }
}

impl std::fmt::Display for Action {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Which record of which table.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RecordKey {
    /// The table, as the backend calls it.
    pub table: String,
    /// The record's id in that table.
    pub id: String,
}

impl RecordKey {
    /// The record `id` of `table`.
    pub fn new(table: impl Into<String>, id: impl Into<String>) -> Self {
        Self { table: table.into(), id: id.into() }
    }
}

/// An operation's number: ever rising, never given twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OperationId(pub i64);

/// Whether an operation may still be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Not under way: a further change of the record joins it.
    Waiting,
    /// Under way, or sent without an answer: what was sent is fixed, and a further change is an operation of its own.
    Sending,
}

/// One entry of the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// Its number, which is its place in the queue.
    pub id: OperationId,
    /// The record it is about.
    pub key: RecordKey,
    /// What is to be done.
    pub action: Action,
    /// The version that the change was based on, where the backend has versions.
    pub version: Option<String>,
    /// Whether it is under way.
    pub state: State,
    /// How often it has been sent.
    pub attempts: u32,
    /// What went wrong the last time.
    pub last_error: Option<String>,
    /// Whether an attempt ended without an answer, so that the backend may have applied it all the same.
    pub in_doubt: bool,
    /// How often it failed by its own or the backend's fault since it was queued or sent again by hand.
    pub failures: u32,
    /// Whether it is set aside.
    pub dead: bool,
}

/// The newest operation of a record, as a further change finds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pending {
    /// What it will do.
    pub action: Action,
    /// Whether it may still be changed.
    pub state: State,
}

/// What becomes of the queue when a record changes again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The change is queued as an operation of its own.
    Add,
    /// The pending operation says it already.
    Keep,
    /// The pending operation becomes this one.
    Become(Action),
    /// The two undo each other: the pending operation goes.
    Remove,
}

/// How the change `new` of the record `key` joins the record's newest operation.
///
/// The table is that of Azure's sync context (Azure spec, Operation queue); the conformance cases
/// `tests/conformance/collapse.json` are it as data.
///
/// # Errors
/// [`Error::RecordExists`] for an insert of what is there, [`Error::DeletePending`] for a change of what is deleted.
pub fn collapse(key: &RecordKey, pending: Option<Pending>, new: Action) -> Result<Decision, Error> {
    let Some(pending) = pending else { return Ok(Decision::Add) };
    let joined = match (pending.action, new) {
        (Action::Insert | Action::Update, Action::Insert) => return Err(Error::RecordExists(key.clone())),
        (Action::Delete, Action::Insert | Action::Update) => return Err(Error::DeletePending(new)),
        (Action::Insert | Action::Update, Action::Update) | (Action::Delete, Action::Delete) => Decision::Keep,
        (Action::Insert, Action::Delete) => Decision::Remove,
        (Action::Update, Action::Delete) => Decision::Become(Action::Delete),
    };
    Ok(match pending.state {
        State::Waiting => joined,
        State::Sending => Decision::Add,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn name(outcome: Result<Decision, Error>) -> String {
        match outcome {
            Ok(Decision::Add) => "add".into(),
            Ok(Decision::Keep) => "keep".into(),
            Ok(Decision::Become(action)) => format!("become {action}"),
            Ok(Decision::Remove) => "remove".into(),
            Err(error) => format!("error: {error}"),
        }
    }

    #[test]
    fn the_collapse_table_holds() {
        let cases: Vec<Value> = serde_json::from_str(include_str!("../../tests/conformance/collapse.json")).unwrap();
        let mut seen = std::collections::HashSet::new();
        for case in &cases {
            let state = if case["sending"] == true { State::Sending } else { State::Waiting };
            let action = |field: &str| case[field].as_str().map(|name| Action::parse(name).unwrap());
            let pending = action("pending").map(|action| Pending { action, state });
            let new = action("new").unwrap();
            assert!(seen.insert((pending.map(|p| (p.action, p.state)), new)), "twice: {case}");
            assert_eq!(name(collapse(&RecordKey::new("T", "x"), pending, new)), case["result"], "{case}");
        }
        assert_eq!(seen.len(), 3 + 3 * 3 * 2, "every pair, waiting and sending");
    }

    #[test]
    fn an_unknown_action_is_named() {
        assert_eq!(Action::parse("merge").unwrap_err().to_string(), "Action merge not supported.");
        assert_eq!(Action::parse("del").unwrap(), Action::Delete);
    }
}
