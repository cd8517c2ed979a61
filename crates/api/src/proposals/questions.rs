//! `GET /v1/proposals`: the list, and one of them with its request.

use crate::http::extract::{PathId, Question};
use crate::http::reference::{asked_about, cut_or_named, goes_on};
use crate::http::response::{Items, one, page};
use crate::input::body::choice;
use crate::input::filters;
use crate::input::params::{AsOfParams, ListParams};
use crate::openapi::vocabulary as schema;
use crate::problem::Problem;
use crate::proposals::view::ProposalView;
use crate::state::AppState;
use actix_web::{HttpResponse, web};
use domain::access::Action;
use domain::ids::ProposalId;
use domain::proposal::Proposal;
use domain::vocabulary::ProposalState;
use utoipa::ToSchema;

/// A page of proposals.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it documents the answer; Items is what is written")]
pub struct ProposalPage {
    /// The proposals, in the order made, without their requests.
    items: Vec<ProposalView>,
    /// Where the next page begins.
    next_cursor: Option<String>,
}

/// List proposals
///
/// 提请事项，按提请先后排序；其内容见单个事项。条线角色只见所涉对象属于本条线的提请，涉及账户、权限、规则和全镇的除外。
///
/// Proposals in the order made; what each holds is told where it is read by itself. A role of a line sees those about what is
/// of its line, and none about accounts, access, policies or the whole town.
#[utoipa::path(get, path = "/v1/proposals", tag = "accounts", params(
    ("state" = Option<schema::ProposalState>, Query, description = "状态。How they stand."),
    ("ids" = Option<String>, Query, pattern = r"^[0-9a-fA-F-]{36}(,[0-9a-fA-F-]{36})*$", description = "只要这些编号（最多 100 个，以逗号分隔），按此顺序列出；没有的不列。不与 limit、cursor、sort 同用。Only these ids (at most 100, separated by commas), in this order; unknown ones are absent. Not together with limit, cursor or sort."),
    ListParams,
), responses(
    (status = 200, description = "一页。A page.", body = ProposalPage),
))]
pub(crate) async fn list_proposals(app: web::Data<AppState>, question: Question) -> Result<HttpResponse, Problem> {
    let (state, mark, ids, at_least, asked) = question.read(|query| {
        query.now_only();
        let state = query.optional("state", choice(ProposalState::ALL, ProposalState::as_str));
        let ids = filters::ids(query);
        let asked = filters::page(query, &ids);
        let mark = format!("proposals {state:?}");
        goes_on(query, &asked, &mark);
        Some((state, mark, ids, query.at_least(), asked))
    })?;
    app.log_covers(&question, at_least).await?;
    let now = app.casework.now();
    let authority = app.casework.authority(&question.caller.asker()?, Action::ProposalList)?;
    let mut seen = Vec::new();
    for (id, one) in app.casework.proposals().await? {
        let thing = app.casework.thing_of_proposal(id, &one).await?;
        if app.casework.reaches(&authority, Action::ProposalList, &thing).await? {
            seen.push((id, one));
        }
    }
    let wanted = seen.iter().filter(|(_, one)| state.is_none() || one.state.state_at(now) == state);
    let (kept, next_cursor) = cut_or_named(&asked, &ids, &mark, wanted, |(id, _)| id.0)?;
    let town = app.casework.reference().time_zone();
    let items = kept.into_iter().map(|(id, one)| ProposalView::of(*id, one, now, town)).collect();
    Ok(page(&question.path, &question.query, &Items { items, next_cursor, as_of_position: None }))
}

/// Read a proposal
///
/// 一项提请及其请求内容，现在或过去某一时刻。
///
/// A proposal with the request that it holds, now or as of a position or an instant.
#[utoipa::path(get, path = "/v1/proposals/{id}", tag = "accounts", params(AsOfParams), responses(
    (status = 200, description = "提请事项。The proposal.", body = ProposalView),
))]
pub(crate) async fn one_proposal(
    app: web::Data<AppState>,
    id: PathId,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let snapshot = asked_about(&app, &question).await?;
    let id = ProposalId(id.0);
    let loaded = app.casework.load::<Proposal>(id, snapshot.as_of).await?;
    let thing = app.casework.thing_of_proposal(id, &loaded).await?;
    app.let_read(&question.caller, Action::ProposalRead, || thing).await?;
    let request = app.casework.request_told(&snapshot.reader, id, &loaded).await?;
    let view = ProposalView::of(id, &loaded, app.casework.now(), snapshot.reference.time_zone()).with(request);
    Ok(one(loaded.version.0, view))
}
