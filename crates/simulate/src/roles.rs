//! An account and a token of every role, for whoever tries a demonstration; and the access table, where it is asked for.

use super::people::{assigned, by_name, call};
use super::report::Report;
use casework::access::accounts::NewAccount;
use casework::access::tokens::NewToken;
use casework::boxed::boxed;
use casework::loaded::AsOf;
use casework::reference::Reference;
use casework::transact::Outcome;
use casework::{Casework, Failure};
use chrono::{DateTime, FixedOffset, NaiveDate, TimeDelta};
use domain::access::{COLUMNS, TABLE_NAME};
use domain::account::GrantDraft;
use domain::ids::{AccountId, AreaId, DelegateId, GrantId, OfficeId};
use domain::vocabulary::{DelegateType, Holder, Role};

/// Days for which their tokens are good: a demonstration is tried, not kept.
const TOKEN_DAYS: i64 = 30;

/// An account of one role, with its token.
#[derive(Clone)]
pub struct RoleAccount {
    /// The role.
    pub role: Role,
    /// The account.
    pub account: AccountId,
    /// Its name.
    pub name: String,
    /// The text of its token.
    pub token: String,
    /// When the token ends, in the town's time.
    pub expires_at: DateTime<FixedOffset>,
    /// The grid of a convener and a liaison, with its name.
    pub grid: Option<(AreaId, String)>,
    /// The delegate of a delegate and of a convener, with their name.
    pub delegate: Option<(DelegateId, String)>,
    /// The office of a handling unit, with its name.
    pub office: Option<(OfficeId, String)>,
}

/// What grants are bound to: where something waits for each of them, as far as the story has it.
struct Bound {
    grid: Option<AreaId>,
    convener: Option<DelegateId>,
    delegate: Option<DelegateId>,
    office: Option<OfficeId>,
}

/// Makes an account with a grant and a token for every role that anybody holds, in a log that a story was just told into;
/// then adopts the access table where `adopt` says so.
///
/// # Errors
/// What the store fails with; [`Failure::NotFound`] in a town without a grid, a delegate or an office.
#[boxed(?Send)]
pub async fn accounts_of_roles(casework: &Casework, report: &Report, adopt: bool) -> Result<Vec<RoleAccount>, Failure> {
    let administrator = casework.reference().accounts.first().map(|first| first.id).ok_or(Failure::NotFound)?;
    let bound = bound(casework, report).await?;
    let mut made = Vec::new();
    for role in COLUMNS.into_iter().filter(|role| *role != Role::Visitor) {
        made.push(account(casework, administrator, role, &bound).await?);
    }
    if adopt {
        let call = call(administrator, Role::Administrator, "access/adoption");
        done(casework.adopt_access(&call, TABLE_NAME, None).await?)?;
    }
    Ok(made)
}

/// The grid and the delegate of an issue that is overdue, and the office that leads the major issue of the longest story.
async fn bound(casework: &Casework, report: &Report) -> Result<Bound, Failure> {
    let reference = casework.reference();
    let today = reference.town_date(casework.now());
    let (mut grid, mut delegate, mut office) = (None, None, None);
    if let Some(id) = report.overdue {
        let issue = casework.issue(id, AsOf::Now).await?;
        (grid, delegate) = (Some(issue.state.grid_id), Some(issue.state.responsible_delegate_id));
    }
    if let Some(id) = report.long_story
        && let Some(major) = casework.issue(id, AsOf::Now).await?.state.major_issue_id
    {
        office = casework.major_issue(major, AsOf::Now).await?.state.lead_office_id;
    }
    // Who left, or a grid without a convener today, would give a grant that sleeps.
    let convener = |grid: AreaId| convener_of(&reference, grid, today);
    let grid = grid
        .filter(|grid| convener(*grid).is_some())
        .or_else(|| by_name(&reference).into_iter().map(|(id, _)| id).find(|id| convener(*id).is_some()));
    let serves = |id: &DelegateId| reference.delegates.get(*id).is_some_and(|known| known.holds_any(today));
    let any = || grid.and_then(|grid| Some(assigned(&reference, grid, DelegateType::Party, today).first()?.0));
    Ok(Bound {
        grid,
        convener: grid.and_then(convener),
        delegate: delegate.filter(serves).or_else(any),
        office: office.or_else(|| reference.offices.all().next().map(|office| office.id)),
    })
}

fn convener_of(reference: &Reference, grid: AreaId, today: NaiveDate) -> Option<DelegateId> {
    let convener = reference.areas.grid(grid)?.convener_on(today)?;
    reference.delegates.get(convener).filter(|known| known.holds_any(today)).map(|known| known.id)
}

async fn account(
    casework: &Casework,
    administrator: AccountId,
    role: Role,
    bound: &Bound,
) -> Result<RoleAccount, Failure> {
    let call = |what: &str| call(administrator, Role::Administrator, &format!("role/{role}/{what}"));
    let name = format!("演示·试用·{}", role.zh());
    // Of a machine: a person has no token, but signs in.
    let new = NewAccount { name: name.clone(), holder: Holder::Machine, login: None, person_name: None };
    let account = done(casework.create_account(&call("account"), &new).await?)?;
    let of_grid = matches!(role, Role::Convener | Role::Liaison).then_some(bound.grid).flatten();
    let delegate = match role {
        Role::Delegate => bound.delegate,
        Role::Convener => bound.convener,
        Role::Liaison
        | Role::PartyStudio
        | Role::CongressOffice
        | Role::HandlingUnit
        | Role::Auditor
        | Role::ReportJob
        | Role::Administrator
        | Role::Visitor
        | Role::System => None,
    };
    let office = (role == Role::HandlingUnit).then_some(bound.office).flatten();
    let grant = GrantDraft {
        grant_id: GrantId::default(),
        role,
        area_id: of_grid,
        delegate_id: delegate,
        office_id: office,
        until_on: None,
    };
    done(casework.give_grant(&call("grant"), account, &grant).await?)?;
    let expires_at = casework.clock_now() + TimeDelta::days(TOKEN_DAYS);
    let token = NewToken { name: Some(name.clone()), expires_at: Some(expires_at), grant_ids: Vec::new() };
    let (_, token) = done(casework.issue_token(&call("token"), account, &token).await?)?;
    let reference = casework.reference();
    Ok(RoleAccount {
        role,
        account,
        name,
        token: token.text,
        expires_at: expires_at.with_timezone(&reference.time_zone()).fixed_offset(),
        grid: of_grid.and_then(|id| Some((id, reference.areas.name(id)?.to_owned()))),
        delegate: delegate.and_then(|id| Some((id, reference.delegates.get(id)?.name.clone()))),
        office: office.and_then(|id| Some((id, reference.offices.get(id)?.name.clone()))),
    })
}

fn done<T>(outcome: Outcome<casework::governed::Governed<T>>) -> Result<T, Failure> {
    match outcome {
        Outcome::Done(governed) => Ok(governed.made),
        // The keys of a story are its own.
        Outcome::Replayed(_) => Err(Failure::KeyReused),
    }
}
