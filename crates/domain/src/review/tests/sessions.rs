//! Duties attended, sessions valid, notices in time: of the Thursday 2026-11-19, whose verdict stands from 2026-11-21 on.

use super::super::{SessionAround, SessionFacts, What, judge_session};
use super::*;
use crate::Stamp;
use crate::area::{AreaEvent, UnitDefined};
use crate::calendar::Calendars;
use crate::ids::AreaId;
use crate::issue::fixture::at;
use crate::leave::{LeaveDecided, LeaveEvent, LeaveRequested, LeavesOf};
use crate::notice::NoticeDraft;
use crate::session::fixture::{BOTH, COMMUNITY, DEPUTY, Given, NO_LEAVE, PARTY, TOWN, VILLAGE, leaves};
use crate::session::{Checked, SessionEvent};
use crate::vocabulary::{DelegateType, LeaveReason, SessionReason, UnitKind};
use Indicator::{Attendance, Notices, ValidSessions};
use uuid::Uuid;

type Found = Vec<(Option<DelegateId>, Finding)>;

fn found_by(given: &Given, period: &Period, book: &Book, leaves: &LeavesOf) -> Found {
    let facts = SessionFacts::of(given.id, &given.events).unwrap();
    let around = SessionAround { areas: &TOWN.areas, delegates: &TOWN.delegates, leaves };
    let mut found = Vec::new();
    judge_session(&facts, &around, period, book, &mut |who, finding| found.push((who, finding)));
    found
}

fn found(given: &Given, seen_on: &str) -> Found {
    found_by(given, &seen(seen_on), &BOOK, &NO_LEAVE)
}

fn sum(found: &Found, indicator: Indicator) -> (u64, u64) {
    let mut tally = Tally::default();
    found.iter().for_each(|(_, finding)| tally.take(finding));
    let Measure::Share(ratio) = measure(&tally, indicator) else { panic!("of another kind") };
    (ratio.n, ratio.of)
}

fn of(given: &Given, indicator: Indicator, seen_on: &str) -> (u64, u64) {
    sum(&found(given, seen_on), indicator)
}

/// Whose duties were found, and whether they were attended.
fn duties(found: &Found) -> Vec<(DelegateId, bool)> {
    let of_one = |(who, finding): &(Option<DelegateId>, Finding)| {
        let What::Duty { delegate_id, attended } = finding.what else {
            assert_eq!(*who, None);
            return None;
        };
        assert_eq!(*who, Some(delegate_id));
        Some((delegate_id, attended))
    };
    found.iter().filter_map(of_one).collect()
}

#[test]
fn a_duty_counts_from_its_day_on_and_a_session_once_its_verdict_stands() {
    let given = Given::filed();
    assert_eq!(of(&given, Attendance, "2026-11-18"), (0, 0));
    for seen_on in ["2026-11-19", "2026-11-20", "2026-11-21", "2026-12-31"] {
        assert_eq!(of(&given, Attendance, seen_on), (2, 2), "{seen_on}");
    }
    assert_eq!((of(&given, ValidSessions, "2026-11-20"), of(&given, Notices, "2026-11-20")), ((0, 0), (0, 0)));
    assert_eq!((of(&given, ValidSessions, "2026-11-21"), of(&given, Notices, "2026-11-21")), ((1, 1), (2, 2)));
    // Of another year nothing is said.
    let next = Period::of(2027, day("2027-03-01")).unwrap();
    assert!(found_by(&given, &next, &BOOK, &NO_LEAVE).is_empty());
}

#[test]
fn a_session_of_the_last_days_of_a_year_counts_in_it_as_soon_as_its_verdict_stands() {
    let given = Given::planned_on("2026-12-31", "2026-10-09 09:00");
    assert_eq!(of(&given, ValidSessions, "2026-12-31"), (0, 0));
    let seen = |on: &str| Period::of(2026, day(on)).unwrap();
    let later = |on: &str| sum(&found_by(&given, &seen(on), &BOOK, &NO_LEAVE), ValidSessions);
    // 2027 has no calendar, so Friday is a working day, and on it what happened may still be written down.
    assert_eq!((later("2027-01-01"), later("2027-01-02")), ((0, 0), (0, 1)));
    let found = found_by(&given, &seen("2027-01-31"), &BOOK, &NO_LEAVE);
    assert!(found.iter().all(|(_, finding)| finding.provisional));
}

#[test]
fn who_was_there_in_the_capacity_asked_for_attended() {
    let given = Given::opened().and_in("2026-11-19 13:35", PARTY[0]);
    assert_eq!(duties(&found(&given, "2026-12-31")), [(PARTY[0], true), (DEPUTY[0], false)]);
    // Another deputy came, who is on no rota.
    let given = given.and_in("2026-11-19 13:40", DEPUTY[1]);
    assert_eq!(duties(&found(&given, "2026-12-31")), [(PARTY[0], true), (DEPUTY[0], false)]);
    // Somebody of both kinds sat there as a deputy, and has a slot of the Party's.
    let rota = Given::planned().and_rota("2026-11-02 09:00", &[PARTY[0], DEPUTY[0]]);
    let given = rota.and_substituted("2026-11-10 09:00", PARTY[0], BOTH).and_opened("2026-11-19 13:30");
    let checked = Checked { delegate_id: BOTH, delegate_type: DelegateType::Deputy };
    let given = given.then("2026-11-19 13:35", SessionEvent::CheckedIn(checked));
    assert_eq!(duties(&found(&given, "2026-12-31"))[0], (BOTH, false));
}

#[test]
fn a_coming_that_was_written_down_too_late_gains_nothing() {
    let came = |recorded: &str| {
        let checked = Checked { delegate_id: PARTY[0], delegate_type: DelegateType::Party };
        Given::opened().event(SessionEvent::CheckedIn(checked), at("2026-11-19 13:35"), at(recorded))
    };
    assert_eq!(duties(&found(&came("2026-11-20 09:00"), "2026-12-31"))[0], (PARTY[0], true));
    assert_eq!(duties(&found(&came("2026-11-23 09:00"), "2026-12-31"))[0], (PARTY[0], false));
}

#[test]
fn the_substitute_has_the_duty_and_the_substituted_none() {
    let given = Given::published().and_substituted("2026-11-10 09:00", PARTY[0], PARTY[1]);
    let given = given.and_substituted("2026-11-11 09:00", PARTY[1], PARTY[2]);
    assert_eq!(duties(&found(&given, "2026-12-31")), [(PARTY[2], false), (DEPUTY[0], false)]);
    let given = given.and_opened("2026-11-19 13:30").and_in("2026-11-19 13:35", PARTY[2]);
    assert_eq!(duties(&found(&given, "2026-12-31")), [(PARTY[2], true), (DEPUTY[0], false)]);
}

#[test]
fn leave_approved_before_the_day_takes_the_duty_away_and_coming_all_the_same_brings_it_back() {
    let approved = |when: &str| {
        let leave_id = crate::ids::LeaveId(Uuid::from_u128(1));
        let (from, to) = (day("2026-11-16"), day("2026-11-20"));
        let requested = LeaveRequested { leave_id, from, to, reason_code: LeaveReason::Work };
        let requested = (LeaveEvent::Requested(requested), "2026-11-02 09:00");
        leaves(PARTY[0], &[requested, (LeaveEvent::Approved(LeaveDecided { leave_id }), when)])
    };
    let with = |given: &Given, leaves: &LeavesOf| duties(&found_by(given, &seen("2026-12-31"), &BOOK, leaves));
    let (absent, came) = (Given::opened(), Given::opened().and_in("2026-11-19 13:35", PARTY[0]));
    assert_eq!(with(&absent, &approved("2026-11-18 09:00")), [(DEPUTY[0], false)]);
    assert_eq!(with(&came, &approved("2026-11-18 09:00")), [(PARTY[0], true), (DEPUTY[0], false)]);
    // On the day itself it is too late.
    assert_eq!(with(&absent, &approved("2026-11-19 09:00")), [(PARTY[0], false), (DEPUTY[0], false)]);
}

#[test]
fn a_cancelled_session_has_no_duty_and_no_notice_and_counts_unless_its_reason_excuses() {
    let cancelled = |reason| Given::published().and_cancelled("2026-11-18 09:00", reason);
    assert!(found(&cancelled(SessionReason::Weather), "2026-12-31").is_empty());
    let not_excused = found(&cancelled(SessionReason::NoDelegate), "2026-12-31");
    assert_eq!(not_excused.len(), 1);
    assert_eq!(sum(&not_excused, ValidSessions), (0, 1));
}

#[test]
fn a_session_that_nobody_opened_is_not_valid_and_nobody_attended() {
    let given = Given::noticed();
    let sums = [Attendance, ValidSessions, Notices].map(|indicator| of(&given, indicator, "2026-12-31"));
    assert_eq!(sums, [(0, 2), (0, 1), (2, 2)]);
}

/// Posted late by both units, with a reason.
fn noticed_late(given: Given, when: &str) -> Given {
    let draft = NoticeDraft { late_reason_given: true, ..crate::notice::tests::draft(when) };
    let posted = crate::notice::post(&given.session, TOWN.here(), &rules(when), &draft).unwrap();
    posted.into_iter().fold(given, |given, posted| given.then(when, SessionEvent::NoticePosted(posted)))
}

#[test]
fn a_notice_is_kept_in_time_and_saying_what_is_so_by_each_unit_that_owes_one() {
    let notices = |given: &Given| {
        let found = found(given, "2026-12-31");
        let of_one = |(_, finding): &(_, Finding)| {
            let What::Notice { unit_id, kept } = finding.what else { return None };
            Some((unit_id, kept, finding.dates.due_on, finding.dates.posted_on))
        };
        found.iter().filter_map(of_one).collect::<Vec<_>>()
    };
    let due_on = Some(day("2026-11-16"));
    let both = |kept, posted_on| vec![(VILLAGE, kept, due_on, posted_on), (COMMUNITY, kept, due_on, posted_on)];
    assert_eq!(notices(&Given::published()), both(false, None));
    assert_eq!(notices(&Given::noticed()), both(true, Some(day("2026-11-13"))));
    let late = noticed_late(Given::published(), "2026-11-17 10:00");
    assert_eq!(notices(&late), both(false, Some(day("2026-11-17"))));
    // Somebody else is on duty than was announced.
    let unlike = Given::noticed().and_substituted("2026-11-18 09:00", PARTY[0], PARTY[1]);
    assert_eq!(notices(&unlike), both(false, Some(day("2026-11-13"))));
}

#[test]
fn what_the_calendar_left_too_little_time_for_is_kept_when_it_hung_on_the_next_working_day() {
    let planned =
        Given::planned_on("2026-11-19", "2026-11-16 09:00").and_rota("2026-11-16 10:00", &[PARTY[0], DEPUTY[0]]);
    let given = planned.and_published("2026-11-16 11:00");
    assert_eq!(of(&given.clone().and_noticed("2026-11-17 09:00"), Notices, "2026-12-31"), (2, 2));
    assert_eq!(of(&noticed_late(given, "2026-11-18 09:00"), Notices, "2026-12-31"), (0, 2));
}

#[test]
fn a_unit_owes_what_was_there_before_it_was_due() {
    let mut areas = TOWN.areas.clone();
    let new = AreaId(Uuid::from_u128(0x39));
    let defined =
        UnitDefined {
            name: "新村".to_owned(), unit_kind: UnitKind::Village, parent_id: crate::session::fixture::GRID
        };
    let stamp =
        Stamp { occurred_at: at("2026-11-17 09:00"), recorded_at: at("2026-11-17 09:00"), ..fixtures::stamp(90, 1) };
    areas.apply(new, &AreaEvent::UnitDefined(defined), &stamp);
    let given = Given::noticed();
    let facts = SessionFacts::of(given.id, &given.events).unwrap();
    let around = SessionAround { areas: &areas, delegates: &TOWN.delegates, leaves: &NO_LEAVE };
    let mut found = Vec::new();
    judge_session(&facts, &around, &seen("2026-12-31"), &BOOK, &mut |who, finding| found.push((who, finding)));
    assert_eq!(sum(&found, Notices), (2, 2));
}

#[test]
fn before_the_first_policy_there_is_nothing_to_judge_by_and_without_a_calendar_it_is_provisional() {
    let given = Given::planned_on("2023-11-30", "2023-11-20 09:00");
    let period = Period::of(2023, day("2023-12-31")).unwrap();
    assert!(found_by(&given, &period, &BOOK, &NO_LEAVE).is_empty());
    let bare = Book::new(RuleSet::NEWEST, &fixtures::policies(), &Calendars::default(), day("2026-12-31")).unwrap();
    let found = found_by(&Given::filed(), &seen("2026-12-31"), &bare, &NO_LEAVE);
    assert!(!found.is_empty() && found.iter().all(|(_, finding)| finding.provisional));
    assert!(!found_by(&Given::filed(), &seen("2026-12-31"), &BOOK, &NO_LEAVE).iter().any(|(_, one)| one.provisional));
}

#[test]
fn leaves_are_asked_of_those_on_duty_in_the_period() {
    let given = Given::published().and_substituted("2026-11-10 09:00", PARTY[0], PARTY[1]);
    let facts = SessionFacts::of(given.id, &given.events).unwrap();
    assert_eq!(facts.on_duty(&seen("2026-12-31")).collect::<Vec<_>>(), [PARTY[1], DEPUTY[0]]);
    assert_eq!(facts.on_duty(&seen("2026-11-18")).count(), 0);
    assert!(SessionFacts::of(given.id, &[]).is_none());
}
