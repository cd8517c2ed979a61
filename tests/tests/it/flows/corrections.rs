//! A record that was wrong: corrected by linked events, approved where it matters, the original always readable.

use crate::harness::{Office, WorkingDays, demand, id, instant, now, text, today};
use chrono::Days;
use serde_json::{Value, json};

fn correction(event_version: u64, pointer: &str, value: impl Into<Value>) -> Value {
    json!({"event_version": event_version, "pointer": pointer, "value": value.into(), "reason": "登记时写错。"})
}

#[test]
fn what_was_raised_is_corrected_and_both_stay_readable() {
    let office = Office::open();
    let issue = office.raises("楼道灯不亮");
    let before = office.head();
    let path = format!("/v1/issues/{issue}/corrections");
    let topic = office.post(&path, &correction(1, "/public/topic", "housing")).good();
    assert_eq!((&topic["issue"]["topic"], &topic["issue"]["corrected"]), (&json!("housing"), &json!(true)));
    let subject = office.post(&path, &correction(1, "/personal/0/subject", "楼道灯与门禁")).good();
    assert_eq!(subject["issue"]["subject"], "楼道灯与门禁");
    assert_eq!(subject["issue"]["text"], "楼道灯不亮，请尽快处理。");
    let at_least = &subject["position"];
    let listed = office.get(&format!("/v1/issues?topic=housing&at_least={at_least}")).good();
    assert_eq!(listed["items"][0]["subject"], "楼道灯与门禁");

    let history = office.history(&issue);
    assert_eq!(history[0]["public"]["topic"], "livelihood");
    assert_eq!(history[0]["personal"][0]["subject"], "楼道灯不亮");
    assert_eq!(
        history[0]["corrections"],
        json!([{"pointer": "/public/topic", "version": 2}, {"pointer": "/personal/0/subject", "version": 3}])
    );
    assert_eq!(history[1]["public"], json!({"event_version": 1, "pointer": "/public/topic", "value": "housing"}));
    assert_eq!(history[2]["public"], json!({"event_version": 1, "pointer": "/personal/0/subject"}));
    assert_eq!(history[2]["personal"], json!([{"reason": "登记时写错。", "value": "楼道灯与门禁"}]));

    let then = office.get(&format!("/v1/issues/{issue}?as_of_position={before}")).good();
    assert_eq!((&then["topic"], &then["subject"]), (&json!("livelihood"), &json!("楼道灯不亮")));
    assert!(then.get("corrected").is_none());
    office.refuses_command(&path, &correction(1, "/public/topic", "housing"), 422, "nothing_to_correct");
    office.refuses_command(&path, &correction(1, "/public/grid_id", "x"), 422, "nothing_to_correct");
    office.refuses_command(&path, &correction(1, "/public/topic", "weather"), 422, "unknown_topic");
    office.refuses_command(&path, &correction(9, "/public/topic", "housing"), 422, "nothing_to_correct");
    let shapeless = json!({"event_version": 0, "pointer": "/public/topic", "value": ["housing"]});
    let faults = office.refuses_command(&path, &shapeless, 422, "invalid_body");
    faults.at("/event_version", "out_of_range").at("/value", "wrong_type").at("/reason", "missing");
}

#[test]
fn what_changes_an_outcome_or_a_date_waits_for_a_decision() {
    let office = Office::open();
    let issue = office.raises_at(now() - Days::new(1), "积水");
    let mut answer = office.answer();
    answer["outcome"] = json!("explained");
    let answered = office.does(&issue, "answers", &answer).good();
    let path = format!("/v1/issues/{issue}/corrections");
    let outcome = correction(2, "/public/outcome", "resolved");
    let proposed = office.command(&path, &outcome).with("Idempotency-Key", "outcome").send().good();
    assert_eq!(proposed["issue"]["answer"]["outcome"], "explained");
    assert_eq!(proposed["issue"]["correction_pending"], true);
    let again = office.command(&path, &outcome).with("Idempotency-Key", "outcome").send();
    assert_eq!(again.is(200).json(), proposed);
    office.refuses_command(&path, &outcome, 409, "correction_pending");
    let decision = format!("{path}/decision");
    let no = json!({"event_version": 2, "approved": false});
    office.refuses_command(&decision, &no, 422, "reason_missing").at("/reason", "reason_missing");
    let approved = office.post(&decision, &json!({"event_version": 2, "approved": true})).good();
    assert_eq!(approved["issue"]["answer"]["outcome"], "resolved");
    assert_eq!(approved["issue"]["corrected"], true);
    assert!(approved["issue"].get("correction_pending").is_none());
    office.refuses_command(&decision, &json!({"event_version": 2, "approved": true}), 409, "no_correction_pending");

    let earlier = instant(now() - Days::new(1));
    office.refuses_command(
        &path,
        &correction(2, "/occurred_at", instant(now() - Days::new(2))),
        422,
        "before_reception",
    );
    office.post(&path, &correction(2, "/occurred_at", earlier.clone())).good();
    let why = "送达时间有来访人签字为证。";
    let refused = office.post(&decision, &json!({"event_version": 2, "approved": false, "reason": why})).good();
    assert_eq!(refused["issue"]["answer"]["delivered_at"], answered["issue"]["answer"]["delivered_at"]);
    assert_eq!(office.history(&issue).last().unwrap()["personal"][0]["reason"], why);
    office.post(&path, &correction(2, "/occurred_at", earlier.clone())).good();
    let approved = office.post(&decision, &json!({"event_version": 2, "approved": true})).good();
    assert_eq!(approved["issue"]["answer"]["delivered_at"], earlier);
    assert_eq!(approved["issue"]["last_word"]["at"], earlier);
}

#[test]
fn a_corrected_time_of_a_reception_reaches_its_issues_and_the_due_date_says_why() {
    let office = Office::open();
    let (said, held) = (now() - Days::new(14), now());
    let recorded = office.records_reception_of(said, &[demand("积水"), demand("井盖缺失")]);
    let reception = id(&recorded["reception"]);
    let (open, answered) = (id(&recorded["issues"][0]), id(&recorded["issues"][1]));
    assert_eq!(recorded["reception"]["recorded_late"], true);
    office.does(&answered, "answers", &office.answer()).good();
    let days = WorkingDays::shipped();
    let (first_due, due) = (days.after(said.date_naive(), 5).to_string(), days.after(today(), 5).to_string());
    assert_eq!(recorded["issues"][0]["answer_due_on"], first_due);
    let before = office.head();

    let path = format!("/v1/receptions/{reception}/corrections");
    let beyond = correction(1, "/occurred_at", instant(now() + Days::new(1)));
    office.refuses_command(&path, &beyond, 422, "in_the_future").at("/value", "in_the_future");
    let proposed = office.post(&path, &correction(1, "/occurred_at", instant(held))).good();
    assert_eq!(proposed["reception"]["held_at"], instant(said));
    assert_eq!(proposed["reception"]["correction_pending"], true);
    let decision = office
        .command(&format!("{path}/decision"), &json!({"event_version": 1, "approved": true}))
        .with("If-Match", "\"2\"")
        .with("Idempotency-Key", "held");
    let corrected = decision.clone().send().good();
    assert_eq!(corrected["reception"]["held_at"], instant(held));
    assert_eq!(corrected["reception"]["recorded_late"], false);
    assert_eq!(corrected["issues"].as_array().unwrap().len(), 2);
    assert_eq!(corrected["issues"][0]["answer_due_on"], due);
    assert_eq!(corrected["issues"][0]["original_answer_due_on"], first_due);
    assert_eq!(corrected["issues"][1]["answer_due_on"], first_due, "what is answered keeps its due date");
    assert_eq!(decision.send().is(200).json(), corrected);

    for issue in [&open, &answered] {
        let shown = office.issue(issue);
        assert_eq!((&shown["raised_at"], &shown["corrected"]), (&json!(instant(held)), &json!(true)));
        let then = office.get(&format!("/v1/issues/{issue}?as_of_position={before}")).good();
        assert_eq!(then["raised_at"], instant(said));
    }
    let why = office.get(&format!("/v1/issues/{open}/deadline")).good();
    assert_eq!((&why["answer_due_on"], &why["from"]), (&json!(due), &json!(today().to_string())));
    let changes = why["changes"].as_array().unwrap();
    let last = changes.last().unwrap();
    assert_eq!(
        (&last["why"], &last["corrected"], &last["from"], &last["to"]),
        (&json!("final_answer"), &json!(true), &json!(first_due), &json!(due)),
        "{why:#}"
    );
    assert_eq!(changes[0]["to"], first_due);
    let then = office.get(&format!("/v1/receptions/{reception}?as_of_position={before}")).good();
    assert_eq!(then["held_at"], instant(said));
    let events = office.get(&format!("/v1/receptions/{reception}/events")).good();
    assert_eq!(events["items"][0]["corrections"], json!([{"pointer": "/occurred_at", "version": 3}]));
    let at_least = &corrected["position"];
    let listed = office.get(&format!("/v1/receptions?from={}&at_least={at_least}", today())).good();
    assert_eq!(listed["items"][0]["id"], reception);
}

#[test]
fn a_visitors_name_is_corrected_by_approval_and_lies_in_no_leaf() {
    let office = Office::open();
    let reception = id(&office.records_reception(&[demand("积水")])["reception"]);
    let path = format!("/v1/receptions/{reception}/corrections");
    let phone = office.post(&path, &correction(1, "/personal/1/phone", "13900004321")).good();
    assert_eq!(phone["reception"]["visitors"], json!([{"name": "王小明", "phone": "13900004321"}]));
    assert!(phone.get("issues").is_none());
    let name = office.post(&path, &correction(1, "/personal/0/name", "王晓明")).good();
    assert_eq!(name["reception"]["visitors"][0]["name"], "王小明");
    let decided = office.post(&format!("{path}/decision"), &json!({"event_version": 1, "approved": true})).good();
    assert_eq!(decided["reception"]["visitors"], json!([{"name": "王晓明", "phone": "13900004321"}]));
    let items = office.get(&format!("/v1/receptions/{reception}/events")).good();
    for item in items["items"].as_array().unwrap() {
        assert!(!item["public"].to_string().contains("王"), "{item:#}");
    }
    assert_eq!(text(&items, "/items/3/type"), "reception.corrected");
    assert_eq!(items["items"][3]["personal"], json!([{"value": "王晓明"}]));
    let absent = correction(1, "/personal/7/name", "王晓明");
    office.refuses_command(&path, &absent, 422, "nothing_to_correct").at("/pointer", "nothing_to_correct");
    let nowhere = format!("/v1/receptions/{}/corrections", "0198f3c2-7a0f-7b52-9c1e-2f7b4d3e1a01");
    office.refuses_command(&nowhere, &absent, 404, "not_found");
}
