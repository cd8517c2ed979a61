//! What lies between a client and the service: sockets, headers, rates, feeds, and standard error. What a client or a
//! log reader does, by accident or on purpose, is felt by nobody else.

mod configuration;
mod connections;
mod feed;
mod headers;
mod logging;
mod memory;
mod pages;
mod security;
mod slow_readers;
mod starting;
mod strangers;
mod tls;
mod transport;
mod who_asks;

use crate::harness::Place;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// Longest wait, far above what anything here takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// A serving process with options of its own. Killed on drop.
#[derive(Debug)]
struct Served {
    child: Child,
    address: SocketAddr,
}

impl Served {
    /// Serves a place; `prepare` adds options and says where standard error goes.
    #[track_caller]
    fn start(place: &Place, prepare: impl FnOnce(&mut Command)) -> Self {
        Self::start_as(place.command("serve"), prepare)
    }

    #[track_caller]
    fn start_as(mut command: Command, prepare: impl FnOnce(&mut Command)) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        // On all addresses of the machine, because some rules are for those who come from elsewhere.
        command.args(["--listen", &format!("0.0.0.0:{}", address.port())]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        prepare(&mut command);
        let mut served = Self { child: command.spawn().unwrap(), address };
        let begun = Instant::now();
        while !served.is_ready() {
            assert!(served.child.try_wait().unwrap().is_none(), "it ended");
            assert!(begun.elapsed() < PATIENCE, "it is not ready");
            std::thread::sleep(Duration::from_millis(20));
        }
        served
    }

    fn is_ready(&self) -> bool {
        let ask = || -> std::io::Result<Vec<u8>> {
            let mut connection = TcpStream::connect(self.address)?;
            connection.set_read_timeout(Some(PATIENCE))?;
            connection.write_all(b"GET /health/ready HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")?;
            let mut answer = Vec::new();
            connection.read_to_end(&mut answer)?;
            Ok(answer)
        };
        ask().is_ok_and(|answer| answer.starts_with(b"HTTP/1.1 200"))
    }

    /// Sends bytes and reads until the server closes the connection.
    #[track_caller]
    fn says(&self, request: &str) -> String {
        send(self.address, request)
    }

    /// A question with a connection of its own: status and body.
    #[track_caller]
    fn get(&self, path: &str, token: &str) -> (u16, String) {
        let asked =
            format!("GET {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\r\n");
        let answer = self.says(&asked);
        (status(&answer), answer.split_once("\r\n\r\n").unwrap().1.to_owned())
    }

    /// Asks it to stop, and waits for its end.
    #[track_caller]
    fn stop(mut self) -> ExitStatus {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(asked.success());
        self.ends()
    }

    /// Waits for its end.
    #[track_caller]
    fn ends(&mut self) -> ExitStatus {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(begun.elapsed() < PATIENCE, "it does not end");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // Fails only when it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends bytes and reads until the other side closes the connection.
#[track_caller]
fn send(address: impl std::net::ToSocketAddrs, request: &str) -> String {
    let mut connection = TcpStream::connect(address).unwrap();
    connection.set_read_timeout(Some(PATIENCE)).unwrap();
    connection.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

/// The status of an answer as it came.
#[track_caller]
fn status(answer: &str) -> u16 {
    answer.get(9..12).and_then(|digits| digits.parse().ok()).unwrap_or_else(|| panic!("no answer: {answer:?}"))
}

/// A header of an answer as it came.
fn header<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    let head = answer.split("\r\n\r\n").next()?;
    let mut lines = head.lines().filter_map(|line| line.split_once(": "));
    lines.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// An address of this machine that others see, for what spares the machine itself.
#[track_caller]
fn elsewhere() -> std::net::IpAddr {
    let listed = Command::new("hostname").arg("-I").output().unwrap();
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    let mut addresses = listed.split_whitespace().filter_map(|text| text.parse::<std::net::Ipv4Addr>().ok());
    addresses.next().expect("the machine has an address beside 127.0.0.1").into()
}
