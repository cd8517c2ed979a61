//! A study is started, an inspection was made, a study is finished (C-3.5). What the offices have to do with it is in `filing.rs`.

use crate::http::commands::run;
use crate::http::extract::{Command, PathId};
use crate::input::body::{Facts, Fields, Grid, Line, List, PastInstant, Perhaps, Text, TopicCode, body};
use crate::problem::Problem;
use crate::state::{AppState, Snapshot};
use crate::studies::view::StudyView;
use crate::undertakings::changed::{begun, shown};
use crate::undertakings::parts::file_faults;
use actix_web::{HttpResponse, web};
use casework::CommandContext;
use casework::loaded::Loaded;
use casework::undertakings::ChangedOutcome;
use casework::undertakings::studies::NewStudy;
use domain::ids::{DelegateId, FileId, StudyId};
use domain::notice::TOPICS_MAX;
use domain::refusal::Refusal;
use domain::session::FILES_MAX;
use domain::study::{self, Study, StudyParts, TEAM_MAX};
use domain::text::TITLE_CHARS_MAX;
use domain::vocabulary::StudyKind;
use serde::Serialize;
use utoipa::ToSchema;

/// 命令之后的调研。A study or an inspection after a command.
#[derive(Serialize, ToSchema)]
pub struct StudyChanged {
    /// 调研。The study or inspection as it now is.
    study: StudyView,
    /// 该命令最后一条记录的位置。Position of the command's last event.
    position: u64,
}

body! {
    /// 调查研究或巡查监督。A study that was started, or an inspection that was made.
    #[example = {"kind": "study", "grid_id": "0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f", "topics": ["housing"],
        "lead_delegate_id": "0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e1f", "held_at": "2026-11-19T09:00:00+08:00",
        "title": "老旧小区楼道照明", "text": "走访六个小区，了解楼道照明的维护情况。"}]
    struct StartStudy {
        /// 调查研究，或巡查监督。A study, or an inspection.
        kind: StudyKind,
        /// 网格；全镇的省略。The grid; left out where it is of the whole town.
        grid_id: Option<Grid>,
        /// 主题，1 至 20 个（`GET /v1/topics`）。Topic codes of the policy, 1 to 20 (`GET /v1/topics`).
        topics: List<Perhaps<TopicCode>, { TOPICS_MAX }, 1>,
        /// 牵头的代表，由其负责报送。Who leads it, and owes that it is filed.
        lead_delegate_id: DelegateId,
        /// 其他参加的代表，至多 99 名，不含牵头的代表。Who else takes part, at most 99, without who leads it.
        delegate_ids: Option<List<Perhaps<DelegateId>, { TEAM_MAX }>>,
        /// 开始的时间；巡查监督为进行的时间。When it began; of an inspection, when it was held.
        held_at: PastInstant,
        /// 题目，密封保存。What it is about, in one line; sealed.
        title: Line<TITLE_CHARS_MAX>,
        /// 详细说明，密封保存。The same at length; sealed.
        text: Option<Text>,
        /// 材料、照片、影音，至多 20 个文件。Papers, pictures and recordings of it, at most 20 files.
        file_ids: Option<List<FileId, { FILES_MAX }>> => |facts| {
            let parts = StudyParts {
                grid_id: grid_id.flatten(),
                topics: topics.clone(),
                lead_delegate_id,
                delegate_ids: delegate_ids.iter().flatten().flatten().copied().collect(),
                held_at,
            };
            let mut faults = faults(facts, &parts);
            faults.extend(file_faults(file_ids.as_ref().and_then(Option::as_deref), "C-3.5"));
            faults
        },
    }
}

/// What the rules of the day have against it.
fn faults(facts: Option<&Facts>, parts: &StudyParts) -> Vec<Refusal> {
    let rules = facts.and_then(|facts| Some((facts, facts.rules_on(facts.day_of(parts.held_at))?)));
    rules.map_or_else(Vec::new, |(facts, rules)| study::faults(&facts.people(), &rules, parts))
}

fn read(fields: &mut Fields<'_>) -> Option<NewStudy> {
    let body = StartStudy::read(fields)?;
    Some(NewStudy {
        kind: body.kind,
        grid_id: body.grid_id,
        topics: body.topics.into_iter().collect::<Option<_>>()?,
        lead_delegate_id: body.lead_delegate_id,
        delegate_ids: body.delegate_ids.into_iter().flatten().collect::<Option<_>>()?,
        held_at: body.held_at,
        title: body.title,
        text: body.text,
        file_ids: body.file_ids.unwrap_or_default(),
    })
}

/// Start a study, or record an inspection
///
/// 开展一项调查研究，或记录一次巡查监督；巡查监督一经记录即为完成，须在规定工作日内报送一个办公室（C-3.5）。
///
/// Starts a study, or records an inspection. An inspection is finished when it is recorded, and goes to one of both offices
/// within the working days of the policy (C-3.5).
#[utoipa::path(post, path = "/v1/studies", tag = "studies", request_body = StartStudy, responses(
    (status = 201, description = "已记录。Recorded.", body = StudyChanged),
))]
pub(crate) async fn start(app: web::Data<AppState>, command: Command) -> Result<HttpResponse, Problem> {
    let ran = run(&app, &command, read, async |call, new| app.casework.start_study(call, &new).await).await?;
    begun(&app, &command, "/v1/studies", ran, StudyId, async |id, loaded, snapshot, position| {
        after(&app, id, &loaded, snapshot, position).await
    })
    .await
}

body! {
    /// 完成的调研及其书面材料。A study that is finished, with its written material.
    #[example = {"file_ids": ["0198f3c3-0a1b-7c2d-8e3f-4a5b6c7d8e9f"], "text": "建议由物业每月巡查一次。"}]
    struct FinishStudy {
        /// 书面材料，1 至 20 个文件，至少一个为 `document`。Its written material: 1 to 20 files, a `document` among them.
        file_ids: List<FileId, { FILES_MAX }> => |_| file_faults(file_ids.as_deref(), "C-3.5"),
        /// 说明，密封保存。What is to be said of it; sealed.
        text: Option<Text>,
        /// 完成的时间，默认现在。When it was finished; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// Finish a study
///
/// 完成调查研究，须附书面材料；自完成之日起在规定工作日内报送两个办公室（C-3.5）。
///
/// The study is finished: what it found is in writing (409 `evidence_missing` without a file of the kind document). It goes to
/// both offices within the working days of the policy (C-3.5).
#[utoipa::path(post, path = "/v1/studies/{id}/completion", tag = "studies", request_body = FinishStudy, responses(
    (status = 200, description = "已完成。Finished.", body = StudyChanged),
))]
pub(crate) async fn finish(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_study(&app, id, &command, FinishStudy::read, async |call, id, body| {
        app.casework.finish_study(call, id, &body.file_ids, body.text.as_deref(), body.occurred_at).await
    })
    .await
}

/// Runs a command that changes one study and shows the study after it.
pub(super) async fn on_study<B>(
    app: &AppState,
    id: PathId,
    command: &Command,
    read: impl FnOnce(&mut Fields<'_>) -> Option<B>,
    act: impl AsyncFnOnce(&CommandContext, StudyId, B) -> ChangedOutcome<Study>,
) -> Result<HttpResponse, Problem> {
    let id = StudyId(id.0);
    let ran = run(app, command, read, async |call, body| act(call, id, body).await).await?;
    shown(app, command, id, ran, async |loaded, snapshot, position| after(app, id, &loaded, snapshot, position).await)
        .await
}

async fn after(
    app: &AppState,
    id: StudyId,
    loaded: &Loaded<Study>,
    snapshot: &Snapshot,
    position: u64,
) -> Result<StudyChanged, Problem> {
    Ok(StudyChanged { study: StudyView::of(app, id, loaded, snapshot).await?, position })
}
