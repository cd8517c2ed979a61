//! From the facts of an issue to findings: in which populations its cycles stand, and what counts there.

use super::book::Book;
use super::facts::{Answer, Cycle, End, Ending, IssueFacts};
use super::period::Period;
use crate::ids::DelegateId;
use crate::vocabulary::{Indicator, Outcome, Satisfaction};
use chrono::NaiveDate;

pub use super::member::Split;

/// One member of one population, or of several that are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Cycle of the issue; 0 for a reception.
    pub cycle: u32,
    /// Of which population, and what counts.
    pub what: What,
    /// The days that decide it.
    pub dates: Dates,
    /// A count it rests on runs through a year without a published calendar.
    pub provisional: bool,
}

/// Populations of the indicators (docs/GLOSSARY.md).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Due in the period.
    Due {
        /// By the end of the period.
        answered: bool,
        /// By the effective due date.
        on_time: bool,
        /// By the first due date of the cycle.
        on_time_original: bool,
    },
    /// Held in the period.
    Raised {
        /// Answered there and then.
        on_the_spot: bool,
    },
    /// A date by which the visitor was to hear.
    InterimDate {
        /// A word came by then.
        kept: bool,
    },
    /// Answered, or referred in time, in the period: where its working days went.
    Delivered(Split),
    /// A final answer delivered in the period.
    Answered {
        /// Its outcome.
        outcome: Outcome,
        /// Whether the issue was reopened after it.
        reopened: bool,
    },
    /// A commitment that fell due.
    Commitment {
        /// Looked at, and found kept.
        kept: bool,
    },
    /// A final answer of the period whose time for feedback is over; what the visitor said of it.
    Feedback(Option<Satisfaction>),
    /// An escalation.
    Escalated {
        /// It came back: it could be answered where it was.
        returned: bool,
    },
    /// An outcome reported back.
    ReportedBack {
        /// Answered within the days given.
        answered_in_time: bool,
    },
    /// A reception held in the period.
    Received {
        /// Recorded later than the policy allows.
        late: bool,
    },
    /// Leaves recorded in the period.
    Leaves {
        /// Of them, corrections in effect.
        corrections: u32,
        /// All of them.
        of: u32,
    },
}

impl What {
    /// Whether it counts for an indicator; nothing where it is not of that indicator's population.
    pub fn counts_for(&self, indicator: Indicator) -> Option<bool> {
        // One arm an indicator, so that a new one has to say of whom it counts, and whom.
        let counts = match indicator {
            Indicator::AnswerRate => {
                let Self::Due { answered, .. } = *self else { return None };
                answered
            }
            Indicator::OnTime => {
                let Self::Due { on_time, .. } = *self else { return None };
                on_time
            }
            Indicator::OnTimeOriginal => {
                let Self::Due { on_time_original, .. } = *self else { return None };
                on_time_original
            }
            Indicator::OnTheSpot => {
                let Self::Raised { on_the_spot } = *self else { return None };
                on_the_spot
            }
            Indicator::Interim => {
                let Self::InterimDate { kept } = *self else { return None };
                kept
            }
            // Every member has its days; none of them "counts" more than another.
            Indicator::MedianWd | Indicator::P90Wd => {
                let Self::Delivered(_) = *self else { return None };
                true
            }
            Indicator::ResolutionResolved => {
                let Self::Answered { outcome, .. } = *self else { return None };
                outcome == Outcome::Resolved
            }
            Indicator::ResolutionPlanned => {
                let Self::Answered { outcome, .. } = *self else { return None };
                outcome == Outcome::Planned
            }
            Indicator::ResolutionExplained => {
                let Self::Answered { outcome, .. } = *self else { return None };
                outcome == Outcome::Explained
            }
            Indicator::ResolutionDeclined => {
                let Self::Answered { outcome, .. } = *self else { return None };
                outcome == Outcome::Declined
            }
            Indicator::Reopened => {
                let Self::Answered { reopened, .. } = *self else { return None };
                reopened
            }
            Indicator::Promises => {
                let Self::Commitment { kept } = *self else { return None };
                kept
            }
            Indicator::Satisfaction => {
                let Self::Feedback(said) = *self else { return None };
                said.is_some_and(content)
            }
            Indicator::EscalationQuality => {
                let Self::Escalated { returned } = *self else { return None };
                !returned
            }
            Indicator::PostReturn => {
                let Self::ReportedBack { answered_in_time } = *self else { return None };
                answered_in_time
            }
            Indicator::LateRecords => {
                let Self::Received { late } = *self else { return None };
                late
            }
            Indicator::Corrections => {
                let Self::Leaves { corrections, .. } = *self else { return None };
                corrections > 0
            }
            // No fact that is recorded so far decides them (`Indicator::is_decided`).
            Indicator::DisputesUpheld
            | Indicator::Attendance
            | Indicator::ValidSessions
            | Indicator::Notices
            | Indicator::ThemeActivities
            | Indicator::Meetings
            | Indicator::Symposia
            | Indicator::Studies
            | Indicator::Deeds
            | Indicator::TypicalCases => return None,
        };
        Some(counts)
    }
}

/// Satisfied, or basically so.
pub(super) fn content(said: Satisfaction) -> bool {
    match said {
        Satisfaction::Satisfied | Satisfaction::BasicallySatisfied => true,
        Satisfaction::Dissatisfied => false,
    }
}

/// The days that decide a finding, where they do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dates {
    /// Day of the reception.
    pub held_on: Option<NaiveDate>,
    /// Day of recording.
    pub recorded_on: Option<NaiveDate>,
    /// Last day for registering a reception.
    pub record_by: Option<NaiveDate>,
    /// Day from which the clock counts.
    pub clock_from: Option<NaiveDate>,
    /// Effective due date.
    pub due_on: Option<NaiveDate>,
    /// First due date of the cycle.
    pub original_due_on: Option<NaiveDate>,
    /// Day from which the answer, or the referral told in time, counts.
    pub delivered_on: Option<NaiveDate>,
    /// An interim date.
    pub interim_on: Option<NaiveDate>,
    /// What was promised for when.
    pub commitment_on: Option<NaiveDate>,
    /// Last day on which feedback counted.
    pub feedback_until: Option<NaiveDate>,
    /// Day of the escalation.
    pub escalated_on: Option<NaiveDate>,
    /// Day on which the outcome was reported back.
    pub reported_back_on: Option<NaiveDate>,
    /// By when the answer should have followed.
    pub answer_by: Option<NaiveDate>,
}

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
