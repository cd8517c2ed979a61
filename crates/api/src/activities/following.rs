//! What follows an activity: evidence, reports to both offices, improvements (C-4.2, C-4.3b).

use super::commands::{ActivityChanged, on_activity};
use crate::http::context::PathParts;
use crate::http::extract::{Command, PathId};
use crate::input::body::{Day, Facts, List, PastInstant, Text, body, parse_uuid};
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::AppState;
use actix_web::{HttpResponse, web};
use casework::undertakings::NewFiling;
use domain::activity::{REPORTING_CLAUSE, by_on_fits, some_files};
use domain::filing::office_for;
use domain::ids::{FileId, ImprovementId, OfficeId};
use domain::refusal::Refusal;
use domain::session::{FILES_MAX, files};

/// What is wrong with the files that are named, as far as they could be read.
fn named(file_ids: &Option<Option<Vec<FileId>>>) -> Option<Refusal> {
    let named = file_ids.as_ref().and_then(Option::as_deref).unwrap_or_default();
    files(named).map_err(|refusal| refusal.under(REPORTING_CLAUSE)).err()
}

/// That the office is one of both.
fn one_of_both(facts: Option<&Facts>, office: Option<OfficeId>) -> Option<Refusal> {
    office_for(&facts?.reference.offices, office?, REPORTING_CLAUSE).err()
}

body! {
    /// 留存的文件影像资料。Documents, pictures and recordings of an activity.
    #[example = {"file_ids": ["0198f3c3-0a1b-7c2d-8e3f-4a5b6c7d8e9f"]}]
    struct AttachEvidence {
        /// 附件，1 至 20 个。The files: 1 to 20.
        file_ids: List<FileId, FILES_MAX, 1> => |_| {
            let some = file_ids.as_ref().and_then(|ids| some_files(ids.len()).err());
            let each = files(file_ids.as_deref().unwrap_or_default()).map_err(|no| no.under(REPORTING_CLAUSE));
            some.or(each.err())
        },
        /// 留存的时间，默认现在。When they were kept; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// Attach evidence to an activity
///
/// 为活动留存文件影像资料，可多次；季度主题活动须有规则所要求的文件和影像（C-4.2）。
///
/// Keeps documents, pictures and recordings with an activity, as often as there are some. A theme activity needs as many of
/// both as the policy asks for (C-4.2).
#[utoipa::path(post, path = "/v1/activities/{id}/evidence", tag = "activities", request_body = AttachEvidence, responses(
    (status = 200, description = "已留存。Attached.", body = ActivityChanged),
))]
pub(crate) async fn attach(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_activity(&app, id, &command, AttachEvidence::read, async |call, id, body| {
        app.casework.attach_activity_evidence(call, id, &body.file_ids, body.occurred_at).await
    })
    .await
}

body! {
    /// 向办公室报送的活动情况。A report of an activity to an office.
    #[example = {"office_id": "0198f3c1-5d6e-7f80-8a9b-0c1d2e3f4a5b", "text": "附活动情况和照片。"}]
    struct SubmitActivity {
        /// 党代表工作室或人大办公室。The Party-delegate studio or the congress office.
        office_id: OfficeId => |facts| one_of_both(facts, office_id),
        /// 随附的文件，至多 20 个；不计入留存的资料。What goes with it, at most 20 files; they are no evidence.
        file_ids: Option<List<FileId, FILES_MAX>> => |_| named(&file_ids),
        /// 活动情况，密封保存。What is said with it; sealed.
        text: Option<Text>,
        /// 报送的时间，默认现在。When it was submitted; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// Report an activity to an office
///
/// 把活动情况报送党代表工作室或人大办公室，每个办公室一次；季度主题活动须报送两个办公室（C-4.2）。
///
/// Reports an activity to the Party-delegate studio or to the congress office, to each once. A theme activity goes to both
/// (C-4.2).
#[utoipa::path(post, path = "/v1/activities/{id}/submissions", tag = "activities", request_body = SubmitActivity, responses(
    (status = 200, description = "已报送。Submitted.", body = ActivityChanged),
))]
pub(crate) async fn submit(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_activity(&app, id, &command, SubmitActivity::read, async |call, id, body| {
        let SubmitActivity { office_id, file_ids, text, occurred_at } = body;
        let new = NewFiling { office_id, file_ids: file_ids.unwrap_or_default(), text, at: occurred_at };
        app.casework.submit_activity(call, id, &new).await
    })
    .await
}

body! {
    /// 办公室收悉活动情况。That an office has the report of an activity.
    #[example = {"office_id": "0198f3c1-5d6e-7f80-8a9b-0c1d2e3f4a5b"}]
    struct AcknowledgeActivity {
        /// 哪个办公室。Which office.
        office_id: OfficeId => |facts| one_of_both(facts, office_id),
        /// 回执等文件，至多 20 个。What it gave for it, such as a stamped slip: at most 20 files.
        file_ids: Option<List<FileId, FILES_MAX>> => |_| named(&file_ids),
        /// 收悉的时间，默认现在。When it was acknowledged; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// Acknowledge the report of an activity
///
/// 办公室确认收悉已报送的活动情况，每个办公室一次（C-4.2）。
///
/// An office says that it has the report, once, after it was submitted to that office (409 `not_submitted`) (C-4.2).
#[utoipa::path(post, path = "/v1/activities/{id}/acknowledgements",
    tag = "activities", request_body = AcknowledgeActivity, responses(
    (status = 200, description = "已确认收悉。Acknowledged.", body = ActivityChanged),
))]
pub(crate) async fn acknowledge(
    app: web::Data<AppState>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_activity(&app, id, &command, AcknowledgeActivity::read, async |call, id, body| {
        let AcknowledgeActivity { office_id, file_ids, occurred_at } = body;
        let new = NewFiling { office_id, file_ids: file_ids.unwrap_or_default(), text: None, at: occurred_at };
        app.casework.acknowledge_activity(call, id, &new).await
    })
    .await
}

body! {
    /// 座谈会提出的改进措施。What a symposium means to improve.
    #[example = {"text": "接待室增设无障碍通道。", "by_on": "2026-12-31"}]
    struct AdoptImprovement {
        /// 改进什么，密封保存。What is to be improved; sealed.
        text: Text,
        /// 计划完成之日，不早于提出之日。The day by which it is meant to be done: that of the adoption or a later one.
        by_on: Option<Day>,
        /// 提出的时间，默认现在。When it was adopted; by default now.
        occurred_at: Option<PastInstant> => |facts| {
            by_on_fits(facts?.day_of(occurred_at.flatten()), by_on.flatten()?).err()
        },
    }
}

/// Adopt an improvement
///
/// 代表群众座谈会对联系服务本身提出一项改进措施；其他活动没有（C-4.3b）。
///
/// A symposium adopts an improvement of the service itself. No other kind of activity does (409 `wrong_state`) (C-4.3b).
#[utoipa::path(post, path = "/v1/activities/{id}/improvements", tag = "activities", request_body = AdoptImprovement, responses(
    (status = 200, description = "已提出，列为最后一项。Adopted; it is the last in the list.", body = ActivityChanged),
))]
pub(crate) async fn adopt(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_activity(&app, id, &command, AdoptImprovement::read, async |call, id, body| {
        app.casework.adopt_improvement(call, id, &body.text, body.by_on, body.occurred_at).await
    })
    .await
}

body! {
    /// 改进措施的完成。That an improvement is done.
    #[example = {"text": "无障碍通道已建成。"}]
    struct CompleteImprovement {
        /// 完成情况，密封保存。What is to be said of it; sealed.
        text: Option<Text>,
        /// 完成的时间，默认现在。When it was completed; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// Complete an improvement
///
/// 改进措施完成，一次为限；逾期完成的同样记录（C-4.3b）。
///
/// The improvement is done, once; done late, it is recorded all the same (C-4.3b).
#[utoipa::path(post, path = "/v1/activities/{id}/improvements/{improvement_id}/completion", tag = "activities",
    params(("improvement_id" = Uuid, Path, description = "改进措施编号。The improvement.")),
    request_body = CompleteImprovement, responses(
    (status = 200, description = "已完成。Completed.", body = ActivityChanged),
))]
pub(crate) async fn complete_improvement(
    app: web::Data<AppState>,
    id: PathId,
    parts: PathParts,
    command: Command,
) -> Result<HttpResponse, Problem> {
    let named = parse_uuid(parts.get("improvement_id")).ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    on_activity(&app, id, &command, CompleteImprovement::read, async |call, id, body| {
        let CompleteImprovement { text, occurred_at } = body;
        app.casework.complete_improvement(call, id, ImprovementId(named), text.as_deref(), occurred_at).await
    })
    .await
}
