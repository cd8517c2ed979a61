//! What a cycle of an issue owes and how it was met, by the readings of the review: the clock over obligations must not
//! find late what the review finds in time (O-7, O-8, O-17).

use super::book::Book;
use super::facts::{Cycle, IssueFacts};
use super::interim::InterimDate;
use crate::Stamp;
use crate::ids::DelegateId;
use chrono::NaiveDate;

/// What one cycle owes.
#[derive(Clone, Debug)]
pub struct CycleDuty {
    /// 1 plus the number of reopenings before it.
    pub number: u32,
    /// The effective due date of the answer; nothing where it was withdrawn before that.
    pub due_on: Option<NaiveDate>,
    /// The answer, or a referral told in time: the day from which it counts, and its leaf.
    pub delivered: Option<(NaiveDate, Stamp)>,
    /// What ended the duty to answer, however.
    pub ended_by: Option<Stamp>,
    /// Interim dates up to the day asked for, and those silent after it up to then.
    pub interim: Vec<InterimDuty>,
    /// What a planned answer promised, and the leaf of that answer.
    pub commitment: Option<(NaiveDate, Stamp)>,
    responsible: DelegateId,
    handovers: Vec<(NaiveDate, DelegateId)>,
}

/// A date by which the visitor is to hear.
#[derive(Clone, Copy, Debug)]
pub struct InterimDuty {
    /// The date.
    pub on: NaiveDate,
    /// Whether a word kept it.
    pub kept: bool,
    /// Whether no word was owed any more when it would have come.
    pub fell_away: bool,
    /// The leaf that set it.
    pub set_by: Stamp,
    /// The leaf that kept it, or after which no word was owed for it any more.
    pub ended_by: Option<Stamp>,
    /// Counted through a year without a calendar.
    pub provisional: bool,
}

impl CycleDuty {
    /// Who is responsible on a day.
    pub fn responsible_on(&self, day: NaiveDate) -> DelegateId {
        let since = self.handovers.iter().rev().find(|(since, _)| *since <= day);
        since.map_or(self.responsible, |(_, successor)| *successor)
    }
}

impl IssueFacts {
    /// What each cycle owes, with the interim dates up to a day.
    pub fn duties(&self, until: NaiveDate, book: &Book) -> Vec<CycleDuty> {
        self.cycles.iter().map(|cycle| duty(cycle, until, book)).collect()
    }
}

fn duty(cycle: &Cycle, until: NaiveDate, book: &Book) -> CycleDuty {
    let due_on = cycle.effective_due_on();
    let delivery = due_on.and_then(|due_on| cycle.delivery(due_on));
    let of = |date: InterimDate, fell_away| InterimDuty {
        on: date.on,
        kept: date.kept,
        fell_away,
        set_by: date.set_by,
        ended_by: date.ended_by,
        provisional: date.provisional,
    };
    let mut interim: Vec<InterimDuty> = cycle.interim.until(until, book).map(|date| of(date, false)).collect();
    interim.extend(cycle.interim.fallen_away().map(|date| of(date, true)));
    // A day is one duty: a date that fell away and came again is the one that came.
    interim.sort_by_key(|date| (date.on, date.fell_away));
    interim.dedup_by_key(|date| date.on);
    let commitment = cycle.answer.as_ref().and_then(|answer| answer.given.commitment_on);
    CycleDuty {
        number: cycle.number,
        due_on,
        delivered: delivery.map(|end| (end.on, end.leaf)),
        ended_by: cycle.end.map(|end| end.leaf),
        interim,
        commitment: commitment.zip(cycle.end.map(|end| end.leaf)),
        responsible: cycle.responsible,
        handovers: cycle.handovers.clone(),
    }
}
