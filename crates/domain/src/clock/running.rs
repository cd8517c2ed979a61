//! What the clock records up to an instant, whenever it runs. Each happening is decided from what was recorded before the
//! instant that it stands for: between two recordings nothing changes, so that it is enough to look once after each.

use super::judging::{Happening, Occurrence, occurrence};
use super::obligation::Key;
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

/// What was recorded by the clock already.
pub type Happened = BTreeSet<(Key, Occurrence)>;

/// Everything that happens up to and including `until` and was not recorded before, in the order of instant, code and key.
///
/// `changes` are the instants at which something was recorded that the obligations depend on, ascending; `known` tells what
/// would happen by what was recorded up to and including one of them, as far as the second instant at least.
pub fn happenings(
    changes: &[DateTime<Utc>],
    known: &dyn Fn(DateTime<Utc>, DateTime<Utc>) -> Vec<Happening>,
    happened: &Happened,
    until: DateTime<Utc>,
) -> Vec<Happening> {
    let mut found: Vec<(Key, Occurrence, Happening)> = Vec::new();
    let mut seen = happened.clone();
    let before_next = changes.iter().skip(1).copied().chain([until]);
    for (since, next) in changes.iter().copied().zip(before_next).take_while(|(since, _)| *since < until) {
        let next = next.min(until);
        for happening in known(since, next) {
            // What is recorded at the very instant is not recorded before it.
            let decided = since < happening.at && happening.at <= next;
            let (true, Some(key), Some(of)) = (decided, happening.event.key(), occurrence(&happening.event)) else {
                continue;
            };
            if seen.insert((key.clone(), of)) {
                found.push((key, of, happening));
            }
        }
    }
    found.sort_by(|(key, of, one), (other_key, other_of, other)| {
        (one.at, key.code, key, of).cmp(&(other.at, other_key.code, other_key, other_of))
    });
    found.into_iter().map(|(_, _, happening)| happening).collect()
}
