//! Epochs that begin, end, and are gone.

use super::*;

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(dir).unwrap().map(|one| one.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| name.starts_with("kek-") || name.ends_with(".new"));
    names.sort();
    names
}

#[test]
fn an_epoch_ends_when_its_key_is_destroyed() {
    let (_place, dir, keys) = made();
    let first = keys.kek();
    assert_eq!(keys.begin_epoch().unwrap(), 2);
    assert_eq!(keys.begin_epoch().unwrap(), 2, "the one before has not ended");
    assert_eq!((keys.epochs(), keys.kek().epoch), (vec![1, 2], 2));
    drop(keys);
    let keys = open(&dir).unwrap();
    assert_eq!((keys.epochs(), keys.kek_of(1)), (vec![1, 2], Some(first.clone())));
    assert_eq!(keys.destroy_before_newest().unwrap(), [1]);
    assert_eq!(keys.kek_of(1), Some(first), "until what reads with it has been told");
    keys.forget_before_newest();
    assert_eq!((keys.epochs(), keys.kek_of(1)), (vec![2], None));
    assert_eq!(names(&dir), ["kek-2.key"]);
    drop(keys);
    assert_eq!(open(&dir).unwrap().epochs(), [2]);
}

#[test]
fn what_a_crash_leaves_is_made_or_destroyed_again() {
    // A key that was made and is not in force yet.
    let (_place, dir, keys) = made();
    fs::write(dir.join("kek-2.key"), "never in force").unwrap();
    fs::write(dir.join("log.new"), "half").unwrap();
    assert_eq!(keys.begin_epoch().unwrap(), 2);
    drop(keys);
    // One that is no longer in force and was not removed.
    let kek = fs::read(dir.join("kek-1.key")).unwrap();
    let keys = open(&dir).unwrap();
    keys.destroy_before_newest().unwrap();
    fs::write(dir.join("kek-1.key"), kek).unwrap();
    drop(keys);
    let keys = open(&dir).unwrap();
    assert_eq!(keys.epochs(), [2]);
    assert_eq!(keys.before_newest().unwrap(), [1]);
    assert_eq!(keys.destroy_before_newest().unwrap(), [1]);
    assert_eq!(names(&dir), ["kek-2.key"]);
}

#[test]
fn threat_without_the_key_of_an_epoch_in_force_nothing_opens() {
    println!("attempted: open newer data with an older directory of keys");
    let (_place, dir, keys) = made();
    keys.begin_epoch().unwrap();
    drop(keys);
    fs::remove_file(dir.join("kek-2.key")).unwrap();
    let refused = open(&dir).unwrap_err();
    assert!(matches!(&refused, KeyError::Missing(file) if file.ends_with("kek-2.key")), "{refused}");
    println!("caught: nothing opens, and the missing file is named");
}

#[test]
fn the_bytes_of_a_key_are_overwritten_before_its_file_goes() {
    let (place, dir, keys) = made();
    // Another name of the same file shows what became of its bytes.
    let (file, other) = (dir.join("kek-1.key"), place.path().join("other"));
    fs::hard_link(&file, &other).unwrap();
    let before = fs::read(&other).unwrap();
    keys.begin_epoch().unwrap();
    keys.destroy_before_newest().unwrap();
    let after = fs::read(&other).unwrap();
    assert_eq!(after.len(), before.len());
    assert!(before.windows(8).all(|part| !after.windows(8).any(|other| other == part)));
}
