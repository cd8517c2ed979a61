//! What happens to the file, and to those who use it, while models follow the log: nothing stops them for good, and no
//! answer is wrong meanwhile.

mod damage;
mod disks;
mod others;
mod rebuilding;
mod waiting;

use super::fixture::Office;
use super::models::{PATIENCE, list};
use crate::*;
use std::path::Path;
use std::time::{Duration, Instant};

/// Somebody else who has the file open.
fn somebody(path: &Path) -> rusqlite::Connection {
    let somebody = rusqlite::Connection::open(path).unwrap();
    somebody.busy_timeout(Duration::from_secs(5)).unwrap();
    somebody
}

pub fn execute(path: &Path, sql: &str) {
    let somebody = somebody(path);
    somebody.execute_batch(sql).unwrap();
    somebody.close().unwrap();
}

/// The list is whole again, without anybody having ordered a look, and until then whoever asks may be told to come again.
async fn whole_again(office: &Office, models: &ReadModels, issues: usize, what: &str) {
    let begun = Instant::now();
    loop {
        match list(office, models).await {
            Ok(page) if page.items.len() == issues => return,
            Ok(_) | Err(ListError::Unavailable(_)) => {}
            Err(error) => panic!("{what}: {error}"),
        }
        assert!(begun.elapsed() < PATIENCE, "never whole again: {what}: {:#?}", models.health());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
