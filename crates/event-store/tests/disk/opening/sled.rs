//! sled: brought level, set aside and rebuilt where it is damaged, left alone where it is not.

use super::set_aside;
use crate::disk::kit::{Place, copy_dir, fill, leaves, scribble, versions};
use event_store::conformance::kit::{sound, stream_of, ticking};
use event_store::open::{Cause, Progress, Step, open};
use event_store::{EventStore, OpenOptions};
use std::fs;
use std::sync::Mutex;
use std::time::Duration;

/// A sled that cannot be opened for a reason of the moment is left where it is: it is not damaged, and setting it aside
/// would cost a copy of the record at every start.
#[tokio::test]
async fn a_sound_sled_is_not_set_aside_for_trouble_of_the_moment() {
    let place = Place::new();
    let events = place.filled(20).await;
    // Its own lock is held: the system answers EAGAIN.
    let held = sled::open(place.sled()).unwrap();
    for _ in 0..3 {
        let error = place.refused(Cause::Io);
        for text in [&error.message.zh, &error.message.en] {
            assert!(text.contains("sled"), "{text}");
        }
    }
    drop(held);
    assert_eq!(set_aside(&place), 0);
    assert!(place.holds(&events).await.is_empty());
}

#[tokio::test]
async fn a_store_that_is_damaged_again_and_again_does_not_fill_the_disk() {
    let place = Place::new();
    let events = place.filled(5).await;
    let mut first = None;
    for round in 0..6 {
        fs::remove_dir_all(place.sled()).unwrap();
        fs::write(place.sled(), format!("not a directory {round}")).unwrap();
        let notes = place.holds(&events).await;
        assert_eq!(notes.iter().any(|note| note.contains("was deleted")), round >= 3, "{round}: {notes:?}");
        let asides = fs::read_dir(place.data()).unwrap().map(|entry| entry.unwrap().path());
        let mut asides = asides.filter(|path| path.to_string_lossy().contains("set-aside")).collect::<Vec<_>>();
        asides.sort();
        assert_eq!(asides.len(), (round + 1).min(3));
        let kept = first.get_or_insert_with(|| asides[0].clone());
        assert_eq!(kept, &asides[0], "the first one stays");
    }
}

#[tokio::test]
async fn a_deleted_sled_is_rebuilt_from_the_journal() {
    let place = Place::new();
    let events = place.filled(300).await;
    fs::remove_dir_all(place.sled()).unwrap();
    let seen = Mutex::new(Vec::new());
    let opened = open(&place.options, &|step: Progress| seen.lock().unwrap().push(step)).await.unwrap();
    assert_eq!(leaves(&opened).await, events);
    assert_eq!(versions(&opened, &stream_of("area", 1)).await, 100);
    let total = events.len() as u64;
    let last = Progress { step: Step::Replaying, done: total, total };
    assert_eq!(seen.into_inner().unwrap().last(), Some(&last));
    drop(opened);
    assert!(place.holds(&events).await.is_empty());
}

#[tokio::test]
async fn a_sled_that_is_behind_is_brought_level() {
    let place = Place::new();
    place.filled(100).await;
    let earlier = place.copy();
    let opened = place.open().unwrap();
    let store = EventStore::start(opened.log, ticking()).await.unwrap();
    fill(&store, 200).await;
    let events = sound(&store).await;
    store.shutdown().await;
    drop((store, opened.keys));
    fs::remove_dir_all(place.sled()).unwrap();
    copy_dir(&earlier.sled(), &place.sled());
    let notes = place.holds(&events).await;
    assert!(notes.iter().any(|note| note.contains("replayed")), "{notes:?}");
    assert!(!notes.iter().any(|note| note.contains("set aside")), "{notes:?}");
}

#[tokio::test]
async fn a_damaged_sled_is_set_aside_and_rebuilt() {
    let place = Place::new();
    let events = place.filled(200).await;
    let mut set_aside = 0;
    for (round, from) in (0..8_usize).zip([0, 1, 3, 10, 30, 60, 80, 95]) {
        let damaged = place.copy();
        let db = damaged.sled().join("db");
        let length = fs::read(&db).unwrap().iter().rposition(|&byte| byte != 0).unwrap();
        let noise = (0..512_usize).map(|at| u8::try_from((at * 31 + round * 7) % 256).unwrap()).collect::<Vec<_>>();
        let at = (length * from / 100).min(length - 512);
        scribble(&db, at, &noise);
        let notes = damaged.holds(&events).await;
        set_aside += usize::from(notes.iter().any(|note| note.contains("set aside")));
        assert!(damaged.doctor().is_sound());
        damaged.holds(&events).await;
    }
    assert!(set_aside > 0, "the damage was never noticed");
    let emptied = place.copy();
    fs::write(emptied.sled().join("db"), b"").unwrap();
    emptied.holds(&events).await;
    let garbage = place.copy();
    fs::remove_dir_all(garbage.sled()).unwrap();
    fs::write(garbage.sled(), b"not a directory").unwrap();
    garbage.holds(&events).await;
}

#[tokio::test]
async fn a_sled_of_another_log_is_set_aside() {
    let (place, other) = (Place::new(), Place::new());
    let events = place.filled(50).await;
    other.filled(120).await;
    fs::remove_dir_all(place.sled()).unwrap();
    copy_dir(&other.sled(), &place.sled());
    let notes = place.holds(&events).await;
    assert!(notes.iter().any(|note| note.contains("another log")), "{notes:?}");
    let aside = fs::read_dir(place.data()).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(aside.filter(|name| name.to_string_lossy().contains("set-aside")).count() == 1);
}

/// Same log id, same size, other leaves: a copy of the log that went its own way.
#[tokio::test]
async fn a_sled_with_another_history_is_set_aside() {
    let place = Place::new();
    place.filled(10).await;
    let twin = place.copy();
    let events = place.filled(20).await;
    let opened = twin.open().unwrap();
    let store = EventStore::start(opened.log, std::sync::Arc::new(|| 1_800_000_000_000)).await.unwrap();
    fill(&store, 20).await;
    store.shutdown().await;
    drop(store);
    fs::remove_dir_all(place.sled()).unwrap();
    copy_dir(&twin.sled(), &place.sled());
    let notes = place.holds(&events).await;
    assert!(notes.iter().any(|note| note.contains("root")), "{notes:?}");
}

#[tokio::test]
async fn a_sled_that_is_ahead_means_that_the_journal_lost_its_tail() {
    let place = Place::new();
    place.filled(10).await;
    let earlier = place.copy();
    place.filled(10).await;
    for flushed in [true, false] {
        let ahead = place.copy();
        fs::remove_dir_all(ahead.data().join("journal")).unwrap();
        copy_dir(&earlier.data().join("journal"), &ahead.data().join("journal"));
        if !flushed {
            fs::remove_file(ahead.data().join("sled.flushed")).unwrap();
        }
        let error = ahead.refused(Cause::JournalLostItsTail);
        assert!(error.message.en.contains("huiyin doctor"), "{error}");
    }
    let gone = place.copy();
    fs::remove_dir_all(gone.data().join("journal")).unwrap();
    gone.refused(Cause::JournalLostItsTail);
    assert!(!gone.doctor().is_sound());
}

/// Left by a full disk or a crash, this file makes sled unopenable for good.
#[tokio::test]
async fn a_stale_snapshot_file_is_removed() {
    let place = Place::new();
    let events = place.filled(50).await;
    fs::write(place.sled().join("snap.0000000000000A00.generating"), b"").unwrap();
    let notes = place.holds(&events).await;
    assert!(notes.is_empty(), "{notes:?}");
}

#[tokio::test]
async fn a_note_that_cannot_be_read_costs_time_only() {
    let place = Place::new();
    let events = place.filled(300).await;
    let note = place.data().join("sled.flushed");
    let length = fs::read(&note).unwrap().len();
    for at in (0..length).step_by(7) {
        let copy = place.copy();
        let mut bytes = fs::read(&note).unwrap();
        bytes[at] ^= 1;
        fs::write(copy.data().join("sled.flushed"), bytes).unwrap();
        assert!(copy.holds(&events).await.is_empty());
    }
}

#[tokio::test]
async fn a_sled_that_takes_too_long_is_set_aside() {
    let place = Place::new();
    let events = place.filled(50).await;
    let hasty = || {
        let mut hasty = place.copy();
        hasty.options = OpenOptions { sled_patience: Duration::ZERO, ..hasty.options };
        hasty
    };
    // Neither attempt is given time: a clear error, and nothing is lost. Whoever is kept waiting himself, on a busy machine,
    // may find sled open all the same.
    let refused = (0..20).map(|_| hasty()).find(|hasty| hasty.open().is_err());
    let mut hasty = refused.expect("sled is never waited for");
    tokio::time::sleep(Duration::from_millis(300)).await;
    hasty.options.sled_patience = Duration::from_secs(60);
    hasty.holds(&events).await;
}
