//! How many facts of each type there are.

use crate::engine::checkpoint;
use crate::engine::list::ListError;
use crate::engine::question::Question;
use crate::engine::sqlite::Sql;
use chrono::NaiveDate;
use domain::ids::AreaId;
use event_store::Position;
use std::collections::BTreeMap;

/// Whose facts, and of which days; what is absent lets everything through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FactQuery {
    /// Of this grid.
    pub grid_id: Option<AreaId>,
    /// Happened on or after, town date.
    pub from: Option<NaiveDate>,
    /// Happened on or before, town date.
    pub to: Option<NaiveDate>,
}

/// Facts by type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FactCounts {
    /// The log up to here is in the numbers.
    pub as_of_position: Position,
    /// How many there are of each type; none is not there.
    pub by_type: BTreeMap<String, u64>,
}

/// The facts of each type.
pub(crate) fn fact_counts(sql: &Sql, query: &FactQuery) -> Result<FactCounts, ListError> {
    let mut question = Question::of("select event_type, sum(facts) from fact_count_rows where 1 = 1");
    if let Some(grid_id) = query.grid_id {
        question.push(" and area_id = ").bind(grid_id.0);
    }
    if let Some(from) = query.from {
        question.push(" and happened_on >= ").bind(from);
    }
    if let Some(to) = query.to {
        question.push(" and happened_on <= ").bind(to);
    }
    question.push(" group by event_type");
    let mut counts =
        FactCounts { as_of_position: checkpoint::position(sql, super::DEFINITION.name)?, ..FactCounts::default() };
    question.each(sql, |columns| {
        let event_type = columns.text()?.to_owned();
        counts.by_type.insert(event_type, columns.number()?);
        Ok(())
    })?;
    Ok(counts)
}
