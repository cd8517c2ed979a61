//! The binary under test, built once.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// The workspace's own directory.
pub fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The path of `huiyin`: what `HUIYIN_BIN` names (an earlier version, say, to see whether a test would have found its
/// fault), else built by cargo in the profile of these tests; cargo itself says where it lies.
pub fn huiyin() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| std::env::var_os("HUIYIN_BIN").map_or_else(build, PathBuf::from))
}

fn build() -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["build", "--quiet", "--package", "huiyin", "--bin", "huiyin", "--message-format", "json"]);
    if !cfg!(debug_assertions) {
        command.arg("--release");
    }
    let output = command.current_dir(workspace()).stderr(Stdio::inherit()).output().unwrap();
    assert!(output.status.success(), "huiyin does not build");
    let messages = String::from_utf8(output.stdout).unwrap();
    let executable = messages.lines().find_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        let ours = message["reason"] == "compiler-artifact" && message["target"]["name"] == "huiyin";
        ours.then(|| message["executable"].as_str().map(PathBuf::from)).flatten()
    });
    executable.expect("cargo names no executable huiyin")
}
