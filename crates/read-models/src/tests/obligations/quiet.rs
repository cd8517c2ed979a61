//! A town in which nothing moves but what counts for years: after each single fact the rows are those of the whole log, and
//! nothing else heals what one of them should have moved.

use super::years::{Happening, policy, stricter};
use super::{amended, stored, waited_for};
use crate::tests::fixture::{Office, day};
use crate::tests::models::{caught_up, opened};
use chrono::Duration;
use domain::area::{AreaEvent, ConvenerAppointed};
use domain::event::Event;
use domain::policy::PolicyEvent;

#[tokio::test]
async fn each_fact_that_counts_for_a_year_moves_all_that_it_counts_for() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("read.sqlite");
    let mut office = Office::under(95, &[2025, 2026], policy()).await;
    office.settle_down().await;
    office.has_offices().await;
    let models = opened(&office, &path).await;
    let mut happening = Happening::new(95);
    for turn in 0..130 {
        office.it_is(day("2026-02-02") + Duration::days(turn));
        match turn {
            20 => drop(office.publish_year(amended()).await),
            110 => {
                let stricter = PolicyEvent::VersionAdopted(stricter().into());
                office.record(&office.policy_stream(), Event::Policy(stricter), None).await;
            }
            120 => {
                let convener = ConvenerAppointed { delegate_id: office.delegates[1], from: day("2026-01-05") };
                office.of_area(office.grids[0].0, AreaEvent::ConvenerAppointed(convener)).await;
            }
            _ => office.a_year_moves(&mut happening).await,
        }
        caught_up(&office, &models).await;
        let (entries, waiting) = office.known().await.whole();
        assert_eq!(waited_for(&models).await, waiting, "turn {turn}");
        assert_eq!(stored(&path), entries, "turn {turn}");
    }
    models.shutdown().await;
}
