//! What a fold remembers of a deed, and what may be corrected of it.
#![allow(clippy::unwrap_used)]

use super::correcting::{FIELDS, Record, approve, correct};
use super::fixture::{FILE, Given, completed, no};
use super::*;
use crate::correction::{CorrectedValue, TextNow, Wanted, refuse};
use crate::event_type::Stored as _;
use crate::fixtures::day;
use crate::issue::fixture::{at, rules};
use crate::refusal::{Code, Refusal};
use crate::session::fixture::{BOTH, GRID, LATER, NOBODY, OTHER_VILLAGE, PARTY, TOWN, VILLAGE};
use crate::vocabulary::{DeedKind, DeedState};
use std::collections::BTreeSet;

const NOW: &str = "2026-12-21 09:00";

fn record(given: &Given, version: u64) -> Record<'_> {
    let target = given.events.iter().find(|(_, at)| at.version == version);
    Record { deed: &given.deed, target, people: TOWN.people(), text: TextNow::Said("慰问孤老") }
}

fn text(value: &str) -> CorrectedValue {
    CorrectedValue::Text(value.to_owned())
}

fn instant(when: &str) -> CorrectedValue {
    text(&at(when).to_rfc3339())
}

fn ask(given: &Given, event_version: u64, pointer: &str, value: CorrectedValue) -> Result<DeedEvent, Refusal> {
    let wanted = Wanted { event_version, pointer: pointer.to_owned(), value, at: at(NOW) };
    correct(&record(given, event_version), &rules(NOW), &wanted)
}

/// Proposed, and approved.
fn approved(given: Given, event_version: u64, pointer: &str, value: CorrectedValue) -> Given {
    let proposed = ask(&given, event_version, pointer, value).unwrap();
    assert!(matches!(proposed, DeedEvent::CorrectionProposed(_)), "{proposed:?}");
    let given = given.then(NOW, proposed);
    let corrected = approve(&record(&given, event_version), &rules(NOW), event_version, at(NOW)).unwrap();
    given.then(NOW, DeedEvent::Corrected(corrected))
}

#[test]
fn a_fold_remembers_what_happened_when() {
    assert!(!Deed::default().exists());
    let given = Given::completed().and_heard("2026-12-01 10:00");
    let deed = &given.deed;
    assert!(deed.exists());
    assert_eq!((deed.kind, deed.grid_id, deed.owner_delegate_id), (DeedKind::PairedSupport, GRID, PARTY[0]));
    assert_eq!((deed.state, deed.promised_on), (DeedState::Completed, day("2026-12-10")));
    assert_eq!((deed.pledged.at, deed.completed.unwrap().at), (at("2026-11-19 14:00"), at("2026-11-30 16:00")));
    assert_eq!((deed.file_ids.as_slice(), deed.beneficiaries.len()), (&[FILE][..], 1));
    assert_eq!((deed.heard.len(), deed.heard[0].1), (1, given.newest()));
    assert_eq!((deed.version, deed.position), (3, 103));
    let given_up = Given::abandoned().deed;
    assert_eq!((given_up.state, given_up.abandoned.unwrap().at), (DeedState::Abandoned, at("2026-11-30 16:00")));
}

#[test]
fn every_shape_is_read_and_written_as_it_is_stored_and_takes_no_other_field() {
    for row in DeedEvent::TYPES {
        let golden: serde_json::Value = serde_json::from_str(row.golden).unwrap();
        assert_eq!((golden["type"].as_str(), golden["schema"].as_u64()), (Some(row.name), Some(1)));
        let event = DeedEvent::read(row.name, 1, &golden["public"].to_string()).unwrap();
        assert_eq!(event.facts().as_ref(), Some(&golden["public"]), "{}", row.name);
        let mut more = golden["public"].clone();
        more["name"] = "王秀英".into();
        assert!(event.with_facts(&more).is_none(), "{}", row.name);
        assert!(DeedEvent::read(row.name, 2, &golden["public"].to_string()).is_err());
    }
}

#[test]
fn the_table_names_events_and_places_of_the_family_alone() {
    let types: BTreeSet<&str> = DeedEvent::TYPES.iter().map(|row| row.name).collect();
    assert!(FIELDS.iter().all(|field| types.contains(field.event_type)));
    let places = Place::ALL.iter().map(|place| place.pointer());
    let fields: BTreeSet<&str> = FIELDS.iter().filter(|field| !field.is_text()).map(|field| field.pointer).collect();
    assert_eq!(fields, places.collect());
}

#[test]
fn a_date_or_a_person_is_proposed_and_the_rest_corrected_at_once() {
    let given = approved(Given::pledged(), 1, "/public/promised_on", text("2026-12-31"));
    assert_eq!(given.deed.promised_on, day("2026-12-31"));
    let given = approved(given, 1, "/public/owner_delegate_id", text(&BOTH.to_string()));
    assert_eq!(given.deed.owner_delegate_id, BOTH);
    let given = approved(given, 1, "/occurred_at", instant("2026-11-18 10:00"));
    assert_eq!(given.deed.pledged.at, at("2026-11-18 10:00"));
    for (pointer, value) in [("/public/kind", "condolence_visit"), ("/public/unit_id", &VILLAGE.to_string())] {
        let event = ask(&given, 1, pointer, text(value)).unwrap();
        let DeedEvent::Corrected(_) = &event else { panic!("{pointer} waits for an approval") };
        let deed = given.clone().then(NOW, event).deed;
        assert_ne!((deed.kind, deed.unit_id), (given.deed.kind, given.deed.unit_id));
    }
    // A text stays in its box.
    let DeedEvent::Corrected(corrected) = ask(&given, 1, "/personal/0/title", text("慰问")).unwrap() else {
        panic!()
    };
    assert_eq!(corrected.value, None);
    let named = ask(&given, 1, "/personal/1/name", text("王秀英")).unwrap();
    assert!(matches!(named, DeedEvent::CorrectionProposed(proposed) if proposed.value.is_none()));
}

#[test]
fn a_corrected_completion_counts_from_its_own_day() {
    let given = Given::completed();
    let given = approved(given, 2, "/occurred_at", instant("2026-11-27 16:00"));
    assert_eq!(given.deed.completed.unwrap().at, at("2026-11-27 16:00"));
    assert_eq!(given.deed.pledged.at, at("2026-11-19 14:00"));
}

#[test]
fn a_corrected_deed_could_have_been_pledged_so() {
    let given = Given::completed();
    let said = |pointer: &str, value: &str| no(ask(&given, 1, pointer, text(value)));
    assert_eq!(said("/public/promised_on", "2026-11-18"), "not_later C-3.4 /value");
    assert_eq!(said("/public/promised_on", "2026-12-10"), "nothing_to_correct C-3.6 /value");
    assert_eq!(said("/public/promised_on", "2101-01-01"), "out_of_range - /value");
    assert_eq!(said("/public/owner_delegate_id", &LATER.to_string()), "delegate_without_mandate C-1 /value");
    assert_eq!(said("/public/owner_delegate_id", &NOBODY.to_string()), "unknown_id - /value");
    assert_eq!(said("/public/unit_id", &OTHER_VILLAGE.to_string()), "unit_not_in_grid C-1 /value");
    assert_eq!(said("/public/unit_id", &NOBODY.to_string()), "unknown_id - /value");
    assert_eq!(said("/public/kind", "gift"), "invalid_value C-3.4 /value");
    assert_eq!(said("/public/grid_id", &GRID.to_string()), "nothing_to_correct C-3.6 /pointer");
    let time = |version, when: &str| no(ask(&given, version, "/occurred_at", instant(when)));
    assert_eq!(time(1, "2026-11-19 14:01"), "out_of_range C-3.4 /value");
    assert_eq!(time(1, "2023-11-30 10:00"), "before_programme C-0 /value");
    assert_eq!(time(2, "2026-11-19 13:59"), "contradicts_later_fact C-3.6 /value");
    assert_eq!(no(ask(&given, 9, "/occurred_at", instant(NOW))), "nothing_to_correct C-3.6 /event_version");
}

#[test]
fn a_pledge_corrected_to_another_day_keeps_its_promise_later_than_it() {
    // Written down a month later than it was said to be pledged; corrected to a day after the one promised.
    let pledged = Given::pledged().events.remove(0).0;
    let given = Given { deed: Deed::default(), events: Vec::new() };
    let given = given.event(pledged, at("2026-11-19 14:00"), at("2026-12-18 09:00"));
    assert_eq!(no(ask(&given, 1, "/occurred_at", instant("2026-12-11 09:00"))), "not_later C-3.4 /value");
    assert!(ask(&given, 1, "/occurred_at", instant("2026-12-10 09:00")).is_ok());
    let given = given.event(completed(), at("2026-12-01 09:00"), at("2026-12-18 10:00"));
    assert_eq!(no(ask(&given, 1, "/occurred_at", instant("2026-12-10 09:00"))), "contradicts_later_fact C-3.6 /value");
}

#[test]
fn whoever_has_heard_people_at_it_stays_its_owner() {
    let given = Given::pledged().and_heard("2026-12-01 10:00");
    let other = text(&PARTY[1].to_string());
    assert_eq!(no(ask(&given, 1, "/public/owner_delegate_id", other)), "contradicts_later_fact C-3.6 /value");
}

#[test]
fn a_proposal_waits_for_one_decision_and_must_still_fit() {
    let given = Given::pledged();
    assert_eq!(
        no(refuse(&given.deed.corrections, &rules(NOW), 1, at(NOW))),
        "no_correction_pending C-3.6 /event_version"
    );
    let none = approve(&record(&given, 1), &rules(NOW), 1, at(NOW));
    assert_eq!(no(none), "no_correction_pending C-3.6 /event_version");
    let proposed = ask(&given, 1, "/public/owner_delegate_id", text(&PARTY[1].to_string())).unwrap();
    let given = given.then(NOW, proposed);
    let again = ask(&given, 1, "/public/promised_on", text("2026-12-31"));
    assert_eq!(no(again), "correction_pending C-3.6 /event_version");
    let refused = refuse(&given.deed.corrections, &rules(NOW), 1, at(NOW)).unwrap();
    assert_eq!(given.clone().then(NOW, DeedEvent::CorrectionRefused(refused)).deed.owner_delegate_id, PARTY[0]);
    // Meanwhile the owner heard people.
    let given = given.and_heard(NOW);
    let late = approve(&record(&given, 1), &rules(NOW), 1, at(NOW));
    assert_eq!(no(late), "contradicts_later_fact C-3.6 /event_version");
}

#[test]
fn what_was_erased_is_not_corrected() {
    let given = Given::pledged();
    let erased = Record { text: TextNow::Erased, ..record(&given, 1) };
    let wanted = Wanted { event_version: 1, pointer: "/personal/1/phone".to_owned(), value: text("021"), at: at(NOW) };
    assert_eq!(correct(&erased, &rules(NOW), &wanted).unwrap_err().code, Code::PersonErased);
}
