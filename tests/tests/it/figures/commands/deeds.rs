//! What the driver may say of deeds: pledged for days of the last weeks or of the next, done in time, late or not at all.

use super::receptions::{correction, decided};
use crate::figures::clock::{now, today};
use crate::figures::compare::Beside;
use crate::figures::driver::Driver;
use crate::harness::instant;
use chrono::{Days, Duration};
use serde_json::{Value, json};

/// A pledge, or something that happens to a deed.
pub fn step(driver: &mut Driver, beside: &Beside) -> (String, Value) {
    let ids = beside.town.ids("deed");
    let dice = &mut driver.dice;
    if ids.is_empty() || dice.percent(30) {
        let grid = dice.one(&driver.grids).clone();
        // Some of them just now, for a day that is still ahead when they are done.
        let just_now = dice.percent(60);
        let pledged_at = now() - Days::new(if just_now { dice.below(4) } else { dice.below(80) });
        let promised_on = pledged_at.date_naive() + Days::new(4 * u64::from(just_now) + dice.below(30));
        return (
            "/v1/deeds".to_owned(),
            json!({
                "kind": dice.one(&["pledged_deed", "paired_support", "advice"]), "grid_id": grid.id,
                "owner_delegate_id": dice.one(&grid.delegates), "promised_on": promised_on.max(today() - Days::new(70)),
                "title": "修好路灯", "occurred_at": instant(pledged_at),
            }),
        );
    }
    let id = dice.one(&ids).clone();
    let leaves = beside.town.stream(&format!("deed/{id}")).to_vec();
    let last = leaves.iter().map(|leaf| leaf.occurred_at).max().unwrap();
    let at =
        json!(instant(super::town_time(last + Duration::hours(i64::try_from(dice.below(900)).unwrap())).min(now())));
    let fact = dice.weighed(&[(5, "completion"), (1, "abandonment"), (2, "corrections"), (3, "corrections/decision")]);
    let path = format!("/v1/deeds/{id}/{fact}");
    let body = match fact {
        "completion" => json!({"file_ids": [driver.file], "text": "已办好", "occurred_at": at}),
        "abandonment" => json!({"reason": "办不成", "occurred_at": at}),
        "corrections/decision" => decided(&leaves),
        _ => correction(driver, &leaves[..leaves.len().min(2)]),
    };
    (path, body)
}
