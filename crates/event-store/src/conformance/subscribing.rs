//! Following the log from anywhere.

use super::kit::{self, append, everything, one, record, stream, stream_of, write};
use crate::ids::Position;
use crate::log::{EventLog, LogError};
use crate::store::append::Expected;
use crate::store::subscribe::Subscription;
use crate::store::{EventStore, Filter, Page};
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

async fn filled(log: Arc<dyn EventLog>, commands: u64) -> EventStore {
    let store = kit::store(log).await;
    for n in 0..commands {
        let writes = vec![write(stream(n % 5), Expected::Any, 2)];
        record(&store, append(&format!("fill {n}"), writes)).await;
    }
    store
}

async fn next(subscription: &mut Subscription) -> Page {
    tokio::time::timeout(kit::PATIENCE, subscription.next()).await.expect("a page comes").unwrap()
}

/// Whether the subscription has something right now, found out by one look and a dropped future.
async fn is_waiting(subscription: &mut Subscription) -> bool {
    let next = subscription.next();
    let mut next = pin!(next);
    poll_fn(|context| Poll::Ready(next.as_mut().poll(context).is_pending())).await
}

/// From the beginning, the middle, the head, and beyond it.
pub async fn places(log: Arc<dyn EventLog>) {
    let store = filled(log, 20).await;
    let all = everything(&store).await;
    for after in [0, 1, 17, 39] {
        let mut subscription = store.subscribe(Position(after), Filter::default());
        let page = next(&mut subscription).await;
        assert_eq!(page.events, all[usize::try_from(after).unwrap()..]);
        assert!(page.caught_up());
        assert_eq!(subscription.scanned_to(), store.head().position);
        assert!(is_waiting(&mut subscription).await, "caught up, and nothing more is there");
    }
    let mut at_head = store.subscribe(Position(40), Filter::default());
    let mut beyond = store.subscribe(Position(41), Filter::default());
    assert!(is_waiting(&mut at_head).await && is_waiting(&mut beyond).await);
    record(&store, append("more", vec![write(stream(77), Expected::Any, 2)])).await;
    let positions = |page: Page| page.events.iter().map(|e| e.position.0).collect::<Vec<_>>();
    assert_eq!(positions(next(&mut at_head).await), [41, 42]);
    assert_eq!(positions(next(&mut beyond).await), [42]);
}

/// A waiting reader wakes; a slow one finds everything; waiting for a position ends in time.
pub async fn waiting(log: Arc<dyn EventLog>) {
    let store = filled(log, 3).await;
    let mut slow = store.subscribe(Position(0), Filter::default());
    assert_eq!(next(&mut slow).await.events.len(), 6);
    let mut quick = store.subscribe(store.head().position, Filter::default());
    let reader = tokio::spawn(async move { next(&mut quick).await });
    let waiter = {
        let store = store.clone();
        tokio::spawn(async move { store.wait_for(Position(1206), kit::PATIENCE).await })
    };
    for n in 0..600 {
        let writes = vec![write(stream(50 + n), Expected::NoStream, 2)];
        record(&store, append(&format!("more {n}"), writes)).await;
    }
    assert_eq!(reader.await.unwrap().events[0].position.0, 7);
    assert!(waiter.await.unwrap(), "the position was reached");
    let first = next(&mut slow).await;
    assert_eq!(first.events.len(), 1024, "a page is bounded");
    assert!(!first.caught_up());
    let second = next(&mut slow).await;
    assert_eq!(second.events.len(), 1200 - 1024);
    assert!(second.caught_up());
    assert!(store.wait_for(Position(1), Duration::ZERO).await);
    assert!(!store.wait_for(Position(9999), Duration::from_millis(5)).await);
}

/// A filter that lets nothing through still gets on.
pub async fn filtered(log: Arc<dyn EventLog>) {
    let store = filled(log, 10).await;
    let filter = Filter { families: vec!["area".to_owned()], types: Vec::new() };
    let mut subscription = store.subscribe(Position(0), filter);
    let page = next(&mut subscription).await;
    assert!(page.events.is_empty() && page.caught_up());
    assert_eq!(page.scanned_to.0, 20);
    record(&store, one("area", stream_of("area", 1), Expected::NoStream)).await;
    let page = next(&mut subscription).await;
    assert_eq!(page.events.len(), 1);
    assert_eq!(page.scanned_to.0, 21);
}

/// Dropping the future of a page, at any moment, loses nothing.
pub async fn cancelled(log: Arc<dyn EventLog>) {
    let store = filled(log, 0).await;
    let mut subscription = store.subscribe(Position(0), Filter::default());
    let writer = {
        let store = store.clone();
        tokio::spawn(async move {
            for n in 0..100 {
                record(&store, one(&format!("{n}"), stream(n), Expected::NoStream)).await;
            }
        })
    };
    let mut seen = Vec::new();
    while subscription.scanned_to() < Position(100) {
        assert!(subscription.scanned_to().0 == seen.len() as u64);
        tokio::select! {
            biased;
            page = subscription.next() => seen.extend(page.unwrap().events),
            () = tokio::task::yield_now() => {}
        }
    }
    writer.await.unwrap();
    assert!(seen == everything(&store).await);
}

/// After the store was shut down a reader gets what is left, and then is told.
pub async fn closing(log: Arc<dyn EventLog>) {
    let store = filled(log, 4).await;
    let mut behind = store.subscribe(Position(3), Filter::default());
    let mut waiting = store.subscribe(Position(8), Filter::default());
    let waiting = tokio::spawn(async move { waiting.next().await });
    store.shutdown().await;
    let told = tokio::time::timeout(kit::PATIENCE, waiting).await.unwrap().unwrap();
    assert!(matches!(told, Err(LogError::Closed)));
    assert_eq!(next(&mut behind).await.events.len(), 5);
    assert!(matches!(behind.next().await, Err(LogError::Closed)));
    assert!(!store.wait_for(Position(9), kit::PATIENCE).await);
}
