//! The figures of a dashboard.

use domain::ids::{AreaId, DelegateId};
use domain::vocabulary::{IssueState, Level, MajorIssueState};
use event_store::Position;
use std::collections::BTreeMap;

/// A dashboard: everything in it speaks of one position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dashboard {
    /// The log up to here is in the figures.
    pub as_of_position: Position,
    /// One row for each that has anything to count, in the order of their keys. A town has its one row always.
    pub rows: Vec<DashboardRow>,
}

impl Dashboard {
    /// About so many bytes of memory.
    pub(crate) fn bytes(&self) -> usize {
        // The figures by state are a map of a few hundred bytes.
        size_of::<Self>() + self.rows.len() * (size_of::<DashboardRow>() + 320)
    }
}

impl MajorDashboard {
    /// About so many bytes of memory.
    pub(crate) fn bytes(&self) -> usize {
        let rows = self.rows.iter().map(|row| size_of::<MajorFigures>() + size_of_val(row.by.as_slice()));
        size_of::<Self>() + rows.sum::<usize>()
    }
}

/// Figures of one grid, unit, delegate or topic, or of the town.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DashboardRow {
    /// Whose.
    pub key: DashboardKey,
    /// The figures.
    pub figures: Figures,
}

/// Whose figures.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DashboardKey {
    /// The whole town's, or those of the one grid asked for.
    Town,
    /// A grid's.
    Grid(AreaId),
    /// A unit's.
    Unit(AreaId),
    /// A delegate's: issues by who is responsible now, receptions by who sat in them.
    Delegate(DelegateId),
    /// Those of a topic of the policy, by its code.
    Topic(String),
}

/// How many receptions and issues there are, and how the issues stand on the day asked about. Each figure is the number
/// of rows of the list behind it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Receptions; 0 for topics, which receptions have none of.
    pub receptions: u64,
    /// Issues by state. A state without issues may be absent.
    pub states: BTreeMap<IssueState, u64>,
    /// Open issues by lateness.
    pub lateness: LatenessFigures,
    /// Open issues due from Monday to Sunday of the week of the day asked about.
    pub due_this_week: u64,
    /// Open issues whose visitor was to hear a word before the day asked about.
    pub silent_interim: u64,
    /// Of the issues answered, closed or referred: those in time.
    pub answered_on_time: Ratio,
}

impl Figures {
    /// Issues in this state.
    pub fn state(&self, state: IssueState) -> u64 {
        self.states.get(&state).copied().unwrap_or(0)
    }

    /// All issues.
    pub fn raised(&self) -> u64 {
        self.states.values().sum()
    }

    /// Issues that are owed an answer: `state=open`.
    pub fn open(&self) -> u64 {
        IssueState::OPEN.iter().map(|state| self.state(*state)).sum()
    }
}

/// Open issues by lateness. A suspended one stands as it stood on the day of suspension, until the suspension ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LatenessFigures {
    /// Neither of the others.
    pub on_time: u64,
    /// Due within the working days that the policy calls soon.
    pub due_soon: u64,
    /// After the due date.
    pub overdue: u64,
    /// Long after it.
    pub long_overdue: u64,
}

/// A rate; the client divides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ratio {
    /// How many.
    pub n: u64,
    /// Of how many.
    pub of: u64,
}

/// The dashboard of major issues.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MajorDashboard {
    /// The log up to here is in the figures.
    pub as_of_position: Position,
    /// One row for each grid that has major issues, in the order of their ids.
    pub rows: Vec<MajorFigures>,
}

/// Major issues of one grid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MajorFigures {
    /// The grid.
    pub grid_id: AreaId,
    /// Those under way.
    pub open: u64,
    /// Those of them whose lead office was to report before the day asked about.
    pub overdue: u64,
    /// All of them by state and level, in the order of the documents; only what there is.
    pub by: Vec<MajorCount>,
}

/// Major issues of one grid in one state and at one level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MajorCount {
    /// The state.
    pub state: MajorIssueState,
    /// The level.
    pub level: Level,
    /// How many.
    pub count: u64,
}
