//! What an issue has with others, and on the way to its visitor, as the issue's own answer shows it.

use crate::http::response::business_time;
use crate::openapi::vocabulary;
use chrono_tz::Tz;
use domain::issue::{DeliveryAttempt, InputAsked, Link};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

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
