//! Who may speak, and how a token comes and goes.

use crate::harness::{NOBODY, Office, id, text};
use serde_json::json;

/// Whoever starts the server after the first token was revoked hears of it, before a command answers a bare 401.
#[test]
fn a_revoked_token_beside_the_data_is_told_at_the_start() {
    let mut office = Office::empty();
    let other = office.post("/v1/tokens", &json!({"name": "另一人", "roles": ["administrator"]})).created();
    let listed = office.get("/v1/tokens").good();
    let first = listed["items"].as_array().unwrap().iter().find(|one| one["id"] != other["token"]["id"]).unwrap();
    let told = "admin.token was revoked or has expired";
    office.stops();
    office.restarts();
    assert!(!std::fs::read_to_string(office.place().output()).unwrap().contains(told));
    office.post(&format!("/v1/tokens/{}/revocation", id(first)), &json!({})).is(200);
    office.stops();
    office.restarts();
    let said = std::fs::read_to_string(office.place().output()).unwrap();
    assert!(said.contains(told) && said.contains("huiyin token create"), "{said}");
}

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

/// What was got by a token is worth no more than the token.
#[test]
fn a_ticket_ends_with_its_token() {
    let office = Office::empty();
    let made = office.post("/v1/tokens", &json!({"name": "前端", "roles": ["liaison"]})).created();
    let bearer = format!("Bearer {}", text(&made, "/secret"));
    let gets_a_ticket = || {
        let call = office.command("/v1/feed/tickets", &json!({})).with("Authorization", &bearer);
        // Nothing is recorded that could be told again: a key makes no difference.
        let given = call.key("ticket-1").send();
        assert_eq!(given.header("idempotency-replayed"), None);
        text(&given.good(), "/ticket").to_owned()
    };
    let (first, second) = (gets_a_ticket(), gets_a_ticket());
    assert_ne!(first, second);
    // HEAD looks at a ticket and does not use it up.
    let shows =
        |ticket: &str| office.call("HEAD", &format!("/v1/feed?ticket={ticket}")).without("Authorization").send().status;
    assert_eq!((shows(&first), shows(&second)), (200, 200));
    office.post(&format!("/v1/tokens/{}/revocation", id(&made["token"])), &json!({})).good();
    assert_eq!((shows(&first), shows(&second)), (401, 401));
    let opened = office.call("GET", &format!("/v1/feed?ticket={first}")).without("Authorization").send();
    opened.problem(401, "unauthenticated");
}

#[test]
fn what_records_nothing_offers_no_key() {
    let office = Office::empty();
    let document = office.get("/openapi.json").good();
    let offers = |path: &str| document["paths"][path]["post"].to_string().contains("IdempotencyKey");
    assert!(offers("/v1/tokens") && offers("/v1/receptions"));
    assert!(!offers("/v1/feed/tickets") && !offers("/v1/read-models/{name}/rebuild"));
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

/// `huiyin token …` where nobody listens: whether it succeeded, its standard output and its standard error.
fn offline(office: &Office, locale: &str, arguments: &[&str]) -> (bool, String, String) {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut command = std::process::Command::new(crate::harness::huiyin());
    command.arg("token").args(arguments).args(["--url", &format!("http://{free}")]).env("LC_ALL", locale);
    command.arg("--data").arg(office.place().data()).arg("--keys").arg(office.place().keys());
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.success(), text(output.stdout), text(output.stderr))
}

#[test]
fn who_holds_data_and_keys_gets_back_in_when_every_token_is_lost() {
    let mut office = Office::open();
    let admin = office.place().data().join("admin.token");
    std::fs::remove_file(&admin).unwrap();
    let create = ["create", "--name", "way-back", "--role", "administrator"];
    // The server holds the directory: it is not opened twice, and the refusal says which directory and the way out.
    for locale in ["en_US.UTF-8", "zh_CN.UTF-8"] {
        let (done, _, said) = offline(&office, locale, &create);
        assert!(!done && said.contains(office.place().data().to_str().unwrap()) && said.contains("--url"), "{said}");
    }
    office.stops();
    let (done, secret, said) = offline(&office, "en_US.UTF-8", &create);
    assert!(done && secret.trim().starts_with("huiyin_") && secret.lines().count() == 1, "{secret} {said}");
    let (done, listed, said) = offline(&office, "zh_CN.UTF-8", &["list"]);
    assert!(done && listed.lines().count() == 2 && listed.contains("way-back"), "{listed} {said}");
    std::fs::write(&admin, &secret).unwrap();
    office.restarts();
    let me = |office: &Office| {
        office.call("GET", "/v1/me").with("Authorization", &format!("Bearer {}", secret.trim())).send()
    };
    let token = me(&office).good()["token"]["id"].as_str().unwrap().to_owned();
    let events = office.get("/v1/events?type=account.created&limit=1000").good();
    let made = events["items"].as_array().unwrap().last().unwrap();
    assert_eq!((&made["actor"], &made["role"]), (&json!("system/command-line"), &json!("system")), "{made:#}");
    office.stops();
    let (done, _, said) = offline(&office, "en_US.UTF-8", &["revoke", &token]);
    assert!(done, "{said}");
    office.restarts();
    me(&office).problem(401, "unauthenticated");
}

#[test]
fn a_directory_without_a_log_is_refused_with_the_remedy_in_one_language() {
    let nowhere = tempfile::tempdir().unwrap();
    let data = nowhere.path().join("data");
    for (locale, says) in [("en_US.UTF-8", "--data"), ("zh_CN.UTF-8", "数据目录")] {
        let mut command = std::process::Command::new(crate::harness::huiyin());
        command.args(["token", "list", "--url", "http://127.0.0.1:9", "--data"]).arg(&data).env("LC_ALL", locale);
        let output = command.output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && said.contains(data.to_str().unwrap()) && said.contains(says), "{said}");
        let chinese = said.chars().any(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c));
        assert_eq!(chinese, locale.starts_with("zh"), "{said}");
    }
    assert!(!data.exists(), "looking made the directory");
}

#[test]
fn help_is_in_the_language_of_the_locale() {
    let help = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut command = std::process::Command::new(crate::harness::huiyin());
        command.args(arguments).env_remove("LC_ALL").env_remove("LC_MESSAGES").env_remove("LANG");
        let output = command.envs(variables.iter().copied()).output().unwrap();
        String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
    };
    for given in [&["--help"][..], &["help"], &["token", "create", "-h"], &["help", "serve"], &["serve", "--no-such"]] {
        let english = help(given, &[("LANG", "en_GB.UTF-8")]);
        assert!(english.is_ascii() && english.contains("Usage:"), "{english}");
        for variables in [&[][..], &[("LANG", "en_GB"), ("LC_ALL", "zh_CN.UTF-8")]] {
            let chinese = help(given, variables);
            assert!(
                chinese.contains("用法：") && !chinese.contains("Usage") && !chinese.contains("Options"),
                "{chinese}"
            );
        }
    }
}
