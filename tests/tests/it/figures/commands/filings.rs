//! What the driver may say of studies and typical cases: begun, written, sent to offices, made use of, selected.

use super::receptions::{correction, decided};
use crate::figures::clock::now;
use crate::figures::compare::Beside;
use crate::figures::driver::Driver;
use crate::harness::instant;
use chrono::Days;
use serde_json::{Value, json};

/// A study or an inspection, or something that happens to one.
pub fn study(driver: &mut Driver, beside: &Beside) -> (String, Value) {
    let ids = beside.town.ids("study");
    if ids.is_empty() || driver.dice.percent(20) {
        let dice = &mut driver.dice;
        let grid = dice.one(&driver.grids).clone();
        let kind = dice.weighed(&[(6, "study"), (1, "inspection")]);
        let mut body = json!({
            "kind": kind, "topics": ["housing"], "lead_delegate_id": dice.one(&grid.delegates), "title": "楼道照明",
            "held_at": instant(now() - Days::new(dice.below(40))),
        });
        if dice.percent(85) {
            body["grid_id"] = json!(grid.id);
        }
        return ("/v1/studies".to_owned(), body);
    }
    let id = driver.dice.one(&ids).clone();
    let leaves = beside.town.stream(&format!("study/{id}")).to_vec();
    let is_finished = leaves.iter().any(|leaf| ["finished", "inspected"].contains(&leaf.fact()));
    let fact = if is_finished {
        driver.dice.weighed(&[
            (8, "submissions"),
            (2, "acknowledgements"),
            (3, "uses"),
            (1, "corrections"),
            (1, "corrections/decision"),
        ])
    } else {
        driver.dice.weighed(&[(8, "completion"), (1, "corrections"), (1, "corrections/decision")])
    };
    let at = driver.after(leaves.iter().map(|leaf| leaf.occurred_at).max().unwrap());
    let office = driver.dice.one(&driver.offices[..2]).clone();
    let mut body = match fact {
        "completion" => json!({"file_ids": [driver.file]}),
        "submissions" | "acknowledgements" => json!({"office_id": office}),
        "uses" => json!({"office_id": office, "use": driver.dice.one(&["referenced", "adopted"]), "text": "已采用"}),
        "corrections/decision" => return (format!("/v1/studies/{id}/{fact}"), decided(&leaves)),
        _ => return (format!("/v1/studies/{id}/{fact}"), correction(driver, &leaves)),
    };
    body["occurred_at"] = json!(instant(at));
    (format!("/v1/studies/{id}/{fact}"), body)
}

/// A typical case, or the next that happens to one.
pub fn case(driver: &mut Driver, beside: &Beside) -> (String, Value) {
    let mut ids = beside.town.ids("typical_case");
    ids.retain(|id| beside.town.stream(&format!("typical_case/{id}")).len() < 4);
    if ids.is_empty() || driver.dice.percent(15) {
        let grid = driver.dice.one(&driver.grids).clone();
        let of_grid = |family: &str| -> Vec<String> {
            let mut ids = beside.town.ids(family);
            ids.retain(|id| beside.town.stream(&format!("{family}/{id}"))[0].public["grid_id"] == grid.id);
            ids
        };
        let (deeds, issues) = (of_grid("deed"), of_grid("issue"));
        let sources = match (deeds.as_slice(), issues.as_slice()) {
            (_, [.., issue]) if driver.dice.percent(50) => json!({"issue_ids": [issue]}),
            ([.., deed], _) => json!({"deed_ids": [deed]}),
            (_, issues) => json!({"issue_ids": issues.iter().take(1).collect::<Vec<_>>()}),
        };
        let at = now() - Days::new(driver.dice.below(3));
        return (
            "/v1/typical-cases".to_owned(),
            json!({"grid_id": grid.id, "title": "一盏灯", "text": "三天修好。", "sources": sources, "occurred_at": instant(at)}),
        );
    }
    let id = driver.dice.one(&ids).clone();
    let leaves = beside.town.stream(&format!("typical_case/{id}")).to_vec();
    let at = driver.after(leaves.iter().map(|leaf| leaf.occurred_at).max().unwrap());
    let dice = &mut driver.dice;
    let (fact, mut body) = match leaves.len() {
        1 => ("deidentification", json!({"text": "有居民反映楼道灯不亮，三天修好。"})),
        2 => ("submissions", json!({"office_id": dice.one(&driver.offices[..2])})),
        _ => ("selection", json!({"selected": dice.percent(60), "reason": "评审"})),
    };
    body["occurred_at"] = json!(instant(at));
    (format!("/v1/typical-cases/{id}/{fact}"), body)
}
