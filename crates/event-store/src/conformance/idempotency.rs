//! One command is recorded once, however often it is asked.

use super::kit::{self, append, one, record, refused, sound, stream, write};
use super::meddler::Meddler;
use crate::ids::Version;
use crate::log::{CommandRecord, EventLog};
use crate::store::EventStore;
use crate::store::append::{AppendError, Appended, Expected};
use std::sync::Arc;
use tokio::task::JoinHandle;

/// Asks for an append on a task of its own.
pub(super) fn ask(
    store: &EventStore,
    append: crate::store::append::Append,
) -> JoinHandle<Result<Appended, AppendError>> {
    let store = store.clone();
    tokio::spawn(async move { store.append(append).await })
}

/// The same command again gives the same answer, also after its streams have moved on.
pub async fn retries(log: Arc<dyn EventLog>) {
    let store = kit::store(log).await;
    let asked = append("twice", vec![write(stream(2), Expected::NoStream, 2), write(stream(1), Expected::NoStream, 1)]);
    record(&store, one("before", stream(9), Expected::NoStream)).await;
    let first = record(&store, asked.clone()).await;
    let replay = Appended { replayed: true, ..first.clone() };
    assert_eq!(record(&store, asked.clone()).await, replay);
    record(&store, one("moved", stream(1), Expected::Exact(Version(1)))).await;
    let head = store.head();
    assert_eq!(record(&store, asked.clone()).await, replay);
    let mut wider = asked;
    wider.writes.push(write(stream(3), Expected::NoStream, 1));
    assert_eq!(record(&store, wider).await, replay, "a partly other request of the same digest");
    assert_eq!(store.head(), head, "nothing was written");
    assert_eq!(
        store.command(kit::command("twice")).await.unwrap(),
        Some(CommandRecord {
            command: kit::command("twice"),
            fingerprint: Some([1; 32]),
            first: first.first,
            last: first.last,
        })
    );
    assert_eq!(store.command(kit::command("never")).await.unwrap(), None);
    sound(&store).await;
}

/// The same command with another request is refused, whatever the streams' versions.
pub async fn other_request(log: Arc<dyn EventLog>) {
    let store = kit::store(log).await;
    record(&store, one("key", stream(1), Expected::NoStream)).await;
    let head = store.head();
    for expected in [Expected::NoStream, Expected::Exact(Version(1)), Expected::Any] {
        let mut other = one("key", stream(1), expected);
        other.fingerprint = [2; 32];
        let error = store.append(other).await.unwrap_err();
        assert!(matches!(error, AppendError::CommandReused), "{error}");
    }
    assert_eq!(store.head(), head);
}

/// A refused command is decided anew when it is asked again.
pub async fn refusals_are_not_kept(log: Arc<dyn EventLog>) {
    let store = kit::store(log).await;
    let asked = one("early", stream(1), Expected::Exact(Version(1)));
    refused(&store, asked.clone()).await;
    record(&store, one("first", stream(1), Expected::NoStream)).await;
    assert!(!record(&store, asked).await.replayed);
}

/// Duplicates that meet in one batch: one is recorded, the others are copies of its answer.
pub async fn duplicates_in_one_batch(log: Arc<dyn EventLog>) {
    let meddler = Meddler::new(log);
    let store = kit::store(meddler.clone()).await;
    meddler.hold();
    let holding = ask(&store, one("holding", stream(9), Expected::NoStream));
    meddler.one_waits().await;
    let asked = one("same", stream(1), Expected::NoStream);
    let duplicates = (0..5).map(|_| ask(&store, asked.clone())).collect::<Vec<_>>();
    // Tasks start in any order; only when all five are queued may the other request follow.
    queued(&store, 5).await;
    let mut other = asked.clone();
    other.fingerprint = [2; 32];
    let other = ask(&store, other);
    queued(&store, 6).await;
    meddler.release();
    holding.await.unwrap().unwrap();
    let mut answers = Vec::new();
    for duplicate in duplicates {
        answers.push(duplicate.await.unwrap().unwrap());
    }
    assert_eq!(answers.iter().filter(|a| !a.replayed).count(), 1);
    assert!(answers.iter().all(|a| a.first == answers[0].first && a.versions == answers[0].versions));
    let error = other.await.unwrap().unwrap_err();
    assert!(matches!(error, AppendError::CommandReused), "{error}");
    assert_eq!(store.head().position.0, 2);
    assert_eq!(meddler.commands_per_batch(), [1, 1], "they met in one batch");
    sound(&store).await;
}

/// Duplicates of which one is already being committed.
pub async fn duplicates_in_two_batches(log: Arc<dyn EventLog>) {
    let meddler = Meddler::new(log);
    let store = kit::store(meddler.clone()).await;
    meddler.hold();
    let asked = one("same", stream(1), Expected::NoStream);
    let first = ask(&store, asked.clone());
    meddler.one_waits().await;
    let second = ask(&store, asked);
    queued(&store, 1).await;
    meddler.release();
    let first = first.await.unwrap().unwrap();
    let second = second.await.unwrap().unwrap();
    assert!(!first.replayed && second.replayed);
    assert_eq!(first.versions, second.versions);
    assert_eq!(store.head().position.0, 1);
    assert_eq!(meddler.commands_per_batch(), [1]);
}

/// Returns when so many jobs wait in the writer's queue.
pub(super) async fn queued(store: &EventStore, jobs: usize) {
    let waiting = async {
        while store.queued().expect("the store is open") < jobs {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(kit::PATIENCE, waiting).await.expect("the queue fills");
}
