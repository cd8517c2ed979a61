//! A study goes to the offices, which say that they have it and what they made of it (C-3.5).

use super::commands::{StudyChanged, on_study};
use crate::http::extract::{Command, PathId};
use crate::input::body::{Facts, Fields, List, PastInstant, Text, body};
use crate::problem::Problem;
use crate::state::AppState;
use crate::undertakings::parts::file_faults;
use actix_web::{HttpResponse, web};
use casework::undertakings::NewFiling;
use domain::filing::office_for;
use domain::ids::{FileId, OfficeId};
use domain::refusal::Refusal;
use domain::session::FILES_MAX;
use domain::vocabulary::StudyUse;

body! {
    /// 报送。What goes to an office.
    #[example = {"office_id": "0198f3c0-3c4d-7e5f-a061-7b8c9d0e1f2a", "text": "附调研报告一份。"}]
    struct SubmitStudy {
        /// 党代表工作室或人大办公室。The Party-delegate studio or the congress office.
        office_id: OfficeId => |facts| fits(facts, office_id),
        /// 随附的材料，至多 20 个文件。What goes with it, at most 20 files.
        file_ids: Option<List<FileId, { FILES_MAX }>> => |_| {
            file_faults(file_ids.as_ref().and_then(Option::as_deref), "C-3.5")
        },
        /// 说明，密封保存。What is said with it; sealed.
        text: Option<Text>,
        /// 报送的时间，默认现在。When it was submitted; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// It is of a kind that studies go to.
fn fits(facts: Option<&Facts>, office: Option<OfficeId>) -> Option<Refusal> {
    office_for(&facts?.reference.offices, office?, "C-3.5").err()
}

fn submission(fields: &mut Fields<'_>) -> Option<NewFiling> {
    let body = SubmitStudy::read(fields)?;
    Some(NewFiling {
        office_id: body.office_id,
        file_ids: body.file_ids.unwrap_or_default(),
        text: body.text,
        at: body.occurred_at,
    })
}

/// Submit a study to an office
///
/// 向办公室报送调研材料或监督情况；调查研究须报送两个办公室，巡查监督报送其一即可，每个办公室一次（C-3.5）。
///
/// Sends what is finished to an office, to each once. A study goes to both kinds of office, an inspection to one of them
/// (C-3.5).
#[utoipa::path(post, path = "/v1/studies/{id}/submissions", tag = "studies", request_body = SubmitStudy, responses(
    (status = 200, description = "已报送。Submitted.", body = StudyChanged),
))]
pub(crate) async fn submit(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_study(&app, id, &command, submission, async |call, id, new| app.casework.submit_study(call, id, &new).await)
        .await
}

body! {
    /// 收悉。What an office says that it has.
    #[example = {"office_id": "0198f3c0-3c4d-7e5f-a061-7b8c9d0e1f2a"}]
    struct AcknowledgeStudy {
        /// 已收到报送的办公室。The office to which it was submitted.
        office_id: OfficeId => |facts| fits(facts, office_id),
        /// 回执等，至多 20 个文件。What it gave for it, such as a stamped slip; at most 20 files.
        file_ids: Option<List<FileId, { FILES_MAX }>> => |_| {
            file_faults(file_ids.as_ref().and_then(Option::as_deref), "C-3.5")
        },
        /// 收悉的时间，默认现在。When it was acknowledged; by default now.
        occurred_at: Option<PastInstant>,
    }
}

fn acknowledgement(fields: &mut Fields<'_>) -> Option<NewFiling> {
    let body = AcknowledgeStudy::read(fields)?;
    Some(NewFiling {
        office_id: body.office_id,
        file_ids: body.file_ids.unwrap_or_default(),
        text: None,
        at: body.occurred_at,
    })
}

/// Acknowledge a study
///
/// 办公室确认收悉；该报送的办公室都已收悉，即为办结（C-3.5）。
///
/// The office says that it has it. Once everyone with whom it must be has, the study is closed (C-3.5).
#[utoipa::path(post, path = "/v1/studies/{id}/acknowledgements", tag = "studies", request_body = AcknowledgeStudy, responses(
    (status = 200, description = "已收悉。Acknowledged.", body = StudyChanged),
))]
pub(crate) async fn acknowledge(
    app: web::Data<AppState>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_study(&app, id, &command, acknowledgement, async |call, id, new| {
        app.casework.acknowledge_study(call, id, &new).await
    })
    .await
}

body! {
    /// 采用。What an office made of it.
    #[example = {"office_id": "0198f3c0-3c4d-7e5f-a061-7b8c9d0e1f2a", "use": "adopted", "text": "列入明年实事项目。"}]
    struct UseStudy {
        /// 参考或采纳的办公室，类别不限。The office that used it, of whatever kind.
        office_id: OfficeId,
        /// 作为决策参考，或已采纳。Whether it was referred to, or taken up.
        r#use: StudyUse,
        /// 如何采用，密封保存。How; sealed.
        text: Text,
        /// 采用的时间，默认现在。When; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// Record what was made of a study
///
/// 记录调研成果被参考或采纳，可多次记录（C-3.5）。
///
/// An office referred to what was found, or took up what was proposed; as often as that happens (C-3.5).
#[utoipa::path(post, path = "/v1/studies/{id}/uses", tag = "studies", request_body = UseStudy, responses(
    (status = 200, description = "已记录。Recorded.", body = StudyChanged),
))]
pub(crate) async fn record_use(
    app: web::Data<AppState>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_study(&app, id, &command, UseStudy::read, async |call, id, body| {
        let used = (body.office_id, body.r#use);
        app.casework.record_study_use(call, id, used, &body.text, body.occurred_at).await
    })
    .await
}
