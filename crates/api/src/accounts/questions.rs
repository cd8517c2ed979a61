//! `GET /v1/accounts`: the list, and one of them.

use crate::accounts::view::AccountView;
use crate::http::extract::{PathId, Question};
use crate::http::reference::{asked_about, cut_or_named, goes_on};
use crate::http::response::{Items, one, page};
use crate::input::body::choice;
use crate::input::filters;
use crate::input::params::{AsOfParams, ListParams};
use crate::openapi::vocabulary as schema;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::AppState;
use actix_web::{HttpResponse, web};
use casework::Failure;
use domain::access::{Action, Thing};
use domain::ids::AccountId;
use domain::vocabulary::{AccountState, Holder, Role};
use utoipa::ToSchema;
use uuid::Uuid;

/// A page of accounts.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it documents the answer; Items is what is written")]
pub struct AccountPage {
    /// The accounts, in the order created.
    items: Vec<AccountView>,
    /// Where the next page begins.
    next_cursor: Option<String>,
}

#[derive(Debug)]
struct AccountQuery {
    role: Option<Role>,
    area_id: Option<Uuid>,
    holder: Option<Holder>,
    state: Option<AccountState>,
}

/// List accounts
///
/// 账户及其授权，按建立先后排序。
///
/// Accounts with their grants, in the order created.
#[utoipa::path(get, path = "/v1/accounts", tag = "accounts", params(
    ("role" = Option<schema::Role>, Query, description = "有此角色的未终止授权。With a grant of this role that was not ended."),
    ("area_id" = Option<Uuid>, Query, description = "有此网格的未终止授权。With a grant on this grid that was not ended."),
    ("holder" = Option<schema::Holder>, Query, description = "个人或程序。Of persons or of programs."),
    ("state" = Option<schema::AccountState>, Query, description = "状态。How they stand."),
    ("ids" = Option<String>, Query, pattern = r"^[0-9a-fA-F-]{36}(,[0-9a-fA-F-]{36})*$", description = "只要这些编号（最多 100 个，以逗号分隔），按此顺序列出；没有的不列。不与 limit、cursor、sort 同用。Only these ids (at most 100, separated by commas), in this order; unknown ones are absent. Not together with limit, cursor or sort."),
    ListParams,
), responses(
    (status = 200, description = "一页。A page.", body = AccountPage),
))]
pub(crate) async fn list_accounts(app: web::Data<AppState>, question: Question) -> Result<HttpResponse, Problem> {
    let known = app.known_to(&question).await;
    let (wanted, mark, ids, at_least, asked) = question.read(|query| {
        query.now_only();
        let wanted = AccountQuery {
            role: query.optional("role", choice(Role::ALL, Role::as_str)),
            area_id: filters::area(query, &known).map(|grid| grid.0),
            holder: query.optional("holder", choice(Holder::ALL, Holder::as_str)),
            state: query.optional("state", choice(AccountState::ALL, AccountState::as_str)),
        };
        let ids = filters::ids(query);
        let asked = filters::page(query, &ids);
        let mark = format!("accounts {wanted:?}");
        goes_on(query, &asked, &mark);
        Some((wanted, mark, ids, query.at_least(), asked))
    })?;
    app.log_covers(&question, at_least).await?;
    let snapshot = app.present();
    let accounts = snapshot.reference.accounts.all().filter(|one| {
        let granted =
            |test: &dyn Fn(&domain::account::GrantGiven) -> bool| one.standing().any(|grant| test(&grant.given));
        wanted.holder.is_none_or(|holder| one.holder == holder)
            && wanted.state.is_none_or(|state| one.state == state)
            && wanted.role.is_none_or(|role| one.roles.contains(&role) || granted(&|given| given.role == role))
            && wanted.area_id.is_none_or(|area| granted(&|given| given.area_id.is_some_and(|id| id.0 == area)))
    });
    let (kept, next_cursor) = cut_or_named(&asked, &ids, &mark, accounts, |one| one.id.0)?;
    let view = |one| AccountView::of(one, &snapshot, &question.caller.account, question.caller.role);
    let items = kept.into_iter().map(view).collect();
    Ok(page(&question.path, &question.query, &Items { items, next_cursor, as_of_position: None }))
}

/// Read an account
///
/// 一个账户及其授权，现在或过去某一时刻。
///
/// An account with its grants, now or as of a position or an instant.
#[utoipa::path(get, path = "/v1/accounts/{id}", tag = "accounts", params(AsOfParams), responses(
    (status = 200, description = "账户。The account.", body = AccountView),
))]
pub(crate) async fn one_account(
    app: web::Data<AppState>,
    id: PathId,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let snapshot = asked_about(&app, &question).await?;
    let id = AccountId(id.0);
    let known = snapshot.reference.accounts.get(id).ok_or(Failure::NotFound)?;
    let own = || Thing { accounts: vec![id], ..Thing::default() };
    app.let_read(&question.caller, Action::AccountRead, own).await?;
    let mut view = AccountView::of(known, &snapshot, &question.caller.account, question.caller.role);
    view.as_of_position = Some(snapshot.position.0);
    Ok(one(known.version, view))
}

impl AppState {
    /// Lets a question at a thing; what its caller may not read is not there for them.
    ///
    /// # Errors
    /// 404.
    pub async fn let_read(
        &self,
        caller: &crate::http::caller::Caller,
        action: Action,
        thing: impl FnOnce() -> Thing,
    ) -> Result<(), Problem> {
        let role = caller.role.ok_or_else(|| Problem::new(HttpCode::RoleNeeded))?;
        Ok(self.casework.let_read(&caller.account.asker(role), action, thing).await?)
    }
}
