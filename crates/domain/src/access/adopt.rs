//! Adopting a table: once, for good.

use crate::Stamp;
use crate::access::events::{AccessEvent, TableAdopted};
use crate::access::table::{TABLE_NAME, Table};
use crate::account::{Accounts, TownOffices, roles_in_force};
use crate::refusal::{Code, Refusal};
use crate::vocabulary::{Holder, Role};
use chrono::{DateTime, TimeDelta, Utc};

/// Days for which the token of the first start holds on after adoption.
pub const FIRST_TOKEN_DAYS: i64 = 30;

/// The table that is adopted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adopted {
    /// Its name.
    pub name: String,
    /// Its SHA-256, in hex.
    pub sha256: String,
    /// When it was adopted.
    pub at: DateTime<Utc>,
    /// The position at which it was.
    pub position: u64,
}

/// What stream `access` says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// The table in force; `None` while there is none, and everybody who is known may do everything.
    pub adopted: Option<Adopted>,
    /// Version of the stream.
    pub version: u64,
}

impl Access {
    /// Takes one more event into account.
    pub fn apply(&mut self, event: &AccessEvent, at: &Stamp) {
        let AccessEvent::TableAdopted(table) = event;
        let TableAdopted { name, sha256, table: _ } = table.clone();
        self.adopted = Some(Adopted { name, sha256, at: at.recorded_at, position: at.position });
        self.version = at.version;
    }

    /// What a leaf's `access` says now.
    pub fn mark(&self) -> Option<&str> {
        self.adopted.as_ref().and_then(|adopted| adopted.sha256.get(..16))
    }

    /// Until when the token of the first start holds.
    pub fn first_token_ends(&self) -> Option<DateTime<Utc>> {
        self.adopted.as_ref().map(|adopted| adopted.at + TimeDelta::days(FIRST_TOKEN_DAYS))
    }
}

/// Adopts a table of the program. There is no way back, so that somebody must be able to go on: two different persons who
/// can sign in hold `administrator` and `congress_office`, but in a log of a demonstration, whose tokens anybody has.
///
/// Errors: [`Code::UnknownTable`] at `/table`; [`Code::AccessAdopted`]; [`Code::WouldLockOut`].
pub fn adopt(
    access: &Access,
    name: &str,
    accounts: &Accounts,
    town: TownOffices<'_>,
    is_demo: bool,
) -> Result<AccessEvent, Refusal> {
    if name != TABLE_NAME {
        return Err(Refusal::new(Code::UnknownTable).at("/table"));
    }
    if access.adopted.is_some() {
        return Err(Refusal::new(Code::AccessAdopted));
    }
    // One account never holds both: they are of two kinds that exclude each other.
    let held = |role: Role| {
        accounts.all().any(|account| {
            let enrolled = account.holder == Holder::Person && account.credentials.enrolled();
            enrolled && roles_in_force(account, &[], town).contains(&role)
        })
    };
    if !is_demo && (!held(Role::Administrator) || !held(Role::CongressOffice)) {
        return Err(Refusal::new(Code::WouldLockOut));
    }
    let table = Table::compiled();
    Ok(AccessEvent::TableAdopted(TableAdopted {
        name: table.name.to_owned(),
        sha256: table.sha256_hex(),
        table: table.lines.clone(),
    }))
}
