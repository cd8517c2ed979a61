//! On the way to the visitor: attempts of delivery, and whether a commitment was kept.

use crate::http::extract::{Command, PathId};
use crate::input::body::{PastDay, PastInstant, Text, body};
use crate::issues::changed::{IssueChanged, on_issue};
use crate::problem::Problem;
use crate::state::AppState;
use actix_web::{HttpResponse, web};
use domain::vocabulary::WordChannel;

body! {
    /// The visitor was not reached (C-4.4).
    #[example = {"attempted_at": "2026-11-23T18:30:00+08:00", "channel": "in_person", "note": "家中无人，已留便条。"}]
    struct AttemptDelivery {
        /// When it was tried; the same attempt is recorded once.
        attempted_at: PastInstant,
        channel: WordChannel,
        /// What was found.
        note: Option<Text>,
    }
}

/// Record that the visitor was not reached
///
/// 记录送达尝试：在规则的 `answer.undeliverable_days` 个不同日期尝试 `answer.undeliverable_attempts` 次之后，书面答复可以公示送达（`posted`）。
/// 每轮分别计数，计时不停。
///
/// Records an attempt at delivery: after `answer.undeliverable_attempts` attempts on `answer.undeliverable_days`
/// different days of the policy a written answer may be `posted`. Each cycle counts its own, and the clock runs
/// on (C-4.4).
#[utoipa::path(post, path = "/v1/issues/{id}/delivery-attempts",
    tag = "issues", request_body = AttemptDelivery, responses(
    (status = 200, description = "已记录。Recorded.", body = IssueChanged),
))]
pub(crate) async fn attempt_delivery(
    app: web::Data<AppState>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_issue(&app, id, &command, AttemptDelivery::read, async |call, id, body| {
        let note = body.note.as_deref();
        app.casework.record_delivery_attempt(call, id, body.channel, body.attempted_at, note).await
    })
    .await
}

body! {
    /// A look at the commitment of a planned answer.
    #[example = {"kept": true, "verified_on": "2026-11-24", "note": "现场查看，新灯已亮。"}]
    struct VerifyCommitment {
        /// Whether what was promised is done. `false` only after the day of the commitment.
        kept: bool,
        /// The day on which somebody looked: not before the answer, not in the future.
        verified_on: PastDay,
        /// What was found.
        note: Option<Text>,
        /// When it happened; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// Record whether a commitment was kept
///
/// 核实承诺：列入计划的正式答复是否按承诺兑现，每轮一次，答复后或办结后均可；承诺日期过后方可核实为未兑现。
/// 状态不变；未兑现是申请重办的理由。
///
/// Verifies a commitment: whether a planned answer was kept, once a cycle, while answered or closed; as broken only
/// once the committed day has passed. The state stays; a broken commitment is a ground for reopening (C-3.6).
#[utoipa::path(post, path = "/v1/issues/{id}/commitment-verifications",
    tag = "issues", request_body = VerifyCommitment, responses(
    (status = 200, description = "已核实。Verified.", body = IssueChanged),
))]
pub(crate) async fn verify_commitment(
    app: web::Data<AppState>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_issue(&app, id, &command, VerifyCommitment::read, async |call, id, body| {
        let (kept, on, note) = (body.kept, body.verified_on, body.note.as_deref());
        app.casework.verify_commitment(call, id, kept, on, note, body.occurred_at).await
    })
    .await
}
