//! How many feeds are open: so many of one account, so many in all.

use crate::limits::{FEEDS_MAX, FEEDS_OF_AN_ACCOUNT_MAX};
use crate::problem::codes::HttpCode;
use crate::problem::{AtOnce, Problem};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};
use uuid::Uuid;

/// When somebody who has too many feeds may ask again, seconds.
const RETRY_S: u32 = 15;
/// How long a feed waits for the place of one that was closed just before and is about to be noticed.
const ROOM_WAIT: Duration = Duration::from_secs(1);

/// The open feeds of each account. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Feeds(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    open: Mutex<HashMap<Uuid, usize>>,
    closed: Notify,
}

/// One feed, counted until it is dropped.
#[derive(Debug)]
pub(crate) struct Counted {
    feeds: Feeds,
    account: Uuid,
}

impl Feeds {
    /// One more feed of an account, as soon as there is room for it.
    ///
    /// # Errors
    /// 429 `rate_limited` where there are as many as there may be, and stay.
    pub async fn open(&self, account: Uuid) -> Result<Counted, Problem> {
        let until = Instant::now() + ROOM_WAIT;
        loop {
            let closed = self.0.closed.notified();
            match self.open_now(account) {
                Err(problem) if timeout_at(until, closed).await.is_err() => return Err(problem),
                Err(_) => {}
                Ok(counted) => return Ok(counted),
            }
        }
    }

    fn open_now(&self, account: Uuid) -> Result<Counted, Problem> {
        let mut open = self.0.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.values().sum::<usize>() >= FEEDS_MAX {
            return Err(refused("feeds", "所有账户合计", FEEDS_MAX, "of all accounts together"));
        }
        let own = open.entry(account).or_default();
        if *own >= FEEDS_OF_AN_ACCOUNT_MAX {
            return Err(refused("account-feeds", "一个账户", FEEDS_OF_AN_ACCOUNT_MAX, "of one account"));
        }
        *own += 1;
        Ok(Counted { feeds: self.clone(), account })
    }
}

fn refused(policy: &'static str, zh: &str, max: usize, en: &str) -> Problem {
    let mut problem = Problem::new(HttpCode::RateLimited)
        .because(
            format!("{zh}最多同时订阅 {max} 路。请先关闭不用的。"),
            format!("At most {max} feeds {en} may be open at once. Close one that is not needed."),
        )
        .retry_after(RETRY_S);
    problem.at_once = Some(Box::new(AtOnce { policy, max, wait_s: RETRY_S }));
    problem
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut open = self.feeds.0.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = open.get_mut(&self.account) {
            *own = own.saturating_sub(1);
            if *own == 0 {
                open.remove(&self.account);
            }
        }
        drop(open);
        self.feeds.0.closed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[tokio::test]
    async fn a_place_that_becomes_free_is_waited_for() {
        let feeds = Feeds::default();
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
    fn feeds_are_bounded_by_account_and_in_all() {
        let feeds = Feeds::default();
        let mut open = Vec::new();
        for n in 0..FEEDS_MAX {
            let account = Uuid::from_u128(u128::try_from(n / FEEDS_OF_AN_ACCOUNT_MAX).unwrap());
            open.push(feeds.open_now(account).unwrap());
        }
        assert_eq!(feeds.open_now(Uuid::max()).unwrap_err().code.as_str(), "rate_limited");
        open.truncate(FEEDS_OF_AN_ACCOUNT_MAX);
        assert!(feeds.open_now(Uuid::max()).is_ok());
        assert_eq!(feeds.open_now(Uuid::nil()).unwrap_err().status(), 429);
        open.pop();
        assert!(feeds.open_now(Uuid::nil()).is_ok());
        drop(open);
        assert!(feeds.0.open.lock().unwrap().is_empty());
    }
}
