//! The log in memory against the conformance suite.

use event_store::{EventLog, MemoryLog, conformance};
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn conforms() {
    conformance::all(|| async { Arc::new(MemoryLog::new()) as Arc<dyn EventLog> }).await;
}
