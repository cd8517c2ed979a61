//! What will be erased by the clock, in an answer.

use crate::openapi::vocabulary;
use casework::erasures::retention::{PartNamed, WillBeErased};
use chrono::NaiveDate;
use domain::ids::AreaId;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// 保存期满将被删除的个人信息。Personal data that will be erased by the clock.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WillBeErased, example = json!({
    "reception_id": "0198f3c2-7a0f-7b52-9c1e-2f7b4d3e1a01", "grid_id": "0198f3c1-0000-7000-8000-000000000003",
    "held_on": "2026-11-19", "issues": [{"id": "0198f3c2-7a10-7c11-8a00-5d1f0b6d2a10", "number": "2026-88122"}],
    "visitor": 0, "class": "contact", "due_on": "2027-06-18", "erased_on": "2027-07-01", "held_back": []
}))]
pub struct WillBeErasedView {
    /// The reception that it came by.
    pub(super) reception_id: Uuid,
    /// The grid.
    pub(super) grid_id: Uuid,
    /// The day of the reception.
    pub(super) held_on: NaiveDate,
    /// 为之保存的事项；未提出事项的接待为空。The issues that it is kept for; none where none was raised.
    pub(super) issues: Vec<KeptForView>,
    /// 来访人序号，自 0 起；附件无此项。Which visitor, from 0; absent of a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) visitor: Option<u32>,
    /// The file, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) file_id: Option<Uuid>,
    /// What of it.
    #[schema(value_type = vocabulary::PersonalClass)]
    pub(super) class: &'static str,
    /// 自该日起不再保存。The day from which it is kept no longer.
    pub(super) due_on: NaiveDate,
    /// 无保留原因时的删除日：每月第一个工作日。The day on which it is erased, where nothing holds it back: the first working day of a month.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) erased_on: Option<NaiveDate>,
    /// 保留原因；为空则到期删除。What holds it back; where that is nothing, it goes on its day.
    #[schema(value_type = Vec<vocabulary::HeldBack>)]
    pub(super) held_back: Vec<&'static str>,
}

/// 一个事项及其编号。An issue with its number.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KeptFor)]
pub struct KeptForView {
    /// The issue.
    pub(super) id: Uuid,
    /// Its number.
    pub(super) number: String,
}

impl KeptForView {
    pub(super) fn number(&self) -> &str {
        &self.number
    }
}

impl WillBeErasedView {
    pub(super) fn of((grid_id, held_on): (AreaId, NaiveDate), it: WillBeErased) -> Self {
        let (visitor, file_id) = match it.part {
            PartNamed::Visitor(index) => (Some(index), None),
            PartNamed::File(id) => (None, Some(id.0)),
        };
        Self {
            reception_id: it.reception_id.0,
            grid_id: grid_id.0,
            held_on,
            issues: it.issues.into_iter().map(|(id, number)| KeptForView { id: id.0, number }).collect(),
            visitor,
            file_id,
            class: it.of.class.as_str(),
            due_on: it.of.due_on,
            erased_on: it.erased_on,
            held_back: it.of.held_back.iter().map(|why| why.as_str()).collect(),
        }
    }
}
