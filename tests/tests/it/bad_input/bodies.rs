//! Bodies that are too large, no JSON, of another shape, or no roster.

use super::{RECEPTIONS, reception_with};
use crate::harness::{NOBODY, Office, now, text};
use serde_json::json;

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
