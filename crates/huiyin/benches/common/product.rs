//! The product as a process of its own, and what is said to it.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// What goes in and out of a socket at once.
pub const PIECE: usize = 64 << 10;
const PATIENCE: Duration = Duration::from_secs(60);

/// The head of a request of one connection.
pub fn head(method: &str, path: &str, more: &str, length: usize) -> String {
    format!("{method} {path} HTTP/1.1\r\nhost: bench\r\nconnection: close\r\ncontent-length: {length}\r\n{more}\r\n")
}

/// Sends a request and reads its answer to the end of the connection: its status, and its body as it comes.
pub fn exchange(address: SocketAddr, head: &str, body: &[u8]) -> (u16, Vec<u8>) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    for piece in body.chunks(PIECE) {
        stream.write_all(piece).unwrap();
    }
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    let status = String::from_utf8_lossy(&answer[9..12]).parse().unwrap();
    answer.drain(..end + 4);
    (status, answer)
}

/// A server of its own.
pub struct Product {
    pub child: Child,
    pub address: SocketAddr,
    pub token: String,
}

impl Product {
    /// In a directory, where there may be data already; with further options.
    pub fn start(dir: &std::path::Path, options: &[&str]) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let data = dir.join("data");
        let mut command = Command::new(env!("CARGO_BIN_EXE_huiyin"));
        command.arg("serve").arg("--data").arg(&data).args(["--listen", &address.to_string()]).args(options);
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let began = Instant::now();
        while TcpStream::connect(address).is_err() {
            assert!(began.elapsed() < PATIENCE, "the server does not start");
            std::thread::sleep(Duration::from_millis(20));
        }
        let token = std::fs::read_to_string(data.join("admin.token")).unwrap().trim().to_owned();
        Self { child, address, token }
    }

    /// The head of a request of its administrator.
    pub fn head(&self, method: &str, path: &str, more: &str, length: usize) -> String {
        head(method, path, &format!("authorization: Bearer {}\r\n{more}", self.token), length)
    }
}

impl Drop for Product {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _ended = self.child.wait();
    }
}
