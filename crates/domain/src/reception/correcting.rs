//! T20: the record of a reception is corrected (更正). Nothing is edited: a linked event says what is right, and the
//! original stays readable. A corrected time is carried to every issue raised there, in the same append.

use super::attending::sat;
use super::{Occasion, People, Place, Reception, ReceptionEvent, occasion_faults};
use crate::Stamp;
use crate::correction::{
    Changes, Corrected, CorrectedValue, Field, Kind, TextNow, Wanted, after_recording, approved, ask, contradicts,
    corrected, no_change, of_value, said, target, to_decide,
};
use crate::deadline;
use crate::event::Event;
use crate::ids::IssueId;
use crate::issue::correcting::{Recorded, carried};
use crate::issue::{Issue, IssueCorrected};
use crate::policy::Policy;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::text::{NAME_CHARS_MAX, PHONE_CHARS_MAX};
use crate::vocabulary::{DelegateType, ReceptionForm};
use chrono::{DateTime, NaiveDate, Utc};

/// What may be corrected of a reception. Its grid, its visitors' number and its issues are not: they are where and why
/// streams were begun.
pub const FIELDS: &[Field] = &[
    Field::new("reception.recorded", Place::Form.pointer(), Kind::Code(ReceptionForm::names), "C-3.1"),
    Field::new("reception.recorded", Place::UnitId.pointer(), Kind::Unit, "C-3.1"),
    Field::new("reception.recorded", Place::DelegateId.pointer(), Kind::Delegate, "C-3.1").changing(Changes::Person),
    Field::new("reception.recorded", Place::DelegateType.pointer(), Kind::Code(DelegateType::names), "C-1"),
    Field::new("reception.recorded", Place::OccurredAt.pointer(), Kind::Instant, "C-4.4").changing(Changes::Date),
    Field::new(
        "reception.recorded",
        "/personal/*/name",
        Kind::Text { chars_max: NAME_CHARS_MAX, lines: false },
        "C-3.1",
    )
    .changing(Changes::Person),
    Field::new(
        "reception.recorded",
        "/personal/*/phone",
        Kind::Text { chars_max: PHONE_CHARS_MAX, lines: false },
        "C-3.1",
    ),
];

/// The record of a reception, and what a corrected value is held against.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// The reception now.
    pub reception: &'a Reception,
    /// The event to correct with its envelope, as recorded; `None` where the reception has no such event.
    pub target: Option<&'a (ReceptionEvent, Stamp)>,
    /// Who and what there is.
    pub people: People<'a>,
    /// What the text to be corrected says now, where a text is to be corrected.
    pub text: TextNow<'a>,
    /// Every issue raised in it, in order; needed only where its time is to be corrected.
    pub issues: &'a [Raised<'a>],
}

/// An issue raised in the reception.
#[derive(Clone, Copy, Debug)]
pub struct Raised<'a> {
    /// Which.
    pub id: IssueId,
    /// The issue now.
    pub issue: &'a Issue,
    /// Every event of it, as recorded, in order.
    pub history: &'a [Recorded],
    /// The policy of its present cycle.
    pub policy: &'a Policy,
}

/// What an approved correction brings.
#[derive(Clone, Debug, PartialEq)]
pub struct Approved {
    /// For the reception's stream.
    pub reception: Corrected,
    /// For the stream of each issue: where the time was corrected.
    pub issues: Vec<(IssueId, IssueCorrected)>,
}

/// Corrects a value of a reception (T20, C-3.1): at once, or as a proposal where it changes a date or a person. `rules`
/// are those that it was recorded under.
///
/// Errors: [`Code::NothingToCorrect`] for what is not in [`FIELDS`], not there, or the same already;
/// [`Code::CorrectionPending`], [`Code::IssueFull`], [`Code::PersonErased`]; whatever the recording would have said against
/// the value; [`Code::ContradictsLaterFact`].
pub fn correct(record: &Record<'_>, rules: &Rules<'_>, wanted: &Wanted) -> Result<ReceptionEvent, Refusal> {
    let (field, recorded_at) = find(record, &wanted.pointer)?;
    let asked = ask(&record.reception.corrections, rules, wanted, (field, recorded_at), |value| {
        check(record, rules, &field, &wanted.pointer, value).map(drop)
    })?;
    Ok(asked.recorded(ReceptionEvent::Corrected, ReceptionEvent::CorrectionProposed))
}

/// Approves the correction that waits for an event, and carries a corrected time to the issues (T20, C-4.4). It must still
/// fit: more may have happened since.
///
/// Errors: [`Code::NoCorrectionPending`]; otherwise those of [`correct`].
pub fn approve(
    record: &Record<'_>,
    rules: &Rules<'_>,
    event_version: u64,
    at: DateTime<Utc>,
) -> Result<Approved, Refusal> {
    let pending = to_decide(&record.reception.corrections, rules, event_version, at)?;
    let (field, _) = find(record, &pending.pointer)?;
    let mut issues = Vec::new();
    let reception = approved(pending, |value| {
        issues = check(record, rules, &field, &pending.pointer, value)?;
        Ok(())
    })?;
    Ok(Approved { reception, issues })
}

fn find(record: &Record<'_>, pointer: &str) -> Result<(Field, DateTime<Utc>), Refusal> {
    let absent = ("该接待记录没有这一版本的事件。", "The reception has no event of that version.");
    target(FIELDS, record.target.map(|(event, at)| (event.event_type().name, at.recorded_at)), pointer, absent)
}

/// The value fits and differs from the present one. Answers with what a corrected time means for the issues.
fn check(
    record: &Record<'_>,
    rules: &Rules<'_>,
    field: &Field,
    pointer: &str,
    value: &CorrectedValue,
) -> Result<Vec<(IssueId, IssueCorrected)>, Refusal> {
    if field.is_text() {
        return record.text.differs(value).map(|()| Vec::new());
    }
    let invalid = || Refusal::new(Code::InvalidValue).under(field.clause).at("/value");
    let (event, at) = record.target.ok_or_else(invalid)?;
    let (event, at) = record.reception.corrections.applied(Event::Reception(event.clone()), *at);
    let Some(present) = said(&event, &at, pointer) else {
        // A unit may have been left out; a delegate who is not in the list is not put there.
        return if Place::of(pointer) == Some(Place::UnitId) {
            fits(record, rules, pointer, &event, &at, value)
        } else {
            Err(Refusal::new(Code::NothingToCorrect).at("/pointer"))
        };
    };
    if present == *value { Err(no_change()) } else { fits(record, rules, pointer, &event, &at, value) }
}

fn fits(
    record: &Record<'_>,
    rules: &Rules<'_>,
    pointer: &str,
    event: &Event,
    at: &Stamp,
    value: &CorrectedValue,
) -> Result<Vec<(IssueId, IssueCorrected)>, Refusal> {
    let Some((Event::Reception(ReceptionEvent::Recorded(then)), then_at)) = corrected(event, at, pointer, value) else {
        return Err(Refusal::new(Code::InvalidValue).under("C-3.1").at("/value"));
    };
    let held_on = rules.town_date(then_at.occurred_at);
    let place = Place::of(pointer);
    if matches!(place, Some(Place::OccurredAt | Place::DelegateId | Place::DelegateType)) {
        not_told_elsewhere(record)?;
    }
    match (place, then.unit_id) {
        (Some(Place::OccurredAt), _) => {
            held(record, rules, &then_at, held_on)?;
            // Its session is on the day that it was recorded for.
            if record.reception.session_id().is_some() && held_on != rules.town_date(record.reception.held_at) {
                return Err(Refusal::new(Code::NotTheDay).at("/value"));
            }
            sat(record.people.delegates, &then.delegates, held_on)?;
            return carry(record, rules, &then_at);
        }
        (Some(Place::DelegateId | Place::DelegateType), _) => sat(record.people.delegates, &then.delegates, held_on)?,
        (Some(Place::UnitId), Some(unit)) if record.people.areas.unit(unit).is_none() => {
            return Err(Refusal::new(Code::UnknownId).at("/value"));
        }
        (Some(Place::UnitId), Some(unit)) if !record.people.areas.unit_in_grid(unit, then.grid_id) => {
            return Err(Refusal::new(Code::UnitNotInGrid).at("/value"));
        }
        (Some(Place::Form), _) => {
            // What it belongs to is recorded for good, and only some forms belong to that.
            let named: Vec<Occasion> = record.reception.occasion.into_iter().collect();
            if let Some(refusal) = occasion_faults(Some(then.form), &named).into_iter().next() {
                return Err(refusal.at("/value"));
            }
        }
        // Texts have been held against what they say now.
        (Some(Place::UnitId) | None, _) => {}
    }
    Ok(Vec::new())
}

/// When people were heard at an activity, a meeting, a study, a deed or by appointment, and by whom, was told to that thing in the
/// same append, and rests on what is recorded there.
fn not_told_elsewhere(record: &Record<'_>) -> Result<(), Refusal> {
    match record.reception.occasion {
        None | Some(Occasion::Session(_)) => Ok(()),
        Some(
            Occasion::Appointment(_)
            | Occasion::Activity(_)
            | Occasion::Meeting(_)
            | Occasion::Study(_)
            | Occasion::Deed(_),
        ) => Err(contradicts(
            "该接待的时间和代表已一并记入其所属的预约、活动、会议、调研或实事，不能单独更正；活动、会议、调研和实事的文字可以更正，以写明实际情况。",
            "When it was and who received was told to the appointment, activity, meeting, study or deed that it belongs to, and is \
             not corrected apart from it; the text of an activity, a meeting, a study or a deed may be corrected to say how it was.",
        )),
    }
}

/// It was held before it was recorded, and in the programme's time.
fn held(record: &Record<'_>, rules: &Rules<'_>, at: &Stamp, held_on: NaiveDate) -> Result<(), Refusal> {
    if at.occurred_at > at.recorded_at {
        return Err(after_recording().under("C-3.1"));
    }
    if record.people.programme.is_none_or(|programme| held_on < programme.effective_on) {
        return Err(Refusal::new(Code::BeforeProgramme).at("/value"));
    }
    deadline::final_answer(rules, held_on).map(drop).map_err(of_value)
}

fn carry(record: &Record<'_>, rules: &Rules<'_>, at: &Stamp) -> Result<Vec<(IssueId, IssueCorrected)>, Refusal> {
    let each = record.issues.iter().map(|raised| {
        let rules = rules.under(raised.policy);
        Ok((raised.id, carried(raised.issue, raised.history, &rules, at.occurred_at)?))
    });
    each.collect()
}

#[cfg(test)]
mod tests;
