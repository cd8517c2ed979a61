//! Random commands, retries, conflicts and reopenings, compared with a plain list of events.
//!
//! [`run`] takes the way in which a log is opened, so that every adapter can be put through it.

use event_store::conformance::kit::{self, command, stream_of};
use event_store::{
    Append, AppendError, Appended, Check, CommandId, EventLog, EventStore, Expected, Filter, MemoryLog, Position,
    StreamId, Version, Write,
};
use proptest::prelude::*;
use std::collections::HashMap;
use std::sync::Arc;

/// What is done to the store.
#[derive(Clone, Debug)]
pub enum Step {
    /// A command. Few keys, so that retries and reuse happen by themselves.
    Append { key: u8, fingerprint: u8, writes: Vec<(u8, Wanted, u8)>, checks: Vec<(u8, Wanted)> },
    /// A page is read.
    Read { after: u8, limit: u8, family: Option<bool> },
    /// The store is shut down and opened again.
    Reopen,
}

/// An expectation in relation to where the stream is.
#[derive(Clone, Copy, Debug)]
pub enum Wanted {
    NoStream,
    /// The version there is.
    There,
    /// The version after it.
    Beyond,
    Exists,
    Any,
}

/// Sequences of steps.
pub fn steps() -> impl Strategy<Value = Vec<Step>> {
    let wanted = prop_oneof![
        2 => Just(Wanted::NoStream),
        5 => Just(Wanted::There),
        1 => Just(Wanted::Beyond),
        2 => Just(Wanted::Exists),
        2 => Just(Wanted::Any),
    ];
    let writes = prop::collection::vec((0..6_u8, wanted.clone(), 1..5_u8), 1..4);
    let checks = prop::collection::vec((0..6_u8, wanted), 0..2);
    let append = (0..40_u8, prop::bool::weighted(0.1), writes, checks)
        .prop_map(|(key, other, writes, checks)| Step::Append { key, fingerprint: u8::from(other), writes, checks });
    let read = (any::<u8>(), 1..20_u8, any::<Option<bool>>()).prop_map(|(after, limit, family)| Step::Read {
        after,
        limit,
        family,
    });
    prop::collection::vec(prop_oneof![12 => append, 3 => read, 1 => Just(Step::Reopen)], 1..60)
}

/// The record as a list.
#[derive(Default)]
struct Model {
    events: Vec<(StreamId, u64, CommandId)>,
    streams: HashMap<StreamId, u64>,
    commands: HashMap<CommandId, (u8, Appended)>,
}

/// What the model says of an append.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Recorded(Position, Position, Vec<(StreamId, Version)>),
    Replayed(Appended),
    Reused,
    Conflict(StreamId, Version),
    Invalid,
}

impl Model {
    fn version(&self, stream: &StreamId) -> u64 {
        self.streams.get(stream).copied().unwrap_or(0)
    }

    fn expected(&self, stream: &StreamId, wanted: Wanted) -> Expected {
        let version = self.version(stream);
        match wanted {
            Wanted::NoStream => Expected::NoStream,
            Wanted::There => Expected::Exact(Version(version)),
            Wanted::Beyond => Expected::Exact(Version(version + 1)),
            Wanted::Exists => Expected::Exists,
            Wanted::Any => Expected::Any,
        }
    }

    fn judge(&mut self, append: &Append) -> Verdict {
        let mut names = append.writes.iter().map(|w| &w.stream).collect::<Vec<_>>();
        names.sort();
        if names.windows(2).any(|pair| pair[0] == pair[1]) {
            return Verdict::Invalid;
        }
        if let Some((fingerprint, appended)) = self.commands.get(&append.command) {
            return if *fingerprint == append.fingerprint[0] {
                Verdict::Replayed(Appended { replayed: true, ..appended.clone() })
            } else {
                Verdict::Reused
            };
        }
        let writes = append.writes.iter().map(|w| (&w.stream, w.expected));
        let checks = append.checks.iter().map(|check| match check {
            Check::StreamAt { stream, expected } => (stream, *expected),
        });
        for (stream, expected) in writes.chain(checks) {
            let version = self.version(stream);
            let met = match expected {
                Expected::NoStream => version == 0,
                Expected::Exact(wanted) => wanted.0 == version,
                Expected::Exists => version != 0,
                Expected::Any => true,
            };
            if !met {
                return Verdict::Conflict(stream.clone(), Version(version));
            }
        }
        let first = self.events.len() as u64 + 1;
        let mut versions = Vec::new();
        for write in &append.writes {
            for _ in &write.events {
                let version = self.streams.entry(write.stream.clone()).or_insert(0);
                *version += 1;
                self.events.push((write.stream.clone(), *version, append.command));
            }
            versions.push((write.stream.clone(), Version(self.version(&write.stream))));
        }
        Verdict::Recorded(Position(first), Position(self.events.len() as u64), versions)
    }
}

fn stream(n: u8) -> StreamId {
    stream_of(if n < 3 { "issue" } else { "area" }, u64::from(n))
}

/// Does the steps to a store over the log that `open` opens, empty the first time, and compares with the model. Each
/// later call of `open` must find what was there; the log opened before has been dropped by then.
pub async fn run<F, Fut>(steps: Vec<Step>, open: F)
where
    F: Fn() -> Fut,
    Fut: Future<Output = Arc<dyn EventLog>>,
{
    let mut model = Model::default();
    let mut store = kit::store(open().await).await;
    for step in steps {
        match step {
            Step::Append { key, fingerprint, writes, checks } => {
                let append = Append {
                    fingerprint: [fingerprint; 32],
                    writes: writes
                        .into_iter()
                        .map(|(n, wanted, count)| Write {
                            expected: model.expected(&stream(n), wanted),
                            ..kit::write(stream(n), Expected::Any, u64::from(count))
                        })
                        .collect(),
                    checks: checks
                        .into_iter()
                        .map(|(n, wanted)| Check::StreamAt {
                            stream: stream(n),
                            expected: model.expected(&stream(n), wanted),
                        })
                        .collect(),
                    ..kit::append(&key.to_string(), Vec::new())
                };
                compare_append(&store, &mut model, append).await;
            }
            Step::Read { after, limit, family } => compare_page(&store, &model, after, limit, family).await,
            Step::Reopen => {
                let before = kit::sound(&store).await;
                store.shutdown().await;
                drop(store);
                store = kit::store(open().await).await;
                assert_eq!(kit::sound(&store).await, before, "another opening finds the same");
            }
        }
        assert_eq!(store.head().position.0, model.events.len() as u64);
    }
    let events = kit::sound(&store).await;
    let listed = events
        .iter()
        .map(|event| event.leaf().unwrap())
        .map(|leaf| (leaf.stream, leaf.version.0, leaf.command))
        .collect::<Vec<_>>();
    assert_eq!(listed, model.events);
    for key in 0..40_u8 {
        let id = command(&key.to_string());
        let kept = store.command(id).await.unwrap().map(|record| (record.first, record.last));
        let wanted = model.commands.get(&id).map(|(_, appended)| (appended.first, appended.last));
        assert_eq!(kept, wanted);
    }
    store.shutdown().await;
}

async fn compare_append(store: &EventStore, model: &mut Model, append: Append) {
    let (id, fingerprint) = (append.command, append.fingerprint[0]);
    let wanted = model.judge(&append);
    let outcome = store.append(append).await;
    if let Ok(appended) = &outcome
        && !appended.replayed
    {
        model.commands.insert(id, (fingerprint, appended.clone()));
    }
    let got = match outcome {
        Ok(appended) if appended.replayed => Verdict::Replayed(appended),
        Ok(appended) => Verdict::Recorded(appended.first, appended.last, appended.versions),
        Err(AppendError::CommandReused) => Verdict::Reused,
        Err(AppendError::Conflict { stream, actual, .. }) => Verdict::Conflict(stream, actual),
        Err(AppendError::Invalid(_)) => Verdict::Invalid,
        Err(other) => panic!("{other}"),
    };
    assert_eq!(got, wanted);
}

async fn compare_page(store: &EventStore, model: &Model, after: u8, limit: u8, family: Option<bool>) {
    let name = family.map(|issue| if issue { "issue" } else { "area" });
    let filter = Filter { families: name.iter().map(|&n| n.to_owned()).collect(), types: Vec::new() };
    let after = u64::from(after);
    let page = store.read_all(Position(after), usize::from(limit), &filter).await.unwrap();
    let passing = (1..)
        .zip(&model.events)
        .filter(|(position, (stream, ..))| *position > after && name.is_none_or(|n| n == stream.family()))
        .map(|(position, _)| position)
        .take(usize::from(limit))
        .collect::<Vec<u64>>();
    let got = page.events.iter().map(|e| e.position.0).collect::<Vec<_>>();
    assert_eq!(got, passing);
    assert!(page.scanned_to.0 >= after);
}

/// A runtime for one case: proptest's closures are not async.
pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn memory_is_a_list(steps in steps()) {
        let log = Arc::new(MemoryLog::new());
        runtime().block_on(run(steps, || async { Arc::clone(&log) as Arc<dyn EventLog> }));
    }
}
