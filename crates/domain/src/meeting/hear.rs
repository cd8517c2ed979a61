//! People are heard at a meeting: a reception of its grid, on its day, by delegates who attended (C-4.3a, C-3.1).

use super::state::Meeting;
use crate::hearing::{HEARINGS_MAX, HeardAt, HearingDraft, OpinionsHeard, faults};
use crate::ids::DelegateId;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;

/// Remembers a hearing at a meeting that is closed, in the append of the reception that it is: before, nobody knows when it
/// was held and who attended.
///
/// Errors, of the body of the reception and all at once: [`Code::UnknownId`] at `/meeting_id`; those of
/// [`crate::hearing::faults`]; else [`Code::WrongState`] of one that is not closed, [`Code::TooMany`] beyond
/// [`HEARINGS_MAX`].
pub fn hear(meeting: &Meeting, rules: &Rules<'_>, draft: &HearingDraft) -> Result<OpinionsHeard, Vec<Refusal>> {
    let no = |code| Refusal::new(code).under("C-4.3a").at("/meeting_id");
    if !meeting.exists() {
        return Err(vec![no(Code::UnknownId)]);
    }
    let Some(held_on) = meeting.held_on(rules.policy) else {
        return Err(vec![no(Code::WrongState).because(
            "会议尚未闭会，不能记录会上听取意见；请先记录会议召开情况。",
            "The meeting is not closed; record that it was held before what was heard at it.",
        )]);
    };
    let attended: Vec<DelegateId> = meeting.delegates.iter().map(|one| one.delegate_id).collect();
    let heard = HeardAt {
        grid_ids: &[meeting.grid_id],
        from: held_on,
        to: Some(held_on),
        delegate_ids: &attended,
        clause: "C-4.3a",
    };
    let faults = faults(&heard, draft);
    if !faults.is_empty() {
        return Err(faults);
    }
    if meeting.heard.len() >= HEARINGS_MAX {
        return Err(vec![no(Code::TooMany)]);
    }
    Ok(OpinionsHeard { reception_id: draft.reception_id, issue_ids: draft.issue_ids.clone() })
}
