//! Dashboards as tables for a spreadsheet, one line for each row.

use crate::dashboards::view::{DashboardView, FiguresView, MajorDashboardView, OverviewView};
use crate::http::csv::Cell;
use chrono::NaiveDate;
use domain::language::Language;
use read_models::DashboardBy;

impl OverviewView {
    /// As a table of one row, of the kind that `headed` makes.
    pub fn table<T>(
        &self,
        language: Language,
        headed: impl FnOnce(&[(&str, &str)], Vec<Vec<Cell>>, Language) -> T,
    ) -> T {
        let (columns, rows) = table(&[], [(Vec::new(), &self.figures)], self.as_of_position, self.as_of_date);
        headed(&columns, rows, language)
    }
}

impl DashboardView {
    /// As a table of the kind that `headed` makes.
    pub fn table<T>(
        &self,
        by: DashboardBy,
        language: Language,
        headed: impl FnOnce(&[(&str, &str)], Vec<Vec<Cell>>, Language) -> T,
    ) -> T {
        let id = match by {
            DashboardBy::Town | DashboardBy::Grids => ("网格编号", "grid_id"),
            DashboardBy::Units => ("单位编号", "unit_id"),
            DashboardBy::Delegates => ("代表编号", "delegate_id"),
            DashboardBy::Topics => ("主题代码", "topic"),
        };
        let rows = self.items.iter().map(|row| {
            let id = row.grid_id.or(row.unit_id).or(row.delegate_id).map(|id| id.to_string());
            (vec![id.or_else(|| row.topic.clone()).into(), row.name.clone().into()], &row.figures)
        });
        let (columns, rows) = table(&[id, ("名称", "name")], rows, self.as_of_position, self.as_of_date);
        headed(&columns, rows, language)
    }
}

impl MajorDashboardView {
    /// As a table: one line for each state and level of each grid; a grid without major issues has one line all the
    /// same. `headed` makes it.
    pub fn table<T>(
        &self,
        language: Language,
        headed: impl FnOnce(&[(&str, &str)], Vec<Vec<Cell>>, Language) -> T,
    ) -> T {
        let mut columns = vec![("网格编号", "grid_id"), ("名称", "name"), ("进行中", "open"), ("逾期", "overdue")];
        columns.extend([("状态", "state"), ("层级", "level"), ("数量", "count"), ("清单", "list")]);
        columns.extend(AS_OF_COLUMNS);
        let rows = self.items.iter().flat_map(|row| {
            let by = row.by.iter().map(|by| (Some(by.state), Some(by.level), by.count));
            let nothing = row.by.is_empty().then_some((None, None, 0));
            by.chain(nothing).map(|(state, level, count)| {
                vec![
                    row.grid_id.to_string().into(),
                    row.name.clone().into(),
                    row.open.into(),
                    row.overdue.into(),
                    state.into(),
                    level.into(),
                    count.into(),
                    row.list.as_str().into(),
                    self.as_of_position.into(),
                    Cell::Day(self.as_of_date),
                ]
            })
        });
        headed(&columns, rows.collect(), language)
    }
}

/// What every table says last: which moment it is about.
const AS_OF_COLUMNS: [(&str, &str); 2] = [("序号", "as_of_position"), ("统计日期", "as_of_date")];

/// A column's name in Chinese and in English.
type Column = (&'static str, &'static str);

/// The columns and rows of figures, behind the columns that say whose they are.
fn table<'a>(
    whose: &[Column],
    rows: impl IntoIterator<Item = (Vec<Cell>, &'a FiguresView)>,
    as_of_position: u64,
    as_of_date: NaiveDate,
) -> (Vec<Column>, Vec<Vec<Cell>>) {
    const COLUMNS: [(&str, &str); 21] = [
        ("接待", "receptions"),
        ("提出", "raised"),
        ("未办结", "open"),
        ("已登记", "registered"),
        ("办理中", "in_hand"),
        ("已上报", "escalated"),
        ("待答复", "awaiting_answer"),
        ("已答复", "answered"),
        ("已办结", "closed"),
        ("撤回", "withdrawn"),
        ("已导入法定途径", "referred"),
        ("并案", "merged"),
        ("按期", "on_time"),
        ("即将到期", "due_soon"),
        ("逾期", "overdue"),
        ("严重逾期", "long_overdue"),
        ("本周到期", "due_this_week"),
        ("到期未告知", "silent_interim"),
        ("按期答复", "answered_on_time_n"),
        ("全部答复", "answered_on_time_of"),
        ("清单", "list"),
    ];
    let columns: Vec<_> = whose.iter().chain(&COLUMNS).chain(&AS_OF_COLUMNS).copied().collect();
    let rows = rows.into_iter().map(|(mut cells, figures)| {
        let FiguresView { receptions, issues, lateness, due_this_week, silent_interim, answered_on_time, list } =
            figures;
        cells.push((*receptions).into());
        cells.extend(
            [
                issues.raised,
                issues.open,
                issues.registered,
                issues.in_hand,
                issues.escalated,
                issues.awaiting_answer,
                issues.answered,
                issues.closed,
                issues.withdrawn,
                issues.referred,
                issues.merged,
                lateness.on_time,
                lateness.due_soon,
                lateness.overdue,
                lateness.long_overdue,
                *due_this_week,
                *silent_interim,
                answered_on_time.n,
                answered_on_time.of,
            ]
            .map(Cell::from),
        );
        cells.extend([list.as_str().into(), as_of_position.into(), Cell::Day(as_of_date)]);
        cells
    });
    (columns, rows.collect())
}
