//! What is known of a request before its handler runs.

use crate::http::proxies::Client;
use crate::http::route::Route;
use crate::limits::REQUEST_ID_CHARS_MAX;
use crate::problem::Problem;
use actix_web::dev::Payload;
use actix_web::http::header::{ACCEPT_LANGUAGE, HeaderMap, HeaderValue};
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use std::future::{Ready, ready};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};
use uuid::Uuid;

use domain::language::Language;

/// Finds the route of a method and a path.
type Find = dyn Fn(&str, &str) -> Option<Arc<Route>> + Send + Sync;

/// The table of routes, for the one handler that hands a request on to another.
#[derive(Clone)]
pub struct Finder(Arc<Find>);

impl Finder {
    pub(crate) fn new(find: impl Fn(&str, &str) -> Option<Arc<Route>> + Send + Sync + 'static) -> Self {
        Self(Arc::new(find))
    }

    /// The route of a method and a path, where there is one.
    pub fn find(&self, method: &str, path: &str) -> Option<Arc<Route>> {
        (self.0)(method, path)
    }
}

/// Set once by the middleware; handlers and extractors read it.
#[derive(Debug)]
pub struct RequestContext {
    /// The id of the request, in the answer, in problems and in the log.
    pub request_id: String,
    /// The route that was found, if any.
    pub route: Option<Arc<Route>>,
    /// The methods that the path knows, where the path is known and the method is not.
    pub allow: Option<String>,
    /// The path that was asked for.
    pub path: String,
    /// Who asks, as far as the connection and trusted proxies tell.
    pub client: Client,
    /// Only the head of the answer is wanted; the handler sees a GET.
    pub head_only: bool,
    accept_language: Option<HeaderValue>,
}

impl RequestContext {
    pub(crate) fn new(
        headers: &HeaderMap,
        path: &str,
        route: Option<Arc<Route>>,
        allow: Option<String>,
        client: Client,
    ) -> Self {
        Self {
            request_id: request_id(headers),
            route,
            allow,
            path: path.to_owned(),
            client,
            head_only: false,
            accept_language: headers.get(ACCEPT_LANGUAGE).cloned(),
        }
    }

    /// What the middleware noted of this request.
    ///
    /// # Errors
    /// 500 where the middleware is not in place.
    pub fn of(request: &HttpRequest) -> Result<Rc<Self>, Problem> {
        request
            .extensions()
            .get::<Rc<Self>>()
            .cloned()
            .ok_or_else(|| Problem::internal("the middleware is not in place"))
    }

    /// What stands in the path in the place of a parameter of the route; nothing where there is none of that name.
    pub fn part(&self, name: &str) -> &str {
        self.route.as_ref().map_or("", |route| route.part(&self.path, name))
    }

    /// The same of another route, which the request is handed to.
    pub fn for_another(&self, route: Arc<Route>, path: &str) -> Self {
        Self {
            request_id: self.request_id.clone(),
            route: Some(route),
            allow: None,
            path: path.to_owned(),
            client: self.client.clone(),
            head_only: false,
            accept_language: self.accept_language.clone(),
        }
    }

    /// The language of the answer.
    pub fn language(&self) -> Language {
        let header = self.accept_language.as_ref();
        crate::http::language::preferred(header.and_then(|value| value.to_str().ok()))
    }
}

/// What stands in the path in the place of the parameters of the route, for a handler to ask for by their names.
#[derive(Debug)]
pub struct PathParts(Rc<RequestContext>);

impl PathParts {
    /// The part of a name; nothing where the route has none.
    pub fn get(&self, name: &str) -> &str {
        self.0.part(name)
    }
}

impl FromRequest for PathParts {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(RequestContext::of(request).map(Self))
    }
}

/// The client's `X-Request-Id` if it is short and plain, so that it can stand in a log line; else a new UUIDv7.
fn request_id(headers: &HeaderMap) -> String {
    let plain = |id: &&str| {
        (1..=REQUEST_ID_CHARS_MAX).contains(&id.len())
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b))
    };
    let sent = headers.get("X-Request-Id").and_then(|id| id.to_str().ok());
    sent.filter(plain).map_or_else(|| new_id().to_string(), str::to_owned)
}

/// A UUIDv7 of now.
pub(crate) fn new_id() -> Uuid {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let ms = u64::try_from(since.as_millis()).unwrap_or(u64::MAX);
    uuid::Builder::from_unix_timestamp_millis(ms, &event_store::random_bytes()).into_uuid()
}
