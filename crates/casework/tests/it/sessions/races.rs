//! What two people do at once ends as if one came after the other.

use super::{NEXT, of_grid, who};
use crate::town::{Town, at, code, day, done};
use casework::leaves::NewLeave;
use casework::sessions::rotas::NewRota;
use casework::transact::Outcome;
use domain::session::{ExtraDraft, MoveDraft};
use domain::vocabulary::{LeaveReason, SessionReason};
use futures_util::future::join;

fn onto(held_on: &str) -> MoveDraft {
    MoveDraft {
        held_on: Some(day(held_on)),
        from: None,
        to: None,
        venue: None,
        reason_code: SessionReason::Weather,
        at: at("2026-11-19 15:00"),
    }
}

#[tokio::test]
async fn one_plan_of_two_plans_and_the_other_finds_it_done() {
    let town = Town::new().await;
    let draft = of_grid(town.grid, "2026-11-19", "2026-12-31");
    let (one, two) = (town.call("one"), town.call("two"));
    let (one, two) = join(
        town.casework.plan_sessions(&one, &draft, false, None),
        town.casework.plan_sessions(&two, &draft, false, None),
    )
    .await;
    let counts = [done(one.unwrap()), done(two.unwrap())].map(|done| (done.plan.planned, done.plan.unchanged));
    assert!(counts == [(7, 0), (0, 7)] || counts == [(0, 7), (7, 0)], "{counts:?}");
}

#[tokio::test]
async fn two_copies_of_one_plan_are_one() {
    let town = Town::new().await;
    let draft = of_grid(town.grid, "2026-11-19", "2026-12-31");
    let call = town.call("plan");
    let copies = (0..4).map(|_| town.casework.plan_sessions(&call, &draft, false, None));
    let outcomes = futures_util::future::join_all(copies).await;
    assert_eq!(outcomes.iter().filter(|outcome| matches!(outcome, Ok(Outcome::Done(_)))).count(), 1);
    assert_eq!(outcomes.iter().filter(|outcome| matches!(outcome, Ok(Outcome::Replayed(_)))).count(), 3);
}

/// Wherever the caller went away, what was recorded is all of it or nothing, and the next copy of the command says so.
#[tokio::test]
async fn a_plan_whose_caller_went_away_is_whole_or_not_at_all() {
    for polls in [1_u32, 2, 3, 5, 8, 13, 40] {
        let town = Town::new().await;
        let draft = of_grid(town.grid, "2026-11-19", "2026-12-31");
        let call = town.call("plan");
        {
            let mut plan = std::pin::pin!(town.casework.plan_sessions(&call, &draft, false, None));
            for _ in 0..polls {
                if futures_util::poll!(plan.as_mut()).is_ready() {
                    break;
                }
                tokio::task::yield_now().await;
            }
        }
        // What the writer has taken in, it records.
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        match town.casework.plan_sessions(&call, &draft, false, None).await.unwrap() {
            Outcome::Done(done) => assert_eq!((done.plan.planned, done.plan.unchanged), (7, 0)),
            Outcome::Replayed(record) => {
                assert_eq!(town.casework.planned_before(&draft, &record).await.unwrap().plan.planned, 7);
            }
        }
        for on in ["2026-11-19", NEXT, "2026-12-31"] {
            assert_eq!(town.session(town.session_id(on)).await.version.0, 1, "{polls} {on}");
        }
    }
}

#[tokio::test]
async fn no_day_is_given_to_two_sessions_of_a_grid() {
    let town = Town::planned().await;
    let cases = &town.casework;
    // Two are moved there, or one is while an extra one is added, or while a plan would put its own there.
    let (one, two) = (town.session_id(NEXT), town.session_id("2026-12-03"));
    let (first, second) = (town.call("first"), town.call("second"));
    let draft = onto("2026-11-30");
    let (first, second) =
        join(cases.move_session(&first, one, &draft, "…"), cases.move_session(&second, two, &draft, "…")).await;
    let codes = [code(first), code(second)];
    assert!(codes == ["done", "day_taken"] || codes == ["day_taken", "done"], "{codes:?}");

    let extra = ExtraDraft {
        grid_id: town.grid,
        held_on: day("2026-12-14"),
        from: None,
        to: None,
        venue: None,
        makes_up_session_id: None,
        at: at("2026-11-19 15:00"),
    };
    let (add, shift) = (town.call("add"), town.call("shift"));
    let (draft, third) = (onto("2026-12-14"), town.session_id("2026-12-17"));
    let (added, moved) =
        join(cases.add_session(&add, &extra, "…"), cases.move_session(&shift, third, &draft, "…")).await;
    let codes = [code(added), code(moved)];
    assert!(codes == ["done", "day_taken"] || codes == ["day_taken", "done"], "{codes:?}");

    let plan = of_grid(town.grid, "2027-01-07", "2027-01-07");
    let (add, planning) = (town.call("move"), town.call("plan 2027"));
    let (draft, last) = (onto("2027-01-07"), town.session_id("2026-12-31"));
    let (moved, planned) =
        join(cases.move_session(&add, last, &draft, "…"), cases.plan_sessions(&planning, &plan, false, None)).await;
    let planned = done(planned.unwrap()).plan.planned;
    let codes = (code(moved), planned);
    assert!(codes == ("done", 0) || codes == ("day_taken", 1), "{codes:?}");
}

#[tokio::test]
async fn nobody_is_put_on_a_rota_after_a_leave_that_came_first() {
    let town = Town::planned().await;
    let cases = &town.casework;
    let (delegate, id) = (town.delegates[0], town.session_id(NEXT));
    let new = NewLeave {
        from: day("2026-11-25"),
        to: day("2026-11-27"),
        reason_code: LeaveReason::Work,
        reason: None,
        at: None,
    };
    let asked = done(cases.request_leave(&town.call("leave"), delegate, &new).await.unwrap());
    let leave = asked.loaded.state.all[0].id;
    let (approve, assign) = (town.call("approve"), town.call("assign"));
    let rota = [NewRota { session_id: id, slots: vec![who(delegate)] }];
    let (approved, assigned) = join(
        cases.decide_leave(&approve, delegate, leave, true, None, None),
        cases.assign_rotas(&assign, town.grid, &rota, None, None),
    )
    .await;
    let approved = done(approved.unwrap()).position;
    match assigned {
        Ok(assigned) => assert!(done(assigned).position < approved),
        refused @ Err(_) => assert_eq!(code(refused), "on_leave"),
    }
    let again = cases.assign_rotas(&town.call("late"), town.grid, &rota, None, None).await;
    assert!(matches!(code(again), "on_leave"));
}
