//! `GET /v1/policies`: the versions, and one of them.

use crate::http::context::PathParts;
use crate::http::extract::Question;
use crate::http::format::Format;
use crate::http::reference::{asked_about, cut, goes_on};
use crate::http::response::{Items, one, page};
use crate::http::tables;
use crate::input::params::{AsOfParams, ListParams, TableParams};
use crate::policies::table;
use crate::policies::view::PolicyView;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::AppState;
use actix_web::{HttpRequest, HttpResponse, web};
use read_models::Listed;
use utoipa::ToSchema;

/// A page of policy versions.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it documents the answer; Items is what is written")]
pub struct PolicyPage {
    /// The versions, newest first.
    items: Vec<PolicyView>,
    /// Where the next page begins.
    next_cursor: Option<String>,
}

/// List policy versions
///
/// 规则各版本，最新的在前；每个决定都注明所依据的版本。
///
/// Policy versions, newest first; every decision names the version it was made under.
#[utoipa::path(get, path = "/v1/policies", tag = "policies", params(ListParams, TableParams), responses(
    (status = 200, description = "一页。A page.", content(
        (PolicyPage = "application/json"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "text/csv", example = "\u{feff}序号,版本,施行之日,有效\r\n4,1,2024-01-01,true\r\n"),
    )),
))]
pub(crate) async fn list_policies(
    app: web::Data<AppState>,
    request: HttpRequest,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let ((at_least, asked), format) = question.read_as(&Format::OF_LISTS, |query| {
        query.now_only();
        let page = query.page();
        goes_on(query, &page, "policies");
        Some((query.at_least(), page))
    })?;
    app.log_covers(&question, at_least).await?;
    let snapshot = app.present();
    let mut versions: Vec<_> = (1..).zip(snapshot.reference.policies.all()).collect();
    versions.reverse();
    // Newest first: the farther from the end of all positions, the later.
    let key = |(_, policy): &(u64, &domain::policy::Policy)| u128::from(u64::MAX - policy.position());
    let wanted = if format.is_table() { asked.for_table() } else { asked.clone() };
    let (kept, next_cursor) = cut(&wanted, "policies", versions.into_iter(), key)?;
    let items: Result<Vec<_>, _> =
        kept.into_iter().map(|(version, policy)| PolicyView::of(version, policy, &snapshot)).collect();
    let items = items?;
    if format.is_table() {
        let items = items.iter().map(table::version).collect();
        let listed = Listed { items, next_cursor, as_of_position: snapshot.position };
        return tables::of_memory(&request, &question, (format, &asked), &table::VERSIONS, listed);
    }
    Ok(page(&question.path, &question.query, &Items { items, next_cursor, as_of_position: None }))
}

/// Read a policy version
///
/// 在日志该位置通过的规则版本，可问现在或过去某一时刻它是否有效。
///
/// The policy version that was adopted at this position of the log, as it stands now or stood at an earlier moment.
#[utoipa::path(get, path = "/v1/policies/{position}", tag = "policies", params(
    ("position" = u64, Path, description = "通过该版本的日志位置。Where it was adopted.", example = 4),
    AsOfParams,
), responses(
    (status = 200, description = "规则版本。The version.", body = PolicyView),
))]
pub(crate) async fn one_policy(
    app: web::Data<AppState>,
    parts: PathParts,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let snapshot = asked_about(&app, &question).await?;
    let position = parts.get("position");
    let plain = position.bytes().all(|b| b.is_ascii_digit());
    let position = position.parse().ok().filter(|_| plain).ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    let mut view = PolicyView::at(position, &snapshot)?;
    view.as_of_position = Some(snapshot.position.0);
    Ok(one(view.version, view))
}
