//! What an office is asked about an issue, and says.

use crate::http::extract::{Command, PathId};
use crate::input::body::{PastInstant, Text, body};
use crate::issues::changed::{IssueChanged, on_issue};
use crate::problem::Problem;
use crate::state::AppState;
use actix_web::{HttpResponse, web};
use domain::ids::OfficeId;

body! {
    /// A question to an office.
    #[example = {"to_office_id": "0198f3c1-0000-7000-8000-000000000010", "text": "3号楼楼道灯由谁维护？"}]
    struct RequestInput {
        /// Who is asked.
        to_office_id: OfficeId,
        /// What is asked.
        text: Text,
        /// When it happened; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// Ask an office
///
/// 征询有关单位或人员的意见：仅供了解情况，计时不停；须已受理，待回复的至多 20 项。
///
/// Asks somebody for input: for information only, the clock runs on. The issue must be in hand, and at most 20
/// requests may be open (C-3.6).
#[utoipa::path(post, path = "/v1/issues/{id}/input-requests",
    tag = "issues", request_body = RequestInput, responses(
    (status = 200, description = "已征询。Asked.", body = IssueChanged),
))]
pub(crate) async fn request_input(
    app: web::Data<AppState>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_issue(&app, id, &command, RequestInput::read, async |call, id, body| {
        app.casework.request_input(call, id, body.to_office_id, &body.text, body.occurred_at).await
    })
    .await
}

body! {
    /// What an office says, in answer to the oldest open request.
    #[example = {"text": "由小区物业维护，已转告。"}]
    struct GiveInput {
        /// What was said.
        text: Text,
        /// When it happened; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// Record what an office said
///
/// 回复征询：回复最早的一项未复征询。
///
/// Answers a request for input: the oldest one that is open (C-3.6).
#[utoipa::path(post, path = "/v1/issues/{id}/inputs", tag = "issues", request_body = GiveInput, responses(
    (status = 200, description = "已回复。Told.", body = IssueChanged),
))]
pub(crate) async fn give_input(
    app: web::Data<AppState>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_issue(&app, id, &command, GiveInput::read, async |call, id, body| {
        app.casework.give_input(call, id, &body.text, body.occurred_at).await
    })
    .await
}
