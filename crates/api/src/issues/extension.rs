//! More time: asking for it, deciding on it, telling the visitor.

use crate::http::extract::{Command, PathId};
use crate::input::body::{LastDay, PastInstant, Text, body};
use crate::issues::changed::{IssueChanged, on_issue};
use crate::problem::Problem;
use crate::state::AppState;
use actix_web::{HttpResponse, web};
use domain::issue::extension;
use domain::vocabulary::{ExtensionReason, WordChannel};

body! {
    /// A request for more time.
    #[example = {"reason_code": "needs_site_visit", "reason": "需会同物业现场查看。", "new_due_on": "2026-12-10"}]
    struct RequestExtension {
        reason_code: ExtensionReason,
        /// Why.
        reason: Text,
        /// The date asked for: later than the present one, within the policy's `answer.extension_total_working_days`.
        new_due_on: LastDay,
        /// When it happened; by default now.
        occurred_at: Option<PastInstant>
            => |facts| extension::new_day_fits(facts?.day_of(occurred_at?), new_due_on?).err(),
    }
}

/// Ask for more time
///
/// 申请延期：须在到期之前，每轮次数不超过规则的 `answer.extensions_max`。
///
/// Asks for an extension: before the due date, at most `answer.extensions_max` of the policy in a cycle (C-4.4).
#[utoipa::path(post, path = "/v1/issues/{id}/extensions",
    tag = "issues", request_body = RequestExtension, responses(
    (status = 200, description = "已申请。Asked for.", body = IssueChanged),
))]
pub(crate) async fn request_extension(
    app: web::Data<AppState>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_issue(&app, id, &command, RequestExtension::read, async |call, id, body| {
        let (code, on) = (body.reason_code, body.new_due_on);
        app.casework.request_extension(call, id, code, on, &body.reason, body.occurred_at).await
    })
    .await
}

body! {
    /// A decision on more time.
    #[example = {"granted": true}]
    struct DecideExtension {
        /// Granted, or refused.
        granted: bool,
        /// Why.
        reason: Option<Text>,
        /// When it happened; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// Decide on more time
///
/// 决定延期：准予的，告知来访人之后才生效。
///
/// Decides on an extension: a grant takes effect only when the visitor is told (C-4.4).
#[utoipa::path(post, path = "/v1/issues/{id}/extensions/decision",
    tag = "issues", request_body = DecideExtension, responses(
    (status = 200, description = "已决定。Decided.", body = IssueChanged),
))]
pub(crate) async fn decide_extension(
    app: web::Data<AppState>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_issue(&app, id, &command, DecideExtension::read, async |call, id, body| {
        app.casework.decide_extension(call, id, body.granted, body.reason.as_deref(), body.occurred_at).await
    })
    .await
}

body! {
    /// Telling the visitor of more time.
    #[example = {"told_at": "2026-11-24T10:00:00+08:00", "channel": "phone"}]
    struct TellOfExtension {
        /// When the visitor was told: by the old due date, else the extension has no effect.
        told_at: PastInstant,
        channel: WordChannel,
    }
}

/// Tell the visitor of more time
///
/// 告知来访人延期：自告知起生效，须不晚于原期限。
///
/// Tells the visitor of the extension: it takes effect from then on, and must be told by the old due date (C-4.4).
#[utoipa::path(post, path = "/v1/issues/{id}/extensions/notification",
    tag = "issues", request_body = TellOfExtension, responses(
    (status = 200, description = "已告知，延期生效。Told; in effect.", body = IssueChanged),
))]
pub(crate) async fn tell_of_extension(
    app: web::Data<AppState>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_issue(&app, id, &command, TellOfExtension::read, async |call, id, body| {
        app.casework.tell_of_extension(call, id, body.channel, body.told_at).await
    })
    .await
}
