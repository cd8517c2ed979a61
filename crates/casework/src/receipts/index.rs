//! Which receipt code is whose: a keyed hash of each code that holds, in memory alone, and the issue that it leads to. No file
//! has it, so that whoever reads the boards, a backup or the disk cannot even tell a code from a guess.
//!
//! It is folded from the log from its first leaf on at the start, and brought up to the head by whoever looks a code up: what
//! was recorded a moment ago is found, and a code that was replaced is not. Some fifty bytes an issue.

use crate::boxed::boxed;
use crate::read::folded::Folded;
use crate::write::failure::Failure;
use domain::ids::IssueId;
use event_store::keys::KeyDirectory;
use event_store::{EventStore, Filter, Recorded, StreamId};
use std::collections::BTreeMap;
use tokio::sync::{Mutex, MutexGuard};
use uuid::Uuid;

/// The fact that brings an issue its first code.
const RAISED: &str = "issue.raised";
/// The fact that brings it another one.
const REISSUED: &str = "issue.receipt_reissued";

/// The codes that hold.
#[derive(Default)]
pub(crate) struct ReceiptIndex(Mutex<Folded<Index>>);

#[derive(Default)]
struct Index {
    /// By what a code is looked up by.
    issues: BTreeMap<[u8; 16], Uuid>,
    /// The version that gave the code that holds, where it is not the first one.
    reissued: BTreeMap<Uuid, u64>,
}

/// What a look-up comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// The issue; of a code that is nobody's another one, so that as much can be done for it as for a code that holds.
    pub issue: IssueId,
    /// Whether the code is its own.
    pub holds: bool,
}

impl ReceiptIndex {
    /// Looks a code up, whatever it is; nothing where there is no issue at all.
    #[boxed]
    pub async fn find(&self, store: &EventStore, keys: &KeyDirectory, code: &str) -> Result<Option<Found>, Failure> {
        let wanted = keys.receipt_lookup(code);
        Ok(self.caught_up(store, keys).await?.index.nearest(wanted))
    }

    /// Takes in what the log holds beyond it.
    #[boxed]
    pub async fn catch_up(&self, store: &EventStore, keys: &KeyDirectory) -> Result<(), Failure> {
        self.caught_up(store, keys).await.map(drop)
    }

    async fn caught_up(
        &self,
        store: &EventStore,
        keys: &KeyDirectory,
    ) -> Result<MutexGuard<'_, Folded<Index>>, Failure> {
        let mut receipts = self.0.lock().await;
        let given = Filter { families: Vec::new(), types: [RAISED, REISSUED].map(str::to_owned).into() };
        let take = |index: &mut Index, recorded: &Recorded| {
            let leaf = recorded.text()?;
            if let Some(issue) = StreamId::new(leaf.stream).and_then(|stream| stream.uuid()) {
                index.take(keys, issue, leaf.event_type, leaf.version.0);
            }
            Ok(())
        };
        receipts.read_on(store, &given, take).await?;
        Ok(receipts)
    }
}

impl Index {
    fn take(&mut self, keys: &KeyDirectory, issue: Uuid, event_type: &str, version: u64) {
        let reissued = match event_type {
            RAISED => None,
            REISSUED => Some(version),
            _other => return,
        };
        if let Some(version) = reissued {
            let before = self.reissued.insert(issue, version);
            self.issues.remove(&keys.receipt_lookup(&keys.receipt_code(issue, before)));
        }
        self.issues.insert(keys.receipt_lookup(&keys.receipt_code(issue, reissued)), issue);
    }

    /// The issue of a code, else the next one in the order of what codes are looked up by, which nobody outside knows.
    fn nearest(&self, wanted: [u8; 16]) -> Option<Found> {
        let (lookup, issue) = self.issues.range(wanted..).next().or_else(|| self.issues.first_key_value())?;
        Some(Found { issue: IssueId(*issue), holds: *lookup == wanted })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::issue::IssueEvent;

    fn keys() -> KeyDirectory {
        KeyDirectory::ephemeral(Uuid::from_u128(7), "example.org/log")
    }

    #[test]
    fn the_facts_it_is_made_of_are_facts_of_issues() {
        let names: Vec<_> = IssueEvent::TYPES.iter().map(|event| event.name).collect();
        assert!(names.contains(&RAISED) && names.contains(&REISSUED));
    }

    #[test]
    fn a_code_holds_until_another_one_is_given() {
        let (keys, mut index) = (keys(), Index::default());
        let (first, second) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let find = |index: &Index, reissued| index.nearest(keys.receipt_lookup(&keys.receipt_code(first, reissued)));
        assert_eq!(find(&index, None), None);
        index.take(&keys, first, RAISED, 1);
        index.take(&keys, second, RAISED, 1);
        index.take(&keys, first, "issue.taken", 2);
        assert_eq!(find(&index, None), Some(Found { issue: IssueId(first), holds: true }));
        index.take(&keys, first, REISSUED, 3);
        index.take(&keys, first, REISSUED, 5);
        for stopped in [None, Some(3)] {
            assert!(find(&index, stopped).is_some_and(|found| !found.holds), "{stopped:?}");
        }
        assert_eq!(find(&index, Some(5)), Some(Found { issue: IssueId(first), holds: true }));
        assert_eq!(index.issues.len(), 2);
    }

    #[test]
    fn what_is_nobodys_leads_to_some_issue_and_holds_nothing() {
        let (keys, mut index) = (keys(), Index::default());
        for n in 0..50 {
            index.take(&keys, Uuid::from_u128(n), RAISED, 1);
        }
        for guess in 0..1000 {
            let found = index.nearest(keys.receipt_lookup(&format!("GUESS-{guess}")));
            assert!(found.is_some_and(|found| !found.holds));
        }
    }
}
