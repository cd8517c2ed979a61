//! `/v1/grids` and `/v1/units`: the town's first-level grids and their units, who convenes and who liaises.
//!
//! Grids and units come by roster imports; there is no other way to make one.

use crate::http::commands::{changed, run};
use crate::http::extract::{Command, PathId};
use crate::http::reference::{settle_governed, written_id};
use crate::input::body::{Day, Fields, PastInstant, PersonName, body};
use crate::places::view::GridView;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::AppState;
use actix_web::{HttpResponse, web};
use casework::governed::Governed;
use casework::transact::Outcome;
use casework::{Call, Failure};
use domain::ids::{AreaId, DelegateId};
use serde::Serialize;
use utoipa::ToSchema;

/// A grid after a command.
#[derive(Serialize, ToSchema)]
pub struct GridChanged {
    /// The grid as it now is.
    grid: GridView,
    /// Position of the command's last event.
    position: u64,
}

/// Runs a command on a grid and shows the grid after it.
async fn on_grid<B>(
    app: &AppState,
    id: PathId,
    command: &Command,
    read: impl FnOnce(&mut Fields<'_>) -> Option<B>,
    act: impl AsyncFnOnce(&Call, AreaId, B) -> Result<Outcome<Governed<AreaId>>, Failure>,
) -> Result<HttpResponse, Problem> {
    let ran = run(app, command, read, async |call, body| act(call, AreaId(id.0), body).await).await?;
    let done = settle_governed(app, command, ran, async |record| Ok(AreaId(written_id(app, record).await?))).await?;
    let grid = done.snapshot.reference.areas.grid(done.did.made).ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    let body = GridChanged { grid: GridView::of(grid, &done.snapshot), position: done.did.position.0 };
    Ok(changed(grid.version, done.replayed).answer(body))
}

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
