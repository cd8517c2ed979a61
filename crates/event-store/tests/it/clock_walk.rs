//! The wall clock is set forward and back by seconds, hours and years, under load and across restarts. Nothing recorded
//! may be further from the truth than the bound, and what is refused must be recorded once the clock is right again.

use event_store::conformance::kit::{one, stream};
use event_store::{AppendError, Clock, ClockWatch, EventStore, Expected, MemoryLog, Position};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

const START_MS: i64 = 1_795_000_000_000;
const STEP_MAX: Duration = Duration::from_secs(60);
const HOUR: i64 = 3_600_000;
const YEAR: i64 = 365 * 24 * HOUR;

/// What the machine's two clocks show: true time, and by how much the wall clock is wrong.
#[derive(Default)]
struct Machine {
    elapsed_ms: AtomicI64,
    wrong_by_ms: AtomicI64,
}

impl Machine {
    fn truth_ms(&self) -> i64 {
        START_MS + self.elapsed_ms.load(Ordering::SeqCst)
    }

    fn watch(self: &Arc<Self>, known_offset_ms: Option<i64>) -> Arc<ClockWatch> {
        let (wall, boot) = (Arc::clone(self), Arc::clone(self));
        let wall: Clock = Arc::new(move || wall.truth_ms() + wall.wrong_by_ms.load(Ordering::SeqCst));
        let boot: Clock = Arc::new(move || 7_000 + boot.elapsed_ms.load(Ordering::SeqCst));
        Arc::new(ClockWatch::new(wall, boot, STEP_MAX, known_offset_ms))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_leaf_is_further_from_the_truth_than_the_bound() {
    let machine = Arc::new(Machine::default());
    let log = Arc::new(MemoryLog::new());
    let mut watch = machine.watch(None);
    let mut store = EventStore::start_watched(Arc::clone(&log) as _, Arc::clone(&watch)).await.unwrap();
    let (mut recorded, mut refused, mut n) = (0_u64, 0_u64, 0_u64);
    let walk = [
        0,
        5_000,
        0,
        -5_000,
        0,
        59_000,
        0,
        61_000,
        0,
        -61_000,
        2 * HOUR,
        -2 * HOUR,
        0,
        YEAR,
        73 * YEAR,
        0,
        -20 * YEAR,
        0,
        -56 * YEAR,
        HOUR,
        0,
    ];
    for (step, wrong_by_ms) in walk.into_iter().enumerate() {
        machine.wrong_by_ms.store(wrong_by_ms, Ordering::SeqCst);
        // Every third time the server is started again while the clock is as it is; the offset was written down.
        if step % 3 == 2 {
            store.shutdown().await;
            let known = watch.offset_ms();
            watch = machine.watch(Some(known));
            store = EventStore::start_watched(Arc::clone(&log) as _, Arc::clone(&watch)).await.unwrap();
        }
        let before_ms = store.head().recorded_at;
        let mut running = Vec::new();
        for _ in 0..20 {
            machine.elapsed_ms.fetch_add(250, Ordering::SeqCst);
            n += 1;
            let wanted = one(&format!("key-{n}"), stream(n), Expected::NoStream);
            let store = store.clone();
            running.push(tokio::spawn(async move { store.append(wanted).await }));
        }
        for one in running {
            match one.await.unwrap() {
                Ok(appended) => {
                    recorded += 1;
                    let off_ms = (appended.recorded_at - machine.truth_ms()).abs();
                    // Within the bound, or held at an earlier leaf by a clock that was a little fast before.
                    assert!(off_ms <= 65_000, "step {step}: a leaf is {off_ms} ms off");
                }
                Err(AppendError::ClockImplausible(jump)) => {
                    refused += 1;
                    assert!((jump.wall_ms - jump.expected_ms).abs() > 60_000);
                    assert!((jump.expected_ms - machine.truth_ms()).abs() <= 65_000);
                }
                Err(error) => panic!("step {step}: {error}"),
            }
        }
        let far = wrong_by_ms.abs() > 60_000;
        assert_eq!(store.clock_jump().is_some(), far, "step {step}: what is said of the clock");
        assert!(
            store.head().recorded_at >= before_ms && (!far || store.head().recorded_at == before_ms),
            "step {step}"
        );
    }
    assert_eq!(store.head().position, Position(recorded));
    assert!(recorded >= 200 && refused >= 160, "{recorded} recorded, {refused} refused");
    store.shutdown().await;
}

#[tokio::test]
async fn a_command_recorded_before_is_answered_while_the_clock_is_wrong() {
    let machine = Arc::new(Machine::default());
    let store = EventStore::start_watched(Arc::new(MemoryLog::new()), machine.watch(None)).await.unwrap();
    let wanted = || one("once", stream(1), Expected::NoStream);
    let first = store.append(wanted()).await.unwrap();
    machine.wrong_by_ms.store(73 * YEAR, Ordering::SeqCst);
    let again = store.append(wanted()).await.unwrap();
    assert!(again.replayed && again.last == first.last);
    store.shutdown().await;
}
