//! A data directory that an earlier version made opens for ever: the same root, the same histories, keys and tokens; and
//! reviews that change only on purpose. What is compared lies in `tests/golden`, with how it was made.

use crate::harness::{Office, Place, id, text, workspace};
use crate::log_proofs::leaves;
use crate::merkle::{self, Hash, leaf_hash};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

/// Every event type that the directory tells. A version that cannot read one of them says so by its name.
const TYPES: &[&str] = &[
    "account.created",
    "account.token_issued",
    "account.token_revoked",
    "area.convener_appointed",
    "area.grid_defined",
    "area.liaison_appointed",
    "area.town_defined",
    "area.unit_defined",
    "calendar.amended",
    "calendar.published",
    "delegate.assigned",
    "delegate.assignment_ended",
    "delegate.departed",
    "delegate.mandate_given",
    "delegate.registered",
    "issue.clock_resumed",
    "issue.clock_suspended",
    "issue.closed",
    "issue.commitment_verified",
    "issue.corrected",
    "issue.correction_proposed",
    "issue.correction_refused",
    "issue.deadline_recomputed",
    "issue.delivery_attempted",
    "issue.escalated",
    "issue.escalation_returned",
    "issue.extension_granted",
    "issue.extension_refused",
    "issue.extension_requested",
    "issue.feedback_recorded",
    "issue.final_answer_given",
    "issue.input_given",
    "issue.input_requested",
    "issue.interim_reply_given",
    "issue.linked",
    "issue.merged",
    "issue.outcome_reported_back",
    "issue.raised",
    "issue.referred",
    "issue.reopened",
    "issue.reopening_refused",
    "issue.reopening_requested",
    "issue.responsibility_handed_over",
    "issue.taken",
    "issue.unmerged",
    "issue.visitor_told_of_extension",
    "issue.withdrawn",
    "log.opened",
    "major_issue.accepted",
    "major_issue.assigned",
    "major_issue.concluded",
    "major_issue.deliberated",
    "major_issue.dispatch_refused",
    "major_issue.issue_joined",
    "major_issue.level_lowered",
    "major_issue.level_raised",
    "major_issue.outcome_reported",
    "major_issue.refusal_decided",
    "major_issue.returned_for_rework",
    "major_issue.submitted",
    "major_issue.triaged",
    "major_issue.verified",
    "office.registered",
    "policy.version_adopted",
    "programme.established",
    "reception.corrected",
    "reception.correction_proposed",
    "reception.correction_refused",
    "reception.recorded",
    "roster.imported",
];

/// The year of its receptions.
const YEAR: u32 = 2026;

/// What lies beside the directory.
fn golden(name: &str) -> PathBuf {
    workspace().join("tests/golden/15b9373").join(name)
}

fn read(name: &str) -> Value {
    serde_json::from_slice(&fs::read(golden(name)).unwrap()).unwrap()
}

/// A copy of the directory, in a place of its own.
pub(crate) fn unpacked() -> Arc<Place> {
    let place = Place::new();
    let root = place.data().parent().unwrap().to_owned();
    let unpacked = Command::new("tar").arg("-xzf").arg(golden("directory.tar.gz")).arg("-C").arg(root).status();
    assert!(unpacked.unwrap().success(), "tar cannot unpack it");
    // The longer this test lives, the longer the directory has rested.
    place.serves_with(&["--clock-is-right"]);
    Arc::new(place)
}

/// What every key file holds, but what was signed last, which is no key.
fn keys(place: &Place) -> BTreeMap<String, Vec<u8>> {
    let files = fs::read_dir(place.keys()).unwrap().map(|entry| entry.unwrap().path());
    let named = files.map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(path).unwrap()));
    named.filter(|(name, _)| name != "signed").collect()
}

fn checkpoint(office: &Office) -> String {
    office.get("/log/checkpoint").is(200).text()
}

fn doctor(place: &Place) -> String {
    let output = place.command("doctor").output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}");
    said
}

#[test]
fn it_opens_with_the_same_root_and_the_same_keys() {
    let (place, answers) = (unpacked(), read("answers.json"));
    let before = keys(&place);
    let mut office = Office::at(Arc::clone(&place));
    // The whole note: what names the log, how long it is, its root, and a signature that one key alone makes.
    let signed = text(&answers, "/checkpoint");
    assert_eq!(checkpoint(&office), signed);
    assert_eq!(office.get("/log/vkey").is(200).text(), text(&answers, "/vkey"));
    let health = office.get("/health/ready").good();
    assert!(signed.contains(text(&health, "/log_id")), "{health:#}");
    assert_eq!(health["read_models"]["issue_board"], health["head"]);

    // What was signed last is no key: it was moved out of their directory, once.
    assert_eq!(keys(&place), before);
    assert!(!place.keys().join("signed").exists());
    assert!(place.signed().join("signed").exists());

    // It is written on, and what was is still its beginning.
    office.registers_office("新设科室", "department");
    let (old, new) = (head(&answers), office.head());
    assert_eq!(new, old + 1);
    let hashes: Vec<Hash> = leaves(&office, new).iter().map(|leaf| leaf_hash(leaf)).collect();
    let beginning = &hashes[..usize::try_from(old).unwrap()];
    assert_eq!(merkle::root(beginning), merkle::hash(signed.lines().nth(2).unwrap()));
    office.stops();
    let said = doctor(&place);
    assert!(!said.contains("[wrong]") && !said.contains("[mended]"), "{said}");
}

fn head(answers: &Value) -> u64 {
    text(answers, "/checkpoint").lines().nth(1).unwrap().parse().unwrap()
}

#[test]
fn the_doctor_finds_it_sound_before_any_server_has_opened_it() {
    let said = doctor(&unpacked());
    let mended: Vec<&str> = said.lines().filter(|line| line.starts_with("[mended]")).collect();
    assert!(mended.len() == 2 && mended[0].contains("What was signed last was moved"), "{said}");
    // The version that made it had no such index.
    assert!(mended[1].contains("index of commands and keys was rebuilt"), "{said}");
    assert!(said.contains("agrees with the last signed checkpoint") && !said.contains("[wrong]"), "{said}");
}

#[test]
fn every_event_of_it_is_read() {
    let (office, answers) = (Office::at(unpacked()), read("answers.json"));
    let mut told = BTreeSet::new();
    let mut after = 0;
    while after < head(&answers) {
        let page = office.get(&format!("/v1/events?limit=1000&after={after}")).good();
        let items = page["items"].as_array().unwrap();
        told.extend(items.iter().map(|event| text(event, "/type").to_owned()));
        after = items.last().unwrap()["position"].as_u64().unwrap();
    }
    assert_eq!(told, TYPES.iter().map(|name| (*name).to_owned()).collect());
    assert_eq!(
        told,
        answers["types"].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
    );
}

#[test]
fn every_history_of_it_is_told_as_it_was() {
    let (office, answers) = (Office::at(unpacked()), read("answers.json"));
    let histories = answers["histories"].as_object().unwrap();
    assert!(histories.len() > 50);
    for (stream, then) in histories {
        let now = office.get(&format!("{stream}/events?limit=1000")).good();
        let (then, now) = (then.as_array().unwrap(), now["items"].as_array().unwrap());
        assert_eq!(then.len(), now.len(), "{stream}");
        for (then, now) in then.iter().zip(now) {
            assert_eq!(then, now, "{stream}");
        }
    }
    let mut names = Map::new();
    let mut cursor = String::new();
    loop {
        let page = office.get(&format!("/v1/delegates?limit=100{cursor}")).good();
        names.extend(page["items"].as_array().unwrap().iter().map(|each| (id(each), each["name"].clone())));
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(Value::Object(names), answers["delegates"]);
}

#[test]
fn its_tokens_and_its_repeated_commands_are_known() {
    let (office, answers) = (Office::at(unpacked()), read("answers.json"));
    let secret = text(&answers, "/kept_token/secret");
    let me = office.call("GET", "/v1/me").with("Authorization", &format!("Bearer {secret}")).send().good();
    assert_eq!(text(&me, "/account/id"), text(&answers, "/kept_token/token/account_id"), "{me:#}");
    let again = &answers["again"];
    let call = office.call("POST", text(again, "/path")).key(text(again, "/key"));
    let replayed = call.body("application/json", text(again, "/body")).send();
    assert_eq!(replayed.header("idempotency-replayed"), Some("true"));
    // An answer names whom its ids mean since then; what the command did is as it was.
    let (now, then) = (replayed.good(), &again["answer"]);
    assert_eq!((&now["office"], &now["position"]), (&then["office"], &then["position"]));
    assert_eq!(office.head(), head(&answers));
}

/// Its policy is of before there was a clock over obligations.
#[test]
fn its_clock_stands_still() {
    let office = Office::at(unpacked());
    let head = office.head();
    let ran = office.post("/v1/clock-runs", &json!({})).good();
    assert_eq!((&ran["clock_run"]["events"], &ran["position"]), (&json!(0), &json!(head)), "{ran:#}");
    let clock = office.get(&format!("/v1/clock?at_least={head}")).good();
    assert_eq!(
        (&clock["running"], &clock["waiting"], clock.get("next_at")),
        (&json!(false), &json!(0), None),
        "{clock:#}"
    );
}

/// The reviews of everybody who has any figure at all, by the rules of then.
fn reviews(office: &Office, of: &str, at: u64) -> Value {
    let mut review = office.get(&format!("/v1/reviews/{YEAR}/{of}?as_of_position={at}&rules=review/1")).good();
    let counted = |item: &Value| {
        let indicators = item["indicators"].as_array().unwrap();
        indicators.iter().any(|indicator| indicator["of"].as_u64().is_some_and(|of| of > 0))
    };
    let items = review["items"].as_array_mut().unwrap();
    let all = items.len();
    items.retain(counted);
    review["all"] = json!(all);
    review
}

#[test]
fn its_reviews_change_only_on_purpose() {
    let (office, answers) = (Office::at(unpacked()), read("answers.json"));
    let at = head(&answers);
    let now = json!({"delegates": reviews(&office, "delegates", at), "grids": reviews(&office, "grids", at)});
    if std::env::var_os("UPDATE").is_some() {
        fs::write(golden("reviews.json"), serde_json::to_string_pretty(&now).unwrap() + "\n").unwrap();
    }
    let then = read("reviews.json");
    for of in ["delegates", "grids"] {
        let items = |review: &Value| review[of]["items"].as_array().unwrap().clone();
        assert!(!items(&then).is_empty());
        for (then, now) in items(&then).iter().zip(&items(&now)) {
            assert_eq!(then, now);
        }
    }
    assert_eq!(then, now);
}
