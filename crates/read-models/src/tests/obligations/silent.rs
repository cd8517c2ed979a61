//! Words owed in silence, without an end.

use crate::tests::fixture::{Office, afternoon};
use crate::tests::models::opened;
use chrono::Duration;

/// An issue that nobody says a word of owes words without an end: what is recorded of the first ones lets later ones be
/// foreseen, and what is recorded of those is known too.
#[tokio::test]
async fn an_issue_left_silent_for_years_does_not_stop_the_clock() {
    let dir = tempfile::tempdir().unwrap();
    let mut office = Office::open(84, &[2025, 2026]).await;
    office.settle_down().await;
    let models = opened(&office, &dir.path().join("read.sqlite")).await;
    let first = office.today();
    let issue = office.raise(first, first + Duration::days(7)).await;
    office.escalate(issue, first).await;
    for month in 1..=30 {
        office.it_is(first + Duration::days(30 * month));
        office.run_clock(&models).await;
    }
    let next_at = models.clock(afternoon(office.today())).await.unwrap().next_at;
    assert!(next_at.is_some_and(|at| at > afternoon(office.today())), "it goes on: {next_at:?}");
    models.shutdown().await;
}
