//! `/v1/accounts`: creating accounts, giving and taking rights. Giving takes two persons once access rules are adopted,
//! taking away one.

use crate::accounts::view::{AccountView, GrantView};
use crate::http::accounts::Accounts;
use crate::http::commands::run;
use crate::http::context::PathParts;
use crate::http::extract::{Command, PathId};
use crate::http::reference::{settle_governed, written_id};
use crate::http::response::CommandAnswer;
use crate::input::body::{Day, Grid, Line, Name, PersonName, Text, body};
use crate::limits::NAME_CHARS_MAX;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::AppState;
use crate::tokens::commands::GivenRole;
use actix_web::{HttpResponse, web};
use casework::access::accounts::NewAccount;
use casework::governed::Governed;
use casework::transact::Outcome;
use domain::account::GrantDraft;
use domain::ids::{AccountId, DelegateId, GrantId, OfficeId};
use domain::vocabulary::{GrantReason, Holder};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

body! {
    /// An account to be created: of a person, known in public by their duty, or of a program.
    #[example = {"name": "太平网格联络员", "holder": "person", "login": "zhangmin", "person_name": "张敏"}]
    struct CreateAccount {
        /// Its name, its own; of a person their duty.
        name: Name,
        /// Who acts by it.
        holder: Holder,
        /// What a person signs in with.
        login: Option<Line<NAME_CHARS_MAX>>,
        /// What a person is called; it is sealed.
        person_name: Option<PersonName>,
    }
}

body! {
    /// A grant to be given.
    #[example = {"role": "liaison", "area_id": "0198f3c1-0000-7000-8000-000000000002"}]
    struct GiveGrant {
        /// The role.
        role: GivenRole,
        /// The grid: of conveners and liaisons, and of nobody else.
        area_id: Option<Grid>,
        /// The delegate: of delegates; of a convener where the account is no delegate's.
        delegate_id: Option<DelegateId>,
        /// The office: of handling units, and of nobody else.
        office_id: Option<OfficeId>,
        /// Its last day; without it, it has none.
        until_on: Option<Day>,
    }
}

body! {
    /// Rights to be taken away, and why.
    #[example = {"reason_code": "duty_ended"}]
    struct TakeAway {
        /// Why.
        reason_code: GrantReason,
        /// In words; sealed.
        reason: Option<Text>,
    }
}

body! {
    /// An account to be let in again.
    #[example = {}]
    struct Reinstate {
        /// Why; sealed.
        reason: Option<Text>,
    }
}

/// 变更后的账户。An account after a command.
#[derive(Serialize, ToSchema)]
pub struct AccountChanged {
    /// The account.
    account: AccountView,
    /// Position of the command's last event.
    position: u64,
}

/// 授权及其账户。A grant that was given, and its account.
#[derive(Serialize, ToSchema)]
pub struct GrantMade {
    /// The grant.
    grant: GrantView,
    /// The account.
    account: AccountView,
    /// Position of the command's last event.
    position: u64,
}

/// An account after a command.
async fn shown(
    app: &AppState,
    command: &Command,
    ran: Outcome<Governed<AccountId>>,
    is_new: bool,
) -> Result<HttpResponse, Problem> {
    let again = async |record: &_| Ok(AccountId(written_id(app, record).await?));
    let done = settle_governed(app, command, ran, again).await?;
    let id = done.did.made;
    let known = done.snapshot.reference.accounts.get(id).ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    let created = is_new.then(|| format!("/v1/accounts/{id}"));
    let headers = CommandAnswer { created, version: Some(known.version), replayed: done.replayed };
    let account = AccountView::of(known, &done.snapshot, &command.caller.account, Some(command.role));
    Ok(headers.answer(AccountChanged { account, position: done.did.position.0 }))
}

/// Create an account
///
/// 建立账户。采用权限表后须由另一人批准，答复为 202。
///
/// Creates an account. Once access rules are adopted another person has to approve, and the answer is 202.
#[utoipa::path(post, path = "/v1/accounts", tag = "accounts", request_body = CreateAccount, responses(
    (status = 201, description = "已建立。Created.", body = AccountChanged),
))]
pub(crate) async fn create(app: web::Data<AppState>, command: Command) -> Result<HttpResponse, Problem> {
    let ran = run(&app, &command, CreateAccount::read, async |call, body| {
        let CreateAccount { name, holder, login, person_name } = body;
        app.casework.create_account(call, &NewAccount { name, holder, login, person_name }).await
    })
    .await?;
    shown(&app, &command, ran, true).await
}

/// Give a grant
///
/// 授予权限：以某一角色，限于某一网格、某位代表或某一单位。代表的授权在其任职期间有效，召集人的授权在其任该网格召集人期间有效。采用权限表后须由另一人批准，答复为 202。
///
/// Gives an account a role, on a grid, for a delegate or an office. A delegate's grant is in force while a mandate is, a
/// convener's while they are appointed to that grid. Once access rules are adopted another person has to approve, and the
/// answer is 202.
#[utoipa::path(post, path = "/v1/accounts/{id}/grants", tag = "accounts", request_body = GiveGrant, responses(
    (status = 201, description = "已授予。Given.", body = GrantMade),
))]
pub(crate) async fn grant(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    let account = AccountId(id.0);
    let ran = run(&app, &command, GiveGrant::read, async |call, body| {
        let GiveGrant { role, area_id, delegate_id, office_id, until_on } = body;
        let grant_id = GrantId::default();
        let draft = GrantDraft { grant_id, role, area_id, delegate_id, office_id, until_on };
        app.casework.give_grant(call, account, &draft).await
    })
    .await?;
    let again = async |record: &event_store::CommandRecord| {
        let recorded = app.casework.store.event(record.last).await.map_err(casework::Failure::from)?;
        let leaf = recorded.ok_or(casework::Failure::BeyondHead)?.leaf().map_err(casework::Failure::from)?;
        let id = leaf.public.get("grant_id").and_then(|id| id.as_str()?.parse().ok()).map(GrantId);
        id.map(|id| (account, id)).ok_or_else(|| Problem::internal(format!("position {} gives no grant", record.last)))
    };
    let done = settle_governed(&app, &command, ran, again).await?;
    let (id, grant_id) = done.did.made;
    let known = done.snapshot.reference.accounts.get(id).ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    let given = known.grants.get(&grant_id).ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    let created = Some(format!("/v1/accounts/{id}"));
    let headers = CommandAnswer { created, version: Some(known.version), replayed: done.replayed };
    let answer = GrantMade {
        grant: GrantView::of(grant_id, known, given, &done.snapshot),
        account: AccountView::of(known, &done.snapshot, &command.caller.account, Some(command.role)),
        position: done.did.position.0,
    };
    Ok(headers.answer(answer))
}

/// End a grant
///
/// 终止授权：自答复起失效。
///
/// Ends a grant: it gives nothing from the answer on.
#[utoipa::path(post, path = "/v1/accounts/{id}/grants/{grant_id}/ending", tag = "accounts", request_body = TakeAway, responses(
    (status = 200, description = "已终止。Ended.", body = AccountChanged),
))]
pub(crate) async fn end_grant(
    app: web::Data<AppState>,
    id: PathId,
    parts: PathParts,
    command: Command,
) -> Result<HttpResponse, Problem> {
    let grant: Uuid = parts.get("grant_id").parse().map_err(|_| Problem::new(HttpCode::NotFound))?;
    let ran = run(&app, &command, TakeAway::read, async |call, body| {
        let (account, grant) = (AccountId(id.0), GrantId(grant));
        app.casework.end_grant(call, account, grant, body.reason_code, body.reason.as_deref()).await
    })
    .await?;
    shown(&app, &command, ran, false).await
}

/// Suspend an account
///
/// 停用账户：其令牌自答复起被拒绝，其登录随之结束。
///
/// Suspends an account: its tokens are refused from the answer on, and its sign-ins are over.
#[utoipa::path(post, path = "/v1/accounts/{id}/suspension", tag = "accounts", request_body = TakeAway, responses(
    (status = 200, description = "已停用。Suspended.", body = AccountChanged),
))]
pub(crate) async fn suspend(
    app: web::Data<AppState>,
    accounts: web::Data<Accounts>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    let ran = run(&app, &command, TakeAway::read, async |call, body| {
        app.casework.suspend_account(call, AccountId(id.0), body.reason_code, body.reason.as_deref()).await
    })
    .await?;
    // Nothing comes back with the account. Also when it is told again: the first time may have ended before this.
    if let Ok(people) = accounts.people() {
        people.sign_ins.end_all(id.0)?;
    }
    shown(&app, &command, ran, false).await
}

/// Reinstate an account
///
/// 恢复账户。采用权限表后须由另一人批准，答复为 202。
///
/// Lets a suspended account in again. Once access rules are adopted another person has to approve, and the answer is 202.
#[utoipa::path(post, path = "/v1/accounts/{id}/reinstatement", tag = "accounts", request_body = Reinstate, responses(
    (status = 200, description = "已恢复。Reinstated.", body = AccountChanged),
))]
pub(crate) async fn reinstate(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    let ran = run(&app, &command, Reinstate::read, async |call, body| {
        app.casework.reinstate_account(call, AccountId(id.0), body.reason.as_deref()).await
    })
    .await?;
    shown(&app, &command, ran, false).await
}
