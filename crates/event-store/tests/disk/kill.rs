//! `kill -9`: a child appends and says what was acknowledged, is killed at any moment, and everything it said is there.
//!
//! The child is this test program itself, run again with a data directory in its environment.

use super::kit::{blobs_are_empty, options, quiet, temporary};
use event_store::conformance::kit::{append, sound, stream, ticking, write};
use event_store::open::open_blocking;
use event_store::{EventStore, Expected, Position};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const CHILD: &str = "HUIYIN_KILL_TEST_DIR";
const KILLS: u64 = 100;
const WRITERS: u64 = 8;

/// Not a test of its own: the process that is killed.
#[test]
fn child() {
    let Some(dir) = std::env::var_os(CHILD) else {
        return;
    };
    let dir = Path::new(&dir);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let opened = open_blocking(&options(&dir.join("data"), &dir.join("keys")), &quiet).unwrap();
        let store = EventStore::start(opened.log, ticking()).await.unwrap();
        say("ready");
        let from = store.head().position.0;
        let writers = (0..WRITERS).map(|writer| {
            let store = store.clone();
            tokio::spawn(async move {
                for n in 0.. {
                    let id = from * 1_000_000 + n * WRITERS + writer;
                    let events = 1 + n % 3;
                    let request = append(&format!("{id}"), vec![write(stream(id), Expected::NoStream, events)]);
                    let appended = store.append(request).await.unwrap();
                    say(&format!("{} {}", appended.first, appended.last));
                }
            })
        });
        for writer in writers.collect::<Vec<_>>() {
            writer.await.unwrap();
        }
    });
}

/// One whole line in one write.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("\n#{line}\n").as_bytes()).unwrap();
    out.flush().unwrap();
}

/// When the child is killed.
#[derive(Clone, Copy)]
enum When {
    /// So long after its start: while it opens the log.
    Started(Duration),
    /// So long after it is open: while it writes.
    Ready(Duration),
}

/// Runs the child, kills it, and returns the highest position it had acknowledged and how many events.
fn run_and_kill(dir: &Path, when: When) -> (u64, u64) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "disk::kill::child", "--nocapture"])
        .env(CHILD, dir)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let output = child.stdout.take().unwrap();
    let (tell, told) = std::sync::mpsc::sync_channel(1);
    let reader = std::thread::spawn(move || {
        let (mut highest, mut events) = (0, 0);
        for line in BufReader::new(output).lines() {
            let line = line.unwrap();
            if line == "#ready" {
                tell.send(()).unwrap();
            }
            let Some((first, last)) = line.strip_prefix('#').and_then(|line| line.split_once(' ')) else {
                continue;
            };
            // The last line may be cut short by the kill: then it was not said.
            let (Ok(first), Ok(last)) = (first.parse::<u64>(), last.parse::<u64>()) else {
                continue;
            };
            highest = highest.max(last);
            events += last + 1 - first;
        }
        (highest, events)
    });
    match when {
        When::Started(after) => std::thread::sleep(after),
        When::Ready(after) => {
            told.recv_timeout(Duration::from_secs(20)).unwrap();
            std::thread::sleep(after);
        }
    }
    child.kill().unwrap();
    let status = child.wait().unwrap();
    assert!(!status.success() && status.code().is_none(), "the child was killed, it did not end: {status}");
    reader.join().unwrap()
}

#[test]
fn nothing_acknowledged_is_lost_in_a_hundred_kills() {
    let dir = temporary();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let started = Instant::now();
    let (mut acknowledged, mut kills_at_work, mut replayed) = (0, 0, 0);
    let mut size = 0;
    for kill in 0..KILLS {
        // Some fall into the opening, most into the work.
        let when = match kill % 5 {
            0 => When::Started(Duration::from_millis(2 + kill % 30)),
            _ => When::Ready(Duration::from_millis(1 + kill * 37 % 60)),
        };
        let (highest, events) = run_and_kill(dir.path(), when);
        acknowledged += events;
        kills_at_work += u64::from(events > 0);
        let options = options(&dir.path().join("data"), &dir.path().join("keys"));
        runtime.block_on(async {
            let opened = open_blocking(&options, &quiet).unwrap();
            replayed += u64::from(opened.notes.iter().any(|note| note.en.contains("replayed")));
            let head = opened.log.head().await.unwrap();
            assert!(head.size >= highest, "kill {kill}: {highest} was acknowledged, the log ends at {}", head.size);
            assert!(head.size >= size, "kill {kill}: the log became shorter");
            // The store compares the tree of the newest leaves with the head; the whole is read now and then.
            let store = EventStore::start(opened.log, ticking()).await.unwrap();
            if kill % 20 == 19 {
                sound(&store).await;
            } else if let Some(before) = head.size.checked_sub(1) {
                assert!(store.event(Position(before + 1)).await.unwrap().is_some());
            }
            size = head.size;
            store.shutdown().await;
        });
        blobs_are_empty(&dir.path().join("data"));
    }
    assert!(kills_at_work > KILLS / 2, "only {kills_at_work} kills fell into the work");
    assert!(size >= acknowledged, "{acknowledged} events were acknowledged, {size} are there");
    let report = event_store::doctor::doctor(&options(&dir.path().join("data"), &dir.path().join("keys")), &quiet);
    assert!(report.is_sound(), "{report:?}");
    let seconds = started.elapsed().as_secs();
    let mut out = std::io::stderr().lock();
    writeln!(out, "{KILLS} kills in {seconds} s, {size} events, {acknowledged} acknowledged, {replayed} replays")
        .unwrap();
}
