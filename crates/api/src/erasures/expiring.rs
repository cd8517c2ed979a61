//! Erasing by the clock: the rows say which receptions are old enough, the use cases decide what of them is due and record it.

use crate::clock::running::RunError;
use crate::state::AppState;
use chrono::NaiveDate;
use read_models::{PageRequest, ReceptionQuery, ReceptionSort, names};
use std::time::Duration;

/// Receptions that are looked at in one step: what is due of them is held in memory.
const RECEPTIONS_AT_ONCE: u32 = 200;
/// How long a run waits for the rows to reach the head of the log.
const PATIENCE: Duration = Duration::from_secs(30);

/// Records everything that is due by the policy on a day; how many parts that are. Stopped anywhere, another run finds the rest.
///
/// # Errors
/// What stopped it; what was recorded until then is recorded.
pub async fn run(app: &AppState, on: NaiveDate) -> Result<u64, RunError> {
    let Some(until) = app.casework.may_expire_until(on) else { return Ok(0) };
    let head = app.casework.store.head().position;
    app.read_models.wait_for_model(names::RECEPTION_LIST, head, PATIENCE).await?;
    let query = ReceptionQuery { to: Some(until), sort: ReceptionSort::Held, ..ReceptionQuery::default() };
    let mut page = PageRequest { limit: RECEPTIONS_AT_ONCE, cursor: None };
    let mut recorded = 0;
    loop {
        let listed = app.read_models.receptions(&query, &page).await?;
        let ids: Vec<_> = listed.items.iter().map(|row| row.reception_id).collect();
        recorded += app.casework.expire(&ids, on).await?;
        let Some(next) = listed.next_cursor else { return Ok(recorded) };
        page.cursor = Some(next);
    }
}
