//! Opening a large log: time until the store serves and resident memory, after a clean stop and after `kill -9`.
//!
//! `cargo bench -p event-store --bench opening [-- EVENTS [PARENT]]`, by default 1,000,000 events, in a temporary
//! directory of that parent. Two logs are written, each in one life: one is stopped in order, one is killed. sled takes
//! its snapshots when it opens and at no other time, so the first opening reads all that was written in that life and
//! is told apart from those after short lives.
//!
//! Writing, opening and being killed are processes of their own: this program run again. Each opening says its parts:
//! *open* is all of `open_blocking`, *start* the reading of the tree's edge by the store. Files are in the page cache.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "a benchmark prints rounded figures and stops when it cannot go on"
)]

use event_store::open::{OpenOptions, open_blocking};
use event_store::{
    Append, CommandId, EventStore, Expected, NewEvent, SealedBox, StreamId, SubjectId, Version, WrappedKey, Write,
    random_bytes,
};
use serde_json::json;
use std::io::{BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use uuid::Uuid;

/// The allocator of the binary `huiyin`, which all that is measured runs under.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

const DEFAULT_EVENTS: u64 = 1_000_000;
const WRITERS: u64 = 64;
/// Events per stream before a writer begins another.
const STREAM_LENGTH: u64 = 5;
/// Openings of each kind.
const ROUNDS: usize = 5;
/// How long the child writes before it is killed.
const LIFE: Duration = Duration::from_millis(2500);
const ROLE: &str = "HUIYIN_OPENING_ROLE";
const DIR: &str = "HUIYIN_OPENING_DIR";
const ACTOR: &str = "account/01890a5d-ac96-774b-bcce-b302099a8057";

fn main() {
    let role = std::env::var(ROLE).unwrap_or_default();
    if role.is_empty() {
        return compare();
    }
    let dir = PathBuf::from(std::env::var_os(DIR).unwrap());
    match role.split_once(' ') {
        Some((life, events)) => write(&dir, events.parse().unwrap(), life == "stop"),
        None => open(&dir),
    }
}

/// The parent: has two logs written, and opened again and again.
fn compare() {
    let arguments = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect::<Vec<_>>();
    let events: u64 = arguments.first().and_then(|argument| argument.parse().ok()).unwrap_or(DEFAULT_EVENTS);
    let parent = match arguments.get(1) {
        Some(parent) => tempfile::tempdir_in(parent),
        None => tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")),
    };
    let parent = parent.unwrap();
    println!("after                     events   open ms  start ms  ready ms  resident MB  peak MB");
    let stopped = parent.path().join("stopped");
    assert!(child(&stopped, &format!("stop {events}")).wait().unwrap().success());
    opening(&stopped, "one life, stopped");
    for _ in 0..ROUNDS {
        opening(&stopped, "a look, stopped");
    }
    let killed = parent.path().join("killed");
    live_and_be_killed(&killed, events, Duration::ZERO);
    opening(&killed, "one life, kill -9");
    for _ in 0..ROUNDS {
        live_and_be_killed(&killed, 0, LIFE);
        opening(&killed, "2.5 s of life, kill -9");
    }
    for part in ["journal", "sled"] {
        println!("{part}: {} MB", bytes_of(&killed.join("data").join(part)) / 1_000_000);
    }
}

/// A child that writes until the log holds `events`, and so long beyond, and is killed while it writes.
fn live_and_be_killed(dir: &Path, events: u64, beyond: Duration) {
    let mut writer = child(dir, &format!("live {events}"));
    let mut line = String::new();
    BufReader::new(writer.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "written\n");
    std::thread::sleep(beyond);
    writer.kill().unwrap();
    writer.wait().unwrap();
}

fn opening(dir: &Path, after: &str) {
    let output = child(dir, "open").wait_with_output().unwrap();
    assert!(output.status.success());
    println!("{after:<22} {}", String::from_utf8(output.stdout).unwrap().trim_end());
}

fn child(dir: &Path, role: &str) -> Child {
    Command::new(std::env::current_exe().unwrap()).env(ROLE, role).env(DIR, dir).stdout(Stdio::piped()).spawn().unwrap()
}

fn options(dir: &Path) -> OpenOptions {
    OpenOptions::new(dir.join("data"), dir.join("keys"))
}

fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
}

/// Opens, says how long it took, and closes in order.
fn open(dir: &Path) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let started = Instant::now();
    let opened = open_blocking(&options(dir), &|_| {}).unwrap();
    let open = started.elapsed();
    let store = runtime.block_on(EventStore::start(opened.log, Arc::new(now))).unwrap();
    let ready = started.elapsed();
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    // Also what the first second of life brings: the background verification, the spare segment.
    std::thread::sleep(Duration::from_secs(1));
    println!(
        "{:>9} {:>9.0} {:>9.1} {:>9.0} {:>12} {:>8}  {}",
        store.head().position.0,
        ms(open),
        ms(ready - open),
        ms(ready),
        memory("VmRSS:") / 1000,
        memory("VmHWM:") / 1000,
        opened.notes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    );
    runtime.block_on(store.shutdown());
}

/// A line of the kernel's account of this process, kB.
fn memory(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

/// Writes until the log holds so many events and says so; then stops in order, or goes on until it is killed.
fn write(dir: &Path, events: u64, stop: bool) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let opened = open_blocking(&options(dir), &|_| {}).unwrap();
        let keys = Arc::new(opened.keys);
        let store = EventStore::start(opened.log, Arc::new(now)).await.unwrap();
        // As the server does about once a second, and at the end.
        let signer = tokio::spawn({
            let (store, keys) = (store.clone(), Arc::clone(&keys));
            async move {
                loop {
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    store.checkpoint(&keys).await.unwrap();
                }
            }
        });
        append(&store, events.saturating_sub(store.head().position.0)).await;
        println!("written");
        std::io::stdout().flush().unwrap();
        if !stop {
            append(&store, u64::MAX).await;
        }
        signer.abort();
        store.checkpoint(&keys).await.unwrap();
        store.shutdown().await;
    });
}

/// So many events, by many writers, each on streams of its own.
async fn append(store: &EventStore, events: u64) {
    let left = Arc::new(AtomicU64::new(events));
    let writers = (0..WRITERS).map(|_| {
        let (store, left) = (store.clone(), Arc::clone(&left));
        tokio::spawn(async move {
            let mut stream = StreamId::of("issue", Uuid::now_v7());
            let mut version = 0;
            while left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok() {
                store.append(request(&stream, version)).await.unwrap();
                version += 1;
                if version == STREAM_LENGTH {
                    stream = StreamId::of("issue", Uuid::now_v7());
                    version = 0;
                }
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
}

/// One event; the first of a stream brings a sealed box and its key, as an issue does.
fn request(stream: &StreamId, version: u64) -> Append {
    let subject = SubjectId(random_bytes());
    let first = version == 0;
    let sealed = || SealedBox {
        class: "narrative",
        subject,
        commitment: random_bytes(),
        bytes: std::iter::repeat_with(random_bytes::<64>).take(5).flatten().collect(),
    };
    let key = || WrappedKey { class: None, subject, epoch: 1, nonce: random_bytes(), wrapped: random_bytes() };
    Append {
        command: CommandId(random_bytes()),
        fingerprint: random_bytes(),
        actor: ACTOR.to_owned(),
        role: "liaison".to_owned(),
        access: None,
        writes: vec![Write {
            stream: stream.clone(),
            expected: if first { Expected::NoStream } else { Expected::Exact(Version(version)) },
            events: vec![NewEvent {
                event_type: "issue.noted".to_owned(),
                schema: 1,
                area: Uuid::now_v7(),
                occurred_at: None,
                policy: None,
                calendar: None,
                public: json!({"kind": "request", "unit_id": Uuid::now_v7(), "responsible_delegate_id": Uuid::now_v7()}),
                boxes: first.then(sealed).into_iter().collect(),
                keys: first.then(key).into_iter().collect(),
            }],
        }],
        checks: Vec::new(),
    }
}

fn bytes_of(dir: &Path) -> u64 {
    let entries = std::fs::read_dir(dir).map(|entries| entries.flatten().collect::<Vec<_>>()).unwrap_or_default();
    entries.iter().filter_map(|entry| entry.metadata().ok()).map(|file| file.len()).sum()
}
