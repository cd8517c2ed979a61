//! Every fault of a query is told in one answer, 400 with the parameters at fault; and a filter that no row can meet is one.

use crate::harness::{Answer, NOBODY, Office, demand, of_nobody, text, today};
use chrono::Datelike as _;
use serde_json::{Value, json};
use std::collections::BTreeSet;

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

/// A part of the address that cannot be is told beside the query, and a span that cannot be beside all else.
#[test]
fn years_and_spans_are_told_with_the_other_faults() {
    let office = Office::open();
    let head = office.head();
    let asked = |path: &str, expected: &[(&str, &str)]| {
        let expected = expected.iter().map(|(pointer, code)| ((*pointer).to_owned(), (*code).to_owned())).collect();
        assert_eq!(faults(&office.get(path)), expected, "{path}");
    };
    let colour = ("/query/colour", "unknown_parameter");
    let (year, zero) = (("/path/year", "bad_parameter"), ("/query/as_of_position", "out_of_range"));
    asked("/v1/reviews/1800/delegates?as_of_position=0&colour=red", &[year, zero, colour]);
    asked("/v1/reviews/1800/grids", &[year]);
    let issue = office.raises("灯");
    let back = ("/query/from", "bad_parameter");
    for path in ["/log/consistency", &format!("/v1/issues/{issue}/difference")] {
        asked(&format!("{path}?from={head}&to=1&colour=red"), &[back, colour]);
        asked(&format!("{path}?from=0&to=99999999"), &[("/query/from", "out_of_range"), ("/query/to", "bad_position")]);
    }
    asked("/log/proof/2?size=1&colour=red", &[("/query/size", "bad_position"), colour]);
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

/// Values that one or the other parameter refuses: as no value, by its form, by its range, by what the log holds.
const STRANGE: [&str; 9] =
    ["", "x", "0", "99999999", NOBODY, "1949-12-31", "2001-01-01", "2020-01-01T00:00:00Z", "2099-01-01T00:00:00Z"];

/// The faults of an answer with 400, none where it is another. One that names no parameter is told as that.
fn faults(answer: &Answer) -> BTreeSet<(String, String)> {
    if answer.status != 400 {
        return BTreeSet::new();
    }
    let problem = answer.json();
    let Some(errors) = problem["errors"].as_array() else {
        return BTreeSet::from([(String::new(), text(&problem, "/code").to_owned())]);
    };
    errors.iter().map(|fault| (text(fault, "/pointer").to_owned(), text(fault, "/code").to_owned())).collect()
}

/// Every question of the document, with each of its parameters at fault in every way that a value can be, is told that
/// fault together with a parameter that nobody knows, a `limit` of none and the other time it is asked as of: whichever
/// part of the server finds which of them.
#[test]
fn whatever_is_wrong_with_a_parameter_is_told_with_all_other_faults() {
    let office = Office::open();
    let recorded = office.records_reception(&[demand("灯")]);
    let issue = text(&recorded, "/issues/0/id").to_owned();
    let level = json!({"level": "L2", "reason": "协调"});
    let major = office.does(&issue, "escalations", &level).created()["major_issue"]["id"].as_str().unwrap().to_owned();
    let lead = office.registers_office("水务站", "department");
    let token = text(&office.get("/v1/tokens").good(), "/items/0/id").to_owned();
    let year = today().year().to_string();
    let document = office.get("/openapi.json").good();
    let (mut told, mut wrong) = (0, Vec::new());
    let mut is = |asked: String, expected: &BTreeSet<(String, String)>| {
        let found = faults(&office.get(&asked));
        if found != *expected {
            wrong.push(format!("{asked}: {found:?}, not {expected:?}"));
        }
    };
    for (path, operations) in document["paths"].as_object().unwrap() {
        let parameters = operations["get"]["parameters"].as_array();
        let Some(parameters) = parameters.filter(|_| !matches!(path.as_str(), "/" | "/v1/feed")) else { continue };
        let of_query: Vec<&str> =
            parameters.iter().filter(|one| one["in"] == "query").map(|one| text(one, "/name")).collect();
        let id = match path.split('/').nth(2).unwrap_or_default() {
            "issues" => &issue,
            "major-issues" => &major,
            "receptions" => text(&recorded, "/reception/id"),
            "grids" => &office.grid,
            "units" => &office.unit,
            "delegates" => &office.delegate,
            "offices" => &lead,
            "tokens" => &token,
            "reviews" if path.contains("/grids/") => &office.grid,
            "reviews" => &office.delegate,
            _ => NOBODY,
        };
        let position = if path.contains("policies") { "4" } else { "2" };
        let code = if path.contains("problems") { "not_found" } else { "on_time" };
        let parts = [
            ("{year}", year.as_str()),
            ("{position}", position),
            ("{code}", code),
            ("{level}", "0"),
            ("{leave_id}", NOBODY),
        ];
        let named = parts.iter().fold(path.clone(), |path, (part, value)| path.replace(part, value));
        let named = named.replace("{place}", "000.p/1").replace("{file}", "index.html");
        let there = of_nobody(&named.replace("{id}", id));
        let colour = BTreeSet::from([("/query/colour".to_owned(), "unknown_parameter".to_owned())]);
        let required = faults(&office.get(&there));
        is(format!("{there}?colour=red"), &colour.union(&required).cloned().collect());
        for name in &of_query {
            for value in STRANGE {
                let alone = format!("{name}={value}");
                let own = faults(&office.get(&format!("{there}?{alone}")));
                let own: BTreeSet<_> = own.difference(&required).cloned().collect();
                if own.is_empty() {
                    continue;
                }
                told += 1;
                let mut expected = own.clone();
                expected.extend(colour.clone());
                let mut query = format!("{alone}&colour=red");
                if *name != "limit" && of_query.contains(&"limit") {
                    query += "&limit=0";
                    expected.insert(("/query/limit".to_owned(), "out_of_range".to_owned()));
                }
                if *name == "as_of" && of_query.contains(&"as_of_position") {
                    query += "&as_of_position=99999999";
                    expected.insert(("/query/as_of_position".to_owned(), "bad_position".to_owned()));
                    expected.insert(("/query/as_of".to_owned(), "bad_parameter".to_owned()));
                }
                // What must be there and is not is told beside it.
                expected
                    .extend(required.iter().filter(|(pointer, _)| !pointer.ends_with(&format!("/{name}"))).cloned());
                is(format!("{there}?{query}"), &expected);
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {told}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(told > 200, "{told}");
}
