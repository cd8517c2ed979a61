//! Erasures that are cut short at every step, and keys that come back, over a log on disk.

use super::{approved, asks, issue_of, of_key_format_1, reception_of, told, visitor};
use crate::town::{POLICY, Town, at, whole};
use casework::bootstrap::Started;
use casework::{Casework, Failure};
use domain::vocabulary::{ErasureState, PersonalClass};
use event_store::{EventLog, EventStore, LogError, OpenOptions, StreamId, Version};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use test_log::{Call, TestLog};

/// A log that stops at its n-th step of a change of epoch: before it, or after it was done. Two steps are left for each call
/// that writes.
fn cut(log: Arc<dyn EventLog>) -> (Arc<TestLog>, Arc<AtomicUsize>) {
    let left = Arc::new(AtomicUsize::new(usize::MAX));
    let step = |left: Arc<AtomicUsize>| {
        move |call| match call {
            Call::Commit | Call::AllKeys | Call::PutRing | Call::TurnRing => {
                let left = left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
                left.map(drop).map_err(|_| LogError::Closed)
            }
            Call::ReadFamily | Call::ReadStream => Ok(()),
        }
    };
    let log = TestLog::over(log).before(step(Arc::clone(&left))).after(step(Arc::clone(&left)));
    (Arc::new(log), left)
}

async fn opened(dir: &Path) -> event_store::OpenedLog {
    let mut options = OpenOptions::new(dir.join("data"), dir.join("data.keys"));
    options.free_space_min_bytes = 0;
    options.room_for_sled_bytes = 0;
    event_store::open(&options, &|_| {}).await.unwrap()
}

/// Takes the log of a directory up again, as a start does.
async fn starts(dir: &Path) -> Result<Casework, Failure> {
    let opened = opened(dir).await;
    let now = at("2026-11-20 09:00").timestamp_millis();
    let store = EventStore::start(opened.log, Arc::new(move || now)).await.unwrap();
    let policy = serde_json::from_str(POLICY).unwrap();
    let Started { casework, .. } =
        Casework::start(store, Arc::new(opened.keys), Arc::new(move || now), &Town::begins_with(policy), |_| Ok(()))
            .await?;
    casework.settle_erasures().await?;
    Ok(casework)
}

/// Whatever step an erasure is cut short at, the next start finishes it, and nobody else loses a word.
#[tokio::test]
async fn threat_an_erasure_that_was_cut_short_is_finished_by_the_next_start() {
    println!("attempted: cut an erasure short at every one of its steps");
    let mut cuts = 0;
    for steps in 0.. {
        let place = tempfile::tempdir().unwrap();
        let log = opened(place.path()).await;
        let (cut, left) = cut(log.log);
        let town = Town::with_keys(cut, log.keys, serde_json::from_str(POLICY).unwrap()).await;
        let (theirs, old) = (town.received("theirs", 1).await.id, of_key_format_1(&town).await);
        let kept = town.received("kept", 1).await;
        let new = asks(vec![visitor(theirs), visitor(old)], &[PersonalClass::Contact, PersonalClass::Identity]);
        let id = approved(&town, "erase", &new).await;
        left.store(steps, Ordering::SeqCst);
        let ended = town.casework.carry_out_erasures(town.casework.now(), &|| {}).await;
        town.casework.store.shutdown().await;
        drop(town);

        let cases = starts(place.path()).await.unwrap_or_else(|failure| panic!("after {steps}: {failure}"));
        let erasure = cases.reference().erasures.get(id).unwrap().clone();
        assert_eq!(erasure.state, ErasureState::Completed, "after {steps}");
        for gone in [theirs, old] {
            assert_eq!(told(&cases, &reception_of(gone)).await, [None, None], "after {steps}");
        }
        assert!(told(&cases, &reception_of(kept.id)).await.iter().all(Option::is_some), "after {steps}");
        assert!(told(&cases, &issue_of(kept.issues[0].0)).await.iter().all(Option::is_some), "after {steps}");
        let events = cases
            .history(&whole(&cases).await, &StreamId::of("erasure", id.0), Version(0), 100)
            .await
            .unwrap()
            .items
            .len();
        assert_eq!((events, cases.keys.epochs().len(), cases.store.damage()), (3, 1, None), "after {steps}");
        let kek = cases.keys.kek().epoch;
        assert!(!place.path().join(format!("data.keys/kek-{}.key", kek - 1)).exists(), "after {steps}");
        cases.store.shutdown().await;
        if ended.is_ok() {
            break;
        }
        cuts += 1;
    }
    assert!(cuts >= 6, "{cuts} steps");
    println!("caught: the next start finishes it, and nobody else loses a word");
}

/// Keys that come back beside newer data open nothing: they are destroyed before anything is served.
#[tokio::test]
async fn threat_a_key_that_comes_back_is_destroyed_again_and_a_missing_one_is_named() {
    println!("attempted: bring a destroyed key back, or take one away");
    let place = tempfile::tempdir().unwrap();
    let log = opened(place.path()).await;
    let policy = serde_json::from_str(POLICY).unwrap();
    let town = Town::with_keys(log.log, log.keys, policy).await;
    let reception = town.received("reception", 1).await.id;
    let id = approved(&town, "erase", &asks(vec![visitor(reception)], &[PersonalClass::Contact])).await;
    let keys = place.path().join("data.keys");
    let old = std::fs::read(keys.join("kek-1.key")).unwrap();
    let listed = std::fs::read(keys.join("log")).unwrap();
    town.casework.carry_out_erasures(town.casework.now(), &|| {}).await.unwrap();
    town.casework.store.shutdown().await;
    drop(town);

    let write = |name: &str, bytes: &[u8]| {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::write(keys.join(name), bytes).unwrap();
        std::fs::set_permissions(keys.join(name), std::fs::Permissions::from_mode(0o600)).unwrap();
    };
    write("kek-1.key", &old);
    let cases = starts(place.path()).await.unwrap();
    assert!(!keys.join("kek-1.key").exists());
    let stream = StreamId::of("erasure", id.0);
    let items = cases.history(&whole(&cases).await, &stream, Version(3), 9).await.unwrap().items;
    assert_eq!(items.len(), 1);
    assert_eq!(items[0].recorded.stream_and_type().1, "erasure.reapplied");
    assert_eq!(told(&cases, &reception_of(reception)).await[1], None);
    cases.store.shutdown().await;
    drop(cases);

    // The whole directory of before the erasure, put back.
    let (newest, list) = (std::fs::read(keys.join("kek-2.key")).unwrap(), std::fs::read(keys.join("log")).unwrap());
    write("kek-1.key", &old);
    write("log", &listed);
    std::fs::remove_file(keys.join("kek-2.key")).unwrap();
    let refused = starts(place.path()).await.err().unwrap();
    assert!(refused.to_string().contains("kek-2.key"), "{refused}");
    write("kek-2.key", &newest);
    write("log", &list);
    starts(place.path()).await.unwrap().store.shutdown().await;
    println!("caught: it is destroyed again; the missing one is named");
}
