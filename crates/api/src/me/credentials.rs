//! A person's own password and second factor.

use crate::http::account::KnownBy;
use crate::http::accounts::Accounts;
use crate::http::caller::Caller;
use crate::http::context::RequestContext;
use crate::http::sent::Sent;
use crate::input::body::{Fields, Secret, body, given};
use crate::problem::Problem;
use crate::sign_ins::commands::failed;
use crate::sign_ins::people::People;
use crate::sign_ins::trying::{Shown, Trial, attempt, crowded};
use crate::state::AppState;
use actix_web::{FromRequest as _, HttpRequest, HttpResponse, web};
use casework::CommandContext;
use casework::access::credentials::ShownToSet;
use casework::transact::Outcome;
use chrono::{DateTime, Utc};
use domain::ids::AccountId;
use domain::refusal::{Code, Refusal};
use domain::vocabulary::Role;
use event_store::Position;
use identity::password::{self, NotHashed, Unfit};
use identity::pending::Waiting;
use identity::secrets::Digest;
use identity::{secrets, totp};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

body! {
    /// 设置密码：首次凭开通码，此后凭现有密码。Setting a password: the first one by an enrolment code, a later one by the one before.
    #[example = {"enrolment": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG", "new": "correct horse battery staple"}]
    struct SetPassword {
        /// 管理员发放的开通码；此时无须登录。The enrolment code that an administrator issued; then nobody need be signed in.
        enrolment: Option<Secret>,
        /// 现有密码；须已登录。The present password, of whoever is signed in.
        current: Option<Secret> = |fields| unless_enrolling(fields, &enrolment),
        /// 新密码，12 至 128 个字符，不得为最常见的密码。The new one: 12 to 128 characters, none of the commonest.
        new: Secret => |_| password::choose(new.as_ref()?).err().map(|why| unfit(why).at("/new")),
    }
}

fn unless_enrolling(fields: &mut Fields<'_>, enrolment: &Option<Option<String>>) -> Option<Option<String>> {
    if given(enrolment) { Some(None) } else { fields.field::<Secret>("current").map(Some) }
}

/// Why a password cannot be chosen.
fn unfit(unfit: Unfit) -> Refusal {
    match unfit {
        Unfit::TooShort => Refusal::new(Code::TooShort).because(
            format!("密码至少 {} 个字符。", password::CHARS_MIN),
            format!("A password has at least {} characters.", password::CHARS_MIN),
        ),
        Unfit::TooLong => Refusal::new(Code::TooLong).because(
            format!("密码最多 {} 个字符。", password::CHARS_MAX),
            format!("A password has at most {} characters.", password::CHARS_MAX),
        ),
        Unfit::ControlCharacter => Refusal::new(Code::ControlCharacter),
        Unfit::Common => Refusal::new(Code::TooCommon),
    }
}

/// 已设置。It was set.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"position": 1042}))]
pub struct CredentialSet {
    /// 该命令的位置。Position of the command's event.
    position: u64,
}

/// Set one's password
///
/// 设置自己的密码。首次凭管理员发放的开通码，无须登录，开通码随之失效；此后须已登录并给出现有密码。密码 12 至 128 个字符，不得为最常见的密码；只留密文。
/// 本账户的其他登录随之结束。开通码或现有密码有误，答复同登录失败。不使用 Idempotency-Key：重发即再次设置。
///
/// Sets one's own password: the first time by the enrolment code that an administrator issued, signed in or not, which is used
/// up by it; later by whoever is signed in and gives the present one. It has 12 to 128 characters and is none of the
/// commonest; only its hash is kept. The account's other sign-ins end. A wrong code or password is answered like a sign-in
/// that failed. No Idempotency-Key is looked at: sent again it sets it again.
#[utoipa::path(post, path = "/v1/me/password", tag = "accounts", request_body = SetPassword, responses(
    (status = 200, description = "已设置。It was set.", body = CredentialSet),
))]
pub(crate) async fn set_password(
    app: web::Data<AppState>,
    accounts: web::Data<Accounts>,
    request: HttpRequest,
    sent: Sent,
) -> Result<HttpResponse, Problem> {
    let people = accounts.people()?;
    let body = sent.read(SetPassword::read)?;
    let now = app.casework.clock_now();
    let code = body.enrolment.as_deref().map(secrets::digest);
    let (account, role, since, trial) = match (&code, body.enrolment, body.current) {
        (Some(code), Some(text), _) => {
            let account = app.casework.of_enrolment(code).filter(|account| app.casework.speaks(*account).is_some());
            let role =
                account.and_then(|account| app.casework.speaks(account)).and_then(|known| known.roles.first().copied());
            (account, role, None, trial_of(&app, &request, text, account, Shown::Secret)?)
        }
        (_, _, Some(current)) => {
            let caller = Caller::extract(&request).await?;
            let account = AccountId(caller.account.id);
            let login = app.casework.login_of(account).unwrap_or_else(|| account.to_string());
            let role = caller.role.or_else(|| caller.account.roles.first().copied());
            let since = app.casework.signs_in_since(account);
            (Some(account), role, since, trial_of(&app, &request, login, Some(account), Shown::PasswordAlone(current))?)
        }
        _ => return Err(Problem::internal("a password was read without what lets it be set")),
    };
    attempt(Arc::clone(people), trial, now).await?;
    let account = account.ok_or_else(failed)?;
    let argon2id = hash(people, body.new).await?;
    let call = call_of(&app, account, role);
    let shown = match &code {
        Some(code) => ShownToSet::Enrolment(code),
        None => ShownToSet::Password(since.ok_or_else(failed)?),
    };
    let ran = app.casework.set_password(&call, account, &argon2id, shown).await?;
    let position = position(&ran);
    people.pending.forget(account.0);
    let kept = Caller::extract(&request).await.ok().and_then(|caller| sign_in_of(&caller, account));
    people.sign_ins.end_others(account.0, kept.as_ref())?;
    app.wrote(account.0, position);
    Ok(HttpResponse::Ok().json(CredentialSet { position: position.0 }))
}

/// The sign-in of an account by which it is asked, if it is by one.
fn sign_in_of(caller: &Caller, account: AccountId) -> Option<Digest> {
    match &caller.account.known_by {
        KnownBy::SignIn { digest, .. } if caller.account.id == account.0 => Some(*digest),
        KnownBy::Nothing | KnownBy::SignIn { .. } | KnownBy::Token(_) | KnownBy::Provider { .. } => None,
    }
}

fn trial_of(
    app: &AppState,
    request: &HttpRequest,
    counted_as: String,
    account: Option<AccountId>,
    shown: Shown,
) -> Result<Trial, Problem> {
    let account = account.and_then(|account| Some((account, app.casework.held(account)?)));
    Ok(Trial { counted_as, client: RequestContext::of(request)?.client.clone(), account, shown })
}

async fn hash(people: &Arc<People>, new: String) -> Result<String, Problem> {
    let people = Arc::clone(people);
    let hashed = web::block(move || {
        // It was held against the rules when it was read.
        let chosen = password::choose(&new).map_err(|_| NotHashed::Failed)?;
        people.hasher.hash(&chosen)
    });
    match hashed.await {
        Ok(Ok(argon2id)) => Ok(argon2id),
        Ok(Err(NotHashed::Busy(_))) => Err(crowded()),
        Ok(Err(NotHashed::Failed)) | Err(_) => Err(Problem::internal("a password could not be hashed")),
    }
}

/// The command of an account on itself. Its fingerprint is of nothing: a fast hash of what holds a password would undo the
/// slow one.
fn call_of(app: &AppState, account: AccountId, role: Option<Role>) -> CommandContext {
    let fingerprint = app.casework.keys.fingerprint("POST", "", "", b"");
    CommandContext::of_account(account.0, role.unwrap_or(Role::System), None, fingerprint)
}

fn position<T>(ran: &Outcome<casework::governed::Governed<T>>) -> Position {
    match ran {
        Outcome::Done(done) => done.position,
        Outcome::Replayed(record) => record.last,
    }
}

body! {
    /// 取得第二因素：已设有的，须附其现时验证码。Getting a second factor: whoever has one shows a code of it.
    #[example = {"code": "287082"}]
    struct AskForSecondFactor {
        /// 现有第二因素的验证码；尚未设置的不填。A code of the second factor that is set; left out where none is.
        code: Option<Secret>,
    }
}

/// 第二因素，只显示一次。A second factor, shown this once.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
    "uri": "otpauth://totp/Huiyin:wang.fang?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Huiyin&algorithm=SHA1&digits=6&period=30"
}))]
pub struct SecondFactorShown {
    /// 供手工输入验证器的密钥（Base32）。The secret, to be typed into an authenticator (Base32).
    secret: String,
    /// 供验证器扫描的地址，可制成二维码。The address that an authenticator reads as a QR code.
    uri: String,
}

/// Get a second factor
///
/// 取得第二因素的密钥，供验证器应用使用；15 分钟内以其验证码确认后生效，此前不改变任何内容。已设有第二因素的，须附其现时验证码（缺少为 422
/// `missing`，有误为 401 `sign_in_failed`，失败计入登录失败）；验证器遗失的，由管理员重新发放开通码。只显示一次，不写入日志。
///
/// Gives the secret of a second factor for an authenticator. It takes effect when a code of it is confirmed within 15 minutes,
/// and changes nothing until then. Where one is set already a code of that is needed (422 `missing` without, 401
/// `sign_in_failed` with a wrong one, which counts like a sign-in that failed); whoever lost theirs is enrolled anew by an
/// administrator. Shown this once; nothing is recorded in the log.
#[utoipa::path(post, path = "/v1/me/second-factor", tag = "accounts", request_body = AskForSecondFactor, responses(
    (status = 200, description = "密钥。The secret.", body = SecondFactorShown),
))]
pub(crate) async fn show_second_factor(
    app: web::Data<AppState>,
    accounts: web::Data<Accounts>,
    request: HttpRequest,
    caller: Caller,
    sent: Sent,
) -> Result<HttpResponse, Problem> {
    let body = sent.read(AskForSecondFactor::read)?;
    let (people, now) = (accounts.people()?, app.casework.clock_now());
    let account = by_password(&app, &caller)?;
    let login = app.casework.login_of(account).unwrap_or_else(|| account.to_string());
    let since = app.casework.signs_in_since(account).ok_or_else(failed)?;
    if app.casework.held(account).is_some_and(|held| held.second_factor.is_some()) {
        // A cookie alone must not replace what stands beside the password.
        let code = body.code.ok_or_else(|| Problem::from(Refusal::new(Code::Missing).at("/code")))?;
        let trial = trial_of(&app, &request, login.clone(), Some(account), Shown::CodeAlone(code))?;
        attempt(Arc::clone(people), trial, now).await?;
    }
    let secret = totp::Secret::draw().map_err(|error| Problem::internal(error.to_string()))?;
    let shown = SecondFactorShown { secret: secret.base32(), uri: secret.uri(&people.service, &login) };
    people.pending.keep(account.0, Waiting { secret, since }, now);
    Ok(HttpResponse::Ok().json(shown))
}

/// Whoever signed in by a password: a token's bearer sets no second factor.
fn by_password(app: &AppState, caller: &Caller) -> Result<AccountId, Problem> {
    let account = AccountId(caller.account.id);
    let has_password = app.casework.held(account).is_some_and(|held| held.password.is_some());
    match caller.account.known_by {
        KnownBy::SignIn { token: None, .. } if has_password => Ok(account),
        KnownBy::Nothing | KnownBy::SignIn { .. } | KnownBy::Token(_) | KnownBy::Provider { .. } => {
            Err(Problem::from(Refusal::new(Code::NotEnrolled)))
        }
    }
}

body! {
    /// 第二因素的首个验证码。The first code of a second factor.
    #[example = {"code": "287082"}]
    struct ConfirmSecondFactor {
        /// 验证器所示的六位验证码。The six digits that the authenticator shows.
        code: Secret,
    }
}

/// Confirm a second factor
///
/// 以验证器所示的验证码确认第二因素：自此登录须附验证码，原有的第二因素失效，本账户的其他登录随之结束。每个验证码只能使用一次。
///
/// Confirms a second factor by the code that the authenticator shows: from now on signing in needs one, and an earlier second
/// factor is over, as are the account's other sign-ins. A code is good once.
#[utoipa::path(post, path = "/v1/me/second-factor/confirmation", tag = "accounts", request_body = ConfirmSecondFactor, responses(
    (status = 200, description = "已确认。Confirmed.", body = CredentialSet),
))]
pub(crate) async fn confirm_second_factor(
    app: web::Data<AppState>,
    accounts: web::Data<Accounts>,
    request: HttpRequest,
    caller: Caller,
    sent: Sent,
) -> Result<HttpResponse, Problem> {
    let body = sent.read(ConfirmSecondFactor::read)?;
    let (people, now): (_, DateTime<Utc>) = (accounts.people()?, app.casework.clock_now());
    let account = by_password(&app, &caller)?;
    let waiting = people.pending.of(account.0, now).ok_or_else(failed)?;
    let (secret, since) = (waiting.secret.base32(), waiting.since);
    let login = app.casework.login_of(account).unwrap_or_else(|| account.to_string());
    let trial = trial_of(&app, &request, login, Some(account), Shown::FirstCode { code: body.code, waiting })?;
    attempt(Arc::clone(people), trial, now).await?;
    let role = caller.role.or_else(|| caller.account.roles.first().copied());
    let call = call_of(&app, account, role);
    let ran = app.casework.set_second_factor(&call, account, &secret, since).await?;
    people.pending.forget(account.0);
    // Whoever signed in by the password alone, or by the factor before, shows the new one first.
    people.sign_ins.end_others(account.0, sign_in_of(&caller, account).as_ref())?;
    let position = position(&ran);
    app.wrote(account.0, position);
    Ok(HttpResponse::Ok().json(CredentialSet { position: position.0 }))
}
