//! The walk-through of the README does what it says: its commands are read out of it and run.

use crate::harness::{Office, workspace};
use std::process::{Command, Stdio};

/// The shell blocks between the README's markers, joined.
fn walk_through() -> String {
    let readme = std::fs::read_to_string(workspace().join("README.md")).unwrap();
    let (_, rest) = readme.split_once("<!-- walkthrough: begin -->").expect("the marker of the beginning");
    let (part, _) = rest.split_once("<!-- walkthrough: end -->").expect("the marker of the end");
    let mut blocks = part.split("```");
    let mut commands = String::new();
    // Outside and inside take turns.
    while let (Some(_), Some(block)) = (blocks.next(), blocks.next()) {
        commands += block.strip_prefix("sh\n").expect("every block is for the shell");
    }
    commands
}

#[test]
fn a_newcomer_follows_the_readme() {
    let office = Office::empty();
    let place = office.place();
    // Where the commands expect things: the directory of the checkout, the default address and the default data
    // directory. The server of a test has its own, so these two are put in their place.
    let commands = walk_through();
    let address = "http://127.0.0.1:8080";
    let token = "huiyin-data/admin.token";
    assert!(commands.contains(address) && commands.contains(token), "the walk-through names neither address nor token");
    let commands = commands
        .replace(address, &office.server().url)
        .replace(token, &place.data().join("admin.token").to_string_lossy());

    // As typed line by line: what fails shows, and stops the walk.
    let script = format!("set -euo pipefail\n{commands}");
    let output = Command::new("bash")
        .arg("-c")
        .arg(script)
        .current_dir(workspace())
        .stdin(Stdio::null())
        .env_remove("http_proxy")
        .output()
        .unwrap();
    let (said, complained) =
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8_lossy(&output.stderr).into_owned());
    assert!(output.status.success(), "{}\n{complained}\n{said}", output.status);
    assert_eq!(complained, "");

    // Both issues are where the text says they are.
    let issues = office.get(&format!("/v1/issues?at_least={}", office.head())).good();
    let issues = issues["items"].as_array().unwrap();
    let find = |state: &str| {
        issues.iter().find(|issue| issue["state"] == state).unwrap_or_else(|| panic!("none is {state}: {issues:#?}"))["id"].as_str().unwrap().to_owned()
    };
    assert_eq!(issues.len(), 2);
    let types = |issue: &str| {
        office.history(issue).iter().map(|event| event["type"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(types(&find("answered")), ["issue.raised", "issue.final_answer_given"]);
    let bus = find("closed");
    let told = types(&bus);
    assert_eq!(
        told,
        [
            "issue.raised",
            "issue.escalated",
            "issue.outcome_reported_back",
            "issue.final_answer_given",
            "issue.feedback_recorded",
            "issue.closed"
        ]
    );

    // And the newcomer has seen it: the history, then the issue as it was when it had just been raised.
    let mut at = 0;
    for fact in told {
        at += said[at..]
            .find(&fact)
            .unwrap_or_else(|| panic!("the walk-through does not show {fact} in its turn:\n{said}"));
    }
    assert!(said[at..].contains("\"state\":\"registered\""), "the past is not shown:\n{}", &said[at..]);
}
