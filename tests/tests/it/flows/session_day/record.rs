//! What is recorded in a session: its issues, its receptions, its record, and corrections of that.

use super::{Day, extra, of};
use crate::files::{pdf, stores};
use crate::harness::{NOBODY, id, instant, now, today};
use chrono::Duration;
use serde_json::{Value, json};

#[test]
fn only_issues_of_the_session_are_taken_with_its_closing() {
    let day = Day::today();
    let office = &day.office;
    day.does("opening", &json!({}));
    let own = day.receives(&["楼道灯不亮", "公交线路太远"]);
    let elsewhere = office.raises("下水道堵塞");
    office.does(&own[1], "taking", &json!({})).good();
    let close = |issues: &[&str]| json!({"visitor_count": 1, "taken_issue_ids": issues});
    let refused = |issues: &[&str], status, code: &str| day.refuses("closing", &close(issues), status, code);
    let both = refused(&[&own[0], &elsewhere, &own[1]], 409, "issue_not_of_session").clause("C-4.1").faults(2);
    both.at("/taken_issue_ids/1", "issue_not_of_session").at("/taken_issue_ids/2", "issue_not_of_session");
    let twice = refused(&[&own[0], &own[0]], 422, "duplicate").clause("C-4.1");
    twice.at("/taken_issue_ids/1", "duplicate");
    refused(&[NOBODY], 422, "unknown_id").at("/taken_issue_ids/0", "unknown_id");
    refused(&[own[0].as_str(); 201], 422, "too_many").at("/taken_issue_ids", "too_many");
    day.refuses("closing", &json!({}), 422, "missing").at("/visitor_count", "missing");
    day.refuses("closing", &json!({"visitor_count": -1}), 422, "out_of_range").at("/visitor_count", "out_of_range");
    day.does("check-ins", &of(&office.delegate));
    let mut early = close(&[]);
    early["occurred_at"] = json!(instant(now() - Duration::hours(25)));
    day.refuses("closing", &early, 422, "before_previous").at("/occurred_at", "before_previous");
    day.does("closing", &close(&[&own[0]]));
    day.refuses("closing", &close(&[]), 409, "session_not_open").clause("C-4.1");
    day.refuses("check-outs", &of(&office.delegate), 409, "session_not_open").clause("C-4.1");

    let record = |files: &[&str]| json!({"text": "接待一人。", "file_ids": files});
    day.refuses("records", &record(&[NOBODY]), 422, "unknown_id").at("/file_ids/0", "unknown_id");
    day.refuses("records", &record(&[NOBODY; 21]), 422, "too_many").at("/file_ids", "too_many");
    day.refuses("records", &json!({"text": " "}), 422, "missing").at("/text", "missing");
    day.does("records", &record(&[]));
    day.refuses("records", &record(&[]), 409, "already_filed").clause("C-4.1");
}

#[test]
fn a_reception_is_of_the_session_of_its_grid_and_day() {
    let day = Day::today();
    let office = &day.office;
    let refused = |body: &Value, status, code: &str| {
        office.refuses_command("/v1/receptions", body, status, code).at("/session_id", code)
    };
    let grids = office.get("/v1/grids").good();
    let mut elsewhere = day.reception(&[]);
    elsewhere["grid_id"] = grids["items"][1]["id"].clone();
    refused(&elsewhere, 422, "session_of_other_grid").clause("C-4.1");
    let mut yesterday = day.reception(&[]);
    yesterday["held_at"] = json!(instant(now() - Duration::days(1)));
    refused(&yesterday, 422, "not_the_day").clause("C-4.1");
    let mut nowhere = day.reception(&[]);
    nowhere["session_id"] = json!(NOBODY);
    refused(&nowhere, 422, "unknown_id");
    // Told together with what else is wrong with it.
    let mut several = yesterday.clone();
    several["form"] = json!("by_pigeon");
    several["session_id"] = json!(7);
    let several = office.refuses_command("/v1/receptions", &several, 422, "invalid_body");
    several.at("/form", "invalid_value").at("/session_id", "wrong_type");
    let recorded = office.post("/v1/receptions", &day.reception(&[])).created();
    let shown = office.get(&format!("/v1/receptions/{}", id(&recorded["reception"]))).good();
    assert_eq!(shown["session_id"], json!(day.session));

    let tomorrow = extra(office, 1);
    office
        .post(&format!("/v1/sessions/{tomorrow}/cancellation"), &json!({"reason_code": "weather", "reason": "台风。"}))
        .good();
    let cancelled = office.get(&format!("/v1/sessions/{tomorrow}")).good();
    assert_eq!((&cancelled["state"], &cancelled["cancelled"]["reason_code"]), (&json!("cancelled"), &json!("weather")));
    assert_eq!((cancelled.get("verdict"), &cancelled["notice_missing_of"]), (None, &json!([])), "{cancelled:#}");
    let opening = format!("/v1/sessions/{tomorrow}/opening");
    office.refuses_command(&opening, &json!({}), 409, "session_not_planned").clause("C-4.1");
    // Of today, and cancelled.
    office.post(&day.path("cancellation"), &json!({"reason_code": "emergency", "reason": "停电。"})).good();
    refused(&day.reception(&[]), 409, "session_cancelled").clause("C-4.1");
}

#[test]
fn the_record_of_a_session_is_corrected_and_stays_readable() {
    let day = Day::today();
    let office = &day.office;
    day.does("opening", &json!({}));
    day.does("check-ins", &of(&office.delegate));
    day.does("closing", &json!({"visitor_count": 1}));
    let filed = day.does("records", &json!({"text": "接待一人。"}));
    let version = filed["version"].as_u64().unwrap();
    let correct = |event: u64, pointer: &str, value: Value| json!({"event_version": event, "pointer": pointer, "value": value, "reason": "登记有误。"});
    let told = day.does("corrections", &correct(version, "/personal/0/text", json!("接待两人。")));
    assert_eq!((&told["record"]["text"], &told["corrected"]), (&json!("接待两人。"), &json!(true)), "{told:#}");

    // What a liaison finds that waits for a decision.
    let waiting = |pending: &str| {
        let list = format!("/v1/sessions?pending={pending}&grid_id={}&at_least={}", office.grid, office.head());
        office.get(&list).good()["items"].as_array().unwrap().len()
    };
    let count = correct(version - 1, "/public/visitor_count", json!(2));
    let proposed = day.does("corrections", &count);
    assert_eq!((&proposed["visitor_count"], &proposed["correction_pending"]), (&json!(1), &json!(true)));
    assert_eq!((waiting("correction"), waiting("objection")), (1, 0));
    day.refuses("corrections", &count, 409, "correction_pending").clause("C-3.6");
    let decide = |approved: bool| json!({"event_version": version - 1, "approved": approved});
    day.refuses("corrections/decision", &decide(false), 422, "reason_missing").at("/reason", "reason_missing");
    let decided = day.does("corrections/decision", &decide(true));
    assert_eq!((&decided["visitor_count"], decided.get("correction_pending")), (&json!(2), None));
    assert_eq!(waiting("correction,objection"), 0);
    day.refuses("corrections/decision", &decide(true), 409, "no_correction_pending");
    day.refuses("corrections", &correct(1, "/public/held_on", json!(today())), 422, "nothing_to_correct")
        .at("/pointer", "nothing_to_correct");
    day.refuses("corrections", &correct(99, "/public/visitor_count", json!(3)), 422, "nothing_to_correct")
        .at("/event_version", "nothing_to_correct");
    let yesterday = correct(version - 3, "/occurred_at", json!(instant(now() - Duration::days(1))));
    day.refuses("corrections", &yesterday, 409, "not_the_day").clause("C-4.1").at("/value", "not_the_day");
    let history = office.get(&day.path("events")).good();
    let closed = &history["items"][usize::try_from(version - 2).unwrap()];
    assert_eq!(
        (&closed["public"]["visitor_count"], &closed["corrections"][0]["pointer"]),
        (&json!(1), &json!("/public/visitor_count"))
    );
    for fact in ["corrections", "corrections/decision"] {
        let body = if fact == "corrections" { count.clone() } else { decide(true) };
        office.refuses_command(&format!("/v1/sessions/{NOBODY}/{fact}"), &body, 404, "not_found");
    }
}

#[test]
fn a_record_has_files_that_are_there() {
    let day = Day::today();
    day.does("opening", &json!({}));
    day.does("closing", &json!({"visitor_count": 0}));
    let file = id(&stores(&day.office, &pdf(2_000)));
    let record = |files: &[&str]| json!({"text": "无群众来访。", "file_ids": files});
    let twice = day.refuses("records", &record(&[&file, &file]), 422, "duplicate");
    twice.clause("C-4.1").at("/file_ids/1", "duplicate");
    day.refuses("records", &record(&[&file, NOBODY]), 422, "unknown_id").at("/file_ids/1", "unknown_id").faults(1);
    let filed = day.does("records", &record(&[&file]));
    assert_eq!(filed["record"]["file_ids"], json!([file]), "{filed:#}");
}
