//! The facts of a major issue's life, as stored (FORMAT §7).

use crate::ids::{AreaId, IssueId, MeetingId, OfficeId};
use crate::issue::Due;
use crate::vocabulary::{Level, Outcome, TriageDecision};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Facts in streams `major_issue/<uuid>`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "public")]
pub enum MajorIssueEvent {
    /// A first issue was escalated.
    #[serde(rename = "major_issue.submitted")]
    Submitted(Submitted),
    /// Another issue joined.
    #[serde(rename = "major_issue.issue_joined")]
    IssueJoined(IssueJoined),
    /// Looked at: accepted at a level, returned, or referred.
    #[serde(rename = "major_issue.triaged")]
    Triaged(Triaged),
    /// Deliberated at a meeting.
    #[serde(rename = "major_issue.deliberated")]
    Deliberated(Deliberated),
    /// Dispatched to a lead and supporting offices.
    #[serde(rename = "major_issue.assigned")]
    Assigned(Assigned),
    /// The lead office took it.
    #[serde(rename = "major_issue.accepted")]
    Accepted(Accepted),
    /// The lead office sent it back.
    #[serde(rename = "major_issue.dispatch_refused")]
    DispatchRefused(DispatchRefused),
    /// The level's owner decided on the refusal.
    #[serde(rename = "major_issue.refusal_decided")]
    RefusalDecided(RefusalDecided),
    /// The lead office reported an outcome.
    #[serde(rename = "major_issue.outcome_reported")]
    OutcomeReported(OutcomeReported),
    /// Another office confirmed it.
    #[serde(rename = "major_issue.verified")]
    Verified(Verified),
    /// Another office did not confirm it.
    #[serde(rename = "major_issue.returned_for_rework")]
    ReturnedForRework(ReturnedForRework),
    /// Raised to a higher level.
    #[serde(rename = "major_issue.level_raised")]
    LevelRaised(LevelChanged),
    /// Lowered to a lower level.
    #[serde(rename = "major_issue.level_lowered")]
    LevelLowered(LevelChanged),
    /// Done; every linked issue now awaits its own answer.
    #[serde(rename = "major_issue.concluded")]
    Concluded(Concluded),
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
