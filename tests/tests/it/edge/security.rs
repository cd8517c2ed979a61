//! The security journal: who was turned away is a line, whatever they sent; the digest of a day that is over is in the log;
//! a journal that cannot be written stops nothing.

use super::{PATIENCE, Served, send, status};
use crate::harness::{FakedClock, Place};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

fn directory(place: &Place) -> PathBuf {
    place.data().join("security")
}

/// The files there are, by their days.
fn files(place: &Place) -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(directory(place)).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn lines(place: &Place) -> Vec<Value> {
    let texts = files(place).into_iter().map(|file| fs::read_to_string(file).unwrap()).collect::<String>();
    texts.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"))).collect()
}

/// What somebody sends who wants to write into a log.
const PAYLOADS: [&str; 40] = [
    "a\rb",
    "a\nb",
    "a\r\nb",
    "\r\n\r\n",
    "a%0d%0ab",
    "a%0Ab",
    "a\\nb",
    "a\\r\\nb",
    "a\u{b}b",
    "a\u{c}b",
    "\u{1b}[31mred",
    "\u{1b}[2J\u{1b}[H",
    "\u{1b}]0;title\u{7}",
    "\u{9b}31m",
    "a\u{8}\u{8}b",
    "a\tb",
    "a\0b",
    "a\u{7f}b",
    "a\u{85}b",
    "a\u{2028}b",
    "a\u{2029}b",
    "a\u{202e}b",
    "a\u{feff}b",
    "a\u{200b}b",
    "王小明",
    "\u{1f512}",
    "{\"kind\":\"started\"}",
    "\"},{\"at\":\"2026-01-01T00:00:00.000Z\"",
    "\",\"account_id\":\"x\",\"a\":\"",
    "\\\",\\\"kind\\\":\\\"started",
    "}\n{\"kind\":\"signed_in\"}",
    "]]",
    "'; DROP TABLE log;--",
    "${jndi:ldap://x}",
    "%s%s%s%n",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "$(reboot)",
    "`id`",
    "| tee /etc/x",
];

#[test]
fn whatever_somebody_sends_is_one_line_of_the_journal_and_of_the_log() {
    let place = Place::new();
    let log = place.data().with_extension("log");
    let served = Served::start(&place, |command| {
        command.stderr(fs::File::create(&log).unwrap());
    });
    let mut expected = 0;
    for payload in PAYLOADS {
        // As a token, as the id of a request, as a language and as a role, wherever it does not end the head.
        let text = payload.replace(['\r', '\n', '\0'], "\u{1}");
        let answer = served.says(&format!(
            "GET /v1/me HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {text}\r\nacting-as: {text}\r\nx-request-id: {text}\r\n\
             user-agent: {text}\r\nconnection: close\r\n\r\n"
        ));
        // What is no HTTP is no request: 400, and no line of the journal.
        assert!([400, 401].contains(&status(&answer)), "{payload:?}: {answer}");
        expected += u64::from(status(&answer) == 401);
        // Raw, as the whole of a request, and in its query.
        let raw =
            send(served.address, &format!("GET /v1/me?{payload} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"));
        expected += u64::from(raw.starts_with("HTTP/1.1 401"));
        // Encoded, where it arrives as it is meant: each is refused, and each is one line.
        let encoded: String = payload.bytes().map(|b| format!("%{b:02x}")).collect();
        assert_eq!(served.get(&format!("/v1/me?{encoded}={encoded}"), "guessed").0, 401, "{payload:?}");
        expected += 1;
    }
    assert!(expected > 70, "{expected}");
    let access = || fs::read_to_string(&log).unwrap();
    served.stop();
    let told = lines(&place);
    let refused = told.iter().filter(|line| line["kind"] == "unauthenticated");
    let times: u64 = refused.map(|line| line["times"].as_u64().unwrap_or(1)).sum();
    assert_eq!(times, expected);
    // Nobody wrote a line of their own, and nothing of what they sent is there.
    assert_eq!(told.iter().filter(|line| line["kind"] == "started").count(), 1);
    assert!(told.iter().all(|line| ["started", "unauthenticated"].contains(&line["kind"].as_str().unwrap())));
    let files = files(&place);
    let text: String = files.iter().map(|file| fs::read_to_string(file).unwrap()).collect();
    assert!(text.bytes().all(|b| b == b'\n' || b == b' ' || b.is_ascii_graphic()));
    for sent in ["DROP TABLE", "passwd", "jndi", "reboot", "<script>", "\\u738b"] {
        assert!(!text.contains(sent), "{sent}");
    }
    assert_eq!(fs::metadata(&files[0]).unwrap().permissions().mode() & 0o777, 0o600);
    // The log of requests has one line a request, too.
    let access = access();
    let requests: Vec<Value> = access
        .lines()
        .filter(|line| line.starts_with('{'))
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}")))
        .filter(|line: &Value| line["target"] == "access" && line["route"] == "/v1/me")
        .collect();
    let unauthenticated = requests.iter().filter(|line| line["status"] == 401).count();
    assert_eq!(u64::try_from(unauthenticated).unwrap(), expected);
}

#[test]
fn what_happened_is_asked_for_and_nobody_reads_about_themself() {
    let place = Place::new();
    let served = Served::start(&place, |_| ());
    let token = place.token();
    for _ in 0..3 {
        assert_eq!(served.get("/v1/me", "guessed").0, 401);
    }
    assert_eq!(served.get("/v1/offices", &token).0, 200);
    // 403: a role that the account does not have, under the reader's own name.
    let events = |query: &str| {
        let begun = Instant::now();
        loop {
            let (status, body) = served.get(&format!("/v1/security-events{query}"), &token);
            assert_eq!(status, 200, "{body}");
            let body: Value = serde_json::from_str(&body).unwrap();
            let items = body["items"].as_array().unwrap().clone();
            if items.iter().any(|item| item["kind"] == "unauthenticated") || !query.is_empty() {
                return (items, body["next_cursor"].as_str().map(str::to_owned));
            }
            assert!(begun.elapsed() < PATIENCE, "{body}");
            std::thread::sleep(Duration::from_millis(50));
        }
    };
    let (all, _) = events("");
    let kinds: Vec<_> = all.iter().map(|item| item["kind"].as_str().unwrap()).collect();
    assert!(kinds.contains(&"started") && kinds.contains(&"unauthenticated"), "{kinds:?}");
    // The reader's token was used from a new address; that line is about the reader.
    assert!(lines(&place).iter().any(|line| line["kind"] == "new_address"));
    assert!(!kinds.contains(&"new_address"), "{kinds:?}");
    let started = all.iter().find(|item| item["kind"] == "started").unwrap();
    assert_eq!(started["configuration"]["rate_address"], "20");
    let refused = all.iter().find(|item| item["kind"] == "unauthenticated").unwrap();
    assert_eq!((&refused["route"], &refused["method"]), (&"/v1/me".into(), &"GET".into()));
    assert_eq!(refused["address"], "127.0.0.1");
    let (only, _) = events("?kind=started");
    assert!(only.iter().all(|item| item["kind"] == "started") && only.len() == 1);
    let (first, next) = events("?limit=1");
    assert_eq!((first.len(), next.is_some()), (1, true));
    let (second, _) = events(&format!("?limit=1&cursor={}", next.unwrap()));
    assert_ne!(first, second);
    let begins = all[0]["at"].as_str().unwrap()[..10].parse::<chrono::NaiveDate>().unwrap();
    assert!(events(&format!("?to={}", begins - chrono::Days::new(2))).0.is_empty());
    assert_eq!(served.get("/v1/security-events", "").0, 401);
    assert_eq!(served.get("/v1/security-events?kind=nothing", &token).0, 400);
}

/// A day that is over is sealed: the leaf holds what the file comes to, and the file changes no more.
#[test]
fn the_digest_of_a_day_is_in_the_log() {
    let Some(clock) = FakedClock::of("the_digest_of_a_day_is_in_the_log") else { return };
    let place = Place::under(clock);
    let served = Served::start(&place, |_| ());
    assert_eq!(served.get("/v1/me", "guessed").0, 401);
    served.stop();
    place.clock().is_moved_by(2 * 86_400);
    let served = Served::start(&place, |command| {
        command.arg("--clock-is-right");
    });
    let token = place.token();
    let begun = Instant::now();
    let sealed = loop {
        let (_, body) = served.get("/v1/events?type=log.security_day_sealed&limit=1000", &token);
        let body: Value = serde_json::from_str(&body).unwrap();
        let items = body["items"].as_array().unwrap().clone();
        if !items.is_empty() {
            break items;
        }
        assert!(begun.elapsed() < PATIENCE);
        std::thread::sleep(Duration::from_millis(100));
    };
    assert_eq!(sealed.len(), 1, "{sealed:?}");
    let leaf = &sealed[0];
    assert_eq!(
        (&leaf["stream"], &leaf["actor"], &leaf["role"]),
        (&"log".into(), &"system/clock".into(), &"system".into())
    );
    let on = leaf["public"]["on"].as_str().unwrap();
    let file = fs::read(directory(&place).join(format!("{on}.jsonl"))).unwrap();
    assert_eq!(leaf["public"]["sha256"], STANDARD.encode(Sha256::digest(&file)));
    let count = file.iter().filter(|b| **b == b'\n').count();
    assert_eq!(leaf["public"]["entries"].as_u64(), u64::try_from(count).ok());
    assert!(count >= 2, "{count}");
    served.stop();
    assert_eq!(fs::read(directory(&place).join(format!("{on}.jsonl"))).unwrap(), file);
}

#[test]
fn a_journal_that_cannot_be_written_stops_nothing_and_is_told() {
    let place = Place::new();
    Served::start(&place, |_| ()).stop();
    let (place, token) = (&place, place.token().as_str().to_owned());
    let token = token.as_str();
    // As good as a full disk: a file in the place of the directory.
    fs::remove_dir_all(directory(place)).unwrap();
    fs::write(directory(place), "").unwrap();
    let served = Served::start(place, |_| ());
    let begun = Instant::now();
    loop {
        assert_eq!(served.get("/v1/me", "guessed").0, 401);
        let (status, told) = served.get("/health/ready", token);
        assert_eq!(status, 200, "{told}");
        if told.contains("\"security\":\"journal\"") {
            assert!(told.contains("degraded"), "{told}");
            break;
        }
        assert!(begun.elapsed() < PATIENCE, "{told}");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(served.get("/v1/offices", token).0, 200);
    // Once it can be written again, it is, and what is missing is told.
    fs::remove_file(directory(place)).unwrap();
    let begun = Instant::now();
    while !(directory(place).is_dir() && lines(place).iter().any(|line| line["kind"] == "lost")) {
        assert_eq!(served.get("/v1/offices", "guessed").0, 401);
        assert!(begun.elapsed() < PATIENCE);
        std::thread::sleep(Duration::from_millis(50));
    }
    let (_, told) = served.get("/health/ready", token);
    assert!(!told.contains("\"security\":\"journal\""), "{told}");
}
