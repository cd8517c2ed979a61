//! What measurements show together: medians, and how far they lie apart.

use crate::engine::Measured;
use crate::lag::Lag;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Of several rounds.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Spread {
    pub median: f64,
    pub min: f64,
    pub max: f64,
}

impl Spread {
    pub fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        let (first, last) = (values.first().copied(), values.last().copied());
        // Of an even number of values the mean of the two in the middle.
        let middle = [values.len().saturating_sub(1) / 2, values.len() / 2].map(|at| values.get(at).copied());
        Self {
            median: middle.into_iter().flatten().sum::<f64>() / 2.0,
            min: first.unwrap_or_default(),
            max: last.unwrap_or_default(),
        }
    }
}

/// One round of one row.
pub struct Round {
    pub measured: Measured,
    /// Of rows that write.
    pub lag: Option<Lag>,
}

/// One row of a table, all its rounds together.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Line {
    pub row: String,
    /// Asked of the earlier version.
    pub before: bool,
    pub connections: usize,
    /// Arrivals a second; none in a closed loop.
    pub rate: Option<f64>,
    pub per_second: Spread,
    pub p50_ms: Spread,
    pub p99_ms: Spread,
    /// Processor time of the server and of the generator for one of those, microseconds.
    pub cpu_us: Spread,
    pub generator_us: f64,
    pub resident_mb: f64,
    pub lag_events: Option<f64>,
    pub lag_ms: Option<f64>,
    pub answer_bytes: f64,
    pub refused: u64,
    /// Of the last round: a second, and resident memory in MB at the end, fifth by fifth.
    pub fifths: [(f64, f64); 5],
    /// Of all rounds: the server's processor time by kinds of thread, microseconds.
    pub threads: BTreeMap<String, f64>,
}

impl Line {
    /// Of the rounds of one row; which row it was is for the caller to say.
    pub fn of(rounds: &[Round]) -> Self {
        let each = |figure: &dyn Fn(&Measured) -> f64| Spread::of(rounds.iter().map(|round| figure(&round.measured)));
        let (mut threads, done) = (BTreeMap::new(), count(rounds.iter().map(|round| round.measured.done).sum()));
        for (name, spent) in rounds.iter().flat_map(|round| &round.measured.server_cpu) {
            *threads.entry(name.clone()).or_default() += spent.as_secs_f64() * 1e6 / done;
        }
        let lag = |figure: fn(&Lag) -> f64| {
            let all: Vec<f64> = rounds.iter().filter_map(|round| round.lag.as_ref().map(figure)).collect();
            all.into_iter().reduce(f64::max)
        };
        let fifths = rounds.last().map_or([(0, 0); 5], |round| round.measured.fifths);
        let fifth = rounds.last().map_or(1.0, |round| round.measured.length.as_secs_f64() / 5.0);
        Self {
            per_second: each(&|one| count(one.done) / one.length.as_secs_f64()),
            p50_ms: each(&|one| quantile(&one.took, 500)),
            p99_ms: each(&|one| quantile(&one.took, 990)),
            cpu_us: each(&|one| {
                one.server_cpu.values().sum::<std::time::Duration>().as_secs_f64() * 1e6 / count(one.done)
            }),
            generator_us: each(&|one| one.generator_cpu.as_secs_f64() * 1e6 / count(one.done)).median,
            resident_mb: fifths[4].1 as f64 / 1e6,
            lag_events: lag(|lag| lag.events as f64),
            lag_ms: lag(|lag| lag.time.as_secs_f64() * 1e3),
            answer_bytes: each(&|one| one.bytes as f64 / count(one.done)).median,
            refused: rounds.iter().map(|round| round.measured.refused).sum(),
            fifths: fifths.map(|(done, bytes)| (done as f64 / fifth, bytes as f64 / 1e6)),
            threads,
            ..Self::default()
        }
    }
}

/// As a number to divide by.
fn count(count: u64) -> f64 {
    count.max(1) as f64
}

/// Milliseconds.
fn quantile(took: &[u32], permille: usize) -> f64 {
    took.get((took.len() * permille / 1000).min(took.len().max(1) - 1)).map_or(0.0, |micros| f64::from(*micros) / 1e3)
}
