//! How many instructions five hot paths take, counted and not timed: a count hardly differs from run to run, so that a
//! change that makes one of them dearer is seen in a busy machine, too.
//!
//! `cargo bench -p huiyin --bench counts` runs this binary under valgrind's callgrind, a few times, and compares the median
//! of each path with `counts.baseline` beside it. `UPDATE=1 cargo bench -p huiyin --bench counts` writes that file anew: for
//! a change that is meant, or another compiler.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark prints its figures, and stops where it cannot go on"
)]

mod baseline;
#[path = "../common/opening.rs"]
mod opening;
mod paths;
mod town;

use baseline::Baseline;
use std::process::{Command, ExitCode, Stdio};

/// As in the product.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Tells this binary to be the one that is counted.
const COUNTED: &str = "--counted";
/// Each path is counted so often, in a process and a town of its own; the median counts.
const ROUNDS: usize = 3;

fn main() -> ExitCode {
    let mut counted = std::env::args_os().skip_while(|argument| argument != COUNTED).skip(1);
    if let Some(town) = counted.next() {
        paths::walk(town.as_ref());
        return ExitCode::SUCCESS;
    }
    let Ok(valgrind) = Command::new("valgrind").arg("--version").output() else {
        println!("valgrind is missing, so nothing was counted (Debian: apt-get install valgrind)");
        // Where everything must hold, it is not left out.
        return if std::env::var_os("CI").is_some() { ExitCode::FAILURE } else { ExitCode::SUCCESS };
    };
    let conditions = baseline::conditions(&String::from_utf8_lossy(&valgrind.stdout));
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        rounds.push(round());
    }
    let counts: Vec<(&str, u64)> = paths::NAMES
        .iter()
        .enumerate()
        .map(|(path, name)| {
            let mut counts: Vec<u64> = rounds.iter().map(|round| round[path]).collect();
            counts.sort_unstable();
            let (least, most) = (counts[0], counts[counts.len() - 1]);
            println!("{name}: {} ({least} to {most})", counts[counts.len() / 2]);
            (*name, counts[counts.len() / 2])
        })
        .collect();
    let taken =
        Baseline { conditions, counts: counts.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect() };
    if std::env::var_os("UPDATE").is_some() {
        taken.write();
        return ExitCode::SUCCESS;
    }
    let worse = Baseline::read().differences(&taken);
    for line in &worse {
        println!("{line}");
    }
    if worse.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Instructions of each path, once each, in a town of its own.
fn round() -> Vec<u64> {
    let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    town::found(dir.path());
    let out = dir.path().join("callgrind");
    let status = Command::new("valgrind")
        .args(["--tool=callgrind", "--quiet", "--dump-before=counts::paths::next_path*"])
        .arg(format!("--callgrind-out-file={}", out.display()))
        .arg(std::env::current_exe().unwrap())
        .arg(COUNTED)
        .arg(dir.path())
        .stdin(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success(), "valgrind: {status}");
    // The first part is what comes before all paths.
    (0..paths::NAMES.len())
        .map(|path| {
            let part = std::fs::read_to_string(out.with_added_extension((path + 2).to_string())).unwrap();
            let total = part.lines().find_map(|line| line.strip_prefix("totals: ")).unwrap();
            paths::once(path, total.trim().parse().unwrap(), dir.path())
        })
        .collect()
}
