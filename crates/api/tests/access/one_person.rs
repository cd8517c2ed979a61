//! One person's data: who finds somebody, by what, and what is told of them.

mod exported;
mod searched;

use crate::server::Answer;
use crate::town::Town;
use event_store::{Filter, Position};
use serde_json::{Value, json};

const SEARCHES: &str = "/v1/personal-data/searches";
const EXPORTS: &str = "/v1/personal-data/exports";
/// Who may look for somebody, by the table.
const SEARCHING: [&str; 3] = ["liaison", "party_studio", "congress_office"];
const OTHERS: [&str; 6] = ["delegate", "convener", "handling_unit", "auditor", "report_job", "administrator"];

async fn search(town: &Town, role: &str, body: &Value) -> Answer {
    town.server.asked(town.token(role), SEARCHES, body, Some("inquiry")).await
}

/// In which receptions somebody is found.
async fn found(town: &Town, role: &str, body: &Value) -> Vec<String> {
    let answer = search(town, role, body).await;
    assert_eq!(answer.status, 200, "{role} {body}: {}", answer.text);
    let items = answer.body["items"].as_array().unwrap();
    items.iter().map(|item| item["reception_id"].as_str().unwrap().to_owned()).collect()
}

async fn export(town: &Town, role: &str, persons: &Value) -> Answer {
    town.server.asked(town.token(role), EXPORTS, &json!({"persons": persons}), Some("inquiry")).await
}

fn visitor(reception: &str, visitor: u32) -> Value {
    json!({"reception_id": reception, "visitor": visitor})
}

/// The views that are on record, in order.
async fn views(town: &Town) -> Vec<Value> {
    let filter = Filter { families: vec!["personal_data".to_owned()], types: Vec::new() };
    let page = town.server.casework.store.read_all(Position(0), 1000, &filter).await.unwrap();
    page.events.iter().map(|event| serde_json::from_str(event.text().unwrap().public).unwrap()).collect()
}

/// A reception of two people in the first grid, each with an issue of their own.
async fn two_came(town: &Town) -> (String, [String; 2]) {
    let delegate = &town.delegates[0][0];
    let issue = |visitor: u32, subject: &str, text: &str| {
        json!({"visitor": visitor, "kind": "opinion", "topic": "livelihood", "subject": subject, "text": text,
            "responsible_delegate_id": delegate})
    };
    let body = json!({
        "form": "walk_in", "grid_id": town.grids[0], "held_at": "2026-11-20T09:00:00+08:00",
        "delegates": [{"delegate_id": delegate, "delegate_type": "party"}],
        "visitors": [{"name": "周一", "phone": "021-59561234"}, {"name": "吴双双", "phone": "13900139001"}],
        "issues": [issue(0, "路灯不亮", "七号楼前的路灯不亮。"), issue(1, "<b>电梯</b>停运", "电梯停运三天。")],
    });
    let began = town.server.done(town.token("liaison"), "/v1/receptions", &body).await;
    let issue = |n: usize| began["issues"][n]["id"].as_str().unwrap().to_owned();
    (began["reception"]["id"].as_str().unwrap().to_owned(), [issue(0), issue(1)])
}

/// Has classes of somebody erased.
async fn erase(town: &Town, person: Value, classes: &[&str]) {
    let body =
        json!({"persons": [person], "classes": classes, "ground": "request", "reason": "本人要求。", "at_once": true});
    let asked = town.server.done(town.token("liaison"), "/v1/erasures", &body).await;
    let decision = format!("/v1/erasures/{}/decision", asked["erasure"]["id"].as_str().unwrap());
    town.server.done(town.token("congress_office"), &decision, &json!({"approved": true})).await;
    let casework = &town.server.casework;
    assert_eq!(casework.carry_out_erasures(casework.now(), &|| {}).await.unwrap().erasures.len(), 1);
}

/// Has the name of the second one of [`two_came`] corrected.
async fn rename(town: &Town, reception: &str) {
    let path = format!("/v1/receptions/{reception}/corrections");
    let right = json!({"event_version": 1, "pointer": "/personal/2/name", "value": "吴霜霜", "reason": "姓名写错。"});
    town.server.done(town.token("liaison"), &path, &right).await;
    let decision = json!({"event_version": 1, "approved": true});
    town.server.done(town.token("congress_office"), &format!("{path}/decision"), &decision).await;
}
