//! The model of [`super::model`] against the log on disk, with real closing and opening in between.

use super::model::{run, steps};
use event_store::EventLog;
use event_store::open::{OpenOptions, open_blocking};
use proptest::prelude::*;
use std::sync::Arc;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn the_disk_is_a_list(steps in steps()) {
        let dir = tempfile::tempdir().unwrap();
        let options = OpenOptions {
            free_space_min_bytes: 0,
            // Small, so that a case runs over several segments.
            first_segment_bytes: 8 * 1024,
            segment_bytes: 16 * 1024,
            cache_bytes: 1024 * 1024,
            ..OpenOptions::new(dir.path().join("data"), dir.path().join("keys"))
        };
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(run(steps, || async { open_blocking(&options, &|_| {}).unwrap().log as Arc<dyn EventLog> }));
    }
}
