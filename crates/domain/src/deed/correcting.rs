//! The record of a deed is corrected (更正): a linked event says what is right, and the original stays readable. What may be
//! corrected is a closed table; a corrected event must be one that could have been recorded (C-3.4).

use super::correctable::Place;
use super::events::DeedEvent;
use super::pledge::{owner, promise};
use super::state::Deed;
use crate::area::place_faults;
use crate::correction::{
    Changes, Corrected, CorrectedValue, Field, Kind, TextNow, Wanted, approved, ask, contradicts, of_value, target,
    to_decide, try_on,
};
use crate::reception::People;
#[cfg(doc)]
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::rules::Rules;
use crate::text::{NAME_CHARS_MAX, PHONE_CHARS_MAX, TEXT_CHARS_MAX, TITLE_CHARS_MAX};
use crate::vocabulary::DeedKind;
use crate::{Fold as _, Stamp};
use chrono::{DateTime, Utc};

const LINE: Kind = Kind::Text { chars_max: TITLE_CHARS_MAX, lines: false };
const TEXT: Kind = Kind::Text { chars_max: TEXT_CHARS_MAX, lines: true };
const NAME: Kind = Kind::Text { chars_max: NAME_CHARS_MAX, lines: false };
const PHONE: Kind = Kind::Text { chars_max: PHONE_CHARS_MAX, lines: false };

/// What may be corrected of a deed. Its grid, its issues and how many it is for are not: they are where and why it was
/// begun. Nor are the files that show it: what lies there was shown.
pub const FIELDS: &[Field] = &[
    Field::new("deed.pledged", Place::Kind.pointer(), Kind::Code(DeedKind::names), "C-3.4"),
    Field::new("deed.pledged", Place::UnitId.pointer(), Kind::Unit, "C-3.4"),
    Field::new("deed.pledged", Place::OwnerDelegateId.pointer(), Kind::Delegate, "C-3.4").changing(Changes::Person),
    Field::new("deed.pledged", Place::PromisedOn.pointer(), Kind::Day, "C-3.4").changing(Changes::Date),
    Field::new("deed.pledged", Place::OccurredAt.pointer(), Kind::Instant, "C-3.4").changing(Changes::Date),
    Field::new("deed.pledged", "/personal/*/title", LINE, "C-3.4"),
    Field::new("deed.pledged", "/personal/*/text", TEXT, "C-3.4"),
    Field::new("deed.pledged", "/personal/*/name", NAME, "C-3.4").changing(Changes::Person),
    Field::new("deed.pledged", "/personal/*/phone", PHONE, "C-3.4"),
    Field::new("deed.completed", Place::OccurredAt.pointer(), Kind::Instant, "C-3.4").changing(Changes::Date),
    Field::new("deed.completed", "/personal/0/text", TEXT, "C-3.4"),
    Field::new("deed.abandoned", Place::OccurredAt.pointer(), Kind::Instant, "C-3.4").changing(Changes::Date),
    Field::new("deed.abandoned", "/personal/0/reason", TEXT, "C-3.4"),
];

/// The record of a deed, and what a corrected value is held against.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// The deed now.
    pub deed: &'a Deed,
    /// The event to correct with its envelope, as recorded; `None` where the deed has no such event.
    pub target: Option<&'a (DeedEvent, Stamp)>,
    /// Who and what there is.
    pub people: People<'a>,
    /// What the text to be corrected says now, where a text is to be corrected.
    pub text: TextNow<'a>,
}

/// Corrects a value of a deed: at once, or as a proposal where it changes a date or a person.
///
/// Errors: [`Code::NothingToCorrect`] for what is not in [`FIELDS`], not there, or the same already;
/// [`Code::CorrectionPending`], [`Code::IssueFull`], [`Code::PersonErased`]; whatever the pledge would have said against the
/// value; [`Code::OutOfRange`] later than its recording; [`Code::ContradictsLaterFact`].
pub fn correct(record: &Record<'_>, rules: &Rules<'_>, wanted: &Wanted) -> Result<DeedEvent, Refusal> {
    let (field, recorded_at) = find(record, &wanted.pointer)?;
    let asked = ask(&record.deed.corrections, rules, wanted, (field, recorded_at), |value| {
        check(record, rules, &field, &wanted.pointer, value)
    })?;
    Ok(asked.recorded(DeedEvent::Corrected, DeedEvent::CorrectionProposed))
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
    let pending = to_decide(&record.deed.corrections, rules, event_version, at)?;
    let (field, _) = find(record, &pending.pointer)?;
    approved(pending, |value| check(record, rules, &field, &pending.pointer, value))
}

fn find(record: &Record<'_>, pointer: &str) -> Result<(Field, DateTime<Utc>), Refusal> {
    let absent = ("该实事没有这一版本的事件。", "The deed has no event of that version.");
    target(FIELDS, record.target.map(|(event, at)| (event.event_type().name, at.recorded_at)), pointer, absent)
}

/// The value differs from the present one, and the deed could have come about with it.
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
    // A unit may have been left out; everything else is there.
    let optional = Place::of(pointer) == Some(Place::UnitId);
    let trial = try_on(record.target, &record.deed.corrections, field, pointer, value, optional)?;
    let mut then = record.deed.clone();
    let next = trial.next(then.version, then.position);
    then.apply(&DeedEvent::Corrected(trial.correction), &next);
    fits(record, rules, &then, pointer)
}

/// The deed as it would be then is one that could have been pledged, and what followed still follows.
fn fits(record: &Record<'_>, rules: &Rules<'_>, then: &Deed, pointer: &str) -> Result<(), Refusal> {
    let pledged_on = rules.town_date(then.pledged.at);
    match Place::of(pointer) {
        Some(Place::OccurredAt) => {
            record.people.in_programme(pledged_on).map_err(of_value)?;
            owner(&record.people, then.owner_delegate_id, pledged_on).map_err(of_value)?;
            promise(pledged_on, then.promised_on).map_err(of_value)?;
            in_order(then, rules)
        }
        Some(Place::OwnerDelegateId) => {
            owner(&record.people, then.owner_delegate_id, pledged_on).map_err(of_value)?;
            if then.heard.is_empty() {
                return Ok(());
            }
            Err(contradicts(
                "原认领人已在该项服务中听取意见。",
                "Whoever is recorded as its owner has heard people at it.",
            ))
        }
        Some(Place::PromisedOn) => promise(pledged_on, then.promised_on).map_err(of_value),
        Some(Place::UnitId) => {
            let faults = place_faults(record.people.areas, Some(then.grid_id), then.unit_id);
            faults.into_iter().next().map_or(Ok(()), |refusal| Err(of_value(refusal)))
        }
        // A kind is one of its list. Texts have been held against what they say now.
        Some(Place::Kind) | None => Ok(()),
    }
}

/// It ended after it was pledged, and people were heard at it from that day on.
fn in_order(then: &Deed, rules: &Rules<'_>) -> Result<(), Refusal> {
    let pledged = then.pledged.at;
    let ends = [then.completed, then.abandoned].into_iter().flatten().all(|end| pledged <= end.at);
    let heard = then.heard.iter().all(|(_, at)| rules.town_date(pledged) <= rules.town_date(at.at));
    if ends && heard {
        return Ok(());
    }
    Err(contradicts("与该实事其他事实的先后不符。", "It would not be in order with the other facts of the deed."))
}
