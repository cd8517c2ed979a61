//! The log in memory against the conformance suite.

use event_store::{EventLog, MemoryLog, conformance};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn conforms() {
    conformance::all(|| async { Arc::new(MemoryLog::new()) as Arc<dyn EventLog> }).await;
}

/// There is nothing to close in memory, so "opening again" hands out the same log; what is checked is that a new writer
/// over it, and the suite itself, find what they must.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_writer_finds_everything() {
    let logs = Mutex::new(HashMap::new());
    conformance::durable(|name| {
        let log = logs.lock().unwrap().entry(name).or_insert_with(|| Arc::new(MemoryLog::new())).clone();
        async { log as Arc<dyn EventLog> }
    })
    .await;
}
