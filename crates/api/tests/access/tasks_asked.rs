//! What somebody asked for is another's to decide: it is on the list of whoever may, and of nobody else.

use crate::tasks::{named, task, tasks};
use crate::town::Town;
use actix_web::test::TestRequest;
use serde_json::{Value, json};

/// A town where one account is both a grid's liaison and of the congress office, so that its role alone would not keep what it
/// asked for from it.
async fn with_somebody_of_two_roles() -> (Town, String) {
    let town = Town::new().await;
    let admin = town.server.token.clone();
    let (account, both) = town.account("两任", &json!({"role": "liaison", "area_id": town.grids[0]})).await;
    town.server.done(&admin, &format!("/v1/accounts/{account}/grants"), &json!({"role": "congress_office"})).await;
    town.server.done(&admin, "/v1/access/adoption", &json!({"table": "huiyin/1"})).await;
    (town, both)
}

#[tokio::test]
async fn more_time_is_decided_on_by_another_than_asked_for_it() {
    let (town, both) = with_somebody_of_two_roles().await;
    let (office, own) = (town.token("congress_office"), &town.issues[1]);
    let path = format!("/v1/issues/{own}/extensions");
    let ask = json!({"reason_code": "needs_site_visit", "reason": "须现场查勘。", "new_due_on": "2026-12-10"});
    let asked = town.server.acting(&both, "liaison", &path, &ask).await;
    assert_eq!(asked.status, 200, "{}", asked.text);
    let decision = json!({"granted": false, "reason": "按期可答。"});
    let same = town.server.acting(&both, "congress_office", &format!("{path}/decision"), &decision).await;
    assert_eq!((same.status, same.code()), (409, "same_person"), "{}", same.text);
    let decides = async |token: &str| {
        let head = town.server.casework.store.head().position.0;
        let request = TestRequest::get().uri(&format!("/v1/me/tasks?kind=decide_extension&at_least={head}"));
        let told = town.server.ask(request.insert_header(("Acting-As", "congress_office")), token).await;
        assert_eq!(told.status, 200, "{}", told.text);
        named(&told.body)
    };
    assert_eq!(decides(&both).await, [], "the command refuses it");
    assert_eq!(decides(office).await, [task("decide_extension", own)]);
    town.server.done(office, &format!("{path}/decision"), &decision).await;
    assert_eq!(decides(office).await, []);
    town.server.stop().await;
}

#[tokio::test]
async fn corrections_are_decided_on_by_another_than_proposed_them() {
    let town = Town::adopted().await;
    let (studio, office) = (town.token("party_studio"), town.token("congress_office"));
    let deed = json!({"kind": "pledged_deed", "grid_id": town.grids[0], "owner_delegate_id": town.delegates[0][1],
        "title": "更换声控灯", "text": "更换全部声控灯。", "promised_on": "2026-12-20"});
    let deed = town.server.done(office, "/v1/deeds", &deed).await["deed"]["id"].as_str().unwrap().to_owned();
    let answer = json!({"outcome": "resolved", "channel": "oral", "text": "水压已恢复。",
        "delivered_at": "2026-11-24T09:00:00+08:00", "evidence": {"kind": "visitor_confirmation"}});
    let path = format!("/v1/issues/{}/answers", town.issues[1]);
    let answered = town.server.done(town.token("delegate"), &path, &answer).await["issue"]["version"].clone();
    let moved = json!("2026-11-19T14:20:00+08:00");
    let things = [
        ("issues", town.issues[1].clone(), (answered, "/public/outcome", json!("explained"))),
        ("receptions", town.receptions[1].clone(), (json!(1), "/occurred_at", moved)),
        ("deeds", deed, (json!(1), "/public/promised_on", json!("2026-12-21"))),
    ];
    let decides = async |token: &str, id: &str| {
        let all = tasks(&town, token, "&kind=decide_correction").await;
        all.iter().filter(|(_, about)| about == id).count()
    };
    for (what, id, (version, pointer, value)) in things {
        let body = json!({"event_version": version, "pointer": pointer, "value": value, "reason": "登记有误。"});
        let path = format!("/v1/{what}/{id}/corrections");
        let asked = town.server.post(office, &path, &body).await;
        assert_eq!(asked.status, 200, "{what}: {}", asked.text);
        let decision = json!({"event_version": version, "approved": false, "reason": "无误。"});
        let same = town.server.post(office, &format!("{path}/decision"), &decision).await;
        assert_eq!((same.status, same.code()), (409, "same_person"), "{what}: {}", same.text);
        assert_eq!(decides(office, &id).await, 0, "{what}");
        let list = town.server.told(town.token("convener"), "/v1/me/tasks?kind=decide_correction&limit=200").await;
        let found = list["items"].as_array().unwrap().iter().find(|one| one["about"]["id"] == id.as_str());
        let found = found.unwrap_or_else(|| panic!("{what}: {list}"));
        assert_eq!(
            (&found["call"], &found["since_on"]),
            (&json!(format!("POST {path}/decision")), &json!("2026-11-24"))
        );
        town.server.done(town.token("convener"), &format!("{path}/decision"), &decision).await;
        assert_eq!(decides(town.token("convener"), &id).await, 0, "{what} is decided");
        assert_eq!(decides(studio, &id).await, 0, "{what}");
    }
    town.server.stop().await;
}

fn newest_id(list: &Value) -> String {
    list.as_array().and_then(|all| all.last()).unwrap_or_else(|| panic!("{list}"))["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_dispute_of_a_review_waits_for_another_office_of_the_line() {
    let town = Town::adopted().await;
    let (studio, office) = (town.token("party_studio"), town.token("congress_office"));
    let [party, deputy] = &town.delegates[0];
    let raise = async |who: &str, token: &str| {
        let path = format!("/v1/reviews/2026/delegates/{who}/disputes");
        let told = town.server.done(token, &path, &json!({"indicator": "on_time", "text": "该件按时答复。"})).await;
        newest_id(&told["appraisal"]["disputes"])
    };
    let of_party = raise(party, studio).await;
    let of_deputy = raise(deputy, office).await;
    let waits = async |token: &str| {
        let head = town.server.casework.store.head().position.0;
        let list = town.server.told(token, &format!("/v1/me/tasks?kind=decide_dispute&at_least={head}")).await;
        let calls = list["items"].as_array().unwrap().iter().map(|one| one["call"].as_str().unwrap().to_owned());
        calls.collect::<Vec<_>>()
    };
    let call = |who: &str, id: &str| format!("POST /v1/reviews/2026/delegates/{who}/disputes/{id}/decision");
    assert_eq!(waits(studio).await, Vec::<String>::new(), "its own");
    assert_eq!(waits(office).await, [call(party, &of_party)], "not its own");
    assert_eq!(waits(town.token("delegate")).await, Vec::<String>::new());
    let list = town.server.told(office, "/v1/me/tasks?kind=decide_dispute").await;
    let one = &list["items"][0];
    assert_eq!(
        (&one["clause"], &one["since_on"], &one["about"]["family"], &one["about"]["number"]),
        (&json!("C-5.2"), &json!("2026-11-24"), &json!("delegate"), &json!("2026"))
    );
    let path = call(party, &of_party).replace("POST ", "");
    town.server.done(office, &path, &json!({"upheld": true, "text": "经核实属实。"})).await;
    assert_eq!(waits(office).await, Vec::<String>::new());
    assert_eq!(waits(studio).await, Vec::<String>::new(), "{of_deputy} is not of its line");
    town.server.stop().await;
}

/// Before access rules are adopted, for tokens do not last as long as a review.
#[tokio::test]
async fn a_result_waits_once_nothing_else_is_lacking_and_no_dispute_can_come() {
    let town = Town::new().await;
    let (admin, deputy) = (&town.server.token, &town.delegates[0][1]);
    let path = |what: &str| format!("/v1/reviews/2026/delegates/{deputy}/{what}");
    let waits = async |role: &str| {
        let head = town.server.casework.store.head().position.0;
        town.server.told(admin, &format!("/v1/me/tasks?kind=set_result&role={role}&at_least={head}")).await
    };
    // Christmas, then the second week of January, and the last of February.
    town.server.later(31);
    town.server.done(admin, "/v1/reviews/2026/opening", &json!({})).await;
    town.server.later(20);
    town.server.done(admin, &path("report"), &json!({"liaison_service": "全年参加接待12次。"})).await;
    town.server.done(admin, "/v1/reviews/2026/freeze", &json!({})).await;
    let vote = json!({"by": "voters", "held_on": "2027-01-14", "ballots": {"competent": 12}});
    town.server.done(admin, &path("appraisals"), &vote).await;
    assert_eq!(named(&waits("congress_office").await), [], "a dispute may still come");
    town.server.later(40);
    let list = waits("congress_office").await;
    assert_eq!(named(&list), [task("set_result", deputy)], "of others the report is lacking");
    let one = &list["items"][0];
    assert_eq!(one["call"], format!("POST {}", path("result")));
    assert_eq!((&one["obligation"], &one["clause"]), (&json!("O-20"), &json!("C-5.2")));
    // The policy was not in force when the year began, so that the ledger has no day of it.
    assert_eq!(one["since_on"], "2027-01-30", "from which no dispute can come: {list}");
    assert_eq!(named(&waits("convener").await), [], "offices set it");
    town.server.done(admin, &path("result"), &json!({"grade": "competent"})).await;
    assert_eq!(named(&waits("congress_office").await), []);
    town.server.stop().await;
}

#[tokio::test]
async fn a_backup_of_the_keys_that_is_stale_waits_for_the_administrator() {
    let town = Town::adopted().await;
    let admin = town.token("administrator");
    let waits = async |token: &str| town.server.told(token, "/v1/me/tasks?kind=renew_key_backup").await;
    assert_eq!(named(&waits(admin).await), []);
    let open = async || town.server.told(admin, "/v1/me").await["tasks"]["open"].as_u64().unwrap();
    let before = open().await;
    town.server.key_backup.saw(true, town.server.casework.now());
    let list = waits(admin).await;
    assert_eq!(
        list["items"],
        json!([{"kind": "renew_key_backup", "since_on": "2026-11-24", "role": "administrator", "about": {"family": "key_backup"},
            "why": "/health/ready", "call": "GET /health/ready"}])
    );
    assert_eq!(named(&waits(town.token("congress_office")).await), []);
    assert_eq!(open().await, before + 1);
    town.server.key_backup.saw(false, town.server.casework.now());
    assert_eq!(named(&waits(admin).await), []);
    town.server.stop().await;
}
