//! To both offices and back, and by when.

use super::*;
use crate::fixtures::day;
use crate::issue::fixture::CALENDARS;
use crate::vocabulary::{StudyState, StudyUse};
use chrono::NaiveDate;

const NOW: &str = "2026-11-30 09:00";

fn sending(given: &Given, draft: &FilingDraft) -> Vec<String> {
    told(submit(&given.study, &OFFICES, &rules(NOW), draft))
}

fn receiving(given: &Given, draft: &FilingDraft) -> Vec<String> {
    told(acknowledge(&given.study, &OFFICES, &rules(NOW), draft))
}

fn filed(given: &Given) -> Option<NaiveDate> {
    filed_on(&given.study, &OFFICES, &POLICY, &CALENDARS).map(|(on, _)| on)
}

#[test]
fn a_study_is_filed_when_both_offices_have_it_and_closed_when_both_say_so() {
    let given = Given::finished();
    let stands = |given: &Given| (state(&given.study, &OFFICES), lacking(&given.study, &OFFICES));
    assert_eq!(lacking(&Given::started().study, &OFFICES), []);
    assert_eq!(stands(&given), (StudyState::Finished, vec![OfficeKind::PartyStudio, OfficeKind::CongressOffice]));
    let given = given.sent("2026-11-11 09:00", STUDIO).sent("2026-11-12 09:00", SECOND_STUDIO);
    // Two studios are not both offices.
    assert_eq!(stands(&given), (StudyState::Finished, vec![OfficeKind::CongressOffice]));
    let given = given.sent("2026-11-13 09:00", CONGRESS);
    assert_eq!(stands(&given), (StudyState::Filed, vec![]));
    let given = given.received("2026-11-16 09:00", STUDIO).received("2026-11-16 10:00", SECOND_STUDIO);
    assert_eq!(stands(&given), (StudyState::Filed, vec![]));
    assert!(acknowledged_by(&given.study, &OFFICES, OfficeKind::PartyStudio));
    assert!(!acknowledged_by(&given.study, &OFFICES, OfficeKind::CongressOffice));
    assert_eq!(stands(&given.received("2026-11-17 09:00", CONGRESS)), (StudyState::Closed, vec![]));
}

#[test]
fn one_office_is_enough_for_an_inspection_and_the_other_may_have_it_too() {
    let given = Given::inspected();
    assert_eq!(lacking(&given.study, &OFFICES).len(), 2);
    let given = given.sent("2026-11-11 09:00", CONGRESS);
    assert!(is_filed(&given.study, &OFFICES) && state(&given.study, &OFFICES) == StudyState::Filed);
    let given = given.received("2026-11-12 09:00", CONGRESS);
    assert_eq!(state(&given.study, &OFFICES), StudyState::Closed);
    let given = given.sent("2026-11-13 09:00", STUDIO).received("2026-11-16 09:00", STUDIO);
    assert_eq!((state(&given.study, &OFFICES), given.study.submissions.len()), (StudyState::Closed, 2));
}

#[test]
fn it_goes_to_each_of_the_two_kinds_of_office_once_when_it_is_finished() {
    let given = Given::finished().sent("2026-11-11 09:00", STUDIO);
    assert_eq!(sending(&given, &to(WATER, NOW)), ["office_of_other_kind Invalid C-3.5 /office_id"]);
    let unknown = FilingDraft { files: vec![document(), document()], ..to(NO_OFFICE, NOW) };
    let both = ["unknown_id Invalid C-3.5 /office_id", "duplicate Invalid C-3.5 /file_ids/1"];
    assert_eq!(sending(&given, &unknown), both);
    assert_eq!(receiving(&given, &unknown), both);
    assert_eq!(sending(&given, &to(STUDIO, NOW)), ["already_submitted Rule C-3.5 /office_id"]);
    assert_eq!(sending(&Given::started(), &to(STUDIO, NOW)), ["not_finished Rule C-3.5"]);
    assert_eq!(sending(&given, &to(CONGRESS, "2026-11-10 08:59")), ["before_previous Invalid C-3.5 /occurred_at"]);
    assert_eq!(sending(&given, &to(CONGRESS, "2026-11-30 09:01")), ["in_the_future Invalid C-3.5 /occurred_at"]);
    let with = FilingDraft { files: vec![file(0xa2, FileKind::Document)], ..to(CONGRESS, NOW) };
    let sent = submit(&given.study, &OFFICES, &rules(NOW), &with).unwrap();
    assert_eq!(given.then(NOW, StudyEvent::Submitted(sent)).study.file_ids.len(), 2);
}

#[test]
fn an_office_acknowledges_what_it_was_sent_once() {
    let given = Given::finished().sent("2026-11-11 09:00", STUDIO).received("2026-11-12 09:00", STUDIO);
    assert_eq!(receiving(&given, &to(STUDIO, NOW)), ["already_acknowledged Rule C-3.5 /office_id"]);
    assert_eq!(receiving(&given, &to(CONGRESS, NOW)), ["not_submitted Rule C-3.5 /office_id"]);
    assert_eq!(receiving(&given, &to(WATER, NOW)), ["office_of_other_kind Invalid C-3.5 /office_id"]);
    assert_eq!(receiving(&Given::started(), &to(STUDIO, NOW)), ["not_finished Rule C-3.5"]);
    let given = given.sent("2026-11-13 09:00", CONGRESS);
    assert_eq!(receiving(&given, &to(CONGRESS, "2026-11-13 08:59")), ["before_previous Invalid C-3.5 /occurred_at"]);
    assert_eq!(receiving(&given, &to(CONGRESS, "2026-11-30 09:01")), ["in_the_future Invalid C-3.5 /occurred_at"]);
}

#[test]
fn any_office_may_use_what_is_finished_as_often_as_it_does() {
    let used = |given: &Given, office_id, when: &str| {
        let draft = UseDraft { office_id, used_as: StudyUse::Referenced, at: at(when) };
        record_use(&given.study, &OFFICES, &rules(NOW), &draft)
    };
    let given = Given::finished();
    let once = used(&given, WATER, NOW).unwrap();
    assert_eq!((once.office_id, once.used_as), (WATER, StudyUse::Referenced));
    let given = given.then(NOW, StudyEvent::Used(once)).then(NOW, StudyEvent::Used(once));
    assert!(given.study.is_used() && used(&given, WATER, NOW).is_ok());
    assert_eq!(no(used(&given, NO_OFFICE, NOW)), "unknown_id Invalid C-3.5 /office_id");
    assert_eq!(no(used(&Given::started(), WATER, NOW)), "not_finished Rule C-3.5");
    assert_eq!(no(used(&given, WATER, "2026-11-10 08:59")), "before_previous Invalid C-3.5 /occurred_at");
    assert_eq!(no(used(&given, WATER, "2026-11-30 09:01")), "in_the_future Invalid C-3.5 /occurred_at");
}

#[test]
fn a_study_is_due_ten_working_days_after_it_was_finished_an_inspection_five_after_it_was_held() {
    let due = |given: &Given| due_on(&given.study, &POLICY, &CALENDARS);
    assert_eq!(due(&Given::started()), None);
    assert_eq!(due(&Given::finished()), Some(day("2026-11-24")));
    assert_eq!(due(&Given::inspected()), Some(day("2026-11-17")));
    // What is due does not go by how late it was written down.
    let late = Given::started();
    let finished = finish(&late.study, &rules(NOW), &[document()], at("2026-11-10 09:00")).unwrap();
    let late = late.event(StudyEvent::Finished(finished), "2026-11-10 09:00", NOW);
    assert_eq!(due(&late), Some(day("2026-11-24")));
}

#[test]
fn a_study_is_filed_on_the_day_on_which_the_second_office_has_it_by_the_claim_rule() {
    let given = Given::finished().sent("2026-11-11 09:00", STUDIO);
    assert_eq!(filed(&given), None);
    let sent = |given: &Given, occurred: &str, recorded: &str| {
        let submitted = submit(&given.study, &OFFICES, &rules(recorded), &to(CONGRESS, occurred)).unwrap();
        given.clone().event(StudyEvent::Submitted(submitted), occurred, recorded)
    };
    // Written down on the next working day it counts on its own, later on the day of its recording.
    let in_time = sent(&given, "2026-11-24 17:00", "2026-11-25 09:00");
    assert_eq!(filed(&in_time), Some(day("2026-11-24")));
    assert_eq!(filed(&sent(&given, "2026-11-24 17:00", "2026-11-26 09:00")), Some(day("2026-11-26")));
    // A second studio later changes nothing.
    assert_eq!(filed(&in_time.sent("2026-11-27 09:00", SECOND_STUDIO)), Some(day("2026-11-24")));
    let inspection = Given::inspected();
    assert_eq!(filed(&inspection), None);
    let inspection = inspection.sent("2026-11-12 09:00", CONGRESS).sent("2026-11-20 09:00", STUDIO);
    assert_eq!(filed(&inspection), Some(day("2026-11-12")));
}
