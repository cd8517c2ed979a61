//! From the meeting to the lead office: deliberated, assigned, accepted or refused.

use super::*;

#[test]
fn it_is_deliberated_after_triage_and_not_again_without_a_reason() {
    let then = Major::deliberated().0;
    let held: Vec<_> = then.deliberations.iter().map(|one| (one.held_on, one.meeting_id)).collect();
    assert_eq!((then.state, held), (MajorIssueState::Deliberated, vec![(day("2026-11-24"), None)]));
    let code = |major: &Major| refused(deliberate(&major.0, &rules(LATE), &meeting(LATE)));
    assert_eq!(code(&Major::submitted()), Code::MajorIssueWrongState);
    for major in Major::all_but(&[MajorIssueState::Submitted, MajorIssueState::Triaged, MajorIssueState::Concluded]) {
        assert_eq!(code(&major), Code::AlreadyDeliberated, "{}", major.0.state);
    }
    assert_eq!(code(&Major::concluded()), Code::MajorIssueConcluded);
}

#[test]
fn a_meeting_was_held_after_the_submission_and_not_in_the_future() {
    let code = |held_on: &str| {
        let draft = DeliberationDraft { held_on: day(held_on), ..meeting("2026-11-24 09:00") };
        refused(deliberate(&Major::triaged().0, &rules("2026-11-24 09:00"), &draft))
    };
    assert_eq!(code("2026-11-25"), Code::InTheFuture);
    assert_eq!(code("2026-11-19"), Code::BeforePrevious);
}

#[test]
fn an_assignment_names_lead_and_supports_and_is_due_by_its_level() {
    let then = Major::assigned().0;
    assert_eq!((then.state, then.lead_office_id), (MajorIssueState::Assigned, Some(LEAD)));
    let due = then.due.unwrap();
    assert_eq!(
        (due.rule, due.working_days, due.on, due.provisional),
        (DueRule::Handling, Some(30), day("2027-01-06"), true)
    );
}

#[test]
fn an_assignment_may_name_an_earlier_day_of_its_own() {
    let when = "2026-11-25 09:00";
    let with = |due_on| assign(&Major::deliberated().0, &rules(when), &offices(), &to_lead(when, Some(due_on)));
    assert_eq!(with("2026-12-05").unwrap().due.on, day("2026-12-07"));
    assert_eq!(refused(with("2026-11-25")), Code::NotLater);
    assert_eq!(refused(with("2027-01-07")), Code::HandlingTooLong);
    assert_eq!(refused(with("2101-01-07")), Code::DueTooFar);
}

#[test]
fn offices_of_an_assignment_are_known_and_each_has_one_part() {
    let code = |lead, supports: &[OfficeId]| {
        let draft = AssignmentDraft {
            lead_office_id: lead,
            support_office_ids: supports.to_vec(),
            ..to_lead("2026-11-25 09:00", None)
        };
        refused(assign(&Major::deliberated().0, &rules("2026-11-25 09:00"), &offices(), &draft))
    };
    assert_eq!(code(UNKNOWN, &[]), Code::UnknownId);
    assert_eq!(code(LEAD, &[UNKNOWN]), Code::UnknownId);
    assert_eq!(code(LEAD, &[LEAD]), Code::LeadAmongSupports);
    assert_eq!(code(LEAD, &[SUPPORT, SUPPORT]), Code::Duplicate);
    assert_eq!(code(LEAD, &[SUPPORT; 51]), Code::TooMany);
}

#[test]
fn only_what_was_deliberated_is_assigned_and_once() {
    let code = |major: Major| refused(assign(&major.0, &rules(LATE), &offices(), &to_lead(LATE, None)));
    assert_eq!(code(Major::submitted()), Code::MajorIssueWrongState);
    assert_eq!(code(Major::triaged()), Code::MajorIssueWrongState);
    assert_eq!(code(Major::assigned()), Code::AlreadyDispatched);
    assert_eq!(code(Major::handling()), Code::AlreadyDispatched);
    assert_eq!(code(Major::concluded()), Code::MajorIssueConcluded);
}

#[test]
fn the_lead_office_accepts_once() {
    assert_eq!(Major::handling().0.state, MajorIssueState::Handling);
    let code = |major: Major| refused(accept(&major.0, &rules(LATE), at(LATE)));
    assert_eq!(code(Major::handling()), Code::AlreadyAccepted);
    assert_eq!(code(Major::deliberated()), Code::MajorIssueWrongState);
    assert_eq!(code(Major::refusing()), Code::MajorIssueWrongState);
    assert_eq!(code(Major::concluded()), Code::MajorIssueConcluded);
}

#[test]
fn a_dispatch_is_refused_within_two_working_days_also_not_backdated() {
    // Assigned on Wednesday 2026-11-25, so until Friday.
    let major = Major::assigned().0;
    assert!(refuse(&major, &rules("2026-11-27 23:59"), at("2026-11-27 23:59")).is_ok());
    let late = refuse(&major, &rules("2026-11-28 00:00"), at("2026-11-26 09:00"));
    assert_eq!(refused(late), Code::RefusalTooLate);
    assert_eq!(refused(refuse(&Major::handling().0, &rules(LATE), at(LATE))), Code::AlreadyAccepted);
    assert_eq!(refused(refuse(&Major::triaged().0, &rules(LATE), at(LATE))), Code::MajorIssueWrongState);
}

#[test]
fn an_upheld_refusal_may_be_deliberated_again_and_there_is_no_second_one() {
    let major = Major::refusing();
    assert_eq!((major.0.state, major.0.refusal_pending), (MajorIssueState::Assigned, true));
    assert_eq!(
        refused(refuse(&major.0, &rules("2026-11-26 10:00"), at("2026-11-26 10:00"))),
        Code::DispatchRefusedOnce
    );
    let when = "2026-11-27 09:00";
    let upheld = decide_refusal(&major.0, &rules(when), true, at(when)).unwrap();
    let major = major.then(when, MajorIssueEvent::RefusalDecided(upheld));
    assert_eq!((major.0.state, major.0.lead_office_id), (MajorIssueState::Deliberated, None));
    assert!(assign(&major.0, &rules(when), &offices(), &to_lead(when, None)).is_ok(), "straight to another office");
    let major = major.and_deliberated("2026-11-30 09:00").and_assigned("2026-11-30 10:00");
    let second = refuse(&major.0, &rules("2026-12-01 09:00"), at("2026-12-01 09:00"));
    assert_eq!(refused(second), Code::DispatchRefusedOnce);
}

#[test]
fn a_refusal_that_does_not_stand_leaves_the_lead_office_handling() {
    let major = Major::refusing();
    let when = "2026-11-27 09:00";
    let decided = decide_refusal(&major.0, &rules(when), false, at(when)).unwrap();
    let then = major.then(when, MajorIssueEvent::RefusalDecided(decided)).0;
    assert_eq!((then.state, then.lead_office_id), (MajorIssueState::Handling, Some(LEAD)));
    assert_eq!(refused(decide_refusal(&then, &rules(when), true, at(when))), Code::NoRefusalPending);
    assert_eq!(refused(decide_refusal(&Major::assigned().0, &rules(LATE), true, at(LATE))), Code::NoRefusalPending);
}

#[test]
fn a_refused_dispatch_recorded_late_is_judged_by_the_day_of_recording() {
    // Assigned on Wednesday 2026-11-25; two working days end on Friday.
    let refuse_on = |now: &str, claimed: &str| refuse(&Major::assigned().0, &rules(now), at(claimed));
    assert!(refuse_on("2026-11-30 10:00", "2026-11-27 10:00").is_ok(), "recorded on the next working day");
    assert_eq!(refused(refuse_on("2026-12-01 10:00", "2026-11-27 10:00")), Code::RefusalTooLate);
}
