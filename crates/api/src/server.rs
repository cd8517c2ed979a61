//! The server: sockets, workers, limits, and an orderly end. It knows nothing of what is asked.

use crate::caller::Accounts;
use crate::health::Health;
use crate::openapi::Document;
use crate::routes::Routes;
use crate::{edge, limits, metrics, openapi};
use actix_web::dev::{Server, ServerHandle};
use actix_web::middleware::from_fn;
use actix_web::{App, HttpServer, web};
use std::fmt;
use std::future::Future;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;
use utoipa_actix_web::AppExt as _;

/// Gives handlers what they work with: `config.app_data(web::Data::from(…))`. Called once per worker.
pub type Provide = dyn Fn(&mut web::ServiceConfig) + Send + Sync;

/// What is served.
#[derive(Clone)]
pub struct Shell {
    routes: Arc<Routes>,
    document: Document,
    accounts: Accounts,
    health: Health,
    provide: Arc<Provide>,
}

impl fmt::Debug for Shell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shell")
    }
}

impl Shell {
    /// A shell around a table of routes.
    pub fn new(
        routes: Routes,
        accounts: Accounts,
        health: Health,
        provide: impl Fn(&mut web::ServiceConfig) + Send + Sync + 'static,
    ) -> Self {
        metrics::install();
        Self {
            document: Document(openapi::text(&routes).into()),
            routes: Arc::new(routes),
            accounts,
            health,
            provide: Arc::new(provide),
        }
    }
}

/// Where and with how many threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Worker threads; `None` for one per core.
    pub workers: Option<usize>,
}

/// A server that holds its socket and has not begun to answer.
#[derive(Debug)]
pub struct Bound {
    server: ServerFuture,
    /// Where it listens; the port is known even when 0 was asked for.
    pub listens_on: SocketAddr,
}

struct ServerFuture(Server);

impl fmt::Debug for ServerFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Server")
    }
}

/// Takes the address. `stop` ends the server in order: no new connections, running requests may finish.
///
/// # Errors
/// Where the address cannot be had.
pub fn bind(
    shell: Shell,
    settings: Settings,
    listen: &str,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<Bound> {
    let listener = TcpListener::bind(listen)?;
    let listens_on = listener.local_addr()?;
    let mut server = HttpServer::new(move || {
        let routes = Arc::clone(&shell.routes);
        let around = Arc::clone(&shell.routes);
        let provide = Arc::clone(&shell.provide);
        App::new()
            .wrap(from_fn(move |request, next| {
                let routes = Arc::clone(&around);
                async move { edge::around(&routes, request, next).await }
            }))
            .app_data(web::Data::new(shell.accounts.clone()))
            .app_data(web::Data::new(shell.health.clone()))
            .app_data(web::Data::new(shell.document.clone()))
            .configure(move |config| provide(config))
            .into_utoipa_app()
            .configure(|config| routes.register(config))
            .into_app()
            .default_service(web::to(edge::unrouted))
    })
    .tcp_nodelay(true)
    .keep_alive(limits::KEEP_ALIVE)
    .client_request_timeout(limits::HEAD_DEADLINE)
    .client_disconnect_timeout(Duration::from_secs(2))
    .max_connections(limits::CONNECTIONS_MAX)
    .backlog(limits::BACKLOG)
    .shutdown_timeout(limits::STOP_DEADLINE_S)
    .shutdown_signal(stop);
    if let Some(workers) = settings.workers {
        server = server.workers(workers);
    }
    Ok(Bound { server: ServerFuture(server.listen(listener)?.run()), listens_on })
}

impl Bound {
    /// Stops the server from elsewhere.
    pub fn handle(&self) -> ServerHandle {
        self.server.0.handle()
    }

    /// Answers until it is stopped.
    ///
    /// # Errors
    /// Where a worker cannot be started.
    pub async fn run(self) -> io::Result<()> {
        let upkeep = tokio::spawn(async {
            let mut second = tokio::time::interval(Duration::from_secs(1));
            loop {
                second.tick().await;
                metrics::upkeep();
            }
        });
        let ended = self.server.0.await;
        upkeep.abort();
        ended
    }
}

/// Resolves when the process is asked to stop: SIGTERM, or SIGINT from the keyboard.
///
/// # Errors
/// Where signals cannot be listened to.
pub fn asked_to_stop() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
