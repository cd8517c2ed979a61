//! Who may speak, and how a token comes and goes.

use crate::harness::{NOBODY, Office, id, text};
use serde_json::json;

#[test]
fn a_token_is_shown_once_works_and_can_be_revoked() {
    let office = Office::empty();
    let made =
        office.command("/v1/tokens", &json!({"name": "前端", "roles": ["liaison"]})).key("token-1").send().created();
    let secret = made
        .pointer("/token/secret")
        .or(made.pointer("/secret"))
        .or(made.pointer("/token/token"))
        .and_then(|v| v.as_str())
        .unwrap_or_else(|| panic!("no secret: {made:#}"))
        .to_owned();
    let token = id(&made["token"]);

    let as_them = |path: &str| office.call("GET", path).with("Authorization", &format!("Bearer {secret}")).send();
    let me = as_them("/v1/me").good();
    assert!(me.to_string().contains("liaison") && me.to_string().contains("前端"), "{me:#}");
    let refused = office
        .command("/v1/offices", &json!({"name": "某办", "kind": "department"}))
        .with("Authorization", &format!("Bearer {secret}"))
        .acting_as("convener");
    office.refuses(&refused, 403, "forbidden");

    // A secret is never repeated, not even to a retry.
    let again = office.command("/v1/tokens", &json!({"name": "前端", "roles": ["liaison"]})).key("token-1").send();
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert!(!again.text().contains(&secret));
    let list = office.get("/v1/tokens").good();
    assert!(!list.to_string().contains(&secret));
    assert!(list["items"].as_array().unwrap().iter().any(|known| known["id"] == token), "{list:#}");

    office.post(&format!("/v1/tokens/{token}/revocation"), &json!({})).good();
    as_them("/v1/me").problem(401, "unauthenticated");
    office.refuses_command(&format!("/v1/tokens/{token}/revocation"), &json!({}), 409, "already_revoked");
    office.refuses_command(&format!("/v1/tokens/{NOBODY}/revocation"), &json!({}), 404, "not_found");
}

#[test]
fn the_first_token_is_a_secret_file_and_survives_a_restart() {
    use std::os::unix::fs::PermissionsExt as _;
    let mut office = Office::empty();
    let mode = |path: std::path::PathBuf| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let place = office.place().clone();
    assert_eq!(mode(place.data().join("admin.token")), 0o600);
    assert_eq!((mode(place.data()), mode(place.keys())), (0o700, 0o700));
    for entry in std::fs::read_dir(place.keys()).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(path.clone()), 0o600, "{}", path.display());
    }
    let me = office.get("/v1/me").good();
    office.stops();
    office.restarts();
    assert_eq!(office.get("/v1/me").good(), me);
}

#[test]
fn nobody_gets_in_without_a_token() {
    let office = Office::open();
    for path in ["/v1/issues", "/v1/grids", "/v1/me", "/v1/events", "/v1/tokens", "/metrics"] {
        let answer = office.call("GET", path).without("Authorization").send();
        assert!(
            answer.header("www-authenticate").is_some_and(|value| value.starts_with("Bearer")),
            "{path}: {:?}",
            answer.header("www-authenticate")
        );
        answer.problem(401, "unauthenticated");
        office.call("GET", path).with("Authorization", "Bearer huiyin_wrong").send().problem(401, "unauthenticated");
    }
    for path in [
        "/health/live",
        "/health/ready",
        "/openapi.json",
        "/docs/",
        "/problems",
        "/problems/issue_closed",
        "/log/checkpoint",
        "/log/vkey",
    ] {
        office.call("GET", path).without("Authorization").send().is(200);
    }
}

#[test]
fn the_command_line_makes_tokens_by_asking_the_running_server() {
    let office = Office::empty();
    let run = |arguments: &[&str]| {
        let mut command = std::process::Command::new(crate::harness::huiyin());
        command
            .arg("token")
            .args(arguments)
            .arg("--data")
            .arg(office.place().data())
            .arg("--keys")
            .arg(office.place().keys());
        command.args(["--url", &office.server().url]).env("LC_ALL", "en_US.UTF-8");
        let output = command.output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let said = run(&["create", "--name", "reports", "--role", "liaison"]);
    let secret = said.split_whitespace().find(|word| word.starts_with("huiyin_")).unwrap_or_else(|| panic!("{said}"));
    office.call("GET", "/v1/me").with("Authorization", &format!("Bearer {secret}")).send().good();
    let list = run(&["list"]);
    assert!(list.contains("reports"), "{list}");
    let tokens = office.get("/v1/tokens").good();
    let token = tokens["items"].as_array().unwrap().iter().find(|token| token.to_string().contains("reports")).unwrap();
    run(&["revoke", text(token, "/id")]);
    office
        .call("GET", "/v1/me")
        .with("Authorization", &format!("Bearer {secret}"))
        .send()
        .problem(401, "unauthenticated");
}
