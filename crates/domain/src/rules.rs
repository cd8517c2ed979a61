//! What a decision is taken under: a policy version, the calendars, and the present moment, all handed in.

use crate::calendar::Calendars;
use crate::policy::Policy;
use crate::refusal::{Code, Refusal};
use chrono::{DateTime, NaiveDate, Utc};

/// The rules and the moment of one decision. `today` is the town's date of `now`.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// The policy version.
    pub policy: &'a Policy,
    /// Every calendar published so far.
    pub calendars: &'a Calendars,
    /// Now.
    pub now: DateTime<Utc>,
    /// The town's date of now.
    pub today: NaiveDate,
}

impl<'a> Rules<'a> {
    /// The rules at `now`.
    pub fn at(policy: &'a Policy, calendars: &'a Calendars, now: DateTime<Utc>) -> Self {
        Self { policy, calendars, now, today: policy.town_date(now) }
    }

    /// The same moment under another policy version.
    #[must_use]
    pub fn under(self, policy: &'a Policy) -> Self {
        Self::at(policy, self.calendars, self.now)
    }

    /// The town's date of an instant.
    pub fn town_date(&self, at: DateTime<Utc>) -> NaiveDate {
        self.policy.town_date(at)
    }

    /// A claimed instant is not in the future and not before the fact that it follows.
    ///
    /// Errors: [`Code::InTheFuture`], else `too_early`.
    pub fn claimed(&self, at: DateTime<Utc>, not_before: DateTime<Utc>, too_early: Code) -> Result<(), Refusal> {
        if at > self.now {
            Err(Refusal::new(Code::InTheFuture))
        } else if at < not_before {
            Err(Refusal::new(too_early))
        } else {
            Ok(())
        }
    }
}
