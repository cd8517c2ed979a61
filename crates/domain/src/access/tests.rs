//! The access table: what it says, and what follows of it for somebody and some thing.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::ids::{AccountId, AreaId, DelegateId, OfficeId};
use crate::vocabulary::Role;
use uuid::Uuid;

const ME: AccountId = AccountId(Uuid::from_u128(1));
const GRID: AreaId = AreaId(Uuid::from_u128(2));
const SIBLING: AreaId = AreaId(Uuid::from_u128(3));
const DELEGATE: DelegateId = DelegateId(Uuid::from_u128(4));
const OTHER: DelegateId = DelegateId(Uuid::from_u128(5));
const OFFICE: OfficeId = OfficeId(Uuid::from_u128(6));

fn rights(role: Role, holding: Holding) -> Rights {
    Rights { account: ME, role, holdings: vec![holding] }
}

fn may(rights: &Rights, action: Action, thing: &Thing) -> bool {
    scope(rights, action).is_some_and(|scope| scope.holds(action, thing, |delegate| delegate == DELEGATE))
}

#[test]
fn the_table_is_that_of_every_verifier() {
    let table = Table::compiled();
    assert_eq!(table.lines.len(), 237);
    assert_eq!(table.mark(), "c32de5d4e0894210");
    assert_eq!(table.lines[0], "access.adopt - - - - - - - - - T congress_office");
    assert!(Action::ALL.is_sorted_by_key(|action| action.as_str()));
    for action in Action::ALL {
        assert_eq!(Action::parse(action.as_str()), Some(*action));
    }
    assert_eq!(Action::parse("issue.forget"), None);
}

#[test]
fn a_delegate_commands_what_is_theirs_and_reads_what_once_was() {
    let delegate = rights(Role::Delegate, Holding { delegate: Some(DELEGATE), ..Holding::default() });
    let own = Thing { delegates: vec![DELEGATE], former: vec![OTHER], ..Thing::default() };
    let once = Thing { delegates: vec![OTHER], former: vec![DELEGATE], ..Thing::default() };
    for (thing, reads, answers) in [(&own, true, true), (&once, true, false), (&Thing::default(), false, false)] {
        assert_eq!(may(&delegate, Action::IssueRead, thing), reads);
        assert_eq!(may(&delegate, Action::IssueAnswer, thing), answers);
    }
    assert!(!may(&delegate, Action::IssueReturn, &own), "the table gives them none");
    let entry = Thing { accounts: vec![ME], ..Thing::default() };
    assert!(may(&delegate, Action::TokenRead, &entry));
}

#[test]
fn a_grid_ends_at_its_border_and_below_the_towns_level() {
    let convener = rights(Role::Convener, Holding { grid: Some(GRID), ..Holding::default() });
    let here = Thing { grids: vec![GRID], ..Thing::default() };
    let there = Thing { grids: vec![SIBLING], ..Thing::default() };
    let raised = Thing { grids: vec![GRID], town_decides: true, ..Thing::default() };
    assert!(may(&convener, Action::MajorIssueTriage, &here));
    assert!(!may(&convener, Action::MajorIssueTriage, &there));
    assert!(!may(&convener, Action::MajorIssueTriage, &raised));
    assert!(may(&convener, Action::MajorIssueRead, &raised), "reading goes on");
    let town = rights(Role::CongressOffice, Holding::default());
    assert!(may(&town, Action::MajorIssueTriage, &raised));
    assert!(!may(&convener, Action::IssueRead, &Thing::default()), "what is the town's is no grid's");
}

#[test]
fn a_line_follows_from_delegates_or_from_the_grid() {
    let studio = rights(Role::PartyStudio, Holding::default());
    let of = |line: Line| Thing { line, ..Thing::default() };
    for (line, reads) in [
        (Line::Of(vec![OTHER, DELEGATE]), true),
        (Line::Of(vec![OTHER]), false),
        (Line::Both, true),
        (Line::Party(true), true),
        (Line::Party(false), false),
        (Line::None, false),
    ] {
        assert_eq!(may(&studio, Action::IssueRead, &of(line.clone())), reads, "{line:?}");
    }
}

#[test]
fn an_office_sees_what_is_dispatched_to_it() {
    let unit = rights(Role::HandlingUnit, Holding { office: Some(OFFICE), ..Holding::default() });
    let dispatched = Thing { offices: vec![OFFICE], ..Thing::default() };
    assert!(may(&unit, Action::MajorIssueAccept, &dispatched));
    assert!(!may(&unit, Action::MajorIssueAccept, &Thing::default()));
    assert!(!may(&unit, Action::IssueAnswer, &dispatched));
}

#[test]
fn who_only_counts_sees_figures_and_the_system_asks_nobody() {
    let job = rights(Role::ReportJob, Holding::default());
    assert_eq!(scope(&job, Action::IssueList), Some(Scope::Figures));
    assert_eq!(scope(&job, Action::IssueAnswer), None);
    assert_eq!(scope(&rights(Role::System, Holding::default()), Action::IssueRead), None);
    assert_eq!(scope(&rights(Role::Visitor, Holding::default()), Action::ReceiptRead), Some(Scope::Receipt));
}

#[test]
fn two_persons_are_needed_where_the_table_says_so() {
    let two: Vec<_> = Action::ALL.iter().filter(|action| action.takes_two()).map(|action| action.as_str()).collect();
    assert_eq!(two.len(), 16, "{two:?}");
    for action in Action::ALL.iter().filter(|action| action.takes_two()) {
        assert!(action.is_command() && action.separates("S2"), "{action}");
        for role in action.row().approved_by.split('+') {
            assert!(COLUMNS.iter().any(|one| one.as_str() == role), "{action} {role}");
        }
    }
}
