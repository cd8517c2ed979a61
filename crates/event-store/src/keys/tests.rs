//! Key directories that open again, are refused, and never sign two histories.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::tree::{Edge, leaf_hash, node_hash};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

const ORIGIN: &str = "huiyin.example/test";

fn made() -> (tempfile::TempDir, PathBuf, KeyDirectory) {
    let place = tempfile::tempdir().unwrap();
    let dir = place.path().join("log.keys");
    let keys = KeyDirectory::create(&dir, Uuid::from_u128(7), ORIGIN).unwrap();
    (place, dir, keys)
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn what_is_made_opens_again_and_is_the_owners_alone() {
    let (_place, dir, keys) = made();
    let again = KeyDirectory::open(&dir).unwrap();
    assert_eq!(again.vkey(), keys.vkey());
    assert_eq!(again.kek(), keys.kek());
    assert_eq!(again.kek_of(1), Some(keys.kek()));
    assert_eq!(again.kek_of(2), None);
    assert_eq!(again.log_id(), Uuid::from_u128(7));
    assert_eq!(again.last_signed(), None);
    let issue = Uuid::from_u128(9);
    assert_eq!(again.receipt_code(issue), keys.receipt_code(issue));
    assert_eq!(mode(&dir), 0o700);
    for entry in fs::read_dir(&dir).unwrap() {
        assert_eq!(mode(&entry.unwrap().path()), 0o600);
    }
    let refused = KeyDirectory::create(&dir, Uuid::from_u128(8), ORIGIN).unwrap_err();
    assert!(matches!(refused, KeyError::AlreadyThere(_)), "{refused}");
}

#[test]
fn a_half_made_directory_is_made_again_and_an_empty_one_is_filled() {
    let place = tempfile::tempdir().unwrap();
    let dir = place.path().join("keys");
    fs::create_dir(&dir).unwrap();
    fs::create_dir(beside(&dir)).unwrap();
    fs::write(beside(&dir).join("signing.key"), "half").unwrap();
    KeyDirectory::create(&dir, Uuid::nil(), ORIGIN).unwrap();
    assert!(!beside(&dir).exists());
    let bad = KeyDirectory::create(&place.path().join("b"), Uuid::nil(), "a b").unwrap_err();
    assert!(matches!(bad, KeyError::Origin(_)));
    assert!(!place.path().join("b").exists());
}

#[test]
fn every_missing_file_is_named_and_never_made_anew() {
    let files = ["log", "signed", "signing.key", "receipt.key", "fingerprint.key", "kek-1.key"];
    for name in files {
        let (_place, dir, _) = made();
        fs::remove_file(dir.join(name)).unwrap();
        let refused = KeyDirectory::open(&dir).unwrap_err();
        assert!(matches!(&refused, KeyError::Missing(file) if file.ends_with(name)));
        assert!(refused.to_string().contains("never made anew"));
        assert!(!dir.join(name).exists());
    }
    let (_place, dir, _) = made();
    assert_eq!(fs::read_dir(&dir).unwrap().count(), files.len());
    fs::remove_dir_all(&dir).unwrap();
    assert!(matches!(KeyDirectory::open(&dir), Err(KeyError::Missing(_))));
}

#[test]
fn every_changed_byte_of_a_key_is_noticed() {
    let (_place, dir, _) = made();
    for name in ["log", "signing.key", "receipt.key", "fingerprint.key", "kek-1.key"] {
        let file = dir.join(name);
        let whole = fs::read(&file).unwrap();
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            fs::write(&file, &changed).unwrap();
            assert!(KeyDirectory::open(&dir).is_err(), "{name} byte {at}");
        }
        fs::write(&file, &whole[..whole.len() - 1]).unwrap();
        assert!(KeyDirectory::open(&dir).is_err(), "{name} cut");
        fs::write(&file, whole).unwrap();
    }
    KeyDirectory::open(&dir).unwrap();
}

#[test]
fn another_logs_key_and_an_open_file_are_refused() {
    let (_place, dir, _) = made();
    let other = tempfile::tempdir().unwrap();
    let other_dir = other.path().join("keys");
    KeyDirectory::create(&other_dir, Uuid::from_u128(8), ORIGIN).unwrap();
    let whole = fs::read(dir.join("receipt.key")).unwrap();
    fs::copy(other_dir.join("receipt.key"), dir.join("receipt.key")).unwrap();
    let refused = KeyDirectory::open(&dir).unwrap_err();
    assert!(matches!(&refused, KeyError::OtherLog(file) if file.ends_with("receipt.key")));
    fs::write(dir.join("receipt.key"), whole).unwrap();

    for path in [dir.clone(), dir.join("receipt.key"), dir.join("signed")] {
        let mode_before = mode(&path);
        fs::set_permissions(&path, fs::Permissions::from_mode(mode_before | 0o040)).unwrap();
        let refused = KeyDirectory::open(&dir).unwrap_err();
        assert!(matches!(refused, KeyError::TooOpen { .. }), "{refused}");
        fs::set_permissions(&path, fs::Permissions::from_mode(mode_before)).unwrap();
    }
    KeyDirectory::open(&dir).unwrap();
}

#[test]
fn keys_and_data_lie_apart() {
    let place = tempfile::tempdir().unwrap();
    let at = |name: &str| place.path().join(name);
    fs::create_dir_all(at("data")).unwrap();
    std::os::unix::fs::symlink(at("data"), at("link")).unwrap();
    KeyDirectory::apart(&at("data.keys"), &at("data")).unwrap();
    for keys in ["data", "data/keys", "link/keys", "data/deep/er"] {
        let refused = KeyDirectory::apart(&at(keys), &at("data"));
        assert!(matches!(refused, Err(KeyError::Inside { .. })), "{keys}");
    }
    let refused = KeyDirectory::apart(&at("keys"), &at("keys/data"));
    assert!(matches!(refused, Err(KeyError::Inside { .. })));
}

/// A log's roots by size, and consistency proofs between sizes that need no tiles.
fn grown(names: &[&str]) -> Vec<Edge> {
    let mut edge = Edge::new();
    let mut edges = vec![edge.clone()];
    for name in names {
        edge.push(leaf_hash(name.as_bytes()));
        edges.push(edge.clone());
    }
    edges
}

#[test]
fn only_an_extension_is_signed_also_after_a_restart() {
    let (_place, dir, keys) = made();
    let log = grown(&["a", "b", "c", "d"]);
    let hash = |name: &str| leaf_hash(name.as_bytes());
    keys.sign(0, empty_root(), &[]).unwrap();
    assert!(matches!(keys.sign(0, [1; 32], &[]), Err(SignError::Fork { .. })));
    let first = keys.sign(2, log[2].root(), &[]).unwrap();
    assert_eq!(checkpoint::verify(&first, &keys.vkey()), Ok((2, log[2].root())));
    assert_eq!(keys.last_signed(), Some((2, log[2].root())));
    // The same again is no new statement.
    assert_eq!(keys.sign(2, log[2].root(), &[]).unwrap(), first);
    drop(keys);

    let keys = KeyDirectory::open(&dir).unwrap();
    assert_eq!(keys.last_signed(), Some((2, log[2].root())));
    assert!(matches!(keys.sign(1, log[1].root(), &[]), Err(SignError::Behind { size: 1, signed: 2 })));
    assert!(matches!(keys.sign(2, node_hash(&hash("a"), &hash("x")), &[]), Err(SignError::Fork { .. })));
    let forked = grown(&["a", "x", "c", "d"]);
    let proof = [node_hash(&hash("c"), &hash("d"))];
    assert!(matches!(keys.sign(4, forked[4].root(), &proof), Err(SignError::Fork { .. })));
    assert!(matches!(keys.sign(4, log[4].root(), &[]), Err(SignError::Fork { .. })));
    assert_eq!(keys.last_signed(), Some((2, log[2].root())));
    keys.sign(4, log[4].root(), &proof).unwrap();
    drop(keys);
    assert_eq!(KeyDirectory::open(&dir).unwrap().last_signed(), Some((4, log[4].root())));
}

#[test]
fn two_handles_of_one_directory_agree_on_what_was_signed() {
    let (_place, dir, one) = made();
    let two = KeyDirectory::open(&dir).unwrap();
    let log = grown(&["a", "b"]);
    one.sign(2, log[2].root(), &[]).unwrap();
    assert!(matches!(two.sign(1, log[1].root(), &[]), Err(SignError::Behind { .. })));
    two.sign(2, log[2].root(), &[]).unwrap();
}

#[test]
fn a_torn_record_leaves_the_one_before_and_two_torn_ones_are_a_refusal() {
    let (_place, dir, keys) = made();
    let log = grown(&["a", "b"]);
    keys.sign(1, log[1].root(), &[]).unwrap();
    let proof = [leaf_hash(b"b")];
    keys.sign(2, log[2].root(), &proof).unwrap();
    drop(keys);
    let file = dir.join(SIGNED_FILE);
    let whole = fs::read(&file).unwrap();
    // The second signature went into the first slot again.
    for at in 0..60 {
        let mut torn = whole.clone();
        torn[at] ^= 0x10;
        fs::write(&file, &torn).unwrap();
        let keys = KeyDirectory::open(&dir).unwrap();
        assert_eq!(keys.last_signed(), Some((1, log[1].root())), "byte {at}");
        torn[4096 + at] ^= 0x10;
        fs::write(&file, &torn).unwrap();
        let refused = KeyDirectory::open(&dir).unwrap_err();
        assert!(matches!(refused, KeyError::Damaged { .. }));
        assert!(keys.sign(2, log[2].root(), &proof).is_err());
    }
}

#[test]
fn codes_and_fingerprints_tell_things_apart() {
    assert_eq!(crockford_in_fours(&[0; 10]), "0000-0000-0000-0000");
    assert_eq!(crockford_in_fours(&[255; 10]), "ZZZZ-ZZZZ-ZZZZ-ZZZZ");
    // 00000 00001 00010 00011 00100 00101 00110 00111 | 01000 …
    assert_eq!(
        crockford_in_fours(&[0x00, 0x44, 0x32, 0x14, 0xc7, 0x42, 0x54, 0xb6, 0x35, 0xcf]),
        "0123-4567-89AB-CDEF"
    );
    let keys = KeyDirectory::ephemeral(Uuid::nil(), ORIGIN);
    let digest = keys.fingerprint("POST", "/v1/a", "b", b"c");
    assert_eq!(digest, keys.fingerprint("POST", "/v1/a", "b", b"c"));
    assert_ne!(digest, keys.fingerprint("POST", "/v1/ab", "", b"c"));
    assert_ne!(digest, keys.fingerprint("POST", "/v1/a", "bc", b""));
    let others = KeyDirectory::ephemeral(Uuid::nil(), ORIGIN);
    assert_ne!(digest, others.fingerprint("POST", "/v1/a", "b", b"c"));
    assert_ne!(keys.receipt_code(Uuid::from_u128(1)), keys.receipt_code(Uuid::from_u128(2)));
}
