//! A row of the list of undertakings.

use super::family::UndertakingFamily;
use crate::engine::columns::Binds;
use crate::engine::sqlite::{Columns, SqlError};
use chrono::NaiveDate;
use uuid::Uuid;

/// One undertaking as a list finds it. What it is, the log says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct UndertakingRow {
    /// Of which family.
    pub family: UndertakingFamily,
    /// Its id.
    pub id: Uuid,
    /// The day by which it is listed.
    pub on: NaiveDate,
    /// Its kind, where the family has several.
    pub kind: Option<&'static str>,
    /// Its state.
    pub state: &'static str,
    /// What an activity lacks: names between commas, `,no_briefing,`; empty where nothing is lacking.
    pub faults: String,
}

/// The name of the model.
pub(super) const MODEL: &str = "undertaking_list";

/// Columns in the order of [`UndertakingRow::bind`]; [`read`] reads those in the middle.
pub(super) const COLUMNS: &[&str] = &["place", "family", "thing_id", "on_day", "kind", "state", "faults"];

/// The columns that a list reads: where a thing stands in it.
pub(super) const READ: &[&str] = &["thing_id", "on_day"];

impl UndertakingRow {
    pub(super) fn bind<'r>(&'r self, binds: &mut Binds<'r>, place: u64) {
        binds.number(place).push(self.family.as_str()).id(self.id).date(self.on).push(self.kind).push(self.state);
        binds.push(self.faults.as_str());
    }
}

/// Id and day of a row of [`READ`].
pub(super) fn read(columns: &mut Columns<'_>) -> Result<(Uuid, NaiveDate), SqlError> {
    Ok((columns.id()?, columns.date()?))
}
