//! A task as a list shows it.

use crate::engine::cursor::Cursor;
use crate::engine::sqlite::{Columns, SqlError, misread};
use chrono::{Datelike as _, NaiveDate};
use domain::ids::{AreaId, ObligationId};
use domain::task::{DISCHARGES, Discharge};
use domain::vocabulary::{Lateness, ObligationCode};
use uuid::Uuid;

/// Kinds of tasks on one day: more than there are rows of [`DISCHARGES`].
pub(super) const KINDS: usize = 64;
const _: () = assert!(DISCHARGES.len() < KINDS, "each kind has a place of its own on a day");

/// One thing that somebody has to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskRow {
    /// What is to be done, and by which command.
    pub what: &'static Discharge,
    /// The day by which it is ordered: that of [`TaskRow::due_on`], else the one from which it waits.
    pub order_on: NaiveDate,
    /// What tells it from others of its kind and day.
    pub id: Uuid,
    /// The thing that it is about; none where that has no id.
    pub about: Option<Uuid>,
    /// What else its command names.
    pub beside: Option<Uuid>,
    /// The number of what it is about, or its year.
    pub number: Option<String>,
    /// The grid.
    pub grid_id: Option<AreaId>,
    /// By when; none where nothing says so.
    pub due_on: Option<NaiveDate>,
    /// How it stands today; none where nothing is due.
    pub lateness: Option<Lateness>,
    /// The obligation that it discharges, where its row is one.
    pub obligation_id: Option<ObligationId>,
    /// The code of that, where rows of several have the task.
    pub code: Option<ObligationCode>,
}

impl TaskRow {
    /// Where it stands in the list.
    pub(super) fn place(&self) -> Cursor {
        let day = i64::from(self.order_on.num_days_from_ce());
        // A list of less than `KINDS` rows.
        let kind = i64::try_from(self.what.place()).unwrap_or_default();
        Cursor { key: day * KINDS as i64 + kind, id: self.id }
    }

    pub(super) fn read(columns: &mut Columns<'_>) -> Result<Self, SqlError> {
        let (place, kind): (i64, usize) = (columns.whole()?, columns.number()?);
        let order_on = i32::try_from(place / KINDS as i64).ok().and_then(NaiveDate::from_num_days_from_ce_opt);
        Ok(Self {
            what: DISCHARGES.get(kind).ok_or_else(|| misread(&kind.to_string()))?,
            order_on: order_on.ok_or_else(|| misread(&place.to_string()))?,
            id: columns.id()?,
            about: columns.id_optional()?,
            beside: columns.id_optional()?,
            number: columns.text_optional()?.map(str::to_owned),
            grid_id: columns.id_optional()?.map(AreaId),
            due_on: columns.date_optional()?,
            lateness: columns.number_optional::<usize>()?.and_then(|at| Lateness::ALL.get(at).copied()),
            obligation_id: columns.id_optional()?.map(ObligationId),
            code: columns
                .number_optional::<usize>()?
                .and_then(|number| ObligationCode::ALL.get(number.checked_sub(1)?).copied()),
        })
    }

    /// The obligation that it discharges.
    pub fn obligation(&self) -> Option<ObligationCode> {
        self.what.obligation.map(|named| self.code.unwrap_or(named))
    }

    /// The clause that it comes from.
    pub fn clause(&self) -> Option<&'static str> {
        self.obligation().map(|code| code.clause()).or(self.what.clause)
    }

    /// Whether its day is past.
    pub(super) fn is_overdue(&self) -> bool {
        self.lateness.is_some_and(|lateness| lateness >= Lateness::Overdue)
    }
}
