//! Starting, finishing, hearing people.

use super::*;
use crate::programme::Established;
use crate::session::fixture::{LATER, NOBODY, OTHER_GRID};
use crate::step::EVENTS_MAX;
use crate::vocabulary::{StudyState, StudyUse};

const NOW: &str = "2026-11-02 10:00";

fn refused(draft: &StudyDraft) -> Vec<String> {
    told(start(&TOWN.people(), &rules(NOW), draft))
}

#[test]
fn a_study_goes_on_and_an_inspection_is_done_when_it_is_recorded() {
    let study = Given::started().study;
    assert_eq!((study.kind, study.finished, study.team().count()), (StudyKind::Study, None, 2));
    assert_eq!(state(&study, &OFFICES), StudyState::Started);
    let inspection = Given::inspected().study;
    assert_eq!((inspection.kind, inspection.finished), (StudyKind::Inspection, Some(inspection.begun)));
    assert_eq!(state(&inspection, &OFFICES), StudyState::Finished);
    // One of the whole town, by one delegate alone.
    let alone = StudyDraft { grid_id: None, delegate_ids: Vec::new(), ..draft(StudyKind::Study, NOW) };
    assert!(start(&TOWN.people(), &rules(NOW), &alone).is_ok());
}

#[test]
fn all_that_does_not_fit_in_a_study_is_told_at_once() {
    let topics = ["livelihood", "livelihood", "weather"].map(str::to_owned).to_vec();
    let wrong = StudyDraft {
        grid_id: Some(AreaId(Uuid::from_u128(0x99))),
        topics,
        lead_delegate_id: LATER,
        delegate_ids: vec![DEPUTY[0], DEPUTY[0], LATER, NOBODY],
        held_at: at("2026-11-02 10:01"),
        files: vec![NamedFile { kind: None, ..document() }],
        ..draft(StudyKind::Study, NOW)
    };
    assert_eq!(
        refused(&wrong),
        [
            "in_the_future Invalid C-3.5 /held_at",
            "unknown_id Invalid C-3.5 /grid_id",
            "duplicate Invalid C-3.5 /topics/1",
            "unknown_topic Invalid C-3.5 /topics/2",
            "delegate_without_mandate Invalid C-1 /lead_delegate_id",
            "duplicate Invalid C-3.5 /delegate_ids/1",
            "duplicate Invalid C-3.5 /delegate_ids/2",
            "unknown_id Invalid C-3.5 /delegate_ids/3",
            "unknown_id Invalid C-3.5 /file_ids/0",
        ]
    );
    let none = StudyDraft { topics: Vec::new(), ..draft(StudyKind::Inspection, "2023-11-30 09:00") };
    let mandate = "delegate_without_mandate Invalid C-1";
    assert_eq!(
        refused(&none),
        [
            "before_programme Invalid C-0 /held_at",
            "missing Invalid C-3.5 /topics",
            &format!("{mandate} /lead_delegate_id"),
            &format!("{mandate} /delegate_ids/0"),
        ]
    );
    let crowd = (0..=TEAM_MAX as u128).map(|n| DelegateId(Uuid::from_u128(0x1000 + n))).collect();
    let crowd = StudyDraft { delegate_ids: crowd, ..draft(StudyKind::Study, NOW) };
    assert_eq!(refused(&crowd), ["too_many Invalid C-3.5 /delegate_ids"]);
    let programme: Option<&Established> = None;
    let nowhere = crate::reception::People { programme, ..TOWN.people() };
    let study = draft(StudyKind::Study, NOW);
    assert_eq!(told(start(&nowhere, &rules(NOW), &study)), ["before_programme Invalid C-0 /held_at"]);
}

/// What could not be read is told by whoever read it, once.
#[test]
fn what_could_not_be_read_is_no_fault_of_the_rest() {
    let parts =
        StudyParts { topics: Some(vec![None]), delegate_ids: vec![None, Some(NOBODY)], ..StudyParts::default() };
    let told: Vec<String> = faults(&TOWN.people(), &rules(NOW), &parts).into_iter().map(one).collect();
    assert_eq!(told, ["unknown_id Invalid C-3.5 /delegate_ids/1"]);
}

#[test]
fn files_are_there_once_and_not_too_many() {
    let with = |files: Vec<NamedFile>| refused(&StudyDraft { files, ..draft(StudyKind::Study, NOW) });
    let many = |count: u128| (0..count).map(|n| file(0x2000 + n, FileKind::Image)).collect::<Vec<_>>();
    assert_eq!(with(vec![document(), document()]), ["duplicate Invalid C-3.5 /file_ids/1"]);
    assert_eq!(with(many(21)), ["too_many Invalid C-3.5 /file_ids"]);
    let draft = StudyDraft { files: many(20), ..draft(StudyKind::Study, NOW) };
    assert_eq!(start(&TOWN.people(), &rules(NOW), &draft).unwrap().event_type().name, "study.started");
    // What earlier facts named counts too.
    let mut given = Given::started();
    given.study.file_ids = vec![document().id; 199];
    let finish = |files: &[NamedFile]| finish(&given.study, &rules(NOW), files, at(NOW));
    assert!(finish(&[document()]).is_ok());
    assert_eq!(told(finish(&[document(), file(0xa2, FileKind::Image)])), ["too_many Invalid C-3.5 /file_ids"]);
}

#[test]
fn a_study_is_finished_once_by_a_written_document() {
    let when = "2026-11-10 09:00";
    let finish = |given: &Given, files: &[NamedFile], on: &str| finish(&given.study, &rules(when), files, at(on));
    let given = Given::started();
    for files in [&[][..], &[file(0xa2, FileKind::Image), file(0xa3, FileKind::Video)]] {
        assert_eq!(told(finish(&given, files, when)), ["evidence_missing Rule C-3.5 /file_ids"]);
    }
    let both = [file(0xa2, FileKind::Image), document()];
    assert_eq!(finish(&given, &both, when).unwrap().file_ids, both.map(|file| file.id));
    assert_eq!(told(finish(&given, &both, "2026-11-02 08:59")), ["before_previous Invalid C-3.5 /occurred_at"]);
    assert_eq!(told(finish(&given, &both, "2026-11-10 09:01")), ["in_the_future Invalid C-3.5 /occurred_at"]);
    let unknown = NamedFile { kind: None, ..document() };
    assert_eq!(told(finish(&given, &[unknown], when)), ["unknown_id Invalid C-3.5 /file_ids/0"]);
    assert_eq!(told(finish(&Given::finished(), &both, when)), ["already_finished Rule C-3.5"]);
    assert_eq!(told(finish(&Given::inspected(), &both, when)), ["already_finished Rule C-3.5"]);
}

#[test]
fn people_are_heard_for_it_by_its_team_in_its_grid_from_its_first_day_on() {
    let now = "2026-11-30 09:00";
    let hear = |given: &Given, draft: &HearingDraft| hear(&given.study, &rules(now), draft);
    let given = Given::finished();
    // The hour does not matter, nor that it is finished by then.
    let heard = hear(&given, &hearing(DEPUTY[0], GRID, "2026-11-02 08:00")).unwrap();
    let told_then = given.clone().then(now, StudyEvent::OpinionsHeard(heard)).study;
    assert_eq!(told_then.hearings[0].issue_ids.len(), 1);
    assert!(hear(&given, &hearing(PARTY[0], GRID, now)).is_ok());
    assert_eq!(
        told(hear(&given, &hearing(PARTY[1], OTHER_GRID, "2026-11-01 23:59"))),
        [
            "grid_not_there Invalid C-3.5 /grid_id",
            "before_previous Invalid C-3.5 /held_at",
            "delegate_not_there Invalid C-3.5 /delegates/0/delegate_id",
        ]
    );
    let mut town = given;
    town.study.grid_id = None;
    assert!(hear(&town, &hearing(PARTY[0], OTHER_GRID, now)).is_ok());
    assert_eq!(told(hear(&Given::default(), &hearing(PARTY[0], GRID, now))), ["unknown_id Invalid C-3.5 /study_id"]);
}

#[test]
fn a_study_holds_so_many_entries_and_no_more() {
    let now = "2026-11-30 09:00";
    let mut full = Given::finished();
    full.study.version = EVENTS_MAX;
    let draft = UseDraft { office_id: STUDIO, used_as: StudyUse::Adopted, at: at(now) };
    assert_eq!(no(record_use(&full.study, &OFFICES, &rules(now), &draft)), "too_many Invalid C-3.5");
    assert_eq!(told(submit(&full.study, &OFFICES, &rules(now), &to(STUDIO, now))), ["too_many Invalid C-3.5"]);
    assert_eq!(told(hear(&full.study, &rules(now), &hearing(PARTY[0], GRID, now))), ["too_many Invalid C-3.5"]);
    full.study.finished = None;
    assert_eq!(told(finish(&full.study, &rules(now), &[document()], at(now))), ["too_many Invalid C-3.5"]);
}
