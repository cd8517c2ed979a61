//! A deed in an answer.

use crate::http::reader::WithheldView;
use crate::http::response::{absent, business_time};
use crate::openapi::vocabulary;
use crate::problem::Problem;
use crate::receptions::visitors::VisitorView;
use crate::state::{AppState, Snapshot};
use crate::undertakings::parts::HearingView;
use casework::loaded::Loaded;
use chrono::NaiveDate;
use domain::deed::Deed;
use domain::ids::DeedId;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// 实事：代表承诺为群众做的一件事。A deed: what a delegate promises to do for people.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Deed, example = json!({
    "id": "0198f3c4-1a2b-7c3d-8e4f-5a6b7c8d9e0f", "kind": "pledged_deed", "grid_id": "0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f",
    "owner_delegate_id": "0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e1f", "promised_on": "2026-12-31", "state": "pledged",
    "overdue": false, "title": "修好3号楼楼道灯", "text": "更换全部声控灯。", "beneficiary_count": 1,
    "beneficiaries": [{"name": "王秀英", "phone": "13800001234"}], "issue_ids": [], "pledged_at": "2026-11-19T14:30:00+08:00",
    "file_ids": [], "hearings": [], "version": 1
}))]
pub struct DeedView {
    /// 编号。Its id.
    pub id: Uuid,
    /// 服务方式。Which kind of service.
    #[schema(value_type = vocabulary::DeedKind)]
    pub kind: &'static str,
    /// 网格。The grid.
    pub grid_id: Uuid,
    /// 单位。The unit, where there is one.
    #[serde(skip_serializing_if = "absent")]
    pub unit_id: Option<Uuid>,
    /// 认领的代表。Who took it on and owes it.
    pub owner_delegate_id: Uuid,
    /// 承诺完成之日。The day by which it is promised.
    pub promised_on: NaiveDate,
    /// 状态。State.
    #[schema(value_type = vocabulary::DeedState)]
    pub state: &'static str,
    /// 承诺之日已过，未完成也未放弃。The day promised is past, with the deed neither done nor given up.
    pub overdue: bool,
    /// 一句话说明；已删除的省略，表格中也省略。What is promised, in one line; absent when erased, and in tables.
    #[serde(skip_serializing_if = "absent")]
    pub title: Option<String>,
    /// 详细说明；同上。The same at length; absent likewise.
    #[serde(skip_serializing_if = "absent")]
    pub text: Option<String>,
    /// 受益人数。For how many people it is.
    pub beneficiary_count: usize,
    /// 受益人；表格中省略。Who they are; absent in tables.
    #[serde(skip_serializing_if = "absent")]
    #[schema(max_items = 50)]
    pub beneficiaries: Option<Vec<VisitorView>>,
    /// 由哪些事项而来。Issues that it goes back to.
    #[schema(max_items = 20)]
    pub issue_ids: Vec<Uuid>,
    /// 认领的时间。When it was pledged.
    pub pledged_at: String,
    /// 完成的时间。When it was completed.
    #[serde(skip_serializing_if = "absent")]
    pub completed_at: Option<String>,
    /// 是否按期完成：补记过迟的以记录之日计；未完成则省略。Whether that counts on the day promised or before; absent until it is completed.
    #[serde(skip_serializing_if = "absent")]
    pub kept: Option<bool>,
    /// 完成情况说明。What was said of that.
    #[serde(skip_serializing_if = "absent")]
    pub completion_text: Option<String>,
    /// 完成的凭证。What shows it.
    #[schema(max_items = 20)]
    pub file_ids: Vec<Uuid>,
    /// 放弃的时间。When it was given up.
    #[serde(skip_serializing_if = "absent")]
    pub abandoned_at: Option<String>,
    /// 放弃的原因。Why.
    #[serde(skip_serializing_if = "absent")]
    pub abandonment_reason: Option<String>,
    /// 在该实事中听取的意见。Where people were heard at it.
    #[schema(max_items = 200)]
    pub hearings: Vec<HearingView>,
    /// 文字不显示，及其原因。Words are not shown, and why; absent where they are, and in tables.
    #[serde(skip_serializing_if = "absent")]
    pub withheld: Option<WithheldView>,
    /// 版本，即 `ETag`。Version, also the `ETag`.
    pub version: u64,
    /// 其记录有更正，见其事件。Something of its record was corrected; its events say what.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub corrected: bool,
    /// 有待决定的更正。A correction of its record awaits a decision.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub correction_pending: bool,
    /// 答复所依据的日志位置。The log up to here is in this answer.
    #[serde(skip_serializing_if = "absent")]
    pub as_of_position: Option<u64>,
}

impl DeedView {
    /// A deed with its words and the people whom it is for.
    ///
    /// # Errors
    /// Where they cannot be read.
    pub async fn of(app: &AppState, id: DeedId, loaded: &Loaded<Deed>, snapshot: &Snapshot) -> Result<Self, Problem> {
        let deed = &loaded.state;
        let corrections = &deed.corrections;
        let sight = app.sight(snapshot, id, loaded).await?;
        let text = async |version, member| app.casework.text_of(&sight, loaded, corrections, version, 0, member).await;
        let mut beneficiaries = Vec::with_capacity(deed.beneficiaries.len());
        for somebody in &deed.beneficiaries {
            beneficiaries.push(VisitorView::named(app, &sight, loaded, corrections, &somebody.subject).await?);
        }
        let mut view = Self::facts(id, deed, snapshot)?;
        view.withheld = sight.withholds(&loaded.boxes).map(Into::into);
        view.title = text(1, "title").await?;
        view.text = text(1, "text").await?;
        view.beneficiaries = Some(beneficiaries);
        if let Some(completed) = deed.completed {
            view.completion_text = text(completed.version, "text").await?;
        }
        if let Some(abandoned) = deed.abandoned {
            view.abandonment_reason = text(abandoned.version, "reason").await?;
        }
        Ok(view)
    }

    /// A deed without its words.
    ///
    /// # Errors
    /// Where there is no policy at all.
    pub fn facts(id: DeedId, deed: &Deed, snapshot: &Snapshot) -> Result<Self, Problem> {
        let reference = &snapshot.reference;
        let (zone, policy) = (reference.time_zone(), reference.policy_of(deed.policy)?);
        let at = |claim: domain::claims::Claim| business_time(claim.at, zone);
        let heard = deed.heard.iter();
        Ok(Self {
            id: id.0,
            kind: deed.kind.as_str(),
            grid_id: deed.grid_id.0,
            unit_id: deed.unit_id.map(|unit| unit.0),
            owner_delegate_id: deed.owner_delegate_id.0,
            promised_on: deed.promised_on,
            state: deed.state.as_str(),
            overdue: deed.is_overdue(snapshot.today),
            title: None,
            text: None,
            beneficiary_count: deed.beneficiaries.len(),
            beneficiaries: None,
            issue_ids: deed.issue_ids.iter().map(|issue| issue.0).collect(),
            pledged_at: at(deed.pledged),
            completed_at: deed.completed.map(at),
            kept: deed.completed.map(|_| deed.kept(policy, &reference.calendars)),
            completion_text: None,
            file_ids: deed.file_ids.iter().map(|file| file.0).collect(),
            abandoned_at: deed.abandoned.map(at),
            abandonment_reason: None,
            hearings: heard
                .map(|(heard, at)| HearingView::of(heard.reception_id, &heard.issue_ids, *at, zone))
                .collect(),
            withheld: None,
            version: deed.version,
            corrected: !deed.corrections.made().is_empty(),
            correction_pending: !deed.corrections.pending().is_empty(),
            as_of_position: None,
        })
    }
}
