//! Which of the clock's news is moot when it is told: nobody is to be reminded of what was found late or is settled.

use crate::state::{AppState, Snapshot};
use casework::reference::Reference;
use chrono::{DateTime, Duration, Utc};
use domain::clock::{LedgerEntry, ObligationEvent, stands_for};
use domain::event::Event;
use domain::ids::ObligationId;
use event_store::{LeafText, LogError, Position, Recorded};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Recorded so long after the instant that it stands for, it is no news any more.
const LATE: Duration = Duration::days(1);

/// Those of some events that the clock recorded over a day after the instant that they stand for, or whose obligation is
/// settled: kept, late or not, or excused. Of what the rows do not tell just now, nothing is said to be settled.
///
/// # Errors
/// Where an event cannot be read.
pub(super) async fn stale(app: &AppState, events: &[Recorded]) -> Result<BTreeSet<Position>, LogError> {
    let mut stale = BTreeSet::new();
    let mut snapshot = None;
    for event in events {
        let leaf = event.text()?;
        let Some((id, found)) = found(&leaf) else { continue };
        let snapshot = snapshot.get_or_insert_with(|| app.present());
        // A reminder that came late is moot whatever became of it: no row is asked.
        let is_tier = matches!(found, ObligationEvent::TierReached(_));
        if is_tier && is_late(&leaf, &found, None, snapshot) {
            stale.insert(event.position);
            continue;
        }
        let entry = app.read_models.obligation(id).await.ok().flatten().map(|row| row.entry);
        let is_settled = entry.as_ref().is_some_and(|entry| entry.is_settled(snapshot.today));
        if is_settled || is_late(&leaf, &found, entry.as_ref(), snapshot) {
            stale.insert(event.position);
        }
    }
    Ok(stale)
}

/// What the clock found, and of which obligation.
fn found(leaf: &LeafText<'_>) -> Option<(ObligationId, ObligationEvent)> {
    let id = leaf.stream.strip_prefix("obligation/")?;
    let Ok(Event::Obligation(event)) = Event::read_stored(leaf.event_type, leaf.schema, leaf.public) else {
        return None;
    };
    event.key()?;
    Some((ObligationId(Uuid::try_parse(id).ok()?), event))
}

fn is_late(leaf: &LeafText<'_>, found: &ObligationEvent, entry: Option<&LedgerEntry>, snapshot: &Snapshot) -> bool {
    let at = |ms| DateTime::from_timestamp_millis(ms).unwrap_or(DateTime::<Utc>::MAX_UTC);
    let Reference { policies, calendars, .. } = &*snapshot.reference;
    let policy = leaf.policy.and_then(|at| policies.at(at.0)).or_else(|| policies.newest());
    let missing_from = entry.and_then(|entry| entry.missing_from);
    let occurred_at = at(leaf.occurred_at);
    let instant = policy.map_or(occurred_at, |policy| stands_for(found, occurred_at, missing_from, policy, calendars));
    at(leaf.recorded_at).signed_duration_since(instant) > LATE
}
