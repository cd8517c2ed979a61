//! The tree over the log, as every reader of its hashes finds it.

use super::kit::{self, append, record, sound, stream, write};
use super::meddler::Meddler;
use crate::disk::keys::{KeyDirectory, SignError};
use crate::ids::{Hash, Position};
use crate::log::{EventLog, Recorded};
use crate::record::checkpoint;
use crate::record::proof::{verify_consistency, verify_inclusion};
use crate::record::tree::{Edge, perfect_root};
use crate::store::append::{AppendError, Expected};
use crate::store::{CheckpointError, EventStore};
use std::sync::Arc;
use uuid::Uuid;

/// The root after every single append, and after a new start at any size.
pub async fn links_and_root(log: Arc<dyn EventLog>) {
    let mut hashes: Vec<Hash> = Vec::new();
    let mut store = kit::store(Arc::clone(&log)).await;
    assert_eq!(store.head().root, crate::record::tree::empty_root());
    for n in 0..40 {
        let writes = vec![write(stream(n % 3), Expected::Any, n % 4 + 1)];
        let appended = record(&store, append(&format!("{n}"), writes)).await;
        for position in appended.first.0..=appended.last.0 {
            let event = store.event(Position(position)).await.unwrap();
            hashes.push(event.unwrap().hash());
        }
        assert_eq!(store.head().root, kit::root(&hashes), "after {n}");
        if n % 10 == 9 {
            let head = store.head();
            store.shutdown().await;
            store = kit::store(Arc::clone(&log)).await;
            assert_eq!(store.head(), head, "a new writer begins where the old one ended");
        }
    }
    sound(&store).await;
}

/// Full tiles hold the hashes of the leaves, whatever the batches were that filled them.
pub async fn tiles(log: Arc<dyn EventLog>) {
    let store = kit::store(Arc::clone(&log)).await;
    for (n, events) in (0..).zip([255, 1, 1, 510, 300, 1]) {
        let writes = vec![write(stream(n), Expected::NoStream, events)];
        record(&store, append(&format!("{n}"), writes)).await;
    }
    let hashes = sound(&store).await.iter().map(Recorded::hash).collect::<Vec<_>>();
    assert_eq!(hashes.len(), 1068);
    for (index, tile) in (0..).zip(hashes.chunks(256)) {
        let full = (tile.len() == 256).then(|| tile.to_vec());
        assert_eq!(log.tile(0, index).await.unwrap(), full, "tile {index}");
    }
    assert_eq!(log.tile(1, 0).await.unwrap(), None);
    let edge = Edge::load(&*log).await.unwrap();
    assert_eq!(edge.root(), store.head().root);
    assert_eq!(edge.partial(0), &hashes[1024..]);
    let roots = hashes[..1024].chunks(256).filter_map(perfect_root);
    assert_eq!(edge.partial(1), roots.collect::<Vec<_>>());
}

/// Proofs hold and bundles and partial tiles are what the leaves say, at every size.
pub async fn proofs(log: Arc<dyn EventLog>) {
    let store = kit::store(log).await;
    for n in 0..3 {
        let writes = vec![write(stream(n), Expected::NoStream, 100)];
        record(&store, append(&format!("{n}"), writes)).await;
    }
    let events = sound(&store).await;
    let hashes = events.iter().map(Recorded::hash).collect::<Vec<_>>();
    for size in [0, 1, 2, 3, 7, 8, 100, 255, 256, 257, 299, 300_u64] {
        let count = usize::try_from(size).unwrap();
        let root = store.root_at(size).await.unwrap();
        assert_eq!(root, kit::root(&hashes[..count]), "the root at {size}");
        for position in [1, 2, 3, 64, 255, 256, 257, 300_u64] {
            let proof = store.inclusion(Position(position), size).await;
            if position > size {
                assert!(proof.is_err(), "{position} is not among the first {size}");
                continue;
            }
            let leaf = &hashes[usize::try_from(position - 1).unwrap()];
            assert!(verify_inclusion(position - 1, size, leaf, &proof.unwrap(), &root), "{position} in {size}");
        }
        let proof = store.consistency(size, 300).await.unwrap();
        assert!(verify_consistency(size, 300, &root, &store.head().root, &proof));
    }
    assert!(store.root_at(301).await.is_err());
    assert!(store.inclusion(Position(0), 300).await.is_err());
    assert!(store.consistency(0, 301).await.is_err());
    assert!(store.consistency(300, 299).await.is_err());
    for (index, width) in [(0, 1), (0, 255), (0, 256), (1, 1), (1, 44_u16)] {
        let first = usize::try_from(index).unwrap() * 256;
        let wanted = first..first + usize::from(width);
        let tile = store.hash_tile(0, index, width).await.unwrap();
        assert_eq!(tile, Some(hashes[wanted.clone()].concat()));
        let mut bundle = Vec::new();
        for event in &events[wanted] {
            bundle.extend(u16::try_from(event.leaf.len()).unwrap().to_be_bytes());
            bundle.extend(&event.leaf);
        }
        assert_eq!(store.entry_bundle(index, width).await.unwrap(), Some(bundle));
    }
    let above = store.hash_tile(1, 0, 1).await.unwrap();
    assert_eq!(above, Some(kit::root(&hashes[..256]).to_vec()));
    for (index, width) in [(0, 0), (0, 257), (1, 45), (2, 1), (u64::MAX, 256), (1 << 56, 1)] {
        assert_eq!(store.hash_tile(0, index, width).await.unwrap(), None);
        assert_eq!(store.entry_bundle(index, width).await.unwrap(), None);
    }
}

/// A store whose log is not the one that was signed: its writer stops, and says why where health asks.
async fn is_not_signed_nor_written(store: &EventStore, keys: &Arc<KeyDirectory>, why: &str) {
    assert!(store.healthy().is_ok() && store.signing().is_none(), "{why}");
    let refused = store.checkpoint(keys).await.unwrap_err();
    assert!(matches!(refused, CheckpointError::Sign(SignError::Behind { .. } | SignError::Fork { .. })), "{why}");
    assert_eq!(store.signing(), Some(refused.to_string()), "{why}");
    assert_eq!(store.healthy(), Err(refused.to_string()), "{why}");
    let writes = vec![write(stream(7), Expected::Any, 1)];
    let unwritten = store.append(append("after", writes)).await;
    assert!(matches!(unwritten, Err(AppendError::OutcomeUnknown(_))), "{why}: {unwritten:?}");
}

/// A checkpoint covers what was acknowledged and nothing that is not durable; one signature serves all who ask at once.
pub async fn checkpoints(log: Arc<dyn EventLog>) {
    let meddler = Meddler::new(Arc::clone(&log));
    let store = kit::store(meddler.clone()).await;
    let keys = Arc::new(KeyDirectory::ephemeral(Uuid::from_u128(1), "huiyin.local/test"));
    let vkey = keys.vkey();
    let size_of = |note: &str| checkpoint::verify(note, &vkey).unwrap();
    let note = store.checkpoint(&keys).await.unwrap();
    assert_eq!(size_of(&note), (0, crate::record::tree::empty_root()));
    let mut last = 0;
    for n in 0..12 {
        let writes = vec![write(stream(n), Expected::NoStream, n % 3 + 1)];
        let appended = record(&store, append(&format!("{n}"), writes)).await;
        let asked = [store.clone(), store.clone(), store.clone()].map(|store| {
            let keys = Arc::clone(&keys);
            tokio::spawn(async move { store.checkpoint(&keys).await.unwrap() })
        });
        for note in asked {
            let (size, root) = size_of(&note.await.unwrap());
            assert_eq!(size, appended.last.0);
            assert_eq!(root, store.head().root);
            last = size;
        }
    }
    meddler.hold();
    let writes = vec![write(stream(100), Expected::NoStream, 1)];
    let held = super::idempotency::ask(&store, append("held", writes));
    meddler.one_waits().await;
    let note = store.checkpoint(&keys).await.unwrap();
    assert_eq!(size_of(&note).0, last, "what is not durable is not signed");
    meddler.release();
    held.await.unwrap().unwrap();
    assert_eq!(keys.last_signed().map(|(size, _)| size), Some(last));
    // A log that is not an extension of what was signed gets no signature, and records nothing more.
    let shorter = kit::store(Arc::new(crate::memory::MemoryLog::new())).await;
    is_not_signed_nor_written(&shorter, &keys, "it is shorter").await;
    let forked = kit::store(Arc::new(crate::memory::MemoryLog::new())).await;
    let writes = vec![write(stream(1), Expected::NoStream, 100)];
    record(&forked, append("fork", writes)).await;
    is_not_signed_nor_written(&forked, &keys, "it is another log").await;
    assert!(store.healthy().is_ok() && store.signing().is_none());
    let note = store.checkpoint(&keys).await.unwrap();
    assert_eq!(size_of(&note).0, last + 1);
}
