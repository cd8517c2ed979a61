//! The ledger of clauses: every figure leads to a list of that length, and the page for people says the same.

use crate::harness::{Office, demand, now, text, today};
use serde_json::{Value, json};

/// How long a list is, page by page.
fn length(office: &Office, list: &str) -> usize {
    let (mut found, mut cursor) = (0, String::new());
    loop {
        let joint = if list.contains('?') { '&' } else { '?' };
        let whole = list.contains("ids=");
        let page = if whole { list.to_owned() } else { format!("{list}{joint}limit=40{cursor}") };
        let page = office.get(&page).good();
        found += page["items"].as_array().unwrap().len();
        let Some(next) = page["next_cursor"].as_str() else { return found };
        cursor = format!("&cursor={next}");
    }
}

/// Every figure of a clause against the list that it leads to.
fn holds(office: &Office, clause: &Value) {
    let id = text(clause, "/id");
    let figures = |of: &Value| {
        for status in ["fulfilled", "late", "missing", "not_yet_due", "excused"] {
            let list = text(of, "/list");
            let joint = if list.contains('?') { '&' } else { '?' };
            assert_eq!(of[status], length(office, &format!("{list}{joint}status={status}")), "{id} {status}: {of:#}");
        }
        let sum = |names: &[&str]| names.iter().map(|name| of[*name].as_u64().unwrap()).sum::<u64>();
        assert_eq!(of["kept"]["of"], sum(&["fulfilled", "late", "missing"]), "{of:#}");
    };
    let codes = clause["by_code"].as_array().unwrap();
    codes.iter().for_each(figures);
    // Of a clause under which nothing can be owed, or is only counted, there is no list.
    if clause["list"].is_string() {
        figures(clause);
    }
    for (name, check) in clause["checks"].as_object().unwrap() {
        assert_eq!(check["n"], length(office, text(check, "/list")), "{id} {name}: {check:#}");
    }
}

#[test]
fn every_figure_of_a_clause_is_as_long_as_its_list() {
    let office = Office::open();
    office.records_reception(&[demand("甲"), demand("乙")]);
    let days = json!({"from": today(), "to": today() + chrono::Duration::days(28), "grid_ids": [office.grid]});
    let plan = office.post("/v1/session-plans", &days).json();
    let position = office.head();
    let ledger = office.get(&format!("/v1/clauses?at_least={position}")).good();
    let clauses = ledger["items"].as_array().unwrap();
    assert_eq!(clauses.len(), 18, "{ledger:#}");
    assert!(ledger["as_of_position"].as_u64().unwrap() >= position);
    clauses.iter().for_each(|clause| holds(&office, clause));
    let of = |id: &str| clauses.iter().find(|clause| clause["id"] == id).unwrap();
    assert_eq!(of("C-3.1")["facts"]["issue.raised"], 2);
    // Two answers and some sessions are owed from now on, each session with its notices.
    assert_eq!(of("C-4.4")["not_yet_due"], 2, "{:#}", of("C-4.4"));
    assert_eq!(of("C-2")["not_yet_due"], plan["session_plan"]["planned"], "{:#}", of("C-2"));
    assert!(of("C-2")["not_yet_due"].as_u64() > Some(2), "{plan:#}");
    assert!(of("C-5.2")["not_yet_due"].as_u64() > of("C-2")["not_yet_due"].as_u64(), "{:#}", of("C-5.2"));
    assert!(clauses.iter().all(|clause| clause["built"] == true && clause["to_come"] == json!([])), "{ledger:#}");
    assert_eq!((&of("C-5.3")["by_code"][0]["code"], &of("C-5.3")["list"]), (&json!("O-21"), &Value::Null));
    // The roster of Annex 1 names Party delegates and no deputies, and nobody was on a rota.
    let checks = &of("C-1")["checks"];
    assert_eq!((&checks["grids_without_party"]["n"], &checks["grids_without_deputy"]["n"]), (&json!(0), &json!(14)));
    assert_eq!(of("C-A1")["checks"]["never_on_rota"]["n"], 146);
    // One grid, some days.
    let range = format!("grid_id={}&from=2026-01-01&to=2099-12-31", office.grid);
    let one = office.get(&format!("/v1/clauses/C-1?{range}")).good();
    assert_eq!(one["checks"]["grids_without_deputy"]["n"], 1, "{one:#}");
    for id in ["C-1", "C-4.4", "C-5.1", "C-A1"] {
        holds(&office, &office.get(&format!("/v1/clauses/{id}?{range}")).good());
    }
    let counted = office.get(&format!("/v1/clauses/C-3.1?{range}")).good();
    assert_eq!(counted["facts"]["reception.recorded"], 1, "{counted:#}");
    let before = office.get("/v1/clauses/C-3.1?to=2024-06-01").good();
    assert_eq!(before["facts"]["reception.recorded"], 0, "{before:#}");
}

#[test]
fn the_dashboard_of_obligations_adds_up_and_its_lists_are_as_long() {
    let office = Office::open();
    office.raises_at(now() - chrono::Duration::days(40), "壬");
    let board = office.get(&format!("/v1/dashboards/obligations?at_least={}", office.head())).good();
    let rows = board["items"].as_array().unwrap();
    assert_eq!(rows.len(), 14, "{board:#}");
    for status in ["fulfilled", "late", "missing", "not_yet_due", "excused"] {
        let sum: u64 = rows.iter().map(|row| row[status].as_u64().unwrap()).sum();
        assert_eq!(board[status], sum, "{status}");
    }
    for row in rows.iter().chain([&board]) {
        for of in row["by_code"].as_array().unwrap() {
            let list = text(of, "/list");
            assert_eq!(of["missing"], length(&office, &format!("{list}&status=missing")), "{of:#}");
        }
    }
    for (path, first) in [
        ("/v1/dashboards/obligations?format=csv", "grid_id,name,code,clause,fulfilled"),
        ("/v1/obligations?format=csv", "id,code,obligation,part,clause"),
        ("/v1/clauses?format=csv", "clause,heading,kind,code,n,fulfilled"),
    ] {
        let table = office.call("GET", path).with("Accept-Language", "en").send().is(200).text();
        assert!(table.trim_start_matches('\u{feff}').starts_with(first), "{path}: {table}");
    }
}

#[test]
fn tables_are_workbooks_too() {
    let office = Office::open();
    office.raises("甲");
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    for (path, name) in [
        ("obligations", "obligations"),
        ("sessions", "sessions"),
        ("leaves", "leaves"),
        ("clauses", "clauses"),
        ("clauses/C-4.4", "C-4.4"),
        ("dashboards/obligations", "obligations"),
        ("dashboards/sessions", "sessions"),
        ("dashboards/overview", "overview"),
        ("dashboards/grids", "grids"),
        ("dashboards/major-issues", "major-issues"),
    ] {
        let answer = office.get(&format!("/v1/{path}?format=xlsx&at_least={}", office.head())).is(200);
        assert_eq!(answer.header("content-type"), Some(kind), "{path}");
        assert!(answer.header("content-disposition").unwrap().ends_with(&format!("\"{name}.xlsx\"")), "{path}");
        assert!(answer.body.starts_with(b"PK\x03\x04"), "{path}");
    }
}

#[test]
fn leaves_are_a_table_too() {
    let office = Office::open();
    let leaves = format!("/v1/delegates/{}/leaves", office.delegate);
    let (from, to) = (today(), today() + chrono::Duration::days(2));
    let asked = json!({"from": from, "to": to, "reason_code": "work", "reason": "外出开会。"});
    let leave = office.post(&leaves, &asked).created();
    let (id, position) = (text(&leave, "/leave/id"), leave["position"].as_u64().unwrap());
    let path = format!("/v1/leaves?format=csv&at_least={position}");
    for (language, heading) in [
        ("zh-CN", "请假编号,代表编号,代表,首日,末日,事由,状态,申请时间"),
        ("en", "leave_id,delegate_id,delegate,from,to,reason_code,state,requested_at"),
    ] {
        let answer = office.call("GET", &path).with("Accept-Language", language).send().is(200);
        assert_eq!(answer.header("huiyin-as-of-position"), Some(position.to_string().as_str()));
        let table = answer.text();
        let lines: Vec<&str> = table.trim_start_matches('\u{feff}').lines().collect();
        assert_eq!((lines[0], lines.len()), (heading, 2), "{table}");
        let name = office.get(&format!("/v1/delegates/{}", office.delegate)).good();
        let begins = format!("{id},{},{},{from},{to},work,requested,", office.delegate, text(&name, "/name"));
        assert!(lines[1].starts_with(&begins) && !table.contains("外出开会"), "{table}");
    }
}

#[test]
fn the_page_for_people_runs_nothing_and_escapes_names() {
    let office = Office::open();
    let name = "<b>张三</b>";
    office.post(&format!("/v1/grids/{}/renaming", office.grid), &json!({"name": "<i>太平", "reason": "试"}));
    for (language, title) in [("zh-CN", "条款台账"), ("en", "clause by clause")] {
        let path = format!("/v1/clauses?format=html&grid_id={}", office.grid);
        let answer = office.call("GET", &path).with("Accept-Language", language).send().is(200);
        assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
        let policy = answer.header("content-security-policy").unwrap().to_owned();
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-") && !policy.contains("unsafe"), "{policy}");
        let page = answer.text();
        assert!(page.contains(&format!("<html lang=\"{language}\">")) && page.contains(title), "{page}");
        assert!(!page.contains("<script") && !page.contains(name) && !page.contains("<i>太平"), "{page}");
        for clause in ["C-0", "C-4.3a", "C-A1"] {
            assert!(page.contains(&format!("<section id=\"{clause}\">")), "{page}");
        }
    }
    let one = office.call("GET", "/v1/clauses/C-5.2").with("Accept", "text/html").send().is(200);
    assert!(one.text().contains("<section id=\"C-5.2\">"));
}

#[test]
fn filters_that_nothing_can_meet_are_faults() {
    let office = Office::open();
    office.get("/v1/clauses/C-x").problem(404, "not_found");
    office.get("/v1/clauses/C-").problem(404, "not_found");
    for (query, parameter, code) in [
        ("code=O-x", "code", "invalid_value"),
        ("clause=C-x", "clause", "invalid_value"),
        ("code=O-1&clause=C-5.2", "clause", "bad_parameter"),
        ("clause=C-0", "clause", "invalid_value"),
        ("status=kept", "status", "invalid_value"),
        ("tier=gentle", "tier", "invalid_value"),
        ("delegate_id=0198f3c0-0000-7000-8000-000000000302", "delegate_id", "unknown_id"),
    ] {
        let refused = office.get(&format!("/v1/obligations?{query}")).problem(400, "bad_parameter");
        refused.at(&format!("/query/{parameter}"), code);
    }
    assert_eq!(office.get("/v1/leaves").good()["items"], json!([]));
    office.get("/v1/delegates?rota_from=2026-01-01").problem(400, "bad_parameter");
}
