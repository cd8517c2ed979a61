//! Lines for the person at the terminal.

use api::http::output;
use std::io::{self, Write as _};

/// A line on standard error, beside the log.
pub(crate) fn say(line: &str) {
    match output::started() {
        Some(output) => output.line(format!("{line}\n").into_bytes()),
        // A command that serves nobody may wait for its reader. Nobody listening at the other end is no fault.
        None => drop(writeln!(io::stderr().lock(), "{line}")),
    }
}

/// A line of a command's result, on standard output.
pub(crate) fn print(line: &str) {
    // The reader went away (`| head`): nothing to tell anyone.
    let _ = writeln!(io::stdout().lock(), "{line}");
}
