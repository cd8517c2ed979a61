//! `POST /v1/receptions`: recording one.

use crate::http::commands::{CommandResult, run_asking, settle};
use crate::http::extract::Command;
use crate::http::response::CommandAnswer;
use crate::issues::view::IssueView;
use crate::problem::Problem;
use crate::public::receipts::slip::SlipAsked;
use crate::receptions::bodies::{self as bodies, RecordReception};
use crate::receptions::view::ReceptionView;
use crate::state::AppState;
use actix_web::{HttpRequest, HttpResponse, web};
use casework::loaded::id_of;
use casework::receptions::Received;
use domain::ids::ReceptionId;
use event_store::CommandRecord;
use serde::Serialize;
use utoipa::ToSchema;

/// A reception as recorded, with its issues.
#[derive(Serialize, ToSchema)]
pub struct ReceptionRecorded {
    /// The reception.
    reception: ReceptionView,
    /// The issues, in the order of the body.
    issues: Vec<IssueView>,
    /// Position of the command's last event.
    position: u64,
}

/// Record a reception with the issues raised in it
///
/// 登记一次联系，连同其中提出的事项：要么全部记录，要么都不记录（C-3.1、C-4.4）。
/// 每个事项有一名首问责任人、一个期限，以及给来访人的回执码。以 `format=html` 或 `Accept: text/html` 得到供打印的回执（每个事项一页 A6，含二维码）。
///
/// Registers a reception together with the issues raised in it: all of it is recorded or nothing (C-3.1, C-4.4).
/// Each issue gets one responsible delegate, a due date, and a receipt code for the visitor. By `format=html` or `Accept: text/html`
/// the answer is the slips, to be printed (a page of A6 for each issue, with the QR code).
#[utoipa::path(post, path = "/v1/receptions", tag = "receptions", request_body = RecordReception, params(
    ("format" = Option<String>, Query, pattern = r"^(json|html)$", description = "json 或 html。json or html."),
), responses(
    (status = 201, description = "已登记。Recorded.", content(
        (ReceptionRecorded = "application/json"),
        (String = "text/html", example = "<!DOCTYPE html>…"),
    )),
))]
pub(crate) async fn record(
    app: web::Data<AppState>,
    request: HttpRequest,
    command: Command,
) -> Result<HttpResponse, Problem> {
    let slips = SlipAsked::of(&request, &command)?;
    let ran = run_asking(&app, &command, SlipAsked::query, bodies::read, async |call, (), new| {
        app.casework.record_reception(call, &new).await
    })
    .await?;
    let now = |did: &Received| (did.position, app.present());
    let load = async |record: &CommandRecord| {
        let id = id_of(&app.casework.stream_at(record.first).await?)?;
        app.casework.received(ReceptionId(id), record.last).await
    };
    let CommandResult { did: received, snapshot, replayed } = settle(&app, &command, ran, now, load).await?;
    let done = CommandAnswer {
        created: Some(format!("/v1/receptions/{}", received.id)),
        version: Some(received.reception.version.0),
        replayed,
    };
    if let Some(slips) = slips {
        let issues = received.issues.iter().map(|(id, loaded)| (*id, &**loaded));
        return slips.answer(&app, &done, issues, (received.position, &snapshot)).await;
    }
    let mut issues = Vec::with_capacity(received.issues.len());
    for (id, loaded) in &received.issues {
        let issue = IssueView::of(&app, *id, loaded, &snapshot).await?;
        issues.push(issue.with_receipt(&app, loaded, received.position).await?);
    }
    let reception = ReceptionView::of(&app, received.id, &received.reception, &snapshot).await?;
    Ok(done.answer(ReceptionRecorded { reception, issues, position: received.position.0 }))
}
