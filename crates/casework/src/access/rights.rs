//! What somebody may do now. Rights are those of this moment, never of the one when a token was checked: a mandate that ended,
//! or a grant, ends them at the next command.

use crate::access::asker::{Asker, Authority};
use crate::casework::Casework;
use crate::read::reference::Reference;
use crate::write::failure::Failure;
use chrono::NaiveDate;
use domain::access::{Action, Holding, Rights, scope};
use domain::account::{TownOffices, rights};
use domain::vocabulary::{AccountState, Role};
use std::sync::Arc;

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
        let scope = self.rights(asker, today).and_then(|rights| scope(&rights, action));
        let authority = scope.map(|scope| Authority::Within(Arc::new(scope)));
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
    use domain::ids::{AccountId, GrantId};
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
        assert!(copied.authorities.is_empty(), "what is copied is about to change");
    }
}
