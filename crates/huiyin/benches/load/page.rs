//! The tables' place in docs/PERFORMANCE.md.

use std::fs;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/PERFORMANCE.md");

/// Puts what was measured between its marks.
pub fn write(aims: &str, tables: &str) {
    let mut page = fs::read_to_string(PAGE).unwrap();
    for (name, text) in [("aims", aims), ("tables", tables)] {
        let (begin, end) = (format!("<!-- load: {name} -->\n"), format!("<!-- load: end of {name} -->"));
        let (before, rest) = page.split_once(&begin).unwrap_or_else(|| panic!("{PAGE} has no {begin}"));
        let (_, after) = rest.split_once(&end).unwrap_or_else(|| panic!("{PAGE} has no {end}"));
        page = format!("{before}{begin}\n{text}\n\n{end}{after}");
    }
    fs::write(PAGE, page).unwrap();
}
