//! What is wrong in the record of a study is put right beside it.

use super::*;
use crate::correction::{Corrected, CorrectedValue, TextNow, Wanted, refuse};
use crate::ids::ReceptionId;
use crate::session::fixture::{LATER, NOBODY};
use crate::study::Hearing;
use crate::study::correcting::{Record, approve, correct};
use crate::vocabulary::StudyUse;

const NOW: &str = "2026-11-30 09:00";

/// Started 11-02, finished 11-10, to the studio 11-11, acknowledged 11-12, used 11-13.
fn whole() -> Given {
    let given = Given::finished().sent("2026-11-11 09:00", STUDIO).received("2026-11-12 09:00", STUDIO);
    let used = StudyUsed { office_id: WATER, used_as: StudyUse::Referenced };
    given.then("2026-11-13 09:00", StudyEvent::Used(used))
}

fn record(given: &Given, version: usize) -> Record<'_> {
    let target = given.events.get(version - 1);
    Record { study: &given.study, target, people: TOWN.people(), text: TextNow::Said("水环境") }
}

fn wanted(version: usize, pointer: &str, value: &str) -> Wanted {
    let value = CorrectedValue::Text(value.to_owned());
    Wanted { event_version: version as u64, pointer: pointer.to_owned(), value, at: at(NOW) }
}

fn asked(given: &Given, version: usize, pointer: &str, value: &str) -> Result<StudyEvent, Refusal> {
    correct(&record(given, version), &rules(NOW), &wanted(version, pointer, value))
}

/// Proposed and approved.
fn corrected(given: Given, version: usize, pointer: &str, value: &str) -> Given {
    let proposed = asked(&given, version, pointer, value).unwrap();
    assert!(matches!(proposed, StudyEvent::CorrectionProposed(_)));
    let given = given.then(NOW, proposed);
    let approved = approve(&record(&given, version), &rules(NOW), version as u64, at(NOW)).unwrap();
    given.then(NOW, StudyEvent::Corrected(approved))
}

#[test]
fn times_lead_and_use_are_put_right_once_that_is_approved() {
    let given = corrected(whole(), 2, "/occurred_at", "2026-11-09T17:00:00+08:00");
    assert_eq!(given.study.finished.unwrap().at, at("2026-11-09 17:00"));
    let given = corrected(given, 1, "/public/lead_delegate_id", &PARTY[1].to_string());
    assert_eq!(given.study.lead_delegate_id, PARTY[1]);
    let given = corrected(given, 5, "/public/use", "adopted");
    assert_eq!(given.study.uses[0].used_as, StudyUse::Adopted);
    let given = corrected(given, 4, "/occurred_at", "2026-11-11T10:00:00+08:00");
    assert_eq!(given.study.submissions[0].acknowledged.unwrap().at, at("2026-11-11 10:00"));
    // An inspection begins and is finished at one time.
    let inspection = corrected(Given::inspected(), 1, "/occurred_at", "2026-11-09T09:00:00+08:00").study;
    assert_eq!(
        (inspection.begun.at, inspection.finished.unwrap().at),
        (at("2026-11-09 09:00"), at("2026-11-09 09:00"))
    );
}

#[test]
fn whoever_may_have_heard_people_stays_its_lead() {
    let mut given = whole();
    let claim = given.study.begun;
    given.study.hearings.push(Hearing { reception_id: ReceptionId(uuid::Uuid::nil()), issue_ids: Vec::new(), claim });
    let lead = asked(&given, 1, "/public/lead_delegate_id", &PARTY[1].to_string());
    assert_eq!(no(lead), "contradicts_later_fact Rule C-3.6 /value");
}

#[test]
fn a_text_is_put_right_at_once() {
    let event = asked(&whole(), 1, "/personal/0/title", "水环境调研").unwrap();
    assert!(matches!(event, StudyEvent::Corrected(Corrected { value: None, .. })));
    assert_eq!(no(asked(&whole(), 1, "/personal/0/text", "水环境")), "nothing_to_correct Invalid C-3.6 /value");
}

#[test]
fn a_proposal_is_refused_or_waits_alone() {
    let given = whole();
    let proposed = asked(&given, 2, "/occurred_at", "2026-11-09T17:00:00+08:00").unwrap();
    let given = given.then(NOW, proposed);
    let again = asked(&given, 2, "/occurred_at", "2026-11-09T18:00:00+08:00");
    assert_eq!(no(again), "correction_pending Rule C-3.6 /event_version");
    let refused = refuse(&given.study.corrections, &rules(NOW), 2, at(NOW)).unwrap();
    let given = given.then(NOW, StudyEvent::CorrectionRefused(refused));
    assert_eq!(given.study.finished.unwrap().at, at("2026-11-10 09:00"));
    assert_eq!(
        no(approve(&record(&given, 2), &rules(NOW), 2, at(NOW))),
        "no_correction_pending Rule C-3.6 /event_version"
    );
}

/// What fitted when it was proposed may not fit any more.
#[test]
fn an_approval_is_held_against_what_happened_since() {
    let given = Given::finished();
    let finished = "2026-11-10T09:00:00+08:00";
    let late = given.clone().event(given.events[1].0.clone(), "2026-11-05 09:00", "2026-11-10 10:00");
    let proposed = asked(&late, 3, "/occurred_at", finished).unwrap();
    let late = late.then("2026-11-10 11:00", proposed);
    let submitted = StudySubmitted { office_id: STUDIO, file_ids: Vec::new() };
    let late = late.event(StudyEvent::Submitted(submitted), "2026-11-06 09:00", "2026-11-10 12:00");
    let approved = approve(&record(&late, 3), &rules(NOW), 3, at(NOW));
    assert_eq!(no(approved), "contradicts_later_fact Rule C-3.6 /event_version");
}

#[test]
fn a_corrected_study_is_one_that_could_have_come_about() {
    let given = whole();
    let told = |version, pointer: &str, value: &str| no(asked(&given, version, pointer, value));
    let time = |version, value: &str| told(version, "/occurred_at", value);
    assert_eq!(time(1, "2026-11-02T09:00:00+08:00"), "nothing_to_correct Invalid C-3.6 /value");
    assert_eq!(time(1, "2026-11-02T09:00:01+08:00"), "out_of_range Invalid C-3.5 /value");
    assert_eq!(time(1, "2023-11-30T09:00:00+08:00"), "before_programme Invalid C-0 /value");
    for (version, before) in
        [(2, "2026-11-02T08:59"), (3, "2026-11-10T08:59"), (4, "2026-11-11T08:59"), (5, "2026-11-10T08:59")]
    {
        let told = time(version, &format!("{before}:00+08:00"));
        assert_eq!(told, "contradicts_later_fact Rule C-3.6 /value", "{version}");
    }
    let lead = |who: DelegateId| told(1, "/public/lead_delegate_id", &who.to_string());
    assert_eq!(lead(PARTY[0]), "nothing_to_correct Invalid C-3.6 /value");
    assert_eq!(lead(NOBODY), "unknown_id Invalid - /value");
    assert_eq!(lead(LATER), "delegate_without_mandate Invalid C-1 /value");
    assert_eq!(lead(DEPUTY[0]), "duplicate Invalid C-3.5 /value");
    assert_eq!(told(5, "/public/use", "read"), "invalid_value Invalid C-3.5 /value");
    assert_eq!(told(1, "/public/grid_id", &GRID.to_string()), "nothing_to_correct Invalid C-3.6 /pointer");
    assert_eq!(told(9, "/occurred_at", "2026-11-09T17:00:00+08:00"), "nothing_to_correct Invalid C-3.6 /event_version");
}

/// Who was heard before must not come to stand before the beginning.
#[test]
fn people_were_heard_from_the_first_day_on() {
    let given = Given::started().event(Given::started().events[0].0.clone(), "2026-11-04 09:00", "2026-11-06 09:00");
    let draft = hearing(PARTY[0], GRID, "2026-11-04 14:00");
    let heard = hear(&given.study, &rules(NOW), &draft).unwrap();
    let given = given.then("2026-11-04 14:00", StudyEvent::OpinionsHeard(heard));
    let begun = |on: &str| asked(&given, 2, "/occurred_at", &format!("{on}T08:00:00+08:00"));
    assert!(begun("2026-11-04").is_ok());
    assert_eq!(no(begun("2026-11-05")), "contradicts_later_fact Rule C-3.6 /value");
}
