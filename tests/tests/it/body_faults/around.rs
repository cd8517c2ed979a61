//! What stands around a body: the position it is asked of, its key, the role it is sent in.

use crate::harness::Office;
use serde_json::json;

#[test]
fn as_of_before_the_log_is_told_as_that() {
    let office = Office::open();
    let path = format!("/v1/grids/{}?as_of=", office.grid);
    office.get(&format!("{path}2020-01-01T00:00:00Z")).problem(400, "before_log");
    office.get(&format!("{path}2099-01-01T00:00:00Z")).problem(400, "bad_position");
    office.get(&format!("/v1/grids/{}?as_of_position=999999", office.grid)).problem(400, "bad_position");
}

#[test]
fn a_retry_written_anew_is_the_same_command() {
    let office = Office::empty();
    let send = |body: &str| office.call("POST", "/v1/offices").key("k-1").body("application/json", body).send();
    let first = send(r#"{"name":"甲办","kind":"department"}"#).created();
    let again = send("{ \"kind\": \"department\",\n  \"name\": \"\\u7532办\" }");
    assert_eq!(again.header("idempotency-replayed"), Some("true"), "{}", again.text());
    assert_eq!(again.json()["position"], first["position"]);
    send(r#"{"name":"乙办","kind":"department"}"#).problem(422, "idempotency_key_reused");
}

#[test]
fn an_account_of_several_roles_says_in_which_it_acts() {
    let office = Office::empty();
    let issued = office.post("/v1/tokens", &json!({"name": "两职", "roles": ["liaison", "delegate"]})).created();
    let bearer = format!("Bearer {}", issued["secret"].as_str().unwrap());
    // Who one is, is where one learns of the roles.
    let me = office.call("GET", "/v1/me").with("Authorization", &bearer);
    let told = me.clone().send().good();
    assert_eq!((&told["account"]["roles"], told.get("acting_as")), (&json!(["liaison", "delegate"]), None), "{told}");
    assert_eq!(me.clone().acting_as("liaison").send().good()["acting_as"], "liaison");
    me.acting_as("convener").send().problem(403, "forbidden");
    let call =
        office.command("/v1/offices", &json!({"name": "甲办", "kind": "department"})).with("Authorization", &bearer);
    let refused = call.clone().send();
    assert!(refused.text().contains("liaison") && refused.text().contains("delegate"), "{}", refused.text());
    refused.problem(400, "role_needed");
    let position = call.acting_as("delegate").send().created()["position"].as_u64().unwrap();
    let page = office.get(&format!("/v1/events?after={}&limit=1", position - 1)).good();
    assert_eq!(page["items"][0]["role"], "delegate");
}
