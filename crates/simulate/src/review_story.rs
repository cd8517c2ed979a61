//! The steps that the story of an annual review is made of, and what is remembered of it (C-5.2).

use casework::Failure;
use casework::reviews::{Frame, Tallies};
use domain::appraisal::{Appraisee, Base};
use domain::ids::{DelegateId, DisputeId};
use std::collections::HashMap;

/// The digest of everybody's figures as they are served (SHA-256, hex), by what was found of them. Whoever shows figures makes
/// them.
pub type Digests<'d> = dyn Fn(&Frame, &Tallies) -> Result<Vec<(Appraisee, String)>, Failure> + Sync + 'd;

/// A step of the review of a year, of one grid's delegates where it is about delegates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReviewStep {
    Open(i32),
    Report(i32, usize),
    Freeze(i32),
    Vote(i32, usize),
    Dispute(i32, usize),
    DecideDispute(i32, usize, DelegateId, DisputeId),
    Adjust(i32, usize, DelegateId, DisputeId),
    SetResults(i32, usize),
    PublishResults(i32, usize),
}

impl ReviewStep {
    /// What it is called in a report.
    pub fn name(self) -> String {
        format!("{self:?}").split('(').next().unwrap_or_default().to_owned()
    }

    /// Whose delegates it is about.
    pub const fn grid(self) -> Option<usize> {
        match self {
            Self::Open(_) | Self::Freeze(_) => None,
            Self::Report(_, grid)
            | Self::Vote(_, grid)
            | Self::Dispute(_, grid)
            | Self::DecideDispute(_, grid, ..)
            | Self::Adjust(_, grid, ..)
            | Self::SetResults(_, grid)
            | Self::PublishResults(_, grid) => Some(grid),
        }
    }

    /// Where it stands, for its chance and its key.
    pub const fn place(self) -> (i32, u64) {
        match self {
            Self::Open(year) => (year, 1),
            Self::Report(year, _) => (year, 2),
            Self::Freeze(year) => (year, 3),
            Self::Vote(year, _) => (year, 4),
            Self::Dispute(year, _) => (year, 5),
            Self::DecideDispute(year, ..) => (year, 6),
            Self::Adjust(year, ..) => (year, 7),
            Self::SetResults(year, _) => (year, 8),
            Self::PublishResults(year, _) => (year, 9),
        }
    }
}

/// The figure that was disputed as it was frozen, by delegate.
#[derive(Debug, Default)]
pub(super) struct Appraised(pub HashMap<DelegateId, Base>);
