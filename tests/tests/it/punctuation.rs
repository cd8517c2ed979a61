//! Chinese texts have Chinese punctuation. Read from the sources, for no run says every message.

use crate::harness::workspace;
use std::fs;
use std::path::{Path, PathBuf};

fn is_han(c: char) -> bool {
    ('\u{4E00}'..='\u{9FFF}').contains(&c)
}

/// Punctuation of half width right behind a Chinese character, or right before one.
fn half_width(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    chars
        .windows(2)
        .any(|two| (is_han(two[0]) && ",;:!?(".contains(two[1])) || (",;:!?)".contains(two[0]) && is_han(two[1])))
}

/// The string literals of a line of Rust; comments have none.
fn literals(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = if line.trim_start().starts_with("//") { "" } else { line };
    while let Some((_, behind)) = rest.split_once('"') {
        let mut text = String::new();
        let mut chars = behind.char_indices();
        let end = loop {
            match chars.next() {
                Some((_, '\\')) => text.extend(chars.next().map(|(_, c)| c)),
                Some((at, '"')) => break at + 1,
                Some((_, c)) => text.push(c),
                None => break behind.len(),
            }
        };
        found.push(text);
        rest = &behind[end..];
    }
    found
}

fn sources(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("tests") {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|end| end == "rs" || end == "json") && !path.ends_with("tests.rs") {
            found.push(path);
        }
    }
    found
}

#[test]
fn no_chinese_text_has_punctuation_of_half_width() {
    let mut wrong = Vec::new();
    for krate in ["api", "casework", "domain", "event-store", "read-models"] {
        for file in sources(&workspace().join("crates").join(krate).join("src")) {
            let source = fs::read_to_string(&file).unwrap();
            // What tests say is no message.
            let source = source.split("\nmod tests {").next().unwrap();
            for (number, line) in source.lines().enumerate() {
                // Tables have commas, and a heading of theirs is a name that programs read.
                let is_table = ["text/csv", "grid,unit,name", "permille\""].iter().any(|mark| line.contains(mark));
                if !is_table && literals(line).iter().any(|text| half_width(text)) {
                    wrong.push(format!("{}:{}: {}", file.display(), number + 1, line.trim()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_half_width_is_seen() {
    for text in ["已损坏:请恢复", "保留(见下", "{n} 字节,少于", "请收回:chmod", "见下)再"] {
        assert!(half_width(text), "{text}");
    }
    for text in ["已损坏：请恢复", "如 127.0.0.1:8080", "a,b", "第 1 条（见下）"] {
        assert!(!half_width(text), "{text}");
    }
    assert_eq!(literals(r#"say("甲\"乙", "丙") // "丁"#).len(), 3);
}
