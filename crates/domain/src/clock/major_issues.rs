//! What a major issue makes the convener of its grid owe: that it comes before a meeting of each quarter (O-12).

use super::obligation::{Charge, Key, Obligation, OwedBy};
use super::things::{ThingKnown, later};
use crate::ids::MajorIssueId;
use crate::major_issue::MajorIssue;
use crate::meeting::{Meeting, Tabling, tabling};
use crate::period::Quarter;
use crate::policy::Policy;
use crate::vocabulary::{Breach, ObligationCode};
use chrono::NaiveDate;

/// O-12, quarter by quarter from its acceptance until it is over, for quarters that begin by a day. `meetings` are all of its
/// grid. What a quarter is judged by is the policy in force on its first day.
pub fn of_major_issue<'a>(
    id: MajorIssueId,
    major: &MajorIssue,
    meetings: &[&Meeting],
    known: &ThingKnown<'a>,
    until: NaiveDate,
) -> Vec<Obligation<'a>> {
    let (Some(accepted), Some(zone)) = (major.accepted, known.policies.time_zone()) else { return Vec::new() };
    let day = |claim: crate::claims::Claim| claim.at.with_timezone(&zone).date_naive();
    // What counts later belongs to a later quarter at most.
    let last = major.ended.map_or(until, |ended| day(ended).max(ended.recorded_at.with_timezone(&zone).date_naive()));
    let quarters = std::iter::successors(Some(Quarter::of(day(accepted))), |one| Some(one.next()));
    let quarters = quarters.take_while(|quarter| quarter.first_day() <= last.min(until));
    let owed = quarters.filter_map(|quarter| {
        let policy = known.policies.in_force(quarter.first_day())?;
        let stands = tabling(id, major, meetings, quarter, policy, known.calendars)?;
        Some(owed(id, major, (quarter, policy), &stands, known))
    });
    owed.collect()
}

fn owed<'a>(
    id: MajorIssueId,
    major: &MajorIssue,
    (quarter, policy): (Quarter, &'a Policy),
    stands: &Tabling,
    known: &ThingKnown<'a>,
) -> Obligation<'a> {
    let due_on = stands.due_on;
    // Whoever writes a meeting down late sets its day late: it is judged from the later of both leaves.
    let opened = stands.due_by.filter(|by| by.recorded_at > stands.accepted.recorded_at).unwrap_or(stands.accepted);
    let convener = known.areas.grid(major.grid_id).and_then(|grid| grid.convener_on(due_on));
    let owed_by = convener.map_or(OwedBy::area(major.grid_id), OwedBy::delegate);
    let key = Key {
        code: ObligationCode::O12,
        part: None,
        about: format!("major_issue/{id}"),
        period: Some(quarter.to_string()),
    };
    Obligation {
        opens_on: stands.opens_on.min(due_on),
        period_from: Some(quarter.first_day()),
        provisional: known.calendars.provisional(due_on, due_on),
        kept: stands.kept,
        kept_since: stands.kept_since,
        excused: stands.excused,
        charges: vec![Charge::of(Breach::MajorIssueNotTabled, due_on, later(stands.kept, due_on))],
        ..Obligation::opened(key, (major.grid_id, owed_by), opened, due_on, policy)
    }
}
