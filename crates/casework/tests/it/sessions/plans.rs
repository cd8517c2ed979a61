//! The plan of a quarter: holidays postpone and merge, the same plan again records nothing, and a calendar amended later
//! moves and cancels.

use super::{NEXT, of_grid, quarter};
use crate::town::{Town, at, code, day, done};
use casework::Failure;
use casework::transact::Outcome;
use domain::calendar::{CalendarYear, NamedDay};
use domain::session::{ExtraDraft, MoveDraft, Plan};
use domain::vocabulary::{Placement, SessionReason, SessionState};
use event_store::Position;

fn counts(plan: &Plan) -> [u32; 5] {
    let Plan { planned, moved, cancelled, unchanged, left_alone, .. } = *plan;
    [planned, moved, cancelled, unchanged, left_alone]
}

#[tokio::test]
async fn a_quarter_is_planned_once_for_every_grid() {
    let town = Town::new().await;
    let cases = &town.casework;
    let head = cases.store.head().position;
    let dry = done(cases.plan_sessions(&town.call("dry"), &quarter(), true, None).await.unwrap());
    assert_eq!((cases.store.head().position, dry.position), (head, head));

    let planned = done(cases.plan_sessions(&town.call("plan"), &quarter(), false, None).await.unwrap());
    assert_eq!((counts(&planned.plan), &planned.plan), ([182, 0, 0, 0, 0], &dry.plan));
    assert_eq!((planned.position, cases.store.head().position), (Position(head.0 + 182), planned.position));
    let first = &planned.plan.days[0];
    assert_eq!(
        (first.ordinary_on, first.placement, first.merged_into),
        (day("2026-10-01"), Placement::Merged, Some(day("2026-10-08")))
    );
    let merged = town.session(town.session_id("2026-10-08")).await;
    assert_eq!(merged.state.held.merged_days, [day("2026-10-01")]);
    // The policy in force on its day, and the grid, are in the leaf.
    let policy = cases.reference().policies.in_force(day("2026-10-08")).unwrap().position();
    assert_eq!((merged.state.policy, merged.state.grid_id), (Some(policy), town.grid));

    let again = done(cases.plan_sessions(&town.call("again"), &quarter(), false, None).await.unwrap());
    assert_eq!((counts(&again.plan), again.position), ([0, 0, 0, 182, 0], planned.position));
    // The very command again answers what it answered, whatever has happened since.
    let cancelled = town.session_id(NEXT);
    let call = town.call("cancel");
    done(cases.cancel_session(&call, cancelled, SessionReason::Weather, "台风。", None).await.unwrap());
    let Ok(Outcome::Replayed(record)) = cases.plan_sessions(&town.call("plan"), &quarter(), false, None).await else {
        panic!("a replay")
    };
    let told = cases.planned_before(&quarter(), &record).await.unwrap();
    assert_eq!((told.plan, told.position), (planned.plan, planned.position));
}

#[tokio::test]
async fn a_plan_of_new_year_looks_at_the_calendar_of_that_year() {
    let town = Town::new().await;
    // 2027 has no calendar yet: Monday to Friday.
    let draft = of_grid(town.grid, "2026-12-31", "2027-01-14");
    let planned = done(town.casework.plan_sessions(&town.call("plan"), &draft, false, None).await.unwrap());
    assert_eq!(counts(&planned.plan), [3, 0, 0, 0, 0]);
    assert!(town.session(town.session_id("2027-01-07")).await.state.provisional);
    assert!(!town.session(town.session_id("2026-12-31")).await.state.provisional);
}

#[tokio::test]
async fn a_calendar_amended_later_moves_and_cancels_what_people_left() {
    let town = Town::planned().await;
    let cases = &town.casework;
    let by_hand = MoveDraft {
        held_on: Some(day("2026-12-11")),
        from: None,
        to: None,
        venue: None,
        reason_code: SessionReason::Election,
        at: at("2026-11-19 15:00"),
    };
    let moved = town.session_id("2026-12-10");
    done(cases.move_session(&town.call("move"), moved, &by_hand, "选举。").await.unwrap());
    let mut year: CalendarYear = serde_json::from_str(include_str!("../../../../../data/calendars/2026.json")).unwrap();
    let closed = ["2026-12-03", "2026-12-10", "2026-12-24", "2026-12-25", "2026-12-28", "2026-12-29", "2026-12-30"];
    year.local_closures = closed.map(|on| NamedDay { date: day(on), name: "停电检修".to_owned() }).into();
    done(cases.publish_calendar(&town.call("calendar"), &year, None).await.unwrap());

    let draft = of_grid(town.grid, "2026-11-19", "2026-12-31");
    let plan = done(cases.plan_sessions(&town.call("replan"), &draft, false, None).await.unwrap()).plan;
    // 12-03 is held on the 4th, 12-24 falls on the 31st, whose session says so; 12-10 was moved by hand.
    assert_eq!(counts(&plan), [0, 2, 1, 3, 1]);
    let session = async |on| town.session(town.session_id(on)).await.state.clone();
    assert_eq!(session("2026-12-03").await.held.on, day("2026-12-04"));
    assert_eq!(session("2026-12-24").await.state, SessionState::Cancelled);
    assert_eq!(session("2026-12-31").await.held.merged_days, [day("2026-12-24")]);
    assert_eq!(session("2026-12-10").await.held.on, day("2026-12-11"));
    let again = done(cases.plan_sessions(&town.call("once more"), &draft, false, None).await.unwrap()).plan;
    assert_eq!(counts(&again), [0, 0, 0, 6, 1]);
}

#[tokio::test]
async fn what_does_not_fit_in_a_plan_is_told_at_once_and_before_a_precondition() {
    let town = Town::new().await;
    let mut draft = of_grid(town.grid, "2026-11-19", "2028-12-31");
    draft.grid_ids = Some(vec![town.grid, town.grid]);
    let call = town.call_if("plan", 3);
    let Err(Failure::Invalid(faults)) =
        town.casework.plan_sessions(&call, &draft, false, Some(at("2026-11-19 15:01"))).await
    else {
        panic!("three faults")
    };
    let told: Vec<_> =
        faults.iter().map(|fault| (fault.code.as_str(), fault.pointer.as_deref().unwrap_or_default())).collect();
    assert_eq!(told, [("out_of_range", "/to"), ("duplicate", "/grid_ids/1"), ("in_the_future", "/occurred_at")]);
    let fits = of_grid(town.grid, "2026-11-19", "2026-12-31");
    assert_eq!(code(town.casework.plan_sessions(&call, &fits, false, None).await), "stale");
}

#[tokio::test]
async fn an_extra_session_makes_up_for_one_that_stays_missed() {
    let town = Town::planned().await;
    let cases = &town.casework;
    let (next, missed) = (town.session_id(NEXT), town.session_id("2026-12-31"));
    let cancelled = cases.cancel_session(&town.call("off"), missed, SessionReason::Other, "…", None).await;
    done(cancelled.unwrap());
    let extra = |held_on: &str| ExtraDraft {
        grid_id: town.grid,
        held_on: day(held_on),
        from: None,
        to: None,
        venue: None,
        makes_up_session_id: Some(missed),
        at: at("2026-11-19 15:00"),
    };
    let added = done(cases.add_session(&town.call("extra"), &extra("2026-11-27"), "补上。").await.unwrap());
    assert_eq!((added.loaded.state.extra, added.loaded.state.grid_id), (true, town.grid));
    assert_eq!(town.session(town.session_id("2026-11-27")).await.state, added.loaded.state);
    assert_eq!(code(cases.add_session(&town.call("2"), &extra("2026-11-27"), "…").await), "already_planned");
    assert_eq!(code(cases.add_session(&town.call("3"), &extra("2026-12-03"), "…").await), "already_planned");
    let still = ExtraDraft { makes_up_session_id: Some(next), ..extra("2026-11-30") };
    assert_eq!(code(cases.add_session(&town.call("8"), &still, "…").await), "wrong_state");
    let elsewhere = domain::ids::SessionId(uuid::Uuid::from_u128(9));
    let unknown = ExtraDraft { makes_up_session_id: Some(elsewhere), ..extra("2026-11-30") };
    assert_eq!(code(cases.add_session(&town.call_if("4", 1), &unknown, "…").await), "unknown_id");
    assert_eq!(code(cases.add_session(&town.call_if("5", 1), &extra("2026-11-30"), "…").await), "stale");
    // The Thursday's own session cannot be moved there, and the plan leaves the extra one alone.
    let onto = MoveDraft {
        held_on: Some(day("2026-11-27")),
        from: None,
        to: None,
        venue: None,
        reason_code: SessionReason::Weather,
        at: at("2026-11-19 15:00"),
    };
    assert_eq!(code(cases.move_session(&town.call("6"), next, &onto, "…").await), "day_taken");
    let draft = of_grid(town.grid, "2026-11-19", "2026-12-31");
    assert_eq!(
        counts(&done(cases.plan_sessions(&town.call("7"), &draft, false, None).await.unwrap()).plan),
        [0, 0, 0, 6, 1]
    );
}
