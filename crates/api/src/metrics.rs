//! `/metrics` in the Prometheus text format, and the timer of every route.
//!
//! The label is the route's pattern, never the path, so that the number of series is that of the table.

use crate::caller::Caller;
use crate::output;
use crate::problem::Problem;
use crate::query;
use crate::route::Route;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::sync::LazyLock;
use std::time::Duration;

const SECONDS: &[f64] =
    &[0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];
const CLASSES: [&str; 6] = ["other", "1xx", "2xx", "3xx", "4xx", "5xx"];

/// The process's recorder. Where another one is installed already its series are not shown here.
static RECORDER: LazyLock<Option<PrometheusHandle>> = LazyLock::new(|| {
    let builder = PrometheusBuilder::new().set_buckets(SECONDS).ok()?;
    builder.install_recorder().ok()
});

/// Installs the recorder; before this, measurements go nowhere.
pub fn install() {
    LazyLock::force(&RECORDER);
}

/// Folds what was measured since the last call into the buckets. To be called about once a second, for the recorder
/// keeps every single measurement until then. `connections` are those open now.
pub fn upkeep(connections: usize) {
    ::metrics::gauge!("huiyin_http_connections").set(u32::try_from(connections).unwrap_or(u32::MAX));
    if let Some(recorder) = RECORDER.as_ref() {
        recorder.run_upkeep();
    }
}

pub(crate) fn observe(route: Option<&Route>, status: StatusCode, duration: Duration) {
    let class = usize::from(status.as_u16() / 100);
    let class = if class < CLASSES.len() { class } else { 0 };
    let timer = |method: &'static str, pattern: &'static str| {
        metrics::histogram!(
            "huiyin_http_request_duration_seconds",
            "method" => method, "route" => pattern, "status" => CLASSES[class]
        )
    };
    match route {
        // Handles are kept with the route: looking one up costs more than measuring.
        Some(route) => route.timers[class].get_or_init(|| timer(route.method, route.path)).record(duration),
        None => timer("-", "-").record(duration),
    }
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
pub(crate) async fn page(_caller: Caller, request: HttpRequest) -> Result<HttpResponse, Problem> {
    query::nothing(&request)?;
    ::metrics::counter!("huiyin_log_lines_lost_total").absolute(output::lost());
    let recorder = RECORDER.as_ref().ok_or_else(|| Problem::internal("another metrics recorder is installed"))?;
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(recorder.render()))
}
