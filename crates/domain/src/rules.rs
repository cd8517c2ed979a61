//! What a decision is taken under: a policy version, the calendars, and the present moment, all handed in.

use crate::calendar::Calendars;
use crate::claims;
use crate::deadline::counted_on;
use crate::issue::Issue;
use crate::policy::Policy;
use crate::refusal::{Code, Refusal};
use chrono::{DateTime, NaiveDate, Utc};
use std::borrow::Cow;

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

    /// An issue as it stands today: what has ended by itself has ended.
    pub fn standing<'i>(&self, issue: &'i Issue) -> Cow<'i, Issue> {
        issue.on(self.today, self.policy.time_zone(), self.calendars)
    }

    /// The day by which it is judged whether a fact came in time for a rule: the day it is claimed for if it is recorded
    /// soon enough after it, else today. Back-dating gains nothing.
    pub fn counted_on(&self, at: DateTime<Utc>) -> NaiveDate {
        counted_on(self.policy, self.calendars, at, self.now)
    }

    /// The day from which a fact counts for sessions, notices and obligations, if it is recorded now ([`claims::counts_on`]).
    pub fn counts_on(&self, at: DateTime<Utc>) -> NaiveDate {
        claims::counts_on(self.policy, self.calendars, at, self.now)
    }

    /// A claimed instant is not in the future and not before the fact that it follows, to the millisecond.
    ///
    /// Errors: [`Code::InTheFuture`], else `too_early`.
    pub fn claimed(&self, at: DateTime<Utc>, not_before: DateTime<Utc>, too_early: Code) -> Result<(), Refusal> {
        if at > self.now {
            Err(claims::ahead(self.now, self.policy.time_zone()))
        } else if at.timestamp_millis() < not_before.timestamp_millis() {
            Err(Refusal::new(too_early))
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::fixtures::{calendars, policies};

    #[test]
    fn claimed_instants_are_compared_by_the_millisecond() {
        let (policies, calendars) = (policies(), calendars());
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let rules = Rules::at(policies.newest().unwrap(), &calendars, at("2026-11-24T06:20:05.900Z"));
        let claimed = |claim: &str| {
            let fact = at("2026-11-24T06:20:05.300Z");
            rules.claimed(at(claim), fact, Code::BeforePrevious).map_err(|refusal| refusal.code)
        };
        assert_eq!(claimed("2026-11-24T06:20:05.300Z"), Ok(()));
        assert_eq!(claimed("2026-11-24T06:20:05.900Z"), Ok(()));
        assert_eq!(claimed("2026-11-24T06:20:05.299Z"), Err(Code::BeforePrevious));
        assert_eq!(claimed("2026-11-24T06:20:05Z"), Err(Code::BeforePrevious));
        assert_eq!(claimed("2026-11-24T06:20:05.901Z"), Err(Code::InTheFuture));
    }
}
