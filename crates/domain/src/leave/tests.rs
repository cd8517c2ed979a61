//! Asking for leave, deciding on it, and what it excuses.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::fixtures::{day, stamp};
use crate::issue::fixture::{CALENDARS, POLICY, at, rules};
use crate::refusal::Refusal;
use crate::session::fixture::{LATER, NOBODY, PARTY, TOWN};
use uuid::Uuid;

const ID: LeaveId = LeaveId(Uuid::from_u128(0x91));

fn draft(from: &str, to: &str, when: &str) -> LeaveDraft {
    LeaveDraft { id: ID, from: day(from), to: day(to), reason_code: LeaveReason::Work, at: at(when) }
}

fn no(result: Result<LeaveEvent, Refusal>) -> String {
    let refusal = result.unwrap_err();
    let pointer = refusal.pointer.unwrap_or_default();
    format!("{} {} {pointer}", refusal.code, refusal.clause.unwrap_or("-")).trim_end().to_owned()
}

/// One fact after the other.
fn leaves(events: &[(LeaveEvent, &str)]) -> Leaves {
    let mut leaves = Leaves::default();
    for (version, (event, when)) in (1..).zip(events) {
        leaves.apply(event, &Stamp { occurred_at: at(when), recorded_at: at(when), ..stamp(50 + version, version) });
    }
    leaves
}

fn asked() -> (LeaveEvent, &'static str) {
    let when = "2026-11-10 09:00";
    let draft = draft("2026-11-18", "2026-11-20", when);
    (request(&Leaves::default(), &TOWN.delegates, PARTY[0], &rules(when), &draft).unwrap(), when)
}

fn decided(approved: bool, when: &'static str) -> (LeaveEvent, &'static str) {
    let leaves = leaves(&[asked()]);
    (decide(leaves.get(ID).unwrap(), &rules(when), approved, at(when)).unwrap(), when)
}

#[test]
fn leave_is_asked_for_by_its_first_day_and_for_a_year_at_most() {
    let now = "2026-11-18 12:00";
    let ask = |draft: &LeaveDraft, who| request(&leaves(&[asked()]), &TOWN.delegates, who, &rules(now), draft);
    assert!(ask(&draft("2026-11-23", "2026-11-23", now), PARTY[0]).is_ok());
    assert!(ask(&draft("2026-11-23", "2027-11-23", now), PARTY[0]).is_ok());
    assert_eq!(no(ask(&draft("2026-11-23", "2027-11-24", now), PARTY[0])), "out_of_range C-5.1 /to");
    assert_eq!(no(ask(&draft("2026-11-23", "2026-11-22", now), PARTY[0])), "out_of_range C-5.1 /to");
    assert_eq!(no(ask(&draft("2026-11-17", "2026-11-17", now), PARTY[0])), "leave_too_late C-5.1 /from");
    // Asked yesterday, written down today; two working days later it is too late.
    assert!(ask(&draft("2026-11-17", "2026-11-17", "2026-11-17 18:00"), PARTY[0]).is_ok());
    assert_eq!(no(ask(&draft("2026-11-16", "2026-11-16", "2026-11-16 08:00"), PARTY[0])), "leave_too_late C-5.1 /from");
    assert_eq!(no(ask(&draft("2026-11-20", "2026-11-25", now), PARTY[0])), "already_on_leave C-5.1 /from");
    assert_eq!(
        no(ask(&draft("2026-11-23", "2026-11-25", "2026-11-18 12:01"), PARTY[0])),
        "in_the_future - /occurred_at"
    );
    assert_eq!(no(ask(&draft("2026-11-23", "2026-11-25", now), LATER)), "delegate_without_mandate C-1 /from");
    assert_eq!(no(ask(&draft("2026-11-23", "2026-11-25", now), NOBODY)), "unknown_id - /from");
    assert_eq!(no(ask(&draft("2101-11-23", "2101-11-25", now), PARTY[0])), "out_of_range - /from");
}

#[test]
fn a_leave_is_decided_once_and_taken_back_once() {
    let now = "2026-11-12 09:00";
    let decide = |leaves: &Leaves| decide(leaves.get(ID).unwrap(), &rules(now), true, at(now));
    let withdraw = |leaves: &Leaves| withdraw(leaves.get(ID).unwrap(), &rules(now), at(now));
    let (approved, refused) = (decided(true, "2026-11-11 09:00"), decided(false, "2026-11-11 09:00"));
    let approved = leaves(&[asked(), approved]);
    let refused = leaves(&[asked(), refused]);
    assert_eq!(no(decide(&approved)), "already_decided C-5.1");
    assert_eq!(no(decide(&refused)), "already_decided C-5.1");
    assert_eq!(no(withdraw(&refused)), "already_decided C-5.1");
    let withdrawn = leaves(&[asked(), (withdraw(&leaves(&[asked()])).unwrap(), now)]);
    assert_eq!(no(decide(&withdrawn)), "already_withdrawn C-5.1");
    assert_eq!(no(withdraw(&withdrawn)), "already_withdrawn C-5.1");
    let asked = leaves(&[asked()]);
    let early = super::decide(asked.get(ID).unwrap(), &rules(now), true, at("2026-11-10 08:59"));
    assert_eq!(no(early), "before_previous - /occurred_at");
    let early = super::withdraw(approved.get(ID).unwrap(), &rules(now), at("2026-11-11 08:59"));
    assert_eq!(no(early), "before_previous - /occurred_at");
    // What was refused or taken back is asked for again.
    let again = draft("2026-11-18", "2026-11-20", now);
    for before in [refused, withdrawn] {
        assert!(request(&before, &TOWN.delegates, PARTY[0], &rules(now), &again).is_ok());
    }
}

#[test]
fn only_what_was_approved_before_the_day_excuses_it() {
    let excuses = |leaves: &Leaves, on: &str| leaves.excuses(day(on), &POLICY, &CALENDARS);
    let approved = leaves(&[asked(), decided(true, "2026-11-18 09:00")]);
    assert_eq!(
        ["2026-11-17", "2026-11-18", "2026-11-19", "2026-11-20", "2026-11-21"].map(|on| excuses(&approved, on)),
        [false, false, true, true, false]
    );
    assert!(approved.approved_on(day("2026-11-18")) && !approved.approved_on(day("2026-11-21")));
    assert!(!excuses(&leaves(&[asked()]), "2026-11-19"));
    assert!(!excuses(&leaves(&[asked(), decided(false, "2026-11-11 09:00")]), "2026-11-19"));
}

#[test]
fn a_long_leave_is_one_of_more_days_than_the_policy_says() {
    let leaves = leaves(&[asked(), decided(true, "2026-11-11 09:00")]);
    assert_eq!(leaves.back_from_long_leave(day("2026-11-21"), 2), Some(day("2026-11-20")));
    assert_eq!(leaves.back_from_long_leave(day("2026-11-20"), 2), None);
    assert_eq!(leaves.back_from_long_leave(day("2026-11-21"), 3), None);
}
