//! Keys come back from a backup as they were, by their passphrase alone, and never one that an erasure destroys.

use super::{closed, made, mode, open, signed_of};
use crate::disk::files::Files;
use crate::disk::keys::{BackupError, BackupOf, KeyDirectory, KeyError, back_up, backup_of, restore};
use crate::record::tree::empty_root;
use std::fs;
use uuid::Uuid;

const PASSPHRASE: &str = "江桥 镇 人大 café 二〇二六";

#[test]
fn keys_come_back_as_they_were_while_a_server_has_them_open() {
    let (place, _dir, keys) = made();
    let file = place.path().join("keys.backup");
    let dir = keys.directory().unwrap().to_owned();
    let of = BackupOf { log_id: Uuid::from_u128(7), epoch: 1 };
    assert_eq!(back_up(&dir, &file, PASSPHRASE).unwrap(), of);
    assert_eq!((backup_of(&file).unwrap(), mode(&file)), (of, 0o600));
    let text = fs::read_to_string(&file).unwrap();
    for entry in fs::read_dir(&dir).unwrap() {
        let key = fs::read_to_string(entry.unwrap().path()).unwrap();
        assert!(key.lines().nth(3).is_some_and(|secret| !text.contains(secret)), "{key}");
    }
    let (vkey, kek, code) = (keys.vkey(), keys.kek(), keys.receipt_code(Uuid::from_u128(9), None));
    let elsewhere = place.path().join("restored.keys");
    // As another keyboard gives it: the accent apart from its letter.
    let typed = PASSPHRASE.replace('é', "e\u{301}");
    assert_eq!(restore(&file, &elsewhere, &typed).unwrap(), of);
    let mut again = KeyDirectory::open_keys(&elsewhere).unwrap();
    assert!(again.signed_is_lost(), "what was signed last is not in it");
    again.remember_signed(&signed_of(&elsewhere), &Files::real(), 0, empty_root()).unwrap();
    assert_eq!((again.vkey(), again.kek()), (vkey, kek));
    assert_eq!(again.receipt_code(Uuid::from_u128(9), None), code);
    assert_eq!((mode(&elsewhere), mode(&elsewhere.join("signing.key"))), (0o700, 0o600));
}

#[test]
fn another_passphrase_or_a_changed_file_opens_nothing_and_leaves_nothing() {
    let (place, dir) = closed();
    let file = place.path().join("keys.backup");
    back_up(&dir, &file, PASSPHRASE).unwrap();
    let to = place.path().join("restored.keys");
    let wrong = restore(&file, &to, "江桥镇人大café二〇二六").unwrap_err();
    assert!(matches!(wrong, BackupError::Sealed(_)), "{wrong}");
    let text = fs::read_to_string(&file).unwrap();
    let other = place.path().join("changed");
    for (line, what) in [(2, "2"), (3, "argon2id 65536 3 5"), (6, "AAAA")] {
        let lines: Vec<_> = text.lines().enumerate().map(|(n, is)| if n == line { what } else { is }).collect();
        fs::write(&other, lines.join("\n") + "\n").unwrap();
        let refused = restore(&other, &to, PASSPHRASE).unwrap_err();
        assert!(matches!(refused, BackupError::Sealed(_)), "{line}: {refused}");
    }
    for (line, what) in [(0, "huiyin key backup 2"), (3, "argon2id 9999999 3 4"), (4, "AAAA")] {
        let lines: Vec<_> = text.lines().enumerate().map(|(n, is)| if n == line { what } else { is }).collect();
        fs::write(&other, lines.join("\n") + "\n").unwrap();
        let refused = restore(&other, &to, PASSPHRASE).unwrap_err();
        assert!(matches!(refused, BackupError::NotABackup(_)), "{line}: {refused}");
    }
    assert!(matches!(restore(&file, &to, "").unwrap_err(), BackupError::Passphrase));
    assert!(!to.exists());
}

#[test]
fn nothing_is_written_over() {
    let (place, dir) = closed();
    let file = place.path().join("keys.backup");
    back_up(&dir, &file, PASSPHRASE).unwrap();
    let there = |error: BackupError| matches!(error, BackupError::Keys(KeyError::AlreadyThere(_)));
    assert!(there(back_up(&dir, &file, PASSPHRASE).unwrap_err()));
    assert!(there(restore(&file, &dir, PASSPHRASE).unwrap_err()));
    open(&dir).unwrap();
}

#[test]
fn a_backup_holds_the_newest_epoch_and_none_that_is_about_to_end() {
    let (place, dir, keys) = made();
    keys.begin_epoch().unwrap();
    let refused = back_up(&dir, &place.path().join("between"), PASSPHRASE).unwrap_err();
    assert!(matches!(refused, BackupError::Erasing(_)), "{refused}");
    assert!(!place.path().join("between").exists());
    keys.destroy_before_newest().unwrap();
    let file = place.path().join("keys.backup");
    assert_eq!(back_up(&dir, &file, PASSPHRASE).unwrap().epoch, 2);
    let to = place.path().join("restored.keys");
    restore(&file, &to, PASSPHRASE).unwrap();
    assert_eq!(KeyDirectory::open_keys(&to).unwrap().epochs(), [2]);
}
