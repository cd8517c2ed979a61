//! O-1 to O-5: what a session makes people owe.

use super::{Happened, World, tell};
use crate::calendar::{CalendarEvent, NamedDay};
use crate::clock::{Obligation, OwedBy, Part};
use crate::delegate::{DelegateEvent, Departed, MandateGiven, Registered};
use crate::fixtures::{calendar_years, day, policies, stamp};
use crate::ids::{DelegateId, LeaveId};
use crate::issue::fixture::at;
use crate::leave::{LeaveDecided, LeaveEvent, LeaveRequested};
use crate::policy::{Policies, PolicyEvent};
use crate::session::fixture::{COMMUNITY, DEPUTY, GRID, Given, PARTY, VILLAGE};
use crate::session::{RecordFiled, SessionClosed, SessionEvent, SessionOpened};
use crate::vocabulary::{DelegateType, DepartureReason, LeaveReason, ObligationStatus, SessionReason};
use crate::{Fold as _, Stamp};
use serde_json::json;
use std::collections::BTreeMap;
use uuid::Uuid;

const LATE: &str = "2027-01-31 09:00";

#[test]
fn a_session_with_all_that_belongs_to_it_breaks_nothing() {
    let world = World::of(&Given::filed());
    assert_eq!(world.told(LATE), Vec::<String>::new());
    for code in ["O-1", "O-2", "O-3", "O-4", "O-5"] {
        let standing = world.status(code, LATE);
        assert!(
            !standing.is_empty() && standing.iter().all(|one| *one == ObligationStatus::Fulfilled),
            "{code} {standing:?}"
        );
    }
}

#[test]
fn a_session_that_nobody_held_is_missed_and_so_is_every_duty() {
    // Judged when nothing that is written down can count for the day any more.
    let missed = "O-1 session_missed due 11-19 judged 11-21 00:00";
    let duty = "O-3 duty_missed due 11-19 judged 11-21 00:00";
    assert_eq!(World::of(&Given::noticed()).told(LATE), [missed, duty, duty]);
    let world = World::of(&Given::noticed());
    assert_eq!(world.status("O-1", "2026-11-20 23:59"), [ObligationStatus::NotYetDue]);
    assert_eq!(world.status("O-1", "2026-11-21 00:00"), [ObligationStatus::Missing]);
    // Opened and closed, but written down too late: the same.
    let late =
        Given::noticed().event(SessionEvent::Opened(SessionOpened {}), at("2026-11-19 13:30"), at("2026-11-23 09:00"));
    let late = late.event(
        SessionEvent::Closed(SessionClosed { visitor_count: 0 }),
        at("2026-11-19 16:30"),
        at("2026-11-23 09:01"),
    );
    assert_eq!(World::of(&late).told("2026-11-23 12:00"), [missed, duty, duty]);
}

#[test]
fn a_rota_that_was_never_published_is_owed_from_the_day_on() {
    let world = World::of(&Given::with_rota());
    let missed: Vec<String> = world.told(LATE).into_iter().filter(|one| one.starts_with("O-3")).collect();
    assert_eq!(missed, ["O-3 duty_missed due 11-19 judged 11-21 00:00"; 2]);
    let opens = |given: &Given| {
        World::of(given).at(at("2026-11-10 09:00"), |all, _| {
            all.iter().find(|one| one.key.code.as_str() == "O-3").map(|one| one.opens_on)
        })
    };
    assert_eq!(
        (opens(&Given::with_rota()), opens(&Given::published())),
        (Some(day("2026-11-19")), Some(day("2026-11-03")))
    );
}

#[test]
fn a_breach_happened_at_the_end_of_its_day_and_says_who_owed_it() {
    let world = World::of(&Given::published());
    let found = world.run(&super::Happened::new(), at(LATE));
    let missed = found.iter().find(|one| super::tell(one).starts_with("O-1")).unwrap();
    assert_eq!((missed.occurred_at, missed.grid_id), (at("2026-11-20 00:00"), GRID));
    world.at(at(LATE), |obligations, _| {
        let of = |code: &str| {
            obligations.iter().filter(move |one| one.key.code.as_str() == code).collect::<Vec<&Obligation<'_>>>()
        };
        assert_eq!(of("O-1")[0].owed_by, OwedBy::area(GRID));
        assert_eq!(of("O-3")[0].owed_by, OwedBy::delegate(PARTY[0]));
        assert_eq!(of("O-3")[0].key.part, Some(Part::Of(PARTY[0].0)));
        let units: Vec<OwedBy> = of("O-5").iter().map(|one| one.owed_by.clone()).collect();
        assert_eq!(units, [OwedBy::area(VILLAGE), OwedBy::area(COMMUNITY)]);
    });
}

#[test]
fn what_was_cancelled_for_a_good_reason_is_excused_and_what_was_not_is_missed() {
    let cancelled = |reason| World::of(&Given::noticed().and_cancelled("2026-11-18 09:00", reason));
    for reason in [SessionReason::Weather, SessionReason::Calendar] {
        let world = cancelled(reason);
        assert_eq!(world.told(LATE), Vec::<String>::new(), "{reason}");
        assert_eq!(world.status("O-1", LATE), [ObligationStatus::Excused]);
    }
    let missed = ["O-1 session_missed due 11-19 judged 11-21 00:00"];
    assert_eq!(cancelled(SessionReason::NoDelegate).told(LATE), missed);
}

#[test]
fn one_kind_alone_fails_the_composition_and_says_what_was_missing() {
    let given = Given::opened().and_in("2026-11-19 13:35", PARTY[0]).and_closed("2026-11-19 16:30");
    let world = World::of(&given.and_filed("2026-11-20 09:00"));
    assert_eq!(
        world.told(LATE),
        ["O-2 composition_failed due 11-19 judged 11-21 00:00", "O-3 duty_missed due 11-19 judged 11-21 00:00"]
    );
    let found = world.run(&super::Happened::new(), at(LATE));
    let crate::clock::ObligationEvent::Breached(failed) = &found[0].event else { panic!("{found:?}") };
    assert_eq!(serde_json::to_value(&failed.missing).unwrap(), json!(["deputy"]));
    let short = Given::opened().and_in("2026-11-19 13:35", PARTY[0]).and_in("2026-11-19 16:00", DEPUTY[0]);
    let short = World::of(&short.and_closed("2026-11-19 16:30").and_filed("2026-11-20 09:00"));
    assert_eq!(short.told(LATE), ["O-2 composition_failed due 11-19 judged 11-21 00:00"]);
}

fn leave(world: &mut World, approved: &str) {
    let id = LeaveId(Uuid::from_u128(0x91));
    let asked =
        LeaveRequested { leave_id: id, from: day("2026-11-19"), to: day("2026-11-19"), reason_code: LeaveReason::Work };
    let events = [
        (LeaveEvent::Requested(asked), "2026-11-10 09:00"),
        (LeaveEvent::Approved(LeaveDecided { leave_id: id }), approved),
    ];
    for (version, (event, when)) in (1..).zip(events) {
        let stamp = Stamp { occurred_at: at(when), recorded_at: at(when), ..stamp(60 + version, version) };
        world.leaves.push((DEPUTY[0], event, stamp));
    }
}

#[test]
fn a_duty_is_kept_by_coming_passed_on_by_substitution_and_excused_by_leave() {
    let held = |given: Given| given.and_closed("2026-11-19 16:30").and_filed("2026-11-20 09:00");
    let alone = held(Given::opened().and_in("2026-11-19 13:35", PARTY[0]).and_in("2026-11-19 13:36", DEPUTY[1]));
    let missed = ["O-3 duty_missed due 11-19 judged 11-21 00:00"];
    let mut world = World::of(&alone);
    assert_eq!(world.told(LATE), missed);
    leave(&mut world, "2026-11-18 23:59");
    assert_eq!(world.told(LATE), Vec::<String>::new());
    assert_eq!(world.status("O-3", LATE), [ObligationStatus::Fulfilled, ObligationStatus::Excused]);
    let mut world = World::of(&alone);
    leave(&mut world, "2026-11-19 09:00");
    assert_eq!(world.told(LATE), missed, "approved on the day itself");
    // The substitute has the duty; who had it is quit of it.
    let passed =
        Given::opened().and_substituted("2026-11-19 13:31", DEPUTY[0], DEPUTY[2]).and_in("2026-11-19 13:35", PARTY[0]);
    let world = World::of(&held(passed.clone().and_in("2026-11-19 13:40", DEPUTY[2])));
    assert_eq!(world.status("O-3", LATE), [ObligationStatus::Fulfilled; 3]);
    let world = World::of(&held(passed.and_in("2026-11-19 13:40", DEPUTY[1])));
    assert_eq!(world.told(LATE)[0], missed[0]);
}

#[test]
fn the_liaison_is_reminded_of_a_record_supervised_and_told_to_all() {
    let world = World::of(&Given::closed());
    assert_eq!(
        world.told(LATE),
        [
            "O-4 reminder due 11-20 judged 11-23 09:00",
            "O-4 record_late due 11-20 judged 11-24 00:00",
            "O-4 supervision due 11-20 judged 11-27 09:00",
            "O-4 circular due 11-20 judged 12-04 09:00",
        ]
    );
    // Filed meanwhile it is late, and nobody is reminded any more.
    let filed = World::of(&Given::closed().and_filed("2026-11-24 10:00"));
    assert_eq!(
        filed.told(LATE),
        ["O-4 reminder due 11-20 judged 11-23 09:00", "O-4 record_late due 11-20 judged 11-24 00:00"]
    );
    assert_eq!(filed.status("O-4", LATE), [ObligationStatus::Late]);
    // Said to be filed in time, and written down the next working day after all: nothing is breached.
    let filed = SessionEvent::RecordFiled(RecordFiled { file_ids: Vec::new() });
    let in_time = Given::closed().event(filed, at("2026-11-20 17:00"), at("2026-11-23 17:00"));
    assert_eq!(World::of(&in_time).told(LATE), ["O-4 reminder due 11-20 judged 11-23 09:00"]);
    // Closed by a leaf of much later, the days run from then on.
    let closed = Given::opened().event(
        SessionEvent::Closed(SessionClosed { visitor_count: 0 }),
        at("2026-11-19 16:30"),
        at("2026-12-07 09:00"),
    );
    let late: Vec<String> = World::of(&closed).told(LATE).into_iter().filter(|one| one.starts_with("O-4")).collect();
    assert_eq!(
        late[..2],
        ["O-4 reminder due 11-20 judged 12-08 09:00", "O-4 record_late due 11-20 judged 12-09 00:00"]
    );
}

#[test]
fn a_notice_is_late_then_missing_and_reminded_of_while_it_helps() {
    let filed = |given: Given| {
        let given = given.and_opened("2026-11-19 13:30").and_in("2026-11-19 13:35", PARTY[0]);
        given.and_in("2026-11-19 13:35", DEPUTY[0]).and_closed("2026-11-19 16:30").and_filed("2026-11-20 09:00")
    };
    let of_one = |world: &World| world.told(LATE).into_iter().step_by(2).collect::<Vec<String>>();
    let world = World::of(&filed(Given::published()));
    assert_eq!(
        of_one(&world),
        [
            "O-5 reminder due 11-16 judged 11-17 09:00",
            "O-5 notice_late due 11-16 judged 11-18 00:00",
            "O-5 notice_missing due 11-19 judged 11-21 00:00",
        ]
    );
    // What hangs there says something else.
    let unlike = Given::noticed().and_substituted("2026-11-18 09:00", DEPUTY[0], DEPUTY[1]);
    let unlike = unlike.and_opened("2026-11-19 13:30").and_in("2026-11-19 13:35", PARTY[0]);
    let unlike =
        unlike.and_in("2026-11-19 13:35", DEPUTY[1]).and_closed("2026-11-19 16:30").and_filed("2026-11-20 09:00");
    assert_eq!(of_one(&World::of(&unlike)), ["O-5 notice_mismatch due 11-19 judged 11-21 00:00"]);
    assert_eq!(World::of(&unlike).status("O-5", LATE), [ObligationStatus::Missing; 2]);
    // Planned too late for any notice in time: the first working day after is early enough, and the day itself too late.
    let short =
        Given::planned_on("2026-11-19", "2026-11-17 09:00").and_rota("2026-11-17 10:00", &[PARTY[0], DEPUTY[0]]);
    let short = short.and_published("2026-11-17 11:00");
    let posted = World::of(&filed(short.clone().and_noticed("2026-11-18 10:00")));
    assert_eq!(posted.told(LATE), Vec::<String>::new());
    assert_eq!(of_one(&World::of(&filed(short)))[0], "O-5 notice_late due 11-18 judged 11-20 00:00");
}

#[test]
fn a_calendar_published_later_moves_an_open_due_date_to_a_later_day_and_never_back() {
    let closed = |date: &str| {
        let mut year = calendar_years().pop().unwrap();
        year.local_closures = vec![NamedDay { date: day(date), name: "停电".to_owned() }];
        CalendarEvent::Amended(year)
    };
    let amended = |event: CalendarEvent, when: &str| {
        let mut world = World::of(&Given::closed());
        let stamp = Stamp { occurred_at: at(when), recorded_at: at(when), ..stamp(500, 2) };
        world.calendars.push((event, stamp));
        world
    };
    let breach = |world: &World| world.told(LATE).into_iter().find(|one| one.contains("record_late")).unwrap();
    // The Friday is closed: due on Monday, and judged a working day later.
    let moved = amended(closed("2026-11-20"), "2026-11-20 08:00");
    assert_eq!(breach(&moved), "O-4 record_late due 11-23 judged 11-25 00:00");
    // Taken back, the promise stands.
    let mut back = moved.clone();
    let when = "2026-11-20 12:00";
    let again = Stamp { occurred_at: at(when), recorded_at: at(when), ..stamp(501, 3) };
    back.calendars.push((CalendarEvent::Amended(calendar_years().pop().unwrap()), again));
    assert_eq!(breach(&back), "O-4 record_late due 11-23 judged 11-25 00:00");
    // What was breached by then stays breached.
    assert_eq!(
        breach(&amended(closed("2026-11-20"), "2026-11-24 08:00")),
        "O-4 record_late due 11-20 judged 11-24 00:00"
    );
}

/// The default with values of the clock replaced.
fn with_clock(values: &[(&str, serde_json::Value)]) -> Policies {
    let mut document: serde_json::Value = serde_json::from_str(crate::fixtures::POLICY).unwrap();
    for (key, value) in values {
        document["clock"][key] = value.clone();
    }
    let mut policies = Policies::default();
    policies.apply(&PolicyEvent::VersionAdopted(document.into()), &stamp(3, 1));
    policies
}

#[test]
fn the_policy_says_from_when_on_and_of_what_one_is_reminded() {
    let with = |values: &[(&str, serde_json::Value)]| {
        let mut world = World::of(&Given::closed());
        world.policies = with_clock(values);
        world.told(LATE)
    };
    assert_eq!(with(&[("from", json!("2026-11-21"))]), Vec::<String>::new());
    assert_eq!(with(&[("from", json!("2026-11-20"))]).len(), 4);
    assert_eq!(with(&[("tiered", json!(["O-5"]))]), ["O-4 record_late due 11-20 judged 11-24 00:00"]);
    assert_eq!(with(&[("silent", json!(["O-4"]))]), Vec::<String>::new());
    assert_eq!(with(&[("claim_working_days", json!(0))])[0], "O-4 record_late due 11-20 judged 11-21 00:00");
    assert_eq!(with(&[("notices_at", json!("08:30"))])[0], "O-4 reminder due 11-20 judged 11-23 08:30");
}

#[test]
fn under_a_policy_of_schema_1_the_clock_does_nothing_and_afterwards_only_what_is_due_from_then_on() {
    let golden: serde_json::Value =
        serde_json::from_str(include_str!("../../../golden/policy.version_adopted.1.json")).unwrap();
    let mut world = World::of(&Given::noticed());
    world.policies = Policies::default();
    world.policies.apply(&PolicyEvent::VersionAdopted(golden["public"].clone().into()), &stamp(3, 1));
    assert_eq!(world.told(LATE), Vec::<String>::new());
    assert_eq!(world.status("O-1", LATE), [ObligationStatus::Missing], "it is owed all the same");
    // Schema 2 is adopted after the session: what was due before does not count.
    let adopt = |world: &World, when: &str| {
        let mut world = world.clone();
        let document: serde_json::Value = serde_json::from_str(crate::fixtures::POLICY).unwrap();
        let stamp = Stamp { occurred_at: at(when), recorded_at: at(when), ..stamp(400, 2) };
        world.policies.apply(&PolicyEvent::VersionAdopted(document.into()), &stamp);
        world.told(LATE)
    };
    assert_eq!(adopt(&world, "2026-11-20 09:00"), Vec::<String>::new());
    assert_eq!(adopt(&world, "2026-11-19 09:00").len(), 3);
    assert!(policies().newest().unwrap().clock_runs());
}

#[test]
fn whoever_left_before_the_day_owes_no_duty_and_notices_are_to_leave_them_out() {
    let (mut timeline, recorded) = World::of(&Given::noticed()).recorded();
    let on = |when, version| Stamp { occurred_at: at(when), recorded_at: at(when), ..stamp(300 + version, version) };
    let registered = Registered { name: "赵离任".to_owned() };
    let given = MandateGiven { delegate_type: DelegateType::Party, from: day("2023-12-01") };
    let departed = Departed { reason_code: DepartureReason::Resignation, on: day("2026-11-18") };
    for (event, stamp) in [
        (DelegateEvent::Registered(registered), on("2026-11-01 09:00", 1)),
        (DelegateEvent::MandateGiven(given), on("2026-11-01 09:00", 2)),
        (DelegateEvent::Departed(departed), on("2026-11-17 09:00", 3)),
    ] {
        timeline.take(Some(PARTY[0].0), &event.into(), &stamp);
    }
    let found = recorded.happenings(&timeline, &Happened::new(), at(LATE));
    let mismatch = "O-5 notice_mismatch due 11-19 judged 11-21 00:00";
    assert_eq!(
        found.iter().map(tell).collect::<Vec<_>>(),
        [
            "O-1 session_missed due 11-19 judged 11-21 00:00",
            "O-3 duty_missed due 11-19 judged 11-21 00:00",
            mismatch,
            mismatch
        ]
    );
    let outlook = recorded.outlook(&timeline, &BTreeMap::new(), at(LATE));
    let of = |who: DelegateId| {
        let duty = outlook.entries.iter().find(|entry| entry.owed_by == OwedBy::delegate(who)).unwrap();
        duty.status_on(day("2027-01-31"))
    };
    assert_eq!([PARTY[0], DEPUTY[0]].map(of), [ObligationStatus::Excused, ObligationStatus::Missing]);
}
