//! A file passes in constant memory, both ways.

use super::{content, pdf, peak, stores};
use crate::harness::Office;

/// How large it is: as large as a slow machine takes within the time that a call has here.
const MIB: usize = 24;
/// What the allocator, the buffers of one file and of its connection may cost, generously.
const MIB_MORE: u64 = 12;

#[test]
fn a_large_file_passes_in_constant_memory() {
    let office = Office::empty();
    // Once with a small one, so that what is made at first use is made.
    let small = stores(&office, &pdf(200_000));
    office.get(&content(&small)).is(200);
    let bytes = pdf(MIB * 1024 * 1024);
    let before = peak(office.server());
    let file = stores(&office, &bytes);
    let stored = peak(office.server());
    assert!(stored < before + MIB_MORE, "in: {before} to {stored} MiB");
    assert!(office.get(&content(&file)).is(200).body == bytes);
    let read = peak(office.server());
    assert!(read < before + MIB_MORE, "out: {before} to {read} MiB");
}
