//! What an issue has with others, and on the way to its visitor: attempts of delivery, commitments, merging, linking,
//! asking an office, carrying on of the service's own motion.

use crate::harness::{Office, demand, id, instant, now, today};
use chrono::{Days, Duration};
use serde_json::{Value, json};

const NOBODY: &str = "0198f3c0-ffff-7fff-bfff-ffffffffffff";

fn posted() -> Value {
    json!({"outcome": "explained", "channel": "written", "text": "灯已更换，维修单贴于楼道公告栏。",
        "delivered_at": instant(now()), "evidence": {"kind": "posted", "note": "公告栏照片存档。"}})
}

/// Two issues of one reception held just now.
#[track_caller]
fn two(office: &Office) -> (String, String) {
    let received = office.records_reception(&[demand("楼道灯不亮"), demand("楼道灯又不亮")]);
    (id(&received["issues"][0]), id(&received["issues"][1]))
}

#[test]
fn an_answer_is_posted_once_the_visitor_was_tried_on_two_days() {
    let office = Office::open();
    let issue = office.raises_at(now() - Duration::days(5), "楼道灯不亮");
    let path = format!("/v1/issues/{issue}/delivery-attempts");
    let attempt = |days: i64, minutes: i64| {
        let at = now() - Duration::days(days) + Duration::minutes(minutes);
        json!({"attempted_at": instant(at), "channel": "in_person", "note": "家中无人。"})
    };
    office.refuses_command(&path, &attempt(2, 0), 409, "not_taken").clause("C-3.6");
    office.does(&issue, "taking", &json!({})).good();
    let future = json!({"attempted_at": instant(now() + Duration::hours(1)), "channel": "phone"});
    office.refuses_command(&path, &future, 422, "in_the_future").at("/attempted_at", "in_the_future");
    office.refuses_command(&path, &attempt(6, 0), 422, "before_reception").at("/attempted_at", "before_reception");
    office.refuses_command(&path, &json!({"channel": "answers"}), 422, "invalid_body").faults(2);
    let (first, second) = (attempt(3, 0), attempt(3, 1));
    office.post(&path, &first).good();
    office.refuses_command(&path, &first, 409, "already_attempted").clause("C-4.4");
    office.post(&path, &second).good();
    let answers = format!("/v1/issues/{issue}/answers");
    office
        .refuses_command(&answers, &posted(), 409, "not_enough_attempts")
        .clause("C-4.4")
        .at("/evidence/kind", "not_enough_attempts");
    let third = office.post(&path, &attempt(2, 0)).good();
    assert_eq!((&third["issue"]["state"], &third["issue"]["clock"]), (&json!("in_hand"), &json!("running")));
    assert_eq!(third["issue"]["delivery_attempts"].as_array().map(Vec::len), Some(3), "{third:#}");
    let answered = office.post(&answers, &posted()).good();
    assert_eq!(answered["issue"]["answer"]["evidence"]["kind"], "posted");
    office.refuses_command(&path, &attempt(1, 0), 409, "already_answered").clause("C-3.6");
    // What was found is a sealed part of the leaf, opened for whoever may read it.
    let history = office.history(&issue);
    let tried = history.iter().find(|event| event["type"] == "issue.delivery_attempted").unwrap();
    assert_eq!(
        (&tried["public"], &tried["personal"][0]["note"]),
        (&json!({"channel": "in_person"}), &json!("家中无人。"))
    );
}

#[test]
fn a_promise_is_looked_at_once_and_a_broken_one_is_a_ground_for_reopening() {
    let office = Office::open();
    let planned = |promised_days_ago: u64| {
        let issue = office.raises_at(now() - Duration::days(25), "楼道灯不亮");
        let mut answer = office.answer();
        answer["outcome"] = json!("planned");
        answer["delivered_at"] = json!(instant(now() - Duration::days(20)));
        answer["commitment_on"] = json!((today() - Days::new(promised_days_ago)).to_string());
        office.does(&issue, "answers", &answer).good();
        issue
    };
    let look = |kept: bool, days_ago: u64| json!({"kept": kept, "verified_on": (today() - Days::new(days_ago)).to_string(), "note": "现场查看。"});
    let broken = planned(3);
    let path = format!("/v1/issues/{broken}/commitment-verifications");
    office.refuses_command(&path, &look(false, 3), 409, "commitment_not_due").clause("C-3.6");
    office.refuses_command(&path, &look(true, 21), 422, "before_answer").at("/verified_on", "before_answer");
    let tomorrow = json!({"kept": true, "verified_on": (today() + Days::new(1)).to_string()});
    office.refuses_command(&path, &tomorrow, 422, "in_the_future").at("/verified_on", "in_the_future");
    assert_eq!(office.issue(&broken)["answer"].get("commitment_kept"), None);
    let looked = office.post(&path, &look(false, 2)).good();
    assert_eq!(looked["issue"]["state"], "answered", "a look leaves the state");
    assert_eq!(looked["issue"]["answer"]["commitment_kept"], false);
    assert_eq!(looked["issue"]["answer"]["commitment_verified_on"], (today() - Days::new(2)).to_string());
    office.refuses_command(&path, &look(true, 0), 409, "already_verified").clause("C-3.6");
    let ask = json!({"ground": "commitment_broken", "reason": "过了日期仍未更换。"});
    assert_eq!(office.does(&broken, "reopenings", &ask).good()["issue"]["reopening_pending"], true);

    let kept = planned(3);
    office.does(&kept, "commitment-verifications", &look(true, 4)).good();
    office
        .refuses_command(&format!("/v1/issues/{kept}/reopenings"), &ask, 409, "commitment_kept")
        .clause("C-3.6")
        .at("/ground", "commitment_kept");

    let promised_nothing = office.raises("停车难");
    let path = format!("/v1/issues/{promised_nothing}/commitment-verifications");
    office.refuses_command(&path, &look(true, 0), 409, "not_answered");
    office.does(&promised_nothing, "answers", &office.answer()).good();
    office.refuses_command(&path, &look(true, 0), 409, "no_commitment").clause("C-3.6");
}

#[test]
fn merged_issues_are_handled_together_and_answered_one_by_one() {
    let office = Office::open();
    let (primary, issue) = two(&office);
    let due = office.issue(&issue)["answer_due_on"].clone();
    let path = format!("/v1/issues/{issue}/merges");
    let into = |primary: &str| json!({"primary_issue_id": primary, "reason": "同一楼道的同一盏灯。"});
    office.refuses_command(&path, &into(NOBODY), 422, "unknown_id").at("/primary_issue_id", "unknown_id");
    office.refuses_command(&format!("/v1/issues/{NOBODY}/merges"), &into(&primary), 404, "not_found");
    office
        .refuses_command(&path, &into(&issue), 409, "primary_unfit")
        .clause("C-3.6")
        .at("/primary_issue_id", "primary_unfit");
    let merged = office.post(&path, &into(&primary)).good();
    let seen = &merged["issue"];
    assert_eq!((&seen["state"], &seen["clock"]), (&json!("merged"), &json!("running")));
    assert_eq!((&seen["primary_issue_id"], &seen["answer_due_on"]), (&json!(primary), &due));
    let position = merged["position"].as_u64().unwrap();
    let list = office.get(&format!("/v1/issues?state=merged&at_least={position}")).good();
    assert_eq!(list["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(list["items"][0]["id"], json!(issue));
    let open = office.get(&format!("/v1/issues?state=open&at_least={position}")).good();
    assert_eq!(open["items"].as_array().map(Vec::len), Some(2), "merged is open");

    office.refuses_command(&path, &into(&primary), 409, "already_merged");
    office.refuses_command(&format!("/v1/issues/{primary}/merges"), &into(&issue), 409, "primary_unfit");
    for (fact, body) in [
        ("taking", json!({})),
        ("escalations", json!({"level": "L2", "reason": "难以解决。"})),
        ("referrals", json!({"statutory_channel": "court", "reason": "属民事纠纷。", "told_at": instant(now())})),
        ("links", json!({"issue_id": primary, "kind": "related"})),
        ("inputs", json!({"text": "归物业管。"})),
    ] {
        office.refuses_command(&format!("/v1/issues/{issue}/{fact}"), &body, 409, "issue_merged").clause("C-3.6");
    }
    // What becomes of the primary does not touch it.
    office.does(&primary, "answers", &office.answer()).good();
    let apart = json!({"reason": "并非同一盏灯。"});
    let back = office.does(&issue, "unmerges", &apart).good();
    assert_eq!(back["issue"]["state"], "registered");
    assert_eq!(back["issue"].get("primary_issue_id"), None);
    office.refuses_command(&format!("/v1/issues/{issue}/unmerges"), &apart, 409, "not_merged").clause("C-3.6");
    office.refuses_command(&path, &into(&primary), 409, "primary_unfit");
    let other = office.raises("楼道灯仍不亮");
    office.post(&path, &into(&other)).good();
    // As it was: merged, then apart, then merged again.
    let then = office.get(&format!("/v1/issues/{issue}?as_of_position={position}")).good();
    assert_eq!((&then["state"], &then["primary_issue_id"]), (&json!("merged"), &json!(primary)));
    let answered = office.does(&issue, "answers", &office.answer()).good();
    assert_eq!(answered["issue"]["state"], "answered");
    assert_eq!(answered["issue"].get("primary_issue_id"), None);
    assert_eq!(office.issue(&other)["state"], "registered");
}

#[test]
fn an_issue_of_another_grid_or_an_escalated_one_is_not_merged() {
    let mut office = Office::open();
    let here = office.raises("楼道灯不亮");
    let up = office.raises("公交站太远");
    office.does(&up, "escalations", &json!({"level": "L2", "reason": "难以解决。"})).created();
    let grids = office.get("/v1/grids").good();
    office.grid = id(&grids["items"][1]);
    let elsewhere = office.raises("另一网格的灯");
    let into = |primary: &str| json!({"primary_issue_id": primary, "reason": "同一事实。"});
    office.refuses_command(&format!("/v1/issues/{here}/merges"), &into(&elsewhere), 409, "primary_unfit");
    office.refuses_command(&format!("/v1/issues/{up}/merges"), &into(&here), 409, "already_escalated");
    // An escalated issue may well be the one that others are handled with.
    assert_eq!(office.does(&here, "merges", &into(&up)).good()["issue"]["state"], "merged");
}

#[test]
fn a_link_stands_where_it_was_said_and_changes_nobodys_duty() {
    let office = Office::open();
    let (one, other) = two(&office);
    office.does(&other, "answers", &office.answer()).good();
    let before = office.issue(&one);
    let path = format!("/v1/issues/{one}/links");
    let link = |to: &str, kind: &str| json!({"issue_id": to, "kind": kind});
    office.refuses_command(&path, &link(NOBODY, "related"), 422, "unknown_id").at("/issue_id", "unknown_id");
    office.refuses_command(&path, &link(&one, "related"), 422, "invalid_value").at("/issue_id", "invalid_value");
    office.refuses_command(&path, &link(&other, "akin"), 422, "invalid_value").at("/kind", "invalid_value");
    office.post(&path, &link(&other, "recurring")).good();
    office.refuses_command(&path, &link(&other, "recurring"), 409, "already_linked").clause("C-3.6");
    let linked = office.post(&path, &link(&other, "caused_by")).good();
    let expected = json!([{"issue_id": other, "kind": "recurring"}, {"issue_id": other, "kind": "caused_by"}]);
    assert_eq!(linked["issue"]["links"], expected);
    for name in ["state", "clock", "answer_due_on", "responsible_delegate_id", "last_word"] {
        assert_eq!(linked["issue"][name], before[name], "{name}");
    }
    assert_eq!(office.issue(&other).get("links"), None);
    office.refuses_command(&format!("/v1/issues/{other}/links"), &link(&one, "related"), 409, "already_answered");
}

#[test]
fn an_office_is_asked_while_the_clock_runs_and_the_oldest_question_is_answered_first() {
    let office = Office::open();
    let issue = office.raises("路灯不亮");
    let (roads, water) =
        (office.registers_office("镇市容所", "department"), office.registers_office("镇水务站", "department"));
    let path = format!("/v1/issues/{issue}/input-requests");
    let ask = |to: &str| json!({"to_office_id": to, "text": "该路灯由谁维护？"});
    office.refuses_command(&path, &ask(NOBODY), 422, "unknown_id").at("/to_office_id", "unknown_id");
    office.refuses_command(&path, &ask(&roads), 409, "not_taken").clause("C-3.6");
    office.does(&issue, "taking", &json!({})).good();
    let tell = json!({"text": "由镇市容所维护。"});
    let inputs = format!("/v1/issues/{issue}/inputs");
    office.refuses_command(&inputs, &tell, 409, "no_input_requested").clause("C-3.6");
    office.post(&path, &ask(&roads)).good();
    let asked = office.post(&path, &ask(&water)).good();
    assert_eq!((&asked["issue"]["state"], &asked["issue"]["clock"]), (&json!("in_hand"), &json!("running")));
    let open = |issue: &Value| -> Vec<Value> {
        let open = issue.get("inputs_open").and_then(Value::as_array).cloned().unwrap_or_default();
        open.iter().map(|asked| asked["to_office_id"].clone()).collect()
    };
    assert_eq!(open(&asked["issue"]), [json!(roads), json!(water)]);
    let told = office.post(&inputs, &tell).good();
    assert_eq!(open(&told["issue"]), [json!(water)]);
    assert_eq!(told["issue"]["last_word"]["kind"], "receipt", "an office's word is none to the visitor");
    let told = office.post(&inputs, &tell).good();
    assert_eq!(told["issue"].get("inputs_open"), None);
    let said = office.history(&issue).last().unwrap()["personal"][0]["text"].clone();
    assert_eq!(said, "由镇市容所维护。");
}

#[test]
fn carried_on_of_its_own_motion_an_issue_stays_open_and_its_answer_is_posted_without_attempts() {
    let office = Office::open();
    let issue = office.raises("化粪池外溢");
    let withdrawal = json!({"reason": "来访人不再追究，但涉及公共卫生。", "on_own_motion": true});
    let gone_on = office.does(&issue, "withdrawal", &withdrawal).good();
    let seen = &gone_on["issue"];
    assert_eq!((&seen["state"], &seen["on_own_motion"]), (&json!("registered"), &json!(true)));
    assert_eq!(seen["clock"], "running");
    office.refuses_command(&format!("/v1/issues/{issue}/withdrawal"), &withdrawal, 409, "already_withdrawn");
    let answers = format!("/v1/issues/{issue}/answers");
    office.refuses_command(&answers, &posted(), 409, "not_taken").at("/evidence/kind", "not_taken");
    office.does(&issue, "taking", &json!({})).good();
    let answered = office.post(&answers, &posted()).good();
    assert_eq!((&answered["issue"]["state"], &answered["issue"]["on_own_motion"]), (&json!("answered"), &json!(true)));
}
