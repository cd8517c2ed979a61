//! What undertakings wait for: a deed by its day, a meeting to be called and closed, an activity to be held, kept and acknowledged.

use crate::tasks::{of_kind, task, tasks};
use crate::town::Town;
use serde_json::{Value, json};

fn id(of: &Value) -> String {
    of["id"].as_str().unwrap_or_else(|| panic!("{of}")).to_owned()
}

async fn one(town: &Town, token: &str, kind: &str) -> Value {
    let head = town.server.casework.store.head().position.0;
    let list = town.server.told(token, &format!("/v1/me/tasks?kind={kind}&at_least={head}")).await;
    list["items"][0].clone()
}

#[tokio::test]
async fn a_deed_waits_for_whoever_pledged_it_and_their_liaison() {
    let town = Town::adopted().await;
    let (delegate, liaison) = (town.token("delegate"), town.token("liaison"));
    let deed = json!({"kind": "pledged_deed", "grid_id": town.grids[0], "owner_delegate_id": town.delegates[0][1],
        "title": "更换声控灯", "text": "更换全部声控灯。", "promised_on": "2026-12-20"});
    let deed = id(&town.server.done(delegate, "/v1/deeds", &deed).await["deed"]);
    let has = async |token: &str| of_kind(&tasks(&town, token, "").await, &["complete_deed"]);
    for token in [delegate, liaison] {
        assert_eq!(has(token).await, [task("complete_deed", &deed)]);
    }
    assert_eq!(has(town.token("congress_office")).await, [], "it completes none");
    let found = one(&town, delegate, "complete_deed").await;
    assert_eq!((&found["obligation"], &found["due_on"]), (&json!("O-16"), &json!("2026-12-20")));
    assert!(found["why"].as_str().unwrap().starts_with("/v1/obligations/"), "{found}");
    assert_eq!(found["call"], format!("POST /v1/deeds/{deed}/completion"));
    town.server.later(27);
    town.server.caught_up().await;
    assert_eq!(one(&town, delegate, "complete_deed").await["lateness"], "overdue");
    town.server.done(delegate, &format!("/v1/deeds/{deed}/abandonment"), &json!({"reason": "物业已更换。"})).await;
    assert_eq!(has(delegate).await, [], "it was given up");
    town.server.stop().await;
}

/// Before access rules are adopted, for tokens do not last into a quarter that the policy was in force for from its first day.
async fn in_march() -> Town {
    let town = Town::new().await;
    town.server.later(105);
    town.server.caught_up().await;
    town
}

/// The tasks of these kinds in a role.
async fn of_role(town: &Town, role: &str, kinds: &[&str]) -> Vec<(String, String)> {
    of_kind(&tasks(town, &town.server.token, &format!("&role={role}")).await, kinds)
}

#[tokio::test]
async fn a_grid_calls_its_meeting_and_closes_it_once_its_day_has_come() {
    let town = in_march().await;
    let (admin, grid) = (&town.server.token, &town.grids[0]);
    let has = async |role: &str| of_role(&town, role, &["convene_meeting", "close_meeting"]).await;
    let mut called = has("convener").await;
    called.sort();
    let mut both: Vec<_> = town.grids.iter().map(|grid| task("convene_meeting", grid)).collect();
    both.sort();
    assert_eq!(called, both);
    let list = town.server.told(admin, "/v1/me/tasks?role=convener&kind=convene_meeting").await;
    let found = &list["items"][0];
    assert_eq!((&found["obligation"], &found["due_on"]), (&json!("O-11"), &json!("2027-03-31")));
    assert_eq!(has("congress_office").await, [], "a grid's own work");
    let body = json!({"grid_id": grid, "kind": "regular", "scheduled_on": "2027-03-12", "with_work_meeting": true});
    let meeting = id(&town.server.done(admin, "/v1/meetings", &body).await["meeting"]);
    assert_eq!(
        has("convener").await,
        [task("convene_meeting", &town.grids[1])],
        "it is called, and its day has not come"
    );
    town.server.later(6);
    let closes: Vec<_> = has("convener").await.into_iter().filter(|(kind, _)| kind == "close_meeting").collect();
    assert_eq!(closes, [task("close_meeting", &meeting)]);
    let list = town.server.told(admin, "/v1/me/tasks?role=convener&kind=close_meeting").await;
    assert_eq!(list["items"][0]["call"], format!("POST /v1/meetings/{meeting}/closing"));
    town.server.stop().await;
}

#[tokio::test]
async fn an_activity_waits_to_be_held_then_for_its_evidence_its_report_and_the_office() {
    let town = in_march().await;
    let admin = &town.server.token;
    let body = json!({"name": "人大办公室", "kind": "congress_office"});
    let congress = id(&town.server.done(admin, "/v1/offices", &body).await["office"]);
    let has = async |role: &str, kind: &str| of_role(&town, role, &[kind]).await;
    let held = has("liaison", "hold_activity").await;
    assert!(held.contains(&task("hold_activity", &town.grids[0])) && held.len() == 2, "{held:?}");
    let body = json!({"kind": "theme_activity", "grid_ids": [town.grids[0]], "held_at": "2027-03-08T15:00:00+08:00",
        "delegates": [{"delegate_id": town.delegates[0][1]}], "attendance": {"resident": 30}, "title": "走进社区",
        "mode": "centralised"});
    let activity = id(&town.server.done(admin, "/v1/activities", &body).await["activity"]);
    assert_eq!(has("liaison", "hold_activity").await, [task("hold_activity", &town.grids[1])]);
    for kind in ["attach_evidence", "submit"] {
        assert_eq!(has("liaison", kind).await, [task(kind, &activity)]);
    }
    assert_eq!(has("congress_office", "acknowledge").await, []);
    let sent = json!({"office_id": congress});
    town.server.done(admin, &format!("/v1/activities/{activity}/submissions"), &sent).await;
    assert_eq!(has("congress_office", "acknowledge").await, [task("acknowledge", &activity)]);
    assert_eq!(has("liaison", "acknowledge").await, [], "that is the office's");
    town.server.done(admin, &format!("/v1/activities/{activity}/acknowledgements"), &sent).await;
    assert_eq!(has("congress_office", "acknowledge").await, []);
    town.server.stop().await;
}
