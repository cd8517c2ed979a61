//! What can be done to an issue: one method per transition. The rules are `domain::issue`'s; here they are
//! given what they need, and what they decide is recorded.
//!
//! Escalation and its return, which touch the major issue too, are in [`crate::escalations`]; merging, linking, input,
//! attempts of delivery and commitments in [`crate::together`].

use crate::call::Call;
use crate::casework::Casework;
use crate::change::{Changed, Staged, Words, ms, words};
use crate::failure::Failure;
use crate::files::{AsOf, File};
use crate::reference::Reference;
use crate::transact::{Attempt, Envelope, Outcome, Plan};
use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use domain::ids::{DelegateId, IssueId};
use domain::issue::answering::{self, AnswerDraft};
use domain::issue::feedback::{self, FeedbackDraft};
use domain::issue::interim::{self, InterimDraft};
use domain::issue::{
    Issue, IssueEvent, closing, extension, handover, referral, reopening, suspension, taking, withdrawal,
};
use domain::refusal::{Code, Refusal};
use domain::rules::Rules;
use domain::vocabulary::{
    ExtensionReason, HandoverReason, ReopeningGround, StatutoryChannel, SuspensionReason, WordChannel,
};
use event_store::StreamId;
use std::ops::RangeInclusive;
use std::sync::Arc;

/// How a command on one issue ends.
pub type IssueOutcome = Result<Outcome<Changed<Issue>>, Failure>;

/// An instant that a command may claim; `None` is now.
pub type Claimed = Option<DateTime<Utc>>;

impl Casework {
    /// Takes a registered issue in hand (T3).
    pub async fn take_issue(&self, call: &Call, id: IssueId, at: Claimed) -> IssueOutcome {
        self.change_issue(call, id, at, &Words::new(), |issue, rules, _, at| {
            taking::take(issue, rules, at).map(IssueEvent::Taken)
        })
        .await
    }

    /// Gives the final answer (T2, T12). `said` holds `text`, and `basis` and `evidence_note` where there are any.
    pub async fn answer_issue(&self, call: &Call, id: IssueId, draft: &AnswerDraft, said: &Words) -> IssueOutcome {
        let reference = self.reference();
        let mut faults = draft.parts(reference.town_date(draft.delivered_at)).faults();
        if let Some(delegate) = draft.answered_by {
            faults.extend(known_delegate(&reference, delegate, "/answered_by").err());
        }
        if !faults.is_empty() {
            return Err(Failure::Unfit(faults));
        }
        self.change_issue(call, id, Some(draft.delivered_at), said, |issue, rules, _, _| {
            answering::answer(issue, rules, draft).map(IssueEvent::FinalAnswerGiven)
        })
        .await
    }

    /// Gives an interim reply (T6).
    pub async fn reply_meanwhile(&self, call: &Call, id: IssueId, draft: &InterimDraft, text: &str) -> IssueOutcome {
        self.change_issue(call, id, Some(draft.told_at), &words([("text", Some(text))]), |issue, rules, _, _| {
            interim::reply(issue, rules, draft).map(IssueEvent::InterimReplyGiven)
        })
        .await
    }

    /// Asks for more time (T7).
    pub async fn request_extension(
        &self,
        call: &Call,
        id: IssueId,
        reason_code: ExtensionReason,
        new_due_on: NaiveDate,
        reason: &str,
        at: Claimed,
    ) -> IssueOutcome {
        self.change_issue(call, id, at, &words([("reason", Some(reason))]), |issue, rules, _, at| {
            let draft = extension::ExtensionDraft { reason_code, new_due_on, at };
            extension::request(issue, rules, &draft).map(IssueEvent::ExtensionRequested)
        })
        .await
    }

    /// Grants or refuses more time (T7).
    pub async fn decide_extension(
        &self,
        call: &Call,
        id: IssueId,
        granted: bool,
        reason: Option<&str>,
        at: Claimed,
    ) -> IssueOutcome {
        self.change_issue(call, id, at, &words([("reason", reason)]), |issue, rules, _, at| {
            if granted {
                extension::grant(issue, rules, at).map(IssueEvent::ExtensionGranted)
            } else {
                extension::refuse(issue, rules, at).map(IssueEvent::ExtensionRefused)
            }
        })
        .await
    }

    /// Tells the visitor of a granted extension, which takes effect with it (T7).
    pub async fn tell_of_extension(
        &self,
        call: &Call,
        id: IssueId,
        channel: WordChannel,
        told_at: DateTime<Utc>,
    ) -> IssueOutcome {
        self.change_issue(call, id, Some(told_at), &Words::new(), |issue, rules, _, at| {
            extension::notify(issue, rules, channel, at).map(IssueEvent::VisitorToldOfExtension)
        })
        .await
    }

    /// Suspends the clock (T8).
    pub async fn suspend_issue(
        &self,
        call: &Call,
        id: IssueId,
        reason_code: SuspensionReason,
        until_on: NaiveDate,
        reason: &str,
        at: Claimed,
    ) -> IssueOutcome {
        self.change_issue(call, id, at, &words([("reason", Some(reason))]), |issue, rules, _, at| {
            let draft = suspension::SuspensionDraft { reason_code, until_on, at };
            suspension::suspend(issue, rules, &draft).map(IssueEvent::ClockSuspended)
        })
        .await
    }

    /// Lets the clock run again (T8).
    pub async fn resume_issue(&self, call: &Call, id: IssueId, reason: Option<&str>, at: Claimed) -> IssueOutcome {
        self.change_issue(call, id, at, &words([("reason", reason)]), |issue, rules, _, at| {
            suspension::resume(issue, rules, at).map(IssueEvent::ClockResumed)
        })
        .await
    }

    /// Refers the visitor to a statutory channel (T4).
    pub async fn refer_issue(
        &self,
        call: &Call,
        id: IssueId,
        channel: StatutoryChannel,
        told_at: DateTime<Utc>,
        reason: &str,
    ) -> IssueOutcome {
        self.change_issue(call, id, Some(told_at), &words([("reason", Some(reason))]), |issue, rules, _, at| {
            referral::refer(issue, rules, channel, at).map(IssueEvent::Referred)
        })
        .await
    }

    /// Records what the visitor thinks of the answer (T13).
    pub async fn record_feedback(
        &self,
        call: &Call,
        id: IssueId,
        draft: &FeedbackDraft,
        comment: Option<&str>,
    ) -> IssueOutcome {
        self.change_issue(call, id, Some(draft.given_at), &words([("comment", comment)]), |issue, rules, _, _| {
            feedback::record(issue, rules, draft).map(IssueEvent::FeedbackRecorded)
        })
        .await
    }

    /// Closes an answered issue (T14).
    pub async fn close_issue(&self, call: &Call, id: IssueId, at: Claimed) -> IssueOutcome {
        self.change_issue(call, id, at, &Words::new(), |issue, rules, _, at| {
            closing::close(issue, rules, at).map(IssueEvent::Closed)
        })
        .await
    }

    /// Asks for an answered or closed issue to be taken up again (T15).
    pub async fn request_reopening(
        &self,
        call: &Call,
        id: IssueId,
        ground: ReopeningGround,
        reason: &str,
        at: Claimed,
    ) -> IssueOutcome {
        self.change_issue(call, id, at, &words([("reason", Some(reason))]), |issue, rules, _, at| {
            reopening::request(issue, rules, ground, at).map(IssueEvent::ReopeningRequested)
        })
        .await
    }

    /// Records that the visitor withdrew (T16).
    pub async fn withdraw_issue(
        &self,
        call: &Call,
        id: IssueId,
        on_own_motion: bool,
        reason: &str,
        at: Claimed,
    ) -> IssueOutcome {
        self.change_issue(call, id, at, &words([("reason", Some(reason))]), |issue, rules, _, at| {
            withdrawal::withdraw(issue, rules, on_own_motion, at).map(IssueEvent::Withdrawn)
        })
        .await
    }

    /// Hands the duty to answer over (T19).
    pub async fn hand_over_issue(
        &self,
        call: &Call,
        id: IssueId,
        to: DelegateId,
        reason_code: HandoverReason,
        reason: &str,
        at: Claimed,
    ) -> IssueOutcome {
        known_delegate(&self.reference(), to, "/to_delegate_id")?;
        let said = words([("reason", Some(reason))]);
        self.change_issue_relying(call, id, at, &said, Some(to), |issue, rules, reference, at| {
            let draft = handover::HandoverDraft { to_delegate_id: to, reason_code, at };
            handover::hand_over(issue, rules, &reference.delegates, &draft).map(IssueEvent::ResponsibilityHandedOver)
        })
        .await
    }

    /// Decides one event on one issue and records it.
    pub(crate) async fn change_issue(
        &self,
        call: &Call,
        id: IssueId,
        occurred_at: Claimed,
        said: &Words,
        decide: impl Fn(&Issue, &Rules<'_>, &Reference, DateTime<Utc>) -> Result<IssueEvent, Refusal>,
    ) -> IssueOutcome {
        self.change_issue_relying(call, id, occurred_at, said, None, decide).await
    }

    /// The same where the decision relies on a delegate being what they were, a mandate included.
    async fn change_issue_relying(
        &self,
        call: &Call,
        id: IssueId,
        occurred_at: Claimed,
        said: &Words,
        relied_on: Option<DelegateId>,
        decide: impl Fn(&Issue, &Rules<'_>, &Reference, DateTime<Utc>) -> Result<IssueEvent, Refusal>,
    ) -> IssueOutcome {
        let outcome = self
            .transact(call, async || {
                let reference = self.reference();
                let file = self.issue(id, AsOf::Now).await?;
                insist(call, &file)?;
                let rules = reference.rules(file.state.policy, self.now())?;
                let at = occurred_at.unwrap_or(rules.now);
                let event = decide(&file.state, &rules, &reference, at)?;
                let envelope = issue_envelope(&file.state, &reference, at);
                let years = counted_years(&rules, &file.state, &event);
                let mut staged = Staged::on(StreamId::of("issue", id.0), file);
                staged.add(self, &envelope, event, said).await?;
                let guard = |plan: &mut Plan| {
                    if let Some(delegate) = relied_on {
                        let stream = StreamId::of("delegate", delegate.0);
                        let seen = reference.version(&stream);
                        plan.check(stream, seen);
                    }
                    plan.check_rules(&reference, years);
                };
                self.settle_one(call, staged, Plan::default(), guard).await
            })
            .await?;
        if let Outcome::Done(changed) = &outcome {
            self.remember_issue(id, &changed.file);
        }
        Ok(outcome)
    }
}

/// `If-Match`, if given, has the newest version among those it names.
pub(crate) fn insist<S>(call: &Call, file: &Arc<File<S>>) -> Result<(), Attempt> {
    if call.matches(file.version) { Ok(()) } else { Err(Attempt::Failed(Failure::Stale { actual: file.version })) }
}

/// A delegate that the body names; an unknown one does not fit.
///
/// Delegates are never removed, so this is asked before the issue is looked up: shape comes before existence (ADR 0026).
fn known_delegate(reference: &Reference, id: DelegateId, pointer: &str) -> Result<(), Refusal> {
    match reference.delegates.get(id) {
        Some(_) => Ok(()),
        None => Err(Refusal::new(Code::UnknownId).at(pointer)),
    }
}

pub(crate) fn issue_envelope(issue: &Issue, reference: &Reference, at: DateTime<Utc>) -> Envelope {
    Envelope {
        area: issue.grid_id.0,
        occurred_at: Some(ms(at)),
        policy: issue.policy,
        calendar: reference.calendars.newest(),
    }
}

/// The years whose calendars a decision counted through: from the day the clock counts from, or an answer that is
/// spoken of, to the due date it had, the one it gets, or any other day that the decision names.
pub(crate) fn counted_years(rules: &Rules<'_>, issue: &Issue, event: &IssueEvent) -> RangeInclusive<i32> {
    let mut days = vec![rules.today];
    // A stream that is just begun has no clock of its own yet.
    if issue.exists() {
        let standing = rules.standing(issue);
        days.extend([standing.clock_from, standing.due.on]);
        // What is left when the clock runs again by itself is counted, too.
        days.push(standing.after_suspension(rules.policy.time_zone(), rules.calendars).due.on);
        days.extend(issue.answer.as_ref().map(|answer| rules.town_date(answer.delivered_at)));
    }
    if let Some(due) = event.due() {
        days.extend([due.from, due.on]);
    }
    days.extend(day_of(event));
    if let IssueEvent::ClockSuspended(suspended) = event {
        let left = rules.calendars.after(suspended.until_on, suspended.remaining_working_days).on;
        days.extend([suspended.until_on, rules.calendars.working_day_on_or_after(left).on]);
    }
    let years = || days.iter().map(|day| day.year());
    years().min().unwrap_or_default()..=years().max().unwrap_or_default()
}

/// A day that an event names beside a due date, and that working days were counted to.
fn day_of(event: &IssueEvent) -> Option<NaiveDate> {
    match event {
        IssueEvent::InterimReplyGiven(reply) => Some(reply.next_word_on),
        IssueEvent::ExtensionRequested(request) => Some(request.new_due_on),
        IssueEvent::Escalated(escalated) => Some(escalated.interim_due_on),
        IssueEvent::Raised(_)
        | IssueEvent::VisitorToldOfExtension(_)
        | IssueEvent::ClockResumed(_)
        | IssueEvent::EscalationReturned(_)
        | IssueEvent::OutcomeReportedBack(_)
        | IssueEvent::Reopened(_)
        | IssueEvent::DeadlineRecomputed(_)
        | IssueEvent::Taken(_)
        | IssueEvent::Referred(_)
        | IssueEvent::ExtensionGranted(_)
        | IssueEvent::ExtensionRefused(_)
        | IssueEvent::ClockSuspended(_)
        | IssueEvent::FinalAnswerGiven(_)
        | IssueEvent::FeedbackRecorded(_)
        | IssueEvent::Closed(_)
        | IssueEvent::ReopeningRequested(_)
        | IssueEvent::ReopeningRefused(_)
        | IssueEvent::Withdrawn(_)
        | IssueEvent::ResponsibilityHandedOver(_)
        | IssueEvent::DeliveryAttempted(_)
        | IssueEvent::CommitmentVerified(_)
        | IssueEvent::Merged(_)
        | IssueEvent::Unmerged(_)
        | IssueEvent::Linked(_)
        | IssueEvent::InputRequested(_)
        | IssueEvent::InputGiven(_)
        | IssueEvent::CorrectionProposed(_)
        | IssueEvent::CorrectionRefused(_)
        | IssueEvent::Corrected(_) => None,
    }
}
