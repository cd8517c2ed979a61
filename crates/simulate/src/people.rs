//! Who acts in a story: the delegates of Annex 1, invented deputies, offices, and an account for each desk.
//! Whatever is invented says so in its name.

use casework::reference::Reference;
use casework::transact::Outcome;
use casework::{Casework, CommandContext, Failure};
use chrono::NaiveDate;
use domain::ids::{AccountId, AreaId, DelegateId, OfficeId};
use domain::vocabulary::{DelegateType, OfficeKind, Role, UnitKind};
use event_store::Fingerprint;
use std::fmt::Write as _;

/// Annex 1 (C-A1): 14 grids, 76 units, 146 Party delegates.
const ROSTER: &str = include_str!("../../../data/jiangqiao-roster.csv");
/// How many invented deputies a grid gets; Annex 1 names none.
const DEPUTIES_PER_GRID: usize = 4;

/// Offices that lead, supports among them. A matter names one by its index.
pub(super) const DEPARTMENTS: [&str; 8] = [
    "演示·城市建设管理办公室",
    "演示·交通管理办公室",
    "演示·城管执法中队",
    "演示·房屋管理办公室",
    "演示·社会事业发展办公室",
    "演示·教育管理办公室",
    "演示·平安建设办公室",
    "演示·社区党群办公室",
];

/// A grid with its desk.
#[derive(Clone, Debug)]
pub(super) struct GridDesk {
    /// The grid.
    pub id: AreaId,
    /// Its name.
    pub name: String,
    /// Villages and communities of it: where residents live.
    pub homes: Vec<(AreaId, String)>,
    /// The account that its delegates, convener and liaison share in a story.
    pub account: AccountId,
}

/// Everybody.
#[derive(Clone, Debug)]
pub(super) struct People {
    /// The administrator.
    pub administrator: AccountId,
    /// Grids by name, which unlike ids are the same every time.
    pub grids: Vec<GridDesk>,
    /// In the order of [`DEPARTMENTS`].
    pub departments: Vec<OfficeId>,
    /// The account of the departments.
    pub departments_account: AccountId,
    /// 党代表工作室, with its account.
    pub studio: (OfficeId, AccountId),
    /// 人大办公室, with its account.
    pub congress_office: (OfficeId, AccountId),
}

/// A call under a key of the story. One key is one command, for ever.
pub(super) fn call(account: AccountId, role: Role, key: &str) -> CommandContext {
    let fingerprint: Fingerprint = [0; 32];
    CommandContext::of_account(account.0, role, Some(&format!("simulated/{key}")), fingerprint)
}

/// Loads rosters, offices and accounts, and appoints conveners and liaisons. `grids` bounds how many grids act.
pub(super) async fn settle_in(casework: &Casework, today: NaiveDate, grids: usize) -> Result<People, Failure> {
    let reference = casework.reference();
    let administrator = reference.accounts.all().find(|account| account.roles.contains(&Role::Administrator));
    let administrator = administrator.map(|account| account.id).ok_or(Failure::NotFound)?;
    let since = reference.programme.effective_on().unwrap_or(today);
    let by = |key: &str| call(administrator, Role::Administrator, key);
    casework.import_roster(&by("roster/party"), ROSTER.as_bytes(), DelegateType::Party, since, false).await?;
    let deputies = deputies(&casework.reference());
    casework.import_roster(&by("roster/deputies"), deputies.as_bytes(), DelegateType::Deputy, since, false).await?;

    let mut departments = Vec::with_capacity(DEPARTMENTS.len());
    for name in DEPARTMENTS {
        departments.push(office(casework, administrator, name, OfficeKind::Department).await?);
    }
    let studio = office(casework, administrator, "演示·党代表工作室", OfficeKind::PartyStudio).await?;
    let congress_office = office(casework, administrator, "演示·人大办公室", OfficeKind::CongressOffice).await?;

    let roles = [Role::Delegate, Role::Convener, Role::Liaison];
    let seats = by_name(&casework.reference()).len() * DEPUTIES_PER_GRID;
    let mut desks = Vec::new();
    for (index, (id, name)) in by_name(&casework.reference()).into_iter().take(grids).enumerate() {
        let account = account(casework, administrator, &format!("演示·{name}"), &roles).await?;
        let key = format!("liaison/{name}");
        // Invented like the deputies, and none of them: they come after the last seat.
        casework.appoint_liaison(&by(&key), id, &deputy_name(seats + index + 1), today, None).await?;
        let reference = casework.reference();
        let venue = format!("{name}党群服务站（演示）");
        casework.set_venue(&by(&format!("venue/{name}")), id, &venue, today, None).await?;
        if let Some((convener, _)) = assigned(&reference, id, DelegateType::Party, today).first() {
            casework.appoint_convener(&by(&format!("convener/{name}")), id, *convener, today, None).await?;
        }
        let mut homes: Vec<(AreaId, String)> = reference
            .areas
            .units_of(id)
            .filter(|unit| unit.kind != UnitKind::Institution)
            .map(|unit| (unit.id, unit.name.clone()))
            .collect();
        homes.sort_by(|one, other| one.1.cmp(&other.1));
        desks.push(GridDesk { id, name, homes, account });
    }
    Ok(People {
        administrator,
        grids: desks,
        departments,
        departments_account: account(casework, administrator, "演示·承办单位", &[Role::HandlingUnit]).await?,
        studio: (studio, account(casework, administrator, "演示·党代表工作室", &[Role::PartyStudio]).await?),
        congress_office: (
            congress_office,
            account(casework, administrator, "演示·人大办公室", &[Role::CongressOffice]).await?,
        ),
    })
}

/// The delegates of a type who are assigned to a grid on a day, by name.
pub(super) fn assigned(
    reference: &Reference,
    grid: AreaId,
    held: DelegateType,
    on: NaiveDate,
) -> Vec<(DelegateId, String)> {
    let mut there: Vec<(DelegateId, String)> =
        reference.delegates.of_grid(grid, held, on).map(|one| (one.id, one.name.clone())).collect();
    there.sort_by(|one, other| one.1.cmp(&other.1));
    there
}

/// The name of an invented deputy; a name holds no digits.
pub(super) fn deputy_name(number: usize) -> String {
    let numerals = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    let written = format!("{number:02}").chars().filter_map(|digit| digit.to_digit(10)).collect::<Vec<_>>();
    let written =
        written.into_iter().filter_map(|digit| numerals.get(usize::try_from(digit).ok()?)).collect::<String>();
    format!("演示代表{written}")
}

pub(super) fn by_name(reference: &Reference) -> Vec<(AreaId, String)> {
    let mut grids: Vec<(AreaId, String)> = reference.areas.grids().map(|grid| (grid.id, grid.name.clone())).collect();
    grids.sort_by(|one, other| one.1.cmp(&other.1));
    grids
}

/// A second roster: so many invented deputies for each grid.
fn deputies(reference: &Reference) -> String {
    let mut roster = String::from("grid,unit,name\n");
    let grids = by_name(reference);
    let seats = grids.iter().flat_map(|(_, grid)| std::iter::repeat_n(grid, DEPUTIES_PER_GRID));
    for (index, grid) in seats.enumerate() {
        // Writing to a String cannot fail.
        let _ = writeln!(roster, "{grid},,{}", deputy_name(index + 1));
    }
    roster
}

async fn office(casework: &Casework, by: AccountId, name: &str, kind: OfficeKind) -> Result<OfficeId, Failure> {
    let call = call(by, Role::Administrator, &format!("office/{name}"));
    match casework.register_office(&call, name, kind, None).await? {
        Outcome::Done(governed) => Ok(governed.made),
        Outcome::Replayed(_) => Err(Failure::KeyReused),
    }
}

async fn account(casework: &Casework, by: AccountId, name: &str, roles: &[Role]) -> Result<AccountId, Failure> {
    let call = call(by, Role::Administrator, &format!("account/{name}"));
    // Nobody is told the secret: these desks act only in the year that is told here.
    match casework.create_account_of_roles(&call, name, roles, None).await? {
        Outcome::Done(governed) => Ok(governed.made.0),
        Outcome::Replayed(_) => Err(Failure::KeyReused),
    }
}
