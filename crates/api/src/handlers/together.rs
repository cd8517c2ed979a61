//! `/v1/issues/{id}`: what an issue has with others, and on the way to its visitor: attempts of delivery, commitments,
//! merging, linking, input.

use crate::command::{Command, PathId};
use crate::handlers::issue_bodies::{Reasoned, read_reasoned};
use crate::handlers::issues::{IssueChanged, on_issue};
use crate::handlers::together_bodies as bodies;
use crate::office::Office;
use crate::problem::Problem;
use actix_web::{HttpResponse, post, web};

/// Record that the visitor was not reached
///
/// 送达尝试：在两个不同日期尝试三次之后，书面答复可以公示送达。After three attempts on two days an answer may be `posted`;
/// each cycle counts its own. The clock runs on.
#[utoipa::path(tag = "issues", request_body = bodies::AttemptDelivery, responses(
    (status = 200, description = "已记录。Recorded.", body = IssueChanged),
))]
#[post("/v1/issues/{id}/delivery-attempts")]
pub(crate) async fn attempt_delivery(
    office: web::Data<Office>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_issue(&office, id, &command, bodies::read_attempt, async |call, id, body| {
        office.casework.record_delivery_attempt(call, id, body.channel, body.at, body.note.as_deref()).await
    })
    .await
}

/// Record whether a commitment was kept
///
/// 核实承诺：列入计划的答复是否按承诺兑现，每轮一次；承诺日期过后方可核实为未兑现。Of a planned answer, answered or
/// closed, once a cycle. The state stays; a broken commitment is a ground for reopening.
#[utoipa::path(tag = "issues", request_body = bodies::VerifyCommitment, responses(
    (status = 200, description = "已核实。Verified.", body = IssueChanged),
))]
#[post("/v1/issues/{id}/commitment-verifications")]
pub(crate) async fn verify_commitment(
    office: web::Data<Office>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_issue(&office, id, &command, bodies::read_verification, async |call, id, body| {
        office.casework.verify_commitment(call, id, body.kept, body.verified_on, body.note.as_deref(), body.at).await
    })
    .await
}

/// Merge an issue into another
///
/// 并案：一并办理，各自答复；期限不变。Handled together, answered for itself: it keeps its delegate, its clock and its
/// due date. While merged it can be answered, told, handed over, withdrawn, unmerged, tried to be delivered, and a
/// suspended clock can run again; nothing else. What happens to the primary does not touch it.
#[utoipa::path(tag = "issues", request_body = bodies::Merge, responses(
    (status = 200, description = "已并案。Merged.", body = IssueChanged),
))]
#[post("/v1/issues/{id}/merges")]
pub(crate) async fn merge(office: web::Data<Office>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_issue(&office, id, &command, bodies::read_merge, async |call, id, body| {
        office.casework.merge_issue(call, id, body.primary, &body.reason, body.at).await
    })
    .await
}

/// Take a merged issue out again
///
/// 撤销并案：恢复并案前的状态。The state before the merging holds again.
#[utoipa::path(tag = "issues", request_body = Reasoned, responses(
    (status = 200, description = "已撤销并案。Unmerged.", body = IssueChanged),
))]
#[post("/v1/issues/{id}/unmerges")]
pub(crate) async fn unmerge(office: web::Data<Office>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_issue(&office, id, &command, read_reasoned, async |call, id, (reason, at)| {
        office.casework.unmerge_issue(call, id, &reason, at).await
    })
    .await
}

/// Link an issue to another
///
/// 关联：不影响任何人的职责，每个事项至多 50 项。It stands on the issue that says so, at most 50, and changes nobody's
/// duty. The same two may be linked in more than one way.
#[utoipa::path(tag = "issues", request_body = bodies::Link, responses(
    (status = 200, description = "已关联。Linked.", body = IssueChanged),
))]
#[post("/v1/issues/{id}/links")]
pub(crate) async fn link(office: web::Data<Office>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_issue(&office, id, &command, bodies::read_link, async |call, id, body| {
        office.casework.link_issue(call, id, body.other, body.kind, body.at).await
    })
    .await
}

/// Ask an office
///
/// 征询：仅供了解情况，计时不停；待回复的至多 20 项。From in hand. Information only: the clock runs on. At most 20 may
/// be open.
#[utoipa::path(tag = "issues", request_body = bodies::RequestInput, responses(
    (status = 200, description = "已征询。Asked.", body = IssueChanged),
))]
#[post("/v1/issues/{id}/input-requests")]
pub(crate) async fn request_input(
    office: web::Data<Office>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_issue(&office, id, &command, bodies::read_input_request, async |call, id, body| {
        office.casework.request_input(call, id, body.to, &body.text, body.at).await
    })
    .await
}

/// Record what an office said
///
/// 回复征询：回复最早的一项未复征询。It answers the oldest open request.
#[utoipa::path(tag = "issues", request_body = bodies::GiveInput, responses(
    (status = 200, description = "已回复。Told.", body = IssueChanged),
))]
#[post("/v1/issues/{id}/inputs")]
pub(crate) async fn give_input(
    office: web::Data<Office>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_issue(&office, id, &command, bodies::read_input, async |call, id, (said, at)| {
        office.casework.give_input(call, id, &said, at).await
    })
    .await
}
