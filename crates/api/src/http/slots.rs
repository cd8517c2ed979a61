//! How much of something is open at once: so much of one account, so much in all.

use crate::limits::{EXPORTS_MAX, EXPORTS_OF_AN_ACCOUNT_MAX, FEEDS_MAX, FEEDS_OF_AN_ACCOUNT_MAX};
use crate::problem::codes::HttpCode;
use crate::problem::{AtOnce, Problem};
use domain::language::Text;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};
use uuid::Uuid;

/// When somebody who has too many may ask again, seconds.
const RETRY_S: u32 = 15;
/// How long one waits for the place of another that was closed just before and is about to be noticed.
const ROOM_WAIT: Duration = Duration::from_secs(1);

/// What is open, by account. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Slots(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    kind: Kind,
    taken: Mutex<HashMap<Uuid, usize>>,
    freed: Notify,
}

/// What is counted, and how much of it there may be.
#[derive(Debug)]
struct Kind {
    of_an_account: usize,
    in_all: usize,
    /// Names of the two bounds in `RateLimit-Policy`.
    policies: [&'static str; 2],
    /// The refusal of somebody, of whom at most so many may be.
    refusal: fn(Whose, usize) -> Text,
}

/// Who has too many.
#[derive(Clone, Copy, Debug)]
enum Whose {
    OneAccount,
    AllAccounts,
}

impl Whose {
    const fn zh(self) -> &'static str {
        match self {
            Self::OneAccount => "一个账户",
            Self::AllAccounts => "所有账户合计",
        }
    }

    const fn en(self) -> &'static str {
        match self {
            Self::OneAccount => "of one account",
            Self::AllAccounts => "of all accounts together",
        }
    }
}

/// One of them, counted until it is dropped.
#[derive(Debug)]
pub(crate) struct Slot {
    slots: Slots,
    account: Uuid,
}

impl Slots {
    fn of(kind: Kind) -> Self {
        Self(Arc::new(Inner { kind, taken: Mutex::default(), freed: Notify::new() }))
    }

    /// The open feeds.
    pub fn feeds() -> Self {
        Self::of(Kind {
            of_an_account: FEEDS_OF_AN_ACCOUNT_MAX,
            in_all: FEEDS_MAX,
            policies: ["account-feeds", "feeds"],
            refusal: |whose, max| Text {
                zh: format!("{}最多同时订阅 {max} 路。请先关闭不用的。", whose.zh()),
                en: format!("At most {max} feeds {} may be open at once. Close one that is not needed.", whose.en()),
            },
        })
    }

    /// What is handed out as a whole: lists as tables, what is held of people, openings of the log.
    pub fn exports() -> Self {
        Self::of(Kind {
            of_an_account: EXPORTS_OF_AN_ACCOUNT_MAX,
            in_all: EXPORTS_MAX,
            policies: ["account-exports", "exports"],
            refusal: |whose, max| Text {
                zh: format!("{}最多同时导出 {max} 份（表格、个人信息或密封内容）。请等其中一份取完。", whose.zh()),
                en: format!(
                    "At most {max} tables, exports and openings {} may be made and taken at once. Wait for one of them.",
                    whose.en()
                ),
            },
        })
    }

    /// One more of an account, as soon as there is room for it.
    ///
    /// # Errors
    /// 429 `rate_limited` where there are as many as there may be, and stay.
    pub async fn open(&self, account: Uuid) -> Result<Slot, Problem> {
        let until = Instant::now() + ROOM_WAIT;
        loop {
            let freed = self.0.freed.notified();
            match self.open_now(account) {
                Err(problem) if timeout_at(until, freed).await.is_err() => return Err(problem),
                Err(_) => {}
                Ok(slot) => return Ok(slot),
            }
        }
    }

    fn open_now(&self, account: Uuid) -> Result<Slot, Problem> {
        let kind = &self.0.kind;
        let mut taken = self.0.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.values().sum::<usize>() >= kind.in_all {
            return Err(kind.refused(Whose::AllAccounts));
        }
        let own = taken.entry(account).or_default();
        if *own >= kind.of_an_account {
            return Err(kind.refused(Whose::OneAccount));
        }
        *own += 1;
        Ok(Slot { slots: self.clone(), account })
    }
}

impl Kind {
    fn refused(&self, whose: Whose) -> Problem {
        let [of_an_account, of_all] = self.policies;
        let (policy, max) = match whose {
            Whose::OneAccount => (of_an_account, self.of_an_account),
            Whose::AllAccounts => (of_all, self.in_all),
        };
        let Text { zh, en } = (self.refusal)(whose, max);
        let mut problem = Problem::new(HttpCode::RateLimited).because(zh, en).retry_after(RETRY_S);
        problem.at_once = Some(Box::new(AtOnce { policy, max, wait_s: RETRY_S }));
        problem
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut taken = self.slots.0.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = taken.get_mut(&self.account) {
            *own = own.saturating_sub(1);
            if *own == 0 {
                taken.remove(&self.account);
            }
        }
        drop(taken);
        self.slots.0.freed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[tokio::test]
    async fn a_place_that_becomes_free_is_waited_for() {
        let feeds = Slots::feeds();
        let mut open: Vec<_> = (0..FEEDS_OF_AN_ACCOUNT_MAX).map(|_| feeds.open_now(Uuid::nil()).unwrap()).collect();
        let waiting = {
            let feeds = feeds.clone();
            tokio::spawn(async move { feeds.open(Uuid::nil()).await })
        };
        tokio::task::yield_now().await;
        open.pop();
        assert!(waiting.await.unwrap().is_ok());
    }

    #[test]
    fn slots_are_bounded_by_account_and_in_all() {
        for slots in [Slots::feeds(), Slots::exports()] {
            let Kind { of_an_account, in_all, .. } = slots.0.kind;
            let mut open = Vec::new();
            for n in 0..in_all {
                let account = Uuid::from_u128(u128::try_from(n / of_an_account).unwrap());
                open.push(slots.open_now(account).unwrap());
            }
            assert_eq!(slots.open_now(Uuid::max()).unwrap_err().code.as_str(), "rate_limited");
            open.truncate(of_an_account);
            assert!(slots.open_now(Uuid::max()).is_ok());
            let refused = slots.open_now(Uuid::nil()).unwrap_err();
            assert_eq!((refused.status(), refused.at_once.unwrap().max), (429.try_into().unwrap(), of_an_account));
            open.pop();
            assert!(slots.open_now(Uuid::nil()).is_ok());
            drop(open);
            assert!(slots.0.taken.lock().unwrap().is_empty());
        }
    }
}
