//! Evidence, reports, improvements.

use super::*;
use crate::file::NAMED_MAX;
use crate::fixtures::day;
use crate::session::FILES_MAX;

#[test]
fn evidence_is_attached_as_often_as_there_is_some() {
    let given = Given::of(ActivityKind::ThemeActivity).attached("2026-11-03 09:00", &[0xa1]);
    let given = given.attached("2026-11-04 09:00", &[0xa3, 0xa4]);
    assert_eq!(given.activity.evidence.len(), 3);
    let attach = |files: &[NamedFile], when: &str| attach_evidence(&given.activity, &rules(NOW), files, at(when));
    assert_eq!(told(attach(&[], NOW)), ["missing Invalid C-4.2 /file_ids"]);
    assert_eq!(
        told(attach(&[file(0xa1), file(0xa1), file(0xaf)], NOW)),
        ["duplicate Invalid C-4.2 /file_ids/1", "unknown_id Invalid C-4.2 /file_ids/2",]
    );
    let many = vec![file(0xa1); FILES_MAX + 1];
    assert_eq!(told(attach(&many, NOW)), ["too_many Invalid C-4.2 /file_ids"]);
    assert_eq!(told(attach(&[file(0xa1)], "2026-11-02 08:59")), ["before_previous Invalid C-4.2 /occurred_at"]);
    assert_eq!(told(attach(&[file(0xa1)], "2026-12-11 09:01")), ["in_the_future Invalid C-4.2 /occurred_at"]);
    // What its other facts named counts too.
    let mut full = given;
    full.activity.filed_file_ids = vec![file(0xa1).id; NAMED_MAX - 4];
    assert!(attach_evidence(&full.activity, &rules(NOW), &[file(0xa1)], at(NOW)).is_ok());
    let more = attach_evidence(&full.activity, &rules(NOW), &[file(0xa1), file(0xa2)], at(NOW));
    assert_eq!(told(more), ["too_many Invalid C-4.2 /file_ids"]);
}

#[test]
fn a_report_goes_to_each_office_once() {
    for kind in ActivityKind::ALL {
        let given = Given::of(*kind);
        let clause = "C-4.2";
        let submit = |given: &Given, draft: &FilingDraft| submit(&given.activity, &OFFICES, &rules(NOW), draft);
        let wrong = FilingDraft { files: vec![file(0xaf)], ..to(WATER, NOW) };
        assert_eq!(
            told(submit(&given, &wrong)),
            [
                format!("office_of_other_kind Invalid {clause} /office_id"),
                format!("unknown_id Invalid {clause} /file_ids/0"),
            ]
        );
        assert_eq!(told(submit(&given, &to(NO_OFFICE, NOW))), [format!("unknown_id Invalid {clause} /office_id")]);
        let early = told(submit(&given, &to(STUDIO, "2026-11-02 08:59")));
        assert_eq!(early, [format!("before_previous Invalid {clause} /occurred_at")]);
        let late = told(submit(&given, &to(STUDIO, "2026-12-11 09:01")));
        assert_eq!(late, [format!("in_the_future Invalid {clause} /occurred_at")]);
        let with = FilingDraft { files: vec![file(0xa1)], ..to(STUDIO, NOW) };
        assert_eq!(submit(&given, &with).unwrap().file_ids, [file(0xa1).id]);
        let given = given.sent("2026-11-03 09:00", STUDIO);
        assert_eq!(told(submit(&given, &to(STUDIO, NOW))), [format!("already_submitted Rule {clause} /office_id")]);
        assert!(submit(&given, &to(CONGRESS, NOW)).is_ok() && submit(&given, &to(SECOND_STUDIO, NOW)).is_ok());
    }
}

#[test]
fn an_office_acknowledges_what_it_was_sent_once() {
    let given = Given::of(ActivityKind::ThemeActivity).sent("2026-11-03 09:00", STUDIO);
    let acknowledge = |given: &Given, draft: &FilingDraft| acknowledge(&given.activity, &OFFICES, &rules(NOW), draft);
    assert_eq!(told(acknowledge(&given, &to(CONGRESS, NOW))), ["not_submitted Rule C-4.2 /office_id"]);
    assert_eq!(told(acknowledge(&given, &to(WATER, NOW))), ["office_of_other_kind Invalid C-4.2 /office_id"]);
    let early = told(acknowledge(&given, &to(STUDIO, "2026-11-03 08:59")));
    assert_eq!(early, ["before_previous Invalid C-4.2 /occurred_at"]);
    let slip = FilingDraft { files: vec![file(0xa2)], ..to(STUDIO, NOW) };
    let acknowledged = acknowledge(&given, &slip).unwrap();
    assert_eq!(acknowledged.file_ids, [file(0xa2).id]);
    let given = given.then(NOW, ActivityEvent::Acknowledged(acknowledged));
    assert_eq!(given.activity.submissions[0].acknowledged.unwrap().at, at(NOW));
    assert_eq!(given.activity.files_named(), 1);
    assert_eq!(told(acknowledge(&given, &to(STUDIO, NOW))), ["already_acknowledged Rule C-4.2 /office_id"]);
}

#[test]
fn a_symposium_adopts_improvements_and_completes_each_once() {
    let draft = |by: Option<&str>, when: &str| ImprovementDraft { id: IMPROVEMENT, by_on: by.map(day), at: at(when) };
    let given = Given::of(ActivityKind::Symposium);
    let adopt = |given: &Given, draft: &ImprovementDraft| adopt_improvement(&given.activity, &rules(NOW), draft);
    let when = "2026-11-04 09:00";
    assert_eq!(adopt(&given, &draft(Some("2026-11-04"), when)).unwrap().by_on, Some(day("2026-11-04")));
    assert_eq!(no(adopt(&given, &draft(Some("2026-11-03"), when))), "not_later Invalid C-4.3b /by_on");
    assert_eq!(no(adopt(&given, &draft(Some("2101-01-01"), when))), "due_too_far Invalid C-4.3b /by_on");
    let early = no(adopt(&given, &draft(None, "2026-11-02 08:59")));
    assert_eq!(early, "before_previous Invalid C-4.3b /occurred_at");
    for kind in [ActivityKind::Outreach, ActivityKind::Consultation, ActivityKind::ThemeActivity] {
        assert_eq!(no(adopt(&Given::of(kind), &draft(None, when))), "wrong_state Rule C-4.3b");
    }
    let given = given.adopted(when);
    let complete = |given: &Given, when: &str| {
        let improvement = *given.activity.improvement(IMPROVEMENT).unwrap();
        complete_improvement(&given.activity, &improvement, &rules(NOW), at(when))
    };
    assert_eq!(no(complete(&given, "2026-11-04 08:59")), "before_previous Invalid C-4.3b /occurred_at");
    assert_eq!(no(complete(&given, "2026-12-11 09:01")), "in_the_future Invalid C-4.3b /occurred_at");
    let done = complete(&given, when).unwrap();
    let given = given.then(when, ActivityEvent::ImprovementCompleted(done));
    assert_eq!(given.activity.improvements[0].completed.unwrap().at, at(when));
    assert_eq!(no(complete(&given, NOW)), "already_completed Rule C-4.3b");
}
