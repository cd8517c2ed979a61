//! What may be corrected: rows of two closed tables, one beside the issue, one beside the reception (T20). A field that
//! is in neither is corrected by nobody: its event stands as it was recorded.

use super::CorrectedValue;
use super::place::covers;
use crate::ids::{AreaId, DelegateId};
use crate::policy::{Policies, Policy};
use crate::reception::People;
use crate::refusal::{Code, Refusal};
use crate::{claims, days, text};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::BTreeSet;
use uuid::Uuid;

/// What the right value of a field may be.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// One of the codes of a list.
    Code(fn() -> Vec<&'static str>),
    /// A topic code of the policy.
    Topic,
    /// The id of a unit.
    Unit,
    /// The id of a delegate.
    Delegate,
    /// A count, or an index into a list of the event, from 0.
    Index,
    /// A day, `2026-12-01`.
    Day,
    /// An instant: RFC 3339 with its offset as it comes in, milliseconds as it is stored.
    Instant,
    /// Yes or no.
    Flag,
    /// A text in a sealed box, of at most so many characters.
    Text {
        /// How many.
        chars_max: usize,
        /// Whether it may hold line breaks.
        lines: bool,
    },
}

/// What a correction changes, as far as T20 asks: anything but nothing needs an approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changes {
    /// None of those: it takes effect at once.
    Nothing,
    /// A date.
    Date,
    /// A person.
    Person,
    /// An outcome, or what a figure counts as one: an opinion of the answer, a commitment kept, a statutory channel.
    Outcome,
}

/// One row: a field of an event that may be corrected.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Stored type of the event.
    pub event_type: &'static str,
    /// Where the value is; `*` stands for an index.
    pub pointer: &'static str,
    /// What it may be.
    pub kind: Kind,
    /// What correcting it changes.
    pub changes: Changes,
    /// The clause that the field rests on.
    pub clause: &'static str,
}

impl Field {
    /// A row that takes effect at once; [`Field::changing`] makes it one that needs approval.
    pub const fn new(event_type: &'static str, pointer: &'static str, kind: Kind, clause: &'static str) -> Self {
        Self { event_type, pointer, kind, changes: Changes::Nothing, clause }
    }

    /// The same row for a field whose correction needs approval.
    #[must_use]
    pub const fn changing(self, changes: Changes) -> Self {
        Self { changes, ..self }
    }

    /// Whether a correction waits for a decision (T20: where it changes a date, a person or an outcome).
    pub fn needs_approval(&self) -> bool {
        self.changes != Changes::Nothing
    }

    /// Whether the value lies in a sealed box.
    pub fn is_text(&self) -> bool {
        self.pointer.starts_with("/personal/")
    }

    /// The codes that the value may be, where it is one.
    fn codes(&self) -> Vec<&'static str> {
        if let Kind::Code(names) = self.kind { names() } else { Vec::new() }
    }

    /// Reads the right value of this field as a client sends it. Texts stay as they are; all others come out as they are
    /// stored.
    ///
    /// Errors at `/value`: [`Code::InvalidValue`], [`Code::TooLong`], [`Code::Missing`], [`Code::ControlCharacter`].
    pub fn read(&self, sent: &CorrectedValue) -> Result<CorrectedValue, Refusal> {
        let read = match (self.kind, sent) {
            (Kind::Code(names), CorrectedValue::Text(text)) => {
                let names = names();
                if !names.contains(&text.as_str()) {
                    let names = names.join(", ");
                    return Err(self.unfit(format!("可取的值：{names}。"), format!("It may be one of: {names}.")));
                }
                Some(sent.clone())
            }
            (Kind::Topic, CorrectedValue::Text(_)) | (Kind::Flag, CorrectedValue::Flag(_)) => Some(sent.clone()),
            (Kind::Unit | Kind::Delegate, CorrectedValue::Text(text)) => {
                let uuid = (text.len() == 36).then(|| Uuid::try_parse(text).ok()).flatten();
                uuid.map(|uuid| CorrectedValue::Text(uuid.to_string()))
            }
            (Kind::Index, CorrectedValue::Whole(_)) => sent.index().map(|index| CorrectedValue::Whole(index.into())),
            (Kind::Day, CorrectedValue::Text(text)) => {
                let day = (text.len() == 10).then(|| text.parse::<NaiveDate>().ok()).flatten();
                if let Some(day) = day {
                    days::plausible(day, "/value")?;
                }
                day.map(|day| CorrectedValue::Text(day.to_string()))
            }
            (Kind::Instant, CorrectedValue::Text(text)) => {
                days::read_instant(text).map(|at| CorrectedValue::Whole(at.timestamp_millis()))
            }
            (Kind::Text { chars_max, lines }, CorrectedValue::Text(text)) => {
                fits_text(text, chars_max, lines).map_err(|refusal| refusal.at("/value"))?;
                Some(sent.clone())
            }
            (
                Kind::Code(_)
                | Kind::Topic
                | Kind::Unit
                | Kind::Delegate
                | Kind::Index
                | Kind::Day
                | Kind::Instant
                | Kind::Flag
                | Kind::Text { .. },
                CorrectedValue::Flag(_) | CorrectedValue::Whole(_) | CorrectedValue::Text(_),
            ) => None,
        };
        read.ok_or_else(|| {
            let (zh, en) = match self.kind {
                Kind::Code(_) | Kind::Topic => ("应为代码文字。", "A code is expected."),
                Kind::Unit | Kind::Delegate => ("应为 UUID。", "A UUID is expected."),
                Kind::Index => ("应为从 0 起的整数。", "A whole number from 0 is expected."),
                Kind::Day => ("应为日期，如 2026-12-01。", "A date such as 2026-12-01 is expected."),
                Kind::Instant => (
                    "应为带时区偏移的时间，如 2026-11-19T14:10:00+08:00。",
                    "An instant with its offset such as 2026-11-19T14:10:00+08:00 is expected.",
                ),
                Kind::Flag => ("应为 true 或 false。", "true or false is expected."),
                Kind::Text { .. } => ("应为文字。", "A text is expected."),
            };
            self.unfit(zh.to_owned(), en.to_owned())
        })
    }

    /// That the right value fits as far as the town and the time tell, whatever the event it is of.
    ///
    /// Errors at `/value`: those of [`Field::read`]; [`Code::UnknownTopic`], [`Code::UnknownId`], [`Code::InTheFuture`].
    fn takes(&self, sent: &CorrectedValue, known: &Known<'_>) -> Result<(), Refusal> {
        let value = self.read(sent)?;
        let uuid = value.uuid();
        let unfit = match self.kind {
            Kind::Topic => {
                let named = |policy: &Policy| value.text().is_some_and(|code| policy.topic(code).is_some());
                (!known.policies.all().iter().any(named)).then(|| Refusal::new(Code::UnknownTopic))
            }
            Kind::Unit => {
                let there = uuid.is_some_and(|id| known.people.areas.unit(AreaId(id)).is_some());
                (!there).then(|| Refusal::new(Code::UnknownId))
            }
            Kind::Delegate => {
                let there = uuid.is_some_and(|id| known.people.delegates.get(DelegateId(id)).is_some());
                (!there).then(|| Refusal::new(Code::UnknownId))
            }
            Kind::Instant => {
                let zone = known.policies.time_zone().unwrap_or(days::ZONE);
                value.instant().and_then(|at| match days::plausible_instant(at, zone) {
                    Err(refusal) => Some(refusal),
                    Ok(()) => (at > known.now).then(|| claims::ahead(known.now, zone)),
                })
            }
            Kind::Code(_) | Kind::Index | Kind::Day | Kind::Flag | Kind::Text { .. } => None,
        };
        unfit.map_or(Ok(()), |refusal| Err(refusal.at("/value")))
    }

    fn unfit(&self, zh: String, en: String) -> Refusal {
        Refusal::new(Code::InvalidValue).under(self.clause).at("/value").because(zh, en)
    }
}

/// The town and the time, as a corrected value finds them.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// Who and what there is.
    pub people: People<'a>,
    /// Every policy version.
    pub policies: &'a Policies,
    /// Now.
    pub now: DateTime<Utc>,
}

/// That some event of the table could have this value at this place (T20). Which event is meant, and what it was recorded
/// under, is for the decision.
///
/// Errors: [`Code::NothingToCorrect`] at `/pointer`; at `/value` what every row that the pointer fits says of it.
pub fn possible(table: &[Field], pointer: &str, value: &CorrectedValue, known: &Known<'_>) -> Result<(), Refusal> {
    let rows: Vec<&Field> = table.iter().filter(|field| covers(field.pointer, pointer)).collect();
    let refusals = rows.iter().map(|field| field.takes(value, known).err()).collect::<Option<Vec<_>>>();
    match (rows.as_slice(), refusals) {
        ([], _) => {
            let places: BTreeSet<&str> = table.iter().map(|field| field.pointer).collect();
            let places = places.into_iter().collect::<Vec<_>>().join(", ");
            Err(Refusal::new(Code::NothingToCorrect)
                .at("/pointer")
                .because(format!("可更正的内容：{places}。"), format!("These may be corrected: {places}.")))
        }
        (_, None) => Ok(()),
        ([first, ..], Some(mut refusals)) => {
            let names: BTreeSet<&str> = rows.iter().flat_map(|field| field.codes()).collect();
            if refusals.len() > 1 && !names.is_empty() {
                // Events differ in their codes: it is none of any of them.
                let names = names.into_iter().collect::<Vec<_>>().join(", ");
                return Err(first.unfit(format!("可取的值：{names}。"), format!("It may be one of: {names}.")));
            }
            Err(refusals.swap_remove(0))
        }
    }
}

fn fits_text(value: &str, chars_max: usize, lines: bool) -> Result<(), Refusal> {
    if value.trim().is_empty() {
        Err(Code::Missing.into())
    } else if value.chars().nth(chars_max).is_some() {
        Err(Code::TooLong.into())
    } else if lines {
        text::legible(value)
    } else {
        text::visible(value)
    }
}

/// The row of a pointer into an event of a type.
///
/// Errors: [`Code::NothingToCorrect`] at `/pointer`, naming what may be corrected of such an event.
pub fn field(table: &[Field], event_type: &str, pointer: &str) -> Result<Field, Refusal> {
    let rows = || table.iter().filter(|field| field.event_type == event_type);
    if let Some(field) = rows().find(|field| covers(field.pointer, pointer)) {
        return Ok(*field);
    }
    let known: Vec<&str> = rows().map(|field| field.pointer).collect();
    let refusal = Refusal::new(Code::NothingToCorrect).at("/pointer");
    Err(if known.is_empty() {
        refusal
            .because(format!("{event_type} 没有可更正的内容。"), format!("Nothing of {event_type} may be corrected."))
    } else {
        let known = known.join(", ");
        refusal.because(
            format!("{event_type} 可更正的内容：{known}。"),
            format!("Of {event_type} these may be corrected: {known}."),
        )
    })
}
