//! The same command twice, a stale version, a role.

use crate::harness::{Office, demand, id, instant, now, text};
use crate::merkle::command_id;
use serde_json::json;

#[test]
fn a_retry_is_answered_again_and_recorded_once() {
    let office = Office::open();
    let body = office.reception(now(), &[demand("楼道灯不亮")]);
    let call = office.command("/v1/receptions", &body).key("6f0c1f0e-8d0f-4b64-9a57-0c8a3a0b2d11");
    let first = call.send().is(201);
    assert_eq!(first.header("idempotency-replayed"), None);
    let head = office.head();
    // A later step must not show in the replay: it answers from the state at the command's last position.
    let issue = id(&first.json()["issues"][0]);
    office.does(&issue, "taking", &json!({})).good();

    let again = call.send().is(201);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.header("etag"), first.header("etag"));
    assert_eq!(again.header("location"), first.header("location"));
    let (mut first, mut again) = (first.json(), again.json());
    // Lateness is judged when it is asked for; everything else is the same.
    for answer in [&mut first, &mut again] {
        answer["issues"][0].as_object_mut().unwrap().remove("lateness");
    }
    assert_eq!(first, again);
    assert_eq!(office.head(), head + 1);

    // It is the command that the leaves name.
    let me = office.get("/v1/me").good();
    let account = me.pointer("/account/id").or(me.get("id")).unwrap().as_str().unwrap();
    let leaf = office.get(&format!("/v1/events?after={}&limit=1", head - 1)).good();
    assert_eq!(
        text(&leaf, "/items/0/command"),
        command_id(&format!("account/{account}"), "6f0c1f0e-8d0f-4b64-9a57-0c8a3a0b2d11")
    );
}

#[test]
fn a_key_with_another_request_is_refused() {
    let office = Office::open();
    let at = now();
    let call = office.command("/v1/receptions", &office.reception(at, &[demand("甲")])).key("k-1");
    let issue = id(&call.send().is(201).json()["issues"][0]);
    let other_body = office.command("/v1/receptions", &office.reception(at, &[demand("乙")])).key("k-1");
    office.refuses(&other_body, 422, "idempotency_key_reused");
    let other_path = office.command(&format!("/v1/issues/{issue}/taking"), &json!({})).key("k-1");
    office.refuses(&other_path, 422, "idempotency_key_reused");
    let other_query = office
        .call("POST", "/v1/receptions?x=1")
        .body("application/json", office.reception(at, &[demand("甲")]).to_string())
        .key("k-1");
    office.refuses(&other_query, 422, "idempotency_key_reused");
}

#[test]
fn a_refused_command_may_be_tried_again_under_its_key() {
    let office = Office::open();
    let issue = office.raises("楼道灯不亮");
    let path = format!("/v1/issues/{issue}/closing");
    let close = office.command(&path, &json!({})).key("closing");
    office.refuses(&close, 409, "not_answered");
    office.does(&issue, "answers", &office.answer()).good();
    office
        .does(&issue, "feedback", &json!({"satisfaction": "satisfied", "by": "visitor", "given_at": instant(now())}))
        .good();
    assert_eq!(close.send().good()["issue"]["state"], "closed");
}

#[test]
fn retries_at_once_are_recorded_once() {
    let office = Office::open();
    let before = office.head();
    let call = office.command("/v1/receptions", &office.reception(now(), &[demand("楼道灯不亮")])).key("at-once");
    let positions: Vec<u64> = std::thread::scope(|scope| {
        let tries: Vec<_> =
            (0..8).map(|_| scope.spawn(|| call.send().is(201).json()["position"].as_u64().unwrap())).collect();
        tries.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert!(positions.iter().all(|position| *position == before + 2), "{positions:?}");
    assert_eq!(office.head(), before + 2);
}

#[test]
fn a_stale_version_is_refused() {
    let office = Office::open();
    let issue = office.raises("楼道灯不亮");
    let path = format!("/v1/issues/{issue}/taking");
    let read = office.get(&format!("/v1/issues/{issue}")).is(200);
    assert_eq!(read.version(), 1);
    let taken = office.command(&path, &json!({})).at_version(1).send().is(200);
    assert_eq!(taken.version(), 2);
    let answers = format!("/v1/issues/{issue}/answers");
    office.refuses(&office.command(&answers, &office.answer()).at_version(1), 412, "stale_version");
    office.refuses(&office.command(&answers, &office.answer()).with("If-Match", "2"), 400, "bad_header");
    assert_eq!(office.command(&answers, &office.answer()).at_version(2).send().is(200).version(), 3);
}

#[test]
fn racing_commands_on_one_issue_leave_one_winner() {
    let office = Office::open();
    let issue = office.raises("楼道灯不亮");
    let call = office.command(&format!("/v1/issues/{issue}/answers"), &office.answer());
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let tries: Vec<_> = (0..8).map(|_| scope.spawn(|| call.send().status)).collect();
        tries.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [200, 409].contains(status)), "{statuses:?}");
    assert_eq!(office.history(&issue).len(), 2);
}

#[test]
fn the_role_acted_in_stands_in_the_leaf() {
    let office = Office::open();
    let issue = office.raises("楼道灯不亮");
    office.command(&format!("/v1/issues/{issue}/taking"), &json!({})).acting_as("liaison").send().good();
    let history = office.history(&issue);
    assert_eq!((&history[0]["role"], &history[1]["role"]), (&json!("administrator"), &json!("liaison")));
    let path = format!("/v1/issues/{issue}/closing");
    office.refuses(&office.command(&path, &json!({})).acting_as("king"), 400, "bad_header");
}
