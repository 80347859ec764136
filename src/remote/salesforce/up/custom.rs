//! A target of the app's own making: it is called for each record.

use super::super::Result;
use super::super::custom::Customs;
use super::{Ids, Op, Outcome, Verb, id_of};
use crate::json::{self, quoted};
use std::collections::BTreeMap;

/// Calls the target for each operation. An answer is the new id, or `{ id }`, `{ gone: true }` or `{ error }`.
pub(super) async fn send(
    customs: &dyn Customs,
    name: &str,
    target: &str,
    ops: &[Op],
    ids: &Ids,
) -> Result<Vec<Outcome>> {
    let mut outcomes = Vec::new();
    for op in ops {
        let (object, id, fields) = (quoted(&op.object), quoted(&op.id), op.body(&[], ids));
        let (method, arguments) = match op.verb {
            Verb::Create | Verb::Upsert => ("createOnServer", format!("[{object},{},{target}]", whole(op, &fields))),
            Verb::Update => ("updateOnServer", format!("[{object},{id},{fields},{target}]")),
            Verb::Delete | Verb::Forget => ("deleteOnServer", format!("[{object},{id},{target}]")),
        };
        outcomes.push(outcome(&customs.call(name, method, arguments).await?));
    }
    Ok(outcomes)
}

/// The fields with the external id, which is no other call here.
fn whole(op: &Op, fields: &str) -> String {
    let Some((field, value)) = &op.key else { return fields.to_owned() };
    super::super::record::with(fields, &[(field, Some(quoted(value)))]).unwrap_or_else(|_| fields.to_owned())
}

fn outcome(answer: &str) -> Outcome {
    if let Ok(id) = json::text(answer) {
        return Outcome::Done(Some(id.into_owned()));
    }
    let Ok(fields) = json::fields(answer) else { return Outcome::Done(None) };
    match fields.given("error") {
        Some(error) => {
            Outcome::Refused(json::lossy_text(error).map_or_else(|| error.to_owned(), |text| text.into_owned()))
        }
        None if fields.get("gone") == Some("true") => Outcome::Gone,
        None => Outcome::Done(id_of(&fields)),
    }
}

/// When the records were changed last, as the target says.
pub(super) async fn stamps(
    customs: &dyn Customs,
    name: &str,
    target: &str,
    ops: &[&Op],
) -> Result<BTreeMap<(String, String), String>> {
    let mut found = BTreeMap::new();
    for op in ops {
        let arguments = format!("[{},{},{target}]", quoted(&op.object), quoted(&op.id));
        let answer = customs.call(name, "fetchLastModifiedDate", arguments).await?;
        // One that does not say so lets every record go.
        let stamp = json::text(&answer).map_or_else(|_| String::new(), |text| text.into_owned());
        found.insert((op.object.clone(), op.id.clone()), stamp);
    }
    Ok(found)
}
