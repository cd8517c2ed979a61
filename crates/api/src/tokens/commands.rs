//! `/v1/tokens`: issuing and revoking bearer tokens of accounts.

use crate::http::commands::{changed, run};
use crate::http::context::RequestContext;
use crate::http::extract::{Command, PathId};
use crate::http::looks_alike::LooksAlikeView;
use crate::http::reference::{settle_governed, written_id};
use crate::http::response::{CommandAnswer, absent};
use crate::input::body::{Faults, Fields, Instant, Kind, List, Name, Place, body, choice, given};
use crate::problem::Problem;
use crate::state::{AppState, Snapshot, utc};
use crate::tokens::questions::shown;
use crate::tokens::view::TokenView;
use actix_web::http::header::{CONTENT_LANGUAGE, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use casework::access::tokens::{FreshToken, NewToken};
use casework::governed::Governed;
use casework::{CommandContext, Failure};
use chrono::{DateTime, Utc};
use domain::account;
use domain::ids::{AccountId, GrantId, TokenId};
use domain::language::Language;
use domain::vocabulary::Role;
use event_store::CommandRecord;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
#[cfg(test)]
use utoipa::openapi::RefOr;
#[cfg(test)]
use utoipa::openapi::schema::Schema;

/// The roles an account may be given: all but the system's own and the visitor's.
const ROLES: &[Role] = &[
    Role::Delegate,
    Role::Convener,
    Role::Liaison,
    Role::PartyStudio,
    Role::CongressOffice,
    Role::HandlingUnit,
    Role::Auditor,
    Role::ReportJob,
    Role::Administrator,
];

/// Accounts of which the owner of a token may be taken for another, told with the account's first token.
fn alike(id: TokenId, snapshot: &Snapshot, language: Language) -> Vec<LooksAlikeView> {
    let accounts = &snapshot.reference.accounts;
    let new = accounts.token(id).map(|(account, _)| account).filter(|account| account.tokens.len() == 1);
    let others = new.into_iter().flat_map(|account| accounts.looking_like(&account.name));
    LooksAlikeView::of(others.map(|other| (other.id.0, other.name.as_str())), language)
}

body! {
    /// A token to be issued: with `name` and `roles` for a new account, with `account_id` another one for an account.
    #[example = {"name": "太平网格联络员", "roles": ["liaison"], "expires_at": "2027-11-24T09:00:00+08:00"}]
    struct IssueToken {
        /// The account, where it exists already; then neither `name` nor `roles`.
        account_id: Option<AccountId>,
        /// From when on the token is refused; without it, it does not expire.
        expires_at: Option<Instant> => |facts| account::expires_later(utc(expires_at??), facts?.now).err(),
        /// Name of the new account, its own: an office or a program; for people, their duty. With `account_id`, what the
        /// token is for.
        name: Option<Name> = |fields| named(fields, &account_id),
        /// Roles in which the new account may act; at least one, each once.
        roles: Option<GivenRoles> = |fields| of_a_new_account::<GivenRoles>(fields, "roles", &account_id)
            => |_| account::roles_fit(roles.as_ref()?.as_ref()?).err(),
        /// With `account_id`: grants of the account that the token uses; all of them where none is named.
        grant_ids: Option<GrantIds> = |fields| of_an_account::<GrantIds>(fields, "grant_ids", &account_id),
    }
}

/// A new account needs a name; a token of one that exists may have one.
fn named(fields: &mut Fields<'_>, account: &Option<Option<AccountId>>) -> Option<Option<String>> {
    if given(account) { fields.field::<Option<Name>>("name") } else { fields.field::<Name>("name").map(Some) }
}

/// What only an account that exists has.
fn of_an_account<K: Kind>(
    fields: &mut Fields<'_>,
    name: &str,
    account: &Option<Option<AccountId>>,
) -> Option<Option<K::Value>> {
    if given(account) { fields.field::<Option<K>>(name) } else { Some(None) }
}

/// What a new account needs and one that exists does not have: there it is a field that nobody asked for.
fn of_a_new_account<K: Kind>(
    fields: &mut Fields<'_>,
    name: &str,
    account: &Option<Option<AccountId>>,
) -> Option<Option<K::Value>> {
    if given(account) { Some(None) } else { fields.field::<K>(name).map(Some) }
}

pub(crate) type GrantIds = List<GrantId, 100>;
pub(crate) type GivenRoles = List<GivenRole, { ROLES.len() }>;

/// A role that an account may be given.
pub(crate) struct GivenRole;

impl Kind for GivenRole {
    type Value = Role;

    fn read(value: Value, place: &Place<'_>, faults: &mut Faults) -> Option<Role> {
        choice(ROLES, Role::as_str)(value, place, faults)
    }

    #[cfg(test)]
    fn schema() -> RefOr<Schema> {
        <Role as Kind>::schema()
    }
}

/// What is asked for.
#[derive(Debug)]
enum Wanted {
    /// An account with a token.
    Account { name: String, roles: Vec<Role>, expires_at: Option<DateTime<Utc>> },
    /// Another token of an account.
    Token { account: AccountId, new: NewToken },
}

fn read_wanted(fields: &mut Fields<'_>) -> Option<Wanted> {
    let body = IssueToken::read(fields)?;
    let expires_at = body.expires_at.map(utc);
    Some(match body.account_id {
        Some(account) => {
            let grant_ids = body.grant_ids.unwrap_or_default();
            Wanted::Token { account, new: NewToken { name: body.name, expires_at, grant_ids } }
        }
        None => Wanted::Account { name: body.name?, roles: body.roles?, expires_at },
    })
}

/// A token after it was issued.
#[derive(Serialize, ToSchema)]
pub struct TokenIssued {
    /// The token.
    token: TokenView,
    /// What a client sends as `Authorization: Bearer …`. Shown this once, kept nowhere, absent from a replayed answer.
    #[serde(skip_serializing_if = "absent")]
    #[schema(example = "huiyin_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG")]
    secret: Option<String>,
    /// 关于新账户名称的提示，不影响签发。Remarks about the name of a new account; the token stands.
    warnings: Vec<LooksAlikeView>,
    /// Position of the command's last event.
    position: u64,
}

/// Issue a token
///
/// 签发令牌：以 name 和 roles 新建账户，或以 account_id 为已有账户签发。密文只显示一次，重发请求也不再显示。名称与已有账户看起来相同而字符不同时，
/// 答复中有提示。With `name` and `roles`
/// for a new account, with `account_id` for one that exists. The secret is shown once, not even to a retry again. A name
/// that looks like another account's and is written with other characters is told as a warning.
#[utoipa::path(post, path = "/v1/tokens", tag = "accounts", request_body = IssueToken, responses(
    (status = 201, description = "已签发。Issued.", body = TokenIssued),
))]
pub(crate) async fn issue(
    app: web::Data<AppState>,
    request: HttpRequest,
    command: Command,
) -> Result<HttpResponse, Problem> {
    let language = RequestContext::of(&request)?.language();
    let ran = run(&app, &command, read_wanted, async |call: &CommandContext, wanted| match wanted {
        Wanted::Account { name, roles, expires_at } => {
            app.casework.create_account_of_roles(call, &name, &roles, expires_at).await
        }
        Wanted::Token { account, new } => app.casework.issue_token(call, account, &new).await,
    })
    .await?;
    let ran = ran.map(|Governed { made: (_, FreshToken { id, text }), reference, position }| Governed {
        made: (id, Some(text)),
        reference,
        position,
    });
    let again = async |record: &_| Ok((issued_id(&app, record).await?, None));
    let done = settle_governed(&app, &command, ran, again).await?;
    let (id, secret) = done.did.made;
    let (version, token) = shown(id, &done.snapshot)?;
    let headers =
        CommandAnswer { created: Some(format!("/v1/tokens/{id}")), version: Some(version), replayed: done.replayed };
    let warnings = alike(id, &done.snapshot, language);
    let mut answer = headers.answer(TokenIssued { token, secret, warnings, position: done.did.position.0 });
    answer.headers_mut().insert(CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
    Ok(answer)
}

/// The token that a recorded command issued: its last event says which.
async fn issued_id(app: &AppState, record: &CommandRecord) -> Result<TokenId, Problem> {
    let recorded = app.casework.store.event(record.last).await.map_err(Failure::from)?;
    let leaf = recorded.ok_or(Failure::BeyondHead)?.leaf().map_err(Failure::from)?;
    let id = leaf.public.get("token_id").and_then(|id| id.as_str()?.parse().ok());
    id.map(TokenId).ok_or_else(|| Problem::internal(format!("position {} issues no token", record.last)))
}

/// A revocation says nothing but that it is wanted. It has no `occurred_at`: a token is refused from the answer on.
#[derive(ToSchema)]
#[schema(example = json!({}))]
pub struct RevokeToken {}

/// A token after it was revoked.
#[derive(Serialize, ToSchema)]
pub struct TokenRevoked {
    /// The token.
    token: TokenView,
    /// Position of the command's last event.
    position: u64,
}

/// Revoke a token
///
/// 吊销令牌：自答复起即被拒绝，不可恢复。
///
/// Revokes a token: it is refused from the answer on, for good.
#[utoipa::path(post, path = "/v1/tokens/{id}/revocation", tag = "accounts", request_body = RevokeToken, responses(
    (status = 200, description = "已吊销。Revoked.", body = TokenRevoked),
))]
pub(crate) async fn revoke(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    let ran = run(&app, &command, |_| Some(()), async |call, ()| app.casework.revoke_token(call, TokenId(id.0)).await)
        .await?;
    let again = async |record: &_| Ok(AccountId(written_id(&app, record).await?));
    let done = settle_governed(&app, &command, ran, again).await?;
    let (version, token) = shown(TokenId(id.0), &done.snapshot)?;
    Ok(changed(version, done.replayed).answer(TokenRevoked { token, position: done.did.position.0 }))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::input::body::read;

    fn faults(body: &str) -> Vec<(String, &'static str)> {
        let problem = read(body.as_bytes(), read_wanted).unwrap_err();
        let mut faults: Vec<_> = problem.faults.into_iter().map(|fault| (fault.pointer, fault.code.as_str())).collect();
        faults.sort();
        faults
    }

    #[test]
    fn every_role_but_the_systems_own_can_be_given() {
        let given: Vec<_> = Role::held().collect();
        assert_eq!(ROLES, given);
        assert_eq!(faults(r#"{"name":"前端","roles":["system"]}"#), [("/roles/0".to_owned(), "invalid_value")]);
    }

    #[test]
    fn a_token_is_for_a_new_account_or_for_a_known_one() {
        let account = r#"{"name":"前端","roles":["liaison","delegate"]}"#;
        assert!(matches!(read(account.as_bytes(), read_wanted), Ok(Wanted::Account { roles, .. }) if roles.len() == 2));
        let token = r#"{"account_id":"0198f3c5-0000-7000-8000-000000000001"}"#;
        assert!(
            matches!(read(token.as_bytes(), read_wanted), Ok(Wanted::Token { new, .. }) if new.expires_at.is_none())
        );
        let both = r#"{"account_id":"0198f3c5-0000-7000-8000-000000000001","roles":["liaison"]}"#;
        assert_eq!(faults(both), [("/roles".to_owned(), "unknown_field")]);
        let grants = r#"{"name":"前端","roles":["liaison"],"grant_ids":[]}"#;
        assert_eq!(faults(grants), [("/grant_ids".to_owned(), "unknown_field")]);
        assert_eq!(faults("{}"), [("/name".to_owned(), "missing"), ("/roles".to_owned(), "missing")]);
    }
}
