//! To somebody else: a referral to a statutory channel, another responsible delegate.

use crate::http::extract::{Command, PathId};
use crate::input::body::{PastInstant, Text, body};
use crate::issues::changed::{IssueChanged, on_issue};
use crate::problem::Problem;
use crate::state::AppState;
use actix_web::{HttpResponse, web};
use domain::ids::DelegateId;
use domain::vocabulary::{HandoverReason, StatutoryChannel};

body! {
    /// A referral to a statutory channel.
    #[example = {"statutory_channel": "arbitration", "reason": "属劳动争议。", "told_at": "2026-11-19T15:00:00+08:00"}]
    struct Refer {
        statutory_channel: StatutoryChannel,
        /// Why.
        reason: Text,
        /// When the visitor was told.
        told_at: PastInstant,
    }
}

/// Refer to a statutory channel
///
/// 告知来访人法定途径：不在本级办理范围的事项由此结束；按期告知的，视为已答复。
///
/// Refers the visitor to the statutory channel that the matter belongs to. Told in time, it counts as an
/// answer (C-3.6).
#[utoipa::path(post, path = "/v1/issues/{id}/referrals", tag = "issues", request_body = Refer, responses(
    (status = 200, description = "已告知。Referred.", body = IssueChanged),
))]
pub(crate) async fn refer(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_issue(&app, id, &command, Refer::read, async |call, id, body| {
        app.casework.refer_issue(call, id, body.statutory_channel, body.told_at, &body.reason).await
    })
    .await
}

body! {
    /// Handing the duty to answer over.
    #[example = {"to_delegate_id": "0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e1f", "reason_code": "long_leave",
        "reason": "外出学习三个月。"}]
    struct HandOver {
        /// To whom: any delegate with a mandate.
        to_delegate_id: DelegateId,
        reason_code: HandoverReason,
        /// Why.
        reason: Text,
        /// When it happened; by default now.
        occurred_at: Option<PastInstant> => |facts| {
            let (facts, at) = (facts?, occurred_at?);
            let held = facts.reference.delegates.holding(to_delegate_id?, facts.day_of(at));
            held.err().map(|refusal| refusal.at("/to_delegate_id"))
        },
    }
}

/// Hand the duty to answer over
///
/// 移交给另一名代表；已作出的答复仍属原答复人。
///
/// Hands the issue over to another delegate. Answers given before keep their author (C-4.4).
#[utoipa::path(post, path = "/v1/issues/{id}/handovers", tag = "issues", request_body = HandOver, responses(
    (status = 200, description = "已移交。Handed over.", body = IssueChanged),
))]
pub(crate) async fn hand_over(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_issue(&app, id, &command, HandOver::read, async |call, id, body| {
        let (to, code) = (body.to_delegate_id, body.reason_code);
        app.casework.hand_over_issue(call, id, to, code, &body.reason, body.occurred_at).await
    })
    .await
}
