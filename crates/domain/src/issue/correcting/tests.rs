//! Every row of the table: what it changes, what it is held against, and what stays readable.
#![allow(clippy::unwrap_used)]

mod answer;
mod carried;
mod rows;
mod told;

use super::super::fixture::{CALENDARS, GRID, Given, POLICY, RECEIVER, SUCCESSOR, at, delegates, oral, rules};
use super::super::handover::{HandoverDraft, hand_over};
use super::super::{Referred, closing, delivery, reopening, suspension};
use super::*;
use crate::area::{AreaEvent, Areas, GridDefined, UnitDefined};
use crate::correction::{CORRECTIONS_MAX, Corrections, TextNow, refuse};
use crate::event::Event;
use crate::fixtures::{day, stamp};
use crate::ids::{AreaId, DelegateId};
use crate::issue::Place;
use crate::issue::answering::{AnswerDraft, answer};
use crate::issue::commitment::{self, VerificationDraft};
use crate::issue::interim::{self, InterimDraft};
use crate::reception::{People, ReceivingDelegate, Reception, Visitor};
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
