//! What the driver may say of an issue: one body for each fact, drawn so that a rule usually accepts it.

pub mod appraisals;
pub mod around;
pub mod deeds;
pub mod filings;
pub mod gatherings;
pub mod receptions;
pub mod sessions;

use super::clock::{now, today};
use super::compare::Beside;
use super::cycles::End;
use super::driver::{Driver, town_time};
use super::issues::Issue;
use super::log::Leaf;
use crate::harness::{NOBODY, instant};
use chrono::{Days, Duration};
use serde_json::{Value, json};

const TOPICS: [&str; 4] = ["livelihood", "housing", "transport", "other"];
const OUTCOMES: [&str; 4] = ["resolved", "planned", "explained", "declined"];
const LEVELS: [&str; 4] = ["L1", "L2", "L3", "L4"];
const CHANNELS: [&str; 4] = ["in_person", "phone", "letter", "message"];

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
        "corrections" => return (fact.to_owned(), receptions::correction(driver, &issue.leaves)),
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
