//! Short words for appends, and what the checks ask of a store again and again.

use crate::clock::Clock;
use crate::ids::{CommandId, Hash, Position, StreamId, SubjectId, Version};
use crate::log::{EventLog, Recorded};
use crate::record::boxes::SealedBox;
use crate::record::leaf::NewEvent;
use crate::record::tree;
use crate::store::append::{Append, AppendError, Appended, Expected, Write};
use crate::store::{EventStore, Filter};
use serde_json::json;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use uuid::Uuid;

/// Longest that a check waits for something that must come.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// Who acts.
pub const ACTOR: &str = "system/import";
/// The first instant of [`ticking`].
pub const START_MS: i64 = 1_790_000_000_000;

/// A clock that is one millisecond later each time it is asked.
pub fn ticking() -> Clock {
    let now = AtomicI64::new(START_MS);
    Arc::new(move || now.fetch_add(1, Ordering::Relaxed))
}

/// A store over a log, with a ticking clock.
pub async fn store(log: Arc<dyn EventLog>) -> EventStore {
    EventStore::start(log, ticking()).await.expect("the store starts")
}

/// The n-th stream of a family.
pub fn stream_of(family: &str, n: u64) -> StreamId {
    StreamId::of(family, Uuid::from_u128(u128::from(n)))
}

/// The n-th issue.
pub fn stream(n: u64) -> StreamId {
    stream_of("issue", n)
}

/// The command of a key.
pub fn command(key: &str) -> CommandId {
    CommandId::derive(ACTOR, key)
}

/// An event for a stream, with a number in its public part.
pub fn event(stream: &StreamId, n: u64) -> NewEvent {
    NewEvent {
        event_type: format!("{}.noted", stream.family()),
        schema: 1,
        area: Uuid::from_u128(7),
        occurred_at: None,
        policy: None,
        calendar: None,
        public: json!({ "n": n, "text": "来访" }),
        boxes: Vec::new(),
        keys: Vec::new(),
    }
}

/// A box with bytes that nobody opens here.
pub fn sealed(subject: SubjectId, bytes: usize) -> SealedBox {
    SealedBox { class: "narrative", subject, commitment: [3; 32], bytes: vec![1; bytes] }
}

/// `count` events for a stream.
pub fn write(stream: StreamId, expected: Expected, count: u64) -> Write {
    let events = (0..count).map(|n| event(&stream, n)).collect();
    Write { stream, expected, events }
}

/// A command of a key.
pub fn append(key: &str, writes: Vec<Write>) -> Append {
    Append {
        command: command(key),
        fingerprint: [1; 32],
        actor: ACTOR.to_owned(),
        role: "system".to_owned(),
        access: None,
        writes,
        checks: Vec::new(),
    }
}

/// A command of a key with one event for one stream.
pub fn one(key: &str, stream: StreamId, expected: Expected) -> Append {
    append(key, vec![write(stream, expected, 1)])
}

/// Records something that must be recorded.
pub async fn record(store: &EventStore, append: Append) -> Appended {
    let key = append.command;
    match tokio::time::timeout(PATIENCE, store.append(append)).await {
        Ok(Ok(appended)) => appended,
        Ok(Err(error)) => panic!("{key:?} was refused: {error}"),
        Err(_) => panic!("{key:?} was not answered"),
    }
}

/// Offers something that must be refused; the head must not move.
pub async fn refused(store: &EventStore, append: Append) -> AppendError {
    let before = store.head();
    let key = append.command;
    let error = match store.append(append).await {
        Ok(appended) => panic!("{key:?} was recorded: {appended:?}"),
        Err(error) => error,
    };
    assert_eq!(store.head(), before, "a refusal moved the head");
    assert_eq!(store.command(key).await.unwrap(), None, "a refusal was kept");
    error
}

/// Every event up to the head.
pub async fn everything(store: &EventStore) -> Vec<Recorded> {
    let mut events = Vec::new();
    let mut after = Position(0);
    loop {
        let page = store.read_all(after, 300, &Filter::default()).await.unwrap();
        after = page.scanned_to;
        let caught_up = page.caught_up();
        events.extend(page.events);
        if caught_up {
            return events;
        }
    }
}

/// RFC 6962's MTH, word for word and slow, to compare the tree with.
pub fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => tree::empty_root(),
        [leaf] => *leaf,
        more => {
            let split = more.len().next_power_of_two() / 2;
            tree::node_hash(&root(&more[..split]), &root(&more[split..]))
        }
    }
}

/// Reads everything back and checks what must hold of any log: dense positions, dense versions, `prev` links, times
/// that never run backwards, canonical leaves, boxes, stream heads, streams, and the root. Returns the events.
pub async fn sound(store: &EventStore) -> Vec<Recorded> {
    let events = everything(store).await;
    let mut streams: HashMap<StreamId, Vec<&Recorded>> = HashMap::new();
    let mut last_at = i64::MIN;
    for (index, event) in events.iter().enumerate() {
        assert_eq!(event.position.0, index as u64 + 1, "positions are dense");
        let leaf = crate::record::leaf::read(&event.leaf).expect("a canonical leaf");
        assert_eq!(leaf, event.leaf().unwrap(), "both readers agree");
        let earlier = streams.entry(leaf.stream.clone()).or_default();
        assert_eq!(leaf.version.0, earlier.len() as u64 + 1, "versions are dense");
        assert_eq!(leaf.prev, earlier.last().map(|e| e.hash()), "prev links");
        assert!(leaf.recorded_at >= last_at, "recorded_at never decreases");
        last_at = leaf.recorded_at;
        assert_eq!(leaf.boxes.len(), event.boxes.len(), "boxes of the leaf");
        assert_eq!(store.event(event.position).await.unwrap().as_ref(), Some(event));
        earlier.push(event);
    }
    for (stream, events) in &streams {
        let head = store.stream_head(stream).await.unwrap();
        assert_eq!(head.version, Version(events.len() as u64));
        assert_eq!(head.hash, events.last().map(|e| e.hash()));
        let read = store.read_stream(stream, Version(0), 4096).await.unwrap();
        assert_eq!(read.iter().collect::<Vec<_>>(), *events, "{stream} reads back");
    }
    let head = store.head();
    let hashes = events.iter().map(Recorded::hash).collect::<Vec<_>>();
    assert_eq!(head.position.0, events.len() as u64);
    assert_eq!(head.root, root(&hashes), "the root over all leaves");
    events
}
