//! How often one address may ask without a valid token: a bucket that fills steadily, kept as one instant (the generic
//! cell rate algorithm). Bounded: addresses whose bucket is full again are forgotten, and where too many are not, the
//! rest share a bucket.

use crate::limits::{RATE_ADDRESS, RATE_BURST_S, RATED_ADDRESSES_MAX};
use std::collections::HashMap;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The rate of one address, requests a second; `None` for no bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate(pub Option<u32>);

impl Default for Rate {
    fn default() -> Self {
        Self(Some(RATE_ADDRESS))
    }
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

/// Every address that asked of late. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Rates {
    rate: Rate,
    begun: Instant,
    kept: Arc<Mutex<Bucket>>,
}

/// Times are counted from the beginning.
#[derive(Default)]
struct Bucket {
    /// When each bucket is full again.
    full_at: HashMap<IpAddr, Duration>,
    /// When full buckets were last forgotten: at most once a second, because it means to look at all of them.
    swept_at: Duration,
}

impl Bucket {
    /// The bucket of an address, or the one that those share for which there is no room.
    fn bucket(&mut self, network: IpAddr, now: Duration) -> &mut Duration {
        let mut crowded = self.full_at.len() >= RATED_ADDRESSES_MAX && !self.full_at.contains_key(&network);
        if crowded && now >= self.swept_at + Duration::from_secs(1) {
            self.full_at.retain(|_, full_at| *full_at > now);
            self.swept_at = now;
            crowded = self.full_at.len() >= RATED_ADDRESSES_MAX;
        }
        // An address that nobody has stands for the crowd.
        self.full_at.entry(if crowded { IpAddr::from([0; 4]) } else { network }).or_default()
    }
}

/// What one request found in its bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Quota {
    /// Requests a second.
    pub rate: u32,
    /// Requests that may follow at once.
    pub left: u32,
    /// Until there is one more, in whole seconds; `None` where this request may pass.
    pub wait_s: Option<u32>,
}

impl Rates {
    pub fn new(rate: Rate) -> Self {
        Self { rate, begun: Instant::now(), kept: Arc::default() }
    }

    /// One request of an address. `None` where nothing is bounded: no rate is set, or it is the machine itself, which
    /// may be a proxy that speaks for everybody.
    pub fn take(&self, address: IpAddr) -> Option<Quota> {
        let address = network(address)?;
        self.take_at(address, self.begun.elapsed())
    }

    fn take_at(&self, network: IpAddr, now: Duration) -> Option<Quota> {
        let rate = self.rate.0?;
        let one = Duration::from_secs(1) / rate;
        let all = Duration::from_secs(RATE_BURST_S.into());
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let full_at = kept.bucket(network, now);
        let then = now.max(*full_at) + one;
        let over = then.saturating_sub(now).checked_sub(all).filter(|over| !over.is_zero());
        let wait_s = over.map(|over| u32::try_from(over.as_millis().div_ceil(1000)).unwrap_or(1).max(1));
        if over.is_none() {
            *full_at = then;
        }
        let free = all.saturating_sub(full_at.saturating_sub(now));
        let left = u32::try_from(free.as_nanos() / one.as_nanos().max(1)).unwrap_or(u32::MAX);
        Some(Quota { rate, left, wait_s })
    }
}

impl fmt::Debug for Rates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rates({:?})", self.rate)
    }
}

/// What counts as one address: of IPv6 the network that one subscriber has (/64). `None` for the machine itself.
fn network(address: IpAddr) -> Option<IpAddr> {
    match address.to_canonical() {
        address if address.is_loopback() => None,
        IpAddr::V6(address) => Some(IpAddr::from((u128::from(address) >> 64 << 64).to_be_bytes())),
        address @ IpAddr::V4(_) => Some(address),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn address(text: &str) -> IpAddr {
        network(text.parse().unwrap()).unwrap()
    }

    #[test]
    fn a_burst_then_the_rate() {
        let rates = Rates::new(Rate(Some(20)));
        let one = address("192.0.2.1");
        let take = |ms| rates.take_at(one, Duration::from_millis(ms)).unwrap();
        assert_eq!(take(0), Quota { rate: 20, left: 99, wait_s: None });
        for left in (0..99).rev() {
            assert_eq!(take(0).left, left);
        }
        assert_eq!(take(0), Quota { rate: 20, left: 0, wait_s: Some(1) });
        // What was refused costs nothing, and a second brings twenty more.
        assert_eq!(take(1000), Quota { rate: 20, left: 19, wait_s: None });
        assert_eq!(rates.take_at(address("192.0.2.2"), Duration::ZERO).unwrap().left, 99);
        assert_eq!(Rates::new(Rate(None)).take_at(one, Duration::ZERO), None);
    }

    #[test]
    fn a_network_of_ipv6_is_one_and_the_machine_itself_none() {
        assert_eq!(address("2001:db8::1"), address("2001:db8:0:0:ffff::2"));
        assert_ne!(address("2001:db8::1"), address("2001:db8:0:1::1"));
        assert_eq!(address("::ffff:192.0.2.1"), address("192.0.2.1"));
        for here in ["127.0.0.1", "127.0.0.9", "::1", "::ffff:127.0.0.1"] {
            assert_eq!(network(here.parse().unwrap()), None, "{here}");
        }
    }

    #[test]
    fn the_table_of_addresses_is_bounded() {
        let rates = Rates::new(Rate(Some(1)));
        let many = |from: usize, now| {
            for n in from..from + RATED_ADDRESSES_MAX {
                let n = u32::try_from(n).unwrap().to_be_bytes();
                rates.take_at(IpAddr::from([10, n[1], n[2], n[3]]), now);
            }
        };
        many(0, Duration::ZERO);
        many(RATED_ADDRESSES_MAX, Duration::ZERO);
        let kept = |rates: &Rates| rates.kept.lock().unwrap().full_at.len();
        assert!(kept(&rates) <= RATED_ADDRESSES_MAX + 1, "{}", kept(&rates));
        // The crowd has used its one bucket up; later there is room again.
        assert!(rates.take_at(address("192.0.2.1"), Duration::ZERO).unwrap().wait_s.is_some());
        assert_eq!(rates.take_at(address("192.0.2.1"), Duration::from_secs(60)).unwrap().wait_s, None);
        assert_eq!(kept(&rates), 1);
    }

    #[test]
    fn a_rate_is_a_number_or_off() {
        assert_eq!("20".parse(), Ok(Rate(Some(20))));
        assert_eq!("off".parse(), Ok(Rate(None)));
        for other in ["", "0", "-1", "on", "1.5", "100001"] {
            assert_eq!(other.parse::<Rate>(), Err(NoRate), "{other}");
        }
    }
}
