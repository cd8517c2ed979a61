//! What a closing and another opening must not change.

use super::kit::{self, append, everything, one, record, sealed, sound, stream, stream_of, write};
use super::meddler::{Fault, Meddler};
use crate::ids::{Position, SubjectId, Version};
use crate::log::{EventLog, LogError};
use crate::record::boxes::WrappedKey;
use crate::store::append::{AppendError, Expected};
use std::sync::Arc;

/// Leaves, boxes, keys, commands, streams, families, tiles: all as before, and the log goes on.
pub async fn everything_is_there_again<F, Fut>(open: &F)
where
    F: Fn(&'static str) -> Fut,
    Fut: Future<Output = Arc<dyn EventLog>>,
{
    const NAME: &str = "everything";
    let key = WrappedKey { class: None, subject: SubjectId([8; 16]), epoch: 1, nonce: [1; 24], wrapped: [2; 48] };
    let mut before = Vec::new();
    for round in 0..4_u64 {
        let log = open(NAME).await;
        let store = kit::store(Arc::clone(&log)).await;
        assert_eq!(sound(&store).await, before, "round {round}");
        if round > 0 {
            let again = record(&store, one("first 0", stream(10), Expected::NoStream)).await;
            assert!(again.replayed);
            assert_eq!(again.versions, [(stream(10), Version(1))]);
            let mut other = one("first 0", stream(10), Expected::NoStream);
            other.fingerprint = [9; 32];
            let error = store.append(other).await.unwrap_err();
            assert!(matches!(error, AppendError::CommandReused), "{error}");
            let keys = store.wrapped_keys(&[key.id()]).await.unwrap();
            assert_eq!(keys, [Some(key.clone())]);
            let areas = store.read_family("area", Position(0), 4096).await.unwrap();
            assert_eq!(areas.len() as u64, round * 200);
        }
        let mut first = one(&format!("first {round}"), stream(10 + round), Expected::NoStream);
        first.writes[0].events[0].boxes.push(sealed(key.subject, 100));
        first.writes[0].events[0].keys.push(key.clone());
        record(&store, first).await;
        let long = write(stream_of("area", 1), Expected::Exact(Version(round * 200)), 200);
        record(&store, append(&format!("long {round}"), vec![long])).await;
        before = sound(&store).await;
        store.shutdown().await;
        drop(store);
        drop(log);
    }
}

/// A commit that was written and reported as failed is found by the same command after the next opening.
pub async fn unknown_outcomes_are_found_out<F, Fut>(open: &F)
where
    F: Fn(&'static str) -> Fut,
    Fut: Future<Output = Arc<dyn EventLog>>,
{
    for (name, written) in [("unknown and written", true), ("unknown and not", false)] {
        {
            let meddler = Meddler::new(open(name).await);
            let store = kit::store(meddler.clone()).await;
            record(&store, one("first", stream(1), Expected::NoStream)).await;
            let error = LogError::Io("the disk is gone".to_owned());
            meddler.fail_next(if written { Fault::After(error) } else { Fault::Before(error) });
            let asked = one("second", stream(2), Expected::NoStream);
            let error = store.append(asked).await.unwrap_err();
            assert!(matches!(error, AppendError::OutcomeUnknown(_)), "{error}");
            store.shutdown().await;
        }
        let store = kit::store(open(name).await).await;
        let asked = one("second", stream(2), Expected::NoStream);
        assert_eq!(record(&store, asked).await.replayed, written);
        assert_eq!(sound(&store).await.len(), 2);
        store.shutdown().await;
    }
}

/// An imported log is the same after another opening, and its commands are known.
pub async fn imports_survive<F, Fut>(open: &F)
where
    F: Fn(&'static str) -> Fut,
    Fut: Future<Output = Arc<dyn EventLog>>,
{
    let from = kit::store(open("import from").await).await;
    for n in 0..20 {
        let writes = vec![write(stream(n % 4), Expected::Any, 20)];
        record(&from, append(&format!("{n}"), writes)).await;
    }
    let all = everything(&from).await;
    {
        let to = kit::store(open("import to").await).await;
        to.append_recorded(&all[..130]).await.unwrap();
        to.append_recorded(&all[130..]).await.unwrap();
        to.shutdown().await;
    }
    let to = kit::store(open("import to").await).await;
    assert_eq!(to.head(), from.head());
    assert!(sound(&to).await == all, "byte for byte");
    let again = one("6", stream(99), Expected::NoStream);
    let again = record(&to, again).await;
    assert!(again.replayed);
    assert_eq!((again.first.0, again.last.0), (121, 140));
    to.shutdown().await;
}
