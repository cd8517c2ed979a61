//! What must be true when the trouble is over.

use crate::harness::Place;
use crate::harness::http::agent;
use crate::server::Server;
use crate::work::Work;
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// Longest wait for boards to come up to the head again.
const PATIENCE: Duration = Duration::from_secs(60);

/// It is ready again by itself, and complains of nothing.
pub fn server_is_well(server: &Server, work: &Work) {
    server.becomes_ready(PATIENCE);
    let client = agent();
    let begun = Instant::now();
    loop {
        let health = work.call(&client, "GET", "/health/ready").send().is(200).json();
        if health["status"] == "ready" {
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "it stays unwell: {health:#}");
        std::thread::sleep(Duration::from_millis(500));
    }
}

/// Every acknowledged issue is in the log, once, and what was sent twice is there once.
pub fn nothing_is_lost(_: &Server, work: &Work) {
    let client = agent();
    let mut raised = BTreeSet::new();
    let mut after = 0;
    loop {
        let path = format!("/v1/events?after={after}&limit=1000&type=issue.raised");
        let page = work.call(&client, "GET", &path).send().good();
        for event in page["items"].as_array().unwrap() {
            let stream = event["stream"].as_str().unwrap().trim_start_matches("issue/").to_owned();
            assert!(raised.insert(stream), "raised twice: {event:#}");
        }
        after = page["scanned_to"].as_u64().unwrap();
        if after >= page["head"].as_u64().unwrap() {
            break;
        }
    }
    let acknowledged = work.acknowledged.lock().unwrap();
    let lost: Vec<_> = acknowledged.keys().filter(|issue| !raised.contains(*issue)).collect();
    assert!(lost.is_empty(), "{} acknowledged issues are not in the log: {lost:?}", lost.len());
    assert_eq!(raised.len(), acknowledged.len(), "the log holds other issues than were acknowledged");
}

/// The dashboard's number is the length of the list behind it, of the town and of each grid.
pub fn figures_equal_lists(_: &Server, work: &Work) {
    let client = agent();
    let head = work.call(&client, "GET", "/v1/events?limit=1").send().good()["head"].as_u64().unwrap();
    let town = insist(work, &format!("/v1/dashboards/overview?at_least={head}"));
    let listed = count(work, &format!("/v1/issues?at_least={head}&limit=1000"));
    assert_eq!(town["issues"]["raised"].as_u64(), Some(listed), "the town's issues");
    assert_eq!(listed, work.recorded() as u64, "the list is not what was acknowledged");
    assert_eq!(town["receptions"].as_u64(), Some(count(work, "/v1/receptions?limit=1000")), "the town's receptions");
    for row in insist(work, "/v1/dashboards/grids")["items"].as_array().unwrap() {
        let grid = row["grid_id"].as_str().unwrap();
        let listed = count(work, &format!("/v1/issues?grid_id={grid}&limit=1000"));
        assert_eq!(row["issues"]["raised"].as_u64(), Some(listed), "grid {grid}");
    }
}

fn insist(work: &Work, path: &str) -> Value {
    let (client, begun) = (agent(), Instant::now());
    loop {
        let answer = work.call(&client, "GET", path).send();
        if answer.status != 503 {
            return answer.good();
        }
        assert!(begun.elapsed() < PATIENCE, "{path}: {}", answer.text());
        std::thread::sleep(Duration::from_millis(500));
    }
}

fn count(work: &Work, path: &str) -> u64 {
    let (mut counted, mut cursor) = (0, String::new());
    loop {
        let page = insist(work, &format!("{path}{cursor}"));
        counted += page["items"].as_array().unwrap().len() as u64;
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return counted,
        }
    }
}

/// What is free goes back to the system by and by, the more slowly the less processor there is for it.
const GIVEN_BACK_WITHIN: Duration = Duration::from_secs(60);

/// MiB it holds once connections are gone; what is more than wanted has some time to be given back.
pub fn memory_held(server: &Server, quiet_mib: u64) -> u64 {
    let begun = Instant::now();
    loop {
        let held = server.resident_mib();
        println!("afterwards: {held} MiB resident, {quiet_mib} before");
        if is_given_back(held, quiet_mib) || begun.elapsed() > GIVEN_BACK_WITHIN {
            return held;
        }
        std::thread::sleep(Duration::from_secs(5));
    }
}

/// Whether it is within a fifth of what a server takes that sees no trouble.
pub fn is_given_back(held_mib: u64, quiet_mib: u64) -> bool {
    held_mib <= quiet_mib + quiet_mib / 5
}

/// An auditor's check of the directory that the server left.
pub fn the_record_is_sound(place: &Place) {
    let doctor = place.command("doctor").output().unwrap();
    let said = String::from_utf8_lossy(&doctor.stdout).into_owned() + &String::from_utf8_lossy(&doctor.stderr);
    assert!(doctor.status.success(), "the doctor: {}\n{said}", doctor.status);
}
