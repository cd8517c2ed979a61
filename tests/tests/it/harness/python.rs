//! Programs in Python: second opinions that share no code with ours.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Whether Python is here. CI has it; on a user's machine a test that needs it says by name that it did not run.
pub fn there_is_python(test: &str) -> bool {
    there_is(test, "python3", succeeds(Command::new("python3").arg("--version")))
}

/// A Python that has a package, as `name==version`, from the registry; `None` on a user's machine that cannot get it.
pub fn python_with(test: &str, package: &str) -> Option<PathBuf> {
    if !there_is_python(test) {
        return None;
    }
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join(package);
    let python = home.join("bin/python3");
    let complete = home.join("complete");
    if !complete.exists() {
        // One test makes it; whoever comes meanwhile waits.
        let lock = fs::File::create(home.with_file_name(format!("{package}.lock"))).unwrap();
        lock.lock().unwrap();
        if !complete.exists() {
            let made = succeeds(Command::new("python3").args(["-m", "venv"]).arg(&home))
                && succeeds(Command::new(&python).args(["-m", "pip", "install", "-q"]).arg(package));
            if !there_is(test, package, made) {
                return None;
            }
            fs::write(&complete, "").unwrap();
        }
    }
    Some(python)
}

fn succeeds(command: &mut Command) -> bool {
    command.stdin(Stdio::null()).output().is_ok_and(|output| output.status.success())
}

fn there_is(test: &str, what: &str, there: bool) -> bool {
    assert!(there || std::env::var_os("CI").is_none(), "{what} is missing in CI");
    if !there {
        // Not captured, unlike what a test prints: a test that did not run must not look like one that did.
        let _ = writeln!(std::io::stderr(), "skipped: {test}, because {what} is missing");
    }
    there
}
