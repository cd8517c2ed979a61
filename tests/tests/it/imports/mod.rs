//! Files of a crate that import each other in a circle can only be understood, moved and compiled together.

mod graph;

use crate::harness::workspace;
use graph::Graph;
use std::collections::BTreeSet;
use std::fs;

#[test]
fn no_files_import_each_other_in_a_circle() {
    let mut told = Vec::new();
    for entry in fs::read_dir(workspace().join("crates")).unwrap() {
        let krate = entry.unwrap().path();
        let graph = Graph::of(&krate.join("src"));
        for files in graph.circles() {
            let way = graph.way_round(files.first().unwrap()).join(" -> ");
            told.push(format!("{}: {way}", krate.file_name().unwrap().to_string_lossy()));
        }
    }
    let remedy = "files import each other in a circle; move what both need to a file below them";
    assert!(told.is_empty(), "{remedy}:\n{}", told.join("\n"));
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
