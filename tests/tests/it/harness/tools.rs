//! Programs of others that a test needs. CI has them all; on a user's machine a test that needs one says by name that it did
//! not run.

use std::io::Write as _;
use std::process::{Command, Stdio};

/// Whether what a test needs is there.
pub fn there_is(test: &str, what: &str, there: bool) -> bool {
    assert!(there || std::env::var_os("CI").is_none(), "{what} is missing in CI");
    if !there {
        // Not captured, unlike what a test prints: a test that did not run must not look like one that did.
        let _ = writeln!(std::io::stderr(), "skipped: {test}, because {what} is missing");
    }
    there
}

/// Whether a command ends well.
pub(super) fn succeeds(command: &mut Command) -> bool {
    command.stdin(Stdio::null()).output().is_ok_and(|output| output.status.success())
}
