//! The server over real sockets: what a client may do wrong, and what it is told. One server on a port of its own
//! serves the product's table and one command and one question of the tests, which stand for any handler.

#![allow(clippy::unwrap_used)]

mod client;
mod demonstration;

use client::{Answer, ask, send};
use demonstration::{TOKEN, start};
use serde_json::{Value, json};
use std::io::{Read as _, Write as _};

const GOOD: &str = r#"{"level":"L3","reason":"超出本网格能力"}"#;
const PATH: &str = "/v1/demonstrations/019ab0c4-5f1e-7c3a-9d55-0c8a3a0b2d11/escalations";

/// A command of the demonstration with a valid token and the given further headers.
fn command(headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let bearer = format!("Bearer {TOKEN}");
    let mut all = vec![("Authorization", bearer.as_str())];
    if !headers.iter().any(|(name, _)| *name == "Content-Type") {
        all.push(("Content-Type", "application/json"));
    }
    all.extend_from_slice(headers);
    ask(start(), "POST", PATH, &all, body)
}

/// The answer is a problem of that status and code, complete and consistent.
#[track_caller]
fn refused(answer: &Answer, status: u16, code: &str) -> Value {
    assert_eq!(answer.status, status, "{}", answer.text());
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    let problem = answer.json();
    assert_eq!(problem["status"], status);
    assert_eq!(problem["code"], code);
    assert_eq!(problem["type"], format!("/problems/{code}"));
    assert_eq!(problem["request_id"].as_str(), answer.header("x-request-id"));
    for key in ["title", "detail", "instance"] {
        assert!(problem[key].as_str().is_some_and(|text| !text.is_empty()), "{key}: {problem}");
    }
    problem
}

fn pointers(problem: &Value) -> Vec<(&str, &str)> {
    let errors = problem["errors"].as_array().unwrap();
    errors.iter().map(|error| (error["pointer"].as_str().unwrap(), error["code"].as_str().unwrap())).collect()
}

#[test]
fn a_command_that_fits_is_given_to_its_handler_whole() {
    let answer =
        command(&[("Idempotency-Key", "k-1"), ("If-Match", "\"4\""), ("Acting-As", "liaison")], GOOD.as_bytes());
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(
        answer.json(),
        json!({"level": "L3", "reason": "超出本网格能力", "key": "k-1", "if_match": [4], "role": "liaison",
            "action": "issue.escalate", "id": "019ab0c4-5f1e-7c3a-9d55-0c8a3a0b2d11"})
    );
}

#[test]
fn a_body_that_cannot_be_read_is_400() {
    refused(&command(&[], b"{\"level\":"), 400, "not_json");
    refused(&command(&[], b""), 400, "not_json");
    refused(&command(&[], b"{\"level\":\"\xff\xfe\"}"), 400, "not_utf8");
    refused(&command(&[], "[".repeat(200_000).as_bytes()), 400, "json_too_deep");
    refused(&command(&[], format!("{}1{}", "{\"a\":".repeat(40), "}".repeat(40)).as_bytes()), 400, "json_too_deep");
}

#[test]
fn a_body_that_does_not_fit_is_422_with_all_its_faults() {
    let problem = refused(&command(&[], br#"{"level":"L9","colour":"red","level":"L8"}"#), 422, "invalid_body");
    let mut found = pointers(&problem);
    found.sort_unstable();
    assert_eq!(
        found,
        [
            ("/colour", "unknown_field"),
            ("/level", "duplicate_key"),
            ("/level", "invalid_value"),
            ("/reason", "missing")
        ]
    );
    let unknown = GOOD.replace('}', ",\"colour\":1}");
    let problem = refused(&command(&[], unknown.as_bytes()), 422, "unknown_field");
    assert_eq!(pointers(&problem), [("/colour", "unknown_field")]);
    let twice = GOOD.replace('}', ",\"level\":\"L3\"}");
    refused(&command(&[], twice.as_bytes()), 422, "duplicate_key");
    let long = format!(r#"{{"level":"L3","reason":"{}"}}"#, "长".repeat(10_001));
    refused(&command(&[], long.as_bytes()), 422, "too_long");
    refused(&command(&[], br#"{"level":"L3","reason":"a\u0000b"}"#), 422, "control_character");
    refused(&command(&[], br#"{"level":null,"reason":"a"}"#), 422, "wrong_type");
}

#[test]
fn media_type_and_size_are_checked_before_the_body() {
    for media_type in ["text/plain", "application/xml", "application/json; charset=gbk", "application/jsonp"] {
        let answer = command(&[("Content-Type", media_type)], GOOD.as_bytes());
        refused(&answer, 415, "unsupported_media_type");
    }
    let utf8 = command(&[("Content-Type", "Application/JSON; charset=UTF-8")], GOOD.as_bytes());
    assert_eq!(utf8.status, 200, "{}", utf8.text());
    for coding in ["gzip", "br", "identity, deflate"] {
        refused(&command(&[("Content-Encoding", coding)], GOOD.as_bytes()), 415, "unsupported_media_type");
    }
    assert_eq!(command(&[("Content-Encoding", "identity")], GOOD.as_bytes()).status, 200);
    let large = format!(r#"{{"level":"L3","reason":"{}"}}"#, "x".repeat(256 * 1024));
    refused(&command(&[], large.as_bytes()), 413, "too_large");
    // Without an announced length the count is kept while it arrives.
    let head = format!(
        "POST {PATH} HTTP/1.1\r\nHost: t\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\n\
         Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    );
    let mut raw = head.into_bytes();
    for _ in 0..5 {
        raw.extend_from_slice(format!("{:x}\r\n{}\r\n", 60_000, " ".repeat(60_000)).as_bytes());
    }
    raw.extend_from_slice(b"0\r\n\r\n");
    refused(&send(start(), &raw), 413, "too_large");
}

#[test]
fn nobody_commands_without_a_token() {
    let json = ("Content-Type", "application/json");
    for header in [None, Some("Bearer"), Some("Bearer two words"), Some("Basic dTpw"), Some("Bearer unknown-token")] {
        let mut headers = vec![json];
        headers.extend(header.map(|value| ("Authorization", value)));
        let answer = ask(start(), "POST", PATH, &headers, GOOD.as_bytes());
        refused(&answer, 401, "unauthenticated");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer realm=\"huiyin\""));
    }
    // Who you are comes before whether the body fits.
    refused(&ask(start(), "POST", PATH, &[], b"{"), 401, "unauthenticated");
}

#[test]
fn headers_are_read_strictly() {
    for header in [("If-Match", "4"), ("Idempotency-Key", "a b"), ("Acting-As", "king")] {
        let problem = refused(&command(&[header], GOOD.as_bytes()), 400, "bad_header");
        assert!(problem["detail"].as_str().unwrap().starts_with(header.0), "{problem}");
    }
    refused(&command(&[("Acting-As", "convener")], GOOD.as_bytes()), 403, "forbidden");
    refused(&command(&[("Accept", "text/csv")], GOOD.as_bytes()), 406, "not_acceptable");
}

#[test]
fn several_accept_lines_are_one_list() {
    let asked = |second| command(&[("Accept", "text/html"), ("Accept", second)], GOOD.as_bytes());
    assert_eq!(asked("application/json").status, 200);
    refused(&asked("text/csv"), 406, "not_acceptable");
}

#[test]
fn a_query_is_read_strictly_too() {
    let bearer = format!("Bearer {TOKEN}");
    let question = |query: &str| {
        let path = format!("/v1/demonstrations{query}");
        ask(start(), "GET", &path, &[("Authorization", &bearer)], b"")
    };
    assert_eq!(
        question("?limit=3&as_of_position=7").json(),
        json!({"limit": 3, "as_of": "Position(7)", "format": "json"})
    );
    assert_eq!(question("?format=ndjson").json()["format"], "ndjson");
    let problem = refused(&question("?colour=red"), 400, "unknown_parameter");
    assert_eq!(pointers(&problem), [("/query/colour", "unknown_parameter")]);
    assert!(problem["detail"].as_str().unwrap().contains("colour"));
    refused(&question("?limit=0"), 400, "bad_parameter");
    refused(&question("?as_of_position=1&as_of=2026-11-19T14:10:00Z"), 400, "bad_parameter");
    refused(&question("?format=xlsx"), 406, "not_acceptable");
    refused(&command_at("?dry_run=true"), 400, "unknown_parameter");
    let crowded = question("?limit=1000");
    refused(&crowded, 429, "overloaded");
    assert_eq!(crowded.header("retry-after"), Some("1"));
}

fn command_at(query: &str) -> Answer {
    let bearer = format!("Bearer {TOKEN}");
    let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
    ask(start(), "POST", &format!("{PATH}{query}"), &headers, GOOD.as_bytes())
}

#[test]
fn unknown_paths_and_wrong_methods_are_told_apart() {
    refused(&ask(start(), "GET", "/v1/nothing", &[], b""), 404, "not_found");
    refused(&ask(start(), "GET", "/problems/nothing", &[], b""), 404, "not_found");
    let answer = ask(start(), "DELETE", "/problems", &[], b"");
    refused(&answer, 405, "method_not_allowed");
    assert_eq!(answer.header("allow"), Some("GET, HEAD"));
    let answer = ask(start(), "GET", PATH, &[], b"");
    refused(&answer, 405, "method_not_allowed");
    assert_eq!(answer.header("allow"), Some("POST"));
    let bad_id = PATH.replace("019ab0c4", "zzz");
    let bearer = format!("Bearer {TOKEN}");
    let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
    refused(&ask(start(), "POST", &bad_id, &headers, GOOD.as_bytes()), 404, "not_found");
    // An escaped spelling of a known path reaches no handler around the table.
    refused(&ask(start(), "GET", "/v1/%64emonstrations", &headers[..1], b""), 404, "not_found");
}

#[test]
fn head_is_get_without_its_body() {
    let head = ask(start(), "HEAD", "/problems", &[], b"");
    let get = ask(start(), "GET", "/problems", &[], b"");
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("content-length"), get.header("content-length"));
}

#[test]
fn titles_follow_the_language_and_codes_do_not() {
    let problem = |language: &str| {
        let answer = ask(start(), "GET", "/v1/nothing", &[("Accept-Language", language)], b"");
        let problem = refused(&answer, 404, "not_found");
        (answer.header("content-language").unwrap().to_owned(), problem["title"].as_str().unwrap().to_owned())
    };
    assert_eq!(problem("fr"), ("zh-CN".to_owned(), "没有找到".to_owned()));
    assert_eq!(problem("zh;q=0.3, en-GB"), ("en".to_owned(), "No such thing".to_owned()));
}

#[test]
fn a_rule_s_refusal_keeps_its_clause_and_pointer() {
    let answer = command(&[("Accept-Language", "en")], r#"{"level":"L1","reason":"不"}"#.as_bytes());
    let problem = refused(&answer, 409, "issue_closed");
    assert_eq!(problem["clause"], "C-3.6");
    let answer = command(&[], r#"{"level":"L2","reason":"不"}"#.as_bytes());
    let problem = refused(&answer, 422, "in_the_future");
    assert_eq!(pointers(&problem), [("/reason", "in_the_future")]);
}

#[test]
fn a_panic_ends_one_request_and_says_nothing_of_itself() {
    let answer = command(&[], r#"{"level":"L4","reason":"secret-in-panic"}"#.as_bytes());
    refused(&answer, 500, "internal");
    assert!(!answer.text().contains("secret-in-panic"));
    assert_eq!(command(&[], GOOD.as_bytes()).status, 200);
}

#[test]
fn request_ids_are_taken_over_when_they_are_plain() {
    let id = |sent: &str| {
        let answer = ask(start(), "GET", "/health/live", &[("X-Request-Id", sent)], b"");
        answer.header("x-request-id").unwrap().to_owned()
    };
    assert_eq!(id("abc-1.2_3"), "abc-1.2_3");
    for sent in ["", "a b", "{\"a\":1}", &"x".repeat(65)] {
        assert_eq!(id(sent).len(), 36, "{sent}");
    }
}

#[test]
fn a_head_of_ten_megabytes_is_refused_and_the_server_goes_on() {
    let mut connection = std::net::TcpStream::connect(start()).unwrap();
    connection.set_read_timeout(Some(std::time::Duration::from_secs(10))).unwrap();
    connection.write_all(b"GET /health/live HTTP/1.1\r\nHost: t\r\nX-Large: ").unwrap();
    // The server stops reading long before the end; from then on writing fails.
    let piece = [b'a'; 65_536];
    let mut sent = 0;
    while sent < 10_000_000 && connection.write_all(&piece).is_ok() {
        sent += piece.len();
    }
    let mut answer = Vec::new();
    // What was answered may be lost in the reset that ends the connection: both are a refusal.
    let _ = connection.read_to_end(&mut answer);
    let head = String::from_utf8_lossy(&answer);
    assert!(head.is_empty() || head.starts_with("HTTP/1.1 431") || head.starts_with("HTTP/1.1 400"), "{head}");
    assert_eq!(ask(start(), "GET", "/health/live", &[], b"").status, 200);
}

#[test]
fn a_client_that_goes_away_leaves_nothing_behind() {
    for _ in 0..20 {
        let mut connection = std::net::TcpStream::connect(start()).unwrap();
        let head = format!(
            "POST {PATH} HTTP/1.1\r\nHost: t\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\n\
             Content-Length: 1000\r\n\r\n{{"
        );
        connection.write_all(head.as_bytes()).unwrap();
    }
    assert_eq!(command(&[], GOOD.as_bytes()).status, 200);
}

#[test]
fn the_page_of_the_documentation_asks_no_outside_address() {
    let answer = ask(start(), "GET", "/docs", &[], b"");
    assert_eq!((answer.status, answer.header("location")), (308, Some("/docs/")));
    let page = ask(start(), "GET", "/docs/", &[], b"");
    assert_eq!(page.status, 200);
    assert!(page.header("content-type").unwrap().starts_with("text/html"));
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("http"), "{policy}");
    let initializer = ask(start(), "GET", "/docs/swagger-initializer.js", &[], b"");
    for text in [page.text(), initializer.text()] {
        assert!(!text.contains("://"), "{text}");
        assert!(!text.contains("src=\"//"), "{text}");
    }
    assert!(initializer.text().contains("/openapi.json"));
    assert!(initializer.text().contains("validatorUrl: \"none\""), "{}", initializer.text());
    // Every file that the page names is here.
    for name in page.text().split(['"', '\'']).filter(|part| part.starts_with("./")) {
        let file = ask(start(), "GET", &format!("/docs/{}", &name[2..]), &[], b"");
        assert_eq!(file.status, 200, "{name}");
    }
    refused(&ask(start(), "GET", "/docs/nothing.js", &[], b""), 404, "not_found");
}

#[test]
fn the_document_is_served_as_it_is_printed() {
    let answer = ask(start(), "GET", "/openapi.json", &[], b"");
    assert_eq!(answer.status, 200);
    let document = answer.json();
    assert_eq!(document["openapi"], "3.1.0");
    assert!(answer.text() == api::openapi::TEXT);
    let operation = &document["paths"]["/v1/issues/{id}/escalations"]["post"];
    assert_eq!(operation["x-action"], "issue.escalate");
    assert_eq!(operation["operationId"], "post_issues_by_id_escalations");
    assert_eq!(operation["responses"]["409"]["$ref"], "#/components/responses/Problem409");
    assert_eq!(document["components"]["schemas"]["Level"]["enum"], json!(["L1", "L2", "L3", "L4"]));
    assert_eq!(operation["security"], json!([{"bearer": []}]));
}

#[test]
fn every_code_is_listed_and_described() {
    let list = ask(start(), "GET", "/problems", &[("Accept-Language", "en")], b"").json();
    let items = list["items"].as_array().unwrap();
    assert!(items.len() > 100);
    let one = ask(start(), "GET", "/problems/not_the_responsible_delegate", &[], b"").json();
    assert_eq!((&one["status"], &one["clause"]), (&json!(409), &json!("C-4.4")));
    assert!(items.iter().any(|item| item["code"] == "read_model_behind" && item["status"] == 503));
}

#[test]
fn health_says_what_it_is_told() {
    assert_eq!(ask(start(), "GET", "/health/live", &[], b"").json(), json!({"status": "live"}));
    let bearer = format!("Bearer {TOKEN}");
    let ready = ask(start(), "GET", "/health/ready", &[("Authorization", &bearer)], b"");
    assert_eq!((ready.status, ready.json()["head"].as_u64()), (503, Some(7)));
    assert!(ready.header("retry-after").is_some());
    // A token that is not valid is no reason for a supervisor to be refused.
    for headers in [&[][..], &[("Authorization", "Bearer huiyin_wrong")]] {
        let ready = ask(start(), "GET", "/health/ready", headers, b"");
        assert_eq!((ready.status, ready.json()), (503, json!({"status": "starting"})));
    }
}

#[test]
fn measurements_are_labelled_by_pattern() {
    command(&[], GOOD.as_bytes());
    refused(&ask(start(), "GET", "/metrics", &[], b""), 401, "unauthenticated");
    let bearer = format!("Bearer {TOKEN}");
    let page = ask(start(), "GET", "/metrics", &[("Authorization", &bearer)], b"").text();
    let series = "huiyin_http_request_duration_seconds_count{method=\"POST\",\
                  route=\"/v1/demonstrations/{id}/escalations\",status=\"2xx\"}";
    assert!(page.contains(series), "{page}");
    assert!(!page.contains("019ab0c4"), "{page}");
}

#[test]
fn answers_carry_the_headers_that_protect_a_browser() {
    let answer = ask(start(), "GET", "/health/live", &[], b"");
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("cross-origin-opener-policy"), Some("same-origin"));
    assert!(answer.header("permissions-policy").unwrap().contains("camera=()"));
    assert!(answer.header("content-security-policy").unwrap().starts_with("default-src 'none'"));
    // One of each, also on problems.
    let answer = ask(start(), "GET", "/v1/nothing", &[], b"");
    let count = answer.headers.iter().filter(|(name, _)| name == "cache-control").count();
    assert_eq!(count, 1);
}

/// The signal to stop ends the server although nobody closes the idle connection; what came before it was answered.
#[test]
fn a_server_that_is_asked_to_stop_ends_in_order() {
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let stop_asked = async move {
        let _ = stopped.await;
    };
    let server = demonstration::serve(stop_asked);
    assert_eq!(ask(server.listens_on, "GET", "/health/live", &[], b"").status, 200);
    let idle = std::net::TcpStream::connect(server.listens_on).unwrap();
    stop.send(()).unwrap();
    server.ended.recv_timeout(std::time::Duration::from_secs(20)).unwrap();
    assert!(std::net::TcpStream::connect(server.listens_on).is_err());
    drop(idle);
}

/// What `huiyin health` does, against a server that is there and one that is not.
#[test]
fn the_command_line_s_client_reads_a_whole_answer() {
    let timeout = std::time::Duration::from_secs(5);
    let base = format!("http://{}", start());
    let answer = api::http::client::ask(&base, "GET", "/health/ready", None, None, timeout).unwrap();
    assert_eq!(answer.status, 503);
    assert_eq!(serde_json::from_slice::<Value>(&answer.body).unwrap(), json!({"status": "starting"}));
    let answer = api::http::client::ask(&base, "GET", "/health/ready", Some(TOKEN), None, timeout).unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&answer.body).unwrap()["head"], 7);
    let answer = api::http::client::ask(&base, "POST", PATH, Some(TOKEN), Some(GOOD), timeout).unwrap();
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    assert!(api::http::client::ask("http://127.0.0.1:1", "GET", "/", None, None, timeout).is_err());
}
