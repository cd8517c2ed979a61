//! Who asks, and what it is that they may do.

use chrono::NaiveDate;
use domain::access::{Action, Scope};
use domain::ids::{AccountId, GrantId};
use domain::vocabulary::Role;
use foldhash::HashMap;
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

/// An account that asks, in one of its roles.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Asker {
    /// The account.
    pub account: AccountId,
    /// The role it acts in.
    pub role: Role,
    /// The grants that its token is confined to; all of the account's where there are none.
    pub grant_ids: Vec<GrantId>,
}

/// What somebody may do by an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Authority {
    /// Everything: nothing is adopted yet.
    Unbounded,
    /// What the table says; lent to every request that asks.
    Within(Arc<Scope>),
}

impl Authority {
    /// The scope; the town where nothing is adopted.
    pub fn scope(&self) -> Scope {
        match self {
            Self::Unbounded => Scope::Town,
            Self::Within(scope) => Scope::clone(scope),
        }
    }

    /// Whether every thing of the town is within it.
    pub fn is_whole(&self) -> bool {
        let Self::Within(scope) = self else { return true };
        match **scope {
            Scope::Town | Scope::Figures => true,
            Scope::Own { .. } | Scope::Grids(_) | Scope::PartyLine | Scope::Offices(_) | Scope::Receipt => false,
        }
    }
}

/// Askers whose authorities are kept: more than a town has accounts and roles. With one more all are worked out anew.
const ASKERS_MAX: usize = 10_000;

/// Authorities that were worked out of reference data on a day. They follow from nothing else, so that they are kept as long as
/// it is the same; a request asks three times.
#[derive(Debug, Default)]
pub(crate) struct Authorities(RwLock<HashMap<Asker, OnADay>>);

#[derive(Debug)]
struct OnADay {
    day: NaiveDate,
    of: BTreeMap<Action, Option<Authority>>,
}

impl Clone for Authorities {
    /// None: what is copied is about to change.
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Authorities {
    /// What was worked out on this day; nothing where nothing was.
    pub fn of(&self, asker: &Asker, action: Action, day: NaiveDate) -> Option<Option<Authority>> {
        let askers = self.0.read().unwrap_or_else(PoisonError::into_inner);
        askers.get(asker).filter(|known| known.day == day)?.of.get(&action).cloned()
    }

    /// Keeps what was worked out.
    pub fn keep(&self, asker: &Asker, action: Action, day: NaiveDate, authority: Option<Authority>) {
        let mut askers = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if askers.len() >= ASKERS_MAX {
            askers.clear();
        }
        let known = askers.entry(asker.clone()).or_insert_with(|| OnADay { day, of: BTreeMap::new() });
        if known.day != day {
            *known = OnADay { day, of: BTreeMap::new() };
        }
        known.of.insert(action, authority);
    }

    /// Whether none is kept.
    #[cfg(test)]
    pub fn is_empty(&self) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// Forgets them.
    pub fn clear(&mut self) {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
