//! What answers hold beside what was asked for: names, and never the visitor's code; and what is refused rather than answered
//! with nothing.

use crate::harness::{Office, demand, id, instant, now, text, today};
use serde_json::{Value, json};

/// What could go wrong: whoever may read an issue has the code by which only its visitor asks, and can speak in their name.
#[test]
fn a_receipt_code_is_told_once_to_who_records_the_reception_and_to_nobody_else() {
    let office = Office::open();
    let body = office.reception(now(), &[demand("楼道灯不亮"), demand("公交线路太远")]);
    let call = office.call("POST", "/v1/receptions").key("once").body("application/json", body.to_string());
    let recorded = call.send().created();
    let codes: Vec<String> =
        recorded["issues"].as_array().unwrap().iter().map(|issue| text(issue, "/receipt_code").to_owned()).collect();
    let again = call.send().is(201);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(text(&again.json()["issues"][1], "/receipt_code"), codes[1]);
    let (issue, other) = (id(&recorded["issues"][0]), id(&recorded["issues"][1]));
    let at = recorded["position"].as_u64().unwrap();
    let mut told = vec![
        office.does(&issue, "taking", &json!({})).good(),
        office.does(&issue, "escalations", &json!({"level": "L2", "reason": "会商"})).good(),
        office.does(&other, "answers", &office.answer()).good(),
    ];
    let reception = id(&recorded["reception"]);
    for path in [
        format!("/v1/issues/{issue}"),
        format!("/v1/issues/{issue}?as_of_position={at}"),
        format!("/v1/issues/{issue}/events"),
        format!("/v1/issues/{issue}/difference?from={at}&to={}", at + 1),
        format!("/v1/issues?at_least={at}"),
        format!("/v1/receptions/{reception}"),
        format!("/v1/receptions/{reception}/events"),
        format!("/v1/receptions?at_least={at}"),
        "/v1/events?limit=1000".to_owned(),
        "/v1/major-issues".to_owned(),
    ] {
        told.push(office.get(&path).good());
    }
    let tells = |text: &str| text.contains("receipt_code") || codes.iter().any(|code| text.contains(code));
    for answer in told {
        assert!(!tells(&answer.to_string()), "{answer:#}");
    }
    let table = office.get(&format!("/v1/issues?format=csv&at_least={at}")).is(200).text();
    assert!(!tells(&table), "{table}");
}

/// What could go wrong: a front end shows ids, or asks for three lists to make names of them.
#[test]
fn ids_of_places_people_and_accounts_have_names_at_the_top_of_every_answer() {
    let office = Office::open();
    let me = office.get("/v1/me").good();
    let account = id(&me["account"]);
    assert_eq!(me["names"][&account], me["account"]["name"]);
    let grid = office.get(&format!("/v1/grids/{}", office.grid)).good();
    let delegate = office.get(&format!("/v1/delegates/{}", office.delegate)).good();
    let unit = office.get(&format!("/v1/units/{}", office.unit)).good();
    assert_eq!(delegate["names"][&office.delegate], delegate["name"]);
    let issue = office.raises("楼道灯不亮");
    let named = |answer: &Value| {
        assert_eq!(answer["names"][&office.grid], grid["name"], "{answer:#}");
        assert_eq!(answer["names"][&office.delegate], delegate["name"], "{answer:#}");
    };
    named(&office.does(&issue, "taking", &json!({})).good());
    let at = office.head();
    for path in [
        format!("/v1/issues/{issue}"),
        format!("/v1/issues/{issue}/events"),
        format!("/v1/issues?at_least={at}"),
        format!("/v1/receptions?at_least={at}"),
        format!("/v1/events?after={}", at - 3),
        format!("/v1/issues/{issue}?as_of_position={at}"),
        format!("/v1/dashboards/delegates?grid_id={}&at_least={at}", office.grid),
    ] {
        let answer = office.get(&path).is(200);
        assert!(answer.text().starts_with("{\"names\":{"), "{path}");
        let answer = answer.json();
        assert_eq!(answer["names"][&office.delegate], delegate["name"], "{path}");
        // A name stands for an id that is there.
        let rest: String = answer
            .as_object()
            .unwrap()
            .iter()
            .filter(|(key, _)| *key != "names")
            .map(|(_, value)| value.to_string())
            .collect();
        assert!(answer["names"].as_object().unwrap().keys().all(|id| rest.contains(id.as_str())), "{path}");
        let separator = if path.contains('?') { '&' } else { '?' };
        let bare = office.get(&format!("{path}{separator}names=false")).good();
        assert_eq!(bare.get("names"), None, "{path}");
    }
    // In the public part of an event, and who did it.
    let events = office.get(&format!("/v1/issues/{issue}/events")).good();
    named(&events);
    assert_eq!(events["names"][&account], me["account"]["name"]);
    let units = office.get(&format!("/v1/receptions?unit_id={}&at_least={at}", office.unit)).good();
    assert!(units["items"].as_array().unwrap().iter().all(|_| units["names"][&office.unit] == unit["name"]));
    // Before a name was known nothing had it; the log begins with the town.
    assert_eq!(office.get("/v1/events?limit=1").good()["names"].get(&office.delegate), None);
    // The bytes of these are pinned.
    for path in [
        format!("/v1/issues/{issue}/deadline"),
        format!("/v1/reviews/{}/delegates/{}", chrono::Datelike::year(&today()), office.delegate),
        "/log/checkpoint".to_owned(),
    ] {
        assert!(!office.get(&path).is(200).text().contains("\"names\""), "{path}");
        let separator = if path.contains('?') { '&' } else { '?' };
        office.get(&format!("{path}{separator}names=false")).problem(400, "unknown_parameter");
    }
    office.get("/v1/issues?names=no").problem(400, "bad_parameter");
}

/// What could go wrong: a mistyped id or a range the wrong way round gives an empty list, and somebody reports that there was
/// nothing.
#[test]
fn a_filter_that_nothing_can_meet_is_refused_wherever_it_stands() {
    let office = Office::open();
    let nobody = "0198f3c0-0000-7000-8000-00000000dead";
    for (path, parameters) in [
        ("/v1/issues", &["grid_id", "unit_id", "delegate_id"][..]),
        ("/v1/receptions", &["grid_id", "unit_id", "delegate_id"]),
        ("/v1/major-issues", &["grid_id", "lead_office_id"]),
        ("/v1/delegates", &["grid_id", "unit_id"]),
        ("/v1/units", &["grid_id"]),
        ("/v1/tokens", &["account_id"]),
        ("/v1/dashboards/grids", &["grid_id"]),
        ("/v1/reviews/2026/delegates", &["grid_id"]),
    ] {
        for parameter in parameters {
            let pointer = format!("/query/{parameter}");
            let unknown = office.get(&format!("{path}?{parameter}={nobody}")).problem(400, "bad_parameter");
            unknown.at(&pointer, "unknown_id");
            let empty = office.get(&format!("{path}?{parameter}=")).problem(400, "bad_parameter");
            empty.at(&pointer, "invalid_value");
        }
    }
    // The unit is no grid and the grid no unit.
    office.get(&format!("/v1/issues?grid_id={}", office.unit)).problem(400, "bad_parameter");
    for (path, from, to) in [
        ("/v1/issues", "from", "to"),
        ("/v1/issues", "due_from", "due_to"),
        ("/v1/receptions", "from", "to"),
        ("/v1/major-issues", "from", "to"),
        ("/v1/dashboards/units", "from", "to"),
    ] {
        let wrong = office.get(&format!("{path}?{from}=2026-02-02&{to}=2026-02-01")).problem(400, "bad_parameter");
        wrong.at(&format!("/query/{from}"), "bad_parameter");
        let before = office.get(&format!("{path}?{to}=2020-01-01")).problem(400, "bad_parameter");
        before.at(&format!("/query/{to}"), "before_programme");
    }
    let topic = office.get("/v1/issues?topic=weather").problem(400, "bad_parameter");
    assert!(topic.json["detail"].as_str().unwrap().contains("livelihood"), "{:#}", topic.json);
    for (path, parameter, fits) in [
        ("/v1/issues", "state", "awaiting_answer"),
        ("/v1/issues", "lateness", "due_soon"),
        ("/v1/issues", "pending", "reopening"),
        ("/v1/issues", "kind", "demand"),
        ("/v1/issues", "number", "2026-88122"),
        ("/v1/issues", "sort", "-raised"),
        ("/v1/receptions", "form", "walk_in"),
        ("/v1/receptions", "sort", "-held"),
        ("/v1/major-issues", "state", "returned_for_rework"),
        ("/v1/major-issues", "sort", "-submitted"),
        ("/v1/events", "family", "major_issue"),
        ("/v1/events", "type", "/v1/vocabulary"),
        ("/v1/vocabulary", "enum", "issue_state"),
    ] {
        let problem = office.get(&format!("{path}?{parameter}=zzz")).problem(400, "bad_parameter");
        let detail = problem.json["errors"][0]["detail"].as_str().unwrap();
        assert!(detail.contains(fits), "{path} {parameter}: {detail}");
    }
    // All of it at once.
    let all = office
        .get(&format!(
            "/v1/issues?grid_id={nobody}&state=zzz&from=2026-02-02&to=2026-02-01&limit=0&colour=red&topic=weather"
        ))
        .problem(400, "bad_parameter");
    assert_eq!(all.json["errors"].as_array().unwrap().len(), 6, "{:#}", all.json);
}

/// What could go wrong: a wrong position is waited for, told as trouble of the server, or answered with nothing.
#[test]
fn positions_are_held_against_the_head() {
    let office = Office::open();
    let head = office.head();
    for path in ["/v1/issues", "/v1/grids", "/v1/topics", "/v1/dashboards/grids", "/v1/events", "/v1/policies"] {
        office
            .get(&format!("{path}?at_least={}", head + 10_001))
            .problem(400, "bad_position")
            .at("/query/at_least", "bad_position");
        office.get(&format!("{path}?at_least=9223372036854775808")).problem(400, "bad_parameter");
    }
    let near = office.get(&format!("/v1/topics?at_least={}", head + 5)).problem(503, "read_model_behind");
    assert_eq!(near.json["status"], 503);
    office.get(&format!("/v1/events?after={head}")).is(200);
    office.get(&format!("/v1/events?after={}", head + 1)).problem(400, "bad_position");
    office.get("/v1/events?after=9223372036854775808").problem(400, "bad_parameter");
    let issue = office.raises("甲");
    for path in [format!("/v1/issues/{issue}"), format!("/v1/grids/{}", office.grid)] {
        let beyond = office.get(&format!("{path}?as_of_position={}", head + 999)).problem(400, "bad_position");
        beyond.at("/query/as_of_position", "bad_position");
    }
    let history = format!("/v1/issues/{issue}/events?after_version");
    assert_eq!(office.get(&format!("{history}=1")).good()["items"], json!([]));
    office.get(&format!("{history}=2")).problem(400, "bad_position").at("/query/after_version", "bad_position");
    office.get(&format!("{history}=9223372036854775808")).problem(400, "bad_parameter");
    let body = json!({"event_version": 9_223_372_036_854_775_808_u64, "pointer": "/public/topic", "value": "housing", "reason": "录错"});
    office.does(&issue, "corrections", &body).problem(422, "out_of_range").at("/event_version", "out_of_range");
    // A client's mistake, and a position that did not come in time, are nothing to wake an operator for.
    let said = std::fs::read_to_string(office.place().output()).unwrap();
    assert!(!said.contains("\"ERROR\""), "{said}");
}

#[test]
fn lists_come_by_name_and_as_tables() {
    let office = Office::open();
    let recorded = office.records_reception(&[demand("=1+1"), demand("乙"), demand("丙")]);
    let issues: Vec<String> = recorded["issues"].as_array().unwrap().iter().map(id).collect();
    let major =
        id(&office.does(&issues[0], "escalations", &json!({"level": "L2", "reason": "会商"})).good()["major_issue"]);
    let at = office.head();
    let nobody = "0198f3c0-0000-7000-8000-00000000dead";
    let ids = |path: &str, ids: &[&str]| -> Vec<String> {
        let page = office.get(&format!("{path}?ids={}&at_least={at}", ids.join(","))).good();
        assert_eq!(page.get("next_cursor"), None);
        page["items"].as_array().unwrap().iter().map(id).collect()
    };
    let (a, b, c) = (issues[0].as_str(), issues[1].as_str(), issues[2].as_str());
    assert_eq!(ids("/v1/issues", &[c, nobody, a, b, a]), [c, a, b]);
    assert_eq!(
        ids("/v1/delegates", &[&office.other_delegate, &office.delegate]),
        [office.other_delegate.as_str(), &office.delegate]
    );
    assert_eq!(ids("/v1/grids", &[&office.grid, nobody]), [office.grid.as_str()]);
    assert_eq!(ids("/v1/units", &[&office.unit]), [office.unit.as_str()]);
    assert_eq!(ids("/v1/receptions", &[&id(&recorded["reception"])]), [id(&recorded["reception"])]);
    assert_eq!(ids("/v1/major-issues", &[nobody, &major]), [major.as_str()]);
    for other in ["limit=5", "sort=due"] {
        office.get(&format!("/v1/issues?ids={a}&{other}")).problem(400, "bad_parameter");
    }
    let many = [nobody; 3].join(",");
    office.get(&format!("/v1/issues?ids={many}")).good();
    let distinct: Vec<String> = (0..101).map(|n| format!("0198f3c0-0000-7000-8000-{n:012}")).collect();
    office
        .get(&format!("/v1/issues?ids={}", distinct.join(",")))
        .problem(400, "bad_parameter")
        .at("/query/ids", "too_many");

    let table = |path: &str| {
        let call = office.call("GET", &format!("{path}{}at_least={at}", if path.contains('?') { '&' } else { '?' }));
        let answer = call.with("Accept", "text/csv").with("Accept-Language", "en").send().is(200);
        assert!(answer.header("huiyin-as-of-position").unwrap().parse::<u64>().unwrap() >= at);
        let text = answer.text();
        let text = text.strip_prefix('\u{feff}').unwrap_or_else(|| panic!("no byte order mark: {text}")).to_owned();
        let lines: Vec<Vec<String>> = text.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect();
        assert!(lines.iter().all(|line| line.len() == lines[0].len()), "{text}");
        (lines, answer.header("link").map(str::to_owned))
    };
    let cell = |lines: &[Vec<String>], row: usize, name: &str| {
        let column = lines[0].iter().position(|head| head == name).unwrap_or_else(|| panic!("{name}: {:?}", lines[0]));
        lines[row][column].clone()
    };
    let (lines, link) = table("/v1/issues?sort=raised&state=open");
    assert_eq!((lines.len(), link), (4, None));
    assert_eq!(cell(&lines, 1, "grid"), text(&office.get(&format!("/v1/grids/{}", office.grid)).good(), "/name"));
    assert_eq!(cell(&lines, 1, "topic_name"), "民生保障");
    assert!(!lines.iter().flatten().any(|cell| cell.contains("1+1")), "words are not in a table");
    let (lines, link) = table("/v1/issues?limit=2");
    assert_eq!(lines.len(), 3);
    assert!(link.unwrap().contains("cursor="));
    let (lines, _) = table("/v1/receptions?sort=held");
    assert_eq!((cell(&lines, 1, "issues"), cell(&lines, 1, "delegate_ids")), ("3".to_owned(), office.delegate.clone()));
    let (lines, _) = table("/v1/major-issues?sort=due");
    assert_eq!((cell(&lines, 1, "id"), cell(&lines, 1, "state")), (major, "submitted".to_owned()));
    let chinese = office.get("/v1/issues?format=csv").is(200).text();
    assert!(chinese.starts_with("\u{feff}事项标识,编号,"), "{chinese}");
}

#[test]
fn what_waits_for_a_decision_is_found() {
    let office = Office::open();
    let recorded = office.records_reception(&[demand("甲"), demand("乙"), demand("丙")]);
    let issues: Vec<String> = recorded["issues"].as_array().unwrap().iter().map(id).collect();
    let later = crate::harness::WorkingDays::shipped().after(today(), 8);
    let more = json!({"reason_code": "complex", "reason": "需多方核实", "new_due_on": later});
    office.does(&issues[0], "extensions", &more).good();
    office.does(&issues[1], "answers", &office.answer()).good();
    let ground = json!({"ground": "dissatisfied", "reason": "没有解决"});
    office
        .does(
            &issues[1],
            "feedback",
            &json!({"satisfaction": "dissatisfied", "by": "visitor", "given_at": instant(now())}),
        )
        .good();
    office.does(&issues[1], "reopenings", &ground).good();
    let wrong = json!({"event_version": 1, "pointer": "/occurred_at", "value": instant(now() - chrono::Duration::minutes(90)), "reason": "录错"});
    let proposed = office.does(&issues[2], "corrections", &wrong);
    let at = office.head();
    let found = |filter: &str| -> Vec<String> {
        let page = office.get(&format!("/v1/issues?sort=raised&{filter}&at_least={at}")).good();
        let mut ids: Vec<String> = page["items"].as_array().unwrap().iter().map(id).collect();
        ids.sort();
        ids
    };
    assert_eq!(found("pending=extension"), [issues[0].clone()]);
    assert_eq!(found("pending=reopening"), [issues[1].clone()]);
    let mut both = vec![issues[0].clone(), issues[1].clone()];
    both.sort();
    assert_eq!(found("pending=reopening,extension"), both);
    if proposed.status < 300 {
        assert_eq!(found("pending=correction"), [issues[2].clone()]);
    }
    assert_eq!(found("supervised=true"), Vec::<String>::new());
    assert_eq!(found("supervised=false").len(), 3);
    assert_eq!(found("lateness=on_time,due_soon").len(), 2);
    office.does(&issues[0], "extensions/decision", &json!({"granted": false, "reason": "按期可答"})).good();
    let at = office.head();
    assert_eq!(office.get(&format!("/v1/issues?pending=extension&at_least={at}")).good()["items"], json!([]));
}

#[test]
fn the_vocabulary_needs_no_token() {
    let office = Office::empty();
    let all = office.call("GET", "/v1/vocabulary").without("Authorization").send().good();
    assert!(all["items"].as_array().unwrap().len() > 30);
    let some = office.call("GET", "/v1/vocabulary?enum=problem_code,issue_kind").without("Authorization").send().good();
    let names: Vec<_> = some["items"].as_array().unwrap().iter().map(|list| text(list, "/enum").to_owned()).collect();
    assert_eq!(names, ["issue_kind", "problem_code"]);
    assert_eq!(some["items"][0]["values"][0], json!({"value": "opinion", "zh": "意见", "en": "opinion"}));
}
