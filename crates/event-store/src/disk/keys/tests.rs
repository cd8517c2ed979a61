//! Key directories that open again, are refused, and never sign two histories.
#![allow(clippy::unwrap_used)]

mod backup;
mod backups;
mod epochs;
mod signed;

use super::files::beside;
use super::receipts::crockford_in_fours;
use super::*;
use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

const ORIGIN: &str = "huiyin.example/test";

/// A directory for what was signed beside that of the keys.
fn signed_of(dir: &Path) -> PathBuf {
    dir.with_extension("signed")
}

fn create(dir: &Path, log_id: u128) -> Result<KeyDirectory, KeyError> {
    KeyDirectory::create(dir, &signed_of(dir), &Files::real(), Uuid::from_u128(log_id), ORIGIN)
}

fn open(dir: &Path) -> Result<KeyDirectory, KeyError> {
    KeyDirectory::open(dir, &signed_of(dir), &Files::real())
}

fn made() -> (tempfile::TempDir, PathBuf, KeyDirectory) {
    let place = tempfile::tempdir().unwrap();
    let dir = place.path().join("log.keys");
    let keys = create(&dir, 7).unwrap();
    (place, dir, keys)
}

/// The same, closed.
fn closed() -> (tempfile::TempDir, PathBuf) {
    let (place, dir, _) = made();
    (place, dir)
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn what_is_made_opens_again_and_is_the_owners_alone() {
    let (_place, dir, keys) = made();
    let issue = Uuid::from_u128(9);
    let (vkey, kek, code) = (keys.vkey(), keys.kek(), keys.receipt_code(issue, None));
    drop(keys);
    let again = open(&dir).unwrap();
    assert_eq!(again.vkey(), vkey);
    assert_eq!(again.kek(), kek);
    assert_eq!(again.kek_of(1), Some(kek));
    assert_eq!(again.kek_of(2), None);
    assert_eq!(again.log_id(), Uuid::from_u128(7));
    assert_eq!(again.last_signed(), None);
    assert_eq!(again.receipt_code(issue, None), code);
    assert_eq!((mode(&signed_of(&dir)), mode(&signed_of(&dir).join("signed"))), (0o700, 0o600));
    assert_eq!(mode(&dir), 0o700);
    for entry in fs::read_dir(&dir).unwrap() {
        assert_eq!(mode(&entry.unwrap().path()), 0o600);
    }
    let refused = create(&dir, 8).unwrap_err();
    assert!(matches!(refused, KeyError::AlreadyThere(_)), "{refused}");
}

#[test]
fn a_half_made_directory_is_made_again_and_an_empty_one_is_filled() {
    let place = tempfile::tempdir().unwrap();
    let dir = place.path().join("keys");
    fs::create_dir(&dir).unwrap();
    fs::create_dir(beside(&dir)).unwrap();
    fs::write(beside(&dir).join("signing.key"), "half").unwrap();
    create(&dir, 0).unwrap();
    assert!(!beside(&dir).exists());
    let (to, signed) = (place.path().join("b"), place.path().join("s"));
    let bad = KeyDirectory::create(&to, &signed, &Files::real(), Uuid::nil(), "a b").unwrap_err();
    assert!(matches!(bad, KeyError::Origin(_)));
    assert!(!place.path().join("b").exists());
}

#[test]
fn every_missing_file_is_named_and_never_made_anew() {
    let files = ["log", "signing.key", "receipt.key", "fingerprint.key", "kek-1.key"];
    for name in files {
        let (_place, dir) = closed();
        fs::remove_file(dir.join(name)).unwrap();
        let refused = open(&dir).unwrap_err();
        assert!(matches!(&refused, KeyError::Missing(file) if file.ends_with(name)));
        assert!(refused.to_string().contains("never made anew"));
        assert!(!dir.join(name).exists());
    }
    let (_place, dir) = closed();
    assert_eq!(fs::read_dir(&dir).unwrap().count(), files.len());
    fs::remove_dir_all(&dir).unwrap();
    assert!(matches!(open(&dir), Err(KeyError::Missing(_))));
}

#[test]
fn every_changed_byte_of_a_key_is_noticed() {
    let (_place, dir) = closed();
    for name in ["log", "signing.key", "receipt.key", "fingerprint.key", "kek-1.key"] {
        let file = dir.join(name);
        let whole = fs::read(&file).unwrap();
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            fs::write(&file, &changed).unwrap();
            assert!(open(&dir).is_err(), "{name} byte {at}");
        }
        fs::write(&file, &whole[..whole.len() - 1]).unwrap();
        assert!(open(&dir).is_err(), "{name} cut");
        fs::write(&file, whole).unwrap();
    }
    open(&dir).unwrap();
}

#[test]
fn another_logs_key_and_an_open_file_are_refused() {
    let (_place, dir) = closed();
    let other = tempfile::tempdir().unwrap();
    let other_dir = other.path().join("keys");
    create(&other_dir, 8).unwrap();
    let whole = fs::read(dir.join("receipt.key")).unwrap();
    fs::copy(other_dir.join("receipt.key"), dir.join("receipt.key")).unwrap();
    let refused = open(&dir).unwrap_err();
    assert!(matches!(&refused, KeyError::OtherLog(file) if file.ends_with("receipt.key")));
    fs::write(dir.join("receipt.key"), whole).unwrap();

    let signed = signed_of(&dir);
    for path in [dir.clone(), dir.join("receipt.key"), signed.clone(), signed.join("signed")] {
        let mode_before = mode(&path);
        fs::set_permissions(&path, fs::Permissions::from_mode(mode_before | 0o040)).unwrap();
        let refused = open(&dir).unwrap_err();
        assert!(matches!(refused, KeyError::TooOpen { .. }), "{refused}");
        fs::set_permissions(&path, fs::Permissions::from_mode(mode_before)).unwrap();
    }
    open(&dir).unwrap();
}

#[test]
fn keys_and_data_lie_apart() {
    let place = tempfile::tempdir().unwrap();
    let at = |name: &str| place.path().join(name);
    fs::create_dir_all(at("data")).unwrap();
    std::os::unix::fs::symlink(at("data"), at("link")).unwrap();
    let apart = |names: [&str; 3]| {
        let paths = names.map(at);
        KeyDirectory::apart(&paths.each_ref().map(PathBuf::as_path))
    };
    apart(["data.keys", "data", "data.signed"]).unwrap();
    for inside in ["data", "data/keys", "link/keys", "data/deep/er"] {
        for names in [[inside, "data", "signed"], ["keys", "data", inside]] {
            assert!(matches!(apart(names), Err(KeyError::Inside { .. })), "{names:?}");
        }
    }
    assert!(matches!(apart(["keys", "keys/data", "signed"]), Err(KeyError::Inside { .. })));
    assert!(matches!(apart(["keys", "data", "keys/signed"]), Err(KeyError::Inside { .. })));
}

#[test]
fn every_refusal_is_told_in_both_languages() {
    let file = PathBuf::from("/srv/keys/log");
    let all = [
        KeyError::Missing(file.clone()),
        KeyError::Damaged { file: file.clone(), why: Flaw::Digest },
        KeyError::SignedDamaged(file.clone()),
        KeyError::OtherLog(file.clone()),
        KeyError::TooOpen { file: file.clone(), mode: 0o644 },
        KeyError::NotOurs { file: file.clone(), owner: 7 },
        KeyError::ParentOpen { dir: file.clone(), mode: 0o777 },
        KeyError::InUse(file.clone()),
        KeyError::AlreadyThere(file.clone()),
        KeyError::Io { file: file.clone(), source: io::Error::from_raw_os_error(13) },
    ];
    for error in all {
        let Message { zh, en } = error.message();
        assert!(zh.contains("/srv/keys/log") && en.contains("/srv/keys/log"), "{en}");
        assert!(zh.contains('请') && en.trim_end_matches("/srv/keys/log").contains(['.', ':']), "{zh} {en}");
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
    assert_ne!(keys.receipt_code(Uuid::from_u128(1), None), keys.receipt_code(Uuid::from_u128(2), None));
}

#[test]
fn a_code_is_found_however_it_is_typed_and_another_is_another() {
    let keys = KeyDirectory::ephemeral(Uuid::from_u128(7), "example.org/log");
    let issue = Uuid::from_u128(1);
    let code = keys.receipt_code(issue, None);
    let found = keys.receipt_lookup(&code);
    for typed in [code.to_lowercase(), code.replace('-', ""), code.replace('0', "o").replace('1', "l")] {
        assert_eq!(keys.receipt_lookup(&typed), found, "{typed}");
    }
    let anew = keys.receipt_code(issue, Some(4));
    assert_ne!(anew, code);
    assert_ne!(keys.receipt_code(issue, Some(5)), anew);
    for other in [&anew, "", "0000", &code[1..], &format!("{code}0"), "0000-0000-0000-000U"] {
        assert_ne!(keys.receipt_lookup(other), found, "{other}");
    }
    let others = KeyDirectory::ephemeral(Uuid::from_u128(7), "example.org/log");
    assert_ne!(others.receipt_lookup(&code), found);
}

#[test]
fn somebody_is_looked_up_by_what_only_the_key_directory_can_tell() {
    let keys = KeyDirectory::ephemeral(Uuid::from_u128(7), "example.org/log");
    let found = keys.person_lookup("contact", "13800138000");
    assert_eq!(keys.person_lookup("contact", "13800138000"), found);
    assert_ne!(keys.person_lookup("contact", "13800138001"), found);
    assert_ne!(keys.person_lookup("identity", "13800138000"), found);
    let others = KeyDirectory::ephemeral(Uuid::from_u128(7), "example.org/log");
    assert_ne!(others.person_lookup("contact", "13800138000"), found);
}
