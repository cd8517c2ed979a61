//! Every write, sync and rename fails once: the caller hears of it, and nothing acknowledged is lost.

use super::kit::{Place, SEGMENT_BYTES, nth};
use event_store::conformance::kit::{sound, ticking};
use event_store::faults::{Faults, Op};
use event_store::files::Files;
use event_store::{AppendError, EventStore, OpenError};

const EIO: i32 = 5;
const ENOSPC: i32 = 28;
const EMFILE: i32 = 24;
const ENOENT: i32 = 2;
const COMMANDS: u64 = 120;

/// What became of one run under a fault plan.
struct Run {
    acknowledged: Vec<u64>,
    refused: Option<AppendError>,
    /// Refused with "nothing was recorded", and recorded when asked again.
    passed: u64,
    unopened: Option<OpenError>,
}

/// Opens the place through the plan and appends until the end or the first refusal.
async fn run(place: &Place, commands: u64) -> Run {
    let mut run = Run { acknowledged: Vec::new(), refused: None, passed: 0, unopened: None };
    let opened = match place.open() {
        Ok(opened) => opened,
        Err(error) => {
            run.unopened = Some(error);
            return run;
        }
    };
    let store = EventStore::start(opened.log, ticking()).await.unwrap();
    for n in 0..commands {
        match store.append(nth(n)).await {
            Ok(_) => run.acknowledged.push(n),
            Err(AppendError::NotWritten(_)) => {
                assert_eq!(store.command(nth(n).command).await.unwrap(), None, "nothing was recorded");
                assert_eq!(store.healthy(), Ok(()), "and the writer goes on");
                let appended = store.append(nth(n)).await.unwrap_or_else(|error| panic!("asked again: {error}"));
                assert!(!appended.replayed);
                run.acknowledged.push(n);
                run.passed += 1;
            }
            Err(error) => {
                run.refused = Some(error);
                break;
            }
        }
    }
    if let Some(AppendError::OutcomeUnknown(_)) = run.refused {
        assert!(store.healthy().is_err(), "the writer is poisoned");
        assert!(store.append(nth(9999)).await.is_err(), "and stays so");
    }
    store.shutdown().await;
    run
}

/// Without faults: everything acknowledged is there, dense and linked, and the log goes on.
async fn check(place: Place, run: &Run, what: &str) {
    // A fault that the run did not come to must not strike now.
    let place = place.with_files(&Files::real());
    let opened = place.open().unwrap_or_else(|error| panic!("{what}: {error}"));
    let store = EventStore::start(opened.log, ticking()).await.unwrap();
    sound(&store).await;
    for n in &run.acknowledged {
        let known = store.command(nth(*n).command).await.unwrap();
        assert!(known.is_some(), "{what}: command {n} was acknowledged and is lost");
    }
    let next = run.acknowledged.len() as u64;
    // A refused command may have been recorded (outcome unknown) or not: asking again settles it.
    store.append(nth(next)).await.unwrap_or_else(|error| panic!("{what}: {error}"));
    sound(&store).await;
    store.shutdown().await;
}

fn faulty(faults: &Faults) -> Place {
    Place::new().with_files(&Files::faulty(faults))
}

/// A run for every single operation of this kind, in which that one fails.
async fn fail_each(op: Op, os_error: i32) -> Seen {
    fail_every(1, op, os_error).await
}

/// The same for every `step`-th operation.
async fn fail_every(step: usize, op: Op, os_error: i32) -> Seen {
    let faults = Faults::new();
    let whole = run(&faulty(&faults), COMMANDS).await;
    assert!(whole.refused.is_none() && whole.unopened.is_none());
    let count = faults.count(op);
    let Seen { mut unknown, mut full, mut passed, mut unopened } = Seen::default();
    for at in (1..=count).step_by(step) {
        let faults = Faults::new();
        faults.fail(op, at, os_error);
        let place = faulty(&faults);
        let run = run(&place, COMMANDS).await;
        match &run.refused {
            Some(AppendError::OutcomeUnknown(_)) => unknown += 1,
            Some(AppendError::StorageFull) => full += 1,
            Some(error) => panic!("{op:?} {at}: {error}"),
            None => {}
        }
        passed += run.passed;
        unopened += u64::from(run.unopened.is_some());
        check(place, &run, &format!("{op:?} {at}")).await;
    }
    if op == Op::Write || op == Op::Sync {
        let seen = if os_error == ENOSPC && op == Op::Write { full } else { unknown };
        assert!(seen > 0, "{op:?}: no append was hit ({unknown}, {full}, {unopened} of {count})");
        assert!(unopened > 0, "{op:?}: no opening was hit");
    }
    Seen { unknown, full, passed, unopened }
}

/// How the runs of a kind ended.
#[derive(Debug, Default)]
struct Seen {
    unknown: u64,
    full: u64,
    passed: u64,
    unopened: u64,
}

#[tokio::test]
async fn each_write_fails_with_eio() {
    fail_each(Op::Write, EIO).await;
}

#[tokio::test]
async fn each_write_fails_with_enospc() {
    fail_each(Op::Write, ENOSPC).await;
}

#[tokio::test]
async fn each_sync_fails() {
    fail_each(Op::Sync, EIO).await;
    fail_each(Op::Sync, ENOSPC).await;
}

#[tokio::test]
async fn each_rename_and_directory_operation_fails() {
    for op in [Op::Create, Op::Rename, Op::SyncDir, Op::Remove] {
        fail_each(op, EIO).await;
        fail_each(op, ENOSPC).await;
    }
}

/// No descriptor, no memory, a directory that was moved: before the first write of a new segment nothing is lost by
/// them, and nothing stops.
#[tokio::test]
async fn trouble_before_a_new_segment_is_written_passes() {
    // Room is asked for at every append.
    for (step, op, os_error) in [(1, Op::Create, EMFILE), (9, Op::FreeBytes, ENOENT)] {
        let seen = fail_every(step, op, os_error).await;
        assert_eq!((seen.unknown, seen.full), (0, 0), "{op:?}: {seen:?}");
        assert!(op == Op::Create || seen.passed > 0, "no append was hit");
    }
}

/// Everything that would need a new descriptor fails for a while, as under a flood of connections, and segments are
/// changed meanwhile or just cannot be: what is acknowledged is kept, the rest is refused, and it goes on by itself.
#[tokio::test]
async fn a_lack_of_descriptors_stops_nothing_for_good() {
    let faults = Faults::new();
    let place = faulty(&faults);
    let opened = place.open().unwrap();
    let store = EventStore::start(opened.log, ticking()).await.unwrap();
    drop(opened.keys);
    faults.fail_all(Op::Create, Some(EMFILE));
    let (mut n, mut refused) = (0, 0);
    while refused < 3 {
        match store.append(nth(n)).await {
            Ok(_) => n += 1,
            Err(AppendError::NotWritten(why)) => {
                assert!(why.contains("os error 24") && why.contains("spare"), "{why}");
                refused += 1;
            }
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(store.healthy(), Ok(()));
    faults.fail_all(Op::Create, None);
    for n in n..n + 100 {
        store.append(nth(n)).await.unwrap();
    }
    let events = sound(&store).await;
    store.shutdown().await;
    drop(store);
    place.holds(&events).await;
}

/// The data directory is given another name while the server runs: handles do not mind.
#[tokio::test]
async fn a_directory_that_is_moved_stops_nothing_for_good() {
    let place = Place::new();
    let opened = place.open().unwrap();
    let store = EventStore::start(opened.log, ticking()).await.unwrap();
    drop(opened.keys);
    store.append(nth(0)).await.unwrap();
    let elsewhere = place.data().with_extension("elsewhere");
    std::fs::rename(place.data(), &elsewhere).unwrap();
    let mut n = 1;
    // Until the segment is full and the next one is not found where it was.
    loop {
        match store.append(nth(n)).await {
            Ok(_) => n += 1,
            Err(AppendError::NotWritten(_)) => break,
            Err(error) => panic!("{error}"),
        }
    }
    std::fs::rename(&elsewhere, place.data()).unwrap();
    for n in n..n + 100 {
        store.append(nth(n)).await.unwrap();
    }
    let events = sound(&store).await;
    store.shutdown().await;
    drop(store);
    place.holds(&events).await;
}

/// sled is written by itself, beside the commits; when it fails there, that is told before the next command finds out.
#[tokio::test]
async fn a_store_that_fails_in_the_background_shows_at_once() {
    let faults = Faults::new();
    let place = faulty(&faults);
    let opened = place.open().unwrap();
    let log = std::sync::Arc::clone(&opened.log);
    let store = EventStore::start(opened.log, ticking()).await.unwrap();
    drop(opened.keys);
    store.append(nth(0)).await.unwrap();
    assert_eq!(store.healthy(), Ok(()));
    faults.fail_all(Op::Sled, Some(ENOSPC));
    until(|| store.healthy().is_err()).await;
    assert!(store.healthy().unwrap_err().contains("os error 28"));
    // Once, and not once a second: the flush thread leaves it alone now.
    let asked = faults.count(Op::Sled);
    tokio::time::sleep(std::time::Duration::from_millis(2500)).await;
    assert_eq!(faults.count(Op::Sled), asked);
    let error = store.append(nth(1)).await.unwrap_err();
    assert!(matches!(error, AppendError::OutcomeUnknown(_)), "{error}");
    drop(log);
    store.shutdown().await;
    drop(store);
    let place = place.with_files(&Files::real());
    let opened = place.open().unwrap();
    let store = EventStore::start(opened.log, ticking()).await.unwrap();
    assert!(store.command(nth(0).command).await.unwrap().is_some(), "nothing acknowledged is lost");
    store.append(nth(1)).await.unwrap();
    store.shutdown().await;
}

/// The note of the last flush needs a descriptor of its own; without one it waits, and nothing else does.
#[tokio::test]
async fn a_note_that_cannot_be_written_is_written_later() {
    let faults = Faults::new();
    let place = faulty(&faults);
    let opened = place.open().unwrap();
    let store = EventStore::start(opened.log, ticking()).await.unwrap();
    let note = place.data().join("sled.flushed");
    let before = std::fs::read(&note).unwrap();
    faults.fail_all(Op::Create, Some(EMFILE));
    store.append(nth(0)).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
    assert_eq!(store.healthy(), Ok(()));
    assert_eq!(std::fs::read(&note).unwrap(), before);
    faults.fail_all(Op::Create, None);
    until(|| std::fs::read(&note).unwrap() != before).await;
    store.shutdown().await;
}

/// A segment that was unlinked takes every write, and all of it is gone with the process.
#[tokio::test]
async fn a_segment_that_was_removed_stops_the_writer() {
    for replaced in [false, true] {
        let place = Place::new();
        let opened = place.open().unwrap();
        let store = EventStore::start(opened.log, ticking()).await.unwrap();
        store.append(nth(0)).await.unwrap();
        let segment = place.segments().pop().unwrap();
        if replaced {
            let copy = segment.with_extension("copy");
            std::fs::copy(&segment, &copy).unwrap();
            std::fs::rename(&copy, &segment).unwrap();
        } else {
            std::fs::remove_file(&segment).unwrap();
        }
        until(|| store.healthy().is_err()).await;
        assert!(store.healthy().unwrap_err().contains("removed or replaced"));
        assert!(matches!(store.append(nth(1)).await, Err(AppendError::OutcomeUnknown(_))));
        store.shutdown().await;
    }
}

/// What sled has yet to write has its room already, so that a disk filled by others does not stop it.
#[tokio::test]
async fn room_for_sled_is_set_aside_behind_its_end() {
    use std::os::unix::fs::MetadataExt as _;
    let mut place = Place::new();
    place.options.room_for_sled_bytes = 8 * 1024 * 1024;
    let opened = place.open().unwrap();
    let store = EventStore::start(opened.log, ticking()).await.unwrap();
    let db = place.sled().join("db");
    let room = || {
        let found = std::fs::metadata(&db).unwrap();
        (found.blocks() * 512).saturating_sub(found.len())
    };
    assert!(room() >= 8 * 1024 * 1024 - 4096, "{} bytes", room());
    let before = std::fs::metadata(&db).unwrap().len();
    for n in 0..3000 {
        store.append(nth(n)).await.unwrap();
    }
    assert!(std::fs::metadata(&db).unwrap().len() > before, "sled has grown");
    until(|| room() >= 8 * 1024 * 1024 - 4096).await;
    store.shutdown().await;
}

/// Waits for what the flush thread does every second.
async fn until(so: impl Fn() -> bool) {
    for _ in 0..600 {
        if so() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("it never came to be so");
}

/// Too little room is answered before anything is written, and the writer goes on when there is room again.
#[tokio::test]
async fn a_full_disk_refuses_and_recovers() {
    let faults = Faults::new();
    let mut place = faulty(&faults);
    place.options.free_space_min_bytes = 1_000_000;
    let opened = place.open().unwrap();
    let store = EventStore::start(opened.log, ticking()).await.unwrap();
    store.append(nth(0)).await.unwrap();
    faults.pretend_free_bytes(Some(1_000_100));
    let written = faults.count(Op::Write);
    let error = store.append(nth(1)).await.unwrap_err();
    assert!(matches!(error, AppendError::StorageFull), "{error}");
    assert_eq!(faults.count(Op::Write), written, "nothing was written");
    assert_eq!(store.command(nth(1).command).await.unwrap(), None);
    assert!(store.healthy().is_ok());
    faults.pretend_free_bytes(None);
    store.append(nth(1)).await.unwrap();
    sound(&store).await;
    store.shutdown().await;
}

/// A segment is full and the next one finds no room: refused, and later taken up again.
#[tokio::test]
async fn no_room_for_a_segment_refuses_and_recovers() {
    let faults = Faults::new();
    let mut place = faulty(&faults);
    place.options.first_segment_bytes = SEGMENT_BYTES;
    let opened = place.open().unwrap();
    let store = EventStore::start(opened.log, ticking()).await.unwrap();
    // Room for the frames, not for 64 KiB of zeros.
    faults.pretend_free_bytes(Some(30_000));
    let mut acknowledged = 0;
    let error = loop {
        match store.append(nth(acknowledged)).await {
            Ok(_) => acknowledged += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, AppendError::StorageFull), "{error}");
    assert!(acknowledged > 50, "{acknowledged}");
    faults.pretend_free_bytes(None);
    for n in acknowledged..acknowledged + 100 {
        store.append(nth(n)).await.unwrap();
    }
    let events = sound(&store).await;
    store.shutdown().await;
    drop((store, opened.keys));
    assert!(place.segments().len() >= 2);
    place.holds(&events).await;
}
