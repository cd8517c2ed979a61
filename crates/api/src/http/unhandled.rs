//! What is said where no handler of ours said it.

use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use actix_web::Error;
use actix_web::http::StatusCode;
use actix_web::http::header::ALLOW;

/// The problem behind an answer: a handler's own, or an error of actix's put into our words.
pub(super) fn problem_of(error: Option<&Error>, status: StatusCode) -> Option<Problem> {
    let error = error?;
    if let Some(problem) = error.as_error::<Problem>() {
        return Some(problem.clone());
    }
    let code = match status.as_u16() {
        404 => HttpCode::NotFound,
        408 => HttpCode::RequestTimeout,
        413 => HttpCode::TooLarge,
        415 => HttpCode::UnsupportedMediaType,
        400..=499 => HttpCode::BadRequest,
        _ => HttpCode::Internal,
    };
    Some(Problem::new(code).caused_by(error))
}

/// What no route answers: 405 with `Allow` where the path is known, else 404.
pub(super) fn unrouted(allow: Option<&str>) -> Problem {
    let Some(allow) = allow else { return Problem::new(HttpCode::NotFound) };
    Problem::new(HttpCode::MethodNotAllowed)
        .because(format!("可用的方法：{allow}。"), format!("Methods: {allow}."))
        .with_header(ALLOW, allow.to_owned())
}
