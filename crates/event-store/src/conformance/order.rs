//! Positions and versions are dense, and pages meet without a gap.

use super::kit::{self, append, everything, one, record, sound, stream, stream_of, write};
use crate::ids::{Position, Version};
use crate::log::{EventLog, Recorded};
use crate::store::append::Expected;
use crate::store::{EventStore, Filter};
use std::sync::Arc;

/// 40 commands of 1 to 3 events over interleaved streams of four families.
async fn filled(log: Arc<dyn EventLog>) -> EventStore {
    const FAMILIES: [&str; 4] = ["issue", "reception", "area", "issues"];
    let store = kit::store(log).await;
    for n in 0..40_u64 {
        let family = FAMILIES[usize::try_from(n % 4).unwrap()];
        let writes = vec![
            write(stream_of(family, n % 7), Expected::Any, 1 + n % 3),
            write(stream(100 + n), Expected::NoStream, n % 2 + 1),
        ];
        record(&store, append(&format!("fill {n}"), writes)).await;
    }
    store
}

/// Positions, versions, links and the root.
pub async fn dense(log: Arc<dyn EventLog>) {
    let store = filled(log).await;
    let events = sound(&store).await;
    assert!(events.len() > 100);
    assert_eq!(store.event(Position(0)).await.unwrap(), None);
    let beyond = Position(events.len() as u64 + 1);
    assert_eq!(store.event(beyond).await.unwrap(), None);
    assert_eq!(store.event(Position(u64::MAX)).await.unwrap(), None);
}

/// Pages of every size meet; nothing lies beyond the head.
pub async fn pages(log: Arc<dyn EventLog>) {
    let store = filled(log).await;
    let all = everything(&store).await;
    let head = store.head().position;
    for limit in [1, 2, 7, 64, all.len() - 1, all.len(), all.len() + 1, usize::MAX] {
        let mut after = Position(0);
        let mut seen = Vec::new();
        while after < head {
            let page = store.read_all(after, limit, &Filter::default()).await.unwrap();
            assert!(page.events.len() <= limit);
            assert_eq!(page.head, head);
            assert_eq!(Some(page.scanned_to), page.events.last().map(|e| e.position));
            after = page.scanned_to;
            seen.extend(page.events);
        }
        assert_eq!(seen, all, "pages of {limit}");
    }
    for after in [head.0, head.0 + 1, u64::MAX] {
        let page = store.read_all(Position(after), 10, &Filter::default()).await.unwrap();
        assert!(page.events.is_empty());
        assert_eq!((page.scanned_to.0, page.head), (after, head));
    }
    let one = store.read_all(Position(0), 0, &Filter::default()).await.unwrap();
    assert_eq!(one.events.len(), 1, "a limit of nothing still gets on");
    let s = stream(0);
    let whole = store.read_stream(&s, Version(0), 4096).await.unwrap();
    assert!(whole.len() >= 3);
    for (index, event) in whole.iter().enumerate() {
        let page = store.read_stream(&s, Version(index as u64), 1).await.unwrap();
        assert_eq!(page, std::slice::from_ref(event));
    }
    for after in [whole.len() as u64, u64::MAX] {
        assert_eq!(store.read_stream(&s, Version(after), 10).await.unwrap(), []);
    }
    let nobody = stream_of("issue", 123_456);
    assert_eq!(store.read_stream(&nobody, Version(0), 10).await.unwrap(), []);
    // Several at once are each on its own, but for the boxes; in the order asked, also twice.
    let asked = [stream(2), nobody.clone(), stream(0), stream(1), stream(2)];
    for limit in [1, 2, 4096] {
        let together = store.read_streams(&asked, limit).await.unwrap();
        assert_eq!(together.len(), asked.len());
        for (one, together) in asked.iter().zip(together) {
            let mut alone = store.read_stream(one, Version(0), limit).await.unwrap();
            alone.iter_mut().for_each(|event| event.boxes.clear());
            assert_eq!(together, alone, "{one}");
        }
    }
    assert_eq!(store.read_streams(&[], 10).await.unwrap(), Vec::<Vec<Recorded>>::new());
}

/// Filtered pages hold what passes, and always say how far was looked.
pub async fn filters(log: Arc<dyn EventLog>) {
    let store = filled(log).await;
    let all = everything(&store).await;
    let head = store.head().position;
    let of = |families: &[&str], types: &[&str]| Filter {
        families: families.iter().map(|s| (*s).to_owned()).collect(),
        types: types.iter().map(|s| (*s).to_owned()).collect(),
    };
    for filter in [
        of(&["area"], &[]),
        of(&["issue"], &[]),
        of(&["area", "reception"], &[]),
        of(&[], &["issues.noted"]),
        of(&["issue"], &["issue.noted", "area.noted"]),
        of(&["area"], &["issue.noted"]),
        of(&["nothing"], &[]),
        of(&["iss"], &[]),
    ] {
        let wanted = all
            .iter()
            .filter(|event| {
                let leaf = event.leaf().unwrap();
                let family = leaf.stream.family().to_owned();
                (filter.families.is_empty() || filter.families.contains(&family))
                    && (filter.types.is_empty() || filter.types.contains(&leaf.event_type))
            })
            .cloned()
            .collect::<Vec<_>>();
        for limit in [1, 3, 1000] {
            let mut after = Position(0);
            let mut seen = Vec::new();
            while after < head {
                let page = store.read_all(after, limit, &filter).await.unwrap();
                assert!(page.scanned_to > after, "looking gets on");
                assert!(page.events.len() <= limit);
                after = page.scanned_to;
                seen.extend(page.events);
            }
            assert_eq!(after, head, "the end is reached though nothing passes there");
            assert_eq!(seen, wanted, "{filter:?} in pages of {limit}");
        }
    }
}

/// A family read is the filtered log.
pub async fn families(log: Arc<dyn EventLog>) {
    let store = filled(log).await;
    let all = everything(&store).await;
    for family in ["issue", "reception", "area", "issues", "iss", "nothing"] {
        let wanted = all.iter().filter(|e| e.leaf().unwrap().stream.family() == family).cloned().collect::<Vec<_>>();
        let whole = store.read_family(family, Position(0), 4096).await.unwrap();
        assert_eq!(whole, wanted, "{family}");
        let mut after = Position(0);
        let mut seen = Vec::new();
        loop {
            let page = store.read_family(family, after, 3).await.unwrap();
            let Some(last) = page.last() else { break };
            after = last.position;
            seen.extend(page);
        }
        assert_eq!(seen, wanted, "{family} in pages");
        for after in [store.head().position.0, u64::MAX] {
            let page = store.read_family(family, Position(after), 10).await.unwrap();
            assert_eq!(page, []);
        }
        for (index, event) in wanted.iter().enumerate() {
            let before = Position(event.position.0 - 1);
            let page = store.read_family(family, before, 1).await.unwrap();
            assert_eq!(page, std::slice::from_ref(&wanted[index]));
        }
    }
}

/// What the store never asks for and an adapter must stand all the same.
pub async fn adapter_bounds(log: Arc<dyn EventLog>) {
    let nobody = stream(1);
    assert_eq!(log.head().await.unwrap(), crate::log::LogHead::default());
    assert_eq!(log.read_all(Position(0), 10).await.unwrap(), []);
    assert_eq!(log.stream_heads(&[]).await.unwrap(), []);
    assert_eq!(log.tile(0, 0).await.unwrap(), None);
    assert_eq!(log.tile(7, u64::MAX).await.unwrap(), None);
    let store = kit::store(Arc::clone(&log)).await;
    record(&store, one("first", nobody.clone(), Expected::NoStream)).await;
    for after in [1, 2, u64::MAX] {
        assert_eq!(log.read_all(Position(after), 10).await.unwrap(), []);
        assert_eq!(log.read_stream(&nobody, Version(after), 10).await.unwrap(), []);
        assert_eq!(log.read_family("issue", Position(after), 10).await.unwrap(), []);
    }
    assert_eq!(log.read_all(Position(0), 0).await.unwrap(), []);
    assert_eq!(log.read_all(Position(0), usize::MAX).await.unwrap().len(), 1);
    let heads = log.stream_heads(&[stream(2), nobody.clone(), nobody]).await.unwrap();
    let versions = heads.iter().map(|h| h.version.0).collect::<Vec<_>>();
    assert_eq!(versions, [0, 1, 1]);
    let stale = log.commit(0, crate::log::Batch::default()).await.unwrap();
    assert_eq!(stale, crate::log::Committed::HeadMoved, "the log is not that short any more");
}
