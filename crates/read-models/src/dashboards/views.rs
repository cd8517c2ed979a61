//! What the sheets show to others: cells, one by one.

use super::counters::{COUNTERS, DAYS, OPEN, SHEETS};
use super::owner::Dimension;
use super::sheet::{Kind, PERIODS};
use crate::engine::table::{View, day_shown, id_shown};

/// The views of all cells, with whose they are, and of the open issues.
pub(super) fn views() -> Vec<View> {
    let select = format!("select {} from {}", dimensioned(Kind::Counts, &numbers(1, &COUNTERS)), cells());
    let (first, last) = (Kind::Counts(Dimension::Delegate).place(0), Kind::Counts(Dimension::Unit).place(PERIODS - 1));
    let counts = format!("{select} where sheet.place between {first} and {last}");

    // Years and all time, which the table leaves to be added up.
    let [first, last] = Kind::places_of_days();
    let of_days = dimensioned(Kind::Days, &format!("json_extract(cell.value, '$[0]') as day, {}", numbers(1, &DAYS)));
    let sums: Vec<_> = DAYS.iter().map(|number| format!("sum({number})")).collect();
    let of_months = format!("{} from cells where period < 1000000 group by", sums.join(", "));
    let days = format!(
        "with cells as (select {of_days} from {} where sheet.place between {first} and {last}) \
         select * from cells \
         union all select dimension, period / 100, grid_id, key, day, {of_months} 1, 2, 3, 4, 5 \
         union all select dimension, 0, grid_id, key, day, {of_months} 1, 3, 4, 5",
        cells()
    );

    let due = "json_extract(cell.value, '$[0]')";
    let majors = format!(
        "select sheet.place % {PERIODS} as period, grid.key as grid_id, \
         substr(owner.key, 1, instr(owner.key, '/') - 1) as state, substr(owner.key, instr(owner.key, '/') + 1) as level, \
         case when {due} > 0 then {} else '' end as due_on, {} from {} where sheet.place >= {}",
        day_shown(due),
        numbers(1, &["total"]),
        cells(),
        Kind::Majors.place(0)
    );
    let open = format!("select {} as issue_id from {}", id_shown("issue_id"), OPEN.name);
    vec![
        View { name: "dashboard_count", select: counts },
        View { name: "dashboard_day", select: days },
        View { name: "dashboard_major", select: majors },
        View { name: "dashboard_open", select: open },
    ]
}

/// The cells of all sheets, told apart by grid and key.
fn cells() -> String {
    format!(
        "{} as sheet, json_each(sheet.cells) as grid, json_each(grid.value) as owner, json_each(owner.value) as cell",
        SHEETS.name
    )
}

/// Whose a cell is, and these numbers of it.
fn dimensioned(kind: fn(Dimension) -> Kind, numbers: &str) -> String {
    let whens: String = Dimension::ALL
        .map(|dimension| format!(" when {} then '{}'", kind(dimension).place(0) / PERIODS, dimension.as_str()))
        .concat();
    format!(
        "case sheet.place / {PERIODS}{whens} end as dimension, sheet.place % {PERIODS} as period, \
         grid.key as grid_id, owner.key as key, {numbers}"
    )
}

/// The numbers of a cell from a place on, by name.
fn numbers(first: usize, names: &[&str]) -> String {
    let numbers = names.iter().zip(first..).map(|(name, at)| format!("json_extract(cell.value, '$[{at}]') as {name}"));
    numbers.collect::<Vec<_>>().join(", ")
}
