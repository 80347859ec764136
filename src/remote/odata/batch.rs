//! Several changes in one request: OData's batch of JSON.

use crate::json;
use crate::remote::provider::failure;
use crate::remote::transport::{Headers, Request, Response};
use crate::sync::backend::{BackendError, Fault};

/// The body of a batch of `requests`, whose addresses lie below the service root. None of them waits for another.
pub(super) fn body(requests: &[Request]) -> String {
    let parts: Vec<_> = requests.iter().enumerate().map(|(place, request)| part(place, request)).collect();
    format!(r#"{{"requests":{}}}"#, json::array(&parts))
}

fn part(place: usize, request: &Request) -> String {
    let headers: Vec<_> = request.headers.iter().map(|(name, value)| (name, json::quoted(value))).collect();
    let fields = [
        ("id", json::quoted(&place.to_string())),
        ("method", json::quoted(request.method.name())),
        ("url", json::quoted(&request.url)),
        ("headers", json::object(headers.into_iter())),
    ];
    json::object(fields.into_iter().chain(request.body.clone().map(|body| ("body", body))))
}

/// The answers of a batch, in the order of its requests, which need not be that of the text.
pub(super) fn answers(count: usize, answer: Result<Response, BackendError>) -> Vec<Result<Response, BackendError>> {
    let parsed = answer.and_then(|answer| {
        if !(200..300).contains(&answer.status) {
            return Err(failure(&answer));
        }
        let responses = json::fields(&answer.body).ok().and_then(|fields| json::items(fields.get("responses")?).ok());
        let responses = responses.ok_or_else(|| malformed("a batch's answer has no responses"))?;
        Ok(responses.into_iter().filter_map(read).collect::<Vec<_>>())
    });
    let of = |place: usize| match &parsed {
        Err(error) => Err(error.clone()),
        Ok(responses) => {
            let own = responses.iter().find(|(id, _)| *id == place.to_string());
            own.map(|(_, response)| response.clone()).ok_or_else(|| malformed("a batch left a change unanswered"))
        }
    };
    (0..count).map(of).collect()
}

fn read(text: &str) -> Option<(String, Response)> {
    let fields = json::fields(text).ok()?;
    let status = json::whole(fields.get("status")?).ok().and_then(|status| u16::try_from(status).ok())?;
    let mut headers = Headers::default();
    for (name, value) in fields.given("headers").and_then(|headers| json::fields(headers).ok()).unwrap_or_default().0 {
        if let Ok(value) = json::text(value) {
            headers.set(name, value);
        }
    }
    let body = fields.given("body").unwrap_or_default().to_owned();
    Some((fields.text("id").ok()?, Response { status, status_text: String::new(), headers, body }))
}

fn malformed(what: &str) -> BackendError {
    BackendError::coded(Fault::Malformed, "BAD_BATCH", what)
}
