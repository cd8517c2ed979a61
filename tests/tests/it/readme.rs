//! The walks of the README do what they say: their commands are read out of it and run.

use crate::harness::{Demo, Office, workspace};
use serde_json::Value;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};

/// The shell blocks of a walk, between its markers in the README, joined.
fn walk(name: &str) -> String {
    let readme = std::fs::read_to_string(workspace().join("README.md")).unwrap();
    let (_, rest) = readme.split_once(&format!("<!-- {name}: begin -->")).expect("the marker of the beginning");
    let (part, _) = rest.split_once(&format!("<!-- {name}: end -->")).expect("the marker of the end");
    let mut blocks = part.split("```");
    let mut commands = String::new();
    // Outside and inside take turns.
    while let (Some(_), Some(block)) = (blocks.next(), blocks.next()) {
        commands += block.strip_prefix("sh\n").expect("every block is for the shell");
    }
    commands
}

/// Runs commands as typed line by line, with the test's own address and token file put in the place of the README's: what
/// fails shows, and stops the walk. What it printed.
#[track_caller]
fn walks(commands: &str, replaced: [(&str, &str); 2]) -> String {
    let mut script = format!("set -euo pipefail\n{commands}");
    for (written, ours) in replaced {
        assert!(script.contains(written), "the walk does not name {written}");
        script = script.replace(written, ours);
    }
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
    said
}

const ADDRESS: &str = "http://127.0.0.1:8080";

#[test]
fn a_coordinator_follows_a_figure_of_the_demo() {
    let demo = Demo::start();
    assert!(demo.token_file.starts_with(demo.temporary_files()), "{:?}", demo.token_file);
    let token_file = demo.token_file.to_string_lossy();
    let said = walks(
        &walk("walk of the demo"),
        [(ADDRESS, &demo.url), ("\"${TMPDIR:-/tmp}\"/huiyin-demo-*/admin.token", &token_file)],
    );
    // Everything but the table is JSON, a line each, in the order of the walk.
    let (table, answers): (Vec<&str>, Vec<&str>) = said.lines().partition(|line| !line.starts_with('{'));
    let answers: Vec<Value> = answers.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let [town, issue, history, deadline, review, members] = answers.as_slice() else {
        panic!("{} answers:\n{said}", answers.len())
    };
    assert!(town["lateness"]["overdue"].as_u64() > Some(0), "{town:#}");
    // The names of the columns, the fourteen grids, and the line's end that curl adds.
    assert_eq!(table.iter().filter(|line| !line.is_empty()).count(), 15, "{table:#?}");
    assert_eq!(issue["lateness"], "overdue");
    assert_eq!(history["items"].as_array().unwrap().len() as u64, issue["version"].as_u64().unwrap());
    assert_eq!(deadline["answer_due_on"], issue["answer_due_on"]);
    let last = deadline["days"].as_array().unwrap().last().unwrap();
    assert_eq!(last["date"], issue["answer_due_on"], "the days lead to the date");
    assert_eq!(review["delegate"]["id"], issue["responsible_delegate_id"]);
    let on_time = review["indicators"].as_array().unwrap().iter().find(|one| one["code"] == "on_time").unwrap();
    let members = members["items"].as_array().unwrap();
    let counted = members.iter().filter(|member| member["counted"] == true).count();
    assert_eq!((on_time["of"].as_u64(), on_time["n"].as_u64()), (Some(members.len() as u64), Some(counted as u64)));
    let late = members.iter().find(|member| member["issue_id"] == issue["id"]).expect("the late one is among them");
    assert_eq!(late["counted"], false);
}

#[test]
fn a_newcomer_follows_the_readme() {
    let office = Office::empty();
    let place = office.place();
    // Where the commands expect things: the directory of the checkout, the default address and the default data
    // directory. The server of a test has its own, so these two are put in their place.
    let token_file = place.data().join("admin.token");
    let ours = [(ADDRESS, office.server().url.as_str()), ("huiyin-data/admin.token", &token_file.to_string_lossy())];
    let said = walks(&walk("walkthrough"), ours);

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

#[test]
fn a_visitor_follows_by_the_code_on_the_slip() {
    let office = Office::empty();
    let token_file = office.place().data().join("admin.token");
    let ours = [(ADDRESS, office.server().url.as_str()), ("huiyin-data/admin.token", &token_file.to_string_lossy())];
    let said = walks(&(walk("walkthrough") + &walk("walk of a visitor")), ours);
    let answers: Vec<Value> = said.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let [.., seen, said, proof] = answers.as_slice() else { panic!("{said}") };
    assert_eq!((seen["state"].as_str(), seen["can"][0]["what"].as_str()), (Some("answered"), Some("feedback")));
    let last = said["receipt"]["steps"].as_array().unwrap().last().unwrap();
    assert_eq!(last["kind"], "feedback");
    assert_eq!(proof["leaves"].as_array().unwrap().len(), 2);
}

#[test]
fn a_liaison_officer_follows_a_service_day() {
    let office = Office::empty();
    let token_file = office.place().data().join("admin.token");
    let ours = [(ADDRESS, office.server().url.as_str()), ("huiyin-data/admin.token", &token_file.to_string_lossy())];
    // In the same terminal as the walk before: what that one defined is used.
    let said = walks(&(walk("walkthrough") + &walk("walk of a service day")), ours);
    let answers: Vec<Value> = said.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let with = |member: &str| -> Vec<&Value> { answers.iter().filter(|answer| answer.get(member).is_some()).collect() };

    // Twelve Thursdays, fewer where holidays fall together, of fourteen grids.
    let planned = with("session_plan")[0]["session_plan"]["planned"].as_u64().unwrap();
    assert!(planned % 14 == 0 && (10 * 14..=12 * 14).contains(&planned), "{planned}");
    let proposal = with("load")[0];
    let next = &proposal["items"][0];
    assert_eq!(next["short_of"], serde_json::json!([]), "{next}");
    let public = answers.iter().filter_map(|answer| answer["items"].as_array()).flatten();
    let notice = public.clone().find(|item| item["units"].is_array() && item["session_id"] == next["session_id"]);
    let notice = notice.expect("the public sees the notice");
    assert_eq!(notice["held_on"], next["held_on"]);
    assert!(notice["units"].as_array().unwrap().iter().all(|unit| unit["posted_on"].is_string()), "{notice}");

    let held = answers.iter().find(|answer| answer["verdict"].is_string()).expect("the session of today");
    assert_eq!((held["verdict"].as_str(), held["state"].as_str()), (Some("pending"), Some("closed")));
    assert_eq!(held["present"].as_array().unwrap().len(), 2);
    let about = |item: &&Value| item["about"]["id"] == held["id"];
    let owed: Vec<&Value> = public.filter(about).collect();
    let session = owed.iter().find(|owed| owed["code"] == "O-1").expect("it is in the ledger");
    assert_eq!(session["status"], "fulfilled");
    let record = answers.iter().find(|answer| answer["code"] == "O-4").expect("one obligation");
    assert_eq!((record["status"].as_str(), &record["about"]["id"]), (Some("fulfilled"), &held["id"]));
    let types: Vec<&str> =
        record["events"].as_array().unwrap().iter().filter_map(|event| event["type"].as_str()).collect();
    assert!(types.contains(&"session.closed") && types.contains(&"session.record_filed"), "{types:?}");
    assert_eq!((with("by_code").len(), with("wording").len()), (2, 1), "the grid's sums, and the clause with its own");
}

/// The demonstration has an account of every role; under access rules each is let in as what it is, and no further.
#[test]
fn a_newcomer_tries_every_role() {
    let demo = Demo::start_with(&["--access"]);
    let tokens = demo.token_file.with_file_name("demo-tokens.json");
    let mode = std::fs::metadata(&tokens).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600, "whoever reads them acts as everybody");
    let said = walks(
        &walk("walk of the roles"),
        [(ADDRESS, &demo.url), ("\"${TMPDIR:-/tmp}\"/huiyin-demo-*/demo-tokens.json", &tokens.to_string_lossy())],
    );
    let answers: Vec<Value> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let file: Value = serde_json::from_str(&std::fs::read_to_string(&tokens).unwrap()).unwrap();
    let roles = [
        "delegate",
        "convener",
        "liaison",
        "party_studio",
        "congress_office",
        "handling_unit",
        "auditor",
        "report_job",
        "administrator",
    ];
    assert_eq!(file.as_object().unwrap().len(), roles.len());
    assert_eq!(answers.len(), 2 * roles.len(), "{said}");
    for (role, answers) in roles.into_iter().zip(answers.chunks(2)) {
        let [me, issues] = answers else { panic!("{said}") };
        let written = &file[role];
        assert_eq!(me["account"]["id"], written["account_id"], "{me}");
        assert_eq!((me["acting_as"].as_str(), me["access"]["adopted"].as_bool()), (Some(role), Some(true)), "{me}");
        let granted = me["grants"].as_array().unwrap();
        assert_eq!((granted.len(), granted[0]["role"].as_str()), (1, Some(role)), "{me}");
        assert_eq!(granted[0]["in_force"], true, "{me}");
        for (bound, id) in [("grid", "area_id"), ("delegate", "delegate_id"), ("office", "office_id")] {
            assert_eq!(granted[0][id], written[bound]["id"], "{role}: {bound}");
        }
        if role == "administrator" {
            assert_eq!((issues["status"].as_u64(), issues["code"].as_str()), (Some(403), Some("forbidden")));
            continue;
        }
        // Each was bound to where something is to be seen.
        let seen = &issues["items"][0];
        assert!(seen["id"].is_string(), "{role}: {issues}");
        match role {
            "delegate" => assert_eq!(seen["responsible_delegate_id"], written["delegate"]["id"]),
            "convener" | "liaison" => assert_eq!(seen["grid_id"], written["grid"]["id"]),
            _ => {}
        }
    }
}

/// Both READMEs tell the same walks: what is run is the English one's.
#[test]
fn the_chinese_readme_has_the_same_commands() {
    let blocks = |name: &str| -> Vec<String> {
        let readme = std::fs::read_to_string(workspace().join(name)).unwrap();
        readme.split("```").skip(1).step_by(2).map(str::to_owned).collect()
    };
    assert_eq!(blocks("README.zh-CN.md"), blocks("README.md"));
}
