//! A clock over the issues of a random life finds the same, whenever it runs and however long it stood still.

use super::*;
use crate::clock::{Edition, Happened, Happening, IssueKnown, Occurrence, happenings, of_issue, possible};
use crate::clock::{Key, ObligationEvent};
use crate::ids::SessionId;
use crate::review::Book;
use std::collections::BTreeSet;
use std::sync::LazyLock;

static BOOK: LazyLock<Book> = LazyLock::new(|| Book::of_clock(&fixtures::policies(), &fixtures::calendars()).unwrap());
static EDITIONS: LazyLock<Vec<Edition>> =
    LazyLock::new(|| vec![Edition { recorded_at: DateTime::UNIX_EPOCH, calendars: fixtures::calendars() }]);

/// What the clock would record of an issue by everything recorded up to an instant.
fn would(events: &[(IssueEvent, Stamp)], at: DateTime<Utc>, until: NaiveDate) -> Vec<Happening> {
    let policies = fixtures::policies();
    let calendars = &EDITIONS[0].calendars;
    let known = IssueKnown {
        book: &BOOK,
        policies: &policies,
        calendars,
        editions: &EDITIONS,
        session_id: Some(SessionId(Uuid::from_u128(0x66))),
        until,
    };
    let events: Vec<_> = events.iter().filter(|(_, stamp)| stamp.recorded_at <= at).cloned().collect();
    let all = of_issue(IssueId(Uuid::from_u128(1)), &events, &known);
    all.iter().flat_map(|one| possible(one, &policies, calendars)).collect()
}

/// What a run at an instant finds that was not found before, by what was recorded until then.
fn run(events: &[(IssueEvent, Stamp)], happened: &Happened, until: DateTime<Utc>) -> Vec<Happening> {
    let changes: BTreeSet<DateTime<Utc>> =
        events.iter().map(|(_, at)| at.recorded_at).filter(|at| *at <= until).collect();
    let changes: Vec<DateTime<Utc>> = changes.into_iter().collect();
    happenings(&changes, &|at, _| would(events, at, POLICY.town_date(until)), happened, until)
}

fn name(happening: &Happening) -> (Key, Occurrence) {
    let key = happening.event.key().unwrap();
    let of = match &happening.event {
        ObligationEvent::Breached(one) => Occurrence::Breach(one.what),
        ObligationEvent::TierReached(one) => Occurrence::Tier(one.tier),
        ObligationEvent::Explained(_) | ObligationEvent::ExplanationDecided(_) => panic!("nobody explains here"),
    };
    (key, of)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn whenever_the_clock_runs_it_finds_the_same(attempts in attempts(), stops in prop::collection::vec(1_i64..4_000, 0..6)) {
        let mut world = World::new();
        for attempt in &attempts {
            world.attempt(attempt);
        }
        let begin = super::super::fixture::at("2026-11-19 14:10");
        let end = world.now + Duration::days(60);
        let mut runs: Vec<DateTime<Utc>> = stops.iter().map(|hours| begin + Duration::hours(*hours)).filter(|at| *at < end).collect();
        runs.push(end);
        runs.sort_unstable();
        for stream in world.issues.values() {
            let mut happened = Happened::new();
            let mut found = Vec::new();
            for until in &runs {
                for happening in run(&stream.events, &happened, *until) {
                    prop_assert!(happened.insert(name(&happening)), "twice: {happening:?}");
                    found.push(happening);
                }
            }
            found.sort_by_key(|one| (one.at, name(one)));
            let mut at_once = run(&stream.events, &Happened::new(), end);
            at_once.sort_by_key(|one| (one.at, name(one)));
            prop_assert_eq!(found, at_once);
        }
    }
}
