//! The clock of the machine is not believed blindly: not where it was set since an earlier start, not where it is far
//! beyond the newest record.
//!
//! The machine's clock is not touched: what a start wrote down of it is changed instead, as if the clock had been set
//! by an hour since; and the bound on how far it may be ahead is set to nothing.

use crate::harness::{Office, Place, Server, huiyin};
use serde_json::json;
use std::process::Command;
use std::sync::Arc;

/// Moves what was written down of the clock, as if the clock had been set meanwhile.
fn set_since_the_last_start(place: &Place, by_ms: i64) {
    let kept = place.data().join("clock");
    let text = std::fs::read_to_string(&kept).unwrap();
    let (boot, offset) = text.trim().split_once(' ').unwrap();
    let offset: i64 = offset.parse().unwrap();
    std::fs::write(&kept, format!("{boot} {}\n", offset - by_ms)).unwrap();
}

#[test]
fn under_a_clock_that_was_set_nothing_is_recorded_until_the_operator_has_looked() {
    for by_ms in [3_600_000, -3_600_000, 73 * 365 * 86_400_000] {
        let place = Arc::new(Place::new());
        let body = |name: &str| json!({"name": name, "kind": "department"});
        let mut office = Office::at(Arc::clone(&place));
        office.post("/v1/offices", &body("甲办")).created();
        office.stops();
        set_since_the_last_start(&place, by_ms);

        office.restarts_alive();
        let refused = office.post("/v1/offices", &body("乙办"));
        assert!(refused.header("retry-after").is_some());
        refused.problem(503, "clock_implausible");
        // A supervisor is told: no command is taken here.
        let health = office.get("/health/ready").is(503).json();
        assert_eq!(health["status"], "degraded");
        assert!(health["wrong"].to_string().contains("--clock-is-right"), "{health}");
        let asked = Command::new(huiyin()).args(["health", "--url", &office.server().url]).output().unwrap();
        assert_eq!(asked.status.code(), Some(1), "{asked:?}");
        // Reading goes on, by the time that the clock would show had nobody set it.
        office.get("/v1/offices").good();
        office.stops();

        place.serves_with(&["--clock-is-right"]);
        office.restarts();
        office.post("/v1/offices", &body("乙办")).created();
        assert_eq!(office.get("/health/ready").good()["wrong"], json!([]));
        office.stops();
        // What was confirmed holds for the next start, too.
        place.serves_with(&[]);
        office.restarts();
        office.post("/v1/offices", &body("丙办")).created();
    }
}

#[test]
fn a_log_is_not_opened_under_a_clock_far_beyond_its_newest_record() {
    let place = Place::new();
    Server::start(&place).stop();
    place.serves_with(&["--clock-ahead-max", "0"]);
    let ended = Server::try_start(&place).unwrap_err();
    for part in ["--clock-is-right", "newest record", "0 days"] {
        assert!(ended.said.contains(part), "{part}: {}", ended.said);
    }
    place.serves_with(&["--clock-ahead-max", "0", "--clock-is-right"]);
    Server::start(&place).stop();
    place.serves_with(&[]);
    Server::start(&place).stop();
}
