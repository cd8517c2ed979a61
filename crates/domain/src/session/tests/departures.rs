//! Whoever leaves is on no rota of a later day any more, and the assignment stays on record.

use super::told;
use crate::Stamp;
use crate::delegate::{DelegateEvent, Delegates, Departed, MandateGiven};
use crate::fixtures::{day, stamp};
use crate::issue::fixture::{POLICY, at, rules};
use crate::notice::{Board, said_now};
use crate::session::fixture::{DEPUTY, GRID, Given, PARTY, TOWN, VILLAGE, day_rules};
use crate::session::{DayRules, publish, short_of};
use crate::vocabulary::{DelegateType, DepartureReason, NoticeDifference, SlotState};

const WHEN: &str = "2026-11-10 09:00";

/// The delegates of the town after the first Party delegate has left, told by an event of a position.
fn left(on: &str, position: u64) -> Delegates {
    left_told(on, position, "2026-11-09 10:00")
}

fn left_told(on: &str, position: u64, told: &str) -> Delegates {
    let mut delegates = TOWN.delegates.clone();
    let departed = DelegateEvent::Departed(Departed { reason_code: DepartureReason::Resignation, on: day(on) });
    let told = Stamp { recorded_at: at(told), ..stamp(position, 4) };
    delegates.apply(PARTY[0], &departed, &told);
    delegates
}

fn lacks(given: &Given, delegates: &Delegates) -> Vec<DelegateType> {
    short_of(&given.session, delegates, rules(WHEN).policy)
}

#[test]
fn a_duty_after_the_last_day_is_nobodys_until_somebody_stands_in() {
    let given = Given::with_rota();
    assert_eq!(lacks(&given, &left("2026-11-19", 200)), []);
    let gone = left("2026-11-18", 200);
    assert_eq!(lacks(&given, &gone), [DelegateType::Party]);
    assert_eq!(given.session.slots.len(), 2);
    let published = Given::published();
    assert_eq!(lacks(&published, &gone), [DelegateType::Party]);
    let coming: Vec<_> = published.session.coming(&gone, &POLICY).map(|slot| slot.on_duty()).collect();
    assert_eq!(coming, [DEPUTY[0]]);
    let passed_on = published.and_substituted("2026-11-18 09:00", PARTY[0], PARTY[1]);
    assert_eq!(lacks(&passed_on, &gone), []);
    // Opening the session brings nobody back; who came in spite of it was there.
    assert_eq!(lacks(&Given::opened(), &gone), [DelegateType::Party]);
    let came = Given::opened().and_in("2026-11-19 13:35", PARTY[0]);
    assert_eq!(lacks(&came, &gone), []);
    // What is told after the day changes nothing of whom it was to expect.
    assert_eq!(lacks(&Given::published(), &left_told("2026-11-18", 200, "2026-11-20 00:00")), []);
}

#[test]
fn a_rota_with_somebody_who_has_left_is_not_published() {
    let publish = |given: &Given, delegates: &Delegates| {
        let now = "2026-11-18 10:00";
        publish(GRID, delegates, &rules(now), &[(given.id, Some(&given.session))], at(WHEN))
    };
    let gone = left("2026-11-18", 200);
    let refused = publish(&Given::with_rota(), &gone);
    assert!(refused.as_ref().is_err_and(|refusals| refusals[0].detail.en.starts_with("Whoever has slot 1 ")));
    assert_eq!(told(refused), ["delegate_without_mandate C-1 /session_ids/0"]);
    assert!(publish(&Given::with_rota(), &left("2026-11-19", 200)).is_ok());
    // What cannot be published in any case says so.
    assert_eq!(told(publish(&Given::published(), &gone)), ["already_published C-4.1 /session_ids/0"]);
}

#[test]
fn what_is_told_of_mandates_after_the_publication_is_counted_and_never_less() {
    // Events of the fixture are at the positions 101, 102, …; the third publishes.
    let published = Given::published();
    let count = |given: &Given, position| given.session.departures_since(&left("2026-11-18", position)).count();
    assert_eq!([102, 104].map(|position| count(&published, position)), [0, 1]);
    assert_eq!(count(&Given::with_rota(), 104), 0);
    for later in [
        Given::opened(),
        published.clone().and_substituted("2026-11-18 09:00", PARTY[0], PARTY[1]),
        published.clone().and_moved("2026-11-10 10:00", "2026-11-18"),
    ] {
        assert_eq!(count(&later, 105), 1);
    }
    // Given a mandate again: a change, too.
    let gone = left("2026-11-12", 104);
    let mut back = gone.clone();
    let again = MandateGiven { delegate_type: DelegateType::Party, from: day("2026-11-14") };
    back.apply(PARTY[0], &DelegateEvent::MandateGiven(again), &stamp(106, 5));
    assert_eq!([&gone, &back].map(|people| published.session.returns(people)), [0, 1]);
    assert_eq!([&gone, &back].map(|people| lacks(&published, people).len()), [1, 0]);
}

#[test]
fn whoever_left_owes_no_duty_and_is_to_be_on_no_notice() {
    let gone = left("2026-11-18", 200);
    let rules = DayRules { delegates: &gone, ..day_rules("2026-11-20") };
    let session = Given::opened().and_in("2026-11-19 13:35", DEPUTY[0]).session;
    assert_eq!(rules.duties(&session), (1, 1));
    let states: Vec<_> = session.slots.iter().map(|slot| rules.slot_state(&session, slot)).collect();
    assert_eq!(states, [SlotState::Assigned, SlotState::Attended]);

    // The notice of before names both; by default it now names who comes, and saying both is a difference.
    let noticed = Given::noticed().session;
    assert_eq!(said_now(&noticed, &gone, &POLICY).delegate_ids, [DEPUTY[0]]);
    let differs = |rules: &DayRules<'_>| Board::of(&noticed, VILLAGE, rules).differences;
    assert_eq!(differs(&rules), [NoticeDifference::DelegateIds]);
    assert_eq!(differs(&day_rules("2026-11-20")), []);
}
