//! The past can be asked for: exactly, by position, or by an instant.

use crate::harness::{Office, id, instant, now, path};
use serde_json::{Value, json};

#[test]
fn an_issue_as_it_was_at_every_position_of_the_log() {
    let office = Office::open();
    let issue = office.raises("楼道灯不亮");
    let raised = office.head();
    let mut seen: Vec<(u64, Value)> = Vec::new();
    let mut note = |position: &Value| seen.push((position.as_u64().unwrap(), office.issue(&issue)));
    note(&json!(raised));
    note(&office.does(&issue, "taking", &json!({})).good()["position"]);
    office.raises("另一件");
    note(&office.does(&issue, "answers", &office.answer()).good()["position"]);
    office.raises("再一件");
    note(
        &office
            .does(
                &issue,
                "feedback",
                &json!({"satisfaction": "satisfied", "by": "visitor", "given_at": instant(now())}),
            )
            .good()["position"],
    );
    note(&office.does(&issue, "closing", &json!({})).good()["position"]);

    for position in raised..=office.head() {
        let (_, state) = seen.iter().rev().find(|(at, _)| *at <= position).unwrap();
        let mut then = office.get(&format!("/v1/issues/{issue}?as_of_position={position}")).good();
        assert_eq!(then["as_of_position"], position);
        then["as_of_position"] = state["as_of_position"].clone();
        assert_eq!(then, *state, "as of {position}");
    }
    office.refuses_question(&format!("/v1/issues/{issue}?as_of_position={}", raised - 1), 404, "not_found");
}

#[test]
fn an_issue_as_it_was_at_an_instant() {
    let office = Office::open();
    let before = chrono::Utc::now();
    std::thread::sleep(std::time::Duration::from_millis(5));
    let issue = office.raises("楼道灯不亮");
    std::thread::sleep(std::time::Duration::from_millis(5));
    let between = chrono::Utc::now();
    std::thread::sleep(std::time::Duration::from_millis(5));
    office.does(&issue, "answers", &office.answer()).good();
    let at =
        |instant: chrono::DateTime<chrono::Utc>| format!("/v1/issues/{issue}?as_of={}", path(&instant.to_rfc3339()));
    office.refuses_question(&at(before), 404, "not_found");
    assert_eq!(office.get(&at(between)).good()["state"], "registered");
    assert_eq!(office.get(&at(chrono::Utc::now())).good()["state"], "answered");
}

#[test]
fn a_major_issue_and_people_as_they_were() {
    let office = Office::open();
    let issue = office.raises("停车难");
    let escalated = office.does(&issue, "escalations", &json!({"level": "L2", "reason": "会商"})).good();
    let major = id(&escalated["major_issue"]);
    office.handles(&major, "triage", &json!({"decision": "accept"})).good();
    let then = office.get(&format!("/v1/major-issues/{major}?as_of_position={}", escalated["position"])).good();
    assert_eq!(then["state"], "submitted");
    assert_eq!(office.get(&format!("/v1/major-issues/{major}")).good()["state"], "triaged");

    let before = office.head();
    let grids = office.get("/v1/grids").good();
    let elsewhere = id(&grids["items"][1]);
    office
        .post(
            &format!("/v1/delegates/{}/assignments", office.delegate),
            &json!({"grid_id": elsewhere, "from": "2024-01-01"}),
        )
        .good();
    let assignments = |query: &str| {
        office.get(&format!("/v1/delegates/{}{query}", office.delegate)).good()["assignments"].as_array().unwrap().len()
    };
    assert_eq!(assignments(""), assignments(&format!("?as_of_position={before}")) + 1);

    office
        .post(
            &format!("/v1/grids/{}/convener", office.grid),
            &json!({"delegate_id": office.delegate, "from": "2024-01-01"}),
        )
        .good();
    let grid = |query: &str| office.get(&format!("/v1/grids/{}{query}", office.grid)).good();
    assert_eq!(grid("")["convener_id"], office.delegate);
    assert!(grid(&format!("?as_of_position={before}")).get("convener_id").is_none());
    // Before the roster there was no such grid.
    office.refuses_question(&format!("/v1/grids/{}?as_of_position=1", office.grid), 404, "not_found");
}

#[test]
fn people_and_places_at_every_position_and_instant() {
    let office = Office::open();
    let (delegate, grid, unit) = (&office.delegate, &office.grid, &office.unit);
    let handler = office.registers_office("城运中心", "department");
    let things = [
        format!("delegates/{delegate}"),
        format!("grids/{grid}"),
        format!("units/{unit}"),
        format!("offices/{handler}"),
    ];
    let shown = |query: &str| -> Vec<Value> {
        let shown = things.iter().map(|thing| office.get(&format!("/v1/{thing}{query}")).good());
        let mut shown: Vec<Value> = shown.collect();
        for thing in &mut shown {
            thing.as_object_mut().unwrap().remove("as_of_position");
        }
        shown
    };
    // After each change: the position, an instant, and what there was to see.
    let mut seen = vec![(office.head(), chrono::Utc::now(), shown(""))];
    let elsewhere = id(&office.get("/v1/grids").good()["items"][1]);
    let changes = [
        (format!("grids/{grid}/convener"), json!({"delegate_id": delegate, "from": "2024-01-01"})),
        (format!("grids/{grid}/liaison"), json!({"name": "李明", "from": "2024-01-01"})),
        (format!("delegates/{delegate}/assignments"), json!({"grid_id": elsewhere, "from": "2024-03-01"})),
        (format!("delegates/{delegate}/departures"), json!({"reason_code": "term_end", "on": "2024-06-01"})),
    ];
    for (path, body) in &changes {
        std::thread::sleep(std::time::Duration::from_millis(5));
        office.post(&format!("/v1/{path}"), body).good();
        seen.push((office.head(), chrono::Utc::now(), shown("")));
    }
    std::thread::sleep(std::time::Duration::from_millis(5));
    office.registers_office("与此无关的单位", "department");
    for pair in seen.windows(2) {
        assert_ne!(pair[0].2, pair[1].2, "a change that nobody sees");
    }
    for (position, instant, then) in &seen {
        assert_eq!(shown(&format!("?as_of_position={position}")), *then, "as of {position}");
        assert_eq!(shown(&format!("?as_of={}", path(&instant.to_rfc3339()))), *then, "as of {instant}");
    }
    let (last, _, then) = seen.last().unwrap();
    for position in last + 1..=office.head() {
        assert_eq!(shown(&format!("?as_of_position={position}")), *then, "as of {position}");
    }
    // Before the roster nobody was there.
    for thing in &things {
        office.refuses_question(&format!("/v1/{thing}?as_of_position=1"), 404, "not_found");
        office.refuses_question(&format!("/v1/{thing}?as_of=2001-01-01T00:00:00Z"), 400, "before_log");
    }
}

#[test]
fn a_past_that_cannot_be_is_refused() {
    let office = Office::open();
    let issue = office.raises("楼道灯不亮");
    let head = office.head();
    let at = |query: &str| format!("/v1/issues/{issue}?{query}");
    office.refuses_question(&at(&format!("as_of_position={}", head + 1)), 400, "bad_position");
    office.refuses_question(&at("as_of_position=0"), 400, "bad_parameter").at("/query/as_of_position", "out_of_range");
    office.refuses_question(&at("as_of_position=x"), 400, "bad_parameter");
    office.refuses_question(&at("as_of_position=1&as_of=2026-01-01T00:00:00Z"), 400, "bad_parameter");
    office.refuses_question(&at("as_of=2026-01-01T00:00:00"), 400, "bad_parameter");
    office.refuses_question("/v1/issues?as_of_position=1", 400, "as_of_not_supported");
    office.refuses_question("/v1/issues?as_of=2026-01-01T00:00:00Z", 400, "as_of_not_supported");
}

#[test]
fn the_past_is_the_same_after_a_restart() {
    let mut office = Office::open();
    let issue = office.raises("楼道灯不亮");
    let raised = office.head();
    office.does(&issue, "answers", &office.answer()).good();
    let path = format!("/v1/issues/{issue}?as_of_position={raised}");
    let (then, now) = (office.get(&path).good(), office.issue(&issue));
    office.crashes();
    office.restarts();
    assert_eq!(office.get(&path).good(), then);
    assert_eq!(office.issue(&issue), now);
}
