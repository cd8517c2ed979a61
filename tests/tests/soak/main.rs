//! Everything that makes trouble, at once, on one server: readers that do not read, feeds, half-sent requests up to the
//! limit of descriptors, a reader of the log that stops, a locked file of boards, rebuilds; meanwhile receptions are
//! recorded, each sent twice under one key, and boards are asked.
//!
//! No answer may be wrong, nothing may stop or hang, nothing acknowledged may be lost, and afterwards figures equal lists
//! and the memory is given back. `HUIYIN_SOAK_SECONDS` says how long (120 by default; docs/OPERATIONS.md has the hour).
//!
//! `frozen` is a trial of its own, before or after: what a freeze fixed, behind 100,000 further events.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test stops at the first surprise, and this one reports"
)]

mod afterwards;
mod frozen;
#[allow(dead_code, unused_imports, reason = "the other tests need the rest of it")]
#[path = "../it/harness/mod.rs"]
mod harness;
mod server;
mod trouble;
mod work;

use server::Server;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use work::Work;

/// Receptions before the trouble: by then the caches are full (sled's, SQLite's, that of issues). With fewer, their filling
/// would be taken for trouble's.
const WARM_UP: usize = 100_000;

/// Each trial has the machine for itself.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How long the trouble lasts.
fn duration() -> Duration {
    let seconds = std::env::var("HUIYIN_SOAK_SECONDS").ok().map(|text| text.parse().unwrap());
    Duration::from_secs(seconds.unwrap_or(120))
}

/// Whoever finds something wrong ends the trial for all.
struct StopAll<'s>(&'s AtomicBool);

impl StopAll<'_> {
    fn on_panic<T>(stop: &AtomicBool, act: impl FnOnce() -> T) -> T {
        let _guard = StopAll(stop);
        act()
    }
}

impl Drop for StopAll<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.store(true, Ordering::SeqCst);
        }
    }
}

#[test]
fn nothing_stops_and_nothing_is_wrong_under_all_troubles_at_once() {
    let _alone = alone();
    let place = harness::Place::new();
    let server = Server::start(&place);
    let work = Work::at(&server, place.token());
    let stop = AtomicBool::new(false);

    let quiet = without_trouble(&server, &work);
    let before = work.recorded();
    println!("quiet: {before} receptions, {}", server.memory());

    let begun = Instant::now();
    let feeds = std::thread::scope(|scope| {
        work.begin(scope, &stop);
        let feeds = trouble::begin(scope, &stop, &server, &place, &work);
        let mut told = Instant::now();
        while begun.elapsed() < duration() && !stop.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(200));
            assert!(server.runs(), "the server ended in the middle of it");
            if told.elapsed() > Duration::from_secs(20) {
                told = Instant::now();
                println!("{:>5.0?}: {} receptions, {}", begun.elapsed(), work.recorded(), server.memory());
            }
        }
        stop.store(true, Ordering::SeqCst);
        feeds.join().unwrap()
    });
    println!("{feeds} events came by the feeds; {}", work.report());
    assert!(work.recorded() > before, "nothing was recorded under trouble");
    assert!(feeds > 0, "no feed told anything");

    afterwards::server_is_well(&server, &work);
    afterwards::nothing_is_lost(&server, &work);
    afterwards::figures_equal_lists(&server, &work);
    work_quietly(&work);
    let held = afterwards::memory_held(&server, quiet);
    server.stops();
    afterwards::the_record_is_sound(&place);

    if afterwards::is_given_back(held, quiet) {
        return;
    }
    // An hour records many times what was there before it, and a longer log takes more memory. What trouble left behind
    // shows beside a server that finds the same log, does as much work as the first before its trouble, and sees none.
    let untroubled = server.starts_again(&place);
    let quiet = without_trouble(&untroubled, &work);
    println!("without trouble: {} receptions, {}", work.recorded(), untroubled.memory());
    assert!(afterwards::is_given_back(held, quiet), "{held} MiB stay, {quiet} are enough without trouble");
}

/// MiB a server takes with nothing but work, and with the very questions that are asked after the trouble: this is where
/// the memory is to come back to.
fn without_trouble(server: &Server, work: &Work) -> u64 {
    work.warm_up(work.recorded() + WARM_UP);
    afterwards::nothing_is_lost(server, work);
    afterwards::figures_equal_lists(server, work);
    work_quietly(work);
    server.resident_mib()
}

/// Nothing but work for a while. Memory is compared after it, with trouble as without: caches that were filled by questions
/// alone hold pieces that the next work gives back.
fn work_quietly(work: &Work) {
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        work.begin(scope, &stop);
        std::thread::sleep(Duration::from_secs(20));
        stop.store(true, Ordering::SeqCst);
    });
}
