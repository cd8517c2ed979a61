//! `/docs`: Swagger UI from the binary, which asks no other address for anything.

use crate::http::context::PathParts;
use crate::http::cors::RESOURCE_POLICY;
use crate::http::fixed::Fixed;
use crate::input::query;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};
use bytes::Bytes;
use std::collections::HashMap;
use std::io::{Cursor, Read as _};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED;
use zip::ZipArchive;

/// Swagger UI sets styles in line and draws its icons from `data:` addresses; scripts come from here alone.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                      font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The page is ours, in the place of the one that comes with Swagger UI: it warns, searches operations, keeps the token and
/// fits a narrow window.
fn ours(name: &str) -> Option<(&'static str, &'static str)> {
    Some(match name {
        "" | "index.html" => (include_str!("docs/index.html"), "text/html; charset=utf-8"),
        "swagger-initializer.js" => (include_str!("docs/swagger-initializer.js"), "text/javascript; charset=utf-8"),
        "huiyin.css" => (include_str!("docs/huiyin.css"), "text/css; charset=utf-8"),
        _ => return pages(name).map(|text| (text, "text/markdown; charset=utf-8")),
    })
}

/// What holds for all calls, which the document refers to, and every page that these lead to.
fn pages(name: &str) -> Option<&'static str> {
    Some(match name {
        "API.md" => include_str!("../../../../docs/API.md"),
        "AUDIT.md" => include_str!("../../../../docs/AUDIT.md"),
        "ACCESS.md" => include_str!("../../../../docs/ACCESS.md"),
        "CLAUSES.md" => include_str!("../../../../docs/CLAUSES.md"),
        "FORMAT.md" => include_str!("../../../../docs/FORMAT.md"),
        "GLOSSARY.md" => include_str!("../../../../docs/GLOSSARY.md"),
        "LIFECYCLE.md" => include_str!("../../../../docs/LIFECYCLE.md"),
        "SOURCES.md" => include_str!("../../../../docs/SOURCES.md"),
        "zh/API.md" => include_str!("../../../../docs/zh/API.md"),
        "zh/ACCESS.md" => include_str!("../../../../docs/zh/ACCESS.md"),
        "zh/CLAUSES.md" => include_str!("../../../../docs/zh/CLAUSES.md"),
        "zh/GLOSSARY.md" => include_str!("../../../../docs/zh/GLOSSARY.md"),
        "zh/LIFECYCLE.md" => include_str!("../../../../docs/zh/LIFECYCLE.md"),
        "zh/SOURCES.md" => include_str!("../../../../docs/zh/SOURCES.md"),
        "adr/0011-review-readings.md" => include_str!("../../../../docs/adr/0011-review-readings.md"),
        "adr/0022-review-readings-again.md" => include_str!("../../../../docs/adr/0022-review-readings-again.md"),
        "adr/0023-a-suspension-ends-by-itself.md" => {
            include_str!("../../../../docs/adr/0023-a-suspension-ends-by-itself.md")
        }
        "adr/0054-review-2.md" => include_str!("../../../../docs/adr/0054-review-2.md"),
        "adr/0055-obligations-of-periods.md" => include_str!("../../../../docs/adr/0055-obligations-of-periods.md"),
        _ => return None,
    })
}

/// Go from the server's address to the documentation page
///
/// 在浏览器中只输入地址的人，会被带到接口文档页面。Who types the bare address into a browser is led to the documentation page.
#[utoipa::path(get, path = "/", tag = "contract", responses(
    (status = 303, description = "页面在 /docs/。The page is at `/docs/`."),
))]
pub(crate) async fn root(request: HttpRequest) -> Result<HttpResponse, Problem> {
    query::nothing(&request)?;
    Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, "/docs/")).finish())
}

/// Go to the documentation page
///
/// 转到接口文档页面 `/docs/`。
///
/// Leads to the documentation page at `/docs/`.
#[utoipa::path(get, path = "/docs", tag = "contract", responses(
    (status = 308, description = "页面在 /docs/。The page is at `/docs/`."),
))]
pub(crate) async fn redirect(request: HttpRequest) -> Result<HttpResponse, Problem> {
    query::nothing(&request)?;
    Ok(HttpResponse::PermanentRedirect().insert_header((header::LOCATION, "/docs/")).finish())
}

/// Read the documentation page
///
/// 接口文档页面及其脚本和样式，可离线使用，不向任何外部地址请求内容。
///
/// The documentation page, its scripts and styles; it works offline, and no outside address is asked for anything.
#[utoipa::path(get, path = "/docs/{file}",
    tag = "contract", params(("file" = String, Path, description = "页面的文件，空为首页。A file of the page; empty for the page itself.", example = "index.html")), responses(
    (status = 200, description = "文件。The file.", body = String, content_type = "text/html", example = "<!DOCTYPE html>…"),
    (status = 304, description = "与 If-None-Match 所指相同。The same as If-None-Match names."),
))]
pub(crate) async fn file(request: HttpRequest, parts: PathParts) -> Result<HttpResponse, Problem> {
    query::nothing(&request)?;
    let file = of_name(parts.get("file"))?;
    // A page of ours, for people: no other is to embed it.
    let more = [
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (HeaderName::from_static(RESOURCE_POLICY), HeaderValue::from_static("same-origin")),
    ];
    Ok(file.answer(request.headers(), &more))
}

/// A file of the page: made when it is first asked for, then shared.
fn of_name(name: &str) -> Result<Arc<Fixed>, Problem> {
    static FILES: LazyLock<Mutex<HashMap<String, Arc<Fixed>>>> = LazyLock::new(Mutex::default);
    let known = |files: &HashMap<_, _>| files.get(name).cloned();
    if let Some(made) = known(&FILES.lock().unwrap_or_else(PoisonError::into_inner)) {
        return Ok(made);
    }
    let made = Arc::new(match ours(name) {
        Some((text, media_type)) => Fixed::new(Bytes::from_static(text.as_bytes()), media_type),
        None => of_swagger_ui(name)?,
    });
    // Only names that are files come here, so there are few.
    FILES.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), Arc::clone(&made));
    Ok(made)
}

/// A file of Swagger UI that the page asks for, out of its archive.
fn of_swagger_ui(name: &str) -> Result<Fixed, Problem> {
    let absent = || Problem::new(HttpCode::NotFound);
    let media_type = match name {
        "swagger-ui.css" => "text/css; charset=utf-8",
        "swagger-ui-bundle.js" => "text/javascript; charset=utf-8",
        "favicon-32x32.png" => "image/png",
        _ => return Err(absent()),
    };
    let mut archive = ZipArchive::new(Cursor::new(SWAGGER_UI_VENDORED)).map_err(Problem::internal)?;
    // In a folder named by the version; others of the same name are further down.
    let is_it = |at: &usize| match archive.name_for_index(*at) {
        Some(Ok(path)) => path.split('/').skip(1).eq(["dist", name]),
        Some(Err(_)) | None => false,
    };
    let at = (0..archive.len()).find(is_it).ok_or_else(absent)?;
    let mut bytes = Vec::new();
    archive.by_index(at).map_err(Problem::internal)?.read_to_end(&mut bytes).map_err(Problem::internal)?;
    Ok(Fixed::new(bytes.into(), media_type))
}
