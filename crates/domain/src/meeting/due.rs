//! What is owed of meetings: that a grid holds its regular ones each quarter (O-11), and that every open major issue comes
//! before one (O-12). Whether a fact came in time is asked of the day from which it counts, so that back-dating gains
//! nothing (C-4.3a). The policy is that in force on the first day of the quarter.

use super::state::Meeting;
use crate::calendar::Calendars;
use crate::claims::{Claim, counts_on};
use crate::ids::MajorIssueId;
use crate::major_issue::MajorIssue;
use crate::period::Quarter;
use crate::policy::Policy;
use crate::vocabulary::MeetingKind;
use chrono::{DateTime, NaiveDate, Utc};

/// The closing by which a grid has held as many regular meetings in a quarter as the policy asks for (O-11), and the day from
/// which that counts, which may be after its end. `meetings` are all of the grid. Nothing while they are fewer, or where
/// the policy asks for none: then nothing is owed.
pub fn regular_held<'m>(
    meetings: impl IntoIterator<Item = &'m Meeting>,
    quarter: Quarter,
    policy: &Policy,
    calendars: &Calendars,
) -> Option<(NaiveDate, Claim)> {
    let wanted = usize::try_from(policy.cadence.meetings_per_quarter).ok()?;
    let counted = regular_of(meetings, quarter, policy).map(|held| (held.counts_on(policy, calendars), held));
    let mut counted: Vec<_> = counted.collect();
    counted.sort_by_key(|(on, held)| (*on, held.position));
    counted.get(wanted.checked_sub(1)?).copied()
}

/// The day of the first regular meeting that a grid held in a quarter.
pub fn first_regular_on<'m>(
    meetings: impl IntoIterator<Item = &'m Meeting>,
    quarter: Quarter,
    policy: &Policy,
) -> Option<NaiveDate> {
    regular_of(meetings, quarter, policy).map(|held| policy.town_date(held.at)).min()
}

/// When the regular meetings of a quarter were held, whenever that was recorded.
fn regular_of<'m>(
    meetings: impl IntoIterator<Item = &'m Meeting>,
    quarter: Quarter,
    policy: &Policy,
) -> impl Iterator<Item = Claim> {
    let regular = meetings.into_iter().filter(|meeting| meeting.kind == MeetingKind::Regular);
    regular.filter_map(|meeting| meeting.held).filter(move |held| quarter.holds(policy.town_date(held.at)))
}

/// That a major issue comes before a meeting of a quarter (O-12), as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tabling {
    /// When it was accepted.
    pub accepted: Claim,
    /// From when it is owed: the day of the acceptance, in later quarters the first day of the quarter.
    pub opens_on: NaiveDate,
    /// The day of the first regular meeting; without one the last day of the quarter.
    pub due_on: NaiveDate,
    /// The closing of that meeting: before it was on record nobody could know the day.
    pub due_by: Option<Claim>,
    /// The fact by which it came before a meeting that was held in the quarter, and the day from which that counts, in time or
    /// not.
    pub kept: Option<(NaiveDate, Claim)>,
    /// Since when both that fact and the meeting are on record.
    pub kept_since: Option<DateTime<Utc>>,
    /// It ended by that day, and had come before no meeting.
    pub excused: Option<Claim>,
}

/// What is owed in a quarter of a major issue (O-12): tabled, put off or decided on in a meeting of its grid, of either kind,
/// that was held in the quarter. Nothing of one that was accepted too late for the quarter, or had ended before it.
/// `meetings` are all of the grid.
pub fn tabling(
    id: MajorIssueId,
    major: &MajorIssue,
    meetings: &[&Meeting],
    quarter: Quarter,
    policy: &Policy,
    calendars: &Calendars,
) -> Option<Tabling> {
    let accepted = major.accepted?;
    let counted = |claim: Claim| claim.counts_on(policy, calendars);
    let regular = regular_of(meetings.iter().copied(), quarter, policy);
    let first_regular = regular.min_by_key(|held| (policy.town_date(held.at), held.position));
    let due_on = first_regular.map_or(quarter.last_day(), |held| policy.town_date(held.at));
    let accepted_on = counted(accepted);
    let in_time = if first_regular.is_some() { accepted_on < due_on } else { accepted_on <= due_on };
    let ended = major.ended.map(|by| (counted(by), by));
    if !in_time || ended.is_some_and(|(on, _)| on < quarter.first_day()) {
        return None;
    }
    let held = meetings.iter().filter_map(|meeting| Some((meeting.held?, meeting.item(id)?)));
    let held = held.filter(|(held, _)| quarter.holds(policy.town_date(held.at)));
    // What was written down later than its meeting counts by its own recording.
    let facts = held.flat_map(|(held, item)| item.claims().map(move |fact| (held, fact)));
    let first = facts
        .map(|(held, fact)| (counts_on(policy, calendars, held.at, fact.recorded_at), fact, held))
        .min_by_key(|(on, fact, _)| (*on, fact.position));
    let ended_by_then = ended.filter(|(on, _)| *on <= due_on).map(|(_, by)| by);
    Some(Tabling {
        accepted,
        opens_on: policy.town_date(accepted.at).max(quarter.first_day()),
        due_on,
        due_by: first_regular,
        kept: first.map(|(on, fact, _)| (on, fact)),
        kept_since: first.map(|(_, fact, held)| fact.recorded_at.max(held.recorded_at)),
        excused: ended_by_then.filter(|_| first.is_none()),
    })
}
