//! The final answer and who owes it: delivery, way, evidence, outcome, promise.

use super::*;

#[test]
fn the_responsible_delegate_is_one_who_received_and_has_neither_answered_nor_handed_over() {
    let pointer = "/public/responsible_delegate_id";
    let successor = || text(&SUCCESSOR.to_string());
    let issue = by_approval(Given::in_hand(), 1, pointer, successor());
    assert_eq!(issue.responsible_delegate_id, SUCCESSOR);
    let stranger = DelegateId(Uuid::from_u128(0x46));
    assert_eq!(
        code(&Given::in_hand(), 1, pointer, text(&stranger.to_string())),
        at_value(Code::DelegateNotAtReception)
    );
    let nobody = text(&Uuid::from_u128(0x99).to_string());
    assert_eq!(code(&Given::in_hand(), 1, pointer, nobody), at_value(Code::UnknownId));
    assert_eq!(code(&Given::answered(), 1, pointer, successor()), at_value(Code::ContradictsLaterFact));
    let given = Given::in_hand();
    let when = "2026-11-23 10:00";
    let draft = HandoverDraft { to_delegate_id: SUCCESSOR, reason_code: HandoverReason::LongLeave, at: at(when) };
    let handed = hand_over(&given.issue, &rules(when), &delegates(), &draft).unwrap();
    let given = given.then(when, IssueEvent::ResponsibilityHandedOver(handed));
    assert_eq!(code(&given, 1, pointer, successor()), at_value(Code::ContradictsLaterFact));
}

#[test]
fn a_corrected_delivery_is_when_the_duty_ended_and_the_visitor_heard() {
    let issue = by_approval(Given::answered(), 3, OCCURRED_AT, instant("2026-11-23 16:00"));
    let then = at("2026-11-23 16:00");
    let answer = issue.answer.unwrap();
    assert_eq!((answer.delivered_at, answer.recorded_at), (then, at("2026-11-24 10:00")));
    assert_eq!((issue.stopped_at, issue.last_word.at), (Some(then), then));
    assert_eq!((issue.state, issue.clock), (IssueState::Answered, ClockState::Stopped));
}

#[test]
fn a_delivery_is_neither_before_the_reception_nor_after_its_recording_nor_after_what_followed() {
    let refused = |given: &Given, when| code(given, 3, OCCURRED_AT, instant(when));
    assert_eq!(refused(&Given::answered(), "2026-11-19 14:00"), at_value(Code::BeforeReception));
    assert_eq!(refused(&Given::answered(), "2026-11-24 10:01"), at_value(Code::OutOfRange));
    let given = Given::in_hand();
    let answered = answer(&given.issue, &rules("2026-11-27 10:00"), &oral("2026-11-24 10:00")).unwrap();
    let late = given
        .event(IssueEvent::FinalAnswerGiven(answered), at("2026-11-24 10:00"), at("2026-11-27 10:00"))
        .and_feedback("2026-11-25 10:00", Satisfaction::Satisfied);
    assert_eq!(refused(&late, "2026-11-25 10:01"), at_value(Code::ContradictsLaterFact));
    assert!(asked(&late, 3, OCCURRED_AT, instant("2026-11-25 09:59")).is_ok());
    let given = Given::awaiting_answer().and_answered("2026-12-11 10:00");
    assert_eq!(code(&given, 5, OCCURRED_AT, instant("2026-12-10 09:59")), at_value(Code::BeforePrevious));
}

#[test]
fn a_suspension_that_the_answer_ended_ends_with_its_corrected_delivery() {
    let given = Given::in_hand();
    let when = "2026-11-23 10:00";
    let draft = suspension::SuspensionDraft {
        reason_code: SuspensionReason::VisitorFacts,
        until_on: day("2026-12-10"),
        at: at(when),
    };
    let suspended = suspension::suspend(&given.issue, &rules(when), &draft).unwrap();
    let given = given.then(when, IssueEvent::ClockSuspended(suspended)).and_answered("2026-12-08 10:00");
    let issue = by_approval(given, 4, OCCURRED_AT, instant("2026-12-07 10:00"));
    let marks = deadline::marks(&issue, &POLICY, &CALENDARS);
    assert_eq!(marks.judged_on, Some(day("2026-11-23")));
}

#[test]
fn way_and_evidence_are_corrected_one_after_the_other() {
    let (given, _) = through(Given::answered(), 3, "/public/channel", text("written"));
    assert_eq!(code(&given, 3, "/public/evidence/kind", text("witness")), at_value(Code::EvidenceMissing));
    assert_eq!(code(&given, 3, "/public/evidence/kind", text("posted")), at_value(Code::NotEnoughAttempts));
    let issue = at_once(given, 3, "/public/evidence/kind", text("delivery_receipt"));
    let answer = issue.answer.unwrap().given;
    assert_eq!((answer.channel, answer.evidence.kind), (AnswerChannel::Written, EvidenceKind::DeliveryReceipt));
}

#[test]
fn a_planned_outcome_needs_its_day_and_a_declined_one_its_basis() {
    let outcome = "/public/outcome";
    assert_eq!(code(&Given::answered(), 3, outcome, text("planned")), at_value(Code::CommitmentMissing));
    assert_eq!(code(&Given::answered(), 3, outcome, text("declined")), at_value(Code::BasisMissing));
    let early = code(&Given::answered(), 3, "/public/commitment_on", text("2026-11-24"));
    assert_eq!(early, at_value(Code::NotLater));
    // The day first, then the outcome: in between nothing is promised.
    let proposed = asked(&Given::answered(), 3, "/public/commitment_on", text("2026-12-31")).unwrap();
    let given = Given::answered().then(NOW, proposed);
    let corrected = approved(&given, 3).unwrap();
    let given = given.then(NOW, IssueEvent::Corrected(corrected));
    assert_eq!(given.issue.answer.as_ref().unwrap().given.commitment_on, None);
    let (given, _) = through(given, 3, outcome, text("planned"));
    let answer = given.issue.answer.clone().unwrap().given;
    assert_eq!((answer.outcome, answer.commitment_on), (Outcome::Planned, Some(day("2026-12-31"))));
    let (given, _) = through(given, 3, outcome, text("explained"));
    assert_eq!(given.issue.answer.unwrap().given.commitment_on, None);
    let wanted = Wanted { event_version: 3, pointer: outcome.to_owned(), value: text("declined"), at: at(NOW) };
    let with_basis = Texts { now: TextNow::Absent, basis_given: true };
    let declined = with_record(&Given::answered(), &with_basis, |record| correct(record, &rules(NOW), &wanted));
    assert!(declined.is_ok());
}

#[test]
fn a_promise_that_was_looked_at_stays_one() {
    let given = planned("2026-12-10");
    let when = "2026-12-14 10:00";
    let draft = VerificationDraft { kept: false, verified_on: day("2026-12-14"), at: at(when) };
    let verified = commitment::verify(&given.issue, &rules(when), &draft).unwrap();
    let given = given.then(when, IssueEvent::CommitmentVerified(verified));
    assert_eq!(code(&given, 3, "/public/outcome", text("explained")), at_value(Code::ContradictsLaterFact));
    let late = code(&given, 3, "/public/commitment_on", text("2026-12-14"));
    assert_eq!(late, at_value(Code::ContradictsLaterFact));
    let issue = by_approval(given.clone(), 3, "/public/commitment_on", text("2026-12-11"));
    assert_eq!(issue.answer.unwrap().given.commitment_on, Some(day("2026-12-11")));
    let check = by_approval(given.clone(), 4, "/public/kept", CorrectedValue::Flag(true)).commitment_check.unwrap();
    assert!(check.kept);
    let check = by_approval(given.clone(), 4, "/public/verified_on", text("2026-12-11")).commitment_check.unwrap();
    assert_eq!(check.verified_on, day("2026-12-11"));
    let early = code(&given, 4, "/public/verified_on", text("2026-12-10"));
    assert_eq!(early, at_value(Code::CommitmentNotDue));
    let asked_again = given.and_reopening_asked("2026-12-15 10:00", ReopeningGround::CommitmentBroken);
    let kept = code(&asked_again, 4, "/public/kept", CorrectedValue::Flag(true));
    assert_eq!(kept, at_value(Code::ContradictsLaterFact));
}

#[test]
fn what_was_posted_was_tried_before() {
    let mut given = Given::in_hand();
    for when in ["2026-11-20 09:00", "2026-11-20 18:00", "2026-11-23 09:00"] {
        let tried = delivery::attempt(&given.issue, &rules(when), WordChannel::Phone, at(when)).unwrap();
        given = given.then(when, IssueEvent::DeliveryAttempted(tried));
    }
    let when = "2026-11-24 10:00";
    let draft = AnswerDraft { channel: AnswerChannel::Written, evidence: EvidenceKind::Posted, ..oral(when) };
    let posted = answer(&given.issue, &rules(when), &draft).unwrap();
    let given = given.then(when, IssueEvent::FinalAnswerGiven(posted));
    assert_eq!(code(&given, 6, OCCURRED_AT, instant("2026-11-23 08:59")), at_value(Code::NotEnoughAttempts));
    assert!(asked(&given, 6, OCCURRED_AT, instant("2026-11-23 09:00")).is_ok());
    // By the evidence that it is corrected to, an answer needs no attempts.
    assert!(asked(&given, 6, "/public/evidence/kind", text("delivery_receipt")).is_ok());
}

#[test]
fn an_answer_was_delivered_before_somebody_looked_at_its_promise() {
    let given = Given::in_hand();
    let (said, recorded) = ("2026-11-24 10:00", "2026-11-30 10:00");
    let draft = AnswerDraft { outcome: Outcome::Planned, commitment_on: Some(day("2026-12-10")), ..oral(said) };
    let answered = answer(&given.issue, &rules(recorded), &draft).unwrap();
    let given = given.event(IssueEvent::FinalAnswerGiven(answered), at(said), at(recorded));
    let looks = "2026-12-01 10:00";
    let draft = VerificationDraft { kept: true, verified_on: day("2026-11-26"), at: at(looks) };
    let looked = commitment::verify(&given.issue, &rules(looks), &draft).unwrap();
    let given = given.then(looks, IssueEvent::CommitmentVerified(looked));
    assert_eq!(code(&given, 3, OCCURRED_AT, instant("2026-11-27 10:00")), at_value(Code::ContradictsLaterFact));
    assert!(asked(&given, 3, OCCURRED_AT, instant("2026-11-26 10:00")).is_ok());
}

#[test]
fn the_answer_of_a_past_cycle_is_corrected_in_the_history_only() {
    let given = Given::answered().and_reopening_asked("2026-11-25 10:00", ReopeningGround::Dissatisfied);
    let draft = reopening::AcceptanceDraft {
        level: None,
        major_issue_id: crate::issue::fixture::MAJOR,
        at: at("2026-11-26 10:00"),
    };
    let accepted = reopening::accept(&given.issue, crate::issue::fixture::ISSUE, &rules("2026-11-26 10:00"), &draft);
    let given = given.then("2026-11-26 10:00", IssueEvent::Reopened(accepted.unwrap().reopened));
    let proposed = asked(&given, 3, "/public/outcome", text("explained")).unwrap();
    let waiting = given.then(NOW, proposed);
    let corrected = approved(&waiting, 3).unwrap();
    let then = waiting.then(NOW, IssueEvent::Corrected(corrected));
    assert_eq!((then.issue.answer.clone(), then.issue.cycle), (None, 2));
    let history = as_corrected(&then.events, &then.issue.corrections);
    let IssueEvent::FinalAnswerGiven(answer) = &history[2].0 else { panic!("{:?}", history[2]) };
    assert_eq!(answer.outcome, Outcome::Explained);
}
