//! A list holds what is read by its id, and figures are of what the list holds.

use crate::town::Town;
use api::limits::ABSENCE_STEP;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Instant;

/// Roles that do not see everything, and one that does.
const ROLES: [&str; 6] = ["delegate", "convener", "liaison", "party_studio", "handling_unit", "congress_office"];

/// A town in which issues changed hands, offices were asked, somebody wrote down what is another's, and an outcome was promised
/// by an office.
pub async fn lived_in(adopted: bool) -> Town {
    let town = Town::new().await;
    let admin = town.server.token.clone();
    let of = |n: usize, what: &str| format!("/v1/issues/{}/{what}", town.issues[n]);
    // The delegate's own goes to their colleague of the same grid.
    let body =
        json!({"to_delegate_id": town.delegates[0][0], "reason_code": "long_leave", "reason": "外出学习三个月。"});
    town.server.done(&admin, &of(1, "handovers"), &body).await;
    // The first office, which leads something else, is asked about an issue of the other grid.
    town.server.done(&admin, &of(3, "taking"), &json!({})).await;
    let body = json!({"to_office_id": town.offices[0], "text": "管网近期有无检修？"});
    town.server.done(&admin, &of(3, "input-requests"), &body).await;
    // What the first office leads comes to an outcome that is promised.
    let of_major = |what: &str| format!("/v1/major-issues/{}/{what}", town.major_issue);
    let planned = json!({"outcome": "planned", "basis": "年度改造计划", "text": "年内改造。"});
    for (what, body) in [
        ("acceptances", json!({})),
        ("reports", planned.clone()),
        ("verifications", json!({"confirmed": true, "by_office_id": town.offices[1]})),
        ("conclusion", json!({"outcome": "planned", "text": "年内改造。"})),
    ] {
        town.server.done(&admin, &of_major(what), &body).await;
    }
    let answer = json!({"outcome": "planned", "channel": "written", "text": "年内改造。",
        "delivered_at": town.server.casework.now(), "evidence": {"kind": "signature"}, "commitment_on": "2026-12-18"});
    town.server.done(&admin, &of(0, "answers"), &answer).await;
    // The delegate writes down a reception of another: an entry of theirs.
    let other = &town.delegates[1][0];
    let reception = json!({
        "form": "walk_in", "grid_id": town.grids[1], "held_at": "2026-11-20T09:00:00+08:00",
        "delegates": [{"delegate_id": other, "delegate_type": "party"}], "visitors": [{}],
        "issues": [{"visitor": 0, "kind": "opinion", "topic": "livelihood", "subject": "路灯", "text": "不亮。",
            "responsible_delegate_id": other}],
    });
    town.server.done(town.token("delegate"), "/v1/receptions", &reception).await;
    if adopted {
        town.adopt().await;
    }
    town
}

fn ids(list: &Value) -> BTreeSet<String> {
    list["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_list_holds_what_is_read_by_its_id() {
    let town = lived_in(true).await;
    let mut of_roles = Vec::new();
    for list in ["issues", "receptions", "major-issues", "obligations"] {
        let all = ids(&town.server.told(town.token("congress_office"), &format!("/v1/{list}?limit=1000")).await);
        for role in ROLES {
            let token = town.token(role);
            let answer = town.server.get(token, &format!("/v1/{list}?limit=1000")).await;
            let listed = if answer.status == 200 { ids(&answer.body) } else { BTreeSet::new() };
            let mut read = BTreeSet::new();
            for id in &all {
                let answer = town.server.get(token, &format!("/v1/{list}/{id}")).await;
                assert!([200, 403, 404].contains(&answer.status), "{role} {list} {}", answer.text);
                read.extend((answer.status == 200).then(|| id.clone()));
            }
            assert_eq!(listed, read, "{role}: {list}");
            of_roles.push((list, role, listed));
        }
    }
    let seen = |list: &str, role: &str| &of_roles.iter().find(|one| (one.0, one.1) == (list, role)).unwrap().2;
    // Handed over, and written down for another.
    assert!(seen("issues", "delegate").contains(&town.issues[1]), "former");
    assert_eq!(seen("issues", "delegate").len(), 2);
    assert_eq!(seen("receptions", "delegate").len(), 2, "they sat in one, and wrote the other down");
    // Led by the office, and asked of it.
    let of_office: BTreeSet<_> = [town.issues[0].clone(), town.issues[3].clone()].into();
    assert_eq!(seen("issues", "handling_unit"), &of_office);
    assert_eq!(seen("obligations", "handling_unit").len(), 1, "what the outcome promised (O-17)");
    assert!(!seen("obligations", "party_studio").is_empty() && !seen("obligations", "convener").is_empty());
    town.server.stop().await;
}

#[tokio::test]
async fn figures_of_what_is_owed_are_of_the_scope() {
    let town = lived_in(true).await;
    let (own, office) = (&town.delegates[0][1], &town.offices[0]);
    for (role, scope) in [
        ("delegate", json!({"delegate_ids": [own]})),
        ("convener", json!({"area_ids": [town.grids[0]]})),
        ("liaison", json!({"area_ids": [town.grids[0]]})),
        ("party_studio", json!({"delegate_type": "party"})),
        ("handling_unit", json!({"office_ids": [office]})),
        ("congress_office", Value::Null),
    ] {
        let told = town.server.told(town.token(role), "/v1/dashboards/obligations").await;
        assert_eq!(told["scope"], scope, "{role}");
        let list = town.server.told(town.token(role), "/v1/obligations?limit=1000").await;
        let listed = list["items"].as_array().unwrap();
        for status in ["fulfilled", "late", "missing", "not_yet_due", "excused"] {
            let expected = listed.iter().filter(|one| one["status"] == status).count();
            assert_eq!(told[status].as_u64(), Some(expected as u64), "{role}: {status}");
            let rows = told["items"].as_array().unwrap().iter();
            assert_eq!(rows.map(|row| row[status].as_u64().unwrap()).sum::<u64>(), expected as u64, "{role}: {status}");
        }
        let grids: BTreeSet<_> = listed.iter().map(|one| one["grid_id"].as_str().unwrap()).collect();
        let rows: BTreeSet<_> =
            told["items"].as_array().unwrap().iter().map(|row| row["grid_id"].as_str().unwrap()).collect();
        assert!(grids.is_subset(&rows), "{role}");
        if scope["area_ids"].is_null() && role != "congress_office" {
            assert_eq!(grids, rows, "{role}: no grid of which nothing is theirs");
        }
    }
    town.server.stop().await;
}

/// Whether something is there is not told by how long it takes to say that it is not.
#[tokio::test]
async fn threat_an_absence_takes_its_time() {
    println!("attempted: tell what is there by how long 404 takes");
    let town = Town::adopted().await;
    let absent = "0198f3c0-0000-7000-8000-00000000abcd";
    for id in [town.issues[3].as_str(), absent] {
        for path in [format!("/v1/issues/{id}"), format!("/v1/issues/{id}/taking")] {
            let began = Instant::now();
            let answer = match path.ends_with("taking") {
                true => town.server.post(town.token("delegate"), &path, &json!({})).await,
                false => town.server.get(town.token("delegate"), &path).await,
            };
            assert_eq!(answer.status, 404, "{path}");
            assert!(began.elapsed() >= ABSENCE_STEP, "{path} {:?}", began.elapsed());
        }
    }
    town.server.stop().await;
    println!("caught: a whole number of steps, whether it is there or not");
}
