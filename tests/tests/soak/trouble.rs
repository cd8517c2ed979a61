//! The troubles, each in threads of its own, until they are told to stop.

use crate::StopAll;
use crate::harness::Place;
use crate::harness::http::agent;
use crate::server::{DESCRIPTORS, Server};
use crate::work::Work;
use serde_json::json;
use socket2::{Domain, Socket, Type};
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{Scope, ScopedJoinHandle};
use std::time::{Duration, Instant};

const SLOW_READERS: usize = 500;
const FEEDS: usize = 300;
const ACCOUNTS: usize = 40;
/// How long the file of boards is locked, every minute.
const LOCK: Duration = Duration::from_secs(30);

/// Begins all of them. The handle is that of the feeds: how many events they told.
pub fn begin<'s>(
    scope: &'s Scope<'s, '_>,
    stop: &'s AtomicBool,
    server: &'s Server,
    place: &'s Place,
    work: &'s Work,
) -> ScopedJoinHandle<'s, u64> {
    let feeds = open_feeds(server, work);
    scope.spawn(|| StopAll::on_panic(stop, || slow_readers(stop, server, &place.token())));
    scope.spawn(|| StopAll::on_panic(stop, || half_heads(stop, server)));
    scope.spawn(|| StopAll::on_panic(stop, || lock(stop, place)));
    scope.spawn(|| StopAll::on_panic(stop, || rebuild(stop, work)));
    scope.spawn(|| StopAll::on_panic(stop, || follow(stop, feeds)))
}

fn waits(stop: &AtomicBool, how_long: Duration) {
    let begun = Instant::now();
    while begun.elapsed() < how_long && !stop.load(Ordering::SeqCst) {
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// A connection with small segments, as on a real network: loopback's own would swallow whole answers.
fn narrow(port: u16) -> std::io::Result<TcpStream> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.set_tcp_mss(536)?;
    socket.set_recv_buffer_size(4096)?;
    let address: SocketAddr = ([127, 0, 0, 1], port).into();
    socket.connect_timeout(&address.into(), Duration::from_secs(5))?;
    Ok(socket.into())
}

/// Clients that ask for much and never read: static files without a token, pages of the log with one. Whoever is cut off
/// comes again.
fn slow_readers(stop: &AtomicBool, server: &Server, token: &str) {
    let file = "GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: h\r\n\r\n".to_owned();
    let log = format!("GET /v1/events?limit=1000 HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer {token}\r\n\r\n");
    let mut held: Vec<TcpStream> = Vec::new();
    while !stop.load(Ordering::SeqCst) {
        held.retain(|stream| is_open(stream));
        for number in held.len()..SLOW_READERS {
            let request = if number % 5 == 0 { &log } else { &file };
            match narrow(server.port).and_then(|mut stream| stream.write_all(request.as_bytes()).map(|()| stream)) {
                Ok(stream) => held.push(stream),
                Err(_) => break,
            }
            if stop.load(Ordering::SeqCst) {
                return;
            }
        }
        waits(stop, Duration::from_secs(5));
    }
}

/// Whether the other side still holds the connection; nothing is taken out of it.
fn is_open(stream: &TcpStream) -> bool {
    if stream.set_nonblocking(true).is_err() {
        return false;
    }
    match stream.peek(&mut [0]) {
        Ok(0) => false,
        Ok(_) => !stream.take_error().is_ok_and(|error| error.is_some()),
        Err(error) => error.kind() == ErrorKind::WouldBlock,
    }
}

/// Requests whose heads never end, as many as the server has descriptors, begun anew when they are cut off.
fn half_heads(stop: &AtomicBool, server: &Server) {
    let mut held: Vec<TcpStream> = Vec::new();
    let address: SocketAddr = ([127, 0, 0, 1], server.port).into();
    while !stop.load(Ordering::SeqCst) {
        held.retain(is_open);
        while held.len() < DESCRIPTORS && !stop.load(Ordering::SeqCst) {
            let Ok(mut stream) = TcpStream::connect_timeout(&address, Duration::from_millis(200)) else { break };
            if stream.write_all(b"GET / HTTP/1.1\r\nX: ").is_err() {
                break;
            }
            held.push(stream);
        }
        waits(stop, Duration::from_secs(2));
    }
}

/// Another program that holds the file of boards, as a reporting job that forgot to end its transaction.
fn lock(stop: &AtomicBool, place: &Place) {
    let program = "import sqlite3, sys, time\n\
        file = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=20)\n\
        file.execute('BEGIN IMMEDIATE')\n\
        time.sleep(float(sys.argv[2]))\n\
        file.execute('ROLLBACK')\n";
    while !stop.load(Ordering::SeqCst) {
        waits(stop, Duration::from_secs(10));
        if stop.load(Ordering::SeqCst) {
            return;
        }
        let mut locking = Command::new("python3")
            .args(["-c", program])
            .arg(place.data().join("read-models.sqlite"))
            .arg(LOCK.as_secs().to_string())
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        waits(stop, LOCK);
        if stop.load(Ordering::SeqCst) {
            let _ = locking.kill();
        }
        locking.wait().unwrap();
        waits(stop, Duration::from_secs(20));
    }
}

fn rebuild(stop: &AtomicBool, work: &Work) {
    let client = agent();
    while !stop.load(Ordering::SeqCst) {
        waits(stop, Duration::from_secs(45));
        if stop.load(Ordering::SeqCst) {
            return;
        }
        let call = work.call(&client, "POST", "/v1/read-models/dashboards/rebuild");
        if let Ok(answer) = call.body("application/json", "{}").try_send() {
            assert!(matches!(answer.status, 202 | 409 | 429 | 503), "a rebuild: {} {}", answer.status, answer.text());
        }
        waits(stop, Duration::from_secs(15));
    }
}

/// Feeds of many accounts, opened before there is trouble in connecting.
fn open_feeds(server: &Server, work: &Work) -> Vec<TcpStream> {
    let client = agent();
    let mut feeds = Vec::new();
    for number in 0..ACCOUNTS {
        let account = json!({"name": format!("跟随者{number}"), "roles": ["liaison"]});
        let call = work.call(&client, "POST", "/v1/tokens").body("application/json", account.to_string());
        let made = call.send().created();
        let token = made["secret"].as_str().unwrap().to_owned();
        for _ in 0..FEEDS.div_ceil(ACCOUNTS) {
            if feeds.len() == FEEDS {
                break;
            }
            let mut stream = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
            let head = format!("GET /v1/feed HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer {token}\r\n\r\n");
            stream.write_all(head.as_bytes()).unwrap();
            feeds.push(stream);
        }
    }
    feeds
}

/// Reads what the feeds tell; each must be answered, and none may be closed while the trouble lasts.
fn follow(stop: &AtomicBool, mut feeds: Vec<TcpStream>) -> u64 {
    let mut events = 0;
    let mut heads = vec![Vec::new(); feeds.len()];
    for stream in &feeds {
        stream.set_nonblocking(true).unwrap();
    }
    let mut buffer = vec![0; 64 * 1024];
    while !stop.load(Ordering::SeqCst) {
        for (stream, head) in feeds.iter_mut().zip(&mut heads) {
            match stream.read(&mut buffer) {
                Ok(0) => panic!("a feed ended: {}", String::from_utf8_lossy(head)),
                Ok(read) => {
                    if head.len() < 1024 {
                        head.extend_from_slice(&buffer[..read.min(1024)]);
                        assert!(
                            head.len() < 12 || head.starts_with(b"HTTP/1.1 200"),
                            "{}",
                            String::from_utf8_lossy(head)
                        );
                    }
                    events += buffer[..read].windows(6).filter(|bytes| *bytes == b"event:").count() as u64;
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => panic!("a feed: {error}"),
            }
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    events
}
