//! Which of the clock's news is moot when it is told: nobody is to be reminded of what was found late or is settled.

use crate::state::{AppState, Snapshot};
use casework::reference::Reference;
use chrono::{DateTime, Duration, NaiveDate, Utc};
use domain::calendar::Calendars;
use domain::claims::Claim;
use domain::clock::{LedgerEntry, ObligationEvent, judged_at};
use domain::event::Event;
use domain::ids::ObligationId;
use domain::policy::Policy;
use domain::vocabulary::ObligationStatus;
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
        let row = app.read_models.obligation(id).await.ok().flatten();
        let entry = row.map(|row| row.entry);
        let is_settled = entry.as_ref().is_some_and(|entry| is_settled(entry, snapshot.today));
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
    let instant = policy.map_or(occurred_at, |policy| stands_for(occurred_at, found, missing_from, policy, calendars));
    at(leaf.recorded_at).signed_duration_since(instant) > LATE
}

/// The instant that it stands for. A breach is said to have happened when its day was over, and is judged some working days
/// later; later still where the thing itself was recorded late, which its row tells.
fn stands_for(
    occurred_at: DateTime<Utc>,
    found: &ObligationEvent,
    missing_from: Option<NaiveDate>,
    policy: &Policy,
    calendars: &Calendars,
) -> DateTime<Utc> {
    let ObligationEvent::Breached(breached) = found else { return occurred_at };
    let in_time = Claim { at: occurred_at, recorded_at: policy.day_begins(breached.due_on), position: 0, version: 0 };
    let judged = judged_at(breached.code, policy, calendars, breached.due_on, in_time);
    missing_from.map_or(judged, |on| policy.day_begins(on).max(judged))
}

fn is_settled(entry: &LedgerEntry, today: NaiveDate) -> bool {
    match entry.status_on(today) {
        ObligationStatus::Fulfilled | ObligationStatus::Late | ObligationStatus::Excused => true,
        ObligationStatus::NotYetDue | ObligationStatus::Missing => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::calendar::CalendarEvent;
    use domain::clock::{Breached, OwedBy, TierReached};
    use domain::ids::DelegateId;
    use domain::policy::{Policies, PolicyEvent};
    use domain::vocabulary::{Breach, ObligationCode, Tier};
    use domain::{Fold as _, Stamp};

    fn when(text: &str) -> DateTime<Utc> {
        format!("{text}:00+08:00").parse().unwrap()
    }

    #[test]
    fn a_breach_stands_for_the_moment_it_is_judged_and_a_reminder_for_its_own() {
        let at = DateTime::UNIX_EPOCH;
        let stamp =
            |position| Stamp { position, version: 1, occurred_at: at, recorded_at: at, policy: None, calendar: None };
        let (mut policies, mut calendars) = (Policies::default(), Calendars::default());
        let policy = serde_json::from_str(include_str!("../../../../data/policy-default.json")).unwrap();
        policies.apply(&PolicyEvent::VersionAdopted(policy), &stamp(3));
        let year = serde_json::from_str(include_str!("../../../../data/calendars/2026.json")).unwrap();
        calendars.apply(&CalendarEvent::Published(year), &stamp(4));
        let policy = policies.newest().unwrap();

        // Owed by Friday 2026-11-27, judged when Monday is over.
        let due_on = NaiveDate::from_ymd_opt(2026, 11, 27).unwrap();
        let (owed_by, about) = (OwedBy::delegate(DelegateId(Uuid::nil())), "issue/1".to_owned());
        let (code, what) = (ObligationCode::O7, Breach::AnswerOverdue);
        let breach = ObligationEvent::Breached(Breached {
            code,
            part: None,
            about: about.clone(),
            period: None,
            owed_by: owed_by.clone(),
            what,
            missing: Vec::new(),
            due_on,
            provisional: false,
        });
        let occurred_at = when("2026-11-28 00:00");
        let stands = |event, missing_from| stands_for(occurred_at, event, missing_from, policy, &calendars);
        assert_eq!(stands(&breach, None), when("2026-12-01 00:00"));
        assert_eq!(stands(&breach, due_on.succ_opt()), when("2026-12-01 00:00"));
        // The thing was recorded late, and is judged later.
        assert_eq!(stands(&breach, NaiveDate::from_ymd_opt(2026, 12, 8)), when("2026-12-08 00:00"));
        let tier = Tier::Reminder;
        let tier =
            ObligationEvent::TierReached(TierReached { code, part: None, about, period: None, owed_by, tier, due_on });
        assert_eq!(stands(&tier, None), occurred_at);
    }
}
