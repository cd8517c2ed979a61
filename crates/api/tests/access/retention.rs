//! What will be erased by the clock, as each role sees it.

use crate::town::Town;
use serde_json::{Value, json};
use std::sync::atomic::Ordering;

fn receptions(list: &Value) -> Vec<&str> {
    let items = list["items"].as_array().unwrap();
    let mut ids: Vec<_> = items.iter().map(|item| item["reception_id"].as_str().unwrap()).collect();
    ids.dedup();
    ids
}

#[tokio::test]
async fn what_will_be_erased_is_told_within_the_scope_of_the_role() {
    let town = Town::new().await;
    let admin = town.server.token.clone();
    for issue in &town.issues[1..] {
        let body = json!({"reason": "来电称已解决。"});
        town.server.done(&admin, &format!("/v1/issues/{issue}/withdrawal"), &body).await;
    }
    town.server.done(&admin, "/v1/access/adoption", &json!({"table": "huiyin/1"})).await;
    town.server.caught_up().await;
    for (role, seen) in [
        ("delegate", &[1][..]),
        ("convener", &[1]),
        ("liaison", &[1]),
        ("party_studio", &[2]),
        ("congress_office", &[1, 2, 3]),
        ("auditor", &[1, 2, 3]),
        ("administrator", &[1, 2, 3]),
    ] {
        let told = town.server.told(town.token(role), "/v1/retention").await;
        let mut listed = receptions(&told);
        listed.sort_unstable();
        let mut expected: Vec<_> = seen.iter().map(|n| town.receptions[*n].as_str()).collect();
        expected.sort_unstable();
        assert_eq!(listed, expected, "{role}: the first is not over");
        assert!(!told.to_string().contains("访客") && !told.to_string().contains("1380013800"), "{role}");
    }
    for role in ["handling_unit", "report_job"] {
        let answer = town.server.get(town.token(role), "/v1/retention").await;
        assert_eq!((answer.status, answer.code()), (403, "forbidden"), "{role}");
    }

    let office = town.token("congress_office");
    let of_grid = town.server.told(office, &format!("/v1/retention?grid_id={}", town.grids[0])).await;
    let [contact, name] = of_grid["items"].as_array().unwrap().as_slice() else { panic!("{of_grid}") };
    assert_eq!((contact["class"].as_str(), name["class"].as_str()), (Some("contact"), Some("identity")));
    assert_eq!((contact["due_on"].as_str(), contact["erased_on"].as_str()), (Some("2027-05-23"), Some("2027-06-01")));
    assert_eq!(name["due_on"], "2028-11-23");
    assert_eq!(contact["held_back"], json!(["review_not_published"]));
    assert_eq!((contact["visitor"].as_u64(), contact["issues"][0]["id"].as_str()), (Some(0), Some(&*town.issues[1])));
    assert!(contact["issues"][0]["number"].as_str().unwrap().starts_with("2026-"));
    let nowhere = "/v1/retention?grid_id=0198f3c0-0000-7000-8000-00000000abcd";
    let nowhere = town.server.get(office, nowhere).await;
    assert_eq!((nowhere.status, nowhere.body["errors"][0]["code"].as_str()), (400, Some("unknown_id")));

    // As a table: the same rows, all of them, within the same scope.
    let rows = async |role: &str, query: &str| {
        let path = format!("/v1/retention?format=csv{query}");
        let answer = town.server.get(town.token(role), &path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        assert!(!answer.text.contains("访客") && !answer.text.contains("1380013800"), "{role}");
        answer.text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(rows("congress_office", "").await.len(), 6);
    assert_eq!(rows("party_studio", "").await.len(), 2);
    let of_first = rows("congress_office", &format!("&grid_id={}", town.grids[0])).await;
    let number = contact["issues"][0]["number"].as_str().unwrap();
    let expected = format!(
        "{},{},,contact,2027-05-23,2027-06-01,review_not_published",
        format_args!("{},{number}", town.issues[1]),
        0
    );
    assert!(of_first.len() == 2 && of_first[0].ends_with(&expected), "{of_first:?} {expected}");
    let book = town.server.get(office, "/v1/retention?format=xlsx").await;
    assert_eq!(book.status, 200, "{}", book.text);

    // A page of each reception; of the first nothing is told.
    let (mut pages, mut path) = (Vec::new(), "/v1/retention?limit=1".to_owned());
    loop {
        let told = town.server.told(office, &path).await;
        pages.push(receptions(&told).len());
        let Some(next) = told["next_cursor"].as_str() else { break };
        path = format!("/v1/retention?limit=1&cursor={next}");
    }
    assert_eq!(pages.iter().sum::<usize>(), 3, "{pages:?}");
    assert!(pages.iter().all(|page| *page <= 1), "{pages:?}");

    let hold = json!({"issue_id": town.issues[1], "reason": "配合调查。", "until_on": "2026-12-31"});
    let auditor = town.token("auditor");
    let proposed = town.server.post(auditor, "/v1/legal-holds", &hold).await;
    assert_eq!(proposed.status, 202, "{}", proposed.text);
    let proposal = proposed.body["proposal"]["id"].as_str().unwrap();
    let approval = json!({"approved": true});
    town.server.done(office, &format!("/v1/proposals/{proposal}/decision"), &approval).await;
    let held = town.server.told(office, &format!("/v1/retention?grid_id={}", town.grids[0])).await;
    assert_eq!(held["items"][0]["held_back"], json!(["legal_hold", "review_not_published"]));
    town.server.stop().await;
}

#[tokio::test]
async fn what_a_long_table_is_made_of_is_looked_at_once() {
    let town = Town::new().await;
    let admin = town.server.token.clone();
    let body = json!({
        "form": "walk_in", "grid_id": town.grids[0], "held_at": "2026-11-19T14:10:00+08:00",
        "delegates": [{"delegate_id": town.delegates[0][0], "delegate_type": "party"}], "visitors": [{}], "issues": [],
    });
    let receptions = 1_020;
    for _ in 0..receptions {
        town.server.done(&admin, "/v1/receptions", &body).await;
    }
    town.server.caught_up().await;
    let before = town.server.log.streams_read.load(Ordering::SeqCst);
    let table = town.server.get(&admin, "/v1/retention?format=csv").await;
    assert_eq!(table.status, 200, "{}", table.text);
    let read = town.server.log.streams_read.load(Ordering::SeqCst) - before;
    assert!((receptions..receptions + 100).contains(&read), "of {receptions} receptions {read} streams were read");
    town.server.stop().await;
}
