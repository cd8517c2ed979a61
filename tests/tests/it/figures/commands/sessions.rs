//! What the driver may say of sessions and of leave: plans of the last weeks, which nobody opens in time any more, and
//! sessions of today that are held.

use super::receptions::{correction, decided};
use crate::figures::clock::{now, today};
use crate::figures::compare::Beside;
use crate::figures::driver::{Driver, Grid};
use crate::figures::sessions::Session;
use crate::harness::instant;
use chrono::{Days, Duration};
use serde_json::{Value, json};

/// A plan, a rota, something that happens to a session, or a leave.
pub fn step(driver: &mut Driver, beside: &Beside) -> (String, Value) {
    let grid = driver.dice.one(&driver.grids).clone();
    let mut of_grid: Vec<&Session> =
        beside.town.sessions.values().filter(|session| session.grid == grid.id && is_near(session)).collect();
    if of_grid.is_empty() || driver.dice.percent(6) {
        return plan(driver, &grid);
    }
    if driver.dice.percent(10) {
        return leave(driver, beside, &grid);
    }
    // Most of what can be told is told of today.
    if driver.dice.percent(75) && of_grid.iter().any(|session| session.held_on == today()) {
        of_grid.retain(|session| session.held_on == today());
    }
    let session = (*driver.dice.one(&of_grid)).clone();
    of_session(driver, beside, &grid, &session)
}

fn is_near(session: &Session) -> bool {
    (session.held_on - today()).num_days().abs() <= 60
}

fn plan(driver: &mut Driver, grid: &Grid) -> (String, Value) {
    if driver.dice.percent(50) {
        let (from, to) = (today() - Days::new(driver.dice.below(50)), today() + Days::new(driver.dice.below(20)));
        return ("/v1/session-plans".to_owned(), json!({"from": from, "to": to, "grid_ids": [grid.id]}));
    }
    ("/v1/sessions".to_owned(), json!({"grid_id": grid.id, "held_on": today(), "reason": "补开一场。"}))
}

fn leave(driver: &mut Driver, beside: &Beside, grid: &Grid) -> (String, Value) {
    let who = driver.dice.one(&grid.delegates).clone();
    let (from, to) = (today() + Days::new(driver.dice.below(3)), today() + Days::new(3 + driver.dice.below(20)));
    let ask = (
        format!("/v1/delegates/{who}/leaves"),
        json!({"from": from, "to": to, "reason_code": driver.dice.one(&["work", "personal"])}),
    );
    let Some(asked) = beside.town.leaves_of(&who).iter().rev().find(|leaf| leaf.fact() == "requested") else {
        return ask;
    };
    let asked = asked.text("leave_id").unwrap();
    match driver.dice.below(4) {
        0 => ask,
        1 => (format!("/v1/delegates/{who}/leaves/{asked}/withdrawal"), json!({})),
        _ => {
            let approved = driver.dice.percent(80);
            let mut body = json!({"approved": approved});
            if !approved {
                body["reason"] = json!("人手不足");
            }
            (format!("/v1/delegates/{who}/leaves/{asked}/decision"), body)
        }
    }
}

fn of_session(driver: &mut Driver, beside: &Beside, grid: &Grid, session: &Session) -> (String, Value) {
    let has =
        |fact: &str| beside.town.stream(&format!("session/{}", session.id)).iter().any(|leaf| leaf.fact() == fact);
    let dice = &mut driver.dice;
    let next: &[(u64, &str)] = if !has("rota_assigned") {
        &[(9, "rotas"), (1, "cancellation"), (1, "moves")]
    } else if !has("rota_published") {
        &[(9, "rota-publications"), (1, "rotas")]
    } else if !has("opened") {
        &[(5, "opening"), (3, "notices"), (2, "substitutions"), (1, "moves"), (1, "cancellation")]
    } else if !has("closed") {
        &[(6, "check-ins"), (2, "check-outs"), (2, "closing"), (1, "notices"), (1, "notice-amendments")]
    } else if !has("record_filed") {
        &[(5, "records"), (1, "corrections"), (1, "corrections/decision")]
    } else {
        &[(2, "corrections"), (2, "corrections/decision"), (1, "notice-amendments")]
    };
    let fact = dice.weighed(next);
    let path = format!("/v1/sessions/{}/{fact}", session.id);
    let on_duty = session.slots.iter().map(|slot| slot.holder.clone()).collect::<Vec<_>>();
    let someone = |dice: &mut crate::figures::dice::Dice| match on_duty.as_slice() {
        [] => grid.deputy.clone(),
        on_duty if dice.percent(85) => dice.one(on_duty).clone(),
        _ => dice.one(&grid.delegates).clone(),
    };
    // Today, some minutes to hours ago; now and then too late to be so.
    let at = json!(instant(now() - Duration::minutes(i64::try_from(dice.below(300)).unwrap())));
    let body = match fact {
        "rotas" => {
            let slots = json!([{"delegate_id": dice.one(&grid.delegates)}, {"delegate_id": grid.deputy}]);
            let items = json!([{"session_id": session.id, "slots": slots}]);
            return (format!("/v1/grids/{}/rotas", grid.id), json!({"items": items}));
        }
        "rota-publications" => {
            return (format!("/v1/grids/{}/rota-publications", grid.id), json!({"session_ids": [session.id]}));
        }
        "cancellation" => json!({"reason_code": dice.one(&["weather", "other", "no_delegate"]), "reason": "来不了"}),
        "moves" => {
            let held_on = today() + Days::new(dice.below(8));
            json!({"held_on": held_on, "reason_code": dice.one(&["weather", "other"]), "reason": "改期"})
        }
        "opening" => json!({"occurred_at": at}),
        "check-ins" | "check-outs" => json!({"delegate_id": someone(dice), "occurred_at": at}),
        "closing" => json!({"visitor_count": dice.below(5)}),
        "records" => json!({"text": "照常接待。"}),
        "substitutions" => {
            let substitute = dice.one(&grid.delegates).clone();
            json!({"delegate_id": someone(dice), "substitute_id": substitute, "reason_code": "work"})
        }
        "notices" | "notice-amendments" => {
            let mut body = json!({"posted_at": instant(now())});
            if fact == "notices" {
                body["board"] = json!("village_affairs");
                body["late_reason"] = json!("安排得晚");
            }
            body
        }
        "corrections/decision" => decided(beside.town.stream(&format!("session/{}", session.id))),
        _ => correction(driver, beside.town.stream(&format!("session/{}", session.id))),
    };
    (path, body)
}
