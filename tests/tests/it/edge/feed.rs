//! The feed: nothing is missed between two connections, and nobody has too many of them.

use super::{PATIENCE, Served, header, status};
use crate::harness::Place;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Shutdown, TcpStream};

struct Reader(BufReader<TcpStream>);

impl Reader {
    /// Asks for a feed: its status and the rest of it.
    #[track_caller]
    fn of(served: &Served, query: &str, headers: &str) -> (u16, Self) {
        let mut connection = TcpStream::connect(served.address).unwrap();
        connection.set_read_timeout(Some(PATIENCE)).unwrap();
        connection
            .write_all(
                format!("GET /v1/feed{query} HTTP/1.1\r\nhost: x\r\naccept-encoding: gzip\r\n{headers}\r\n").as_bytes(),
            )
            .unwrap();
        let mut lines = Self(BufReader::new(connection));
        let answered = status(&lines.line());
        while !lines.line().is_empty() {}
        (answered, lines)
    }

    /// The next line, without its end.
    #[track_caller]
    fn line(&mut self) -> String {
        let mut line = String::new();
        assert_ne!(self.0.read_line(&mut line).unwrap(), 0, "it ended");
        line.trim_end().to_owned()
    }

    /// The value of the next line of that name.
    #[track_caller]
    fn next(&mut self, name: &str) -> String {
        loop {
            if let Some(value) = self.line().strip_prefix(name) {
                return value.to_owned();
            }
        }
    }

    fn leave(self) {
        let _ = self.0.get_ref().shutdown(Shutdown::Both);
    }
}

fn bearer(place: &Place) -> String {
    format!("authorization: Bearer {}\r\n", place.token())
}

#[track_caller]
fn post(served: &Served, place: &Place, path: &str, body: &str) -> serde_json::Value {
    let head = format!("content-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n", body.len());
    let answer = served.says(&format!("POST {path} HTTP/1.1\r\nhost: x\r\n{}{head}\r\n{body}", bearer(place)));
    assert!(matches!(status(&answer), 200 | 201), "{answer}");
    serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
}

fn records(served: &Served, place: &Place, name: &str) {
    post(served, place, "/v1/offices", &format!(r#"{{"name":"{name}","kind":"department"}}"#));
}

/// Before, the feed had no `id` until its first event: whoever lost the line before it began anew at a later head.
#[test]
fn what_is_recorded_before_the_first_event_is_not_missed() {
    let place = Place::new();
    let served = Served::start(&place, |_| ());
    let (answered, mut feed) = Reader::of(&served, "", &bearer(&place));
    assert_eq!(answered, 200);
    let opening = feed.next("id: ");
    feed.leave();
    records(&served, &place, "甲");
    let again = format!("{}last-event-id: {opening}\r\n", bearer(&place));
    let (_, mut feed) = Reader::of(&served, "", &again);
    assert_eq!(feed.next("id: "), opening);
    assert_eq!(feed.next("event: "), "office.registered");
    feed.leave();
    // A filter that lets nothing pass moves the reader on all the same.
    let (_, mut feed) = Reader::of(&served, &format!("?after={opening}&type=issue.raised"), &bearer(&place));
    assert_eq!(feed.next("id: "), opening);
    let moved: u64 = feed.next("id: ").parse().unwrap();
    assert!(moved > opening.parse().unwrap());
}

/// Before, HEAD never ended, JSON was answered with a stream, and HTTP/1.0 was sent chunks.
#[test]
fn a_feed_is_only_sent_to_who_can_read_it() {
    let place = Place::new();
    let served = Served::start(&place, |_| ());
    let head =
        served.says(&format!("HEAD /v1/feed HTTP/1.1\r\nhost: x\r\n{}connection: close\r\n\r\n", bearer(&place)));
    assert_eq!((status(&head), header(&head, "content-type")), (200, Some("text/event-stream")));
    assert!(head.ends_with("\r\n\r\n"), "{head}");
    let json = format!("{}accept: application/json\r\n", bearer(&place));
    assert_eq!(Reader::of(&served, "", &json).0, 406);
    for accepted in ["text/event-stream", "*/*", "text/*, application/json;q=0.5"] {
        assert_eq!(Reader::of(&served, "", &format!("{}accept: {accepted}\r\n", bearer(&place))).0, 200, "{accepted}");
    }

    let mut old = TcpStream::connect(served.address).unwrap();
    old.set_read_timeout(Some(PATIENCE)).unwrap();
    old.write_all(format!("GET /v1/feed HTTP/1.0\r\n{}\r\n", bearer(&place)).as_bytes()).unwrap();
    let mut lines = Reader(BufReader::new(old));
    loop {
        let line = lines.line();
        assert!(!line.to_ascii_lowercase().starts_with("transfer-encoding"), "{line}");
        if line.is_empty() {
            break;
        }
    }
    assert_eq!(lines.line(), "retry: 3000");
}

/// Before, 3,000 feeds of one token made a reception take twenty times as long.
#[test]
fn an_account_has_eight_feeds() {
    let place = Place::new();
    let served = Served::start(&place, |_| ());
    let mut open: Vec<_> = (0..8).map(|_| Reader::of(&served, "", &bearer(&place))).collect();
    assert!(open.iter().all(|(answered, _)| *answered == 200));
    let refused =
        served.says(&format!("GET /v1/feed HTTP/1.1\r\nhost: x\r\n{}connection: close\r\n\r\n", bearer(&place)));
    assert_eq!(status(&refused), 429);
    assert!(refused.contains("rate_limited") && header(&refused, "retry-after").is_some(), "{refused}");
    let policy = "\"account-feeds\";q=8;qu=\"concurrent-requests\"";
    assert_eq!(header(&refused, "ratelimit-policy"), Some(policy), "{refused}");
    assert_eq!(header(&refused, "ratelimit"), Some("\"account-feeds\";r=0;t=15"), "{refused}");
    // Each that is closed makes room for another at once, though nothing happens that would be written to it.
    for _ in 0..8 {
        open.remove(0).1.leave();
        open.push(Reader::of(&served, "", &bearer(&place)));
        assert_eq!(open.last().unwrap().0, 200);
    }
}

/// A browser's EventSource can send no header.
#[test]
fn a_ticket_opens_one_feed_without_a_header() {
    let place = Place::new();
    let served = Served::start(&place, |_| ());
    let given = post(&served, &place, "/v1/feed/tickets", "{}");
    let ticket = given["ticket"].as_str().unwrap();
    let ends = given["expires_at"].as_str().unwrap();
    assert!(ends.ends_with("+08:00") && ends.len() <= "2026-11-19T14:11:00.000+08:00".len(), "{ends}");
    // A feed that does not begin leaves it as it was.
    let refused = |query: &str, headers: &str| Reader::of(&served, &format!("?ticket={ticket}{query}"), headers).0;
    assert_eq!(refused("", "accept: application/json\r\n"), 406);
    assert_eq!((refused("&colour=red", ""), refused("&after=999999", "")), (400, 400));
    let head = served.says(&format!("HEAD /v1/feed?ticket={ticket} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"));
    assert_eq!(status(&head), 200, "{head}");
    let full: Vec<_> = (0..8).map(|_| Reader::of(&served, "", &bearer(&place))).collect();
    assert_eq!(refused("", ""), 429);
    drop(full);
    let (answered, mut feed) = Reader::of(&served, &format!("?ticket={ticket}"), "");
    assert_eq!(answered, 200);
    feed.next("id: ");
    records(&served, &place, "丙");
    assert_eq!(feed.next("event: "), "office.registered");
    for used_or_wrong in [ticket, "", "x"] {
        assert_eq!(Reader::of(&served, &format!("?ticket={used_or_wrong}"), "").0, 401);
    }
    // It opens a feed and nothing else.
    let other = post(&served, &place, "/v1/feed/tickets", "{}");
    let path = format!("/v1/offices?ticket={}", other["ticket"].as_str().unwrap());
    let asked = served.says(&format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"));
    assert_eq!(status(&asked), 401);
}
