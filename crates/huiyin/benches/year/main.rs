//! What a year of service days costs: planning it, letting the clock run over a month, reading the ledger, storing files,
//! lists as tables.
//!
//! `cargo bench -p huiyin --bench year` prints the tables of docs/PERFORMANCE.md; `-- --small` tells one town's story only,
//! for a quick look, `-- --tables` measures tables only. Towns are told by `simulate` into a directory of their own, with a
//! clock over obligations that stops a month before the end; what is measured then is asked within this process, without
//! sockets. Files and tables go over sockets, to a server that is a process of its own, files beside a bare handler that does
//! nothing but take and give bytes.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a benchmark prints its figures, and stops where it cannot go on"
)]

mod files;
#[path = "../common/opening.rs"]
mod opening;
#[path = "../common/product.rs"]
mod product;
mod tables;
mod town;

/// As in the product.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() {
    let said = |word: &str| std::env::args().any(|argument| argument == word);
    if said("--tables") {
        return tables::measure();
    }
    let small = said("--small");
    town::measure(1);
    if !small {
        town::measure(100);
    }
    files::measure();
    tables::measure();
}

/// The middle of some figures.
fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// Resident memory of a process, MiB, by a line of its status: now (`VmRSS`) or at most (`VmHWM`).
fn memory(pid: u32, line: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|one| one.strip_prefix(line)).unwrap_or_default();
    line.trim_matches(|c: char| !c.is_ascii_digit()).parse::<f64>().unwrap_or_default() / 1024.0
}
