//! How often one may ask: an address without a valid token, an account, and an address that tries to sign in. Each has a
//! bucket that fills steadily, kept as one instant (the generic cell rate algorithm). Bounded: whose bucket is full again is
//! forgotten, and where too many are not, the rest share a bucket.

use crate::http::proxies::Client;
use crate::limits::{RATE_ACCOUNT, RATE_ADDRESS, RATE_BURST_S, RATED_MAX, SIGN_INS_A_MINUTE};
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::net::IpAddr;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Requests a second; `None` for no bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate(pub Option<u32>);

impl Rate {
    /// Of one address without a valid token, where nothing else is set.
    pub const OF_AN_ADDRESS: Self = Self(Some(RATE_ADDRESS));
    /// Of one account, where nothing else is set.
    pub const OF_AN_ACCOUNT: Self = Self(Some(RATE_ACCOUNT));
}

impl FromStr for Rate {
    type Err = NoRate;

    fn from_str(text: &str) -> Result<Self, NoRate> {
        match text.parse() {
            _ if text == "off" => Ok(Self(None)),
            Ok(rate @ 1..=100_000) => Ok(Self(Some(rate))),
            Ok(_) | Err(_) => Err(NoRate),
        }
    }
}

/// What is no rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("1 … 100000 / off")]
pub struct NoRate;

/// What is bounded, by its name in `RateLimit-Policy`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Policy {
    /// Requests of one address without a valid token.
    Address,
    /// Requests of one account.
    Account,
    /// Sign-ins that one address tries.
    SignIn,
    /// Receipt codes that one address tries.
    Receipts,
    /// Receipt codes that everybody together tries.
    ReceiptsOfAll,
    /// Objections of one address.
    Objections,
}

impl Policy {
    /// The name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Account => "account",
            Self::SignIn => "sign-in",
            Self::Receipts => "receipts",
            Self::ReceiptsOfAll => "receipts-of-all",
            Self::Objections => "objections",
        }
    }

    /// What is told to whoever comes too often.
    fn refusal(self) -> Problem {
        let (zh, en) = match self {
            Self::Address => (
                "此地址没有有效令牌的请求过于频繁。",
                "Requests without a valid token come too often from this address.",
            ),
            Self::Account => ("该账户的请求过于频繁。", "Requests of this account come too often."),
            Self::SignIn => ("此地址的登录尝试过于频繁。", "Sign-ins are tried too often from this address."),
            Self::Receipts | Self::ReceiptsOfAll => {
                ("凭查询码的请求过于频繁。", "Requests by receipt codes come too often.")
            }
            Self::Objections => ("此地址提出异议过于频繁。", "Objections come too often from this address."),
        };
        Problem::new(HttpCode::RateLimited).because(zh, en)
    }
}

/// So many in a time, and how many of them may come at once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bound {
    policy: Policy,
    count: u32,
    window_s: u32,
    at_once: u32,
}

impl Bound {
    /// So many in a time, all of them at once if need be.
    pub const fn of(policy: Policy, count: u32, window_s: u32) -> Self {
        Self { policy, count, window_s, at_once: count }
    }
}

/// Whose buckets are not full, by their keys. Times are counted from the beginning.
pub(super) struct Buckets<K> {
    bound: Option<Bound>,
    kept: Mutex<Kept<K>>,
}

struct Kept<K> {
    /// When each bucket is full again.
    full_at: HashMap<K, Duration>,
    /// The bucket that those share for which there is no room.
    crowd: Duration,
    /// When full buckets were last forgotten: at most once a second, because it means to look at all of them.
    swept_at: Duration,
}

impl<K: Copy + Eq + Hash> Kept<K> {
    /// The bucket of a key, or the one that those share for which there is no room.
    fn bucket(&mut self, key: K, now: Duration) -> &mut Duration {
        let mut crowded = self.full_at.len() >= RATED_MAX && !self.full_at.contains_key(&key);
        if crowded && now >= self.swept_at + Duration::from_secs(1) {
            self.full_at.retain(|_, full_at| *full_at > now);
            self.swept_at = now;
            crowded = self.full_at.len() >= RATED_MAX;
        }
        if crowded { &mut self.crowd } else { self.full_at.entry(key).or_default() }
    }
}

impl<K: Copy + Eq + Hash> Buckets<K> {
    pub fn of(bound: Option<Bound>) -> Self {
        let kept = Kept { full_at: HashMap::new(), crowd: Duration::ZERO, swept_at: Duration::ZERO };
        Self { bound, kept: Mutex::new(kept) }
    }

    /// Takes one, where there is one left.
    pub fn take(&self, key: K, now: Duration) -> Option<Quota> {
        self.ask(key, now, true)
    }

    /// What [`Buckets::take`] would find; nothing is taken.
    pub fn look(&self, key: K, now: Duration) -> Option<Quota> {
        self.ask(key, now, false)
    }

    fn ask(&self, key: K, now: Duration, takes: bool) -> Option<Quota> {
        let Bound { policy, count, window_s, at_once } = self.bound?;
        let one = Duration::from_secs(window_s.into()) / count;
        let all = one * at_once;
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let full_at = kept.bucket(key, now);
        let then = now.max(*full_at) + one;
        let over = then.saturating_sub(now).checked_sub(all).filter(|over| !over.is_zero());
        if takes && over.is_none() {
            *full_at = then;
        }
        let free = all.saturating_sub(full_at.saturating_sub(now));
        let left = u32::try_from(free.as_nanos() / one.as_nanos().max(1)).unwrap_or(u32::MAX);
        let wait_s = over.map(whole_seconds);
        Some(Quota { policy, count, window_s, left, more_in_s: wait_s.unwrap_or(whole_seconds(one)), wait_s })
    }
}

/// Seconds, never too few of them and at least one.
fn whole_seconds(time: Duration) -> u32 {
    u32::try_from(time.as_millis().div_ceil(1000)).unwrap_or(u32::MAX).max(1)
}

/// What one request found in its bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Quota {
    /// What is bounded.
    pub policy: Policy,
    /// So many requests.
    count: u32,
    /// In so many seconds.
    window_s: u32,
    /// Requests that may follow at once.
    left: u32,
    /// Until there is one more, in whole seconds.
    more_in_s: u32,
    /// The same where this request may not pass.
    pub wait_s: Option<u32>,
}

impl Quota {
    /// Whether the request may pass.
    ///
    /// # Errors
    /// 429 `rate_limited`.
    pub fn allow(self) -> Result<(), Problem> {
        self.wait_s.map_or(Ok(()), |seconds| Err(self.policy.refusal().retry_after(seconds)))
    }

    /// What is left, as the draft of the IETF has it (draft-ietf-httpapi-ratelimit-headers).
    pub fn tell(self, headers: &mut HeaderMap) {
        let Self { policy, count, window_s, left, more_in_s, wait_s: _ } = self;
        let name = policy.as_str();
        let policy = format!("\"{name}\";q={count};w={window_s}");
        let left = format!("\"{name}\";r={left};t={more_in_s}");
        for (name, value) in [("ratelimit-policy", policy), ("ratelimit", left)] {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
    }
}

/// Everybody who asked of late. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Rates(Arc<Inner>);

struct Inner {
    begun: Instant,
    addresses: Buckets<IpAddr>,
    sign_ins: Buckets<IpAddr>,
    accounts: Buckets<Uuid>,
    adopted: Arc<dyn Fn() -> bool + Send + Sync>,
}

impl Rates {
    /// Rates of addresses and accounts. Accounts have none until access rules are `adopted`.
    pub fn new(of_an_address: Rate, of_an_account: Rate, adopted: Arc<dyn Fn() -> bool + Send + Sync>) -> Self {
        let a_second = |policy, rate: Rate| {
            let bound = |count: u32| Bound { policy, count, window_s: 1, at_once: count.saturating_mul(RATE_BURST_S) };
            rate.0.map(bound)
        };
        let count = SIGN_INS_A_MINUTE;
        let sign_ins = Bound::of(Policy::SignIn, count, 60);
        Self(Arc::new(Inner {
            begun: Instant::now(),
            addresses: Buckets::of(a_second(Policy::Address, of_an_address)),
            // Whoever bounds no address bounds no guesses from it either: another does.
            sign_ins: Buckets::of(of_an_address.0.map(|_| sign_ins)),
            accounts: Buckets::of(a_second(Policy::Account, of_an_account)),
            adopted,
        }))
    }

    /// One request of somebody without a valid token. `None` where nothing is bounded: no rate is set, or it is the
    /// machine itself, which may be a proxy that speaks for everybody.
    pub fn of_address(&self, client: &Client) -> Option<Quota> {
        self.0.addresses.take(network(client)?, self.0.begun.elapsed())
    }

    /// That an address may ask without a valid token just now; nothing is taken. To be asked before a token is looked at that
    /// takes time to look at: whoever sends bad ones has spent what their address may.
    ///
    /// # Errors
    /// 429 `rate_limited`.
    pub fn allow_address(&self, client: &Client) -> Result<(), Problem> {
        let found = network(client).and_then(|address| self.0.addresses.look(address, self.0.begun.elapsed()));
        found.map_or(Ok(()), Quota::allow)
    }

    /// One sign-in that is tried; `None` as above.
    pub fn of_sign_in(&self, client: &Client) -> Option<Quota> {
        self.0.sign_ins.take(network(client)?, self.0.begun.elapsed())
    }

    /// One request of an account. `None` where nothing is bounded: no rate is set, or access rules are not adopted yet.
    pub fn of_account(&self, account: Uuid) -> Option<Quota> {
        let limited = self.0.accounts.bound.is_some() && (self.0.adopted)();
        limited.then(|| self.0.accounts.take(account, self.0.begun.elapsed())).flatten()
    }
}

impl fmt::Debug for Rates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rates({:?}, {:?})", self.0.addresses.bound, self.0.accounts.bound)
    }
}

/// What counts as one address: of IPv6 the network that one subscriber has (/64). `None` for the machine itself, unless a
/// proxy says so.
pub(crate) fn network(client: &Client) -> Option<IpAddr> {
    let spared = client.address.is_loopback() && !client.forwarded;
    (!spared).then(|| network_of(client.address))
}

/// What counts as one address.
pub(crate) fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::from((u128::from(address) >> 64 << 64).to_be_bytes()),
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests;
