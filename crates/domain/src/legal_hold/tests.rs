//! Holds cover what they name, for as long as they say.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::fixtures::{day, stamp};
use crate::ids::{AreaId, IssueId, ReceptionId};
use uuid::Uuid;

const TODAY: &str = "2026-11-30";

fn id() -> LegalHoldId {
    LegalHoldId(Uuid::from_u128(1))
}

fn matter(issue: Option<u128>) -> Matter {
    Matter {
        reception_id: ReceptionId(Uuid::from_u128(7)),
        issue_id: issue.map(|n| IssueId(Uuid::from_u128(n))),
        grid_id: AreaId(Uuid::from_u128(3)),
        on: day("2026-11-19"),
    }
}

/// The words of an issue.
fn target() -> Target {
    Target { subject: "s/somebody".to_owned(), matters: vec![matter(Some(8))], ..Target::default() }
}

/// A visitor who raised that issue, and another one.
fn visitor() -> Target {
    let matters = vec![matter(None), matter(Some(8)), matter(Some(18))];
    Target { subject: "s/visitor".to_owned(), matters, ..Target::default() }
}

/// A file that both issues name.
fn file() -> Target {
    let with = vec!["s/somebody".to_owned(), "s/visitor".to_owned()];
    let matters = vec![matter(Some(8)), matter(Some(18))];
    Target { subject: "s/file".to_owned(), with, matters, ..Target::default() }
}

fn held(scope: HoldScope) -> LegalHolds {
    let mut holds = LegalHolds::default();
    holds.apply(id(), &set(scope, day("2026-12-31"), day(TODAY)).unwrap(), &stamp(5, 1));
    holds
}

fn grid(n: u128, from: &str, to: &str) -> HoldScope {
    HoldScope::Grid { grid_id: AreaId(Uuid::from_u128(n)), from: day(from), to: day(to) }
}

#[test]
fn a_hold_covers_what_it_names() {
    let table = [
        (HoldScope::Subjects { subjects: vec!["s/somebody".to_owned()] }, true),
        (HoldScope::Subjects { subjects: vec!["s/else".to_owned()] }, false),
        (HoldScope::Issue { issue_id: IssueId(Uuid::from_u128(8)) }, true),
        (HoldScope::Issue { issue_id: IssueId(Uuid::from_u128(9)) }, false),
        (HoldScope::Reception { reception_id: ReceptionId(Uuid::from_u128(7)) }, true),
        (HoldScope::Reception { reception_id: ReceptionId(Uuid::from_u128(6)) }, false),
        (grid(3, "2026-11-19", "2026-11-19"), true),
        (grid(3, "2026-11-20", "2026-11-30"), false),
        (grid(4, "2026-11-01", "2026-11-30"), false),
    ];
    for (scope, covers) in table {
        assert_eq!(held(scope.clone()).covers(&target(), day(TODAY)), covers, "{scope:?}");
    }
    let holds = held(grid(3, "2026-11-01", "2026-11-30"));
    assert!(holds.covers(&target(), day("2026-12-31")) && !holds.covers(&target(), day("2027-01-01")));
}

#[test]
fn a_hold_covers_what_goes_with_what_it_names() {
    let subjects = |subject: &str| HoldScope::Subjects { subjects: vec![subject.to_owned()] };
    let issue = |n| HoldScope::Issue { issue_id: IssueId(Uuid::from_u128(n)) };
    let reception = |n| HoldScope::Reception { reception_id: ReceptionId(Uuid::from_u128(n)) };
    for (scope, of_visitor, of_file) in [
        (issue(8), true, true),
        (issue(18), true, true),
        (issue(9), false, false),
        (reception(7), true, true),
        (reception(6), false, false),
        (subjects("s/visitor"), true, true),
        (subjects("s/somebody"), false, true),
        (subjects("s/else"), false, false),
        (grid(3, "2026-11-19", "2026-11-19"), true, true),
        (grid(3, "2026-11-20", "2026-11-30"), false, false),
    ] {
        let holds = held(scope.clone());
        assert_eq!(holds.covers(&visitor(), day(TODAY)), of_visitor, "{scope:?}");
        assert_eq!(holds.covers(&file(), day(TODAY)), of_file, "{scope:?}");
    }
    let of_nothing = Target { subject: "s/file".to_owned(), ..Target::default() };
    assert!(!held(issue(8)).covers(&of_nothing, day(TODAY)), "a file that nothing names");
}

#[test]
fn a_hold_ends_within_a_year() {
    let ends = |until: &str| set(grid(3, "2026-11-01", "2026-11-30"), day(until), day(TODAY));
    for (until, fits) in [("2026-11-29", false), ("2026-11-30", true), ("2027-11-30", true), ("2027-12-01", false)] {
        assert_eq!(ends(until).is_ok(), fits, "{until}");
    }
    assert_eq!(ends("2026-11-29").unwrap_err().pointer.as_deref(), Some("/until_on"));
    let backwards = set(grid(3, "2026-11-02", "2026-11-01"), day("2026-12-31"), day(TODAY)).unwrap_err();
    assert_eq!((backwards.code, backwards.pointer.as_deref()), (Code::OutOfRange, Some("/to")));
    let of = |count: usize| HoldScope::Subjects { subjects: vec!["s/a".to_owned(); count] };
    assert_eq!(set(of(0), day("2026-12-31"), day(TODAY)).unwrap_err().code, Code::NothingToErase);
    assert_eq!(set(of(SUBJECTS_MAX + 1), day("2026-12-31"), day(TODAY)).unwrap_err().code, Code::TooMany);
}

#[test]
fn a_hold_is_lifted_once_and_while_it_holds() {
    let mut holds = held(grid(3, "2026-11-01", "2026-11-30"));
    assert_eq!(lift(holds.get(id()).unwrap(), day("2027-01-01")).unwrap_err().code, Code::HoldOver);
    let event = lift(holds.get(id()).unwrap(), day(TODAY)).unwrap();
    holds.apply(id(), &event, &stamp(6, 2));
    let hold = holds.get(id()).unwrap();
    assert_eq!((hold.state(day(TODAY)), hold.version), (LegalHoldState::Lifted, 2));
    assert!(!holds.covers(&target(), day(TODAY)));
    assert_eq!(lift(hold, day(TODAY)).unwrap_err().code, Code::HoldOver);
}
