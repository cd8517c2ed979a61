//! Every policy version, and which of them decides: by town date for what is new, by position for what was decided.

use super::{Policy, PolicyEvent};
use crate::{Fold, Stamp};
use chrono::NaiveDate;

/// Every version adopted so far, in log order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Policies {
    versions: Vec<Policy>,
}

impl Fold for Policies {
    type Event = PolicyEvent;

    /// A document this program cannot read is passed over: [`adopt`](super::adopt) lets none into the log, and a fold never fails.
    fn apply(&mut self, event: &PolicyEvent, at: &Stamp) {
        let PolicyEvent::VersionAdopted(document) = event;
        if let Ok(mut policy) = serde_json::from_value::<Policy>(document.clone()) {
            policy.position = at.position;
            self.versions.push(policy);
        }
    }
}

impl Policies {
    /// The version that decides on a town date: the newest adopted one whose `effective_from` is not after it.
    pub fn in_force(&self, on: NaiveDate) -> Option<&Policy> {
        self.versions.iter().rev().find(|policy| policy.effective_from <= on)
    }

    /// The version adopted at a position, as leaves and decisions name it.
    pub fn at(&self, position: u64) -> Option<&Policy> {
        self.versions.iter().find(|policy| policy.position == position)
    }

    /// The newest version, in force or not.
    pub fn newest(&self) -> Option<&Policy> {
        self.versions.last()
    }

    /// Every version, oldest first.
    pub fn all(&self) -> &[Policy] {
        &self.versions
    }

    /// The versions as they stood when the log held its first `position` leaves.
    #[must_use]
    pub fn as_of(&self, position: u64) -> Self {
        Self { versions: self.versions.iter().filter(|policy| policy.position <= position).cloned().collect() }
    }
}
