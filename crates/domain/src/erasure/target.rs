//! What an erasure or a legal hold is about: somebody's parts in one stream.

use crate::ids::{AreaId, IssueId, ReceptionId};
use crate::vocabulary::PersonalClass;
use chrono::NaiveDate;

/// Most subjects of one request: its leaf names each of them, with its stream.
pub const SUBJECTS_MAX: usize = 200;

/// Somebody's parts in one stream, as they stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// Whose (`s/…`).
    pub subject: String,
    /// The stream in which they lie.
    pub stream: String,
    /// Of which classes.
    pub classes: Vec<PersonalClass>,
    /// With whom they go beside that: of a file the visitors, and the words, of the issues that name it (`s/…`).
    pub with: Vec<String>,
    /// What they are of: a visitor's the reception and the issues that they raised, a file's every issue and reception that
    /// names it.
    pub matters: Vec<Matter>,
    /// Whether it is an issue to be answered still.
    pub open: bool,
}

/// What somebody's parts are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Matter {
    /// The reception, or that in which the issue was raised.
    pub reception_id: ReceptionId,
    /// The issue, where it is one.
    pub issue_id: Option<IssueId>,
    /// The grid.
    pub grid_id: AreaId,
    /// The day: of the reception, or on which the issue was raised.
    pub on: NaiveDate,
}
