//! How many obligations stand how: by grid and code, of any days.
//!
//! They are counted where they are asked for, from an index that holds all that a question needs: a status turns on a day
//! that differs from row to row, so that counters of it would be as many as the rows.

use super::DEFINITION;
use super::query::{WITHIN, push_status, read_code};
use crate::engine::checkpoint;
use crate::engine::list::ListError;
use crate::engine::question::Question;
use crate::engine::sqlite::Sql;
use crate::engine::within::{Conditions, Within};
use chrono::NaiveDate;
use domain::ids::{AreaId, DelegateId};
use domain::vocabulary::{ObligationCode, ObligationStatus};
use event_store::Position;
use std::collections::{BTreeMap, BTreeSet};

/// Which obligations are counted; what is absent lets everything through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ObligationRange {
    /// In the scope of this grid.
    pub grid_id: Option<AreaId>,
    /// Due on or after.
    pub from: Option<NaiveDate>,
    /// Due on or before.
    pub to: Option<NaiveDate>,
}

/// How many obligations stand how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ObligationSum {
    /// Done in time.
    pub fulfilled: u64,
    /// Done later.
    pub late: u64,
    /// Judged, and not done.
    pub missing: u64,
    /// Neither done nor judged.
    pub not_yet_due: u64,
    /// Not owed any more.
    pub excused: u64,
}

impl ObligationSum {
    /// Those kept in time, of those that were to be kept by now.
    pub const fn kept(&self) -> crate::Ratio {
        crate::Ratio { n: self.fulfilled, of: self.fulfilled + self.late + self.missing }
    }

    /// One number of them.
    pub const fn of(&mut self, status: ObligationStatus) -> &mut u64 {
        match status {
            ObligationStatus::NotYetDue => &mut self.not_yet_due,
            ObligationStatus::Fulfilled => &mut self.fulfilled,
            ObligationStatus::Late => &mut self.late,
            ObligationStatus::Missing => &mut self.missing,
            ObligationStatus::Excused => &mut self.excused,
        }
    }

    /// Adds another.
    pub const fn add(&mut self, other: &Self) {
        self.fulfilled += other.fulfilled;
        self.late += other.late;
        self.missing += other.missing;
        self.not_yet_due += other.not_yet_due;
        self.excused += other.excused;
    }
}

/// Sums by grid and code: of what there is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ObligationSums {
    /// The log up to here is in the numbers.
    pub as_of_position: Position,
    /// Of each grid, of each code.
    pub by_grid: BTreeMap<AreaId, BTreeMap<ObligationCode, ObligationSum>>,
}

impl ObligationSums {
    /// By code, over all grids.
    pub fn by_code(&self) -> BTreeMap<ObligationCode, ObligationSum> {
        let mut all = BTreeMap::<ObligationCode, ObligationSum>::new();
        for (code, sum) in self.by_grid.values().flatten() {
            all.entry(*code).or_default().add(sum);
        }
        all
    }
}

/// Whose an obligation is, as the list has it; what one delegate owes is found by their index.
const WHOSE: Conditions = Conditions { delegates: &["owed_by_id in"], ..WITHIN };

/// The question of sums as SQL.
pub(super) fn counting(range: &ObligationRange, whose: &Within, today: NaiveDate) -> Question {
    let mut question = Question::of("select grid_id, code");
    for status in ObligationStatus::ALL {
        question.push(", sum(status = '").push(status.as_str()).push("')");
    }
    question.push(" from (select grid_id, code, ");
    push_status(&mut question, today);
    question.push(" as status from obligation_rows where opens_on <= ").bind(today);
    within(&mut question, range);
    whose.also(&mut question, &WHOSE);
    // In the order of an index: nothing is sorted.
    question.push(") group by grid_id, code");
    question
}

/// The question of slots as SQL: said as their index says it.
pub(super) fn slots(range: &ObligationRange, today: NaiveDate) -> Question {
    let mut question = Question::of("select distinct owed_by_id from obligation_rows where code = 3 and opens_on <= ");
    question.bind(today);
    within(&mut question, range);
    question
}

/// The sums of those that have begun by `today`, and that whoever asks may see.
pub(crate) fn sums(
    sql: &Sql,
    range: &ObligationRange,
    whose: &Within,
    today: NaiveDate,
) -> Result<ObligationSums, ListError> {
    let as_of_position = checkpoint::position(sql, DEFINITION.name)?;
    let mut sums = ObligationSums { as_of_position, ..ObligationSums::default() };
    counting(range, whose, today).each(sql, |columns| {
        let grid_id = AreaId(columns.id()?);
        let code = read_code(columns)?;
        let sum = sums.by_grid.entry(grid_id).or_default().entry(code).or_default();
        for status in ObligationStatus::ALL {
            *sum.of(*status) = columns.number()?;
        }
        Ok(())
    })?;
    Ok(sums)
}

/// The delegates who had a slot: who owed a duty (O-3) in the range.
pub(crate) fn on_rota(sql: &Sql, range: &ObligationRange, today: NaiveDate) -> Result<BTreeSet<DelegateId>, ListError> {
    let mut found = BTreeSet::new();
    slots(range, today).each(sql, |columns| {
        found.insert(DelegateId(columns.id()?));
        Ok(())
    })?;
    Ok(found)
}

fn within(question: &mut Question, range: &ObligationRange) {
    if let Some(grid_id) = range.grid_id {
        question.push(" and grid_id = ").bind(grid_id.0);
    }
    if let Some(from) = range.from {
        question.push(" and due_on >= ").bind(from);
    }
    if let Some(to) = range.to {
        question.push(" and due_on <= ").bind(to);
    }
}
