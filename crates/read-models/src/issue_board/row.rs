//! A row of the issue board: what a list of issues shows, and how it follows from the issue.

use crate::engine::reference::Reference;
use crate::engine::standing::{Standing, answered_on_time, marks_of};
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use domain::deadline::Marks;
use domain::ids::{AccountId, AreaId, DelegateId, IssueId, MajorIssueId, OfficeId, ReceptionId};
use domain::issue::{ExtensionState, Issue};
use domain::vocabulary::{
    AnswerChannel, ClockState, IssueKind, IssueState, LastWordKind, Lateness, Outcome, Satisfaction,
};
use event_store::{Position, StreamId, SubjectId, Version};

/// A sealed box with what is needed to open it (FORMAT §4), and no text.
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
    /// Which member of the opened box the text is.
    pub member: TextMember,
    /// What the leaf commits to.
    pub commitment: [u8; 32],
    /// Box bytes.
    pub bytes: Vec<u8>,
}

/// Where in an opened box the subject of an issue stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextMember {
    /// `subject`, as it was raised.
    Subject,
    /// `value`, in the box of a correction.
    Value,
}

impl TextMember {
    /// The member's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Value => "value",
        }
    }

    pub(super) fn parse(name: &str) -> Option<Self> {
        match name {
            "subject" => Some(Self::Subject),
            "value" => Some(Self::Value),
            _ => None,
        }
    }
}

/// The days on which a row shows its issue, both included; without either end, on every day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// The first.
    pub from: Option<NaiveDate>,
    /// The last.
    pub until: Option<NaiveDate>,
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
    /// The account that recorded it; nothing where the system or a visitor did.
    pub begun_by: Option<AccountId>,
    /// Who owed the answer before, in order.
    pub former_delegate_ids: Vec<DelegateId>,
    /// Offices that were asked for input.
    pub asked_office_ids: Vec<OfficeId>,
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
    /// The days on which all this is so; of an issue whose clock stands still there is a second row for the days after the
    /// suspension, in which it runs.
    pub shown: Shown,
    /// The answer of this cycle.
    pub answer: Option<AnswerFacts>,
    /// Of an answered, closed or referred issue: whether that was by the due date.
    pub answered_on_time: Option<bool>,
    /// What the visitor thinks of the answer.
    pub satisfaction: Option<Satisfaction>,
    /// A reopening request awaits a decision.
    pub reopening_pending: bool,
    /// A request for more time awaits a decision.
    pub extension_pending: bool,
    /// A correction of its record awaits a decision.
    pub correction_pending: bool,
    /// More time was granted, and the visitor was not told of it yet.
    pub extension_untold: bool,
    /// Offices whose input is awaited.
    pub awaited_office_ids: Vec<OfficeId>,
    /// The last thing the visitor was told.
    pub last_word: LastWordKind,
    /// When.
    pub last_word_at: DateTime<Utc>,
    /// The box that holds the subject of the issue, as raised or as corrected.
    pub subject: Option<SealedText>,
}

impl IssueRow {
    /// The row of an issue as it is, or two where its clock stands still: that of the suspension, and that of the days after
    /// it. Days are dates in `zone`.
    pub(super) fn all_of(
        issue_id: IssueId,
        issue: &Issue,
        subject: Option<&SealedText>,
        reference: &Reference,
        zone: Tz,
    ) -> Vec<Self> {
        let standing = Standing::of(issue, reference, zone);
        let now = Self::of(issue_id, &standing.now, subject, reference, zone);
        let Some((until_on, then)) = standing.then else { return vec![now] };
        let then = Self::of(issue_id, &then, subject, reference, zone);
        vec![
            Self { shown: Shown { from: None, until: Some(until_on) }, ..now },
            Self { shown: Shown { from: until_on.succ_opt(), until: None }, ..then },
        ]
    }

    fn of(issue_id: IssueId, issue: &Issue, subject: Option<&SealedText>, reference: &Reference, zone: Tz) -> Self {
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
            begun_by: None,
            former_delegate_ids: issue.former_delegates.clone(),
            asked_office_ids: issue.offices_asked.clone(),
            raised_at: issue.raised_at,
            raised_on: issue.raised_at.with_timezone(&zone).date_naive(),
            original_answer_due_on: issue.original_due.on,
            interim_due_on: issue.interim_due_on,
            provisional: issue.due.provisional,
            answer_due_on: issue.due.on,
            marks,
            shown: Shown::default(),
            answer: issue.answer.as_ref().map(|answer| AnswerFacts {
                outcome: answer.given.outcome,
                channel: answer.given.channel,
                delivered_at: answer.delivered_at,
                answered_by: answer.given.answered_by,
                on_the_spot: answer.given.on_the_spot,
                commitment_on: answer.given.commitment_on,
            }),
            answered_on_time: answered_on_time(issue, &marks),
            satisfaction: issue.satisfaction(),
            reopening_pending: issue.reopening_pending.is_some(),
            extension_pending: issue.extension_pending(),
            correction_pending: !issue.corrections.pending().is_empty(),
            extension_untold: issue.extension.is_some_and(|asked| asked.state == ExtensionState::Granted),
            awaited_office_ids: issue.inputs_open.iter().map(|asked| asked.to_office_id).collect(),
            last_word: issue.last_word.kind,
            last_word_at: issue.last_word.at,
            subject: subject.cloned(),
        }
    }

    /// How it stands on a day; of an issue whose clock stands still, how it stood when the clock stopped.
    pub fn lateness(&self, today: NaiveDate) -> Lateness {
        self.marks.lateness(today)
    }
}
