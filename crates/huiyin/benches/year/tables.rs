//! Lists as tables, of a thousand rows and whole: how long they take, how long they are, and what memory the server needs for
//! them. It is a process of its own, which opens a log of a hundred thousand issues.

use crate::memory;
use crate::product::{Product, exchange};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Towns' worth of receptions in a year.
const TOWNS: &str = "110";
const ROUNDS: usize = 3;
const BOARDS_PATIENCE: Duration = Duration::from_secs(600);

/// Makes the log, and asks for each table.
pub fn measure() {
    let dir = tempfile::tempdir().unwrap();
    let mut simulate = Command::new(env!("CARGO_BIN_EXE_huiyin"));
    simulate.arg("simulate").arg("--data").arg(dir.path().join("data")).args(["--towns-worth", TOWNS]);
    assert!(simulate.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap().success());
    let product = Product::start(dir.path(), &[]);
    let began = Instant::now();
    let ask = |path: &str| exchange(product.address, &product.head("GET", path, "", 0), &[]);
    while ask("/health/ready").0 != 200 {
        assert!(began.elapsed() < BOARDS_PATIENCE, "the boards are not ready");
        std::thread::sleep(Duration::from_millis(200));
    }
    println!("\n| Table | Rows | MB | Time | Memory before | At most |\n|---|---|---|---|---|---|");
    for list in ["issues", "receptions", "obligations", "activities"] {
        for format in ["csv", "xlsx"] {
            for page in ["limit=1000&", ""] {
                let path = format!("/v1/{list}?{page}format={format}");
                let (mut took, mut length) = (Vec::new(), 0);
                let rows = rows_of(&ask(&format!("/v1/{list}?{page}format=csv")).1);
                let pid = product.child.id();
                let before = memory(pid, "VmRSS:");
                // From here on the most is counted anew (proc(5)).
                std::fs::write(format!("/proc/{pid}/clear_refs"), "5").unwrap();
                for _ in 0..ROUNDS {
                    let began = Instant::now();
                    let (status, table) = ask(&path);
                    took.push(began.elapsed().as_secs_f64());
                    assert_eq!(status, 200, "{path}");
                    length = table.len();
                }
                let most = memory(pid, "VmHWM:");
                let (seconds, megabytes) = (crate::median(took), length as f64 / 1e6);
                println!(
                    "| {list} as {format} | {rows} | {megabytes:.1} | {seconds:.2} s | {before:.0} MiB | {most:.0} MiB |"
                );
            }
        }
    }
}

fn rows_of(csv: &[u8]) -> usize {
    csv.iter().filter(|byte| **byte == b'\n').count() - 1
}
