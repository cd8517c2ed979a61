//! A deed is pledged, done, or given up (C-3.4).

use crate::deeds::view::DeedView;
use crate::http::commands::run;
use crate::http::extract::{Command, PathId};
use crate::input::bodies::Reasoned;
use crate::input::body::{DeedDay, Facts, Fields, Grid, Line, List, PastInstant, Text, Unit, body};
use crate::problem::Problem;
use crate::receptions::bodies::VisitorBody;
use crate::state::{AppState, Snapshot};
use crate::undertakings::changed::{begun, shown};
use crate::undertakings::parts::file_faults;
use actix_web::{HttpResponse, web};
use casework::CommandContext;
use casework::loaded::Loaded;
use casework::receptions::NewVisitor;
use casework::undertakings::ChangedOutcome;
use casework::undertakings::deeds::NewDeed;
use domain::deed::{self, BENEFICIARIES_MAX, Deed, ISSUES_MAX, PledgeParts};
use domain::ids::{DeedId, DelegateId, FileId, IssueId};
use domain::refusal::Refusal;
use domain::session::FILES_MAX;
use domain::text::TITLE_CHARS_MAX;
use domain::vocabulary::DeedKind;
use serde::Serialize;
use utoipa::ToSchema;

/// 命令之后的实事。A deed after a command.
#[derive(Serialize, ToSchema)]
pub struct DeedChanged {
    /// 实事。The deed as it now is.
    deed: DeedView,
    /// 该命令最后一条记录的位置。Position of the command's last event.
    position: u64,
}

body! {
    /// 认领的实事。A deed to be pledged.
    #[example = {"kind": "pledged_deed", "grid_id": "0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f",
        "owner_delegate_id": "0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e1f", "promised_on": "2026-12-31",
        "title": "修好3号楼楼道灯", "text": "更换全部声控灯。", "beneficiaries": [{"name": "王秀英", "phone": "13800001234"}]}]
    struct PledgeDeed {
        /// 服务方式。Which kind of service.
        kind: DeedKind,
        /// 网格。The grid.
        grid_id: Grid,
        /// 该网格的单位。A unit of that grid.
        unit_id: Option<Unit>,
        /// 认领的代表，其他网格的也可以。Who takes it on; a delegate of another grid is welcome.
        owner_delegate_id: DelegateId,
        /// 承诺完成之日，不早于认领之日。The day by which it is promised: that of the pledge or a later one.
        promised_on: DeedDay,
        /// 一句话说明承诺什么，密封保存。What is promised, in one line; sealed.
        title: Line<TITLE_CHARS_MAX>,
        /// 详细说明，密封保存。The same at length; sealed.
        text: Option<Text>,
        /// 受益人，至多 50 名；姓名和电话密封保存。For whom it is, up to 50 people; names and numbers are sealed.
        beneficiaries: Option<List<VisitorBody, BENEFICIARIES_MAX>>,
        /// 由哪些事项而来，至多 20 件。Issues that it goes back to, at most 20.
        issue_ids: Option<List<IssueId, ISSUES_MAX>>,
        /// 认领的时间，默认现在。When it was pledged; by default now.
        occurred_at: Option<PastInstant> => |facts| {
            let parts = PledgeParts {
                grid_id,
                unit_id: unit_id.flatten(),
                owner_delegate_id,
                promised_on,
                issue_ids: issue_ids.iter().flatten().flatten().copied().collect(),
                at: occurred_at.flatten(),
            };
            faults(facts, &parts)
        },
    }
}

/// What the rules of the day have against it.
fn faults(facts: Option<&Facts>, parts: &PledgeParts) -> Vec<Refusal> {
    let rules = facts.and_then(|facts| Some((facts, facts.rules_on(facts.day_of(parts.at))?)));
    rules.map_or_else(Vec::new, |(facts, rules)| deed::pledge_faults(&facts.people(), &rules, parts))
}

fn read(fields: &mut Fields<'_>) -> Option<NewDeed> {
    let body = PledgeDeed::read(fields)?;
    let somebody = |visitor: VisitorBody| NewVisitor { name: visitor.name, phone: visitor.phone };
    Some(NewDeed {
        kind: body.kind,
        grid_id: body.grid_id,
        unit_id: body.unit_id,
        owner_delegate_id: body.owner_delegate_id,
        promised_on: body.promised_on,
        title: body.title,
        text: body.text,
        beneficiaries: body.beneficiaries.into_iter().flatten().map(somebody).collect(),
        issue_ids: body.issue_ids.unwrap_or_default(),
        at: body.occurred_at,
    })
}

/// Pledge a deed
///
/// 代表认领一件实事，承诺完成的日期；结对帮扶、走访慰问、咨询、志愿服务同样登记（C-3.4）。
///
/// A delegate takes a deed on and promises the day by which it is done; paired support, visits to those in need, advice and
/// volunteering are recorded alike (C-3.4).
#[utoipa::path(post, path = "/v1/deeds", tag = "deeds", request_body = PledgeDeed, responses(
    (status = 201, description = "已认领。Pledged.", body = DeedChanged),
))]
pub(crate) async fn pledge(app: web::Data<AppState>, command: Command) -> Result<HttpResponse, Problem> {
    let ran = run(&app, &command, read, async |call, new| app.casework.pledge_deed(call, &new).await).await?;
    begun(&app, &command, "/v1/deeds", ran, DeedId, async |id, loaded, snapshot, position| {
        after(&app, id, &loaded, snapshot, position).await
    })
    .await
}

body! {
    /// 完成的实事。How a deed was completed.
    #[example = {"file_ids": ["0198f3c3-0a1b-7c2d-8e3f-4a5b6c7d8e9f"], "text": "楼道灯已全部更换。"}]
    struct CompleteDeed {
        /// 完成的凭证，1 至 20 个文件。What shows it: 1 to 20 files.
        file_ids: List<FileId, { FILES_MAX }> => |_| file_faults(file_ids.as_deref(), "C-3.4"),
        /// 说明，密封保存。What is to be said of it; sealed.
        text: Option<Text>,
        /// 完成的时间，默认现在。When it was completed; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// Complete a deed
///
/// 实事完成，须附凭证；逾期完成的同样记录（C-3.4）。
///
/// The deed is done. It needs a file that shows it (409 `evidence_missing`); done late, it is recorded all the same (C-3.4).
#[utoipa::path(post, path = "/v1/deeds/{id}/completion", tag = "deeds", request_body = CompleteDeed, responses(
    (status = 200, description = "已完成。Completed.", body = DeedChanged),
))]
pub(crate) async fn complete(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_deed(&app, id, &command, CompleteDeed::read, async |call, id, body| {
        app.casework.complete_deed(call, id, &body.file_ids, body.text.as_deref(), body.occurred_at).await
    })
    .await
}

/// Give a deed up
///
/// 放弃实事，须说明原因；在承诺之日或之前放弃的不再计为逾期（C-3.4）。
///
/// Gives the deed up, with a reason. By the day promised nothing is owed of it any more; it stays among those that were
/// promised (C-3.4).
#[utoipa::path(post, path = "/v1/deeds/{id}/abandonment", tag = "deeds", request_body = Reasoned, responses(
    (status = 200, description = "已放弃。Given up.", body = DeedChanged),
))]
pub(crate) async fn abandon(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_deed(&app, id, &command, Reasoned::read, async |call, id, body| {
        app.casework.abandon_deed(call, id, &body.reason, body.occurred_at).await
    })
    .await
}

/// Runs a command that changes one deed and shows the deed after it.
pub(super) async fn on_deed<B>(
    app: &AppState,
    id: PathId,
    command: &Command,
    read: impl FnOnce(&mut Fields<'_>) -> Option<B>,
    act: impl AsyncFnOnce(&CommandContext, DeedId, B) -> ChangedOutcome<Deed>,
) -> Result<HttpResponse, Problem> {
    let id = DeedId(id.0);
    let ran = run(app, command, read, async |call, body| act(call, id, body).await).await?;
    shown(app, command, id, ran, async |loaded, snapshot, position| after(app, id, &loaded, snapshot, position).await)
        .await
}

async fn after(
    app: &AppState,
    id: DeedId,
    loaded: &Loaded<Deed>,
    snapshot: &Snapshot,
    position: u64,
) -> Result<DeedChanged, Problem> {
    Ok(DeedChanged { deed: DeedView::of(app, id, loaded, snapshot).await?, position })
}
