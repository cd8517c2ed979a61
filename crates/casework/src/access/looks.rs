//! How many accounts looked on how many days at a thing, for whoever it is about. Counted in memory alone: folded from the
//! views in the log from the first on at the start, and brought up to the head by whoever asks, so that no question looks
//! through the log. Four bytes for each account and each day of a thing that was looked at.

use crate::boxed::boxed;
use crate::read::decode::decode;
use crate::write::failure::Failure;
use chrono::Datelike as _;
use domain::event::Event;
use domain::ids::AccountId;
use domain::personal_data::{PersonalDataEvent, Viewed};
use event_store::{EventStore, Position};
use std::collections::{BTreeMap, BTreeSet};
use tokio::sync::Mutex;

/// Family of the streams of views, one an account.
pub const FAMILY: &str = "personal_data";
/// Events read at once while it is folded.
const PAGE: usize = 1024;

/// How many looked, and how often.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Looked {
    /// How many accounts did.
    pub accounts: usize,
    /// On how many of the town's days.
    pub days: usize,
}

/// Who looked at what.
#[derive(Default)]
pub(crate) struct Looks(Mutex<Index>);

#[derive(Default)]
struct Index {
    /// Everything up to here is in it.
    until: Position,
    /// A short number for each account.
    accounts: BTreeMap<AccountId, u32>,
    /// By the position of the first leaf of what was looked at.
    things: BTreeMap<u64, Thing>,
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
        let mut index = self.0.lock().await;
        index.catch_up(store).await?;
        Ok(index.looked_at(firsts))
    }

    /// Takes in what the log holds beyond it.
    #[boxed]
    pub async fn catch_up(&self, store: &EventStore) -> Result<(), Failure> {
        self.0.lock().await.catch_up(store).await
    }
}

impl Index {
    async fn catch_up(&mut self, store: &EventStore) -> Result<(), Failure> {
        let head = store.head().position;
        while self.until < head {
            let page = store.read_family(FAMILY, self.until, PAGE).await?;
            for recorded in &page {
                let (leaf, event) = decode(recorded)?;
                if let (Event::PersonalData(PersonalDataEvent::Viewed(viewed)), Some(account)) =
                    (event, AccountId::of_actor(leaf.actor))
                {
                    self.take(account, &viewed);
                }
                // After each, so that who stops waiting loses nothing of it.
                self.until = recorded.position;
            }
            if page.len() < PAGE {
                self.until = self.until.max(head);
            }
        }
        Ok(())
    }

    fn take(&mut self, account: AccountId, viewed: &Viewed) {
        let next = u32::try_from(self.accounts.len()).unwrap_or(u32::MAX);
        let account = *self.accounts.entry(account).or_insert(next);
        let day = viewed.day.num_days_from_ce();
        for first in &viewed.seen {
            let thing = self.things.entry(*first).or_default();
            insert(&mut thing.accounts, account);
            insert(&mut thing.days, day);
        }
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

    fn view(index: &mut Index, account: u128, day: u32, seen: &[u64]) {
        let viewed = Viewed {
            day: NaiveDate::from_ymd_opt(2026, 11, day).unwrap(),
            action: "issue.read".to_owned(),
            purpose: Purpose::Handling,
            classes: vec![PersonalClass::Narrative],
            seen: seen.to_vec(),
        };
        index.take(AccountId(Uuid::from_u128(account)), &viewed);
    }

    fn looked(index: &Index, firsts: &[u64]) -> (usize, usize) {
        let firsts: Vec<_> = firsts.iter().map(|first| Position(*first)).collect();
        let Looked { accounts, days } = index.looked_at(&firsts);
        (accounts, days)
    }

    #[test]
    fn accounts_and_days_are_each_counted_once_over_all_that_is_asked_for() {
        let mut index = Index::default();
        view(&mut index, 1, 20, &[7, 9]);
        view(&mut index, 1, 19, &[7]);
        view(&mut index, 1, 19, &[7]);
        view(&mut index, 2, 20, &[8]);
        assert_eq!(looked(&index, &[7]), (1, 2));
        assert_eq!(looked(&index, &[8]), (1, 1));
        assert_eq!(looked(&index, &[7, 8]), (2, 2));
        assert_eq!(looked(&index, &[1]), (0, 0), "nobody looked at it");
        assert_eq!(looked(&index, &[]), (0, 0));
    }
}
