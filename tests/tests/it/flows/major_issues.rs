//! The major-issue process where it does not go straight on.

use crate::harness::{Office, demand, id, now, text, today};
use serde_json::{Value, json};

/// An issue escalated to a level, and the major issue it made.
#[track_caller]
fn escalated(office: &Office, level: &str) -> (String, String) {
    let issue = office.raises("停车难");
    let answer = office.does(&issue, "escalations", &json!({"level": level, "reason": "本级难以解决"})).is(201).good();
    (issue, id(&answer["major_issue"]))
}

#[test]
fn several_issues_join_one_major_issue_and_are_answered_separately() {
    let office = Office::open();
    let (first, major) = escalated(&office, "L2");
    let second = office.raises("停车也难");
    let join = json!({"level": "L2", "reason": "同一件事", "major_issue_id": major});
    let wrong = json!({"level": "L3", "reason": "同一件事", "major_issue_id": major});
    office
        .refuses_command(&format!("/v1/issues/{second}/escalations"), &wrong, 409, "major_issue_of_other_level")
        .clause("C-3.6");
    let joined = office.does(&second, "escalations", &join).is(200).good();
    assert_eq!(id(&joined["major_issue"]), major);
    office
        .refuses_command(&format!("/v1/issues/{second}/escalations"), &join, 409, "already_escalated")
        .clause("C-3.6");

    // Not from another grid.
    let grids = office.get("/v1/grids").good();
    let elsewhere = id(&grids["items"][1]);
    let mut body = office.reception(now(), &[demand("别处停车难")]);
    body["grid_id"] = json!(elsewhere);
    let elsewhere = id(&office.post("/v1/receptions", &body).created()["issues"][0]);
    office
        .refuses_command(&format!("/v1/issues/{elsewhere}/escalations"), &join, 409, "major_issue_of_other_grid")
        .clause("C-3.6");

    let (lead, other) =
        (office.registers_office("城管中队", "institution"), office.registers_office("党代表工作室", "party_studio"));
    for (fact, body) in [
        ("triage", json!({"decision": "accept"})),
        ("deliberations", json!({"held_on": today(), "decision": "划线停车"})),
        ("assignments", json!({"lead_office_id": lead})),
        ("acceptances", json!({})),
        ("reports", json!({"outcome": "resolved", "basis": "停车管理规定", "text": "已划线。"})),
        ("verifications", json!({"confirmed": true, "by_office_id": other})),
        ("conclusion", json!({"outcome": "resolved", "text": "已划线。"})),
    ] {
        office.handles(&major, fact, &body).good();
    }
    for issue in [&first, &second] {
        assert_eq!(office.issue(issue)["state"], "awaiting_answer");
    }
    office.does(&first, "answers", &office.answer()).good();
    assert_eq!(office.issue(&second)["state"], "awaiting_answer", "each is answered by itself");
    office
        .refuses_command(
            &format!("/v1/major-issues/{major}/conclusion"),
            &json!({"outcome": "resolved", "text": "又结"}),
            409,
            "already_concluded",
        )
        .clause("C-3.6");
}

#[test]
fn a_major_issue_may_be_returned_or_referred_at_triage() {
    let office = Office::open();
    let (issue, major) = escalated(&office, "L2");
    let triage = format!("/v1/major-issues/{major}/triage");
    office.refuses_command(&triage, &json!({"decision": "return"}), 422, "reason_missing");
    let returned = office.post(&triage, &json!({"decision": "return", "reason": "可在本级答复"})).good();
    assert_eq!(returned["major_issue"]["state"], "returned");
    assert_eq!(office.issue(&issue)["state"], "in_hand");

    let (issue, major) = escalated(&office, "L3");
    let triage = format!("/v1/major-issues/{major}/triage");
    office.refuses_command(&triage, &json!({"decision": "refer", "reason": "属信访事项"}), 422, "channel_missing");
    let referred = office
        .post(&triage, &json!({"decision": "refer", "reason": "属信访事项", "statutory_channel": "petition"}))
        .good();
    assert_eq!(referred["major_issue"]["state"], "referred");
    assert_eq!(office.issue(&issue)["state"], "referred");
}

#[test]
fn a_dispatch_is_refused_once_and_decided_on() {
    let office = Office::open();
    let (_, major) = escalated(&office, "L3");
    let (lead, other) =
        (office.registers_office("房管所", "department"), office.registers_office("水务站", "department"));
    let step = |fact: &str, body: Value, state: &str| {
        assert_eq!(office.handles(&major, fact, &body).good()["major_issue"]["state"], state, "{fact}")
    };
    step("triage", json!({"decision": "accept"}), "triaged");
    step("deliberations", json!({"held_on": today(), "decision": "由房管所办理"}), "deliberated");
    step("assignments", json!({"lead_office_id": lead, "support_office_ids": [other]}), "assigned");
    step("refusals", json!({"reason": "不属职责"}), "assigned");
    step("refusals/decision", json!({"upheld": true, "reason": "确属水务"}), "deliberated");
    step("deliberations", json!({"held_on": today(), "decision": "改由水务站办理"}), "deliberated");
    step("assignments", json!({"lead_office_id": other}), "assigned");
    office
        .refuses_command(
            &format!("/v1/major-issues/{major}/refusals"),
            &json!({"reason": "也不属"}),
            409,
            "dispatch_refused_once",
        )
        .clause("C-3.6");
    step("acceptances", json!({}), "handling");
}

#[test]
fn the_level_may_change_from_deliberation_on() {
    let office = Office::open();
    let (_, major) = escalated(&office, "L2");
    let path = format!("/v1/major-issues/{major}/level-changes");
    let up = json!({"to": "L3", "reason": "网格无权决定"});
    office.refuses_command(&path, &up, 409, "major_issue_wrong_state").clause("C-3.6");
    office.handles(&major, "triage", &json!({"decision": "accept"})).good();
    office.handles(&major, "deliberations", &json!({"held_on": today(), "decision": "提请镇级"})).good();
    let raised = office.post(&path, &up).good();
    assert_eq!(
        (&raised["major_issue"]["level"], &raised["major_issue"]["state"]),
        (&json!("L3"), &json!("deliberated"))
    );
    office.refuses_command(&path, &up, 409, "already_at_level").clause("C-3.6");
    office.post(&path, &json!({"to": "L2", "reason": "网格可以决定"})).good();
    let story = office.get(&format!("/v1/major-issues/{major}/events")).good();
    let types: Vec<&str> = story["items"].as_array().unwrap().iter().map(|event| text(event, "/type")).collect();
    assert_eq!(types.last_chunk(), Some(&["major_issue.level_raised", "major_issue.level_lowered"]));
}

#[test]
fn steps_out_of_order_are_refused() {
    let office = Office::open();
    let (_, major) = escalated(&office, "L2");
    let lead = office.registers_office("房管所", "department");
    let at = |fact: &str| format!("/v1/major-issues/{major}/{fact}");
    for (fact, body) in [
        ("deliberations", json!({"held_on": today(), "decision": "定"})),
        ("assignments", json!({"lead_office_id": lead})),
        ("acceptances", json!({})),
        ("reports", json!({"outcome": "resolved", "basis": "依据", "text": "办了。"})),
        ("conclusion", json!({"outcome": "resolved", "text": "办了。"})),
    ] {
        office.refuses_command(&at(fact), &body, 409, "major_issue_wrong_state").clause("C-3.6");
    }
    office.handles(&major, "triage", &json!({"decision": "accept"})).good();
    office.refuses_command(&at("triage"), &json!({"decision": "accept"}), 409, "already_triaged").clause("C-3.6");
}
