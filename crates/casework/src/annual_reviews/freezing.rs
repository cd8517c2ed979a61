//! The freeze, in two steps: whether it may be, and as of which leaf; then, once somebody has made the figures as they are
//! served, one append with the digest of each. Whoever shows figures makes them: their bytes are no business of this crate.

use super::{ReviewOutcome, ReviewYear, review_envelope};
use crate::boxed::boxed;
use crate::casework::Casework;
use crate::leaves::area_of;
use crate::read::loaded::{Entity as _, Loaded};
use crate::read::reference::Reference;
use crate::reviews::Frame;
use crate::write::change::{Changed, OccurredAt, Transaction, Words};
use crate::write::context::CommandContext;
use crate::write::failure::Failure;
use crate::write::plan::Envelope;
use crate::write::staging::Staged;
use crate::write::transact::Outcome;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::annual_review::{self, AnnualReviewEvent, FreezeAt, FreezeDraft, Freezing};
use domain::appraisal::{Appraisal, AppraisalEvent, Appraisee};
use domain::review::RuleSet;
use event_store::Position;
use std::sync::Arc;

/// A freeze as a client asks for it.
#[derive(Clone, Debug)]
pub struct NewFreeze {
    /// The leaf up to which figures are made; else the newest.
    pub position: Option<Position>,
    /// By which formulas.
    pub rule_set: RuleSet,
    /// When it is said to have happened.
    pub at: OccurredAt,
}

/// A freeze that rules have nothing against: as of which leaf its figures are to be made.
pub struct Freezable {
    /// What the figures are made from.
    pub frame: Arc<Frame>,
    /// Whether the leaf was asked for by name.
    asked_for: bool,
}

impl Casework {
    /// Whether the figures of a year may be frozen now, and up to which leaf. Nothing is recorded.
    #[boxed(?Send)]
    pub async fn may_freeze(
        &self,
        call: &CommandContext,
        year: ReviewYear,
        new: &NewFreeze,
    ) -> Result<Outcome<Freezable>, Failure> {
        self.transact(call, async || {
            let asked_for = new.position.is_some();
            let position = new.position.unwrap_or(self.store.head().position);
            let reference = self.reference();
            let of = self.leaf_of_freeze(&reference, position, asked_for).await?;
            annual_review::leaf_fits(year.0, &of).map_err(|refusal| Failure::Invalid(vec![refusal]))?;
            let review = self.annual_review_if_match(call, year).await?;
            let tx = self.review_transaction(call, &reference, new.at)?;
            annual_review::may_freeze(&review.state, year.0, &tx.rules, &of, tx.at)?;
            let then = self.reference_at(position).await?;
            let frame = Arc::new(self.review_frame(new.rule_set, year.0, position, then).await?);
            Ok(Freezable { frame, asked_for })
        })
        .await
    }

    /// Freezes the figures of a year: everybody's digest (SHA-256, hex), by the formulas of its frame.
    #[boxed(?Send)]
    pub async fn freeze_review(
        &self,
        call: &CommandContext,
        year: ReviewYear,
        freezable: &Freezable,
        digests: Vec<(Appraisee, String)>,
        at: OccurredAt,
    ) -> ReviewOutcome {
        let frame = &freezable.frame;
        let draft = FreezeDraft {
            root: STANDARD.encode(frame.root),
            rules: frame.rule_set().as_str().to_owned(),
            policy_position: frame.policy_position(),
            digests,
        };
        self.transact(call, async || {
            let reference = self.reference();
            let of = self.leaf_of_freeze(&reference, frame.position, freezable.asked_for).await?;
            let before = self.annual_review_if_match(call, year).await?;
            let mut tx = self.review_transaction(call, &reference, at)?;
            let Freezing { review, appraisals } =
                annual_review::freeze(&before.state, year.0, &tx.rules, &of, &draft, tx.at)?;
            tx.in_bulk();
            let envelope = review_envelope(&tx);
            let mut staged = Staged::on(year, before, envelope);
            staged.add(self, AnnualReviewEvent::Frozen(review), &Words::new()).await?;
            tx.write(&mut staged);
            for (id, whose, frozen) in appraisals {
                let version = self.store.stream_head(&Appraisal::stream(id)).await?.version;
                let before = Arc::new(Loaded::unread(version));
                let envelope = Envelope { area: area_of_appraisal(&tx, frame, whose), ..envelope };
                let mut one = Staged::<Appraisal>::on(id, before, envelope);
                one.add(self, AppraisalEvent::IndicatorsFrozen(frozen), &Words::new()).await?;
                tx.write(&mut one);
            }
            let appended = tx.append().await?;
            Ok(Changed { loaded: self.settle(staged, &appended), position: appended.last })
        })
        .await
    }

    async fn leaf_of_freeze(
        &self,
        reference: &Reference,
        position: Position,
        asked_for: bool,
    ) -> Result<FreezeAt, Failure> {
        let recorded_on = match self.recorded_at(position).await {
            Ok(recorded_at) => Some(reference.town_date(recorded_at)),
            Err(Failure::BeyondHead) => None,
            Err(failure) => return Err(failure),
        };
        Ok(FreezeAt { position: position.0, recorded_on, asked_for, head: self.store.head().position.0 })
    }
}

/// The grid of a grid's appraisal; of a delegate's the one that they served in on the last day of the year, else the town.
fn area_of_appraisal(tx: &Transaction<'_>, frame: &Frame, whose: Appraisee) -> uuid::Uuid {
    match whose {
        Appraisee::Grid(id) => id.0,
        Appraisee::Delegate(id) => area_of(tx.reference, id, frame.period.until).0,
    }
}
