//! Every write, sync and rename fails once: the caller hears of it, and nothing acknowledged is lost.

use super::kit::{Place, nth};
use event_store::conformance::kit::{sound, ticking};
use event_store::faults::{Faults, Op};
use event_store::files::Files;
use event_store::{AppendError, EventStore, OpenError};

const EIO: i32 = 5;
const ENOSPC: i32 = 28;
const COMMANDS: u64 = 120;

/// What became of one run under a fault plan.
struct Run {
    acknowledged: Vec<u64>,
    refused: Option<AppendError>,
    unopened: Option<OpenError>,
}

/// Opens the place through the plan and appends until the end or the first refusal.
async fn run(place: &Place, commands: u64) -> Run {
    let mut run = Run { acknowledged: Vec::new(), refused: None, unopened: None };
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
async fn fail_each(op: Op, os_error: i32) {
    let faults = Faults::new();
    let whole = run(&faulty(&faults), COMMANDS).await;
    assert!(whole.refused.is_none() && whole.unopened.is_none());
    let count = faults.count(op);
    let (mut unknown, mut full, mut unopened) = (0, 0, 0);
    for at in 1..=count {
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
        unopened += usize::from(run.unopened.is_some());
        check(place, &run, &format!("{op:?} {at}")).await;
    }
    if op == Op::Write || op == Op::Sync {
        let seen = if os_error == ENOSPC && op == Op::Write { full } else { unknown };
        assert!(seen > 0, "{op:?}: no append was hit ({unknown}, {full}, {unopened} of {count})");
        assert!(unopened > 0, "{op:?}: no opening was hit");
    }
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
    let place = faulty(&faults);
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
    drop(store);
    assert!(place.segments().len() >= 2);
    place.holds(&events).await;
}
