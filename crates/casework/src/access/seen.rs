//! What accounts have seen today, in memory: the log has it too.

use chrono::NaiveDate;
use domain::ids::AccountId;
use domain::personal_data::{PersonalDataEvent, Sights, Viewed, view};
use domain::vocabulary::{PersonalClass, Purpose};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Sights that are remembered of all accounts together: some twenty bytes each, and a day of a town of thirty people has some
/// thousands. With one more all are forgotten, and looked up in the log again.
const REMEMBERED_MAX: usize = 1_000_000;

/// What accounts have seen today.
#[derive(Default)]
pub(crate) struct Seen(Mutex<BTreeMap<AccountId, Sights>>);

impl Seen {
    fn with<T>(&self, act: impl FnOnce(&mut BTreeMap<AccountId, Sights>) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether what an account has seen is remembered.
    pub fn knows(&self, account: AccountId) -> bool {
        self.with(|accounts| accounts.contains_key(&account))
    }

    /// Remembers what the log says that an account has seen.
    pub fn learn(&self, account: AccountId, seen: Sights) {
        self.with(|accounts| {
            accounts.entry(account).or_insert(seen);
        });
    }

    /// Whether an account has seen a class of all these streams on a day: then nothing has to be recorded.
    pub fn has_all(
        &self,
        account: AccountId,
        (day, action): (NaiveDate, &str),
        (purpose, class): (Purpose, PersonalClass),
        mut streams: impl Iterator<Item = u64>,
    ) -> bool {
        self.with(|accounts| {
            let seen = accounts.get(&account);
            seen.is_some_and(|seen| streams.all(|first| seen.has(day, action, purpose, class, first)))
        })
    }

    /// What has to be recorded before an account is shown a class of these streams, by the positions of their first leaves.
    pub fn unseen(
        &self,
        account: AccountId,
        (day, action): (NaiveDate, &str),
        (purpose, class): (Purpose, PersonalClass),
        streams: &[u64],
    ) -> Vec<Viewed> {
        self.with(|accounts| view(accounts.entry(account).or_default(), day, action, purpose, class, streams))
    }

    /// Remembers what was recorded of an account.
    pub fn note(&self, account: AccountId, recorded: Vec<Viewed>) {
        self.with(|accounts| {
            if accounts.values().map(Sights::len).sum::<usize>() >= REMEMBERED_MAX {
                accounts.clear();
                return;
            }
            let seen = accounts.entry(account).or_default();
            recorded.into_iter().for_each(|viewed| seen.apply(&PersonalDataEvent::Viewed(viewed)));
        });
    }
}
