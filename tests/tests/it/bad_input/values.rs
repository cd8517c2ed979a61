//! Values that name nothing, do not fit each other, or lie out of their range.

use super::{RECEPTIONS, reception_with};
use crate::harness::{NOBODY, Office, demand, id, instant, now, today};
use serde_json::{Value, json};

#[test]
fn ids_that_nothing_has() {
    let office = Office::open();
    let body = |pointer: &str| reception_with(&office, pointer, json!(NOBODY));
    office.refuses_command(RECEPTIONS, &body("/grid_id"), 422, "unknown_id").at("/grid_id", "unknown_id");
    office.refuses_command(RECEPTIONS, &body("/unit_id"), 422, "unknown_id").at("/unit_id", "unknown_id");
    office
        .refuses_command(RECEPTIONS, &body("/delegates/0/delegate_id"), 422, "unknown_id")
        .at("/delegates/0/delegate_id", "unknown_id");
    let issue = office.raises("楼道灯不亮");
    let join = json!({"level": "L2", "reason": "会商", "major_issue_id": NOBODY});
    office
        .refuses_command(&format!("/v1/issues/{issue}/escalations"), &join, 422, "unknown_id")
        .at("/major_issue_id", "unknown_id");
    let hand_over = json!({"to_delegate_id": NOBODY, "reason_code": "recusal", "reason": "回避"});
    office
        .refuses_command(&format!("/v1/issues/{issue}/handovers"), &hand_over, 422, "unknown_id")
        .at("/to_delegate_id", "unknown_id");

    for path in ["/v1/issues", "/v1/receptions", "/v1/major-issues", "/v1/grids", "/v1/units", "/v1/delegates"] {
        office.refuses_question(&format!("{path}/{NOBODY}"), 404, "not_found");
        office.refuses_question(&format!("{path}/no-uuid"), 404, "not_found");
    }
    office.refuses_command(&format!("/v1/issues/{NOBODY}/closing"), &json!({}), 404, "not_found");
    office.refuses_command(&format!("/v1/issues/{NOBODY}/closing"), &json!({"x": 1}), 422, "unknown_field");
    office.refuses_question("/v1/nothing", 404, "not_found");
}

#[test]
fn places_and_people_that_do_not_fit() {
    let office = Office::open();
    let grids = office.get("/v1/grids").good();
    let other_grid = id(&grids["items"][1]);
    let other_unit = id(&office.get(&format!("/v1/units?grid_id={other_grid}")).good()["items"][0]);
    office
        .refuses_command(RECEPTIONS, &reception_with(&office, "/unit_id", json!(other_unit)), 422, "unit_not_in_grid")
        .clause("C-1")
        .at("/unit_id", "unit_not_in_grid");
    office
        .refuses_command(
            RECEPTIONS,
            &reception_with(&office, "/delegates/0/delegate_type", json!("deputy")),
            422,
            "delegate_without_mandate",
        )
        .clause("C-1");
    office
        .refuses_command(RECEPTIONS, &reception_with(&office, "/delegates", json!([])), 422, "no_delegate")
        .clause("C-3.1");
    let twice = json!([{"delegate_id": office.delegate}, {"delegate_id": office.delegate}]);
    office
        .refuses_command(RECEPTIONS, &reception_with(&office, "/delegates", twice), 422, "delegate_twice")
        .at("/delegates/1/delegate_id", "delegate_twice");
    let absent = json!(office.other_delegate);
    office
        .refuses_command(
            RECEPTIONS,
            &reception_with(&office, "/issues/0/responsible_delegate_id", absent),
            422,
            "delegate_not_at_reception",
        )
        .clause("C-4.4");
    office
        .refuses_command(RECEPTIONS, &reception_with(&office, "/issues/0/visitor", json!(3)), 422, "invalid_value")
        .at("/issues/0/visitor", "invalid_value");
    office
        .refuses_command(
            RECEPTIONS,
            &reception_with(&office, "/issues/0/topic", json!("weather")),
            422,
            "unknown_topic",
        )
        .at("/issues/0/topic", "unknown_topic");
}

#[test]
fn texts_that_are_too_long_too_many_or_hold_control_characters() {
    let office = Office::open();
    let with = |pointer: &str, value: Value| reception_with(&office, pointer, value);
    office
        .refuses_command(RECEPTIONS, &with("/issues/0/subject", json!("长".repeat(201))), 422, "too_long")
        .at("/issues/0/subject", "too_long");
    office
        .refuses_command(RECEPTIONS, &with("/issues/0/text", json!("长".repeat(10_001))), 422, "too_long")
        .at("/issues/0/text", "too_long");
    office
        .refuses_command(RECEPTIONS, &with("/issues/0/subject", json!("")), 422, "missing")
        .at("/issues/0/subject", "missing");
    office
        .refuses_command(RECEPTIONS, &with("/issues/0/subject", json!("响\u{7}铃")), 422, "control_character")
        .at("/issues/0/subject", "control_character");
    office
        .refuses_command(RECEPTIONS, &with("/issues", json!(vec![demand("多"); 16])), 422, "too_many")
        .at("/issues", "too_many");
    office
        .refuses_command(RECEPTIONS, &with("/visitors", json!(vec![json!({}); 51])), 422, "too_many")
        .at("/visitors", "too_many");
    // The longest that is allowed, and a text that is not NFC, which is put in form.
    office.post(RECEPTIONS, &with("/issues/0/subject", json!("长".repeat(200)))).created();
    let recorded = office.post(RECEPTIONS, &with("/issues/0/subject", json!("cafe\u{301}"))).created();
    assert_eq!(office.issue(&id(&recorded["issues"][0]))["subject"], "caf\u{e9}");
}

#[test]
fn times_that_cannot_be() {
    let office = Office::open();
    let held = |at: &str| reception_with(&office, "/held_at", json!(at));
    // Nobody in the roster had a mandate then; both faults are told.
    office
        .refuses_command(RECEPTIONS, &held("2023-11-30T14:00:00+08:00"), 422, "invalid_body")
        .at("/held_at", "before_programme")
        .at("/delegates/0/delegate_id", "delegate_without_mandate");
    let veteran = json!({"name": "老代表", "delegate_type": "party", "grid_id": office.grid, "from": "2020-01-01"});
    let veteran = id(&office.post("/v1/delegates", &veteran).created()["delegate"]);
    let mut early = held("2023-11-30T14:00:00+08:00");
    early["delegates"] = json!([{"delegate_id": veteran}]);
    office
        .refuses_command(RECEPTIONS, &early, 422, "before_programme")
        .clause("C-0")
        .at("/held_at", "before_programme");
    let tomorrow = instant(now() + chrono::Duration::days(1));
    office.refuses_command(RECEPTIONS, &held(&tomorrow), 422, "in_the_future").at("/held_at", "in_the_future");
    office
        .refuses_command(RECEPTIONS, &held("9999-12-31T23:59:59+08:00"), 422, "out_of_range")
        .at("/held_at", "out_of_range");
    for unreadable in ["2026-02-30T14:00:00+08:00", "2026-11-19", "yesterday", "2026-11-19T14:10:00"] {
        office.refuses_command(RECEPTIONS, &held(unreadable), 422, "invalid_value").at("/held_at", "invalid_value");
    }

    let issue = office.raises("楼道灯不亮");
    let answers = format!("/v1/issues/{issue}/answers");
    let mut answer = office.answer();
    answer["delivered_at"] = json!(tomorrow);
    office.refuses_command(&answers, &answer, 422, "in_the_future").at("/delivered_at", "in_the_future");
    answer["delivered_at"] = json!(instant(now() - chrono::Duration::days(1)));
    office
        .refuses_command(&answers, &answer, 422, "before_reception")
        .clause("C-3.1")
        .at("/delivered_at", "before_reception");
    office
        .refuses_command(&format!("/v1/issues/{issue}/taking"), &json!({"occurred_at": tomorrow}), 422, "in_the_future")
        .at("/occurred_at", "in_the_future");
    office.does(&issue, "answers", &office.answer()).good();
    let feedback =
        json!({"satisfaction": "satisfied", "by": "visitor", "given_at": instant(now() - chrono::Duration::days(1))});
    office
        .refuses_command(&format!("/v1/issues/{issue}/feedback"), &feedback, 422, "before_answer")
        .at("/given_at", "before_answer");
}

#[test]
fn dates_that_are_too_far_away() {
    let office = Office::open();
    let issue = office.raises("楼道灯不亮");
    let mut planned = office.answer();
    planned["outcome"] = json!("planned");
    planned["commitment_on"] = json!("2101-01-01");
    office
        .refuses_command(&format!("/v1/issues/{issue}/answers"), &planned, 422, "due_too_far")
        .clause("C-3.6")
        .at("/commitment_on", "due_too_far");
    let extend = json!({"reason_code": "complex", "reason": "复杂", "new_due_on": "2101-01-03"});
    office
        .refuses_command(&format!("/v1/issues/{issue}/extensions"), &extend, 422, "due_too_far")
        .at("/new_due_on", "due_too_far");
    let major =
        id(&office.does(&issue, "escalations", &json!({"level": "L2", "reason": "会商"})).good()["major_issue"]);
    let lead = office.registers_office("房管所", "department");
    office.handles(&major, "triage", &json!({"decision": "accept"})).good();
    office.handles(&major, "deliberations", &json!({"held_on": today(), "decision": "办"})).good();
    let assign = json!({"lead_office_id": lead, "due_on": "2101-01-03"});
    office
        .refuses_command(&format!("/v1/major-issues/{major}/assignments"), &assign, 422, "due_too_far")
        .at("/due_on", "due_too_far");
}
