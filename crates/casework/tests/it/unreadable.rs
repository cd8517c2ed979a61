//! A revocation that is recorded and cannot be read back: nobody is let in by that account until it can.

use crate::town::{POLICY, Town, done};
use async_trait::async_trait;
use domain::vocabulary::Role;
use event_store::log::{Batch, Committed, LogHead};
use event_store::{
    CommandId, CommandRecord, EventLog, Hash, KeyId, LogError, MemoryLog, Position, Recorded, StreamHead, StreamId,
    Version, WrappedKey,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// A log whose families cannot be read while the test says so.
#[derive(Default)]
pub struct Unreadable {
    inner: MemoryLog,
    families: AtomicBool,
}

#[async_trait]
impl EventLog for Unreadable {
    async fn head(&self) -> Result<LogHead, LogError> {
        self.inner.head().await
    }

    async fn stream_heads(&self, streams: &[StreamId]) -> Result<Vec<StreamHead>, LogError> {
        self.inner.stream_heads(streams).await
    }

    async fn command(&self, command: CommandId) -> Result<Option<CommandRecord>, LogError> {
        self.inner.command(command).await
    }

    async fn commit(&self, expected_size: u64, batch: Batch) -> Result<Committed, LogError> {
        self.inner.commit(expected_size, batch).await
    }

    async fn read_all(&self, after: Position, limit: usize) -> Result<Vec<Recorded>, LogError> {
        self.inner.read_all(after, limit).await
    }

    async fn read_stream(&self, stream: &StreamId, after: Version, limit: usize) -> Result<Vec<Recorded>, LogError> {
        self.inner.read_stream(stream, after, limit).await
    }

    async fn read_family(&self, family: &str, after: Position, limit: usize) -> Result<Vec<Recorded>, LogError> {
        if self.families.load(Ordering::SeqCst) {
            return Err(LogError::Io("made unreadable".to_owned()));
        }
        self.inner.read_family(family, after, limit).await
    }

    async fn wrapped_keys(&self, ids: &[KeyId]) -> Result<Vec<Option<WrappedKey>>, LogError> {
        self.inner.wrapped_keys(ids).await
    }

    async fn tile(&self, level: u8, index: u64) -> Result<Option<Vec<Hash>>, LogError> {
        self.inner.tile(level, index).await
    }
}

#[tokio::test]
async fn a_revocation_that_cannot_be_read_back_shuts_the_account_until_it_can() {
    let log = Arc::new(Unreadable::default());
    let town = Town::over(Arc::clone(&log) as _, serde_json::from_str(POLICY).unwrap()).await;
    let cases = &town.casework;
    let issue = |key: &'static str, name: &'static str| {
        let call = town.call(key);
        async move { done(cases.create_account_of_roles(&call, name, &[Role::Liaison], None).await.unwrap()).made }
    };
    let ((_, revoked), (_, other)) = (issue("1", "甲").await, issue("2", "乙").await);
    log.families.store(true, Ordering::SeqCst);
    let outcome = cases.revoke_token(&town.call("revocation"), revoked.id).await;
    assert!(outcome.is_err(), "it is recorded, but not known here");
    assert!(cases.authenticate(&revoked.text).is_none(), "recorded as revoked");
    assert!(cases.authenticate(&other.text).is_some(), "another account is not in doubt");
    log.families.store(false, Ordering::SeqCst);
    // It is read in the background, and then the token is refused for what it is.
    tokio::time::timeout(Duration::from_secs(120), async {
        while cases.reference().accounts.token(revoked.id).is_none_or(|(_, token)| token.revoked_at.is_none()) {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    })
    .await
    .unwrap();
    assert!(cases.authenticate(&revoked.text).is_none() && cases.authenticate(&other.text).is_some());
}
