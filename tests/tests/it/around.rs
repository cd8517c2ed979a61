//! What stands around the service: health, metrics, documents, the shape of every answer.

use crate::harness::{Office, workspace};
use serde_json::Value;

#[test]
fn health_tells_where_the_log_and_the_boards_are() {
    let office = Office::open();
    office.raises("楼道灯不亮");
    let head = office.head();
    assert_eq!(office.get("/health/live").good()["status"], "live");
    office.get(&format!("/v1/issues?at_least={head}")).good();
    let ready = office.get("/health/ready").good();
    assert_eq!((&ready["status"], &ready["head"]), (&"ready".into(), &head.into()), "{ready:#}");
    assert_eq!(ready["read_models"]["issue_board"], head);
    let metrics = office.get("/metrics").is(200).text();
    assert!(metrics.lines().any(|line| line.starts_with("# TYPE ")), "{metrics}");
    assert!(metrics.contains("/v1/receptions"), "requests are counted by route");
    assert!(!metrics.contains("127.0.0.1"), "and by nothing that tells who asked");
}

#[test]
fn health_tells_strangers_the_status_alone() {
    let office = Office::open();
    let ready = |token: Option<&str>| {
        let call = office.call("GET", "/health/ready");
        match token {
            Some(token) => call.with("Authorization", &format!("Bearer {token}")),
            None => call.without("Authorization"),
        }
        .send()
        .good()
    };
    let status = serde_json::json!({"status": "ready"});
    assert_eq!(ready(None), status);
    assert_eq!(ready(Some("huiyin_wrong")), status);
    let known = office.get("/health/ready").good();
    for detail in ["log_id", "head", "read_models", "wrong"] {
        assert!(known.get(detail).is_some(), "{detail}: {known:#}");
    }
}

#[test]
fn the_health_command_asks_for_containers_and_with_a_token_tells_more() {
    let office = Office::empty();
    let health = |arguments: &[&str]| {
        let mut command = std::process::Command::new(crate::harness::huiyin());
        command.env_remove("HUIYIN_TOKEN_FILE").arg("health").args(arguments).output().unwrap()
    };
    let url = office.server().url.clone();
    let output = health(&["--url", &url]);
    assert!(output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), r#"{"status":"ready"}"#);
    let token = office.place().data().join("admin.token");
    let output = health(&["--url", &url, "--token-file", token.to_str().unwrap()]);
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stdout).contains("\"log_id\""));
    // A token that cannot be read is told, and is no reason to call a ready server ill.
    let output = health(&["--url", &url, "--token-file", "/no/such/file"]);
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("/no/such/file"));
    assert!(!health(&["--url", "http://127.0.0.1:1"]).status.success());
}

/// A rebuild leaves no leaf, so that the server's log is the one place that tells who asked for it.
#[test]
fn who_asked_for_a_rebuild_is_logged() {
    let office = Office::open();
    let me = office.get("/v1/me").good();
    office.post("/v1/read-models/issue_board/rebuild", &serde_json::json!({})).is(202);
    let account = me["account"]["id"].as_str().unwrap_or_else(|| panic!("{me:#}"));
    // Lines go through a queue: nobody waits for them but this test.
    let begun = std::time::Instant::now();
    let line = loop {
        let log = std::fs::read_to_string(office.place().output()).unwrap();
        if let Some(line) = log.lines().find(|line| line.contains("a rebuild was asked for")) {
            break line.to_owned();
        }
        assert!(begun.elapsed() < std::time::Duration::from_secs(30), "{log}");
        std::thread::sleep(std::time::Duration::from_millis(50));
    };
    for part in ["issue_board", account, "administrator"] {
        assert!(line.contains(part), "{part}: {line}");
    }
}

#[test]
fn the_documents_are_those_of_the_checkout_and_need_no_outside_address() {
    let office = Office::empty();
    let served = office.get("/openapi.json").good();
    let committed: Value =
        serde_json::from_slice(&std::fs::read(workspace().join("openapi/huiyin.json")).unwrap()).unwrap();
    assert!(served == committed, "openapi/huiyin.json is not what the server says; `huiyin openapi` prints it");
    assert!(served["openapi"].as_str().unwrap().starts_with("3.1"));
    let page = office.get("/docs/").is(200).text();
    assert!(page.to_lowercase().contains("<html"), "{page}");
    for outside in ["src=\"http", "href=\"http", "src=\"//", "href=\"//"] {
        assert!(!page.contains(outside), "{page}");
    }
    let redirect = office.get("/docs");
    assert!((300..400).contains(&redirect.status) && redirect.header("location").is_some());
}

#[test]
fn who_types_the_bare_address_is_led_to_the_page_without_a_token() {
    let office = Office::empty();
    let root = office.call("GET", "/").without("authorization").send();
    assert_eq!((root.status, root.header("location")), (303, Some("/docs/")));
}

/// Where a relative link leads, seen from a page.
fn followed(page: &str, link: &str) -> String {
    let mut at: Vec<&str> = page.split('/').collect();
    at.pop();
    for step in link.split('/') {
        match step {
            ".." => drop(at.pop()),
            name => at.push(name),
        }
    }
    at.join("/")
}

#[test]
fn the_pages_that_are_served_lead_to_pages_that_are_served() {
    let office = Office::empty();
    let mut to_read = vec!["/docs/API.md".to_owned(), "/docs/zh/API.md".to_owned()];
    let mut read = Vec::new();
    while let Some(page) = to_read.pop() {
        let text = office.get(&page).is(200).text();
        let links = text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
        let links = links.filter(|link| !link.is_empty() && !link.contains("://"));
        to_read.extend(links.map(|link| followed(&page, link)).filter(|link| *link != page && !read.contains(link)));
        read.push(page);
    }
    assert!(read.len() > 4, "{read:?}");
}

#[test]
fn every_documented_question_is_answered_and_every_route_knows_its_methods() {
    let office = Office::open();
    let document = office.get("/openapi.json").good();
    for (path, methods) in document["paths"].as_object().unwrap() {
        let methods = methods.as_object().unwrap();
        let asked = path
            .replace("{code}", "not_found")
            .replace("{id}", crate::harness::NOBODY)
            .replace("{leave_id}", crate::harness::NOBODY)
            .replace("{year}", "2026")
            .replace("{position}", "1");
        // The feed is the one answer that does not end.
        if methods.contains_key("get") && path != "/v1/feed" {
            let answer = office.get(&asked);
            assert!(answer.status < 500, "{asked}: {}", answer.text());
            assert_ne!(answer.status, 405, "{asked}");
            assert!(answer.header("x-request-id").is_some(), "{asked}");
        }
        let refused = office.call("DELETE", &asked).send();
        if refused.status != 404 {
            let allow = refused.header("allow").unwrap_or_default().to_lowercase();
            assert!(
                methods
                    .keys()
                    .filter(|method| ["get", "post"].contains(&method.as_str()))
                    .all(|method| allow.contains(method.as_str())),
                "{asked}: {allow}"
            );
            refused.problem(405, "method_not_allowed");
        }
    }
}

#[test]
fn head_is_get_without_the_body() {
    let office = Office::open();
    let issue = office.raises("楼道灯不亮");
    let path = format!("/v1/issues/{issue}");
    let head = office.call("HEAD", &path).send().is(200);
    assert!(head.body.is_empty());
    assert_eq!(head.header("etag"), office.get(&path).header("etag"));
}
