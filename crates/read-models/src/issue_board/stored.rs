//! The row of an issue as SQL keeps it: the columns, and both ways across. What is in them is decided in `row.rs`.

use super::row::{AnswerFacts, IssueRow, SealedText, Shown, TextMember};
use crate::engine::columns::{Binds, bigint, json_text};
use crate::engine::sqlite::{Columns, SqlError};
use domain::deadline::Marks;
use domain::ids::{AccountId, AreaId, DelegateId, IssueId, MajorIssueId, ReceptionId};
use domain::vocabulary::{AnswerChannel, ClockState, IssueKind, IssueState, LastWordKind, Outcome, Satisfaction};
use event_store::{Position, StreamId, SubjectId, Version};

/// Columns in the order of [`IssueRow::bind`] and [`IssueRow::read`]; the first is the key.
pub(super) const COLUMNS: &[&str] = &[
    "place",
    "issue_id",
    "shown_from",
    "shown_until",
    "number",
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
    "begun_by",
    "former_delegate_ids",
    "asked_office_ids",
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
    "extension_untold",
    "awaited_office_ids",
    "last_word",
    "last_word_at",
    "box_subject",
    "box_version",
    "box_index",
    "box_member",
    "box_commitment",
    "box",
];

/// The key of a row: of an issue, and the second of the two rows that it may have.
pub(super) fn place(first: Position, second: bool) -> i64 {
    bigint(first.0 * 2 + u64::from(second))
}

/// Ids as JSON; nothing where there are none, as there are of nearly all.
fn ids_text<T: serde::Serialize>(ids: &[T]) -> Option<String> {
    (!ids.is_empty()).then(|| json_text(&ids))
}

impl IssueRow {
    pub(super) fn place(&self) -> i64 {
        place(self.first_position, self.shown.from.is_some())
    }

    pub(super) fn bind<'r>(binds: &mut Binds<'r>, row: &'r Self) {
        let answer = row.answer.as_ref();
        let subject = row.subject.as_ref();
        binds
            .push(row.place())
            .id(row.issue_id.0)
            .date_optional(row.shown.from)
            .date_optional(row.shown.until)
            .push(row.number.as_str())
            .number(row.position.0)
            .number(row.version.0)
            .push(row.state.as_str())
            .push(row.is_open)
            .push(row.clock.as_str())
            .push(row.supervised)
            .number(row.cycle.into())
            .push(row.kind.as_str())
            .push(row.topic.as_str())
            .id(row.reception_id.0)
            .id(row.grid_id.0)
            .id_optional(row.unit_id.map(|id| id.0))
            .id(row.responsible_delegate_id.0)
            .id_optional(row.major_issue_id.map(|id| id.0))
            .id_optional(row.begun_by.map(|id| id.0))
            .push(ids_text(&row.former_delegate_ids))
            .push(ids_text(&row.asked_office_ids))
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
            .push(row.extension_untold)
            .push(ids_text(&row.awaited_office_ids))
            .push(row.last_word.as_str())
            .instant(row.last_word_at)
            .push(subject.map(|text| &text.subject.0[..]))
            .push(subject.map(|text| bigint(text.version.0)))
            .push(subject.map(|text| i64::from(text.index)))
            .push(subject.map(|text| text.member.as_str()))
            .push(subject.map(|text| &text.commitment[..]))
            .push(subject.map(|text| &text.bytes[..]));
    }

    pub(super) fn read(columns: &mut Columns<'_>) -> Result<Self, SqlError> {
        let place: u64 = columns.number()?;
        let issue_id = IssueId(columns.id()?);
        Ok(Self {
            first_position: Position(place / 2),
            issue_id,
            shown: Shown { from: columns.date_optional()?, until: columns.date_optional()? },
            number: columns.text()?.to_owned(),
            position: columns.position()?,
            version: columns.version()?,
            state: columns.parse(IssueState::parse)?,
            is_open: columns.truth()?,
            clock: columns.parse(ClockState::parse)?,
            supervised: columns.truth()?,
            cycle: columns.number()?,
            kind: columns.parse(IssueKind::parse)?,
            topic: columns.text()?.to_owned(),
            reception_id: ReceptionId(columns.id()?),
            grid_id: AreaId(columns.id()?),
            unit_id: columns.id_optional()?.map(AreaId),
            responsible_delegate_id: DelegateId(columns.id()?),
            major_issue_id: columns.id_optional()?.map(MajorIssueId),
            begun_by: columns.id_optional()?.map(AccountId),
            former_delegate_ids: columns.json_optional()?.unwrap_or_default(),
            asked_office_ids: columns.json_optional()?.unwrap_or_default(),
            raised_at: columns.instant()?,
            raised_on: columns.date()?,
            original_answer_due_on: columns.date()?,
            interim_due_on: columns.date_optional()?,
            provisional: columns.truth()?,
            answer_due_on: columns.date()?,
            marks: Marks {
                due_soon_from: columns.date()?,
                overdue_from: columns.date()?,
                long_overdue_from: columns.date()?,
                judged_on: columns.date_optional()?,
            },
            answer: read_answer(columns)?,
            answered_on_time: columns.truth_optional()?,
            satisfaction: columns.parse_optional(Satisfaction::parse)?,
            reopening_pending: columns.truth()?,
            extension_pending: columns.truth()?,
            correction_pending: columns.truth()?,
            extension_untold: columns.truth()?,
            awaited_office_ids: columns.json_optional()?.unwrap_or_default(),
            last_word: columns.parse(LastWordKind::parse)?,
            last_word_at: columns.instant()?,
            subject: read_subject(columns, issue_id)?,
        })
    }
}

fn read_answer(columns: &mut Columns<'_>) -> Result<Option<AnswerFacts>, SqlError> {
    let outcome = columns.parse_optional(Outcome::parse)?;
    let channel = columns.parse_optional(AnswerChannel::parse)?;
    let delivered_at = columns.instant_optional()?;
    let answered_by = columns.id_optional()?.map(DelegateId);
    let on_the_spot = columns.truth_optional()?;
    let commitment_on = columns.date_optional()?;
    // Written together, hence there or absent together.
    Ok(match (outcome, channel, delivered_at, answered_by, on_the_spot) {
        (Some(outcome), Some(channel), Some(delivered_at), Some(answered_by), Some(on_the_spot)) => {
            Some(AnswerFacts { outcome, channel, delivered_at, answered_by, on_the_spot, commitment_on })
        }
        _ => None,
    })
}

fn read_subject(columns: &mut Columns<'_>, issue_id: IssueId) -> Result<Option<SealedText>, SqlError> {
    let subject = columns.bytes_optional()?.and_then(|bytes| bytes.try_into().ok()).map(SubjectId);
    let version = columns.number_optional()?.map(Version);
    let index = columns.number_optional()?;
    let member = columns.parse_optional(TextMember::parse)?;
    let commitment = columns.bytes_optional()?;
    let bytes = columns.bytes_optional()?.map(<[u8]>::to_vec);
    let commitment = commitment.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    Ok(match (subject, version, index, member, commitment, bytes) {
        (Some(subject), Some(version), Some(index), Some(member), Some(commitment), Some(bytes)) => {
            let stream = StreamId::of("issue", issue_id.0);
            Some(SealedText { subject, stream, version, index, member, commitment, bytes })
        }
        _ => None,
    })
}
