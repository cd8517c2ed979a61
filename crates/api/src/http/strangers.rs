//! What people without an account may do, and how often: ask and speak by a receipt code, object to a public notice.

use crate::http::proxies::Client;
use crate::http::rates::{Bound, Buckets, Policy, Quota, network};
use crate::limits::{OBJECTIONS_AN_HOUR, RECEIPTS_A_MINUTE, RECEIPTS_A_MINUTE_OF_ALL};
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
    fn an_address_has_ten_receipts_a_minute_and_three_objections_an_hour() {
        let rates = StrangerRates::default();
        for (strangers, times) in [(Strangers::Receipt, 10), (Strangers::Objection, 3)] {
            assert!((0..times).all(|_| !waits(&rates, strangers, 1)), "{strangers:?}");
            assert!(waits(&rates, strangers, 1) && !waits(&rates, strangers, 2), "{strangers:?}");
        }
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
