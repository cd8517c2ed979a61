//! What belongs to the visitor's side of an issue: another receipt code, and papers and pictures (C-3.6).

use crate::http::commands::{CommandResult, changed, run_asking, settle};
use crate::http::extract::{Command, PathId};
use crate::input::body::{List, PastInstant, Text, body};
use crate::issues::changed::{IssueChanged, on_issue};
use crate::issues::view::IssueView;
use crate::problem::Problem;
use crate::public::receipts::slip::SlipAsked;
use crate::state::AppState;
use actix_web::{HttpRequest, HttpResponse, web};
use casework::change::Changed;
use domain::ids::{FileId, IssueId};
use domain::issue::{Issue, evidence};
use domain::session::{FILES_MAX, files};
use event_store::CommandRecord;

body! {
    /// 补发查询码的理由。Why another code is given.
    #[example = {"reason": "来访人遗失回执。"}]
    struct ReissueReceipt {
        /// 理由，密封保存。Why; sealed.
        reason: Text,
    }
}

/// Give the visitor another receipt code
///
/// 补发查询码：新码只在本答复（及其重放）中出现，原码随即失效。请先确认来人是来访人本人。以 `format=html` 或 `Accept: text/html` 得到供打印的回执（A6，含二维码）。
///
/// Gives the visitor another receipt code, which stands in this answer and in this answer told again; the one before is good for
/// nothing from now on. Make sure first that it is the visitor who asks. By `format=html` or `Accept: text/html` the answer is
/// the slip, to be printed (A6, with the QR code) (C-3.6).
#[utoipa::path(post, path = "/v1/issues/{id}/receipts", tag = "issues", request_body = ReissueReceipt, params(
    ("format" = Option<String>, Query, pattern = r"^(json|html)$", description = "json 或 html。json or html."),
), responses(
    (status = 200, description = "已补发。Given.", content(
        (IssueChanged = "application/json"),
        (String = "text/html", example = "<!DOCTYPE html>…"),
    )),
))]
pub(crate) async fn reissue(
    app: web::Data<AppState>,
    id: PathId,
    request: HttpRequest,
    command: Command,
) -> Result<HttpResponse, Problem> {
    let id = IssueId(id.0);
    let slip = SlipAsked::of(&request, &command)?;
    let ran = run_asking(&app, &command, SlipAsked::query, ReissueReceipt::read, async |call, (), body| {
        app.casework.reissue_receipt(call, id, &body.reason).await
    })
    .await?;
    let now = |did: &Changed<Issue>| (did.position, app.present());
    let load = async |record: &CommandRecord| app.casework.changed::<Issue>(id, record.last).await;
    let CommandResult { did: Changed { loaded, position }, snapshot, replayed } =
        settle(&app, &command, ran, now, load).await?;
    let done = changed(loaded.version.0, replayed);
    if let Some(slip) = slip {
        return slip.answer(&app, &done, [(id, &*loaded)], (position, &snapshot)).await;
    }
    let issue = IssueView::of(&app, id, &loaded, &snapshot).await?.with_receipt(&app, &loaded, position).await?;
    Ok(done.answer(IssueChanged::of(issue, position)))
}

body! {
    /// 事项的文件影像资料。Papers and pictures of an issue.
    #[example = {"file_ids": ["0198f3c3-0a1b-7c2d-8e3f-4a5b6c7d8e9f"]}]
    struct AttachIssueEvidence {
        /// 附件，1 至 20 个。The files: 1 to 20.
        file_ids: List<FileId, FILES_MAX, 1> => |_| {
            let some = file_ids.as_ref().and_then(|ids| evidence::some_files(ids.len()).err());
            let each = files(file_ids.as_deref().unwrap_or_default()).map_err(|no| no.under(evidence::CLAUSE));
            some.or(each.err())
        },
        /// 留存的时间，默认现在。When they were kept; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// Attach evidence to an issue
///
/// 为事项留存文件影像资料，可多次，任何状态均可；状态与期限不变。
///
/// Attaches papers and pictures to an issue, as often as there are some and in whatever state it is. State and due date stay
/// (C-3.6).
#[utoipa::path(post, path = "/v1/issues/{id}/evidence", tag = "issues", request_body = AttachIssueEvidence, responses(
    (status = 200, description = "已留存。Attached.", body = IssueChanged),
))]
pub(crate) async fn attach(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_issue(&app, id, &command, AttachIssueEvidence::read, async |call, id, body| {
        app.casework.attach_evidence(call, id, &body.file_ids, body.occurred_at).await
    })
    .await
}
