//! Where code stands, and how much of it in one place: whoever looks for something finds it by the name of a file, and can
//! read that file at one sitting.

use crate::harness::workspace;
use std::fs;
use std::path::Path;

/// The most lines of a source file.
const LINES_MAX: usize = 400;

/// Tells of all Rust sources below a directory that are too long, but for what was built.
fn measure(dir: &Path, told: &mut Vec<String>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("target") {
            measure(&path, told);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let lines = fs::read_to_string(&path).unwrap().lines().count();
            if lines > LINES_MAX {
                told.push(format!("{} has {lines} lines", path.display()));
            }
        }
    }
}

#[test]
fn no_source_file_is_longer_than_can_be_read_at_one_sitting() {
    let mut told = Vec::new();
    for dir in ["crates", "tests"] {
        measure(&workspace().join(dir), &mut told);
    }
    let remedy = "split it by what its parts are for, each into a file that its name describes";
    assert!(told.is_empty(), "more than {LINES_MAX} lines: {remedy}:\n{}", told.join("\n"));
}

#[test]
fn a_file_of_one_line_too_many_is_told() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("inner")).unwrap();
    fs::write(dir.path().join("inner/long.rs"), "\n".repeat(LINES_MAX + 1)).unwrap();
    fs::write(dir.path().join("just.rs"), "\n".repeat(LINES_MAX)).unwrap();
    fs::write(dir.path().join("page.md"), "\n".repeat(2 * LINES_MAX)).unwrap();
    let mut told = Vec::new();
    measure(dir.path(), &mut told);
    assert!(matches!(&told[..], [one] if one.ends_with("inner/long.rs has 401 lines")), "{told:?}");
}

/// Everything of a family of routes stands in its folder, and what all share in `http`, `input`, `problem` or `openapi`.
#[test]
fn at_the_top_of_the_api_stand_the_server_and_the_table_of_routes_and_nothing_else() {
    let mut files: Vec<String> = fs::read_dir(workspace().join("crates/api/src"))
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().unwrap().is_file())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    files.sort();
    assert_eq!(
        files,
        ["lib.rs", "limits.rs", "routes.rs", "server.rs", "state.rs"],
        "what belongs to a family stands in its folder, what all of them share in a folder named after what it is for"
    );
}
