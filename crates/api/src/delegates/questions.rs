//! `GET /v1/delegates`: the list, and one of them.

use crate::clauses::ledger::is_never_on_rota;
use crate::delegates::table;
use crate::delegates::view::DelegateView;
use crate::http::extract::{PathId, Question};
use crate::http::format::Format;
use crate::http::reference::{asked_about, cut_or_named, goes_on};
use crate::http::response::{Items, one, page};
use crate::http::tables;
use crate::input::body::{choice, line};
use crate::input::filters;
use crate::input::params::{AsOfParams, ListParams};
use crate::limits::NAME_CHARS_MAX;
use crate::openapi::vocabulary as schema;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::AppState;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::NaiveDate;
use domain::delegate::Delegate;
use domain::ids::{AreaId, DelegateId};
use domain::text;
use domain::vocabulary::DelegateType;
use read_models::{Listed, ObligationRange, names};
use utoipa::ToSchema;

/// A page of delegates.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it documents the answer; Items is what is written")]
pub struct DelegatePage {
    /// The delegates, in the order in which they became known.
    items: Vec<DelegateView>,
    /// Where the next page begins.
    next_cursor: Option<String>,
}

#[derive(Debug)]
struct DelegateQuery {
    grid_id: Option<AreaId>,
    unit_id: Option<AreaId>,
    delegate_type: Option<DelegateType>,
    q: Option<String>,
    never_on_rota: Option<ObligationRange>,
}

impl DelegateQuery {
    /// Whether a delegate is wanted; grid and unit are to be met by one assignment that holds on the day.
    fn wants(&self, delegate: &Delegate, today: NaiveDate) -> bool {
        let placed = || {
            delegate.assignments_on(today).any(|assignment| {
                self.grid_id.is_none_or(|grid| assignment.grid_id == grid)
                    && self.unit_id.is_none_or(|unit| assignment.unit_id == Some(unit))
            })
        };
        self.delegate_type.is_none_or(|held| delegate.holds(held, today))
            && self.q.as_ref().is_none_or(|q| delegate.names().any(|name| text::name_holds(name, q)))
            && ((self.grid_id.is_none() && self.unit_id.is_none()) || placed())
    }
}

/// List delegates
///
/// 代表，可按网格、单位、类别（以今日为准）和姓名筛选；不筛选则为全部，含已离任的。
///
/// Delegates, by grid, unit and type as of today, and by name; without a filter everybody, also those who left.
#[utoipa::path(get, path = "/v1/delegates", tag = "delegates", params(
    ("grid_id" = Option<Uuid>, Query, description = "今日联系的网格。Assigned to this grid today."),
    ("unit_id" = Option<Uuid>, Query, description = "今日联系的单位。Assigned to this unit today."),
    ("delegate_type" = Option<schema::DelegateType>, Query, description = "今日具有的代表资格。A mandate held today."),
    ("q" = Option<String>, Query, description = "姓名包含，原来的姓名也算；不分全角半角、大小写、空格和间隔号写法。Part of the name, also of an earlier one; width, case, spaces and the kind of middle dot do not count.", example = "汪"),
    ("on_rota" = Option<String>, Query, pattern = r"^never$", description = "never：今日资格有效，而在场次中没有轮值的。never: with a mandate today, and no slot in any session."),
    ("rota_from" = Option<chrono::NaiveDate>, Query, description = "只看不早于该日的场次；与 on_rota 同用。Only sessions on or after; with on_rota."),
    ("rota_to" = Option<chrono::NaiveDate>, Query, description = "只看不晚于该日的场次；与 on_rota 同用。Only sessions on or before; with on_rota."),
    ("ids" = Option<String>, Query, pattern = r"^[0-9a-fA-F-]{36}(,[0-9a-fA-F-]{36})*$", description = "只要这些编号（最多 100 个，以逗号分隔），按此顺序列出；没有的不列。不与 limit、cursor、sort 同用。Only these ids (at most 100, separated by commas), in this order; unknown ones are absent. Not together with limit, cursor or sort."),
    ("format" = Option<String>, Query, pattern = r"^(json|csv|xlsx)$", description = "json、csv 或 xlsx；表格未写 limit 和 cursor 时为全部。json, csv or xlsx; a table without limit and cursor holds all rows."),
    ListParams,
), responses(
    (status = 200, description = "一页。A page.", content(
        (DelegatePage = "application/json"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "text/csv", example = "代表编号,姓名,原来的姓名,版本,今日的代表资格\r\n0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e1f,汪洁,,3,party\r\n"),
    )),
))]
pub(crate) async fn list_delegates(
    app: web::Data<AppState>,
    request: HttpRequest,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let snapshot = app.known_to(&question).await;
    let ((wanted, mark, ids, at_least, asked), format) = question.read_as(&Format::OF_LISTS, |query| {
        query.now_only();
        let (grid_id, unit_id) = filters::place(query, &snapshot);
        let never = query.optional("on_rota", choice(&["never"], |name| name)).is_some();
        let (from, to) = filters::days(query, ("rota_from", "rota_to"), &snapshot);
        for (name, _) in [("rota_from", from), ("rota_to", to)].into_iter().filter(|(_, on)| !never && on.is_some()) {
            let detail =
                domain::language::text(format!("{name} 须与 on_rota 同用。"), format!("{name} goes with on_rota."));
            query.fault_because(name, HttpCode::BadParameter, detail);
        }
        let wanted = DelegateQuery {
            grid_id,
            unit_id,
            delegate_type: query.optional("delegate_type", choice(DelegateType::ALL, DelegateType::as_str)),
            q: query.optional("q", line(NAME_CHARS_MAX)),
            never_on_rota: never.then_some(ObligationRange { grid_id, from, to }),
        };
        let ids = filters::ids(query);
        let asked = filters::page(query, &ids);
        let mark = format!("delegates {wanted:?}");
        goes_on(query, &asked, &mark);
        Some((wanted, mark, ids, query.at_least(), asked))
    })?;
    app.log_covers(&question, at_least).await?;
    let snapshot = app.present();
    let on_rota = match &wanted.never_on_rota {
        Some(range) => {
            app.reads_for(names::OBLIGATIONS, &question, at_least).await?;
            Some(app.read_models.on_rota(range, snapshot.today).await?)
        }
        None => None,
    };
    let never = |one: &Delegate| {
        on_rota.as_ref().is_none_or(|on_rota| is_never_on_rota(one, wanted.grid_id, on_rota, &snapshot))
    };
    let delegates = snapshot.reference.delegates.all().filter(|one| wanted.wants(one, snapshot.today) && never(one));
    let wanted_page = if format.is_table() { asked.for_table() } else { asked.clone() };
    let (kept, next_cursor) = cut_or_named(&wanted_page, &ids, &mark, delegates, |one| one.id.0)?;
    if format.is_table() {
        let items = kept.into_iter().map(|one| table::row(one, &snapshot)).collect();
        let listed = Listed { items, next_cursor, as_of_position: snapshot.position };
        return tables::of_memory(&request, &question, (format, &asked), &table::TABLE, listed);
    }
    let items = kept.into_iter().map(DelegateView::of).collect();
    Ok(page(&question.path, &question.query, &Items { items, next_cursor, as_of_position: None }))
}

/// Read a delegate
///
/// 一名代表，现在或过去某一时刻。
///
/// A delegate, now or as of a position or an instant.
#[utoipa::path(get, path = "/v1/delegates/{id}", tag = "delegates", params(AsOfParams), responses(
    (status = 200, description = "代表。The delegate.", body = DelegateView),
))]
pub(crate) async fn one_delegate(
    app: web::Data<AppState>,
    id: PathId,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let snapshot = asked_about(&app, &question).await?;
    let delegate =
        snapshot.reference.delegates.get(DelegateId(id.0)).ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    let mut view = DelegateView::of(delegate);
    view.as_of_position = Some(snapshot.position.0);
    Ok(one(delegate.version, view))
}
