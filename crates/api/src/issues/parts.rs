//! The parts of an issue as its answer shows them.

use crate::http::response::{absent, business_time};
use crate::openapi::vocabulary;
use crate::problem::Problem;
use crate::state::AppState;
use casework::access::Sight;
use casework::loaded::Loaded;
use chrono::NaiveDate;
use chrono_tz::Tz;
use domain::issue::{Answer, AttachedFile, DeliveryAttempt, InputAsked, Issue, Link};
use domain::vocabulary::Outcome;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A clock that stands still.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Suspension)]
pub struct SuspensionView {
    /// Why.
    #[schema(value_type = vocabulary::SuspensionReason)]
    pub reason_code: &'static str,
    /// Since when.
    pub since: String,
    /// Its last day: after it the clock runs again by itself.
    pub until_on: NaiveDate,
    /// Working days left when it stopped.
    pub remaining_working_days: u32,
}

/// An extension of time.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Extension)]
pub struct ExtensionView {
    /// Why.
    #[schema(value_type = vocabulary::ExtensionReason)]
    pub reason_code: &'static str,
    /// The date asked for.
    pub new_due_on: NaiveDate,
    /// `requested`, `granted` (the visitor not told yet), `refused`, `in_effect`, or `lapsed` with an escalation.
    pub state: &'static str,
}

pub(super) fn extension_state(state: domain::issue::ExtensionState) -> &'static str {
    match state {
        domain::issue::ExtensionState::Requested => "requested",
        domain::issue::ExtensionState::Granted => "granted",
        domain::issue::ExtensionState::Refused => "refused",
        domain::issue::ExtensionState::InEffect => "in_effect",
        domain::issue::ExtensionState::Lapsed => "lapsed",
    }
}

/// A final answer.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Answer)]
pub struct AnswerView {
    /// The outcome.
    #[schema(value_type = vocabulary::Outcome)]
    pub outcome: &'static str,
    /// Orally or in writing.
    #[schema(value_type = vocabulary::AnswerChannel)]
    pub channel: &'static str,
    /// What was said; absent when erased, and in lists.
    #[serde(skip_serializing_if = "absent")]
    pub text: Option<String>,
    /// For `declined`: on which basis.
    #[serde(skip_serializing_if = "absent")]
    pub basis: Option<String>,
    /// When it was delivered.
    pub delivered_at: String,
    /// The delegate who answered.
    pub answered_by: Uuid,
    /// Given at the reception itself.
    pub on_the_spot: bool,
    /// What shows that it arrived; absent in lists.
    #[serde(skip_serializing_if = "absent")]
    pub evidence: Option<EvidenceView>,
    /// For `planned`: when it is to be done.
    #[serde(skip_serializing_if = "absent")]
    pub commitment_on: Option<NaiveDate>,
    /// Whether what was planned is done; absent until somebody looked, and in lists.
    #[serde(skip_serializing_if = "absent")]
    pub commitment_kept: Option<bool>,
    /// The day on which somebody looked.
    #[serde(skip_serializing_if = "absent")]
    pub commitment_verified_on: Option<NaiveDate>,
}

impl AnswerView {
    pub(super) async fn of(
        app: &AppState,
        sight: &Sight,
        loaded: &Loaded<Issue>,
        answer: &Answer,
        zone: Tz,
    ) -> Result<Self, Problem> {
        let check = loaded.state.commitment_check.filter(|_| answer.given.commitment_on.is_some());
        let corrections = &loaded.state.corrections;
        let text = async |member| app.casework.text_of(sight, loaded, corrections, answer.version, 0, member).await;
        let basis = text("basis").await?;
        Ok(Self {
            outcome: answer.given.outcome.as_str(),
            channel: answer.given.channel.as_str(),
            text: text("text").await?,
            // An outcome that is corrected away from `declined` rests on none.
            basis: basis.filter(|_| answer.given.outcome == Outcome::Declined),
            delivered_at: business_time(answer.delivered_at, zone),
            answered_by: answer.given.answered_by.0,
            on_the_spot: answer.given.on_the_spot,
            evidence: Some(EvidenceView {
                kind: answer.given.evidence.kind.as_str(),
                note: text("evidence_note").await?,
            }),
            commitment_on: answer.given.commitment_on,
            commitment_kept: check.map(|check| check.kept),
            commitment_verified_on: check.map(|check| check.verified_on),
        })
    }
}

/// Evidence of delivery.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Evidence)]
pub struct EvidenceView {
    /// Its kind.
    #[schema(value_type = vocabulary::EvidenceKind)]
    pub kind: &'static str,
    /// A note on it.
    #[serde(skip_serializing_if = "absent")]
    pub note: Option<String>,
}

/// The last thing the visitor was told.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = LastWord)]
pub struct LastWordView {
    /// What.
    #[schema(value_type = vocabulary::LastWordKind)]
    pub kind: &'static str,
    /// When.
    pub at: String,
}

/// Another issue that has to do with it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = IssueLink)]
pub struct LinkView {
    /// The other issue.
    pub issue_id: Uuid,
    /// How they belong together.
    #[schema(value_type = vocabulary::LinkKind)]
    pub kind: &'static str,
}

impl LinkView {
    /// As the state has it.
    pub fn of(link: &Link) -> Self {
        Self { issue_id: link.issue_id.0, kind: link.kind.as_str() }
    }
}

/// An office that was asked and has not said anything yet.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = OpenInput)]
pub struct OpenInputView {
    /// Who is asked.
    pub to_office_id: Uuid,
    /// Since when.
    pub asked_at: String,
}

impl OpenInputView {
    /// As the state has it.
    pub fn of(asked: &InputAsked, zone: Tz) -> Self {
        Self { to_office_id: asked.to_office_id.0, asked_at: business_time(asked.asked_at, zone) }
    }
}

/// An attempt to reach the visitor.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = DeliveryAttempt)]
pub struct DeliveryAttemptView {
    /// How it was tried.
    #[schema(value_type = vocabulary::WordChannel)]
    pub channel: &'static str,
    /// When.
    pub attempted_at: String,
}

impl DeliveryAttemptView {
    /// As the state has it.
    pub fn of(attempt: &DeliveryAttempt, zone: Tz) -> Self {
        Self { channel: attempt.channel.as_str(), attempted_at: business_time(attempt.at, zone) }
    }
}

/// A file that was attached to an issue.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = IssueFile)]
pub struct IssueFileView {
    /// The file.
    pub file_id: Uuid,
    /// 来访人凭查询码补充的。The visitor sent it, by the receipt code.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub by_visitor: bool,
}

impl IssueFileView {
    /// A file as it is shown.
    pub fn of(file: &AttachedFile) -> Self {
        Self { file_id: file.file_id.0, by_visitor: file.by_visitor }
    }
}
