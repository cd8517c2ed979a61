//! A typical case in an answer.

use crate::http::reader::WithheldView;
use crate::http::response::{absent, business_time};
use crate::openapi::vocabulary;
use crate::problem::Problem;
use crate::state::{AppState, Snapshot};
use casework::access::Sight;
use casework::loaded::{AsOf, Loaded};
use domain::claims::Claim;
use domain::correction::Corrections;
use domain::ids::TypicalCaseId;
use domain::typical_case::{CaseSources, TypicalCase, outdated};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// 典型案例：网格的好经验、好做法。A typical case: what a grid did well.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = TypicalCase, example = json!({
    "id": "0198f3c7-1a2b-7c3d-8e4f-5a6b7c8d9e0f", "grid_id": "0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f", "state": "published",
    "title": "三天修好一盏灯", "text": "居民王秀英反映3号楼楼道灯不亮，代表当日联系物业，三天后修好。",
    "sources": {"issue_ids": ["0198f3c2-3d4e-7f50-8a61-7b8c9d0e1f2a"], "activity_ids": [], "deed_ids": []},
    "nominated_at": "2026-11-20T09:00:00+08:00", "deidentified_at": "2026-11-23T09:00:00+08:00",
    "public_text": "有居民反映楼道灯不亮，代表当日联系物业，三天后修好。",
    "submissions": [{"office_id": "0198f3c0-3c4d-7e5f-8a60-7b8c9d0e1f2a", "submitted_at": "2026-11-24T09:00:00+08:00"}],
    "selected_at": "2026-11-25T09:00:00+08:00", "decision_reason": "做法可以推广。",
    "publications": [{"channel": "website", "posted_at": "2026-11-26T09:00:00+08:00", "outdated": false}],
    "annotations": [], "annotation_due": false, "version": 5
}))]
pub struct TypicalCaseView {
    /// 编号。Its id.
    pub id: Uuid,
    /// 推荐的网格。The grid that it is of.
    pub grid_id: Uuid,
    /// 状态。State.
    #[schema(value_type = vocabulary::TypicalCaseState)]
    pub state: &'static str,
    /// 推荐时的一句话说明，从不公开；已删除的省略，表格中也省略。What it is about, as it was nominated; never published. Absent when erased, and in tables.
    #[serde(skip_serializing_if = "absent")]
    pub title: Option<String>,
    /// 推荐时的全文；同上。The case as it was nominated; never published, and absent likewise.
    #[serde(skip_serializing_if = "absent")]
    pub text: Option<String>,
    /// 来源，从不公开。What it is made of; never published.
    pub sources: CaseSourcesView,
    /// 推荐的时间。When it was nominated.
    #[schema(format = DateTime)]
    pub nominated_at: String,
    /// 最近一次去标识的时间。When the text that may be published was given, the newest of them.
    #[serde(skip_serializing_if = "absent")]
    #[schema(format = DateTime)]
    pub deidentified_at: Option<String>,
    /// 可公开的文本（最新）；表格中省略。The newest text that may be published; absent in tables.
    #[serde(skip_serializing_if = "absent")]
    pub public_text: Option<String>,
    /// 该文本所附的同意书。The consent that goes with that text: a file.
    #[serde(skip_serializing_if = "absent")]
    pub consent_file_id: Option<Uuid>,
    /// 上报的办公室，依先后。The offices that it was submitted to, in order.
    #[schema(max_items = 400)]
    pub submissions: Vec<CaseSubmissionView>,
    /// 入选的时间。When it was selected.
    #[serde(skip_serializing_if = "absent")]
    #[schema(format = DateTime)]
    pub selected_at: Option<String>,
    /// 评选未入选的时间。When it was decided not to select it.
    #[serde(skip_serializing_if = "absent")]
    #[schema(format = DateTime)]
    pub rejected_at: Option<String>,
    /// 评选的理由；表格中省略。What was said of that decision; absent in tables.
    #[serde(skip_serializing_if = "absent")]
    pub decision_reason: Option<String>,
    /// 发布，依先后。Where it was published, in order.
    #[schema(max_items = 400)]
    pub publications: Vec<CasePublicationView>,
    /// 加注，依先后。Its annotations, in order.
    #[schema(max_items = 400)]
    pub annotations: Vec<CaseAnnotationView>,
    /// 入选之后来源事项重办，此后尚未加注。A source issue was reopened after the selection, and nothing was annotated since.
    pub annotation_due: bool,
    /// 文字不显示，及其原因。Words are not shown, and why; absent where they are, and in tables.
    #[serde(skip_serializing_if = "absent")]
    pub withheld: Option<WithheldView>,
    /// 版本，即 `ETag`。Version, also the `ETag`.
    pub version: u64,
    /// 答复所依据的日志位置。The log up to here is in this answer.
    #[serde(skip_serializing_if = "absent")]
    pub as_of_position: Option<u64>,
}

/// 典型案例的来源。What a typical case is made of.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = CaseSources)]
pub struct CaseSourcesView {
    /// 事项。Issues.
    #[schema(max_items = 50)]
    pub issue_ids: Vec<Uuid>,
    /// 活动。Activities.
    #[schema(max_items = 50)]
    pub activity_ids: Vec<Uuid>,
    /// 实事。Deeds.
    #[schema(max_items = 50)]
    pub deed_ids: Vec<Uuid>,
}

/// 典型案例的上报。A submission of a typical case.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = CaseSubmission)]
pub struct CaseSubmissionView {
    /// 办公室。The office.
    pub office_id: Uuid,
    /// 上报的时间。When.
    #[schema(format = DateTime)]
    pub submitted_at: String,
}

/// 典型案例的发布。A publication of a typical case.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = CasePublication)]
pub struct CasePublicationView {
    /// 渠道。Where.
    #[schema(value_type = vocabulary::PublicationChannel)]
    pub channel: &'static str,
    /// 发布的时间。When it was posted.
    #[schema(format = DateTime)]
    pub posted_at: String,
    /// 该渠道中的文本已被新文本取代，应当换下。The text in that channel is not the newest any more and is to be replaced there.
    pub outdated: bool,
}

/// 典型案例的加注。An annotation of a typical case.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = CaseAnnotation)]
pub struct CaseAnnotationView {
    /// 加注的时间。When it was written.
    #[schema(format = DateTime)]
    pub annotated_at: String,
    /// 文字；已删除的省略，表格中也省略。What it says; absent when erased, and in tables.
    #[serde(skip_serializing_if = "absent")]
    pub text: Option<String>,
}

impl TypicalCaseView {
    /// A typical case with its words. `as_of` is the place in the log that it is of: what is said of its sources is of the same.
    ///
    /// # Errors
    /// Where they cannot be read.
    pub async fn of(
        app: &AppState,
        id: TypicalCaseId,
        loaded: &Loaded<TypicalCase>,
        snapshot: &Snapshot,
        as_of: AsOf,
    ) -> Result<Self, Problem> {
        let case = &loaded.state;
        let sight = app.sight(snapshot, id, loaded).await?;
        let mut view = Self::facts(app, id, case, snapshot, as_of).await?;
        view.withheld = sight.withholds(&loaded.boxes).map(Into::into);
        view.title = said(app, &sight, loaded, 1, "title").await?;
        view.text = said(app, &sight, loaded, 1, "text").await?;
        if let Some(deidentified) = case.deidentified {
            view.public_text = said(app, &sight, loaded, deidentified.version, "text").await?;
        }
        if let Some(decided) = case.selected.or(case.rejected) {
            view.decision_reason = said(app, &sight, loaded, decided.version, "reason").await?;
        }
        for (shown, annotated) in view.annotations.iter_mut().zip(&case.annotations) {
            shown.text = said(app, &sight, loaded, annotated.version, "text").await?;
        }
        Ok(view)
    }

    /// A typical case without its words.
    ///
    /// # Errors
    /// Where its sources cannot be read.
    pub async fn facts(
        app: &AppState,
        id: TypicalCaseId,
        case: &TypicalCase,
        snapshot: &Snapshot,
        as_of: AsOf,
    ) -> Result<Self, Problem> {
        let zone = snapshot.reference.time_zone();
        let at = |claim: &Claim| business_time(claim.at, zone);
        let outdated = outdated(case);
        let CaseSources { issue_ids, activity_ids, deed_ids } = &case.sources;
        Ok(Self {
            id: id.0,
            grid_id: case.grid_id.0,
            state: case.state().as_str(),
            title: None,
            text: None,
            sources: CaseSourcesView {
                issue_ids: issue_ids.iter().map(|issue| issue.0).collect(),
                activity_ids: activity_ids.iter().map(|activity| activity.0).collect(),
                deed_ids: deed_ids.iter().map(|deed| deed.0).collect(),
            },
            nominated_at: at(&case.nominated),
            deidentified_at: case.deidentified.as_ref().map(at),
            public_text: None,
            consent_file_id: case.consent_file_id.map(|file| file.0),
            submissions: case
                .submissions
                .iter()
                .map(|submission| CaseSubmissionView {
                    office_id: submission.office_id.0,
                    submitted_at: at(&submission.claim),
                })
                .collect(),
            selected_at: case.selected.as_ref().map(at),
            rejected_at: case.rejected.as_ref().map(at),
            decision_reason: None,
            publications: case
                .publications
                .iter()
                .map(|published| CasePublicationView {
                    channel: published.channel.as_str(),
                    posted_at: at(&published.claim),
                    outdated: outdated.contains(&published.channel),
                })
                .collect(),
            annotations: case
                .annotations
                .iter()
                .map(|annotated| CaseAnnotationView { annotated_at: at(annotated), text: None })
                .collect(),
            withheld: None,
            annotation_due: app.casework.annotation_due(case, as_of).await?,
            version: case.version,
            as_of_position: None,
        })
    }
}

/// What the box of one event says; nothing of a typical case is corrected.
pub(crate) async fn said(
    app: &AppState,
    sight: &Sight,
    loaded: &Loaded<TypicalCase>,
    version: u64,
    member: &str,
) -> Result<Option<String>, Problem> {
    Ok(app.casework.text_of(sight, loaded, &Corrections::default(), version, 0, member).await?)
}
