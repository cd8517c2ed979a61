//! What shows only days later, under a clock that is moved between two boots: what a claim of the past may not win, and
//! whom the year's review counts.

use crate::harness::{FakedClock, Office, Place, WorkingDays, demand, id, instant, now, text, today};
use chrono::{DateTime, Days, Duration, FixedOffset, NaiveDate};
use serde_json::{Value, json};
use std::sync::Arc;

/// An office with a roster, under a clock that can be moved; `None` where there is no such clock.
fn office(test: &str) -> Option<Office> {
    let mut office = Office::at(Arc::new(Place::under(FakedClock::of(test)?)));
    office.imports_roster().created();
    office.meets();
    Some(office)
}

/// So many days after today, at this time of day.
fn at(days: i64) -> DateTime<FixedOffset> {
    now() + Duration::days(days)
}

fn suspension(until_on: NaiveDate) -> Value {
    json!({"reason_code": "visitor_facts", "reason": "等来访人补充材料", "until_on": until_on.to_string()})
}

fn due(issue: &Value) -> NaiveDate {
    text(issue, "/answer_due_on").parse().unwrap()
}

/// `[n, of]` of an indicator of the delegate's review of the year in which an issue was due.
fn figure(office: &Office, year: &str, code: &str) -> (u64, u64) {
    // The review goes as far as the record does.
    office.registers_office(&format!("评议至{}", office.head()), "department");
    let review = office.get(&format!("/v1/reviews/{year}/delegates/{}", office.delegate)).good();
    let indicators = review["indicators"].as_array().unwrap();
    let one = indicators.iter().find(|each| each["code"] == code).unwrap_or_else(|| panic!("no {code}: {review:#}"));
    (one["n"].as_u64().unwrap(), one["of"].as_u64().unwrap())
}

#[test]
fn a_resumption_that_is_recorded_late_wins_nothing() {
    let Some(mut office) = office("a resumption that is recorded late") else { return };
    // Due before the day on which it is recorded, whatever the calendar.
    let issue = office.raises("等材料");
    office.does(&issue, "suspensions", &suspension(today() + Days::new(20))).good();
    let resumption = json!({"occurred_at": instant(at(4)), "reason": "材料已补齐"});
    office.boots_on_day(19);
    let shown = office.does(&issue, "resumptions", &resumption).good()["issue"].clone();
    assert!(due(&shown) < today() + Days::new(19), "{shown:#}");
    let year = &text(&shown, "/answer_due_on")[..4];
    office.boots_on_day(30);
    assert_ne!(office.issue(&issue)["lateness"], "on_time");
    assert_eq!(figure(&office, year, "on_time"), (0, 1), "what is late here is late in the review");
    let answered = json!({"outcome": "resolved", "channel": "oral", "text": "已解决。", "delivered_at": instant(at(30) - Duration::minutes(1)), "evidence": {"kind": "visitor_confirmation"}});
    office.does(&issue, "answers", &answered).good();
    assert_eq!(figure(&office, year, "on_time"), (0, 1));
}

#[test]
fn a_deadline_after_a_resumption_agrees_with_itself() {
    let Some(mut office) = office("a deadline after a resumption") else { return };
    let (issue, raised_on) = (office.raises("等材料"), today());
    // Two days of five are used up before the clock stands still, and it runs again three days later.
    let suspended_on = WorkingDays::shipped().after(raised_on, 2);
    let on_day = (suspended_on - raised_on).num_days();
    office.boots_on_day(on_day);
    office.does(&issue, "suspensions", &suspension(suspended_on + Days::new(20))).good();
    office.boots_on_day(on_day + 3);
    let shown = office.does(&issue, "resumptions", &json!({"reason": "材料已补齐"})).good()["issue"].clone();
    let deadline = office.get(&format!("/v1/issues/{issue}/deadline")).good();
    assert_eq!(deadline["answer_due_on"], shown["answer_due_on"]);
    let days = deadline["days"].as_array().unwrap();
    let counted = days.iter().filter(|day| day["counted"] == true);
    assert_eq!(deadline["working_days"].as_u64(), Some(counted.count() as u64), "{deadline:#}");
    let dates: Vec<NaiveDate> = days.iter().map(|day| text(day, "/date").parse().unwrap()).collect();
    assert_eq!(dates.first(), Some(&text(&deadline, "/from").parse().unwrap()), "{deadline:#}");
    assert_eq!(dates.last(), Some(&due(&shown)), "{deadline:#}");
    assert!(dates.windows(2).all(|pair| pair[0].succ_opt() == Some(pair[1])), "{deadline:#}");
}

#[test]
fn what_was_withdrawn_while_its_clock_stood_still_is_nobodys_debt() {
    let Some(mut office) = office("a withdrawal while suspended") else { return };
    let issue = office.raises("等鉴定结果");
    let shown = due(&office.issue(&issue));
    office.does(&issue, "suspensions", &suspension(today() + Days::new(25))).good();
    office.boots_on_day((shown - today()).num_days() + 5);
    assert_eq!(office.issue(&issue)["clock"], "suspended");
    office.does(&issue, "withdrawal", &json!({"reason": "来访人已自行解决"})).good();
    let year = &shown.to_string()[..4];
    for code in ["answer_rate", "on_time", "on_time_original"] {
        assert_eq!(figure(&office, year, code), (0, 0), "{code}");
    }
}

#[test]
fn a_suspension_does_not_begin_again_and_again() {
    let Some(mut office) = office("suspensions one after another") else { return };
    let issue = office.raises("等材料");
    let path = format!("/v1/issues/{issue}/suspensions");
    office.post(&path, &suspension(today() + Days::new(25))).good();
    // The day after its last it runs again by itself; what is left of the policy's thirty days is five.
    office.boots_on_day(26);
    let refused = office.refuses_command(&path, &suspension(today() + Days::new(26 + 6)), 409, "suspension_too_long");
    drop(refused.clause("C-4.4"));
    office.post(&path, &suspension(today() + Days::new(26 + 4))).good();
}

#[test]
fn what_followed_is_not_claimed_before_it_within_one_second() {
    let office = Office::open();
    let second = now() - Duration::milliseconds(i64::from(now().timestamp_subsec_millis())) - Duration::seconds(60);
    let at = |ms: i64| instant(second + Duration::milliseconds(ms));
    let held = second + Duration::milliseconds(600);
    let issue = id(&office.records_reception_of(held, &[demand("楼道灯")])["issues"][0]);
    let answer = |ms: i64| {
        let mut answer = office.answer();
        answer["delivered_at"] = json!(at(ms));
        answer
    };
    let path = format!("/v1/issues/{issue}/answers");
    let refused = office.refuses_command(&path, &answer(300), 422, "before_reception");
    drop(refused.at("/delivered_at", "before_reception"));
    office.post(&path, &answer(600)).good();
}

#[test]
fn who_carried_on_of_their_own_motion_may_still_let_the_visitor_withdraw() {
    let office = Office::open();
    let issue = office.raises("井盖缺失");
    office.does(&issue, "withdrawal", &json!({"reason": "涉及安全", "on_own_motion": true})).good();
    let withdrawn = office.does(&issue, "withdrawal", &json!({"reason": "已由他人解决"})).good();
    assert_eq!(withdrawn["issue"]["state"], "withdrawn");
}

#[test]
fn the_outer_limit_follows_the_level_of_the_major_issue() {
    let office = Office::open();
    let issue = office.raises("公交加密");
    let escalation = json!({"level": "L3", "reason": "须镇级协调"});
    let major = id(&office.does(&issue, "escalations", &escalation).good()["major_issue"]);
    let before = due(&office.issue(&issue));
    office.handles(&major, "triage", &json!({"decision": "accept"})).good();
    office.handles(&major, "deliberations", &json!({"held_on": today(), "decision": "提请区级"})).good();
    office.handles(&major, "level-changes", &json!({"to": "L4", "reason": "镇级无权决定"})).good();
    let direct = office.raises("公交加密");
    office.does(&direct, "escalations", &json!({"level": "L4", "reason": "须区级协调"})).good();
    let after = due(&office.issue(&issue));
    assert!(after > before, "{before} {after}");
    assert_eq!(after, due(&office.issue(&direct)), "both began today");
}
