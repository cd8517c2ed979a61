//! The record of a deed is corrected (更正): a linked event says what is right, and the original stays readable. What may be
//! corrected is a closed table; a corrected event must be one that could have been recorded (C-3.4).

use super::correctable::Place;
use super::events::{DeedCorrected, DeedEvent};
use super::pledge::{owner, promise};
use super::state::Deed;
use crate::area::place_faults;
use crate::correction::{
    Changes, CorrectedValue, CorrectionProposed, CorrectionRefused, Field, Kind, TextNow, Wanted, after_recording,
    claimed, contradicts, corrected, field, no_change, of_value, said, to_decide,
};
use crate::reception::People;
use crate::refusal::{Code, Refusal};
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
    Field::new("deed.pledged", Place::Kind.pointer(), Kind::Code(kinds), "C-3.4"),
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

fn kinds() -> Vec<&'static str> {
    DeedKind::ALL.iter().map(|kind| kind.as_str()).collect()
}

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
    let Wanted { event_version, pointer, value, at } = wanted;
    let (field, recorded_at) = find(record, pointer)?;
    claimed(rules, *at, recorded_at)?;
    let value = field.read(value)?;
    check(record, rules, &field, pointer, &value)?;
    record.deed.corrections.not_full()?;
    let value = (!field.is_text()).then_some(value);
    let (event_version, pointer) = (*event_version, pointer.clone());
    if field.needs_approval() {
        record.deed.corrections.none_pending(event_version)?;
        return Ok(DeedEvent::CorrectionProposed(CorrectionProposed { event_version, pointer, value }));
    }
    Ok(DeedEvent::Corrected(DeedCorrected { event_version, pointer, value }))
}

/// Approves the correction that waits for an event. It must still fit: more may have happened since.
///
/// Errors: [`Code::NoCorrectionPending`]; otherwise those of [`correct`].
pub fn approve(
    record: &Record<'_>,
    rules: &Rules<'_>,
    event_version: u64,
    at: DateTime<Utc>,
) -> Result<DeedCorrected, Refusal> {
    let pending = to_decide(&record.deed.corrections, rules, event_version, at)?;
    let (field, _) = find(record, &pending.pointer)?;
    if let Some(value) = &pending.value {
        // The decision names only the event; what is at fault is what was proposed for it.
        check(record, rules, &field, &pending.pointer, value).map_err(|refusal| refusal.at("/event_version"))?;
    }
    Ok(DeedCorrected { event_version, pointer: pending.pointer.clone(), value: pending.value.clone() })
}

/// Refuses the correction that waits for an event. The reason that it needs is the caller's to have.
///
/// Errors: [`Code::NoCorrectionPending`]; a time in the future or before the proposal.
pub fn refuse(
    deed: &Deed,
    rules: &Rules<'_>,
    event_version: u64,
    at: DateTime<Utc>,
) -> Result<CorrectionRefused, Refusal> {
    let pending = to_decide(&deed.corrections, rules, event_version, at)?;
    Ok(CorrectionRefused { event_version, pointer: pending.pointer.clone() })
}

fn find(record: &Record<'_>, pointer: &str) -> Result<(Field, DateTime<Utc>), Refusal> {
    let Some((event, at)) = record.target else {
        return Err(Refusal::new(Code::NothingToCorrect)
            .at("/event_version")
            .because("该实事没有这一版本的事件。", "The deed has no event of that version."));
    };
    Ok((field(FIELDS, event.event_type().name, pointer)?, at.recorded_at))
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
    let invalid = || Refusal::new(Code::InvalidValue).under(field.clause).at("/value");
    let (event, at) = record.target.ok_or_else(invalid)?;
    let (event, at) = record.deed.corrections.applied(event.clone(), *at);
    match said(&event, &at, pointer) {
        Some(present) if present == *value => return Err(no_change()),
        // A unit may have been left out; everything else is there.
        None if Place::of(pointer) != Some(Place::UnitId) => {
            return Err(Refusal::new(Code::NothingToCorrect).at("/pointer"));
        }
        Some(_) | None => {}
    }
    let (_, then_at) = corrected(&event, &at, pointer, value).ok_or_else(invalid)?;
    if then_at.occurred_at > then_at.recorded_at {
        return Err(after_recording().under(field.clause));
    }
    let mut then = record.deed.clone();
    let correction =
        DeedCorrected { event_version: at.version, pointer: pointer.to_owned(), value: Some(value.clone()) };
    let next = Stamp { version: then.version + 1, position: then.position + 1, ..at };
    then.apply(&DeedEvent::Corrected(correction), &next);
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
