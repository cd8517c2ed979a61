//! The load: one thread that keeps many connections busy, by epoll.
//!
//! *Closed loop*: each connection sends its next request after its last answer. *Open loop*: requests are due at instants
//! drawn before (exponential gaps), whatever the server does meanwhile; the time an answer takes counts from the instant
//! at which its request was due, so that waiting for a connection that is still busy counts too (no coordinated omission).

use crate::asker::{Asked, Asker, Then};
use crate::peers::umadb;
use crate::process::{Cpu, cpu_of_this_thread, resident};
use crate::row::Row;
use crate::servers::{Protocol, Server};
use crate::wire::{Answer, Progress};
use rustix::event::epoll::{self, CreateFlags, Event, EventData, EventFlags};
use rustix::fd::OwnedFd;
use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create, timerfd_settime,
};
use std::collections::{BTreeMap, VecDeque};
use std::io::{ErrorKind, Read as _, Write as _};
use std::mem::MaybeUninit;
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// When requests are sent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Arrivals {
    /// After the last answer on the same connection.
    Closed,
    /// So many a second.
    Open(f64),
}

/// What one measurement shows.
pub struct Measured {
    pub length: Duration,
    /// Answers in that time; of the feed, events in them.
    pub done: u64,
    /// Answers in each fifth of it, and resident memory at its end.
    pub fifths: [(u64, u64); 5],
    /// How long each took whose request was due in that time, sorted, microseconds.
    pub took: Vec<u32>,
    /// Answered that too much was asked (429, 503); in no other figure.
    pub refused: u64,
    /// Bytes of all answers.
    pub bytes: u64,
    /// Processor time of the server by kinds of thread, and of the thread that made the load.
    pub server_cpu: BTreeMap<String, Duration>,
    pub generator_cpu: Duration,
}

struct Connection {
    stream: TcpStream,
    out: Vec<u8>,
    input: Vec<u8>,
    progress: Progress,
    nth: u32,
    /// What is under way, and since when.
    asked: Option<(Asked, Instant)>,
}

/// One measurement, after a fifth of its length to warm up.
pub struct Load<'a> {
    server: &'a Server,
    row: Row,
    asker: &'a mut Asker,
    arrivals: Arrivals,
    epoll: OwnedFd,
    timer: OwnedFd,
    connections: Vec<Connection>,
    buffer: Vec<u8>,
    begin: Instant,
    end: Instant,
    measured: Measured,
    /// Whether the server may go away, and whether it has.
    killed: (bool, bool),
}

/// The timer among the connections.
const TIMER: u64 = u64::MAX;
/// Events of the kernel looked at in one go.
const EVENTS: usize = 256;

impl<'a> Load<'a> {
    pub fn measure(
        server: &'a Server,
        row: Row,
        asker: &'a mut Asker,
        arrivals: Arrivals,
        connections: usize,
        lengths: (Duration, Duration),
    ) -> Measured {
        Self::begin(server, row, asker, arrivals, connections, lengths).run()
    }

    /// A closed loop that ends when the server has gone away.
    pub fn until_killed(server: &'a Server, row: Row, asker: &'a mut Asker, connections: usize) {
        let for_ever = (Duration::ZERO, Duration::from_secs(3600));
        let mut load = Self::begin(server, row, asker, Arrivals::Closed, connections, for_ever);
        load.killed.0 = true;
        load.run();
    }

    fn begin(
        server: &'a Server,
        row: Row,
        asker: &'a mut Asker,
        arrivals: Arrivals,
        connections: usize,
        (warm_up, length): (Duration, Duration),
    ) -> Self {
        let epoll = epoll::create(CreateFlags::CLOEXEC).unwrap();
        let timer = timerfd_create(TimerfdClockId::Monotonic, TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC).unwrap();
        epoll::add(&epoll, &timer, EventData::new_u64(TIMER), EventFlags::IN).unwrap();
        let open = |at: usize| {
            let mut stream = TcpStream::connect(server.address).unwrap();
            stream.set_nodelay(true).unwrap();
            if server.protocol == Protocol::Grpc {
                stream.write_all(&umadb::preface()).unwrap();
            }
            stream.set_nonblocking(true).unwrap();
            epoll::add(&epoll, &stream, EventData::new_u64(at as u64), EventFlags::IN).unwrap();
            let (out, input) = (Vec::with_capacity(4096), Vec::new());
            Connection { stream, out, input, progress: Progress::default(), nth: 0, asked: None }
        };
        let connections = (0..connections).map(open).collect();
        let begin = Instant::now() + warm_up;
        let measured = Measured {
            length,
            done: 0,
            fifths: [(0, 0); 5],
            took: Vec::with_capacity(1 << 18),
            refused: 0,
            bytes: 0,
            server_cpu: BTreeMap::new(),
            generator_cpu: Duration::ZERO,
        };
        let (end, buffer) = (begin + length, vec![0; 256 * 1024]);
        let killed = (false, false);
        Self { server, row, asker, arrivals, epoll, timer, connections, buffer, begin, end, measured, killed }
    }

    fn run(mut self) -> Measured {
        let mut idle: Vec<usize> = (0..self.connections.len()).rev().collect();
        // What is due and waits for a connection, and when the next will be due.
        let mut due: VecDeque<Instant> = VecDeque::new();
        let mut next_due = Instant::now();
        let mut before = None;
        let mut fifth = 0;
        // What the open loop leaves behind is waited for, but not for ever.
        let give_up = self.end + (self.measured.length * 2).max(Duration::from_secs(30));
        loop {
            let now = Instant::now();
            if before.is_none() && now >= self.begin {
                before = Some((Cpu::of(self.server.pid), cpu_of_this_thread()));
            }
            while fifth < 5 && now >= self.begin + self.measured.length * (fifth + 1) / 5 {
                self.measured.fifths[fifth as usize].1 = resident(self.server.pid);
                fifth += 1;
                if let (5, Some((server, generator))) = (fifth, &before) {
                    self.measured.server_cpu = Cpu::of(self.server.pid).since(server);
                    self.measured.generator_cpu = cpu_of_this_thread().saturating_sub(*generator);
                }
            }
            match self.arrivals {
                Arrivals::Closed if now < self.end => due.extend(std::iter::repeat_n(now, idle.len() - due.len())),
                Arrivals::Closed => due.clear(),
                Arrivals::Open(rate) => {
                    while next_due <= now && next_due < self.end {
                        due.push_back(next_due);
                        next_due += self.asker.gap(rate);
                    }
                }
            }
            while let (Some(at), false) = (due.front().copied(), idle.is_empty()) {
                let connection = idle.pop().unwrap();
                if !self.send(connection, at) {
                    // Nothing is left to ask: it ends here, and the time is that until now.
                    idle.push(connection);
                    assert!(now > self.begin, "{}: nothing to ask for", self.row.name());
                    due.clear();
                    self.cut(now, &mut fifth, before.as_ref());
                    break;
                }
                due.pop_front();
            }
            let none_under_way = idle.len() == self.connections.len();
            if self.killed.1 || (fifth == 5 && due.is_empty() && none_under_way) {
                break;
            }
            if now >= give_up {
                // What was due and never answered took at least until now.
                let under_way = self.connections.iter().filter_map(|connection| connection.asked.map(|(_, due)| due));
                let late: Vec<u32> = under_way.chain(due).map(|due| micros(now - due)).collect();
                self.measured.took.extend(late);
                break;
            }
            let mut deadline = match fifth {
                5 => give_up,
                done => self.begin + self.measured.length * (done + u32::from(before.is_some())) / 5,
            };
            if matches!(self.arrivals, Arrivals::Open(_)) && next_due < self.end {
                deadline = deadline.min(next_due);
            }
            self.wait(deadline, &mut idle);
        }
        self.measured.took.sort_unstable();
        self.measured
    }

    /// Ends the measurement before its time.
    fn cut(&mut self, now: Instant, fifth: &mut u32, before: Option<&(Cpu, Duration)>) {
        if *fifth == 5 {
            return;
        }
        let Some((server, generator)) = before else { return };
        self.measured.server_cpu = Cpu::of(self.server.pid).since(server);
        self.measured.generator_cpu = cpu_of_this_thread().saturating_sub(*generator);
        self.measured.length = now - self.begin;
        (self.end, *fifth) = (now, 5);
    }

    /// Sends the next request; whether there was one.
    fn send(&mut self, at: usize, due: Instant) -> bool {
        let connection = &mut self.connections[at];
        connection.out.clear();
        self.asker.works_at(at);
        let Some(asked) = self.asker.next(self.row, connection.nth, &mut connection.out) else { return false };
        connection.nth += 1;
        connection.asked = Some((asked, due));
        let written = write(&mut connection.stream, &connection.out);
        self.or_gone(written);
        true
    }

    /// Sleeps until an answer comes or `deadline`, and takes what has come.
    fn wait(&mut self, deadline: Instant, idle: &mut Vec<usize>) {
        let left = deadline.saturating_duration_since(Instant::now()).max(Duration::from_nanos(1));
        let it_value = Timespec { tv_sec: left.as_secs().cast_signed(), tv_nsec: left.subsec_nanos().into() };
        let once = Itimerspec { it_interval: Timespec { tv_sec: 0, tv_nsec: 0 }, it_value };
        timerfd_settime(&self.timer, TimerfdTimerFlags::empty(), &once).unwrap();
        let mut events = [MaybeUninit::<Event>::uninit(); EVENTS];
        let ready: Vec<u64> = match epoll::wait(&self.epoll, &mut events, None) {
            Ok((events, _)) => events.iter().map(|event| event.data.u64()).collect(),
            Err(rustix::io::Errno::INTR) => Vec::new(),
            Err(error) => panic!("epoll: {error}"),
        };
        for at in ready {
            // The timer need not be read: it is set anew before each wait.
            if at != TIMER && self.read(usize::try_from(at).unwrap()) {
                idle.push(usize::try_from(at).unwrap());
            }
        }
    }

    /// Reads what there is; whether an answer is whole.
    fn read(&mut self, at: usize) -> bool {
        let connection = &mut self.connections[at];
        let read = match connection.stream.read(&mut self.buffer) {
            Ok(0) => Err(ErrorKind::ConnectionReset.into()),
            Err(error) if error.kind() == ErrorKind::WouldBlock => return false,
            read => read,
        };
        let Some(read) = self.or_gone(read) else { return false };
        let connection = &mut self.connections[at];
        let mut kept = std::mem::take(&mut connection.input);
        // Mostly an answer comes in one piece.
        let whole = kept.is_empty();
        let input = if whole {
            &self.buffer[..read]
        } else {
            kept.extend_from_slice(&self.buffer[..read]);
            &kept[..]
        };
        let mut reply = Vec::new();
        let answer = match self.server.protocol {
            Protocol::Http => connection.progress.http(input),
            Protocol::Grpc => connection.progress.grpc(input, &mut reply),
        };
        if !reply.is_empty() {
            write(&mut connection.stream, &reply).unwrap();
        }
        let Some(answer) = answer else {
            if whole {
                kept.extend_from_slice(&self.buffer[..read]);
            }
            self.connections[at].input = kept;
            return false;
        };
        let rest = input[answer.used..].to_vec();
        let (asked, due) = connection.asked.take().unwrap();
        let now = Instant::now();
        take(&mut self.measured, self.asker, &answer, asked, due, (now, self.begin, self.end));
        self.connections[at].input = rest;
        true
    }

    /// What was done on a connection, unless the server has gone away as it should.
    fn or_gone<T>(&mut self, done: std::io::Result<T>) -> Option<T> {
        match done {
            Ok(done) => Some(done),
            Err(_) if self.killed.0 => {
                self.killed.1 = true;
                None
            }
            Err(error) => panic!("{}: {error}", self.row.name()),
        }
    }
}

/// Counts an answer.
fn take(
    measured: &mut Measured,
    asker: &mut Asker,
    answer: &Answer<'_>,
    asked: Asked,
    due: Instant,
    (now, begin, end): (Instant, Instant, Instant),
) {
    let in_time = now >= begin && now < end;
    if matches!(answer.status, 429 | 503) {
        measured.refused += u64::from(in_time);
        return;
    }
    assert_eq!(answer.status, asked.status, "{}", String::from_utf8_lossy(&answer.body));
    let many = match asked.then {
        Then::Nothing => 1,
        Then::Remember => {
            asker.remember(&answer.body);
            1
        }
        Then::CountLines => answer.body.iter().filter(|byte| **byte == b'\n').count() as u64,
    };
    if in_time {
        measured.done += many;
        measured.bytes += answer.body.len() as u64;
        let fifth = (now - begin).as_nanos() * 5 / measured.length.as_nanos().max(1);
        measured.fifths[usize::try_from(fifth).unwrap_or(4).min(4)].0 += many;
    }
    if due >= begin && due < end {
        measured.took.push(micros(now - due));
    }
}

/// Into a socket that has nothing to send: a request always fits.
fn write(stream: &mut TcpStream, bytes: &[u8]) -> std::io::Result<()> {
    let written = stream.write(bytes)?;
    assert_eq!(written, bytes.len(), "a request did not fit into an empty socket");
    Ok(())
}

fn micros(time: Duration) -> u32 {
    u32::try_from(time.as_micros()).unwrap_or(u32::MAX)
}
