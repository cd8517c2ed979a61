//! One question after the other on one connection, each with what it took.

use serde_json::Value;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// A connection that stays, with a token.
pub struct Client {
    stream: TcpStream,
    token: String,
    answer: Vec<u8>,
}

impl Client {
    pub fn open(address: SocketAddr, token: &str) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, token: token.to_owned(), answer: Vec::new() }
    }

    /// Asks, and reads the whole answer: its status, and the time from the first byte sent to the last one read.
    pub fn get(&mut self, path: &str) -> (u16, Duration) {
        let head = format!("GET {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {}\r\n\r\n", self.token);
        self.exchange(head.as_bytes())
    }

    /// The same of somebody who says what for.
    pub fn get_for(&mut self, path: &str, purpose: &str) -> (u16, Duration) {
        let head = format!(
            "GET {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {}\r\nhuiyin-purpose: {purpose}\r\n\r\n",
            self.token
        );
        self.exchange(head.as_bytes())
    }

    /// What a question that must be answered is answered.
    pub fn json(&mut self, path: &str) -> Value {
        let (status, _) = self.get(path);
        assert_eq!(status, 200, "{path}: {}", String::from_utf8_lossy(&self.answer));
        self.body()
    }

    /// A command that must be done.
    pub fn post(&mut self, path: &str, body: &Value) -> Value {
        let body = body.to_string();
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            self.token,
            body.len()
        );
        let (status, _) = self.exchange(head.as_bytes());
        assert!((200..300).contains(&status), "{path}: {}", String::from_utf8_lossy(&self.answer));
        self.body()
    }

    fn exchange(&mut self, request: &[u8]) -> (u16, Duration) {
        self.answer.clear();
        let mut buffer = [0; 64 << 10];
        let began = Instant::now();
        self.stream.write_all(request).unwrap();
        while !self.is_whole() {
            let read = self.stream.read(&mut buffer).unwrap();
            assert!(read > 0, "the server closed the connection");
            self.answer.extend_from_slice(&buffer[..read]);
        }
        let took = began.elapsed();
        (String::from_utf8_lossy(&self.answer[9..12]).parse().unwrap(), took)
    }

    /// Where the body begins.
    fn begins(&self) -> Option<usize> {
        self.answer.windows(4).position(|four| four == b"\r\n\r\n").map(|end| end + 4)
    }

    /// The length of the body, where the head says it.
    fn length(&self, begins: usize) -> Option<usize> {
        let head = String::from_utf8_lossy(&self.answer[..begins]).to_ascii_lowercase();
        head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok())
    }

    fn is_whole(&self) -> bool {
        self.begins().is_some_and(|begins| match self.length(begins) {
            Some(length) => self.answer.len() >= begins + length,
            None => self.answer.ends_with(b"0\r\n\r\n"),
        })
    }

    fn body(&self) -> Value {
        let begins = self.begins().unwrap();
        if self.length(begins).is_some() {
            return serde_json::from_slice(&self.answer[begins..]).unwrap();
        }
        let (mut rest, mut body) = (&self.answer[begins..], Vec::new());
        loop {
            let end = rest.windows(2).position(|two| two == b"\r\n").unwrap();
            let size = usize::from_str_radix(&String::from_utf8_lossy(&rest[..end]), 16).unwrap();
            if size == 0 {
                return serde_json::from_slice(&body).unwrap();
            }
            body.extend_from_slice(&rest[end + 2..end + 2 + size]);
            rest = &rest[end + 4 + size..];
        }
    }
}
