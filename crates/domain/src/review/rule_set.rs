//! Which formulas a review is made by. A set of rules never changes: another formula, or another shape of the answer, is
//! another set beside it.

use super::subject::Subject;
use crate::vocabulary::Indicator;

/// A set of rules (评议算法).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RuleSet {
    /// `review/1`: issues and receptions (ADR 0011, 0022).
    One,
    /// `review/2`: sessions, what else delegates do besides, and disputes (ADR 0054); and a resumption on the last day of its
    /// suspension brings its own due date, which `review/1` took for one that a calendar foretold.
    Two,
}

impl RuleSet {
    /// Every set, oldest first.
    pub const ALL: &'static [Self] = &[Self::One, Self::Two];
    /// The set that a review is made by unless another one is asked for.
    pub const NEWEST: Self = Self::Two;

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::One => "review/1",
            Self::Two => "review/2",
        }
    }

    /// The set of a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|set| set.as_str() == name)
    }

    /// The indicators that are said of a delegate, or of a grid, in the order of [`Indicator::ALL`].
    pub fn indicators(self, subject: Subject) -> impl Iterator<Item = Indicator> {
        Indicator::ALL.iter().copied().filter(move |indicator| self.says(*indicator, subject))
    }

    /// Whether an indicator is said of a delegate, or of a grid.
    fn says(self, indicator: Indicator, subject: Subject) -> bool {
        let (of_delegates, of_grids) = match indicator {
            Indicator::ValidSessions | Indicator::Notices => (false, true),
            // A case is its grid's.
            Indicator::TypicalCases => (self == Self::One, true),
            // A dispute is about the figures of a person.
            Indicator::DisputesUpheld => (true, self == Self::One),
            Indicator::AnswerRate
            | Indicator::OnTime
            | Indicator::OnTimeOriginal
            | Indicator::OnTheSpot
            | Indicator::Interim
            | Indicator::MedianWd
            | Indicator::P90Wd
            | Indicator::ResolutionResolved
            | Indicator::ResolutionPlanned
            | Indicator::ResolutionExplained
            | Indicator::ResolutionDeclined
            | Indicator::Promises
            | Indicator::Satisfaction
            | Indicator::Reopened
            | Indicator::EscalationQuality
            | Indicator::PostReturn
            | Indicator::LateRecords
            | Indicator::Corrections
            | Indicator::Attendance
            | Indicator::ThemeActivities
            | Indicator::Meetings
            | Indicator::Symposia
            | Indicator::Studies
            | Indicator::Deeds => (true, true),
        };
        match subject {
            Subject::Delegate => of_delegates,
            Subject::Grid => of_grids,
        }
    }

    /// Whether what is recorded decides an indicator by these rules.
    pub const fn decides(self, indicator: Indicator) -> bool {
        match indicator {
            Indicator::AnswerRate
            | Indicator::OnTime
            | Indicator::OnTimeOriginal
            | Indicator::OnTheSpot
            | Indicator::Interim
            | Indicator::MedianWd
            | Indicator::P90Wd
            | Indicator::ResolutionResolved
            | Indicator::ResolutionPlanned
            | Indicator::ResolutionExplained
            | Indicator::ResolutionDeclined
            | Indicator::Promises
            | Indicator::Satisfaction
            | Indicator::Reopened
            | Indicator::EscalationQuality
            | Indicator::PostReturn
            | Indicator::LateRecords
            | Indicator::Corrections => true,
            Indicator::Attendance
            | Indicator::ValidSessions
            | Indicator::Notices
            | Indicator::Studies
            | Indicator::Deeds
            | Indicator::TypicalCases
            | Indicator::ThemeActivities
            | Indicator::Meetings
            | Indicator::Symposia
            | Indicator::DisputesUpheld => match self {
                Self::One => false,
                Self::Two => true,
            },
        }
    }
}

impl std::fmt::Display for RuleSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
