//! A meeting is called for a day ahead, and called off again.

use super::*;
use crate::ids::AreaId;
use crate::reception::People;

const NOW: &str = "2026-11-02 09:00";

fn refused(draft: &ConveneDraft) -> Vec<String> {
    said(&convene(&TOWN.people(), &rules(NOW), draft).unwrap_err())
}

#[test]
fn a_meeting_is_convened_for_a_grid_and_a_day() {
    let convened = convene(&TOWN.people(), &rules(NOW), &draft(NOW)).unwrap();
    assert_eq!((convened.grid_id, convened.kind), (GRID, MeetingKind::Regular));
    assert_eq!((convened.scheduled_on, convened.with_work_meeting), (day("2026-11-24"), true));
}

#[test]
fn one_that_is_held_apart_from_the_work_meeting_says_why() {
    let apart = ConveneDraft { with_work_meeting: false, ..draft(NOW) };
    assert_eq!(refused(&apart), ["reason_missing C-4.3a /reason"]);
    let told = ConveneDraft { reason_given: true, ..apart };
    assert!(!convene(&TOWN.people(), &rules(NOW), &told).unwrap().with_work_meeting);
    // A reason may be given where none is needed.
    assert!(convene(&TOWN.people(), &rules(NOW), &ConveneDraft { reason_given: true, ..draft(NOW) }).is_ok());
}

#[test]
fn the_day_is_that_of_the_convening_or_later() {
    let on = |day_of: &str| ConveneDraft { scheduled_on: day(day_of), ..draft(NOW) };
    assert!(convene(&TOWN.people(), &rules(NOW), &on("2026-11-02")).is_ok());
    assert_eq!(refused(&on("2026-11-01")), ["not_later C-4.3a /scheduled_on"]);
    assert_eq!(refused(&on("2101-01-01")), ["due_too_far C-4.3a /scheduled_on"]);
    // What was convened weeks ago and is written down now may have had its day.
    let late = ConveneDraft { at: at("2026-10-12 09:00"), ..on("2026-10-20") };
    assert!(convene(&TOWN.people(), &rules(NOW), &late).is_ok());
}

#[test]
fn everything_that_does_not_fit_is_told_at_once() {
    let wrong = ConveneDraft {
        grid_id: AreaId(NOBODY.0),
        scheduled_on: day("2026-11-01"),
        with_work_meeting: false,
        at: at("2026-11-02 09:01"),
        ..draft(NOW)
    };
    let all = [
        "unknown_id C-4.3a /grid_id",
        "not_later C-4.3a /scheduled_on",
        "reason_missing C-4.3a /reason",
        "in_the_future C-4.3a /occurred_at",
    ];
    assert_eq!(refused(&wrong), all);
    let before = ConveneDraft { at: at("2023-11-30 10:00"), ..draft(NOW) };
    assert_eq!(refused(&before), ["before_programme C-0 /occurred_at"]);
    let people = People { programme: None, ..TOWN.people() };
    let refusals = convene(&people, &rules(NOW), &draft(NOW)).unwrap_err();
    assert_eq!(said(&refusals), ["before_programme C-0 /occurred_at"]);
}

#[test]
fn of_what_could_not_be_read_nothing_is_said() {
    let said_of = |parts: &ConveneParts| said(&faults(&TOWN.people(), &rules(NOW), parts));
    assert!(said_of(&ConveneParts::default()).is_empty());
    let parts = ConveneParts { with_work_meeting: Some(false), ..ConveneParts::default() };
    assert_eq!(said_of(&parts), ["reason_missing C-4.3a /reason"]);
}

#[test]
fn a_convened_meeting_is_called_off_once() {
    let later = "2026-12-01 09:00";
    let off = |given: &Given, when: &str| cancel(&given.meeting, &rules(later), at(when));
    // Also after the day that it was called for.
    assert_eq!(off(&Given::convened(), later), Ok(MeetingCancelled {}));
    assert_eq!(no(off(&Given::cancelled(), later)), "already_cancelled C-4.3a");
    assert_eq!(no(off(&Given::closed(), later)), "meeting_closed C-4.3a");
    assert_eq!(no(off(&Given::convened(), "2026-11-02 08:59")), "before_previous C-4.3a /occurred_at");
    assert_eq!(no(off(&Given::convened(), "2026-12-01 09:01")), "in_the_future C-4.3a /occurred_at");
}
