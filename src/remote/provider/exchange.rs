//! One request to a service and its answer: credentials, which stay with the service's own origin, and what a status
//! means.

use super::path::Path;
use crate::json;
use crate::platform;
use crate::remote::transport::{self, Request, Response, Transport};
use crate::sync::backend::{Answer, BackendError, Fault, Outcome, Refusal, Row};
use futures::future::{FutureExt, LocalBoxFuture, ready};
use std::rc::Rc;

/// How much of a server's own words is repeated.
const LONGEST_MESSAGE: usize = 200;

/// The headers that say who asks.
pub trait Credentials {
    /// The headers; `expired` if those of before were refused with 401, so that a token is to be fetched anew.
    fn headers(&self, expired: bool) -> LocalBoxFuture<'_, Result<Vec<(String, String)>, transport::Error>>;
}

/// Nobody asks in particular.
#[derive(Debug, Clone, Copy)]
pub struct Open;

impl Credentials for Open {
    fn headers(&self, _: bool) -> LocalBoxFuture<'_, Result<Vec<(String, String)>, transport::Error>> {
        ready(Ok(Vec::new())).boxed_local()
    }
}

/// The way to one service.
pub struct Exchange {
    transport: Rc<dyn Transport>,
    credentials: Rc<dyn Credentials>,
    base: String,
    origin: String,
}

impl Exchange {
    /// The way to the service at `base`, an absolute address.
    ///
    /// # Errors
    /// An address that is not of http or https.
    pub fn new(base: &str, transport: Rc<dyn Transport>, credentials: Rc<dyn Credentials>) -> Result<Self, String> {
        let base = base.trim_end_matches('/').to_owned();
        let host = base.strip_prefix("https://").or_else(|| base.strip_prefix("http://"));
        let host = host.filter(|host| !host.is_empty() && !host.contains(['@', '#', ' ', '\\'])).ok_or_else(|| {
            "url is the absolute address of the service, as in https://shop.example/api; no login stands in it"
                .to_owned()
        })?;
        let authority = host.split(['/', '?']).next().unwrap_or_default().len();
        let origin = base.get(..base.len() - host.len() + authority).unwrap_or_default().to_owned();
        Ok(Self { transport, credentials, base, origin })
    }

    /// An address below the service's, or one of its own that it gave itself.
    ///
    /// # Errors
    /// `FOREIGN_ADDRESS` for one of another origin: what it is sent might be credentials.
    pub fn address(&self, text: &str) -> Result<String, BackendError> {
        let own = |rest: &str| rest.is_empty() || rest.starts_with(['/', '?']);
        if text.contains("://") {
            return match text.strip_prefix(&*self.origin) {
                Some(rest) if own(rest) => Ok(text.to_owned()),
                _ => Err(BackendError::coded(
                    Fault::Refused,
                    "FOREIGN_ADDRESS",
                    format!(
                        "the service names an address of another origin than {}, which is not followed",
                        self.origin
                    ),
                )),
            };
        }
        if text.starts_with('/') || text.starts_with('?') || text.is_empty() {
            return Ok(format!("{}{text}", self.base));
        }
        Ok(format!("{}/{text}", self.base))
    }

    /// An address that the service gave, where one that begins with `/` begins at its origin.
    ///
    /// # Errors
    /// As of [`Exchange::address`].
    pub fn link(&self, text: &str) -> Result<String, BackendError> {
        if text.starts_with('/') && !text.starts_with("//") {
            return Ok(format!("{}{text}", self.origin));
        }
        self.address(text)
    }

    /// Sends a request with the credentials, once more with fresh ones if the first are refused.
    ///
    /// # Errors
    /// No answer, or one that is not the service's.
    pub async fn send(&self, request: Request) -> Result<Response, BackendError> {
        let answer = self.send_as(request.clone(), false).await?;
        let answer = if answer.status == 401 { self.send_as(request, true).await? } else { answer };
        let kind = answer.headers.get("content-type").unwrap_or_default();
        if answer.is_success() && kind.contains("html") {
            let what = "the answer is a web page and not the service's; a login page may stand before it";
            return Err(BackendError::coded(Fault::Unreachable, "NOT_THE_SERVICE", what));
        }
        if (300..400).contains(&answer.status) && answer.status != 304 {
            let what = "the service redirects, which is not followed: credentials could go elsewhere; set its new url";
            return Err(BackendError::coded(Fault::Unreachable, "REDIRECTED", what));
        }
        Ok(answer)
    }

    async fn send_as(&self, mut request: Request, expired: bool) -> Result<Response, BackendError> {
        for (name, value) in self.credentials.headers(expired).await.map_err(lost)? {
            request.headers.set(name, value);
        }
        self.transport.send(request).await.map_err(lost)
    }
}

fn lost(error: transport::Error) -> BackendError {
    let fault = match error {
        transport::Error::Invalid(_) => Fault::Refused,
        _ => Fault::Unreachable,
    };
    BackendError::coded(fault, error.code(), error.to_string())
}

/// What an answer to a change means; `done` makes the record of one that went well.
///
/// # Errors
/// A status that is neither success, nor conflict, nor of a record that is gone.
pub fn outcome(answer: &Response, done: impl FnOnce() -> Result<Option<Row>, BackendError>) -> Answer {
    let refusal = || {
        let message = failure(answer).message;
        Refusal { status: answer.status, message, server: None, complete: false, payload: None }
    };
    match answer.status {
        200..300 => done().map(Outcome::Done),
        404 | 410 => Ok(Outcome::Gone(refusal())),
        409 | 412 => Ok(Outcome::Conflict(refusal())),
        _ => Err(failure(answer)),
    }
}

/// The failure that an answer tells of.
pub fn failure(answer: &Response) -> BackendError {
    let words = ["$.error.message", "$.message", "$.title", "$.error", "$.detail"];
    let said = words.iter().find_map(|path| {
        let text = Path::parse(path).ok()?.of(&answer.body)?;
        json::text(text).ok().map(|text| text.chars().take(LONGEST_MESSAGE).collect::<String>())
    });
    let said = said.map_or_else(String::new, |said| format!(": {said}"));
    let message = format!("the server answered {} {}{said}", answer.status, answer.status_text);
    let retry_after = answer.headers.get("retry-after").and_then(|text| wait_of(text, platform::now_ms()));
    BackendError { retry_after, ..BackendError::new(Fault::Status(answer.status), message) }
}

/// The milliseconds that a `Retry-After` asks for: seconds, or a date of HTTP's one format.
fn wait_of(text: &str, now: i64) -> Option<u64> {
    if let Ok(seconds) = text.trim().parse::<u64>() {
        return Some(seconds.saturating_mul(1_000));
    }
    let date = date_ms(text)?;
    Some(u64::try_from(date.saturating_sub(now)).unwrap_or(0))
}

/// `Sun, 06 Nov 1994 08:49:37 GMT` in milliseconds since 1970.
fn date_ms(text: &str) -> Option<i64> {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let mut words = text.split_once(", ")?.1.split(' ');
    let day: i64 = words.next()?.parse().ok()?;
    let month = i64::try_from(MONTHS.find(words.next()?)? / 3).ok()? + 1;
    let year: i64 = words.next()?.parse().ok()?;
    let mut clock = words.next()?.split(':').map(|part| part.parse::<i64>().ok());
    let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
    // Years that begin in March, so that the leap day is the last of its year.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 719_469;
    Some(((days * 24 + hour) * 60 + minute) * 60_000 + second * 1_000)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Network, answer};
    use super::*;
    use crate::remote::transport::Method;
    use futures::executor::block_on;
    use std::cell::Cell;

    #[test]
    fn an_address_is_the_services_own_or_refused() {
        let exchange = Exchange::new("https://shop.example/api/", Rc::new(Network::default()), Rc::new(Open)).unwrap();
        let address = |text: &str| exchange.address(text).map_err(|error| error.code);
        assert_eq!(address("/orders").as_deref(), Ok("https://shop.example/api/orders"));
        assert_eq!(address("https://shop.example/next?a=1").as_deref(), Ok("https://shop.example/next?a=1"));
        assert_eq!(exchange.link("/next").unwrap(), "https://shop.example/next");
        for foreign in
            ["https://evil.example/", "https://shop.example.evil/x", "http://shop.example/", "//evil.example"]
        {
            assert!(!exchange.link(foreign).is_ok_and(|to| !to.starts_with("https://shop.example/")), "{foreign}");
        }
        assert_eq!(address("https://shop.example.evil/x"), Err("FOREIGN_ADDRESS"));
        for wrong in ["shop.example", "ftp://shop", "https://", "https://user:pass@shop.example"] {
            assert!(Exchange::new(wrong, Rc::new(Network::default()), Rc::new(Open)).is_err(), "{wrong}");
        }
    }

    struct Tokens(Cell<u32>);

    impl Credentials for Tokens {
        fn headers(&self, expired: bool) -> LocalBoxFuture<'_, Result<Vec<(String, String)>, transport::Error>> {
            self.0.set(self.0.get() + u32::from(expired));
            ready(Ok(vec![("Authorization".into(), format!("Bearer {}", self.0.get()))])).boxed_local()
        }
    }

    fn get() -> Request {
        let url = "https://shop.example/".to_owned();
        Request { method: Method::Get, url, headers: Default::default(), body: None }
    }

    #[test]
    fn a_token_that_has_run_out_is_fetched_anew_once() {
        let network = Rc::new(Network::default());
        network.answers([answer(401, ""), answer(200, "{}"), answer(401, ""), answer(401, "")]);
        let exchange = Exchange::new("https://shop.example", network.clone(), Rc::new(Tokens(Cell::new(0)))).unwrap();
        assert_eq!(block_on(exchange.send(get())).unwrap().status, 200);
        assert_eq!(block_on(exchange.send(get())).unwrap().status, 401, "and not for ever");
        let tokens: Vec<_> =
            network.seen().iter().map(|seen| seen.headers.get("authorization").unwrap().to_owned()).collect();
        assert_eq!(tokens, ["Bearer 0", "Bearer 1", "Bearer 1", "Bearer 2"]);
    }

    #[test]
    fn a_portals_page_and_a_redirect_are_no_answers_of_the_service() {
        let network = Rc::new(Network::default());
        let mut page = answer(200, "<html>");
        page.headers.set("Content-Type", "text/html; charset=utf-8");
        network.answers([page, answer(302, "")]);
        let exchange = Exchange::new("https://shop.example", network, Rc::new(Open)).unwrap();
        for code in ["NOT_THE_SERVICE", "REDIRECTED"] {
            let error = block_on(exchange.send(get())).unwrap_err();
            assert_eq!((error.code, error.fault), (code, Fault::Unreachable));
        }
    }

    #[test]
    fn a_failure_has_the_servers_words_and_when_to_come_again() {
        let mut busy = answer(503, r#"{"error":{"message":"closed for lunch"}}"#);
        busy.headers.set("Retry-After", "120");
        let error = failure(&busy);
        assert!(error.message.contains("closed for lunch"));
        assert_eq!(error.retry_after, Some(120_000));
        assert_eq!(date_ms("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777_000));
        assert_eq!(wait_of("Thu, 29 Feb 2024 00:01:00 GMT", 1_709_164_800_000), Some(60_000));
        assert_eq!((wait_of("Sun, 06 Nov 1994 08:49:37 GMT", i64::MAX), wait_of("soon", 0)), (Some(0), None));
    }
}
