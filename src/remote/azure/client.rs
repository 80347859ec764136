//! Calls to an Azure Mobile Apps backend: what each one asks, and with which headers.

use super::dialect::Dialect;
use super::refusal::{CallError, Refusal};
use super::wire::{self, Feature};
use super::{Cell, Error, Id, probe};
use crate::remote::transport::{self, Headers, Method, Request, Response, Transport};
use futures::future::LocalBoxFuture;
use std::cell::RefCell;
use std::rc::Rc;

/// What every request says of the app and its user.
#[derive(Clone, Default)]
pub struct App {
    /// The backend's address.
    pub url: String,
    /// This copy of the app.
    pub installation_id: String,
    /// The client library, in the SDK's form.
    pub client_version: String,
    /// The logged-in user's token.
    pub token: Option<String>,
}

/// Says what requests say of the app. Asked anew for each request, since apps log in and out; and with a promise, since
/// it may be on another thread.
pub trait Session {
    /// What is so now.
    fn read(&self) -> LocalBoxFuture<'static, Result<App, transport::Error>>;
}

/// One call, before the session's headers are added.
#[derive(Debug, Clone)]
pub struct Call {
    /// The table that it is about, if it is about one.
    table: Option<String>,
    method: Method,
    address: String,
    headers: Headers,
    features: Vec<Feature>,
    body: Option<String>,
}

impl Call {
    /// A call of `address`: a path below the application's, or an absolute address.
    pub fn new(method: Method, address: impl Into<String>) -> Self {
        let (address, headers) = (address.into(), Headers::default());
        Self { table: None, method, address, headers, features: Vec::new(), body: None }
    }

    fn of(table: &str, method: Method, address: String) -> Self {
        Self { table: Some(table.to_owned()), ..Self::new(method, address) }
    }

    /// Reads a table; `query` is OData text such as `$filter=…&$top=…`, or an absolute address of a next page.
    pub fn read(table: &str, query: &str) -> Self {
        if wire::is_absolute(query) {
            return Self::of(table, Method::Get, query.to_owned());
        }
        Self::of(table, Method::Get, wire::with_query(&wire::table_path(table), query))
    }

    /// Reads one record.
    pub fn lookup(table: &str, id: &str) -> Self {
        Self::of(table, Method::Get, wire::record_path(table, id))
    }

    /// Reads one record as a query of one, which also finds it where a lookup of its id is not allowed.
    ///
    /// # Errors
    /// An id that is not valid.
    pub fn refresh(table: &str, id: &Cell<'_>) -> Result<Self, Error> {
        let key = wire::encode(Id::of("id", id)?.key()).replace('\'', "%27%27");
        let literal = if matches!(id, Cell::Text(_)) { format!("'{key}'") } else { key };
        Ok(Self::read(table, &format!("$filter=id eq {literal}")))
    }

    /// Adds a record.
    pub fn insert(table: &str, record: String) -> Self {
        Self::of(table, Method::Post, wire::table_path(table)).body(record)
    }

    /// Changes the fields of a record that `changes` names; only if its version is still `version`, when given.
    pub fn update(table: &str, id: &str, changes: String, version: Option<&str>) -> Self {
        Self::of(table, Method::Patch, wire::record_path(table, id)).body(changes).only_if(version)
    }

    /// Puts a record in the place of the one of its id; only if that one's version is still `version`, when given.
    pub fn replace(table: &str, id: &str, record: String, version: Option<&str>) -> Self {
        Self::of(table, Method::Put, wire::record_path(table, id)).body(record).only_if(version)
    }

    /// Deletes a record; only if its version is still `version`, when given.
    pub fn delete(table: &str, id: &str, version: Option<&str>) -> Self {
        Self::of(table, Method::Delete, wire::record_path(table, id)).only_if(version)
    }

    /// Brings a softly deleted record back.
    pub fn undelete(table: &str, id: &str, version: Option<&str>) -> Self {
        Self::of(table, Method::Post, wire::record_path(table, id)).only_if(version)
    }

    /// With a JSON body.
    pub fn body(mut self, body: String) -> Self {
        self.body = Some(body);
        if self.headers.get("Content-Type").is_none() {
            self.headers.set("Content-Type", "application/json");
        }
        self
    }

    /// With a header, in place of one of that name.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.set(name, value);
        self
    }

    /// With a feature noted.
    pub fn feature(mut self, feature: Feature) -> Self {
        self.features.push(feature);
        self
    }

    /// With parameters of the app's in the query.
    pub fn parameters(mut self, parameters: &[(String, String)]) -> Self {
        if parameters.is_empty() {
            return self;
        }
        self.address = wire::with_query(&self.address, &wire::query_of(parameters));
        self.feature(Feature::QueryParameters)
    }

    /// With a parameter of the protocol's own.
    pub(super) fn asking(mut self, (name, value): (&str, &str)) -> Self {
        self.address = wire::with_query(&self.address, &format!("{name}={value}"));
        self
    }

    fn only_if(mut self, version: Option<&str>) -> Self {
        let Some(version) = version.filter(|version| !version.is_empty()) else { return self };
        self.headers.set("If-Match", wire::etag_of(version));
        self.feature(Feature::OptimisticConcurrency)
    }

    fn into_request(self, app: App, api_version: Option<&str>) -> Request {
        let Self { table: _, method, address, mut headers, features, body } = self;
        let url = if wire::is_absolute(&address) { address } else { wire::join(&app.url, &address) };
        if let Some(version) = api_version.filter(|_| headers.get(wire::API_VERSION_HEADER).is_none()) {
            headers.set(wire::API_VERSION_HEADER, version);
        }
        headers.set(wire::INSTALLATION_HEADER, app.installation_id);
        headers.set(wire::CLIENT_VERSION_HEADER, app.client_version);
        if let Some(token) = app.token {
            headers.set(wire::AUTH_HEADER, token);
        }
        if !features.is_empty() && headers.get(wire::FEATURES_HEADER).is_none() {
            headers.set(wire::FEATURES_HEADER, wire::feature_list(&features));
        }
        Request { method, url, headers, body }
    }
}

/// A backend as one app's session sees it. Clones share the session and the transport.
#[derive(Clone)]
pub struct Client {
    session: Rc<dyn Session>,
    transport: Rc<dyn Transport>,
    dialect: Option<Dialect>,
    /// The backend's address, as the session said last.
    url: Rc<RefCell<String>>,
}

impl Client {
    /// A client for `session` whose requests `transport` carries. Without a dialect, it finds out the server's.
    pub fn new(session: Rc<dyn Session>, transport: Rc<dyn Transport>, dialect: Option<Dialect>) -> Self {
        Self { session, transport, dialect, url: Rc::default() }
    }

    /// Makes a call and reads its answer. The first about any table may find out the server's dialect before.
    ///
    /// # Errors
    /// No answer, or one with a status of 400 or more; those of [`Client::dialect`].
    pub async fn send(&self, call: Call) -> Result<Response, CallError> {
        let dialect = match &call.table {
            Some(table) => self.dialect(table).await?,
            None => {
                if self.dialect.is_none() {
                    self.session().await?;
                }
                self.known_dialect().unwrap_or_default()
            }
        };
        let response = self.answer(call, dialect.api_version()).await?;
        if response.is_success() { Ok(response) } else { Err(refused(response)) }
    }

    /// What the server speaks, as far as is known by now.
    pub fn known_dialect(&self) -> Option<Dialect> {
        self.dialect.or_else(|| *probe::known(&self.application_url()).try_lock()?)
    }

    /// What the server speaks. Where nobody has said so and it is not known yet, it is asked for a row of `table`.
    ///
    /// # Errors
    /// No answer, or one that does not tell; then the next call asks again.
    pub async fn dialect(&self, table: &str) -> Result<Dialect, CallError> {
        if let Some(dialect) = self.dialect {
            return Ok(dialect);
        }
        let known = probe::known(&self.session().await?.url);
        let mut known = known.lock().await;
        if let Some(dialect) = *known {
            return Ok(dialect);
        }
        let response = self.answer(Call::read(table, "$top=1"), None).await?;
        *known = Dialect::told_by(&response);
        match *known {
            Some(dialect) => Ok(dialect),
            None if response.is_success() => {
                Err(CallError::Unreadable("a first read".to_owned(), self.application_url()))
            }
            None => Err(refused(response)),
        }
    }

    async fn answer(&self, call: Call, api_version: Option<&str>) -> Result<Response, CallError> {
        let app = self.session().await?;
        Ok(self.transport.send(call.into_request(app, api_version)).await?)
    }

    async fn session(&self) -> Result<App, transport::Error> {
        let app = self.session.read().await?;
        self.url.replace(app.url.clone());
        Ok(app)
    }

    /// The backend's address, as of the last request.
    pub fn application_url(&self) -> String {
        self.url.borrow().clone()
    }
}

fn refused(response: Response) -> CallError {
    CallError::Refused(Box::new(Refusal::of(response)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::executor::block_on;
    use futures::future::{FutureExt, ready};

    struct Alice;

    impl Session for Alice {
        fn read(&self) -> LocalBoxFuture<'static, Result<App, transport::Error>> {
            let [url, installation_id, client_version] = ["http://host/app/", "here", "ZUMO/2.0"].map(str::to_owned);
            ready(Ok(App { url, installation_id, client_version, token: Some("secret".to_owned()) })).boxed_local()
        }
    }

    #[derive(Default)]
    struct Wire {
        seen: RefCell<Vec<Request>>,
        status: u16,
    }

    impl Transport for Wire {
        fn send(&self, request: Request) -> LocalBoxFuture<'static, Result<Response, transport::Error>> {
            self.seen.borrow_mut().push(request);
            let (status, headers) = (self.status, Headers::default());
            ready(Ok(Response { status, status_text: "Oh".to_owned(), headers, body: String::new() })).boxed_local()
        }
    }

    fn sent(call: Call) -> Request {
        let wire = Rc::new(Wire { status: 200, ..Wire::default() });
        let transport: Rc<dyn Transport> = wire.clone();
        block_on(Client::new(Rc::new(Alice), transport, Some(Dialect::MobileApps)).send(call)).unwrap();
        wire.seen.take().pop().unwrap()
    }

    #[test]
    fn an_update_carries_its_version_and_the_session() {
        let request = sent(Call::update("todoitem", "a/b", "{}".to_owned(), Some("MQ==")));
        assert_eq!((request.method, request.url.as_str()), (Method::Patch, "http://host/app/tables/todoitem/a%2Fb"));
        let headers = request.headers;
        assert_eq!(headers.get("if-match"), Some("\"MQ==\""));
        assert_eq!(headers.get("zumo-api-version"), Some("2.0.0"));
        assert_eq!(headers.get("x-zumo-auth"), Some("secret"));
        assert_eq!(headers.get("x-zumo-installation-id"), Some("here"));
        assert_eq!(headers.get("x-zumo-features"), Some("OC"));
        assert_eq!(headers.get("content-type"), Some("application/json"));
    }

    #[test]
    fn without_a_version_the_last_write_wins() {
        for version in [None, Some("")] {
            let request = sent(Call::delete("todoitem", "1", version));
            assert!(request.headers.get("if-match").is_none());
            assert!(request.headers.get("x-zumo-features").is_none());
        }
    }

    #[test]
    fn a_read_takes_query_text_parameters_and_absolute_addresses() {
        let parameters = [("__includeDeleted".to_owned(), "true".to_owned())];
        let request = sent(Call::read("t", "$filter=(a eq 1)").feature(Feature::RawRead).parameters(&parameters));
        assert_eq!(request.url, "http://host/app/tables/t?$filter=(a eq 1)&__includeDeleted=true");
        assert_eq!(request.headers.get("x-zumo-features"), Some("TR,QS"));
        assert_eq!(sent(Call::read("t", "https://other/next?a=1")).url, "https://other/next?a=1");
    }

    #[test]
    fn a_refresh_asks_for_the_id_as_what_it_is() {
        let url = |cell| sent(Call::refresh("t", &cell).unwrap()).url;
        assert_eq!(url(Cell::Text("a'b c".into())), "http://host/app/tables/t?$filter=id eq 'a%27%27b%20c'");
        assert_eq!(url(Cell::Number(5.0, "5")), "http://host/app/tables/t?$filter=id eq 5");
        assert!(Call::refresh("t", &Cell::Text("a/b".into())).is_err());
    }

    #[test]
    fn a_status_of_400_or_more_is_an_error() {
        let wire = Wire { status: 412, ..Wire::default() };
        let client = Client::new(Rc::new(Alice), Rc::new(wire), Some(Dialect::MobileApps));
        let error = block_on(client.send(Call::lookup("t", "1"))).unwrap_err();
        assert_eq!((error.code(), error.to_string().as_str()), ("CONFLICT", "Oh"));
    }
}
