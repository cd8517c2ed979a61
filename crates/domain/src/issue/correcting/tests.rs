//! Every row of the table: what it changes, what it is held against, and what stays readable.
#![allow(clippy::unwrap_used)]
use super::super::given::{CALENDARS, GRID, Given, POLICY, RECEIVER, SUCCESSOR, at, delegates, oral, rules};
use super::super::handover::{HandoverDraft, hand_over};
use super::super::{Referred, closing, delivery, reopening, suspension};
use super::*;
use crate::area::{AreaEvent, Areas, GridDefined, UnitDefined};
use crate::correction::CORRECTIONS_MAX;
use crate::fixtures::{day, stamp};
use crate::ids::{AreaId, DelegateId};
use crate::issue::Place;
use crate::issue::answering::{AnswerDraft, answer};
use crate::issue::commitment::{self, VerificationDraft};
use crate::issue::interim::{self, InterimDraft};
use crate::reception::{ReceivingDelegate, Visitor};
use crate::refusal::Code;
use crate::vocabulary::{
    AnswerChannel, ClockState, DelegateType, EvidenceKind, FeedbackBy, HandoverReason, IssueKind, IssueState,
    LastWordKind, Level, Outcome, ReopeningGround, Satisfaction, StatutoryChannel, SuspensionReason, UnitKind,
    WordChannel,
};
use std::collections::BTreeSet;
use uuid::Uuid;

const UNIT: AreaId = AreaId(Uuid::from_u128(0x61));
const OTHER_UNIT: AreaId = AreaId(Uuid::from_u128(0x62));
const OTHER_GRID: AreaId = AreaId(Uuid::from_u128(0x63));
const NOW: &str = "2026-12-28 10:00";

fn areas() -> Areas {
    let mut areas = Areas::default();
    for (grid, unit, name) in [(GRID, UNIT, "太平"), (OTHER_GRID, OTHER_UNIT, "华庄")] {
        let defined = GridDefined { name: format!("{name}网格"), level: 1, parent_id: AreaId::default() };
        areas.apply(grid, &AreaEvent::GridDefined(defined), &stamp(4, 1));
        let defined = UnitDefined { name: format!("{name}村"), unit_kind: UnitKind::Village, parent_id: grid };
        areas.apply(unit, &AreaEvent::UnitDefined(defined), &stamp(5, 1));
    }
    areas
}

fn reception() -> Reception {
    let sat = |delegate_id| ReceivingDelegate { delegate_id, delegate_type: DelegateType::Party };
    Reception {
        delegates: vec![sat(RECEIVER), sat(SUCCESSOR)],
        visitors: vec![Visitor::Anonymous { anonymous: true }, Visitor::Anonymous { anonymous: true }],
        ..Reception::default()
    }
}

struct Texts {
    now: TextNow<'static>,
    basis_given: bool,
}

fn with_record<T>(given: &Given, texts: &Texts, act: impl FnOnce(&Record<'_>) -> T) -> T {
    let (areas, delegates, reception) = (areas(), delegates(), reception());
    let people = People { programme: None, areas: &areas, delegates: &delegates };
    act(&Record {
        issue: &given.issue,
        history: &given.events,
        reception: &reception,
        people,
        text: texts.now,
        basis_given: texts.basis_given,
    })
}

fn asked(given: &Given, version: u64, pointer: &str, value: CorrectedValue) -> Result<IssueEvent, Refusal> {
    let texts = Texts { now: TextNow::Said("3号楼楼道灯三天不亮。"), basis_given: false };
    let wanted = Wanted { event_version: version, pointer: pointer.to_owned(), value, at: at(NOW) };
    with_record(given, &texts, |record| correct(record, &rules(NOW), &wanted))
}

fn text(text: &str) -> CorrectedValue {
    CorrectedValue::Text(text.to_owned())
}

/// A minute of the town as a client writes it.
fn instant(when: &str) -> CorrectedValue {
    text(&at(when).to_rfc3339())
}

fn approved(given: &Given, version: u64) -> Result<IssueCorrected, Refusal> {
    let texts = Texts { now: TextNow::Absent, basis_given: false };
    with_record(given, &texts, |record| approve(record, &rules(NOW), version, at(NOW)))
}

/// Corrected, with the approval that the row needs: whether it needed one is told too.
fn through(given: Given, version: u64, pointer: &str, value: CorrectedValue) -> (Given, bool) {
    let event = asked(&given, version, pointer, value).unwrap();
    if matches!(event, IssueEvent::Corrected(_)) {
        return (given.then(NOW, event), false);
    }
    let waiting = given.then(NOW, event);
    let shown =
        |given: &Given| Issue { version: 0, position: 0, corrections: Corrections::default(), ..given.issue.clone() };
    let corrected = approved(&waiting, version).unwrap();
    assert!(corrected.due.is_none());
    let before = shown(&waiting);
    let then = waiting.then(NOW, IssueEvent::Corrected(corrected));
    assert_ne!(before, shown(&then), "{pointer} changed nothing");
    (then, true)
}

fn at_once(given: Given, version: u64, pointer: &str, value: CorrectedValue) -> Issue {
    let (then, approved) = through(given, version, pointer, value);
    assert!(!approved, "{pointer} needed an approval");
    then.issue
}

fn by_approval(given: Given, version: u64, pointer: &str, value: CorrectedValue) -> Issue {
    let (then, approved) = through(given, version, pointer, value);
    assert!(approved, "{pointer} needed no approval");
    then.issue
}

fn code(given: &Given, version: u64, pointer: &str, value: CorrectedValue) -> (Code, String) {
    let refusal = asked(given, version, pointer, value).unwrap_err();
    (refusal.code, refusal.pointer.unwrap())
}

fn at_value(code: Code) -> (Code, String) {
    (code, "/value".to_owned())
}

fn planned(commitment_on: &str) -> Given {
    let given = Given::in_hand();
    let when = "2026-11-24 10:00";
    let draft = AnswerDraft { outcome: Outcome::Planned, commitment_on: Some(day(commitment_on)), ..oral(when) };
    let answered = answer(&given.issue, &rules(when), &draft).unwrap();
    given.then(when, IssueEvent::FinalAnswerGiven(answered))
}

fn replied() -> Given {
    let given = Given::in_hand();
    let when = "2026-11-20 10:00";
    let draft = InterimDraft { channel: WordChannel::Phone, told_at: at(when), next_word_on: day("2026-12-04") };
    let reply = interim::reply(&given.issue, &rules(when), &draft).unwrap();
    given.then(when, IssueEvent::InterimReplyGiven(reply))
}

#[test]
fn what_was_raised_is_corrected_and_the_original_stays_in_its_event() {
    let given = Given::registered();
    let recorded = given.events[0].clone();
    let (given, _) = through(given, 1, "/public/kind", text("suggestion"));
    let (given, _) = through(given, 1, "/public/topic", text("housing"));
    let (given, _) = through(given, 1, "/public/unit_id", text(&UNIT.to_string()));
    let (given, _) = through(given, 1, "/public/visitor", CorrectedValue::Whole(1));
    let issue = &given.issue;
    assert_eq!((issue.kind, issue.topic.as_str()), (IssueKind::Suggestion, "housing"));
    assert_eq!((issue.unit_id, issue.visitor), (Some(UNIT), Some(1)));
    assert_eq!(given.events[0], recorded);
    let made: Vec<_> = issue.corrections.made().iter().map(|made| (made.event_version, made.version)).collect();
    assert_eq!(made, [(1, 2), (1, 3), (1, 4), (1, 5)]);
    assert_eq!((issue.state, issue.due.on), (IssueState::Registered, day("2026-11-26")));
}

#[test]
fn a_value_fits_its_field_as_it_would_have_when_the_event_was_recorded() {
    let given = Given::registered();
    let refused = |pointer, value| code(&given, 1, pointer, value);
    assert_eq!(refused("/public/kind", text("complaint")), at_value(Code::InvalidValue));
    assert_eq!(refused("/public/kind", CorrectedValue::Whole(1)), at_value(Code::InvalidValue));
    assert_eq!(refused("/public/topic", text("weather")), at_value(Code::UnknownTopic));
    assert_eq!(refused("/public/unit_id", text(&OTHER_UNIT.to_string())), at_value(Code::UnitNotInGrid));
    assert_eq!(refused("/public/unit_id", text(&Uuid::from_u128(0x99).to_string())), at_value(Code::UnknownId));
    assert_eq!(refused("/public/unit_id", text("太平村")), at_value(Code::InvalidValue));
    assert_eq!(refused("/public/visitor", CorrectedValue::Whole(2)), at_value(Code::InvalidValue));
    assert_eq!(refused("/public/visitor", CorrectedValue::Whole(-1)), at_value(Code::InvalidValue));
    assert_eq!(refused("/public/kind", text("demand")), at_value(Code::NothingToCorrect));
}

#[test]
fn what_is_not_in_the_table_is_corrected_by_nobody() {
    let given = Given::answered();
    for (version, pointer) in [
        (1, "/public/grid_id"),
        (1, "/public/due/on"),
        (1, OCCURRED_AT),
        (1, "/personal/1/subject"),
        (2, "/occurred_at"),
        (3, "/public/answered_by"),
        (3, "/public"),
        (3, ""),
    ] {
        assert_eq!(code(&given, version, pointer, text("x")), (Code::NothingToCorrect, "/pointer".to_owned()));
    }
    for version in [0, 9] {
        let refused = code(&given, version, "/public/kind", text("opinion"));
        assert_eq!(refused, (Code::NothingToCorrect, "/event_version".to_owned()));
    }
    let (corrected, _) = through(given, 1, "/public/kind", text("opinion"));
    let refused = code(&corrected, 4, "/public/pointer", text("/public/topic"));
    assert_eq!(refused, (Code::NothingToCorrect, "/pointer".to_owned()));
    let told = asked(&corrected, 3, "/public/answered_by", text("x")).unwrap_err().detail;
    assert!(told.en.contains("/public/outcome") && told.zh.contains(OCCURRED_AT));
}

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
fn a_proposal_changes_nothing_until_it_is_approved_and_a_refused_one_never() {
    let given = Given::answered();
    let proposed = asked(&given, 3, "/public/outcome", text("explained")).unwrap();
    let waiting = given.then(NOW, proposed);
    assert_eq!(waiting.issue.answer.as_ref().unwrap().given.outcome, Outcome::Resolved);
    let other = code(&waiting, 3, OCCURRED_AT, instant("2026-11-24 09:00"));
    assert_eq!(other, (Code::CorrectionPending, "/event_version".to_owned()));
    // What needs no approval need not wait for what does.
    assert!(asked(&waiting, 3, "/public/evidence/kind", text("witness")).is_ok());
    let approval = approved(&waiting, 3).unwrap();
    let then = waiting.clone().then(NOW, IssueEvent::Corrected(approval));
    assert_eq!(then.issue.answer.as_ref().unwrap().given.outcome, Outcome::Explained);
    assert!(then.issue.corrections.pending().is_empty());
    assert_eq!(approved(&then, 3).unwrap_err().code, Code::NoCorrectionPending);
    let refused = refuse(&waiting.issue.corrections, &rules(NOW), 3, at(NOW)).unwrap();
    let then = waiting.then(NOW, IssueEvent::CorrectionRefused(refused));
    assert_eq!(then.issue.answer.as_ref().unwrap().given.outcome, Outcome::Resolved);
    assert!(then.issue.corrections.pending().is_empty() && then.issue.corrections.made().is_empty());
    assert_eq!(refuse(&then.issue.corrections, &rules(NOW), 3, at(NOW)).unwrap_err().code, Code::NoCorrectionPending);
}

#[test]
fn an_approval_holds_the_value_against_what_happened_since() {
    let given = Given::in_hand();
    let proposed = asked(&given, 1, "/public/responsible_delegate_id", text(&SUCCESSOR.to_string())).unwrap();
    let waiting = given.then("2026-11-23 10:00", proposed).and_answered("2026-11-24 10:00");
    let refusal = approved(&waiting, 1).unwrap_err();
    assert_eq!((refusal.code, refusal.pointer.as_deref()), (Code::ContradictsLaterFact, Some("/event_version")));
}

#[test]
fn a_later_correction_of_the_same_field_supersedes() {
    let (given, _) = through(Given::registered(), 1, "/public/topic", text("housing"));
    let (given, _) = through(given, 1, "/public/topic", text("transport"));
    assert_eq!(given.issue.topic, "transport");
    assert_eq!(code(&given, 1, "/public/topic", text("transport")), at_value(Code::NothingToCorrect));
    let (given, _) = through(given, 1, "/public/topic", text("livelihood"));
    assert_eq!((given.issue.topic.as_str(), given.issue.corrections.made().len()), ("livelihood", 3));
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
    assert_eq!(refused(&Given::answered(), "2026-11-24 10:01"), at_value(Code::InTheFuture));
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
fn a_corrected_interim_reply_is_when_the_visitor_hears_next() {
    assert_eq!(code(&replied(), 3, "/public/next_word_on", text("2026-12-31")), at_value(Code::NextWordTooFar));
    let issue = by_approval(replied(), 3, "/public/next_word_on", text("2026-12-01"));
    assert_eq!(issue.interim_due_on, Some(day("2026-12-01")));
    let issue = by_approval(replied(), 3, OCCURRED_AT, instant("2026-11-20 09:00"));
    assert_eq!((issue.last_word.kind, issue.last_word.at), (LastWordKind::InterimReply, at("2026-11-20 09:00")));
    let channel = asked(&replied(), 3, "/public/channel", text("letter")).unwrap();
    assert!(matches!(channel, IssueEvent::Corrected(_)));
    // The answer ended the waiting: there is no next word to correct any more.
    let answered = replied().and_answered("2026-11-24 10:00");
    let proposed = asked(&answered, 3, "/public/next_word_on", text("2026-12-01")).unwrap();
    let waiting = answered.then(NOW, proposed);
    let corrected = approved(&waiting, 3).unwrap();
    assert_eq!(waiting.then(NOW, IssueEvent::Corrected(corrected)).issue.interim_due_on, None);
}

#[test]
fn a_corrected_time_decides_again_which_word_and_which_feedback_is_the_last() {
    let given = replied();
    let draft =
        InterimDraft { channel: WordChannel::Phone, told_at: at("2026-11-20 12:00"), next_word_on: day("2026-12-02") };
    let reply = interim::reply(&given.issue, &rules("2026-11-23 10:00"), &draft).unwrap();
    let given = given.event(IssueEvent::InterimReplyGiven(reply), at("2026-11-20 12:00"), at("2026-11-23 10:00"));
    let issue = by_approval(given, 4, OCCURRED_AT, instant("2026-11-20 09:30"));
    assert_eq!(issue.last_word.at, at("2026-11-20 10:00"));

    let given = Given::answered()
        .and_feedback("2026-11-25 10:00", Satisfaction::Dissatisfied)
        .and_feedback("2026-11-27 10:00", Satisfaction::Satisfied);
    let issue = by_approval(given, 5, OCCURRED_AT, instant("2026-11-25 09:00"));
    assert_eq!(issue.satisfaction(), Some(Satisfaction::Dissatisfied));
}

#[test]
fn feedback_is_corrected_within_its_window() {
    let given = || Given::answered().and_feedback("2026-11-25 10:00", Satisfaction::Satisfied);
    let issue = by_approval(given(), 4, "/public/satisfaction", text("dissatisfied"));
    assert_eq!(issue.satisfaction(), Some(Satisfaction::Dissatisfied));
    let issue = at_once(given(), 4, "/public/by", text("visitor"));
    assert_eq!(issue.feedback.unwrap().by, FeedbackBy::Visitor);
    assert_eq!(code(&given(), 4, OCCURRED_AT, instant("2026-11-24 09:00")), at_value(Code::BeforeAnswer));
    assert_eq!(code(&given(), 4, OCCURRED_AT, instant("2026-11-26 09:00")), at_value(Code::InTheFuture));
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
fn one_record_is_corrected_so_often_and_no_more() {
    let mut given = Given::registered();
    for n in 0..CORRECTIONS_MAX {
        let topic = text(if given.issue.topic == "housing" { "transport" } else { "housing" });
        let proposed = text(&SUCCESSOR.to_string());
        if n % 50 == 0 {
            // A proposal counts whatever becomes of it.
            given = given.clone().then(NOW, asked(&given, 1, "/public/responsible_delegate_id", proposed).unwrap());
            let refused = refuse(&given.issue.corrections, &rules(NOW), 1, at(NOW)).unwrap();
            given = given.then(NOW, IssueEvent::CorrectionRefused(refused));
        } else {
            given = given.clone().then(NOW, asked(&given, 1, "/public/topic", topic).unwrap());
        }
    }
    assert_eq!(asked(&given, 1, "/public/kind", text("suggestion")).unwrap_err().code, Code::IssueFull);
}

#[test]
fn what_closed_an_issue_does_not_fall_away_behind_it() {
    let closed = Given::closed();
    let contradicts = at_value(Code::ContradictsLaterFact);
    assert_eq!(code(&closed, 4, "/public/satisfaction", text("dissatisfied")), contradicts);
    assert!(asked(&closed, 4, "/public/satisfaction", text("basically_satisfied")).is_ok());
    // Closed because nobody said anything for ten working days after Tuesday 11-24.
    let given = Given::in_hand();
    let answered = answer(&given.issue, &rules("2026-11-27 10:00"), &oral("2026-11-24 10:00")).unwrap();
    let given = given.event(IssueEvent::FinalAnswerGiven(answered), at("2026-11-24 10:00"), at("2026-11-27 10:00"));
    let when = "2026-12-09 10:00";
    let close = closing::close(&given.issue, &rules(when), at(when)).unwrap();
    let silent = given.then(when, IssueEvent::Closed(close));
    assert_eq!(code(&silent, 3, OCCURRED_AT, instant("2026-11-25 10:00")), contradicts);
    assert!(asked(&silent, 3, OCCURRED_AT, instant("2026-11-23 10:00")).is_ok());
}

#[test]
fn a_referral_is_told_when_and_where_to_it_was() {
    let given = || {
        let referred = IssueEvent::Referred(Referred { statutory_channel: StatutoryChannel::Court });
        Given::in_hand().then("2026-11-24 10:00", referred)
    };
    let issue = by_approval(given(), 3, OCCURRED_AT, instant("2026-11-24 09:00"));
    assert_eq!((issue.stopped_at, issue.last_word.at), (Some(at("2026-11-24 09:00")), at("2026-11-24 09:00")));
    let proposed = asked(&given(), 3, "/public/statutory_channel", text("petition")).unwrap();
    assert!(matches!(proposed, IssueEvent::CorrectionProposed(_)));
    assert_eq!(code(&given(), 3, OCCURRED_AT, instant("2026-11-19 14:00")), at_value(Code::BeforeReception));
}

#[test]
fn a_sealed_text_is_corrected_in_the_box_of_the_correcting_event() {
    let pointer = "/personal/0/subject";
    let event = asked(&Given::registered(), 1, pointer, text("楼道灯、门禁都不亮")).unwrap();
    let IssueEvent::Corrected(corrected) = &event else { panic!("{event:?}") };
    assert_eq!(corrected.value, None);
    let given = Given::registered().then(NOW, event);
    assert_eq!(given.issue.corrected_box(1, pointer), Some(2));
    assert_eq!(given.issue.corrected_box(1, "/personal/0/text"), None);
    let refused = |value| code(&Given::registered(), 1, pointer, value);
    assert_eq!(refused(text("3号楼楼道灯三天不亮。")), at_value(Code::NothingToCorrect));
    assert_eq!(refused(text(&"灯".repeat(201))), at_value(Code::TooLong));
    assert_eq!(refused(text("楼道灯\n不亮")), at_value(Code::ControlCharacter));
    assert_eq!(refused(text("  ")), at_value(Code::Missing));
    let wanted = Wanted { event_version: 1, pointer: pointer.to_owned(), value: text("新"), at: at(NOW) };
    for (now, code) in [(TextNow::Erased, Code::PersonErased), (TextNow::Absent, Code::NothingToCorrect)] {
        let texts = Texts { now, basis_given: false };
        let refused = with_record(&Given::registered(), &texts, |record| correct(record, &rules(NOW), &wanted));
        assert_eq!(refused.unwrap_err().code, code);
    }
}

#[test]
fn the_answer_of_a_past_cycle_is_corrected_in_the_history_only() {
    let given = Given::answered().and_reopening_asked("2026-11-25 10:00", ReopeningGround::Dissatisfied);
    let draft = reopening::AcceptanceDraft {
        level: None,
        major_issue_id: super::super::given::MAJOR,
        at: at("2026-11-26 10:00"),
    };
    let accepted = reopening::accept(&given.issue, super::super::given::ISSUE, &rules("2026-11-26 10:00"), &draft);
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

fn carry(given: &Given, held: &str) -> Result<IssueCorrected, Refusal> {
    carry_on(NOW, given, held)
}

fn carry_on(now: &str, given: &Given, held: &str) -> Result<IssueCorrected, Refusal> {
    carried(&given.issue, &given.events, &rules(now), at(held))
}

#[test]
fn a_corrected_reception_moves_an_open_due_date_later_and_both_stay_readable() {
    // Held on Thursday 11-19, recorded on Monday 11-23; in truth it was Friday 11-20.
    let given = Given::raised("2026-11-19 14:10", "2026-11-23 09:00");
    let corrected = carry(&given, "2026-11-20 15:00").unwrap();
    assert_eq!(corrected.due.as_ref().unwrap().on, day("2026-11-27"));
    let then = given.then(NOW, IssueEvent::Corrected(corrected)).issue;
    assert_eq!((then.raised_at, then.cycle_began_at), (at("2026-11-20 15:00"), at("2026-11-20 15:00")));
    assert_eq!((then.due.on, then.original_due.on), (day("2026-11-27"), day("2026-11-26")));
    let change = then.due_changes.last().unwrap();
    assert_eq!((change.corrected, change.from, change.due.on), (true, Some(day("2026-11-26")), day("2026-11-27")));
    assert!(!then.due_changes[0].corrected);
}

#[test]
fn the_days_left_of_a_clock_that_stands_still_are_those_of_the_corrected_date() {
    let given = Given::raised("2026-11-19 14:10", "2026-11-23 09:00");
    let stops = "2026-11-23 10:00";
    let (reason_code, until_on) = (SuspensionReason::VisitorFacts, day("2026-12-20"));
    let draft = suspension::SuspensionDraft { reason_code, until_on, at: at(stops) };
    let stopped = suspension::suspend(&given.issue, &rules(stops), &draft).unwrap();
    assert_eq!(stopped.remaining_working_days, 3);
    let given = given.then(stops, IssueEvent::ClockSuspended(stopped));
    let corrected = carry_on("2026-11-25 10:00", &given, "2026-11-20 15:00").unwrap();
    let given = given.then("2026-11-25 10:00", IssueEvent::Corrected(corrected));
    // The four days are those left when it ends by itself, too.
    assert_eq!(given.on("2026-12-21").due.on, day("2026-12-24"));
    assert_eq!((given.issue.clock, given.issue.due.on), (ClockState::Suspended, day("2026-11-27")));
    let when = "2026-12-04 10:00";
    let resumed = suspension::resume(&given.issue, &rules(when), at(when)).unwrap();
    assert_eq!((resumed.due.working_days, resumed.due.on), (Some(4), day("2026-12-10")));
}

#[test]
fn a_corrected_reception_never_shortens_a_promise_and_leaves_what_is_answered() {
    let corrected = carry(&Given::registered(), "2026-11-18 10:00").unwrap();
    assert_eq!(corrected.due, None);
    let then = Given::registered().then(NOW, IssueEvent::Corrected(corrected)).issue;
    assert_eq!((then.raised_at, then.due.on), (at("2026-11-18 10:00"), day("2026-11-26")));

    let given = Given::raised("2026-11-19 14:10", "2026-11-23 09:00").and_answered("2026-11-24 10:00");
    let corrected = carry(&given, "2026-11-20 15:00").unwrap();
    assert_eq!(corrected.due, None);
    let then = given.then(NOW, IssueEvent::Corrected(corrected)).issue;
    assert_eq!((then.state, then.raised_at), (IssueState::Answered, at("2026-11-20 15:00")));
}

#[test]
fn while_escalated_the_outer_limit_follows_the_reception() {
    let given = Given::raised("2026-11-19 14:10", "2026-11-23 09:00").and_escalated_on("2026-11-24 09:00", Level::L3);
    let before = given.issue.due.clone();
    let corrected = carry(&given, "2026-11-20 15:00").unwrap();
    let due = corrected.due.clone().unwrap();
    assert_eq!((due.rule, due.calendar_days, due.from), (before.rule, before.calendar_days, day("2026-11-20")));
    assert!(due.on > before.on);
    let then = given.then(NOW, IssueEvent::Corrected(corrected)).issue;
    assert_eq!((then.state, then.due.on), (IssueState::Escalated, due.on));
    // Back with its delegate, the date counts from the report, and no reception moves it.
    assert_eq!(carry(&Given::awaiting_answer(), "2026-11-19 15:00").unwrap().due, None);
}

#[test]
fn a_reception_was_held_before_what_followed_it() {
    let refusal = carry(&Given::in_hand(), "2026-11-19 16:01").unwrap_err();
    assert_eq!((refusal.code, refusal.pointer.as_deref()), (Code::ContradictsLaterFact, Some("/value")));
    assert!(carry(&Given::in_hand(), "2026-11-19 16:00").is_ok());
    let given = Given::raised("2026-11-19 14:10", "2026-11-19 18:00");
    let draft = AnswerDraft { on_the_spot: true, ..oral("2026-11-19 14:30") };
    let answered = answer(&given.issue, &rules("2026-11-19 18:00"), &draft).unwrap();
    let given = given.event(IssueEvent::FinalAnswerGiven(answered), at("2026-11-19 14:30"), at("2026-11-19 18:00"));
    assert_eq!(carry(&given, "2026-11-18 14:10").unwrap_err().code, Code::ContradictsLaterFact);
    assert!(carry(&given, "2026-11-19 14:00").is_ok());
}

#[test]
fn an_answer_is_still_held_against_the_corrected_reception() {
    let given = Given::raised("2026-11-19 14:10", "2026-11-23 09:00");
    let corrected = carry(&given, "2026-11-20 15:00").unwrap();
    let given = given.then("2026-11-23 12:00", IssueEvent::Corrected(corrected)).and_answered("2026-11-24 10:00");
    assert_eq!(code(&given, 3, OCCURRED_AT, instant("2026-11-20 14:00")), at_value(Code::BeforeReception));
    assert!(asked(&given, 3, OCCURRED_AT, instant("2026-11-20 15:00")).is_ok());
}

#[test]
fn a_closed_issue_is_corrected_like_any_other() {
    let closed = Given::closed();
    assert!(closing::close(&closed.issue, &rules(NOW), at(NOW)).is_err());
    let issue = by_approval(closed, 3, OCCURRED_AT, instant("2026-11-23 10:00"));
    assert_eq!((issue.state, issue.stopped_at), (IssueState::Closed, Some(at("2026-11-23 10:00"))));
}

#[test]
fn every_row_names_a_type_that_is_stored_and_no_field_twice() {
    let stored: BTreeSet<&str> = Event::types().map(|known| known.name).collect();
    let mut rows = BTreeSet::new();
    for place in Place::ALL {
        assert_eq!(Place::of(place.pointer()), Some(*place));
        assert!(FIELDS.iter().any(|field| field.pointer == place.pointer()), "{place:?} is corrected by nobody");
    }
    for field in FIELDS {
        assert!(stored.contains(field.event_type), "{field:?}");
        assert!(rows.insert((field.event_type, field.pointer)), "{field:?} twice");
        assert_eq!(field.is_text(), Place::of(field.pointer).is_none(), "{field:?}");
        assert!(field.pointer.starts_with('/') && field.clause.starts_with("C-"), "{field:?}");
    }
}

#[test]
fn a_correction_follows_the_recording_and_a_decision_the_proposal() {
    let given = Given::answered();
    let texts = Texts { now: TextNow::Absent, basis_given: false };
    let asked_at = |when| {
        let value = text("explained");
        let wanted = Wanted { event_version: 3, pointer: "/public/outcome".to_owned(), value, at: at(when) };
        with_record(&given, &texts, |record| correct(record, &rules(NOW), &wanted))
    };
    let refused = |when| {
        let refusal = asked_at(when).unwrap_err();
        (refusal.code, refusal.pointer.unwrap())
    };
    assert_eq!(refused("2026-11-24 09:59"), (Code::BeforePrevious, OCCURRED_AT.to_owned()));
    assert_eq!(refused("2026-12-28 10:01"), (Code::InTheFuture, OCCURRED_AT.to_owned()));
    let waiting = given.clone().then("2026-12-01 10:00", asked_at("2026-12-01 10:00").unwrap());
    let early = refuse(&waiting.issue.corrections, &rules(NOW), 3, at("2026-12-01 09:59")).unwrap_err();
    assert_eq!(early.code, Code::BeforePrevious);
    let early = with_record(&waiting, &texts, |record| approve(record, &rules(NOW), 3, at("2026-12-01 09:59")));
    assert_eq!(early.unwrap_err().code, Code::BeforePrevious);
}
