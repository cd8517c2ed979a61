//! Tickets for the feed: what a browser's `EventSource`, which can send no header, shows instead of a token. One is good
//! for a minute and for one feed. They are kept in memory, as hashes, and are gone with the process.

use crate::http::account::Account;
use crate::limits::{TICKET_LIFE, TICKETS_OF_AN_ACCOUNT_MAX};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::vocabulary::Role;
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// The ticket in a query. It is made of letters that need no encoding.
pub(crate) fn ticket_in(query: &str) -> Option<&str> {
    query.split('&').find_map(|pair| pair.strip_prefix("ticket="))
}

/// Tickets that were given out and not used. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Tickets(Arc<Mutex<HashMap<[u8; 32], Ticket>>>);

/// Whom a ticket speaks for.
struct Ticket {
    account: Account,
    role: Role,
    given_at: Instant,
}

impl Tickets {
    /// A new ticket of an account.
    pub fn give(&self, account: &Account, role: Role) -> String {
        self.give_at(account, role, Instant::now())
    }

    fn give_at(&self, account: &Account, role: Role, now: Instant) -> String {
        let text = URL_SAFE_NO_PAD.encode(event_store::random_bytes::<32>());
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, ticket| now.duration_since(ticket.given_at) < TICKET_LIFE);
        let own = kept.iter().filter(|(_, ticket)| ticket.account.id == account.id);
        let own: Vec<_> = own.map(|(hash, ticket)| (ticket.given_at, *hash)).collect();
        if own.len() >= TICKETS_OF_AN_ACCOUNT_MAX
            && let Some((_, oldest)) = own.into_iter().min()
        {
            kept.remove(&oldest);
        }
        kept.insert(hash(&text), Ticket { account: account.clone(), role, given_at: now });
        text
    }

    /// Whom a ticket speaks for, in which role. It is not used up: the feed may still be refused.
    pub fn find(&self, text: &str) -> Option<(Account, Role)> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let ticket = kept.get(&hash(text)).filter(|ticket| ticket.given_at.elapsed() < TICKET_LIFE)?;
        Some((ticket.account.clone(), ticket.role))
    }

    /// Uses a ticket up; `None` where it is not good, or another request was faster.
    pub fn take(&self, text: &str) -> Option<(Account, Role)> {
        self.take_at(text, Instant::now())
    }

    fn take_at(&self, text: &str, now: Instant) -> Option<(Account, Role)> {
        let ticket = self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&hash(text))?;
        (now.duration_since(ticket.given_at) < TICKET_LIFE).then_some((ticket.account, ticket.role))
    }
}

impl fmt::Debug for Tickets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tickets")
    }
}

fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::http::account::KnownBy;
    use std::time::Duration;
    use uuid::Uuid;

    fn account(id: u128) -> Account {
        Account {
            id: Uuid::from_u128(id),
            name: String::new(),
            roles: vec![Role::Liaison],
            known_by: KnownBy::Token(Uuid::nil()),
            grant_ids: Vec::new(),
        }
    }

    #[test]
    fn a_ticket_is_good_once_and_for_a_minute() {
        let (tickets, now) = (Tickets::default(), Instant::now());
        let first = tickets.give_at(&account(1), Role::Liaison, now);
        let second = tickets.give_at(&account(1), Role::Liaison, now);
        assert_ne!(first, second);
        assert_eq!(tickets.take_at(&first, now).unwrap().0, account(1));
        assert!(tickets.take_at(&first, now).is_none());
        assert!(tickets.take_at(&second, now + TICKET_LIFE).is_none());
        assert!(tickets.take_at("", now).is_none());
    }

    #[test]
    fn unused_tickets_are_bounded() {
        let (tickets, now) = (Tickets::default(), Instant::now());
        let other = tickets.give_at(&account(2), Role::Liaison, now);
        let mut given = Vec::new();
        for n in 0..=TICKETS_OF_AN_ACCOUNT_MAX {
            let later = now + Duration::from_millis(u64::try_from(n).unwrap());
            given.push(tickets.give_at(&account(1), Role::Liaison, later));
        }
        assert!(tickets.take_at(&given[0], now).is_none());
        assert!(tickets.take_at(&given[1], now).is_some() && tickets.take_at(&other, now).is_some());
        tickets.give_at(&account(1), Role::Liaison, now + 2 * TICKET_LIFE);
        assert_eq!(tickets.0.lock().unwrap().len(), 1);
    }
}
