//! Two backups, each for thirty days at most, and always one of the epoch in force.

use super::{made, mode};
use crate::disk::keys::{BackupBounds, BackupError, KeyDirectory, Renewed, kept_backups, renew_backups, restore};
use chrono::{DateTime, TimeDelta, Utc};
use std::fs;
use std::path::{Path, PathBuf};

const PASSPHRASE: &str = "twelve and more";
const BOUNDS: BackupBounds =
    BackupBounds { kept_max: 2, age_max: TimeDelta::days(30), renewed_after: TimeDelta::days(15) };

fn day(day: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000 + day * 86_400, 0).unwrap()
}

fn place() -> (tempfile::TempDir, KeyDirectory, PathBuf) {
    let (place, _, keys) = made();
    let dir = place.path().join("backups");
    fs::create_dir(&dir).unwrap();
    (place, keys, dir)
}

fn renew(keys: &KeyDirectory, dir: &Path, on: i64) -> Renewed {
    renew_backups(keys, dir, PASSPHRASE, day(on), &BOUNDS).unwrap()
}

fn files(dir: &Path) -> usize {
    fs::read_dir(dir).unwrap().count()
}

fn erase(keys: &KeyDirectory) {
    keys.begin_epoch().unwrap();
    keys.destroy_before_newest().unwrap();
    keys.forget_before_newest();
}

#[test]
fn one_is_made_where_there_is_none_and_not_again_until_it_is_old() {
    let (place, keys, dir) = place();
    let first = renew(&keys, &dir, 0);
    assert!(first.is_new && first.newest.of.epoch == 1 && mode(&first.newest.file) == 0o600);
    assert_eq!((renew(&keys, &dir, 14).is_new, files(&dir)), (false, 1));
    assert_eq!((renew(&keys, &dir, 15).is_new, files(&dir)), (true, 2));
    let third = renew(&keys, &dir, 30);
    assert_eq!((third.is_new, third.destroyed, files(&dir)), (true, 1, 2));
    assert!(!first.newest.file.exists());
    let to = place.path().join("restored.keys");
    restore(&third.newest.file, &to, PASSPHRASE).unwrap();
    assert_eq!(KeyDirectory::open_keys(&to).unwrap().kek(), keys.kek());
}

#[test]
fn an_epoch_that_ended_is_kept_for_thirty_days_more_at_most() {
    let (_place, keys, dir) = place();
    let before = renew(&keys, &dir, 0).newest;
    erase(&keys);
    let renewed = renew(&keys, &dir, 1);
    assert_eq!((renewed.is_new, renewed.newest.of.epoch, renewed.destroyed), (true, 2, 0));
    assert!(before.file.exists());
    // Two erasures of one day leave no room for it.
    erase(&keys);
    assert_eq!(renew(&keys, &dir, 1).destroyed, 1);
    let epochs = |kept: Vec<crate::disk::keys::KeptBackup>| kept.iter().map(|one| one.of.epoch).collect::<Vec<_>>();
    assert_eq!(epochs(kept_backups(&dir, keys.log_id()).unwrap()), [3, 2]);
    assert!(!before.file.exists());
}

#[test]
fn the_old_one_goes_although_no_new_one_can_be_made() {
    let (_place, keys, dir) = place();
    renew(&keys, &dir, 0);
    erase(&keys);
    renew(&keys, &dir, 10);
    let fail = |on| {
        let refused = renew_backups(&keys, &dir, "", day(on), &BOUNDS).unwrap_err();
        assert!(matches!(refused, BackupError::Passphrase), "{refused}");
        files(&dir)
    };
    // The last of the epoch in force stays.
    assert_eq!([fail(30), fail(31), fail(41)], [2, 1, 1]);
}

#[test]
fn nothing_is_made_or_destroyed_while_an_erasure_is_under_way_or_the_directory_is_missing() {
    let (place, keys, dir) = place();
    renew(&keys, &dir, 0);
    keys.begin_epoch().unwrap();
    let refused = renew_backups(&keys, &dir, PASSPHRASE, day(1), &BOUNDS).unwrap_err();
    assert!(matches!(refused, BackupError::Erasing(_)), "{refused}");
    assert_eq!(files(&dir), 1);
    let missing = place.path().join("missing");
    let refused = renew_backups(&keys, &missing, PASSPHRASE, day(1), &BOUNDS).unwrap_err();
    assert!(matches!(refused, BackupError::Keys(_)) && !missing.exists(), "{refused}");
}

#[test]
fn what_is_no_whole_backup_of_this_log_is_none_and_stays_but_for_what_a_stop_left() {
    let (_place, keys, dir) = place();
    let log = keys.log_id();
    let damaged = dir.join(format!("huiyin-keys-{log}-1-20270101T000000Z.backup"));
    let foreign = dir.join("huiyin-keys-0192f0c4-5f1e-7c3a-9d55-0c8a3a0b2d11-1-20270101T000000Z.backup");
    let half = dir.join(format!("huiyin-keys-{log}-1-20270101T000001Z.backup.making"));
    for file in [&damaged, &foreign, &half, &dir.join("notes.txt")] {
        fs::write(file, "huiyin key").unwrap();
    }
    assert!(kept_backups(&dir, log).unwrap().is_empty());
    assert!(renew(&keys, &dir, 0).is_new);
    assert!(!half.exists());
    assert_eq!(files(&dir), 4);
}
