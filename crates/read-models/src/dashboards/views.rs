//! What the cells show to others.

use super::counters::{COUNTS, DAYS, MAJORS};
use crate::engine::table::{Table, View, day_shown, id_shown};

/// The views of all cells, with whose they are.
pub(super) fn views() -> Vec<View> {
    let owned = |name: &'static str, table: &Table, from: &str| {
        let columns: Vec<_> = table.columns.iter().skip(3).map(|column| format!("cell.{column}")).collect();
        let shown = columns.join(", ");
        let select = format!(
            "select owned.dimension, cell.period, owned.grid_id, owned.key, {shown} \
             from {from} as cell join dashboard_owner as owned on owned.owner = cell.owner"
        );
        View { name, select }
    };
    let (grid, due) = (id_shown("grid_id"), day_shown("due_on"));
    let majors = format!(
        "select period, {grid} as grid_id, state, level, case when due_on > 0 then {due} else '' end as due_on, total \
         from {}",
        MAJORS.name
    );
    // Years and all time, which the table leaves to be added up.
    let sums: Vec<_> = DAYS.columns.iter().skip(DAYS.key_columns).map(|column| format!("sum({column})")).collect();
    let (columns, sums) = (DAYS.columns.join(", "), sums.join(", "));
    let of_months = format!("from {} where period < 1000000 group by", DAYS.name);
    let days = format!(
        "(select {columns} from {} union all select dimension, period / 100, owner, day, {sums} {of_months} 1, 2, 3, 4 \
         union all select dimension, 0, owner, day, {sums} {of_months} 1, 3, 4)",
        DAYS.name
    );
    vec![
        owned("dashboard_count", &COUNTS, COUNTS.name),
        owned("dashboard_day", &DAYS, &days),
        View { name: "dashboard_major", select: majors },
    ]
}
