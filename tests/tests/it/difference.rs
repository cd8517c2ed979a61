//! What became of an issue between two positions: told so that whoever applies it to the earlier state has the later.

use crate::harness::{Office, instant, now};
use serde_json::{Value, json};

/// The earlier state with the changes made is the later one: told by code of its own.
fn apply(mut state: Value, changes: &[Value]) -> Value {
    for change in changes {
        let pointer = change["pointer"].as_str().unwrap();
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        let key = key.replace("~1", "/").replace("~0", "~");
        let found = state.pointer(pointer).cloned();
        assert_eq!(found.as_ref(), change.get("from"), "what stood at {pointer}");
        assert!(change.get("from").is_some() || change.get("to").is_some(), "{change}");
        let parent = state.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        match change.get("to") {
            Some(value) => parent.insert(key, value.clone()),
            None => parent.remove(&key),
        };
    }
    state
}

fn without_position(mut issue: Value) -> Value {
    assert!(issue.as_object_mut().unwrap().remove("as_of_position").is_some());
    // Names stand beside the issue and are none of it.
    assert!(issue.as_object_mut().unwrap().remove("names").is_some());
    issue
}

#[test]
fn every_two_positions_of_an_issue() {
    let office = Office::open();
    let before = office.head();
    let issue = office.raises("楼道灯不亮");
    office.does(&issue, "taking", &json!({})).good();
    office.raises("另一件");
    office.does(&issue, "answers", &office.answer()).good();
    let given = json!({"satisfaction": "dissatisfied", "by": "visitor", "given_at": instant(now())});
    office.does(&issue, "feedback", &given).good();
    office.does(&issue, "reopenings", &json!({"ground": "dissatisfied", "reason": "灯又灭了"})).good();
    office.does(&issue, "reopenings/decision", &json!({"accepted": true})).good();
    let head = office.head();

    let history = office.history(&issue);
    let then = |position: u64| {
        let answer = office.get(&format!("/v1/issues/{issue}?as_of_position={position}"));
        if answer.status == 404 { json!({}) } else { without_position(answer.good()) }
    };
    for from in before..=head {
        for to in from.max(before + 2)..=head {
            let told = office.get(&format!("/v1/issues/{issue}/difference?from={from}&to={to}")).good();
            assert_eq!(told["issue_id"], issue.as_str());
            let (earlier, later) = (then(from), then(to));
            let side = |position: u64, state: &Value| match state.get("version") {
                Some(version) => json!({"as_of_position": position, "version": version}),
                None => json!({"as_of_position": position}),
            };
            assert_eq!((&told["from"], &told["to"]), (&side(from, &earlier), &side(to, &later)));
            let changes = told["changes"].as_array().unwrap();
            assert_eq!(apply(earlier, changes), later, "from {from} to {to}");
            let pointers: Vec<_> = changes.iter().map(|change| change["pointer"].as_str().unwrap()).collect();
            assert!(pointers.is_sorted(), "{pointers:?}");

            let expected: Vec<Value> = history
                .iter()
                .filter(|event| (from + 1..=to).contains(&event["position"].as_u64().unwrap()))
                .map(|event| {
                    let keys = ["position", "version", "type", "recorded_at", "occurred_at"];
                    keys.iter().map(|key| ((*key).to_owned(), event[*key].clone())).collect::<serde_json::Map<_, _>>()
                })
                .map(Value::Object)
                .collect();
            assert_eq!(told["events"], json!(expected), "from {from} to {to}");
        }
    }
    let whole = office.get(&format!("/v1/issues/{issue}/difference?from={before}&to={head}")).good();
    assert!(whole["changes"].as_array().unwrap().iter().all(|change| change.get("from").is_none()));
    let same = office.get(&format!("/v1/issues/{issue}/difference?from={head}&to={head}")).good();
    assert_eq!((&same["changes"], &same["events"]), (&json!([]), &json!([])));
}

#[test]
fn the_past_does_not_change() {
    let mut office = Office::open();
    let issue = office.raises("楼道灯不亮");
    let raised = office.head();
    office.does(&issue, "taking", &json!({})).good();
    let path = format!("/v1/issues/{issue}/difference?from={raised}&to={}", office.head());
    let told = office.get(&path).is(200).body;
    office.does(&issue, "answers", &office.answer()).good();
    assert_eq!(office.get(&path).is(200).body, told);
    office.crashes();
    office.restarts();
    assert_eq!(office.get(&path).is(200).body, told);
}

#[test]
fn positions_that_cannot_be_compared() {
    let office = Office::open();
    let issue = office.raises("楼道灯不亮");
    let head = office.head();
    let at = |query: &str| format!("/v1/issues/{issue}/difference{query}");
    office.refuses_question(&at(""), 400, "bad_parameter").at("/query/from", "missing").at("/query/to", "missing");
    office.refuses_question(&at("?from=1"), 400, "bad_parameter").at("/query/to", "missing");
    let beyond = head + 1;
    office.refuses_question(&at(&format!("?from=1&to={beyond}")), 400, "bad_position").at("/query/to", "bad_position");
    office.refuses_question(&at("?from=0&to=0"), 400, "bad_parameter").at("/query/to", "out_of_range").faults(2);
    let backwards = format!("?from={head}&to={}", head - 1);
    office.refuses_question(&at(&backwards), 400, "bad_parameter").at("/query/from", "bad_parameter");
    office.refuses_question(&at("?from=x&to=-1"), 400, "bad_parameter").faults(2);
    office.refuses_question(&at(&format!("?from=1&to={head}&as_of_position=1")), 400, "unknown_parameter");
    office.refuses_question(&at(&format!("?from=1&to={head}&at_least={beyond}")), 503, "read_model_behind");
    // It was not there yet, or never was.
    office.refuses_question(&at("?from=1&to=2"), 404, "not_found");
    for nobody in [office.grid.as_str(), "x"] {
        let path = format!("/v1/issues/{nobody}/difference?from=1&to={head}");
        office.refuses_question(&path, 404, "not_found");
    }
}
