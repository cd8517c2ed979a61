//! How each event changes an issue. It copies what events say and never judges: whether an event may happen is decided
//! before it is recorded.

use super::{
    Answer, DueChange, Extension, ExtensionState, Feedback, Issue, LastWord, PendingReopening, SuspendedSpan,
    Suspension,
};
use crate::issue::{Due, IssueEvent};
use crate::vocabulary::{ClockState, DueRule, IssueState, LastWordKind, ReopeningGround};
use crate::{Fold, Stamp};
use chrono::{DateTime, Utc};

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
            IssueEvent::DeliveryAttempted(_)
            | IssueEvent::CommitmentVerified(_)
            | IssueEvent::Merged(_)
            | IssueEvent::Unmerged(_)
            | IssueEvent::Linked(_)
            | IssueEvent::InputRequested(_)
            | IssueEvent::InputGiven(_) => {}
            IssueEvent::CorrectionProposed(_) | IssueEvent::CorrectionRefused(_) | IssueEvent::Corrected(_) => {}
        }
        self.version = at.version;
        self.position = at.position;
    }
}

/// What several events do alike.
impl Issue {
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
