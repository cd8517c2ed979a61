//! The server: sockets, workers, limits, and an orderly end. It knows nothing of what is asked.

use crate::http::accounts::Accounts;
use crate::http::connection::Connection;
use crate::http::connections::{self, Connections};
use crate::http::cors::Origins;
use crate::http::health::Health;
use crate::http::measure;
use crate::http::middleware::Middleware;
use crate::http::packing::Untaken;
use crate::http::proxies::Proxies;
use crate::http::rates::{Rate, Rates};
use crate::http::router::Routes;
use crate::http::strangers::StrangerRates;
use crate::http::tls::{Stream, Tls};
use crate::limits;
use crate::problem::causes;
use crate::security::journal::Journal;
use actix_http::error::DispatchError;
use actix_http::{HttpService, Protocol};
use actix_service::{ServiceFactory, ServiceFactoryExt as _, fn_service, map_config};
use actix_web::dev::{AppConfig, Server, ServerHandle, ServiceResponse};
use actix_web::{App, web};
use domain::language::Language;
use socket2::{Domain, SockAddr, Socket, Type};
use std::fmt;
use std::future::Future;
use std::io;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs as _};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::net::TcpStream;

/// Gives handlers what they work with: `config.app_data(web::Data::from(…))`. Called once per worker.
pub type Provide = dyn Fn(&mut web::ServiceConfig) + Send + Sync;

/// What is served.
#[derive(Clone)]
pub struct Service {
    routes: Arc<Routes>,
    accounts: Accounts,
    health: Health,
    provide: Arc<Provide>,
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Service")
    }
}

impl Service {
    /// A shell around a table of routes.
    pub fn new(
        routes: Routes,
        accounts: Accounts,
        health: Health,
        provide: impl Fn(&mut web::ServiceConfig) + Send + Sync + 'static,
    ) -> Self {
        Self { routes: Arc::new(routes), accounts, health, provide: Arc::new(provide) }
    }

    /// What answers within this process, without sockets and their bounds: for counting what a request takes.
    pub fn answering(
        &self,
    ) -> impl ServiceFactory<
        actix_http::Request,
        Config = AppConfig,
        Response = ServiceResponse,
        Error = actix_web::Error,
        InitError = (),
    > + use<> {
        app(self, &self.middleware(&Settings::default()))
    }

    fn middleware(&self, settings: &Settings) -> Middleware {
        Middleware {
            routes: Arc::clone(&self.routes),
            accounts: self.accounts.clone(),
            origins: settings.origins.clone(),
            rates: Rates::new(settings.rate_address, settings.rate_account, Arc::clone(&self.accounts.adopted)),
            strangers: StrangerRates::default(),
            embedding: settings.embed_origins.clone(),
            untaken: Untaken::of(limits::UNTAKEN_BYTES_MAX),
            proxies: settings.proxies.clone(),
            secure: settings.tls.is_some(),
            journal: settings.journal.clone(),
        }
    }
}

/// With how many threads, and for whom.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Worker threads; `None` for one per core.
    pub workers: Option<usize>,
    /// The origins whose pages may use the server from a browser.
    pub origins: Origins,
    /// The origins whose pages may hold pages of the server within theirs.
    pub embed_origins: Origins,
    /// How often one address may ask without a valid token.
    pub rate_address: Rate,
    /// How often one account may ask, once access rules are adopted.
    pub rate_account: Rate,
    /// The proxies that are believed.
    pub proxies: Proxies,
    /// What it speaks TLS with, where it does.
    pub tls: Option<Tls>,
    /// Where it is noted who came in and who was turned away.
    pub journal: Journal,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            workers: None,
            origins: Origins::default(),
            embed_origins: Origins::default(),
            rate_address: Rate::OF_AN_ADDRESS,
            rate_account: Rate::OF_AN_ACCOUNT,
            proxies: Proxies::default(),
            tls: None,
            journal: Journal::default(),
        }
    }
}

/// An address that is taken, at which nobody listens yet: whoever connects is refused.
#[derive(Debug)]
pub struct Address {
    socket: Socket,
    /// The address; the port is known even when 0 was asked for.
    pub address: SocketAddr,
}

/// Why an address is not ours.
#[derive(Debug)]
pub enum BindError {
    /// It is no host and port.
    Form,
    /// Nobody knows where the host is.
    UnknownHost,
    /// The system refuses it.
    Io(io::Error),
}

impl BindError {
    /// The cause, within a sentence.
    pub fn words(&self, language: Language) -> String {
        match self {
            Self::Form => language.pick("应为 HOST:PORT 的形式", "it must be HOST:PORT").to_owned(),
            Self::UnknownHost => language.pick("找不到这个主机名", "there is no host of that name").to_owned(),
            Self::Io(error) => causes::of_io(error, language),
        }
    }
}

impl Address {
    /// Takes an address, the first that can be had where a name has several.
    ///
    /// # Errors
    /// Where it is none, or somebody else has it.
    pub fn take(listen: &str) -> Result<Self, BindError> {
        let (host, port) = listen.rsplit_once(':').ok_or(BindError::Form)?;
        if host.is_empty() || port.parse::<u16>().is_err() {
            return Err(BindError::Form);
        }
        let mut last = None;
        for address in listen.to_socket_addrs().map_err(|_| BindError::UnknownHost)? {
            match Self::bind(address) {
                Ok(taken) => return Ok(taken),
                Err(error) => last = Some(error),
            }
        }
        Err(last.map_or(BindError::UnknownHost, BindError::Io))
    }

    fn bind(address: SocketAddr) -> io::Result<Self> {
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
        // A server that starts again does not wait for the connections of the one before to be forgotten.
        socket.set_reuse_address(true)?;
        socket.bind(&SockAddr::from(address))?;
        let address = socket.local_addr()?.as_socket().unwrap_or(address);
        Ok(Self { socket, address })
    }

    fn listen(self) -> io::Result<TcpListener> {
        self.socket.listen(limits::BACKLOG)?;
        self.socket.set_nonblocking(true)?;
        Ok(self.socket.into())
    }
}

/// A server that has not begun to answer.
#[derive(Debug)]
pub struct BoundServer {
    server: ServerFuture,
    connections: Connections,
    /// Where it listens.
    pub listens_on: SocketAddr,
}

struct ServerFuture(Server);

impl fmt::Debug for ServerFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Server")
    }
}

/// Listens. `stop` ends the server in order: no new connections, running requests may finish.
///
/// # Errors
/// Where the address cannot be listened at.
pub fn bind(
    service: Service,
    settings: Settings,
    address: Address,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<BoundServer> {
    let listens_on = address.address;
    let room = connections::room();
    let seats = Connections::at_most(room, settings.proxies.clone());
    let middleware = service.middleware(&settings);
    // Who is to be shown out is known when the newcomer is here, so all may be here and a few more.
    let mut server = Server::build().max_concurrent_connections(room).shutdown_timeout(limits::STOP_DEADLINE_S);
    if let Some(workers) = settings.workers {
        server = server.workers(workers);
    }
    let ending = server.graceful_shutdown_signal();
    let connections = seats.clone();
    let server = server.listen("http", address.listen()?, move || {
        let (app, ending, seats) = (app(&service, &middleware), ending.clone(), seats.clone());
        let http = HttpService::build()
            .graceful_shutdown_signal(move || {
                let ending = ending.clone();
                async move { ending.notified().await }
            })
            .keep_alive(limits::KEEP_ALIVE)
            .client_request_timeout(limits::HEAD_DEADLINE)
            .client_disconnect_timeout(Duration::from_secs(2))
            .local_addr(listens_on)
            .on_connect_ext(|connection: &Connection, kept| drop(kept.insert(connection.guest())))
            .finish(map_config(app, |_| AppConfig::default()));
        let tls = settings.tls.clone();
        fn_service(move |stream: TcpStream| {
            let (seats, tls) = (seats.clone(), tls.clone());
            async move {
                // Errors end the connection and go no further.
                let peer = stream.peer_addr().map_err(DispatchError::Io)?;
                stream.set_nodelay(true).map_err(DispatchError::Io)?;
                let seat = seats.admit(peer.ip()).ok_or(DispatchError::DisconnectTimeout)?;
                let stream = Stream::begin(stream, tls.as_ref(), &seat).await.map_err(DispatchError::Io)?;
                Ok((Connection::new(stream, seat), Protocol::Http1, Some(peer)))
            }
        })
        .and_then(http)
    })?;
    Ok(BoundServer { server: ServerFuture(server.shutdown_signal(stop).run()), connections, listens_on })
}

/// What a worker answers with.
fn app(
    service: &Service,
    middleware: &Middleware,
) -> impl ServiceFactory<
    actix_http::Request,
    Config = AppConfig,
    Response = ServiceResponse,
    Error = actix_web::Error,
    InitError = (),
> + use<> {
    let (provide, middleware) = (Arc::clone(&service.provide), Rc::new(middleware.clone()));
    let app = App::new()
        .app_data(web::Data::new(service.accounts.clone()))
        .app_data(web::Data::new(service.health.clone()))
        .configure(move |config| provide(config))
        .default_service(fn_service(move |request| {
            let middleware = Rc::clone(&middleware);
            async move { middleware.answer(request).await }
        }));
    actix_service::IntoServiceFactory::into_factory(app)
}

impl BoundServer {
    /// Stops the server from elsewhere.
    pub fn handle(&self) -> ServerHandle {
        self.server.0.handle()
    }

    /// Answers until it is stopped.
    ///
    /// # Errors
    /// Where a worker cannot be started.
    pub async fn run(self) -> io::Result<()> {
        let connections = self.connections;
        let counting = tokio::spawn(async move {
            let mut second = tokio::time::interval(Duration::from_secs(1));
            loop {
                second.tick().await;
                measure::CONNECTIONS.store(connections.count().try_into().unwrap_or(u64::MAX), Ordering::Relaxed);
            }
        });
        let ended = self.server.0.await;
        counting.abort();
        ended
    }
}

/// Reads certificate and key again whenever the process is told to: SIGHUP. For ever.
///
/// # Errors
/// Where signals cannot be listened to.
pub fn read_again_when_told(tls: Tls) -> io::Result<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut told = signal(SignalKind::hangup())?;
    Ok(async move {
        while told.recv().await.is_some() {
            match tls.read_again() {
                Ok(()) => tracing::info!("certificate and key were read again"),
                Err(error) => {
                    tracing::error!(why = error.words(Language::En), "certificate and key stay as they were");
                }
            }
        }
    })
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
