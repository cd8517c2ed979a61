//! A disk that is watched: a small library, compiled here and preloaded, lists what is synced, and fails the next
//! `fdatasync` of the file in which it is remembered what was signed.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// Fails one call after each [`Self::is_set`].
#[derive(Debug)]
pub struct SyncTrap {
    dir: TempDir,
}

impl SyncTrap {
    /// One for this test. CI has a C compiler; on a user's machine a test that needs it says by name that it did not run.
    pub fn of(test: &str) -> Option<Self> {
        let dir = tempfile::Builder::new().prefix("huiyin-test-").tempdir().unwrap();
        let trap = Self { dir };
        fs::write(trap.at("trap.c"), include_str!("sync_trap.c")).unwrap();
        let mut compiler = Command::new("cc");
        compiler.args(["-shared", "-fPIC", "-o"]).arg(trap.at("trap.so")).arg(trap.at("trap.c")).arg("-ldl");
        let compiled = compiler.stdin(Stdio::null()).output();
        if let Err(missing) = &compiled {
            assert!(std::env::var_os("CI").is_none(), "cc is missing in CI: {missing}");
            // Not captured, unlike what a test prints: a test that did not run must not look like one that did.
            let _ = writeln!(std::io::stderr(), "skipped: {test}, because cc is missing");
            return None;
        }
        let said = compiled.unwrap();
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
        Some(trap)
    }

    fn at(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// The next call fails.
    pub fn is_set(&self) {
        fs::write(self.at("set"), "").unwrap();
    }

    /// The call has come, and has failed.
    pub fn has_snapped(&self) -> bool {
        !self.at("set").exists()
    }

    /// Files and directories in the order in which they were synced.
    pub fn syncs(&self) -> Vec<PathBuf> {
        fs::read_to_string(self.at("syncs")).unwrap().lines().map(PathBuf::from).collect()
    }

    /// For what is started by this.
    pub fn laid_for(&self, command: &mut Command) {
        command.env("LD_PRELOAD", self.at("trap.so"));
        command.env("HUIYIN_TEST_TRAP", self.at("set")).env("HUIYIN_TEST_SYNCS", self.at("syncs"));
    }
}
