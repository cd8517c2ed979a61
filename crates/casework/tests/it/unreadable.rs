//! A revocation that is recorded and cannot be read back: nobody is let in by that account until it can.

use crate::town::{POLICY, Town, done};
use domain::vocabulary::Role;
use event_store::{LogError, MemoryLog};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use test_log::{Call, TestLog};

/// A log whose families cannot be read while the test says so.
fn unreadable() -> (Arc<TestLog>, Arc<AtomicBool>) {
    let families = Arc::new(AtomicBool::new(false));
    let now = Arc::clone(&families);
    let log = TestLog::over(Arc::new(MemoryLog::new())).before(move |call| match call {
        Call::ReadFamily if now.load(Ordering::SeqCst) => Err(LogError::Io("made unreadable".to_owned())),
        Call::ReadStream | Call::ReadFamily | Call::Commit | Call::AllKeys | Call::PutRing | Call::TurnRing => Ok(()),
    });
    (Arc::new(log), families)
}

#[tokio::test]
async fn a_revocation_that_cannot_be_read_back_shuts_the_account_until_it_can() {
    let (log, families) = unreadable();
    let town = Town::over(log, serde_json::from_str(POLICY).unwrap()).await;
    let cases = &town.casework;
    let issue = |key: &'static str, name: &'static str| {
        let call = town.call(key);
        async move { done(cases.create_account_of_roles(&call, name, &[Role::Liaison], None).await.unwrap()).made }
    };
    let ((_, revoked), (_, other)) = (issue("1", "甲").await, issue("2", "乙").await);
    families.store(true, Ordering::SeqCst);
    let outcome = cases.revoke_token(&town.call("revocation"), revoked.id).await;
    assert!(outcome.is_err(), "it is recorded, but not known here");
    assert!(cases.authenticate(&revoked.text).is_none(), "recorded as revoked");
    assert!(cases.authenticate(&other.text).is_some(), "another account is not in doubt");
    families.store(false, Ordering::SeqCst);
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
