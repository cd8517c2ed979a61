//! Problems: what each end of a use case is told as.
#![allow(clippy::unwrap_used)]

use super::*;
use domain::access::Action;
use domain::refusal;

#[test]
fn every_end_of_a_use_case_has_its_status() {
    let refusal = |code| Refusal::new(code);
    for (failure, status, code) in [
        (Failure::from(refusal(refusal::Code::IssueClosed)), 409, "issue_closed"),
        (Failure::from(refusal(refusal::Code::InTheFuture).at("/held_at")), 422, "in_the_future"),
        (Failure::from(refusal(refusal::Code::NotTheDay).at("/occurred_at")), 409, "not_the_day"),
        (Failure::from(refusal(refusal::Code::NotTheDay).unfit().at("/session_id")), 422, "not_the_day"),
        (Failure::Invalid(vec![refusal(refusal::Code::NotTheDay).unfit().at("/session_id")]), 422, "not_the_day"),
        (Failure::NotFound, 404, "not_found"),
        (Failure::Stale { actual: Version(4) }, 412, "stale_version"),
        (Failure::Contended, 409, "contended"),
        (Failure::KeyReused, 422, "idempotency_key_reused"),
        (Failure::BeyondHead, 400, "bad_position"),
        (Failure::Overloaded, 429, "overloaded"),
        (Failure::ClockImplausible(event_store::ClockJump { wall_ms: 0, expected_ms: 1 }), 503, "clock_implausible"),
        (Failure::StorageFull, 503, "storage_full"),
        (Failure::Unavailable("EMFILE".to_owned()), 503, "storage_failed"),
        (Failure::OutcomeUnknown("EIO".to_owned()), 503, "outcome_unknown"),
        (Failure::Fault("secret path".to_owned()), 500, "internal"),
    ] {
        let problem = Problem::from(failure);
        assert_eq!((problem.status().as_u16(), problem.code.as_str()), (status, code));
        // What is inside stays inside.
        assert!(problem.detail.is_none_or(|detail| !detail.en.contains("secret")));
    }
    let unfit =
        vec![refusal(refusal::Code::TooLong).at("/days_off/3"), refusal(refusal::Code::NotInYear).at("/days_off/4")];
    let problem = Problem::from(Failure::Invalid(unfit));
    assert_eq!((problem.code.as_str(), problem.faults.len()), ("invalid_body", 2));
    assert_eq!(problem.faults[1].pointer, "/days_off/4");
}

/// An action is told within a sentence by what it is called.
#[test]
fn what_a_role_may_not_is_said_in_whole_sentences() {
    let action = Action::LogRequestOpening;
    let detail = |problem: Problem| problem.detail.map(|detail| (detail.zh, detail.en)).unwrap();
    let (zh, en) = detail(Failure::OutOfScope { action }.into());
    assert_eq!(zh, "所用角色有权“申请开启密封内容”，但所请求的不在其范围之内。");
    assert_eq!(en, "The role may request an opening of boxes, but what is asked for is beyond its scope.");
    let (zh, en) = detail(Problem::forbidden(action));
    assert_eq!(zh, "有权“申请开启密封内容”的角色：审计人员。");
    assert_eq!(en, "Roles that may request an opening of boxes: auditor.");
    let (zh, en) = detail(Failure::ApprovedByOthers { action: Action::LegalHoldSet }.into());
    assert_eq!(zh, "提请“设定保全”，由以下角色审批：人大办公室、审计人员。");
    assert_eq!(en, "Roles that approve of a proposal to set a legal hold: congress_office, auditor.");
}

/// One of several things to which rules say no gives the answer its code and status; all of them are named.
#[test]
fn what_is_refused_at_once_is_refused_like_the_first_of_it() {
    let refusal = |code, at: &str| Refusal::new(code).under("C-4.1").at(at);
    let several = vec![
        refusal(refusal::Code::AlreadyPublished, "/items/0"),
        refusal(refusal::Code::OnLeave, "/items/1/slots/0/delegate_id"),
    ];
    let problem = Problem::from(Failure::RefusedAtOnce(several));
    assert_eq!((problem.status().as_u16(), problem.code.as_str()), (409, "already_published"));
    let told: Vec<_> = problem.faults.iter().map(|fault| (fault.code.as_str(), fault.pointer.as_str())).collect();
    assert_eq!(told, [("already_published", "/items/0"), ("on_leave", "/items/1/slots/0/delegate_id")]);
    assert_eq!(problem.clause, Some("C-4.1"));
}
