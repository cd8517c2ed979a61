//! `GET /v1/me`, `/v1/tokens`: who is asking, and the tokens there are.

use crate::accounts::view::GrantView;
use crate::http::account::KnownBy;
use crate::http::extract::{PathId, Question};
use crate::http::format::Format;
use crate::http::reference::{asked_about, cut_or_named, goes_on};
use crate::http::response::{Items, absent, one, page};
use crate::http::tables;
use crate::input::filters;
use crate::input::params::{AsOfParams, ListParams, TableParams};
use crate::me::view::MyTasks;
use crate::openapi::vocabulary as schema;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::sign_ins::commands::SignInView;
use crate::state::{AppState, Snapshot};
use crate::tokens::table;
use crate::tokens::view::TokenView;
use actix_web::{HttpRequest, HttpResponse, web};
use domain::access::Scope;
use domain::ids::{AccountId, TokenId};
use domain::vocabulary::Role;
use read_models::Listed;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Who asks.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "account": {"id": "0198f3c5-0000-7000-8000-000000000001", "name": "太平网格联络员", "roles": ["liaison"]},
    "token": {"id": "0198f3c5-0000-7000-8000-000000000002", "account_id": "0198f3c5-0000-7000-8000-000000000001",
        "name": "太平网格联络员", "roles": ["liaison"], "issued_at": "2026-11-24T09:00:00+08:00"},
    "holder": "machine", "grants": [], "access": {"adopted": false}, "acting_as": "liaison",
    "tasks": {"open": 7, "overdue": 1, "list": "/v1/me/tasks"}
}))]
pub struct Me {
    /// The account.
    account: MyAccount,
    /// The token that was sent; absent where it is no token of ours.
    #[serde(skip_serializing_if = "absent")]
    token: Option<TokenView>,
    /// The sign-in; absent where a token was sent.
    #[serde(skip_serializing_if = "absent")]
    sign_in: Option<SignInView>,
    /// Who acts by the account.
    #[schema(value_type = schema::Holder)]
    holder: &'static str,
    /// Its grants, in force or not.
    grants: Vec<GrantView>,
    /// Access rules: whether it is asked who may do what.
    access: AccessInForce,
    /// The role this request acts in; absent where the account has several and none was named.
    #[serde(skip_serializing_if = "absent")]
    #[schema(value_type = Option<schema::Role>)]
    acting_as: Option<&'static str>,
    /// How many tasks the role has; absent where no role acts, or the boards are not to be read now.
    #[serde(skip_serializing_if = "absent")]
    tasks: Option<MyTasks>,
}

/// Access rules in force.
#[derive(Serialize, ToSchema)]
pub struct AccessInForce {
    /// Whether they are adopted; until then everybody who is known may do everything.
    adopted: bool,
    /// The table.
    #[serde(skip_serializing_if = "absent")]
    #[schema(example = "huiyin/1")]
    table: Option<String>,
    /// Its SHA-256, in hex.
    #[serde(skip_serializing_if = "absent")]
    hash: Option<String>,
}

/// An account.
#[derive(Serialize, ToSchema)]
pub struct MyAccount {
    /// Its id; leaves name it as `account/<id>`.
    id: Uuid,
    /// Its name.
    name: String,
    /// Roles in which it may act (`Acting-As`).
    #[schema(value_type = Vec<schema::Role>)]
    roles: Vec<&'static str>,
}

/// Read who I am
///
/// 当前令牌所属的账户、可用角色和本次请求的角色。有多种角色而未写明 Acting-As 的账户在此也得到答复。The account of the token, its
/// roles, and the role of this request. It is answered also to an account of several roles that names none.
#[utoipa::path(get, path = "/v1/me", tag = "accounts", responses(
    (status = 200, description = "本人。Me.", body = Me),
))]
pub(crate) async fn me(app: web::Data<AppState>, question: Question) -> Result<HttpResponse, Problem> {
    question.read(|_| Some(()))?;
    let snapshot = app.present();
    let caller = &question.caller;
    let account = MyAccount {
        id: caller.account.id,
        name: caller.account.name.clone(),
        roles: caller.account.roles.iter().map(|role| role.as_str()).collect(),
    };
    let known = snapshot.reference.accounts.get(AccountId(caller.account.id));
    let known = known.ok_or_else(|| Problem::internal("an account asks that is not known"))?;
    let adopted = snapshot.reference.access.adopted.as_ref();
    let access = AccessInForce {
        adopted: adopted.is_some(),
        table: adopted.map(|table| table.name.clone()),
        hash: adopted.map(|table| table.sha256.clone()),
    };
    let (holder, grants) = (known.holder.as_str(), GrantView::all(known, &snapshot));
    let (token, sign_in) = match caller.account.known_by {
        KnownBy::Token(token) => (Some(shown(TokenId(token), &snapshot)?.1), None),
        KnownBy::SignIn { expires_at, only_enrols, .. } => {
            (None, Some(SignInView::of(expires_at, only_enrols, snapshot.reference.time_zone())))
        }
        KnownBy::Nothing | KnownBy::Provider { .. } => (None, None),
    };
    Ok(HttpResponse::Ok().json(Me {
        account,
        token,
        sign_in,
        holder,
        grants,
        access,
        acting_as: caller.role.map(Role::as_str),
        tasks: MyTasks::of(&app, caller, &snapshot).await?,
    }))
}

/// A token at a moment, and the version of its account.
pub(super) fn shown(id: TokenId, snapshot: &Snapshot) -> Result<(u64, TokenView), Problem> {
    let (account, token) = snapshot.reference.accounts.token(id).ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    Ok((account.version, TokenView::of(id, account, token, snapshot)))
}

/// A page of tokens.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it documents the answer; Items is what is written")]
pub struct TokenPage {
    /// The tokens, in the order issued.
    items: Vec<TokenView>,
    /// Where the next page begins.
    next_cursor: Option<String>,
}

/// List tokens
///
/// 所有令牌，含已吊销和已过期的；不含密文。
///
/// Every token, revoked and expired ones too; never a secret.
#[utoipa::path(get, path = "/v1/tokens", tag = "accounts", params(
    ("account_id" = Option<Uuid>, Query, description = "所属账户。Of this account."),
    ("ids" = Option<String>, Query, pattern = r"^[0-9a-fA-F-]{36}(,[0-9a-fA-F-]{36})*$", description = "只要这些编号（最多 100 个，以逗号分隔），按此顺序列出；没有的不列。不与 limit、cursor、sort 同用。Only these ids (at most 100, separated by commas), in this order; unknown ones are absent. Not together with limit, cursor or sort."),
    ListParams, TableParams,
), responses(
    (status = 200, description = "一页。A page.", content(
        (TokenPage = "application/json"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "text/csv", example = "\u{feff}令牌编号,账户编号,账户,角色,签发时间\r\n0198f3c5-0000-7000-8000-000000000002,0198f3c5-0000-7000-8000-000000000001,太平网格联络员,liaison,2026-11-24T09:00:00+08:00\r\n"),
    )),
))]
pub(crate) async fn list_tokens(
    app: web::Data<AppState>,
    request: HttpRequest,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let known = app.known_to(&question).await;
    let ((account_id, mark, ids, at_least, asked), format) = question.read_as(&Format::OF_LISTS, |query| {
        query.now_only();
        let account_id = filters::account(query, &known);
        let ids = filters::ids(query);
        let asked = filters::page(query, &ids);
        let mark = format!("tokens {account_id:?}");
        goes_on(query, &asked, &mark);
        Some((account_id, mark, ids, query.at_least(), asked))
    })?;
    app.log_covers(&question, at_least).await?;
    let snapshot = app.present();
    let own = match app.within(&question)?.scope {
        Scope::Own { account, delegates: _ } => Some(account),
        Scope::Town | Scope::Figures | Scope::Grids(_) | Scope::PartyLine | Scope::Offices(_) | Scope::Receipt => None,
    };
    let accounts = snapshot
        .reference
        .accounts
        .all()
        .filter(|one| account_id.is_none_or(|wanted| one.id == wanted) && own.is_none_or(|own| one.id == own));
    let mut tokens: Vec<_> =
        accounts.flat_map(|account| account.tokens.iter().map(move |(id, token)| (*id, account, token))).collect();
    tokens.sort_unstable_by_key(|(id, _, _)| *id);
    let wanted = if format.is_table() { asked.for_table() } else { asked.clone() };
    let (kept, next_cursor) = cut_or_named(&wanted, &ids, &mark, tokens.into_iter(), |(id, _, _)| id.0)?;
    let items = kept.into_iter().map(|(id, account, token)| TokenView::of(id, account, token, &snapshot));
    if format.is_table() {
        let items = items.map(|view| table::row(&view, &snapshot)).collect();
        let listed = Listed { items, next_cursor, as_of_position: snapshot.position };
        return tables::of_memory(&request, &question, (format, &asked), &table::TABLE, listed);
    }
    let items = items.collect();
    Ok(page(&question.path, &question.query, &Items { items, next_cursor, as_of_position: None }))
}

/// Read a token
///
/// 一个令牌，现在或过去某一时刻；不含密文。
///
/// A token, now or as of a position or an instant; never its secret.
#[utoipa::path(get, path = "/v1/tokens/{id}", tag = "accounts", params(AsOfParams), responses(
    (status = 200, description = "令牌。The token.", body = TokenView),
))]
pub(crate) async fn one_token(
    app: web::Data<AppState>,
    id: PathId,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let snapshot = asked_about(&app, &question).await?;
    let (version, mut view) = shown(TokenId(id.0), &snapshot)?;
    view.as_of_position = Some(snapshot.position.0);
    Ok(one(version, view))
}
