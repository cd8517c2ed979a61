//! Erasures are asked for by one, decided by another, and carried out once.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::fixtures::{day, stamp};
use crate::ids::{AreaId, IssueId, ReceptionId};
use crate::legal_hold::{HoldScope, LegalHoldEvent, LegalHoldSet, LegalHolds};
use crate::refusal::{Code, Refusal};
use uuid::Uuid;

const CLERK: &str = "account/1";
const OFFICE: &str = "account/2";

fn id(n: u128) -> ErasureId {
    ErasureId(Uuid::from_u128(n))
}

fn visitor() -> Target {
    Target {
        subject: "s/visitor".to_owned(),
        stream: "reception/7".to_owned(),
        classes: vec![PersonalClass::Identity, PersonalClass::Contact],
        matters: vec![matter(None)],
        ..Target::default()
    }
}

fn matter(issue_id: Option<IssueId>) -> Matter {
    Matter {
        reception_id: ReceptionId(Uuid::from_u128(7)),
        issue_id,
        grid_id: AreaId(Uuid::from_u128(3)),
        on: day("2026-11-19"),
    }
}

fn issue(open: bool) -> Target {
    Target {
        subject: "s/issue".to_owned(),
        stream: "issue/8".to_owned(),
        classes: vec![PersonalClass::Narrative],
        matters: vec![matter(Some(IssueId(Uuid::from_u128(8))))],
        open,
        ..visitor()
    }
}

fn draft(classes: &[PersonalClass]) -> Draft {
    let targets = vec![visitor(), issue(false)];
    Draft { ground: ErasureGround::Request, classes: classes.to_vec(), targets, at_once: false }
}

/// All classes asked for by the clerk.
fn requested() -> Erasures {
    let mut erasures = Erasures::default();
    let event = request(&erasures, &draft(PersonalClass::ALL)).unwrap();
    erasures.apply(id(1), &event, &stamp(20, 1), CLERK);
    erasures
}

fn then(mut erasures: Erasures, event: &ErasureEvent, position: u64, version: u64) -> Erasures {
    erasures.apply(id(1), event, &stamp(position, version), OFFICE);
    erasures
}

fn approved() -> Erasures {
    let erasures = requested();
    let event = approve(erasures.get(id(1)).unwrap(), OFFICE, &[visitor()], &LegalHolds::default(), day("2026-12-01"));
    then(erasures, &event.unwrap(), 21, 2)
}

fn completed() -> Erasures {
    let erasures = approved();
    let event = complete(erasures.get(id(1)).unwrap(), 2, 40).unwrap();
    then(erasures, &event, 22, 3)
}

fn code<T: std::fmt::Debug>(outcome: Result<T, Refusal>) -> (Code, Option<String>) {
    let refusal = outcome.unwrap_err();
    (refusal.code, refusal.pointer)
}

#[test]
fn what_is_asked_for_names_everybody_once_with_their_streams() {
    let mut asked = draft(&[PersonalClass::Contact, PersonalClass::Narrative]);
    asked.targets.push(visitor());
    let ErasureEvent::Requested(event) = request(&Erasures::default(), &asked).unwrap() else { panic!() };
    assert_eq!(event.subjects, ["s/visitor", "s/issue"]);
    assert_eq!(event.streams, ["reception/7", "issue/8"]);
    let only = request(&Erasures::default(), &draft(&[PersonalClass::Narrative])).unwrap();
    let ErasureEvent::Requested(event) = only else { panic!() };
    assert_eq!(event.subjects, ["s/issue"]);
}

#[test]
fn a_request_says_what_of_whom_on_a_ground_that_people_have() {
    let none = Erasures::default();
    let at = |pointer: &str| Some(pointer.to_owned());
    assert_eq!(code(request(&none, &draft(&[]))), (Code::Missing, at("/classes")));
    let twice = draft(&[PersonalClass::Contact, PersonalClass::Contact]);
    assert_eq!(code(request(&none, &twice)), (Code::Duplicate, at("/classes")));
    let clock = Draft { ground: ErasureGround::Retention, ..draft(PersonalClass::ALL) };
    assert_eq!(code(request(&none, &clock)), (Code::InvalidValue, at("/ground")));
    assert_eq!(code(request(&none, &draft(&[PersonalClass::File]))), (Code::NothingToErase, None));
    let many = (0..=SUBJECTS_MAX).map(|n| Target { subject: format!("s/{n}"), ..visitor() }).collect();
    let many = Draft { targets: many, ..draft(PersonalClass::ALL) };
    assert_eq!(code(request(&none, &many)), (Code::TooMany, at("/persons")));
}

#[test]
fn nobody_asks_twice_for_the_same() {
    assert_eq!(code(request(&requested(), &draft(&[PersonalClass::Contact]))).0, Code::AlreadyRequested);
    assert_eq!(code(request(&approved(), &draft(&[PersonalClass::Contact]))).0, Code::AlreadyRequested);
    assert_eq!(code(request(&completed(), &draft(&[PersonalClass::Contact]))).0, Code::AlreadyErased);
    let mut more = draft(&[PersonalClass::Contact]);
    more.targets.push(Target { subject: "s/another".to_owned(), ..visitor() });
    let ErasureEvent::Requested(event) = request(&completed(), &more).unwrap() else { panic!() };
    assert_eq!(event.subjects, ["s/another"]);
}

#[test]
fn whoever_asked_does_not_decide() {
    let erasures = requested();
    let erasure = erasures.get(id(1)).unwrap();
    let holds = LegalHolds::default();
    assert_eq!(code(approve(erasure, CLERK, &[visitor()], &holds, day("2026-12-01"))).0, Code::SamePerson);
    assert_eq!(code(refuse(erasure, CLERK, Some(ErasureRefusal::KeptByLaw))).0, Code::SamePerson);
    assert_eq!(code(refuse(erasure, OFFICE, None)), (Code::Missing, Some("/refusal_ground".to_owned())));
    let refused = then(requested(), &refuse(erasure, OFFICE, Some(ErasureRefusal::KeptByLaw)).unwrap(), 21, 2);
    let refused = refused.get(id(1)).unwrap();
    assert_eq!((refused.state, refused.refusal_ground), (ErasureState::Refused, Some(ErasureRefusal::KeptByLaw)));
    assert!(!refused.is_due());
    assert_eq!(code(refuse(refused, OFFICE, Some(ErasureRefusal::KeptByLaw))).0, Code::AlreadyDecided);
    assert_eq!(complete(refused, 2, 0), None);
}

#[test]
fn an_open_issue_and_a_hold_keep_what_they_need() {
    let erasures = requested();
    let erasure = erasures.get(id(1)).unwrap();
    let decide = |targets: &[Target], holds: &LegalHolds| approve(erasure, OFFICE, targets, holds, day("2026-12-01"));
    assert_eq!(code(decide(&[visitor(), issue(true)], &LegalHolds::default())).0, Code::IssueOpen);
    let mut holds = LegalHolds::default();
    let scope = HoldScope::Issue { issue_id: IssueId(Uuid::from_u128(8)) };
    let set = LegalHoldEvent::Set(LegalHoldSet { scope, until_on: day("2026-12-01") });
    holds.apply(crate::ids::LegalHoldId(Uuid::from_u128(5)), &set, &stamp(9, 1));
    assert_eq!(code(decide(&[visitor(), issue(false)], &holds)).0, Code::LegalHold);
    assert!(decide(&[visitor()], &holds).is_ok());
    assert!(approve(erasure, OFFICE, &[issue(false)], &holds, day("2026-12-02")).is_ok(), "it is over");

    let mut contact = Erasures::default();
    let event = request(&contact, &draft(&[PersonalClass::Contact])).unwrap();
    contact.apply(id(1), &event, &stamp(20, 1), CLERK);
    let contact = contact.get(id(1)).unwrap();
    let open = [visitor(), issue(true)];
    assert!(approve(contact, OFFICE, &open, &LegalHolds::default(), day("2026-12-01")).is_ok());
}

#[test]
fn what_is_decided_is_known_before_it_is_carried_out_and_erased_only_afterwards() {
    let of = |erasures: &Erasures| {
        let (who, class) = ("s/visitor", PersonalClass::Contact);
        (erasures.is_decided(who, class), erasures.is_erased(who, class), erasures.due().count())
    };
    assert_eq!(of(&requested()), (false, false, 0));
    assert_eq!(of(&approved()), (true, false, 1));
    let done = completed();
    assert_eq!(of(&done), (true, true, 0));
    assert!(!done.is_erased("s/other", PersonalClass::Contact));
    assert_eq!((done.epoch(), done.last_completed().map(|erasure| erasure.id)), (2, Some(id(1))));
}

#[test]
fn what_the_clock_finds_needs_no_approval_and_names_the_policy() {
    let mut erasures = Erasures::default();
    let asked = ErasureRequested {
        ground: ErasureGround::Retention,
        classes: vec![PersonalClass::Contact],
        subjects: vec!["s/visitor".to_owned()],
        streams: vec!["reception/7".to_owned()],
        at_once: false,
    };
    let at = Stamp { policy: Some(4), ..stamp(30, 1) };
    erasures.apply(id(1), &ErasureEvent::Requested(asked), &at, "system/clock");
    let erasure = erasures.get(id(1)).unwrap();
    assert!(erasure.is_due());
    assert_eq!(code(refuse(erasure, OFFICE, Some(ErasureRefusal::KeptByLaw))).0, Code::AlreadyDecided);
    let Some(ErasureEvent::Completed(done)) = complete(erasure, 3, 9) else { panic!() };
    assert_eq!((done.request, done.approval, done.policy, done.epoch, done.survivors), (30, None, Some(4), 3, 9));
    let approved = approved();
    let Some(ErasureEvent::Completed(done)) = complete(approved.get(id(1)).unwrap(), 2, 0) else { panic!() };
    assert_eq!((done.approval, done.policy), (Some(21), None));
}
