//! From the facts of an issue to findings: in which populations its cycles stand, and what counts there.

use super::book::Book;
use super::facts::{Answer, Cycle, End, Ending, IssueFacts};
use super::finding::{Dates, Finding, What};
use super::period::Period;
use crate::ids::DelegateId;
use crate::vocabulary::Outcome;
use chrono::NaiveDate;

/// Every finding about an issue in a period, each with the delegate who is responsible for the member.
pub fn judge(facts: &IssueFacts, period: &Period, book: &Book, each: &mut impl FnMut(DelegateId, Finding)) {
    for cycle in &facts.cycles {
        let Some(due_on) = cycle.effective_due_on() else { continue };
        let responsible = cycle.responsible_on(due_on);
        Member { facts, cycle, due_on, delivery: cycle.delivery(due_on), period, book }.judge(&mut |finding| {
            each(responsible, finding);
        });
    }
}

struct Member<'a> {
    facts: &'a IssueFacts,
    cycle: &'a Cycle,
    due_on: NaiveDate,
    delivery: Option<&'a End>,
    period: &'a Period,
    book: &'a Book,
}

impl Member<'_> {
    fn judge(&self, each: &mut impl FnMut(Finding)) {
        self.due(each);
        self.raised(each);
        self.interim(each);
        self.delivered(each);
        self.commitment(each);
        self.escalated(each);
        self.reported_back(each);
        self.leaves(each);
    }

    fn finding(&self, what: What, dates: Dates, provisional: bool) -> Finding {
        Finding { cycle: self.cycle.number, what, dates, provisional }
    }

    fn delivered_on(&self) -> Option<NaiveDate> {
        self.delivery.map(|delivery| delivery.on)
    }

    fn due(&self, each: &mut impl FnMut(Finding)) {
        let due_on = self.due_on;
        if !self.period.holds(due_on) {
            return;
        }
        let delivered_on = self.delivered_on();
        let by = |day: NaiveDate| delivered_on.is_some_and(|delivered_on| delivered_on <= day);
        let original_due_on = self.cycle.original_due_on;
        let what =
            What::Due { answered: by(self.period.until), on_time: by(due_on), on_time_original: by(original_due_on) };
        let dates =
            Dates { due_on: Some(due_on), original_due_on: Some(original_due_on), delivered_on, ..Dates::default() };
        each(self.finding(what, dates, self.delivery.is_some_and(|delivery| delivery.provisional)));
    }

    fn raised(&self, each: &mut impl FnMut(Finding)) {
        if self.cycle.number != 1 || !self.period.holds(self.facts.held_on) {
            return;
        }
        let on_the_spot = self.cycle.answer.as_ref().is_some_and(|answer| answer.given.on_the_spot);
        let dates = Dates { held_on: Some(self.facts.held_on), delivered_on: self.delivered_on(), ..Dates::default() };
        each(self.finding(What::Raised { on_the_spot }, dates, false));
    }

    fn interim(&self, each: &mut impl FnMut(Finding)) {
        for date in self.cycle.interim.until(self.period.until, self.book) {
            if self.period.holds(date.on) {
                let dates = Dates { interim_on: Some(date.on), ..Dates::default() };
                each(self.finding(What::InterimDate { kept: date.kept }, dates, date.provisional));
            }
        }
    }

    fn delivered(&self, each: &mut impl FnMut(Finding)) {
        let Some(delivery) = self.delivery.filter(|delivery| self.period.holds(delivery.on)) else {
            return;
        };
        let (split, provisional) = self.cycle.split(delivery, self.book);
        let delivered_on = Some(delivery.on);
        let dates = Dates { clock_from: Some(self.cycle.from), delivered_on, ..Dates::default() };
        each(self.finding(What::Delivered(split), dates, provisional || delivery.provisional));
        if let (Ending::Answered, Some(answer)) = (delivery.how, &self.cycle.answer) {
            let what = What::Answered { outcome: answer.given.outcome, reopened: self.cycle.reopened };
            let dates = Dates { delivered_on, ..Dates::default() };
            each(self.finding(what, dates, delivery.provisional));
            self.feedback(delivery, answer, each);
        }
    }

    fn feedback(&self, delivery: &End, answer: &Answer, each: &mut impl FnMut(Finding)) {
        if answer.feedback_until > self.period.until {
            return;
        }
        let said = self.cycle.feedback.map(|(_, satisfaction)| satisfaction);
        let dates =
            Dates { delivered_on: Some(delivery.on), feedback_until: Some(answer.feedback_until), ..Dates::default() };
        each(self.finding(What::Feedback(said), dates, answer.provisional || delivery.provisional));
    }

    fn commitment(&self, each: &mut impl FnMut(Finding)) {
        // An outcome that was corrected to another one takes its commitment with it.
        let planned = self.cycle.answer.as_ref().filter(|answer| answer.given.outcome == Outcome::Planned);
        let promised = planned.and_then(|answer| answer.given.commitment_on);
        if let Some(commitment_on) = promised.filter(|on| self.period.holds(*on)) {
            // Silence is not a promise kept.
            let kept = self.cycle.commitment_kept.unwrap_or(false);
            let dates = Dates { commitment_on: Some(commitment_on), ..Dates::default() };
            each(self.finding(What::Commitment { kept }, dates, false));
        }
    }

    fn escalated(&self, each: &mut impl FnMut(Finding)) {
        for escalation in &self.cycle.escalations {
            if self.period.holds(escalation.span.since) {
                let dates = Dates { escalated_on: Some(escalation.span.since), ..Dates::default() };
                each(self.finding(What::Escalated { returned: escalation.returned }, dates, false));
            }
        }
    }

    fn reported_back(&self, each: &mut impl FnMut(Finding)) {
        for report in &self.cycle.reports {
            if !self.period.holds(report.on) || report.answer_by > self.period.until {
                continue;
            }
            let delivered_on = self.delivered_on();
            let answered_in_time = delivered_on.is_some_and(|on| on <= report.answer_by);
            let dates = Dates {
                reported_back_on: Some(report.on),
                answer_by: Some(report.answer_by),
                delivered_on,
                ..Dates::default()
            };
            each(self.finding(What::ReportedBack { answered_in_time }, dates, report.provisional));
        }
    }

    fn leaves(&self, each: &mut impl FnMut(Finding)) {
        if let Some(what) = leaves_in(&self.cycle.leaves, self.period) {
            each(self.finding(what, Dates::default(), false));
        }
    }
}

/// The leaves recorded in a period; nothing where there are none.
pub(super) fn leaves_in(leaves: &[(NaiveDate, bool)], period: &Period) -> Option<What> {
    let (mut corrections, mut of) = (0u32, 0u32);
    for (_, correction) in leaves.iter().filter(|(recorded_on, _)| period.holds(*recorded_on)) {
        of = of.saturating_add(1);
        corrections = corrections.saturating_add(u32::from(*correction));
    }
    (of > 0).then_some(What::Leaves { corrections, of })
}
