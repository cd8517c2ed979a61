//! What a visitor does by the receipt code: says how the answer is, asks for a reopening, withdraws, sends a file.

use super::looking::{found, holder};
use super::view::ReceiptView;
use crate::erasures::view::ErasureView;
use crate::files::commands::taken_or_passed;
use crate::files::view::FileBytes;
use crate::http::commands::{CommandResult, run, settle};
use crate::http::context::PathParts;
use crate::http::extract::Command;
use crate::http::reference::{settle_governed, written_id};
use crate::http::response::CommandAnswer;
use crate::http::strangers::Strangers;
use crate::http::upload::Upload;
use crate::input::body::{Fields, Text, body};
use crate::openapi::vocabulary;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::AppState;
use actix_web::{HttpResponse, web};
use casework::change::Changed;
use casework::issues::IssueOutcome;
use casework::receipts::Holder;
use casework::transact::Outcome;
use casework::{CommandContext, Failure};
use domain::ids::ErasureId;
use domain::issue::{Issue, receipt};
use domain::vocabulary::{ReopeningGround, Satisfaction};
use event_store::CommandRecord;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// An issue after what its visitor did.
#[derive(Serialize, ToSchema)]
pub struct ReceiptChanged {
    /// The issue as it now is.
    receipt: ReceiptView,
    /// Position of the command's last event.
    position: u64,
}

/// Runs a command of whoever holds the code of the path, and shows the issue after it.
async fn by_receipt<B>(
    app: &AppState,
    parts: &PathParts,
    command: Command,
    read: impl FnOnce(&mut Fields<'_>) -> Option<B>,
    act: impl AsyncFnOnce(&CommandContext, &Holder, B) -> IssueOutcome,
) -> Result<HttpResponse, Problem> {
    // What is wrong with a body comes before existence, here too: whose code it is, or nobody's, is told after that.
    let found = found(app, parts).await?;
    let command = command.about(Strangers::Receipt, found.map_or(Uuid::nil(), |holder| holder.issue.0));
    let ran = run(app, &command, read, async |call, body| match &found {
        Some(holder) => act(call, holder, body).await,
        None => Err(Failure::NotFound),
    })
    .await?;
    let holder = found.ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    changed(app, &holder, &command, ran).await
}

/// Shows the issue after a command; apart from what differs by command, so that it is compiled once.
async fn changed(
    app: &AppState,
    holder: &Holder,
    command: &Command,
    ran: Outcome<Changed<Issue>>,
) -> Result<HttpResponse, Problem> {
    let now = |did: &Changed<Issue>| (did.position, app.present());
    let load = async |record: &CommandRecord| app.casework.changed::<Issue>(holder.issue, record.last).await;
    let CommandResult { did: Changed { loaded, position }, snapshot, replayed } =
        settle(app, command, ran, now, load).await?;
    let receipt = match ReceiptView::with_looks(app, holder.issue, &loaded, &snapshot).await {
        // What is recorded is told, though who looked is not read yet.
        Err(late) if late.code == HttpCode::ReadModelBehind.into() => {
            ReceiptView::of(app, holder.issue, &loaded, &snapshot).await?
        }
        receipt => receipt?,
    };
    // No version: how many facts an issue has is not the visitor's to count.
    let done = CommandAnswer { replayed, ..CommandAnswer::default() };
    Ok(done.answer(ReceiptChanged { receipt, position: position.0 }))
}

body! {
    /// 来访人的评价。What the visitor thinks of the answer.
    #[example = {"satisfaction": "satisfied", "comment": "第二天就修好了。"}]
    struct GiveReceiptFeedback {
        satisfaction: Satisfaction,
        /// 意见，密封保存。What is said; sealed.
        comment: Option<Text>,
    }
}

/// Say how the answer is, by a receipt code
///
/// 无需令牌：评价答复。规则的 `feedback.window_working_days` 个工作日内可以多次，以最后一次为准。
///
/// Without a token: what the visitor thinks of the answer, within `feedback.window_working_days` working days of the policy after
/// the delivery. As often as wanted: the later one holds (C-3.6).
#[utoipa::path(post, path = "/v1/public/receipts/{code}/feedback", tag = "receipts",
    params(("code" = String, Path, description = "查询码。The receipt code.")), request_body = GiveReceiptFeedback,
    responses((status = 200, description = "已记录。Recorded.", body = ReceiptChanged)))]
pub(crate) async fn feedback(
    app: web::Data<AppState>,
    parts: PathParts,
    command: Command,
) -> Result<HttpResponse, Problem> {
    by_receipt(&app, &parts, command, GiveReceiptFeedback::read, async |call, holder, body| {
        app.casework.feedback_by_receipt(call, holder, body.satisfaction, body.comment.as_deref()).await
    })
    .await
}

body! {
    /// 来访人申请重办。The visitor asks for a reopening.
    #[example = {"ground": "dissatisfied", "reason": "灯修好两天又坏了。"}]
    struct AskReceiptReopening {
        /// dissatisfied、new_facts 或 commitment_broken。dissatisfied, new_facts or commitment_broken.
        ground: ReopeningGround => |_| receipt::ground_fits(ground?).err(),
        /// 理由，密封保存。Why; sealed.
        reason: Text,
    }
}

/// Ask for a reopening, by a receipt code
///
/// 无需令牌：申请重办，每轮一次；已申请过的为 409 `already_requested`。
///
/// Without a token: asks for the issue to be taken up again, once in a cycle; 409 `already_requested` where it was asked for
/// before, by whomever. Until it is decided the state stays (C-3.6).
#[utoipa::path(post, path = "/v1/public/receipts/{code}/reopenings", tag = "receipts",
    params(("code" = String, Path, description = "查询码。The receipt code.")), request_body = AskReceiptReopening,
    responses((status = 200, description = "已申请。Asked for.", body = ReceiptChanged)))]
pub(crate) async fn reopening(
    app: web::Data<AppState>,
    parts: PathParts,
    command: Command,
) -> Result<HttpResponse, Problem> {
    by_receipt(&app, &parts, command, AskReceiptReopening::read, async |call, holder, body| {
        app.casework.reopening_by_receipt(call, holder, body.ground, &body.reason).await
    })
    .await
}

body! {
    /// 来访人撤回。The visitor withdraws.
    #[example = {"reason": "问题已自行解决。"}]
    struct WithdrawByReceipt {
        /// 理由，密封保存。Why; sealed.
        reason: Option<Text>,
    }
}

/// Withdraw an issue, by a receipt code
///
/// 无需令牌：撤回尚在办理的事项，不能恢复。
///
/// Without a token: takes an open issue back. There is no way to undo it (C-3.6).
#[utoipa::path(post, path = "/v1/public/receipts/{code}/withdrawal", tag = "receipts",
    params(("code" = String, Path, description = "查询码。The receipt code.")), request_body = WithdrawByReceipt,
    responses((status = 200, description = "已撤回。Withdrawn.", body = ReceiptChanged)))]
pub(crate) async fn withdrawal(
    app: web::Data<AppState>,
    parts: PathParts,
    command: Command,
) -> Result<HttpResponse, Problem> {
    by_receipt(&app, &parts, command, WithdrawByReceipt::read, async |call, holder, body| {
        app.casework.withdrawal_by_receipt(call, holder, body.reason.as_deref()).await
    })
    .await
}

/// 来访人申请删除个人信息，无需内容。The visitor asks for an erasure; nothing else is to be said.
#[derive(ToSchema)]
#[schema(example = json!({}))]
#[cfg_attr(not(test), expect(dead_code, reason = "nothing is read of it: it is only described"))]
pub struct AskReceiptErasure {}

/// 来访人的删除申请。What the visitor asked to be erased.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"state": "requested", "decide_by": "2026-12-21", "position": 88412}))]
pub struct ReceiptErasureRequested {
    /// 状态。How it stands.
    #[schema(value_type = vocabulary::ErasureState)]
    state: &'static str,
    /// 最迟决定之日。The day by which it is to be decided.
    #[schema(format = Date)]
    decide_by: String,
    /// 该命令最后一条记录的位置。Position of the command's last event.
    position: u64,
}

/// Ask for an erasure, by a receipt code
///
/// 无需令牌：申请删除所存的本人姓名、电话、陈述和附件（个人信息保护法第四十七条）。工作人员核实后决定；在办事项的陈述内容办结后才能删除。已经申请的为 409
/// `already_requested`，已经删除的为 409 `already_erased`。
///
/// Without a token: asks that what is held of the visitor be erased: name, phone number, words and files (PIPL Art. 47). The
/// service makes sure that it is they and decides; the words of an open issue go once it is over. What was asked for already is
/// 409 `already_requested`, what is erased 409 `already_erased`.
#[utoipa::path(post, path = "/v1/public/receipts/{code}/erasure-requests", tag = "receipts",
    params(("code" = String, Path, description = "查询码。The receipt code.")), request_body = AskReceiptErasure,
    responses((status = 200, description = "已申请。Asked for.", body = ReceiptErasureRequested)))]
pub(crate) async fn erasure_request(
    app: web::Data<AppState>,
    parts: PathParts,
    command: Command,
) -> Result<HttpResponse, Problem> {
    let found = found(&app, &parts).await?;
    let command = command.about(Strangers::Receipt, found.map_or(Uuid::nil(), |holder| holder.issue.0));
    let ran = run(
        &app,
        &command,
        |_| Some(()),
        async |call, ()| match &found {
            Some(holder) => app.casework.erasure_by_receipt(call, holder).await,
            None => Err(Failure::NotFound),
        },
    )
    .await?;
    let again = async |record: &_| Ok(ErasureId(written_id(&app, record).await?));
    let done = settle_governed(&app, &command, ran, again).await?;
    let reference = &done.snapshot.reference;
    let asked = reference.erasures.get(done.did.made).ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    let shown = ErasureView::of(reference, asked);
    let headers = CommandAnswer { replayed: done.replayed, ..CommandAnswer::default() };
    let position = done.did.position.0;
    Ok(headers.answer(ReceiptErasureRequested { state: shown.state, decide_by: shown.decide_by, position }))
}

/// Send a file, by a receipt code
///
/// 无需令牌：补充一份材料，请求体即文件本身，至多 8 MiB；PDF、JPEG、PNG 或 WebP，按内容判断。每个事项至多 3 份。名称可写在 Content-Disposition 中。
///
/// Without a token: adds a file to the issue. The body is the file itself, at most 8 MiB; PDF, JPEG, PNG or WebP, by its bytes. At
/// most three for an issue. A name may stand in Content-Disposition (C-3.6).
#[utoipa::path(post, path = "/v1/public/receipts/{code}/files", tag = "receipts",
    request_body(content(
        (FileBytes = "application/pdf"), (FileBytes = "image/jpeg"), (FileBytes = "image/png"), (FileBytes = "image/webp"),
    ), description = "文件，至多 8 MiB。The file, at most 8 MiB."),
    params(("code" = String, Path, description = "查询码。The receipt code.")),
    responses((status = 200, description = "已补充。Added.", body = ReceiptChanged)))]
pub(crate) async fn send_file(
    app: web::Data<AppState>,
    parts: PathParts,
    mut upload: Upload,
) -> Result<HttpResponse, Problem> {
    let holder = match holder(&app, &parts).await {
        Ok(holder) => holder,
        Err(problem) => {
            upload.pass_over().await;
            return Err(problem);
        }
    };
    upload.command = upload.command.about(Strangers::Receipt, holder.issue.0);
    let ran = match taken_or_passed(&app, &mut upload, Some(holder)).await? {
        // The issue is shown, not the file.
        Outcome::Done(stored) => {
            Outcome::Done(app.casework.changed::<Issue>(holder.issue, stored.changed.position).await?)
        }
        Outcome::Replayed(record) => Outcome::Replayed(record),
    };
    changed(&app, &holder, &upload.command, ran).await
}
