//! `GET /v1/dashboards/…`: the sums of the cells that a question is about.

use super::counters::{DUE, DUE_TURNED, FIRST_STATE, INTERIM, LATE, LATER, ON_TIME, RECEPTIONS};
use super::figures::{
    Dashboard, DashboardKey, DashboardRow, Figures, LatenessFigures, MajorCount, MajorDashboard, MajorFigures, Ratio,
};
use super::lines::{Line, Lines, Numbers, unescaped};
use super::owner::Dimension;
use super::period::{day_of, in_narrow_periods, ranges};
use super::sheet::Kind;
use crate::engine::checkpoint;
use crate::engine::list::ListError;
use crate::engine::question::Question;
use crate::engine::sqlite::{Sql, SqlError, misread};
use chrono::{Datelike as _, NaiveDate};
use domain::ids::{AreaId, DelegateId};
use domain::vocabulary::{IssueState, Level, MajorIssueState};
use foldhash::HashMap;
use std::collections::BTreeMap;

/// By what the figures are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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

    /// By what the cells are added up, as it is written.
    const fn name<'c>(self, line: &Line<'c>) -> &'c str {
        match self {
            Self::Town => "",
            Self::Grids => line.grid,
            Self::Units | Self::Delegates | Self::Topics => line.name,
        }
    }

    fn key(self, name: &str) -> Result<DashboardKey, SqlError> {
        let id = |name: &str| name.parse().map_err(|_| misread(name));
        Ok(match self {
            Self::Town => DashboardKey::Town,
            Self::Grids => DashboardKey::Grid(AreaId(id(name)?)),
            Self::Units => DashboardKey::Unit(AreaId(id(name)?)),
            Self::Delegates => DashboardKey::Delegate(DelegateId(id(name)?)),
            Self::Topics => DashboardKey::Topic(unescaped(name)?.into_owned()),
        })
    }
}

/// Which receptions and issues are counted; an absent filter lets everything through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
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
    counters: Numbers,
    days: DaySums,
}

/// The sums of all keys, by their names.
#[derive(Default)]
struct Keyed {
    places: HashMap<String, usize>,
    sums: Vec<Sums>,
}

impl Keyed {
    /// Those of a key.
    fn of(&mut self, name: &str) -> &mut Sums {
        let at = self.places.get(name).copied().unwrap_or_else(|| {
            self.places.insert(name.to_owned(), self.sums.len());
            self.sums.push(Sums::default());
            self.sums.len() - 1
        });
        &mut self.sums[at]
    }
}

/// Open issues by the days that have come.
#[derive(Default)]
struct DaySums {
    /// Due soon or later.
    due_soon: i64,
    /// After their due date.
    overdue: i64,
    /// Long after it.
    long_overdue: i64,
    /// All that are due this week.
    due_this_week: i64,
    /// All whose word was due before today.
    silent: i64,
}

impl DaySums {
    /// Adds a cell. Where a suspension ends within the week, the date after it takes the place of the one before on the next
    /// day.
    fn add(&mut self, line: &Line<'_>, days: &Days) {
        let (numbers, has_come) = (&line.numbers, line.day <= days.today);
        if has_come {
            let [due_soon, overdue, long_overdue] = LATER.map(|later| numbers[later]);
            self.due_soon += due_soon;
            self.overdue += overdue;
            self.long_overdue += long_overdue;
        }
        if (days.monday..=days.sunday).contains(&line.day) {
            self.due_this_week += numbers[DUE] + if has_come { numbers[DUE_TURNED] } else { 0 };
        }
        if line.day < days.today {
            self.silent += numbers[INTERIM];
        }
    }
}

/// Today, and the first and last day of its week.
struct Days {
    today: i64,
    monday: i64,
    sunday: i64,
}

/// The first and the last day of a day's week.
pub(super) fn week_of(day: NaiveDate) -> [NaiveDate; 2] {
    let monday = day - chrono::Days::new(day.weekday().num_days_from_monday().into());
    [monday, monday + chrono::Days::new(6)]
}

impl Days {
    fn of(today: NaiveDate) -> Self {
        let [monday, sunday] = week_of(today);
        let [today, monday, sunday] = [today, monday, sunday].map(day_of);
        Self { today, monday, sunday }
    }
}

/// The figures of each key that has any. `today` is the town's date that lateness, silence and the week refer to: not
/// before the day on which the newest leaf was recorded, since days long before that one are no longer told apart.
pub(crate) fn dashboard(
    sql: &Sql,
    by: DashboardBy,
    query: &DashboardQuery,
    today: NaiveDate,
) -> Result<Dashboard, ListError> {
    let (dimension, days) = (by.dimension(), Days::of(today));
    let mut all = Keyed::default();
    if by == DashboardBy::Town {
        all.of("");
    }
    let ranges = ranges(query.from, query.to);
    let counts = ranges.iter().map(|range| (Kind::Counts(dimension), *range));
    let of_days = ranges.iter().map(|range| (Kind::Days(dimension), in_narrow_periods(*range)));
    each(sql, counts.chain(of_days), query.grid_id, |kind, line| {
        let sums = all.of(by.name(line));
        match kind {
            Kind::Days(_) => sums.days.add(line, &days),
            Kind::Counts(_) | Kind::Majors => {
                sums.counters.iter_mut().zip(&line.numbers).for_each(|(sum, number)| *sum += number);
            }
        }
        Ok(())
    })?;
    let as_of_position = checkpoint::position(sql, super::DEFINITION.name)?;
    let row =
        |(name, at): (&String, &usize)| Ok(DashboardRow { key: by.key(name)?, figures: all.sums[*at].figures()? });
    let mut rows = all.places.iter().map(row).collect::<Result<Vec<_>, SqlError>>()?;
    rows.sort_unstable_by(|one, other| one.key.cmp(&other.key));
    Ok(Dashboard { as_of_position, rows })
}

/// Hands on every cell of these kinds and ranges of periods; of one grid, where one is asked for.
fn each(
    sql: &Sql,
    asked: impl Iterator<Item = (Kind, (i64, i64))>,
    grid_id: Option<AreaId>,
    mut read: impl FnMut(Kind, &Line<'_>) -> Result<(), SqlError>,
) -> Result<(), SqlError> {
    let mut question: Option<Question> = None;
    for (kind, (first, last)) in asked {
        let select = "select place, cells from dashboard_sheet_rows where place between ";
        let question = match &mut question {
            None => question.insert(Question::of(select)),
            Some(question) => question.push(" union all ").push(select),
        };
        question.bind(kind.place(first)).push(" and ").bind(kind.place(last));
    }
    let Some(question) = question else { return Ok(()) };
    let grid = grid_id.map(|id| id.to_string());
    question.each(sql, |columns| {
        let place = columns.whole()?;
        let kind = Kind::at(place).ok_or_else(|| misread(&place.to_string()))?;
        let cells = columns.text()?;
        let mut lines = grid.as_deref().map_or_else(|| Lines::of(cells), |grid| Lines::of_grid(cells, grid));
        while let Some(line) = lines.next()? {
            read(kind, &line)?;
        }
        Ok(())
    })
}

impl Sums {
    fn figures(&self) -> Result<Figures, SqlError> {
        let number = |number: i64| u64::try_from(number).map_err(|_| misread(&number.to_string()));
        let counter = |at: usize| number(self.counters[at]);
        let states = IssueState::ALL.iter().zip(FIRST_STATE..).map(|(state, at)| Ok((*state, counter(at)?)));
        let states = states.collect::<Result<BTreeMap<_, _>, SqlError>>()?;
        let open: u64 = IssueState::OPEN.iter().filter_map(|state| states.get(state)).sum();
        let days = &self.days;
        let (due_soon, overdue, long_overdue) =
            (number(days.due_soon)?, number(days.overdue)?, number(days.long_overdue)?);
        let (on_time, late) = (counter(ON_TIME)?, counter(LATE)?);
        // Each of these holds the ones after it. They come from one snapshot, so none is smaller than the next.
        Ok(Figures {
            receptions: counter(RECEPTIONS)?,
            lateness: LatenessFigures {
                on_time: open.saturating_sub(due_soon),
                due_soon: due_soon.saturating_sub(overdue),
                overdue: overdue.saturating_sub(long_overdue),
                long_overdue,
            },
            states,
            due_this_week: number(days.due_this_week)?,
            silent_interim: number(days.silent)?,
            answered_on_time: Ratio { n: on_time, of: on_time + late },
        })
    }
}

/// How many major issues there are in each state and at each level, and how many of them are overdue.
type ByStateAndLevel = BTreeMap<(MajorIssueState, Level), (u64, u64)>;
/// The same of each grid.
pub(super) type MajorsByGrid = BTreeMap<AreaId, ByStateAndLevel>;

/// Major issues by grid, state and level. `from` and `to` are town dates of their submission; `today` is the day that
/// overdue refers to.
pub(crate) fn major_dashboard(
    sql: &Sql,
    query: &DashboardQuery,
    today: NaiveDate,
) -> Result<MajorDashboard, ListError> {
    let mut grids = MajorsByGrid::new();
    let (ranges, today) = (ranges(query.from, query.to), i64::from(today.num_days_from_ce()));
    each(sql, ranges.into_iter().map(|range| (Kind::Majors, range)), query.grid_id, |_, line| {
        let grid_id = AreaId(line.grid.parse().map_err(|_| misread(line.grid))?);
        let parsed =
            line.name.split_once('/').map(|(state, level)| (MajorIssueState::parse(state), Level::parse(level)));
        let Some((Some(state), Some(level))) = parsed else { return Err(misread(line.name)) };
        let many = u64::try_from(line.numbers[0]).map_err(|_| misread(line.name))?;
        let (count, overdue) = grids.entry(grid_id).or_default().entry((state, level)).or_default();
        *count += many;
        if line.day > 0 && line.day < today {
            *overdue += many;
        }
        Ok(())
    })?;
    let as_of_position = checkpoint::position(sql, super::DEFINITION.name)?;
    let rows = grids.into_iter().map(|(grid_id, by)| major_figures(grid_id, &by)).collect();
    Ok(MajorDashboard { as_of_position, rows })
}

pub(super) fn major_figures(grid_id: AreaId, by: &ByStateAndLevel) -> MajorFigures {
    let open = by.iter().filter(|((state, _), _)| !state.is_over()).map(|(_, (count, _))| count).sum();
    let overdue = by.values().map(|(_, overdue)| overdue).sum();
    let by = by.iter().map(|((state, level), (count, _))| MajorCount { state: *state, level: *level, count: *count });
    MajorFigures { grid_id, open, overdue, by: by.collect() }
}
