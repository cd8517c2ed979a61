//! What the review needs of a reception: recorded in time, corrected, and by whom it was held (C-3.1, C-4.1).

use super::book::Book;
use super::corrected;
use super::finding::{Dates, Finding, What};
use super::judge::leaves_in;
use super::period::Period;
use crate::Stamp;
use crate::ids::{AreaId, DelegateId, ReceptionId};
use crate::reception::ReceptionEvent;
use chrono::NaiveDate;

/// One reception, for the review.
#[derive(Debug)]
pub struct ReceptionFacts {
    /// The reception.
    pub id: ReceptionId,
    /// Position of its first leaf.
    pub first_position: u64,
    /// Its grid.
    pub grid_id: AreaId,
    /// Everybody who received there, each once.
    pub delegates: Vec<DelegateId>,
    held_on: NaiveDate,
    recorded_on: NaiveDate,
    /// Last day for registering it, and whether it was counted through a year without a calendar.
    record_by: (NaiveDate, bool),
    leaves: Vec<(NaiveDate, bool)>,
}

impl ReceptionFacts {
    /// Takes a reception's stream apart, as far as it is handed in: the events of the first N leaves, in order. Nothing
    /// when it does not begin with `reception.recorded`.
    pub fn of(id: ReceptionId, mut events: Vec<(ReceptionEvent, Stamp)>, book: &Book) -> Option<Self> {
        corrected::reception(&mut events);
        let (ReceptionEvent::Recorded(recorded), leaf) = events.first()? else {
            return None;
        };
        let held_on = book.day(leaf.occurred_at);
        let by = book.after(leaf, held_on, book.policy(leaf).record.registration_working_days);
        let mut delegates: Vec<DelegateId> = Vec::with_capacity(recorded.delegates.len());
        for receiving in &recorded.delegates {
            if !delegates.contains(&receiving.delegate_id) {
                delegates.push(receiving.delegate_id);
            }
        }
        let correction = |event: &ReceptionEvent| matches!(event, ReceptionEvent::Corrected(_));
        Some(Self {
            id,
            first_position: leaf.position,
            grid_id: recorded.grid_id,
            delegates,
            held_on,
            recorded_on: book.day(leaf.recorded_at),
            record_by: (by.on, by.provisional),
            leaves: events.iter().map(|(event, leaf)| (book.day(leaf.recorded_at), correction(event))).collect(),
        })
    }
}

/// Every finding about a reception in a period: the same for each delegate who sat there, and for its grid.
pub fn judge_reception(facts: &ReceptionFacts, period: &Period, each: &mut impl FnMut(Finding)) {
    if period.holds(facts.held_on) {
        let (record_by, provisional) = facts.record_by;
        let dates = Dates {
            held_on: Some(facts.held_on),
            recorded_on: Some(facts.recorded_on),
            record_by: Some(record_by),
            ..Dates::default()
        };
        let what = What::Received { late: facts.recorded_on > record_by };
        each(Finding { cycle: 0, what, dates, provisional });
    }
    if let Some(what) = leaves_in(&facts.leaves, period) {
        each(Finding { cycle: 0, what, dates: Dates::default(), provisional: false });
    }
}
