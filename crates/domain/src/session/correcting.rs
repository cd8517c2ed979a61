//! The record of a session is corrected (更正): a linked event says what is right, and the original stays readable. What may
//! be corrected is a closed table; a corrected event must be one that could have been recorded (C-4.1).

use super::correctable::Place;
use super::events::SessionEvent;
use super::state::{Presence, Session};
use crate::Fold as _;
use crate::Stamp;
use crate::claims::Claim;
use crate::correction::{
    Changes, Corrected, CorrectedValue, Field, Kind, TextNow, Wanted, approved, ask, contradicts, target, to_decide,
    try_on,
};
use crate::delegate::Delegates;
use crate::ids::DelegateId;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::text::TEXT_CHARS_MAX;
use chrono::{DateTime, Utc};

const TEXT: Kind = Kind::Text { chars_max: TEXT_CHARS_MAX, lines: true };

/// What may be corrected of a session. Its place in the plan and its rota have commands of their own.
pub const FIELDS: &[Field] = &[
    Field::new("session.opened", Place::OccurredAt.pointer(), Kind::Instant, "C-4.1").changing(Changes::Date),
    Field::new("session.checked_in", Place::OccurredAt.pointer(), Kind::Instant, "C-4.1").changing(Changes::Date),
    Field::new("session.checked_in", Place::DelegateId.pointer(), Kind::Delegate, "C-4.1").changing(Changes::Person),
    Field::new("session.checked_out", Place::OccurredAt.pointer(), Kind::Instant, "C-4.1").changing(Changes::Date),
    Field::new("session.closed", Place::OccurredAt.pointer(), Kind::Instant, "C-4.1").changing(Changes::Date),
    Field::new("session.closed", Place::VisitorCount.pointer(), Kind::Index, "C-4.1").changing(Changes::Outcome),
    Field::new("session.closed", "/personal/0/text", TEXT, "C-4.1"),
    Field::new("session.record_filed", "/personal/0/text", TEXT, "C-4.1"),
    Field::new("session.notice_posted", Place::OccurredAt.pointer(), Kind::Instant, "C-5.2").changing(Changes::Date),
    Field::new("session.notice_amended", Place::OccurredAt.pointer(), Kind::Instant, "C-5.2").changing(Changes::Date),
    Field::new("session.objection_recorded", "/personal/0/text", TEXT, "C-5.2"),
    Field::new("session.objection_answered", "/personal/0/text", TEXT, "C-5.2"),
];

/// The record of a session, and what a corrected value is held against.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// The session now.
    pub session: &'a Session,
    /// The event to correct with its envelope, as recorded; `None` where the session has no such event.
    pub target: Option<&'a (SessionEvent, Stamp)>,
    /// Who there is.
    pub delegates: &'a Delegates,
    /// What the text to be corrected says now, where a text is to be corrected.
    pub text: TextNow<'a>,
}

/// Corrects a value of a session: at once, or as a proposal where it changes a date, a person or a number that counts.
///
/// Errors: [`Code::NothingToCorrect`] for what is not in [`FIELDS`], not there, or the same already;
/// [`Code::CorrectionPending`], [`Code::IssueFull`], [`Code::PersonErased`]; [`Code::OutOfRange`] later than its recording,
/// [`Code::NotTheDay`], [`Code::UnknownId`], [`Code::DelegateWithoutMandate`]; [`Code::ContradictsLaterFact`].
pub fn correct(record: &Record<'_>, rules: &Rules<'_>, wanted: &Wanted) -> Result<SessionEvent, Refusal> {
    let (field, recorded_at) = find(record, &wanted.pointer)?;
    let asked = ask(&record.session.corrections, rules, wanted, (field, recorded_at), |value| {
        check(record, rules, &field, &wanted.pointer, value)
    })?;
    Ok(asked.recorded(SessionEvent::Corrected, SessionEvent::CorrectionProposed))
}

/// Approves the correction that waits for an event. It must still fit: more may have happened since.
///
/// Errors: [`Code::NoCorrectionPending`]; otherwise those of [`correct`].
pub fn approve(
    record: &Record<'_>,
    rules: &Rules<'_>,
    event_version: u64,
    at: DateTime<Utc>,
) -> Result<Corrected, Refusal> {
    let pending = to_decide(&record.session.corrections, rules, event_version, at)?;
    let (field, _) = find(record, &pending.pointer)?;
    approved(pending, |value| check(record, rules, &field, &pending.pointer, value))
}

fn find(record: &Record<'_>, pointer: &str) -> Result<(Field, DateTime<Utc>), Refusal> {
    let absent = ("该场次没有这一版本的事件。", "The session has no event of that version.");
    target(FIELDS, record.target.map(|(event, at)| (event.event_type().name, at.recorded_at)), pointer, absent)
}

/// The value differs from the present one, and the session could have come about with it.
fn check(
    record: &Record<'_>,
    rules: &Rules<'_>,
    field: &Field,
    pointer: &str,
    value: &CorrectedValue,
) -> Result<(), Refusal> {
    if field.is_text() {
        return record.text.differs(value);
    }
    let optional = false;
    let trial = try_on(record.target, &record.session.corrections, field, pointer, value, optional)?;
    let (then_at, mut then) = (trial.at, record.session.clone());
    let next = trial.next(then.version, then.position);
    then.apply(&SessionEvent::Corrected(trial.correction), &next);
    match Place::of(pointer) {
        Some(Place::OccurredAt) => {
            on_the_day(&then, rules, field, then_at.occurred_at)?;
            in_order(&then)
        }
        Some(Place::DelegateId) => {
            somebody(record, &then, value.uuid().map(DelegateId))?;
            in_order(&then)
        }
        Some(Place::VisitorCount) | None => Ok(()),
    }
}

/// What happens in a session happens on its day; it may be closed later, and a notice hangs before.
fn on_the_day(session: &Session, rules: &Rules<'_>, field: &Field, at: DateTime<Utc>) -> Result<(), Refusal> {
    let of_the_day = ["session.opened", "session.checked_in", "session.checked_out"].contains(&field.event_type);
    let on = session.held.on;
    if of_the_day && rules.town_date(at) != on {
        return Err(Refusal::new(Code::NotTheDay)
            .at("/value")
            .because(format!("场次日期为 {on}。"), format!("The session is on {on}.")));
    }
    Ok(())
}

/// Opening, coming and leaving, and closing follow one another; notices hang after the rota was published, each unit's in
/// turn.
fn in_order(session: &Session) -> Result<(), Refusal> {
    let refuse =
        || contradicts("与场次中其他事实的先后不符。", "It would not be in order with the other facts of the session.");
    let follows = |one: Option<Claim>, next: Option<Claim>| one.zip(next).is_none_or(|(one, next)| one.at <= next.at);
    for (index, presence) in session.presences.iter().enumerate() {
        let earlier = session.presences[..index].iter();
        let before = earlier.rev().find(|earlier| earlier.delegate_id == presence.delegate_id);
        let overlaps =
            before.is_some_and(|before: &Presence| before.left.is_none_or(|left| left.at > presence.came.at));
        let in_turn = follows(session.opened, Some(presence.came))
            && follows(Some(presence.came), presence.left)
            && follows(Some(presence.left.unwrap_or(presence.came)), session.closed);
        if overlaps || !in_turn {
            return Err(refuse());
        }
    }
    let notices_follow = session.notices.iter().all(|notice| {
        let before = session.notices_of(notice.unit_id).take_while(|other| other.claim.version < notice.claim.version);
        follows(session.published, Some(notice.claim))
            && follows(before.last().map(|other| other.claim), Some(notice.claim))
    });
    let ends = follows(session.opened, session.closed) && follows(session.closed, session.record);
    if ends && notices_follow { Ok(()) } else { Err(refuse()) }
}

/// Who came is somebody with the mandate of their capacity on the day, and in one capacity only.
fn somebody(record: &Record<'_>, then: &Session, who: Option<DelegateId>) -> Result<(), Refusal> {
    let unfit = |code| Err(Refusal::new(code).at("/value"));
    let Some(person) = who.and_then(|who| record.delegates.get(who)) else { return unfit(Code::UnknownId) };
    let mut theirs = then.presences.iter().filter(|presence| presence.delegate_id == person.id);
    let Some(first) = theirs.next() else { return Ok(()) };
    if !person.holds(first.delegate_type, then.held.on) {
        return unfit(Code::DelegateWithoutMandate);
    }
    if theirs.any(|presence| presence.delegate_type != first.delegate_type) {
        return unfit(Code::AlreadyCheckedIn);
    }
    Ok(())
}
