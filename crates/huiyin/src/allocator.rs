//! Who gives out the memory of this process, and how much of it there is. Rust's is jemalloc's; SQLite and zstd, which are C,
//! have theirs of the C library.

use api::http::memory::Part;
use tikv_jemalloc_ctl::{epoch, stats};

/// After a rush it gives back most: of three that were measured, the least memory at the same speed (docs/PERFORMANCE.md).
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// What Rust has in use, the pages it has for that with those not given back yet, and what of the process lies in memory.
/// What cannot be found out is left out.
pub(crate) fn held() -> Vec<Part> {
    let resident = std::fs::read_to_string("/proc/self/status").ok().as_deref().and_then(resident);
    // The allocator's figures are of the last time that somebody asked for new ones.
    let figures = epoch::advance().and_then(|_| Ok((stats::allocated::read()?, stats::resident::read()?))).ok();
    let (allocated, mapped) = figures.unzip();
    let parts = [("rust_allocated", allocated), ("rust_resident", mapped), ("process_resident", resident)];
    parts.into_iter().filter_map(|(part, bytes)| Some((part, bytes?))).collect()
}

/// What Linux says of a process: `VmRSS: 389120 kB`.
fn resident(status: &str) -> Option<usize> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.parse::<usize>().ok()?.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_in_memory_is_known() {
        assert_eq!(resident("VmPeak:\t  9 kB\nVmRSS:\t  389120 kB\n"), Some(389_120 * 1024));
        assert_eq!(resident("VmRSS:\t  many\n"), None);
        assert_eq!(held().len(), 3);
    }
}
