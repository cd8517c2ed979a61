//! Who convenes and who liaises for a grid: appointed, and ended (C-5.1).

use crate::http::extract::{Command, PathId};
use crate::input::body::{Day, PastInstant, PersonName, Text, body};
use crate::places::commands::{GridChanged, on_grid};
use crate::problem::Problem;
use crate::state::AppState;
use actix_web::{HttpResponse, web};
use casework::people::OfficeEnding;
use domain::ids::DelegateId;
use domain::vocabulary::OfficeEndReason;

body! {
    /// A convener to be appointed.
    #[example = {"delegate_id": "0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e1f", "from": "2026-12-01"}]
    struct AppointConvener {
        /// A delegate with a mandate on the first day.
        delegate_id: DelegateId,
        /// First day; the one before holds until then.
        from: Day => |facts| {
            let held = facts?.reference.delegates.holding(delegate_id?, from?);
            held.err().map(|refusal| refusal.at("/delegate_id"))
        },
        /// When it was decided; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// Appoint the convener of a grid
///
/// 确定网格召集人（C-5.1）：须为任职首日具有代表资格的代表。
///
/// Appoints the grid's convener (C-5.1): any delegate who holds a mandate on the first day.
#[utoipa::path(post, path = "/v1/grids/{id}/convener", tag = "places", request_body = AppointConvener, responses(
    (status = 200, description = "已确定。Appointed.", body = GridChanged),
))]
pub(crate) async fn appoint_convener(
    app: web::Data<AppState>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_grid(&app, id, &command, AppointConvener::read, async |call, grid, body| {
        app.casework.appoint_convener(call, grid, body.delegate_id, body.from, body.occurred_at).await
    })
    .await
}

body! {
    /// A liaison officer to be appointed.
    #[example = {"name": "李明", "from": "2026-12-01"}]
    struct AppointLiaison {
        /// Name; need not be a delegate.
        name: PersonName,
        /// First day; the one before holds until then.
        from: Day,
        /// When it was decided; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// Appoint the liaison officer of a grid
///
/// 确定网格联络员（C-5.1），不必是代表。此后网格的答复中有 `liaison`：姓名和任职首日。
///
/// Appoints the grid's liaison officer (C-5.1), who need not be a delegate. The grid then answers with `liaison`: a
/// name and the first day.
#[utoipa::path(post, path = "/v1/grids/{id}/liaison", tag = "places", request_body = AppointLiaison, responses(
    (status = 200, description = "已确定。Appointed.", body = GridChanged),
))]
pub(crate) async fn appoint_liaison(
    app: web::Data<AppState>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_grid(&app, id, &command, AppointLiaison::read, async |call, grid, body| {
        app.casework.appoint_liaison(call, grid, &body.name, body.from, body.occurred_at).await
    })
    .await
}

body! {
    /// 任职结束。The end of a term.
    #[example = {"to": "2026-11-30", "reason_code": "resignation", "reason": "因身体原因辞去。"}]
    struct EndTerm {
        /// 任职的末日。The last day.
        to: Day,
        /// 原因类别。Why.
        reason_code: OfficeEndReason,
        /// 原因说明，密封保存。Why, in words; sealed.
        reason: Option<Text>,
        /// 决定的时间，默认现在。When it was decided; by default now.
        occurred_at: Option<PastInstant>,
    }
}

impl EndTerm {
    fn ending(self) -> OfficeEnding {
        OfficeEnding { to: self.to, reason_code: self.reason_code, reason: self.reason }
    }
}

/// End the term of a grid's convener
///
/// 召集人任职结束（C-5.1）：末日之后空缺，直至下一任的首日。无人在任，或任职已有末日，为 409 `not_appointed`。
///
/// Ends the convener's term (C-5.1). After its last day the office is vacant until the next holder's first day. 409
/// `not_appointed` where nobody holds it, or the term has its last day already.
#[utoipa::path(post, path = "/v1/grids/{id}/convener/ending", tag = "places", request_body = EndTerm, responses(
    (status = 200, description = "已记录。Ended.", body = GridChanged),
))]
pub(crate) async fn end_convener(
    app: web::Data<AppState>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_grid(&app, id, &command, EndTerm::read, async |call, grid, body| {
        let at = body.occurred_at;
        app.casework.end_convener(call, grid, &body.ending(), at).await
    })
    .await
}

/// End the term of a grid's liaison officer
///
/// 联络员任职结束（C-5.1），与召集人同样处理。
///
/// Ends the liaison officer's term (C-5.1), as with the convener.
#[utoipa::path(post, path = "/v1/grids/{id}/liaison/ending", tag = "places", request_body = EndTerm, responses(
    (status = 200, description = "已记录。Ended.", body = GridChanged),
))]
pub(crate) async fn end_liaison(
    app: web::Data<AppState>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_grid(&app, id, &command, EndTerm::read, async |call, grid, body| {
        let at = body.occurred_at;
        app.casework.end_liaison(call, grid, &body.ending(), at).await
    })
    .await
}
