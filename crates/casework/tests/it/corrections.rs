//! Corrections of the record: what is said stands in boxes of its person, a corrected time reaches every issue in one
//! append, and what is sent twice or meets something faster is recorded once.

use crate::town::{Town, at, code, day, done, oral, parts_of, said, whole};
use casework::corrections::{CorrectionDecision, NewCorrection};
use casework::loaded::AsOf;
use casework::personal::Part;
use casework::transact::Outcome;
use domain::correction::CorrectedValue;
use domain::ids::IssueId;
use domain::vocabulary::IssueState;
use event_store::{StreamId, Version};
use futures_util::future::join;

fn correction(event_version: u64, pointer: &str, value: &str) -> NewCorrection {
    NewCorrection {
        event_version,
        pointer: pointer.to_owned(),
        value: CorrectedValue::Text(value.to_owned()),
        reason: "登记时写错。".to_owned(),
        at: None,
    }
}

fn decision(event_version: u64, approved: bool, reason: Option<&str>) -> CorrectionDecision {
    CorrectionDecision { event_version, approved, reason: reason.map(str::to_owned), at: None }
}

#[tokio::test]
async fn a_corrected_text_is_said_in_a_box_of_the_same_person_and_the_first_one_stays() {
    let town = Town::new().await;
    let cases = &town.casework;
    let id = town.raised("reception").await;
    let subject = "/personal/0/subject";
    let asked = cases.correct_issue(&town.call("subject"), id, &correction(1, subject, "楼道灯与门禁")).await;
    let loaded = done(asked.unwrap()).loaded;
    assert_eq!((loaded.version, loaded.state.corrected_box(1, subject)), (Version(2), Some(2)));
    let parts = parts_of(cases, &loaded, 2).await;
    assert_eq!((parts[0].1.text("value"), parts[0].1.text("reason")), (Some("楼道灯与门禁"), Some("登记时写错。")));
    assert_eq!(parts[0].0.subject, parts_of(cases, &loaded, 1).await[0].0.subject);
    assert_eq!(parts_of(cases, &loaded, 1).await[0].1.text("subject"), Some("楼道灯不亮 0"));
    let read = cases.history(&whole(cases).await, &StreamId::of("issue", id.0), Version(1), 9).await.unwrap().items;
    let public = read[0].recorded.text().unwrap().public;
    assert!(!public.contains("门禁"), "{public}");
    // The same again, and what the event does not hold.
    let again = cases.correct_issue(&town.call("again"), id, &correction(1, subject, "楼道灯与门禁")).await;
    assert_eq!(code(again), "nothing_to_correct");
    let basis = cases.correct_issue(&town.call("reason"), id, &correction(1, "/personal/0/reason", "…")).await;
    assert_eq!(code(basis), "nothing_to_correct");
}

#[tokio::test]
async fn a_name_waits_for_approval_and_stands_in_a_box_of_its_visitor() {
    let town = Town::new().await;
    let cases = &town.casework;
    let id = town.received("reception", 1).await.id;
    let name = correction(1, "/personal/0/name", "王晓明");
    let proposed = done(cases.correct_reception(&town.call("name"), id, &name).await.unwrap()).reception;
    assert_eq!(proposed.state.corrected_box(1, "/personal/0/name"), None);
    let other = correction(1, "/public/delegates/0/delegate_id", &town.delegates[1].to_string());
    assert_eq!(code(cases.correct_reception(&town.call("o"), id, &other).await), "correction_pending");
    let unreasoned = cases.decide_reception_correction(&town.call("no"), id, &decision(1, false, None)).await;
    assert_eq!(code(unreasoned), "reason_missing");
    let approved = cases.decide_reception_correction(&town.call("yes"), id, &decision(1, true, None)).await;
    let corrected = done(approved.unwrap()).reception;
    assert_eq!(corrected.state.corrected_box(1, "/personal/0/name"), Some(3));
    let original = parts_of(cases, &corrected, 1).await[0].0.clone();
    for version in [2, 3] {
        let parts = parts_of(cases, &corrected, version).await;
        assert_eq!(parts[0].1.text("value"), Some("王晓明"));
        assert_eq!((parts[0].0.subject, parts[0].0.class.as_str()), (original.subject, "identity"));
    }
    let again = cases.decide_reception_correction(&town.call("again"), id, &decision(1, true, None)).await;
    assert_eq!(code(again), "no_correction_pending");
    // Folded from the log, the boxes say the same.
    let read = cases.reception(id, AsOf::Now).await.unwrap();
    assert_eq!(read.state, corrected.state);
    assert_eq!(parts_of(cases, &read, 3).await[0].1.text("value"), Some("王晓明"));
    let phone = correction(1, "/personal/1/phone", "13800005678");
    let corrected = done(cases.correct_reception(&town.call("phone"), id, &phone).await.unwrap()).reception;
    assert_eq!(parts_of(cases, &corrected, 4).await[0].0.class, "contact");
}

/// Held on Thursday, said so on Monday; in truth it was Friday.
async fn on_monday(town: &Town, issues: usize) -> casework::receptions::Received {
    town.set("2026-11-23 09:00");
    town.received("reception", issues).await
}

const FRIDAY: &str = "2026-11-20T15:00:00+08:00";

#[tokio::test]
async fn a_corrected_time_reaches_every_issue_in_one_append_and_a_replay_says_so_again() {
    let town = Town::new().await;
    let cases = &town.casework;
    let received = on_monday(&town, 15).await;
    let (id, answered) = (received.id, received.issues[0].0);
    done(cases.answer_issue(&town.call("a"), answered, &oral("2026-11-23 08:30"), &said("好了。")).await.unwrap());
    done(cases.correct_reception(&town.call("held"), id, &correction(1, "/occurred_at", FRIDAY)).await.unwrap());
    let call = town.call("approve");
    let before = cases.store.head().position;
    let approval = decision(1, true, Some("已与来访人核实。"));
    let stale = cases.decide_reception_correction(&town.call_if("stale", 1), id, &approval).await;
    assert_eq!(code(stale), "stale");
    let corrected = done(cases.decide_reception_correction(&call, id, &approval).await.unwrap());
    assert_eq!(corrected.position.0, before.0 + 16);
    assert_eq!(corrected.reception.state.held_at, at("2026-11-20 15:00"));
    assert_eq!(corrected.issues.len(), 15);
    for (issue, loaded) in &corrected.issues {
        let due = if *issue == answered { "2026-11-26" } else { "2026-11-27" };
        assert_eq!((loaded.state.raised_at, loaded.state.due.on), (at("2026-11-20 15:00"), day(due)));
        assert_eq!(loaded.state.original_due.on, day("2026-11-26"));
        assert_eq!(town.issue(*issue).await.state, loaded.state);
        let folded = cases.issue(*issue, AsOf::Position(corrected.position)).await.unwrap();
        assert_eq!(folded.state, loaded.state);
    }
    let Outcome::Replayed(record) = cases.decide_reception_correction(&call, id, &approval).await.unwrap() else {
        panic!("recorded twice");
    };
    let again = cases.corrected_reception(id, record.last).await.unwrap();
    assert_eq!((again.reception.version, again.issues.len()), (Version(3), 15));
    assert_eq!(cases.store.head().position, corrected.position);
    // Before it, the original holds.
    let then = cases.issue(answered, AsOf::Position(before)).await.unwrap();
    assert_eq!(then.state.raised_at, at("2026-11-19 14:10"));
}

#[tokio::test]
async fn a_corrected_time_and_an_answer_at_once_leave_one_history_that_fits() {
    let town = Town::new().await;
    let cases = &town.casework;
    for n in 0..5 {
        town.set("2026-11-23 09:00");
        let received = town.received(&format!("reception {n}"), 3).await;
        let (id, issue) = (received.id, received.issues[1].0);
        let asked = correction(1, "/occurred_at", FRIDAY);
        done(cases.correct_reception(&town.call(&format!("held {n}")), id, &asked).await.unwrap());
        let (approve, answer) = (town.call(&format!("approve {n}")), town.call(&format!("answer {n}")));
        // Told on Friday at noon: before the corrected reception, so only one of both can be.
        let (draft, words, approval) = (oral("2026-11-20 12:00"), said("好了。"), decision(1, true, None));
        let (corrected, answered) = join(
            cases.decide_reception_correction(&approve, id, &approval),
            cases.answer_issue(&answer, issue, &draft, &words),
        )
        .await;
        let codes = [code(corrected), code(answered)];
        assert!(codes == ["done", "before_reception"] || codes == ["contradicts_later_fact", "done"], "{codes:?}");
        let state = town.issue(issue).await;
        let held = cases.reception(id, AsOf::Now).await.unwrap().state.held_at;
        assert_eq!(state.state.raised_at, held);
        assert_eq!(state.state.state == IssueState::Answered, codes[1] == "done");
    }
}

#[tokio::test]
async fn what_is_proposed_of_an_issue_is_decided_once_and_a_refusal_says_why() {
    let town = Town::new().await;
    let cases = &town.casework;
    let id = town.raised("reception").await;
    done(cases.answer_issue(&town.call("a"), id, &oral("2026-11-19 14:30"), &said("好了。")).await.unwrap());
    let outcome = correction(2, "/public/outcome", "explained");
    let call = town.call("propose");
    let proposed = done(cases.correct_issue(&call, id, &outcome).await.unwrap()).loaded;
    assert_eq!(proposed.state.corrections.pending().len(), 1);
    assert!(matches!(cases.correct_issue(&call, id, &outcome).await.unwrap(), Outcome::Replayed(_)));
    let why = "答复记录无误。";
    let refused = cases.decide_issue_correction(&town.call("no"), id, &decision(2, false, Some(why))).await.unwrap();
    let refused = done(refused).loaded;
    assert_eq!(parts_of(cases, &refused, 4).await[0].1, Part::Open(serde_json::json!({"reason": why})));
    assert!(refused.state.corrections.pending().is_empty());
    let none = cases.decide_issue_correction(&town.call("none"), id, &decision(2, true, None)).await;
    assert_eq!(code(none), "no_correction_pending");
    done(cases.correct_issue(&town.call("again"), id, &outcome).await.unwrap());
    let (one, two) = (town.call("one"), town.call("two"));
    let (yes, no) = (decision(2, true, None), decision(2, false, Some(why)));
    let both = join(cases.decide_issue_correction(&one, id, &yes), cases.decide_issue_correction(&two, id, &no)).await;
    let mut codes = [code(both.0), code(both.1)];
    codes.sort_unstable();
    assert_eq!(codes, ["done", "no_correction_pending"]);
    let missing = cases.correct_issue(&town.call("missing"), IssueId::default(), &outcome).await;
    assert_eq!(code(missing), "not_found");
}

#[tokio::test]
async fn who_is_responsible_must_have_received_as_the_corrected_reception_says() {
    let town = Town::new().await;
    let cases = &town.casework;
    let received = town.received("reception", 1).await;
    let (id, issue, other) = (received.id, received.issues[0].0, town.delegates[1].to_string());
    let responsible = correction(1, "/public/responsible_delegate_id", &other);
    let early = cases.correct_issue(&town.call("early"), issue, &responsible).await;
    assert_eq!(code(early), "delegate_not_at_reception");
    let sat = correction(1, "/public/delegates/0/delegate_id", &other);
    done(cases.correct_reception(&town.call("sat"), id, &sat).await.unwrap());
    done(cases.decide_reception_correction(&town.call("sat yes"), id, &decision(1, true, None)).await.unwrap());
    done(cases.correct_issue(&town.call("responsible"), issue, &responsible).await.unwrap());
    let approved = cases.decide_issue_correction(&town.call("yes"), issue, &decision(1, true, None)).await.unwrap();
    assert_eq!(done(approved).loaded.state.responsible_delegate_id, town.delegates[1]);
    // From now on the other one answers.
    let answered =
        cases.answer_issue(&town.call("a"), issue, &oral("2026-11-19 14:30"), &said("好了。")).await.unwrap();
    let answer = done(answered).loaded.state.answer.clone().unwrap();
    assert_eq!(answer.given.answered_by, town.delegates[1]);
}
