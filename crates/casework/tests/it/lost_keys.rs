//! A key that is not there is damage, told as such: nobody was erased, for the log says of nobody that they were.

use crate::files::stores;
use crate::town::{POLICY, Town, at, day, done, whole};
use async_trait::async_trait;
use casework::Failure;
use domain::issue::interim::InterimDraft;
use domain::vocabulary::WordChannel;
use event_store::log::{Batch, Committed, LogHead};
use event_store::{
    CommandId, CommandRecord, EventLog, Hash, KeyId, LogError, MemoryLog, Position, Recorded, StreamHead, StreamId,
    Version, WrappedKey,
};
use file_store::FileStore;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A log whose store has lost the wrapped keys of all subjects.
#[derive(Debug, Default)]
struct Forgetful {
    log: MemoryLog,
    forgets: AtomicBool,
}

#[async_trait]
impl EventLog for Forgetful {
    async fn wrapped_keys(&self, ids: &[KeyId]) -> Result<Vec<Option<WrappedKey>>, LogError> {
        let keys = self.log.wrapped_keys(ids).await?;
        Ok(if self.forgets.load(Ordering::SeqCst) { keys.iter().map(|_| None).collect() } else { keys })
    }

    async fn head(&self) -> Result<LogHead, LogError> {
        self.log.head().await
    }

    async fn stream_heads(&self, streams: &[StreamId]) -> Result<Vec<StreamHead>, LogError> {
        self.log.stream_heads(streams).await
    }

    async fn command(&self, command: CommandId) -> Result<Option<CommandRecord>, LogError> {
        self.log.command(command).await
    }

    async fn commit(&self, expected_size: u64, batch: Batch) -> Result<Committed, LogError> {
        self.log.commit(expected_size, batch).await
    }

    async fn read_all(&self, after: Position, limit: usize) -> Result<Vec<Recorded>, LogError> {
        self.log.read_all(after, limit).await
    }

    async fn read_stream(&self, stream: &StreamId, after: Version, limit: usize) -> Result<Vec<Recorded>, LogError> {
        self.log.read_stream(stream, after, limit).await
    }

    async fn read_streams(&self, streams: &[StreamId], limit: usize) -> Result<Vec<Vec<Recorded>>, LogError> {
        self.log.read_streams(streams, limit).await
    }

    async fn read_family(&self, family: &str, after: Position, limit: usize) -> Result<Vec<Recorded>, LogError> {
        self.log.read_family(family, after, limit).await
    }

    async fn tile(&self, level: u8, index: u64) -> Result<Option<Vec<Hash>>, LogError> {
        self.log.tile(level, index).await
    }

    async fn flush(&self) -> Result<(), LogError> {
        self.log.flush().await
    }
}

fn is_a_lost_key<T>(outcome: Result<T, Failure>, what: &str) {
    match outcome {
        Err(Failure::Fault(why)) => assert!(why.contains("key of s/") && why.contains("doctor"), "{what}: {why}"),
        Err(other) => panic!("{what}: {other}"),
        Ok(_) => panic!("{what}: a lost key went unnoticed"),
    }
}

#[tokio::test]
async fn a_lost_key_is_damage_and_nobody_is_called_erased() {
    let log = Arc::new(Forgetful::default());
    let mut town = Town::over(Arc::clone(&log) as Arc<dyn EventLog>, serde_json::from_str(POLICY).unwrap()).await;
    town.casework = town.casework.with_files(FileStore::in_memory());
    let cases = &town.casework;
    let issue = town.raised("reception").await;
    let file = stores(&town, "file").await;
    done(cases.take_issue(&town.call("taking"), issue, None).await.unwrap());
    assert_eq!(cases.store.damage(), None);
    let head = cases.store.head();

    log.forgets.store(true, Ordering::SeqCst);
    let stream = StreamId::of("issue", issue.0);
    is_a_lost_key(cases.history(&whole(cases).await, &stream, Version(0), 10).await, "a history");
    is_a_lost_key(cases.file_facts(&file.changed.loaded).await.map(drop), "what a file is");
    assert!(cases.store.damage().is_some_and(|why| why.contains("key of s/")), "told where health asks");
    // Nor does a command quietly begin a second person: the words would be sealed apart from all that was said before.
    let draft =
        InterimDraft { channel: WordChannel::Phone, told_at: at("2026-11-19 14:30"), next_word_on: day("2026-11-30") };
    let reply = cases.reply_meanwhile(&town.call("reply"), issue, &draft, "在办。").await;
    is_a_lost_key(reply, "a command with words");
    assert_eq!(cases.store.head(), head, "nothing was recorded");
}
