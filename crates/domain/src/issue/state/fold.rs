//! How each event changes an issue. It copies what events say and never judges: whether an event may happen is decided
//! before it is recorded.

use super::{
    Answer, AttachedFile, CommitmentCheck, DeliveryAttempt, DueChange, Extension, ExtensionState, Feedback, InputAsked,
    Issue, LastWord, Link, Merging, PendingReopening, SuspendedSpan, Suspension, Word,
};
use crate::issue::{Due, IssueEvent};
use crate::vocabulary::{ClockState, DueRule, IssueState, LastWordKind, ReopeningGround};
use crate::{Fold, Stamp};
use chrono::NaiveDate;

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
                self.responsible_version = at.version;
                self.last_word = LastWord { kind: LastWordKind::Receipt, at: at.recorded_at };
                self.begin_cycle(&raised.due, at);
            }
            IssueEvent::Taken(_) => self.take(),
            IssueEvent::Referred(_) => {
                self.stop(IssueState::Referred, at);
                self.told(LastWordKind::Referral, at);
            }
            IssueEvent::InterimReplyGiven(reply) => {
                self.take();
                self.interim_due_on = Some(reply.next_word_on);
                self.interim_version = Some(at.version);
                self.told(LastWordKind::InterimReply, at);
            }
            IssueEvent::ExtensionRequested(request) => {
                self.take();
                self.extension_requests += 1;
                self.extension = Some(Extension {
                    reason: request.reason_code,
                    new_due_on: request.new_due_on,
                    state: ExtensionState::Requested,
                    at: at.occurred_at,
                    by: at.account,
                });
            }
            IssueEvent::ExtensionGranted(_) => self.decide_extension(ExtensionState::Granted, at),
            IssueEvent::ExtensionRefused(_) => self.decide_extension(ExtensionState::Refused, at),
            IssueEvent::VisitorToldOfExtension(told) => {
                self.decide_extension(ExtensionState::InEffect, at);
                self.set_due(&told.due, at);
                self.told(LastWordKind::ExtensionNotice, at);
            }
            IssueEvent::ClockSuspended(suspended) => {
                self.take();
                // One that no event ended has ended by itself, or this one would not have been allowed.
                self.end_suspension(at);
                self.clock = ClockState::Suspended;
                self.suspension = Some(Suspension {
                    reason: suspended.reason_code,
                    since: at.occurred_at,
                    until_on: suspended.until_on,
                    remaining_working_days: suspended.remaining_working_days,
                    position: at.position,
                    calendar: at.calendar,
                });
            }
            IssueEvent::ClockResumed(resumed) => {
                self.clock = ClockState::Running;
                self.end_suspension(at);
                self.set_due(&resumed.due, at);
            }
            IssueEvent::Escalated(escalated) => {
                self.state = IssueState::Escalated;
                self.level = Some(escalated.level);
                self.major_issue_id = Some(escalated.major_issue_id);
                self.escalated_at = Some(at.occurred_at);
                self.escalation_position = Some(at.position);
                self.turned(at);
                if let Some(extension) = &mut self.extension {
                    match extension.state {
                        ExtensionState::Requested | ExtensionState::Granted => extension.state = ExtensionState::Lapsed,
                        ExtensionState::Refused | ExtensionState::InEffect | ExtensionState::Lapsed => {}
                    }
                }
                self.interim_due_on = Some(escalated.interim_due_on);
                self.interim_version = Some(at.version);
                // A cycle that begins escalated was promised nothing else.
                self.promised_due = Some(self.due.clone()).filter(|due| due.rule != DueRule::OuterLimit);
                self.set_due(&escalated.due, at);
            }
            IssueEvent::EscalationReturned(returned) => {
                self.state = IssueState::InHand;
                self.leave_escalation(at);
                self.level = None;
                self.major_issue_id = None;
                self.set_due(&returned.due, at);
            }
            IssueEvent::OutcomeReportedBack(back) => {
                self.state = IssueState::AwaitingAnswer;
                self.leave_escalation(at);
                self.clock = ClockState::Running;
                self.end_suspension(at);
                self.reported_outcome = Some(back.outcome);
                self.set_due(&back.due, at);
            }
            IssueEvent::FinalAnswerGiven(answer) => {
                let mut given = Answer {
                    given: answer.clone(),
                    noted_commitment_on: answer.commitment_on,
                    delivered_at: at.occurred_at,
                    recorded_at: at.recorded_at,
                    version: at.version,
                    position: at.position,
                    cycle: self.cycle,
                };
                given.promise();
                self.answer = Some(given);
                self.stop(IssueState::Answered, at);
                self.told(LastWordKind::FinalAnswer, at);
            }
            IssueEvent::FeedbackRecorded(feedback) => {
                self.feedback_given.push(Feedback {
                    satisfaction: feedback.satisfaction,
                    by: feedback.by,
                    given_at: at.occurred_at,
                    version: at.version,
                    account: at.account,
                });
                self.feedback = self.newest_feedback();
            }
            IssueEvent::Closed(_) => {
                self.state = IssueState::Closed;
                self.closed_at = Some(at.occurred_at);
            }
            IssueEvent::ReopeningRequested(request) => {
                self.reopening_pending =
                    Some(PendingReopening { ground: request.ground, requested_at: at.occurred_at, by: at.account });
            }
            IssueEvent::ReopeningRefused(_) => {
                if let Some(pending) = self.reopening_pending.take() {
                    self.refused_grounds.push(pending.ground);
                }
                self.told(LastWordKind::ReopeningDecision, at);
            }
            IssueEvent::Reopened(reopened) => {
                self.cycle = reopened.cycle;
                self.state = IssueState::InHand;
                match reopened.ground {
                    ReopeningGround::Dissatisfied => self.dissatisfied_reopenings += 1,
                    // What was found wrong before is not what is found wrong now.
                    ReopeningGround::NewFacts => self.dissatisfied_reopenings = 0,
                    ReopeningGround::CommitmentBroken | ReopeningGround::WrongOutcome => {}
                }
                self.begin_cycle(&reopened.due, at);
                self.told(LastWordKind::ReopeningDecision, at);
            }
            IssueEvent::Withdrawn(withdrawn) => {
                if withdrawn.on_own_motion {
                    self.on_own_motion = true;
                } else {
                    self.stop(IssueState::Withdrawn, at);
                }
            }
            IssueEvent::ResponsibilityHandedOver(handover) => {
                self.take();
                if !self.former_delegates.contains(&self.responsible_delegate_id) {
                    self.former_delegates.push(self.responsible_delegate_id);
                }
                self.responsible_delegate_id = handover.to_delegate_id;
                self.responsible_version = at.version;
            }
            IssueEvent::DeadlineRecomputed(recomputed) => {
                let due = &recomputed.due;
                let mut change = self.due_change(due, Some(self.due.on), at);
                change.calendar_year = recomputed.calendar_year;
                let of_suspension = |known: Suspension| due.rule == DueRule::Resumption && due.from == known.until_on;
                if self.suspension.is_some_and(of_suspension) {
                    self.resumptions_recounted.push(change);
                } else {
                    self.take_due(change);
                }
            }
            IssueEvent::DeliveryAttempted(attempt) => {
                self.delivery_attempts.push(DeliveryAttempt { channel: attempt.channel, at: at.occurred_at });
            }
            IssueEvent::CommitmentVerified(verified) => {
                self.commitment_check = Some(CommitmentCheck {
                    kept: verified.kept,
                    verified_on: verified.verified_on,
                    version: at.version,
                });
            }
            IssueEvent::Merged(merged) => {
                self.merging = Some(Merging {
                    primary_issue_id: merged.primary_issue_id,
                    before: self.state,
                    since: at.occurred_at,
                });
                self.state = IssueState::Merged;
            }
            IssueEvent::Unmerged(_) => {
                if let Some(merging) = self.merging.take() {
                    self.state = merging.before;
                }
            }
            IssueEvent::Linked(linked) => self.links.push(Link { issue_id: linked.issue_id, kind: linked.kind }),
            IssueEvent::InputRequested(request) => {
                let to_office_id = request.to_office_id;
                if !self.offices_asked.contains(&to_office_id) {
                    self.offices_asked.push(to_office_id);
                }
                self.inputs_open.push(InputAsked { to_office_id, asked_at: at.occurred_at, version: at.version });
            }
            IssueEvent::InputGiven(_) => {
                if !self.inputs_open.is_empty() {
                    self.inputs_open.remove(0);
                }
            }
            IssueEvent::EvidenceAttached(attached) => {
                let by_visitor = attached.by_visitor;
                self.files.extend(attached.file_ids.iter().map(|id| AttachedFile { file_id: *id, by_visitor }));
            }
            IssueEvent::ReceiptReissued(_) => self.receipt_version = Some(at.version),
            IssueEvent::CorrectionProposed(proposed) => self.corrections.propose(proposed, at),
            IssueEvent::CorrectionRefused(refused) => self.corrections.refuse(refused),
            IssueEvent::Corrected(corrected) => self.correct(corrected, at),
        }
        self.version = at.version;
        self.position = at.position;
    }
}

/// What several events do alike.
impl Issue {
    pub(super) fn set_due(&mut self, due: &Due, at: &Stamp) {
        self.take_due(self.due_change(due, Some(self.due.on), at));
    }

    pub(super) fn take_due(&mut self, change: DueChange) {
        // The remaining days of a resumption are days of the old clock: it goes on, it does not begin.
        if change.due.rule != DueRule::Resumption {
            self.clock_from = change.due.from;
        }
        self.due = change.due.clone();
        self.due_changes.push(change);
    }

    fn due_change(&self, due: &Due, from: Option<NaiveDate>, at: &Stamp) -> DueChange {
        DueChange {
            position: at.position,
            recorded_at: at.recorded_at,
            calendar: at.calendar,
            cycle: self.cycle,
            due: due.clone(),
            calendar_year: None,
            corrected: false,
            from,
        }
    }

    fn begin_cycle(&mut self, due: &Due, at: &Stamp) {
        self.due_changes.push(self.due_change(due, None, at));
        self.cycle_began_at = at.occurred_at;
        self.supervised = false;
        self.turned(at);
        self.due = due.clone();
        self.original_due = due.clone();
        self.promised_due = None;
        self.clock_from = due.from;
        self.clock = ClockState::Running;
        self.suspension = None;
        self.suspended_spans.clear();
        self.resumptions_recounted.clear();
        self.extension = None;
        self.extension_requests = 0;
        self.answer = None;
        self.feedback = None;
        self.feedback_given.clear();
        self.stopped_at = None;
        self.closed_at = None;
        self.stopped_version = None;
        self.stop_recorded_at = None;
        self.interim_due_on = None;
        self.interim_version = None;
        self.reported_outcome = None;
        self.reopening_pending = None;
        self.refused_grounds.clear();
        self.delivery_attempts.clear();
        self.commitment_check = None;
        self.inputs_open.clear();
        self.policy = at.policy.or(self.policy);
    }

    fn take(&mut self) {
        // A merged issue stays merged; what unmerging brings back is then in hand.
        let state = match &mut self.merging {
            Some(merging) => &mut merging.before,
            None => &mut self.state,
        };
        if *state == IssueState::Registered {
            *state = IssueState::InHand;
        }
    }

    fn stop(&mut self, state: IssueState, at: &Stamp) {
        self.state = state;
        self.merging = None;
        self.clock = ClockState::Stopped;
        self.stopped_at = Some(at.occurred_at);
        self.stopped_version = Some(at.version);
        self.stop_recorded_at = Some(at.recorded_at);
        self.interim_due_on = None;
        self.interim_version = None;
        self.promised_due = None;
        self.escalated_at = None;
        self.escalation_position = None;
        self.end_suspension(at);
    }

    fn end_suspension(&mut self, at: &Stamp) {
        if let Some(suspension) = self.suspension.take() {
            let (until, recorded_at) = (at.occurred_at, at.recorded_at);
            self.suspended_spans.push(SuspendedSpan { suspension, until, recorded_at });
        }
    }

    fn leave_escalation(&mut self, at: &Stamp) {
        self.turned(at);
        self.promised_due = None;
        self.escalated_at = None;
        self.escalation_position = None;
        self.interim_due_on = None;
        self.interim_version = None;
    }

    fn told(&mut self, kind: LastWordKind, at: &Stamp) {
        self.words.push(Word { version: at.version, word: LastWord { kind, at: at.occurred_at } });
        self.last_word = self.newest_word();
    }

    fn turned(&mut self, at: &Stamp) {
        self.turned_at = at.occurred_at;
        self.turned_version = at.version;
    }

    fn decide_extension(&mut self, state: ExtensionState, at: &Stamp) {
        if let Some(extension) = &mut self.extension {
            extension.state = state;
            extension.at = at.occurred_at;
        }
    }
}
