//! What strangers object to, and pages of others that hold ours.

use super::Town;
use crate::harness::{Office, Place, text};
use serde_json::json;
use std::sync::Arc;

#[test]
fn a_stranger_objects_to_a_published_notice_without_a_name() {
    let town = Town::published();
    let (published, hidden) = (&town.sessions[0], town.sessions.last().unwrap());
    let body = json!({"unit_id": town.office.unit, "ground": "not_posted", "text": "村务公开栏里没有看到。"});
    let objects = |session: &str, body: &serde_json::Value| {
        let path = format!("/v1/public/notices/{session}/objections");
        town.office.command(&path, body).without("Authorization")
    };
    let call = objects(published, &body).key("mine");
    let told = call.send().good();
    assert_eq!(told["objection"]["ground"], "not_posted");
    assert!(!told.to_string().contains("村务公开栏"), "{told}");
    let again = call.send();
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.good(), told);

    let session = town.office.get(&format!("/v1/sessions/{published}")).good();
    assert_eq!(session["objections"][0]["id"], told["objection"]["id"]);
    let history = town.office.get(&format!("/v1/sessions/{published}/events")).good();
    let event = history["items"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((text(&event, "/actor"), text(&event, "/role")), ("system/public", "visitor"));
    assert_eq!(text(&event, "/personal/0/text"), "村务公开栏里没有看到。");

    // A name is not asked for, and what is not public is not there.
    let named = json!({"ground": "other", "text": "…", "name": "王小明"});
    objects(published, &named).send().problem(422, "unknown_field").at("/name", "unknown_field");
    objects(hidden, &body).send().problem(404, "not_found");
    objects("no-session", &body).send().problem(404, "not_found");
}

#[test]
fn pages_of_listed_origins_alone_hold_ours() {
    let embeds = |options: &[&str]| {
        let place = Arc::new(Place::new());
        place.serves_with(options);
        let office = Office::at(place);
        let answer =
            |path: &str| office.call("GET", path).without("Authorization").with("Accept-Language", "en").send();
        let policy = |path: &str| {
            let answer = answer(path).is(200);
            let policy = answer.header("content-security-policy").unwrap().to_owned();
            let ancestors = policy.split("; ").find(|part| part.starts_with("frame-ancestors")).unwrap().to_owned();
            (ancestors, answer.header("x-frame-options").map(str::to_owned))
        };
        let told = answer("/embed/notices?lang=zh").is(200);
        assert!(told.text().contains("接待公示") && told.text().contains("<base target=\"_blank\">"));
        assert!(answer("/embed/typical-cases").is(200).text().contains("lang=\"en\""));
        assert_eq!(told.header("cache-control"), Some("public, max-age=60"));
        answer("/embed/reviews").problem(404, "not_found");
        answer("/embed/reviews?year=99").problem(400, "bad_parameter");
        // What is made for nobody's frame stays so.
        let other = policy("/v1/public/notices?format=html");
        assert_eq!(other, ("frame-ancestors 'none'".to_owned(), Some("DENY".to_owned())));
        // And every page may read what everybody may know, without anybody's credentials.
        let read = answer("/v1/public/notices").is(200);
        assert_eq!(read.header("access-control-allow-origin"), Some("*"));
        assert_eq!(read.header("access-control-allow-credentials"), None);
        for closed in ["/v1/public/receipts/x", "/v1/me", "/log/checkpoint"] {
            assert_eq!(answer(closed).header("access-control-allow-origin"), None, "{closed}");
        }
        policy("/embed/notices")
    };
    assert_eq!(embeds(&[]), ("frame-ancestors 'none'".to_owned(), Some("DENY".to_owned())));
    let listed = embeds(&["--embed-origins", "https://town.example,https://village.example:8443"]);
    let ancestors = "frame-ancestors https://town.example https://village.example:8443";
    assert_eq!(listed, (ancestors.to_owned(), None));
}
