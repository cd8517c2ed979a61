//! Deciding on a proposal, and taking one back. An approved request is handed to its own handler, as if whoever approves had
//! sent it; the approval and what it approves of are one append.

use crate::http::commands::{changed, run};
use crate::http::context::{Finder, RequestContext};
use crate::http::extract::{Approving, Command, PathId};
use crate::http::response::absent;
use crate::input::body::{Text, body};
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::proposals::view::ProposalView;
use crate::state::AppState;
use crate::undertakings::changed::shown;
use actix_web::dev::Payload;
use actix_web::http::header::LOCATION;
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, web};
use bytes::Bytes;
use casework::access::ProposedRequest;
use casework::access::two_persons::Approval;
use casework::loaded::AsOf;
use domain::ids::ProposalId;
use domain::proposal::Proposal;
use serde::Serialize;
use std::rc::Rc;
use std::sync::Arc;
use utoipa::ToSchema;

body! {
    /// A decision on a proposal.
    #[example = {"approved": true}]
    struct DecideProposal {
        /// Approved, it is done at once; all rules are asked anew.
        approved: bool,
        /// Why; sealed.
        reason: Option<Text>,
    }
}

/// Taking a proposal back says nothing but that it is wanted.
#[derive(ToSchema)]
#[schema(example = json!({}))]
#[cfg_attr(not(test), expect(dead_code, reason = "nothing is read of it: it is only described"))]
pub struct RetractProposal {}

/// 决定后的提请事项。A proposal after a command.
#[derive(Serialize, ToSchema)]
pub struct ProposalDecided {
    /// The proposal.
    proposal: ProposalView,
    /// Where what was approved of is, where it is new.
    #[serde(skip_serializing_if = "absent")]
    #[schema(example = "/v1/accounts/0198f3c5-0000-7000-8000-000000000011")]
    made: Option<String>,
    /// Position of the command's last event.
    position: u64,
}

/// Decide on a proposal
///
/// 审批提请事项：须由另一人、以表中所列的审批角色决定。批准后随即办理，规则重新核对；不再可行时答复为该操作自身的拒绝，提请仍待审批。
///
/// Decides on a proposal: by another person, in a role that the table names as approver. Approved, it is done at once, and
/// all rules are asked anew; where they say no now, that refusal is the answer and the proposal stays pending.
#[utoipa::path(post, path = "/v1/proposals/{id}/decision", tag = "accounts", request_body = DecideProposal, responses(
    (status = 200, description = "已决定。Decided.", body = ProposalDecided),
))]
pub(crate) async fn decide(
    app: web::Data<AppState>,
    request: HttpRequest,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    let id = ProposalId(id.0);
    let call = app.call(&command);
    if app.casework.replayed(&call).await.map_err(|failure| app.unless_unknown(failure))?.is_some() {
        return refused(&app, &command, id).await;
    }
    let body = command.read(DecideProposal::read)?;
    if !body.approved {
        return refused(&app, &command, id).await;
    }
    let (approval, proposed) = app.casework.approval(&call, id).await?;
    let answer = carried_out(&request, &command, call, approval, proposed).await?;
    if !answer.status().is_success() {
        return Ok(answer);
    }
    let made = answer.headers().get(LOCATION).and_then(|at| at.to_str().ok()).map(str::to_owned);
    let loaded = app.casework.load::<Proposal>(id, AsOf::Now).await?;
    let position = loaded.position.0;
    let proposal = ProposalView::of(id, &loaded, app.casework.now(), app.casework.reference().time_zone());
    Ok(changed(loaded.version.0, false).answer(ProposalDecided { proposal, made, position }))
}

/// Hands an approved request to its own handler.
async fn carried_out(
    request: &HttpRequest,
    command: &Command,
    mut call: casework::CommandContext,
    approval: Approval,
    proposed: ProposedRequest,
) -> Result<HttpResponse, Problem> {
    let finder = request.extensions().get::<Finder>().cloned();
    let finder = finder.ok_or_else(|| Problem::internal("the table of routes is not at hand"))?;
    let ProposedRequest { method, path, query, body } = proposed;
    let route = finder.find(&method, &path).ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    // What the approval insists on is the proposal's version, which was looked at; the thing has another one.
    call.if_match = None;
    call.is_conditional = false;
    call.action = Some(approval.action);
    call.approves = Some(Arc::new(approval));
    let outer = RequestContext::of(request)?;
    let inner = Rc::new(outer.for_another(Arc::clone(&route), &path));
    let caller = crate::http::caller::Caller { action: route.action, ..command.caller.clone() };
    {
        let mut extensions = request.extensions_mut();
        extensions.insert(inner);
        extensions.insert(caller);
        extensions.insert(Approving { call, query });
    }
    let body = futures_util::stream::once(std::future::ready(Ok(Bytes::from(body))));
    let answer = route.answer(request.clone(), Payload::Stream { payload: Box::pin(body) }).await;
    request.extensions_mut().insert(outer);
    Ok(answer)
}

async fn refused(app: &AppState, command: &Command, id: ProposalId) -> Result<HttpResponse, Problem> {
    let ran = run(app, command, DecideProposal::read, async |call, body| {
        app.casework.refuse_proposal(call, id, body.reason.as_deref()).await
    })
    .await?;
    told(app, command, id, ran).await
}

/// Take a proposal back
///
/// 提请人撤回提请。
///
/// Whoever proposed it takes it back.
#[utoipa::path(post, path = "/v1/proposals/{id}/retraction", tag = "accounts", request_body = RetractProposal, responses(
    (status = 200, description = "已撤回。Taken back.", body = ProposalDecided),
))]
pub(crate) async fn retract(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    let id = ProposalId(id.0);
    let ran = run(&app, &command, |_| Some(()), async |call, ()| app.casework.retract_proposal(call, id).await).await?;
    told(&app, &command, id, ran).await
}

async fn told(
    app: &AppState,
    command: &Command,
    id: ProposalId,
    ran: casework::transact::Outcome<casework::change::Changed<Proposal>>,
) -> Result<HttpResponse, Problem> {
    shown(app, command, id, ran, async |loaded, _, position| {
        let proposal = ProposalView::of(id, &loaded, app.casework.now(), app.casework.reference().time_zone());
        Ok(ProposalDecided { proposal, made: None, position })
    })
    .await
}
