//! What people without an account may do, and how often: ask and speak by a receipt code, object to a public notice.

use crate::http::proxies::Client;
use crate::http::rates::{Bound, Buckets, Policy, Quota, network};
use crate::limits::{OBJECTIONS_AN_HOUR, RECEIPTS_A_MINUTE, RECEIPTS_A_MINUTE_OF_ALL};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use event_store::keys::KeyDirectory;
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

/// What a route without a token lets strangers do beside reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strangers {
    /// Whatever a receipt code is good for. Guesses count like codes.
    Receipt,
    /// Objections to public notices.
    Objection,
}

impl Strangers {
    /// The leaf's `actor`.
    pub const fn actor(self) -> &'static str {
        match self {
            Self::Receipt => "system/receipt",
            Self::Objection => "system/public",
        }
    }

    /// The idempotency key of a command of theirs. Whoever has a receipt code is known by it; where anybody may speak of a
    /// thing, keys are those of an address each, so that nobody is answered what another was, or told that theirs is in use.
    /// The address itself is in no command, only its digest under the log's own key.
    pub(crate) fn key_from(self, client: &Client, keys: &KeyDirectory, key: &str) -> String {
        match self {
            Self::Receipt => key.to_owned(),
            Self::Objection => {
                let address = network(client).map(|address| address.to_string()).unwrap_or_default();
                let digest = keys.fingerprint(self.actor(), "address", "", address.as_bytes());
                format!("{}/{key}", STANDARD.encode(digest))
            }
        }
    }
}

/// How often each of it was done of late. Cheap to clone.
#[derive(Clone)]
pub(crate) struct StrangerRates(Arc<Inner>);

struct Inner {
    begun: Instant,
    receipts: Buckets<IpAddr>,
    receipts_of_all: Buckets<()>,
    objections: Buckets<IpAddr>,
}

impl Default for StrangerRates {
    fn default() -> Self {
        Self(Arc::new(Inner {
            begun: Instant::now(),
            receipts: Buckets::of(Some(Bound::of(Policy::Receipts, RECEIPTS_A_MINUTE, 60))),
            receipts_of_all: Buckets::of(Some(Bound::of(Policy::ReceiptsOfAll, RECEIPTS_A_MINUTE_OF_ALL, 60))),
            objections: Buckets::of(Some(Bound::of(Policy::Objections, OBJECTIONS_AN_HOUR, 3600))),
        }))
    }
}

impl fmt::Debug for StrangerRates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StrangerRates")
    }
}

impl StrangerRates {
    /// One more of it, from an address. The machine itself has no bound of its own, and counts among all.
    pub fn take(&self, strangers: Strangers, client: &Client) -> Option<Quota> {
        let (inner, now) = (&self.0, self.0.begun.elapsed());
        match strangers {
            Strangers::Receipt => {
                let own = network(client).and_then(|address| inner.receipts.take(address, now));
                // What was refused for the address takes nothing from everybody.
                if own.is_some_and(|quota| quota.wait_s.is_some()) {
                    return own;
                }
                let of_all = inner.receipts_of_all.take((), now);
                of_all.filter(|quota| quota.wait_s.is_some()).or(own)
            }
            Strangers::Objection => network(client).and_then(|address| inner.objections.take(address, now)),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn waits(rates: &StrangerRates, strangers: Strangers, last: u8) -> bool {
        let quota = rates.take(strangers, &Client::direct(IpAddr::from([192, 0, 2, last]), false));
        quota.is_some_and(|quota| quota.wait_s.is_some())
    }

    #[test]
    fn threat_an_address_has_ten_receipts_a_minute_and_three_objections_an_hour() {
        println!("attempted: guess receipt codes and object without end from one address");
        let rates = StrangerRates::default();
        for (strangers, times) in [(Strangers::Receipt, 10), (Strangers::Objection, 3)] {
            assert!((0..times).all(|_| !waits(&rates, strangers, 1)), "{strangers:?}");
            assert!(waits(&rates, strangers, 1) && !waits(&rates, strangers, 2), "{strangers:?}");
        }
        println!("caught: ten a minute and three an hour, then 429; others are unaffected");
    }

    #[test]
    fn two_addresses_that_choose_one_key_do_not_meet() {
        let keys = KeyDirectory::ephemeral(uuid::Uuid::from_u128(7), "huiyin.local/test");
        let from = |last: u8| Client::direct(IpAddr::from([192, 0, 2, last]), false);
        let key = |strangers: Strangers, last| strangers.key_from(&from(last), &keys, "1");
        assert_eq!(key(Strangers::Objection, 1), key(Strangers::Objection, 1));
        assert_ne!(key(Strangers::Objection, 1), key(Strangers::Objection, 2));
        assert!(!key(Strangers::Objection, 1).contains("192.0.2"));
        assert_eq!(key(Strangers::Receipt, 1), key(Strangers::Receipt, 2), "who has the code is the same");
    }

    #[test]
    fn everybody_together_has_a_thousand_receipts_a_minute() {
        let rates = StrangerRates::default();
        let passed = (0..=255).map(|last| (0..10).filter(|_| !waits(&rates, Strangers::Receipt, last)).count());
        let passed: usize = passed.sum();
        // A few more than the burst, since the bucket fills while they ask.
        assert!((1000..1100).contains(&passed), "{passed}");
        assert!(!waits(&rates, Strangers::Objection, 9));
    }
}
