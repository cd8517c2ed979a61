//! Programs in Python: second opinions that share no code with ours.

use super::tools::{succeeds, there_is};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

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
