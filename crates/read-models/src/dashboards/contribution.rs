//! What one reception, issue or major issue adds to the counters. An event's effect is the share after it less the
//! share before it, so that whatever a fold makes of an event — a correction, a merger — is counted as it says.

use super::owner::Owner;
use crate::engine::reference::Reference;
use crate::engine::standing::{Standing, answered_on_time, marks_of};
use chrono::NaiveDate;
use chrono_tz::Tz;
use domain::deadline::Marks;
use domain::ids::{AreaId, DelegateId};
use domain::issue::Issue;
use domain::major_issue::MajorIssue;
use domain::reception::Reception;
use domain::vocabulary::{IssueState, Level, MajorIssueState};
use std::sync::Arc;

/// What an issue adds.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct IssueContribution {
    /// Town date of its reception.
    pub held_on: NaiveDate,
    pub grid_id: AreaId,
    pub unit_id: Option<AreaId>,
    pub responsible_delegate_id: DelegateId,
    pub topic: Arc<str>,
    pub state: IssueState,
    /// Of an answered, closed or referred one.
    pub answered_on_time: Option<bool>,
    /// Of an open one.
    pub open: Option<OpenContribution>,
}

/// What an open issue adds besides.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct OpenContribution {
    pub interim_due_on: Option<NaiveDate>,
    /// Now; of an issue whose clock stands still, through the last day of its suspension.
    pub clock: ClockContribution,
    /// That last day, and how it goes on from the next day on.
    pub then: Option<(NaiveDate, ClockContribution)>,
}

/// When an open issue is due, and from which days on it is late.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ClockContribution {
    pub due_on: NaiveDate,
    /// From which day on it is due soon, or worse; overdue, or worse; long overdue. A day in the past where it is so all the
    /// time, none where it never will be.
    pub from: [Option<NaiveDate>; 3],
}

impl ClockContribution {
    fn of(issue: &Issue, marks: &Marks, held_on: NaiveDate) -> Self {
        let days = [marks.due_soon_from, marks.overdue_from, marks.long_overdue_from];
        // Where the clock stands still it is what it was on that day, whatever day is asked about, and becomes nothing else.
        let from = days.map(|day| match marks.judged_on {
            Some(judged_on) => (day <= judged_on).then_some(held_on),
            None => Some(day),
        });
        Self { due_on: issue.due.on, from }
    }
}

impl IssueContribution {
    pub(super) fn of(issue: &Issue, reference: &Reference, zone: Tz) -> Self {
        let standing = Standing::of(issue, reference, zone);
        let issue = &*standing.now;
        let marks = marks_of(issue, reference, zone);
        let held_on = issue.raised_at.with_timezone(&zone).date_naive();
        let open = issue.is_open().then(|| OpenContribution {
            interim_due_on: issue.interim_due_on,
            clock: ClockContribution::of(issue, &marks, held_on),
            then: standing.then.as_ref().map(|(last_day, issue)| {
                (*last_day, ClockContribution::of(issue, &marks_of(issue, reference, zone), held_on))
            }),
        });
        Self {
            held_on,
            grid_id: issue.grid_id,
            unit_id: issue.unit_id,
            responsible_delegate_id: issue.responsible_delegate_id,
            topic: issue.topic.as_str().into(),
            state: issue.state,
            answered_on_time: answered_on_time(issue, &marks),
            open,
        }
    }

    /// Everybody whose counters it is in.
    pub(super) fn owners(&self) -> impl Iterator<Item = Owner> {
        [
            Some(Owner::grid(self.grid_id)),
            self.unit_id.map(|unit_id| Owner::unit(self.grid_id, unit_id)),
            Some(Owner::delegate(self.grid_id, self.responsible_delegate_id)),
            Some(Owner::topic(self.grid_id, self.topic.clone())),
        ]
        .into_iter()
        .flatten()
    }
}

/// What a reception adds.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ReceptionContribution {
    /// Town date on which it was held.
    pub held_on: NaiveDate,
    pub grid_id: AreaId,
    pub unit_id: Option<AreaId>,
    /// Who sat in it, each once.
    pub delegate_ids: Vec<DelegateId>,
}

impl ReceptionContribution {
    pub(super) fn of(reception: &Reception, zone: Tz) -> Self {
        let mut delegate_ids: Vec<DelegateId> = reception.delegates.iter().map(|seat| seat.delegate_id).collect();
        delegate_ids.sort_unstable();
        delegate_ids.dedup();
        Self {
            held_on: reception.held_at.with_timezone(&zone).date_naive(),
            grid_id: reception.grid_id,
            unit_id: reception.unit_id,
            delegate_ids,
        }
    }

    /// Everybody whose counters it is in.
    pub(super) fn owners(&self) -> impl Iterator<Item = Owner> {
        let delegates = self.delegate_ids.iter().map(|id| Owner::delegate(self.grid_id, *id));
        let unit = self.unit_id.map(|unit_id| Owner::unit(self.grid_id, unit_id));
        std::iter::once(Owner::grid(self.grid_id)).chain(unit).chain(delegates)
    }
}

/// What a major issue adds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct MajorContribution {
    /// Town date of its submission.
    pub submitted_on: NaiveDate,
    pub grid_id: AreaId,
    pub state: MajorIssueState,
    pub level: Level,
    /// While it is under way: when the lead office must report.
    pub due_on: Option<NaiveDate>,
}

impl MajorContribution {
    pub(super) fn of(major_issue: &MajorIssue, zone: Tz) -> Self {
        Self {
            submitted_on: major_issue.submitted_at.with_timezone(&zone).date_naive(),
            grid_id: major_issue.grid_id,
            state: major_issue.state,
            level: major_issue.level,
            due_on: major_issue.due.as_ref().filter(|_| !major_issue.is_over()).map(|due| due.on),
        }
    }
}
