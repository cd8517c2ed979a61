//! Annual reviews (年度述职评议): a year is opened and frozen, and each delegate reports, is appraised, disputes, gets a result
//! (C-5.2). The rules are `domain::annual_review`'s and `domain::appraisal`'s; how figures are made is [`crate::reviews`]'.

mod appraising;
mod freezing;
mod year;

pub use appraising::{AppraisalDraft, AppraisalOutcome, NewAdjustment, NewDispute, NewReport, NewVote};
pub use freezing::{Freezable, NewFreeze};

use crate::boxed::boxed;
use crate::casework::Casework;
use crate::read::loaded::{AsOf, Entity, Loaded};
use crate::read::reference::Reference;
use crate::write::change::{Changed, OccurredAt, Transaction, Words};
use crate::write::context::CommandContext;
use crate::write::failure::Failure;
use crate::write::plan::Envelope;
use crate::write::staging::Staged;
use crate::write::transact::Outcome;
use domain::access::Action;
use domain::annual_review::{self, AnnualReview, AnnualReviewEvent};
use domain::appraisal::{Appraisal, AppraisalEvent};
use domain::event::Event;
use domain::ids::{AppraisalId, AreaId};
use domain::refusal::Refusal;
use domain::rules::Rules;
use event_store::StreamId;
use std::sync::Arc;

pub use year::ReviewYear;

/// How a command on the review of a year ends.
pub type ReviewOutcome = Result<Outcome<Changed<AnnualReview>>, Failure>;

impl Casework {
    /// Opens the review of a year.
    #[boxed(?Send)]
    pub async fn open_review(&self, call: &CommandContext, year: ReviewYear, at: OccurredAt) -> ReviewOutcome {
        self.transact(call, async || {
            let reference = self.reference();
            let before = self.annual_review_if_match(call, year).await?;
            let tx = self.review_transaction(call, &reference, at)?;
            let programme = reference.programme.established();
            let event = annual_review::open(&before.state, year.0, programme, &tx.rules, tx.at)?;
            let envelope = review_envelope(&tx);
            let mut staged = Staged::on(year, before, envelope);
            staged.add(self, AnnualReviewEvent::Opened(event), &Words::new()).await?;
            tx.record(staged).await
        })
        .await
    }

    /// The review of a year, now or as of a position; of version 0 where it was not opened.
    #[boxed]
    pub async fn annual_review(&self, year: ReviewYear, as_of: AsOf) -> Result<Arc<Loaded<AnnualReview>>, Failure> {
        or_nothing(self.load(year, as_of).await)
    }

    /// An appraisal, likewise; of version 0 where nothing of it is recorded.
    #[boxed]
    pub async fn appraisal(&self, id: AppraisalId, as_of: AsOf) -> Result<Arc<Loaded<Appraisal>>, Failure> {
        or_nothing(self.load(id, as_of).await)
    }

    async fn annual_review_if_match(
        &self,
        call: &CommandContext,
        year: ReviewYear,
    ) -> Result<Arc<Loaded<AnnualReview>>, Failure> {
        let loaded = self.annual_review(year, AsOf::Now).await?;
        self.admit(call, year, &loaded).await?;
        if call.matches(loaded.version) { Ok(loaded) } else { Err(Failure::Stale { actual: loaded.version }) }
    }

    /// An attempt under the policy in force today.
    fn review_transaction<'a>(
        &'a self,
        call: &'a CommandContext,
        reference: &'a Reference,
        at: OccurredAt,
    ) -> Result<Transaction<'a>, Refusal> {
        let now = self.now();
        let rules = reference.rules_on(reference.town_date(now), now)?;
        let mut tx = Transaction::new(self, call, reference, rules, at);
        tx.count_through(&[rules.today]);
        Ok(tx)
    }
}

/// What is recorded of the review as a whole concerns the town.
fn review_envelope(tx: &Transaction<'_>) -> Envelope {
    let town = tx.reference.areas.town().map(|town| town.id).unwrap_or_default();
    let policy = Some(tx.rules.policy.position());
    Envelope { area: town.0, policy, ..tx.envelope(&AnnualReview::default()) }
}

fn or_nothing<S: Default>(loaded: Result<Arc<Loaded<S>>, Failure>) -> Result<Arc<Loaded<S>>, Failure> {
    match loaded {
        Err(Failure::NotFound) => Ok(Arc::default()),
        loaded => loaded,
    }
}

impl Entity for AnnualReview {
    type Id = ReviewYear;

    const FAMILY: &'static str = "review";

    const READ: Action = Action::ReviewRead;

    fn event(event: Event) -> Option<AnnualReviewEvent> {
        if let Event::Review(event) = event { Some(event) } else { None }
    }

    /// The town's, which the envelope of a command names.
    fn area(&self) -> Option<AreaId> {
        None
    }

    fn policy(&self) -> Option<u64> {
        self.policy
    }

    fn counted_days(&self, rules: &Rules<'_>, _: &AnnualReviewEvent) -> Vec<chrono::NaiveDate> {
        vec![rules.today]
    }

    fn stream(year: ReviewYear) -> StreamId {
        year.stream()
    }
}

impl Entity for Appraisal {
    type Id = AppraisalId;

    const FAMILY: &'static str = "appraisal";

    const READ: Action = Action::ReviewRead;

    fn event(event: Event) -> Option<AppraisalEvent> {
        if let Event::Appraisal(event) = event { Some(event) } else { None }
    }

    /// Whose appraisal it is, the envelope of a command knows.
    fn area(&self) -> Option<AreaId> {
        None
    }

    fn policy(&self) -> Option<u64> {
        None
    }

    fn counted_days(&self, rules: &Rules<'_>, _: &AppraisalEvent) -> Vec<chrono::NaiveDate> {
        vec![rules.today]
    }
}
