//! `/docs`: Swagger UI from the binary, which asks no other address for anything.

use crate::codes::Edge;
use crate::problem::Problem;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get};
use std::sync::{Arc, LazyLock};
use utoipa_swagger_ui::{Config, serve};

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
        _ => return None,
    })
}

/// Nothing of it is used: the one file that Swagger UI would fill in from it is replaced.
static CONFIG: LazyLock<Arc<Config<'static>>> = LazyLock::new(|| Arc::new(Config::new(["/openapi.json"])));

/// Go to the documentation page
///
/// 转到接口文档页面。The page itself is at `/docs/`.
#[utoipa::path(tag = "contract", responses(
    (status = 308, description = "页面在 /docs/。The page is at `/docs/`."),
))]
#[get("/docs")]
pub(crate) async fn redirect() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((header::LOCATION, "/docs/")).finish()
}

/// Read the documentation page
///
/// 接口文档页面，可离线使用。The page, its scripts and styles; no outside address is asked for anything.
#[utoipa::path(tag = "contract", params(("file" = String, Path, description = "页面的文件，空为首页。A file of the page; empty for the page itself.", example = "index.html")), responses(
    (status = 200, description = "文件。The file.", body = String, content_type = "text/html", example = "<!DOCTYPE html>…"),
))]
#[get("/docs/{file:.*}")]
pub(crate) async fn file(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let name = request.match_info().get("file").unwrap_or_default();
    if let Some((text, media_type)) = ours(name) {
        return Ok(HttpResponse::Ok()
            .content_type(media_type)
            .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
            .insert_header((header::CACHE_CONTROL, "no-cache"))
            .body(text));
    }
    let file = serve(name, Arc::clone(&CONFIG)).map_err(Problem::internal)?;
    let file = file.ok_or_else(|| Problem::new(Edge::NotFound))?;
    let mut answer = HttpResponse::Ok();
    if file.gzpipped {
        answer.insert_header((header::CONTENT_ENCODING, "gzip"));
    }
    Ok(answer
        .content_type(file.content_type.clone())
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .body(file.bytes.to_vec()))
}
