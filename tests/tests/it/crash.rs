//! kill -9 under load, a hundred times and more: nothing acknowledged is lost, nothing is half there or there twice, and
//! the tree is the one that was signed.

use crate::harness::{Office, Place, Server, demand, now};
use crate::merkle::{Growing, checkpoint, command_id, leaf_hash, tile, unbundle};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Logs, one after the other: a start of an unoptimised server takes longer the longer the log is.
const LOGS: u64 = 4;
/// Kills of each.
const KILLS: u64 = 25;
/// Writers that post at once.
const WRITERS: u64 = 4;
/// Every so many kills the next server is killed while it opens.
const KILL_OPENING_EVERY: u64 = 8;

/// One command that was sent, and the position it was acknowledged with, if it was.
struct Sent {
    key: String,
    acknowledged: Option<u64>,
}

/// What an auditor has seen of the log so far.
#[derive(Default)]
struct Auditor {
    tree: Growing,
    /// First position and number of leaves of every command.
    commands: HashMap<String, (u64, u64)>,
    /// Newest version of every stream.
    streams: HashMap<String, u64>,
}

impl Auditor {
    /// Reads on from where it stopped, and holds the log to every checkpoint seen before and to the one of now.
    #[track_caller]
    fn reads_on(&mut self, office: &Office, vkey: &str, seen: &[String]) {
        let mut signed: HashMap<u64, _> =
            seen.iter().map(|note| checkpoint(note, vkey)).map(|seen| (seen.size, seen.root)).collect();
        let head = checkpoint(&office.get("/log/checkpoint").is(200).text(), vkey);
        assert!(signed.keys().all(|size| *size <= head.size), "the log is shorter than what was signed");
        signed.insert(head.size, head.root);
        while self.tree.size < head.size {
            let index = self.tree.size / 256;
            let width = (head.size - index * 256).min(256);
            let bundle = office.get(&tile("entries", index, width)).is(200).body;
            let leaves = unbundle(&bundle);
            assert_eq!(leaves.len() as u64, width, "a gap in bundle {index}");
            let known = usize::try_from(self.tree.size % 256).unwrap();
            for leaf in &leaves[known..] {
                self.takes(leaf);
                if let Some(root) = signed.remove(&self.tree.size) {
                    assert_eq!(self.tree.root(), root, "the root at {} is not the one signed", self.tree.size);
                }
            }
        }
        assert_eq!(self.tree.root(), head.root);
        signed.remove(&head.size);
        // Checkpoints of a size that had been read before: it was then that they were compared.
        assert!(signed.keys().all(|size| *size < head.size));
    }

    fn takes(&mut self, leaf: &[u8]) {
        self.tree.push(leaf_hash(leaf));
        let position = self.tree.size;
        let leaf: Value = serde_json::from_slice(leaf).unwrap();
        let command = leaf["command"].as_str().unwrap().to_owned();
        let (first, count) = self.commands.entry(command).or_insert((position, 0));
        *count += 1;
        assert_eq!(*first + *count - 1, position, "the leaves of a command stand together: {leaf:#}");
        let version = self.streams.entry(leaf["stream"].as_str().unwrap().to_owned()).or_insert(0);
        *version += 1;
        assert_eq!(leaf["version"], *version, "{leaf:#}");
    }
}

#[test]
fn a_hundred_kills_lose_nothing_that_was_acknowledged() {
    let kills: u64 = (0..LOGS).map(kill_again_and_again).sum();
    assert!(kills >= 100, "{kills}");
}

/// Kills the servers of one log, looking at everything after each; says how often.
fn kill_again_and_again(log: u64) -> u64 {
    let begun = Instant::now();
    let mut office = Office::open();
    let vkey = office.get("/log/vkey").text();
    let actor = actor(&office);
    let body = office.reception(now(), &[demand("楼道灯不亮")]);
    let mut auditor = Auditor::default();
    let (mut kills, mut acknowledged, mut unanswered) = (0, 0_u64, 0_u64);
    let (mut starts, mut checks) = (Vec::new(), Duration::ZERO);

    while kills < KILLS {
        let stop = AtomicBool::new(false);
        // From the kill on the port is free, and the server of another test may answer on it.
        let dying = AtomicBool::new(false);
        let post = office.command("/v1/receptions", &body);
        let look = office.call("GET", "/log/checkpoint");
        let (sent, seen) = std::thread::scope(|scope| {
            let writers: Vec<_> = (0..WRITERS)
                .map(|writer| {
                    let (post, stop, dying) = (post.clone(), &stop, &dying);
                    scope.spawn(move || {
                        let mut sent = Vec::new();
                        for n in 0.. {
                            if stop.load(Ordering::Relaxed) {
                                break;
                            }
                            let key = format!("{kills}-{writer}-{n}");
                            let answer = post.clone().key(&key).try_send().ok();
                            let answer = answer.filter(|answer| answer.status != 401 || !dying.load(Ordering::SeqCst));
                            let position = answer.map(|answer| answer.is(201).json()["position"].as_u64().unwrap());
                            sent.push(Sent { key, acknowledged: position });
                            if position.is_none() {
                                break;
                            }
                        }
                        sent
                    })
                })
                .collect();
            let observer = scope.spawn(|| {
                let mut seen = Vec::new();
                while let Ok(note) = look.try_send() {
                    if dying.load(Ordering::SeqCst) {
                        break;
                    }
                    seen.push(note.is(200).text());
                    std::thread::sleep(Duration::from_millis(15));
                }
                seen
            });
            // Not in step with anything the server does at intervals.
            std::thread::sleep(Duration::from_millis(100 + (kills + log * 11) * 37 % 200));
            dying.store(true, Ordering::SeqCst);
            office.crashes();
            stop.store(true, Ordering::Relaxed);
            let sent: Vec<Sent> = writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect();
            (sent, observer.join().unwrap())
        });
        kills += 1;
        if kills % KILL_OPENING_EVERY == 0 {
            kills += kill_while_opening(office.place(), kills);
        }
        office.restarts();
        starts.push(office.server().ready_after);
        let checked = Instant::now();

        auditor.reads_on(&office, &vkey, &seen);
        for (n, Sent { key, acknowledged: position }) in sent.iter().enumerate() {
            let found = auditor.commands.get(&command_id(&actor, key)).copied();
            if let Some(position) = position {
                assert_eq!(found, Some((position - 1, 2)), "{key} was acknowledged at {position}");
                acknowledged += 1;
            } else {
                // The reception and its issue, or nothing.
                assert!(found.is_none_or(|(_, leaves)| leaves == 2), "{key} is half there");
                unanswered += 1;
            }
            if position.is_none() || n % 50 == 0 {
                let again = office.command("/v1/receptions", &body).key(key).send().is(201);
                let replayed = again.header("idempotency-replayed") == Some("true");
                assert_eq!(replayed, found.is_some(), "{key}");
                if let Some((first, leaves)) = found {
                    assert_eq!(again.json()["position"], first + leaves - 1, "{key}");
                }
            }
        }
        checks += checked.elapsed();
    }
    assert!(kills >= KILLS && acknowledged > kills, "{acknowledged} acknowledged in {kills} kills is no load");

    // Once more from the first leaf, so that nothing rests on what was read earlier; then the boards agree.
    let mut afresh = Auditor::default();
    afresh.reads_on(&office, &vkey, &[]);
    let receptions = afresh.streams.keys().filter(|stream| stream.starts_with("reception/")).count();
    assert!(receptions as u64 >= acknowledged);
    let (mut listed, mut next) = (0, Some(format!("/v1/receptions?limit=1000&at_least={}", afresh.tree.size)));
    while let Some(path) = next.take() {
        let page = office.get(&path);
        next = page.header("link").map(|link| link[1..link.find('>').unwrap()].to_owned());
        listed += page.good()["items"].as_array().unwrap().len();
    }
    assert_eq!(listed, receptions);
    starts.sort();
    let (median, slowest) = (starts[starts.len() / 2], starts[starts.len() - 1]);
    eprintln!(
        "{kills} kills, {acknowledged} acknowledged, {unanswered} unanswered; starts {median:?} at the median, {slowest:?} at most; {checks:?} of checks, {:?} in all",
        begun.elapsed()
    );
    kills
}

/// Starts a server and kills it before or while it opens; says how many that were.
fn kill_while_opening(place: &Place, seed: u64) -> u64 {
    let after = [1, 5, 10, 20, 40];
    for n in 0..2 {
        let index = usize::try_from((seed / KILL_OPENING_EVERY + n) % 5).unwrap();
        Server::killed_after(place, Duration::from_millis(after[index]));
    }
    2
}

/// The `actor` of what the administrator does.
fn actor(office: &Office) -> String {
    let issue = office.raises("谁在说话");
    office.history(&issue)[0]["actor"].as_str().unwrap().to_owned()
}
