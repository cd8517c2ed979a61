//! More time, a stopped clock, reopening, handing over, withdrawing, referring.

use crate::harness::{Office, WorkingDays, id, instant, now, text, today};
use chrono::Days;
use serde_json::json;

/// Answers orally, now.
#[track_caller]
fn answered(office: &Office, subject: &str) -> String {
    let issue = office.raises(subject);
    office.does(&issue, "answers", &office.answer()).good();
    issue
}

#[track_caller]
fn types(office: &Office, issue: &str) -> Vec<String> {
    office.history(issue).iter().map(|event| text(event, "/type").trim_start_matches("issue.").to_owned()).collect()
}

#[test]
fn taken_in_hand_and_told_of_it() {
    let office = Office::open();
    let issue = office.raises("楼道灯不亮");
    let taken = office.does(&issue, "taking", &json!({})).good();
    assert_eq!(taken["issue"]["state"], "in_hand");
    office.refuses_command(&format!("/v1/issues/{issue}/taking"), &json!({}), 409, "already_taken");
    let days = WorkingDays::shipped();
    let mut told = json!({"text": "物业本周内来看。", "channel": "phone", "told_at": instant(now()), "next_word_on": days.after(today(), 16).to_string()});
    let path = format!("/v1/issues/{issue}/interim-replies");
    office.refuses_command(&path, &told, 422, "next_word_too_far").at("/next_word_on", "next_word_too_far");
    told["next_word_on"] = json!(days.after(today(), 15).to_string());
    let told = office.post(&path, &told).good();
    assert_eq!(told["issue"]["interim_due_on"], days.after(today(), 15).to_string());
    assert_eq!(told["issue"]["clock"], "running", "a word in between never stops the clock");
}

#[test]
fn an_extension_takes_effect_when_the_visitor_has_been_told() {
    let office = Office::open();
    let issue = office.raises("积水");
    let first_due = office.issue(&issue)["answer_due_on"].clone();
    let days = WorkingDays::shipped();
    let ask = |working_days: u32| json!({"reason_code": "needs_site_visit", "reason": "须现场查勘", "new_due_on": days.after(today(), working_days).to_string()});
    let path = format!("/v1/issues/{issue}/extensions");
    office.refuses_command(&path, &ask(5), 422, "not_later").at("/new_due_on", "not_later");
    office.refuses_command(&path, &ask(16), 409, "extension_too_long").clause("C-4.4");
    let asked = office.post(&path, &ask(15)).good();
    assert_eq!(asked["issue"]["state"], "in_hand", "it implies taking");
    assert_eq!(asked["issue"]["answer_due_on"], first_due);
    office.refuses_command(&path, &ask(15), 409, "extension_once").clause("C-4.4");
    office.refuses_command(
        &format!("{path}/notification"),
        &json!({"told_at": instant(now()), "channel": "phone"}),
        409,
        "extension_not_granted",
    );
    let granted = office.post(&format!("{path}/decision"), &json!({"granted": true})).good();
    assert_eq!(granted["issue"]["answer_due_on"], first_due, "until the visitor is told the old date stands");
    let told =
        office.post(&format!("{path}/notification"), &json!({"told_at": instant(now()), "channel": "phone"})).good();
    assert_eq!(told["issue"]["answer_due_on"], days.after(today(), 15).to_string());
    assert_eq!(told["issue"]["original_answer_due_on"], first_due);
    assert_eq!(told["issue"]["last_word"]["kind"], "extension_notice");
    assert_eq!(
        types(&office, &issue),
        ["raised", "extension_requested", "extension_granted", "visitor_told_of_extension"]
    );
    let why = office.get(&format!("/v1/issues/{issue}/deadline")).good();
    assert_eq!(why["policy"]["rule"], "extension");
    let changes = why["changes"].as_array().unwrap();
    let last = changes.last().unwrap();
    assert_eq!(
        (&last["why"], &last["from"], &last["to"]),
        (&json!("extension"), &first_due, &told["issue"]["answer_due_on"]),
        "{why:#}"
    );
}

#[test]
fn an_extension_may_be_refused_and_an_overdue_issue_gets_none() {
    let office = Office::open();
    let issue = office.raises("积水");
    let days = WorkingDays::shipped();
    let ask =
        json!({"reason_code": "complex", "reason": "情况复杂", "new_due_on": days.after(today(), 10).to_string()});
    office.does(&issue, "extensions", &ask).good();
    let refused =
        office.does(&issue, "extensions/decision", &json!({"granted": false, "reason": "可以按时答复"})).good();
    assert_eq!(refused["issue"]["answer_due_on"], refused["issue"]["original_answer_due_on"]);
    office.refuses_command(&format!("/v1/issues/{issue}/extensions"), &ask, 409, "extension_once");

    let late = office.raises_at(now() - chrono::Duration::days(40), "老漏水");
    assert_ne!(office.issue(&late)["lateness"], "on_time");
    office.refuses_command(&format!("/v1/issues/{late}/extensions"), &ask, 409, "extension_after_due").clause("C-4.4");
    let suspend = json!({"reason_code": "visitor_facts", "reason": "等来访人补充材料", "until_on": (today() + Days::new(10)).to_string()});
    office
        .refuses_command(&format!("/v1/issues/{late}/suspensions"), &suspend, 409, "suspension_after_due")
        .clause("C-4.4");
}

#[test]
fn a_suspended_clock_keeps_the_remaining_days() {
    let office = Office::open();
    let issue = office.raises("补充材料");
    let due = office.issue(&issue)["answer_due_on"].clone();
    let path = format!("/v1/issues/{issue}/suspensions");
    let until = |days: u64| json!({"reason_code": "visitor_facts", "reason": "等来访人补充材料", "until_on": (today() + Days::new(days)).to_string()});
    office.refuses_command(&path, &until(31), 409, "suspension_too_long").clause("C-4.4");
    let suspended = office.post(&path, &until(30)).good();
    assert_eq!(suspended["issue"]["clock"], "suspended");
    assert_eq!(suspended["issue"]["answer_due_on"], due, "the old date stays shown");
    office.refuses_command(&path, &until(30), 409, "already_suspended").clause("C-4.4");
    let resumed = office.does(&issue, "resumptions", &json!({"reason": "材料已补齐"})).good();
    assert_eq!(resumed["issue"]["clock"], "running");
    assert_eq!(resumed["issue"]["answer_due_on"], due, "resumed on the same day, the same working days remain");
    office
        .refuses_command(&format!("/v1/issues/{issue}/resumptions"), &json!({}), 409, "not_suspended")
        .clause("C-4.4");
    assert_eq!(types(&office, &issue), ["raised", "clock_suspended", "clock_resumed"]);
}

#[test]
fn a_visitor_who_is_not_content_gets_a_second_cycle_and_then_the_grid_meeting() {
    let office = Office::open();
    let issue = answered(&office, "楼道灯不亮");
    let dissatisfied = |office: &Office| {
        office
            .does(
                &issue,
                "feedback",
                &json!({"satisfaction": "dissatisfied", "by": "call_back", "given_at": instant(now())}),
            )
            .good()
    };
    dissatisfied(&office);
    office
        .refuses_command(&format!("/v1/issues/{issue}/closing"), &json!({}), 409, "feedback_dissatisfied")
        .clause("C-3.6");

    let reopenings = format!("/v1/issues/{issue}/reopenings");
    let request = json!({"ground": "dissatisfied", "reason": "灯又坏了"});
    let pending = office.post(&reopenings, &request).good();
    assert_eq!(
        (&pending["issue"]["state"], &pending["issue"]["reopening_pending"]),
        (&json!("answered"), &json!(true))
    );
    office.refuses_command(&reopenings, &request, 409, "reopening_pending").clause("C-3.6");
    let reopened = office.post(&format!("{reopenings}/decision"), &json!({"accepted": true})).good();
    let state = &reopened["issue"];
    assert_eq!(
        (&state["state"], &state["cycle"], &state["reopening_pending"]),
        (&json!("in_hand"), &json!(2), &json!(false))
    );
    assert_eq!(state["answer_due_on"], WorkingDays::shipped().after(today(), 5).to_string());
    assert!(
        state.get("answer").is_none() && state.get("satisfaction").is_none(),
        "a new cycle has no answer yet: {state:#}"
    );
    assert!(state["last_word"].is_object(), "what was last said stays");

    office.does(&issue, "answers", &office.answer()).good();
    dissatisfied(&office);
    office.post(&reopenings, &request).good();
    office
        .refuses_command(&format!("{reopenings}/decision"), &json!({"accepted": true}), 409, "level_needed")
        .clause("C-3.6");
    let again = office.post(&format!("{reopenings}/decision"), &json!({"accepted": true, "level": "L2"})).good();
    assert_eq!((&again["issue"]["state"], &again["issue"]["cycle"]), (&json!("escalated"), &json!(3)), "{again:#}");
    // The cycle begins with the outer limit, and its escalation leaves that date as it is: one step, not two.
    let deadline = office.get(&format!("/v1/issues/{issue}/deadline")).good();
    let steps = deadline["changes"].as_array().unwrap().iter().filter(|step| step["cycle"] == 3);
    let steps: Vec<_> = steps.map(|step| (&step["why"], step.get("from"), &step["to"])).collect();
    assert_eq!(steps, [(&json!("outer_limit"), None, &deadline["answer_due_on"])], "{deadline:#}");
}

#[test]
fn a_refused_reopening_is_a_decision_and_the_same_ground_is_spent() {
    let office = Office::open();
    let issue = answered(&office, "楼道灯不亮");
    let reopenings = format!("/v1/issues/{issue}/reopenings");
    office.post(&reopenings, &json!({"ground": "wrong_outcome", "reason": "结论不对"})).good();
    let refused =
        office.post(&format!("{reopenings}/decision"), &json!({"accepted": false, "reason": "结论有据"})).good();
    assert_eq!(
        (&refused["issue"]["state"], &refused["issue"]["reopening_pending"]),
        (&json!("answered"), &json!(false))
    );
    assert_eq!(refused["issue"]["last_word"]["kind"], "reopening_decision");
    office
        .refuses_command(
            &reopenings,
            &json!({"ground": "wrong_outcome", "reason": "结论不对"}),
            409,
            "reopening_ground_refused",
        )
        .clause("C-3.6");
    office
        .refuses_command(
            &reopenings,
            &json!({"ground": "commitment_broken", "reason": "没有兑现"}),
            409,
            "commitment_not_due",
        )
        .clause("C-3.6");
    office.post(&reopenings, &json!({"ground": "new_facts", "reason": "又有新情况"})).good();
}

#[test]
fn handed_over_and_then_answered_by_the_successor() {
    let office = Office::open();
    let issue = office.raises("楼道灯不亮");
    let answers = format!("/v1/issues/{issue}/answers");
    let mut by_other = office.answer();
    by_other["answered_by"] = json!(office.other_delegate);
    office.refuses_command(&answers, &by_other, 409, "not_the_responsible_delegate").clause("C-4.4");
    let hand_over =
        json!({"to_delegate_id": office.other_delegate, "reason_code": "recusal", "reason": "与来访人是亲属"});
    let handed = office.does(&issue, "handovers", &hand_over).good();
    assert_eq!(handed["issue"]["responsible_delegate_id"], office.other_delegate);
    assert_eq!(handed["issue"]["state"], "in_hand");
    office
        .refuses_command(&format!("/v1/issues/{issue}/handovers"), &hand_over, 409, "already_responsible")
        .clause("C-4.4");
    let answered = office.post(&answers, &by_other).good();
    assert_eq!(answered["issue"]["answer"]["answered_by"], office.other_delegate);
    assert_eq!(types(&office, &issue), ["raised", "responsibility_handed_over", "final_answer_given"]);
}

#[test]
fn withdrawn_by_the_visitor_or_carried_on_of_ones_own_motion() {
    let office = Office::open();
    let issue = office.raises("楼道灯不亮");
    let withdrawn = office.does(&issue, "withdrawal", &json!({"reason": "来访人已自行解决"})).good();
    assert_eq!((&withdrawn["issue"]["state"], &withdrawn["issue"]["clock"]), (&json!("withdrawn"), &json!("stopped")));
    office.refuses_command(&format!("/v1/issues/{issue}/answers"), &office.answer(), 409, "issue_not_open");
    office.refuses_command(
        &format!("/v1/issues/{issue}/withdrawal"),
        &json!({"reason": "再撤回"}),
        409,
        "already_withdrawn",
    );

    let other = office.raises("井盖缺失");
    let carried_on =
        office.does(&other, "withdrawal", &json!({"reason": "来访人撤回，但涉及安全", "on_own_motion": true})).good();
    assert_ne!(carried_on["issue"]["state"], "withdrawn");
    office.does(&other, "taking", &json!({})).good();
    // Nobody is left to be reached: posting needs no attempts.
    let posted = json!({"outcome": "resolved", "channel": "written", "text": "井盖已补。", "delivered_at": instant(now()), "evidence": {"kind": "posted"}});
    assert_eq!(office.does(&other, "answers", &posted).good()["issue"]["state"], "answered");
}

#[test]
fn referred_to_a_statutory_channel() {
    let office = Office::open();
    let issue = office.raises("拆迁补偿诉讼");
    let refer = json!({"statutory_channel": "court", "reason": "已在诉讼之中", "told_at": instant(now())});
    let referred = office.does(&issue, "referrals", &refer).good();
    assert_eq!((&referred["issue"]["state"], &referred["issue"]["clock"]), (&json!("referred"), &json!("stopped")));
    assert_eq!(referred["issue"]["last_word"]["kind"], "referral");
    office.refuses_command(&format!("/v1/issues/{issue}/referrals"), &refer, 409, "already_referred");
    assert_eq!(types(&office, &issue), ["raised", "referred"]);
}

#[test]
fn an_escalation_that_comes_back_leaves_three_working_days_or_more() {
    let office = Office::open();
    let issue = office.raises("小区围墙");
    let promised = office.issue(&issue)["answer_due_on"].clone();
    let major =
        id(&office.does(&issue, "escalations", &json!({"level": "L2", "reason": "须网格会商"})).good()["major_issue"]);
    assert_ne!(office.issue(&issue)["answer_due_on"], promised, "the outer limit holds while it is escalated");
    let returned = office.does(&issue, "escalation-returns", &json!({"reason": "本级可以答复"})).good();
    assert_eq!(returned["issue"]["state"], "in_hand");
    assert!(returned["issue"].get("major_issue_id").is_none(), "{returned:#}");
    let three = WorkingDays::shipped().after(today(), 3).to_string();
    let promised = promised.as_str().unwrap().max(&three);
    assert_eq!(
        returned["issue"]["answer_due_on"], promised,
        "the later of three working days and the date promised before"
    );
    office
        .refuses_command(
            &format!("/v1/issues/{issue}/escalation-returns"),
            &json!({"reason": "再退"}),
            409,
            "not_escalated",
        )
        .clause("C-3.6");
    // A major issue with no issue left may still be concluded; its history keeps what was there.
    let story = office.get(&format!("/v1/major-issues/{major}")).good();
    assert_eq!(story["state"], "submitted", "{story:#}");
}

#[test]
fn posting_is_for_visitors_whom_nobody_could_reach() {
    let office = Office::open();
    let issue = office.raises("无人在家");
    office.does(&issue, "taking", &json!({})).good();
    let posted = json!({"outcome": "explained", "channel": "written", "text": "说明见附件。", "delivered_at": instant(now()), "evidence": {"kind": "posted"}});
    office.refuses_command(&format!("/v1/issues/{issue}/answers"), &posted, 409, "not_enough_attempts").clause("C-4.4");
}

#[test]
fn the_evidence_fits_the_way_of_answering() {
    let office = Office::open();
    let issue = office.raises("楼道灯不亮");
    let path = format!("/v1/issues/{issue}/answers");
    let answer = |channel: &str, kind: &str| {
        let mut body = office.answer();
        body["channel"] = json!(channel);
        body["evidence"] = json!({"kind": kind});
        body
    };
    office.refuses_command(&path, &answer("oral", "delivery_receipt"), 422, "evidence_missing").clause("C-4.4");
    office.refuses_command(&path, &answer("written", "witness"), 422, "evidence_missing").clause("C-4.4");
    office.post(&path, &answer("written", "delivery_receipt")).good();
}

/// What could go wrong: the visitor is told of more time that was lost with the escalation.
#[test]
fn an_extension_that_nobody_was_told_of_lapses_with_an_escalation() {
    let office = Office::open();
    let issue = office.raises("围墙");
    let ask = json!({"reason_code": "complex", "reason": "情况复杂", "new_due_on": WorkingDays::shipped().after(today(), 12).to_string()});
    office.does(&issue, "extensions", &ask).good();
    office.does(&issue, "extensions/decision", &json!({"granted": true})).good();
    office.does(&issue, "escalations", &json!({"level": "L2", "reason": "须会商"})).good();
    let returned = office.does(&issue, "escalation-returns", &json!({"reason": "本级可以答复"})).good();
    let told = json!({"told_at": instant(now()), "channel": "phone"});
    let path = format!("/v1/issues/{issue}/extensions/notification");
    office.refuses_command(&path, &told, 409, "extension_not_granted").clause("C-4.4");
    assert_eq!(office.issue(&issue)["answer_due_on"], returned["issue"]["answer_due_on"]);
}

/// What could go wrong: new facts answered in between, and yet the visitor who is not content then is sent up.
#[test]
fn dissatisfied_again_after_new_facts_is_answered_by_the_delegate() {
    let office = Office::open();
    let issue = answered(&office, "楼道灯不亮");
    let reopened = |ground: &str| {
        office.does(&issue, "reopenings", &json!({"ground": ground, "reason": "灯又坏了"})).good();
        let decided = office.does(&issue, "reopenings/decision", &json!({"accepted": true})).good();
        assert_eq!(decided["issue"]["state"], "in_hand", "{ground}");
        office.does(&issue, "answers", &office.answer()).good();
    };
    let not_content = || {
        let feedback = json!({"satisfaction": "dissatisfied", "by": "call_back", "given_at": instant(now())});
        office.does(&issue, "feedback", &feedback).good();
    };
    not_content();
    reopened("dissatisfied");
    reopened("new_facts");
    not_content();
    reopened("dissatisfied");
}
