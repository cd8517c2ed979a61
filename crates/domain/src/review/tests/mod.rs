//! Given an issue's life, when its year is reviewed as seen on a day, then so many of so many.
//!
//! The calendar of 2026: 2026-11-19 is a Thursday, its answer is due on Thursday 2026-11-26; nothing but weekends is free
//! until the end of the year. 2027 has no calendar.
#![allow(clippy::unwrap_used)]

mod answers;
mod dates;
mod disputes;
mod duty;
mod gatherings;
mod records;
mod rule_sets;
mod sessions;
mod sums;
mod undertakings;

use super::{Book, Finding, IssueFacts, Measure, Period, RuleSet, Subject, Tally, judge};
use crate::fixtures::{self, day};
use crate::ids::DelegateId;
use crate::issue::fixture::{Given, ISSUE, POLICY, RECEIVER, at, rules};
use crate::issue::{IssueEvent, handover, suspension, withdrawal};
use crate::vocabulary::{HandoverReason, Indicator, SuspensionReason};
use chrono::Datelike as _;
use std::sync::LazyLock;

static BOOK: LazyLock<Book> = LazyLock::new(|| book(RuleSet::NEWEST));

fn book(rule_set: RuleSet) -> Book {
    Book::new(rule_set, &fixtures::policies(), &fixtures::calendars(), day("2026-12-31")).unwrap()
}

/// The year of a day, as the leaves up to that day tell it.
fn seen(on: &str) -> Period {
    Period::of(day(on).year(), day(on)).unwrap()
}

fn facts(given: &Given) -> IssueFacts {
    IssueFacts::of(ISSUE, &given.events, &BOOK).unwrap()
}

fn findings(given: &Given, period: Period) -> Vec<(DelegateId, Finding)> {
    let mut found = Vec::new();
    judge(&facts(given), &period, &BOOK, &mut |who, finding| found.push((who, finding)));
    found
}

fn tally_of(given: &Given, who: DelegateId, period: Period) -> Tally {
    let mut tally = Tally::default();
    findings(given, period)
        .iter()
        .filter(|(delegate, _)| *delegate == who)
        .for_each(|(_, finding)| tally.take(finding));
    tally
}

fn measure(tally: &Tally, indicator: Indicator) -> Measure {
    let figures = tally.figures(RuleSet::NEWEST, Subject::Grid, &POLICY);
    figures.into_iter().find(|figure| figure.indicator == indicator).unwrap().measure
}

/// What an indicator says of the delegate who received, of the year of a day as seen on that day.
fn share(given: &Given, indicator: Indicator, seen_on: &str) -> (u64, u64) {
    share_of(given, RECEIVER, indicator, seen_on)
}

fn share_of(given: &Given, who: DelegateId, indicator: Indicator, seen_on: &str) -> (u64, u64) {
    match measure(&tally_of(given, who, seen(seen_on)), indicator) {
        Measure::Share(ratio) | Measure::Targeted(ratio, _) | Measure::Used { share: ratio, .. } => (ratio.n, ratio.of),
        Measure::WorkingDays { n, of, .. } => (n.into(), of),
        Measure::Satisfied(said) => (said.content.n, said.content.of),
        Measure::Unavailable => panic!("{indicator} is not available"),
    }
}

impl Given {
    fn and_handed_over(self, when: &str, to: DelegateId) -> Self {
        let draft = handover::HandoverDraft { to_delegate_id: to, reason_code: HandoverReason::TermEnd, at: at(when) };
        let delegates = crate::issue::fixture::delegates();
        let given = handover::hand_over(&self.issue, &rules(when), &delegates, &draft).unwrap();
        self.then(when, IssueEvent::ResponsibilityHandedOver(given))
    }

    fn and_withdrawn(self, when: &str) -> Self {
        let withdrawn = withdrawal::withdraw(&self.issue, &rules(when), false, at(when)).unwrap();
        self.then(when, IssueEvent::Withdrawn(withdrawn))
    }

    fn and_suspended(self, when: &str, until_on: &str) -> Self {
        let draft = suspension::SuspensionDraft {
            reason_code: SuspensionReason::VisitorFacts,
            until_on: day(until_on),
            at: at(when),
        };
        let suspended = suspension::suspend(&self.issue, &rules(when), &draft).unwrap();
        self.then(when, IssueEvent::ClockSuspended(suspended))
    }

    fn and_returned(self, when: &str) -> Self {
        let returned = crate::issue::escalation::return_escalation(&self.issue, &rules(when), at(when)).unwrap();
        self.then(when, IssueEvent::EscalationReturned(returned))
    }

    fn and_resumed(self, when: &str) -> Self {
        let resumed = suspension::resume(&self.issue, &rules(when), at(when)).unwrap();
        self.then(when, IssueEvent::ClockResumed(resumed))
    }

    /// Answered as said, recorded later.
    fn and_answered_but_recorded(self, delivered: &str, recorded: &str) -> Self {
        let answer =
            crate::issue::answering::answer(&self.issue, &rules(recorded), &crate::issue::fixture::oral(delivered));
        self.event(IssueEvent::FinalAnswerGiven(answer.unwrap()), at(delivered), at(recorded))
    }
}
