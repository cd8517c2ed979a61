//! The record of a meeting is corrected (更正): a linked event says what is right, and the original stays readable. What may
//! be corrected is a closed table; a corrected meeting must be one that could have come about (C-4.3a).

use super::closing::attendance_faults;
use super::convening::schedule;
use super::correctable::Place;
use super::events::MeetingEvent;
use super::state::Meeting;
use crate::correction::{
    Changes, Corrected, CorrectedValue, Field, Kind, TextNow, Wanted, approved, ask, contradicts, of_value, target,
    to_decide, try_on,
};
use crate::reception::{People, sat};
#[cfg(doc)]
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::rules::Rules;
use crate::text::TEXT_CHARS_MAX;
use crate::vocabulary::{DeferralReason, DelegateType, MeetingKind};
use crate::{Fold as _, Stamp};
use chrono::{DateTime, Utc};

const TEXT: Kind = Kind::Text { chars_max: TEXT_CHARS_MAX, lines: true };

const fn of(event_type: &'static str, place: Place, kind: Kind, changes: Changes) -> Field {
    Field::new(event_type, place.pointer(), kind, "C-4.3a").changing(changes)
}

const fn text(event_type: &'static str, pointer: &'static str) -> Field {
    Field::new(event_type, pointer, TEXT, "C-4.3a")
}

/// What may be corrected of a meeting. Its grid and the major issues that came before it are not: they are where and why facts
/// of other streams were recorded. Nor is the time of a decision, which the major issue knows too.
pub const FIELDS: &[Field] = &[
    of("meeting.convened", Place::OccurredAt, Kind::Instant, Changes::Date),
    of("meeting.convened", Place::Kind, Kind::Code(MeetingKind::names), Changes::Outcome),
    of("meeting.convened", Place::ScheduledOn, Kind::Day, Changes::Date),
    of("meeting.convened", Place::WithWorkMeeting, Kind::Flag, Changes::Nothing),
    text("meeting.convened", "/personal/0/reason"),
    of("meeting.major_issue_tabled", Place::OccurredAt, Kind::Instant, Changes::Date),
    of("meeting.major_issue_deferred", Place::OccurredAt, Kind::Instant, Changes::Date),
    of("meeting.major_issue_deferred", Place::ReasonCode, Kind::Code(DeferralReason::names), Changes::Nothing),
    text("meeting.major_issue_deferred", "/personal/0/reason"),
    of("meeting.closed", Place::OccurredAt, Kind::Instant, Changes::Date),
    of("meeting.closed", Place::DelegateId, Kind::Delegate, Changes::Person),
    of("meeting.closed", Place::DelegateType, Kind::Code(DelegateType::names), Changes::Nothing),
    of("meeting.closed", Place::PartyOrganisations, Kind::Index, Changes::Outcome),
    of("meeting.closed", Place::PartyMembers, Kind::Index, Changes::Outcome),
    of("meeting.closed", Place::Residents, Kind::Index, Changes::Outcome),
    of("meeting.closed", Place::MassOrganisations, Kind::Index, Changes::Outcome),
    of("meeting.closed", Place::Officials, Kind::Index, Changes::Outcome),
    text("meeting.closed", "/personal/0/text"),
    of("meeting.cancelled", Place::OccurredAt, Kind::Instant, Changes::Date),
    text("meeting.cancelled", "/personal/0/reason"),
];

/// The record of a meeting, and what a corrected value is held against.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// The meeting now.
    pub meeting: &'a Meeting,
    /// The event to correct with its envelope, as recorded; `None` where the meeting has no such event.
    pub target: Option<&'a (MeetingEvent, Stamp)>,
    /// Who and what there is.
    pub people: People<'a>,
    /// What the text to be corrected says now, where a text is to be corrected.
    pub text: TextNow<'a>,
}

/// Corrects a value of a meeting: at once, or as a proposal where it changes a date, a person, or what counts.
///
/// Errors: [`Code::NothingToCorrect`] for what is not in [`FIELDS`], not there, or the same already;
/// [`Code::CorrectionPending`], [`Code::IssueFull`], [`Code::PersonErased`]; whatever the convening or the closing would have
/// said against the value; [`Code::OutOfRange`] later than its recording; [`Code::ContradictsLaterFact`].
pub fn correct(record: &Record<'_>, rules: &Rules<'_>, wanted: &Wanted) -> Result<MeetingEvent, Refusal> {
    let (field, recorded_at) = find(record, &wanted.pointer)?;
    let asked = ask(&record.meeting.corrections, rules, wanted, (field, recorded_at), |value| {
        check(record, rules, &field, &wanted.pointer, value)
    })?;
    Ok(asked.recorded(MeetingEvent::Corrected, MeetingEvent::CorrectionProposed))
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
    let pending = to_decide(&record.meeting.corrections, rules, event_version, at)?;
    let (field, _) = find(record, &pending.pointer)?;
    approved(pending, |value| check(record, rules, &field, &pending.pointer, value))
}

fn find(record: &Record<'_>, pointer: &str) -> Result<(Field, DateTime<Utc>), Refusal> {
    let absent = ("该会议没有这一版本的事件。", "The meeting has no event of that version.");
    target(FIELDS, record.target.map(|(event, at)| (event.event_type().name, at.recorded_at)), pointer, absent)
}

/// The value differs from the present one, and the meeting could have come about with it.
fn check(
    record: &Record<'_>,
    rules: &Rules<'_>,
    field: &Field,
    pointer: &str,
    value: &CorrectedValue,
) -> Result<(), Refusal> {
    let Some(place) = Place::of(pointer) else { return record.text.differs(value) };
    // Of a class nothing may have been said; everything else is there.
    let optional = place.class().is_some();
    let trial = try_on(record.target, &record.meeting.corrections, field, pointer, value, optional)?;
    let (event_version, mut then) = (trial.at.version, record.meeting.clone());
    let next = trial.next(then.version, then.position);
    then.apply(&MeetingEvent::Corrected(trial.correction), &next);
    fits(record, rules, &then, place, event_version)
}

/// The meeting as it would be then is one that could have been convened and held so, and what followed still follows.
fn fits(
    record: &Record<'_>,
    rules: &Rules<'_>,
    then: &Meeting,
    place: Place,
    event_version: u64,
) -> Result<(), Refusal> {
    let convened_on = rules.town_date(then.convened.at);
    match place {
        Place::OccurredAt if event_version == then.convened.version => {
            record.people.in_programme(convened_on).map_err(of_value)?;
            schedule(convened_on, then.scheduled_on).map_err(of_value)?;
            in_order(rules, then)
        }
        Place::OccurredAt => {
            if then.held.is_some_and(|held| held.version == event_version) {
                attended(record, rules, then)?;
            }
            in_order(rules, then)
        }
        Place::ScheduledOn => schedule(convened_on, then.scheduled_on).map_err(of_value),
        Place::DelegateId if !then.heard.is_empty() => Err(contradicts(
            "到会代表已在会上听取意见。",
            "Delegates who are recorded as attending have heard people there.",
        )),
        Place::DelegateId | Place::DelegateType => attended(record, rules, then),
        Place::PartyOrganisations
        | Place::PartyMembers
        | Place::Residents
        | Place::MassOrganisations
        | Place::Officials => {
            attendance_faults(&then.attendance).into_iter().next().map_or(Ok(()), |no| Err(of_value(no)))
        }
        // A kind and a reason are of their lists.
        Place::Kind | Place::WithWorkMeeting | Place::ReasonCode => Ok(()),
    }
}

/// Everybody who attended is somebody, once, with a mandate on the day.
fn attended(record: &Record<'_>, rules: &Rules<'_>, then: &Meeting) -> Result<(), Refusal> {
    let Some(held) = then.held else { return Ok(()) };
    sat(record.people.delegates, &then.delegates, rules.town_date(held.at))
}

/// What came before it followed its convening; it was held on that day or later, or called off after it; and people were heard
/// on the day on which it was held.
fn in_order(rules: &Rules<'_>, then: &Meeting) -> Result<(), Refusal> {
    let convened_at = then.convened.at;
    let items = then.items.iter().flat_map(|item| item.claims()).all(|claim| convened_at <= claim.at);
    let cancelled = then.cancelled.is_none_or(|claim| convened_at <= claim.at);
    let held_on = then.held_on(rules.policy);
    let held = held_on.is_none_or(|on| rules.town_date(convened_at) <= on);
    let heard = then.heard.iter().all(|(_, claim)| Some(rules.town_date(claim.at)) == held_on);
    if items && cancelled && held && heard {
        return Ok(());
    }
    Err(contradicts("与该会议其他事实的先后不符。", "It would not be in order with the other facts of the meeting."))
}
