//! Whose words, names and numbers each role is shown, and what of it is on record.

use crate::town::Town;
use actix_web::test::TestRequest;
use event_store::{Filter, Position};
use serde_json::{Value, json};

const NAMES: [&str; 4] = ["访客00", "访客01", "访客10", "访客11"];
const WORDS: [&str; 3] = ["水压不足", "三楼以上晚上没有水", "交水务所"];

/// Every question of this town whose answer has words.
fn questions(town: &Town) -> Vec<String> {
    let (issue, reception, major) = (&town.issues[0], &town.receptions[0], &town.major_issue);
    vec![
        "/v1/issues".to_owned(),
        format!("/v1/issues/{issue}"),
        format!("/v1/issues/{issue}/events"),
        "/v1/receptions".to_owned(),
        format!("/v1/receptions/{reception}"),
        format!("/v1/receptions/{reception}/events"),
        format!("/v1/major-issues/{major}"),
        format!("/v1/major-issues/{major}/events"),
        "/v1/events?limit=1000".to_owned(),
        "/v1/obligations".to_owned(),
        "/v1/meetings".to_owned(),
        "/v1/activities".to_owned(),
    ]
}

/// The views that are on record, in order.
async fn views(town: &Town) -> Vec<Value> {
    let filter = Filter { families: vec!["personal_data".to_owned()], types: Vec::new() };
    let page = town.server.casework.store.read_all(Position(0), 1000, &filter).await.unwrap();
    page.events.iter().map(|event| serde_json::from_str(event.text().unwrap().public).unwrap()).collect()
}

async fn ask(town: &Town, role: &str, path: &str, purpose: Option<&str>) -> crate::server::Answer {
    let request = TestRequest::get().uri(path);
    let request = match purpose {
        Some(purpose) => request.insert_header(("Huiyin-Purpose", purpose)),
        None => request,
    };
    town.server.ask(request, town.token(role)).await
}

#[tokio::test]
async fn threat_who_reads_no_words_is_shown_none_and_nothing_is_recorded() {
    println!("attempted: read words, names and numbers as auditor, report job and administrator");
    let town = Town::adopted().await;
    for role in ["auditor", "report_job", "administrator"] {
        let mut answered = 0;
        for path in questions(&town) {
            let answer = town.server.get(town.token(role), &path).await;
            answered += usize::from(answer.status == 200);
            for said in NAMES.iter().chain(&WORDS).chain(&["1380013800"]) {
                assert!(!answer.text.contains(said), "{role} {path}: {said}");
            }
        }
        assert!(answered > if role == "administrator" { 1 } else { 7 }, "{role}: {answered} answered");
    }
    let issue = town.server.told(town.token("auditor"), &format!("/v1/issues/{}", town.issues[0])).await;
    assert_eq!((&issue["withheld"], &issue["subject"], &issue["erased"]), (&json!(true), &Value::Null, &Value::Null));
    let listed = town.server.told(town.token("auditor"), "/v1/issues").await;
    assert!(listed["items"].as_array().unwrap().iter().all(|one| one["withheld"] == true && one["subject"].is_null()));
    let events = town.server.told(town.token("auditor"), &format!("/v1/issues/{}/events", town.issues[0])).await;
    assert_eq!(events["items"][0]["personal"], json!([{"withheld": true}]));
    let reception = town.server.told(town.token("report_job"), &format!("/v1/receptions/{}", town.receptions[0])).await;
    assert_eq!(reception["visitors"], json!([{"withheld": true}]));
    assert_eq!(views(&town).await, Vec::<Value>::new());
    town.server.stop().await;
    println!("caught: no answer has any; \"withheld\":true");
}

#[tokio::test]
async fn threat_the_first_sight_of_a_day_is_on_record_before_it_is_shown() {
    println!("attempted: look at somebody's words without anybody knowing");
    let town = Town::adopted().await;
    let path = format!("/v1/issues/{}", town.issues[0]);
    let issue = town.server.told(town.token("liaison"), &path).await;
    assert_eq!((&issue["subject"], &issue["withheld"]), (&json!("水压不足00"), &Value::Null));
    let seen = views(&town).await;
    assert_eq!(seen.len(), 1);
    assert_eq!(
        (&seen[0]["action"], &seen[0]["purpose"], &seen[0]["classes"]),
        (&json!("issue.read"), &json!("follow_up"), &json!(["narrative"]))
    );
    let first =
        town.server.told(town.token("liaison"), &format!("{path}/events")).await["items"][0]["position"].clone();
    assert_eq!(seen[0]["seen"], json!([first]));
    // Again today, by another answer, for the same purpose: nothing more. For another: once more.
    town.server.told(town.token("liaison"), &path).await;
    assert_eq!(views(&town).await.len(), 1);
    assert_eq!(ask(&town, "liaison", &path, Some("call_back")).await.status, 200);
    assert_eq!(views(&town).await.len(), 2);
    // A page of a list is one view of what was not seen yet.
    let listed = town.server.told(town.token("liaison"), "/v1/issues").await;
    assert_eq!(listed["items"].as_array().unwrap().len(), 2);
    let seen = views(&town).await;
    assert_eq!((seen.len(), seen[2]["seen"].as_array().unwrap().len()), (3, 1));
    town.server.told(town.token("liaison"), "/v1/issues").await;
    assert_eq!(views(&town).await.len(), 3);
    let unknown = ask(&town, "liaison", &path, Some("curiosity")).await;
    assert_eq!((unknown.status, unknown.code()), (400, "bad_header"), "{}", unknown.text);
    town.server.stop().await;
    println!("caught: the first sight of the day is on record");
}

#[tokio::test]
async fn threat_names_and_numbers_are_masked_unless_they_are_asked_for_with_a_purpose() {
    println!("attempted: read names and numbers without saying why");
    let town = Town::adopted().await;
    let path = format!("/v1/receptions/{}", town.receptions[0]);
    let masked = town.server.told(town.token("liaison"), &path).await;
    assert_eq!(masked["visitors"], json!([{"name": "访**", "phone": "138****8000"}]));
    assert_eq!(views(&town).await.len(), 0, "what is masked is no view");
    let open = format!("{path}?open=identity,contact");
    let why = ask(&town, "liaison", &open, None).await;
    assert_eq!((why.status, why.code()), (400, "purpose_missing"), "{}", why.text);
    let whole = ask(&town, "liaison", &open, Some("call_back")).await;
    assert_eq!(whole.body["visitors"], json!([{"name": "访客00", "phone": "13800138000"}]), "{}", whole.text);
    let seen = views(&town).await;
    assert_eq!(
        seen.iter().map(|view| view["classes"][0].as_str().unwrap()).collect::<Vec<_>>(),
        ["identity", "contact"]
    );
    let events = format!("{path}/events");
    let masked = town.server.told(town.token("liaison"), &events).await.to_string();
    assert!(masked.contains("访**") && masked.contains("138****8000") && !masked.contains("访客00"), "{masked}");
    let whole = ask(&town, "liaison", &format!("{events}?open=identity"), Some("call_back")).await;
    assert!(whole.text.contains("访客00") && !whole.text.contains("13800138000"), "{}", whole.text);
    assert_eq!(views(&town).await.len(), 2, "it was seen today");
    // Who asks for them and may not see them is not told them.
    let auditor = ask(&town, "auditor", &open, Some("audit")).await;
    assert_eq!(auditor.body["visitors"], json!([{"withheld": true}]), "{}", auditor.text);
    town.server.stop().await;
    println!("caught: masked; whole ones are 400 purpose_missing");
}

#[tokio::test]
async fn whoever_may_sees_who_looked() {
    let town = Town::adopted().await;
    let path = format!("/v1/issues/{}", town.issues[0]);
    town.server.told(town.token("liaison"), &path).await;
    town.server.told(town.token("congress_office"), &path).await;
    town.server.told(town.token("congress_office"), &format!("/v1/issues/{}", town.issues[3])).await;
    let of_issue = format!("/v1/personal-data/views?issue_id={}", town.issues[0]);
    for (role, found) in [("convener", 2), ("party_studio", 2), ("congress_office", 2), ("auditor", 2)] {
        let listed = town.server.told(town.token(role), &of_issue).await;
        assert_eq!(listed["items"].as_array().unwrap().len(), found, "{role}: {listed}");
    }
    let listed = town.server.told(town.token("auditor"), &of_issue).await;
    assert_eq!(
        (&listed["items"][0]["role"], &listed["items"][0]["purpose"], &listed["items"][0]["things"]),
        (&json!("liaison"), &json!("follow_up"), &json!(1))
    );
    let account = &town.accounts["congress_office"];
    let by_account = format!("/v1/personal-data/views?account_id={account}");
    assert_eq!(town.server.told(town.token("auditor"), &by_account).await["items"].as_array().unwrap().len(), 2);
    // The convener's are those of the grid.
    assert_eq!(town.server.told(town.token("convener"), &by_account).await["items"].as_array().unwrap().len(), 1);
    let beyond = format!("/v1/personal-data/views?issue_id={}", town.issues[2]);
    assert_eq!(town.server.get(town.token("convener"), &beyond).await.status, 404);
    let line = town.server.get(town.token("party_studio"), &by_account).await;
    assert_eq!((line.status, line.code()), (403, "out_of_scope"), "{}", line.text);
    assert_eq!(town.server.get(town.token("liaison"), &of_issue).await.status, 403);
    let both = town.server.get(town.token("auditor"), &format!("{of_issue}&account_id={account}")).await;
    assert_eq!((both.status, both.code()), (400, "bad_parameter"), "{}", both.text);
    let page = town.server.told(town.token("auditor"), "/v1/personal-data/views?limit=2").await;
    let next = format!("/v1/personal-data/views?limit=2&cursor={}", page["next_cursor"].as_str().unwrap());
    assert_eq!(town.server.told(town.token("auditor"), &next).await["items"].as_array().unwrap().len(), 1);
    town.server.stop().await;
}

#[tokio::test]
async fn threat_what_cannot_be_recorded_is_not_shown() {
    println!("attempted: look while the disk is full, so that no view can be recorded");
    let town = Town::adopted().await;
    let (liaison, path) = (town.token("liaison"), format!("/v1/issues/{}", town.issues[0]));
    town.server.told(liaison, &path).await;
    town.server.full.store(true, std::sync::atomic::Ordering::SeqCst);
    // What was seen today is on record.
    assert_eq!(town.server.told(liaison, &path).await["subject"], "水压不足00");
    let other = format!("/v1/issues/{}", town.issues[1]);
    let facts = town.server.told(liaison, &other).await;
    assert_eq!((&facts["withheld"], &facts["subject"]), (&json!("view_not_recorded"), &Value::Null));
    assert_eq!((&facts["state"], &facts["erased"]), (&json!("registered"), &Value::Null));
    let listed = town.server.told(liaison, "/v1/issues").await;
    let items = listed["items"].as_array().unwrap();
    assert!(items.iter().all(|one| one["withheld"] == "view_not_recorded" && one["subject"].is_null()), "{listed}");
    let reception = format!("/v1/receptions/{}?open=contact", town.receptions[0]);
    let masked = ask(&town, "liaison", &reception, Some("call_back")).await;
    assert_eq!((masked.status, masked.text.contains("13800138000")), (200, false), "{}", masked.text);
    town.server.full.store(false, std::sync::atomic::Ordering::SeqCst);
    assert_eq!(town.server.told(liaison, &other).await["subject"], "水压不足01");
    assert_eq!(views(&town).await.len(), 2);
    town.server.stop().await;
    println!("caught: facts alone, \"withheld\":\"view_not_recorded\"");
}

#[tokio::test]
async fn a_visitor_asks_for_an_erasure_and_another_decides() {
    let town = Town::adopted().await;
    let code = town
        .server
        .post(
            town.token("liaison"),
            &format!("/v1/issues/{}/receipts", town.issues[0]),
            &json!({"reason": "回执遗失。"}),
        )
        .await;
    let code = code.body["issue"]["receipt_code"].as_str().unwrap_or_else(|| panic!("{}", code.text)).to_owned();
    let path = format!("/v1/public/receipts/{code}/erasure-requests");
    let asked = town.server.done("", &path, &json!({})).await;
    assert_eq!(asked["state"], "requested");
    let again = town.server.post("", &path, &json!({})).await;
    assert_eq!((again.status, again.code()), (409, "already_requested"), "{}", again.text);
    let unknown = town.server.post("", "/v1/public/receipts/AAAA-AAAA-AAAA/erasure-requests", &json!({})).await;
    assert_eq!(unknown.status, 404, "{}", unknown.text);
    let office = town.token("congress_office");
    let listed = town.server.told(office, "/v1/erasures").await;
    let erasure = listed["items"][0]["id"].as_str().unwrap().to_owned();
    // The words of an open issue stay until it is over.
    let open = town.server.post(office, &format!("/v1/erasures/{erasure}/decision"), &json!({"approved": true})).await;
    assert_eq!((open.status, open.code()), (409, "issue_open"), "{}", open.text);
    let refusal = json!({"approved": false, "refusal_ground": "issue_open"});
    let refused = town.server.done(office, &format!("/v1/erasures/{erasure}/decision"), &refusal).await;
    assert_eq!(refused["erasure"]["state"], "refused");
    town.server.stop().await;
}

#[tokio::test]
async fn a_difference_tells_words_to_whom_they_are_for() {
    let town = Town::adopted().await;
    let path = format!("/v1/issues/{}", town.issues[1]);
    let raised = town.server.told(town.token("liaison"), &format!("{path}/events")).await;
    let from = raised["items"][0]["position"].as_u64().unwrap();
    let to = town.server.casework.store.head().position.0;
    let difference = format!("{path}/difference?from={}&to={to}", from - 1);
    let theirs = town.server.told(town.token("liaison"), &difference).await.to_string();
    assert!(theirs.contains("水压不足01") && !theirs.contains("withheld"), "{theirs}");
    let auditor = town.server.told(town.token("auditor"), &difference).await.to_string();
    assert!(!auditor.contains("水压不足"), "{auditor}");
    town.server.stop().await;
}

#[tokio::test]
async fn only_the_answer_to_what_begins_something_tells_it_whole() {
    let town = Town::adopted().await;
    let delegate = &town.delegates[0][0];
    let body = json!({
        "form": "walk_in", "grid_id": town.grids[0], "held_at": "2026-11-20T09:00:00+08:00",
        "delegates": [{"delegate_id": delegate, "delegate_type": "party"}],
        "visitors": [{"name": "访客09", "phone": "13800138009"}],
        "issues": [{"visitor": 0, "kind": "opinion", "topic": "livelihood", "subject": "路灯", "text": "不亮。",
            "responsible_delegate_id": delegate}],
    });
    let began = town.server.done(town.token("liaison"), "/v1/receptions", &body).await;
    assert_eq!(began["reception"]["visitors"], json!([{"name": "访客09", "phone": "13800138009"}]));
    assert_eq!(views(&town).await.len(), 0, "it has just been said");
    let reception = began["reception"]["id"].as_str().unwrap();
    let correction = json!({"event_version": 1, "pointer": "/personal/0/name", "value": "访客08", "reason": "写错。"});
    let path = format!("/v1/receptions/{reception}/corrections");
    let corrected = town.server.post(town.token("liaison"), &path, &correction).await;
    assert!(corrected.status < 300 && !corrected.text.contains("13800138009"), "{}", corrected.text);
    let issue = began["issues"][0]["id"].as_str().unwrap();
    let link = json!({"issue_id": town.issues[0], "kind": "related"});
    town.server.done(town.token("liaison"), &format!("/v1/issues/{issue}/links"), &link).await;
    assert_eq!(views(&town).await.len(), 1, "what was begun before is looked at");
    town.server.stop().await;
}

#[tokio::test]
async fn a_page_over_two_grids_is_a_view_in_each() {
    let town = Town::adopted().await;
    town.server.told(town.token("congress_office"), "/v1/issues").await;
    assert_eq!(views(&town).await.len(), 2);
    let of_grid = town.server.told(town.token("convener"), "/v1/personal-data/views").await;
    assert_eq!(of_grid["items"].as_array().unwrap().len(), 1, "{of_grid}");
    town.server.stop().await;
}

#[tokio::test]
async fn what_is_proposed_is_read_by_who_proposes_and_who_decides() {
    let town = Town::adopted().await;
    let body = json!({"name": "新账户", "holder": "machine"});
    let proposed = town.server.post(town.token("administrator"), "/v1/accounts", &body).await;
    let path = format!("/v1/proposals/{}", proposed.body["proposal"]["id"].as_str().unwrap());
    for role in ["administrator", "congress_office"] {
        assert_eq!(town.server.told(town.token(role), &path).await["request"]["body"], body, "{role}");
    }
    let auditor = town.server.told(town.token("auditor"), &path).await;
    assert_eq!((&auditor["withheld"], &auditor["request"]), (&json!(true), &Value::Null));
    assert_eq!(views(&town).await.len(), 1, "the office's");
    town.server.stop().await;
}

/// Whoever told something learns how many looked at it, the things of others apart.
#[tokio::test]
async fn the_visitor_is_told_how_many_looked() {
    let town = Town::adopted().await;
    let issue = format!("/v1/issues/{}", town.issues[0]);
    let reissued =
        town.server.post(town.token("liaison"), &format!("{issue}/receipts"), &json!({"reason": "回执遗失。"})).await;
    let code = reissued.body["issue"]["receipt_code"].as_str().unwrap().to_owned();
    let receipt = async || {
        let answer = town.server.ask(TestRequest::get().uri(&format!("/v1/public/receipts/{code}")), "").await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.body["viewed"].clone()
    };
    // What is told of a command counts, too.
    let begun = receipt().await["accounts"].as_u64().unwrap();
    assert!(begun <= 1);
    town.server.told(town.token("auditor"), &issue).await;
    assert_eq!(receipt().await["accounts"], json!(begun), "who is shown no words has not looked");
    town.server.told(town.token("congress_office"), &format!("/v1/issues/{}", town.issues[1])).await;
    assert_eq!(receipt().await["accounts"], json!(begun), "another issue");
    town.server.told(town.token("congress_office"), &issue).await;
    assert_eq!(receipt().await, json!({"accounts": begun + 1, "days": 1}));
    let reception = format!("/v1/receptions/{}?open=contact", town.receptions[0]);
    assert_eq!(ask(&town, "convener", &reception, Some("call_back")).await.status, 200);
    assert_eq!(receipt().await, json!({"accounts": begun + 2, "days": 1}), "the number of its reception");
    town.server.told(town.token("congress_office"), &issue).await;
    assert_eq!(receipt().await, json!({"accounts": begun + 2, "days": 1}), "the same account");
    town.server.stop().await;
}
