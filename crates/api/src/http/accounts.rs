//! Who may ask, and by what they are known: a token of ours, a token of an identity provider, a ticket, or the cookie of a
//! sign-in.

use crate::http::account::{Account, KnownBy};
use crate::http::cookies::{self, Site};
use crate::http::proxies::Client;
use crate::http::tickets::Tickets;
use crate::limits::TOKEN_CHARS_MAX;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::sign_ins::people::{NotIdentified, PROVIDER_AGAIN_S, People};
use actix_web::http::Method;
use actix_web::http::header::{AUTHORIZATION, HeaderMap};
use actix_web::{HttpMessage as _, HttpRequest};
use casework::Casework;
use casework::access::tokens::Caller as Spoken;
use domain::account::needs_second_factor;
use domain::ids::{AccountId, TokenId};
use domain::vocabulary::Role;
use identity::secrets::digest;
use std::fmt;
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
    casework: Option<Arc<Casework>>,
    people: Option<Arc<People>>,
    pub(crate) tickets: Tickets,
}

/// Somebody who is known, before it is asked in which role they come.
#[derive(Debug)]
pub(crate) enum Known {
    /// By a token or a sign-in.
    Account(Account),
    /// By a ticket, which says the role too.
    Ticket(Account, Role),
}

impl Known {
    /// Whoever it is.
    pub(crate) const fn account(&self) -> &Account {
        match self {
            Self::Account(account) | Self::Ticket(account, _) => account,
        }
    }
}

/// What of a request says who sends it.
pub(crate) struct Sender<'a> {
    headers: &'a HeaderMap,
    method: &'a Method,
    client: Client,
    ticket: Option<&'a str>,
    by_provider: Option<Result<Account, Problem>>,
}

/// Whose token of a provider a request has, which was looked at on another thread before anything else was done.
#[derive(Clone)]
struct ByProvider(Result<Account, Problem>);

impl<'a> Sender<'a> {
    /// Of this request, with the ticket in its address where its route takes one.
    pub fn of(request: &'a HttpRequest, client: &Client, ticket: Option<&'a str>) -> Self {
        Self {
            headers: request.headers(),
            method: request.method(),
            client: client.clone(),
            ticket,
            by_provider: request.extensions().get::<ByProvider>().map(|ByProvider(known)| known.clone()),
        }
    }
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
            casework: None,
            people: None,
            tickets: Tickets::default(),
        }
    }

    /// The accounts of the log.
    pub fn of_casework(casework: Arc<Casework>) -> Self {
        let (by_token, of_tokens, of_rules) = (Arc::clone(&casework), Arc::clone(&casework), Arc::clone(&casework));
        let find = move |token: &str| {
            let known = by_token.authenticate(token)?;
            let token = known.token?;
            Some(account(known, KnownBy::Token(token.0)))
        };
        Self {
            adopted: Arc::new(move || of_rules.access_adopted()),
            casework: Some(casework),
            ..Self::new(find, move |token| of_tokens.is_good(TokenId(token)))
        }
    }

    /// The same, to whom people sign in.
    #[must_use]
    pub fn with_people(self, people: Arc<People>) -> Self {
        Self { people: Some(people), ..self }
    }

    /// What signing in takes.
    ///
    /// # Errors
    /// 500 where nobody can sign in.
    pub(crate) fn people(&self) -> Result<&Arc<People>, Problem> {
        self.people.as_ref().ok_or_else(|| Problem::internal("nobody can sign in to this server"))
    }

    /// Who sends a request.
    ///
    /// # Errors
    /// 401 where it is nobody that is known; 403 where a cookie comes with a command that no page of this server sent; 503
    /// where an identity provider's keys cannot be had.
    pub(crate) fn known(&self, sender: &Sender<'_>) -> Result<Known, Problem> {
        if sender.headers.contains_key(AUTHORIZATION) {
            if let Some(known) = &sender.by_provider {
                return known.clone().map(Known::Account);
            }
            let account = (self.find)(bearer(sender.headers)?).ok_or_else(no_token)?;
            return Ok(Known::Account(account));
        }
        if let Some(ticket) = sender.ticket {
            let found = self.tickets.find(ticket).filter(|(account, _)| self.is_good(account));
            return found.map(|(account, role)| Known::Ticket(account, role)).ok_or_else(no_ticket);
        }
        match self.signed_in(sender)? {
            Some(account) => Ok(Known::Account(account)),
            // It is the header that is missing.
            None => bearer(sender.headers).and_then(|_| Err(no_token())),
        }
    }

    /// Whoever has signed in, by their cookie; `None` where there is none that counts.
    fn signed_in(&self, sender: &Sender<'_>) -> Result<Option<Account>, Problem> {
        let (Some(casework), Some(people)) = (&self.casework, &self.people) else { return Ok(None) };
        let transport = cookies::transport(sender.headers, &sender.client);
        let Some(cookie) = cookies::sent(sender.headers, transport) else { return Ok(None) };
        let is_command = sender.method != Method::GET && sender.method != Method::HEAD;
        match cookies::site(sender.headers, &sender.client, transport) {
            Site::Own => {}
            Site::Unsaid if !is_command => {}
            Site::Unsaid | Site::Other if is_command => return Err(Problem::new(HttpCode::CrossOrigin)),
            Site::Unsaid | Site::Other => return Ok(None),
        }
        let sign_in = people.sign_ins.find(cookie, casework.clock_now())?;
        let spoken = sign_in.as_ref().and_then(|sign_in| match sign_in.token {
            Some(token) => casework.speaks_by(TokenId(token)),
            None => casework.speaks(AccountId(sign_in.account)),
        });
        let (Some(sign_in), Some(spoken)) = (sign_in, spoken) else {
            return Err(Problem::new(HttpCode::Unauthenticated)
                .because("登录已结束，请重新登录。", "The sign-in is over: sign in again."));
        };
        let has_one = casework.held(spoken.account).is_some_and(|held| held.second_factor.is_some());
        let known_by = KnownBy::SignIn {
            digest: digest(cookie),
            token: sign_in.token,
            expires_at: sign_in.expires_at,
            only_enrols: sign_in.token.is_none() && needs_second_factor(&spoken.roles) && !has_one,
        };
        Ok(Some(account(spoken, known_by)))
    }

    /// Looks at a provider's token, where a request has one: on another thread, since its keys may have to be fetched. Whether
    /// whoever sends it `may` is asked when it is their turn.
    pub(crate) async fn look_at_provider(&self, request: &HttpRequest, may: impl Fn() -> Result<(), Problem>) {
        let (Some(casework), Some(people)) = (&self.casework, &self.people) else { return };
        let Some(provider) = people.provider.clone() else { return };
        let Some(token) = bearer(request.headers()).ok().filter(|token| is_of_provider(token)) else { return };
        let (token, now) = (token.to_owned(), casework.clock_now());
        let Ok(_place) = people.looking.acquire().await else { return };
        if let Err(problem) = may() {
            request.extensions_mut().insert(ByProvider(Err(problem)));
            return;
        }
        let looked = actix_web::web::block(move || provider(&token, now)).await;
        let known = match looked {
            Ok(Ok(identified)) => {
                let account_id = casework.of_identity(&identified.issuer, &identified.subject);
                let spoken = account_id.and_then(|account_id| casework.speaks(account_id));
                let known_by = KnownBy::Provider {
                    expires_at: identified.expires_at,
                    issuer: identified.issuer.into(),
                    subject: identified.subject.into(),
                };
                spoken.map(|spoken| account(spoken, known_by)).ok_or_else(no_token)
            }
            Ok(Err(NotIdentified::Refused)) => Err(no_token()),
            Ok(Err(NotIdentified::Unavailable)) => {
                Err(Problem::new(HttpCode::IssuerUnavailable).retry_after(PROVIDER_AGAIN_S))
            }
            Err(_) => Err(Problem::internal("a thread for a provider's token was not to be had")),
        };
        request.extensions_mut().insert(ByProvider(known));
    }

    /// Whether that is good still by which an account was known before.
    fn is_good(&self, account: &Account) -> bool {
        let now = self.casework.as_ref().map(|casework| casework.clock_now());
        match &account.known_by {
            KnownBy::Nothing => false,
            KnownBy::Token(token) => (self.is_good)(*token),
            KnownBy::SignIn { digest, token, .. } => {
                let open = self.people.as_ref().zip(now).map(|(people, now)| people.sign_ins.is_open(digest, now));
                matches!(open, Some(Ok(true))) && token.is_none_or(|token| (self.is_good)(token))
            }
            KnownBy::Provider { expires_at, issuer, subject } => {
                let of = self.casework.as_ref().and_then(|casework| casework.of_identity(issuer, subject));
                of == Some(AccountId(account.id)) && now.is_some_and(|now| now < *expires_at)
            }
        }
    }

    /// Whether an account is let in still that was known before, by what it was known by.
    pub(crate) fn lets_in(&self, account: &Account) -> bool {
        let spoken = self.casework.as_ref().is_none_or(|casework| casework.speaks(AccountId(account.id)).is_some());
        let by_token = matches!(account.known_by, KnownBy::Token(_));
        self.is_good(account) && (by_token || spoken)
    }
}

fn account(spoken: Spoken, known_by: KnownBy) -> Account {
    Account { id: spoken.account.0, name: spoken.name, roles: spoken.roles, known_by, grant_ids: spoken.grant_ids }
}

/// The one refusal of every token, whatever is wrong with it.
pub(crate) fn no_token() -> Problem {
    Problem::new(HttpCode::Unauthenticated)
        .because("令牌无效、已吊销或已过期。", "The token is not valid, was revoked or has expired.")
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

/// A token of three parts between dots, which none of ours has.
fn is_of_provider(token: &str) -> bool {
    token.bytes().filter(|byte| *byte == b'.').count() == 2
}

/// The token of `Authorization: Bearer …` (RFC 6750 §2.1).
pub(crate) fn bearer(headers: &HeaderMap) -> Result<&str, Problem> {
    let refuse = |zh: &str, en: &str| Problem::new(HttpCode::Unauthenticated).because(zh, en);
    let mut values = headers.get_all(AUTHORIZATION);
    let Some(value) = values.next() else {
        return Err(refuse("缺少 Authorization 请求头。", "There is no Authorization header."));
    };
    // How long a provider's may be its reader knows, who refuses it like every other; the head of a request is bounded.
    let longest = |token: &str| if is_of_provider(token) { usize::MAX } else { TOKEN_CHARS_MAX };
    let token = value
        .to_str()
        .ok()
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .filter(|token| {
            (1..=longest(token)).contains(&token.len())
                && token.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~+/=".contains(&b))
        });
    match token {
        Some(token) if values.next().is_none() => Ok(token),
        Some(_) | None => {
            Err(refuse("Authorization 应为 Bearer 加令牌。", "Authorization must be Bearer and a token."))
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use actix_web::http::header::{HeaderName, HeaderValue};

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in pairs {
            map.append(HeaderName::from_static(name), HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        map
    }

    #[test]
    fn a_token_has_one_shape() {
        for (value, fits) in [
            ("Bearer abc", true),
            ("bearer a-b._~+/=", true),
            ("Bearer", false),
            ("Bearer ", false),
            ("Bearer a b", false),
            ("Bearer 令牌", false),
            ("Basic abc", false),
        ] {
            let headers = headers(&[("authorization", value)]);
            assert_eq!(bearer(&headers).is_ok(), fits, "{value}");
        }
        let long = format!("Bearer {}", "x".repeat(TOKEN_CHARS_MAX + 1));
        assert!(bearer(&headers(&[("authorization", &long)])).is_err());
        let of_provider = |bytes: usize| format!("Bearer a.b.{}", "x".repeat(bytes - 4));
        for bytes in [TOKEN_CHARS_MAX + 1, 8 * 1024 + 1] {
            assert!(bearer(&headers(&[("authorization", &of_provider(bytes))])).is_ok(), "{bytes}");
        }
        let twice = [("authorization", "Bearer a"), ("authorization", "Bearer b")];
        assert!(bearer(&headers(&twice)).is_err());
        assert!(bearer(&headers(&[])).is_err());
    }
}
