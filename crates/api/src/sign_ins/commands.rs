//! Signing in, and out.

use crate::http::account::KnownBy;
use crate::http::accounts::Accounts;
use crate::http::caller::Caller;
use crate::http::context::RequestContext;
use crate::http::cookies::{self, Site, Transport};
use crate::http::proxies::Client;
use crate::http::response::business_time;
use crate::http::sent::Sent;
use crate::input::body::{Fields, Secret, body, given};
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::sign_ins::trying::{Shown, Trial, attempt};
use crate::state::AppState;
use actix_web::http::header::{LOCATION, SET_COOKIE};
use actix_web::{HttpRequest, HttpResponse, web};
use casework::loaded::instant;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::account::{Login, needs_second_factor};
use domain::ids::AccountId;
use domain::vocabulary::Role;
use identity::sign_ins::{FromToken, SignIn};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

body! {
    /// 登录：以登录名、密码和验证码，或以令牌。Signing in: with login, password and code, or with a token.
    #[example = {"login": "wang.fang", "password": "correct horse battery staple", "code": "287082"}]
    struct BeginSignIn {
        /// 令牌；此时不填登录名和密码。A token; then neither login nor password.
        token: Option<Secret>,
        /// 登录名，大小写和全角不限。The login, in any case and width.
        login: Option<Secret> = |fields| unless_token(fields, "login", &token),
        /// 密码。The password.
        password: Option<Secret> = |fields| unless_token(fields, "password", &token),
        /// 第二因素的验证码；未设置的不填。The code of the second factor, where one is set.
        code: Option<Secret>,
    }
}

/// What is needed without a token, and not asked for with one.
fn unless_token(fields: &mut Fields<'_>, name: &str, token: &Option<Option<String>>) -> Option<Option<String>> {
    if given(token) { Some(None) } else { fields.field::<Secret>(name).map(Some) }
}

/// 登录后的状况。A sign-in.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"expires_at": "2026-11-24T09:30:00+08:00"}))]
pub struct SignInView {
    /// 此后失效；其间每次请求都会推迟，最长自登录起 12 小时。When it ends; each request puts that off, up to 12 hours from its
    /// beginning.
    #[schema(format = DateTime)]
    expires_at: String,
    /// 尚须设置第二因素，此前不能进行其他操作。A second factor is to be set first; until then nothing else can be done.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    second_factor_needed: bool,
}

impl SignInView {
    /// A sign-in, in the town's time, and whether its account may only enrol.
    pub(crate) fn of(expires_at: DateTime<Utc>, second_factor_needed: bool, town: Tz) -> Self {
        Self { expires_at: business_time(expires_at, town), second_factor_needed }
    }
}

/// 登录的账户。The account that signed in.
#[derive(Serialize, ToSchema)]
pub struct SignedInAccount {
    /// 编号。Its id.
    id: Uuid,
    /// 名称。Its name.
    name: String,
    /// 现有的角色。The roles it may act in now.
    #[schema(value_type = Vec<crate::openapi::vocabulary::Role>)]
    roles: Vec<&'static str>,
}

/// 登录成功。Signed in.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "sign_in": {"expires_at": "2026-11-24T09:30:00+08:00"},
    "account": {"id": "0198f3c5-0000-7000-8000-000000000001", "name": "太平网格联络员", "roles": ["liaison"]}
}))]
pub struct SignInBegun {
    /// 登录。The sign-in.
    sign_in: SignInView,
    /// 账户。The account.
    account: SignedInAccount,
}

/// Sign in
///
/// 以登录名、密码和验证码登录，或以令牌登录（首个令牌和演示令牌）。答复设置 Cookie `__Host-huiyin`（仅限本机且未经 TLS 时为 `huiyin`）：
/// 30 分钟无请求即失效，最长 12 小时，以令牌登录的不长于令牌。登录名、密码、验证码有误，答复相同（401 `sign_in_failed`）；同一登录名或地址失败五次后
/// 须等待 1、2、4、8、15 分钟（429），不会永久锁定。凭 Cookie 的 POST 须带本站的 `Origin`（403 `cross_origin`）；未经 TLS 不能登录（403
/// `tls_required`），本机除外。不写入日志。
///
/// Signs in with login, password and code, or with a token (the first one, or a demonstration's). The answer sets the cookie
/// `__Host-huiyin` (`huiyin` on the machine itself without TLS): it is good for 30 minutes after each request, for 12 hours
/// at most, and no longer than the token it came from. A wrong login, password or code is one answer (401
/// `sign_in_failed`); after five failures of a login or an address there is a wait of 1, 2, 4, 8, then 15 minutes (429), and
/// nobody is locked out for good. With the cookie every POST needs the server's own `Origin` (403 `cross_origin`); without TLS
/// nobody signs in (403 `tls_required`) but on the machine itself. Nothing is recorded in the log.
#[utoipa::path(post, path = "/v1/sign-ins", tag = "accounts", request_body = BeginSignIn, responses(
    (status = 201, description = "已登录。Signed in.", body = SignInBegun),
))]
pub(crate) async fn begin(
    app: web::Data<AppState>,
    accounts: web::Data<Accounts>,
    request: HttpRequest,
    sent: Sent,
) -> Result<HttpResponse, Problem> {
    let people = accounts.people()?;
    let client = RequestContext::of(&request)?.client.clone();
    let transport = cookies::transport(request.headers(), &client);
    if cookies::site(request.headers(), &client, transport) == Site::Other {
        return Err(Problem::new(HttpCode::CrossOrigin));
    }
    if transport == Transport::Plain {
        return Err(Problem::new(HttpCode::TlsRequired));
    }
    let wanted = sent.read(BeginSignIn::read)?;
    let now = app.casework.clock_now();
    let (caller, since, from) = match (wanted.token, wanted.login, wanted.password) {
        (Some(token), _, _) => {
            let known = app.casework.authenticate(&token).and_then(|known| known.token.map(|token| (known, token)));
            let (known, token) = known.ok_or_else(|| told_of(&app, &client, None, failed()))?;
            let reference = app.casework.reference();
            let held = reference.accounts.token(token).map(|(_, held)| held.expires_at_ms);
            let expires_at = held.flatten().map(instant);
            let since = app.casework.signs_in_since(known.account);
            (known, since, Some(FromToken { id: token.0, expires_at }))
        }
        (None, Some(login), Some(password)) => {
            let read = Login::read(&login).ok();
            let account = read.as_ref().and_then(|login| app.casework.of_login(login));
            let since = account.and_then(|account| app.casework.signs_in_since(account));
            let let_in = account.filter(|account| app.casework.speaks(*account).is_some());
            let trial = Trial {
                counted_as: read.map_or(login, |login| login.as_str().to_owned()),
                client: client.clone(),
                account: let_in.and_then(|account| Some((account, app.casework.held(account)?))),
                shown: Shown::Password { password, code: wanted.code },
            };
            let tried = attempt(Arc::clone(people), trial, now).await;
            let account = tried.map_err(|problem| told_of(&app, &client, account, problem))?;
            (app.casework.speaks(account).ok_or_else(failed)?, since, None)
        }
        (None, _, _) => return Err(Problem::internal("a sign-in without anything shown was read")),
    };
    let begun = people.sign_ins.begin(caller.account.0, from, now)?;
    // What was shown was compared with what there was; whatever changed it since ended the sign-ins that there were before.
    if !since.is_some_and(|since| app.casework.signs_in_still(caller.account, since)) {
        people.sign_ins.end(begun.cookie.text())?;
        return Err(told_of(&app, &client, Some(caller.account), failed()));
    }
    app.journal.signed_in(&client, caller.account.0);
    let cookie = cookies::set(begun.cookie.text(), transport).ok_or_else(|| Problem::new(HttpCode::TlsRequired))?;
    let only_enrols = only_enrols(&app, &begun.sign_in, &caller.roles);
    let answer = SignInBegun {
        sign_in: SignInView::of(begun.sign_in.expires_at, only_enrols, app.casework.reference().time_zone()),
        account: SignedInAccount {
            id: caller.account.0,
            name: caller.name,
            roles: caller.roles.iter().map(|role| role.as_str()).collect(),
        },
    };
    let mut created = HttpResponse::Created();
    Ok(created.insert_header((LOCATION, "/v1/me")).insert_header((SET_COOKIE, cookie)).json(answer))
}

/// Whether whoever signed in may do nothing but set a second factor.
fn only_enrols(app: &AppState, sign_in: &SignIn, roles: &[Role]) -> bool {
    let has_one = app.casework.held(AccountId(sign_in.account)).is_some_and(|held| held.second_factor.is_some());
    sign_in.token.is_none() && needs_second_factor(roles) && !has_one
}

/// A refusal, of which the security journal is told where it is that of whoever shows nothing that is right.
fn told_of(app: &AppState, client: &Client, account: Option<AccountId>, problem: Problem) -> Problem {
    if problem.code == HttpCode::SignInFailed.into() {
        app.journal.sign_in_failed(client, account.map(|account| account.0));
    }
    problem
}

/// The one refusal of whoever shows nothing that is right.
pub(crate) fn failed() -> Problem {
    Problem::new(HttpCode::SignInFailed)
}

/// 退出无需内容。Signing out says nothing.
#[derive(ToSchema)]
#[schema(example = json!({}))]
#[cfg_attr(not(test), expect(dead_code, reason = "nothing is read of it: it is only described"))]
pub struct EndSignIn {}

/// 结束了几次登录。How many sign-ins ended.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"ended": 1}))]
pub struct SignInsEnded {
    /// 次数。How many.
    ended: usize,
}

/// Sign out
///
/// 结束本次登录，并清除 Cookie；以令牌请求的没有登录可结束。不写入日志。
///
/// Ends this sign-in and takes its cookie away; whoever asks by a token has none to end. Nothing is recorded in the log.
#[utoipa::path(post, path = "/v1/sign-ins/current/ending", tag = "accounts", request_body = EndSignIn, responses(
    (status = 200, description = "已退出。Signed out.", body = SignInsEnded),
))]
pub(crate) async fn end(
    app: web::Data<AppState>,
    accounts: web::Data<Accounts>,
    request: HttpRequest,
    caller: Caller,
    sent: Sent,
) -> Result<HttpResponse, Problem> {
    sent.read(|_| Some(()))?;
    let KnownBy::SignIn { .. } = caller.account.known_by else {
        return Ok(HttpResponse::Ok().json(SignInsEnded { ended: 0 }));
    };
    let client = RequestContext::of(&request)?.client.clone();
    let transport = cookies::transport(request.headers(), &client);
    let cookie = cookies::sent(request.headers(), transport).unwrap_or_default();
    let ended = accounts.people()?.sign_ins.end(cookie)?;
    app.journal.signed_out(&client, caller.account.id);
    Ok(signed_out(transport, usize::from(ended)))
}

/// Sign out everywhere
///
/// 结束本账户的全部登录，例如设备遗失时。令牌不受影响。不写入日志。
///
/// Ends every sign-in of the account, such as when a device was lost. Its tokens stay. Nothing is recorded in the log.
#[utoipa::path(post, path = "/v1/sign-ins/all/ending", tag = "accounts", request_body = EndSignIn, responses(
    (status = 200, description = "已全部退出。Signed out everywhere.", body = SignInsEnded),
))]
pub(crate) async fn end_all(
    app: web::Data<AppState>,
    accounts: web::Data<Accounts>,
    request: HttpRequest,
    caller: Caller,
    sent: Sent,
) -> Result<HttpResponse, Problem> {
    sent.read(|_| Some(()))?;
    let client = RequestContext::of(&request)?.client.clone();
    let transport = cookies::transport(request.headers(), &client);
    let ended = accounts.people()?.sign_ins.end_all(caller.account.id)?;
    app.journal.signed_out(&client, caller.account.id);
    Ok(signed_out(transport, ended))
}

fn signed_out(transport: Transport, ended: usize) -> HttpResponse {
    let mut answer = HttpResponse::Ok();
    if let Some(gone) = cookies::clear(transport) {
        answer.insert_header((SET_COOKIE, gone));
    }
    answer.json(SignInsEnded { ended })
}
