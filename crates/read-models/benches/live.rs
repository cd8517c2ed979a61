//! What the read models cost while commands come: processor time for each reception, and how far behind they are.
//!
//! `cargo bench -p read-models --bench live [-- ISSUES RATE SECONDS]`. A town of 14 grids and 146 delegates has so many
//! issues already; then so many receptions with one issue each are recorded a second, into memory, and as many issues,
//! any of those that there are, are answered or taken. Printed are the threads that fold and those that write SQL.

#![allow(
    dead_code,
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "a benchmark prints rounded figures and stops when it cannot go on"
)]

#[path = "../src/tests/fixture/mod.rs"]
mod fixture;

use domain::ids::IssueId;
use domain::issue::{self, IssueEvent};
use fixture::{Office, ZONE, afternoon, day};
use read_models::ReadModels;
use std::time::{Duration, Instant};

/// The allocator of the binary `huiyin`, which all that is measured runs under.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

const DAYS: usize = 300;
const TICK: Duration = Duration::from_millis(10);

fn main() {
    let arguments: Vec<usize> = std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    let [issues, rate, seconds] = [(0, 20_000), (1, 1_000), (2, 10)].map(|(at, or)| *arguments.get(at).unwrap_or(&or));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async {
        let mut office = Office::of_size(7, &[2025, 2026], 14, 146).await;
        office.ids_in_order = true;
        let mut known: Vec<IssueId> = Vec::new();
        for on in 0..DAYS {
            let date = day("2026-01-08") + chrono::Duration::days(on as i64);
            office.it_is(date);
            for _ in issues * on / DAYS..issues * (on + 1) / DAYS {
                let id = office.raise(date, date + chrono::Duration::days(7)).await;
                if on + 40 < DAYS || office.pick(2) == 0 {
                    office.answer(id, date).await;
                } else {
                    known.push(id);
                }
            }
        }
        let today = office.today();
        let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let file = dir.path().join("read.sqlite");
        let models = ReadModels::open(Some(&file), office.store.clone(), office.log_id, ZONE).await.unwrap();
        models.start().unwrap();
        while !models.hold(office.store.head().position) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        println!("{issues} issues, {rate} receptions a second for {seconds} s");
        for round in ["receptions", "receptions and answers"] {
            let (before, begun) = (spent(), Instant::now());
            let head = office.store.head().position.0;
            let (mut done, mut behind) = (0, Vec::new());
            while begun.elapsed() < Duration::from_secs(seconds as u64) {
                let due = (begun.elapsed().as_secs_f64() * rate as f64) as usize;
                while done < due {
                    let id = office.raise(today, today + chrono::Duration::days(7)).await;
                    known.push(id);
                    if round != "receptions" {
                        let place = office.pick(known.len());
                        let older = known.swap_remove(place);
                        if office.pick(2) == 0 {
                            office.answer(older, today).await;
                        } else {
                            office.issue(older, IssueEvent::Taken(issue::Taken {}), afternoon(today)).await;
                        }
                    }
                    done += 1;
                }
                behind.push(office.store.head().position.0 - models.position().0);
                tokio::time::sleep(TICK).await;
            }
            let (events, took) = (office.store.head().position.0 - head, begun.elapsed());
            while !models.hold(office.store.head().position) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            behind.sort_unstable();
            let late = |share: f64| {
                let events_behind = behind[((behind.len() - 1) as f64 * share) as usize];
                events_behind as f64 * took.as_secs_f64() * 1e3 / events as f64
            };
            let after = spent();
            let each = |thread: usize| (after[thread] - before[thread]).as_secs_f64() * 1e6 / done as f64;
            println!(
                "{round}: {done} of two events and more ({events}), folding {:.1} µs, SQL {:.1} µs each; \
                 behind {:.0} ms (median), {:.0} ms (99 %)",
                each(0),
                each(1),
                late(0.5),
                late(0.99)
            );
        }
        models.shutdown().await;
    });
}

/// Processor time of the threads that fold and of those that write SQL, under the names of this version and of earlier ones.
fn spent() -> [Duration; 2] {
    let mut spent = [Duration::ZERO; 2];
    for task in std::fs::read_dir("/proc/self/task").unwrap().flatten() {
        let name = std::fs::read_to_string(task.path().join("comm")).unwrap_or_default();
        let stat = std::fs::read_to_string(task.path().join("schedstat")).unwrap_or_default();
        let ns = stat.split(' ').next().and_then(|ns| ns.parse().ok()).unwrap_or(0);
        match name.trim() {
            "read-models" => spent[0] += Duration::from_nanos(ns),
            name if name.starts_with("sql") => spent[1] += Duration::from_nanos(ns),
            _ => {}
        }
    }
    spent
}
