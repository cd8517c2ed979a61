//! Under which conditions the figures were measured: a figure without them is an opinion.

use std::fs::{self, File};
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

/// One line for the head of the table.
pub fn line(data: &Path, seconds: Duration, rounds: usize) -> String {
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpuinfo
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .map_or("processor unknown", |rest| rest.trim_start_matches(['\t', ' ', ':']));
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let date = chrono::Utc::now().format("%Y-%m-%d");
    let version = env!("CARGO_PKG_VERSION");
    let sync = sync_cost(data).as_secs_f64() * 1e6;
    format!(
        "{date}, version {version}, {cores} cores ({model}), Linux {}, `fdatasync` of 4 KiB written in place {sync:.0} µs (median of 200); client and server share the machine; {rounds} interleaved rounds of {:.0} s each, medians.",
        kernel.trim(),
        seconds.as_secs_f64(),
    )
}

/// What it costs to make 4 KiB durable where the data directory lies, in a file that has its length already.
fn sync_cost(data: &Path) -> Duration {
    let path = data.with_extension("sync-cost");
    let file = File::create(&path).unwrap();
    file.write_all_at(&vec![1; 200 * 4096], 0).unwrap();
    file.sync_all().unwrap();
    let mut took: Vec<Duration> = (0..200)
        .map(|page| {
            let begun = Instant::now();
            file.write_all_at(&[2; 4096], page * 4096).unwrap();
            file.sync_data().unwrap();
            begun.elapsed()
        })
        .collect();
    fs::remove_file(&path).unwrap();
    took.sort();
    took[took.len() / 2]
}
