//! A client that speaks HTTP/1.1 over one socket and keeps it: small enough to be read, and none of the server's own code.

use crate::server::Answer;
use serde_json::Value;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// What is asked.
#[derive(Clone, Debug)]
pub struct Asked {
    pub method: &'static str,
    pub path: String,
    /// Beside those that every request has.
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
    /// The answer has no end: its head is enough.
    pub endless: bool,
}

/// A connection that stays.
pub struct Wire {
    address: SocketAddr,
    stream: Option<TcpStream>,
}

impl Wire {
    pub fn to(address: SocketAddr) -> Self {
        Self { address, stream: None }
    }

    /// Asks; once more over a new connection where the old one was ended meanwhile.
    pub async fn ask(&mut self, asked: &Asked, token: &str) -> Answer {
        if self.stream.is_some()
            && let Ok(answer) = self.once(asked, token).await
        {
            return answer;
        }
        self.stream = Some(TcpStream::connect(self.address).await.unwrap());
        self.once(asked, token).await.unwrap_or_else(|error| panic!("{} {}: {error}", asked.method, asked.path))
    }

    async fn once(&mut self, asked: &Asked, token: &str) -> std::io::Result<Answer> {
        let mut stream = self.stream.take().unwrap();
        let mut head = format!("{} {} HTTP/1.1\r\nhost: {}\r\n", asked.method, asked.path, self.address);
        if !token.is_empty() {
            head.push_str(&format!("authorization: Bearer {token}\r\n"));
        }
        for (name, value) in &asked.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("content-length: {}\r\n\r\n", asked.body.len()));
        stream.write_all(&[head.as_bytes(), &asked.body].concat()).await?;
        let mut read = Vec::new();
        let ends = loop {
            if let Some(at) = read.windows(4).position(|four| four == b"\r\n\r\n") {
                break at;
            }
            more(&mut stream, &mut read).await?;
        };
        let head = String::from_utf8_lossy(&read[..ends]).to_lowercase();
        let status = head[9..12].parse().unwrap();
        let told = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
        let mut body = read.split_off(ends + 4);
        if asked.endless && status == 200 {
            return Ok(Answer { status, text: String::new(), body: Value::Null });
        }
        if told("transfer-encoding:") == Some("chunked") {
            while !body.ends_with(b"0\r\n\r\n") {
                more(&mut stream, &mut body).await?;
            }
            body = unchunked(&body);
        } else {
            let length: usize = told("content-length:").and_then(|length| length.parse().ok()).unwrap_or_default();
            while body.len() < length {
                more(&mut stream, &mut body).await?;
            }
        }
        if told("connection:") != Some("close") {
            self.stream = Some(stream);
        }
        let text = String::from_utf8_lossy(&body).into_owned();
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Ok(Answer { status, text, body })
    }
}

async fn more(stream: &mut TcpStream, read: &mut Vec<u8>) -> std::io::Result<()> {
    if stream.read_buf(read).await? == 0 {
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    }
    Ok(())
}

fn unchunked(mut body: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    while let Some(at) = body.windows(2).position(|two| two == b"\r\n") {
        let length = usize::from_str_radix(std::str::from_utf8(&body[..at]).unwrap(), 16).unwrap();
        whole.extend_from_slice(&body[at + 2..at + 2 + length]);
        body = &body[at + 4 + length..];
        if length == 0 {
            break;
        }
    }
    whole
}
