//! What the driver may say: one body for each fact, drawn so that a rule usually accepts it.

use super::compare::Beside;
use super::driver::{Driver, town_time};
use super::issues::{End, Issue};
use super::log::Leaf;
use crate::harness::{NOBODY, instant, now, today};
use chrono::{Datelike as _, Days, Duration, NaiveTime};
use serde_json::{Value, json};

const TOPICS: [&str; 4] = ["livelihood", "housing", "transport", "other"];
const OUTCOMES: [&str; 4] = ["resolved", "planned", "explained", "declined"];
const LEVELS: [&str; 4] = ["L1", "L2", "L3", "L4"];
const CHANNELS: [&str; 4] = ["in_person", "phone", "letter", "message"];

/// A reception of the last months.
pub fn reception(driver: &mut Driver) -> Value {
    let dice = &mut driver.dice;
    let grid = dice.one(&driver.grids).clone();
    let back = match dice.below(20) {
        0..3 => 0,
        3..12 => dice.below(30),
        12..19 => dice.below(300),
        _ => dice.below(1080),
    };
    let minutes = u32::try_from(dice.below(180)).unwrap();
    let half_past_one = NaiveTime::from_hms_opt(13, 30, 0).unwrap() + Duration::minutes(minutes.into());
    let held_at = (now() - Days::new(back)).with_time(half_past_one).unwrap().min(now());
    let held_at = if dice.percent(2) { now() + Duration::days(1) } else { held_at };
    let mut delegates = vec![dice.one(&grid.delegates).clone()];
    if dice.percent(40) {
        let guest = dice.one(&driver.grids).clone();
        let second = dice.one(&guest.delegates).clone();
        if second != delegates[0] {
            delegates.push(second);
        }
    }
    let unit = if dice.percent(3) { dice.one(&driver.grids).units.first() } else { Some(dice.one(&grid.units)) };
    let issues: Vec<Value> = (0..*dice.one(&[0_usize, 1, 1, 1, 2, 3]))
        .map(|n| {
            let mut issue = json!({
                "kind": dice.one(&["opinion", "suggestion", "demand"]), "topic": dice.one(&TOPICS),
                "subject": format!("第{n}件"), "text": "请尽快处理。",
            });
            if dice.percent(30) {
                issue["responsible_delegate_id"] = json!(dice.one(&delegates));
            }
            if dice.percent(2) {
                issue["topic"] = json!("weather");
            }
            issue
        })
        .collect();
    let mut body = json!({
        "grid_id": grid.id, "form": dice.one(&["walk_in", "group_visit", "themed_visit", "appointment"]),
        "held_at": instant(held_at), "visitors": [{"name": "王小明"}], "issues": issues,
        "delegates": delegates.iter().map(|delegate| json!({"delegate_id": delegate})).collect::<Vec<_>>(),
    });
    if let Some(unit) = unit.filter(|_| dice.percent(60)) {
        body["unit_id"] = json!(unit);
    }
    body
}

/// What fits the state of an issue, or now and then what does not.
fn fact(driver: &mut Driver, issue: &Issue) -> &'static str {
    let has = |fact: &str| issue.cycle().leaves.iter().rev().find(|leaf| leaf.fact() == fact).map(|leaf| leaf.position);
    let (asked, decided) = (
        has("extension_requested"),
        has("extension_granted").max(has("extension_refused")).max(has("visitor_told_of_extension")),
    );
    let suspended = issue.cycle().suspended_since().is_some();
    let any = [
        (3, "taking"),
        (4, "answers"),
        (4, "interim-replies"),
        (4, "escalations"),
        (2, "escalation-returns"),
        (3, "extensions"),
        (2, "extensions/decision"),
        (2, "extensions/notification"),
        (3, "suspensions"),
        (2, "resumptions"),
        (2, "referrals"),
        (3, "feedback"),
        (2, "closing"),
        (2, "reopenings"),
        (2, "reopenings/decision"),
        (1, "withdrawal"),
        (3, "handovers"),
        (3, "delivery-attempts"),
        (2, "merges"),
        (2, "unmerges"),
        (2, "links"),
        (2, "input-requests"),
        (1, "inputs"),
        (2, "commitment-verifications"),
        (4, "corrections"),
        (3, "corrections/decision"),
    ];
    if driver.dice.percent(30) {
        return driver.dice.weighed(&any);
    }
    if has("correction_proposed") > has("correction_refused").max(has("corrected")) && driver.dice.percent(40) {
        return "corrections/decision";
    }
    if issue.reopening_pending {
        return "reopenings/decision";
    }
    let of_open: &[(u64, &'static str)] = &[
        (8, "answers"),
        (3, "interim-replies"),
        (3, "extensions"),
        (2, "suspensions"),
        (2, "handovers"),
        (1, "merges"),
        (1, "referrals"),
        (1, "withdrawal"),
        (1, "input-requests"),
        (1, "inputs"),
        (1, "delivery-attempts"),
        (2, "corrections"),
    ];
    match issue.state {
        _ if suspended && driver.dice.percent(50) => "resumptions",
        _ if asked.is_some() && decided.is_none() => "extensions/decision",
        "in_hand" if asked < has("extension_granted") && driver.dice.percent(60) => "extensions/notification",
        "registered" => {
            let first = [(4, "taking"), (4, "answers"), (4, "escalations"), (3, "extensions"), (3, "suspensions")];
            driver.dice.weighed(&first)
        }
        "in_hand" if driver.dice.percent(20) => "escalations",
        "escalated" => driver.dice.weighed(&[(5, "interim-replies"), (2, "escalation-returns"), (2, "handovers")]),
        "merged" => driver.dice.weighed(&[(3, "answers"), (3, "unmerges"), (1, "interim-replies")]),
        "answered" => driver.dice.weighed(&[
            (6, "feedback"),
            (3, "closing"),
            (4, "reopenings"),
            (2, "commitment-verifications"),
            (2, "corrections"),
        ]),
        "closed" => driver.dice.weighed(&[
            (2, "reopenings"),
            (1, "feedback"),
            (2, "commitment-verifications"),
            (1, "corrections"),
        ]),
        _ => driver.dice.weighed(of_open),
    }
}

/// A command about an issue.
pub fn of_issue(driver: &mut Driver, beside: &Beside, issue: &Issue) -> (String, Value) {
    let fact = fact(driver, issue);
    // What must come before the due date comes soon.
    let soon = ["extensions", "extensions/decision", "extensions/notification", "suspensions"].contains(&fact);
    let at = if soon { driver.soon(&issue.leaves) } else { driver.next(&issue.leaves) };
    let on = at.date_naive();
    let days = |n: u64| json!(on + Days::new(n));
    let mut others = beside.town.ids("issue");
    others.retain(|id| {
        let other = &beside.town.issues[id];
        other.grid == issue.grid && other.is_open() && other.id != issue.id
    });
    let dice = &mut driver.dice;
    let body = match fact {
        "taking" | "closing" => json!({"occurred_at": instant(at)}),
        "answers" => {
            let on_the_spot = issue.state == "registered" && dice.percent(50);
            let spoken = town_time(issue.held_at) + Duration::minutes(2);
            let at = if on_the_spot { spoken.min(now()) } else { at };
            let outcome = *dice.one(&OUTCOMES);
            let mut body = json!({
                "outcome": outcome, "channel": "oral", "text": "已处理。", "delivered_at": instant(at),
                "evidence": {"kind": dice.one(&["visitor_confirmation", "witness"])},
            });
            if on_the_spot {
                body["on_the_spot"] = json!(true);
            } else if dice.percent(30) {
                body["channel"] = json!("written");
                body["evidence"]["kind"] = json!(dice.one(&["signature", "delivery_receipt", "posted"]));
            }
            if outcome == "planned" {
                body["commitment_on"] = json!(at.date_naive() + Days::new(1 + dice.below(60)));
            }
            if outcome == "declined" {
                body["basis"] = json!("无此规定。");
            }
            if dice.percent(3) {
                body["answered_by"] = json!(NOBODY);
            }
            body
        }
        "interim-replies" => json!({
            "text": "正在办理。", "channel": dice.one(&CHANNELS), "told_at": instant(at), "next_word_on": days(1 + dice.below(18)),
        }),
        "escalations" => {
            let level = *dice.one(&LEVELS);
            let mut body = json!({"level": level, "reason": "本级难以解决", "occurred_at": instant(at)});
            let fits = beside.town.ids("major_issue").into_iter().find(|id| {
                let major = &beside.town.majors[id];
                major.is_open() && major.grid == issue.grid && major.level == level
            });
            if let Some(major) = fits.filter(|_| dice.percent(40)) {
                body["major_issue_id"] = json!(major);
            }
            body
        }
        "escalation-returns" | "unmerges" | "resumptions" => {
            json!({"reason": "可在本级答复", "occurred_at": instant(at)})
        }
        "extensions" => json!({
            "reason_code": "complex", "reason": "情况复杂", "new_due_on": issue.held_on() + Days::new(8 + dice.below(12)),
            "occurred_at": instant(at),
        }),
        "extensions/decision" => decision(dice.percent(80), "granted", &instant(at)),
        "extensions/notification" => json!({"told_at": instant(at), "channel": dice.one(&CHANNELS)}),
        "suspensions" => json!({
            "reason_code": "visitor_facts", "reason": "等材料", "until_on": days(5 + dice.below(24)), "occurred_at": instant(at),
        }),
        "referrals" => json!({"statutory_channel": "petition", "reason": "属信访事项", "told_at": instant(at)}),
        "feedback" => json!({
            "satisfaction": dice.one(&["satisfied", "basically_satisfied", "dissatisfied", "dissatisfied"]),
            "by": dice.one(&["visitor", "call_back"]), "given_at": instant(at),
        }),
        "reopenings" => json!({
            "ground": dice.one(&["dissatisfied", "new_facts", "commitment_broken", "wrong_outcome"]), "reason": "又坏了",
            "occurred_at": instant(at),
        }),
        "reopenings/decision" => {
            let accepted = dice.percent(75);
            let mut body = decision(accepted, "accepted", &instant(at));
            let before = issue.leaves.iter().filter(|leaf| leaf.fact() == "reopened").count();
            if accepted && before > 0 && dice.percent(70) {
                body["level"] = json!(dice.one(&LEVELS));
            }
            body
        }
        "withdrawal" => json!({"reason": "不再需要", "on_own_motion": dice.percent(40), "occurred_at": instant(at)}),
        "handovers" => {
            let grid = dice.one(&driver.grids).clone();
            json!({
                "to_delegate_id": dice.one(&grid.delegates), "reason_code": dice.one(&["recusal", "long_leave", "grid_change"]),
                "reason": "回避", "occurred_at": instant(at),
            })
        }
        "delivery-attempts" => json!({"attempted_at": instant(at), "channel": dice.one(&CHANNELS), "note": "无人接听"}),
        "merges" => json!({"primary_issue_id": pick(dice, &others), "reason": "同一件事", "occurred_at": instant(at)}),
        "links" => json!({
            "issue_id": pick(dice, &others), "kind": dice.one(&["related", "recurring", "caused_by"]), "occurred_at": instant(at),
        }),
        "input-requests" => {
            json!({"to_office_id": dice.one(&driver.offices), "text": "请告知情况。", "occurred_at": instant(at)})
        }
        "inputs" => json!({"text": "情况如下。", "occurred_at": instant(at)}),
        "commitment-verifications" => {
            let commitment = match &issue.cycle().end {
                Some(End::Answered(answer)) => answer.day("commitment_on"),
                _ => None,
            };
            json!({
                "kept": dice.percent(60), "verified_on": commitment.map_or(on, |on| on + Days::new(1)).min(today()), "note": "已查看",
            })
        }
        "corrections" => return (fact.to_owned(), correction(driver, &issue.leaves)),
        _ => {
            let version = last_proposed(&issue.leaves).unwrap_or(1);
            let mut body = json!({"event_version": version, "approved": dice.percent(75)});
            if body["approved"] == false {
                body["reason"] = json!("记录无误");
            }
            body
        }
    };
    (fact.to_owned(), body)
}

fn decision(yes: bool, word: &str, at: &str) -> Value {
    let mut body = json!({word: yes, "occurred_at": at});
    if !yes {
        body["reason"] = json!("不符合条件");
    }
    body
}

fn pick(dice: &mut super::dice::Dice, of: &[String]) -> String {
    if of.is_empty() { NOBODY.to_owned() } else { dice.one(of).clone() }
}

fn last_proposed(leaves: &[Leaf]) -> Option<u64> {
    let proposed = leaves.iter().rev().find(|leaf| leaf.fact() == "correction_proposed");
    proposed.and_then(|leaf| leaf.public["event_version"].as_u64())
}

/// A correction of some leaf of a stream, of a field that can be corrected, mostly.
fn correction(driver: &mut Driver, leaves: &[Leaf]) -> Value {
    let leaf = driver.dice.one(leaves).clone();
    let moved = town_time(leaf.occurred_at) + Duration::hours(i64::try_from(driver.dice.below(200)).unwrap() - 120);
    let moved = json!(instant(moved.min(now())));
    let grid = driver.dice.one(&driver.grids).clone();
    let delegate = json!(driver.dice.one(&grid.delegates));
    let dice = &mut driver.dice;
    let soon = json!(leaf.occurred_on() + Days::new(1 + dice.below(15)));
    let (pointer, value) = match leaf.fact() {
        "raised" => match dice.below(4) {
            0 => ("/public/kind", json!(dice.one(&["opinion", "suggestion", "demand"]))),
            1 => ("/public/topic", json!(dice.one(&TOPICS))),
            2 => ("/public/responsible_delegate_id", delegate),
            _ => ("/public/unit_id", json!(dice.one(&grid.units))),
        },
        "final_answer_given" => match dice.below(4) {
            0 => ("/public/outcome", json!(dice.one(&OUTCOMES))),
            1 => ("/public/commitment_on", soon),
            2 => ("/public/channel", json!(dice.one(&["oral", "written"]))),
            _ => ("/occurred_at", moved),
        },
        "interim_reply_given" if dice.percent(50) => ("/public/next_word_on", soon),
        "feedback_recorded" if dice.percent(60) => {
            ("/public/satisfaction", json!(dice.one(&["satisfied", "basically_satisfied", "dissatisfied"])))
        }
        "interim_reply_given" | "feedback_recorded" | "referred" => ("/occurred_at", moved),
        "commitment_verified" => ("/public/kept", json!(dice.percent(50))),
        "recorded" => match dice.below(5) {
            0 => ("/public/form", json!(dice.one(&["walk_in", "group_visit", "themed_visit", "appointment"]))),
            1 => ("/public/unit_id", json!(dice.one(&grid.units))),
            2 => ("/public/delegates/0/delegate_id", delegate),
            _ => ("/occurred_at", moved),
        },
        _ => ("/public/due", json!("2026-01-05")),
    };
    json!({"event_version": leaf.version, "pointer": pointer, "value": value, "reason": "笔误"})
}

/// A correction of a reception, or the decision on one.
pub fn reception_correction(driver: &mut Driver, beside: &Beside) -> (String, Value) {
    let ids = beside.town.ids("reception");
    if ids.is_empty() {
        return (String::new(), Value::Null);
    }
    let id = driver.dice.one(&ids).clone();
    let leaves = beside.town.stream(&format!("reception/{id}"));
    let path = format!("/v1/receptions/{id}/corrections");
    match leaves.last().filter(|leaf| leaf.fact() == "correction_proposed") {
        Some(leaf) if driver.dice.percent(80) => {
            let approved = driver.dice.percent(80);
            let mut body = json!({"event_version": leaf.public["event_version"], "approved": approved});
            if !approved {
                body["reason"] = json!("记录无误");
            }
            (format!("{path}/decision"), body)
        }
        _ => (path, correction(driver, &leaves[..1])),
    }
}

/// A step of the major-issue process.
pub fn of_major(driver: &mut Driver, beside: &Beside, id: &str) -> (String, Value) {
    let major = &beside.town.majors[id];
    let at = driver.next(beside.town.stream(&format!("major_issue/{id}")));
    let (dice, offices) = (&mut driver.dice, &driver.offices);
    let fact = match major.state {
        "submitted" => "triage",
        "triaged" => "deliberations",
        "deliberated" => "assignments",
        "assigned" => *dice.one(&["acceptances", "acceptances", "refusals", "refusals/decision"]),
        "handling" | "returned_for_rework" => "reports",
        "reported_back" => "verifications",
        _ => "conclusion",
    };
    let fact = if dice.percent(8) { *dice.one(&["level-changes", "deliberations", "conclusion"]) } else { fact };
    let mut body = match fact {
        "triage" => match dice.below(10) {
            0 => json!({"decision": "return", "reason": "可在本级答复"}),
            1 => json!({"decision": "refer", "reason": "属信访事项", "statutory_channel": "petition"}),
            _ => json!({"decision": "accept"}),
        },
        "deliberations" => json!({"held_on": at.date_naive(), "decision": "尽快办理"}),
        "assignments" => json!({"lead_office_id": offices[0], "support_office_ids": [offices[2]]}),
        "refusals" => json!({"reason": "不属本单位"}),
        "refusals/decision" => json!({"upheld": dice.percent(50), "reason": "见规定"}),
        "reports" => json!({"outcome": dice.one(&OUTCOMES), "basis": "见规定", "text": "已办。"}),
        "verifications" => json!({"confirmed": dice.percent(80), "by_office_id": offices[1]}),
        "level-changes" => json!({"to": dice.one(&LEVELS), "reason": "本级难定"}),
        "conclusion" => json!({"outcome": dice.one(&OUTCOMES), "text": "已办结。"}),
        _ => json!({}),
    };
    body["occurred_at"] = json!(instant(at));
    (fact.to_owned(), body)
}

/// A change of the rules or of the calendar.
pub fn reference(driver: &mut Driver, beside: &Beside) -> (String, Value) {
    if driver.dice.percent(40) { policy(driver, beside) } else { calendar(driver, beside) }
}

/// The newest policy with other numbers, for receptions from some day on.
fn policy(driver: &mut Driver, beside: &Beside) -> (String, Value) {
    let newest = beside.log.leaves.iter().rev().find(|leaf| leaf.family() == "policy").unwrap();
    let (mut body, dice) = (newest.public.clone(), &mut driver.dice);
    body["effective_from"] = json!(today() - Days::new(dice.below(200)));
    body["answer"]["final_working_days"] = json!(3 + dice.below(5));
    body["answer"]["delivery_recorded_within_working_days"] = json!(dice.below(4));
    body["answer"]["after_report_back_working_days"] = json!(2 + dice.below(4));
    body["escalation"]["interim_every_working_days"] = json!(5 + dice.below(12));
    body["lateness"]["due_soon_working_days"] = json!(1 + dice.below(4));
    body["feedback"]["window_working_days"] = json!(4 + dice.below(9));
    body["feedback"]["weights_permille"]["basically_satisfied"] = json!(500 + dice.below(400));
    body["feedback"]["ranking_responses_min"] = json!(1 + dice.below(4));
    body["record"]["registration_working_days"] = json!(1 + dice.below(3));
    ("/v1/policies".to_owned(), body)
}

/// Another calendar: a day near today is closed, or open again.
fn calendar(driver: &mut Driver, beside: &Beside) -> (String, Value) {
    let year = today().year() + i32::from(driver.dice.percent(30));
    let newest = beside
        .log
        .leaves
        .iter()
        .rev()
        .find(|leaf| leaf.family() == "calendar" && leaf.public["year"].as_i64() == Some(year.into()));
    let mut body = match newest {
        Some(leaf) => leaf.public.clone(),
        None => json!({
            "year": year, "source": {"title": "节假日安排", "published_on": today()},
            "public_holidays": [{"date": format!("{year}-01-01"), "name": "元旦"}], "make_up_days": [],
        }),
    };
    let near = today() + Days::new(driver.dice.below(60)) - Days::new(30);
    body["local_closures"] = if near.year() == year { json!([{"date": near, "name": "台风"}]) } else { json!([]) };
    (format!("/v1/calendars/{year}"), body)
}
