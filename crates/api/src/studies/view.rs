//! A study or an inspection in an answer.

use crate::http::reader::WithheldView;
use crate::http::response::{absent, business_time};
use crate::openapi::vocabulary;
use crate::problem::Problem;
use crate::state::{AppState, Snapshot};
use crate::undertakings::parts::{HearingView, SubmissionView};
use casework::loaded::Loaded;
use chrono::NaiveDate;
use chrono_tz::Tz;
use domain::ids::StudyId;
use domain::study::{self, Study, Use};
use domain::vocabulary::OfficeKind;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// 调查研究或巡查监督。A study or an inspection: what delegates look into.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Study, example = json!({
    "id": "0198f3c5-1a2b-7c3d-8e4f-5a6b7c8d9e0f", "kind": "study", "grid_id": "0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f",
    "topics": ["housing"], "lead_delegate_id": "0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e1f", "delegate_ids": [],
    "held_at": "2026-11-19T09:00:00+08:00", "title": "老旧小区楼道照明", "text": "走访六个小区，了解楼道照明的维护情况。",
    "state": "started", "filed": false, "lacking": [], "submissions": [], "uses": [], "file_ids": [], "hearings": [],
    "version": 1
}))]
pub struct StudyView {
    /// 编号。Its id.
    pub id: Uuid,
    /// 类别。A study, or an inspection.
    #[schema(value_type = vocabulary::StudyKind)]
    pub kind: &'static str,
    /// 网格；全镇的省略。The grid; absent where it is of the whole town.
    #[serde(skip_serializing_if = "absent")]
    pub grid_id: Option<Uuid>,
    /// 主题。Topic codes of the policy.
    #[schema(max_items = 20)]
    pub topics: Vec<String>,
    /// 牵头的代表。Who leads it, and owes that it is filed.
    pub lead_delegate_id: Uuid,
    /// 其他参加的代表。Who else takes part.
    #[schema(max_items = 99)]
    pub delegate_ids: Vec<Uuid>,
    /// 开始的时间；巡查监督为进行的时间。When it began; of an inspection, when it was held.
    pub held_at: String,
    /// 题目；已删除的省略，表格中也省略。What it is about, in one line; absent when erased, and in tables.
    #[serde(skip_serializing_if = "absent")]
    pub title: Option<String>,
    /// 详细说明；同上。The same at length; absent likewise.
    #[serde(skip_serializing_if = "absent")]
    pub text: Option<String>,
    /// 状态。State.
    #[schema(value_type = vocabulary::StudyState)]
    pub state: &'static str,
    /// 完成的时间；巡查监督即进行的时间。When it was finished; of an inspection, when it was held.
    #[serde(skip_serializing_if = "absent")]
    pub finished_at: Option<String>,
    /// 完成情况说明。What was said of that.
    #[serde(skip_serializing_if = "absent")]
    pub completion_text: Option<String>,
    /// 应报送之日；未完成则省略。The last day for filing it; absent until it is finished.
    #[serde(skip_serializing_if = "absent")]
    pub due_on: Option<NaiveDate>,
    /// 是否已按规定报送：调查研究为两个办公室，巡查监督为其一。Whether it is with whom it must be: a study with both offices, an inspection
    /// with one.
    pub filed: bool,
    /// 自何日起计为已报送：补记过迟的以记录之日计。The day from which that counts; written down too late, that of the record.
    #[serde(skip_serializing_if = "absent")]
    pub filed_on: Option<NaiveDate>,
    /// 尚须报送的办公室类别；巡查监督报送其一即可。Kinds of office that it still has to go to; an inspection goes to either.
    #[schema(value_type = Vec<vocabulary::OfficeKind>, max_items = 2)]
    pub lacking: Vec<&'static str>,
    /// 报送与收悉。To whom it went, and who has it.
    #[schema(max_items = 400)]
    pub submissions: Vec<SubmissionView>,
    /// 参考与采纳。What was made of it.
    #[schema(max_items = 400)]
    pub uses: Vec<StudyUseView>,
    /// 材料、照片、影音。Papers, pictures and recordings of it.
    #[schema(max_items = 200)]
    pub file_ids: Vec<Uuid>,
    /// 为其听取的意见。Where people were heard for it.
    #[schema(max_items = 400)]
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

/// 一次参考或采纳。What an office made of a study.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = StudyUsed)]
pub struct StudyUseView {
    /// 办公室。Which office.
    pub office_id: Uuid,
    /// 参考，或采纳。Referenced, or adopted.
    #[serde(rename = "use")]
    #[schema(value_type = vocabulary::StudyUse)]
    pub used_as: &'static str,
    /// 如何采用；表格中省略。How; absent in tables.
    #[serde(skip_serializing_if = "absent")]
    pub text: Option<String>,
    /// 时间。When.
    pub used_at: String,
}

impl StudyUseView {
    fn of(one: &Use, zone: Tz) -> Self {
        Self {
            office_id: one.office_id.0,
            used_as: one.used_as.as_str(),
            text: None,
            used_at: business_time(one.claim.at, zone),
        }
    }
}

impl StudyView {
    /// A study with its words.
    ///
    /// # Errors
    /// Where they cannot be read.
    pub async fn of(app: &AppState, id: StudyId, loaded: &Loaded<Study>, snapshot: &Snapshot) -> Result<Self, Problem> {
        let study = &loaded.state;
        let sight = app.sight(snapshot, id, loaded).await?;
        let text =
            async |version, member| app.casework.text_of(&sight, loaded, &study.corrections, version, 0, member).await;
        let mut view = Self::facts(id, study, snapshot)?;
        view.withheld = sight.withholds(&loaded.boxes).map(Into::into);
        view.title = text(1, "title").await?;
        view.text = text(1, "text").await?;
        // An inspection is finished by its first event, whose text is its own.
        if let Some(finished) = study.finished.filter(|finished| finished.version > 1) {
            view.completion_text = text(finished.version, "text").await?;
        }
        for (shown, one) in view.submissions.iter_mut().zip(&study.submissions) {
            shown.text = text(one.claim.version, "text").await?;
        }
        for (shown, one) in view.uses.iter_mut().zip(&study.uses) {
            shown.text = text(one.claim.version, "text").await?;
        }
        Ok(view)
    }

    /// A study without its words.
    ///
    /// # Errors
    /// Where there is no policy at all.
    pub fn facts(id: StudyId, study: &Study, snapshot: &Snapshot) -> Result<Self, Problem> {
        let reference = &snapshot.reference;
        let (zone, offices, calendars) = (reference.time_zone(), &reference.offices, &reference.calendars);
        let policy = reference.policy_of(study.finished_under)?;
        let heard = study.hearings.iter();
        Ok(Self {
            id: id.0,
            kind: study.kind.as_str(),
            grid_id: study.grid_id.map(|grid| grid.0),
            topics: study.topics.clone(),
            lead_delegate_id: study.lead_delegate_id.0,
            delegate_ids: study.delegate_ids.iter().map(|id| id.0).collect(),
            held_at: business_time(study.begun.at, zone),
            title: None,
            text: None,
            state: study::state(study, offices).as_str(),
            finished_at: study.finished.map(|claim| business_time(claim.at, zone)),
            completion_text: None,
            due_on: study::due_on(study, policy, calendars),
            filed: study::is_filed(study, offices),
            filed_on: study::filed_on(study, offices, policy, calendars).map(|(on, _)| on),
            lacking: study::lacking(study, offices).into_iter().map(OfficeKind::as_str).collect(),
            submissions: study.submissions.iter().map(|one| SubmissionView::of(one, zone)).collect(),
            uses: study.uses.iter().map(|one| StudyUseView::of(one, zone)).collect(),
            file_ids: study.file_ids.iter().map(|file| file.0).collect(),
            hearings: heard.map(|one| HearingView::of(one.reception_id, &one.issue_ids, one.claim, zone)).collect(),
            withheld: None,
            version: study.version,
            corrected: !study.corrections.made().is_empty(),
            correction_pending: !study.corrections.pending().is_empty(),
            as_of_position: None,
        })
    }
}
