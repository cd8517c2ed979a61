//! The one table of routes: what can be asked, which action it needs, who answers.
//!
//! The same table registers the handlers, makes the OpenAPI document (`openapi.rs`), answers a wrong method with 405
//! and `Allow`, names the action a caller needs, and labels logs and metrics. The hottest routes come first, because
//! actix tries them in order.

use crate::handlers::{
    calendars, corrections, dashboards, delegates, difference, feed, issue_list, issues, log, major_issues, offices,
    places, policies, read_models, receptions, reviews, rosters, together, tokens, topics, vocabulary, whole_log,
};
use crate::limits::{JSON_BYTES_MAX, ROSTER_BYTES_MAX};
use crate::{docs, health, metrics, openapi, problems};
use actix_web::dev::HttpServiceFactory;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, OnceLock};
use utoipa_actix_web::OpenApiFactory;
use utoipa_actix_web::service_config::ServiceConfig;

/// The table. A line is: method, path, action, handler.
pub fn table() -> Routes {
    Routes::new(vec![
        post("/v1/receptions", "reception.record", || receptions::record),
        get("/v1/issues/{id}", "issue.read", || issues::one_issue),
        get("/v1/issues", "issue.list", || issue_list::list_issues),
        get("/v1/receptions/{id}", "reception.read", || receptions::one_reception),
        get("/v1/receptions", "reception.list", || receptions::list_receptions),
        get("/v1/receptions/{id}/events", "reception.read", || receptions::reception_events),
        get("/v1/issues/{id}/events", "issue.read", || issues::issue_events),
        get("/v1/issues/{id}/deadline", "issue.read", || issues::deadline),
        get("/v1/issues/{id}/difference", "issue.read", || difference::difference),
        post("/v1/issues/{id}/answers", "issue.answer", || issues::give_answer),
        post("/v1/issues/{id}/taking", "issue.take", || issues::take),
        post("/v1/issues/{id}/interim-replies", "issue.reply", || issues::reply_meanwhile),
        post("/v1/issues/{id}/escalations", "issue.escalate", || issues::escalate),
        post("/v1/issues/{id}/escalation-returns", "issue.return", || issues::return_escalation),
        post("/v1/issues/{id}/extensions", "issue.extend", || issues::request_extension),
        post("/v1/issues/{id}/extensions/decision", "issue.decide_extension", || issues::decide_extension),
        post("/v1/issues/{id}/extensions/notification", "issue.extend", || issues::tell_of_extension),
        post("/v1/issues/{id}/suspensions", "issue.suspend", || issues::suspend),
        post("/v1/issues/{id}/resumptions", "issue.suspend", || issues::resume),
        post("/v1/issues/{id}/referrals", "issue.refer", || issues::refer),
        post("/v1/issues/{id}/feedback", "issue.feedback", || issues::feedback),
        post("/v1/issues/{id}/closing", "issue.close", || issues::close),
        post("/v1/issues/{id}/reopenings", "issue.reopen", || issues::request_reopening),
        post("/v1/issues/{id}/reopenings/decision", "issue.decide_reopening", || issues::decide_reopening),
        post("/v1/issues/{id}/withdrawal", "issue.withdraw", || issues::withdraw),
        post("/v1/issues/{id}/handovers", "issue.hand_over", || issues::hand_over),
        post("/v1/issues/{id}/delivery-attempts", "issue.attempt_delivery", || together::attempt_delivery),
        post("/v1/issues/{id}/commitment-verifications", "issue.verify_commitment", || together::verify_commitment),
        post("/v1/issues/{id}/merges", "issue.merge", || together::merge),
        post("/v1/issues/{id}/unmerges", "issue.merge", || together::unmerge),
        post("/v1/issues/{id}/links", "issue.link", || together::link),
        post("/v1/issues/{id}/input-requests", "issue.request_input", || together::request_input),
        post("/v1/issues/{id}/inputs", "issue.give_input", || together::give_input),
        get("/v1/dashboards/overview", "dashboard.read", || dashboards::overview),
        get("/v1/dashboards/grids", "dashboard.read", || dashboards::grids),
        get("/v1/dashboards/units", "dashboard.read", || dashboards::units),
        get("/v1/dashboards/delegates", "dashboard.read", || dashboards::delegates),
        get("/v1/dashboards/topics", "dashboard.read", || dashboards::topics),
        get("/v1/dashboards/major-issues", "dashboard.read", || dashboards::major_issues),
        post("/v1/issues/{id}/corrections", "issue.correct", || corrections::correct_issue),
        post("/v1/issues/{id}/corrections/decision", "issue.decide_correction", || {
            corrections::decide_issue_correction
        }),
        post("/v1/receptions/{id}/corrections", "reception.correct", || corrections::correct_reception),
        post("/v1/receptions/{id}/corrections/decision", "reception.decide_correction", || {
            corrections::decide_reception_correction
        }),
        get("/v1/events", "log.read", || whole_log::events),
        get("/v1/feed", "feed.follow", || feed::follow).or_ticket(),
        post("/v1/feed/tickets", "feed.follow", || feed::ticket).unrecorded(),
        get("/log/checkpoint", "log.check", || log::checkpoint).open(),
        get("/log/vkey", "log.check", || log::vkey).open(),
        get("/log/consistency", "log.check", || log::consistency).open(),
        get("/log/proof/{position}", "log.read", || log::inclusion),
        // Before the hash tiles: `entries` is no level.
        get("/log/tile/entries/{place:.*}", "log.read", || log::entry_bundle),
        get("/log/tile/{level}/{place:.*}", "log.check", || log::hash_tile).open(),
        get("/v1/read-models", "read_model.read", || read_models::list),
        post("/v1/read-models/{name}/rebuild", "read_model.rebuild", || read_models::rebuild).unrecorded(),
        get("/v1/grids", "place.list", || places::list_grids),
        get("/v1/grids/{id}", "place.read", || places::one_grid),
        post("/v1/grids/{id}/convener", "place.appoint", || places::appoint_convener),
        post("/v1/grids/{id}/liaison", "place.appoint", || places::appoint_liaison),
        get("/v1/units", "place.list", || places::list_units),
        get("/v1/units/{id}", "place.read", || places::one_unit),
        get("/v1/delegates", "delegate.list", || delegates::list_delegates),
        post("/v1/delegates", "delegate.register", || delegates::register),
        get("/v1/delegates/{id}", "delegate.read", || delegates::one_delegate),
        post("/v1/delegates/{id}/mandates", "delegate.change", || delegates::give_mandate),
        post("/v1/delegates/{id}/assignments", "delegate.change", || delegates::assign),
        post("/v1/delegates/{id}/departures", "delegate.change", || delegates::depart),
        get("/v1/reviews/{year}/delegates", "review.read", || reviews::all_delegates),
        get("/v1/reviews/{year}/delegates/{id}", "review.read", || reviews::one_delegate),
        get("/v1/reviews/{year}/delegates/{id}/indicators/{code}", "review.read", || reviews::behind_delegate),
        get("/v1/reviews/{year}/grids", "review.read", || reviews::all_grids),
        get("/v1/reviews/{year}/grids/{id}", "review.read", || reviews::one_grid),
        get("/v1/reviews/{year}/grids/{id}/indicators/{code}", "review.read", || reviews::behind_grid),
        get("/v1/offices", "office.list", || offices::list_offices),
        post("/v1/offices", "office.register", || offices::register),
        get("/v1/offices/{id}", "office.read", || offices::one_office),
        get("/v1/policies", "policy.list", || policies::list_policies),
        post("/v1/policies", "policy.adopt", || policies::adopt),
        get("/v1/policies/{position}", "policy.read", || policies::one_policy),
        get("/v1/topics", "topic.list", || topics::list_topics),
        get("/v1/vocabulary", "vocabulary.read", || vocabulary::vocabulary).open(),
        get("/v1/calendars", "calendar.list", || calendars::list_calendars),
        get("/v1/calendars/{year}", "calendar.read", || calendars::one_calendar),
        post("/v1/calendars/{year}", "calendar.publish", || calendars::publish),
        post("/v1/roster-imports", "roster.import", || rosters::import_roster).takes(Accepts::Roster),
        get("/v1/roster-imports/{id}", "roster.read", || rosters::one_import),
        get("/v1/me", "account.me", || tokens::me).in_any_role(),
        get("/v1/tokens", "token.list", || tokens::list_tokens),
        post("/v1/tokens", "token.issue", || tokens::issue),
        get("/v1/tokens/{id}", "token.read", || tokens::one_token),
        post("/v1/tokens/{id}/revocation", "token.revoke", || tokens::revoke),
        get("/v1/major-issues", "major_issue.list", || major_issues::list_major_issues),
        get("/v1/major-issues/{id}", "major_issue.read", || major_issues::one_major_issue),
        get("/v1/major-issues/{id}/events", "major_issue.read", || major_issues::major_issue_events),
        post("/v1/major-issues/{id}/triage", "major_issue.triage", || major_issues::triage),
        post("/v1/major-issues/{id}/deliberations", "major_issue.deliberate", || major_issues::deliberate),
        post("/v1/major-issues/{id}/assignments", "major_issue.assign", || major_issues::assign),
        post("/v1/major-issues/{id}/acceptances", "major_issue.accept", || major_issues::accept),
        post("/v1/major-issues/{id}/refusals", "major_issue.refuse", || major_issues::refuse),
        post("/v1/major-issues/{id}/refusals/decision", "major_issue.decide_refusal", || major_issues::decide_refusal),
        post("/v1/major-issues/{id}/reports", "major_issue.report", || major_issues::report),
        post("/v1/major-issues/{id}/verifications", "major_issue.verify", || major_issues::verify),
        post("/v1/major-issues/{id}/level-changes", "major_issue.change_level", || major_issues::change_level),
        post("/v1/major-issues/{id}/conclusion", "major_issue.conclude", || major_issues::conclude),
        get("/health/live", "health.read", || health::live).open(),
        get("/health/ready", "health.read", || health::ready).open(),
        get("/metrics", "metrics.read", || metrics::page),
        get("/openapi.json", "contract.read", || openapi::page).open(),
        get("/", "contract.read", || docs::root).open(),
        get("/docs", "contract.read", || docs::redirect).open(),
        get("/docs/{file:.*}", "contract.read", || docs::file).open(),
        get("/problems", "contract.read", || problems::list).open(),
        get("/problems/{code}", "contract.read", || problems::one).open(),
    ])
}

/// What a route takes as its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepts {
    /// No body: a question.
    Nothing,
    /// A JSON object.
    Json,
    /// A roster file.
    Roster,
}

impl Accepts {
    /// The media types of the body.
    pub const fn media_types(self) -> &'static [&'static str] {
        match self {
            Self::Nothing => &[],
            Self::Json => &["application/json"],
            Self::Roster => &["text/csv"],
        }
    }

    /// The encodings of the body that a client may name. Which one a roster is in, its bytes say.
    pub const fn charsets(self) -> &'static [&'static str] {
        match self {
            Self::Nothing | Self::Json => &["utf-8"],
            Self::Roster => &["utf-8", "utf-16", "gb18030", "gbk", "gb2312"],
        }
    }

    /// The longest body, in bytes.
    pub const fn bytes_max(self) -> usize {
        match self {
            Self::Nothing => 0,
            Self::Json => JSON_BYTES_MAX,
            Self::Roster => ROSTER_BYTES_MAX,
        }
    }
}

type Register = Box<dyn Fn(&mut ServiceConfig<'_>) + Send + Sync>;

/// One line of the table.
pub struct Route {
    /// The method.
    pub method: &'static str,
    /// The path, as actix writes it: `{id}` is one segment, `{rest:.*}` all that follow.
    pub path: &'static str,
    /// The action it needs, `<thing>.<verb>`.
    pub action: &'static str,
    /// No token needed.
    pub open: bool,
    /// A ticket will do instead of a token.
    pub takes_ticket: bool,
    /// A command that leaves no leaf: there is nothing to be replayed, and no version to match.
    pub unrecorded: bool,
    /// Whoever has several roles need not say in which.
    pub in_any_role: bool,
    /// What it takes as its body.
    pub accepts: Accepts,
    /// The method and path of the handler's own attribute; a test compares.
    pub declared: (String, String),
    pub(crate) timers: [OnceLock<::metrics::Histogram>; 6],
    register: Register,
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ({})", self.method, self.path, self.action)
    }
}

/// A question.
pub fn get<H>(path: &'static str, action: &'static str, handler: fn() -> H) -> Route
where
    H: HttpServiceFactory + OpenApiFactory + utoipa::Path + 'static,
{
    route("GET", path, action, Accepts::Nothing, handler)
}

/// A command with a JSON body.
pub fn post<H>(path: &'static str, action: &'static str, handler: fn() -> H) -> Route
where
    H: HttpServiceFactory + OpenApiFactory + utoipa::Path + 'static,
{
    route("POST", path, action, Accepts::Json, handler)
}

fn route<H>(
    method: &'static str,
    path: &'static str,
    action: &'static str,
    accepts: Accepts,
    handler: fn() -> H,
) -> Route
where
    H: HttpServiceFactory + OpenApiFactory + utoipa::Path + 'static,
{
    let declared = H::methods().first().map_or("", |method| match method {
        utoipa::openapi::HttpMethod::Get => "GET",
        utoipa::openapi::HttpMethod::Post => "POST",
        // Nothing is edited in place (docs/API.md): a handler of another method fails the test of the table.
        utoipa::openapi::HttpMethod::Put
        | utoipa::openapi::HttpMethod::Delete
        | utoipa::openapi::HttpMethod::Options
        | utoipa::openapi::HttpMethod::Head
        | utoipa::openapi::HttpMethod::Patch
        | utoipa::openapi::HttpMethod::Trace => "other",
    });
    Route {
        method,
        path,
        action,
        open: false,
        takes_ticket: false,
        unrecorded: false,
        in_any_role: false,
        accepts,
        declared: (declared.to_owned(), H::path()),
        timers: Default::default(),
        register: Box::new(move |config| {
            config.service(handler());
        }),
    }
}

impl Route {
    /// Needs no token.
    #[must_use]
    pub fn open(mut self) -> Self {
        self.open = true;
        self
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

    /// Tells who one is, and so in which roles one may come.
    #[must_use]
    pub fn in_any_role(mut self) -> Self {
        self.in_any_role = true;
        self
    }

    /// Takes something else than JSON.
    #[must_use]
    pub fn takes(mut self, accepts: Accepts) -> Self {
        self.accepts = accepts;
        self
    }

    /// Whether its JSON answers have the names of what they tell by ids (`names.rs`). Not where the bytes are pinned: reviews,
    /// due dates, the log for auditors; nor where no such id can be.
    pub fn names(&self) -> bool {
        const WITHOUT: [&str; 7] = [
            "/v1/reviews/",
            "/v1/feed",
            "/v1/topics",
            "/v1/policies",
            "/v1/calendars",
            "/v1/read-models",
            "/v1/vocabulary",
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
}

/// The table, with a tree of path segments above it.
#[derive(Debug, Default)]
pub struct Routes {
    list: Vec<Arc<Route>>,
    root: Node,
}

#[derive(Debug, Default)]
struct Node {
    fixed: HashMap<&'static str, Node>,
    any: Option<Box<Node>>,
    rest: Vec<Arc<Route>>,
    here: Vec<Arc<Route>>,
}

/// What the table says of a method and a path.
#[derive(Debug)]
pub enum Found {
    /// A route.
    Route(Arc<Route>),
    /// The path is known, the method is not: the value of `Allow`.
    OtherMethods(String),
    /// No such path.
    Nothing,
}

impl Routes {
    /// A table of these routes.
    pub fn new(routes: Vec<Route>) -> Self {
        let mut table = Self::default();
        for route in routes {
            let route = Arc::new(route);
            table.root.insert(&route);
            table.list.push(route);
        }
        table
    }

    /// The table with more routes at its end, for tests of the shell.
    #[must_use]
    pub fn and(mut self, more: Vec<Route>) -> Self {
        for route in more {
            let route = Arc::new(route);
            self.root.insert(&route);
            self.list.push(route);
        }
        self
    }

    /// Every route, in the order of the table.
    pub fn iter(&self) -> impl Iterator<Item = &Route> {
        self.list.iter().map(AsRef::as_ref)
    }

    /// Registers every handler, and collects what it says of itself for the document.
    pub fn register(&self, config: &mut ServiceConfig<'_>) {
        for route in &self.list {
            (route.register)(config);
        }
    }

    /// The route of a method and a path. HEAD is answered as GET without its body (RFC 9110 §9.3.2).
    pub fn find(&self, method: &str, path: &str) -> Found {
        let Some(path) = path.strip_prefix('/') else {
            return Found::Nothing;
        };
        let Some(routes) = self.root.find(path) else {
            return Found::Nothing;
        };
        let method = if method == "HEAD" { "GET" } else { method };
        if let Some(route) = routes.iter().find(|route| route.method == method) {
            return Found::Route(Arc::clone(route));
        }
        let mut methods = Vec::new();
        for route in routes {
            methods.push(route.method);
            if route.method == "GET" {
                methods.push("HEAD");
            }
        }
        methods.sort_unstable();
        methods.dedup();
        Found::OtherMethods(methods.join(", "))
    }
}

impl Node {
    fn insert(&mut self, route: &Arc<Route>) {
        let mut node = self;
        for segment in route.path.trim_start_matches('/').split('/') {
            if segment.starts_with('{') && segment.contains(":.*") {
                node.rest.push(Arc::clone(route));
                return;
            }
            node = if segment.starts_with('{') {
                node.any.get_or_insert_default()
            } else {
                node.fixed.entry(segment).or_default()
            };
        }
        node.here.push(Arc::clone(route));
    }

    /// Names before placeholders, placeholders before what takes the rest. The depth is that of the table.
    fn find(&self, path: &str) -> Option<&[Arc<Route>]> {
        let (segment, below) = match path.split_once('/') {
            Some((segment, below)) => (segment, Some(below)),
            None => (path, None),
        };
        let step = |node: &'_ Node| -> bool { below.is_some() || !node.here.is_empty() };
        let fixed = self.fixed.get(segment).filter(|node| step(node));
        let any = self.any.as_deref().filter(|node| !segment.is_empty() && step(node));
        for node in [fixed, any].into_iter().flatten() {
            let found = match below {
                Some(below) => node.find(below),
                None => Some(node.here.as_slice()),
            };
            if found.is_some() {
                return found;
            }
        }
        (!self.rest.is_empty()).then_some(self.rest.as_slice())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_table_says_what_the_handlers_say() {
        let mut seen = BTreeSet::new();
        for route in table().iter() {
            assert_eq!(route.declared, (route.method.to_owned(), route.documented_path()), "{route:?}");
            assert!(seen.insert((route.method, route.path)), "{route:?} twice");
            let (thing, verb) = route.action.split_once('.').unwrap();
            assert!(!thing.is_empty() && !verb.is_empty(), "{route:?}");
        }
    }

    #[test]
    fn a_path_is_found_by_its_segments() {
        let routes = table();
        let found = |method: &str, path: &str| match routes.find(method, path) {
            Found::Route(route) => route.path.to_owned(),
            Found::OtherMethods(allow) => format!("405 {allow}"),
            Found::Nothing => "404".to_owned(),
        };
        assert_eq!(found("GET", "/problems"), "/problems");
        assert_eq!(found("HEAD", "/problems/not_found"), "/problems/{code}");
        assert_eq!(found("POST", "/problems/not_found"), "405 GET, HEAD");
        assert_eq!(found("GET", "/problems/"), "404");
        assert_eq!(found("GET", "/problems/a/b"), "404");
        assert_eq!(found("GET", "/docs/"), "/docs/{file:.*}");
        assert_eq!(found("GET", "/docs/a/b"), "/docs/{file:.*}");
        assert_eq!(found("GET", "/docs"), "/docs");
        assert_eq!(found("GET", "/"), "/");
        assert_eq!(found("GET", "/health"), "404");
        assert_eq!(found("OPTIONS", "*"), "404");
        assert_eq!(found("GET", ""), "404");
    }
}
