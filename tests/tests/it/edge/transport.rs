//! What clients and the proxies between do to requests and answers: encodings, entity tags, bytes beyond ASCII.

use super::{Served, header, status};
use crate::harness::{Office, Place, WorkingDays, instant, now, today};
use serde_json::{Value, json};

/// Before, an address with unencoded Chinese was answered 400 with an empty body.
#[test]
fn what_cannot_be_read_is_told_in_a_problem_document() {
    let place = Place::new();
    let served = Served::start(&place, |_| ());
    for request in [
        "GET /v1/issues?q=路灯 HTTP/1.1\r\nhost: x\r\n\r\n",
        "GET /v1/issues?q=\u{ff}\u{ff} HTTP/1.1\r\nhost: x\r\n\r\n",
        "GET /v1/issues HTTP/1.1\r\n\r\n",
        "GET  /v1/issues HTTP/1.1\r\nhost: x\r\n\r\n",
        "nonsense\r\n\r\n",
        "GET /v1/issues HTTP/1.1\r\nhost: x\r\nbad header: x\r\n\r\n",
        // Behind a good one on the same connection.
        "GET /health/live HTTP/1.1\r\nhost: x\r\n\r\nGET /v1/issues?q=路灯 HTTP/1.1\r\nhost: x\r\n\r\n",
    ] {
        let answers = served.says(request);
        let begins = answers.rfind("HTTP/1.1 ").unwrap();
        let answer = &answers[begins..];
        assert_eq!(status(answer), 400, "{answers}");
        assert_eq!(header(answer, "content-type"), Some("application/problem+json"), "{answers}");
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        assert_eq!(header(answer, "content-length"), Some(body.len().to_string().as_str()));
        let body: Value = serde_json::from_str(body).unwrap();
        assert_eq!(body["code"], "bad_request", "{answers}");
        assert_eq!(body["request_id"].as_str(), header(answer, "x-request-id"));
        assert_eq!(answers.len() > answer.len(), request.matches("HTTP/1.1").count() == 2);
    }
}

/// Before, a weak tag (which a proxy that compresses makes of ours), a list and `*` were 400.
#[test]
fn if_match_is_read_as_rfc_9110_says() {
    let office = Office::open();
    let issue = office.raises("楼道灯不亮");
    let next_word = WorkingDays::shipped().after(today(), 2);
    let command = |text: &str, tag: &str| {
        let told =
            json!({"text": text, "channel": "phone", "told_at": instant(now()), "next_word_on": next_word.to_string()});
        office.command(&format!("/v1/issues/{issue}/interim-replies"), &told).with("If-Match", tag)
    };
    let version = office.get(&format!("/v1/issues/{issue}")).is(200).version();
    command("一", &format!("W/\"{version}\"")).send().is(200);
    command("二", &format!("\"99\", W/\"{}\" , \"x\"", version + 1)).send().is(200);
    command("三", "*").send().is(200);
    for stale in ["\"99\"", "W/\"1\"", "\"98\", \"99\"", "\"not ours\""] {
        office.refuses(&command("四", stale), 412, "stale_version");
    }
    for malformed in ["4", "\"4", "w/\"4\"", "\"4\" \"5\""] {
        office.refuses(&command("四", malformed), 400, "bad_header");
    }
}

/// Before, the document of 780 KB was sent whole at each visit.
#[test]
fn large_and_fixed_answers_are_compressed_and_sent_once() {
    let place = Place::new();
    let served = Served::start(&place, |_| ());
    let token = place.token();
    let asks = |path: &str, headers: &str| {
        let head = format!("GET {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n");
        served.says(&format!("{head}{headers}connection: close\r\n\r\n"))
    };
    for path in ["/openapi.json", "/docs/swagger-ui-bundle.js", "/docs/", "/problems", "/problems/not_found"] {
        let plain = asks(path, "");
        assert_eq!((status(&plain), header(&plain, "content-encoding")), (200, None), "{path}");
        let tag = header(&plain, "etag").unwrap_or_else(|| panic!("{path} has no ETag")).to_owned();
        let again = asks(path, &format!("if-none-match: {tag}\r\n"));
        assert_eq!((status(&again), header(&again, "etag")), (304, Some(tag.as_str())), "{path}");
        assert!(again.ends_with("\r\n\r\n"), "{path}");
        assert_eq!(status(&asks(path, "if-none-match: \"other\"\r\n")), 200, "{path}");
        let packed = asks(path, "accept-encoding: br, gzip\r\n");
        let length = |answer: &str| header(answer, "content-length").unwrap().parse::<usize>().unwrap();
        if length(&plain) > 1500 {
            assert_eq!(header(&packed, "content-encoding"), Some("gzip"), "{path}");
            assert!(length(&packed) < length(&plain) * 2 / 3, "{path}");
        }
    }
    // What is asked anew each time, too, where it is long; and never for who does not take it.
    let packed = asks("/v1/topics", "accept-encoding: gzip\r\n");
    let plain = asks("/v1/topics", "accept-encoding: gzip;q=0\r\n");
    assert_eq!(header(&plain, "content-encoding"), None);
    let (_, body) = plain.split_once("\r\n\r\n").unwrap();
    assert_eq!(header(&packed, "content-encoding") == Some("gzip"), body.len() >= 1024);
    let short = asks("/v1/me", "accept-encoding: gzip\r\n");
    assert_eq!(header(&short, "content-encoding"), None);
}
