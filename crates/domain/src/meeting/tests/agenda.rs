//! What a grid has to study, and what a meeting left over.

use super::*;
use crate::ids::{MajorIssueId, MeetingId};
use crate::vocabulary::{Level, MajorIssueState};
use uuid::Uuid;

/// One more meeting of the grid.
const NEXT: MeetingId = MeetingId(Uuid::from_u128(0x85));

fn waiting(majors: &[(MajorIssueId, &MajorIssue)], meetings: &[(MeetingId, &Meeting)], on: &str) -> Vec<Waiting> {
    agenda(majors, meetings, &POLICY, day(on))
}

#[test]
fn every_major_issue_that_is_accepted_and_not_over_waits_the_longest_first() {
    let (first, second) = (Major::accepted("2026-11-10 23:00"), Major::accepted("2026-11-06 09:00"));
    let returned = Major::submitted(GRID).triaged("2026-11-06 09:00", "2026-11-06 09:00", TriageDecision::Return);
    let over = Major::accepted("2026-11-06 09:00").concluded("2026-11-12 09:00", "2026-11-12 09:00");
    let new = Major::submitted(GRID);
    let id = |n| MajorIssueId(Uuid::from_u128(n));
    let majors = [(id(1), &first.0), (id(2), &second.0), (id(3), &returned.0), (id(4), &over.0), (id(5), &new.0)];
    let told = waiting(&majors, &[], "2026-11-24");
    assert_eq!(told.iter().map(|one| one.major_issue_id).collect::<Vec<_>>(), [id(2), id(1)]);
    assert_eq!((told[1].accepted_on, told[1].days_waiting), (day("2026-11-10"), 14));
    assert_eq!((told[1].level, told[1].state), (Level::L3, MajorIssueState::Triaged));
    assert!(told[1].decision_outstanding && told[1].last_meeting.is_none() && told[1].next_meeting.is_none());
}

#[test]
fn it_says_before_which_meetings_a_major_issue_came_and_will_come() {
    let major = Major::accepted("2026-11-03 09:00");
    let first = Given::convened().and_deferred("2026-11-05 14:00", &major);
    let first = first.and_closed("2026-11-05 14:00", "2026-11-05 17:00").meeting;
    let second = Given::convened().and_tabled("2026-11-11 09:00", &major);
    let called_off = {
        let given = second.clone();
        let cancelled = cancel(&given.meeting, &rules("2026-11-12 09:00"), at("2026-11-12 09:00")).unwrap();
        given.then("2026-11-12 09:00", MeetingEvent::Cancelled(cancelled)).meeting
    };
    let without = Given::closed().meeting;
    let second = second.meeting;
    let others = [(MeetingId::default(), &called_off), (MeetingId(Uuid::from_u128(0x86)), &without)];
    let meetings = [others[0], (MEETING, &first), (NEXT, &second), others[1]];
    let told = waiting(&[(MAJOR, &major.0)], &meetings, "2026-11-24");
    let last = told[0].last_meeting.unwrap();
    assert_eq!((last.meeting_id, last.on), (MEETING, day("2026-11-05")));
    assert_eq!(last.item.reason_code(), Some(DeferralReason::NeedsFacts));
    let next = told[0].next_meeting.unwrap();
    assert_eq!((next.meeting_id, next.on, next.item.state()), (NEXT, day("2026-11-24"), AgendaItemState::Tabled));
    // The later of two that were held.
    let later = Given::convened().and_tabled("2026-11-11 09:00", &major);
    let later = later.and_closed("2026-11-19 14:00", "2026-11-19 17:00").meeting;
    let told = waiting(&[(MAJOR, &major.0)], &[(NEXT, &later), (MEETING, &first)], "2026-11-24");
    assert_eq!(told[0].last_meeting.unwrap().meeting_id, NEXT);
}

#[test]
fn a_decision_is_outstanding_until_it_is_taken_and_again_when_the_level_changes() {
    let outstanding = |major: &Major| waiting(&[(MAJOR, &major.0)], &[], "2026-12-01")[0].decision_outstanding;
    let (given, when) = (Given::convened(), "2026-11-24 14:30");
    let major = Major::accepted("2026-11-10 09:00");
    assert!(outstanding(&major));
    let decision = given.decision(when, &major).unwrap();
    let major = major.decided(when, &decision);
    assert!(!outstanding(&major));
    assert!(outstanding(&major.raised("2026-11-25 09:00")));
}

#[test]
fn a_meeting_left_over_what_should_have_come_before_it_and_did_not() {
    let id = |n| MajorIssueId(Uuid::from_u128(n));
    let tabled = Major::accepted("2026-11-06 09:00");
    let (later, sooner) = (Major::accepted("2026-11-23 09:00"), Major::accepted("2026-11-20 09:00"));
    // Accepted on the day itself, or written down too late to have come before it.
    let same_day = Major::accepted("2026-11-24 09:00");
    let backdated = Major::submitted(GRID).triaged("2026-11-20 09:00", "2026-11-24 09:00", TriageDecision::Accept);
    let over = Major::accepted("2026-11-06 09:00").concluded("2026-11-24 09:00", "2026-11-24 09:00");
    let over_later = Major::accepted("2026-11-06 09:00").concluded("2026-11-25 09:00", "2026-11-25 09:00");
    let of_other = Major::submitted(OTHER_GRID).triaged("2026-11-10 09:00", "2026-11-10 09:00", TriageDecision::Accept);
    let given = Given::convened().and_tabled("2026-11-11 09:00", &tabled);
    let majors = [
        (MAJOR, &tabled.0),
        (id(1), &later.0),
        (id(2), &sooner.0),
        (id(3), &same_day.0),
        (id(4), &backdated.0),
        (id(5), &over.0),
        (id(6), &over_later.0),
        (id(7), &of_other.0),
        (OTHER_MAJOR, &Major::submitted(GRID).0),
    ];
    let left = |meeting: &Meeting| untabled(meeting, &majors, &POLICY, &CALENDARS);
    assert!(left(&given.meeting).is_empty(), "nobody knows yet what it leaves over");
    let held = given.and_closed("2026-11-24 14:00", "2026-11-24 17:00").meeting;
    assert_eq!(left(&held), [id(1), id(2), id(6)]);
    // Held a day later, what was accepted on the 24th belongs before it, too.
    let next_day = Given::convened().and_closed("2026-11-25 14:00", "2026-11-25 17:00").meeting;
    let left = left(&next_day);
    assert!(left.contains(&id(3)) && left.contains(&id(4)) && left.contains(&MAJOR) && !left.contains(&id(6)));
}
