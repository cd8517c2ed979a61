//! The headers that every answer has, whatever it answers.

use super::{Served, header, status};
use crate::harness::{Place, of_nobody};
use serde_json::Value;

/// Headers that speak to browsers, with what they say unless a page needs another.
const ALWAYS: [(&str, &str); 5] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
    (
        "permissions-policy",
        "accelerometer=(), camera=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()",
    ),
];

/// What an answer must have, whoever asked; `open` where the route needs no token.
#[track_caller]
fn is_guarded(answer: &str, asked: &str, open: bool) {
    for (name, value) in ALWAYS {
        assert_eq!(header(answer, name), Some(value), "{name} of {asked}\n{answer}");
    }
    let policy = header(answer, "content-security-policy").unwrap_or_default();
    assert!(policy.contains("frame-ancestors 'none'"), "{asked}: {policy}");
    assert!(!policy.contains("unsafe-eval") && !policy.contains('*'), "{asked}: {policy}");
    let embedded = header(answer, "cross-origin-resource-policy");
    assert!(embedded == Some("same-origin") || (open && embedded == Some("cross-origin")), "{asked}: {embedded:?}");
    let kept = header(answer, "cache-control").unwrap_or_default();
    assert!(open || kept.contains("no-store") || kept.contains("private"), "{asked}: {kept}");
    // Nothing says what it is made of, nothing sets a cookie, and HSTS is for whoever speaks TLS.
    for absent in ["server", "x-powered-by", "set-cookie", "strict-transport-security"] {
        assert_eq!(header(answer, absent), None, "{absent} of {asked}");
    }
    // Any page may show what is public, and nothing else.
    let origin = header(answer, "access-control-allow-origin");
    assert!(origin.is_none() || (open && asked.contains(" /v1/public/") && origin == Some("*")), "{asked}: {origin:?}");
    assert!(header(answer, "x-request-id").is_some() && header(answer, "date").is_some(), "{asked}\n{answer}");
}

#[test]
fn every_answer_of_every_route_has_the_headers_that_guard_it() {
    let place = Place::new();
    let served = Served::start(&place, |_| ());
    let (_, document) = served.get("/openapi.json", "");
    let document: Value = serde_json::from_str(&document).unwrap();
    let token = format!("authorization: Bearer {}\r\n", place.token());
    let mut counted = 0;
    for (path, operations) in document["paths"].as_object().unwrap() {
        let path = path.replace("{year}", "2026").replace("{position}", "1").replace("{level}", "0");
        let path = path.replace("{place}", "000.p/1").replace("{file}", "").replace("{code}", "not_found");
        let path = of_nobody(&path.replace("{name}", "issue_board"));
        for (method, operation) in operations.as_object().unwrap() {
            let method = method.to_uppercase();
            let open = operation["security"].as_array().unwrap().is_empty();
            let (body, sent) = match method.as_str() {
                "POST" => ("content-type: application/json\r\ncontent-length: 2\r\n", "{}"),
                _ => ("", ""),
            };
            for who in ["", token.as_str()] {
                // It would not end.
                if path == "/v1/feed" && !who.is_empty() {
                    continue;
                }
                let asked = format!("{method} {path}");
                let answer =
                    served.says(&format!("{asked} HTTP/1.1\r\nhost: x\r\n{who}{body}connection: close\r\n\r\n{sent}"));
                is_guarded(&answer, &asked, open);
                counted += 1;
            }
        }
    }
    assert!(counted > 300, "{counted}");
    // What no route answers, and what is no request.
    for (request, expected) in [
        ("GET /nowhere HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n", 404),
        ("DELETE /v1/issues HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n", 405),
        ("OPTIONS /v1/issues HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n", 405),
        ("HEAD /v1/me HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n", 401),
        ("nonsense\r\n\r\n", 400),
    ] {
        let answer = served.says(request);
        assert_eq!(status(&answer), expected, "{answer}");
        is_guarded(&answer, request, false);
    }
}

/// A proxy that is trusted says that its clients speak TLS: then they are told to stay with it.
#[test]
fn who_comes_by_tls_is_told_to_stay_with_it() {
    let place = Place::new();
    let served = Served::start(&place, |command| {
        command.args(["--trusted-proxies", "127.0.0.0/8"]);
    });
    let asks = |headers: &str| {
        let answer =
            served.says(&format!("GET /health/live HTTP/1.1\r\nhost: x\r\n{headers}connection: close\r\n\r\n"));
        header(&answer, "strict-transport-security").map(str::to_owned)
    };
    let year = Some("max-age=31536000".to_owned());
    assert_eq!(asks("x-forwarded-for: 192.0.2.1\r\nx-forwarded-proto: https\r\n"), year);
    assert_eq!(asks("forwarded: for=192.0.2.1;proto=https\r\n"), year);
    assert_eq!(asks("x-forwarded-for: 192.0.2.1\r\nx-forwarded-proto: http\r\n"), None);
    assert_eq!(asks(""), None);
}
