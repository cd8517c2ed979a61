//! Grants: giving and ending them, and whether one is in force. A grant is a ceiling; the office that is held is the
//! condition, so that a departure or a new appointment changes rights without an administrator.

use super::{Account, AccountEvent, Grant, GrantEnded, GrantGiven, not_oneself};
use crate::access::{Holding, Rights};
use crate::area::Areas;
use crate::delegate::Delegates;
use crate::ids::{AccountId, AreaId, DelegateId, GrantId, OfficeId};
use crate::office::Offices;
use crate::refusal::{Code, Refusal};
use crate::vocabulary::{Dormant, GrantReason, Role};
use chrono::NaiveDate;

/// The most grants that one account may ever have had, so that an account's state stays small.
const MAX_GRANTS: usize = 1000;

/// The town, as giving grants and holding them looks at it.
#[derive(Clone, Copy, Debug)]
pub struct TownOffices<'a> {
    /// Grids and their conveners.
    pub areas: &'a Areas,
    /// Delegates and their mandates.
    pub delegates: &'a Delegates,
    /// Offices.
    pub offices: &'a Offices,
    /// The town's day.
    pub today: NaiveDate,
}

/// A grant to be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GrantDraft {
    /// Its id, a new one.
    pub grant_id: GrantId,
    /// The role.
    pub role: Role,
    /// The grid: of conveners and liaisons, and of nobody else.
    pub area_id: Option<AreaId>,
    /// The delegate: of delegates; of a convener where the account is no delegate's.
    pub delegate_id: Option<DelegateId>,
    /// The office: of handling units, and of nobody else.
    pub office_id: Option<OfficeId>,
    /// Its last day.
    pub until_on: Option<NaiveDate>,
}

/// Kinds of roles of which an account holds only one: who handles casework does not administer it, audits it, or is a
/// program that counts.
fn kind(role: Role) -> u8 {
    match role {
        Role::Delegate
        | Role::Convener
        | Role::Liaison
        | Role::PartyStudio
        | Role::CongressOffice
        | Role::HandlingUnit => 0,
        Role::Administrator => 1,
        Role::Auditor => 2,
        Role::ReportJob => 3,
        Role::Visitor | Role::System => 4,
    }
}

/// Gives a grant to an account.
///
/// A convener's grant is bound to a delegate: the one named, else the one the account is already bound to, else who is
/// convener of the grid now.
///
/// Errors: [`Code::OwnMatter`]; [`Code::Missing`] or [`Code::NotOfThisRole`] at the id that the role needs or does not have;
/// [`Code::UnknownId`]; [`Code::OutOfRange`] at `/until_on` before
/// today; [`Code::RolesExclude`] beside a role of another kind; [`Code::AlreadyGranted`]; [`Code::TooMany`].
pub fn give(
    account: &Account,
    draft: &GrantDraft,
    town: TownOffices<'_>,
    by: Option<AccountId>,
) -> Result<AccountEvent, Refusal> {
    not_oneself(account, by)?;
    let has = |id: bool, needs: bool, pointer: &str| match (id, needs) {
        (false, true) => Err(Refusal::new(Code::Missing).at(pointer)),
        (true, false) => Err(Refusal::new(Code::NotOfThisRole).at(pointer)),
        (true, true) | (false, false) => Ok(()),
    };
    let role = draft.role;
    if matches!(role, Role::Visitor | Role::System) {
        return Err(Refusal::new(Code::NotOfThisRole).at("/role"));
    }
    has(draft.area_id.is_some(), matches!(role, Role::Convener | Role::Liaison), "/area_id")?;
    has(draft.office_id.is_some(), role == Role::HandlingUnit, "/office_id")?;
    if role != Role::Convener {
        has(draft.delegate_id.is_some(), role == Role::Delegate, "/delegate_id")?;
    }
    let grid = draft.area_id.map(|id| town.areas.grid(id).ok_or_else(|| Refusal::new(Code::UnknownId).at("/area_id")));
    let grid = grid.transpose()?;
    if draft.delegate_id.is_some_and(|id| town.delegates.get(id).is_none()) {
        return Err(Refusal::new(Code::UnknownId).at("/delegate_id"));
    }
    if draft.office_id.is_some_and(|id| town.offices.get(id).is_none()) {
        return Err(Refusal::new(Code::UnknownId).at("/office_id"));
    }
    if draft.until_on.is_some_and(|until| until < town.today) {
        return Err(Refusal::new(Code::OutOfRange)
            .at("/until_on")
            .because("授权的最后一日不能早于今天。", "The last day of a grant is not before today."));
    }
    let mut delegate_id = draft.delegate_id;
    if role == Role::Convener && delegate_id.is_none() {
        let own = account.standing().find_map(|grant| grant.given.delegate_id);
        delegate_id = own.or_else(|| grid.and_then(|grid| grid.convener_on(town.today)));
        if delegate_id.is_none() {
            return Err(Refusal::new(Code::Missing).at("/delegate_id").because(
                "该网格现无召集人，须写明由哪位代表担任。",
                "The grid has no convener at present: say which delegate acts by it.",
            ));
        }
    }
    if let Some(other) = account.standing().find(|grant| kind(grant.given.role) != kind(role)) {
        return Err(Refusal::new(Code::RolesExclude).at("/role").because(
            format!("该账户已有{}的授权，不能兼有{}。", other.given.role.zh(), role.zh()),
            format!("The account holds {}; it cannot hold {} as well.", other.given.role.en(), role.en()),
        ));
    }
    let GrantDraft { grant_id, role, area_id, delegate_id: _, office_id, until_on } = *draft;
    let given = GrantGiven { grant_id, role, area_id, delegate_id, office_id, until_on };
    let same = |grant: &&Grant| GrantGiven { grant_id, until_on, ..grant.given.clone() } == given;
    if account
        .standing()
        .filter(|grant| grant.given.until_on.is_none_or(|on| on >= town.today))
        .any(|grant| same(&grant))
    {
        return Err(Refusal::new(Code::AlreadyGranted));
    }
    if account.grants.len() >= MAX_GRANTS {
        return Err(Refusal::new(Code::TooMany));
    }
    Ok(AccountEvent::GrantGiven(given))
}

/// Ends a grant of an account.
///
/// Errors: [`Code::OwnMatter`]; [`Code::UnknownGrant`] for one that is not the account's; [`Code::GrantEnded`].
pub fn end(
    account: &Account,
    grant_id: GrantId,
    reason_code: GrantReason,
    by: Option<AccountId>,
) -> Result<AccountEvent, Refusal> {
    not_oneself(account, by)?;
    let grant = account.grants.get(&grant_id).ok_or(Code::UnknownGrant)?;
    if grant.ended {
        return Err(Refusal::new(Code::GrantEnded));
    }
    Ok(AccountEvent::GrantEnded(GrantEnded { grant_id, reason_code }))
}

/// What a grant gives on a day, or why it gives nothing.
pub fn holding(account: &Account, grant: &Grant, town: TownOffices<'_>) -> Result<Holding, Dormant> {
    let GrantGiven { grant_id: _, role, area_id, delegate_id, office_id, until_on } = grant.given;
    if grant.ended {
        return Err(Dormant::Ended);
    }
    if !account.is_active() {
        return Err(Dormant::Suspended);
    }
    if until_on.is_some_and(|until| until < town.today) {
        return Err(Dormant::Expired);
    }
    let mandated = delegate_id.and_then(|id| town.delegates.get(id)).is_some_and(|held| held.holds_any(town.today));
    if delegate_id.is_some() && !mandated {
        return Err(Dormant::NoMandate);
    }
    if role == Role::Convener {
        let convener = area_id.and_then(|grid| town.areas.grid(grid)?.convener_on(town.today));
        if convener.is_none() || convener != delegate_id {
            return Err(Dormant::NotAppointed);
        }
    }
    Ok(Holding { grid: area_id, delegate: delegate_id, office: office_id })
}

/// The roles in which an account may act on a day, each once, in the order of the grants; `only` are the grants a token is
/// confined to, all where there are none.
pub fn roles_in_force(account: &Account, only: &[GrantId], town: TownOffices<'_>) -> Vec<Role> {
    let mut roles = Vec::new();
    for (role, _) in in_force(account, only, town) {
        if !roles.contains(&role) {
            roles.push(role);
        }
    }
    roles
}

/// What an account may do in a role on a day: all that its grants in that role give.
pub fn rights(account: &Account, role: Role, only: &[GrantId], town: TownOffices<'_>) -> Option<Rights> {
    let of_role = in_force(account, only, town).filter(|(held, _)| *held == role);
    let holdings: Vec<_> = of_role.map(|(_, holding)| holding).collect();
    (!holdings.is_empty()).then_some(Rights { account: account.id, role, holdings })
}

fn in_force<'a>(
    account: &'a Account,
    only: &'a [GrantId],
    town: TownOffices<'a>,
) -> impl Iterator<Item = (Role, Holding)> + 'a {
    let named = account.grants.values().filter(|grant| only.is_empty() || only.contains(&grant.given.grant_id));
    named.filter_map(move |grant| Some((grant.given.role, holding(account, grant, town).ok()?)))
}
