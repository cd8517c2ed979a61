//! A typical case is nominated, de-identified, submitted, selected, published and annotated (C-5.3).

use crate::http::commands::run;
use crate::http::extract::{Command, PathId};
use crate::input::body::{Facts, Fields, Grid, Line, List, PastInstant, Text, body, nested};
use crate::problem::Problem;
use crate::state::{AppState, Snapshot};
use crate::typical_cases::view::TypicalCaseView;
use crate::undertakings::changed::{begun, shown};
use actix_web::{HttpResponse, web};
use casework::CommandContext;
use casework::loaded::{AsOf, Loaded};
use casework::undertakings::ChangedOutcome;
use casework::undertakings::typical_cases::NewTypicalCase;
use domain::filing::office_for;
use domain::ids::{ActivityId, DeedId, FileId, IssueId, OfficeId, TypicalCaseId};
use domain::refusal::{Code, Refusal};
use domain::text::TITLE_CHARS_MAX;
use domain::typical_case::{self, CaseParts, CaseSources, SOURCES_MAX, TypicalCase};
use domain::vocabulary::PublicationChannel;
use event_store::Position;
use serde::Serialize;
use utoipa::ToSchema;

/// 命令之后的典型案例。A typical case after a command.
#[derive(Serialize, ToSchema)]
pub struct TypicalCaseChanged {
    /// 典型案例。The typical case as it now is.
    typical_case: TypicalCaseView,
    /// 该命令最后一条记录的位置。Position of the command's last event.
    position: u64,
}

body! {
    /// 典型案例的来源，合计 1 至 50 个。What a typical case is made of: 1 to 50 things in all.
    struct SourcesOfCase {
        /// 事项。Issues.
        issue_ids: Option<List<IssueId, SOURCES_MAX>>,
        /// 活动。Activities.
        activity_ids: Option<List<ActivityId, SOURCES_MAX>>,
        /// 实事。Deeds.
        deed_ids: Option<List<DeedId, SOURCES_MAX>> => |_| {
            let all_readable = issue_ids.is_some() && activity_ids.is_some() && deed_ids.is_some();
            let sources = CaseSources {
                issue_ids: issue_ids.clone().flatten().unwrap_or_default(),
                activity_ids: activity_ids.clone().flatten().unwrap_or_default(),
                deed_ids: deed_ids.clone().flatten().unwrap_or_default(),
            };
            let faults = typical_case::sources_fit(&sources).into_iter();
            // What could not be read may be a source.
            faults.filter(move |fault| all_readable || fault.code != Code::SourceMissing)
        },
    }
}

nested! { SourcesOfCase }

body! {
    /// 推荐的典型案例。A typical case to be nominated.
    #[example = {"grid_id": "0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f", "title": "三天修好一盏灯",
        "text": "居民王秀英反映3号楼楼道灯不亮，代表当日联系物业，三天后修好。",
        "sources": {"issue_ids": ["0198f3c2-3d4e-7f50-8a61-7b8c9d0e1f2a"]}}]
    struct NominateCase {
        /// 推荐的网格。The grid that it is of.
        grid_id: Grid,
        /// 一句话说明，密封保存，从不公开。What it is about, in one line; sealed, and never published.
        title: Line<TITLE_CHARS_MAX>,
        /// 案例全文，密封保存，从不公开。The case at length; sealed, and never published.
        text: Text,
        /// 来源，可以是其他网格的，从不公开。What it is made of, of other grids too; never published.
        sources: SourcesOfCase,
        /// 推荐的时间，默认现在。When it was nominated; by default now.
        occurred_at: Option<PastInstant> => |facts| faults(facts, &CaseParts { grid_id, at: occurred_at.flatten() }),
    }
}

/// What the rules of the day have against it.
fn faults(facts: Option<&Facts>, parts: &CaseParts) -> Vec<Refusal> {
    let rules = facts.and_then(|facts| Some((facts, facts.rules_on(facts.day_of(parts.at))?)));
    rules.map_or_else(Vec::new, |(facts, rules)| typical_case::faults(&facts.people(), &rules, parts))
}

fn read(fields: &mut Fields<'_>) -> Option<NewTypicalCase> {
    let NominateCase { grid_id, title, text, sources, occurred_at } = NominateCase::read(fields)?;
    let SourcesOfCase { issue_ids, activity_ids, deed_ids } = sources;
    let sources = CaseSources {
        issue_ids: issue_ids.unwrap_or_default(),
        activity_ids: activity_ids.unwrap_or_default(),
        deed_ids: deed_ids.unwrap_or_default(),
    };
    Some(NewTypicalCase { grid_id, title, text, sources, at: occurred_at })
}

/// Nominate a typical case
///
/// 网格推荐一个典型案例，写明来源；推荐的文字不公开，公开的文本另行提交（C-5.3）。
///
/// A grid nominates what it did well and names what that was made of. Nobody publishes this text: the one that may be published
/// is given by `deidentification` (C-5.3).
#[utoipa::path(post, path = "/v1/typical-cases", tag = "typical cases", request_body = NominateCase, responses(
    (status = 201, description = "已推荐。Nominated.", body = TypicalCaseChanged),
))]
pub(crate) async fn nominate(app: web::Data<AppState>, command: Command) -> Result<HttpResponse, Problem> {
    let ran = run(&app, &command, read, async |call, new| app.casework.nominate_typical_case(call, &new).await).await?;
    begun(&app, &command, "/v1/typical-cases", ran, TypicalCaseId, async |id, loaded, snapshot, position| {
        after(&app, id, &loaded, snapshot, position).await
    })
    .await
}

body! {
    /// 可公开的文本。The text that may be published.
    #[example = {"text": "有居民反映楼道灯不亮，代表当日联系物业，三天后修好。"}]
    struct DeidentifyCase {
        /// 去标识后的文本，密封保存；发布后人人可读。The text in which nobody is recognised; sealed, and read by everybody once it is published.
        text: Text,
        /// 仍可辨认者的同意书（文件）。The consent of whoever can still be recognised: a file.
        consent_file_id: Option<FileId>,
        /// 去标识的时间，默认现在。When that was done; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// De-identify a typical case
///
/// 提交去标识后、可以公开的文本。未入选之前和入选之后均可再次提交：发布后才发现姓名的，新文本取代旧文本，旧文本不再公开，新文本再次发布后公开（C-5.3）。
///
/// Takes the text that may be published. It may be given again at any time but after a rejection: where a name is found late, the
/// new text takes the place of the old one, which is shown no longer, and is shown itself once it is published again (C-5.3).
#[utoipa::path(post, path = "/v1/typical-cases/{id}/deidentification", tag = "typical cases", request_body = DeidentifyCase, responses(
    (status = 200, description = "已去标识。De-identified.", body = TypicalCaseChanged),
))]
pub(crate) async fn deidentify(
    app: web::Data<AppState>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_case(&app, id, &command, DeidentifyCase::read, async |call, id, body| {
        let DeidentifyCase { text, consent_file_id, occurred_at } = &body;
        app.casework.deidentify_typical_case(call, id, text, *consent_file_id, *occurred_at).await
    })
    .await
}

body! {
    /// 上报典型案例。To which office a typical case goes.
    #[example = {"office_id": "0198f3c0-3c4d-7e5f-8a60-7b8c9d0e1f2a"}]
    struct SubmitCase {
        /// 党代表工作室或人大办公室。A Party-delegate studio or a congress office.
        office_id: OfficeId => |facts| {
            facts.zip(office_id).and_then(|(facts, office)| office_for(&facts.reference.offices, office, "C-5.3").err())
        },
        /// 上报的时间，默认现在。When it was submitted; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// Submit a typical case
///
/// 上报已去标识的典型案例；评选之前可以先后报送两个办公室，各一次（C-5.3）。
///
/// Submits a case that is de-identified (409 `not_deidentified`) to an office, or to both, one after the other, until it is
/// decided on (C-5.3).
#[utoipa::path(post, path = "/v1/typical-cases/{id}/submissions", tag = "typical cases", request_body = SubmitCase, responses(
    (status = 200, description = "已上报。Submitted.", body = TypicalCaseChanged),
))]
pub(crate) async fn submit(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_case(&app, id, &command, SubmitCase::read, async |call, id, body| {
        app.casework.submit_typical_case(call, id, body.office_id, body.occurred_at).await
    })
    .await
}

body! {
    /// 评选结果。Whether a typical case is selected.
    #[example = {"selected": true, "reason": "做法可以推广。"}]
    struct SelectCase {
        /// 是否入选。Whether it is.
        selected: bool,
        /// 理由，密封保存。Why; sealed.
        reason: Option<Text>,
        /// 评选的时间，默认现在。When that was decided; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// Decide on a typical case
///
/// 评选已上报的典型案例，只评一次；未入选的不再办理，可另行推荐（C-5.3）。
///
/// Selects a submitted case, or does not; once. A case that is not selected ends here, and a new one may be nominated (C-5.3).
#[utoipa::path(post, path = "/v1/typical-cases/{id}/selection", tag = "typical cases", request_body = SelectCase, responses(
    (status = 200, description = "已评选。Decided on.", body = TypicalCaseChanged),
))]
pub(crate) async fn select(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_case(&app, id, &command, SelectCase::read, async |call, id, body| {
        let SelectCase { selected, reason, occurred_at } = &body;
        app.casework.select_typical_case(call, id, *selected, reason.as_deref(), *occurred_at).await
    })
    .await
}

body! {
    /// 典型案例的发布。Where a typical case is published.
    #[example = {"channel": "website", "posted_at": "2026-11-24T09:00:00+08:00"}]
    struct PublishCase {
        /// 渠道。Where.
        channel: PublicationChannel,
        /// 发布的时间。When it was posted.
        posted_at: PastInstant,
    }
}

/// Publish a typical case
///
/// 发布入选案例的可公开文本；同一文本在同一渠道只发布一次，文本修改后可再次发布（C-5.3）。
///
/// Publishes the text that may be published of a selected case: each text once in each channel, a new text again. From then on
/// everybody can read it at `GET /v1/public/typical-cases` (C-5.3).
#[utoipa::path(post, path = "/v1/typical-cases/{id}/publication", tag = "typical cases", request_body = PublishCase, responses(
    (status = 200, description = "已发布。Published.", body = TypicalCaseChanged),
))]
pub(crate) async fn publish(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_case(&app, id, &command, PublishCase::read, async |call, id, body| {
        app.casework.publish_typical_case(call, id, body.channel, Some(body.posted_at)).await
    })
    .await
}

body! {
    /// 典型案例的加注。What is to be known beside a typical case.
    #[example = {"text": "2026年12月楼道灯再次损坏，已由物业重新布线。"}]
    struct AnnotateCase {
        /// 加注的文字，密封保存；案例公开时人人可读。The annotation; sealed, and read by everybody who may read the case.
        text: Text,
        /// 加注的时间，默认现在。When it was written; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// Annotate a typical case
///
/// 为入选的案例加注。作为来源的事项在入选之后重办的，应当加注（`annotation_due`）（C-5.3）。
///
/// Says beside a selected case what became of its matter. Where an issue that it is made of was reopened after the selection, an
/// annotation is due (`annotation_due`) until there is one (C-5.3).
#[utoipa::path(post, path = "/v1/typical-cases/{id}/annotations", tag = "typical cases", request_body = AnnotateCase, responses(
    (status = 200, description = "已加注。Annotated.", body = TypicalCaseChanged),
))]
pub(crate) async fn annotate(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_case(&app, id, &command, AnnotateCase::read, async |call, id, body| {
        app.casework.annotate_typical_case(call, id, &body.text, body.occurred_at).await
    })
    .await
}

/// Runs a command that changes one typical case and shows the case after it.
async fn on_case<B>(
    app: &AppState,
    id: PathId,
    command: &Command,
    read: impl FnOnce(&mut Fields<'_>) -> Option<B>,
    act: impl AsyncFnOnce(&CommandContext, TypicalCaseId, B) -> ChangedOutcome<TypicalCase>,
) -> Result<HttpResponse, Problem> {
    let id = TypicalCaseId(id.0);
    let ran = run(app, command, read, async |call, body| act(call, id, body).await).await?;
    shown(app, command, id, ran, async |loaded, snapshot, position| after(app, id, &loaded, snapshot, position).await)
        .await
}

/// Also what is said of its sources is as of the command, so that it is told again as it was.
async fn after(
    app: &AppState,
    id: TypicalCaseId,
    loaded: &Loaded<TypicalCase>,
    snapshot: &Snapshot,
    position: u64,
) -> Result<TypicalCaseChanged, Problem> {
    let as_of = AsOf::Position(Position(position));
    Ok(TypicalCaseChanged { typical_case: TypicalCaseView::of(app, id, loaded, snapshot, as_of).await?, position })
}
