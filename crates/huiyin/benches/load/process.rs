//! What a process costs: processor time by its threads, and memory.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

/// Processor time of the threads of a process so far, in nanoseconds as the scheduler counts it.
pub struct Cpu(BTreeMap<String, (String, u64)>);

impl Cpu {
    pub fn of(pid: u32) -> Self {
        let tasks = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
        Self(
            tasks
                .map(|task| {
                    let name = fs::read_to_string(task.path().join("comm")).unwrap_or_default();
                    (task.file_name().to_string_lossy().into_owned(), (kind(&name), spent(&task.path())))
                })
                .collect(),
        )
    }

    /// What was spent since `before`, by the kind of thread. Of a thread that has ended in between nothing is known.
    pub fn since(&self, before: &Self) -> BTreeMap<String, Duration> {
        let mut kinds = BTreeMap::new();
        for (task, (kind, now)) in &self.0 {
            let then = before.0.get(task).map_or(0, |(_, then)| *then);
            *kinds.entry(kind.clone()).or_default() += Duration::from_nanos(now.saturating_sub(then));
        }
        kinds
    }
}

/// Processor time of the thread that asks.
pub fn cpu_of_this_thread() -> Duration {
    Duration::from_nanos(spent(Path::new("/proc/thread-self")))
}

fn spent(task: &Path) -> u64 {
    let text = fs::read_to_string(task.join("schedstat")).unwrap_or_default();
    text.split_whitespace().next().and_then(|spent| spent.parse().ok()).unwrap_or_default()
}

/// The name without what numbers the threads of one kind.
fn kind(name: &str) -> String {
    let name = name.trim_end().replace(|c: char| c.is_ascii_digit(), "");
    name.trim_end_matches(['-', '_', ':', '#']).to_owned()
}

/// Resident memory of a process, bytes.
pub fn resident(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|kib| kib.parse::<u64>().ok()).unwrap_or_default() * 1024
}
