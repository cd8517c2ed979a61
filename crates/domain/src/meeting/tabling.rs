//! Major issues come on the agenda of a meeting, or are put off by it (C-4.3a).

use super::events::{MajorIssueDeferred, OnAgenda};
use super::state::Meeting;
use super::step::{convened, follows};
use crate::ids::MajorIssueId;
use crate::major_issue::MajorIssue;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::vocabulary::DeferralReason;
use chrono::{DateTime, Utc};

/// A major issue that a command on a meeting names.
#[derive(Clone, Copy, Debug)]
pub struct NamedMajorIssue<'a> {
    /// Which.
    pub id: MajorIssueId,
    /// The major issue now; nothing recorded of it where there is none of that id.
    pub now: &'a MajorIssue,
}

/// Puts an open major issue of the grid on the agenda of a convened meeting, once (C-4.3a).
///
/// Errors: [`Code::UnknownId`] at `/major_issue_id`; a time in the future or before the convening; [`Code::MeetingClosed`],
/// [`Code::WrongState`], [`Code::TooMany`]; [`Code::MajorIssueOfOtherGrid`], [`Code::MajorIssueConcluded`],
/// [`Code::MajorIssueWrongState`] before it is accepted; [`Code::AlreadyTabled`], also of one that was decided on or put off.
pub fn table(
    meeting: &Meeting,
    major: NamedMajorIssue<'_>,
    rules: &Rules<'_>,
    at: DateTime<Utc>,
) -> Result<OnAgenda, Refusal> {
    may_come(meeting, major, rules, at)?;
    match meeting.item(major.id) {
        None => Ok(OnAgenda { major_issue_id: major.id }),
        Some(_) => Err(Refusal::new(Code::AlreadyTabled).at("/major_issue_id")),
    }
}

/// Puts a major issue off, once a meeting, whether or not it was tabled (C-4.3a). A later decision stands.
///
/// Errors: as those of [`table`], but for [`Code::AlreadyDecided`] and [`Code::AlreadyDeferred`] in place of the last.
pub fn defer(
    meeting: &Meeting,
    major: NamedMajorIssue<'_>,
    rules: &Rules<'_>,
    reason_code: DeferralReason,
    at: DateTime<Utc>,
) -> Result<MajorIssueDeferred, Refusal> {
    may_come(meeting, major, rules, at)?;
    match meeting.item(major.id) {
        Some(item) if item.decided.is_some() => {
            Err(Refusal::new(Code::AlreadyDecided).under("C-4.3a").at("/major_issue_id").because(
                "本次会议已就该重大问题作出决定，不能再暂缓研究。",
                "The meeting has decided on the major issue; it cannot be deferred any more.",
            ))
        }
        Some(item) if item.deferred.is_some() => Err(Refusal::new(Code::AlreadyDeferred).at("/major_issue_id")),
        Some(_) | None => Ok(MajorIssueDeferred { major_issue_id: major.id, reason_code }),
    }
}

/// The meeting is convened, and the major issue is one of its grid that is accepted and not over.
fn may_come(
    meeting: &Meeting,
    major: NamedMajorIssue<'_>,
    rules: &Rules<'_>,
    at: DateTime<Utc>,
) -> Result<(), Refusal> {
    let refuse = |code| Err(Refusal::new(code).under("C-4.3a").at("/major_issue_id"));
    if !major.now.exists() {
        return refuse(Code::UnknownId);
    }
    follows(rules, at, meeting.convened)?;
    convened(meeting)?;
    if major.now.grid_id != meeting.grid_id {
        return refuse(Code::MajorIssueOfOtherGrid);
    }
    if major.now.is_over() {
        return refuse(Code::MajorIssueConcluded);
    }
    if !major.now.is_open() {
        return Err(Refusal::new(Code::MajorIssueWrongState).under("C-4.3a").at("/major_issue_id").because(
            "该重大问题尚未受理，请先完成研判。",
            "The major issue is not accepted yet; record its triage first.",
        ));
    }
    Ok(())
}
