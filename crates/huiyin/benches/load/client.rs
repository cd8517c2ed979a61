//! One question after the other, for everything that is not measured.

use crate::wire::{Answer, Progress};
use serde_json::Value;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

/// A keep-alive connection with a token.
pub struct Client {
    stream: TcpStream,
    token: String,
    input: Vec<u8>,
}

impl Client {
    pub fn open(address: SocketAddr, token: &str) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, token: token.to_owned(), input: Vec::new() }
    }

    /// What a question that must be answered is answered.
    pub fn json(&mut self, path: &str) -> Value {
        let (status, body) = self.get(path);
        assert_eq!(status, 200, "{path}: {}", String::from_utf8_lossy(&body));
        serde_json::from_slice(&body).unwrap()
    }

    pub fn get(&mut self, path: &str) -> (u16, Vec<u8>) {
        let head = format!("GET {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {}\r\n\r\n", self.token);
        self.exchange(head.as_bytes())
    }

    pub fn post(&mut self, path: &str, body: &str) -> (u16, Vec<u8>) {
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            self.token,
            body.len()
        );
        self.exchange(head.as_bytes())
    }

    /// Sends a whole request and reads its whole answer.
    pub fn exchange(&mut self, request: &[u8]) -> (u16, Vec<u8>) {
        self.stream.write_all(request).unwrap();
        self.input.clear();
        let mut progress = Progress::default();
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let read = self.stream.read(&mut buffer).unwrap();
            assert!(read > 0, "the server closed the connection");
            self.input.extend_from_slice(&buffer[..read]);
            if let Some(Answer { status, body, .. }) = progress.http(&self.input) {
                return (status, body.into_owned());
            }
        }
    }
}
