//! Grants: given some town, when one is given or looked at, then this is what it gives.
#![allow(clippy::unwrap_used)]

use super::super::*;
use crate::access::Holding;
use crate::area::Areas;
use crate::area::{AreaEvent, ConvenerAppointed, GridDefined, TownDefined};
use crate::delegate::{DelegateEvent, Delegates, MandateGiven, Registered};
use crate::fixtures::stamp;
use crate::ids::{AccountId, AreaId, DelegateId, GrantId, OfficeId};
use crate::office::{OfficeEvent, OfficeRegistered, Offices};
use crate::refusal::Code;
use crate::vocabulary::{DelegateType, Dormant, GrantReason, Holder, OfficeKind, Role};
use chrono::NaiveDate;
use uuid::Uuid;

const ME: AccountId = AccountId(Uuid::from_u128(1));
const ADMIN: AccountId = AccountId(Uuid::from_u128(2));
const TOWN: AreaId = AreaId(Uuid::from_u128(3));
const GRID: AreaId = AreaId(Uuid::from_u128(4));
const LI: DelegateId = DelegateId(Uuid::from_u128(5));
const WANG: DelegateId = DelegateId(Uuid::from_u128(6));
const OFFICE: OfficeId = OfficeId(Uuid::from_u128(7));

fn on(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A town with one grid, two delegates of whom Li is its convener from 1 December on, and one office.
struct Given {
    areas: Areas,
    delegates: Delegates,
    offices: Offices,
    accounts: Accounts,
    account: Account,
}

impl Given {
    fn new() -> Self {
        let mut areas = Areas::default();
        areas.apply(TOWN, &AreaEvent::TownDefined(TownDefined { name: "镇".to_owned(), level: 0 }), &stamp(1, 1));
        let grid = GridDefined { name: "太平".to_owned(), level: 1, parent_id: TOWN };
        areas.apply(GRID, &AreaEvent::GridDefined(grid), &stamp(2, 1));
        let convener = ConvenerAppointed { delegate_id: LI, from: on("2026-12-01") };
        areas.apply(GRID, &AreaEvent::ConvenerAppointed(convener), &stamp(3, 2));
        let mut delegates = Delegates::default();
        for (id, name) in [(LI, "李"), (WANG, "王")] {
            delegates.apply(id, &DelegateEvent::Registered(Registered { name: name.to_owned() }), &stamp(4, 1));
            let mandate = MandateGiven { delegate_type: DelegateType::Party, from: on("2026-11-01") };
            delegates.apply(id, &DelegateEvent::MandateGiven(mandate), &stamp(5, 2));
        }
        let mut offices = Offices::default();
        let office = OfficeRegistered { name: "水务".to_owned(), kind: OfficeKind::Department };
        offices.apply(OFFICE, &OfficeEvent::Registered(office), &stamp(6, 1));
        let mut accounts = Accounts::default();
        let created = create(&accounts, "太平", Some(Holder::Person), &[]).unwrap();
        accounts.apply(ME, &AccountEvent::Created(created), &stamp(7, 1));
        let account = accounts.get(ME).unwrap().clone();
        Self { areas, delegates, offices, accounts, account }
    }

    fn town(&self, today: &str) -> TownOffices<'_> {
        TownOffices { areas: &self.areas, delegates: &self.delegates, offices: &self.offices, today: on(today) }
    }

    fn give(&self, draft: &GrantDraft) -> Result<AccountEvent, Code> {
        give(&self.account, draft, self.town("2026-12-10"), Some(ADMIN)).map_err(|refusal| refusal.code)
    }

    fn with(mut self, draft: &GrantDraft) -> Self {
        let event = self.give(draft).unwrap();
        self.accounts.apply(ME, &event, &stamp(9, 9));
        self.account = self.accounts.get(ME).unwrap().clone();
        self
    }

    fn looked_at(&self, today: &str) -> Result<Holding, Dormant> {
        holding(&self.account, self.account.grants.values().last().unwrap(), self.town(today))
    }
}

fn draft(role: Role) -> GrantDraft {
    let grant_id = GrantId(Uuid::from_u128(100 + role as u128));
    GrantDraft { grant_id, role, area_id: None, delegate_id: None, office_id: None, until_on: None }
}

#[test]
fn a_role_needs_its_ids_and_takes_no_other() {
    let given = Given::new();
    let area = |role| GrantDraft { area_id: Some(GRID), ..draft(role) };
    assert_eq!(given.give(&draft(Role::Delegate)).unwrap_err(), Code::Missing);
    assert_eq!(given.give(&draft(Role::Liaison)).unwrap_err(), Code::Missing);
    assert_eq!(given.give(&draft(Role::HandlingUnit)).unwrap_err(), Code::Missing);
    assert_eq!(given.give(&area(Role::CongressOffice)).unwrap_err(), Code::NotOfThisRole);
    assert_eq!(given.give(&draft(Role::Visitor)).unwrap_err(), Code::NotOfThisRole);
    assert_eq!(given.give(&draft(Role::System)).unwrap_err(), Code::NotOfThisRole);
    let nowhere = GrantDraft { area_id: Some(TOWN), ..draft(Role::Liaison) };
    assert_eq!(given.give(&nowhere).unwrap_err(), Code::UnknownId);
    let over = GrantDraft { until_on: Some(on("2026-12-09")), ..draft(Role::Auditor) };
    assert_eq!(given.give(&over).unwrap_err(), Code::OutOfRange);
    assert!(given.give(&area(Role::Liaison)).is_ok());
    assert!(given.give(&GrantDraft { office_id: Some(OFFICE), ..draft(Role::HandlingUnit) }).is_ok());
}

#[test]
fn kinds_of_roles_exclude_one_another_and_nobody_grants_to_themselves() {
    let given = Given::new().with(&draft(Role::CongressOffice));
    assert!(given.give(&draft(Role::PartyStudio)).is_ok());
    for role in [Role::Administrator, Role::Auditor, Role::ReportJob] {
        assert_eq!(given.give(&draft(role)).unwrap_err(), Code::RolesExclude);
    }
    assert_eq!(given.give(&draft(Role::CongressOffice)).unwrap_err(), Code::AlreadyGranted);
    let town = given.town("2026-12-10");
    let own = give(&given.account, &draft(Role::PartyStudio), town, Some(ME)).unwrap_err();
    assert_eq!(own.code, Code::OwnMatter);
    let grant = draft(Role::CongressOffice).grant_id;
    assert_eq!(end(&given.account, grant, GrantReason::Mistake, Some(ME)).unwrap_err().code, Code::OwnMatter);
    assert!(end(&given.account, grant, GrantReason::Mistake, Some(ADMIN)).is_ok());
    let other = GrantId(Uuid::from_u128(999));
    assert_eq!(end(&given.account, other, GrantReason::Mistake, None).unwrap_err().code, Code::UnknownGrant);
}

#[test]
fn a_conveners_grant_holds_while_they_are_appointed_and_mandated() {
    let given = Given::new().with(&GrantDraft { area_id: Some(GRID), ..draft(Role::Convener) });
    let grant = given.account.grants.values().next().unwrap();
    assert_eq!(grant.given.delegate_id, Some(LI), "the convener of the grid");
    assert_eq!(given.looked_at("2026-11-30"), Err(Dormant::NotAppointed));
    let held = Holding { grid: Some(GRID), delegate: Some(LI), office: None };
    assert_eq!(given.looked_at("2026-12-01"), Ok(held));
    assert_eq!(given.looked_at("2026-10-31"), Err(Dormant::NoMandate));
    let mut others = given;
    let next = ConvenerAppointed { delegate_id: WANG, from: on("2026-12-20") };
    others.areas.apply(GRID, &AreaEvent::ConvenerAppointed(next), &stamp(20, 3));
    assert_eq!(others.looked_at("2026-12-20"), Err(Dormant::NotAppointed), "another is");
    assert_eq!(rights(&others.account, Role::Convener, &[], others.town("2026-12-20")), None);
    assert_eq!(roles_in_force(&others.account, &[], others.town("2026-12-19")), [Role::Convener]);
}

#[test]
fn a_grant_ends_by_its_day_by_somebody_or_with_the_account() {
    let delegate = GrantDraft { delegate_id: Some(LI), until_on: Some(on("2026-12-31")), ..draft(Role::Delegate) };
    let mut given = Given::new().with(&delegate);
    assert!(given.looked_at("2026-12-31").is_ok());
    assert_eq!(given.looked_at("2027-01-01"), Err(Dormant::Expired));
    let another = [GrantId(Uuid::from_u128(999))];
    assert_eq!(roles_in_force(&given.account, &another, given.town("2026-12-10")), [], "the token is confined");
    given.account.state = crate::vocabulary::AccountState::Suspended;
    assert_eq!(given.looked_at("2026-12-31"), Err(Dormant::Suspended));
    assert_eq!(suspend(&given.account, None, GrantReason::Leave).unwrap_err().code, Code::AccountSuspended);
    assert!(reinstate(&given.account, Some(ADMIN)).is_ok());
    given.account.state = crate::vocabulary::AccountState::Active;
    assert_eq!(reinstate(&given.account, None).unwrap_err().code, Code::AccountActive);
    given.account.grants.values_mut().for_each(|grant| grant.ended = true);
    assert_eq!(given.looked_at("2026-12-31"), Err(Dormant::Ended));
    let grant = delegate.grant_id;
    assert_eq!(end(&given.account, grant, GrantReason::Leave, None).unwrap_err().code, Code::GrantEnded);
}
