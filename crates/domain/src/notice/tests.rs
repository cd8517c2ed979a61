//! When a notice is due, who owes it, what hangs there against what is so, and every no.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::Stamp;
use crate::area::{AreaEvent, UnitDefined};
use crate::fixtures::{day, stamp};
use crate::ids::{AreaId, ObjectionId};
use crate::issue::fixture::{CALENDARS, POLICY, at, refused, rules};
use crate::refusal::{Code, Refusal};
use crate::session::fixture::{
    COMMUNITY, DEPUTY, GRID, Given, INSTITUTION, OTHER_VILLAGE, PARTY, TOWN, VILLAGE, day_rules, planned,
};
use crate::session::{NoticeContent, SessionEvent, SessionMoved};
use crate::vocabulary::{NoticeBoard, NoticeDifference, NoticeTiming, ObjectionGround, SessionReason, UnitKind};
use uuid::Uuid;

pub(crate) fn draft(when: &str) -> NoticeDraft {
    NoticeDraft {
        unit_ids: None,
        board: NoticeBoard::VillageAffairs,
        posted_at: at(when),
        content: None,
        file_ids: Vec::new(),
        late_reason_given: false,
    }
}

fn told(result: Result<impl std::fmt::Debug, Vec<Refusal>>) -> Vec<String> {
    let refusals = result.unwrap_err().into_iter();
    refusals
        .map(|one| format!("{} {} {}", one.code, one.clause.unwrap_or("-"), one.pointer.unwrap_or_default()))
        .collect()
}

fn due_of(held_on: &str) -> (String, bool) {
    let due = notice_due(&Given::planned_on(held_on, "2025-12-01 09:00").session, &POLICY, &CALENDARS);
    (due.on.to_string(), due.shortened)
}

#[test]
fn a_notice_is_due_three_days_before_or_on_the_working_day_before_that() {
    // The dates that a liaison officer of 2026 must know.
    for (held_on, due_on) in [
        ("2026-02-26", "2026-02-14"),
        ("2026-04-09", "2026-04-03"),
        ("2026-05-07", "2026-04-30"),
        ("2026-10-08", "2026-09-30"),
        ("2026-11-19", "2026-11-16"),
    ] {
        assert_eq!(due_of(held_on), (due_on.to_owned(), false), "{held_on}");
    }
}

#[test]
fn what_the_calendar_shortens_is_not_punished_and_a_move_by_hand_shortens_nothing() {
    // Planned on Tuesday for Thursday: due on Wednesday.
    let late = Given::planned_on("2026-11-19", "2026-11-17 09:00");
    let due = notice_due(&late.session, &POLICY, &CALENDARS);
    assert_eq!((due.on, due.shortened), (day("2026-11-18"), true));
    // Planned on the day itself: due the day before, and posted on the first working day after it is not late.
    let extra = Given::planned_on("2026-11-19", "2026-11-19 09:00");
    let due = notice_due(&extra.session, &POLICY, &CALENDARS);
    assert_eq!((due.on, due.unpunished_until, due.shortened), (day("2026-11-18"), day("2026-11-20"), true));
    // Moved by the calendar on the day that the notice was due.
    let moved = |reason_code| {
        let planned = planned(crate::session::fixture::GRID, day("2026-11-20"));
        let moved = SessionMoved {
            held_on: planned.held_on,
            from: planned.from,
            to: planned.to,
            venue: None,
            merged_days: Vec::new(),
            reason_code,
        };
        let given = Given::planned().then("2026-11-17 09:00", SessionEvent::Moved(moved));
        notice_due(&given.session, &POLICY, &CALENDARS)
    };
    let by_calendar = moved(SessionReason::Calendar);
    assert_eq!((by_calendar.on, by_calendar.shortened), (day("2026-11-18"), true));
    let by_hand = moved(SessionReason::Weather);
    assert_eq!((by_hand.on, by_hand.shortened), (day("2026-11-17"), false));
}

#[test]
fn only_another_day_takes_the_shortened_time_away() {
    let late = |held_on: &str, venue: Option<&str>| {
        let planned = planned(crate::session::fixture::GRID, day("2026-11-19"));
        let moved = SessionMoved {
            held_on: day(held_on),
            from: planned.from,
            to: planned.to,
            venue: venue.map(str::to_owned),
            merged_days: Vec::new(),
            reason_code: SessionReason::Other,
        };
        let given = Given::planned_on("2026-11-19", "2026-11-17 09:00");
        notice_due(&given.then("2026-11-17 10:00", SessionEvent::Moved(moved)).session, &POLICY, &CALENDARS)
    };
    let elsewhere = late("2026-11-19", Some("太平村党群服务站"));
    assert_eq!((elsewhere.on, elsewhere.shortened), (day("2026-11-18"), true));
    let another_day = late("2026-11-20", None);
    assert_eq!((another_day.on, another_day.shortened), (day("2026-11-17"), false));
}

#[test]
fn every_village_and_community_of_the_grid_posts_and_says_what_the_session_says() {
    let given = Given::published();
    let when = "2026-11-13 10:00";
    let posted = post(&given.session, TOWN.here(), &rules(when), &draft(when)).unwrap();
    let units: Vec<AreaId> = posted.iter().map(|one| one.unit_id).collect();
    assert_eq!(units, [VILLAGE, COMMUNITY]);
    let content = &posted[0].content;
    assert_eq!((content.held_on, &content.delegate_ids), (day("2026-11-19"), &vec![PARTY[0], DEPUTY[0]]));
    // Those that have one are left out by and by.
    let first = NoticeDraft { unit_ids: Some(vec![COMMUNITY]), ..draft(when) };
    let posted = post(&given.session, TOWN.here(), &rules(when), &first).unwrap().remove(0);
    let given = given.then(when, SessionEvent::NoticePosted(posted));
    let rest = post(&given.session, TOWN.here(), &rules(when), &draft(when)).unwrap();
    assert_eq!(rest.iter().map(|one| one.unit_id).collect::<Vec<_>>(), [VILLAGE]);
}

#[test]
fn a_notice_is_posted_by_units_that_have_a_board_from_publication_to_the_day() {
    let when = "2026-11-13 10:00";
    let units = |units: &[AreaId]| {
        let draft = NoticeDraft { unit_ids: Some(units.to_vec()), ..draft(when) };
        told(post(&Given::published().session, TOWN.here(), &rules(when), &draft))
    };
    assert_eq!(
        units(&[INSTITUTION, OTHER_VILLAGE, AreaId(Uuid::from_u128(7)), VILLAGE, VILLAGE]),
        [
            "no_notice_board C-5.2 /unit_ids/0",
            "unit_not_in_grid C-1 /unit_ids/1",
            "unknown_id - /unit_ids/2",
            "duplicate C-5.2 /unit_ids/4",
        ]
    );
    assert_eq!(units(&[]), ["missing C-5.2 /unit_ids"]);
    let post = |given: &Given, now: &str, at_time: &str| {
        let draft = NoticeDraft { late_reason_given: true, ..draft(at_time) };
        told(post(&given.session, TOWN.here(), &rules(now), &draft))
    };
    assert_eq!(post(&Given::with_rota(), when, when), ["no_rota C-5.2 "]);
    assert_eq!(post(&Given::noticed(), when, when), ["already_posted C-5.2 "]);
    assert_eq!(post(&Given::cancelled(), "2026-11-18 10:00", "2026-11-18 10:00"), ["wrong_state C-5.2 "]);
    assert_eq!(post(&Given::published(), "2026-11-20 10:00", "2026-11-20 09:00"), ["session_over C-5.2 "]);
    assert_eq!(post(&Given::published(), when, "2026-11-13 10:01"), ["in_the_future C-5.2 /posted_at"]);
    assert_eq!(post(&Given::published(), when, "2026-11-02 10:00"), ["before_previous C-5.2 /posted_at"]);
    let named = NoticeDraft { unit_ids: Some(vec![VILLAGE]), ..draft(when) };
    let again = super::post(&Given::noticed().session, TOWN.here(), &rules(when), &named);
    assert_eq!(told(again), ["already_posted C-5.2 /unit_ids/0"]);
}

#[test]
fn a_late_notice_says_why_and_one_recorded_two_days_later_is_late() {
    let given = Given::published();
    let late = "2026-11-17 10:00";
    let refused = told(post(&given.session, TOWN.here(), &rules(late), &draft(late)));
    assert_eq!(refused, ["reason_missing C-5.2 /late_reason"]);
    let with_reason = NoticeDraft { late_reason_given: true, ..draft(late) };
    assert!(post(&given.session, TOWN.here(), &rules(late), &with_reason).is_ok());
    // Hung out on Monday and recorded on Tuesday it is in time; recorded on Wednesday it is not.
    let monday = "2026-11-16 10:00";
    assert!(post(&given.session, TOWN.here(), &rules("2026-11-17 23:00"), &draft(monday)).is_ok());
    let wednesday = post(&given.session, TOWN.here(), &rules("2026-11-18 00:00"), &draft(monday));
    assert_eq!(told(wednesday), ["reason_missing C-5.2 /late_reason"]);
}

#[test]
fn what_hangs_there_is_a_notice_whatever_it_says() {
    let given = Given::published();
    let when = "2026-11-13 10:00";
    let mut content = said_now(&given.session, &TOWN.delegates, &POLICY);
    (content.from, content.to) = (content.to, content.from);
    content.topics = vec!["weather".to_owned()];
    content.venue = Some(String::new());
    let wrong = NoticeDraft { content: Some(content), ..draft(when) };
    assert_eq!(
        told(post(&given.session, TOWN.here(), &rules(when), &wrong)),
        ["out_of_range C-5.2 /content/to", "missing - /content/venue", "unknown_topic C-5.2 /content/topics/0"]
    );
    let mut content = said_now(&given.session, &TOWN.delegates, &POLICY);
    content.held_on = day("2026-11-20");
    assert!(
        post(&given.session, TOWN.here(), &rules(when), &NoticeDraft { content: Some(content), ..draft(when) }).is_ok()
    );
}

/// How many of one village that was defined at a minute owe the notice of a session.
fn owing(given: &Given, defined: &str) -> usize {
    let village = AreaId(Uuid::from_u128(0x3a));
    let event = UnitDefined { name: "新村".to_owned(), unit_kind: UnitKind::Village, parent_id: GRID };
    let when = Stamp { occurred_at: at(defined), recorded_at: at(defined), ..stamp(150, 1) };
    let mut areas = TOWN.areas.clone();
    areas.apply(village, &AreaEvent::UnitDefined(event), &when);
    owing_units(&areas, &given.session, &POLICY, &CALENDARS).filter(|unit| unit.id == village).count()
}

#[test]
fn a_unit_owes_the_notices_for_which_it_was_there_in_time() {
    // Due on Monday 2026-11-16.
    let given = Given::planned();
    for (defined, owes) in [("2026-11-15 23:00", 1), ("2026-11-16 00:00", 0), ("2026-11-20 09:00", 0)] {
        assert_eq!(owing(&given, defined), owes, "{defined}");
    }
    // Planned on the day before it, its notice may hang until the day itself; nobody owes one of before.
    let late = Given::planned_on("2026-11-19", "2026-11-18 09:00");
    assert_eq!(["2026-11-18 10:00", "2026-11-19 08:00"].map(|on| owing(&late, on)), [1, 0]);
    let of_before = Given::planned_on("2026-11-12", "2026-11-18 09:00");
    assert_eq!(owing(&of_before, "2026-11-18 08:00"), 0);
    // A move by hand gives nobody more time.
    let moved = Given::planned().and_moved("2026-11-18 09:00", "2026-11-20");
    assert_eq!(["2026-11-16 09:00", "2026-11-17 09:00"].map(|on| owing(&moved, on)), [1, 0]);
}

#[test]
fn an_order_is_nothing_that_a_notice_says() {
    let when = "2026-11-17 10:00";
    let amend = |content: NoticeContent, units: Option<Vec<AreaId>>| {
        let draft = AmendmentDraft { unit_ids: units, posted_at: at(when), content: Some(content) };
        super::amend(&Given::noticed().session, TOWN.here(), &rules(when), &draft)
    };
    let mut content = said_now(&Given::noticed().session, &TOWN.delegates, &POLICY);
    content.delegate_ids.reverse();
    assert_eq!(told(amend(content.clone(), None)), ["already_posted C-5.2 "]);
    assert_eq!(told(amend(content.clone(), Some(vec![VILLAGE]))), ["already_posted C-5.2 /unit_ids/0"]);
    content.delegate_ids.pop();
    assert_eq!(amend(content, None).unwrap().len(), 2);
}

fn board(given: &Given, today: &str) -> (Option<NoticeTiming>, Vec<NoticeDifference>, bool) {
    let board = Board::of(&given.session, VILLAGE, &day_rules(today));
    (board.timing, board.differences, board.same_day_change)
}

fn amended(given: Given, when: &str, content: Option<NoticeContent>) -> Given {
    let draft = AmendmentDraft { unit_ids: None, posted_at: at(when), content };
    let amended = amend(&given.session, TOWN.here(), &rules(when), &draft).unwrap();
    amended.into_iter().fold(given, |given, one| given.then(when, SessionEvent::NoticeAmended(one)))
}

#[test]
fn the_newest_notice_is_held_against_the_session_as_it_stands() {
    let given = Given::noticed();
    assert_eq!(board(&given, "2026-11-13"), (Some(NoticeTiming::InTime), vec![], false));
    let given = given.and_substituted("2026-11-16 10:00", PARTY[0], PARTY[1]);
    assert_eq!(board(&given, "2026-11-16").1, [NoticeDifference::DelegateIds]);
    let given = given.and_moved("2026-11-16 11:00", "2026-11-20");
    assert_eq!(board(&given, "2026-11-16").1, [NoticeDifference::HeldOn, NoticeDifference::DelegateIds]);
    let given = amended(given, "2026-11-17 10:00", None);
    assert_eq!(board(&given, "2026-11-17"), (Some(NoticeTiming::InTime), vec![], false));
}

#[test]
fn a_change_on_the_day_is_remarked_on_and_one_after_it_changes_nothing() {
    let substituted = Given::noticed().and_substituted("2026-11-19 09:00", PARTY[0], PARTY[1]);
    let changed = amended(substituted.clone(), "2026-11-19 10:00", None);
    assert_eq!(board(&changed, "2026-11-23"), (Some(NoticeTiming::InTime), vec![], true));
    // Two working days later nobody reads it any more.
    let too_late = amended(substituted, "2026-11-23 10:00", None);
    assert_eq!(board(&too_late, "2026-11-24").1, [NoticeDifference::DelegateIds]);
    // The day before is early enough.
    let early = Given::noticed().and_substituted("2026-11-18 09:00", PARTY[0], PARTY[1]);
    assert!(!board(&amended(early, "2026-11-18 10:00", None), "2026-11-23").2);
}

#[test]
fn what_was_posted_is_amended_to_something_else() {
    let when = "2026-11-17 10:00";
    let amend = |given: &Given, units: Option<Vec<AreaId>>, at_time: &str| {
        let draft = AmendmentDraft { unit_ids: units, posted_at: at(at_time), content: None };
        told(super::amend(&given.session, TOWN.here(), &rules(when), &draft))
    };
    assert_eq!(amend(&Given::published(), None, when), ["not_posted C-5.2 "]);
    assert_eq!(amend(&Given::published(), Some(vec![VILLAGE]), when), ["not_posted C-5.2 /unit_ids/0"]);
    assert_eq!(amend(&Given::noticed(), None, when), ["already_posted C-5.2 "]);
    assert_eq!(amend(&Given::noticed(), Some(vec![VILLAGE]), when), ["already_posted C-5.2 /unit_ids/0"]);
    assert_eq!(amend(&Given::noticed(), Some(vec![INSTITUTION]), when), ["no_notice_board C-5.2 /unit_ids/0"]);
    let changed = Given::noticed().and_substituted("2026-11-16 10:00", PARTY[0], PARTY[1]);
    assert_eq!(amend(&changed, None, "2026-11-13 09:00"), ["before_previous C-5.2 /posted_at"]);
    assert_eq!(amend(&changed, None, "2026-11-17 10:01"), ["in_the_future C-5.2 /posted_at"]);
    let gone = changed.and_cancelled("2026-11-16 11:00", SessionReason::Weather);
    assert_eq!(amend(&gone, None, when), ["wrong_state C-5.2 "]);
}

#[test]
fn anybody_objects_once_the_rota_is_published_and_is_answered_once() {
    let when = "2026-11-20 10:00";
    let id = ObjectionId(Uuid::from_u128(0x81));
    let draft = |unit_id| ObjectionDraft { id, unit_id, ground: ObjectionGround::NotHeld, at: at(when) };
    let object = |given: &Given, unit| object(&given.session, &TOWN.areas, &rules(when), &draft(unit));
    assert_eq!(refused(object(&Given::with_rota(), None)), Code::NoRota);
    assert_eq!(refused(object(&Given::published(), Some(OTHER_VILLAGE))), Code::UnitNotInGrid);
    let unknown = object(&Given::published(), Some(AreaId(Uuid::from_u128(7)))).unwrap_err();
    assert_eq!((unknown.code, unknown.pointer.as_deref()), (Code::UnknownId, Some("/unit_id")));
    let recorded = object(&Given::published(), Some(VILLAGE)).unwrap();
    let given = Given::published().then(when, SessionEvent::ObjectionRecorded(recorded));
    let answer = |given: &Given, at_time: &str| {
        let objection = given.session.objection(id).unwrap();
        answer(&given.session, objection, &rules("2026-11-23 10:00"), true, at(at_time))
    };
    assert_eq!(refused(answer(&given, "2026-11-20 09:00")), Code::BeforePrevious);
    let answered = answer(&given, "2026-11-23 09:00").unwrap();
    let given = given.then("2026-11-23 09:00", SessionEvent::ObjectionAnswered(answered));
    let again = answer(&given, "2026-11-23 10:00").unwrap_err();
    assert_eq!((again.code, again.clause), (Code::AlreadyAnswered, Some("C-5.2")));
    assert!(given.session.objection(id).unwrap().answered.unwrap().0);
}
