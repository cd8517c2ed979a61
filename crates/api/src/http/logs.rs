//! Log lines: JSON, one a line, on standard error, with the same English field names in every language. Nobody waits
//! for them to be written (`output.rs`).

use crate::http::output;
use std::io;
use std::str::FromStr;
use tracing::Subscriber;
use tracing::level_filters::LevelFilter;
use tracing::subscriber::set_global_default;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};

/// The levels of a filter, from nothing to everything.
const LEVELS: [(&str, LevelFilter); 6] = [
    ("off", LevelFilter::OFF),
    ("error", LevelFilter::ERROR),
    ("warn", LevelFilter::WARN),
    ("info", LevelFilter::INFO),
    ("debug", LevelFilter::DEBUG),
    ("trace", LevelFilter::TRACE),
];

/// Whose lines there are: requests, our crates, and the libraries that log. A target may go on with the path of a
/// module.
const TARGETS: [&str; 11] = [
    "access",
    "huiyin",
    "api",
    "casework",
    "domain",
    "event_store",
    "read_models",
    "simulate",
    "actix_http",
    "actix_server",
    "actix_web",
];

/// What is logged: a level, or directives such as `warn,access=info`. A level or target that nobody has would silence
/// the log without a word, so it makes no filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter(Vec<(Option<String>, LevelFilter)>);

impl Default for Filter {
    fn default() -> Self {
        Self(vec![(None, LevelFilter::INFO)])
    }
}

/// A text that is no filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoFilter;

impl FromStr for Filter {
    type Err = NoFilter;

    fn from_str(text: &str) -> Result<Self, NoFilter> {
        text.split(',').map(|directive| read(directive.trim())).collect::<Option<_>>().map(Self).ok_or(NoFilter)
    }
}

/// A level, or a target and its level.
fn read(directive: &str) -> Option<(Option<String>, LevelFilter)> {
    let (target, level) = match directive.split_once('=') {
        Some((target, level)) => (Some(target.trim()), level.trim()),
        None => (None, directive),
    };
    let (_, level) = LEVELS.iter().find(|(name, _)| name.eq_ignore_ascii_case(level))?;
    let known = |target: &str| TARGETS.contains(&target.split("::").next().unwrap_or(target));
    match target {
        Some(target) if !known(target) => None,
        target => Some((target.map(str::to_owned), *level)),
    }
}

/// Starts logging.
///
/// # Errors
/// Where the system gives no thread. A second start changes nothing.
pub fn start(filter: &Filter) -> io::Result<()> {
    let output = output::start()?;
    let started = set_global_default(lines(filter, output.clone()));
    // Tests of one process start it more than once; the first one stays.
    drop(started);
    Ok(())
}

/// Where the HTTP server speaks of requests that it could not read.
const PARSER: &str = "actix_http::h1::dispatcher";

fn lines<W>(filter: &Filter, writer: W) -> impl Subscriber + Send + Sync
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    // What cannot be read as HTTP is answered with 400; it is no error of ours, and nobody outside may fill the log with
    // lines at that level. A filter that names the target itself says more.
    let mut targets = Targets::new().with_target(PARSER, LevelFilter::OFF);
    for (target, level) in &filter.0 {
        targets = match target {
            Some(target) => targets.with_target(target, *level),
            None => targets.with_default(*level),
        };
    }
    let written = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_writer(writer);
    tracing_subscriber::registry().with(written.with_filter(targets))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::http::accounts::Accounts;
    use crate::http::cors::Origins;
    use crate::http::middleware::Middleware;
    use crate::http::packing::Untaken;
    use crate::http::proxies::Proxies;
    use crate::http::rates::{Rate, Rates};
    use crate::limits;
    use crate::routes::table;
    use crate::security::journal::Journal;
    use actix_service::fn_service;
    use actix_web::App;
    use actix_web::test::{TestRequest, call_service, init_service};
    use serde_json::Value;
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_is_not_http_writes_no_line_unless_asked_for() {
        for (filter, lines_wanted) in [("info", 0), ("error", 0), ("warn,actix_http::h1::dispatcher=error", 1)] {
            let written = Lines::default();
            let writer = written.clone();
            let _guard = tracing::subscriber::set_default(lines(&filter.parse().unwrap(), move || writer.clone()));
            tracing::error!(target: "actix_http::h1::dispatcher", "stream error: request parse error");
            assert_eq!(written.0.lock().unwrap().iter().filter(|b| **b == b'\n').count(), lines_wanted, "{filter}");
        }
    }

    /// What a request searched for, said and named never reaches the log; its route does.
    #[tokio::test]
    async fn an_access_line_names_the_route_and_nobody() {
        let written = Lines::default();
        let writer = written.clone();
        let subscriber = lines(&Filter::default(), move || writer.clone());
        let _guard = tracing::subscriber::set_default(subscriber);
        let middleware = Middleware {
            routes: Arc::new(table()),
            accounts: Accounts::new(|_| None, |_| false),
            origins: Origins::default(),
            rates: Rates::new(Rate(None), Rate(None), Arc::new(|| false)),
            strangers: crate::http::strangers::StrangerRates::default(),
            embedding: Origins::default(),
            untaken: Untaken::of(limits::UNTAKEN_BYTES_MAX),
            proxies: Proxies::default(),
            secure: false,
            journal: Journal::default(),
        };
        let app = App::new().default_service(fn_service(move |request| {
            let middleware = middleware.clone();
            async move { middleware.answer(request).await }
        }));
        let app = init_service(app).await;
        for path in ["/problems/not_found?q=wangxiaoming", "/wangxiaoming"] {
            let request = TestRequest::get()
                .uri(path)
                .insert_header(("X-Request-Id", "r-1"))
                .set_payload("wangxiaoming")
                .to_request();
            call_service(&app, request).await;
        }
        let text = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
        assert!(!text.contains("wangxiaoming"), "{text}");
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let access: Vec<_> = lines.iter().filter(|line| line["target"] == "access").collect();
        assert_eq!(access.len(), 2, "{text}");
        assert_eq!(access[0]["route"], "/problems/{code}");
        assert_eq!((&access[1]["route"], &access[1]["status"]), (&"-".into(), &404.into()));
        for line in access {
            assert_eq!((&line["method"], &line["request_id"]), (&"GET".into(), &"r-1".into()));
            assert!(line["duration_us"].is_u64());
            assert_eq!(line["client"], "127.0.0.1");
        }
    }

    #[test]
    fn a_filter_that_names_nothing_we_know_is_none() {
        for known in ["info", "WARN", "off", "warn,access=info", "warn, access=info", "event_store::open=debug,error"] {
            assert!(known.parse::<Filter>().is_ok(), "{known}");
        }
        for unknown in ["", "wran", "access=loud", "foo=bar", "foo=info", "info,wran", "access", "=info", "info,", "3"]
        {
            assert_eq!(unknown.parse::<Filter>(), Err(NoFilter), "{unknown}");
        }
    }

    /// Whoever silences a library gets just that; what is not named is logged from the level that stands alone.
    #[test]
    fn a_directive_is_for_its_target_alone() {
        let written = Lines::default();
        let writer = written.clone();
        let filter: Filter = "warn,access=info".parse().unwrap();
        let _guard = tracing::subscriber::set_default(lines(&filter, move || writer.clone()));
        tracing::info!(target: "access", "kept");
        tracing::warn!(target: "event_store::open", "kept");
        tracing::info!(target: "event_store::open", "left out");
        let text = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
        assert_eq!(text.matches("kept").count(), 2, "{text}");
        assert!(!text.contains("left out"), "{text}");
    }
}
