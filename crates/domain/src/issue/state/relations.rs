//! What an issue remembers of other issues and offices, and of the way to its visitor.

use crate::ids::{FileId, IssueId, OfficeId};
use crate::vocabulary::{IssueState, LinkKind, WordChannel};
use chrono::{DateTime, NaiveDate, Utc};

/// A visitor who was not reached (C-4.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeliveryAttempt {
    /// How it was tried.
    pub channel: WordChannel,
    /// When.
    pub at: DateTime<Utc>,
}

/// Somebody looked whether a planned answer's promise was kept (O-17).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommitmentCheck {
    /// Whether what was promised is done.
    pub kept: bool,
    /// The day on which somebody looked.
    pub verified_on: NaiveDate,
    /// Version of its event.
    pub version: u64,
}

/// An issue that is handled together with another (T17).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Merging {
    /// The issue that it is handled with.
    pub primary_issue_id: IssueId,
    /// The state that unmerging restores: registered, in hand or awaiting answer.
    pub before: IssueState,
    /// Since when.
    pub since: DateTime<Utc>,
}

/// Another issue that has to do with it (T18).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The other issue.
    pub issue_id: IssueId,
    /// How they belong together.
    pub kind: LinkKind,
}

/// An office that was asked and has not said anything yet (T5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InputAsked {
    /// Who is asked.
    pub to_office_id: OfficeId,
    /// Since when.
    pub asked_at: DateTime<Utc>,
    /// Version of its event, whose box holds what was asked.
    pub version: u64,
}

/// A file that was attached to an issue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttachedFile {
    /// The file.
    pub file_id: FileId,
    /// The visitor sent it by the receipt code.
    pub by_visitor: bool,
}
