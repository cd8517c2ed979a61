//! Who asks, and what they may do now. Rights are those of this moment, never of the one when a token was checked: a
//! mandate that ended, or a grant, ends them at the next command.

use crate::casework::Casework;
use crate::read::reference::Reference;
use crate::write::failure::Failure;
use chrono::NaiveDate;
use domain::access::{Action, Holding, Rights, Scope, scope};
use domain::account::{TownOffices, rights};
use domain::ids::{AccountId, GrantId};
use domain::vocabulary::{AccountState, Role};
use std::collections::{BTreeMap, HashMap};
use std::sync::{PoisonError, RwLock};

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
    /// What the table says.
    Within(Scope),
}

impl Authority {
    /// The scope; the town where nothing is adopted.
    pub fn scope(&self) -> Scope {
        match self {
            Self::Unbounded => Scope::Town,
            Self::Within(scope) => scope.clone(),
        }
    }

    /// Whether every thing of the town is within it.
    pub fn is_whole(&self) -> bool {
        match self {
            Self::Unbounded | Self::Within(Scope::Town | Scope::Figures) => true,
            Self::Within(
                Scope::Own { .. } | Scope::Grids(_) | Scope::PartyLine | Scope::Offices(_) | Scope::Receipt,
            ) => false,
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
    fn of(&self, asker: &Asker, action: Action, day: NaiveDate) -> Option<Option<Authority>> {
        let askers = self.0.read().unwrap_or_else(PoisonError::into_inner);
        askers.get(asker).filter(|known| known.day == day)?.of.get(&action).cloned()
    }

    fn keep(&self, asker: &Asker, action: Action, day: NaiveDate, authority: Option<Authority>) {
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

    /// Forgets them.
    pub fn clear(&mut self) {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl Reference {
    /// The town as grants look at it on a day.
    pub fn offices_of_town(&self, today: NaiveDate) -> TownOffices<'_> {
        TownOffices { areas: &self.areas, delegates: &self.delegates, offices: &self.offices, today }
    }

    /// What an account may do in a role on a day, by the access table; nothing where no grant gives it the role.
    pub fn rights(&self, asker: &Asker, today: NaiveDate) -> Option<Rights> {
        let account = self.accounts.get(asker.account)?;
        // The account of the first start stays administrator, so that a log always has one to begin with.
        let first = self.accounts.first().is_some_and(|first| first.id == account.id);
        if first && asker.role == Role::Administrator && account.state == AccountState::Active {
            return Some(Rights { account: account.id, role: asker.role, holdings: vec![Holding::default()] });
        }
        rights(account, asker.role, &asker.grant_ids, self.offices_of_town(today))
    }

    /// What somebody may do by an action now; `None` where it is nothing.
    pub fn authority(&self, asker: &Asker, action: Action, today: NaiveDate) -> Option<Authority> {
        if self.access.adopted.is_none() {
            return Some(Authority::Unbounded);
        }
        if let Some(known) = self.authorities.of(asker, action, today) {
            return known;
        }
        let authority = self.rights(asker, today).and_then(|rights| scope(&rights, action)).map(Authority::Within);
        self.authorities.keep(asker, action, today, authority.clone());
        authority
    }
}

impl Casework {
    /// What somebody may do by an action now.
    ///
    /// Errors: [`Failure::Forbidden`] where it is nothing.
    pub fn authority(&self, asker: &Asker, action: Action) -> Result<Authority, Failure> {
        let reference = self.reference();
        let today = reference.town_date(self.clock_now());
        reference.authority(asker, action, today).ok_or(Failure::Forbidden { action })
    }

    /// Whether access rules are adopted.
    pub fn access_adopted(&self) -> bool {
        self.reference().access.adopted.is_some()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use domain::Stamp;
    use domain::access::{AccessEvent, TableAdopted};
    use domain::account::{AccountCreated, AccountEvent, GrantGiven};
    use uuid::Uuid;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
    }

    #[test]
    fn what_somebody_may_do_today_is_not_kept_for_tomorrow() {
        let [first, second] = [1, 2].map(|n| AccountId(Uuid::from_u128(n)));
        let mut reference = Reference::default();
        let then = crate::read::decode::instant(1_795_674_600_000);
        let at = Stamp {
            position: 1,
            version: 1,
            occurred_at: then,
            recorded_at: then,
            policy: None,
            calendar: None,
            account: None,
        };
        let table = TableAdopted { name: "access/1".to_owned(), sha256: String::new(), table: Vec::new() };
        reference.access.apply(&AccessEvent::TableAdopted(table), &at);
        for account in [first, second] {
            let created = AccountCreated { name: "主任".to_owned(), holder: None, roles: Vec::new() };
            reference.accounts.apply(account, &AccountEvent::Created(created), &at);
        }
        let given = GrantGiven {
            grant_id: GrantId(Uuid::from_u128(3)),
            role: Role::CongressOffice,
            area_id: None,
            delegate_id: None,
            office_id: None,
            until_on: Some(day(19)),
        };
        reference.accounts.apply(second, &AccountEvent::GrantGiven(given), &at);
        let asker = Asker { account: second, role: Role::CongressOffice, grant_ids: Vec::new() };
        let may = |on: u32| reference.authority(&asker, Action::IssueRead, day(on));
        // Each twice: the second answer is the kept one.
        for (on, whole) in [(19, true), (19, true), (20, false), (20, false), (19, true)] {
            assert_eq!(may(on).is_some_and(|authority| authority.is_whole()), whole, "on {on}");
        }
        let copied = reference.clone();
        assert!(copied.authorities.0.read().unwrap().is_empty(), "what is copied is about to change");
    }
}
