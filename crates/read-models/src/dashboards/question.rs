//! `GET /v1/dashboards/…`: the sums of the cells that a question is about.

use super::counters::COUNTERS;
use super::figures::{
    Dashboard, DashboardKey, DashboardRow, Figures, LatenessFigures, MajorCount, MajorDashboard, MajorFigures, Ratio,
};
use super::owner::{Dimension, Key, Owner};
use super::period::{day_of, in_narrow_periods, ranges};
use crate::engine::checkpoint;
use crate::engine::columns::Value;
use crate::engine::list::ListError;
use crate::engine::question::Question;
use crate::engine::sqlite::{Columns, Sql, SqlError, misread};
use chrono::{Datelike as _, Days, NaiveDate};
use domain::ids::{AreaId, DelegateId};
use domain::vocabulary::{IssueState, Level, MajorIssueState};
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

    fn key(self, owner: Owner) -> Option<DashboardKey> {
        Some(match (self, owner.key) {
            (Self::Town, _) => DashboardKey::Town,
            (Self::Grids, _) => DashboardKey::Grid(owner.grid_id),
            (Self::Units, Key::Id(id)) => DashboardKey::Unit(AreaId(id)),
            (Self::Delegates, Key::Id(id)) => DashboardKey::Delegate(DelegateId(id)),
            (Self::Topics, Key::Topic(code)) => DashboardKey::Topic(code.to_string()),
            (Self::Units | Self::Delegates | Self::Topics, Key::Grid | Key::Id(_) | Key::Topic(_)) => return None,
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
        let counts = COUNTERS.iter().map(|column| format!("sum({column}) as {column}"));
        let asked = Asked { sql, by, grid_id: query.grid_id, range };
        asked.each("dashboard_count_rows", COUNTERS, &counts.collect::<Vec<_>>().join(", "), &[], |key, columns| {
            let sums = sums.entry(key).or_default();
            for sum in &mut sums.counters {
                *sum += columns.number::<u64>()?;
            }
            Ok(())
        })?;
        let asked = Asked { range: in_narrow_periods(range), ..asked };
        asked.each("dashboard_day_rows", DAY_SUMS, SELECT_DAYS, &days(today), |key, columns| {
            let sums = &mut sums.entry(key).or_default().days;
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

/// What the days of a key add up to.
const DAY_SUMS: &[&str] = &["due_soon", "overdue", "long_overdue", "due_this_week", "silent"];
/// Where a suspension ends within the week, the date after it takes the place of the one before on the next day.
const SELECT_DAYS: &str = "sum(case when day <= $1 then due_soon else 0 end) as due_soon, \
    sum(case when day <= $1 then overdue else 0 end) as overdue, \
    sum(case when day <= $1 then long_overdue else 0 end) as long_overdue, \
    sum(case when day between $2 and $3 then due + case when day <= $1 then due_turned else 0 end else 0 end) \
    as due_this_week, sum(case when day < $1 then interim else 0 end) as silent";

/// Today, and the first and last day of its week.
fn days(today: NaiveDate) -> [Value<'static>; 3] {
    let monday = today - Days::new(today.weekday().num_days_from_monday().into());
    [today, monday, monday + Days::new(6)].map(|day| day_of(day).into())
}

/// Which cells of a table are asked for.
struct Asked<'a> {
    sql: &'a Sql,
    by: DashboardBy,
    grid_id: Option<AreaId>,
    range: (i64, i64),
}

impl Asked<'_> {
    /// What the cells of each owner add up to, whose key is told.
    fn each(
        &self,
        table: &'static str,
        names: &[&str],
        sums: &str,
        values: &[Value<'static>],
        mut read: impl FnMut(DashboardKey, &mut Columns<'_>) -> Result<(), SqlError>,
    ) -> Result<(), SqlError> {
        let dimension = self.by.dimension();
        let mut question = Question::of("select cell.owner, owned.grid_id, owned.key");
        for name in names {
            question.push(", cell.").push(name);
        }
        question.push(" from (select owner, ").push_bound(sums, values);
        question.push(" from ").push(table).push(" where dimension = ").bind(dimension.stored());
        between(question.push(" and "), self.range);
        if let Some(grid_id) = self.grid_id {
            let (first, last) = Owner::numbers_of(grid_id);
            question.push(" and owner between ").bind(first).push(" and ").bind(last);
        }
        question.push(" group by owner) as cell left join dashboard_owner as owned on owned.owner = cell.owner");
        question.each(self.sql, |columns| {
            let number = columns.whole()?;
            let owner = Owner::stored(number, dimension, columns.text()?, columns.text()?);
            let owner = owner.ok_or_else(|| misread(&number.to_string()))?;
            if self.grid_id.is_some_and(|grid_id| grid_id != owner.grid_id) {
                return Ok(());
            }
            let key = self.by.key(owner).ok_or_else(|| misread(&number.to_string()))?;
            read(key, columns)
        })
    }
}

/// The cells of a range of periods, in the order of the table's key.
fn between(question: &mut Question, (first, last): (i64, i64)) {
    if first == last {
        // Said as equality, so that the key's next column narrows the search too.
        question.push("period = ").bind(first);
    } else {
        question.push("period between ").bind(first).push(" and ").bind(last);
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
        let mut question =
            Question::of("select grid_id, state, level, sum(total), sum(case when due_on > 0 and due_on < ");
        question.bind(today).push(" then total else 0 end) from dashboard_major_rows where ");
        between(&mut question, range);
        if let Some(grid_id) = query.grid_id {
            question.push(" and grid_id = ").bind(grid_id.0);
        }
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
