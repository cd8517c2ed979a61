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
    /// The reception that it is of, or in which the issue was raised.
    pub reception_id: Option<ReceptionId>,
    /// The issue.
    pub issue_id: Option<IssueId>,
    /// The grid.
    pub grid_id: Option<AreaId>,
    /// The day of the reception.
    pub on: Option<NaiveDate>,
    /// Whether it is an issue to be answered still.
    pub open: bool,
}
