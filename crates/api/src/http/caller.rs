//! Who asks, in which role, and what the headers say beside it.

use crate::http::account::Account;
use crate::http::context::RequestContext;
use crate::http::route::Route;
use crate::http::tickets::Tickets;
use crate::limits::{IDEMPOTENCY_KEY_CHARS_MAX, TOKEN_CHARS_MAX};
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use actix_web::dev::Payload;
use actix_web::http::header::{AUTHORIZATION, HeaderMap, IF_MATCH};
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, web};
use casework::Casework;
use domain::access::{Action, COLUMNS, Cell};
use domain::ids::TokenId;
use domain::vocabulary::Role;
use std::fmt;
use std::future::{Ready, ready};
use std::sync::Arc;
use uuid::Uuid;

/// Finds whom a token speaks for, if it is neither unknown nor revoked nor expired.
type Find = dyn Fn(&str) -> Option<Account> + Send + Sync;
/// Whether a token is good still by which an account was known before.
type IsGood = dyn Fn(Uuid) -> bool + Send + Sync;

/// The accounts that may ask, behind one function: [`Accounts::of_casework`], or a test's own.
///
/// Casework looks tokens up by their SHA-256. How long that takes tells something about the hash of a guess, never
/// about a token, so no comparison of secrets happens and none needs to take constant time.
#[derive(Clone)]
pub struct Accounts {
    find: Arc<Find>,
    is_good: Arc<IsGood>,
    /// Whether access rules are adopted.
    pub(crate) adopted: Arc<dyn Fn() -> bool + Send + Sync>,
    pub(crate) tickets: Tickets,
}

impl Accounts {
    /// Accounts found by `find`; a ticket lasts no longer than `is_good` says of the token that it was got by.
    pub fn new(
        find: impl Fn(&str) -> Option<Account> + Send + Sync + 'static,
        is_good: impl Fn(Uuid) -> bool + Send + Sync + 'static,
    ) -> Self {
        Self {
            find: Arc::new(find),
            is_good: Arc::new(is_good),
            adopted: Arc::new(|| false),
            tickets: Tickets::default(),
        }
    }

    /// The same, with what says whether access rules are adopted.
    #[must_use]
    fn under_rules(self, adopted: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self { adopted: Arc::new(adopted), ..self }
    }

    /// The accounts of the log.
    pub fn of_casework(casework: Arc<Casework>) -> Self {
        let (of_tokens, of_rules) = (Arc::clone(&casework), Arc::clone(&casework));
        let find = move |token: &str| {
            let known = casework.authenticate(token)?;
            Some(Account {
                id: known.account.0,
                name: known.name,
                roles: known.roles,
                token_id: known.token.0,
                grant_ids: known.grant_ids,
            })
        };
        Self::new(find, move |token| of_tokens.is_good(TokenId(token))).under_rules(move || of_rules.access_adopted())
    }
}

/// Somebody who is known, before it is asked in which role they come.
#[derive(Debug)]
pub(crate) enum Known {
    /// By a token.
    Token(Account),
    /// By a ticket, which says the role too.
    Ticket(Account, Role),
}

impl Known {
    /// Whoever it is.
    pub(crate) const fn account(&self) -> &Account {
        match self {
            Self::Token(account) | Self::Ticket(account, _) => account,
        }
    }
}

impl Accounts {
    /// Who sends these headers, or this ticket where there is no token.
    ///
    /// # Errors
    /// 401 where it is nobody that is known.
    pub(crate) fn known(&self, headers: &HeaderMap, ticket: Option<&str>) -> Result<Known, Problem> {
        if let Some(ticket) = ticket.filter(|_| !headers.contains_key(AUTHORIZATION)) {
            let found = self.tickets.find(ticket).filter(|(account, _)| (self.is_good)(account.token_id));
            return found.map(|(account, role)| Known::Ticket(account, role)).ok_or_else(no_ticket);
        }
        let account = (self.find)(bearer(headers)?).ok_or_else(|| {
            Problem::new(HttpCode::Unauthenticated)
                .because("令牌无效、已吊销或已过期。", "The token is not valid, was revoked or has expired.")
        })?;
        Ok(Known::Token(account))
    }
}

/// The refusal of a ticket.
pub(crate) fn no_ticket() -> Problem {
    Problem::new(HttpCode::Unauthenticated).because(
        "订阅凭条无效、已使用或已过期，或领取所凭的令牌已失效；请重新领取。",
        "The ticket is not valid, was used or has expired, or the token it was got by is not good any more; ask for another.",
    )
}

impl fmt::Debug for Accounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Accounts")
    }
}

/// Who asks, known by a valid token, and what for.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The account.
    pub account: Account,
    /// The role it acts in, the leaf's `role`; `None` only where it is asked who one is, by somebody of several roles who
    /// named none.
    pub role: Option<Role>,
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
            Known::Token(account) => {
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
        if let Some(role) = role.filter(|role| !route.open && (accounts.adopted)() && !gives(*role, route.action)) {
            tracing::debug!(%role, action = %route.action, "the access table gives none of it");
            return Err(Problem::forbidden(route.action));
        }
        Ok(Self { account, role, action: route.action })
    }

    fn of(request: &HttpRequest) -> Result<Self, Problem> {
        // The middleware knows who asks on every route that is not open; an open one may want to know all the same.
        if let Some(caller) = request.extensions().get::<Self>() {
            return Ok(caller.clone());
        }
        // Fails closed: a path that reached a handler around the table of routes has no action.
        let asked = RequestContext::of(request)?;
        let route = asked.route.as_ref().filter(|route| route.open).ok_or_else(|| Problem::new(HttpCode::NotFound))?;
        let accounts =
            request.app_data::<web::Data<Accounts>>().ok_or_else(|| Problem::internal("no accounts are configured"))?;
        Self::on(route, accounts.known(request.headers(), None)?, request.headers(), accounts)
    }
}

/// Whether the access table gives a role anything of an action.
fn gives(role: Role, action: Action) -> bool {
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

/// The token of `Authorization: Bearer …` (RFC 6750 §2.1).
fn bearer(headers: &HeaderMap) -> Result<&str, Problem> {
    let refuse = |zh: &str, en: &str| Problem::new(HttpCode::Unauthenticated).because(zh, en);
    let mut values = headers.get_all(AUTHORIZATION);
    let Some(value) = values.next() else {
        return Err(refuse("缺少 Authorization 请求头。", "There is no Authorization header."));
    };
    let token = value
        .to_str()
        .ok()
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .filter(|token| {
            (1..=TOKEN_CHARS_MAX).contains(&token.len())
                && token.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~+/=".contains(&b))
        });
    match token {
        Some(token) if values.next().is_none() => Ok(token),
        Some(_) | None => {
            Err(refuse("Authorization 应为 Bearer 加令牌。", "Authorization must be Bearer and a token."))
        }
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
        .filter(|role| ![Role::System, Role::Visitor].contains(role))
        .ok_or_else(|| bad_header("Acting-As", "没有这样的角色", "there is no such role"))?;
    if account.roles.contains(&role) {
        Ok(role)
    } else {
        Err(Problem::new(HttpCode::Forbidden)
            .because(format!("该账户不能以{}的角色操作。", role.zh()), format!("The account cannot act as {role}.")))
    }
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

fn bad_header(name: &str, zh: &str, en: &str) -> Problem {
    Problem::new(HttpCode::BadHeader).because(format!("{name}：{zh}。"), format!("{name}: {en}."))
}

#[cfg(test)]
mod tests;
