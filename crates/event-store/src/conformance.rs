//! What every adapter must satisfy, run through the store that stands above it. Built for tests only (feature
//! `conformance`).
//!
//! [`all`] is for any adapter, [`durable`] for those that can be opened again. A failure is a panic that names what
//! was expected.

#![allow(
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "a conformance suite fails by panicking, and any other error is a failure"
)]

mod appending;
mod durability;
mod idempotency;
mod importing;
pub mod kit;
pub mod meddler;
mod order;
mod racing;
mod rings;
mod subscribing;
mod tree;
mod trouble;

use crate::log::EventLog;
use std::sync::Arc;

/// Runs every check that needs only an empty log. `fresh` opens another empty one at each call.
pub async fn all<F, Fut>(fresh: F)
where
    F: Fn() -> Fut,
    Fut: Future<Output = Arc<dyn EventLog>>,
{
    appending::expectations(fresh().await).await;
    appending::limits(fresh().await).await;
    appending::bulk(fresh().await).await;
    appending::references(fresh().await).await;
    appending::whole_or_not_at_all(fresh().await).await;
    appending::unwritten_checks(fresh().await).await;
    appending::clock_backwards(fresh().await).await;
    appending::wrapped_keys(fresh().await).await;
    rings::rings(fresh().await).await;

    idempotency::retries(fresh().await).await;
    idempotency::other_request(fresh().await).await;
    idempotency::refusals_are_not_kept(fresh().await).await;
    idempotency::duplicates_in_one_batch(fresh().await).await;
    idempotency::duplicates_in_two_batches(fresh().await).await;

    order::dense(fresh().await).await;
    order::pages(fresh().await).await;
    order::filters(fresh().await).await;
    order::families(fresh().await).await;
    order::adapter_bounds(fresh().await).await;

    racing::writers_and_tailers(fresh().await).await;
    racing::two_nodes(fresh().await).await;
    racing::import_and_tailer(fresh().await, fresh().await).await;

    subscribing::places(fresh().await).await;
    subscribing::waiting(fresh().await).await;
    subscribing::filtered(fresh().await).await;
    subscribing::cancelled(fresh().await).await;
    subscribing::closing(fresh().await).await;

    trouble::isolation(fresh().await).await;
    trouble::full(fresh().await).await;
    trouble::failed_commit(fresh().await, false).await;
    trouble::failed_commit(fresh().await, true).await;
    trouble::panicking_adapter(fresh().await).await;
    trouble::unreadable(fresh().await).await;
    trouble::groups_and_queue(fresh().await).await;
    trouble::caller_gone(fresh().await).await;
    trouble::shutdown_drains(fresh().await).await;

    tree::links_and_root(fresh().await).await;
    tree::tiles(fresh().await).await;
    tree::proofs(fresh().await).await;
    tree::checkpoints(fresh().await).await;

    importing::round_trip(fresh().await, fresh().await).await;
    importing::refusals(fresh().await, fresh().await).await;
}

/// Runs the checks of what survives a closing. `open` opens the log of a name, empty the first time; the log opened
/// under that name before has been dropped by then.
pub async fn durable<F, Fut>(open: F)
where
    F: Fn(&'static str) -> Fut,
    Fut: Future<Output = Arc<dyn EventLog>>,
{
    durability::everything_is_there_again(&open).await;
    durability::unknown_outcomes_are_found_out(&open).await;
    durability::imports_survive(&open).await;
}
