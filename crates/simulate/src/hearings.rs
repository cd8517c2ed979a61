//! People are heard elsewhere than in a reception room: a reception that names what it belongs to, with issues like any other
//! (C-3.1).

use super::doing::Doing;
use super::receptions::{Heard, PlannedReception};
use super::town::Town;
use casework::Failure;
use chrono::{DateTime, Utc};
use domain::reception::{DelegateDraft, Occasion};
use domain::vocabulary::ReceptionForm;

/// Receptions that sessions bring have lower numbers.
const FIRST: u64 = 1 << 40;
/// Steps of one thing have lower numbers, as far as they are receptions.
const STEPS_MAX: u64 = 1 << 20;

impl Town<'_> {
    /// Records what was said to those who were there; nothing where none of them holds a mandate any more.
    pub(super) async fn hear(
        &self,
        doing: &Doing<'_>,
        (form, held_at): (ReceptionForm, DateTime<Utc>),
        occasion: Occasion,
        there: &[DelegateDraft],
    ) -> Result<Option<Heard>, Failure> {
        let number = FIRST + doing.of.number * STEPS_MAX + doing.of.turn % STEPS_MAX;
        let planned =
            PlannedReception { grid: doing.of.grid, number, session: None, held_at, recorded_at: self.now, form };
        self.receive(&planned, Some(occasion), there).await
    }
}
