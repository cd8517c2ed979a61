//! The annual review (C-5.2): streams read up to a position, folded and judged by `domain::review`, summed.
//!
//! Which streams may matter is handed in: a superset costs time, never a figure. Nothing here asks a read model, and
//! nothing of a figure comes from one.

mod finding;
mod frame;
mod sweep;

pub use frame::{Frame, MemberOf};

use crate::boxed::boxed;
use crate::casework::Casework;
use crate::read::reference::Reference;
use crate::write::failure::Failure;
use chrono::{Datelike as _, NaiveDate};
use domain::ids::{
    ActivityId, AppraisalId, AreaId, DeedId, DelegateId, IssueId, MeetingId, ReceptionId, SessionId, StudyId,
    TypicalCaseId,
};
use domain::refusal::{Code, Refusal};
use domain::review::{Book, Finding, Period, RuleSet, Tally};
use event_store::Position;
use finding::Found;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::Arc;

/// Which streams to read: at least every one that can matter, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Streams {
    /// Issues.
    pub issues: Vec<IssueId>,
    /// Receptions.
    pub receptions: Vec<ReceptionId>,
    /// Sessions.
    pub sessions: Vec<SessionId>,
    /// Studies and inspections.
    pub studies: Vec<StudyId>,
    /// Deeds.
    pub deeds: Vec<DeedId>,
    /// Typical cases.
    pub typical_cases: Vec<TypicalCaseId>,
    /// Activities: of a grid all of the year; of a delegate those of every grid that they were assigned to in it.
    pub activities: Vec<ActivityId>,
    /// Meetings, likewise.
    pub meetings: Vec<MeetingId>,
    /// Appraisals.
    pub appraisals: Vec<AppraisalId>,
}

/// Whose review it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reviewed {
    /// A delegate's.
    Delegate(DelegateId),
    /// A grid's.
    Grid(AreaId),
}

impl Reviewed {
    /// Whether a finding is counted for them.
    fn has(self, found: &Found<'_>) -> bool {
        match self {
            Self::Delegate(id) => found.delegates.contains(&id),
            Self::Grid(id) => found.grid_id == Some(id),
        }
    }
}

/// What was found about everybody whose streams were read.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tallies {
    /// By delegate; nothing of those about whom nothing was found.
    pub delegates: BTreeMap<DelegateId, Tally>,
    /// By grid, likewise.
    pub grids: BTreeMap<AreaId, Tally>,
}

impl Tallies {
    fn take(&mut self, found: &Found<'_>) {
        for delegate in found.delegates {
            self.delegates.entry(*delegate).or_default().take(&found.finding);
        }
        if let Some(grid) = found.grid_id {
            self.grids.entry(grid).or_default().take(&found.finding);
        }
    }

    fn add(&mut self, other: Self) {
        for (delegate, tally) in other.delegates {
            self.delegates.entry(delegate).or_default().add(tally);
        }
        for (grid, tally) in other.grids {
            self.grids.entry(grid).or_default().add(tally);
        }
    }
}

/// One member behind an indicator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// Where it stands.
    pub of: MemberOf,
    /// Position of the first leaf of its stream, of a quarter or half-year of its grid's: the order of a list, and with the
    /// year the number of an issue.
    pub first_position: u64,
    /// What was found.
    pub finding: Finding,
}

impl Casework {
    /// The years that can be reviewed as of a position: from the programme's first to the one in which the leaf at the
    /// position was recorded.
    ///
    /// Errors: [`Failure::BeyondHead`].
    #[boxed]
    pub async fn reviewable_years(
        &self,
        position: Position,
        reference: &Reference,
    ) -> Result<RangeInclusive<i32>, Failure> {
        let seen_on = reference.town_date(self.recorded_at(position).await?);
        let first = reference.programme.effective_on().unwrap_or(seen_on);
        Ok(first.year()..=seen_on.year())
    }

    /// The frame of a review of `year` by a set of rules as of a position, with the reference data of then.
    ///
    /// Errors: [`Failure::BeyondHead`], also for a year that had not begun; [`Code::NoPolicyInForce`].
    #[boxed]
    pub async fn review_frame(
        &self,
        rule_set: RuleSet,
        year: i32,
        position: Position,
        reference: Arc<Reference>,
    ) -> Result<Frame, Failure> {
        let seen_on: NaiveDate = reference.town_date(self.recorded_at(position).await?);
        let period = Period::of(year, seen_on).ok_or(Failure::BeyondHead)?;
        let book = Book::new(rule_set, &reference.policies, &reference.calendars, period.until)
            .ok_or_else(|| Refusal::new(Code::NoPolicyInForce))?;
        let root = self.store.root_at(position.0).await.map_err(|error| Failure::Fault(error.to_string()))?;
        Ok(Frame { position, root, period, book, reference })
    }

    /// The review of everybody to whom the streams belong.
    ///
    /// Errors: [`Failure::Fault`] for a stream that cannot be read: a figure without it would be wrong;
    /// [`Failure::Overloaded`] while too many are being made.
    #[boxed]
    pub async fn review(&self, frame: &Arc<Frame>, streams: Streams) -> Result<Tallies, Failure> {
        let take = |tallies: &mut Tallies, found: Found<'_>| tallies.take(&found);
        let parts = self.sweep(frame, streams, take).await?;
        let mut all = Tallies::default();
        parts.into_iter().for_each(|part: Tallies| all.add(part));
        Ok(all)
    }

    /// Every member that the findings of one review are about, in the order of the streams' first leaves.
    ///
    /// Errors: as for [`Casework::review`].
    #[boxed]
    pub async fn review_members(
        &self,
        frame: &Arc<Frame>,
        streams: Streams,
        reviewed: Reviewed,
    ) -> Result<Vec<Member>, Failure> {
        let take = move |members: &mut Vec<Member>, found: Found<'_>| {
            let Found { of, first_position, finding, .. } = found;
            members.extend(reviewed.has(&found).then_some(Member { of, first_position, finding }));
        };
        let mut members = self.sweep(frame, streams, take).await?.concat();
        // Stable: findings of one stream keep their order.
        members.sort_by_key(|member| member.first_position);
        Ok(members)
    }
}
