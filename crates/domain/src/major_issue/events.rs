//! The facts of a major issue's life, as stored (FORMAT §7).

use crate::event_type::events;
use crate::ids::{AreaId, IssueId, MeetingId, OfficeId};
use crate::issue::{Due, days};
use crate::vocabulary::{Level, Outcome, TriageDecision};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

events! {
    and days!;
    /// Facts in streams `major_issue/<uuid>`.
    MajorIssueEvent {
        /// A first issue was escalated.
        Submitted(Submitted) = "major_issue.submitted"/1, "C-3.6",
            "提交重大问题。", "A major issue was submitted.";
        /// Another issue joined.
        IssueJoined(IssueJoined) = "major_issue.issue_joined"/1, "C-3.6",
            "又一事项并入重大问题。", "Another issue joined the major issue.";
        /// Looked at: accepted at a level, returned, or referred.
        Triaged(Triaged) = "major_issue.triaged"/1, "C-3.6",
            "审核：受理、退回或转法定途径。", "It was triaged: accepted, returned or referred.";
        /// Deliberated at a meeting.
        Deliberated(Deliberated) = "major_issue.deliberated"/1, "C-3.6", [day: held_on],
            "会商。", "It was deliberated.";
        /// Dispatched to a lead and supporting offices.
        Assigned(Assigned) = "major_issue.assigned"/1, "C-3.6", [due: due],
            "交办，明确牵头与配合单位及期限。", "It was assigned to a lead office and supporting ones, with a due date.";
        /// The lead office took it.
        Accepted(Accepted) = "major_issue.accepted"/1, "C-3.6",
            "承办单位接收。", "The lead office accepted it.";
        /// The lead office sent it back.
        DispatchRefused(DispatchRefused) = "major_issue.dispatch_refused"/1, "C-3.6",
            "承办单位提出退回。", "The lead office refused it.";
        /// The level's owner decided on the refusal.
        RefusalDecided(RefusalDecided) = "major_issue.refusal_decided"/1, "C-3.6",
            "对退回作出决定。", "The refusal was decided on.";
        /// The lead office reported an outcome.
        OutcomeReported(OutcomeReported) = "major_issue.outcome_reported"/1, "C-3.6",
            "报告处理结果。", "The outcome was reported.";
        /// Another office confirmed it.
        Verified(Verified) = "major_issue.verified"/1, "C-3.6",
            "核实处理结果。", "The outcome was verified.";
        /// Another office did not confirm it.
        ReturnedForRework(ReturnedForRework) = "major_issue.returned_for_rework"/1, "C-3.6",
            "退回重办。", "It was returned for rework.";
        /// Raised to a higher level.
        LevelRaised(LevelChanged) = "major_issue.level_raised"/1, "C-3.6",
            "提级办理。", "It was raised to a higher level.";
        /// Lowered to a lower level.
        LevelLowered(LevelChanged) = "major_issue.level_lowered"/1, "C-3.6",
            "降级办理。", "It was lowered to a lower level.";
        /// Done; every linked issue now awaits its own answer.
        Concluded(Concluded) = "major_issue.concluded"/1, "C-3.6",
            "处理完结，结果交还各事项的首问责任人。", "It was concluded; the outcome goes back to each issue's delegate.";
    }
}

/// `major_issue.submitted/1`: an escalated issue opened the file (提交).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Submitted {
    /// The grid.
    pub grid_id: AreaId,
    /// The level asked for.
    pub level: Level,
    /// The issue that was escalated.
    pub issue_id: IssueId,
}

/// `major_issue.issue_joined/1`: another issue of the grid was escalated to the same file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssueJoined {
    /// The issue that joined.
    pub issue_id: IssueId,
}

/// `major_issue.triaged/1`: accepted at a level, returned to the delegates, or referred (研判).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Triaged {
    /// What was decided.
    pub decision: TriageDecision,
    /// The level it was accepted at, where it differs from the one asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
}

/// `major_issue.deliberated/1`: a meeting decided what to do (会商); what it decided is in a box.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deliberated {
    /// Day of the meeting.
    pub held_on: NaiveDate,
    /// The meeting, where it is on record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meeting_id: Option<MeetingId>,
}

/// `major_issue.assigned/1`: given to a lead office and perhaps supporting ones, with a due date (交办).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assigned {
    /// Who leads (主办).
    pub lead_office_id: OfficeId,
    /// Who supports (协办).
    pub support_office_ids: Vec<OfficeId>,
    /// When the lead office must report.
    pub due: Due,
}

/// `major_issue.accepted/1`: the lead office handles it (办理).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accepted {}

/// `major_issue.dispatch_refused/1`: the lead office says that it is not its to do (退单), once in the file's life.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DispatchRefused {}

/// `major_issue.refusal_decided/1`: the owner of the level decided on the refusal; there is no second one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefusalDecided {
    /// True when the refusal stands and the matter is deliberated again.
    pub upheld: bool,
}

/// `major_issue.outcome_reported/1`: the lead office says what came of it (反馈).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutcomeReported {
    /// The outcome.
    pub outcome: Outcome,
}

/// `major_issue.verified/1`: another office confirms the report (核查).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verified {
    /// Who verified; not the lead office.
    pub by_office_id: OfficeId,
}

/// `major_issue.returned_for_rework/1`: another office does not confirm it; the lead office goes on and reports again.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReturnedForRework {}

/// `major_issue.level_raised/1`, `major_issue.level_lowered/1`: another forum decides now; the state stays.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelChanged {
    /// The new level.
    pub to: Level,
}

/// `major_issue.concluded/1`: the end of the file (办结). Every linked issue awaits its own answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Concluded {
    /// The outcome, passed back to every linked issue.
    pub outcome: Outcome,
}
