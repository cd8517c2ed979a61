//! What a session comes to, on which day, and by which rule.

use crate::area::Areas;
use crate::fixtures::day;
use crate::ids::{DelegateId, LeaveId};
use crate::issue::fixture::{POLICY, at};
use crate::leave::{LeaveDecided, LeaveEvent, LeaveRequested};
use crate::policy::Policy;
use crate::session::fixture::{BOTH, DEPUTY, Given, PARTY, TOWN, day_rules, leaves};
use crate::session::{
    Checked, DayRules, Judged, RecordFiled, SessionClosed, SessionEvent, SessionOpened, judge, record_due_on,
};
use crate::vocabulary::{DelegateType, Finding, LeaveReason, SessionReason, SlotState, Verdict};
use uuid::Uuid;

fn judged(given: &Given, today: &str) -> (Verdict, Vec<Finding>, Vec<Finding>) {
    let Judged { verdict, reasons, remarks } = judge(&given.session, &TOWN.areas, &day_rules(today)).unwrap();
    (verdict, reasons, remarks)
}

/// Everything found of a session once it stands.
fn found(given: &Given) -> Vec<Finding> {
    let (_, mut reasons, remarks) = judged(given, "2026-12-31");
    reasons.extend(remarks);
    reasons
}

#[test]
fn a_session_with_all_that_belongs_to_it_is_valid_once_nothing_can_change_that() {
    let given = Given::filed();
    assert_eq!(given.session.held.on, day("2026-11-19"));
    assert_eq!(record_due_on(&given.session, &day_rules("2026-11-19")), day("2026-11-20"));
    // What happened on Thursday may still be written down on Friday.
    assert_eq!(judged(&given, "2026-11-20"), (Verdict::Pending, vec![], vec![]));
    assert_eq!(judged(&given, "2026-11-21"), (Verdict::Valid, vec![], vec![]));
}

#[test]
fn a_session_that_nobody_opened_was_not_held() {
    let given = Given::noticed();
    assert_eq!(judged(&given, "2026-11-19"), (Verdict::Pending, vec![], vec![]));
    assert_eq!(judged(&given, "2026-11-20"), (Verdict::Pending, vec![Finding::NotHeld], vec![Finding::Absence]));
    assert_eq!(judged(&given, "2026-11-21"), (Verdict::Invalid, vec![Finding::NotHeld], vec![Finding::Absence]));
    // Opened, and written down two working days later: that does not count.
    let opened = SessionEvent::Opened(SessionOpened {});
    let late = given.clone().event(opened.clone(), at("2026-11-19 13:30"), at("2026-11-23 09:00"));
    assert_eq!(judged(&late, "2026-11-24").1, [Finding::NotHeld]);
    let next_day = given.event(opened, at("2026-11-19 13:30"), at("2026-11-20 09:00"));
    assert!(!found(&next_day).contains(&Finding::NotHeld));
}

#[test]
fn the_policy_says_which_kinds_are_needed_and_for_how_long() {
    let given = Given::opened();
    assert_eq!(found(&given)[..2], [Finding::PartyMissing, Finding::DeputyMissing]);
    let party = given.clone().and_in("2026-11-19 13:35", PARTY[0]);
    let party = party.and_closed("2026-11-19 16:30").and_filed("2026-11-20 09:00");
    assert_eq!(judged(&party, "2026-12-01"), (Verdict::Invalid, vec![Finding::DeputyMissing], vec![Finding::Absence]));
    // Together for 59 minutes, in two parts.
    let sat = given.clone().and_in("2026-11-19 13:35", PARTY[0]).and_in("2026-11-19 14:00", DEPUTY[0]);
    let sat = sat.and_out("2026-11-19 14:30", DEPUTY[0]).and_in("2026-11-19 16:01", DEPUTY[0]);
    let short = sat.clone().and_closed("2026-11-19 16:30").and_filed("2026-11-20 09:00");
    assert_eq!(day_rules("2026-12-01").overlap_minutes(&short.session), 59);
    assert_eq!(judged(&short, "2026-12-01"), (Verdict::Invalid, vec![Finding::OverlapShort], vec![]));
    let enough = sat.and_closed("2026-11-19 16:31").and_filed("2026-11-20 09:00");
    assert_eq!(judged(&enough, "2026-12-01"), (Verdict::Valid, vec![], vec![]));
    // Another policy asks for two deputies.
    let mut policy: Policy = POLICY.clone();
    policy.composition.deputy = 2;
    let rules = DayRules { policy: &policy, ..day_rules("2026-12-01") };
    let judged = judge(&enough.session, &TOWN.areas, &rules).unwrap();
    assert_eq!(judged.reasons, [Finding::DeputyMissing]);
}

#[test]
fn who_does_not_check_out_stayed_to_the_end_and_an_open_session_ends_at_its_hour() {
    let minutes = |given: &Given| day_rules("2026-12-01").overlap_minutes(&given.session);
    assert_eq!(minutes(&Given::closed()), 175);
    let open = Given::opened().and_in("2026-11-19 13:35", PARTY[0]).and_in("2026-11-19 13:40", DEPUTY[0]);
    assert_eq!(minutes(&open), 170);
    // Closed the next day, the evening does not count.
    let closed = SessionEvent::Closed(SessionClosed { visitor_count: 0 });
    assert_eq!(minutes(&open.clone().then("2026-11-20 09:00", closed)), 170);
    // Another Party delegate takes over in the middle.
    let turns = Given::opened().and_in("2026-11-19 13:30", PARTY[0]).and_in("2026-11-19 13:30", DEPUTY[0]);
    let turns = turns.and_out("2026-11-19 14:30", PARTY[0]).and_in("2026-11-19 15:00", PARTY[1]);
    assert_eq!(minutes(&turns.and_closed("2026-11-19 16:00")), 120);
    assert_eq!(minutes(&Given::noticed()), 0);
}

#[test]
fn somebody_of_both_kinds_is_there_as_one() {
    let checked = Checked { delegate_id: BOTH, delegate_type: DelegateType::Deputy };
    let given = Given::opened().then("2026-11-19 13:35", SessionEvent::CheckedIn(checked));
    let given = given.and_closed("2026-11-19 16:30");
    assert!(found(&given).contains(&Finding::PartyMissing) && !found(&given).contains(&Finding::DeputyMissing));
}

#[test]
fn a_record_filed_at_last_is_late_instead_of_missing() {
    let closed = Given::closed();
    assert_eq!(judged(&closed, "2026-11-20").1, []);
    assert_eq!(judged(&closed, "2026-11-21"), (Verdict::Pending, vec![Finding::RecordMissing], vec![]));
    // Due on Friday, it may be written down on Monday.
    assert_eq!(judged(&closed, "2026-11-23").0, Verdict::Pending);
    assert_eq!(judged(&closed, "2026-11-24"), (Verdict::Invalid, vec![Finding::RecordMissing], vec![]));
    let late = closed.clone().and_filed("2026-12-10 09:00");
    assert_eq!(judged(&late, "2026-12-10"), (Verdict::Valid, vec![], vec![Finding::RecordLate]));
    let filed = SessionEvent::RecordFiled(RecordFiled { file_ids: Vec::new() });
    let in_time = closed.event(filed, at("2026-11-20 17:00"), at("2026-11-23 09:00"));
    assert_eq!(judged(&in_time, "2026-11-24"), (Verdict::Valid, vec![], vec![]));
}

#[test]
fn notices_are_found_missing_late_unlike_and_changed_too_late() {
    let held = |given: Given| {
        let given = given.and_opened("2026-11-19 13:30").and_in("2026-11-19 13:35", PARTY[0]);
        let given = given.and_in("2026-11-19 13:35", DEPUTY[0]).and_closed("2026-11-19 16:30");
        given.and_filed("2026-11-20 09:00")
    };
    assert_eq!(
        judged(&held(Given::published()), "2026-12-01"),
        (Verdict::Invalid, vec![Finding::NoticeMissing], vec![])
    );
    let late = Given::published();
    let mut draft = crate::notice::tests::draft("2026-11-17 10:00");
    draft.late_reason_given = true;
    let posted =
        crate::notice::post(&late.session, TOWN.here(), &crate::issue::fixture::rules("2026-11-17 10:00"), &draft);
    let late = posted
        .unwrap()
        .into_iter()
        .fold(late, |given, one| given.then("2026-11-17 10:00", SessionEvent::NoticePosted(one)));
    assert_eq!(judged(&held(late), "2026-12-01"), (Verdict::Valid, vec![], vec![Finding::NoticeLate]));
    let unlike = Given::noticed().and_substituted("2026-11-18 09:00", DEPUTY[0], DEPUTY[1]);
    let unlike = unlike.and_opened("2026-11-19 13:30").and_in("2026-11-19 13:35", PARTY[0]);
    let unlike =
        unlike.and_in("2026-11-19 13:35", DEPUTY[1]).and_closed("2026-11-19 16:30").and_filed("2026-11-20 09:00");
    assert_eq!(judged(&unlike, "2026-12-01"), (Verdict::Valid, vec![], vec![Finding::NoticeMismatch]));
    // Who came besides is no difference.
    let more = Given::opened().and_in("2026-11-19 13:31", PARTY[0]).and_in("2026-11-19 13:31", DEPUTY[0]);
    let more = more.and_in("2026-11-19 13:32", DEPUTY[2]).and_closed("2026-11-19 16:30").and_filed("2026-11-20 09:00");
    assert_eq!(judged(&more, "2026-12-01"), (Verdict::Valid, vec![], vec![]));
    // A grid without villages and communities owes none.
    let nobody = Areas::default();
    let judged = judge(&held(Given::published()).session, &nobody, &day_rules("2026-12-01")).unwrap();
    assert_eq!((judged.verdict, judged.reasons), (Verdict::Valid, vec![]));
}

#[test]
fn a_cancelled_session_is_excused_by_its_reason_or_was_not_held() {
    let cancelled = |reason| Given::planned().and_cancelled("2026-11-18 09:00", reason);
    assert_eq!(judge(&cancelled(SessionReason::Weather).session, &TOWN.areas, &day_rules("2026-12-01")), None);
    let inexcusable = cancelled(SessionReason::NoDelegate);
    assert_eq!(judged(&inexcusable, "2026-11-18").0, Verdict::Pending);
    assert_eq!(judged(&inexcusable, "2026-12-01"), (Verdict::Invalid, vec![Finding::NotHeld], vec![]));
}

/// The leave of a delegate over the day, approved when.
fn leave_of(who: DelegateId, approved: &str, withdrawn: Option<&str>) -> crate::leave::LeavesOf {
    let id = LeaveId(Uuid::from_u128(0x91));
    let asked =
        LeaveRequested { leave_id: id, from: day("2026-11-18"), to: day("2026-11-19"), reason_code: LeaveReason::Work };
    let decided = LeaveDecided { leave_id: id };
    let mut events =
        vec![(LeaveEvent::Requested(asked), "2026-11-10 09:00"), (LeaveEvent::Approved(decided), approved)];
    events.extend(withdrawn.map(|when| (LeaveEvent::Withdrawn(decided), when)));
    leaves(who, &events)
}

#[test]
fn leave_that_was_approved_before_the_day_excuses_and_a_substitute_has_the_slot() {
    let given = Given::opened().and_in("2026-11-19 13:35", PARTY[0]);
    let state = |leaves: &crate::leave::LeavesOf, today: &str| {
        let rules = DayRules { leaves, ..day_rules(today) };
        given.session.slots.iter().map(|slot| rules.slot_state(&given.session, slot)).collect::<Vec<_>>()
    };
    let none = crate::leave::LeavesOf::new();
    assert_eq!(state(&none, "2026-11-19"), [SlotState::Attended, SlotState::Assigned]);
    assert_eq!(state(&none, "2026-11-20"), [SlotState::Attended, SlotState::Absent]);
    let away = leave_of(DEPUTY[0], "2026-11-18 23:00", None);
    assert_eq!(state(&away, "2026-11-20"), [SlotState::Attended, SlotState::OnLeave]);
    let too_late = leave_of(DEPUTY[0], "2026-11-19 00:00", None);
    assert_eq!(state(&too_late, "2026-11-20")[1], SlotState::Absent);
    let back = leave_of(DEPUTY[0], "2026-11-11 09:00", Some("2026-11-19 09:00"));
    assert_eq!(state(&back, "2026-11-20")[1], SlotState::Absent);
    let after = leave_of(DEPUTY[0], "2026-11-11 09:00", Some("2026-11-20 09:00"));
    assert_eq!(state(&after, "2026-11-20")[1], SlotState::OnLeave);
    // Who stands in has the slot and its attendance.
    let given = given.and_substituted("2026-11-19 13:40", DEPUTY[0], DEPUTY[1]);
    let rules = day_rules("2026-11-20");
    assert_eq!(rules.slot_state(&given.session, &given.session.slots[1]), SlotState::Absent);
    let came = given.and_in("2026-11-19 13:45", DEPUTY[1]);
    assert_eq!(rules.slot_state(&came.session, &came.session.slots[1]), SlotState::Substituted);
    assert!(!found(&came).contains(&Finding::Absence));
}
