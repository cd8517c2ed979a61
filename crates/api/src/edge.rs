//! What happens around every request: its id, its route, its time limit's end, its log line, its measurement, the
//! headers every answer carries, and the rendering of problems. The only place that turns an error into bytes.

use crate::asked::Asked;
use crate::codes::Edge;
use crate::metrics;
use crate::problem::Problem;
use crate::routes::{Found, Routes};
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _, HttpRequest, HttpResponse};
use futures_util::FutureExt as _;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::time::Instant;

/// Headers of every answer, unless its handler set them. The contract is JSON: nothing of it is to be framed,
/// sniffed, cached or run.
const ALWAYS: [(&str, &str); 6] = [
    ("x-content-type-options", "nosniff"),
    ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
    ("referrer-policy", "no-referrer"),
    ("x-frame-options", "DENY"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cache-control", "no-store"),
];

pub(crate) async fn around<B: MessageBody + 'static>(
    routes: &Routes,
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let started = Instant::now();
    let (route, allow) = match routes.find(request.method().as_str(), request.path()) {
        Found::Route(route) => (Some(route), None),
        Found::OtherMethods(allow) => (None, Some(allow)),
        Found::Nothing => (None, None),
    };
    let asked = Rc::new(Asked::new(request.headers(), request.path(), route, allow));
    let method = request.method().clone();
    if method == Method::HEAD {
        // The codec leaves the body out by the method it read, so that the handler need not know.
        request.head_mut().method = Method::GET;
    }
    request.extensions_mut().insert(Rc::clone(&asked));

    // A panic is a bug of ours; it ends this request alone.
    let answered = AssertUnwindSafe(next.call(request)).catch_unwind().await;
    let mut cause = None;
    let outcome = match answered {
        Ok(Ok(answer)) => match problem_of(answer.response().error(), answer.status()) {
            Some(problem) => {
                cause.clone_from(&problem.cause);
                let rendered = problem.render(asked.language(), &asked.path, &asked.request_id);
                Ok(answer.into_response(rendered))
            }
            None => Ok(answer.map_into_boxed_body()),
        },
        Ok(Err(error)) => Err(error.as_error::<Problem>().cloned().unwrap_or_else(|| Problem::internal(&error))),
        // Its text may quote what somebody told; where it happened the hook has logged (`process.rs`).
        Err(_) => Err(Problem::internal("a handler panicked")),
    };
    let outcome = outcome.map_err(|problem| {
        cause.clone_from(&problem.cause);
        problem.render(asked.language(), &asked.path, &asked.request_id)
    });

    let status = match &outcome {
        Ok(answer) => answer.status(),
        Err(answer) => answer.status(),
    };
    report(&asked, &method, status, started, cause.as_deref());
    match outcome {
        Ok(mut answer) => {
            finish(answer.headers_mut(), &asked);
            Ok(answer)
        }
        Err(mut answer) => {
            finish(answer.headers_mut(), &asked);
            // The request went down with its handler, so the answer travels as an error.
            Err(actix_web::error::InternalError::from_response("", answer).into())
        }
    }
}

/// The problem behind an answer: a handler's own, or an error of actix's put into our words.
fn problem_of(error: Option<&Error>, status: StatusCode) -> Option<Problem> {
    let error = error?;
    if let Some(problem) = error.as_error::<Problem>() {
        return Some(problem.clone());
    }
    let code = match status.as_u16() {
        404 => Edge::NotFound,
        408 => Edge::RequestTimeout,
        413 => Edge::TooLarge,
        415 => Edge::UnsupportedMediaType,
        400..=499 => Edge::BadRequest,
        _ => Edge::Internal,
    };
    Some(Problem::new(code).caused_by(error))
}

/// The log line and the measurement. Route patterns only: a path holds ids, a query what was searched for.
fn report(asked: &Asked, method: &Method, status: StatusCode, started: Instant, cause: Option<&str>) {
    let took = started.elapsed();
    metrics::observe(asked.route.as_deref(), status, took);
    let route = asked.route.as_ref().map_or("-", |route| route.path);
    let duration_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    if status.is_server_error() {
        tracing::error!(
            target: "access", method = method.as_str(), route, status = status.as_u16(), duration_us,
            request_id = asked.request_id, cause = cause.unwrap_or_default(), "request failed"
        );
    } else {
        tracing::info!(
            target: "access", method = method.as_str(), route, status = status.as_u16(), duration_us,
            request_id = asked.request_id, "request"
        );
    }
}

fn finish(headers: &mut HeaderMap, asked: &Asked) {
    for (name, value) in ALWAYS {
        let name = HeaderName::from_static(name);
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    if let Ok(id) = HeaderValue::from_str(&asked.request_id) {
        headers.insert(HeaderName::from_static("x-request-id"), id);
    }
}

/// Answers what no route answers: 405 with `Allow` where the path is known, else 404.
pub(crate) async fn unrouted(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let asked = Asked::of(&request)?;
    Err(match &asked.allow {
        Some(allow) => {
            let mut problem = Problem::new(Edge::MethodNotAllowed)
                .because(format!("可用的方法：{allow}。"), format!("Methods: {allow}."));
            problem.allow = Some(allow.clone());
            problem
        }
        None => Problem::new(Edge::NotFound),
    })
}
