//! What was signed last: only an extension is signed, and the memory of it is mended, refused or made anew.

use super::*;
use crate::record::tree::{Edge, leaf_hash, node_hash};

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
    keys.sign(0, 0, empty_root(), &[]).unwrap();
    assert!(matches!(keys.sign(0, 0, [1; 32], &[]), Err(SignError::Fork { .. })));
    let first = keys.sign(0, 2, log[2].root(), &[]).unwrap();
    assert_eq!(checkpoint::verify(&first, &keys.vkey()), Ok((2, log[2].root())));
    assert_eq!(keys.last_signed(), Some((2, log[2].root())));
    // The same again is no new statement.
    assert_eq!(keys.sign(2, 2, log[2].root(), &[]).unwrap(), first);
    drop(keys);

    let keys = open(&dir).unwrap();
    assert_eq!(keys.last_signed(), Some((2, log[2].root())));
    assert!(matches!(keys.sign(2, 1, log[1].root(), &[]), Err(SignError::Behind { size: 1, signed: 2 })));
    assert!(matches!(keys.sign(2, 2, node_hash(&hash("a"), &hash("x")), &[]), Err(SignError::Fork { .. })));
    let forked = grown(&["a", "x", "c", "d"]);
    let proof = [node_hash(&hash("c"), &hash("d"))];
    assert!(matches!(keys.sign(2, 4, forked[4].root(), &proof), Err(SignError::Fork { .. })));
    assert!(matches!(keys.sign(2, 4, log[4].root(), &[]), Err(SignError::Fork { .. })));
    // A proof from elsewhere is no proof of a fork.
    assert!(matches!(keys.sign(1, 4, log[4].root(), &[]), Err(SignError::OtherStart { from: 1, signed: 2 })));
    assert_eq!(keys.last_signed(), Some((2, log[2].root())));
    keys.sign(2, 4, log[4].root(), &proof).unwrap();
    drop(keys);
    assert_eq!(open(&dir).unwrap().last_signed(), Some((4, log[4].root())));
}

#[test]
fn one_key_directory_has_one_owner_also_with_two_memories() {
    let (_place, dir, one) = made();
    let refused = open(&dir).unwrap_err();
    assert!(matches!(&refused, KeyError::InUse(path) if *path == dir), "{refused}");
    let elsewhere = dir.with_extension("elsewhere");
    let refused = KeyDirectory::open(&dir, &elsewhere, &Files::real()).unwrap_err();
    assert!(matches!(refused, KeyError::InUse(_)), "{refused}");
    // And one memory has one owner, also with a copy of the keys.
    let copied = dir.with_extension("copied");
    fs::create_dir(&copied).unwrap();
    fs::set_permissions(&copied, fs::Permissions::from_mode(0o700)).unwrap();
    for entry in fs::read_dir(&dir).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, copied.join(path.file_name().unwrap())).unwrap();
    }
    let refused = KeyDirectory::open(&copied, &signed_of(&dir), &Files::real()).unwrap_err();
    assert!(matches!(&refused, KeyError::InUse(path) if path.starts_with(signed_of(&dir))), "{refused}");
    drop(one);
    open(&dir).unwrap();
}

/// A memory of two signatures in its two slots, and its file.
fn twice_signed() -> (tempfile::TempDir, PathBuf, PathBuf, Vec<Edge>) {
    let (place, dir, keys) = made();
    let log = grown(&["a", "b"]);
    keys.sign(0, 1, log[1].root(), &[]).unwrap();
    keys.sign(1, 2, log[2].root(), &[leaf_hash(b"b")]).unwrap();
    let file = signed_of(&dir).join("signed");
    (place, dir, file, log)
}

#[test]
fn a_torn_record_leaves_the_one_before_and_two_torn_ones_are_a_refusal() {
    let (_place, dir, file, log) = twice_signed();
    let whole = fs::read(&file).unwrap();
    // The second signature went into the first slot again.
    for at in 0..76 {
        let mut torn = whole.clone();
        torn[at] ^= 0x10;
        fs::write(&file, &torn).unwrap();
        let mut keys = open(&dir).unwrap();
        assert_eq!(keys.last_signed(), Some((1, log[1].root())), "byte {at}");
        let told = keys.take_notes();
        assert_eq!(told.len(), 1, "byte {at}: {told:?}");
        assert!(told[0].en.contains("first 1 leaves") && told[0].zh.contains("前 1 条"), "{told:?}");
        drop(keys);
        assert!(open(&dir).unwrap().take_notes().is_empty(), "byte {at}: it was written anew");
        torn[4096 + at] ^= 0x10;
        fs::write(&file, &torn).unwrap();
        let refused = open(&dir).unwrap_err();
        assert!(matches!(refused, KeyError::SignedDamaged(_)), "{refused}");
        assert!(refused.message().zh.contains("--newest-checkpoint"));
    }
}

/// Whatever was signed, a memory that nothing befell says nothing; and either of its records may be the damaged one.
#[test]
fn a_damaged_record_is_told_whichever_it_is_and_a_whole_memory_says_nothing() {
    let (_place, dir) = closed();
    let file = signed_of(&dir).join("signed");
    let log = grown(&["a", "b", "c"]);
    let steps = [None, Some(vec![]), Some(vec![leaf_hash(b"b")]), Some(vec![leaf_hash(b"c")])];
    for ((size, proof), grown) in (0u64..).zip(steps).zip(&log) {
        let mut keys = open(&dir).unwrap();
        assert_eq!(keys.take_notes(), [], "{size}");
        if let Some(proof) = proof {
            keys.sign(size - 1, size, grown.root(), &proof).unwrap();
        }
        drop(keys);
        let whole = fs::read(&file).unwrap();
        for at in [9, 30, 4096 + 9, 4096 + 30] {
            let mut spoilt = whole.clone();
            spoilt[at] ^= 0x04;
            fs::write(&file, &spoilt).unwrap();
            if size == 0 && at < 4096 {
                assert!(matches!(open(&dir), Err(KeyError::SignedDamaged(_))), "{size} {at}");
                continue;
            }
            let told = open(&dir).unwrap().take_notes();
            assert_eq!(told.len(), 1, "{size} {at}: {told:?}");
            assert_eq!(open(&dir).unwrap().take_notes(), [], "{size} {at}");
        }
        fs::write(&file, &whole).unwrap();
    }
}

#[test]
fn a_memory_that_was_cut_short_is_mended_or_refused() {
    let (_place, dir, file, log) = twice_signed();
    let whole = fs::read(&file).unwrap();
    for length in [0, 1, 59, 75, 76, 1000, 4095, 4096, 4155, 4171, 4172, 8191] {
        fs::write(&file, &whole[..length]).unwrap();
        if length < 76 {
            assert!(matches!(open(&dir), Err(KeyError::SignedDamaged(_))), "{length}");
            continue;
        }
        let mut keys = open(&dir).unwrap();
        assert_eq!(keys.take_notes().len(), 1, "{length}");
        assert_eq!(fs::metadata(&file).unwrap().len(), 8192);
        keys.sign(2, 2, log[2].root(), &[]).unwrap();
        drop(keys);
        assert!(open(&dir).unwrap().take_notes().is_empty());
    }
}

#[test]
fn a_failed_sync_or_write_is_made_good_by_the_next_call_and_is_no_fork() {
    for op in [crate::disk::files::Op::Write, crate::disk::files::Op::Sync] {
        let (_place, dir) = closed();
        let faults = crate::disk::faults::Faults::new();
        let keys = KeyDirectory::open(&dir, &signed_of(&dir), &Files::faulty(&faults)).unwrap();
        let log = grown(&["a", "b", "c"]);
        keys.sign(0, 1, log[1].root(), &[]).unwrap();
        faults.fail(op, 1, 5);
        let proof = [leaf_hash(b"b")];
        assert!(matches!(keys.sign(1, 2, log[2].root(), &proof), Err(SignError::Io(_))), "{op:?}");
        // What may be on the medium is what the next proof starts from.
        assert_eq!(keys.last_signed(), Some((2, log[2].root())));
        // Also where nothing new is signed it is written and synced again before the signature goes.
        let (writes, syncs) = (faults.count(crate::disk::files::Op::Write), faults.count(crate::disk::files::Op::Sync));
        keys.sign(2, 2, log[2].root(), &[]).unwrap();
        assert_eq!(faults.count(crate::disk::files::Op::Write), writes + 1, "{op:?}");
        assert_eq!(faults.count(crate::disk::files::Op::Sync), syncs + 1, "{op:?}");
        keys.sign(2, 3, log[3].root(), &[leaf_hash(b"c")]).unwrap();
        drop(keys);
        assert_eq!(open(&dir).unwrap().last_signed(), Some((3, log[3].root())));
    }
}

#[test]
fn what_a_process_before_left_unsynced_is_synced_before_a_signature_goes() {
    let (_place, dir, _file, log) = twice_signed();
    let faults = crate::disk::faults::Faults::new();
    let keys = KeyDirectory::open(&dir, &signed_of(&dir), &Files::faulty(&faults)).unwrap();
    faults.fail(crate::disk::files::Op::Sync, 1, 5);
    assert!(matches!(keys.sign(2, 2, log[2].root(), &[]), Err(SignError::Io(_))));
    keys.sign(2, 2, log[2].root(), &[]).unwrap();
}

#[test]
fn a_memory_that_is_deleted_or_cut_while_in_use_is_told_or_mended() {
    let (_place, dir, file, log) = twice_signed();
    let keys = open(&dir).unwrap();
    fs::File::options().write(true).open(&file).unwrap().set_len(20).unwrap();
    keys.sign(2, 2, log[2].root(), &[]).unwrap();
    assert_eq!(fs::metadata(&file).unwrap().len(), 8192);
    fs::remove_file(&file).unwrap();
    let told = keys.sign(2, 2, log[2].root(), &[]).unwrap_err();
    assert!(told.to_string().contains("deleted"), "{told}");
    drop(keys);
    let keys = open(&dir).unwrap();
    assert!(keys.signed_is_lost());
    assert!(matches!(keys.sign(0, 2, log[2].root(), &[]), Err(SignError::Io(_))));
}

/// As version 0.1.0 kept it before it was released: in the key directory, without the log's id.
fn put_among_the_keys(dir: &Path, count: u64, size: u64, root: Hash) {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut bytes = b"huiyins1".to_vec();
    bytes.extend(count.to_be_bytes());
    bytes.extend(size.to_be_bytes());
    bytes.extend(root);
    bytes.extend(crc32c::crc32c(&bytes).to_be_bytes());
    let mut file = vec![0; 8192];
    file[..60].copy_from_slice(&bytes);
    let mut open = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(dir.join("signed")).unwrap();
    std::io::Write::write_all(&mut open, &file).unwrap();
}

#[test]
fn what_lies_among_the_keys_is_moved_once() {
    let (_place, dir) = closed();
    let log = grown(&["a", "b", "c"]);
    fs::remove_dir_all(signed_of(&dir)).unwrap();
    put_among_the_keys(&dir, 4, 2, log[2].root());
    let mut keys = open(&dir).unwrap();
    assert_eq!(keys.last_signed(), Some((2, log[2].root())));
    assert!(keys.take_notes()[0].en.contains("was moved"));
    assert!(!dir.join("signed").exists() && signed_of(&dir).join("signed").exists());
    keys.sign(2, 3, log[3].root(), &[leaf_hash(b"c")]).unwrap();
    drop(keys);
    // An older one, put back with a backup of the keys, changes nothing; a newer one counts.
    put_among_the_keys(&dir, 4, 2, log[2].root());
    assert_eq!(open(&dir).unwrap().last_signed(), Some((3, log[3].root())));
    put_among_the_keys(&dir, 4, 9, [7; 32]);
    assert_eq!(open(&dir).unwrap().last_signed(), Some((9, [7; 32])));
    assert!(!dir.join("signed").exists());
}

#[test]
fn a_memory_of_another_log_is_refused_and_a_lost_one_is_made_anew_when_told() {
    let (_place, dir) = closed();
    let other = tempfile::tempdir().unwrap();
    let other_dir = other.path().join("log.keys");
    create(&other_dir, 8).unwrap();
    let refused = KeyDirectory::open(&dir, &signed_of(&other_dir), &Files::real()).unwrap_err();
    assert!(matches!(refused, KeyError::OtherLog(_)), "{refused}");

    fs::remove_dir_all(signed_of(&dir)).unwrap();
    let mut keys = open(&dir).unwrap();
    assert!(keys.signed_is_lost() && keys.last_signed().is_none());
    keys.remember_signed(&signed_of(&dir), &Files::real(), 5, [5; 32]).unwrap();
    keys.remember_signed(&signed_of(&dir), &Files::real(), 3, [3; 32]).unwrap();
    assert_eq!(keys.last_signed(), Some((5, [5; 32])));
    keys.remember_signed(&signed_of(&dir), &Files::real(), 6, [6; 32]).unwrap();
    drop(keys);
    assert_eq!(open(&dir).unwrap().last_signed(), Some((6, [6; 32])));
}
