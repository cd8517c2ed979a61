//! A row of the issue board: what a list of issues shows.

use crate::columns::{Binds, Columns};
use crate::reference::Reference;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use domain::deadline::{Marks, marks};
use domain::ids::{AreaId, DelegateId, IssueId, MajorIssueId, ReceptionId};
use domain::issue::Issue;
use domain::vocabulary::{
    AnswerChannel, ClockState, IssueKind, IssueState, LastWordKind, Lateness, Outcome, Satisfaction,
};
use event_store::{Position, StreamId, SubjectId, Version};
use sqlx::sqlite::SqliteRow;

/// A sealed box with what is needed to open it (FORMAT §2), and no text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedText {
    /// Whose key opens it.
    pub subject: SubjectId,
    /// Stream of the leaf it belongs to.
    pub stream: StreamId,
    /// Version of that leaf.
    pub version: Version,
    /// Index in the leaf's boxes.
    pub index: u32,
    /// What the leaf commits to.
    pub commitment: [u8; 32],
    /// Box bytes.
    pub bytes: Vec<u8>,
}

/// The answer of the current cycle, without its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerFacts {
    /// The outcome.
    pub outcome: Outcome,
    /// Orally or in writing.
    pub channel: AnswerChannel,
    /// When it was delivered.
    pub delivered_at: DateTime<Utc>,
    /// Who answered.
    pub answered_by: DelegateId,
    /// Given at the reception itself.
    pub on_the_spot: bool,
    /// For a planned outcome: when it is to be done.
    pub commitment_on: Option<NaiveDate>,
}

/// One issue as a list shows it. Everything but `marks` follows from the issue's stream; `marks` from the calendars too.
#[derive(Clone, Debug, PartialEq)]
pub struct IssueRow {
    /// The issue.
    pub issue_id: IssueId,
    /// Its number, for example `2026-88122`.
    pub number: String,
    /// Position of its first event, the second part of the number.
    pub first_position: Position,
    /// Position of its newest event.
    pub position: Position,
    /// Version of its stream.
    pub version: Version,
    /// State.
    pub state: IssueState,
    /// Whether an answer is owed.
    pub is_open: bool,
    /// Whether the clock runs.
    pub clock: ClockState,
    /// Under supervision.
    pub supervised: bool,
    /// 1 plus the number of reopenings.
    pub cycle: u32,
    /// Kind.
    pub kind: IssueKind,
    /// Topic code of the policy.
    pub topic: String,
    /// The reception it was raised in.
    pub reception_id: ReceptionId,
    /// The grid.
    pub grid_id: AreaId,
    /// The unit, where there is one.
    pub unit_id: Option<AreaId>,
    /// Who owes the answer.
    pub responsible_delegate_id: DelegateId,
    /// The major issue it is linked to.
    pub major_issue_id: Option<MajorIssueId>,
    /// When its reception was held.
    pub raised_at: DateTime<Utc>,
    /// Town date of that.
    pub raised_on: NaiveDate,
    /// First due date of the cycle.
    pub original_answer_due_on: NaiveDate,
    /// When the visitor is to hear next.
    pub interim_due_on: Option<NaiveDate>,
    /// Counted through a year without a published calendar.
    pub provisional: bool,
    /// When the answer is due.
    pub answer_due_on: NaiveDate,
    /// The days on which its lateness changes.
    pub marks: Marks,
    /// The answer of this cycle.
    pub answer: Option<AnswerFacts>,
    /// Of an answered, closed or referred issue: whether that was by the due date.
    pub answered_on_time: Option<bool>,
    /// What the visitor thinks of the answer.
    pub satisfaction: Option<Satisfaction>,
    /// A reopening request awaits a decision.
    pub reopening_pending: bool,
    /// The last thing the visitor was told.
    pub last_word: LastWordKind,
    /// When.
    pub last_word_at: DateTime<Utc>,
    /// The box that holds subject and text of the issue, as raised.
    pub subject: Option<SealedText>,
}

/// After every day of the service, and still a date of ten characters.
const NEVER: NaiveDate = NaiveDate::from_ymd_opt(9999, 12, 31).expect("a date");

/// Columns in the order of [`bind`] and [`IssueRow::read`]; the first is the key.
pub(super) const COLUMNS: &[&str] = &[
    "issue_id",
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
    "last_word",
    "last_word_at",
    "box_subject",
    "box_version",
    "box_index",
    "box_commitment",
    "box",
];

impl IssueRow {
    /// The row of an issue as it is. Days are dates in `zone`.
    pub(super) fn of(
        issue_id: IssueId,
        issue: &Issue,
        subject: Option<&SealedText>,
        reference: &Reference,
        zone: Tz,
    ) -> Self {
        let marks = marks_of(issue, reference, zone);
        Self {
            issue_id,
            number: issue.number(zone),
            first_position: Position(issue.first_position),
            position: Position(issue.position),
            version: Version(issue.version),
            state: issue.state,
            is_open: issue.is_open(),
            clock: issue.clock,
            supervised: issue.supervised,
            cycle: issue.cycle,
            kind: issue.kind,
            topic: issue.topic.clone(),
            reception_id: issue.reception_id,
            grid_id: issue.grid_id,
            unit_id: issue.unit_id,
            responsible_delegate_id: issue.responsible_delegate_id,
            major_issue_id: issue.major_issue_id,
            raised_at: issue.raised_at,
            raised_on: issue.raised_at.with_timezone(&zone).date_naive(),
            original_answer_due_on: issue.original_due.on,
            interim_due_on: issue.interim_due_on,
            provisional: issue.due.provisional,
            answer_due_on: issue.due.on,
            marks,
            answer: issue.answer.as_ref().map(|answer| AnswerFacts {
                outcome: answer.given.outcome,
                channel: answer.given.channel,
                delivered_at: answer.delivered_at,
                answered_by: answer.given.answered_by,
                on_the_spot: answer.given.on_the_spot,
                commitment_on: answer.given.commitment_on,
            }),
            answered_on_time: answered(issue.state).then(|| marks.judged_on.map(|on| on <= issue.due.on)).flatten(),
            satisfaction: issue.satisfaction(),
            reopening_pending: issue.reopening_pending.is_some(),
            last_word: issue.last_word.kind,
            last_word_at: issue.last_word.at,
            subject: subject.cloned(),
        }
    }

    /// How it stands on a day; of an issue whose clock stands still, how it stood when the clock stopped.
    pub fn lateness(&self, today: NaiveDate) -> Lateness {
        self.marks.lateness(today)
    }

    pub(super) fn bind(binds: &mut Binds<'_, '_>, row: &Self) {
        let answer = row.answer.as_ref();
        let subject = row.subject.as_ref();
        binds
            .id(row.issue_id.0)
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
            .push(row.last_word.as_str())
            .instant(row.last_word_at)
            .push(subject.map(|text| text.subject.to_string()))
            .push(subject.map(|text| crate::columns::bigint(text.version.0)))
            .push(subject.map(|text| i64::from(text.index)))
            .push(subject.map(|text| text.commitment.to_vec()))
            .push(subject.map(|text| text.bytes.clone()));
    }

    pub(super) fn read(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        let mut columns = Columns::of(row);
        let issue_id = IssueId(columns.id()?);
        Ok(Self {
            issue_id,
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
            last_word: columns.parse(LastWordKind::parse)?,
            last_word_at: columns.instant()?,
            subject: read_subject(&mut columns, issue_id)?,
        })
    }
}

/// The days on which an issue's lateness changes, under the policy that its cycle runs under.
///
/// An open issue follows the calendars as they are now. One that is no longer open keeps those known when it was
/// touched last, whatever was published since: the row then depends on the log alone, not on how far a batch reached.
fn marks_of(issue: &Issue, reference: &Reference, zone: Tz) -> Marks {
    let policies = &reference.policies;
    let raised_on = issue.raised_at.with_timezone(&zone).date_naive();
    let Some(policy) = issue.policy.and_then(|position| policies.at(position)).or_else(|| policies.in_force(raised_on))
    else {
        // Recorded under no policy: nothing says what soon or long means.
        return Marks {
            due_soon_from: issue.due.on.succ_opt().unwrap_or(issue.due.on),
            overdue_from: issue.due.on.succ_opt().unwrap_or(issue.due.on),
            long_overdue_from: NEVER,
            judged_on: issue.stopped_at.map(|at| at.with_timezone(&zone).date_naive()),
        };
    };
    let calendars = &reference.calendars;
    if issue.is_open() || calendars.newest() <= Some(issue.position) {
        marks(issue, policy, calendars)
    } else {
        marks(issue, policy, &calendars.as_of(issue.position))
    }
}

/// Whether a state counts as answered in "answered on time": answered, closed, referred (API §5).
const fn answered(state: IssueState) -> bool {
    match state {
        IssueState::Answered | IssueState::Closed | IssueState::Referred => true,
        IssueState::Registered
        | IssueState::InHand
        | IssueState::Escalated
        | IssueState::AwaitingAnswer
        | IssueState::Withdrawn
        | IssueState::Merged => false,
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
    let commitment: Option<Vec<u8>> = columns.get()?;
    let bytes: Option<Vec<u8>> = columns.get()?;
    let commitment = commitment.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    Ok(match (subject, version, index, commitment, bytes) {
        (Some(subject), Some(version), Some(index), Some(commitment), Some(bytes)) => {
            Some(SealedText { subject, stream: StreamId::of("issue", issue_id.0), version, index, commitment, bytes })
        }
        _ => None,
    })
}
