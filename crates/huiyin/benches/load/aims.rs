//! What is to be reached, and whether it is.

use crate::figures::Line;
use crate::growing::Growing;
use crate::report::{share, thousands};
use crate::row::Row;
use crate::run::{CONNECTIONS, Results};
use crate::settings::Part;
use std::fmt::Write as _;

/// On which side of the bound it is met.
#[derive(Clone, Copy)]
enum Bound {
    AtLeast(f64),
    AtMost(f64),
}

/// One aim: its name, the issues it speaks of, its bound with unit, and how it is read from what was measured.
struct Aim {
    what: &'static str,
    issues: usize,
    bound: Bound,
    unit: &'static str,
    measured: fn(&Results) -> Option<f64>,
}

const TEN_THOUSAND: usize = 10_000;
const HUNDRED_THOUSAND: usize = 100_000;
const MILLION: usize = 1_000_000;

/// All of them with 64 connections, on two cores that the generator shares.
const AIMS: [Aim; 23] = [
    Aim {
        what: "Receptions with one issue, beside UmaDB's append of two events",
        issues: MILLION,
        bound: Bound::AtLeast(2.0),
        unit: "×",
        measured: |results| {
            Some(closed(results, Row::Receptions)?.per_second.median / closed(results, Row::UmaDb)?.per_second.median)
        },
    },
    Aim {
        what: "The same, UmaDB through its own client for Python",
        issues: MILLION,
        bound: Bound::AtLeast(2.0),
        unit: "×",
        measured: |results| {
            let [ours, theirs] = [Row::Receptions, Row::UmaDbClient].map(|row| closed(results, row));
            Some(ours?.per_second.median / theirs?.per_second.median)
        },
    },
    Aim {
        what: "Receptions: server CPU",
        issues: MILLION,
        bound: Bound::AtMost(130.0),
        unit: "µs",
        measured: |results| Some(closed(results, Row::Receptions)?.cpu_us.median),
    },
    Aim {
        what: "Receptions: p99",
        issues: MILLION,
        bound: Bound::AtMost(25.0),
        unit: "ms",
        measured: |results| Some(closed(results, Row::Receptions)?.p99_ms.median),
    },
    Aim {
        what: "Receptions for longer: last fifth beside the first",
        issues: MILLION,
        bound: Bound::AtLeast(85.0),
        unit: "%",
        measured: |results| {
            let [first, .., last] =
                results.lines(Part::Long).iter().find(|line| line.row == Row::Receptions.name())?.fifths;
            Some(last.0 / first.0 * 100.0)
        },
    },
    Aim {
        what: "Receptions, open loop at half of that rate: p99",
        issues: MILLION,
        bound: Bound::AtMost(20.0),
        unit: "ms",
        measured: |results| Some(open(results)?.p99_ms.median),
    },
    Aim {
        what: "Read models behind meanwhile",
        issues: MILLION,
        bound: Bound::AtMost(500.0),
        unit: "ms",
        measured: |results| open(results)?.lag_ms,
    },
    Aim {
        what: "`GET /v1/issues/{id}`, each asked for once before, beside a bare handler",
        issues: HUNDRED_THOUSAND,
        bound: Bound::AtLeast(50.0),
        unit: "%",
        measured: |results| share(closed(results, Row::IssueWarm)?, Row::IssueWarm, results.lines(Part::Closed)),
    },
    Aim {
        what: "`GET /v1/issues/{id}` beside a bare handler",
        issues: MILLION,
        bound: Bound::AtLeast(25.0),
        unit: "%",
        measured: |results| share(closed(results, Row::Issue)?, Row::Issue, results.lines(Part::Closed)),
    },
    Aim {
        what: "List of 50: server CPU",
        issues: MILLION,
        bound: Bound::AtMost(250.0),
        unit: "µs",
        measured: |results| Some(closed(results, Row::List)?.cpu_us.median),
    },
    Aim {
        what: "Dashboard of all grids: server CPU",
        issues: MILLION,
        bound: Bound::AtMost(120.0),
        unit: "µs",
        measured: |results| Some(closed(results, Row::Grids)?.cpu_us.median),
    },
    Aim {
        what: "Dashboards of six kinds: server CPU",
        issues: MILLION,
        bound: Bound::AtMost(120.0),
        unit: "µs",
        measured: |results| Some(closed(results, Row::Dashboards)?.cpu_us.median),
    },
    Aim {
        what: "Mix of an afternoon",
        issues: MILLION,
        bound: Bound::AtLeast(6000.0),
        unit: "/s",
        measured: |results| Some(closed(results, Row::Mix)?.per_second.median),
    },
    Aim {
        what: "Mix of an afternoon: p99",
        issues: MILLION,
        bound: Bound::AtMost(30.0),
        unit: "ms",
        measured: |results| Some(closed(results, Row::Mix)?.p99_ms.median),
    },
    Aim {
        what: "The whole log as NDJSON",
        issues: MILLION,
        bound: Bound::AtLeast(250_000.0),
        unit: "events/s",
        measured: |results| Some(closed(results, Row::Feed)?.per_second.median),
    },
    Aim {
        what: "Catch-up of all read models",
        issues: HUNDRED_THOUSAND,
        bound: Bound::AtLeast(100_000.0),
        unit: "events/s",
        measured: |results| growing(results, |growing| growing.catch_up),
    },
    Aim {
        what: "Catch-up of all read models",
        issues: MILLION,
        bound: Bound::AtLeast(60_000.0),
        unit: "events/s",
        measured: |results| growing(results, |growing| growing.catch_up),
    },
    Aim {
        what: "Rebuild of all read models",
        issues: MILLION,
        bound: Bound::AtLeast(60_000.0),
        unit: "events/s",
        measured: |results| growing(results, |growing| growing.rebuild),
    },
    Aim {
        what: "Resident memory, the most under load",
        issues: HUNDRED_THOUSAND,
        bound: Bound::AtMost(500.0),
        unit: "MB",
        measured: |results| {
            let all = [Part::Closed, Part::Open, Part::Long].map(|part| results.lines(part));
            let ours = all.into_iter().flatten().filter(|line| !line.before && Row::named(&line.row).of_the_product());
            ours.map(|line| line.resident_mb).reduce(f64::max)
        },
    },
    Aim {
        what: "Resident memory after a catch-up",
        issues: HUNDRED_THOUSAND,
        bound: Bound::AtMost(500.0),
        unit: "MB",
        measured: |results| growing(results, |growing| growing.caught_up_mb),
    },
    Aim {
        what: "Ready after a stop",
        issues: MILLION,
        bound: Bound::AtMost(0.5),
        unit: "s",
        measured: |results| growing(results, |growing| growing.after_stop),
    },
    Aim {
        what: "Ready after kill -9 under load",
        issues: MILLION,
        bound: Bound::AtMost(2.0),
        unit: "s",
        measured: |results| growing(results, |growing| growing.after_kill),
    },
    Aim {
        what: "Disk, all included",
        issues: MILLION,
        bound: Bound::AtMost(1500.0),
        unit: "bytes an event",
        measured: |results| growing(results, |growing| growing.log_bytes + growing.models_bytes),
    },
];

/// Each aim at its size, or at the size nearest to it that was measured, which is then named.
pub fn table(all: &[Results]) -> String {
    let mut out = "| What | Issues | Aim | Measured | |\n|---|---:|---:|---:|---|\n".to_owned();
    for aim in &AIMS {
        let found = all.iter().filter_map(|results| Some((results.issues, (aim.measured)(results)?)));
        let Some((issues, value)) = found.min_by_key(|(issues, _)| issues.abs_diff(aim.issues)) else { continue };
        row(&mut out, aim.what, (aim.issues, issues), (aim.bound, aim.unit), value);
    }
    let receptions = |size: usize| {
        let results = all.iter().find(|results| results.issues == size)?;
        Some(closed(results, Row::Receptions)?.per_second.median)
    };
    if let (Some(few), Some(many)) = (receptions(TEN_THOUSAND), receptions(MILLION)) {
        let what = "Receptions, beside those with 10,000 issues";
        row(&mut out, what, (MILLION, MILLION), (Bound::AtLeast(85.0), "%"), many / few * 100.0);
    }
    out.trim_end().to_owned()
}

fn row(out: &mut String, what: &str, (wanted, issues): (usize, usize), (bound, unit): (Bound, &str), value: f64) {
    let number = |number: f64| if number < 20.0 { format!("{number:.2}") } else { thousands(number) };
    let (aim, met) = match bound {
        Bound::AtLeast(bound) => (format!("≥ {} {unit}", number(bound)), value >= bound),
        Bound::AtMost(bound) => (format!("≤ {} {unit}", number(bound)), value <= bound),
    };
    let times = match bound {
        Bound::AtLeast(bound) => bound / value,
        Bound::AtMost(bound) => value / bound,
    };
    let told = match bound {
        _ if met => "met".to_owned(),
        Bound::AtLeast(_) => format!("**missed by {:.0} %**", (1.0 - 1.0 / times) * 100.0),
        Bound::AtMost(_) if times < 2.0 => format!("**missed by {:.0} %**", (times - 1.0) * 100.0),
        Bound::AtMost(_) => format!("**missed**, {times:.1} times as much"),
    };
    let at = if wanted == issues {
        thousands(wanted as f64)
    } else {
        format!("{} (aim: {})", thousands(issues as f64), thousands(wanted as f64))
    };
    let _infallible = writeln!(out, "| {what} | {at} | {aim} | {} {unit} | {told} |", number(value));
}

fn closed(results: &Results, row: Row) -> Option<&Line> {
    results
        .lines(Part::Closed)
        .iter()
        .find(|line| line.row == row.name() && !line.before && line.connections == CONNECTIONS)
}

/// The open loop of receptions at half of the closed loop's rate, which comes first.
fn open(results: &Results) -> Option<&Line> {
    results.lines(Part::Open).iter().find(|line| line.row == Row::Receptions.name() && !line.before)
}

fn growing(results: &Results, figure: fn(&Growing) -> f64) -> Option<f64> {
    results.growing().map(figure)
}
