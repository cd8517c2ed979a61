//! Under which rules a day is counted: the policy and the calendars that the leaf itself names, never those of today.

use super::rule_set::RuleSet;
use crate::Stamp;
use crate::calendar::{Calendars, Counted};
use crate::policy::{Policies, Policy};
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use std::sync::OnceLock;

/// Policies and calendars as of position N, with every earlier edition of the calendars at hand.
#[derive(Debug)]
pub struct Book {
    town: Tz,
    policies: Policies,
    /// The review's own policy, for weights and thresholds, and for a leaf that names none.
    own: Policy,
    calendars: Calendars,
    /// By position; made when first asked for, since most reviews need one or two.
    editions: Vec<(u64, OnceLock<Calendars>)>,
    none: Calendars,
    rule_set: RuleSet,
}

impl Book {
    /// The rules of a review: policies and calendars as they stood at N, of which the policy in force on `until` is the
    /// review's own. Nothing when no policy was in force then.
    pub fn new(rule_set: RuleSet, policies: &Policies, calendars: &Calendars, until: NaiveDate) -> Option<Self> {
        Some(Self {
            town: policies.newest()?.time_zone(),
            own: policies.in_force(until)?.clone(),
            policies: policies.clone(),
            editions: calendars.positions().map(|position| (position, OnceLock::new())).collect(),
            calendars: calendars.clone(),
            none: Calendars::default(),
            rule_set,
        })
    }

    /// The same for the clock over obligations, which goes by what the issue itself says of its due date.
    pub fn of_clock(policies: &Policies, calendars: &Calendars) -> Option<Self> {
        Self::new(RuleSet::Two, policies, calendars, NaiveDate::MAX)
    }

    /// The rules that the review is made by.
    pub fn rule_set(&self) -> RuleSet {
        self.rule_set
    }

    /// Whether a resumption on the last day of its suspension brings its own due date.
    pub(super) fn resumes_on_the_last_day(&self) -> bool {
        self.rule_set >= RuleSet::Two
    }

    /// The policy in force on a day; nothing before the first.
    pub(super) fn in_force(&self, on: NaiveDate) -> Option<&Policy> {
        self.policies.in_force(on)
    }

    /// The day from which the clock looks at what a schema brought, under a policy.
    pub(super) fn looked_at_since(&self, policy: &Policy, schema: u32) -> Option<NaiveDate> {
        self.policies.looked_at_since(policy, schema)
    }

    /// The policy in force at the end of the review.
    pub fn own_policy(&self) -> &Policy {
        &self.own
    }

    /// Whether the calendar of a year was published.
    pub fn published(&self, year: i32) -> bool {
        self.calendars.published(year)
    }

    /// The town's time zone.
    pub fn time_zone(&self) -> Tz {
        self.town
    }

    /// The town's day of an instant.
    pub fn day(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.town).date_naive()
    }

    /// The policy that a leaf was decided under.
    pub(super) fn policy(&self, leaf: &Stamp) -> &Policy {
        self.named(leaf.policy)
    }

    /// The policy version that a fact names.
    pub(super) fn named(&self, policy: Option<u64>) -> &Policy {
        policy.and_then(|position| self.policies.at(position)).unwrap_or(&self.own)
    }

    /// The calendars that a leaf was decided under; without any, weekdays alone.
    pub(super) fn calendars(&self, leaf: &Stamp) -> &Calendars {
        let known = leaf.calendar.unwrap_or(0);
        let newer = self.editions.partition_point(|(position, _)| *position <= known);
        match newer.checked_sub(1).and_then(|at| self.editions.get(at)) {
            Some((position, edition)) => edition.get_or_init(|| self.calendars.as_of(*position)),
            None => &self.none,
        }
    }

    /// Every calendar published by N.
    pub(super) fn all_calendars(&self) -> &Calendars {
        &self.calendars
    }

    /// So many working days after a day, by the calendars of a leaf.
    pub(super) fn after(&self, leaf: &Stamp, day: NaiveDate, working_days: u32) -> Counted {
        self.calendars(leaf).after(day, working_days)
    }

    /// The day from which a fact counts.
    pub fn counted(&self, leaf: &Stamp) -> NaiveDate {
        self.counts_from(leaf).on
    }

    /// The day from which a claimed fact counts: the day it is said to have happened, if it was recorded within the
    /// working days that the policy gives for recording a delivery, else the day it was recorded. Back-dating gains
    /// nothing. Used for every fact after registration, since each of them could be claimed for an earlier day.
    pub(super) fn counts_from(&self, leaf: &Stamp) -> Counted {
        let (claimed, recorded) = (self.day(leaf.occurred_at), self.day(leaf.recorded_at));
        if recorded <= claimed {
            return Counted { on: claimed, provisional: false };
        }
        let within = self.policy(leaf).answer.delivery_recorded_within_working_days;
        let last = self.after(leaf, claimed, within);
        Counted { on: if recorded <= last.on { claimed } else { recorded }, provisional: last.provisional }
    }
}
