//! Openings: given leaves and a day, when somebody asks for them, then this may be opened.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::days::ZONE;
use crate::fixtures::stamp;
use crate::refusal::{Code, Refusal};
use chrono::TimeDelta;
use uuid::Uuid;

const AUDITOR: AccountId = AccountId(Uuid::from_u128(1));

fn noon() -> DateTime<Utc> {
    "2026-11-24T12:00:00Z".parse().unwrap()
}

fn tomorrow() -> DateTime<Utc> {
    noon() + TimeDelta::days(1)
}

fn leaf(position: u64, family: &str, sealed_bytes: u64) -> AskedLeaf {
    AskedLeaf { position, found: Some(LeafFound { family: family.to_owned(), sealed_bytes }) }
}

fn said(leaves: &[AskedLeaf]) -> Vec<(Code, Option<String>)> {
    let refusals: Vec<Refusal> = grant(AUDITOR, leaves, tomorrow(), noon()).unwrap_err();
    refusals.into_iter().map(|refusal| (refusal.code, refusal.pointer)).collect()
}

fn at(code: Code, pointer: &str) -> (Code, Option<String>) {
    (code, Some(pointer.to_owned()))
}

#[test]
fn what_is_granted_is_whose_of_which_leaves_and_until_when() {
    let event = grant(AUDITOR, &[leaf(9, "issue", 80), leaf(7, "reception", 90)], tomorrow(), noon()).unwrap();
    let mut opening = LogOpening::default();
    opening.apply(&event, &stamp(20, 1));
    assert_eq!(opening, LogOpening { account: Some(AUDITOR), positions: vec![7, 9], until: tomorrow() });
}

#[test]
fn every_leaf_that_cannot_be_opened_is_named() {
    let leaves = [
        leaf(7, "issue", 80),
        AskedLeaf { position: 99, found: None },
        leaf(8, "issue", 0),
        leaf(3, "account", 80),
        leaf(4, "proposal", 80),
        leaf(5, "of_another_day", 80),
        leaf(7, "issue", 80),
    ];
    assert_eq!(
        said(&leaves),
        [
            at(Code::Duplicate, "/positions/6"),
            at(Code::UnknownPosition, "/positions/1"),
            at(Code::NothingSealed, "/positions/2"),
            at(Code::NeverOpened, "/positions/3"),
            at(Code::NeverOpened, "/positions/4"),
            at(Code::NeverOpened, "/positions/5"),
        ]
    );
}

#[test]
fn one_to_a_thousand_leaves_are_opened() {
    let some = |count: usize| (1..=count as u64).map(|n| leaf(n, "issue", 80)).collect::<Vec<_>>();
    assert_eq!(said(&some(0)), [at(Code::Missing, "/positions")]);
    assert!(grant(AUDITOR, &some(POSITIONS_MAX), tomorrow(), noon()).is_ok());
    assert_eq!(said(&some(POSITIONS_MAX + 1)), [at(Code::TooMany, "/positions")]);
}

#[test]
fn what_one_answer_cannot_hold_is_several_openings() {
    let both = |second: u64| [leaf(1, "issue", SEALED_BYTES_MAX - 80), leaf(2, "issue", second)];
    assert!(grant(AUDITOR, &both(80), tomorrow(), noon()).is_ok());
    assert_eq!(said(&both(81)), [at(Code::TooMany, "/positions")]);
    // Whatever is wrong beside it, one leaf being looked at once.
    let unknown = AskedLeaf { position: 99, found: None };
    let [first, second] = both(81);
    let besides = [at(Code::UnknownPosition, "/positions/2"), at(Code::TooMany, "/positions")];
    assert_eq!(said(&[first.clone(), second, unknown]), besides);
    assert_eq!(said(&[first.clone(), first]), [at(Code::Duplicate, "/positions/1")]);
}

#[test]
fn what_cannot_be_read_keeps_its_place() {
    let there = leaf(7, "issue", 80);
    let unknown = AskedLeaf { position: 99, found: None };
    let refusals = leaves_fit([None, Some(&there), None, Some(&unknown)]);
    let [refusal] = refusals.as_slice() else { panic!("{refusals:?}") };
    assert_eq!((refusal.code, refusal.pointer.as_deref()), (Code::UnknownPosition, Some("/positions/3")));
    let refusals = positions_fit(&[None, Some(7), None, Some(7)]);
    let [refusal] = refusals.as_slice() else { panic!("{refusals:?}") };
    assert_eq!((refusal.code, refusal.pointer.as_deref()), (Code::Duplicate, Some("/positions/3")));
}

#[test]
fn it_ends_within_fourteen_days() {
    let ends = |until: DateTime<Utc>| grant(AUDITOR, &[leaf(7, "issue", 80)], until, noon());
    let (second, most) = (TimeDelta::seconds(1), noon() + TimeDelta::days(14));
    for (until, fits) in [(noon(), false), (noon() + second, true), (most, true), (most + second, false)] {
        assert_eq!(ends(until).is_ok(), fits, "{until}");
    }
    let refusals = ends(most + second).unwrap_err();
    assert_eq!((refusals[0].code, refusals[0].pointer.as_deref()), (Code::OutOfRange, Some("/until")));
}

#[test]
fn it_is_used_until_its_end_and_not_after() {
    let opening = LogOpening { account: Some(AUDITOR), positions: vec![7], until: tomorrow() };
    let moment = TimeDelta::milliseconds(1);
    assert_eq!(fetch(&opening, tomorrow() - moment, ZONE), Ok(()));
    let over = fetch(&opening, tomorrow(), ZONE).unwrap_err();
    assert_eq!(over.code, Code::OpeningOver);
    for said in [over.detail.zh, over.detail.en] {
        assert!(said.contains("2026-11-25T20:00:00+08:00"), "{said}");
    }
}
