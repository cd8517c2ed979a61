//! Whether a meeting allows a step, and what is said when it does not.

use super::state::Meeting;
use crate::claims::Claim;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::step;
use crate::vocabulary::MeetingState;
use chrono::{DateTime, Utc};

/// It is convened, and the stream has room.
///
/// Errors: [`Code::MeetingClosed`], [`Code::WrongState`] of one that was cancelled, [`Code::TooMany`].
pub(super) fn convened(meeting: &Meeting) -> Result<(), Refusal> {
    match meeting.state {
        MeetingState::Convened => step::not_full(meeting.version, "C-4.3a"),
        MeetingState::Closed => Err(Refusal::new(Code::MeetingClosed)),
        MeetingState::Cancelled => Err(Refusal::new(Code::WrongState)
            .under("C-4.3a")
            .because("该会议已取消，请另行召集。", "The meeting was cancelled; convene another one.")),
    }
}

/// A claimed instant is not in the future and not before the fact that it follows.
///
/// Errors at `/occurred_at`: [`Code::InTheFuture`], [`Code::BeforePrevious`].
pub(super) fn follows(rules: &Rules<'_>, at: DateTime<Utc>, fact: Claim) -> Result<(), Refusal> {
    step::follows(rules, at, fact, "C-4.3a")
}
