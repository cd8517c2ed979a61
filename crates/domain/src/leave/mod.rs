//! Leaves of absence (请假): a delegate asks before the day, and what is approved before the day excuses its duty (C-5.1).
//! All leaves of a delegate are one stream.

mod decide;
mod events;
#[cfg(test)]
mod tests;

pub use decide::{DAYS_MAX, LEAVES_MAX, LeaveDraft, decide, length_fits, request, withdraw};
pub use events::{LeaveDecided, LeaveEvent, LeaveRequested};

use crate::calendar::Calendars;
use crate::claims::Claim;
use crate::ids::{DelegateId, LeaveId};
use crate::policy::Policy;
use crate::vocabulary::{LeaveReason, LeaveState};
use crate::{Fold, Stamp};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// The leaves of several delegates.
pub type LeavesOf = BTreeMap<DelegateId, Leaves>;

/// A leave of absence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leave {
    /// Its id.
    pub id: LeaveId,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// Why.
    pub reason: LeaveReason,
    /// State.
    pub state: LeaveState,
    /// When it was asked for.
    pub requested: Claim,
    /// When it was approved, where it was.
    pub approved: Option<Claim>,
    /// When it was refused, or taken back.
    pub ended: Option<Claim>,
}

impl Leave {
    /// Whether a day lies in it.
    pub fn covers(&self, on: NaiveDate) -> bool {
        self.from <= on && on <= self.to
    }
}

/// Every leave of one delegate: the fold of the stream `leave/<uuid>`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Leaves {
    /// Version of the stream.
    pub version: u64,
    /// Position of its newest event.
    pub position: u64,
    /// The leaves, in the order in which they were asked for.
    pub all: Vec<Leave>,
}

impl Leaves {
    /// The leave of an id.
    pub fn get(&self, id: LeaveId) -> Option<&Leave> {
        self.all.iter().find(|leave| leave.id == id)
    }

    /// Whether one is approved for a day, as things stand.
    pub fn approved_on(&self, on: NaiveDate) -> bool {
        self.all.iter().any(|leave| leave.state == LeaveState::Approved && leave.covers(on))
    }

    /// Whether one excuses the duty of a day: approved on a day before it, and not taken back by then. What is taken back
    /// later was there when it mattered.
    pub fn excuses(&self, on: NaiveDate, policy: &Policy, calendars: &Calendars) -> bool {
        self.excusing(on, policy, calendars).is_some()
    }

    /// The approval that excuses the duty of a day.
    pub fn excusing(&self, on: NaiveDate, policy: &Policy, calendars: &Calendars) -> Option<Claim> {
        self.all.iter().filter(|leave| leave.covers(on)).find_map(|leave| {
            let before = |claim: &Claim| claim.counts_on(policy, calendars) < on;
            let by_then = |claim: Claim| claim.counts_on(policy, calendars) <= on;
            leave.approved.filter(before).filter(|_| !leave.ended.is_some_and(by_then))
        })
    }

    /// The last day before `on` of an approved leave of more than so many calendar days.
    pub fn back_from_long_leave(&self, on: NaiveDate, longer_than: u32) -> Option<NaiveDate> {
        let long = self.all.iter().filter(|leave| leave.state == LeaveState::Approved && leave.to < on);
        let long = long.filter(|leave| (leave.to - leave.from).num_days() + 1 > i64::from(longer_than));
        long.map(|leave| leave.to).max()
    }

    fn change(&mut self, id: LeaveId, change: impl FnOnce(&mut Leave)) {
        if let Some(leave) = self.all.iter_mut().find(|leave| leave.id == id) {
            change(leave);
        }
    }
}

impl Fold for Leaves {
    type Event = LeaveEvent;

    fn apply(&mut self, event: &LeaveEvent, at: &Stamp) {
        let claim = Claim::from(at);
        match event {
            LeaveEvent::Requested(requested) => self.all.push(Leave {
                id: requested.leave_id,
                from: requested.from,
                to: requested.to,
                reason: requested.reason_code,
                state: LeaveState::Requested,
                requested: claim,
                approved: None,
                ended: None,
            }),
            LeaveEvent::Approved(decided) => self.change(decided.leave_id, |leave| {
                leave.state = LeaveState::Approved;
                leave.approved = Some(claim);
            }),
            LeaveEvent::Refused(decided) => self.change(decided.leave_id, |leave| {
                leave.state = LeaveState::Refused;
                leave.ended = Some(claim);
            }),
            LeaveEvent::Withdrawn(decided) => self.change(decided.leave_id, |leave| {
                leave.state = LeaveState::Withdrawn;
                leave.ended = Some(claim);
            }),
        }
        self.version = at.version;
        self.position = at.position;
    }
}
