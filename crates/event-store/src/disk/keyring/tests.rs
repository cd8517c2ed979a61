//! Rings that open again, count before what they replace, and are found damaged where they are.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::ids::SubjectId;
use crate::record::boxes::Class;
use std::fs;

const LOG: Uuid = Uuid::from_u128(7);

fn id(n: u8) -> KeyId {
    KeyId::of(SubjectId([n; 16]), Class::Contact)
}

fn key(n: u8, epoch: u32) -> WrappedKey {
    WrappedKey { subject: id(n).subject, class: id(n).class, epoch, nonce: [n; 24], wrapped: [n; 48] }
}

fn ring(epoch: u32, keys: &[u8]) -> Ring {
    Ring {
        epoch,
        erasures: vec![Uuid::from_u128(9)],
        keys: keys.iter().map(|n| key(*n, epoch)).collect(),
        boxes: Vec::new(),
    }
}

fn open_in(data: &Path) -> Keyring {
    Keyring::open(&Files::real(), data, LOG).unwrap()
}

#[test]
fn a_ring_stands_in_place_of_every_key_of_an_earlier_epoch_once_it_is_turned() {
    let place = tempfile::tempdir().unwrap();
    let keyring = open_in(place.path());
    assert_eq!(keyring.newest(), None);
    assert_eq!(keyring.key(id(1), Some(key(1, 1))).unwrap(), Some(key(1, 1)));
    keyring.put(ring(2, &[1, 2])).unwrap();
    assert_eq!(keyring.key(id(3), Some(key(3, 1))).unwrap(), Some(key(3, 1)), "not turned yet");
    keyring.turn().unwrap();
    for keyring in [&keyring, &open_in(place.path())] {
        assert_eq!(keyring.key(id(1), Some(key(1, 1))).unwrap(), Some(key(1, 2)));
        assert_eq!(keyring.key(id(3), Some(key(3, 1))).unwrap(), None, "left out");
        assert_eq!(keyring.key(id(4), Some(key(4, 2))).unwrap(), Some(key(4, 2)), "it came since");
        assert_eq!(keyring.newest().unwrap().erasures, [Uuid::from_u128(9)]);
    }
    keyring.put(ring(3, &[2])).unwrap();
    keyring.turn().unwrap();
    assert_eq!(keyring.key(id(1), Some(key(1, 1))).unwrap(), None);
    let names: Vec<_> = fs::read_dir(place.path().join(DIR)).unwrap().map(|one| one.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
}

#[test]
fn boxes_that_were_sealed_anew_stay_in_later_rings() {
    let place = tempfile::tempdir().unwrap();
    let keyring = open_in(place.path());
    let boxes = vec![([3; 32], Bytes::from_static(b"three")), ([1; 32], Bytes::from_static(b"one"))];
    keyring.put(Ring { boxes, ..ring(2, &[1]) }).unwrap();
    assert_eq!(keyring.sealed_again(&[3; 32]).unwrap(), None, "not turned yet");
    keyring.turn().unwrap();
    keyring.put(ring(3, &[1])).unwrap();
    keyring.turn().unwrap();
    let further = vec![([5; 32], Bytes::from_static(b"five"))];
    keyring.put(Ring { boxes: further, ..ring(4, &[1]) }).unwrap();
    keyring.turn().unwrap();
    for keyring in [&keyring, &open_in(place.path())] {
        assert_eq!(keyring.sealed_again(&[3; 32]).unwrap().unwrap(), "three");
        assert_eq!(keyring.sealed_again(&[1; 32]).unwrap().unwrap(), "one");
        assert_eq!(keyring.sealed_again(&[5; 32]).unwrap().unwrap(), "five");
        assert_eq!(keyring.sealed_again(&[2; 32]).unwrap(), None);
    }
}

#[test]
fn what_is_not_as_it_was_written_is_damage() {
    let place = tempfile::tempdir().unwrap();
    let keyring = open_in(place.path());
    keyring.put(Ring { boxes: vec![([3; 32], Bytes::from_static(b"three"))], ..ring(2, &[1, 2]) }).unwrap();
    drop(keyring);
    let opened = || Keyring::open(&Files::real(), place.path(), LOG).map(drop);
    opened().unwrap();
    assert!(Keyring::open(&Files::real(), place.path(), Uuid::nil()).is_err(), "of another log");
    let file = place.path().join(DIR).join(RING);
    let whole = fs::read(&file).unwrap();
    for at in 0..whole.len() {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        fs::write(&file, changed).unwrap();
        assert!(opened().is_err(), "byte {at}");
    }
    fs::write(&file, whole).unwrap();
    for name in ["keys-2.run", "boxes-2.run", "boxes-2.bin"] {
        let (from, to) = (place.path().join(DIR).join(name), place.path().join("away"));
        fs::rename(&from, &to).unwrap();
        assert!(opened().is_err(), "{name}");
        fs::rename(&to, &from).unwrap();
    }
    opened().unwrap();
}
