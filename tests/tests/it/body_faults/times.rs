//! Times in the future, too far away or out of any order.

use super::told;
use crate::harness::{NOBODY, Office, demand, instant, now, today};
use chrono::{Days, TimeDelta};
use serde_json::{Value, json};

#[test]
fn claimed_times_come_before_existence_version_and_rules() {
    let office = Office::open();
    let registered = office.raises("一");
    let future = instant(now() + TimeDelta::days(30));
    let past = today() - Days::new(30);
    let at_future = json!({"occurred_at": future});
    let cases: [(&str, Value, &str, &str); 9] = [
        ("resumptions", at_future.clone(), "/occurred_at", "in_the_future"),
        ("taking", at_future.clone(), "/occurred_at", "in_the_future"),
        ("closing", at_future, "/occurred_at", "in_the_future"),
        (
            "suspensions",
            json!({"reason_code": "visitor_facts", "reason": "等", "until_on": past}),
            "/until_on",
            "not_later",
        ),
        (
            "interim-replies",
            json!({"text": "在办", "channel": "phone", "told_at": future, "next_word_on": today() + Days::new(40)}),
            "/told_at",
            "in_the_future",
        ),
        ("delivery-attempts", json!({"attempted_at": future, "channel": "phone"}), "/attempted_at", "in_the_future"),
        (
            "commitment-verifications",
            json!({"kept": true, "verified_on": today() + Days::new(1)}),
            "/verified_on",
            "in_the_future",
        ),
        (
            "handovers",
            json!({"to_delegate_id": NOBODY, "reason_code": "long_leave", "reason": "外出"}),
            "/to_delegate_id",
            "unknown_id",
        ),
        ("links", json!({"issue_id": NOBODY, "kind": "related"}), "/issue_id", "unknown_id"),
    ];
    for (fact, body, pointer, code) in &cases {
        for issue in [registered.as_str(), NOBODY] {
            let path = format!("/v1/issues/{issue}/{fact}");
            told(office.post(&path, body), &[(pointer, code)]);
            told(office.command(&path, body).at_version(9).send(), &[(pointer, code)]);
        }
    }
    // What the body names in the log is told with the rest of it.
    let join = json!({"level": "L9", "reason": "协调", "major_issue_id": NOBODY});
    told(office.does(NOBODY, "escalations", &join), &[("/level", "invalid_value"), ("/major_issue_id", "unknown_id")]);
    let triage = json!({"decision": "refer", "level": "L3", "occurred_at": future});
    told(
        office.handles(NOBODY, "triage", &triage),
        &[
            ("/reason", "reason_missing"),
            ("/level", "level_unexpected"),
            ("/statutory_channel", "channel_missing"),
            ("/occurred_at", "in_the_future"),
        ],
    );
    let assignment = json!({"lead_office_id": NOBODY, "support_office_ids": [NOBODY], "due_on": past});
    told(
        office.handles(NOBODY, "assignments", &assignment),
        &[("/lead_office_id", "unknown_id"), ("/support_office_ids/0", "unknown_id"), ("/due_on", "not_later")],
    );
}

/// A claim ahead of the server is a fault, and all else is judged as of now.
#[test]
fn a_time_in_the_future_hides_nothing() {
    let office = Office::open();
    let issue = office.raises("灯");
    let future = instant(now() + TimeDelta::days(40));
    let gone = office
        .post(
            "/v1/delegates",
            &json!({"name": "王离", "delegate_type": "party", "grid_id": office.grid, "from": "2024-01-01"}),
        )
        .created()["delegate"]["id"]
        .clone();
    let path = format!("/v1/delegates/{}/departures", gone.as_str().unwrap());
    office.post(&path, &json!({"on": today() - Days::new(2), "reason_code": "term_end"})).good();
    let mut reception = office.reception(now(), &[demand("灯")]);
    (reception["held_at"], reception["delegates"]) = (json!(future), json!([{"delegate_id": gone}]));
    let expected = [("/held_at", "in_the_future"), ("/delegates/0/delegate_id", "delegate_without_mandate")];
    told(office.post("/v1/receptions", &reception), &expected);
    let handover =
        json!({"to_delegate_id": gone, "reason_code": "long_leave", "reason": "外出", "occurred_at": future});
    let expected = [("/occurred_at", "in_the_future"), ("/to_delegate_id", "delegate_without_mandate")];
    told(office.does(&issue, "handovers", &handover), &expected);
    let interim = json!({"text": "在办", "channel": "phone", "told_at": future, "next_word_on": today()});
    let expected = [("/told_at", "in_the_future"), ("/next_word_on", "not_later")];
    told(office.does(&issue, "interim-replies", &interim), &expected);
    let mut planned = office.answer();
    (planned["outcome"], planned["delivered_at"]) = (json!("planned"), json!(future));
    planned["commitment_on"] = json!(today() - Days::new(1));
    let expected = [("/delivered_at", "in_the_future"), ("/commitment_on", "not_later")];
    told(office.does(&issue, "answers", &planned), &expected);
    let more = json!({"reason_code": "complex", "reason": "难", "new_due_on": today(), "occurred_at": future});
    told(office.does(&issue, "extensions", &more), &[("/occurred_at", "in_the_future"), ("/new_due_on", "not_later")]);
    let stop = json!({"reason_code": "visitor_facts", "reason": "等", "until_on": today() - Days::new(1), "occurred_at": future});
    told(office.does(&issue, "suspensions", &stop), &[("/occurred_at", "in_the_future"), ("/until_on", "not_later")]);
    let lead = office.registers_office("水务站", "department");
    let due = json!({"lead_office_id": lead, "due_on": today(), "occurred_at": future});
    told(office.handles(NOBODY, "assignments", &due), &[("/occurred_at", "in_the_future"), ("/due_on", "not_later")]);
}

#[test]
fn a_clock_a_little_fast_is_taken_as_now_and_one_far_ahead_is_told_the_servers_time() {
    let office = Office::open();
    let issue = office.raises("灯");
    let ahead = chrono::Utc::now() + TimeDelta::milliseconds(3_000);
    office.does(&issue, "taking", &json!({"occurred_at": ahead.to_rfc3339()})).good();
    let events = office.get(&format!("/v1/issues/{issue}/events")).good();
    let taken = &events["items"][1];
    assert!(taken["occurred_at"].as_str().unwrap() <= instant(now() + TimeDelta::seconds(1)).as_str(), "{taken}");
    let refused = office.post("/v1/receptions", &office.reception(now() + TimeDelta::minutes(5), &[demand("灯")]));
    let detail = refused.json()["errors"][0]["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains(&today().to_string()) && detail.contains("+08:00"), "{detail}");
}

#[test]
fn nothing_is_claimed_of_before_1950_or_of_after_2100() {
    let office = Office::open();
    let office_of = |at: &str| json!({"name": "古所", "kind": "department", "occurred_at": at});
    told(office.post("/v1/offices", &office_of("0001-01-01T00:00:00+23:59")), &[("/occurred_at", "out_of_range")]);
    told(office.post("/v1/offices", &office_of("2101-01-01T00:00:00Z")), &[("/occurred_at", "out_of_range")]);
    let gone = json!({"on": "1949-12-31", "occurred_at": "0141-02-04T12:52:05Z", "reason_code": "death"});
    let path = format!("/v1/delegates/{}/departures", office.delegate);
    told(office.post(&path, &gone), &[("/on", "out_of_range"), ("/occurred_at", "out_of_range")]);
    // The first and the last instant are those of the town's days.
    let mut first = office_of("1950-01-01T00:00:00+08:00");
    first["name"] = json!("最早的所");
    office.post("/v1/offices", &first).created();
    told(office.post("/v1/offices", &office_of("1949-12-31T23:59:59+08:00")), &[("/occurred_at", "out_of_range")]);
    told(office.post("/v1/offices", &office_of("2101-01-01T00:00:00+08:00")), &[("/occurred_at", "out_of_range")]);
    // The range is told in the same words wherever a day stands.
    let mut document = office.get("/v1/policies").good()["items"][0]["document"].clone();
    (document["name"], document["effective_from"]) = (json!("早"), json!("1949-12-31"));
    let path = format!("/v1/delegates/{}/departures", office.delegate);
    let faults = [
        office.post("/v1/policies", &document),
        office.post(&path, &json!({"on": "1949-12-31", "reason_code": "death"})),
        office
            .call("POST", "/v1/roster-imports?delegate_type=party&source_date=1949-12-31")
            .body("text/csv", "x")
            .send(),
        office.get("/v1/issues?from=1949-12-31"),
    ];
    let words = faults.map(|answer| answer.json()["errors"][0]["detail"].clone());
    assert!(words.iter().all(|detail| detail == "须在 1950 年至 2100 年之间。"), "{words:?}");
    // Lower-case letters are letters; a second 60 is none.
    office.post("/v1/offices", &office_of("2024-01-01t00:00:00z")).created();
    told(office.post("/v1/offices", &office_of("2016-12-31T23:59:60Z")), &[("/occurred_at", "invalid_value")]);
}

#[test]
fn days_to_come_are_judged_before_existence_version_and_rules() {
    let office = Office::open();
    let issue = office.raises("灯");
    let planned = json!({"outcome": "planned", "channel": "oral", "text": "答", "delivered_at": instant(now()),
        "evidence": {"kind": "witness"}, "commitment_on": "2101-01-01"});
    let extension = |on: &str| json!({"reason_code": "complex", "reason": "难", "new_due_on": on});
    let suspension = |on: &str| json!({"reason_code": "visitor_facts", "reason": "等", "until_on": on});
    let mut backdated = suspension(&(today() - Days::new(1)).to_string());
    backdated["occurred_at"] = json!(instant(now() - TimeDelta::days(5)));
    let interim = json!({"text": "在办", "channel": "phone", "told_at": instant(now()), "next_word_on": "2101-01-01"});
    let cases = [
        ("answers", planned, "/commitment_on", "due_too_far"),
        ("interim-replies", interim, "/next_word_on", "due_too_far"),
        ("extensions", extension("2101-01-01"), "/new_due_on", "due_too_far"),
        ("extensions", extension(&(today() - Days::new(1)).to_string()), "/new_due_on", "not_later"),
        ("extensions", extension(&today().to_string()), "/new_due_on", "not_later"),
        ("suspensions", suspension("2101-01-01"), "/until_on", "due_too_far"),
        ("suspensions", backdated, "/until_on", "not_later"),
    ];
    for (fact, body, pointer, code) in cases {
        for issue in [issue.as_str(), NOBODY] {
            let path = format!("/v1/issues/{issue}/{fact}");
            told(office.post(&path, &body), &[(pointer, code)]);
            told(office.command(&path, &body).at_version(9).send(), &[(pointer, code)]);
        }
    }
    let lead = office.registers_office("水务站", "department");
    let assignment = json!({"lead_office_id": lead, "due_on": "2101-01-01"});
    told(office.handles(NOBODY, "assignments", &assignment), &[("/due_on", "due_too_far")]);
}
