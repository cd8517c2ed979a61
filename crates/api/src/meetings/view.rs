//! A meeting in an answer.

use super::agenda;
use super::items::AgendaItemView;
use crate::http::reader::WithheldView;
use crate::http::response::{absent, business_time};
use crate::openapi::vocabulary;
use crate::problem::Problem;
use crate::receptions::view::{ReceivingDelegateView, delegates};
use crate::state::{AppState, Snapshot};
use crate::undertakings::attendance::AttendanceView;
use crate::undertakings::parts::HearingView;
use casework::loaded::Loaded;
use chrono::NaiveDate;
use domain::ids::MeetingId;
use domain::meeting::Meeting;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// 网格的季度例会或临时会议。A quarterly meeting of a grid, or one between them.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Meeting, example = json!({
    "id": "0198f3c5-1a2b-7c3d-8e4f-5a6b7c8d9e0f", "kind": "regular", "grid_id": "0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f",
    "scheduled_on": "2026-12-15", "quarter": "2026-Q4", "with_work_meeting": true, "state": "closed",
    "convened_at": "2026-12-01T09:00:00+08:00", "agenda_items": [
        {"major_issue_id": "0198f3c2-8b20-7d21-9a10-6e2f1c7e3b21", "state": "decided", "tabled_at": "2026-12-02T10:00:00+08:00",
            "decided_at": "2026-12-15T14:30:00+08:00", "decision": "由城建中心牵头，会同公交公司增设站点。"}],
    "held_at": "2026-12-15T14:00:00+08:00", "attendance": {"party_organisation": 3, "official": 1}, "file_ids": [],
    "delegates": [{"delegate_id": "0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e1f", "delegate_type": "party"}],
    "text": "研究重大问题1件。", "untabled": [], "hearings": [], "version": 4
}))]
pub struct MeetingView {
    /// 编号。Its id.
    pub id: Uuid,
    /// 会议种类。Which kind of meeting.
    #[schema(value_type = vocabulary::MeetingKind)]
    pub kind: &'static str,
    /// 网格。The grid.
    pub grid_id: Uuid,
    /// 召集时定的会议日期。The day for which it was called.
    pub scheduled_on: NaiveDate,
    /// 所属季度：召开之日的季度，未召开的为所定日期的季度。The quarter of the day on which it was held, else for which it was called.
    #[schema(pattern = r"^[0-9]{4}-Q[1-4]$")]
    pub quarter: String,
    /// 是否与网格工作例会合并召开。Whether it is held together with the work meeting of the grid.
    pub with_work_meeting: bool,
    /// 召集时说明的理由；已删除的省略，表格中也省略。The reason given with its convening; absent when erased, and in tables.
    #[serde(skip_serializing_if = "absent")]
    pub reason: Option<String>,
    /// 状态。State.
    #[schema(value_type = vocabulary::MeetingState)]
    pub state: &'static str,
    /// 召集的时间。When it was convened.
    pub convened_at: String,
    /// 会上研究的重大问题，依上会先后。The major issues that came before it, in that order.
    #[schema(max_items = 400)]
    pub agenda_items: Vec<AgendaItemView>,
    /// 召开的时间。When it was held.
    #[serde(skip_serializing_if = "absent")]
    pub held_at: Option<String>,
    /// 到会的代表。The delegates who attended.
    #[schema(max_items = 100)]
    pub delegates: Vec<ReceivingDelegateView>,
    /// 代表以外各类人员的到会人数；闭会前省略。How many others came, by class; absent until it is closed.
    #[serde(skip_serializing_if = "absent")]
    pub attendance: Option<AttendanceView>,
    /// 会议情况；同 `reason`。What was said of it; absent as `reason` is.
    #[serde(skip_serializing_if = "absent")]
    pub text: Option<String>,
    /// 附件。Its files.
    #[schema(max_items = 20)]
    pub file_ids: Vec<Uuid>,
    /// 闭会时应上会而未上会的重大问题：会议之日前已受理、当日未终结；闭会前和列表中省略，暂时查不到时也省略。Major issues that should have come
    /// before it and did not: accepted before its day, and not over on it. Absent until it is closed, in lists, and while the
    /// grid's major issues cannot be looked up.
    #[serde(skip_serializing_if = "absent")]
    #[schema(max_items = 10000)]
    pub untabled: Option<Vec<Uuid>>,
    /// 取消的时间。When it was called off.
    #[serde(skip_serializing_if = "absent")]
    pub cancelled_at: Option<String>,
    /// 取消的理由。Why.
    #[serde(skip_serializing_if = "absent")]
    pub cancellation_reason: Option<String>,
    /// 在会上听取的意见。Where people were heard at it.
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

impl MeetingView {
    /// A meeting with all that is to be said of it: its words, what was decided, and what it left over.
    ///
    /// # Errors
    /// Where they cannot be read.
    pub async fn whole(
        app: &AppState,
        id: MeetingId,
        loaded: &Loaded<Meeting>,
        snapshot: &Snapshot,
    ) -> Result<Self, Problem> {
        let mut view = Self::of(app, id, loaded, snapshot).await?;
        let mut items = Vec::with_capacity(loaded.state.items.len());
        for item in &loaded.state.items {
            items.push(AgendaItemView::told(app, id, loaded, item, snapshot).await?);
        }
        view.agenda_items = items;
        view.untabled = agenda::untabled(app, &loaded.state, snapshot).await?;
        Ok(view)
    }

    /// A meeting with its own words.
    ///
    /// # Errors
    /// Where they cannot be read.
    pub async fn of(
        app: &AppState,
        id: MeetingId,
        loaded: &Loaded<Meeting>,
        snapshot: &Snapshot,
    ) -> Result<Self, Problem> {
        let meeting = &loaded.state;
        let sight = app.sight(snapshot, id, loaded).await?;
        let text = async |version, member| {
            app.casework.text_of(&sight, loaded, &meeting.corrections, version, 0, member).await
        };
        let mut view = Self::facts(id, meeting, snapshot)?;
        view.withheld = sight.withholds(&loaded.boxes).map(Into::into);
        view.reason = text(1, "reason").await?;
        if let Some(held) = meeting.held {
            view.text = text(held.version, "text").await?;
        }
        if let Some(cancelled) = meeting.cancelled {
            view.cancellation_reason = text(cancelled.version, "reason").await?;
        }
        Ok(view)
    }

    /// A meeting without its words.
    ///
    /// # Errors
    /// Where there is no policy at all.
    pub fn facts(id: MeetingId, meeting: &Meeting, snapshot: &Snapshot) -> Result<Self, Problem> {
        let reference = &snapshot.reference;
        let (zone, policy) = (reference.time_zone(), reference.policy_of(meeting.policy)?);
        let at = |claim: domain::claims::Claim| business_time(claim.at, zone);
        let heard = meeting.heard.iter();
        Ok(Self {
            id: id.0,
            kind: meeting.kind.as_str(),
            grid_id: meeting.grid_id.0,
            scheduled_on: meeting.scheduled_on,
            quarter: meeting.quarter(policy).to_string(),
            with_work_meeting: meeting.with_work_meeting,
            reason: None,
            state: meeting.state.as_str(),
            convened_at: at(meeting.convened),
            agenda_items: meeting.items.iter().map(|item| AgendaItemView::facts(item, zone)).collect(),
            held_at: meeting.held.map(at),
            delegates: delegates(&meeting.delegates),
            attendance: meeting.held.map(|_| AttendanceView::of(&meeting.attendance)),
            text: None,
            file_ids: meeting.file_ids.iter().map(|file| file.0).collect(),
            untabled: None,
            cancelled_at: meeting.cancelled.map(at),
            cancellation_reason: None,
            hearings: heard
                .map(|(heard, at)| HearingView::of(heard.reception_id, &heard.issue_ids, *at, zone))
                .collect(),
            withheld: None,
            version: meeting.version,
            corrected: !meeting.corrections.made().is_empty(),
            correction_pending: !meeting.corrections.pending().is_empty(),
            as_of_position: None,
        })
    }
}
