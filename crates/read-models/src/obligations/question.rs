//! What the clock asks of the rows: whom it has to look at, and what it waits for.

use super::DEFINITION;
use super::members::candidate;
use super::row::{OBLIGATIONS, ObligationRow, SUBJECT_COLUMNS, read_subject};
use crate::engine::checkpoint;
use crate::engine::list::ListError;
use crate::engine::sqlite::{Sql, SqlError};
use chrono::{DateTime, Utc};
use domain::clock::{Candidate, Subject};
use domain::ids::ObligationId;
use event_store::Position;

/// What the clock waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockState {
    /// The log up to here is in the rows.
    pub as_of_position: Position,
    /// The instant of the first happening that is not recorded.
    pub next_at: Option<DateTime<Utc>>,
    /// Of so many subjects something happened by the instant asked for and is not recorded.
    pub waiting: u64,
}

/// Subjects of which something happened and is not recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueSubjects {
    /// The log up to here is in the rows.
    pub as_of_position: Position,
    /// Each, with all that may count for it and the instant of its first such happening, ascending.
    pub subjects: Vec<(Candidate, DateTime<Utc>)>,
}

pub(crate) fn clock(sql: &Sql, by: DateTime<Utc>) -> Result<ClockState, ListError> {
    let as_of_position = checkpoint::position(sql, DEFINITION.name)?;
    let first = "select min(next_at) from obligation_subject where next_at is not null";
    let next_at = sql.row(first, &[], |columns| columns.instant_optional())?.flatten();
    let waiting = "select count(*) from obligation_subject where next_at <= $1";
    let waiting = sql.row(waiting, &[by.timestamp_millis().into()], |columns| columns.number())?;
    Ok(ClockState { as_of_position, next_at, waiting: waiting.unwrap_or_default() })
}

pub(crate) fn due_subjects(sql: &Sql, by: DateTime<Utc>, limit: u32) -> Result<DueSubjects, ListError> {
    let as_of_position = checkpoint::position(sql, DEFINITION.name)?;
    let due = format!(
        "select {SUBJECT_COLUMNS}, next_at from obligation_subject where next_at <= $1 \
         order by next_at, place, period limit $2"
    );
    let values = [by.timestamp_millis().into(), i64::from(limit).into()];
    let due: Vec<(Subject, _)> = sql.rows(&due, &values, |columns| Ok((read_subject(columns)?, columns.instant()?)))?;
    let subjects =
        due.into_iter().map(|(subject, at)| Ok((candidate(sql, subject)?, at))).collect::<Result<_, SqlError>>();
    Ok(DueSubjects { as_of_position, subjects: subjects? })
}

/// A subject with all that may count for it.
pub(crate) fn counting_for(sql: &Sql, subject: Subject) -> Result<Candidate, ListError> {
    Ok(candidate(sql, subject)?)
}

pub(crate) fn obligation(sql: &Sql, id: ObligationId) -> Result<Option<ObligationRow>, ListError> {
    let columns = OBLIGATIONS.columns.join(", ");
    let one = format!("select {columns} from obligation_rows where obligation_id = $1");
    Ok(sql.row(&one, &[id.0.into()], ObligationRow::read)?)
}
