//! Methods, media types, headers and connections that are none of ours.

use super::RECEPTIONS;
use crate::harness::{Office, demand, now};
use std::io::{Read as _, Write as _};

#[test]
fn methods_media_types_and_formats() {
    let office = Office::open();
    let put = office.call("PUT", "/v1/issues").body("application/json", "{}").send();
    assert_eq!(put.header("allow"), Some("GET, HEAD"));
    put.problem(405, "method_not_allowed");
    let issue = office.raises("楼道灯不亮");
    let delete = office.call("DELETE", &format!("/v1/issues/{issue}")).send();
    assert_eq!(delete.header("allow"), Some("GET, HEAD"));
    delete.problem(405, "method_not_allowed");
    office.refuses(&office.call("POST", RECEPTIONS).body("text/plain", "{}"), 415, "unsupported_media_type");
    office.refuses(
        &office.call("POST", RECEPTIONS).body("application/json; charset=gbk", "{}"),
        415,
        "unsupported_media_type",
    );
    office.refuses(&office.call("GET", "/v1/issues").with("Accept", "image/png"), 406, "not_acceptable");
    office.refuses_question("/v1/issues?format=pdf", 406, "not_acceptable");
    let key = office.command(RECEPTIONS, &office.reception(now(), &[])).key(&"k".repeat(256));
    office.refuses(&key, 400, "bad_header");
}

/// What the server answers to these bytes, up to the end of the connection.
fn raw(office: &Office, request: &[u8]) -> String {
    let mut stream = office.server().connect();
    // The server may answer and close before it has taken everything.
    let _ = stream.write_all(request);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn a_header_of_ten_megabytes() {
    let office = Office::open();
    let before = office.head();
    let mut request = b"GET /v1/issues HTTP/1.1\r\nhost: x\r\nx-long: ".to_vec();
    request.resize(10 * 1024 * 1024, b'x');
    request.extend_from_slice(b"\r\n\r\n");
    let answer = raw(&office, &request);
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{}", answer.lines().next().unwrap_or_default());
    assert_eq!(office.head(), before);
}

#[test]
fn bytes_that_are_no_http() {
    let office = Office::open();
    for request in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..],
        b"GET\r\n\r\n",
        b"POST /v1/receptions HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET /%zz HTTP/9.9\r\n\r\n",
    ] {
        let mut request = request.to_vec();
        request.extend_from_slice(b"\r\n\r\n");
        let answer = raw(&office, &request);
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
    }
    office.get("/v1/me").good();
}

#[test]
fn a_client_that_goes_away() {
    let office = Office::open();
    let before = office.head();
    let body = office.reception(now(), &[demand("楼道灯不亮")]).to_string();
    let head = format!(
        "POST {RECEPTIONS} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n",
        office.token()
    );
    // In the middle of the head, after it, in the middle of the body, and in the middle of a chunk.
    for part in [
        head[..40].to_owned(),
        format!("{head}content-length: {}\r\n\r\n", body.len()),
        format!("{head}content-length: {}\r\n\r\n{}", body.len(), &body[..30]),
        format!("{head}transfer-encoding: chunked\r\n\r\nff\r\n{}", &body[..30]),
    ] {
        let mut stream = office.server().connect();
        stream.write_all(part.as_bytes()).unwrap();
        drop(stream);
    }
    std::thread::sleep(std::time::Duration::from_millis(100));
    assert_eq!(office.head(), before, "half a request is none");
    // Gone after the whole request was sent: it is recorded once or not at all, and a retry under its key settles it.
    for n in 0..10 {
        let mut stream = office.server().connect();
        let request = format!("{head}idempotency-key: gone-{n}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        stream.write_all(request.as_bytes()).unwrap();
        drop(stream);
    }
    let call =
        |n: usize| office.call("POST", RECEPTIONS).body("application/json", body.clone()).key(&format!("gone-{n}"));
    for n in 0..10 {
        call(n).send().is(201);
    }
    assert_eq!(office.head(), before + 20, "ten receptions with one issue each");
}
