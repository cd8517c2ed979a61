//! What the driver may say of major issues, of rules and of calendars.

use super::{LEVELS, OUTCOMES};
use crate::figures::clock::today;
use crate::figures::compare::Beside;
use crate::figures::driver::Driver;
use crate::harness::instant;
use chrono::{Datelike as _, Days};
use serde_json::{Value, json};

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

/// The newest policy with other numbers, for receptions from today or tomorrow on: never for days that were decided.
fn policy(driver: &mut Driver, beside: &Beside) -> (String, Value) {
    let newest = beside.log.leaves.iter().rev().find(|leaf| leaf.family() == "policy").unwrap();
    let (mut body, dice) = (newest.public.clone(), &mut driver.dice);
    body["effective_from"] = json!(today() + Days::new(dice.below(2)));
    body["answer"]["final_working_days"] = json!(3 + dice.below(5));
    body["answer"]["delivery_recorded_within_working_days"] = json!(dice.below(4));
    body["answer"]["after_report_back_working_days"] = json!(2 + dice.below(4));
    body["escalation"]["interim_every_working_days"] = json!(5 + dice.below(12));
    body["lateness"]["due_soon_working_days"] = json!(1 + dice.below(4));
    body["feedback"]["window_working_days"] = json!(4 + dice.below(9));
    body["feedback"]["weights_permille"]["basically_satisfied"] = json!(500 + dice.below(400));
    body["feedback"]["ranking_responses_min"] = json!(1 + dice.below(4));
    body["record"]["registration_working_days"] = json!(1 + dice.below(3));
    body["clock"]["claim_working_days"] = json!(1 + dice.below(2));
    body["service_day"]["presence_overlap_minutes"] = json!(30 * dice.below(5));
    body["session"]["invalidated_by"] = match dice.below(3) {
        0 => json!(["not_held", "absence", "notice_late"]),
        1 => json!(["not_held", "party_missing", "deputy_missing", "notice_mismatch"]),
        _ => body["session"]["invalidated_by"].clone(),
    };
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
