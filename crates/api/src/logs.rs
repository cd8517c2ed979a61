//! Log lines: JSON, one a line, on standard error, with the same English field names in every language. Nobody waits
//! for them to be written (`output.rs`).

use crate::output;
use std::io;
use tracing::Subscriber;
use tracing::subscriber::set_global_default;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;
use tracing_subscriber::fmt::MakeWriter;

/// Starts logging. `filter` is a level or directives such as `info` or `warn,access=info`.
///
/// # Errors
/// Where the filter cannot be read, or the system gives no thread. A second start changes nothing.
pub fn start(filter: &str) -> Result<(), Unstarted> {
    // The filter first: what is refused has started nothing.
    filter.parse::<EnvFilter>()?;
    let output = output::start()?;
    let started = set_global_default(lines(filter, || output.clone())?);
    // Tests of one process start it more than once; the first one stays.
    drop(started);
    Ok(())
}

/// Why logging did not start.
#[derive(Debug, thiserror::Error)]
pub enum Unstarted {
    /// The filter cannot be read.
    #[error(transparent)]
    Filter(#[from] ParseError),
    /// No thread for the lines.
    #[error(transparent)]
    Thread(#[from] io::Error),
}

/// Where the HTTP server speaks of requests that it could not read.
const PARSER: &str = "actix_http::h1::dispatcher";

fn lines<W>(filter: &str, writer: W) -> Result<impl Subscriber + Send + Sync, ParseError>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let mut filter = EnvFilter::try_new(filter)?;
    // What cannot be read as HTTP is answered with 400; it is no error of ours, and nobody outside may fill the log with
    // lines at that level. A filter that names the target itself says more.
    if !filter.to_string().contains(PARSER) {
        filter = filter.add_directive(format!("{PARSER}=off").parse()?);
    }
    Ok(tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_env_filter(filter)
        .with_writer(writer)
        .finish())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::caller::Accounts;
    use crate::cors::Origins;
    use crate::edge::Around;
    use crate::limits;
    use crate::packing::Untaken;
    use crate::rates::{Rate, Rates};
    use crate::routes::table;
    use actix_web::App;
    use actix_web::middleware::from_fn;
    use actix_web::test::{TestRequest, call_service, init_service};
    use serde_json::Value;
    use std::io::Write;
    use std::sync::{Arc, Mutex};
    use utoipa_actix_web::AppExt as _;

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
            let _guard = tracing::subscriber::set_default(lines(filter, move || writer.clone()).unwrap());
            tracing::error!(target: "actix_http::h1::dispatcher", "stream error: request parse error");
            assert_eq!(written.0.lock().unwrap().iter().filter(|b| **b == b'\n').count(), lines_wanted, "{filter}");
        }
    }

    /// What a request searched for, said and named never reaches the log; its route does.
    #[actix_web::test]
    async fn an_access_line_names_the_route_and_nobody() {
        let written = Lines::default();
        let writer = written.clone();
        let subscriber = lines("info", move || writer.clone()).unwrap();
        let _guard = tracing::subscriber::set_default(subscriber);
        let routes = Arc::new(table());
        let around = Around {
            routes: Arc::clone(&routes),
            accounts: Accounts::new(|_| None, |_| false),
            origins: Origins::default(),
            rates: Rates::new(Rate(None)),
            untaken: Untaken::of(limits::UNTAKEN_BYTES_MAX),
        };
        let app = App::new()
            .wrap(from_fn(move |request, next| {
                let around = around.clone();
                async move { around.answer(request, next).await }
            }))
            .into_utoipa_app()
            .configure(|config| routes.register(config))
            .into_app();
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
        }
    }

    #[test]
    fn a_filter_that_cannot_be_read_is_refused() {
        assert!(start("access=loud").is_err());
    }
}
