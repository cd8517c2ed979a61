//! The default policy and what is refused of others.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::Fold as _;
use crate::fixtures::{POLICY, day, policies, stamp};
use crate::refusal::Code;
use serde_json::{Value, json};

fn document() -> Value {
    serde_json::from_str(POLICY).unwrap()
}

/// The default with one value replaced.
fn with(pointer: &str, value: Value) -> Value {
    let mut changed = document();
    *changed.pointer_mut(pointer).unwrap() = value;
    changed
}

fn faults(document: &Value) -> Vec<(Code, String)> {
    let refusals = adopt(&Policies::default(), document).unwrap_err();
    refusals.into_iter().map(|r| (r.code, r.pointer.unwrap_or_default())).collect()
}

#[test]
fn the_default_is_adopted_as_it_stands() {
    let PolicyEvent::VersionAdopted(stored) = adopt(&Policies::default(), &document()).unwrap();
    assert_eq!(stored, document());
    assert_eq!(adopt(&policies(), &document()).unwrap_err()[0].code, Code::AlreadyAdopted);
}

#[test]
fn the_values_the_main_job_reads() {
    let policies = policies();
    let policy = policies.in_force(day("2026-11-19")).unwrap();
    assert_eq!((policy.position(), policy.answer.final_working_days), (3, 5));
    assert_eq!(
        (policy.service_day.weekday, policy.service_day.from.to_string().as_str()),
        (Weekday::Thursday, "13:30")
    );
    assert_eq!(policy.topic("livelihood").unwrap().zh, "民生保障");
    assert_eq!((policy.topics.len(), policy.topic("weather")), (11, None));
    assert_eq!(policy.review.freeze_on.in_year(2027), Some(day("2027-01-10")));
}

#[test]
fn the_town_has_its_own_midnight() {
    let policies = policies();
    let policy = policies.newest().unwrap();
    let late = "2026-11-19T15:59:59Z".parse().unwrap();
    assert_eq!(policy.town_date(late), day("2026-11-19"));
    assert_eq!(policy.town_date(late + chrono::TimeDelta::seconds(1)), day("2026-11-20"));
}

#[test]
fn the_newest_adopted_version_not_after_the_day_decides() {
    let mut policies = policies();
    for (position, from, days) in [(40, "2026-06-01", 7), (50, "2026-01-01", 6)] {
        let mut version = with("/answer/final_working_days", json!(days));
        version["effective_from"] = json!(from);
        let event = adopt(&policies, &version).unwrap();
        policies.apply(&event, &stamp(position, 2));
    }
    let days = |on: &str| policies.in_force(day(on)).map(|p| p.answer.final_working_days);
    assert_eq!(days("2023-11-30"), None);
    assert_eq!(days("2025-12-31"), Some(5));
    // Adopted last, it holds also where an earlier adoption speaks of a later day.
    assert_eq!((days("2026-01-01"), days("2026-06-01")), (Some(6), Some(6)));
    assert_eq!(policies.as_of(49).in_force(day("2026-06-01")).unwrap().position(), 40);
    assert_eq!(policies.at(40).unwrap().answer.final_working_days, 7);
    assert_eq!(policies.all().len(), 3);
}

#[test]
fn unknown_members_and_wrong_forms_are_refused() {
    let mut more = document();
    more["answer"]["final_weeks"] = json!(1);
    assert_eq!(faults(&more)[0].0, Code::InvalidValue);
    let mut fewer = document();
    fewer.as_object_mut().unwrap().remove("handover");
    assert_eq!(faults(&fewer)[0].0, Code::InvalidValue);
    for (pointer, value) in [
        ("/service_day/from", json!("9:30")),
        ("/service_day/weekday", json!("thu")),
        ("/review/freeze_on", json!("02-29")),
        ("/answer/final_working_days", json!(-1)),
        ("/answer/final_working_days", json!(5.5)),
        ("/answer/final_working_days", json!(4_294_967_297_u64)),
    ] {
        assert_eq!(faults(&with(pointer, value))[0].0, Code::InvalidValue, "{pointer}");
    }
    assert_eq!(faults(&with("/time_zone", json!("Asia/Jiangqiao"))), [(Code::UnknownTimeZone, "/time_zone".into())]);
    for nothing in [json!(null), json!([]), json!("policy")] {
        assert_eq!(faults(&nothing)[0].0, Code::InvalidValue);
    }
}

#[test]
fn every_number_is_bounded() {
    fn numbers(value: &Value, at: String, found: &mut Vec<String>) {
        match value {
            Value::Object(members) => members.iter().for_each(|(k, v)| numbers(v, format!("{at}/{k}"), found)),
            Value::Number(_) => found.push(at),
            Value::Array(_) | Value::String(_) | Value::Bool(_) | Value::Null => {}
        }
    }
    let mut found = Vec::new();
    numbers(&document(), String::new(), &mut found);
    assert!(found.len() > 50);
    for pointer in found {
        assert!(faults(&with(&pointer, json!(100_000))).contains(&(Code::OutOfRange, pointer.clone())), "{pointer}");
    }
}

#[test]
fn numbers_stand_in_their_order() {
    for (pointer, value) in [
        ("/answer/extension_total_working_days", 4),
        ("/answer/undeliverable_attempts", 1),
        ("/supervision/circular_working_days_after_due", 4),
        ("/feedback/weights_permille/basically_satisfied", 0),
    ] {
        let mut changed = with(pointer, json!(value));
        changed["feedback"]["weights_permille"]["dissatisfied"] = json!(1);
        assert!(faults(&changed).iter().any(|(code, _)| *code == Code::OutOfRange), "{pointer}");
    }
    assert_eq!(faults(&with("/service_day/to", json!("13:30"))), [(Code::OutOfRange, "/service_day/to".into())]);
    assert_eq!(faults(&with("/effective_from", json!("2101-01-01"))), [(Code::OutOfRange, "/effective_from".into())]);
}

#[test]
fn topics_are_unique_and_plain_and_all_faults_come_at_once() {
    let mut changed = with("/topics/1/code", json!("livelihood"));
    changed["topics"][2]["code"] = json!("Trans port");
    changed["topics"][3]["zh"] = json!("  ");
    changed["name"] = json!("\u{0}");
    assert_eq!(
        faults(&changed),
        [
            (Code::ControlCharacter, "/name".into()),
            (Code::Duplicate, "/topics/1/code".into()),
            (Code::InvalidValue, "/topics/2/code".into()),
            (Code::Missing, "/topics/3/zh".into()),
        ]
    );
    assert_eq!(faults(&with("/topics", json!([]))), [(Code::Missing, "/topics".into())]);
}
