//! A damaged journal put back from sled: the same record to the byte, or a refusal that touches nothing.

mod interrupted;

use crate::disk::kit::{Place, copy_dir, fill, frames, nth, scribble, sign};
use event_store::conformance::kit::{root, sound, ticking};
use event_store::doctor::{FindingKind, Report};
use event_store::{EventStore, KeyId, Recorded};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A signed log of several segments, closed in order, and what it holds.
async fn signed(count: u64) -> (Place, Vec<Recorded>) {
    let place = Place::new();
    let events = place.filled(count).await;
    sign(&place).await;
    (place, events)
}

/// Bytes in the middle of the n-th frame of the n-th segment.
pub fn damage(place: &Place, segment: usize, frame: usize) {
    let path = &place.segments()[segment];
    let (start, _) = frames(path)[frame];
    scribble(path, start + 40, &[0x77; 6]);
}

fn mended(report: &Report) -> Vec<&str> {
    let kind = |kind| report.findings.iter().filter(move |finding| finding.kind == kind);
    kind(FindingKind::Mended).map(|finding| finding.message.en.as_str()).collect()
}

/// Every file below a directory with its content; sled writes into its own whenever it opens.
fn content(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        match path.file_name().unwrap().to_str().unwrap() {
            "sled" | "spare" => {}
            _ if path.is_dir() => all.extend(content(&path)),
            _ => drop(all.insert(path.clone(), fs::read(&path).unwrap())),
        }
    }
    all
}

fn set_aside(place: &Place) -> Vec<PathBuf> {
    let entries = fs::read_dir(place.data()).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.to_string_lossy().contains("journal.set-aside-")).collect()
}

/// The doctor mends it: same root, same events, and the old journal is kept.
pub async fn put_back(place: &Place, events: &[Recorded]) -> Report {
    let before = content(&place.data().join("journal"));
    let report = place.doctor();
    assert!(report.is_sound(), "{report:#?}");
    assert!(mended(&report).iter().any(|said| said.contains("written anew from sled")), "{report:#?}");
    assert!(report.findings.iter().all(|finding| !finding.message.zh.is_empty()));
    let hashes = events.iter().map(Recorded::hash).collect::<Vec<_>>();
    assert_eq!((report.size, report.root), (events.len() as u64, Some(root(&hashes))));
    let kept = set_aside(place);
    assert_eq!(kept.len(), 1);
    let after = content(&kept[0]);
    assert!(before.values().eq(after.values()), "the old journal is kept as it was");
    assert!(place.holds(events).await.is_empty());
    let again = place.doctor();
    assert!(again.findings.iter().all(|finding| finding.kind == FindingKind::Sound), "{again:#?}");
    report
}

/// The doctor refuses, names the reason, and nothing has changed.
pub fn left_alone(place: &Place, reason: &str) {
    let before = content(place.data());
    let report = place.doctor();
    assert!(!report.is_sound(), "{report:#?}");
    assert!(mended(&report).is_empty(), "{report:#?}");
    let said = &report.findings.last().unwrap().message;
    assert!(said.en.contains(reason) && said.en.contains("backup"), "{reason}: {said}");
    assert!(said.zh.contains("备份"), "{}", said.zh);
    assert!(report.log_id.is_some());
    assert!(before == content(place.data()), "{reason}: something was touched");
}

#[tokio::test]
async fn whatever_is_damaged_is_put_back_to_the_byte() {
    let (place, events) = signed(300).await;
    let segments = place.segments().len();
    assert!(segments >= 3);
    type Damage = fn(&Place);
    let damages: [(&str, Damage); 8] = [
        ("a frame in the middle", |place| damage(place, 0, 1)),
        ("a frame in the middle of the last segment", |place| damage(place, place.segments().len() - 1, 0)),
        ("the last frame", |place| {
            let last = place.segments().pop().unwrap();
            let (start, _) = frames(&last).pop().unwrap();
            scribble(&last, start + 20, &[0x77]);
        }),
        ("a header", |place| scribble(&place.segments()[1], 20, &[0x77; 4])),
        ("a segment in the middle", |place| fs::remove_file(&place.segments()[1]).unwrap()),
        ("the last segment", |place| fs::remove_file(place.segments().pop().unwrap()).unwrap()),
        ("a segment cut short", |place| {
            let path = &place.segments()[0];
            let bytes = fs::read(path).unwrap();
            fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
        }),
        ("a segment of zeros", |place| {
            let path = &place.segments()[1];
            fs::write(path, vec![0; fs::read(path).unwrap().len()]).unwrap();
        }),
    ];
    for (what, damage) in damages {
        let copy = place.copy();
        damage(&copy);
        let report = put_back(&copy, &events).await;
        let said = mended(&report).join("\n");
        assert!(said.contains("byte by byte") && said.contains("is the one that was signed"), "{what}: {said}");
    }
}

/// Nothing is left of it at all.
#[tokio::test]
async fn a_lost_journal_is_put_back() {
    let (place, events) = signed(100).await;
    fs::remove_dir_all(place.data().join("journal")).unwrap();
    let report = place.doctor();
    assert!(report.is_sound(), "{report:#?}");
    assert!(mended(&report).iter().any(|said| said.contains("no old one")), "{report:#?}");
    assert!(place.holds(&events).await.is_empty());
}

/// Commands are replays and keys are there, also after sled was rebuilt from the new journal alone.
#[tokio::test]
async fn commands_and_keys_come_along() {
    let (place, events) = signed(200).await;
    let opened = place.open().unwrap();
    let store = EventStore::start(opened.log, ticking()).await.unwrap();
    let subject = event_store::SubjectId([0; 16]);
    let (command, key) = (nth(0).command, store.wrapped_keys(&[KeyId::shared(subject)]).await.unwrap());
    let record = store.command(command).await.unwrap().unwrap();
    assert!(record.fingerprint.is_some() && key[0].is_some());
    store.shutdown().await;
    drop((store, opened.keys));
    damage(&place, 0, 0);
    put_back(&place, &events).await;
    fs::remove_dir_all(place.sled()).unwrap();
    let opened = place.open().unwrap();
    let store = EventStore::start(opened.log, ticking()).await.unwrap();
    assert_eq!(sound(&store).await, events);
    assert_eq!(store.command(command).await.unwrap(), Some(record));
    assert_eq!(store.wrapped_keys(&[KeyId::shared(subject)]).await.unwrap(), key);
    let again = store.append(nth(0)).await.unwrap();
    assert!(again.replayed);
    // And the log goes on.
    fill(&store, 50).await;
    let events = sound(&store).await;
    store.shutdown().await;
    drop((store, opened.keys));
    place.holds(&events).await;
    assert!(place.doctor().is_sound());
}

/// Every byte of a small journal: the doctor brings back the very same record, or it was no damage.
#[tokio::test]
async fn every_flipped_byte_is_mended() {
    let place = Place::new();
    place.filled(3).await;
    let events = place.filled(3).await;
    sign(&place).await;
    let segment = place.segments().pop().unwrap();
    let end = frames(&segment).pop().unwrap().1;
    let bytes = fs::read(&segment).unwrap();
    let (mut mendings, mut harmless) = (0, 0);
    for at in (0..end + 24).filter(|at| !(200..4090).contains(at)).step_by(13) {
        let copy = place.copy();
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x10;
        fs::write(copy.segments().pop().unwrap(), &damaged).unwrap();
        let report = copy.doctor();
        assert!(report.is_sound(), "byte {at}: {report:#?}");
        if set_aside(&copy).is_empty() {
            harmless += 1
        } else {
            mendings += 1
        }
        copy.holds(&events).await;
    }
    assert!(mendings > 120 && harmless > 0, "{mendings} mended, {harmless} harmless");
}

/// sled had not yet had what came last when the machine stopped: the old journal's own frames go on from there.
#[tokio::test]
async fn what_only_the_journal_has_is_taken_from_it() {
    let (place, _) = signed(100).await;
    let behind = place.copy();
    place.filled(80).await;
    for sign_it in [false, true] {
        let copy = place.copy();
        if sign_it {
            sign(&copy).await;
        }
        let events = copy.filled(0).await;
        fs::remove_dir_all(copy.sled()).unwrap();
        copy_dir(&behind.sled(), &copy.sled());
        fs::copy(behind.data().join("sled.flushed"), copy.data().join("sled.flushed")).unwrap();
        damage(&copy, 0, 1);
        let report = put_back(&copy, &events).await;
        assert!(mended(&report).iter().any(|said| said.contains("whole frames of the old journal")), "{report:#?}");

        // A gap behind sled's end: those events are in neither.
        let gap = place.copy();
        fs::remove_dir_all(gap.sled()).unwrap();
        copy_dir(&behind.sled(), &gap.sled());
        let last = gap.segments().len() - 1;
        damage(&gap, last, 1);
        left_alone(&gap, "neither in sled nor in any whole frame");
    }
}

/// Somebody wrote another leaf with a right checksum: the signature decides, and what was there is kept.
#[tokio::test]
async fn a_changed_record_loses_to_the_signature() {
    let (place, _) = signed(20).await;
    let twin = place.copy();
    let events = place.filled(20).await;
    sign(&place).await;
    let opened = twin.open().unwrap();
    let store = EventStore::start(opened.log, std::sync::Arc::new(|| 1_800_000_000_000)).await.unwrap();
    fill(&store, 20).await;
    store.shutdown().await;
    drop(store);
    let changed = place.copy();
    fs::remove_dir_all(changed.data().join("journal")).unwrap();
    copy_dir(&twin.data().join("journal"), &changed.data().join("journal"));
    let report = put_back(&changed, &events).await;
    assert!(mended(&report).iter().any(|said| said.contains("were not what was signed")), "{report:#?}");

    // Behind what was signed nothing decides.
    let (place, _) = signed(20).await;
    let twin = place.copy();
    place.filled(20).await;
    let opened = twin.open().unwrap();
    let store = EventStore::start(opened.log, std::sync::Arc::new(|| 1_800_000_000_000)).await.unwrap();
    fill(&store, 20).await;
    store.shutdown().await;
    drop(store);
    fs::remove_dir_all(place.data().join("journal")).unwrap();
    copy_dir(&twin.data().join("journal"), &place.data().join("journal"));
    left_alone(&place, "differs between sled and the journal");
}

#[tokio::test]
async fn without_a_signature_nothing_is_put_back() {
    let place = Place::new();
    place.filled(200).await;
    damage(&place, 0, 1);
    left_alone(&place, "no checkpoint was ever signed");
}

#[tokio::test]
async fn a_sled_that_is_gone_or_broken_or_foreign_mends_nothing() {
    let (place, _) = signed(200).await;
    damage(&place, 0, 1);
    let gone = place.copy();
    fs::remove_dir_all(gone.sled()).unwrap();
    left_alone(&gone, "no sled store");
    assert!(!gone.sled().exists(), "nor is one made");

    let broken = place.copy();
    let db = broken.sled().join("db");
    let length = fs::read(&db).unwrap().len();
    fs::write(&db, vec![0x5a; length]).unwrap();
    left_alone(&broken, "cannot be opened either");

    let (other, _) = signed(200).await;
    let foreign = place.copy();
    fs::remove_dir_all(foreign.sled()).unwrap();
    copy_dir(&other.sled(), &foreign.sled());
    left_alone(&foreign, "of another log");
}

/// Both are an older state than what was signed: no mending makes up for a lost end.
#[tokio::test]
async fn what_was_signed_must_be_reached() {
    let (place, _) = signed(100).await;
    let old = place.copy();
    place.filled(50).await;
    sign(&place).await;
    place.lends_keys(&old);
    damage(&old, 0, 1);
    left_alone(&old, "the checkpoint that was signed last goes to");
}

/// sled opens and its content is not what it should be: each part of it is looked at.
#[tokio::test]
async fn a_sled_that_lies_mends_nothing() {
    let (place, _) = signed(200).await;
    // The first two commands' frames are gone: what sled says of them no frame contradicts.
    damage(&place, 0, 0);
    damage(&place, 0, 1);
    type Lie = Box<dyn Fn(&sled::Db)>;
    let nth = |prefix: &'static [u8], n: usize, lie: fn(&mut Vec<u8>)| -> Lie {
        Box::new(move |db| {
            let (key, value) = db.scan_prefix(prefix).nth(n).unwrap().unwrap();
            let mut value = value.to_vec();
            lie(&mut value);
            if value.is_empty() { db.remove(key) } else { db.insert(key, value) }.unwrap();
        })
    };
    // What is kept of an id: its bytes and those behind them.
    let kept = |id: [u8; 16], lie: fn(&mut Vec<u8>, usize)| -> Lie {
        Box::new(move |db| {
            let mut found = 0;
            for part in db.scan_prefix(b"r") {
                let (key, value) = part.unwrap();
                let record = if value[0] > 0 { 92 } else { 65 };
                let ids = value[2..].chunks(record).map(|record| &record[..16]);
                if let Some(at) = ids.enumerate().find_map(|(n, found)| (found == id).then_some(2 + n * record)) {
                    let mut value = value.to_vec();
                    lie(&mut value, at);
                    db.insert(key, value).unwrap();
                    found += 1;
                }
            }
            assert!(found > 0);
        })
    };
    let command = |n: u64, lie| kept(super::kit::nth(n).command.0, lie);
    let remove: fn(&mut Vec<u8>) = Vec::clear;
    let spoil: fn(&mut Vec<u8>) = |value| value.last_mut().into_iter().for_each(|byte| *byte ^= 1);
    let remove_command: fn(&mut Vec<u8>, usize) = |value, at| {
        value.drain(at..at + 65);
        value[1] -= 1;
    };
    let remove_key: fn(&mut Vec<u8>, usize) = |value, at| {
        value.drain(at..at + 92);
        value[0] -= 1;
    };
    let first_position: fn(&mut Vec<u8>, usize) = |value, at| value[at + 16] ^= 1;
    let fingerprint: fn(&mut Vec<u8>, usize) = |value, at| value[at + 64] ^= 1;
    let lies: Vec<(Lie, &str)> = vec![
        (nth(b"c", 0, remove), "sled lacks"),
        (nth(b"c", 9, remove), "sled lacks events"),
        (nth(b"sissue/", 5, remove), "the index does not lead"),
        (nth(b"sissue/", 5, spoil), "the index does not lead"),
        (nth(b"sarea/", 0, spoil), "the index does not lead"),
        (command(1, remove_command), "no record in sled that fits"),
        (command(1, first_position), "no record in sled that fits"),
        (command(9, remove_command), "on record otherwise"),
        (command(9, first_position), "on record otherwise"),
        (command(9, fingerprint), "on record otherwise"),
        (kept([0; 16], remove_key), "could never be opened again"),
        (kept([9; 16], remove_key), "which the journal has"),
        (nth(b"t", 0, spoil), "tile"),
        (nth(b"H", 0, spoil), "head record"),
        (nth(b"r", 0, |value| value.truncate(40)), "cannot be read"),
    ];
    for (lie, reason) in lies {
        let copy = place.copy();
        let db = sled::open(copy.sled()).unwrap();
        lie(&db);
        db.flush().unwrap();
        drop(db);
        left_alone(&copy, reason);
    }
    // A command too many.
    let copy = place.copy();
    let db = sled::open(copy.sled()).unwrap();
    db.insert([b"m".as_slice(), &[9; 16]].concat(), &[0; 16]).unwrap();
    db.flush().unwrap();
    drop(db);
    left_alone(&copy, "commands on record");
}
