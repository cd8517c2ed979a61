//! What differs between the sets of rules, and that an older one stays as it was.

use super::*;
use crate::issue::fixture::Given;
use crate::vocabulary::Indicator;
use Indicator::{AnswerRate, Attendance, DisputesUpheld, Notices, OnTime, TypicalCases, ValidSessions};

fn of(rule_set: RuleSet, subject: Subject) -> Vec<Indicator> {
    rule_set.indicators(subject).collect()
}

#[test]
fn a_set_is_found_by_its_name_and_the_newest_is_the_last() {
    for set in RuleSet::ALL {
        assert_eq!(RuleSet::parse(set.as_str()), Some(*set));
    }
    assert_eq!((RuleSet::parse("review/0"), RuleSet::ALL.last()), (None, Some(&RuleSet::NEWEST)));
}

#[test]
fn an_indicator_of_one_kind_is_not_said_of_the_other() {
    let [one, two] = [RuleSet::One, RuleSet::Two];
    assert_eq!(of(one, Subject::Grid), Indicator::ALL);
    let of_grids_only = |indicator: &Indicator| [ValidSessions, Notices].contains(indicator);
    let expected: Vec<_> = Indicator::ALL.iter().copied().filter(|one| !of_grids_only(one)).collect();
    assert_eq!(of(one, Subject::Delegate), expected);
    // `review/2` says nothing any more that is never said of one of them.
    assert!(!of(two, Subject::Grid).contains(&DisputesUpheld) && of(two, Subject::Delegate).contains(&DisputesUpheld));
    assert!(!of(two, Subject::Delegate).contains(&TypicalCases) && of(two, Subject::Grid).contains(&TypicalCases));
    for subject in [Subject::Grid, Subject::Delegate] {
        assert!(of(two, subject).iter().all(|indicator| of(one, subject).contains(indicator)));
    }
}

#[test]
fn an_older_set_says_nothing_of_what_it_did_not_look_at() {
    let mut tally = Tally::default();
    let finding = |what| Finding { cycle: 0, what, dates: Default::default(), provisional: false };
    tally.take(&finding(crate::review::What::Session { valid: true }));
    let of = |set: RuleSet, indicator| {
        let figures = tally.figures(set, Subject::Grid, &POLICY);
        figures.into_iter().find(|figure| figure.indicator == indicator).unwrap().measure
    };
    for indicator in [Attendance, ValidSessions, Notices] {
        assert_eq!(of(RuleSet::One, indicator), Measure::Unavailable);
        assert_ne!(of(RuleSet::Two, indicator), Measure::Unavailable);
    }
    assert!(Indicator::ALL.iter().all(|indicator| RuleSet::Two.decides(*indicator)));
    // What is decided once is decided by every later set.
    for indicator in Indicator::ALL {
        assert!(!RuleSet::One.decides(*indicator) || RuleSet::Two.decides(*indicator));
    }
}

/// As of the end of a year, by a set of rules.
fn by(rule_set: RuleSet, given: &Given, indicator: Indicator, seen_on: &str) -> (u64, u64) {
    let book = book(rule_set);
    let mut tally = Tally::default();
    let facts = IssueFacts::of(ISSUE, &given.events, &book).unwrap();
    judge(&facts, &seen(seen_on), &book, &mut |_, finding| tally.take(&finding));
    let figures = tally.figures(rule_set, Subject::Grid, &POLICY);
    let figure = figures.into_iter().find(|figure| figure.indicator == indicator).unwrap();
    let (Measure::Share(ratio) | Measure::Targeted(ratio, _)) = figure.measure else { panic!("of another kind") };
    (ratio.n, ratio.of)
}

#[test]
fn a_resumption_on_the_last_day_of_its_suspension_brings_its_own_date_in_review_2_alone() {
    // Due on Thursday 2026-11-26; suspended on Tuesday with two working days left, through Thursday 2026-12-10, and resumed
    // on that day: due on Monday 2026-12-14.
    let resumed = |when| Given::in_hand().and_suspended("2026-11-24 10:00", "2026-12-10").and_resumed(when);
    let given = resumed("2026-12-10 10:00");
    assert_eq!(given.issue.due.on, day("2026-12-14"));
    assert_eq!(by(RuleSet::Two, &given, AnswerRate, "2026-12-13"), (0, 0));
    assert_eq!(by(RuleSet::Two, &given, AnswerRate, "2026-12-14"), (0, 1));
    let answered = given.and_answered("2026-12-14 10:00");
    assert_eq!(by(RuleSet::Two, &answered, OnTime, "2026-12-31"), (1, 1));
    assert_eq!(by(RuleSet::One, &answered, OnTime, "2026-12-31"), (0, 1));
    // The day before, both say the same.
    let earlier = resumed("2026-12-09 10:00").and_answered("2026-12-11 10:00");
    for set in RuleSet::ALL {
        assert_eq!(by(*set, &earlier, OnTime, "2026-12-31"), (1, 1));
    }
}
