//! The steps that a story is made of. What a step does is in the file of its kind (`…_steps.rs`).

use chrono::{DateTime, Utc};
use domain::ids::{IssueId, MajorIssueId, ReceptionId};
use domain::vocabulary::{HandoverReason, ReceptionForm, ReopeningGround, WordChannel};

/// A step of an issue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IssueStep {
    AnswerOnTheSpot,
    Take,
    Answer,
    Interim,
    AskMoreTime,
    DecideMoreTime,
    TellMoreTime,
    Suspend,
    Resume,
    Refer,
    Escalate,
    ReturnEscalation,
    Feedback,
    Close,
    AskReopening(ReopeningGround),
    DecideReopening,
    Withdraw,
    HandOver(HandoverReason),
    PostAnswer,
    /// Beside its way to the answer.
    Further(FurtherStep),
    /// On its record.
    Correction(CorrectionStep),
}

impl IssueStep {
    /// Whether it may concern a major issue although none deals with the issue yet.
    pub(super) fn is_of_a_major_issue(self) -> bool {
        matches!(self, Self::Escalate | Self::DecideReopening)
    }

    /// Another issue that it looks at.
    pub(super) fn other_issue(self) -> Option<IssueId> {
        if let Self::Further(FurtherStep::Link(other) | FurtherStep::Merge(other)) = self { Some(other) } else { None }
    }

    /// What it is called in a report, whatever it is done with.
    pub(super) fn name(self) -> String {
        let shown = format!("{self:?}");
        let name = shown.strip_prefix("Further(").or(shown.strip_prefix("Correction(")).unwrap_or(&shown);
        name.split(['(', ')']).next().unwrap_or(name).to_owned()
    }
}

/// A step of an issue beside its way to the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FurtherStep {
    /// To another issue.
    Link(IssueId),
    /// Into another issue.
    Merge(IssueId),
    Unmerge,
    AskOffice,
    GiveInput,
    TryDelivery,
    VerifyCommitment,
    AttachEvidence,
    ReissueReceipt,
}

impl FurtherStep {
    /// Whether nothing of the story hangs on it, so that the rest is told as without it.
    pub fn is_aside(self) -> bool {
        match self {
            Self::AttachEvidence | Self::ReissueReceipt => true,
            Self::Link(_)
            | Self::Merge(_)
            | Self::Unmerge
            | Self::AskOffice
            | Self::GiveInput
            | Self::TryDelivery
            | Self::VerifyCommitment => false,
        }
    }
}

/// A step on the record of an issue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CorrectionStep {
    /// What was raised was of another kind, or said otherwise.
    Correct,
    /// The feedback recorded as this version was another one: somebody has to approve that.
    Propose(u64),
    /// About the event of this version.
    Decide(u64),
}

/// A step of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SessionStep {
    PostNotice,
    AmendNotice,
    AskLeave,
    DecideLeave,
    WithdrawLeave,
    Substitute,
    Move,
    Cancel,
    Open,
    Close,
    FileRecord,
    Object,
    AnswerObjection,
    /// Of the closing, which is this version.
    ProposeCorrection(u64),
    DecideCorrection(u64),
}

/// An office of a grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OfficeStep {
    EndConvener,
    AppointConvener,
    EndLiaison,
    AppointLiaison,
}

/// A correction of a reception.
#[derive(Clone, Debug)]
pub(super) struct OfReception {
    /// Which.
    pub id: ReceptionId,
    /// Index of its grid.
    pub grid: usize,
    /// Its number in the story.
    pub number: u64,
    /// What it was recorded as.
    pub form: ReceptionForm,
    /// When it is recorded to have been held.
    pub held_at: DateTime<Utc>,
    /// What is done.
    pub step: ReceptionStep,
}

/// What is done to the record of a reception.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReceptionStep {
    CorrectForm,
    ProposeTime,
    DecideTime,
}

/// A step of a major issue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MajorStep {
    Triage,
    Deliberate,
    Assign,
    Accept,
    RefuseDispatch,
    DecideRefusal,
    Report,
    Verify,
    Conclude,
    RaiseLevel,
    LowerLevel,
}

/// What a step came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// It happened.
    Happened,
    /// It happened, and made a major issue.
    Made(MajorIssueId),
    /// It had become pointless: the issue had moved on.
    Moot,
}

/// Channels by which a word reaches a visitor.
pub(super) const CHANNELS: [WordChannel; 4] =
    [WordChannel::InPerson, WordChannel::Phone, WordChannel::Letter, WordChannel::Message];
