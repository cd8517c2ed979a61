//! A meeting was held: who attended, and who was heard there.

use super::*;
use crate::file::{NAMED_MAX, NamedFile};
use crate::hearing::{HEARINGS_MAX, HearingDraft};
use crate::ids::FileId;
use crate::refusal::Refusal;
use crate::session::fixture::as_delegate;
use crate::vocabulary::{AttendanceClass, FileKind};
use uuid::Uuid;

const NOW: &str = "2026-11-24 17:00";

fn closing_now(given: &Given, draft: &CloseDraft) -> Result<MeetingClosed, Vec<Refusal>> {
    close(&given.meeting, &TOWN.people(), &rules(NOW), draft)
}

fn refused(given: &Given, draft: &CloseDraft) -> Vec<String> {
    said(&closing_now(given, draft).unwrap_err())
}

#[test]
fn a_meeting_is_closed_with_who_attended_and_what_shows_it() {
    let files = vec![NamedFile { id: FILE, kind: Some(FileKind::Document) }];
    let draft = CloseDraft { files, ..closing("2026-11-24 14:00") };
    let closed = closing_now(&Given::convened(), &draft).unwrap();
    assert_eq!(closed.delegates.iter().map(|one| one.delegate_id).collect::<Vec<_>>(), [PARTY[0], DEPUTY[0]]);
    assert_eq!((closed.attendance, closed.file_ids), (draft.attendance, vec![FILE]));
}

#[test]
fn it_may_have_been_held_on_any_day_from_its_convening_on() {
    let given = Given::convened();
    // On the very day, whatever the hour; before the day that it was called for.
    for held in ["2026-11-02 08:00", "2026-11-20 14:00", NOW] {
        assert!(closing_now(&given, &closing(held)).is_ok(), "{held}");
    }
    assert_eq!(refused(&given, &closing("2026-11-01 23:59")), ["before_previous C-4.3a /held_at"]);
    assert_eq!(refused(&given, &closing("2026-11-24 17:01")), ["in_the_future C-4.3a /held_at"]);
}

#[test]
fn a_meeting_is_closed_once_and_not_after_it_was_called_off() {
    assert_eq!(refused(&Given::closed(), &closing("2026-11-24 14:00")), ["meeting_closed C-4.3a"]);
    assert_eq!(refused(&Given::cancelled(), &closing("2026-11-24 14:00")), ["wrong_state C-4.3a"]);
}

#[test]
fn everything_that_does_not_fit_is_told_at_once() {
    let delegates = [PARTY[0], PARTY[0], NOBODY, LATER, BOTH].map(as_delegate).to_vec();
    let unknown = NamedFile { id: FILE, kind: None };
    let attendance = [(AttendanceClass::Resident, ATTENDANCE_MAX), (AttendanceClass::Official, ATTENDANCE_MAX + 1)];
    let attendance = attendance.into();
    let wrong = CloseDraft { delegates, attendance, files: vec![unknown], ..closing("2026-11-24 17:01") };
    let all = [
        "in_the_future C-4.3a /held_at",
        "delegate_twice C-1 /delegates/1/delegate_id",
        "unknown_id C-4.3a /delegates/2/delegate_id",
        "delegate_without_mandate C-1 /delegates/3/delegate_id",
        "delegate_type_needed C-1 /delegates/4/delegate_type",
        "out_of_range C-4.3a /attendance/official",
        "unknown_id C-4.3a /file_ids/0",
    ];
    assert_eq!(refused(&Given::convened(), &wrong), all);
}

#[test]
fn a_delegate_at_least_attended_and_no_more_than_may() {
    let with = |delegates| CloseDraft { delegates, ..closing("2026-11-24 14:00") };
    assert_eq!(refused(&Given::convened(), &with(Vec::new())), ["no_delegate C-4.3a /delegates"]);
    let many = vec![as_delegate(PARTY[0]); DELEGATES_MAX + 1];
    assert_eq!(refused(&Given::convened(), &with(many)), ["too_many C-4.3a /delegates"]);
    // Of what could not be read, and without a time that could, no more is said than is known.
    let named = [None, Some(as_delegate(LATER)), Some(as_delegate(NOBODY))];
    let faults = delegate_faults(&TOWN.people(), &rules(NOW), &named, None);
    assert_eq!(said(&faults), ["unknown_id - /delegates/2/delegate_id"]);
}

#[test]
fn files_are_named_once_and_not_too_many() {
    let file = |n: u128| NamedFile { id: FileId(Uuid::from_u128(n)), kind: Some(FileKind::Image) };
    let draft = CloseDraft { files: vec![file(1), file(1)], ..closing("2026-11-24 14:00") };
    assert_eq!(refused(&Given::convened(), &draft), ["duplicate C-4.3a /file_ids/1"]);
    let draft = CloseDraft { files: (0..=NAMED_MAX as u128).map(file).collect(), ..draft };
    assert_eq!(refused(&Given::convened(), &draft), ["too_many C-4.3a /file_ids"]);
}

#[test]
fn people_are_heard_on_its_day_in_its_grid_by_who_attended() {
    let hear_now = |draft: &HearingDraft| hear(&Given::closed().meeting, &rules(NOW), draft);
    let heard = hear_now(&hearing()).unwrap();
    assert_eq!((heard.reception_id, heard.issue_ids.len()), (hearing().reception_id, 1));
    let wrong = HearingDraft { grid_id: OTHER_GRID, held_on: day("2026-11-23"), ..by(PARTY[1]) };
    let all = [
        "grid_not_there C-4.3a /grid_id",
        "before_previous C-4.3a /held_at",
        "delegate_not_there C-4.3a /delegates/0/delegate_id",
    ];
    assert_eq!(said(&hear_now(&wrong).unwrap_err()), all);
    let after = HearingDraft { held_on: day("2026-11-25"), ..hearing() };
    assert_eq!(said(&hear_now(&after).unwrap_err()), ["not_the_day C-4.3a /held_at"]);
}

#[test]
fn people_are_heard_at_a_meeting_that_is_closed() {
    let refused = |given: &Given| said(&hear(&given.meeting, &rules(NOW), &hearing()).unwrap_err());
    assert_eq!(refused(&Given::default()), ["unknown_id C-4.3a /meeting_id"]);
    assert_eq!(refused(&Given::convened()), ["wrong_state C-4.3a /meeting_id"]);
    assert_eq!(refused(&Given::cancelled()), ["wrong_state C-4.3a /meeting_id"]);
    let mut given = Given::closed();
    for _ in 0..HEARINGS_MAX {
        assert!(hear(&given.meeting, &rules(NOW), &hearing()).is_ok());
        given = given.and_heard();
    }
    assert_eq!(refused(&given), ["too_many C-4.3a /meeting_id"]);
}
