//! How many accounts looked on how many days at a thing, for whoever it is about, and where that stands. Counted in memory
//! alone: folded from the views in the log from the first on at the start, and brought up to the head by whoever asks, so that
//! no question looks through the log.
//!
//! Four bytes for each account and each day of a thing that was looked at, and some forty for each day of an account: the views
//! themselves are found by the days on which it looked, not each by its place, since a page of a list looks at fifty things.

use crate::boxed::boxed;
use crate::read::decode::decode;
use crate::read::folded::{Folded, of_family};
use crate::write::failure::Failure;
use chrono::Datelike as _;
use domain::event::Event;
use domain::ids::AccountId;
use domain::personal_data::{PersonalDataEvent, Viewed};
use event_store::{EventStore, Position, Recorded, Version};
use std::collections::{BTreeMap, BTreeSet};
use tokio::sync::{Mutex, MutexGuard};

/// Family of the streams of views, one an account.
pub const FAMILY: &str = "personal_data";

/// How many looked, and how often.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Looked {
    /// How many accounts did.
    pub accounts: usize,
    /// On how many of the town's days.
    pub days: usize,
}

/// The views of an account on one day, in its stream: from the first to the last version, both among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DayOfAccount {
    pub account: AccountId,
    pub first: Version,
    pub last: Version,
}

/// Who looked at what.
#[derive(Default)]
pub(crate) struct Looks(Mutex<Folded<Index>>);

#[derive(Default)]
struct Index {
    /// A short number for each account.
    accounts: BTreeMap<AccountId, u32>,
    /// By the position of the first leaf of what was looked at.
    things: BTreeMap<u64, Thing>,
    /// By day, and by the number of the account.
    days: BTreeMap<(i32, u32), DayOfAccount>,
}

/// Both ascending.
#[derive(Default)]
struct Thing {
    accounts: Vec<u32>,
    days: Vec<i32>,
}

impl Looks {
    /// How many accounts looked on how many days at one or another of these things, by where they begin in the log.
    #[boxed]
    pub async fn at(&self, store: &EventStore, firsts: &[Position]) -> Result<Looked, Failure> {
        Ok(self.caught_up(store).await?.index.looked_at(firsts))
    }

    /// Where all views of these things stand, among others: the days of accounts who looked at them, on which they may have.
    pub async fn days_at(&self, store: &EventStore, firsts: &[Position]) -> Result<Vec<DayOfAccount>, Failure> {
        Ok(self.caught_up(store).await?.index.days_at(firsts))
    }

    /// Takes in what the log holds beyond it.
    #[boxed]
    pub async fn catch_up(&self, store: &EventStore) -> Result<(), Failure> {
        self.caught_up(store).await.map(drop)
    }

    async fn caught_up(&self, store: &EventStore) -> Result<MutexGuard<'_, Folded<Index>>, Failure> {
        let mut looks = self.0.lock().await;
        let take = |index: &mut Index, recorded: &Recorded| {
            let (leaf, event) = decode(recorded)?;
            if let (Event::PersonalData(PersonalDataEvent::Viewed(viewed)), Some(account)) =
                (event, AccountId::of_actor(leaf.actor))
            {
                index.take(account, leaf.version, &viewed);
            }
            Ok(())
        };
        looks.read_on(store, &of_family(FAMILY), take).await?;
        Ok(looks)
    }
}

impl Index {
    fn take(&mut self, account: AccountId, version: Version, viewed: &Viewed) {
        let next = u32::try_from(self.accounts.len()).unwrap_or(u32::MAX);
        let number = *self.accounts.entry(account).or_insert(next);
        let day = viewed.day.num_days_from_ce();
        for first in &viewed.seen {
            let thing = self.things.entry(*first).or_default();
            insert(&mut thing.accounts, number);
            insert(&mut thing.days, day);
        }
        let fresh = DayOfAccount { account, first: version, last: version };
        let of_day = self.days.entry((day, number)).or_insert(fresh);
        // A clock that was set back may bring a day once more.
        of_day.first = of_day.first.min(version);
        of_day.last = of_day.last.max(version);
    }

    fn days_at(&self, firsts: &[Position]) -> Vec<DayOfAccount> {
        let things = firsts.iter().filter_map(|first| self.things.get(&first.0));
        let both = |thing: &Thing| {
            let days = thing.days.iter().flat_map(|day| thing.accounts.iter().map(|account| (*day, *account)));
            days.collect::<Vec<_>>()
        };
        let wanted: BTreeSet<(i32, u32)> = things.flat_map(both).collect();
        wanted.iter().filter_map(|of| self.days.get(of).copied()).collect()
    }

    fn looked_at(&self, firsts: &[Position]) -> Looked {
        let (mut accounts, mut days) = (BTreeSet::<u32>::new(), BTreeSet::<i32>::new());
        for thing in firsts.iter().filter_map(|first| self.things.get(&first.0)) {
            accounts.extend(&thing.accounts);
            days.extend(&thing.days);
        }
        Looked { accounts: accounts.len(), days: days.len() }
    }
}

fn insert<T: Ord>(sorted: &mut Vec<T>, one: T) {
    if let Err(place) = sorted.binary_search(&one) {
        sorted.insert(place, one);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use chrono::NaiveDate;
    use domain::vocabulary::{PersonalClass, Purpose};
    use uuid::Uuid;

    fn view(index: &mut Index, (account, version): (u128, u64), day: u32, seen: &[u64]) {
        let viewed = Viewed {
            day: NaiveDate::from_ymd_opt(2026, 11, day).unwrap(),
            action: "issue.read".to_owned(),
            purpose: Purpose::Handling,
            classes: vec![PersonalClass::Narrative],
            seen: seen.to_vec(),
        };
        index.take(AccountId(Uuid::from_u128(account)), Version(version), &viewed);
    }

    fn looked(index: &Index, firsts: &[u64]) -> (usize, usize) {
        let firsts: Vec<_> = firsts.iter().map(|first| Position(*first)).collect();
        let Looked { accounts, days } = index.looked_at(&firsts);
        (accounts, days)
    }

    #[test]
    fn accounts_and_days_are_each_counted_once_over_all_that_is_asked_for() {
        let mut index = Index::default();
        view(&mut index, (1, 1), 20, &[7, 9]);
        view(&mut index, (1, 2), 19, &[7]);
        view(&mut index, (1, 3), 19, &[7]);
        view(&mut index, (2, 1), 20, &[8]);
        assert_eq!(looked(&index, &[7]), (1, 2));
        assert_eq!(looked(&index, &[8]), (1, 1));
        assert_eq!(looked(&index, &[7, 8]), (2, 2));
        assert_eq!(looked(&index, &[1]), (0, 0), "nobody looked at it");
        assert_eq!(looked(&index, &[]), (0, 0));
    }
    #[test]
    fn views_are_looked_for_on_the_days_of_who_looked_and_nowhere_else() {
        let mut index = Index::default();
        for (account, version, day, seen) in [
            (1, 1, 19, &[7][..]),
            (1, 2, 19, &[9]),
            (2, 1, 19, &[8]),
            (1, 3, 20, &[9]),
            (2, 2, 20, &[7, 8]),
            (2, 3, 21, &[8]),
        ] {
            view(&mut index, (account, version), day, seen);
        }
        let days = |firsts: &[u64]| {
            let firsts: Vec<_> = firsts.iter().map(|first| Position(*first)).collect();
            let days = index.days_at(&firsts);
            days.iter().map(|of| (of.account.0.as_u128(), of.first.0, of.last.0)).collect::<Vec<_>>()
        };
        assert_eq!(days(&[8]), [(2, 1, 1), (2, 2, 2), (2, 3, 3)], "nothing of who did not look at it");
        assert_eq!(days(&[7]), [(1, 1, 2), (2, 1, 1), (1, 3, 3), (2, 2, 2)], "no day on which nobody did");
        assert_eq!(days(&[7, 8]).len(), 5, "each once");
        assert_eq!(days(&[1]), []);
    }
}
