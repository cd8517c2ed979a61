//! That what is said of threats can be watched: every test of one says what is attempted and what came of it, and the pages
//! about security name where it is.

use crate::harness::workspace;
use std::fs;
use std::path::{Path, PathBuf};

/// A test of a threat: where it is, its name and its text.
struct Threat {
    file: PathBuf,
    name: String,
    text: String,
}

/// All of them below a directory, but for what was built.
fn find(dir: &Path, found: &mut Vec<Threat>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("target") {
            find(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            found.extend(threats(&path, &text));
        }
    }
}

fn threats(file: &Path, text: &str) -> Vec<Threat> {
    let lines: Vec<&str> = text.lines().collect();
    let begins = |line: &str| {
        let rest = line.trim_start().trim_start_matches("async ").strip_prefix("fn threat_")?;
        Some(format!("threat_{}", rest.split('(').next()?))
    };
    let threat = |at: usize| {
        let name = begins(lines[at])?;
        let indent = &lines[at][..lines[at].len() - lines[at].trim_start().len()];
        let ends = lines[at..].iter().position(|line| *line == format!("{indent}}}"))?;
        Some(Threat { file: file.to_owned(), name, text: lines[at..=at + ends].join("\n") })
    };
    (0..lines.len()).filter_map(threat).collect()
}

/// What is wrong with one: it prints what is attempted, and at its end what came of it.
fn faults(threat: &Threat) -> Option<String> {
    let at = |what: &str| threat.text.find(&format!("\"{what}: "));
    let both = matches!((at("attempted"), at("caught")), (Some(attempted), Some(caught)) if attempted < caught);
    (!both).then(|| format!("{}: {} prints not first attempted: …, then caught: …", threat.file.display(), threat.name))
}

/// How a page names a file: by its name, and by its folder where that is a name of many.
fn named(file: &Path) -> String {
    let name = file.file_name().unwrap().to_string_lossy().into_owned();
    let folder = file.parent().and_then(Path::file_name).unwrap().to_string_lossy();
    if matches!(name.as_str(), "tests.rs" | "mod.rs") { format!("{folder}/{name}") } else { name }
}

#[test]
fn every_threat_says_what_is_attempted_and_what_came_of_it_and_where_it_is_tested() {
    let mut found = Vec::new();
    for dir in ["crates", "tests"] {
        find(&workspace().join(dir), &mut found);
    }
    let mut wrong: Vec<_> = found.iter().filter_map(faults).collect();
    for page in ["docs/SECURITY.md", "docs/zh/SECURITY.md"] {
        let text = fs::read_to_string(workspace().join(page)).unwrap();
        let unnamed = found.iter().map(|threat| named(&threat.file)).filter(|file| !text.contains(file.as_str()));
        wrong.extend(unnamed.map(|file| format!("{page} does not name {file}")));
    }
    wrong.sort();
    wrong.dedup();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(found.len() >= 45, "{} are left", found.len());
}

#[test]
fn a_threat_that_does_not_tell_is_found() {
    let told = "    #[test]\n    fn threat_a() {\n        println!(\"attempted: a\");\n        println!(\"caught: a\");\n    }\n";
    let half = told.replace("        println!(\"caught: a\");\n", "");
    let found = |text: &str| threats(Path::new("a/tests.rs"), text).iter().filter_map(faults).count();
    assert_eq!((threats(Path::new("a/tests.rs"), told).len(), found(told), found(&half)), (1, 0, 1));
}
