//! A journal that lost its end or is damaged: what can be mended is, by the doctor from sled; the rest is refused.

use super::{closed_office, copy, doctor, flip, journal, refused, says, tree};
use crate::harness::{Office, Server, demand};
use serde_json::Value;
use std::fs;
use std::sync::Arc;

#[test]
fn a_journal_that_lost_its_end_is_refused() {
    let mut office = Office::open();
    let place = Arc::clone(office.place());
    office.stops();
    let (own, old) = (place.data().join("journal"), place.data().with_extension("old-journal"));
    copy(&own, &old);
    office.restarts();
    office.records_reception(&[demand("后来的")]);
    office.head();
    office.stops();
    fs::remove_dir_all(&own).unwrap();
    fs::rename(&old, &own).unwrap();
    says(&refused(&place), &["huiyin doctor", "backup"]);
}

#[test]
fn a_journal_damaged_in_the_middle_is_a_refusal_that_names_the_doctor() {
    let (office, _) = closed_office();
    let place = office.place();
    let file = journal(place);
    let bytes = fs::read(&file).unwrap();
    let offset = in_the_middle(&bytes);
    flip(&file, offset);
    // Opening verifies from sled's last flush on and the rest in the background; so take sled away.
    let sled = place.data().join("sled");
    let aside = place.data().with_extension("sled-aside");
    fs::rename(&sled, &aside).unwrap();
    says(&refused(place), &["huiyin doctor"]);
    // Without sled there is nothing to mend it from.
    let (output, said) = doctor(place);
    assert_eq!(output.status.code(), Some(1), "{said}");
    says(&said, &["journal", "sled", "backup"]);
    assert_eq!(fs::read(&file).unwrap().len(), bytes.len(), "nothing was cut");
    flip(&file, offset);
    fs::rename(&aside, &sled).unwrap();
    let (output, said) = doctor(place);
    assert!(output.status.success(), "{said}");
}

/// Somewhere among the frames of a segment.
fn in_the_middle(bytes: &[u8]) -> usize {
    let written = bytes.iter().rposition(|byte| *byte != 0).unwrap();
    4096 + (written - 4096) / 2
}

#[test]
fn a_damaged_journal_is_put_back_from_sled() {
    let (mut office, before) = closed_office();
    let place = Arc::clone(office.place());
    let file = journal(&place);
    let bytes = fs::read(&file).unwrap();
    flip(&file, in_the_middle(&bytes));
    let (output, said) = doctor(&place);
    assert!(output.status.success(), "{said}");
    says(&said, &["written anew from sled", "journal.set-aside-", "the one that was signed"]);
    let kept = fs::read_dir(place.data()).unwrap().map(|entry| entry.unwrap().path());
    let kept = kept.filter(|path| path.to_string_lossy().contains("journal.set-aside-")).count();
    assert_eq!(kept, 1, "the damaged journal is kept");
    office.restarts();
    assert_eq!(tree(&office), before);
    // Names and texts can still be opened, and the record goes on.
    office.records_reception(&[demand("修复之后")]);
    let issues = office.get("/v1/issues").is(200).text();
    says(&issues, &["第0件", "第4件"]);
}

/// What is written into a file that has no name any more is gone with the process: so it is noticed, and the server ends.
#[test]
fn a_journal_file_that_is_deleted_under_the_server_is_noticed() {
    let mut office = Office::open();
    office.records_reception(&[demand("删除之前")]);
    let before = tree(&office);
    fs::remove_file(journal(office.place())).unwrap();
    let begun = std::time::Instant::now();
    while office.call("GET", "/health/live").try_send().is_ok() {
        assert!(begun.elapsed() < std::time::Duration::from_secs(60), "it goes on");
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    office.crashes();
    let place = Arc::clone(office.place());
    says(&fs::read_to_string(place.output()).unwrap(), &["newest file was removed or replaced", "huiyin doctor"]);
    says(&refused(&place), &["huiyin doctor"]);
    let (output, said) = doctor(&place);
    assert!(output.status.success(), "{said}");
    office.restarts();
    assert_eq!(tree(&office), before);
}

#[test]
fn the_doctor_tells_what_it_found_and_did() {
    let (mut office, before) = closed_office();
    let place = Arc::clone(office.place());
    let (output, said) = doctor(&place);
    assert!(output.status.success(), "{said}");
    let size = before.lines().nth(1).unwrap();
    says(&said, &[size, "journal", "sled"]);
    fs::remove_dir_all(place.data().join("sled")).unwrap();
    let (output, said) = doctor(&place);
    assert!(output.status.success(), "{said}");
    says(&said, &["rebuilt"]);
    office.restarts();
    assert_eq!(tree(&office), before);
}

/// A log whose newest record was damaged a moment after it was acknowledged, opened again. `None` where the store was
/// synced within that moment: then the record is known to be missing, which is another case.
fn damaged_at_its_end(body: &Value) -> Option<Office> {
    let mut office = Office::empty();
    office.command("/v1/offices", body).key("last").send().created();
    let place = Arc::clone(office.place());
    office.crashes();
    let segment = place.data().join("journal/00000000000000000001.journal");
    let mut bytes = fs::read(&segment).unwrap();
    let last = bytes.iter().rposition(|&byte| byte != 0).unwrap();
    bytes[last] ^= 1;
    fs::write(&segment, bytes).unwrap();
    Server::try_start(&place).ok()?.stop();
    office.restarts();
    Some(office)
}

#[test]
fn a_damaged_last_group_may_have_been_acknowledged_and_that_is_said() {
    let body = serde_json::json!({"name": "末一科", "kind": "department"});
    let office = (0..5).find_map(|_| damaged_at_its_end(&body)).expect("the store was synced in between each time");
    let said = fs::read_to_string(office.place().output()).unwrap();
    says(&said, &["may have been acknowledged in the last second", "the same idempotency keys"]);
    let kept = fs::read_dir(office.place().data().join("journal")).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(kept.filter(|name| name.to_string_lossy().starts_with("cut-")).count(), 1);
    // As it says: sent again with its key, it is recorded.
    let call = office.command("/v1/offices", &body).key("last");
    assert_eq!(call.send().is(201).header("idempotency-replayed"), None);
    assert_eq!(call.send().is(201).header("idempotency-replayed"), Some("true"));
}
