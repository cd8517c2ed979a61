//! How often people without an account may ask by a receipt code, and object to a notice.

use super::{Served, elsewhere, header, send, status};
use crate::harness::Place;
use std::net::SocketAddr;

#[test]
fn an_address_asks_by_codes_ten_times_a_minute() {
    let place = Place::new();
    let served = Served::start(&place, |_| {});
    let from_outside = SocketAddr::new(elsewhere(), served.address.port());
    let asks = |code: &str| {
        send(from_outside, &format!("GET /v1/public/receipts/{code} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"))
    };
    for left in (0..10).rev() {
        let answer = asks("0000-0000-0000-0000");
        assert_eq!(status(&answer), 404, "{answer}");
        assert_eq!(header(&answer, "ratelimit-policy"), Some("\"receipts\";q=10;w=60"));
        assert!(header(&answer, "ratelimit").unwrap().starts_with(&format!("\"receipts\";r={left};")), "{answer}");
    }
    let refused = asks("0000-0000-0000-0000");
    assert_eq!(status(&refused), 429, "{refused}");
    assert!(refused.contains("\"rate_limited\""), "{refused}");
    let wait: u32 = header(&refused, "retry-after").unwrap().parse().unwrap();
    assert!((1..=6).contains(&wait), "{wait}");
    // Who is read by the token of a front end is bounded alike: the code is the visitor's.
    let with_token = send(
        from_outside,
        &format!(
            "GET /v1/public/receipts/x HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\nconnection: close\r\n\r\n",
            place.token()
        ),
    );
    assert_eq!(status(&with_token), 429);
    // What else is public is not.
    let other = send(from_outside, "GET /v1/public/notices HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    assert_eq!(status(&other), 200, "{other}");
}

#[test]
fn an_address_objects_three_times_an_hour() {
    let place = Place::new();
    let served = Served::start(&place, |_| {});
    let from_outside = SocketAddr::new(elsewhere(), served.address.port());
    let objects = || {
        let path = "/v1/public/notices/0198f3c2-7a0f-7b52-9c1e-2f7b4d3e1a01/objections";
        let body = r#"{"ground":"not_posted","text":"x"}"#;
        let (length, json) = (body.len(), "content-type: application/json");
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\n{json}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
        );
        send(from_outside, &request)
    };
    for _ in 0..3 {
        assert_eq!(status(&objects()), 404);
    }
    let refused = objects();
    assert_eq!(status(&refused), 429, "{refused}");
    assert_eq!(header(&refused, "ratelimit-policy"), Some("\"objections\";q=3;w=3600"));
    let wait: u32 = header(&refused, "retry-after").unwrap().parse().unwrap();
    assert!((1..=1200).contains(&wait), "{wait}");
}
