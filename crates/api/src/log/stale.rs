//! Which of the clock's news is moot when it is told: nobody is to be reminded of what was found late or is settled.

use crate::state::AppState;
use chrono::{Duration, NaiveDate};
use domain::ids::ObligationId;
use domain::vocabulary::ObligationStatus;
use event_store::{LogError, Position, Recorded};
use std::collections::BTreeSet;
use uuid::Uuid;

/// What the clock records of an obligation.
const OF_THE_CLOCK: [&str; 2] = ["obligation.breached", "obligation.tier_reached"];
/// Recorded so long after the instant that it stands for, it is no news any more.
const LATE: Duration = Duration::days(1);

/// Those of some events that the clock recorded over a day after their instant, or whose obligation is settled: kept, late or
/// not, or excused. Of what the rows do not tell just now, nothing is said to be settled.
///
/// # Errors
/// Where an event cannot be read.
pub(super) async fn stale(app: &AppState, events: &[Recorded]) -> Result<BTreeSet<Position>, LogError> {
    let mut stale = BTreeSet::new();
    for event in events {
        let leaf = event.text()?;
        if !OF_THE_CLOCK.contains(&leaf.event_type) {
            continue;
        }
        let id = leaf.stream.split_once('/').and_then(|(_, id)| Uuid::try_parse(id).ok());
        let moot = match id {
            _ if is_late(leaf.occurred_at, leaf.recorded_at) => true,
            Some(id) => is_settled(app, ObligationId(id), app.present().today).await,
            None => false,
        };
        if moot {
            stale.insert(event.position);
        }
    }
    Ok(stale)
}

/// By milliseconds since 1970.
fn is_late(occurred_at: i64, recorded_at: i64) -> bool {
    recorded_at.saturating_sub(occurred_at) > LATE.num_milliseconds()
}

async fn is_settled(app: &AppState, id: ObligationId, today: NaiveDate) -> bool {
    let row = app.read_models.obligation(id).await.ok().flatten();
    row.is_some_and(|row| match row.entry.status_on(today) {
        ObligationStatus::Fulfilled | ObligationStatus::Late | ObligationStatus::Excused => true,
        ObligationStatus::NotYetDue | ObligationStatus::Missing => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_recorded_within_a_day_is_news() {
        const DAY_MS: i64 = 86_400_000;
        assert!(!is_late(1_000, 1_000 + DAY_MS) && !is_late(1_000, 0));
        assert!(is_late(1_000, 1_001 + DAY_MS));
    }
}
