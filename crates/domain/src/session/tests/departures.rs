//! Whoever leaves is on no rota of a later day any more, and the assignment stays on record.

use super::told;
use crate::Stamp;
use crate::delegate::{DelegateEvent, Delegates, Departed};
use crate::fixtures::{day, stamp};
use crate::issue::fixture::{at, rules};
use crate::session::fixture::{DEPUTY, GRID, Given, PARTY, TOWN};
use crate::session::{publish, short_of};
use crate::vocabulary::{DelegateType, DepartureReason};

const WHEN: &str = "2026-11-10 09:00";

/// The delegates of the town after the first Party delegate has left, told by an event of a position.
fn left(on: &str, position: u64) -> Delegates {
    let mut delegates = TOWN.delegates.clone();
    let departed = DelegateEvent::Departed(Departed { reason_code: DepartureReason::Resignation, on: day(on) });
    let told = Stamp { recorded_at: at("2026-11-09 10:00"), ..stamp(position, 4) };
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
    let coming: Vec<_> = published.session.coming(&gone).map(|slot| slot.on_duty()).collect();
    assert_eq!(coming, [DEPUTY[0]]);
    let passed_on = published.and_substituted("2026-11-18 09:00", PARTY[0], PARTY[1]);
    assert_eq!(lacks(&passed_on, &gone), []);
    // Who sat there sat there, whatever is told of it later.
    assert_eq!(lacks(&Given::opened(), &gone), []);
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
fn departures_told_between_publication_and_opening_changed_who_was_to_come() {
    // Events of the fixture are at the positions 101, 102, …; the third publishes, the sixth opens.
    let (published, opened) = (Given::published(), Given::opened());
    let count = |given: &Given, position| given.session.departures_meanwhile(&left("2026-11-18", position)).count();
    assert_eq!([102, 104].map(|position| count(&published, position)), [0, 1]);
    assert_eq!([105, 200].map(|position| count(&opened, position)), [1, 0]);
    assert_eq!(published.session.departures_meanwhile(&left("2026-11-19", 104)).count(), 0);
    assert_eq!(count(&Given::with_rota(), 104), 0);
    // Passed on before, it is counted still: the number never becomes less.
    assert_eq!(count(&published.and_substituted("2026-11-18 09:00", PARTY[0], PARTY[1]), 105), 1);
}
