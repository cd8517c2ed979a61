//! The row of an issue as SQL keeps it: the columns, and both ways across. What is in them is decided in `row.rs`.

use super::row::{AnswerFacts, IssueRow, SealedText, Shown, TextMember};
use crate::engine::columns::{Binds, Columns, bigint};
use domain::deadline::Marks;
use domain::ids::{AreaId, DelegateId, IssueId, MajorIssueId, ReceptionId};
use domain::vocabulary::{AnswerChannel, ClockState, IssueKind, IssueState, LastWordKind, Outcome, Satisfaction};
use event_store::{StreamId, SubjectId, Version};
use sqlx::sqlite::SqliteRow;

/// Columns in the order of [`IssueRow::bind`] and [`IssueRow::read`]; the first two are the key.
pub(super) const COLUMNS: &[&str] = &[
    "issue_id",
    "after_suspension",
    "shown_from",
    "shown_until",
    "number",
    "first_position",
    "position",
    "version",
    "state",
    "is_open",
    "clock",
    "supervised",
    "cycle",
    "kind",
    "topic",
    "reception_id",
    "grid_id",
    "unit_id",
    "responsible_delegate_id",
    "major_issue_id",
    "raised_at",
    "raised_on",
    "original_answer_due_on",
    "interim_due_on",
    "provisional",
    "answer_due_on",
    "due_soon_from",
    "overdue_from",
    "long_overdue_from",
    "judged_on",
    "answer_outcome",
    "answer_channel",
    "answer_delivered_at",
    "answered_by",
    "answer_on_the_spot",
    "answer_commitment_on",
    "answered_on_time",
    "satisfaction",
    "reopening_pending",
    "extension_pending",
    "correction_pending",
    "last_word",
    "last_word_at",
    "box_subject",
    "box_version",
    "box_index",
    "box_member",
    "box_commitment",
    "box",
];

impl IssueRow {
    pub(super) fn bind(binds: &mut Binds, row: &Self) {
        let answer = row.answer.as_ref();
        let subject = row.subject.as_ref();
        binds
            .id(row.issue_id.0)
            .push(row.shown.from.is_some())
            .date_optional(row.shown.from)
            .date_optional(row.shown.until)
            .push(row.number.clone())
            .number(row.first_position.0)
            .number(row.position.0)
            .number(row.version.0)
            .push(row.state.as_str())
            .push(row.is_open)
            .push(row.clock.as_str())
            .push(row.supervised)
            .number(row.cycle.into())
            .push(row.kind.as_str())
            .push(row.topic.clone())
            .id(row.reception_id.0)
            .id(row.grid_id.0)
            .id_optional(row.unit_id.map(|id| id.0))
            .id(row.responsible_delegate_id.0)
            .id_optional(row.major_issue_id.map(|id| id.0))
            .instant(row.raised_at)
            .date(row.raised_on)
            .date(row.original_answer_due_on)
            .date_optional(row.interim_due_on)
            .push(row.provisional)
            .date(row.answer_due_on)
            .date(row.marks.due_soon_from)
            .date(row.marks.overdue_from)
            .date(row.marks.long_overdue_from)
            .date_optional(row.marks.judged_on)
            .push(answer.map(|answer| answer.outcome.as_str()))
            .push(answer.map(|answer| answer.channel.as_str()))
            .instant_optional(answer.map(|answer| answer.delivered_at))
            .id_optional(answer.map(|answer| answer.answered_by.0))
            .push(answer.map(|answer| answer.on_the_spot))
            .date_optional(answer.and_then(|answer| answer.commitment_on))
            .push(row.answered_on_time)
            .push(row.satisfaction.map(Satisfaction::as_str))
            .push(row.reopening_pending)
            .push(row.extension_pending)
            .push(row.correction_pending)
            .push(row.last_word.as_str())
            .instant(row.last_word_at)
            .push(subject.map(|text| text.subject.to_string()))
            .push(subject.map(|text| bigint(text.version.0)))
            .push(subject.map(|text| i64::from(text.index)))
            .push(subject.map(|text| text.member.as_str()))
            .push(subject.map(|text| text.commitment.to_vec()))
            .push(subject.map(|text| text.bytes.clone()));
    }

    pub(super) fn read(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        let mut columns = Columns::of(row);
        let issue_id = IssueId(columns.id()?);
        // A part of the key, said again by the day from which the row shows its issue.
        columns.get::<bool>()?;
        Ok(Self {
            issue_id,
            shown: Shown { from: columns.date_optional()?, until: columns.date_optional()? },
            number: columns.get()?,
            first_position: columns.position()?,
            position: columns.position()?,
            version: columns.version()?,
            state: columns.parse(IssueState::parse)?,
            is_open: columns.get()?,
            clock: columns.parse(ClockState::parse)?,
            supervised: columns.get()?,
            cycle: columns.number()?,
            kind: columns.parse(IssueKind::parse)?,
            topic: columns.get()?,
            reception_id: ReceptionId(columns.id()?),
            grid_id: AreaId(columns.id()?),
            unit_id: columns.id_optional()?.map(AreaId),
            responsible_delegate_id: DelegateId(columns.id()?),
            major_issue_id: columns.id_optional()?.map(MajorIssueId),
            raised_at: columns.instant()?,
            raised_on: columns.date()?,
            original_answer_due_on: columns.date()?,
            interim_due_on: columns.date_optional()?,
            provisional: columns.get()?,
            answer_due_on: columns.date()?,
            marks: Marks {
                due_soon_from: columns.date()?,
                overdue_from: columns.date()?,
                long_overdue_from: columns.date()?,
                judged_on: columns.date_optional()?,
            },
            answer: read_answer(&mut columns)?,
            answered_on_time: columns.get()?,
            satisfaction: columns.parse_optional(Satisfaction::parse)?,
            reopening_pending: columns.get()?,
            extension_pending: columns.get()?,
            correction_pending: columns.get()?,
            last_word: columns.parse(LastWordKind::parse)?,
            last_word_at: columns.instant()?,
            subject: read_subject(&mut columns, issue_id)?,
        })
    }
}

fn read_answer(columns: &mut Columns<'_>) -> Result<Option<AnswerFacts>, sqlx::Error> {
    let outcome = columns.parse_optional(Outcome::parse)?;
    let channel = columns.parse_optional(AnswerChannel::parse)?;
    let delivered_at = columns.instant_optional()?;
    let answered_by = columns.id_optional()?.map(DelegateId);
    let on_the_spot: Option<bool> = columns.get()?;
    let commitment_on = columns.date_optional()?;
    // Written together, hence there or absent together.
    Ok(match (outcome, channel, delivered_at, answered_by, on_the_spot) {
        (Some(outcome), Some(channel), Some(delivered_at), Some(answered_by), Some(on_the_spot)) => {
            Some(AnswerFacts { outcome, channel, delivered_at, answered_by, on_the_spot, commitment_on })
        }
        _ => None,
    })
}

fn read_subject(columns: &mut Columns<'_>, issue_id: IssueId) -> Result<Option<SealedText>, sqlx::Error> {
    let subject = columns.parse_optional(SubjectId::parse)?;
    let version = columns.number_optional()?.map(Version);
    let index = columns.number_optional()?;
    let member = columns.parse_optional(TextMember::parse)?;
    let commitment: Option<Vec<u8>> = columns.get()?;
    let bytes: Option<Vec<u8>> = columns.get()?;
    let commitment = commitment.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    Ok(match (subject, version, index, member, commitment, bytes) {
        (Some(subject), Some(version), Some(index), Some(member), Some(commitment), Some(bytes)) => {
            let stream = StreamId::of("issue", issue_id.0);
            Some(SealedText { subject, stream, version, index, member, commitment, bytes })
        }
        _ => None,
    })
}
