//! What an activity lacks.

use super::*;
use crate::policy::Policy;
use crate::vocabulary::ActivityFault;

fn lacks_under(given: &Given, policy: &Policy) -> Vec<ActivityFault> {
    faults(&given.activity, &Against { policy, offices: &OFFICES, kinds: &KINDS })
}

fn lacks(given: &Given) -> Vec<&'static str> {
    lacks_under(given, &POLICY).into_iter().map(ActivityFault::as_str).collect()
}

#[test]
fn questions_that_stayed_open_become_issues() {
    let asked = |asked, answered| {
        let questions = Some(Questions { asked, answered });
        Given::held(&ActivityDraft { questions, ..draft(ActivityKind::Outreach, HELD) })
    };
    assert!(lacks(&Given::of(ActivityKind::Outreach)).is_empty());
    assert!(lacks(&asked(5, 5)).is_empty());
    let given = asked(5, 2);
    assert_eq!((lacks(&given), open_questions(&given.activity)), (vec!["questions_open"], 3));
    let given = given.heard(HELD, 2);
    assert_eq!((lacks(&given), open_questions(&given.activity)), (vec!["questions_open"], 1));
    let given = given.heard(HELD, 0).heard(HELD, 4);
    assert_eq!((lacks(&given), open_questions(&given.activity)), (vec![], 0));
}

#[test]
fn a_consultation_tells_and_listens() {
    let with = |n| Given::held(&ActivityDraft { briefings: Some(n), ..draft(ActivityKind::Consultation, HELD) });
    assert_eq!(lacks(&with(0)), ["no_briefing", "no_listening_record"]);
    assert_eq!(lacks(&with(1)), ["no_listening_record"]);
    // One without issues is a listening record.
    assert!(lacks(&with(1).heard(HELD, 0)).is_empty());
    let mut policy = POLICY.clone();
    policy.consultation.briefings_min = 2;
    policy.consultation.hearings_min = 2;
    let both = [ActivityFault::NoBriefing, ActivityFault::NoListeningRecord];
    assert_eq!(lacks_under(&with(1).heard(HELD, 1), &policy), both);
    assert!(lacks_under(&with(2).heard(HELD, 1).heard(HELD, 1), &policy).is_empty());
}

#[test]
fn a_theme_activity_is_kept_in_documents_and_pictures_and_both_offices_know() {
    let given = Given::of(ActivityKind::ThemeActivity);
    assert_eq!(lacks(&given), ["document_missing", "recording_missing", "office_missing"]);
    let given = given.attached("2026-11-03 09:00", &[0xa1, 0xa2]);
    assert_eq!(lacks(&given), ["recording_missing", "office_missing"]);
    let given = given.attached("2026-11-03 09:00", &[0xa4]).sent("2026-11-03 09:00", STUDIO);
    assert_eq!(lacks(&given), ["office_missing"]);
    // Two studios are not both offices.
    let given = given.sent("2026-11-03 09:00", SECOND_STUDIO);
    assert_eq!(lacking_offices(&given.activity, &OFFICES), [OfficeKind::CongressOffice]);
    assert!(lacks(&given.sent("2026-11-03 09:00", CONGRESS)).is_empty());
    // What was there from the beginning is evidence; what went to an office with the report is not.
    let files = vec![file(0xa1), file(0xa3)];
    let given = Given::held(&ActivityDraft { files, ..draft(ActivityKind::ThemeActivity, HELD) });
    assert_eq!(lacks(&given), ["office_missing"]);
    let filing = FilingDraft { files: vec![file(0xa1), file(0xa3)], ..to(STUDIO, NOW) };
    let given = Given::of(ActivityKind::ThemeActivity);
    let submitted = submit(&given.activity, &OFFICES, &rules(NOW), &filing).unwrap();
    let given = given.then(NOW, ActivityEvent::Submitted(submitted));
    assert_eq!(lacks(&given), ["document_missing", "recording_missing", "office_missing"]);
}

#[test]
fn a_file_attached_again_is_one_file() {
    let mut policy = POLICY.clone();
    policy.theme_activity.documents_min = 2;
    let given = Given::of(ActivityKind::ThemeActivity).attached("2026-11-03 09:00", &[0xa1, 0xa3]);
    let again = given.clone().attached("2026-11-04 09:00", &[0xa1]);
    assert_eq!(lacks_under(&again, &policy)[0], ActivityFault::DocumentMissing);
    let more = given.attached("2026-11-04 09:00", &[0xa2]);
    assert_eq!(lacks_under(&more, &policy), [ActivityFault::OfficeMissing]);
}

#[test]
fn a_symposium_has_somebody_of_every_class() {
    let given = Given::of(ActivityKind::Symposium);
    assert_eq!(
        (lacks(&given), lacking_classes(&given.activity, &POLICY)),
        (vec!["class_missing"], vec![AttendanceClass::MassOrganisation])
    );
    let mut whole = draft(ActivityKind::Symposium, HELD);
    whole.attendance.insert(AttendanceClass::MassOrganisation, 0);
    assert_eq!(lacks(&Given::held(&whole)), ["class_missing"]);
    whole.attendance.insert(AttendanceClass::MassOrganisation, 1);
    assert!(lacks(&Given::held(&whole)).is_empty());
}

#[test]
fn each_kind_lacks_what_its_clause_asks_for_alone() {
    for kind in ActivityKind::ALL {
        let bare = ActivityDraft { attendance: BTreeMap::new(), ..draft(*kind, HELD) };
        let questions = (*kind == ActivityKind::Outreach).then_some(Questions { asked: 1, answered: 0 });
        let given = Given::held(&ActivityDraft { questions, briefings: bare.briefings.map(|_| 0), ..bare });
        let of_kind: Vec<_> = ActivityFault::ALL.iter().copied().filter(|fault| fault.of() == *kind).collect();
        assert_eq!(lacks_under(&given, &POLICY), of_kind);
        assert!(of_kind.iter().all(|fault| fault.clause() == kind.clause()));
    }
}
