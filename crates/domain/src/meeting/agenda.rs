//! What a grid has to study (C-4.3a): every major issue that was accepted and is not over, with what meetings made of it; and
//! what a meeting that was held left over. Both are derived from the streams of the grid's major issues and meetings.

use super::state::{AgendaItem, Meeting};
use crate::calendar::Calendars;
use crate::ids::{MajorIssueId, MeetingId};
use crate::major_issue::MajorIssue;
use crate::policy::Policy;
use crate::vocabulary::{Level, MajorIssueState, MeetingState};
use chrono::NaiveDate;

/// An open major issue of a grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Which.
    pub major_issue_id: MajorIssueId,
    /// The level at which it stands.
    pub level: Level,
    /// Its state.
    pub state: MajorIssueState,
    /// The town's day on which triage accepted it.
    pub accepted_on: NaiveDate,
    /// Calendar days since then.
    pub days_waiting: u32,
    /// Whether a meeting has something to decide on it ([`MajorIssue::decision_outstanding`]).
    pub decision_outstanding: bool,
    /// The last meeting that was held and before which it came.
    pub last_meeting: Option<CameBefore>,
    /// The convened meeting on whose agenda it is, the nearest of them.
    pub next_meeting: Option<CameBefore>,
}

/// A meeting before which a major issue came, or will come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CameBefore {
    /// Which.
    pub meeting_id: MeetingId,
    /// The day on which it was held; of one that is convened, for which it was called.
    pub on: NaiveDate,
    /// What it made of the major issue.
    pub item: AgendaItem,
}

/// The agenda of a grid on a day, of all its major issues and meetings: whatever waits longest is first.
pub fn agenda(
    majors: &[(MajorIssueId, &MajorIssue)],
    meetings: &[(MeetingId, &Meeting)],
    policy: &Policy,
    today: NaiveDate,
) -> Vec<Waiting> {
    let open = majors.iter().filter(|(_, major)| major.is_open());
    let mut waiting: Vec<_> = open.filter_map(|(id, major)| waits(*id, major, meetings, policy, today)).collect();
    waiting.sort_by_key(|one| (one.accepted_on, one.major_issue_id));
    waiting
}

fn waits(
    id: MajorIssueId,
    major: &MajorIssue,
    meetings: &[(MeetingId, &Meeting)],
    policy: &Policy,
    today: NaiveDate,
) -> Option<Waiting> {
    let accepted_on = policy.town_date(major.accepted?.at);
    let came_before = |state: MeetingState| {
        let of_state = meetings.iter().filter(move |(_, meeting)| meeting.state == state);
        let with_it = of_state.filter_map(|(meeting_id, meeting)| {
            let item = *meeting.item(id)?;
            Some((meeting.position, CameBefore { meeting_id: *meeting_id, on: meeting.day(policy), item }))
        });
        with_it.collect::<Vec<_>>()
    };
    let held = came_before(MeetingState::Closed).into_iter().max_by_key(|(position, one)| (one.on, *position));
    let ahead = came_before(MeetingState::Convened).into_iter().min_by_key(|(position, one)| (one.on, *position));
    Some(Waiting {
        major_issue_id: id,
        level: major.level,
        state: major.state,
        accepted_on,
        days_waiting: u32::try_from((today - accepted_on).num_days()).unwrap_or_default(),
        decision_outstanding: major.decision_outstanding(),
        last_meeting: held.map(|(_, one)| one),
        next_meeting: ahead.map(|(_, one)| one),
    })
}

/// The major issues of its grid that a meeting which was held left over, in the order in which they were accepted: they should
/// have come before it, and did not. Nothing while it is not closed.
pub fn untabled(
    meeting: &Meeting,
    majors: &[(MajorIssueId, &MajorIssue)],
    policy: &Policy,
    calendars: &Calendars,
) -> Vec<MajorIssueId> {
    let Some(held_on) = meeting.held_on(policy) else { return Vec::new() };
    let missed = majors.iter().filter(|(id, major)| {
        let of_grid = major.grid_id == meeting.grid_id;
        of_grid && meeting.item(*id).is_none() && belongs_before(major, held_on, policy, calendars)
    });
    let mut missed: Vec<_> = missed.map(|(id, major)| (major.accepted.map(|by| by.position), *id)).collect();
    missed.sort_unstable();
    missed.into_iter().map(|(_, id)| id).collect()
}

/// Whether a major issue is to come before a meeting of a day: it was accepted on a day before, and is not over then. Both
/// are asked of the days from which the facts count, so that back-dating gains nothing.
fn belongs_before(major: &MajorIssue, on: NaiveDate, policy: &Policy, calendars: &Calendars) -> bool {
    let accepted = major.accepted.is_some_and(|by| by.counts_on(policy, calendars) < on);
    accepted && major.ended.is_none_or(|by| by.counts_on(policy, calendars) > on)
}
