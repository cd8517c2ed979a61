//! Idempotency keys, `If-Match`, and the order in which a command is refused (ADR 0026).

use crate::town::{Town, at, code, done, oral, said};
use casework::Failure;
use casework::transact::Outcome;
use domain::ids::{DelegateId, IssueId, MajorIssueId, OfficeId};
use domain::issue::answering::AnswerDraft;
use domain::vocabulary::{HandoverReason, Level, Outcome as Result_, TriageDecision};
use uuid::Uuid;

const NOBODY: Uuid = Uuid::from_u128(0x99);

#[tokio::test]
async fn the_same_command_again_changes_nothing_and_answers_from_its_own_moment() {
    let town = Town::new().await;
    let cases = &town.casework;
    let first = town.received("reception", 2).await;
    let head = cases.store.head();
    let new = town.reception("2026-11-19 14:10", 2);
    let Ok(Outcome::Replayed(record)) = cases.record_reception(&town.call("reception"), &new).await else {
        panic!("a replay")
    };
    assert_eq!((record.last, cases.store.head()), (first.position, head));

    // The issue goes on; the replay of the reception still shows it as it was.
    town.set("2026-11-23 10:00");
    done(cases.take_issue(&town.call("taking"), first.issues[0].0, None).await.unwrap());
    let told_again = cases.received(first.id, record.last).await.unwrap();
    assert_eq!(told_again.issues[0].1.state, first.issues[0].1.state);
}

#[tokio::test]
async fn a_key_goes_with_one_request() {
    let town = Town::new().await;
    let id = town.raised("reception").await;
    let mut other = town.call("reception");
    other.fingerprint = [1; 32];
    assert!(matches!(town.casework.replayed(&other).await, Err(Failure::KeyReused)));
    assert!(matches!(town.casework.take_issue(&other, id, None).await, Err(Failure::KeyReused)));
    assert!(town.casework.replayed(&town.call("another")).await.unwrap().is_none());
}

#[tokio::test]
async fn two_copies_of_one_request_under_way_at_once_get_one_answer() {
    let town = Town::new().await;
    let id = town.raised("reception").await;
    let call = town.call("taking");
    let copies = (0..8).map(|_| town.casework.take_issue(&call, id, None));
    let outcomes = futures_util::future::join_all(copies).await;
    let now = outcomes.iter().filter(|outcome| matches!(outcome, Ok(Outcome::Done(_)))).count();
    let again = outcomes.iter().filter(|outcome| matches!(outcome, Ok(Outcome::Replayed(_)))).count();
    assert_eq!((now, again), (1, 7));
    // Also one that comes when the first has long been decided, but was not seen by the first look.
    assert_eq!(code(town.casework.take_issue(&call, id, None).await), "replayed");
    assert_eq!(code(town.casework.take_issue(&town.call("anew"), id, None).await), "already_taken");
}

#[tokio::test]
async fn a_stale_precondition_is_refused_before_any_rule_and_a_replay_before_it() {
    let town = Town::new().await;
    let cases = &town.casework;
    let id = town.raised("reception").await;
    assert_eq!(code(cases.take_issue(&town.call_if("1", 2), id, None).await), "stale");
    assert_eq!(code(cases.take_issue(&town.call_if("2", 1), id, None).await), "done");
    assert_eq!(code(cases.take_issue(&town.call_if("3", 1), id, None).await), "stale");
    assert_eq!(code(cases.take_issue(&town.call_if("4", 2), id, None).await), "already_taken");
    assert_eq!(code(cases.take_issue(&town.call_if("2", 1), id, None).await), "replayed");
}

#[tokio::test]
async fn what_the_body_names_comes_before_what_the_path_names_and_that_before_the_version() {
    let town = Town::new().await;
    let cases = &town.casework;
    let id = town.raised("reception").await;
    let nothing = IssueId(NOBODY);
    let delivered = "2026-11-19 14:20";
    let by = AnswerDraft { answered_by: Some(DelegateId(NOBODY)), ..oral(delivered) };
    let declined = AnswerDraft { outcome: Result_::Declined, ..oral(delivered) };
    for issue in [nothing, id] {
        assert_eq!(code(cases.answer_issue(&town.call_if("a", 9), issue, &by, &said("…")).await), "unknown_id");
        assert_eq!(
            code(cases.answer_issue(&town.call_if("b", 9), issue, &declined, &said("…")).await),
            "basis_missing"
        );
        let joined = Some(MajorIssueId(NOBODY));
        assert_eq!(
            code(cases.escalate_issue(&town.call_if("c", 9), issue, Level::L2, joined, "…", None).await),
            "unknown_id"
        );
        let to = DelegateId(NOBODY);
        let handed = cases.hand_over_issue(&town.call_if("d", 9), issue, to, HandoverReason::Recusal, "…", None).await;
        assert_eq!(code(handed), "unknown_id");
        let major = MajorIssueId(issue.0);
        let call = town.call_if("i", 9);
        let referred = cases.triage(&call, major, TriageDecision::Refer, Some(Level::L2), None, None, None);
        let Err(Failure::Invalid(faults)) = referred.await else { panic!("all three") };
        assert_eq!(faults.len(), 3);
        let office = OfficeId(NOBODY);
        assert_eq!(code(cases.assign(&town.call_if("j", 9), major, office, &[], None, None).await), "unknown_id");
        assert_eq!(
            code(cases.verify_outcome(&town.call_if("k", 9), major, true, office, None, None).await),
            "unknown_id"
        );
    }
    assert_eq!(
        code(cases.answer_issue(&town.call_if("e", 9), nothing, &oral(delivered), &said("…")).await),
        "not_found"
    );
    assert_eq!(code(cases.answer_issue(&town.call_if("f", 9), id, &oral(delivered), &said("…")).await), "stale");
    let planned = AnswerDraft { outcome: Result_::Planned, basis_given: true, ..oral(delivered) };
    let Err(Failure::Invalid(faults)) = cases.answer_issue(&town.call("g"), id, &planned, &said("…")).await else {
        panic!("both faults")
    };
    assert_eq!(faults.len(), 2);
    assert_eq!(code(cases.take_issue(&town.call("h"), id, Some(at("2026-11-19 15:01"))).await), "in_the_future");
}
