//! Changes of counters, gathered in memory and written once.

use super::contribution::{IssueContribution, MajorContribution, ReceptionContribution};
use super::lines::{Line, Numbers, add_up, escaped};
use super::owner::Owner;
use super::period::{day_of, narrow_periods_of, periods_of};
use super::sheet::{self, Kind};
use crate::engine::columns::Value;
use crate::engine::failure::Failure;
use crate::engine::rows::Rows;
use crate::engine::sqlite::SqlError;
use crate::engine::table::Table;
use chrono::{Datelike as _, NaiveDate, Weekday};
use domain::vocabulary::IssueState;
use foldhash::HashMap;
use std::collections::BTreeMap;

/// The numbers of counters, as views name them.
pub(super) const COUNTERS: [&str; 13] = [
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
/// Where they stand.
pub(super) const RECEPTIONS: usize = 0;
/// Issues by their state now, in the order of the vocabulary.
pub(super) const FIRST_STATE: usize = 1;
pub(super) const ON_TIME: usize = 10;
pub(super) const LATE: usize = 11;
/// Receptions and issues.
const TOTAL: usize = 12;

/// The numbers of the days of open issues.
pub(super) const DAYS: [&str; 7] = ["due", "due_turned", "due_soon", "overdue", "long_overdue", "interim", "total"];
/// Due on that day, for whoever asks in its week.
pub(super) const DUE: usize = 0;
/// What is due more, or less, in the week of this day from this day on: the day after a suspension's last day, on which the
/// date after it takes the place of the one before.
pub(super) const DUE_TURNED: usize = 1;
/// Due soon, overdue, long overdue, or later than that, from this day on: each holds the ones after it. It is less on the
/// day after a suspension's last day, on which what was so while the clock stood still ends.
pub(super) const LATER: [usize; 3] = [2, 3, 4];
/// Whose visitor is to hear a word by this day.
pub(super) const INTERIM: usize = 5;
/// Days counted here.
const DAY_TOTAL: usize = 6;

pub(super) const SHEETS: Table = Table {
    name: "dashboard_sheet_rows",
    columns: &["place", "cells"],
    key_columns: 1,
    steady: &[],
    ids: &[],
    days: &[],
};

/// The open issues: those whose days a new calendar may move.
pub(super) const OPEN: Table = Table {
    name: "dashboard_open_rows",
    columns: &["place", "issue_id"],
    key_columns: 1,
    steady: &[],
    ids: &[],
    days: &[],
};

/// The number of an owner in a fold's memory.
type OwnerAt = usize;

/// What is to be added to each cell of a day; those of longer periods are sums of these. Shares are added and taken away
/// (`times` 1 and -1).
#[derive(Default)]
pub(super) struct Counters {
    /// Days before this one are counted as this one; so they are in the table, too.
    settled_before: Option<NaiveDate>,
    /// Everybody who is counted here.
    owners: HashMap<Owner, OwnerAt>,
    counts: HashMap<(OwnerAt, NaiveDate), Numbers>,
    /// By the day that an issue's figures change on, besides.
    days: HashMap<(OwnerAt, NaiveDate, NaiveDate), Numbers>,
    majors: HashMap<MajorContribution, i64>,
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

    fn number(&mut self, owner: Owner) -> OwnerAt {
        let next = self.owners.len();
        *self.owners.entry(owner).or_insert(next)
    }

    pub(super) fn issue(&mut self, contribution: &IssueContribution, times: i64) {
        let mut counts = Numbers::default();
        counts[FIRST_STATE + place(IssueState::ALL, contribution.state)] += times;
        counts[TOTAL] += times;
        match contribution.answered_on_time {
            Some(true) => counts[ON_TIME] += times,
            Some(false) => counts[LATE] += times,
            None => {}
        }
        // A handful of days, hence no map.
        let mut days: Vec<(NaiveDate, Numbers)> = Vec::new();
        let settled_before = self.settled_before;
        let mut on = |day: NaiveDate, column: usize, change: i64| {
            let day = settled_before.map_or(day, |settled| day.max(settled));
            let cell = match days.iter().position(|(known, _)| *known == day) {
                Some(known) => known,
                None => {
                    days.push((day, Numbers::default()));
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
            let owner = self.number(owner);
            add_up(self.counts.entry((owner, contribution.held_on)).or_default(), &counts);
            for (day, change) in &days {
                add_up(self.days.entry((owner, contribution.held_on, *day)).or_default(), change);
            }
        }
    }

    pub(super) fn reception(&mut self, contribution: &ReceptionContribution, times: i64) {
        for owner in contribution.owners() {
            let owner = self.number(owner);
            let cell = self.counts.entry((owner, contribution.held_on)).or_default();
            cell[RECEPTIONS] += times;
            cell[TOTAL] += times;
        }
    }

    pub(super) fn major_issue(&mut self, contribution: &MajorContribution, times: i64) {
        *self.majors.entry(contribution.clone()).or_default() += times;
    }

    /// What was counted, to be written.
    pub(super) fn take(&mut self) -> Counted {
        let mut owners: Vec<_> = self.owners.drain().collect();
        owners.sort_unstable_by_key(|(_, at)| *at);
        let mut counted = Counted::default();
        counted.whose.extend(owners.iter().map(|(owner, _)| (owner.grid_id.to_string(), escaped(&owner.key_text()))));
        for ((owner, held_on), counts) in self.counts.drain() {
            let kind = Kind::Counts(owners[owner].0.dimension);
            counted.add(kind, &periods_of(held_on), (owner, 0), &counts);
        }
        for ((owner, held_on, day), days) in self.days.drain() {
            let kind = Kind::Days(owners[owner].0.dimension);
            counted.add(kind, &narrow_periods_of(held_on), (owner, day_of(day)), &days);
        }
        for (MajorContribution { submitted_on, grid_id, state, level, due_on }, times) in self.majors.drain() {
            counted.whose.push((grid_id.to_string(), format!("{}/{}", state.as_str(), level.as_str())));
            let mut change = Numbers::default();
            change[0] = times;
            let due_on = due_on.map_or(0, |on| on.num_days_from_ce().into());
            counted.add(Kind::Majors, &periods_of(submitted_on), (counted.whose.len() - 1, due_on), &change);
        }
        counted
    }
}

/// What is to be added to the cells of sheets.
#[derive(Default)]
pub(super) struct Counted {
    /// Whose cells they are: grid and key, as they are written.
    whose: Vec<(String, String)>,
    /// By place of the sheet; there by whose a cell is, as a place in that list, and its day.
    sheets: BTreeMap<i64, HashMap<(usize, i64), Numbers>>,
}

impl Counted {
    fn add(&mut self, kind: Kind, periods: &[i64], cell: (usize, i64), change: &Numbers) {
        if change.iter().any(|change| *change != 0) {
            for period in periods {
                let sheet = self.sheets.entry(kind.place(*period)).or_default();
                add_up(sheet.entry(cell).or_default(), change);
            }
        }
    }

    /// Adds everything to the table.
    pub(super) fn write(&self, rows: &mut Rows<'_>) -> Result<(), Failure> {
        let mut names: Vec<_> = self.whose.iter().collect();
        names.sort_unstable();
        let ranks: Vec<usize> = self.whose.iter().map(|name| names.partition_point(|known| *known < name)).collect();
        let mut sheets = self.sheets.iter().peekable();
        while sheets.peek().is_some() {
            let mut written = Vec::new();
            for (place, changes) in sheets.by_ref().take(SHEETS_AT_ONCE) {
                let mut changes: Vec<_> = changes.iter().collect();
                changes.sort_unstable_by_key(|((whose, day), _)| (ranks[*whose], *day));
                let changes = changes.iter().map(|((whose, day), numbers)| {
                    let (grid, name) = &self.whose[*whose];
                    Line { grid, name, day: *day, numbers: **numbers }
                });
                written.push((*place, with(rows, *place, changes)?));
            }
            rewrite(rows, written)?;
        }
        Ok(())
    }
}

/// So many sheets are held in memory.
const SHEETS_AT_ONCE: usize = 64;

/// A sheet of the table as it is with changes.
fn with<'c>(
    rows: &Rows<'_>,
    place: i64,
    changes: impl Iterator<Item = Line<'c>> + Clone,
) -> Result<Option<String>, SqlError> {
    let select = format!("select cells from {} where place = $1", rows.name(&SHEETS));
    let found = rows
        .sql()
        .row(&select, &[place.into()], |columns| sheet::changed(place, Some(columns.text()?), changes.clone()))?;
    found.map_or_else(|| sheet::changed(place, None, changes), Ok)
}

/// Settles the days before another one in the table.
pub(super) fn settle(rows: &mut Rows<'_>, before: NaiveDate) -> Result<(), Failure> {
    let mut written = Vec::new();
    let select = format!("select place, cells from {} where place between $1 and $2", rows.name(&SHEETS));
    rows.sql().each(&select, &Kind::places_of_days().map(Value::from), |columns| {
        let place = columns.whole()?;
        let (any, text) = sheet::settled(place, columns.text()?, day_of(before))?;
        if any {
            written.push((place, text));
        }
        Ok::<_, SqlError>(())
    })?;
    rewrite(rows, written)
}

/// Writes sheets, and deletes those that count nothing any more.
fn rewrite(rows: &mut Rows<'_>, sheets: Vec<(i64, Option<String>)>) -> Result<(), Failure> {
    let mut written = Vec::with_capacity(sheets.len());
    for (place, text) in sheets {
        match text {
            Some(text) => written.push((place, text)),
            None => rows.delete(&SHEETS, "place = $1", &[place.into()])?,
        }
    }
    rows.upsert(&SHEETS, &written, |binds, (place, cells)| {
        binds.push(*place).push(cells.as_str());
    })
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

/// Where a value stands in its vocabulary, which is the order of the columns.
fn place<T: PartialEq>(all: &[T], value: T) -> usize {
    all.iter().position(|known| *known == value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::vocabulary::Lateness;

    #[test]
    fn the_numbers_stand_in_the_order_of_the_vocabularies() {
        let states: Vec<&str> = IssueState::ALL.iter().map(|state| state.as_str()).collect();
        assert_eq!(COUNTERS[FIRST_STATE..ON_TIME], states);
        let later: Vec<&str> = Lateness::ALL[1..].iter().map(|lateness| lateness.as_str()).collect();
        assert_eq!(LATER.map(|number| DAYS[number]), later.as_slice());
        let named = |at: &[usize]| at.iter().map(|at| COUNTERS[*at]).collect::<Vec<_>>();
        assert_eq!(
            named(&[RECEPTIONS, ON_TIME, LATE, TOTAL]),
            ["receptions", "answered_on_time", "answered_late", "total"]
        );
        assert_eq!(
            [DAYS[DUE], DAYS[DUE_TURNED], DAYS[INTERIM], DAYS[DAY_TOTAL]],
            ["due", "due_turned", "interim", "total"]
        );
    }
}
