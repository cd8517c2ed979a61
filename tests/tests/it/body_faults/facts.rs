//! Receptions, answers, decisions, people and corrections.

use super::told;
use crate::harness::{NOBODY, Office, demand, instant, now, today};
use chrono::TimeDelta;
use serde_json::{Value, json};

#[test]
fn a_reception_hears_of_all_its_faults_at_once() {
    let office = Office::open();
    let long = "字".repeat(201);
    let body = json!({
        "grid_id": office.grid, "unit_id": NOBODY, "form": "stroll", "held_at": instant(now() + TimeDelta::days(40)),
        "delegates": [{"delegate_id": NOBODY}, {"delegate_id": "x"}],
        "visitors": [{"name": "王小明"}, {"name": 3}],
        "issues": [
            {"kind": "demand", "topic": "nothing", "subject": long, "text": "灯不亮", "visitor": 3},
            {"kind": "demand", "topic": "nothing", "subject": "灯", "text": "灯不亮", "colour": "red"},
        ],
    });
    told(
        office.post("/v1/receptions", &body),
        &[
            ("/unit_id", "unknown_id"),
            ("/form", "invalid_value"),
            ("/held_at", "in_the_future"),
            ("/delegates/0/delegate_id", "unknown_id"),
            ("/delegates/1/delegate_id", "invalid_value"),
            ("/visitors/1/name", "wrong_type"),
            ("/issues/0/topic", "unknown_topic"),
            ("/issues/0/subject", "too_long"),
            ("/issues/0/visitor", "invalid_value"),
            ("/issues/1/topic", "unknown_topic"),
            ("/issues/1/colour", "unknown_field"),
        ],
    );
    // A faulty form hides neither an empty list nor a day before the programme.
    let mut body = office.reception(now(), &[demand("灯")]);
    (body["form"], body["delegates"], body["held_at"]) = (json!("x"), json!([]), json!("2023-11-30T14:00:00+08:00"));
    told(
        office.post("/v1/receptions", &body),
        &[("/form", "invalid_value"), ("/delegates", "no_delegate"), ("/held_at", "before_programme")],
    );
}

#[test]
fn an_answer_hears_of_all_its_faults_at_once() {
    let office = Office::open();
    let issue = office.raises("楼道灯不亮");
    let future = instant(now() + TimeDelta::days(1));
    let body = json!({"outcome": "planned", "channel": "oral", "text": "答", "evidence": {"kind": "delivery_receipt"},
        "delivered_at": future, "answered_by": NOBODY, "colour": 1});
    let expected = [
        ("/commitment_on", "commitment_missing"),
        ("/evidence/kind", "evidence_missing"),
        ("/delivered_at", "in_the_future"),
        ("/answered_by", "unknown_id"),
        ("/colour", "unknown_field"),
    ];
    told(office.does(&issue, "answers", &body), &expected);
    // The same of a thing that does not exist and under a stale version: the body comes first.
    told(office.does(NOBODY, "answers", &body), &expected);
    told(office.command(&format!("/v1/issues/{issue}/answers"), &body).at_version(9).send(), &expected);
    let declined = json!({"outcome": "declined", "channel": "written", "text": "答", "evidence": {"kind": "witness"},
        "delivered_at": instant(now()), "commitment_on": today()});
    told(
        office.does(&issue, "answers", &declined),
        &[
            ("/commitment_on", "commitment_unexpected"),
            ("/basis", "basis_missing"),
            ("/evidence/kind", "evidence_missing"),
        ],
    );
}

/// Of a field that does not belong there nothing else is said.
#[test]
fn a_field_that_does_not_belong_is_told_once() {
    let office = Office::open();
    let issue = office.raises("灯");
    let returned = json!({"decision": "return", "reason": "不属重大", "level": "L9", "statutory_channel": "x"});
    let expected = [("/level", "level_unexpected"), ("/statutory_channel", "invalid_value")];
    told(office.handles(NOBODY, "triage", &returned), &expected);
    let refused = json!({"accepted": false, "reason": "不再受理", "level": "L9"});
    told(office.does(NOBODY, "reopenings/decision", &refused), &[("/level", "level_unexpected")]);
    let mut answer = office.answer();
    (answer["commitment_on"], answer["basis"]) = (json!("soon"), json!(""));
    let answered = office.does(&issue, "answers", &answer).problem(422, "invalid_body").json;
    let pointers: Vec<_> = answered["errors"].as_array().unwrap().iter().map(|fault| &fault["pointer"]).collect();
    assert_eq!(pointers.iter().filter(|pointer| **pointer == "/commitment_on").count(), 1, "{answered}");
}

#[test]
fn names_of_people_come_before_existence_version_and_rules() {
    let office = Office::open();
    let someone = |name: &str| json!({"name": name, "delegate_type": "party", "grid_id": NOBODY, "from": "2026-12-01"});
    told(office.post("/v1/delegates", &someone("无")), &[("/name", "not_a_name"), ("/grid_id", "unknown_id")]);
    told(
        office.post("/v1/delegates", &someone("张三、李四")),
        &[("/name", "several_names"), ("/grid_id", "unknown_id")],
    );
    let mut other = someone("王新");
    other["namesake_of"] = json!(office.delegate);
    told(office.post("/v1/delegates", &other), &[("/grid_id", "unknown_id"), ("/namesake_of", "not_a_namesake")]);
    let liaison = json!({"name": "待定", "from": "1900-01-01"});
    let expected = [("/name", "not_a_name"), ("/from", "out_of_range")];
    for grid in [office.grid.as_str(), NOBODY] {
        told(office.post(&format!("/v1/grids/{grid}/liaison"), &liaison), &expected);
        told(office.command(&format!("/v1/grids/{grid}/liaison"), &liaison).at_version(99).send(), &expected);
    }
    let token = json!({"name": "", "roles": ["liaison", "liaison"]});
    told(office.post("/v1/tokens", &token), &[("/name", "missing"), ("/roles", "duplicate")]);
    told(office.post("/v1/tokens", &json!({"roles": []})), &[("/name", "missing"), ("/roles", "no_role")]);
}

#[test]
fn values_of_a_correction_come_before_existence_and_version() {
    let office = Office::open();
    let issue = office.raises("灯");
    let future = instant(now() + TimeDelta::days(1));
    let cases: [(&str, Value, &str, &str); 12] = [
        ("/public/kind", json!("zzz"), "/value", "invalid_value"),
        ("/public/channel", json!("pigeon"), "/value", "invalid_value"),
        ("/public/topic", json!("nothing"), "/value", "unknown_topic"),
        ("/public/unit_id", json!(NOBODY), "/value", "unknown_id"),
        ("/public/unit_id", json!("x"), "/value", "invalid_value"),
        ("/public/responsible_delegate_id", json!(NOBODY), "/value", "unknown_id"),
        ("/public/commitment_on", json!("2101-01-01"), "/value", "out_of_range"),
        ("/public/visitor", json!("first"), "/value", "invalid_value"),
        ("/public/kept", json!(1), "/value", "invalid_value"),
        ("/occurred_at", json!(future), "/value", "in_the_future"),
        ("/personal/0/subject", json!("字".repeat(201)), "/value", "too_long"),
        ("/public/number", json!("2026-1"), "/pointer", "nothing_to_correct"),
    ];
    for (pointer, value, at, code) in cases {
        let body = json!({"event_version": 1, "pointer": pointer, "value": value, "occurred_at": future});
        let expected = [(at, code), ("/reason", "missing"), ("/occurred_at", "in_the_future")];
        for issue in [issue.as_str(), NOBODY] {
            told(office.does(issue, "corrections", &body), &expected);
            told(office.command(&format!("/v1/issues/{issue}/corrections"), &body).at_version(9).send(), &expected);
        }
    }
    let seat =
        json!({"event_version": 1, "pointer": "/public/delegates/0/delegate_id", "value": NOBODY, "reason": "误"});
    told(office.post(&format!("/v1/receptions/{NOBODY}/corrections"), &seat), &[("/value", "unknown_id")]);
    // A value that some event of the record may have is for the decision, which knows the event.
    let channel = json!({"event_version": 1, "pointer": "/public/channel", "value": "oral", "reason": "误"});
    office.does(NOBODY, "corrections", &channel).problem(404, "not_found");
    office.does(&issue, "corrections", &channel).problem(422, "nothing_to_correct");
}
