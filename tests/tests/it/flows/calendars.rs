//! A calendar that is published later: open deadlines follow, closed ones never.

use crate::harness::{Office, text};
use chrono::{Datelike as _, NaiveDate};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// What may be sent of a year: without what an answer adds.
fn year_of(office: &Office, year: i32) -> Option<Value> {
    let answer = office.get(&format!("/v1/calendars/{year}"));
    if answer.status == 404 {
        return None;
    }
    let answer = answer.good();
    let known = answer.get("calendar").cloned().unwrap_or(answer);
    let fields = ["source", "public_holidays", "make_up_days", "local_closures"];
    Some(
        fields
            .iter()
            .filter_map(|name| Some(((*name).to_owned(), known.get(name)?.clone())))
            .collect::<serde_json::Map<_, _>>()
            .into(),
    )
}

#[test]
fn a_calendar_published_later_moves_open_deadlines_and_no_closed_one() {
    let office = Office::open();
    // Half a year from now, which at the end of a year lies in one that has no calendar yet.
    let escalated = |subject: &str| {
        let issue = office.raises(subject);
        office.does(&issue, "escalations", &json!({"level": "L4", "reason": "须区级协调"})).good();
        issue
    };
    let (open, over) = (escalated("未了"), escalated("已了"));
    office.does(&over, "withdrawal", &json!({"reason": "来访人撤回"})).good();
    let before = office.issue(&open);
    let due: NaiveDate = text(&before, "/answer_due_on").parse().unwrap();
    let known = year_of(&office, due.year());
    assert_eq!(before["provisional"], known.is_none(), "a year without a calendar is provisional: {before:#}");

    let mut year = known.unwrap_or_else(|| json!({"source": {"title": "测试节假日安排", "published_on": crate::harness::today()}, "public_holidays": [], "make_up_days": []}));
    year["public_holidays"].as_array_mut().unwrap().push(json!({"date": due, "name": "测试假日"}));
    year["public_holidays"]
        .as_array_mut()
        .unwrap()
        .push(json!({"date": due + chrono::Days::new(1), "name": "测试假日"}));
    let answer = office.post(&format!("/v1/calendars/{}", due.year()), &year).good();
    assert!(answer["position"].is_u64());

    let patience = Instant::now() + Duration::from_secs(10);
    let after = loop {
        let issue = office.issue(&open);
        if issue["version"] != before["version"] {
            break issue;
        }
        assert!(Instant::now() < patience, "the open deadline is not recomputed: {issue:#}");
        std::thread::sleep(Duration::from_millis(20));
    };
    let moved: NaiveDate = text(&after, "/answer_due_on").parse().unwrap();
    assert!(moved > due + chrono::Days::new(1), "{due} and the day after are holidays now, yet it is due on {moved}");
    assert_eq!(after["provisional"], false);
    assert_eq!(after["original_answer_due_on"], before["original_answer_due_on"], "both dates are kept");
    let history = office.history(&open);
    let last = history.last().unwrap();
    assert_eq!(last["type"], "issue.deadline_recomputed");
    assert!(text(last, "/actor").starts_with("system/"), "{last:#}");
    assert_eq!(last["public"]["calendar_year"], due.year());

    let closed = office.history(&over);
    assert_eq!(closed.last().unwrap()["type"], "issue.withdrawn", "a closed deadline never moves");

    // The same calendar again says nothing new.
    office.refuses_command(&format!("/v1/calendars/{}", due.year()), &year, 409, "already_published").clause("C-4.4");
    let changes = office.get(&format!("/v1/issues/{open}/deadline")).good();
    let change = changes["changes"].as_array().unwrap().last().unwrap();
    assert_eq!((&change["from"], &change["to"]), (&json!(due), &json!(moved)));
}

#[test]
fn a_calendar_that_cannot_be_is_refused_with_all_its_faults() {
    let office = Office::empty();
    let year = json!({
        "source": {"title": "测试", "published_on": "2026-01-01"},
        "public_holidays": [{"date": "2099-10-01", "name": "国庆节"}, {"date": "2099-10-01", "name": "国庆节"}, {"date": "2098-10-01", "name": "国庆节"}],
        "make_up_days": [{"date": "2099-10-02", "name": "不是周末"}],
    });
    // 2099-10-02 is a Friday.
    office
        .refuses_command("/v1/calendars/2099", &year, 422, "invalid_body")
        .at("/public_holidays/1/date", "duplicate")
        .at("/public_holidays/2/date", "not_in_year")
        .at("/make_up_days/0/date", "not_on_weekend");
}

#[test]
fn policies_are_versions() {
    let office = Office::open();
    let policies = office.get("/v1/policies").good();
    let items = policies["items"].as_array().unwrap();
    assert_eq!(items.len(), 1);
    let policy: Value =
        serde_json::from_slice(&std::fs::read(crate::harness::workspace().join("data/policy-default.json")).unwrap())
            .unwrap();
    office.refuses_command("/v1/policies", &policy, 409, "already_adopted");
    let mut longer = policy.clone();
    longer["name"] = json!("十个工作日");
    longer["effective_from"] = json!(crate::harness::today());
    longer["answer"]["final_working_days"] = json!(10);
    let adopted = office.post("/v1/policies", &longer).created();
    assert!(adopted["position"].is_u64());
    // Decided under what was in force on the day: today's under the new, yesterday's under the old.
    let days = crate::harness::WorkingDays::shipped();
    let new = office.issue(&office.raises("新规则"));
    assert_eq!(new["answer_due_on"], days.after(crate::harness::today(), 10).to_string());
    let yesterday = crate::harness::now() - chrono::Duration::days(1);
    let old = office.issue(&office.raises_at(yesterday, "旧规则"));
    assert_eq!(old["answer_due_on"], days.after(yesterday.date_naive(), 5).to_string());
}

/// What could go wrong: somebody tries the document's example on a log that counts.
#[test]
fn the_example_of_a_policy_is_whole_and_changes_nothing_today() {
    let office = Office::empty();
    let document = office.get("/openapi.json").good();
    let example =
        document["paths"]["/v1/policies"]["post"]["requestBody"]["content"]["application/json"]["example"].clone();
    assert!(text(&example, "/effective_from") > crate::harness::today().to_string().as_str(), "{example:#}");
    let in_force = |office: &Office| -> Vec<Value> {
        let policies = office.get("/v1/policies").good();
        policies["items"].as_array().unwrap().iter().filter(|policy| policy["in_force"] == true).cloned().collect()
    };
    let (before, topics) = (in_force(&office), office.get("/v1/topics").good()["items"].clone());
    assert!(!topics.as_array().unwrap().is_empty());
    office.post("/v1/policies", &example).created();
    assert_eq!(in_force(&office), before);
    assert_eq!(office.get("/v1/topics").good()["items"], topics);
    // The town keeps its topics once it is in force, too.
    let codes =
        |topics: &Value| -> Vec<Value> { topics.as_array().unwrap().iter().map(|each| each["code"].clone()).collect() };
    assert_eq!(codes(&example["topics"]), codes(&topics));
}
