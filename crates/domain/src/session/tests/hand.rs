//! Moves, cancellations, extra sessions, rotas by hand and substitutions.

use super::{no, told};
use crate::fixtures::day;
use crate::ids::{DelegateId, LeaveId, SessionId};
use crate::issue::fixture::{at, rules};
use crate::leave::{LeaveDecided, LeaveEvent, LeaveRequested};
use crate::policy::ClockTime;
use crate::reception::DelegateDraft;
use crate::session::fixture::{
    BOTH, DEPUTY, GRID, Given, LATER, NO_LEAVE, NOBODY, OTHER_GRID, PARTY, TOWN, as_delegate, duty, leaves, moved_to,
    planned,
};
use crate::session::{
    Duty, EVENTS_MAX, ExtraDraft, MoveDraft, RotaItem, Session, SessionEvent, SubstitutionDraft, add, assign, cancel,
    move_session, publish, short_of, substitute,
};
use crate::vocabulary::{DelegateType, LeaveReason, SessionReason, SubstitutionReason};
use std::collections::BTreeMap;
use uuid::Uuid;

fn time(text: &str) -> ClockTime {
    serde_json::from_value(serde_json::json!(text)).unwrap()
}

fn try_move(
    given: &Given,
    now: &str,
    draft: &MoveDraft,
) -> Result<crate::session::SessionMoved, crate::refusal::Refusal> {
    move_session(&given.session, given.id, &rules(now), &BTreeMap::new(), draft)
}

#[test]
fn a_session_is_moved_near_its_service_day_and_keeps_what_is_not_said() {
    let given = Given::planned();
    let when = "2026-11-16 09:00";
    let moved = try_move(&given, when, &moved_to(when, "2026-11-21")).unwrap();
    assert_eq!(
        (moved.held_on, moved.from, moved.venue.as_deref()),
        (day("2026-11-21"), time("13:30"), Some("太平村党群服务站"))
    );
    let given = given.then(when, SessionEvent::Moved(moved));
    assert_eq!((given.session.ordinary_on, given.session.held.on), (day("2026-11-19"), day("2026-11-21")));
    // Fourteen days from the ordinary day, whatever it was moved to meanwhile.
    assert!(try_move(&given, when, &moved_to(when, "2026-12-03")).is_ok());
    assert_eq!(no(try_move(&given, when, &moved_to(when, "2026-12-04"))), "out_of_range C-2 /held_on");
    assert_eq!(no(try_move(&given, when, &moved_to(when, "2026-11-15"))), "out_of_range C-2 /held_on");
    let hours = MoveDraft { held_on: None, from: Some(time("16:30")), ..moved_to(when, "2026-11-21") };
    assert_eq!(no(try_move(&given, when, &hours)), "out_of_range C-2 /to");
    let venue = MoveDraft { venue: Some(" ".to_owned()), ..moved_to(when, "2026-11-20") };
    assert_eq!(no(try_move(&given, when, &venue)), "missing - /venue");
}

#[test]
fn a_move_comes_before_the_day_and_changes_something() {
    let when = "2026-11-16 09:00";
    let to = |now: &str| moved_to(now, "2026-11-20");
    assert_eq!(no(try_move(&Given::planned(), when, &moved_to(when, "2026-11-19"))), "already_planned C-2");
    assert_eq!(
        no(try_move(&Given::planned(), when, &moved_to("2026-11-16 09:01", "2026-11-20"))),
        "in_the_future - /occurred_at"
    );
    assert_eq!(
        no(try_move(&Given::planned(), when, &moved_to("2026-10-09 08:59", "2026-11-20"))),
        "before_previous - /occurred_at"
    );
    assert_eq!(
        no(try_move(&Given::cancelled(), "2026-11-18 10:00", &to("2026-11-18 10:00"))),
        "session_not_planned C-2"
    );
    assert_eq!(no(try_move(&Given::opened(), "2026-11-19 14:00", &to("2026-11-19 14:00"))), "session_not_planned C-2");
    // Recorded the next day it still counts on the day; two days later it does not.
    assert!(try_move(&Given::planned(), "2026-11-20 09:00", &to("2026-11-19 09:00")).is_ok());
    let late = moved_to("2026-11-19 09:00", "2026-11-24");
    assert_eq!(no(try_move(&Given::planned(), "2026-11-23 09:00", &late)), "session_over C-2");
    let other = Given::planned_on("2026-11-26", "2026-10-09 09:00");
    let others = BTreeMap::from([(other.id, &other.session)]);
    let taken = move_session(
        &Given::planned().session,
        Given::planned().id,
        &rules(when),
        &others,
        &moved_to(when, "2026-11-26"),
    );
    assert_eq!(no(taken), "day_taken C-2 /held_on");
    let gone = other.and_cancelled("2026-11-10 09:00", SessionReason::Other);
    let others = BTreeMap::from([(gone.id, &gone.session)]);
    assert!(
        move_session(
            &Given::planned().session,
            Given::planned().id,
            &rules(when),
            &others,
            &moved_to(when, "2026-11-26")
        )
        .is_ok()
    );
}

#[test]
fn a_session_is_cancelled_once_and_on_its_day_at_the_latest() {
    let cancel =
        |given: &Given, now: &str, when: &str| cancel(&given.session, &rules(now), SessionReason::Weather, at(when));
    assert!(cancel(&Given::planned(), "2026-11-19 12:00", "2026-11-19 12:00").is_ok());
    assert!(cancel(&Given::planned(), "2026-11-20 12:00", "2026-11-19 12:00").is_ok());
    assert_eq!(no(cancel(&Given::planned(), "2026-11-23 12:00", "2026-11-19 12:00")), "session_over C-2");
    assert_eq!(no(cancel(&Given::cancelled(), "2026-11-19 12:00", "2026-11-19 12:00")), "already_cancelled C-2");
    assert_eq!(no(cancel(&Given::opened(), "2026-11-19 14:00", "2026-11-19 14:00")), "session_not_planned C-2");
    assert_eq!(no(cancel(&Given::planned(), "2026-11-19 12:00", "2026-11-19 12:01")), "in_the_future - /occurred_at");
    assert_eq!(no(cancel(&Given::planned(), "2026-11-19 12:00", "2026-10-09 08:00")), "before_previous - /occurred_at");
}

fn extra(held_on: &str, when: &str) -> ExtraDraft {
    ExtraDraft {
        grid_id: GRID,
        held_on: day(held_on),
        from: None,
        to: None,
        venue: None,
        makes_up_session_id: None,
        at: at(when),
    }
}

#[test]
fn an_extra_session_stands_for_its_own_day_and_makes_up_for_a_missed_one_that_stays_missed() {
    let now = "2026-11-20 09:00";
    let missed = Given::planned();
    let sessions = BTreeMap::from([(missed.id, &missed.session)]);
    let draft = ExtraDraft { makes_up_session_id: Some(missed.id), ..extra("2026-11-23", now) };
    let add = |draft: &ExtraDraft| add(&TOWN.people(), &rules(now), &sessions, Some(&missed.session), draft);
    let (id, planned) = add(&draft).unwrap();
    assert_eq!(id, SessionId::of(GRID, day("2026-11-23")));
    assert!(planned.extra && planned.makes_up_session_id == Some(missed.id));
    assert_eq!((planned.ordinary_on, planned.from, planned.to), (day("2026-11-23"), time("13:30"), time("16:30")));
    // Of today as well; yesterday while that still counts.
    assert!(add(&extra("2026-11-20", now)).is_ok());
    assert_eq!(no(add(&extra("2026-11-19", "2026-11-19 18:00"))), "already_planned C-2");
    assert!(add(&extra("2026-11-18", "2026-11-18 18:00")).is_err());
    assert_eq!(no(add(&extra("2026-11-19", now))), "out_of_range C-2 /held_on");
    assert_eq!(no(add(&extra("2023-11-30", now))), "before_programme C-0 /held_on");
    assert_eq!(no(add(&extra("2101-11-30", now))), "out_of_range - /held_on");
    assert_eq!(no(add(&extra("2026-11-24", "2026-11-20 09:01"))), "in_the_future - /occurred_at");
    let hours = ExtraDraft { to: Some(time("13:30")), ..extra("2026-11-24", now) };
    assert_eq!(no(add(&hours)), "out_of_range C-2 /to");
    let nowhere = ExtraDraft { grid_id: crate::ids::AreaId(Uuid::from_u128(7)), ..extra("2026-11-24", now) };
    assert_eq!(no(add(&nowhere)), "unknown_id - /grid_id");
    let other = ExtraDraft { grid_id: OTHER_GRID, ..draft.clone() };
    assert_eq!(no(add(&other)), "session_of_other_grid C-4.1 /makes_up_session_id");
    let unknown = super::super::add(&TOWN.people(), &rules(now), &sessions, None, &draft);
    assert_eq!(no(unknown), "unknown_id - /makes_up_session_id");
    // As far ahead as a plan of the day may reach.
    assert!(add(&extra("2027-11-20", now)).is_ok());
    assert_eq!(no(add(&extra("2027-11-21", now))), "out_of_range C-2 /held_on");
    let moved = Given::planned().and_moved("2026-11-16 09:00", "2026-11-24");
    let sessions = BTreeMap::from([(moved.id, &moved.session)]);
    let taken = super::super::add(&TOWN.people(), &rules(now), &sessions, None, &extra("2026-11-24", now));
    assert_eq!(no(taken), "day_taken C-2 /held_on");
}

#[test]
fn only_a_session_that_was_not_held_is_made_up_for() {
    let makes_up = |given: &Given, now: &str| {
        let draft = ExtraDraft { makes_up_session_id: Some(given.id), ..extra("2026-11-27", now) };
        let sessions = BTreeMap::from([(given.id, &given.session)]);
        add(&TOWN.people(), &rules(now), &sessions, Some(&given.session), &draft).map(|(_, planned)| planned.extra)
    };
    assert_eq!(makes_up(&Given::planned(), "2026-11-20 09:00"), Ok(true));
    assert_eq!(makes_up(&Given::cancelled(), "2026-11-18 10:00"), Ok(true));
    let still = "wrong_state C-2 /makes_up_session_id";
    assert_eq!(no(makes_up(&Given::planned(), "2026-11-19 09:00")), still);
    for held in [Given::opened(), Given::closed(), Given::filed()] {
        assert_eq!(no(makes_up(&held, "2026-11-23 09:00")), still);
    }
    // Opened on its day by what is said four days later it was not held.
    let opened = SessionEvent::Opened(crate::session::SessionOpened {});
    let late = Given::planned().event(opened, at("2026-11-19 13:30"), at("2026-11-23 09:00"));
    assert_eq!(makes_up(&late, "2026-11-23 10:00"), Ok(true));
}

#[test]
fn a_service_day_that_another_session_stands_for_gets_no_session_of_its_own() {
    let now = "2026-09-20 09:00";
    let mut other = Given::planned_on("2026-10-08", "2026-09-01 09:00");
    other.session.held.merged_days = vec![day("2026-10-01")];
    let add_to = |given: &Given| {
        let sessions = BTreeMap::from([(given.id, &given.session)]);
        add(&TOWN.people(), &rules(now), &sessions, None, &extra("2026-10-01", now))
    };
    assert_eq!(no(add_to(&other)), "already_planned C-2 /held_on");
    assert!(add_to(&other.and_cancelled("2026-09-10 09:00", SessionReason::Other)).is_ok());
}

fn item<'a>(given: &'a Given, who: &[DelegateId]) -> RotaItem<'a> {
    let slots = who.iter().copied().map(as_delegate).collect();
    RotaItem { session_id: given.id, session: Some(&given.session), slots }
}

const WHEN: &str = "2026-11-10 09:00";

#[test]
fn rotas_are_assigned_all_or_none_and_what_is_missing_is_shown() {
    let (one, two) = (Given::planned(), Given::planned_on("2026-11-26", "2026-10-09 09:00"));
    let items = [item(&one, &[PARTY[0], BOTH]), item(&two, &[PARTY[1]])];
    // Who holds both mandates says in which capacity.
    let refused = assign(GRID, &duty(), &rules(WHEN), &items, None, at(WHEN));
    assert_eq!(told(refused), ["delegate_type_needed C-1 /items/0/slots/1/delegate_type"]);
    let mut items = items;
    items[0].slots[1].delegate_type = Some(DelegateType::Deputy);
    let assigned = assign(GRID, &duty(), &rules(WHEN), &items, Some(88), at(WHEN)).unwrap();
    assert_eq!(assigned.len(), 2);
    assert_eq!(assigned[0].1.proposal_position, Some(88));
    let given = two.then(WHEN, SessionEvent::RotaAssigned(assigned[1].1.clone()));
    assert_eq!(short_of(&given.session, &TOWN.delegates, rules(WHEN).policy), [DelegateType::Deputy]);
    // Said again it changes nothing; beside one that changes it is left out.
    let again = assign(GRID, &duty(), &rules(WHEN), &[item(&given, &[PARTY[1]])], None, at(WHEN));
    assert_eq!(told(again), ["already_assigned C-4.1"]);
    // So does another order of the same people.
    let pair = Given::with_rota();
    let turned = assign(GRID, &duty(), &rules(WHEN), &[item(&pair, &[DEPUTY[0], PARTY[0]])], None, at(WHEN));
    assert_eq!(told(turned), ["already_assigned C-4.1"]);
    let both = [item(&given, &[PARTY[1]]), item(&one, &[PARTY[2]])];
    assert_eq!(assign(GRID, &duty(), &rules(WHEN), &both, None, at(WHEN)).unwrap().len(), 1);
}

#[test]
fn every_fault_of_a_rota_is_told_where_it_is() {
    let (one, two) = (Given::planned(), Given::planned_on("2026-11-26", "2026-10-09 09:00"));
    let mut other = Given::planned();
    other.session.grid_id = OTHER_GRID;
    other.id = SessionId::of(OTHER_GRID, day("2026-11-19"));
    let unknown = RotaItem { session_id: SessionId(Uuid::from_u128(9)), session: None, slots: Vec::new() };
    let mut wrong = item(&two, &[PARTY[0], PARTY[0], NOBODY, LATER]);
    wrong.slots.push(DelegateDraft { delegate_id: DEPUTY[0], delegate_type: Some(DelegateType::Party) });
    let items = [item(&one, &[PARTY[0]]), item(&one, &[PARTY[1]]), item(&other, &[]), unknown, wrong];
    assert_eq!(
        told(assign(GRID, &duty(), &rules(WHEN), &items, None, at(WHEN))),
        [
            "duplicate C-4.1 /items/1/session_id",
            "session_of_other_grid C-4.1 /items/2/session_id",
            "unknown_id - /items/3/session_id",
            "delegate_twice C-4.1 /items/4/slots/1/delegate_id",
            "unknown_id - /items/4/slots/2/delegate_id",
            "delegate_without_mandate C-1 /items/4/slots/3/delegate_id",
            "delegate_without_mandate C-1 /items/4/slots/4/delegate_id",
        ]
    );
    let many: Vec<RotaItem<'_>> = (0..101).map(|_| item(&one, &[])).collect();
    assert_eq!(told(assign(GRID, &duty(), &rules(WHEN), &many, None, at(WHEN))), ["too_many C-4.1 /items"]);
    assert_eq!(told(assign(GRID, &duty(), &rules(WHEN), &[], None, at(WHEN))), ["missing C-4.1 /items"]);
    let crowd = item(&one, &[PARTY[0]; 19]);
    assert_eq!(told(assign(GRID, &duty(), &rules(WHEN), &[crowd], None, at(WHEN))), ["too_many C-4.1 /items/0/slots"]);
}

#[test]
fn nobody_on_leave_is_assigned_and_a_published_rota_is_only_substituted() {
    let requested = LeaveRequested {
        leave_id: LeaveId(Uuid::from_u128(0x91)),
        from: day("2026-11-18"),
        to: day("2026-11-20"),
        reason_code: LeaveReason::Work,
    };
    let decided = LeaveDecided { leave_id: requested.leave_id };
    let asked = (LeaveEvent::Requested(requested), "2026-11-02 09:00");
    let waiting = leaves(PARTY[0], std::slice::from_ref(&asked));
    let away = leaves(PARTY[0], &[asked, (LeaveEvent::Approved(decided), "2026-11-03 09:00")]);
    let with = |leaves| Duty { delegates: &TOWN.delegates, leaves };
    let given = Given::planned();
    let items = [item(&given, &[DEPUTY[0], PARTY[0]])];
    assert!(assign(GRID, &with(&waiting), &rules(WHEN), &items, None, at(WHEN)).is_ok());
    let refused = assign(GRID, &with(&away), &rules(WHEN), &items, None, at(WHEN));
    assert_eq!(told(refused), ["on_leave C-4.1 /items/0/slots/1/delegate_id"]);
    let published = Given::published();
    let refused = assign(GRID, &duty(), &rules(WHEN), &[item(&published, &[PARTY[1]])], None, at(WHEN));
    assert_eq!(told(refused), ["already_published C-4.1 /items/0"]);
    let refused =
        assign(GRID, &duty(), &rules("2026-11-18 10:00"), &[item(&Given::cancelled(), &[PARTY[1]])], None, at(WHEN));
    assert_eq!(told(refused), ["session_not_planned C-4.1 /items/0"]);
    let rota = Given::with_rota();
    let early = assign(GRID, &duty(), &rules(WHEN), &[item(&rota, &[PARTY[1]])], None, at("2026-11-01 09:00"));
    assert_eq!(told(early), ["before_previous C-4.1 /occurred_at"]);
    // In publication and substitution likewise.
    let substitution = |leaves, by| {
        let draft = SubstitutionDraft {
            delegate_id: PARTY[1],
            substitute_id: by,
            reason_code: SubstitutionReason::Work,
            at: at(WHEN),
        };
        let given = Given::planned().and_rota("2026-11-09 09:00", &[PARTY[1], DEPUTY[0]]);
        substitute(&given.session, &with(leaves), &rules(WHEN), &draft)
    };
    assert_eq!(no(substitution(&away, PARTY[0])), "on_leave C-4.1 /substitute_id");
    assert!(substitution(&NO_LEAVE, PARTY[0]).is_ok());
}

#[test]
fn a_rota_is_published_once_it_is_there() {
    let publish = |given: &Given, when: &str| {
        publish(GRID, &TOWN.delegates, &rules("2026-11-18 10:00"), &[(given.id, Some(&given.session))], at(when))
            .map(|_| ())
    };
    assert_eq!(publish(&Given::with_rota(), "2026-11-10 09:00"), Ok(()));
    assert_eq!(told(publish(&Given::planned(), WHEN)), ["no_rota C-4.1 /session_ids/0"]);
    assert_eq!(told(publish(&Given::published(), WHEN)), ["already_published C-4.1 /session_ids/0"]);
    assert_eq!(told(publish(&Given::cancelled(), WHEN)), ["session_not_planned C-4.1 /session_ids/0"]);
    assert_eq!(told(publish(&Given::with_rota(), "2026-11-01 09:00")), ["before_previous - /occurred_at"]);
    let unknown = super::super::publish(GRID, &TOWN.delegates, &rules(WHEN), &[(Given::planned().id, None)], at(WHEN));
    assert_eq!(told(unknown), ["unknown_id - /session_ids/0"]);
    let given = Given::with_rota();
    let twice = [(given.id, Some(&given.session)), (given.id, Some(&given.session))];
    assert_eq!(
        told(super::super::publish(GRID, &TOWN.delegates, &rules(WHEN), &twice, at(WHEN))),
        ["duplicate C-4.1 /session_ids/1"]
    );
}

fn stand_in(
    given: &Given,
    now: &str,
    who: DelegateId,
    by: DelegateId,
) -> Result<crate::session::DutySubstituted, crate::refusal::Refusal> {
    let draft =
        SubstitutionDraft { delegate_id: who, substitute_id: by, reason_code: SubstitutionReason::Work, at: at(now) };
    substitute(&given.session, &duty(), &rules(now), &draft)
}

#[test]
fn a_delegate_of_the_same_kind_stands_in_and_may_be_substituted_in_turn() {
    let when = "2026-11-18 09:00";
    let given = Given::published().and_substituted(when, PARTY[0], PARTY[1]);
    assert_eq!(given.session.on_duty().collect::<Vec<_>>(), [PARTY[1], DEPUTY[0]]);
    assert_eq!(no(stand_in(&given, when, PARTY[0], PARTY[2])), "not_on_duty C-4.1 /delegate_id");
    let given = given.and_substituted(when, PARTY[1], PARTY[2]);
    let before: Vec<_> = given.session.slots[0].substituted().map(|(who, _)| who).collect();
    assert_eq!((given.session.slots[0].on_duty(), before), (PARTY[2], vec![PARTY[0], PARTY[1]]));
    assert_eq!(no(stand_in(&given, when, PARTY[2], DEPUTY[0])), "already_on_duty C-4.1 /substitute_id");
    assert_eq!(no(stand_in(&given, when, PARTY[2], DEPUTY[1])), "substitute_of_other_type C-4.1 /substitute_id");
    assert_eq!(no(stand_in(&given, when, PARTY[2], LATER)), "delegate_without_mandate C-1 /substitute_id");
    assert_eq!(no(stand_in(&given, when, PARTY[2], NOBODY)), "unknown_id - /substitute_id");
    // Of another grid, with both mandates: welcome.
    assert!(stand_in(&given, when, PARTY[2], BOTH).is_ok());
    // Until the session is closed.
    assert!(stand_in(&Given::opened(), "2026-11-19 14:00", PARTY[0], PARTY[1]).is_ok());
    assert_eq!(no(stand_in(&Given::closed(), "2026-11-19 17:00", PARTY[0], PARTY[1])), "session_over C-4.1");
    let gone = Given::published().and_cancelled(when, SessionReason::Weather);
    assert_eq!(no(stand_in(&gone, when, PARTY[0], PARTY[1])), "session_not_planned C-4.1");
    assert_eq!(
        no(stand_in(&Given::with_rota(), "2026-11-01 09:00", PARTY[0], PARTY[1])),
        "before_previous - /occurred_at"
    );
}

#[test]
fn a_session_holds_so_many_events_and_no_more() {
    let mut given = Given::published();
    given.session.version = EVENTS_MAX - 1;
    assert!(try_move(&given, WHEN, &moved_to(WHEN, "2026-11-20")).is_ok());
    given.session.version = EVENTS_MAX;
    assert_eq!(no(try_move(&given, WHEN, &moved_to(WHEN, "2026-11-20"))), "session_full C-4.1");
    assert_eq!(no(stand_in(&given, WHEN, PARTY[0], PARTY[1])), "session_full C-4.1");
}

#[test]
fn nothing_is_recorded_of_a_session_until_it_is_planned() {
    assert!(!Session::default().exists());
    assert_eq!(planned(GRID, day("2026-11-19")).ordinary_on, day("2026-11-19"));
}
