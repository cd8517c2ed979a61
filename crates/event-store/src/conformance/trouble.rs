//! Bad requests, full disks, failing commits, full queues, callers that go away.

use super::idempotency::{ask, queued};
use super::kit::{self, append, command, everything, one, record, sound, stream, write};
use super::meddler::{Fault, Meddler};
use crate::ids::{Position, Version};
use crate::log::{EventLog, LogError};
use crate::store::EventStore;
use crate::store::append::{AppendError, Expected};
use std::sync::Arc;

/// Bad requests among good ones of one batch answer only their own callers.
pub async fn isolation(log: Arc<dyn EventLog>) {
    let meddler = Meddler::new(log);
    let store = kit::store(meddler.clone()).await;
    record(&store, one("taken", stream(1), Expected::NoStream)).await;
    meddler.hold();
    let holding = ask(&store, one("holding", stream(9), Expected::NoStream));
    meddler.one_waits().await;
    let mut future = one("future", stream(4), Expected::NoStream);
    future.writes[0].events[0].policy = Some(Position(500));
    let asked = [
        one("good 1", stream(2), Expected::NoStream),
        one("conflict", stream(1), Expected::NoStream),
        one("good 2", stream(2), Expected::Exact(Version(1))),
        future,
        one("late", stream(2), Expected::Exact(Version(1))),
        one("good 3", stream(3), Expected::NoStream),
    ];
    let mut answers = Vec::new();
    for (n, asked) in (1..).zip(asked) {
        answers.push(ask(&store, asked));
        queued(&store, n).await;
    }
    meddler.release();
    holding.await.unwrap().unwrap();
    let mut got = Vec::new();
    for answer in answers {
        got.push(answer.await.unwrap());
    }
    let positions = got.iter().map(|a| a.as_ref().ok().map(|a| a.first.0)).collect::<Vec<_>>();
    assert_eq!(positions, [Some(3), None, Some(4), None, None, Some(5)]);
    assert!(matches!(got[1], Err(AppendError::Conflict { actual: Version(1), .. })));
    assert!(matches!(got[3], Err(AppendError::Invalid(_))));
    assert!(
        matches!(got[4], Err(AppendError::Conflict { actual: Version(2), .. })),
        "requests of a batch see each other: {:?}",
        got[4]
    );
    assert_eq!(meddler.commands_per_batch(), [1, 1, 3]);
    sound(&store).await;
}

/// A full disk refuses and the writer goes on; so does anything else after which nothing was written.
pub async fn full(log: Arc<dyn EventLog>) {
    let meddler = Meddler::new(log);
    let store = kit::store(meddler.clone()).await;
    record(&store, one("first", stream(1), Expected::NoStream)).await;
    let head = store.head();
    meddler.fail_next(Fault::Before(LogError::Full));
    let asked = one("second", stream(1), Expected::Exact(Version(1)));
    let error = store.append(asked.clone()).await.unwrap_err();
    assert!(matches!(error, AppendError::StorageFull), "{error}");
    assert_eq!(store.healthy(), Ok(()));
    assert_eq!(store.head(), head);
    let appended = record(&store, asked).await;
    assert_eq!(appended.first.0, 2);
    assert!(!appended.replayed);

    meddler.fail_next(Fault::Before(LogError::NotWritten("no descriptor".to_owned())));
    let asked = one("third", stream(1), Expected::Exact(Version(2)));
    let error = store.append(asked.clone()).await.unwrap_err();
    assert!(matches!(error, AppendError::NotWritten(_)), "{error}");
    assert_eq!(store.healthy(), Ok(()));
    assert!(!record(&store, asked).await.replayed);
    sound(&store).await;
}

/// A commit that fails, though it may have been written: everybody whose answer rests on it hears that the outcome is
/// unknown, nothing more is written, and a new writer finds out.
pub async fn failed_commit(log: Arc<dyn EventLog>, written: bool) {
    let meddler = Meddler::new(Arc::clone(&log));
    let store = kit::store(meddler.clone()).await;
    record(&store, one("first", stream(1), Expected::NoStream)).await;
    meddler.hold();
    let holding = ask(&store, one("holding", stream(9), Expected::NoStream));
    meddler.one_waits().await;
    let mut reused = one("lost", stream(3), Expected::NoStream);
    reused.fingerprint = [2; 32];
    let asked = [
        one("lost", stream(3), Expected::NoStream),
        one("lost", stream(3), Expected::NoStream),
        one("rests on it", stream(3), Expected::NoStream),
        reused,
        one("settled", stream(1), Expected::NoStream),
    ];
    let mut answers = Vec::new();
    for (n, asked) in (1..).zip(asked) {
        answers.push(ask(&store, asked));
        queued(&store, n).await;
    }
    let error = LogError::Io("the disk is gone".to_owned());
    meddler.pass_next();
    meddler.fail_next(if written { Fault::After(error) } else { Fault::Before(error) });
    meddler.release();
    holding.await.unwrap().unwrap();
    let mut got = Vec::new();
    for answer in answers {
        got.push(answer.await.unwrap());
    }
    for unknown in &got[..4] {
        assert!(matches!(unknown, Err(AppendError::OutcomeUnknown(_))), "{unknown:?}");
    }
    assert!(
        matches!(got[4], Err(AppendError::Conflict { actual: Version(1), .. })),
        "what rests on durable state is answered: {:?}",
        got[4]
    );
    still_poisoned(&store).await;
    assert_eq!(store.head().position.0, 2, "nobody is shown what is not known");
    assert_eq!(everything(&store).await.len(), 2);
    store.shutdown().await;

    let store = kit::store(log).await;
    assert_eq!(store.head().position.0, 2 + u64::from(written));
    let retried = record(&store, one("lost", stream(3), Expected::NoStream)).await;
    assert_eq!(retried.replayed, written, "the retry finds out");
    sound(&store).await;
}

async fn still_poisoned(store: &EventStore) {
    assert!(store.healthy().is_err());
    for key in ["after 1", "after 2"] {
        let error = store.append(one(key, stream(50), Expected::Any)).await.unwrap_err();
        assert!(matches!(error, AppendError::OutcomeUnknown(_)), "{error}");
    }
    let error = store.append_recorded(&everything(store).await).await.unwrap_err();
    assert!(matches!(error, AppendError::OutcomeUnknown(_)), "{error}");
}

/// An adapter that panics leaves nobody waiting.
pub async fn panicking_adapter(log: Arc<dyn EventLog>) {
    let meddler = Meddler::new(Arc::clone(&log));
    let store = kit::store(meddler.clone()).await;
    record(&store, one("first", stream(1), Expected::NoStream)).await;
    meddler.fail_next(Fault::Panic);
    let asked = one("second", stream(2), Expected::NoStream);
    let answer = tokio::time::timeout(kit::PATIENCE, store.append(asked)).await.unwrap();
    assert!(matches!(answer, Err(AppendError::OutcomeUnknown(_))), "{answer:?}");
    still_poisoned(&store).await;
    tokio::time::timeout(kit::PATIENCE, store.shutdown()).await.unwrap();
    let store = kit::store(log).await;
    record(&store, one("second", stream(2), Expected::NoStream)).await;
    sound(&store).await;
}

/// What cannot be read refuses its callers and poisons nothing.
pub async fn unreadable(log: Arc<dyn EventLog>) {
    let meddler = Meddler::new(log);
    let store = kit::store(meddler.clone()).await;
    record(&store, one("first", stream(1), Expected::NoStream)).await;
    meddler.set_unreadable(true);
    for (key, n) in [("known stream", 1), ("unknown stream", 2)] {
        let error = store.append(one(key, stream(n), Expected::Any)).await.unwrap_err();
        assert!(matches!(error, AppendError::Log(LogError::Io(_))), "{error}");
    }
    meddler.set_unreadable(false);
    assert_eq!(store.healthy(), Ok(()));
    record(&store, one("known stream", stream(1), Expected::Exact(Version(1)))).await;
    sound(&store).await;
}

/// What queues while a batch is committed becomes the next ones, of at most 256 commands; a full queue refuses.
pub async fn groups_and_queue(log: Arc<dyn EventLog>) {
    let meddler = Meddler::new(log);
    let store = kit::store(meddler.clone()).await;
    meddler.hold();
    let holding = ask(&store, one("holding", stream(0), Expected::NoStream));
    meddler.one_waits().await;
    let mut answers = Vec::new();
    for n in 1..=4096 {
        let asked = one(&format!("{n}"), stream(n % 600), Expected::Any);
        answers.push(ask(&store, asked));
    }
    queued(&store, 4096).await;
    let error = store.append(one("too many", stream(1), Expected::Any)).await.unwrap_err();
    assert!(matches!(error, AppendError::Overloaded), "{error}");
    assert_eq!(store.head().position.0, 0, "nothing is shown before it is durable");
    meddler.release();
    holding.await.unwrap().unwrap();
    for answer in answers {
        answer.await.unwrap().unwrap();
    }
    assert_eq!(store.head().position.0, 4097);
    let batches = meddler.commands_per_batch();
    assert_eq!(batches.len(), 17);
    assert!(batches[1..].iter().all(|commands| *commands == 256));
    assert_eq!(store.command(command("too many")).await.unwrap(), None);

    // Bytes bound a batch as well: five appends of 1.5 MiB are no single batch.
    meddler.hold();
    let holding = ask(&store, one("holding again", stream(0), Expected::Any));
    meddler.one_waits().await;
    let mut answers = Vec::new();
    for n in 1..=5 {
        let at = stream(5000 + n);
        let mut asked = append(&format!("large {n}"), vec![write(at, Expected::NoStream, 6)]);
        for event in &mut asked.writes[0].events {
            event.boxes.push(kit::sealed(crate::ids::SubjectId([1; 16]), 250 * 1024));
        }
        answers.push(ask(&store, asked));
        queued(&store, n.try_into().unwrap()).await;
    }
    meddler.release();
    holding.await.unwrap().unwrap();
    for answer in answers {
        answer.await.unwrap().unwrap();
    }
    assert_eq!(meddler.commands_per_batch()[17..], [1, 2, 2, 1]);
}

/// A caller that goes away does not take its command with it.
pub async fn caller_gone(log: Arc<dyn EventLog>) {
    let meddler = Meddler::new(log);
    let store = kit::store(meddler.clone()).await;
    meddler.hold();
    let gone = ask(&store, one("gone", stream(1), Expected::NoStream));
    meddler.one_waits().await;
    let gone_too = ask(&store, one("gone too", stream(1), Expected::Exact(Version(1))));
    queued(&store, 1).await;
    gone.abort();
    gone_too.abort();
    assert!(gone.await.unwrap_err().is_cancelled());
    assert!(gone_too.await.unwrap_err().is_cancelled());
    meddler.release();
    assert!(store.wait_for(Position(2), kit::PATIENCE).await);
    assert!(record(&store, one("gone", stream(1), Expected::NoStream)).await.replayed);
    record(&store, one("next", stream(1), Expected::Exact(Version(2)))).await;
    sound(&store).await;
}

/// A shutdown records what is queued and takes nothing more.
pub async fn shutdown_drains(log: Arc<dyn EventLog>) {
    let meddler = Meddler::new(Arc::clone(&log));
    let store = kit::store(meddler.clone()).await;
    meddler.hold();
    let mut answers = vec![ask(&store, one("0", stream(0), Expected::NoStream))];
    meddler.one_waits().await;
    for n in 1..10_u64 {
        answers.push(ask(&store, one(&format!("{n}"), stream(n), Expected::NoStream)));
    }
    queued(&store, 9).await;
    let stopping = {
        let store = store.clone();
        tokio::spawn(async move { store.shutdown().await })
    };
    while store.queued().is_some() {
        tokio::task::yield_now().await;
    }
    let error = store.append(one("late", stream(1), Expected::Any)).await.unwrap_err();
    assert!(matches!(error, AppendError::Log(LogError::Closed)), "{error}");
    meddler.release();
    tokio::time::timeout(kit::PATIENCE, stopping).await.unwrap().unwrap();
    for answer in answers {
        answer.await.unwrap().unwrap();
    }
    assert_eq!(store.head().position.0, 10);
    store.shutdown().await;
    drop(store);
    sound(&kit::store(log).await).await;
}
