//! What may be corrected of a session, and what a corrected value is held against.

use super::no;
use crate::correction::{CorrectedValue, TextNow, Wanted, refuse};
use crate::issue::fixture::{at, rules};
use crate::refusal::Refusal;
use crate::session::correcting::{FIELDS, Record, approve, correct};
use crate::session::fixture::{DEPUTY, Given, LATER, NOBODY, PARTY, TOWN};
use crate::session::{Place, SessionEvent};
use std::collections::BTreeSet;

const NOW: &str = "2026-11-24 09:00";

fn record(given: &Given, version: u64) -> Record<'_> {
    let target = given.events.iter().find(|(_, at)| at.version == version);
    Record { session: &given.session, target, delegates: &TOWN.delegates, text: TextNow::Said("记录") }
}

/// The version of the newest event of a type.
fn version_of(given: &Given, event_type: &str) -> u64 {
    let of_type = given.events.iter().rev().find(|(event, _)| event.event_type().name == event_type);
    of_type.unwrap().1.version
}

fn text(value: &str) -> CorrectedValue {
    CorrectedValue::Text(value.to_owned())
}

fn instant(when: &str) -> CorrectedValue {
    text(&at(when).to_rfc3339())
}

fn try_correct(given: &Given, event_type: &str, pointer: &str, value: CorrectedValue) -> Result<SessionEvent, Refusal> {
    let event_version = version_of(given, event_type);
    let wanted = Wanted { event_version, pointer: pointer.to_owned(), value, at: at(NOW) };
    correct(&record(given, event_version), &rules(NOW), &wanted)
}

/// Proposed, and approved.
fn corrected(given: Given, event_type: &str, pointer: &str, value: CorrectedValue) -> Given {
    let proposed = try_correct(&given, event_type, pointer, value).unwrap();
    assert!(matches!(proposed, SessionEvent::CorrectionProposed(_)), "{proposed:?}");
    let given = given.then(NOW, proposed);
    let version = version_of(&given, event_type);
    let approved = approve(&record(&given, version), &rules(NOW), version, at(NOW)).unwrap();
    given.then(NOW, SessionEvent::Corrected(approved))
}

#[test]
fn every_place_has_its_row() {
    let of_rows: BTreeSet<&str> =
        FIELDS.iter().map(|field| field.pointer).filter(|at| !at.starts_with("/personal")).collect();
    assert_eq!(of_rows, Place::ALL.iter().map(|place| place.pointer()).collect());
}

#[test]
fn when_somebody_came_and_who_it_was_can_be_put_right_with_approval() {
    let given = corrected(Given::filed(), "session.checked_in", "/occurred_at", instant("2026-11-19 13:32"));
    let came = given.session.presence_of(DEPUTY[0]).unwrap().came;
    assert_eq!((came.at, came.recorded_at), (at("2026-11-19 13:32"), at("2026-11-19 13:35")));
    let given = corrected(given, "session.checked_in", "/public/delegate_id", text(&DEPUTY[1].to_string()));
    assert_eq!(given.session.presences[1].delegate_id, DEPUTY[1]);
    let given = corrected(given, "session.closed", "/public/visitor_count", CorrectedValue::Whole(5));
    assert_eq!(given.session.visitor_count, Some(5));
    let given = corrected(given, "session.closed", "/occurred_at", instant("2026-11-19 15:00"));
    assert_eq!(given.session.closed.unwrap().at, at("2026-11-19 15:00"));
}

#[test]
fn a_text_takes_effect_at_once() {
    let made = try_correct(&Given::filed(), "session.record_filed", "/personal/0/text", text("改正"));
    assert!(matches!(made, Ok(SessionEvent::Corrected(_))), "{made:?}");
    let same = try_correct(&Given::filed(), "session.record_filed", "/personal/0/text", text("记录"));
    assert_eq!(no(same), "nothing_to_correct C-3.6 /value");
}

#[test]
fn a_corrected_fact_is_one_that_could_have_been_recorded() {
    let given = Given::filed();
    let no = |event_type: &str, pointer: &str, value| no(try_correct(&given, event_type, pointer, value));
    let at_value = |code: &str| format!("{code} /value");
    assert_eq!(no("session.opened", "/occurred_at", instant("2026-11-19 13:36")), at_value("out_of_range C-4.1"));
    assert_eq!(no("session.opened", "/occurred_at", instant("2026-11-18 13:30")), at_value("not_the_day C-4.1"));
    assert_eq!(no("session.opened", "/occurred_at", instant("2026-11-19 13:30")), at_value("nothing_to_correct C-3.6"));
    assert_eq!(
        no("session.checked_in", "/occurred_at", instant("2026-11-19 13:29")),
        at_value("contradicts_later_fact C-3.6")
    );
    assert_eq!(
        no("session.closed", "/occurred_at", instant("2026-11-19 13:34")),
        at_value("contradicts_later_fact C-3.6")
    );
    assert_eq!(no("session.checked_in", "/public/delegate_id", text(&NOBODY.to_string())), at_value("unknown_id -"));
    assert_eq!(
        no("session.checked_in", "/public/delegate_id", text(&LATER.to_string())),
        at_value("delegate_without_mandate C-1")
    );
    assert_eq!(
        no("session.checked_in", "/public/delegate_id", text(&PARTY[1].to_string())),
        at_value("delegate_without_mandate C-1")
    );
    assert_eq!(
        no("session.closed", "/public/visitor_count", CorrectedValue::Whole(-1)),
        at_value("invalid_value C-4.1")
    );
    assert_eq!(no("session.planned", "/public/venue", text("别处")), "nothing_to_correct C-3.6 /pointer");
    assert_eq!(
        no("session.notice_posted", "/occurred_at", instant("2026-11-02 10:00")),
        at_value("contradicts_later_fact C-3.6")
    );
    let none = Wanted { event_version: 99, pointer: "/occurred_at".to_owned(), value: instant(NOW), at: at(NOW) };
    assert_eq!(super::no(correct(&record(&given, 99), &rules(NOW), &none)), "nothing_to_correct C-3.6 /event_version");
}

#[test]
fn a_proposal_waits_for_one_decision() {
    let given = Given::filed();
    let version = version_of(&given, "session.opened");
    let none = refuse(&given.session.corrections, &rules(NOW), version, at(NOW));
    assert_eq!(no(none), "no_correction_pending C-3.6 /event_version");
    let proposed = try_correct(&given, "session.opened", "/occurred_at", instant("2026-11-19 13:20")).unwrap();
    let given = given.then(NOW, proposed);
    let again = try_correct(&given, "session.opened", "/occurred_at", instant("2026-11-19 13:10"));
    assert_eq!(no(again), "correction_pending C-3.6 /event_version");
    let refused = refuse(&given.session.corrections, &rules(NOW), version, at(NOW)).unwrap();
    let given = given.then(NOW, SessionEvent::CorrectionRefused(refused));
    assert_eq!(given.session.opened.unwrap().at, at("2026-11-19 13:30"));
}
