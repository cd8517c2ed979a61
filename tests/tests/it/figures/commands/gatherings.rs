//! What the driver may say of activities and meetings: most of them held these days, some long ago; and of people heard there.

use super::receptions::{correction, decided};
use crate::figures::clock::{now, today};
use crate::figures::compare::Beside;
use crate::figures::dice::Dice;
use crate::figures::driver::{Driver, Grid};
use crate::harness::instant;
use chrono::{DateTime, Days, FixedOffset};
use serde_json::{Value, json};

/// Some delegates of a grid, at least one.
fn some_of(dice: &mut Dice, grid: &Grid) -> Vec<Value> {
    let mut who: Vec<&String> = grid.delegates.iter().chain([&grid.deputy]).collect();
    who.retain(|_| dice.percent(60));
    if who.is_empty() {
        who.push(&grid.deputy);
    }
    who.into_iter().map(|id| json!({"delegate_id": id})).collect()
}

/// Today, a few days ago, or long ago.
fn lately(dice: &mut Dice) -> DateTime<FixedOffset> {
    let back = *dice.one(&[0, 0, 0, 1, 2, 6]);
    now() - Days::new(if dice.percent(20) { dice.below(300) } else { back })
}

/// An activity, or something that happens to one.
pub fn activity(driver: &mut Driver, beside: &Beside) -> (String, Value) {
    let ids = beside.town.ids("activity");
    if ids.is_empty() || driver.dice.percent(45) {
        return ("/v1/activities".to_owned(), held(driver));
    }
    let id = driver.dice.one(&ids).clone();
    let leaves = beside.town.stream(&format!("activity/{id}")).to_vec();
    let dice = &mut driver.dice;
    let fact = dice.weighed(&[
        (3, "evidence"),
        (4, "submissions"),
        (5, "corrections"),
        (4, "corrections/decision"),
        (3, "receptions"),
    ]);
    let path = format!("/v1/activities/{id}/{fact}");
    let at = driver.after(leaves.iter().map(|leaf| leaf.occurred_at).max().unwrap());
    let body = match fact {
        "evidence" => json!({"file_ids": [driver.file], "occurred_at": instant(at)}),
        "submissions" => json!({"office_id": driver.dice.one(&driver.offices), "occurred_at": instant(at)}),
        "receptions" => return ("/v1/receptions".to_owned(), heard(&id, &leaves[0])),
        "corrections/decision" => decided(&leaves),
        _ => correction(driver, &leaves[..1]),
    };
    (path, body)
}

/// A hearing at an activity.
fn heard(id: &str, held: &crate::figures::log::Leaf) -> Value {
    json!({
        "form": "hearing", "activity_id": id, "grid_id": held.public["grid_ids"][0],
        "held_at": instant(crate::figures::driver::town_time(held.occurred_at)), "visitors": [{"name": "王小明"}],
        "issues": [{"kind": "suggestion", "topic": "housing", "subject": "加装电梯", "text": "请帮助协调。"}],
        "delegates": [{"delegate_id": held.public["delegates"][0]["delegate_id"]}],
    })
}

fn held(driver: &mut Driver) -> Value {
    let dice = &mut driver.dice;
    let kind = dice.weighed(&[(5, "theme_activity"), (4, "symposium"), (1, "outreach"), (1, "consultation")]);
    let (grid, other) = (dice.one(&driver.grids).clone(), dice.one(&driver.grids).clone());
    let mut grid_ids = vec![grid.id.clone()];
    if other.id != grid.id && dice.percent(30) {
        grid_ids.push(other.id.clone());
    }
    let mut delegates = some_of(dice, &grid);
    // Now and then a guest.
    if other.id != grid.id && dice.percent(30) {
        delegates.push(json!({"delegate_id": other.deputy}));
    }
    let mut body = json!({
        "kind": kind, "grid_ids": grid_ids, "held_at": instant(lately(dice)), "delegates": delegates, "title": "听民意",
        "attendance": {"party_member": 1 + dice.below(9), "resident": 1 + dice.below(9)},
    });
    match kind {
        "theme_activity" => body["mode"] = json!("centralised"),
        "outreach" => body["outreach_form"] = json!("lecture"),
        "consultation" => body["briefings"] = json!(1),
        _ if dice.percent(75) => body["attendance"]["mass_organisation"] = json!(1 + dice.below(3)),
        _ => {}
    }
    body
}

/// A meeting, or something that happens to one.
pub fn meeting(driver: &mut Driver, beside: &Beside) -> (String, Value) {
    // What was there before is of every grid; the driver knows some.
    let grid_of = |id: &String| {
        let convened = beside.town.stream(&format!("meeting/{id}")).first()?;
        driver.grids.iter().find(|grid| convened.public["grid_id"] == grid.id)
    };
    let ids: Vec<String> = beside.town.ids("meeting").into_iter().filter(|id| grid_of(id).is_some()).collect();
    if ids.is_empty() || driver.dice.percent(35) {
        let (grid, convened_at) = (driver.dice.one(&driver.grids).clone(), lately(&mut driver.dice));
        let kind = driver.dice.weighed(&[(4, "regular"), (1, "extraordinary")]);
        return (
            "/v1/meetings".to_owned(),
            json!({
                "grid_id": grid.id, "kind": kind, "scheduled_on": convened_at.date_naive().max(today()),
                "with_work_meeting": true, "occurred_at": instant(convened_at),
            }),
        );
    }
    let id = driver.dice.one(&ids).clone();
    let leaves = beside.town.stream(&format!("meeting/{id}")).to_vec();
    let is_open = !leaves.iter().any(|leaf| leaf.fact() == "closed");
    let fact = if is_open && driver.dice.percent(80) {
        "closing"
    } else {
        driver.dice.weighed(&[(4, "corrections"), (3, "corrections/decision"), (1, "cancellation")])
    };
    let grid = driver.grids.iter().find(|grid| leaves[0].public["grid_id"] == grid.id).unwrap().clone();
    let body = match fact {
        "closing" => {
            let at = driver.soon(&leaves);
            json!({"held_at": instant(at), "delegates": some_of(&mut driver.dice, &grid), "attendance": {"official": 1}})
        }
        "cancellation" => json!({"reason": "改期"}),
        "corrections/decision" => decided(&leaves),
        _ => correction(driver, &leaves[..leaves.len().min(2)]),
    };
    (format!("/v1/meetings/{id}/{fact}"), body)
}
