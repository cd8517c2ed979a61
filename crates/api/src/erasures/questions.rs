//! `GET /v1/erasures`: the list, and one of them.

use super::table;
use super::view::ErasureView;
use crate::http::extract::{PathId, Question};
use crate::http::format::Format;
use crate::http::reference::{asked_about, cut, goes_on};
use crate::http::response::{Items, one, page};
use crate::http::tables;
use crate::input::body::choice;
use crate::input::params::{AsOfParams, ListParams};
use crate::openapi::vocabulary as schema;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::AppState;
use actix_web::{HttpRequest, HttpResponse, web};
use domain::access::Scope;
use domain::erasure::Erasure;
use domain::ids::ErasureId;
use domain::vocabulary::{ErasureGround, ErasureState};
use read_models::Listed;
use utoipa::ToSchema;

/// What whoever asks may see of erasures: all of them where the town is theirs, else what they asked for themselves. An
/// erasure may be of several grids.
struct Shown {
    /// `None`: all.
    requested_by: Option<String>,
}

impl Shown {
    fn to(app: &AppState, question: &Question) -> Result<Self, Problem> {
        let whole = matches!(app.within(question)?.scope, Scope::Town | Scope::Figures);
        let actor = format!("account/{}", question.caller.account.id);
        Ok(Self { requested_by: (!whole).then_some(actor) })
    }

    fn holds(&self, erasure: &Erasure) -> bool {
        self.requested_by.as_ref().is_none_or(|actor| *actor == erasure.requested_by)
    }
}

/// A page of erasures.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it documents the answer; Items is what is written")]
pub struct ErasurePage {
    /// The erasures, in the order in which they were asked for.
    items: Vec<ErasureView>,
    /// Where the next page begins.
    next_cursor: Option<String>,
}

/// List erasures
///
/// 删除个人信息的申请，按提出先后排序。
///
/// Erasures of personal data, in the order in which they were asked for.
#[utoipa::path(get, path = "/v1/erasures", tag = "personal data", params(
    ("state" = Option<schema::ErasureState>, Query, description = "状态。State."),
    ("ground" = Option<schema::ErasureGround>, Query, description = "理由。Ground."),
    ("format" = Option<String>, Query, pattern = r"^(json|csv|xlsx)$", description = "json、csv 或 xlsx；表格未写 limit 和 cursor 时为全部。json, csv or xlsx; a table without limit and cursor holds all rows."),
    ListParams,
), responses(
    (status = 200, description = "一页。A page.", content(
        (ErasurePage = "application/json"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "text/csv", example = "申请编号,状态,理由,类别,涉及处数,提出时间,最迟决定日,决定时间,拒绝理由,执行完成时间,密钥期,版本\r\n0198f3c1-0000-7000-8000-000000000030,requested,request,contact,1,2026-11-26T06:10:00.000Z,2026-12-17,,,,,1\r\n"),
    )),
))]
pub(crate) async fn list_erasures(
    app: web::Data<AppState>,
    request: HttpRequest,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let ((state, ground, mark, at_least, asked), format) = question.read_as(&Format::OF_LISTS, |query| {
        query.now_only();
        let state = query.optional("state", choice(ErasureState::ALL, ErasureState::as_str));
        let ground = query.optional("ground", choice(ErasureGround::ALL, ErasureGround::as_str));
        let asked = query.page();
        let mark = format!("erasures {state:?} {ground:?}");
        goes_on(query, &asked, &mark);
        Some((state, ground, mark, query.at_least(), asked))
    })?;
    app.log_covers(&question, at_least).await?;
    let snapshot = app.present();
    let reference = &snapshot.reference;
    let shown = Shown::to(&app, &question)?;
    let wanted = reference.erasures.all().filter(|one| shown.holds(one)).filter(|one| {
        state.is_none_or(|state| one.state == state) && ground.is_none_or(|ground| one.asked.ground == ground)
    });
    let wanted_page = if format.is_table() { asked.for_table() } else { asked.clone() };
    let (kept, next_cursor) = cut(&wanted_page, &mark, wanted, |one| one.id.0.as_u128())?;
    let items: Vec<_> = kept.into_iter().map(|one| ErasureView::of(reference, one)).collect();
    if format.is_table() {
        let items = items.iter().map(table::row).collect();
        let listed = Listed { items, next_cursor, as_of_position: snapshot.position };
        return tables::of_memory(&request, &question, (format, &asked), &table::TABLE, listed);
    }
    Ok(page(&question.path, &question.query, &Items { items, next_cursor, as_of_position: None }))
}

/// Read an erasure
///
/// 一份删除申请，现在或过去某一时刻。
///
/// An erasure, now or as of a position or an instant.
#[utoipa::path(get, path = "/v1/erasures/{id}", tag = "personal data", params(AsOfParams), responses(
    (status = 200, description = "删除申请。The erasure.", body = ErasureView),
))]
pub(crate) async fn one_erasure(
    app: web::Data<AppState>,
    id: PathId,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let snapshot = asked_about(&app, &question).await?;
    let reference = &snapshot.reference;
    let shown = Shown::to(&app, &question)?;
    let known = reference.erasures.get(ErasureId(id.0)).filter(|one| shown.holds(one));
    let known = known.ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    let mut view = ErasureView::of(reference, known);
    view.as_of_position = Some(snapshot.position.0);
    Ok(one(known.version, view))
}
