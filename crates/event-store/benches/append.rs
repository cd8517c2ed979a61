//! Durable appends through the store, beside a raw file in the same run; and reading the whole log.
//!
//! `cargo bench -p event-store --bench append [-- SECONDS [DIRECTORY]]`. The raw file takes frames as long as the
//! journal's, written into zeros and `fdatasync`ed, and is measured twice:
//!
//! - *like for like*: by as many writers in a closed loop, who hand their frames to one thread through a queue like the
//!   store's; it writes and syncs whatever has queued up, and answers. What a store could give that did nothing else.
//! - *equal groups*: by one thread alone, in groups as large as the store's were, and nobody waits for an answer. What
//!   the disk gives.
//!
//! The figures mean something only on an idle machine.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a benchmark prints rounded figures and stops when it cannot go on"
)]

use event_store::open::{OpenOptions, open_blocking};
use event_store::{Append, CommandId, EventStore, Expected, NewEvent, Position, StreamId, Version, Write};
use serde_json::json;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

/// The allocator of the binary `huiyin`, which all that is measured runs under.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

const WRITERS: [usize; 4] = [1, 16, 64, 256];
/// Events per stream before a writer begins another.
const STREAM_LENGTH: u64 = 8;
const ACTOR: &str = "account/01890a5d-ac96-774b-bcce-b302099a8057";

fn main() {
    let arguments = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect::<Vec<_>>();
    let seconds = arguments.first().and_then(|argument| argument.parse().ok()).unwrap_or(4);
    let dir = match arguments.get(1) {
        Some(parent) => tempfile::tempdir_in(parent),
        None => tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")),
    };
    let dir = dir.unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    println!("{} processors, {seconds} s a row, leaves of {} bytes", processors(), leaf_bytes(dir.path(), &runtime));
    println!("                                                   raw, like for like    raw, equal groups");
    println!("writers  events/s   p50 ms   p99 ms  events/group    events/s    share     events/s    share");
    for writers in WRITERS {
        let place = dir.path().join(format!("log-{writers}"));
        let row = append(&runtime, &place, writers, Duration::from_secs(seconds));
        let group = row.events_per_group.round().max(1.0) as usize;
        let time = Duration::from_secs(seconds.div_ceil(2));
        let file = RawFile::create(&dir.path().join("raw"));
        let alike = raw_like_for_like(&runtime, file, row.bytes_per_event, writers, time);
        let equal = raw_equal_groups(&mut RawFile::create(&dir.path().join("raw")), row.bytes_per_event, group, time);
        println!(
            "{writers:>7} {:>9.0} {:>8.2} {:>8.2} {:>13.1} {alike:>11.0} {:>6.0} % {equal:>12.0} {:>6.0} %",
            row.events_per_second,
            row.p50.as_secs_f64() * 1e3,
            row.p99.as_secs_f64() * 1e3,
            row.events_per_group,
            100.0 * row.events_per_second / alike,
            100.0 * row.events_per_second / equal,
        );
        if writers == *WRITERS.last().unwrap() {
            read_all(&runtime, &place);
        }
    }
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

struct Row {
    events_per_second: f64,
    p50: Duration,
    p99: Duration,
    events_per_group: f64,
    bytes_per_event: usize,
}

fn open(place: &Path) -> (EventStore, Arc<dyn event_store::EventLog>) {
    let options = OpenOptions::new(place, place.with_extension("keys"));
    let opened = open_blocking(&options, &|_| {}).unwrap();
    let clock = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64);
    let log = Arc::clone(&opened.log);
    let store = tokio::runtime::Handle::current().block_on(EventStore::start(opened.log, Arc::new(clock))).unwrap();
    (store, log)
}

fn append(runtime: &tokio::runtime::Runtime, place: &Path, writers: usize, time: Duration) -> Row {
    let _entered = runtime.enter();
    let (store, log) = open(place);
    // Warm up: the first segment and sled's first pages.
    runtime.block_on(async { write(&store, usize::MAX, 0, &AtomicBool::new(true)).await });
    let stop = Arc::new(AtomicBool::new(false));
    let mut heads = store.watch();
    let groups = runtime.spawn({
        let stop = Arc::clone(&stop);
        async move {
            let mut groups = 0_u64;
            while !stop.load(Ordering::Relaxed) && heads.changed().await.is_ok() {
                groups += 1;
            }
            groups
        }
    });
    let before = store.head().position.0;
    let started = Instant::now();
    let tasks = (0..writers)
        .map(|writer| {
            let (store, stop) = (store.clone(), Arc::clone(&stop));
            runtime.spawn(async move { write(&store, writer, u64::MAX, &stop).await })
        })
        .collect::<Vec<_>>();
    std::thread::sleep(time);
    stop.store(true, Ordering::Relaxed);
    let mut latencies = Vec::new();
    for task in tasks {
        latencies.extend(runtime.block_on(task).unwrap());
    }
    let elapsed = started.elapsed().as_secs_f64();
    let events = (store.head().position.0 - before) as f64;
    // Wakes the counter of groups once more.
    runtime.block_on(async { write(&store, usize::MAX - 1, 0, &AtomicBool::new(true)).await });
    let groups = runtime.block_on(groups).unwrap().max(1) as f64;
    latencies.sort_unstable();
    let last = runtime.block_on(log.read_all(Position(store.head().position.0 - 1), 1)).unwrap();
    runtime.block_on(store.shutdown());
    Row {
        events_per_second: events / elapsed,
        p50: latencies[latencies.len() / 2],
        p99: latencies[latencies.len() * 99 / 100],
        events_per_group: events / groups,
        // Leaf, its lengths, and the command's record.
        bytes_per_event: last[0].leaf.len() + 8 + 65,
    }
}

/// One writer: an event at a time, each on the version that it knows. At least one event.
async fn write(store: &EventStore, writer: usize, most: u64, stop: &AtomicBool) -> Vec<Duration> {
    let mut latencies = Vec::new();
    let mut stream = StreamId::of("issue", Uuid::now_v7());
    let mut version = 0;
    let mut n = 0;
    loop {
        let expected = if version == 0 { Expected::NoStream } else { Expected::Exact(Version(version)) };
        let request = request(writer, n, &stream, expected);
        let started = Instant::now();
        store.append(request).await.unwrap();
        latencies.push(started.elapsed());
        n += 1;
        version += 1;
        if version == STREAM_LENGTH {
            stream = StreamId::of("issue", Uuid::now_v7());
            version = 0;
        }
        if n > most || stop.load(Ordering::Relaxed) {
            return latencies;
        }
    }
}

fn request(writer: usize, n: u64, stream: &StreamId, expected: Expected) -> Append {
    // No two alike, as in life: else compression would flatter.
    let id =
        |salt: u64| Uuid::from_u128(u128::from(salt.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ n) << 64 | writer as u128);
    Append {
        command: CommandId::derive(ACTOR, &format!("{writer} {n}")),
        fingerprint: [7; 32],
        actor: ACTOR.to_owned(),
        role: "liaison".to_owned(),
        access: None,
        writes: vec![Write {
            stream: stream.clone(),
            expected,
            events: vec![NewEvent {
                event_type: "issue.noted".to_owned(),
                schema: 1,
                area: id(1),
                occurred_at: None,
                policy: None,
                calendar: None,
                public: json!({"kind": "request", "unit_id": id(3), "responsible_delegate_id": id(5)}),
                boxes: Vec::new(),
                keys: Vec::new(),
            }],
        }],
        checks: Vec::new(),
    }
}

fn leaf_bytes(dir: &Path, runtime: &tokio::runtime::Runtime) -> usize {
    let _entered = runtime.enter();
    let (store, log) = open(&dir.join("one"));
    runtime.block_on(async {
        write(&store, 0, 0, &AtomicBool::new(true)).await;
        let bytes = log.read_all(Position(0), 1).await.unwrap()[0].leaf.len();
        store.shutdown().await;
        bytes
    })
}

/// A file of zeros that is written from its beginning to its end and over again.
struct RawFile {
    file: File,
    offset: u64,
}

impl RawFile {
    const BYTES: u64 = 64 * 1024 * 1024;

    fn create(path: &Path) -> Self {
        let file = File::options().create(true).truncate(true).write(true).open(path).unwrap();
        let zeros = vec![0; 1024 * 1024];
        for piece in 0..Self::BYTES / zeros.len() as u64 {
            file.write_all_at(&zeros, piece * zeros.len() as u64).unwrap();
        }
        file.sync_all().unwrap();
        Self { file, offset: 0 }
    }

    fn append(&mut self, bytes: &[u8]) {
        if self.offset + bytes.len() as u64 > Self::BYTES {
            self.offset = 0;
        }
        self.file.write_all_at(bytes, self.offset).unwrap();
        self.file.sync_data().unwrap();
        self.offset += bytes.len() as u64;
    }
}

fn frame(bytes: usize) -> Vec<u8> {
    (0..bytes).map(|at| (at % 251) as u8).collect()
}

/// Writers in a closed loop before one thread that writes and syncs what has queued up; events a second.
fn raw_like_for_like(
    runtime: &tokio::runtime::Runtime,
    mut file: RawFile,
    bytes_per_event: usize,
    writers: usize,
    time: Duration,
) -> f64 {
    let (queue, mut jobs) = mpsc::channel::<(Vec<u8>, oneshot::Sender<()>)>(4096);
    let writer = std::thread::spawn(move || {
        let mut events = 0_u64;
        let mut group = Vec::new();
        let mut replies = Vec::new();
        while let Some((frame, reply)) = jobs.blocking_recv() {
            group.clear();
            group.extend_from_slice(&frame);
            replies.push(reply);
            while replies.len() < 256
                && let Ok((frame, reply)) = jobs.try_recv()
            {
                group.extend_from_slice(&frame);
                replies.push(reply);
            }
            file.append(&group);
            events += replies.len() as u64;
            for reply in replies.drain(..) {
                let _ = reply.send(());
            }
        }
        events
    });
    let stop = Arc::new(AtomicBool::new(false));
    let started = Instant::now();
    let tasks = (0..writers)
        .map(|_| {
            let (queue, stop) = (queue.clone(), Arc::clone(&stop));
            runtime.spawn(async move {
                let frame = frame(bytes_per_event);
                while !stop.load(Ordering::Relaxed) {
                    let (reply, answer) = oneshot::channel();
                    queue.send((frame.clone(), reply)).await.unwrap();
                    answer.await.unwrap();
                }
            })
        })
        .collect::<Vec<_>>();
    drop(queue);
    std::thread::sleep(time);
    stop.store(true, Ordering::Relaxed);
    for task in tasks {
        runtime.block_on(task).unwrap();
    }
    let elapsed = started.elapsed().as_secs_f64();
    writer.join().unwrap() as f64 / elapsed
}

/// Groups of frames, one after the other; events a second.
fn raw_equal_groups(file: &mut RawFile, bytes_per_event: usize, group: usize, time: Duration) -> f64 {
    let frame = frame(bytes_per_event * group);
    let mut events = 0;
    let started = Instant::now();
    while started.elapsed() < time {
        file.append(&frame);
        events += group;
    }
    events as f64 / started.elapsed().as_secs_f64()
}

fn read_all(runtime: &tokio::runtime::Runtime, place: &Path) {
    let _entered = runtime.enter();
    let (store, log) = open(place);
    let head = store.head().position;
    let mut bytes = 0;
    let started = Instant::now();
    let mut after = Position(0);
    while after < head {
        let page = runtime.block_on(log.read_all(after, 1024)).unwrap();
        bytes += page.iter().map(|event| event.leaf.len()).sum::<usize>();
        after = page.last().unwrap().position;
    }
    let seconds = started.elapsed().as_secs_f64();
    println!(
        "full-log read: {:.0} events/s, {:.0} MB/s of leaves, {} events",
        head.0 as f64 / seconds,
        bytes as f64 / seconds / 1e6,
        head.0
    );
    runtime.block_on(store.shutdown());
}
