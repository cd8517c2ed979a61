//! The same figures of what somebody may see, where that is neither the town nor one grid of it: there are no counters of
//! these, so they are counted from the rows of the lists behind the figures, narrowed as the lists are.

use super::figures::{
    Dashboard, DashboardKey, DashboardRow, Figures, LatenessFigures, MajorDashboard, MajorFigures, Ratio,
};
use super::question::{DashboardBy, DashboardQuery, MajorsByGrid, major_figures, week_of};
use crate::engine::checkpoint;
use crate::engine::list::ListError;
use crate::engine::sqlite::{Columns, Sql, SqlError, misread};
use crate::engine::within::Within;
use crate::issue_board::{self, IssueQuery};
use crate::major_issue_board::{self, MajorIssueQuery};
use crate::reception_list::{self, ReceptionQuery};
use chrono::{Datelike as _, NaiveDate};
use domain::access::Scope;
use domain::ids::{AreaId, DelegateId};
use domain::vocabulary::{IssueState, Level, MajorIssueState};
use std::collections::BTreeMap;

impl DashboardQuery {
    /// The question to the counters that has the same answer within a scope; nothing where there is none.
    pub(crate) fn counted(&self, within: &Within) -> Option<Self> {
        match (&within.scope, self.grid_id) {
            (Scope::Town | Scope::Figures, _) => Some(*self),
            (Scope::Grids(grids), Some(asked)) => grids.contains(&asked).then_some(*self),
            (Scope::Grids(grids), None) => match grids.as_slice() {
                [only] => Some(Self { grid_id: Some(*only), ..*self }),
                _ => None,
            },
            (Scope::Own { .. } | Scope::PartyLine | Scope::Offices(_) | Scope::Receipt, _) => None,
        }
    }
}

impl DashboardBy {
    /// What rows of issues are told apart by.
    const fn column(self) -> &'static str {
        match self {
            Self::Town => "0",
            Self::Grids => "grid_id",
            Self::Units => "unit_id",
            Self::Delegates => "responsible_delegate_id",
            Self::Topics => "topic",
        }
    }

    /// The key that a row begins with; nothing where it has none, as issues have that name no unit.
    fn read(self, columns: &mut Columns<'_>) -> Result<Option<DashboardKey>, SqlError> {
        Ok(match self {
            Self::Town => columns.whole_optional()?.map(|_| DashboardKey::Town),
            Self::Grids => columns.id_optional()?.map(|id| DashboardKey::Grid(AreaId(id))),
            Self::Units => columns.id_optional()?.map(|id| DashboardKey::Unit(AreaId(id))),
            Self::Delegates => columns.id_optional()?.map(|id| DashboardKey::Delegate(DelegateId(id))),
            Self::Topics => columns.text_optional()?.map(|code| DashboardKey::Topic(code.to_owned())),
        })
    }
}

/// The figures of each key that has any within a scope. `today` is the town's date.
pub(crate) fn dashboard(
    sql: &Sql,
    by: DashboardBy,
    query: &DashboardQuery,
    within: &Within,
    today: NaiveDate,
) -> Result<Dashboard, ListError> {
    let mut rows: BTreeMap<DashboardKey, Figures> = BTreeMap::new();
    if by == DashboardBy::Town {
        rows.insert(DashboardKey::Town, nothing());
    }
    issues(sql, by, query, within, today, &mut rows)?;
    receptions(sql, by, query, within, &mut rows)?;
    // What one of them does not know yet is not in the figures.
    let models = [issue_board::DEFINITION.name, reception_list::DEFINITION.name];
    let [issues, receptions] = models.map(|model| checkpoint::position(sql, model));
    let rows = rows.into_iter().map(|(key, figures)| DashboardRow { key, figures });
    Ok(Dashboard { as_of_position: issues?.min(receptions?), rows: rows.collect() })
}

fn nothing() -> Figures {
    Figures { states: IssueState::ALL.iter().map(|state| (*state, 0)).collect(), ..Figures::default() }
}

fn issues(
    sql: &Sql,
    by: DashboardBy,
    query: &DashboardQuery,
    within: &Within,
    today: NaiveDate,
    rows: &mut BTreeMap<DashboardKey, Figures>,
) -> Result<(), ListError> {
    let DashboardQuery { grid_id, from, to } = *query;
    let listed = IssueQuery { grid_id, from, to, within: within.clone(), ..IssueQuery::default() };
    let [monday, sunday] = week_of(today);
    let [on, monday, sunday] = [today, monday, sunday].map(|day| day.num_days_from_ce());
    let open = |what: &str| format!(", count(case when is_open and {what} then 1 end)");
    let late = |from: &str| open(&format!("{from} <= coalesce(judged_on, {on})"));
    let select = [
        format!("select {}, state, count(*)", by.column()),
        ["due_soon_from", "overdue_from", "long_overdue_from"].map(late).concat(),
        open(&format!("answer_due_on between {monday} and {sunday}")),
        open(&format!("interim_due_on < {on}")),
        ", count(case when answered_on_time then 1 end), count(answered_on_time) from (".to_owned(),
    ]
    .concat();
    let (list, _) = issue_board::asked(&listed, today);
    list.summed(sql, &select, ") group by 1, 2", |columns| {
        let key = by.read(columns)?;
        let state = columns.parse(IssueState::parse)?;
        let count: u64 = columns.number()?;
        let [due_soon, overdue, long_overdue, due_this_week, silent, on_time, answered] = numbers(columns)?;
        let Some(key) = key else { return Ok(()) };
        let figures = rows.entry(key).or_insert_with(nothing);
        *figures.states.entry(state).or_default() += count;
        // Each of these holds the ones after it.
        let open = if IssueState::OPEN.contains(&state) { count } else { 0 };
        let LatenessFigures { on_time: before, due_soon: soon, overdue: over, long_overdue: long } =
            &mut figures.lateness;
        *before += open.saturating_sub(due_soon);
        *soon += due_soon.saturating_sub(overdue);
        *over += overdue.saturating_sub(long_overdue);
        *long += long_overdue;
        figures.due_this_week += due_this_week;
        figures.silent_interim += silent;
        let Ratio { n, of } = figures.answered_on_time;
        figures.answered_on_time = Ratio { n: n + on_time, of: of + answered };
        Ok(())
    })
}

fn receptions(
    sql: &Sql,
    by: DashboardBy,
    query: &DashboardQuery,
    within: &Within,
    rows: &mut BTreeMap<DashboardKey, Figures>,
) -> Result<(), ListError> {
    let (before, behind) = match by {
        // Receptions have no topic.
        DashboardBy::Topics => return Ok(()),
        DashboardBy::Town => ("select 0, count(*) from (", ") group by 1"),
        DashboardBy::Grids => ("select grid_id, count(*) from (", ") group by 1"),
        DashboardBy::Units => ("select unit_id, count(*) from (", ") group by 1"),
        DashboardBy::Delegates => (
            "select delegate_id, count(*) from reception_list_delegate_rows where reception_id in \
             (select reception_id from (",
            ")) group by 1",
        ),
    };
    let DashboardQuery { grid_id, from, to } = *query;
    let listed = ReceptionQuery { grid_id, from, to, within: within.clone(), ..ReceptionQuery::default() };
    let (list, _) = reception_list::asked(&listed);
    list.summed(sql, before, behind, |columns| {
        let (key, count) = (by.read(columns)?, columns.number()?);
        if let Some(key) = key {
            rows.entry(key).or_insert_with(nothing).receptions = count;
        }
        Ok(())
    })
}

/// Major issues within a scope by grid, state and level. `today` is the day that overdue refers to.
pub(crate) fn major_dashboard(
    sql: &Sql,
    query: &DashboardQuery,
    within: &Within,
    today: NaiveDate,
) -> Result<MajorDashboard, ListError> {
    let DashboardQuery { grid_id, from, to } = *query;
    let listed = MajorIssueQuery { grid_id, from, to, within: within.clone(), ..MajorIssueQuery::default() };
    let select = format!(
        "select grid_id, state, level, count(*), count(case when state not in ('concluded', 'returned', 'referred') \
         and due_on < {} then 1 end) from (",
        today.num_days_from_ce()
    );
    let mut grids = MajorsByGrid::new();
    let (list, _) = major_issue_board::asked(&listed);
    list.summed(sql, &select, ") group by 1, 2, 3", |columns| {
        let grid_id = AreaId(columns.id()?);
        let of = (columns.parse(MajorIssueState::parse)?, columns.parse(Level::parse)?);
        let counts = (columns.number()?, columns.number()?);
        grids.entry(grid_id).or_default().insert(of, counts);
        Ok(())
    })?;
    let as_of_position = checkpoint::position(sql, major_issue_board::DEFINITION.name)?;
    let rows: Vec<MajorFigures> = grids.into_iter().map(|(grid_id, by)| major_figures(grid_id, &by)).collect();
    Ok(MajorDashboard { as_of_position, rows })
}

fn numbers<const N: usize>(columns: &mut Columns<'_>) -> Result<[u64; N], SqlError> {
    let mut numbers = [0; N];
    for number in &mut numbers {
        *number = u64::try_from(columns.whole()?).map_err(|_| misread("a count"))?;
    }
    Ok(numbers)
}
