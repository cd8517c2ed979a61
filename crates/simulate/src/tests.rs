//! A year of some grids is told, and everything happens in it that can happen to an issue, and all that the notice asks of
//! delegates.

#![allow(clippy::unwrap_used)]

use super::*;
use casework::annual_reviews::ReviewYear;
use casework::bootstrap::Bootstrap;
use casework::loaded::AsOf;
use casework::reviews::{Frame, Tallies};
use chrono::{DateTime, NaiveDate, TimeZone as _, Utc};
use domain::annual_review::is_reviewed;
use domain::appraisal::Appraisee;
use domain::calendar::CalendarYear;
use domain::event::Event;
use domain::language::Language;
use domain::vocabulary::{IssueState, MajorIssueState};
use event_store::keys::KeyDirectory;
use event_store::memory::MemoryLog;
use event_store::{EventStore, Filter, Position};
use file_store::FileStore;
use std::cell::Cell;
use std::collections::BTreeSet;
use std::sync::Arc;

fn instant(year: i32, month: u32, day: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(year, month, day, 2, 0, 0).unwrap()
}

fn extent(seed: u64, grids: usize, begins_at: DateTime<Utc>, until: DateTime<Utc>) -> Extent {
    Extent { seed, grids, begins_at, until, towns_worth_thousandths: 1000, clock_stops_at: None }
}

/// What the binary has compiled in, as far as a story needs it.
fn bootstrap() -> Bootstrap {
    let calendar = |text| serde_json::from_str::<CalendarYear>(text).unwrap();
    Bootstrap {
        town: "江桥镇".to_owned(),
        programme: "两代表网格化联系服务活动".to_owned(),
        effective_on: NaiveDate::from_ymd_opt(2023, 12, 1).unwrap(),
        policy: serde_json::from_str(include_str!("../../../data/policy-default.json")).unwrap(),
        calendars: vec![
            calendar(include_str!("../../../data/calendars/2024.json")),
            calendar(include_str!("../../../data/calendars/2025.json")),
            calendar(include_str!("../../../data/calendars/2026.json")),
        ],
        software: "huiyin tests".to_owned(),
        demo: true,
    }
}

async fn told(extent: &Extent, progress: &dyn Fn(u64, u64) -> ControlFlow<()>) -> (Casework, Report) {
    let clock = SimulatedClock::standing_at(extent.begins_at);
    let store = EventStore::start(Arc::new(MemoryLog::new()), clock.clock()).await.unwrap();
    let keys = Arc::new(KeyDirectory::ephemeral(uuid::Uuid::now_v7(), "huiyin.local/demo"));
    let bootstrap = bootstrap();
    let started = Casework::start(store, keys, clock.clock(), &bootstrap, |_| Ok(())).await.unwrap();
    let casework = started.casework.with_files(FileStore::in_memory());
    let report = tell(&casework, &clock, extent, &digests, progress).await.unwrap();
    (casework, report)
}

/// A digest of everybody who is reviewed; what it is of does not matter here.
fn digests(frame: &Frame, _: &Tallies) -> Result<Vec<(Appraisee, String)>, Failure> {
    let delegates = frame.reference.delegates.all().filter(|one| is_reviewed(one, frame.period.year));
    let delegates = delegates.map(|one| Appraisee::Delegate(one.id));
    let grids = frame.reference.areas.grids().map(|grid| Appraisee::Grid(grid.id));
    Ok(delegates.chain(grids).zip(0..).map(|(whose, n)| (whose, format!("{n:064x}"))).collect())
}

/// Families of reference data and of the log itself: a story needs some of their facts only. And those of who may do what
/// and of erasures, which the demo's one account leaves alone: their tests are told elsewhere.
const OF_REFERENCE: [&str; 14] = [
    "log",
    "programme",
    "policy",
    "area",
    "roster",
    "delegate",
    "office",
    "account",
    "access",
    "proposal",
    "erasure",
    "legal_hold",
    "log_opening",
    "personal_data",
];

/// Goes on whatever the progress.
fn on(_: u64, _: u64) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// Type, area's name excepted, of every leaf in order, with what it claims and when it was recorded.
async fn leaves(casework: &Casework) -> Vec<(String, i64, i64)> {
    let mut leaves = Vec::new();
    let mut after = Position(0);
    while after < casework.store.head().position {
        let page = casework.store.read_all(after, 1000, &Filter::default()).await.unwrap();
        for recorded in &page.events {
            let leaf = recorded.leaf().unwrap();
            leaves.push((leaf.event_type, leaf.occurred_at, leaf.recorded_at));
        }
        after = page.scanned_to;
    }
    leaves
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_demonstration_shows_everything_that_can_happen() {
    let until = instant(2026, 9, 1);
    let asked = Cell::new((0, 0));
    let progress = |done, expected| {
        asked.set((done, expected));
        ControlFlow::Continue(())
    };
    let (casework, report) = told(&extent(7, 6, instant(2025, 9, 1), until), &progress).await;

    // Now and then an issue is to be closed, and its feedback is not there yet.
    let others: Vec<_> = report.refused.keys().filter(|what| *what != "feedback_missing Close").collect();
    assert!(others.is_empty() && report.refusals() * 50 < report.steps, "{:?}", report.refused);
    assert!(report.issues > 100 && asked.get() == (report.leaves, report.leaves) && !report.broken_off);
    assert!(casework.now() <= until);

    let states: BTreeSet<IssueState> = IssueState::ALL.iter().copied().collect();
    let seen = report.issue_states_seen.iter().chain(report.by_state.keys()).copied().collect();
    assert_eq!(states, seen);
    let major_states: BTreeSet<MajorIssueState> = MajorIssueState::ALL.iter().copied().collect();
    let seen = report.major_issue_states_seen.iter().chain(report.major_issues_by_state.keys()).copied().collect();
    assert_eq!(major_states, seen);
    assert_eq!(report.by_state.values().sum::<usize>(), report.issues);

    let leaves = leaves(&casework).await;
    assert_eq!(u64::try_from(leaves.len()).unwrap(), report.leaves);
    let types: BTreeSet<&str> = leaves.iter().map(|(name, _, _)| name.as_str()).collect();
    let family = |name: &'static str| name.split('.').next().unwrap_or(name);
    let told = Event::types().map(|known| known.name).filter(|name| !OF_REFERENCE.contains(&family(name)));
    let missing: Vec<&str> = told.filter(|name| !types.contains(name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert!(leaves.is_sorted_by_key(|(_, _, recorded_at)| *recorded_at));
    assert!(leaves.iter().all(|(_, occurred_at, recorded_at)| occurred_at <= recorded_at));

    // The year that was over is reviewed: everybody's figures are frozen, but who is graded is invented.
    let review = casework.annual_review(ReviewYear(2025), AsOf::Now).await.unwrap();
    let subjects = review.state.frozen.as_ref().unwrap().of.subjects;
    let frozen = leaves.iter().filter(|(name, _, _)| name == "appraisal.indicators_frozen").count();
    assert_eq!(frozen, usize::try_from(subjects).unwrap());
    for delegate in casework.reference().delegates.all() {
        let id = Appraisee::Delegate(delegate.id).appraisal(2025);
        let appraisal = casework.appraisal(id, AsOf::Now).await.unwrap();
        assert!(appraisal.state.result.is_none() || delegate.name.starts_with("演示"), "{}", delegate.name);
    }

    let lines = curl_lines(&report, "http://127.0.0.1:8080", "huiyin_x", Language::Zh);
    assert!(lines[1].contains(&report.long_story.unwrap().to_string()), "{lines:?}");
    assert!(lines[2].contains(&report.overdue.unwrap().to_string()), "{lines:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_seed_tells_the_same_story() {
    let mut stories = Vec::new();
    for seed in [3, 3, 4] {
        let (casework, _) = told(&extent(seed, 2, instant(2025, 12, 29), instant(2026, 2, 12)), &on).await;
        stories.push(leaves(&casework).await);
    }
    // Commands of one instant run side by side: their order may differ, their facts do not.
    stories.iter_mut().for_each(|story| story.sort());
    let only_in = |one: usize, other: usize| {
        stories[one].iter().filter(|leaf| !stories[other].contains(leaf)).take(20).collect::<Vec<_>>()
    };
    assert!(stories[0] == stories[1], "{:?} but {:?}", only_in(0, 1), only_in(1, 0));
    assert!(stories[0] != stories[2]);
}

#[test]
fn every_matter_has_a_topic_of_the_policy_and_a_department() {
    let policy: serde_json::Value = bootstrap().policy;
    let topics: Vec<&str> =
        policy["topics"].as_array().unwrap().iter().map(|topic| topic["code"].as_str().unwrap()).collect();
    for matter in matters::MATTERS {
        assert!(topics.contains(&matter.topic) && matter.department < people::DEPARTMENTS.len(), "{matter:?}");
    }
}
