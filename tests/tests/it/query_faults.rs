//! Every fault of a query is told in one answer, 400 with the parameters at fault; and a filter that no row can meet is one.

use crate::harness::{Answer, Office, demand, text};
use serde_json::{Value, json};

/// The answer is 400 with exactly these faults, in whatever order.
#[track_caller]
fn told(answer: Answer, expected: &[(&str, &str)]) {
    assert_eq!(answer.status, 400, "{}", answer.text());
    let problem = answer.json();
    let empty = Vec::new();
    let errors = problem["errors"].as_array().unwrap_or(&empty);
    let named = |fault: &Value| (text(fault, "/pointer").to_owned(), text(fault, "/code").to_owned());
    let mut faults: Vec<_> = errors.iter().map(named).collect();
    faults.sort();
    let mut expected: Vec<_> =
        expected.iter().map(|(name, code)| (format!("/query/{name}"), (*code).to_owned())).collect();
    expected.sort();
    assert_eq!(faults, expected, "{problem}");
}

#[test]
fn a_cursor_is_told_with_the_other_faults() {
    let office = Office::open();
    let reception = office.records_reception(&[]);
    let history = format!("/v1/receptions/{}/events", text(&reception, "/reception/id"));
    let delegates = office.get("/v1/delegates?limit=1").good();
    let of_delegates = text(&delegates, "/next_cursor");
    let lists = [
        "/v1/issues",
        "/v1/receptions",
        "/v1/major-issues",
        "/v1/grids",
        "/v1/units",
        "/v1/offices",
        "/v1/tokens",
        "/v1/policies",
        "/v1/calendars",
        history.as_str(),
    ];
    for list in lists {
        let ask = |query: &str| office.get(&format!("{list}?{query}"));
        let all = [("cursor", "bad_cursor"), ("limit", "out_of_range"), ("colour", "unknown_parameter")];
        told(ask("cursor=x&limit=0&colour=red"), &all);
        told(ask(&format!("cursor={of_delegates}&limit=0&colour=red")), &all);
        told(ask(&format!("cursor={of_delegates}")), &all[..1]);
    }
    // Where a filter cannot be read, it is not known what belongs to it.
    told(office.get(&format!("/v1/units?kind=hut&cursor={of_delegates}")), &[("kind", "invalid_value")]);
}

#[test]
fn filters_that_exclude_one_another_are_refused() {
    let office = Office::open();
    office.raises("灯");
    let units = office.get("/v1/units?limit=1000").good();
    let elsewhere = units["items"].as_array().unwrap().iter().find(|unit| unit["grid_id"] != office.grid).unwrap();
    let place = format!("grid_id={}&unit_id={}", office.grid, text(elsewhere, "/id"));
    for list in ["/v1/issues", "/v1/receptions", "/v1/delegates"] {
        told(office.get(&format!("{list}?{place}")), &[("unit_id", "unit_not_in_grid")]);
        office.get(&format!("{list}?grid_id={}&unit_id={}", office.grid, office.unit)).good();
    }
    let issues = |query: &str| office.get(&format!("/v1/issues?{query}"));
    told(issues("lateness=overdue&state=closed"), &[("lateness", "bad_parameter")]);
    told(issues("interim=silent&state=answered,withdrawn"), &[("interim", "bad_parameter")]);
    told(issues("answered=late&state=in_hand"), &[("answered", "bad_parameter")]);
    told(issues("answered=late&lateness=overdue"), &[("answered", "bad_parameter")]);
    let both = [("answered", "bad_parameter"), ("interim", "bad_parameter"), ("limit", "out_of_range")];
    told(issues("answered=on_time&interim=silent&state=withdrawn&limit=0"), &both);
    for query in ["lateness=on_time&state=closed,open", "answered=late&state=open,closed", "interim=silent&state=open"]
    {
        issues(query).good();
    }
    // What the life cycle alone excludes has an empty list for its answer.
    assert_eq!(issues("pending=extension&state=closed").good()["items"], json!([]));
    told(office.get("/v1/events?family=reception&type=issue.raised"), &[("type", "bad_parameter")]);
    office.get("/v1/events?family=issue,reception&type=issue.raised").good();
}

#[test]
fn a_number_that_the_log_has_not_come_to_is_refused() {
    let office = Office::open();
    let reception = office.records_reception(&[demand("灯")]);
    let number = text(&reception, "/issues/0/number");
    let head = office.head();
    let issues = |number: &str| office.get(&format!("/v1/issues?number={number}"));
    assert_eq!(issues(number).good()["items"].as_array().unwrap().len(), 1);
    told(issues(&format!("2026-{}", head + 1)), &[("number", "bad_position")]);
    told(issues("2026-0"), &[("number", "invalid_value")]);
    // A position that is no issue's first is a question with an answer.
    assert_eq!(issues("2026-1").good()["items"], json!([]));
}
