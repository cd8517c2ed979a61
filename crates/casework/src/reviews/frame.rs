//! Under which rules and up to where a review is made, and the streams that stand behind a figure.

use crate::read::reference::Reference;
use domain::ids::{
    ActivityId, AreaId, DeedId, DisputeId, IssueId, MeetingId, ReceptionId, SessionId, StudyId, TypicalCaseId,
};
use domain::review::{Book, Period, RuleSet, Tally};
use event_store::{Hash, Position};
use std::sync::Arc;

/// Under which rules, and up to where, a review is made. The same position gives the same frame.
pub struct Frame {
    /// *N*: the leaves it is made from.
    pub position: Position,
    /// Root of the tree over them.
    pub root: Hash,
    /// The year, up to the day that leaf *N* was recorded on.
    pub period: Period,
    /// Policies and calendars as of *N*, and the rules that the review is made by.
    pub book: Book,
    /// Areas and people as of *N*.
    pub reference: Arc<Reference>,
}

impl Frame {
    /// The rules that the review is made by.
    pub fn rule_set(&self) -> RuleSet {
        self.book.rule_set()
    }

    /// Position of the policy in force at the end of the review.
    pub fn policy_position(&self) -> u64 {
        self.book.own_policy().position()
    }

    /// Whether a review with these findings is provisional: no calendar of the year is published, or a count ran through
    /// a year without one.
    pub fn provisional(&self, tally: &Tally) -> bool {
        !self.book.published(self.period.year) || tally.provisional()
    }
}

/// What a member is: in most cases one stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberOf {
    /// An issue, recorded first in this year of the town.
    Issue {
        /// Its id.
        id: IssueId,
        /// The year in its number.
        year: i32,
    },
    /// A reception.
    Reception(ReceptionId),
    /// A session.
    Session(SessionId),
    /// A study.
    Study(StudyId),
    /// A deed.
    Deed(DeedId),
    /// A typical case.
    TypicalCase(TypicalCaseId),
    /// An activity.
    Activity(ActivityId),
    /// A meeting.
    Meeting(MeetingId),
    /// A quarter or half-year of a grid in which nothing was held.
    Grid(AreaId),
    /// A dispute.
    Dispute(DisputeId),
}
