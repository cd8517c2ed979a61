//! What is recorded of one delegate's appraisal: one method per fact.

use super::ReviewYear;
use crate::access::things;
use crate::boxed::{LocalBoxed, boxed};
use crate::casework::Casework;
use crate::leaves::area_of;
use crate::read::loaded::{AsOf, Entity as _};
use crate::sessions::of_refusals;
use crate::write::change::{Changed, OccurredAt, Words, words};
use crate::write::context::CommandContext;
use crate::write::failure::Failure;
use crate::write::plan::Envelope;
use crate::write::staging::Staged;
use crate::write::transact::Outcome;
use domain::access::Action;
use domain::annual_review::{AnnualReview, days_of};
use domain::appraisal::{self, Appraisal, AppraisalEvent, Appraisee, Base, Case, Disputed, VoteDraft};
use domain::ids::{DelegateId, DisputeId, FileId};
use domain::refusal::Refusal;
use domain::vocabulary::{Grade, Indicator};
use event_store::Position;

/// How a command on the appraisal of a delegate ends.
pub type AppraisalOutcome = Result<Outcome<Changed<Appraisal>>, Failure>;

/// Whose appraisal of which year a command is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AppraisalDraft {
    /// The year.
    pub year: ReviewYear,
    /// The delegate.
    pub delegate_id: DelegateId,
}

/// A report as a client sends it.
#[derive(Clone, Debug)]
pub struct NewReport {
    /// The section on the liaison service.
    pub liaison_service: Option<String>,
    /// What else there is to report.
    pub other: Option<String>,
    /// Papers that go with it.
    pub file_ids: Vec<FileId>,
    /// When it was submitted.
    pub at: OccurredAt,
}

/// A vote as a client tells it.
#[derive(Clone, Debug)]
pub struct NewVote {
    /// The counts.
    pub vote: VoteDraft,
    /// When it was told.
    pub at: OccurredAt,
}

/// A dispute as a client raises it.
#[derive(Clone, Debug)]
pub struct NewDispute {
    /// Which figure.
    pub indicator: Indicator,
    /// The entry behind it, where it is one.
    pub of: Option<Disputed>,
    /// Why it is wrong.
    pub text: String,
    /// When it was raised.
    pub at: OccurredAt,
}

/// An adjustment as a client makes it.
#[derive(Clone, Debug)]
pub struct NewAdjustment {
    /// Which figure.
    pub indicator: Indicator,
    /// By how much more or less its two numbers would be.
    pub deltas: (i64, i64),
    /// The dispute that showed it.
    pub dispute_id: Option<DisputeId>,
    /// Why.
    pub reason: String,
    /// When it was made.
    pub at: OccurredAt,
}

/// What decides one event on an appraisal.
type Decide<'d> = dyn Fn(&Case<'_>) -> Result<AppraisalEvent, Vec<Refusal>> + 'd;

impl Casework {
    /// A delegate submits the report of the year, or another in its place.
    pub fn submit_report<'a>(
        &'a self,
        call: &'a CommandContext,
        of: AppraisalDraft,
        new: &'a NewReport,
    ) -> LocalBoxed<'a, AppraisalOutcome> {
        Box::pin(async move {
            let NewReport { liaison_service, other, file_ids, at } = new;
            let said = words([("liaison_service", liaison_service.as_deref()), ("other", other.as_deref())]);
            self.on_appraisal(call, of, *at, &said, &|case| {
                appraisal::report(case, liaison_service.is_some(), file_ids).map(AppraisalEvent::ReportSubmitted)
            })
            .await
        })
    }

    /// Records a vote on a delegate.
    pub fn appraise<'a>(
        &'a self,
        call: &'a CommandContext,
        of: AppraisalDraft,
        new: &'a NewVote,
    ) -> LocalBoxed<'a, AppraisalOutcome> {
        Box::pin(async move {
            self.on_appraisal(call, of, new.at, &Words::new(), &|case| {
                appraisal::appraise(case, &new.vote).map(AppraisalEvent::Appraised)
            })
            .await
        })
    }

    /// A delegate disputes an entry: the newest of the disputes afterwards.
    pub fn dispute_entry<'a>(
        &'a self,
        call: &'a CommandContext,
        of: AppraisalDraft,
        new: &'a NewDispute,
    ) -> LocalBoxed<'a, AppraisalOutcome> {
        Box::pin(async move {
            let id = DisputeId(self.new_id());
            let said = words([("text", Some(&new.text))]);
            self.on_appraisal(call, of, new.at, &said, &|case| {
                one(appraisal::dispute(case, id, new.indicator, new.of).map(AppraisalEvent::EntryDisputed))
            })
            .await
        })
    }

    /// Decides on a dispute.
    ///
    /// Errors: [`Failure::NotFound`] where it is not there; [`domain::refusal::Code::SamePerson`] for
    /// whoever raised it (S2).
    pub fn decide_dispute<'a>(
        &'a self,
        call: &'a CommandContext,
        of: AppraisalDraft,
        id: DisputeId,
        (upheld, text): (bool, &'a str),
        at: OccurredAt,
    ) -> LocalBoxed<'a, AppraisalOutcome> {
        Box::pin(async move {
            let there = self.appraisal(appraisal_of(of), AsOf::Now).await?;
            if there.state.dispute(id).is_none() {
                return Err(Failure::NotFound);
            }
            let said = words([("text", Some(text))]);
            self.on_appraisal(call, of, at, &said, &|case| {
                let waits = case.appraisal.dispute(id).filter(|dispute| dispute.decided.is_none());
                self.another_than(call, waits.and_then(|dispute| dispute.by)).map_err(|refusal| vec![refusal])?;
                one(appraisal::decide(case, id, upheld).map(AppraisalEvent::DisputeDecided))
            })
            .await
        })
    }

    /// Says by how much a frozen figure would be different. `base` is that figure; absent where nothing was frozen when it was
    /// looked for.
    ///
    /// Errors: [`Failure::Contended`] where it was frozen in between.
    pub fn adjust_figure<'a>(
        &'a self,
        call: &'a CommandContext,
        of: AppraisalDraft,
        new: &'a NewAdjustment,
        base: Option<Base>,
    ) -> LocalBoxed<'a, AppraisalOutcome> {
        Box::pin(async move {
            if base.is_none() && self.appraisal(appraisal_of(of), AsOf::Now).await?.state.frozen.is_some() {
                return Err(Failure::Contended);
            }
            // Nothing is recorded without a freeze, whatever the numbers are.
            let base = base.unwrap_or(Base { n: 0, of: 0, share: true });
            let NewAdjustment { indicator, deltas, dispute_id, reason, at } = new;
            let said = words([("reason", Some(reason))]);
            self.on_appraisal(call, of, *at, &said, &|case| {
                one(appraisal::adjust(case, *indicator, *deltas, *dispute_id, base).map(AppraisalEvent::Adjusted))
            })
            .await
        })
    }

    /// Sets the result of an appraisal.
    pub fn set_result<'a>(
        &'a self,
        call: &'a CommandContext,
        of: AppraisalDraft,
        grade: Grade,
        text: Option<&'a str>,
        at: OccurredAt,
    ) -> LocalBoxed<'a, AppraisalOutcome> {
        Box::pin(async move {
            self.on_appraisal(call, of, at, &words([("text", text)]), &|case| {
                one(appraisal::set_result(case, grade).map(AppraisalEvent::ResultSet))
            })
            .await
        })
    }

    /// Publishes the result of an appraisal.
    pub fn publish_result<'a>(
        &'a self,
        call: &'a CommandContext,
        of: AppraisalDraft,
        posted_at: OccurredAt,
    ) -> LocalBoxed<'a, AppraisalOutcome> {
        Box::pin(async move {
            self.on_appraisal(call, of, posted_at, &Words::new(), &|case| {
                one(appraisal::publish(case).map(AppraisalEvent::ResultPublished))
            })
            .await
        })
    }

    async fn on_appraisal(
        &self,
        call: &CommandContext,
        of: AppraisalDraft,
        at: OccurredAt,
        said: &Words,
        decide: &Decide<'_>,
    ) -> AppraisalOutcome {
        let AppraisalDraft { year, delegate_id } = of;
        let id = appraisal_of(of);
        self.transact(call, async || {
            let reference = self.reference();
            if reference.delegates.get(delegate_id).is_none() {
                return Err(Failure::NotFound.into());
            }
            let today = reference.town_date(self.clock_now());
            self.admit_thing(call, Action::ReviewRead, || things::of_delegate(&reference, delegate_id, today)).await?;
            let before = self.appraisal(id, AsOf::Now).await?;
            if !call.matches(before.version) {
                return Err(Failure::Stale { actual: before.version }.into());
            }
            self.not_about_oneself(call, &things::of_delegate(&reference, delegate_id, today))?;
            let review = self.annual_review(year, AsOf::Now).await?;
            let mut tx = self.review_transaction(call, &reference, at)?;
            let case = Case {
                year: year.0,
                delegate_id,
                delegates: &reference.delegates,
                review: &review.state,
                appraisal: &before.state,
                policies: &reference.policies,
                rules: tx.rules,
                at: tx.at,
            };
            let event = decide(&case).map_err(of_refusals)?;
            tx.rely_on(AnnualReview::stream(year), review.version);
            tx.rely_on_delegate(delegate_id);
            if let Some(last) = review.state.disputes_over_on(&reference.policies, &reference.calendars) {
                tx.count_through(&[tx.rules.today, last]);
            }
            let last_day = days_of(year.0).map_or(tx.rules.today, |(_, last)| last.min(tx.rules.today));
            let area = area_of(&reference, delegate_id, last_day);
            let policy = Some(tx.rules.policy.position());
            let envelope = Envelope { area: area.0, policy, ..tx.envelope(&before.state) };
            let mut staged = Staged::on(id, before, envelope);
            staged.add(self, event, said).await?;
            tx.record(staged).await
        })
        .await
    }

    /// An appraisal after a command, as of the command's last position: what a replay answers.
    #[boxed]
    pub async fn appraised(&self, of: AppraisalDraft, position: Position) -> Result<Changed<Appraisal>, Failure> {
        self.changed(appraisal_of(of), position).await
    }
}

/// The one appraisal that a command is about.
fn appraisal_of(of: AppraisalDraft) -> domain::ids::AppraisalId {
    Appraisee::Delegate(of.delegate_id).appraisal(of.year.0)
}

fn one(decided: Result<AppraisalEvent, Refusal>) -> Result<AppraisalEvent, Vec<Refusal>> {
    decided.map_err(|refusal| vec![refusal])
}
