//! Disputes decided: of the year in which the decision counts, whichever year the review is of.

use super::super::{What, judge_disputes};
use super::*;
use crate::Stamp;
use crate::appraisal::{AppraisalEvent, DisputeDecided, EntryDisputed};
use crate::fixtures::stamp;
use crate::ids::DisputeId;
use crate::session::fixture::PARTY;
use Indicator::DisputesUpheld;
use uuid::Uuid;

fn raised(id: u128) -> AppraisalEvent {
    AppraisalEvent::EntryDisputed(EntryDisputed {
        year: 2026,
        delegate_id: PARTY[0],
        dispute_id: DisputeId(Uuid::from_u128(id)),
        indicator: Indicator::OnTime,
        of: None,
    })
}

fn decided(id: u128, upheld: bool) -> AppraisalEvent {
    let dispute_id = DisputeId(Uuid::from_u128(id));
    AppraisalEvent::DisputeDecided(DisputeDecided { year: 2026, delegate_id: PARTY[0], dispute_id, upheld })
}

/// Facts, each claimed for a time and recorded at another.
fn told(facts: &[(AppraisalEvent, &str, &str)]) -> Vec<(AppraisalEvent, Stamp)> {
    let of_one = |(version, (event, occurred, recorded)): (u64, &(AppraisalEvent, &str, &str))| {
        let (occurred_at, recorded_at) = (at(occurred), at(recorded));
        let policy = Some(POLICY.position());
        (event.clone(), Stamp { occurred_at, recorded_at, policy, ..stamp(100 + version, version) })
    };
    (1..).zip(facts).map(of_one).collect()
}

fn found(events: &[(AppraisalEvent, Stamp)], year: i32, seen_on: &str) -> Vec<(DisputeId, DelegateId, Finding)> {
    let mut found = Vec::new();
    let period = Period::of(year, day(seen_on)).unwrap();
    judge_disputes(events, &period, &BOOK, &mut |id, who, finding| found.push((id, who, finding)));
    found
}

fn sum(events: &[(AppraisalEvent, Stamp)], year: i32, seen_on: &str) -> (u64, u64) {
    let mut tally = Tally::default();
    found(events, year, seen_on).iter().for_each(|(_, _, finding)| tally.take(finding));
    let figures = tally.figures(RuleSet::NEWEST, Subject::Delegate, &POLICY);
    let figure = figures.into_iter().find(|figure| figure.indicator == DisputesUpheld).unwrap();
    let Measure::Share(ratio) = figure.measure else { panic!("of another kind") };
    (ratio.n, ratio.of)
}

#[test]
fn a_dispute_counts_once_it_is_decided() {
    let on = "2026-12-14 09:00";
    let mut facts = vec![(raised(1), on, on), (raised(2), on, on), (raised(3), on, on)];
    assert_eq!(sum(&told(&facts), 2026, "2026-12-31"), (0, 0));
    facts.push((decided(1, true), "2026-12-16 09:00", "2026-12-16 09:00"));
    assert_eq!(sum(&told(&facts), 2026, "2026-12-15"), (0, 0));
    assert_eq!(sum(&told(&facts), 2026, "2026-12-16"), (1, 1));
    facts.push((decided(2, false), "2026-12-17 09:00", "2026-12-17 09:00"));
    assert_eq!(sum(&told(&facts), 2026, "2026-12-31"), (1, 2));
    let [first, second] = found(&told(&facts), 2026, "2026-12-31").try_into().unwrap();
    assert_eq!(
        (first.0, first.1, first.2.what),
        (DisputeId(Uuid::from_u128(1)), PARTY[0], What::Dispute { upheld: true })
    );
    assert_eq!((second.2.what, second.2.dates.decided_on), (What::Dispute { upheld: false }, Some(day("2026-12-17"))));
}

#[test]
fn a_decision_on_the_review_of_a_year_is_of_the_year_in_which_it_was_made() {
    let facts = [
        (raised(1), "2026-12-14 09:00", "2026-12-14 09:00"),
        (decided(1, true), "2027-01-18 09:00", "2027-01-18 09:00"),
    ];
    assert_eq!(sum(&told(&facts), 2026, "2027-01-31"), (0, 0));
    assert_eq!((sum(&told(&facts), 2027, "2027-01-31"), sum(&told(&facts), 2027, "2027-01-17")), ((1, 1), (0, 0)));
    assert!(!found(&told(&facts), 2027, "2027-01-31").is_empty());
}

#[test]
fn a_decision_that_was_written_down_too_late_counts_when_it_was() {
    let recorded = |on: &'static str| {
        told(&[(raised(1), "2026-12-14 09:00", "2026-12-14 09:00"), (decided(1, true), "2026-12-29 16:00", on)])
    };
    assert_eq!(sum(&recorded("2026-12-30 09:00"), 2026, "2027-01-31"), (1, 1));
    let late = recorded("2027-01-04 09:00");
    assert_eq!((sum(&late, 2026, "2027-01-31"), sum(&late, 2027, "2027-01-31")), ((0, 0), (1, 1)));
    // 2027 has no calendar.
    assert!(found(&late, 2027, "2027-01-31")[0].2.provisional);
    assert!(!found(&recorded("2026-12-30 09:00"), 2026, "2027-01-31")[0].2.provisional);
}
