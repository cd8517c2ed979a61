//! What the holder of a receipt code does and asks, without an account (C-3.6): the rules are `domain::issue::receipt`'s.
//! Whoever has the code that holds speaks for the visitor, so that it is looked at again where a decision is taken.

pub(crate) mod holder;
pub(crate) mod index;
mod proofs;

pub use holder::Holder;
pub use index::Found;
pub use proofs::{ProvedLeaf, ProvedLog, Slip};

use crate::boxed::{LocalBoxed, boxed};
use crate::casework::Casework;
use crate::erasures::{NewErasure, PersonNamed};
use crate::files::{FileOutcome, Upload};
use crate::governed::Governed;
use crate::issues::IssueOutcome;
use crate::read::loaded::{AsOf, Loaded};
use crate::write::change::{OccurredAt, Transaction, Words, words};
use crate::write::context::CommandContext;
use crate::write::failure::Failure;
use crate::write::transact::Outcome;
use domain::Stamp;
use domain::ids::{ErasureId, FileId, IssueId};
use domain::issue::{Issue, IssueEvent, evidence, receipt};
use domain::refusal::Refusal;
use domain::vocabulary::{ErasureGround, PersonalClass, ReopeningGround, Satisfaction};
use std::sync::Arc;

/// Why an erasure is asked for, where the visitor does it by the code: the page asks for no words.
const BY_RECEIPT: &str = "来访人凭查询码申请。";

/// Decides one event of a visitor.
type Decide<'d> = dyn Fn(&Issue, &Transaction<'_>) -> Result<IssueEvent, Refusal> + 'd;

impl Casework {
    /// Looks a receipt code up, in whatever form: nothing where there is no issue at all. What is nobody's code takes as long
    /// as one that holds.
    #[boxed]
    pub async fn look_up_receipt(&self, code: &str) -> Result<Option<Found>, Failure> {
        self.receipts.find(&self.store, &self.keys, code).await
    }

    /// The events of an issue up to where it was loaded, which tell its course.
    #[boxed]
    pub async fn issue_history(&self, id: IssueId, issue: &Loaded<Issue>) -> Result<Vec<(IssueEvent, Stamp)>, Failure> {
        self.events::<Issue>(id, issue.version).await
    }

    /// Reads into memory whose code is whose, so that who asks first need not wait for it.
    #[boxed]
    pub async fn read_receipts(&self) -> Result<(), Failure> {
        self.receipts.catch_up(&self.store, &self.keys).await
    }

    /// Records what the visitor thinks of the answer (T13).
    #[boxed(?Send)]
    pub async fn feedback_by_receipt(
        &self,
        call: &CommandContext,
        holder: &Holder,
        satisfaction: Satisfaction,
        comment: Option<&str>,
    ) -> IssueOutcome {
        self.visit(call, holder, words([("comment", comment)]), &|issue, tx| {
            receipt::give_feedback(issue, &tx.rules, satisfaction).map(IssueEvent::FeedbackRecorded)
        })
        .await
    }

    /// Asks for the issue to be taken up again (T15).
    #[boxed(?Send)]
    pub async fn reopening_by_receipt(
        &self,
        call: &CommandContext,
        holder: &Holder,
        ground: ReopeningGround,
        reason: &str,
    ) -> IssueOutcome {
        self.visit(call, holder, words([("reason", Some(reason))]), &|issue, tx| {
            receipt::ask_reopening(issue, &tx.rules, ground).map(IssueEvent::ReopeningRequested)
        })
        .await
    }

    /// Records that the visitor withdrew (T16).
    #[boxed(?Send)]
    pub async fn withdrawal_by_receipt(
        &self,
        call: &CommandContext,
        holder: &Holder,
        reason: Option<&str>,
    ) -> IssueOutcome {
        self.visit(call, holder, words([("reason", reason)]), &|issue, tx| {
            receipt::take_back(issue, &tx.rules).map(IssueEvent::Withdrawn)
        })
        .await
    }

    /// Asks, for whoever holds the code, that what is held of them be erased; the service finds out whether it is they, and
    /// decides (PIPL Art. 47).
    #[boxed(?Send)]
    pub async fn erasure_by_receipt(
        &self,
        call: &CommandContext,
        holder: &Holder,
    ) -> Result<Outcome<Governed<ErasureId>>, Failure> {
        let issue = self.issue(holder.issue, AsOf::Now).await?;
        self.still_holds(holder, &issue.state)?;
        let receipt_code = self.receipt_code(holder.issue, &issue.state);
        let new = NewErasure {
            persons: vec![PersonNamed::Receipt { receipt_code }],
            file_ids: Vec::new(),
            classes: PersonalClass::ALL.to_vec(),
            ground: ErasureGround::Request,
            reason: BY_RECEIPT.to_owned(),
            at_once: false,
        };
        self.request_erasure(call, &new).await
    }

    /// That the visitor may send one more file; asked before its bytes are taken.
    #[boxed]
    pub async fn may_attach_by_receipt(&self, holder: &Holder) -> Result<Arc<Loaded<Issue>>, Failure> {
        let issue = self.issue(holder.issue, AsOf::Now).await?;
        self.still_holds(holder, &issue.state)?;
        evidence::visitor_may_attach(&issue.state)?;
        Ok(issue)
    }

    /// Stores a file that the visitor sent, and attaches it to the issue, in one append.
    pub fn attach_by_receipt<'a>(
        &'a self,
        call: &'a CommandContext,
        holder: &'a Holder,
        upload: Upload,
    ) -> LocalBoxed<'a, FileOutcome> {
        self.store_file_for(call, upload, Some(holder))
    }

    /// Attaches files to an issue.
    #[boxed(?Send)]
    pub async fn attach_evidence(
        &self,
        call: &CommandContext,
        id: IssueId,
        file_ids: &[FileId],
        at: OccurredAt,
    ) -> IssueOutcome {
        let files = self.named_files(file_ids).await?;
        self.change_with(call, id, at, Words::new(), async |issue: &Issue, tx: &mut Transaction<'_>| {
            evidence::attach(issue, &tx.rules, &files, tx.at).map(IssueEvent::EvidenceAttached).map_err(of_several)
        })
        .await
    }

    /// Gives the visitor another receipt code.
    #[boxed(?Send)]
    pub async fn reissue_receipt(&self, call: &CommandContext, id: IssueId, reason: &str) -> IssueOutcome {
        self.change_issue(call, id, None, words([("reason", Some(reason))]), &|issue, _| {
            receipt::reissue(issue).map(IssueEvent::ReceiptReissued)
        })
        .await
    }

    /// Decides one event on the issue of a code that still holds, and records it.
    async fn visit(&self, call: &CommandContext, holder: &Holder, said: Words, decide: &Decide<'_>) -> IssueOutcome {
        self.change_with(call, holder.issue, None, said, async |issue: &Issue, tx: &mut Transaction<'_>| {
            self.still_holds(holder, issue)?;
            Ok(decide(issue, tx)?)
        })
        .await
    }
}

/// What is wrong with a body, or a rule's one no.
fn of_several(mut refusals: Vec<Refusal>) -> Failure {
    match refusals.as_slice() {
        [_] => refusals.remove(0).into(),
        _ => Failure::Invalid(refusals),
    }
}
