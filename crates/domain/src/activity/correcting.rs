//! The record of an activity is corrected (更正): a linked event says what is right, and the original stays readable. What may
//! be corrected is a closed table; a corrected activity must be one that could have been recorded (C-3.2, C-3.3, C-4.2,
//! C-4.3b).

use super::correctable::Place;
use super::events::ActivityEvent;
use super::holding::{class_fits, count_fits, questions_fit, unit_fits};
use super::improving::by_on_fits;
use super::state::{Activity, Improvement};
use crate::correction::{
    Changes, Corrected, CorrectedValue, Field, Kind, TextNow, Wanted, approved, ask, contradicts, of_value, target,
    to_decide, try_on,
};
use crate::filing::Submission;
use crate::reception::{People, sat};
#[cfg(doc)]
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::rules::Rules;
use crate::text::{TEXT_CHARS_MAX, TITLE_CHARS_MAX};
use crate::vocabulary::{ActivityMode, DelegateType, OutreachForm};
use crate::{Fold as _, Stamp};
use chrono::{DateTime, Utc};

const TITLE: Kind = Kind::Text { chars_max: TITLE_CHARS_MAX, lines: false };
const TEXT: Kind = Kind::Text { chars_max: TEXT_CHARS_MAX, lines: true };

const fn held(place: Place, kind: Kind, clause: &'static str) -> Field {
    Field::new("activity.held", place.pointer(), kind, clause)
}

/// The time of an event that follows the holding.
const fn at(event_type: &'static str, clause: &'static str) -> Field {
    Field::new(event_type, Place::OccurredAt.pointer(), Kind::Instant, clause).changing(Changes::Date)
}

/// What may be corrected of an activity. Its kind and its grids are not: they are what it was recorded as. Nor are its files
/// and the offices it went to: what lies there was shown. A count is what a figure or a fault rests on, and waits for an
/// approval.
#[rustfmt::skip] // one line a row reads best
pub const FIELDS: &[Field] = &[
    held(Place::OccurredAt, Kind::Instant, "C-4.2").changing(Changes::Date),
    held(Place::UnitId, Kind::Unit, "C-4.2"),
    held(Place::DelegateId, Kind::Delegate, "C-4.2").changing(Changes::Person),
    held(Place::DelegateType, Kind::Code(DelegateType::names), "C-1"),
    held(Place::PartyOrganisations, Kind::Index, "C-4.3b").changing(Changes::Outcome),
    held(Place::PartyMembers, Kind::Index, "C-4.3b").changing(Changes::Outcome),
    held(Place::Residents, Kind::Index, "C-4.3b").changing(Changes::Outcome),
    held(Place::MassOrganisations, Kind::Index, "C-4.3b").changing(Changes::Outcome),
    held(Place::Officials, Kind::Index, "C-4.3b").changing(Changes::Outcome),
    held(Place::OutreachForm, Kind::Code(OutreachForm::names), "C-3.2"),
    held(Place::QuestionsAsked, Kind::Index, "C-3.2").changing(Changes::Outcome),
    held(Place::QuestionsAnswered, Kind::Index, "C-3.2").changing(Changes::Outcome),
    held(Place::Briefings, Kind::Index, "C-3.3").changing(Changes::Outcome),
    held(Place::Mode, Kind::Code(ActivityMode::names), "C-4.2"),
    Field::new("activity.held", "/personal/0/title", TITLE, "C-4.2"),
    Field::new("activity.held", "/personal/0/text", TEXT, "C-4.2"),
    at("activity.evidence_attached", "C-4.2"),
    at("activity.submitted", "C-4.2"),
    Field::new("activity.submitted", "/personal/0/text", TEXT, "C-4.2"),
    at("activity.acknowledged", "C-4.2"),
    at("activity.improvement_adopted", "C-4.3b"),
    Field::new("activity.improvement_adopted", Place::ByOn.pointer(), Kind::Day, "C-4.3b").changing(Changes::Date),
    Field::new("activity.improvement_adopted", "/personal/0/text", TEXT, "C-4.3b"),
    at("activity.improvement_completed", "C-4.3b"),
    Field::new("activity.improvement_completed", "/personal/0/text", TEXT, "C-4.3b"),
];

/// The record of an activity, and what a corrected value is held against.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// The activity now.
    pub activity: &'a Activity,
    /// The event to correct with its envelope, as recorded; `None` where the activity has no such event.
    pub target: Option<&'a (ActivityEvent, Stamp)>,
    /// Who and what there is.
    pub people: People<'a>,
    /// What the text to be corrected says now, where a text is to be corrected.
    pub text: TextNow<'a>,
}

/// Corrects a value of an activity: at once, or as a proposal where it changes a date, a person or a count.
///
/// Errors: [`Code::NothingToCorrect`] for what is not in [`FIELDS`], not there, or the same already;
/// [`Code::CorrectionPending`], [`Code::IssueFull`], [`Code::PersonErased`]; whatever the recording would have said against
/// the value; [`Code::OutOfRange`] later than its recording; [`Code::ContradictsLaterFact`].
pub fn correct(record: &Record<'_>, rules: &Rules<'_>, wanted: &Wanted) -> Result<ActivityEvent, Refusal> {
    let (field, recorded_at) = find(record, &wanted.pointer)?;
    let asked = ask(&record.activity.corrections, rules, wanted, (field, recorded_at), |value| {
        check(record, rules, &field, &wanted.pointer, value)
    })?;
    Ok(asked.recorded(ActivityEvent::Corrected, ActivityEvent::CorrectionProposed))
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
    let pending = to_decide(&record.activity.corrections, rules, event_version, at)?;
    let (field, _) = find(record, &pending.pointer)?;
    approved(pending, |value| check(record, rules, &field, &pending.pointer, value))
}

fn find(record: &Record<'_>, pointer: &str) -> Result<(Field, DateTime<Utc>), Refusal> {
    let absent = ("该活动没有这一版本的事件。", "The activity has no event of that version.");
    target(FIELDS, record.target.map(|(event, at)| (event.event_type().name, at.recorded_at)), pointer, absent)
}

/// The value differs from the present one, and the activity could have come about with it.
fn check(
    record: &Record<'_>,
    rules: &Rules<'_>,
    field: &Field,
    pointer: &str,
    value: &CorrectedValue,
) -> Result<(), Refusal> {
    let Some(place) = Place::of(pointer) else { return record.text.differs(value) };
    // These may have been left out; everything else is there, or the kind has no such thing.
    let optional = matches!(place, Place::UnitId | Place::ByOn) || place.class().is_some();
    let trial = try_on(record.target, &record.activity.corrections, field, pointer, value, optional)?;
    let (event_version, mut then) = (trial.at.version, record.activity.clone());
    let next = trial.next(then.version, then.position);
    then.apply(&ActivityEvent::Corrected(trial.correction), &next);
    let fits = fits(record, rules, &then, place, event_version);
    fits.map_err(|mut refusal| {
        refusal.clause.get_or_insert(then.kind.clause());
        refusal
    })
}

/// The activity as it would be then is one that could have been recorded, and what followed still follows.
fn fits(record: &Record<'_>, rules: &Rules<'_>, then: &Activity, place: Place, version: u64) -> Result<(), Refusal> {
    let held_on = rules.town_date(then.held.at);
    let took_part = || sat(record.people.delegates, &then.delegates, held_on);
    match place {
        Place::OccurredAt => {
            if then.held.version == version {
                record.people.in_programme(held_on).map_err(of_value)?;
                took_part()?;
            }
            let adopted = then.improvements.iter().find(|one| one.adopted.version == version);
            adopted.map_or(Ok(()), |one| meant(rules, one))?;
            in_order(then, rules)
        }
        Place::UnitId => {
            let unit = then.unit_id.map(|unit| unit_fits(record.people.areas, unit, &then.grid_ids));
            unit.unwrap_or(Ok(())).map_err(of_value)
        }
        Place::DelegateId => {
            took_part()?;
            if then.heard.is_empty() {
                return Ok(());
            }
            Err(contradicts(
                "活动中已听取意见，接待的代表须曾参加。",
                "People were heard at it by delegates who took part.",
            ))
        }
        Place::DelegateType => took_part(),
        Place::PartyOrganisations
        | Place::PartyMembers
        | Place::Residents
        | Place::MassOrganisations
        | Place::Officials => {
            let Some(class) = place.class() else { return Ok(()) };
            class_fits(then.kind, class).map_err(|refusal| refusal.at("/pointer"))?;
            count_fits(then.attended(class)).map_err(of_value)
        }
        Place::QuestionsAsked | Place::QuestionsAnswered => {
            then.questions.map_or(Ok(()), questions_fit).map_err(of_value)
        }
        Place::Briefings => then.briefings.map_or(Ok(()), count_fits).map_err(of_value),
        Place::ByOn => {
            let adopted = then.improvements.iter().find(|one| one.adopted.version == version);
            adopted.map_or(Ok(()), |one| meant(rules, one))
        }
        // Codes are those of their lists.
        Place::OutreachForm | Place::Mode => Ok(()),
    }
}

/// An improvement is meant for the day of its adoption or a later one.
fn meant(rules: &Rules<'_>, improvement: &Improvement) -> Result<(), Refusal> {
    let adopted_on = rules.town_date(improvement.adopted.at);
    improvement.by_on.map_or(Ok(()), |by_on| by_on_fits(adopted_on, by_on)).map_err(of_value)
}

/// Everything else happened after it was held, an acknowledgement after the submission, a completion after the adoption;
/// people were heard on its day.
fn in_order(then: &Activity, rules: &Rules<'_>) -> Result<(), Refusal> {
    let held = then.held.at;
    let kept = then.evidence.iter().all(|one| held <= one.claim.at);
    let sent = |one: &Submission| {
        held <= one.claim.at && one.acknowledged.is_none_or(|acknowledged| one.claim.at <= acknowledged.at)
    };
    let improved = |one: &Improvement| {
        held <= one.adopted.at && one.completed.is_none_or(|completed| one.adopted.at <= completed.at)
    };
    let heard = then.heard.iter().all(|(_, at)| rules.town_date(held) == rules.town_date(at.at));
    if kept && heard && then.submissions.iter().all(sent) && then.improvements.iter().all(improved) {
        return Ok(());
    }
    Err(contradicts("与该活动其他事实的先后不符。", "It would not be in order with the other facts of the activity."))
}
