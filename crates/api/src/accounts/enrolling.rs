//! Letting a person in: an enrolment code, or an identity at a provider.

use crate::http::accounts::Accounts;
use crate::http::commands::{changed, run};
use crate::http::extract::{Command, PathId};
use crate::http::reference::{settle_governed, written_id};
use crate::http::response::{absent, business_time};
use crate::input::body::{Line, body};
use crate::problem::Problem;
use crate::state::AppState;
use actix_web::{HttpResponse, web};
use casework::CommandContext;
use casework::governed::Governed;
use casework::loaded::instant;
use casework::transact::Outcome;
use chrono::{DateTime, Utc};
use domain::ids::AccountId;
use event_store::CommandRecord;
use identity::secrets::Secret;
use serde::Serialize;
use utoipa::ToSchema;

/// 发放开通码无需内容。Nothing is to be said but that a code is wanted.
#[derive(ToSchema)]
#[schema(example = json!({}))]
#[cfg_attr(not(test), expect(dead_code, reason = "nothing is read of it: it is only described"))]
pub struct IssueEnrolment {}

/// 开通码，只显示一次。An enrolment code, shown this once.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "code": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG", "expires_at": "2026-11-27T09:00:00+08:00", "position": 1042
}))]
pub struct EnrolmentIssued {
    /// 交给本人，凭以设置密码；重发请求不再显示。For the person, to set a password with; absent from a replayed answer.
    #[serde(skip_serializing_if = "absent")]
    code: Option<String>,
    /// 此后失效。Not good any more from then on.
    #[schema(format = DateTime)]
    expires_at: String,
    /// 该命令的位置。Position of the command's event.
    position: u64,
}

/// Issue an enrolment code
///
/// 为个人账户发放开通码：72 小时内有效，只能使用一次，本人凭以设置密码和第二因素（`POST /v1/me/password`）。此前的密码、第二因素、在身份提供方的身份和登录随之失效。
/// 开通码只显示一次。不能为自己发放。
///
/// Issues an enrolment code for a person's account: good for 72 hours, once, to set password and second factor with (`POST
/// /v1/me/password`). What the person signed in with before ends with it, identities at a provider included, and so do their sign-ins. The code is shown once.
/// Nobody issues their own.
#[utoipa::path(post, path = "/v1/accounts/{id}/enrolments", tag = "accounts", request_body = IssueEnrolment, responses(
    (status = 200, description = "已发放。Issued.", body = EnrolmentIssued),
))]
pub(crate) async fn enrol(
    app: web::Data<AppState>,
    accounts: web::Data<Accounts>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    let code = Secret::draw().map_err(|error| Problem::internal(error.to_string()))?;
    let digest = code.digest();
    let ran = run(
        &app,
        &command,
        |_| Some(()),
        async |call: &CommandContext, ()| app.casework.issue_enrolment(call, AccountId(id.0), &digest).await,
    )
    .await?;
    // Also when it is told again: the first time may have ended before this.
    accounts.people()?.sign_ins.end_all(id.0)?;
    let shown = matches!(ran, Outcome::Done(_)).then(|| code.text().to_owned());
    let again =
        async |record: &CommandRecord| Ok((AccountId(written_id(&app, record).await?), until(&app, record).await?));
    let done = settle_governed(&app, &command, ran, again).await?;
    let (account, expires_at) = done.did.made;
    let version = version(&done.did.reference, account);
    let expires_at = business_time(expires_at, done.did.reference.time_zone());
    let answer = EnrolmentIssued { code: shown, expires_at, position: done.did.position.0 };
    Ok(changed(version, done.replayed).answer(answer))
}

/// Until when the code can be used that a recorded command issued.
async fn until(app: &AppState, record: &CommandRecord) -> Result<DateTime<Utc>, Problem> {
    let recorded = app.casework.store.event(record.last).await.map_err(casework::Failure::from)?;
    let leaf = recorded.ok_or(casework::Failure::BeyondHead)?.leaf().map_err(casework::Failure::from)?;
    let ms = leaf.public.get("expires_at").and_then(serde_json::Value::as_i64);
    ms.map(instant).ok_or_else(|| Problem::internal(format!("position {} issues no enrolment", record.last)))
}

fn version(reference: &casework::reference::Reference, account: AccountId) -> u64 {
    reference.accounts.get(account).map_or(0, |known| known.version)
}

body! {
    /// 在身份提供方的身份。An identity at a provider.
    #[example = {"issuer": "https://login.example.org/realms/town", "subject": "0f6f1c1e-6d6a-4b0e-9a3a-2f6a1b0f7c55"}]
    struct BindIdentity {
        /// 提供方，与其令牌的 iss 逐字相同。The provider, exactly as its tokens say it in `iss`.
        issuer: Line<255>,
        /// 提供方对此人的称谓，即令牌的 sub。The provider's name for them: `sub`.
        subject: Line<255>,
    }
}

/// 已绑定。Bound.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"position": 1042}))]
pub struct IdentityBound {
    /// 该命令的位置。Position of the command's event.
    position: u64,
}

/// Bind an identity
///
/// 将身份提供方的身份绑定到账户：此后其访问令牌（`--oidc-issuer`）即以该账户操作；角色和网格仍只以日志为准。一个身份只能绑定一个账户，不能绑定自己的账户；为该账户重新发放开通码，绑定即结束。
///
/// Binds an identity at a provider to an account: its access tokens (`--oidc-issuer`) then act as the account; roles and areas
/// come from the log alone all the same. An identity is bound to one account, and nobody binds their own; a new enrolment code of the account ends it.
#[utoipa::path(post, path = "/v1/accounts/{id}/identities", tag = "accounts", request_body = BindIdentity, responses(
    (status = 200, description = "已绑定。Bound.", body = IdentityBound),
))]
pub(crate) async fn bind_identity(
    app: web::Data<AppState>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    let ran = run(&app, &command, BindIdentity::read, async |call: &CommandContext, body: BindIdentity| {
        app.casework.bind_identity(call, AccountId(id.0), &body.issuer, &body.subject).await
    })
    .await?;
    let again = async |record: &CommandRecord| Ok(AccountId(written_id(&app, record).await?));
    let done = settle_governed(&app, &command, ran, again).await?;
    let Governed { made, reference, position } = done.did;
    Ok(changed(version(&reference, made), done.replayed).answer(IdentityBound { position: position.0 }))
}
