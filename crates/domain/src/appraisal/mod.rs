//! What one annual review says of a delegate or a grid (C-5.2): the frozen figures, and of a delegate the report, the
//! votes, the disputes, the adjustments, the result. Figures stand beside the vote and never decide it.
//!
//! [`Appraisal`] is the fold of its [`AppraisalEvent`]s, [`Case`] what a decision leans on. `reporting.rs` and `voting.rs`
//! say who reports and is appraised when, `disputing.rs` until when an entry may be disputed, `adjusting.rs` what may be said
//! beside a frozen figure, `result.rs` what a result needs.

mod adjusting;
mod case;
mod disputing;
mod events;
mod reporting;
mod result;
mod state;
mod voting;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;

pub use adjusting::{Base, DELTA_MAX, adjust};
pub use case::{Case, EVENTS_MAX};
pub use disputing::{decide, dispute, of_delegates};
pub use events::{
    Adjusted, AppraisalEvent, Appraised, DisputeDecided, Disputed, EntryDisputed, IndicatorsFrozen, ReportSubmitted,
    ResultPublished, ResultSet,
};
pub use reporting::{has_section, report, report_files};
pub use result::{awaits_result, grade_fits, publish, set_result};
pub use state::{Adjustment, Appraisal, Dispute, FrozenFigures, Report, Votes};
pub use voting::{BALLOTS_MAX, VoteDraft, appraise, ballot_faults};

use crate::ids::{AppraisalId, AreaId, DelegateId};

/// Whom an appraisal is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Appraisee {
    /// A delegate.
    Delegate(DelegateId),
    /// A grid.
    Grid(AreaId),
}

impl Appraisee {
    /// The one appraisal of theirs for a year.
    pub fn appraisal(self, year: i32) -> AppraisalId {
        match self {
            Self::Delegate(id) => AppraisalId::of(year, &format!("delegate/{id}")),
            Self::Grid(id) => AppraisalId::of(year, &format!("area/{id}")),
        }
    }
}
