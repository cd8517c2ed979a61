//! Whether a session is valid (场次认定): derived from what is recorded, by the policy in force on its day, and never stored
//! (C-4.1). What the policy does not count among what invalidates is a remark.

use super::presence::DayRules;
use super::state::Session;
use crate::area::Areas;
use crate::notice::Board;
use crate::vocabulary::{DelegateType, Finding, SlotState, Verdict};
use chrono::NaiveDate;

/// A session, judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The verdict.
    pub verdict: Verdict,
    /// Every finding that invalidates it.
    pub reasons: Vec<Finding>,
    /// Every other finding.
    pub remarks: Vec<Finding>,
}

/// Judges a session as of a day. It is pending until nothing that could still be recorded would change what was found; a
/// record that is filed at last changes it even then. Nothing is said of a session that was cancelled for a reason that
/// excuses.
pub fn judge(session: &Session, areas: &Areas, rules: &DayRules<'_>) -> Option<Judged> {
    let excused = session.cancelled.is_some_and(|(reason, _)| rules.policy.session.excusing_reasons.contains(&reason));
    if excused {
        return None;
    }
    let invalidates = |finding: &Finding| rules.policy.session.invalidated_by.contains(finding);
    let (reasons, remarks): (Vec<_>, Vec<_>) = findings(session, areas, rules).into_iter().partition(invalidates);
    let verdict = if rules.today < settled_from(session, rules) {
        Verdict::Pending
    } else if reasons.is_empty() {
        Verdict::Valid
    } else {
        Verdict::Invalid
    };
    Some(Judged { verdict, reasons, remarks })
}

/// The day by which the record is due; nothing while the session was not held.
pub fn record_due_on(session: &Session, rules: &DayRules<'_>) -> NaiveDate {
    rules.calendars.after(session.held.on, rules.policy.record.filing_working_days).on
}

/// The first day on which the verdict stands: what could still be recorded in time cannot any more.
pub fn settled_from(session: &Session, rules: &DayRules<'_>) -> NaiveDate {
    let of_the_day = rules.settled_from(session.held.on);
    let may_be_filed = session.cancelled.is_none() && session.record.is_none();
    // Of a session that nobody opened in time no record is owed.
    let owed = may_be_filed && (rules.was_held(session) || rules.today < of_the_day);
    if owed { of_the_day.max(rules.settled_from(record_due_on(session, rules))) } else { of_the_day }
}

/// Everything found so far, in the order of the list.
fn findings(session: &Session, areas: &Areas, rules: &DayRules<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let over = rules.today > session.held.on;
    if rules.was_held(session) {
        let party = rules.missing(session, DelegateType::Party);
        let deputy = rules.missing(session, DelegateType::Deputy);
        found.extend(party.then_some(Finding::PartyMissing));
        found.extend(deputy.then_some(Finding::DeputyMissing));
        let short = rules.overlap_minutes(session) < rules.policy.service_day.presence_overlap_minutes;
        found.extend((!party && !deputy && short).then_some(Finding::OverlapShort));
        found.extend(record(session, rules));
    } else if over || session.cancelled.is_some() {
        found.push(Finding::NotHeld);
    }
    // A cancelled session owes no notice, and nobody a duty.
    if session.cancelled.is_none() {
        let boards: Vec<Board<'_>> = Board::owed(session, areas, rules).collect();
        found.extend((over && boards.iter().any(Board::is_missing)).then_some(Finding::NoticeMissing));
        found.extend(boards.iter().any(Board::is_late).then_some(Finding::NoticeLate));
        found.extend((over && boards.iter().any(Board::differs)).then_some(Finding::NoticeMismatch));
        found.extend(boards.iter().any(|board| board.same_day_change).then_some(Finding::SameDayChange));
        let mut slots = session.slots.iter().map(|slot| rules.slot_state(session, slot));
        found.extend(slots.any(|state| state == SlotState::Absent).then_some(Finding::Absence));
    }
    found
}

fn record(session: &Session, rules: &DayRules<'_>) -> Option<Finding> {
    let due_on = record_due_on(session, rules);
    match session.record {
        Some(filed) if filed.counts_on(rules.policy, rules.calendars) > due_on => Some(Finding::RecordLate),
        Some(_) => None,
        None if rules.today > due_on => Some(Finding::RecordMissing),
        None => None,
    }
}
