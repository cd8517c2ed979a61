//! What everybody has to do, in the role they act in: whose it is, by which command it is done, and that it is gone once it is.

use crate::town::Town;
use actix_web::test::TestRequest;
use serde_json::{Value, json};

/// The tasks of a role, each as kind and what it is about.
pub async fn tasks(town: &Town, token: &str, query: &str) -> Vec<(String, String)> {
    let head = town.server.casework.store.head().position.0;
    let list = town.server.told(token, &format!("/v1/me/tasks?limit=200&at_least={head}{query}")).await;
    named(&list)
}

pub fn named(list: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    list["items"].as_array().unwrap().iter().map(|one| (text(&one["kind"]), text(&one["about"]["id"]))).collect()
}

/// Those of these kinds.
pub fn of_kind(all: &[(String, String)], kinds: &[&str]) -> Vec<(String, String)> {
    all.iter().filter(|(kind, _)| kinds.contains(&kind.as_str())).cloned().collect()
}

pub fn task(kind: &str, id: &str) -> (String, String) {
    (kind.to_owned(), id.to_owned())
}

fn answer() -> Value {
    json!({"outcome": "resolved", "channel": "oral", "text": "水压已恢复。", "delivered_at": "2026-11-24T09:00:00+08:00",
        "evidence": {"kind": "visitor_confirmation"}})
}

#[tokio::test]
async fn each_role_has_the_tasks_of_its_scope_and_no_others() {
    let town = Town::adopted().await;
    let own = &town.issues[1];
    let kinds = ["answer", "take", "interim_reply", "accept_dispatch", "triage"];
    let has = async |role: &str| of_kind(&tasks(&town, town.token(role), "").await, &kinds);
    let take = async |role: &str| of_kind(&has(role).await, &["take", "answer"]);
    assert_eq!(take("delegate").await, [task("take", own), task("answer", own)]);
    assert_eq!(take("liaison").await, [task("take", own), task("answer", own)], "the other one is escalated");
    assert_eq!(has("handling_unit").await, [task("accept_dispatch", &town.major_issue)]);
    for role in ["convener", "party_studio", "congress_office", "auditor", "report_job", "administrator"] {
        assert_eq!(has(role).await, [], "{role} answers nothing");
    }
    // Each says how it is done, by when, and where that comes from.
    let list = town.server.told(town.token("delegate"), "/v1/me/tasks?kind=answer").await;
    let one = &list["items"][0];
    let issue = town.server.told(town.token("delegate"), &format!("/v1/issues/{own}")).await;
    assert_eq!(one["call"], format!("POST /v1/issues/{own}/answers"));
    assert_eq!(one["why"], format!("/v1/issues/{own}/deadline"));
    assert_eq!((&one["due_on"], &one["about"]["number"]), (&issue["answer_due_on"], &issue["number"]), "{issue}");
    assert_eq!(
        (&one["obligation"], &one["clause"], &one["role"]),
        (&json!("O-7"), &json!("C-4.4"), &json!("delegate"))
    );
    town.server.stop().await;
}

#[tokio::test]
async fn a_task_is_gone_once_its_command_is_done() {
    let town = Town::adopted().await;
    let (delegate, own) = (town.token("delegate"), &town.issues[1]);
    let path = |what: &str| format!("/v1/issues/{own}/{what}");
    let mine = async |token: &str| of_kind(&tasks(&town, token, "").await, &["take", "answer", "call_back", "close"]);
    town.server.done(delegate, &path("taking"), &json!({})).await;
    assert_eq!(mine(delegate).await, [task("answer", own)]);
    town.server.done(delegate, &path("answers"), &answer()).await;
    assert_eq!(mine(delegate).await, []);
    assert_eq!(mine(town.token("liaison")).await, [task("call_back", own)]);
    let satisfied = json!({"satisfaction": "satisfied", "by": "visitor", "given_at": "2026-11-24T09:30:00+08:00"});
    town.server.done(town.token("liaison"), &path("feedback"), &satisfied).await;
    assert_eq!(mine(delegate).await, [task("close", own)]);
    town.server.done(delegate, &path("closing"), &json!({})).await;
    assert_eq!(mine(delegate).await, []);
    town.server.stop().await;
}

#[tokio::test]
async fn pages_go_on_in_the_order_of_days_and_the_account_says_how_many() {
    let town = Town::adopted().await;
    let liaison = town.token("liaison");
    let all = tasks(&town, liaison, "").await;
    assert!(all.len() > 2, "{all:?}");
    let (mut paged, mut path) = (Vec::new(), "/v1/me/tasks?limit=1".to_owned());
    loop {
        let page = town.server.told(liaison, &path).await;
        assert_eq!(page["items"].as_array().unwrap().len(), 1);
        paged.extend(named(&page));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/v1/me/tasks?limit=1&cursor={cursor}");
    }
    assert_eq!(paged, all);
    let list = town.server.told(liaison, "/v1/me/tasks?limit=200").await;
    let day = |one: &Value| one["due_on"].as_str().or(one["since_on"].as_str()).unwrap().to_owned();
    let days: Vec<_> = list["items"].as_array().unwrap().iter().map(day).collect();
    assert!(days.is_sorted(), "{days:?}");
    let me = town.server.told(liaison, "/v1/me").await;
    assert_eq!(me["tasks"], json!({"open": all.len(), "overdue": 0, "list": "/v1/me/tasks"}));
    town.server.later(25);
    town.server.caught_up().await;
    let me = town.server.told(liaison, "/v1/me").await;
    let late = town.server.told(liaison, "/v1/me/tasks?limit=200").await;
    let overdue = late["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| ["overdue", "long_overdue"].contains(&one["lateness"].as_str().unwrap_or_default()));
    let overdue = overdue.count();
    assert!(overdue > 0, "{late}");
    assert_eq!(me["tasks"]["overdue"], overdue);
    // A cursor is of its own question, and what is no kind is a fault.
    let cursor = town.server.told(liaison, "/v1/me/tasks?limit=1").await["next_cursor"].as_str().unwrap().to_owned();
    for bad in [format!("kind=answer&cursor={cursor}"), "kind=anything".to_owned(), "role=auditor".to_owned()] {
        let refused = town.server.get(liaison, &format!("/v1/me/tasks?{bad}")).await;
        assert_eq!(refused.status, 400, "{bad}: {}", refused.text);
    }
    town.server.stop().await;
}

#[tokio::test]
async fn what_a_liaison_answered_stands_among_the_delegates_tasks_until_they_saw_it() {
    let town = Town::adopted().await;
    let (delegate, own) = (town.token("delegate"), &town.issues[1]);
    let mine = async |token: &str| of_kind(&tasks(&town, token, "").await, &["see_answer_in_my_name"]);
    // What was seen before does not count.
    town.server.told(delegate, &format!("/v1/issues/{own}")).await;
    town.server.later(1);
    let mut given = answer();
    given["delivered_at"] = json!("2026-11-25T09:00:00+08:00");
    town.server.done(town.token("liaison"), &format!("/v1/issues/{own}/answers"), &given).await;
    assert_eq!(mine(delegate).await, [task("see_answer_in_my_name", own)]);
    for role in ["liaison", "convener", "congress_office"] {
        town.server.told(town.token(role), &format!("/v1/issues/{own}")).await;
        assert_eq!(mine(town.token(role)).await, [], "{role}");
    }
    assert_eq!(mine(delegate).await, [task("see_answer_in_my_name", own)], "others saw it");
    // A list tells what it is about, and no answer.
    town.server.told(delegate, "/v1/issues?limit=50").await;
    assert_eq!(mine(delegate).await, [task("see_answer_in_my_name", own)], "it stood in a list");
    town.server.told(delegate, &format!("/v1/issues/{own}")).await;
    assert_eq!(mine(delegate).await, []);
    town.server.stop().await;
}

#[tokio::test]
async fn what_a_delegate_answers_needs_no_second_look() {
    let town = Town::adopted().await;
    let (delegate, own) = (town.token("delegate"), &town.issues[1]);
    town.server.done(delegate, &format!("/v1/issues/{own}/answers"), &answer()).await;
    assert_eq!(of_kind(&tasks(&town, delegate, "").await, &["see_answer_in_my_name"]), []);
    town.server.stop().await;
}

#[tokio::test]
async fn decisions_about_oneself_and_on_what_one_asked_for_are_no_tasks_of_theirs() {
    let town = Town::adopted().await;
    let (convener, office, admin) =
        (town.token("convener"), town.token("congress_office"), town.token("administrator"));
    let leave = json!({"from": "2026-11-26", "to": "2026-11-27", "reason_code": "work", "reason": "外出开会。"});
    for delegate in &town.delegates[0] {
        town.server.done(town.token("liaison"), &format!("/v1/delegates/{delegate}/leaves"), &leave).await;
    }
    // The first grid's convener is its party delegate.
    let decided = async |token: &str| {
        let head = town.server.casework.store.head().position.0;
        let list = town.server.told(token, &format!("/v1/me/tasks?kind=decide_leave&at_least={head}")).await;
        let calls = list["items"].as_array().unwrap().iter().map(|one| one["call"].as_str().unwrap().to_owned());
        calls.collect::<Vec<_>>()
    };
    let of_convener = decided(convener).await;
    assert_eq!(of_convener.len(), 1, "{of_convener:?}");
    assert!(of_convener[0].contains(&format!("/delegates/{}/leaves/", town.delegates[0][1])), "{of_convener:?}");
    assert_eq!(decided(office).await.len(), 2);
    let path = of_convener[0].strip_prefix("POST ").unwrap();
    town.server.done(convener, path, &json!({"approved": true})).await;
    assert_eq!(decided(convener).await, Vec::<String>::new());
    // Who asked for an erasure does not decide on it, nor proposes and approves.
    let erasure = json!({"persons": [{"reception_id": town.receptions[1], "visitor": 0}], "classes": ["contact"],
        "ground": "request", "reason": "本人来电要求删除。"});
    let asked = town.server.done(office, "/v1/erasures", &erasure).await;
    let id = asked["erasure"]["id"].as_str().unwrap();
    let kinds = ["decide_erasure", "approve"];
    assert_eq!(of_kind(&tasks(&town, office, "").await, &kinds), []);
    assert_eq!(of_kind(&tasks(&town, admin, "").await, &kinds), [task("decide_erasure", id)]);
    let list = town.server.told(admin, "/v1/me/tasks?kind=decide_erasure").await;
    assert_eq!(list["items"][0]["due_on"], asked["erasure"]["decide_by"]);
    let proposed = town.server.post(admin, "/v1/accounts", &json!({"name": "新账户", "holder": "machine"})).await;
    assert_eq!(proposed.status, 202, "{}", proposed.text);
    let proposal = proposed.body["proposal"]["id"].as_str().unwrap();
    assert_eq!(of_kind(&tasks(&town, office, "").await, &kinds), [task("approve", proposal)]);
    assert_eq!(of_kind(&tasks(&town, admin, "").await, &["approve"]), []);
    // Fifteen working days are soon over.
    town.server.later(25);
    let late = town.server.told(admin, "/v1/me/tasks?kind=decide_erasure").await;
    assert_eq!(late["items"][0]["lateness"], "overdue", "{late}");
    assert_eq!(of_kind(&tasks(&town, office, "").await, &kinds), [], "nobody approves of what expired");
    town.server.stop().await;
}

#[tokio::test]
async fn who_owes_it_explains_and_another_decides_on_that() {
    let town = Town::adopted().await;
    let (delegate, office) = (town.token("delegate"), town.token("congress_office"));
    town.server.later(25);
    town.server.done(office, "/v1/clock-runs", &json!({})).await;
    town.server.caught_up().await;
    let kinds = ["explain", "decide_explanation"];
    let open = of_kind(&tasks(&town, delegate, "").await, &kinds);
    let (_, id) = open.first().cloned().unwrap();
    assert_eq!(of_kind(&tasks(&town, office, "").await, &kinds), [], "an office does not explain for others");
    town.server.done(delegate, &format!("/v1/obligations/{id}/explanations"), &json!({"text": "住院治疗。"})).await;
    let left = of_kind(&tasks(&town, delegate, "").await, &kinds);
    assert_eq!(left.len(), open.len() - 1);
    let decides = task("decide_explanation", &id);
    assert_eq!(of_kind(&tasks(&town, office, "").await, &kinds), std::slice::from_ref(&decides));
    assert_eq!(of_kind(&tasks(&town, town.token("convener"), "").await, &["decide_explanation"]), [decides]);
    town.server.stop().await;
}

#[tokio::test]
async fn before_adoption_a_role_has_what_the_table_gives_it() {
    let town = Town::new().await;
    let acting = async |role: &str| {
        let request = TestRequest::get().uri("/v1/me/tasks?kind=answer").insert_header(("Acting-As", role));
        let answer = town.server.ask(request, &town.server.token).await;
        assert_eq!(answer.status, 200, "{role}: {}", answer.text);
        named(&answer.body).len()
    };
    assert_eq!(acting("delegate").await, 3, "nobody is bound to anybody: those of the whole town");
    assert_eq!(acting("congress_office").await, 0, "it answers nothing");
    town.server.stop().await;
}
