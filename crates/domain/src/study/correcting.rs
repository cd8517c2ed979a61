//! The record of a study is corrected (更正): a linked event says what is right, and the original stays readable. What may be
//! corrected is a closed table; a corrected study must be one that could have come about (C-3.5).

use super::correctable::Place;
use super::events::StudyEvent;
use super::state::Study;
use crate::correction::{
    Changes, Corrected, CorrectedValue, Field, Kind, TextNow, Wanted, after_recording, approved, ask, contradicts,
    no_change, target, to_decide,
};
use crate::filing::Submission;
use crate::ids::DelegateId;
use crate::reception::People;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::text::{TEXT_CHARS_MAX, TITLE_CHARS_MAX};
use crate::vocabulary::StudyUse;
use crate::{Fold as _, Stamp};
use chrono::{DateTime, Utc};

const TITLE: Kind = Kind::Text { chars_max: TITLE_CHARS_MAX, lines: false };
const TEXT: Kind = Kind::Text { chars_max: TEXT_CHARS_MAX, lines: true };

const fn of(event_type: &'static str, place: Place, kind: Kind, changes: Changes) -> Field {
    Field::new(event_type, place.pointer(), kind, "C-3.5").changing(changes)
}

const fn text(event_type: &'static str, pointer: &'static str, kind: Kind) -> Field {
    Field::new(event_type, pointer, kind, "C-3.5")
}

/// What may be corrected of a study or an inspection.
pub const FIELDS: &[Field] = &[
    of("study.started", Place::OccurredAt, Kind::Instant, Changes::Date),
    of("study.started", Place::LeadDelegateId, Kind::Delegate, Changes::Person),
    text("study.started", "/personal/0/title", TITLE),
    text("study.started", "/personal/0/text", TEXT),
    of("study.inspected", Place::OccurredAt, Kind::Instant, Changes::Date),
    of("study.inspected", Place::LeadDelegateId, Kind::Delegate, Changes::Person),
    text("study.inspected", "/personal/0/title", TITLE),
    text("study.inspected", "/personal/0/text", TEXT),
    of("study.finished", Place::OccurredAt, Kind::Instant, Changes::Date),
    text("study.finished", "/personal/0/text", TEXT),
    of("study.submitted", Place::OccurredAt, Kind::Instant, Changes::Date),
    text("study.submitted", "/personal/0/text", TEXT),
    of("study.acknowledged", Place::OccurredAt, Kind::Instant, Changes::Date),
    of("study.used", Place::OccurredAt, Kind::Instant, Changes::Date),
    of("study.used", Place::Use, Kind::Code(StudyUse::names), Changes::Outcome),
    text("study.used", "/personal/0/text", TEXT),
];

/// The record of a study, and what a corrected value is held against.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// The study now.
    pub study: &'a Study,
    /// The event to correct with its envelope, as recorded; `None` where the study has no such event.
    pub target: Option<&'a (StudyEvent, Stamp)>,
    /// Who there is, and since when.
    pub people: People<'a>,
    /// What the text to be corrected says now, where a text is to be corrected.
    pub text: TextNow<'a>,
}

/// Corrects a value of a study: at once where it is a text, else as a proposal, for it changes a date, a person or an
/// outcome.
///
/// Errors: [`Code::NothingToCorrect`] for what is not in [`FIELDS`], not there, or the same already;
/// [`Code::CorrectionPending`], [`Code::IssueFull`], [`Code::PersonErased`]; [`Code::OutOfRange`] later than its recording,
/// [`Code::BeforeProgramme`], [`Code::UnknownId`], [`Code::DelegateWithoutMandate`], [`Code::Duplicate`];
/// [`Code::ContradictsLaterFact`].
pub fn correct(record: &Record<'_>, rules: &Rules<'_>, wanted: &Wanted) -> Result<StudyEvent, Refusal> {
    let (field, recorded) = find(record, &wanted.pointer)?;
    let asked = ask(&record.study.corrections, rules, wanted, (field, recorded.recorded_at), |value| {
        check(record, rules, &field, recorded, &wanted.pointer, value)
    })?;
    Ok(asked.recorded(StudyEvent::Corrected, StudyEvent::CorrectionProposed))
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
    let pending = to_decide(&record.study.corrections, rules, event_version, at)?;
    let (field, recorded) = find(record, &pending.pointer)?;
    approved(pending, |value| check(record, rules, &field, recorded, &pending.pointer, value))
}

fn find<'a>(record: &Record<'a>, pointer: &str) -> Result<(Field, &'a Stamp), Refusal> {
    let absent = ("该调研没有这一版本的事件。", "The study has no event of that version.");
    target(FIELDS, record.target.map(|(event, at)| (event.event_type().name, at)), pointer, absent)
}

/// The value differs from the present one, and the study could have come about with it.
fn check(
    record: &Record<'_>,
    rules: &Rules<'_>,
    field: &Field,
    recorded: &Stamp,
    pointer: &str,
    value: &CorrectedValue,
) -> Result<(), Refusal> {
    let Some(place) = Place::of(pointer) else { return record.text.differs(value) };
    match said(record.study, recorded.version, place) {
        None => return Err(Refusal::new(Code::NothingToCorrect).at("/pointer")),
        Some(present) if present == *value => return Err(no_change()),
        Some(_) => {}
    }
    if place == Place::OccurredAt && value.instant().is_none_or(|at| at > recorded.recorded_at) {
        return Err(after_recording().under(field.clause));
    }
    let mut then = record.study.clone();
    let next = Stamp { version: then.version + 1, position: then.position + 1, ..*recorded };
    let (event_version, pointer, value) = (recorded.version, pointer.to_owned(), Some(value.clone()));
    then.apply(&StudyEvent::Corrected(Corrected { event_version, pointer, value }), &next);
    match place {
        Place::OccurredAt => {
            if then.begun.version == event_version {
                began(&record.people, rules, &then)?;
            }
            in_order(rules, &then)
        }
        Place::LeadDelegateId => leads(&record.people, rules, &then, then.lead_delegate_id),
        Place::Use => Ok(()),
    }
}

/// What stands at a place of an event, the corrections of before included.
fn said(study: &Study, version: u64, place: Place) -> Option<CorrectedValue> {
    match place {
        Place::OccurredAt => {
            let claim = study.claims().find(|claim| claim.version == version)?;
            Some(CorrectedValue::Whole(claim.at.timestamp_millis()))
        }
        Place::LeadDelegateId => Some(CorrectedValue::Text(study.lead_delegate_id.to_string())),
        Place::Use => {
            let used = study.uses.iter().find(|one| one.claim.version == version)?;
            Some(CorrectedValue::Text(used.used_as.as_str().to_owned()))
        }
    }
}

/// It begins within the programme, and everybody who takes part had a mandate on the day.
fn began(people: &People<'_>, rules: &Rules<'_>, then: &Study) -> Result<(), Refusal> {
    let begun_on = rules.town_date(then.begun.at);
    if people.programme.is_none_or(|programme| begun_on < programme.effective_on) {
        return Err(Refusal::new(Code::BeforeProgramme).at("/value"));
    }
    for member in then.team() {
        people.delegates.holding(member, begun_on).map_err(|refusal| refusal.at("/value"))?;
    }
    Ok(())
}

/// Who leads it is somebody with a mandate on the day on which it began, and not listed beside.
fn leads(people: &People<'_>, rules: &Rules<'_>, then: &Study, lead: DelegateId) -> Result<(), Refusal> {
    let begun_on = rules.town_date(then.begun.at);
    people.delegates.holding(lead, begun_on).map_err(|refusal| refusal.at("/value"))?;
    if then.delegate_ids.contains(&lead) {
        return Err(Refusal::new(Code::Duplicate)
            .under("C-3.5")
            .at("/value")
            .because("该代表已列为参加人。", "That delegate is listed as one who takes part already."));
    }
    if then.hearings.is_empty() {
        return Ok(());
    }
    Err(contradicts("已为该调研听取意见，接待的代表须曾参加。", "People were heard for it by delegates who take part."))
}

/// Beginning, finishing, submitting and acknowledging follow one another; it is used once it is finished, and people are
/// heard from its first day on.
fn in_order(rules: &Rules<'_>, then: &Study) -> Result<(), Refusal> {
    let finished_at = then.finished.map_or(then.begun.at, |finished| finished.at);
    let sent = |one: &Submission| {
        finished_at <= one.claim.at && one.acknowledged.is_none_or(|acknowledged| one.claim.at <= acknowledged.at)
    };
    let begun_on = rules.town_date(then.begun.at);
    let heard = then.hearings.iter().all(|hearing| begun_on <= rules.town_date(hearing.claim.at));
    let used = then.uses.iter().all(|one| finished_at <= one.claim.at);
    if then.begun.at <= finished_at && then.submissions.iter().all(sent) && used && heard {
        return Ok(());
    }
    Err(contradicts("与该调研其他事实的先后不符。", "It would not be in order with the other facts of the study."))
}
