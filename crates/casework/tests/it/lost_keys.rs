//! A key that is not there is damage, told as such: nobody was erased, for the log says of nobody that they were.

use crate::files::stores;
use crate::town::{POLICY, Town, at, day, done, whole};
use casework::Failure;
use domain::issue::interim::InterimDraft;
use domain::vocabulary::WordChannel;
use event_store::{MemoryLog, StreamId, Version};
use file_store::FileStore;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use test_log::TestLog;

/// A log whose store has lost the wrapped keys of all subjects, once the test says so.
fn forgetful() -> (Arc<TestLog>, Arc<AtomicBool>) {
    let forgets = Arc::new(AtomicBool::new(false));
    let now = Arc::clone(&forgets);
    let log = TestLog::over(Arc::new(MemoryLog::new())).keys(move |keys| {
        if now.load(Ordering::SeqCst) {
            keys.fill_with(|| None);
        }
    });
    (Arc::new(log), forgets)
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
    let (log, forgets) = forgetful();
    let mut town = Town::over(log, serde_json::from_str(POLICY).unwrap()).await;
    town.casework = town.casework.with_files(FileStore::in_memory());
    let cases = &town.casework;
    let issue = town.raised("reception").await;
    let file = stores(&town, "file").await;
    done(cases.take_issue(&town.call("taking"), issue, None).await.unwrap());
    assert_eq!(cases.store.damage(), None);
    let head = cases.store.head();

    forgets.store(true, Ordering::SeqCst);
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
