//! What is recorded of a meeting after it: hearings and corrections.

use super::*;

/// A hearing of the meeting of today by the first delegate of the office.
fn hearing(day: &Convened) -> Value {
    let office = &day.office;
    let mut body = office.reception(now(), &[demand("公交站太远")]);
    body["form"] = json!("hearing");
    body["meeting_id"] = json!(day.meeting);
    body
}

#[test]
fn people_are_heard_at_a_meeting_once_it_is_closed() {
    let day = Convened::today();
    let office = &day.office;
    let body = hearing(&day);
    office.refuses_command("/v1/receptions", &body, 409, "wrong_state").clause("C-4.3a");
    day.closes();
    let heard = office.post("/v1/receptions", &body).created();
    let (reception, issue) = (id(&heard["reception"]), id(&heard["issues"][0]));
    assert_eq!(heard["reception"]["meeting_id"], json!(day.meeting));
    let meeting = day.read();
    assert_eq!(meeting["hearings"][0]["reception_id"], json!(reception));
    assert_eq!(meeting["hearings"][0]["issue_ids"], json!([issue]));
    let by_meeting = format!("/v1/receptions?meeting_id={}&at_least={}", day.meeting, office.head());
    assert_eq!(id(&office.get(&by_meeting).good()["items"][0]), reception);
    // One without issues is the listening record.
    let mut nothing = body.clone();
    nothing["issues"] = json!([]);
    office.post("/v1/receptions", &nothing).created();
    assert_eq!(day.read()["hearings"][1]["issue_ids"], json!([]));

    // Of its grid, on its day, by who attended.
    let mut wrong = body.clone();
    wrong["held_at"] = json!(instant(now() - Duration::days(1)));
    office.refuses_command("/v1/receptions", &wrong, 422, "before_previous").at("/held_at", "before_previous");
    let mut wrong = body.clone();
    wrong["grid_id"] = json!(id(&office.get("/v1/grids").good()["items"][1]));
    office.refuses_command("/v1/receptions", &wrong, 422, "grid_not_there").at("/grid_id", "grid_not_there");
    let third = id(&office.get(&format!("/v1/delegates?grid_id={}", office.grid)).good()["items"][2]);
    let mut wrong = body.clone();
    wrong["delegates"] = json!([{"delegate_id": third}]);
    let refused = office.refuses_command("/v1/receptions", &wrong, 422, "delegate_not_there");
    refused.at("/delegates/0/delegate_id", "delegate_not_there");
    let mut wrong = body;
    wrong["meeting_id"] = json!(crate::harness::NOBODY);
    office.refuses_command("/v1/receptions", &wrong, 422, "unknown_id").at("/meeting_id", "unknown_id");
}

fn correction(version: u64, pointer: &str, value: Value) -> Value {
    json!({"event_version": version, "pointer": pointer, "value": value, "reason": "登记有误。"})
}

#[test]
fn the_record_of_a_meeting_is_put_right_beside_it() {
    let day = Convened::today();
    day.closes();
    // A text at once; a number that counts once that is approved.
    let corrected = day.does("corrections", &correction(2, "/personal/0/text", json!("研究重大问题2件。")));
    assert_eq!((&corrected["text"], &corrected["corrected"]), (&json!("研究重大问题2件。"), &json!(true)));
    let proposed = day.does("corrections", &correction(2, "/public/attendance/resident", json!(5)));
    assert_eq!((&proposed["correction_pending"], &proposed["attendance"]["resident"]), (&json!(true), &Value::Null));
    let waits = correction(2, "/public/attendance/official", json!(2));
    day.refuses("corrections", &waits, 409, "correction_pending").clause("C-3.6");
    let approved = day.does("corrections/decision", &json!({"event_version": 2, "approved": true}));
    assert_eq!(approved["attendance"], json!({"party_organisation": 2, "resident": 5, "official": 1}));
    // The kind decides what it counts for.
    day.does("corrections", &correction(1, "/public/kind", json!("extraordinary")));
    let refused = json!({"event_version": 1, "approved": false, "reason": "确为季度例会。"});
    assert_eq!(day.does("corrections/decision", &refused)["kind"], "regular");
    day.does("corrections", &correction(1, "/public/kind", json!("extraordinary")));
    let approved = day.does("corrections/decision", &json!({"event_version": 1, "approved": true}));
    assert_eq!(approved["kind"], "extraordinary");
    assert_eq!(listed(&day.office, "kind=extraordinary"), std::slice::from_ref(&day.meeting), "the list follows");

    let second = id(&day.office.get("/v1/grids").good()["items"][1]);
    let grid = correction(1, "/public/grid_id", json!(second));
    day.refuses("corrections", &grid, 422, "nothing_to_correct").at("/pointer", "nothing_to_correct");
    let early = correction(1, "/public/scheduled_on", json!("2023-12-05"));
    day.refuses("corrections", &early, 422, "not_later").at("/value", "not_later");
    let before = instant(now() - Duration::days(2));
    day.refuses("corrections", &correction(2, "/occurred_at", json!(before)), 409, "contradicts_later_fact");
}

#[test]
fn where_people_were_heard_its_day_and_its_delegates_stay() {
    let day = Convened::today();
    day.closes();
    day.office.post("/v1/receptions", &hearing(&day)).created();
    let third = id(&day.office.get(&format!("/v1/delegates?grid_id={}", day.office.grid)).good()["items"][2]);
    let other = correction(2, "/public/delegates/1/delegate_id", json!(third));
    day.refuses("corrections", &other, 409, "contradicts_later_fact").at("/value", "contradicts_later_fact");
}
