//! What the driver may say of receptions, and of what was recorded wrongly in them or in issues.

use super::{OUTCOMES, TOPICS};
use crate::figures::clock::now;
use crate::figures::compare::Beside;
use crate::figures::driver::{Driver, town_time};
use crate::figures::log::Leaf;
use crate::harness::instant;
use chrono::{Days, Duration, NaiveTime};
use serde_json::{Value, json};

/// A reception of the last months.
pub fn reception(driver: &mut Driver) -> Value {
    let dice = &mut driver.dice;
    let grid = dice.one(&driver.grids).clone();
    let back = match dice.below(20) {
        0..3 => 0,
        3..12 => dice.below(30),
        12..19 => dice.below(300),
        _ => dice.below(1080),
    };
    let minutes = u32::try_from(dice.below(180)).unwrap();
    let half_past_one = NaiveTime::from_hms_opt(13, 30, 0).unwrap() + Duration::minutes(minutes.into());
    let held_at = (now() - Days::new(back)).with_time(half_past_one).unwrap().min(now());
    let held_at = if dice.percent(2) { now() + Duration::days(1) } else { held_at };
    let mut delegates = vec![dice.one(&grid.delegates).clone()];
    if dice.percent(40) {
        let guest = dice.one(&driver.grids).clone();
        let second = dice.one(&guest.delegates).clone();
        if second != delegates[0] {
            delegates.push(second);
        }
    }
    let unit = if dice.percent(3) { dice.one(&driver.grids).units.first() } else { Some(dice.one(&grid.units)) };
    let issues: Vec<Value> = (0..*dice.one(&[0_usize, 1, 1, 1, 2, 3]))
        .map(|n| {
            let mut issue = json!({
                "kind": dice.one(&["opinion", "suggestion", "demand"]), "topic": dice.one(&TOPICS),
                "subject": format!("第{n}件"), "text": "请尽快处理。",
            });
            if dice.percent(30) {
                issue["responsible_delegate_id"] = json!(dice.one(&delegates));
            }
            if dice.percent(2) {
                issue["topic"] = json!("weather");
            }
            issue
        })
        .collect();
    let mut body = json!({
        "grid_id": grid.id, "form": dice.one(&["walk_in", "group_visit", "themed_visit", "appointment"]),
        "held_at": instant(held_at), "visitors": [{"name": "王小明"}], "issues": issues,
        "delegates": delegates.iter().map(|delegate| json!({"delegate_id": delegate})).collect::<Vec<_>>(),
    });
    if let Some(unit) = unit.filter(|_| dice.percent(60)) {
        body["unit_id"] = json!(unit);
    }
    body
}

/// A correction of some leaf of a stream, of a field that can be corrected, mostly.
pub fn correction(driver: &mut Driver, leaves: &[Leaf]) -> Value {
    let leaf = driver.dice.one(leaves).clone();
    let moved = town_time(leaf.occurred_at) + Duration::hours(i64::try_from(driver.dice.below(200)).unwrap() - 120);
    let moved = json!(instant(moved.min(now())));
    let grid = driver.dice.one(&driver.grids).clone();
    let delegate = json!(driver.dice.one(&grid.delegates));
    let dice = &mut driver.dice;
    let soon = json!(leaf.occurred_on() + Days::new(1 + dice.below(15)));
    let (pointer, value) = match leaf.fact() {
        "raised" => match dice.below(4) {
            0 => ("/public/kind", json!(dice.one(&["opinion", "suggestion", "demand"]))),
            1 => ("/public/topic", json!(dice.one(&TOPICS))),
            2 => ("/public/responsible_delegate_id", delegate),
            _ => ("/public/unit_id", json!(dice.one(&grid.units))),
        },
        "final_answer_given" => match dice.below(4) {
            0 => ("/public/outcome", json!(dice.one(&OUTCOMES))),
            1 => ("/public/commitment_on", soon),
            2 => ("/public/channel", json!(dice.one(&["oral", "written"]))),
            _ => ("/occurred_at", moved),
        },
        "interim_reply_given" if dice.percent(50) => ("/public/next_word_on", soon),
        "feedback_recorded" if dice.percent(60) => {
            ("/public/satisfaction", json!(dice.one(&["satisfied", "basically_satisfied", "dissatisfied"])))
        }
        "interim_reply_given" | "feedback_recorded" | "referred" => ("/occurred_at", moved),
        "commitment_verified" => ("/public/kept", json!(dice.percent(50))),
        "checked_in" if dice.percent(50) => ("/public/delegate_id", delegate),
        "opened" | "checked_in" | "checked_out" | "closed" | "record_filed" | "notice_posted" => {
            ("/occurred_at", moved)
        }
        "pledged" => match dice.below(3) {
            0 => ("/public/owner_delegate_id", delegate),
            1 => ("/public/promised_on", soon),
            _ => ("/occurred_at", moved),
        },
        "held" => match dice.below(5) {
            0 => ("/public/delegates/0/delegate_id", delegate),
            1 => ("/public/attendance/mass_organisation", json!(dice.below(2))),
            2 => ("/public/attendance/resident", json!(dice.below(2))),
            _ => ("/occurred_at", moved),
        },
        "convened" => ("/public/kind", json!(dice.one(&["regular", "extraordinary"]))),
        "started" | "inspected" if dice.percent(50) => ("/public/lead_delegate_id", delegate),
        "completed" | "abandoned" | "started" | "inspected" | "finished" | "submitted" => ("/occurred_at", moved),
        "recorded" => match dice.below(5) {
            0 => ("/public/form", json!(dice.one(&["walk_in", "group_visit", "themed_visit", "appointment"]))),
            1 => ("/public/unit_id", json!(dice.one(&grid.units))),
            2 => ("/public/delegates/0/delegate_id", delegate),
            _ => ("/occurred_at", moved),
        },
        _ => ("/public/due", json!("2026-01-05")),
    };
    json!({"event_version": leaf.version, "pointer": pointer, "value": value, "reason": "笔误"})
}

/// The decision that a correction proposed last stands.
pub fn decided(leaves: &[Leaf]) -> Value {
    let proposed = leaves.iter().rev().find(|leaf| leaf.fact() == "correction_proposed");
    let version = proposed.map_or(json!(1), |leaf| leaf.public["event_version"].clone());
    json!({"event_version": version, "approved": true})
}

/// A correction of a reception, or the decision on one.
pub fn correction_of_reception(driver: &mut Driver, beside: &Beside) -> (String, Value) {
    let ids = beside.town.ids("reception");
    if ids.is_empty() {
        return (String::new(), Value::Null);
    }
    let id = driver.dice.one(&ids).clone();
    let leaves = beside.town.stream(&format!("reception/{id}"));
    let path = format!("/v1/receptions/{id}/corrections");
    match leaves.last().filter(|leaf| leaf.fact() == "correction_proposed") {
        Some(leaf) if driver.dice.percent(80) => {
            let approved = driver.dice.percent(80);
            let mut body = json!({"event_version": leaf.public["event_version"], "approved": approved});
            if !approved {
                body["reason"] = json!("记录无误");
            }
            (format!("{path}/decision"), body)
        }
        _ => (path, correction(driver, &leaves[..1])),
    }
}
