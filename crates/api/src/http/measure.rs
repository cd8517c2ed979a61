//! What is measured, in memory and in numbers whose count does not grow with use: how long requests take, how many
//! connections are open, whether the head is signed. `metrics.rs` shows it.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Upper bounds of the buckets, seconds. What took longer than all of them has a bucket of its own.
const SECONDS: [f64; 15] =
    [0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// Connections open now.
pub(crate) static CONNECTIONS: AtomicU64 = AtomicU64::new(0);
/// 1 while the head cannot be signed.
pub static CHECKPOINT_FAILING: AtomicU64 = AtomicU64::new(0);
/// 1 while the clock over obligations cannot be run.
pub static CLOCK_FAILING: AtomicU64 = AtomicU64::new(0);
/// Every timer that has measured: as many as the table has routes, times the kinds of status.
static TIMERS: Mutex<Vec<Arc<Timer>>> = Mutex::new(Vec::new());

/// How long the requests of one route took that were answered with one kind of status.
#[derive(Debug)]
pub struct Timer {
    /// Method, pattern of the path, kind of status: never the path itself, which holds ids.
    labels: [&'static str; 3],
    counts: [AtomicU64; SECONDS.len() + 1],
    sum_ns: AtomicU64,
}

impl Timer {
    /// The timer of a method, a pattern and a kind of status.
    pub fn of(method: &'static str, route: &'static str, status: &'static str) -> Arc<Self> {
        let labels = [method, route, status];
        let mut timers = TIMERS.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = timers.iter().find(|timer| timer.labels == labels) {
            return Arc::clone(known);
        }
        let timer = Arc::new(Self { labels, counts: Default::default(), sum_ns: AtomicU64::new(0) });
        timers.push(Arc::clone(&timer));
        timer
    }

    /// Counts one more.
    pub fn record(&self, took: Duration) {
        let seconds = took.as_secs_f64();
        let bucket = SECONDS.iter().position(|bound| seconds <= *bound).unwrap_or(SECONDS.len());
        self.counts[bucket].fetch_add(1, Ordering::Relaxed);
        let ns = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        self.sum_ns.fetch_add(ns, Ordering::Relaxed);
    }

    fn write(&self, name: &str, page: &mut String) {
        let [method, route, status] = self.labels;
        let labels = format!("method=\"{method}\",route=\"{route}\",status=\"{status}\"");
        let bounds = SECONDS.iter().map(f64::to_string).chain(["+Inf".to_owned()]);
        let mut count = 0;
        // Writing to a String cannot fail.
        for (bound, counted) in bounds.zip(&self.counts) {
            count += counted.load(Ordering::Relaxed);
            let _ = writeln!(page, "{name}_bucket{{{labels},le=\"{bound}\"}} {count}");
        }
        let sum = Duration::from_nanos(self.sum_ns.load(Ordering::Relaxed)).as_secs_f64();
        let _ = writeln!(page, "{name}_sum{{{labels}}} {sum}\n{name}_count{{{labels}}} {count}");
    }
}

/// All of it in the Prometheus text format, with the lines of log that were lost.
pub(crate) fn page(lines_lost: u64) -> String {
    let mut page = String::new();
    for (name, kind, value) in [
        ("huiyin_log_lines_lost_total", "counter", lines_lost),
        ("huiyin_http_connections", "gauge", CONNECTIONS.load(Ordering::Relaxed)),
        ("huiyin_checkpoint_failing", "gauge", CHECKPOINT_FAILING.load(Ordering::Relaxed)),
        ("huiyin_clock_failing", "gauge", CLOCK_FAILING.load(Ordering::Relaxed)),
    ] {
        // Writing to a String cannot fail.
        let _ = writeln!(page, "# TYPE {name} {kind}\n{name} {value}\n");
    }
    let name = "huiyin_http_request_duration_seconds";
    let _ = writeln!(page, "# TYPE {name} histogram");
    for timer in TIMERS.lock().unwrap_or_else(PoisonError::into_inner).iter() {
        timer.write(name, &mut page);
    }
    page.push('\n');
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_counts_what_took_at_most_so_long() {
        let timer = Timer::of("GET", "/measured/{id}", "2xx");
        for us in [100, 101, 2_500, 20_000_000] {
            Timer::of("GET", "/measured/{id}", "2xx").record(Duration::from_micros(us));
        }
        let mut page = String::new();
        timer.write("x", &mut page);
        let lines: Vec<_> = page.lines().collect();
        let labels = r#"method="GET",route="/measured/{id}",status="2xx""#;
        assert_eq!(lines.len(), SECONDS.len() + 3);
        assert_eq!(lines[0], format!("x_bucket{{{labels},le=\"0.0001\"}} 1"));
        assert_eq!(lines[1], format!("x_bucket{{{labels},le=\"0.00025\"}} 2"));
        assert_eq!(lines[4], format!("x_bucket{{{labels},le=\"0.0025\"}} 3"));
        assert_eq!(lines[14], format!("x_bucket{{{labels},le=\"10\"}} 3"));
        assert_eq!(lines[15], format!("x_bucket{{{labels},le=\"+Inf\"}} 4"));
        assert_eq!(lines[16..], [format!("x_sum{{{labels}}} 20.002701"), format!("x_count{{{labels}}} 4")]);
    }
}
