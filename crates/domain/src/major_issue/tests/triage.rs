//! Triage: accepted, returned or referred, and at which level.

use super::*;

#[test]
fn triage_accepts_at_the_level_asked_for_or_another() {
    let major = Major::submitted().0;
    let when = "2026-11-23 09:00";
    let same = TriageDraft { level: Some(Level::L3), ..accepted(when) };
    assert_eq!(triage(&major, MAJOR, &rules(when), &same, &[]).unwrap().major_issue.level, None);
    let lower = TriageDraft { level: Some(Level::L2), ..accepted(when) };
    let decided = triage(&major, MAJOR, &rules(when), &lower, &[]).unwrap().major_issue;
    let then = Major::submitted().then(when, MajorIssueEvent::Triaged(decided)).0;
    assert_eq!((then.state, then.level), (MajorIssueState::Triaged, Level::L2));
}

#[test]
fn triage_returns_every_issue_that_stands_linked_to_its_delegate() {
    let given = Given::escalated();
    let draft = TriageDraft { decision: TriageDecision::Return, reason_given: true, ..accepted("2026-11-25 15:00") };
    let decided = triage(&Major::submitted().0, MAJOR, &rules("2026-11-25 15:00"), &draft, &[linked(&given)]).unwrap();
    let [(id, event)] = decided.issues.as_slice() else { panic!("one issue, not {:?}", decided.issues) };
    assert_eq!(*id, ISSUE);
    let then = given.clone().then("2026-11-25 15:00", event.clone()).issue;
    assert_eq!((then.state, then.due.on, then.major_issue_id), (IssueState::InHand, day("2026-11-30"), None));
    let major = Major::submitted().then("2026-11-25 15:00", MajorIssueEvent::Triaged(decided.major_issue)).0;
    assert!(major.state == MajorIssueState::Returned && major.is_over() && major.linked[0].returned);
}

#[test]
fn triage_refers_every_issue_that_stands_linked_and_leaves_the_others() {
    let escalated = Given::escalated();
    let withdrawn = {
        let given = Given::escalated();
        let event = withdrawal::withdraw(&given.issue, &rules("2026-11-21 09:00"), false, at("2026-11-21 09:00"));
        given.then("2026-11-21 09:00", IssueEvent::Withdrawn(event.unwrap()))
    };
    let when = "2026-11-25 15:00";
    let draft = TriageDraft {
        decision: TriageDecision::Refer,
        reason_given: true,
        statutory_channel: Some(StatutoryChannel::Petition),
        ..accepted(when)
    };
    let other = LinkedNow { id: IssueId(Uuid::from_u128(0x12)), ..linked(&withdrawn) };
    let decided = triage(&Major::submitted().0, MAJOR, &rules(when), &draft, &[linked(&escalated), other]).unwrap();
    assert_eq!(decided.issues.len(), 1);
    let then = escalated.then(when, decided.issues[0].1.clone()).issue;
    assert_eq!(then.state, IssueState::Referred);
}

#[test]
fn a_triage_says_why_and_where_to_and_nothing_it_does_not_need() {
    let code = |draft: TriageDraft| refused(triage(&Major::submitted().0, MAJOR, &rules(LATE), &draft, &[]));
    let returned = TriageDraft { decision: TriageDecision::Return, reason_given: true, ..accepted(LATE) };
    assert_eq!(code(TriageDraft { reason_given: false, ..returned }), Code::ReasonMissing);
    assert_eq!(code(TriageDraft { level: Some(Level::L1), ..returned }), Code::LevelUnexpected);
    let channel = Some(StatutoryChannel::Court);
    assert_eq!(code(TriageDraft { statutory_channel: channel, ..returned }), Code::InvalidValue);
    let referred = TriageDraft { decision: TriageDecision::Refer, ..returned };
    assert_eq!(code(referred), Code::ChannelMissing);
}

#[test]
fn a_major_issue_is_triaged_once() {
    for major in Major::all_but(&[MajorIssueState::Submitted, MajorIssueState::Concluded]) {
        let again = triage(&major.0, MAJOR, &rules(LATE), &accepted(LATE), &[]);
        assert_eq!(refused(again), Code::AlreadyTriaged, "{}", major.0.state);
    }
    let over = triage(&Major::concluded().0, MAJOR, &rules(LATE), &accepted(LATE), &[]);
    assert_eq!(refused(over), Code::MajorIssueConcluded);
}

#[test]
fn triage_at_a_higher_level_moves_the_outer_limit_too() {
    let draft = TriageDraft { level: Some(Level::L4), ..accepted("2026-11-23 09:00") };
    let now = rules("2026-11-23 09:00");
    let decided = triage(&Major::submitted().0, MAJOR, &now, &draft, &[linked(&Given::escalated())]).unwrap();
    let [(ISSUE, IssueEvent::DeadlineRecomputed(moved))] = decided.issues.as_slice() else { panic!("{decided:?}") };
    assert_eq!(moved.due.on, day("2027-05-19"));
}
