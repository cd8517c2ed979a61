//! A client for the command line's own questions: one request, plain HTTP/1.1, bounded in time and size.
//!
//! Not for anything else: no TLS, no redirects, no proxies. `huiyin health` runs in containers without curl.

use domain::language::Language;
use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

/// Longest answer that is read.
const ANSWER_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// An answer: its status and its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The body as it came.
    pub body: Vec<u8>,
}

/// What is sent to a server: one request on a connection of its own.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The method.
    pub method: &'a str,
    /// Path and query.
    pub path: &'a str,
    /// The bearer token.
    pub token: Option<&'a str>,
    /// A JSON body.
    pub body: Option<&'a str>,
    /// In which language a refusal is wanted.
    pub language: Language,
    /// How long connecting, writing and each read may take.
    pub timeout: Duration,
}

/// Sends one request, and takes a refusal in the language that the server speaks by itself. See [`send`].
///
/// # Errors
/// Those of [`send`].
pub fn ask(
    base: &str,
    method: &str,
    path: &str,
    token: Option<&str>,
    body: Option<&str>,
    timeout: Duration,
) -> io::Result<Answer> {
    send(base, &Request { method, path, token, body, language: Language::default(), timeout })
}

/// Sends one request to a server at `base` (`http://host:port`) and reads the answer to its end.
///
/// # Errors
/// `InvalidInput` for another kind of address, `UnexpectedEof` for an answer that was cut off, else what the network
/// says.
pub fn send(base: &str, request: &Request<'_>) -> io::Result<Answer> {
    let invalid = |text: &str| io::Error::new(io::ErrorKind::InvalidInput, text.to_owned());
    let host = base
        .strip_prefix("http://")
        .map(|rest| rest.trim_end_matches('/'))
        .filter(|host| !host.is_empty() && !host.contains(['/', '@', '?']))
        .ok_or_else(|| invalid("expected http://host:port"))?;
    let with_port = if host.rsplit(']').next().is_some_and(|tail| tail.contains(':')) {
        host.to_owned()
    } else {
        format!("{host}:80")
    };
    let address = with_port.to_socket_addrs()?.next().ok_or_else(|| invalid("no such host"))?;
    let mut stream = TcpStream::connect_timeout(&address, request.timeout)?;
    stream.set_read_timeout(Some(request.timeout))?;
    stream.set_write_timeout(Some(request.timeout))?;
    // HTTP/1.0 asks for an answer in one piece, so that no chunks need reading. JSON is preferred where there is a
    // choice; tiles and checkpoints are taken as they come.
    let Request { method, path, token, body, language, timeout: _ } = *request;
    let tag = language.tag();
    let mut text = format!(
        "{method} {path} HTTP/1.0\r\nHost: {host}\r\nAccept: application/json, */*;q=0.1\r\nAccept-Language: {tag}\r\n"
    );
    if let Some(token) = token {
        text.push_str(&format!("Authorization: Bearer {token}\r\n"));
    }
    if let Some(body) = body {
        text.push_str(&format!("Content-Type: application/json\r\nContent-Length: {}\r\n", body.len()));
    }
    text.push_str("\r\n");
    text.push_str(body.unwrap_or_default());
    stream.write_all(text.as_bytes())?;
    let mut answer = Vec::new();
    stream.take(ANSWER_BYTES_MAX).read_to_end(&mut answer)?;
    parse(&answer)
}

fn parse(answer: &[u8]) -> io::Result<Answer> {
    let none = || io::Error::new(io::ErrorKind::InvalidData, "no HTTP answer");
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").ok_or_else(none)?;
    let head = std::str::from_utf8(&answer[..end]).map_err(|_| none())?;
    let status = head.strip_prefix("HTTP/1.").and_then(|rest| rest.get(2..5)?.parse().ok()).ok_or_else(none)?;
    let body = answer[end + 4..].to_vec();
    let announced = head
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, length)| length.trim().parse::<usize>().ok());
    if announced.is_some_and(|length| body.len() < length) {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the answer was cut off"));
    }
    Ok(Answer { status, body })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_answer_has_a_status_and_a_body() {
        let answer = parse(b"HTTP/1.1 503 Service Unavailable\r\nA: b\r\n\r\n{}").unwrap();
        assert_eq!((answer.status, answer.body.as_slice()), (503, b"{}".as_slice()));
        for other in [b"SSH-2.0-OpenSSH\r\n\r\n".as_slice(), b""] {
            assert_eq!(parse(other).unwrap_err().kind(), io::ErrorKind::InvalidData);
        }
        let cut = parse(b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n{}").unwrap_err();
        assert_eq!(cut.kind(), io::ErrorKind::UnexpectedEof);
    }

    #[test]
    fn only_plain_http_addresses_are_asked() {
        for base in ["https://localhost", "localhost:8080", "http://", "http://a@b", "http://a/b"] {
            let refused = ask(base, "GET", "/", None, None, Duration::from_secs(1)).unwrap_err();
            assert_eq!(refused.kind(), io::ErrorKind::InvalidInput, "{base}");
        }
    }
}
