//! Taking over what another store has numbered.

use super::kit::{self, append, command, everything, one, record, sealed, sound, stream, stream_of, write};
use crate::ids::{Position, SubjectId, Version};
use crate::log::{EventLog, Recorded};
use crate::store::EventStore;
use crate::store::append::{AppendError, Expected};
use bytes::Bytes;
use std::sync::Arc;

/// A log with streams of several families, boxes, and commands of many events.
async fn original(log: Arc<dyn EventLog>) -> EventStore {
    let store = kit::store(log).await;
    for n in 0..30 {
        let mut asked = append(
            &format!("fill {n}"),
            vec![
                write(stream_of("area", n), Expected::NoStream, n % 5 + 1),
                write(stream_of("reception", 1), Expected::Exact(Version(n * 2)), 2),
            ],
        );
        asked.writes[1].events[0].boxes.push(sealed(SubjectId([1; 16]), 40));
        record(&store, asked).await;
    }
    let long = vec![write(stream(1), Expected::NoStream, 1000)];
    record(&store, append("long", long)).await;
    store
}

/// An import gives the same bytes, the same boxes, the same root, and the log goes on from there.
pub async fn round_trip(from: Arc<dyn EventLog>, to: Arc<dyn EventLog>) {
    let original = original(from).await;
    let all = everything(&original).await;
    let copy = kit::store(Arc::clone(&to)).await;
    // A command may be cut in two by the one who delivers.
    let head = copy.append_recorded(&all[..50]).await.unwrap();
    assert_eq!(head, Position(50));
    let head = copy.append_recorded(&all[50..]).await.unwrap();
    assert_eq!(head.0, all.len() as u64);
    assert_eq!(copy.head(), original.head());
    assert!(sound(&copy).await == all, "byte for byte");
    assert_eq!(copy.append_recorded(&[]).await.unwrap(), head);
    for key in ["fill 0", "fill 7", "fill 29", "long"] {
        let here = copy.command(command(key)).await.unwrap().unwrap();
        let there = original.command(command(key)).await.unwrap().unwrap();
        assert_eq!((here.first, here.last), (there.first, there.last), "{key}");
        assert_eq!(here.fingerprint, None);
    }
    // The digest did not travel, so the same key is a replay.
    let mut again = one("fill 7", stream(12), Expected::NoStream);
    again.fingerprint = [9; 32];
    let replay = record(&copy, again).await;
    assert!(replay.replayed);
    assert_eq!(replay.versions, [(stream_of("area", 7), Version(3)), (stream_of("reception", 1), Version(16)),]);
    record(&copy, one("next", stream(1), Expected::Exact(Version(1000)))).await;
    sound(&copy).await;
}

/// An import that does not fit is refused, and nothing of its group is recorded.
pub async fn refusals(from: Arc<dyn EventLog>, to: Arc<dyn EventLog>) {
    let original = original(from).await;
    let all = everything(&original).await;
    let copy = kit::store(to).await;
    copy.append_recorded(&all[..20]).await.unwrap();
    let head = copy.head();
    let changed = |index: usize, change: &dyn Fn(&mut Recorded)| {
        let mut events = all[20..60].to_vec();
        change(&mut events[index]);
        events
    };
    let replaced = |index: usize, from: &str, to: &str| {
        changed(index, &|event| {
            let text = std::str::from_utf8(&event.leaf).unwrap();
            assert!(text.contains(from), "{from} in {text}");
            event.leaf = Bytes::from(text.replacen(from, to, 1));
        })
    };
    let boxed = all[20..60].iter().position(|e| !e.boxes.is_empty()).unwrap();
    // The second of two neighbours in one stream, so that a change of the first breaks its link.
    let stream_at = |index: usize| all[20 + index].leaf().unwrap().stream;
    let linked = (1..40).find(|i| stream_at(*i) == stream_at(i - 1)).unwrap();
    let bad = [
        ("a gap", all[21..60].to_vec()),
        ("a repetition", all[19..60].to_vec()),
        ("a gap inside", [&all[20..30], &all[31..60]].concat()),
        ("another order", changed(3, &|e| e.position = Position(99))),
        ("white space", replaced(4, "{\"actor\"", "{ \"actor\"")),
        ("a changed fact", replaced(linked - 1, "来访", "来信")),
        ("another version", replaced(linked, "\"version\":", "\"version\":1")),
        ("a box missing", changed(boxed, &|e| e.boxes.clear())),
        ("a box too many", changed(boxed, &|e| e.boxes.push(Bytes::from_static(b"x")))),
        ("an unknown key", replaced(0, "{\"actor\"", "{\"aaa\":1,\"actor\"")),
        ("a time before", replaced(39, "\"recorded_at\":1", "\"recorded_at\":")),
    ];
    for (what, events) in bad {
        let error = copy.append_recorded(&events).await.unwrap_err();
        assert!(matches!(error, AppendError::Invalid(_)), "{what}: {error}");
        assert_eq!(copy.head(), head, "{what}");
    }
    // A command whose leaves do not follow each other is nobody's command.
    record(&copy, one("between", stream(77), Expected::NoStream)).await;
    let leaves = all[..20].iter().map(|e| (e, e.leaf().unwrap()));
    let (event, leaf) =
        leaves.filter(|(_, leaf)| leaf.version == Version(1) && leaf.stream.family() == "area").last().unwrap();
    let text = std::str::from_utf8(&event.leaf).unwrap();
    let text = text.replace(leaf.stream.as_str(), stream_of("area", 999).as_str());
    let text = text.replace(&leaf.recorded_at.to_string(), "1990000000000");
    let stray = Recorded { position: Position(22), leaf: Bytes::from(text), boxes: Vec::new() };
    let error = copy.append_recorded(&[stray]).await.unwrap_err();
    assert!(error.to_string().contains("do not follow each other"), "{error}");
    assert_eq!(copy.healthy(), Ok(()));
    sound(&copy).await;
}
