//! `/metrics` in the Prometheus text format, and which timer a request is measured by.
//!
//! The label is the route's pattern, never the path, so that the number of series is that of the table.

use crate::http::caller::Caller;
use crate::http::measure::{self, Timer};
use crate::http::memory::Memory;
use crate::http::output;
use crate::http::route::Route;
use crate::input::query;
use crate::problem::Problem;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

const CLASSES: [&str; 6] = ["other", "1xx", "2xx", "3xx", "4xx", "5xx"];

/// Timers of what was on no route.
static UNROUTED: [OnceLock<Arc<Timer>>; 6] = [const { OnceLock::new() }; 6];

pub(crate) fn observe(route: Option<&Route>, status: StatusCode, duration: Duration) {
    let class = usize::from(status.as_u16() / 100);
    let class = if class < CLASSES.len() { class } else { 0 };
    // Timers are kept with the route: looking one up costs more than measuring.
    let (timers, method, pattern) = match route {
        Some(route) => (&route.timers, route.method, route.path),
        None => (&UNROUTED, "-", "-"),
    };
    timers[class].get_or_init(|| Timer::of(method, pattern, CLASSES[class])).record(duration);
}

/// Read the server's measurements
///
/// 运行指标（Prometheus 文本格式）：计数与分布；标签是路由的样式，从不含具体地址或姓名。
///
/// Measurements in Prometheus text format: counters and histograms; labels are route patterns, never paths or
/// names.
#[utoipa::path(get, path = "/metrics", tag = "operations", responses(
    (status = 200, description = "指标。The measurements.", body = String, content_type = "text/plain",
        example = "huiyin_http_request_duration_seconds_count{method=\"GET\",route=\"/health/live\",status=\"2xx\"} 3\n"),
))]
pub(crate) async fn page(
    memory: Option<web::Data<Memory>>,
    _caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    query::nothing(&request)?;
    let mut page = measure::page(output::lost());
    page.extend(memory.map(|memory| memory.page()));
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(page))
}
