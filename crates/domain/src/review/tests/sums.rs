//! What holds for a review as a whole.

use super::*;
use crate::calendar::Calendars;
use crate::vocabulary::{Level, Satisfaction};

#[test]
fn who_had_no_duty_has_nothing_of_nothing() {
    let tally = Tally::default();
    for figure in tally.figures(RuleSet::NEWEST, Subject::Delegate, &POLICY) {
        let decided = RuleSet::NEWEST.decides(figure.indicator);
        match figure.measure {
            Measure::Share(ratio) | Measure::Targeted(ratio, _) => assert_eq!((ratio.n, ratio.of), (0, 0)),
            Measure::Used { share, referenced } => assert_eq!((share.of, referenced.of), (0, 0)),
            Measure::WorkingDays { n, of, delegate, unit, suspended } => {
                assert_eq!((n, of, delegate, unit, suspended), (0, 0, 0, 0, 0));
            }
            Measure::Satisfied(said) => assert_eq!((said.responses.of, said.wilson_95_permille), (0, None)),
            Measure::Unavailable => assert!(!decided),
        }
    }
    assert!(!tally.provisional());
}

#[test]
fn findings_may_come_in_any_order_and_in_parts() {
    let given = Given::closed();
    let found = findings(&given, seen("2026-12-31"));
    let mut there = Tally::default();
    found.iter().for_each(|(_, finding)| there.take(finding));
    let (mut back, mut rest) = (Tally::default(), Tally::default());
    for (index, (_, finding)) in found.iter().rev().enumerate() {
        if index % 2 == 0 { back.take(finding) } else { rest.take(finding) }
    }
    back.add(rest);
    assert_eq!(back, there);
}

#[test]
fn every_finding_stands_behind_the_figure_it_is_counted_in() {
    let given = Given::awaiting_answer()
        .and_answered("2026-12-11 10:00")
        .and_feedback("2026-12-12 10:00", Satisfaction::Satisfied);
    let found = findings(&given, seen("2026-12-31"));
    let tally = tally_of(&given, RECEIVER, seen("2026-12-31"));
    for figure in tally.figures(RuleSet::NEWEST, Subject::Grid, &POLICY) {
        let members: Vec<bool> =
            found.iter().filter_map(|(_, finding)| finding.what.counts_for(figure.indicator)).collect();
        let counted = members.iter().filter(|counts| **counts).count();
        match figure.measure {
            // Of leaves, not of members.
            _ if figure.indicator == Indicator::Corrections => {}
            Measure::Share(ratio) | Measure::Targeted(ratio, _) | Measure::Used { share: ratio, .. } => {
                assert_eq!((ratio.n, ratio.of), (counted as u64, members.len() as u64), "{}", figure.indicator);
            }
            Measure::WorkingDays { of, .. } => assert_eq!(of, members.len() as u64),
            Measure::Satisfied(said) => {
                assert_eq!((said.content.n, said.responses.of), (counted as u64, members.len() as u64));
            }
            Measure::Unavailable => assert!(members.is_empty()),
        }
    }
}

#[test]
fn a_count_through_a_year_without_a_calendar_is_said_to_be_provisional() {
    assert!(!tally_of(&Given::answered(), RECEIVER, seen("2026-12-31")).provisional());
    // No calendar known at all: weekdays alone.
    let bare = Book::new(RuleSet::NEWEST, &fixtures::policies(), &Calendars::default(), day("2026-12-31")).unwrap();
    let facts = IssueFacts::of(ISSUE, &Given::answered().events, &bare).unwrap();
    let mut tally = Tally::default();
    judge(&facts, &seen("2026-12-31"), &bare, &mut |_, finding| tally.take(&finding));
    assert!(tally.provisional());
    assert!(!bare.published(2026) && BOOK.published(2026));
}

#[test]
fn a_day_is_counted_by_the_calendar_that_its_own_leaf_knew() {
    // The calendars of 2024 to 2026 stand at positions 11 to 13; a leaf that knew 11 only counts holidays of 2026 as
    // working days.
    let mut given = Given::raised("2026-09-24 14:00", "2026-09-24 15:00").and_answered("2026-10-09 10:00");
    let days = |given: &Given| share(given, Indicator::MedianWd, "2026-12-31");
    assert_eq!(days(&given), (5, 1));
    given.events[1].1.calendar = Some(12);
    assert_eq!(days(&given), (11, 1));
    given.events[1].1.calendar = None;
    assert_eq!(days(&given), (11, 1));
}

#[test]
fn a_stream_that_does_not_begin_with_its_first_event_has_no_facts() {
    assert!(IssueFacts::of(ISSUE, &[], &BOOK).is_none());
    let escalated = Given::in_hand().and_escalated(Level::L2).events.split_off(1);
    assert!(IssueFacts::of(ISSUE, &escalated, &BOOK).is_none());
}
