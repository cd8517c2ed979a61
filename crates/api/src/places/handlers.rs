//! `/v1/grids` and `/v1/units`: the town's first-level grids and their units, who convenes and who liaises.
//!
//! Grids and units come by roster imports; there is no other way to make one.

use crate::http::commands::{changed, run};
use crate::http::extract::{Command, PathId, Question};
use crate::http::reference::{asked_about, cut_or_named, goes_on, settle_governed, written_id};
use crate::http::response::{Items, one, page};
use crate::input::body::{Day, Fields, PastInstant, PersonName, body, choice, line};
use crate::input::filters;
use crate::input::params::{AsOfParams, ListParams};
use crate::limits::NAME_CHARS_MAX;
use crate::openapi::vocabulary as schema;
use crate::places::view::{GridView, UnitView};
use crate::problem::Problem;
use crate::problem::codes::Edge;
use crate::state::Office;
use actix_web::{HttpResponse, web};
use casework::governed::Governed;
use casework::transact::Outcome;
use casework::{Call, Failure};
use domain::ids::{AreaId, DelegateId};
use domain::text;
use domain::vocabulary::UnitKind;
use serde::Serialize;
use utoipa::ToSchema;

/// A page of grids.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it documents the answer; Items is what is written")]
pub struct GridPage {
    /// The grids, in the order in which they became known.
    items: Vec<GridView>,
    /// Where the next page begins.
    next_cursor: Option<String>,
}

/// List grids
///
/// 一级网格，按登记先后；含单位数、代表数、召集人和联络员，均以今日为准。
///
/// First-level grids in the order in which they became known, with the number of units and delegates, convener and
/// liaison as of today.
#[utoipa::path(get, path = "/v1/grids", tag = "places", params(
    ("q" = Option<String>, Query, description = "名称包含；不分全角半角、大小写和空格。Part of the name; width, case and spaces do not count.", example = "太平"),
    ("ids" = Option<String>, Query, pattern = r"^[0-9a-fA-F-]{36}(,[0-9a-fA-F-]{36})*$", description = "只要这些编号（最多 100 个，以逗号分隔），按此顺序列出；没有的不列。不与 limit、cursor、sort 同用。Only these ids (at most 100, separated by commas), in this order; unknown ones are absent. Not together with limit, cursor or sort."),
    ListParams,
), responses(
    (status = 200, description = "一页。A page.", body = GridPage),
))]
pub(crate) async fn list_grids(office: web::Data<Office>, question: Question) -> Result<HttpResponse, Problem> {
    let (q, mark, ids, at_least, asked) = question.read(|query| {
        query.now_only();
        let q = query.optional("q", line(NAME_CHARS_MAX));
        let ids = filters::ids(query);
        let asked = filters::page(query, &ids);
        let mark = format!("grids {q:?}");
        goes_on(query, &asked, &mark);
        Some((q, mark, ids, query.at_least(), asked))
    })?;
    office.log_covers(&question, at_least).await?;
    let moment = office.present();
    let grids =
        moment.reference.areas.grids().filter(|grid| q.as_ref().is_none_or(|q| text::name_holds(&grid.name, q)));
    let (kept, next_cursor) = cut_or_named(&asked, &ids, &mark, grids, |grid| grid.id.0)?;
    let items = kept.into_iter().map(|grid| GridView::of(grid, &moment)).collect();
    Ok(page(&question.path, &question.query, &Items { items, next_cursor, as_of_position: None }))
}

/// Read a grid
///
/// 一个一级网格，现在或过去某一时刻。
///
/// A first-level grid, now or as of a position or an instant.
#[utoipa::path(get, path = "/v1/grids/{id}", tag = "places", params(AsOfParams), responses(
    (status = 200, description = "网格。The grid.", body = GridView),
))]
pub(crate) async fn one_grid(
    office: web::Data<Office>,
    id: PathId,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let moment = asked_about(&office, &question).await?;
    let grid = moment.reference.areas.grid(AreaId(id.0)).ok_or_else(|| Problem::new(Edge::NotFound))?;
    let mut view = GridView::of(grid, &moment);
    view.as_of_position = Some(moment.position.0);
    Ok(one(grid.version, view))
}

/// A page of units.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it documents the answer; Items is what is written")]
pub struct UnitPage {
    /// The units, in the order in which they became known.
    items: Vec<UnitView>,
    /// Where the next page begins.
    next_cursor: Option<String>,
}

#[derive(Debug)]
struct UnitQuery {
    grid_id: Option<AreaId>,
    kind: Option<UnitKind>,
    q: Option<String>,
}

/// List units
///
/// 村、社区、机关企事业单位，可按网格、类别筛选，按登记先后排序。
///
/// Villages, communities, institutions and companies, by grid and kind, in the order in which they became known.
#[utoipa::path(get, path = "/v1/units", tag = "places", params(
    ("grid_id" = Option<Uuid>, Query, description = "网格。Grid."),
    ("kind" = Option<schema::UnitKind>, Query, description = "类别。Kind."),
    ("q" = Option<String>, Query, description = "名称包含；不分全角半角、大小写和空格。Part of the name; width, case and spaces do not count.", example = "太平"),
    ("ids" = Option<String>, Query, pattern = r"^[0-9a-fA-F-]{36}(,[0-9a-fA-F-]{36})*$", description = "只要这些编号（最多 100 个，以逗号分隔），按此顺序列出；没有的不列。不与 limit、cursor、sort 同用。Only these ids (at most 100, separated by commas), in this order; unknown ones are absent. Not together with limit, cursor or sort."),
    ListParams,
), responses(
    (status = 200, description = "一页。A page.", body = UnitPage),
))]
pub(crate) async fn list_units(office: web::Data<Office>, question: Question) -> Result<HttpResponse, Problem> {
    let moment = office.known_to(&question).await;
    let (wanted, mark, ids, at_least, asked) = question.read(|query| {
        query.now_only();
        let wanted = UnitQuery {
            grid_id: filters::grid(query, &moment),
            kind: query.optional("kind", choice(UnitKind::ALL, UnitKind::as_str)),
            q: query.optional("q", line(NAME_CHARS_MAX)),
        };
        let ids = filters::ids(query);
        let asked = filters::page(query, &ids);
        let mark = format!("units {wanted:?}");
        goes_on(query, &asked, &mark);
        Some((wanted, mark, ids, query.at_least(), asked))
    })?;
    office.log_covers(&question, at_least).await?;
    let reference = office.casework.reference();
    let units = reference.areas.units().filter(|unit| {
        wanted.grid_id.is_none_or(|grid| unit.grid_id == grid)
            && wanted.kind.is_none_or(|kind| unit.kind == kind)
            && wanted.q.as_ref().is_none_or(|q| text::name_holds(&unit.name, q))
    });
    let (kept, next_cursor) = cut_or_named(&asked, &ids, &mark, units, |unit| unit.id.0)?;
    let items = kept.into_iter().map(UnitView::of).collect();
    Ok(page(&question.path, &question.query, &Items { items, next_cursor, as_of_position: None }))
}

/// Read a unit
///
/// 一个单位，现在或过去某一时刻。
///
/// A unit, now or as of a position or an instant.
#[utoipa::path(get, path = "/v1/units/{id}", tag = "places", params(AsOfParams), responses(
    (status = 200, description = "单位。The unit.", body = UnitView),
))]
pub(crate) async fn one_unit(
    office: web::Data<Office>,
    id: PathId,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let moment = asked_about(&office, &question).await?;
    let unit = moment.reference.areas.unit(AreaId(id.0)).ok_or_else(|| Problem::new(Edge::NotFound))?;
    let mut view = UnitView::of(unit);
    view.as_of_position = Some(moment.position.0);
    Ok(one(unit.version, view))
}

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
    office: &Office,
    id: PathId,
    command: &Command,
    read: impl FnOnce(&mut Fields<'_>) -> Option<B>,
    act: impl AsyncFnOnce(&Call, AreaId, B) -> Result<Outcome<Governed<AreaId>>, Failure>,
) -> Result<HttpResponse, Problem> {
    let ran = run(office, command, read, async |call, body| act(call, AreaId(id.0), body).await).await?;
    let done =
        settle_governed(office, command, ran, async |record| Ok(AreaId(written_id(office, record).await?))).await?;
    let grid = done.moment.reference.areas.grid(done.did.made).ok_or_else(|| Problem::new(Edge::NotFound))?;
    let body = GridChanged { grid: GridView::of(grid, &done.moment), position: done.did.position.0 };
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
    office: web::Data<Office>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_grid(&office, id, &command, AppointConvener::read, async |call, grid, body| {
        office.casework.appoint_convener(call, grid, body.delegate_id, body.from, body.occurred_at).await
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
    office: web::Data<Office>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_grid(&office, id, &command, AppointLiaison::read, async |call, grid, body| {
        office.casework.appoint_liaison(call, grid, &body.name, body.from, body.occurred_at).await
    })
    .await
}
