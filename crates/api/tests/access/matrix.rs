//! Every route, asked in every role: what the table gives a role none of is refused before anything is read, whatever the
//! address says; everything else gets further.

use crate::town::Town;
use api::routes;
use domain::access::{Action, COLUMNS, Cell};
use domain::vocabulary::Role;
use serde_json::json;

#[tokio::test]
async fn a_role_gets_no_further_than_its_cells() {
    let town = Town::adopted().await;
    let (mut passed, mut failed) = (0, Vec::new());
    for route in routes::table().iter().filter(|route| !route.open && route.action != Action::FeedFollow) {
        let path = address(route.path);
        for role in COLUMNS.iter().filter(|role| **role != Role::Visitor) {
            let token = town.token(role.as_str());
            let answer = match route.method {
                "GET" => town.server.get(token, &path).await,
                _ => town.server.post(token, &path, &json!({"nothing": "of this"})).await,
            };
            let given = cell(*role, route.action) != Cell::Nothing;
            let refused = answer.status == 403 && answer.code() == "forbidden";
            if given == refused {
                failed.push(format!("{role} {} {}: {} {}", route.method, route.path, answer.status, answer.code()));
            } else {
                passed += 1;
            }
        }
    }
    println!("roles and routes: {passed} as the table says, {} not", failed.len());
    assert!(failed.is_empty(), "{failed:#?}");
    assert!(passed > 1500, "{passed}");
    town.server.stop().await;
}

fn cell(role: Role, action: Action) -> Cell {
    let column = COLUMNS.iter().position(|one| *one == role).unwrap();
    action.row().cells[column]
}

/// An address of a route that names nothing that there is.
fn address(path: &str) -> String {
    let parts = path.split('/').map(|part| match part {
        "{year}" => "2026",
        "{code}" => "answer_rate",
        "{position}" => "1",
        "{level}" => "0",
        "{place:.*}" => "000",
        "{name}" => "issue_board",
        part if part.starts_with('{') => "0198f3c0-0000-7000-8000-00000000abcd",
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}
