//! `POST /v1/delegates/{id}/handovers`: what somebody leaves open, handed over together (T19).

use crate::http::commands::{CommandResult, run, settle};
use crate::http::extract::{Command, PathId};
use crate::http::response::CommandAnswer;
use crate::input::body::{List, PastInstant, Text, body};
use crate::issues::view::IssueView;
use crate::problem::Problem;
use crate::state::AppState;
use actix_web::{HttpResponse, web};
use casework::handovers::HandedOver;
use domain::ids::{DelegateId, IssueId};
use domain::issue::handover::{self, HandoverDraft};
use domain::vocabulary::HandoverReason;
use event_store::CommandRecord;
use serde::Serialize;
use utoipa::ToSchema;

body! {
    /// 将一名代表未办结的事项一并移交。Handing open issues of a delegate over, together.
    #[example = {"issue_ids": ["0198f3c2-7a10-7c11-8a00-5d1f0b6d2a10"],
        "to_delegate_id": "0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e20", "reason_code": "term_end", "reason": "任期届满，不再连任。"}]
    struct HandOverAll {
        /// 哪些事项，1 至 200 件，均未办结且由该代表负责。Which, 1 to 200: each open, and this delegate's.
        issue_ids: List<IssueId, { handover::ISSUES_MAX }, 1> => |_| {
            issue_ids.as_deref().map_or_else(Vec::new, handover::list_faults)
        },
        /// 移交给谁：当日具有代表资格的代表。To whom: any delegate with a mandate on the day.
        to_delegate_id: DelegateId,
        /// 原因类别。Why.
        reason_code: HandoverReason,
        /// 原因说明，密封于每件事项。Why, in words; sealed with each issue.
        reason: Text,
        /// 移交的时间，默认现在。When it happened; by default now.
        occurred_at: Option<PastInstant> => |facts| {
            let (facts, at) = (facts?, occurred_at?);
            let held = facts.reference.delegates.holding(to_delegate_id?, facts.day_of(at));
            held.err().map(|refusal| refusal.at("/to_delegate_id"))
        },
    }
}

/// 移交后的事项。Issues after they were handed over.
#[derive(Serialize, ToSchema)]
pub struct IssuesHandedOver {
    /// 各事项，次序同请求。The issues, in the order of the body.
    #[schema(max_items = 200)]
    issues: Vec<IssueView>,
    /// 该命令最后一条记录的位置。Position of the command's last event.
    position: u64,
}

/// Hand over what a delegate has open
///
/// 将该代表负责的未办结事项一并移交给另一名代表（C-4.4），要么全部移交，要么都不移交：有一件不属于该代表即为 409 `not_the_responsible_delegate`，逐件指明。
/// 已作出的答复仍属原答复人。`If-Match` 指该代表的版本。
///
/// Hands open issues of the delegate over to another one (C-4.4), all or none: one that is not theirs is 409
/// `not_the_responsible_delegate`, with a pointer to each. Answers given before keep their author. `If-Match` speaks of the
/// delegate's version.
#[utoipa::path(post, path = "/v1/delegates/{id}/handovers", tag = "delegates", request_body = HandOverAll, responses(
    (status = 200, description = "已移交。Handed over.", body = IssuesHandedOver),
))]
pub(crate) async fn hand_over(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    let ran = run(&app, &command, HandOverAll::read, async |call, body| {
        let at = body.occurred_at.unwrap_or_else(|| app.casework.now());
        let draft = HandoverDraft { to_delegate_id: body.to_delegate_id, reason_code: body.reason_code, at };
        app.casework.hand_over_issues(call, DelegateId(id.0), &body.issue_ids, &draft, &body.reason).await
    })
    .await?;
    let now = |did: &HandedOver| (did.position, app.present());
    let load = async |record: &CommandRecord| app.casework.handed_over(record).await;
    let CommandResult { did, snapshot, replayed } = settle(&app, &command, ran, now, load).await?;
    let mut issues = Vec::with_capacity(did.issues.len());
    for (id, loaded) in &did.issues {
        issues.push(IssueView::of(&app, *id, loaded, &snapshot).await?);
    }
    let headers = CommandAnswer { created: None, version: None, replayed };
    Ok(headers.answer(IssuesHandedOver { issues, position: did.position.0 }))
}
