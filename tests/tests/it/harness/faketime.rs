//! A wall clock that can be moved under a running server, by Debian's `faketime`: the library that it preloads answers what
//! is asked of the C library by a file. The time since boot is asked of the kernel itself, so it stays true.

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// A clock that shows the true time, or so much more or less.
#[derive(Debug)]
pub struct FakedClock {
    preload: String,
    dir: TempDir,
}

impl FakedClock {
    /// A clock that shows the true time, for this test. CI has the tool; on a user's machine a test that needs it says by
    /// name that it did not run.
    pub fn of(test: &str) -> Option<Self> {
        // The tool says itself where its library for programs of several threads lies.
        // Its shared memory has the name of its process: where one that was killed left such a name behind, it ends with an
        // error, and another process may do better.
        let ask = |_| {
            let asked =
                Command::new("faketime").args(["-m", "now", "printenv", "LD_PRELOAD"]).stdin(Stdio::null()).output();
            asked.ok().filter(|output| output.status.success()).map(|output| output.stdout)
        };
        let preload = (0..5).find_map(ask);
        assert!(preload.is_some() || std::env::var_os("CI").is_none(), "faketime is missing in CI");
        let Some(preload) = preload else {
            // Not captured, unlike what a test prints: a test that did not run must not look like one that did.
            let _ = writeln!(std::io::stderr(), "skipped: {test}, because faketime is missing");
            return None;
        };
        let preload = String::from_utf8(preload).unwrap().trim().to_owned();
        let dir = tempfile::Builder::new().prefix("huiyin-test-").tempdir().unwrap();
        let clock = Self { preload, dir };
        clock.is_moved_by(0);
        Some(clock)
    }

    /// From now on it shows the true time and so many seconds more.
    pub fn is_moved_by(&self, seconds: i64) {
        let (new, file) = (self.dir.path().join("new"), self.dir.path().join("offset"));
        fs::write(&new, format!("{seconds:+}\n")).unwrap();
        // At once: half a file would be another time.
        fs::rename(new, file).unwrap();
    }

    /// Shows it to what is started by this.
    pub fn shown_to(&self, command: &mut Command) {
        command.env("LD_PRELOAD", &self.preload).env("FAKETIME_TIMESTAMP_FILE", self.dir.path().join("offset"));
        // Asked at each question; and neither a timer nor the time of a file is moved.
        command.env("FAKETIME_NO_CACHE", "1").env("NO_FAKE_STAT", "1");
        command.env("DONT_FAKE_MONOTONIC", "1").env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    }

    /// Shows it, so many seconds off for good, to what is started by this: whoever asks very often is answered much faster.
    pub fn shown_standing_off_by(&self, seconds: i64, command: &mut Command) {
        command.env("LD_PRELOAD", &self.preload).env("FAKETIME", format!("{seconds:+}")).env("NO_FAKE_STAT", "1");
        command.env("DONT_FAKE_MONOTONIC", "1").env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    }
}
