//! What an issue has with others, and on the way to its visitor: merging (T17), linking (T18), an office's input (T5),
//! attempts of delivery (C-4.4), the look at a commitment (O-17).

use crate::boxed::boxed;
use crate::casework::Casework;
use crate::issues::IssueOutcome;
use crate::read::loaded::Entity as _;
use crate::write::change::{OccurredAt, Transaction, Words, words};
use crate::write::context::CommandContext;
use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::{IssueId, OfficeId};
use domain::issue::commitment::{self, VerificationDraft};
use domain::issue::input::{self, InputDraft};
use domain::issue::linking::{self, LinkDraft};
use domain::issue::merging::{self, MergeDraft};
use domain::issue::{Issue, IssueEvent, delivery};
use domain::refusal::{Code, Refusal};
use domain::vocabulary::{LinkKind, WordChannel};

impl Casework {
    /// Records that the visitor was not reached (C-4.4).
    #[boxed(?Send)]
    pub async fn record_delivery_attempt(
        &self,
        call: &CommandContext,
        id: IssueId,
        channel: WordChannel,
        attempted_at: DateTime<Utc>,
        note: Option<&str>,
    ) -> IssueOutcome {
        self.change_issue(call, id, Some(attempted_at), words([("note", note)]), &|issue, tx| {
            delivery::attempt(issue, &tx.rules, channel, tx.at).map(IssueEvent::DeliveryAttempted)
        })
        .await
    }

    /// Records whether the commitment of a planned answer was kept (O-17).
    #[boxed(?Send)]
    pub async fn verify_commitment(
        &self,
        call: &CommandContext,
        id: IssueId,
        kept: bool,
        verified_on: NaiveDate,
        note: Option<&str>,
        at: OccurredAt,
    ) -> IssueOutcome {
        self.change_issue(call, id, at, words([("note", note)]), &|issue, tx| {
            let draft = VerificationDraft { kept, verified_on, at: tx.at };
            commitment::verify(issue, &tx.rules, &draft).map(IssueEvent::CommitmentVerified)
        })
        .await
    }

    /// Merges an issue into another, to be handled with it and answered for itself (T17).
    #[boxed(?Send)]
    pub async fn merge_issue(
        &self,
        call: &CommandContext,
        id: IssueId,
        primary: IssueId,
        reason: &str,
        at: OccurredAt,
    ) -> IssueOutcome {
        let named = async || self.load_named::<Issue>(primary, "/primary_issue_id").await;
        // Shape comes before existence (ADR 0026); what exists once does not go away.
        named().await?;
        let said = words([("reason", Some(reason))]);
        self.change_with(call, id, at, said, async |issue: &Issue, tx: &mut Transaction<'_>| {
            let primary_issue = named().await?;
            // Two that are merged into each other at once would both be merged into something merged.
            tx.rely_on(Issue::stream(primary), primary_issue.version);
            let draft = MergeDraft { primary_issue_id: primary, at: tx.at };
            Ok(IssueEvent::Merged(merging::merge(issue, id, &tx.rules, &draft, &primary_issue.state)?))
        })
        .await
    }

    /// Takes a merged issue out again (T17).
    #[boxed(?Send)]
    pub async fn unmerge_issue(
        &self,
        call: &CommandContext,
        id: IssueId,
        reason: &str,
        at: OccurredAt,
    ) -> IssueOutcome {
        self.change_issue(call, id, at, words([("reason", Some(reason))]), &|issue, tx| {
            merging::unmerge(issue, &tx.rules, tx.at).map(IssueEvent::Unmerged)
        })
        .await
    }

    /// Links an issue to another (T18).
    #[boxed(?Send)]
    pub async fn link_issue(
        &self,
        call: &CommandContext,
        id: IssueId,
        other: IssueId,
        kind: LinkKind,
        at: OccurredAt,
    ) -> IssueOutcome {
        let named = async || self.load_named::<Issue>(other, "/issue_id").await;
        named().await?;
        self.change_with(call, id, at, Words::new(), async |issue: &Issue, tx: &mut Transaction<'_>| {
            // That it exists and when it was raised is all that counts, and neither goes away.
            let other_issue = named().await?;
            let draft = LinkDraft { issue_id: other, kind, at: tx.at };
            Ok(IssueEvent::Linked(linking::link(issue, id, &tx.rules, &draft, &other_issue.state)?))
        })
        .await
    }

    /// Asks an office what it knows (T5).
    #[boxed(?Send)]
    pub async fn request_input(
        &self,
        call: &CommandContext,
        id: IssueId,
        to_office_id: OfficeId,
        text: &str,
        at: OccurredAt,
    ) -> IssueOutcome {
        // Offices are never removed: asked before the issue is looked up, since shape comes before existence (ADR 0026).
        if self.reference().offices.get(to_office_id).is_none() {
            return Err(Refusal::new(Code::UnknownId).at("/to_office_id").into());
        }
        self.change_issue(call, id, at, words([("text", Some(text))]), &|issue, tx| {
            let draft = InputDraft { to_office_id, at: tx.at };
            input::request(issue, &tx.rules, &tx.reference.offices, &draft).map(IssueEvent::InputRequested)
        })
        .await
    }

    /// Records what an office said, in answer to the oldest open request (T5).
    #[boxed(?Send)]
    pub async fn give_input(&self, call: &CommandContext, id: IssueId, text: &str, at: OccurredAt) -> IssueOutcome {
        self.change_issue(call, id, at, words([("text", Some(text))]), &|issue, tx| {
            input::give(issue, &tx.rules, tx.at).map(IssueEvent::InputGiven)
        })
        .await
    }
}
