//! A simulated year of the whole town of Annex 1, over HTTP: 14 grids, 76 units, 146 Party delegates and made-up deputies, by
//! the calendar of 2026. What is done, and left undone, is chosen here, and with it what everybody owes in the end
//! (O-1 to O-9, O-14 to O-19); the ledger must tell just that, whenever its clock ran.

#![allow(clippy::unwrap_used, clippy::panic, clippy::wildcard_enum_match_arm)]

mod appointments;
mod calendar;
mod clocks;
mod dice;
mod issues;
mod lots;
mod offices;
mod planted;
mod server;
mod sittings;
mod studies;
mod town;
mod undertakings;
mod year;

use serde_json::{Value, json};
use std::collections::BTreeMap;
use year::Year;

/// Lives through a year, and holds the ledger against what was planted.
fn the_ledger_tells_a_year(seed: u64, clock_every: u64) {
    actix_web::rt::System::new().block_on(async {
        let mut year = Year::begin(seed, clock_every).await;
        year.pass().await;
        year.explain().await;
        let told = year.server.list("/v1/obligations").await;
        let different = year.planted.differences(&told);
        assert!(
            different.is_empty(),
            "{} of {} differ:\n{}",
            different.len(),
            told.len(),
            different.iter().take(40).cloned().collect::<Vec<_>>().join("\n")
        );
        let board = year.server.get("/v1/dashboards/obligations").await;
        assert_eq!(sums(&board), year.planted.sums());
        // Run again it finds nothing more.
        let again = year.server.post("/v1/clock-runs", &json!({})).await;
        assert_eq!(again["clock_run"]["events"], 0);
        let breached = year.planted.breached().count() as u64;
        assert!(breached > 100 && year.found >= breached, "{breached} planted, {} found", year.found);
        // Every way of going wrong was there.
        let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
        for (code, ..) in year.planted.breached() {
            *codes.entry(code).or_default() += 1;
        }
        let built = [
            "O-1", "O-14", "O-15", "O-16", "O-17", "O-18", "O-19", "O-2", "O-3", "O-4", "O-5", "O-6", "O-7", "O-8",
            "O-9",
        ];
        assert_eq!(codes.keys().copied().collect::<Vec<_>>(), built, "{codes:?}");
        year.server.stop().await;
    });
}

/// What the dashboard of the town says of each code.
fn sums(board: &Value) -> BTreeMap<(String, &'static str), u64> {
    let mut sums = BTreeMap::new();
    for of in board["by_code"].as_array().unwrap() {
        for status in ["fulfilled", "late", "missing", "not_yet_due", "excused"] {
            let n = of[status].as_u64().unwrap();
            if n > 0 {
                sums.insert((of["code"].as_str().unwrap().to_owned(), status), n);
            }
        }
    }
    sums
}

#[test]
fn every_planted_breach_is_found_and_nothing_else() {
    the_ledger_tells_a_year(1, 1);
}

#[test]
fn also_where_the_clock_runs_once_a_week() {
    the_ledger_tells_a_year(2, 7);
}

#[test]
fn also_where_it_stands_still_for_months() {
    the_ledger_tells_a_year(3, 75);
}

#[test]
fn also_where_it_runs_once_after_the_year() {
    the_ledger_tells_a_year(4, 1000);
}
