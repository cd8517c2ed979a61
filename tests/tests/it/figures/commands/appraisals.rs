//! What the driver may say of the annual review of a delegate: an entry is disputed, and that is decided.

use crate::figures::clock::today;
use crate::figures::compare::Beside;
use crate::figures::driver::Driver;
use crate::harness::instant;
use chrono::Datelike as _;
use serde_json::{Value, json};

/// A dispute, or the decision on one.
pub fn step(driver: &mut Driver, beside: &Beside) -> (String, Value) {
    let ids = beside.town.ids("appraisal");
    let open: Vec<(Value, Value, Value)> = ids
        .iter()
        .map(|id| beside.town.stream(&format!("appraisal/{id}")))
        .flat_map(|leaves| {
            let is_decided = |dispute: &Value| {
                leaves.iter().any(|leaf| leaf.fact() == "dispute_decided" && leaf.public["dispute_id"] == *dispute)
            };
            let raised = leaves.iter().filter(|leaf| leaf.fact() == "entry_disputed");
            let open = raised.filter(move |leaf| !is_decided(&leaf.public["dispute_id"]));
            open.map(|leaf| {
                let of = |name: &str| leaf.public[name].clone();
                (of("year"), of("delegate_id"), of("dispute_id"))
            })
        })
        .collect();
    let dice = &mut driver.dice;
    if open.is_empty() || dice.percent(40) {
        let grid = dice.one(&driver.grids).clone();
        let (year, who) = (today().year() - i32::from(dice.percent(20)), dice.one(&grid.delegates));
        let body = json!({"indicator": dice.one(&["on_time", "attendance", "meetings"]), "text": "该件已按时答复。"});
        return (format!("/v1/reviews/{year}/delegates/{who}/disputes"), body);
    }
    let (year, who, dispute) = dice.one(&open).clone();
    let path = format!(
        "/v1/reviews/{year}/delegates/{}/disputes/{}/decision",
        who.as_str().unwrap(),
        dispute.as_str().unwrap()
    );
    let at = instant(crate::figures::clock::now());
    (path, json!({"upheld": dice.percent(60), "text": "经核实。", "occurred_at": at}))
}
