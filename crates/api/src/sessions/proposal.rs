//! A proposed rota in an answer.

use crate::openapi::vocabulary;
use chrono::NaiveDate;
use domain::session::{AssignedSlot, DutyLoad, Proposal, ProposedRota};
use event_store::Position;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// 轮值建议。Who might sit in which session, and how many duties that makes.
#[derive(Serialize, ToSchema)]
#[schema(as = RotaProposal, example = json!({
    "as_of_position": 5123,
    "items": [{"session_id": "5c1e8a52-6f0d-8b3a-9e47-0d2f6a7b8c91", "held_on": "2026-10-08", "slots": [
        {"delegate_id": "0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e1f", "delegate_type": "party"},
        {"delegate_id": "0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e20", "delegate_type": "deputy"}
    ], "short_of": []}],
    "load": [
        {"delegate_id": "0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e1f", "delegate_type": "party", "before": 3, "proposed": 1},
        {"delegate_id": "0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e20", "delegate_type": "deputy", "before": 2, "proposed": 1}
    ]
}))]
pub struct ProposalView {
    /// 建议所依据的日志位置。The log up to here, and nothing else, made it.
    as_of_position: u64,
    /// 各场次，依举行之日。Session by session, in order of their days.
    items: Vec<ProposedRotaView>,
    /// 每位可轮值代表的次数。Duties of everybody who might sit in one of them.
    load: Vec<DutyLoadView>,
}

/// 一场的建议。Who might sit in one session.
#[derive(Serialize, ToSchema)]
#[schema(as = ProposedRota)]
pub struct ProposedRotaView {
    /// 场次。The session.
    session_id: Uuid,
    /// 举行之日。Its day.
    held_on: NaiveDate,
    /// 各席。Who.
    slots: Vec<AssignedSlotView>,
    /// 人数不足的代表类别。Kinds of which there are not enough.
    #[schema(value_type = Vec<vocabulary::DelegateType>)]
    short_of: Vec<&'static str>,
}

/// 一席。A slot.
#[derive(Serialize, ToSchema)]
#[schema(as = AssignedSlot)]
pub struct AssignedSlotView {
    /// 代表。Who.
    delegate_id: Uuid,
    /// 以何种身份。In which capacity.
    #[schema(value_type = vocabulary::DelegateType)]
    delegate_type: &'static str,
}

/// 一位代表的轮值次数。How many duties somebody has.
#[derive(Serialize, ToSchema)]
#[schema(as = DutyLoad)]
pub struct DutyLoadView {
    /// 代表。Who.
    delegate_id: Uuid,
    /// 以何种身份。In which capacity.
    #[schema(value_type = vocabulary::DelegateType)]
    delegate_type: &'static str,
    /// 此前在规则 `rota.window_days` 天内的次数。Duties before, within the policy's `rota.window_days`.
    before: u32,
    /// 建议的次数。Duties that are proposed.
    proposed: u32,
}

impl ProposalView {
    /// As of a position.
    pub fn of(proposal: &Proposal, position: Position) -> Self {
        let item = |item: &ProposedRota| ProposedRotaView {
            session_id: item.session_id.0,
            held_on: item.held_on,
            slots: item.slots.iter().map(AssignedSlotView::of).collect(),
            short_of: item.short_of.iter().map(|of| of.as_str()).collect(),
        };
        let load = |load: &DutyLoad| DutyLoadView {
            delegate_id: load.delegate_id.0,
            delegate_type: load.delegate_type.as_str(),
            before: load.before,
            proposed: load.proposed,
        };
        Self {
            as_of_position: position.0,
            items: proposal.items.iter().map(item).collect(),
            load: proposal.load.iter().map(load).collect(),
        }
    }
}

impl AssignedSlotView {
    fn of(slot: &AssignedSlot) -> Self {
        Self { delegate_id: slot.delegate_id.0, delegate_type: slot.delegate_type.as_str() }
    }
}
