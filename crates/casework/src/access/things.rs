//! What access turns on of each kind of thing, beside its grid and who recorded it.

use crate::read::reference::Reference;
use chrono::NaiveDate;
use domain::access::{Line, Thing};
use domain::activity::Activity;
use domain::appointment::Appointment;
use domain::clock::{OwedBy, OwingFamily};
use domain::deed::Deed;
use domain::ids::{AccountId, AreaId, DelegateId};
use domain::issue::Issue;
use domain::major_issue::MajorIssue;
use domain::reception::{ReceivingDelegate, Reception};
use domain::session::Session;
use domain::study::Study;
use domain::vocabulary::{DelegateType, Level};

/// Whose a thing is that belongs to these delegates: of a line where there are any, else of the grid alone.
fn of_delegates(delegates: impl IntoIterator<Item = DelegateId>) -> Thing {
    let delegates: Vec<_> = delegates.into_iter().collect();
    let line = if delegates.is_empty() { Line::Both } else { Line::Of(delegates.clone()) };
    Thing { delegates, line, ..Thing::default() }
}

fn ids(delegates: &[ReceivingDelegate]) -> impl Iterator<Item = DelegateId> + '_ {
    delegates.iter().map(|delegate| delegate.delegate_id)
}

/// A reception is theirs who sat in it; of the party's line where one of them did so as a party delegate.
pub(crate) fn reception(reception: &Reception) -> Thing {
    let party = reception.delegates.iter().any(|delegate| delegate.delegate_type == DelegateType::Party);
    Thing { line: Line::Party(party), ..of_delegates(ids(&reception.delegates)) }
}

/// An issue is its responsible delegate's; those who handed it over go on reading it. Its line is that of its reception.
pub(crate) fn issue(issue: &Issue) -> Thing {
    Thing {
        delegates: vec![issue.responsible_delegate_id],
        former: issue.former_delegates.clone(),
        line: Line::Reception(issue.reception_id),
        offices: issue.offices_asked.clone(),
        major_issue: issue.major_issue_id,
        town_decides: issue.level.is_some_and(of_town),
        ..Thing::default()
    }
}

/// A major issue is theirs whose issues are in it.
pub(crate) fn major_issue(major: &MajorIssue) -> Thing {
    let issues: Vec<_> = major.linked.iter().map(|linked| linked.issue_id).collect();
    Thing {
        line: Line::Issues(issues.clone()),
        issues,
        offices: major.lead_office_id.into_iter().chain(major.support_office_ids.iter().copied()).collect(),
        town_decides: of_town(major.level),
        ..Thing::default()
    }
}

/// From L3 on the town's offices decide (T7, T11).
fn of_town(level: Level) -> bool {
    match level {
        Level::L1 | Level::L2 => false,
        Level::L3 | Level::L4 => true,
    }
}

/// A session belongs to its grid; a slot in it to whoever has it.
pub(crate) fn session(session: &Session) -> Thing {
    let slots = session.slots.iter().flat_map(|slot| {
        [slot.assigned.delegate_id].into_iter().chain(slot.substitutions.iter().map(|one| one.substitute_id))
    });
    Thing { delegates: slots.collect(), line: Line::Both, ..Thing::default() }
}

/// What is about one delegate: theirs, in the grids in which they serve, of their line.
pub fn of_delegate(reference: &Reference, delegate: DelegateId, on: NaiveDate) -> Thing {
    let known = reference.delegates.get(delegate);
    let grids = known.into_iter().flat_map(|known| known.assignments_on(on)).map(|one| one.grid_id).collect();
    Thing { grids, ..of_delegates([delegate]) }
}

/// What is about one grid as a whole.
pub fn of_grid(grid: AreaId) -> Thing {
    Thing { grids: vec![grid], line: Line::Both, ..Thing::default() }
}

/// What is an account's.
pub fn of_account(account: AccountId) -> Thing {
    Thing { accounts: vec![account], ..Thing::default() }
}

/// What is owed is theirs who owe it, in the grid where it is owed.
pub(crate) fn owed(grid: AreaId, by: &OwedBy) -> Thing {
    let delegate = (by.family == OwingFamily::Delegate).then_some(DelegateId(by.id));
    Thing { grids: vec![grid], ..of_delegates(delegate) }
}

/// A leave is its delegate's.
pub(crate) fn leave(delegate: DelegateId) -> Thing {
    of_delegates([delegate])
}

pub(crate) fn activity(activity: &Activity) -> Thing {
    Thing { grids: activity.grid_ids.clone(), ..of_delegates(ids(&activity.delegates)) }
}

pub(crate) fn deed(deed: &Deed) -> Thing {
    of_delegates([deed.owner_delegate_id])
}

/// An appointment is theirs who comes, and until that is agreed theirs who is asked for: as the list has it.
pub(crate) fn appointment(appointment: &Appointment) -> Thing {
    of_delegates(appointment.agreed().map(|agreed| agreed.delegate_id).or(appointment.delegate_id))
}

pub(crate) fn study(study: &Study) -> Thing {
    of_delegates([study.lead_delegate_id].into_iter().chain(study.delegate_ids.iter().copied()))
}
