//! What an append takes and what it refuses.

use super::kit::{self, START_MS, append, event, one, record, refused, sealed, sound, stream, stream_of, write};
use crate::ids::{Position, SubjectId, Version};
use crate::log::EventLog;
use crate::record::boxes::{KeyId, WrappedKey};
use crate::store::EventStore;
use crate::store::append::{AppendError, Check, Expected, Write};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Each expectation in each state of a stream, and the version that a conflict reports.
pub async fn expectations(log: Arc<dyn EventLog>) {
    use Expected::{Any, Exact, Exists, NoStream};
    let table = [
        (0, NoStream, true),
        (0, Exact(Version(0)), true),
        (0, Exact(Version(1)), false),
        (0, Exists, false),
        (0, Any, true),
        (1, NoStream, false),
        (1, Exact(Version(0)), false),
        (1, Exact(Version(1)), true),
        (1, Exact(Version(2)), false),
        (1, Exists, true),
        (1, Any, true),
        (3, NoStream, false),
        (3, Exact(Version(1)), false),
        (3, Exact(Version(2)), false),
        (3, Exact(Version(3)), true),
        (3, Exact(Version(4)), false),
        (3, Exact(Version(u64::MAX)), false),
        (3, Exists, true),
        (3, Any, true),
    ];
    let store = kit::store(log).await;
    for (row, (version, expected, met)) in (1..).zip(table) {
        let stream = stream(row);
        if version > 0 {
            let first = append(&format!("state {row}"), vec![write(stream.clone(), NoStream, version)]);
            record(&store, first).await;
        }
        let asked = one(&format!("row {row}"), stream.clone(), expected);
        if met {
            let before = store.head();
            let appended = record(&store, asked).await;
            assert_eq!(appended.first.0, before.position.0 + 1);
            assert_eq!(appended.last, appended.first);
            assert_eq!(appended.versions, [(stream.clone(), Version(version + 1))], "row {row}");
            assert!(!appended.replayed);
            assert_eq!(store.head().recorded_at, appended.recorded_at);
        } else {
            match refused(&store, asked).await {
                AppendError::Conflict { stream: which, expected: what, actual } => {
                    assert_eq!((which, what), (stream, expected), "row {row}");
                    assert_eq!(actual, Version(version), "row {row}: the actual version");
                }
                other => panic!("row {row}: {other}"),
            }
        }
    }
    sound(&store).await;
}

/// What is out of bounds is refused by name, and what is just within is taken.
pub async fn limits(log: Arc<dyn EventLog>) {
    let store = kit::store(log).await;
    let s = stream(1);
    let changed = |change: &dyn Fn(&mut crate::record::leaf::NewEvent)| {
        let mut event = event(&s, 1);
        change(&mut event);
        vec![Write { stream: s.clone(), expected: Expected::NoStream, events: vec![event] }]
    };
    let boxed = |expected, bytes, events| {
        let mut write = write(s.clone(), expected, events);
        for event in &mut write.events {
            event.boxes.push(sealed(SubjectId([5; 16]), bytes));
        }
        vec![write]
    };
    let each = |streams: u64| (0..streams).map(|n| write(stream(1000 + n), Expected::NoStream, 1)).collect::<Vec<_>>();
    let bad = [
        ("nothing", vec![]),
        ("no events", vec![write(s.clone(), Expected::Any, 0)]),
        ("a stream twice", vec![write(s.clone(), Expected::Any, 1), write(s.clone(), Expected::Any, 1)]),
        ("1,025 events", vec![write(s.clone(), Expected::Any, 1025)]),
        ("1,025 streams", each(1025)),
        ("another family", changed(&|e| e.event_type = "area.noted".to_owned())),
        ("no fact", changed(&|e| e.event_type = "issue".to_owned())),
        ("schema 0", changed(&|e| e.schema = 0)),
        ("a float", changed(&|e| e.public = json!({ "n": 0.5 }))),
        ("a null", changed(&|e| e.public = json!({ "n": null }))),
        ("no object", changed(&|e| e.public = json!([1]))),
        ("a large leaf", changed(&|e| e.public = json!({ "n": "长".repeat(6000) }))),
        ("policy 0", changed(&|e| e.policy = Some(Position(0)))),
        ("a box at any version", boxed(Expected::Any, 10, 1)),
        ("a box at some version", boxed(Expected::Exists, 10, 1)),
        ("a large event", boxed(Expected::NoStream, 256 * 1024, 1)),
        ("a large append", boxed(Expected::NoStream, 250 * 1024, 17)),
    ];
    for (what, writes) in bad {
        let error = refused(&store, append(what, writes)).await;
        assert!(matches!(error, AppendError::Invalid(_)), "{what}: {error}");
    }
    let mut checked = one("checks", s.clone(), Expected::Any);
    checked.checks = (0..1024).map(|n| Check::StreamAt { stream: stream(n), expected: Expected::Any }).collect();
    let error = refused(&store, checked).await;
    assert!(matches!(error, AppendError::Invalid(_)), "{error}");
    let mut actor = one("actor", s.clone(), Expected::Any);
    actor.actor = "nobody".to_owned();
    let error = refused(&store, actor).await;
    assert!(matches!(error, AppendError::Invalid(_)), "{error}");

    let most = record(&store, append("1,024 streams", each(1024))).await;
    assert_eq!((most.first.0, most.last.0), (1, 1024));
    assert_eq!(most.versions.len(), 1024);
    let long = append("1,024 events", vec![write(s.clone(), Expected::NoStream, 1024)]);
    assert_eq!(record(&store, long).await.versions, [(s.clone(), Version(1024))]);
    let large = boxed(Expected::Exact(Version(1024)), 240 * 1024, 16);
    assert_eq!(record(&store, append("4 MiB", large)).await.last.0, 2064);
    let events = sound(&store).await;
    assert_eq!(events.last().unwrap().boxes[0].len(), 240 * 1024);
}

/// A list of people comes in one append of 4,096 events over as many streams, and its retry is answered whole.
pub async fn bulk(log: Arc<dyn EventLog>) {
    let store = kit::store(log).await;
    let each = |count: u64| append("bulk", (0..count).map(|n| write(stream(n), Expected::NoStream, 1)).collect());
    assert!(matches!(refused(&store, each(4096)).await, AppendError::Invalid(_)));
    assert!(matches!(store.append_bulk(each(4097)).await, Err(AppendError::Invalid(_))));
    let first = store.append_bulk(each(4096)).await.unwrap();
    assert_eq!((first.first.0, first.last.0, first.versions.len(), first.replayed), (1, 4096, 4096, false));
    let again = store.append_bulk(each(4096)).await.unwrap();
    assert_eq!((again.last, again.versions, again.replayed), (first.last, first.versions, true));
    assert_eq!(sound(&store).await.len(), 4096);
}

/// Policy and calendar stand before the event that refers to them, counted in the log and not in the append.
pub async fn references(log: Arc<dyn EventLog>) {
    let store = kit::store(log).await;
    record(&store, one("first", stream(1), Expected::NoStream)).await;
    let refer = |key: &str, policy: u64, calendar: u64| {
        let mut asked = append(key, vec![write(stream_of("area", 2), Expected::Any, 2)]);
        let last = asked.writes[0].events.last_mut().unwrap();
        last.policy = Some(Position(policy));
        last.calendar = Some(Position(calendar));
        asked
    };
    for (key, policy, calendar) in [("own", 1, 3), ("later", 4, 1), ("far", 1, 1 << 40)] {
        let error = refused(&store, refer(key, policy, calendar)).await;
        assert!(matches!(error, AppendError::Invalid(_)), "{key}: {error}");
    }
    // The event just before it, in the same append, is before it.
    record(&store, refer("before", 2, 1)).await;
    let events = sound(&store).await;
    let leaf = events[2].leaf().unwrap();
    assert_eq!((leaf.policy, leaf.calendar), (Some(Position(2)), Some(Position(1))));
}

/// Several streams are written together or not at all.
pub async fn whole_or_not_at_all(log: Arc<dyn EventLog>) {
    let store = kit::store(log).await;
    record(&store, one("taken", stream(3), Expected::NoStream)).await;
    let three = |key: &str, last: Expected| {
        append(
            key,
            vec![
                write(stream(1), Expected::NoStream, 2),
                write(stream_of("reception", 2), Expected::NoStream, 1),
                write(stream(3), last, 3),
            ],
        )
    };
    let error = refused(&store, three("conflict", Expected::NoStream)).await;
    assert!(matches!(error, AppendError::Conflict { actual: Version(1), .. }), "{error}");
    assert_eq!(store.stream_head(&stream(1)).await.unwrap().version, Version(0));
    let appended = record(&store, three("fits", Expected::Exact(Version(1)))).await;
    assert_eq!((appended.first.0, appended.last.0), (2, 7));
    assert_eq!(
        appended.versions,
        [(stream(1), Version(2)), (stream_of("reception", 2), Version(1)), (stream(3), Version(4)),]
    );
    let events = sound(&store).await;
    let leaves = events.iter().map(|e| e.leaf().unwrap()).collect::<Vec<_>>();
    let of_command = &leaves[1..];
    assert!(of_command.iter().all(|l| l.recorded_at == appended.recorded_at));
    assert!(of_command.iter().all(|l| l.occurred_at == appended.recorded_at));
    assert!(of_command.iter().all(|l| l.command == kit::command("fits")));
    assert!(of_command.iter().all(|l| l.nonce != leaves[0].nonce));
}

/// A stream that is not written can be a condition.
pub async fn unwritten_checks(log: Arc<dyn EventLog>) {
    let store = kit::store(log).await;
    record(&store, one("checked", stream(1), Expected::NoStream)).await;
    let with = |key: &str, expected| {
        let mut asked = one(key, stream(2), Expected::Any);
        asked.checks = vec![Check::StreamAt { stream: stream(1), expected }];
        asked
    };
    for expected in [Expected::NoStream, Expected::Exact(Version(2))] {
        match refused(&store, with("no", expected)).await {
            AppendError::Conflict { stream: s, actual, .. } => {
                assert_eq!((s, actual), (stream(1), Version(1)));
            }
            other => panic!("{other}"),
        }
    }
    for (key, expected) in
        [("exact", Expected::Exact(Version(1))), ("exists", Expected::Exists), ("any", Expected::Any)]
    {
        record(&store, with(key, expected)).await;
    }
    assert_eq!(store.stream_head(&stream(1)).await.unwrap().version, Version(1));
    assert_eq!(store.stream_head(&stream(2)).await.unwrap().version, Version(3));
    sound(&store).await;
}

/// A wall clock that goes backwards does not take the log's time with it.
pub async fn clock_backwards(log: Arc<dyn EventLog>) {
    let now = Arc::new(AtomicI64::new(START_MS));
    let clock = Arc::clone(&now);
    let store = EventStore::start(log, Arc::new(move || clock.load(Ordering::SeqCst))).await.unwrap();
    let mut times = Vec::new();
    for (n, at) in (1..).zip([START_MS, START_MS - 5000, START_MS + 10, 0, START_MS + 10]) {
        now.store(at, Ordering::SeqCst);
        let mut asked = one(&format!("tick {n}"), stream(n), Expected::NoStream);
        asked.writes[0].events[0].occurred_at = Some(42);
        times.push(record(&store, asked).await.recorded_at);
    }
    let later = START_MS + 10;
    assert_eq!(times, [START_MS, START_MS, later, later, later]);
    let events = sound(&store).await;
    assert!(events.iter().all(|e| e.leaf().unwrap().occurred_at == 42));
    assert_eq!(store.head().recorded_at, later);
}

/// Wrapped keys are kept beside the log and can be replaced.
pub async fn wrapped_keys(log: Arc<dyn EventLog>) {
    let store = kit::store(log).await;
    let key = |n: u8, epoch: u32| WrappedKey {
        class: None,
        subject: SubjectId([n; 16]),
        epoch,
        nonce: [n; 24],
        wrapped: [n; 48],
    };
    let mut asked = one("keys", stream(1), Expected::NoStream);
    asked.writes[0].events[0].keys = vec![key(1, 1), key(2, 1)];
    record(&store, asked).await;
    let mut asked = one("again", stream(1), Expected::Exact(Version(1)));
    asked.writes[0].events[0].keys = vec![key(2, 2)];
    record(&store, asked).await;
    let asked = [3, 2, 1, 2].map(|n| KeyId::shared(SubjectId([n; 16])));
    assert_eq!(store.wrapped_keys(&asked).await.unwrap(), [None, Some(key(2, 2)), Some(key(1, 1)), Some(key(2, 2))]);
    assert_eq!(store.wrapped_keys(&[]).await.unwrap(), []);
}
