//! What a typical case is refused, each by its code (C-5.3).

use super::{TEXT, Town, of, post};
use crate::harness::{NOBODY, instant, now};
use chrono::Duration;
use serde_json::{Value, json};

#[test]
fn a_nomination_names_sources_that_are_there_each_once_and_not_too_many() {
    let town = Town::open();
    let refused = |sources: Value, code: &str, pointer: &str| {
        let refusal = town.office.refuses_command("/v1/typical-cases", &town.nomination(&sources), 422, code);
        refusal.at(pointer, code)
    };
    let none = json!({"issue_ids": [], "deed_ids": []});
    for sources in [json!({}), none] {
        refused(sources, "source_missing", "/sources").clause("C-5.3");
    }
    let twice = json!({"issue_ids": [town.issue, town.issue]});
    refused(twice, "duplicate", "/sources/issue_ids/1").clause("C-5.3");
    for family in ["issue_ids", "activity_ids", "deed_ids"] {
        refused(json!({family: [NOBODY]}), "unknown_id", &format!("/sources/{family}/0"));
    }
    let ids = |count: u32| (1..=count).map(|n| format!("0198c0de-0000-7000-8000-{n:012}")).collect::<Vec<_>>();
    refused(json!({"issue_ids": ids(51)}), "too_many", "/sources/issue_ids");
    // Each list is short enough, and all together are not; that none of them is there is told as well.
    let many = town.nomination(&json!({"issue_ids": ids(26), "deed_ids": ids(25)}));
    town.office.post("/v1/typical-cases", &many).problem(422, "invalid_body").at("/sources", "too_many");

    let all = json!({"grid_id": town.office.unit, "title": "", "text": TEXT, "sources": {},
        "occurred_at": instant(now() + Duration::days(1)), "place": "602室"});
    let refusal = town.office.refuses_command("/v1/typical-cases", &all, 422, "invalid_body");
    refusal
        .at("/grid_id", "unknown_id")
        .at("/title", "missing")
        .at("/sources", "source_missing")
        .at("/occurred_at", "in_the_future")
        .at("/place", "unknown_field")
        .faults(5);
    let mut early = town.nomination(&json!({"issue_ids": [town.issue]}));
    early["occurred_at"] = json!("2023-11-01T09:00:00+08:00");
    town.office
        .refuses_command("/v1/typical-cases", &early, 422, "before_programme")
        .clause("C-0")
        .at("/occurred_at", "before_programme");
}

#[test]
fn steps_are_taken_in_their_order_and_once() {
    let town = Town::open();
    let office = &town.office;
    // Of now each time: nothing is said to have happened before what it follows.
    let steps = || {
        [
            ("submissions", json!({"office_id": town.studio})),
            ("selection", json!({"selected": true})),
            ("publication", post("board")),
            ("annotations", json!({"text": "加注"})),
        ]
    };
    // What each of the four steps is told of a case that has come so far.
    let refuses = |case: &str, codes: [Option<&str>; 4]| {
        for ((fact, body), code) in steps().iter().zip(codes) {
            if let Some(code) = code {
                office.refuses_command(&of(case, fact), body, 409, code).clause("C-5.3");
            }
        }
    };
    let [submission, selection, ..] = steps().map(|(_, body)| body);
    let (not_deidentified, not_selected) = (Some("not_deidentified"), Some("not_selected"));
    let case = town.nominates();
    refuses(&case, [not_deidentified, not_deidentified, not_deidentified, not_selected]);
    town.deidentifies(&case, TEXT, "deidentified");
    refuses(&case, [None, Some("not_submitted"), not_selected, not_selected]);
    town.does(&case, "submissions", &submission, "submitted");
    let again = office.refuses_command(&of(&case, "submissions"), &submission, 409, "already_submitted");
    again.clause("C-5.3").at("/office_id", "already_submitted");
    refuses(&case, [None, None, not_selected, not_selected]);
    town.does(&case, "selection", &selection, "selected");
    let decided = Some("already_decided");
    refuses(&case, [decided, decided, None, None]);
    town.publishes(&case, "board");
    let again = office.refuses_command(&of(&case, "publication"), &post("board"), 409, "already_published");
    again.clause("C-5.3").at("/channel", "already_published");
    refuses(&case, [decided, decided, None, None]);

    let rejected = town.decided(false);
    refuses(&rejected, [decided, decided, not_selected, not_selected]);
    let text = json!({"text": TEXT});
    office.refuses_command(&of(&rejected, "deidentification"), &text, 409, "already_decided").clause("C-5.3");
}

#[test]
fn offices_files_times_and_versions_are_held_against_what_is_known() {
    let town = Town::open();
    let office = &town.office;
    let case = town.nominates();
    let refuses = |fact: &str, body: &Value, code: &str, pointer: &str| {
        office.refuses_command(&of(&case, fact), body, 422, code).at(pointer, code)
    };
    let lost = json!({"text": TEXT, "consent_file_id": NOBODY});
    refuses("deidentification", &lost, "unknown_id", "/consent_file_id");
    refuses("deidentification", &json!({}), "missing", "/text");
    town.deidentifies(&case, TEXT, "deidentified");
    let water = office.registers_office("江桥水务站", "department");
    let elsewhere = json!({"office_id": water});
    refuses("submissions", &elsewhere, "office_of_other_kind", "/office_id").clause("C-5.3");
    refuses("submissions", &json!({"office_id": NOBODY}), "unknown_id", "/office_id");
    // Also before anybody knows whether there is such a case; then that there is none.
    let nowhere = of(NOBODY, "submissions");
    office.refuses_command(&nowhere, &elsewhere, 422, "office_of_other_kind");
    office.refuses_command(&nowhere, &json!({"office_id": town.studio}), 404, "not_found");

    let (early, ahead) = (instant(now() - Duration::hours(1)), instant(now() + Duration::hours(1)));
    let steps = [
        ("deidentification", json!({"text": TEXT}), "occurred_at"),
        ("submissions", json!({"office_id": town.studio}), "occurred_at"),
        ("selection", json!({"selected": true}), "occurred_at"),
        ("publication", json!({"channel": "board"}), "posted_at"),
        ("annotations", json!({"text": "加注"}), "occurred_at"),
    ];
    for (fact, mut body, time) in steps {
        for (at, code) in [(&early, "before_previous"), (&ahead, "in_the_future")] {
            body[time] = json!(at);
            let refusal = refuses(fact, &body, code, &format!("/{time}"));
            assert!(code == "in_the_future" || refusal.json["clause"] == "C-5.3", "{:#}", refusal.json);
        }
        body[time] = json!(instant(now()));
        let at_version = office.command(&of(&case, fact), &body).at_version(1);
        office.refuses(&at_version, 412, "stale_version");
        office.post(&of(&case, fact), &body).good();
    }
    refuses("publication", &json!({"channel": "radio", "posted_at": instant(now())}), "invalid_value", "/channel");
}
