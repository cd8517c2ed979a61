//! Appraisals as tests are given them: one delegate's of 2026, taken through real decisions.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::annual_review::{AnnualReview, AnnualReviewEvent, ReviewFrozen, ReviewOpened};
use crate::fixtures::{day, stamp};
use crate::ids::{DelegateId, DisputeId};
use crate::issue::fixture::{at, rules};
use crate::refusal::Refusal;
use crate::session::fixture::{PARTY, TOWN};
use crate::vocabulary::{AppraisedBy, Grade, Indicator};
use crate::{Fold, Stamp};
use std::collections::BTreeMap;
use uuid::Uuid;

pub(super) const YEAR: i32 = 2026;
pub(super) const FIRST: DisputeId = DisputeId(Uuid::from_u128(0xd1));
pub(super) const SECOND: DisputeId = DisputeId(Uuid::from_u128(0xd2));
pub(super) const BASE: Base = Base { n: 26, of: 27, share: true };
/// Position up to which the figures are frozen; the freeze itself is recorded at 200.
pub(super) const N: u64 = 190;

pub(super) fn told(refusals: &[Refusal]) -> String {
    let told = refusals.iter().map(|refusal| {
        let pointer = refusal.pointer.clone().unwrap_or_default();
        format!("{} {} {pointer}", refusal.code, refusal.clause.unwrap_or("-")).trim_end().to_owned()
    });
    told.collect::<Vec<_>>().join("; ")
}

pub(super) fn no<T: std::fmt::Debug>(result: Result<T, Refusal>) -> String {
    told(&[result.unwrap_err()])
}

pub(super) fn all<T: std::fmt::Debug>(result: Result<T, Vec<Refusal>>) -> String {
    told(&result.unwrap_err())
}

/// A review and an appraisal, with positions that grow.
#[derive(Clone, Default)]
pub(super) struct Told {
    pub review: AnnualReview,
    pub appraisal: Appraisal,
    pub position: u64,
}

impl Told {
    pub fn stamp(&mut self, when: &str, version: u64) -> Stamp {
        self.position = self.position.max(100) + 1;
        Stamp { occurred_at: at(when), recorded_at: at(when), policy: Some(3), ..stamp(self.position, version) }
    }

    pub fn opened(when: &str) -> Self {
        let mut told = Self::default();
        let stamp = told.stamp(when, 1);
        told.review.apply(&AnnualReviewEvent::Opened(ReviewOpened {}), &stamp);
        told
    }

    /// Frozen on Monday 2027-01-11: disputes until Monday 2027-01-25.
    pub fn frozen(mut self) -> Self {
        self.position = 199;
        let of = ReviewFrozen {
            position: N,
            root: String::new(),
            rules: "review/1".to_owned(),
            policy_position: 3,
            subjects: 1,
        };
        let when = "2027-01-11 09:00";
        let stamp = self.stamp(when, self.review.version + 1);
        self.review.apply(&AnnualReviewEvent::Frozen(of), &stamp);
        let own = IndicatorsFrozen::of(YEAR, Appraisee::Delegate(PARTY[0]), N, "aa".to_owned());
        self.and(AppraisalEvent::IndicatorsFrozen(own), when)
    }

    pub fn and(mut self, event: AppraisalEvent, when: &str) -> Self {
        let stamp = self.stamp(when, self.appraisal.version + 1);
        self.appraisal.apply(&event, &stamp);
        self
    }

    pub fn of(&self, delegate_id: DelegateId, now: &str, claimed: &str) -> Case<'_> {
        Case {
            year: YEAR,
            delegate_id,
            delegates: &TOWN.delegates,
            review: &self.review,
            appraisal: &self.appraisal,
            policies: &TOWN.policies,
            rules: rules(now),
            at: at(claimed),
        }
    }

    pub fn at(&self, now: &str) -> Case<'_> {
        self.of(PARTY[0], now, now)
    }

    pub fn reported(self, when: &str) -> Self {
        let event = report(&self.at(when), true, &[]).unwrap();
        self.and(AppraisalEvent::ReportSubmitted(event), when)
    }

    pub fn appraised(self, by: AppraisedBy, when: &str) -> Self {
        let event = appraise(&self.at(when), &vote(by, "2027-01-20")).unwrap();
        self.and(AppraisalEvent::Appraised(event), when)
    }

    pub fn disputed(self, id: DisputeId, when: &str) -> Self {
        let event = dispute(&self.at(when), id, Indicator::OnTime, None).unwrap();
        self.and(AppraisalEvent::EntryDisputed(event), when)
    }

    pub fn decided(self, id: DisputeId, upheld: bool, when: &str) -> Self {
        let event = decide(&self.at(when), id, upheld).unwrap();
        self.and(AppraisalEvent::DisputeDecided(event), when)
    }

    pub fn adjusted(self, deltas: (i64, i64), of: Option<DisputeId>, when: &str) -> Self {
        let event = adjust(&self.at(when), Indicator::OnTime, deltas, of, BASE).unwrap();
        self.and(AppraisalEvent::Adjusted(event), when)
    }

    pub fn with_result(self, when: &str) -> Self {
        let event = set_result(&self.at(when), Grade::Competent).unwrap();
        self.and(AppraisalEvent::ResultSet(event), when)
    }
}

pub(super) fn opened() -> Told {
    Told::opened("2026-12-01 09:00")
}

/// Reported, frozen and appraised: what a result needs, but for the days.
pub(super) fn ready() -> Told {
    opened().reported("2026-12-20 09:00").frozen().appraised(AppraisedBy::Voters, "2027-01-20 17:00")
}

pub(super) fn done() -> Told {
    ready().with_result("2027-01-27 09:00")
}

pub(super) fn vote(by: AppraisedBy, held_on: &str) -> VoteDraft {
    let ballots = BTreeMap::from([(Grade::Excellent, 31), (Grade::Competent, 12), (Grade::NotCompetent, 0)]);
    VoteDraft { by, held_on: day(held_on), ballots }
}
