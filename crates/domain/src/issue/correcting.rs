//! T20: the record of an issue is corrected (更正). Nothing is edited: a linked event says what is right, and the original
//! stays readable.
//!
//! Which fields may be corrected is a closed table ([`FIELDS`]). A corrected event must be one that could have been recorded
//! when it was: the decision of its own command is asked again, of the issue as it stood then.

mod fields;
mod record;
mod target;
#[cfg(test)]
mod tests;

pub use fields::FIELDS;
pub use record::{Record, Recorded, as_corrected};

use super::{Issue, IssueCorrected, IssueEvent};
use crate::correction::{
    Corrected, CorrectedValue, OCCURRED_AT, Wanted, approved, ask, contradicts, of_value, to_decide,
};
use crate::deadline;
#[cfg(doc)]
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::rules::Rules;
use chrono::{DateTime, Utc};
use record::in_order;
use target::Target;

/// Corrects a value of an event (T20, C-3.6): at once, or as a proposal where it changes a date, a person or an outcome.
/// `rules` are those that the event was recorded under.
///
/// Errors: [`Code::NothingToCorrect`] for what is not in [`FIELDS`], not there, or the same already;
/// [`Code::CorrectionPending`], [`Code::IssueFull`], [`Code::PersonErased`]; whatever the command of the event would say
/// against the value; [`Code::ContradictsLaterFact`].
pub fn correct(record: &Record<'_>, rules: &Rules<'_>, wanted: &Wanted) -> Result<IssueEvent, Refusal> {
    let target = Target::find(record, wanted.event_version, &wanted.pointer)?;
    let found = (target.field, target.recorded_at());
    let asked = ask(&record.issue.corrections, rules, wanted, found, |value| target.check(record, rules, value))?;
    Ok(asked.recorded(|made| IssueEvent::Corrected(due_as_before(made)), IssueEvent::CorrectionProposed))
}

/// Approves the correction that waits for an event (T20). It must still fit: more may have happened since.
///
/// Errors: [`Code::NoCorrectionPending`]; otherwise those of [`correct`].
pub fn approve(
    record: &Record<'_>,
    rules: &Rules<'_>,
    event_version: u64,
    at: DateTime<Utc>,
) -> Result<IssueCorrected, Refusal> {
    let pending = to_decide(&record.issue.corrections, rules, event_version, at)?;
    let target = Target::find(record, event_version, &pending.pointer)?;
    approved(pending, |value| target.check(record, rules, value)).map(due_as_before)
}

fn due_as_before(Corrected { event_version, pointer, value }: Corrected) -> IssueCorrected {
    IssueCorrected { event_version, pointer, value, due: None }
}

/// What an approved correction of the reception's time means for an issue raised in it: the time of its first event, and
/// the due date where that moves (C-4.4). `rules` are those of the issue's present cycle.
///
/// Errors: [`Code::ContradictsLaterFact`], [`Code::DueTooFar`].
pub fn carried(
    issue: &Issue,
    history: &[Recorded],
    rules: &Rules<'_>,
    held_at: DateTime<Utc>,
) -> Result<IssueCorrected, Refusal> {
    let history = as_corrected(history, &issue.corrections);
    in_order(&history, 1, issue.raised_at, held_at)?;
    let held_on = rules.town_date(held_at);
    let elsewhere = |(event, at): &&Recorded| {
        matches!(event, IssueEvent::FinalAnswerGiven(given) if given.on_the_spot)
            && rules.town_date(at.occurred_at) != held_on
    };
    if history.iter().any(|recorded| elsewhere(&recorded)) {
        return Err(contradicts(
            "该次接待中有事项已当场答复，接待日期不能改为另一天。",
            "An issue was answered on the spot; the reception cannot have been on another day.",
        ));
    }
    Ok(IssueCorrected {
        event_version: 1,
        pointer: OCCURRED_AT.to_owned(),
        value: Some(CorrectedValue::Whole(held_at.timestamp_millis())),
        due: deadline::moved_by_reception(issue, rules, held_on).map_err(of_value)?,
    })
}
