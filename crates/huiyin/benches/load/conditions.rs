//! Under which conditions the figures were measured: a figure without them is an opinion.

use std::fs::{self, File};
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// Machine, system, disk and version, in one line.
pub fn line(dir: &Path) -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = value(&cpuinfo, "model name").unwrap_or("processor unknown");
    let meminfo = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kib: f64 = value(&meminfo, "MemTotal").and_then(|kib| kib.split(' ').next()?.parse().ok()).unwrap_or_default();
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let date = chrono::Utc::now().format("%Y-%m-%d");
    let rust = said("rustc", &["--version"]);
    let version = env!("CARGO_PKG_VERSION");
    let rust = rust.split(" (").next().unwrap_or_default();
    let commit = said("git", &["-C", env!("CARGO_MANIFEST_DIR"), "describe", "--always", "--dirty", "--abbrev=9"]);
    let file_system = said("findmnt", &["-no", "FSTYPE", "-T", &dir.to_string_lossy()]);
    let sync = sync_cost(dir).as_secs_f64() * 1e6;
    format!(
        "{date}, version {version} (commit {commit}), {rust}; {cores} cores ({model}), {:.0} GiB, Linux {}, {file_system}; \
         `fdatasync` of 4 KiB written in place {sync:.0} µs (median of 200).",
        kib / (1 << 20) as f64,
        kernel.trim(),
    )
}

fn value<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let rest = text.lines().find_map(|line| line.strip_prefix(name))?;
    Some(rest.trim_start_matches(['\t', ' ', ':']))
}

fn said(program: &str, arguments: &[&str]) -> String {
    let told = Command::new(program).args(arguments).output().map(|output| output.stdout).unwrap_or_default();
    let told = String::from_utf8_lossy(&told).trim().to_owned();
    if told.is_empty() { format!("{program} unknown") } else { told }
}

/// What it costs to make 4 KiB durable where the data directories lie, in a file that has its length already.
fn sync_cost(dir: &Path) -> Duration {
    let path = dir.join("sync-cost");
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
