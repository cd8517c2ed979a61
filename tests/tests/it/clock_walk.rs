//! The machine's clock is moved under the server itself, forward and back by seconds, hours and years: under load, across
//! restarts, and past the last day of a suspension.

use crate::harness::{FakedClock, Office, Place, Server, WorkingDays, text, today};
use chrono::{DateTime, Days, NaiveDate, Utc};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// By how much the clock may be moved while the server goes on (`--clock-step-max`), s.
const STEP_MAX: i64 = 60;
/// How far it may be beyond the newest record when the log is opened (`--clock-ahead-max`), s.
const AHEAD_MAX: i64 = 400 * 86_400;
/// Moves that nobody's clock makes by itself, s.
const JUMPS: [i64; 8] = [61, -61, 3_600, -3_600, 86_400, -86_400, 3 * 365 * 86_400, -20 * 365 * 86_400];

/// A server under a clock that can be moved; `None` where there is no such clock.
fn office_under_a_clock(test: &str) -> Option<Office> {
    Some(Office::at(Arc::new(Place::under(FakedClock::of(test)?))))
}

fn body(name: &str) -> Value {
    json!({"name": name, "kind": "department"})
}

/// Why health says that something is wrong with the clock.
fn wrong_with_the_clock(office: &Office) -> Option<String> {
    let answer = office.health_when_started();
    let (status, health) = (answer.status, answer.json());
    let wrong = health["wrong"].as_array().unwrap().clone();
    let clock: Option<String> =
        wrong.iter().find(|each| each["log"] == "clock").map(|each| text(each, "/why").to_owned());
    assert_eq!(health["status"], if wrong.is_empty() { "ready" } else { "degraded" }, "{health:#}");
    // Where nothing is recorded a supervisor is told by the status too; under a clock behind the newest record all goes on.
    let stopped = clock.as_ref().is_some_and(|why| why.contains("Nothing is recorded"));
    assert_eq!(status, if stopped { 503 } else { 200 }, "{health:#}");
    clock
}

/// When each leaf says that it was recorded, and the names of the offices among them.
fn recorded(office: &Office) -> (Vec<DateTime<Utc>>, BTreeSet<String>) {
    let (mut at, mut offices, mut after) = (Vec::new(), BTreeSet::new(), 0);
    while after < office.head() {
        let page = office.get(&format!("/v1/events?limit=1000&after={after}")).good();
        for event in page["items"].as_array().unwrap() {
            at.push(text(event, "/recorded_at").parse().unwrap());
            if event["type"] == "office.registered" {
                offices.insert(text(event, "/public/name").to_owned());
            }
            after = event["position"].as_u64().unwrap();
        }
    }
    (at, offices)
}

/// No leaf is ahead of the truth, or behind the first one, by more than the bound; and time never runs backwards.
#[track_caller]
fn no_leaf_is_far_from_the_truth(leaves: &[DateTime<Utc>], begun: DateTime<Utc>) {
    let bound = chrono::Duration::seconds(STEP_MAX);
    for pair in leaves.windows(2) {
        assert!(pair[0] <= pair[1], "{} before {}", pair[1], pair[0]);
    }
    let (first, last) = (leaves[0], leaves[leaves.len() - 1]);
    assert!(first >= begun - bound && last <= Utc::now() + bound, "{first} to {last}, begun at {begun}");
}

#[test]
fn a_clock_that_is_moved_under_load_stops_recording_until_it_is_set_right() {
    let begun = Utc::now();
    let Some(office) = office_under_a_clock("a clock that is moved under load") else { return };
    let clock = office.place().clock();
    let over = AtomicBool::new(false);
    let office = &office;
    let acknowledged: BTreeSet<String> = thread::scope(|scope| {
        let over = &over;
        let writers: Vec<_> = (0..3)
            .map(|writer| {
                scope.spawn(move || {
                    let mut acknowledged = BTreeSet::new();
                    for number in 0.. {
                        if over.load(Ordering::SeqCst) {
                            break;
                        }
                        let name = format!("第{writer}组第{number}科");
                        let answer = office.post("/v1/offices", &body(&name));
                        match answer.status {
                            201 => drop(acknowledged.insert(name)),
                            _ => drop(answer.problem(503, "clock_implausible")),
                        }
                    }
                    acknowledged
                })
            })
            .collect();
        let walk = || {
            for seconds in JUMPS {
                clock.is_moved_by(seconds);
                let refused = office.post("/v1/offices", &body(&format!("移动{seconds}秒")));
                assert!(refused.header("retry-after").is_some());
                refused.problem(503, "clock_implausible");
                let told = wrong_with_the_clock(office).unwrap();
                assert!(told.contains("--clock-is-right"), "{told}");
                // Whoever reads is answered.
                office.get("/v1/offices").good();
                clock.is_moved_by(0);
                office.post("/v1/offices", &body(&format!("复原{seconds}秒"))).created();
                assert_eq!(wrong_with_the_clock(office), None);
            }
            // A step that clocks do make is no jump, forward or back.
            for seconds in [5, -5] {
                clock.is_moved_by(seconds);
                office.post("/v1/offices", &body(&format!("调整{seconds}秒"))).created();
                assert_eq!(wrong_with_the_clock(office), None);
            }
        };
        // The writers end however the walk does.
        let walked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(walk));
        over.store(true, Ordering::SeqCst);
        let acknowledged = writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect();
        if let Err(why) = walked {
            std::panic::resume_unwind(why);
        }
        acknowledged
    });
    assert!(!acknowledged.is_empty());
    let (leaves, offices) = recorded(office);
    no_leaf_is_far_from_the_truth(&leaves, begun);
    assert!(acknowledged.is_subset(&offices), "lost: {:?}", acknowledged.difference(&offices));
    assert!(!offices.iter().any(|name| name.starts_with("移动")), "{offices:?}");
}

#[test]
fn a_clock_that_is_moved_between_two_starts_is_not_believed() {
    let begun = Utc::now();
    let Some(mut office) = office_under_a_clock("a clock that is moved between two starts") else { return };
    let place = Arc::clone(office.place());
    for seconds in JUMPS {
        office.stops();
        place.clock().is_moved_by(seconds);
        if seconds > AHEAD_MAX {
            // So far ahead the log is not opened at all, whatever is known of the clock.
            let ended = Server::try_start(&place).unwrap_err();
            assert!(ended.said.contains("--clock-is-right"), "{}", ended.said);
            place.clock().is_moved_by(0);
            office.restarts();
            continue;
        }
        office.restarts_alive();
        office.post("/v1/offices", &body("不可信")).problem(503, "clock_implausible");
        assert!(wrong_with_the_clock(&office).unwrap().contains("--clock-is-right"));
        // Without a restart: it agrees again, and what is recorded is true.
        place.clock().is_moved_by(0);
        office.post("/v1/offices", &body(&format!("复原{seconds}秒"))).created();
        assert_eq!(wrong_with_the_clock(&office), None);
    }
    let (leaves, offices) = recorded(&office);
    no_leaf_is_far_from_the_truth(&leaves, begun);
    assert!(!offices.contains("不可信"));
}

#[test]
fn a_clock_behind_the_newest_record_is_told_and_time_does_not_run_backwards() {
    let Some(mut office) = office_under_a_clock("a clock behind the newest record") else { return };
    office.boots(3_600);
    office.post("/v1/offices", &body("快一小时")).created();
    assert_eq!(wrong_with_the_clock(&office), None, "after a boot nothing speaks against it");
    office.boots(0);
    assert!(wrong_with_the_clock(&office).unwrap().contains("behind the newest record"));
    office.post("/v1/offices", &body("复原")).created();
    let (leaves, _) = recorded(&office);
    assert!(leaves.windows(2).all(|pair| pair[0] <= pair[1]), "{leaves:?}");
    assert_eq!(leaves.last(), leaves.get(leaves.len() - 2), "it carries the newest time until the clock has caught up");
}

#[test]
fn after_a_boot_a_log_is_not_opened_years_after_its_newest_record() {
    let begun = Utc::now();
    let Some(mut office) = office_under_a_clock("a boot years after the newest record") else { return };
    let place = Arc::clone(office.place());
    office.stops();
    let _ = fs::remove_file(place.data().join("clock"));
    place.clock().is_moved_by(3 * 365 * 86_400);
    let ended = Server::try_start(&place).unwrap_err();
    assert!(ended.said.contains("--clock-is-right"), "{}", ended.said);
    place.clock().is_moved_by(0);
    office.restarts();
    office.post("/v1/offices", &body("复原")).created();
    no_leaf_is_far_from_the_truth(&recorded(&office).0, begun);
}

#[test]
fn after_the_last_day_of_a_suspension_the_clock_runs_again_without_a_write() {
    let Some(mut office) = office_under_a_clock("a suspension's last day") else { return };
    office.imports_roster().created();
    office.meets();
    let (held_on, until_on) = (today(), today() + Days::new(10));
    let issue = office.raises("等鉴定结果");
    let shown: NaiveDate = text(&office.issue(&issue), "/answer_due_on").parse().unwrap();
    let suspend =
        json!({"reason_code": "visitor_facts", "reason": "等来访人补充材料", "until_on": until_on.to_string()});
    office.does(&issue, "suspensions", &suspend).good();
    let version = office.issue(&issue)["version"].clone();
    let days = WorkingDays::shipped();
    let due = days.after(until_on, 5);
    // The issue itself, each list, its deadline and the boards say the same, and nothing is written of it.
    let seen = |office: &Office| {
        let one = office.issue(&issue);
        let lateness = text(&one, "/lateness").to_owned();
        let listed = office.get(&format!("/v1/issues?lateness={lateness}")).good()["items"][0].clone();
        for field in ["clock", "answer_due_on", "lateness"] {
            assert_eq!(one[field], listed[field], "{field}: {listed:#}");
        }
        let deadline = office.get(&format!("/v1/issues/{issue}/deadline")).good();
        assert_eq!(deadline["answer_due_on"], one["answer_due_on"], "{deadline:#}");
        let overview = office.get("/v1/dashboards/overview").good();
        assert_eq!(
            (&overview["issues"]["open"], &overview["lateness"][&lateness]),
            (&json!(1), &json!(1)),
            "{overview:#}"
        );
        // Of vacant offices the clock over obligations may write meanwhile.
        assert_eq!(office.issue(&issue)["version"], version);
        (text(&one, "/clock").to_owned(), text(&one, "/answer_due_on").to_owned(), lateness)
    };
    let is = |clock: &str, due: NaiveDate, lateness: &str| (clock.to_owned(), due.to_string(), lateness.to_owned());

    // Through its last day it stands still, and the date shown before stays.
    office.boots_on_day(10);
    assert_eq!(seen(&office), is("suspended", shown, "on_time"));
    // The day after it runs by itself, with the days that were left.
    office.boots_on_day(11);
    assert_eq!(seen(&office), is("running", due, "on_time"));
    // And it is late once those are over.
    office.boots_on_day((days.after(due, 1) - held_on).num_days());
    assert_eq!(seen(&office), is("running", due, "overdue"));
}
