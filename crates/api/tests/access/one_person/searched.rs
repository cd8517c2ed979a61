//! Who finds somebody, by what, and what is on record of that.

use super::*;
use casework::Casework;
use casework::access::{Asker, Reader};
use domain::access::Action;
use domain::ids::AccountId;
use domain::personal_data::Sought;
use domain::vocabulary::{Purpose, Role};
use std::slice::from_ref;
use std::sync::atomic::Ordering;

fn office(town: &Town) -> Reader {
    let account = AccountId(town.accounts["congress_office"].parse().unwrap());
    Reader {
        asker: Some(Asker { account, role: Role::CongressOffice, grant_ids: Vec::new() }),
        action: Some(Action::PersonalSearch),
        purpose: Some(Purpose::Inquiry),
        ..Reader::default()
    }
}

async fn found_by(casework: &Casework, town: &Town, sought: Option<Sought>) -> usize {
    casework.search_persons(&office(town), &sought.unwrap(), 100).await.unwrap().found.len()
}

#[tokio::test]
async fn somebody_is_found_within_the_scope_of_a_role() {
    let town = Town::adopted().await;
    let (here, there) = (json!({"phone": "13800138000"}), json!({"phone": "13800138001"}));
    for (role, first, second) in
        [("liaison", &[1, 0][..], &[][..]), ("party_studio", &[0], &[2]), ("congress_office", &[1, 0], &[3, 2])]
    {
        let of = |receptions: &[usize]| receptions.iter().map(|n| town.receptions[*n].clone()).collect::<Vec<_>>();
        assert_eq!(found(&town, role, &here).await, of(first), "{role}");
        assert_eq!(found(&town, role, &there).await, of(second), "{role}");
    }
    assert_eq!(found(&town, "liaison", &json!({"name": "访客10"})).await, Vec::<String>::new(), "of the sibling grid");
    assert_eq!(found(&town, "congress_office", &json!({"name": "访客10"})).await, [town.receptions[2].clone()]);
    for role in OTHERS {
        for (path, body) in [(SEARCHES, &here), (EXPORTS, &json!({"persons": [visitor(&town.receptions[0], 0)]}))] {
            let refused = town.server.asked(town.token(role), path, body, Some("inquiry")).await;
            assert_eq!((refused.status, refused.code()), (403, "forbidden"), "{role} {path}");
        }
    }
    let told = search(&town, "liaison", &json!({"name": " 访 客 ００"})).await;
    let item = &told.body["items"][0];
    assert_eq!((&item["visitor"], &item["held_on"]), (&json!(0), &json!("2026-11-19")), "{}", told.text);
    assert_eq!((&item["grid_id"], &item["issues"][0]["id"]), (&json!(town.grids[0]), &json!(town.issues[0])));
    assert!(item["issues"][0]["number"].as_str().unwrap().starts_with("2026-"));
    assert_eq!((&item["name"], &item["phone"]), (&json!("访**"), &json!("138****8000")));
    assert!(!told.text.contains("访客") && !told.text.contains("水压") && told.body.get("position").is_none());
    town.server.stop().await;
}

#[tokio::test]
async fn somebody_is_found_however_they_are_written_and_as_corrected() {
    let town = Town::adopted().await;
    let (reception, _) = two_came(&town).await;
    for phone in ["02159561234", "（０２１）５９５６－１２３４", "+86 21 5956 1234", "0086-21-59561234"] {
        assert_eq!(found(&town, "liaison", &json!({"phone": phone})).await, from_ref(&reception), "{phone}");
    }
    for phone in ["+86 139 0013 9001", "１３９００１３９００１"] {
        let told = search(&town, "liaison", &json!({"phone": phone})).await;
        assert_eq!(told.body["items"][0]["visitor"], 1, "{phone}: {}", told.text);
    }
    assert_eq!(found(&town, "liaison", &json!({"name": "吴双双"})).await, from_ref(&reception));
    rename(&town, &reception).await;
    assert_eq!(found(&town, "liaison", &json!({"name": "吴双双"})).await, Vec::<String>::new());
    assert_eq!(found(&town, "liaison", &json!({"name": "吴霜霜"})).await, from_ref(&reception));
    assert_eq!(found(&town, "liaison", &json!({"name": "周一"})).await, from_ref(&reception), "the other one stays");
    let again = town.server.begun_again().await;
    assert_eq!(found_by(&again, &town, Sought::name("吴霜霜")).await, 1);
    assert_eq!(found_by(&again, &town, Sought::name("吴双双")).await, 0);
    town.server.stop().await;
}

#[tokio::test]
async fn a_search_says_what_for_and_asks_for_one_thing_that_is_long_enough() {
    let town = Town::adopted().await;
    let liaison = town.token("liaison");
    let whole = json!({"name": "访客00"});
    let persons = json!({"persons": [visitor(&town.receptions[0], 0)]});
    for (path, body) in [(SEARCHES, &whole), (EXPORTS, &persons)] {
        let missing = town.server.asked(liaison, path, body, None).await;
        assert_eq!((missing.status, missing.code()), (400, "purpose_missing"), "{path}: {}", missing.text);
        let wrong = town.server.asked(liaison, path, body, Some("curiosity")).await;
        assert_eq!((wrong.status, wrong.code()), (400, "bad_header"), "{path}: {}", wrong.text);
    }
    for short in
        [json!({"name": "访"}), json!({"name": "访·"}), json!({"phone": "110"}), json!({"phone": "+86 123456"})]
    {
        let refused = search(&town, "liaison", &short).await;
        assert_eq!((refused.status, refused.code()), (400, "query_too_short"), "{short}: {}", refused.text);
    }
    for unclear in [json!({}), json!({"name": "访客00", "phone": "13800138000"})] {
        let refused = search(&town, "liaison", &unclear).await;
        assert_eq!((refused.status, refused.code()), (422, "invalid_value"), "{unclear}: {}", refused.text);
    }
    let query = town.server.asked(liaison, &format!("{SEARCHES}?limit=2"), &whole, Some("inquiry")).await;
    assert_eq!((query.status, query.code()), (400, "unknown_parameter"), "{}", query.text);
    assert_eq!(views(&town).await, Vec::<Value>::new(), "nobody was looked at");
    town.server.stop().await;
}

#[tokio::test]
async fn that_somebody_is_found_is_on_record_before_it_is_told() {
    let town = Town::adopted().await;
    let phone = json!({"phone": "13800138000"});
    assert_eq!(found(&town, "liaison", &json!({"phone": "13800138001"})).await, Vec::<String>::new());
    assert_eq!(views(&town).await.len(), 0, "who finds nobody has seen nobody");
    town.server.full.store(true, Ordering::SeqCst);
    let withheld = search(&town, "liaison", &phone).await;
    assert_eq!(withheld.body, json!({"items": [], "withheld": "view_not_recorded"}), "{}", withheld.text);
    town.server.full.store(false, Ordering::SeqCst);
    assert_eq!(found(&town, "liaison", &phone).await.len(), 2);
    let seen = views(&town).await;
    assert_eq!(seen.len(), 1);
    assert_eq!(
        (&seen[0]["action"], &seen[0]["purpose"], &seen[0]["classes"]),
        (&json!("personal.search"), &json!("inquiry"), &json!(["contact"]))
    );
    assert_eq!(seen[0]["seen"].as_array().unwrap().len(), 2);
    found(&town, "liaison", &phone).await;
    assert_eq!(views(&town).await.len(), 1, "once a day");
    found(&town, "liaison", &json!({"name": "访客00"})).await;
    assert_eq!(views(&town).await[1]["classes"], json!(["identity"]));
    let sought = Sought::phone("13800138000").unwrap();
    for (limit, told, more) in [(1, 1, true), (2, 2, false)] {
        let found = town.server.casework.search_persons(&office(&town), &sought, limit).await.unwrap();
        assert_eq!((found.found.len(), found.more), (told, more), "a bounded answer says whether there are more");
    }
    town.server.stop().await;
}

#[tokio::test]
async fn what_was_erased_is_not_found_any_more_not_even_after_a_restart() {
    let town = Town::adopted().await;
    let (reception, _) = two_came(&town).await;
    let (name, phone) = (json!({"name": "吴双双"}), json!({"phone": "13900139001"}));
    assert_eq!(found(&town, "liaison", &phone).await, from_ref(&reception));
    erase(&town, visitor(&reception, 1), &["contact"]).await;
    assert_eq!(found(&town, "liaison", &phone).await, Vec::<String>::new());
    let told = search(&town, "liaison", &name).await;
    let item = &told.body["items"][0];
    assert_eq!((&item["name"], &item["erased"], item.get("phone")), (&json!("吴**"), &json!(true), None), "{item}");
    let again = town.server.begun_again().await;
    assert_eq!(found_by(&again, &town, Sought::phone("13900139001")).await, 0);
    assert_eq!(found_by(&again, &town, Sought::name("吴双双")).await, 1);
    erase(&town, visitor(&reception, 1), &["identity"]).await;
    assert_eq!(found(&town, "liaison", &name).await, Vec::<String>::new());
    assert_eq!(found(&town, "liaison", &json!({"name": "周一"})).await, from_ref(&reception), "the other one stays");
    let again = town.server.begun_again().await;
    assert_eq!(found_by(&again, &town, Sought::name("吴双双")).await, 0);
    assert_eq!(found_by(&again, &town, Sought::name("周一")).await, 1);
    let held = export(&town, "congress_office", &json!([visitor(&reception, 1)])).await;
    let person = &held.body["persons"][0];
    assert_eq!((person.get("name"), person.get("phone"), &person["erased"]), (None, None, &json!(true)), "{person}");
    let erasures = person["erasures"].as_array().unwrap();
    let classes: Vec<_> = erasures.iter().map(|one| &one["classes"]).collect();
    assert_eq!(classes, [&json!(["contact"]), &json!(["identity"])]);
    assert!(erasures.iter().all(|one| one["completed_at"].is_string()), "{}", held.text);
    let said = person["events"][0]["said"].as_array().unwrap();
    assert!(
        said.len() == 2 && said.iter().all(|said| said["erased"] == true && said.get("text").is_none()),
        "{person}"
    );
    assert!(held.text.contains("电梯停运三天。"), "words of an open issue stay: {}", held.text);
    town.server.stop().await;
}

#[tokio::test]
async fn before_access_rules_everybody_finds_everybody() {
    let town = Town::new().await;
    let body = json!({"phone": "13800138001"});
    let told = town.server.asked(&town.server.token, SEARCHES, &body, None).await;
    assert_eq!(told.body["items"].as_array().map(Vec::len), Some(2), "{}", told.text);
    assert_eq!(views(&town).await, Vec::<Value>::new());
    town.server.stop().await;
}
