//! Changes of counters, gathered in memory and written once.

use super::contribution::{IssueContribution, MajorContribution, ReceptionContribution};
use super::owner::{Cell, Owner};
use super::period::{day_of, narrow_periods_of, periods_of};
use crate::engine::columns::{Binds, Value};
use crate::engine::failure::Failure;
use crate::engine::rows::{Rows, read};
use crate::engine::sqlite::Sql;
use crate::engine::table::{Kind, Table};
use chrono::{NaiveDate, Weekday};
use domain::ids::AreaId;
use domain::vocabulary::{IssueState, Level, MajorIssueState};
use foldhash::HashMap;

/// Columns of `dashboard_count`; the first three are its key.
const COUNT_COLUMNS: &[&str] = &[
    "dimension",
    "period",
    "owner",
    "receptions",
    "registered",
    "in_hand",
    "escalated",
    "awaiting_answer",
    "answered",
    "closed",
    "withdrawn",
    "referred",
    "merged",
    "answered_on_time",
    "answered_late",
    "total",
];
const RECEPTIONS: usize = 0;
const FIRST_STATE: usize = 1;
const ON_TIME: usize = 10;
const LATE: usize = 11;
const TOTAL: usize = 12;

/// The counters of a question: everything but key and total.
pub(super) const COUNTERS: &[&str] = COUNT_COLUMNS.split_at(3).1.split_at(TOTAL).0;

/// Columns of `dashboard_day`; the first four are its key.
const DAY_COLUMNS: &[&str] = &[
    "dimension",
    "period",
    "owner",
    "day",
    "due",
    "due_turned",
    "due_soon",
    "overdue",
    "long_overdue",
    "interim",
    "total",
];
/// Where the day stands among the columns.
const DAY: usize = 3;
const DUE: usize = 0;
const DUE_TURNED: usize = 1;
/// Due soon, overdue, long overdue: each holds the ones after it.
const LATER: [usize; 3] = [2, 3, 4];
const INTERIM: usize = 5;
const DAY_TOTAL: usize = 6;

/// Columns of `dashboard_major`; all but the last are its key.
const MAJOR_COLUMNS: &[&str] = &["period", "grid_id", "state", "level", "due_on", "total"];

pub(super) const COUNTS: Table = cells("dashboard_count_rows", COUNT_COLUMNS, 3);
pub(super) const DAYS: Table = cells("dashboard_day_rows", DAY_COLUMNS, 4);
pub(super) const MAJORS: Table = cells("dashboard_major_rows", MAJOR_COLUMNS, 5);

const fn cells(name: &'static str, columns: &'static [&'static str], key_columns: usize) -> Table {
    Table { name, columns, key_columns, kind: Kind::Counters, steady: &[], ids: &[], days: &[] }
}

type Counts = [i64; TOTAL + 1];
type Days = [i64; DAY_TOTAL + 1];
type MajorKey = (i64, AreaId, MajorIssueState, Level, Option<NaiveDate>);

/// What is to be added to each cell. Shares are added and taken away (`times` 1 and -1).
#[derive(Default)]
pub(super) struct Counters {
    /// Days before this one are counted as this one; so they are in the table, too.
    settled_before: Option<NaiveDate>,
    /// Everybody who was ever counted by this fold, by number.
    owners: HashMap<i64, Owner>,
    /// Those of them of whom the table may not know yet.
    new_owners: Vec<(i64, Owner)>,
    counts: HashMap<Cell, Counts>,
    days: HashMap<(Cell, NaiveDate), Days>,
    majors: HashMap<MajorKey, i64>,
}

impl Counters {
    /// What the table is known to hold, at a start.
    pub(super) const fn begin(&mut self, settled_before: Option<NaiveDate>) {
        self.settled_before = settled_before;
    }

    /// From now on days before another one are settled: what is in the table is to be settled ([`settle`]) before anything is
    /// written that is counted from here on. Once a quarter.
    pub(super) fn settle(&mut self, before: Option<NaiveDate>) -> Option<NaiveDate> {
        if self.settled_before == before {
            return None;
        }
        self.settled_before = before;
        before
    }

    /// The number of an owner, who is known from now on.
    fn number(&mut self, owner: Owner) -> i64 {
        let number = owner.number();
        if self.owners.get(&number) != Some(&owner) {
            self.new_owners.push((number, owner.clone()));
            self.owners.insert(number, owner);
        }
        number
    }

    pub(super) fn issue(&mut self, contribution: &IssueContribution, times: i64) {
        let mut counts = Counts::default();
        counts[FIRST_STATE + place(IssueState::ALL, contribution.state)] += times;
        counts[TOTAL] += times;
        match contribution.answered_on_time {
            Some(true) => counts[ON_TIME] += times,
            Some(false) => counts[LATE] += times,
            None => {}
        }
        // A handful of days, hence no map.
        let mut days: Vec<(NaiveDate, Days)> = Vec::new();
        let settled_before = self.settled_before;
        let mut on = |day: NaiveDate, column: usize, change: i64| {
            let day = settled_before.map_or(day, |settled| day.max(settled));
            let cell = match days.iter().position(|(known, _)| *known == day) {
                Some(known) => known,
                None => {
                    days.push((day, Days::default()));
                    days.len() - 1
                }
            };
            days[cell].1[column] += change * times;
            days[cell].1[DAY_TOTAL] += times;
        };
        if let Some(open) = &contribution.open {
            if let Some(day) = open.interim_due_on {
                on(day, INTERIM, 1);
            }
            for (day, column) in
                open.clock.from.iter().zip(LATER).filter_map(|(day, column)| day.map(|day| (day, column)))
            {
                on(day, column, 1);
            }
            match &open.then {
                None => on(open.clock.due_on, DUE, 1),
                Some((last_day, then)) => {
                    let turn = last_day.succ_opt().unwrap_or(*last_day);
                    // What was so while it stood still ends, and what is so by then begins, with the day after.
                    for ((before, after), column) in open.clock.from.iter().zip(then.from).zip(LATER) {
                        if before.is_some() {
                            on(turn, column, -1);
                        }
                        if let Some(day) = after {
                            on(day.max(turn), column, 1);
                        }
                    }
                    due_this_week(open.clock.due_on, *last_day, then.due_on, &mut on);
                }
            }
        }
        for owner in contribution.owners() {
            let (dimension, owner) = (owner.dimension, self.number(owner));
            for period in narrow_periods_of(contribution.held_on) {
                for (day, change) in &days {
                    add_up(self.days.entry((Cell { dimension, period, owner }, *day)).or_default(), change);
                }
            }
            for period in periods_of(contribution.held_on) {
                let cell = Cell { dimension, period, owner };
                add_up(self.counts.entry(cell).or_default(), &counts);
            }
        }
    }

    pub(super) fn reception(&mut self, contribution: &ReceptionContribution, times: i64) {
        for owner in contribution.owners() {
            let (dimension, owner) = (owner.dimension, self.number(owner));
            for period in periods_of(contribution.held_on) {
                let cell = self.counts.entry(Cell { dimension, period, owner }).or_default();
                cell[RECEPTIONS] += times;
                cell[TOTAL] += times;
            }
        }
    }

    pub(super) fn major_issue(&mut self, contribution: &MajorContribution, times: i64) {
        for period in periods_of(contribution.submitted_on) {
            let key = (period, contribution.grid_id, contribution.state, contribution.level, contribution.due_on);
            *self.majors.entry(key).or_default() += times;
        }
    }

    /// What was counted, to be written.
    pub(super) fn take(&mut self) -> Counted {
        Counted {
            owners: std::mem::take(&mut self.new_owners),
            counts: changed(&mut self.counts, |counts| counts.iter().any(|change| *change != 0)),
            days: changed(&mut self.days, |days| days.iter().any(|change| *change != 0)),
            majors: changed(&mut self.majors, |change| *change != 0),
        }
    }
}

/// What is to be added to the cells that change, each kind in the order of its key.
pub(super) struct Counted {
    owners: Vec<(i64, Owner)>,
    counts: Vec<(Cell, Counts)>,
    days: Vec<((Cell, NaiveDate), Days)>,
    majors: Vec<(MajorKey, i64)>,
}

impl Counted {
    /// Adds everything to the tables, and deletes the cells that count nothing any more.
    pub(super) fn write(&self, rows: &mut Rows<'_>) -> Result<(), Failure> {
        for (number, owner) in &self.owners {
            known(rows.sql(), *number, owner)?;
        }
        rows.add(&COUNTS, &self.counts, |binds, (cell, counts)| {
            bind_cell(binds, cell);
            for change in counts {
                binds.push(*change);
            }
        })?;
        rows.add(&DAYS, &self.days, |binds, ((cell, day), days)| {
            bind_cell(binds, cell);
            binds.push(day_of(*day));
            for change in days {
                binds.push(*change);
            }
        })?;
        rows.add(&MAJORS, &self.majors, |binds, (key, change)| {
            let (period, grid_id, state, level, due_on) = key;
            binds
                .push(*period)
                .id(grid_id.0)
                .push(state.as_str())
                .push(level.as_str())
                .push(due_on.map_or(Value::Whole(0), Value::from))
                .push(*change);
        })?;
        let less = self.counts.iter().any(|(_, counts)| counts[TOTAL] < 0);
        let fewer_days = self.days.iter().any(|(_, days)| days[DAY_TOTAL] < 0);
        let fewer_majors = self.majors.iter().any(|(_, change)| *change < 0);
        for (any, table) in [(less, &COUNTS), (fewer_days, &DAYS), (fewer_majors, &MAJORS)] {
            if any {
                rows.delete(table, "total = 0", &[])?;
            }
        }
        Ok(())
    }
}

/// Settles the days before another one in the table.
pub(super) fn settle(rows: &mut Rows<'_>, before: NaiveDate) -> Result<(), Failure> {
    let before = Value::Whole(day_of(before));
    let select = format!("select {} from {} where day < $1", DAY_COLUMNS.join(", "), rows.name(&DAYS));
    let moved = rows.sql().rows(&select, std::slice::from_ref(&before), |columns| {
        let mut row: Vec<_> = read(&DAYS, columns)?.into_iter().map(Value::kept).collect();
        if let Some(day) = row.get_mut(DAY) {
            *day = before.clone();
        }
        Ok(row)
    })?;
    rows.delete(&DAYS, "day < $1", &[before])?;
    rows.add(&DAYS, &moved, |binds, row| binds.0.extend_from_slice(row))
}

/// Counts the two dates of an issue whose clock stands still among those that are due in a week. A date is asked for only in
/// its own week, so that it does no harm where the other one holds by then. In the week in which the suspension ends the
/// one date gives way to the other on the day after its end.
fn due_this_week(
    shown_on: NaiveDate,
    last_day: NaiveDate,
    then_on: NaiveDate,
    on: &mut impl FnMut(NaiveDate, usize, i64),
) {
    let week = |day: NaiveDate| day.week(Weekday::Mon).first_day();
    let turn = last_day.succ_opt().unwrap_or(last_day);
    if week(shown_on) <= week(last_day) {
        on(shown_on, DUE, 1);
        if week(shown_on) == week(turn) {
            on(turn, DUE_TURNED, -1);
        }
    }
    if week(then_on) > week(last_day) {
        on(then_on, DUE, 1);
    } else if week(then_on) == week(turn) {
        on(turn, DUE_TURNED, 1);
    }
}

/// The cells that change, in the order of their key: neighbours share pages.
fn changed<K: Ord, V>(counters: &mut HashMap<K, V>, changes: impl Fn(&V) -> bool) -> Vec<(K, V)> {
    let mut changed: Vec<(K, V)> = counters.drain().filter(|(_, change)| changes(change)).collect();
    changed.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    changed
}

fn bind_cell(binds: &mut Binds<'_>, cell: &Cell) {
    binds.push(cell.dimension.stored()).push(cell.period).push(cell.owner);
}

/// Sees to it that the table of owners knows this one.
fn known(sql: &Sql, number: i64, owner: &Owner) -> Result<(), Failure> {
    let select = "select dimension, grid_id, key from dashboard_owner where owner = $1";
    let stored = [owner.dimension.as_str().to_owned(), owner.grid_id.to_string(), owner.key_text()];
    let found = sql.row(select, &[number.into()], |columns| {
        Ok([columns.text()?.to_owned(), columns.text()?.to_owned(), columns.text()?.to_owned()])
    })?;
    match found {
        Some(found) if found == stored => Ok(()),
        Some(found) => Err(Failure::BadRow(format!("{found:?} has the number of {stored:?}"))),
        None => {
            let [dimension, grid_id, key] = stored.map(Value::from);
            let insert = "insert into dashboard_owner (owner, dimension, grid_id, key) values ($1, $2, $3, $4)";
            sql.execute(insert, &[number.into(), dimension, grid_id, key])?;
            Ok(())
        }
    }
}

fn add_up<const N: usize>(cell: &mut [i64; N], change: &[i64; N]) {
    for (count, change) in cell.iter_mut().zip(change) {
        *count += change;
    }
}

/// Where a value stands in its vocabulary, which is the order of the columns.
fn place<T: PartialEq>(all: &[T], value: T) -> usize {
    all.iter().position(|known| *known == value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::vocabulary::Lateness;

    #[test]
    fn the_columns_stand_in_the_order_of_the_vocabularies() {
        let states: Vec<&str> = IssueState::ALL.iter().map(|state| state.as_str()).collect();
        assert_eq!(&COUNTERS[FIRST_STATE..ON_TIME], states);
        let later: Vec<&str> = Lateness::ALL[1..].iter().map(|lateness| lateness.as_str()).collect();
        assert_eq!(LATER.map(|column| DAY_COLUMNS[4 + column]), later.as_slice());
        assert_eq!(
            (COUNTERS[RECEPTIONS], COUNTERS[ON_TIME], COUNTERS[LATE]),
            ("receptions", "answered_on_time", "answered_late")
        );
    }
}
