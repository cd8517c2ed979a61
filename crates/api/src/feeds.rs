//! How many feeds are open: so many of one account, so many in all.

use crate::codes::Edge;
use crate::limits::{FEEDS_MAX, FEEDS_OF_AN_ACCOUNT_MAX};
use crate::problem::Problem;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

/// The open feeds of each account. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Feeds(Arc<Mutex<HashMap<Uuid, usize>>>);

/// One feed, counted until it is dropped.
#[derive(Debug)]
pub(crate) struct Counted {
    feeds: Feeds,
    account: Uuid,
}

impl Feeds {
    /// One more feed of an account.
    ///
    /// # Errors
    /// 429 `rate_limited` where there are as many as there may be.
    pub fn open(&self, account: Uuid) -> Result<Counted, Problem> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if open.values().sum::<usize>() >= FEEDS_MAX {
            return Err(refused("所有账户合计", FEEDS_MAX, "of all accounts together"));
        }
        let own = open.entry(account).or_default();
        if *own >= FEEDS_OF_AN_ACCOUNT_MAX {
            return Err(refused("一个账户", FEEDS_OF_AN_ACCOUNT_MAX, "of one account"));
        }
        *own += 1;
        Ok(Counted { feeds: self.clone(), account })
    }
}

fn refused(zh: &str, max: usize, en: &str) -> Problem {
    Problem::new(Edge::RateLimited)
        .because(
            format!("{zh}最多同时订阅 {max} 路。请先关闭不用的。"),
            format!("At most {max} feeds {en} may be open at once. Close one that is not needed."),
        )
        .retry_after(15)
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut open = self.feeds.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = open.get_mut(&self.account) {
            *own = own.saturating_sub(1);
            if *own == 0 {
                open.remove(&self.account);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn feeds_are_bounded_by_account_and_in_all() {
        let feeds = Feeds::default();
        let mut open = Vec::new();
        for n in 0..FEEDS_MAX {
            let account = Uuid::from_u128(u128::try_from(n / FEEDS_OF_AN_ACCOUNT_MAX).unwrap());
            open.push(feeds.open(account).unwrap());
        }
        assert_eq!(feeds.open(Uuid::max()).unwrap_err().code.as_str(), "rate_limited");
        open.truncate(FEEDS_OF_AN_ACCOUNT_MAX);
        assert!(feeds.open(Uuid::max()).is_ok());
        assert_eq!(feeds.open(Uuid::nil()).unwrap_err().status(), 429);
        open.pop();
        assert!(feeds.open(Uuid::nil()).is_ok());
        drop(open);
        assert!(feeds.0.lock().unwrap().is_empty());
    }
}
