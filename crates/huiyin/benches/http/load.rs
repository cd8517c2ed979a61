//! Closed-loop load: as many connections as asked for, each sending its next request after its last answer.

use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// A request, ready to be sent.
#[derive(Clone, Debug)]
pub struct Request(Vec<u8>);

impl Request {
    pub fn get(path: &str, token: &str) -> Self {
        Self(format!("GET {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\n\r\n").into_bytes())
    }

    pub fn post(path: &str, token: &str, body: &str) -> Self {
        Self::post_as("application/json", path, token, body)
    }

    pub fn post_as(media_type: &str, path: &str, token: &str, body: &str) -> Self {
        let length = body.len();
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\ncontent-type: {media_type}\r\ncontent-length: {length}\r\n\r\n"
        );
        Self([head.as_bytes(), body.as_bytes()].concat())
    }
}

/// What one measurement, or the median of several, shows.
#[derive(Clone, Copy, Debug)]
pub struct Figures {
    pub per_second: f64,
    pub p50: Duration,
    pub p99: Duration,
    /// Processor time of the server's process per request, all its threads together.
    pub cpu: Duration,
}

impl Figures {
    /// Of each figure by itself.
    pub fn median(all: &[Self]) -> Self {
        let middle = all.len() / 2;
        let mut rates: Vec<f64> = all.iter().map(|one| one.per_second).collect();
        rates.sort_by(f64::total_cmp);
        let of = |figure: fn(&Self) -> Duration| {
            let mut values: Vec<Duration> = all.iter().map(figure).collect();
            values.sort();
            values[middle]
        };
        Self { per_second: rates[middle], p50: of(|one| one.p50), p99: of(|one| one.p99), cpu: of(|one| one.cpu) }
    }
}

/// One connection and what has been read from it.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    pub async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, buffer: Vec::with_capacity(16 * 1024) }
    }

    /// Sends a request and reads its whole answer: status and body.
    pub async fn exchange(&mut self, request: &Request) -> (u16, &[u8]) {
        self.buffer.clear();
        self.stream.write_all(&request.0).await.unwrap();
        let mut end = None;
        loop {
            assert!(self.stream.read_buf(&mut self.buffer).await.unwrap() > 0, "the server closed the connection");
            if end.is_none() {
                end = end_of_answer(&self.buffer);
            }
            if let Some((body, end)) = end
                && self.buffer.len() >= end
            {
                let status = std::str::from_utf8(&self.buffer[9..12]).unwrap().parse().unwrap();
                return (status, &self.buffer[body..end]);
            }
        }
    }
}

/// Where the body begins and ends, once the head is there. Every answer measured here has a `content-length`.
fn end_of_answer(buffer: &[u8]) -> Option<(usize, usize)> {
    let head = buffer.windows(4).position(|window| window == b"\r\n\r\n")?;
    let text = std::str::from_utf8(&buffer[..head]).unwrap();
    let length = text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().unwrap())
    });
    Some((head + 4, head + 4 + length.unwrap()))
}

/// Sends `request` over so many connections for so long, after a fifth of that to warm up.
pub fn measure(
    address: SocketAddr,
    pid: u32,
    request: &Request,
    status: u16,
    connections: usize,
    length: Duration,
) -> Figures {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let begin = Instant::now() + length / 5;
        let end = begin + length;
        let mut loops = JoinSet::new();
        for _ in 0..connections {
            let request = request.clone();
            loops.spawn(async move {
                let mut connection = Connection::open(address).await;
                let mut took = Vec::with_capacity(1 << 16);
                loop {
                    let sent = Instant::now();
                    // What takes longer than the measurement is measured once all the same.
                    if sent >= end && !took.is_empty() {
                        return took;
                    }
                    let (answered, body) = connection.exchange(&request).await;
                    assert_eq!(answered, status, "{}", String::from_utf8_lossy(body));
                    if sent >= begin {
                        took.push(sent.elapsed());
                    }
                }
            });
        }
        tokio::time::sleep_until(begin.into()).await;
        let before = cpu(pid);
        tokio::time::sleep_until(end.into()).await;
        let spent = cpu(pid).saturating_sub(before);
        let mut took: Vec<Duration> = loops.join_all().await.concat();
        took.sort();
        let at = |permille: usize| took[(took.len() * permille / 1000).min(took.len() - 1)];
        let requests = u32::try_from(took.len()).unwrap();
        Figures {
            per_second: f64::from(requests) / length.as_secs_f64(),
            p50: at(500),
            p99: at(990),
            cpu: spent / requests,
        }
    })
}

/// Processor time a process has used, user and system; zero where the system has no `/proc`.
fn cpu(pid: u32) -> Duration {
    /// Linux counts in hundredths of a second for whoever reads `/proc` (`USER_HZ`).
    const TICK_MS: u64 = 10;
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The name in parentheses may hold anything; fields 14 and 15 come 12th and 13th after it.
    let fields: Vec<&str> =
        stat.rsplit_once(')').map(|(_, rest)| rest.split_whitespace().collect()).unwrap_or_default();
    let ticks = |field: usize| fields.get(field).and_then(|value| value.parse::<u64>().ok()).unwrap_or_default();
    Duration::from_millis((ticks(11) + ticks(12)) * TICK_MS)
}
