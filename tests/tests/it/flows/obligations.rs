//! What is owed over HTTP: weeks later the clock has found what was not done, once, and a breach is explained.

use crate::harness::{FakedClock, Office, Place};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Write as _};
use std::sync::Arc;
use std::time::Duration;

/// Longest wait for the server's own run.
const PATIENCE: Duration = Duration::from_secs(60);

/// The leaves of obligations about an issue, in order.
fn found(office: &Office, issue: &str) -> Vec<Value> {
    let events = office.get("/v1/events?family=obligation&limit=1000").good();
    let about = format!("issue/{issue}");
    let of = events["items"].as_array().unwrap().iter().filter(|event| event["public"]["about"] == about.as_str());
    of.cloned().collect()
}

/// What the feed says of events.
fn fed(office: &Office, events: &[Value]) -> Vec<Value> {
    let mut stream = office.server().connect();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let head = "GET /v1/feed?after=0&family=obligation HTTP/1.0\r\nauthorization: Bearer";
    write!(stream, "{head} {}\r\n\r\n", office.token()).unwrap();
    let positions: Vec<&Value> = events.iter().map(|event| &event["position"]).collect();
    let lines = BufReader::new(stream).lines().map(Result::unwrap);
    let told = lines.filter_map(|line| serde_json::from_str::<Value>(line.strip_prefix("data: ")?).ok());
    told.filter(|data| positions.contains(&&data["position"])).take(events.len()).collect()
}

#[test]
fn what_was_not_done_is_found_once_explained_and_excused() {
    let Some(clock) = FakedClock::of("what was not done is found") else { return };
    let mut office = Office::at(Arc::new(Place::under(clock)));
    office.imports_roster().created();
    office.meets();
    let issue = office.raises("楼道灯不亮");
    let before = office.ran();
    assert_eq!((&before["running"], &before["waiting"]), (&json!(true), &json!(0)), "{before:#}");
    assert!(before["next_at"].is_string(), "{before:#}");
    assert_eq!(office.issue(&issue)["supervised"], false);
    let shown_before = office.head();

    office.boots_on_day(25);
    office.ran();
    let all = found(&office, &issue);
    let what = |event: &Value| {
        let public = &event["public"];
        public.get("what").or(public.get("tier")).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let named: Vec<String> = all.iter().map(what).collect();
    for name in ["reminder", "answer_overdue", "supervision"] {
        assert_eq!(named.iter().filter(|one| *one == name).count(), 1, "{named:?}");
    }
    // Weeks after their instants nobody is to be reminded of them any more.
    for (event, data) in all.iter().zip(fed(&office, &all)) {
        let named = (&data["position"], &data["type"], &data["stale"]);
        assert_eq!(named, (&event["position"], &event["type"], &json!(true)));
    }
    let again = office.post("/v1/clock-runs", &json!({})).good();
    assert_eq!((&again["clock_run"]["events"], &again["clock_run"]["items"]), (&json!(0), &json!([])));
    assert_eq!(again["position"], office.head());
    office
        .refuses_command("/v1/clock-runs", &json!({"until": "2099-01-01T00:00:00+08:00"}), 422, "in_the_future")
        .at("/until", "in_the_future");
    office.stops();
    office.restarts();
    office.ran();
    assert_eq!(found(&office, &issue), all, "a server that starts again finds nothing twice");

    // An issue is shown under supervision, alone and in the list; its version is what it was.
    let shown = office.issue(&issue);
    assert_eq!((&shown["supervised"], &shown["version"]), (&json!(true), &json!(1)), "{shown:#}");
    let listed = office.get(&format!("/v1/issues?supervised=true&at_least={}", office.head())).good();
    assert_eq!(listed["items"][0]["id"], issue.as_str(), "{listed:#}");
    let then = office.get(&format!("/v1/issues/{issue}?as_of_position={shown_before}")).good();
    assert_eq!(then["supervised"], false);

    let overdue = all.iter().find(|event| what(event) == "answer_overdue").unwrap();
    let path = format!("/v1/{}", overdue["stream"].as_str().unwrap().replace("obligation", "obligations"));
    let obligation = office.get(&path).good();
    assert_eq!(obligation["status"], "missing", "{obligation:#}");
    assert_eq!(
        (&obligation["code"], &obligation["clause"], &obligation["period"]),
        (&json!("O-7"), &json!("C-4.4"), &json!("1"))
    );
    assert_eq!(obligation["owed_by"], json!({"family": "delegate", "id": office.delegate}));
    assert_eq!(obligation["what"][0], "answer_overdue");
    assert_eq!(obligation["events"][0]["type"], "issue.raised");
    let events = office.get(&format!("{path}/events")).good();
    assert_eq!(json!(events["items"].as_array().unwrap().len()), obligation["version"]);
    let then = office.get(&format!("{path}?as_of_position={shown_before}")).good();
    assert_eq!((&then["status"], &then["what"]), (&json!("not_yet_due"), &json!([])), "{then:#}");

    let decision = format!("{path}/explanations/decision");
    office.refuses_command(&decision, &json!({"accepted": true}), 409, "no_explanation_pending").clause("C-4.4");
    let explained = office.post(&format!("{path}/explanations"), &json!({"text": "代表住院治疗。"})).good();
    assert_eq!(explained["obligation"]["explanation"], "pending", "{explained:#}");
    let listed = |explanation: &str| {
        let at_least = office.head();
        let list = format!("/v1/obligations?explanation={explanation}&grid_id={}&at_least={at_least}", office.grid);
        office.get(&list).good()["items"].as_array().unwrap().clone()
    };
    let waiting = listed("pending");
    assert_eq!((waiting.len(), &waiting[0]["id"]), (1, &obligation["id"]), "{waiting:#?}");
    assert!(listed("none").iter().all(|other| other["id"] != obligation["id"]));
    office
        .get("/v1/obligations?explanation=waiting")
        .problem(400, "bad_parameter")
        .at("/query/explanation", "invalid_value");
    let why = office.refuses_command(&decision, &json!({"accepted": false}), 422, "reason_missing");
    why.clause("C-0").at("/reason", "reason_missing");
    let accepted = office.post(&decision, &json!({"accepted": true, "reason": "属实。"})).good();
    assert_eq!(
        (&accepted["obligation"]["status"], &accepted["obligation"]["overtaken"]),
        (&json!("excused"), &json!(true))
    );
    assert_eq!(accepted["obligation"]["explanations"][0]["text"], "代表住院治疗。");
    assert_eq!((listed("pending").len(), listed("accepted,refused").len()), (0, 1));
    let again = json!({"text": "再说明。"});
    office.refuses_command(&format!("{path}/explanations"), &again, 409, "not_in_breach").clause("C-4.4");
    office.get("/v1/obligations/0198f3c2-7a10-7c11-8a00-5d1f0b6d2a10").problem(404, "not_found");
}
