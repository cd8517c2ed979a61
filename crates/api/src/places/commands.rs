//! `/v1/grids` and `/v1/units`: another name, where sessions are held. Who convenes and liaises is `appointing.rs`.
//!
//! Grids and units come by roster imports; there is no other way to make one.

use crate::http::commands::{changed, run};
use crate::http::context::RequestContext;
use crate::http::extract::{Command, PathId};
use crate::http::looks_alike::LooksAlikeView;
use crate::http::reference::{settle_governed, written_id};
use crate::input::bodies::Rename;
use crate::input::body::{Day, Fields, Name, PastInstant, body};
use crate::places::view::{GridView, UnitView};
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::{AppState, Snapshot};
use actix_web::http::header::{CONTENT_LANGUAGE, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use casework::governed::Governed;
use casework::transact::Outcome;
use casework::{CommandContext, Failure};
use domain::ids::AreaId;
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
pub(super) async fn on_grid<B>(
    app: &AppState,
    id: PathId,
    command: &Command,
    read: impl FnOnce(&mut Fields<'_>) -> Option<B>,
    act: impl AsyncFnOnce(&CommandContext, AreaId, B) -> Result<Outcome<Governed<AreaId>>, Failure>,
) -> Result<HttpResponse, Problem> {
    let ran = run(app, command, read, async |call, body| act(call, AreaId(id.0), body).await).await?;
    let done = settle_governed(app, command, ran, async |record| Ok(AreaId(written_id(app, record).await?))).await?;
    let grid = done.snapshot.reference.areas.grid(done.did.made).ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    let body = GridChanged { grid: GridView::of(grid, &done.snapshot), position: done.did.position.0 };
    Ok(changed(grid.version, done.replayed).answer(body))
}

/// 更名后的网格。A grid that has been renamed.
#[derive(Serialize, ToSchema)]
pub struct GridRenamed {
    /// 网格。The grid.
    grid: GridView,
    /// 关于名称的提示，不影响更名。Remarks about the name; the renaming stands.
    warnings: Vec<LooksAlikeView>,
    /// Position of the command's last event.
    position: u64,
}

/// 更名后的单位。A unit that has been renamed.
#[derive(Serialize, ToSchema)]
pub struct UnitRenamed {
    /// 单位。The unit.
    unit: UnitView,
    /// 关于名称的提示，不影响更名。Remarks about the name; the renaming stands.
    warnings: Vec<LooksAlikeView>,
    /// Position of the command's last event.
    position: u64,
}

/// Runs a renaming of a grid or a unit and shows it after it, with what is to be said of its name.
async fn renamed<A: Serialize>(
    app: &AppState,
    request: &HttpRequest,
    command: &Command,
    act: impl AsyncFnOnce(&CommandContext, Rename) -> Result<Outcome<Governed<AreaId>>, Failure>,
    show: impl FnOnce(AreaId, &Snapshot, Vec<LooksAlikeView>, u64) -> Option<(u64, A)>,
) -> Result<HttpResponse, Problem> {
    let language = RequestContext::of(request)?.language();
    let ran = run(app, command, Rename::read, act).await?;
    let again = async |record: &_| Ok(AreaId(written_id(app, record).await?));
    let done = settle_governed(app, command, ran, again).await?;
    let (id, snapshot) = (done.did.made, &done.snapshot);
    let alike = snapshot.reference.areas.looking_like(id).map(|(other, name)| (other.0, name));
    let warnings = LooksAlikeView::of(alike, language);
    let shown = show(id, snapshot, warnings, done.did.position.0);
    let (version, body) = shown.ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    let mut answer = changed(version, done.replayed).answer(body);
    answer.headers_mut().insert(CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
    Ok(answer)
}

/// Rename a grid
///
/// 网格更名（C-1）：名称误写或已改。此后的答复使用新的名称；按原来的名称仍可查到，仍用原名称的名单认得是同一网格（提示 `former_name`）。查询更名之前的时刻，见到的是当时的
/// 名称。与现在的名称相同为 409，与另一网格同名也是；看起来相同而字符不同时，答复中有提示。
///
/// Gives the grid another name (C-1): it was misspelt or was changed. From then on answers use the new one; by the earlier
/// name the grid is found still, and a roster that has it means the same grid (`former_name`). As of a moment before, the
/// name of that time is told. The present name again is 409, and so is that of another grid; one that looks like another
/// and is written with other characters is told as a warning.
#[utoipa::path(post, path = "/v1/grids/{id}/renaming", tag = "places", request_body = Rename, responses(
    (status = 200, description = "已更名。Renamed.", body = GridRenamed),
))]
pub(crate) async fn rename_grid(
    app: web::Data<AppState>,
    request: HttpRequest,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    renamed(
        &app,
        &request,
        &command,
        async |call, body| {
            app.casework.rename_grid(call, AreaId(id.0), &body.name, &body.reason, body.occurred_at).await
        },
        |grid, snapshot, warnings, position| {
            let grid = snapshot.reference.areas.grid(grid)?;
            Some((grid.version, GridRenamed { grid: GridView::of(grid, snapshot), warnings, position }))
        },
    )
    .await
}

/// Rename a unit
///
/// 单位更名（C-1），与网格同样处理；只有同一网格内的名称不得相同。
///
/// Gives the unit another name (C-1), as with a grid; within its grid no other unit may have it.
#[utoipa::path(post, path = "/v1/units/{id}/renaming", tag = "places", request_body = Rename, responses(
    (status = 200, description = "已更名。Renamed.", body = UnitRenamed),
))]
pub(crate) async fn rename_unit(
    app: web::Data<AppState>,
    request: HttpRequest,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    renamed(
        &app,
        &request,
        &command,
        async |call, body| {
            app.casework.rename_unit(call, AreaId(id.0), &body.name, &body.reason, body.occurred_at).await
        },
        |unit, snapshot, warnings, position| {
            let unit = snapshot.reference.areas.unit(unit)?;
            Some((unit.version, UnitRenamed { unit: UnitView::of(unit), warnings, position }))
        },
    )
    .await
}

body! {
    /// 网格的接待地点。Where a grid's sessions are held.
    #[example = {"name": "太平村党群服务站", "from": "2026-12-01"}]
    struct SetVenue {
        /// 地点的正式名称。The place, by its official name.
        name: Name,
        /// 自哪一天起。The first day.
        from: Day,
        /// 决定的时间，默认现在。When it was decided; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// Set the venue of a grid's sessions
///
/// 设定网格的接待地点（C-2）：自该日起为各场次的默认地点，个别场次可另行说明。此前的场次不变。
///
/// Sets where the grid's sessions are held from a day on (C-2), unless something else is said of one. Sessions that are
/// planned already stay as they are.
#[utoipa::path(post, path = "/v1/grids/{id}/venue", tag = "places", request_body = SetVenue, responses(
    (status = 200, description = "已设定。Set.", body = GridChanged),
))]
pub(crate) async fn set_venue(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_grid(&app, id, &command, SetVenue::read, async |call, grid, body| {
        app.casework.set_venue(call, grid, &body.name, body.from, body.occurred_at).await
    })
    .await
}
