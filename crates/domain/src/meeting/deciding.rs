//! A meeting decides on a major issue: that is its deliberation (会商), told to both in one append (C-4.3a, C-3.6).

use super::events::OnAgenda;
use super::state::Meeting;
use super::step::{convened, follows};
use super::tabling::NamedMajorIssue;
use crate::ids::MeetingId;
use crate::major_issue::Deliberated;
use crate::major_issue::deliberation::{self, DeliberationDraft};
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use chrono::{DateTime, NaiveDate, Utc};

/// A meeting that a command on a major issue names, or is given to.
#[derive(Clone, Copy, Debug)]
pub struct NamedMeeting<'a> {
    /// Which.
    pub id: MeetingId,
    /// The meeting now; nothing recorded of it where there is none of that id.
    pub now: &'a Meeting,
}

/// What a decision brings.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// For the meeting's stream.
    pub meeting: OnAgenda,
    /// For the major issue's stream.
    pub major_issue: Deliberated,
}

/// Records what a convened meeting decides on a major issue, on the day of `at`, wherever that may be deliberated on; it needs
/// not be tabled before (C-4.3a).
///
/// Errors: [`Code::UnknownId`] at `/major_issue_id`; a time in the future or before the convening; [`Code::MeetingClosed`],
/// [`Code::WrongState`], [`Code::TooMany`]; [`Code::MajorIssueOfOtherGrid`]; those of [`deliberation::deliberate`].
pub fn decide(
    meeting: NamedMeeting<'_>,
    major: NamedMajorIssue<'_>,
    rules: &Rules<'_>,
    at: DateTime<Utc>,
) -> Result<Decision, Refusal> {
    if !major.now.exists() {
        return Err(Refusal::new(Code::UnknownId).under("C-4.3a").at("/major_issue_id"));
    }
    // The day is that of the decision itself, and has no place of its own in the body.
    let at_time = |refusal: Refusal| match refusal.pointer.as_deref() {
        Some("/held_on") => refusal.at("/occurred_at"),
        Some(_) | None => refusal,
    };
    decided(meeting, major, rules, rules.town_date(at), at, "/major_issue_id").map_err(at_time)
}

/// Records a deliberation on a major issue that was held in a convened meeting of its grid: the same two facts (C-3.6,
/// C-4.3a).
///
/// Errors: as those of [`decide`], but at `/meeting_id` where they are of the meeting, and [`Code::BeforePrevious`] at `/held_on`
/// before the day of its convening.
pub fn deliberate_in(
    meeting: NamedMeeting<'_>,
    major: NamedMajorIssue<'_>,
    rules: &Rules<'_>,
    held_on: NaiveDate,
    at: DateTime<Utc>,
) -> Result<Decision, Refusal> {
    if !meeting.now.exists() {
        return Err(Refusal::new(Code::UnknownId).under("C-4.3a").at("/meeting_id"));
    }
    let convened_on = rules.town_date(meeting.now.convened.at);
    if held_on < convened_on {
        return Err(Refusal::new(Code::BeforePrevious).under("C-4.3a").at("/held_on").because(
            format!("该会议于 {convened_on} 召集；会商日期不得早于该日。"),
            format!("The meeting was convened on {convened_on}; the deliberation must be on that day or later."),
        ));
    }
    decided(meeting, major, rules, held_on, at, "/meeting_id")
}

/// `named` is where the body names the other of the two.
fn decided(
    meeting: NamedMeeting<'_>,
    major: NamedMajorIssue<'_>,
    rules: &Rules<'_>,
    held_on: NaiveDate,
    at: DateTime<Utc>,
    named: &str,
) -> Result<Decision, Refusal> {
    follows(rules, at, meeting.now.convened)?;
    let draft = DeliberationDraft { held_on, meeting_id: Some(meeting.id), at };
    convened(meeting.now).map_err(|no| if named == "/meeting_id" { no.at(named) } else { no })?;
    if major.now.grid_id != meeting.now.grid_id {
        return Err(Refusal::new(Code::MajorIssueOfOtherGrid).under("C-4.3a").at(named));
    }
    let major_issue = deliberation::deliberate(major.now, rules, &draft)?;
    Ok(Decision { meeting: OnAgenda { major_issue_id: major.id }, major_issue })
}
