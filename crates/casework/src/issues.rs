//! What can be done to an issue: one method per transition. The rules are `domain::issue`'s; here they are
//! given what they need, and what they decide is recorded.
//!
//! Escalation and its return, which touch the major issue too, are in [`crate::escalations`]; merging, linking, input,
//! attempts of delivery and commitments in [`crate::relations`].

use crate::access::things;
use crate::boxed::boxed;
use crate::casework::Casework;
use crate::read::cache::Cache;
use crate::read::loaded::{Caches, Entity, Loaded};
use crate::read::reference::Reference;
use crate::write::change::{Changed, Words, words};
use crate::write::context::CommandContext;
use crate::write::failure::Failure;
use crate::write::transact::Outcome;
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::{Action, Thing};
use domain::event::Event;
use domain::ids::{AreaId, DelegateId, IssueId};
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
use uuid::Uuid;

pub use crate::write::change::OccurredAt;

/// How a command on one issue ends.
pub type IssueOutcome = Result<Outcome<Changed<Issue>>, Failure>;

impl Casework {
    /// Takes a registered issue in hand (T3).
    #[boxed(?Send)]
    pub async fn take_issue(&self, call: &CommandContext, id: IssueId, at: OccurredAt) -> IssueOutcome {
        self.change_issue(call, id, at, Words::new(), &|issue, tx| {
            taking::take(issue, &tx.rules, tx.at).map(IssueEvent::Taken)
        })
        .await
    }

    /// Gives the final answer (T2, T12). `said` holds `text`, and `basis` and `evidence_note` where there are any.
    #[boxed(?Send)]
    pub async fn answer_issue(
        &self,
        call: &CommandContext,
        id: IssueId,
        draft: &AnswerDraft,
        said: &Words,
    ) -> IssueOutcome {
        let reference = self.reference();
        let mut faults = draft.parts(reference.town_date(draft.delivered_at)).faults();
        if let Some(delegate) = draft.answered_by {
            faults.extend(known_delegate(&reference, delegate, "/answered_by").err());
        }
        if faults.is_empty() {
            faults.extend(self.said_in_a_name(call, draft.evidence).err());
        }
        if !faults.is_empty() {
            return Err(Failure::Invalid(faults));
        }
        self.change_issue(call, id, Some(draft.delivered_at), said.clone(), &|issue, tx| {
            answering::answer(issue, &tx.rules, draft).map(IssueEvent::FinalAnswerGiven)
        })
        .await
    }

    /// Gives an interim reply (T6).
    #[boxed(?Send)]
    pub async fn reply_meanwhile(
        &self,
        call: &CommandContext,
        id: IssueId,
        draft: &InterimDraft,
        text: &str,
    ) -> IssueOutcome {
        self.change_issue(call, id, Some(draft.told_at), words([("text", Some(text))]), &|issue, tx| {
            interim::reply(issue, &tx.rules, draft).map(IssueEvent::InterimReplyGiven)
        })
        .await
    }

    /// Asks for more time (T7).
    #[boxed(?Send)]
    pub async fn request_extension(
        &self,
        call: &CommandContext,
        id: IssueId,
        reason_code: ExtensionReason,
        new_due_on: NaiveDate,
        reason: &str,
        at: OccurredAt,
    ) -> IssueOutcome {
        self.change_issue(call, id, at, words([("reason", Some(reason))]), &|issue, tx| {
            let draft = extension::ExtensionDraft { reason_code, new_due_on, at: tx.at };
            extension::request(issue, &tx.rules, &draft).map(IssueEvent::ExtensionRequested)
        })
        .await
    }

    /// Grants or refuses more time (T7).
    #[boxed(?Send)]
    pub async fn decide_extension(
        &self,
        call: &CommandContext,
        id: IssueId,
        granted: bool,
        reason: Option<&str>,
        at: OccurredAt,
    ) -> IssueOutcome {
        self.change_issue(call, id, at, words([("reason", reason)]), &|issue, tx| {
            self.another_than(call, issue.extension.as_ref().and_then(|asked| asked.by))?;
            if granted {
                extension::grant(issue, &tx.rules, tx.at).map(IssueEvent::ExtensionGranted)
            } else {
                extension::refuse(issue, &tx.rules, tx.at).map(IssueEvent::ExtensionRefused)
            }
        })
        .await
    }

    /// Tells the visitor of a granted extension, which takes effect with it (T7).
    #[boxed(?Send)]
    pub async fn tell_of_extension(
        &self,
        call: &CommandContext,
        id: IssueId,
        channel: WordChannel,
        told_at: DateTime<Utc>,
    ) -> IssueOutcome {
        self.change_issue(call, id, Some(told_at), Words::new(), &|issue, tx| {
            extension::notify(issue, &tx.rules, channel, tx.at).map(IssueEvent::VisitorToldOfExtension)
        })
        .await
    }

    /// Suspends the clock (T8).
    #[boxed(?Send)]
    pub async fn suspend_issue(
        &self,
        call: &CommandContext,
        id: IssueId,
        reason_code: SuspensionReason,
        until_on: NaiveDate,
        reason: &str,
        at: OccurredAt,
    ) -> IssueOutcome {
        self.change_issue(call, id, at, words([("reason", Some(reason))]), &|issue, tx| {
            let draft = suspension::SuspensionDraft { reason_code, until_on, at: tx.at };
            suspension::suspend(issue, &tx.rules, &draft).map(IssueEvent::ClockSuspended)
        })
        .await
    }

    /// Lets the clock run again (T8).
    #[boxed(?Send)]
    pub async fn resume_issue(
        &self,
        call: &CommandContext,
        id: IssueId,
        reason: Option<&str>,
        at: OccurredAt,
    ) -> IssueOutcome {
        self.change_issue(call, id, at, words([("reason", reason)]), &|issue, tx| {
            suspension::resume(issue, &tx.rules, tx.at).map(IssueEvent::ClockResumed)
        })
        .await
    }

    /// Refers the visitor to a statutory channel (T4).
    #[boxed(?Send)]
    pub async fn refer_issue(
        &self,
        call: &CommandContext,
        id: IssueId,
        channel: StatutoryChannel,
        told_at: DateTime<Utc>,
        reason: &str,
    ) -> IssueOutcome {
        self.change_issue(call, id, Some(told_at), words([("reason", Some(reason))]), &|issue, tx| {
            referral::refer(issue, &tx.rules, channel, tx.at).map(IssueEvent::Referred)
        })
        .await
    }

    /// Records what the visitor thinks of the answer (T13).
    #[boxed(?Send)]
    pub async fn record_feedback(
        &self,
        call: &CommandContext,
        id: IssueId,
        draft: &FeedbackDraft,
        comment: Option<&str>,
    ) -> IssueOutcome {
        self.change_issue(call, id, Some(draft.given_at), words([("comment", comment)]), &|issue, tx| {
            feedback::record(issue, &tx.rules, draft).map(IssueEvent::FeedbackRecorded)
        })
        .await
    }

    /// Closes an answered issue (T14).
    #[boxed(?Send)]
    pub async fn close_issue(&self, call: &CommandContext, id: IssueId, at: OccurredAt) -> IssueOutcome {
        self.change_issue(call, id, at, Words::new(), &|issue, tx| {
            self.another_than(call, closing::on_the_word_of(issue, &tx.rules, tx.at))?;
            closing::close(issue, &tx.rules, tx.at).map(IssueEvent::Closed)
        })
        .await
    }

    /// Asks for an answered or closed issue to be taken up again (T15).
    #[boxed(?Send)]
    pub async fn request_reopening(
        &self,
        call: &CommandContext,
        id: IssueId,
        ground: ReopeningGround,
        reason: &str,
        at: OccurredAt,
    ) -> IssueOutcome {
        self.change_issue(call, id, at, words([("reason", Some(reason))]), &|issue, tx| {
            reopening::request(issue, &tx.rules, ground, tx.at).map(IssueEvent::ReopeningRequested)
        })
        .await
    }

    /// Records that the visitor withdrew (T16).
    #[boxed(?Send)]
    pub async fn withdraw_issue(
        &self,
        call: &CommandContext,
        id: IssueId,
        on_own_motion: bool,
        reason: &str,
        at: OccurredAt,
    ) -> IssueOutcome {
        self.change_issue(call, id, at, words([("reason", Some(reason))]), &|issue, tx| {
            withdrawal::withdraw(issue, &tx.rules, on_own_motion, tx.at).map(IssueEvent::Withdrawn)
        })
        .await
    }

    /// Hands the duty to answer over (T19).
    #[boxed(?Send)]
    pub async fn hand_over_issue(
        &self,
        call: &CommandContext,
        id: IssueId,
        to: DelegateId,
        reason_code: HandoverReason,
        reason: &str,
        at: OccurredAt,
    ) -> IssueOutcome {
        known_delegate(&self.reference(), to, "/to_delegate_id")?;
        self.change_issue(call, id, at, words([("reason", Some(reason))]), &|issue, tx| {
            tx.rely_on_delegate(to);
            let draft = handover::HandoverDraft { to_delegate_id: to, reason_code, at: tx.at };
            handover::hand_over(issue, &tx.rules, &tx.reference.delegates, &draft)
                .map(IssueEvent::ResponsibilityHandedOver)
        })
        .await
    }
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

impl Entity for Issue {
    type Id = IssueId;

    const FAMILY: &'static str = "issue";

    const READ: Action = Action::IssueRead;

    fn event(event: Event) -> Option<IssueEvent> {
        if let Event::Issue(event) = event { Some(event) } else { None }
    }

    fn cache(caches: &Caches) -> Option<&Cache<Uuid, Loaded<Self>>> {
        Some(&caches.issues)
    }

    fn area(&self) -> Option<AreaId> {
        Some(self.grid_id)
    }

    fn policy(&self) -> Option<u64> {
        self.policy
    }

    /// From the day the clock counts from, or an answer that is spoken of, to the due date it had, the one it gets, or
    /// any other day that the decision names.
    fn counted_days(&self, rules: &Rules<'_>, event: &IssueEvent) -> Vec<NaiveDate> {
        let mut days = vec![rules.today];
        // A stream that is just begun has no clock of its own yet.
        if self.exists() {
            let standing = rules.standing(self);
            days.extend([standing.clock_from, standing.due.on]);
            // What is left when the clock runs again by itself is counted, too.
            days.push(standing.after_suspension(rules.policy.time_zone(), rules.calendars).due.on);
            days.extend(self.answer.as_ref().map(|answer| rules.town_date(answer.delivered_at)));
        }
        let named = event.days();
        days.extend(named.due.into_iter().flat_map(|due| [due.from, due.on]));
        days.extend(named.counted_to);
        if let IssueEvent::ClockSuspended(suspended) = event {
            let left = rules.calendars.after(suspended.until_on, suspended.remaining_working_days).on;
            days.extend([suspended.until_on, rules.calendars.working_day_on_or_after(left).on]);
        }
        days
    }

    fn thing(&self, _: Self::Id) -> Thing {
        things::issue(self)
    }
}
