//! A client for the command line's own questions: one request, HTTP/1.1, bounded in time and size; over TLS where the
//! authority of the server's certificate is named.
//!
//! Not for anything else: no redirects, no proxies. `huiyin health` runs in containers without curl.

use domain::language::Language;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::path::Path;
use std::sync::Arc;
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
    /// Certificates of authorities (PEM), of which one has signed the server's; needed for `https://`.
    pub trusted: Option<&'a Path>,
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
    send(base, &Request { method, path, token, body, language: Language::default(), timeout, trusted: None })
}

/// Sends one request to a server at `base` (`http://host:port` or `https://host:port`) and reads the answer to its end.
///
/// # Errors
/// `InvalidInput` for another kind of address, and for TLS where nobody is trusted, `UnexpectedEof` for an answer that was cut off, else what the network
/// says.
pub fn send(base: &str, request: &Request<'_>) -> io::Result<Answer> {
    let invalid = |text: &str| io::Error::new(io::ErrorKind::InvalidInput, text.to_owned());
    let (secure, rest) = match base.split_once("://") {
        Some(("http", rest)) => (false, rest),
        Some(("https", rest)) => (true, rest),
        Some(_) | None => return Err(invalid("expected http://host:port or https://host:port")),
    };
    let host = rest.trim_end_matches('/');
    if host.is_empty() || host.contains(['/', '@', '?']) {
        return Err(invalid("expected http://host:port or https://host:port"));
    }
    let with_port = if host.rsplit(']').next().is_some_and(|tail| tail.contains(':')) {
        host.to_owned()
    } else {
        format!("{host}:{}", if secure { 443 } else { 80 })
    };
    let address = with_port.to_socket_addrs()?.next().ok_or_else(|| invalid("no such host"))?;
    let stream = TcpStream::connect_timeout(&address, request.timeout)?;
    stream.set_read_timeout(Some(request.timeout))?;
    stream.set_write_timeout(Some(request.timeout))?;
    // HTTP/1.0 asks for an answer in one piece, so that no chunks need reading. JSON is preferred where there is a
    // choice; tiles and checkpoints are taken as they come.
    let Request { method, path, token, body, language, timeout: _, trusted } = *request;
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
    let answer = if secure {
        let trusted = trusted.ok_or_else(|| invalid("https needs certificates of authorities"))?;
        exchange(inside_tls(stream, &with_port, trusted)?, &text)?
    } else {
        exchange(stream, &text)?
    };
    parse(&answer)
}

fn exchange(mut stream: impl Read + Write, text: &str) -> io::Result<Vec<u8>> {
    stream.write_all(text.as_bytes())?;
    let mut answer = Vec::new();
    stream.take(ANSWER_BYTES_MAX).read_to_end(&mut answer)?;
    Ok(answer)
}

fn inside_tls(
    stream: TcpStream,
    with_port: &str,
    trusted: &Path,
) -> io::Result<StreamOwned<ClientConnection, TcpStream>> {
    let unfit = |error: &dyn std::fmt::Display| io::Error::new(io::ErrorKind::InvalidData, error.to_string());
    let mut roots = RootCertStore::empty();
    let file = std::fs::read(trusted)?;
    for certificate in CertificateDer::pem_slice_iter(&file) {
        roots.add(certificate.map_err(|error| unfit(&error))?).map_err(|error| unfit(&error))?;
    }
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| unfit(&error))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = with_port.rsplit_once(':').map_or(with_port, |(name, _)| name).trim_matches(['[', ']']);
    let name = ServerName::try_from(name.to_owned()).map_err(|error| unfit(&error))?;
    let connection = ClientConnection::new(Arc::new(config), name).map_err(|error| unfit(&error))?;
    Ok(StreamOwned::new(connection, stream))
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
    fn only_addresses_of_http_are_asked_and_none_by_tls_without_trust() {
        for base in ["ftp://localhost", "localhost:8080", "http://", "http://a@b", "http://a/b"] {
            let refused = ask(base, "GET", "/", None, None, Duration::from_secs(1)).unwrap_err();
            assert_eq!(refused.kind(), io::ErrorKind::InvalidInput, "{base}");
        }
    }
}
