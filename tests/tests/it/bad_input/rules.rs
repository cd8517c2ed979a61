//! A good body at the wrong moment: somebody else's answer, what has been done already, what is over.

use crate::harness::{Office, instant, now, today};
use serde_json::{Value, json};

#[test]
fn an_answer_by_somebody_else() {
    let office = Office::open();
    let issue = office.raises("楼道灯不亮");
    let mut answer = office.answer();
    answer["answered_by"] = json!(office.other_delegate);
    office
        .refuses_command(&format!("/v1/issues/{issue}/answers"), &answer, 409, "not_the_responsible_delegate")
        .clause("C-4.4")
        .at("/answered_by", "not_the_responsible_delegate");
}

#[test]
fn what_has_been_done_already() {
    let office = Office::open();
    let issue = office.raises("楼道灯不亮");
    let at = |fact: &str| format!("/v1/issues/{issue}/{fact}");
    office
        .refuses_command(
            &at("feedback"),
            &json!({"satisfaction": "satisfied", "by": "visitor", "given_at": instant(now())}),
            409,
            "not_answered",
        )
        .clause("C-3.6");
    office.does(&issue, "answers", &office.answer()).good();
    office.refuses_command(&at("answers"), &office.answer(), 409, "already_answered").clause("C-3.6");
    office
        .refuses_command(&at("escalations"), &json!({"level": "L2", "reason": "会商"}), 409, "already_answered")
        .clause("C-3.6");
    office
        .does(&issue, "feedback", &json!({"satisfaction": "satisfied", "by": "visitor", "given_at": instant(now())}))
        .good();
    office.does(&issue, "closing", &json!({})).good();
    office
        .refuses_command(&at("escalations"), &json!({"level": "L2", "reason": "会商"}), 409, "issue_closed")
        .clause("C-3.6");
    office.refuses_command(&at("answers"), &office.answer(), 409, "issue_closed").clause("C-3.6");
    office.refuses_command(&at("closing"), &json!({}), 409, "already_closed").clause("C-3.6");
}

#[test]
fn answers_that_lack_what_their_outcome_needs() {
    let office = Office::open();
    let issue = office.raises("楼道灯不亮");
    let answers = format!("/v1/issues/{issue}/answers");
    let with = |changes: Value| {
        let mut answer = office.answer();
        answer.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        answer
    };
    office
        .refuses_command(&answers, &with(json!({"outcome": "planned"})), 422, "commitment_missing")
        .clause("C-3.6")
        .at("/commitment_on", "commitment_missing");
    office
        .refuses_command(&answers, &with(json!({"commitment_on": today()})), 422, "commitment_unexpected")
        .at("/commitment_on", "commitment_unexpected");
    office
        .refuses_command(&answers, &with(json!({"outcome": "declined"})), 422, "basis_missing")
        .at("/basis", "basis_missing");
    office
        .refuses_command(&answers, &with(json!({"basis": "依据"})), 422, "basis_unexpected")
        .at("/basis", "basis_unexpected");
    let earlier = office.raises_at(now() - chrono::Duration::days(1), "昨天");
    let on_the_spot = with(json!({"on_the_spot": true}));
    office
        .refuses_command(&format!("/v1/issues/{earlier}/answers"), &on_the_spot, 409, "not_on_the_spot")
        .clause("C-3.6");
}

#[test]
fn what_happened_long_ago_is_over() {
    let office = Office::open();
    let long_ago = now() - chrono::Duration::days(90);
    let issue = office.raises_at(long_ago, "旧事");
    let mut answer = office.answer();
    answer["delivered_at"] = json!(instant(long_ago + chrono::Duration::days(1)));
    office.does(&issue, "answers", &answer).good();
    let feedback = json!({"satisfaction": "dissatisfied", "by": "visitor", "given_at": instant(now())});
    office
        .refuses_command(&format!("/v1/issues/{issue}/feedback"), &feedback, 409, "feedback_window_over")
        .clause("C-3.6");
    let reopen = json!({"ground": "dissatisfied", "reason": "不满意"});
    office
        .refuses_command(&format!("/v1/issues/{issue}/reopenings"), &reopen, 409, "reopening_window_over")
        .clause("C-3.6");
    // Silence closes it.
    assert_eq!(office.does(&issue, "closing", &json!({})).good()["issue"]["state"], "closed");
}
