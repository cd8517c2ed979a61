//! Deliberation at a meeting (会商研究): after triage, and again after an upheld refusal or a change of level.

use super::step::{after_turn, no_refusal_pending, require};
use super::{Deliberated, MajorIssue};
use crate::ids::MeetingId;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::vocabulary::MajorIssueState;
use chrono::{DateTime, NaiveDate, Utc};

/// A deliberation as it comes in, but for the decision's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeliberationDraft {
    /// Day of the meeting.
    pub held_on: NaiveDate,
    /// The meeting, where it is on record.
    pub meeting_id: Option<MeetingId>,
    /// When it is said to have been recorded; not the meeting's own time.
    pub at: DateTime<Utc>,
}

/// Records a deliberation (C-3.6, C-4.3a).
///
/// Errors: [`Code::InTheFuture`] and [`Code::BeforePrevious`] for the meeting's day; [`Code::MajorIssueConcluded`],
/// [`Code::MajorIssueWrongState`] before triage, [`Code::AlreadyDeliberated`] without a reason to do it again.
pub fn deliberate(major: &MajorIssue, rules: &Rules<'_>, draft: &DeliberationDraft) -> Result<Deliberated, Refusal> {
    if draft.held_on > rules.today {
        return Err(Refusal::new(Code::InTheFuture).at("/held_on"));
    }
    if draft.held_on < rules.town_date(major.submitted_at) {
        return Err(Refusal::new(Code::BeforePrevious).at("/held_on"));
    }
    after_turn(major, rules, draft.at)?;
    require(
        major,
        &[
            MajorIssueState::Triaged,
            MajorIssueState::Deliberated,
            MajorIssueState::Assigned,
            MajorIssueState::Handling,
            MajorIssueState::ReportedBack,
            MajorIssueState::ReturnedForRework,
            MajorIssueState::Verified,
        ],
        Code::MajorIssueWrongState,
    )?;
    no_refusal_pending(major)?;
    if major.state != MajorIssueState::Triaged && !major.deliberation_open {
        return Err(Refusal::new(Code::AlreadyDeliberated));
    }
    Ok(Deliberated { held_on: draft.held_on, meeting_id: draft.meeting_id })
}
