//! The course of a correction, the same whatever is corrected: its row is found, the value is read and held against the
//! record, then it is made at once or proposed; a proposal is approved or refused (T20). What a family holds a value against
//! is said beside the family.

use super::fields::{Field, field};
use super::pointer::{corrected, said};
use super::state::{Corrections, PendingCorrection};
use super::value::{Corrected, CorrectedValue, CorrectionProposed, CorrectionRefused};
use super::{Wanted, after_recording, claimed, no_change, to_decide};
use crate::Stamp;
use crate::event_type::Stored;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use chrono::{DateTime, Utc};

/// What comes of a correction that is asked for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Asked {
    /// It is made.
    Made(Corrected),
    /// It waits for a decision, for it changes a date, a person or an outcome.
    Proposed(CorrectionProposed),
}

impl Asked {
    /// The event of a family that records it.
    pub(crate) fn recorded<E>(self, made: fn(Corrected) -> E, proposed: fn(CorrectionProposed) -> E) -> E {
        match self {
            Self::Made(correction) => made(correction),
            Self::Proposed(proposal) => proposed(proposal),
        }
    }
}

/// The row of what is to be corrected, with what the caller wants to know of the event's envelope. `target` is the stored name
/// of the event and that; `None` where the record has no event of that version, which `absent` says in Chinese and English.
///
/// Errors: [`Code::NothingToCorrect`] at `/event_version` or `/pointer`.
pub(crate) fn target<T>(
    table: &[Field],
    target: Option<(&'static str, T)>,
    pointer: &str,
    (zh, en): (&'static str, &'static str),
) -> Result<(Field, T), Refusal> {
    let none = || Refusal::new(Code::NothingToCorrect).at("/event_version").because(zh, en);
    let (name, around) = target.ok_or_else(none)?;
    Ok((field(table, name, pointer)?, around))
}

/// Asks for a correction of an event that was recorded at `recorded_at`; `check` holds the value, as it would be stored,
/// against the record.
///
/// Errors: a time in the future or before the recording; those of [`Field::read`] and of `check`; [`Code::IssueFull`],
/// [`Code::CorrectionPending`].
pub(crate) fn ask(
    corrections: &Corrections,
    rules: &Rules<'_>,
    wanted: &Wanted,
    (field, recorded_at): (Field, DateTime<Utc>),
    check: impl FnOnce(&CorrectedValue) -> Result<(), Refusal>,
) -> Result<Asked, Refusal> {
    claimed(rules, wanted.at, recorded_at)?;
    let value = field.read(&wanted.value)?;
    check(&value)?;
    corrections.not_full()?;
    let value = (!field.is_text()).then_some(value);
    let (event_version, pointer) = (wanted.event_version, wanted.pointer.clone());
    if field.needs_approval() {
        corrections.none_pending(event_version)?;
        return Ok(Asked::Proposed(CorrectionProposed { event_version, pointer, value }));
    }
    Ok(Asked::Made(Corrected { event_version, pointer, value }))
}

/// Approves a proposal that still fits, which `check` says where its value is no text: more may have happened since.
///
/// Errors: those of `check`, at `/event_version`: the decision names only the event, and what is at fault was proposed for it.
pub(crate) fn approved(
    pending: &PendingCorrection,
    check: impl FnOnce(&CorrectedValue) -> Result<(), Refusal>,
) -> Result<Corrected, Refusal> {
    pending.value.as_ref().map_or(Ok(()), check).map_err(|refusal| refusal.at("/event_version"))?;
    let PendingCorrection { event_version, pointer, value, .. } = pending.clone();
    Ok(Corrected { event_version, pointer, value })
}

/// Refuses the correction that waits for an event (T20). The reason that it needs is the caller's to have.
///
/// Errors: [`Code::NoCorrectionPending`]; a time in the future or before the proposal.
pub fn refuse(
    corrections: &Corrections,
    rules: &Rules<'_>,
    event_version: u64,
    at: DateTime<Utc>,
) -> Result<CorrectionRefused, Refusal> {
    let pointer = to_decide(corrections, rules, event_version, at)?.pointer.clone();
    Ok(CorrectionRefused { event_version, pointer })
}

/// A correction to be tried on a copy of the record.
pub(crate) struct Trial {
    /// What would be recorded.
    pub correction: Corrected,
    /// The envelope that the corrected event would have.
    pub at: Stamp,
}

/// Holds a value that is no text against what stands at its place now, the corrections of before included. `optional` says
/// whether a fact may have been recorded without it.
///
/// Errors: [`Code::NothingToCorrect`] where nothing is there or nothing would change, [`Code::InvalidValue`],
/// [`Code::OutOfRange`] for a time later than the recording.
pub(crate) fn try_on<E: Stored + Clone>(
    target: Option<&(E, Stamp)>,
    corrections: &Corrections,
    field: &Field,
    pointer: &str,
    value: &CorrectedValue,
    optional: bool,
) -> Result<Trial, Refusal> {
    let invalid = || Refusal::new(Code::InvalidValue).under(field.clause).at("/value");
    let (event, at) = target.ok_or_else(invalid)?;
    let (event, at) = corrections.applied(event.clone(), *at);
    match said(&event, &at, pointer) {
        Some(present) if present == *value => return Err(no_change()),
        None if !optional => return Err(Refusal::new(Code::NothingToCorrect).at("/pointer")),
        Some(_) | None => {}
    }
    let (_, at) = corrected(&event, &at, pointer, value).ok_or_else(invalid)?;
    if at.occurred_at > at.recorded_at {
        return Err(after_recording().under(field.clause));
    }
    let correction = Corrected { event_version: at.version, pointer: pointer.to_owned(), value: Some(value.clone()) };
    Ok(Trial { correction, at })
}

impl Trial {
    /// The envelope of the correction, as the next event of a stream of `version` events.
    pub(crate) fn next(&self, version: u64, position: u64) -> Stamp {
        Stamp { version: version + 1, position: position + 1, ..self.at }
    }
}
