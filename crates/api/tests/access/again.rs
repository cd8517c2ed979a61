//! Commands that are told again: to whoever sent them, by the rights of now.

use crate::town::Town;
use serde_json::{Value, json};

/// A reception in a grid, with an issue of its party delegate.
fn reception(town: &Town, grid: usize) -> Value {
    let party = &town.delegates[grid][0];
    json!({
        "form": "walk_in", "grid_id": town.grids[grid], "held_at": "2026-11-24T09:00:00+08:00",
        "delegates": [{"delegate_id": party, "delegate_type": "party"}],
        "visitors": [{"name": "来访人"}],
        "issues": [{"visitor": 0, "kind": "opinion", "topic": "livelihood", "subject": "路灯", "text": "不亮。",
            "responsible_delegate_id": party}],
    })
}

/// An account with several grants, one token of all of them, and the ids of the grants.
async fn account(town: &Town, grants: &[Value]) -> (String, String, Vec<String>) {
    let (account, token) = town.account("两处", &grants[0]).await;
    let first = town.server.token.clone();
    for grant in &grants[1..] {
        town.server.done(&first, &format!("/v1/accounts/{account}/grants"), grant).await;
    }
    let shown = town.server.told(&first, &format!("/v1/accounts/{account}")).await;
    let ids = shown["grants"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned());
    (account, token, ids.collect())
}

async fn adopt(town: &Town) {
    town.server.done(&town.server.token, "/v1/access/adoption", &json!({"table": "huiyin/1"})).await;
}

async fn end_grant(town: &Town, account: &str, grant: &str) {
    let path = format!("/v1/accounts/{account}/grants/{grant}/ending");
    town.server.done(town.token("administrator"), &path, &json!({"reason_code": "duty_ended"})).await;
}

#[tokio::test]
async fn threat_a_receipt_code_is_told_again_to_whoever_may_see_the_reception_still() {
    println!("attempted: hear a receipt code again after the right to it ended");
    let town = Town::new().await;
    let of = |grid: usize| json!({"role": "liaison", "area_id": town.grids[grid]});
    let (account, token, grants) = account(&town, &[of(0), of(1)]).await;
    adopt(&town).await;
    let (here, there) = (reception(&town, 0), reception(&town, 1));
    let send = async |key: &str, body: &Value| town.server.keyed(&token, key, "/v1/receptions", body).await;
    let (one, two) = (send("here", &here).await, send("there", &there).await);
    assert_eq!((one.status, two.status), (201, 201), "{} {}", one.text, two.text);
    let code = two.body["issues"][0]["receipt_code"].as_str().unwrap();
    let again = send("there", &there).await;
    assert_eq!((again.status, again.body["issues"][0]["receipt_code"].as_str()), (201, Some(code)));
    end_grant(&town, &account, &grants[1]).await;
    let gone = send("there", &there).await;
    assert_eq!((gone.status, gone.code()), (404, "not_found"), "{}", gone.text);
    assert!(!gone.text.contains(code));
    // In the grid that is left to them they are answered as before; and that a key was used stays so.
    assert_eq!(send("here", &here).await.body["issues"], one.body["issues"]);
    let other = send("there", &here).await;
    assert_eq!((other.status, other.code()), (422, "idempotency_key_reused"), "{}", other.text);
    // Another role of the account is asked by its own cells: this one has none left.
    end_grant(&town, &account, &grants[0]).await;
    assert_eq!(send("here", &here).await.status, 401);
    town.server.stop().await;
    println!("caught: 404 without the code");
}

#[tokio::test]
async fn what_was_dispatched_elsewhere_is_not_told_again() {
    let town = Town::adopted().await;
    let (unit, office) = (town.token("handling_unit"), town.token("congress_office"));
    let of_major = |what: &str| format!("/v1/major-issues/{}/{what}", town.major_issue);
    let body = json!({"reason": "不属水务所职责。"});
    let refuse = async || town.server.keyed(unit, "refusal", &of_major("refusals"), &body).await;
    let refused = refuse().await;
    assert_eq!(refused.status, 200, "{}", refused.text);
    assert_eq!(refuse().await.body, refused.body);
    let upheld = json!({"upheld": true, "reason": "确属城管办职责。"});
    town.server.done(office, &of_major("refusals/decision"), &upheld).await;
    town.server.done(office, &of_major("assignments"), &json!({"lead_office_id": town.offices[1]})).await;
    let gone = refuse().await;
    assert_eq!((gone.status, gone.code()), (404, "not_found"), "{}", gone.text);
    town.server.stop().await;
}

#[tokio::test]
async fn who_once_had_an_issue_goes_on_hearing_what_they_said_of_it() {
    let town = Town::adopted().await;
    let path = |what: &str| format!("/v1/issues/{}/{what}", town.issues[1]);
    let take = async || town.server.keyed(town.token("delegate"), "taking", &path("taking"), &json!({})).await;
    let taken = take().await;
    assert_eq!(taken.status, 200, "{}", taken.text);
    let body = json!({"to_delegate_id": town.delegates[1][1], "reason_code": "long_leave", "reason": "外出学习。"});
    town.server.done(town.token("congress_office"), &path("handovers"), &body).await;
    let again = take().await;
    assert_eq!((again.status, &again.body["position"]), (200, &taken.body["position"]), "{}", again.text);
    town.server.stop().await;
}

#[tokio::test]
async fn what_somebody_disputed_as_another_delegate_is_not_told_again() {
    let town = Town::new().await;
    let of = |grid: usize| json!({"role": "delegate", "delegate_id": town.delegates[grid][1]});
    let (account, token, grants) = account(&town, &[of(0), of(1)]).await;
    adopt(&town).await;
    let body = json!({"indicator": "on_time", "text": "该件按时答复。"});
    let dispute = async |grid: usize| {
        let path = format!("/v1/reviews/2026/delegates/{}/disputes", town.delegates[grid][1]);
        town.server.keyed(&token, &format!("dispute-{grid}"), &path, &body).await
    };
    for grid in [0, 1] {
        let disputed = dispute(grid).await;
        assert!((200..300).contains(&disputed.status), "{}", disputed.text);
        assert_eq!(dispute(grid).await.body["position"], disputed.body["position"]);
    }
    end_grant(&town, &account, &grants[1]).await;
    let gone = dispute(1).await;
    assert_eq!((gone.status, gone.code()), (404, "not_found"), "{}", gone.text);
    assert!((200..300).contains(&dispute(0).await.status));
    town.server.stop().await;
}

#[tokio::test]
async fn a_proposal_is_told_again_to_whoever_made_it() {
    let town = Town::adopted().await;
    let body = json!({"name": "新账户", "holder": "machine"});
    let propose = async |token: &str| town.server.keyed(token, "propose", "/v1/accounts", &body).await;
    let proposed = propose(town.token("administrator")).await;
    assert_eq!(proposed.status, 202, "{}", proposed.text);
    assert_eq!(propose(town.token("administrator")).await.body, proposed.body);
    let retract = format!("/v1/proposals/{}/retraction", proposed.body["proposal"]["id"].as_str().unwrap());
    let send = async || town.server.keyed(town.token("administrator"), "back", &retract, &json!({})).await;
    let retracted = send().await;
    assert_eq!(retracted.status, 200, "{}", retracted.text);
    assert_eq!(send().await.body["position"], retracted.body["position"]);
    town.server.stop().await;
}
