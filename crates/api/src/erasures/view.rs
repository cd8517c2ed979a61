//! An erasure in an answer.

use crate::http::response::{absent, business_time};
use crate::openapi::vocabulary;
use casework::reference::Reference;
use chrono::{DateTime, Utc};
use domain::erasure::Erasure;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// 删除个人信息的申请。An erasure of personal data.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Erasure, example = json!({
    "id": "0198f3c1-0000-7000-8000-000000000030", "state": "approved", "ground": "request",
    "classes": ["contact", "identity"], "subjects": 1, "requested_at": "2026-11-26T14:10:00+08:00", "decide_by": "2026-12-17",
    "decided_at": "2026-11-26T15:30:00+08:00", "carried_out_at": "2026-11-27T02:30:00+08:00", "version": 2
}))]
pub struct ErasureView {
    /// Its id.
    pub id: Uuid,
    /// State.
    #[schema(value_type = vocabulary::ErasureState)]
    pub state: &'static str,
    /// On which ground.
    #[schema(value_type = vocabulary::ErasureGround)]
    pub ground: &'static str,
    /// What of it.
    #[schema(value_type = Vec<vocabulary::PersonalClass>)]
    pub classes: Vec<&'static str>,
    /// 涉及几处（人在一次接待或一个事项中为一处，所涉提请的内容为一处）。How many places it covers: a person in a reception, or in
    /// an issue, is one, and so is what was proposed about it.
    pub subjects: usize,
    /// 批准后立即执行。Whether it is carried out as soon as it is approved.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    pub at_once: bool,
    /// When it was asked for.
    pub requested_at: String,
    /// 最迟决定之日。The last day on which it is decided.
    pub decide_by: String,
    /// When it was approved or refused.
    #[serde(skip_serializing_if = "absent")]
    pub decided_at: Option<String>,
    /// On which ground it was refused.
    #[serde(skip_serializing_if = "absent")]
    #[schema(value_type = Option<vocabulary::ErasureRefusal>)]
    pub refusal_ground: Option<&'static str>,
    /// 何时执行；已批准而尚未执行的才有。When it will be carried out; only while it is approved and was not.
    #[serde(skip_serializing_if = "absent")]
    pub carried_out_at: Option<String>,
    /// When the keys were destroyed.
    #[serde(skip_serializing_if = "absent")]
    pub completed_at: Option<String>,
    /// 随之开始的密钥期。The epoch of keys that began with it.
    #[serde(skip_serializing_if = "absent")]
    pub epoch: Option<u32>,
    /// Version, also the `ETag`.
    pub version: u64,
    /// The log up to here is in this answer.
    #[serde(skip_serializing_if = "absent")]
    pub as_of_position: Option<u64>,
}

impl ErasureView {
    /// An erasure.
    pub fn of(reference: &Reference, erasure: &Erasure) -> Self {
        let policy = reference.policy_of(erasure.policy).ok();
        let requested_on = || reference.town_date(erasure.requested_at);
        let decide_by = policy.map_or_else(requested_on, |policy| erasure.decide_by(policy, &reference.calendars));
        let due = policy.and_then(|policy| erasure.due_at(policy));
        let time = |at: DateTime<Utc>| business_time(at, reference.time_zone());
        Self {
            id: erasure.id.0,
            state: erasure.state.as_str(),
            ground: erasure.asked.ground.as_str(),
            classes: erasure.asked.classes.iter().map(|class| class.as_str()).collect(),
            subjects: erasure.asked.subjects.len(),
            at_once: erasure.asked.at_once,
            requested_at: time(erasure.requested_at),
            decide_by: decide_by.to_string(),
            decided_at: erasure.decided_at.map(time),
            refusal_ground: erasure.refusal_ground.map(|ground| ground.as_str()),
            carried_out_at: due.map(time),
            completed_at: erasure.completed.map(|(at, _)| time(at)),
            epoch: erasure.completed.map(|(_, epoch)| epoch),
            version: erasure.version,
            as_of_position: None,
        }
    }
}
