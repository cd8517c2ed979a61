//! What comes again and again from one place by one way is told at once, and then at most once a minute with how often. So a
//! day of somebody who is turned away twenty times a second is a thousand lines, not two million.

use super::entry::{Entry, Kind};
use std::collections::HashMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// How long the same is counted before it is told again.
const COUNTED_FOR: Duration = Duration::from_secs(60);
/// Most that is counted at once; more is told line by line.
const COUNTED_MAX: usize = 8_192;

/// What makes two lines the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    kind: Kind,
    address: Option<IpAddr>,
    account_id: Option<Uuid>,
    token_id: Option<Uuid>,
    method: Option<String>,
    route: Option<String>,
    policy: Option<String>,
}

impl Key {
    fn of(entry: &Entry) -> Self {
        Self {
            kind: entry.kind,
            address: entry.address,
            account_id: entry.account_id,
            token_id: entry.token_id,
            method: entry.method.clone(),
            route: entry.route.clone(),
            policy: entry.policy.clone(),
        }
    }
}

struct Counted {
    since: Instant,
    /// The last of those that are not told yet, and how many they are.
    untold: Option<(Entry, u64)>,
}

/// What is being counted.
#[derive(Default)]
pub(super) struct Repeats(HashMap<Key, Counted>);

impl Repeats {
    /// The entry, where it is to be told now.
    pub fn take(&mut self, entry: Entry, now: Instant) -> Option<Entry> {
        if !entry.kind.repeats() {
            return Some(entry);
        }
        let key = Key::of(&entry);
        if let Some(counted) = self.0.get_mut(&key) {
            let before = counted.untold.take().map_or(0, |(_, times)| times);
            counted.untold = Some((entry, before + 1));
            return None;
        }
        if self.0.len() < COUNTED_MAX {
            self.0.insert(key, Counted { since: now, untold: None });
        }
        Some(entry)
    }

    /// What was counted for a minute, or everything where `all`; in no order of their own, so by their times.
    pub fn told(&mut self, now: Instant, all: bool) -> Vec<Entry> {
        let mut told = Vec::new();
        self.0.retain(|_, counted| {
            if !all && now.duration_since(counted.since) < COUNTED_FOR {
                return true;
            }
            let Some((entry, times)) = counted.untold.take() else { return false };
            told.push(Entry { times: (times > 1).then_some(times), ..entry });
            // It may go on: the next minute begins.
            counted.since = now;
            !all
        });
        told.sort_by(|one: &Entry, other| one.at.cmp(&other.at));
        told
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use chrono::DateTime;

    fn refused(address: &str, nth: u64) -> Entry {
        Entry {
            address: Some(address.parse().unwrap()),
            request_id: Some(nth.to_string()),
            ..Entry::new(DateTime::UNIX_EPOCH, Kind::Unauthenticated)
        }
    }

    #[test]
    fn the_first_is_told_at_once_and_the_rest_by_the_minute() {
        let (mut repeats, begun) = (Repeats::default(), Instant::now());
        assert_eq!(repeats.take(refused("192.0.2.1", 0), begun), Some(refused("192.0.2.1", 0)));
        for nth in 1..=1200 {
            assert_eq!(repeats.take(refused("192.0.2.1", nth), begun), None);
        }
        // Another address is another line, and what is told once is told as it is.
        assert!(repeats.take(refused("192.0.2.2", 0), begun).is_some());
        let started = Entry::new(DateTime::UNIX_EPOCH, Kind::Started);
        assert!((0..3).all(|_| repeats.take(started.clone(), begun).is_some()));
        assert!(repeats.told(begun + COUNTED_FOR / 2, false).is_empty());
        let told = repeats.told(begun + COUNTED_FOR, false);
        assert_eq!(told, [Entry { times: Some(1200), ..refused("192.0.2.1", 1200) }]);
        // It goes on, and at the end of the day nothing is kept back.
        assert!(repeats.take(refused("192.0.2.1", 1201), begun + COUNTED_FOR).is_none());
        assert_eq!(repeats.told(begun + COUNTED_FOR, true), [refused("192.0.2.1", 1201)]);
        assert!(repeats.0.is_empty());
    }

    #[test]
    fn who_is_quiet_is_forgotten_and_what_is_counted_is_bounded() {
        let (mut repeats, begun) = (Repeats::default(), Instant::now());
        for n in 0..COUNTED_MAX + 10 {
            let address = IpAddr::from(u128::try_from(n).unwrap().to_be_bytes()).to_string();
            assert!(repeats.take(refused(&address, 0), begun).is_some());
        }
        assert_eq!(repeats.0.len(), COUNTED_MAX);
        assert!(repeats.told(begun + COUNTED_FOR, false).is_empty() && repeats.0.is_empty());
    }
}
