//! The page that tells a committee's year does what it says: its commands are read out of it and run, each part on a server
//! whose clock shows the day that stands above it.

use crate::harness::{FakedClock, Office, Place, workspace};
use chrono::{DateTime, FixedOffset, NaiveDateTime, Utc};
use serde_json::Value;
use std::process::{Command, Stdio};
use std::sync::Arc;

/// The address and the token file that the page names.
const ADDRESS: &str = "http://127.0.0.1:8080";
const TOKEN_FILE: &str = "huiyin-data/admin.token";

/// A part of the page: when it happens, and its commands.
struct Part {
    at: Option<DateTime<FixedOffset>>,
    commands: String,
}

/// The shell blocks of a page, in order. A block behind `<!-- on 2026-01-08 16:40 -->` happens then, and those behind it.
fn parts(page: &str) -> Vec<Part> {
    let mut parts = vec![Part { at: None, commands: String::new() }];
    let mut in_block = false;
    for line in page.lines() {
        if let Some(when) = line.strip_prefix("<!-- on ").and_then(|line| line.strip_suffix(" -->")) {
            let at = NaiveDateTime::parse_from_str(when, "%Y-%m-%d %H:%M").unwrap();
            let town = FixedOffset::east_opt(8 * 3600).unwrap();
            parts.push(Part { at: Some(at.and_local_timezone(town).unwrap()), commands: String::new() });
        } else if line.starts_with("```") {
            assert!(in_block || line == "```sh", "a block that is not for the shell: {line}");
            in_block = !in_block;
        } else if in_block {
            let part = parts.last_mut().unwrap();
            part.commands += line;
            part.commands.push('\n');
        }
    }
    parts
}

fn page(name: &str) -> String {
    std::fs::read_to_string(workspace().join(name)).unwrap()
}

/// Runs commands as typed, with what the parts before have set; what fails shows, and stops the year. What it printed.
#[track_caller]
fn runs(commands: &str, office: &Office) -> String {
    let known = office.place().data().with_file_name("year.sh");
    let token_file = office.place().data().join("admin.token");
    let commands = commands.replace(ADDRESS, &office.server().url).replace(TOKEN_FILE, &token_file.to_string_lossy());
    let known = known.to_string_lossy();
    // The address changes with every boot of the server.
    let url = &office.server().url;
    let script = format!(
        "set -euo pipefail\nif [ -f '{known}' ]; then . '{known}'; api={url}/v1; fi\n{commands}\n\
         {{ declare -p | grep '^declare -- ' | grep -v '^declare -- _='; declare -f; }} > '{known}'\n"
    );
    let mut bash = Command::new("bash");
    bash.arg("-s").current_dir(workspace()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = bash.env_remove("http_proxy").spawn().unwrap();
    std::io::Write::write_all(&mut running.stdin.take().unwrap(), script.as_bytes()).unwrap();
    let output = running.wait_with_output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}\n{commands}\n{complained}\n{said}", output.status);
    assert_eq!(complained, "", "{commands}");
    said
}

#[test]
fn the_commands_of_a_committees_year_work_on_their_days() {
    let Some(clock) = FakedClock::of("a committee's year") else { return };
    let parts = parts(&page("docs/YEAR.md"));
    let shift = |at: DateTime<FixedOffset>| (at.with_timezone(&Utc) - Utc::now()).num_seconds();
    let first = parts.iter().find_map(|part| part.at).unwrap();
    clock.is_moved_by(shift(first));
    let mut office = Office::at(Arc::new(Place::under(clock)));
    let mut said = Vec::new();
    for part in &parts {
        if let Some(at) = part.at.filter(|at| *at != first) {
            office.boots(shift(at));
            office.ran();
        }
        said.push((part.at, runs(&part.commands, &office)));
    }
    let of = |day: &str| {
        let on = |at: &Option<DateTime<FixedOffset>>| at.is_some_and(|at| at.to_rfc3339().starts_with(day));
        said.iter().find(|(at, _)| on(at)).map(|(_, said)| said.as_str()).unwrap()
    };
    assert_eq!(of("2026-01-14").lines().next(), Some("valid"), "the session of 8 January");
    year_stands(&office);
}

/// What the ledger says when the year is over.
fn year_stands(office: &Office) {
    let clauses: Value = office.get("/v1/clauses").good();
    assert!(clauses["items"].as_array().is_some_and(|clauses| !clauses.is_empty()), "{clauses:#}");
}

#[test]
fn both_languages_of_the_page_have_the_same_commands() {
    let [english, chinese] = ["docs/YEAR.md", "docs/zh/YEAR.md"].map(|name| {
        let without_comments = |commands: &str| {
            let lines = commands.lines().map(|line| line.split("   # ").next().unwrap_or(line).to_owned());
            lines.collect::<Vec<_>>()
        };
        parts(&page(name)).iter().map(|part| (part.at, without_comments(&part.commands))).collect::<Vec<_>>()
    });
    assert_eq!(english, chinese);
}
