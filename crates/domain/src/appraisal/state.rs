//! What an appraisal is now: the fold of its stream.

use super::events::{Adjusted, AppraisalEvent, Disputed, EntryDisputed};
use crate::claims::Claim;
use crate::ids::{AccountId, DisputeId, FileId};
use crate::vocabulary::{AppraisedBy, DisputeState, Grade, Indicator};
use crate::{Fold, Stamp};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// An appraisal. `version` 0 means that nothing of it is recorded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Appraisal {
    /// Version of its stream.
    pub version: u64,
    /// Position of its newest event.
    pub position: u64,
    /// What the freeze fixed.
    pub frozen: Option<FrozenFigures>,
    /// The report that holds: the newest.
    pub report: Option<Report>,
    /// The votes, in the order in which they were recorded; each of them by others.
    pub votes: Vec<Votes>,
    /// The disputes, in the order in which they were raised.
    pub disputes: Vec<Dispute>,
    /// What stands beside the frozen figures, in the order in which it was said.
    pub adjustments: Vec<Adjustment>,
    /// The grade, and when it was set.
    pub result: Option<(Grade, Claim)>,
    /// When the result was published.
    pub published: Option<Claim>,
}

/// The figures that a freeze fixed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrozenFigures {
    /// They are those of the leaves up to here.
    pub position: u64,
    /// SHA-256 (hex) of them as they are served.
    pub digest: String,
    /// When.
    pub claim: Claim,
}

/// A report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Papers that go with it.
    pub file_ids: Vec<FileId>,
    /// When.
    pub claim: Claim,
    /// How many reports it supersedes.
    pub superseded: u32,
    /// When the first of them was submitted, which may be this one: by that one it was in time or not.
    pub first: Claim,
}

/// A vote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Votes {
    /// By whom.
    pub by: AppraisedBy,
    /// On which day.
    pub held_on: NaiveDate,
    /// How many were for each grade.
    pub ballots: BTreeMap<Grade, u32>,
    /// When it was told.
    pub claim: Claim,
}

/// A dispute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dispute {
    /// Its id.
    pub id: DisputeId,
    /// Which figure.
    pub indicator: Indicator,
    /// The entry behind it, where it is one.
    pub of: Option<Disputed>,
    /// When it was raised.
    pub raised: Claim,
    /// The account that raised it; nothing where none did.
    pub by: Option<AccountId>,
    /// Whether it was right, and when that was decided.
    pub decided: Option<(bool, Claim)>,
}

impl Dispute {
    /// How it stands.
    pub fn state(&self) -> DisputeState {
        match self.decided {
            None => DisputeState::Pending,
            Some((true, _)) => DisputeState::Upheld,
            Some((false, _)) => DisputeState::Dismissed,
        }
    }
}

/// What stands beside a frozen figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Adjustment {
    /// Which figure.
    pub indicator: Indicator,
    /// By how much more or less its `n` would be.
    pub n: i64,
    /// By how much more or less its `of` would be.
    pub of: i64,
    /// The dispute that showed it, where there was one.
    pub dispute_id: Option<DisputeId>,
    /// When it was made.
    pub claim: Claim,
}

impl Appraisal {
    /// The dispute of an id.
    pub fn dispute(&self, id: DisputeId) -> Option<&Dispute> {
        self.disputes.iter().find(|dispute| dispute.id == id)
    }

    /// What all adjustments of a figure come to.
    pub fn adjusted(&self, indicator: Indicator) -> (i64, i64) {
        let of_it = self.adjustments.iter().filter(|adjustment| adjustment.indicator == indicator);
        of_it.fold((0, 0), |(n, of), more| (n.saturating_add(more.n), of.saturating_add(more.of)))
    }

    /// The disputes that wait for a decision.
    pub fn pending(&self) -> impl Iterator<Item = &Dispute> {
        self.disputes.iter().filter(|dispute| dispute.decided.is_none())
    }

    /// The disputes that were upheld when the figures could not show it any more, for they are those of earlier leaves, and
    /// that no adjustment of their own figure names: what was upheld may change others beside it, and never them alone.
    pub fn unadjusted(&self) -> impl Iterator<Item = &Dispute> {
        let since = self.frozen.as_ref().map_or(u64::MAX, |frozen| frozen.position);
        let upheld_since = move |dispute: &&Dispute| {
            dispute.decided.is_some_and(|(upheld, decided)| upheld && decided.position > since)
        };
        let named = |dispute: &&Dispute| {
            let of_it = |one: &Adjustment| one.dispute_id == Some(dispute.id) && one.indicator == dispute.indicator;
            self.adjustments.iter().any(of_it)
        };
        self.disputes.iter().filter(upheld_since).filter(move |dispute| !named(dispute))
    }
}

impl Fold for Appraisal {
    type Event = AppraisalEvent;

    fn apply(&mut self, event: &AppraisalEvent, at: &Stamp) {
        let claim = Claim::from(at);
        match event {
            AppraisalEvent::IndicatorsFrozen(frozen) => {
                let digest = frozen.digest.clone();
                self.frozen = Some(FrozenFigures { position: frozen.position, digest, claim });
            }
            AppraisalEvent::ReportSubmitted(report) => {
                let before = self.report.take();
                self.report = Some(Report {
                    file_ids: report.file_ids.clone(),
                    claim,
                    superseded: before.as_ref().map_or(0, |before| before.superseded.saturating_add(1)),
                    first: before.map_or(claim, |before| before.first),
                });
            }
            AppraisalEvent::Appraised(appraised) => self.votes.push(Votes {
                by: appraised.by,
                held_on: appraised.held_on,
                ballots: appraised.ballots.clone(),
                claim,
            }),
            AppraisalEvent::EntryDisputed(EntryDisputed { dispute_id: id, indicator, of, year: _, delegate_id: _ }) => {
                let (id, indicator, of) = (*id, *indicator, *of);
                self.disputes.push(Dispute { id, indicator, of, raised: claim, by: at.account, decided: None });
            }
            AppraisalEvent::DisputeDecided(decided) => {
                let mut disputes = self.disputes.iter_mut();
                if let Some(dispute) = disputes.find(|dispute| dispute.id == decided.dispute_id) {
                    dispute.decided = Some((decided.upheld, claim));
                }
            }
            AppraisalEvent::Adjusted(Adjusted { indicator, n, of, dispute_id, year: _, delegate_id: _ }) => {
                let (indicator, n, of, dispute_id) = (*indicator, *n, *of, *dispute_id);
                self.adjustments.push(Adjustment { indicator, n, of, dispute_id, claim });
            }
            AppraisalEvent::ResultSet(set) => self.result = Some((set.grade, claim)),
            AppraisalEvent::ResultPublished(_) => self.published = Some(claim),
        }
        self.version = at.version;
        self.position = at.position;
    }
}
