//! What is owed of meetings in a quarter. The fourth of 2026 ends on Thursday 2026-12-31.

use super::*;
use crate::period::Quarter;
use crate::policy::Policy;
use chrono::NaiveDate;

fn quarter(text: &str) -> Quarter {
    text.parse().unwrap()
}

/// A meeting that was held and closed.
fn held(kind: MeetingKind, held: &str, recorded: &str) -> Meeting {
    Given::convened_as(kind, "2026-10-12 09:00").and_closed(held, recorded).meeting
}

fn kept_on(meetings: &[Meeting], of: &str, policy: &Policy) -> Option<NaiveDate> {
    regular_held(meetings, quarter(of), policy, &CALENDARS).map(|(on, _)| on)
}

#[test]
fn a_quarter_has_its_regular_meeting_when_that_is_closed_and_counts() {
    let regular = |on: &str, recorded: &str| [held(MeetingKind::Regular, on, recorded)];
    let kept = |meetings: &[Meeting], of: &str| kept_on(meetings, of, &POLICY).map(|on| on.to_string());
    assert_eq!(kept(&[Given::convened().meeting, Given::cancelled().meeting], "2026-Q4"), None);
    assert_eq!(kept(&regular("2026-11-24 14:00", "2026-11-25 09:00"), "2026-Q4").unwrap(), "2026-11-24");
    assert_eq!(kept(&regular("2026-11-24 14:00", "2026-11-25 09:00"), "2027-Q1"), None);
    // It is of the quarter in which it was held, and late if it was written down too late.
    assert_eq!(kept(&regular("2026-12-30 14:00", "2027-01-04 09:00"), "2026-Q4").unwrap(), "2027-01-04");
    assert_eq!(kept(&regular("2026-12-30 14:00", "2027-01-04 09:00"), "2027-Q1"), None);
    let extraordinary = held(MeetingKind::Extraordinary, "2026-11-24 14:00", "2026-11-24 17:00");
    assert_eq!(kept(&[extraordinary], "2026-Q4"), None);
}

#[test]
fn a_policy_may_ask_for_several_or_for_none() {
    let asking = |count| {
        let mut policy = POLICY.clone();
        policy.cadence.meetings_per_quarter = count;
        policy
    };
    // The one that was held later counts first: the other was written down late.
    let meetings = [
        held(MeetingKind::Regular, "2026-11-10 14:00", "2026-12-18 09:00"),
        held(MeetingKind::Regular, "2026-11-24 14:00", "2026-11-24 17:00"),
    ];
    assert_eq!(kept_on(&meetings, "2026-Q4", &asking(1)), Some(day("2026-11-24")));
    assert_eq!(kept_on(&meetings, "2026-Q4", &asking(2)), Some(day("2026-12-18")));
    assert_eq!(kept_on(&meetings, "2026-Q4", &asking(3)), None);
    assert_eq!(kept_on(&meetings, "2026-Q4", &asking(0)), None);
    assert_eq!(first_regular_on(&meetings, quarter("2026-Q4"), &POLICY), Some(day("2026-11-10")));
    assert_eq!(first_regular_on(&meetings, quarter("2026-Q3"), &POLICY), None);
}

fn owed(major: &Major, meetings: &[Meeting], of: &str) -> Option<Tabling> {
    let meetings: Vec<&Meeting> = meetings.iter().collect();
    tabling(MAJOR, &major.0, &meetings, quarter(of), &POLICY, &CALENDARS)
}

fn open() -> Major {
    Major::accepted("2026-11-10 09:00")
}

/// A meeting of 2026-11-24 with what comes before it.
fn of_november(with: impl Fn(Given) -> Given) -> Meeting {
    with(Given::convened()).and_closed("2026-11-24 14:00", "2026-11-24 17:00").meeting
}

#[test]
fn an_open_major_issue_is_owed_to_the_first_regular_meeting_of_the_quarter_or_to_its_end() {
    let due = |major: &Major, meetings: &[Meeting], of: &str| {
        owed(major, meetings, of).map(|owed| (owed.opens_on.to_string(), owed.due_on.to_string()))
    };
    let days = |opens: &str, due: &str| Some((opens.to_owned(), due.to_owned()));
    assert_eq!(due(&open(), &[], "2026-Q4"), days("2026-11-10", "2026-12-31"));
    assert_eq!(due(&open(), &[Given::convened().meeting], "2026-Q4"), days("2026-11-10", "2026-12-31"));
    let november = [of_november(|given| given)];
    assert_eq!(due(&open(), &november, "2026-Q4"), days("2026-11-10", "2026-11-24"));
    // Of every later quarter while it is open, and of none before.
    assert_eq!(due(&open(), &november, "2027-Q1"), days("2027-01-01", "2027-03-31"));
    assert_eq!(due(&open(), &november, "2026-Q3"), None);
    // Accepted on the day of the meeting, or later, or written down only then, it is one for the next quarter.
    for (occurred, recorded) in [
        ("2026-11-24 09:00", "2026-11-24 09:00"),
        ("2026-12-01 09:00", "2026-12-01 09:00"),
        ("2026-11-20 09:00", "2026-11-24 09:00"),
    ] {
        let late = Major::submitted(GRID).triaged(occurred, recorded, TriageDecision::Accept);
        assert_eq!(due(&late, &november, "2026-Q4"), None, "{occurred}");
        assert!(due(&late, &november, "2027-Q1").is_some(), "{occurred}");
    }
    // Without a meeting, also one of the last day.
    assert!(due(&Major::accepted("2026-12-31 16:00"), &[], "2026-Q4").is_some());
    assert_eq!(due(&Major::submitted(GRID), &[], "2026-Q4"), None);
}

#[test]
fn it_is_kept_by_tabling_putting_off_or_deciding_in_a_meeting_held_by_then() {
    let none = owed(&open(), &[of_november(|given| given)], "2026-Q4").unwrap();
    assert_eq!((none.kept, none.kept_since, none.excused), (None, None, None));
    let kept = |meeting: Meeting| owed(&open(), &[meeting], "2026-Q4").unwrap().kept.map(|(on, by)| (on, by.version));
    let meeting_day = day("2026-11-24");
    // Tabled days before, it came before the meeting when that was held.
    assert_eq!(kept(of_november(|given| given.and_tabled("2026-11-11 09:00", &open()))), Some((meeting_day, 2)));
    assert_eq!(kept(of_november(|given| given.and_deferred("2026-11-24 14:30", &open()))), Some((meeting_day, 2)));
    assert_eq!(kept(of_november(|given| given.and_decided("2026-11-24 14:30", &open()))), Some((meeting_day, 2)));
    // A meeting that is not closed, or was called off, is none.
    let tabled = Given::convened().and_tabled("2026-11-11 09:00", &open());
    assert_eq!(kept(tabled.meeting), None);
}

#[test]
fn both_the_fact_and_the_meeting_must_be_on_record() {
    let tabled = Given::convened().and_tabled("2026-11-11 09:00", &open());
    let late = tabled.and_closed("2026-11-24 14:00", "2026-12-08 09:00").meeting;
    let owed_then = owed(&open(), &[late], "2026-Q4").unwrap();
    // What was tabled in time came before the meeting in time, though nobody knew until it was closed.
    assert_eq!(owed_then.kept.unwrap().0, day("2026-11-24"));
    assert_eq!(owed_then.kept_since, Some(at("2026-12-08 09:00")));
}

#[test]
fn what_is_written_down_after_the_meeting_counts_by_its_recording() {
    // On the next working day it counts as said in the meeting; later it does not.
    let said_in = |recorded: &str| {
        let decided = Given::convened().and_decided(recorded, &open());
        let meeting = decided.and_closed("2026-11-24 14:00", "2026-12-08 09:00").meeting;
        owed(&open(), &[meeting], "2026-Q4").unwrap().kept.unwrap().0
    };
    assert_eq!(said_in("2026-11-25 18:00"), day("2026-11-24"));
    assert_eq!(said_in("2026-11-26 09:00"), day("2026-11-26"));
}

#[test]
fn an_extraordinary_meeting_of_the_quarter_keeps_it_too_and_one_of_another_does_not() {
    let called = Given::convened_as(MeetingKind::Extraordinary, "2026-11-02 09:00");
    let before = called.and_tabled("2026-11-11 09:00", &open()).and_closed("2026-11-12 14:00", "2026-11-12 17:00");
    let regular = of_november(|given| given);
    let owed_then = owed(&open(), &[regular.clone(), before.meeting.clone()], "2026-Q4").unwrap();
    assert_eq!((owed_then.due_on, owed_then.kept.unwrap().0), (day("2026-11-24"), day("2026-11-12")));
    assert_eq!(owed(&open(), &[before.meeting], "2027-Q1").unwrap().kept, None);
    // In a later meeting of the quarter it is late.
    let later = Given::convened().and_tabled("2026-11-11 09:00", &open());
    let later = later.and_closed("2026-12-08 14:00", "2026-12-08 17:00").meeting;
    assert_eq!(owed(&open(), &[regular, later], "2026-Q4").unwrap().kept.unwrap().0, day("2026-12-08"));
}

#[test]
fn one_that_ended_by_the_day_is_excused_and_owes_nothing_afterwards() {
    let november = [of_november(|given| given)];
    let ended = |occurred: &str, recorded: &str| open().concluded(occurred, recorded);
    let excused = |major: &Major| owed(major, &november, "2026-Q4").unwrap().excused.is_some();
    assert!(excused(&ended("2026-11-24 09:00", "2026-11-24 09:00")));
    assert!(!excused(&ended("2026-11-25 09:00", "2026-11-25 09:00")));
    // Back-dating gains nothing.
    assert!(!excused(&ended("2026-11-23 09:00", "2026-11-27 09:00")));
    assert!(owed(&ended("2026-11-25 09:00", "2026-11-25 09:00"), &november, "2027-Q1").is_none());
    assert!(owed(&ended("2027-01-05 09:00", "2027-01-05 09:00"), &november, "2027-Q1").unwrap().excused.is_some());
    // What came before a meeting first was done.
    let tabled = [of_november(|given| given.and_tabled("2026-11-11 09:00", &open()))];
    let done = owed(&ended("2026-11-24 09:00", "2026-11-24 09:00"), &tabled, "2026-Q4").unwrap();
    assert!(done.kept.is_some() && done.excused.is_none());
}
