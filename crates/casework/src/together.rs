//! What an issue has with others, and on the way to its visitor: merging (T17), linking (T18), an office's input (T5),
//! attempts of delivery (C-4.4), the look at a commitment (O-17).

use crate::call::Call;
use crate::casework::Casework;
use crate::change::{Staged, Words, words};
use crate::failure::Failure;
use crate::files::{AsOf, File};
use crate::issues::{Claimed, IssueOutcome, counted_years, insist, issue_envelope};
use crate::transact::{Outcome, Plan};
use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::{IssueId, OfficeId};
use domain::issue::commitment::{self, VerificationDraft};
use domain::issue::input::{self, InputDraft};
use domain::issue::linking::{self, LinkDraft};
use domain::issue::merging::{self, MergeDraft};
use domain::issue::{Issue, IssueEvent, delivery};
use domain::refusal::{Code, Refusal};
use domain::rules::Rules;
use domain::vocabulary::{LinkKind, WordChannel};
use event_store::StreamId;
use std::sync::Arc;

/// Another issue that a command names.
struct Other {
    id: IssueId,
    /// Where the body names it.
    pointer: &'static str,
    /// Whether what it is decides: then it must still be that when the event is recorded.
    relied_on: bool,
}

impl Casework {
    /// Records that the visitor was not reached (C-4.4).
    pub async fn record_delivery_attempt(
        &self,
        call: &Call,
        id: IssueId,
        channel: WordChannel,
        attempted_at: DateTime<Utc>,
        note: Option<&str>,
    ) -> IssueOutcome {
        self.change_issue(call, id, Some(attempted_at), &words([("note", note)]), |issue, rules, _, at| {
            delivery::attempt(issue, rules, channel, at).map(IssueEvent::DeliveryAttempted)
        })
        .await
    }

    /// Records whether the commitment of a planned answer was kept (O-17).
    pub async fn verify_commitment(
        &self,
        call: &Call,
        id: IssueId,
        kept: bool,
        verified_on: NaiveDate,
        note: Option<&str>,
        at: Claimed,
    ) -> IssueOutcome {
        self.change_issue(call, id, at, &words([("note", note)]), |issue, rules, _, at| {
            let draft = VerificationDraft { kept, verified_on, at };
            commitment::verify(issue, rules, &draft).map(IssueEvent::CommitmentVerified)
        })
        .await
    }

    /// Merges an issue into another, to be handled with it and answered for itself (T17).
    pub async fn merge_issue(
        &self,
        call: &Call,
        id: IssueId,
        primary: IssueId,
        reason: &str,
        at: Claimed,
    ) -> IssueOutcome {
        let said = words([("reason", Some(reason))]);
        // Two that are merged into each other at once would both be merged into something merged.
        let other = Other { id: primary, pointer: "/primary_issue_id", relied_on: true };
        self.change_issue_with(call, id, other, at, &said, |issue, rules, primary_issue, at| {
            let draft = MergeDraft { primary_issue_id: primary, at };
            merging::merge(issue, id, rules, &draft, primary_issue).map(IssueEvent::Merged)
        })
        .await
    }

    /// Takes a merged issue out again (T17).
    pub async fn unmerge_issue(&self, call: &Call, id: IssueId, reason: &str, at: Claimed) -> IssueOutcome {
        self.change_issue(call, id, at, &words([("reason", Some(reason))]), |issue, rules, _, at| {
            merging::unmerge(issue, rules, at).map(IssueEvent::Unmerged)
        })
        .await
    }

    /// Links an issue to another (T18).
    pub async fn link_issue(
        &self,
        call: &Call,
        id: IssueId,
        other: IssueId,
        kind: LinkKind,
        at: Claimed,
    ) -> IssueOutcome {
        // That it exists and when it was raised is all that counts, and neither goes away.
        let named = Other { id: other, pointer: "/issue_id", relied_on: false };
        self.change_issue_with(call, id, named, at, &Words::new(), |issue, rules, other_issue, at| {
            let draft = LinkDraft { issue_id: other, kind, at };
            linking::link(issue, id, rules, &draft, other_issue).map(IssueEvent::Linked)
        })
        .await
    }

    /// Asks an office what it knows (T5).
    pub async fn request_input(
        &self,
        call: &Call,
        id: IssueId,
        to_office_id: OfficeId,
        text: &str,
        at: Claimed,
    ) -> IssueOutcome {
        // Offices are never removed: asked before the issue is looked up, since shape comes before existence (ADR 0026).
        if self.reference().offices.get(to_office_id).is_none() {
            return Err(Refusal::new(Code::UnknownId).at("/to_office_id").into());
        }
        self.change_issue(call, id, at, &words([("text", Some(text))]), |issue, rules, reference, at| {
            let draft = InputDraft { to_office_id, at };
            input::request(issue, rules, &reference.offices, &draft).map(IssueEvent::InputRequested)
        })
        .await
    }

    /// Records what an office said, in answer to the oldest open request (T5).
    pub async fn give_input(&self, call: &Call, id: IssueId, text: &str, at: Claimed) -> IssueOutcome {
        self.change_issue(call, id, at, &words([("text", Some(text))]), |issue, rules, _, at| {
            input::give(issue, rules, at).map(IssueEvent::InputGiven)
        })
        .await
    }

    /// Decides one event on one issue with another in sight, and records it.
    async fn change_issue_with(
        &self,
        call: &Call,
        id: IssueId,
        other: Other,
        occurred_at: Claimed,
        said: &Words,
        decide: impl Fn(&Issue, &Rules<'_>, &Issue, DateTime<Utc>) -> Result<IssueEvent, Refusal>,
    ) -> IssueOutcome {
        // Shape comes before existence (ADR 0026); what exists once does not go away.
        self.named_issue(&other).await?;
        let outcome = self
            .transact(call, async || {
                let reference = self.reference();
                let file = self.issue(id, AsOf::Now).await?;
                insist(call, &file)?;
                let named = self.named_issue(&other).await?;
                let rules = reference.rules(file.state.policy, self.now())?;
                let at = occurred_at.unwrap_or(rules.now);
                let event = decide(&file.state, &rules, &named.state, at)?;
                let envelope = issue_envelope(&file.state, &reference, at);
                let years = counted_years(&rules, &file.state, &event);
                let mut staged = Staged::on(StreamId::of("issue", id.0), file);
                staged.add(self, &envelope, event, said).await?;
                let guard = |plan: &mut Plan| {
                    if other.relied_on {
                        plan.check(StreamId::of("issue", other.id.0), named.version);
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

    /// Another issue that the body names; an unknown one does not fit.
    async fn named_issue(&self, other: &Other) -> Result<Arc<File<Issue>>, Failure> {
        match self.issue(other.id, AsOf::Now).await {
            Err(Failure::NotFound) => Err(Refusal::new(Code::UnknownId).at(other.pointer).into()),
            found => found,
        }
    }
}
