//! What an issue is now: the fold of its stream. It remembers; the decisions beside it judge.

use super::{Due, FinalAnswerGiven, IssueEvent};
use crate::ids::{AreaId, DelegateId, MajorIssueId, ReceptionId};
use crate::vocabulary::{
    ClockState, DueRule, ExtensionReason, IssueKind, IssueState, LastWordKind, Level, Outcome, ReopeningGround,
    Satisfaction, SuspensionReason,
};
use crate::{Fold, Stamp};
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
    /// State (domain §4.1).
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
    /// The due date in force.
    pub due: Due,
    /// The first due date of the cycle.
    pub original_due: Due,
    /// What was promised for the answer before the outer limit of the escalation took its place; present while
    /// escalated.
    pub promised_due: Option<Due>,
    /// Town day on which the cycle began: the reception, or the reopening.
    pub cycle_from: NaiveDate,
    /// Town day from which the running clock counts: that of `due`, except that a resumption does not start it anew.
    pub clock_from: NaiveDate,
    /// How the due date came about, oldest first; the first entry of each cycle has no date before it.
    pub due_changes: Vec<DueChange>,
    /// When the visitor is to hear next.
    pub interim_due_on: Option<NaiveDate>,
    /// Level it was escalated to; absent after a return.
    pub level: Option<Level>,
    /// The major issue it is linked to; absent after a return.
    pub major_issue_id: Option<MajorIssueId>,
    /// When it was escalated; present while escalated.
    pub escalated_at: Option<DateTime<Utc>>,
    /// Outcome reported back to it in this cycle.
    pub reported_outcome: Option<Outcome>,
    /// Present while the clock stands still.
    pub suspension: Option<Suspension>,
    /// Suspensions of this cycle that are over.
    pub suspended_spans: Vec<SuspendedSpan>,
    /// The newest extension request of this cycle.
    pub extension: Option<Extension>,
    /// How many extensions were asked for in this cycle.
    pub extension_requests: u32,
    /// The final answer of this cycle.
    pub answer: Option<Answer>,
    /// When the duty to answer ended in this cycle: delivery, referral told, withdrawal.
    pub stopped_at: Option<DateTime<Utc>>,
    /// The newest feedback of this cycle.
    pub feedback: Option<Feedback>,
    /// The reopening request that awaits a decision.
    pub reopening_pending: Option<PendingReopening>,
    /// Grounds on which a reopening of this cycle was refused.
    pub refused_grounds: Vec<ReopeningGround>,
    /// How often it was reopened because the visitor was dissatisfied.
    pub dissatisfied_reopenings: u32,
    /// The last thing the visitor was told.
    pub last_word: LastWord,
    /// The visitor withdrew, the service goes on of its own motion.
    pub on_own_motion: bool,
    /// Under supervision (督办).
    pub supervised: bool,
    /// When the cycle began: the reception, or the reopening. Nothing of the cycle can have happened earlier.
    pub cycle_began_at: DateTime<Utc>,
    /// When the duty to answer last changed hands: the reception, an escalation, its return, an outcome reported back, a
    /// reopening. The step that takes it further cannot be earlier.
    pub turned_at: DateTime<Utc>,
}

/// One step in the history of the due date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DueChange {
    /// Position of the event that moved it.
    pub position: u64,
    /// Cycle it belongs to.
    pub cycle: u32,
    /// The rule the new date comes from.
    pub rule: DueRule,
    /// Year of the calendar that moved it, where a calendar did.
    pub calendar_year: Option<i32>,
    /// The date before; absent where a cycle begins.
    pub from: Option<NaiveDate>,
    /// The date after.
    pub to: NaiveDate,
}

/// A clock that stands still (T8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suspension {
    /// Why.
    pub reason: SuspensionReason,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Until when at the latest.
    pub until_on: NaiveDate,
    /// Working days that were left.
    pub remaining_working_days: u32,
}

/// A suspension that is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SuspendedSpan {
    /// Since when; that day still ran.
    pub since: DateTime<Utc>,
    /// When the clock ran again; counted from the day after.
    pub until: DateTime<Utc>,
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
}

/// A final answer as given (T2, T12).
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The stored facts.
    pub given: FinalAnswerGiven,
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
    /// When it was given.
    pub given_at: DateTime<Utc>,
    /// Version of its event, whose box holds the comment.
    pub version: u64,
}

/// A reopening request that awaits a decision (T15).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PendingReopening {
    /// Why.
    pub ground: ReopeningGround,
    /// When it was asked.
    pub requested_at: DateTime<Utc>,
}

/// The last thing the visitor was told (the echo, 回音).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastWord {
    /// What it was.
    pub kind: LastWordKind,
    /// When.
    pub at: DateTime<Utc>,
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
            due: no_due.clone(),
            original_due: no_due,
            promised_due: None,
            cycle_from: NaiveDate::default(),
            clock_from: NaiveDate::default(),
            due_changes: Vec::new(),
            interim_due_on: None,
            level: None,
            major_issue_id: None,
            escalated_at: None,
            reported_outcome: None,
            suspension: None,
            suspended_spans: Vec::new(),
            extension: None,
            extension_requests: 0,
            answer: None,
            stopped_at: None,
            feedback: None,
            reopening_pending: None,
            refused_grounds: Vec::new(),
            dissatisfied_reopenings: 0,
            last_word: LastWord { kind: LastWordKind::Receipt, at: nowhen },
            on_own_motion: false,
            supervised: false,
            cycle_began_at: nowhen,
            turned_at: nowhen,
        }
    }
}

impl Issue {
    /// Whether anything is recorded of it.
    pub const fn exists(&self) -> bool {
        self.version > 0
    }

    /// Whether an answer is still owed: registered, in hand, escalated, awaiting answer, merged (API §3).
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

    fn set_due(&mut self, due: &Due, calendar_year: Option<i32>, position: u64) {
        self.due_changes.push(DueChange {
            position,
            cycle: self.cycle,
            rule: due.rule,
            calendar_year,
            from: Some(self.due.on),
            to: due.on,
        });
        // The remaining days of a resumption are days of the old clock: it goes on, it does not begin.
        if due.rule != DueRule::Resumption {
            self.clock_from = due.from;
        }
        self.due = due.clone();
    }

    fn begin_cycle(&mut self, due: &Due, at: &Stamp) {
        self.due_changes.push(DueChange {
            position: at.position,
            cycle: self.cycle,
            rule: due.rule,
            calendar_year: None,
            from: None,
            to: due.on,
        });
        self.cycle_began_at = at.occurred_at;
        self.turned_at = at.occurred_at;
        self.due = due.clone();
        self.original_due = due.clone();
        self.promised_due = None;
        self.cycle_from = due.from;
        self.clock_from = due.from;
        self.clock = ClockState::Running;
        self.suspension = None;
        self.suspended_spans.clear();
        self.extension = None;
        self.extension_requests = 0;
        self.answer = None;
        self.feedback = None;
        self.stopped_at = None;
        self.interim_due_on = None;
        self.reported_outcome = None;
        self.reopening_pending = None;
        self.refused_grounds.clear();
        self.policy = at.policy.or(self.policy);
    }

    fn take(&mut self) {
        if self.state == IssueState::Registered {
            self.state = IssueState::InHand;
        }
    }

    fn stop(&mut self, state: IssueState, at: DateTime<Utc>) {
        self.state = state;
        self.clock = ClockState::Stopped;
        self.stopped_at = Some(at);
        self.interim_due_on = None;
        self.promised_due = None;
        self.escalated_at = None;
        self.end_suspension(at);
    }

    fn end_suspension(&mut self, at: DateTime<Utc>) {
        if let Some(suspension) = self.suspension.take() {
            self.suspended_spans.push(SuspendedSpan { since: suspension.since, until: at });
        }
    }

    fn leave_escalation(&mut self, at: DateTime<Utc>) {
        self.turned_at = at;
        self.promised_due = None;
        self.escalated_at = None;
        self.interim_due_on = None;
    }

    fn told(&mut self, kind: LastWordKind, at: DateTime<Utc>) {
        // A word recorded late does not hide a later one, but the receipt is none: an answer on the spot comes before it.
        // To the second, as claimed instants are compared.
        if self.last_word.kind == LastWordKind::Receipt || at.timestamp() >= self.last_word.at.timestamp() {
            self.last_word = LastWord { kind, at };
        }
    }

    fn decide_extension(&mut self, state: ExtensionState, at: &Stamp) {
        if let Some(extension) = &mut self.extension {
            extension.state = state;
            extension.at = at.occurred_at;
        }
    }
}

impl Fold for Issue {
    type Event = IssueEvent;

    fn apply(&mut self, event: &IssueEvent, at: &Stamp) {
        match event {
            IssueEvent::Raised(raised) => {
                self.first_position = at.position;
                self.first_recorded_at = at.recorded_at;
                self.raised_at = at.occurred_at;
                self.reception_id = raised.reception_id;
                self.visitor = raised.visitor;
                self.kind = raised.kind;
                self.topic.clone_from(&raised.topic);
                self.grid_id = raised.grid_id;
                self.unit_id = raised.unit_id;
                self.responsible_delegate_id = raised.responsible_delegate_id;
                self.last_word = LastWord { kind: LastWordKind::Receipt, at: at.recorded_at };
                self.begin_cycle(&raised.due, at);
            }
            IssueEvent::Taken(_) => self.take(),
            IssueEvent::Referred(_) => {
                self.stop(IssueState::Referred, at.occurred_at);
                self.told(LastWordKind::Referral, at.occurred_at);
            }
            IssueEvent::InterimReplyGiven(reply) => {
                self.take();
                self.interim_due_on = Some(reply.next_word_on);
                self.told(LastWordKind::InterimReply, at.occurred_at);
            }
            IssueEvent::ExtensionRequested(request) => {
                self.take();
                self.extension_requests += 1;
                self.extension = Some(Extension {
                    reason: request.reason_code,
                    new_due_on: request.new_due_on,
                    state: ExtensionState::Requested,
                    at: at.occurred_at,
                });
            }
            IssueEvent::ExtensionGranted(_) => self.decide_extension(ExtensionState::Granted, at),
            IssueEvent::ExtensionRefused(_) => self.decide_extension(ExtensionState::Refused, at),
            IssueEvent::VisitorToldOfExtension(told) => {
                self.decide_extension(ExtensionState::InEffect, at);
                self.set_due(&told.due, None, at.position);
                self.told(LastWordKind::ExtensionNotice, at.occurred_at);
            }
            IssueEvent::ClockSuspended(suspended) => {
                self.take();
                self.clock = ClockState::Suspended;
                self.suspension = Some(Suspension {
                    reason: suspended.reason_code,
                    since: at.occurred_at,
                    until_on: suspended.until_on,
                    remaining_working_days: suspended.remaining_working_days,
                });
            }
            IssueEvent::ClockResumed(resumed) => {
                self.clock = ClockState::Running;
                self.end_suspension(at.occurred_at);
                self.set_due(&resumed.due, None, at.position);
            }
            IssueEvent::Escalated(escalated) => {
                self.state = IssueState::Escalated;
                self.level = Some(escalated.level);
                self.major_issue_id = Some(escalated.major_issue_id);
                self.escalated_at = Some(at.occurred_at);
                self.turned_at = at.occurred_at;
                self.interim_due_on = Some(escalated.interim_due_on);
                self.promised_due = Some(self.due.clone());
                self.set_due(&escalated.due, None, at.position);
            }
            IssueEvent::EscalationReturned(returned) => {
                self.state = IssueState::InHand;
                self.leave_escalation(at.occurred_at);
                self.level = None;
                self.major_issue_id = None;
                self.set_due(&returned.due, None, at.position);
            }
            IssueEvent::OutcomeReportedBack(back) => {
                self.state = IssueState::AwaitingAnswer;
                self.leave_escalation(at.occurred_at);
                self.clock = ClockState::Running;
                self.end_suspension(at.occurred_at);
                self.reported_outcome = Some(back.outcome);
                self.set_due(&back.due, None, at.position);
            }
            IssueEvent::FinalAnswerGiven(answer) => {
                self.answer = Some(Answer {
                    given: answer.clone(),
                    delivered_at: at.occurred_at,
                    recorded_at: at.recorded_at,
                    version: at.version,
                    position: at.position,
                    cycle: self.cycle,
                });
                self.stop(IssueState::Answered, at.occurred_at);
                self.told(LastWordKind::FinalAnswer, at.occurred_at);
            }
            IssueEvent::FeedbackRecorded(feedback) => {
                // Later means given later, not recorded later.
                if self.feedback.is_none_or(|known| known.given_at <= at.occurred_at) {
                    self.feedback = Some(Feedback {
                        satisfaction: feedback.satisfaction,
                        given_at: at.occurred_at,
                        version: at.version,
                    });
                }
            }
            IssueEvent::Closed(_) => self.state = IssueState::Closed,
            IssueEvent::ReopeningRequested(request) => {
                self.reopening_pending =
                    Some(PendingReopening { ground: request.ground, requested_at: at.occurred_at });
            }
            IssueEvent::ReopeningRefused(_) => {
                if let Some(pending) = self.reopening_pending.take() {
                    self.refused_grounds.push(pending.ground);
                }
                self.told(LastWordKind::ReopeningDecision, at.occurred_at);
            }
            IssueEvent::Reopened(reopened) => {
                self.cycle = reopened.cycle;
                self.state = IssueState::InHand;
                if reopened.ground == ReopeningGround::Dissatisfied {
                    self.dissatisfied_reopenings += 1;
                }
                self.begin_cycle(&reopened.due, at);
                self.told(LastWordKind::ReopeningDecision, at.occurred_at);
            }
            IssueEvent::Withdrawn(withdrawn) => {
                if withdrawn.on_own_motion {
                    self.on_own_motion = true;
                } else {
                    self.stop(IssueState::Withdrawn, at.occurred_at);
                }
            }
            IssueEvent::ResponsibilityHandedOver(handover) => {
                self.take();
                self.responsible_delegate_id = handover.to_delegate_id;
            }
            IssueEvent::DeadlineRecomputed(recomputed) => {
                self.set_due(&recomputed.due, Some(recomputed.calendar_year), at.position);
            }
        }
        self.version = at.version;
        self.position = at.position;
    }
}
