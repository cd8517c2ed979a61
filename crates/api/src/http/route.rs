//! One line of the table of routes (`routes.rs`): an address, the action it needs, what it takes, who answers.

use crate::http::format::Format;
use crate::http::measure::Timer;
use crate::http::strangers::Strangers;
use crate::limits::{FILE_BYTES_MAX, JSON_BYTES_MAX, ROSTER_BYTES_MAX};
use crate::problem::Problem;
use actix_web::dev::Payload;
use actix_web::{FromRequest, Handler, HttpRequest, HttpResponse};
use domain::access::Action;
use domain::file::MediaType;
use domain::issue::evidence::VISITOR_BYTES_MAX;
use futures_util::future::LocalBoxFuture;
use std::fmt;
use std::sync::{Arc, OnceLock};
#[cfg(test)]
use utoipa::openapi::OpenApi;

/// What a route takes as its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepts {
    /// No body: a question.
    Nothing,
    /// A JSON object.
    Json,
    /// A roster file.
    Roster,
    /// A file of any kind that is kept.
    File,
    /// A file that a visitor sends.
    VisitorFile,
}

impl Accepts {
    /// The media types of the body.
    pub const fn media_types(self) -> &'static [&'static str] {
        match self {
            Self::Nothing => &[],
            Self::Json => &["application/json"],
            Self::Roster => &["text/csv"],
            Self::File => MediaType::NAMES,
            Self::VisitorFile => VISITOR_NAMES,
        }
    }

    /// The encodings of the body that a client may name. Which one a roster is in, its bytes say.
    pub const fn charsets(self) -> &'static [&'static str] {
        match self {
            Self::Nothing | Self::Json | Self::VisitorFile => &["utf-8"],
            Self::File => &["utf-8", "us-ascii", "gb18030", "gbk", "gb2312"],
            Self::Roster => &["utf-8", "utf-16", "gb18030", "gbk", "gb2312"],
        }
    }

    /// The longest body, in bytes.
    pub const fn bytes_max(self) -> usize {
        match self {
            Self::Nothing => 0,
            Self::Json => JSON_BYTES_MAX,
            Self::Roster => ROSTER_BYTES_MAX,
            Self::File => FILE_BYTES_MAX,
            Self::VisitorFile => VISITOR_BYTES_MAX,
        }
    }
}

/// The names of the media types that a visitor may send.
const VISITOR_NAMES: &[&str] = &["application/pdf", "image/jpeg", "image/png", "image/webp"];

/// Answers a request: an error is an answer too.
type Handle = Box<dyn Fn(HttpRequest, Payload) -> LocalBoxFuture<'static, HttpResponse> + Send + Sync>;
/// Calls a handler with what it takes.
type Call<A> = dyn Fn(A) -> LocalBoxFuture<'static, Result<HttpResponse, Problem>> + Send + Sync;
/// What a handler says of itself, as a document of one operation.
#[cfg(test)]
type Describe = fn() -> OpenApi;

/// One line of the table.
pub struct Route {
    /// The method.
    pub method: &'static str,
    /// The path: `{id}` is one segment, `{rest:.*}` all that follow.
    pub path: &'static str,
    /// The action it needs.
    pub action: Action,
    /// No token needed.
    pub open: bool,
    /// A page that others may hold within theirs, if the operator lets them.
    pub is_embedded: bool,
    /// What strangers do there beside reading; then it needs no token, and they may do it so often only.
    pub strangers: Option<Strangers>,
    /// A ticket will do instead of a token.
    pub takes_ticket: bool,
    /// A command that leaves no leaf: there is nothing to be replayed, and no version to match.
    pub unrecorded: bool,
    /// In which formats a command is answered; the first is the default.
    pub offers: &'static [Format],
    /// Whoever has several roles need not say in which.
    pub in_any_role: bool,
    /// Its answers are read piece by piece while their clients take them, and never held as a whole.
    pub in_pieces: bool,
    /// Somebody tries to sign in: an address may do so a few times a minute.
    pub signs_in: bool,
    /// What it takes as its body.
    pub accepts: Accepts,
    /// What its handler says of itself, for the document that a test makes. The method and path there are for whoever reads the handler; a test compares.
    #[cfg(test)]
    pub described: Describe,
    pub(crate) timers: [OnceLock<Arc<Timer>>; 6],
    handle: Handle,
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ({})", self.method, self.path, self.action)
    }
}

/// A question.
pub fn get<H, A>(path: &'static str, action: Action, handler: H) -> Route
where
    H: Handler<A, Output = Result<HttpResponse, Problem>> + Send + Sync,
    A: FromRequest + 'static,
{
    Route::new("GET", path, action, Accepts::Nothing, handle(handler))
}

/// A command with a JSON body.
pub fn post<H, A>(path: &'static str, action: Action, handler: H) -> Route
where
    H: Handler<A, Output = Result<HttpResponse, Problem>> + Send + Sync,
    A: FromRequest + 'static,
{
    Route::new("POST", path, action, Accepts::Json, handle(handler))
}

/// A handler behind pointers: it alone is compiled for each route, and what stands around it once for all that take the
/// same.
fn handle<H, A>(handler: H) -> Handle
where
    H: Handler<A, Output = Result<HttpResponse, Problem>> + Send + Sync,
    A: FromRequest + 'static,
{
    extracting(Arc::new(move |taken| Box::pin(handler.call(taken))))
}

fn extracting<A: FromRequest + 'static>(call: Arc<Call<A>>) -> Handle {
    Box::new(move |request, mut payload| {
        let call = Arc::clone(&call);
        Box::pin(async move {
            match A::from_request(&request, &mut payload).await {
                Ok(taken) => call(taken).await.unwrap_or_else(HttpResponse::from_error),
                Err(error) => HttpResponse::from_error(error),
            }
        })
    })
}

impl Route {
    fn new(method: &'static str, path: &'static str, action: Action, accepts: Accepts, handle: Handle) -> Self {
        Self {
            method,
            path,
            action,
            open: false,
            is_embedded: false,
            strangers: None,
            takes_ticket: false,
            unrecorded: false,
            offers: &[Format::Json],
            in_any_role: false,
            in_pieces: false,
            signs_in: false,
            accepts,
            #[cfg(test)]
            described: OpenApi::default,
            timers: Default::default(),
            handle,
        }
    }

    /// Needs no token.
    #[must_use]
    pub fn open(mut self) -> Self {
        self.open = true;
        self
    }

    /// Is made for pages of others.
    #[must_use]
    pub fn embedded(mut self) -> Self {
        self.is_embedded = true;
        self
    }

    /// Whether pages of all origins may read its answers: what everybody may know, and nobody does anything with.
    pub fn is_for_all_origins(&self) -> bool {
        self.open && self.strangers.is_none() && self.path.starts_with("/v1/public/")
    }

    /// Lets strangers do something.
    #[must_use]
    pub fn of_strangers(mut self, strangers: Strangers) -> Self {
        self.strangers = Some(strangers);
        self.open()
    }

    /// Takes a ticket instead of a token (`?ticket=`).
    #[must_use]
    pub fn or_ticket(mut self) -> Self {
        self.takes_ticket = true;
        self
    }

    /// Leaves no leaf.
    #[must_use]
    pub fn unrecorded(mut self) -> Self {
        self.unrecorded = true;
        self
    }

    /// A command that gives receipt codes: whoever wants a page gets their slips.
    #[must_use]
    pub fn gives_slips(mut self) -> Self {
        self.offers = &[Format::Json, Format::Html];
        self
    }

    /// Tells who one is, and so in which roles one may come.
    #[must_use]
    pub fn in_any_role(mut self) -> Self {
        self.in_any_role = true;
        self
    }

    /// Answers in pieces.
    #[must_use]
    pub fn in_pieces(mut self) -> Self {
        self.in_pieces = true;
        self
    }

    /// Is a try to sign in.
    #[must_use]
    pub fn signs_in(mut self) -> Self {
        self.signs_in = true;
        self
    }

    /// Takes something else than JSON.
    #[must_use]
    pub fn takes(mut self, accepts: Accepts) -> Self {
        self.accepts = accepts;
        self
    }

    /// Whether its JSON answers have the names of what they tell by ids (`names.rs`). Not where the bytes are pinned: reviews,
    /// due dates, the log for auditors; nor where strangers ask, nor where no such id can be.
    pub fn names(&self) -> bool {
        const WITHOUT: [&str; 9] = [
            "/v1/public/",
            "/v1/reviews/",
            "/v1/feed",
            "/v1/topics",
            "/v1/policies",
            "/v1/calendars",
            "/v1/read-models",
            "/v1/vocabulary",
            "/v1/files",
        ];
        let path = self.path;
        path.starts_with("/v1/") && !path.ends_with("/deadline") && !WITHOUT.iter().any(|start| path.starts_with(start))
    }

    /// The path as OpenAPI writes it: without the patterns of its segments.
    pub fn documented_path(&self) -> String {
        let segments: Vec<_> = self
            .path
            .split('/')
            .map(|segment| match segment.split_once(':') {
                Some((name, _)) if segment.starts_with('{') => format!("{name}}}"),
                Some(_) | None => segment.to_owned(),
            })
            .collect();
        segments.join("/")
    }

    /// What stands in a path of this route in the place of a parameter; nothing where it has none of that name.
    pub fn part<'path>(&self, path: &'path str, name: &str) -> &'path str {
        let mut rest = path;
        for segment in self.path.split('/') {
            let (here, below) = rest.split_once('/').unwrap_or((rest, ""));
            match segment.strip_prefix('{').and_then(|pattern| pattern.strip_prefix(name)) {
                // What is behind the parameter in its segment belongs to the path: `{id}.ics`.
                Some(behind) if behind.starts_with('}') => return here.strip_suffix(&behind[1..]).unwrap_or_default(),
                Some(":.*}") => return rest,
                Some(_) | None => rest = below,
            }
        }
        ""
    }

    /// Hands a request of this route to its handler.
    pub(crate) fn answer(&self, request: HttpRequest, payload: Payload) -> LocalBoxFuture<'static, HttpResponse> {
        (self.handle)(request, payload)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_path_is_what_stands_at_its_place() {
        async fn nobody() -> Result<HttpResponse, Problem> {
            Ok(HttpResponse::Ok().finish())
        }
        let part = |route: &'static str, path: &'static str, name| get(route, Action::LogRead, nobody).part(path, name);
        assert_eq!(part("/v1/issues/{id}/events", "/v1/issues/7/events", "id"), "7");
        let behind = "/v1/reviews/{year}/grids/{id}/indicators/{code}";
        let path = "/v1/reviews/2026/grids/0198/indicators/on_time";
        assert_eq!(["year", "id", "code"].map(|name| part(behind, path, name)), ["2026", "0198", "on_time"]);
        assert_eq!(part("/log/tile/{level}/{place:.*}", "/log/tile/1/x001/067", "place"), "x001/067");
        assert_eq!(part("/log/tile/{level}/{place:.*}", "/log/tile/1/x001/067", "level"), "1");
        let calendar = |file| part("/v1/public/calendars/grids/{id}.ics", file, "id");
        assert_eq!(calendar("/v1/public/calendars/grids/7.ics"), "7");
        assert_eq!(calendar("/v1/public/calendars/grids/7"), "");
        assert_eq!(part("/docs/{file:.*}", "/docs/", "file"), "");
        assert_eq!(part("/v1/issues/{id}", "/v1/issues/7", "i"), "");
    }
}
