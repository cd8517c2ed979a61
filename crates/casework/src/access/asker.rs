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

/// An account that asks, in one of its roles.
#[derive(Clone, Debug, PartialEq, Eq)]
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
        scope(&self.rights(asker, today)?, action).map(Authority::Within)
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
