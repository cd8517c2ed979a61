//! Where code stands, and how much of it in one place: whoever looks for something finds it by the name of a file, and can
//! read that file at one sitting. Those that are still longer stand in `known_long_files.txt`, which may only shrink.

use crate::harness::workspace;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The most lines of a source file.
const LINES_MAX: usize = 400;

/// Files, by their paths from the root of the repository, and how many lines each has.
type Lengths = BTreeMap<String, usize>;

/// Adds all Rust sources below a directory, but for what was built.
fn measure(root: &Path, dir: &Path, found: &mut Lengths) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("target") {
            measure(root, &path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
            found.insert(name, fs::read_to_string(&path).unwrap().lines().count());
        }
    }
}

/// What is wrong with the lengths of files, one fault a line.
fn faults(lengths: &Lengths, known: &Lengths) -> Vec<String> {
    let remedy = "split it by what its parts are for, each into a file that its name describes";
    let too_long = |(file, lines): (&String, &usize)| {
        let allowed = known.get(file).copied().unwrap_or(LINES_MAX).max(LINES_MAX);
        let grown = if known.contains_key(file) { ", which may only shrink" } else { "" };
        (*lines > allowed).then(|| format!("{file} has {lines} lines, more than {allowed}{grown}: {remedy}"))
    };
    let off_the_list = |file: &&String| lengths.get(*file).is_none_or(|lines| *lines <= LINES_MAX);
    let gone = known.keys().filter(off_the_list).map(|file| {
        format!("{file} is gone, or has at most {LINES_MAX} lines: UPDATE=1 cargo test -p tests --test it layout")
    });
    lengths.iter().filter_map(too_long).chain(gone).collect()
}

/// `UPDATE=1 cargo test -p tests --test it layout` takes off the list what is short now; it never adds to it.
#[test]
fn no_source_file_is_longer_than_can_be_read_at_one_sitting() {
    let list = workspace().join("tests/tests/it/layout/known_long_files.txt");
    let read =
        |line: &str| line.split_once(' ').map(|(lines, file)| (file.to_owned(), lines.parse().unwrap())).unwrap();
    let mut known: Lengths = fs::read_to_string(&list).unwrap().lines().map(read).collect();
    let mut lengths = Lengths::new();
    for dir in ["crates", "tests"] {
        measure(workspace(), &workspace().join(dir), &mut lengths);
    }
    if std::env::var_os("UPDATE").is_some() {
        let still = |(file, known): (String, usize)| lengths.get(&file).map(|lines| (file, known.min(*lines)));
        known = known.into_iter().filter_map(still).filter(|(_, lines)| *lines > LINES_MAX).collect();
        let list_of: String = known.iter().map(|(file, lines)| format!("{lines} {file}\n")).collect();
        fs::write(&list, list_of).unwrap();
    }
    let faults = faults(&lengths, &known);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_long_file_is_told_a_listed_one_may_shrink_and_a_short_one_is_listed_no_more() {
    let lengths = |files: &[(&str, usize)]| files.iter().map(|(file, lines)| ((*file).to_owned(), *lines)).collect();
    let now = lengths(&[("a.rs", 400), ("b.rs", 401), ("c.rs", 450), ("d.rs", 501), ("e.rs", 12)]);
    let told = faults(&now, &lengths(&[("c.rs", 460), ("d.rs", 500), ("e.rs", 410), ("f.rs", 420)]));
    let begin = |line: &String| line.split([':', ',']).next().unwrap().to_owned();
    let expected =
        ["b.rs has 401 lines", "d.rs has 501 lines", "e.rs is gone", "f.rs is gone"].map(str::to_owned).to_vec();
    assert_eq!(told.iter().map(begin).collect::<Vec<_>>(), expected, "{told:#?}");
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
