//! Who asks, in which role, and what the headers say beside it.

use crate::http::account::{Account, KnownBy};
use crate::http::accounts::{Accounts, Known, Sender};
use crate::http::context::RequestContext;
use crate::http::route::Route;
use crate::limits::IDEMPOTENCY_KEY_CHARS_MAX;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use actix_web::dev::Payload;
use actix_web::http::header::{HeaderMap, IF_MATCH};
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, web};
use domain::access::{Action, COLUMNS, Cell};
use domain::vocabulary::{Purpose, Role};
use std::future::{Ready, ready};
use uuid::Uuid;

/// Who asks, known by a valid token, and what for.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The account.
    pub account: Account,
    /// The role it acts in, the leaf's `role`; `None` only where it is asked who one is, by somebody of several roles who
    /// named none.
    pub role: Option<Role>,
    /// What they say that they look at personal data for (`Huiyin-Purpose`).
    pub purpose: Option<Purpose>,
    /// The action that the route needs. Until access rules are adopted every account may do it.
    pub action: Action,
}

impl Caller {
    /// Somebody who is known, on a route.
    ///
    /// # Errors
    /// 400 for a header that cannot be read, 403 for a role that the account does not have, or that the access table gives
    /// none of the route's action, whatever it is done to.
    pub(crate) fn on(route: &Route, known: Known, headers: &HeaderMap, accounts: &Accounts) -> Result<Self, Problem> {
        let (account, role) = match known {
            Known::Account(account) => {
                let role = match acting_as(headers, &account) {
                    // It is here that they learn which there are.
                    Err(problem)
                        if route.in_any_role
                            && (problem.code == HttpCode::RoleNeeded.into() || account.roles.is_empty()) =>
                    {
                        None
                    }
                    role => Some(role?),
                };
                (account, role)
            }
            Known::Ticket(account, role) => (account, Some(role)),
        };
        if matches!(account.known_by, KnownBy::SignIn { only_enrols: true, .. }) && !is_of_enrolling(route.action) {
            return Err(Problem::new(HttpCode::Forbidden).because(
                "须先设置第二因素：POST /v1/me/second-factor。",
                "Set a second factor first: POST /v1/me/second-factor.",
            ));
        }
        if let Some(role) = role.filter(|role| !route.open && (accounts.adopted)() && !gives(*role, route.action)) {
            tracing::debug!(%role, action = %route.action, "the access table gives none of it");
            return Err(Problem::forbidden(route.action));
        }
        Ok(Self { account, role, purpose: purpose(headers)?, action: route.action })
    }

    /// A stranger, on a route that is for them: of no account.
    fn stranger(route: &Route) -> Self {
        let (id, name) = (Uuid::nil(), String::new());
        let account = Account { id, name, roles: Vec::new(), known_by: KnownBy::Nothing, grant_ids: Vec::new() };
        Self { account, role: Some(Role::Visitor), purpose: None, action: route.action }
    }

    fn of(request: &HttpRequest) -> Result<Self, Problem> {
        // The middleware knows who asks on every route that is not open; an open one may want to know all the same.
        if let Some(caller) = request.extensions().get::<Self>() {
            return Ok(caller.clone());
        }
        // Fails closed: a path that reached a handler around the table of routes has no action.
        let asked = RequestContext::of(request)?;
        let route = asked.route.as_ref().filter(|route| route.open).ok_or_else(|| Problem::new(HttpCode::NotFound))?;
        if route.strangers.is_some() {
            return Ok(Self::stranger(route));
        }
        let accounts =
            request.app_data::<web::Data<Accounts>>().ok_or_else(|| Problem::internal("no accounts are configured"))?;
        Self::on(route, accounts.known(&Sender::of(request, &asked.client, None))?, request.headers(), accounts)
    }
}

/// Whether somebody may do it who has no second factor yet.
fn is_of_enrolling(action: Action) -> bool {
    matches!(action, Action::AccountCredentials | Action::AccountMe | Action::AccountSignOut)
}

/// Whether the access table gives a role anything of an action.
pub(crate) fn gives(role: Role, action: Action) -> bool {
    let cells = COLUMNS.iter().zip(action.row().cells);
    cells.into_iter().any(|(column, cell)| *column == role && cell != Cell::Nothing)
}

impl FromRequest for Caller {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request))
    }
}

/// The role of `Acting-As`; without it the account's only role, else administrator where the account is that. Nobody
/// acts in a role that the account does not hold: the leaf says it for ever.
fn acting_as(headers: &HeaderMap, account: &Account) -> Result<Role, Problem> {
    let Some(value) = single(headers, "Acting-As")? else {
        return match account.roles.as_slice() {
            [only] => Ok(*only),
            [] => Err(Problem::new(HttpCode::Forbidden).because(
                "该账户没有生效的授权；原因见 GET /v1/me。",
                "No grant of the account is in force; GET /v1/me says why.",
            )),
            roles if roles.contains(&Role::Administrator) => Ok(Role::Administrator),
            roles => {
                let names: Vec<_> = roles.iter().map(|role| role.as_str()).collect();
                let names = names.join(", ");
                Err(Problem::new(HttpCode::RoleNeeded).because(
                    format!("请在 Acting-As 中写明以哪一角色操作：{names}。"),
                    format!("Say in Acting-As in which role: {names}."),
                ))
            }
        };
    };
    let role = Role::parse(value)
        .filter(|role| role.is_held())
        .ok_or_else(|| bad_header("Acting-As", "没有这样的角色", "there is no such role"))?;
    if account.roles.contains(&role) {
        Ok(role)
    } else {
        Err(Problem::new(HttpCode::Forbidden)
            .because(format!("该账户不能以{}的角色操作。", role.zh()), format!("The account cannot act as {role}.")))
    }
}

/// `Huiyin-Purpose`: what personal data is looked at for.
fn purpose(headers: &HeaderMap) -> Result<Option<Purpose>, Problem> {
    let Some(value) = single(headers, "Huiyin-Purpose")? else { return Ok(None) };
    let known = Purpose::parse(value).map(Some);
    known.ok_or_else(|| bad_header("Huiyin-Purpose", "没有这样的目的", "there is no such purpose"))
}

/// `Idempotency-Key`: 1 to 255 visible characters.
pub(crate) fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = single(headers, "Idempotency-Key")? else {
        return Ok(None);
    };
    let fits = (1..=IDEMPOTENCY_KEY_CHARS_MAX).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_graphic());
    if fits {
        Ok(Some(value.to_owned()))
    } else {
        Err(bad_header("Idempotency-Key", "应为 1 至 255 个可见字符", "1 to 255 visible characters are expected"))
    }
}

/// What `If-Match` asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum IfMatch {
    /// `*`: that the thing is there, in whichever version.
    Any,
    /// One of these versions.
    Versions(Vec<u64>),
}

/// `If-Match` (RFC 9110 §13.1.1). A weak tag counts as its strong one, because a proxy that compresses makes the one of the
/// other. A tag that is no version is none of ours.
pub(crate) fn if_match(headers: &HeaderMap) -> Result<Option<IfMatch>, Problem> {
    let malformed = || {
        bad_header(
            "If-Match",
            "应为带引号的版本号，如 \"4\"；可用逗号列出多个，或为 *",
            "a version in quotes such as \"4\" is expected, several with commas, or *",
        )
    };
    let mut versions = None;
    for line in headers.get_all(IF_MATCH) {
        let line = line.to_str().map_err(|_| malformed())?.trim();
        if line == "*" {
            // Whatever is there will do, whichever else is named.
            return Ok(Some(IfMatch::Any));
        }
        versions.get_or_insert_with(Vec::new).extend(tags(line).ok_or_else(malformed)?);
    }
    Ok(versions.map(IfMatch::Versions))
}

/// The versions in a list of entity tags; `None` where it is no such list.
fn tags(line: &str) -> Option<Vec<u64>> {
    // Empty elements of a list say nothing (RFC 9110 §5.6.1), wherever they stand.
    let past_empty = |rest: &'_ str| rest.len() - rest.trim_start_matches([',', ' ', '\t']).len();
    let mut versions = Vec::new();
    let mut rest = &line[past_empty(line)..];
    loop {
        let (tag, after) = rest.strip_prefix("W/").unwrap_or(rest).strip_prefix('"')?.split_once('"')?;
        let digits = tag.bytes().all(|b| b.is_ascii_digit()) && !(tag.starts_with('0') && tag.len() > 1);
        versions.extend(tag.parse::<u64>().ok().filter(|_| digits));
        let after = after.trim_start();
        rest = &after[past_empty(after)..];
        if rest.is_empty() {
            return Some(versions);
        }
        if rest.len() == after.len() {
            return None;
        }
    }
}

/// A header that may come once.
fn single<'a>(headers: &'a HeaderMap, name: &'static str) -> Result<Option<&'a str>, Problem> {
    let mut values = headers.get_all(name);
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let value = value.to_str().ok().filter(|_| values.next().is_none());
    value
        .map(Some)
        .ok_or_else(|| bad_header(name, "只能出现一次，且只含可见字符", "it may come once and in visible characters"))
}

pub(crate) fn bad_header(name: &str, zh: &str, en: &str) -> Problem {
    Problem::new(HttpCode::BadHeader).because(format!("{name}：{zh}。"), format!("{name}: {en}."))
}

#[cfg(test)]
mod tests;
