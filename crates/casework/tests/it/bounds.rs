//! The largest that fits is recorded; what is larger is refused by name, never a fault.

use crate::town::{POLICY, Town, code, day, done, oral};
use casework::change::words;
use casework::receptions::NewVisitor;
use domain::reception::{DELEGATES_MAX, DelegateDraft, ISSUES_MAX, VISITORS_MAX};
use serde_json::json;

#[tokio::test]
async fn the_largest_reception_fits_into_its_leaf() {
    let town = Town::new().await;
    let cases = &town.casework;
    let mut new = town.reception("2026-11-19 14:10", ISSUES_MAX);
    let visitor = NewVisitor { name: Some("名".repeat(100)), phone: Some("1".repeat(50)) };
    new.visitors = vec![visitor; VISITORS_MAX];
    let reference = cases.reference();
    let delegates = reference.delegates.all().take(DELEGATES_MAX);
    new.delegates = delegates.map(|one| DelegateDraft { delegate_id: one.id, delegate_type: None }).collect();
    assert_eq!(new.delegates.len(), DELEGATES_MAX);
    new.unit_id = reference.areas.units_of(town.grid).next().map(|unit| unit.id);
    for issue in &mut new.issues {
        (issue.subject, issue.text) = ("字".repeat(200), "😀".repeat(10_000));
    }
    let received = done(cases.record_reception(&town.call("large"), &new).await.unwrap());
    assert_eq!(received.issues.len(), ISSUES_MAX);
}

#[tokio::test]
async fn texts_too_long_together_are_refused_by_name() {
    let town = Town::new().await;
    let id = town.raised("reception").await;
    let long = "字".repeat(10_000);
    let draft = oral("2026-11-19 14:30");
    let two = words([("text", Some(long.as_str())), ("evidence_note", Some(long.as_str()))]);
    let three =
        words([("text", Some(long.as_str())), ("basis", Some(long.as_str())), ("evidence_note", Some(long.as_str()))]);
    assert_eq!(code(town.casework.answer_issue(&town.call("three"), id, &draft, &three).await), "too_long");
    assert_eq!(code(town.casework.answer_issue(&town.call("two"), id, &draft, &two).await), "done");
}

#[tokio::test]
async fn a_day_without_a_policy_in_force_is_refused() {
    let mut document: serde_json::Value = serde_json::from_str(POLICY).unwrap();
    document["effective_from"] = json!("2024-06-01");
    let town = Town::under(document.clone()).await;
    let cases = &town.casework;
    let early = |key: &'static str, held: &'static str| {
        let (call, new) = (town.call(key), town.reception(held, 1));
        async move { code(cases.record_reception(&call, &new).await) }
    };
    assert_eq!(early("1", "2023-11-30 14:10").await, "before_programme");
    assert_eq!(early("2", "2024-05-31 14:10").await, "no_policy_in_force");
    assert_eq!(early("3", "2024-06-01 14:10").await, "done");
    document["effective_from"] = json!("2027-01-01");
    document["answer"]["final_working_days"] = json!(3);
    done(cases.adopt_policy(&town.call("policy"), &document, None).await.unwrap());
    // Adopted, but not in force on the day held.
    let received = town.received("reception", 1).await;
    assert_eq!(received.issues[0].1.state.due.on, day("2026-11-26"));
}
