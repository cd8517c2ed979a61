//! A meeting from its convening to its end, what comes before it, and every no on the way.
#![allow(clippy::unwrap_used)]

mod agenda;
mod convening;
mod correcting;
mod deciding;
mod due;
mod holding;

use super::fixture::*;
use super::*;
use crate::event_type::Stored as _;
use crate::fixtures::day;
use crate::issue::fixture::{CALENDARS, MAJOR, POLICY, at, rules};
use crate::major_issue::MajorIssue;
use crate::session::fixture::{BOTH, DEPUTY, GRID, LATER, NOBODY, OTHER_GRID, PARTY, TOWN};
use crate::step::EVENTS_MAX;
use crate::vocabulary::{AgendaItemState, DeferralReason, MeetingKind, MeetingState, TriageDecision};

#[test]
fn every_shape_is_read_and_written_as_it_is_stored_and_takes_no_other_field() {
    for row in MeetingEvent::TYPES {
        let golden: serde_json::Value = serde_json::from_str(row.golden).unwrap();
        assert_eq!((golden["type"].as_str(), golden["schema"].as_u64()), (Some(row.name), Some(1)));
        let event = MeetingEvent::read(row.name, 1, &golden["public"].to_string()).unwrap();
        assert_eq!(event.facts().as_ref(), Some(&golden["public"]), "{}", row.name);
        let mut more = golden["public"].clone();
        more["text"] = "会议纪要".into();
        assert!(event.with_facts(&more).is_none(), "{}", row.name);
        assert!(MeetingEvent::read(row.name, 2, &golden["public"].to_string()).is_err());
    }
}

#[test]
fn a_fold_remembers_what_came_before_the_meeting_and_what_became_of_it() {
    assert!(!Meeting::default().exists());
    let major = Major::accepted("2026-11-10 09:00");
    let given = Given::convened().and_tabled("2026-11-11 09:00", &major).and_deferred("2026-11-24 14:00", &major);
    let item = *given.meeting.item(MAJOR).unwrap();
    assert_eq!((item.state(), item.reason_code()), (AgendaItemState::Deferred, Some(DeferralReason::NeedsFacts)));
    let given = given.and_decided("2026-11-24 15:00", &major).and_closed("2026-11-24 14:00", "2026-11-24 17:00");
    let meeting = &given.and_heard().meeting;
    let item = meeting.item(MAJOR).unwrap();
    // The decision stands, and what was before it is remembered.
    assert_eq!((item.state(), item.reason_code()), (AgendaItemState::Decided, None));
    assert_eq!(item.tabled.unwrap().at, at("2026-11-11 09:00"));
    assert_eq!((item.deferred.unwrap().1.version, item.decided.unwrap().version), (3, 4));
    assert_eq!((meeting.items.len(), meeting.state, meeting.kind), (1, MeetingState::Closed, MeetingKind::Regular));
    assert_eq!((meeting.convened.at, meeting.held.unwrap().at), (at("2026-11-02 09:00"), at("2026-11-24 14:00")));
    assert_eq!((meeting.delegates.len(), meeting.attendance.len(), meeting.heard.len()), (2, 2, 1));
    assert_eq!((meeting.version, meeting.position, meeting.first_position), (6, 106, 101));
    let cancelled = Given::cancelled().meeting;
    assert_eq!((cancelled.state, cancelled.cancelled.unwrap().at), (MeetingState::Cancelled, at("2026-11-20 09:00")));
}

#[test]
fn a_meeting_is_of_the_day_on_which_it_was_held_and_before_that_of_the_one_it_is_called_for() {
    let convened = Given::convened().meeting;
    assert_eq!((convened.day(&POLICY), convened.held_on(&POLICY)), (day("2026-11-24"), None));
    let closed = Given::convened().and_closed("2027-01-05 14:00", "2027-01-05 17:00").meeting;
    assert_eq!((closed.day(&POLICY), closed.quarter(&POLICY).to_string()), (day("2027-01-05"), "2027-Q1".to_owned()));
    assert_eq!(convened.quarter(&POLICY).to_string(), "2026-Q4");
}

#[test]
fn a_meeting_holds_a_bounded_number_of_entries() {
    let mut given = Given::convened();
    given.meeting.version = EVENTS_MAX - 1;
    let major = Major::accepted("2026-11-10 09:00");
    let when = "2026-11-24 14:00";
    let now = rules(when);
    assert!(table(&given.meeting, major.named(), &now, at(when)).is_ok());
    given.meeting.version = EVENTS_MAX;
    assert_eq!(no(table(&given.meeting, major.named(), &now, at(when))), "too_many C-4.3a");
}
