//! A simulated year of the whole town of Annex 1, over HTTP: 14 grids, 76 units, 146 Party delegates and made-up deputies, by
//! the calendar of 2026. What is done, and left undone, is chosen here, and with it what everybody owes in the end
//! (O-1 to O-21); the ledger must tell just that, whenever its clock ran.
//!
//! Typical cases (O-21) are for the sake of information: how they stand is told, by their code alone; no breach is found of them,
//! and the sums of the town leave them out.

#![allow(clippy::unwrap_used, clippy::panic, clippy::wildcard_enum_match_arm)]

mod activities;
mod appointments;
mod asked;
mod calendar;
mod cases;
mod clocks;
mod dice;
mod issues;
mod lots;
mod major_issues;
mod meetings;
mod offices;
mod periods;
mod planted;
mod reviews;
mod server;
mod sittings;
mod studies;
mod symposia;
mod town;
mod undertakings;
mod year;

use planted::STATUSES;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use year::Year;

/// Lives through a year, and holds the ledger against what was planted.
fn the_ledger_tells_a_year(seed: u64, clock_every: u64) {
    actix_web::rt::System::new().block_on(async {
        let mut year = Year::begin(seed, clock_every).await;
        year.pass().await;
        year.explain().await;
        let mut told = year.server.list("/v1/obligations").await;
        // What is only counted is told where it is asked for by its code.
        assert!(told.iter().all(|one| one["code"] != "O-21"));
        told.extend(year.server.list("/v1/obligations?code=O-21").await);
        let different = year.planted.differences(&told);
        assert!(
            different.is_empty(),
            "{} of {} differ:\n{}",
            different.len(),
            told.len(),
            different.iter().take(40).cloned().collect::<Vec<_>>().join("\n")
        );
        year.ask_one_by_one(&told).await;
        let board = year.server.get("/v1/dashboards/obligations").await;
        assert_eq!(sums(&board["by_code"]), year.planted.sums());
        assert_eq!(sum_of_all(&board), year.planted.sum_of_all());
        // Run again it finds nothing more.
        let again = year.server.post("/v1/clock-runs", &json!({})).await;
        assert_eq!(again["clock_run"]["events"], 0);
        let breached = year.planted.breached().count() as u64;
        assert!(breached > 100 && year.found >= breached, "{breached} planted, {} found", year.found);
        // Something of each went wrong. Of typical cases that is no breach, whatever is left undone.
        let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
        for (code, ..) in year.planted.gone_wrong() {
            *codes.entry(code).or_default() += 1;
        }
        let all: BTreeSet<String> = (1..=21).map(|number| format!("O-{number}")).collect();
        assert!(codes.keys().copied().eq(&all), "{codes:?}");
        assert!(year.planted.breached().all(|(code, ..)| code != "O-21"));
        year.server.stop().await;
    });
}

/// What the dashboard of the town says of each code.
fn sums(by_code: &Value) -> BTreeMap<(String, &'static str), u64> {
    let mut sums = BTreeMap::new();
    for of in by_code.as_array().unwrap() {
        for status in STATUSES {
            let n = of[status].as_u64().unwrap();
            if n > 0 {
                sums.insert((of["code"].as_str().unwrap().to_owned(), status), n);
            }
        }
    }
    sums
}

/// What it says of all of them together.
fn sum_of_all(board: &Value) -> BTreeMap<&'static str, u64> {
    STATUSES.into_iter().map(|status| (status, board[status].as_u64().unwrap())).collect()
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
