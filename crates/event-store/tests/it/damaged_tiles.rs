//! A proof that fails is no fork: a damaged tile does not stop the writer, and a log that does not extend what was signed
//! does, however the tiles look.

use event_store::conformance::kit::{append, record, store, stream, write};
use event_store::{CheckpointError, EventLog, Expected, KeyDirectory, MemoryLog, SignError};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use test_log::TestLog;

/// A log in memory whose tiles are damaged while the test says so.
fn worn() -> (Arc<TestLog>, Arc<AtomicBool>) {
    let worn = Arc::new(AtomicBool::new(false));
    let now = Arc::clone(&worn);
    let log = TestLog::over(Arc::new(MemoryLog::new())).tiles(move |tile| {
        if now.load(Ordering::SeqCst) {
            tile.iter_mut().for_each(|hash| hash[0] ^= 1);
        }
    });
    (Arc::new(log), worn)
}

#[tokio::test]
async fn a_damaged_tile_is_not_called_a_fork() {
    let (log, worn) = worn();
    let store = store(log as Arc<dyn EventLog>).await;
    let keys = Arc::new(KeyDirectory::ephemeral(uuid::Uuid::nil(), "huiyin.local/test"));
    let grow = async |name: &str, events| {
        record(&store, append(name, vec![write(stream(1), Expected::Any, events)])).await;
    };
    grow("first", 100).await;
    store.checkpoint(&keys).await.unwrap();
    grow("second", 300).await;
    worn.store(true, Ordering::SeqCst);
    let told = store.checkpoint(&keys).await.unwrap_err();
    assert!(matches!(told, CheckpointError::Proof(_)), "{told}");
    assert_eq!(store.healthy(), Ok(()), "the writer goes on");
    assert_eq!(store.signing(), Some(told.to_string()), "and it is told where health asks");
    grow("third", 1).await;
    // When the tiles are right again, so is the signature.
    worn.store(false, Ordering::SeqCst);
    store.checkpoint(&keys).await.unwrap();
    assert_eq!((store.signing(), keys.last_signed().map(|(size, _)| size)), (None, Some(401)));
}

#[tokio::test]
async fn a_fork_is_one_also_behind_many_leaves() {
    let keys = Arc::new(KeyDirectory::ephemeral(uuid::Uuid::nil(), "huiyin.local/test"));
    let (one, other) = (store(Arc::new(MemoryLog::new())).await, store(Arc::new(MemoryLog::new())).await);
    record(&one, append("one", vec![write(stream(1), Expected::Any, 300)])).await;
    one.checkpoint(&keys).await.unwrap();
    record(&other, append("other", vec![write(stream(2), Expected::Any, 700)])).await;
    let told = other.checkpoint(&keys).await.unwrap_err();
    assert!(matches!(told, CheckpointError::Sign(SignError::Fork { size: 700, signed: 300 })), "{told}");
    assert!(other.healthy().is_err() && one.healthy().is_ok());
}
