//! What may be corrected of an activity, and what cannot have been so.

use super::super::correcting::{FIELDS, Record, approve, correct};
use super::*;
use crate::correction::{CORRECTIONS_MAX, CorrectedValue, TextNow, Wanted, refuse};
use crate::fixtures::day;
use crate::session::fixture::{BOTH, LATER, NOBODY, OTHER_VILLAGE, VILLAGE};
use crate::vocabulary::DelegateType;
use std::collections::BTreeSet;

fn record(given: &Given, version: u64) -> Record<'_> {
    let target = given.events.iter().find(|(_, at)| at.version == version);
    Record { activity: &given.activity, target, people: TOWN.people(), text: TextNow::Said("政策宣讲") }
}

fn text(value: &str) -> CorrectedValue {
    CorrectedValue::Text(value.to_owned())
}

fn instant(when: &str) -> CorrectedValue {
    text(&at(when).to_rfc3339())
}

fn count(n: i64) -> CorrectedValue {
    CorrectedValue::Whole(n)
}

fn ask(given: &Given, event_version: u64, pointer: &str, value: CorrectedValue) -> Result<ActivityEvent, Refusal> {
    let wanted = Wanted { event_version, pointer: pointer.to_owned(), value, at: at(NOW) };
    correct(&record(given, event_version), &rules(NOW), &wanted)
}

/// Proposed, and approved.
fn approved(given: Given, event_version: u64, pointer: &str, value: CorrectedValue) -> Given {
    let proposed = ask(&given, event_version, pointer, value).unwrap();
    assert!(matches!(proposed, ActivityEvent::CorrectionProposed(_)), "{proposed:?}");
    let given = given.then(NOW, proposed);
    let corrected = approve(&record(&given, event_version), &rules(NOW), event_version, at(NOW)).unwrap();
    given.then(NOW, ActivityEvent::Corrected(corrected))
}

/// Corrected at once.
fn at_once(given: Given, event_version: u64, pointer: &str, value: CorrectedValue) -> Given {
    let corrected = ask(&given, event_version, pointer, value).unwrap();
    assert!(matches!(corrected, ActivityEvent::Corrected(_)), "{corrected:?}");
    given.then(NOW, corrected)
}

fn outreach() -> Given {
    let questions = Some(Questions { asked: 5, answered: 3 });
    Given::held(&ActivityDraft { questions, ..draft(ActivityKind::Outreach, HELD) })
}

#[test]
fn the_table_names_events_and_places_of_the_family_alone() {
    let types: BTreeSet<&str> = ActivityEvent::TYPES.iter().map(|row| row.name).collect();
    assert!(FIELDS.iter().all(|field| types.contains(field.event_type)));
    let places: BTreeSet<&str> = Place::ALL.iter().map(|place| place.pointer()).collect();
    let fields: BTreeSet<&str> = FIELDS.iter().filter(|field| !field.is_text()).map(|field| field.pointer).collect();
    assert_eq!(fields, places);
    let classes: Vec<_> = Place::ALL.iter().filter_map(|place| Some((place.class()?, place.pointer()))).collect();
    assert_eq!(classes.len(), AttendanceClass::ALL.len());
    assert!(classes.iter().all(|(class, pointer)| *pointer == format!("/public/attendance/{class}")));
}

#[test]
fn counts_dates_and_people_are_proposed_and_the_rest_corrected_at_once() {
    let given = approved(outreach(), 1, "/public/attendance/resident", count(31));
    let given = approved(given, 1, "/public/attendance/official", count(2));
    let given = approved(given, 1, "/public/questions/asked", count(6));
    let given = approved(given, 1, "/public/questions/answered", count(6));
    let given = approved(given, 1, "/public/delegates/1/delegate_id", text(&DEPUTY[1].to_string()));
    let given = approved(given, 1, "/occurred_at", instant("2026-10-30 09:00"));
    let given = at_once(given, 1, "/public/unit_id", text(&VILLAGE.to_string()));
    let given = at_once(given, 1, "/public/outreach_form", text("exchange"));
    let activity = &given.activity;
    assert_eq!((activity.attended(AttendanceClass::Resident), activity.attended(AttendanceClass::Official)), (31, 2));
    assert_eq!(activity.questions, Some(Questions { asked: 6, answered: 6 }));
    assert_eq!((activity.delegates[1].delegate_id, activity.unit_id), (DEPUTY[1], Some(VILLAGE)));
    assert_eq!((activity.held.at, activity.outreach_form), (at("2026-10-30 09:00"), Some(OutreachForm::Exchange)));
    let given = approved(Given::of(ActivityKind::Consultation), 1, "/public/briefings", count(2));
    assert_eq!(given.activity.briefings, Some(2));
    let given = at_once(Given::of(ActivityKind::ThemeActivity), 1, "/public/mode", text("distributed"));
    assert_eq!(given.activity.mode, Some(ActivityMode::Distributed));
    // A text stays in its box.
    let ActivityEvent::Corrected(corrected) = ask(&given, 1, "/personal/0/title", text("水环境")).unwrap() else {
        panic!()
    };
    assert_eq!(corrected.value, None);
}

#[test]
fn what_followed_is_corrected_too() {
    let given = Given::of(ActivityKind::Symposium).attached("2026-11-03 09:00", &[0xa1, 0xa3]);
    let given = given.sent("2026-11-03 10:00", STUDIO).adopted("2026-11-04 09:00");
    let given = approved(given, 2, "/occurred_at", instant("2026-11-02 10:00"));
    assert!(given.activity.evidence.iter().all(|one| one.claim.at == at("2026-11-02 10:00")));
    let given = approved(given, 3, "/occurred_at", instant("2026-11-02 11:00"));
    assert_eq!(given.activity.submissions[0].claim.at, at("2026-11-02 11:00"));
    let given = approved(given, 4, "/public/by_on", text("2026-12-31"));
    let given = approved(given, 4, "/occurred_at", instant("2026-11-03 09:00"));
    assert_eq!(given.activity.improvements[0].by_on, Some(day("2026-12-31")));
    assert_eq!(given.activity.improvements[0].adopted.at, at("2026-11-03 09:00"));
    assert_eq!(no(ask(&given, 4, "/public/by_on", text("2026-11-02"))), "not_later Invalid C-4.3b /value");
    assert!(ask(&given, 3, "/personal/0/text", text("附后")).is_ok());
}

#[test]
fn a_corrected_activity_could_have_been_held_so() {
    let given = outreach();
    let said = |pointer: &str, value: CorrectedValue| no(ask(&given, 1, pointer, value));
    assert_eq!(said("/public/kind", text("symposium")), "nothing_to_correct Invalid C-3.6 /pointer");
    assert_eq!(said("/public/outreach_form", text("lecture")), "nothing_to_correct Invalid C-3.6 /value");
    assert_eq!(said("/public/outreach_form", text("speech")), "invalid_value Invalid C-3.2 /value");
    assert_eq!(said("/public/attendance/resident", count(30)), "nothing_to_correct Invalid C-3.6 /value");
    assert_eq!(said("/public/attendance/resident", count(-1)), "invalid_value Invalid C-4.3b /value");
    assert_eq!(
        said("/public/attendance/resident", count(i64::from(COUNT_MAX) + 1)),
        "out_of_range Invalid C-3.2 /value"
    );
    assert_eq!(said("/public/questions/answered", count(6)), "out_of_range Invalid C-3.2 /value");
    assert_eq!(said("/public/questions/asked", count(2)), "out_of_range Invalid C-3.2 /value");
    // What its kind has not, and what was not said, is not put there.
    for pointer in ["/public/briefings", "/public/mode", "/public/delegates/2/delegate_id"] {
        let value = if pointer.ends_with("id") {
            text(&PARTY[1].to_string())
        } else if pointer.ends_with("mode") {
            text("distributed")
        } else {
            count(1)
        };
        assert_eq!(said(pointer, value), "nothing_to_correct Invalid C-3.6 /pointer", "{pointer}");
    }
    let silent = Given::of(ActivityKind::Outreach);
    assert_eq!(no(ask(&silent, 1, "/public/questions/asked", count(1))), "nothing_to_correct Invalid C-3.6 /pointer");
    let consultation = Given::of(ActivityKind::Consultation);
    let class = no(ask(&consultation, 1, "/public/attendance/official", count(1)));
    assert_eq!(class, "field_unexpected Invalid C-3.3 /pointer");
    assert_eq!(said("/public/unit_id", text(&OTHER_VILLAGE.to_string())), "unit_not_in_grid Invalid C-1 /value");
    assert_eq!(said("/public/unit_id", text(&NOBODY.to_string())), "unknown_id Invalid C-3.2 /value");
    let seat = "/public/delegates/0/delegate_id";
    assert_eq!(said(seat, text(&NOBODY.to_string())), "unknown_id Invalid C-3.2 /value");
    let twice = said("/public/delegates/1/delegate_id", text(&PARTY[0].to_string()));
    assert_eq!(twice, "delegate_twice Invalid C-1 /value");
    assert_eq!(said(seat, text(&LATER.to_string())), "delegate_without_mandate Invalid C-1 /value");
    assert!(ask(&given, 1, seat, text(&BOTH.to_string())).is_ok());
    let kind = "/public/delegates/0/delegate_type";
    assert_eq!(said(kind, text("deputy")), "delegate_without_mandate Invalid C-1 /value");
    let given = approved(given, 1, seat, text(&BOTH.to_string()));
    let given = at_once(given, 1, kind, text("deputy"));
    assert_eq!(given.activity.delegates[0].delegate_type, DelegateType::Deputy);
}

#[test]
fn its_time_is_in_the_programme_before_its_recording_and_before_what_followed() {
    let given = outreach().attached("2026-11-03 09:00", &[0xa1]).sent("2026-11-04 09:00", STUDIO);
    let said = |version: u64, when: &str| no(ask(&given, version, "/occurred_at", instant(when)));
    assert_eq!(said(1, "2023-11-30 09:00"), "before_programme Invalid C-0 /value");
    assert_eq!(said(1, "2026-11-02 09:01"), "out_of_range Invalid C-4.2 /value");
    assert_eq!(said(2, "2026-11-02 08:59"), "contradicts_later_fact Rule C-3.6 /value");
    assert_eq!(said(3, "2026-11-02 08:59"), "contradicts_later_fact Rule C-3.6 /value");
    assert_eq!(no(ask(&given, 9, "/occurred_at", instant(HELD))), "nothing_to_correct Invalid C-3.6 /event_version");
    // Recorded two days after it was held, with evidence of the day between.
    let held = hold(&TOWN.people(), &OFFICES, &rules(NOW), &draft(ActivityKind::ThemeActivity, HELD)).unwrap();
    let late = Given::default().recorded(ActivityEvent::Held(held), HELD, "2026-11-04 09:00");
    let late = late.attached("2026-11-03 09:00", &[0xa1]);
    assert!(ask(&late, 1, "/occurred_at", instant("2026-11-03 09:00")).is_ok());
    let after = no(ask(&late, 1, "/occurred_at", instant("2026-11-03 09:01")));
    assert_eq!(after, "contradicts_later_fact Rule C-3.6 /value");
}

#[test]
fn people_were_heard_at_it_on_its_day_by_who_took_part() {
    let given = outreach().heard(HELD, 1);
    let other_day = no(ask(&given, 1, "/occurred_at", instant("2026-11-01 09:00")));
    assert_eq!(other_day, "contradicts_later_fact Rule C-3.6 /value");
    assert!(ask(&given, 1, "/occurred_at", instant("2026-11-02 08:00")).is_ok());
    let seat = no(ask(&given, 1, "/public/delegates/1/delegate_id", text(&DEPUTY[1].to_string())));
    assert_eq!(seat, "contradicts_later_fact Rule C-3.6 /value");
}

#[test]
fn a_correction_is_approved_only_as_it_still_fits_or_refused() {
    let given = outreach();
    let none = approve(&record(&given, 1), &rules(NOW), 1, at(NOW));
    assert_eq!(no(none), "no_correction_pending Rule C-3.6 /event_version");
    let proposed = ask(&given, 1, "/occurred_at", instant("2026-11-01 09:00")).unwrap();
    let waiting = given.then(NOW, proposed);
    assert_eq!(
        no(ask(&waiting, 1, "/public/attendance/resident", count(1))),
        "correction_pending Rule C-3.6 /event_version"
    );
    let heard = waiting.clone().heard(HELD, 0);
    let unfit = approve(&record(&heard, 1), &rules(NOW), 1, at(NOW));
    assert_eq!(no(unfit), "contradicts_later_fact Rule C-3.6 /event_version");
    let refused = refuse(&waiting.activity.corrections, &rules(NOW), 1, at(NOW)).unwrap();
    let given = waiting.then(NOW, ActivityEvent::CorrectionRefused(refused));
    assert!(given.activity.corrections.pending().is_empty());
    assert_eq!(given.activity.held.at, at(HELD));
}

#[test]
fn an_activity_is_corrected_a_bounded_number_of_times() {
    let mut given = outreach();
    for n in 0..CORRECTIONS_MAX {
        given = at_once(given, 1, "/public/outreach_form", text(if n % 2 == 0 { "exchange" } else { "lecture" }));
    }
    assert_eq!(no(ask(&given, 1, "/public/outreach_form", text("exchange"))), "issue_full Rule C-3.6");
}
