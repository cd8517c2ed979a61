//! sled as a crash leaves it in the middle of what it was given, and as readers meet it meanwhile: what lies beyond its
//! head does not count, and is in nobody's way.

use super::kit::{Place, copy_dir, sign};
use super::mending::{damage, left_alone, put_back};
use event_store::conformance::kit::{append, sealed, sound, stream, stream_of, ticking, write};
use event_store::open::Cause;
use event_store::{EventStore, Expected, Position, Recorded, SubjectId, Version, WrappedKey};
use std::fs;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A command with a long box, so that chunks come in several parts, and an event for a stream that all commands share.
fn large(n: u64) -> event_store::Append {
    let subject = SubjectId(u128::from(n).to_be_bytes());
    let mut writes = vec![write(stream(n), Expected::NoStream, 1), write(stream_of("area", 1), Expected::Any, 1)];
    writes[0].events[0].boxes.push(sealed(subject, 2000));
    writes[0].events[0].keys.push(WrappedKey { class: None, subject, epoch: 1, nonce: [1; 24], wrapped: [2; 48] });
    append(&format!("large {n}"), writes)
}

async fn fill(place: &Place, commands: Range<u64>) -> Vec<Recorded> {
    let opened = place.open().unwrap();
    let store = EventStore::start(opened.log, ticking()).await.unwrap();
    for n in commands {
        store.append(large(n)).await.unwrap();
    }
    let events = sound(&store).await;
    store.shutdown().await;
    events
}

/// A log, signed, and the same with more of everything; and what is in there then.
async fn earlier_and_later() -> (Place, Place, Vec<Recorded>) {
    let place = Place::new();
    fill(&place, 0..50).await;
    sign(&place).await;
    let earlier = place.copy();
    let events = fill(&place, 50..90).await;
    (earlier, place, events)
}

/// A thread of sled's may hold it for a moment longer than whoever had it open.
fn sled_of(place: &Place) -> sled::Db {
    let mut opened = sled::open(place.sled());
    for _ in 0..100 {
        if opened.is_ok() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
        opened = sled::open(place.sled());
    }
    opened.unwrap()
}

/// What the later one is when its sled was given only the first `count` of what it was to be given at once. Returns how
/// many that would have been.
fn cut_short(earlier: &Place, later: &Place, count: usize) -> (Place, usize) {
    let place = later.copy();
    for part in ["sled", "index"] {
        fs::remove_dir_all(place.data().join(part)).unwrap();
        copy_dir(&earlier.data().join(part), &place.data().join(part));
    }
    fs::copy(earlier.data().join("sled.flushed"), place.data().join("sled.flushed")).unwrap();
    // Given all of it at once when it is opened.
    let given = place.copy();
    drop(given.open().unwrap());
    let (whole, half) = (sled_of(&given), sled_of(&place));
    let mut missing = 0;
    // Kind by kind, as they are written; the head comes last.
    for kind in ["w", "c", "r", "s", "t"] {
        for item in whole.scan_prefix(kind) {
            let (key, value) = item.unwrap();
            if half.get(&key).unwrap().as_ref() != Some(&value) {
                if missing < count {
                    half.insert(key, value).unwrap();
                }
                missing += 1;
            }
        }
    }
    half.flush().unwrap();
    (place, missing)
}

#[tokio::test]
async fn what_is_half_written_is_written_again() {
    let (earlier, later, events) = earlier_and_later().await;
    let (_, whole) = cut_short(&earlier, &later, 0);
    assert!(whole > 100, "{whole}");
    for count in (1..=whole).step_by(9) {
        let (place, _) = cut_short(&earlier, &later, count);
        let notes = place.holds(&events).await;
        assert!(notes.iter().all(|note| !note.contains("set aside")), "{count} of {whole}: {notes:?}");
        assert!(place.doctor().is_sound(), "{count} of {whole}");
    }
}

/// A damaged journal is put back from such a sled and what the journal has behind it.
#[tokio::test]
async fn a_journal_is_put_back_from_what_is_whole_of_it() {
    let (earlier, later, events) = earlier_and_later().await;
    let (_, whole) = cut_short(&earlier, &later, 0);
    for count in (1..=whole).step_by(23) {
        let (place, _) = cut_short(&earlier, &later, count);
        damage(&place, 0, 1);
        put_back(&place, &events).await;
    }
}

/// The journal has lost what sled was just being given: nobody has it, and no mending makes that good. It is said before
/// anything is touched.
#[tokio::test]
async fn what_only_a_half_written_sled_knows_of_is_not_passed_over() {
    let (earlier, later, _) = earlier_and_later().await;
    let (place, _) = cut_short(&earlier, &later, 40);
    fs::remove_dir_all(place.data().join("journal")).unwrap();
    copy_dir(&earlier.data().join("journal"), &place.data().join("journal"));
    place.refused(Cause::JournalLostItsTail);
    left_alone(&place, "was being written to position");
}

/// The journal and sled have lost their end, of which the index has commands: a journal put back from sled would be
/// refused again, and every further look would set one more aside.
#[tokio::test]
async fn what_only_the_index_knows_of_is_not_passed_over() {
    let (earlier, later, _) = earlier_and_later().await;
    let place = earlier.copy();
    fs::remove_dir_all(place.data().join("index")).unwrap();
    copy_dir(&later.data().join("index"), &place.data().join("index"));
    place.refused(Cause::JournalLostItsTail);
    left_alone(&place, "the index of commands and keys goes to 180");
}

/// Whoever reads while sled is written meets no half of anything, and no event before the one that comes before it.
#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn readers_never_meet_what_is_being_written() {
    let mut place = Place::new();
    place.options.segment_bytes = 16 * 1024 * 1024;
    let opened = place.open().unwrap();
    let log = opened.log.clone();
    let store = EventStore::start(opened.log, ticking()).await.unwrap();
    let over = Arc::new(AtomicBool::new(false));
    let readers = (0..2).map(|which| {
        let (log, over) = (log.clone(), Arc::clone(&over));
        tokio::spawn(async move {
            let mut rounds = 0;
            while !over.load(Ordering::Relaxed) {
                let head = log.head().await.unwrap().size;
                let after = Position(head.saturating_sub(70));
                if which == 0 {
                    let events = log.read_all(after, 1000).await.unwrap();
                    assert!((after.0 + 1..).zip(&events).all(|(at, event)| event.position.0 == at));
                    assert!(events.len() as u64 >= head - after.0);
                } else {
                    let events = log.read_family("area", after, 1000).await.unwrap();
                    let known = log.read_stream(&stream_of("area", 1), Version(after.0 / 2), 1000).await.unwrap();
                    assert!(events.windows(2).all(|two| two[0].position.0 + 2 == two[1].position.0));
                    assert!(known.windows(2).all(|two| two[0].position.0 + 2 == two[1].position.0));
                }
                rounds += 1;
            }
            rounds
        })
    });
    let readers = readers.collect::<Vec<_>>();
    for n in 0..1500 {
        store.append(large(n)).await.unwrap();
    }
    over.store(true, Ordering::Relaxed);
    for reader in readers {
        assert!(reader.await.unwrap() > 10);
    }
    store.shutdown().await;
}
