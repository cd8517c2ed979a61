//! Everything that an activity is refused for, and that nothing is recorded of it.

use super::*;
use crate::harness::{NOBODY, demand, today};
use chrono::Days;

#[test]
fn all_that_does_not_fit_in_an_activity_is_told_at_once() {
    let office = Office::open();
    let grids = office.get("/v1/grids").good();
    let other_unit = office.get(&format!("/v1/units?grid_id={}", id(&grids["items"][1]))).good();
    let twice = json!({"delegate_id": office.delegate});
    let wrong = json!({
        "kind": "consultation", "grid_ids": [office.grid, office.grid, NOBODY], "unit_id": other_unit["items"][0]["id"],
        "held_at": instant(now() + Days::new(1)), "delegates": [twice, twice, {"delegate_id": NOBODY}],
        "attendance": {"official": 1, "resident": 100_001}, "title": " ", "file_ids": [NOBODY],
        "outreach_form": "speech", "office_ids": [NOBODY], "questions": {"asked": 1, "answered": 2}, "mode": "centralised",
    });
    office
        .refuses_command("/v1/activities", &wrong, 422, "invalid_body")
        .at("/grid_ids/1", "duplicate")
        .at("/grid_ids/2", "unknown_id")
        .at("/unit_id", "unit_not_in_grid")
        .at("/held_at", "in_the_future")
        .at("/delegates/1/delegate_id", "delegate_twice")
        .at("/delegates/2/delegate_id", "unknown_id")
        .at("/attendance/official", "field_unexpected")
        .at("/attendance/resident", "out_of_range")
        .at("/title", "missing")
        .at("/file_ids/0", "unknown_id")
        .at("/outreach_form", "field_unexpected")
        .at("/office_ids", "field_unexpected")
        .at("/office_ids/0", "unknown_id")
        .at("/questions", "field_unexpected")
        .at("/questions/answered", "out_of_range")
        .at("/mode", "field_unexpected")
        .at("/briefings", "missing");
    let refused = |change: &dyn Fn(&mut Value), code: &str, pointer: &str, clause: &str| {
        let mut body = activity(&office, "outreach");
        change(&mut body);
        office.refuses_command("/v1/activities", &body, 422, code).at(pointer, code).clause(clause);
    };
    refused(&|body| body["grid_ids"] = json!([]), "missing", "/grid_ids", "C-3.2");
    refused(&|body| body["delegates"] = json!([]), "no_delegate", "/delegates", "C-3.2");
    // Nobody held a mandate then either.
    let mut early = activity(&office, "outreach");
    early["held_at"] = json!("2023-11-30T09:00:00+08:00");
    office
        .refuses_command("/v1/activities", &early, 422, "invalid_body")
        .at("/held_at", "before_programme")
        .at("/delegates/0/delegate_id", "delegate_without_mandate");
    refused(
        &|body| body["questions"] = json!({"asked": 100_001, "answered": 0}),
        "out_of_range",
        "/questions/asked",
        "C-3.2",
    );
    refused(&|body| body["briefings"] = json!(1), "field_unexpected", "/briefings", "C-3.2");
    let paper = document(&office);
    refused(&|body| body["file_ids"] = json!([paper, paper]), "duplicate", "/file_ids/1", "C-3.2");
    let mut formless = activity(&office, "outreach");
    formless.as_object_mut().unwrap().remove("outreach_form");
    office.refuses_command("/v1/activities", &formless, 422, "missing").at("/outreach_form", "missing").clause("C-3.2");
}

#[test]
fn what_follows_an_activity_has_its_rules() {
    let office = Office::open();
    let (studio, department) =
        (office.registers_office("党代表工作室", "party_studio"), office.registers_office("城建中心", "department"));
    let congress = office.registers_office("人大办公室", "congress_office");
    let theme = kind_of(&office, "theme_activity");
    let refuses = |fact: &str, body: Value, status: u16, code: &str| {
        office.refuses_command(&format!("{theme}/{fact}"), &body, status, code)
    };
    refuses("evidence", json!({"file_ids": []}), 422, "missing").at("/file_ids", "missing").clause("C-4.2");
    let paper = document(&office);
    refuses("evidence", json!({"file_ids": [paper, paper]}), 422, "duplicate").at("/file_ids/1", "duplicate");
    refuses("evidence", json!({"file_ids": [NOBODY]}), 422, "unknown_id").at("/file_ids/0", "unknown_id");
    let many: Vec<_> = (0..21).map(|n| format!("0198c0de-0000-7000-8000-{n:012}")).collect();
    refuses("evidence", json!({"file_ids": many}), 422, "too_many").at("/file_ids", "too_many");
    let yesterday = instant(now() - Days::new(1));
    let early = json!({"file_ids": [paper], "occurred_at": yesterday});
    refuses("evidence", early, 422, "before_previous").at("/occurred_at", "before_previous").clause("C-4.2");

    let other = json!({"office_id": department});
    refuses("submissions", other.clone(), 422, "office_of_other_kind").at("/office_id", "office_of_other_kind");
    refuses("acknowledgements", other, 422, "office_of_other_kind").clause("C-4.2");
    refuses("submissions", json!({"office_id": NOBODY}), 422, "unknown_id").at("/office_id", "unknown_id");
    refuses("acknowledgements", json!({"office_id": congress}), 409, "not_submitted").clause("C-4.2");
    let early = json!({"office_id": studio, "occurred_at": yesterday});
    refuses("submissions", early, 422, "before_previous").at("/occurred_at", "before_previous");
    office.post(&format!("{theme}/submissions"), &json!({"office_id": studio})).good();
    refuses("submissions", json!({"office_id": studio}), 409, "already_submitted").clause("C-4.2");
    office.post(&format!("{theme}/acknowledgements"), &json!({"office_id": studio})).good();
    refuses("acknowledgements", json!({"office_id": studio}), 409, "already_acknowledged").clause("C-4.2");

    refuses("improvements", json!({"text": "增设座椅。"}), 409, "wrong_state").clause("C-4.3b");
    let early = json!({"text": "增设座椅。", "by_on": today() - Days::new(1)});
    refuses("improvements", early, 422, "not_later").at("/by_on", "not_later").clause("C-4.3b");
    refuses("improvements", json!({"text": " "}), 422, "missing").at("/text", "missing");
    refuses(&format!("improvements/{NOBODY}/completion"), json!({}), 404, "not_found");
    let nothing = format!("/v1/activities/{NOBODY}");
    office.refuses_command(&format!("{nothing}/evidence"), &json!({"file_ids": [paper]}), 404, "not_found");
    office.refuses_question(&nothing, 404, "not_found");
    let stale = office.command(&format!("{theme}/evidence"), &json!({"file_ids": [paper]})).at_version(1);
    office.refuses(&stale, 412, "stale_version");
}

#[test]
fn people_are_heard_where_when_and_by_whom_it_was_held() {
    let office = Office::open();
    let outreach = kind_of(&office, "outreach");
    let refused = |change: &dyn Fn(&mut Value), code: &str, pointer: &str| {
        let mut body = hearing(&office, &outreach, &[demand("停车")]);
        change(&mut body);
        office.refuses_command("/v1/receptions", &body, 422, code).at(pointer, code)
    };
    let grids = office.get("/v1/grids").good();
    refused(&|body| body["grid_id"] = grids["items"][1]["id"].clone(), "grid_not_there", "/grid_id").clause("C-3.2");
    let stranger = json!([{"delegate_id": office.other_delegate}]);
    let pointer = "/delegates/0/delegate_id";
    refused(&|body| body["delegates"] = stranger.clone(), "delegate_not_there", pointer).clause("C-3.2");
    let yesterday = instant(now() - Days::new(1));
    refused(&|body| body["held_at"] = json!(yesterday), "before_previous", "/held_at").clause("C-3.2");
    refused(&|body| body["activity_id"] = json!(NOBODY), "unknown_id", "/activity_id");
    refused(&|body| body["form"] = json!("walk_in"), "field_unexpected", "/activity_id").clause("C-3.1");
    let mut held_before = activity(&office, "outreach");
    held_before["held_at"] = json!(yesterday);
    let before = holds(&office, &held_before);
    let late = hearing(&office, &before, &[]);
    office.refuses_command("/v1/receptions", &late, 422, "not_the_day").at("/held_at", "not_the_day").clause("C-3.2");
    assert_eq!(office.get(&outreach).good()["hearings"], json!([]));
}

#[test]
fn filters_that_no_activity_can_meet_are_refused() {
    let office = Office::open();
    let refuses = |query: &str, pointer: &str, code: &str| {
        let of_all = if code == "unknown_parameter" { code } else { "bad_parameter" };
        let problem = office.get(&format!("/v1/activities?{query}")).problem(400, of_all);
        problem.at(&format!("/query/{pointer}"), code);
    };
    refuses("kind=outreach&fault=no_briefing", "fault", "bad_parameter");
    refuses("kind=meeting", "kind", "invalid_value");
    refuses("fault=late", "fault", "invalid_value");
    refuses("quarter=2026-Q5", "quarter", "invalid_value");
    refuses("quarter=2026-H1", "quarter", "invalid_value");
    refuses("half_year=2026-H1", "half_year", "unknown_parameter");
    refuses(&format!("grid_id={NOBODY}"), "grid_id", "unknown_id");
}
