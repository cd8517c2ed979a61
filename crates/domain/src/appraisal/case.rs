//! What a decision on the appraisal of a delegate leans on, and what all of them ask.

use super::Appraisal;
use crate::annual_review::{AnnualReview, CLAUSE, Freeze, is_reviewed, not_opened};
use crate::claims::Claim;
use crate::delegate::Delegates;
use crate::ids::DelegateId;
use crate::policy::Policies;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use chrono::{DateTime, Utc};

/// Events that one appraisal may have. A bound on what a stream may grow to, not a rule of the service.
pub const EVENTS_MAX: u64 = 400;

/// The appraisal of a delegate for a year, with what surrounds it.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// Of which year.
    pub year: i32,
    /// Whose.
    pub delegate_id: DelegateId,
    /// The delegates.
    pub delegates: &'a Delegates,
    /// The review of the year.
    pub review: &'a AnnualReview,
    /// The appraisal as it stands.
    pub appraisal: &'a Appraisal,
    /// Every policy: under that of the freeze the days for disputes are counted.
    pub policies: &'a Policies,
    /// The rules, and now.
    pub rules: Rules<'a>,
    /// When it is said to have happened.
    pub at: DateTime<Utc>,
}

impl Case<'_> {
    /// The delegate is reviewed for that year, and the stream has room.
    ///
    /// Errors: [`Code::DelegateWithoutMandate`], [`Code::TooMany`].
    pub(super) fn of_a_delegate(&self) -> Result<(), Refusal> {
        let delegate = self.delegates.get(self.delegate_id);
        if !delegate.is_some_and(|delegate| is_reviewed(delegate, self.year)) {
            let year = self.year;
            return Err(Refusal::new(Code::DelegateWithoutMandate).under(CLAUSE).because(
                format!("该代表 {year} 年没有代表资格，不在该年度评议之列。"),
                format!("The delegate held no mandate in {year} and is not reviewed for that year."),
            ));
        }
        if self.appraisal.version >= EVENTS_MAX {
            return Err(Refusal::new(Code::TooMany).under(CLAUSE).because(
                format!("一份评议最多记 {EVENTS_MAX} 条。"),
                format!("One appraisal holds at most {EVENTS_MAX} entries."),
            ));
        }
        Ok(())
    }

    /// The claimed instant is not in the future and not before the facts that this one follows.
    ///
    /// Errors at `/occurred_at`: [`Code::InTheFuture`], [`Code::BeforePrevious`].
    pub(super) fn follows(&self, facts: impl IntoIterator<Item = Claim>) -> Result<(), Refusal> {
        let latest = facts.into_iter().map(|fact| fact.at).max().unwrap_or(DateTime::<Utc>::MIN_UTC);
        let claimed = self.rules.claimed(self.at, latest, Code::BeforePrevious);
        claimed.map_err(|refusal| refusal.under(CLAUSE).at("/occurred_at"))
    }

    /// The review was opened.
    ///
    /// Errors: [`Code::NotOpened`].
    pub(super) fn opened(&self) -> Result<(), Refusal> {
        self.review.opened.map(drop).ok_or_else(|| not_opened(self.year))
    }

    /// The freeze, if the figures of this delegate are among those frozen.
    ///
    /// Errors: [`Code::NotOpened`], [`Code::NotFrozen`].
    pub(super) fn frozen(&self) -> Result<&Freeze, Refusal> {
        self.opened()?;
        let own = self.appraisal.frozen.as_ref();
        match (&self.review.frozen, own) {
            (Some(freeze), Some(_)) => Ok(freeze),
            (Some(_), None) => Err(Refusal::new(Code::NotFrozen).because(
                "该代表的指标不在冻结之列：冻结时未记有其当年的代表资格。",
                "The figures of this delegate are not among those frozen: no mandate in that year was on record then.",
            )),
            (None, _) => Err(Refusal::new(Code::NotFrozen)),
        }
    }

    /// The result is not set yet; afterwards what it rests on stays as it is.
    ///
    /// Errors: [`Code::WrongState`].
    pub(super) fn without_result(&self) -> Result<(), Refusal> {
        match self.appraisal.result {
            None => Ok(()),
            Some(_) => Err(Refusal::new(Code::WrongState).under(CLAUSE).because(
                "评议结果已经确定，所依据的内容不再变动。",
                "The result is set; what it rests on is not changed any more.",
            )),
        }
    }
}
