//! Files of a crate that import each other in a circle can only be understood, moved and compiled together. The circles
//! that there are stand in `known_circles.txt`, which may only shrink.

mod graph;

use crate::harness::workspace;
use graph::Graph;
use std::collections::BTreeSet;
use std::fs;

/// The crates of the product.
const CRATES: [&str; 5] = ["api", "casework", "domain", "event-store", "read-models"];

/// A circle: its crate, and its files by the names of their modules.
type Circle = (String, BTreeSet<String>);

fn read_line(line: &str) -> Circle {
    let (name, files) = line.split_once(": ").unwrap_or_else(|| panic!("no circle: {line}"));
    (name.to_owned(), files.split(' ').map(str::to_owned).collect())
}

fn line((name, files): &Circle) -> String {
    format!("{name}: {}\n", files.iter().map(String::as_str).collect::<Vec<_>>().join(" "))
}

/// `UPDATE=1 cargo test -p tests --test it imports` takes off the list what is gone; it never adds to it.
#[test]
fn no_files_import_each_other_in_a_circle_but_the_known_ones() {
    let list = workspace().join("tests/tests/it/imports/known_circles.txt");
    let known: Vec<Circle> = fs::read_to_string(&list).unwrap().lines().map(read_line).collect();
    let (mut present, mut new): (Vec<Circle>, Vec<String>) = (Vec::new(), Vec::new());
    for name in CRATES {
        let graph = Graph::of(&workspace().join("crates").join(name).join("src"));
        for files in graph.circles() {
            let circle = (name.to_owned(), files);
            let is_known = |(of, files): &Circle| *of == circle.0 && circle.1.is_subset(files);
            if known.iter().any(is_known) {
                present.push(circle);
            } else {
                let those_known: BTreeSet<_> =
                    known.iter().filter(|(of, _)| *of == name).flat_map(|(_, f)| f).collect();
                let first = circle.1.iter().find(|file| !those_known.contains(file)).or(circle.1.first()).unwrap();
                new.push(format!("{name}: {}", graph.way_round(first).join(" -> ")));
            }
        }
    }
    assert!(
        new.is_empty(),
        "files import each other in a circle; move what both need to a file below them:\n{}",
        new.join("\n")
    );
    let left: String = present.iter().map(line).collect();
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&list, &left).unwrap();
        return;
    }
    let listed: String = known.iter().map(line).collect();
    assert!(listed == left, "circles are gone: take them off the list with UPDATE=1. What is left:\n{left}");
}

#[test]
fn a_circle_is_found_through_a_facade_and_a_test_makes_none() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let file = dir.path().join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    };
    write("lib.rs", "pub mod a; mod b; pub mod c; mod d; #[cfg(test)] mod unread;");
    // What `a` passes on is `a/inner`'s, so `a` itself is in no circle.
    write("a.rs", "mod inner; pub use inner::Thing; pub struct Own;");
    write("a/inner.rs", "pub struct Thing; fn f() { let _ = crate::b::g(); }");
    write("b.rs", "use crate::a::{self, Thing}; pub fn g() -> a::Thing { Thing }");
    write("c.rs", "use crate::a::Own; macro_rules! m { () => {} }\n#[cfg(test)] mod tests { use crate::d::D; }");
    write("d.rs", "pub struct D; fn f() { println!(\"{}\", crate::c::x()); }");
    let graph = Graph::of(dir.path());
    assert_eq!(graph.circles(), [BTreeSet::from(["a/inner".to_owned(), "b".to_owned()])]);
    assert_eq!(graph.way_round("b"), ["b", "a/inner", "b"]);
}
