//! Major issues come before a meeting: tabled, put off, decided on.

use super::*;
use crate::refusal::{Code, Refusal};
use chrono::NaiveDate;

const NOW: &str = "2026-11-24 14:30";

fn tabling(given: &Given, major: &Major) -> Result<OnAgenda, Refusal> {
    table(&given.meeting, major.named(), &rules(NOW), at(NOW))
}

fn putting_off(given: &Given, major: &Major) -> Result<MajorIssueDeferred, Refusal> {
    defer(&given.meeting, major.named(), &rules(NOW), DeferralReason::NotRipe, at(NOW))
}

fn through_the_major_issue(given: &Given, major: &Major, held_on: NaiveDate) -> Result<Decision, Refusal> {
    deliberate_in(given.named(), major.named(), &rules(NOW), held_on, at(NOW))
}

fn open() -> Major {
    Major::accepted("2026-11-10 09:00")
}

#[test]
fn an_open_major_issue_of_the_grid_is_tabled_once() {
    let given = Given::convened();
    assert_eq!(tabling(&given, &open()).unwrap().major_issue_id, MAJOR);
    let again = "already_tabled C-4.3a /major_issue_id";
    assert_eq!(no(tabling(&given.clone().and_tabled("2026-11-11 09:00", &open()), &open())), again);
    // What was put off or decided on has come before the meeting, too.
    assert_eq!(no(tabling(&given.clone().and_deferred("2026-11-24 14:00", &open()), &open())), again);
    assert_eq!(no(tabling(&given.and_decided("2026-11-24 14:00", &open()), &open())), again);
}

#[test]
fn a_major_issue_is_put_off_once_with_a_reason_and_not_after_the_decision() {
    let given = Given::convened();
    let deferred = putting_off(&given, &open()).unwrap();
    assert_eq!((deferred.major_issue_id, deferred.reason_code), (MAJOR, DeferralReason::NotRipe));
    assert!(putting_off(&given.clone().and_tabled("2026-11-11 09:00", &open()), &open()).is_ok());
    let twice = putting_off(&given.clone().and_deferred("2026-11-24 14:00", &open()), &open());
    assert_eq!(no(twice), "already_deferred C-4.3a /major_issue_id");
    let refusal = putting_off(&given.and_decided("2026-11-24 14:00", &open()), &open()).unwrap_err();
    assert!(refusal.detail.en.contains("has decided"));
    assert_eq!(no(Err::<(), _>(refusal)), "already_decided C-4.3a /major_issue_id");
}

#[test]
fn a_decision_is_the_deliberation_of_the_major_issue_on_its_day() {
    let decision = Given::convened().decision(NOW, &open()).unwrap();
    assert_eq!(decision.meeting.major_issue_id, MAJOR);
    assert_eq!((decision.major_issue.held_on, decision.major_issue.meeting_id), (day("2026-11-24"), Some(MEETING)));
    // Also of one that was put off before: a later decision stands.
    let given = Given::convened().and_deferred("2026-11-24 14:00", &open());
    let given = given.and_decided(NOW, &open());
    assert_eq!(given.meeting.item(MAJOR).unwrap().state(), AgendaItemState::Decided);
}

#[test]
fn a_decision_is_allowed_wherever_a_deliberation_is() {
    let given = Given::convened();
    let code = |major: &Major| given.decision(NOW, major).unwrap_err().code;
    assert_eq!(code(&Major::submitted(GRID)), Code::MajorIssueWrongState);
    let decided = open().decided("2026-11-24 14:00", &given.decision("2026-11-24 14:00", &open()).unwrap());
    assert_eq!(code(&decided), Code::AlreadyDeliberated);
    assert!(given.decision(NOW, &decided.raised("2026-11-24 14:10")).is_ok());
    assert_eq!(code(&open().concluded("2026-11-23 09:00", "2026-11-23 09:00")), Code::MajorIssueConcluded);
    // Not before the newest step of the major issue, to which the body has no place but its own time.
    let early = decide(given.named(), open().named(), &rules(NOW), at("2026-11-10 08:59"));
    assert_eq!(no(early), "before_previous - /occurred_at");
}

#[test]
fn a_deliberation_that_names_its_meeting_writes_the_same_two_facts() {
    let given = Given::convened();
    let named = through_the_major_issue(&given, &open(), day("2026-11-24")).unwrap();
    assert_eq!(named, given.decision(NOW, &open()).unwrap());
    let earlier = through_the_major_issue(&given, &open(), day("2026-11-20")).unwrap();
    assert_eq!(earlier.major_issue.held_on, day("2026-11-20"));
    let refused = |given: &Given, major: &Major, on: &str| no(through_the_major_issue(given, major, day(on)));
    assert_eq!(refused(&given, &open(), "2026-11-01"), "before_previous C-4.3a /held_on");
    assert_eq!(refused(&given, &open(), "2026-11-25"), "in_the_future - /held_on");
    assert_eq!(refused(&Given::default(), &open(), "2026-11-24"), "unknown_id C-4.3a /meeting_id");
    assert_eq!(refused(&Given::closed(), &open(), "2026-11-24"), "meeting_closed C-4.3a /meeting_id");
    assert_eq!(refused(&Given::cancelled(), &open(), "2026-11-24"), "wrong_state C-4.3a /meeting_id");
    let of_other = Major::submitted(OTHER_GRID).triaged("2026-11-10 09:00", "2026-11-10 09:00", TriageDecision::Accept);
    assert_eq!(refused(&given, &of_other, "2026-11-24"), "major_issue_of_other_grid C-4.3a /meeting_id");
}

#[test]
fn what_comes_before_a_meeting_is_an_open_major_issue_of_its_grid() {
    let given = Given::convened();
    let of_other = Major::submitted(OTHER_GRID).triaged("2026-11-10 09:00", "2026-11-10 09:00", TriageDecision::Accept);
    let returned = Major::submitted(GRID).triaged("2026-11-10 09:00", "2026-11-10 09:00", TriageDecision::Return);
    let cases = [
        (Major(MajorIssue::default()), "unknown_id C-4.3a /major_issue_id"),
        (of_other, "major_issue_of_other_grid C-4.3a /major_issue_id"),
        (returned, "major_issue_concluded C-4.3a /major_issue_id"),
        (open().concluded("2026-11-23 09:00", "2026-11-23 09:00"), "major_issue_concluded C-4.3a /major_issue_id"),
        (Major::submitted(GRID), "major_issue_wrong_state C-4.3a /major_issue_id"),
    ];
    for (major, refusal) in &cases {
        assert_eq!(no(tabling(&given, major)), *refusal);
        assert_eq!(no(putting_off(&given, major)), *refusal);
    }
    let unknown = given.decision(NOW, &cases[0].0);
    assert_eq!(no(unknown), cases[0].1);
    assert_eq!(no(given.decision(NOW, &cases[1].0)), cases[1].1);
}

#[test]
fn nothing_comes_before_a_meeting_that_is_over_or_called_off_or_at_a_time_that_was_not() {
    let all = |given: &Given, when: &str| {
        let (now, major) = (rules(NOW), open());
        [
            no(table(&given.meeting, major.named(), &now, at(when))),
            no(defer(&given.meeting, major.named(), &now, DeferralReason::Other, at(when))),
            no(decide(given.named(), major.named(), &now, at(when))),
        ]
    };
    let same = |text: &str| [text, text, text].map(str::to_owned);
    assert_eq!(all(&Given::closed(), NOW), same("meeting_closed C-4.3a"));
    assert_eq!(all(&Given::cancelled(), NOW), same("wrong_state C-4.3a"));
    assert_eq!(all(&Given::convened(), "2026-11-02 08:59"), same("before_previous C-4.3a /occurred_at"));
    assert_eq!(all(&Given::convened(), "2026-11-24 14:31"), same("in_the_future C-4.3a /occurred_at"));
}
