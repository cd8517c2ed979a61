//! The annual review of a year (年度述职评议) as a process: it is opened towards the end of the year, and its figures are
//! frozen early in the next (C-5.2). How they are counted is [`crate::review`]'s; what is said of one delegate or grid
//! is its [`crate::appraisal`].

mod events;
mod freezing;
mod opening;
#[cfg(test)]
mod tests;

pub use events::{AnnualReviewEvent, ReviewFrozen, ReviewOpened};
pub(crate) use freezing::not_opened;
pub use freezing::{FreezeAt, FreezeDraft, Freezing, SUBJECTS_MAX, freeze, leaf_fits, may_freeze};
pub use opening::open;
pub(crate) use opening::{days, from_day_on};

use crate::calendar::Calendars;
use crate::claims::Claim;
use crate::delegate::Delegate;
use crate::policy::{Policies, Policy};
use crate::vocabulary::ReviewState;
use crate::{Fold, Stamp};
use chrono::NaiveDate;

/// The clause that asks for it.
pub const CLAUSE: &str = "C-5.2";

/// The annual review of one year: the fold of the stream `review/<year>`. `version` 0 means that it was not opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AnnualReview {
    /// Version of its stream.
    pub version: u64,
    /// Position of its newest event.
    pub position: u64,
    /// Position of the policy version that it was opened under.
    pub policy: Option<u64>,
    /// When it was opened.
    pub opened: Option<Claim>,
    /// What the freeze fixed.
    pub frozen: Option<Freeze>,
}

/// The freeze of a review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Freeze {
    /// What the event says.
    pub of: ReviewFrozen,
    /// When.
    pub claim: Claim,
    /// Position of the policy version that it was decided under.
    pub policy: Option<u64>,
}

impl AnnualReview {
    /// How far it is; nothing where it was not opened.
    pub fn state(&self) -> Option<ReviewState> {
        self.opened?;
        Some(if self.frozen.is_some() { ReviewState::Frozen } else { ReviewState::Open })
    }

    /// The last day on which a dispute counts: `review.dispute_working_days` of the policy of the freeze after the day from
    /// which the freeze counts. Nothing before the freeze, for there is no last day then.
    pub fn disputes_until(&self, policies: &Policies, calendars: &Calendars) -> Option<NaiveDate> {
        let (freeze, policy) = self.freeze_under(policies)?;
        let from = freeze.claim.counts_on(policy, calendars);
        Some(calendars.after(from, policy.review.dispute_working_days).on)
    }

    /// The first day on which no dispute can count any more, however late it is recorded.
    pub fn disputes_over_on(&self, policies: &Policies, calendars: &Calendars) -> Option<NaiveDate> {
        let (_, policy) = self.freeze_under(policies)?;
        let until = self.disputes_until(policies, calendars)?;
        calendars.after(until, policy.clock.claim_working_days).on.succ_opt()
    }

    fn freeze_under<'a>(&self, policies: &'a Policies) -> Option<(&Freeze, &'a Policy)> {
        let freeze = self.frozen.as_ref()?;
        let own = freeze.policy.and_then(|position| policies.at(position));
        Some((freeze, own.or_else(|| policies.newest())?))
    }
}

impl Fold for AnnualReview {
    type Event = AnnualReviewEvent;

    fn apply(&mut self, event: &AnnualReviewEvent, at: &Stamp) {
        let claim = Claim::from(at);
        match event {
            AnnualReviewEvent::Opened(ReviewOpened {}) => {
                self.opened = Some(claim);
                self.policy = at.policy;
            }
            AnnualReviewEvent::Frozen(of) => {
                self.frozen = Some(Freeze { of: of.clone(), claim, policy: at.policy });
            }
        }
        self.version = at.version;
        self.position = at.position;
    }
}

/// First and last day of a year; nothing for what is no year of the calendar.
pub fn days_of(year: i32) -> Option<(NaiveDate, NaiveDate)> {
    NaiveDate::from_ymd_opt(year, 1, 1).zip(NaiveDate::from_ymd_opt(year, 12, 31))
}

/// Whether somebody is reviewed for a year: they held a mandate on a day of it.
pub fn is_reviewed(delegate: &Delegate, year: i32) -> bool {
    days_of(year).is_some_and(|(first, last)| delegate.holds_any_within(first, last))
}
