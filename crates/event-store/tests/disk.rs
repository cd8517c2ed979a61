//! The log on disk: what it must share with every adapter, and what happens when disks, files and processes fail.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

mod disk {
    mod behind;
    mod conformance;
    mod doctor;
    mod faults;
    mod flips;
    mod half_written;
    mod kill;
    mod kit;
    mod mending;
    mod opening;
    mod power;
}
