//! Rotas of a grid's sessions: assigned, published, proposed (C-4.1).

use crate::http::commands::{CommandResult, run, settle};
use crate::http::extract::{Command, PathId, Question};
use crate::http::response::CommandAnswer;
use crate::input::body::{List, PastInstant, PositionNumber, body, date, nested};
use crate::input::query::{AsOf, Query};
use crate::problem::Problem;
use crate::sessions::proposal::ProposalView;
use crate::sessions::view::SessionView;
use crate::state::AppState;
use actix_web::{HttpResponse, web};
use casework::sessions::rotas::NewRota;
use casework::sessions::several::ChangedSessions;
use casework::transact::Outcome;
use chrono::NaiveDate;
use domain::ids::{AreaId, DelegateId, SessionId};
use domain::reception::DelegateDraft;
use domain::refusal::Refusal;
use domain::session::{PLAN_DAYS_MAX, ROTA_SESSIONS_MAX, SLOTS_MAX};
use domain::vocabulary::DelegateType;
use event_store::{CommandRecord, Position};
use serde::Serialize;
use utoipa::ToSchema;

/// 命令之后的各场次，依所列的先后。Sessions after a command, in the order in which they were named.
#[derive(Serialize, ToSchema)]
pub struct SessionsChanged {
    /// 各场次。The sessions as they now are.
    #[schema(max_items = 100)]
    sessions: Vec<SessionView>,
    /// 该命令最后一条记录的位置。Position of the command's last event.
    position: u64,
}

/// Shows sessions after a command that named them.
async fn sessions_changed(
    app: &AppState,
    command: &Command,
    ran: Outcome<ChangedSessions>,
    ids: impl Fn() -> Result<Vec<SessionId>, Problem>,
) -> Result<HttpResponse, Problem> {
    let now = |did: &ChangedSessions| (did.position, app.present());
    let again = async |record: &CommandRecord| Ok::<_, Problem>(app.casework.sessions_at(&ids()?, record.last).await?);
    let CommandResult { did, snapshot, replayed } = settle(app, command, ran, now, again).await?;
    let mut sessions = Vec::with_capacity(did.sessions.len());
    for (id, loaded) in &did.sessions {
        sessions.push(SessionView::of(app, *id, loaded, &snapshot).await?);
    }
    let answer = CommandAnswer { created: None, version: None, replayed };
    Ok(answer.answer(SessionsChanged { sessions, position: did.position.0 }))
}

body! {
    /// 各场次的轮值安排，全部记录或都不记录。Rotas of several sessions: all are recorded or none.
    #[example = {"items": [{"session_id": "5c1e8a52-6f0d-8b3a-9e47-0d2f6a7b8c91", "slots": [
        {"delegate_id": "0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e1f", "delegate_type": "party"},
        {"delegate_id": "0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e20", "delegate_type": "deputy"}
    ]}], "proposal_position": 5123}]
    struct AssignRotas {
        /// 各场次，至多 100。The sessions, at most 100.
        items: List<RotaBody, ROTA_SESSIONS_MAX, 1>,
        /// 所采用的建议的 `as_of_position`。The `as_of_position` of the proposal that it follows.
        proposal_position: Option<PositionNumber>,
        /// 决定的时间，默认现在。When it was decided; by default now.
        occurred_at: Option<PastInstant>,
    }
}

body! {
    /// 一场的轮值。The rota of one session.
    struct RotaBody {
        /// 场次。The session.
        session_id: SessionId,
        /// 全部席位，至多 18；空即撤销安排。Every slot, at most 18.
        slots: List<SlotBody, SLOTS_MAX>,
    }
}

body! {
    /// 一席。A slot.
    struct SlotBody {
        /// 代表；其他网格的也可以。The delegate; one of another grid is welcome.
        delegate_id: DelegateId,
        /// 以何种身份；只有兼任两种代表的须写明。In which capacity; needed only of holders of both mandates.
        delegate_type: Option<DelegateType>,
    }
}

nested! { RotaBody SlotBody }

impl AssignRotas {
    fn rotas(&self) -> Vec<NewRota> {
        let slot = |slot: &SlotBody| DelegateDraft { delegate_id: slot.delegate_id, delegate_type: slot.delegate_type };
        let rota =
            |item: &RotaBody| NewRota { session_id: item.session_id, slots: item.slots.iter().map(slot).collect() };
        self.items.iter().map(rota).collect()
    }
}

/// Assign rotas
///
/// 安排轮值（C-4.1）：每场给出全部席位；公布之前可以改，公布之后只能顶岗。各类代表不足的照收，见 `short_of`；已准假的不收（409 `on_leave`）。
/// 不合规则的一次全部指出：状态、代码取第一项的，`errors` 指明各处。
///
/// Assigns rotas, the whole list of slots of each session; until it is published a rota may be changed, afterwards there are
/// only substitutions. A kind of which there are too few is shown in `short_of`, not refused; a delegate whose leave is
/// approved is (409 `on_leave`). Rules that say no to several are told at once: status and code are those of the first,
/// `errors` names each place (C-4.1).
#[utoipa::path(post, path = "/v1/grids/{id}/rotas", tag = "sessions", request_body = AssignRotas, responses(
    (status = 200, description = "已安排。Assigned.", body = SessionsChanged),
))]
pub(crate) async fn assign(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    let ran = run(&app, &command, AssignRotas::read, async |call, body| {
        let position = body.proposal_position.map(Position);
        app.casework.assign_rotas(call, AreaId(id.0), &body.rotas(), position, body.occurred_at).await
    })
    .await?;
    let named = || Ok(command.read(AssignRotas::read)?.items.iter().map(|item| item.session_id).collect());
    sessions_changed(&app, &command, ran, named).await
}

body! {
    /// 要公布的场次。The sessions whose rotas are to be published.
    #[example = {"session_ids": ["5c1e8a52-6f0d-8b3a-9e47-0d2f6a7b8c91"]}]
    struct PublishRotas {
        /// 各场次，至多 100。The sessions, at most 100.
        session_ids: List<SessionId, ROTA_SESSIONS_MAX, 1>,
        /// 公布的时间，默认现在。When it was published; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// Publish rotas
///
/// 公布轮值安排（C-4.1），全部公布或都不公布；此后只能顶岗，各单位可以公示。排班后离任的代表须先改排（422 `delegate_without_mandate`）。
///
/// Publishes the rotas of sessions, all or none. From then on there are only substitutions, and units may post their notices.
/// Where somebody on a rota has left since, it is assigned anew first (422 `delegate_without_mandate`) (C-4.1).
#[utoipa::path(post, path = "/v1/grids/{id}/rota-publications", tag = "sessions", request_body = PublishRotas, responses(
    (status = 200, description = "已公布。Published.", body = SessionsChanged),
))]
pub(crate) async fn publish(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    let ran = run(&app, &command, PublishRotas::read, async |call, body| {
        app.casework.publish_rotas(call, AreaId(id.0), &body.session_ids, body.occurred_at).await
    })
    .await?;
    sessions_changed(&app, &command, ran, || Ok(command.read(PublishRotas::read)?.session_ids)).await
}

/// What a proposal is asked for.
struct Asked {
    from: NaiveDate,
    to: NaiveDate,
    as_of: AsOf,
    at_least: Option<u64>,
}

fn asked(query: &mut Query) -> Option<Asked> {
    let (from, to) = (query.required("from", date()), query.required("to", date()));
    if let (Some(from), Some(to)) = (from, to) {
        let last = from + chrono::Days::new(PLAN_DAYS_MAX.unsigned_abs() - 1);
        if to < from || to > last {
            let Refusal { code, detail, .. } = Refusal::out_of_range(from, last);
            query.fault_because("to", code, detail);
        }
    }
    let (as_of, at_least) = (query.as_of(), query.at_least());
    Some(Asked { from: from?, to: to?, as_of, at_least })
}

/// Propose a rota
///
/// 轮值建议（C-4.1）：只是一个问题，不记录任何事。对时段内已安排而未公布的场次，依次选人：轮值次数最少者先，再看多久没有轮到，再依固定的散列。
/// 同一位置的建议永远相同。不论代表何时到任，以前的次数不算欠账。采用时把 `as_of_position` 填在 `proposal_position`。
///
/// A fair rota for the planned, unpublished sessions of the range: a question that records nothing. Whoever has served least
/// comes first, then whoever has not for longest, then a fixed hash; nobody owes what was served before they came. As of one
/// position the proposal is the same for ever. Whoever follows it sends `as_of_position` as `proposal_position` (C-4.1).
#[utoipa::path(get, path = "/v1/grids/{id}/rota-proposal", tag = "sessions",
    params(
        ("from" = NaiveDate, Query, description = "首日。First day.", example = "2026-10-01"),
        ("to" = NaiveDate, Query, description = "末日，至多一年。Last day; the range is a year at most.", example = "2026-12-31"),
        crate::input::params::AsOfParams,
    ),
    responses((status = 200, description = "建议。The proposal.", body = ProposalView))
)]
pub(crate) async fn propose(app: web::Data<AppState>, id: PathId, question: Question) -> Result<HttpResponse, Problem> {
    let Asked { from, to, as_of, at_least } = question.read(asked)?;
    app.log_covers(&question, at_least).await?;
    let position = app.snapshot(as_of).await?.position;
    let proposal = app.casework.propose_rota(AreaId(id.0), from, to, position).await?;
    Ok(HttpResponse::Ok().json(ProposalView::of(&proposal, position)))
}
