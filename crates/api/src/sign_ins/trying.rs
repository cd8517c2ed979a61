//! A try to show who one is: counted before anything is compared, of one cost whatever is wrong, and with one answer.

use crate::http::proxies::Client;
use crate::http::rates::network;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::sign_ins::people::People;
use actix_web::web;
use casework::access::held::Held;
use chrono::{DateTime, TimeDelta, Utc};
use domain::ids::AccountId;
use identity::pending::Waiting;
use identity::sign_ins::backing_off::MayTry;
use identity::totp;
use std::sync::Arc;

/// What somebody shows.
#[derive(Debug)]
pub(crate) enum Shown {
    /// A password, and a code where the account has a second factor.
    Password { password: String, code: Option<String> },
    /// A password alone, by whoever is signed in already.
    PasswordAlone(String),
    /// A code of the second factor that is set, by whoever is signed in already.
    CodeAlone(String),
    /// The first code of a second factor that was shown a while ago.
    FirstCode {
        /// The code.
        code: String,
        /// What was shown.
        waiting: Waiting,
    },
    /// A secret that was drawn here, of which is known already whose it is.
    Secret,
}

impl Shown {
    /// Whether it is all that signing in takes. What shows less makes no failure forgotten, or whoever has one part could
    /// guess at the other for ever.
    const fn is_all(&self) -> bool {
        match self {
            Self::Password { .. } | Self::Secret => true,
            Self::PasswordAlone(_) | Self::CodeAlone(_) | Self::FirstCode { .. } => false,
        }
    }
}

/// A try of somebody.
#[derive(Debug)]
pub(crate) struct Trial {
    /// What they are counted by: a login, as it is compared, or as it was sent where it is none.
    pub counted_as: String,
    /// From where.
    pub client: Client,
    /// The account that it would be, if there is one that is let in.
    pub account: Option<(AccountId, Held)>,
    /// What they show.
    pub shown: Shown,
}

/// Lets somebody try; the account that it is, once it was shown.
///
/// # Errors
/// 401 `sign_in_failed`, one for everything that is wrong; 429 while there is a wait, or too many try at once.
pub(crate) async fn attempt(people: Arc<People>, trial: Trial, now: DateTime<Utc>) -> Result<AccountId, Problem> {
    web::block(move || try_it(&people, &trial, now))
        .await
        .map_err(|_| Problem::internal("a thread for comparing passwords was not to be had"))?
}

fn try_it(people: &People, trial: &Trial, now: DateTime<Utc>) -> Result<AccountId, Problem> {
    // What is before the server and speaks for everybody is nobody's address.
    let address = network(&trial.client).map(|address| address.to_string());
    let attempt = match people.sign_ins.may_try(&trial.counted_as, address.as_deref(), now)? {
        MayTry::Now(attempt) => attempt,
        MayTry::After(wait) => return Err(to_wait(wait)),
    };
    match is_shown(people, trial, now) {
        Ok(Some(account)) if trial.shown.is_all() => {
            people.sign_ins.succeeded(&attempt)?;
            Ok(account)
        }
        Ok(Some(account)) => {
            people.sign_ins.not_failed(&attempt)?;
            Ok(account)
        }
        Ok(None) => Err(Problem::new(HttpCode::SignInFailed)),
        Err(problem) => {
            people.sign_ins.not_failed(&attempt)?;
            Err(problem)
        }
    }
}

/// The account, if what was shown is right. Nothing is answered before all was compared.
fn is_shown(people: &People, trial: &Trial, now: DateTime<Utc>) -> Result<Option<AccountId>, Problem> {
    let held = trial.account.as_ref().map(|(_, held)| held);
    let account = trial.account.as_ref().map(|(account, _)| *account);
    let of_password = |text: &str| {
        let kept = held.and_then(|held| held.password.as_deref());
        people.hasher.is_right(text, kept).map_err(|_busy| crowded())
    };
    let step_of = |secret: Option<totp::Secret>, code: &str| secret.and_then(|secret| secret.step_of(code, now));
    let is_right = match &trial.shown {
        Shown::Secret => true,
        Shown::PasswordAlone(password) => of_password(password)?,
        Shown::Password { password, code } => {
            let right = of_password(password)?;
            match held.and_then(|held| held.second_factor.as_deref()) {
                None => right,
                Some(secret) => {
                    let code = code.as_deref().unwrap_or_default();
                    let step = step_of(totp::Secret::of_base32(secret), code);
                    // A code is used up only by whoever knows the password too.
                    right && uses(people, account, step)?
                }
            }
        }
        Shown::CodeAlone(code) => {
            let set = held.and_then(|held| totp::Secret::of_base32(held.second_factor.as_deref()?));
            uses(people, account, step_of(set, code))?
        }
        Shown::FirstCode { code, waiting } => uses(people, account, step_of(Some(waiting.secret.clone()), code))?,
    };
    Ok(account.filter(|_| is_right))
}

fn uses(people: &People, account: Option<AccountId>, step: Option<i64>) -> Result<bool, Problem> {
    match account.zip(step) {
        Some((account, step)) => Ok(people.sign_ins.use_step(account.0, step)?),
        None => Ok(false),
    }
}

fn to_wait(wait: TimeDelta) -> Problem {
    let seconds =
        u32::try_from(wait.num_milliseconds().max(0).unsigned_abs().div_ceil(1000)).unwrap_or(u32::MAX).max(1);
    Problem::new(HttpCode::RateLimited)
        .because(
            format!("此登录名或地址连续失败，请在 {seconds} 秒后重试。"),
            format!("This login or address failed several times: try again in {seconds} seconds."),
        )
        .retry_after(seconds)
}

/// Too many passwords are being compared; nothing was looked at.
pub(crate) fn crowded() -> Problem {
    Problem::new(HttpCode::Overloaded)
        .because("正在核对的密码过多。", "Too many passwords are being compared.")
        .retry_after(1)
}
