//! What an issue has with others: merging, taking out again, linking.

use crate::http::extract::{Command, PathId};
use crate::input::bodies::Reasoned;
use crate::input::body::{PastInstant, Text, body};
use crate::issues::changed::{IssueChanged, on_issue};
use crate::problem::Problem;
use crate::state::AppState;
use actix_web::{HttpResponse, web};
use domain::ids::IssueId;
use domain::vocabulary::LinkKind;

body! {
    /// Merging an issue into another.
    #[example = {"primary_issue_id": "0198f3c2-7a10-7c11-8a00-5d1f0b6d2a10", "reason": "同一楼道的同一盏灯。"}]
    struct Merge {
        /// The issue to be handled with: another open one of the same grid, not merged itself.
        primary_issue_id: IssueId,
        /// Why.
        reason: Text,
        /// When it happened; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// Merge an issue into another
///
/// 并案：一并办理，各自答复；并入的事项保留自己的首问责任人、计时和期限。
/// 并案期间可以答复、告知、移交、撤回、撤销并案、记录送达尝试，已中止的计时可以恢复，其他步骤不可以。
/// 主件发生的变化不影响它。
///
/// Merges the issue into another: they are handled together, and each is answered for itself; it keeps its
/// responsible delegate, its clock and its due date. While merged it can be answered, told, handed over, withdrawn,
/// unmerged, tried to be delivered, and a suspended clock can run again; nothing else. What happens to the primary
/// does not touch it (C-3.6).
#[utoipa::path(post, path = "/v1/issues/{id}/merges", tag = "issues", request_body = Merge, responses(
    (status = 200, description = "已并案。Merged.", body = IssueChanged),
))]
pub(crate) async fn merge(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_issue(&app, id, &command, Merge::read, async |call, id, body| {
        app.casework.merge_issue(call, id, body.primary_issue_id, &body.reason, body.occurred_at).await
    })
    .await
}

/// Take a merged issue out again
///
/// 撤销并案：恢复并案前的状态。
///
/// Undoes a merge: the state before it holds again (C-3.6).
#[utoipa::path(post, path = "/v1/issues/{id}/unmerges", tag = "issues", request_body = Reasoned, responses(
    (status = 200, description = "已撤销并案。Unmerged.", body = IssueChanged),
))]
pub(crate) async fn unmerge(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_issue(&app, id, &command, Reasoned::read, async |call, id, body| {
        app.casework.unmerge_issue(call, id, &body.reason, body.occurred_at).await
    })
    .await
}

body! {
    /// Linking an issue to another.
    #[example = {"issue_id": "0198f3c2-7a10-7c11-8a00-5d1f0b6d2a10", "kind": "recurring"}]
    struct Link {
        /// The other issue, in whatever grid and state.
        issue_id: IssueId,
        kind: LinkKind,
        /// When it happened; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// Link an issue to another
///
/// 关联两个事项：记在提出的一方，每个事项至多 50 项，不影响任何人的职责。同样两个事项可以有不止一种关联。
///
/// Links two issues: it stands on the issue that says so, at most 50, and changes nobody's duty. The same two may
/// be linked in more than one way (C-3.6).
#[utoipa::path(post, path = "/v1/issues/{id}/links", tag = "issues", request_body = Link, responses(
    (status = 200, description = "已关联。Linked.", body = IssueChanged),
))]
pub(crate) async fn link(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_issue(&app, id, &command, Link::read, async |call, id, body| {
        app.casework.link_issue(call, id, body.issue_id, body.kind, body.occurred_at).await
    })
    .await
}
