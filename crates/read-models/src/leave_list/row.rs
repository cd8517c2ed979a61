//! A row of the list of leaves.

use crate::engine::columns::Binds;
use crate::engine::sqlite::{Columns, SqlError};
use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::{DelegateId, LeaveId};
use domain::vocabulary::{LeaveReason, LeaveState};

/// One leave as a list shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeaveRow {
    /// The leave.
    pub leave_id: LeaveId,
    /// Whose.
    pub delegate_id: DelegateId,
    /// First day.
    pub from_on: NaiveDate,
    /// Last day.
    pub to_on: NaiveDate,
    /// Why.
    pub reason: LeaveReason,
    /// State.
    pub state: LeaveState,
    /// When it was asked for.
    pub requested_at: DateTime<Utc>,
    /// On which day of the town.
    pub requested_on: NaiveDate,
}

/// Columns in the order of [`LeaveRow::bind`] and [`LeaveRow::read`]; the first is the key.
pub(super) const COLUMNS: &[&str] =
    &["leave_id", "delegate_id", "from_on", "to_on", "reason_code", "state", "requested_at", "requested_on"];

impl LeaveRow {
    pub(super) fn bind<'r>(binds: &mut Binds<'r>, row: &'r Self) {
        binds
            .id(row.leave_id.0)
            .id(row.delegate_id.0)
            .date(row.from_on)
            .date(row.to_on)
            .push(row.reason.as_str())
            .push(row.state.as_str())
            .instant(row.requested_at)
            .date(row.requested_on);
    }

    pub(super) fn read(columns: &mut Columns<'_>) -> Result<Self, SqlError> {
        Ok(Self {
            leave_id: LeaveId(columns.id()?),
            delegate_id: DelegateId(columns.id()?),
            from_on: columns.date()?,
            to_on: columns.date()?,
            reason: columns.parse(LeaveReason::parse)?,
            state: columns.parse(LeaveState::parse)?,
            requested_at: columns.instant()?,
            requested_on: columns.date()?,
        })
    }
}
