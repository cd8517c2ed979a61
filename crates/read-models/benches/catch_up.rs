//! How fast all read models follow a log from its first leaf, beside a bare full read of the same log in the same run.
//!
//! `cargo bench -p read-models --bench catch_up [-- ISSUES [DIRECTORY]]`. A seeded town of 14 grids and 146 delegates
//! records receptions and issues into memory, most of which are taken, answered, judged and closed within two weeks; then
//! the log is brought to disk, from where it is read. Measured are the log read alone, a catch-up into an empty file, and
//! a rebuild by order; and the processor time that folding and SQL took for an event of the catch-up.
//!
//! The figures mean something only on an idle machine.

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

use domain::ids::{IssueId, MajorIssueId};
use domain::issue::{self, IssueEvent};
use domain::vocabulary::{FeedbackBy, Satisfaction};
use event_store::open::{OpenOptions, open_blocking};
use event_store::{EventStore, Filter, Position};
use fixture::{Office, ZONE, afternoon, day};
use read_models::ReadModels;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The allocator of the binary `huiyin`, which all that is measured runs under.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Days over which the issues are spread.
const DAYS: usize = 300;
/// Events handed to the log on disk at once.
const IMPORT_EVENTS: usize = 1_000;
const ROUNDS: usize = 3;

fn main() {
    let arguments = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect::<Vec<_>>();
    let issues = arguments.first().and_then(|argument| argument.parse().ok()).unwrap_or(40_000);
    let dir = match arguments.get(1) {
        Some(parent) => tempfile::tempdir_in(parent),
        None => tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")),
    }
    .unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let (store, log_id) = runtime.block_on(recorded(issues, dir.path()));
    let events = store.head().position.0;
    println!("{issues} issues, {events} events, {} processors", std::thread::available_parallelism().unwrap());
    println!("round   bare read/s   catch-up/s   share   rebuild/s   resident   fold µs/event   SQL µs/event");
    for round in 1..=ROUNDS {
        let file = dir.path().join(format!("read-{round}.sqlite"));
        let before = [cpu("read-models"), cpu("sql-writer")];
        let (bare, caught_up, rebuilt, cpu) = runtime.block_on(measured(&store, log_id, &file));
        let each = |thread: usize| (cpu[thread] - before[thread]).as_secs_f64() * 1e6 / events as f64;
        let rate = |time: Duration| events as f64 / time.as_secs_f64();
        println!(
            "{round:>5} {:>13.0} {:>12.0} {:>5.1} % {:>11.0} {:>7} MB {:>15.1} {:>14.1}",
            rate(bare),
            rate(caught_up),
            100.0 * bare.as_secs_f64() / caught_up.as_secs_f64(),
            rate(rebuilt),
            resident_mb(),
            each(0),
            each(1),
        );
        std::fs::remove_file(&file).unwrap();
    }
}

/// A town's year, recorded in memory and then brought to disk.
async fn recorded(issues: usize, dir: &Path) -> (EventStore, uuid::Uuid) {
    let mut office = Office::of_size(7, &[2025, 2026], 14, 146).await;
    office.ids_in_order = true;
    live(&mut office, issues).await;
    let place = dir.join("log");
    let keys = dir.join("log.keys");
    let opened = tokio::task::spawn_blocking(move || open_blocking(&OpenOptions::new(place, keys), &|_| {}).unwrap());
    let store = EventStore::start(opened.await.unwrap().log, Arc::new(|| i64::MAX)).await.unwrap();
    let mut after = Position(0);
    while after < office.store.head().position {
        let page = office.store.read_all(after, IMPORT_EVENTS, &Filter::default()).await.unwrap();
        store.append_recorded(&page.events).await.unwrap();
        after = page.scanned_to;
    }
    (store, office.log_id)
}

/// What happens to an issue on a later day.
enum Step {
    Taken,
    Answered,
    Judged,
    Escalated,
    ToldMeanwhile,
    ReportedBack(MajorIssueId),
}

/// Raises the issues day by day, and lets come what is due.
async fn live(office: &mut Office, issues: usize) {
    let mut later: BTreeMap<usize, Vec<(IssueId, Step)>> = BTreeMap::new();
    for on in 0..DAYS + 60 {
        let date = day("2026-01-08") + chrono::Duration::days(on as i64);
        office.it_is(date);
        let raised = if on < DAYS { issues * (on + 1) / DAYS - issues * on / DAYS } else { 0 };
        for _ in 0..raised {
            let id = office.raise(date, date + chrono::Duration::days(7)).await;
            let escalates = office.pick(20) == 0;
            if office.pick(2) == 0 {
                later.entry(on + 1).or_default().push((id, Step::Taken));
            }
            let step = if escalates { Step::Escalated } else { Step::Answered };
            later.entry(on + 1 + office.pick(9)).or_default().push((id, step));
        }
        for (id, step) in later.remove(&on).unwrap_or_default() {
            let at = afternoon(date);
            match step {
                Step::Taken => drop(office.issue(id, IssueEvent::Taken(issue::Taken {}), at).await),
                Step::Answered => {
                    office.answer(id, date).await;
                    later.entry(on + 1 + office.pick(8)).or_default().push((id, Step::Judged));
                }
                Step::Judged => {
                    if office.pick(3) > 0 {
                        let satisfaction = Satisfaction::Satisfied;
                        let feedback = issue::FeedbackRecorded { satisfaction, by: FeedbackBy::Visitor };
                        office.issue(id, IssueEvent::FeedbackRecorded(feedback), at).await;
                    }
                    office.issue(id, IssueEvent::Closed(issue::Closed {}), at).await;
                }
                Step::Escalated => {
                    let major_issue_id = office.escalate(id, date).await;
                    later.entry(on + 2).or_default().push((id, Step::ToldMeanwhile));
                    later.entry(on + 9 + office.pick(20)).or_default().push((id, Step::ReportedBack(major_issue_id)));
                }
                Step::ToldMeanwhile => office.tell_meanwhile(id, date).await,
                Step::ReportedBack(major_issue_id) => {
                    office.report_back(id, major_issue_id, date).await;
                    later.entry(on + 2).or_default().push((id, Step::Answered));
                }
            }
        }
    }
}

async fn measured(
    store: &EventStore,
    log_id: uuid::Uuid,
    file: &Path,
) -> (Duration, Duration, Duration, [Duration; 2]) {
    let head = store.head().position;
    let begun = Instant::now();
    let mut after = Position(0);
    while after < head {
        after = store.read_all(after, 1_024, &Filter::default()).await.unwrap().scanned_to;
    }
    let bare = begun.elapsed();
    let begun = Instant::now();
    let models = ReadModels::open(Some(file), store.clone(), log_id, ZONE).await.unwrap();
    models.start().unwrap();
    models.wait_for(head, Duration::from_secs(600)).await.unwrap();
    let caught_up = begun.elapsed();
    let cpu = [cpu("read-models"), cpu("sql-writer")];
    let begun = Instant::now();
    models.rebuild(None, &|_| {}).await.unwrap();
    let rebuilt = begun.elapsed();
    models.shutdown().await;
    (bare, caught_up, rebuilt, cpu)
}

/// Processor time of the threads with this name so far; threads that ended are forgotten.
fn cpu(name: &str) -> Duration {
    let mut ticks = 0;
    for task in std::fs::read_dir("/proc/self/task").unwrap().flatten() {
        let stat = std::fs::read_to_string(task.path().join("stat")).unwrap_or_default();
        if stat.contains(&format!("({name}")) {
            // After the name: state is field 3, user and system time are fields 14 and 15.
            let fields = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect::<Vec<_>>();
            ticks += fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
        }
    }
    Duration::from_millis(ticks * 10)
}

/// Memory of this process that is resident, the log in memory included.
fn resident_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or(0) >> 10
}
