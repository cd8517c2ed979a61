//! Every dashboard is of what its reader may see: rows of the scope, sums of these rows, each as long as the list behind it.

use crate::scopes::lived_in;
use crate::town::Town;
use serde_json::{Value, json};

/// Those whose rows are told apart.
const KEYED: [&str; 4] = ["grids", "units", "delegates", "topics"];

/// Roles that do not see everything, a liaison of two grids, and one that does, each with what it is narrowed to.
async fn readers(town: &mut Town) -> Vec<(&'static str, String, Value)> {
    let (_, both) = town.account("both grids", &json!({"role": "liaison", "area_id": town.grids[0]})).await;
    let accounts = town.server.told(&town.server.token, "/v1/accounts").await;
    let account = accounts["items"].as_array().unwrap().iter().find(|one| one["name"] == "both grids").unwrap();
    let grants = format!("/v1/accounts/{}/grants", account["id"].as_str().unwrap());
    town.server.done(&town.server.token, &grants, &json!({"role": "liaison", "area_id": town.grids[1]})).await;
    let of = |role: &str| town.token(role).to_owned();
    vec![
        ("delegate", of("delegate"), json!({"delegate_ids": [town.delegates[0][1]]})),
        ("convener", of("convener"), json!({"area_ids": [town.grids[0]]})),
        ("liaison", both, json!({"area_ids": [town.grids[0], town.grids[1]]})),
        ("party_studio", of("party_studio"), json!({"delegate_type": "party"})),
        ("handling_unit", of("handling_unit"), json!({"office_ids": [town.offices[0]]})),
        ("congress_office", of("congress_office"), Value::Null),
    ]
}

async fn length(town: &Town, token: &str, list: &str, also: &str) -> u64 {
    let mark = if list.contains('?') { '&' } else { '?' };
    let answer = town.server.told(token, &format!("{list}{mark}limit=1000{also}")).await;
    answer["items"].as_array().unwrap().len() as u64
}

async fn agrees(town: &Town, token: &str, row: &Value, what: &str) -> u64 {
    let list = row["list"].as_str().unwrap();
    let late = ["on_time", "due_soon", "overdue", "long_overdue"].map(|late| (late, format!("&lateness={late}")));
    for (figure, also) in
        [("raised", ""), ("open", "&state=open"), ("answered", "&state=answered"), ("closed", "&state=closed")]
    {
        let expected = length(town, token, list, also).await;
        assert_eq!(row["issues"][figure].as_u64(), Some(expected), "{what}: {figure} of {list}");
    }
    for (figure, also) in &late {
        let expected = length(town, token, list, also).await;
        assert_eq!(row["lateness"][figure].as_u64(), Some(expected), "{what}: {figure} of {list}");
    }
    let (on_time, late) =
        (length(town, token, list, "&answered=on_time").await, length(town, token, list, "&answered=late").await);
    assert_eq!(row["answered_on_time"], json!({"n": on_time, "of": on_time + late}), "{what}: {list}");
    row["issues"]["raised"].as_u64().unwrap()
}

#[tokio::test]
async fn a_dashboard_is_of_what_its_reader_may_see() {
    let mut town = lived_in(false).await;
    let readers = readers(&mut town).await;
    town.adopt().await;
    let mut raised = Vec::new();
    for (role, token, scope) in &readers {
        let overview = town.server.told(token, "/v1/dashboards/overview").await;
        let all = agrees(&town, token, &overview, role).await;
        assert_eq!(all, length(&town, token, "/v1/issues", "").await, "{role}");
        assert_eq!(&overview["scope"], scope, "{role}");
        let receptions = town.server.get(token, "/v1/receptions?limit=1000").await;
        let heard = receptions.body["items"].as_array().map_or(0, Vec::len) as u64;
        assert_eq!(overview["receptions"].as_u64(), Some(heard), "{role}");
        for name in KEYED {
            let told = town.server.told(token, &format!("/v1/dashboards/{name}")).await;
            assert_eq!(&told["scope"], scope, "{role} {name}");
            let mut sum = 0;
            for row in told["items"].as_array().unwrap() {
                sum += agrees(&town, token, row, &format!("{role} {name}")).await;
            }
            // Of delegates a reader has rows of their own, and issues may be read that once were theirs; units are few.
            if name == "grids" || name == "topics" {
                assert_eq!(sum, all, "{role} {name}");
            }
        }
        for (name, list) in [("major-issues", "/v1/major-issues"), ("sessions", "/v1/sessions")] {
            let told = town.server.told(token, &format!("/v1/dashboards/{name}")).await;
            assert_eq!(&told["scope"], scope, "{role} {name}");
            for row in told["items"].as_array().unwrap() {
                let expected = length(&town, token, row["list"].as_str().unwrap(), "").await;
                let counted = row["planned"].as_u64().unwrap_or_else(|| {
                    row["by"].as_array().unwrap().iter().map(|by| by["count"].as_u64().unwrap()).sum()
                });
                if name == "major-issues" || *role != "delegate" {
                    assert_eq!(counted, expected, "{role} {name}: {list}");
                }
            }
        }
        raised.push(all);
    }
    // Two of the delegate's (handed over, written down), two of the grid, everything twice, three of the line, two of the office.
    assert_eq!(raised, [2, 2, 5, 3, 2, 5]);
    let rows = async |token: &str, name: &str| {
        let told = town.server.told(token, &format!("/v1/dashboards/{name}")).await;
        told["items"].as_array().unwrap().len()
    };
    let own = &readers[0].1;
    assert_eq!((rows(own, "delegates").await, rows(own, "grids").await), (1, 2), "theirs alone");
    assert_eq!(rows(&readers[4].1, "major-issues").await, 1, "in the one grid of which the office leads something");
    assert_eq!(rows(&readers[1].1, "grids").await, 1);
    town.server.stop().await;
}

#[tokio::test]
async fn a_grid_beyond_the_role_has_no_figures() {
    let town = lived_in(true).await;
    for name in ["overview", "grids", "units", "delegates", "topics", "major-issues", "sessions", "obligations"] {
        let path = format!("/v1/dashboards/{name}?grid_id={}", town.grids[1]);
        let answer = town.server.get(town.token("convener"), &path).await;
        assert_eq!((answer.status, answer.code()), (403, "out_of_scope"), "{name}");
        assert_eq!(town.server.get(town.token("congress_office"), &path).await.status, 200, "{name}");
    }
    town.server.stop().await;
}
