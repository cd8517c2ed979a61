//! What a change of epoch asks of a log: a ring that counts before every key of an earlier epoch, and no key that comes
//! too late.

use super::kit::{self, one, record, refused, stream};
use crate::ids::{SubjectId, Version};
use crate::log::{EventLog, Ring};
use crate::record::boxes::{Class, KeyId, WrappedKey};
use crate::store::EventStore;
use crate::store::append::{AppendError, Expected};
use bytes::Bytes;
use std::sync::Arc;
use uuid::Uuid;

fn id(n: u8) -> KeyId {
    KeyId::of(SubjectId([n; 16]), Class::Identity)
}

fn key(n: u8, epoch: u32) -> WrappedKey {
    WrappedKey { subject: id(n).subject, class: id(n).class, epoch, nonce: [n; 24], wrapped: [n; 48] }
}

async fn brings(store: &EventStore, n: u64, keys: Vec<WrappedKey>) {
    let mut asked = one(&format!("key {n}"), stream(n), Expected::NoStream);
    asked.writes[0].events[0].keys = keys;
    record(store, asked).await;
}

async fn ids(log: &dyn EventLog) -> Vec<(KeyId, u32)> {
    let mut all: Vec<_> = log.all_keys().await.unwrap().into_iter().map(|key| (key.id(), key.epoch)).collect();
    all.sort_unstable();
    all
}

/// Keys of each class lie apart; a ring replaces those of before, and what comes since counts beside it.
pub async fn rings(log: Arc<dyn EventLog>) {
    let store = kit::store(Arc::clone(&log)).await;
    let shared = WrappedKey { class: None, ..key(1, 1) };
    let contact = WrappedKey { class: Some(Class::Contact), ..key(1, 1) };
    brings(&store, 1, vec![shared.clone(), contact.clone(), key(1, 1), key(2, 1)]).await;
    let asked = [KeyId::of(id(1).subject, Class::File), shared.id(), contact.id(), id(1)];
    let found = store.wrapped_keys(&asked).await.unwrap();
    assert_eq!(found, [None, Some(shared.clone()), Some(contact.clone()), Some(key(1, 1))]);
    assert_eq!(log.ring().await.unwrap(), None);
    assert_eq!(ids(&*log).await.len(), 4);

    store.keys_from(2).await.unwrap();
    let mut late = one("late", stream(2), Expected::NoStream);
    late.writes[0].events[0].keys = vec![key(3, 1)];
    let error = refused(&store, late).await;
    assert!(matches!(error, AppendError::Conflict { actual: Version(0), .. }), "{error}");
    brings(&store, 3, vec![key(4, 2)]).await;

    let erasures = vec![Uuid::from_u128(5)];
    let boxes = vec![([7; 32], Bytes::from_static(b"anew"))];
    log.put_ring(Ring { epoch: 2, erasures: erasures.clone(), keys: vec![key(1, 2)], boxes }).await.unwrap();
    let told = log.ring().await.unwrap().unwrap();
    assert_eq!((told.epoch, told.erasures, told.keys), (2, erasures, 1));
    assert_eq!(store.wrapped_keys(&[id(2)]).await.unwrap(), [Some(key(2, 1))], "it is not turned yet");
    log.turn_ring().await.unwrap();
    let asked = [id(1), id(2), contact.id(), shared.id(), id(4)];
    let found = store.wrapped_keys(&asked).await.unwrap();
    assert_eq!(found, [Some(key(1, 2)), None, None, None, Some(key(4, 2))]);
    assert_eq!(store.sealed_again(&[7; 32]).await.unwrap(), Some(Bytes::from_static(b"anew")));
    assert_eq!(ids(&*log).await, [(id(1), 2), (id(4), 2)]);
}
