//! What is under load: each a process of its own that ends with its drop.

use crate::bare;
use crate::client::Client;
use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(3600);

/// What it speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    Http,
    Grpc,
}

/// A process that listens.
pub struct Server {
    child: Child,
    pub pid: u32,
    pub address: SocketAddr,
    pub protocol: Protocol,
    pub token: String,
    /// When its process was started.
    begun: Instant,
}

impl Server {
    /// The product on a data directory that has an administrator's token. It logs as it does by default, to nowhere.
    pub fn huiyin(binary: &OsStr, data: &Path) -> Self {
        let address = free_address();
        let mut command = Command::new(binary);
        command.arg("serve").arg("--data").arg(data).args(["--listen", &address.to_string()]);
        let token = fs::read_to_string(data.join("admin.token")).unwrap().trim().to_owned();
        Self::begin(&mut command, address, Protocol::Http, token)
    }

    /// The bare handlers, with answers as long as the product's; what is committed goes into `file`.
    pub fn bare(posted_bytes: usize, read_bytes: usize, file: &Path) -> Self {
        let lengths = [posted_bytes, read_bytes].map(|bytes| bytes.to_string());
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.arg(bare::ARGUMENT).args(lengths).arg(file).stdin(Stdio::null()).stdout(Stdio::piped());
        let begun = Instant::now();
        let mut child = command.spawn().unwrap();
        let mut port = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut port).unwrap();
        let address = SocketAddr::from(([127, 0, 0, 1], port.trim().parse().unwrap()));
        Self { pid: child.id(), child, address, protocol: Protocol::Http, token: "bare".into(), begun }
    }

    /// A peer.
    pub fn peer(command: &mut Command, address: SocketAddr, protocol: Protocol) -> Self {
        Self::begin(command, address, protocol, String::new())
    }

    fn begin(command: &mut Command, address: SocketAddr, protocol: Protocol, token: String) -> Self {
        let begun = Instant::now();
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let mut server = Self { pid: child.id(), child, address, protocol, token, begun };
        while TcpStream::connect(address).is_err() {
            assert!(
                server.child.try_wait().unwrap().is_none() && begun.elapsed() < PATIENCE,
                "{command:?} does not start"
            );
            std::thread::sleep(Duration::from_millis(2));
        }
        server
    }

    pub fn client(&self) -> Client {
        Client::open(self.address, &self.token)
    }

    /// Waits until the product says that it is ready: time since its process was started.
    pub fn ready(&self) -> Duration {
        let mut client = self.client();
        while client.get("/health/ready").0 != 200 {
            assert!(self.begun.elapsed() < PATIENCE, "huiyin is not ready");
            std::thread::sleep(Duration::from_millis(2));
        }
        self.begun.elapsed()
    }

    /// Ends it as an operator does.
    pub fn stop(mut self) {
        let status = Command::new("kill").arg(self.pid.to_string()).status().unwrap();
        assert!(status.success());
        self.child.wait().unwrap();
    }
}

/// Ends it as a power cut does.
impl Drop for Server {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _ended = self.child.wait();
    }
}

/// An address that nobody listens at.
pub fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}
