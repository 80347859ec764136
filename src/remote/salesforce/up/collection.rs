//! Up to 200 records of one kind in one call, and up to 2,000 read in one.

use super::super::rest::{Call, Rest};
use super::super::{Error, Result, record};
use super::{Ids, Op, Outcome, Verb, first_error, id_of};
use crate::json::{self, quoted};
use crate::remote::transport::{Method, encode};
use std::collections::BTreeMap;

/// How many records one call reads.
const READ_AT_ONCE: usize = 2000;

/// Sends operations of one kind in one call.
pub(super) async fn send(rest: &Rest, ops: &[Op], ids: &Ids) -> Result<Vec<Outcome>> {
    let Some(first) = ops.first() else { return Ok(Vec::new()) };
    let (method, path, body) = match (first.verb, &first.key) {
        (Verb::Delete | Verb::Forget, _) => {
            let ids: Vec<&str> = ops.iter().map(|op| op.id.as_str()).collect();
            (Method::Delete, format!("composite/sobjects?allOrNone=false&ids={}", encode(&ids.join(","))), None)
        }
        (Verb::Update, _) => (Method::Patch, "composite/sobjects".to_owned(), Some(records(ops, ids))),
        (Verb::Upsert, Some((field, _))) => {
            let path = format!("composite/sobjects/{}/{}", encode(&first.object), encode(field));
            (Method::Patch, path, Some(records(ops, ids)))
        }
        (Verb::Create | Verb::Upsert, _) => (Method::Post, "composite/sobjects".to_owned(), Some(records(ops, ids))),
    };
    let answer = rest.read(Call { method, path: &path, body, header: None }).await?;
    let unreadable = |error: json::Error| Error::Unreadable(error.to_string());
    let results: Vec<Outcome> =
        json::items(&answer).and_then(|items| items.into_iter().map(outcome).collect()).map_err(unreadable)?;
    if results.len() == ops.len() {
        return Ok(results);
    }
    Err(Error::Unreadable("the org did not answer for each record".to_owned()))
}

fn records(ops: &[Op], ids: &Ids) -> String {
    let record = |op: &Op| {
        let mut first = vec![("attributes", format!("{{\"type\":{}}}", quoted(&op.object)))];
        if op.verb == Verb::Update {
            first.push(("id", quoted(&op.id)));
        }
        if let Some((field, value)) = &op.key {
            first.push((field, quoted(value)));
        }
        op.body(&first, ids)
    };
    let records: Vec<_> = ops.iter().map(record).collect();
    format!("{{\"allOrNone\":false,\"records\":{}}}", json::array(&records))
}

/// What the result for one record means.
fn outcome(text: &str) -> json::Result<Outcome> {
    let fields = json::fields(text)?;
    if fields.truth("success")? {
        return Ok(Outcome::Done(id_of(&fields)));
    }
    let errors = fields.given("errors").unwrap_or("[]");
    let first = first_error(errors);
    let code = json::fields(&first).ok().and_then(|error| record::text(&error, "statusCode"));
    Ok(match code.as_deref() {
        Some("INVALID_CROSS_REFERENCE_KEY" | "ENTITY_IS_DELETED") => Outcome::Gone,
        _ => Outcome::Refused(first),
    })
}

/// Those of some records that the org has, with some fields.
pub(in super::super) async fn retrieve(
    rest: &Rest,
    object: &str,
    ids: &[String],
    fields: &[String],
) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for ids in ids.chunks(READ_AT_ONCE) {
        let list = |texts: &[String]| json::array(&texts.iter().map(|text| quoted(text)).collect::<Vec<_>>());
        let body = format!("{{\"ids\":{},\"fields\":{}}}", list(ids), list(fields));
        let answer = rest.post(&format!("composite/sobjects/{}", encode(object)), body).await?;
        let records = json::items(&answer).map_err(|error| Error::Unreadable(error.to_string()))?;
        found.extend(records.into_iter().filter(|text| *text != "null").map(str::to_owned));
    }
    Ok(found)
}

/// When the org's records were changed last, by their objects and ids.
pub(super) async fn stamps(rest: &Rest, ops: &[&Op]) -> Result<BTreeMap<(String, String), String>> {
    let mut wanted: BTreeMap<(&str, &str, &str), Vec<String>> = BTreeMap::new();
    for op in ops {
        let key = (op.object.as_str(), op.place.id_field.as_str(), op.place.stamp_field.as_str());
        wanted.entry(key).or_default().push(op.id.clone());
    }
    let mut found = BTreeMap::new();
    for ((object, id, stamp), ids) in wanted {
        for text in retrieve(rest, object, &ids, &[id.to_owned(), stamp.to_owned()]).await? {
            let fields = json::fields(&text)?;
            if let (Some(id), Some(stamp)) = (record::text(&fields, id), record::text(&fields, stamp)) {
                found.insert((object.to_owned(), id), stamp);
            }
        }
    }
    Ok(found)
}
