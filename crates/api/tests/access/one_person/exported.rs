//! What is told of somebody, and to whom.

use super::*;
use actix_web::test::TestRequest;
use std::sync::atomic::Ordering;

/// Words of the second one of [`two_came`], and of what became of their issue.
const THEIRS: [&str; 10] = [
    "吴双双",
    "吴霜霜",
    "姓名写错。",
    "13900139001",
    "<b>电梯</b>停运",
    "电梯停运三天。",
    "电梯停运四天。",
    "天数写错。",
    "已联系维保单位。",
    "lift.txt",
];
/// And of others.
const OF_OTHERS: [&str; 6] = ["周一", "59561234", "路灯", "已报城管办", "访客", "水压"];

/// What becomes of the issues of [`two_came`]: of the second one's a file and corrections, too.
async fn goes_on(town: &Town, reception: &str, [lamp, lift]: &[String; 2]) -> String {
    let liaison = town.token("liaison");
    let upload = TestRequest::post().uri("/v1/files?kind=document").insert_header(("Content-Type", "text/plain"));
    let upload = upload.insert_header(("Content-Disposition", "attachment; filename*=UTF-8''lift.txt"));
    let file = town.server.ask(upload.set_payload("电梯照片说明。".to_owned()), liaison).await;
    let file = file.body["file"]["id"].as_str().unwrap_or_else(|| panic!("{}", file.text)).to_owned();
    let does = async |path: String, body: Value| town.server.done(liaison, &path, &body).await;
    let reply = |text: &str| json!({"text": text, "channel": "phone", "told_at": "2026-11-23T09:00:00+08:00", "next_word_on": "2026-12-04"});
    let right = |pointer: &str, value: &str, reason: &str| json!({"event_version": 1, "pointer": pointer, "value": value, "reason": reason});
    does(format!("/v1/issues/{lift}/evidence"), json!({"file_ids": [file]})).await;
    rename(town, reception).await;
    does(format!("/v1/issues/{lift}/corrections"), right("/personal/0/text", "电梯停运四天。", "天数写错。")).await;
    does(format!("/v1/issues/{lift}/interim-replies"), reply("已联系维保单位。")).await;
    does(format!("/v1/issues/{lamp}/interim-replies"), reply("已报城管办。")).await;
    file
}

#[test]
fn an_export_tells_everything_of_somebody_and_nothing_of_another() {
    // An upload goes on beside its handler, on the same thread.
    actix_web::rt::System::new().block_on(everything_is_told());
}

async fn everything_is_told() {
    let town = Town::adopted().await;
    let (reception, issues) = two_came(&town).await;
    let file = goes_on(&town, &reception, &issues).await;
    let (liaison, [lamp, lift]) = (town.token("liaison"), &issues);
    let told = export(&town, "congress_office", &json!([visitor(&reception, 1)])).await;
    assert_eq!(told.status, 200, "{}", told.text);
    for said in THEIRS {
        assert!(told.text.contains(said), "{said}: {}", told.text);
    }
    for said in OF_OTHERS.into_iter().chain([lamp.as_str()]) {
        assert!(!told.text.contains(said), "{said}: {}", told.text);
    }
    let person = &told.body["persons"][0];
    assert_eq!((&person["name"], &person["phone"]), (&json!("吴霜霜"), &json!("13900139001")));
    let from = &person["reception"];
    assert_eq!(
        (&from["id"], &from["grid_id"], &from["issue_ids"]),
        (&json!(reception), &json!(town.grids[0]), &json!([lift]))
    );
    assert_eq!((&person["files"][0]["id"], &person["files"][0]["name"]), (&json!(file), &json!("lift.txt")));
    let pointers: Vec<_> = person["corrections"].as_array().unwrap().iter().map(|made| &made["pointer"]).collect();
    assert_eq!(pointers, ["/personal/2/name", "/personal/0/text"]);
    // Who looked: the office among them, now, at every class, each on record before the answer.
    let looked = person["views"].as_array().unwrap();
    for class in ["identity", "contact", "narrative", "file"] {
        let looked = looked.iter().any(|view| {
            view["action"] == "personal.export"
                && view["role"] == "congress_office"
                && view["classes"] == json!([class])
        });
        assert!(looked, "{class}: {person}");
    }
    assert!(looked.len() < views(&town).await.len(), "who looked at the other one's issue alone is not told of");
    // Handed out once more on the same day, it is on record once more.
    let before = views(&town).await.len();
    export(&town, "congress_office", &json!([visitor(&reception, 1)])).await;
    assert_eq!(views(&town).await.len(), before + 4, "one a class");
    // Of the other one nothing of these.
    let other = export(&town, "liaison", &json!([visitor(&reception, 0)])).await;
    assert!(other.text.contains("七号楼前的路灯不亮。") && other.text.contains("周一"), "{}", other.text);
    for said in THEIRS {
        assert!(!other.text.contains(said), "{said}: {}", other.text);
    }
    assert_eq!(other.body["persons"][0]["corrections"], json!([]), "what was corrected is not theirs");
    let code = town.server.casework.keys.receipt_code(lift.parse().unwrap(), None);
    let persons = json!({"persons": [{"receipt_code": code}]});
    let by_receipt = town.server.asked(liaison, EXPORTS, &persons, Some("inquiry")).await;
    assert_eq!(by_receipt.body["persons"][0]["name"], "吴霜霜", "{}", by_receipt.text);
    is_told_as_a_page(&town, &persons).await;
    let csv = town.server.asked(liaison, &format!("{EXPORTS}?format=csv"), &persons, Some("inquiry")).await;
    assert_eq!((csv.status, csv.code()), (406, "not_acceptable"), "{}", csv.text);
    town.server.stop().await;
}

async fn is_told_as_a_page(town: &Town, persons: &Value) {
    for (language, words) in [("zh", "所保存的个人信息"), ("en", "What is held of you")] {
        let request = TestRequest::post().uri("/v1/personal-data/exports?format=html");
        let request = request.insert_header(("Content-Type", "application/json"));
        let request = request.insert_header(("Huiyin-Purpose", "inquiry")).insert_header(("Accept-Language", language));
        let page = town.server.ask(request.set_payload(persons.to_string()), town.token("liaison")).await;
        assert!(page.status == 200 && page.text.starts_with("<!DOCTYPE html>"), "{}", page.text);
        for said in THEIRS.iter().filter(|said| !said.contains('<')).chain([&words]) {
            assert!(page.text.contains(said), "{said}: {}", page.text);
        }
        assert!(
            page.text.contains("&lt;b&gt;电梯&lt;/b&gt;停运") && !page.text.contains("<b>"),
            "a text is a text only"
        );
        for outside in ["<script", "http://", "https://", "src=", "href=", "url("] {
            assert!(!page.text.contains(outside), "{outside}: {}", page.text);
        }
        for said in OF_OTHERS {
            assert!(!page.text.contains(said), "{said}: {}", page.text);
        }
    }
}

#[tokio::test]
async fn who_is_beyond_the_scope_is_as_unknown_as_who_is_not_there() {
    let town = Town::adopted().await;
    let nobody = "0198f3c0-0000-7000-8000-00000000abcd";
    let first = || visitor(&town.receptions[0], 0);
    for (role, n) in [("liaison", 2), ("party_studio", 1)] {
        for other in [&town.receptions[n], nobody] {
            let refused = export(&town, role, &json!([first(), visitor(other, 0)])).await;
            assert_eq!((refused.status, refused.code()), (422, "unknown_id"), "{role}: {}", refused.text);
            assert_eq!(refused.body["errors"][0]["pointer"], "/persons/1/reception_id", "{role}");
        }
        let code = town.server.casework.keys.receipt_code(town.issues[n].parse().unwrap(), None);
        let by_code = export(&town, role, &json!([{"receipt_code": code}])).await;
        assert_eq!((by_code.status, by_code.code()), (422, "unknown_id"), "{role}: {}", by_code.text);
        // Nor how many came there.
        let absent = export(&town, role, &json!([visitor(&town.receptions[n], 7)])).await;
        assert_eq!(absent.body["errors"][0]["pointer"], "/persons/0/reception_id", "{role}: {}", absent.text);
    }
    let absent = export(&town, "liaison", &json!([visitor(&town.receptions[0], 7)])).await;
    assert_eq!((absent.status, &absent.body["errors"][0]["pointer"]), (422, &json!("/persons/0/visitor")));
    assert_eq!(views(&town).await, Vec::<Value>::new(), "nobody was looked at");
    for role in SEARCHING {
        let told = export(&town, role, &json!([first()])).await;
        assert_eq!((told.status, &told.body["persons"][0]["name"]), (200, &json!("访客00")), "{role}: {}", told.text);
    }
    town.server.stop().await;
}

#[tokio::test]
async fn what_cannot_be_recorded_is_withheld_from_an_export() {
    let town = Town::adopted().await;
    town.server.full.store(true, Ordering::SeqCst);
    let persons = json!([visitor(&town.receptions[0], 0)]);
    let told = export(&town, "liaison", &persons).await;
    assert_eq!(told.status, 200, "{}", told.text);
    let person = &told.body["persons"][0];
    let who = (&person["withheld"], person.get("name"), person.get("phone"));
    assert_eq!(who, (&json!("view_not_recorded"), None, None));
    assert_eq!(person["reception"]["id"], json!(town.receptions[0]), "facts are told");
    let events = person["events"].as_array().unwrap();
    let said: Vec<_> = events.iter().flat_map(|event| event["said"].as_array().unwrap()).collect();
    let withheld = |said: &&Value| said["withheld"] == "view_not_recorded" && said.get("text").is_none();
    assert!(said.len() > 3 && said.iter().all(withheld), "{person}");
    let words = ["访客00", "13800138000", "水压不足", "需水务所处理"];
    for said in words {
        assert!(!told.text.contains(said), "{said}: {}", told.text);
    }
    town.server.full.store(false, Ordering::SeqCst);
    let told = export(&town, "liaison", &persons).await;
    for said in words {
        assert!(told.text.contains(said), "{said}: {}", told.text);
    }
    assert!(!told.text.contains("withheld"), "{}", told.text);
    town.server.stop().await;
}
