//! What happens around every request: its id, its route, who asks, how often they may, its log line, its measurement,
//! the headers every answer carries, and the rendering of problems. The only place that turns an error into bytes.

use crate::http::accounts::{Accounts, Sender};
use crate::http::caller::Caller;
use crate::http::connections::{Answering, Guest};
use crate::http::context::{Finder, RequestContext, new_id};
use crate::http::cors::{self, Origins, RESOURCE_POLICY};
use crate::http::metrics;
use crate::http::packing::{NoRoom, Parcel, Room, Untaken, pack, takes_gzip};
use crate::http::proxies::{Client, Proxies};
use crate::http::rates::{Quota, Rates};
use crate::http::route::Route;
use crate::http::router::{self, RouteMatch, Routes};
use crate::http::strangers::StrangerRates;
use crate::http::tickets::ticket_in;
use crate::http::unhandled::{problem_of, unrouted};
use crate::problem::codes::HttpCode;
use crate::problem::{PROBLEM_JSON, Problem};
use crate::security::journal::{Asked, Journal};
use actix_web::body::{self, BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER, X_FRAME_OPTIONS,
};
use actix_web::http::{ConnectionType, Method, StatusCode, Version};
use actix_web::{Error, HttpMessage as _, HttpResponse};
use bytes::Bytes;
use domain::access::Action;
use domain::language::Language;
use futures_util::FutureExt as _;
use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr};
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;
use uuid::Uuid;

/// Headers of every answer, unless its handler set them. The contract is JSON: nothing of it is to be framed,
/// sniffed, cached or run, and no page that opens another shares anything with it. HSTS ([`STS`]) is for whoever speaks TLS.
static ALWAYS: [(HeaderName, HeaderValue); 8] = [
    always("x-content-type-options", "nosniff"),
    always("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
    always("referrer-policy", "no-referrer"),
    always("x-frame-options", "DENY"),
    always("cross-origin-opener-policy", "same-origin"),
    always(
        "permissions-policy",
        "accelerometer=(), camera=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()",
    ),
    always(RESOURCE_POLICY, "same-origin"),
    always("cache-control", "no-store"),
];
/// Whoever came by TLS comes by nothing else for a year (RFC 6797).
static STS: (HeaderName, HeaderValue) = always("strict-transport-security", "max-age=31536000");
/// The header by which an answer names its request.
static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A header that is read when this program is compiled, not with each answer.
const fn always(name: &'static str, value: &'static str) -> (HeaderName, HeaderValue) {
    (HeaderName::from_static(name), HeaderValue::from_static(value))
}

/// What the middleware knows of the server.
#[derive(Clone, Debug)]
pub(crate) struct Middleware {
    pub routes: Arc<Routes>,
    pub accounts: Accounts,
    pub origins: Origins,
    pub rates: Rates,
    pub strangers: StrangerRates,
    /// The origins whose pages may hold pages of this server.
    pub embedding: Origins,
    pub untaken: Untaken,
    pub proxies: Proxies,
    /// This server speaks TLS itself.
    pub secure: bool,
    pub journal: Journal,
}

/// A request before its handler.
struct Arrived {
    context: Rc<RequestContext>,
    untaken: Untaken,
    method: Method,
    started: Instant,
    origins: Origins,
    embedding: Origins,
    origin: Option<HeaderValue>,
    quota: Option<Quota>,
    /// Account and token, where somebody is known.
    known: Option<(Uuid, Option<Uuid>)>,
    journal: Journal,
    answering: Option<Answering>,
    takes_gzip: bool,
}

impl Middleware {
    /// Answers one request: the one service of the server.
    ///
    /// # Errors
    /// None: what goes wrong is in the answer.
    pub async fn answer(&self, request: ServiceRequest) -> Result<ServiceResponse<BoxBody>, Error> {
        let (client, misled) = self.client(&request);
        self.accounts.look_at_provider(request.request(), || self.rates.allow_address(&client)).await;
        let (arrived, early) = self.arrive(&request, client, misled);
        let (request, payload) = request.into_parts();
        let answered = match early {
            Some(answered) => answered,
            // A panic is a bug of ours; it ends this request alone. Its text may quote what somebody told; where it happened
            // the hook has logged (`process.rs`).
            None => AssertUnwindSafe(router::dispatch(request.clone(), payload))
                .catch_unwind()
                .await
                .unwrap_or_else(|_| Err(Problem::internal("a handler panicked"))),
        };
        let answered = answered.and_then(|answer| match problem_of(answer.error(), answer.status()) {
            Some(problem) => Err(problem),
            None => Ok(answer),
        });
        let (answer, cause) = match answered {
            Ok(answer) => (answer, None),
            Err(problem) => (arrived.render(&problem), problem.cause),
        };
        let answer = arrived.leave(request.version(), answer, cause).await;
        Ok(ServiceResponse::new(request, answer))
    }

    /// From where a request comes, and what is wrong with what a proxy says of that.
    fn client(&self, request: &ServiceRequest) -> (Client, Option<Problem>) {
        // A request without a socket is one of a test.
        let peer = request.peer_addr().map_or(IpAddr::from(Ipv4Addr::LOCALHOST), |peer| peer.ip());
        match self.proxies.client(peer, self.secure, request.headers()) {
            Ok(client) => (client, None),
            // All of them that come through one proxy share its rate: a header of their own must not spare them theirs.
            Err(problem) => (Client { forwarded: true, ..Client::direct(peer, self.secure) }, Some(problem)),
        }
    }

    /// Notes what is to be known of a request, and answers it where its handler is not to be asked.
    fn arrive(
        &self,
        request: &ServiceRequest,
        client: Client,
        misled: Option<Problem>,
    ) -> (Arrived, Option<Result<HttpResponse, Problem>>) {
        let started = Instant::now();
        // No route has a part that is to be percent-encoded, and two ways to write one address would be two routers.
        let found = match request.path().contains('%') {
            true => RouteMatch::Nothing,
            false => self.routes.find(request.method().as_str(), request.path()),
        };
        let (route, allow) = match found {
            RouteMatch::Route(route) => (Some(route), None),
            RouteMatch::OtherMethods(allow) => (None, Some(allow)),
            RouteMatch::Nothing => (None, None),
        };
        let method = request.method().clone();
        let mut context = RequestContext::new(request.headers(), request.path(), route, allow, client);
        context.head_only = method == Method::HEAD;
        let context = Rc::new(context);
        request.extensions_mut().insert(Rc::clone(&context));
        let mut arrived = Arrived {
            untaken: self.untaken.clone(),
            origins: self.origins.clone(),
            embedding: self.embedding.clone(),
            origin: self.origins.of(request.headers()),
            answering: request.conn_data::<Arc<Guest>>().map(|guest| Answering::begin(Arc::clone(guest))),
            takes_gzip: takes_gzip(request.headers()),
            quota: None,
            known: None,
            journal: self.journal.clone(),
            context,
            method,
            started,
        };
        if arrived.origin.is_some() && cors::is_preflight(arrived.method.as_str(), request.headers()) {
            // Before anybody is asked who they are: a browser sends no token here.
            let mut answer = HttpResponse::NoContent().finish();
            cors::permit(answer.headers_mut());
            return (arrived, Some(Ok(answer)));
        }
        let refused = match misled {
            Some(problem) => {
                arrived.quota = self.rates.of_address(&arrived.context.client);
                Some(arrived.quota.and_then(|quota| quota.allow().err()).unwrap_or(problem))
            }
            None => self.identify(request, &mut arrived).err(),
        };
        (arrived, refused.map(Err))
    }

    /// Who asks, where it is to be known; and whether somebody unknown may ask just now.
    fn identify(&self, request: &ServiceRequest, arrived: &mut Arrived) -> Result<(), Problem> {
        let route = arrived.context.route.as_deref();
        let headers = request.headers();
        let ticket = route.filter(|route| route.takes_ticket).and_then(|_| ticket_in(request.query_string()));
        let client = &arrived.context.client;
        let known = self.accounts.known(&Sender::of(request.request(), client, ticket));
        if let Ok(known) = &known {
            let account = known.account();
            let token = account.known_by.token();
            arrived.known = Some((account.id, token));
            if let Some(token) = token {
                self.journal.token_used(client, account.id, token);
            }
        }
        let quotas = [
            match &known {
                Ok(known) => self.rates.of_account(known.account().id),
                Err(_) => self.rates.of_address(client),
            },
            route.filter(|route| route.signs_in).and_then(|_| self.rates.of_sign_in(client)),
        ];
        // The last is the narrowest, unless one before it is used up.
        for quota in quotas.into_iter().flatten() {
            arrived.quota = Some(quota);
            quota.allow()?;
        }
        // What the table does not know is not asked of any handler, whatever another router would make of it.
        let route = route.ok_or_else(|| unrouted(arrived.context.allow.as_deref()))?;
        if let Some(strangers) = route.strangers {
            arrived.quota = self.strangers.take(strangers, &arrived.context.client).or(arrived.quota);
            if let Some(quota) = arrived.quota {
                quota.allow()?;
            }
        }
        if !route.open {
            if route.action == Action::ProposalDecide {
                let routes = Arc::clone(&self.routes);
                request.extensions_mut().insert(Finder::new(move |method, path| match routes.find(method, path) {
                    RouteMatch::Route(route) => Some(route),
                    RouteMatch::OtherMethods(_) | RouteMatch::Nothing => None,
                }));
            }
            let caller = Caller::on(route, known?, headers, &self.accounts)?;
            request.extensions_mut().insert(caller);
        }
        Ok(())
    }
}

impl Arrived {
    fn render(&self, problem: &Problem) -> HttpResponse {
        problem.render(self.context.language(), &self.context.path, &self.context.request_id)
    }

    /// The last of a request: its line, its headers, its body on the way.
    async fn leave(mut self, version: Version, answer: HttpResponse, cause: Option<String>) -> HttpResponse {
        let (mut response, body) = answer.into_parts();
        let stream = body.size() == BodySize::Stream;
        if stream && version < Version::HTTP_11 {
            // HTTP/1.0 knows no chunks: the end of such a body is the end of its connection.
            response.head_mut().no_chunking(true);
            response.head_mut().set_connection_type(ConnectionType::Close);
        }
        let mut body = if stream && self.method == Method::HEAD {
            // Nobody would read it, and it might never end.
            BoxBody::new(body::None::new())
        } else {
            pack(response.status(), response.headers_mut(), body, self.takes_gzip).await
        };
        // What is there as a whole is held until it is taken; what is read piece by piece is not.
        let whole;
        (whole, body) = match body.size() {
            BodySize::Sized(length) => match body.try_into_bytes() {
                Ok(bytes) => (Some(length), BoxBody::new(bytes)),
                Err(pieces) => (None, pieces),
            },
            BodySize::None | BodySize::Stream => (None, body),
        };
        let room = self.room_for(whole).unwrap_or_else(|problem| {
            (response, body) = self.render(&problem).into_parts();
            None
        });
        self.report(response.status(), cause.as_deref());
        self.finish(response.headers_mut());
        response.set_body(BoxBody::new(Parcel::new(body, self.answering.take(), room)))
    }

    /// Room for the bytes of an answer that is made for this client alone. Only what changed nothing may be asked for again;
    /// what needs no token is the same bytes for everybody.
    fn room_for(&self, whole: Option<u64>) -> Result<Option<Room>, Problem> {
        let own = self.context.route.as_ref().is_some_and(|route| !route.open);
        match whole {
            Some(length) if own && self.method == Method::GET => self.untaken.take(length).map_err(|NoRoom| {
                Problem::new(HttpCode::Overloaded)
                    .because(
                        "已有过多答复等待客户端读取。",
                        "Too much of other answers waits to be read by their clients.",
                    )
                    .retry_after(5)
            }),
            Some(_) | None => Ok(None),
        }
    }

    /// The log line and the measurement. Route patterns only: a path holds ids, a query what was searched for.
    fn report(&self, status: StatusCode, cause: Option<&str>) {
        let context = &self.context;
        let took = self.started.elapsed();
        metrics::observe(context.route.as_deref(), status, took);
        self.journal.answered(
            status.as_u16(),
            &Asked {
                client: &context.client,
                route: context.route.as_deref(),
                known: self.known,
                policy: self.quota.filter(|quota| quota.wait_s.is_some()).map(|quota| quota.policy),
                request_id: &context.request_id,
            },
        );
        let method = self.method.as_str();
        let route = context.route.as_ref().map_or("-", |route| route.path);
        let duration_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let client = tracing::field::display(context.client.address);
        if status == StatusCode::INTERNAL_SERVER_ERROR || (status.is_server_error() && cause.is_some()) {
            tracing::error!(
                target: "access", method, route, status = status.as_u16(), duration_us, client,
                request_id = context.request_id, cause = cause.unwrap_or_default(), "request failed"
            );
        } else if status.is_server_error() {
            // Nothing broke: it is to be asked again later, as the answer says. What is wrong with the server itself, health
            // and the part at fault tell.
            tracing::warn!(
                target: "access", method, route, status = status.as_u16(), duration_us, client,
                request_id = context.request_id, "request put off"
            );
        } else if self.quota.is_some_and(|quota| quota.wait_s.is_some()) {
            // Whoever comes too often does not fill the log either; `/metrics` counts them.
            tracing::debug!(target: "access", method, route, status = status.as_u16(), duration_us, client, "refused");
        } else {
            tracing::info!(
                target: "access", method, route, status = status.as_u16(), duration_us, client,
                request_id = context.request_id, "request"
            );
        }
    }

    /// The headers that every answer has.
    fn finish(&self, headers: &mut HeaderMap) {
        let route = self.context.route.as_deref();
        if route.is_some_and(|route| route.open) && !headers.contains_key(RESOURCE_POLICY) {
            headers.insert(HeaderName::from_static(RESOURCE_POLICY), HeaderValue::from_static("cross-origin"));
        }
        let embedded = route.is_some_and(|route| route.is_embedded) && self.embedding.let_hold(headers);
        if route.is_some_and(Route::is_for_all_origins) {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        }
        for (name, value) in &ALWAYS {
            // Which pages may hold it, its policy says alone: this header knows all or none.
            let framed = embedded && *name == X_FRAME_OPTIONS;
            if !headers.contains_key(name) && !framed {
                headers.insert(name.clone(), value.clone());
            }
        }
        if self.context.client.secure {
            headers.insert(STS.0.clone(), STS.1.clone());
        }
        if let Ok(id) = HeaderValue::from_str(&self.context.request_id) {
            headers.insert(REQUEST_ID.clone(), id);
        }
        if let Some(quota) = self.quota {
            quota.tell(headers);
        }
        self.origins.expose(self.origin.as_ref(), headers);
    }
}

/// A problem as a whole answer, for what never became a request: bytes that could not be read. It ends its connection.
pub(crate) fn raw(problem: &Problem, reason: &str) -> Bytes {
    let request_id = new_id().to_string();
    let answer = problem.render(Language::default(), "/", &request_id);
    let retry_after = answer.headers().get(RETRY_AFTER).and_then(|seconds| seconds.to_str().ok()).map(str::to_owned);
    let body = answer.into_body().try_into_bytes().unwrap_or_default();
    let (status, date) = (problem.status().as_u16(), chrono::Utc::now().format("%a, %d %b %Y %H:%M:%S GMT"));
    let mut head = format!(
        "HTTP/1.1 {status} {reason}\r\ncontent-type: {PROBLEM_JSON}\r\ncontent-length: {}\r\nconnection: close\r\n\
         date: {date}\r\nx-request-id: {request_id}\r\n",
        body.len()
    );
    // Writing to a String cannot fail.
    for (name, value) in &ALWAYS {
        let _ = write!(head, "{name}: {}\r\n", value.to_str().unwrap_or_default());
    }
    if let Some(seconds) = retry_after {
        let _ = write!(head, "retry-after: {seconds}\r\n");
    }
    head.push_str("\r\n");
    [head.into_bytes(), body.to_vec()].concat().into()
}
