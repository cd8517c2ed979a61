//! A delegate in an answer.

use crate::http::response::absent;
use crate::openapi::vocabulary;
use chrono::NaiveDate;
use domain::delegate::{Delegate, Delegates};
use domain::language::Language;
use domain::roster::WarningCode;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A delegate (代表) with every mandate and assignment they ever had; an open one has no `to`.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Delegate, example = json!({
    "id": "0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e1f", "name": "汪洁",
    "mandates": [{"delegate_type": "party", "from": "2023-12-01"}],
    "assignments": [{"grid_id": "0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f", "unit_id": "0198f3c0-1c2d-7e3f-8a40-5b6c7d8e9f0a",
        "from": "2023-12-01"}],
    "version": 3
}))]
pub struct DelegateView {
    /// Their id.
    pub id: Uuid,
    /// Name.
    pub name: String,
    /// 原来的姓名，依改用的先后；没有则不列。Earlier names, in the order in which they were given up; absent without one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub former_names: Vec<String>,
    /// Mandates in the order given.
    pub mandates: Vec<MandateView>,
    /// Assignments in the order made.
    pub assignments: Vec<AssignmentView>,
    /// The last departure, where there was one.
    #[serde(skip_serializing_if = "absent")]
    pub departed: Option<DepartureView>,
    /// Version, also the `ETag`.
    pub version: u64,
    /// The log up to here is in this answer.
    #[serde(skip_serializing_if = "absent")]
    pub as_of_position: Option<u64>,
}

/// 关于姓名的一条提示。A remark about the name of somebody who was registered or renamed.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = NameWarning, example = json!({
    "code": "same_name_other_type", "delegate_id": "0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e1f",
    "detail": "另一类代表中有同名的人，已按不同的人登记。"
}))]
pub struct NameWarningView {
    /// `looks_alike`：与所列代表的姓名看起来相同，所用字符不同；`same_name_other_type`：所列代表同名，属另一类；`former_name`：所列代表曾用此姓名。`looks_alike`:
    /// the delegate named here has a name that looks the same and is written with other characters;
    /// `same_name_other_type`: the delegate named here has the same name and is of the other type; `former_name`: the
    /// delegate named here had this name before.
    #[schema(value_type = crate::rosters::view::WarningCodeSchema)]
    pub code: &'static str,
    /// 另一名代表。The other delegate.
    pub delegate_id: Uuid,
    /// 说明，语言同答复。The remark, in the language of the answer.
    pub detail: String,
}

impl NameWarningView {
    /// Whom somebody may be taken for.
    pub fn about(delegate: &Delegate, all: &Delegates, language: Language) -> Vec<Self> {
        let types: Vec<_> = delegate.mandates.iter().map(|mandate| mandate.delegate_type).collect();
        let of_other_type = all.named(&delegate.name).filter(|other| {
            let shared = other.mandates.iter().any(|mandate| types.contains(&mandate.delegate_type));
            other.id != delegate.id && !shared
        });
        let other_type = of_other_type.map(|other| {
            let detail = language.pick(
                "另一类代表中有同名的人，已按不同的人登记。",
                "A delegate of the other type has this name; taken for another person.",
            );
            (WarningCode::SameNameOtherType, other.id, detail)
        });
        let alike = all.looking_like(&delegate.name).map(|other| {
            let detail = language.pick(
                "与另一名代表的姓名看起来相同，但所用字符不同。",
                "Another delegate's name looks the same and is written with other characters.",
            );
            (WarningCode::LooksAlike, other.id, detail)
        });
        let before = all.once_named(&delegate.name).filter(|other| other.id != delegate.id).map(|other| {
            let detail = language.pick(
                "另一名代表曾用此姓名，已按不同的人登记。",
                "Another delegate had this name before; taken for another person.",
            );
            (WarningCode::FormerName, other.id, detail)
        });
        let all = other_type.chain(before).chain(alike);
        all.map(|(code, id, detail)| Self { code: code.as_str(), delegate_id: id.0, detail: detail.to_owned() })
            .collect()
    }
}

/// A mandate.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Mandate)]
pub struct MandateView {
    /// Party delegate or deputy.
    #[schema(value_type = vocabulary::DelegateType)]
    pub delegate_type: &'static str,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    #[serde(skip_serializing_if = "absent")]
    pub to: Option<NaiveDate>,
}

/// An assignment.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Assignment)]
pub struct AssignmentView {
    /// The grid.
    pub grid_id: Uuid,
    /// The unit.
    #[serde(skip_serializing_if = "absent")]
    pub unit_id: Option<Uuid>,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    #[serde(skip_serializing_if = "absent")]
    pub to: Option<NaiveDate>,
}

/// A departure.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Departure)]
pub struct DepartureView {
    /// The last day.
    pub on: NaiveDate,
    /// Why.
    #[schema(value_type = vocabulary::DepartureReason)]
    pub reason_code: &'static str,
}

impl DelegateView {
    /// A delegate.
    pub fn of(delegate: &Delegate) -> Self {
        let mandates = delegate.mandates.iter().map(|mandate| MandateView {
            delegate_type: mandate.delegate_type.as_str(),
            from: mandate.from,
            to: mandate.to,
        });
        let assignments = delegate.assignments.iter().map(|assignment| AssignmentView {
            grid_id: assignment.grid_id.0,
            unit_id: assignment.unit_id.map(|unit| unit.0),
            from: assignment.from,
            to: assignment.to,
        });
        Self {
            id: delegate.id.0,
            name: delegate.name.clone(),
            former_names: delegate.former_names.clone(),
            mandates: mandates.collect(),
            assignments: assignments.collect(),
            departed: delegate.departed.map(|(on, reason)| DepartureView { on, reason_code: reason.as_str() }),
            version: delegate.version,
            as_of_position: None,
        }
    }
}
