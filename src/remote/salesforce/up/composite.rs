//! One call a record; or up to 25 of those in one composite call, where later ones may name what earlier ones create.

use super::super::rest::{Call, Rest};
use super::super::{Error, Result};
use super::{Ids, Op, Outcome, Verb, first_error, id_of};
use crate::json::{self, quoted};
use crate::remote::transport::{Method, encode};

/// The call for an operation.
fn call(op: &Op, ids: &Ids) -> (Method, String, Option<String>) {
    let object = encode(&op.object);
    let id = encode(ids.get(&op.id).unwrap_or(&op.id));
    let body = || Some(op.body(&[], ids));
    match (op.verb, &op.key) {
        (Verb::Upsert, Some((field, value))) => {
            (Method::Patch, format!("sobjects/{object}/{}/{}", encode(field), encode(value)), body())
        }
        (Verb::Update, _) => (Method::Patch, format!("sobjects/{object}/{id}"), body()),
        (Verb::Delete | Verb::Forget, _) => (Method::Delete, format!("sobjects/{object}/{id}"), None),
        (Verb::Create | Verb::Upsert, _) => (Method::Post, format!("sobjects/{object}"), body()),
    }
}

/// What an answer to such a call means.
fn outcome(status: u16, body: &str) -> Option<Outcome> {
    match status {
        200..300 => Some(Outcome::Done(json::fields(body).ok().and_then(|fields| id_of(&fields)))),
        404 => Some(Outcome::Gone),
        _ => None,
    }
}

/// Sends operations in calls of their own.
pub(super) async fn one_by_one(rest: &Rest, ops: &[Op], ids: &Ids) -> Result<Vec<Outcome>> {
    let mut outcomes = Vec::new();
    for op in ops {
        let (method, path, body) = call(op, ids);
        let answer = rest.send(Call { method, path: &path, body, header: None }).await?;
        let known = outcome(answer.status, &answer.body);
        // What concerns the session or the org as a whole is no fault of the record.
        if known.is_none() && (matches!(answer.status, 401 | 403) || answer.status >= 500) {
            return Err(Error::Refused { status: answer.status, body: answer.body });
        }
        if op.verb == Verb::Create && known == Some(Outcome::Done(None)) {
            return Err(Error::Unreadable("a created record has no id".to_owned()));
        }
        outcomes.push(known.unwrap_or(Outcome::Refused(answer.body)));
    }
    Ok(outcomes)
}

/// Sends operations in one composite call.
pub(super) async fn send(rest: &Rest, ops: &[Op], ids: &Ids) -> Result<Vec<Outcome>> {
    let base = rest.base().await?;
    let mut known = ids.clone();
    let mut requests = Vec::new();
    for (number, op) in ops.iter().enumerate() {
        let (method, path, body) = call(op, &known);
        let url = quoted(&format!("{base}/{path}"));
        let reference = format!("r{number}");
        let mut fields = vec![("method", quoted(method.name())), ("url", url), ("referenceId", quoted(&reference))];
        fields.extend(body.map(|body| ("body", body)));
        requests.push(json::object(fields.into_iter()));
        if matches!(op.verb, Verb::Create | Verb::Upsert) {
            known.insert(op.id.clone(), format!("@{{{reference}.id}}"));
        }
    }
    let body = format!("{{\"allOrNone\":false,\"compositeRequest\":{}}}", json::array(&requests));
    let answer = rest.post("composite", body).await?;
    let unreadable = |error: json::Error| Error::Unreadable(error.to_string());
    let fields = json::fields(&answer).map_err(unreadable)?;
    let answers = json::items(fields.need("compositeResponse").map_err(unreadable)?).map_err(unreadable)?;
    let mut outcomes = vec![None; ops.len()];
    for text in answers {
        let fields = json::fields(text).map_err(unreadable)?;
        let number = fields.given_text("referenceId").map_err(unreadable)?;
        let place = number.and_then(|name| outcomes.get_mut(name.strip_prefix('r')?.parse::<usize>().ok()?));
        let status = fields.given("httpStatusCode").and_then(|status| status.parse().ok()).unwrap_or(0);
        let body = fields.get("body").unwrap_or("null");
        if let Some(place) = place {
            *place = Some(outcome(status, body).unwrap_or_else(|| Outcome::Refused(first_error(body))));
        }
    }
    let all: Option<Vec<Outcome>> = outcomes.into_iter().collect();
    all.ok_or_else(|| Error::Unreadable("the org did not answer for each record".to_owned()))
}
