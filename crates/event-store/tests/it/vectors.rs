//! Every vector of `tests/vectors/format-1.json`, which an independent program computed. (Sealing with fixed random
//! values is tested inside the crate, in `record/boxes/tests.rs`.)

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use event_store::boxes::{self, BoxError, Kek, SubjectKey};
use event_store::canonical::to_canonical;
use event_store::tiles::{self, Resource};
use event_store::tree::{self, Edge};
use event_store::{
    CommandId, Hash, NewEvent, Position, Recorded, SealedBox, StreamId, SubjectId, Version, WrappedKey, checkpoint,
    leaf, proof,
};
use serde_json::Value;

fn vectors() -> Value {
    serde_json::from_str(include_str!("../vectors/format-1.json")).unwrap()
}

fn list<'a>(vectors: &'a Value, name: &str, length: usize) -> &'a [Value] {
    let items = vectors[name].as_array().unwrap();
    // A shorter file would make every loop below say less than it claims.
    assert_eq!(items.len(), length, "{name}");
    items
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap()
}

fn number(value: &Value, key: &str) -> u64 {
    value[key].as_u64().unwrap()
}

fn bytes(value: &Value) -> Vec<u8> {
    STANDARD.decode(value.as_str().unwrap()).unwrap()
}

fn array<const N: usize>(value: &Value) -> [u8; N] {
    bytes(value).try_into().unwrap()
}

fn hashes(value: &Value) -> Vec<Hash> {
    value.as_array().unwrap().iter().map(array).collect()
}

fn recorded(vectors: &Value) -> Vec<Recorded> {
    list(vectors, "leaves", 7)
        .iter()
        .map(|vector| Recorded {
            position: Position(number(vector, "position")),
            leaf: Bytes::from(bytes(&vector["leaf_bytes"])),
            boxes: Vec::new(),
        })
        .collect()
}

fn roots(vectors: &Value) -> Vec<Hash> {
    list(vectors, "roots", 8)
        .iter()
        .enumerate()
        .map(|(size, vector)| {
            assert_eq!(number(vector, "size"), size as u64);
            array(&vector["root"])
        })
        .collect()
}

fn edge_of(events: &[Recorded]) -> Edge {
    let mut edge = Edge::new();
    for event in events {
        assert!(edge.push(event.hash()).is_empty());
    }
    edge
}

#[test]
fn every_leaf_is_read_hashed_and_written_the_same() {
    let vectors = vectors();
    for (event, vector) in recorded(&vectors).iter().zip(list(&vectors, "leaves", 7)) {
        let bytes = text(vector, "leaf").as_bytes();
        assert_eq!(event.leaf, bytes);
        assert_eq!(event.hash(), array(&vector["leaf_hash"]));
        let value: Value = serde_json::from_slice(bytes).unwrap();
        assert_eq!(to_canonical(&value).unwrap().as_bytes(), bytes);

        let leaf = leaf::read(bytes).unwrap();
        assert_eq!(event.leaf().unwrap(), leaf);
        let named = (text(&value, "stream"), text(&value, "type"));
        assert_eq!(event.stream_and_type(), named);
        assert_eq!(written_again(&leaf), bytes);
    }
}

/// What the writer makes of a leaf's content, under the leaf's own nonce.
fn written_again(leaf: &leaf::Leaf) -> Vec<u8> {
    let class = |name: &str| *leaf::BOX_CLASSES.iter().find(|c| **c == name).unwrap();
    let event = NewEvent {
        event_type: leaf.event_type.clone(),
        schema: leaf.schema,
        area: leaf.area,
        occurred_at: Some(leaf.occurred_at),
        policy: leaf.policy,
        calendar: leaf.calendar,
        public: leaf.public.clone(),
        boxes: leaf
            .boxes
            .iter()
            .map(|sealed| SealedBox {
                class: class(&sealed.class),
                subject: sealed.subject,
                commitment: sealed.commitment,
                bytes: Vec::new(),
            })
            .collect(),
        keys: Vec::new(),
    };
    let (actor, role, access) = (leaf.actor.as_str(), leaf.role.as_str(), leaf.access.as_deref());
    let whose = leaf::Whose { actor, role, access, command: leaf.command };
    let prepared = leaf::prepare(&event, whose, &leaf.stream).unwrap();
    let finished = prepared.finish(leaf.prev.as_ref(), leaf.recorded_at, leaf.version).unwrap();
    let fresh = STANDARD.encode(leaf::read(&finished).unwrap().nonce);
    let finished = String::from_utf8(finished.to_vec()).unwrap();
    let with_nonce = finished.replace(&fresh, &STANDARD.encode(leaf.nonce));
    assert_ne!(finished, with_nonce);
    with_nonce.into_bytes()
}

#[test]
fn every_refused_leaf_is_refused_for_its_reason() {
    let vectors = vectors();
    for vector in list(&vectors, "refused_leaves", 24) {
        let refused = leaf::read(text(vector, "leaf").as_bytes()).unwrap_err();
        assert_eq!(refused.reason(), text(vector, "reason"), "{}", vector["name"]);
    }
    for vector in list(&vectors, "accepted_leaves", 2) {
        leaf::read(text(vector, "leaf").as_bytes()).unwrap();
    }
}

#[test]
fn versions_and_prev_chain_the_vectors_streams() {
    let vectors = vectors();
    let events = recorded(&vectors);
    let raised = events[4].leaf().unwrap();
    let answered = events[6].leaf().unwrap();
    assert_eq!(raised.stream, answered.stream);
    assert_eq!(answered.prev, Some(events[4].hash()));
    assert_eq!((raised.version, answered.version), (Version(1), Version(2)));
}

#[test]
fn every_root_is_the_edges() {
    let vectors = vectors();
    let events = recorded(&vectors);
    for (size, root) in roots(&vectors).into_iter().enumerate() {
        let edge = edge_of(&events[..size]);
        assert_eq!(edge.root(), root);
        assert_eq!(tree::root_of_frontier(&edge.frontier()), root);
    }
    assert_eq!(tree::empty_root(), roots(&vectors)[0]);
}

#[tokio::test]
async fn every_inclusion_proof_is_made_and_verified() {
    let vectors = vectors();
    let (events, roots) = (recorded(&vectors), roots(&vectors));
    let (edge, log) = (edge_of(&events), event_store::MemoryLog::new());
    let mut reader = proof::TreeReader::new(&log, &edge);
    for vector in list(&vectors, "inclusion", 28) {
        let (position, size) = (number(vector, "position"), number(vector, "size"));
        let proof = hashes(&vector["proof"]);
        let made = reader.inclusion(Position(position), size).await.unwrap();
        assert_eq!(made, proof, "{position} in {size}");
        let leaf = events[usize::try_from(position).unwrap() - 1].hash();
        let root = &roots[usize::try_from(size).unwrap()];
        assert!(proof::verify_inclusion(position - 1, size, &leaf, &proof, root));
    }
}

#[tokio::test]
async fn every_consistency_proof_is_made_and_verified() {
    let vectors = vectors();
    let (events, roots) = (recorded(&vectors), roots(&vectors));
    let (edge, log) = (edge_of(&events), event_store::MemoryLog::new());
    let mut reader = proof::TreeReader::new(&log, &edge);
    for vector in list(&vectors, "consistency", 28) {
        let (from, to) = (number(vector, "from"), number(vector, "to"));
        let proof = hashes(&vector["proof"]);
        assert_eq!(reader.consistency(from, to).await.unwrap(), proof);
        let root = |size: u64| &roots[usize::try_from(size).unwrap()];
        assert!(proof::verify_consistency(from, to, root(from), root(to), &proof));
    }
}

#[test]
fn command_ids_are_derived_from_actor_and_key() {
    let vectors = vectors();
    for vector in list(&vectors, "commands", 1) {
        let id = CommandId::derive(text(vector, "actor"), text(vector, "idempotency_key"));
        let events = recorded(&vectors);
        assert_eq!(events[3].leaf().unwrap().command, id);
        let url = base64::engine::general_purpose::URL_SAFE_NO_PAD;
        assert_eq!(url.encode(id.0), text(vector, "command"));
    }
}

#[test]
fn every_box_opens_to_what_its_leaf_commits_to() {
    let vectors = vectors();
    let events = recorded(&vectors);
    for vector in list(&vectors, "boxes", 5) {
        let position = usize::try_from(number(vector, "position")).unwrap();
        let index = usize::try_from(number(vector, "index")).unwrap();
        let leaf = leaf::read(&events[position - 1].leaf).unwrap();
        assert_eq!(leaf.stream.as_str(), text(vector, "stream"));
        assert_eq!(leaf.version.0, number(vector, "version"));
        assert_eq!(leaf.boxes[index].commitment, array(&vector["commitment"]));
        let key = SubjectKey(array(&vector["key"]));
        let opening =
            boxes::open(&key, &leaf.stream, leaf.version, index, &bytes(&vector["box"]), &leaf.boxes[index].commitment)
                .unwrap();
        assert_eq!(opening.r, array(&vector["r"]));
        assert_eq!(opening.payload, bytes(&vector["payload_bytes"]));
        assert_eq!(opening.json().unwrap(), vector["payload"]);
        assert_eq!(boxes::commitment(&opening.r, &opening.payload), leaf.boxes[index].commitment);
    }
}

#[test]
fn the_wrapped_key_unwraps() {
    let vectors = vectors();
    let vector = &vectors["wrapped_key"];
    let epoch = u32::try_from(number(vector, "epoch")).unwrap();
    let kek = Kek { epoch, key: array(&vector["kek"]) };
    let wrapped = WrappedKey {
        class: None,
        subject: SubjectId::parse(text(vector, "subject")).unwrap(),
        epoch,
        nonce: array(&vector["nonce"]),
        wrapped: array(&vector["wrapped"]),
    };
    assert_eq!(wrapped.subject.to_string(), text(vector, "subject"));
    let key = boxes::unwrap(&kek, &wrapped).unwrap();
    assert_eq!(key, SubjectKey(array(&vector["key"])));
}

#[test]
fn a_box_with_two_faces_shows_only_the_one_committed_to() {
    let vectors = vectors();
    let vector = &vectors["two_faced_box"];
    let aad = String::from_utf8(bytes(&vector["aad"])).unwrap();
    let [_, stream, version, index] = aad.split('\n').collect::<Vec<_>>()[..] else {
        panic!("four lines: {aad}");
    };
    let stream = StreamId::new(stream).unwrap();
    let version = Version(version.parse().unwrap());
    let index = index.parse().unwrap();
    let sealed = bytes(&vector["box"]);
    let open = |key: &str, commitment: &str| {
        boxes::open(&SubjectKey(array(&vector[key])), &stream, version, index, &sealed, &array(&vector[commitment]))
    };
    let one = open("key_1", "commitment_1").unwrap();
    let two = open("key_2", "commitment_2").unwrap();
    assert_ne!(one.payload, two.payload);
    assert_eq!(open("key_2", "commitment_1"), Err(BoxError::Commitment));
    assert_eq!(open("key_1", "commitment_2"), Err(BoxError::Commitment));
}

#[test]
fn the_checkpoint_is_signed_and_verified() {
    let vectors = vectors();
    let vector = &vectors["checkpoint"];
    let key = ed25519_dalek::SigningKey::from_bytes(&array(&vector["seed"]));
    let origin = "huiyin.example/jiangqiao";
    let vkey = checkpoint::vkey(origin, &key.verifying_key());
    assert_eq!(vkey, text(vector, "vkey"));
    let root = roots(&vectors)[7];
    let note = checkpoint::note(origin, 7, &root, &key);
    assert_eq!(note, text(vector, "note"));
    assert_eq!(checkpoint::verify(&note, &vkey), Ok((7, root)));
    let opened = recorded(&vectors)[0].leaf().unwrap();
    assert_eq!(opened.public["keys"][0], vkey.as_str());
}

#[tokio::test]
async fn tiles_and_bundles_are_published_to_the_byte() {
    let vectors = vectors();
    let events = recorded(&vectors);
    let bundle = tiles::entry_bundle(&events).unwrap();
    assert_eq!(bundle, bytes(&vectors["entry_bundle"]));
    assert_eq!(tiles::entries_path(0, 7), text(&vectors, "entry_bundle_path"));

    let (edge, log) = (edge_of(&events), event_store::MemoryLog::new());
    let mut reader = proof::TreeReader::new(&log, &edge);
    let tile = reader.hash_tile(0, 0, 7).await.unwrap().unwrap();
    assert_eq!(tile, bytes(&vectors["hash_tile"]));
    let path = text(&vectors, "hash_tile_path");
    assert_eq!(tiles::tile_path(0, 0, 7), path);
    let resource = Resource::HashTile { level: 0, index: 0, width: 7 };
    assert_eq!(Resource::parse(path), Some(resource));
}
