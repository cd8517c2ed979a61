//! Sealing with the vectors' fixed random values, and openings that must fail. The rest of the vectors is in
//! `tests/it/vectors.rs`.
#![allow(clippy::unwrap_used)]

use super::*;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use sha2::Digest as _;

/// Compiles for what is wiped when it is dropped, and for nothing else.
const fn wiped<T: ZeroizeOnDrop>() {}

#[test]
fn keys_and_what_was_in_a_box_are_wiped_when_they_are_dropped() {
    wiped::<SubjectKey>();
    wiped::<Kek>();
    wiped::<Opening>();
    wiped::<ed25519_dalek::SigningKey>();
    wiped::<Zeroizing<[u8; 32]>>();
}

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../../tests/vectors/format-1.json")).unwrap()
}

fn bytes(value: &Value) -> Vec<u8> {
    STANDARD.decode(value.as_str().unwrap()).unwrap()
}

fn array<const N: usize>(value: &Value) -> [u8; N] {
    bytes(value).try_into().unwrap()
}

#[test]
fn the_vectors_boxes_are_sealed_to_the_byte() {
    let vectors = vectors();
    let boxes = vectors["boxes"].as_array().unwrap();
    assert_eq!(boxes.len(), 5);
    for vector in boxes {
        let payload = canonical::payload(&vector["payload"]).unwrap();
        assert_eq!(payload.as_bytes(), bytes(&vector["payload_bytes"]));
        let stream = StreamId::new(vector["stream"].as_str().unwrap()).unwrap();
        let version = Version(vector["version"].as_u64().unwrap());
        let index = usize::try_from(vector["index"].as_u64().unwrap()).unwrap();
        let aad = box_aad(&stream, version, index);
        assert_eq!(aad, bytes(&vector["aad"]));
        let r = array(&vector["r"]);
        assert_eq!(commitment(&r, payload.as_bytes()), array(&vector["commitment"]));
        let key = SubjectKey(array(&vector["key"]));
        let sealed = seal_with(&key, &r, &array(&vector["nonce"]), payload.as_bytes(), &aad);
        assert_eq!(sealed, bytes(&vector["box"]));
    }
}

#[test]
fn the_vectors_key_is_wrapped_to_the_byte() {
    let vector = &vectors()["wrapped_key"];
    let kek = Kek { epoch: u32::try_from(vector["epoch"].as_u64().unwrap()).unwrap(), key: array(&vector["kek"]) };
    let subject = SubjectId::parse(vector["subject"].as_str().unwrap()).unwrap();
    let key = SubjectKey(array(&vector["key"]));
    let wrapped = wrap_with(&kek, KeyId::shared(subject), &key, array(&vector["nonce"]));
    assert_eq!(wrapped.wrapped.to_vec(), bytes(&vector["wrapped"]));
    assert_eq!(unwrap(&kek, &wrapped).unwrap(), key);
}

#[test]
fn the_vectors_keys_are_wrapped_for_a_subject_and_a_class_to_the_byte() {
    let vectors: Value = serde_json::from_str(include_str!("../../../tests/vectors/keys-2.json")).unwrap();
    let vectors = vectors["wrapped_keys"].as_array().unwrap();
    assert_eq!(vectors.len(), 6);
    for vector in vectors {
        let kek = Kek { epoch: u32::try_from(vector["epoch"].as_u64().unwrap()).unwrap(), key: array(&vector["kek"]) };
        let subject = SubjectId::parse(vector["subject"].as_str().unwrap()).unwrap();
        let class = vector.get("class").map(|class| Class::parse(class.as_str().unwrap()).unwrap());
        let id = KeyId { subject, class };
        assert_eq!(key_aad(id, kek.epoch), bytes(&vector["aad"]));
        let key = SubjectKey(array(&vector["key"]));
        let wrapped = wrap_with(&kek, id, &key, array(&vector["nonce"]));
        assert_eq!(wrapped.wrapped.to_vec(), bytes(&vector["wrapped"]), "{id}");
        assert_eq!(unwrap(&kek, &wrapped).unwrap(), key);
    }
}

#[test]
fn what_is_sealed_again_says_the_same_at_the_same_place_under_the_other_key() {
    let (key, stream, sealed) = sealed();
    let opening = open(&key, &stream, Version(3), 1, &sealed.bytes, &sealed.commitment).unwrap();
    let other = SubjectKey::random();
    let again = seal_again(&opening, &other, &stream, Version(3), 1);
    assert_eq!(open(&other, &stream, Version(3), 1, &again, &sealed.commitment).unwrap(), opening);
    assert!(open(&key, &stream, Version(3), 1, &again, &sealed.commitment).is_err());
}

fn sealed() -> (SubjectKey, StreamId, SealedBox) {
    let key = SubjectKey::random();
    let stream = StreamId::new("issue/1").unwrap();
    let payload = json!({"text": "灯不亮\n三天"});
    let sealed = seal(&key, SubjectId::random(), &stream, Version(3), 1, "narrative", &payload);
    (key, stream, sealed.unwrap())
}

#[test]
fn a_box_opens_at_its_place_only() {
    let (key, stream, sealed) = sealed();
    let at = |stream: &StreamId, version, index| {
        open(&key, stream, Version(version), index, &sealed.bytes, &sealed.commitment)
    };
    assert_eq!(at(&stream, 3, 1).unwrap().json().unwrap(), json!({"text": "灯不亮\n三天"}));
    let other = StreamId::new("issue/2").unwrap();
    assert_eq!(at(&other, 3, 1).unwrap_err(), BoxError::Key);
    assert_eq!(at(&stream, 4, 1).unwrap_err(), BoxError::Key);
    assert_eq!(at(&stream, 3, 0).unwrap_err(), BoxError::Key);
}

#[test]
fn no_changed_bit_goes_unnoticed() {
    let (key, stream, sealed) = sealed();
    let opens = |bytes: &[u8], commitment: &[u8; 32]| open(&key, &stream, Version(3), 1, bytes, commitment);
    for bit in 0..sealed.bytes.len() * 8 {
        let mut changed = sealed.bytes.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(opens(&changed, &sealed.commitment).is_err(), "box bit {bit}");
    }
    for cut in 0..sealed.bytes.len() {
        assert!(opens(&sealed.bytes[..cut], &sealed.commitment).is_err());
    }
    for bit in 0..256 {
        let mut changed = sealed.commitment;
        changed[bit / 8] ^= 1 << (bit % 8);
        let refused = opens(&sealed.bytes, &changed).unwrap_err();
        assert_eq!(refused, BoxError::Commitment, "commitment bit {bit}");
    }
    let opening = opens(&sealed.bytes, &sealed.commitment).unwrap();
    for bit in 0..opening.payload.len() * 8 {
        let mut changed = opening.clone();
        changed.payload[bit / 8] ^= 1 << (bit % 8);
        assert!(!changed.fits(&sealed.commitment), "payload bit {bit}");
    }
    for bit in 0..256 {
        let mut changed = opening.clone();
        changed.r[bit / 8] ^= 1 << (bit % 8);
        assert!(!changed.fits(&sealed.commitment), "r bit {bit}");
    }
}

#[test]
fn a_wrapped_key_unwraps_for_its_subject_and_epoch_only() {
    let kek = Kek { epoch: 7, key: [1; 32] };
    let wrapped = wrap(&kek, KeyId::of(SubjectId::random(), Class::Contact), &SubjectKey::random());
    assert!(unwrap(&kek, &wrapped).is_ok());
    let other_subject = WrappedKey { subject: SubjectId::random(), ..wrapped.clone() };
    assert!(unwrap(&kek, &other_subject).is_err());
    for class in [None, Some(Class::Identity), Some(Class::File)] {
        assert!(unwrap(&kek, &WrappedKey { class, ..wrapped.clone() }).is_err());
    }
    let later = Kek { epoch: 8, ..kek.clone() };
    assert!(unwrap(&later, &wrapped).is_err());
    let renamed = WrappedKey { epoch: 8, ..wrapped.clone() };
    assert!(unwrap(&later, &renamed).is_err());
    for byte in 0..48 {
        let mut changed = wrapped.clone();
        changed.wrapped[byte] ^= 1;
        assert!(unwrap(&kek, &changed).is_err());
    }
}

#[test]
fn secrets_do_not_show_in_debug_output() {
    let (key, stream, sealed) = sealed();
    let opening = open(&key, &stream, Version(3), 1, &sealed.bytes, &sealed.commitment);
    let kek = Kek { epoch: 1, key: [171; 32] };
    let shown = format!("{:?} {kek:?} {:?}", SubjectKey([171; 32]), opening.unwrap());
    assert!(!shown.contains("171") && !shown.contains("text"), "{shown}");
}

#[test]
fn threat_a_number_is_not_found_by_trying_all_of_them() {
    println!("attempted: find a telephone number by trying ten thousand against the commitment in its leaf");
    let (key, stream) = (SubjectKey::random(), StreamId::new("reception/1").unwrap());
    let payload = |n: u32| json!({"phone": format!("1380013{n:04}")});
    let sealed = seal(&key, SubjectId::random(), &stream, Version(1), 0, "contact", &payload(4321)).unwrap();
    let opening = open(&key, &stream, Version(1), 0, &sealed.bytes, &sealed.commitment).unwrap();
    let (mut found, mut by_opening) = (0, Vec::new());
    for n in 0..10_000 {
        let text = payload(n).to_string();
        let plain: [u8; 32] = Sha256::digest(text.as_bytes()).into();
        let without_r = commitment(&[0; 32], text.as_bytes());
        found += usize::from(plain == sealed.commitment || without_r == sealed.commitment);
        by_opening.extend((commitment(&opening.r, text.as_bytes()) == sealed.commitment).then_some(n));
    }
    assert_eq!(found, 0);
    assert_eq!(by_opening, [4321], "who has the opening knows it: what is tried is what is committed to");
    println!("caught: none of them fits without the random value that lies sealed with it");
}
