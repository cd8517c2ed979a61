//! Which route an address is, and the way to its handler.
//!
//! A tree of path segments finds the route once, before anybody is asked who they are (`middleware.rs`), and answers a wrong
//! method with 405 and `Allow`; what is found is what `dispatch` hands the request to.

use crate::accounts::guard;
use crate::http::absence;
use crate::http::context::RequestContext;
use crate::http::names;
use crate::http::route::Route;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use actix_web::dev::Payload;
use actix_web::{HttpRequest, HttpResponse};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

/// What the handler of a request's route answers.
///
/// # Errors
/// 404 where there is none; else what keeps the names of an answer from being read.
pub(crate) async fn dispatch(request: HttpRequest, payload: Payload) -> Result<HttpResponse, Problem> {
    // Fails closed: what came around the table has no handler.
    let route = RequestContext::of(&request).ok().and_then(|context| context.route.clone());
    let route = route.ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    let began = Instant::now();
    let answered = answer(&route, request.clone(), payload).await;
    absence::even_out(&request, began, &answered).await;
    answered
}

async fn answer(route: &Route, request: HttpRequest, payload: Payload) -> Result<HttpResponse, Problem> {
    guard::let_in(&request).await?;
    names::answer(route, request, payload).await
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
pub enum RouteMatch {
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

    /// The table with more routes at its end, for tests of the server alone.
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

    /// The route of a method and a path. HEAD is answered as GET without its body (RFC 9110 §9.3.2).
    pub fn find(&self, method: &str, path: &str) -> RouteMatch {
        let Some(path) = path.strip_prefix('/') else {
            return RouteMatch::Nothing;
        };
        let Some(routes) = self.root.find(path) else {
            return RouteMatch::Nothing;
        };
        let method = if method == "HEAD" { "GET" } else { method };
        if let Some(route) = routes.iter().find(|route| route.method == method) {
            return RouteMatch::Route(Arc::clone(route));
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
        RouteMatch::OtherMethods(methods.join(", "))
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
    use super::*;
    use crate::routes::table;
    use actix_web::test::TestRequest;

    #[tokio::test]
    async fn what_came_around_the_table_has_no_handler() {
        let request = TestRequest::get().uri("/health/live").to_http_request();
        assert!(dispatch(request, Payload::None).await.is_err_and(|problem| problem.status() == 404));
    }

    #[test]
    fn a_path_is_found_by_its_segments() {
        let routes = table();
        let found = |method: &str, path: &str| match routes.find(method, path) {
            RouteMatch::Route(route) => route.path.to_owned(),
            RouteMatch::OtherMethods(allow) => format!("405 {allow}"),
            RouteMatch::Nothing => "404".to_owned(),
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
