//! Rows of obligations and of what they are about.

use crate::engine::columns::{Binds, json_text};
use crate::engine::sqlite::{Columns, SqlError, misread};
use crate::engine::table::Table;
use chrono::{DateTime, NaiveDate, Utc};
use domain::clock::{Key, LedgerEntry, Member, OwedBy, OwingFamily, Part, Subject};
use domain::ids::{AreaId, ObligationId};
use domain::vocabulary::{ExplanationState, ObligationCode, ObligationPart, Tier};
use uuid::Uuid;

pub(super) const OBLIGATIONS: Table = Table {
    name: "obligation_rows",
    columns: &[
        "place",
        "obligation_id",
        "subject_family",
        "subject_id",
        "code",
        "part",
        "period",
        "grid_id",
        "owed_by_family",
        "owed_by_id",
        "owed_by_name",
        "opens_on",
        "due_on",
        "provisional",
        "excused",
        "kept_from",
        "late",
        "missing_from",
        "explanation",
        "tier",
        "what",
        "events",
    ],
    key_columns: 2,
    // What its indexes are made of: for ever the same, but for who owes it and by when.
    steady: &["owed_by_id", "due_on", "code"],
    ids: &["obligation_id", "subject_id", "grid_id", "owed_by_id"],
    days: &["opens_on", "due_on", "kept_from", "missing_from"],
};

pub(super) const SUBJECTS: Table = Table {
    name: "obligation_subject",
    columns: &["place", "period", "subject_family", "subject_id", "grid_id", "on_day", "until_day", "next_at"],
    key_columns: 2,
    steady: &["next_at"],
    ids: &["subject_id", "grid_id"],
    days: &["on_day", "until_day"],
};

pub(super) const MEMBERS: Table = Table {
    name: "obligation_member",
    columns: &["grid_id", "year", "member_family", "member_id", "place"],
    key_columns: 4,
    steady: &[],
    ids: &["grid_id", "member_id"],
    days: &[],
};

/// An obligation, and where its subject begins in the log.
#[derive(Clone, Debug, PartialEq)]
pub struct ObligationRow {
    /// Position of the first leaf of its subject.
    pub place: u64,
    /// What it is about.
    pub subject: Subject,
    /// What is known of it.
    pub entry: LedgerEntry,
}

/// That a thing counts, or ever counted, for a year of a grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MemberRow {
    pub grid_id: AreaId,
    pub year: i32,
    pub member: Member,
    /// Position of its first leaf.
    pub place: u64,
}

/// What the clock waits for of a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SubjectRow {
    pub place: u64,
    pub subject: Subject,
    pub grid_id: AreaId,
    /// The first and the last day around which calendars are counted for it.
    pub days: (NaiveDate, NaiveDate),
    pub next_at: Option<DateTime<Utc>>,
}

impl ObligationRow {
    pub(super) fn bind<'r>(binds: &mut Binds<'r>, row: &'r Self) {
        let LedgerEntry { key, owed_by, .. } = &row.entry;
        let code = ObligationCode::ALL.iter().position(|code| *code == key.code).unwrap_or_default() as u64 + 1;
        let family = match owed_by.family {
            OwingFamily::Delegate => "delegate",
            OwingFamily::Area => "area",
        };
        binds
            .number(row.place)
            .id(row.entry.id.0)
            .push(row.subject.family())
            .id(row.subject.id())
            .number(code)
            .push(key.part.map(|part| part.to_string()))
            .push(key.period.as_deref())
            .id(row.entry.grid_id.0)
            .push(family)
            .id(owed_by.id)
            .push(owed_by.name.as_deref())
            .date(row.entry.opens_on)
            .date(row.entry.due_on)
            .push(row.entry.provisional)
            .push(row.entry.excused)
            .date_optional(row.entry.kept_from)
            .push(row.entry.late)
            .date_optional(row.entry.missing_from)
            .push(row.entry.explanation.as_str())
            .push(row.entry.tier.map(Tier::as_str))
            .push(json_text(&row.entry.what))
            .push(json_text(&row.entry.events));
    }

    /// Columns in the order of [`OBLIGATIONS`].
    pub(crate) fn read(columns: &mut Columns<'_>) -> Result<Self, SqlError> {
        let (place, id) = (columns.number()?, ObligationId(columns.id()?));
        let (family, of) = (columns.text()?, columns.id()?);
        let code = columns.number::<usize>()?.checked_sub(1).and_then(|at| ObligationCode::ALL.get(at));
        let code = *code.ok_or_else(|| misread("no obligation"))?;
        let part = columns.parse_optional(|text| {
            let word = ObligationPart::parse(text).map(Part::Word);
            word.or_else(|| Uuid::try_parse(text).ok().map(Part::Of))
        })?;
        let period = columns.parse_optional(|text| Some(text.to_owned()))?;
        let subject = Subject::of(family, of, period.as_deref()).ok_or_else(|| misread(family))?;
        let about = format!("{}/{}", subject.family(), subject.id());
        let grid_id = AreaId(columns.id()?);
        let family = columns.parse(|text| match text {
            "delegate" => Some(OwingFamily::Delegate),
            "area" => Some(OwingFamily::Area),
            _ => None,
        })?;
        let owed_by = OwedBy { family, id: columns.id()?, name: columns.parse_optional(|text| Some(text.to_owned()))? };
        let entry = LedgerEntry {
            id,
            key: Key { code, part, about, period },
            grid_id,
            owed_by,
            opens_on: columns.date()?,
            due_on: columns.date()?,
            provisional: columns.truth()?,
            excused: columns.truth()?,
            kept_from: columns.date_optional()?,
            late: columns.truth()?,
            missing_from: columns.date_optional()?,
            explanation: columns.parse(ExplanationState::parse)?,
            tier: columns.parse_optional(Tier::parse)?,
            what: columns.json()?,
            events: columns.json()?,
        };
        Ok(Self { place, subject, entry })
    }
}

impl SubjectRow {
    pub(super) fn bind<'r>(binds: &mut Binds<'r>, row: &'r Self) {
        binds
            .number(row.place)
            .push(row.subject.year().map_or_else(String::new, |year| year.to_string()))
            .push(row.subject.family())
            .id(row.subject.id())
            .id(row.grid_id.0)
            .date(row.days.0)
            .date(row.days.1)
            .instant_optional(row.next_at);
    }
}

impl MemberRow {
    pub(super) fn bind<'r>(binds: &mut Binds<'r>, row: &'r Self) {
        binds
            .id(row.grid_id.0)
            .push(i64::from(row.year))
            .push(row.member.family())
            .id(row.member.id())
            .number(row.place);
    }
}

/// What [`read_subject`] reads, of either table.
pub(super) const SUBJECT_COLUMNS: &str = "subject_family, subject_id, period";

/// The columns [`SUBJECT_COLUMNS`].
pub(super) fn read_subject(columns: &mut Columns<'_>) -> Result<Subject, SqlError> {
    let (family, id) = (columns.text()?, columns.id()?);
    Subject::of(family, id, columns.text_optional()?).ok_or_else(|| misread(family))
}
