//! Asking for leave, deciding on it, taking it back (C-5.1).

use super::{Leave, LeaveDecided, LeaveEvent, LeaveRequested, Leaves};
use crate::days;
use crate::delegate::Delegates;
use crate::ids::{DelegateId, LeaveId};
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::vocabulary::{LeaveReason, LeaveState};
use chrono::{DateTime, NaiveDate, Utc};

/// Days that one leave may last.
pub const DAYS_MAX: i64 = 366;
/// Leaves that one delegate may ask for. A bound on what a stream may grow to, not a rule of the service.
pub const LEAVES_MAX: usize = 1000;

/// A leave as it is asked for, but for the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeaveDraft {
    /// Its id.
    pub id: LeaveId,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// Why.
    pub reason_code: LeaveReason,
    /// When it is asked for.
    pub at: DateTime<Utc>,
}

/// A delegate asks for leave, on its first day at the latest (C-5.1).
///
/// Errors: [`Code::DelegateWithoutMandate`] on the first day; [`Code::OutOfRange`] at `/to` before the first day or
/// beyond [`DAYS_MAX`]; a time in the future; [`Code::LeaveTooLate`], [`Code::AlreadyOnLeave`], [`Code::TooMany`].
pub fn request(
    leaves: &Leaves,
    delegates: &Delegates,
    delegate: DelegateId,
    rules: &Rules<'_>,
    draft: &LeaveDraft,
) -> Result<LeaveEvent, Refusal> {
    days::plausible(draft.from, "/from")?;
    length_fits(draft.from, draft.to)?;
    delegates.holding(delegate, draft.from).map_err(|refusal| refusal.at("/from"))?;
    claimed(rules, draft.at, DateTime::<Utc>::MIN_UTC)?;
    if leaves.all.len() >= LEAVES_MAX {
        return Err(Refusal::new(Code::TooMany).under("C-5.1"));
    }
    let first = rules.counts_on(draft.at);
    if draft.from < first {
        return Err(Refusal::new(Code::LeaveTooLate)
            .at("/from")
            .because(format!("最早可自 {first} 起请假。"), format!("Leave can be asked for from {first} on.")));
    }
    let overlaps = |leave: &&Leave| match leave.state {
        LeaveState::Requested | LeaveState::Approved => leave.from <= draft.to && draft.from <= leave.to,
        LeaveState::Refused | LeaveState::Withdrawn => false,
    };
    if let Some(leave) = leaves.all.iter().find(overlaps) {
        let (from, to) = (leave.from, leave.to);
        return Err(Refusal::new(Code::AlreadyOnLeave)
            .at("/from")
            .because(format!("{from} 至 {to} 已请假。"), format!("Leave was asked for from {from} to {to} already.")));
    }
    let LeaveDraft { id: leave_id, from, to, reason_code, at: _ } = *draft;
    Ok(LeaveEvent::Requested(LeaveRequested { leave_id, from, to, reason_code }))
}

/// A leave ends on its first day or later, and lasts [`DAYS_MAX`] at most.
///
/// Errors: [`Code::OutOfRange`] at `/to`.
pub fn length_fits(from: NaiveDate, to: NaiveDate) -> Result<(), Refusal> {
    let last = from + chrono::Days::new(DAYS_MAX.unsigned_abs() - 1);
    if from <= to && to <= last {
        return Ok(());
    }
    Err(Refusal::out_of_range(from, last).under("C-5.1").at("/to"))
}

/// Decides on a leave that waits for it (C-5.1). Approved on its day or later, it excuses nothing of before.
///
/// Errors: a time in the future or before the request; [`Code::AlreadyDecided`], [`Code::AlreadyWithdrawn`].
pub fn decide(leave: &Leave, rules: &Rules<'_>, approved: bool, at: DateTime<Utc>) -> Result<LeaveEvent, Refusal> {
    claimed(rules, at, leave.requested.at)?;
    match leave.state {
        LeaveState::Requested => {}
        LeaveState::Approved | LeaveState::Refused => {
            return Err(Refusal::new(Code::AlreadyDecided).under("C-5.1"));
        }
        LeaveState::Withdrawn => return Err(withdrawn()),
    }
    let decided = LeaveDecided { leave_id: leave.id };
    Ok(if approved { LeaveEvent::Approved(decided) } else { LeaveEvent::Refused(decided) })
}

/// The delegate takes a leave back, decided on or not (C-5.1).
///
/// Errors: a time in the future or before the decision; [`Code::AlreadyWithdrawn`]; [`Code::AlreadyDecided`] of one that
/// was refused.
pub fn withdraw(leave: &Leave, rules: &Rules<'_>, at: DateTime<Utc>) -> Result<LeaveEvent, Refusal> {
    claimed(rules, at, leave.approved.unwrap_or(leave.requested).at)?;
    match leave.state {
        LeaveState::Requested | LeaveState::Approved => Ok(LeaveEvent::Withdrawn(LeaveDecided { leave_id: leave.id })),
        LeaveState::Refused => {
            Err(Refusal::new(Code::AlreadyDecided).under("C-5.1").because("该请假未获批准。", "The leave was refused."))
        }
        LeaveState::Withdrawn => Err(withdrawn()),
    }
}

fn withdrawn() -> Refusal {
    Refusal::new(Code::AlreadyWithdrawn).under("C-5.1").because("该请假已经撤回。", "The leave is withdrawn already.")
}

fn claimed(rules: &Rules<'_>, at: DateTime<Utc>, not_before: DateTime<Utc>) -> Result<(), Refusal> {
    rules.claimed(at, not_before, Code::BeforePrevious).map_err(|refusal| refusal.at("/occurred_at"))
}
