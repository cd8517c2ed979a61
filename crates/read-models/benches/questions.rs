//! What a page of a list and a dashboard cost in processor time: of the whole process, threads that read included, without
//! HTTP.
//!
//! `cargo bench -p read-models --bench questions [-- ISSUES]`. Several askers at once, who each ask the next question when
//! they have the answer to the last; the grids and delegates change from question to question. A dashboard is asked both
//! while nothing is recorded, and with the newest event another one each time.

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

use chrono::NaiveDate;
use domain::ids::{AreaId, DelegateId};
use domain::vocabulary::Lateness;
use fixture::{Office, ZONE, day};
use read_models::{DashboardBy, DashboardQuery, IssueQuery, IssueSort, PageRequest, ReadModels, ReceptionQuery};
use std::time::{Duration, Instant};

/// The allocator of the binary `huiyin`, which all that is measured runs under.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

const DAYS: usize = 300;
const ASKERS: usize = 16;
const ROUNDS: usize = 3;

/// What is asked, with what changes from one to the next.
#[derive(Clone, Copy, Debug)]
enum Ask {
    Newest,
    OfGrid,
    OfDelegate,
    DueSoon,
    Receptions,
    Overview,
    Grids,
    Units,
    Delegates,
    Topics,
    EightMonths,
}

const ALL: [Ask; 11] = [
    Ask::Newest,
    Ask::OfGrid,
    Ask::OfDelegate,
    Ask::DueSoon,
    Ask::Receptions,
    Ask::Overview,
    Ask::Grids,
    Ask::Units,
    Ask::Delegates,
    Ask::Topics,
    Ask::EightMonths,
];

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|argument| !argument.starts_with("--"));
    let issues: usize = arguments.next().and_then(|argument| argument.parse().ok()).unwrap_or(20_000);
    let times: usize = arguments.next().and_then(|argument| argument.parse().ok()).unwrap_or(4_000);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let mut office = Office::of_size(7, &[2025, 2026], 14, 146).await;
        office.ids_in_order = true;
        let last = live(&mut office, issues).await;
        let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let file = dir.path().join("read.sqlite");
        let models = ReadModels::open(Some(&file), office.store.clone(), office.log_id, ZONE).await.unwrap();
        models.start().unwrap();
        while !models.hold(office.store.head().position) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        println!("{issues} issues, file of {} MB", std::fs::metadata(&file).unwrap().len() >> 20);
        for ask in ALL {
            let mut spent = Vec::new();
            for _ in 0..ROUNDS {
                spent.push(asked(&models, &office, ask, last, times).await);
            }
            println!("{:<12} {}", format!("{ask:?}"), spent.join("   "));
        }
        // Dashboards whose newest event is another one each time.
        for ask in [Ask::Overview, Ask::Grids, Ask::Delegates] {
            let mut spent = Duration::ZERO;
            for _ in 0..200 {
                office.raise(last, last + chrono::Duration::days(7)).await;
                while !models.hold(office.store.head().position) {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                let before = cpu();
                one(&models, &office.grids, &office.delegates, ask, last, 0).await;
                spent += cpu() - before;
            }
            println!("{:<12} {:>7.1} µs with another newest event", format!("{ask:?}"), spent.as_secs_f64() * 5e3);
        }
        models.shutdown().await;
    });
}

async fn live(office: &mut Office, issues: usize) -> NaiveDate {
    let mut date = day("2026-01-08");
    for on in 0..DAYS {
        date = day("2026-01-08") + chrono::Duration::days(on as i64);
        office.it_is(date);
        for _ in issues * on / DAYS..issues * (on + 1) / DAYS {
            let id = office.raise(date, date + chrono::Duration::days(7)).await;
            if office.pick(20) > 0 || on < DAYS - 30 {
                office.answer(id, date).await;
            }
        }
    }
    date
}

/// Microseconds of processor and of time that a question takes, in text.
async fn asked(models: &ReadModels, office: &Office, ask: Ask, today: NaiveDate, times: usize) -> String {
    let (before, begun) = (cpu(), Instant::now());
    let askers: Vec<_> = (0..ASKERS)
        .map(|asker| {
            let (models, grids, delegates) = (models.clone(), office.grids.clone(), office.delegates.clone());
            tokio::spawn(async move {
                for n in 0..times / ASKERS {
                    one(&models, &grids, &delegates, ask, today, asker + n * ASKERS).await;
                }
            })
        })
        .collect();
    for asker in askers {
        asker.await.unwrap();
    }
    let each = |spent: Duration| spent.as_secs_f64() * 1e6 / times as f64;
    format!("{:>7.1} µs ({:.1} of time)", each(cpu() - before), each(begun.elapsed()))
}

async fn one(models: &ReadModels, grids: &[AreaId], delegates: &[DelegateId], ask: Ask, today: NaiveDate, n: usize) {
    let page = PageRequest { limit: 50, cursor: None };
    let (grid_id, delegate_id) = (Some(grids[n % grids.len()]), Some(delegates[n % (2 * grids.len())]));
    let query = match ask {
        Ask::Newest => IssueQuery::default(),
        Ask::OfGrid => IssueQuery { grid_id, ..IssueQuery::default() },
        Ask::OfDelegate => IssueQuery { delegate_id, ..IssueQuery::default() },
        Ask::DueSoon => IssueQuery { lateness: vec![Lateness::DueSoon], sort: IssueSort::Due, ..IssueQuery::default() },
        Ask::Receptions => {
            let query = ReceptionQuery { grid_id, ..ReceptionQuery::default() };
            return drop(models.receptions(&query, &page).await.unwrap());
        }
        Ask::Overview => return dashboard(models, DashboardBy::Town, None, None, today).await,
        Ask::Grids => return dashboard(models, DashboardBy::Grids, None, None, today).await,
        Ask::Units => return dashboard(models, DashboardBy::Units, None, None, today).await,
        Ask::Delegates => return dashboard(models, DashboardBy::Delegates, grid_id, None, today).await,
        Ask::Topics => return dashboard(models, DashboardBy::Topics, None, None, today).await,
        Ask::EightMonths => {
            let from = Some(today - chrono::Duration::days(240));
            return dashboard(models, DashboardBy::Grids, None, from, today).await;
        }
    };
    assert!(models.issues(&query, today, &page).await.unwrap().items.len() <= 50);
}

async fn dashboard(
    models: &ReadModels,
    by: DashboardBy,
    grid_id: Option<AreaId>,
    from: Option<NaiveDate>,
    today: NaiveDate,
) {
    let query = DashboardQuery { grid_id, from, to: None };
    models.dashboard(by, &query, today).await.unwrap();
}

/// Processor time of this process so far.
fn cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let main: u64 = stat.split(' ').next().and_then(|ns| ns.parse().ok()).unwrap_or(0);
    let mut all = Duration::from_nanos(main);
    for task in std::fs::read_dir("/proc/self/task").unwrap().flatten() {
        if task.file_name().to_string_lossy() == std::process::id().to_string() {
            continue;
        }
        let stat = std::fs::read_to_string(task.path().join("schedstat")).unwrap_or_default();
        all += Duration::from_nanos(stat.split(' ').next().and_then(|ns| ns.parse().ok()).unwrap_or(0));
    }
    all
}
