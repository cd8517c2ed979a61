//! Leaves and facts, counted a second way.

use super::fixture::{Office, afternoon, day};
use super::lists::opened;
use crate::*;
use domain::event::Event;
use domain::ids::{DelegateId, LeaveId};
use domain::leave::{LeaveDecided, LeaveEvent, LeaveRequested};
use domain::vocabulary::{LeaveReason, LeaveState};
use event_store::StreamId;
use std::collections::BTreeMap;
use uuid::Uuid;

async fn leave(office: &mut Office, of: DelegateId, event: LeaveEvent) {
    office.record(&StreamId::of("leave", of.0), Event::Leave(event), None).await;
}

fn request(n: u128, from: &str, to: &str, reason_code: LeaveReason) -> LeaveEvent {
    let leave_id = LeaveId(Uuid::from_u128(n));
    LeaveEvent::Requested(LeaveRequested { leave_id, from: day(from), to: day(to), reason_code })
}

#[tokio::test]
async fn a_leave_stands_in_the_list_as_it_was_decided_last() {
    let mut office = Office::open(21, &[2026]).await;
    let [one, other] = [office.delegates[0], office.delegates[1]];
    let decided = |n| LeaveDecided { leave_id: LeaveId(Uuid::from_u128(n)) };
    leave(&mut office, one, request(1, "2026-03-05", "2026-03-12", LeaveReason::Work)).await;
    leave(&mut office, one, request(2, "2026-04-02", "2026-04-02", LeaveReason::Personal)).await;
    leave(&mut office, other, request(3, "2026-03-12", "2026-03-12", LeaveReason::Work)).await;
    let models = opened(&office).await;
    // Those are written; what is decided of them comes later, of one that is known and of one that is not.
    leave(&mut office, one, LeaveEvent::Approved(decided(1))).await;
    leave(&mut office, one, LeaveEvent::Refused(decided(2))).await;
    leave(&mut office, other, LeaveEvent::Approved(decided(3))).await;
    leave(&mut office, other, LeaveEvent::Withdrawn(decided(3))).await;
    leave(&mut office, other, LeaveEvent::Approved(decided(9))).await;
    super::models::caught_up(&office, &models).await;
    let list = async |query: &LeaveQuery| -> Vec<(u128, LeaveState)> {
        let (mut found, mut cursor) = (Vec::new(), None);
        loop {
            let page = models.leaves(query, &PageRequest { limit: 2, cursor }).await.unwrap();
            found.extend(page.items.iter().map(|row| (row.leave_id.0.as_u128(), row.state)));
            let Some(next) = page.next_cursor else { return found };
            assert!(query.is_continued_by(&next));
            cursor = Some(next);
        }
    };
    let all = LeaveQuery::default();
    let (approved, refused, withdrawn) = (LeaveState::Approved, LeaveState::Refused, LeaveState::Withdrawn);
    assert_eq!(list(&all).await, [(2, refused), (3, withdrawn), (1, approved)]);
    assert_eq!(list(&LeaveQuery { states: vec![approved], ..all.clone() }).await, [(1, approved)]);
    assert_eq!(
        list(&LeaveQuery { reason: Some(LeaveReason::Work), ..all.clone() }).await,
        [(3, withdrawn), (1, approved)]
    );
    assert_eq!(list(&LeaveQuery { delegate_ids: Some(vec![other]), ..all.clone() }).await, [(3, withdrawn)]);
    assert_eq!(list(&LeaveQuery { delegate_ids: Some(Vec::new()), ..all.clone() }).await, []);
    let march = LeaveQuery { from: Some(day("2026-03-10")), to: Some(day("2026-03-11")), ..all };
    assert_eq!(list(&march).await, [(1, approved)]);
    models.shutdown().await;
}

#[tokio::test]
async fn facts_are_counted_by_type_and_day_as_the_log_holds_them() {
    let mut office = Office::open(22, &[2026]).await;
    let models = opened(&office).await;
    for _ in 0..6 {
        office.live(5).await;
        super::models::caught_up(&office, &models).await;
    }
    let mut all: BTreeMap<String, u64> = BTreeMap::new();
    let mut early = all.clone();
    let last = afternoon(day("2026-02-28"));
    for position in 1..=office.store.head().position.0 {
        let recorded = office.store.event(event_store::Position(position)).await.unwrap().unwrap();
        let leaf = recorded.text().unwrap();
        *all.entry(leaf.event_type.to_owned()).or_default() += 1;
        // Two ways to the same day: this one by the hours of China.
        if leaf.occurred_at < last.timestamp_millis() + 10 * 3_600_000 {
            *early.entry(leaf.event_type.to_owned()).or_default() += 1;
        }
    }
    assert!(all.len() > 5, "{all:?}");
    assert_eq!(models.fact_counts(&FactQuery::default()).await.unwrap().by_type, all);
    let to = FactQuery { to: Some(day("2026-02-28")), ..FactQuery::default() };
    assert_eq!(models.fact_counts(&to).await.unwrap().by_type, early);
    let here = FactQuery { grid_id: Some(office.grids[0]), ..FactQuery::default() };
    assert_eq!(models.fact_counts(&here).await.unwrap().by_type, all, "every leaf of the fixture names that grid");
    let elsewhere = FactQuery { grid_id: Some(office.grids[1]), ..FactQuery::default() };
    assert!(models.fact_counts(&elsewhere).await.unwrap().by_type.is_empty());
    models.shutdown().await;
}
