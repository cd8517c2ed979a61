//! `GET /v1/legal-holds`: the list.

use super::view::LegalHoldView;
use crate::http::extract::Question;
use crate::http::reference::{cut, goes_on};
use crate::http::response::{Items, page};
use crate::input::body::choice;
use crate::input::params::ListParams;
use crate::openapi::vocabulary as schema;
use crate::problem::Problem;
use crate::state::AppState;
use actix_web::{HttpResponse, web};
use domain::vocabulary::LegalHoldState;
use utoipa::ToSchema;

/// A page of legal holds.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it documents the answer; Items is what is written")]
pub struct LegalHoldPage {
    /// The holds, in the order in which they were set.
    items: Vec<LegalHoldView>,
    /// Where the next page begins.
    next_cursor: Option<String>,
}

/// List legal holds
///
/// 依法保全，按设定先后排序。
///
/// Legal holds, in the order in which they were set.
#[utoipa::path(get, path = "/v1/legal-holds", tag = "personal data", params(
    ("state" = Option<schema::LegalHoldState>, Query, description = "状态。State."),
    ListParams,
), responses((status = 200, description = "一页。A page.", body = LegalHoldPage)))]
pub(crate) async fn list_legal_holds(app: web::Data<AppState>, question: Question) -> Result<HttpResponse, Problem> {
    let (state, mark, at_least, asked) = question.read(|query| {
        query.now_only();
        let state = query.optional("state", choice(LegalHoldState::ALL, LegalHoldState::as_str));
        let asked = query.page();
        let mark = format!("legal holds {state:?}");
        goes_on(query, &asked, &mark);
        Some((state, mark, query.at_least(), asked))
    })?;
    app.log_covers(&question, at_least).await?;
    let snapshot = app.present();
    let today = snapshot.today;
    let holds = snapshot.reference.legal_holds.all();
    let wanted = holds.filter(|one| state.is_none_or(|state| one.state(today) == state));
    let (kept, next_cursor) = cut(&asked, &mark, wanted, |one| one.id.0.as_u128())?;
    let items = kept.into_iter().map(|one| LegalHoldView::of(one, today)).collect();
    Ok(page(&question.path, &question.query, &Items { items, next_cursor, as_of_position: None }))
}
