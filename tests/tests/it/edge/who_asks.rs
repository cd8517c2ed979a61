//! Who asks: the table of routes alone says where a token is needed, strangers have their rate, and a browser's pages of
//! other origins are let in by name.

use super::{Served, elsewhere, header, send, status};
use crate::harness::{Place, of_nobody};
use serde_json::Value;
use std::net::SocketAddr;

/// Headers that a browser lets every page read (the safelist of the Fetch standard), and those that speak to browsers and
/// proxies alone.
const BROWSERS: [&str; 17] = [
    "cache-control",
    "content-language",
    "content-length",
    "content-type",
    "last-modified",
    "connection",
    "content-encoding",
    "content-security-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "permissions-policy",
    "referrer-policy",
    "strict-transport-security",
    "transfer-encoding",
    "vary",
    "x-content-type-options",
    "x-frame-options",
];

/// Every route of the document without a token: closed ones answer 401, open ones do not, and none has a second way to be
/// written.
#[test]
fn a_route_needs_a_token_or_says_that_it_does_not() {
    let place = Place::new();
    let served = Served::start(&place, |_| ());
    let (_, document) = served.get("/openapi.json", "");
    let document: Value = serde_json::from_str(&document).unwrap();
    let mut counted = (0, 0, 0);
    for (path, operations) in document["paths"].as_object().unwrap() {
        let path = path.replace("{year}", "2026").replace("{position}", "1").replace("{level}", "0");
        let path = path.replace("{place}", "000.p/1").replace("{file}", "").replace("{code}", "not_found");
        let path = of_nobody(&path.replace("{name}", "issue_board"));
        assert!(!path.contains('{'), "{path}");
        for (method, operation) in operations.as_object().unwrap() {
            let method = method.to_uppercase();
            let body = if method == "POST" { "content-type: application/json\r\ncontent-length: 2\r\n" } else { "" };
            let sent = if method == "POST" { "{}" } else { "" };
            let answer =
                served.says(&format!("{method} {path} HTTP/1.1\r\nhost: x\r\n{body}connection: close\r\n\r\n{sent}"));
            let open = operation["security"].as_array().unwrap().is_empty();
            assert_eq!(status(&answer) != 401, open, "{method} {path}: {answer}");
            if open {
                counted.0 += 1
            } else {
                counted.1 += 1
            }
            // Written otherwise it is no route at all, whichever part is.
            for (at, letter) in path.char_indices().filter(|(_, letter)| letter.is_ascii_alphanumeric()) {
                if path.as_bytes()[at - 1] != b'/' {
                    continue;
                }
                let (before, after) = (&path[..at], &path[at + 1..]);
                let other = format!("{before}%{:02x}{after}", u32::from(letter));
                let answer = served
                    .says(&format!("{method} {other} HTTP/1.1\r\nhost: x\r\n{body}connection: close\r\n\r\n{sent}"));
                assert_eq!(status(&answer), 404, "{method} {other}: {answer}");
                counted.2 += 1;
            }
        }
    }
    assert!(counted.0 >= 9 && counted.1 > 90 && counted.2 > 300, "{counted:?}");
}

/// Before, the table matched a path as it was sent and the router the decoded one: a leaf bundle was asked for under the
/// open line of the hash tiles.
#[test]
fn there_is_one_way_to_write_an_address() {
    let place = Place::new();
    let served = Served::start(&place, |_| ());
    for path in [
        "/log/tile/%65ntries/000.p/3",
        "/log/tile/%30/000.p/1",
        "/%64ocs/",
        "/docs/%69ndex.html",
        "/health/%6cive",
        "/log/%63heckpoint",
        "/v1/%6de",
        "/v1/me%2f",
        "/v1/offices/%",
    ] {
        for token in ["", place.token().as_str()] {
            let (status, body) = served.get(path, token);
            assert_eq!(status, 404, "{path}: {body}");
            assert!(body.contains("not_found"), "{path}: {body}");
        }
    }
}

/// Before, nothing bounded how often a stranger was refused, and each refusal wrote a line.
#[test]
fn strangers_have_a_rate_and_tokens_are_not_bounded_by_it() {
    let place = Place::new();
    let served = Served::start(&place, |command| {
        command.args(["--rate-address", "1"]);
    });
    let from_outside = SocketAddr::new(elsewhere(), served.address.port());
    let asks = |headers: &str| {
        send(from_outside, &format!("GET /v1/me HTTP/1.1\r\nhost: x\r\n{headers}connection: close\r\n\r\n"))
    };
    let mut refused = None;
    // Five at once, then one a second: so many within a few seconds are too many.
    for n in 0..200 {
        let answer = asks("authorization: Bearer guessed\r\n");
        assert_eq!(header(&answer, "ratelimit-policy"), Some("\"address\";q=1;w=1"), "{answer}");
        match status(&answer) {
            401 => assert!(header(&answer, "ratelimit").unwrap().starts_with("\"address\";r="), "{answer}"),
            429 => {
                refused = Some((n, answer));
                break;
            }
            other => panic!("{other}: {answer}"),
        }
    }
    let (asked, answer) = refused.expect("nobody was refused");
    assert!(asked >= 5, "{asked}");
    assert!(answer.contains("\"rate_limited\""), "{answer}");
    assert!(header(&answer, "retry-after").unwrap().parse::<u32>().unwrap() >= 1);
    // Whoever has a token goes on from the same address, and the machine itself is spared.
    let good = asks(&format!("authorization: Bearer {}\r\n", place.token()));
    assert_eq!((status(&good), header(&good, "ratelimit")), (200, None));
    for _ in 0..20 {
        assert_eq!(served.get("/v1/me", "guessed").0, 401);
    }
}

/// Behind a proxy that is trusted each client has a rate of its own, and the proxy none; nobody else is believed.
#[test]
fn behind_a_trusted_proxy_each_client_has_a_rate() {
    let place = Place::new();
    let log = place.data().with_extension("log");
    let served = Served::start(&place, |command| {
        command.args(["--rate-address", "1", "--trusted-proxies", "127.0.0.1"]);
        command.stderr(std::fs::File::create(&log).unwrap());
    });
    let asks = |client: &str| {
        let forwarded = format!("x-forwarded-for: 10.0.0.9, {client}\r\n");
        status(&served.says(&format!("GET /v1/me HTTP/1.1\r\nhost: x\r\n{forwarded}connection: close\r\n\r\n")))
    };
    let loud: Vec<_> = (0..200).map(|_| asks("192.0.2.1")).take_while(|status| *status == 401).collect();
    assert!((5..200).contains(&loud.len()), "{}", loud.len());
    assert_eq!(asks("192.0.2.2"), 401);
    // Straight from another address the same header says nothing, and a good token is bounded by none of it.
    let from_outside = SocketAddr::new(elsewhere(), served.address.port());
    let forged =
        send(from_outside, "GET /v1/me HTTP/1.1\r\nhost: x\r\nx-forwarded-for: 192.0.2.1\r\nconnection: close\r\n\r\n");
    assert_eq!(status(&forged), 401, "{forged}");
    let contradicting = served.says(
        "GET /v1/me HTTP/1.1\r\nhost: x\r\nx-forwarded-for: 192.0.2.3\r\nforwarded: for=127.0.0.1\r\nconnection: close\r\n\r\n",
    );
    assert!(contradicting.contains("bad_header"), "{contradicting}");
    assert_eq!(header(&contradicting, "ratelimit-policy"), Some("\"address\";q=1;w=1"));
    served.stop();
    let lines = std::fs::read_to_string(&log).unwrap();
    let told = |address: &str| lines.contains(&format!("\"client\":\"{address}\""));
    assert!(told("192.0.2.1") && told("192.0.2.2") && told(&elsewhere().to_string()) && !told("10.0.0.9"), "{lines}");
}

#[test]
fn pages_of_listed_origins_may_use_it() {
    let place = Place::new();
    let served = Served::start(&place, |command| {
        command.args(["--cors-origins", "https://front.example,http://127.0.0.1:5173"]);
    });
    let asks = |method: &str, path: &str, headers: &str| {
        served.says(&format!("{method} {path} HTTP/1.1\r\nhost: x\r\n{headers}connection: close\r\n\r\n"))
    };
    let preflight = "origin: https://front.example\r\naccess-control-request-method: POST\r\n\
                     access-control-request-headers: authorization,idempotency-key\r\n";
    // Before anybody is asked for a token.
    let answer = asks("OPTIONS", "/v1/receptions", preflight);
    assert_eq!(status(&answer), 204, "{answer}");
    assert_eq!(header(&answer, "access-control-allow-origin"), Some("https://front.example"));
    assert_eq!(header(&answer, "access-control-allow-methods"), Some("GET, POST"));
    let sent = header(&answer, "access-control-allow-headers").unwrap();
    for name in ["Authorization", "Idempotency-Key", "If-Match", "Acting-As", "Last-Event-ID"] {
        assert!(sent.contains(name), "{name}: {sent}");
    }
    assert_eq!(header(&answer, "access-control-max-age"), Some("600"));
    assert_eq!(header(&answer, "access-control-allow-credentials"), None);
    // The answers themselves, refusals too, so that a page can read what went wrong.
    let origin = "origin: http://127.0.0.1:5173\r\n";
    let token = format!("authorization: Bearer {}\r\n", place.token());
    for (path, more, expected) in
        [("/v1/offices", token.as_str(), 200), ("/v1/offices", "", 401), ("/v1/none", "", 404)]
    {
        let answer = asks("GET", path, &format!("{origin}{more}"));
        assert_eq!(status(&answer), expected, "{answer}");
        assert_eq!(header(&answer, "access-control-allow-origin"), Some("http://127.0.0.1:5173"));
        assert!(header(&answer, "access-control-expose-headers").unwrap().contains("ETag"));
        assert!(answer.to_ascii_lowercase().contains("\r\nvary: origin\r\n"), "{answer}");
    }
    // Every header that is for whoever asks, and not for the browser or a proxy, can be read by a page.
    let offices = format!("{origin}{token}");
    let answers = [
        asks("GET", "/v1/offices?limit=1", &offices),
        asks("GET", "/v1/grids", origin),
        asks("PUT", "/v1/offices", &offices),
        asks("GET", "/v1/policies/4", &offices),
        asks("GET", "/v1/issues?format=csv", &offices),
        asks("GET", "/v1/events?format=ndjson&limit=1", &offices),
        asks("GET", "/openapi.json", origin),
    ];
    for answer in answers {
        let (head, _) = answer.split_once("\r\n\r\n").unwrap();
        let readable = header(&answer, "access-control-expose-headers").unwrap().to_ascii_lowercase();
        let readable: Vec<_> = readable.split(", ").collect();
        for line in head.lines().skip(1) {
            let name = line.split_once(':').unwrap().0.to_ascii_lowercase();
            let theirs = BROWSERS.contains(&name.as_str()) || name.starts_with("access-control-");
            assert!(theirs || readable.contains(&name.as_str()), "{name} of\n{head}");
        }
    }
    // Nobody else.
    for other in ["https://front.example.evil", "null", "https://front.example:8443", "http://front.example"] {
        let answer = asks("OPTIONS", "/v1/receptions", &preflight.replace("https://front.example", other));
        assert_eq!(status(&answer), 405, "{answer}");
        let answer = asks("GET", "/v1/offices", &format!("origin: {other}\r\n{token}"));
        assert_eq!((status(&answer), header(&answer, "access-control-allow-origin")), (200, None));
    }
}

#[test]
fn without_the_option_no_origin_is_named_and_what_is_public_may_be_embedded() {
    let place = Place::new();
    let served = Served::start(&place, |_| ());
    let asks = |method: &str, path: &str| {
        let headers = "origin: https://front.example\r\naccess-control-request-method: GET\r\n";
        served.says(&format!("{method} {path} HTTP/1.1\r\nhost: x\r\n{headers}connection: close\r\n\r\n"))
    };
    let preflight = asks("OPTIONS", "/v1/offices");
    assert_eq!((status(&preflight), header(&preflight, "allow")), (405, Some("GET, HEAD, POST")));
    for (path, policy) in [
        ("/log/checkpoint", "cross-origin"),
        ("/openapi.json", "cross-origin"),
        ("/problems", "cross-origin"),
        ("/docs/", "same-origin"),
        ("/v1/offices", "same-origin"),
    ] {
        let answer = asks("GET", path);
        assert_eq!(header(&answer, "access-control-allow-origin"), None, "{path}");
        assert_eq!(header(&answer, "cross-origin-resource-policy"), Some(policy), "{path}");
        assert_eq!(header(&answer, "cross-origin-opener-policy"), Some("same-origin"), "{path}");
        assert!(header(&answer, "permissions-policy").unwrap().contains("camera=()"), "{path}");
    }
}
