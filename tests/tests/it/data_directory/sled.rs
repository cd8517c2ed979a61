//! What sled holds is level with the journal again, whether it was deleted, damaged, behind or of another log.

use super::{closed_office, copy, files, flip, tree};
use crate::harness::{Office, demand};
use std::fs;
use std::sync::Arc;

#[test]
fn a_deleted_sled_is_rebuilt_from_the_journal() {
    let (mut office, before) = closed_office();
    fs::remove_dir_all(office.place().data().join("sled")).unwrap();
    office.restarts();
    assert_eq!(tree(&office), before);
    office.records_reception(&[demand("照常")]);
}

#[test]
fn a_damaged_sled_is_rebuilt_from_the_journal() {
    let (mut office, before) = closed_office();
    let place = Arc::clone(office.place());
    for file in files(&place.data().join("sled")) {
        let length = fs::metadata(&file).unwrap().len();
        for part in [0, 1, 2, 3] {
            let Ok(offset) = usize::try_from(length * part / 4) else { continue };
            if length == 0 {
                continue;
            }
            flip(&file, offset);
            office.restarts();
            assert_eq!(tree(&office), before, "{} turned at {offset}", file.display());
            office.stops();
            if !file.exists() {
                break;
            }
        }
    }
}

#[test]
fn a_sled_that_is_behind_or_of_another_log_is_made_level() {
    let mut office = Office::open();
    let place = Arc::clone(office.place());
    office.stops();
    let (sled, old) = (place.data().join("sled"), place.data().with_extension("old-sled"));
    copy(&sled, &old);
    office.restarts();
    for n in 0..5 {
        office.records_reception(&[demand(&format!("第{n}件"))]);
    }
    let before = tree(&office);
    office.stops();
    fs::remove_dir_all(&sled).unwrap();
    fs::rename(&old, &sled).unwrap();
    office.restarts();
    assert_eq!(tree(&office), before, "sled was behind");
    office.stops();

    let (other, _) = closed_office();
    fs::remove_dir_all(&sled).unwrap();
    copy(&other.place().data().join("sled"), &sled);
    office.restarts();
    assert_eq!(tree(&office), before, "sled was of another log");
}
