//! The skip test: readers follow while writers race. Nothing may be missed and nothing may come twice, on every way
//! of writing.

use super::kit::{self, append, everything, record, sound, stream, write};
use crate::ids::{Position, Version};
use crate::log::{EventLog, Recorded};
use crate::store::append::{AppendError, Expected};
use crate::store::{EventStore, Filter};
use std::sync::Arc;
use tokio::task::JoinHandle;

const WRITERS: u64 = 16;
const COMMANDS: u64 = 40;
const SHARED_STREAMS: u64 = 5;

/// Follows a store by subscription until it has seen a position.
fn follow(store: &EventStore, end: Position) -> JoinHandle<Vec<Recorded>> {
    let mut subscription = store.subscribe(Position(0), Filter::default());
    tokio::spawn(async move {
        let mut seen = Vec::new();
        while subscription.scanned_to() < end {
            seen.extend(subscription.next().await.unwrap().events);
        }
        seen
    })
}

/// Reads again and again from the last event seen, without waiting for a head.
fn poll(store: &EventStore, end: Position) -> JoinHandle<Vec<Recorded>> {
    let store = store.clone();
    tokio::spawn(async move {
        let mut seen: Vec<Recorded> = Vec::new();
        loop {
            let after = seen.last().map_or(Position(0), |e| e.position);
            if after >= end {
                return seen;
            }
            let page = store.read_all(after, 5, &Filter::default()).await.unwrap();
            seen.extend(page.events);
            tokio::task::yield_now().await;
        }
    })
}

/// Asks for the root of every head that it is shown, until it has been shown a position.
fn prove(store: &EventStore, end: Position) -> JoinHandle<()> {
    let store = store.clone();
    let mut heads = store.watch();
    tokio::spawn(async move {
        loop {
            let head = *heads.borrow_and_update();
            let root = store.root_at(head.position.0).await.unwrap();
            assert_eq!(root, head.root, "whoever sees a head can prove it");
            if head.position >= end {
                return;
            }
            heads.changed().await.unwrap();
        }
    })
}

/// Writers to streams of their own and to shared ones, where they decide again after a conflict. Two events a command.
fn race(stores: &[EventStore]) -> Vec<JoinHandle<u64>> {
    (0..WRITERS)
        .map(|writer| {
            let index = usize::try_from(writer).unwrap() % stores.len();
            let store = stores[index].clone();
            tokio::spawn(async move {
                let mut conflicts = 0;
                for n in 0..COMMANDS {
                    let shared = stream(n % SHARED_STREAMS);
                    loop {
                        let at = store.stream_head(&shared).await.unwrap().version;
                        let writes = vec![
                            write(stream(100 + writer), Expected::Exact(Version(n)), 1),
                            write(shared.clone(), Expected::Exact(at), 1),
                        ];
                        match store.append(append(&format!("{writer}/{n}"), writes)).await {
                            Ok(appended) => {
                                assert!(!appended.replayed);
                                break;
                            }
                            Err(AppendError::Conflict { stream, actual, .. }) => {
                                assert_eq!(stream, shared, "nobody else writes to my own");
                                // Another node's write may be readable a moment before the log's head tells of it.
                                assert!(actual != at, "a conflict means that it is elsewhere");
                                conflicts += 1;
                            }
                            // Two nodes get in each other's way; nothing was written.
                            Err(AppendError::Overloaded) => tokio::task::yield_now().await,
                            Err(other) => panic!("{other}"),
                        }
                    }
                }
                conflicts
            })
        })
        .collect()
}

/// One store, 16 writers, two kinds of reader.
pub async fn writers_and_tailers(log: Arc<dyn EventLog>) {
    let store = kit::store(log).await;
    let end = Position(WRITERS * COMMANDS * 2);
    let readers = [follow(&store, end), follow(&store, end), poll(&store, end)];
    let prover = prove(&store, end);
    let mut conflicts = 0;
    for writer in race(std::slice::from_ref(&store)) {
        conflicts += writer.await.unwrap();
    }
    assert_eq!(store.head().position, end);
    let all = sound(&store).await;
    for reader in readers {
        let seen = tokio::time::timeout(kit::PATIENCE, reader).await.unwrap().unwrap();
        assert!(seen == all, "a reader missed something or saw it twice");
    }
    tokio::time::timeout(kit::PATIENCE, prover).await.unwrap().unwrap();
    tracing::debug!(conflicts, "the writers raced");
}

/// Two stores over one log, as two nodes over one database: the compare-and-swap keeps them right.
pub async fn two_nodes(log: Arc<dyn EventLog>) {
    let stores = [kit::store(Arc::clone(&log)).await, kit::store(Arc::clone(&log)).await];
    // What one remembers of a stream that the other has moved is no ground for a refusal.
    let shared = |version| vec![write(stream(998), Expected::Exact(Version(version)), 1)];
    record(&stores[0], append("first here", shared(0))).await;
    record(&stores[1], append("then there", shared(1))).await;
    record(&stores[0], append("then here", shared(2))).await;
    let error = stores[1].append(append("late", shared(2))).await.unwrap_err();
    assert!(matches!(error, AppendError::Conflict { actual: Version(3), .. }), "{error}");

    let end = Position(WRITERS * COMMANDS * 2 + 3);
    let reader = follow(&stores[0], end);
    for writer in race(&stores) {
        writer.await.unwrap();
    }
    // A store learns where the log is when it writes: the last word brings both to the end.
    for (n, store) in (0..).zip(&stores) {
        let last = append(&format!("last {n}"), vec![write(stream(999), Expected::Any, 1)]);
        record(store, last).await;
    }
    let all = sound(&stores[1]).await;
    assert_eq!(all.len() as u64, end.0 + 2);
    let seen = tokio::time::timeout(kit::PATIENCE, reader).await.unwrap().unwrap();
    assert!(seen[..] == all[..seen.len()], "a reader missed something or saw it twice");
    // A command that the other node recorded is a replay here.
    let again = append("last 0", vec![write(stream(999), Expected::Any, 1)]);
    assert!(record(&stores[1], again).await.replayed);
}

/// Readers follow an import, which is the other way of writing.
pub async fn import_and_tailer(from: Arc<dyn EventLog>, to: Arc<dyn EventLog>) {
    let original = kit::store(from).await;
    for n in 0..60 {
        let key = format!("fill {n}");
        record(&original, append(&key, vec![write(stream(n % 9), Expected::Any, 3)])).await;
    }
    let all = everything(&original).await;
    let copy = kit::store(to).await;
    let end = Position(all.len() as u64);
    let readers = [follow(&copy, end), poll(&copy, end)];
    for group in all.chunks(7) {
        copy.append_recorded(group).await.unwrap();
    }
    for reader in readers {
        let seen = tokio::time::timeout(kit::PATIENCE, reader).await.unwrap().unwrap();
        assert!(seen == all, "a reader missed something or saw it twice");
    }
    assert_eq!(copy.head(), original.head());
}
