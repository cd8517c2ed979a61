//! Anything refused says which field, which rule and which clause, in both languages, and nothing is recorded: every
//! `refuses…` below looks at the log's head before and after.

use crate::harness::{NOBODY, Office, demand, id, instant, now, text, today};
use serde_json::{Value, json};
use std::io::{Read as _, Write as _};

const RECEPTIONS: &str = "/v1/receptions";

/// A good reception with one value set to something else.
fn reception_with(office: &Office, pointer: &str, value: Value) -> Value {
    let mut body = office.reception(now(), &[demand("楼道灯不亮")]);
    match body.pointer_mut(pointer) {
        Some(place) => *place = value,
        None => {
            let (parent, name) = pointer.rsplit_once('/').unwrap();
            body.pointer_mut(parent).unwrap().as_object_mut().unwrap().insert(name.to_owned(), value);
        }
    }
    body
}

#[test]
fn a_body_that_is_too_large() {
    let office = Office::open();
    let large = format!("{{\"form\":\"{}\"}}", "x".repeat(256 * 1024));
    office.refuses(&office.call("POST", RECEPTIONS).body("application/json", large), 413, "too_large");
    // As large as allowed is read, and then judged by what is in it.
    let (before, after) = ("{\"form\":\"", "\"}");
    let fits = format!("{before}{}{after}", "x".repeat(256 * 1024 - before.len() - after.len()));
    office.refuses(&office.call("POST", RECEPTIONS).body("application/json", fits), 422, "invalid_body");
    let roster = vec![b'x'; 5 * 1024 * 1024 + 1];
    let path = "/v1/roster-imports?delegate_type=party&source_date=2023-12-01";
    office.refuses(&office.call("POST", path).body("text/csv", roster), 413, "too_large");
}

#[test]
fn a_body_that_is_nested_too_deeply() {
    let office = Office::open();
    let deep = format!("{{\"grid_id\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    office.refuses(&office.call("POST", RECEPTIONS).body("application/json", deep), 400, "json_too_deep");
}

#[test]
fn a_body_that_is_no_json_or_not_utf_8() {
    let office = Office::open();
    let send = |body: &[u8]| office.call("POST", RECEPTIONS).body("application/json", body);
    for body in [&b""[..], b"{", b"{\"a\":01}", b"{} {}", b"\xef\xbb\xbf{}", br#"{"a":"\ud800"}"#] {
        office.refuses(&send(body), 400, "not_json");
    }
    office.refuses(&send(b"{\"form\":\"\xff\xfe\"}"), 400, "not_utf8");
    office.refuses(&send(b"\xff"), 400, "not_utf8");
    office.refuses(&send(b"[]"), 422, "wrong_type");
    office.refuses(&send(br#"{"grid_id":null}"#), 422, "invalid_body").at("/grid_id", "wrong_type");
}

#[test]
fn every_fault_of_a_body_in_one_answer() {
    let office = Office::open();
    let body = json!({
        "grid_id": "no uuid", "unit_id": NOBODY, "form": "by_drone", "held_at": "2026-11-19T14:10:00", "delegates": [{"delegate_id": NOBODY, "colour": "red"}],
        "visitors": [{"name": 7}], "issues": [{"kind": "demand", "topic": "weather", "text": "没有标题"}], "mood": "good",
    });
    office
        .refuses_command(RECEPTIONS, &body, 422, "invalid_body")
        .at("/grid_id", "invalid_value")
        .at("/form", "invalid_value")
        .at("/held_at", "invalid_value")
        .at("/delegates/0/colour", "unknown_field")
        .at("/visitors/0/name", "wrong_type")
        .at("/issues/0/subject", "missing")
        .at("/mood", "unknown_field");
}

#[test]
fn unknown_and_repeated_fields() {
    let office = Office::open();
    office
        .refuses_command(RECEPTIONS, &reception_with(&office, "/issues/0/colour", json!("red")), 422, "unknown_field")
        .at("/issues/0/colour", "unknown_field")
        .faults(1);
    let body = office.reception(now(), &[]).to_string();
    let twice = format!("{{\"form\":\"walk_in\",{}", &body[1..]);
    office
        .refuses(&office.call("POST", RECEPTIONS).body("application/json", twice), 422, "duplicate_key")
        .at("/form", "duplicate_key");
    office
        .refuses_question("/v1/issues?colour=red&limit=0", 400, "bad_parameter")
        .at("/query/colour", "unknown_parameter")
        .at("/query/limit", "out_of_range");
    office.refuses_question("/v1/issues?q=%E7%81%AF", 400, "unknown_parameter");
}

#[test]
fn ids_that_nothing_has() {
    let office = Office::open();
    let body = |pointer: &str| reception_with(&office, pointer, json!(NOBODY));
    office.refuses_command(RECEPTIONS, &body("/grid_id"), 422, "unknown_id").at("/grid_id", "unknown_id");
    office.refuses_command(RECEPTIONS, &body("/unit_id"), 422, "unknown_id").at("/unit_id", "unknown_id");
    office
        .refuses_command(RECEPTIONS, &body("/delegates/0/delegate_id"), 422, "unknown_id")
        .at("/delegates/0/delegate_id", "unknown_id");
    let issue = office.raises("楼道灯不亮");
    let join = json!({"level": "L2", "reason": "会商", "major_issue_id": NOBODY});
    office
        .refuses_command(&format!("/v1/issues/{issue}/escalations"), &join, 422, "unknown_id")
        .at("/major_issue_id", "unknown_id");
    let hand_over = json!({"to_delegate_id": NOBODY, "reason_code": "recusal", "reason": "回避"});
    office
        .refuses_command(&format!("/v1/issues/{issue}/handovers"), &hand_over, 422, "unknown_id")
        .at("/to_delegate_id", "unknown_id");

    for path in ["/v1/issues", "/v1/receptions", "/v1/major-issues", "/v1/grids", "/v1/units", "/v1/delegates"] {
        office.refuses_question(&format!("{path}/{NOBODY}"), 404, "not_found");
        office.refuses_question(&format!("{path}/no-uuid"), 404, "not_found");
    }
    office.refuses_command(&format!("/v1/issues/{NOBODY}/closing"), &json!({}), 404, "not_found");
    office.refuses_command(&format!("/v1/issues/{NOBODY}/closing"), &json!({"x": 1}), 422, "unknown_field");
    office.refuses_question("/v1/nothing", 404, "not_found");
}

#[test]
fn places_and_people_that_do_not_fit() {
    let office = Office::open();
    let grids = office.get("/v1/grids").good();
    let other_grid = id(&grids["items"][1]);
    let other_unit = id(&office.get(&format!("/v1/units?grid_id={other_grid}")).good()["items"][0]);
    office
        .refuses_command(RECEPTIONS, &reception_with(&office, "/unit_id", json!(other_unit)), 422, "unit_not_in_grid")
        .clause("C-1")
        .at("/unit_id", "unit_not_in_grid");
    office
        .refuses_command(
            RECEPTIONS,
            &reception_with(&office, "/delegates/0/delegate_type", json!("deputy")),
            422,
            "delegate_without_mandate",
        )
        .clause("C-1");
    office
        .refuses_command(RECEPTIONS, &reception_with(&office, "/delegates", json!([])), 422, "no_delegate")
        .clause("C-3.1");
    let twice = json!([{"delegate_id": office.delegate}, {"delegate_id": office.delegate}]);
    office
        .refuses_command(RECEPTIONS, &reception_with(&office, "/delegates", twice), 422, "delegate_twice")
        .at("/delegates/1/delegate_id", "delegate_twice");
    let absent = json!(office.other_delegate);
    office
        .refuses_command(
            RECEPTIONS,
            &reception_with(&office, "/issues/0/responsible_delegate_id", absent),
            422,
            "delegate_not_at_reception",
        )
        .clause("C-4.4");
    office
        .refuses_command(RECEPTIONS, &reception_with(&office, "/issues/0/visitor", json!(3)), 422, "invalid_value")
        .at("/issues/0/visitor", "invalid_value");
    office
        .refuses_command(
            RECEPTIONS,
            &reception_with(&office, "/issues/0/topic", json!("weather")),
            422,
            "unknown_topic",
        )
        .at("/issues/0/topic", "unknown_topic");
}

#[test]
fn texts_that_are_too_long_too_many_or_hold_control_characters() {
    let office = Office::open();
    let with = |pointer: &str, value: Value| reception_with(&office, pointer, value);
    office
        .refuses_command(RECEPTIONS, &with("/issues/0/subject", json!("长".repeat(201))), 422, "too_long")
        .at("/issues/0/subject", "too_long");
    office
        .refuses_command(RECEPTIONS, &with("/issues/0/text", json!("长".repeat(10_001))), 422, "too_long")
        .at("/issues/0/text", "too_long");
    office
        .refuses_command(RECEPTIONS, &with("/issues/0/subject", json!("")), 422, "missing")
        .at("/issues/0/subject", "missing");
    office
        .refuses_command(RECEPTIONS, &with("/issues/0/subject", json!("响\u{7}铃")), 422, "control_character")
        .at("/issues/0/subject", "control_character");
    office
        .refuses_command(RECEPTIONS, &with("/issues", json!(vec![demand("多"); 16])), 422, "too_many")
        .at("/issues", "too_many");
    office
        .refuses_command(RECEPTIONS, &with("/visitors", json!(vec![json!({}); 51])), 422, "too_many")
        .at("/visitors", "too_many");
    // The longest that is allowed, and a text that is not NFC, which is put in form.
    office.post(RECEPTIONS, &with("/issues/0/subject", json!("长".repeat(200)))).created();
    let recorded = office.post(RECEPTIONS, &with("/issues/0/subject", json!("cafe\u{301}"))).created();
    assert_eq!(office.issue(&id(&recorded["issues"][0]))["subject"], "caf\u{e9}");
}

#[test]
fn times_that_cannot_be() {
    let office = Office::open();
    let held = |at: &str| reception_with(&office, "/held_at", json!(at));
    // Nobody in the roster had a mandate then; both faults are told.
    office
        .refuses_command(RECEPTIONS, &held("2023-11-30T14:00:00+08:00"), 422, "invalid_body")
        .at("/held_at", "before_programme")
        .at("/delegates/0/delegate_id", "delegate_without_mandate");
    let veteran = json!({"name": "老代表", "delegate_type": "party", "grid_id": office.grid, "from": "2020-01-01"});
    let veteran = id(&office.post("/v1/delegates", &veteran).created()["delegate"]);
    let mut early = held("2023-11-30T14:00:00+08:00");
    early["delegates"] = json!([{"delegate_id": veteran}]);
    office
        .refuses_command(RECEPTIONS, &early, 422, "before_programme")
        .clause("C-0")
        .at("/held_at", "before_programme");
    let tomorrow = instant(now() + chrono::Duration::days(1));
    office.refuses_command(RECEPTIONS, &held(&tomorrow), 422, "in_the_future").at("/held_at", "in_the_future");
    office
        .refuses_command(RECEPTIONS, &held("9999-12-31T23:59:59+08:00"), 422, "out_of_range")
        .at("/held_at", "out_of_range");
    for unreadable in ["2026-02-30T14:00:00+08:00", "2026-11-19", "yesterday", "2026-11-19T14:10:00"] {
        office.refuses_command(RECEPTIONS, &held(unreadable), 422, "invalid_value").at("/held_at", "invalid_value");
    }

    let issue = office.raises("楼道灯不亮");
    let answers = format!("/v1/issues/{issue}/answers");
    let mut answer = office.answer();
    answer["delivered_at"] = json!(tomorrow);
    office.refuses_command(&answers, &answer, 422, "in_the_future").at("/delivered_at", "in_the_future");
    answer["delivered_at"] = json!(instant(now() - chrono::Duration::days(1)));
    office
        .refuses_command(&answers, &answer, 422, "before_reception")
        .clause("C-3.1")
        .at("/delivered_at", "before_reception");
    office
        .refuses_command(&format!("/v1/issues/{issue}/taking"), &json!({"occurred_at": tomorrow}), 422, "in_the_future")
        .at("/occurred_at", "in_the_future");
    office.does(&issue, "answers", &office.answer()).good();
    let feedback =
        json!({"satisfaction": "satisfied", "by": "visitor", "given_at": instant(now() - chrono::Duration::days(1))});
    office
        .refuses_command(&format!("/v1/issues/{issue}/feedback"), &feedback, 422, "before_answer")
        .at("/given_at", "before_answer");
}

#[test]
fn dates_that_are_too_far_away() {
    let office = Office::open();
    let issue = office.raises("楼道灯不亮");
    let mut planned = office.answer();
    planned["outcome"] = json!("planned");
    planned["commitment_on"] = json!("2101-01-01");
    office
        .refuses_command(&format!("/v1/issues/{issue}/answers"), &planned, 422, "due_too_far")
        .clause("C-3.6")
        .at("/commitment_on", "due_too_far");
    let extend = json!({"reason_code": "complex", "reason": "复杂", "new_due_on": "2101-01-03"});
    office
        .refuses_command(&format!("/v1/issues/{issue}/extensions"), &extend, 422, "due_too_far")
        .at("/new_due_on", "due_too_far");
    let major =
        id(&office.does(&issue, "escalations", &json!({"level": "L2", "reason": "会商"})).good()["major_issue"]);
    let lead = office.registers_office("房管所", "department");
    office.handles(&major, "triage", &json!({"decision": "accept"})).good();
    office.handles(&major, "deliberations", &json!({"held_on": today(), "decision": "办"})).good();
    let assign = json!({"lead_office_id": lead, "due_on": "2101-01-03"});
    office
        .refuses_command(&format!("/v1/major-issues/{major}/assignments"), &assign, 422, "due_too_far")
        .at("/due_on", "due_too_far");
}

#[test]
fn an_answer_by_somebody_else() {
    let office = Office::open();
    let issue = office.raises("楼道灯不亮");
    let mut answer = office.answer();
    answer["answered_by"] = json!(office.other_delegate);
    office
        .refuses_command(&format!("/v1/issues/{issue}/answers"), &answer, 409, "not_the_responsible_delegate")
        .clause("C-4.4")
        .at("/answered_by", "not_the_responsible_delegate");
}

#[test]
fn what_has_been_done_already() {
    let office = Office::open();
    let issue = office.raises("楼道灯不亮");
    let at = |fact: &str| format!("/v1/issues/{issue}/{fact}");
    office
        .refuses_command(
            &at("feedback"),
            &json!({"satisfaction": "satisfied", "by": "visitor", "given_at": instant(now())}),
            409,
            "not_answered",
        )
        .clause("C-3.6");
    office.does(&issue, "answers", &office.answer()).good();
    office.refuses_command(&at("answers"), &office.answer(), 409, "already_answered").clause("C-3.6");
    office
        .refuses_command(&at("escalations"), &json!({"level": "L2", "reason": "会商"}), 409, "already_answered")
        .clause("C-3.6");
    office
        .does(&issue, "feedback", &json!({"satisfaction": "satisfied", "by": "visitor", "given_at": instant(now())}))
        .good();
    office.does(&issue, "closing", &json!({})).good();
    office
        .refuses_command(&at("escalations"), &json!({"level": "L2", "reason": "会商"}), 409, "issue_closed")
        .clause("C-3.6");
    office.refuses_command(&at("answers"), &office.answer(), 409, "issue_closed").clause("C-3.6");
    office.refuses_command(&at("closing"), &json!({}), 409, "already_closed").clause("C-3.6");
}

#[test]
fn answers_that_lack_what_their_outcome_needs() {
    let office = Office::open();
    let issue = office.raises("楼道灯不亮");
    let answers = format!("/v1/issues/{issue}/answers");
    let with = |changes: Value| {
        let mut answer = office.answer();
        answer.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        answer
    };
    office
        .refuses_command(&answers, &with(json!({"outcome": "planned"})), 422, "commitment_missing")
        .clause("C-3.6")
        .at("/commitment_on", "commitment_missing");
    office
        .refuses_command(&answers, &with(json!({"commitment_on": today()})), 422, "commitment_unexpected")
        .at("/commitment_on", "commitment_unexpected");
    office
        .refuses_command(&answers, &with(json!({"outcome": "declined"})), 422, "basis_missing")
        .at("/basis", "basis_missing");
    office
        .refuses_command(&answers, &with(json!({"basis": "依据"})), 422, "basis_unexpected")
        .at("/basis", "basis_unexpected");
    let earlier = office.raises_at(now() - chrono::Duration::days(1), "昨天");
    let on_the_spot = with(json!({"on_the_spot": true}));
    office
        .refuses_command(&format!("/v1/issues/{earlier}/answers"), &on_the_spot, 409, "not_on_the_spot")
        .clause("C-3.6");
}

#[test]
fn what_happened_long_ago_is_over() {
    let office = Office::open();
    let long_ago = now() - chrono::Duration::days(90);
    let issue = office.raises_at(long_ago, "旧事");
    let mut answer = office.answer();
    answer["delivered_at"] = json!(instant(long_ago + chrono::Duration::days(1)));
    office.does(&issue, "answers", &answer).good();
    let feedback = json!({"satisfaction": "dissatisfied", "by": "visitor", "given_at": instant(now())});
    office
        .refuses_command(&format!("/v1/issues/{issue}/feedback"), &feedback, 409, "feedback_window_over")
        .clause("C-3.6");
    let reopen = json!({"ground": "dissatisfied", "reason": "不满意"});
    office
        .refuses_command(&format!("/v1/issues/{issue}/reopenings"), &reopen, 409, "reopening_window_over")
        .clause("C-3.6");
    // Silence closes it.
    assert_eq!(office.does(&issue, "closing", &json!({})).good()["issue"]["state"], "closed");
}

#[test]
fn methods_media_types_and_formats() {
    let office = Office::open();
    let put = office.call("PUT", "/v1/issues").body("application/json", "{}").send();
    assert_eq!(put.header("allow"), Some("GET, HEAD"));
    put.problem(405, "method_not_allowed");
    let issue = office.raises("楼道灯不亮");
    let delete = office.call("DELETE", &format!("/v1/issues/{issue}")).send();
    assert_eq!(delete.header("allow"), Some("GET, HEAD"));
    delete.problem(405, "method_not_allowed");
    office.refuses(&office.call("POST", RECEPTIONS).body("text/plain", "{}"), 415, "unsupported_media_type");
    office.refuses(
        &office.call("POST", RECEPTIONS).body("application/json; charset=gbk", "{}"),
        415,
        "unsupported_media_type",
    );
    office.refuses(&office.call("GET", "/v1/issues").with("Accept", "image/png"), 406, "not_acceptable");
    office.refuses_question("/v1/issues?format=pdf", 406, "not_acceptable");
    let key = office.command(RECEPTIONS, &office.reception(now(), &[])).key(&"k".repeat(256));
    office.refuses(&key, 400, "bad_header");
}

#[test]
fn rosters_that_are_none() {
    let office = Office::empty();
    let path = "/v1/roster-imports?delegate_type=party&source_date=2023-12-01";
    let send = |body: &[u8]| office.call("POST", path).body("text/csv", body);
    office.refuses(&send("网格,单位,姓名\n".as_bytes()), 422, "unknown_header").clause("C-A1");
    office.refuses(&send(b"grid,unit,name\n\xff\xfe,x,y\n"), 422, "not_a_roster").clause("C-A1");
    let short = office.refuses(&send(b"grid,unit,name\na,b,c\na,b\n"), 422, "not_a_roster").clause("C-A1");
    assert!(text(&short.json, "/detail").starts_with("Row 3: "), "{:#}", short.json);
    let quote =
        office.refuses(&send("grid,unit,name\n甲网格,\"甲村,王一\n甲网格,甲村,王二\n".as_bytes()), 422, "not_a_roster");
    assert!(text(&quote.json, "/detail").starts_with("Row 2: "), "{:#}", quote.json);
    let other = "/v1/roster-imports?delegate_type=king&source_date=2023-12-01";
    office
        .refuses(&office.call("POST", other).body("text/csv", "grid,unit,name\n"), 400, "bad_parameter")
        .at("/query/delegate_type", "invalid_value");
    let missing = "/v1/roster-imports?delegate_type=party";
    office
        .refuses(&office.call("POST", missing).body("text/csv", "grid,unit,name\n"), 400, "bad_parameter")
        .at("/query/source_date", "missing");
    // Two equal names in one file are both refused, as warnings; the rest is imported.
    let twins = office.imports("party", "grid,unit,name\n甲网格,,王一\n甲网格,,王一\n甲网格,,王二\n").good();
    assert_eq!(twins["roster_import"]["delegates"]["created"], 1);
    assert_eq!(twins["roster_import"]["warnings"].as_array().unwrap().len(), 2, "{twins:#}");
}

/// What the server answers to these bytes, up to the end of the connection.
fn raw(office: &Office, request: &[u8]) -> String {
    let mut stream = office.server().connect();
    // The server may answer and close before it has taken everything.
    let _ = stream.write_all(request);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn a_header_of_ten_megabytes() {
    let office = Office::open();
    let before = office.head();
    let mut request = b"GET /v1/issues HTTP/1.1\r\nhost: x\r\nx-long: ".to_vec();
    request.resize(10 * 1024 * 1024, b'x');
    request.extend_from_slice(b"\r\n\r\n");
    let answer = raw(&office, &request);
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{}", answer.lines().next().unwrap_or_default());
    assert_eq!(office.head(), before);
}

#[test]
fn bytes_that_are_no_http() {
    let office = Office::open();
    for request in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..],
        b"GET\r\n\r\n",
        b"POST /v1/receptions HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET /%zz HTTP/9.9\r\n\r\n",
    ] {
        let mut request = request.to_vec();
        request.extend_from_slice(b"\r\n\r\n");
        let answer = raw(&office, &request);
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
    }
    office.get("/v1/me").good();
}

#[test]
fn a_client_that_goes_away() {
    let office = Office::open();
    let before = office.head();
    let body = office.reception(now(), &[demand("楼道灯不亮")]).to_string();
    let head = format!(
        "POST {RECEPTIONS} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n",
        office.token()
    );
    // In the middle of the head, after it, in the middle of the body, and in the middle of a chunk.
    for part in [
        head[..40].to_owned(),
        format!("{head}content-length: {}\r\n\r\n", body.len()),
        format!("{head}content-length: {}\r\n\r\n{}", body.len(), &body[..30]),
        format!("{head}transfer-encoding: chunked\r\n\r\nff\r\n{}", &body[..30]),
    ] {
        let mut stream = office.server().connect();
        stream.write_all(part.as_bytes()).unwrap();
        drop(stream);
    }
    std::thread::sleep(std::time::Duration::from_millis(100));
    assert_eq!(office.head(), before, "half a request is none");
    // Gone after the whole request was sent: it is recorded once or not at all, and a retry under its key settles it.
    for n in 0..10 {
        let mut stream = office.server().connect();
        let request = format!("{head}idempotency-key: gone-{n}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        stream.write_all(request.as_bytes()).unwrap();
        drop(stream);
    }
    let call =
        |n: usize| office.call("POST", RECEPTIONS).body("application/json", body.clone()).key(&format!("gone-{n}"));
    for n in 0..10 {
        call(n).send().is(201);
    }
    assert_eq!(office.head(), before + 20, "ten receptions with one issue each");
}

#[test]
fn the_words_of_every_problem_can_be_looked_up() {
    let office = Office::empty();
    let all = office.get("/problems").good();
    let codes: Vec<&str> =
        all["items"].as_array().unwrap().iter().map(|problem| problem["code"].as_str().unwrap()).collect();
    for code in [
        "unauthenticated",
        "forbidden",
        "not_found",
        "unknown_field",
        "unknown_id",
        "unit_not_in_grid",
        "delegate_without_mandate",
        "before_programme",
        "before_reception",
        "in_the_future",
        "due_too_far",
        "too_long",
        "stale_version",
        "contended",
        "idempotency_key_reused",
        "not_the_responsible_delegate",
        "already_answered",
        "already_escalated",
        "issue_closed",
        "issue_not_open",
        "not_escalated",
        "extension_after_due",
        "feedback_window_over",
        "not_enough_attempts",
        "evidence_missing",
        "major_issue_full",
        "read_model_behind",
        "overloaded",
        "storage_full",
        "outcome_unknown",
    ] {
        assert!(codes.contains(&code), "{code}");
        office.get(&format!("/problems/{code}")).is(200);
    }
}
