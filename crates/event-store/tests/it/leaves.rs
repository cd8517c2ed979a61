//! Whatever the writer makes, the auditor's reader accepts; whatever it would not accept, the writer refuses first.

use event_store::canonical::{INTEGER_MAX, LEAF_BYTES_MAX};
use event_store::leaf::{self, BOX_CLASSES, Refused, Whose};
use event_store::{CommandId, NewEvent, Position, Recorded, SealedBox, StreamId, SubjectId, Version};
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

const ACTOR: &str = "system/clock";
const ROLE: &str = "system";

fn stream() -> StreamId {
    StreamId::of("issue", Uuid::from_u128(6))
}

fn event(public: Value) -> NewEvent {
    NewEvent {
        event_type: "issue.raised".to_owned(),
        schema: 1,
        area: Uuid::from_u128(2),
        occurred_at: None,
        policy: None,
        calendar: None,
        public,
        boxes: Vec::new(),
        keys: Vec::new(),
    }
}

fn prepare(event: &NewEvent) -> Result<leaf::Prepared, Refused> {
    leaf::prepare(event, Whose { actor: ACTOR, role: ROLE, access: None, command: CommandId([7; 16]) }, &stream())
}

fn public() -> impl Strategy<Value = Value> {
    // Some of these the format refuses, which is the point.
    let scalar = prop_oneof![
        3 => "[ -~é中文]{0,12}".prop_map(Value::from),
        3 => (-INTEGER_MAX..=INTEGER_MAX).prop_map(Value::from),
        2 => any::<bool>().prop_map(Value::from),
        1 => any::<String>().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<f64>().prop_map(Value::from),
        1 => Just(Value::Null),
    ];
    let value = scalar.prop_recursive(7, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z][a-z0-9_]{0,4}|[A-Z]", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    });
    prop::collection::btree_map("[a-z][a-z0-9_]{0,8}", value, 0..4)
        .prop_map(|map| Value::Object(map.into_iter().collect()))
}

prop_compose! {
    fn any_event()(
        public in public(),
        occurred_at in prop::option::of(-INTEGER_MAX..=INTEGER_MAX),
        policy in prop::option::of(1u64..1000),
        calendar in prop::option::of(1u64..1000),
        schema in 1u32..,
        area: u128,
        boxes in prop::collection::vec((0usize..4, any::<[u8; 32]>(), any::<[u8; 16]>()), 0..4),
    ) -> NewEvent {
        NewEvent {
            schema,
            area: Uuid::from_u128(area),
            occurred_at,
            policy: policy.map(Position),
            calendar: calendar.map(Position),
            boxes: boxes.into_iter().map(|(class, commitment, subject)| SealedBox {
                class: BOX_CLASSES[class],
                subject: SubjectId(subject),
                commitment,
                bytes: Vec::new(),
            }).collect(),
            ..event(public)
        }
    }
}

proptest! {
    #[test]
    fn what_is_prepared_and_finished_is_always_read(
        event in any_event(),
        prev: [u8; 32],
        recorded_at in 0..=INTEGER_MAX,
        version in 1u64..1_000_000,
    ) {
        let Ok(prepared) = prepare(&event) else { return Ok(()) };
        let prev = (version > 1).then_some(prev);
        let Ok(bytes) = prepared.finish(prev.as_ref(), recorded_at, Version(version)) else {
            return Ok(());
        };
        let leaf = leaf::read(&bytes);
        prop_assert!(leaf.is_ok(), "{:?}", leaf);
        let leaf = leaf.unwrap();
        prop_assert_eq!(&leaf.public, &event.public);
        prop_assert_eq!(leaf.occurred_at, event.occurred_at.unwrap_or(recorded_at));
        prop_assert_eq!(leaf.recorded_at, recorded_at);
        prop_assert_eq!((leaf.policy, leaf.calendar), (event.policy, event.calendar));
        prop_assert_eq!(leaf.version, Version(version));
        prop_assert_eq!(leaf.prev, prev);
        prop_assert_eq!(leaf.area, event.area);
        prop_assert_eq!(leaf.boxes.len(), event.boxes.len());
        for (told, sealed) in leaf.boxes.iter().zip(&event.boxes) {
            prop_assert_eq!(told.class.as_str(), sealed.class);
            prop_assert_eq!((told.commitment, told.subject), (sealed.commitment, sealed.subject));
        }
        let recorded = Recorded { position: Position(1), leaf: bytes, boxes: Vec::new() };
        let text = recorded.text().unwrap();
        prop_assert_eq!(text.public, event_store::canonical::to_canonical(&leaf.public).unwrap());
        prop_assert_eq!((text.stream, text.version), (leaf.stream.as_str(), leaf.version));
        prop_assert_eq!(recorded.leaf().unwrap(), leaf);
        let stream = stream();
        prop_assert_eq!(recorded.stream_and_type(), (stream.as_str(), "issue.raised"));
    }

    #[test]
    fn the_writer_refuses_what_the_reader_would(public in public()) {
        let plain = event_store::canonical::to_canonical(&json!({"public": public}));
        let prepared = prepare(&event(public));
        prop_assert_eq!(
            plain.map(|_| ()).map_err(|e| e.reason()),
            prepared.map(|_| ()).map_err(|e| e.reason())
        );
    }

    #[test]
    fn no_bytes_are_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(leaf::read(&bytes).is_err());
        let recorded = Recorded { position: Position(1), leaf: bytes.into(), boxes: Vec::new() };
        prop_assert!(recorded.leaf().is_err());
        let _ = recorded.stream_and_type();
    }

    #[test]
    fn a_leaf_with_one_byte_changed_is_refused_or_says_something_else(at: prop::sample::Index, mask in 1u8..) {
        let whole = prepare(&event(json!({"kind": "demand", "visitor": 0}))).unwrap();
        let whole = whole.finish(Some(&[9; 32]), 1_795_674_600_900, Version(2)).unwrap();
        let mut changed = whole.to_vec();
        changed[at.index(whole.len())] ^= mask;
        if let Ok(leaf) = leaf::read(&changed) {
            prop_assert_ne!(leaf, leaf::read(&whole).unwrap());
        }
        let recorded = Recorded { position: Position(1), leaf: changed.into(), boxes: Vec::new() };
        let _ = (recorded.leaf(), recorded.stream_and_type());
    }
}

#[test]
fn two_leaves_of_one_event_differ_by_their_nonce() {
    let bytes = || {
        let prepared = prepare(&event(json!({}))).unwrap();
        prepared.finish(None, 1, Version(1)).unwrap()
    };
    assert_ne!(bytes(), bytes());
}

#[test]
fn the_longest_leaf_is_16384_bytes() {
    let finish = |filler: usize| {
        let prepared = prepare(&event(json!({"note": "x".repeat(filler)})))?;
        prepared.finish(None, 1_795_674_600_900, Version(1))
    };
    let rest = finish(0).unwrap().len();
    let longest = finish(LEAF_BYTES_MAX - rest).unwrap();
    assert_eq!(longest.len(), LEAF_BYTES_MAX);
    leaf::read(&longest).unwrap();
    let refused = finish(LEAF_BYTES_MAX - rest + 1).unwrap_err();
    assert_eq!(refused.reason(), "size");
}

#[test]
fn what_does_not_fit_the_envelope_is_refused_before_it_is_written() {
    let command = CommandId([7; 16]);
    let under = |event: &NewEvent, actor: &str, role: &str, stream: &str, access: Option<&str>| {
        let stream = StreamId::new(stream).unwrap();
        leaf::prepare(event, Whose { actor, role, access, command }, &stream)
            .map_or_else(|refused| refused.reason(), |_| "accepted")
    };
    let reason = |event: &NewEvent, actor: &str, role: &str, stream: &str| under(event, actor, role, stream, None);
    let good = event(json!({}));
    let at = "issue/01a20b9d-a21c-72ff-928b-f3566e4c0006";
    assert_eq!(reason(&good, ACTOR, ROLE, at), "accepted");
    assert_eq!(under(&good, ACTOR, ROLE, at, Some("c32de5d4e0894210")), "accepted");
    for mark in ["", "c32de5d4e089421", "C32DE5D4E0894210", "c32de5d4e08942100", "\"32de5d4e0894210"] {
        assert_eq!(under(&good, ACTOR, ROLE, at, Some(mark)), "envelope", "{mark}");
    }
    for actor in ["system/clock", "system/command-line", "system/import", "system/start"] {
        assert_eq!(reason(&good, actor, ROLE, at), "accepted", "{actor}");
    }
    for actor in ["", "somebody", "system/other", "account/1", "account/01A20B9D-A21C-72FF-928B-F3566E4C0006"] {
        assert_eq!(reason(&good, actor, ROLE, at), "envelope", "{actor}");
    }
    for role in ["", "Delegate", "a b", "\""] {
        assert_eq!(reason(&good, ACTOR, role, at), "envelope", "{role}");
    }
    for stream in ["issue/", "issue/A", "issue/a/b", "Issue/a", "reception/a", "issue/\"", "log"] {
        assert_eq!(reason(&good, ACTOR, ROLE, stream), "envelope", "{stream}");
    }
    for event_type in ["", "issue", "issue.", "issue.Raised", "issue.a.b", "reception.recorded", "issue.\""] {
        let bad = NewEvent { event_type: event_type.to_owned(), ..good.clone() };
        assert_eq!(reason(&bad, ACTOR, ROLE, at), "envelope", "{event_type}");
    }
    for bad in [
        NewEvent { schema: 0, ..good.clone() },
        NewEvent { policy: Some(Position(0)), ..good.clone() },
        NewEvent { calendar: Some(Position(0)), ..good.clone() },
        NewEvent { occurred_at: Some(INTEGER_MAX + 1), ..good.clone() },
        NewEvent { occurred_at: Some(i64::MIN), ..good.clone() },
        NewEvent { public: json!([]), ..good.clone() },
        NewEvent { public: json!("text"), ..good.clone() },
    ] {
        assert_eq!(reason(&bad, ACTOR, ROLE, at), "envelope", "{bad:?}");
    }
    let prepared = prepare(&good).unwrap();
    for (prev, version) in [(None, 0), (None, 2), (Some([0; 32]), 1), (Some([0; 32]), 0)] {
        let refused = prepared.finish(prev.as_ref(), 1, Version(version)).unwrap_err();
        assert_eq!(refused.reason(), "envelope");
    }
    for recorded_at in [INTEGER_MAX + 1, i64::MIN, i64::MAX] {
        let refused = prepared.finish(None, recorded_at, Version(1)).unwrap_err();
        assert_eq!(refused.reason(), "value");
    }
}

#[test]
fn an_envelope_out_of_form_is_refused_when_read() {
    let prepared = prepare(&NewEvent {
        boxes: vec![SealedBox {
            class: "narrative",
            subject: SubjectId([3; 16]),
            commitment: [4; 32],
            bytes: Vec::new(),
        }],
        policy: Some(Position(3)),
        ..event(json!({}))
    })
    .unwrap();
    let whole = prepared.finish(None, 12, Version(1)).unwrap();
    let whole: Value = serde_json::from_slice(&whole).unwrap();
    let reason = |value: &Value| {
        let text = event_store::canonical::to_canonical(value).unwrap();
        leaf::read(text.as_bytes()).map_or_else(|refused| refused.reason(), |_| "accepted")
    };
    assert_eq!(reason(&whole), "accepted");
    let keys: Vec<&String> = whole.as_object().unwrap().keys().collect();
    for key in keys {
        let mut without = whole.clone();
        without.as_object_mut().unwrap().remove(key);
        let optional = ["boxes", "policy"].contains(&key.as_str());
        let expected = if optional { "accepted" } else { "envelope" };
        assert_eq!(reason(&without), expected, "without {key}");
        let mut other = whole.clone();
        other[key] = json!([{"a": 1}]);
        assert_eq!(reason(&other), "envelope", "{key} of another type");
    }
    for (key, value) in [
        ("access", json!("0123456789abcdeF")),
        ("access", json!("0123456789abcde")),
        ("area", json!("00000000000000000000000000000002")),
        ("area", json!("01A20B9D-A21C-72FF-928B-F3566E4C0006")),
        ("boxes", json!([])),
        (
            "boxes",
            json!([{"class": "other", "commitment": whole["boxes"][0]["commitment"], "subject": whole["boxes"][0]["subject"]}]),
        ),
        ("boxes", json!([{"class": "file", "commitment": "AAAA", "subject": whole["boxes"][0]["subject"]}])),
        (
            "boxes",
            json!([{"class": "file", "commitment": whole["boxes"][0]["commitment"], "subject": "AwMDAwMDAwMDAwMDAwMDAw"}]),
        ),
        ("command", json!("AAAAAAAAAAAAAAAAAAAAAA==")),
        ("command", json!("AAAAAAAAAAAAAAAAAAAAAB")),
        ("nonce", json!("AAAAAAAAAAAAAAAAAAAAAA")),
        ("nonce", json!("AAAAAAAAAAAAAAAAAAAAAB==")),
        ("prev", json!("AAAA")),
        ("prev", json!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")),
        ("policy", json!(0)),
        ("calendar", json!(-1)),
        ("version", json!(2)),
        ("version", json!(0)),
        ("schema", json!(4_294_967_296_u64)),
        ("format", json!(2)),
        ("extra", json!(1)),
    ] {
        let mut other = whole.clone();
        other[key] = value;
        assert_eq!(reason(&other), "envelope", "{key}: {}", other[key]);
    }
}
