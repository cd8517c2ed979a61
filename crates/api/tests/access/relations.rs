//! Every command on an issue, a reception and a major issue, in every role, on things of every relation: one's own, of the own
//! grid, of the sibling grid, of the other line, dispatched to the own office or not. What is expected is worked out from the
//! letters of the table and whose everything is, by other code than the server's.

use crate::town::Town;
use actix_web::test::TestRequest;
use api::routes;
use domain::access::{Action, COLUMNS, Cell};
use domain::vocabulary::Role;
use serde_json::{Map, Value, json};

/// Which of the four issues and receptions a cell reaches: the delegate is the deputy of the first grid, grids and offices are
/// the first ones.
fn reach(cell: Cell) -> &'static [usize] {
    match cell {
        Cell::Nothing | Cell::Receipt => &[],
        Cell::Own => &[1],
        Cell::Grid | Cell::Station => &[0, 1],
        Cell::Line => &[0, 2],
        Cell::Dispatched => &[0],
        Cell::Town | Cell::Figures => &[0, 1, 2, 3],
    }
}

/// The same of the one major issue, which was made of the first issue.
fn reaches_major(cell: Cell) -> bool {
    reach(cell).contains(&0)
}

fn cell(role: Role, action: Action) -> Cell {
    action.row().cells[COLUMNS.iter().position(|one| *one == role).unwrap()]
}

/// What is asked of whom and what came of it.
struct Tried {
    passed: usize,
    unfit: Vec<String>,
    failed: Vec<String>,
}

#[tokio::test]
async fn a_command_is_let_in_by_relation() {
    let town = Town::adopted().await;
    let document = serde_json::from_str::<serde_json::Value>(api::openapi::TEXT).unwrap();
    let mut tried = Tried { passed: 0, unfit: Vec::new(), failed: Vec::new() };
    for route in routes::table().iter().filter(|route| route.method == "POST") {
        let things: Vec<(String, Option<usize>, Action)> = match route.path {
            // Its files, without which it is nothing, are looked up before all else; the matrix of roles has it.
            "/v1/issues/{id}/evidence" => continue,
            path if path.starts_with("/v1/issues/{id}/") => {
                (0..4).map(|n| (town.issues[n].clone(), Some(n), Action::IssueRead)).collect()
            }
            path if path.starts_with("/v1/receptions/{id}/") => {
                (0..4).map(|n| (town.receptions[n].clone(), Some(n), Action::ReceptionRead)).collect()
            }
            path if path.starts_with("/v1/major-issues/{id}/") => {
                vec![(town.major_issue.clone(), None, Action::MajorIssueRead)]
            }
            _ => continue,
        };
        for (id, n, read) in things {
            for role in COLUMNS.iter().copied().filter(|role| *role != Role::Visitor) {
                // What a body names, whoever sends it may read.
                let seen = reach(cell(role, Action::IssueRead)).last().map(|n| town.issues[*n].clone());
                let example = example(&document, &route.documented_path(), &town, &seen.unwrap_or_default());
                let given = cell(role, route.action);
                if given == Cell::Nothing {
                    continue;
                }
                let within = |cell| n.map_or_else(|| reaches_major(cell), |n| reach(cell).contains(&n));
                let expected = match (within(given), within(cell(role, read))) {
                    // The version that it insists on is never there: nothing is changed.
                    (true, _) => (412, "stale_version"),
                    (false, true) => (403, "out_of_scope"),
                    (false, false) => (404, "not_found"),
                };
                let request = TestRequest::post().uri(&route.path.replace("{id}", &id));
                let request = request.insert_header(("Content-Type", "application/json"));
                let request = request.insert_header(("If-Match", "\"4711\"")).set_payload(example.to_string());
                let answer = town.server.ask(request, town.token(role.as_str())).await;
                let what =
                    || format!("{role} {} of {n:?}: {} {}, not {expected:?}", route.path, answer.status, answer.code());
                if answer.status == 422 || answer.status == 400 {
                    tried.unfit.push(format!("{} {} {}", route.path, example, answer.text));
                } else if (answer.status, answer.code()) == expected {
                    tried.passed += 1;
                } else {
                    tried.failed.push(what());
                }
            }
        }
    }
    tried.unfit.sort();
    tried.unfit.dedup_by_key(|text| text.split(' ').next().unwrap_or_default().to_owned());
    println!(
        "relations: {} as the table says, {} not; not tried: {:#?}",
        tried.passed,
        tried.failed.len(),
        tried.unfit
    );
    assert!(tried.failed.is_empty(), "{:#?}", tried.failed);
    assert!(tried.unfit.is_empty(), "examples that no reader took");
    assert!(tried.passed > 390, "{}", tried.passed);
    town.server.stop().await;
}

/// The documented example of a body, about things that there are.
fn example(document: &Value, path: &str, town: &Town, seen: &str) -> Value {
    let body = &document["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"];
    let schema = body["$ref"].as_str().map_or(body, |to| document.pointer(to.trim_start_matches('#')).unwrap());
    let mut example = schema["example"].as_object().cloned().unwrap_or_default();
    if path == "/v1/receptions/{id}/corrections" {
        // The example of issues, whose body it is, is of what a reception does not have.
        example.insert("pointer".to_owned(), json!("/personal/0/name"));
        example.insert("value".to_owned(), json!("王小红"));
    }
    Value::Object(example.into_iter().map(|(key, value)| told(key, value, town, seen)).collect::<Map<_, _>>())
}

fn told(key: String, value: Value, town: &Town, seen: &str) -> (String, Value) {
    let value = match key.as_str() {
        "delegate_id" | "responsible_delegate_id" | "to_delegate_id" => json!(town.delegates[0][0]),
        "office_id" | "to_office_id" | "lead_office_id" | "by_office_id" => json!(town.offices[1]),
        "support_office_ids" => json!([]),
        "file_ids" => json!([]),
        "issue_id" | "primary_issue_id" => json!(seen),
        "major_issue_id" => json!(town.major_issue),
        "told_at" | "given_at" | "delivered_at" | "attempted_at" | "occurred_at" => json!("2026-11-24T10:00:00+08:00"),
        "held_on" | "verified_on" => json!("2026-11-24"),
        _ => value,
    };
    (key, value)
}
