//! `GET /v1/dashboards/…`: the sums of the cells that a question is about.

use super::counters::COUNTERS;
use super::figures::{
    Dashboard, DashboardKey, DashboardRow, Figures, LatenessFigures, MajorCount, MajorDashboard, MajorFigures, Ratio,
};
use super::owner::Dimension;
use super::period::{day_of, ranges};
use crate::engine::checkpoint;
use crate::engine::list::ListError;
use crate::engine::question::Question;
use crate::engine::sqlite::{Sql, SqlError, misread};
use chrono::{Datelike as _, Days, NaiveDate};
use domain::ids::{AreaId, DelegateId};
use domain::vocabulary::{IssueState, Level, MajorIssueState};
use std::collections::BTreeMap;

/// By what the figures are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DashboardBy {
    /// Not at all.
    Town,
    /// By grid.
    Grids,
    /// By unit.
    Units,
    /// By delegate.
    Delegates,
    /// By topic.
    Topics,
}

impl DashboardBy {
    const fn dimension(self) -> Dimension {
        match self {
            Self::Town | Self::Grids => Dimension::Grid,
            Self::Units => Dimension::Unit,
            Self::Delegates => Dimension::Delegate,
            Self::Topics => Dimension::Topic,
        }
    }

    /// What the cells are grouped by.
    const fn group(self) -> &'static str {
        match self {
            Self::Town => "''",
            Self::Grids => "grid_id",
            Self::Units | Self::Delegates | Self::Topics => "key",
        }
    }

    fn key(self, text: &str) -> Result<DashboardKey, SqlError> {
        let id = || text.parse().map_err(|_| misread(text));
        Ok(match self {
            Self::Town => DashboardKey::Town,
            Self::Grids => DashboardKey::Grid(AreaId(id()?)),
            Self::Units => DashboardKey::Unit(AreaId(id()?)),
            Self::Delegates => DashboardKey::Delegate(DelegateId(id()?)),
            Self::Topics => DashboardKey::Topic(text.to_owned()),
        })
    }
}

/// Which receptions and issues are counted; an absent filter lets everything through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DashboardQuery {
    /// Of this grid.
    pub grid_id: Option<AreaId>,
    /// Held on or after, town date.
    pub from: Option<NaiveDate>,
    /// Held on or before, town date.
    pub to: Option<NaiveDate>,
}

/// What the cells of one key add up to.
#[derive(Default)]
struct Sums {
    counters: [u64; COUNTERS.len()],
    days: DaySums,
}

/// Open issues by the days that have come.
#[derive(Default)]
struct DaySums {
    /// Due soon or later.
    due_soon: u64,
    /// After their due date.
    overdue: u64,
    /// Long after it.
    long_overdue: u64,
    /// All that are due this week.
    due_this_week: u64,
    /// All whose word was due before today.
    silent: u64,
}

/// The figures of each key that has any. `today` is the town's date that lateness, silence and the week refer to: not
/// before the day on which the newest leaf was recorded, since days long before that one are no longer told apart.
pub(crate) fn dashboard(
    sql: &Sql,
    by: DashboardBy,
    query: &DashboardQuery,
    today: NaiveDate,
) -> Result<Dashboard, ListError> {
    let mut sums: BTreeMap<DashboardKey, Sums> = BTreeMap::new();
    if by == DashboardBy::Town {
        sums.insert(DashboardKey::Town, Sums::default());
    }
    for range in ranges(query.from, query.to) {
        let mut counts = select_counts(by);
        among(&mut counts, by, query.grid_id, range);
        counts.each(sql, |columns| {
            let sums = sums.entry(by.key(columns.text()?)?).or_default();
            for sum in &mut sums.counters {
                *sum += columns.number::<u64>()?;
            }
            Ok(())
        })?;
        let mut days = select_days(by, today);
        among(&mut days, by, query.grid_id, range);
        days.each(sql, |columns| {
            let sums = &mut sums.entry(by.key(columns.text()?)?).or_default().days;
            for sum in [
                &mut sums.due_soon,
                &mut sums.overdue,
                &mut sums.long_overdue,
                &mut sums.due_this_week,
                &mut sums.silent,
            ] {
                *sum += columns.number::<u64>()?;
            }
            Ok(())
        })?;
    }
    let as_of_position = checkpoint::position(sql, super::DEFINITION.name)?;
    let rows = sums.into_iter().map(|(key, sums)| DashboardRow { key, figures: sums.figures() }).collect();
    Ok(Dashboard { as_of_position, rows })
}

fn select_counts(by: DashboardBy) -> Question {
    let mut question = Question::of("select ");
    question.push(by.group());
    for column in COUNTERS {
        question.push(", sum(").push(column).push(")");
    }
    question.push(" from dashboard_count");
    question
}

fn select_days(by: DashboardBy, today: NaiveDate) -> Question {
    let monday = today - Days::new(today.weekday().num_days_from_monday().into());
    let sunday = monday + Days::new(6);
    let mut sql = Question::of("select ");
    sql.push(by.group());
    for (condition, day, column) in
        [("day <= ", today, "due_soon"), ("day <= ", today, "overdue"), ("day <= ", today, "long_overdue")]
    {
        sql.push(", sum(case when ").push(condition).bind(day_of(day));
        sql.push(" then ").push(column).push(" else 0 end)");
    }
    sql.push(", sum(case when day between ").bind(day_of(monday));
    // Where a suspension ends within the week, the date after it takes the place of the one before on the next day.
    sql.push(" and ").bind(day_of(sunday)).push(" then due + case when day <= ").bind(day_of(today));
    sql.push(" then due_turned else 0 end else 0 end)");
    sql.push(", sum(case when day < ").bind(day_of(today)).push(" then interim else 0 end)");
    sql.push(" from dashboard_day");
    sql
}

/// The cells of a range of periods, in the order of the table's key.
fn among(sql: &mut Question, by: DashboardBy, grid_id: Option<AreaId>, (first, last): (i64, i64)) {
    sql.push(" where dimension = ").bind(by.dimension().as_str());
    between(sql.push(" and "), grid_id, (first, last));
    if by != DashboardBy::Town {
        sql.push(" group by 1");
    } else {
        // A sum over nothing would be a row of nulls.
        sql.push(" having count(*) > 0");
    }
}

fn between(sql: &mut Question, grid_id: Option<AreaId>, (first, last): (i64, i64)) {
    if first == last {
        // Said as equality, so that the key's next column narrows the search too.
        sql.push("period = ").bind(first);
    } else {
        sql.push("period between ").bind(first).push(" and ").bind(last);
    }
    if let Some(grid_id) = grid_id {
        sql.push(" and grid_id = ").bind(grid_id.to_string());
    }
}

impl Sums {
    fn figures(&self) -> Figures {
        let [receptions, states @ .., on_time, late] = self.counters;
        let states: BTreeMap<IssueState, u64> = IssueState::ALL.iter().copied().zip(states).collect();
        let open: u64 = IssueState::OPEN.iter().filter_map(|state| states.get(state)).sum();
        let days = &self.days;
        // Each of these holds the ones after it. They come from one snapshot, so none is smaller than the next.
        Figures {
            receptions,
            lateness: LatenessFigures {
                on_time: open.saturating_sub(days.due_soon),
                due_soon: days.due_soon.saturating_sub(days.overdue),
                overdue: days.overdue.saturating_sub(days.long_overdue),
                long_overdue: days.long_overdue,
            },
            states,
            due_this_week: days.due_this_week,
            silent_interim: days.silent,
            answered_on_time: Ratio { n: on_time, of: on_time + late },
        }
    }
}

/// How many major issues there are in each state and at each level, and how many of them are overdue.
type ByStateAndLevel = BTreeMap<(MajorIssueState, Level), (u64, u64)>;

/// Major issues by grid, state and level. `from` and `to` are town dates of their submission; `today` is the day that
/// overdue refers to.
pub(crate) fn major_dashboard(
    sql: &Sql,
    query: &DashboardQuery,
    today: NaiveDate,
) -> Result<MajorDashboard, ListError> {
    let mut grids: BTreeMap<AreaId, ByStateAndLevel> = BTreeMap::new();
    for range in ranges(query.from, query.to) {
        let mut question = Question::of(
            "select grid_id, state, level, sum(total), sum(case when due_on <> '' and due_on < ",
        );
        question.bind(today.to_string()).push(" then total else 0 end) from dashboard_major where ");
        between(&mut question, query.grid_id, range);
        question.push(" group by 1, 2, 3").each(sql, |columns| {
            let grid_id = AreaId(columns.id()?);
            let key = (columns.parse(MajorIssueState::parse)?, columns.parse(Level::parse)?);
            let (count, overdue) = grids.entry(grid_id).or_default().entry(key).or_default();
            *count += columns.number::<u64>()?;
            *overdue += columns.number::<u64>()?;
            Ok(())
        })?;
    }
    let as_of_position = checkpoint::position(sql, super::DEFINITION.name)?;
    let rows = grids.into_iter().map(|(grid_id, by)| figures(grid_id, &by)).collect();
    Ok(MajorDashboard { as_of_position, rows })
}

fn figures(grid_id: AreaId, by: &ByStateAndLevel) -> MajorFigures {
    let open = by.iter().filter(|((state, _), _)| !state.is_over()).map(|(_, (count, _))| count).sum();
    let overdue = by.values().map(|(_, overdue)| overdue).sum();
    let by = by.iter().map(|((state, level), (count, _))| MajorCount { state: *state, level: *level, count: *count });
    MajorFigures { grid_id, open, overdue, by: by.collect() }
}
