//! What is true of one member, a cycle of an issue: its effective due date, who is responsible for it, whether and when
//! it was answered, and where its working days went.

use super::book::Book;
use super::facts::{Cycle, End, Ending, Span};
use crate::calendar::Calendars;
use crate::ids::DelegateId;
use chrono::NaiveDate;

impl Cycle {
    /// The effective due date: the first one that passed while in force. Who escalates, or is told of more time, after the
    /// date has passed, is late all the same; what only counts the same promise again (a calendar published later, a
    /// correction) replaces it. While the clock stands still no date passes, and one that was answered meanwhile, past the
    /// date shown, is due on that day. The date of a resumption, or of a suspension that ended by itself, is a date like any
    /// other; and so is one that comes into force when its day is over (a return recorded late): it passes at once.
    ///
    /// Nothing for a cycle that was withdrawn before its date passed: it is a member of nothing.
    pub fn effective_due_on(&self) -> Option<NaiveDate> {
        let (mut on, mut since) = (self.original_due_on, self.from);
        for step in &self.dues {
            if step.turn {
                if on < step.since && !self.stands_still_on(on.max(since)) {
                    return Some(on);
                }
                since = step.since;
            }
            on = step.on;
        }
        let Some(end) = &self.end else { return Some(on) };
        let meanwhile = self.stands_still_on(end.on) && self.stands_still_on(on.max(since));
        match end.how {
            Ending::Withdrawn if end.on < on || meanwhile => None,
            Ending::Withdrawn => Some(on),
            Ending::Answered | Ending::Referred => Some(if meanwhile { on.max(end.on) } else { on }),
        }
    }

    /// Whether the clock stood still at the end of a day.
    fn stands_still_on(&self, day: NaiveDate) -> bool {
        self.suspensions.iter().any(|suspension| {
            let over = suspension.runs_on.is_some_and(|runs_on| runs_on <= day) || suspension.until_on < day;
            suspension.span.since <= day && !over
        })
    }

    /// Who is responsible on the effective due date; the latest known where that lies ahead.
    pub fn responsible_on(&self, due_on: NaiveDate) -> DelegateId {
        let mut responsible = self.responsible;
        for (since, successor) in &self.handovers {
            if *since <= due_on {
                responsible = *successor;
            }
        }
        responsible
    }

    /// The answer, or a referral told in time, which counts as one (T4).
    pub fn delivery(&self, due_on: NaiveDate) -> Option<&End> {
        self.end.as_ref().filter(|end| match end.how {
            Ending::Answered => true,
            Ending::Referred => end.on <= due_on,
            Ending::Withdrawn => false,
        })
    }
}

/// Where the working days between the clock's start and the delivery went; the parts add up to the whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// All of them.
    pub total: u32,
    /// In the hands of the delegate.
    pub delegate: u32,
    /// With the major-issue process, from escalation to report back or return.
    pub unit: u32,
    /// While the clock stood still, escalated or not.
    pub suspended: u32,
}

impl Cycle {
    /// The working days of a member that was delivered, by the calendars that its answer was decided under; and whether
    /// they run through a year without a calendar.
    pub fn split(&self, delivery: &End, book: &Book) -> (Split, bool) {
        let calendars = book.calendars(&delivery.leaf);
        let whole = Span { since: self.from, until: Some(delivery.on) };
        let total = days(calendars, whole);
        let suspended: u32 = self.suspensions.iter().map(|known| days(calendars, cut(known.span, whole))).sum();
        let unit: u32 = self
            .escalations
            .iter()
            .map(|escalation| {
                let escalated = cut(escalation.span, whole);
                let still = self.suspensions.iter().map(|known| days(calendars, cut(known.span, escalated)));
                let still: u32 = still.sum();
                days(calendars, escalated).saturating_sub(still)
            })
            .sum();
        let delegate = total.saturating_sub(suspended).saturating_sub(unit);
        let first = self.from.succ_opt().unwrap_or(self.from);
        let provisional = first <= delivery.on && calendars.provisional(first, delivery.on);
        (Split { total, delegate, unit, suspended }, provisional)
    }
}

/// The part of a span that lies in a whole that has an end.
fn cut(span: Span, whole: Span) -> Span {
    let until = match (span.until, whole.until) {
        (Some(until), Some(end)) => Some(until.min(end)),
        (until, end) => until.or(end),
    };
    Span { since: span.since.max(whole.since), until }
}

fn days(calendars: &Calendars, span: Span) -> u32 {
    span.until.map_or(0, |until| calendars.working_days(span.since, until))
}
