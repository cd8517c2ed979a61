//! Every policy version, and which of them decides: by town date for what is new, by position for what was decided.

use super::{Policy, PolicyEvent, upcast};
use crate::{Fold, Stamp};
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

/// Every version adopted so far, in log order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Policies {
    versions: Vec<Policy>,
}

impl Fold for Policies {
    type Event = PolicyEvent;

    /// A document this program cannot read is passed over: [`adopt`](super::adopt) lets none into the log, and a fold never fails.
    fn apply(&mut self, event: &PolicyEvent, at: &Stamp) {
        let PolicyEvent::VersionAdopted(adopted) = event;
        if let Ok(mut policy) = upcast::read(adopted) {
            policy.position = at.position;
            policy.adopted_at = at.recorded_at;
            // Logs of before this was a rule may hold other zones; they too have one for all their days.
            policy.town = Some(self.time_zone().unwrap_or(policy.time_zone));
            self.versions.push(policy);
        }
    }
}

impl Policies {
    /// The version that decides on a town date: of those whose `effective_from` is not after it the one with the latest,
    /// among equals the one adopted last. So what is adopted for next year is not undone by what is adopted for today.
    pub fn in_force(&self, on: NaiveDate) -> Option<&Policy> {
        // The last of equal maxima is found, which is the last adopted.
        self.versions.iter().filter(|policy| policy.effective_from <= on).max_by_key(|policy| policy.effective_from)
    }

    /// The versions that decide on no day any more since the one at `position` was adopted, oldest first: those adopted
    /// before it for the same first day.
    pub fn shadowed_by(&self, position: u64) -> Vec<&Policy> {
        let Some(policy) = self.at(position) else { return Vec::new() };
        let same = |other: &&Policy| other.effective_from == policy.effective_from && other.position < position;
        self.versions.iter().filter(same).collect()
    }

    /// The version that takes over from the one at `position`, adopted for a later day; `None` where none is.
    pub fn next_after(&self, position: u64) -> Option<&Policy> {
        let from = self.at(position)?.effective_from;
        let next = self.versions.iter().map(|policy| policy.effective_from).filter(|other| *other > from).min()?;
        self.in_force(next)
    }

    /// The time zone of the log: that of its first version.
    pub fn time_zone(&self) -> Option<Tz> {
        self.versions.first().map(Policy::time_zone)
    }

    /// When the first version with a clock was adopted.
    pub fn clock_since(&self) -> Option<DateTime<Utc>> {
        self.versions.iter().find(|policy| policy.clock_runs()).map(|policy| policy.adopted_at)
    }

    /// When the first version was adopted whose clock knows the obligations that a schema brought.
    pub fn clock_known_since(&self, schema: u32) -> Option<DateTime<Utc>> {
        self.versions.iter().find(|policy| policy.clock_knows(schema)).map(|policy| policy.adopted_at)
    }

    /// The day from which on an obligation counts that a schema brought and that is judged by this version: `clock.from`,
    /// else the day on which the first version was adopted whose clock knows it. Nothing where its own clock does not.
    pub fn looked_at_since(&self, policy: &Policy, schema: u32) -> Option<NaiveDate> {
        let known = || self.clock_known_since(schema).map(|at| policy.town_date(at));
        policy.clock.from.or_else(known).filter(|_| policy.clock_knows(schema))
    }

    /// The versions as they stood at an instant.
    #[must_use]
    pub fn as_at(&self, at: DateTime<Utc>) -> Self {
        Self { versions: self.versions.iter().filter(|policy| policy.adopted_at <= at).cloned().collect() }
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
