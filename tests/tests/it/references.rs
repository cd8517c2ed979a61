//! Code and pages cite by number: transitions and obligations of the life cycle, clauses of the notice, standards. What
//! nobody can look up explains nothing, so each citation has its row in `docs/LIFECYCLE.md` or `docs/SOURCES.md`, and the
//! rows are true of the OpenAPI document.

use crate::harness::workspace;
use regex::Regex;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// What is cited by number.
const NUMBERS: &str = r"\b(?:T[1-9]\d?|[OGR]-\d{1,2}|C-(?:\d(?:\.\d[ab]?)?|A\d))\b";
/// Standards, laws and papers, as they are cited.
const WORKS: &str =
    r"\bRFC \d+|UTS #\d+|draft-ietf-[a-z-]+|C2SP (?:tlog-[a-z]+|signed-note)|OWASP|Wilson|民法典|代表法";
/// One of these is in every citation: what has none need not be searched.
const MARKS: [&str; 12] =
    ["C-", "O-", "G-", "R-", "RFC ", "UTS ", "draft-", "C2SP ", "OWASP", "Wilson", "民法典", "代表法"];

fn numbers() -> Regex {
    Regex::new(NUMBERS).unwrap()
}

fn may_cite(line: &str) -> bool {
    let transition = || line.split('T').skip(1).any(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    MARKS.iter().any(|mark| line.contains(mark)) || transition()
}

/// Files under a directory with one of these endings, but for what is generated, foreign or recorded.
fn files(dir: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if !["target", "node_modules", "golden", "vectors", "vendor"].contains(&name.as_str()) {
                found.extend(files(&path, endings));
            }
        } else if endings.iter().any(|ending| name.ends_with(ending)) {
            found.push(path);
        }
    }
    found
}

/// Everything that may cite: sources, texts and pages.
fn citing() -> Vec<PathBuf> {
    let root = workspace();
    let mut found = Vec::new();
    for (dir, endings) in [
        ("crates", &[".rs", ".sql", ".json", ".js", ".html", ".md"][..]),
        ("docs", &[".md"]),
        ("tests/tests", &[".rs", ".md"]),
        ("examples", &[".md", ".py"]),
        ("data", &[".md"]),
        ("openapi", &[".json"]),
    ] {
        found.extend(files(&root.join(dir), endings));
    }
    for page in ["README.md", "README.zh-CN.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"] {
        found.push(root.join(page));
    }
    found
}

/// The words of a line: of Rust its comment and its literals, since `T1` may be the name of a type; of others all of it.
fn words(path: &Path, line: &str) -> String {
    if path.extension().is_none_or(|ending| ending != "rs") {
        return line.to_owned();
    }
    let comment = line.split_once("//").map_or("", |(_, comment)| comment);
    // Inside of quotation marks, and of lines of a literal that began further above.
    let quoted = line.split('"').skip(1).step_by(2).collect::<Vec<_>>().join(" ");
    let prose = if line.contains(['"', '{', '(', ';', '<']) || !comment.is_empty() { "" } else { line };
    format!("{comment} {quoted} {prose}")
}

/// Each citation, with the places it stands at.
fn cited() -> BTreeMap<String, Vec<String>> {
    let pattern = Regex::new(&format!("{NUMBERS}|{WORKS}")).unwrap();
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let root = workspace();
    for path in citing() {
        // Rows are not citations of themselves.
        let page = path.file_name().is_some_and(|name| name == "LIFECYCLE.md" || name == "SOURCES.md");
        let text = fs::read_to_string(&path).unwrap();
        for (number, line) in text.lines().enumerate().filter(|(_, line)| may_cite(line)) {
            let line = if page { line.split_once("| ").map_or(line, |(_, rest)| own_cell_off(rest)) } else { line };
            for citation in pattern.find_iter(&words(&path, line)) {
                let place = format!("{}:{}", path.strip_prefix(root).unwrap().display(), number + 1);
                found.entry(citation.as_str().to_owned()).or_default().push(place);
            }
        }
    }
    found
}

fn own_cell_off(row: &str) -> &str {
    row.split_once(" |").map_or(row, |(_, rest)| rest)
}

/// The rows of a page's tables by their first cell, without its link.
fn rows(page: &str) -> BTreeMap<String, String> {
    let text = fs::read_to_string(workspace().join("docs").join(page)).unwrap();
    let rows = text.lines().filter_map(|line| line.strip_prefix("| "));
    let row = |row: &str| {
        let (first, rest) = row.split_once(" |")?;
        let name = first.trim_start_matches('[').split(']').next()?;
        Some((name.to_owned(), rest.to_owned()))
    };
    rows.filter_map(row).collect()
}

fn numbered(page: &str) -> BTreeMap<String, String> {
    let pattern = numbers();
    let whole = |name: &str| pattern.find(name).is_some_and(|found| found.len() == name.len());
    rows(page).into_iter().filter(|(name, _)| whole(name)).collect()
}

/// What stands in backquotes in a text, in order of the alphabet.
fn code(text: &str) -> BTreeSet<String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn document() -> Value {
    serde_json::from_slice(&fs::read(workspace().join("openapi/huiyin.json")).unwrap()).unwrap()
}

#[test]
fn every_citation_can_be_looked_up() {
    let mut known: BTreeSet<String> = numbered("LIFECYCLE.md").into_keys().collect();
    known.extend(rows("SOURCES.md").into_keys());
    let cited = cited();
    assert!(cited.len() > 30, "{} different citations: the files are not read", cited.len());
    let mut unknown = Vec::new();
    for (citation, places) in cited.iter().filter(|(citation, _)| !known.contains(*citation)) {
        unknown.extend(places.iter().map(|place| format!("{place}: {citation} has no row")));
    }
    assert!(unknown.is_empty(), "{}", unknown.join("\n"));
}

#[test]
fn every_source_is_one_that_is_cited() {
    let pattern = Regex::new(&format!("{NUMBERS}|{WORKS}")).unwrap();
    let cited = cited();
    // The clauses of the notice are all there, for whoever reads it.
    for name in rows("SOURCES.md").into_keys().filter(|name| !name.starts_with("C-") && pattern.is_match(name)) {
        assert!(cited.contains_key(&name), "docs/SOURCES.md: nobody cites {name}");
    }
}

/// Families whose transitions the page tells, by the beginning of their facts' names.
const FAMILIES: [&str; 3] = ["issue.", "major_issue.", "session."];
/// Where calls of these families begin.
const CALLS: [&str; 5] =
    ["/v1/issues/", "/v1/major-issues/", "/v1/session-plans", "/v1/sessions", "/v1/grids/{id}/rota"];

#[test]
fn the_life_cycle_names_every_call_and_fact_of_issues_and_sessions_with_their_clauses() {
    let document = document();
    let page = fs::read_to_string(workspace().join("docs/LIFECYCLE.md")).unwrap();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let facts = document["components"]["schemas"]["Event"]["discriminator"]["mapping"].as_object().unwrap();
    let told = |name: &str| FAMILIES.iter().any(|family| name.starts_with(family));
    let mut missing: BTreeSet<String> = facts.keys().filter(|name| told(name)).cloned().collect();
    let paths = document["paths"].as_object().unwrap();
    let commands = paths
        .iter()
        .filter(|(path, methods)| methods.get("post").is_some() && CALLS.iter().any(|call| path.starts_with(call)));
    missing.extend(commands.map(|(path, _)| format!("POST {path}")));
    for (number, line) in page.lines().enumerate() {
        let clauses = line.rsplit(" | ").nth(1).unwrap_or_default();
        for named in code(line) {
            missing.remove(&named);
            if let Some((method, path)) = named.split_once(" /") {
                let known = paths.get(&format!("/{path}")).and_then(|methods| methods.get(method.to_lowercase()));
                assert!(known.is_some(), "docs/LIFECYCLE.md:{}: there is no {named}", number + 1);
            }
            // The public part of a fact has its clause, a row a column for it; prose around the tables has none.
            if !line.starts_with('|') {
                continue;
            }
            let Some(schema) = facts.get(&named) else { continue };
            let event = schema.as_str().unwrap().rsplit('/').next().unwrap();
            let clause = schemas[&event.replace("Event", "Facts")]["x-clause"].as_str().unwrap();
            let own = code(line.rsplit(" | ").next().unwrap()).contains(&named);
            assert!(!own || clauses.contains(clause), "docs/LIFECYCLE.md:{}: {named} is of {clause}", number + 1);
        }
    }
    assert!(missing.is_empty(), "docs/LIFECYCLE.md does not name {missing:?}");
}

#[test]
fn the_life_cycle_names_every_state_and_verdict() {
    let document = document();
    let page = fs::read_to_string(workspace().join("docs/LIFECYCLE.md")).unwrap();
    for (heading, values) in [
        ("## Transitions of an issue", "IssueState"),
        ("## The major-issue process", "MajorIssueState"),
        ("## Sessions", "SessionState"),
        ("## Sessions", "Verdict"),
    ] {
        let section = page.split_once(&format!("{heading}\n")).unwrap().1.split("\n## ").next().unwrap();
        let cells = section.lines().filter_map(|row| row.strip_prefix('|'));
        // Beside its number, if it has one, a row begins with the states that it is about.
        let about: BTreeSet<String> = cells.flat_map(|row| code(&row.split('|').take(2).collect::<String>())).collect();
        for value in document["components"]["schemas"][values]["enum"].as_array().unwrap() {
            let value = value.as_str().unwrap();
            assert!(about.contains(value), "docs/LIFECYCLE.md: no row of \"{heading}\" is about `{value}` of {values}");
        }
    }
}

#[test]
fn the_life_cycle_names_values_that_the_policy_has() {
    let policy: Value =
        serde_json::from_slice(&fs::read(workspace().join("data/policy-default.json")).unwrap()).unwrap();
    let page = fs::read_to_string(workspace().join("docs/LIFECYCLE.md")).unwrap();
    let document = document();
    // Facts of sessions begin with the name of a section of the policy.
    let facts = document["components"]["schemas"]["Event"]["discriminator"]["mapping"].as_object().unwrap();
    let mut seen = 0;
    for named in code(&page).into_iter().filter(|named| !facts.contains_key(named)) {
        let Some((group, value)) = named.split_once('.').filter(|(group, _)| policy.get(group).is_some()) else {
            continue;
        };
        seen += 1;
        assert!(policy[group].get(value).is_some(), "docs/LIFECYCLE.md: the policy has no {named}");
    }
    assert!(seen > 10, "{seen}");
}

/// Numbers, calls, events, clauses and values stand alike on both pages; what is said of them is for reviewers.
#[test]
fn both_languages_have_the_same_rows() {
    let pattern = numbers();
    for page in ["LIFECYCLE.md", "SOURCES.md"] {
        let told = |page: &str| -> Vec<(String, BTreeSet<String>, BTreeSet<String>)> {
            let text = fs::read_to_string(workspace().join("docs").join(page)).unwrap();
            let rows = text.lines().filter(|line| line.starts_with("| "));
            let told = rows.map(|row| {
                let first = row.split(" |").next().unwrap();
                let name = if pattern.is_match(first) || first.contains("](") { first } else { "" };
                let cited = pattern.find_iter(row).map(|found| found.as_str().to_owned()).collect();
                (name.to_owned(), code(row), cited)
            });
            told.collect()
        };
        let (english, chinese) = (told(page), told(&format!("zh/{page}")));
        assert_eq!(english.len(), chinese.len(), "{page}");
        for (english, chinese) in english.iter().zip(&chinese) {
            assert_eq!(english, chinese, "{page}");
        }
    }
}

#[test]
fn a_citation_is_told_from_a_name_in_code() {
    let pattern = numbers();
    let in_line = |file: &str, line: &str| -> Vec<String> {
        pattern.find_iter(&words(Path::new(file), line)).map(|found| found.as_str().to_owned()).collect()
    };
    assert_eq!(in_line("a.rs", "/// Escalates an issue (T9, C-3.6); see O-17."), ["T9", "C-3.6", "O-17"]);
    assert_eq!(in_line("a.rs", r#"    because("按 C-4.3a 办理", "under C-A1");"#), ["C-4.3a", "C-A1"]);
    assert_eq!(in_line("a.rs", "fn both<T1, T2>(one: T1) -> (T1, T2) {"), [""; 0]);
    assert_eq!(in_line("a.rs", r#"at("2026-11-19T14:10:00+08:00"); // UTC-8"#), [""; 0]);
    assert_eq!(in_line("a.md", "T1–T20, as in `T7`"), ["T1", "T20", "T7"]);
}
