//! What is wrong in the record of a meeting is put right beside it.

use super::*;
use crate::correction::{CorrectedValue, TextNow, Wanted, refuse};
use crate::meeting::correcting::{FIELDS, Record, approve, correct};
use crate::refusal::{Code, Refusal};
use crate::vocabulary::AttendanceClass;
use std::collections::BTreeSet;

const NOW: &str = "2026-12-21 09:00";

/// Convened, with one tabled (2), put off (3) and decided on (4), and closed (5).
fn whole() -> Given {
    let major = Major::accepted("2026-11-10 09:00");
    let given = Given::convened().and_tabled("2026-11-11 09:00", &major).and_deferred("2026-11-24 14:10", &major);
    given.and_decided("2026-11-24 14:30", &major).and_closed("2026-11-24 14:00", "2026-11-24 17:00")
}

fn record(given: &Given, version: u64) -> Record<'_> {
    let target = given.events.iter().find(|(_, at)| at.version == version);
    Record { meeting: &given.meeting, target, people: TOWN.people(), text: TextNow::Said("未与工作例会合并") }
}

fn text(value: &str) -> CorrectedValue {
    CorrectedValue::Text(value.to_owned())
}

fn instant(when: &str) -> CorrectedValue {
    text(&at(when).to_rfc3339())
}

fn ask(given: &Given, event_version: u64, pointer: &str, value: CorrectedValue) -> Result<MeetingEvent, Refusal> {
    let wanted = Wanted { event_version, pointer: pointer.to_owned(), value, at: at(NOW) };
    correct(&record(given, event_version), &rules(NOW), &wanted)
}

/// Proposed, and approved.
fn approved(given: Given, event_version: u64, pointer: &str, value: CorrectedValue) -> Given {
    let proposed = ask(&given, event_version, pointer, value).unwrap();
    assert!(matches!(proposed, MeetingEvent::CorrectionProposed(_)), "{proposed:?}");
    let given = given.then(NOW, proposed);
    let corrected = approve(&record(&given, event_version), &rules(NOW), event_version, at(NOW)).unwrap();
    given.then(NOW, MeetingEvent::Corrected(corrected))
}

/// Corrected at once.
fn at_once(given: Given, event_version: u64, pointer: &str, value: CorrectedValue) -> Given {
    let corrected = ask(&given, event_version, pointer, value).unwrap();
    assert!(matches!(corrected, MeetingEvent::Corrected(_)), "{pointer} waits for an approval");
    given.then(NOW, corrected)
}

#[test]
fn the_table_names_events_and_places_of_the_family_alone() {
    let types: BTreeSet<&str> = MeetingEvent::TYPES.iter().map(|row| row.name).collect();
    assert!(FIELDS.iter().all(|field| types.contains(field.event_type)));
    let places = Place::ALL.iter().map(|place| place.pointer());
    let fields: BTreeSet<&str> = FIELDS.iter().filter(|field| !field.is_text()).map(|field| field.pointer).collect();
    assert_eq!(fields, places.collect());
}

#[test]
fn every_class_of_people_has_its_place() {
    let classes: BTreeSet<AttendanceClass> = Place::ALL.iter().filter_map(|place| place.class()).collect();
    assert_eq!(classes, AttendanceClass::ALL.iter().copied().collect());
    for place in Place::ALL {
        let named = place.class().map(|class| format!("/public/attendance/{class}"));
        assert!(named.is_none_or(|named| named == place.pointer()));
    }
}

#[test]
fn a_date_a_person_or_what_counts_is_proposed_and_approved() {
    let given = approved(whole(), 1, "/occurred_at", instant("2026-11-01 10:00"));
    let given = approved(given, 1, "/public/kind", text("extraordinary"));
    let given = approved(given, 1, "/public/scheduled_on", text("2026-11-23"));
    let given = approved(given, 2, "/occurred_at", instant("2026-11-10 10:00"));
    let given = approved(given, 3, "/occurred_at", instant("2026-11-24 14:05"));
    let given = approved(given, 5, "/occurred_at", instant("2026-11-23 14:00"));
    let given = approved(given, 5, "/public/delegates/1/delegate_id", text(&DEPUTY[1].to_string()));
    let given = approved(given, 5, "/public/attendance/official", CorrectedValue::Whole(2));
    // Of this class nothing was said.
    let given = approved(given, 5, "/public/attendance/resident", CorrectedValue::Whole(7));
    let meeting = given.meeting;
    assert_eq!((meeting.convened.at, meeting.held.unwrap().at), (at("2026-11-01 10:00"), at("2026-11-23 14:00")));
    assert_eq!((meeting.kind, meeting.scheduled_on), (MeetingKind::Extraordinary, day("2026-11-23")));
    let item = meeting.item(MAJOR).unwrap();
    assert_eq!(item.tabled.unwrap().at, at("2026-11-10 10:00"));
    assert_eq!(item.deferred.unwrap().1.at, at("2026-11-24 14:05"));
    assert_eq!(item.decided.unwrap().at, at("2026-11-24 14:30"));
    assert_eq!(meeting.delegates[1].delegate_id, DEPUTY[1]);
    let counts = [AttendanceClass::Official, AttendanceClass::Resident, AttendanceClass::PartyOrganisation];
    assert_eq!(counts.map(|class| meeting.attendance[&class]), [2, 7, 3]);
    let cancelled = approved(Given::cancelled(), 2, "/occurred_at", instant("2026-11-19 09:00")).meeting;
    assert_eq!(cancelled.cancelled.unwrap().at, at("2026-11-19 09:00"));
}

#[test]
fn the_rest_is_put_right_at_once() {
    let given = at_once(whole(), 1, "/public/with_work_meeting", CorrectedValue::Flag(false));
    let given = at_once(given, 3, "/public/reason_code", text("no_quorum"));
    assert!(!given.meeting.with_work_meeting);
    assert_eq!(given.meeting.item(MAJOR).unwrap().deferred.unwrap().0, DeferralReason::NoQuorum);
    // A text stays in its box.
    for (version, pointer) in [(1, "/personal/0/reason"), (3, "/personal/0/reason"), (5, "/personal/0/text")] {
        let MeetingEvent::Corrected(corrected) = ask(&given, version, pointer, text("情况说明")).unwrap() else {
            panic!("{pointer} waits for an approval")
        };
        assert_eq!(corrected.value, None);
    }
    assert!(ask(&Given::cancelled(), 2, "/personal/0/reason", text("另行召开")).is_ok());
    // Whoever holds both mandates sat there as the other.
    let draft = CloseDraft {
        delegates: vec![crate::reception::DelegateDraft {
            delegate_id: BOTH,
            delegate_type: Some(crate::vocabulary::DelegateType::Party),
        }],
        ..closing("2026-11-24 14:00")
    };
    let closed = close(&Given::convened().meeting, &TOWN.people(), &rules("2026-11-24 17:00"), &draft).unwrap();
    let given = Given::convened().then("2026-11-24 17:00", MeetingEvent::Closed(closed));
    let given = at_once(given, 2, "/public/delegates/0/delegate_type", text("deputy"));
    assert_eq!(given.meeting.delegates[0].delegate_type, crate::vocabulary::DelegateType::Deputy);
}

#[test]
fn a_corrected_meeting_could_have_been_convened_and_held_so() {
    let given = whole();
    let said = |version, pointer: &str, value: &str| no(ask(&given, version, pointer, text(value)));
    assert_eq!(said(1, "/public/scheduled_on", "2026-11-01"), "not_later C-4.3a /value");
    assert_eq!(said(1, "/public/scheduled_on", "2026-11-24"), "nothing_to_correct C-3.6 /value");
    assert_eq!(said(1, "/public/kind", "weekly"), "invalid_value C-4.3a /value");
    assert_eq!(said(1, "/public/grid_id", &OTHER_GRID.to_string()), "nothing_to_correct C-3.6 /pointer");
    assert_eq!(said(4, "/occurred_at", "2026-11-24T14:20:00+08:00"), "nothing_to_correct C-3.6 /pointer");
    assert_eq!(said(5, "/public/delegates/0/delegate_id", &LATER.to_string()), "delegate_without_mandate C-1 /value");
    assert_eq!(said(5, "/public/delegates/1/delegate_id", &PARTY[0].to_string()), "delegate_twice C-1 /value");
    assert_eq!(said(5, "/public/delegates/0/delegate_id", &NOBODY.to_string()), "unknown_id - /value");
    assert_eq!(said(5, "/public/delegates/0/delegate_type", "deputy"), "delegate_without_mandate C-1 /value");
    assert_eq!(said(5, "/public/delegates/2/delegate_id", &PARTY[1].to_string()), "nothing_to_correct C-3.6 /pointer");
    assert_eq!(said(9, "/occurred_at", "2026-11-24T14:20:00+08:00"), "nothing_to_correct C-3.6 /event_version");
    let many = ask(&given, 5, "/public/attendance/official", CorrectedValue::Whole(i64::from(ATTENDANCE_MAX) + 1));
    assert_eq!(no(many), "out_of_range C-4.3a /value");
    let time = |version, when: &str| no(ask(&given, version, "/occurred_at", instant(when)));
    assert_eq!(time(1, "2023-11-30 10:00"), "before_programme C-0 /value");
    assert_eq!(time(1, "2026-11-02 09:01"), "out_of_range C-4.3a /value");
    assert_eq!(time(2, "2026-11-02 08:59"), "contradicts_later_fact C-3.6 /value");
    assert_eq!(time(5, "2026-11-01 14:00"), "contradicts_later_fact C-3.6 /value");
    assert_eq!(time(5, "2026-11-24 17:01"), "out_of_range C-4.3a /value");
    let cancelled = ask(&Given::cancelled(), 2, "/occurred_at", instant("2026-11-02 08:59"));
    assert_eq!(no(cancelled), "contradicts_later_fact C-3.6 /value");
    // Written down late: it cannot have been convened after the day that it was called for.
    let convened = Given::convened().events.remove(0).0;
    let late = Given::default().event(convened, "2026-11-02 09:00", "2026-12-18 09:00");
    assert_eq!(no(ask(&late, 1, "/occurred_at", instant("2026-11-25 09:00"))), "not_later C-4.3a /value");
}

#[test]
fn where_people_were_heard_its_day_and_who_attended_stay() {
    let given = whole().and_heard();
    let refusal = "contradicts_later_fact C-3.6 /value";
    assert_eq!(no(ask(&given, 5, "/occurred_at", instant("2026-11-23 14:00"))), refusal);
    assert!(ask(&given, 5, "/occurred_at", instant("2026-11-24 13:00")).is_ok());
    assert_eq!(no(ask(&given, 5, "/public/delegates/1/delegate_id", text(&DEPUTY[1].to_string()))), refusal);
}

#[test]
fn a_proposal_waits_for_one_decision_and_must_still_fit() {
    let given = Given::closed();
    assert_eq!(
        no(refuse(&given.meeting.corrections, &rules(NOW), 2, at(NOW))),
        "no_correction_pending C-3.6 /event_version"
    );
    let none = approve(&record(&given, 2), &rules(NOW), 2, at(NOW));
    assert_eq!(no(none), "no_correction_pending C-3.6 /event_version");
    let given = given.clone().then(NOW, ask(&given, 2, "/occurred_at", instant("2026-11-23 14:00")).unwrap());
    let again = ask(&given, 2, "/public/attendance/official", CorrectedValue::Whole(2));
    assert_eq!(no(again), "correction_pending C-3.6 /event_version");
    let refused = refuse(&given.meeting.corrections, &rules(NOW), 2, at(NOW)).unwrap();
    let stays = given.clone().then(NOW, MeetingEvent::CorrectionRefused(refused)).meeting;
    assert_eq!(stays.held.unwrap().at, at("2026-11-24 14:00"));
    // Meanwhile people were heard there.
    let given = given.and_heard();
    let late = approve(&record(&given, 2), &rules(NOW), 2, at(NOW));
    assert_eq!(no(late), "contradicts_later_fact C-3.6 /event_version");
}

#[test]
fn what_was_erased_is_not_corrected() {
    let given = Given::convened();
    let erased = Record { text: TextNow::Erased, ..record(&given, 1) };
    let pointer = "/personal/0/reason".to_owned();
    let wanted = Wanted { event_version: 1, pointer, value: text("另行召开"), at: at(NOW) };
    assert_eq!(correct(&erased, &rules(NOW), &wanted).unwrap_err().code, Code::PersonErased);
}
