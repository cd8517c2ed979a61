//! Boards that are gone, of another log or newer than the log below them are built anew.

use super::{closed_office, copy, doctor, files, refused, says, tree};
use crate::harness::{Office, Place, demand};
use serde_json::Value;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

#[test]
fn the_boards_are_folded_anew_when_their_file_is_gone_or_of_another_log() {
    let (mut office, _) = closed_office();
    let place = Arc::clone(office.place());
    let boards = |place: &Place| -> Vec<PathBuf> {
        let sqlite = |path: &PathBuf| fs::read(path).unwrap_or_default().starts_with(b"SQLite format 3");
        // Who is signed in is no board: it is made of nothing else.
        let is_board = |path: &PathBuf| !path.ends_with("sign-ins.sqlite") && sqlite(path);
        files(&place.data()).into_iter().filter(is_board).collect()
    };
    office.restarts();
    let position = office.head();
    let list = |office: &Office| -> Value {
        let answer = office.get(&format!("/v1/issues?at_least={position}"));
        assert_eq!(
            answer.status,
            200,
            "{}
{}",
            answer.text(),
            office.get("/health/ready").text()
        );
        answer.json()["items"].clone()
    };
    let before = list(&office);
    assert_eq!(before.as_array().unwrap().len(), 5);
    office.stops();
    assert_eq!(boards(&place).len(), 1, "{:?}", files(&place.data()));
    for file in boards(&place) {
        fs::remove_file(&file).unwrap();
    }
    office.restarts();
    assert_eq!(list(&office), before);
    office.stops();

    let (other, _) = closed_office();
    let (own, foreign) = (boards(&place).remove(0), boards(other.place()).remove(0));
    for leftover in ["-wal", "-shm"] {
        let _ = fs::remove_file(format!("{}{leftover}", own.display()));
    }
    fs::copy(&foreign, &own).unwrap();
    // A server may stop before what it wrote last is in the file itself.
    let _ = fs::copy(format!("{}-wal", foreign.display()), format!("{}-wal", own.display()));
    // Noticed, never served as if it were ours, and built anew.
    office.restarts();
    assert_eq!(list(&office), before);
    says(&fs::read_to_string(place.output()).unwrap(), &["the rows belong to log", "are built anew"]);
    office.records_reception(&[demand("照常")]);
    let rebuilt = place.command("rebuild").args(["--url", &office.server().url]).output().unwrap();
    assert!(rebuilt.status.success(), "{}", String::from_utf8_lossy(&rebuilt.stderr));
    assert_eq!(list(&office).as_array().unwrap().len(), 6);
}

/// Data and keys brought back as they were, the boards as they are now: what the rows know and the log does not is never
/// served.
#[test]
fn a_restored_log_under_newer_boards_is_told_and_the_boards_are_built_anew() {
    let (mut office, before) = closed_office();
    let place = Arc::clone(office.place());
    let data = place.data();
    let (old_data, checkpoint) = (data.with_extension("old-data"), data.with_extension("checkpoint"));
    copy(&data, &old_data);
    office.restarts();
    fs::write(&checkpoint, office.get("/log/checkpoint").is(200).text()).unwrap();
    office.records_reception(&[demand("备份之后")]);
    let later = office.head();
    office.get(&format!("/v1/issues?at_least={later}")).is(200);
    tree(&office);
    office.stops();
    for part in ["journal", "sled", "index"] {
        fs::remove_dir_all(data.join(part)).unwrap();
        copy(&old_data.join(part), &data.join(part));
    }
    fs::copy(old_data.join("sled.flushed"), data.join("sled.flushed")).unwrap();
    // It is remembered that more was signed.
    says(&refused(&place), &["was signed", "lost its end", "huiyin doctor", "backup"]);
    let (output, said) = doctor(&place);
    assert_eq!(output.status.code(), Some(1), "{said}");
    says(&said, &["was signed", "the checkpoint that was signed last goes to", "newer copy"]);

    // Where only the checkpoint of that time is known it is the log of that time; the boards are not.
    fs::remove_dir_all(place.signed()).unwrap();
    let mended = place.command("doctor").arg("--newest-checkpoint").arg(&checkpoint).output().unwrap();
    assert!(mended.status.success(), "{}", String::from_utf8_lossy(&mended.stdout));
    office.restarts();
    assert_eq!(tree(&office), before);
    says(&fs::read_to_string(place.output()).unwrap(), &["issue_board", "but the log ends at", "are built anew"]);
    let head = office.head();
    let issues = office.get(&format!("/v1/issues?at_least={head}")).is(200).json();
    assert_eq!(issues["items"].as_array().unwrap().len(), 5, "{issues:#}");
    assert_eq!(office.get("/health/ready").good()["status"], "ready");
}
