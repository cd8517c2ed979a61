//! What an issue is now: the fold of its stream (`state/fold.rs`). It remembers; the decisions beside it judge.

mod corrected;
mod fold;
mod relations;
mod standing;

pub use relations::{AttachedFile, CommitmentCheck, DeliveryAttempt, InputAsked, Link, Merging};
pub(super) use standing::working_days_left;

use super::{Due, FinalAnswerGiven};
use crate::correction::Corrections;
use crate::ids::{AccountId, AreaId, DelegateId, MajorIssueId, OfficeId, ReceptionId};
use crate::vocabulary::{
    ClockState, DueRule, ExtensionReason, FeedbackBy, IssueKind, IssueState, LastWordKind, Level, Outcome,
    ReopeningGround, Satisfaction, SuspensionReason,
};
use chrono::{DateTime, Datelike, NaiveDate, Utc};

/// An issue (事项). `version` 0 means that nothing of it is recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct Issue {
    /// Version of its stream.
    pub version: u64,
    /// Position of its newest event.
    pub position: u64,
    /// Position of its first event; with the year of `first_recorded_at` it is the number.
    pub first_position: u64,
    /// When the first event was recorded.
    pub first_recorded_at: DateTime<Utc>,
    /// When its reception was held.
    pub raised_at: DateTime<Utc>,
    /// Position of the policy version that its current cycle runs under.
    pub policy: Option<u64>,
    /// State.
    pub state: IssueState,
    /// Whether the clock runs.
    pub clock: ClockState,
    /// 1 plus the number of reopenings.
    pub cycle: u32,
    /// The reception it was raised in.
    pub reception_id: ReceptionId,
    /// Index into the reception's visitors.
    pub visitor: Option<u32>,
    /// Opinion, suggestion or demand.
    pub kind: IssueKind,
    /// Topic code of the policy.
    pub topic: String,
    /// The grid.
    pub grid_id: AreaId,
    /// The unit, where there is one.
    pub unit_id: Option<AreaId>,
    /// The one delegate who owes the answer now.
    pub responsible_delegate_id: DelegateId,
    /// Who was so before, each once: they go on reading it.
    pub former_delegates: Vec<DelegateId>,
    /// Offices that were ever asked for input, each once.
    pub offices_asked: Vec<OfficeId>,
    /// Version of the event that made them responsible.
    pub responsible_version: u64,
    /// The due date in force.
    pub due: Due,
    /// The first due date of the cycle.
    pub original_due: Due,
    /// What was promised for the answer before the outer limit of the escalation took its place; present while
    /// escalated.
    pub promised_due: Option<Due>,
    /// Town day from which the running clock counts: that of `due`, except that a resumption does not start it anew.
    pub clock_from: NaiveDate,
    /// How the due date came about, oldest first; the first entry of each cycle has no date before it.
    pub due_changes: Vec<DueChange>,
    /// What calendars published since made of the dates that hold once a suspension of this cycle has ended by itself.
    pub resumptions_recounted: Vec<DueChange>,
    /// When the visitor is to hear next.
    pub interim_due_on: Option<NaiveDate>,
    /// Version of the event that said so.
    pub interim_version: Option<u64>,
    /// Level it was escalated to; absent after a return.
    pub level: Option<Level>,
    /// The major issue it is linked to; absent after a return.
    pub major_issue_id: Option<MajorIssueId>,
    /// When it was escalated; present while escalated.
    pub escalated_at: Option<DateTime<Utc>>,
    /// Position of that event.
    pub escalation_position: Option<u64>,
    /// Outcome reported back to it in this cycle.
    pub reported_outcome: Option<Outcome>,
    /// The suspension that no event has ended. It ends by itself after its last day: see [`Issue::on`].
    pub suspension: Option<Suspension>,
    /// The other suspensions of this cycle.
    pub suspended_spans: Vec<SuspendedSpan>,
    /// The newest extension request of this cycle.
    pub extension: Option<Extension>,
    /// How many extensions were asked for in this cycle.
    pub extension_requests: u32,
    /// The final answer of this cycle.
    pub answer: Option<Answer>,
    /// When the duty to answer ended in this cycle: delivery, referral told, withdrawal.
    pub stopped_at: Option<DateTime<Utc>>,
    /// Version of the event that ended it.
    pub stopped_version: Option<u64>,
    /// When that was recorded.
    pub stop_recorded_at: Option<DateTime<Utc>>,
    /// When it was closed.
    pub closed_at: Option<DateTime<Utc>>,
    /// The newest feedback of this cycle.
    pub feedback: Option<Feedback>,
    /// All feedback of this cycle, in the order of its recording: a correction can make another one the newest.
    pub feedback_given: Vec<Feedback>,
    /// The reopening request that awaits a decision.
    pub reopening_pending: Option<PendingReopening>,
    /// Grounds on which a reopening of this cycle was refused.
    pub refused_grounds: Vec<ReopeningGround>,
    /// How often it was reopened because the visitor was dissatisfied, since new facts last reopened it.
    pub dissatisfied_reopenings: u32,
    /// The last thing the visitor was told.
    pub last_word: LastWord,
    /// All words to the visitor after the receipt, in the order of their recording.
    pub words: Vec<Word>,
    /// The visitor withdrew, the service goes on of its own motion.
    pub on_own_motion: bool,
    /// Under supervision (督办): its answer or a word of the present cycle. No event of its own says so, the clock does
    /// ([`crate::clock::supervises`]): the fold only ends it with the cycle.
    pub supervised: bool,
    /// Attempts of this cycle to reach the visitor, in the order of their recording.
    pub delivery_attempts: Vec<DeliveryAttempt>,
    /// What became of the commitment of this cycle's answer, once somebody looked.
    pub commitment_check: Option<CommitmentCheck>,
    /// Present while merged.
    pub merging: Option<Merging>,
    /// Issues that have to do with it, in the order of their linking.
    pub links: Vec<Link>,
    /// Files that were attached to it, in the order of their recording, whatever the cycle.
    pub files: Vec<AttachedFile>,
    /// Version of the event that gave the visitor the code that holds; nothing where it is the first one.
    pub receipt_version: Option<u64>,
    /// Offices that were asked in this cycle and have not answered, the oldest first.
    pub inputs_open: Vec<InputAsked>,
    /// When the cycle began: the reception, or the reopening. Nothing of the cycle can have happened earlier.
    pub cycle_began_at: DateTime<Utc>,
    /// When the duty to answer last changed hands: the reception, an escalation, its return, an outcome reported back, a
    /// reopening. The step that takes it further cannot be earlier.
    pub turned_at: DateTime<Utc>,
    /// Version of the event that did.
    pub turned_version: u64,
    /// What was corrected of it, and what waits to be (T20).
    pub corrections: Corrections,
}

/// One step in the history of the due date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueChange {
    /// Position of the event that moved it.
    pub position: u64,
    /// When that was recorded.
    pub recorded_at: DateTime<Utc>,
    /// Position of the newest calendar that the new date was counted by.
    pub calendar: Option<u64>,
    /// Cycle it belongs to.
    pub cycle: u32,
    /// The new date, with the rule it comes from.
    pub due: Due,
    /// Year of the calendar that moved it, where a calendar did.
    pub calendar_year: Option<i32>,
    /// True where a correction of the reception's time moved it.
    pub corrected: bool,
    /// The date before; absent where a cycle begins.
    pub from: Option<NaiveDate>,
}

/// A clock that stands still (T8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suspension {
    /// Why.
    pub reason: SuspensionReason,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Its last day: after it the clock runs again by itself.
    pub until_on: NaiveDate,
    /// Working days that were left.
    pub remaining_working_days: u32,
    /// Position of its event.
    pub position: u64,
    /// Position of the newest calendar that its event knew: by it is counted what is left after the last day.
    pub calendar: Option<u64>,
}

/// A suspension that is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SuspendedSpan {
    /// What it was; the day of its beginning still ran.
    pub suspension: Suspension,
    /// When the clock ran again; counted from the day after.
    pub until: DateTime<Utc>,
    /// When the event was recorded that ended it, or that found it ended.
    pub recorded_at: DateTime<Utc>,
}

/// Where an extension request stands (T7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExtensionState {
    /// Asked for.
    Requested,
    /// Granted, the visitor not told yet: not in effect.
    Granted,
    /// Refused.
    Refused,
    /// The visitor was told: in effect.
    InEffect,
    /// The issue was escalated before the visitor was told: void.
    Lapsed,
}

/// An extension request (T7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extension {
    /// Why.
    pub reason: ExtensionReason,
    /// The date asked for.
    pub new_due_on: NaiveDate,
    /// Where it stands.
    pub state: ExtensionState,
    /// When it was asked, then decided, then told.
    pub at: DateTime<Utc>,
    /// The account that asked.
    pub by: Option<AccountId>,
}

/// A final answer as given (T2, T12).
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The facts, as corrected.
    pub given: FinalAnswerGiven,
    /// The day of the commitment as it was noted, also where the outcome is corrected to one that has none.
    pub noted_commitment_on: Option<NaiveDate>,
    /// When it was delivered.
    pub delivered_at: DateTime<Utc>,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// Version of its event.
    pub version: u64,
    /// Position of its event.
    pub position: u64,
    /// Cycle it answers.
    pub cycle: u32,
}

/// What the visitor thinks of the answer (T13).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Feedback {
    /// The verdict.
    pub satisfaction: Satisfaction,
    /// Who passed it on.
    pub by: FeedbackBy,
    /// When it was given.
    pub given_at: DateTime<Utc>,
    /// Version of its event, whose box holds the comment.
    pub version: u64,
    /// The account that recorded it; nothing where the visitor gave it by their receipt.
    pub account: Option<AccountId>,
}

/// A reopening request that awaits a decision (T15).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PendingReopening {
    /// Why.
    pub ground: ReopeningGround,
    /// When it was asked.
    pub requested_at: DateTime<Utc>,
    /// The account that asked; nothing where the visitor did by their receipt.
    pub by: Option<AccountId>,
}

/// The last thing the visitor was told (the echo, 回音).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastWord {
    /// What it was.
    pub kind: LastWordKind,
    /// When.
    pub at: DateTime<Utc>,
}

/// A word to the visitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// Version of its event.
    pub version: u64,
    /// What it was, and when.
    pub word: LastWord,
}

impl Default for Issue {
    fn default() -> Self {
        // Placeholders of an unwritten stream; `issue.raised` replaces every one of them.
        let nowhen = DateTime::<Utc>::default();
        let no_due = Due {
            rule: DueRule::FinalAnswer,
            from: NaiveDate::default(),
            on: NaiveDate::default(),
            working_days: None,
            calendar_days: None,
            months: None,
            provisional: false,
        };
        Self {
            version: 0,
            position: 0,
            first_position: 0,
            first_recorded_at: nowhen,
            raised_at: nowhen,
            policy: None,
            state: IssueState::Registered,
            clock: ClockState::Running,
            cycle: 1,
            reception_id: ReceptionId::default(),
            visitor: None,
            kind: IssueKind::Opinion,
            topic: String::new(),
            grid_id: AreaId::default(),
            unit_id: None,
            responsible_delegate_id: DelegateId::default(),
            former_delegates: Vec::new(),
            offices_asked: Vec::new(),
            responsible_version: 0,
            due: no_due.clone(),
            original_due: no_due,
            promised_due: None,
            clock_from: NaiveDate::default(),
            due_changes: Vec::new(),
            resumptions_recounted: Vec::new(),
            interim_due_on: None,
            interim_version: None,
            level: None,
            major_issue_id: None,
            escalated_at: None,
            escalation_position: None,
            reported_outcome: None,
            suspension: None,
            suspended_spans: Vec::new(),
            extension: None,
            extension_requests: 0,
            answer: None,
            stopped_at: None,
            closed_at: None,
            stopped_version: None,
            stop_recorded_at: None,
            feedback: None,
            feedback_given: Vec::new(),
            reopening_pending: None,
            refused_grounds: Vec::new(),
            dissatisfied_reopenings: 0,
            last_word: LastWord { kind: LastWordKind::Receipt, at: nowhen },
            words: Vec::new(),
            on_own_motion: false,
            supervised: false,
            delivery_attempts: Vec::new(),
            commitment_check: None,
            merging: None,
            links: Vec::new(),
            files: Vec::new(),
            receipt_version: None,
            inputs_open: Vec::new(),
            cycle_began_at: nowhen,
            turned_at: nowhen,
            turned_version: 0,
            corrections: Corrections::default(),
        }
    }
}

impl Issue {
    /// Whether anything is recorded of it.
    pub const fn exists(&self) -> bool {
        self.version > 0
    }

    /// Whether an answer is still owed: registered, in hand, escalated, awaiting answer, merged.
    pub const fn is_open(&self) -> bool {
        match self.state {
            IssueState::Registered
            | IssueState::InHand
            | IssueState::Escalated
            | IssueState::AwaitingAnswer
            | IssueState::Merged => true,
            IssueState::Answered | IssueState::Closed | IssueState::Withdrawn | IssueState::Referred => false,
        }
    }

    /// The town's year of registration and the position of the first leaf, for example `2026-88122`.
    pub fn number(&self, town: chrono_tz::Tz) -> String {
        let year = self.first_recorded_at.with_timezone(&town).year();
        format!("{year}-{}", self.first_position)
    }

    /// What the visitor thinks, where something was said.
    pub fn satisfaction(&self) -> Option<Satisfaction> {
        self.feedback.map(|feedback| feedback.satisfaction)
    }
}
