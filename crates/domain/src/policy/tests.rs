//! The default policy and what is refused of others.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::Fold as _;
use crate::event::Event;
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
    let refusals = adopt(&Policies::default(), document, day("2026-11-19")).unwrap_err();
    refusals.into_iter().map(|r| (r.code, r.pointer.unwrap_or_default())).collect()
}

#[test]
fn the_default_is_adopted_as_it_stands() {
    let PolicyEvent::VersionAdopted(stored) = adopt(&Policies::default(), &document(), day("2026-11-19")).unwrap();
    assert_eq!(stored.document, document());
    let again = adopt(&policies(), &document(), day("2026-11-19"));
    assert_eq!(again.unwrap_err()[0].code, Code::AlreadyAdopted);
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

/// The default as schema 1 had it, adopted at position 3.
fn of_schema_1() -> Policies {
    let golden: Value = serde_json::from_str(include_str!("../../golden/policy.version_adopted.1.json")).unwrap();
    let mut policies = Policies::default();
    policies.apply(&PolicyEvent::VersionAdopted(golden["public"].clone().into()), &stamp(3, 1));
    policies
}

#[test]
fn a_version_of_schema_1_is_read_with_the_values_of_the_data_file_and_its_clock_stands_still() {
    let (old, new) = (of_schema_1(), policies());
    let (old, new) = (old.newest().unwrap(), new.newest().unwrap());
    assert_eq!((old.clock_runs(), new.clock_runs()), (false, true));
    // The default says the same of everything that schema 2 added.
    assert_eq!(serde_json::to_value(old).unwrap(), serde_json::to_value(new).unwrap());
    // It is shown as it was adopted.
    let golden: Value = serde_json::from_str(include_str!("../../golden/policy.version_adopted.1.json")).unwrap();
    assert_eq!(old.document().unwrap(), golden["public"]);
    assert_eq!(new.document().unwrap(), document());
}

#[test]
fn a_document_without_the_new_sections_is_refused_and_with_them_it_starts_the_clock() {
    let golden: Value = serde_json::from_str(include_str!("../../golden/policy.version_adopted.1.json")).unwrap();
    assert_eq!(faults(&golden["public"])[0].0, Code::InvalidValue);
    // The same values otherwise: what it changes is that the clock runs.
    let mut whole = document();
    whole["effective_from"] = json!("2026-11-19");
    assert!(adopt(&of_schema_1(), &whole, day("2026-11-19")).is_ok());
}

/// A version that is in the log says by its schema what the clock knew; the same values again are then a change.
#[test]
fn a_version_of_schema_2_has_a_clock_that_knows_less_and_may_be_adopted_again() {
    let stored = include_str!("../../golden/policy.version_adopted.2.json");
    let golden: Value = serde_json::from_str(stored).unwrap();
    let event = Event::decode("policy.version_adopted", 2, &golden["public"]).unwrap();
    let Event::Policy(event) = event else { panic!("{event:?}") };
    let mut before = Policies::default();
    before.apply(&event, &stamp(3, 1));
    let (old, new) = (before.newest().unwrap(), policies());
    let knows = |policy: &Policy| [1, 2, 3].map(|schema| policy.clock_knows(schema));
    assert_eq!(knows(old), [true, true, false]);
    assert_eq!(knows(new.newest().unwrap()), [true, true, true]);
    assert!(old.clock_runs() && before.clock_since().is_some() && before.clock_known_since(3).is_none());
    assert_eq!(old.document().unwrap(), golden["public"]);
    let mut same = document();
    same["effective_from"] = json!("2026-11-19");
    let PolicyEvent::VersionAdopted(adopted) = adopt(&before, &same, day("2026-11-19")).unwrap();
    assert_eq!((adopted.schema, adopted.document), (4, same));
}

#[test]
fn a_version_of_schema_3_keeps_personal_data_as_the_data_file_says_and_is_shown_as_it_was_adopted() {
    let golden: Value = serde_json::from_str(include_str!("../../golden/policy.version_adopted.3.json")).unwrap();
    let event = Event::decode("policy.version_adopted", 3, &golden["public"]).unwrap();
    let Event::Policy(event) = event else { panic!() };
    let mut before = Policies::default();
    before.apply(&event, &stamp(3, 1));
    let old = before.newest().unwrap();
    assert_eq!(old.retention, policies().newest().unwrap().retention);
    assert_eq!((old.retention.contact_days_after_close, old.retention.decision_working_days), (180, 15));
    assert!(old.document().unwrap() == golden["public"], "as it was adopted");
    // What leaves the section out is adopted with the same values, written out.
    let mut bare = golden["public"].clone();
    bare["effective_from"] = json!("2026-11-19");
    let PolicyEvent::VersionAdopted(adopted) = adopt(&before, &bare, day("2026-11-19")).unwrap();
    assert_eq!((adopted.schema, &adopted.document["retention"]["narrative"]), (4, &json!("keep")));
    let short = faults(&with("/retention/contact_days_after_close", json!(29)));
    assert_eq!(short, [(Code::OutOfRange, "/retention/contact_days_after_close".into())]);
}

#[test]
fn codes_stand_once_in_their_lists() {
    let tiered = json!(["O-4", "O-5", "O-4"]);
    assert_eq!(faults(&with("/clock/tiered", tiered)), [(Code::Duplicate, "/clock/tiered/2".into())]);
    let kinds = json!(["village", "village"]);
    assert_eq!(faults(&with("/notice/unit_kinds", kinds)), [(Code::Duplicate, "/notice/unit_kinds/1".into())]);
    assert_eq!(faults(&with("/review/grades", json!([]))), [(Code::Missing, "/review/grades".into())]);
    assert_eq!(faults(&with("/clock/silent", json!(vec!["O-1"; 101]))), [(Code::TooMany, "/clock/silent".into())]);
    for (pointer, value) in [
        ("/clock/advance", json!(["O-10/kept"])),
        ("/session/invalidated_by", json!(["rain"])),
        ("/notice/unit_kinds", json!([1])),
        ("/clock/notices_at", json!("9:00")),
    ] {
        assert_eq!(faults(&with(pointer, value))[0].0, Code::InvalidValue, "{pointer}");
    }
    let mut from = document();
    from["clock"]["from"] = json!("2101-01-01");
    assert_eq!(faults(&from), [(Code::OutOfRange, "/clock/from".into())]);
}

#[test]
fn the_town_has_its_own_midnight() {
    let policies = policies();
    let policy = policies.newest().unwrap();
    let late = "2026-11-19T15:59:59Z".parse().unwrap();
    assert_eq!(policy.town_date(late), day("2026-11-19"));
    assert_eq!(policy.town_date(late + chrono::TimeDelta::seconds(1)), day("2026-11-20"));
}

/// The given versions adopted one after the other after the default: position, first day, working days for an answer.
fn after(versions: &[(u64, &str, u32)]) -> Policies {
    let mut policies = policies();
    for (position, from, days) in versions {
        let mut version = with("/answer/final_working_days", json!(days));
        version["effective_from"] = json!(from);
        let event = adopt(&policies, &version, day("2026-01-01")).unwrap();
        policies.apply(&event, &stamp(*position, 2));
    }
    policies
}

#[test]
fn the_version_with_the_latest_first_day_decides_and_among_equals_the_last_adopted() {
    let policies = after(&[(40, "2026-06-01", 7), (50, "2026-01-01", 6), (60, "2026-06-01", 8)]);
    let days = |on: &str| policies.in_force(day(on)).map(|p| p.answer.final_working_days);
    assert_eq!((days("2023-11-30"), days("2025-12-31")), (None, Some(5)));
    // Adopted later for an earlier day, it holds until the day for which the other was adopted.
    assert_eq!((days("2026-01-01"), days("2026-05-31"), days("2026-06-01")), (Some(6), Some(6), Some(8)));
    assert_eq!(policies.as_of(55).in_force(day("2026-06-01")).unwrap().position(), 40);
    assert_eq!(policies.at(40).unwrap().answer.final_working_days, 7);
    assert_eq!(policies.all().len(), 4);
}

#[test]
fn what_an_adoption_shadows_and_what_ends_it() {
    let policies = after(&[(40, "2026-06-01", 7), (50, "2026-01-01", 6), (60, "2026-06-01", 8)]);
    let shadowed = |position| policies.shadowed_by(position).iter().map(|p| p.position()).collect::<Vec<_>>();
    assert_eq!((shadowed(60), shadowed(50), shadowed(40), shadowed(9)), (vec![40], vec![], vec![], vec![]));
    let next = |position| policies.next_after(position).map(Policy::position);
    assert_eq!((next(3), next(50), next(60), next(9)), (Some(50), Some(60), None, None));
}

#[test]
fn a_later_version_begins_today_at_the_earliest_and_keeps_the_time_zone() {
    let refused = |pointer: &str, value: Value| {
        let mut version = with(pointer, value);
        version["name"] = json!("另一版本");
        adopt(&policies(), &version, day("2026-11-19"))
            .map_err(|faults| faults.into_iter().map(|r| (r.code, r.pointer.unwrap_or_default())).collect::<Vec<_>>())
            .err()
    };
    let early = (Code::OutOfRange, "/effective_from".to_owned());
    assert_eq!(refused("/effective_from", json!("2026-11-18")), Some(vec![early.clone()]));
    assert_eq!(refused("/effective_from", json!("2026-11-19")), None);
    assert_eq!(refused("/effective_from", json!("2090-01-01")), None);
    // Both at once; the default's own first day is past.
    let fixed = (Code::TimeZoneFixed, "/time_zone".to_owned());
    assert_eq!(refused("/time_zone", json!("Pacific/Kiritimati")), Some(vec![fixed, early]));
    // The first version of all begins when the programme did, wherever the town is.
    let first = with("/time_zone", json!("Asia/Urumqi"));
    assert!(adopt(&Policies::default(), &first, day("2026-11-19")).is_ok());
}

#[test]
fn a_log_that_holds_another_zone_is_read_in_its_first() {
    let mut policies = policies();
    let mut other = with("/time_zone", json!("Pacific/Kiritimati"));
    other["effective_from"] = json!("2090-01-01");
    policies.apply(&PolicyEvent::VersionAdopted(other.into()), &stamp(40, 2));
    assert_eq!(policies.all().len(), 2);
    let midnight = "2026-11-19T15:59:59Z".parse().unwrap();
    assert!(policies.all().iter().all(|policy| policy.town_date(midnight) == day("2026-11-19")));
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
    // Nobody is there together for longer than a session is.
    let together = "/service_day/presence_overlap_minutes";
    assert!(adopt(&Policies::default(), &with(together, json!(180)), day("2026-11-19")).is_ok());
    assert_eq!(faults(&with(together, json!(181))), [(Code::OutOfRange, together.to_owned())]);
    assert_eq!(faults(&with(together, json!(1441))), [(Code::OutOfRange, together.to_owned())]);
    assert_eq!(faults(&with("/service_day/to", json!("14:29"))), [(Code::OutOfRange, together.to_owned())]);
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

#[test]
fn of_what_could_not_be_read_nothing_is_said() {
    let mut version = with("/answer/final_working_days", json!(0));
    version["name"] = json!("另一版本");
    version["supervision"]["reminder_working_days_after_due"] = json!(200);
    version["supervision"]["circular_working_days_after_due"] = json!(0);
    version["topics"][1]["code"] = version["topics"][0]["code"].clone();
    let policy: Policy = serde_json::from_value(version).unwrap();
    let found = |unread: &[&str]| {
        let said = |place: &str| !unread.contains(&place);
        let faults = super::faults(&policies(), &policy, day("2026-11-19"), &said);
        faults.into_iter().map(|fault| fault.pointer.unwrap_or_default()).collect::<Vec<_>>()
    };
    let supervision = "/supervision/supervision_working_days_after_due";
    let circular = "/supervision/circular_working_days_after_due";
    let all = ["/answer/final_working_days", circular, "/topics/1/code", supervision, circular, "/effective_from"];
    assert_eq!(found(&[]), all);
    // A pair is compared where both can be read, and a code repeats only codes that were read.
    let reminder = "/supervision/reminder_working_days_after_due";
    let rest = ["/answer/final_working_days", circular, circular];
    assert_eq!(found(&[reminder, "/topics/0/code", "/effective_from"]), rest);
}
