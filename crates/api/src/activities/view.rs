//! An activity in an answer.

use super::parts::{EvidenceView, ImprovementView, QuestionsView, SubmissionView};
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
use domain::activity::{self, Activity, Against, lacking_classes, lacking_offices, reports_due_on};
use domain::ids::ActivityId;
use domain::vocabulary::ActivityKind;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// 一次活动：政策宣讲、民主恳谈、季度主题活动或代表群众座谈会。An activity: policy outreach, a democratic consultation, a theme activity or
/// a symposium.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Activity, example = json!({
    "id": "0198f3c6-1a2b-7c3d-8e4f-5a6b7c8d9e0f", "kind": "theme_activity", "grid_ids": ["0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f"],
    "held_at": "2026-11-19T14:00:00+08:00", "quarter": "2026-Q4", "title": "走进社区听民意",
    "delegates": [{"delegate_id": "0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e1f", "delegate_type": "party"}],
    "attendance": {"party_member": 12, "resident": 30}, "mode": "centralised", "office_ids": [],
    "evidence": [{"file_id": "0198f3c3-0a1b-7c2d-8e3f-4a5b6c7d8e9f", "kind": "document", "attached_at": "2026-11-20T09:00:00+08:00"}],
    "reports_due_on": "2026-11-26", "submissions": [], "filed_file_ids": [], "improvements": [], "hearings": [],
    "faults": ["recording_missing", "office_missing"], "missing_offices": ["party_studio", "congress_office"], "missing_classes": [],
    "version": 2
}))]
pub struct ActivityView {
    /// 编号。Its id.
    pub id: Uuid,
    /// 活动种类。Which kind of activity.
    #[schema(value_type = vocabulary::ActivityKind)]
    pub kind: &'static str,
    /// 为哪些网格举行。The grids that it was held for.
    #[schema(max_items = 50)]
    pub grid_ids: Vec<Uuid>,
    /// 单位。A unit of one of these grids.
    #[serde(skip_serializing_if = "absent")]
    pub unit_id: Option<Uuid>,
    /// 举行的时间。When it was held.
    pub held_at: String,
    /// 所属季度，由举行之日得出。The quarter that it belongs to, by the day it was held.
    #[schema(pattern = r"^[0-9]{4}-Q[1-4]$")]
    pub quarter: String,
    /// 座谈会所属半年，由举行之日得出。Of a symposium: the half-year that it belongs to, by the day it was held.
    #[serde(skip_serializing_if = "absent")]
    #[schema(pattern = r"^[0-9]{4}-H[12]$")]
    pub half_year: Option<String>,
    /// 一句话说明；已删除的省略，表格中也省略。What it was about, in one line; absent when erased, and in tables.
    #[serde(skip_serializing_if = "absent")]
    pub title: Option<String>,
    /// 活动情况；同上。What was said of it; absent likewise.
    #[serde(skip_serializing_if = "absent")]
    pub text: Option<String>,
    /// 参加的代表。The delegates who took part.
    #[schema(max_items = 100)]
    pub delegates: Vec<ReceivingDelegateView>,
    /// 代表以外各类人员的到会人数。How many others came, by class.
    pub attendance: AttendanceView,
    /// 政策宣讲的形式。Of an outreach: its form.
    #[serde(skip_serializing_if = "absent")]
    #[schema(value_type = Option<vocabulary::OutreachForm>)]
    pub outreach_form: Option<&'static str>,
    /// 政策宣讲中前来答疑的部门。Of an outreach: the offices that came to explain.
    #[schema(max_items = 20)]
    pub office_ids: Vec<Uuid>,
    /// 政策宣讲中的提问。Of an outreach: its questions.
    #[serde(skip_serializing_if = "absent")]
    pub questions: Option<QuestionsView>,
    /// 民主恳谈中通报的次数。Of a consultation: how many briefings it had.
    #[serde(skip_serializing_if = "absent")]
    pub briefings: Option<u32>,
    /// 季度主题活动的方式。Of a theme activity: how it was held.
    #[serde(skip_serializing_if = "absent")]
    #[schema(value_type = Option<vocabulary::ActivityMode>)]
    pub mode: Option<&'static str>,
    /// 留存的文件影像资料。Documents, pictures and recordings that are kept with it.
    #[schema(max_items = 200)]
    pub evidence: Vec<EvidenceView>,
    /// 季度主题活动留存资料、报送两个办公室的最后一日。Of a theme activity: the last day for its evidence and its reports.
    #[serde(skip_serializing_if = "absent")]
    pub reports_due_on: Option<NaiveDate>,
    /// 各办公室的报送与收悉。To which offices it went, and that they have it.
    #[schema(max_items = 400)]
    pub submissions: Vec<SubmissionView>,
    /// 随报送、收悉的文件，不计入留存的资料。Files that went to the offices or came from them; they are no evidence.
    #[schema(max_items = 200)]
    pub filed_file_ids: Vec<Uuid>,
    /// 座谈会提出的改进措施。Of a symposium: what it means to improve.
    #[schema(max_items = 400)]
    pub improvements: Vec<ImprovementView>,
    /// 在活动中听取的意见。Where people were heard at it.
    #[schema(max_items = 200)]
    pub hearings: Vec<HearingView>,
    /// 为何尚不完备，依记录时施行的规则得出；完备的为空。Why it is not complete, by the policy that it was recorded under; empty when it is.
    #[schema(value_type = Vec<vocabulary::ActivityFault>)]
    pub faults: Vec<&'static str>,
    /// 季度主题活动尚未报送的办公室种类。Of a theme activity: the kinds of office that have no report.
    #[schema(value_type = Vec<vocabulary::OfficeKind>, max_items = 2)]
    pub missing_offices: Vec<&'static str>,
    /// 座谈会应有而无人参加的类别。Of a symposium: the classes of which nobody came.
    #[schema(value_type = Vec<vocabulary::AttendanceClass>, max_items = 5)]
    pub missing_classes: Vec<&'static str>,
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

impl ActivityView {
    /// An activity with its words.
    ///
    /// # Errors
    /// Where they cannot be read.
    pub async fn of(
        app: &AppState,
        id: ActivityId,
        loaded: &Loaded<Activity>,
        snapshot: &Snapshot,
    ) -> Result<Self, Problem> {
        let activity = &loaded.state;
        let sight = app.sight(snapshot, id, loaded).await?;
        let text = async |version, member| {
            app.casework.text_of(&sight, loaded, &activity.corrections, version, 0, member).await
        };
        let mut view = Self::facts(app, id, activity, snapshot).await?;
        view.withheld = sight.withholds(&loaded.boxes).map(Into::into);
        view.title = text(1, "title").await?;
        view.text = text(1, "text").await?;
        for (shown, submission) in view.submissions.iter_mut().zip(&activity.submissions) {
            shown.text = text(submission.claim.version, "text").await?;
        }
        for (shown, improvement) in view.improvements.iter_mut().zip(&activity.improvements) {
            shown.text = text(improvement.adopted.version, "text").await?;
            if let Some(completed) = improvement.completed {
                shown.completion_text = text(completed.version, "text").await?;
            }
        }
        Ok(view)
    }

    /// An activity without its words.
    ///
    /// # Errors
    /// Where there is no policy at all, or the kinds of its files cannot be looked up.
    pub async fn facts(
        app: &AppState,
        id: ActivityId,
        activity: &Activity,
        snapshot: &Snapshot,
    ) -> Result<Self, Problem> {
        let reference = &snapshot.reference;
        let (zone, policy, offices) =
            (reference.time_zone(), reference.policy_of(activity.policy)?, &reference.offices);
        let kinds = app.casework.file_kinds(activity.evidence.iter().map(|one| one.file_id)).await?;
        let faults = activity::faults(activity, &Against { policy, offices, kinds: &kinds });
        let of_kind = |kind| activity.kind == kind;
        let (is_theme, is_symposium) = (of_kind(ActivityKind::ThemeActivity), of_kind(ActivityKind::Symposium));
        let missing_offices = if is_theme { lacking_offices(activity, offices) } else { Vec::new() };
        let missing_classes = if is_symposium { lacking_classes(activity, policy) } else { Vec::new() };
        let heard = activity.heard.iter();
        Ok(Self {
            id: id.0,
            kind: activity.kind.as_str(),
            grid_ids: activity.grid_ids.iter().map(|grid| grid.0).collect(),
            unit_id: activity.unit_id.map(|unit| unit.0),
            held_at: business_time(activity.held.at, zone),
            quarter: activity.quarter(policy).to_string(),
            half_year: is_symposium.then(|| activity.half_year(policy).to_string()),
            title: None,
            text: None,
            delegates: delegates(&activity.delegates),
            attendance: AttendanceView::of(&activity.attendance),
            outreach_form: activity.outreach_form.map(|form| form.as_str()),
            office_ids: activity.office_ids.iter().map(|office| office.0).collect(),
            questions: QuestionsView::of(activity),
            briefings: activity.briefings,
            mode: activity.mode.map(|mode| mode.as_str()),
            evidence: activity.evidence.iter().map(|one| EvidenceView::of(one, &kinds, zone)).collect(),
            reports_due_on: is_theme.then(|| reports_due_on(activity, policy, &reference.calendars)),
            submissions: activity.submissions.iter().map(|one| SubmissionView::of(one, None, zone)).collect(),
            filed_file_ids: activity.filed_file_ids.iter().map(|file| file.0).collect(),
            improvements: activity.improvements.iter().map(|one| ImprovementView::of(one, None, None, zone)).collect(),
            hearings: heard
                .map(|(heard, at)| HearingView::of(heard.reception_id, &heard.issue_ids, *at, zone))
                .collect(),
            faults: faults.into_iter().map(|fault| fault.as_str()).collect(),
            missing_offices: missing_offices.into_iter().map(|kind| kind.as_str()).collect(),
            missing_classes: missing_classes.into_iter().map(|class| class.as_str()).collect(),
            withheld: None,
            version: activity.version,
            corrected: !activity.corrections.made().is_empty(),
            correction_pending: !activity.corrections.pending().is_empty(),
            as_of_position: None,
        })
    }
}
