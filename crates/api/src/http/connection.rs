//! One connection: what the HTTP codec reads from and writes to.
//!
//! It ends a connection whose seat is given to another; one whose reader takes nothing the socket ends (`paced.rs`). And it
//! puts a problem document in the place of the empty answers that the codec itself gives to what it cannot read, for the codec
//! has no other way to be told: such an answer has no body and is always the last thing on its connection.

use crate::http::connections::{Guest, Seat};
use crate::http::metrics;
use crate::http::tls::Stream;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use bytes::{Buf as _, Bytes};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Seconds after which a request that the server did not come to read may be sent again.
const UNREAD_RETRY_S: u32 = 5;

/// A connection in its seat.
pub(crate) struct Connection<S = Stream> {
    stream: S,
    has_unread: fn(&S) -> bool,
    seat: Seat,
    /// What is written in place of an answer of the codec.
    instead: Bytes,
}

impl Connection {
    pub fn new(stream: Stream, seat: Seat) -> Self {
        Self::over(stream, Stream::has_unread, seat)
    }
}

impl<S> Connection<S> {
    fn over(stream: S, has_unread: fn(&S) -> bool, seat: Seat) -> Self {
        Self { stream, has_unread, seat, instead: Bytes::new() }
    }

    /// What requests know of it.
    pub fn guest(&self) -> Arc<Guest> {
        self.seat.guest()
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Connection<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.seat.is_taken(cx.waker()) {
            // The end: a request that is just being answered is answered all the same.
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        let read = Pin::new(&mut this.stream).poll_read(cx, buffer);
        // Of TLS that breaks off without a farewell the end is an error.
        let ended = matches!(read, Poll::Ready(Err(_)))
            || (matches!(read, Poll::Ready(Ok(()))) && buffer.filled().len() == before && buffer.remaining() > 0);
        if ended {
            this.guest().leave();
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> Connection<S> {
    /// Writes what stands in the place of an answer of the codec, to its end.
    fn write_instead(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.instead.is_empty() {
            let bytes = self.instead.clone();
            match ready!(Pin::new(&mut self.stream).poll_write(cx, &bytes))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                taken => self.instead.advance(taken),
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl<S> Connection<S> {
    /// What a refusal of the codec is in truth. Its deadline also passes where a head has arrived and a server without a
    /// free processor has not come to read it; that is not the client's delay.
    fn in_truth(&self, refusal: Refusal) -> Refusal {
        if refusal == Refusal::Late && (self.has_unread)(&self.stream) { Refusal::Unread } else { refusal }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Connection<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        ready!(this.write_instead(cx))?;
        match Refusal::at_the_end_of(bytes) {
            // Answers before it go as they are; then the next call begins with it.
            Some((0, refusal)) => {
                this.instead = this.in_truth(refusal).document();
                Poll::Ready(Ok(bytes.len()))
            }
            Some((before, _)) => Pin::new(&mut this.stream).poll_write(cx, bytes.get(..before).unwrap_or(bytes)),
            None => Pin::new(&mut this.stream).poll_write(cx, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.write_instead(cx))?;
        Pin::new(&mut this.stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.write_instead(cx))?;
        Pin::new(&mut this.stream).poll_shutdown(cx)
    }
}

/// An answer that the codec gives by itself: nothing of it is ours, so it has no body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refusal {
    /// The request line, a header or the framing of a body cannot be read.
    Unreadable,
    /// The head did not arrive in time.
    Late,
    /// The head does not end where it should.
    Long,
    /// The head did arrive, and was not read in time: never said by the codec, which takes it for [`Self::Late`].
    Unread,
}

impl Refusal {
    const OF_THE_CODEC: [Self; 3] = [Self::Unreadable, Self::Late, Self::Long];

    /// How the codec's answer begins.
    const fn head(self) -> &'static str {
        match self {
            Self::Unreadable => "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n",
            Self::Late | Self::Unread => "HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\n",
            Self::Long => "HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\n",
        }
    }

    /// The codec's answer with which bytes end, and where it begins. No body of ours can look like this: a carriage
    /// return is a control character, which no text may hold.
    fn at_the_end_of(bytes: &[u8]) -> Option<(usize, Self)> {
        const DATE: usize = "date: Thu, 01 Jan 1970 00:00:00 GMT\r\n\r\n".len();
        if !bytes.ends_with(b" GMT\r\n\r\n") {
            return None;
        }
        let (before, date) = bytes.split_at_checked(bytes.len().checked_sub(DATE)?)?;
        let before = date.starts_with(b"date: ").then_some(before)?;
        // It is there unless a request of the same connection was answered before.
        let before = before.strip_suffix(b"connection: close\r\n").unwrap_or(before);
        Self::OF_THE_CODEC.into_iter().find_map(|refusal| {
            let answers = before.strip_suffix(refusal.head().as_bytes())?;
            Some((answers.len(), refusal))
        })
    }

    /// The problem, in both languages: which one was asked for is not known, because its header was not read.
    fn problem(self) -> Problem {
        let both = |code: HttpCode, text: &str| Problem::new(code).because(text, text);
        match self {
            Self::Unreadable => both(
                HttpCode::BadRequest,
                "请求行或请求头无法读取；地址中的中文等字符应以 UTF-8 百分号编码。The request line or a header cannot be read; \
                 characters beyond ASCII in an address must be percent-encoded as UTF-8.",
            ),
            Self::Late => {
                both(HttpCode::RequestTimeout, "请求头没有及时到达。The head of the request did not arrive in time.")
            }
            Self::Unread => both(
                HttpCode::Overloaded,
                "服务器过于繁忙，没有来得及读取请求，请求没有执行。The server was too busy to read the request in time; nothing of it was \
                 done.",
            )
            .retry_after(UNREAD_RETRY_S),
            Self::Long => {
                both(HttpCode::HeadTooLarge, "请求行与请求头过长。The request line and the headers are too long.")
            }
        }
    }

    /// The same answer with a problem document.
    fn document(self) -> Bytes {
        let problem = self.problem();
        let status = problem.status();
        metrics::observe(None, status, Duration::ZERO);
        crate::http::middleware::raw(&problem, status.canonical_reason().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::http::connections::Connections;
    use crate::http::paced::Paced;
    use crate::http::proxies::Proxies;
    use std::io::{Read as _, Write as _};
    use std::net::{IpAddr, Ipv4Addr};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};
    use tokio::net::TcpStream;

    const CODEC: &str = "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\ndate: Sat, 28 Nov 2026 18:00:00 GMT\r\n\r\n";

    fn seat() -> Seat {
        Connections::at_most(9, Proxies::default()).admit(IpAddr::V4(Ipv4Addr::LOCALHOST)).unwrap()
    }

    #[tokio::test]
    async fn an_empty_answer_of_the_codec_becomes_a_problem_and_what_comes_before_stays() {
        let (ours, mut theirs) = duplex(64);
        let mut connection = piped(ours);
        let before = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
        let written = tokio::spawn(async move {
            connection.write_all(format!("{before}{CODEC}").as_bytes()).await.unwrap();
            connection.shutdown().await.unwrap();
        });
        let mut read = String::new();
        theirs.read_to_string(&mut read).await.unwrap();
        written.await.unwrap();
        let (head, body) = read.strip_prefix(before).unwrap().split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 400 Bad Request\r\n") && head.contains("application/problem+json"));
        assert!(head.contains(&format!("content-length: {}\r\n", body.len())), "{head}");
        let body: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!((&body["code"], &body["status"]), (&"bad_request".into(), &400.into()));
    }

    fn piped(stream: DuplexStream) -> Connection<DuplexStream> {
        Connection::over(stream, |_| false, seat())
    }

    /// A starved worker sees the deadline of a head pass before it comes to read the head that has been there all along,
    /// and before its runtime knows of it.
    #[tokio::test]
    async fn a_head_that_was_there_in_time_is_not_called_late() {
        for (sent, status, retry) in [("GET / HTTP/1.1\r\n\r\n", "429", Some("5")), ("", "408", None)] {
            let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            let mut theirs = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
            let (ours, _) = listener.accept().unwrap();
            ours.set_nonblocking(true).unwrap();
            let mut connection =
                Connection::new(Stream::Plain(Paced::over(TcpStream::from_std(ours).unwrap())), seat());
            theirs.write_all(sent.as_bytes()).unwrap();
            let late = CODEC.replace("400 Bad Request", "408 Request Timeout");
            connection.write_all(late.as_bytes()).await.unwrap();
            connection.flush().await.unwrap();
            let mut read = [0; 4096];
            let length = theirs.read(&mut read).unwrap();
            let read = String::from_utf8_lossy(&read[..length]);
            assert!(read.starts_with(&format!("HTTP/1.1 {status} ")), "{read}");
            let told = read.lines().find_map(|line| line.strip_prefix("retry-after: "));
            assert_eq!(told, retry, "{read}");
        }
    }

    #[test]
    fn only_the_codecs_own_answers_are_replaced() {
        for bytes in [
            "",
            " GMT\r\n\r\n",
            "HTTP/1.1 400 Bad Request\r\ncontent-length: 7\r\nconnection: close\r\ndate: Sat, 28 Nov 2026 18:00:00 GMT\r\n\r\n",
            "HTTP/1.1 304 Not Modified\r\ndate: Sat, 28 Nov 2026 18:00:00 GMT\r\n\r\n",
        ] {
            assert_eq!(Refusal::at_the_end_of(bytes.as_bytes()), None, "{bytes}");
        }
        assert_eq!(Refusal::at_the_end_of(CODEC.as_bytes()), Some((0, Refusal::Unreadable)));
    }

    #[tokio::test]
    async fn who_is_shown_out_reads_the_end() {
        let connections = Connections::at_most(1, Proxies::default());
        let here = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let (ours, _theirs) = duplex(16);
        let mut connection = Connection::over(ours, |_: &DuplexStream| false, connections.admit(here).unwrap());
        let reading = tokio::spawn(async move { connection.read(&mut [0; 16]).await.unwrap() });
        tokio::task::yield_now().await;
        let _newcomer = connections.admit(here).unwrap();
        assert_eq!(reading.await.unwrap(), 0);
    }
}
