//! What each path took when it was last looked at, in a file beside the source.

use std::fmt::Write as _;
use std::fs;

/// How the line begins that says under which conditions it was counted.
const CONDITIONS: &str = "# Counted on ";
/// One line a path.
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/counts/counts.baseline");
/// By how many thousandths a count may differ. Ids and keys are random, so tables and trees are not the same each time;
/// threads that wait for one another do not wait equally long.
const TOLERANCE: u64 = 40;

/// Instructions of each path, and what they depend on.
pub struct Baseline {
    pub conditions: String,
    pub counts: Vec<(String, u64)>,
}

/// What a count depends on beside the source: the compiler of `rust-toolchain.toml`, and the processor that valgrind shows
/// a program (3.19 shows neither AVX-512 nor instructions for SHA-2, whatever the machine has).
pub fn conditions(valgrind: &str) -> String {
    let avx2 = if cfg!(target_arch = "x86_64") && has_avx2() { ", AVX2" } else { "" };
    format!("{}{avx2}, {}, Rust {}", std::env::consts::ARCH, valgrind.trim(), env!("CARGO_PKG_RUST_VERSION"))
}

fn has_avx2() -> bool {
    fs::read_to_string("/proc/cpuinfo").is_ok_and(|cpu| cpu.split_whitespace().any(|flag| flag == "avx2"))
}

impl Baseline {
    pub fn read() -> Self {
        let text = fs::read_to_string(FILE).unwrap();
        let conditions = text.lines().find_map(|line| line.strip_prefix(CONDITIONS)).unwrap_or_default().to_owned();
        let counts = text
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| line.rsplit_once(": "))
            .map(|(name, count)| (name.to_owned(), count.parse().unwrap()))
            .collect();
        Self { conditions, counts }
    }

    pub fn write(&self) {
        let mut text =
            "# Instructions of each path, of all threads together; `UPDATE=1 cargo bench -p huiyin --bench counts` \
            takes them anew.\n"
                .to_owned();
        writeln!(text, "{CONDITIONS}{}", self.conditions).unwrap();
        for (name, count) in &self.counts {
            writeln!(text, "{name}: {count}").unwrap();
        }
        fs::write(FILE, text).unwrap();
    }

    /// What of `now` is not as it was: a line each.
    pub fn differences(&self, now: &Self) -> Vec<String> {
        let mut lines: Vec<String> = now.counts.iter().filter_map(|(name, is)| self.difference(name, *is)).collect();
        if !lines.is_empty() {
            lines.push("If that is meant: UPDATE=1 cargo bench -p huiyin --bench counts".to_owned());
            if self.conditions != now.conditions {
                lines.push(format!(
                    "The baseline was counted under {}, this under {}.",
                    self.conditions, now.conditions
                ));
            }
        }
        lines
    }

    fn difference(&self, name: &str, is: u64) -> Option<String> {
        let Some((_, was)) = self.counts.iter().find(|(known, _)| known == name) else {
            return Some(format!("{name}: is {is}, and was never counted"));
        };
        let thousandths = is.abs_diff(*was) * 1000 / was;
        let (sign, share) = (if is < *was { '-' } else { '+' }, thousandths as f64 / 10.0);
        (thousandths > TOLERANCE).then(|| format!("{name}: was {was}, is {is}, {sign}{share:.1} %"))
    }
}
