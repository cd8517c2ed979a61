//! What is counted while the story is told.

use domain::ids::IssueId;
use domain::issue::Issue;
use domain::major_issue::MajorIssue;
use domain::vocabulary::{IssueState, Level, MajorIssueState};
use std::collections::{BTreeMap, BTreeSet};

/// Counted while the story is told.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    pub receptions: usize,
    pub happened: usize,
    pub moot: usize,
    /// Breaches that the clock found.
    pub breaches: u64,
    /// Breaches that were explained.
    pub explained: u64,
    pub refused: BTreeMap<String, usize>,
    pub issue_states: BTreeSet<IssueState>,
    pub major_issue_states: BTreeSet<MajorIssueState>,
    /// Issues that are over, by the state they ended in.
    pub by_state: BTreeMap<IssueState, usize>,
    pub major_issues_by_state: BTreeMap<MajorIssueState, usize>,
    pub longest: Option<(Interest, IssueId)>,
    /// Whether the story ended before its time.
    pub broken_off: bool,
}

/// How much there is to tell about an issue: escalated to L3 or above and reopened, reopened, long.
pub(super) type Interest = (bool, bool, u64);

impl Tally {
    pub(super) fn saw(&mut self, issue: &Issue) {
        self.issue_states.insert(issue.state);
    }

    pub(super) fn saw_major(&mut self, major: &MajorIssue) {
        self.major_issue_states.insert(major.state);
    }

    /// An issue as it will stay, or as it is when the story ends.
    pub(super) fn ended(&mut self, id: IssueId, issue: &Issue) {
        *self.by_state.entry(issue.state).or_default() += 1;
        let interest = interest(issue);
        if self.longest.is_none_or(|(most, _)| interest > most) {
            self.longest = Some((interest, id));
        }
    }

    /// A major issue as it will stay, or as it is when the story ends.
    pub(super) fn ended_major(&mut self, major: &MajorIssue) {
        *self.major_issues_by_state.entry(major.state).or_default() += 1;
    }
}

fn interest(issue: &Issue) -> Interest {
    (issue.level >= Some(Level::L3) && issue.cycle > 1, issue.cycle > 1, issue.version)
}
