//! The ledger as a table: of each clause one line for each code that is owed under it, each fact and each check.

use crate::clauses::view::ClauseView;
use crate::dashboards::obligations::numbers;
use crate::http::csv::Cell;
use chrono::NaiveDate;
use domain::language::Language;

/// Clauses, as a table of the kind that `headed` makes.
pub(crate) fn table<T>(
    clauses: &[ClauseView],
    as_of_position: u64,
    as_of_date: NaiveDate,
    language: Language,
    headed: impl FnOnce(&[(&str, &str)], Vec<Vec<Cell>>, Language) -> T,
) -> T {
    const COLUMNS: [(&str, &str); 15] = [
        ("条款", "clause"),
        ("部分", "heading"),
        ("类别", "kind"),
        ("代码", "code"),
        ("数量", "n"),
        ("已履行", "fulfilled"),
        ("逾期履行", "late"),
        ("未履行", "missing"),
        ("未到期", "not_yet_due"),
        ("免责", "excused"),
        ("按期履行", "kept_n"),
        ("应履行", "kept_of"),
        ("清单", "list"),
        ("序号", "as_of_position"),
        ("统计日期", "as_of_date"),
    ];
    let rows = clauses.iter().flat_map(|clause| {
        let line = move |kind: &str, code: Option<&str>, n: Option<u64>, counts: [Cell; 7], list: Option<&str>| {
            let heading = language.pick(clause.heading.zh, clause.heading.en);
            let mut cells: Vec<Cell> = vec![clause.id.into(), heading.into(), kind.into(), code.into(), n.into()];
            cells.extend(counts);
            cells.extend([list.into(), as_of_position.into(), Cell::Day(as_of_date)]);
            cells
        };
        let nothing = || [const { Cell::Nothing }; 7];
        let figures = &clause.figures;
        let mut lines = vec![line("clause", None, None, numbers(&figures.counts), figures.list.as_deref())];
        lines.extend(
            figures
                .by_code
                .iter()
                .map(|of| line("obligations", Some(of.code), None, numbers(&of.counts), Some(&of.list))),
        );
        lines.extend(clause.facts.iter().map(|(name, n)| line("facts", Some(name), Some(*n), nothing(), None)));
        lines.extend(
            clause
                .checks
                .iter()
                .map(|(name, check)| line("check", Some(name), Some(check.n), nothing(), Some(&check.list))),
        );
        lines
    });
    headed(&COLUMNS, rows.collect(), language)
}
