//! The doctor: what it finds, what it mends, what it refuses.

use super::kit::{Place, frames, scribble, sign};
use event_store::Recorded;
use event_store::conformance::kit::root;
use event_store::doctor::FindingKind;
use std::fs;

#[tokio::test]
async fn a_sound_log_is_called_sound() {
    let place = Place::new();
    let events = place.filled(300).await;
    sign(&place).await;
    let report = place.doctor();
    assert!(report.is_sound(), "{report:?}");
    assert!(report.findings.iter().all(|finding| finding.kind == FindingKind::Sound), "{report:?}");
    assert_eq!(report.size, events.len() as u64);
    assert_eq!(report.signed_size, Some(report.size));
    let hashes = events.iter().map(Recorded::hash).collect::<Vec<_>>();
    assert_eq!(report.root, Some(root(&hashes)));
    place.holds(&events).await;
}

#[tokio::test]
async fn it_never_runs_beside_a_server() {
    let place = Place::new();
    let opened = place.open().unwrap();
    let report = place.doctor();
    assert!(!report.is_sound());
    assert!(report.findings[0].message.en.contains("another huiyin process"));
    drop(opened);
    assert!(place.doctor().is_sound());
}

#[tokio::test]
async fn it_makes_nothing_where_there_is_nothing() {
    let place = Place::new();
    assert!(!place.doctor().is_sound());
    assert!(!place.keys().exists());
}

#[tokio::test]
async fn a_lost_or_torn_copy_is_mended_and_told() {
    let place = Place::new();
    let events = place.filled(100).await;
    fs::remove_dir_all(place.sled()).unwrap();
    let report = place.doctor();
    assert!(report.is_sound(), "{report:?}");
    assert!(report.findings.iter().any(|finding| finding.kind == FindingKind::Mended), "{report:?}");
    assert!(place.holds(&events).await.is_empty());

    let last = place.segments().pop().unwrap();
    let end = frames(&last).pop().unwrap().1;
    scribble(&last, end, &[0x77; 30]);
    let report = place.doctor();
    assert!(report.is_sound(), "{report:?}");
    let mended = report.findings.iter().filter(|finding| finding.kind == FindingKind::Mended).count();
    assert_eq!(mended, 1, "{report:?}");
    assert!(place.holds(&events).await.is_empty());
}

/// sled opens, its head is right, and still its content is wrong: only a full comparison finds that.
#[tokio::test]
async fn an_index_that_lies_is_rebuilt() {
    let place = Place::new();
    let events = place.filled(100).await;
    let db = sled::open(place.sled()).unwrap();
    let key = db.scan_prefix(b"sissue/").keys().nth(20).unwrap().unwrap();
    db.remove(key).unwrap();
    db.flush().unwrap();
    drop(db);
    let report = place.doctor();
    assert!(report.is_sound(), "{report:?}");
    assert!(report.findings.iter().any(|finding| finding.message.en.contains("set aside")), "{report:?}");
    place.holds(&events).await;
}
