//! The OpenAPI 3.1 document, `openapi/huiyin.json`: served and printed as it lies there.
//!
//! A test makes it of the table of routes, and holds what lies there against it: handlers say what is theirs, everything that
//! holds for all of them (security, headers, refusals) is added here from the table, so that no handler repeats it. What makes
//! it is compiled for that test alone: it was a third of what there is to compile of this crate.

#[cfg(test)]
mod bilingual;
#[cfg(test)]
mod choices;
#[cfg(test)]
mod clauses;
#[cfg(test)]
mod document;
#[cfg(test)]
mod event_types;
#[cfg(test)]
mod events;
#[cfg(test)]
mod examples;
#[cfg(test)]
mod names;
#[cfg(test)]
mod operation;
#[cfg(test)]
mod policy;
#[cfg(test)]
mod shared;
#[cfg(test)]
mod tables;
#[cfg(test)]
mod tidy;
pub mod vocabulary;

#[cfg(test)]
pub(crate) use document::{document, text};

use crate::http::fixed::Fixed;
use crate::input::query;
use crate::problem::Problem;
use actix_web::{HttpRequest, HttpResponse};
use std::sync::LazyLock;

/// The document of the table of routes.
pub const TEXT: &str = include_str!("../../../../openapi/huiyin.json");

/// The same, packed when somebody first asks for it: most servers that are started are never asked.
static PACKED: LazyLock<Fixed> = LazyLock::new(|| Fixed::new(TEXT.as_bytes().into(), "application/json"));

/// Read this document
///
/// 本接口的 OpenAPI 3.1 文档。The OpenAPI 3.1 document of this server; `huiyin openapi` prints the same.
#[utoipa::path(get, path = "/openapi.json", tag = "contract", responses(
    (status = 200, description = "文档。The document.", body = Object, example = json!({"openapi": "3.1.0", "info": {"title": "回音 Huiyin"}})),
    (status = 304, description = "与 If-None-Match 所指相同。The same as If-None-Match names."),
))]
pub(crate) async fn page(request: HttpRequest) -> Result<HttpResponse, Problem> {
    query::nothing(&request)?;
    Ok(PACKED.answer(request.headers(), &[]))
}

#[cfg(test)]
mod tests;
